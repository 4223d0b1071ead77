"""Items of feeds, whatever the feed's format, as entries: text, day, address, identity, authors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.utils import parsedate
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit

from feedreader.arxiv.addresses import abs_url
from feedreader.model import Entry, Journal, Problem
from feedreader.parse.feeds import publishers, rss_arxiv
from feedreader.parse.layout.author_lists import author_names, listed_names, united, whole_names
from feedreader.parse.layout.dates import read_date
from feedreader.text.html_text import from_html, from_plain, html_lines
from feedreader.text.identifiers import arxiv_id
from feedreader.text.identifiers import doi as doi_of
from feedreader.text.journal_reference import combined, journal_of, journal_of_source
from feedreader.text.normalize import normalize

TITLE_LIMIT = 5_000  # characters
TEXT_LIMIT = 50_000
LONGEST_GUID = 2_000


@dataclass(slots=True)
class FeedText:
    """A piece of text as the feed has it, and whether it is HTML."""

    value: str = ""
    is_html: bool = True

    def text(self, limit: int = TEXT_LIMIT) -> str:
        return _shortened(from_html(self.value) if self.is_html else from_plain(self.value), limit)

    def lines(self) -> list[str]:
        """The text in the lines of its blocks; in one, if it has none."""
        if not self.is_html:
            return list(filter(None, [from_plain(self.value)]))
        return html_lines(_HEADING.sub(r"<br>\2<br>", self.value, count=3) if "<" in self.value else self.value)


_HEADING = re.compile(r"<(strong|b|em|span)(?:\s[^<>]*)?>\s*((?:Abstract|Summary)\s*:?)\s*</\1>\s*:?", re.IGNORECASE)


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + " …"


@dataclass(slots=True, kw_only=True)
class FeedItem:
    """One item as its feed has it; "" is absent.

    `names` are authors, one each. `authors` are what other elements say, a group for each kind of element: there, a
    string may name several. `journal_ref` and `sources` are references in free text, `journal` is stated in its parts.
    """

    title: FeedText = field(default_factory=FeedText)
    summary: FeedText = field(default_factory=FeedText)
    content: FeedText = field(default_factory=FeedText)
    names: Sequence[str] = ()
    authors: Sequence[Sequence[str]] = ()
    link: str = ""
    guid: str = ""
    published: str = ""
    updated: str = ""
    categories: Sequence[str] = ()
    primary_category: str = ""
    announce_type: str = ""
    comment: str = ""
    journal_ref: str = ""
    journal: Journal | None = None
    sources: Sequence[str] = ()
    dois: Sequence[str] = ()


@dataclass(slots=True, kw_only=True)
class Feed:
    """What a feed says of itself. `day` is the day it was made, `is_rdf` that it is RSS 1.0.

    `breaks_off`: it ends before its end.
    """

    title: str = ""
    link: str = ""
    names: Sequence[str] = ()
    authors: Sequence[Sequence[str]] = ()
    day: date | None = None
    is_rdf: bool = False
    breaks_off: bool = False


def entries_of(items: Iterable[FeedItem], feed: Feed) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """The entries of the items that say something; and what is wrong with the others."""
    kept: list[Entry] = []
    empty = 0
    for item in items:
        entry = _entry(item, feed)
        if entry.title or entry.abstract or entry.arxiv_id or entry.doi:
            kept.append(entry)
        else:
            empty += 1
    items_have = "One item has" if empty == 1 else f"{empty} items have"
    return tuple(kept), (Problem(None, f"{items_have} no title and no text."),) if empty else ()


def _entry(item: FeedItem, feed: Feed) -> Entry:
    announcement = rss_arxiv.announcement_in(item.title.value, item.summary.value, item.announce_type)
    arxiv = arxiv_id(item.guid) or (announcement.id if announcement else None) or arxiv_id(item.link)
    if arxiv and announcement:
        return _announced(item, feed, arxiv, announcement)
    url = _page(item, feed, arxiv)
    title, told = publishers.read_title(item.title.text(TITLE_LIMIT))
    told = _told(item, title, from_plain(feed.title.partition(":")[0]), told)
    doi = _doi(item) or next(iter(told.dois), None)
    return Entry(
        title=title or (None if told.abstract or arxiv else url),
        authors=_fullest(_authors(item), told.authors) or _authors(feed),
        abstract=_shortened(told.abstract, TEXT_LIMIT) or None,
        tldr=told.teaser or None,
        comment=_comment(item, told.citations),
        arxiv_id=arxiv[0] if arxiv else None,
        version=_version(item, arxiv) if arxiv else None,
        doi=doi,
        url=url,
        guid=_guid(item),
        journal=_journal(item, feed, told.journal, doi),
        categories=rss_arxiv.categories(item.categories, item.primary_category) if arxiv else _tags(item.categories),
        day=day_of(item.published) or day_of(item.updated),
        submitted=moment_of(item.published) if arxiv and arxiv_id(item.guid) else None,
    )


def _guid(item: FeedItem) -> str | None:
    """What the feed calls the item; nothing where that is too long to be a name."""
    return from_plain(item.guid) or None if len(item.guid) <= LONGEST_GUID else None


def _comment(item: FeedItem, citations: Iterable[str] = ()) -> str | None:
    comment = rss_arxiv.comment_with(item.comment, {"Journal-ref": item.journal_ref})
    return "; ".join(filter(None, (comment, *dict.fromkeys(citations)))) or None


def _journal(item: FeedItem, feed: Feed, told: Journal | None, doi: str | None) -> Journal | None:
    reference = journal_of(from_plain(item.journal_ref))
    sources = (journal_of_source(from_plain(source), doi is not None) for source in item.sources)
    journal = combined([reference, item.journal, told, *sources])
    if journal and not journal.name and (named := _JOURNAL_FEED.fullmatch(FeedText(feed.title).text(200))):
        return journal._replace(name=named["name"])
    return journal


def _fullest(stated: tuple[str, ...], told: tuple[str, ...]) -> tuple[str, ...]:
    """The authors stated; or those in the text, if they are the same and more."""
    more = len(told) > len(stated) and {normalize(name) for name in stated} <= {normalize(name) for name in told}
    return told if more else stated


def _authors(of: FeedItem | Feed) -> tuple[str, ...]:
    return united((whole_names(of.names), *map(author_names, of.authors)))


def _page(item: FeedItem, feed: Feed, arxiv: tuple[str, int | None] | None) -> str | None:
    """The address that the item states; where that leads to arXiv, or there is none, the paper's own there."""
    url = address(item.link, feed.link) or address(item.guid)
    return abs_url(arxiv[0]) if arxiv and (url is None or arxiv_id(url)) else url


