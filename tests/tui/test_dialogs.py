"""Help, palette, import, report, digests, welcome."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.widgets import Input

from feedreader.errors import NotADigest
from feedreader.library import Library
from feedreader.model import Problem
from feedreader.query.help import query_help
from feedreader.services.block_readers import ReadBlock
from feedreader.services.ingest import ImportResult
from feedreader.services.stream_import import StreamImport
from feedreader.tui import keys, session
from feedreader.tui.dialogs.browse import Tabs
from feedreader.tui.dialogs.confirm import Confirm
from feedreader.tui.dialogs.imports import completions, given_paths
from feedreader.tui.dialogs.palette import match
from feedreader.tui.widgets.lines import Lines
from tests.services.test_stream_import import record
from tests.tui.conftest import HOSTILE, reading

DAY_LIST = """May 23, 2019
A Paper About Digests
Ada Lovelace, Charles Babbage

We show that a digest can be read, and that reading it is good for the reader in more than one way. The method
is simple and has few parts, which we describe one after the other. Experiments were made and went well.

Another Paper About Digests
Grace Hopper

We look at the same question from another side, and find that the answer does not change very much. The data
are the same as before; the method is not. We close with what remains to be done, which is a good deal.
"""


def bindings() -> list[Binding]:
    everything = (*keys.LIST_KEYS, *keys.PANE_KEYS, *keys.SCREEN_KEYS, *keys.APP_KEYS)
    return [binding for binding in everything if isinstance(binding, Binding)]


def test_every_binding_has_an_id_words_and_a_tooltip() -> None:
    assert all(b.id and b.description and b.tooltip and b.group for b in bindings())
    ids = [b.id for b in bindings()]
    assert len(set(ids)) == len(ids)


async def test_help_lists_all_keys_and_filters_them(papers: Library) -> None:
    async with reading(papers, size=(60, 16)) as reader:
        await reader.press("question_mark")
        shown = " ".join(reader.app.screen.query_one(Lines).all_text.split())
        assert [b.id for b in bindings() if b.tooltip not in shown] == []
        assert [words for _, words in query_help() if words not in shown] == [], "nothing is cut"
        assert reader.lines("#help-lines")[1].split()[0] == "space", "the five to start with come first"
        await reader.write("shortlist")
        assert "Keep on the shortlist" in reader.text("#help-lines")
        assert "Next paper" not in reader.text("#help-lines")
        reader.app.screen.query_one(Input).value = ""
        await reader.write("search")
        assert "regular expression" in reader.app.screen.query_one(Lines).all_text, "what a search understands, too"
        await reader.write("zzz")
        assert "No matches." in reader.text("#help-lines")
        await reader.press("escape")
        assert reader.app.screen is reader.app.feed
        assert reader.list.has_focus


async def test_help_gives_each_key_one_line_in_two_columns(papers: Library) -> None:
    async with reading(papers, size=(100, 100)) as reader:
        await reader.press("question_mark")
        shown = reader.app.screen.query_one(Lines).all_text
        assert [each.tooltip for each in bindings() if each.group and each.tooltip not in shown] == []


async def test_help_scrolls_on_a_small_screen(papers: Library) -> None:
    async with reading(papers, size=(60, 16)) as reader:
        await reader.press("question_mark")
        before = reader.text("#help-lines")
        await reader.press("down", "pagedown")
        assert reader.text("#help-lines") != before


async def test_rebound_keys_are_shown_as_they_are(papers: Library) -> None:
    async with reading(papers) as reader:
        reader.app.set_keymap({"toggle-kept": "b"})
        await reader.press("question_mark")
        line = next(line for line in reader.lines("#help-lines") if "Keep on the shortlist" in line)
        assert line.split()[0] == "b"
        await reader.press("escape", "b")
        assert reader.counts == (39, 39, 1)


async def test_the_palette_runs_a_command(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("colon")
        await reader.write("keep on")
        first = reader.lines("#narrow-lines")[0].strip()
        assert first.startswith("Keep on the shortlist") and first.endswith("  s")
        await reader.press("enter")
        await reader.until(lambda: reader.counts == (39, 39, 1), "the paper is kept")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("theme", "Change the theme"),
        ("chth", "Change the theme"),
        ("dark", "Change the theme"),
        ("the theme", "Change the theme"),
        ("pict", "Save a picture of the screen"),
        ("config", "Reload the settings"),
        ("q", "Quit "),
        (":wq", "Quit "),
    ],
)
async def test_the_palette_finds_what_is_meant(papers: Library, typed: str, first: str) -> None:
    async with reading(papers, size=(60, 16)) as reader:
        await reader.press("ctrl+p")
        await reader.write(typed)
        lines = reader.lines("#narrow-lines")
        assert lines[0].strip().startswith(first)
        assert not any(line.strip().startswith("Fetch") for line in lines)


def test_a_name_is_found_by_the_beginnings_of_its_words() -> None:
    assert match("th", "Change the theme") > match("th", "Mark as read: papers more than a day old") > 0
    assert match("", "anything") > 0
    assert match("mr", "Mark read or unread") > match("mr", "A number") == 0
    assert match("theme", "Fetch the days that were missed") == 0
    assert match("un", "Unread only") > match("un", "Mark the paper unread") > 0
    assert match("read", "Read on") > match("ead", "Read on") > 0
    assert match("Frechet", "Notes of Fréchet") > 0
    assert match("zz", "Open the page") == match("open zz", "Open the page") == 0


async def test_the_palette_offers_first_what_was_run_last(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("colon")
        before = reader.lines("#narrow-lines")[0]
        await reader.write("random")
        await reader.press("enter", "colon")
        assert "random" in reader.lines("#narrow-lines")[0].casefold()
        assert before in reader.lines("#narrow-lines")[1:3]


async def test_themes_are_shown_as_one_goes_and_one_is_kept(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("colon")
        await reader.write("theme")
        await reader.press("enter")
        assert "automatic" in reader.lines("#narrow-lines")[0]
        await reader.write("nord")
        assert reader.app.theme == "nord"
        await reader.press("escape")
        assert (reader.app.theme, papers.state(session.THEME)) == ("feedreader-dark", None), "nothing was chosen"
        await reader.press("colon", "enter")
        await reader.write("gruv")
        await reader.press("enter")
        await reader.until(lambda: papers.state(session.THEME) == "gruvbox", "it is remembered")
        assert reader.app.theme == "gruvbox"
    async with reading(papers) as reader:
        assert reader.app.theme == "gruvbox"
        await reader.press("colon")
        await reader.write("theme")
        await reader.press("enter")
        await reader.write("auto")
        await reader.press("enter")
        await reader.until(lambda: papers.state(session.THEME) is None, "none is remembered")
        assert reader.app.theme == "feedreader-dark"


SIZES = [(60, 16), (80, 24), (100, 30), (200, 50)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keys", ["?", ":", "b", "V", "a", "I", "i", "e", "w", "y"])
async def test_dialogs_have_one_shape(papers: Library, size: tuple[int, int], keys: str) -> None:
    async with reading(papers, size=size) as reader:
        await reader.press(keys)
        screen = reader.app.screen
        box = screen.query_one("#dialog").region
        assert screen.region.contains_region(box)
        widths = (48,) if keys == "y" else (72, 100)  # a menu in the corner covers little
        assert box.width in [min(width, size[0] * 96 // 100) for width in widths]
        top, bottom = reader.lines("#dialog-heading")[0], reader.lines("#dialog-hints")[0]
        assert top.startswith("╭─ ") and top.endswith("─╮") and len(top) == box.width
        assert bottom.startswith("╰─") and bottom.endswith("╯") and len(bottom) == box.width
        assert "esc c" in bottom, "how to close it is always said"
        await reader.press("escape")
        assert reader.app.screen is reader.app.feed


@pytest.mark.parametrize(("keys", "gone"), [("V", "remove"), ("R", "scroll")])
async def test_an_empty_dialog_names_no_key_that_does_nothing(papers: Library, keys: str, gone: str) -> None:
    async with reading(papers) as reader:
        await reader.press(keys)
        hints = reader.text("#dialog-hints")
        assert "esc close" in hints and gone not in hints


async def test_the_border_leaves_a_space_behind_its_last_key(papers: Library) -> None:
    async with reading(papers) as reader:
        reader.app.push_screen(Confirm("Do it?"))
        await reader.rest()
        assert "n no ─" in reader.text("#dialog-hints")


async def test_the_format_chosen_is_whole_on_a_narrow_screen(papers: Library) -> None:
    async with reading(papers, size=(60, 16)) as reader:
        await reader.press("e", "left")
        assert "  JSON Lines" in reader.text("#export-format")
        await reader.press("right")
        assert "  BibTeX" in reader.text("#export-format")


async def test_all_lists_are_named_on_a_narrow_screen(papers: Library) -> None:
    tabs = Tabs(id="tabs")
    counts = {"categories": 150, "sources": 20, "authors": 93_002, "tags": 1_500}
    tabs.show("authors", counts)
    for width in range(48, 90):
        line = "".join(text for _, text in tabs.pieces(width))
        assert "Tags" in line and "Authors 93,002" in line and len(line) <= width


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
async def test_the_feed_stays_in_sight_behind_a_dialog_with_16_colors(papers: Library, theme: str) -> None:
    async with reading(papers) as reader:
        reader.app.theme = theme
        await reader.press("R")
        seen = "\n".join(strip.text for strip in reader.app.screen._compositor.render_strips())
        assert "Last import report" in seen and "Alpha networks" in seen


async def test_keys_in_the_border_can_be_clicked(papers: Library) -> None:
    async with reading(papers, size=(100, 30)) as reader:
        await reader.press("b")
        text = reader.lines("#dialog-hints")[0]
        await reader.pilot.click("#dialog-hints", offset=(text.index("order"), 0))
        await reader.until(lambda: "by name" in reader.text("#dialog-heading"), "the order changes")
        await reader.pilot.click("#dialog-hints", offset=(text.index("esc") + 1, 0))
        await reader.until(lambda: reader.app.screen is reader.app.feed, "it closes")


async def test_a_welcome_while_there_is_nothing(library: Library, tmp_path: Path) -> None:
    samples = tmp_path / "samples"
    samples.mkdir()
    (samples / "day-list.txt").write_text(DAY_LIST)
    async with reading(library, samples=samples) as reader:
        text = reader.text("#welcome")
        assert "Welcome to feedreader" in text
        assert "keep it on your shortlist" in text and "subscribe to an arXiv category" in text
        assert reader.text("#hints").lstrip().startswith("enter load samples")
        for key in ("j", "m", "s", "n", "space", "A", "G", "right_square_bracket", "U", "U", "escape", "D"):
            await reader.press(key)
        await reader.press("enter")
        await reader.until(lambda: reader.counts[0] == 2, "the samples are in")
        await reader.rest()
        assert reader.title == "A Paper About Digests"
        assert reader.list.has_focus
        assert reader.message == "Loaded 2 sample papers."
        await reader.press("I", "x")
        await reader.until(lambda: reader.counts[0] == 0, "they are out")
        await reader.press("escape")
        assert "Welcome to feedreader" in reader.text("#welcome")
        await reader.press("u")
        await reader.until(lambda: reader.counts[0] == 2, "they are in again")


async def test_no_samples_are_offered_where_there_are_none(library: Library) -> None:
    async with reading(library) as reader:
        assert "samples" not in reader.text("#welcome")
        await reader.press("enter", "y")
        assert reader.counts == (0, 0, 0)


async def test_a_file_is_imported_by_name(papers: Library, tmp_path: Path) -> None:
    (tmp_path / "mail.txt").write_text(DAY_LIST)
    async with reading(papers) as reader:
        await reader.press("i")
        await reader.write(str(tmp_path / "mai"))
        await reader.until(lambda: "mail.txt" in reader.text("#import-names"), "the name is completed")
        await reader.press("tab")
        assert reader.app.screen.query_one(Input).value == str(tmp_path / "mail.txt")
        await reader.press("enter")
        await reader.until(lambda: reader.counts[0] == 41, "it is in")
        await reader.until(lambda: "2 new papers" in reader.message, "and it is said")


async def test_the_import_of_a_large_file_says_how_far_it_is_and_stops(
    papers: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedreader.services.import_files._LARGE", 2000)
    monkeypatch.setattr("feedreader.services.stream_import.BLOCK", 3000)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    go_on = threading.Event()
    store = StreamImport._store

    def slowly(self: StreamImport, block: ReadBlock) -> None:
        store(self, block)
        go_on.wait(20)

    monkeypatch.setattr(StreamImport, "_store", slowly)
    large = tmp_path / "large.jsonl"
    large.write_text("\n".join(json.dumps(record(number)) for number in range(60)))
    async with reading(papers) as reader:
        reader.app.imports.start([str(large)])
        await reader.until(lambda: "% · esc stops · " in reader.text("#status"), "it is said how far it is")
        assert "a second" in reader.text("#status")
        await reader.pilot.press("escape")
        await reader.until(lambda: "Stopping the import…" in reader.text("#status"), "the block at hand is stored")
        go_on.set()
        await reader.until(lambda: bool(papers.papers.partial_sources()), "what is in stays in")
        await reader.until(lambda: reader.message.startswith("Stopped: "), "it has stopped")
        assert reader.message.endswith(". To go on, import it again.")
        assert "import" not in reader.text("#status").casefold()
        await reader.until(lambda: 39 < reader.counts[0] < 99, "what is in is shown")


@pytest.mark.parametrize(
    "typed, said",
    [
        ("/nowhere/at-all.txt", "No such file or folder: /nowhere/at-all.txt"),
        ("https://example.org/feed.xml", "This is a web address: subscribe to it instead."),
    ],
)
async def test_what_cannot_be_imported_can_be_typed_again(papers: Library, typed: str, said: str) -> None:
    async with reading(papers) as reader:
        await reader.press("i")
        reader.app.screen.query_one(Input).value = typed
        await reader.press("enter")
        assert said in reader.text("#dialog-hints")
        assert reader.app.screen.query_one(Input).value == typed


async def test_samples_with_problems_load_without_an_alarm(library: Library, tmp_path: Path) -> None:
    samples = tmp_path / "samples"
    samples.mkdir()
    (samples / "day-list.txt").write_text(DAY_LIST)
    rows = (
        "title,authors,date,link",
        *(f"{n} Odd Days,Ann Lee,sometime,https://arxiv.org/abs/1905.0000{n}" for n in "12"),
    )
    (samples / "table.csv").write_text("\n".join(rows))
    async with reading(library, samples=samples) as reader:
        await reader.press("enter")
        await reader.until(lambda: reader.counts[0] == 4, "the samples are in")
        await reader.until(lambda: reader.message == "Loaded 4 sample papers.", "no problem is named")
        await reader.press("R")
        assert "sometime" in reader.text("#report-lines"), "the report has them"


async def test_an_import_with_problems_shows_its_report(papers: Library, tmp_path: Path) -> None:
    (tmp_path / "shopping.txt").write_text("milk\nbread\n")
    async with reading(papers) as reader:
        await reader.press("i")
        await reader.write(str(tmp_path / "shopping.txt"))
        await reader.press("enter")
        await reader.until(lambda: reader.app.screen.id == "report", "the report is there")
        await reader.rest()
        assert "shopping.txt" in reader.text("#report-lines")
        assert "Unrecognized file format." in reader.text("#report-lines")
        assert "1 failed" in reader.text("#dialog-heading")
        await reader.press("escape")
        assert reader.list.has_focus


def results(*, well: bool) -> tuple[ImportResult, ...]:
    fine = ImportResult("fine.txt", "/tmp/fine.txt", "day-list", 5, 3, 1, 1)
    odd = ImportResult(
        f"odd {HOSTILE}.txt", "/tmp/odd.txt", "day-list", 2, 2, problems=(Problem(12, f"{HOSTILE} is odd."),)
    )
    bad = ImportResult("bad.txt", "/tmp/bad.txt", error=NotADigest("This [/] is none.", "Try another."))
    return (fine,) if well else (fine, odd, bad)


async def test_what_the_command_line_imported_is_told(papers: Library) -> None:
    async with reading(papers, imported=results(well=True)) as reader:
        assert reader.message == "fine.txt: 5 papers, 3 new."
    async with reading(papers, imported=results(well=False)) as reader:
        text = reader.text("#report-lines")
        assert "day-list · 5 papers, 3 new" in text
        assert "line 12: [MASK] [/] [@click=app.quit]x[/]" in text
        assert "This [/] is none." in text
        assert "Try another." in text
        assert "\x1b" not in text
        assert "3 files · 5 new papers · 1 failed · 1 problem" in reader.text("#dialog-heading")
    async with reading(papers, imported=results(well=False)[:2]) as reader:
        assert reader.message == "2 files: 5 new papers · 1 problem: R for the report."
        await reader.press("R")
        assert "line 12:" in reader.text("#report-lines")


async def test_the_digests_are_listed(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("I")
        line = reader.lines("#sources-lines")[0]
        assert "digest.txt" in line
        assert "39 papers" in line
        await reader.press("x")
        await reader.until(lambda: reader.counts[0] == 0, "it is out")
        await reader.rest()
        assert "No sources yet." in reader.text("#sources-lines")
        await reader.press("u")
        await reader.until(lambda: reader.counts[0] == 39, "it is in again")


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "ansi-light", "dracula"])
async def test_every_kind_of_theme_draws(papers: Library, theme: str) -> None:
    papers.set_state(session.THEME, theme)
    async with reading(papers) as reader:
        assert reader.app.theme == theme
        await reader.press("j", "enter", "question_mark", "escape")
        assert "Alpha" in reader.text()
        title, authors, chosen = (reader.list.look(name) for name in ("title", "authors", "cursor-blurred"))
        assert title != authors, "authors recede"
        assert "▌" in reader.lines()[2], "the cursor is seen without its colours"
        assert theme.startswith("ansi") or title.bgcolor != chosen.bgcolor


async def test_an_unknown_theme_is_no_obstacle(papers: Library) -> None:
    papers.set_state(session.THEME, "gone")
    papers.set_state("query", "is:nonsense")
    papers.set_state("position", "{not json")
    async with reading(papers) as reader:
        assert reader.list.feed.papers == 39


def test_names_are_completed_as_a_shell_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Beta.txt", "alpha.txt", ".hidden"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    folder = f"{tmp_path}/"
    assert completions(folder) == (folder, ["folder/", "alpha.txt", "Beta.txt"])
    assert completions(folder + "al") == (folder, ["alpha.txt"])
    assert completions(folder + ".h") == (folder, [".hidden"])
    assert completions(folder + "none/x")[1] == []
    monkeypatch.setenv("HOME", str(tmp_path))
    assert completions("~") == ("~/", ["folder/", "alpha.txt", "Beta.txt"])
    assert completions("~/Be") == ("~/", ["Beta.txt"])


def test_pasted_paths_are_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    spaced = tmp_path / "my file.txt"
    spaced.touch()
    other = tmp_path / "other.txt"
    other.touch()
    assert given_paths("") == []
    assert given_paths("~/my file.txt ") == [str(spaced)]
    assert given_paths(str(spaced).replace(" ", "\\ ")) == [str(spaced)]
    assert given_paths(f"'{spaced}' {other}") == [str(spaced), str(other)]
    assert given_paths(f"file://{other}") == [str(other)]
    assert given_paths("/no/such thing") == ["/no/such thing"]
