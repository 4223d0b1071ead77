"""What the formats of paper services share: finding their records in an answer, and reading the fields of one.

A format says what is the service's own (`Service`); `matches` and `read` do the rest. An answer may be saved whole or
cut off, several may stand in one file, and so may bare records, in an array or one a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from feedreader.model import Digest, Entry, Journal, Problem
from feedreader.parse.feeds.feed_item import TEXT_LIMIT, TITLE_LIMIT, FeedText, address, day_of
from feedreader.parse.layout.json_records import JsonRecord, JsonText
from feedreader.text.cleaning import decode
from feedreader.text.display import counted
from feedreader.text.html_text import from_html, from_plain, html_lines
from feedreader.text.identifiers import arxiv_id
from feedreader.text.identifiers import doi as doi_of
from feedreader.text.lines import opens_like_prose
from feedreader.text.notes import distinct_tags
from feedreader.text.preprint_servers import is_server

_HEADS = (1 << 16, 1 << 20, 1 << 24)  # bytes that are looked at until a record stands in them; no paper takes more
_LOOK = 20  # records that are looked at
_MOST_KEYWORDS = 30
_LISTS = ("notes", "data", "recommendedPapers", "papers", "items", "results", "collection")  # of any service's answers
_INSIDE = ("message",)
MORE = -1  # as a total: there are more, nobody says how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What is a service's own.

    `lists` are the keys of the lists in its answers, `inside` those of the object around such a list.
    `is_own` tells whether an object is one of its records, `is_answer` (of what stands beside a list, and which lists
    there are) whether it gave an answer without any. `entry` reads a record.
    `unwrapped` gives the papers in a record, `other` what a record is called that is no paper ("" if it is one).
    `total` is how many papers were found altogether (0: not known), `said` what the answer says of itself.
    `title` is what the answer is called, by the address it was fetched from.
    """

    name: str
    lists: Collection[str]
    inside: Collection[str] = ()
    is_own: Callable[[Mapping[str, Any]], bool]
    is_answer: Callable[[Mapping[str, Any], Collection[str]], bool]
    entry: Callable[[Fields], Entry]
    unwrapped: Callable[[Any], Iterable[Any]] = lambda value: (value,)
    other: Callable[[Mapping[str, Any]], str] = lambda _: ""
    total: Callable[[Mapping[str, Any]], int] = lambda _: 0
    said: Callable[[Mapping[str, Any]], str] = lambda _: ""
    title: Callable[[str, tuple[Entry, ...]], str | None]


def matches(data: bytes, service: Service) -> bool:
    """Whether half of the first records that may be papers are the service's, or it answers that there are none."""
    if not decode(data[:200])[0].lstrip().startswith(("{", "[")):
        return False
    for size in _HEADS:
        document = JsonText(decode(data[:size])[0], _LISTS, _INSIDE)
        records = islice(document.records(), _LOOK)
        values = [value for record in records if not record.reason for value in service.unwrapped(record.value)]
        known = [value for value in values if value is not None]
        if known:
            papers = [value for value in known if isinstance(value, dict) and len(value) > 1]
            own = sum(map(service.is_own, papers))
            return 2 * own >= max(1, len(papers)) or is_whole_answer(known[0], service)
        if len(data) <= size:
            break
    return not document.breaks_off and service.is_answer(document.about, document.listed)


def is_whole_answer(value: object, service: Service) -> bool:
    """Whether a record is an answer that has nothing where its list should be."""
    return isinstance(value, dict) and not service.is_own(value) and service.is_answer(value, ())


def read(data: bytes, fetched: str, service: Service) -> Digest:
    """An answer, fetched from an address, as a digest. It never raises: what is wrong becomes a problem."""
    text, decoding = decode(data)
    document = JsonText(text, service.lists, service.inside)
    reader = _Reader(service)
    for record in document.records():
        if is_whole_answer(record.value, service):
            document.about |= record.value
        else:
            reader.read(record)
    entries = tuple(reader.entries)
    problems = [problem for problem in decoding if "control" not in problem.reason]  # those were invisible
    problems += [*reader.problems, *reader.left_out(), *_told(document.about, service, reader.given)]
    return Digest(
        format=service.name,
        title=service.title(fetched, entries),
        entries=entries,
        problems=tuple(problems),
        breaks_off=document.breaks_off,
    )


def _told(about: Mapping[str, Any], service: Service, given: int) -> Iterator[Problem]:
    """What an answer says of the whole: why it is empty, and that there is more."""
    if said := service.said(about):
        yield Problem(None, f"The service says: {said}.")
    total = service.total(about)
    if total > given:
        yield Problem(None, f"These are {given:,} of {total:,} papers found. Get the other pages for the rest.")
    elif total == MORE:
        yield Problem(None, "More papers were found than these. Get the other pages for the rest.")


