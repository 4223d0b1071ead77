"""Zotero's local API: which papers are there, and from Zotero 10 on writing, with a key that she grants in Zotero.

It is the Web API of version 3 (https://www.zotero.org/support/dev/web_api/v3/basics), which says what papers there are
to whoever asks once she has enabled it. Writing needs a key and the id of the server, which each answer has.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from feedreader.errors import ZoteroError
from feedreader.export.plain import shown
from feedreader.export.zotero import item, note_html
from feedreader.library import Library
from feedreader.model import Paper
from feedreader.services.zotero.attachments import Pdf, pdf_of, short, upload
from feedreader.services.zotero.known import is_paper, matches
from feedreader.services.zotero.outcome import Outcome
from feedreader.services.zotero.program import (
    Place,
    Zotero,
    dict_of,
    name_of,
    read_only,
    refusal,
    value_of,
)
from feedreader.sources.loopback import Reply
from feedreader.text.cleaning import clean, squash
from feedreader.text.display import clip

MOST = 50  # objects of one request, by Zotero's rule
FEW = 5  # papers up to which Zotero is asked for each; else for all that it has
PAGE = 1000  # items of one answer
PATIENCE = 300.0  # seconds that she has to answer Zotero's question
OWN = "L1"  # the library that is hers; the others are those of groups
KEY = "zotero key"  # the state that has the id of the server and the key
_APP = {"appName": "feedreader"}
_PLAIN_WORDS = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)*")
_ANY_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
_MOST_WORDS = 8
_TELLING = 8  # letters
_UNABLE = (400, 404, 405, 501)  # what a Zotero answers that can't write


class NotWritable(Exception):
    """This Zotero takes nothing through its local API."""


class LocalApi:
    """The local API for one place. `tell` gets what she is to be told while Zotero waits for her."""

    def __init__(self, zotero: Zotero, place: Place, library: Library, tell: Callable[[str], object]) -> None:
        self._zotero = zotero
        self._place = place
        self._library = library
        self._tell = tell
        self._server = ""
        self._prefix = "/api/users/0"

    # Reading -----------------------------------------------------------------------------------------------------

    def is_readable(self) -> bool:
        """Whether it says what is in the library that the place is in."""
        if self._ask("/items?format=json&limit=1").status != 200:
            return False
        if self._place.library == OWN:
            return True
        groups = self._get("/groups?format=json")
        found = [group.get("id") for group in groups if dict_of(group.get("data")).get("name") == self._place.path[0]]
        if len(found) != 1 or not isinstance(found[0], int):
            return False
        self._prefix = f"/api/groups/{found[0]}"
        return True

    def known(self, papers: Sequence[Paper], noted: Mapping[str, str]) -> dict[str, str]:
        """The papers that are there, by their ids, with their keys. `noted` are the keys that they had once."""
        objects = list(self._for_each(papers, noted) if len(papers) <= FEW else self._all())
        here = {object["key"] for object in objects if is_paper(object) and isinstance(object.get("key"), str)}
        by_key = {id: key for id, key in noted.items() if key in here}
        return matches([paper for paper in papers if paper.id not in by_key], objects) | by_key

    def _all(self) -> Iterator[Mapping[str, Any]]:
        path, seen = "/items/top", set[object]()
        for start in range(0, 10_000_000, PAGE):
            page = self._get(f"{path}?format=json&limit={PAGE}&start={start}")
            if not page and not start:  # no items, or none by themselves
                path = "/items"
                page = self._get(f"{path}?format=json&limit={PAGE}&start={start}")
            new = [object for object in page if object.get("key") not in seen]
            seen |= {object.get("key") for object in new}
            yield from new
            if len(page) != PAGE or not new:
                return

    def _for_each(self, papers: Iterable[Paper], noted: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        for paper in papers:
            if re.fullmatch(r"[A-Z0-9]{8}", noted.get(paper.id, "")):
                yield from self._get(f"/items/{noted[paper.id]}?format=json")
            for words in filter(None, (paper.arxiv_id, paper.doi, paper.preprint_doi)):
                yield from self._get(f"/items?format=json&qmode=everything&q={quote(words, safe='')}")
            if words := _words_of_title(paper):
                yield from self._get(f"/items?format=json&q={quote(words, safe='')}")

    def _get(self, path: str) -> list[dict[str, Any]]:
        """Objects; none where there is nothing (404). Raises ZoteroError where they can't be read."""
        reply = self._ask(path)
        if reply.status == 404:
            return []
        if reply.status != 200:
            raise refusal(reply)
        value = value_of(reply)
        return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]

    def _ask(self, path: str) -> Reply:
        reply = self._zotero.get(self._prefix + path)
        self._server = reply.headers.get("zotero-server-id", self._server)
        return reply

    # Writing -----------------------------------------------------------------------------------------------------

    def send(self, papers: Sequence[Paper], outcome: Outcome) -> None:
        """Send papers, MOST at the most, with their notes and PDFs. Raises NotWritable if they can't be sent this way,
        and ZoteroError."""
        collection = self._collection()
        keys, failed = self._create(
            [item(paper) | ({"collections": [collection]} if collection else {}) for paper in papers]
        )
        parents = {papers[at].id: key for at, key in keys.items()}
        self._library.zotero.put(parents)
        outcome.sent += parents
        outcome.failed |= {papers[at].id: reason for at, reason in failed.items()}
        self._send_children([paper for paper in papers if paper.id in parents], parents, outcome.remarks)

    def _collection(self) -> str:
        """The key of the collection; "" for a library. Raises NotWritable if it is not certain which one it is."""
        if self._place.is_library:
            return ""
        objects = {str(object.get("key")): dict_of(object.get("data")) for object in self._get("/collections")}
        found = [key for key in objects if _path(key, objects) == self._place.path[1:]]
        if len(found) != 1:
            raise NotWritable
        return found[0]

    def _send_children(self, papers: Sequence[Paper], parents: Mapping[str, str], remarks: list[str]) -> None:
        """Notes and PDFs. What goes wrong with them is a remark: the papers are there."""
        pdfs = {paper.id: pdf for paper in papers if (pdf := pdf_of(self._library, paper))}
        children: list[tuple[Paper, str, dict[str, Any]]] = []
        for paper in papers:
            parent = {"parentItem": parents[paper.id], "tags": []}
            if note := (paper.marks.note or "").strip():
                children.append((paper, "note", {"itemType": "note", "note": note_html(note), **parent}))
            if paper.id in pdfs and self._place.takes_files:
                children.append((paper, "PDF", self._attachment(pdfs[paper.id]) | parent))
        for start in range(0, len(children), MOST):
            chunk = children[start : start + MOST]
            try:
                keys, failed = self._create([child for *_, child in chunk])
            except (NotWritable, ZoteroError) as error:
                reason = str(error) or "Zotero takes no more."
                remarks.append(f"Notes and PDFs were not sent: {reason}")
                return
            for at, reason in failed.items():
                remarks.append(f"The {chunk[at][1]} of {short(chunk[at][0])} was not sent: {reason}.")
            for at, key in keys.items():
                if chunk[at][2].get("linkMode") == "imported_file":
                    self._upload(chunk[at][0], key, pdfs[chunk[at][0].id], remarks)

    def _attachment(self, pdf: Pdf) -> dict[str, Any]:
        """A PDF to be uploaded. Without a lasting key, each file would be a question to her: Zotero links to it."""
        attachment = {"itemType": "attachment", "title": pdf.title, "contentType": "application/pdf"}
        if self._kept_key():
            return attachment | {"linkMode": "imported_file", "filename": pdf.file.name, "url": pdf.url}
        return attachment | {"linkMode": "linked_file", "path": str(pdf.file)}

    def _upload(self, paper: Paper, key: str, pdf: Pdf, remarks: list[str]) -> None:
        try:
            upload(self._zotero, f"{self._prefix}/items/{key}/file", pdf, self._authorized)
        except (NotWritable, ZoteroError) as error:
            reason = str(error) or "Zotero takes no more."
            remarks.append(f"The PDF of {short(paper)} was not attached: {reason}")

    def _create(self, objects: Sequence[Mapping[str, Any]]) -> tuple[dict[int, str], dict[int, str]]:
        """The keys of what was created, and the reasons why something was not, by their places."""
        headers = {"Zotero-Write-Token": secrets.token_hex(16)}
        reply = self._authorized(lambda more: self._zotero.post(f"{self._prefix}/items", objects, {**headers, **more}))
        if reply.status == 413 and len(objects) > 1:
            half = len(objects) // 2
            keys, failed = self._create(objects[:half])
            more_keys, more_failed = self._create(objects[half:])
            return keys | _moved(more_keys, half), failed | _moved(more_failed, half)
        if reply.status != 200:
            raise self._refusal(reply)
        told = dict_of(value_of(reply))
        parts = [_by_place(told.get(part)) for part in ("unchanged", "success")]
        created = {at: key for part in parts for at, key in part.items() if isinstance(key, str) and at < len(objects)}
        failed = {at: _reason(why) for at, why in _by_place(told.get("failed")).items()}
        unsaid = set(range(len(objects))) - created.keys() - failed.keys()
        return created, failed | dict.fromkeys(unsaid, "Zotero did not say what became of it")

    def _refusal(self, reply: Reply) -> Exception:
        if reply.status in _UNABLE or _is_off(reply):
            return NotWritable()
        return read_only(self._place) if reply.status == 403 else refusal(reply)

    # The key -----------------------------------------------------------------------------------------------------

    def _authorized(self, write: Callable[[Mapping[str, str]], Reply]) -> Reply:
        """Do what needs a key: if the one that is kept is no longer good, with one that she grants now."""
        for attempt in range(2):
            key = {"Zotero-API-Key": self._kept_key() or self._ask_for_key()}
            reply = self._identified(lambda server, key=key: write(server | key))  # type: ignore[misc]
            if reply.status != 401 or attempt:
                break
            self._library.set_state(KEY, None)
        return reply

    def _identified(self, ask: Callable[[dict[str, str]], Reply]) -> Reply:
        """Ask as one who knows which Zotero this is; if it says that it is another, once again."""
        reply = ask(self._server_header())
        server = reply.headers.get("zotero-server-id", "")
        if reply.status in (412, 428) and server not in ("", self._server):
            self._server = server
            reply = ask(self._server_header())
        return reply

    def _server_header(self) -> dict[str, str]:
        return {"Zotero-Server-ID": self._server} if self._server else {}

    def _kept_key(self) -> str:
        server, _, key = (self._library.state(KEY) or "").partition(" ")
        return key if server == self._server else ""

    def _ask_for_key(self) -> str:
        """Let Zotero ask her. Raises NotWritable, and ZoteroError if she refuses or does not answer."""
        self._tell("Zotero asks whether feedreader may add papers: answer there.")
        reply = self._identified(
            lambda server: self._zotero.post("/api/local/authorize", _APP, server, seconds=PATIENCE)
        )
        if reply.status == 200:
            told = dict_of(value_of(reply))
            key = told.get("key")
            if not isinstance(key, str) or not re.fullmatch(r"[!-~]{1,200}", key):
                raise ZoteroError("Zotero granted access without a valid key.", "Restart Zotero and try again.")
            if told.get("remember") is True:
                self._library.set_state(KEY, f"{self._server} {key}")
            return key
        if reply.status == 429:
            seconds = reply.headers.get("retry-after", "")
            when = f"in {seconds} seconds" if seconds.isdecimal() and len(seconds) < 6 else "in a minute"
            raise ZoteroError("Zotero was asked for access too often.", f"Try again {when}.")
        if reply.status == 403 and not _is_off(reply):
            raise ZoteroError("Access was denied in Zotero.", "Try again, and choose “Always Allow” there.")
        if reply.status in _UNABLE or _is_off(reply):
            raise NotWritable
        raise refusal(reply)


