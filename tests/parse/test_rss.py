"""RSS and Atom: arXiv's forms, journals, blogs, in words of our own. The real feeds are in test_real_feeds."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from feedreader.model import Digest, Entry, Journal
from feedreader.parse import parse
from feedreader.parse.feeds.rss_arxiv import categories
from feedreader.parse.formats import atom, rss

NAMESPACES = (
    'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"'
)


def rss2(*items: str, head: str = "<title>T</title><link>https://example.org/</link>") -> bytes:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?>\n<rss version="2.0" {NAMESPACES}><channel>{head}{inner}</channel></rss>'.encode()


def rdf(*items: str, title: str = "hep-ex updates on arXiv.org") -> bytes:
    inner = "".join(f"<item>{item}</item>" for item in items)
    head = f"<title>{title}</title><link>http://arxiv.org/</link><dc:date>2018-05-23T20:30:00-05:00</dc:date>"
    root = f'xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" {NAMESPACES}'
    return f"<rdf:RDF {root}><channel>{head}</channel>{inner}</rdf:RDF>".encode()


def atom1(*entries: str, head: str = "<title>T</title>") -> bytes:
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    search = 'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {search} {NAMESPACES}>{head}{inner}</feed>'.encode()


def entry_of(data: bytes) -> Entry:
    digest = atom.parse_bytes(data) if atom.matches_bytes(data) else rss.parse_bytes(data)
    (entry,) = digest.entries
    assert digest.problems == ()
    return entry


ARXIV = """<title>On $a&lt;b$ and $c&gt;d$</title><link>https://arxiv.org/abs/2604.21935</link>
<description>arXiv:2604.21935v2 Announce Type: replace-cross
Abstract: Words
about &lt;s&gt; tokens, R&amp;D.</description><guid isPermaLink="false">oai:arXiv.org:2604.21935v2</guid>
<category>math.AP</category><category>cs.LG</category><category>53D10</category>
<pubDate>Fri, 20 Nov 2026 00:00:00 -0500</pubDate><arxiv:announce_type>replace-cross</arxiv:announce_type>
<arxiv:DOI>10.5802/JEP.257</arxiv:DOI><arxiv:journal_reference>J. X  11</arxiv:journal_reference>
<dc:creator>Anna Berg (for the X Collaboration), C. Day,  Deepti, E. Fox and G. Hill, Jr.</dc:creator>"""


def test_what_arxiv_announces() -> None:
    assert entry_of(rss2(ARXIV)) == Entry(
        title="On $a<b$ and $c>d$",
        authors=("Anna Berg", "C. Day", "Deepti", "E. Fox", "G. Hill Jr."),
        abstract="Words about <s> tokens, R&D.",
        comment="Journal-ref: J. X 11",
        arxiv_id="2604.21935",
        version=2,
        doi="10.5802/jep.257",
        url="https://arxiv.org/abs/2604.21935",
        guid="oai:arXiv.org:2604.21935v2",
        journal=Journal("J. X 11"),
        categories=("math.AP", "cs.LG"),
        day=date(2026, 11, 20),  # the feed's own Friday, wherever it is read
        announced=True,
        announce_type="replace-cross",
    )


def test_the_atom_form_of_the_same() -> None:
    entry = entry_of(
        atom1(
            "<id>oai:arXiv.org:2508.13426v1</id><title>On $x$</title><updated>2025-08-20T04:00:19.89+00:00</updated>"
            '<link href="https://arxiv.org/abs/2508.13426" rel="alternate" type="text/html"/>'
            "<summary>arXiv:2508.13426v1 Announce Type: cross \nAbstract: Words.</summary>"
            '<category term="cs.CL"/><category term="cs.AI"/><published>2025-08-20T00:00:00-04:00</published>'
            "<arxiv:announce_type>cross</arxiv:announce_type><dc:creator>A. Berg, C. Day</dc:creator>"
        )
    )
    assert (entry.arxiv_id, entry.version, entry.announce_type) == ("2508.13426", 1, "cross")
    assert (entry.title, entry.abstract) == ("On $x$", "Words.")
    assert (entry.day, entry.announced) == (date(2025, 8, 20), True)
    assert entry.authors == ("A. Berg", "C. Day") and entry.categories == ("cs.CL", "cs.AI")


def _rdf_item(mark: str, title: str = "A title") -> str:
    link = "&lt;a href=&quot;http://arxiv.org/find/1&quot;&gt;{}&lt;/a&gt;"
    return (
        f"<title>{title}. (arXiv:1805.06430v2 {mark})</title><link>http://arxiv.org/abs/1805.06430</link>"
        '<description rdf:parseType="Literal">&lt;p&gt;If $2&amp;lt;\\eta&amp;lt;4$\nthen.\n&lt;/p&gt;</description>'
        f"<dc:creator>{link.format('A. Berg')}, {link.format('Team, of two')} (X Collaboration)</dc:creator>"
    )


def test_the_rdf_form_of_before_2024() -> None:
    entry = entry_of(rdf(_rdf_item("[hep-ex]", "Is it?")))
    assert entry.title == "Is it?" and entry.abstract == "If $2<\\eta<4$ then."
    assert entry.authors == ("A. Berg", "Team, of two")
    assert (entry.arxiv_id, entry.version, entry.categories) == ("1805.06430", 2, ("hep-ex",))
    assert (entry.day, entry.announced, entry.announce_type) == (date(2018, 5, 23), True, "new")


@pytest.mark.parametrize(
    ("mark", "feed", "kind"),
    [
        ("[hep-ex UPDATED]", "hep-ex", None),
        ("[hep-ex] UPDATED", "hep-ex", "replace"),
        ("[nucl-th] UPDATED", "hep-ex", "replace-cross"),
        ("[cs.LG] UPDATED", "cs", "replace"),
        ("[cs.LG] UPDATED", "cs.CL, cs.LG", "replace"),
        ("[nucl-th] CROSS LISTED", "hep-ex", "cross"),
        ("[cond-mat.dis-nn]", "cond-mat", "new"),
    ],
)
def test_announce_types_of_the_rdf_form(mark: str, feed: str, kind: str | None) -> None:
    assert entry_of(rdf(_rdf_item(mark), title=f"{feed} updates on arXiv.org")).announce_type == kind


def test_a_weekend_and_an_error() -> None:
    head = "<title>cs.AI updates on arXiv.org</title><link>http://rss.arxiv.org/rss/cs.AI</link>"
    assert rss.parse_bytes(rss2(head=head)) == Digest(format="rss", title="cs.AI updates on arXiv.org")
    head = "<title>Feed error for query: cs.BOGUS</title><description>Bad subject class 'BOGUS'.</description>"
    digest = rss.parse_bytes(rss2(head=head))
    assert [p.reason for p in digest.problems] == ["The server answered with an error: Bad subject class 'BOGUS'."]


API = """<id>http://arxiv.org/abs/math/0601001v3</id><title>On
 x</title><updated>2007-01-02T14:57:58Z</updated><published>2006-01-02T23:57:58Z</published>
