"""Chemical formulas as mhchem reads them: `\\ce{SO4^2- + H2O}` is SO₄²⁻ + H₂O. Pure.

Source: the manual of mhchem, https://ctan.org/pkg/mhchem. What is TeX in them the converter reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from feedreader.text.tex.cursor import Cursor
from feedreader.text.tex.symbols import script

_TOKEN = re.compile(
    r"""(?P<arrow><-->|<=>>|<<=>|<->|<=>|->|<-)
    |(?P<script>[\^_])
    |(?P<digits>\d+(?:/\d+|\.\d+(?!\d*[HD]2O))?)
    |(?P<charge>[+\-]+)(?=[\s)\]},]|\Z|\^|_)
    |(?P<water>[.*])(?=\(?[\dA-Z])
    |(?P<end>[)\]])
    |(?P<letters>[^\W\d_]+)
    |(?P<blank>\s+)
    |(?P<tex>[\\${])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_SCRIPT = re.compile(r"\d+[+\-]?|[+\-]+|[IVX]+|[A-Za-z]|\.")
_ARROWS = {"->": "→", "<-": "←", "<->": "↔", "<-->": "⇄", "<=>": "⇌", "<=>>": "⇌", "<<=>": "⇌"}
_DEPOSITS = {"v": "↓", "^": "↑"}  # by themselves behind a formula


def chemistry(reader: Cursor, close: int, tex: Callable[[str], str]) -> str:
    """What stands between the reader's place and `close`. `tex` converts what begins there with a mark of TeX."""
    pieces: list[str] = []
    bound = False  # whether figures and signs belong to what stands before them
    while reader.pos < close:
        match = _TOKEN.match(reader.text, reader.pos, close)
        if match is None:
            break
        kind, typed = match.lastgroup or "", match[0]
        if kind == "tex":
            pieces.append(tex(typed))
            bound = True
            continue
        alone = reader.pos == 0 or reader.text[reader.pos - 1].isspace()
        reader.pos = match.end()
        if alone and typed in _DEPOSITS and reader.text[reader.pos : reader.pos + 1] in (" ", "}"):
            pieces.append(_DEPOSITS[typed])
        elif kind == "script":
            pieces.append(_script(reader, close, typed, tex))
            bound = True
        else:
            pieces.append(_shown(kind, typed, bound))
            bound = kind in ("letters", "end") or (bound and kind in ("digits", "charge"))
    return "".join(pieces)


def _shown(kind: str, typed: str, bound: bool) -> str:
    if kind == "arrow":
        return _ARROWS[typed]
    if bound and kind == "digits" and "/" not in typed:
        return script("_", typed)
    if bound and kind == "charge":
        return script("^", typed)
    if bound and kind == "water":
        return "·"
    return "≡" if bound and typed == "#" else typed


def _script(reader: Cursor, close: int, mark: str, tex: Callable[[str], str]) -> str:
    """What is raised or lowered behind a mark: a group, a charge, a number, a letter or a command."""
    match = _SCRIPT.match(reader.text, reader.pos, close)
    if match:
        reader.pos = match.end()
        return script(mark, match[0].replace(".", "•"))
    if reader.char(reader.pos) in ("{", "\\", "$") and reader.pos < close:
        content = tex(reader.char(reader.pos))
        return script(mark, content) if content.strip() else mark
    return mark
