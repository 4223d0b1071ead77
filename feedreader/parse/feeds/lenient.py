"""feedparser's two parsers, the strict and the forgiving one, driven by us.

`feedparser.parse` would do the same, but guess encodings anew, look at each line end before the root, search the
authors for e-mail addresses (quadratic in their length), and follow any nesting. Nothing here can open an address
or a file: the parsers get text. Cleaning of HTML is off: it damages abstracts.
"""

from __future__ import annotations

import re
import xml.sax.expatreader
import xml.sax.handler
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.sax import SAXException, SAXParseException

_DEEPEST = 5_000
_MOST = 1_000_000
_PREFIXES = re.compile(r"\bxmlns:([\w.-]+)\s*=")
_MOST_PREFIXES = 200  # feedparser looks at each of them for each element


_PRISM = "http://prismstandard.org/namespaces/"
_NAMESPACES = dict.fromkeys(
    (
        f"{_PRISM}{path}/"
        for version in ("1.2", "2.0", "2.1", "3.0")
        for path in (f"basic/{version}", f"{version}/basic")
    ),
    "prism",
) | {
    "http://purl.org/rss/1.0/modules/prism/": "prism",
    "http://arxiv.org/schemas/atom": "arxiv",
    "http://a9.com/-/spec/opensearch/1.1/": "opensearch",
    "http://a9.com/-/spec/opensearchrss/1.0/": "opensearch",
}


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
            error = (line, "Invalid XML; feedreader read what it could.")
            parser = loose(base, None, "utf-8", {})
            parser.feed(text)
    except _TooOdd:
        return _before(parser, "The rest was skipped: it is nested or split up too much for a feed.")
    except Exception:  # whatever feedparser stumbles over, the reader must not
        return _before(parser, "The rest was skipped: it is damaged.")
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

    strict, loose = api.StrictFeedParser, api.LooseFeedParser
    changed = {
        "can_be_relative_uri": strict.can_be_relative_uri - {"id"},  # a name is no address
        "_matchnamespaces": {uri.lower(): prefix for uri, prefix in strict.namespaces.items()} | _NAMESPACES,
    }
    return type("Strict", (_Guarded, strict), changed), type("Loose", (_Guarded, loose), changed)


def _collect(key: str) -> Callable[[Any], None]:
    """What ends an element: its text goes to the others under the key."""

    def end(parser: Any) -> None:
        if value := parser.pop("collected"):
            parser._get_context().setdefault(key, []).append(value)

    return end


class _Guarded:
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
        """Keep an author without a <name> as stated: who is meant is told later."""
        context = self._get_context()  # type: ignore[attr-defined]
        people = dict.get(context, f"{key}s")
        if isinstance(people, list) and people and not people[-1] and dict.get(context, key):
            people[-1]["stated"] = context[key]

    def _end_last_name(self) -> None:
        """JOSS states each author's names apart."""
        last = self.pop("last_name")  # type: ignore[attr-defined]
        context = self._get_context()  # type: ignore[attr-defined]
        names = [context.pop("given_name", ""), context.pop("middle_name", ""), last]
        context.setdefault("full_names", []).append({"name": " ".join(filter(None, names))})

    def _end_guid(self) -> None:
        """A name is no address, whatever it claims; one that is an address is taken for it later."""
        self.pop("id")  # type: ignore[attr-defined]

    def _start_collected(self, _: Any) -> None:
        self.push("collected", 1)  # type: ignore[attr-defined]

    _end_id = _end_guid
    _start_dc_creator = _start_dc_author = _start_itunes_author = _start_collected
    _start_dc_identifier = _start_dc_source = _start_dcterms_bibliographiccitation = _start_collected
    _end_dc_creator = _end_dc_author = _collect("creators")
    _end_itunes_author = _collect("hosts")
    _end_dc_identifier = _collect("identifiers")
    _start_media_description = _start_collected
    _end_media_description = _collect("media_descriptions")  # of a picture, or the item's if it has no other
    _end_dc_source = _end_dcterms_bibliographiccitation = _collect("sources")
