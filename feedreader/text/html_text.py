"""HTML (and JATS, MathML) as it comes in feeds, as text. Mathematics survives: `$a<b$ and $c>d$` is no markup.

A tag is markup only if it is made like one, its name is known, and it has attributes or is closed where it must be;
all else stays as it was typed. Entities are decoded once. What comes out is clean and folded.
"""

from __future__ import annotations

import html.entities
import re
from dataclasses import dataclass, field

from feedreader.text.cleaning import clean
from feedreader.text.lines import squash
from feedreader.text.tex.symbols import script

_LONGEST = 400_000  # characters of markup that are read; no abstract is as long
_DEEPEST = 12


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


_OPEN_ENDED = _names(
    "br hr img wbr input col area base source track param embed meta link p li dt dd tr td th thead tbody "
    "tfoot body html head ul ol dl div table blockquote figure figcaption h1 h2 h3 h4 h5 h6 "
    "applet object frame frameset noframes basefont bgsound center marquee nobr strong em "
    "colgroup option optgroup"
)
_BLOCKS = _names(
    "p div br hr li ul ol dl dt dd table caption thead tbody tfoot tr td th h1 h2 h3 h4 h5 h6 blockquote pre "
    "section article aside header footer main nav figure figcaption address center form fieldset legend "
    "details summary hgroup option optgroup body title sec list-item def-list disp-quote disp-formula abstract"
)
_DROPPED = _names("script style template head svg annotation annotation-xml tex-math")
_SCRIPTS = {"sub": "_", "inf": "_", "sup": "^"}
_FORMULAS = {  # what happens to each part of them
    "msub": ("", "_"), "msup": ("", "^"), "msubsup": ("", "_", "^"), "munder": ("", "_"), "mover": ("", "^"),
    "munderover": ("", "_", "^"), "mfrac": ("(", "/"),
}  # fmt: skip
_MATH = frozenset(_FORMULAS) | _names(
    "math mi mn mo ms mtext mspace mrow msqrt mroot mstyle merror mpadded mphantom mfenced menclose "
    "mmultiscripts mtable mtr mtd semantics"
)
_INLINE = _names(
    "a abbr acronym audio b bdi bdo big blink button canvas cite code del dfn em font i iframe ins kbd label "
    "map mark marquee nobr noscript object picture q ruby rb rp rt s samp small span strike strong time tt u "
    "var video bold italic sc monospace roman underline overline styled-content named-content ext-link xref "
    "inline-formula "
    "dir menu select textarea progress meter output slot noembed dialog search"
)
_KNOWN = _OPEN_ENDED | _BLOCKS | _DROPPED | _MATH | _INLINE | frozenset(_SCRIPTS)
_PREFIXES = _names("jats mml m math xhtml html h ce")

