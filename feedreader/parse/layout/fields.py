"""Lines that state one thing about a paper ("arXiv:…", "Comments: …", an address), and the entry they go into."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from feedreader.model import Entry, Problem
from feedreader.parse.layout.authors import split_authors
from feedreader.parse.layout.dates import Order, read_date
from feedreader.text.identifiers import arxiv_id, doi
from feedreader.text.lines import breaks_off, join_wrapped, squash

DATES = ("created", "submitted", "published", "announced", "date", "updated")  # the more telling first
_LABELS = {
    label: name
    for name, labels in {
        "comment": "comment|comments|note|notes",
        "categories": "category|categories|subject|subjects|subject class|primary category|primary|tags",
        "more": "journal-ref|journal ref|journal reference|journal|report-no|"
        "msc-class|acm-class|keywords|key words|license|code",
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
_ADDRESS = re.compile(r"<?(?:https?://|www\.|arxiv\.org/|doi\.org/)\S+>?", re.IGNORECASE)
_ID_THEN = re.compile(r"(?:arxiv\s?:\s?)?<?([^\s,;|<>]+)>?[\s,;|]*(?:[\[(]([^\])]*)[\])])?[\s,;|–-]*", re.IGNORECASE)
_CUT_ID = re.compile(r"arxiv\s?:\s?\S*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Field:
    """What a line states: `name` is one of the values of `_LABELS`, "cut id" for a mutilated arXiv id."""

    name: str
    value: str
    categories: tuple[str, ...] = ()


def read_fields(line: str, order: Order | None = None) -> tuple[Field, ...]:
    """What a (folded) line states, if it is nothing but that; else nothing."""
    if len(line) > 2000:
        return ()
    if (
        line[:5].lower() == "arxiv"
        or line[:1].isdigit()
        or line[:1] in "<[("
        or _ADDRESS.match(line)
        or "/" in line[:20]
    ):
        found = _identifier(line, order)
        if found:
            return found
    if match := _LABELLED.match(line):
        name = _LABELS.get(match[1].lower())
        value = match[2].strip()
        if name in DATES and read_date(value, order) is None and not (value[:1].isdigit() or not value):
            return ()
        if name in ("arxiv", "doi", "url"):
            return _identifier(value, order) or ((Field("cut id", line),) if _CUT_ID.match(line) else ())
        if name == "more":
            return (Field("comment", line),)
        return (Field(name, value),) if name else ()
    return ()


def _identifier(line: str, order: Order | None) -> tuple[Field, ...]:
    """An arXiv id (with its category, or a date behind it), a DOI or addresses."""
    if (found := arxiv_id(line)) and not re.fullmatch(r"[\[(]?\d{4}\.\d{4}[\])]?", line):
        return (Field("arxiv", line, _codes(line)),)
    if doi(line):
        return (Field("doi", line),)
    match = _ID_THEN.match(line)
    if match and arxiv_id(match[1]) and (line[:5].lower() == "arxiv" or "/" in match[1]):
        rest = line[match.end() :]
        codes = _codes(match[2] or "")
        if not rest and (codes or not match[2]):
            return (Field("arxiv", match[1], codes),)
        if not match[2] or codes:
            if read_date(rest, order):
                return (Field("arxiv", match[1], codes), Field("date", rest))
            if re.fullmatch(rf"(?:{_CODE.pattern})(?:[\s,;]+(?:{_CODE.pattern}))*", rest):
                return (Field("arxiv", match[1], (*codes, *_codes(rest))),)
            more = read_fields(rest, order)
            if more and more[0].name in (*DATES, "comment", "categories", "doi"):
                return (Field("arxiv", match[1], codes), *more)
    addresses = line.split()
    if addresses and all(_ADDRESS.fullmatch(address) for address in addresses):
        return tuple(Field("arxiv" if arxiv_id(a) else "doi" if doi(a) else "url", a.strip("<>")) for a in addresses)
    return (Field("cut id", line),) if found is None and _CUT_ID.match(line) else ()


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

    def take(self, stated: Field, order: Order | None = None) -> str | None:
        """Put in what a line states. Returns why it could not be understood, if so."""
        name, value = stated.name, stated.value
        if stated.categories:
            self.categories = tuple(dict.fromkeys((*self.categories, *stated.categories)))
        if name == "arxiv":
            found = arxiv_id(value)
            if self.arxiv and found and found[0] != self.arxiv[0]:
                return f"This entry has a second arXiv id, {found[0]}."
            if found and (self.arxiv is None or self.arxiv[1] is None):
                self.arxiv = found
        elif name == "cut id":
            return "This is no complete arXiv id."
        elif name == "doi":
            self.doi = self.doi or doi(value)
        elif name == "url":
            if self.url and self.url != value:
                self.comments.append(value)
            self.url = self.url or value
        elif name == "categories":
            codes = _codes(value) or tuple(part for raw in re.split(r"[,;]", value) if (part := raw.strip()))
            self.categories = tuple(dict.fromkeys((*self.categories, *codes)))
        elif name in DATES:
            if day := read_date(value, order):
                self.dates.setdefault(name, day)
            else:
                return f"This date was not understood: {value or 'it is missing'}."
        elif name == "comment" and value:
            self.comments.append(value)
        elif name == "title":
            self.title = value
        elif name == "authors":
            self.authors = split_authors(value)
        elif name == "abstract" and value:
            self.abstract.append(value)
        return None

    def stated_day(self) -> date | None:
        """The day from the dated fields: when it was created, else submitted, …"""
        return next((self.dates[name] for name in DATES if name in self.dates), None)

    def entry(self, day: date | None) -> Entry:
        """The finished entry, under `day`."""
        return Entry(
            title=self.title or None,
            authors=self.authors,
            abstract=squash(" ".join(self.abstract)) or None,
            tldr=self.tldr or None,
            comment=squash("; ".join(self.comments)) or None,
            arxiv_id=self.arxiv[0] if self.arxiv else None,
            version=self.arxiv[1] if self.arxiv else None,
            doi=self.doi,
            url=self.url,
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
            yield Problem(draft.line, "The abstract of this paper breaks off at the end of the file.")
