"""The one place where foreign text is made safe, and where hard-wrapped lines become text again.

`decode` turns bytes into text whose only control character besides the tab is the line feed, so
that a line's number is its number in the file. Parsers then take lines apart with `split("\\n")`,
fold them with `squash`, and join what was hard-wrapped with `join_wrapped`.
"""

from __future__ import annotations

import re

from feedreader.model import Problem
from feedreader.text.lines import join_wrapped as join_wrapped
from feedreader.text.lines import squash as squash

# ── bytes to text ────────────────────────────────────────────────────────────────────────────────

_BOMS = (  # the longer first: the mark of UTF-32 LE begins with that of UTF-16 LE
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_MAGIC = (
    b"\x89PNG", b"%PDF-", b"%!PS-Adobe", b"\x7fELF", b"\x1f\x8b", b"PK\x03\x04", b"\xff\xd8\xff", b"GIF8", b"BZh",
    b"\xfd7zXZ", b"7z\xbc\xaf", b"\x28\xb5\x2f\xfd", b"SQLite format 3", b"\xd0\xcf\x11\xe0", b"\xca\xfe\xba\xbe",
    b"\x00asm", b"wOFF", b"OggS", b"RIFF", b"ID3", b"II*\x00", b"MM\x00*",
)  # fmt: skip
_SAMPLE = 65_536
_NOT_IN_TEXT = bytes(b for b in range(32) if b not in b"\t\n\v\f\r\b\x1b")


def _bare_utf16(data: bytes) -> str | None:
    """The flavour of UTF-16 that text without a byte order mark is in, if its NULs leave no doubt."""
    head = data[: min(len(data), _SAMPLE) & ~1]
    pairs = len(head) // 2
    if pairs < 4:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > pairs * 0.4 and even < pairs * 0.02:
        return "utf-16-le"
    if even > pairs * 0.4 and odd < pairs * 0.02:
        return "utf-16-be"
    return None


def looks_binary(data: bytes) -> bool:
    """Whether the bytes are an image, an archive, a program, … rather than text in any encoding."""
    if data.startswith(_MAGIC):
        return True
    if any(data.startswith(bom) for bom, _ in _BOMS) or _bare_utf16(data):
        return False
    head = data[:_SAMPLE]
    strange = len(head) - len(head.translate(None, _NOT_IN_TEXT))
    return strange > 8 and strange > len(head) * 0.04


_ESCAPED = re.compile("[\udc80-\udcff]")
_FOREIGN = re.compile("[^\x00-\x7f\udc80-\udcff]")
_CP1252 = {0xDC00 + b: bytes((b,)).decode("cp1252", "ignore") or chr(b) for b in range(0x80, 0x100)}


def _line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _decode(data: bytes) -> tuple[str, Problem | None]:
    for bom, encoding in _BOMS:
        if data.startswith(bom) and encoding != "utf-8":
            return data[len(bom) :].decode(encoding, "replace"), None
    if data.startswith(_BOMS[0][0]):
        data = data[3:]
    elif (bare := _bare_utf16(data)) is not None:
        return data.decode(bare, "replace"), None
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            text = data[: error.start].decode("utf-8")
            return text, Problem(_line_at(text, len(text)), "The file ends in the middle of a character.")
    # Bytes that are no UTF-8 are kept apart, so that a few of them do not spoil the others.
    text = data.decode("utf-8", "surrogateescape")
    bad = _ESCAPED.findall(text)
    if len(bad) > len(_FOREIGN.findall(text)):
        text = data.decode("latin-1").translate({code - 0xDC00: char for code, char in _CP1252.items()})
        return text, Problem(None, "The file was read as Windows-1252 (Latin-1), because it is not UTF-8.")
    first = _ESCAPED.search(text)
    line = _line_at(text, first.start()) if first else None
    bytes_are = "1 byte is" if len(bad) == 1 else f"{len(bad)} bytes are"
    return text.translate(_CP1252), Problem(line, f"{bytes_are} not UTF-8 and read as Windows-1252, the first here.")


def decode(data: bytes) -> tuple[str, tuple[Problem, ...]]:
    """Bytes as safe text, and what had to be guessed or removed. It never raises.

    UTF-8 (with single bytes of Windows-1252 forgiven), UTF-16 and UTF-32, else Windows-1252. Line
    ends become "\\n"; no other change adds or removes a line.
    """
    text, guess = _decode(data)
    problems = [guess] if guess else []
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = re.sub("(?<!\r)\r+\n", "\n", text) if "\n" in text else text.replace("\r", "\n")
    safe, removed = clean_counted(text)
    if removed:
        line = next(number for number, line in enumerate(text.split("\n"), 1) if clean_counted(line)[1])
        characters_were = "character was" if removed == 1 else "characters were"
        problems.append(Problem(line, f"{removed:,} control or invisible {characters_were} removed, the first here."))
    return safe, tuple(problems)


# ── safe text ────────────────────────────────────────────────────────────────────────────────────

_MARKS = (  # what stacks above and below a letter
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u06d6-\u06dc\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef"
)
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(f"{chr(p + 0xFFFE)}{chr(p + 0xFFFF)}" for p in range(0, 0x110000, 0x10000))
_INVISIBLE = (  # soft hyphen, bidi and format controls, zero width blanks, tags, annotations
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    f"\U000e0000-\U000e007f{_NONCHARACTERS}"
)
_CONTROL = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"

_SAFE = bytes((9, 10, *range(32, 127)))
_LONG = 500  # characters from which on a copy is sooner made than a search
_PIECE = 1 << 16  # characters of which a copy is made at a time
_SUSPECT_ASCII = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_SUSPECT = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_INVISIBLE}{_MARKS}\u200c\u200d\u2028\u2029\ud800-\udfff]")

