"""PDFs from a server on the loopback into files: whole, checked, gone on with, or not there at all."""

from __future__ import annotations

import asyncio
import gzip
import json
import multiprocessing
import os
import stat
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from feedreader.errors import FetchError, PdfError
from feedreader.sources.http import Client
from feedreader.sources.pdf import download
from tests.pdf_server import SIZE, PdfServer, a_pdf, left_in
from tests.raw_server import RawServer, answer, trickle, zipped

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
Get = Callable[..., Path]


@pytest.fixture
def pdfs(httpserver: HTTPServer) -> PdfServer:
    return PdfServer(httpserver).install()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def get(pdfs: PdfServer, tmp_path: Path, waits: list[float]) -> Get:
    """Downloads /pdf/x (or another address) to a file."""

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def downloads(url: str, path: Path, limit: int, progress: Callable[[int, int | None], object]) -> None:
        async with Client(user_agent="test/1", now=lambda: NOW, sleep=sleep, timeout=5) as client:
            await download(client, url, path, limit=limit, progress=progress)

    def gets(
        url: str = "", *, limit: int = 10**6, progress: Callable[[int, int | None], object] = lambda _, __: None
    ) -> Path:
        path = tmp_path / "pdfs" / "A paper.pdf"
        asyncio.run(downloads(url or f"{pdfs.base}/x", path, limit, progress))
        return path

    return gets


def test_a_pdf_comes_whole_and_is_nobody_else_s(pdfs: PdfServer, get: Get) -> None:
    steps: list[tuple[int, int | None]] = []
    path = get(progress=lambda done, total: steps.append((done, total)))
    assert path.read_bytes() == pdfs.data
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert left_in(path.parent) == {"A paper.pdf"}
    assert steps[-1] == (SIZE, SIZE) and len(steps) > 1 and steps == sorted(steps)
    assert (pdfs.agents, pdfs.ranges_asked) == (["test/1"], [None])
    get()
    assert len(pdfs.requests) == 1, "what is there is not fetched again"


def test_what_is_cut_is_gone_on_with_at_once(pdfs: PdfServer, get: Get, waits: list[float]) -> None:
    pdfs.cut = [100_000, 50_000]
    assert get().read_bytes() == pdfs.data
    assert pdfs.ranges_asked == [None, "bytes=100000-", "bytes=150000-"]
    assert pdfs.conditions == [None, '"1"', '"1"']
    assert waits == [2.0, 4.0]


def test_what_was_cut_is_gone_on_with_the_next_time(pdfs: PdfServer, get: Get, tmp_path: Path) -> None:
    pdfs.cut = [100_000, 50_000, 20_000]
    with pytest.raises(FetchError):
        get()
    assert left_in(tmp_path / "pdfs") == {"A paper.pdf.part", "A paper.pdf.part.from"}
    pdfs.ranges_asked.clear()
    path = get()
    assert path.read_bytes() == pdfs.data
    assert pdfs.ranges_asked == ["bytes=170000-"]
    assert left_in(path.parent) == {"A paper.pdf"}


def part(folder: Path, data: bytes, url: str, state: str) -> None:
    """What an earlier run left."""
    (folder / "pdfs").mkdir()
    (folder / "pdfs" / "A paper.pdf.part").write_bytes(data)
    (folder / "pdfs" / "A paper.pdf.part.from").write_text(json.dumps({"url": url, "state": state}))


@pytest.mark.parametrize("ranges", [True, False])
def test_another_state_of_the_document_starts_anew(pdfs: PdfServer, get: Get, tmp_path: Path, ranges: bool) -> None:
    part(tmp_path, a_pdf(mark=b"old")[:70_000], f"{pdfs.base}/x", '"0"')
    pdfs.ranges = ranges
    assert get().read_bytes() == pdfs.data
    assert pdfs.ranges_asked == ["bytes=70000-"]


def test_a_server_that_forgets_its_condition_is_found_out(pdfs: PdfServer, get: Get, tmp_path: Path) -> None:
    part(tmp_path, a_pdf(mark=b"old")[:70_000], f"{pdfs.base}/x", '"0"')
    headers = {"ETag": '"1"', "Content-Range": f"bytes 70000-{SIZE - 1}/{SIZE}"}
    pdfs.answers = [Response(pdfs.data[70_000:], status=206, headers=headers)]
    assert get().read_bytes() == pdfs.data
    assert pdfs.ranges_asked == ["bytes=70000-", None]


@pytest.mark.parametrize("content_range", ["bytes 5-99/100", "nonsense", ""])
def test_pieces_that_do_not_fit_start_anew_once(pdfs: PdfServer, get: Get, tmp_path: Path, content_range: str) -> None:
    part(tmp_path, pdfs.data[:70_000], f"{pdfs.base}/x", '"1"')
    wrong = Response(b"x" * 95, status=206, headers={"Content-Range": content_range})
    pdfs.answers = [wrong]
    assert get().read_bytes() == pdfs.data
    (tmp_path / "pdfs" / "A paper.pdf").unlink()
    pdfs.answers = [wrong, wrong]
    with pytest.raises(FetchError, match="a different file"):
        get()
    assert left_in(tmp_path / "pdfs") == set()


