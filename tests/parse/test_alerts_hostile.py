"""Pages in mails that are made to be slow, or of anything at all: none raises, and time grows with length only."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.errors import DigestError
from feedreader.parse import parse
from feedreader.parse.formats import scholar_alert
from tests.parse.listings import assert_safe
from tests.parse.test_alerts import sent

LINK = '<a class="gse_alrt_title" href="https://scholar.google.com/scholar_url?url=https://example.org/p">'
TITLE = f"<h3>{LINK}A paper</a></h3>"
N = 15_000
HOSTILE = {
    "angles": "<" * 500_000,
    "ends": "</" * N,
    "quotes": "<a \"'" * N,
    "attributes": "<a " + "b=c " * N,
    "comments": "<!--" * N,
    "declarations": "<!" * N + "<?" * N,
    "styles": "<style>" * N,
    "cases": "<style></STYLE>" * N,
    "tables": "<table class=a><tr><td>" * 10_000 + "x" + "</td></tr></table>" * 10_000,
    "classes": f'<div class="{"a " * N}">' + "<p class=a>" * N,
    "open titles": LINK * (N // 20),
    "titles": TITLE * (N // 20),
    "entities": "&amp" * N + "&#x" * N,
    "scripts": "<sub>" * N,
    "spans": "<span class=a></b>" * N,
    "packed": '<a href="https://links.springernature.com/f/a/' + "aHR0c" * N + '">a b c d</a>',
    "redirects": '<a class="gse_alrt_title" href="' + "https://a.org/?url=" * N + '">a b c d</a>',
    "links": '<a href="http://biorxiv.org/cgi/content/abstract/2024.06.03.597001v1">a b c d</a>' * (N // 30),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("mark", ["scholar", "others"])
def test_no_page_is_slow_to_read(name: str, mark: str) -> None:
    before = (
        TITLE
        if mark == "scholar"
        else "<p class=docsum-title>My NCBI, eAlert, nature, citation_title: biorxiv.org/cgi/content/</p>"
    )
    data = (before + HOSTILE[name]).encode()
    start = time.process_time()
    with suppress(DigestError):
        assert_safe(parse(data))
    if mark == "scholar":
        text = data.decode()
        assert scholar_alert.matches(text) and scholar_alert.parse(text).entries[0].title == "A paper"
    assert time.process_time() - start < 10, "what grows with the square takes a minute"


PIECES = st.sampled_from([
    TITLE, "<h3>", "</h3>", "<a class='docsum-title' href='https://pubmed.ncbi.nlm.nih.gov/123/'>", "</a>", "<td>",
    "<div class=gse_alrt_sni>", "A Lovel, B Kites… - Journal, 2026", "doi:10.1038/s41-1", "<p class='citation_title'>",
    "http://biorxiv.org/cgi/content/abstract/2024.06.03.597001v1", "<", ">", '"', "TLDR", "My NCBI", "PMID: 12\n\n",
    "<a class=paper-link href=https://www.semanticscholar.org/paper/x/y>", "<a href='https://www.nature.com/articles/s1'>",
    "eAlert nature ", "\n\n", "\n", "J Kites. 2026;1(2):3.", "<sub>2</sub>", "&#27;[31m", "<!--", "-->", "\u202e", "1.",
    "<https://scholar.google.com/scholar_url?url=https://example.org>\n", "<style>", "2026", "<br>",
])  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=4), max_size=25).map("".join))
def test_it_never_raises(soup: str) -> None:
    for data in (soup.encode("utf-8", "replace"), sent(soup.encode("utf-8", "replace").decode()).as_bytes()):
        try:
            digest = parse(data)
        except DigestError as error:
            assert error.remedy
        else:
            assert_safe(digest)
