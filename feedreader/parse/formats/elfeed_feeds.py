"""elfeed-feeds: what elfeed, the feed reader of Emacs, is set to read, in Emacs Lisp: `(setq elfeed-feeds '("URL" …))`.

It may stand anywhere in a file of settings, also in the Lisp blocks of an Org file: in setq and its like, use-package,
custom-set-variables, add-to-list or push. The first of a feed's autotags is its folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from feedreader.parse.lists.collector import Collector, SubscriptionList
from feedreader.parse.lists.lisp import LIST, STRING, SYMBOL, Node, forms

NAME = "elfeed-feeds"

_VARIABLE = "elfeed-feeds"
_MENTIONED = re.compile(r"(?<![\w*+/<=>!?$%&-])elfeed-feeds(?![\w*+/<=>!?$%&-])")
_ADDRESS = re.compile(r"\s*[a-z][a-z0-9+.-]{1,10}:", re.IGNORECASE)
_BEFORE = frozenset({"push", "pushnew", "cl-pushnew"})  # what these add stands before the variable
_JOINING = frozenset({"append", "list", "quote", "nconc", "cons", "backquote", "`", "cl-union", "seq-union"})
_BLOCK = re.compile(r"[ \t]*#\+(begin|end)_src\b[ \t]*(\S*)", re.IGNORECASE)


def matches(text: str) -> bool:
    """Whether this is Emacs Lisp that sets or names the variable outside of comments."""
    if not _MENTIONED.search(text):
        return False
    waiting = forms(_code(text))
    while waiting:
        node = waiting.pop()
        if node.kind == SYMBOL and node.text == _VARIABLE:
            return True
        waiting += node.inside
    return False


def _code(text: str) -> str:
    """The Lisp in a file, on the lines where it stands; "" if there is none."""
    if text.lstrip()[:1] in ("(", ";"):
        return text
    rows, inside = [], False
    for row in text.split("\n"):
        if block := _BLOCK.match(row):
            inside = block[1].lower() == "begin" and block[2].lower() in ("emacs-lisp", "elisp")
            row = ""
        rows.append(row if inside else "")
    return "\n".join(rows)


def parse_list(text: str) -> SubscriptionList:
    """The feeds, and what was not taken. It never raises."""
    collector = Collector()
    computed: dict[int, None] = {}
    for value in _values(text):
        _read(value, collector, computed)
    for line in computed:
        collector.problem("Not imported: Lisp code makes this address.", line)
    return collector.finish(NAME)


def _values(text: str) -> Iterator[Node]:
    """What the variable is set to, or what is added to it, in the order of the file."""
    waiting = forms(_code(text))[::-1]
    while waiting:
        inside = [each for each in waiting.pop().inside if (each.kind, each.text) != (SYMBOL, ".")]
        values = [inside[at] for at in _places(inside) if inside[at].kind in (LIST, STRING)]
        yield from values
        taken = set(map(id, values))
        waiting += (each for each in reversed(inside) if each.kind == LIST and id(each) not in taken)


def _places(inside: Sequence[Node]) -> Iterator[int]:
    """Where values of the variable stand in a form."""
    before = bool(inside) and inside[0].kind == SYMBOL and inside[0].text in _BEFORE
    for place, child in enumerate(inside):
        at = place - 1 if before else place + 1
        if (child.kind, child.text) == (SYMBOL, _VARIABLE) and 0 <= at < len(inside):
            yield at


def _read(value: Node, collector: Collector, computed: dict[int, None]) -> None:
    """The feeds in a value, in their order."""
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if node.kind == STRING:
            collector.add(node.text, node.line)
        elif node.kind == LIST and node.inside:
            first, *rest = node.inside
            if first.kind == STRING and rest and not any(map(_is_feed, rest)):
                tags = [each.text for each in rest if each.kind == SYMBOL and each.text[0] not in ":."]
                title = next((each.text for each in rest if each.kind == STRING), "")
                collector.add(first.text, first.line, title, tags=tags)
            elif first.kind == SYMBOL and first.text not in _JOINING:
                computed |= {node.line: None} if _holds_address(node) else {}
            else:
                waiting += reversed(node.inside)


def _is_feed(node: Node) -> bool:
    return node.kind == LIST or (node.kind == STRING and _ADDRESS.match(node.text) is not None)


def _holds_address(node: Node) -> bool:
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node.kind == STRING and _ADDRESS.match(node.text):
            return True
        waiting += node.inside
    return False
