"""A server on the loopback that answers as Zotero does: the connector's door, and the local API as of versions 8 to 10.

What it answers to what is a table in tests/services/test_zotero.py. It keeps what it is sent, as Zotero would.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

Answer = tuple[int, dict[str, str], bytes]


class Request(NamedTuple):
    """One that came; the names of headers are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def value(self) -> Any:
        return json.loads(self.body)

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    @property
    def route(self) -> str:
        return urlsplit(self.path).path


def told(status: int, value: object, **headers: str) -> Answer:
    if isinstance(value, str):
        return status, {"Content-Type": "text/plain", **headers}, value.encode()
    return status, {"Content-Type": "application/json", **headers}, json.dumps(value).encode()


class ZoteroServer:
    """`api` is whether the local API is enabled, `prompt` what she answers when Zotero asks for access: "allow" (once),
    "always" or "deny". `selected` is the id of the collection or library selected.

    `collections` are (id, key, name, level). `items` are objects as the API gives them, `attached` the bytes of files
    by the key of their paper. `before` and `after` are called with each request, before and after its work: what they
    raise closes the connection; an answer of `before` is given at once.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.version = "10.0.1"
        self.api = True
        self.prompt = "always"
        self.selected = "L1"
        self.editable = True
        self.takes_files = True
        self.server_id = "abcdefghijkl"
        self.most = 50
        self.collections = [("C23", "READING1", "Reading", 1), ("C24", "DEEPER11", "Deeper", 2)]
        self.group_collections = [("C31", "GROUPREA", "Reading", 1)]
        self.items: list[dict[str, Any]] = []
        self.group_items: list[dict[str, Any]] = []
        self.attached: dict[str, bytes] = {}
        self.sessions: dict[str, dict[str, str]] = {}
        self.tokens: set[str] = set()
        self.keys: dict[str, bool] = {}  # whether it may be used again
        self.asked = 0
        self.unsavable = re.compile("(?!)")
        self.requests: list[Request] = []
        self.before: Callable[[Request], Answer | None] = lambda request: None
        self.after: Callable[[Request], object] = lambda request: None
        self._uploads: dict[str, dict[str, Any]] = {}
        self._numbers = count(1)
        self._lock = threading.RLock()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # What the tests look at ------------------------------------------------------------------------------------------

    @property
    def papers(self) -> list[dict[str, Any]]:
        """The data of the items that are papers, in the order in which they came."""
        apart = ("note", "attachment")
        return [each["data"] for each in self.items if each["data"]["itemType"] not in apart]

    def children(self, title: str, kind: str = "note") -> list[dict[str, Any]]:
        parent = next(each["key"] for each in self.items if each["data"].get("title") == title)
        mine = [each["data"] for each in self.items if each["data"].get("parentItem") == parent]
        return [each for each in mine if each["itemType"] == kind]

    def routes(self) -> list[str]:
        """What was asked for, in order: "POST /connector/saveItems"."""
        return [f"{request.method} {request.route}" for request in self.requests]

    def add(self, *, group: bool = False, **data: Any) -> dict[str, Any]:
        key = f"{next(self._numbers):08}".translate(str.maketrans("01", "ZY"))
        thing = {"key": key, "version": 1, "data": {"key": key, "version": 1, **data}}
        (self.group_items if group else self.items).append(thing)
        return thing

    # Answers ---------------------------------------------------------------------------------------------------------

    def answer(self, request: Request) -> Answer | None:
        """None: the connection is closed without a word."""
        with self._lock:
            self.requests.append(request)
            host = request.headers.get("host", "")
            if not re.fullmatch(r"(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?", host):
                return told(400, "Invalid Host header\n")
            browser = request.headers.get("user-agent", "").startswith("Mozilla/") or "origin" in request.headers
            if browser and "zotero-allowed-request" not in request.headers:
                return None
            if (given := self.before(request)) is not None:
                return given
            answer = self._api(request) if request.route.startswith("/api/") else self._connector(request)
            self.after(request)
            return answer

    def _connector(self, request: Request) -> Answer:
        name = request.route.removeprefix("/connector/")
        if name == "ping" and request.method == "GET":
            body = b"<!DOCTYPE html><html><body>Zotero is running</body></html>"
            return 200, {"Content-Type": "text/html"}, body
        does = getattr(self, f"_{name}", None) if name.isalpha() else None
        if does is None:
            return told(404, "No endpoint found\n")
        if request.method != "POST":
            return told(400, "Endpoint does not support method\n")
        if name != "saveAttachment" and request.headers.get("content-type") != "application/json":
            return told(400, "Endpoint does not support content-type\n")
        answer: Answer = does(request)
        return answer

    def _getSelectedCollection(self, request: Request) -> Answer:
        library = {"libraryID": 1, "libraryName": "My Library"}
        names = {id: name for id, _, name, _ in self.collections + self.group_collections}
        if self.selected in ("L2", *(id for id, *_ in self.group_collections)):
            library = {"libraryID": 2, "libraryName": "Our Group"}
        chosen = self.selected[0] == "C"
        place: dict[str, Any] = {"id": int(self.selected[1:]) if chosen else None}
        place["name"] = names[self.selected] if chosen else library["libraryName"]
        rights = {"libraryEditable": self.editable, "filesEditable": self.takes_files, "editable": self.editable}
        targets = [{"id": "L1", "name": "My Library", "filesEditable": self.takes_files, "level": 0}]
        targets += [self._target(*each) for each in self.collections]
        targets += [{"id": "L2", "name": "Our Group", "filesEditable": True, "level": 0}]
        targets += [self._target(*each) for each in self.group_collections]
        if not self.editable:
            targets = targets[len(self.collections) + 1 :]
        return told(200, library | place | rights | {"targets": targets, "tags": {}})

    def _target(self, id: str, key: str, name: str, level: int) -> dict[str, Any]:
        return {"id": id, "name": name, "filesEditable": self.takes_files, "level": level}

    def _saveItems(self, request: Request) -> Answer:
        value = request.value
        if value["sessionID"] in self.sessions:
            return told(409, {"error": "SESSION_EXISTS"})
        if not self.editable:
            self.sessions[value["sessionID"]] = {}
            return told(500, {"libraryEditable": False})
        if any(self.unsavable.search(json.dumps(each, ensure_ascii=False)) for each in value["items"]):
            return told(500, "")
        keys = {}
        for item in value["items"]:
            data = {name: what for name, what in item.items() if name not in ("id", "notes", "attachments")}
            data["tags"] = [tag | {"type": 1} for tag in item.get("tags", [])]
            data["collections"] = [self.selected] if self.selected[0] == "C" else []
            keys[item["id"]] = self.add(**data)["key"]
            for note in item.get("notes", []):
                self.add(itemType="note", note=note["note"], parentItem=keys[item["id"]])
        self.sessions[value["sessionID"]] = keys
        return 201, {"Content-Type": "application/json"}, b""

    def _updateSession(self, request: Request) -> Answer:
        value = request.value
        if value["sessionID"] not in self.sessions:
            return told(400, {"error": "SESSION_NOT_FOUND"})
        if value["target"] not in ("L1", "L2", *(id for id, *_ in self.collections + self.group_collections)):
            return told(400, {"error": "COLLECTION_NOT_FOUND"})
        for thing in self.items:
            if thing["key"] in self.sessions[value["sessionID"]].values():
                thing["data"]["collections"] = [value["target"]] if value["target"][0] == "C" else []
        return told(200, {})

    def _saveAttachment(self, request: Request) -> Answer:
        metadata = json.loads(request.headers["x-metadata"])
        session = self.sessions.get(metadata["sessionID"])
        if session is None:
            return told(400, {"error": "SESSION_NOT_FOUND"})
        if not self.takes_files:
            return told(200, "Library files are not editable.")
        key = session[metadata["parentItemID"]]
        self.add(itemType="attachment", title=metadata["title"], url=metadata["url"], parentItem=key)
        self.attached[key] = request.body
        return 201, {}, b""

    # The local API

    @property
    def _writable(self) -> bool:
        return int(self.version.split(".")[0]) >= 10

    def _api(self, request: Request) -> Answer:
        status, headers, body = self._api_answer(request)
        if self._writable:
            headers["Zotero-Server-ID"] = self.server_id
        return status, {**headers, "Zotero-API-Version": "3"}, body

    def _api_answer(self, request: Request) -> Answer:
        if request.route.startswith("/api/local/") and not self._writable:
            return told(404, "No endpoint found\n")
        if not self.api:
            return told(403, "Local API is not enabled")
        server = request.headers.get("zotero-server-id")
        if server is None and request.method == "POST" and "/uploads/" not in request.route and self._writable:
            return told(428, "Zotero-Server-ID not provided")
        if server not in (None, self.server_id):
            return told(412, "Zotero-Server-ID does not match this server")
        if request.route == "/api/local/authorize":
            return self._authorize(request)
        if request.method == "GET":
            return self._read(request)
        if not self._writable:
            return told(400, "Endpoint does not support method\n")
        return self._write(request)

    def _authorize(self, request: Request) -> Answer:
        if not request.value.get("appName", "").strip():
            return told(400, "appName is required")
        self.asked += 1
        if self.asked > 5:
            return told(429, "Too many authorization requests", **{"Retry-After": "42"})
        if self.prompt == "deny":
            return told(403, {"denied": True})
        key = hashlib.sha256(str(self.asked).encode()).hexdigest()[:32]
        self.keys[key] = self.prompt == "always"
        return told(200, {"key": key, "remember": self.keys[key]})

    def _read(self, request: Request) -> Answer:
        if request.route == "/api/users/0/groups":
            return told(200, [{"id": 777, "data": {"id": 777, "name": "Our Group"}}])
        for prefix, items, collections in (
            ("/api/users/0/", self.items, self.collections),
            ("/api/groups/777/", self.group_items, self.group_collections),
        ):
            if request.route.startswith(prefix):
                return self._read_from(request, request.route.removeprefix(prefix), items, collections)
        return told(404, "Not found")

    def _read_from(self, request: Request, path: str, items: list[dict[str, Any]], collections: Any) -> Answer:
        if path == "collections":
            parents: list[str] = []
            objects = []
            for _, key, name, level in collections:
                parents = [*parents[: level - 1], key]
                data = {"key": key, "name": name, "parentCollection": parents[-2] if level > 1 else False}
                objects.append({"key": key, "data": data})
            return told(200, objects)
        if path.startswith("items/") and path != "items/top":
            found = [each for each in items if each["key"] == path.removeprefix("items/")]
            return told(200, found[0]) if found else told(404, "Not found")
        if path not in ("items", "items/top"):
            return told(404, "No endpoint found\n")
        found = [each for each in items if not each["data"].get("deleted")]
        if path == "items/top":
            found = [each for each in found if not each["data"].get("parentItem")]
        if words := request.query.get("q"):
            whole = request.query.get("qmode") == "everything"
            found = [each for each in found if _has(each["data"], words, whole=whole)]
        start = int(request.query.get("start", 0))
        limit = int(request.query.get("limit", 0)) or len(found)
        return told(200, found[start : start + limit], **{"Total-Results": str(len(found))})

    def _write(self, request: Request) -> Answer:
        if upload := re.fullmatch(r"/api/local/uploads/(\w+)", request.route):
            return self._receive(request, upload[1])
        key = request.headers.get("zotero-api-key", "")
        if key not in self.keys:
            return told(401, "Invalid or expired API key")
        if not self.keys[key]:
            del self.keys[key]
        if not self.editable:
            return told(403, "Write access denied")
        if file := re.fullmatch(r"/api/(?:users|groups)/\d+/items/(\w+)/file", request.route):
            return self._file(request, file[1])
        if not re.fullmatch(r"/api/(users/0|groups/777)/items", request.route):
            return told(405, "Method not allowed for this path")
        return self._create(request)

    def _create(self, request: Request) -> Answer:
        token = request.headers.get("zotero-write-token", "")
        if not 5 <= len(token) <= 32:
            return told(400, "Write token must be 5-32 characters in length")
        if token in self.tokens:
            return told(412, "Write token already used")
        if not isinstance(request.value, list):
            return told(400, "Uploaded data must be a JSON array")
        if len(request.value) > self.most:
            return told(413, f"Cannot add more than {self.most} items at a time")
        self.tokens.add(token)
        results: dict[str, dict[str, Any]] = {"successful": {}, "success": {}, "unchanged": {}, "failed": {}}
        for number, data in enumerate(request.value):
            if self.unsavable.search(json.dumps(data, ensure_ascii=False)):
                results["failed"][str(number)] = {"key": "", "code": 400, "message": "Unknown itemType 'x'"}
                continue
            thing = self.add(group="/groups/" in request.route, **data)
            results["successful"][str(number)] = thing
            results["success"][str(number)] = thing["key"]
        return told(200, results)

    def _file(self, request: Request, item: str) -> Answer:
        if request.headers.get("content-type") != "application/x-www-form-urlencoded":
            return told(400, "Content-Type must be application/x-www-form-urlencoded")
        if request.headers.get("if-none-match") != "*":
            return told(428, "If-Match/If-None-Match header not provided")
        form = {unquote(part.partition("=")[0]): unquote(part.partition("=")[2]) for part in
                request.body.decode().split("&")}  # fmt: skip
        if "upload" in form:
            upload = self._uploads.get(form["upload"], {})
            if "data" not in upload:
                return told(400, "File contents were not uploaded")
            attachment = next(each["data"] for each in self.items + self.group_items if each["key"] == item)
            attachment["filename"] = upload["filename"]
            self.attached[attachment["parentItem"]] = upload["data"]
            return 204, {}, b""
        if not re.fullmatch("[a-f0-9]{32}", form.get("md5", "")) or "/" in form["filename"]:
            return told(400, "MD5 hash not provided")
        if int(form["mtime"]) < 10_000_000_000:
            return told(400, "mtime must be provided in milliseconds, not seconds")
        key = f"upload{next(self._numbers)}"
        self._uploads[key] = form
        url = f"{self.address}/api/local/uploads/{key}"
        return told(200, {"url": url, "uploadKey": key, "contentType": "application/pdf", "prefix": "", "suffix": ""})

    def _receive(self, request: Request, key: str) -> Answer:
        upload = self._uploads.get(key)
        if upload is None:
            return told(404, "Unknown or expired upload key")
        if hashlib.md5(request.body, usedforsecurity=False).hexdigest() != upload["md5"]:
            return told(400, "File MD5 does not match expected")
        upload["data"] = request.body
        return told(201, "")


def _has(data: dict[str, Any], words: str, *, whole: bool) -> bool:
    """Whether an item has all the words: in any field, or else in title, creators and year."""
    text = json.dumps(data if whole else [data.get(part) for part in ("title", "creators", "date")], ensure_ascii=False)
    return all(word.lower() in text.lower() for word in words.split())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"
    zotero: ZoteroServer

    def _do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            answer = self.zotero.answer(Request(self.command, self.path, headers, body))
        except Died:
            answer = None
        if answer is None:
            self.close_connection = True
            return
        status, fields, content = answer
        fields = {"X-Zotero-Version": self.zotero.version, "X-Zotero-Connector-API-Version": "3", **fields}
        lines = [f"HTTP/1.0 {status} {'OK' if status < 300 else 'undefined'}"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode() + content)  # without its length, as Zotero does

    do_GET = do_POST = do_PUT = do_DELETE = _do

    def log_message(self, *arguments: Any) -> None:
        pass


class Died(Exception):
    """Zotero closes the connection without an answer."""


def dies(*routes: str, times: int = 1) -> Callable[[Request], None]:
    """For `before` or `after`: Zotero dies at these requests, so often."""
    left = [times]

    def die(request: Request) -> None:
        if request.route in routes and left[0]:
            left[0] -= 1
            raise Died

    return die


def sleeps(route: str, seconds: float) -> Callable[[Request], None]:
    def sleep(request: Request) -> None:
        if request.route == route:
            time.sleep(seconds)

    return sleep


@contextmanager
def serving() -> Iterator[ZoteroServer]:
    class Handler(_Handler):
        pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Handler.zotero = ZoteroServer(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield Handler.zotero
        finally:
            server.shutdown()
            thread.join()
