"""What is highlighted and muted: rules made from the paper under the cursor, and the file of rules watched. So is the
file of what is pinned or banned, which counts for the interest of papers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from feedreader.errors import FeedreaderError
from feedreader.text.display import counted, safe, short_day
from feedreader.tui.keys import RULE_KEYS
from feedreader.view.rows import row_title

if TYPE_CHECKING:
    from datetime import date

    from feedreader.model import PaperSummary
    from feedreader.services.rules import RuleEntry
    from feedreader.tui.context import Context
    from feedreader.tui.dialogs.prefix_menu import MenuChoice
    from feedreader.tui.dialogs.rules import RulesScreen

VERBS = {"highlight": "Highlight", "mute": "Mute"}
_FEW = 9  # authors that a digit names
_LINE = 56  # characters that a prompt shows at once
_SMALL_WORDS = frozenset(
    word
    for line in (
        "a an and are as at be by can do does for from how in into is it its not of on or over than that the their",
        "this to toward towards under using via we what when where which why with without",
    )
    for word in line.split()
)


class RulesReport(NamedTuple):
    """The rules hold: whether papers are shown otherwise now, the rules with their lines and how many papers each is
    about, what is wrong with some, what is to be said, and whether undo undoes it."""

    changed: bool
    entries: Sequence[tuple[RuleEntry, int]]
    faults: Sequence[str]
    words: str = ""
    can_undo: bool = False


class RulesController:
    """Rules are written on the thread `db_write` and applied on `db_import`: neither a key press nor a mark waits.

    `applied` is called after the rules were applied, `pinned` when other words or authors are pinned or banned.
    """

    def __init__(self, context: Context, applied: Callable[[], object], pinned: Callable[[], object]) -> None:
        self._context = context
        self._notify_applied, self._notify_pinned = applied, pinned
        self._stamps: Sequence[tuple[int, int] | None] = ()  # of the files when they were read last
        self._faults: Sequence[str] = ()
        self._entries: Sequence[tuple[RuleEntry, int]] = ()
        self._screen: RulesScreen | None = None

    # The file ----------------------------------------------------------------------------------------------------

    def begin(self, seconds: float) -> None:
        """Apply the rules, and again whenever somebody changes a file; looks at them every so many seconds."""
        if self._context.rules_file is not None:
            self.apply()
            self._context.every(seconds, self.look)

    def look(self) -> None:
        """Apply the rules if somebody changed a file."""
        worker = self._context.db_import
        if not worker.working:
            worker.do(lambda: self._applied() if self._stamps != self._stamps_now() else None, self._show_applied)

    @property
    def _path(self) -> Path:
        assert self._context.rules_file is not None
        return self._context.rules_file

    @property
    def _pins(self) -> Path:
        return self._path.with_name("interest.toml")

    def _stamps_now(self) -> Sequence[tuple[int, int] | None]:
        return _stamp(self._path), _stamp(self._pins)

    def apply(self, words: str = "", rule: tuple[str, str] | None = None) -> None:
        """Apply the rules of the file, and say something then; of a new rule, how many papers it is about."""
        if self._context.rules_file is not None:
            self._context.db_import.do(partial(self._applied, words, rule), self._show_applied)

    def _applied(self, words: str = "", rule: tuple[str, str] | None = None) -> RulesReport:
        """On the thread: apply the rules."""
        from feedreader.services import interest, rules

        library = self._context.library
        self._stamps = self._stamps_now()
        names, faults = library.interest.names, list[str]()
        try:
            faults += map(str, interest.apply_pins(library, self._pins).faults)
        except FeedreaderError as error:
            faults.append(str(error))
        if library.interest.names != names:
            self._context.later(self._notify_pinned)
        try:
            done = rules.apply_rules(library, self._path)
        except FeedreaderError as error:
            return RulesReport(False, self._entries, (*faults, str(error)))
        papers = {(count.effect, count.text): count.papers for count in library.rules.all()}
        entries = [(entry, papers.get((entry.rule.effect, entry.rule.text), 0)) for entry in done.rules.entries]
        faults += map(str, done.faults)
        if rule is not None:
            words = f"{words}: {counted(papers.get(rule, 0), 'paper')}."
        return RulesReport(done.changed, entries, faults, words, rule is not None)

    def _show_applied(self, applied: RulesReport | None) -> None:
        """The rules hold: show it, and say what is wrong with some, once."""
        if applied is None:
            return
        context = self._context
        self._entries = applied.entries
        if applied.changed:
            context.feed.bring_up_to_date()
        if applied.words:
            undo = f" ({context.key('undo', 'u')} to undo)." if applied.can_undo else ""
            context.say(f"{applied.words.removesuffix('.')}{undo}" if undo else applied.words)
        if applied.faults and applied.faults != self._faults:
            context.notify("\n".join(map(safe, applied.faults[:5])), "Rules and interest", "warning")
        self._faults = applied.faults
        if self._screen is not None:
            self._screen.show_rules(applied.entries)
        self._notify_applied()

    # Making one --------------------------------------------------------------------------------------------------

    def ask(self, effect: str) -> None:
        """Wait for the second key: what of the paper is to be highlighted or muted."""
        summary = self._context.feed.summary
        if self._context.rules_file is None or summary is None:
            self._context.say("No paper to make a rule from.")
            return
        from feedreader.tui.dialogs.prefix_menu import PrefixMenu

        authors, keys = min(len(summary.authors), _FEW), self._context.keys
        menu = PrefixMenu(RULE_KEYS, keys, id="rule", lead=VERBS[effect], numbered="author", count=authors)
        self._context.push_screen(menu, partial(self._asked, effect, summary))

    def _asked(self, effect: str, summary: PaperSummary, choice: MenuChoice | None) -> None:
        field, number = choice or (None, None)
        if field == "list":
            self.show()
        elif field == "title":
            self._ask_for_words(effect, summary)
        elif field:
            names = {"author": ("author", summary.authors), "cat": ("category", summary.categories)}
            name, values = names.get(field, ("source", summary.sources))
            if not values:
                self._context.say(f"This paper has no {name}.")
            elif number is not None or len(values) == 1:
                self._make_of(effect, field, summary.day, values[number or 0])
            else:
                make = partial(self._make_of, effect, field, summary.day)
                self._pick(f"{VERBS[effect]} which {name}?", values, make)

    def _pick(self, heading: str, values: Sequence[str], take: Callable[[str], None]) -> None:
        from feedreader.tui.dialogs.filter_list import PickList

        def picked(number: int | None) -> None:
            if number is not None:
                take(values[number])

        self._context.push_screen(PickList(heading, values), picked)

    def _ask_for_words(self, effect: str, summary: PaperSummary) -> None:
        from feedreader.tui.dialogs.prompt import Prompt

        words = _title_words(row_title(summary)[0]) if summary.title else ""
        screen = Prompt(f"{VERBS[effect]} papers matching", words, 'words, "words in a row", title:word, …')
        day = summary.day
        self._context.push_screen(screen, lambda text: self._make_or_ask(effect, text, day) if text else None)

    def _make_of(self, effect: str, field: str, day: date | None, value: str) -> None:
        from feedreader.model import Query, Term
        from feedreader.query.language import format_query

        self._make_or_ask(effect, format_query(Query((Term(field, value),))), day)

    def _make_or_ask(self, effect: str, text: str, day: date | None) -> None:
        """Highlight at once; before muting, ask, and say how many papers of all and of a day would be concerned."""
        if effect == "highlight":
            self._make(effect, text)
            return
        library = self._context.library

        def count() -> str:
            from feedreader.model import Query, Term
            from feedreader.query.language import parse_query

            query = parse_query(text)
            words = f"It matches {counted(library.papers.count(query)[0], 'paper')}"
            if day is None:
                return f"{words}."
            that_day = Term("day", day.isoformat())
            of_day, all_of_day = (library.papers.count(Query((*terms, that_day)))[0] for terms in (query.terms, ()))
            return (
                f"{words}, including {of_day:,} of the {all_of_day:,} from {short_day(day)}." if of_day else f"{words}."
            )

        def ask(words: str) -> None:
            from feedreader.tui.dialogs.confirm import Confirm

            question = Confirm(f"Mute {text}? {words}", "Mute")
            self._context.push_screen(question, lambda yes: self._make(effect, text) if yes else None)

        self._context.look_up(count, ask)

    def _make(self, effect: str, text: str) -> None:
        """Write a rule, and apply it; one that is in the file already is named with its line."""
        library, path = self._context.library, self._path

        def write() -> int | None:
            from feedreader.services import rules

            known = rules.add(library, path, effect, text)
            return known.line if known else None

        self._context.db_write.do(write, partial(self._made, effect, " ".join(text.split())))

    def _made(self, effect: str, text: str, known_line: int | None) -> None:
        from feedreader.services import rules

        done = rules.DONE[effect].capitalize()
        if known_line is not None:
            self._context.say(f"Already {done.lower()}: {text} · {self._path.name}, line {known_line}")
        else:
            self.apply(f"{done} {text}", (effect, text))

    # Removing one ------------------------------------------------------------------------------------------------

    def remove(self, entry: RuleEntry) -> None:
        """Remove a rule that was made here."""
        path, rule = self._path, entry.rule

        def remove() -> str:
            from feedreader.services import rules

            rules.remove(path, rule.effect, rule.text)
            return f"No longer {rules.describe(rule)}"

        self._context.db_write.do(remove, self.apply)

    def show(self) -> None:
        """All rules."""
        if self._context.rules_file is None:
            return
        from feedreader.tui.dialogs.rules import RulesScreen

        self._screen = RulesScreen(self._path, self._entries, key=self._context.key, remove=self.remove)
        self._context.push_screen(self._screen, self._answered)

    def _answered(self, text: str | None) -> None:
        self._screen = None
        if text:
            self._context.feed.run_query(text, top=True)


def _title_words(title: str) -> str:
    """The words of a title that tell it from others, as many as a line has room for."""
    from feedreader.text.normalize import normalize

    words = ""
    for word in normalize(title).split():
        longer = f"{words} {word}".lstrip()
        if word not in _SMALL_WORDS and len(longer) <= _LINE:
            words = longer
    return words


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size
