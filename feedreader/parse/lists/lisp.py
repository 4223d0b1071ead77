"""Emacs Lisp as far as lists of strings and symbols go: enough to find what a variable is set to. Pure, in linear time.

Quotes (' ` , #') mean nothing here, comments are passed over, and what is never closed is closed by the end.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"""(?P<skipped>;[^\n]*|[#,]?['`@]|,@?|\?(?:\\.|[^\s\\]))"""
    r"""|"(?P<string>(?:[^"\\]|\\.)*+)(?P<end>"?)|(?P<open>[(\[])|(?P<close>[)\]])|(?P<symbol>[^\s()\[\]"';`,]+)""",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "\n": "", " ": ""}


class Node(NamedTuple):
    """A string, a symbol, or a list with what is in it (`kind` tells which), and the line where it begins, from 1."""

    kind: str
    text: str
    inside: list[Node]
    line: int


STRING, SYMBOL, LIST = "string", "symbol", "list"


def forms(text: str) -> list[Node]:
    """The lists that lie in no other, in their order."""
    outermost: list[Node] = []
    stack: list[Node] = []
    line, counted = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        kind = match.lastgroup
        if kind == "open":
            node = Node(LIST, "", [], line)
            (stack[-1].inside if stack else outermost).append(node)
            stack.append(node)
        elif stack:
            if kind == "close":
                stack.pop()
            elif atom := _atom(match, line):
                stack[-1].inside.append(atom)
    return outermost


def _atom(match: re.Match[str], line: int) -> Node | None:
    if match.lastgroup == "symbol":
        return Node(SYMBOL, match["symbol"], [], line)
    if not match["end"]:
        return None  # a comment, or a string that is cut off
    return Node(STRING, _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), match["string"]), [], line)