def _announced(
    item: FeedItem, feed: Feed, arxiv: tuple[str, int | None], announcement: rss_arxiv.Announcement
) -> Entry:
    """An item by which arXiv announces a paper: plain text, but for the old RDF form."""
    plain = not feed.is_rdf and "</p>" not in item.summary.value
    title, summary = FeedText(announcement.title, not plain), FeedText(announcement.abstract, not plain)
    listed = next(iter(item.authors), ())
    names = rss_arxiv.linked_names(listed) if feed.is_rdf else whole_names(item.names)
    day = day_of(item.published) or day_of(item.updated) or feed.day
    return Entry(
        title=title.text(TITLE_LIMIT) or None,
        authors=names or listed_names(listed),
        abstract=summary.text() or None,
        comment=_comment(item),
        arxiv_id=arxiv[0],
        version=_version(item, arxiv, announcement.id),
        doi=_doi(item),
        url=abs_url(arxiv[0]),
        guid=_guid(item),
        journal=journal_of(from_plain(item.journal_ref)),
        categories=rss_arxiv.categories((*item.categories, *announcement.categories), item.primary_category),
        day=day,
        announced=day is not None,
        announce_type=announcement.kind(feed.title),
    )


def _version(item: FeedItem, arxiv: tuple[str, int | None], marked: tuple[str, int | None] | None = None) -> int | None:
    """The version, from whatever names the paper with one."""
    if arxiv[1] is not None:
        return arxiv[1]
    named = filter(None, (marked, arxiv_id(item.guid), arxiv_id(item.link)))
    return next((version for id, version in named if id == arxiv[0] and version), None)


# ── text ─────────────────────────────────────────────────────────────────────────────────────────

_LONG = 20_000  # characters of what is an article of its own, and says nothing more of the paper
_CUT = re.compile(r"(?:…|\.\.\.|\[(?:…|\.{3})\])\W*\Z")
_JOURNAL_FEED = re.compile(  # of IEEE, JOSS: the feed bears the journal's name, and its items only the numbers
    r"(?P<name>.*\b(?:Journal|Transactions|Letters|Annals|Bulletin|Magazine)\b[^-–:|]*?)(?: [-–:|] (?:new )?TOC)?",
    re.IGNORECASE,
)


