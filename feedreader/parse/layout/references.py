"""What the formats of libraries share: a reference in the making, and the entry it becomes.

A library's dates say when a paper came out, not when anybody heard of it: its papers have no day, and their years stand
with the journal. Keywords are the owner's tags, annotations her note (see `Entry.marks`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from feedreader.model import Digest, Entry, Journal, Marks, Problem
from feedreader.parse.layout.authors import ET_AL
from feedreader.text.author_names import is_others, is_suffix
from feedreader.text.cleaning import clean
from feedreader.text.html_text import from_html, unescape
from feedreader.text.identifiers import arxiv_id, doi, find_arxiv_ids
from feedreader.text.lines import squash
from feedreader.text.notes import distinct_tags, note_of

_MARKUP = re.compile(r"</?[A-Za-z][\w:-]{0,20}(?:\s[^<>]{0,500})?/?>")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d|21\d\d)(?!\d)")
_FOUND_DOI = re.compile(r"(?:\bdoi\s?[:=]\s?|doi\.org/)(10\.\d{4,9}/[^\s\"<>{}]+)", re.IGNORECASE)
_ARXIV_DOI = "10.48550/arxiv."
_NO_JOURNAL = re.compile(  # what names arXiv, where a journal's name is expected
    r"(?:the\s)?arxiv(?:\.org)?(?:\s?\(cornell university\))?(?:[\s,]+(?:e-?prints?|pre-?prints?))?(?:[\s,:(]+.*)?"
    r"|corr(?:[\s,]+abs.*)?",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://[^\s\"<>{}\\]+", re.IGNORECASE)
_GAPS = re.compile(r"\n(?:[ \t]*\n){2,}")
_OLD_ID = re.compile(r"[a-z-]+(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?")
_GENERATION = re.compile(r"[JS]r\.?|II|III|IV")
_DASHES = re.compile(r"\s*(?:--+|[–—])\s*")


def text_of(stated: str) -> str:
    """A safe text as people read it: without markup and character references, folded, and as safe as before."""
    if "&" not in stated and "<" not in stated:
        return squash(stated)
    return from_html(stated) if _MARKUP.search(stated) else squash(clean(unescape(stated)))


def year_of(stated: str) -> int | None:
    """The year in a date of any form."""
    match = _YEAR.search(stated)
    return int(match[1]) if match else None


def keywords_in(stated: str) -> list[str]:
    """The keywords in a string: between semicolons if there are any, else between commas."""
    parts = stated.split(";") if ";" in stated else stated.split(",")
    return [part for part in map(str.strip, parts) if part]


def name_of(family: str, given: str = "", particle: str = "", suffix: str = "") -> str:
    """A name in the order in which it is read aloud; "Sammy Davis, Jr." has no given name."""
    if " " in family and _GENERATION.fullmatch(given.strip()):
        given, suffix = "", f"{given} {suffix}"
    return squash(" ".join((given, particle, family, suffix)))


def name_in_order(stated: str) -> str:
    """A name, "Last, First", "Last, First, Jr." or "First Last", as it is read aloud; "et al." for others."""
    parts = [part.strip() for part in stated.split(",")]
    if is_others(stated):
        return ET_AL
    if len(parts) == 2 and all(parts):
        return name_of(parts[0], parts[1])
    if len(parts) == 3 and all(parts):  # RIS puts "Jr." last, BibTeX between
        last, first, suffix = parts if is_suffix(parts[2]) or not is_suffix(parts[1]) else (parts[0], *parts[:0:-1])
        return f"{first} {last} {suffix}" if is_suffix(suffix) else squash(stated)
    return squash(" ".join(filter(None, parts))) if len(parts) < 3 else squash(stated)


@dataclass(slots=True)
class Reference:
    """One item of a library. `line` is where it starts; "" is absent. Texts are safe and folded; notes keep their
    lines.

    `arxiv`, `dois` and `urls` are as stated: forms and labels of ids do not matter. `publisher` is told as a comment
    where there is no journal.
    """

    line: int
    title: str = ""
    authors: list[str] = field(default_factory=list)
    abstract: str = ""
    arxiv: str = ""
    dois: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    journal: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    year: int | None = None
    publisher: str = ""
    comments: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    read: bool = False

    def entry(self) -> Entry:
        arxiv, version = self._arxiv() or (None, None)
        known_doi = self._doi()
        journal, comments = self._journal(arxiv), [*filter(None, map(_bare_comment, self.comments))]
        if self.publisher and not (journal and journal.name) and not _NO_JOURNAL.fullmatch(self.publisher):
            comments.append(self.publisher)
        if self.journal and not (journal and journal.name) and not arxiv:
            comments.insert(0, self.journal)  # what names arXiv, and no id
        notes = [note for note in self.notes if note.strip() and not _is_only(note.strip(), arxiv, known_doi)]
        return Entry(
            title=self.title or None,
            authors=_with_others_last(self.authors),
            abstract=self.abstract or None,
            comment="; ".join(dict.fromkeys(text for text in comments if not _is_only(text, arxiv, known_doi))) or None,
            arxiv_id=arxiv,
            version=version,
            doi=known_doi,
            url=self._url(known_doi),
            journal=journal,
            categories=tuple(dict.fromkeys(self.categories)),
            keywords=distinct_tags(filter(_says, (word.strip(" *#,;") for word in self.keywords))),
            marks=Marks(read=self.read, note=note_of(_GAPS.sub("\n\n", "\n\n".join(notes)))),
            line=self.line,
        )

    def _arxiv(self) -> tuple[str, int | None] | None:
        """The arXiv id: as stated, or where a DOI, an address, the journal or a comment says it."""
        for stated in (self.arxiv, *self.dois, *self.urls):
            if stated and (found := arxiv_id(stated)):
                return found
        printed = (self.journal, self.volume, self.number, self.pages, *self.comments, self.publisher)
        for text in printed:
            if "rxiv" in text.lower() or text.startswith("abs/") or _OLD_ID.fullmatch(text):
                found = arxiv_id(text.removeprefix("abs/")) or next(iter(find_arxiv_ids(text)), None)
                if found:
                    return found
        return None

    def _doi(self) -> str | None:
        """The publisher's DOI: as stated, or where an address or a comment says it; not the one that arXiv gives."""
        stated = (doi(text) for text in (*self.dois, *self.urls))
        told = (doi(match[1]) for text in (*self.comments, *self.notes) for match in _FOUND_DOI.finditer(text))
        return next((name for name in (*stated, *told) if name and not name.startswith(_ARXIV_DOI)), None)

    def _url(self, known_doi: str | None) -> str | None:
        """The first address that says more than the DOI."""
        addresses = [match[0].rstrip(".,;)") for text in self.urls for match in _ADDRESS.finditer(text)]
        addresses = [part for each in addresses for part in re.split(r";(?=https?:)", each)]
        return next((each for each in addresses if "doi.org/" not in each.lower() or not known_doi), None)

    def _journal(self, arxiv: str | None) -> Journal | None:
        """Where it was printed. The year alone says something only of what arXiv did not number."""
        name = "" if _NO_JOURNAL.fullmatch(self.journal) else self.journal
        if not name:
            return Journal(year=self.year) if self.year and not arxiv else None
        volume, number, pages = (_DASHES.sub("-", text) or None for text in (self.volume, self.number, self.pages))
        return Journal(name, volume, number, pages, self.year)