def test_nothing_behind_what_is_here_starts_anew(pdfs: PdfServer, get: Get, tmp_path: Path) -> None:
    part(tmp_path, a_pdf(SIZE + 1), f"{pdfs.base}/x", '"1"')
    assert get().read_bytes() == pdfs.data
    assert pdfs.ranges_asked == [f"bytes={SIZE + 1}-", None]


@pytest.mark.parametrize(("url", "state"), [("http://elsewhere.example/x", '"1"'), (None, ""), (None, '"1')])
def test_a_part_of_something_else_is_not_gone_on_with(
    pdfs: PdfServer, get: Get, tmp_path: Path, url: str | None, state: str
) -> None:
    part(tmp_path, b"junk" * 1000, url or f"{pdfs.base}/x", state)
    assert get().read_bytes() == pdfs.data


def test_without_anything_to_know_the_document_by_it_starts_anew(pdfs: PdfServer, get: Get) -> None:
    pdfs.etag, pdfs.cut = None, [100_000]
    assert get().read_bytes() == pdfs.data
    assert pdfs.ranges_asked == [None, None]


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (b"<html><title>Are you a robot?</title>captcha</html>", "a human first"),
        (b"<html><title>arXiv &amp; more</title>This paper has been withdrawn.</html>", "withdrawn"),
        (b"<!doctype html><html><title> Sign\nin </title></html>" + b"x" * 200_000, "a web page, “Sign in”"),
        (b"PK\x03\x04" + bytes(5000), "sent something else instead of a PDF"),
        (b"", "nothing"),
        (b" " * 1024 + b"%PDF-1.5", "instead of a PDF"),
    ],
)
def test_what_is_no_pdf_is_told_and_leaves_nothing(
    pdfs: PdfServer, get: Get, tmp_path: Path, page: bytes, message: str
) -> None:
    pdfs.answers = [Response(page, content_type="application/pdf")]
    with pytest.raises(PdfError, match=message):
        get()
    assert left_in(tmp_path / "pdfs") == set()


def test_a_page_instead_of_the_rest_does_not_cost_what_had_come(pdfs: PdfServer, get: Get, tmp_path: Path) -> None:
    part(tmp_path, pdfs.data[:70_000], f"{pdfs.base}/x", '"1"')
    pdfs.answers = [Response("<html>Are you a robot?</html>")]
    with pytest.raises(PdfError):
        get()
    assert get().read_bytes() == pdfs.data
    assert pdfs.ranges_asked[-1] == "bytes=70000-"


def test_a_pdf_may_begin_late_and_be_small(pdfs: PdfServer, get: Get) -> None:
    pdfs.data = b"\n" * 1000 + b"%PDF-1.1\n%%EOF\n"
    assert get().read_bytes() == pdfs.data


@pytest.mark.parametrize("announced", [True, False])
def test_what_is_too_large_is_cut_off_and_leaves_nothing(
    pdfs: PdfServer, get: Get, tmp_path: Path, announced: bool
) -> None:
    if not announced:
        pdfs.answers = [Response((pdfs.data[at : at + 10_000] for at in range(0, SIZE, 10_000)), status=200)]
    with pytest.raises(PdfError, match="pdf_max_mb"):
        get(limit=100_000)
    assert left_in(tmp_path / "pdfs") == set()


def test_what_came_small_and_unfolds_is_cut_off_too(pdfs: PdfServer, get: Get, tmp_path: Path) -> None:
    bomb = gzip.compress(b"%PDF-1.5\n" + bytes(20_000_000))
    pdfs.answers = [Response(bomb, headers={"Content-Encoding": "gzip"}) for _ in range(2)]
    with pytest.raises(PdfError, match="1 MB"):
        get(limit=10**6)
    assert left_in(tmp_path / "pdfs") == set()
    assert get(limit=30_000_000).stat().st_size == 20_000_009


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_a_refusal_is_told_at_once(pdfs: PdfServer, get: Get, tmp_path: Path, waits: list[float], status: int) -> None:
    pdfs.answers = [Response("no", status=status)]
    with pytest.raises(FetchError, match=str(status)):
        get()
    assert waits == [] and left_in(tmp_path / "pdfs") == set()


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_for_patience_gets_it(pdfs: PdfServer, get: Get, waits: list[float], status: int) -> None:
    pdfs.answers = [Response(status=status, headers={"Retry-After": "7"})]
    assert get().read_bytes() == pdfs.data
    assert waits == [7.0]


def test_a_long_wait_is_left_to_the_next_time(pdfs: PdfServer, get: Get, waits: list[float]) -> None:
    pdfs.answers = [Response(status=429, headers={"Retry-After": "3600"})]
    with pytest.raises(FetchError) as caught:
        get()
    assert (caught.value.not_before, waits) == (NOW + timedelta(hours=1), [])


