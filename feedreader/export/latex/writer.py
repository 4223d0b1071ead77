"""Text as LaTeX that compiles: TeX is kept as TeX, everything else escaped. Pure.

What comes out is ASCII as far as TeX has a name for a character: accents and signs as commands, Greek letters and
other mathematics between dollar signs. That is read alike by BibTeX, by Biber and by every program of TeX. A
character that has no name (李, an emoji) stays as it is; `preamble` says what to set for it where the program cannot,
and what to take for commands that only a package has.

A formula is kept if it is one that LaTeX can set, as far as can be told; else it is spelled in plain text, as on the
screen. So nothing that a source wrote can stop a run of LaTeX or leave a brace open.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from feedreader.export.latex import symbols as tables
from feedreader.export.latex.formula import formula
from feedreader.text.tex.cursor import is_grouping
from feedreader.text.tex.to_unicode import Converter
from feedreader.text.transliterate import to_ascii

_SPECIAL = re.compile(r"[^ !\"'()*+,\-./0-9:;=?@A-Z\[\]`a-z]")
_MARKED = r"|.[\u0300-\u036f]+|"
_GREEK = r"[\u0370-\u03ff\u1f00-\u1fff]"
_NUMBER = "([⁰¹²³⁴-⁹⁺⁻]{2,}|[₀-₉₊₋]{2,})"  # raised or lowered
_IN_MATHEMATICS = re.compile(rf"({_GREEK}{{3,}})|{_NUMBER}{_MARKED}{_SPECIAL.pattern}")
_IN_PROSE = re.compile(rf"({_GREEK}+)|{_NUMBER}{_MARKED}{_SPECIAL.pattern}")
_GREEK_PROSE = re.compile("[\u0386\u0388-\u0390\u03aa-\u03b0\u03ca-\u03ce\u1f00-\u1fff]")  # letters with accents
_CAN_BE_TEX = re.compile(r"[\\${}~^_]")
_STOP = re.compile(r"[\\${}~]|[\^_](?=\{)")
_OLD_STYLE = re.compile(r"\\([a-z]+)(?![A-Za-z])\s*")
_ONE_GROUP = re.compile(r"\{(?:[^{}\\]|\\.)*\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)")


def tex(text: str, non_ascii: set[str] | None = None) -> str:
    """The text, with the TeX that is in it, as LaTeX. Its characters beyond ASCII are put into `non_ascii`."""
    if _SPECIAL.search(text) is None:
        return text
    non_ascii = set() if non_ascii is None else non_ascii
    if _CAN_BE_TEX.search(text) is None:
        return escaped(text, non_ascii)
    return _Writer(text, non_ascii).until(len(text))


def escaped(text: str, non_ascii: set[str], *, prose: bool = False) -> str:
    """Plain text, in which nothing is TeX, as LaTeX. Greek letters are mathematics, but for words of three or more and,
    in `prose` or where one of them has an accent, for all."""
    if text.isascii():
        return _SPECIAL.sub(_as_tex, text)
    text = unicodedata.normalize("NFC", text)
    non_ascii.update(char for char in set(text) if char > "\x7f")
    pattern = _IN_PROSE if prose or _GREEK_PROSE.search(text) else _IN_MATHEMATICS
    return pattern.sub(_as_text_or_tex, text)


def _as_tex(match: re.Match[str]) -> str:
    return _CHARACTERS[match[0]]


def _as_text_or_tex(match: re.Match[str]) -> str:
    if number := match[2]:
        forms = [tables.MATH_OF[figure] for figure in number]
        return f"${forms[0][:2]}{''.join(form[2:-1] for form in forms)}}}$"
    return match[1] or _CHARACTERS[match[0]]


class _Characters(dict[str, str]):
    """Each character as TeX; itself, where TeX has no name for it."""

    def __missing__(self, char: str) -> str:
        self[char] = known = _named(char)
        return known


def _named(char: str) -> str:
    if char.isspace():
        return " "
    marked = unicodedata.normalize("NFD", char)
    if len(marked) > 1 and unicodedata.combining(marked[1]):
        marks = [mark for mark in marked[1:] if mark in tables.ACCENTS]
        if len(char) > 1:  # there is no one character for this letter with its accents
            return _accented(marked[0], marks) or _SPECIAL.sub(_as_tex, char[0]) + char[1:]
        return _accented(marked[0], marks) or char if len(marked) == len(marks) + 1 == 2 else char
    if not char.isprintable():
        return ""
    plain = unicodedata.normalize("NFKC", char)  # ﬁ, Ａ, 𝒪
    known = plain != char and len(plain) < 5 and all(part.isascii() or part in tables.CHARACTERS for part in plain)
    return _SPECIAL.sub(_as_tex, plain) if known else char


def _accented(letter: str, marks: Iterable[str]) -> str | None:
    """A letter under accents; None if TeX has no such letter. An i keeps its dot: Biber does not know it without."""
    if not (letter.isascii() and letter.isalpha()):
        if letter not in tables.LETTERS:
            return None
        letter = f"\\{tables.LETTERS[letter]}"
    for name in sorted((tables.ACCENTS[mark] for mark in marks), key=lambda name: name not in tables.BELOW):
        bare = len(letter) == 1 or letter[1:].isalpha()
        letter = f"\\{name}{letter}" if bare and not name.isalpha() else f"\\{name}{{{letter}}}"
    return f"{{{letter}}}"


_CHARACTERS = _Characters(tables.CHARACTERS)


class _Writer:
    """One text on its way; `reader` knows what the TeX in it means and where it ends."""

    def __init__(self, text: str, non_ascii: set[str]) -> None:
        self.text = text
        self.non_ascii = non_ascii
        self.reader = Converter(text)

    def until(self, end: int) -> str:
        """What stands between the reader's place and `end`, as LaTeX."""
        reader, text = self.reader, self.text
        outer, reader.end = reader.end, end
        pieces: list[str] = []
        while reader.pos < end:
            match = _STOP.search(text, reader.pos, end)
            stop = match.start() if match else end
            pieces.append(escaped(text[reader.pos : stop], self.non_ascii))
            reader.pos = stop
            if match:
                pieces.append(self.mark(match[0]))
        reader.end = outer
        return "".join(pieces)

    def mark(self, mark: str) -> str:
        if mark == "$":
            return self.formula(2 if self.text.startswith("$$", self.reader.pos) else 1)
        if mark == "\\":
            return self.command()
        if mark == "{":
            return self.group()
        shown = self.reader.text_mark(mark)
        return "~" if mark == "~" and shown == " " else escaped(shown, self.non_ascii)

    def formula(self, width: int) -> str:
        reader = self.reader
        start, close = reader.pos, reader.closing()
        if close is None:
            return escaped(reader.typed(width), self.non_ascii)
        kept = formula(self.text[start + width : close], lambda text: tex(text, self.non_ascii))
        if kept is None:
            return escaped(reader.formula(width), self.non_ascii)
        reader.pos = close + width
        return f"${kept}$" if kept else ""

    def group(self) -> str:
        reader = self.reader
        start, close = reader.pos, reader.closing()
        if close is None:
            return escaped(reader.typed(), self.non_ascii)
        reader.pos += 1
        reader.depth += 1
        style = _OLD_STYLE.match(self.text, reader.pos, close)
        command = tables.OLD_STYLES.get(style[1]) if style else None
        if style and command:
            reader.pos = style.end()
        inner = self.until(close)
        reader.pos = close + 1
        reader.depth -= 1
        if command:
            return f"\\{command}{{{inner}}}"
        if not is_grouping(self.text, start, reader.pos):
            return f"\\{{{inner}\\}}"  # Pandoc reads no \textbraceleft; for BibTeX, a pair is even
        return inner if _ONE_GROUP.fullmatch(inner) else f"{{{inner}}}"

    def command(self) -> str:
        reader = self.reader
        start, name = reader.pos, reader.name()
        if name in ("(", "["):
            return self.formula(2)
        if name in tables.TEXT_STYLES and reader.partner.get(start + 1 + len(name), reader.end) < reader.end:
            reader.pos += 1 + len(name)
            if reader.closing() is not None:
                reader.pos, close = reader.pos + 1, reader.closing() or 0
                reader.depth += 1
                inner = self.until(close)
                reader.depth -= 1
                reader.pos = close + 1
                return f"\\{name}{{{inner}}}"
            reader.pos = start
        return escaped(reader.command(), self.non_ascii)