<link href="https://arxiv.org/abs/math/0601001v3" rel="alternate" type="text/html"/>
<link href="https://arxiv.org/pdf/math/0601001v3" rel="related" type="application/pdf" title="pdf"/>
<summary>  Words &lt;i&gt;as
typed&lt;/i&gt;.</summary><category term="math.GT" scheme="s"/><category term="math.DG"/><category term="57M25, 57N10"/>
<arxiv:comment>62 pages</arxiv:comment><arxiv:primary_category term="math.DG"/>
<arxiv:journal_ref>Acta 1</arxiv:journal_ref><arxiv:doi>10.1109/X.2022.1</arxiv:doi>
<author><name>A. J. Han Berg</name><arxiv:affiliation>MIT</arxiv:affiliation></author>
<author><name>JosÃ© Day</name></author>"""


def test_an_answer_of_the_api() -> None:
    head = "<title>arXiv Query</title><opensearch:totalResults>28946</opensearch:totalResults>"
    read = atom.read_answer(atom1(API, head=head + "<opensearch:startIndex>10</opensearch:startIndex>"))
    assert (read.total, read.start, read.error) == (28946, 10, None)
    assert read.digest.entries == (
        Entry(
            title="On x",
            authors=("A. J. Han Berg", "José Day"),
            abstract="Words <i>as typed</i>.",
            comment="62 pages; Journal-ref: Acta 1",
            arxiv_id="math/0601001",
            version=3,
            doi="10.1109/x.2022.1",
            url="https://arxiv.org/abs/math/0601001",
            guid="http://arxiv.org/abs/math/0601001v3",
            journal=Journal("Acta 1"),
            categories=("math.DG", "math.GT"),
            day=date(2006, 1, 2),  # submitted, not announced
            submitted=datetime(2006, 1, 2, 23, 57, 58, tzinfo=UTC),
        ),
    )


def test_an_error_of_the_api() -> None:
    entry = "<id>https://arxiv.org/api/errors#x</id><title>Error</title><summary>incorrect id format for abc</summary>"
    read = atom.read_answer(atom1(entry))
    assert read.digest.entries == () and read.error == "incorrect id format for abc"
    assert "incorrect id format for abc" in read.digest.problems[0].reason


# ── the wider world ──────────────────────────────────────────────────────────────────────────────


def test_a_journal() -> None:
    item = (
        "<title><![CDATA[\nAn S<sub>4</sub> pathway\n]]></title><link>\n https://www.nature.com/articles/s1 </link>"
        "<content:encoded>&lt;p&gt;Nature, Published online: 18 July 2024; doi:10.1038/s1&lt;/p&gt;"
        "In short.</content:encoded><dc:creator>Anna Berg</dc:creator><dc:creator>Day, C.</dc:creator>"
        "<dc:identifier>doi:10.1038/S1</dc:identifier><dc:date>2024-07-18</dc:date>"
    )
    entry = entry_of(rdf(item, title="Nature"))
    assert (entry.title, entry.abstract) == ("An S₄ pathway", "In short.")
    assert (entry.doi, entry.url) == ("10.1038/s1", "https://www.nature.com/articles/s1")
    assert entry.authors == ("Anna Berg", "C. Day")
    assert (entry.day, entry.announced, entry.announce_type) == (date(2024, 7, 18), False, None)


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        ("<dc:creator>LAPALU, N., O'Connell, R. J.</dc:creator>", ("N. LAPALU", "R. J. O'Connell")),
        ("<dc:creator>Coja-Oghlan, Amin</dc:creator>", ("Amin Coja-Oghlan",)),
        ("<dc:creator>Annabel Bergmann, Carl-Gustav Dayton</dc:creator>", ("Annabel Bergmann", "Carl-Gustav Dayton")),
        (
            "<dc:creator>Anna Berg, Carl Day</dc:creator><itunes:author>Anna Berg and Carl Day</itunes:author>",
            ("Anna Berg", "Carl Day"),
        ),
        (
            "<dc:creator>Berg, A.</dc:creator><dc:creator>Day, C.</dc:creator>"
            "<itunes:author>A. Berg, C. Day</itunes:author>",
            ("A. Berg", "C. Day"),
        ),
        ("<author>a@e.org (Anna Berg)</author><dc:creator>Anna Berg</dc:creator>", ("Anna Berg",)),
        ("<itunes:author>Anna Berg</itunes:author>", ("Anna Berg",)),
        ("<dc:creator>Wei Wang</dc:creator><dc:creator>Wei Wang</dc:creator>", ("Wei Wang", "Wei Wang")),
        ("<author><name>Wind, Weather and Kites</name></author>", ("Wind, Weather and Kites",)),
        ("<authors>A. Berg; C. Day;</authors>", ("A. Berg", "C. Day")),
        ("<dc:creator>Anna Berg; Carl Day</dc:creator>", ("Anna Berg", "Carl Day")),
        ("<author>person@example.org (Anna Berg, Carl Day)</author>", ("Anna Berg", "Carl Day")),
        ("<author>Anna Berg &lt;person@example.org&gt;</author>", ("Anna Berg",)),
        ("<author>person@example.org</author>", ()),
        ("<author/>", ()),
        (
            "<dc:creator>A. Berg</dc:creator><dc:creator>C. Day</dc:creator><author>E. Fox</author>",
            ("A. Berg", "C. Day", "E. Fox"),
        ),
    ],
)
def test_authors_in_any_form(stated: str, names: tuple[str, ...]) -> None:
    assert entry_of(rss2(f"<title>x</title>{stated}")).authors == names


def test_publishers_that_put_a_citation_for_an_abstract() -> None:
    text = (
        "&lt;p&gt;Publication date: December 2026&lt;/p&gt;&lt;p&gt;&lt;b&gt;Source:&lt;/b&gt; Letters, 141&lt;/p&gt;"
        "&lt;p&gt;Author(s): Anna Berg, C. Day&lt;/p&gt;"
    )
    entry = entry_of(rss2(f"<title>x</title><description>{text}</description>"))
    assert (entry.authors, entry.abstract) == (("Anna Berg", "C. Day"), None)
    assert entry.comment == "Letters, 141, December 2026"
    assert entry_of(rss2("<title>Fluids, Vol. 9, Pages 120: On water</title>")).title == "On water"
    heading = '&lt;div class="boxTitle"&gt;Abstract&lt;/div&gt;Words.'
    assert entry_of(rss2(f"<title>x</title><description>{heading}</description>")).abstract == "Words."


@pytest.mark.parametrize(
    ("stated", "doi"),
    [
        ("<guid>http://dx.doi.org/10.1021/Acs.6c01356</guid>", "10.1021/acs.6c01356"),
        (
            "<link>https://pubs.acs.org/x/article/doi/10.1021/acs.6c01356/5288291/Some-Title</link>",
            "10.1021/acs.6c01356",
        ),
        ("<guid>10.26434/chemrxiv.15007735/v1</guid>", "10.26434/chemrxiv.15007735/v1"),
        ("<prism:doi>10.3390/fluids9060120</prism:doi>", "10.3390/fluids9060120"),
        ("<link>https://doi.org/10.48550/arXiv.1905.03776</link>", None),
        ("<guid>tag:example.org,10.1000</guid>", None),
    ],
)
def test_dois_wherever_they_stand(stated: str, doi: str | None) -> None:
    assert entry_of(rss2(f"<title>x</title>{stated}")).doi == doi


@pytest.mark.parametrize(
    ("data", "guid"),
    [
        (rss2('<title>x</title><guid isPermaLink="false"> Toys:\u202e 7 </guid>'), "Toys: 7"),
        (rss2("<title>x</title><guid>https://example.org/7</guid>"), "https://example.org/7"),
        (rss2("<title>x</title><link>https://example.org/7</link>"), None),
        (rss2(f"<title>x</title><guid>{'7' * 2001}</guid>"), None),  # two of them could differ in their ends only
        (atom1("<title>x</title><id>tag:example.org,2026:7</id>"), "tag:example.org,2026:7"),
        (
            rdf("<title>x</title>").replace(b"<item>", b'<item rdf:about="https://example.org/7">'),
            "https://example.org/7",
        ),
    ],
)
def test_what_a_feed_calls_an_item_is_kept(data: bytes, guid: str | None) -> None:
    assert entry_of(data).guid == guid


@pytest.mark.parametrize(
    ("stated", "url"),
    [
        ("<link>/blog/1</link>", "https://example.org/blog/1"),
        ("<link>http://other.org/?a=1&amp;b=a b</link>", "http://other.org/?a=1&b=a%20b"),
        ("<guid>https://example.org/2</guid>", "https://example.org/2"),
        ('<guid isPermaLink="false">https://example.org/3</guid>', "https://example.org/3"),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>file:///etc/passwd</link>", None),
        ("<link>http://[bad</link>", None),
        ("<link>//example.net/x</link>", "https://example.net/x"),
        ('<enclosure url="https://example.org/x.mp3"/>', None),
    ],
)
def test_only_addresses_of_the_web_are_kept(stated: str, url: str | None) -> None:
    assert entry_of(rss2(f"<title>x</title>{stated}")).url == url


def test_atom_addresses_are_relative_to_base_page_or_self() -> None:
    link = '<title>x</title><link href="e/1"/>'
    assert entry_of(atom1(link, head='<link href="https://a.org/f/" />')).url == "https://a.org/f/e/1"
    assert (
        entry_of(atom1(link, head='<link href="/f/"/><link rel="self" href="https://b.org/g/f.xml"/>')).url
        == "https://b.org/g/e/1"
    )
    based = atom1(link).replace(b"<feed ", b'<feed xml:base="https://c.org/" ')
    assert entry_of(based).url == "https://c.org/e/1"
    based = atom1(link).replace(b"<feed ", b'<feed xml:base="file:///" ')
    assert entry_of(based).url is None


def test_relative_addresses_are_relative_to_where_the_feed_was_fetched() -> None:
    """RFC 3986, 5.1: a base within the document comes first, then where it was fetched, then what it says of itself."""
    fetched = "https://user:secret@a.org/blog/feed.xml?x=1#top"
    head = '<title>T</title><link href="https://b.org/"/>'
    entry = '<title>x</title><link href="{}"/>'
    for stated, url in [
        ("e/1", "https://a.org/blog/e/1"),
        ("/e/1", "https://a.org/e/1"),
        ("//c.org/1", "https://c.org/1"),
        ("?p=1", "https://a.org/blog/feed.xml?p=1"),
        ("https://d.org/1", "https://d.org/1"),
    ]:
        (found,) = atom.parse_bytes(atom1(entry.format(stated), head=head), fetched).entries
        assert found.url == url
    based = atom1(entry.format("e/1")).replace(b"<entry>", b'<entry xml:base="/deep/">')
    assert atom.parse_bytes(based, fetched).entries[0].url == "https://a.org/deep/e/1"
    based = atom1(entry.format("e/1")).replace(b"<feed ", b'<feed xml:base="https://d.org/x/" ')
    assert atom.parse_bytes(based, fetched).entries[0].url == "https://d.org/x/e/1"
    items = rss.parse_bytes(rss2("<title>x</title><link>e/1</link><guid>g/1</guid>"), fetched).entries
    assert [(item.url, item.guid) for item in items] == [("https://a.org/blog/e/1", "g/1")]
    feed = b'{"version": "https://jsonfeed.org/version/1", "home_page_url": "https://b.org/", "items": [{"url": "1"}]}'
    assert parse(feed, fetched).entries[0].url == "https://a.org/blog/1"
    assert parse(feed).entries[0].url == "https://b.org/1"
    assert parse(atom1(entry.format("e/1")), "http://[").entries[0].url is None


@pytest.mark.parametrize(
    ("links", "url"),
    [
        ('<link href="{}x" type="text/html"/><link href="{}y" type="application/pdf"/>', "x"),
        ('<link href="{}y" type="application/pdf"/><link href="{}x" type="text/html"/>', "x"),
        ('<link rel="alternate" href="{}x"/><link rel="alternate" href="{}x.pdf?d=1"/>', "x"),
        ('<link rel="alternate" href="{}y.pdf" type="application/pdf"/>', "y.pdf"),
        ('<link rel="enclosure" href="{}y.pdf" type="application/pdf"/><link rel="related" href="{}z"/>', "z"),
        ('<link href="{}x" type="application/xhtml+xml"/><link href="{}y" type="application/epub+zip"/>', "x"),
    ],
)
def test_of_several_alternates_the_page_is_taken(links: str, url: str) -> None:
    entry = entry_of(atom1("<title>x</title>" + links.replace("{}", "https://e.org/")))
    assert entry.url == f"https://e.org/{url}"


def test_a_name_is_no_address() -> None:
    entry = entry_of(atom1("<title>x</title><id>posts/1</id>", head='<title>T</title><link href="https://b.org/"/>'))
    assert (entry.guid, entry.url) == ("posts/1", None)


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("Fri, 20 Nov 2026 00:00:00 -0500", date(2026, 11, 20)),
        ("Thu, 19 Nov 2026 23:59:59 +0900", date(2026, 11, 19)),
        ("Fri, 17 Oct 2025 04:15:24 ", date(2025, 10, 17)),
        ("2026-08-21T12:14:34Z", date(2026, 8, 21)),
        ("2026-08-21", date(2026, 8, 21)),
        ("21 August 2026", date(2026, 8, 21)),
        ("Mi, 20 Mai 2026 10:00:00 +0200", date(2026, 5, 20)),
        ("mer., 20 mai 2026 10:00:00 +0200", date(2026, 5, 20)),
        ("20260520T101500Z", date(2026, 5, 20)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("1970-01-01T00:00:00Z", None),
        ("Wed, 31 Dec 1969 16:00:00 -0800", None),
        ("1969-12-31", date(1969, 12, 31)),
        ("0001-01-01T00:00:00Z", None),
        ("Wed, 31 Feb 2026 00:00:00 GMT", None),
        ("May 2019", None),
        ("1518478934", None),
        ("soon", None),
        ("", None),
    ],
)
def test_days_are_those_of_the_offset_stated(stated: str, day: date | None) -> None:
    assert entry_of(rss2(f"<title>x</title><pubDate>{stated}</pubDate>")).day == day


def test_published_comes_before_updated() -> None:
    dates = "<updated>2024-02-02T00:00:00Z</updated><published>2024-01-01T00:00:00Z</published>"
    assert entry_of(atom1(f"<title>x</title>{dates}")).day == date(2024, 1, 1)
    assert entry_of(atom1("<title>x</title><updated>2024-02-02T00:00:00Z</updated>")).day == date(2024, 2, 2)


def test_items_without_title_and_without_anything() -> None:
    digest = rss.parse_bytes(
        rss2(
            "<description>Just this.</description>", '<guid isPermaLink="false">x</guid>', "<link>https://a.org/</link>"
        )
    )
    assert [(e.title, e.abstract) for e in digest.entries] == [(None, "Just this."), ("https://a.org/", None)]
    assert [p.reason for p in digest.problems] == ["One item has no title and no text."]


def test_atom_says_what_is_html_and_is_believed() -> None:
    entry = entry_of(
        atom1('<title type="html">a &lt;b&gt;c&lt;/b&gt;</title><summary>d &lt;b&gt;e&lt;/b&gt;</summary>')
    )
    assert (entry.title, entry.abstract) == ("a c", "d <b>e</b>")
    xhtml = '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x &lt; y</p><p>z</p></div></content>'
    assert entry_of(atom1(f"<title>t</title>{xhtml}")).abstract == "x < y z"


def test_authors_of_an_atom_feed_are_those_of_its_entries() -> None:
    head = "<title>T</title><author><name>A. Berg</name></author>"
    assert entry_of(atom1("<title>x</title>", head=head)).authors == ("A. Berg",)
    assert entry_of(atom1("<title>x</title><author><name>C. Day</name></author>", head=head)).authors == ("C. Day",)


def test_tags_are_kept_as_categories() -> None:
    assert entry_of(
        rss2("<title>x</title><category>R &amp; D</category><category/><category>R &amp; D</category>")
    ).categories == ("R & D",)


def test_only_categories_of_arxiv_are_its_categories() -> None:
    codes = (
        "cs.LG",
        "physics.optics",
        "cond-mat.mtrl-sci",
        "cond-mat.soft",
        "physics.class-ph",
        "hep-th",
        "astro-ph",
        "cs",
    )
    others = ("53D10", "I.2.7", "news", "deep-learning", "Physics", "a.b")
    assert categories([*others, *codes, "cs.LG"], "hep-th") == ("hep-th", *(code for code in codes if code != "hep-th"))
