"""The layout "arxiv-jsonl": papers as JSON, one a line, or all in one array.

Two kinds of record are known. Those of the arXiv snapshot that Kaggle offers:
    {"id": "0704.0001", "title": …, "authors": "A. Berg and C. Day", "authors_parsed": [["Berg", "A.", ""], …],
     "abstract": …, "categories": "hep-ph math.CO", "comments": …, "journal-ref": …, "doi": …,
     "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}, …], "update_date": "2008-11-26"}
and those that `feedreader list --json` and `export --format jsonl` write, so that a library can be read back as a
digest, with what the reader did.

The day of an arXiv record is that of its first version, else of its last update: not when it was announced.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from feedreader.model import Digest, Entry, Journal, Marks, Problem
from feedreader.parse.layout.authors import ET_AL, plain_names, split_authors, stated_apart
from feedreader.parse.layout.dates import moment_of, plain_moment, read_date
from feedreader.parse.layout.json_records import JsonRecord, JsonText
from feedreader.text.author_names import is_others
from feedreader.text.cleaning import clean, decode
from feedreader.text.identifiers import arxiv_id, doi
from feedreader.text.journal_reference import combined, journal_of
from feedreader.text.lines import squash
from feedreader.text.notes import note_of, tags_of

NAME = "arxiv-jsonl"

_OWN = frozenset(("id", "title", "authors", "day", "sources", "mentions"))  # no one else's record has them all
_LOOK = 20  # records that `matches` looks at
_PRINTABLE = bytes(range(32, 127))

# ── values ───────────────────────────────────────────────────────────────────────────────────────


def _text(value: object) -> str:
    """A string made safe (escapes such as "\\u001b" get past `decode`) and folded; "" for anything else."""
    if not isinstance(value, str):
        return ""
    plain = value.replace("\n", " ").strip(" ")  # as abstracts begin and end
    if plain.isascii() and not plain.encode().translate(None, _PRINTABLE):  # nothing to clean: nearly all texts
        return squash(plain) if "  " in plain else plain
    text = clean(value)
    folded = text.isascii() and not (
        "  " in text or "\n" in text or "\t" in text or text[:1] == " " or text[-1:] == " "
    )
    return text if folded else squash(text)


def _texts(value: object) -> tuple[str, ...]:
    """A list of strings, or a single one, without those that are empty."""
    values = value if isinstance(value, list) else [value]
    return tuple(text for item in values if (text := _text(item)))


@lru_cache(maxsize=4096)
def _read_day(text: str) -> date | None:
    return read_date(text)


_IN_TAGS = re.compile(r"[\s,]+")
_NUMBER = re.compile(r"[0-9]{1,3}")


def _names(listed: str) -> tuple[str, ...]:
    """The authors named in a string. Full names between commas, as in nearly all, need no care."""
    names = plain_names(listed)
    if names is not None and all(" " in name for name in names):
        return names
    return split_authors(listed)


def _parsed_name(parts: object) -> str:
    """[last, first, suffix, affiliation…] as one name; "" if it is none."""
    if not isinstance(parts, list) or len(parts) < 2 or not all(isinstance(part, str) for part in parts):
        return ""
    last, first, suffix = _text(parts[0]), _text(parts[1]), _text(parts[2]) if len(parts) > 2 else ""
    name = " ".join(filter(None, (first.replace(". -", ".-"), last.removeprefix("and "), suffix)))
    return ET_AL if is_others(name) else name


_LETTERS = "A-Za-zÀ-ÖØ-öø-įĲ-žƀ-ɏ"  # Latin, but for ı, İ and ſ, which `re` takes for i and s
_SIMPLE = re.compile(rf"(?:(?:[{_LETTERS}][{_LETTERS}'.-]* )+[{_LETTERS}][{_LETTERS}'-]+\n)+")
_NO_NAMES = frozenset(
    (
        "and",
        "et",
        "al",
        "alii",
        "alia",
        "coll",
        "coll.",
        "otros",
        "others",
        "more",
        "many",
        "several",
        "additional",
        "other",
        "authors",
        "shown",
        "further",
    )
)


def _simple_authors(parsed: list[Any], stated: str) -> tuple[str, ...] | None:
    """The names of `authors_parsed` if all are plain, and nobody else is said to be among them: as nearly all are."""
    try:
        names = [first + " " + last for last, first, suffix in parsed if suffix == ""]
    except (TypeError, ValueError):
        return None
    text = "\n".join(names) + "\n"
    if len(names) < len(parsed) or not _SIMPLE.fullmatch(text) or not _NO_NAMES.isdisjoint(text.lower().split()):
        return None
    return None if "ollaboration" in stated or "et al" in stated or "others" in stated else tuple(names)


def _authors(record: dict[str, Any]) -> tuple[str, ...]:
    """From `authors_parsed` where that is whole, else from a list of names, else from one string."""
    parsed, stated = record.get("authors_parsed"), record.get("authors")
    if isinstance(parsed, list) and isinstance(stated, str) and (simple := _simple_authors(parsed, stated)):
        return simple
    if isinstance(parsed, list) and parsed and all(names := [_parsed_name(parts) for parts in parsed]):
        return stated_apart(names, _text(stated))
    if isinstance(stated, list):
        return stated_apart(_texts([author.get("name") if isinstance(author, dict) else author for author in stated]))
    return _names(_text(stated))


def _versions(stated: object) -> tuple[object, int]:
    """When the first version was made, and the highest number of one (0: none is stated)."""
    if not isinstance(stated, list) or not stated or not all(isinstance(version, dict) for version in stated):
        return None, 0
    numbers = [_version_number(number) for version in stated if isinstance(number := version.get("version"), str)]
    return stated[0].get("created"), max(numbers, default=0)


@lru_cache(maxsize=256)
def _version_number(stated: str) -> int:
    """12 of "v12"; 0: it is none."""
    number = _text(stated).removeprefix("v")
    return int(number) if _NUMBER.fullmatch(number) else 0


def _mentions(stated: object) -> tuple[str, ...]:
    mentions = stated if isinstance(stated, list) else []
    return _texts([mention.get("text") for mention in mentions if isinstance(mention, dict)])


def _read_time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _marks(record: dict[str, Any]) -> Marks:
    """What the reader did, as `list --json` has it."""
    flags = {name: record.get(name) is True for name in ("read", "shortlisted", "opened", "dismissed")}
    since, note, tags = record.get("shortlisted_at"), record.get("note"), _texts(record.get("tags"))
    time = _read_time(_text(since)) if flags["shortlisted"] else None
    return Marks(
        **flags,
        shortlisted_at=time if time and time.tzinfo else None,
        tags=tags_of(", ".join(_IN_TAGS.sub("-", tag) for tag in tags)),
        note=note_of(note) if isinstance(note, str) else None,
    )


def _journal(stated: object) -> Journal | None:
    """A journal in its parts, as `list --json` has it."""
    if not isinstance(stated, dict):
        return journal_of(_text(stated))
    year = stated.get("year")
    name, volume, number, pages = (_text(stated.get(part)) or None for part in Journal._fields[:4])
    known_year = year if type(year) is int and 0 < year < 10_000 else None
    return combined([Journal(name, volume, number, pages, known_year)])


# ── records ──────────────────────────────────────────────────────────────────────────────────────


def _kind(record: object) -> str | None:
    """ "own" for a line of `list --json`, "arxiv" for a record of arXiv's, None for anything else."""
    if not isinstance(record, dict):
        return None
    if record.keys() >= _OWN:
        return "own"
    if "author" in record or "upvotes" in record:  # CSL-JSON, Hugging Face: their ids may look the same
        return None
    return "arxiv" if isinstance(record.get("id"), str) and arxiv_id(record["id"]) else None


