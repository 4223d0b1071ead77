"""Papers handed to a Zotero on the loopback: by either door, each once, whatever it answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from feedreader.library import Library
from feedreader.model import Digest, Entry, Journal, Paper, Query
from feedreader.services import ingest
from feedreader.services.zotero import Outcome, Zotero, hand_over
from feedreader.sources.loopback import exchange
from tests.zotero_server import ZoteroServer

DAY = date(2019, 5, 9)
LATTICE = Entry(arxiv_id="1905.00001", title="Lattices of Glass", authors=("Ada Lee", "Li Wu"), day=DAY)
PRINTED = Entry(
    doi="10.1000/printed.1",
    title="A Printed Thing",
    authors=("Jan van der Berg", "The Glass Collaboration"),
    journal=Journal("Annals of Things", "12", "3", "101-119", 2018),
    abstract="On things that were printed. " * 10,
    day=DAY,
)
NAMELESS = Entry(title="Sand Without Any Number", authors=("Mona Roy",), url="https://things.example/sand", day=DAY)
THREE = (LATTICE, PRINTED, NAMELESS)


def take_in(library: Library, *entries: Entry) -> list[Paper]:
    ingest.import_digest(library, Digest(format="x", title="Things", entries=entries), name="a.txt", path="/a.txt")
    return list(library.papers.find(Query()))


def many(number: int) -> list[Entry]:
    return [
        Entry(arxiv_id=f"1905.{n:05}", title=f"Thing number {n} of glass", authors=("A B",), day=DAY)
        for n in range(1, number + 1)
    ]


def send(library: Library, server: ZoteroServer, papers: Sequence[Paper] | None = None, **options: Any) -> Outcome:
    papers = list(library.papers.find(Query())) if papers is None else papers
    return hand_over(library, papers, Zotero(server.address, user_agent="feedreader/test", seconds=20), **options)


def notes(library: Library) -> set[str]:
    return set(library.zotero.items(paper.id for paper in library.papers.find(Query())).values())


def titles(server: ZoteroServer) -> list[str]:
    return sorted(data["title"] for data in server.papers)


# The contract --------------------------------------------------------------------------------------------------------

JSON = {"Content-Type": "application/json", "User-Agent": "feedreader/test"}
WRITE = JSON | {"Zotero-API-Key": "k", "Zotero-Server-ID": "abcdefghijkl", "Zotero-Write-Token": "token"}
ONE = {"sessionID": "used", "items": [{"id": "k1", "itemType": "preprint", "title": "T"}]}
ITEMS, SAVE = "/api/users/0/items", "/connector/saveItems"
CONTRACT: Sequence[tuple[dict[str, Any], str, str, dict[str, str], Any, int, str]] = (
    # how it is, what it is asked, and what it answers
    ({}, "GET", "/connector/ping", {}, None, 200, "Zotero is running"),
    ({}, "GET", "/connector/ping", {"Host": "evil.example"}, None, 400, "Invalid Host header"),
    ({}, "GET", "/connector/nothing", {}, None, 404, "No endpoint found"),
    ({}, "POST", "/connector/getSelectedCollection", JSON, {}, 200, '"libraryName": "My Library"'),
    ({}, "POST", SAVE, JSON, ONE | {"sessionID": "new"}, 201, ""),
    ({}, "POST", SAVE, JSON, ONE, 409, "SESSION_EXISTS"),
    ({"editable": False}, "POST", SAVE, JSON, ONE | {"sessionID": "new"}, 500, '"libraryEditable": false'),
    ({}, "POST", SAVE, {"Content-Type": "text/csv"}, ONE, 400, "content-type"),
    ({}, "POST", "/connector/updateSession", JSON, {"sessionID": "used", "target": "C23"}, 200, "{}"),
    ({}, "POST", "/connector/updateSession", JSON, {"sessionID": "no", "target": "C23"}, 400, "SESSION_NOT_FOUND"),
    ({}, "POST", "/connector/updateSession", JSON, {"sessionID": "used", "target": "C9"}, 400, "COLLECTION_NOT_FOUND"),
    ({}, "POST", "/connector/saveAttachment", {"X-Metadata": '{"sessionID": "no"}'}, "%PDF", 400, "SESSION_NOT_FOUND"),
    ({}, "GET", ITEMS, {}, None, 200, "[]"),
    ({"api": False}, "GET", ITEMS, {}, None, 403, "Local API is not enabled"),
    ({}, "GET", ITEMS, {"Zotero-Server-ID": "another"}, None, 412, "does not match"),
    ({}, "POST", "/api/local/authorize", JSON, {"appName": "x"}, 428, "Zotero-Server-ID not provided"),
    ({}, "POST", "/api/local/authorize", WRITE, {"appName": "x"}, 200, '"remember": true'),
    ({}, "POST", "/api/local/authorize", WRITE, {"appName": " "}, 400, "appName is required"),
    ({"prompt": "allow"}, "POST", "/api/local/authorize", WRITE, {"appName": "x"}, 200, '"remember": false'),
    ({"prompt": "deny"}, "POST", "/api/local/authorize", WRITE, {"appName": "x"}, 403, '"denied": true'),
    ({"asked": 5}, "POST", "/api/local/authorize", WRITE, {"appName": "x"}, 429, "Too many"),
    ({"version": "9.0.4"}, "POST", "/api/local/authorize", WRITE, {"appName": "x"}, 404, "No endpoint found"),
    ({"version": "9.0.4"}, "POST", ITEMS, WRITE, [], 400, "does not support method"),
    ({"api": False}, "POST", ITEMS, WRITE, [], 403, "not enabled"),
    ({}, "POST", ITEMS, JSON, [], 428, "Zotero-Server-ID not provided"),
    ({}, "POST", ITEMS, WRITE | {"Zotero-Server-ID": "another"}, [], 412, "does not match"),
    ({}, "POST", ITEMS, WRITE, [], 401, "Invalid or expired API key"),
    ({"keys": {"k": True}}, "POST", ITEMS, WRITE, [{"itemType": "preprint"}], 200, '"failed": {}'),
    ({"keys": {"k": True}, "tokens": {"token"}}, "POST", ITEMS, WRITE, [{}], 412, "Write token already used"),
    ({"keys": {"k": True}}, "POST", ITEMS, WRITE | {"Zotero-Write-Token": "four"}, [{}], 400, "5-32"),
    ({"keys": {"k": True}}, "POST", ITEMS, WRITE, {}, 400, "must be a JSON array"),
    ({"keys": {"k": True}}, "POST", ITEMS, WRITE, [{"itemType": "preprint"}] * 51, 413, "more than 50"),
    ({"keys": {"k": True}, "editable": False}, "POST", ITEMS, WRITE, [{}], 403, "Write access denied"),
)


@pytest.mark.parametrize("state, method, path, headers, value, status, text", CONTRACT)
def test_the_server_answers_as_zotero_does(
    zotero: ZoteroServer,
    state: dict[str, Any],
    method: str,
    path: str,
    headers: dict[str, str],
    value: Any,
    status: int,
    text: str,
) -> None:
    zotero.sessions["used"] = {}
    for name, what in state.items():
        setattr(zotero, name, what)
    body = b"" if value is None else value.encode() if isinstance(value, str) else json.dumps(value).encode()
    reply = exchange(method, zotero.address + path, headers, body, timeout=20)
    assert (reply.status, text in reply.body.decode()) == (status, True), reply
    assert reply.headers["x-zotero-version"] == zotero.version
    if path.startswith("/api") and zotero.version.startswith("10"):
        assert reply.headers["zotero-server-id"] == zotero.server_id


# Sending -------------------------------------------------------------------------------------------------------------

DOORS: dict[str, dict[str, Any]] = {
    "writable": {},
    "asks each time": {"prompt": "allow"},
    "readable": {"version": "9.0.4"},
    "connector": {"api": False},
    "old": {"api": False, "version": "7.0.11"},
}
every_door = pytest.mark.parametrize("door", DOORS)


@pytest.fixture
def behind(zotero: ZoteroServer) -> Callable[[str], ZoteroServer]:
    def behind(door: str) -> ZoteroServer:
        for name, what in DOORS[door].items():
            setattr(zotero, name, what)
        return zotero

    return behind


@every_door
def test_papers_go_there_once(behind: Callable[[str], ZoteroServer], library: Library, door: str) -> None:
    server = behind(door)
    take_in(library, *THREE)
    outcome = send(library, server)
    assert outcome.words == "3 papers sent to Zotero (My Library)."
    assert titles(server) == ["A Printed Thing", "Lattices of Glass", "Sand Without Any Number"]
    again = send(library, server)
    assert (len(again.known), again.sent, again.failed) == (3, [], {}) and len(server.papers) == 3
    assert again.words == f"All 3 papers {'are in Zotero' if server.api else 'were sent to Zotero'} already."
    assert send(library, server, list(library.papers.find(Query()))[:1]).words in (
        "This paper is in Zotero already.",
        "This paper was sent to Zotero already.",
    )
    assert len(send(library, server, again=True).sent) == 3 and len(server.papers) == 6


@every_door
def test_what_an_item_says(behind: Callable[[str], ZoteroServer], library: Library, door: str) -> None:
    server = behind(door)
    take_in(library, *THREE)
    send(library, server)
    by_title = {data["title"]: data for data in server.papers}
    preprint, article, bare = (by_title[entry.title or ""] for entry in THREE)
    assert preprint["itemType"] == "preprint" and preprint["repository"] == "arXiv"
    assert (preprint["archiveID"], preprint["DOI"]) == ("arXiv:1905.00001", "10.48550/arXiv.1905.00001")
    assert preprint["url"] == "https://arxiv.org/abs/1905.00001" and preprint["date"] == "2019-05-09"
    assert preprint["creators"][1] == {"creatorType": "author", "firstName": "Li", "lastName": "Wu"}
    assert article["itemType"] == "journalArticle" and article["publicationTitle"] == "Annals of Things"
    assert [article[field] for field in ("volume", "issue", "pages", "date")] == ["12", "3", "101-119", "2018"]
    assert article["DOI"] == "10.1000/printed.1" and article["abstractNote"].startswith("On things that were")
    assert [creator.get("lastName") or creator["name"] for creator in article["creators"]] == [
        "van der Berg",
        "The Glass Collaboration",
    ]
    assert bare["itemType"] == "preprint" and bare["url"] == "https://things.example/sand" and "DOI" not in bare


@every_door
def test_tags_notes_and_the_pdf_go_with_it(
    behind: Callable[[str], ZoteroServer], library: Library, door: str, tmp_path: Path
) -> None:
    server = behind(door)
    (paper,) = take_in(library, LATTICE)
    key = library.papers.key_of(paper.id)
    note = "**Good** <script>alert(1)</script>\n\n- one\n- [x](javascript:y) ![](https://far.example/a.png)"
    library.marks.set([key], {"tags": ("glass", "to-read"), "note": note}, label="x")
    pdf = tmp_path / "A pä per & more (1905.00001).pdf"
    pdf.write_bytes(b"%PDF-1.4\n" + bytes(range(256)) * 40)
    library.pdfs.put(key, pdf)
    assert send(library, server).remarks == []
    assert "<img" not in str(server.items)
    assert [tag["tag"] for tag in server.papers[0]["tags"]] == ["glass", "to-read"]
    (child,) = server.children("Lattices of Glass")
    assert child["note"].startswith("<p><strong>Good</strong> &lt;script&gt;") and "<li>one</li>" in child["note"]
    assert "<script" not in child["note"] and 'href="javascript' not in child["note"]
    if door == "asks each time":  # a file would be a question of its own
        (attachment,) = server.children("Lattices of Glass", "attachment")
        assert (attachment["linkMode"], attachment["path"]) == ("linked_file", str(pdf))
    else:
        (stored,) = server.attached.values()
        assert stored == pdf.read_bytes()
        (attachment,) = server.children("Lattices of Glass", "attachment")
        assert attachment["title"] == "Preprint PDF"
    if door == "writable":
        assert attachment["filename"] == pdf.name and server.asked == 1
