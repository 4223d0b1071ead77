"""The pane of a kept paper that got a new version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from rich.segment import Segment

from feedreader.library import Library
from feedreader.model import Digest, Entry
from feedreader.services import ingest
from feedreader.tui.themes import ANSI_DARK
from tests.conftest import NOW
from tests.tui.conftest import Reader, reading

DAY = NOW.date()
FIRST = Entry(
    arxiv_id="2605.00001",
    version=1,
    title="Kites over lakes",
    abstract="We study three kites over lakes.",
    day=DAY,
    announced=True,
    announce_type="new",
)
SECOND = replace(
    FIRST,
    version=2,
    title="Kites over Lakes",
    abstract="We study four kites over lakes.",
    day=DAY + timedelta(days=3),
    announce_type="replace",
)


def give(library: Library, entry: Entry, name: str) -> None:
    ingest.import_digest(library, Digest(format="rss", entries=(entry,)), name=name, path=f"/{name}")


@pytest.fixture
def kept(library: Library) -> Library:
    give(library, FIRST, "feed")
    library.marks.set([library.papers.key_of(FIRST.arxiv_id or "")], {"shortlisted": True}, label="kept")
    return library


def unwrapped(pane: str) -> str:
    return " ".join(pane.replace("│", " ").split())


def looks(reader: Reader, words: str) -> Iterator[Segment]:
    """The segments of the pane that say something."""
    pane = reader.pane
    for y in range(pane.size.height):
        yield from (segment for segment in pane.render_line(y) if segment.text.strip() == words)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_words_that_changed_stand_out(kept: Library, size: tuple[int, int]) -> None:
    give(kept, SECOND, "feed")
    async with reading(kept, size=size) as reader:
        pane = reader.text("#pane")
        assert "v2 of a paper you kept: abstract changed" in unwrapped(pane)
        assert "What changed in v2 since v1" in pane and "We study three four kites over lakes." in pane
        (old,), (new,) = looks(reader, "three"), looks(reader, "four")
        assert old.style and old.style.strike and not old.style.underline
        assert new.style and new.style.underline and not new.style.strike
        assert old.style.color != new.style.color


async def test_where_looks_cannot_tell_signs_do(kept: Library) -> None:
    give(kept, SECOND, "feed")
    async with reading(kept) as reader:
        reader.app.theme = ANSI_DARK
        await reader.rest()
        assert "We study [-three-] {+four+} kites over lakes." in reader.text("#pane")


async def test_it_goes_when_the_paper_is_kept_no_longer(kept: Library) -> None:
    give(kept, replace(SECOND, abstract=FIRST.abstract), "feed")
    async with reading(kept) as reader:
        assert "of a paper you kept: title and abstract unchanged" in unwrapped(reader.text("#pane"))
        await reader.press("s")
        assert "you kept" not in reader.text("#pane") and "Versions" in reader.text("#pane")
        await reader.press("s")
        assert "you kept" in reader.text("#pane")
