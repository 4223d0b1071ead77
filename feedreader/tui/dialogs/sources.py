"""Subscriptions and imported digests: their status, what they brought, and keys to change them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize

from feedreader.library.papers import SourceInfo
from feedreader.model import Subscription
from feedreader.text.display import clip_start, counted, fill, safe, short_day
from feedreader.tui.dialogs.dialog import Dialog
from feedreader.tui.dialogs.prompt import Prompt
from feedreader.tui.source_list import SourceList
from feedreader.tui.widgets.key_hints import Hints
from feedreader.tui.widgets.lines import Lines, Piece
from feedreader.view import subscriptions

SUBSCRIPTION_HINTS: Hints = (
    (("refresh-one",), "refresh"),
    (("backfill-one",), "missed days"),
    (("pause",), "pause"),
    (("source-remove",), "unsubscribe"),
    (("rename",), "rename"),
    (("folder",), "folder"),
    (("sources-subscribe",), "subscribe"),
    (("close",), "close"),
)
DIGEST_HINTS: Hints = (
    (("lines-down", "lines-up"), "move"),
    (("source-remove",), "remove"),
    (("sources-undo",), "undo"),
    (("sources-import",), "import"),
    (("sources-subscribe",), "subscribe"),
    (("close",), "close"),
)


class SourcesScreen(Dialog[None]):
    """Subscriptions, each on a line (a second says why one fails), and under them a line a digest.

    `key` names the key of a binding; `change` does something to a subscription (see `SubscriptionsController.change`),
    `remove` removes a digest.
    """

    HEADING = "Sources"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x,d,delete", "remove", "remove", id="source-remove", tooltip="Unsubscribe, or remove this file"),
        Binding("u", "app.undo", "undo", id="sources-undo", tooltip="Undo the last change"),
        Binding("i", "import", "import", id="sources-import", tooltip="Import a file or folder"),
        Binding("a", "app.subscribe", "subscribe", id="sources-subscribe", tooltip="Subscribe to arXiv, feeds, mail"),
        Binding("r", "change('refresh')", "refresh", id="refresh-one", tooltip="Refresh this subscription"),
        Binding("B", "change('backfill')", "missed days", id="backfill-one", tooltip="Fetch its missed days"),
        Binding("p", "pause", "pause", id="pause", tooltip="Pause or resume this subscription"),
        Binding("e", "ask('rename')", "rename", id="rename", tooltip="Rename this subscription"),
        Binding("f", "ask('folder')", "folder", id="folder", tooltip="Move this subscription to a folder"),
    ]
    HINTS = DIGEST_HINTS

    def __init__(
        self,
        *,
        key: Callable[[str], str],
        change: Callable[[Subscription, str, str], None],
        remove: Callable[[str], None],
    ) -> None:
        super().__init__(id="sources")
        self._key = key
        self._change = change
        self._remove = remove
        self._listed: SourceList | None = None
        self._busy = ""
        self._lines = Lines(id="sources-lines")

    def contents(self) -> ComposeResult:
        yield self._lines

    def show_sources(self, listed: SourceList) -> None:
        """Show the sources as they are now."""
        chosen = self._chosen
        self._listed = listed
        self._lines.choice = self._place_of(chosen)
        self.busy(self._busy)
        self._show()

    def busy(self, text: str) -> None:
        """Say beside the heading what goes on; "" when it is over."""
        self._busy = text
        listed = self._listed
        if not text and listed is not None:
            counts = [counted(len(listed.subscriptions), "subscription")] if listed.subscriptions else []
            counts += [counted(len(listed.digests), "file")] if listed.digests else []
            text = " · ".join(counts)
        self.heading.aside(text)

    def on_resize(self, event: Resize) -> None:
        self.call_after_refresh(self._show)

    def on_lines_moved(self) -> None:
        self.show_keys()

    @property
    def wanted_hints(self) -> Hints:
        if self._chosen is None:
            return DIGEST_HINTS[2:]
        return SUBSCRIPTION_HINTS if self._subscription else DIGEST_HINTS

    def _show(self) -> None:
        listed = self._listed
        if listed is None:
            return
        if not listed.rows:
            key = self._key
            nothing = f"No sources yet. Press {key('import')} to import files, {key('subscribe')} to subscribe."
            self._lines.show([[("quiet", nothing)]])
        elif not listed.subscriptions:
            self._lines.show(source_lines(listed.digests, self._width, listed.now.year), range(len(listed.digests)))
        else:
            self._lines.show(*self._sections(listed))
        self.on_lines_moved()

    @property
    def _width(self) -> int:
        return self._lines.size.width - 1

    def _sections(self, listed: SourceList) -> tuple[list[Sequence[Piece]], list[int]]:
        """All lines, and the numbers of those that the cursor may be on."""
        lines: list[Sequence[Piece]] = [[("label", "Subscriptions")]]
        choices = []
        for block in subscriptions.lines(listed.subscriptions, listed.allowed, listed.now, self._width, cell_len):
            choices.append(len(lines))
            lines += block
        if listed.digests:
            lines += [[], [("label", "Digests")]]
            choices += range(len(lines), len(lines) + len(listed.digests))
            lines += source_lines(listed.digests, self._width, listed.now.year)
        return lines, choices

    # What the cursor is on -------------------------------------------------------------------------------------

    @property
    def _chosen(self) -> Subscription | SourceInfo | None:
        rows = self._listed.rows if self._listed else []
        return rows[self._lines.choice] if self._lines.choice < len(rows) else None

    @property
    def _subscription(self) -> Subscription | None:
        chosen = self._chosen
        return chosen if isinstance(chosen, Subscription) else None

    def _place_of(self, before: Subscription | SourceInfo | None) -> int:
        """Where the row that the cursor was on is now, or the row in its place."""
        listed = self._listed
        paths = [row.path for row in listed.rows] if listed else []
        place = paths.index(before.path) if before and before.path in paths else None
        if place is None or not listed or (isinstance(before, Subscription) and place >= len(listed.subscriptions)):
            return self._lines.choice  # unsubscribed, it is listed among the digests: the cursor does not go there
        return place

    # What is done to it ----------------------------------------------------------------------------------------

    def action_remove(self) -> None:
        if isinstance(chosen := self._chosen, SourceInfo):
            self._remove(chosen.name)
        else:
            self.action_change("remove")

    def action_change(self, request: str) -> None:
        if (subscription := self._subscription) is not None:
            self._change(subscription, request, "")

    def action_pause(self) -> None:
        if (subscription := self._subscription) is not None:
            self.action_change("resume" if subscription.paused else "pause")

    def action_ask(self, request: str) -> None:
        subscription = self._subscription
        if subscription is None:
            return
        heading, value, placeholder = (
            (f"Rename {safe(subscription.name)}", subscription.name, "new name")
            if request == "rename"
            else (
                f"Folder of {safe(subscription.name)}",
                subscription.folder or "",
                "a name, or Science/Physics; empty for none",
            )
        )

        def answered(answer: str | None) -> None:
            if answer is not None and answer != value:
                self._change(subscription, request, answer)

        self.app.push_screen(Prompt(heading, value, placeholder), answered)

    def action_import(self) -> None:
        self.dismiss(None)
        self.app.call_later(self.app.run_action, "import")


def source_lines(sources: Sequence[SourceInfo], width: int, this_year: int) -> list[list[Piece]]:
    """A line a source: name, layout, papers, day of import; the less important go first where there is no room."""
    formats = max(len(source.format) for source in sources)
    papers = [counted(source.papers, "paper") for source in sources]
    papers_width = max(map(len, papers))
    name_width = width - papers_width - 4
    show_format, show_day = name_width - formats - 2 >= 24, name_width - formats - 2 - 17 >= 24
    name_width -= (formats + 2 if show_format else 0) + (17 if show_day else 0)
    lines: list[list[Piece]] = []
    for source, count in zip(sources, papers, strict=True):
        named = safe(source.name) + (" (partly)" if source.partial else "")
        name = fill(clip_start(named, name_width, cell_len), name_width, cell_len)
        line = [("text", f" {name}  ")]
        if show_format:
            line.append(("quiet", f"{safe(source.format):<{formats}}  "))
        line.append(("text", f"{count:>{papers_width}}"))
        if show_day:
            line.append(("quiet", f"  {short_day(source.imported_at.date(), this_year):>15}"))
        lines.append(line)
    return lines
