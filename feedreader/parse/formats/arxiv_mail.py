r"""The layout "arxiv-mail": what arXiv sends by e-mail, and the records it is made of.

A record starts with a line of two backslashes and one with the id. Fields follow, hard-wrapped, what continues them
indented by two blanks; then two backslashes, the abstract, and two backslashes with the paper's address:

    \\
    arXiv:0704.0001 (*cross-listing*)              before 2007: Paper (*cross-listing*): hep-th/9701041
    Date: Mon, 2 Apr 2007 19:18:42 GMT   (443kb)   or: replaced with revised version Tue, 24 Jul 2007 …
    (blank) Title: … Authors: … Categories: … Comments: … DOI: …
    \\
      The abstract. Replacements and lists by month have none.
    \\ ( https://arxiv.org/abs/0704.0001 ,  443kb)

Before a mailing's records stands its head ("received from … to …"); a line of %-%-% parts new papers from
cross-lists, one of %%--%% those from replacements. The same records make up the lists of the past week (under
"/* Fri, 3 Mar 2023 */"), those by month, and arXiv's .abs files. A mail program may have quoted it all, and several
mailings may follow each other.

The day of a mailing's papers is that of their announcement: the one after the last on which the mailing received
papers, at weekends the Monday. (It goes out at 20:00 in New York; by GMT, and on arXiv's own pages, that is the next
day.) If the mail itself is dated up to five days later, the day between was a holiday. A mail without "received from …
to …" tells by its own date. Without a head it is the day on which the paper was submitted, or revised; that is no
announcement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from feedreader.model import Digest, Entry, Problem
from feedreader.parse.layout.authors import split_authors
from feedreader.parse.layout.dates import moment_of, read_date
from feedreader.text.identifiers import arxiv_id, doi, find_arxiv_ids
from feedreader.text.journal_reference import journal_of
from feedreader.text.lines import squash

NAME = "arxiv-mail"

_ID = re.compile(
    r"(?:arxiv|paper)\s{0,3}(?:\(\*(?P<before>[a-z -]+)\*\)\s{0,3})?:\s*(?P<id>[^\s()]*)"
    r"\s{0,3}(?:\(\*(?P<behind>[a-z -]+)\*\))?\s*(?P<rest>.*)\Z",
    re.IGNORECASE,
)
_CUT_ID = re.compile(r"(?:[a-z-]+(?:\.[a-z]{2})?/)?\d[\d.]*\Z", re.IGNORECASE)
_END = re.compile(r"\\\\\s*\(\s*(https?://.*|arxiv\S*.*)\Z", re.IGNORECASE)
_RULE = re.compile(r"[-=_]{20,}\Z|[-%]*%[-%]{18,}\Z")
_DAY_MARK = re.compile(r"/\*(.{1,80})\*/\Z")
_FIELD = re.compile(r"([A-Za-z][A-Za-z-]{1,24})(?: ?\(([^()]{1,24})\))?:(?:\s+|\Z)(.*)\Z")
_REPLACED = re.compile(r"replaced with (?:revised version|version \d+)?\s*(.*)\Z", re.IGNORECASE)
_REVISION = re.compile(r"revised v(\d{1,3})\Z")
_SIZE = re.compile(r"\([^()]*\)?\Z")
_CATEGORY = re.compile(r"[a-z][a-z-]*(?:\.[A-Za-z][A-Za-z-]*)?")
_OF_A_PAPER = ("title", "authors", "author", "categories", "comments")
_WITH_THE_COMMENT = {
    "journal-ref": "Journal-ref", "report-no": "Report-no", "msc-class": "MSC-class", "acm-class": "ACM-class",
}  # fmt: skip
_SKIPPED = ("from", "license", "subj-class", "proxy", "submitter", "auth-no", "filename")
_HEAD = re.compile(
    r"(?:date|sent|subject|received|from|to|cc|reply-to|message-id|return-path|mime-version|(?:content|list|x)-[a-z-]+):\s|"
    r"from \S+@|-+ ?(?:forwarded|original) message|begin forwarded|send any comments|archives at |to unsubscribe|"
    r"submissions to:|received from |papers received|\(to retrieve|get \d|for (?:general|subscribe|help)|"
    r"keyword subject|e-mail to:|.{0,200}\bmailing\b",
    re.IGNORECASE,
)
_MAIL_DATE = re.compile(r"(?:date|sent):\s*(.{8,80})\Z", re.IGNORECASE)
_SUBJECT = re.compile(r"subject:\s*(?:(?:fwd?|re|aw|wg):\s*)*(.+)\Z", re.IGNORECASE)
_RECEIVED = re.compile(r"received from\s+(.{8,60}?)\s+to\s+(.{8,60})\Z", re.IGNORECASE)
_LISTING = re.compile(r"received from |papers received|\bdaily\b.{0,40}\bmailing\b|submissions to:", re.IGNORECASE)


@dataclass(slots=True)
class _MailRecord:
    """A record in the making. `line` is where it starts, `dated` the day when the paper was submitted or revised."""

    line: int
    section: str
    announced: date | None
    listed: bool
    id: tuple[str, int | None] | None = None
    cross: bool = False
    replaced: bool = False
    dated: date | None = None
    submitted: datetime | None = None
    fields: dict[str, list[str]] = field(default_factory=dict)
    abstract: list[str] = field(default_factory=list)

    def value(self, *names: str) -> str:
        """A field as one text. arXiv breaks lines at blanks only, so that a hyphen at a line's end joins nothing."""
        return squash(" ".join(line for name in names for line in self.fields.get(name, ())))

    @property
    def announce_type(self) -> str | None:
        if self.replaced or self.section == "replace":
            return "replace-cross" if self.cross else "replace"
        if self.cross or self.section == "cross":
            return "cross"
        return "new" if self.listed else None

    def entry(self) -> Entry:
        more = [f"{label}: {self.value(name)}" for name, label in _WITH_THE_COMMENT.items() if self.value(name)]
        return Entry(
            title=self.value("title") or None,
            authors=split_authors(self.value("authors", "author")),
            abstract=squash(" ".join(self.abstract)) or None,
            comment="; ".join(filter(None, (self.value("comments", "comment"), *more))) or None,
            arxiv_id=self.id[0] if self.id else None,
            version=self.id[1] if self.id else None,
            doi=next(filter(None, map(doi, self.value("doi").split())), None),
            journal=journal_of(self.value("journal-ref")),
            categories=tuple(dict.fromkeys(filter(_CATEGORY.fullmatch, self.value("categories").split()))),
            day=self.announced or self.dated,
            announced=self.announced is not None,
            announce_type=self.announce_type,
            submitted=self.submitted,
            line=self.line,
        )


