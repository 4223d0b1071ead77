"""OPML: lists of subscriptions, read and written."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.export import opml as written
from feedreader.model import Outline, Problem
from feedreader.parse.formats.opml import matches_bytes, parse_list
from tests.conftest import SHARED


def parse_opml(data: bytes) -> tuple[tuple[Outline, ...], tuple[Problem, ...]]:
    listed = parse_list(data)
    return listed.outlines, listed.problems


def opml(body: str, declaration: str = '<?xml version="1.0"?>') -> bytes:
    return f'{declaration}<opml version="2.0"><head><title>t</title></head><body>{body}</body></opml>'.encode()


def test_it_is_known_by_its_root() -> None:
    assert matches_bytes(opml(""))
    assert matches_bytes(b"\xef\xbb\xbf\n<!-- list --><OPML><body/></OPML>")
    assert not matches_bytes(b"<rss><channel/></rss>")
    assert not matches_bytes(b"opml")


def test_folders_are_a_path() -> None:
    body = (
        '<outline text="A"><outline title="B"><outline text="x" type="rss" xmlUrl="https://x.org/f"/></outline>'
        '<outline text="y" xmlURL="https://y.org/f" htmlUrl="https://y.org/"/></outline>'
        '<outline text="z" xmlUrl="http://z.org/f"/>'
    )
    outlines, problems = parse_opml(opml(body))
    assert outlines == (
        Outline("x", "https://x.org/f", None, ("A", "B")),
        Outline("y", "https://y.org/f", "https://y.org/", ("A",)),
        Outline("z", "http://z.org/f"),
    )
    assert problems == ()


def test_a_category_stands_in_for_a_folder() -> None:
    body = '<outline text="x" xmlUrl="https://x.org/f" category="/ , news/daily, other"/>'
    outlines, problems = parse_opml(opml(body))
    assert outlines[0].folder == ("news", "daily")
    assert [problem.reason for problem in problems] == [
        "Tags not imported, because a subscription has only one folder: other"
    ]
    outlines, problems = parse_opml(opml(f'<outline text="F">{body}</outline>'))
    assert outlines[0].folder == ("F",) and problems[0].reason.endswith("folder: news/daily, other")


def test_an_address_counts_once_and_without_a_title_is_its_own() -> None:
    outlines, _ = parse_opml(
        opml('<outline xmlUrl="https://x.org/f"/><outline text="later" xmlUrl=" https://x.org/f "/>')
    )
    assert outlines == (Outline("https://x.org/f", "https://x.org/f"),)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "javascript:alert(1)", "/feed", "exec:ls", "http://", "ftp://x.org/f"]
)
def test_other_addresses_than_those_of_the_web_are_refused(url: str) -> None:
    outlines, problems = parse_opml(opml(f'<outline text="x" xmlUrl="{url}"/>'))
    assert outlines == () and "Not a web address" in problems[0].reason


@pytest.mark.parametrize(
    ("stated", "url"),
    [
        ("feed://x.org/f", "http://x.org/f"),
        ("feed:https://x.org/f", "https://x.org/f"),
        ("FEED:http://x.org/f", "http://x.org/f"),
        ("feed://https://x.org/f", "https://x.org/f"),
        ("pcast://x.org/f", "http://x.org/f"),
        ("feed:x.org", None),
        ("feed:javascript:alert(1)", None),
        ("feed://", None),
    ],
)
def test_the_scheme_of_feeds_is_that_of_the_web(stated: str, url: str | None) -> None:
    outlines, problems = parse_opml(opml(f'<outline text="x" xmlUrl="{stated}"/>'))
    assert [outline.xml_url for outline in outlines] == ([url] if url else []) and bool(problems) == (url is None)


def test_what_is_commented_out_is_not_subscribed_to() -> None:
    body = (
        '<outline text="A" isComment="true"><outline text="x" xmlUrl="https://x.org/f"/></outline>'
        '<outline text="y" xmlUrl="https://y.org/f" isComment="false"/>'
        '<outline text="z" xmlUrl="https://z.org/f" isComment="TRUE"/><outline text="w" xmlUrl="https://w.org/f"/>'
    )
    outlines, problems = parse_opml(opml(body))
    assert [outline.title for outline in outlines] == ["y", "w"]
    assert [problem.reason for problem in problems] == ["Skipped, commented out: x", "Skipped, commented out: z"]


def test_blanks_are_no_title() -> None:
    body = '<outline text=" " title="F"><outline text="\u200b\t" title=" x " xmlUrl="https://x.org/f"/></outline>'
    assert parse_opml(opml(body))[0] == (Outline("x", "https://x.org/f", None, ("F",)),)


def test_another_list_is_named_and_not_read() -> None:
    outlines, problems = parse_opml(opml('<outline text="x" type="include" url="https://x.org/list.opml"/>'))
    assert outlines == () and "another list" in problems[0].reason


def test_broken_lists_are_read() -> None:
    outlines, _ = parse_opml(
        opml('<outline text="R&D" xmlUrl="https://x.org/?a=1&b=2"/><outline text="caf&eacute;" xmlUrl="')
    )
    assert outlines == (Outline("R&D", "https://x.org/?a=1&b=2"),)
    latin = opml('<outline text="café" xmlUrl="https://x.org/f"/>').decode().encode("latin-1")
    assert parse_opml(latin)[0][0].title == "café"
    assert parse_opml(b"")[1] and parse_opml(b"<html/>")[1] and parse_opml(opml(""))[1]


def test_entities_are_neither_expanded_nor_fetched() -> None:
    bomb = '<!DOCTYPE opml [<!ENTITY a "lol"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    outlines, _ = parse_opml(opml('<outline text="&b;&c;" xmlUrl="https://x.org/f"/>', bomb))
    assert outlines[0].title == "&b;&c;"


def test_control_sequences_are_taken_out() -> None:
    outlines, problems = parse_opml(opml('<outline text="\x1b[31mred" xmlUrl="https://x.org/\x07f"/>'))
    assert outlines == (Outline("red", "https://x.org/f"),) and problems


@pytest.mark.parametrize("piece", ['<outline text="x">', "<outline ", "<!--", "<![", "&", '<outline a="'])
def test_time_is_linear(piece: str) -> None:
    start = time.process_time()
    parse_opml(opml(piece * (300_000 // len(piece))))
    assert time.process_time() - start < 2


@given(st.text(max_size=100), st.binary(max_size=100))
def test_nothing_raises(text: str, data: bytes) -> None:
    parse_opml(opml(text))
    parse_opml(b"<opml>" + data)
    parse_opml(data)


# ── writing ──────────────────────────────────────────────────────────────────────────────────────

_NAME = st.text(alphabet=st.characters(categories=("L", "N", "P")), min_size=1, max_size=8)
_OUTLINES = st.lists(
    st.builds(
        Outline,
        title=_NAME,
        xml_url=st.integers(0, 10**6).map(lambda n: f"https://example.org/{n}?a=1&b=<2>"),
        html_url=st.none() | st.just("https://example.org/"),
        folder=st.lists(_NAME, max_size=3).map(tuple),
    ),
    max_size=6,
    unique_by=lambda outline: outline.xml_url,
)


@given(_OUTLINES)
def test_what_is_written_is_read_back(outlines: list[Outline]) -> None:
    text = written.export(outlines)
    ET.fromstring(text)
    assert sorted(parse_opml(text.encode())[0], key=repr) == sorted(outlines, key=repr)


def test_subscriptions_are_written_in_their_folders() -> None:
    text = written.export(
        [Outline("x", "https://x.org/f", None, ("A",)), Outline("y", "https://y.org/f", None, ("A",))], "mine"
    )
    root = ET.fromstring(text)
    assert text.startswith("<?xml") and root.findtext("head/title") == "mine"
    assert [o.get("text") for o in root.iterfind("body/outline")] == ["A"]
    assert [o.get("xmlUrl") for o in root.iterfind("body/outline/outline")] == ["https://x.org/f", "https://y.org/f"]


# ── real lists ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("Subs.opml", 207),
        ("awesome-rss-feeds_with_arxiv.opml", 96),
        ("paper-feed.opml", 47),
        ("newsboat_example.opml", 7),
        ("newsboat_category.opml", 1),
        ("roman_ai.opml", 4),
        ("roman_science.opml", 1),
        ("zotero_feeds.opml", 5),  # three with xmlUrl, and two that say url instead
        ("listparser_malformed_concatenated-documents.xml", 2),
        ("listparser_malformed_end-element-missing.xml", 1),
        ("listparser_malformed_html-entity-attribute.xml", 2),
        ("listparser_malformed_undefined-entity-text.xml", 0),
        ("listparser_malformed_xmlns-without-value.xml", 0),
        ("listparser_opml_categories_cats-4-bad.xml", 1),
        ("listparser_opml_categories_hier-4-mixed.xml", 1),
        ("listparser_opml_include_outline_type-include.xml", 0),  # other lists are not followed
        ("listparser_opml_opportunities_opml-htmlUrl-miscapitalized.xml", 0),  # a page without a feed
        ("listparser_opml_outline_xmlUrl-miscapitalized.xml", 1),
    ],
)
def test_real_lists(name: str, count: int) -> None:
    path = SHARED / "data" / "opml" / name
    if not path.exists():
        pytest.skip("the real lists (../shared) are not beside this checkout")
    outlines, _ = parse_opml(path.read_bytes())
    assert matches_bytes(path.read_bytes()) and len(outlines) == count
    if name == "newsboat_example.opml":
        assert [o.folder for o in outlines[4:]] == [("Blogs",), ("Blogs", "friends"), ("eloquent",)]
    if name == "listparser_malformed_html-entity-attribute.xml":
        assert outlines[0].title == outlines[1].title


def test_tags_without_an_end_take_time_in_proportion() -> None:
    start = time.process_time()
    parse_opml(b"<opml><body>" + b"<br" * 50_000)
    assert time.process_time() - start < 3
    assert (
        len(parse_opml(b'<opml><body><!-- <outline xmlUrl="http://a.e/"/> --><outline xmlUrl="http://b.e/"/>')[0]) == 1
    )
