"""Which papers Zotero has already, by whatever it says of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from feedreader.library import Library
from feedreader.model import Entry, Query
from feedreader.services.zotero import local_api
from tests.services.test_zotero import DAY, LATTICE, THREE, many, send, take_in
from tests.services.test_zotero_hard import ITEMS, refused
from tests.zotero_server import ZoteroServer, told

ALREADY: tuple[dict[str, Any], ...] = (
    {"itemType": "preprint", "title": "Another title", "archiveID": "arXiv:1905.00001"},
    {"itemType": "preprint", "title": "Lattices", "DOI": "10.48550/ARXIV.1905.00001"},
    {"itemType": "preprint", "title": "Lattices", "url": "http://arxiv.org/abs/1905.00001v2"},
    {"itemType": "journalArticle", "title": "Lattices", "extra": "tex.x: y\narXiv: 1905.00001 [cs.LG]"},
    {"itemType": "journalArticle", "title": "Lattices of <i>Glass</i>", "DOI": "10.1000/other", "date": "2020",
     "creators": [{"firstName": "A.", "lastName": "Lee", "creatorType": "author"},
                  {"firstName": "Li", "lastName": "Wu", "creatorType": "author"}]},
)  # fmt: skip
NOT_YET: tuple[dict[str, Any], ...] = (
    {"itemType": "preprint", "title": "Lattices of Glass", "archiveID": "arXiv:1905.00001", "deleted": 1},
    {"itemType": "preprint", "title": "Lattices of Glass", "archiveID": "arXiv:1905.00002"},
    {"itemType": "note", "note": "arXiv:1905.00001 Lattices of Glass"},
    {"itemType": "attachment", "title": "Lattices of Glass", "url": "http://arxiv.org/pdf/1905.00001"},
    {"itemType": "journalArticle", "title": "Lattices of Brass", "extra": "cites arXiv:1905.00001", "date": "2020"},
    {"itemType": "journalArticle", "title": "Lattices of Glass",
     "creators": [{"name": "Zoltan Quux", "creatorType": "author"}]},
    {"itemType": "preprint", "title": None, "creators": [None, 5, {"name": []}], "extra": {}, "date": 5, "url": []},
)  # fmt: skip


@pytest.mark.parametrize("few", [True, False])
@pytest.mark.parametrize("data", ALREADY)
def test_a_paper_that_is_there_is_known(
    zotero: ZoteroServer, library: Library, data: dict[str, Any], few: bool
) -> None:
    thing = zotero.add(**data)
    take_in(library, LATTICE, *([] if few else many(20)[5:]))
    outcome = send(library, zotero)
    assert outcome.known == ["1905.00001"] and library.zotero.items(["1905.00001"]) == {"1905.00001": thing["key"]}


@pytest.mark.parametrize("few", [True, False])
@pytest.mark.parametrize("data", NOT_YET)
def test_another_is_not(zotero: ZoteroServer, library: Library, data: dict[str, Any], few: bool) -> None:
    zotero.add(**data)
    take_in(library, LATTICE, *([] if few else many(20)[5:]))
    assert "1905.00001" in send(library, zotero).sent


def test_by_its_doi_or_title_too(zotero: ZoteroServer, library: Library) -> None:
    zotero.add(itemType="journalArticle", title="x", DOI="https://doi.org/10.1000/PRINTED.1")
    zotero.add(itemType="webpage", title="Sand without any number.", creators=[{"name": "Mona Roy"}])
    take_in(library, *THREE)
    assert len(send(library, zotero).known) == 2


@pytest.mark.parametrize("few", [True, False])
def test_a_published_paper_by_the_doi_of_its_preprint(zotero: ZoteroServer, library: Library, few: bool) -> None:
    thing = zotero.add(itemType="preprint", title="Working title", DOI="10.1101/2026.01.02.123456")
    ours = Entry(title="Knots", doi="10.1000/knots.1", preprint_doi="10.1101/2026.01.02.123456", day=DAY)
    take_in(library, ours, *([] if few else many(20)[5:]))
    outcome = send(library, zotero)
    assert outcome.known == ["10.1000/knots.1"] and library.zotero.items(outcome.known) == {
        outcome.known[0]: thing["key"]
    }


@pytest.mark.parametrize("few", [True, False])
def test_what_she_removed_there_can_be_sent_again(zotero: ZoteroServer, library: Library, few: bool) -> None:
    take_in(library, *(THREE if few else (*THREE, *many(20)[5:])))
    sent = len(send(library, zotero).sent)
    zotero.items = [each for each in zotero.items if "Glass" not in each["data"]["title"]]
    zotero.items[0]["data"]["deleted"] = 1
    again = send(library, zotero)
    assert len(again.sent) == 2 and len(again.known) == sent - 2


def test_few_papers_are_asked_for_each_and_many_all_at_once(
    zotero: ZoteroServer, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_api, "PAGE", 40)
    papers = take_in(library, *many(90))
    send(library, zotero)
    zotero.requests.clear()
    assert len(send(library, zotero, papers[:2]).known) == 2
    assert f"GET {ITEMS}/top" not in zotero.routes()
    zotero.requests.clear()
    assert len(send(library, zotero).known) == 90
    assert zotero.routes().count(f"GET {ITEMS}/top") == 3


@pytest.mark.parametrize("few", [True, False])
def test_what_cannot_be_read_is_not_taken_for_absent(
    zotero: ZoteroServer, library: Library, monkeypatch: pytest.MonkeyPatch, few: bool
) -> None:
    monkeypatch.setattr(local_api, "PAGE", 2)
    zotero.add(**ALREADY[0])
    take_in(library, LATTICE, *([] if few else many(20)[5:]))
    part = "q=" if few else "start=0"
    zotero.before = lambda request: told(500, "busy") if part in request.path else None
    assert refused(library, zotero) == "Zotero refused: it answered 500 busy. Try again, or update Zotero."
    assert len(zotero.papers) == 1


@pytest.mark.parametrize("title", ["量子のための新しい方法", "$\\mathcal{O}(n^2)$", "Über Öl", "α"])
def test_titles_in_any_script_are_found(zotero: ZoteroServer, library: Library, title: str) -> None:
    take_in(library, Entry(title=title, authors=("Mona Roy",), day=DAY, url="https://things.example/x"))
    send(library, zotero)
    library.zotero.drop(paper.id for paper in library.papers.find(Query()))
    assert len(send(library, zotero).known) == 1 and len(zotero.papers) == 1


def test_pages_that_never_end_do(zotero: ZoteroServer, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_api, "PAGE", 2)
    pages = [{"key": "A", "data": {"itemType": "book", "title": "x"}}, {"key": "B", "data": {"itemType": "book"}}]
    zotero.before = lambda request: told(200, pages) if request.method == "GET" and "/api/" in request.route else None
    take_in(library, *many(6))
    assert len(send(library, zotero).sent) == 6


def test_a_paper_is_known_by_any_of_its_names(zotero: ZoteroServer, library: Library) -> None:
    zotero.api = False
    take_in(library, LATTICE)
    send(library, zotero)
    take_in(library, LATTICE, replace(LATTICE, arxiv_id=None, doi="10.1000/glass"))
    (paper,) = library.papers.find(Query())
    assert send(library, zotero, [paper]).known == [paper.id] and len(zotero.papers) == 1