class _Reader:
    def __init__(self, service: Service) -> None:
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []
        self.given = 0
        self._service = service
        self._others: list[tuple[int, str]] = []
        self._untitled: list[int] = []

    def read(self, record: JsonRecord) -> None:
        if record.reason is not None:
            self.problems.append(Problem(record.line, record.reason))
            return
        self.given += 1
        for value in self._service.unwrapped(record.value):
            if not isinstance(value, dict):
                empty = "Nothing was found for this one." if value is None else "This record is not a JSON object."
                self.problems.append(Problem(record.line, empty))
            elif other := self._service.other(value):
                self._others.append((record.line, other))
            else:
                self._paper(record.line, value)

    def _paper(self, line: int, value: dict[str, Any]) -> None:
        fields = Fields(value, line=line)
        entry = self._service.entry(fields)
        if odd := ", ".join(f"“{name}”" for name in dict.fromkeys(fields.odd)):
            self.problems.append(Problem(line, f"Invalid value: {odd}."))
        if entry.title or entry.abstract or entry.arxiv_id or entry.doi:
            self.entries.append(entry)
        else:
            self.problems.append(Problem(line, "Skipped a paper without title, abstract and ids."))
            return
        if not entry.title:
            self._untitled.append(line)

    def left_out(self) -> Iterator[Problem]:
        """What was no paper, and what has no title, with the line of the first."""
        if self._others:
            kinds = ", ".join(sorted({kind for _, kind in self._others}))
            records = counted(len(self._others), "record")
            yield Problem(self._others[0][0], f"Skipped {records} other than papers ({kinds}), the first here.")
        if self._untitled:
            papers = counted(len(self._untitled), "paper")
            yield Problem(self._untitled[0], f"No title: {papers}, the first here.")


# ── fields ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Fields:
    """The fields of a JSON object. `odd` gathers the names of those that are of another kind than they should be."""

    values: Mapping[str, Any]
    odd: list[str] = field(default_factory=list)
    line: int = 0

    def raw(self, *names: str) -> str:
        """The first of these that says something, as it is written: an id, an address, a date."""
        return next((text for name in names if (text := from_plain(self._string(name)))), "")

    def text(self, *names: str, limit: int = TEXT_LIMIT) -> str:
        """The first of these that says something, without its markup."""
        return next((text for name in names if (text := FeedText(self._string(name)).text(limit))), "")

    def title(self, *names: str) -> str | None:
        return self.text(*names, limit=TITLE_LIMIT) or None

    def abstract(self, *names: str) -> str | None:
        """The first of these that says something, as one paragraph of text."""
        return next((text for name in names if (text := abstract_of(self._string(name)))), None)

    def texts(self, name: str) -> list[str]:
        """The texts of a list; a single one counts as a list."""
        value = self.values.get(name)
        each = [value] if isinstance(value, str) else self._list(name)
        if not all(isinstance(item, str) or item is None for item in each):
            self.odd.append(name)
        return [text for item in each if isinstance(item, str) and (text := from_html(item))]

    def inner(self, name: str) -> Fields:
        """The object of this name; one without fields, if there is none."""
        value = self.values.get(name)
        if value and not isinstance(value, dict):
            self.odd.append(name)
        return Fields(value if isinstance(value, dict) else {}, self.odd)

    def objects(self, name: str) -> list[Fields]:
        """The objects of a list."""
        each = self._list(name)
        if not all(isinstance(item, dict) or item is None for item in each):
            self.odd.append(name)
        return [Fields(item, self.odd) for item in each if isinstance(item, dict)]

    def number(self, name: str) -> int | None:
        """A whole number above 0, also if it stands there as text."""
        digits = self.raw(name)
        if re.fullmatch(r"[0-9]{1,9}", digits):
            return int(digits) or None
        self.odd += [name] if digits else []
        return None

    def day(self, *names: str) -> date | None:
        """The first of these that says a day."""
        for name in names:
            if (stated := self.raw(name)) and (day := day_of(stated)):
                return day
            self.odd += [name] if stated else []
        return None

    def doi(self, name: str) -> str:
        """A DOI as it is written, or arXiv's."""
        stated = self.raw(name)
        stated = "" if stated.upper() == "NA" else stated
        self.odd += [name] if stated and not any(ids_in(stated)) else []
        return stated

    def says(self, name: str) -> bool:
        return self.values.get(name) is True

    def _string(self, name: str) -> str:
        value = self.values.get(name)
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        if value is not None:
            self.odd.append(name)
        return ""

    def _list(self, name: str) -> list[Any]:
        value = self.values.get(name)
        if value and not isinstance(value, list):
            self.odd.append(name)
        return value if isinstance(value, list) else []


_HEADING = re.compile(r"(?:abstract|summary)\s*[:.]?", re.IGNORECASE)
_LEAD = re.compile(r"(?:Abstract|ABSTRACT|Summary|SUMMARY)(?P<mark>\s*[:.—])?\s+")
_MARKUP = re.compile(r"</?[a-zA-Z]|&(?:[a-z]+|#\d+);")
_LONGEST_HEADING = 40


