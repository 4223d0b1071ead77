"""JSON Feed: items as entries, damaged ones too."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.parse.feeds.feed_item import address
from feedreader.parse.formats import json_feed
from tests.conftest import SHARED

VERSION = "https://jsonfeed.org/version/1.1"


def feed(*items: Any, **about: Any) -> bytes:
    return json.dumps({"version": VERSION, "title": "T", **about, "items": list(items)}).encode()


def test_it_is_known_by_its_version() -> None:
    assert json_feed.matches_bytes(feed())
    assert json_feed.matches_bytes(b'\xef\xbb\xbf\n{"items": [], "version" : "http:\\/\\/jsonfeed.org\\/version\\/1"}')
    assert not json_feed.matches_bytes(b'{"version": "https://example.org/1", "title": "jsonfeed.org/version/1"}')
    assert not json_feed.matches_bytes(b'["https://jsonfeed.org/version/1"]')
    assert not json_feed.matches_bytes(b"")


def test_an_item() -> None:
    item = {
        "id": "1",
        "url": "/posts/1",
        "title": "Why 1 < 2 & <b>so on</b>",
        "content_html": "<p>First.</p><p>S<sub>4</sub>L</p>",
        "date_published": "2019-05-09T23:59:00-07:00",
        "tags": ["a", "a", None, "b"],
    }
    digest = json_feed.parse_bytes(feed(item, home_page_url="https://example.org/", authors=[{"name": "A. Berg"}]))
    (entry,) = digest.entries
    assert digest.title == "T" and digest.problems == ()
    assert entry.title == "Why 1 < 2 & <b>so on</b>"  # titles are plain text
    assert entry.abstract == "First. S₄L"
    assert entry.url == "https://example.org/posts/1"
    assert entry.day == date(2019, 5, 9) and not entry.announced
    assert entry.categories == ("a", "b")
    assert entry.authors == ("A. Berg",)


def test_identity_comes_from_the_address() -> None:
    items = [
        {"id": 7, "url": "http://arxiv.org/abs/1905.03776v2", "title": "x"},
        {"id": "doi:10.1038/171737a0", "title": "y"},
    ]
    first, second = json_feed.parse_bytes(feed(*items)).entries
    assert (first.arxiv_id, first.version, first.url) == ("1905.03776", 2, "https://arxiv.org/abs/1905.03776")
    assert second.doi == "10.1038/171737a0"
    assert (first.guid, second.guid) == ("7", "doi:10.1038/171737a0")


def test_a_microblog_has_no_titles() -> None:
    (entry,) = json_feed.parse_bytes(feed({"id": "1", "content_text": "Just <this>."})).entries
    assert entry.title is None and entry.abstract == "Just <this>."


def test_the_summary_gives_way_to_the_text_where_it_breaks_off() -> None:
    whole = {"id": "1", "summary": "In short.", "content_text": "In short. And at length."}
    cut = {"id": "2", "summary": "In short …", "content_text": "In short. And at length."}
    assert [e.abstract for e in json_feed.parse_bytes(feed(whole, cut)).entries] == [
        "In short.",
        "In short. And at length.",
    ]


def test_what_is_whole_before_a_cut_is_read() -> None:
    data = feed({"id": "1", "title": "One"}, {"id": "2", "title": "Two"}, {"id": "3", "title": "Three"})
    digest = json_feed.parse_bytes(data[: data.index(b"Three") + 2])
    assert [e.title for e in digest.entries] == ["One", "Two"]
    assert digest.title == "T"
    assert [p.line for p in digest.problems] == [1]
    assert not json_feed.parse_bytes(data).breaks_off
    for cut in range(data.index(b"items"), len(data.rstrip())):
        assert json_feed.parse_bytes(data[:cut]).breaks_off, data[:cut]
    assert not json_feed.parse_bytes(data.replace(b'"Two"', b"Two")).breaks_off, "it is damaged, and has its end"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b"null",
        b'{"version": "https://jsonfeed.org/version/1"}',
        b'{"version": "https://jsonfeed.org/version/1", "items": {"a": 1}}',
        b'{"version": "https://jsonfeed.org/version/1", "title": 1, "items": [1, null, "x", {}, {"title": []}]}',
        b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 100_000,
        b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": ' + b"9" * 100_000 + b"}]}",
        b'{"version": "https://jsonfeed.org/version/1", "items": [{"title": "\\ud800\\u001b[31mx"}]}',
    ],
)
def test_nonsense_raises_nothing(data: bytes) -> None:
    for entry in json_feed.parse_bytes(data).entries:
        assert "\x1b" not in repr(entry) and "\ud800" not in (entry.title or "")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_KEYS = ("id", "url", "title", "content_html", "content_text", "summary", "date_published", "authors", "author", "tags")


@given(st.lists(st.dictionaries(st.sampled_from(_KEYS), _JSON, max_size=6), max_size=4), st.integers(0, 300))
def test_no_value_and_no_cut_raises(items: list[dict[str, Any]], cut: int) -> None:
    data = feed(*items)
    json_feed.parse_bytes(data)
    json_feed.parse_bytes(data[:-cut])


def test_a_cut_feed_keeps_what_it_said_of_itself() -> None:
    head = '{"version": "https://jsonfeed.org/version/1.1", "authors": [{"name": "Ada Lovelace"}], '
    (entry,) = json_feed.parse_bytes(f'{head}"items": [{{"title": "A"}}'.encode()).entries
    assert entry.authors == ("Ada Lovelace",)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_of_unicode_are_read(encoding: str) -> None:
    data = feed({"title": "Müller in Málaga"}).decode().encode(encoding)
    assert json_feed.matches_bytes(data)
    assert [entry.title for entry in json_feed.parse_bytes(data).entries] == ["Müller in Málaga"]


def test_real_feeds() -> None:
    data = SHARED / "data"
    if not data.is_dir():
        pytest.skip("the real feeds (../shared) are not beside this checkout")
    real = json_feed.parse_bytes((data / "blog-feeds" / "inessential.json").read_bytes())
    assert len(real.entries) == 20 and not real.problems
    assert real.entries[0].day == date(2017, 6, 2) and real.entries[0].authors == ("Brent Simmons",)
    # feed-rs states the time in UTC and keeps two authors in one name; the day and the title agree.
    expected = json.loads((data / "blog-feeds" / "jsonfeed_spec_1.expected.json").read_text("utf-8"))
    spec = json_feed.parse_bytes((data / "blog-feeds" / "jsonfeed_spec_1.json").read_bytes())
    assert [e.title for e in spec.entries] == [e["title"]["content"] for e in expected["entries"]]
    assert [str(e.day) for e in spec.entries] == [e["published"][:10] for e in expected["entries"]]
    assert spec.entries[0].authors == ("Brent Simmons", "Manton Reece")
    assert spec.title == expected["title"]["content"]
    assert json_feed.parse_bytes((data / "conformance" / "reader_10.json").read_bytes()).entries == ()


@pytest.mark.parametrize(
    ("stated", "base", "whole"),
    [
        ("/a b", "https://example.org", "https://example.org/a%20b"),
        ("/s", "https://example.org/\u2000x/", "https://example.org/s"),
        ("s", "https://example.org/\u2000x/", "https://example.org/%E2%80%80x/s"),
        ("a b", "", None),
    ],
)
def test_an_address_has_no_blanks(stated: str, base: str, whole: str | None) -> None:
    assert address(stated, base) == whole
