"""Mails as their text: what MIME wraps around it is taken off, and each line keeps its number in the file.

A file may hold one mail (as a mail program saves it, or out of a Maildir), or a mailbox of many (mbox). Of each the
texts are given, decoded, as UTF-8: what stands in it, as plain text or HTML; what is attached; mails within it. The
library's own parser has neither line numbers nor a bound on how deep parts nest, so parts are found here; what their
heads mean is left to it.

Nothing is lost to a mail that is broken: a part without an end ends with what holds it, a boundary that is not found is
looked for, bytes in no known encoding are guessed at. Time grows with length only. PURE.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import HeaderParser

from feedreader.model import Problem
from feedreader.parse.mails.bodies import as_written
from feedreader.parse.mails.encodings import Numbered, decoded, in_utf8, is_base64, is_quoted, transfer, unpacked
from feedreader.text.cleaning import clean, decode, looks_binary
from feedreader.text.lines import squash

_DEEPEST = 20  # parts within parts
_LONGEST_HEAD = 64_000  # bytes of a part's head that are read
_LONGEST_VALUE = 8_000
_PREAMBLE = 40  # lines that a page ("Show original") may put before a mail


@dataclass(frozen=True, slots=True)
class MailText:
    """A text in a mail: decoded, as UTF-8. `lines[i]` is the number in the file of its line i, both from 0 and 1.

    `kind` is "plain", "html" or "attached"; `alternative`: it says the same as another.
    """

    data: bytes
    lines: Sequence[int]
    kind: str
    name: str = ""
    alternative: bool = False


@dataclass(slots=True)
class Mail:
    """A mail: the lines of its head that tell something, each with its number in the file, and the texts it holds."""

    line: int
    head: list[tuple[int, str]] = field(default_factory=list)
    subject: str | None = None
    texts: list[MailText] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    encrypted: bool = False

    def every(self) -> Iterator[Mail]:
        """This one, and those within it."""
        yield self
        for mail in self.mails:
            yield from mail.every()


# ── what is a mail ───────────────────────────────────────────────────────────────────────────────

_FIELD = re.compile(rb"([A-Za-z][A-Za-z0-9-]{0,60})[ \t]*:")
_NAMED = re.compile(
    rb"(?:from|sender|subject|date|to|cc|received|message-id|return-path|delivered-to|reply-to|mime-version|"
    rb"content-(?:type|transfer-encoding)|(?:x|list|arc|dkim)-[\w-]+)",
    re.IGNORECASE,
)
_TELLING = frozenset(
    (b"from", b"subject", b"received", b"message-id", b"return-path", b"delivered-to", b"mime-version")
)
_MIME = frozenset((b"mime-version", b"content-type", b"content-transfer-encoding"))
_OF_A_PAPER = frozenset((b"title", b"authors", b"author", b"abstract"))
_SEPARATOR = re.compile(rb"From \S+.{0,80}\d{1,2}:\d\d.{0,40}\d{4}")  # of an mbox
_OPENING = re.compile(rb"--(?=[^\s-]|-+\w)(.{1,200})")


def _head_end(lines: Sequence[bytes], start: int) -> tuple[int, set[bytes]]:
    """Where the fields from `start` on end, and their names."""
    names: set[bytes] = set()
    at = start
    while at < len(lines) and (line := lines[at]).strip():
        match = _FIELD.match(line)
        if match:
            names.add(match[1].lower())
        elif line[:1] not in (b" ", b"\t") or not names:
            break
        at += 1
    return at, names


def is_separator(line: bytes) -> bool:
    """Whether a line may stand over a message of an mbox."""
    return _SEPARATOR.match(line) is not None


def goes_on(line: bytes) -> bool:
    """Whether a line may be one of the head of a mail, but not its first."""
    return line[:1] in (b" ", b"\t") or _FIELD.match(line) is not None


def is_head(lines: Sequence[bytes], start: int) -> bool:
    """Whether a mail begins here."""
    if start >= len(lines) or not _FIELD.match(lines[start]):
        return False
    end, names = _head_end(lines, start)
    known = {name for name in names if _NAMED.fullmatch(name)}
    whole = end >= len(lines) or not lines[end].strip() or (names & _MIME and len(known) > 2)
    if not whole or len(known) < 2 or (names & _OF_A_PAPER and not names & _MIME):
        return False
    return len(known & _TELLING) > 0 or known == {b"content-type", *(known & _MIME)}


def _start(lines: Sequence[bytes]) -> int | None:
    """The line at which a mail begins, behind blank lines and what a page said of it; None if there is none."""
    first = next((i for i, line in enumerate(lines[:_PREAMBLE]) if line.strip()), None)
    if first is None:
        return None
    if is_separator(lines[first]) and is_head(lines, first + 1):
        return first
    for at in range(first, min(len(lines), first + _PREAMBLE)):
        if (at == first or not lines[at - 1].strip()) and is_head(lines, at):
            return at if at == first or _head_end(lines, at)[1] & _MIME else None
    return None


def read(data: bytes) -> list[Mail]:
    """The mails of a file, none if it holds something else. It never raises."""
    if not _may_be(data):
        return []
    if b"\0" in data[:400] or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = decode(data)[0].encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    lines = (data.replace(b"\r\n", b"\n") if b"\n" in data else data.replace(b"\r", b"\n")).split(b"\n")
    start = _start(lines)
    if start is None:
        return _without_head(lines)
    if not is_separator(lines[start]):
        return [_read_mail(_Part(lines, start, len(lines)))]
    starts = [
        i
        for i in range(start, len(lines))
        if lines[i].startswith(b"From ") and is_separator(lines[i]) and is_head(lines, i + 1)
    ]
    return [
        _read_mail(_Part(lines, at + 1, end, boxed=True))
        for at, end in zip(starts, [*starts[1:], len(lines)], strict=True)
    ]


_LOOK = 20_000


def _may_be(data: bytes) -> bool:
    """Whether a look at the beginning leaves it open that this is a mail, or the body of one."""
    head = data[:_LOOK].replace(b"\0", b"")
    return head.lstrip(b"\xff\xfe\xef\xbb\xbf \t\r\n")[:1] not in (b"", b"<", b"{", b"[")


# ── parts ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Part:
    """The lines of the file, of which a part has those from `start` to `end`. `boxed`: an mbox has quoted "From "."""

    lines: Sequence[bytes]
    start: int
    end: int
    boxed: bool = False

    def head(self) -> tuple[Message, int]:
        """The fields, and the line at which the body begins."""
        at, size = self.start, 0
        raw: list[bytes] = []
        while at < self.end and self.lines[at].strip():
            if not _FIELD.match(self.lines[at]) and (not raw or self.lines[at][:1] not in (b" ", b"\t")):
                break
            if (size := size + len(self.lines[at])) < _LONGEST_HEAD:
                raw.append(self.lines[at][:_LONGEST_VALUE])
            at += 1
        text = b"\n".join(raw).decode("utf-8", "replace")
        return HeaderParser().parsestr(text + "\n\n"), at + (at < self.end and not self.lines[at].strip())


_SHOWN = ("from", "to", "cc", "date", "subject")
_ENCRYPTED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
_SILENT = re.compile(r"image/|multipart/|application/(?:pgp|(?:x-)?pkcs7)|message/(?:delivery|disposition)|text/x-amp")
_TEXTUAL = re.compile(
    r"text/|message/(?!rfc822)|application/(?:(?:\w|[.-])*\+)?(?:json|xml|x-(?:bibtex|ndjson|yaml)|csv|markdown)"
)
_TEXT_NAMES = re.compile(
    r"\.(?:txt|md|markdown|csv|tsv|jsonl?|ndjson|xml|rss|atom|rdf|bib|ris|log|text|html?)\Z", re.IGNORECASE
)


def _read_mail(part: _Part, depth: int = 0) -> Mail:
    mail = Mail(part.start + 1)
    fields, body = part.head()
    mail.head = _shown(part)
    mail.subject = _header(fields, "subject") or None
    _take(mail, replace(part, start=body), fields, depth, False)
    return mail


def _shown(part: _Part) -> list[tuple[int, str]]:
    """The fields that people read, each on one line, with the number of its first."""
    shown: list[tuple[int, str]] = []
    at = part.start
    while at < part.end and (match := _FIELD.match(part.lines[at])):
        first = at
        at += 1
        while at < part.end and part.lines[at][:1] in (b" ", b"\t") and part.lines[at].strip():
            at += 1
        if match[1].lower().decode() in _SHOWN:
            raw = b" ".join(part.lines[first : min(at, first + 100)])[match.end() : _LONGEST_VALUE]
            shown.append((first + 1, f"{match[1].decode()}: {_words(raw.decode('utf-8', 'replace'))}"))
    return shown


def _words(raw: str) -> str:
    """The value of a field, its encoded words decoded."""
    if "=?" in raw:
        with suppress(MessageError, ValueError, LookupError):
            raw = str(make_header(decode_header(raw)))
    return squash(clean(raw))


def _header(fields: Message, name: str) -> str:
    return _words(str(fields.get(name, "")))


def _take(mail: Mail, part: _Part, fields: Message, depth: int, alternative: bool) -> None:
    """Put what a part holds into the mail; `part` begins with its body."""
    kind = fields.get_content_type()
    if depth > _DEEPEST:
        mail.problems.append(Problem(part.start + 1, "This part of the mail is nested too deeply and was skipped."))
    elif kind in _ENCRYPTED and "signed" not in str(fields.get_param("smime-type", "")):
        mail.encrypted = True
    elif kind.startswith("multipart/") and (inner := _split(part, fields)):
        for each in inner:
            below, body = each.head()
            if kind == "multipart/digest" and "content-type" not in below:
                below["Content-Type"] = "message/rfc822"
            same = alternative or kind == "multipart/alternative"
            _take(mail, replace(each, start=body), below, depth + 1, same)
    elif kind == "message/rfc822" and transfer(fields) not in ("base64", "quoted-printable"):
        mail.mails.append(_read_mail(part, depth + 1))
    else:
        _take_leaf(mail, part, fields, depth, alternative)


def _take_leaf(mail: Mail, part: _Part, fields: Message, depth: int, alternative: bool) -> None:
    kind, name = fields.get_content_type(), _words(str(fields.get_filename() or ""))
    if kind.startswith("multipart/"):
        kind = "text/plain"  # its boundary was not found
    textual = _TEXTUAL.match(kind) or kind == "message/rfc822" or _TEXT_NAMES.search(name)
    if not textual:
        if not _SILENT.match(kind):
            reason = f"Skipped an attachment that is not text: {(name or kind)[:80]}"
            mail.problems.append(Problem(part.start + 1, reason))
        return
    raw, problem = decoded([(part.lines[i], i + 1) for i in range(part.start, part.end)], fields)
    mail.problems += [problem] if problem else []
    if kind == "message/rfc822":
        mail.mails.append(_packed(raw, depth))
        return
    attached = name or fields.get_content_disposition() == "attachment" or not kind.startswith("text/")
    how = "attached" if attached else "html" if kind == "text/html" else "plain"
    if how == "plain":
        raw, files = unpacked(raw)
        for file, _, inside, wrong in files:
            mail.problems += [wrong] if wrong else []
            _take_file(mail, file, inside)
    text = in_utf8(raw, fields, kind == "text/html")
    if how == "plain":
        text = as_written(text, fields, part.boxed)
    mail.texts.append(MailText(b"\n".join(line for line, _ in text), [n for _, n in text], how, name, alternative))


def _take_file(mail: Mail, name: str, raw: Numbered) -> None:
    """A file that stands in a text, packed."""
    text = MailText(b"\n".join(line for line, _ in raw), [number for _, number in raw], "attached", name)
    if _TEXT_NAMES.search(name) or not looks_binary(text.data):
        mail.texts.append(text)
    else:
        line = raw[0][1] if raw else mail.line
        mail.problems.append(Problem(line, f"Skipped an attachment that is not text: {name[:80]}"))


def _packed(raw: Numbered, depth: int) -> Mail:
    """A mail that was itself encoded: its lines have the numbers that they have in the file."""
    numbers = [number for _, number in raw] or [1]
    mail = _read_mail(_Part([line.rstrip(b"\r") for line, _ in raw], 0, len(raw)), depth + 1)
    return renumbered(mail, lambda line: numbers[min(line, len(numbers)) - 1])


def renumbered(mail: Mail, number: Callable[[int], int]) -> Mail:
    """A mail whose lines have other numbers in the file: for each, what `number` gives."""
    for each in mail.every():
        each.line = number(each.line)
        each.head = [(number(line), text) for line, text in each.head]
        each.texts = [replace(text, lines=[number(line) for line in text.lines]) for text in each.texts]
        each.problems = [replace(p, line=number(p.line or 1)) for p in each.problems]
    return mail


def _split(part: _Part, fields: Message) -> list[_Part]:
    """The parts of a multipart; none if no boundary is found."""
    lines, span = part.lines, range(part.start, part.end)
    mark = b"--" + str(fields.get_boundary("")).encode("utf-8", "replace").rstrip()
    if len(mark) == 2 or not any(_is_boundary(lines[i], mark) for i in span):
        found = next((i for i in span if _opens_a_part(lines, i)), None)
        if found is None:
            return []
        mark = lines[found].rstrip()
    parts: list[_Part] = []
    start: int | None = None
    for i in span:
        if _is_boundary(lines[i], mark):
            parts += [replace(part, start=start, end=i)] if start is not None else []
            start = None if lines[i].rstrip() == mark + b"--" else i + 1
    return [*parts, replace(part, start=start)] if start is not None else parts


def _is_boundary(line: bytes, mark: bytes) -> bool:
    return line.startswith(mark) and line.rstrip() in (mark, mark + b"--")


def _opens_a_part(lines: Sequence[bytes], at: int) -> bool:
    """Whether a line parts a multipart whose boundary is not known: a field of MIME follows."""
    following = lines[at + 1] if at + 1 < len(lines) else b""
    return _OPENING.match(lines[at]) is not None and following[:8].lower() == b"content-"


# ── bodies that were saved without their head ────────────────────────────────────────────────────


def _without_head(lines: Sequence[bytes]) -> list[Mail]:
    """The body of a mail, if it is one that its encoding gives away."""
    first = next((i for i, line in enumerate(lines[:_PREAMBLE]) if line.strip()), 0)
    part = _Part(lines, first, len(lines))
    mail = Mail(first + 1)
    fields = Message()
    if _opens_a_part(lines, first):
        fields["Content-Type"] = "multipart/mixed"
    elif is_quoted(lines):
        fields["Content-Transfer-Encoding"] = "quoted-printable"
    elif is_base64(lines):
        fields["Content-Transfer-Encoding"] = "base64"
    else:
        return []
    _take(mail, part, fields, 0, False)
    return [mail]
