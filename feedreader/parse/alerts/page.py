"""HTML as it comes in mails: a run of text, and where in it links and elements with classes begin and end. PURE.

Mail programs rewrite what they forward, and no two services nest their tables alike. So there is no tree: all that
counts is what stands between two places. Time grows with length only; what is never closed ends where the page does.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from feedreader.text.html_text import from_html, unescape
from feedreader.text.lines import join_wrapped

_LONGEST = 8_000_000  # characters that are read
_OFTEN = 200  # characters: what is longer is hardly ever met again
_DEEPEST = 40  # elements that an end tag may leave open
_TAG = re.compile(
    r"<(?:(/?)([A-Za-z][\w:-]*+)((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+'|[\"'])*+)>"
    r"|!--|[!?][^<>]*+>)"
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
_REWRITTEN = re.compile(  # what programs put before the classes of a mail: Gmail, Outlook, Yahoo, Open-Xchange, …
    r"\A(?:m_-?\d+|(?:x_)+|yiv\d+|ox-[0-9a-f]{4,}-|v1|defanged\d*-)"
)
_COMMENT = "!--"
_BREAK, _PARAGRAPH = "\n", "\n\n"
_MARKS = dict.fromkeys(_BLOCKS, _PARAGRAPH) | {"br": _BREAK}


@dataclass(slots=True)
class Element:
    """A link, or an element with classes: its text is `pieces[start:end]` of its page. `href` is as it stands there."""

    start: int
    end: int
    place: int
    href: str = ""
    classes: frozenset[str] = frozenset()

    @property
    def address(self) -> str:
        return unescape(self.href).strip()


def _start_of(element: Element) -> int:
    return element.start


@dataclass(slots=True)
class Page:
    """The text in pieces, with marks where lines and paragraphs end, and the elements in their order."""

    pieces: list[str] = field(default_factory=list)
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

    def blocks(self, start: int, end: int) -> list[list[str]]:
        """The paragraphs between two places, each as its lines."""
        parts = "".join(self.pieces[start:end]).split(_PARAGRAPH)
        lines = ([line for each in part.split(_BREAK) if (line := from_html(each))] for part in parts if part.strip())
        return [each for each in lines if each]

    def paragraphs(self, start: int, end: int) -> list[str]:
        return [join_wrapped(lines) for lines in self.blocks(start, end)]

    def links(self, start: int, end: int) -> Iterator[Element]:
        """The links that begin between two places."""
        for at in range(bisect_left(self.elements, start, key=_start_of), len(self.elements)):
            if (element := self.elements[at]).start >= end:
                break
            if element.href:
                yield element

    def within(self, name: str, start: int, end: int) -> Element | None:
        """The first element of a class that begins between two places."""
        at = bisect_left(self.elements, start, key=_start_of)
        while at < len(self.elements) and (element := self.elements[at]).start < end:
            if name in element.classes:
                return element
            at += 1
        return None


class _Tag(NamedTuple):
    """What a tag says; `mark` is what it leaves in the text, `is_closed` whether it ends itself ("<p/>").

    `is_plain`: it does no more than leave that, unless an element of its name is open that counts.
    """

    name: str
    ends: bool = False
    mark: str = ""
    href: str = ""
    classes: frozenset[str] = frozenset()
    is_closed: bool = False
    is_plain: bool = False


@lru_cache(maxsize=1_000)
def _tag(markup: str) -> _Tag:
    """Read a tag. Few of a mail are not like others before them."""
    match = _TAG.fullmatch(markup)
    if match is None or not match[2]:
        return _Tag(_COMMENT) if markup == "<!--" else _Tag("", is_plain=True)
    ends, name, rest = bool(match[1]), match[2].lower(), match[3]
    mark = _MARKS.get(name) or (f"<{match[1]}{name}>" if name in _KEPT else "")
    href = _value("href", _HREF, rest) if name == "a" else ""
    classes = _value("class", _CLASS, rest).split() if "class" in rest.lower() else ()
    names = frozenset(_REWRITTEN.sub("", each) for each in classes)
    is_plain = name not in _DROPPED and (ends or not (href or names))
    return _Tag(name, ends, mark, href, names, rest.endswith("/"), is_plain)


@lru_cache(maxsize=1)
def read_page(markup: str) -> Page:
    """The page that this HTML makes, not to be changed: the last one is remembered. It never raises."""
    reader = _Reader(markup[:_LONGEST])
    reader.read()
    return reader.page


@dataclass(slots=True)
class _Reader:
    """Reads tag after tag. `open` are elements that count, and those of the same name within them; `named` how many of
    each name that are."""

    markup: str
    page: Page = field(default_factory=Page)
    open: list[tuple[str, Element | None]] = field(default_factory=list)
    named: dict[str, int] = field(default_factory=dict)
    endless: set[str] = field(default_factory=set)  # what is opened again, but not closed any more

    def read(self) -> None:
        markup, pieces, search = self.markup, self.page.pieces, _TAG.search
        self.page.breaks = [match.start() for match in re.finditer("\n", markup)]
        done = 0
        while found := search(markup, done):
            start, end = found.span()
            if text := markup[done:start]:
                pieces.append(text.replace("\n", " ") if "\n" in text else text)
            tag = (_tag if end - start < _OFTEN else _tag.__wrapped__)(found[0])
            if not tag.is_plain or self.named.get(tag.name):
                done = self._do(tag, start, end)
            else:
                done = end
                if tag.mark:
                    pieces.append(tag.mark)
        pieces.append(markup[done:].replace("\n", " "))
        while self.open:
            self._close()

    def _do(self, tag: _Tag, place: int, end: int) -> int:
        """Do what a tag does. Returns where reading goes on."""
        name = tag.name
        if name == _COMMENT:
            return self._behind("-->", end)
        if (tag.ends or name == "a") and self.named.get(name):
            self._leave(name)  # links are never within each other
        if tag.mark:
            self.page.pieces.append(tag.mark)
        if name in _DROPPED:
            spelled = self.markup[place + 1 : place + 1 + len(name)]
            return end if tag.ends else self._behind(f"</{spelled}", end, keep=True)
        if not tag.ends and name not in _VOID:
            self._start(tag, place)
        return end

    def _behind(self, end: str, at: int, keep: bool = False) -> int:
        """The place behind (`keep`: before) what ends like this; if it never does, it never began."""
        found = -1 if end in self.endless else self.markup.find(end, at)
        if found < 0:
            self.endless.add(end)
            return at
        return found if keep else found + len(end)

    def _start(self, tag: _Tag, place: int) -> None:
        element = None
        if tag.href or tag.classes:
            element = Element(len(self.page.pieces), -1, place, tag.href, tag.classes)
            self.page.elements.append(element)
        if (element or self.named.get(tag.name)) and (tag.name == "a" or not tag.is_closed):
            self.open.append((tag.name, element))
            self.named[tag.name] = self.named.get(tag.name, 0) + 1
        elif element:
            element.end = element.start

    def _leave(self, name: str) -> None:
        """Close an element, and those in it that are open."""
        last = len(self.open)
        for at in range(last - 1, max(-1, last - _DEEPEST - 1), -1):
            if self.open[at][0] == name:
                while len(self.open) > at:
                    self._close()
                break

    def _close(self) -> None:
        name, element = self.open.pop()
        self.named[name] -= 1
        if element:
            element.end = len(self.page.pieces)


def _value(name: str, attribute: re.Pattern[str], rest: str) -> str:
    at = rest.find(f"{name}=")
    match = attribute.match(rest, at - 1) if at > 0 else None
    match = match or attribute.search(rest)
    return match[1] or match[2] or match[3] or "" if match else ""
