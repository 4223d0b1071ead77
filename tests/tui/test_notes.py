"""The editor of notes and tags, and where they are shown."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input, TextArea

from feedreader.errors import LibraryError
from feedreader.library import Library
from feedreader.model import Paper
from tests.tui.conftest import HOSTILE, Reader, reading


def first(library: Library) -> Paper:
    paper = library.papers.get(library.papers.key_of("1905.00001"))
    assert paper is not None
    return paper


def is_open(reader: Reader) -> bool:
    return reader.app.screen.id == "note"


def area(reader: Reader) -> TextArea:
    return reader.app.screen.query_one(TextArea)


async def closed(reader: Reader) -> None:
    await reader.until(lambda: not is_open(reader), "the editor closes")
    await reader.rest()


async def test_a_note_and_tags_are_written_shown_and_undone(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("w")
        await reader.write("Read this again")
        await reader.press("enter", "tab")
        await reader.write("to-read #GAN,gan")
        await reader.press("ctrl+s")
        await closed(reader)
        assert (first(papers).marks.note, first(papers).marks.tags) == ("Read this again", ("to-read", "GAN"))
        assert not first(papers).marks.shortlisted and not first(papers).marks.read
        assert reader.message == "Wrote a note on “Alpha networks for everybody” (u to undo)."
        pane = reader.text("#pane")
        assert "Your note" in pane and "Read this again" in pane and "#to-read #GAN" in pane
        assert "✎" in reader.lines()[1] and "✎" not in reader.lines()[2]
        await reader.press("u")
        assert (first(papers).marks.note, first(papers).marks.tags) == (None, ())
        assert "Your note" not in reader.text("#pane") and "✎" not in reader.lines()[1]


async def test_the_editor_opens_on_what_is_saved(papers: Library) -> None:
    papers.marks.set([papers.papers.key_of("1905.00001")], {"note": "First.\nSecond.", "tags": ("a", "b")}, label="x")
    async with reading(papers) as reader:
        await reader.press("w")
        assert area(reader).text == "First.\nSecond."
        assert reader.app.screen.query_one("#note-tags", Input).value == "a b"
        await reader.write(" Third.")
        await reader.press("ctrl+s")
        await closed(reader)
        assert first(papers).marks.note == "First.\nSecond. Third."
        await reader.press("w", "ctrl+s")
        await closed(reader)
        assert reader.message == "Nothing changed."
        await reader.press("w", "tab", "ctrl+u", "ctrl+s")
        await closed(reader)
        assert first(papers).marks.tags == () and reader.message.startswith("Tagged “Alpha")


async def test_esc_leaves_things_as_they_were_and_what_was_typed_is_offered_again(papers: Library) -> None:
    async with reading(papers) as reader:
        await reader.press("w")
        await reader.write("half a thought")
        await reader.press("escape")
        assert not is_open(reader)
        assert first(papers).marks.note is None
        assert reader.message.startswith("Not saved. Your text stays until you quit")
        await reader.press("j", "w")
        assert area(reader).text == "", "it belongs to the other paper"
        await reader.press("escape", "k", "w")
        assert area(reader).text == "half a thought"
        assert "not saved" in reader.text("#dialog-heading")
        await reader.press("ctrl+r")
        assert area(reader).text == ""
        await reader.press("escape", "w")
        assert area(reader).text == "" and "Alpha" in reader.text("#dialog-heading")


async def test_tags_in_use_complete_what_is_typed(papers: Library) -> None:
    papers.marks.tag([papers.papers.key_of("1904.09925")], add=["Diffusion", "distillation", "vision"], label="x")
    async with reading(papers) as reader:
        await reader.press("w", "tab")
        assert "#Diffusion #distillation #vision" in reader.text("#note-known")
        await reader.write("new dif")
        assert "#Diffusion" in reader.text("#note-known") and "vision" not in reader.text("#note-known")
        await reader.press("tab")
        assert reader.app.screen.query_one("#note-tags", Input).value == "new Diffusion"
        await reader.press("tab")
        assert area(reader).has_focus
        await reader.press("ctrl+s")
        await closed(reader)
        assert first(papers).marks.tags == ("new", "Diffusion")


async def test_what_is_pasted_is_made_safe_and_may_be_long(papers: Library) -> None:
    async with reading(papers, size=(80, 24)) as reader:
        await reader.press("w")
        area(reader).post_message(events.Paste(f"{HOSTILE}\r\n深層学習\tx\n" + "a long line of words " * 2000))
        await reader.rest()
        assert "\x1b" not in area(reader).text and "\u202e" not in area(reader).text
        await reader.press("tab")
        reader.app.screen.query_one("#note-tags", Input).post_message(events.Paste("one\x1b[31m,\ntwo 深層"))
        await reader.rest()
        await reader.press("ctrl+s")
        await closed(reader)
        note = first(papers).marks.note or ""
        assert note.startswith("[MASK] [/] [@click=app.quit]x[/] red back\n深層学習\tx\na long line")
        assert len(note) > 40_000 and first(papers).marks.tags == ("one", "two", "深層")
        assert "[@click=app.quit]x[/]" in reader.text("#pane").replace("\n", " ")
        for selector in ("#list", "#pane"):
            widget = reader.app.screen.query_one(selector)
            assert all(strip.cell_length == widget.size.width for strip in widget.render_lines(widget.size.region))


async def test_what_fails_to_be_saved_stays_in_the_editor(papers: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise LibraryError("The disk is full.", "Make room.")

    async with reading(papers) as reader:
        await reader.press("w")
        await reader.write("dear")
        monkeypatch.setattr(papers.marks, "set", full)
        await reader.press("ctrl+s")
        await reader.until(lambda: len(reader.app._notifications) == 1, "it is said")
        assert is_open(reader) and area(reader).text == "dear"
        monkeypatch.undo()
        await reader.press("ctrl+s")
        await closed(reader)
        assert first(papers).marks.note == "dear"


async def test_keys_typed_before_it_is_open_and_while_it_saves_are_not_lost(papers: Library) -> None:
    async with reading(papers) as reader:
        for key in ("w", "x", "q", "enter", "u", "ctrl+s", "j", "j"):
            reader.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await reader.until(lambda: first(papers).marks.note is not None, "it is saved")
        await closed(reader)
        assert first(papers).marks.note == "xq\nu"
        assert not first(papers).marks.dismissed
        assert (reader.title or "").startswith("Bounds")


async def test_a_note_for_a_paper_that_is_not_at_hand_yet(papers: Library) -> None:
    papers.marks.set([papers.papers.key_of("1905.00001")], {"note": "Old.", "tags": ("a",)}, label="x")
    async with reading(papers) as reader:
        reader.app.feed._cache.renew({})
        await reader.press("w")
        assert area(reader).text == "Old."
        await reader.write(" New.")
        await reader.press("ctrl+s")
        await closed(reader)
        assert (first(papers).marks.note, first(papers).marks.tags) == ("Old. New.", ("a",))


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40), (200, 50)])
async def test_the_editor_fits_every_size(papers: Library, size: tuple[int, int]) -> None:
    async with reading(papers, size=size) as reader:
        await reader.press("w")
        assert area(reader).size.height >= 3
        assert "^s save" in reader.text("#dialog-hints")
        assert reader.app.screen.query_one("#note-tags", Input).size.width > 30
