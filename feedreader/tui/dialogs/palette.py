"""The command palette: every action by name, made from the bindings; those that have no key; the saved searches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableSequence, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.cells import cell_len
from textual import events

from feedreader.services.interest import BEST_UNREAD, WEEK
from feedreader.text.display import clip, fill, safe
from feedreader.text.normalize import normalize
from feedreader.tui.dialogs.filter_list import DIGITS, FilterList
from feedreader.tui.keys import ABSTRACT, MOVE, READ_KEYS
from feedreader.tui.widgets.lines import Piece

if TYPE_CHECKING:
    from textual.app import App

    from feedreader.services.saved_searches import SavedSearch
    from feedreader.tui.context import Context

Counted = tuple["SavedSearch", "tuple[int, int] | None"]  # with its papers and the unread ones

_REVIEW = "The last seven days, most interesting first, without what you dismissed."
_SMALL = frozenset("a all an and by for from in it its of on or than that the them then this to too with".split())  # noqa: SIM905
_NO_COMMAND = {"palette", "open", "back", "read-on", "saved-search-1"}


class Command(NamedTuple):
    """Its name, what is said of it, its key, what it runs, and other words for it."""

    name: str
    aside: str
    key: str
    run: Callable[[], object]
    also: str = ""


class PaletteScreen(FilterList[Command]):
    """Answers with a command; `recent` are the names of those that were run last."""

    HEADING = "Commands"
    PLACEHOLDER = "a command, a setting or a saved search"
    ENTER = "run"
    TALL = True
    HINTS = ((("narrow-up", "narrow-down"), "choose"), (("close",), "close"))

    def __init__(self, commands: Sequence[Command], searches: Sequence[Command], recent: MutableSequence[str]) -> None:
        super().__init__(id="palette")
        self._commands = commands
        self._searches = searches
        self._recent = recent
        self._found: Sequence[Command] = ()

    def show_searches(self, searches: Sequence[Command]) -> None:
        """Show the saved searches as they are now."""
        self._searches = searches
        self.narrow(self.box.value)

    def narrow(self, text: str) -> None:
        recent = {name: place for place, name in enumerate(self._recent)}
        ranked = [
            (-score, recent.get(command.name, len(recent)), place, command)
            for place, command in enumerate((*self._commands, *self._searches))
            if (score := max(match(text, command.name), match(text, command.also))) > 0
        ]
        self._found = [command for *_, command in sorted(ranked, key=lambda found: found[:3])]
        self.show([self._line(command) for command in self._found], "No matches.")

    def _line(self, command: Command) -> list[Piece]:
        width = max(self.lines.size.width, 20) - 2
        room = width - cell_len(command.key) - 3
        name = clip(f" {command.name}", room, cell_len)
        aside = f"   {command.aside}" if command.aside else ""
        return [
            ("text", name),
            ("quiet", fill(aside, room - cell_len(name), cell_len)),
            ("key", f"   {command.key}"),
        ]

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(lambda: self.narrow(self.box.value))

    def take(self) -> None:
        if self.lines.choice < len(self._found):
            command = self._found[self.lines.choice]
            if command.name in self._recent:
                self._recent.remove(command.name)
            self._recent.insert(0, command.name)
            self.dismiss(command)


def match(text: str, name: str) -> int:
    """How well a name fits what was typed, 0 for not at all.

    Each word typed begins a word of the name, or runs over the beginnings of several ("chth" is "Change the theme"),
    or stands within one.
    """
    words, typed = normalize(name).split(), normalize(text).split()
    scores = [_match_word(each, words) for each in typed]
    if not all(scores):
        return 0
    return 1 + 4 * sum(scores) + (bool(typed) and words[0].startswith(typed[0]))


def _match_word(typed: str, words: Sequence[str]) -> int:
    if any(word.startswith(typed) and word not in _SMALL for word in words):
        return 3
    if len(typed) > 1 and any(_runs_over(typed, words[start:]) for start in range(len(words))):
        return 2
    return 1 if any(typed in word if len(typed) > 2 else typed == word for word in words) else 0


def _runs_over(typed: str, words: Sequence[str]) -> bool:
    """Whether what was typed is made of beginnings of these words, in their order; small ones may be left out."""
    if not typed:
        return True
    if not words or not words[0].startswith(typed[0]):
        return False
    for size in range(min(len(typed), len(words[0])), 0, -1):
        if words[0].startswith(typed[:size]):
            rest = typed[size:]
            following = [words[1:], *([words[2:]] if len(words) > 2 and len(words[1]) <= 3 else [])]
            if not rest or any(_runs_over(rest, after) for after in following):
                return True
    return False


def commands_of(app: App[Any], context: Context, put_back: Callable[[], object] | None) -> Iterator[Command]:
    """What can be done on the screen on top. `put_back` restores the library's file, if it is gone."""
    screen, seen = app.screen, set[str]()
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if not binding.id or binding.id in seen or binding.id in _NO_COMMAND or not active.enabled:
            continue
        seen.add(binding.id)
        moves = binding.group in (MOVE, ABSTRACT) and not binding.id.endswith(("-unread", "-day"))
        if binding.group is not None and not moves:
            shown = app.get_key_display(binding.with_key(key))
            yield Command(
                binding.tooltip,
                "",
                shown,
                partial(app.run_action, binding.action, active.node),
                binding.description if binding.id != "quit" else "",  # :q is to find Quit first
            )
    if any(not keys for keys in context.keys.values()):
        from feedreader.tui.keymap import keyless

        for node in screen.focused.ancestors_with_self if screen.focused else (screen, app):
            for binding in keyless(node, context.keys):
                if binding.id not in seen and binding.id not in _NO_COMMAND:
                    seen.add(binding.id or "")
                    yield Command(
                        binding.tooltip, "", "", partial(app.run_action, binding.action, node), binding.description
                    )
    yield from _keyless_commands(app, context)
    if put_back is not None:
        yield Command("Put the library's file back", "after it was deleted", "", put_back)


