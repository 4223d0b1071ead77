"""Alert mails: as services send them, as people forward them, as plain text; and what only looks like them."""

from __future__ import annotations

import base64
import html
import quopri
import re
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from importlib import import_module
from pathlib import Path
from urllib.parse import quote

import pytest

from feedreader.errors import NotADigest
from feedreader.model import Digest, Entry, Journal
from feedreader.parse import ALERTS, parse
from feedreader.parse.mails import parts
from tests.conftest import SHARED
from tests.parse.listings import SAMPLES

NAMES = [name.replace("_", "-") for name in ALERTS]
EACH = pytest.mark.parametrize("name", NAMES)
SENT = date(2024, 5, 2)
SCHOLAR = "https://scholar.google.com/scholar_url?url=https://example.org/p&hl=en"


def page_of(name: str) -> str:
    """The HTML of a sample."""
    (mail,) = parts.read((SAMPLES / f"{name}.eml").read_bytes())
    return next(text.data for text in mail.texts if text.kind == "html").decode()


def sent(
    page: str, charset: str = "utf-8", cte: str = "quoted-printable", sender: str = "Ann <a@example.org>"
) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "bob@example.org", "Fwd: an alert"
    made["Date"] = "Thu, 2 May 2024 20:00:00 -0400"
    made.set_content(page, "html", charset, cte=cte)
    return made


def said(digest: Digest) -> list[Entry]:
    """The entries without day and line."""
    return [replace(entry, day=None, line=None) for entry in digest.entries]


def sample(name: str) -> list[Entry]:
    return said(parse((SAMPLES / f"{name}.eml").read_bytes()))


# ── the same alert, however it comes ─────────────────────────────────────────────────────────────


@EACH
def test_a_page_that_is_saved_by_itself(name: str) -> None:
    digest = parse(page_of(name).encode())
    assert (digest.format, said(digest), digest.problems) == (name, sample(name), ())
    assert all(entry.day is None for entry in digest.entries)
    lines = page_of(name).split("\n")
    for entry in digest.entries:
        assert entry.line and html.escape(str(entry.title)[:8]) in "\n".join(lines[entry.line - 1 : entry.line + 2])


@EACH
@pytest.mark.parametrize("cte", ["quoted-printable", "base64", "8bit"])
def test_the_day_is_that_of_the_mail(name: str, cte: str) -> None:
    digest = parse(sent(page_of(name), cte=cte).as_bytes())
    assert (digest.format, said(digest)) == (name, sample(name))
    assert {entry.day for entry in digest.entries} == {SENT}
    assert not any(entry.announced for entry in digest.entries)
    assert digest.title == "an alert"


@EACH
@pytest.mark.parametrize(
    ("stated", "real"),
    [
        ("iso-8859-1", "iso-8859-1"),
        ("windows-1252", "windows-1252"),
        ("gb2312", "gb18030"),
        ("us-ascii", "utf-8"),
        ("iso-8859-1", "utf-8"),
        ("x-unknown", "utf-8"),
    ],
)
def test_a_charset(name: str, stated: str, real: str) -> None:
    word = "Größe" if real != "gb18030" else "深度学习"
    page = page_of(name).replace(str(sample(name)[0].title)[:6], word)
    raw = page.encode(real, "xmlcharrefreplace")
    head = f"From: a@example.org\nSubject: x\nContent-Type: text/html; charset*=us-ascii'en'{stated}\n"
    for cte, packed in (("base64", base64.encodebytes(raw)), ("quoted-printable", quopri.encodestring(raw))):
        digest = parse(f"{head}Content-Transfer-Encoding: {cte}\n\n".encode() + packed)
        assert digest.format == name and str(digest.entries[0].title).startswith(word)
        assert said(digest)[1:] == sample(name)[1:]


def in_gmail(page: str) -> str:
    """As Gmail forwards it: behind a head, in a quote, the classes with a prefix."""
    page = page.replace('class="', 'class="m_-8123456789').replace(" full-", " m_-8123456789full-")
    return (
        '<div dir="ltr">Look at this!<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- '
        "Forwarded message ---------<br>From: <b>Alerts</b><br>Date: Tue, Nov 3, 2026<br></div>"
        f"{page}</div></div>"
    )


