"""A day gone through with one hand: `space`, `s`, `x`, `u`, and what is said on the way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from feedreader.library import Library
from feedreader.model import Digest, Entry, Paper, Query
from feedreader.services import ingest
from tests.conftest import NOW
from tests.tui.conftest import reading


def facts(library: Library, title: str) -> str:
    """What is marked of a paper: r(ead), o(pened), k(ept), d(ismissed)."""
    paper = next(paper for paper in library.papers.find(Query()) if (paper.title or "").startswith(title))
    return letters(paper)


def letters(paper: Paper) -> str:
    marks = {"r": paper.marks.read, "o": paper.marks.opened, "k": paper.marks.shortlisted, "d": paper.marks.dismissed}
    return "".join(letter for letter, holds in marks.items() if holds)


def marked(library: Library) -> list[str]:
    return [letters(paper) for paper in library.papers.find(Query())]


async def test_x_dismisses_and_goes_on_and_u_leads_back(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("x")
        assert (reader.title or "").startswith("[MASK]")
        assert facts(papers, "Alpha") == "rd"
        assert reader.counts == papers.papers.counts() == (39, 38, 0)
        assert reader.lines()[1].startswith(" ×  Alpha")
        await reader.press("u")
        assert reader.title == "Alpha networks for everybody"
        assert reader.message == "Undone: dismissed “Alpha networks for everybody”"
        assert facts(papers, "Alpha") == ""
        assert reader.counts == papers.papers.counts() == (39, 39, 0)
        assert reader.lines()[1].startswith("▌●  Alpha")


async def test_x_on_a_dismissed_paper_takes_it_back_where_it_is(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("x", "k")
        assert "× dismissed" in reader.text("#pane")
        await reader.press("x")
        assert reader.title == "Alpha networks for everybody"
        assert facts(papers, "Alpha") == ""
        assert "dismissed" not in reader.text("#pane")


async def test_a_paper_that_was_read_can_be_dismissed_and_unread_be_dismissed_again(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("m", "x")
        assert facts(papers, "Alpha") == "rd"
        await reader.press("k", "m")
        assert facts(papers, "Alpha") == "d"
        assert reader.lines()[1].startswith("▌●  Alpha")
        await reader.press("x")
        assert facts(papers, "Alpha") == "rd"
        assert (reader.title or "").startswith("[MASK]")


async def test_space_opens_and_reads_what_it_leaves(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("space")
        assert facts(papers, "Alpha") == "ro"
        assert facts(papers, "[MASK]") == ""
        await reader.press("k", "space", "space")
        assert facts(papers, "[MASK]") == "ro"


async def test_in_the_flow_s_keeps_and_goes_on_and_elsewhere_it_toggles(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("s", "s")
        assert facts(papers, "Alpha") == "" and reader.title == "Alpha networks for everybody"
        await reader.press("space", "s")
        assert facts(papers, "[MASK]") == "rok"
        assert (reader.title or "").startswith("Bounds")
        await reader.press("u")
        assert (reader.title or "").startswith("[MASK]")
        assert facts(papers, "[MASK]") == "ro", "reading is no step of its own"
        await reader.press("s", "k", "s", "s")
        assert facts(papers, "[MASK]") == "rok"
        assert (reader.title or "").startswith("[MASK]"), "browsing, s stays"


async def test_in_the_abstract_s_stays(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("space", "enter", "s", "s", "s")
        assert (reader.title or "").startswith("[MASK]")
        assert facts(papers, "[MASK]") == "k"
        await reader.press("x")
        assert (reader.title or "").startswith("Bounds")
        assert facts(papers, "[MASK]") == "rkd", "dismissed, and not opened"


async def test_what_is_left_of_the_day_is_said_in_the_flow(papers: Library) -> None:
    async with reading(papers, size=(80, 24)) as reader:
        assert "left" not in reader.text("#hints")
        await reader.press("space")
        assert reader.text("#hints").startswith(" 3 left of Thu 23 May 2019   s keep  x dismiss")
        await reader.press("x")
        assert "2 left of Thu 23 May 2019" in reader.text("#hints")
        await reader.press("j")
        assert "left" not in reader.text("#hints")


async def test_sorted_otherwise_it_is_left_of_all_that_is_shown(papers: Library) -> None:
    async with reading(papers, query="is:unread sort:title") as reader:
        await reader.press("x")
        assert reader.text("#hints").startswith(" 38 left   s keep")
        await reader.press("s", "u")
        assert reader.counts == papers.papers.counts() == (39, 37, 0)


async def test_the_end_of_a_day_says_what_came_of_it(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("space", "s", "x", "x")
        assert reader.title == "Long reading"
        assert reader.message == "Thursday 23 May 2019: 1 kept of 4, 2 dismissed."
        assert "1 kept of 4" in reader.lines()[0]
        await reader.press("u")
        assert (reader.title or "").startswith("深層")
        assert "1 unread / 4" in reader.lines()[0]
        await reader.press("m")
        assert reader.message == "Thursday 23 May 2019: 1 kept of 4, 1 dismissed."


async def test_the_end_of_the_last_day_says_that_all_is_read(papers: Library) -> None:
    everything = [key for _, keys in papers.papers.matches(Query()) for key in keys]
    papers.marks.set(everything, {"read": True}, label="x", step=False)
    ingest.import_digest(
        papers, Digest(format="x", entries=(Entry(title="One", day=date(2019, 5, 23)),)), name="b", path="/b"
    )
    async with reading(papers, query="is:unread") as reader:
        await reader.press("x")
        assert reader.message == "Thursday 23 May 2019: 0 kept of 1, 1 dismissed. All is read."
        assert reader.title == "One"
        await reader.press("U", "u")
        assert reader.counts == papers.papers.counts() == (40, 1, 0)


async def test_a_burst_of_keys_comes_out_right(papers: Library) -> None:
    async with reading(papers) as reader:
        keys = ("space", *("x", "s", "x", "x", "s") * 4)
        await reader.pilot.press(*keys)
        await reader.rest()
        assert marked(papers)[:22] == ["ro", *("rd", "rok", "rd", "rd", "rok") * 4, ""]
        assert reader.title == "Number 16 of a long day"
        assert reader.counts == papers.papers.counts() == (39, 18, 8)
        for _ in range(20):
            await reader.pilot.press("u")
        await reader.rest()
        assert reader.counts[2] == 0 and not any("d" in one for one in marked(papers))
        assert (reader.title or "").startswith("[MASK]"), "to where the first of them was done"


@pytest.fixture
def sparse(library: Library) -> Library:
    """A long day of which every 150th paper is unread: the next one is never at hand."""
    entries = [Entry(title=f"Paper {n}", day=date(2019, 5, 9), abstract=f"About {n}.") for n in range(1500)]
    ingest.import_digest(library, Digest(format="x", entries=tuple(entries)), name="a", path="/a")
    (group,) = library.papers.groups()
    keys = library.papers.keys(group.key, 0, 2000)
    library.marks.set([key for n, key in enumerate(keys) if n % 150], {"read": True}, label="x", step=False)
    return library


async def test_keys_wait_for_a_next_paper_that_has_to_be_looked_for(sparse: Library) -> None:
    async with reading(sparse, size=(80, 24)) as reader:
        await reader.pilot.press("x", "s", "x", "m", "space", "s", "x", "x", "x")
        await reader.rest()
        assert marked(sparse)[::150] == ["rd", "rok", "rd", "ro", "rok", "rd", "rd", "rd", "", ""]
        assert reader.counts == sparse.papers.counts()


async def test_another_programs_writes_do_not_break_the_flow(sparse: Library) -> None:
    async with reading(sparse) as reader:
        other = Library.open(sparse.path, now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
        for _ in range(4):
            await reader.pilot.press("x")
            other.set_state("something", str(reader.list.cursor))
            reader.app.feed.bring_up_to_date()
        other.close()
        await reader.rest()
        assert marked(sparse)[::150] == ["rd"] * 4 + [""] * 6
        assert reader.title == "Paper 600"


async def test_undo_stays_where_it_is_when_the_paper_is_not_in_the_list(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("x", "slash")
        await reader.write("day:2019-05-22")
        await reader.press("enter", "u")
        assert reader.title == "Long reading"
        assert reader.message.startswith("Undone: dismissed")
        assert papers.papers.counts() == (39, 39, 0)


async def test_undo_of_a_whole_day_moves_nothing(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("A", "G", "u")
        assert reader.title == "Undated 3"


async def test_undo_leads_to_a_paper_far_away(sparse: Library) -> None:
    async with reading(sparse, size=(80, 24)) as reader:
        await reader.press("x", "G", "u")
        assert reader.title == "Paper 0"
        assert marked(sparse)[0] == ""


async def test_the_shortlist_has_other_orders(papers: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = count()
    monkeypatch.setattr(papers, "now", lambda: NOW + timedelta(seconds=next(seconds)))
    async with reading(papers) as reader:
        for keys in (("j", "j"), ("k", "k"), ("G",)):
            await reader.press(*keys, "s")
        await reader.press("S")
        titles = []
        for _ in range(4):
            titles.append([line.partition("★")[2].split()[0][:6] for line in reader.lines() if "★" in line])
            await reader.press("O")
        assert titles == [
            ["Alpha", "Bounds", "Undate"],
            ["Undate", "Alpha", "Bounds"],
            ["Alpha", "Bounds", "Undate"],
            ["Alpha", "Bounds", "Undate"],
        ]
        assert reader.app.feed.query_text == "is:shortlisted sort:kept"
        assert reader.message == "The last kept first."
