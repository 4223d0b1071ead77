"""The lines of mails out of their transfer and character encodings. PURE."""

from __future__ import annotations

import binascii
import codecs
import re
from bisect import bisect_right
from collections.abc import Sequence
from email.message import Message
from email.utils import collapse_rfc2231_value
from itertools import accumulate

from feedreader.model import Problem

Numbered = list[tuple[bytes, int]]  # lines of bytes, each with its number in the file


_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}|={1,2}")
_QUOTED = re.compile(rb"=[0-9A-Fa-f]{2}")


def transfer(fields: Message) -> str:
    return str(fields.get("content-transfer-encoding", "")).strip(" \t;\"'").lower()


def decoded(raw: Numbered, fields: Message) -> tuple[Numbered, Problem | None]:
    """Lines out of their transfer encoding, and what was wrong with that."""
    encoding = transfer(fields)
    if encoding == "base64":
        return _from_base64(raw)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return (packed[0][2], packed[0][3]) if (packed := unpacked(raw)[1]) else (raw, None)
    return (_from_quoted(raw) if encoding == "quoted-printable" else raw), None


def _from_quoted(raw: Numbered) -> Numbered:
    """Quoted-printable: a line that ends in "=" goes on in the next."""
    done: Numbered = []
    open_: list[bytes] = []
    first = 0
    for line, number in raw:
        line = line.rstrip(b" \t\r")
        first = first if open_ else number
        open_.append(line)
        if line[-1:] != b"=":
            done += [(each, first) for each in binascii.a2b_qp(b"\n".join(open_)).split(b"\n")]
            open_ = []
    if open_:
        done += [(each, first) for each in binascii.a2b_qp(b"\n".join(open_)).split(b"\n")]
    return done