@EACH
@pytest.mark.parametrize("prefix", ["m_12", "x_x_", "yiv0123456789", "ox-0a1b2c3d4e-", "v1", "defanged3-"])
def test_classes_that_a_program_rewrote(name: str, prefix: str) -> None:
    page = page_of(name).replace('class="', f'class="{prefix}').replace(" full-", f" {prefix}full-")
    assert said(parse(page.encode())) == sample(name)


def in_outlook(page: str) -> str:
    """As Outlook forwards it: the classes with a prefix, and each link through what guards the mailbox."""

    def guarded(link: str) -> str:
        return f"https://eur01.safelinks.protection.outlook.com/?url={quote(html.unescape(link), '')}&amp;data=05%7C"

    page = re.sub(r'href="(http[^"]+)"', lambda match: f'href="{guarded(match[1])}"', page)
    return page.replace('class="', 'class="x_').replace(" full-", " x_full-")


@EACH
@pytest.mark.parametrize("rewritten", [in_gmail, in_outlook, lambda page: in_outlook(in_outlook(page))])
def test_an_alert_that_somebody_forwards(name: str, rewritten: object) -> None:
    assert callable(rewritten)
    digest = parse(sent(rewritten(page_of(name))).as_bytes())
    assert (digest.format, said(digest), digest.problems) == (name, sample(name), ())


@EACH
def test_an_alert_within_a_mail_or_attached(name: str) -> None:
    outer = sent("<p>See the attached.</p>")
    outer.add_attachment(sent(page_of(name)))
    assert said(parse(outer.as_bytes())) == sample(name)
    outer = sent("<p>See the attached.</p>")
    outer.add_attachment(page_of(name).encode(), maintype="text", subtype="html", filename="Über Drachen.html")
    assert said(parse(outer.as_bytes())) == sample(name)


@EACH
def test_an_alert_goes_before_the_plain_text_beside_it(name: str) -> None:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@example.org", "x"
    made.set_content(
        "- [Something else](https://arxiv.org/abs/1412.6980) by Ann Lee\n- [B](https://arxiv.org/abs/1512.03385)\n"
    )
    made.add_alternative(page_of(name), "html")
    digest = parse(made.as_bytes())
    assert (digest.format, said(digest), digest.problems) == (name, sample(name), ())


def test_what_else_stands_in_a_mail_is_read_or_reported() -> None:
    made = sent(page_of("scholar-alert"))
    made.make_mixed()
    note = EmailMessage()
    note.set_content("Dear all, these are the papers that I told you of last week, have fun with them.")
    made.attach(note)
    digest = parse(made.as_bytes())
    assert said(digest) == sample("scholar-alert")
    assert [problem.reason for problem in digest.problems] == ["This part of the mail is not in a supported format."]


def test_a_mailbox_of_alerts() -> None:
    box = b"".join(
        b"From x@example.org Thu May  2 20:00:00 2024\n" + (SAMPLES / f"{name}.eml").read_bytes() + b"\n"
        for name in NAMES
    )
    digest = parse(box)
    assert said(digest) == [entry for name in NAMES for entry in sample(name)]
    assert [entry.day for entry in digest.entries] == [
        entry.day for name in NAMES for entry in parse((SAMPLES / f"{name}.eml").read_bytes()).entries
    ]
    lines = box.split(b"\n")
    assert all(entry.line and entry.line <= len(lines) for entry in digest.entries)
    assert [entry.line for entry in digest.entries] == sorted(entry.line or 0 for entry in digest.entries)


# ── Google Scholar ───────────────────────────────────────────────────────────────────────────────


def test_a_real_alert_of_scholar() -> None:
    path = SHARED / "data/paper-feeds/scholar_alert_0.html"
    if not path.is_file():
        pytest.skip("the real alert (../shared) is not beside this checkout")
    digest = parse(path.read_bytes())
    first, second, third = digest.entries
    assert (digest.format, digest.problems) == ("scholar-alert", ())
    assert (first.arxiv_id, first.authors, first.journal) == (
        "1912.02015",
        ("Z Chen", "S Kommrusch", "M Monperrus"),
        None,
    )
    assert second.url == "https://ieeexplore.ieee.org/abstract/document/8919471/"
    assert second.journal == Journal(year=2019) and third.title == "Personalized Code Recommendation"
    assert all(entry.abstract and entry.abstract.endswith("…") for entry in digest.entries)


