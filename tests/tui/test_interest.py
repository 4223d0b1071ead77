"""The reader's interest on the screen: learned as she reads, shown in rows and pane, an order that keeps its rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from feedreader.config import Settings
from feedreader.config.values import COMFORTABLE, COMPACT, FULL
from feedreader.errors import LibraryError
from feedreader.library import Library
from feedreader.library.interest import InterestPart, Learned
from feedreader.tui import session
from feedreader.view.rows import BY_KEPT_AUTHOR
from tests.conftest import NOW
from tests.rank.world import TOPICS
from tests.tui.conftest import reading
from tests.tui.sailors import (
    SAILING,
    SIGNS,
    Child,
    at_once,
    caught_up,
    child,
    is_on,
    keep,
    learned,
    papers,
    shown,
    signed,
    titles,
)

__all__ = ["at_once", "child", "learned", "papers"]  # fixtures

# Rows and pane -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lines", [COMPACT, COMFORTABLE, FULL])
@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40), (200, 50)])
async def test_signs_stand_at_the_edge_and_cost_no_title_a_letter(
    papers: Library, lines: int, size: tuple[int, int]
) -> None:
    async with reading(papers, size=size, settings=Settings(lines=lines)) as reader:
        before = reader.lines()
        assert not signed(reader)
    keep(papers, *range(100, 106))
    papers.interest.bring_up_to_date()
    async with reading(papers, size=size, settings=Settings(lines=lines)) as reader:
        after = reader.lines()
        assert signed(reader) and all(is_on(SAILING, title) for title in signed(reader))
        edge = {line.rstrip("▐ ")[-1:] for line in after if SIGNS & set(line)}
        assert edge <= SIGNS
        for old, new in zip(before, after, strict=True):
            for title in titles(reader):
                if title in old and lines != COMPACT:
                    assert title in new
        assert len(before) == len(after)


@pytest.mark.parametrize("lines", [COMPACT, COMFORTABLE, FULL])
async def test_papers_by_an_author_kept_before_have_a_sign_of_their_own(learned: Library, lines: int) -> None:
    async with reading(learned, query="author:sailor day:2019-05-23", settings=Settings(lines=lines)) as reader:
        assert reader.text().count(f"{BY_KEPT_AUTHOR}▇") == reader.list.feed.papers == 4
        await reader.press("x")
        assert reader.text().count(BY_KEPT_AUTHOR) == 4
    async with reading(learned, query="author:someone day:2019-05-23", settings=Settings(lines=lines)) as reader:
        assert BY_KEPT_AUTHOR not in reader.text()


async def test_the_pane_says_why(learned: Library) -> None:
    async with reading(learned, query="author:sailor day:2019-05-23") as reader:
        assert "Interest" in reader.text("#pane") and any(word in reader.text("#pane") for word in TOPICS[SAILING])
        assert "by Ada Sailor (kept 3)" in reader.text("#pane")
    async with reading(learned, query="interest:<0.05 day:2019-05-23") as reader:
        assert "Interest" not in reader.text("#pane")


async def test_the_help_has_a_legend(papers: Library) -> None:
    async with reading(papers, size=(120, 50)) as reader:
        await reader.press("question_mark")
        await reader.write("interest")
        legend = reader.text("#help-lines")
        assert "▂ ▅ ▇" in legend and "Interest: some, medium, high" in legend
        await reader.press(*["backspace"] * 8)
        await reader.write("author kept")
        assert BY_KEPT_AUTHOR in reader.text("#help-lines")


# Learning ------------------------------------------------------------------------------------------------------------


async def test_the_fifth_keep_is_learned_from_and_no_row_moves(papers: Library, child: Child) -> None:
    keep(papers, *range(100, 104))
    async with reading(papers) as reader:
        order, sailing = titles(reader), [number for number in range(32) if number % 4 == 1]
        await reader.press(*["j"] * sailing[0], "s")
        await shown(reader)
        assert child.commands == [["interest", "--beside"]]
        assert titles(reader) == order and all(is_on(SAILING, title) for title in signed(reader))
        assert "Interest" in reader.text("#pane")
        assert reader.message == "Learned from 5 kept papers: O sorts by interest."
        await reader.press("s")
        await reader.until(lambda: not signed(reader), "unlearned")
        await reader.rest()
        assert "Interest" not in reader.text("#pane")


@pytest.mark.parametrize(
    ("order", "words"),
    [("", "O sorts by interest."), ("interest", "the next list you ask for"), ("category", "search for sort:interest")],
)
async def test_when_it_has_learned_it_says_what_sorts_by_interest(
    papers: Library, child: Child, order: str, words: str
) -> None:
    papers.set_state(session.ORDER, order or None)
    keep(papers, *range(100, 104))
    async with reading(papers) as reader:
        await reader.press("s")
        await reader.until(lambda: "Learned from 5 kept papers" in reader.message, "it is said")
        assert words in reader.message


async def test_what_is_undone_is_unlearned(papers: Library, child: Child) -> None:
    keep(papers, *range(100, 104))
    async with reading(papers) as reader:
        await reader.press("j", "s")
        await shown(reader)
        await reader.press("u")
        await reader.until(lambda: not signed(reader), "unlearned")


async def test_a_single_mark_is_learned_from_without_a_child(
    papers: Library, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedreader.library.interest._FEW", 0.5)
    keep(papers, *range(100, 106))
    papers.interest.bring_up_to_date()
    number = papers.interest.learned().number
    async with reading(papers) as reader:
        await reader.press("j", "j", "x")
        await reader.until(lambda: papers.interest.learned().number > number, "it was learned from")
        await reader.rest()
        scored = {paper.interest for paper in papers.papers.summaries(range(1, 65)).values()}
        assert None not in scored and not child.commands


async def test_no_two_children_learn_at_once_and_the_last_marks_are_learned_from(papers: Library, child: Child) -> None:
    keep(papers, *range(100, 104))
    child.held.clear()
    async with reading(papers) as reader:
        await reader.press("j", "s")
        await reader.until(lambda: child.running == 1, "it runs")
        await reader.press("j", "j", "j", "j", "s")
        for _ in range(20):
            await reader.pilot.pause(0.01)
        assert child.running == 1 and len(child.commands) == 1
        child.held.set()
        await reader.until(lambda: (profile := papers.interest.learned().profile) is not None and profile.kept == 6)
        await reader.rest()


async def test_a_child_that_learns_is_ended_with_the_reader(papers: Library, child: Child) -> None:
    keep(papers, *range(100, 104))
    child.held.clear()
    async with reading(papers) as reader:
        await reader.press("j", "s")
        await reader.until(lambda: child.running == 1, "it runs")
        await reader.pilot.press("q")
    assert not child.running and child.ended == 1


async def test_a_child_that_fails_is_quiet_and_not_started_again(papers: Library, child: Child) -> None:
    keep(papers, *range(100, 104))
    child.code = 1
    async with reading(papers, toasts=True) as reader:
        await reader.press("j", "s")
        await reader.until(lambda: child.ended == 1, "it failed")
        await reader.press("j", "s")
        for _ in range(20):
            await reader.pilot.pause(0.01)
        assert child.ended == 1 and not reader.app._notifications and not signed(reader)


async def test_what_is_imported_or_removed_is_learned_from_by_the_child_alone(
    learned: Library, child: Child, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    learns: list[bool] = []
    learn = InterestPart.learn

    def noted(self: InterestPart, *, thorough: bool = True) -> Learned:
        learns.append(thorough and not child.running)
        return learn(self, thorough=thorough)

    monkeypatch.setattr(InterestPart, "learn", noted)
    lines = [json.dumps({"id": f"1906.{n:05}", "title": f"Sailing {n}", "abstract": "Sails."}) for n in range(400)]
    (tmp_path / "many.jsonl").write_text("\n".join(lines))
    async with reading(learned) as reader:
        await caught_up(reader)
        await reader.press("i")
        await reader.write(str(tmp_path / "many.jsonl"))
        await reader.press("enter")
        await reader.until(lambda: child.ended == 1, "the grown library is learned from")
        await reader.press("D")
        await reader.rest()
    assert learns and not any(learns) and child.ended == 1


async def test_the_program_itself_learns_anew(papers: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDREADER_NOW", NOW.isoformat())
    keep(papers, *range(100, 104))
    async with reading(papers) as reader:
        await reader.press("j", "s")
        await shown(reader)
        await reader.until(lambda: not reader.app.feed.interest.children, "it ends")


async def test_old_papers_are_scored_when_they_come_on_the_screen(
    learned: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with learned._database.write() as connection:
        connection.execute("UPDATE papers SET interest = NULL, scored = 0, why = '' WHERE name LIKE '1904%'")
    monkeypatch.setattr("feedreader.tui.app.COLLECT_AFTER", 0.01)
    monkeypatch.setattr("feedreader.library.interest.NEWEST", 32)
    monkeypatch.setattr(InterestPart, "score_newest", lambda *_, **__: 0)
    async with reading(learned, size=(120, 20)) as reader:
        await caught_up(reader)
        await reader.press("]")
        await reader.until(
            lambda: any(int(title.split()[-1]) > 99 for title in signed(reader)), "those of nine days ago"
        )
        await reader.rest()


async def test_what_another_reader_learned_is_shown(papers: Library) -> None:
    async with reading(papers) as reader:
        other = Library.open(papers.path, now=lambda: NOW)
        try:
            keep(other, *range(100, 106))
            other.interest.bring_up_to_date()
        finally:
            other.close()
        reader.app.library_file.look()
        await shown(reader)


async def test_a_library_that_cannot_be_written_shows_what_is_known(
    learned: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with reading(learned, toasts=True) as reader:
        await caught_up(reader)

        def fails(*_: object, **__: object) -> int:
            raise LibraryError("The library is away.")

        for name in ("score", "score_newest", "order", "learn"):
            monkeypatch.setattr(InterestPart, name, fails)
        reader.app.feed.interest.marked()
        reader.app.feed.interest.library_changed()
        await reader.press("O", "j", "slash")
        await reader.write("top:3")
        await reader.press("enter")
        assert reader.list.feed.papers == 3 and not reader.app._notifications


async def test_a_library_that_was_deleted_is_no_crash(learned: Library) -> None:
    async with reading(learned) as reader:
        learned.path.unlink()
        await reader.press("O", "j", "s", "]")
        reader.app.feed.interest.learn()
        await reader.rest()
        assert titles(reader)