_ATTRIBUTE = (
    r"(?:\s+|(?<=[\"']))(?:[\w:@.-]+\s*=\s*(?:\"[^\"<]*+(?:<[^\"]{0,300})?+\"|'[^'<]*+(?:<[^']{0,300})?+'|[^\s\"'<>]++)"
    r"|[A-Za-z][\w:-]*+(?=[\s/>])|[\"'](?=[\s/>]))"
)
_VALUE = re.compile(
    r"[\w-]=\s*[\"']|\s(?:align|alt|border|class|color|href|height|id|lang|name|rel|size|src|style|target|title|type|valign"
    r"|width)\s*=",
    re.IGNORECASE,
)
_PAIRS = re.compile(r"[\w:@.-]+\s*=\s*[^\s\"']+")
_BARE = _names(
    "allowfullscreen alt async autoplay checked compact controls default defer disabled download hidden ismap "
    "itemscope loop multiple muted noshade nowrap open playsinline readonly required reversed selected"
)
_TOKEN = re.compile(
    rf"<(/?)((?:[A-Za-z]\w*:)?[A-Za-z][\w-]*)((?:{_ATTRIBUTE})*+)\s*(/?)>"
    r"|(<!--|<!\[CDATA\[)|<!doctype\b[^<>]*>|<\?[\w-]+[^<>]*\?>",
    re.IGNORECASE,
)
_CUT = re.compile(r"<[A-Za-z]\w{0,20}\s+[\w-]{1,40}\s*=\s*[\"'][^<>]*\Z")  # a tag in which a cut text ends
_CLOSING = re.compile(r"</((?:[A-Za-z]\w*:)?[A-Za-z][\w-]*)\s*>")
_ENTITY = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));")
_ALT = re.compile(r"\salt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_TEX_IMAGE = re.compile(r"\sclass\s*=\s*[\"'](?:[^\"']*\s)?(?:latex|tex|mwe-math-\S+)[\s\"']", re.IGNORECASE)
_OPERAND = re.compile(r"[\w.′]+|\([^()]*\)")


_NO_TEXT = bytes((*range(32), 127))


def from_plain(text: str) -> str:
    """Text without markup, made safe and folded."""
    if text.isascii() and len(text.encode().translate(None, _NO_TEXT)) == len(text):  # the fastest way to be sure
        return squash(text) if "  " in text or text[:1] == " " or text[-1:] == " " else text
    return squash(clean(text))


def from_html(markup: str) -> str:
    """The text of a piece of HTML, made safe and folded."""
    if "<" not in markup:
        return from_plain(unescape(markup))
    return from_plain(_Reader(markup[:_LONGEST]).text())


def html_lines(markup: str) -> list[str]:
    """The text of a piece of HTML, line by line as its blocks and line breaks part it."""
    if "<" not in markup:
        return [line] if (line := from_html(markup)) else []
    lines = _Reader(" ".join(markup[:_LONGEST].split())).text().split("\n")
    return [line for raw in lines if (line := from_plain(raw))]


def unescape(text: str) -> str:
    """Entities decoded once. A reference to a control character gives that: `clean` then takes its whole sequence."""
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return html.entities.html5.get(name + ";", match[0])
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if code < 32 else html.unescape(match[0])


@dataclass(slots=True)
class _Element:
    """An open element whose text gets a form of its own (`mark`), or that is a formula of several parts."""

    name: str
    start: int
    mark: str = ""
    parts: int = 0


@dataclass(slots=True)
class _Reader:
    """One reading. `last_closing` says where each name is closed for the last time."""

    markup: str
    pieces: list[str] = field(default_factory=list)
    open: list[_Element] = field(default_factory=list)
    last_closing: dict[str, int] = field(default_factory=dict)

    def text(self) -> str:
        markup = self.markup
        self.last_closing = {_local(match[1]): match.start() for match in _CLOSING.finditer(markup)}
        done = position = 0
        while token := _TOKEN.search(markup, position):
            position = token.end()
            if token[2]:
                name = _local(token[2])
                if not self._is_tag(name, token):
                    continue
                self._say(markup[done : token.start()])
                done = position = self._tag(name, token)
            elif token[5]:
                ending = "-->" if token[5] == "<!--" else "]]>"
                last = markup.rfind(ending) if ending not in self.last_closing else self.last_closing[ending]
                self.last_closing[ending] = last
                if last < position:
                    continue  # it never ends, so it never began
                self._say(markup[done : token.start()])
                done = markup.index(ending, position)
                if token[5] != "<!--":
                    self.pieces.append(markup[position:done])
                done = position = done + 3
            else:
                self._say(markup[done : token.start()])
                done = position
        self._say(_CUT.sub("", markup[done:]))
        while self.open:
            self._finish(self.open.pop(), "")
        return "".join(self.pieces)

    def _say(self, text: str) -> None:
        if text:
            self.pieces.append(unescape(text))

    def _is_tag(self, name: str, token: re.Match[str]) -> bool:
        if name not in _KNOWN and not (":" in name or "-" in name):  # elements of its own that a page defines
            return False
        if _VALUE.search(token[3]):
            return True
        words = _PAIRS.sub("", token[3]).lower().split()
        if not all(word in _BARE or word.startswith("data-") for word in words):
            return False  # "a <b and c> d"
        return bool(token[1] or token[4]) or name in _OPEN_ENDED or self.last_closing.get(name, -1) >= token.end()

    def _tag(self, name: str, token: re.Match[str]) -> int:
        """Apply a tag to the text. Returns where reading goes on."""
        if name in _BLOCKS:
            self.pieces.append("\n")
        if token[1]:
            self._end(name, self.markup[token.end() : token.end() + 1])
        elif name == "img":
            if _TEX_IMAGE.search(token[3]) and (alt := _ALT.search(token[3])):
                self.pieces.append(f"${unescape(alt[1] or alt[2] or '').strip('$')}$")
        elif not token[4]:
            if name in _DROPPED and (
                closing := re.compile(rf"</(?:\w+:)?{name}\s*>", re.I).search(self.markup, token.end())
            ):
                return closing.end()
            self._start(name)
        return token.end()

    def _start(self, name: str) -> None:
        if len(self.open) >= _DEEPEST:
            return
        above = self.open[-1] if self.open else None
        if name in _SCRIPTS:
            self.open.append(_Element(name, len(self.pieces), _SCRIPTS[name]))
        elif name in _MATH and above and above.name in _FORMULAS:
            marks = _FORMULAS[above.name]
            mark = marks[above.parts] if above.parts < len(marks) else ""
            above.parts += 1
            self.open.append(_Element(name, len(self.pieces), mark))
        elif name in _FORMULAS:
            self.open.append(_Element(name, len(self.pieces)))

    def _end(self, name: str, after: str) -> None:
        for depth in range(len(self.open) - 1, -1, -1):
            if self.open[depth].name == name:
                while len(self.open) > depth:
                    self._finish(self.open.pop(), after)
                break

    def _finish(self, element: _Element, after: str) -> None:
        """Give an element's text its form: raised, lowered, above or below a fraction line."""
        if not element.mark:
            return
        content = from_plain("".join(self.pieces[element.start :]))
        del self.pieces[element.start :]
        if content and element.mark in "_^":
            self.pieces.append(script(element.mark, content, after))
        elif content:
            operand = content if _OPERAND.fullmatch(content) else f"({content})"
            self.pieces.append(operand if element.mark == "(" else "/" + operand)


def _local(name: str) -> str:
    """A tag's name in lower case, without a prefix that says which vocabulary it is from."""
    prefix, colon, local = name.lower().partition(":")
    return local if colon and prefix in _PREFIXES else name.lower()


# ── HTML with its lines ──────────────────────────────────────────────────────────────────────────

_SPACED = _names("p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre section article figure")  # a blank line around them
_LONGEST_PAGE = 8_000_000
_BLANKS = re.compile(r"\s+")


def to_markdown(markup: str) -> list[tuple[str, int]]:
    """A page of HTML as lines of Markdown, each with the line (from 1) of the markup at which it begins.

    Headings, items of lists, links, tables with a head, and lines that are set as they are keep their form.
    """
    reader = _PageReader(markup[:_LONGEST_PAGE])
    reader.text()
    return reader.lines()


class _Break(str):
    """An end of a line among the pieces; the next begins at `place` in the markup. `blank`: it ends one that is blank
    too; `spaced`: a blank line follows."""

    place: int = 0
    blank: bool = False
    spaced: bool = False


@dataclass(slots=True)
class _PageReader(_Reader):
    """Reads HTML as Markdown. `place` is where in the markup the next text stands, `cells` counts those of a head."""

    place: int = 0
    preformatted: bool = False
    link: tuple[int, str] | None = None
    cells: int = 0
    in_table: bool = False

    def _say(self, text: str) -> None:
        text = unescape(text)
        if self.preformatted:
            for i, line in enumerate(text.split("\n")):
                if i:
                    self._break(self.place, blank=True)
                self.place += len(line) + 1
                self.pieces.append(line)
        else:
            self.place += len(text)
            text = _BLANKS.sub(" ", text)
            self.pieces.append(text.replace("|", "\\|") if self.in_table else text)

    def _break(self, place: int, blank: bool = False, spaced: bool = False) -> None:
        end = _Break("\n")
        end.place, end.blank, end.spaced = place, blank, spaced
        self.pieces.append(end)

    def _tag(self, name: str, token: re.Match[str]) -> int:
        closes, end = bool(token[1]), token.end()
        if name == "title" and not closes and (after := self.last_closing.get("title", -1)) > end:
            self.place = after
            return after
        if name in _BLOCKS:
            self._block(name, closes, end)
        elif name == "a":
            self._anchor(token)
        done = _Reader._tag(self, name, token)  # `super()` does not work where a class has slots
        if name in _BLOCKS and self.pieces and type(self.pieces[-1]) is str and self.pieces[-1] == "\n":
            self.pieces.pop()
        if not closes and name in _HEADINGS:
            self.pieces.append("#" * int(name[1]) + " ")
        elif not closes and name == "li":
            self.pieces.append("- ")
        self.place = done
        return done

    def _block(self, name: str, closes: bool, end: int) -> None:
        """The end of a line, or what a table has instead."""
        if name == "pre":
            self.preformatted = not closes
        if name in ("th", "td") and (name == "th" or self.in_table):
            self.cells += (name == "th") and not closes
            self.in_table = True
            if not closes:
                self.pieces.append("| ")
        elif self.in_table and name not in ("tr", "table", "thead", "tbody", "tfoot"):
            self.pieces.append("<br>" if name == "br" else " ")
        else:
            self._break(end, blank=name == "br", spaced=name in _SPACED)
            if closes and name == "tr" and self.cells:
                self.pieces.append("|---" * self.cells + "|")
                self._break(end)
                self.cells = 0
            if closes and name == "table":
                self.in_table, self.cells = False, 0

    def _anchor(self, token: re.Match[str]) -> None:
        """The label of a link, and where it leads."""
        if not token[1]:
            address = _HREF.search(token[3])
            self.link = (len(self.pieces), unescape(address[1] or address[2] or address[3] or "")) if address else None
        elif self.link:
            start, address_ = self.link
            self.link = None
            label = squash("".join(self.pieces[start:]))
            breaks = [piece for piece in self.pieces[start:] if isinstance(piece, _Break)]
            if address_.startswith(("http://", "https://")) and label:
                del self.pieces[start:]
                self.pieces += breaks[:1]
                self.pieces.append(address_ if label == address_ else f"[{label}]({address_})")

    def lines(self) -> list[tuple[str, int]]:
        """The lines, of blank ones no two together."""
        found: list[tuple[str, int]] = []
        parts: list[str] = []
        place, number, done, blank = 0, 1, 0, False
        for piece in (*self.pieces, _Break("\n")):
            if not isinstance(piece, _Break):
                parts.append(piece)
                continue
            line = clean("".join(parts)).replace("\n", " ").rstrip()
            if line:
                number += self.markup.count("\n", done, max(place, done))
                done = max(place, done)
                found += [("", number)] * (blank and bool(found))
                found.append((line, number))
            blank = piece.spaced or (not line and (blank or piece.blank))
            parts, place = [], piece.place
        return found


_HEADINGS = _names("h1 h2 h3 h4 h5 h6")
_HREF = re.compile(r"\shref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))", re.IGNORECASE)
