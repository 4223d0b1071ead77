"""An mbox message by message, so that it may be of any size. PURE.

Each message stands under a line `From sender date` (RFC 4155). Such a line counts only where the head of a mail
follows: "From " in a text is not always quoted, and a blank line before it is not always there. What a Content-Length
says is not heeded: it is wrong wherever a program has changed a message since, and nothing is lost without it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from feedreader.parse.mails import parts

_MARK = b"\nFrom "
_HEAD = 64_000  # bytes of a head that are looked at
_BLANK = b" \t\r\n"
_LARGE = 1 << 20  # bytes
_LASTING = frozenset((b"from", b"to", b"date", b"subject", b"message-id"))  # fields that programs leave as they are
_QUOTED = re.compile(rb"^>+(?=From )", re.MULTILINE)


class Message(NamedTuple):
    """A message of a mailbox: what it is known by, the number of its first line in the mailbox, and its bytes.

    `cut`: it is longer than was allowed, and this is its beginning.
    """

    name: str
    line: int
    data: bytes
    cut: bool = False


def is_mailbox(head: bytes) -> bool:
    """Whether a document that begins like this is an mbox."""
    if b"\0" in head[:400] or b"\n" not in head:
        return False  # in another encoding, or with other line ends: only as a whole
    return _begins(head, _first(head), is_end=True) is True


def _first(head: bytes) -> int:
    """Where the first line is that is not blank."""
    after_mark = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    return len(head) - len(head[after_mark:].lstrip(_BLANK))


def _begins(data: bytes | bytearray, at: int, *, is_end: bool) -> bool | None:
    """Whether a message begins at this line; None: more is needed to tell."""
    lines: list[bytes] = []
    end = at
    while len(lines) < 2 or lines[-1].strip():
        start, end = end, data.find(b"\n", end, at + _HEAD)
        if end < 0:
            if not is_end and len(data) < at + _HEAD:
                return None
            lines.append(bytes(data[start : at + _HEAD]))
            break
        lines.append(bytes(data[start:end]))
        end += 1
        if not (parts.is_separator(lines[0]) if len(lines) == 1 else parts.goes_on(lines[-1])):
            break
    return parts.is_separator(lines[0]) and parts.is_head(lines, 1)


def messages(pieces: Iterable[bytes], most: int) -> Iterator[Message]:
    """The messages of an mbox, of each so many bytes at most."""
    source = iter(pieces)
    held = bytearray()
    while len(held) < _HEAD and (piece := next(source, None)) is not None:
        held += piece
    line, is_end = 1, False
    start = at = _first(bytes(held[:_HEAD]))  # of the message at hand, and how far it was searched for the next
    line += held.count(b"\n", 0, start)
    left_out = 0  # lines
    while True:
        found = held.find(_MARK, at)
        begins = _begins(held, found + 1, is_end=is_end) if found >= 0 else None
        if begins:
            data, is_cut, first = _part(held, start, found + 1), left_out > 0, line
            line += held.count(b"\n", start, found + 1) + left_out
            start = at = found + 1
            left_out = 0
            if start > _LARGE:  # whoever reads the message needs the room
                del held[:start]
                start = at = 0
            yield _message(data, first, most, cut=is_cut)
        elif begins is False:
            at = found + 1
        elif is_end:
            break
        else:
            at = found if found >= 0 else max(at, len(held) - len(_MARK) + 1)
            del held[:start]
            start, at = 0, at - start
            if at > most:
                left_out += held.count(b"\n", most, at)
                del held[most:at]
                at = most
            piece = next(source, None)
            is_end = piece is None
            held += piece or b""
    if held[start:].strip():
        data = _part(held, start, len(held))
        held.clear()
        yield _message(data, line, most, cut=left_out > 0)


def _part(held: bytearray, start: int, end: int) -> bytes:
    with memoryview(held) as view, view[start:end] as part:
        return bytes(part)


def _message(data: bytes, line: int, most: int, *, cut: bool) -> Message:
    return Message(_name(data[:most]), line, data[:most], cut or len(data) > most)


def _name(data: bytes) -> str:
    """What a message is known by: its text and those fields that stay as they are when a program writes the mailbox
    anew, notes in it that the message was read, and quotes "From " in another way."""
    data = data.replace(b"\r\n", b"\n")
    start = data.find(b"\n") + 1 or len(data)  # the separator has the time of delivery
    end = data.find(b"\n\n", start)
    end = end if end >= 0 else len(data)
    fields = re.split(rb"\n(?![ \t])", data[start:end])
    kept = sorted(field for field in fields if field.partition(b":")[0].strip().lower() in _LASTING)
    name = hashlib.blake2b(b"\n".join((*kept, b"", b"")), digest_size=12, usedforsecurity=False)
    if data.find(b"From ", end) >= 0:
        data, end = _QUOTED.sub(b"", data[end + 2 :]), -2
    first, last = end + 2, len(data)
    while first < last and data[first] in _BLANK:
        first += 1
    while first < last and data[last - 1] in _BLANK:
        last -= 1
    name.update(memoryview(data)[first:last])
    return name.hexdigest()
