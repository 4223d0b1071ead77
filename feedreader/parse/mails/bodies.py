"""The bodies of mails as they were written: without what mail programs and signatures put round them. PURE."""

from __future__ import annotations

import re
from email.message import Message

from feedreader.parse.mails.encodings import Numbered

_ARMOUR = (b"-----BEGIN PGP SIGNED MESSAGE-----", b"-----BEGIN PGP SIGNATURE-----")
_LONGEST_SIGNATURE = 12  # lines


def as_written(lines: Numbered, fields: Message, boxed: bool) -> Numbered:
    """A body as it was written: lines that flow joined, without what signs it."""
    if boxed:
        lines = [(re.sub(rb"\A>(>*From )", rb"\1", line) if line[:1] == b">" else line, n) for line, n in lines]
    if str(fields.get_param("format", "")).lower() == "flowed":
        lines = _flowed(lines, str(fields.get_param("delsp", "")).lower() == "yes")
    lines = _unsigned(lines)
    foot = next(
        (i for i in range(len(lines) - 1, max(-1, len(lines) - _LONGEST_SIGNATURE), -1) if lines[i][0] == b"-- "), None
    )
    return lines[:foot] if foot else lines


def _flowed(lines: Numbered, delete: bool) -> Numbered:
    """Lines that end in a blank joined with the next (RFC 3676), where these are quoted as deep."""
    done: Numbered = []
    open_: list[bytes] = []
    first, depth = 0, 0
    for line, number in lines:
        line = line.rstrip(b"\r")
        bare = line.lstrip(b">")
        deep = len(line) - len(bare)
        bare = bare.removeprefix(b" ")
        if open_ and (deep != depth or not bare.strip() or bare == b"-- "):
            done.append((b"".join(open_), first))
            open_ = []
        if not open_:
            first, depth = number, deep
            open_ = [b">" * deep + b" "] if deep else []
        open_.append(bare)
        if bare.endswith(b" ") and bare != b"-- ":
            open_[-1] = bare[:-1] if delete else bare
        else:
            done.append((b"".join(open_), first))
            open_ = []
    if open_:
        done.append((b"".join(open_), first))
    return done


def _unsigned(lines: Numbered) -> Numbered:
    """Without the armour of PGP around a text that is signed in the clear."""
    marks = [i for i, (line, _) in enumerate(lines) if line[:10] == b"-----BEGIN" and line.rstrip() in _ARMOUR]
    if len(marks) < 2 or lines[marks[0]][0].rstrip() != _ARMOUR[0]:
        return lines
    begin, end = marks[0], marks[1]
    start = next((i for i in range(begin, end) if not lines[i][0].strip()), begin)
    finish = next((i for i in range(end, len(lines)) if lines[i][0].startswith(b"-----END PGP")), len(lines) - 1)
    text = [(line.removeprefix(b"- "), number) for line, number in lines[start + 1 : end]]
    return [*lines[:begin], *text, *lines[finish + 1 :]]
