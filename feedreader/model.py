"""The types that all rooms share: what sources say, what the library holds, and what is asked of it.

Everything here is a frozen value. Text is what the source said, made safe (see
`feedreader.text.cleaning`) and with its white space folded; TeX is kept as TeX. Absent is None or ().
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a digest that was not understood: its line (from 1; None: the whole file) and why."""

    line: int | None
    reason: str


class Journal(NamedTuple):
    """Where a paper was published. `number` is the issue; `pages` are as printed ("101-119", "e1004")."""

    name: str | None = None
    volume: str | None = None
    number: str | None = None
    pages: str | None = None
    year: int | None = None


class Marks(NamedTuple):
    """What the reader did with a paper, as JSON has it too. A row of MARKS says of each field what it is called where.

    `opened` tells that its abstract was read, `dismissed` that it was put aside by its title, `shortlisted_at` (aware)
    since when it is on the shortlist. `note` is Markdown.
    """

    read: bool = False
    shortlisted: bool = False
    shortlisted_at: datetime | None = None
    opened: bool = False
    dismissed: bool = False
    tags: tuple[str, ...] = ()
    note: str | None = None


UNMARKED = Marks()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One announcement of one paper by one source.

    `day` is the calendar day the source gives; `announced` says that it is the day on which the
    paper was announced, and not merely a date that a digest prints beside it. `announce_type` is what
    arXiv calls it: new, cross (listed in one more category), replace or replace-cross (a new version).
    `submitted` (aware) is when it was handed in, where a source says that.
    `mentions` is what people say of the paper, a paragraph each.
    `quotes` are passages quoted from its abstract: they tell which paper is meant.
    `guid` is what the document itself calls the entry (RSS guid, Atom id), as it stands there.
    `preprint_doi` is the DOI of the preprint, where `doi` is that of what was published.
    `keywords` are the source's own, `marks` is what the document's owner did with the paper. They are not stored as
    such: an import takes them as the reader's tags and marks if told to, else shows keywords, tags and note as words.
    `line` is where the entry starts in its document, from 1.
    """

    title: str | None = None
    authors: tuple[str, ...] = ()
    abstract: str | None = None
    tldr: str | None = None
    comment: str | None = None
    arxiv_id: str | None = None
    version: int | None = None
    doi: str | None = None
    url: str | None = None
    guid: str | None = None
    journal: Journal | None = None
    categories: tuple[str, ...] = ()
    day: date | None = None
    announced: bool = False
    announce_type: str | None = None
    submitted: datetime | None = None
    mentions: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    preprint_doi: str | None = None
    keywords: tuple[str, ...] = ()
    marks: Marks = UNMARKED
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One parsed document: the format it was read as, its own title, its entries, and what was not understood.

    `breaks_off`: the document ends before its end, and the entries are those that stand whole in it.
    """

    format: str
    title: str | None = None
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()
    breaks_off: bool = False


LIBRARY_FORMATS = ("bibtex", "ris", "nbib", "endnote", "csl-json")  # of sources that list what somebody has


class PlacedEntry(NamedTuple):
    """An entry with its place: which source gave it, and as which one there.

    `ref` is the library's handle for the entry, `source` and `path` name the source, `rank` is which of the reader's
    subscriptions it is (None: a file), `collection` is the title under which the source's undated papers stand,
    `position` is the entry's place in the source's own order, from 0.
    """

    ref: int
    source: str
    path: str
    collection: str
    position: int
    entry: Entry
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """What a source says of a paper."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A new version of a paper: its number, the day it was announced, and what changed ("title", "abstract")."""

    version: int | None
    day: date
    changed: tuple[str, ...] = ()


FLAG, TIME, WORDS, TEXT = "flag", "time", "words", "text"  # what a mark can be; how it is stored, `library.rows` says
KEPT, DISMISSED = "★", "×"


class MarkValue(NamedTuple):
    """A value that a key or `feedreader mark VERB` gives; `done` is what undo calls it."""

    verb: str
    value: Any
    done: str


class Mark(NamedTuple):
    """What a mark is called in each place, and what it can be (`kind`).

    `column` is that of the table of papers. `values` are those of keys and commands; a key goes through them in this
    order. `label` is what the pane says of it (`{}`: its value), `signs` what stands before the title in the list, by
    value. `has` is its word in `has:`; a flag is also a word of `is:`; `synonyms` are meant to be that word. `since` is
    the flag whose time this is.
    """

    kind: str
    column: str
    values: tuple[MarkValue, ...] = ()
    label: str = ""
    signs: Mapping[Any, str] = {}
    has: str = ""
    synonyms: tuple[str, ...] = ()
    since: str = ""

    def next_value(self, value: object) -> MarkValue:
        """The next value after another, for a key that cycles."""
        place = [known.value for known in self.values].index(value)
        return self.values[(place + 1) % len(self.values)]


