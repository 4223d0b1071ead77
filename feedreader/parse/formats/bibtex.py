"""BibTeX and BibLaTeX, as JabRef, Zotero, Mendeley, ADS, INSPIRE, DBLP and people write it.

bibtexparser finds the entries and their fields; 10,000 entries take it two seconds, and time grows with length only,
whatever a file holds. It tells of an entry that it is damaged, where, and goes on with the next line that begins one;
such an entry is read again here, as well as it goes, field by field. What bibtexparser leaves as it stands is worked
out here: macros and `#`, `crossref` and `xdata`; and in `parse.layout.bibtex_text` names and TeX.
Sources: Patashnik, "BibTeXing" (btxdoc); the BibLaTeX manual; https://docs.jabref.org (fields of JabRef).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from feedreader.model import Digest, Problem
from feedreader.parse.layout.bibtex_text import (
    end_of,
    value_address,
    value_authors,
    value_journal,
    value_note,
    value_text,
)
from feedreader.parse.layout.references import Reference, digest_of, keywords_in, year_of
from feedreader.text.display import MONTHS
from feedreader.text.identifiers import arxiv_id

if TYPE_CHECKING:
    from bibtexparser.model import Block

NAME = "bibtex"

_ENTRY = re.compile(
    r"(?mi)^[ \t]*@(?!(?:string|comment|preamble)\b)[a-z]{2,30}[ \t]*(?:[{(]\s{0,20}[^\s,{}()=\"]{0,200}\s{0,20},|\{)"
    r"\s{0,200}[A-Za-z][\w-]{0,40}\s{0,20}="
)
_LOOK = 100_000  # characters from the first entry on that `matches` looks at
_PROSE = 0.1  # share of these that may stand outside entries
_PREFACE = 5  # lines that a program may put before the first entry
_HEADER = re.compile(
    r"(?i)\b(?:jabref|mendeley|endnote|zotero|(?:bib)?tex|bibliography|references|encoding|generated|exported|created)\b"
)
_NO_PREFACE = re.compile(r"(?m)^(?:```|~~~|[-*+] |<|\{|\[|\\begin\b|From |Subject: )")
_COMMENTS = ("%", "#", "//", ";")
_STRUCTURE = ("xdata", "set", "string", "preamble", "comment")
_VOLUMES = ("proceedings", "mvproceedings", "collection", "mvcollection")
_INHERITED = (
    "booktitle",
    "journal",
    "journaltitle",
    "year",
    "date",
    "volume",
    "number",
    "publisher",
    "series",
    "editor",
)
_KINDS = {
    "phdthesis": "PhD thesis",
    "mastersthesis": "Master's thesis",
    "mathesis": "Master's thesis",
    "thesis": "Thesis",
    "techreport": "Technical report",
    "report": "Report",
}
_MONTHS = {name[:3].lower(): name[:3] for name in MONTHS}

# ── recognising ──────────────────────────────────────────────────────────────────────────────────


def matches(text: str) -> bool:
    """Whether there are entries and, but for comments, hardly anything else: a text that cites one is no library."""
    first = _ENTRY.search(text)
    if first is None:
        return False
    sample = text[first.start() : first.start() + _LOOK]
    before, between = (
        [line for line in _outside(_blocks(part)) if line.strip() and not line.lstrip().startswith(_COMMENTS)]
        for part in (text[: first.start()], sample)
    )
    if before and len(before) <= _PREFACE and _HEADER.search(before[0]):
        before = []
    outside = [*before, *between]
    return not any(map(_NO_PREFACE.match, outside)) and sum(map(len, outside)) <= _PROSE * len(sample)


def _outside(blocks: Iterable[Block]) -> Iterator[str]:
    """The lines that belong to no entry, not even to one that is damaged."""
    is_damaged = False
    for block in blocks:
        if type(block).__name__ != "ImplicitComment":
            is_damaged = type(block).__name__ == "ParsingFailedBlock" or not getattr(block, "fields", "no entry")
        elif not is_damaged and not _goes_on(block.raw or ""):
            yield from (block.raw or "").split("\n")


def _goes_on(raw: str) -> bool:
    """Whether what stands behind an entry belongs to it: a brace too many ended it."""
    return raw.startswith((",", "}")) and _FIELD_AT.search(raw) is not None


def _blocks(text: str) -> list[Block]:
    """What bibtexparser finds: entries, macros, comments and what it could not read, in their order."""
    import logging

    from bibtexparser.entrypoint import parse_string

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL + 1)  # it writes what it cannot read to the terminal
    return parse_string(text, parse_stack=[]).blocks


# ── entries ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Item:
    """An entry as it stands: what it is, its key, its first line, and its fields, which may be there several times."""

    kind: str
    key: str
    line: int
    fields: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    parents: list[_Item] = field(default_factory=list)

    def put(self, name: str, value: str) -> None:
        if value and not value.isspace():
            self.fields[name.lower()].append(value)

    def get(self, *names: str) -> str:
        """The first of these fields that says something, as it stands; "" if none does."""
        for name in names:
            if name in self.fields:
                return self.fields[name][0]
        return ""

    @property
    def comments(self) -> list[str]:
        """The names of the fields for comments: JabRef has one for each user, as comment-ada."""
        return [name for name in self.fields if name == "comment" or name.startswith("comment-")]

    def all(self, *names: str) -> list[str]:
        return [value for name in names if name in self.fields for value in self.fields[name]]


_OPENING = re.compile(r"\s*@(?P<kind>\w+)\s{0,99}[{(]\s*(?:(?P<key>[^\s,={}\"]{0,200})\s{0,99},)?")
_FIELD_AT = re.compile(
    r"(?:^|(?<=[,}\"]))[ \t]*,?[ \t]*(?P<name>[A-Za-z][\w-]{0,40})[ \t]{0,99}=[ \t]{0,99}"
    r"(?=[{\"]|\d+\s{0,9}(?:[,}]|$)|[A-Za-z]+\s{0,9}(?:[,#}]|$))",
    re.MULTILINE,
)
_SINGLE = ("title", "author", "abstract", "journal", "year", "doi", "eprint")
_DAMAGED = "This entry is damaged: a brace or quotation mark is missing. What could be told was read."
_TOO_MANY = "A brace too many ends this entry early. What follows it was read, too."


class _Reader:
    """A file that is being read."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.macros: dict[str, str] = dict(_MONTHS)
        self.items: list[_Item] = []
        self.problems: list[Problem] = []

    def read(self, blocks: list[Block]) -> None:
        damaged: int | None = None  # the line, from 0, of an entry that goes on until another begins
        for block in blocks:
            kind, line = type(block).__name__, block.start_line or 0
            if kind in ("DuplicateBlockKeyBlock", "DuplicateFieldKeyBlock"):
                block = block.ignore_error_block  # type: ignore[attr-defined]
                kind = type(block).__name__
            if damaged is not None and (kind == "ImplicitComment" or (kind == "Entry" and not block.fields)):  # type: ignore[attr-defined]
                continue
            if damaged is not None:
                self._mend(damaged, line)
                damaged = None
            if kind == "ParsingFailedBlock":
                damaged = line
            elif kind == "String":
                self.macros[block.key.lower()] = self._value(block.value)  # type: ignore[attr-defined]
            elif kind == "Entry":
                self._take(block, line)
            elif kind == "ImplicitComment":
                self._continue(block.raw or "", line)
        if damaged is not None:
            self._mend(damaged, len(self.lines))

    def _take(self, block: Block, line: int) -> None:
        item = _Item(block.entry_type.lower(), block.key.strip(), line + 1)  # type: ignore[attr-defined]
        for stated in block.fields:  # type: ignore[attr-defined]
            name, value = stated.key.split()[-1:], str(stated.value)
            while name:
                text, rest = self._split(value)
                item.put(name[0], text)
                more = _FIELD_AT.match(rest.lstrip())  # no comma stands between the two
                name, value = ([more["name"]], rest.lstrip()[more.end() :]) if more else ([], "")
        for each in _SINGLE:
            if len(said := item.fields.get(each, ())) > 1 and len(set(said)) > 1:
                reason = f"This entry has the field “{each}” twice; the first was read."
                self.problems.append(Problem(line + 1, reason))
        self.items.append(item)

    def _mend(self, start: int, end: int) -> None:
        """Read a damaged entry, whose lines these are, from 0."""
        raw = "\n".join(self.lines[start:end])
        opening = _OPENING.match(raw)
        if opening is None or opening["kind"].lower() in _STRUCTURE:
            self.problems.append(Problem(start + 1, "This is damaged: a brace or quotation mark is missing."))
            return
        item = _Item(opening["kind"].lower(), opening["key"] or "", start + 1)
        self._put_told(item, raw[opening.end() :])
        has_key = opening["key"] is not None
        self.problems.append(Problem(start + 1, _DAMAGED if has_key else "This entry has no key; it was read."))
        self.items.append(item)

    def _continue(self, raw: str, line: int) -> None:
        """Read what stands behind an entry that a brace too many ended, if it is such."""
        if self.items and _goes_on(raw):
            self._put_told(self.items[-1], raw)
            self.problems.append(Problem(line + 1, _TOO_MANY))

    def _put_told(self, item: _Item, raw: str) -> None:
        """Put in the fields that begin anywhere in a text; each reaches to the next."""
        found = [*_FIELD_AT.finditer(raw)]
        ends = [*(match.start() for match in found[1:]), len(raw)]
        for match, end in zip(found, ends, strict=False):
            value = raw[match.end() : end].strip(' \t\n,{}"')
            item.put(match["name"], self.macros.get(value.lower(), value))

    # values

    def _value(self, raw: str) -> str:
        return self._split(raw)[0]

    def _split(self, raw: str) -> tuple[str, str]:
        """A value without its delimiters, its pieces joined and its macros replaced; and what stands behind it."""
        raw = raw.strip()
        if raw[:1] == "{" and raw[-1:] == "}" and raw.count("{") == raw.count("}") == 1:
            return raw[1:-1], ""
        if raw[:1] not in ("{", '"') and "#" not in raw:
            return self.macros.get(raw.lower(), raw), ""
        pieces: list[str] = []
        place = 0
        while True:
            piece, place = self._piece(raw, place)
            pieces.append(piece)
            rest = _JOINT.match(raw, place)
            if rest is None:
                return "".join(pieces), raw[place:]
            place = rest.end()

    def _piece(self, raw: str, place: int) -> tuple[str, int]:
        """A piece of a value, and where it ends."""
        if raw[place : place + 1] in ("{", '"'):
            end = end_of(raw, place)
            return raw[place + 1 : end], end + 1
        word = _WORD.match(raw, place)
        end = word.end() if word else len(raw)
        return self.macros.get(raw[place:end].strip().lower(), raw[place:end].strip()), max(end, place + 1)


