"""The editor of a paper's note and tags."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.suggester import Suggester
from textual.widgets import Input, TextArea

from feedreader.text.display import clip, safe
from feedreader.text.notes import note_of, safe_note, tag_key, tags_of
from feedreader.tui.dialogs.dialog import Dialog
from feedreader.tui.widgets.drawn import OneLine

if TYPE_CHECKING:
    from feedreader.model import Paper

Draft = tuple[str, str]  # a note and a line of tags, as typed


class NoteScreen(Dialog[None]):
    """Holds what is typed until it is saved; closes when that is on the disk. What a paper has may come later.

    Keys that come while it saves are meant for what is under it.
    `save` is called with note and tags, `leave` with a draft that is not saved; both close the editor in the end.
    `edit` lets another editor go on with a text.
    """

    HEADING = "Note and tags"
    TALL = True
    AUTO_FOCUS = "#note-text"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "save", id="note-save", tooltip="Save note and tags", priority=True),
        Binding("ctrl+e", "edit", "editor", id="note-edit", tooltip="Edit in $EDITOR", priority=True),
        Binding("ctrl+r", "revert", "revert", id="note-revert", tooltip="Undo your edits"),
        Binding("tab", "to_tags", "tags", id="note-next", tooltip="Switch between note and tags", priority=True),
    ]
    HINTS = (
        (("note-save",), "save"),
        (("note-next",), "tags"),
        (("note-complete",), "complete/switch"),
        (("note-edit",), "editor"),
        (("note-revert",), "revert"),
        (("close",), "close"),
    )

    def __init__(
        self,
        key: int,
        title: str,
        paper: Paper | None,
        draft: Draft | None,
        *,
        save: Callable[[str, str], None],
        leave: Callable[[Draft | None], None],
        edit: Callable[[str], str],
    ) -> None:
        super().__init__(id="note")
        self._write = save
        self._leave = leave
        self._edit = edit
        self.key = key
        self.paper_title = title
        self._before: Draft | None = None if paper is None else _as_typed(paper)
        self._save_due = False
        note, tags = draft or self._before or ("", "")
        self._draft = draft is not None
        self._note = NoteArea(note)
        self._tags = TagsInput(tags)
        self._known = KnownTags(id="note-known")

    def contents(self) -> ComposeResult:
        yield self._note
        with Horizontal(id="note-tags-line"):
            yield TagsPrompt(id="note-prompt")
            yield self._tags
        yield self._known

    def on_mount(self) -> None:
        self._note.move_cursor(self._note.document.end)
        self._say_title()

    def _say_title(self) -> None:
        self.heading.aside("draft, not saved" if self._draft else self.paper_title)

    @property
    def typed(self) -> Draft:
        """Note and tags as they are now."""
        return self._note.text, self._tags.value

    def know(self, paper: Paper | None, tags: Sequence[tuple[str, int]]) -> None:
        """Take what the paper has, and the tags in use with their counts."""
        self._tags.know([tag for tag, _ in tags])
        self._show_known()
        if self._before is None:
            self._before = ("", "") if paper is None else _as_typed(paper)
            self._take_in(*self._before)
        if self._save_due:
            self._save()

    def _take_in(self, note: str, tags: str) -> None:
        """What the paper has stands before what was typed meanwhile."""
        if self._draft:
            return
        if note:
            self._note.insert(f"{note}\n\n" if self._note.text else note, (0, 0))
        self._tags.value = " ".join(filter(None, (tags, self._tags.value)))

    @on(Input.Changed)
    def _show_known(self) -> None:
        self._known.show(self._tags.matching())

    def action_save(self) -> None:
        """Save what was typed."""
        self.saving = True
        self.set_focus(None)
        self._save()

    def _save(self) -> None:
        if self._before is None:
            self._save_due = True
        else:
            self._write(*self.typed)

    def go_on(self) -> None:
        """It could not be saved: back to the note."""
        self._save_due = False
        self.set_focus(self._note)
        self.could_not_save()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "to_tags" or self.focused is self._note

    def action_to_tags(self) -> None:
        """At once, not by a message: what is typed next is meant for the tags."""
        self.set_focus(self._tags)

    def action_revert(self) -> None:
        if self._before is not None:
            self._note.text, self._tags.value = self._before
            self._draft = False
            self._say_title()

    def action_edit(self) -> None:
        """Go on in another editor, and come back with what it saved."""
        self._note.text = self._edit(self._note.text)
        self._note.move_cursor(self._note.document.end)
        self.set_focus(self._note)

    def action_leave(self) -> None:
        note, tags = self.typed
        before = self._before or ("", "")
        same = note_of(note) == note_of(before[0]) and tags_of(tags) == tags_of(before[1])
        self._leave(None if same else (note, tags))


def _as_typed(paper: Paper) -> Draft:
    return paper.marks.note or "", " ".join(paper.marks.tags)


class NoteArea(TextArea):
    """The note. What is pasted is made safe first."""

    def __init__(self, text: str) -> None:
        super().__init__(
            text, compact=True, highlight_cursor_line=False, id="note-text", placeholder="Your note (Markdown)…"
        )

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        await super()._on_paste(events.Paste(safe_note(event.text)))


class TagsInput(Input):
    """The tags, in one line. Completes the last word to a tag that is in use; tab takes it, or goes on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "tag", id="note-complete", tooltip="Complete the tag", show=False)
    ]

    def __init__(self, value: str) -> None:
        self._names: Sequence[str] = ()
        super().__init__(
            value,
            compact=True,
            select_on_focus=False,
            placeholder="separated by commas or spaces",
            suggester=_Completing(self),
            id="note-tags",
        )

    def know(self, names: Sequence[str]) -> None:
        """The tags in use."""
        self._names = names

    def matching(self) -> list[str]:
        """The tags in use that the last word may become, or that could be added."""
        before, started = self._words()
        have = set(map(tag_key, tags_of(before)))
        keyed = ((name, tag_key(name)) for name in self._names)
        return [name for name, key in keyed if key not in have and key.startswith(started) and key != started]

    def _words(self) -> tuple[str, str]:
        """What stands before the word being typed, and the key of that word."""
        value = self.value
        last = value.replace(",", " ").split(" ")[-1]
        return value[: len(value) - len(last)], tag_key(last.lstrip("#"))

    def completed(self) -> str | None:
        """The value with its last word completed, if there is something to complete."""
        before, started = self._words()
        names = self.matching() if started else []
        return f"{before}{names[0]}" if names else None

    def action_complete(self) -> None:
        value = self.completed()
        if value is None or value == self.value:
            self.screen.focus_next()
        else:
            self.value = value
            self.cursor_position = len(value)

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor(" ".join(tags_of(event.text)))


class _Completing(Suggester):
    """Shows what tab would make of the line."""

    def __init__(self, box: TagsInput) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._box = box

    async def get_suggestion(self, value: str) -> str | None:
        return self._box.completed() if value == self._box.value else None


class TagsPrompt(OneLine):
    """The word before the tags."""

    LOOKS: ClassVar[Mapping[str, str]] = {"text": "$text-muted"}

    def pieces(self, width: int) -> Iterator[tuple[str, str]]:
        yield "text", "tags "[:width]


class KnownTags(OneLine):
    """Tags in use that fit what is typed."""

    LOOKS: ClassVar[Mapping[str, str]] = {"text": "$text-muted", "tag": "$text-accent"}

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._names: Sequence[str] = ()

    def show(self, names: Sequence[str]) -> None:
        self._names = names
        self.changed()

    def pieces(self, width: int) -> Iterator[tuple[str, str]]:
        yield "text", " " * min(5, width)
        used = 5
        for name in self._names:
            text = f"#{safe(name)} "
            if used + cell_len(text) > width:
                yield "text", clip("…", width - used, cell_len)
                return
            yield "text", text
            used += cell_len(text)