BYLINES = {
    "A Lovel, B Kites - Journal of Kites, 2026": (("A Lovel", "B Kites"), Journal("Journal of Kites", year=2026), None),
    "A Lovel, B Kites…\xa0- J. Kites\xa012 (3), 2026 - kites.example.org": (
        ("A Lovel", "B Kites", "et al."),
        Journal("J. Kites 12 (3)", year=2026),
        None,
    ),
    "A Lovel - … of the Fifth Symposium, 2026": (
        ("A Lovel",),
        Journal(year=2026),
        "In: … of the Fifth Symposium, 2026",
    ),
    "A Lovel - Transactions on Very Long …": (("A Lovel",), None, "In: Transactions on Very Long …"),
    "A Lovel - 2026": (("A Lovel",), Journal(year=2026), None),
    "A Lovel": (("A Lovel",), None, None),
    "A Lovel - kites.example.org": (("A Lovel",), None, None),
    "É Dupont-Roux, PM Nguyen, M van der Berg - arXiv preprint arXiv:2610.01234, 2026": (
        ("É Dupont-Roux", "PM Nguyen", "M van der Berg"),
        None,
        None,
    ),
    "A Lovel… - arXiv preprint arXiv …, 2026": (("A Lovel", "et al."), None, None),
    " - Journal of Nobody, 2026": ((), Journal("Journal of Nobody", year=2026), None),
}


@pytest.mark.parametrize("byline", BYLINES)
def test_what_stands_below_a_title(byline: str) -> None:
    page = (
        f'<h3><a class="gse_alrt_title" href="https://scholar.google.com/scholar_url?url=https://example.org/p&amp;hl=en">'
        f'A title</a></h3><div style="color:#006621">{byline}</div><div class="gse_alrt_sni">An excerpt</div>'
    )
    (entry,) = parse(page.encode()).entries
    assert (entry.authors, entry.journal, entry.comment) == BYLINES[byline]
    assert (entry.abstract, entry.url) == ("An excerpt …", "https://example.org/p")
    assert entry.arxiv_id == ("2610.01234" if "2610.01234" in byline else None)


def test_scholar_without_its_classes() -> None:
    page = page_of("scholar-alert").replace(' class="gse_alrt_title"', "").replace(' class="gse_alrt_sni"', "")
    found = said(parse(sent(page).as_bytes()))
    expected = sample("scholar-alert")
    assert [replace(entry, abstract=None) for entry in found] == [replace(entry, abstract=None) for entry in expected]
    assert found[0].abstract == expected[0].abstract


def test_scholar_before_2017() -> None:
    page = """<h3 style="font-weight:normal"><font size="-2"><b>[PDF]</b></font>
<a href="http://scholar.google.com/scholar_url?url=http://kites.example.org/17.pdf&hl=en&sa=X">On <b>Kites</b></a></h3>
<font size="-1"><font color="#006621">A Lovel, B Kites - Journal of Kites, 2016</font><br>Abstract What goes up<br>
is seen to come down in nine <br>of ten cases ...</font><br><br>
<h3><a href="http://scholar.google.com/scholar_url?url=http://kites.example.org/18.pdf&hl=en">On Strings</a></h3>
<font size="-1"><font color="#006621">R Moe - 2016</font></font><br>
<p>This Google Scholar Alert is brought to you by Google.</p>"""
    first, second = parse(page.encode()).entries
    assert (first.title, first.url) == ("On Kites", "http://kites.example.org/17.pdf")
    assert (first.authors, first.journal) == (("A Lovel", "B Kites"), Journal("Journal of Kites", year=2016))
    assert first.abstract == "Abstract What goes up is seen to come down in nine of ten cases ..."
    assert (second.title, second.authors, second.abstract) == ("On Strings", ("R Moe",), None)