def test_redirects_are_followed_and_keep_to_the_web(pdfs: PdfServer, get: Get, tmp_path: Path) -> None:
    redirect = pdfs.server.expect_request("/to")
    redirect.respond_with_data(status=302, headers={"Location": "/pdf/y"})
    assert get(pdfs.server.url_for("/to")).read_bytes() == pdfs.data
    (tmp_path / "pdfs" / "A paper.pdf").unlink()
    for target in ("/pdf/loop", "file:///etc/passwd", "ftp://127.0.0.1/x"):
        pdfs.answers = [Response(status=302, headers={"Location": target}) for _ in range(10)]
        with pytest.raises(FetchError):
            get()
    assert left_in(tmp_path / "pdfs") == set()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_may_not_be_written_is_told(pdfs: PdfServer, get: Get, tmp_path: Path) -> None:
    (tmp_path / "pdfs").mkdir(mode=0o500)
    with pytest.raises(PdfError, match="cannot be written"):
        get()


def test_a_folder_that_is_a_file_is_told(pdfs: PdfServer, get: Get, tmp_path: Path) -> None:
    (tmp_path / "pdfs").touch()
    with pytest.raises(PdfError, match="cannot be written"):
        get()


def test_a_pdf_of_which_nobody_says_how_long_it_is_has_its_end(raw: RawServer, get: Get, tmp_path: Path) -> None:
    raw["/cut"] = b"HTTP/1.0 200 OK\r\n\r\n" + a_pdf()[:-100_000]
    with pytest.raises(FetchError, match="an incomplete PDF"):
        get(f"{raw.base}/cut")
    assert left_in(tmp_path / "pdfs") == set()
    raw["/whole"] = b"HTTP/1.0 200 OK\r\n\r\n" + a_pdf()
    assert get(f"{raw.base}/whole").read_bytes() == a_pdf()


BAD = {
    "no HTTP": b"SSH-2.0-x\r\n",
    "an address": answer(b"", "Location: http://127.0.0.1:99999/", status="302 Found"),
    "a range": answer(b"x", "Content-Range: bytes " + "9" * 3000 + "-1/2", status="206 Partial Content"),
    "an encoding": answer(a_pdf(), "Content-Encoding: br"),
    "a bomb": answer(zipped(b"%PDF-1.5\n" + bytes(60 * 2**20), 2), "Content-Encoding: gzip, gzip"),
    "a part of gzip": answer(zipped(a_pdf())[:-9], "Content-Encoding: gzip"),
    "nothing changed": answer(b"", status="304 Not Modified"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_servers_are_a_sentence_and_leave_no_pdf(raw: RawServer, get: Get, tmp_path: Path, kind: str) -> None:
    raw["/x"] = BAD[kind]
    with pytest.raises((FetchError, PdfError)):
        get(f"{raw.base}/x")
    assert "A paper.pdf" not in left_in(tmp_path / "pdfs")


def test_a_head_that_trickles_is_given_up(raw: RawServer, tmp_path: Path) -> None:
    raw["/x"] = lambda n, headers: trickle(answer(a_pdf()), 0.05)

    async def downloads() -> None:
        async with Client(user_agent="test/1", now=lambda: NOW, timeout=0.5) as client:
            await download(client, f"{raw.base}/x", tmp_path / "x.pdf", limit=10**6)

    began = time.monotonic()
    with pytest.raises(FetchError, match="did not answer"):
        asyncio.run(downloads())
    assert time.monotonic() - began < 3


def test_what_trickles_on_is_waited_for_beyond_the_deadline_of_a_head(raw: RawServer, tmp_path: Path) -> None:
    data = a_pdf(1000)
    pieces = [piece for at in range(0, 1000, 100) for piece in (data[at : at + 100], 0.1)]
    raw["/x"] = lambda n, headers: iter([answer(b"", length=1000), *pieces])

    async def downloads() -> None:
        async with Client(user_agent="test/1", now=lambda: NOW, timeout=0.6) as client:
            await download(client, f"{raw.base}/x", tmp_path / "x.pdf", limit=10**6)

    asyncio.run(downloads())
    assert (tmp_path / "x.pdf").read_bytes() == data


def _fetch_in_a_process(url: str, path: Path) -> None:
    async def downloads() -> None:
        async with Client(user_agent="test/1", now=lambda: NOW) as client:
            await download(client, url, path, limit=10**6)

    asyncio.run(downloads())


def test_processes_at_once_fetch_it_once(pdfs: PdfServer, tmp_path: Path) -> None:
    pdfs.gate = threading.Event()
    path = tmp_path / "pdfs" / "A paper.pdf"
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=_fetch_in_a_process, args=(f"{pdfs.base}/x", path)) for _ in range(3)]
    for child in children:
        child.start()
    threading.Timer(1.5, pdfs.gate.set).start()
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0, 0, 0]
    assert path.read_bytes() == pdfs.data
    assert len(pdfs.requests) == 1
    assert left_in(path.parent) == {"A paper.pdf"}
