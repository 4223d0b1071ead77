"""Highlighting and muting in the reader: made in two keys, seen at once, undone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.widgets import Input

from feedreader.library import Library
from feedreader.services.rules import load
from feedreader.tui.app import FeedreaderApp
from tests.tui.conftest import TODAY, Reader


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return tmp_path / "conf" / "rules.toml"


@asynccontextmanager
async def reading(library: Library, rules: Path, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Reader]:
    """The reader with rules, once they are applied."""
    app = FeedreaderApp(library, today=lambda: TODAY, rules=rules)
    try:
        async with app.run_test(size=size) as pilot:
            reader = Reader(app, pilot)
            await reader.until(lambda: library.rules.current is not None, "the rules hold")
            await reader.rest()
            yield reader
    finally:
        app.finish()


def write(path: Path, *made: tuple[str, str]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"[[{effect}]]\nquery = '''{query}'''\n" for effect, query in made))


def overwrite(path: Path, text: str) -> None:
    path.write_text(text)


def text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


async def test_rules_of_the_file_are_seen(papers: Library, rules: Path) -> None:
    write(rules, ("highlight", "title:Bounds"), ("mute", "title:alpha"), ("mute", "long day"))
    async with reading(papers, rules, (80, 24)) as reader:
        lines = reader.lines()
        assert "0/3 ▱▱▱▱▱ · 1 highlighted · 1 muted" in lines[0]
        assert any(line.startswith(" ◆") and "Bounds of" in line for line in lines)
        assert "Alpha" not in reader.text()
        assert reader.counts == (39, 8, 0)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_an_author_is_highlighted_in_two_keys_and_u_undoes_it(
    papers: Library, rules: Path, size: tuple[int, int]
) -> None:
    async with reading(papers, rules, size) as reader:
        await reader.press("+")
        assert "Highlight" in reader.text("#dialog-heading")
        assert reader.lines("#rule-keys")[0] == " a    Papers by this author (1–2)"
        assert [line.split()[0] for line in reader.lines("#rule-keys")] == ["a", "w", "c", "s", "l"]
        await reader.press("2")
        await reader.until(lambda: "Highlighted author:" in reader.message, "it is said")
        assert reader.message == 'Highlighted author:"Charles Babbage": 36 papers (u to undo).'
        assert "◆" in reader.lines()[1] and reader.list.has_focus
        assert '◆ Highlighted by: author:"Charles Babbage"' in " ".join(reader.text("#pane").replace("│", " ").split())
        await reader.press("u")
        await reader.until(lambda: "◆" not in reader.text(), "it is undone")
        assert reader.message == 'Undid: highlight author:"Charles Babbage"'
        assert "[[highlight]]" not in text(rules)


async def test_while_the_file_is_broken_u_keeps_its_step_and_says_what_to_do(papers: Library, rules: Path) -> None:
    async with reading(papers, rules) as reader:
        await reader.press("+", "2")
        await reader.until(lambda: "Highlighted author:" in reader.message, "it is made")
        made = text(rules)
        overwrite(rules, f"{made}[[mute]\n")
        await reader.press("u")
        await reader.until(lambda: bool(reader.app._notifications), "what is wrong is said")
        await reader.rest()
        assert any("Then undo again." in one.message for one in reader.app._notifications)
        assert "Undid" not in reader.message and "◆" in reader.text()
        overwrite(rules, made)
        await reader.press("u")
        await reader.until(lambda: "◆" not in reader.text(), "it is undone")
        assert "[[highlight]]" not in text(rules)


async def test_of_several_authors_one_is_picked(papers: Library, rules: Path) -> None:
    async with reading(papers, rules) as reader:
        await reader.press("+", "a")
        assert " 1  Ada Lovelace" in reader.text("#pick-lines") and " 2  Charles Babbage" in reader.text("#pick-lines")
        await reader.press("j", "enter")
        await reader.until(lambda: "Babbage" in reader.message, "it is made")
        await reader.press("-", "a", "1", "y")
        await reader.until(lambda: "Muted author:" in reader.message, "it is made")
        assert load(rules).find("mute", 'author:"Ada Lovelace"') is not None
        await reader.press("-", "a", "escape")
        assert reader.list.has_focus


async def test_neither_l_nor_any_other_letter_takes_a_choice(papers: Library, rules: Path) -> None:
    async with reading(papers, rules) as reader:
        await reader.press("+", "a", "l", "right", "space", "c")
        assert reader.app.screen.id == "pick" and text(rules) == ""
        await reader.press("q")
        assert reader.app.screen is reader.app.feed


async def test_words_of_the_title_are_offered_that_can_be_searched(papers: Library, rules: Path) -> None:
    async with reading(papers, rules) as reader:
        await reader.press("+", "w")
        assert reader.app.screen.query_one(Input).value == "alpha networks everybody"
        await reader.press("enter")
        await reader.until(lambda: "Highlighted" in reader.message, "it is made")
        assert reader.message == "Highlighted alpha networks everybody: 1 paper (u to undo)."
        await reader.press("-", "w")
        await reader.write("number")
        await reader.press("enter")
        question = reader.text("#confirm-question").replace("\n", " ")
        assert question == "Mute number? It matches 30 papers.", "what was offered is replaced by typing"


@pytest.mark.parametrize("size", [(60, 16), (80, 24)])
async def test_a_menu_shows_all_its_keys_at_every_size(papers: Library, rules: Path, size: tuple[int, int]) -> None:
    async with reading(papers, rules, size) as reader:
        for key, lines, last in (
            ("+", "#rule-keys", "l    "),
            ("X", "#read-many-keys", "m    "),
            ("y", "#copy-keys", "t    "),
        ):
            await reader.press(key)
            assert reader.lines(lines)[-1].startswith(f" {last}") and "esc cancel" in reader.text("#dialog-hints")
            await reader.press("escape")


async def test_a_digit_names_an_author_though_the_key_for_authors_was_taken_away(papers: Library, rules: Path) -> None:
    async with reading(papers, rules) as reader:
        reader.app.context.keys = {"rule-author": (), "rule-words": ("comma",)}
        await reader.press("+")
        assert [line.split()[0] for line in reader.lines("#rule-keys")] == [",", "c", "s", "l"]
        await reader.press("2")
        await reader.until(lambda: "Charles Babbage" in reader.message, "it is made")


async def test_muting_leads_to_the_next_paper_and_kept_ones_come_back(papers: Library, rules: Path) -> None:
    async with reading(papers, rules) as reader:
        assert reader.title == "Alpha networks for everybody"
        await reader.press("-", "c")
        question = reader.text("#confirm-question").replace("\n", " ")
        assert question == "Mute cat:cs.LG? It matches 1 paper, 1 of the 4 of Thu 23 May 2019."
        await reader.press("enter")
        assert text(rules) == "" and reader.counts[1] == 39, "nothing is muted by a slip"
        await reader.press("-", "c", "y")
        await reader.until(lambda: "Muted cat:cs.LG: 1 paper (" in reader.message, "it is said")
        await reader.rest()
        assert "1 muted" in reader.lines()[0] and reader.title != "Alpha networks for everybody"
        assert reader.list.feed.place(reader.list.cursor or 0).group == 0
        await reader.press("z")
        assert "Muted on Thu 23 May ─" in reader.text()
        while reader.title != "Alpha networks for everybody":
            await reader.press("j")
        assert "Muted by: cat:cs.LG" in reader.text("#pane")
        await reader.press("m")
        assert reader.counts == (39, 38, 0)
        await reader.press("m", "s")
        await reader.until(lambda: "Muted on Thu 23 May" not in reader.text(), "it is in its day again")
        assert reader.counts == (39, 39, 1)
        await reader.press("z", "S")
        assert "Alpha networks" in reader.text()
        assert "Muted by: cat:cs.LG; shown because you kept it" in " ".join(
            reader.text("#pane").replace("│", " ").split()
        )


async def test_words_of_the_title_are_offered_and_a_mistake_is_said(papers: Library, rules: Path) -> None:
    async with reading(papers, rules) as reader:
        await reader.press("+", "w")
        field = reader.app.screen.query_one(Input)
        assert field.value == "alpha networks everybody"
        field.value = "networks for"
        await reader.press("enter")
        await reader.until(lambda: "Highlighted networks for: 1 paper (" in reader.message, "it is made")
        await reader.press("+", "w")
        reader.app.screen.query_one(Input).value = "foo:x"
        await reader.press("enter")
        await reader.until(lambda: bool(reader.app._notifications), "the mistake is said")
        assert "Unknown field “foo”" in next(iter(reader.app._notifications)).message
        await reader.press("+", "w")
        reader.app.screen.query_one(Input).value = "networks  for"
        await reader.press("enter")
        await reader.until(lambda: reader.message.startswith("Already highlighted"), "it is there")
        assert text(rules).count("[[highlight]]") == 1


async def test_a_key_that_means_nothing_leaves_and_what_is_missing_is_said(papers: Library, rules: Path) -> None:
    async with reading(papers, rules) as reader:
        await reader.press("j", "+", "c")
        assert reader.message == "This paper has no category."
        await reader.press("+", "7")
        assert reader.list.has_focus
        await reader.press("+", "escape")
        assert reader.list.has_focus and not text(rules)


async def test_hostile_names_make_rules_that_find_them(papers: Library, rules: Path) -> None:
    async with reading(papers, rules) as reader:
        await reader.press("j", "+", "a")
        await reader.until(lambda: "1 paper (" in reader.message, "it is made")
        assert "◆ Highlighted by: author:" in reader.text("#pane")


async def test_the_list_of_rules_shows_takes_away_and_leads_to_the_papers(papers: Library, rules: Path) -> None:
    write(rules, ("mute", "long day"), ("mute", "oops ("))
    async with reading(papers, rules) as reader:
        (note,) = reader.app._notifications
        assert "line 4: This parenthesis is never closed" in note.message
        await reader.press("+", "s")
        await reader.until(lambda: "Highlighted source:digest.txt" in reader.message, "it is made")
        await reader.rest()
        await reader.press("+", "l")
        assert "mute      long day" in reader.text("#rules-lines") and "30 papers" in reader.text("#rules-lines")
        await reader.press("j", "x")
        await reader.until(lambda: "source:digest" not in reader.text("#rules-lines"), "it is removed")
        assert "[[highlight]]" not in text(rules) and "long day" in text(rules)
        await reader.press("k", "x")
        await reader.until(lambda: len(reader.app._notifications) == 2, "it is somebody's own")
        assert "you wrote this rule" in [one.message for one in reader.app._notifications][-1]
        await reader.press("enter")
        await reader.until(lambda: reader.app.feed.query_text == "long day", "its papers are shown")


async def test_a_change_of_the_file_is_seen_while_the_reader_is_open(papers: Library, rules: Path) -> None:
    async with reading(papers, rules) as reader:
        write(rules, ("highlight", "title:alpha"))
        reader.app.rules.look()
        await reader.until(lambda: "◆" in reader.text(), "it is seen")
        write(rules)
        reader.app.rules.look()
        await reader.until(lambda: "◆" not in reader.text(), "it is seen")


async def test_without_a_file_of_rules_nothing_is_made(papers: Library) -> None:
    app = FeedreaderApp(papers, today=lambda: TODAY)
    try:
        async with app.run_test() as pilot:
            reader = Reader(app, pilot)
            await reader.rest()
            await reader.press("+", "-")
            assert reader.list.has_focus
    finally:
        app.finish()
