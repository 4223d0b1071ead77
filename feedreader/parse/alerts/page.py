"""HTML as it comes in mails: a run of text, and where in it links and elements with classes begin and end. PURE.

Mail programs rewrite what they forward, and no two services nest their tables alike. So there is no tree: all that
counts is what stands between two places. Time grows with length only; what is never closed ends where the page does.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from feedreader.text.html_text import from_html, unescape

_LONGEST = 8_000_000  # characters that are read
_DEEPEST = 40  # elements that an end tag may leave open
_TAG = re.compile(
    r"<(?:(?P<end>/?)(?P<name>[A-Za-z][\w:-]*+)(?P<rest>(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+'|[\"'])*+)>"
    r"|(?P<comment>!--)|[!?][^<>]*+>)"
)


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


_BLOCKS = _names(
    "p div hr li ul ol dl dt dd table caption thead tbody tfoot tr td th h1 h2 h3 h4 h5 h6 blockquote pre section "
    "article aside header footer main nav center form fieldset body html"
)
_KEPT = _names("sub sup")
_DROPPED = _names("script style title textarea select")
_VOID = _names("br hr img input meta link area base col wbr")
_CLASS = re.compile(r"(?:\A|[\s\"'])class\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_HREF = re.compile(r"(?:\A|[\s\"'])href\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_REWRITTEN = re.compile(r"\A(?:m_-?\d+|(?:x_)+)")  # what Gmail and Outlook put before the classes of a forwarded mail
_BREAK, _PARAGRAPH = "\n", "\n\n"


@dataclass(slots=True)
class Element:
    """A link, or an element with classes: its text is `pieces[start:end]` of its page."""

    start: int
    end: int
    place: int
    address: str = ""
    classes: frozenset[str] = frozenset()


def _start_of(element: Element) -> int:
    return element.start


@dataclass(slots=True)
class Page:
    """The text in pieces, with marks where lines and paragraphs end, and the elements in their order."""

    pieces: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)  # of the pieces in the markup
    elements: list[Element] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)  # places of line ends in the markup

    def line(self, element: Element) -> int:
        """The line on which an element begins, from 1."""
        return bisect_left(self.breaks, element.place) + 1

    def text(self, start: int, end: int) -> str:
        return from_html("".join(self.pieces[start:end]))

    def lines(self, start: int, end: int) -> list[str]:
        """The text between two places as its line breaks and paragraphs part it."""
        parts = "".join(self.pieces[start:end]).split(_BREAK)
        return [line for part in parts if part.strip() and (line := from_html(part))]

    def paragraphs(self, start: int, end: int) -> list[str]:
        parts = "".join(self.pieces[start:end]).split(_PARAGRAPH)
        return [text for part in parts if part.strip() and (text := from_html(part))]

    def links(self, start: int, end: int) -> Iterator[Element]:
        """The links that begin between two places."""
        for at in range(bisect_left(self.elements, start, key=_start_of), len(self.elements)):
            if (element := self.elements[at]).start >= end:
                break
            if element.address:
                yield element

    def within(self, name: str, start: int, end: int) -> Element | None:
        """The first element of a class that begins between two places."""
        at = bisect_left(self.elements, start, key=_start_of)
        while at < len(self.elements) and (element := self.elements[at]).start < end:
            if name in element.classes:
                return element
            at += 1
        return None


def read_page(markup: str) -> Page:
    """The page that this HTML makes. It never raises."""
    reader = _Reader(markup[:_LONGEST])
    reader.read()
    return reader.page


@dataclass(slots=True)
class _Reader:
    markup: str
    page: Page = field(default_factory=Page)
    open: list[tuple[str, Element | None]] = field(default_factory=list)
    endless: set[str] = field(default_factory=set)  # what is opened again, but not closed any more

    def read(self) -> None:
        markup = self.markup
        self.page.breaks = [match.start() for match in re.finditer("\n", markup)]
        done = at = 0
        while tag := _TAG.search(markup, at):
            self._say(markup[done : tag.start()], done)
            if tag["comment"]:
                done = at = self._behind("-->", tag.end())
            elif tag["name"]:
                name = tag["name"].lower()
                done = at = self._end(name, tag) if tag["end"] else self._start(name, tag)
            else:
                done = at = tag.end()
        self._say(markup[done:], done)
        while self.open:
            self._close()

    def _say(self, text: str, place: int) -> None:
        if text:
            self.page.pieces.append(" ".join(text.split("\n")))
            self.page.places.append(place)

    def _mark(self, mark: str, place: int) -> None:
        self.page.pieces.append(mark)
        self.page.places.append(place)

    def _behind(self, end: str, at: int) -> int:
        """The place behind what ends like this; if it never does, it never began."""
        found = -1 if end in self.endless else self.markup.find(end, at)
        if found < 0:
            self.endless.add(end)
            return at
        return found + len(end)

    def _start(self, name: str, tag: re.Match[str]) -> int:
        if name in _DROPPED:
            behind = self._behind(f"</{tag['name']}", tag.end())
            return behind if behind == tag.end() else self._behind(">", behind)
        self._part(name, tag)
        if name == "a":
            self._leave("a")  # links are never within each other
        if name not in _VOID and not tag["rest"].endswith("/"):
            self.open.append((name, self._element(name, tag)))
        return tag.end()

    def _part(self, name: str, tag: re.Match[str]) -> None:
        """Put in what a tag does to the text."""
        if name == "br":
            self._mark(_BREAK, tag.start())
        elif name in _BLOCKS:
            self._mark(_PARAGRAPH, tag.start())
        elif name in _KEPT:
            self._mark(f"<{tag['end']}{name}>", tag.start())

    def _element(self, name: str, tag: re.Match[str]) -> Element | None:
        rest = tag["rest"]
        address = _value(_HREF, rest) if name == "a" else ""
        classes = (
            frozenset(_REWRITTEN.sub("", each) for each in _value(_CLASS, rest).split())
            if "lass" in rest.lower()
            else ()
        )
        if not address and not classes:
            return None
        element = Element(len(self.page.pieces), -1, tag.start(), address, frozenset(classes))
        self.page.elements.append(element)
        return element

    def _end(self, name: str, tag: re.Match[str]) -> int:
        self._leave(name)
        self._part(name, tag)
        return tag.end()

    def _leave(self, name: str) -> None:
        """Close an element, and those in it that are open."""
        lowest = max(-1, len(self.open) - _DEEPEST - 1)
        found = next((at for at in range(len(self.open) - 1, lowest, -1) if self.open[at][0] == name), None)
        while found is not None and len(self.open) > found:
            self._close()

    def _close(self) -> None:
        element = self.open.pop()[1]
        if element:
            element.end = len(self.page.pieces)


def _value(attribute: re.Pattern[str], rest: str) -> str:
    match = attribute.search(rest)
    return unescape(match[1] or match[2] or match[3] or "").strip() if match else ""