def _with_others_last(names: Iterable[str]) -> tuple[str, ...]:
    """The authors, each once at its place, "et al." behind them."""
    named = [name for name in names if name and name != ET_AL]
    return (*named, ET_AL) if named and ET_AL in names else tuple(named)


def _bare_comment(text: str) -> str:
    """A comment without the word by which Zotero says that it is arXiv's."""
    return text.strip().removeprefix("Comment:").lstrip()


def _is_only(text: str, arxiv: str | None, known_doi: str | None) -> bool:
    """Whether a comment is nothing but an id that the entry has."""
    found = arxiv_id(text)
    return bool((found and found[0] == arxiv) or (known_doi and doi(text) == known_doi))


def _says(keyword: str) -> bool:
    return any(map(str.isalnum, keyword))


def digest_of(name: str, references: Iterable[Reference], problems: Iterable[Problem]) -> Digest:
    """The digest of a library; what holds nothing is reported, not listed."""
    reported = [*problems]
    entries = tuple(_told(references, reported))
    return Digest(format=name, entries=entries, problems=tuple(sorted(reported, key=lambda problem: problem.line or 0)))


def _told(references: Iterable[Reference], problems: list[Problem]) -> Iterator[Entry]:
    for reference in references:
        entry = reference.entry()
        if entry.title or entry.arxiv_id or entry.doi or entry.abstract:
            yield entry
        else:
            problems.append(Problem(reference.line, "Skipped an item without title, DOI and arXiv id."))
