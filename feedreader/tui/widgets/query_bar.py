"""The query bar: asks for a query, and says while it is typed whether it will be understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from feedreader.errors import QueryError
from feedreader.tui.widgets.drawn import OneLine
from feedreader.view.query import parse_query
from feedreader.view.rows import clip, safe

PROMPT = " / "


class QueryBar(Widget):
    """An input line and, under it, what is wrong and where; shown from `open` until `enter` or `escape`."""

    DEFAULT_CSS = """
    QueryBar { height: 2; background: $panel; }
    QueryBar Horizontal { height: 1; }
    QueryBar Input { width: 1fr; background: $panel; }
    Prompt { width: 3; height: 1; background: $panel; }
    Verdict { height: 1; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", id="query-leave", tooltip="Leave things as they were")
    ]

    class Asked(Message):
        """A query that is understood was entered."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The bar was left without a query."""

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Prompt(id="query-prompt")
            yield Input(compact=True, select_on_focus=False, id="query-input")
        yield Verdict(id="query-verdict")

    def open(self, text: str) -> None:
        """Show the bar, with a query to begin with."""
        self.display = True
        self.call_after_refresh(self._begin, text)

    def _begin(self, text: str) -> None:
        box = self.query_one(Input)
        box.value = text + " " if text else ""
        box.cursor_position = len(box.value)
        box.focus()
        self._judge(box.value)

    def _judge(self, text: str) -> bool:
        verdict = self.query_one(Verdict)
        try:
            parse_query(text)
        except QueryError as error:
            verdict.fault(text, error)
            return False
        verdict.fine(text)
        return True

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._judge(event.value)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if self._judge(event.value):
            self.display = False
            self.post_message(self.Asked(event.value))

    def action_leave(self) -> None:
        self.display = False
        self.post_message(self.Left())


class Prompt(OneLine):
    """The slash before the input."""

    LOOKS: ClassVar[Mapping[str, str]] = {"text": "bold $text-accent"}

    def pieces(self, width: int) -> Iterator[tuple[str, str]]:
        yield "text", PROMPT[:width]


class Verdict(OneLine):
    """What the query means, or a caret under the place of its mistake and the reason."""

    LOOKS: ClassVar[Mapping[str, str]] = {"text": "$text-muted", "fault": "$text-error"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = ""
        self._column: int | None = None

    def fine(self, text: str) -> None:
        """The query is understood."""
        self._column = None
        examples = "words · is:unread · is:shortlisted · day:2019-05 · source:name · -not" if not text.strip() else ""
        self._text = f"enter {'search' if text.strip() else 'all papers'}  esc leave   {examples}"
        self.changed()

    def fault(self, text: str, error: QueryError) -> None:
        """The query has a mistake."""
        self._column = cell_len(PROMPT) + cell_len(text[: error.position])
        self._text = safe(str(error))
        self.changed()

    def pieces(self, width: int) -> Iterator[tuple[str, str]]:
        if self._column is None:
            yield "text", clip(f"   {self._text}", width, cell_len)
            return
        column = min(self._column, width - 1)
        right = width - column - 3
        if cell_len(self._text) <= right or right >= column:
            yield "fault", " " * column + "^ " + clip(self._text, max(0, right), cell_len)
        else:
            text = clip(self._text, column - 2, cell_len)
            yield "fault", " " * (column - cell_len(text) - 1) + text + " ^"
