"""Real feeds against what others make of them: the facts (counts, titles, days, authors), not their models."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from feedreader.model import Digest
from feedreader.parse.formats import atom, rss
from feedreader.text.html_text import from_html
from tests.conftest import SHARED

DATA = SHARED / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real feeds (../shared) are not beside this checkout")


def read(name: str) -> Digest:
    data = (DATA / name).read_bytes()
    assert rss.matches_bytes(data) != atom.matches_bytes(data)
    return rss.parse_bytes(data) if rss.matches_bytes(data) else atom.parse_bytes(data)


def expected(name: str, encoding: str = "utf-8") -> Any:
    return json.loads((DATA / name).read_text(encoding))


# ── arXiv ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("rss2_cs.CV_2026-04-27.RECONSTRUCTED", date(2026, 4, 27)),
        ("rss1_cs.CV_2026-05-04.RECONSTRUCTED", date(2026, 5, 4)),
    ],
)
def test_a_whole_day(name: str, day: date) -> None:
    facts = expected(f"arxiv-rss/{name}.expected.json")
    digest = read(f"arxiv-rss/{name}.xml")
    assert digest.problems == () and digest.title == "cs.CV updates on arXiv.org"
    assert len(digest.entries) == len(facts)
    for fact, entry in zip(facts, digest.entries, strict=True):
        assert entry.arxiv_id == fact["arxiv_id"]
        assert entry.title == " ".join(fact["title"].split())
        assert entry.abstract == " ".join(fact["abstract"].split())
        assert list(entry.authors) == [author.strip() for author in fact["authors"]]  # two there have a blank before
        assert entry.announce_type == fact["announce_type"]
        assert entry.version == (2 if fact["announce_type"].startswith("replace") else 1)
        assert (entry.day, entry.announced) == (day, True)
        # The RDF form names the primary category only.
        known = fact["categories"] if name.startswith("rss2") else [fact["primary_category"]]
        assert list(entry.categories) == known


def test_the_rdf_form_of_2018() -> None:
    facts = expected("arxiv-rss/rss1_hep-ex_2018-05-23.expected.json")
    entries = read("arxiv-rss/rss1_hep-ex_2018-05-23.xml").entries
    assert len(entries) == len(facts)
    for fact, entry in zip(facts, entries, strict=True):
        assert entry.arxiv_id == fact["eprint"] and f"{entry.arxiv_id}v{entry.version}" == fact["version"]
        assert entry.title == fact["title"].rstrip(".")  # the full stop is the feed's, not the paper's
        assert entry.abstract == from_html(fact["abstract"])  # there, "&lt;" is left as it is
        assert list(entry.authors) == fact["authors"]
        assert entry.categories == (fact["primaryclass"],)
        kinds = {(False, False): "new", (True, False): "cross", (False, True): "replace", (True, True): "replace-cross"}
        assert entry.announce_type == kinds[fact["cross"], fact["replacement"]]
        assert (entry.day, entry.announced) == (date(2018, 5, 23), True)


@pytest.mark.parametrize(
    ("name", "count", "day"),
    [
        ("rss2_cs.AI_2026-04-27.xml", 3, date(2026, 4, 27)),
        ("rss2_cs.CL_2026-04-27.xml", 3, date(2026, 4, 27)),
        ("atom_cs.AI_2025-08-20.xml", 7, date(2025, 8, 20)),
        ("rss2_spec_example_math.OC.xml", 1, date(2024, 8, 23)),
        ("nonstandard_toseic_2025-10-17.xml", 31, date(2025, 10, 17)),
        ("rss2_empty_weekend.DERIVED.xml", 0, None),
        ("rss1_empty.DERIVED.xml", 0, None),
    ],
)
def test_arxiv_feeds(name: str, count: int, day: date | None) -> None:
    digest = read(f"arxiv-rss/{name}")
    assert len(digest.entries) == count and digest.problems == ()
    for entry in digest.entries:
        assert entry.arxiv_id and entry.version and entry.title and entry.authors and entry.categories
        assert entry.abstract and "Announce Type" not in entry.abstract and "\n" not in entry.abstract
        assert (entry.day, entry.announced) == (day, True)
        assert entry.announce_type in ("new", "cross", "replace", "replace-cross")


def test_arxiv_errors() -> None:
    assert "Bad subject class 'BOGUS'" in read("arxiv-rss/rss2_error.DERIVED.xml").problems[0].reason
    (path,) = (DATA / "arxiv-api").glob("*.http400.xml")
    answer = atom.read_answer(path.read_bytes())
    assert answer.error == "incorrect id format for abc" and answer.digest.entries == ()


@pytest.mark.parametrize(
    ("pattern", "count", "total"),
    [
        ("id_0808*", 1, 1),
        ("id_astro*", 1, 1),
        ("q_testing*", 15, 214_881),
        ("query_2018*", 10, 28_637),
        ("query_2026*", 5, 28_946),
        ("query_0*", 0, 0),
    ],
)
def test_answers_of_the_api(pattern: str, count: int, total: int) -> None:
    (path,) = (DATA / "arxiv-api").glob(pattern)
    answer = atom.read_answer(path.read_bytes())
    assert (len(answer.digest.entries), answer.total, answer.start) == (count, total, 0)
    for entry in answer.digest.entries:
        assert entry.arxiv_id and entry.version and entry.authors and entry.abstract and entry.categories and entry.day
        assert entry.submitted and entry.submitted.date() == entry.day
        assert not entry.announced and entry.url == f"https://arxiv.org/abs/{entry.arxiv_id}"
        assert not any("Ã" in author for author in entry.authors)


# ── journals, servers, blogs ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "count", "having"),
    [
        ("biorxiv_genomics_2023.xml", 1, "title authors abstract doi day url"),
        ("nature_2024.rdf", 20, "title doi day url"),
        ("zotero_feedArticleMetadata.rss", 1, "title authors abstract doi day url"),
        ("joss_atom.xml", 1, "title authors doi day url"),
        ("aasnova_rss.xml", 4, "title authors abstract day url"),
        ("dailyssrn_rss.xml", 40, "title abstract url day"),
        ("cache_acs_central_science.xml", 39, "title doi day url"),
        ("cache_bmcl.xml", 36, "title comment day url"),
        ("cache_chem_soc_rev.xml", 19, "title doi day url"),
        ("cache_chemrxiv.xml", 20, "title doi day url"),
        ("journal_ijde.xml", 20, "title doi day url"),
        ("paperdigest_ooldigest.xml", 40, "title abstract day url"),
        ("arxiv_chinese_digest_rss.xml", 15, "title authors abstract arxiv_id version day"),
        ("cn-chat-arxiv_cs.LG.xml", 25, "title abstract arxiv_id"),
        ("filtered_arxiv.xml", 169, "title abstract day url"),
        ("zotero_feedWindows1252.rss", 1, "title abstract day url"),
    ],
)
def test_feeds_of_papers(name: str, count: int, having: str) -> None:
    digest = read(f"paper-feeds/{name}")
    assert len(digest.entries) == count and digest.title and digest.problems == ()
    for field in having.split():
        assert all(getattr(entry, field) for entry in digest.entries), field
    assert not any("<" in (entry.title or "") for entry in digest.entries)


def test_what_zotero_and_feed_rs_make_of_papers() -> None:
    (mdpi,) = read("paper-feeds/zotero_feedArticleMetadata.rss").entries
    assert mdpi.title == "Environmental Hydraulics, Turbulence, and Sediment Transport, Second Edition"
    assert (mdpi.doi, mdpi.day) == ("10.3390/fluids9060120", date(2024, 5, 22))
    assert mdpi.authors == ("Jaan H. Pu", "Manish Pandey", "Prashanth Reddy Hanmaiahgari")
    (fact,) = expected("paper-feeds/biorxiv_genomics_2023.expected.json")["entries"]
    (entry,) = read("paper-feeds/biorxiv_genomics_2023.xml").entries
    assert entry.title == fact["title"]["content"] and entry.abstract == fact["summary"]["content"]
    assert entry.url == fact["links"][0]["href"] and entry.doi == "10.1101/2023.12.16.571984"
    # feed-rs keeps the list as one name, surnames first.
    surnames = fact["authors"][0]["name"].split(", ")[::2]
    assert [name.split(". ")[-1] for name in entry.authors] == surnames


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("rss090.xml", 5), ("rss091.xml", 6), ("rss092.xml", 22), ("rss1.xml", 2), ("rss2sample.xml", 4),
        ("rss_1.0_debian.xml", 1), ("atom_spec_1.xml", 1), ("manton.rss", 10), ("OneFootTsunami.atom", 25),
        ("donthitsave.xml", 10), ("huggingface_blog.xml", 3), ("openai_blog.xml", 3), ("deepmind_blog.xml", 3),
        ("bair_blog.xml", 3), ("SamRuby.xml", 20), ("InvalidDateFormat.xml", 2), ("rome_atom_0.3.xml", 2),
        ("mila-news.xml", 10), ("morningpaper.xml", 10),
    ],
)  # fmt: skip
def test_blogs(name: str, count: int) -> None:
    digest = read(f"blog-feeds/{name}")
    assert len(digest.entries) == count and digest.title
    assert [p for p in digest.problems if "cut off" not in p.reason] == []
    assert all(entry.title or entry.abstract for entry in digest.entries)
    if name == "manton.rss":
        assert [entry.title for entry in digest.entries].count(None) == 4 and all(e.abstract for e in digest.entries)
    if name == "SamRuby.xml":
        assert digest.entries[0].url == "http://intertwingly.net/blog/2013/01/30/Plex"


# ── what the tests of other readers expect ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "name",
    [
        "blog-feeds/atom_spec_1",
        "blog-feeds/rss_1.0_debian",
        "conformance/feedrs_atom_atom_example_1",
        "conformance/feedrs_atom_atom_relative",
        "conformance/feedrs_rss0_rss_0.92_spec_1",
        "conformance/feedrs_rss1_rss_1.0_example_1",
        "conformance/feedrs_rss2_rss_2.0_spec_1",
    ],
)
def test_feed_rs(name: str) -> None:
    facts = expected(f"{name}.expected.json")
    digest = read(f"{name}.xml")
    assert digest.title == facts["title"]["content"] and len(digest.entries) == len(facts["entries"])
    for fact, entry in zip(facts["entries"], digest.entries, strict=True):
        assert entry.title == (fact["title"]["content"] if fact["title"] else None)
        text = fact["summary"]["content"] if fact["summary"] else fact["content"]["body"] if fact["content"] else ""
        assert (entry.abstract or "") == from_html(text)
        # An entry without authors has those of an Atom feed (RFC 4287, 4.2.1), which feed-rs leaves to the caller.
        inherited = facts["authors"] if facts["feed_type"] == "Atom" else []
        assert list(entry.authors) == [author["name"] for author in fact["authors"] or inherited]
        stated = fact["published"] or fact["updated"]
        # feed-rs gives up on "2017-06-13T03:18:00+00:0" and then has the day of nothing; the day is there to be read.
        assert str(entry.day or "")[:10] == (stated or ("2017-06-13" if "rss1_" in name else ""))[:10]
        # Relative addresses are made whole here.
        if fact["links"]:
            assert entry.url and entry.url.endswith(fact["links"][0]["href"])


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("gofeed_parser_rss_issue_217_enclosure_children.xml", ["Enclosure test title"]),  # a title inside an enclosure
        ("gofeed_parser_rss_rdf_item_title_escaped_markup.xml", ["Item Title"]),  # gofeed keeps the tags
        ("gofeed_translator_atom_feed_author_email_-_atom03_feed_author_email.xml", []),
        ("gofeed_translator_atom_feed_feedlink_-_atom10_feed_link_rel_self.xml", []),
        (
            "gofeed_translator_atom_feed_item_category_-_atom10_feed_entry_category.xml",
            [],
        ),  # says nothing but a category
        ("gofeed_translator_atom_feed_item_link_-_atom10_feed_entry_link.xml", ["http://www.example.org"]),
        ("gofeed_translator_rss_feed_author_-_rss_channel_managingEditor_email.xml", []),
        ("gofeed_translator_rss_feed_fallbacks_-_rss_channel_itunes.xml", []),
        ("gofeed_translator_rss_feed_item_content_-_rss_channel_item_content_atom.xml", ["Item Title"]),
        ("gofeed_translator_rss_feed_item_published_-_rss_channel_item_published_atom.xml", ["Item Title"]),
    ],
)
def test_gofeed(name: str, titles: list[str]) -> None:
    facts = expected(f"conformance/{Path(name).stem}.expected.json")
    digest = read(f"conformance/{name}")
    assert [entry.title for entry in digest.entries] == titles
    assert len(digest.entries) + len(digest.problems) == len(facts["items"])
    for fact, entry in zip(facts["items"], digest.entries, strict=False):
        assert from_html(fact.get("content", "")) == (entry.abstract or "")
        assert str(entry.day or "") == fact.get("published", "")[:10]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("heraldsun.rss", "utf-8"),
        ("gulp-atom.atom", "utf-8"),
        ("encoding.rss", "latin-1"),
        ("missing-fields.atom", "utf-8"),
    ],
)
def test_rss_parser(name: str, encoding: str) -> None:
    facts = expected(f"conformance/rssparser_{Path(name).stem}.expected.json", encoding)["feed"]
    digest = read(f"conformance/rssparser_{name}")
    facts_told = [fact for fact in facts["items"] if "title" in fact]  # an entry with an id only says nothing
    assert len(digest.entries) == len(facts_told)
    for fact, entry in zip(facts_told, digest.entries, strict=True):
        assert entry.title == " ".join(fact["title"].split())
        assert entry.url and entry.url.endswith(fact["link"])
        assert entry.abstract == (from_html(fact["content"]) or None)
        if "isoDate" in fact:
            # rss-parser turns the time into UTC, which may be the day before or after.
            assert entry.day and abs((entry.day - date.fromisoformat(fact["isoDate"][:10])).days) <= 1


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("arxiv_rss2_truncated.DERIVED.xml", 1),
        ("rss2_billion_laughs.SYNTHETIC.xml", 1),
        ("escapes_double_escaped_rss2.SYNTHETIC.xml", 14),
        ("escapes_raw_rss2.SYNTHETIC.xml", 14),
        ("nodefp_saxerror.xml", 3),
        ("nodefp_illegally-nested.xml", 10),  # each has an empty one within it
        ("nodefp_guid-dupes.xml", 1),
        ("miniflux_koi8r.xml", 2),
        ("miniflux_invalid-prolog.xml", 1),
        ("miniflux_utf8-incorrect-prolog.xml", 1),
        ("miniflux_parser_encoding_WINDOWS-1251.xml", 50),
        ("simplepie_feed-utf16le.xml", 1),
        ("feedparser_encoding_demoronize-1.xml", 1),
        ("feedparser_illformed_rss_item_link_corrupted_ampersands.xml", 1),
        ("feedparser_illformed_chardet_koi8r.xml", 1),  # in the wrong letters: nothing says which encoding it is in
        ("feedparser_illformed_rss_incomplete_cdata.xml", 0),  # its only item is cut off
        ("laminas_xxe-atom10.xml", 0),
    ],
)
def test_broken_feeds(name: str, count: int) -> None:
    digest = read(f"nasty/{name}")
    assert len(digest.entries) == count
    if name == "miniflux_koi8r.xml":
        assert digest.entries[0].title == "Первая новость"
    if name.startswith("miniflux_") and count == 1:
        assert digest.entries[0].title == "Café"
    if name == "feedparser_encoding_demoronize-1.xml":
        assert digest.entries[0].abstract == "don’t"
    if name.startswith("escapes"):
        assert [e.title for e in digest.entries][:5] == ["Red title", "Cleared", "Title", "click", "GoodEvil"]