MARKS: Mapping[str, Mark] = {  # in the order of the fields of Marks
    "read": Mark(
        FLAG,
        "read",
        (MarkValue("read", True, "marked read"), MarkValue("unread", False, "marked unread")),
        synonyms=("seen",),
    ),
    "shortlisted": Mark(
        FLAG,
        "shortlisted",
        (MarkValue("shortlist", True, "kept"), MarkValue("unshortlist", False, "no longer kept")),
        label=f"{KEPT} kept",
        signs={True: KEPT},
        synonyms=("kept", "starred", "saved"),
    ),
    "shortlisted_at": Mark(TIME, "shortlisted_at", since="shortlisted"),
    "opened": Mark(FLAG, "opened"),
    "dismissed": Mark(
        FLAG,
        "dismissed",
        (MarkValue("dismiss", True, "dismissed"), MarkValue("undismiss", False, "no longer dismissed")),
        label=f"{DISMISSED} dismissed",
    ),
    "tags": Mark(WORDS, "tags", has="tag", synonyms=("label",)),
    "note": Mark(TEXT, "note", has="note"),
}


class Changed(NamedTuple):
    """A paper (the library's key of it) whose marks changed: as they were, and as they are on the disk now."""

    key: int
    before: Marks
    after: Marks


class KnownAuthor(NamedTuple):
    """An author of papers on the shortlist: the name, and how many of them were kept."""

    name: str
    kept: int


class Interest(NamedTuple):
    """How likely the reader is to keep a paper, 0 to 1; the words that speak for it, the strongest first; and the
    author of whom most papers were kept before, if there is one.
    """

    score: float
    words: tuple[str, ...] = ()
    author: KnownAuthor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper, merged from all its entries, and what the reader did with it.

    `id` is the arXiv id, else the DOI, else a name made from title, authors and abstract.
    `day` is None where no source gives one; then `collection` names the group it is in.
    `replaced` marks a paper that was first seen as a new version of an older one: it is no news.
    `pdf` is the file that was fetched, from the library's folder on; it may have been taken away since.
    `highlighted_by` and `muted_by` are the names of the rules that do so; what is muted by a rule shows nevertheless
    if it is kept or highlighted.
    `interest` is None until there is something to learn from.
    `preprint_doi` is the DOI of its preprint, where `doi` is that of what was published.
    `versions` are what was said of each, and when that came, if known, where new ones were announced; only a paper that
    is asked for by itself has them.
    `libraries` are those of its sources that list what somebody has (a BibTeX file, say).
    """

    id: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    abstract: str | None = None
    tldr: str | None = None
    comment: str | None = None
    arxiv_id: str | None = None
    version: int | None = None
    doi: str | None = None
    url: str | None = None
    journal: Journal | None = None
    categories: tuple[str, ...] = ()
    day: date | None = None
    collection: str | None = None
    sources: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    revisions: tuple[Revision, ...] = ()
    replaced: bool = False
    marks: Marks = UNMARKED
    pdf: str | None = None
    highlighted_by: tuple[str, ...] = ()
    muted_by: tuple[str, ...] = ()
    interest: Interest | None = None
    libraries: tuple[str, ...] = ()
    preprint_doi: str | None = None
    versions: tuple[tuple[PlacedEntry, datetime | None], ...] = ()


class MergedPaper(NamedTuple):
    """What merging decides: the entries that are one paper, and the paper they make.

    `place` is the entry that orders the paper within its day or collection.
    `abstract_ref` is the entry whose abstract is shown.
    """

    refs: tuple[int, ...]
    paper: Paper
    place: PlacedEntry
    abstract_ref: int | None


class PaperSummary(NamedTuple):
    """As much of a paper as one row of the list shows. `key` is the library's handle, valid while it is open.

    `opening` is the start of the abstract, given only where there is no title. What follows the marks stands in the
    list's columns, and the interest; `by_kept_author` says that an author of papers on the shortlist is among them.
    """

    key: int
    id: str
    group: int
    title: str | None
    authors: tuple[str, ...]
    arxiv_id: str | None
    opening: str | None
    marks: Marks = UNMARKED
    day: date | None = None
    categories: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    version: int | None = None
    highlighted: bool = False
    interest: float | None = None
    by_kept_author: bool = False


BY_SOURCE, BY_CATEGORY, BY_INTEREST = "", "category", "interest"  # orders of the papers within their days
BEST = "best"  # the order of a query by interest: its papers are one group
SORTED = -1  # the key of the single group of papers that are not in the feed's order


FeedOrder = tuple[bool, int, str, str, str]  # see `feed_order`


@dataclass(frozen=True, slots=True)
class Group:
    """A day, or a collection of papers without one, and how many of its papers match what is shown.

    `section` names what is shown apart at a day's end ("replaced", "muted"); "" is the day itself. `replaced` is how
    many replaced papers of this day are in a collapsed section, `muted` how many muted ones.
    """

    key: int
    day: date | None
    collection: str | None
    total: int
    unread: int
    shortlisted: int
    section: str = ""
    replaced: int = 0
    muted: int = 0
    highlighted: int = 0

    def feed_order(self) -> FeedOrder:
        return feed_order(self.day, self.collection, self.section)

    def joined(self, other: Group) -> Group:
        """With the papers of another piece of it, too."""
        counts = ("total", "unread", "shortlisted", "replaced", "muted", "highlighted")
        return dataclasses.replace(self, **{name: getattr(self, name) + getattr(other, name) for name in counts})


def feed_order(day: date | None, collection: str | None, section: str) -> FeedOrder:
    """Days, the newest first, then collections by title, each before its sections."""
    title = collection or ""
    return day is None, -day.toordinal() if day else 0, title.casefold(), title, section


@dataclass(frozen=True, slots=True)
class Term:
    """One condition of a query: `field` is "" for words anywhere, else `is`, `day`, `source`, …

    `regex` tells that the value is a regular expression, `exact` that it is a whole name and not a part of one.
    Days stay as they were asked for ("today", "7d").
    `at` is the condition's place in the query's text, from 0; it makes no difference between two terms.
    """

    field: str
    value: str
    regex: bool = False
    exact: bool = False
    at: int = dataclasses.field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    """What the part does not hold for."""

    part: Condition


@dataclass(frozen=True, slots=True)
class And:
    """All parts must hold; at least two."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of the parts must hold; at least two."""

    parts: tuple[Condition, ...]