def _told(item: FeedItem, title: str, feed_name: str, by_title: publishers.Description) -> publishers.Description:
    """What title, summary and content say. The abstract is the summary's, but for one that is none or breaks off."""
    known = {
        title,
        item.title.text(TITLE_LIMIT),
        (item.journal and item.journal.name) or title,
        *map(from_plain, item.sources),
        feed_name,
    }
    summary = publishers.read_description(item.summary.lines(), known)
    content = publishers.Description()
    is_whole = summary.abstract and not _CUT.search(summary.abstract)
    if item.content.value != item.summary.value and not (is_whole and len(item.content.value) > _LONG):
        content = publishers.read_description(item.content.lines(), known)
    abstract = summary.abstract if is_whole else max(summary.abstract, content.abstract, key=len)
    parts = (by_title, summary, content)
    return publishers.Description(
        abstract=abstract,
        teaser=summary.teaser or content.teaser,
        authors=next((each.authors for each in parts if each.authors), ()),
        citations=[citation for each in parts for citation in each.citations],
        journal=combined(each.journal for each in parts),
        dois=[doi for each in parts for doi in each.dois],
    )


def _tags(stated: Iterable[str]) -> tuple[str, ...]:
    tags = dict.fromkeys(from_html(tag) for tag in stated)
    return tuple(tag for tag in tags if tag and len(tag) <= 80)[:30]


# ── addresses ────────────────────────────────────────────────────────────────────────────────────

_PLAIN_ADDRESS = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::[0-9]{1,5})?/[\w./?=&%+-]{0,500}", re.ASCII)


def base_of(fetched: str) -> str:
    """What the addresses in a document fetched from an address are relative to; no password goes into them."""
    try:
        parts = urlsplit(fetched)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https"):
        return ""
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl()


def address(stated: str, base: str = "") -> str | None:
    """The address, resolved against that of its feed; None if it is no web address."""
    if _PLAIN_ADDRESS.fullmatch(stated):
        return stated
    stated = from_plain(stated) if len(stated) <= 4_000 else ""
    if not stated:
        return None
    try:
        whole = stated if ":" in stated.partition("/")[0] or not base else urljoin(base, stated)
        whole = "".join(quote(each) if each.isspace() else each for each in whole)  # the base may have blanks, too
        parts = urlsplit(whole)
    except ValueError:
        return None
    return whole if parts.scheme.lower() in ("http", "https") and parts.hostname else None


_FEED_SCHEME = re.compile(r"\A(?:feed|pcast|itpc|rss):(?:(?://)?(?=https?:)|(?=//))", re.IGNORECASE)


def feed_address(stated: str) -> str | None:
    """The address of a feed, also where it is only said to be one: "feed://example.org/", "feed:https://…"."""
    bare = _FEED_SCHEME.sub("", from_plain(stated))
    return address(f"http:{bare}" if bare.startswith("//") else bare)


def page_among(addresses: Sequence[str]) -> str:
    """The last address that is no PDF's, else the last."""
    pages = [page for page in addresses if page and not page.lower().partition("?")[0].endswith(".pdf")]
    return next(reversed(pages or addresses), "")


def _doi(item: FeedItem) -> str | None:
    """The DOI, from where it is stated outright to where the address gives it away. arXiv's own are none."""
    for stated in (*item.dois, item.guid, item.link):
        if len(stated) < 1_000 and "10." in stated and not arxiv_id(stated) and (own := doi_of(from_plain(stated))):
            return own
    return None


# ── days ─────────────────────────────────────────────────────────────────────────────────────────

_ISO = re.compile(r"\s*(\d{4})-(\d\d)-(\d\d)(?!\d)")
_MONTH_NAME = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)


_EPOCH = date(1970, 1, 1)


@lru_cache(maxsize=256)
def day_of(stated: str) -> date | None:
    """The calendar day in the offset in which it is stated: Friday 00:00 -0500 is Friday anywhere."""
    if not stated or len(stated) > 100:
        return None
    try:
        if iso := _ISO.match(stated):
            day = date(int(iso[1]), int(iso[2]), int(iso[3]))
        elif _MONTH_NAME.search(stated) and (parts := parsedate(stated)):
            day = date(*parts[:3])
        else:
            day = read_date(from_plain(stated)) or _EPOCH
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return day if 1900 <= day.year < 2200 and not _is_the_epoch(day, stated) else None


def _is_the_epoch(day: date, stated: str) -> bool:
    """Whether it is the moment from which computers count, in any zone: a date that is not known."""
    return day == _EPOCH or (day == _EPOCH - timedelta(days=1) and ":" in stated)


def moment_of(stated: str) -> datetime | None:
    """The moment, if the time is stated with its offset."""
    try:
        moment = datetime.fromisoformat(stated.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else None