def _from_base64(raw: Numbered) -> tuple[Numbered, Problem | None]:
    """Base64. Lines that are none (what a mailing list put below) are left out, and reported."""
    full = [(line.strip(), number) for line, number in raw if line.strip()]
    good = [(line, number) for line, number in full if _BASE64.fullmatch(line)]
    if len(good) * 2 < len(full):
        reason = "This part of the mail is labelled base64 but is not; it was read as plain text."
        return raw, Problem(full[0][1], reason)
    chunk, ends, data = bytearray(), list[int](), list[bytes]()
    before = 0
    for i, (line, _) in enumerate(good):
        chunk += line.rstrip(b"=")
        ends.append(before + len(chunk) * 3 // 4)
        if line.endswith(b"=") or i == len(good) - 1:  # what was encoded by itself ends here
            chunk = chunk[: len(chunk) - (len(chunk) % 4 == 1)]
            data.append(binascii.a2b_base64(chunk + b"=" * (-len(chunk) % 4)))
            before, chunk = before + len(data[-1]), bytearray()
    lines = b"".join(data).split(b"\n") if good else []
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    numbers = [good[min(bisect_right(ends, at), len(good) - 1)][1] for at, _ in zip(starts, lines, strict=False)]
    odd = next((number for line, number in full if not _BASE64.fullmatch(line)), None)
    reason = "This line of the mail is encoded differently and was skipped."
    return list(zip(lines, numbers, strict=True)), Problem(odd, reason) if odd else None


_BEGIN = re.compile(rb"begin(?:-base64)? [0-7]{3,4} +(\S.{0,200})")
_LONGEST_ROW = 61 + 3  # characters for 45 bytes, and what may stand behind them

Packed = tuple[str, int, Numbered, Problem | None]  # a file: its name, its line, what it holds, what was wrong


def unpacked(raw: Numbered) -> tuple[Numbered, list[Packed]]:
    """A body without the files that are in it by uuencode ("begin 644 name" … "end"), and these files."""
    if not any(line[:5] == b"begin" and _BEGIN.match(line) for line, _ in raw):
        return raw, []
    left: Numbered = []
    files: list[Packed] = []
    at = 0
    while at < len(raw):
        line, number = raw[at]
        begin = _BEGIN.match(line.rstrip()) if line[:5] == b"begin" else None
        rows, end = _rows(raw, at + 1) if begin else ([], at)
        if begin is None or not rows or not _is_row(rows[0][0], in_base64=line[5:6] == b"-"):
            left.append(raw[at])
            at += 1
            continue
        name = begin[1].decode("utf-8", "replace")
        files.append((name, number, *(_from_base64(rows) if line[5:6] == b"-" else _from_rows(rows))))
        at = end
    return left, files


def _is_row(line: bytes, in_base64: bool) -> bool:
    """Whether a packed file can begin with this line."""
    if in_base64:
        return _BASE64.fullmatch(line.strip()) is not None
    try:
        return bool(binascii.a2b_uu(line.rstrip(b"\r")))
    except binascii.Error:
        return False


def _rows(raw: Numbered, start: int) -> tuple[Numbered, int]:
    """The lines of a packed file, and where the text goes on. One without an end is as long as its lines are rows."""
    at = start
    while at < len(raw) and (line := raw[at][0].rstrip()) not in (b"end", b"===="):
        if line in (b"", b"`") or len(line) > _LONGEST_ROW + 12:
            break
        at += 1
    rows = raw[start:at]
    while at < len(raw) and raw[at][0].strip() in (b"", b"`", b"end", b"===="):
        at += 1
        if raw[at - 1][0].strip() in (b"end", b"===="):
            break
    return rows, at


def _from_rows(rows: Numbered) -> tuple[Numbered, Problem | None]:
    """What rows of uuencode hold. One that is damaged is left out, and reported."""
    done: Numbered = []
    open_, first, odd = bytearray(), 0, None
    for line, number in rows:
        try:
            row = binascii.a2b_uu(line.rstrip(b"\r"))
        except binascii.Error:
            odd = odd or number
            continue
        first = first if open_ else number
        *whole, rest = (bytes(open_) + row).split(b"\n")
        done += [(each, first if i == 0 else number) for i, each in enumerate(whole)]
        first = number if whole else first
        open_ = bytearray(rest)
    if open_:
        done.append((bytes(open_), first))
    reason = "This line of the mail is damaged and was skipped."
    return done, Problem(odd, reason) if odd else None


_ONE_BYTE = ("iso8859", "cp125", "koi8", "mac", "tis")
_CODECS = (*_ONE_BYTE, "cp", "gb", "big5", "euc", "shift_jis", "iso2022", "hz", "johab", "utf-16", "utf-32")
_META = re.compile(rb"<meta\s[^<>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)


def _codec(charset: str) -> str | None:
    """Python's name of an encoding other than UTF-8 and ASCII, if it is one that mails are written in."""
    try:
        name = codecs.lookup(charset).name if re.fullmatch(r"[\w.:-]{1,40}", charset) else ""
    except (LookupError, ValueError):
        return None
    return name if name.startswith(_CODECS) else None


def in_utf8(raw: Numbered, fields: Message, is_html: bool) -> Numbered:
    """The lines as UTF-8, if they say in what else they are, and it can be so; else as they are."""
    data = b"\n".join(line for line, _ in raw)
    charset = collapse_rfc2231_value(fields.get_param("charset", "") or "")
    if is_html and not charset and (meta := _META.search(data[:4000])):
        charset = meta[1].decode()
    name = _codec(charset.strip("\"' "))
    if name is None or (name.startswith(_ONE_BYTE) and _is_utf8(data)):
        return [(line.rstrip(b"\r"), number) for line, number in raw]
    try:
        lines = data.decode(name).encode("utf-8", "replace").split(b"\n")
    except UnicodeError:
        return raw
    last = raw[-1][1] if raw else 1
    return [(line.rstrip(b"\r"), raw[i][1] if i < len(raw) else last) for i, line in enumerate(lines)]


def _is_utf8(data: bytes) -> bool:
    """Whether it is UTF-8, whatever it claims: what is in a Western encoding can hardly be that too."""
    try:
        data.decode()
    except UnicodeError:
        return False
    return True


def is_quoted(lines: Sequence[bytes]) -> bool:
    """Whether these lines are quoted-printable: no line is longer than that allows, and each "=" is one of its own."""
    soft = 0
    for line in lines:
        if b"=" not in line and len(line) < 78:
            continue
        bare = line.rstrip(b" \t\r")
        ends = bare.endswith(b"=")
        if len(bare) > 77 or bare.count(b"=") - ends != len(_QUOTED.findall(bare)):
            return False
        if ends:
            if len(bare) < 70:
                return False
            soft += 1
    return soft > 2


def is_base64(lines: Sequence[bytes]) -> bool:
    """Whether all the lines are base64, each as long as the first, of a text."""
    if any(len(line) > 80 or (line.strip() and not _BASE64.fullmatch(line.strip())) for line in lines[:9]):
        return False
    full = [line.strip() for line in lines if line.strip()]
    if len(full) < 3 or len(full[0]) not in range(56, 77, 4):
        return False
    if any(len(line) != len(full[0]) for line in full[:-1]) or not all(map(_BASE64.fullmatch, full)):
        return False
    return b"\n" in binascii.a2b_base64(b"".join(full[:8])[:400])