Condition = Term | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """What is shown: all terms must hold (no terms: all papers). `sort` orders them within their days, by source
    (""), by category or by interest; or is BEST, rank, kept or title: then the papers are one group.
    `top` is how many of them are shown, the most interesting ones; 0: all.
    """

    terms: tuple[Condition, ...] = ()
    sort: str = ""
    top: int = 0

    @property
    def everything(self) -> bool:
        """Whether it means the whole feed, day by day."""
        return not self.terms and self.by_day

    @property
    def by_day(self) -> bool:
        """Whether papers stand under their days."""
        return self.sort in (BY_SOURCE, BY_CATEGORY, BY_INTEREST)


@dataclass(frozen=True, slots=True)
class Rule:
    """What is to be highlighted or muted (`effect`): the papers that a query finds. `text` is the query in words.

    `name` is what the rule is called: as given, or else its query.
    """

    effect: str
    text: str
    name: str
    query: Query = Query()


class FacetCount(NamedTuple):
    """How many papers stand under a name (of a category, a source, an author, a tag), and how many are unread; in
    `detail` a subscription's folder."""

    name: str
    papers: int
    unread: int
    detail: str = ""


class Step(NamedTuple):
    """One thing the reader did: `label` says it in words, `rule` is one that was made (`effect query`), or ""."""

    number: int
    label: str
    at: datetime
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """A line of a list of subscriptions. `folder` is its path, the outermost first; () at the top."""

    title: str
    xml_url: str
    html_url: str | None = None
    folder: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A source that is asked again and again. `kind` is "arxiv" (`target`: categories joined by +), "feed" (an
    address), "mail" or "file" (the absolute path of a mailbox, or of a file with a feed).

    `last_news` is when it last brought a paper that it had not brought before, `failing_since` when its first failure
    without a success since was, `error` what was said then. `status` is the last HTTP status, 206 of an answer that
    broke off. `days` are the announcement days that the library has of it, oldest first (arXiv only).
    """

    source: int
    name: str
    kind: str
    target: str
    folder: str | None = None
    paused: bool = False
    added_at: datetime
    last_success: datetime | None = None
    last_news: datetime | None = None
    failing_since: datetime | None = None
    error: str | None = None
    status: int | None = None
    empty: bool = False
    days: tuple[date, ...] = ()

    @property
    def is_local(self) -> bool:
        """Whether it is read by its path, and has no web address."""
        return self.kind in ("mail", "file")

    @property
    def path(self) -> str:
        """Identifies the source among all others."""
        return f"arxiv:{self.target}" if self.kind == "arxiv" else self.target
