"""A day gone through with one hand: `space`, `s`, `x`, `u`, and what is said on the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from feedreader.library import Library
from feedreader.model import Digest, Entry, Paper, Query
from feedreader.query.language import parse_query
from feedreader.services import ingest
from feedreader.tui.controllers.marks import _MANY
from feedreader.tui.widgets.lines import Lines
from tests.conftest import NOW
from tests.services.test_ingest import DAY_LIST
from tests.tui.conftest import Reader, reading


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
        assert reader.message == "Undid: dismiss “Alpha networks for everybody”"
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


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (200, 50)])
async def test_s_toggles_where_it_is_and_says_which_in_the_flow_too(papers: Library, size: tuple[int, int]) -> None:
    async with reading(papers, size=size) as reader:
        for way_here in ((), ("space",), ("x",), ("n",)):
            await reader.press(*way_here)
            title = reader.title
            await reader.press("s")
            assert reader.title == title and reader.text("#hints").startswith(" Kept.")
            assert reader.list.summary and reader.list.summary.marks.shortlisted
            await reader.press("s")
            assert reader.title == title and reader.text("#hints").startswith(" No longer kept.")
            assert not reader.list.summary.marks.shortlisted
        assert reader.counts == papers.papers.counts()


async def test_a_kept_paper_is_not_dismissed_and_a_dismissed_one_that_is_kept_is_so_no_longer(papers: Library) -> None:
    async with reading(papers, size=(60, 16)) as reader:
        await reader.press("s", "x")
        assert reader.title == "Alpha networks for everybody" and facts(papers, "Alpha") == "k"
        assert reader.text("#hints").startswith(" This paper is kept. To dismiss it, press s first.")
        await reader.press("enter", "x")
        assert facts(papers, "Alpha") == "k"
        await reader.press("h", "s", "x", "k")
        assert facts(papers, "Alpha") == "rd" and reader.title == "Alpha networks for everybody"
        await reader.press("s")
        assert facts(papers, "Alpha") == "k"
        await reader.press("u")
        assert facts(papers, "Alpha") == "rd"
        assert reader.counts == papers.papers.counts()


async def test_quick_keys_never_leave_a_paper_kept_and_dismissed(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.pilot.press("x", "k", "s", "x", "s", "x", "k", "s", "x")
        await reader.rest()
        assert facts(papers, "Alpha") == "k"
        assert reader.counts == papers.papers.counts()


async def test_in_the_abstract_s_stays(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("space", "enter", "s", "s", "s")
        assert (reader.title or "").startswith("[MASK]")
        assert facts(papers, "[MASK]") == "k"
        await reader.press("s", "x")
        assert (reader.title or "").startswith("Bounds")
        assert facts(papers, "[MASK]") == "rd", "dismissed, and not opened"


async def test_what_is_left_of_the_day_is_said_in_the_flow(papers: Library) -> None:
    async with reading(papers, size=(80, 24)) as reader:
        assert "left" not in reader.text("#hints")
        await reader.press("space")
        assert reader.text("#hints").startswith(" 3 unread left today   s keep  x dismiss")
        await reader.press("x")
        assert "2 unread left today" in reader.text("#hints")
        await reader.press("j")
        assert "left" not in reader.text("#hints")
        await reader.press("right_square_bracket", "x")
        assert reader.text("#hints").startswith(" 1 unread left yesterday")
        await reader.press("right_square_bracket", "x")
        assert reader.text("#hints").startswith(" 29 unread left on Mon 6 May")
        await reader.press("right_square_bracket", "x")
        assert reader.text("#hints").startswith(" 2 unread left in Undated papers")


async def test_sorted_otherwise_it_is_left_of_all_that_is_shown(papers: Library) -> None:
    async with reading(papers, query="is:unread sort:title") as reader:
        await reader.press("x")
        assert reader.text("#hints").startswith(" 38 unread left   s keep  x dismiss")
        await reader.press("s", "u")
        assert reader.counts == papers.papers.counts() == (39, 38, 0)


async def test_the_end_of_a_day_says_what_came_of_it(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("space", "s", "space", "x", "x")
        assert reader.title == "Long reading"
        assert reader.message == "All 4 papers from today read: 1 kept, 2 dismissed."
        assert "1 kept of 4" in reader.lines()[0]
        await reader.press("u")
        assert (reader.title or "").startswith("深層")
        assert "3/4 ▰▰▰▰▱ · 1 kept" in reader.lines()[0]
        await reader.press("m")
        assert reader.message == "All 4 papers from today read: 1 kept, 1 dismissed."


async def test_the_end_of_the_last_day_says_that_all_is_read(papers: Library) -> None:
    everything = [key for _, keys in papers.papers.matches(Query()) for key in keys]
    papers.marks.set(everything, {"read": True}, label="x", step=False)
    ingest.import_digest(
        papers, Digest(format="x", entries=(Entry(title="One", day=date(2019, 5, 23)),)), name="b", path="/b"
    )
    async with reading(papers, query="is:unread") as reader:
        await reader.press("x")
        assert reader.message == "All caught up: no unread papers."
        assert reader.title == "One"
        await reader.press("U", "u")
        assert reader.counts == papers.papers.counts() == (40, 1, 0)


async def test_a_burst_of_keys_comes_out_right(papers: Library) -> None:
    async with reading(papers) as reader:
        keys = ("space", *("x", "s", "space", "x", "x", "s", "space") * 4)
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
        await reader.pilot.press("x", "s", "space", "x", "m", "space", "s", "space", "x", "x", "x")
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
        assert reader.message.startswith("Undid: dismiss")
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
        for _ in range(6):
            titles.append([line.partition("★")[2].split()[0][:6] for line in reader.lines() if "★" in line])
            await reader.press("O")
        assert titles == [
            ["Alpha", "Bounds", "Undate"],
            ["Alpha", "Bounds", "Undate"],
            ["Alpha", "Bounds", "Undate"],
            ["Undate", "Alpha", "Bounds"],
            ["Alpha", "Bounds", "Undate"],
            ["Alpha", "Bounds", "Undate"],
        ]
        assert reader.app.feed.query_text == "is:shortlisted"
        assert reader.message == "Keep 5 papers and the list can be ordered by interest (3 so far)."


async def yes(reader: Reader, question: str) -> None:
    """Answer the question that is asked with yes."""
    assert question in reader.text("#confirm-question")
    await reader.press("y")


async def test_A_marks_a_day_and_asks_where_it_is_none(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("A")
        assert reader.counts == papers.papers.counts() == (39, 35, 0), "a day, at once"
        await reader.press("G", "A")
        await reader.press("enter")
        assert reader.counts == (39, 35, 0), "a collection is no day, and nothing happens by itself"
        await reader.press("A")
        await yes(reader, "Mark 3 papers as read?")
        assert reader.message == "Marked 3 papers as read (u to undo)."
        assert reader.counts == papers.papers.counts() == (39, 32, 0)
        await reader.press("A")
        assert reader.message == "No unread papers in Undated papers."


async def test_A_asks_with_the_number_in_a_sorted_list_and_is_one_step(papers: Library) -> None:
    async with reading(papers, query="sort:title") as reader:
        await reader.press("A")
        await yes(reader, "Mark 39 papers as read?")
        assert reader.counts == papers.papers.counts() == (39, 0, 0)
        await reader.press("u")
        assert reader.counts == papers.papers.counts() == (39, 39, 0)


async def test_A_marks_only_what_is_shown_of_the_day(papers: Library) -> None:
    async with reading(papers, query="alpha") as reader:
        await reader.press("A")
        assert papers.papers.counts() == (39, 38, 0) and facts(papers, "Alpha") == "r"


async def test_X_marks_all_above_in_the_order_that_is_shown(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("j", "j", "X", "a")
        assert [letters(paper) for paper in papers.papers.find(Query())][:4] == ["r", "r", "", ""], (
            "within a day: at once"
        )
        await reader.press("X", "a")
        assert reader.message == "No unread papers above."
        await reader.press("G", "X", "a")
        await yes(reader, "Mark 36 papers above as read?")
        assert reader.counts == papers.papers.counts() == (39, 1, 0)
        await reader.press("u")
        assert reader.counts == papers.papers.counts() == (39, 37, 0)
    before = {paper.title for paper in papers.papers.find(parse_query("is:read"))}
    async with reading(papers, query="sort:title") as reader:
        await reader.press("g", "j", "j", "j", "X", "a")
        first = [summary.title for row in (1, 2, 3) if (summary := reader.list.feed.summary(row))]
        await reader.press("y")
        read = {paper.title for paper in papers.papers.find(parse_query("is:read"))}
        assert read == {*first, *before}


@pytest.mark.parametrize(
    ("keys", "question", "left"),
    [
        (("X", "b"), "Mark 32 papers from before Thu 23 May as read?", 7),
        (("X", "d"), "Mark 30 papers from before Wed 22 May as read?", 9),
        (("X", "w"), "Mark 30 papers from before Thu 16 May as read?", 9),
    ],
)
@pytest.mark.parametrize("query", ["", "sort:title"])
async def test_X_marks_what_is_older(
    papers: Library, keys: Sequence[str], question: str, left: int, query: str
) -> None:
    async with reading(papers, query=query) as reader:
        await reader.press(*keys)
        await yes(reader, question)
        assert reader.counts == papers.papers.counts() == (39, left, 0), "what has no day is not older"
        await reader.press(*keys)
        assert reader.message.startswith("No unread papers from before ")
        await reader.press("u", "X", "m")
        assert reader.message == "No unread papers from before Tue 23 Apr."
        assert papers.papers.counts() == (39, 39, 0)


async def test_thousands_are_marked_and_undone_as_one(library: Library) -> None:
    entries = [
        Entry(title=f"Paper {n}", day=date(2019, 5, 1 + n % 20), abstract=f"About {n}.") for n in range(_MANY + 1000)
    ]
    ingest.import_digest(library, Digest(format="x", entries=tuple(entries)), name="a", path="/a")
    async with reading(library, query="is:unread") as reader:
        await reader.press("G", "X", "a")
        await yes(reader, f"Mark {_MANY + 999:,} papers above as read?")
        assert reader.counts == library.papers.counts() == (_MANY + 1000, 1, 0)
        assert not (reader.list.feed.groups[0].unread or reader.list.feed.groups[-1].unread - 1)
        await reader.press("u")
        assert reader.counts == library.papers.counts() == (_MANY + 1000, _MANY + 1000, 0)


async def test_q_goes_back_a_level_and_leaves_only_from_the_whole_feed(papers: Library) -> None:
    async with reading(papers) as reader:
        feed = reader.app.feed
        await reader.press("U", "M", "1", "enter", "q")
        assert reader.app.focused is reader.list and feed.query_text == 'author:"Ada Lovelace"'
        await reader.press("q")
        assert feed.query_text == "is:unread"
        await reader.press("asterisk", "q")
        assert feed.query_text == "", "a jump within what is shown is no level"
        await reader.press("asterisk", "h", "h", "escape", "escape")
        assert reader.app.return_code is None
        await reader.press("R", "q")
        assert reader.app.screen is feed
        await reader.pilot.press("enter", "q")
        await reader.rest()
        assert reader.app.focused is reader.list, "however quickly"
        await reader.pilot.press("q")
        await reader.until(lambda: reader.app.return_code == 0, "the reader is left")


@pytest.mark.parametrize("key", ["slash", "a", "i", "b", "I", "V", "question_mark", "colon", "O", "S", "U", "R", "at"])
async def test_no_key_takes_enter_from_the_welcome(library: Library, tmp_path: Path, key: str) -> None:
    samples = tmp_path / "samples"
    samples.mkdir()
    (samples / "day.txt").write_text(DAY_LIST)
    async with reading(library, samples=samples) as reader:
        await reader.press(key, "escape", "escape", "escape")
        await reader.press("enter")
        await reader.until(lambda: reader.counts[0] > 0, "the samples are there")
        await reader.rest()
        await reader.press("s")
        assert reader.counts[2] == 1, "and the list has the keys"


async def test_when_the_last_paper_is_removed_the_welcome_has_the_keys_and_undo_gives_them_back(
    library: Library,
) -> None:
    ingest.import_digest(library, Digest(format="x", entries=(Entry(title="One"),)), name="a", path="/a")
    async with reading(library) as reader:
        await reader.press("enter", "D")
        await reader.until(lambda: reader.counts[0] == 0, "it is empty")
        await reader.press("slash", "escape", "X", "A", "exclamation_mark", "q")
        await reader.press("u")
        await reader.until(lambda: reader.counts[0] == 1, "it is back")
        await reader.rest()
        await reader.press("s")
        assert reader.counts[2] == 1


async def test_an_empty_list_has_its_keys(papers: Library) -> None:
    async with reading(papers, query="nothing at all") as reader:
        for key in ("A", "X", "s", "x", "plus", "exclamation_mark", "enter", "D", "space", "w"):
            await reader.press(key, "escape") if key in ("X", "exclamation_mark") else await reader.press(key)
            if not reader.list.feed.papers:
                assert reader.app.screen is reader.app.feed, key
        reader.app.feed.run_query("nothing at all")
        await reader.rest()
        await reader.press("slash", "escape", "q")
        assert reader.app.feed.query_text == "" and reader.title


async def test_the_palette_marks_read_and_quits_too(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("j", "j", "colon")
        await reader.write("all papers above")
        await reader.press("enter")
        assert [letters(paper) for paper in papers.papers.find(Query())][:3] == ["r", "r", ""]
        await reader.press("U", "colon")
        await reader.write("quit")
        shown = reader.app.screen.query_one(Lines).all_text
        assert "Quit   from wherever you are" in shown and "Back, or quit" in shown
