"""One conversation with the plain reader. COMMANDS is the table of what one can say, of which the help is made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from feedreader import __version__, config
from feedreader.cli.plain.lines import Lines, UsageError
from feedreader.cli.plain.listing import Numbered, page_words
from feedreader.cli.plain.pages import Pages
from feedreader.cli.terminal import DONE, finish_output, opened, put, put_text
from feedreader.config.values import NEVER
from feedreader.library import Library
from feedreader.model import MARKS, Paper, PaperSummary
from feedreader.query.language import parse_query
from feedreader.text.display import counted, quoted, safe
from feedreader.view.page import TEXT_WIDTH
from feedreader.view.rows import group_name, row_title

_LETTER_AND_NUMBER = re.compile(r"([A-Za-z])(\d.*)", re.ASCII)
_NUMBER = r"\d+(?:-\d+)?(?:[\s,]+|$)"
_AFTER_NUMBER = re.compile(rf"((?:{_NUMBER})?)(.*)", re.ASCII | re.DOTALL)
_AFTER_NUMBERS = re.compile(rf"((?:{_NUMBER})*)(.*)", re.ASCII | re.DOTALL)


def read_plainly(data_dir: Path | None, paths: Sequence[str] = (), query: str | None = None) -> int:
    """Import the paths, if any, and obey lines of standard input until its end or `q`; the exit code.

    Raises QueryError if `query` has a mistake.
    """
    from feedreader.cli.digests import import_all, put_result
    from feedreader.cli.export import follow_up
    from feedreader.cli.rules import apply_rules

    settings = config.settings()
    parse_query(query or "")
    try:
        with opened(data_dir) as library:
            library.papers.begin_visit()
            apply_rules(library)
            if paths:
                import_all(library, paths, put_result, progress=lambda _: None)
            PlainReader(library, data_dir, settings).run(query or "")
    finally:
        follow_up(data_dir)
    return DONE


class PlainReader:
    """One conversation. Commands without a number mean the paper that was read last."""

    def __init__(self, library: Library, data_dir: Path | None, settings: config.Settings) -> None:
        self.library = library
        self._data_dir = data_dir
        self._settings = settings
        self.lines = Lines()
        self.pages = Pages(library, self.lines, config.paths(data_dir).samples)
        self._is_over = False

    # The conversation ----------------------------------------------------------------------------------------------

    def run(self, query: str) -> None:
        """Show the newest day, or what the query finds, and do what the lines say."""
        _, unread, kept = self.library.papers.counts()
        self.lines.put(f"feedreader {__version__}. {unread:,} unread, {kept:,} kept. ? for help, q to quit.")
        if self.library.read_only:
            self.lines.put("This library is read-only: you can read papers, but not mark them.")
        self.lines.attempt(partial(self.pages.search, query))
        while not self._is_over and not self.lines.is_over:
            line = self.lines.read()
            self.lines.attempt(partial(self.obey, line))

    def obey(self, line: str) -> None:
        """Do what a line says. Raises UsageError if it says nothing that is known."""
        if not line:
            return
        name, *others = line.split(None, 1)
        rest = "".join(others)
        if line[0] == "/":
            name, rest = "/", line[1:].strip()
        elif line[0].isdigit():
            name, rest = "r", line
        elif (match := _LETTER_AND_NUMBER.fullmatch(name)) is not None:
            name, rest = match[1], f"{match[2]} {rest}".strip()
        command = BY_NAME.get(name) or (BY_NAME.get(name.lower()) if len(name) > 1 else None)
        if command is None:
            raise UsageError(f"Unknown command “{safe(name)}”.", _nearest(name))
        if rest and not command.takes:
            raise UsageError(f"“{name}” takes nothing after it, but “{safe(rest)}” was given.", "? lists the commands.")
        command.run(self, rest)

    def saved_search(self, text: str) -> None:
        """List the saved searches, or show the papers of one."""
        from feedreader.cli.browse import known_searches

        searches = known_searches(self.library).searches
        if text:
            named = {search.name.lower(): search for search in searches}
            named |= {str(number): search for number, search in enumerate(searches, 1)}
            if (search := named.get(text.lower())) is None:
                raise UsageError(f"No saved search “{safe(text)}”.", "V lists them.")
            self.pages.search(search.query)
            return
        for number, search in enumerate(searches, 1):
            self.lines.put(f"{search.name}: {search.query or 'all papers'}", f"{number}. ")
        if not searches:
            self.lines.put("No saved searches yet. Search, then save it: W and a name.")

    def save_search(self, name: str) -> None:
        """Save the search that is shown."""
        from feedreader.cli.browse import save_search

        if not self.pages.query:
            raise UsageError("Nothing to save.", "Search first: / and a query.")
        if not name:
            raise UsageError("Under which name?", "Type it after the letter.")
        self.lines.put(save_search(name, self.pages.query))

    def add_rule(self, effect: str, query: str) -> None:
        """Highlight or mute what a query finds, from now on."""
        from feedreader.cli.rules import add_rule

        if not query:
            raise UsageError("Which papers?", "Type a query after the sign, such as author:Song.")
        self.lines.put(add_rule(self.library, effect, query, "u to undo")[1])

    # Papers ----------------------------------------------------------------------------------------------------------

    def _named(self, text: str) -> list[Numbered]:
        """The papers that a command means. Raises ListError for a number that is none, UsageError for no number."""
        if text:
            return self.pages.list.named(text)
        if self.pages.current is None:
            raise UsageError("Which paper?", "Type its number after the letter.")
        return [self.pages.current]

    def _summaries(self, papers: Iterable[Numbered]) -> list[PaperSummary]:
        return list(self.library.papers.summaries([paper.key for paper in papers]).values())

    def _paper(self, numbered: Numbered) -> Paper:
        paper = self.library.papers.get(numbered.key)
        if paper is None:
            raise UsageError(f"Paper {numbered.number} was removed from the library.")
        return paper

    def read(self, text: str) -> None:
        """Put what is known of papers, and mark them read."""
        for place, numbered in enumerate(self.pages.list.named(text) if text else [self._next_unread()]):
            paper = self._paper(numbered)
            width = min(self.lines.width, TEXT_WIDTH)
            number = f"{numbered.number}. "
            title, *lines = page_words(paper, width - len(number))
            put(f"\n{number}{title}" if place else f"{number}{title}")
            for line in lines:
                put(line)
            self.pages.current = numbered
            flags = ("opened",) if self._settings.mark_read == NEVER else ("read", "opened")
            if not self.library.read_only and not all(getattr(paper.marks, flag) for flag in flags):
                self.library.marks.set([numbered.key], dict.fromkeys(flags, True), label="read", step=False)

    def _next_unread(self) -> Numbered:
        first = self.pages.current.number + 1 if self.pages.current else self.pages.first
        while papers := self.pages.list.papers(first, 500):
            unread = {summary.key for summary in self._summaries(papers) if not summary.marks.read}
            if (paper := next((paper for paper in papers if paper.key in unread), None)) is not None:
                return paper
            first += len(papers)
        raise UsageError("No unread papers below.", "" if self.pages.query else "] goes to the day before.")

    def toggle(self, name: str, text: str) -> None:
        """Give papers the other value of a mark; where they differ, all get the one that marks."""
        papers = self._summaries(self._named(text))
        if name == "dismissed":
            kept = [paper for paper in papers if paper.marks.shortlisted]
            papers = [paper for paper in papers if not paper.marks.shortlisted]
            if kept:
                self.lines.put(f"You keep {_these(kept)}: not dismissed.")
        value = not all(getattr(paper.marks, name) and (name != "dismissed" or paper.marks.read) for paper in papers)
        done = next(known.done for known in MARKS[name].values if known.value is value)
        self._mark(papers, {name: value}, done)

    def _mark(self, papers: Sequence[PaperSummary], values: dict[str, object], done: str) -> None:
        if papers:
            label = f"{done} {_these(papers)}"
            self.library.marks.set([paper.key for paper in papers], values, label=label)
            self.lines.put(f"{label[:1].upper()}{label[1:]}.")

    def note(self, text: str) -> None:
        """Show a paper's note, add to it, or remove it."""
        from feedreader.text.notes import note_of

        number, words = _parted(_AFTER_NUMBER, text)
        numbered, *more = self._named(number)
        if more:
            raise UsageError("A note belongs to one paper.")
        paper = self._paper(numbered)
        if not words:
            for line in (paper.marks.note or "No note.").split("\n"):
                self.lines.put(line)
            return
        note = None if words == "-" else note_of(f"{paper.marks.note or ''}\n{words}")
        self._mark(self._summaries([numbered]), {"note": note}, "wrote a note on" if note else "removed the note on")

    def tag(self, text: str) -> None:
        """Add tags to papers, or remove those with a minus."""
        from feedreader.text.notes import tags_of

        numbers, rest = _parted(_AFTER_NUMBERS, text)
        words = rest.split()
        papers = self._summaries(self._named(numbers))
        add = tags_of(" ".join(word for word in words if word[0] != "-"))
        remove = tags_of(" ".join(word[1:] for word in words if word[0] == "-"))
        if add or remove:
            these, (added, gone) = _these(papers), (" ".join(f"#{tag}" for tag in tags) for tags in (add, remove))
            done = [f"tagged {these} {added}"] if add else []
            label = ", ".join([*done, f"removed {gone} from {these}"] if remove else done)
            self.library.marks.tag([paper.key for paper in papers], add=add, remove=remove, label=label)
            self.lines.put(f"{label[:1].upper()}{label[1:]}.")
            return
        for paper in papers:
            self.lines.put(" ".join(f"#{tag}" for tag in paper.marks.tags) or "No tags.")

    def read_day(self) -> None:
        """Mark the day read, or all that the query found, if that is what is wanted."""
        groups = self.pages.list.groups
        keys = [key for place in range(len(groups)) for key in self.pages.list.all_keys(place)]
        unread = [paper.key for paper in self.library.papers.summaries(keys).values() if not paper.marks.read]
        if not unread:
            self.lines.put("No unread papers here.")
            return
        papers = counted(len(unread), "paper")
        which = f"found by {safe(self.pages.query)}" if self.pages.query else f"of {group_name(groups[0])}"
        if self.lines.ask(f"Mark {papers} {which} as read?"):
            self.library.marks.set(unread, {"read": True}, label=f"marked {papers} as read")
            self.lines.put(f"Marked {papers} as read (u to undo).")

    def remove(self, text: str) -> None:
        """Remove papers from the library."""
        from feedreader.services import removal

        papers = self._summaries(self._named(text))
        if papers and self.lines.ask(f"Remove {_these(papers)} from the library?"):
            number = removal.forget_papers(self.library, [paper.id for paper in papers])
            self.lines.put(f"Removed {counted(number, 'paper')} (u to undo).")

    def open(self, text: str) -> None:
        """Open papers' pages, or put their addresses where there is no screen."""
        from feedreader.cli.documents import open_page

        for numbered in self._named(text):
            open_page(self.library, self._paper(numbered).id)

    def pdf(self, text: str) -> None:
        """Fetch papers' PDFs, put where they are, and show them."""
        from feedreader.cli.documents import pdf_of, show_file

        for numbered in self._named(text):
            path, _ = pdf_of(self.library, self._paper(numbered).id, self._data_dir, lambda done, total: None)
            put_text(f"{path.absolute()}\n")
            finish_output()
            show_file(path)

    def cite(self, text: str) -> None:
        """Put papers' BibTeX entries."""
        from feedreader.services import export

        papers = [self._paper(numbered) for numbered in self._named(text)]
        for line in "".join(export.pieces(self.library, papers, "bibtex")).splitlines():
            put(line)

    def hand_over(self, text: str) -> None:
        """Hand papers to one of the user's own commands, or list those."""
        from feedreader.services import own_commands

        if not text:
            for known in self._settings.commands:
                self.lines.put(f"{known.name}: {' '.join(known.run)}")
            if not self._settings.commands:
                self.lines.put('No commands yet. Add one under [commands] in config.toml: name = "program args".')
            return
        name, *numbers = text.split(None, 1)
        command = own_commands.named(self._settings.commands, name)
        papers = [self._paper(numbered) for numbered in self._named("".join(numbers))]
        finish_output()
        own_commands.run(command, papers)

    def export(self, text: str) -> None:
        """Write what was found to a file, or the shortlist in the feed; its name tells the format."""
        from feedreader.export import EXPORTERS, format_of
        from feedreader.services import export
        from feedreader.sources.files import expanded

        path = expanded(text)
        format = format_of(path.name)
        if format is None:
            *endings, last = (known.suffix for known in EXPORTERS.values())
            raise UsageError("Which file?", f"Its name must end in {', '.join(endings)} or {last}.")
        if path.exists() and not self.lines.ask(f"Replace {safe(text)}?"):
            return
        query = self.pages.query or "is:shortlisted"
        papers = self.library.papers.find(parse_query(query))
        number = export.export_file(self.library, papers, format, path, feed=export.feed_name(query))
        self.lines.put(f"{counted(number, 'paper')} written to {safe(text)}.")

    # The library -----------------------------------------------------------------------------------------------------

    def undo(self) -> None:
        """Undo the latest step; if papers came back, the list is made anew."""
        from feedreader.cli.marks import undo_latest

        papers = self.library.papers.counts()[0]
        self.lines.put(undo_latest(self.library))
        if self.library.papers.counts()[0] != papers:
            self.pages.again()

    def import_(self, text: str) -> None:
        """Import a file or folder; the samples into an empty library."""
        from feedreader.cli.digests import import_all, put_result

        path = text or (str(self._samples) if self._samples and not self.library.papers.counts()[0] else "")
        if not path:
            raise UsageError("Which file?", "Type its name after the letter.")
        import_all(self.library, [path], put_result, progress=lambda _: None)
        self._after_intake()

    @property
    def _samples(self) -> Path | None:
        return config.paths(self._data_dir).samples

    def subscribe(self, text: str) -> None:
        """Subscribe to categories and feeds."""
        import asyncio

        from feedreader.cli.subscriptions import subscribe_all

        if not text:
            raise UsageError("What to?", "Type an arXiv category after the letter, such as cs.LG, or an address.")
        asyncio.run(subscribe_all(self.library, self._data_dir, text.split(), refresh="Type f"))
        self._after_intake()

    def refresh(self, text: str, *, backfill: bool = False) -> None:
        """Refresh the subscriptions."""
        from feedreader.cli.subscriptions import put_result, refresh_all

        self.lines.put("Refreshing…")
        finish_output()
        names = [text] if text else []
        results = refresh_all(self.library, self._data_dir, names, put_result, lambda _: None, backfill=backfill)
        new = sum(result.new for result in results)
        if results:
            self.lines.put(f"{counted(new, 'new paper')}. g shows the newest day." if new else "Nothing new.")
        self._after_intake()

    def subscriptions(self) -> None:
        """List the subscriptions and their status."""
        from feedreader.cli.subscriptions import put_subscriptions

        put_subscriptions(self.library)

    def _after_intake(self) -> None:
        """Papers came in: an empty list is shown anew."""
        if not self.pages.list.groups and not self.pages.query and self.library.papers.counts()[0]:
            self.pages.again()

    def help(self) -> None:
        """List the commands."""
        for command in COMMANDS:
            self.lines.put(f"{command.usage}: {command.does}.")
        self.lines.put(
            "You can give several numbers: s 3 5 7-9. Without one, commands apply to the paper you read last."
        )

    def quit(self) -> None:
        """End."""
        self._is_over = True


