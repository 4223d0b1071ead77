"""feedparser's two parsers, the strict and the forgiving one, driven by us.

`feedparser.parse` would do the same, but guess encodings anew, look at each line end before the root, search the
authors for e-mail addresses (quadratic in their length), and follow any nesting. Nothing here can open an address
or a file: the parsers get text. Cleaning of HTML is off: it damages abstracts.
"""

from __future__ import annotations

import re
import xml.sax.expatreader
import xml.sax.handler
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.sax import SAXException, SAXParseException

_DEEPEST = 5_000
_MOST = 1_000_000
_PREFIXES = re.compile(r"\bxmlns:([\w.-]+)\s*=")
_MOST_PREFIXES = 200  # feedparser looks at each of them for each element


class _TooOdd(Exception):
    """No feed is made like this: it was made to be slow to read."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What feedparser makes of a feed. `error` is what is wrong with it as XML, and in which line."""

    feed: dict[str, Any]
    entries: list[dict[str, Any]]
    version: str
    error: tuple[int | None, str] | None = None


def parse(text: str, base: str = "") -> Parsed:
    """The feed in a text without DOCTYPE. It never raises: what stops the parsers leaves the items before.

    `base` is what its addresses are relative to, where it states no other.
    """
    strict, loose = _parsers()
    parser = strict(base, None, "utf-8")
    error = None
    try:
        if len(set(_PREFIXES.findall(text))) > _MOST_PREFIXES:
            raise _TooOdd
        try:
            _read_strictly(text, parser)
        except SAXException as problem:
            line = problem.getLineNumber() if isinstance(problem, SAXParseException) else None
            error = (line, f"This is no proper XML ({problem.getMessage()}). It was read as well as it goes.")
            parser = loose(base, None, "utf-8", {})
            parser.feed(text)
    except _TooOdd:
        return _before(parser, "The rest was not read: it is nested, or split up, as no feed needs to be.")
    except Exception as problem:  # whatever feedparser stumbles over, the reader must not
        return _before(parser, f"The rest was not read: it is damaged ({type(problem).__name__}).")
    return Parsed(parser.feeddata, parser.entries, parser.version, error)


def _read_strictly(text: str, parser: Any) -> None:
    reader = xml.sax.expatreader.create_parser(True)
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    reader.feed(text)
    reader.close()


def _before(parser: Any, reason: str) -> Parsed:
    """What a parser had read when it was stopped, without the unfinished item."""
    entries = parser.entries[:-1] if parser.inentry else parser.entries
    return Parsed(parser.feeddata, entries, parser.version, (None, reason))


@cache
def _parsers() -> tuple[Any, Any]:
    from feedparser import api

    class Guarded:
        resolve_relative_uris = False
        sanitize_html = False
        depth = 0
        seen = 0

        def unknown_starttag(self, tag: str, attributes: Any) -> Any:
            self.seen += 1
            if self.depth > _DEEPEST or self.seen > _MOST:
                raise _TooOdd
            return super().unknown_starttag(tag, attributes)  # type: ignore[misc]

        def _sync_author_detail(self, key: str = "author") -> None:
            """Keep each author as stated; a name and an e-mail address are told apart later."""
            context = self._get_context()  # type: ignore[attr-defined]
            people = dict.get(context, f"{key}s")
            if isinstance(people, list) and people and not people[-1] and dict.get(context, key):
                people[-1]["name"] = context[key]

        def _end_last_name(self) -> None:
            """JOSS states each author's names apart."""
            last = self.pop("last_name")  # type: ignore[attr-defined]
            context = self._get_context()  # type: ignore[attr-defined]
            names = [context.pop("given_name", ""), context.pop("middle_name", ""), last]
            context.setdefault("full_names", []).append({"name": " ".join(filter(None, names))})

    strict, loose = api.StrictFeedParser, api.LooseFeedParser
    return type("Strict", (Guarded, strict), {}), type("Loose", (Guarded, loose), {})
