"""The settings on the screen: keys, theme, lines, columns, the rule for what becomes read."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.binding import Binding
from textual.widgets import Input

from feedreader.config import Settings
from feedreader.config.values import COMPACT
from feedreader.library import Library
from feedreader.tui import session
from feedreader.tui.dialogs.palette import commands_of
from feedreader.tui.keys import SCREEN_KEYS
from tests.tui.conftest import Reader, reading

KEYS = Settings(
    keys=(
        ("next", ("n", "down")),
        ("next-unread", (",",)),
        ("toggle-kept", ("f5", "+")),
        ("undo", ()),
        ("help", ("tab",)),
        ("kept-only", ("ctrl+space",)),
    )
)
TWO = Settings(lines=2, columns=("authors", "categories", "day"))


async def test_other_keys_work_and_the_old_ones_do_not(papers: Library) -> None:
    async with reading(papers, settings=KEYS) as reader:
        start = reader.list.cursor
        await reader.press("n")
        assert reader.list.cursor != start
        await reader.press("k", "j")
        assert reader.list.cursor == start, "k is as it was; j does nothing"
        await reader.press("f5")
        assert reader.counts[2] == 1
        await reader.press("plus")
        assert reader.counts[2] == 0
        await reader.press("s", "u")
        assert reader.counts[2] == 0
        await reader.press("comma")
        assert reader.list.cursor != start


async def test_ids_of_earlier_versions_still_give_keys(papers: Library) -> None:
    settings = Settings(keys=(("views", ("f5",)), ("forget", ())), views=(("Undated", "undated"),))
    async with reading(papers, settings=settings) as reader:
        await reader.press("D", "V")
        assert reader.app.screen is reader.app.feed and reader.list.feed.papers == 39
        await reader.press("f5")
        assert reader.app.screen.id == "saved-searches"


async def test_hints_help_palette_and_sentences_name_them(papers: Library) -> None:
    async with reading(papers, settings=KEYS) as reader:
        hints = reader.text("#hints")
        assert " f5 keep  x dismiss" in hints and "tab help" in hints and "undo" not in hints
        words = {binding.id: binding.tooltip for binding in SCREEN_KEYS if isinstance(binding, Binding)}
        keys = {command.name: command.key for command in commands_of(reader.app, reader.app.context, None)}
        assert (keys[words["toggle-kept"]], keys[words["undo"]]) == ("f5", "")
        await reader.press("A")
        assert reader.message.endswith(f"(“{words['undo']}” to undo).")
        await reader.press("ctrl+@")
        assert "ctrl+@ to show all papers, f5 to keep one" in reader.text().replace("^@", "ctrl+@")
        await reader.press("tab")
        assert reader.app.screen.id == "help"
        await reader.until(lambda: words["toggle-kept"] in reader.text("#help-lines"), "the help")
        text = reader.app.screen.query_one("#help-lines").all_text  # type: ignore[attr-defined]
        assert "n ↓" in text and " ,  " in text and "f5 +" in text
        assert words["undo"] not in text
        assert reader.app.screen.focused is reader.app.screen.query_one(Input)


async def test_what_has_no_key_can_be_done_from_the_palette(papers: Library) -> None:
    async with reading(papers, settings=KEYS) as reader:
        await reader.press("f5")
        command = next(
            command for command in commands_of(reader.app, reader.app.context, None) if command.name.startswith("Undo")
        )
        await command.run()  # type: ignore[misc]
        await reader.rest()
        assert reader.counts[2] == 0


async def test_keys_behind_a_key_can_be_others_too(papers: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(keys=(("copy", ("f3",)), ("copy-title", ("j",)), ("copy-id", ())))
    async with reading(papers, settings=settings) as reader:
        await reader.press("f3")
        offered = reader.text("#copy-keys")
        assert "j    Copy the title" in offered and "id, DOI" not in offered
        await reader.press("i")
        assert reader.app.screen is reader.app.feed, "a key that means nothing leaves"
        copied: list[str] = []
        monkeypatch.setattr(type(reader.app), "copy_to_clipboard", lambda _, text: copied.append(text))
        await reader.press("f3", "j")
        await reader.until(lambda: "title" in reader.message.lower() or bool(copied), "copied")


async def test_the_theme_that_is_set_goes_before_the_one_that_is_remembered(papers: Library) -> None:
    papers.set_state(session.THEME, "gruvbox")
    async with reading(papers, settings=Settings(theme="nord")) as reader:
        assert reader.app.theme == "nord"
    assert papers.state(session.THEME) == "gruvbox", "and does not take its place"
    async with reading(papers) as reader:
        assert reader.app.theme == "gruvbox"


async def opened_and_left(papers: Library, rule: str) -> tuple[int, int]:
    """Unread papers while the first one is open, and when it was left."""
    async with reading(papers, settings=Settings(mark_read=rule)) as reader:
        await reader.press("enter")
        while_open = reader.counts[1]
        await reader.press("h", "j")
        return while_open, reader.counts[1]


@pytest.mark.parametrize(("rule", "unread"), [("on_open", (38, 38)), ("on_moving_on", (39, 38)), ("never", (39, 39))])
async def test_when_an_opened_paper_becomes_read(papers: Library, rule: str, unread: tuple[int, int]) -> None:
    assert await opened_and_left(papers, rule) == unread


async def test_reading_on_with_the_other_rules(papers: Library) -> None:
    async with reading(papers, settings=Settings(mark_read="on_open")) as reader:
        await reader.press("enter", "m")
        assert reader.counts[1] == 39, "m has the last word"
        await reader.press("h", "j")
        assert reader.counts[1] == 39
        await reader.press("enter", "J", "J")
        assert reader.counts[1] == 36, "the third one is open"
    async with reading(papers, settings=Settings(mark_read="never")) as reader:
        await reader.press("space", "space", "space")
        assert reader.counts[1] == 36
        await reader.press("m")
        assert reader.counts[1] == 35


# Two lines a paper --------------------------------------------------------------------------------------------------


def shown(reader: Reader) -> list[str]:
    return [line.rstrip("▐ ") for line in reader.lines()]


async def test_two_lines_a_paper(papers: Library) -> None:
    async with reading(papers, settings=TWO) as reader:
        lines = shown(reader)
        assert lines[0].startswith("── Today · Thu 23 May ─")
        assert lines[1] == "▌●  Alpha networks for everybody"
        assert lines[2] == "▌   Lovelace, Babbage · cs.LG · 23 May 2019"
        assert lines[7].startswith(" ●  深層学習による画像認識の研究とその応用についての長い題名")
        assert lines[8] == "    山田太郎 · 23 May 2019"
        assert lines[9].startswith("── Yesterday · Wed 22 May ─")
        await reader.press("j", "j", "m")
        assert shown(reader)[5].startswith("▌   Bounds")


@pytest.mark.parametrize("size", [(120, 40), (120, 21), (120, 20), (80, 24), (60, 16)])
async def test_the_cursor_s_paper_is_always_seen_whole(papers: Library, size: tuple[int, int]) -> None:
    def whole(reader: Reader) -> bool:
        papers = reader.list
        return 0 < papers.line < papers.size.height - 1 and "▌" in reader.lines()[papers.line]

    async with reading(papers, settings=TWO, size=size) as reader:
        for keys in (["j"] * 41, ["k"] * 12, ["g", "ctrl+d", "ctrl+d", "ctrl+u"], ["pagedown"] * 6, ["G", "pageup"]):
            for key in keys:
                await reader.press(key)
                assert whole(reader), (key, reader.list.line, reader.list.top)
                second = shown(reader)[1]
                assert not second or not second.startswith("    "), "under the header, a paper begins"
        for key in ("g", "right_square_bracket", "right_square_bracket", "n", "N", "left_square_bracket"):
            await reader.press(key)
            assert whole(reader), key
        for width, height in ((100, 17), (200, 50), (60, 16), (130, 23)):
            await reader.pilot.resize_terminal(width, height)
            await reader.rest()
            assert whole(reader), (width, height)


async def test_a_click_on_either_line_chooses_the_paper(papers: Library) -> None:
    async with reading(papers, settings=TWO) as reader:
        for y, title in ((3, "[MASK]"), (6, "Bounds"), (8, "深層"), (9, "Long reading"), (1, "Alpha"), (2, "Alpha")):
            await reader.pilot.click("#list", offset=(20, y))
            await reader.rest()
            assert (reader.title or "").startswith(title), y
        await reader.pilot.click("#list", offset=(20, 6), times=2)
        await reader.rest()
        assert reader.pane.has_focus


async def test_marks_are_drawn_on_their_lines_only(papers: Library) -> None:
    async with reading(papers, settings=TWO, size=(120, 24)) as reader:
        await reader.press("j", "j", "s", "m", "j")
        assert shown(reader)[5].startswith("  ★ Bounds") and "1/4 ▰" in shown(reader)[0]
        before = reader.lines()
        reader.list.refresh()
        await reader.rest()
        assert reader.lines() == before


async def test_the_place_is_found_again_with_two_lines(papers: Library) -> None:
    async with reading(papers, settings=TWO) as reader:
        await reader.press(*["j"] * 17)
        title, line = reader.title, reader.list.line
        await reader.app.action_quit()
    async with reading(papers, settings=TWO) as reader:
        assert (reader.title, reader.list.line) == (title, line)


async def test_columns_on_one_line(papers: Library) -> None:
    async with reading(papers, settings=Settings(lines=COMPACT, columns=("day", "title", "source"))) as reader:
        assert shown(reader)[1] == "▌●  23 May 2019  Alpha networks for everybody        digest.txt"
    async with reading(papers, settings=Settings(lines=COMPACT, columns=())) as reader:
        assert shown(reader)[1] == "▌●  Alpha networks for everybody"


async def test_the_welcome_names_the_keys_that_hold(library: Library) -> None:
    async with reading(library, settings=Settings(keys=(("import", ("f2",)), ("quit", ("ctrl+x",))))) as reader:
        text = reader.text("#welcome")
        assert "f2     import a digest" in text and "^x quit" in reader.text("#hints")
        line = next(number for number, words in enumerate(reader.lines("#welcome")) if "import a digest" in words)
        await reader.pilot.click("#welcome", offset=(40, line))
        await reader.rest()
        assert reader.app.screen.id == "import"


async def test_the_settings_are_read_again(papers: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config.toml"
    monkeypatch.setenv("FEEDREADER_CONFIG", str(file))
    async with reading(papers, settings=KEYS) as reader:
        file.write_text("theme = 'nord'\nlist.density = 'comfortable'\n[keys]\nnext = 'f7'\n")
        await reader.press("n")
        title, line = reader.title, reader.list.line
        reader.app.action_read_settings()
        await reader.rest()
        assert (reader.title, reader.list.density, reader.app.theme) == (title, 2, "nord")
        assert abs(reader.list.line - line) <= 1
        await reader.press("s", "f7")
        assert reader.counts[2] == 1 and reader.title != title, "what is no longer set is as it was"
        file.write_text("[keys]\nnxt = 'f7'\n")
        reader.app.action_read_settings()
        await reader.rest()
        notice = next(iter(reader.app._notifications))
        assert "line 2: Unknown action “nxt” in [keys]" in notice.message and notice.title == "Invalid setting"
        assert reader.list.density == 2