def _parted(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """The numbers at the start of a text, and what follows."""
    match = pattern.fullmatch(text)
    return (match[1], match[2]) if match else ("", text)


def _these(papers: Sequence[PaperSummary]) -> str:
    return quoted(row_title(papers[0])[0]) if len(papers) == 1 else counted(len(papers), "paper")


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), [name for name in BY_NAME if len(name) > 1], n=1)
    return f"Did you mean {near[0]}? ? lists the commands." if near else "? lists the commands."


class Command(NamedTuple):
    """A command: its letter, its words, what may follow ("": nothing), what it does, and how."""

    letter: str
    words: tuple[str, ...]
    takes: str
    does: str
    run: Callable[[PlainReader, str], object]

    @property
    def usage(self) -> str:
        """`s N…, keep N…`"""
        return ", ".join(f"{name} {self.takes}".strip() for name in (self.letter, *self.words[:1]))


COMMANDS = (
    Command("r", ("read",), "N", "read a paper, or several; without a number, the next unread one", PlainReader.read),
    Command(
        "s", ("keep",), "N", "keep on the shortlist, or remove from it", lambda r, text: r.toggle("shortlisted", text)
    ),
    Command("x", ("dismiss",), "N", "dismiss, or undo that", lambda r, text: r.toggle("dismissed", text)),
    Command("m", ("mark",), "N", "mark read or unread", lambda r, text: r.toggle("read", text)),
    Command("o", ("open",), "N", "open the web page, or print its address", PlainReader.open),
    Command("p", ("pdf",), "N", "fetch and open the PDF", PlainReader.pdf),
    Command("y", ("bibtex", "cite"), "N", "print the BibTeX entry", PlainReader.cite),
    Command("w", ("note",), "N TEXT", "add TEXT to the note; without TEXT print it; - removes it", PlainReader.note),
    Command("t", ("tag",), "N TAG", "add tags; -TAG removes one", PlainReader.tag),
    Command("!", ("run",), "NAME N", "hand papers to your own command", PlainReader.hand_over),
    Command("D", ("remove",), "N", "remove from the library", PlainReader.remove),
    Command("u", ("undo",), "", "undo the latest change", lambda r, _: r.undo()),
    Command("n", ("next",), "", "next page", lambda r, _: r.pages.turn(1)),
    Command("b", ("back",), "", "previous page", lambda r, _: r.pages.turn(-1)),
    Command("l", ("list",), "", "list this page again", lambda r, _: r.pages.show()),
    Command("]", ("older",), "", "previous day", lambda r, _: r.pages.go(1)),
    Command("[", ("newer",), "", "next day", lambda r, _: r.pages.go(-1)),
    Command("g", ("newest",), "", "newest day", lambda r, _: r.pages.search()),
    Command("@", ("day",), "DATE", "day of this date, or the nearest", lambda r, text: r.pages.go_to_day(text)),
    Command("/", ("search",), "QUERY", "search; alone, show all papers", lambda r, text: r.pages.search(text)),
    Command("U", ("unread",), "", "show only unread papers, or all", lambda r, _: r.pages.only("is:unread")),
    Command("S", ("shortlist",), "", "show only the shortlist, or all", lambda r, _: r.pages.only("is:shortlisted")),
    Command(
        "O", ("order",), "", "sort by source, interest, category, when kept, or title", lambda r, _: r.pages.reorder()
    ),
    Command("V", ("saved",), "N", "list the saved searches, or show one", PlainReader.saved_search),
    Command("W", ("save",), "NAME", "save this search", PlainReader.save_search),
    Command("+", ("highlight",), "QUERY", "highlight papers that match", lambda r, text: r.add_rule("highlight", text)),
    Command("-", ("mute",), "QUERY", "mute papers that match", lambda r, text: r.add_rule("mute", text)),
    Command("z", ("sections",), "", "list replaced and muted papers too", lambda r, _: r.pages.toggle_sections()),
    Command("A", ("all-read",), "", "mark the day or all results as read; asks first", lambda r, _: r.read_day()),
    Command("e", ("export",), "FILE", "export what was found, or the shortlist", PlainReader.export),
    Command("i", ("import",), "PATH", "import a file or folder", PlainReader.import_),
    Command("a", ("subscribe",), "CATEGORY", "subscribe to arXiv, feeds or mailboxes", PlainReader.subscribe),
    Command("I", ("subscriptions",), "", "list the subscriptions", lambda r, _: r.subscriptions()),
    Command("f", ("refresh",), "NAME", "refresh the subscriptions, or one", PlainReader.refresh),
    Command(
        *("B", ("backfill",), "NAME", "refresh and fetch missed days"),
        lambda r, text: r.refresh(text, backfill=True),
    ),
    Command("?", ("help", "h"), "", "this list", lambda r, _: r.help()),
    Command("q", ("quit", "exit"), "", "quit", lambda r, _: r.quit()),
)
BY_NAME = {name: command for command in COMMANDS for name in (command.letter, *command.words)}