_JOINT = re.compile(r"\s*#\s*")
_WORD = re.compile(r"[^#\n]*")


# ── what stands where else ───────────────────────────────────────────────────────────────────────


def _related(items: list[_Item]) -> list[_Item]:
    """The papers, with what `crossref` and `xdata` give them: not the volumes and the data that are named there."""
    by_key = {item.key.lower(): item for item in reversed(items)}
    named: set[str] = set()
    for item in items:
        for name in ("xdata", "crossref"):
            for key in item.get(name).lower().split(","):
                if key.strip() and (parent := by_key.get(key.strip())) and parent is not item:
                    item.parents.append(parent)
                    named.add(parent.key.lower())
    for item in items:
        for parent in item.parents:
            for ancestor in (parent, *parent.parents):
                _inherit(item, ancestor)
    return [
        item for item in items if not (item.kind in _STRUCTURE or (item.kind in _VOLUMES and item.key.lower() in named))
    ]


def _inherit(item: _Item, parent: _Item) -> None:
    if parent.kind == "xdata":
        for name, values in parent.fields.items():
            item.fields.setdefault(name, values)
        return
    for name in _INHERITED:
        if name in parent.fields:
            item.fields.setdefault(name, parent.fields[name])
    if "title" in parent.fields:
        item.fields.setdefault("booktitle", parent.fields["title"])