def matches(text: str) -> bool:
    """Whether most of the first records are papers, with titles."""
    values = [record.value for record in islice(JsonText(text).records(), _LOOK) if record.reason is None]
    papers = [record for record in values if (kind := _kind(record)) and (kind == "own" or _text(record.get("title")))]
    return len(papers) * 2 > len(values)


# ── entries ──────────────────────────────────────────────────────────────────────────────────────


def _categories(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return _codes(value)
    return tuple(dict.fromkeys(code for text in _texts(value) for code in text.split()))


@lru_cache(maxsize=4096)
def _codes(listed: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_text(listed).split()))


class _Reader:
    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []
        self.collections: set[str] = set()

    def report(self, line: int, reason: str) -> None:
        self.problems.append(Problem(line, squash(reason)))

    def read(self, record: JsonRecord) -> None:
        kind = _kind(record.value)
        if record.reason is not None:
            self.report(record.line, record.reason)
        elif kind == "arxiv":
            self.entries.append(self._arxiv(record.line, record.value))
        elif kind == "own":
            self.entries.append(self._own(record.line, record.value))
        else:
            self.report(record.line, "This record has no arXiv id.")

    def _arxiv(self, line: int, record: dict[str, Any]) -> Entry:
        identifier, version = arxiv_id(record["id"]) or (None, None)
        title = _text(record.get("title"))
        if not title:
            self.report(line, "This paper has no title.")
        comment, journal, report = map(_text, map(record.get, ("comments", "journal-ref", "report-no")))
        if journal or report:
            more = (journal and f"Journal-ref: {journal}", report and f"Report-no: {report}")
            comment = "; ".join(filter(None, (comment, *more)))
        created, latest = _versions(record.get("versions"))
        stated = _text(created)
        if moment := plain_moment(stated):
            day: date | None = moment.date()
        else:
            day, moment = self._day(line, created), moment_of(stated)
        return Entry(
            title=title or None,
            authors=_authors(record),
            abstract=_text(record.get("abstract")) or None,
            comment=comment or None,
            arxiv_id=identifier,
            version=max(version or 0, latest) or None,
            doi=self._doi(line, record.get("doi")),
            journal=journal_of(journal) if journal else None,
            categories=_categories(record.get("categories")),
            day=day or self._day(line, record.get("update_date")),
            submitted=moment if moment and moment.tzinfo else None,
            line=line,
        )

    def _own(self, line: int, record: dict[str, Any]) -> Entry:
        identifier = arxiv_id(_text(record.get("arxiv_id")))
        version = record.get("version")
        entry = Entry(
            title=_text(record["title"]) or None,
            authors=_texts(record["authors"]),
            abstract=_text(record.get("abstract")) or None,
            tldr=_text(record.get("tldr")) or None,
            comment=_text(record.get("comment")) or None,
            arxiv_id=identifier[0] if identifier else None,
            version=version if isinstance(version, int) and 0 < version < 1000 else None,
            doi=self._doi(line, record.get("doi")),
            url=_text(record.get("url")) or None,
            journal=_journal(record.get("journal")),
            categories=_categories(record.get("categories")),
            day=self._day(line, record["day"]),
            mentions=_mentions(record.get("mentions")),
            marks=_marks(record),
            line=line,
        )
        if not (entry.title or entry.abstract or entry.arxiv_id or entry.doi or entry.mentions):
            self.report(line, "This record is empty.")
        if not entry.day:
            self.collections.add(_text(record.get("collection")))
        return entry

    def _day(self, line: int, value: object) -> date | None:
        text = _text(value)
        day = _read_day(text) if text else None
        if text and day is None:
            self.report(line, f"Invalid date: {text[:60]}")
        return day

    def _doi(self, line: int, value: object) -> str | None:
        """The first DOI: a record may hold that of an erratum too."""
        text = _text(value)
        if not text:
            return None
        first = next(filter(None, map(doi, text.split())), None)
        if first is None:
            self.report(line, f"Invalid DOI: {text[:60]}")
        return first


def is_record_of_arxiv(value: object) -> bool:
    """Whether a JSON value is a record of the arXiv snapshot."""
    return _kind(value) == "arxiv"


def read_lines(data: bytes, line: int, *, is_last: bool) -> Digest:
    """Read a part of a file that has a record a line, and begins at a line. It never raises."""
    text, problems = decode(data)
    digest = _digest(JsonText(text).by_line(line, may_be_cut=is_last))
    placed = (Problem(each.line and each.line + line - 1, each.reason) for each in problems)
    return replace(digest, problems=(*placed, *digest.problems))


def parse(text: str) -> Digest:
    """Read the records. What is not understood is reported with its line; it never raises."""
    return _digest(JsonText(text).records())


def _digest(records: Iterable[JsonRecord]) -> Digest:
    reader = _Reader()
    for record in records:
        reader.read(record)
    collections = reader.collections - {""}
    return Digest(
        format=NAME,
        title=collections.pop() if len(collections) == 1 else None,
        entries=tuple(reader.entries),
        problems=tuple(reader.problems),
    )