# No two alternatives can both run over the same text, and none runs past the next introducer: linear time.
_SEQUENCE = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI
    "|(?:\x1b\\]|\x9d)[^\x07\x1b\x80-\x9f\n]*(?:\x07|\x1b\\\\|\x9c)"  # OSC
    "|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x80-\x9f\n]*(?:\x1b\\\\|\x9c)"  # DCS, SOS, PM, APC
    "|\x1b[ -/]{0,3}[0-~]"  # two characters; also what introduces a string that never ends
)
_REMOVED = re.compile(f"[{_CONTROL}{_INVISIBLE}]")
_REMOVED_ASCII = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_BLANK = re.compile("[\x0b-\x0d\x85\u2028\u2029]")
_JOINERS = re.compile(f"([^\x00-\xa0\u200c\u200d])?[\u200c\u200d]+(?=([^\x00-\xa0\u200c\u200d{_MARKS}])?)")
_STACK = re.compile(f"([{_MARKS}]{{4}})[{_MARKS}]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def _joiner(match: re.Match[str]) -> str:
    before, after = match[1] or "", match[2]
    return before + match[0][-1] if before and after else before


def _kinds(text: str) -> str:
    """The characters of a text that are beyond ASCII, or else suspect, each once; of a long text bit by bit."""
    kinds = set[str]()
    for at in range(0, len(text), _PIECE):
        odd = text[at : at + _PIECE].encode("utf-8", "surrogatepass").translate(None, _SAFE)
        kinds.update(odd.decode("utf-8", "surrogatepass"))
    return "".join(kinds)


def clean_counted(text: str) -> tuple[str, int]:
    """`clean(text)`, and how many characters that took away (or made U+FFFD)."""
    if text.isascii():
        if not (text.encode().translate(None, _SAFE) if len(text) > _LONG else _SUSPECT_ASCII.search(text)):
            return text, 0
        safe, lone = text, 0
    else:
        kinds = _kinds(text)  # far fewer than the text has characters, so that these searches cost nothing
        if not _SUSPECT.search(kinds):
            return text, 0
        safe, lone = _SURROGATE.subn("\ufffd", text) if _SURROGATE.search(kinds) else (text, 0)
    safe = _BLANK.sub(" ", _SEQUENCE.sub("", safe))
    if not safe.isascii():
        safe = _REMOVED.sub("", safe)
        if "\u200c" in safe or "\u200d" in safe:
            safe = _JOINERS.sub(_joiner, safe)
        safe = _STACK.sub(r"\1", safe)
    elif _SUSPECT_ASCII.search(safe):
        safe = _REMOVED_ASCII.sub("", safe)
    return safe, len(text) - len(safe) + lone


def clean(text: str) -> str:
    """Text that can do nothing to a screen.

    Terminal sequences go whole (one that is never ended loses its introducer only); so do control
    characters other than line feed and tab, bidi controls, invisible characters, and what is
    stacked on a letter beyond four marks. Joiners stay where they shape text: between characters
    beyond ASCII. Form feeds and other line ends within a line become blanks. Idempotent.
    """
    return clean_counted(text)[0]


def mended(text: str) -> str:
    """UTF-8 that was taken for Latin-1 put right: "JosÃ©" is José."""
    try:
        return text if text.isascii() else text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