# ── fields ───────────────────────────────────────────────────────────────────────────────────────


def _reference(item: _Item) -> Reference:
    eprint = value_address(item.get("eprint", "arxivid", "arxiv"))
    kind = item.get("archiveprefix", "eprinttype").lower()
    year = value_text(item.get("year", "date"))
    subtitle = value_text(item.get("subtitle"))
    title = value_text(item.get("title"))
    how = item.get("howpublished")
    reference = Reference(
        line=item.line,
        title=f"{title}: {subtitle}" if title and subtitle else title,
        authors=value_authors(item.get("author", "editor")),
        abstract=value_text(item.get("abstract")),
        arxiv=eprint if "arxiv" in kind or (not kind and arxiv_id(eprint)) else "",
        dois=[value_address(value) for value in item.all("doi")],
        urls=[*map(value_address, (*item.all("url", "ee", "link", "pdf"), *([how] if "://" in how else [])))],
        journal=value_journal(item.get("journal", "journaltitle", "booktitle")),
        volume=value_text(item.get("volume")),
        number=value_text(item.get("number", "issue")),
        pages=value_text(item.get("pages", "eid", "article-number")),
        year=year_of(year) or year_of(value_text(item.get("date"))),
        publisher=_publisher(item),
        comments=[value_text(value) for value in item.all("note", "addendum", "pubstate")],
        categories=value_address(item.get("primaryclass", "eprintclass")).replace(",", " ").split(),
        keywords=[
            word for value in item.all("keywords", "keyword", "mendeley-tags", "groups") for word in _keywords(value)
        ],
        notes=[value_note(value) for value in item.all("annote", "annotation", *item.comments, "review")],
        read=item.get("readstatus").strip().lower() in ("read", "skimmed"),
    )
    if group := value_text(item.get("collaboration")):
        reference.comments.append(group if "collab" in group.lower() else f"{group} Collaboration")
    if how and "://" not in how:
        reference.comments.insert(0, value_text(how))
    if year and reference.year is None:
        reference.comments.append(year)  # "in press"
    return reference


def _keywords(value: str) -> list[str]:
    return keywords_in(value_text(value))


def _publisher(item: _Item) -> str:
    """What stands for the journal of what is in none: "PhD thesis, University of Somewhere"."""
    kind = value_text(item.get("type"))
    kind = _KINDS.get(kind.lower() or item.kind, kind)
    number = value_text(item.get("number")) if item.kind in ("techreport", "report") else ""
    house = value_text(item.get("school", "institution", "organization", "publisher"))
    return ", ".join(filter(None, (" ".join(filter(None, (kind, number))), house)))


def parse(text: str) -> Digest:
    """The entries of a file. A damaged one is read as well as it goes, and reported; it never raises."""
    reader = _Reader(text)
    reader.read(_blocks(text))
    return digest_of(NAME, map(_reference, _related(reader.items)), reader.problems)