# ── the records ──────────────────────────────────────────────────────────────────────────────────


class _Reader:
    """Reads line after line. `place` says where it is: "outside" of records, in one's "fields" or its "abstract"."""

    def __init__(self) -> None:
        self.records: list[_MailRecord] = []
        self.problems: list[Problem] = []
        self.title: str | None = None
        self.place = "outside"
        self._section = "new"  # as the lines of % tell
        self._day: date | None = None
        self._listed = False
        self._head: list[str] = []  # of the mailing whose records follow
        self._head_read = False
        self._ended = False  # the mailing's last line was met: what follows is its foot, or the next one's head
        self.foreign = 0  # lines after the first record that are in none
        self._loose: list[tuple[int, str]] = []  # text outside of records, since the last drawn line
        self._current: list[str] | None = None  # the field that an indented line continues

    def report(self, line: int, reason: str) -> None:
        self.problems.append(Problem(line, squash(reason)))

    def read(self, number: int, line: str) -> None:
        """One line, without the marks of quoting."""
        stripped = line.strip()
        if stripped == "\\\\":
            if self.place == "fields":
                self.place = "abstract"
            elif self.place == "abstract":
                self.place = "outside"
        elif match := _END.match(stripped):
            self._end(number, find_arxiv_ids(match[1]))
        elif stripped[:1] in ("-", "%", "=", "_") and _RULE.match(stripped):
            self._rule(stripped)
        elif self.place == "abstract":
            self._abstract(number, stripped)
        elif self.place == "fields":
            if stripped:
                self._field(number, stripped, self.records[-1], line[0] in " \t")
        elif stripped:
            self._outside(number, stripped)

    def _end(self, number: int, ids: Sequence[tuple[str, int | None]]) -> None:
        """The line behind an abstract, with the paper's address."""
        if self.place == "outside" and ids:
            lines = self._loose
            self._loose = []
            record = self._start(lines[0][0] if lines else number)
            record.abstract = [line for _, line in lines]
            self.report(record.line, f"The start of this paper (arXiv:{ids[0][0]}) is missing.")
        if self.place != "outside":
            record = self.records[-1]
            record.listed = True
            record.id = record.id or (ids[0] if ids else None)
        self.place = "outside"

    def _rule(self, rule: str) -> None:
        self.place = "outside"
        self._settle()
        if rule.startswith("%%%--"):
            self._section, self._ended = "new", True
        elif rule.startswith("%%--"):
            self._section = "replace"
        elif rule.startswith("%-%-"):
            self._section = "cross"

    def _abstract(self, number: int, stripped: str) -> None:
        record = self.records[-1]
        if not record.abstract and (match := _ID.match(stripped)) and arxiv_id(match["id"]):
            self._open(number, match)  # the backslashes before it were those of the next record
        elif stripped or record.abstract:  # no blank lines at its beginning
            record.abstract.append(stripped)

    def _outside(self, number: int, stripped: str) -> None:
        if match := _DAY_MARK.match(stripped):
            self._day, self._listed = read_date(match[1]), True
            if self._day is None:
                self.report(number, f"Invalid day: {match[1].strip()}")
        elif (match := _ID.match(stripped)) and (
            arxiv_id(match["id"]) or (self.records and _CUT_ID.match(match["id"]))
        ):
            self._open(number, match)
        elif (match := _FIELD.match(stripped)) and match[1].lower() in _OF_A_PAPER:
            self.report(number, "The start of this paper is missing: it has no id.")
            self._field(number, stripped, self._start(number), False)
        elif self._ended or not self.records or _HEAD.match(stripped):
            if self._head_read:
                self._head, self._head_read, self._section = [], False, "new"
            self._head.append(stripped)
        else:
            self._loose.append((number, stripped))

    def _settle(self) -> None:
        """What stood between the records belongs to none."""
        if self._loose:
            self.report(self._loose[0][0], "Skipped text that belongs to no paper.")
            self.foreign += len(self._loose)
        self._loose = []

    def _start(self, number: int) -> _MailRecord:
        self._settle()
        if self._head and not self._head_read:
            if any(map(_LISTING.search, self._head)):
                self._listed = True
                self._day = announcement_day(self._head)
            self.title = self.title or title_of_mailing(self._head)
        self._head_read, self._ended = True, False
        record = _MailRecord(number, self._section, self._day, self._listed)
        self.records.append(record)
        self.place, self._current = "fields", None
        return record

    def _open(self, number: int, match: re.Match[str]) -> None:
        record = self._start(number)
        marks = {match["before"], match["behind"]}
        record.id = arxiv_id(match["id"])
        record.cross, record.replaced = "cross-listing" in marks, "replacement" in marks
        if record.id is None:
            self.report(number, f"Incomplete arXiv id: {match['id']}")
        if match["rest"]:
            self.report(number, f"Skipped text: {match['rest']}")

    def _field(self, number: int, stripped: str, record: _MailRecord, indented: bool) -> None:
        if indented and self._current is not None:
            self._current.append(stripped)
        elif match := _REPLACED.match(stripped):
            record.replaced = record.listed = True
            self._current = None
            self._date(number, match[1], record)
        elif match := _FIELD.match(stripped):
            self._labelled(number, match, record)
        elif self._current is not None:
            self._current.append(stripped)  # a mail program took its indentation away
        else:
            self.report(number, f"Skipped text: {stripped[:60]}")

    def _labelled(self, number: int, match: re.Match[str], record: _MailRecord) -> None:
        name, note, value = match[1].lower(), match[2], match[3]
        self._current = []
        if name == "date" and note:
            if (revision := _REVISION.match(note)) and record.id:
                record.id = (record.id[0], max(int(revision[1]), record.id[1] or 0))
        elif name.endswith("date"):  # seen: "kDate"
            self._date(number, value, record)
        elif name in _OF_A_PAPER or name in _WITH_THE_COMMENT or name in ("comment", "doi"):
            self._current = record.fields.setdefault(name, [])
            self._current.append(value)
        elif name not in _SKIPPED:
            self.report(number, f"Unknown field: {squash(match[0])[:60]}")
        if name == "doi" and not any(map(doi, value.split())):
            self.report(number, f"Invalid DOI: {value or '(empty)'}")

    def _date(self, number: int, value: str, record: _MailRecord) -> None:
        value = _SIZE.sub("", value[:200])
        day = read_date(value)
        if record.dated is None and day and not record.replaced and (moment := moment_of(value)) and moment.tzinfo:
            record.submitted = moment
        record.dated = record.dated or day
        if day is None:
            self.report(number, f"Invalid date: {value[:60] or '(empty)'}")

    def finish(self) -> None:
        """The end of the file. A record that does not end before it was cut."""
        if self.place == "fields":
            self.report(self.records[-1].line, "The file ends in the middle of this paper's fields.")
        elif self.place == "abstract":
            if self.records[-1].abstract:
                self.report(self.records[-1].line, "The file ends in the middle of this paper's abstract.")
            elif any(record.abstract for record in self.records):
                self.report(self.records[-1].line, "The file ends before this paper's abstract.")
        self._settle()
        for record in self.records:
            if not record.value("title"):
                self.report(record.line, "This paper has no title.")
            if odd := [code for code in record.value("categories").split() if not _CATEGORY.fullmatch(code)]:
                self.report(record.line, f"Unknown arXiv category: {odd[0]}")


