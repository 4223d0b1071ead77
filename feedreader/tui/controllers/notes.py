"""Notes and tags: opens their editor, writes what it says, and keeps what was typed and not saved."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from feedreader.errors import FeedreaderError
from feedreader.text.display import quoted
from feedreader.tui.messages import Failed, PapersChanged
from feedreader.view.rows import row_title

if TYPE_CHECKING:
    from feedreader.tui.context import Context
    from feedreader.tui.dialogs.note import Draft, NoteScreen


class NotesController:
    """A draft is kept, by paper, until the reader is closed."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._drafts: dict[int, Draft] = {}

    def edit(self) -> None:
        """Open the editor at once, and not by a message: what is typed next is meant for it.

        What is not known of the paper yet comes while it is open.
        """
        from feedreader.tui.dialogs.note import NoteScreen

        context, summary = self._context, self._context.feed.summary
        if summary is None:
            return
        key, library = summary.key, context.library
        editor = NoteScreen(
            key,
            row_title(summary)[0],
            context.feed.paper,
            self._drafts.pop(key, None),
            save=lambda note, tags: self._save(editor, note, tags),
            leave=lambda draft: self._left(editor, draft),
            edit=self._edit_outside,
        )
        context.push_screen(editor)
        context.db_read.do(
            lambda: (library.papers.get(key), library.facets.tags()), lambda known: editor.know(*known), to=editor
        )

    def _edit_outside(self, text: str) -> str:
        """The text as $EDITOR saved it; as it is where that is not possible."""
        from feedreader.system.open_with import edited
        from feedreader.text.notes import safe_note

        failure: FeedreaderError | None = None
        try:
            with self._context.suspended():
                try:
                    text = safe_note(edited(text))
                except FeedreaderError as error:
                    failure = error
        except FeedreaderError as error:
            failure = error
        if failure is not None:
            self._context.show_error(failure)
        return text

    def _left(self, editor: NoteScreen, draft: Draft | None) -> None:
        """The editor was left without saving."""
        editor.dismiss(None)
        if draft is not None:
            self._drafts[editor.key] = draft
            again = f"{self._context.key('write')} to continue"
            self._context.feed.say(f"Not saved. Your text stays until you quit ({again}).")

    def _save(self, editor: NoteScreen, note: str, tags: str) -> None:
        """Write what the editor holds; it is closed when that is on the disk."""
        from feedreader.text.notes import note_of, tags_of

        key, library, title = editor.key, self._context.library, quoted(editor.paper_title)
        values = {"note": note_of(note), "tags": tags_of(tags)}

        def write() -> PapersChanged:
            before = library.papers.get(key)
            label = _label(before.marks.note if before else None, note_of(note)) + f" {title}"
            return PapersChanged(library.marks.set([key], values, label=label), label)

        def failed(error: FeedreaderError) -> None:
            editor.go_on()
            self._context.post(Failed(error))

        self._context.db_write.do(write, partial(self._saved, editor), error=failed, to=editor)

    def _saved(self, editor: NoteScreen, written: PapersChanged) -> None:
        """It is on the disk."""
        self._context.close(editor)
        feed, label, undo = self._context.feed, written.label, self._context.key("undo")
        feed.post_message(written)
        said = [f"{words[:1].upper()}{words[1:]} ({undo} to undo)." for words in (label, "saved")]
        feed.say(*(said if written.changes else ["Nothing changed."]))


def _label(before: str | None, after: str | None) -> str:
    """What was done, for undo to say."""
    if before == after:
        return "tagged"
    return "wrote a note on" if after else "removed the note on"