def _by_place(value: object) -> dict[int, Any]:
    return {int(at): what for at, what in dict_of(value).items() if re.fullmatch("[0-9]{1,2}", at)}


def _moved(values: Mapping[int, str], by: int) -> dict[int, str]:
    return {at + by: value for at, value in values.items()}


def _is_off(reply: Reply) -> bool:
    return reply.status == 403 and b"not enabled" in reply.body


def _reason(why: object) -> str:
    message = squash(clean(str(dict_of(why).get("message", ""))))
    return clip(message, 200).rstrip(".") or "Zotero gave no reason"


def _path(key: str, collections: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """The names of a collection and of those that it is in, the outermost first."""
    path: tuple[str, ...] = ()
    for _ in range(100):
        if key not in collections:
            break
        path = (name_of(collections[key].get("name")), *path)
        key = str(collections[key].get("parentCollection"))
    return path


def _words_of_title(paper: Paper) -> str:
    """The longest run of words in a title, of plain ones if there are: these another spelling of it has, too."""
    title = shown(paper.title or "")
    plain, any_words = (max(words.findall(title), key=len, default="") for words in (_PLAIN_WORDS, _ANY_WORDS))
    run = plain if len(plain) >= _TELLING else any_words
    return " ".join(run.split()[:_MOST_WORDS])