_BACKSLASHES = re.compile(r"^([>| \t]*)\\\\(?:[ \t]*|[ \t]*\([^\n]*)$", re.MULTILINE)
_QUOTED = re.compile(r"[>|][>| \t]*")


def _unquoted(text: str) -> Iterator[str]:
    """The lines without the marks of quoting, which are those that stand before the backslashes."""
    first = _BACKSLASHES.search(text)
    prefix = first[1] if first else ""
    for line in text.split("\n"):
        if "\\\\" in line and (match := _BACKSLASHES.match(line)):
            prefix = match[1]
        if not prefix:
            yield line[1:] if line.startswith(">From ") else line
        elif line.startswith(prefix):
            yield line[len(prefix) :]
        elif line.startswith(prefix.rstrip()):
            yield line[len(prefix.rstrip()) :]
        else:
            yield _QUOTED.sub("", line, count=1) if line[:1] in (">", "|") else line


_START = re.compile(
    r"^[>| \t]*\\\\[ \t]*\n[>| \t]*(?:arxiv|paper)[ \t]*(?:\(\*[^\n*]+\*\)[ \t]*)?:[ \t]*([^\s()]+)[^\n]*\n"
    r"(?:[>| \t]*\n)*[>| \t]*(?:\w?date|from|title|authors?|replaced with)\b",
    re.MULTILINE | re.IGNORECASE,
)


