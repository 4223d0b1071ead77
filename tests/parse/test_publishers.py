"""What publishers put beside, and in place of, titles and abstracts."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedreader.model import Journal
from feedreader.parse import parse
from feedreader.parse.feeds.publishers import read_citation, read_description, read_title
from tests.parse.test_rss import atom1, entry_of, rss2


def item(description: str, more: str = "", title: str = "On Kites") -> bytes:
    escaped = description.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return rss2(f"<title>{title}</title><link>https://e.org/1</link><description>{escaped}</description>{more}")


@pytest.mark.parametrize(
    ("description", "abstract", "comment", "journal"),
    [
        ("Kites, Ahead of Print. <br/>We fly.", "We fly.", "Kites, Ahead of Print.", Journal("Kites")),  # SAGE
        (
            "Kites, Volume 43, Issue 5, Page 611-632, April 2024. <br/>We fly.",
            "We fly.",
            "Kites, Volume 43, Issue 5, Page 611-632, April 2024.",
            Journal("Kites", "43", "5", "611-632", 2024),
        ),
        (
            "Kites, Volume 392, Issue 6800, Page 814-820, May 2026. We weigh tails.",  # in one line
            "We weigh tails.",
            "Kites, Volume 392, Issue 6800, Page 814-820, May 2026.",
            Journal("Kites", "392", "6800", "814-820", 2026),
        ),
        (
            "Kites, <a href='x'>Volume 134, Issue 7</a>, Page 1-9, July 2026. <br/>",  # Chicago
            None,
            "Kites, Volume 134, Issue 7, Page 1-9, July 2026.",
            Journal("Kites", "134", "7", "1-9", 2026),
        ),
        (
            "<p>Kites, Published online: 18 July 2024; <a href='x'>doi:10.1038/s1</a></p>In short.",  # Nature
            "In short.",
            "Kites, Published online: 18 July 2024; doi:10.1038/s1",
            Journal("Kites"),
        ),
        (
            "<p>bioRxiv [Preprint]. 2026 Jan 9:2026.01.05.697001. doi: 10.64898/2026.01.05.697001.</p>"  # PubMed
            "<p><b>ABSTRACT</b></p><p>We fly.</p>",
            "We fly.",
            "bioRxiv [Preprint]. 2026 Jan 9:2026.01.05.697001. doi: 10.64898/2026.01.05.697001.",
            Journal("bioRxiv", year=2026),
        ),
        (
            "<p>Kite Exp. 2026 Mar 1;(229). doi: 10.3791/68000.</p><p><b>ABSTRACT</b></p><p>We fly.</p>",
            "We fly.",
            "Kite Exp. 2026 Mar 1;(229). doi: 10.3791/68000.",
            Journal("Kite Exp", number="229", year=2026),
        ),
        (
            "<p>Publication date: 1 August 2026</p><p><b>Source:</b> Kites, Volume 31, Part A</p><p>Author(s): </p>",
            None,
            "Kites, Volume 31, Part A, 1 August 2026",
            Journal("Kites", "31", year=2026),
        ),
        (
            "<div><b>Kite Sci.</b>, 2026, <b>17</b>,1-9</div><div>&nbsp; This article is licensed under "  # RSC, open
            "a <a href='x'>Creative Commons Attribution 3.0 Unported Licence.</a></div>"
            "<div>Ann Berg, Carl Day<br/>We fly.",
            "We fly.",
            "Kite Sci., 2026, 17,1-9",
            Journal("Kite Sci.", "17", None, "1-9", 2026),
        ),
        (
            "<div><b>Kite Sci.</b>, 2024, <b>17</b>,1-9</div><div><b>DOI</b>: 10.1039/D4K, Paper</div>"  # RSC
            "<div>Ann Berg, Carl Day</div><div>We fly.</div><div>The content of this RSS Feed (c) The Society</div>",
            "We fly.",
            "Kite Sci., 2024, 17,1-9; Paper",
            Journal("Kite Sci.", "17", None, "1-9", 2024),
        ),
        (
            "<strong>Ann Berg</strong>, <strong>Carl Day</strong>. <p><strong>Source: </strong>Ann. Kites, Volume 41, "
            "Number 6, 2786--2818.</p><p><strong>Abstract:</strong><br/> We fly.</p>",  # Project Euclid
            "We fly.",
            "Ann. Kites, Volume 41, Number 6, 2786--2818.",
            Journal("Ann. Kites", "41", "6", "2786-2818"),
        ),
        (
            "<p><b>On Kites</b></p><p>J Kites. 2017 May 2;</p><p>Authors:  Berg A, Day C</p>"
            "<p>Abstract<br/>AIM: Fly.</p><p>PMID: 28467001 [PubMed - as supplied by publisher]</p>",
            "AIM: Fly.",
            "J Kites. 2017 May 2;",
            Journal("J Kites", year=2017),
        ),
        (
            "Ann Berg, Carl Day in Proceedings of the 5th Workshop on Kites",  # ACL Anthology
            None,
            "Proceedings of the 5th Workshop on Kites",
            Journal("Proceedings of the 5th Workshop on Kites"),
        ),
        (
            "<p>Author(s): Ann Berg and Carl Day</p><p>We fly.</p><br>"
            "[Phys. Rev. Kite 9, 12] Published Thu May 02, 2024",
            "We fly.",
            "[Phys. Rev. Kite 9, 12] Published Thu May 02, 2024",
            Journal("Phys. Rev. Kite", "9", None, "12", 2024),
        ),
    ],
)
def test_citations_are_told_from_abstracts(
    description: str, abstract: str | None, comment: str, journal: Journal
) -> None:
    entry = entry_of(item(description))
    assert (entry.abstract, entry.comment, entry.journal) == (abstract, comment, journal)
    named = "Berg" in description
    assert len(entry.authors) == 2 * named


@pytest.mark.parametrize(
    "nothing", ["NO ABSTRACT", "[No abstract available]", "<p>Abstract not available.</p>", "On Kites", "."]
)
def test_what_says_nothing_is_no_abstract(nothing: str) -> None:
    assert entry_of(item(nothing)).abstract is None


@pytest.mark.parametrize(
    "prose",
    [
        "We met in 2015, 2016. The results are in Volume 12, Issue 3 of the journal. Kites, 3 of 5 (2020). So be it.",
        "In Volume 12, Issue 3, Page 1-9 we said so. It was wrong.",
        "Ann Berg, Carl Day",
        "A kite fell on a tree. Source: The Kite Times",
        "No abstract painting was found. We looked at 3 of them.",
        "Abstracts are short. Summary statistics are not.",
        "The kite (Volume 3 of the set) flew in 2020.",
    ],
)
def test_prose_stays(prose: str) -> None:
    entry = entry_of(item(f"<p>{prose}</p>"))
    assert (entry.abstract, entry.comment, entry.journal) == (prose, None, None)


def test_a_short_version_before_the_heading_is_a_summary() -> None:
    content = "&lt;p&gt;Three tails.&lt;/p&gt;&lt;h2&gt;ABSTRACT&lt;/h2&gt;&lt;p&gt;We count.&lt;/p&gt;"
    entry = entry_of(item("Kites, EarlyView. ", f"<content:encoded>{content}</content:encoded>"))
    assert (entry.tldr, entry.abstract, entry.comment) == ("Three tails.", "We count.", "Kites, EarlyView.")


def test_what_stands_before_the_heading_and_is_no_sentence_is_a_comment() -> None:
    table = "<table><tr><th>Type</th><td>Article</td></tr><tr><th>Abstract</th><td>We fly.</td></tr></table>"
    entry = entry_of(item(table))
    assert (entry.tldr, entry.abstract, entry.comment) == (None, "We fly.", "Type Article")


def test_the_description_of_a_picture_is_that_of_an_item_without_one() -> None:
    media = 'xmlns:media="http://search.yahoo.com/mrss/"'
    group = f"<media:group {media}><media:description>A clip.</media:description></media:group>"
    assert entry_of(rss2(f"<title>x</title>{group}<description>We fly.</description>")).abstract == "We fly."
    assert entry_of(rss2(f"<title>x</title>{group}")).abstract == "A clip."
    assert entry_of(atom1(f"<title>x</title>{group}")).abstract == "A clip."


def test_identifiers_beside_the_abstract() -> None:
    entry = entry_of(item("<p>We fly.</p><p>PMID:<a href='x'>39999991</a> | DOI:<a href='y'>10.1000/K</a></p>"))
    assert (entry.abstract, entry.doi) == ("We fly.", "10.1000/k")
    entry = entry_of(item("<p>We fly.</p><p>PMID:1234567 | PMC:PMC11000001 | DOI:10.1000/k</p>"))
    assert (entry.abstract, entry.doi) == ("We fly.", "10.1000/k")
    entry = entry_of(item("<p>We fly. DOI: 10.1000/k</p>", "<prism:doi>10.1000/own</prism:doi>"))
    assert (entry.abstract, entry.doi) == ("We fly. DOI: 10.1000/k", "10.1000/own")


def test_what_stands_beside_the_longer_text_is_kept_where_the_short_one_is_whole() -> None:
    citation = "Kite J. 2024 May 2. doi: 10.1000/kj. Online ahead of print."
    content = (
        f"&lt;p&gt;{citation}&lt;/p&gt;&lt;p&gt;We fly. And land.&lt;/p&gt;&lt;p&gt;PMID:39999991 | PMC:PMC1&lt;/p&gt;"
    )
    entry = entry_of(item("We fly.", f"<content:encoded>{content}</content:encoded>"))
    assert (entry.abstract, entry.comment, entry.doi) == ("We fly.", citation, "10.1000/kj")
    assert entry.journal == Journal("Kite J", year=2024)


def test_all_authors_of_the_text_are_taken_where_the_feed_states_the_first() -> None:
    content = '<content type="html">&lt;p&gt;by Ann Berg, Carl Day, Eve Fox&lt;/p&gt; We fly.</content>'  # PLOS
    entry = entry_of(atom1(f"<title>x</title><author><name>Ann Berg</name></author>{content}"))
    assert (entry.authors, entry.abstract) == (("Ann Berg", "Carl Day", "Eve Fox"), "We fly.")
    entry = entry_of(atom1(f"<title>x</title><author><name>Gus Hill</name></author>{content}"))
    assert entry.authors == ("Gus Hill",)


@pytest.mark.parametrize(
    ("title", "bare", "authors", "journal"),
    [
        ("Winds, Vol. 9, Pages 120-130: On Kites", "On Kites", (), Journal("Winds", "9", None, "120-130")),
        ("The Price of Kites -- by Ann Berg, Carl Day", "The Price of Kites", ("Ann Berg", "Carl Day"), None),
        ("[ASAP] On Kites", "On Kites", (), None),
        ("[hal-04567890] On Kites", "On Kites", (), None),
        ("Kites -- by far the best", "Kites -- by far the best", (), None),
        ("[Kites] On Vol. 3: a story", "[Kites] On Vol. 3: a story", (), None),
    ],
)
def test_titles(title: str, bare: str, authors: tuple[str, ...], journal: Journal | None) -> None:
    read, told = read_title(title)
    assert (read, told.authors, told.journal) == (bare, authors, journal)


PRISM = {
    "publicationName": "Annals of Kites", "volume": "12", "number": "3", "startingPage": "45", "endingPage": "50",
    "publicationDate": "2024-05-02",
}  # fmt: skip


def prism(**stated: str) -> str:
    return "".join(f"<prism:{name}>{value}</prism:{name}>" for name, value in stated.items())


def test_prism() -> None:
    assert entry_of(item("We fly.", prism(**PRISM))).journal == Journal("Annals of Kites", "12", "3", "45-50", 2024)
    one = prism(**PRISM | {"endingPage": "45"})
    assert entry_of(item("We fly.", one)).journal == Journal("Annals of Kites", "12", "3", "45", 2024)
    ranged = prism(publicationName="Kites", pageRange="e1-e9", coverDisplayDate="Spring 2024")
    assert entry_of(item("We fly.", ranged)).journal == Journal("Kites", None, None, "e1-e9", 2024)
    assert entry_of(item("We fly.", prism(publicationDate="2024-05-02"))).journal is None
    other = item("We fly.", prism(**PRISM)).replace(b"xmlns:prism=", b"xmlns:p21=").replace(b"<prism:", b"<p21:")
    other = other.replace(b"</prism:", b"</p21:").replace(b"basic/2.0/", b"basic/2.1/")
    assert entry_of(other).journal == Journal("Annals of Kites", "12", "3", "45-50", 2024)


@pytest.mark.parametrize(
    ("source", "journal"),
    [
        ("Kites, Vol. 6, No. POPL (2024), 1-28", Journal("Kites", "6", "POPL", "1-28", 2024)),
        ("Acta Kites; Vol. 12 No. 3 (2024): Spring; 1-20", Journal("Acta Kites", "12", "3", "1-20", 2024)),
        ("Journal of Fluid Kites, Volume 985", Journal("Journal of Fluid Kites", "985")),
        ("Annals of Kites", Journal("Annals of Kites")),
        ("1234-5678", None),
        ("https://e.org/", None),
    ],
)
def test_what_a_paper_comes_from(source: str, journal: Journal | None) -> None:
    stated = f"<dc:source>{source}</dc:source><dc:identifier>10.1000/k</dc:identifier>"
    assert entry_of(item("We fly.", stated)).journal == journal


def test_the_mere_name_of_a_source_makes_no_paper() -> None:
    assert entry_of(item("It rained.", "<dc:source>The Kite Times</dc:source>")).journal is None


def test_a_feed_that_bears_the_name_of_the_journal() -> None:
    numbers = "<volume>12</volume><issue>3</issue><startPage>1</startPage><endPage>9</endPage>"
    data = item("We fly.", f"<authors>A. Berg;C. Day;</authors>{numbers}").replace(
        b"<title>T</title>", b"<title>IEEE Transactions on Kites - new TOC</title>"
    )
    entry = entry_of(data)
    assert entry.journal == Journal("IEEE Transactions on Kites", "12", "3", "1-9")
    assert entry.authors == ("A. Berg", "C. Day")


def test_both_paths_agree_on_publishers() -> None:
    """An item of the common kind, which the fast path takes, and the same by feedparser."""
    description = "Kites, Volume 43, Issue 5, Page 611-632, April 2024. &lt;br/&gt;We fly."
    plain = rss2(f"<title>x</title><link>https://e.org/1</link><description>{description}</description>")
    odd = plain.replace(b"</item>", b"<unknown>1</unknown></item>")
    assert parse(plain).entries == parse(odd).entries and parse(plain).entries[0].journal


_KNOWN_LINES = (
    *("Abstract", "by Ann Berg", "Kites, EarlyView.", "Source: Kites", "Publication date: May 2024", "PMID: 1234567"),
    *("Ann Berg, Carl Day", "DOI: 10.1000/k", "We fly.", "Author(s): ", "On Kites", "Kites 3, 4 (2020)"),
)
_LINES = st.lists(st.sampled_from(_KNOWN_LINES) | st.text(min_size=1, max_size=40), max_size=8)


def test_what_repeats_the_whole_title_and_the_doi_is_no_abstract() -> None:
    title = "Kites, Vol. 26, Pages 1456: On Kites"  # MDPI
    more = "<prism:publicationName>Kites</prism:publicationName>"
    entry = entry_of(
        item(f"<p>{title}</p><p>Kites doi: 10.3390/s2</p><p>Authors:\nAnn Berg</p><p>We fly.</p>", more, title)
    )
    assert (entry.title, entry.abstract, entry.doi) == ("On Kites", "We fly.", "10.3390/s2")


def test_authors_of_two_lines_are_named_once_each() -> None:
    told = read_description(["by Ann Berg", "A. Berg, Carl Day", "Abstract", "We fly."], set())
    assert told.authors == ("Ann Berg", "Carl Day")


@given(_LINES)
@example(["by Ann Berg", "Ann Berg, Carl Day", "Abstract"])
def test_no_line_is_lost(lines: list[str]) -> None:
    """Whatever has letters is abstract, citation, teaser, author or DOI; or it is known, a heading or an identifier."""
    told = read_description(lines, {"On Kites"})
    kept = {*_words(told.abstract), *_words(told.teaser), *map(str.lower, told.dois)}
    kept |= {word for text in (*told.citations, *told.authors) for word in _words(text)}
    no_words = {*_words("Abstract On Kites by Source Publication date PMID DOI Author s On In n a None Summary")}
    for line in lines:
        if line.isascii() and line.isprintable() and not line.lower().startswith("doi"):
            assert _words(line) - kept <= no_words, line


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


@pytest.mark.parametrize(
    "piece", ["Abstract<br>", "Kites 3, 4 (2020)<br>", "a. ", "1. ", "DOI: 10.1000/k<br>", "A, B<br>", "in Proc. "]
)
def test_no_description_takes_long(piece: str) -> None:
    start = time.process_time()
    for _ in range(2):
        parse(item(piece * (300_000 // len(piece))))
    assert time.process_time() - start < 4


def test_a_citation_is_the_whole_line() -> None:
    assert read_citation("Kites, Volume 3, Issue 4") == Journal("Kites", "3", "4")
    assert read_citation("Kites, Volume 3, Issue 4 and more") is None
    assert read_citation("This is Kites, Volume 3, Issue 4") is None and read_citation("x" * 1000) is None


def test_stated_numbers_lose_their_labels_and_placeholders_are_none() -> None:
    more = "<prism:publicationName>Kites &amp;amp; Games</prism:publicationName><prism:volume>{}</prism:volume>"
    pages = "<prism:number>Issue 3</prism:number><prism:pageRange>12–19</prism:pageRange>"
    for volume, read in (("Volume 12", "12"), ("n/a", None)):
        item = f"<title>T</title><link>https://e.org/1</link>{more.format(volume)}{pages}"
        assert entry_of(rss2(item)).journal == Journal("Kites & Games", read, "3", "12-19")