# ── what is declared ─────────────────────────────────────────────────────────────────────────────

_LATIN = 0x17F  # as far as LaTeX knows the characters by itself
_UNKNOWN = frozenset("ĦħĸĿŀŉŦŧſ")  # save these


def commands_in(text: str) -> set[str]:
    """The commands in a piece of LaTeX that need a stand-in."""
    return {name for name in _COMMAND.findall(text) if name in tables.DECODED or tables.needs_stand_in(name)}


def preamble(commands: Iterable[str], non_ascii: Iterable[str]) -> Iterator[str]:
    """Definitions for commands and characters, a line each. They give way to those that a package has made."""
    commands, non_ascii = set(commands), set(non_ascii)
    decoded = {tables.DECODED[name] for name in commands if name in tables.DECODED}
    characters = {char: _setting(char) for char in {*non_ascii, *decoded} if char in _UNKNOWN or ord(char) > _LATIN}
    commands.update(name for setting in characters.values() for name in _COMMAND.findall(setting))
    commands.update(tables.UNREAD_LETTERS[char] for char in non_ascii if char in tables.UNREAD_LETTERS)
    for name in sorted(filter(tables.needs_stand_in, commands)):
        yield tables.stand_in(name)
    if characters:
        yield (
            "\\providecommand{\\feedreadersets}[2]{\\expandafter\\ifx\\csname u8:\\detokenize{#1}\\endcsname\\relax"
            "\\expandafter\\gdef\\csname u8:\\detokenize{#1}\\endcsname{#2}\\fi}"
        )
    for char, setting in sorted(characters.items()):
        yield f"\\feedreadersets{{{char}}}{{{setting}}}"


def _setting(char: str) -> str:
    """What to set for a character that the program cannot, in text and in formulas."""
    if unicodedata.combining(char):
        return ""  # Biber takes it off a letter that has it as a command
    known = tables.SETTINGS.get(char) or _CHARACTERS[char]
    if known[:1] == known[-1:] == "$":
        return f"\\ensuremath{{{known[1:-1]}}}"
    if known != char:
        return known
    letter, marks = (whole := unicodedata.normalize("NFD", char))[0], whole[1:]
    stacked = _accented(letter, marks) if marks and all(mark in tables.ACCENTS for mark in marks) else None
    latin = to_ascii(char)
    return stacked or (latin if latin.isalpha() else f"[U+{ord(char):04X}]")