def _read(text: str) -> _Reader:
    reader = _Reader()
    for number, line in enumerate(_unquoted(text), 1):
        reader.read(number, line)
    reader.finish()
    return reader


def matches(text: str) -> bool:
    """Whether there are records (two backslashes, an arXiv id, a field under it), and not much else between them."""
    if not any(arxiv_id(match[1]) for match in _START.finditer(text)):
        return False
    reader = _read(text)
    return reader.foreign <= 30 + 10 * len(reader.records)


def parse(text: str) -> Digest:
    """Read a mailing, a listing or records. What is not understood is reported with its line; it never raises."""
    reader = _read(text)
    return Digest(
        format=NAME,
        title=reader.title,
        entries=tuple(record.entry() for record in reader.records),
        problems=tuple(sorted(reader.problems, key=lambda problem: problem.line or 0)),
    )


# The head of a mailing ---------------------------------------------------------------------------------------------


def _day_by_gmt(text: str) -> date | None:
    moment = moment_of(text)
    try:
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date() if moment else read_date(text)
    except OverflowError:
        return None


def announcement_day(head: Sequence[str]) -> date | None:
    """The day on which a mailing announced its papers, as its head tells (see above), or None."""
    windows = [match for line in head if (match := _RECEIVED.search(line))]
    dated = [day for line in head if (match := _MAIL_DATE.match(line)) and (day := _day_by_gmt(match[1]))]
    end = read_date(windows[-1][2]) if windows else None
    if end is None or end > date(9990, 1, 1):
        return dated[-1] if dated else None
    due = end + timedelta(days=7 - end.weekday() if end.weekday() > 3 else 1)
    if any(timedelta(days=-1) <= day - due <= timedelta(0) for day in dated):
        return due
    return min((day for day in dated if timedelta(0) < day - due <= timedelta(days=5)), default=due)


def title_of_mailing(head: Sequence[str]) -> str | None:
    """What the mail is about: its subject, else the archives it lists."""
    for line in head:
        if match := _SUBJECT.match(line):
            return squash(match[1])
    try:
        first = next(i for i, line in enumerate(head) if line.lower().startswith("submissions to:")) + 1
    except StopIteration:
        return None
    names: list[str] = []
    for line in head[first:]:
        if _HEAD.match(line) or not line[0].isalpha():
            break
        names.append(squash(line))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "") if names else None
