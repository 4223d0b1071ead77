"""What is followed and what was imported: how it stands, what it brought, and keys to change it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize

from feedreader.model import SourceInfo, Subscription
from feedreader.text.display import clip_start, counted, fill, safe, short_day
from feedreader.tui.dialogs.dialog import Dialog
from feedreader.tui.dialogs.prompt import Prompt
from feedreader.tui.messages import ForgetWanted, SourcesReady, SourcesWanted, SubscriptionWish, UndoWanted
from feedreader.tui.widgets.key_hints import Hints, hints_for
from feedreader.tui.widgets.lines import Lines, Piece
from feedreader.view import subscriptions

FOLLOWED_HINTS: Hints = (
    (("refresh-one",), "refresh"),
    (("backfill-one",), "missed days"),
    (("pause",), "pause"),
    (("rename",), "rename"),
    (("folder",), "folder"),
    (("forget-source",), "unfollow"),
    (("sources-follow",), "follow"),
    (("close",), "close"),
)
DIGEST_HINTS: Hints = (
    (("lines-down", "lines-up"), "move"),
    (("forget-source",), "take out"),
    (("sources-undo",), "undo"),
    (("sources-import",), "import"),
    (("sources-follow",), "follow"),
    (("close",), "close"),
)


class SourcesScreen(Dialog[None]):
    """Subscriptions, each on a line (a second says why one fails), and under them a line a digest."""

    HEADING = "Sources"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x,d,delete", "forget", "take out", id="forget-source", tooltip="Unfollow, or take out this digest"),
        Binding("u", "undo", "undo", id="sources-undo", tooltip="Undo the latest step"),
        Binding("i", "import", "import", id="sources-import", tooltip="Import a digest"),
        Binding("a", "follow", "follow", id="sources-follow", tooltip="Follow a category of arXiv, or a feed"),
        Binding("r", "wish('refresh')", "refresh", id="refresh-one", tooltip="Ask this subscription for news"),
        Binding("B", "wish('backfill')", "missed days", id="backfill-one", tooltip="Fetch the days it missed"),
        Binding("p", "pause", "pause", id="pause", tooltip="Ask it for no news, or for news again"),
        Binding("e", "ask('rename')", "rename", id="rename", tooltip="Call this subscription otherwise"),
        Binding("f", "ask('folder')", "folder", id="folder", tooltip="Put this subscription into a folder"),
        Binding("q", "leave", "close", id="sources-close", tooltip="Close"),
    ]
    HINTS = DIGEST_HINTS

    def __init__(self) -> None:
        super().__init__(id="sources")
        self._ready: SourcesReady | None = None
        self._busy = ""
        self._lines = Lines(id="sources-lines")

    def contents(self) -> ComposeResult:
        yield self._lines

    def on_mount(self) -> None:
        self.post_message(SourcesWanted())

    def on_sources_ready(self, message: SourcesReady) -> None:
        chosen = self._chosen
        self._ready = message
        self._lines.choice = self._place_of(chosen)
        self.busy(self._busy)
        self._show()

    def busy(self, text: str) -> None:
        """Say beside the heading what goes on; "" when it is over."""
        self._busy = text
        ready = self._ready
        if not text and ready is not None:
            said = [f"{len(ready.subscriptions):,} followed"] if ready.subscriptions else []
            said += [counted(len(ready.sources), "digest")] if ready.sources or not said else []
            text = " · ".join(said)
        self.heading.aside(text)

    def on_resize(self, event: Resize) -> None:
        self.call_after_refresh(self._show)

    def on_lines_moved(self) -> None:
        self.hints.show(*hints_for(self, self._wanted_hints))

    def on_descendant_focus(self) -> None:
        self.on_lines_moved()

    @property
    def _wanted_hints(self) -> Hints:
        return FOLLOWED_HINTS if self._subscription else DIGEST_HINTS

    def _show(self) -> None:
        ready = self._ready
        if ready is None:
            return
        if not ready.subscriptions and not ready.sources:
            key = self.app.key  # type: ignore[attr-defined]
            nothing = f"None yet. {key('import')} imports a digest, {key('subscribe')} follows arXiv or a feed."
            self._lines.show([[("quiet", nothing)]])
        elif not ready.subscriptions:
            self._lines.show(source_lines(ready.sources, self._width), range(len(ready.sources)))
        else:
            self._lines.show(*self._sections(ready))
        self.on_lines_moved()

    @property
    def _width(self) -> int:
        return self._lines.size.width - 1

    def _sections(self, ready: SourcesReady) -> tuple[list[Sequence[Piece]], list[int]]:
        """All lines, and the numbers of those that the cursor may stand on."""
        lines: list[Sequence[Piece]] = [[("label", "Subscriptions")]]
        choices = []
        for block in subscriptions.lines(ready.subscriptions, ready.allowed, ready.now, self._width, cell_len):
            choices.append(len(lines))
            lines += block
        if ready.sources:
            lines += [[], [("label", "Digests")]]
            choices += range(len(lines), len(lines) + len(ready.sources))
            lines += source_lines(ready.sources, self._width)
        return lines, choices

    # What the cursor stands on ---------------------------------------------------------------------------------

    @property
    def _chosen(self) -> Subscription | SourceInfo | None:
        ready = self._ready
        rows: list[Subscription | SourceInfo] = [*ready.subscriptions, *ready.sources] if ready else []
        return rows[self._lines.choice] if self._lines.choice < len(rows) else None

    @property
    def _subscription(self) -> Subscription | None:
        chosen = self._chosen
        return chosen if isinstance(chosen, Subscription) else None

    def _place_of(self, before: Subscription | SourceInfo | None) -> int:
        """Where the row that the cursor stood on is now, or the row that stands in its place."""
        ready = self._ready
        rows: list[Subscription | SourceInfo] = [*ready.subscriptions, *ready.sources] if ready else []
        paths = [one.path for one in rows]
        found = paths.index(before.path) if before and before.path in paths else None
        if found is None or not ready or (isinstance(before, Subscription) and found >= len(ready.subscriptions)):
            return self._lines.choice  # an unfollowed source is listed among the digests: the cursor does not go there
        return found

    # What is done to it ----------------------------------------------------------------------------------------

    def action_forget(self) -> None:
        if isinstance(chosen := self._chosen, SourceInfo):
            self.post_message(ForgetWanted(source=chosen.name))
        else:
            self.action_wish("remove")

    def action_wish(self, what: str, value: str = "") -> None:
        if (one := self._subscription) is not None:
            self.post_message(SubscriptionWish(one, what, value))

    def action_pause(self) -> None:
        if (one := self._subscription) is not None:
            self.action_wish("resume" if one.paused else "pause")

    def action_ask(self, what: str) -> None:
        one = self._subscription
        if one is None:
            return
        heading, value, placeholder = (
            (f"Rename {safe(one.name)}", one.name, "its name here")
            if what == "rename"
            else (f"Folder of {safe(one.name)}", one.folder or "", "none; a name, or Science/Physics")
        )

        def answered(answer: str | None) -> None:
            if answer is not None and answer != value:
                self.post_message(SubscriptionWish(one, what, answer))

        self.app.push_screen(Prompt(heading, value, placeholder), answered)

    def action_undo(self) -> None:
        self.post_message(UndoWanted())

    def action_import(self) -> None:
        self.dismiss(None)
        self.app.call_later(self.app.run_action, "import")

    async def action_follow(self) -> None:
        await self.app.run_action("app.subscribe")


def source_lines(sources: Sequence[SourceInfo], width: int) -> list[list[Piece]]:
    """A line a source: name, layout, papers, day of import; the less important go first where there is no room."""
    formats = max(len(source.format) for source in sources)
    papers = [counted(source.papers, "paper") for source in sources]
    papers_width = max(map(len, papers))
    name_width = width - papers_width - 4
    show_format, show_day = name_width - formats - 2 >= 24, name_width - formats - 2 - 18 >= 24
    name_width -= (formats + 2 if show_format else 0) + (18 if show_day else 0)
    lines: list[list[Piece]] = []
    for source, count in zip(sources, papers, strict=True):
        name = fill(clip_start(safe(source.name), name_width, cell_len), name_width, cell_len)
        line = [("text", f" {name}  ")]
        if show_format:
            line.append(("quiet", f"{safe(source.format):<{formats}}  "))
        line.append(("text", f"{count:>{papers_width}}"))
        if show_day:
            line.append(("quiet", f"  {short_day(source.imported_at.date()):>16}"))
        lines.append(line)
    return lines
