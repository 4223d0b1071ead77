"""Atom and JSON Feed: valid, and read back by other readers and by ours as the same papers."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest

from feedreader.export import exporter
from feedreader.export.plain import moment, permanent_id, shown, stamp, web_address
from feedreader.model import Digest, Journal, Marks, Paper
from feedreader.parse import parse
from feedreader.parse.feeds import rss_strict
from feedreader.parse.feeds.xml_text import read_document
from tests.export.hostile import hostile

FEEDS = ("atom", "json-feed")
ATOM, PRISM = "{http://www.w3.org/2005/Atom}", "{http://prismstandard.org/namespaces/basic/2.0/}"
KEPT = datetime(2026, 11, 30, 23, 30, 1, 999, tzinfo=timezone(timedelta(hours=-5)))  # the first of December in UTC
PREPRINT = Paper(
    id="1905.03670",
    title=r"S$^\mathbf{4}$L where $a<b$ & $c>d$",
    authors=("Ludwig van Beethoven", "Müller, Karl-Heinz", "李明"),
    abstract="About $x<y$, <b>bold</b> and ]]> &amp; 50%.",
    comment="10 pages, $\\alpha$",
    arxiv_id="1905.03670",
    url="https://arxiv.org/abs/1905.03670",
    categories=("cs.CV", "cs.LG"),
    day=date(2019, 5, 9),
    marks=Marks(shortlisted=True, shortlisted_at=KEPT, tags=("rival",), note="Not for others."),
)
ARTICLE = Paper(
    id="10.1103/physrevb.109.1",
    title="In a journal",
    authors=("Ada Lovelace",),
    abstract="We show what a journal prints.",
    doi="10.1103/physrevb.109.1",
    url="https://journals.example/prb/109/1?a=1&b=2",
    journal=Journal("Phys. Rev. B", "109", "14", "101-119", 2024),
    day=date(2024, 2, 29),
)
BOTH = replace(
    PREPRINT,
    id="math/0309136",
    arxiv_id="math/0309136",
    doi="10.1000/x(1)<2>",
    url="https://arxiv.org/abs/math/0309136",
)
PAGE = Paper(
    id="p-7f", title="On a page", url="https://blog.example/päper%20one", abstract="Words.", collection="Reading list"
)
NAMELESS = Paper(id="p-8a", abstract="An abstract that stands alone, without title, authors or address.")
BARE = Paper(id="p-9", title="Only a title", day=date(2020, 1, 1))
ALL = (PREPRINT, ARTICLE, BOTH, PAGE, NAMELESS, BARE)


def written(format: str, papers: Sequence[Paper], title: str = "", name: str = "") -> str:
    return "".join(exporter(format, title, name)(papers, {}))


def read(format: str, papers: Sequence[Paper], title: str = "") -> Digest:
    digest = parse(written(format, papers, title).encode())
    assert (digest.format, digest.problems) == (format, ())
    return digest


@pytest.mark.parametrize("format", FEEDS)
def test_our_importer_reads_the_same_papers(format: str) -> None:
    digest = read(format, ALL, "Ada's <list> & more")
    assert digest.title == "Ada's <list> & more"
    assert len(digest.entries) == len(ALL)
    for paper, entry in zip(ALL, digest.entries, strict=True):
        assert (entry.arxiv_id, entry.doi) == (paper.arxiv_id, paper.doi)
        assert (entry.title or "", entry.abstract or "") == (shown(paper.title or ""), shown(paper.abstract or ""))
        assert entry.authors == tuple(name.replace("Müller, Karl-Heinz", "Karl-Heinz Müller") for name in paper.authors)
        assert (entry.comment or "") == shown(paper.comment or "")
        assert (entry.journal, entry.categories, entry.url) == (paper.journal, paper.categories, paper.url)
        assert not entry.announced and entry.version is None


@pytest.mark.parametrize("format", FEEDS)
def test_a_kept_paper_is_news_of_when_it_was_kept_and_others_of_their_day(format: str) -> None:
    days = [entry.day for entry in read(format, ALL).entries]
    assert days == [date(2026, 11, 30), date(2024, 2, 29), date(2026, 11, 30), None, None, date(2020, 1, 1)]
    assert "2026-11-30T23:30:01-05:00" in written(format, [PREPRINT]), "and the paper's own day is there, too"
    assert "2019-05-09" in written(format, [PREPRINT])


@pytest.mark.parametrize("format", FEEDS)
def test_what_is_the_reader_s_own_stays_out(format: str) -> None:
    text = written(format, ALL)
    assert "Not for others" not in text and "rival" not in text


@pytest.mark.parametrize("format", FEEDS)
def test_hostile_papers_come_back(format: str) -> None:
    papers = [replace(paper, doi=paper.doi and "10.1000/a_b%20", collection=None) for paper in hostile()]
    entries = read(format, papers).entries
    assert [entry.title for entry in entries] == [shown(paper.title or "") for paper in papers]
    assert [entry.abstract for entry in entries] == [shown(paper.abstract or "") for paper in papers]
    assert [(entry.arxiv_id, entry.doi) for entry in entries] == [(paper.arxiv_id, paper.doi) for paper in papers]
    assert [entry.day for entry in entries] == [paper.day for paper in papers]


def test_what_atom_requires() -> None:
    root = ElementTree.fromstring(written("atom", [*ALL, *hostile()]).encode())
    assert [root.tag, *(len(root.findall(f"{ATOM}{name}")) for name in ("id", "title", "updated"))] == [
        *(f"{ATOM}feed", 1, 1, 1)
    ]
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == len(ALL) + len(hostile())
    for entry in entries:
        assert [len(entry.findall(f"{ATOM}{name}")) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert all(author.find(f"{ATOM}name") is not None for author in entry.findall(f"{ATOM}author"))
        assert entry.findall(f"{ATOM}author"), "there is none of the feed"
        assert bool(entry.findall(f"{ATOM}link")) != bool(entry.findall(f"{ATOM}content")), "a page, or the text itself"
        for name in ("updated", "published"):
            for stated in entry.findall(f"{ATOM}{name}"):
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|-05:00)", stated.text or "")
        for named in (entry.findtext(f"{ATOM}id"), *(link.get("href") for link in entry.findall(f"{ATOM}link"))):
            assert named and re.fullmatch(r"(?:https?://|urn:uuid:)[^\s<>\"{}|\\^`]+", named)
    ids = [entry.findtext(f"{ATOM}id") for entry in entries[: len(ALL)]]
    assert len(set(ids)) == len(ids)


def test_the_feed_was_changed_when_its_latest_paper_came() -> None:
    for papers in (ALL, ALL[::-1], ALL * 2):
        root = ElementTree.fromstring(written("atom", papers))
        assert root.findtext(f"{ATOM}updated") == "2026-11-30T23:30:01-05:00"
    assert ElementTree.fromstring(written("atom", [])).findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"
    assert written("atom", ALL) == written("atom", ALL), "and no clock is in it"


def test_feedparser_reads_it() -> None:
    feed = feedparser.parse(written("atom", ALL, "Ada's list"))
    assert (feed.bozo, feed.version, feed.feed.title, feed.feed.generator) == (0, "atom10", "Ada's list", "feedreader")
    first, second = feed.entries[:2]
    assert (first.id, first.link) == ("https://arxiv.org/abs/1905.03670", "https://arxiv.org/abs/1905.03670")
    assert first.title == "S⁴L where a<b & c>d"
    assert [author.name for author in first.authors] == ["Ludwig van Beethoven", "Müller, Karl-Heinz", "李明"]
    assert [tag.term for tag in first.tags] == ["cs.CV", "cs.LG"]
    assert first.published_parsed[:3] == first.updated_parsed[:3] == (2026, 12, 1)
    assert (second.prism_doi, second.prism_publicationname) == (ARTICLE.doi, "Phys. Rev. B")
    assert (second.prism_volume, second.prism_publicationdate) == ("109", "2024")


def test_what_json_feed_requires() -> None:
    feed: dict[str, Any] = json.loads(written("json-feed", [*ALL, *hostile()], "Ada's list"))
    assert (feed["version"], feed["title"]) == ("https://jsonfeed.org/version/1.1", "Ada's list")
    assert len({item["id"] for item in feed["items"][: len(ALL)]}) == len(ALL)
    for item in feed["items"]:
        assert item.keys() <= {"id", "url", "title", "content_text", "date_published", "authors", "tags", "_feedreader"}
        assert isinstance(item["id"], str) and isinstance(item["content_text"], str)
        assert all(author.keys() == {"name"} and author["name"] for author in item.get("authors", []))
        assert datetime.fromisoformat(item.get("date_published", "2020-01-01T00:00:00Z")).tzinfo
        assert isinstance(item.get("_feedreader", {}), dict)
    (item,) = json.loads(written("json-feed", [ARTICLE]))["items"]
    assert item["_feedreader"] == {
        "doi": ARTICLE.doi,
        "day": "2024-02-29",
        "journal": {"name": "Phys. Rev. B", "volume": "109", "number": "14", "pages": "101-119", "year": 2024},
    }


def test_ids_stay_what_they_are() -> None:
    assert permanent_id(PREPRINT) == "https://arxiv.org/abs/1905.03670"
    assert permanent_id(BOTH) == "https://arxiv.org/abs/math/0309136"
    assert permanent_id(ARTICLE) == "https://doi.org/10.1103/physrevb.109.1"
    assert permanent_id(PAGE) == "urn:uuid:7a3bbfa8-9700-5cac-b436-4f6361015eb0"
    first, second = (re.findall("<id>(urn.*?)</id>", written("atom", [], "T", name)) for name in ("a", "b"))
    assert len(first) == 1 and first != second, "two libraries have two feeds"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://e.org/a b?c={d}|e", "https://e.org/a%20b?c=%7Bd%7D%7Ce"),
        ("https://e.org/päper", "https://e.org/päper"),
        ("https://ada:secret@e.org/p?token=abc&v=2", "https://e.org/p?token=***&v=2"),
        ("http://[", None),
        ("//", None),
        ("x", None),
        ("javascript:alert(1)", None),
        (None, None),
    ],
)
def test_only_addresses_of_the_web_are_links(url: str | None, address: str | None) -> None:
    assert web_address(Paper(id="p", url=url)) == address
    with_doi = Paper(id="p", url=url, doi="10.1/x")
    assert web_address(with_doi) == (address or "https://doi.org/10.1/x")


@pytest.mark.parametrize("format", FEEDS)
def test_no_character_breaks_it(format: str) -> None:
    text = "".join(map(chr, (*range(0x300), 0x2028, 0xD800, 0xFEFF, 0xFFFE, 0xFFFF, 0x1F600)))
    paper = Paper(
        id=text,
        title=f"]]> -- {text}",
        abstract=f"]]> {text}",
        comment=text,
        arxiv_id=text,
        doi=text,
        url=f"https://e.org/{text}",
        authors=(text,),
        categories=(text,),
        journal=Journal(text, text, text, text, 2020),
    )
    said = written(format, [paper], text, text)
    said.encode()
    if format == "atom":
        ElementTree.fromstring(said)
        assert len(feedparser.parse(said).entries) == 1
    else:
        assert len(json.loads(said)["items"]) == 1


def test_a_moment_is_written_in_its_own_offset_if_that_can_be_written() -> None:
    assert stamp(KEPT) == "2026-11-30T23:30:01-05:00" and stamp(KEPT.astimezone(UTC)) == "2026-12-01T04:30:01Z"
    old = datetime(1890, 1, 1, 12, tzinfo=timezone(timedelta(minutes=9, seconds=21)))
    assert stamp(old) == "1890-01-01T11:50:39Z"


def test_when_a_paper_is_news() -> None:
    assert moment(replace(PREPRINT, marks=Marks(shortlisted_at=KEPT))) == datetime(2019, 5, 9, tzinfo=UTC)
    assert moment(replace(PREPRINT, marks=Marks(shortlisted=True))) == datetime(2019, 5, 9, tzinfo=UTC)
    assert moment(PREPRINT) == KEPT and moment(PAGE) is None


@pytest.mark.parametrize(
    "more",
    [
        "1",
        "[]",
        '{"doi": 5, "journal": []}',
        '{"journal": {"name": [], "year": "last"}, "comment": {}}',
        '{"journal": {"year": 99999999999999999999}}',
    ],
)
def test_what_others_put_in_our_place_does_no_harm(more: str) -> None:
    item = f'{{"id": "x", "title": "A title", "content_text": "", "_feedreader": {more}}}'
    digest = parse(f'{{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{item}]}}'.encode())
    (entry,) = digest.entries
    assert (entry.title, entry.doi, entry.journal, entry.comment) == ("A title", None, None, None)


def test_our_atom_is_read_the_fast_way() -> None:
    assert rss_strict.parse(read_document(written("atom", [*ALL, *hostile()]).encode())) is not None
