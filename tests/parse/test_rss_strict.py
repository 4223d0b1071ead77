"""The fast path gives what feedparser gives, or leaves the feed to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.parse.feeds import rss_strict, syndication
from feedreader.parse.feeds.xml_text import read_document
from tests.conftest import SHARED
from tests.parse.test_rss import API, ARXIV, atom1, rss2

SAMPLES = Path(__file__).parents[2] / "sample_feeds"


def both(data: bytes) -> tuple[syndication.ParsedFeed, syndication.ParsedFeed] | None:
    """The feed by either path; None if the fast one does not take it."""
    document = read_document(data)
    fast = rss_strict.parse(document)
    if fast is None:
        return None
    return syndication.assemble("x", *fast, []), syndication.assemble(
        "x", *syndication.read_leniently(document, []), []
    )


def assert_equal(data: bytes) -> None:
    readings = both(data)
    assert readings is not None, "the fast path should take this"
    assert readings[0] == readings[1] and readings[0].digest.entries


def test_arxivs_own_forms_take_the_fast_path() -> None:
    assert_equal((SAMPLES / "rss-arxiv.xml").read_bytes())
    assert_equal((SAMPLES / "atom.xml").read_bytes())
    assert_equal(rss2(ARXIV))
    assert_equal(atom1(API))
    assert_equal(atom1("<title>x</title><id>https://e.org/</id>"))
    assert_equal(rss2(ARXIV, ARXIV.replace("about", "über  “quotes” JosÃ© 深度")))


ODD = [
    rss2("<title>x</title>"),  # no link
    rss2("<title>x</title><title>y</title><link>https://e.org/</link>"),
    rss2("<title>x <b>y</b></title><link>https://e.org/</link>"),
    rss2("<title>x</title><link>/relative</link>"),
    rss2("<title>x</title><link>https://e.org/</link><itunes>z</itunes>"),
    rss2("<title>caf\x92</title><link>https://e.org/</link>"),
    rss2("<title>x</title><link>https://e.org/</link>", head="<title>T</title><image><title>I</title></image>"),
    rss2("<title>x</title><link>https://e.org/</link>").replace(b"<channel>", b'<channel xml:base="https://e.org/">'),
    rss2("<title>x & y</title><link>https://e.org/</link>"),
    rss2(ARXIV)[:-40],
    atom1('<title type="xhtml">x</title><link href="https://e.org/"/>'),
    atom1('<title>x</title><link href="https://e.org/" rel="alternate" type="audio/mpeg"/>'),
    b"<rdf:RDF/>",
    b"",
]


@pytest.mark.parametrize("data", ODD)
def test_what_is_out_of_the_ordinary_does_not(data: bytes) -> None:
    assert both(data) is None


_TEXT = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"),
    max_size=30,
) | st.sampled_from(
    ["a &lt;b&gt;c&lt;/b&gt; &amp;amp; d", "", "  x  ", "Müller", "arXiv:2401.00001v1 Announce Type: new Abstract: x"]
)
_VALUE = _TEXT.map(lambda text: text if "&" in text else text.replace("<", "&lt;"))
_FIELDS = st.lists(
    st.tuples(
        st.sampled_from(
            ["title", "description", "guid", "pubDate", "category", "author", "dc:creator", "content:encoded"]
        )
        | st.sampled_from(
            ["arxiv:announce_type", "arxiv:DOI", "arxiv:journal_reference", "comments", "dc:rights", "link"]
        ),
        _VALUE
        | st.sampled_from(
            ["https://e.org/?a=1&amp;b;=2", "Fri, 20 Nov 2026 00:00:00 -0500", "oai:arXiv.org:2401.00001v2"]
        ),
    ),
    max_size=10,
)


@given(_FIELDS)
def test_any_feed_that_both_read_is_the_same(fields: list[tuple[str, str]]) -> None:
    item = "<link>https://example.org/1</link>" + "".join(f"<{name}>{value}</{name}>" for name, value in fields)
    if readings := both(rss2(item)):
        assert readings[0] == readings[1]


PRISM = ("doi", "publicationName", "volume", "number", "pageRange", "publicationDate", "startingPage")
_ATOM_FIELDS = st.lists(
    st.tuples(
        st.sampled_from(["title", "summary", "content", "id", "published", "updated", "author", "name", "dc:creator"])
        | st.sampled_from(["arxiv:comment", "arxiv:doi", "arxiv:journal_ref", "arxiv:announce_type", "link"])
        | st.sampled_from([f"prism:{name}" for name in PRISM]),
        st.sampled_from(["", ' type="text"', ' type="html"', ' type="application/pdf"']),
        _VALUE | st.sampled_from(["10.1000/x", "Vol. 12", "n/a", "1-9", "2019-05-09", "https://e.org/1"]),
    ),
    max_size=8,
)


@given(_ATOM_FIELDS)
def test_any_atom_feed_that_both_read_is_the_same(fields: list[tuple[str, str, str]]) -> None:
    link = '<author><name>A. Berg</name></author><category term="cs.LG"/>'
    entry = link + "".join(f"<{name}{kind}>{value}</{name}>" for name, kind, value in fields)
    entry = re.sub(r"<link([^>]*)>[^<]*</link>", r'<link\1 href="https://example.org/1"/>', entry)
    if readings := both(atom1(entry)):
        assert readings[0] == readings[1]


def _feeds() -> list[Path]:
    data = SHARED / "data"
    folders = ("arxiv-rss", "arxiv-api", "paper-feeds", "blog-feeds", "conformance", "nasty")
    return sorted(path for folder in folders if data.is_dir() for path in (data / folder).iterdir())


def test_every_real_feed_that_both_read_is_the_same() -> None:
    if not (feeds := _feeds()):
        pytest.skip("the real feeds (../shared) are not beside this checkout")
    taken = 0
    for path in feeds:
        if readings := both(path.read_bytes()):
            assert readings[0] == readings[1], path.name
            taken += 1
    assert taken > 30
