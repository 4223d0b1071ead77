"""Zotero as it should not be: gone, slow, read-only, denied, dying midway, lying; and what it has already."""

from __future__ import annotations

import re
import socket
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from feedreader.errors import ConfigError, ZoteroError
from feedreader.library import Library
from feedreader.model import Entry, Query
from feedreader.services.zotero import Zotero, hand_over, local_api
from tests.raw_server import RawServer
from tests.services.test_zotero import DAY, LATTICE, THREE, many, notes, send, take_in
from tests.zotero_server import Request, ZoteroServer, dies, sleeps, told

SAVE, ITEMS, AUTHORIZE = "/connector/saveItems", "/api/users/0/items", "/api/local/authorize"
PLACES = "/connector/getSelectedCollection"


def refused(library: Library, server: ZoteroServer, **options: Any) -> str:
    """What is said where nothing can be sent; nothing is noted then."""
    with pytest.raises(ZoteroError) as caught:
        send(library, server, **options)
    return str(caught.value)


# Nothing can be sent -------------------------------------------------------------------------------------------------


def test_where_none_runs_one_sentence_says_so(library: Library) -> None:
    take_in(library, LATTICE)
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/"
    with pytest.raises(ZoteroError) as caught:
        hand_over(library, library.papers.find(Query()), Zotero(address, user_agent="x"))
    assert str(caught.value) == f"Zotero is not running at {address[:-1]}. Start it and try again."


@pytest.mark.parametrize("address", ["https://127.0.0.1:23119", "http://", "ftp://127.0.0.1"])
def test_an_address_that_can_be_none_is_a_mistake_in_the_settings(address: str) -> None:
    with pytest.raises(ConfigError, match="begins with http://"):
        Zotero(address, user_agent="x")


@pytest.mark.parametrize("port", ["99999", "x", "-1"])
def test_nor_can_every_port(library: Library, port: str) -> None:
    with pytest.raises(ZoteroError, match="not running"):
        hand_over(library, (), Zotero(f"http://127.0.0.1:{port}", user_agent="x"))


