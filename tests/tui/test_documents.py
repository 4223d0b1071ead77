"""Pages and PDFs from the screen: a script for browser and viewer, a server on the loopback, real child processes."""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from feedreader.arxiv.addresses import Addresses
from feedreader.config import Settings
from feedreader.library import Library
from feedreader.model import Digest, Entry
from feedreader.services import ingest
from feedreader.tui.controllers.documents import progress
from tests.conftest import Recorder
from tests.pdf_server import PdfServer, left_in
from tests.tui.conftest import PATIENCE, Reader, reading
from tests.tui.test_terminal import terminal
from tests.tui.world import asides, come, server

__all__ = ["server"]  # a fixture

DAY = date(2019, 5, 23)
FIRST = "Lee 2019 The First; rm -rf $(touch gone) (1905.00001).pdf"


@dataclass
class World:
    """A library of a few papers, a server that has their PDFs, and the script that opens everything."""

    pdfs: PdfServer
    library: Library
    folder: Path
    recorder: Recorder

    def reading(self, **more: object) -> AbstractAsyncContextManager[Reader]:
        script = (str(self.recorder.path),)
        settings = Settings(arxiv=Addresses(pdf=self.pdfs.base), browser=script, viewer=script)
        return reading(self.library, **{"settings": settings, **more})  # type: ignore[arg-type]

    def given(self) -> list[str] | None:
        """What was opened, once."""
        heard = self.recorder.heard()
        assert heard is None or isinstance(heard["argv"], list)
        return heard["argv"] if heard else None

    @property
    def kept(self) -> set[str]:
        return left_in(self.folder / "pdfs")


