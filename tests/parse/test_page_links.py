"""The PDF that a page names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.parse.feeds.page_links import pdf_of_page

PAGE = "https://journal.example/articles/1?x=y"


@pytest.mark.parametrize(
    ("html", "link"),
    [
        ('<meta name="citation_pdf_url" content="https://cdn.example/1.pdf">', "https://cdn.example/1.pdf"),
        (
            '<META CONTENT=" 1.pdf?a=1&amp;b=2 " NAME="Citation_PDF_URL"/>',
            "https://journal.example/articles/1.pdf?a=1&b=2",
        ),
        ('<meta property="citation_pdf_url" content="/1">', "https://journal.example/1"),
        (
            '<meta name="citation_pdf_url" content="javascript:x"><meta name=citation_pdf_url content=//a.b/c>',
            "https://a.b/c",
        ),
        ('<meta name="citation_pdf_url" content="">', None),
        ('<meta name="citation_pdf_url" content="https://[bad">', None),
        ('<meta name="citation_pdf_url" content="file:///etc/passwd">', None),
        ('<p>citation_pdf_url</p><a href="1.pdf">PDF</a>', None),
        ('<base href="/pdf/x"><meta name="citation_pdf_url" content="1.pdf">', "https://journal.example/pdf/1.pdf"),
        ('<base href="http://["><meta name="citation_pdf_url" content="/1">', "https://journal.example/1"),
        ("", None),
    ],
)
def test_pages(html: str, link: str | None) -> None:
    assert pdf_of_page(html, PAGE) == link


@given(st.text() | st.text().map('<meta name="citation_pdf_url" content="{}">'.format))
def test_any_page_is_read(html: str) -> None:
    link = pdf_of_page(html, PAGE)
    assert link is None or link.startswith(("https://", "http://"))