def _keyless_commands(app: App[Any], context: Context) -> Iterator[Command]:
    """Those that never have a key of their own."""
    for choice in READ_KEYS:
        keys = f"{context.key('read-many')} {context.key(choice.id or '')}"
        what = choice.tooltip[:1].lower() + choice.tooltip[1:]
        run = choice.action.replace("take", "app.read_many")
        yield Command(f"Mark as read: {what}", "", keys, partial(app.run_action, run))
    yield Command("Quit", "from wherever you are", "^q", partial(app.run_action, "app.quit"), "q qa wq x exit")
    yield Command("Change the theme", app.theme, "", partial(app.run_action, "app.change_theme"), "colours dark light")
    if context.rules_file is not None:
        yield Command("Rules", "highlighting and muting", "", partial(app.run_action, "app.rules"))
    best = "The 20 most interesting unread papers."
    yield Command(
        "Review the week", "by interest", "", partial(context.feed.jump, WEEK, words=_REVIEW), "weekly missed"
    )
    yield Command("The best unread papers", "", "", partial(context.feed.jump, BEST_UNREAD, words=best), "interest top")
    for name, aside, what in (
        ("Send the shortlist to Zotero", "", "shortlist"),
        ("Choose the collection in Zotero", "for what you send", "collection"),
    ):
        yield Command(name, aside, "", partial(app.run_action, f"app.zotero('{what}')"), "zotero library")
    if context.settings.sync_folder is not None:
        yield Command("Sync now", "with your other machines", "", partial(app.run_action, "app.sync"), "synchronize")
    reload = partial(app.run_action, "app.read_settings")
    yield Command("Reload the settings", "keys, theme, list", "", reload, "config.toml")
    yield Command("Save a picture of the screen", "SVG", "", partial(app.set_timer, 0.1, app.deliver_screenshot))


def search_commands(
    searches: Sequence[Counted], jump: Callable[[str], Any], key: Callable[[str], str]
) -> list[Command]:
    """The saved searches as commands."""
    commands = []
    for number, (search, counts) in enumerate(searches, 1):
        unread = [f"{counts[1]:,} unread"] if counts else []
        aside = " · ".join([*unread, safe(search.query) or "all papers"])
        shown = key(f"saved-search-{number}") if number <= DIGITS else ""
        commands.append(Command(f"Saved search: {safe(search.name)}", aside, shown, partial(jump, search.query)))
    return commands
