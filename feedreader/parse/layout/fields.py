"""Lines that state one thing about a paper ("arXiv:…", "Comments: …", an address), and the entry they go into."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from feedreader.model import Entry, Journal, Problem
from feedreader.parse.layout.authors import split_authors
from feedreader.parse.layout.dates import Order, read_date
from feedreader.text.identifiers import arxiv_id, doi
from feedreader.text.journal_reference import combined, journal_of
from feedreader.text.lines import breaks_off, join_wrapped, squash

DATES = ("created", "submitted", "published", "announced", "date", "updated")  # the more telling first
_LABELS = {
    label: name
    for name, labels in {
        "comment": "comment|comments|note|notes",
        "categories": "category|categories|subject|subjects|subject class|primary category|primary|tags",
        "journal": "journal-ref|journal ref|journal reference|journal",
        "more": "report-no|msc-class|acm-class|keywords|key words|license|code",
        "doi": "doi|related doi",
        "arxiv": "arxiv id|arxiv|id|eprint",
        "url": "url|link|links|pdf|html|abs|page|web",
        "title": "title",
        "authors": "author|authors|author(s)",
        "abstract": "abstract",
        "created": "created|created on|date created",
        "submitted": "submitted|submitted on|date submitted",
        "published": "published|published on|date published",
        "announced": "announced|posted",
        "date": "date",
        "updated": "updated|last updated|revised|last revised",
    }.items()
    for label in labels.split("|")
}
_LABELLED = re.compile(
    r"(?:[*_]{1,2})?([A-Za-z][A-Za-z()-]{1,11}(?: [A-Za-z()-]{2,10})?)(?:[*_]{1,2})?\s?:(?:[*_]{1,2})?\s*(.*)\Z"
)
_CODE = re.compile(
    r"(?:[a-z]+-)?[a-z]+\.[A-Za-z]{2}(?:-[A-Za-z]+)?|(?:astro|cond|math|quant|gr|hep|nucl|q)-[a-z]{2,4}(?:\.[A-Z]{2})?"
)
_JOURNAL_REF = re.compile(r"journal(?:[- ]ref(?:erence)?)?\s?:\s*(.+)", re.IGNORECASE)
_ADDRESS = re.compile(r"<?(?:https?://|www\.|arxiv\.org/|doi\.org/)\S+>?", re.IGNORECASE)
_ID_THEN = re.compile(r"(?:arxiv\s?:\s?)?<?([^\s,;|<>]+)>?[\s,;|]*(?:[\[(]([^\])]*)[\])])?[\s,;|–-]*", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"[\[(]?\d{4}\.\d{4}[\])]?")
_ONLY_CODES = re.compile(rf"(?:{_CODE.pattern})(?:[\s,;]+(?:{_CODE.pattern}))*")
_CUT_ID = re.compile(r"arxiv\s?:\s?\S*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fact:
    """What a line states: `name` is one of the values of `_LABELS`, "cut id" for a mutilated arXiv id."""

    name: str
    value: str
    categories: tuple[str, ...] = ()


def read_fields(line: str, order: Order | None = None) -> tuple[Fact, ...]:
    """What a (folded) line states, if it is nothing but that; else nothing."""
    if len(line) > 2000:
        return ()
    may_be_an_id = line[:5].lower() == "arxiv" or line[:1].isdigit() or line[:1] in "<[(" or "/" in line[:20]
    if (may_be_an_id or _ADDRESS.match(line)) and (fields := _identifier(line, order)):
        return fields
    if match := _LABELLED.match(line):
        name = _LABELS.get(match[1].lower())
        value = match[2].strip()
        if name in DATES and read_date(value, order) is None and not (value[:1].isdigit() or not value):
            return ()
        if name in ("arxiv", "doi", "url"):
            return _identifier(value, order) or ((Fact("cut id", line),) if _CUT_ID.match(line) else ())
        if name == "more":
            return (Fact("comment", line),)
        if name == "journal":
            return (Fact("comment", line), Fact(name, value))
        return (Fact(name, value),) if name else ()
    return ()


def _identifier(line: str, order: Order | None) -> tuple[Fact, ...]:
    """An arXiv id (with its category, or a date behind it), a DOI or addresses."""
    identifier = arxiv_id(line)
    if identifier and not _BARE_NUMBER.fullmatch(line):
        return (Fact("arxiv", line, _codes(line)),)
    if doi(line):
        return (Fact("doi", line),)
    if fields := _id_and_more(line, order):
        return fields
    addresses = line.split()
    if addresses and all(map(_ADDRESS.fullmatch, addresses)):
        return tuple(Fact("arxiv" if arxiv_id(a) else "doi" if doi(a) else "url", a.strip("<>")) for a in addresses)
    return (Fact("cut id", line),) if identifier is None and _CUT_ID.match(line) else ()


def _id_and_more(line: str, order: Order | None) -> tuple[Fact, ...]:
    """An arXiv id, its categories in brackets, and behind them a date, more categories or another field."""
    match = _ID_THEN.match(line)
    if not match or not arxiv_id(match[1]) or not (line[:5].lower() == "arxiv" or "/" in match[1]):
        return ()
    codes, rest = _codes(match[2] or ""), line[match.end() :]
    if match[2] and not codes:
        return ()
    if not rest or _ONLY_CODES.fullmatch(rest):
        return (Fact("arxiv", match[1], (*codes, *_codes(rest))),)
    more = (Fact("date", rest),) if read_date(rest, order) else read_fields(rest, order)
    known = more and more[0].name in (*DATES, "comment", "categories", "doi")
    return (Fact("arxiv", match[1], codes), *more) if known else ()


def _codes(text: str) -> tuple[str, ...]:
    """The arXiv categories in a text, in their order, each once."""
    return tuple(dict.fromkeys(match[0] for match in re.finditer(rf"(?<![\w./-])(?:{_CODE.pattern})(?![\w/-])", text)))


@dataclass(slots=True)
class Draft:
    """An entry in the making. `line` is where it starts."""

    line: int
    title: str = ""
    authors: tuple[str, ...] = ()
    abstract: list[str] = field(default_factory=list)
    tldr: str = ""
    comments: list[str] = field(default_factory=list)
    arxiv: tuple[str, int | None] | None = None
    doi: str | None = None
    url: str | None = None
    categories: tuple[str, ...] = ()
    dates: dict[str, date] = field(default_factory=dict)
    journal: Journal | None = None

    def take(self, stated: Fact, order: Order | None = None) -> str | None:
        """Put in what a line states. Returns why it could not be understood, if so."""
        name, value = stated.name, stated.value
        self._categorise(stated.categories)
        if name == "cut id":
            return "Incomplete arXiv id."
        if name in DATES:
            return self._take_date(name, value, order)
        if name == "arxiv" and (identifier := arxiv_id(value)):
            return self.identify(identifier)
        if name == "doi":
            self.doi = self.doi or doi(value)
        elif name == "url":
            self.comments += [value] if self.url and self.url != value else []
            self.url = self.url or value
        elif name == "categories":
            self._categorise(_codes(value) or tuple(filter(None, map(str.strip, re.split(r"[,;]", value)))))
        else:
            self._take_text(name, value)
        return None

    def _take_text(self, name: str, value: str) -> None:
        if name == "title":
            self.title = value
        elif name == "journal":
            self.print_in(journal_of(value))
        elif name == "authors":
            self.authors = split_authors(value)
        elif name in ("comment", "abstract") and value:
            self.journal = self.journal or (journal_of(ref[1]) if (ref := _JOURNAL_REF.match(value)) else None)
            (self.comments if name == "comment" else self.abstract).append(value)

    def print_in(self, journal: Journal | None) -> None:
        """Put in where the paper was published, or what is known of it."""
        self.journal = combined((self.journal, journal))

    def _categorise(self, codes: tuple[str, ...]) -> None:
        self.categories = tuple(dict.fromkeys((*self.categories, *codes)))

    def _take_date(self, name: str, value: str, order: Order | None) -> str | None:
        day = read_date(value, order)
        if day is None:
            return f"Invalid date: {value or '(empty)'}."
        self.dates.setdefault(name, day)
        return None

    def identify(self, identifier: tuple[str, int | None]) -> str | None:
        """Set the arXiv id, or the version that it lacks. Returns why not, if it has another id."""
        if self.arxiv and self.arxiv[0] != identifier[0]:
            return f"This entry has a second arXiv id, {identifier[0]}."
        if self.arxiv is None or self.arxiv[1] is None:
            self.arxiv = identifier
        return None

    def stated_day(self) -> date | None:
        """The day from the dated fields: when it was created, else submitted, …"""
        return next((self.dates[name] for name in DATES if name in self.dates), None)

    def entry(self, day: date | None) -> Entry:
        """The finished entry, under `day`."""
        journal, comments = self.journal, self.comments
        if journal and not journal.name:
            told = journal._asdict().items()
            journal, comments = None, [*comments, *(f"{name.capitalize()}: {value}" for name, value in told if value)]
        return Entry(
            title=self.title or None,
            authors=self.authors,
            abstract=squash(" ".join(self.abstract)) or None,
            tldr=self.tldr or None,
            comment=squash("; ".join(comments)) or None,
            arxiv_id=self.arxiv[0] if self.arxiv else None,
            version=self.arxiv[1] if self.arxiv else None,
            doi=self.doi,
            url=self.url,
            journal=journal,
            categories=self.categories,
            day=day,
            line=self.line,
        )


_ABSTRACT_LABEL = re.compile(r"abstract\s?[:.—–-]\s*(?=\S)|abstract\Z", re.IGNORECASE)


def abstract_text(lines: tuple[str, ...]) -> str:
    """Hard-wrapped lines of an abstract as one, without the word "Abstract" before it."""
    text = join_wrapped(lines)
    return _ABSTRACT_LABEL.sub("", text, count=1) if text[:1] in "Aa" and _ABSTRACT_LABEL.match(text) else text


def missing_abstracts(drafts: Sequence[Draft], text: str) -> Iterator[Problem]:
    """A problem for every entry without an abstract, and for one that the end of the file cuts off."""
    for draft in drafts:
        last = draft is drafts[-1]
        if not draft.abstract:
            ended = "The file ends before the abstract of this paper." if last else "This paper has no abstract."
            yield Problem(draft.line, ended)
        elif last and breaks_off(text[-200:]) and breaks_off(draft.abstract[-1]):
            yield Problem(draft.line, "The abstract of this paper is cut off at the end of the file.")