def abstract_of(markup: str) -> str | None:
    """An abstract in HTML or JATS as one paragraph: its own heading goes, those of its sections get a colon."""
    lines = html_lines(markup)
    if "&" in markup and any(map(_MARKUP.search, lines)):  # HTML that was escaped within the markup
        lines = [each for line in lines for each in html_lines(line)]
    if lines and _HEADING.fullmatch(lines[0]):
        del lines[0]
    if not lines:
        return None
    if (lead := _LEAD.match(lines[0])) and (lead["mark"] or opens_like_prose(lines[0][lead.end() :])):
        lines[0] = lines[0][lead.end() :]
    *before, last = lines
    headed = (f"{line}:" if len(line) <= _LONGEST_HEADING and line[-1].isalnum() else line for line in before)
    return FeedText(" ".join((*headed, last)), is_html=False).text() or None


class Ids(NamedTuple):
    """The ids of a paper: on arXiv, with the version, and the DOI."""

    arxiv: str | None
    version: int | None
    doi: str | None


def ids_in(*stated: str) -> Ids:
    """The ids that are stated first. A DOI that arXiv gave is an arXiv id."""
    named = [text for text in stated if text]
    arxiv, version = next(filter(None, map(arxiv_id, named)), (None, None))
    return Ids(arxiv, version, next(filter(None, (doi_of(text) for text in named if not arxiv_id(text))), None))


def page_of(*stated: str) -> str | None:
    """The address of a page; nothing for that of a DOI, which says nothing more."""
    page = next(filter(None, map(address, stated)), None)
    return None if page and "doi.org/" in page else page


def journal(name: str, volume: str = "", number: str = "", pages: str = "", year: int | None = None) -> Journal | None:
    """Where a paper was published; no server of preprints is a journal."""
    if not name or is_server(name):
        return None
    pages = re.sub(r"\s*[-–—]+\s*", "-", pages)
    return Journal(name, volume or None, number or None, pages or None, year)


def with_year(journal: Journal | None, year: int | None, dated: bool) -> Journal | None:
    """The journal; where there is none, and nothing else dates the paper, the mere year."""
    return journal or (Journal(year=year) if year and not dated else None)


def keywords(stated: Iterable[str]) -> tuple[str, ...]:
    """Keywords, each once."""
    words = (" ".join(each.split()).lstrip("#") for each in stated)
    return distinct_tags(word for word in words if any(map(str.isalnum, word)))[:_MOST_KEYWORDS]


def moment_of_millis(stated: object) -> datetime | None:
    """The moment of a time in milliseconds since 1970."""
    if not isinstance(stated, int) or isinstance(stated, bool) or not 0 < stated < 10**14:
        return None
    moment = datetime.fromtimestamp(stated / 1000, UTC)
    return moment if moment.year < 2200 else None


def full_day(moment: datetime | None) -> date | None:
    """The day of a moment; none for midnight of New Year, which stands for a year."""
    is_year = moment and (moment.month, moment.day, moment.hour, moment.minute, moment.second) == (1, 1, 0, 0, 0)
    return moment.date() if moment and not is_year else None


# ── what an answer is called ─────────────────────────────────────────────────────────────────────

_TECHNICAL = re.compile(  # parameters that do not say what was asked for
    r"limit|offset|rows|page|p|per[-_]?page|cursor|token|fields|select|sort|order|mailto|email|format|details|include|"
    r"(?:api[-_]?)?key|domain|data[-_]version|(?:access|auth)[-_]token|password|secret",
    re.IGNORECASE,
)
_BARE = re.compile(  # parameters whose values say it all
    r"(?:content\.)?(?:venueid|venue)|q|query(?:\.[a-z-]+)?|search|term|filter|invitation|date|week|month"
)
_LONGEST_NAME = 80


def asked_for(fetched: str, ignored: Collection[str] = ()) -> str:
    """What an address asks for, in the words of its query, else of its path without the `ignored` parts."""
    try:
        parts = urlsplit(fetched)
        asked = parse_qsl(parts.query, max_num_fields=100)
    except ValueError:
        return ""
    words = [
        value if _BARE.fullmatch(name) else f"{name} {value}" for name, value in asked if not _TECHNICAL.fullmatch(name)
    ]
    named = [part for part in map(unquote, parts.path.split("/")) if part and part not in ignored]
    said = from_plain(", ".join(words) or "/".join(named))
    return said if len(said) <= _LONGEST_NAME else said[: _LONGEST_NAME - 1] + "…"


def titled(label: str, fetched: str, ignored: Collection[str] = ()) -> str | None:
    """ "OpenAlex: snails"; nothing for a file, whose own name says more."""
    if not fetched:
        return None
    asked = asked_for(fetched, ignored)
    return f"{label}: {asked}" if asked else label
