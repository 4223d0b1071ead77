"""Items of Zotero: what is in them for any paper, and read back."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedreader.export.zotero import entry_of, item, note_html
from feedreader.model import UNMARKED, Journal, Paper
from feedreader.text.identifiers import arxiv_id
from tests.export.hostile import PAPERS, hostile

PLAIN = Paper(id="1905.00001", arxiv_id="1905.00001", title="On $\\mathcal{O}(n^2)$ glass", authors=("Ada Lee",))
FIELDS = {  # https://api.zotero.org/schema
    "preprint": {"repository", "archiveID"},
    "journalArticle": {"publicationTitle", "volume", "issue", "pages", "extra"},
}
COMMON = {"itemType", "title", "creators", "abstractNote", "date", "DOI", "url", "tags"}


@example(hostile())
@given(PAPERS)
def test_any_paper_is_an_item_that_zotero_takes(papers: list[Paper]) -> None:
    for paper in papers:
        made = json.loads(json.dumps(item(paper)))
        assert made["title"] and set(made) <= COMMON | FIELDS[made["itemType"]]
        texts = [value for value in made.values() if isinstance(value, str)]
        assert texts == [" ".join(text.split()) for text in texts]
        names = [set(each) - {"creatorType"} for each in made["creators"]]
        assert all(name in ({"name"}, {"firstName", "lastName"}) for name in names)
        assert all(all(each.values()) for each in made["creators"] + made["tags"])
        if paper.arxiv_id and arxiv_id(paper.arxiv_id) == (paper.arxiv_id, None):
            assert entry_of(made).arxiv_id == paper.arxiv_id


@pytest.mark.parametrize(
    "more, expected",
    [
        ({}, {"itemType": "preprint", "title": "On 𝒪(n²) glass", "repository": "arXiv", "date": "2019-05"}),
        ({"doi": "10.1000/x"}, {"itemType": "preprint", "DOI": "10.1000/x", "archiveID": "arXiv:1905.00001"}),
        ({"journal": Journal("Glass")}, {"itemType": "journalArticle", "extra": "arXiv: 1905.00001"}),
        ({"arxiv_id": None, "doi": "10.1101/2020.1"}, {"itemType": "preprint", "repository": "bioRxiv"}),
        (
            {"arxiv_id": None, "doi": "10.1101/2020.1", "url": "https://www.medrxiv.org/content/10.1101/2020.1"},
            {"repository": "medRxiv", "url": "https://www.medrxiv.org/content/10.1101/2020.1"},
        ),
        (
            {"arxiv_id": None, "journal": Journal("ChemRxiv", year=2024)},
            {"itemType": "preprint", "repository": "ChemRxiv"},
        ),
        ({"arxiv_id": None, "doi": "10.1000/x"}, {"itemType": "journalArticle", "DOI": "10.1000/x"}),
        ({"arxiv_id": None, "title": None, "id": "p-1"}, {"title": "p-1", "itemType": "preprint"}),
        (
            {"authors": ("Martin L. King, Jr.", "Ludwig van Beethoven", "ATLAS Collaboration", "et al.", "Plato")},
            {
                "creators": [
                    {"creatorType": "author", "firstName": "Martin L., Jr.", "lastName": "King"},
                    {"creatorType": "author", "firstName": "Ludwig", "lastName": "van Beethoven"},
                    {"creatorType": "author", "name": "ATLAS Collaboration"},
                    {"creatorType": "author", "name": "Plato"},
                ]
            },
        ),
        ({"marks": UNMARKED._replace(tags=("a", "ü b"))}, {"tags": [{"tag": "a"}, {"tag": "ü b"}]}),
    ],
)
def test_what_it_says(more: dict[str, Any], expected: dict[str, Any]) -> None:
    made = item(replace(PLAIN, **more))
    assert {name: made.get(name) for name in expected} == expected


TAG = re.compile(r"<[^>]*>")
HARMLESS = re.compile(
    r"</?(p|strong|em|ul|ol|li|h[1-6]|blockquote|pre|code)>|<(br|hr) />|<ol start=\"\d+\">|<code class=\"[^\"]*\">"
    r"|<a href=\"[^\"]*\"( title=\"[^\"]*\")?>|</a>"
)
MARKUP = st.lists(
    st.sampled_from(["<", ">", "&", '"', "'", "[", "](", ")", "javascript:", "data:text/html,", "http://x", "`", "*",
                     "\n", "- ", "# ", "```", "<script>", "<img src=x onerror=y>", "!", "<a href=", "&lt;", "\x00",
                     "\ud800", "a b", "<!--", "\t"]), max_size=30).map("".join)  # fmt: skip


@given(st.text() | MARKUP)
def test_a_note_has_no_markup_but_what_its_markdown_means(text: str) -> None:
    html = note_html(text)
    html.encode()
    assert [tag for tag in TAG.findall(html) if not HARMLESS.fullmatch(tag)] == []
    assert not re.search(r'href="\s*(javascript|vbscript|data:text)', html, re.IGNORECASE)


def test_a_note_keeps_its_lines_lists_and_links() -> None:
    assert note_html("# Head\n\none\ntwo\n\n- *a*\n- [b](https://b.example)") == (
        "<h1>Head</h1>\n<p>one<br />\ntwo</p>\n<ul>\n<li><em>a</em></li>\n"
        '<li><a href="https://b.example">b</a></li>\n</ul>'
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*COMMON, "extra", "archiveID", "publicationTitle", "volume"]), JSON))
def test_whatever_an_item_says_is_read(data: dict[str, Any]) -> None:
    entry = entry_of(data)
    assert entry.title is None or entry.title