@pytest.mark.parametrize(
    "answer, said",
    [
        (b"HTTP/1.0 200 OK\r\n\r\n<html>A router</html>", "Another program than Zotero answers"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n", "Another program"),
        (b"220 mail.example ESMTP\r\n", "closed the connection"),
        (b"", "closed the connection"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nZotero", "closed the connection"),
    ],
)
def test_another_program_at_its_address_gets_no_papers(
    raw: RawServer, library: Library, answer: bytes, said: str
) -> None:
    raw["/connector/ping"] = answer
    take_in(library, LATTICE)
    with pytest.raises(ZoteroError, match=said):
        hand_over(library, library.papers.find(Query()), Zotero(raw.base, user_agent="x"))
    assert raw.requests == ["/connector/ping"]


def test_it_says_who_asks_and_no_more(zotero: ZoteroServer, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    take_in(library, LATTICE)
    send(library, zotero)
    for request in zotero.requests:
        assert request.headers["user-agent"] == "feedreader/test" and "origin" not in request.headers
        assert request.headers["host"] == f"127.0.0.1:{zotero.port}"


@pytest.mark.parametrize(
    "route, body",
    [
        (PLACES, b"{"),
        (PLACES, b"\xff\x00"),
        (PLACES, b"[" * 100_000),
        (ITEMS, b"<p>"),
        (AUTHORIZE, b"key"),
        (AUTHORIZE, b'{"key": "a\\r\\nb"}'),
        (AUTHORIZE, b"[]"),
    ],
)
def test_nonsense_is_an_error(zotero: ZoteroServer, library: Library, route: str, body: bytes) -> None:
    take_in(library, LATTICE)
    zotero.before = lambda request: (200, {"Zotero-Server-ID": "s"}, body) if request.route == route else None
    assert "valid" in refused(library, zotero)
    assert notes(library) == set() and zotero.papers == []


@pytest.mark.parametrize("value", [None, [], 7, {"success": []}, {"success": {"0": None, "x": 1, "99": "A"}}])
def test_an_answer_that_does_not_say_what_became_of_papers_is_no_success(
    zotero: ZoteroServer, library: Library, value: Any
) -> None:
    take_in(library, LATTICE)
    zotero.before = lambda r: told(200, value) if (r.method, r.route) == ("POST", ITEMS) else None
    outcome = send(library, zotero)
    assert outcome.sent == [] and list(outcome.failed) == ["1905.00001"] and notes(library) == set()


@pytest.mark.parametrize("value", [{}, {"targets": 5}, {"targets": [None, {"id": "C1"}, {"id": "X9", "name": "a"}]}])
def test_places_may_be_told_in_any_way(zotero: ZoteroServer, library: Library, value: Any) -> None:
    take_in(library, LATTICE)
    zotero.before = lambda request: told(200, value) if request.route == PLACES else None
    zotero.api = False
    assert len(send(library, zotero).sent) == 1


def test_a_read_only_library_takes_nothing(zotero: ZoteroServer, library: Library) -> None:
    take_in(library, LATTICE)
    zotero.editable = False
    assert refused(library, zotero) == (
        "My Library is read-only in Zotero. Select another library or collection there."
    )
    zotero.before = lambda r: told(200, {"libraryID": 1, "libraryName": "L", "id": None}) if r.route == PLACES else None
    for zotero.api in (True, False):  # it is told only when something is sent
        assert "is read-only in Zotero" in refused(library, zotero)
    assert notes(library) == set()


@pytest.mark.parametrize("route", [ITEMS, SAVE, PLACES, "/connector/ping", AUTHORIZE])
def test_a_slow_one_is_waited_for_only_so_long(
    zotero: ZoteroServer, library: Library, route: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_api, "PATIENCE", 0.4)
    take_in(library, LATTICE)
    zotero.api = route != SAVE
    zotero.before = sleeps(route, 1.0)
    with pytest.raises(ZoteroError, match=r"did not answer within 0\.4 seconds"):
        hand_over(library, library.papers.find(Query()), Zotero(zotero.address, user_agent="x", seconds=0.4))


# Access --------------------------------------------------------------------------------------------------------------


def test_a_refusal_is_obeyed(zotero: ZoteroServer, library: Library) -> None:
    take_in(library, LATTICE)
    zotero.prompt = "deny"
    assert refused(library, zotero).startswith("Access was denied in Zotero.")
    zotero.asked = 5
    assert refused(library, zotero) == "Zotero was asked for access too often. Try again in 42 seconds."
    assert zotero.papers == [] and "POST /connector/saveItems" not in zotero.routes()


def test_access_is_asked_for_once_and_again_when_it_is_taken_back(zotero: ZoteroServer, library: Library) -> None:
    told: list[str] = []
    papers = take_in(library, *THREE)
    for paper in papers[:2]:
        send(library, zotero, [paper], tell=told.append)
    assert zotero.asked == 1 and len(told) == 1 and "answer there" in told[0]
    zotero.keys.clear()
    send(library, zotero, papers, tell=told.append)
    assert zotero.asked == 2 and len(told) == 2 and len(zotero.papers) == 3


def test_a_key_that_is_good_once_is_asked_for_each_time(zotero: ZoteroServer, library: Library) -> None:
    zotero.prompt = "allow"
    papers = take_in(library, *THREE)
    for paper in papers:
        send(library, zotero, [paper])
    assert zotero.asked == 3 and len(zotero.papers) == 3 and library.state(local_api.KEY) is None


def test_another_zotero_is_another_key(zotero: ZoteroServer, library: Library) -> None:
    papers = take_in(library, *THREE)
    send(library, zotero, papers[:1])
    zotero.server_id = "mnopqrstuvwx"
    send(library, zotero, papers[1:2])
    assert zotero.asked == 2 and len(zotero.papers) == 2
    changes = iter(["third3333333"])  # while papers are being sent
    zotero.before = lambda request: setattr(zotero, "server_id", next(changes, zotero.server_id)) if (
        request.method, request.route) == ("POST", ITEMS) else None  # fmt: skip
    send(library, zotero, papers[2:])
    assert len(zotero.papers) == 3


def test_a_token_that_was_used_is_an_error_and_no_double(zotero: ZoteroServer, library: Library) -> None:
    take_in(library, LATTICE)
    zotero.before = lambda r: told(412, "Write token already used") if (r.method, r.route) == ("POST", ITEMS) else None
    assert "412 Write token already used" in refused(library, zotero)


# What is wrong with some ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("api", [True, False])
def test_a_paper_that_zotero_refuses_hurts_only_itself(zotero: ZoteroServer, library: Library, api: bool) -> None:
    zotero.api = api
    zotero.unsavable = re.compile("number 7 ")
    take_in(library, *many(60))
    progress: list[tuple[int, int]] = []
    outcome = send(library, zotero, progress=lambda done, total: progress.append((done, total)))
    assert len(outcome.sent) == len(zotero.papers) == 59 and list(outcome.failed) == ["1905.00007"]
    assert ("Unknown itemType" if api else "500") in outcome.failed["1905.00007"]
    assert progress[-1] == (60, 60) and len(progress) > 2
    assert len(send(library, zotero).known) == 59 and len(zotero.papers) == 59


def test_no_request_has_more_objects_than_zotero_takes(zotero: ZoteroServer, library: Library) -> None:
    take_in(library, *many(120))
    assert len(send(library, zotero).sent) == 120
    zotero.most, zotero.items = 7, []
    assert len(send(library, zotero).sent) == 120 and len(zotero.papers) == 120
    sizes = [len(request.value) for request in zotero.requests if (request.method, request.route) == ("POST", ITEMS)]
    assert max(sizes) == 50 and sizes[:3] == [50, 50, 20]


HOSTILE = (
    "A \x1b[31mred\x07 title",
    '<script>alert(1)</script> & "q"',
    "$\\alpha$ =?utf-8?q?=22?= {x}",
    "😀" * 900,
    "\u2028",
)


@pytest.mark.parametrize("api", [True, False])
def test_hostile_text_arrives_as_text(zotero: ZoteroServer, library: Library, api: bool, tmp_path: Path) -> None:
    zotero.api = api
    papers = take_in(
        library,
        *(
            Entry(title=text, authors=(text,), abstract=text, url=f"https://x.example/{n}?=?a?q?=22?=", day=DAY)
            for n, text in enumerate(HOSTILE)
        ),
    )
    pdf = tmp_path / "x.pdf"
    pdf.write_bytes(b"%PDF-1.4")
    for paper in papers:
        library.pdfs.put(library.papers.key_of(paper.id), pdf)
    outcome = send(library, zotero)
    assert len(outcome.sent) == len(papers) and outcome.remarks == [] and len(zotero.attached) == len(papers)
    assert all(char.isprintable() for data in zotero.papers for char in data["title"])
    assert len(send(library, zotero).known) == len(papers)


@pytest.mark.parametrize("api", [True, False])
def test_a_pdf_or_note_that_cannot_be_sent_is_said(
    zotero: ZoteroServer, library: Library, api: bool, tmp_path: Path
) -> None:
    zotero.api = api
    (paper,) = take_in(library, LATTICE)
    pdf = tmp_path / "x.pdf"
    pdf.write_bytes(b"%PDF-1.4")
    library.pdfs.put(library.papers.key_of(paper.id), pdf)
    fails = re.compile(r"/connector/saveAttachment|.*/file")
    zotero.before = lambda request: told(500, "no room") if fails.fullmatch(request.route) else None
    outcome = send(library, zotero)
    assert len(outcome.sent) == 1 and not outcome.failed
    assert len(outcome.remarks) == 1 and "“Lattices of Glass” was not attached" in outcome.remarks[0]
    assert "500 no room" in outcome.remarks[0]


def test_where_files_are_not_taken_the_paper_is(zotero: ZoteroServer, library: Library, tmp_path: Path) -> None:
    zotero.api = zotero.takes_files = False
    (paper,) = take_in(library, LATTICE)
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.4")
    library.pdfs.put(library.papers.key_of(paper.id), tmp_path / "x.pdf")
    assert send(library, zotero).remarks == [
        "The PDF of “Lattices of Glass” was not attached: the library takes no files."
    ]


# When it dies --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("api", [True, False])
@pytest.mark.parametrize("when", ["before", "after"])
def test_what_may_have_arrived_is_never_there_twice(
    zotero: ZoteroServer, library: Library, api: bool, when: str
) -> None:
    zotero.api = api
    take_in(library, *THREE)
    setattr(zotero, when, dies(ITEMS if api else SAVE))
    if api:  # reading goes the same way; it is the writing that fails
        dying = getattr(zotero, when)
        setattr(zotero, when, lambda request: dying(request) if request.method == "POST" else None)
    with pytest.raises(ZoteroError, match="without answering"):
        send(library, zotero)
    assert len(zotero.papers) == (3 if when == "after" else 0)
    setattr(zotero, when, lambda request: None)
    outcome = send(library, zotero)
    assert len(outcome.sent) + len(outcome.known) == 3 and len(zotero.papers) == 3
    assert len(send(library, zotero).known) == 3


def test_one_by_one_too(zotero: ZoteroServer, library: Library) -> None:
    """Some of those that may have arrived are asked for first, then all."""
    zotero.api = False
    papers = take_in(library, *THREE)
    zotero.after = dies(SAVE)
    with pytest.raises(ZoteroError):
        send(library, zotero, papers[:2])
    assert len(send(library, zotero, papers[1:]).sent) == 2
    assert len(send(library, zotero, papers).known) == 3 and len(zotero.papers) == 3
    zotero.items, library_of = [], take_in(library, *many(20)[5:8])
    new = [paper for paper in library_of if paper not in papers]
    zotero.before = dies(SAVE)
    with pytest.raises(ZoteroError):
        send(library, zotero, new[:2])
    assert len(send(library, zotero, new[1:]).sent) == 2  # the session never was: the other one did not arrive
    assert len(send(library, zotero, new).sent) == 1 and len(zotero.papers) == 3


@pytest.mark.parametrize("api", [True, False])
def test_midway_what_was_sent_counts_and_the_rest_goes_later(zotero: ZoteroServer, library: Library, api: bool) -> None:
    zotero.api = api
    take_in(library, *many(130))
    posts = 0

    def third(request: Request) -> None:
        nonlocal posts
        posts += (request.method, request.route) == ("POST", ITEMS if api else SAVE)
        if posts == 3:
            dies(request.route)(request)

    zotero.before = third
    outcome = send(library, zotero)
    assert len(outcome.sent) == 100 and len(outcome.failed) == len(outcome.left) == 30
    assert "closed the connection" in str(outcome.error)
    posts = 100
    outcome = send(library, zotero)
    assert (len(outcome.sent), len(outcome.known), len(zotero.papers)) == (30, 100, 130)


# Where it goes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("api", [True, False])
@pytest.mark.parametrize(
    "name, words, id, key",
    [
        (None, "My Library", None, None),
        ("my library", "My Library", None, None),
        ("deeper", "My Library / Reading / Deeper", "C24", "DEEPER11"),
        ("Reading/Deeper", "My Library / Reading / Deeper", "C24", "DEEPER11"),
        ("my library / reading", "My Library / Reading", "C23", "READING1"),
        ("C23", "My Library / Reading", "C23", "READING1"),
        ("Our Group/Reading", "Our Group / Reading", "C31", "GROUPREA"),
    ],
)
def test_the_collection_is_the_one_that_was_named(
    zotero: ZoteroServer, library: Library, name: str | None, words: str, id: str | None, key: str | None, api: bool
) -> None:
    zotero.api = api
    take_in(library, LATTICE)
    assert send(library, zotero, collection=name).place == words
    (data,) = zotero.papers or [each["data"] for each in zotero.group_items]
    assert data.get("collections", []) == ([key if api else id] if id else [])
    assert len(send(library, zotero, collection=name).known) == 1


@pytest.mark.parametrize("api", [True, False])
def test_else_the_one_selected_there(zotero: ZoteroServer, library: Library, api: bool) -> None:
    zotero.api, zotero.selected = api, "C24"
    take_in(library, LATTICE)
    assert send(library, zotero).words == "1 paper sent to Zotero (My Library / Reading / Deeper)."
    assert zotero.papers[0]["collections"] == ["DEEPER11" if api else "C24"]


def test_a_name_that_is_none_or_several_is_an_error(zotero: ZoteroServer, library: Library) -> None:
    take_in(library, LATTICE)
    assert refused(library, zotero, collection="Redaing") == (
        "Zotero has no collection “Redaing”. Did you mean “Reading”?"
    )
    assert refused(library, zotero, collection="") == (
        "Zotero has no collection “”. Choose from “My Library”, “Reading”, “Deeper”, “Our Group”."
    )
    assert refused(library, zotero, collection="reading") == (
        "Zotero has several collections “reading”: My Library / Reading, Our Group / Reading. Name one with its path."
    )
    assert zotero.papers == []


def test_two_of_one_path_are_told_apart_by_their_ids(zotero: ZoteroServer, library: Library) -> None:
    zotero.collections += [("C25", "DEEPER22", "Deeper", 2)]
    take_in(library, LATTICE)
    send(library, zotero, collection="C25")  # the local API has no ids
    assert zotero.papers[0]["collections"] == ["C25"] and zotero.asked == 0


def test_a_collection_that_is_gone_meanwhile_is_said(zotero: ZoteroServer, library: Library) -> None:
    zotero.api = False
    take_in(library, LATTICE)
    zotero.before = lambda r: zotero.collections.pop() and None if r.route == SAVE else None
    outcome = send(library, zotero, collection="Deeper")
    assert len(outcome.sent) == 1 and "The papers are in My Library" in outcome.remarks[0]
