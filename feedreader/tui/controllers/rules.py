"""What is highlighted and muted: rules made from the paper under the cursor, and the file of rules kept in view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from feedreader.errors import FeedreaderError
from feedreader.model import PaperSummary, Query, Term
from feedreader.query.language import format_query
from feedreader.services import rules
from feedreader.text.display import counted, safe, shown
from feedreader.view.rows import row_title

if TYPE_CHECKING:
    from feedreader.services.rule_file import Placed
    from feedreader.tui.desks import Desks

VERBS = {"highlight": "Highlight", "mute": "Mute"}
_FEW = 9  # authors that a digit names


class RuleMade(Message):
    """A rule stands in the file now; or did already, on that line."""

    def __init__(self, effect: str, text: str, known: int | None) -> None:
        super().__init__()
        self.effect = effect
        self.text = text
        self.known = known


class RuleTaken(Message):
    """A rule was taken out of the file; in words."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


class RulesApplied(Message):
    """The rules hold: whether papers are shown otherwise now, the rules with their lines and how many papers each is
    about, what is wrong with some, and what is to be said."""

    def __init__(self, changed: bool, placed: Sequence[tuple[Placed, int]], faults: Sequence[str], words: str) -> None:
        super().__init__()
        self.changed = changed
        self.placed = placed
        self.faults = faults
        self.words = words


class RulesController:
    """Rules are written on the writer's lane and applied on the importer's: neither a key press nor a mark waits."""

    def __init__(self, app: Desks) -> None:
        self._app = app
        self._stamp: tuple[int, int] | None = None  # of the file when it was read last
        self._said: Sequence[str] = ()
        self.placed: Sequence[tuple[Placed, int]] = ()

    # The file ----------------------------------------------------------------------------------------------------

    def begin(self, seconds: float) -> None:
        """Apply the rules, and again whenever somebody changes the file; looks at it every so many seconds."""
        self.apply()
        self._app.set_interval(seconds, self._look)

    def _look(self) -> None:
        if not self._app.importer.working:
            self._app.importer.do(self._apply_if_changed)

    def _apply_if_changed(self) -> RulesApplied | None:
        return self._apply("") if self._stamp != _stamp(self._path) else None

    @property
    def _path(self) -> Path:
        assert self._app.rules is not None
        return self._app.rules

    def apply(self, words: str = "", rule: tuple[str, str] | None = None) -> None:
        """Bring the papers in step with the file, and say something then; of a rule, how many papers it is about."""
        self._app.importer.do(partial(self._apply, words, rule))

    def _apply(self, words: str, rule: tuple[str, str] | None = None) -> RulesApplied:
        library = self._app.library
        self._stamp = _stamp(self._path)
        try:
            done = rules.apply_rules(library, self._path)
        except FeedreaderError as error:
            return RulesApplied(False, self.placed, (str(error),), "")
        papers = {(one.effect, one.text): one.papers for one in library.rules.all()}
        placed = [(one, papers.get((one.rule.effect, one.rule.text), 0)) for one in done.rules.placed]
        faults = [said for said, _, _ in done.faults]
        if rule is not None:
            words = f"{words}: {counted(papers.get(rule, 0), 'paper')}."
        return RulesApplied(done.changed, placed, faults, words)

    def applied(self, message: RulesApplied) -> None:
        """The rules hold: show it, and say what is wrong with some, once."""
        app = self._app
        self.placed = message.placed
        if message.changed:
            app.feed.bring_up_to_date()
        if message.words:
            undo = f" {app.key('undo', 'u')} takes it back." if message.words.endswith(".") else ""
            app.say(f"{message.words}{undo}")
        if message.faults and message.faults != self._said:
            text = "\n".join(map(safe, message.faults[:5]))
            app.notify(text, title="Rules", severity="warning", markup=False, timeout=10)
        self._said = message.faults
        for screen in app.screen_stack:
            if screen.id == "rules":
                screen.post_message(RulesApplied(False, message.placed, (), ""))

    # Making one --------------------------------------------------------------------------------------------------

    def ask(self, effect: str) -> None:
        """Wait for the second key: what of the paper is to be highlighted or muted."""
        summary = self._app.feed.list.summary
        if self._app.rules is None or summary is None:
            self._app.say("There is no paper here to make a rule from.")
            return
        from feedreader.tui.dialogs.rule_menu import RuleMenu

        self._app.push_screen(
            RuleMenu(VERBS[effect], min(len(summary.authors), _FEW)), partial(self._asked, effect, summary)
        )

    def _asked(self, effect: str, summary: PaperSummary, what: str | None) -> None:
        field, _, number = (what or "").partition(" ")
        if field == "list":
            self.show()
        elif field == "title":
            self._ask_for_words(effect, summary)
        elif field:
            names = {"author": ("author", summary.authors), "cat": ("category", summary.categories)}
            name, values = names.get(field, ("source", summary.sources))
            if not values:
                self._app.say(f"This paper names no {name}.")
            elif number or len(values) == 1:
                self._make_of(effect, field, values[int(number or 1) - 1])
            else:
                self._pick(f"{VERBS[effect]} which {name}?", values, partial(self._make_of, effect, field))

    def _pick(self, heading: str, values: Sequence[str], take: Callable[[str], None]) -> None:
        from feedreader.tui.dialogs.pick import PickScreen

        def picked(number: int | None) -> None:
            if number is not None:
                take(values[number])

        self._app.push_screen(PickScreen(heading, [shown(value) for value in values]), picked)

    def _ask_for_words(self, effect: str, summary: PaperSummary) -> None:
        from feedreader.tui.dialogs.prompt import Prompt

        title = row_title(summary)[0] if summary.title else ""
        phrase = f'"{title}"' if title and '"' not in title else title
        screen = Prompt(f"{VERBS[effect]} what has these words", phrase, 'words, "words in a row", title:word, …')
        self._app.push_screen(screen, lambda text: self.make(effect, text) if text else None)

    def _make_of(self, effect: str, field: str, value: str) -> None:
        self.make(effect, format_query(Query((Term(field, value),))))

    def make(self, effect: str, text: str) -> None:
        """Write a rule, and apply it."""
        library, path = self._app.library, self._path

        def write() -> RuleMade:
            known = rules.add(library, path, effect, text)
            return RuleMade(effect, " ".join(text.split()), known.line if known else None)

        self._app.writer.do(write)

    def made(self, message: RuleMade) -> None:
        """A rule stands in the file, or did already."""
        done = rules.DONE[message.effect].capitalize()
        if message.known is not None:
            self._app.say(f"{done} already: {message.text} · {self._path.name}, line {message.known}")
            return
        self.apply(f"{done} {message.text}", (message.effect, message.text))

    # Taking one away ---------------------------------------------------------------------------------------------

    def take_back(self, rule: str) -> None:
        """Undo the making of a rule."""
        path = self._path

        def take() -> RuleTaken:
            rules.undo(path, rule)
            return RuleTaken("")

        self._app.writer.do(take)

    def take_away(self, placed: Placed) -> None:
        """Take out a rule that was made here."""
        path, rule = self._path, placed.rule

        def take() -> RuleTaken:
            rules.remove(path, rule.effect, rule.text)
            return RuleTaken(f"No longer {rules.describe(rule)}")

        self._app.writer.do(take)

    def show(self) -> None:
        """All rules."""
        if self._app.rules is not None:
            from feedreader.tui.dialogs.rules import RulesScreen

            self._app.push_screen(RulesScreen(self._path, self.placed), self._answered)

    def _answered(self, text: str | None) -> None:
        if text:
            self._app.feed.run_query(text, top=True)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
