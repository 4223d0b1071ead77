"""Browsing: all categories, sources, authors and tags, as lists to pick from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, overload

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from feedreader.errors import FeedreaderError
from feedreader.library.name_counts import NARROWED, NamesInFile
from feedreader.query.facets import LISTS, FacetList, query_for
from feedreader.text.display import clip, clip_start, safe, shown
from feedreader.tui.dialogs.filter_list import FilterList
from feedreader.tui.widgets.drawn import OneLine
from feedreader.tui.widgets.lines import Piece

Names = FacetList | NamesInFile
_TITLES = {facet: facet.capitalize() for facet in LISTS}
_NONE = {
    "categories": "No categories yet.",
    "sources": "No sources yet.",
    "authors": "No authors yet.",
    "tags": "No tags yet. Press w on a paper to add some.",
}


@dataclass
class Browsed:
    """Where one was in the lists, for when they are opened again."""

    facet: str = LISTS[0]
    typed: str = ""
    by_name: bool = False
    turned: bool = False  # by hand: until then, an empty list gives way to the next one
    choices: dict[str, int] = field(default_factory=dict)


class BrowseScreen(FilterList[str]):
    """Answers with a query. Each list comes when it was counted; one that was counted before is shown at once.

    `count` asks for a list, in order of names, too, and if its last argument says so, counted anew; `narrow` for what
    was typed in a long list; `surprise` for a random query. They answer with `show_names`, `show_narrowed` and
    `show_surprise`.
    """

    HEADING = "Browse"
    ENTER = "show its papers"
    TALL = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,right", "turn(1)", "next list", id="browse-next", tooltip="Next list", priority=True),
        Binding(
            "shift+tab,left", "turn(-1)", "previous list", id="browse-back", tooltip="Previous list", priority=True
        ),
        Binding("ctrl+o", "order", "order", id="browse-order", tooltip="Sort by number of papers or by name"),
        Binding("ctrl+r", "surprise", "random", id="browse-surprise", tooltip="Random query"),
    ]
    HINTS = (
        (("browse-back", "browse-next"), "list"),
        (("narrow-up", "narrow-down"), "choose"),
        (("browse-order",), "order"),
        (("browse-surprise",), "random"),
        (("close",), "close"),
    )

    def __init__(
        self,
        browsed: Browsed,
        counted: Mapping[str, Names],
        *,
        count: Callable[[str, bool, bool], None],
        narrow: Callable[[NamesInFile, str, bool], None],
        surprise: Callable[[], None],
    ) -> None:
        super().__init__(id="browse", typed=browsed.typed)
        self._at = browsed
        self._names = dict(counted)
        self._count = count
        self._narrow = narrow
        self._surprise = surprise
        self._progress = ""
        self._shown: Sequence[int] = ()
        self.tabs = Tabs(id="browse-tabs")

    def contents(self) -> ComposeResult:
        yield self.tabs
        yield from super().contents()

    def on_mount(self) -> None:
        self._count(self._at.facet, self._at.by_name, True)
        super().on_mount()
        self.lines.choice = self._at.choices.get(self._at.facet, 0)
        self._show()

    # What is shown ---------------------------------------------------------------------------------------------

    def progress(self, facet: str, part: float) -> None:
        """Say how far the counting is that is awaited."""
        if self.is_attached and facet == self._at.facet:
            self._progress = f" {part:.0%}"
            if facet in self._names:
                self._show_tabs()
            else:
                self._show()

    def fails(self, error: FeedreaderError) -> None:
        """Say why it could not be counted."""
        self._progress = ""
        self.hints.say(str(error))
        if self._at.facet in self._names:
            self._show_tabs()
        else:
            self.show((), "Not counted.")

    def show_names(self, names: Names) -> None:
        """Show one of the lists, or only its length if another is shown."""
        facet = names.facet
        self._progress = ""
        before = self._chosen if facet == self._at.facet and facet in self._names else None
        self._names[facet] = names
        if facet != self._at.facet:
            self._show_tabs()
            return
        if not names.counts and not self._at.turned and facet != LISTS[-1]:
            self.turn_to(LISTS[LISTS.index(facet) + 1])
            return
        self.narrow(self.box.value)
        if before is not None and before != self._chosen:
            self._go_to(before)

    def _go_to(self, name: str) -> None:
        """To the line of a name, where it is still there."""
        counts = self._names[self._at.facet].counts
        place = next((place for place, number in enumerate(self._shown) if counts[number].name == name), None)
        if place is not None:
            self.lines.action_move(place - self.lines.choice)

    def show_narrowed(self, names: NamesInFile, text: str, by_name: bool, numbers: Sequence[int] | None) -> None:
        """Show what a long list has of what was typed, if that is still wanted."""
        if numbers is None or (names, by_name) != (self._names.get(self._at.facet), self._at.by_name):
            return
        if text == self.box.value:
            self._shown = numbers
            self._show()

    def narrow(self, text: str) -> None:
        self._at.typed = text
        names = self._names.get(self._at.facet)
        if isinstance(names, NamesInFile):
            if text.strip():
                self._narrow(names, text, self._at.by_name)
                self._show_tabs()
                return
            self._shown = names.whole(self._at.by_name)
        elif names is not None:
            by_name = self._at.by_name
            if by_name and not names.is_by_name:  # until they are, the others stand there
                self._count(self._at.facet, True, False)
                by_name = False
            self._shown = names.narrowed(text, by_name)
        self._show()

    def _show(self) -> None:
        names = self._names.get(self._at.facet)
        if names is None:
            self.show((), f"Counting…{self._progress}")
        elif not names.counts:
            self.show((), _NONE[self._at.facet])
        else:
            self.show(Rows(names, self._shown, lambda: self.lines.size.width - 1), "No matches.")
            self.lines.action_move(0)
        self._show_tabs()

    def _show_tabs(self) -> None:
        counts = {facet: len(names.counts) for facet, names in self._names.items()}
        self.tabs.show(self._at.facet, counts)
        names = self._names.get(self._at.facet)
        if names is not None and self._progress:
            self.heading.aside(f"counting again…{self._progress}")
        elif names is not None and self.box.value.strip() and names.counts:
            more = "+" if isinstance(names, NamesInFile) and len(self._shown) == NARROWED else ""
            self.heading.aside(f"{len(self._shown):,}{more} of {len(names.counts):,}")
        else:
            self.heading.aside("by name" if self._at.by_name else "most papers first")

    # Keys ------------------------------------------------------------------------------------------------------

    def action_turn(self, step: int) -> None:
        self._at.turned = True
        self.turn_to(LISTS[(LISTS.index(self._at.facet) + step) % len(LISTS)])

    def turn_to(self, facet: str) -> None:
        """Show another list."""
        self._at.choices[self._at.facet] = self.lines.choice
        self._at.facet, self._at.typed = facet, ""
        self.box.value = self._progress = ""
        self._shown = ()
        self._count(facet, self._at.by_name, True)
        self.lines.choice, self.lines.scrolled = 0, 0
        self.narrow("")
        if facet in self._names:
            self.lines.action_move(self._at.choices.get(facet, 0))

    def on_tabs_pressed(self, message: Tabs.Pressed) -> None:
        self._at.turned = True
        self.turn_to(message.facet)

    def action_order(self) -> None:
        before = self._chosen
        self._at.by_name = not self._at.by_name
        self.narrow(self.box.value)
        if before is not None and before != self._chosen:
            self._go_to(before)

    def action_surprise(self) -> None:
        self._surprise()

    def show_surprise(self, query: str) -> None:
        """Answer with a random query; "" if there is none."""
        if query:
            self.dismiss(query)
        else:
            self.hints.say("No papers yet.")

    @property
    def _chosen(self) -> str | None:
        names = self._names.get(self._at.facet)
        if names is None or self.lines.choice >= len(self._shown):
            return None
        return names.counts[self._shown[self.lines.choice]].name

    def take(self) -> None:
        if (name := self._chosen) is not None:
            self._at.choices[self._at.facet] = self.lines.choice
            self.dismiss(query_for(self._at.facet, name))


class Rows(Sequence[Sequence[Piece]]):
    """The lines of a list, each made when it is drawn: there may be a hundred thousand."""

    def __init__(self, names: Names, numbers: Sequence[int], width: Callable[[], int]) -> None:
        self._names = names
        self._numbers = numbers
        self._width = width

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> Sequence[Piece]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Sequence[Piece]]: ...
    def __getitem__(self, place: int | slice) -> Sequence[Piece] | Sequence[Sequence[Piece]]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        count = self._names.counts[self._numbers[place]]
        unread = f"{count.unread:,} unread" if count.unread else ""
        digits = len(f"{self._names.counts[0].papers:,}")  # of the longest: they come in order of papers
        room = max(8, self._width() - 2 * digits - len("     unread") - 2)
        clipped = clip_start if self._names.facet == "sources" else clip
        name = clipped(shown(count.name) or safe(count.name), room, cell_len)
        aside = clip(f"  {shown(count.detail)}", room - cell_len(name), cell_len) if count.detail else ""
        gap = " " * (room - cell_len(name) - cell_len(aside))
        return [
            ("text", f" {name}"),
            ("quiet", f"{aside}{gap}  "),
            ("quiet", f"{unread:>{digits + len(' unread')}}  "),
            ("text", f"{count.papers:>{digits},}"),
        ]


class Tabs(OneLine):
    """The names of the lists and how long each is."""

    LOOKS: ClassVar[Mapping[str, str]] = {
        "text": "$text-muted",
        "here": "bold $text-accent",
        "count": "$text-muted",
    }

    class Pressed(Message):
        """A list was clicked."""

        def __init__(self, facet: str) -> None:
            super().__init__()
            self.facet = facet

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._here = LISTS[0]
        self._counts: Mapping[str, int] = {}
        self._places: list[tuple[int, int, str]] = []

    def show(self, current: str, counts: Mapping[str, int]) -> None:
        """Say which list is shown, and how long those are that were counted."""
        self._here, self._counts = current, counts
        self.changed()

    def pieces(self, width: int) -> Iterator[tuple[str, str]]:
        used = 0
        self._places = []
        counts = {facet: f" {self._counts[facet]:,}" if facet in self._counts else "" for facet in LISTS}
        if sum(len(_TITLES[facet]) + len(counts[facet]) + 4 for facet in LISTS) - 3 > width:
            counts |= {facet: "" for facet in LISTS if facet != self._here}
        for facet in LISTS:
            title, count = _TITLES[facet], counts[facet]
            size = len(title) + len(count) + 4
            if used + size - 3 > width:
                return
            self._places.append((used, used + size, facet))
            yield "here" if facet == self._here else "text", f" {title}"
            yield "count", f"{count}   "[: width - used - len(title) - 1]
            used += size

    def on_click(self, event: events.Click) -> None:
        for start, end, facet in self._places:
            if start <= event.x < end and facet != self._here:
                self.post_message(self.Pressed(facet))
