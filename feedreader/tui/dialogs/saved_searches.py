"""The saved searches: to show one, to save what is shown as one, and to remove one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from feedreader.errors import FeedreaderError
from feedreader.services.saved_searches import SavedSearches
from feedreader.text.display import clip, fill, safe
from feedreader.tui.dialogs.dialog import CLOSE
from feedreader.tui.dialogs.filter_list import DIGITS, FilterList
from feedreader.tui.widgets.drawn import OneLine
from feedreader.tui.widgets.key_hints import Hints
from feedreader.tui.widgets.lines import Piece

_NAME = 24  # cells at the most


class SavedSearchesScreen(FilterList[str]):
    """Answers with the query of a saved search. With a query shown, a name typed saves it.

    `save` is called with a name and a query, `remove` with a name.
    """

    HEADING = "Saved searches"
    PLACEHOLDER = "name for this search"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+d", "remove", "remove", id="saved-search-remove", tooltip="Remove this saved search", priority=True
        ),
        Binding("enter", "take", "show", id="saved-search-show", tooltip="Show this saved search"),
    ]
    HINTS = (
        (("narrow-up", "narrow-down"), "choose"),
        (("saved-search-remove",), "remove"),
        (("close",), "close"),
    )

    def __init__(
        self, query: str, known: SavedSearches, *, save: Callable[[str, str], None], remove: Callable[[str], None]
    ) -> None:
        super().__init__(id="saved-searches", typing=bool(query))
        self._save_as = save
        self._remove = remove
        self._query = query
        self._searches = known
        self._counts: dict[str, tuple[int, int] | None] = {}
        self._sure = ""  # what another press of the same key would replace or remove
        self._saying = Saying(f"Shown: {query}" if query else "", id="saved-searches-query")

    def contents(self) -> ComposeResult:
        if self._query:
            yield self._saying
        yield from super().contents()

    def on_mount(self) -> None:
        super().on_mount()
        self._go_to_shown()

    def _go_to_shown(self) -> None:
        """To the saved search that is shown, if it is one."""
        shown = next((place for place, search in enumerate(self._searches.searches) if search.query == self._query), 0)
        self.lines.choice = shown
        self._show()

    def show_searches(self, searches: SavedSearches) -> None:
        """Show the saved searches as they are now."""
        if not self._searches.searches:
            self._searches = searches
            self._go_to_shown()
        self._searches = searches
        self._show()

    def show_counts(self, query: str, counts: tuple[int, int] | None) -> None:
        """Show how many papers a query finds, and how many of them are unread; None: it cannot be answered."""
        self._counts[query] = counts
        self._show()

    def show_error(self, error: FeedreaderError) -> None:
        """It could not be saved or removed."""
        self.could_not_save()
        self.hints.say(str(error), error=True)

    def narrow(self, text: str) -> None:
        self._sure = ""
        self._show()

    @property
    def wanted_hints(self) -> Hints:
        return self.HINTS if self._searches.searches else CLOSE

    @property
    def enter(self) -> str:
        return "save" if self._query and self.box.value.strip() else "show" if self._searches.searches else ""

    def _show(self) -> None:
        searches = self._searches.searches
        self.show_keys()
        words = "No saved searches yet." if self._query else "No saved searches yet. Search first, then press V."
        self.show([self._line(number) for number in range(len(searches))], words)

    def _line(self, number: int) -> Sequence[Piece]:
        search = self._searches.searches[number]
        key = str(number + 1) if number < DIGITS else " "
        names = min(_NAME, max(cell_len(safe(each.name)) for each in self._searches.searches))
        papers, unread = self._counted(search.query)
        widths = [max(map(len, column)) for column in zip(*map(self._counted, self._queries), strict=True)]
        room = max(4, self.lines.size.width - names - sum(widths) - 11)
        return [
            ("key", f" {key}  "),
            ("text", fill(safe(search.name), names, cell_len) + "  "),
            ("quiet", fill(safe(search.query) or "all papers", room, cell_len)),
            ("quiet", f"  {unread:>{widths[1]}}"),
            ("text", f"  {papers:>{widths[0]}}"),
        ]

    @property
    def _queries(self) -> list[str]:
        return [search.query for search in self._searches.searches]

    def _counted(self, query: str) -> tuple[str, str]:
        """The papers that a saved search finds and those unread, as far as they were counted."""
        papers, unread = self._counts.get(query) or (None, 0)
        return "" if papers is None else f"{papers:,}", f"{unread:,} unread" if unread else ""

    def action_move(self, step: int) -> None:
        self._sure = ""
        super().action_move(step)

    def take(self) -> None:
        name = " ".join(self.box.value.split())
        if self._query and name:
            self._save(name)
        elif self.lines.choice < len(self._searches.searches):
            self.dismiss(self._searches.searches[self.lines.choice].query)

    def _save(self, name: str) -> None:
        known = self._searches.named(name)
        if known is not None and not known.own and not known.made:
            self.hints.say(f"“{known.name}” is defined in config.toml. Choose another name.")
        elif known is not None and known.own and self._sure != name:
            self._sure = name
            self.hints.say(f"“{known.name}” exists. Press enter again to replace it.")
        else:
            self.saving = True
            self._save_as(name, self._query)

    def action_remove(self) -> None:
        if self.lines.choice >= len(self._searches.searches):
            return
        search = self._searches.searches[self.lines.choice]
        if not search.own and not search.made:
            self.hints.say(f"“{search.name}” is defined in config.toml; remove it there.")
        elif self._sure != f"-{search.name}":
            self._sure = f"-{search.name}"
            self.hints.say(f"Press again to remove “{search.name}”.")
        else:
            self._sure = ""
            self._remove(search.name)


class Saying(OneLine):
    """A quiet line."""

    LOOKS: ClassVar[Mapping[str, str]] = {"text": "$text-accent"}

    def __init__(self, text: str, *, id: str) -> None:
        super().__init__(id=id)
        self._text = text

    def pieces(self, width: int) -> Iterator[tuple[str, str]]:
        yield "text", clip(safe(self._text), width, cell_len)
