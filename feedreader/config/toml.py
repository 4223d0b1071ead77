"""Values as TOML writes them. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from pathlib import Path

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_LONGEST = 60


def written(value: object) -> str:
    """A value as it would stand in a file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str | Path):
        return f'"{"".join(map(_character, str(value)))}"'
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key(name)} = {written(one)}' for name, one in value.items())}}}"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(f"TOML has no {type(value).__name__}")


def quoted(text: str) -> str:
    """A text as a person would write it: in 'single quotes' where that reads better."""
    plain = "'" not in text and text.isprintable() and ('"' in text or "\\" in text)
    return f"'{text}'" if plain else written(text)


def plain(text: str) -> str:
    """A file's text without what does not count in it: the mark at its front, and of what kind its line ends are."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def key(name: str) -> str:
    """A name as it would stand before `=`."""
    return name if _BARE.fullmatch(name) else written(name)


def shown(value: object) -> str:
    """The same, for a message: not longer than a line bears."""
    try:
        text = written(value)
    except ValueError:  # a number of more digits than Python writes out
        return "a number"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    if character.isprintable() or 0xD800 <= code <= 0xDFFF:
        return character
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