def test_scholar_as_plain_text() -> None:
    text = """[PDF] Listening to the Wind with a Hundred Kites: What a Long Title Says
About Strings
<https://scholar.google.com/scholar_url?url=https://arxiv.org/pdf/2610.01234v2&hl=en&sa=X>
Q Lovel, M Braun, T Okafor… - arXiv preprint arXiv …, 2026
Measuring wind where no mast can stand is hard. A swarm of kites on one
string does it, and
Cites: Knots that never were

A Field Guide to Falling
<https://scholar.google.com/scholar_url?url=https://doi.org/10.5555/kites.17&hl=en>
R Moe - Journal of Kites, 2026
What goes up is seen to come down.

This message was sent by Google Scholar because you're following new articles.
"""
    for data in (text.encode(), "".join(f"> {line}\n" for line in text.split("\n")).encode()):
        first, second = parse(
            b"From: a@example.org\nSubject: Fwd: x\nDate: Thu, 2 May 2024 20:00:00 -0400\n\n" + data
        ).entries
        assert first.title == "Listening to the Wind with a Hundred Kites: What a Long Title Says About Strings"
        assert (first.arxiv_id, first.version, first.day) == ("2610.01234", 2, SENT)
        assert first.authors == ("Q Lovel", "M Braun", "T Okafor", "et al.")
        assert first.abstract == (
            "Measuring wind where no mast can stand is hard. A swarm of kites on one string does it, and …"
        )
        assert first.comment == "Cites: Knots that never were"
        assert (second.doi, second.journal) == ("10.5555/kites.17", Journal("Journal of Kites", year=2026))


# ── PubMed, bioRxiv, Nature as plain text ────────────────────────────────────────────────────────


def test_pubmed_as_plain_text() -> None:
    text = """This message contains My NCBI what's new results from the National Center for
Biotechnology Information (NCBI).

1. J Kite Med. 2026 Oct 30;12(3):101-9. doi: 10.5555/jkm.2026.0101. Online ahead
of print.

Sore necks in those who look up: a cohort
of 41 kite fliers.

Lovel Q(1), Braun A(2).

Author information:
(1)Institute of Air.

We looked at those who look up. They were sore.

DOI: 10.5555/jkm.2026.0101
PMID: 49000001  [Indexed for MEDLINE]

2: Roe Z, Moe R. Strings and fingers: what a glove is good for. Ann Small Wounds.
2026 Nov 1;7(2):3-4. doi: 10.5555/asw.77. PMID: 49000002; PMCID: PMC123.
"""
    digest = parse(text.encode())
    first, second = digest.entries
    assert (digest.format, digest.problems) == ("pubmed-alert", ())
    assert first == Entry(
        title="Sore necks in those who look up: a cohort of 41 kite fliers",
        authors=("Lovel Q", "Braun A"),
        abstract="We looked at those who look up. They were sore.",
        doi="10.5555/jkm.2026.0101",
        url="https://pubmed.ncbi.nlm.nih.gov/49000001/",
        journal=Journal("J Kite Med", "12", "3", "101-9", 2026),
        line=4,
    )
    assert (second.title, second.authors) == ("Strings and fingers: what a glove is good for", ("Roe Z", "Moe R"))
    assert (second.doi, second.journal) == ("10.5555/asw.77", Journal("Ann Small Wounds", "7", "2", "3-4", 2026))
    assert (second.url, second.line) == ("https://pubmed.ncbi.nlm.nih.gov/49000002/", 20)


def test_pubmed_before_2020() -> None:
    page = """<p>This message contains My NCBI what's new results.</p><table>
<tr><td>1.</td><td>
<a href="https://www.ncbi.nlm.nih.gov/pubmed/31000001" ref="ordinalpos=1">[Kites and <i>knees</i>.]</a></td></tr>
<tr><td></td></tr><tr><td>Lovel Q, Braun A.</td></tr>
<tr><td><span class="jrnl" title="Journal of kite medicine">J Kite Med</span>. 2019 Jan 3;5(2):1-9. doi: 10.5555/jkm.5.
</td></tr><tr><td>PMID: 31000001 [PubMed - as supplied by publisher]</td></tr><tr><td>
<a href="https://www.ncbi.nlm.nih.gov/pubmed?linkname=pubmed_pubmed&amp;from_uid=1" ref="x">Similar articles</a>
</table>"""
    (entry,) = parse(page.encode()).entries
    assert (entry.title, entry.authors, entry.doi) == ("Kites and knees", ("Lovel Q", "Braun A"), "10.5555/jkm.5")
    assert entry.journal == Journal("J Kite Med", "5", "2", "1-9", 2019)
    assert entry.url == "https://pubmed.ncbi.nlm.nih.gov/31000001/"


