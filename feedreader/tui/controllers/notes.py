"""Notes and tags: opens their editor, writes what it says, and keeps what was typed and not saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedreader.errors import FeedreaderError
from feedreader.text.display import quoted
from feedreader.text.notes import note_of, tags_of
from feedreader.tui import messages
from feedreader.tui.dialogs.note import NoteScreen

if TYPE_CHECKING:
    from feedreader.model import Paper
    from feedreader.tui.desks import Desks

Draft = tuple[str, str]  # a note and a line of tags, as typed


class NotesController:
    """The App's part for notes. A draft is kept, by paper, until the reader is closed."""

    def __init__(self, app: Desks) -> None:
        self._app = app
        self._drafts: dict[int, Draft] = {}

    def begin(self, key: int, title: str, paper: Paper | None) -> None:
        """Open the editor on a paper; what is not known of it yet comes while it is open."""
        editor = NoteScreen(key, title, paper, self._drafts.pop(key, None))
        self._app.push_screen(editor)
        library = self._app.library
        self._app.reader.do(lambda: messages.NoteReady(library.papers.get(key), library.facets.tags()), editor)

    def left(self, editor: NoteScreen, draft: Draft | None) -> None:
        """The editor was left without saving."""
        editor.dismiss(None)
        if draft is not None:
            self._drafts[editor.key] = draft
            again = f"{self._app.key('write')} shows it again"
            self._app.feed.hints.say(f"Nothing is saved. What you typed is kept until you quit: {again}.")

    def save(self, editor: NoteScreen, note: str, tags: str) -> None:
        """Write what the editor holds; it is closed when that is on the disk."""
        key, library, title = editor.key, self._app.library, quoted(editor.paper_title)

        def write() -> messages.PapersChanged | messages.NoteFailed:
            wanted = {"note": note_of(note), "tags": tags_of(tags)}
            try:
                before = library.papers.get(key)
                label = _label(before.marks.note if before else None, note_of(note)) + f" {title}"
                return messages.PapersChanged(library.marks.set([key], wanted, label=label), label)
            except FeedreaderError as error:
                return messages.NoteFailed(error)

        self._app.writer.do(write, editor)

    def saved(self, editor: NoteScreen, message: messages.PapersChanged) -> None:
        editor.dismiss(None)
        feed = self._app.feed
        feed.apply(message.changes)
        self._app.keep_in_step()
        label, undo = message.label, self._app.key("undo")
        done = f"{label[:1].upper()}{label[1:]}. {undo} undoes it." if message.changes else "Nothing was changed."
        feed.hints.say(done)


def _label(before: str | None, after: str | None) -> str:
    """What was done, for undo to say."""
    if before == after:
        return "tagged"
    return "wrote a note on" if after else "took away the note on"
