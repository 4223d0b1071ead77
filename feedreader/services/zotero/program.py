"""Zotero as a program that answers: whether it is there, what it is asked, and where in it papers can go."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import urlsplit

from feedreader.config.kinds import did_you_mean
from feedreader.errors import ConfigError, FetchError, ZoteroError
from feedreader.sources.loopback import NotAnswered, NotReached, Reply, exchange
from feedreader.text.cleaning import clean, squash

SECONDS = 60.0  # for an answer: Zotero may be busy, or still be loading its library
_LONGEST_NAME = 300
Exchange = Callable[..., Reply]


class NotThere(ZoteroError):
    """Nothing was sent, as nobody is there to take it."""


class Unanswered(ZoteroError):
    """What was sent may have arrived; there was no answer."""


class Place(NamedTuple):
    """A library or collection of Zotero. `path` is its name after those of the library and collections it is in;
    `library` is the id of that library, "L1" for her own."""

    id: str
    library: str
    path: tuple[str, ...]
    editable: bool = True
    takes_files: bool = True

    @property
    def words(self) -> str:
        return " / ".join(self.path)

    @property
    def is_library(self) -> bool:
        return len(self.path) == 1


class Zotero:
    """A Zotero at an http address; `seconds` is how long an answer may take."""

    def __init__(self, address: str, *, user_agent: str, seconds: float = SECONDS, ask: Exchange = exchange) -> None:
        self.address = address.rstrip("/")
        parts = urlsplit(self.address)
        if parts.scheme != "http" or not parts.hostname:
            raise ConfigError(
                f"Zotero cannot be at {address}: its address begins with http://.",
                "Correct `address` under [zotero] in config.toml, or FEEDREADER_ZOTERO.",
            )
        self._headers = {"User-Agent": user_agent, "Connection": "close", "Accept": "*/*"}
        self._seconds = seconds
        self._ask = ask

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Raises NotThere or Unanswered, as the others do."""
        return self._exchange("GET", path, headers or {}, b"", self._seconds)

    def post(
        self, path: str, value: object, headers: Mapping[str, str] | None = None, *, seconds: float | None = None
    ) -> Reply:
        """Send a value as JSON."""
        body = json.dumps(value).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        return self._exchange("POST", path, sent, body, seconds or self._seconds)

    def send(self, path: str, body: bytes | BinaryIO, headers: Mapping[str, str], *, seconds: float = 0) -> Reply:
        """Send bytes as they are; a file with its Content-Length."""
        return self._exchange("POST", path, headers, body, seconds or self._seconds)

    def _exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | BinaryIO, seconds: float
    ) -> Reply:
        try:
            return self._ask(method, self.address + path, {**self._headers, **headers}, body, timeout=seconds)
        except NotReached as error:
            raise NotThere(f"Zotero is not running at {self.address}.", "Start it and try again.") from error
        except NotAnswered as error:
            if error.in_time:
                raise Unanswered("Zotero closed the connection without answering.", "Try again.") from error
            raise Unanswered(
                f"Zotero did not answer within {seconds:g} seconds.", "See whether it waits for you, and try again."
            ) from error
        except FetchError as error:
            raise ZoteroError(error.message, error.remedy) from error

    def check(self) -> None:
        """Raises ZoteroError if there is no Zotero at this address."""
        reply = self.get("/connector/ping")
        if "x-zotero-version" not in reply.headers and b"Zotero" not in reply.body[:1000]:
            raise ZoteroError(
                f"Another program than Zotero answers at {self.address}.",
                "Set Zotero's address under [zotero] in config.toml.",
            )
        if reply.status == 400:  # of a Host that it does not take, say
            raise refusal(reply)

    def places(self) -> tuple[list[Place], Place]:
        """All libraries and collections that papers can go to, in Zotero's order, and the one selected there."""
        reply = self.post("/connector/getSelectedCollection", {"switchToReadableLibrary": True})
        if reply.status != 200:
            raise refusal(reply)
        told = dict_of(value_of(reply))
        places = _places(told.get("targets"))
        number = told.get("id")
        id = f"L{told.get('libraryID')}" if number is None else f"C{number}"
        selected = next((place for place in places if place.id == id), None)
        if selected is None:
            names = [name_of(told.get("libraryName")), *([] if number is None else [name_of(told.get("name"))])]
            writable = told.get("libraryEditable") is not False and told.get("editable") is not False
            library = f"L{told.get('libraryID')}"
            selected = Place(id, library, tuple(names), writable, told.get("filesEditable") is not False)
        elif told.get("libraryEditable") is False or told.get("editable") is False:
            selected = selected._replace(editable=False)
        return places, selected


def _places(targets: object) -> list[Place]:
    places: list[Place] = []
    above: list[str] = []
    library = ""
    for target in targets if isinstance(targets, list) else ():
        known = dict_of(target)
        id, level = known.get("id"), known.get("level", 0)
        if isinstance(id, str) and isinstance(level, int) and re.fullmatch(r"[LC]\d{1,18}", id):
            above = [*above[: max(level, 0)], name_of(known.get("name"))]
            library = id if id[0] == "L" else library
            places.append(Place(id, library, tuple(above), takes_files=known.get("filesEditable") is not False))
    return places


def name_of(value: object) -> str:
    """A name that Zotero gives, made safe."""
    return (squash(clean(value))[:_LONGEST_NAME] if isinstance(value, str) else "") or "Untitled"


def named(name: str, places: Sequence[Place]) -> Place:
    """The library or collection that is meant: its name, the end of its path ("Physics/Read"), or its id ("C23").

    Raises ZoteroError if there is none, or more than one.
    """
    wanted = _compared(name)
    whole = [place for place in places if _compared("/".join(place.path)) == wanted]
    ending = [place for place in places if wanted and f"/{_compared('/'.join(place.path))}".endswith(f"/{wanted}")]
    found = whole or ending or [place for place in places if place.id == name]
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(place.words for place in found[:5])
        raise ZoteroError(f"Zotero has several collections “{name}”: {several}.", "Name one with its path.")
    known = dict.fromkeys(place.path[-1] for place in places)
    remedy = did_you_mean(name, known) if len(known) <= 20 else did_you_mean(name, known, otherwise=" ")
    raise ZoteroError(f"Zotero has no collection “{name}”.", remedy.strip())


def _compared(path: str) -> str:
    return re.sub(r"\s*/\s*", "/", squash(path)).casefold()


def value_of(reply: Reply) -> Any:
    """What an answer has as JSON. Raises ZoteroError."""
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError) as error:
        raise ZoteroError("Zotero's answer is not valid JSON.", "Restart Zotero and try again.") from error


def dict_of(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def words_of(reply: Reply) -> str:
    """What an answer says: its status, and its text if that is a short one."""
    text = squash(clean(reply.body[:500].decode("utf-8", "replace")))
    return f"{reply.status} {text}" if 0 < len(text) <= 200 and not text.startswith("<") else str(reply.status)


def refusal(reply: Reply) -> ZoteroError:
    """The error that an answer is which nothing can be done about."""
    return ZoteroError(f"Zotero refused: it answered {words_of(reply).rstrip('.')}.", "Try again, or update Zotero.")


def read_only(place: Place) -> ZoteroError:
    return ZoteroError(f"{place.path[0]} is read-only in Zotero.", "Select another library or collection there.")