def test_pubmed_without_its_classes() -> None:
    page = re.sub(r' class="[^"]*"', "", page_of("pubmed-alert"))
    found = said(parse(page.encode()))
    assert [(entry.title, entry.doi, entry.url) for entry in found] == [
        (entry.title, entry.doi, entry.url) for entry in sample("pubmed-alert")
    ]


BIORXIV = """bioRxiv Subject Collection Alert

Ecology

       Swallows mistake kites for cousins
       in twelve villages
       Quill Lovel, Ann Braun, and Tunde Okafor
       bioRxiv posted 3 November 2026, doi:10.64898/2026.11.01.123456
       http://biorxiv.org/cgi/content/abstract/2026.11.01.123456v1?ct

       The drag of a feather, and of its paper twin
       Ren Moe, Bea Kites
       bioRxiv posted 2 November 2026, 10.64898/2026.11.01.123457
       http://biorxiv.org/cgi/content/abstract/2026.11.01.123457v1?ct
"""
NATURE = """Nature Kites eAlert: table of contents

ARTICLES

Kites that fold themselves when it rains
Quill Lovel, Ann Braun & Tunde Okafor
doi:10.1038/s41000-026-00002-0
http://links.springernature.com/f/a/EXAMPLE

A thousand strings and not one tangle
Zoe Roe, Ren Moe
doi:10.1038/s41000-026-00003-9
"""


@pytest.mark.parametrize(
    ("text", "name", "dois"),
    [
        (BIORXIV, "biorxiv-alert", ["10.64898/2026.11.01.123456", "10.64898/2026.11.01.123457"]),
        (NATURE, "nature-alert", ["10.1038/s41000-026-00002-0", "10.1038/s41000-026-00003-9"]),
    ],
)
@pytest.mark.parametrize("as_html", [False, True])
def test_titles_that_are_no_links(text: str, name: str, dois: list[str], as_html: bool) -> None:
    page = "<p>" + html.escape(text, quote=False).replace("\n\n", "</p>\n<p>").replace("\n", "<br>\n") + "</p>"
    digest = parse(page.encode() if as_html else text.encode())
    assert (digest.format, digest.problems) == (name, ())
    assert [entry.doi for entry in digest.entries] == dois
    first, second = digest.entries
    assert first.title in (
        "Swallows mistake kites for cousins in twelve villages",
        "Kites that fold themselves when it rains",
    )
    assert first.authors == ("Quill Lovel", "Ann Braun", "Tunde Okafor")
    assert len(second.authors) == 2
    if name == "biorxiv-alert":
        assert first.journal == Journal("bioRxiv", year=2026)


def test_links_of_nature_that_are_no_papers() -> None:
    page = page_of("nature-alert").replace("</body>", "", 1)
    link = '<p><a href="https://links.springernature.com/f/a/EXAMPLE~~/AABE5gA~/x">{}</a></p><p>{}</p>'
    labels = ("Springer Nature Limited", "Open Access", "View Paper", "Nature Careers", "London")
    more = "".join(link.format(f"Ten ways to number {n}", label) for n, label in enumerate(labels))
    assert said(parse((page + more).encode())) == sample("nature-alert")


def test_a_link_as_the_title_of_a_preprint() -> None:
    page = """<p>medRxiv alert: new papers</p><ul>
<li><a href="http://medrxiv.org/cgi/content/short/2024.06.01.24308001v2?rss=1">Do fliers of kites sleep well?</a>
<br>Zoe Roe, Ann Marsh</li>
<li><a href="https://www.medrxiv.org/content/10.64898/2026.06.01.26308002v1">Sleepless under strings at night</a>
<br>Ren Moe</li>
<li><a href="http://www.medrxiv.org/content/early/2026/06/02/2026.06.01.26308003">Naps in the open and their price</a>
<br>Ren Moe, Bea Kites</li></ul>"""
    first, second, third = parse(page.encode()).entries
    assert (first.title, first.doi) == ("Do fliers of kites sleep well?", "10.1101/2024.06.01.24308001")
    assert (second.doi, third.doi) == ("10.64898/2026.06.01.26308002", None), "of which prefix it is nobody says"
    assert first.journal == Journal("medRxiv") and third.url and first.authors == ("Zoe Roe", "Ann Marsh")


