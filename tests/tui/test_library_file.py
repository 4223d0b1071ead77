"""The reader when its library's file is deleted, replaced, held by another program or may only be read."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from feedreader.library import Library, connection
from feedreader.model import Digest
from feedreader.services import ingest
from feedreader.tui import app
from feedreader.tui.dialogs.palette import commands_of
from tests.conftest import NOW
from tests.tui.conftest import Reader, entries, reading
from tests.tui.world import asides


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks at the file more often than a person needs."""
    assert app.POLL_SECONDS < 2, "which is told within two seconds"
    monkeypatch.setattr(app, "POLL_SECONDS", 0.1)


async def told(reader: Reader, words: str) -> None:
    await reader.until(lambda: any(words in message for _, message, _ in asides(reader)), words)


async def test_a_library_that_is_deleted_is_told_and_can_be_put_back(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("s")
        papers.path.unlink()
        await told(reader, "deleted while it was open")
        before = len(asides(reader))
        await reader.press("j", "s")
        assert len(asides(reader)) == before and reader.message.startswith("Not saved: The library")
        assert papers.papers.counts() == (39, 39, 1) and not papers.path.exists()
        app = reader.app
        offered = commands_of(app, app.context, app.library_file.put_back)
        (command,) = (each for each in offered if each.name == "Put the library's file back")
        command.run()
        await reader.until(lambda: reader.app.library_file.trouble is None, "it is there again")
        await reader.press("s")
    papers.close()
    again = Library.open(papers.path, now=lambda: NOW)
    assert again.papers.counts() == (39, 39, 2)
    again.close()


async def test_a_library_that_is_replaced_is_told_once(papers: Library, tmp_path: Path) -> None:
    async with reading(papers) as reader:
        other = tmp_path / "other"
        other.write_bytes(papers.path.read_bytes())
        other.rename(papers.path)
        await told(reader, "replaced while it was open")
        reader.app.context.notify("odd\x9b1m\u202e\udce9\nlines", "")
        await told(reader, "odd1m\ufffd\nlines")
        await reader.pilot.pause(0.5)
        assert len(asides(reader)) == 2


async def test_a_lock_of_another_program_is_told_and_the_mark_comes(papers: Library) -> None:
    other = sqlite3.connect(papers.path, isolation_level=None)
    async with reading(papers) as reader:
        other.execute("BEGIN IMMEDIATE")
        await reader.pilot.press("s")
        await told(reader, "Another program is using")
        other.execute("ROLLBACK")
        await reader.until(lambda: reader.counts == (39, 39, 1), "the mark is kept")
    other.close()


async def test_a_library_that_may_only_be_read_is_read(papers: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    papers.close()
    monkeypatch.setattr(connection, "_is_writable", lambda path: False)
    library = Library.open(papers.path, now=lambda: NOW)
    async with reading(library) as reader:
        await told(reader, "is read-only")
        assert reader.title == "Alpha networks for everybody"
        await reader.press("j", "s")
        await told(reader, "is read-only. Check the disk space")
        assert reader.counts == (39, 39, 0)
    library.close()


async def test_an_import_that_was_broken_off_is_named(papers: Library) -> None:
    digest = Digest(format="test", title="Undated papers", entries=tuple(entries()))
    with papers.intake() as intake:
        job = ingest._Import(digest, "digest.txt", "/tmp/digest.txt")
        job.take(intake, 0, ingest.prepare_entries(digest.entries[:5]))
    async with reading(papers, size=(100, 30)) as reader:
        await told(reader, "digest.txt only partly imported")
        await reader.press("I")
        assert any("digest.txt (partly)" in line for line in reader.lines("#sources-lines"))
        ingest.import_digest(papers, digest, name="digest.txt", path="/tmp/digest.txt")
        await reader.press("escape", "I")
        assert not any("partly" in line for line in reader.lines("#sources-lines"))
