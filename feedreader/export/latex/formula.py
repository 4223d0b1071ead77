"""A formula that LaTeX can set, or none: the part of TeX's mathematics that is understood, checked symbol by symbol."""

from __future__ import annotations

import re
from collections.abc import Callable

from feedreader.export.latex import symbols as tables
from feedreader.text.tex.cursor import MAX_DEPTH

_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|.)|\s+|.", re.DOTALL)
_PLAIN = frozenset('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-*/=<>()[],.:;!?|@`"')
_LONGEST = 2000


class _NoFormula(Exception):
    """Something that LaTeX may not set."""


def formula(text: str, as_text: Callable[[str], str]) -> str | None:
    """What stands between dollar signs, as LaTeX can set it; None if that is not certain.

    `as_text` makes LaTeX of the words within \\text{…}.
    """
    if len(text) > _LONGEST:
        return None
    try:
        return _Formula(text, as_text).whole()
    except (_NoFormula, IndexError):
        return None


class _Formula:
    def __init__(self, text: str, as_text: Callable[[str], str]) -> None:
        self.tokens: list[str] = _TOKEN.findall(text)
        self.at = 0
        self.depth = 0
        self.as_text = as_text

    def whole(self) -> str:
        latex = self.row(())
        if self.at < len(self.tokens):
            raise _NoFormula
        return latex.strip()

    def row(self, ends: tuple[str, ...]) -> str:
        """Symbols up to one of `ends` (not passed), or to the end of the formula."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _NoFormula
        latex = ""
        scripts: set[str] = set()
        while self.at < len(self.tokens) and self.tokens[self.at] not in ends:
            token = self.tokens[self.at]
            if token.isspace():
                self.at += 1
                latex += " "
            elif token in ("^", "_", "'"):
                latex += self.script(token, scripts)
            elif token[1:] in tables.SWITCHES and token[0] == "\\":
                self.at += 1
                latex = _joined(latex, f"\\{tables.SWITCHES[token[1:]]}{{{self.row(ends).strip()}}}")
            else:
                scripts.clear()
                latex = _joined(latex, self.atom())
        self.depth -= 1
        return latex

    def script(self, mark: str, before: set[str]) -> str:
        """A raised or lowered piece, or a run of primes; each at most once behind a symbol."""
        place = "^" if mark == "'" else mark
        if place in before:
            raise _NoFormula
        before.add(place)
        if mark == "'":
            start = self.at
            while self.at < len(self.tokens) and self.tokens[self.at] == "'":
                self.at += 1
            return "'" * (self.at - start)
        self.at += 1
        argument = self.argument()
        return mark + (argument if len(argument) == 1 else f"{{{argument}}}")

    def argument(self) -> str:
        """What a command takes: a group or one symbol, without braces."""
        self.skip_blanks()
        if self.tokens[self.at] == "{":
            return self.group()
        if self.tokens[self.at] in ("^", "_", "'", "}"):
            raise _NoFormula
        return self.atom()

    def group(self) -> str:
        if self.tokens[self.at] != "{":
            raise _NoFormula
        self.at += 1
        latex = self.row(("}",))
        if self.tokens[self.at] != "}":
            raise _NoFormula
        self.at += 1
        return latex

    def skip_blanks(self) -> None:
        while self.tokens[self.at].isspace():
            self.at += 1

    def atom(self) -> str:
        token = self.tokens[self.at]
        if token == "{":
            return f"{{{self.group()}}}"
        self.at += 1
        if token[0] == "\\" and len(token) > 1:
            return self.command(token)
        if token in _PLAIN or token == "~":
            return token
        if token in ("%", "#"):
            return "\\" + token
        known = tables.MATH_OF.get(token)
        if known is None or known[0] in "^_":
            raise _NoFormula
        return known

    def command(self, token: str) -> str:
        name = token[1:].rstrip("*")
        if token in tables.MATH_SIGNS or token in tables.BRACES:
            return tables.BRACES.get(token, token)
        if name in tables.TEXT_GROUP:
            return f"\\{name}{{{self.as_text(self.raw_group())}}}"
        if name in tables.ONE_GROUP:
            return f"\\{name}{{{self.argument()}}}"
        if name in tables.TWO_GROUPS:
            first = self.argument()
            return f"\\{name}{{{first}}}{{{self.argument()}}}"
        if name == "sqrt":
            return self.root()
        if name == "not":
            return self.negation()
        if name in ("left", "right"):
            return self.fenced(name)
        if name in tables.SIZES:
            return f"\\{name}{self.delimiter()}"
        if name in tables.MATH_SYMBOLS:
            return f"\\{name}"
        raise _NoFormula

    def raw_group(self) -> str:
        """The text of a group as it was written."""
        self.skip_blanks()
        if self.tokens[self.at] != "{":
            raise _NoFormula
        start, depth = self.at + 1, 0
        while True:
            depth += {"{": 1, "}": -1}.get(self.tokens[self.at], 0)
            self.at += 1
            if depth == 0:
                return "".join(self.tokens[start : self.at - 1])

    def root(self) -> str:
        degree = ""
        if self.at < len(self.tokens) and self.tokens[self.at] == "[":
            self.at += 1
            degree = self.row(("]",))
            self.at += 1
            if self.tokens[self.at - 1] != "]" or "]" in degree:
                raise _NoFormula
            degree = f"[{degree}]"
        return f"\\sqrt{degree}{{{self.argument()}}}"

    def negation(self) -> str:
        self.skip_blanks()
        if self.tokens[self.at] in ("{", "^", "_", "'"):
            raise _NoFormula
        return _joined("\\not", self.atom())

    def fenced(self, name: str) -> str:
        if name == "right":
            raise _NoFormula
        opening = self.delimiter()
        inner = self.row(("\\right",))
        self.at += 1
        if self.tokens[self.at - 1] != "\\right":
            raise _NoFormula
        return _joined(_joined(f"\\left{opening}", inner), f"\\right{self.delimiter()}")

    def delimiter(self) -> str:
        self.skip_blanks()
        self.at += 1
        token = self.tokens[self.at - 1]
        token = tables.BRACES.get(token, token)
        if token not in tables.DELIMITERS:
            raise _NoFormula
        return tables.ANGLES.get(token, token)


def _joined(before: str, piece: str) -> str:
    """Two pieces in a row; a blank keeps a command's name from running into a letter."""
    between = piece[:1].isalpha() and before[-1:].isalpha() and re.search(r"\\[A-Za-z]+\Z", before) is not None
    return before + " " * between + piece
