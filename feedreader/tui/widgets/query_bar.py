"""The query bar: an input, and a line that says what the query finds, what may be meant, or what is wrong and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input

from feedreader.errors import QueryError
from feedreader.query.completion import Candidate, Completion, Vocabulary, complete
from feedreader.query.language import parse_query
from feedreader.text.display import clip, safe
from feedreader.tui.messages import TakesKeys
from feedreader.tui.widgets.drawn import OneLine

PROMPT = " / "
EXAMPLES = 'words · "in a row" · author:name · is:unread · day:7d · a or b · -not'


class _Chosen(NamedTuple):
    """What Tab wrote into the bar: its text then, of what, as which candidate, and what follows it."""

    value: str
    completion: Completion
    place: int
    rest: str


class QueryBar(Widget):
    """Shown from `open` until `enter` or `escape`.

    `typed` is called with every query that is understood, `entered` with the one to be kept; or else `left`.
    """

    DEFAULT_CSS = """
    QueryBar { height: 2; background: $panel; }
    QueryBar Horizontal { height: 1; }
    QueryBar Input { width: 1fr; background: $panel; }
    Prompt { width: 3; height: 1; background: $panel; }
    Verdict { height: 1; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", id="query-leave", tooltip="Cancel the search"),
        Binding("tab", "complete(1)", "complete", id="query-complete", tooltip="Complete the word, or the next match"),
        Binding("shift+tab", "complete(-1)", "complete", id="query-complete-back", tooltip="Previous match"),
    ]

    def __init__(
        self,
        *,
        typed: Callable[[str], None],
        entered: Callable[[str], None],
        left: Callable[[], None],
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._on_typed, self._on_entered, self._on_left = typed, entered, left
        self.opening = False  # keys that come meanwhile are held for it
        self._vocabulary: Vocabulary = {}
        self._verdict = Verdict(id="query-verdict")
        self._chosen: _Chosen | None = None

    def open(self, text: str) -> None:
        """Show the bar, with a query to begin with."""
        self.display = self.opening = True
        self.call_after_refresh(self._begin, text)

    def count(self, papers: str) -> None:
        """How many papers the query finds, in words."""
        self._verdict.count(papers)

    def know(self, vocabulary: Vocabulary) -> None:
        """What words can be completed to."""
        self._vocabulary = vocabulary

    def fault(self, error: QueryError) -> None:
        """The query cannot be answered."""
        self._verdict.fault(self._box.value, error)

    @property
    def _box(self) -> Input:
        return self.query_one(Input)

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Prompt(id="query-prompt")
            yield Input(compact=True, select_on_focus=False, suggester=_Ghost(self), id="query-input")
        yield self._verdict

    def _begin(self, text: str) -> None:
        box = self._box
        box.value = text + " " if text else ""
        box.cursor_position = len(box.value)
        self.screen.set_focus(box)
        self.opening = False
        self.post_message(TakesKeys())
        self._judge(box.value)

    def _judge(self, text: str, *, final: bool = False) -> bool:
        """Say what is to be said of the text. Whether it is a query."""
        try:
            parse_query(text)
        except QueryError as error:
            if error.unfinished and not final:
                self._verdict.unfinished(error, self._candidates())
            else:
                self._verdict.fault(text, error)
            return False
        self._verdict.fine(text, self._candidates())
        return True

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self.display and event.value == self._box.value and self._judge(event.value):
            self._on_typed(event.value)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if self._judge(event.value, final=True):
            self.display = False
            self._on_entered(event.value)

    def action_leave(self) -> None:
        self.display = False
        self._on_left()

    # Completion

    def _completion(self) -> Completion | None:
        box = self._box
        return complete(box.value, box.cursor_position, self._vocabulary)

    def _candidates(self) -> tuple[Candidate, ...]:
        chosen = self._chosen
        if chosen is not None and chosen.value == self._box.value:
            return chosen.completion.candidates[chosen.place + 1 :] + chosen.completion.candidates[: chosen.place]
        completion = self._completion()
        return completion.candidates if completion else ()

    def ghost(self, text: str) -> str | None:
        """The text with its last word completed, if that only adds to it."""
        box = self._box
        if box.cursor_position != len(text) or (completion := self._completion()) is None:
            return None
        whole = text[: completion.start] + completion.candidates[0].text
        return whole if whole.casefold().startswith(text.casefold()) else None

    def action_complete(self, step: int) -> None:
        """Write the first candidate; pressed again, the next one."""
        box, chosen = self._box, self._chosen
        if chosen is not None and chosen.value == box.value:
            completion, rest = chosen.completion, chosen.rest
            place = (chosen.place + step) % len(completion.candidates)
        elif (first := self._completion()) is not None:
            completion, rest, place = first, box.value[first.end :], 0
        else:
            return
        before = box.value[: completion.start] + completion.candidates[place].text
        self._chosen = _Chosen(before + rest, completion, place, rest)
        box.value = before + rest
        box.cursor_position = len(before)


class _Ghost(Suggester):
    """Shows behind the cursor how the word may go on; `→` takes it."""

    def __init__(self, bar: QueryBar) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._bar = bar

    async def get_suggestion(self, value: str) -> str | None:
        return self._bar.ghost(value)


class Prompt(OneLine):
    """The slash before the input."""

    LOOKS: ClassVar[Mapping[str, str]] = {"text": "bold $text-accent"}

    def pieces(self, width: int) -> Iterator[tuple[str, str]]:
        yield "text", PROMPT[:width]


class Verdict(OneLine):
    """What the query finds, and how it may go on; or a caret under the place of its mistake and the reason."""

    LOOKS: ClassVar[Mapping[str, str]] = {
        "text": "$text-muted",
        "count": "$text",
        "key": "bold $text-muted",
        "fault": "$text-error",
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._papers = ""
        self._words = ""
        self._candidates: tuple[Candidate, ...] = ()
        self._column: int | None = None

    def count(self, papers: str) -> None:
        """How many papers are shown, in words."""
        self._papers = papers
        self.changed()

    def fine(self, text: str, candidates: tuple[Candidate, ...]) -> None:
        """The query is understood."""
        self._column = None
        self._words, self._candidates = "" if text.strip() else EXAMPLES, candidates
        self.changed()

    def unfinished(self, error: QueryError, candidates: tuple[Candidate, ...]) -> None:
        """The query is not done yet; what is shown is what it found before."""
        self._column = None
        self._words, self._candidates = safe(error.remedy or error.message), candidates
        self.changed()

    def fault(self, text: str, error: QueryError) -> None:
        """The query has a mistake."""
        self._column = cell_len(PROMPT) + cell_len(text[: error.position])
        self._words = safe(str(error))
        self.changed()

    def pieces(self, width: int) -> Iterator[tuple[str, str]]:
        if self._column is not None:
            yield "fault", self._pointing(self._column, width)
            return
        count = self._papers
        room = width - 3 - cell_len(count)
        yield "count", f"   {count}"[:width]
        if self._candidates:
            if room > 14:
                yield "text", "   "
                yield "key", "tab"
                yield "text", clip(f" {self._named()}", room - 7, cell_len)
        elif room > 3:
            rest = self._words or "enter keep results   esc cancel"
            while rest and EXAMPLES.startswith(rest) and cell_len(rest) > room - 4:
                rest = rest.rpartition(" · ")[0]
            yield "text", clip(f"   {rest}", room - 1, cell_len)

    def _named(self) -> str:
        """The candidates in a row, what they are beside them."""
        first = self._candidates[0]
        several = len(self._candidates) > 1
        if any(candidate.detail for candidate in self._candidates[: 3 if several else 1]):
            text = " · ".join(f"{candidate.text} {candidate.detail}" for candidate in self._candidates[:6])
        else:
            text = "  ".join(candidate.text for candidate in self._candidates[:12])
        return safe(text) or safe(first.text)

    def _pointing(self, column: int, width: int) -> str:
        column = min(column, width - 1)
        right = width - column - 3
        if cell_len(self._words) <= right or right >= column:
            return " " * column + "^ " + clip(self._words, max(0, right), cell_len)
        text = clip(self._words, column - 2, cell_len)
        return " " * (column - cell_len(text) - 1) + text + " ^"