# ── what is none, and what is broken ─────────────────────────────────────────────────────────────

NONE = {
    "scholaralerts-noreply@google.com": "<p>Click to confirm your alert for <b>kites</b>.</p>"
    '<a href="https://scholar.google.com/scholar_alerts?view_op=confirm">Confirm alert</a>',
    "do-not-reply@semanticscholar.org": "<h1>Papers we think you will like, soon</h1><p>We improved our feeds.</p>"
    '<a href="https://www.semanticscholar.org/me/alerts?utm_source=alert_email">Manage your alerts here</a>',
    "efback@ncbi.nlm.nih.gov": "<p>This message contains My NCBI what's new results from the National Center for "
    "Biotechnology Information at the U.S. National Library of Medicine.</p><p>Sent on Tuesday<br>Search: <b>kites</b>"
    '<p><a href="https://pubmed.ncbi.nlm.nih.gov/?term=kites">View complete results in PubMed</a> (0 items)</p>',
    "ealert@nature.com": "<h2>Nature Kites eAlert</h2><p>There is no new issue this week. "
    '<a href="https://links.springernature.com/f/a/x">View this email in your browser</a></p>',
    "cshljnls-mailer@alerts.highwire.org": "<p>bioRxiv alert: no new papers were posted in your collections.</p>"
    '<a href="http://www.biorxiv.org/alerts">Change your alerts now</a>',
}


@pytest.mark.parametrize("sender", NONE)
def test_a_mail_without_papers(sender: str) -> None:
    with pytest.raises(NotADigest, match="This mail contains nothing in a supported format"):
        parse(sent(NONE[sender], sender=f"Alerts <{sender}>").as_bytes())


def test_other_documents_that_lead_to_the_same_papers_are_no_alerts() -> None:
    item = "<item><title>Do fliers sleep?</title><link>http://biorxiv.org/cgi/content/short/2024.06.03.597001v1</link></item>"
    feed = f'<?xml version="1.0"?>\n<rss version="2.0"><channel><title>bioRxiv alert</title>{item * 2}</channel></rss>'
    listed = (
        f"# Papers\n\n- [Adam](https://arxiv.org/abs/1412.6980) by Ann Lee, [Scholar]({SCHOLAR})\n- [B]({SCHOLAR})\n"
    )
    for text in (feed, feed[:150], listed):
        assert not any(import_module(f"feedreader.parse.formats.{name}").matches(text) for name in ALERTS)
    assert parse(feed.encode()).format == "rss"


def test_a_mail_of_a_service_is_recognised_by_what_it_holds() -> None:
    numbers = ("1412.6980", "1512.03385", "1711.05101", "1706.03762")
    listed = "\n".join(f'<li><a href="https://arxiv.org/abs/{n}">On Kites {n}</a> by Ann Lee</li>' for n in numbers)
    made = sent(f"<h1>Papers</h1><ul>{listed}</ul>")
    made.replace_header("From", "Scholar <scholaralerts-noreply@google.com>")
    assert parse(made.as_bytes()).format == "markdown-list"


def test_a_title_that_is_empty_is_reported() -> None:
    page = page_of("scholar-alert").replace("Listening to the Wind with a Hundred <b>Kites</b>", "<img src=x>")
    digest = parse(page.encode())
    assert [entry.title for entry in digest.entries] == [entry.title for entry in sample("scholar-alert")[1:]]
    assert [problem.reason for problem in digest.problems] == ["Skipped a paper without a title."]
    assert digest.problems[0].line and digest.problems[0].line < (digest.entries[0].line or 0)


def test_the_samples_are_of_this_folder() -> None:
    assert sorted(Path(SAMPLES).glob("*-alert.eml")) == sorted(SAMPLES / f"{name}.eml" for name in NAMES)