@pytest.fixture
def world(
    server: HTTPServer, library: Library, tmp_path: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> World:
    pdfs = PdfServer(server).install()
    monkeypatch.setenv("FEEDREADER_ARXIV_PDF", pdfs.base)
    monkeypatch.setenv("FEEDREADER_ARXIV_GAP", "0")
    monkeypatch.setenv("DISPLAY", ":0")
    for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "TMUX", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    entries = (
        Entry(arxiv_id="1905.00001", title="The First; rm -rf $(touch gone)", authors=("Ann Lee",), day=DAY),
        Entry(arxiv_id="1905.00002", title="The Second", authors=("Bo Chan",), day=DAY),
        Entry(title="Nowhere", authors=("C",), abstract="It stands nowhere on the web. " * 5, day=DAY),
        Entry(title="Hostile", url="javascript:alert(1)//[b]", authors=("D",), day=DAY),
    )
    ingest.import_digest(library, Digest(format="x", entries=entries), name="a.txt", path="/a.txt")
    return World(pdfs, library, tmp_path, recorder)


async def opened(world: World, reader: Reader) -> list[str]:
    """What was opened."""
    seen: list[list[str]] = []

    def look() -> bool:
        argv = world.given()
        seen.extend([] if argv is None else [argv])
        return bool(seen)

    await come(reader, look, "something is opened")
    return seen[0]


async def told(reader: Reader, words: str) -> None:
    await come(reader, lambda: words in reader.message, f"it is said: {words}; not {reader.message}")


async def noted(reader: Reader, title: str, words: str) -> None:
    await come(reader, lambda: bool(asides(reader)), f"it is told: {title}")
    ((said, message, severity),) = asides(reader)
    assert (said, severity) == (title, "error") and words in message and "Traceback" not in message


# Pages ---------------------------------------------------------------------------------------------------------


async def test_o_opens_the_page(world: World) -> None:
    async with world.reading() as reader:
        await reader.press("o")
        assert await opened(world, reader) == ["https://arxiv.org/abs/1905.00001"]
        await told(reader, "Opening arxiv.org/abs/1905.00001")
        assert reader.counts[1] == 4, "reading it is not over"
        await reader.press("j")
        assert reader.counts[1] == 3, "it was opened, and left: it is read"
        await reader.press("l", "o")
        assert await opened(world, reader) == ["https://arxiv.org/abs/1905.00002"]
        assert asides(reader) == []


async def test_without_an_address_or_with_a_bad_one_nothing_is_opened(world: World) -> None:
    async with world.reading() as reader:
        await reader.press("G", "k", "o")
        await noted(reader, "Not opened", "This paper has no web address.")
        reader.app.clear_notifications()
        await reader.press("j", "o")
        await noted(reader, "Not opened", "“javascript:alert(1)//[b]” is not an http or https address")
        assert world.given() is None


async def test_a_browser_that_fails_is_told(world: World, tmp_path: Path) -> None:
    async with world.reading(settings=Settings(browser=(str(tmp_path / "absent"),))) as reader:
        await reader.press("o")
        await noted(reader, "Not opened", "absent cannot be started: no such file")
    async with world.reading(settings=Settings(browser=("sh", "-c", "exit 4"))) as reader:
        await reader.press("o")
        await noted(reader, "Not opened", "sh failed (exit 4). Set browser under [open] in config.toml.")


async def test_far_away_the_link_is_copied(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    async with world.reading(settings=Settings(Addresses(pdf=world.pdfs.base))) as reader:
        await reader.press("o")
        await told(reader, "No display here. Copied link arxiv.org/abs/1905.00001 through the terminal")
        assert reader.app.clipboard == "https://arxiv.org/abs/1905.00001"
        await reader.press("p")
        await told(reader, "No display here; the PDF is saved. Copied link ")
        assert reader.app.clipboard == f"{world.pdfs.base}/1905.00001"
    async with world.reading() as reader:  # what is configured goes before
        await reader.press("o")
        assert await opened(world, reader) == ["https://arxiv.org/abs/1905.00001"]


async def test_without_any_browser_the_link_is_copied(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedreader.system.open_with.sys.platform", "linux")
    monkeypatch.setenv("PATH", "")
    async with world.reading(settings=Settings()) as reader:
        await reader.press("o")
        await come(reader, lambda: bool(reader.message or asides(reader)), "it is told")
        assert "No browser found. Copied link arxiv.org/abs/1905.00001" in reader.message
        assert reader.app.clipboard == "https://arxiv.org/abs/1905.00001"


async def test_a_failure_is_told_once_however_often_it_is_tried(world: World) -> None:
    async with world.reading(
        settings=Settings(browser=("sh", "-c", "exit 3"), viewer=("sh", "-c", "exit 3"))
    ) as reader:
        for key, then, setting in (
            ("o", "Copied link arxiv", "browser"),
            ("o", "Copied link arxiv", "browser"),
            ("p", "The PDF is saved as Lee 2019", "viewer"),
        ):
            await reader.press(key)
            await told(reader, then)
            failure = f"sh failed (exit 3). Set {setting} under [open] in config.toml."
            assert [message for _, message, _ in asides(reader)].count(failure) == 1


# Links ---------------------------------------------------------------------------------------------------------


async def test_L_picks_a_link_which_is_opened_or_copied(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")  # no clipboard of a desktop
    note = "[code](https://example.org/code) and $(touch gone)"
    world.library.marks.set([world.library.papers.key_of("1905.00001")], {"note": note}, label="noted")
    async with world.reading() as reader:
        await reader.press("L")
        await come(reader, lambda: reader.app.screen.id == "pick", "the links are listed")
        shown = [line.split() for line in reader.lines("#pick-lines")]
        assert [words[-1] for words in shown] == [
            "https://arxiv.org/abs/1905.00001",
            f"{world.pdfs.base}/1905.00001",
            "https://example.org/code",
        ]
        await reader.press("3")
        assert await opened(world, reader) == ["https://example.org/code"]
        await told(reader, "Opening example.org/code")
        await reader.press("L")
        await come(reader, lambda: reader.app.screen.id == "pick", "the links are listed")
        await reader.press("j", "j", "y")
        await told(reader, "Copied link example.org/code")
        assert reader.app.clipboard == "https://example.org/code" and world.given() is None
        await reader.press("G", "L")
        await told(reader, "This paper has no links.")
        assert asides(reader) == []


# PDFs ----------------------------------------------------------------------------------------------------------


async def test_p_fetches_once_and_shows(world: World) -> None:
    async with world.reading() as reader:
        assert " PDF " not in reader.text("#pane")
        await reader.press("p")
        assert await opened(world, reader) == [str(world.folder / "pdfs" / FIRST)]
        await told(reader, "Opening Lee 2019 The First")
        await come(reader, lambda: " PDF " in reader.text("#pane"), "that it is at hand is shown")
        assert "PDF" not in reader.text("#status")
        assert world.kept == {FIRST} and not (world.folder / "gone").exists()
        await reader.press("p")
        assert await opened(world, reader) == [str(world.folder / "pdfs" / FIRST)]
        assert world.pdfs.requests == ["/pdf/1905.00001"]
        (world.folder / "pdfs" / FIRST).unlink()
        await reader.press("p")
        await opened(world, reader)
        assert len(world.pdfs.requests) == 2
        assert asides(reader) == []


async def test_esc_stops_at_once_and_p_goes_on(world: World) -> None:
    world.pdfs.gate = threading.Event()
    try:
        async with world.reading() as reader:
            await reader.press("p")
            await come(reader, lambda: "% of 0.3 MB" in reader.text("#status"), "how far it is")
            (child,) = reader.app.documents.children
            await reader.press("p")
            await told(reader, "Already fetching")
            await reader.press("j", "m")
            assert reader.counts[1] == 2, "the reader goes on meanwhile"
            await reader.press("escape")
            await told(reader, "Stopped. p continues where it was.")
            await come(reader, lambda: not reader.app.documents.running, "the child has ended")
            assert "esc stops" not in reader.text("#status")
            with pytest.raises(ProcessLookupError):
                os.kill(child.pid, 0)
            assert world.kept == {f"{FIRST}.part", f"{FIRST}.part.from"}
            size = (world.folder / "pdfs" / f"{FIRST}.part").stat().st_size
            world.pdfs.gate.set()
            assert world.given() is None
            await reader.press("k", "p")
            assert await opened(world, reader) == [str(world.folder / "pdfs" / FIRST)]
            assert world.pdfs.ranges_asked == [None, f"bytes={size}-"]
            assert (world.folder / "pdfs" / FIRST).read_bytes() == world.pdfs.data
    finally:
        world.pdfs.gate.set()


async def test_pdfs_queue(world: World) -> None:
    world.pdfs.gate = threading.Event()
    try:
        async with world.reading() as reader:
            await reader.press("p")
            await come(reader, lambda: "% of" in reader.text("#status"), "the first is under way")
            await reader.press("j", "p")
            await told(reader, "Queued after 1 PDF.")
            assert len(reader.app.documents.children) == 1
            world.pdfs.gate.set()
            files = {Path((await opened(world, reader))[0]).name, Path((await opened(world, reader))[0]).name}
            assert files == world.kept == {FIRST, "Chan 2019 The Second (1905.00002).pdf"}
            await come(reader, lambda: not reader.app.documents.running, "the queue is empty")
    finally:
        world.pdfs.gate.set()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Response("<html>Are you a robot?</html>"), "asks for a human first"),
        (Response("no", status=404), "arXiv has no PDF of 1905.00001"),
        (Response("no", status=429, headers={"Retry-After": "3600"}), "429"),
    ],
)
async def test_what_goes_wrong_is_told(world: World, answer: Response, words: str) -> None:
    world.pdfs.answers = [answer]
    async with world.reading() as reader:
        await reader.press("p")
        await noted(reader, "No PDF", words)
        assert "PDF" not in reader.text("#status")
        assert world.given() is None and world.kept == set()


async def test_a_paper_that_stands_nowhere_has_none(world: World) -> None:
    async with world.reading() as reader:
        await reader.press("G", "k", "p")
        await noted(reader, "No PDF", "This paper has no PDF address.")


async def test_leaving_the_reader_ends_the_child(world: World) -> None:
    world.pdfs.gate = threading.Event()
    try:
        async with world.reading() as reader:
            await reader.press("p")
            await come(reader, lambda: "% of" in reader.text("#status"), "it is under way")
            (child,) = reader.app.documents.children
            await reader.pilot.press("q")
        await asyncio.wait_for(child.wait(), PATIENCE)  # what ends it goes on when the screen is gone
        assert child.returncode != 0 and not world.pdfs.gate.is_set()
    finally:
        world.pdfs.gate.set()


async def test_nothing_is_selected_and_nothing_happens(library: Library) -> None:
    async with reading(library) as reader:
        await reader.press("o", "p")
        assert asides(reader) == [] and reader.message == ""


@pytest.mark.parametrize(
    ("done", "total", "waiting", "words"),
    [
        (0, None, 0, "PDF… · esc stops"),
        (1_250_000, 3_400_000, 0, "PDF 36% of 3.4 MB · esc stops"),
        (1_250_000, None, 2, "PDF 1.2 MB · 2 wait · esc stops"),
        (3_400_000, 3_400_000, 1, "PDF 100% of 3.4 MB · 1 waits · esc stops"),
    ],
)
def test_how_far_it_is(done: int, total: int | None, waiting: int, words: str) -> None:
    assert progress(done, total, waiting) == words


# In a terminal -------------------------------------------------------------------------------------------------


def test_in_a_real_terminal_the_system_s_opener_is_started(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("xdg-open", "open"):
        (programs / name).symlink_to(world.recorder.path)
    with terminal(world.library.path, 100, 30, PATH=f"{programs}:{os.environ['PATH']}", DISPLAY=":0") as reader:
        reader.shows("The First; rm -rf $(touch gone)")
        for key, argv in (("o", "https://arxiv.org/abs/1905.00001"), ("p", str(tmp_path / "pdfs" / FIRST))):
            reader.press(key)
            reader.until(lambda _: any(world.recorder.folder.glob("*.said")), f"{key} opens")
            said = world.recorder.heard()
            assert said and said["argv"] == [argv]
            assert said["files"] == [os.devnull] * 3
            assert said["session"] != os.getsid(reader.program.pid)
        reader.shows(" PDF ")
        reader.press("q")
        assert reader.wait() == 0
    assert world.pdfs.requests == ["/pdf/1905.00001"] and world.kept == {FIRST}
