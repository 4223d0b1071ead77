"""XML documents as text that is safe to hand to a parser: decoded, without DOCTYPE, without control characters.

What stands before the root element goes (its line ends stay, so that a line's number is its number
in the file). With the DOCTYPE go all declarations of entities: nothing can be expanded or fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from feedreader.model import Problem
from feedreader.text.cleaning import clean, decode

_HEAD = 65_536
_UTF8_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_DECLARED = re.compile(rb"\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_CHARSETS = re.compile(  # those in which ASCII is ASCII: else the declaration could not have been read
    r"iso-?8859-?\d+|latin-?\d|windows-?\d+|cp\d{3,4}|koi8-?[rut]|gb(?:2312|k|18030)|big5(?:-?hkscs)?|euc-?(?:jp|kr)|"
    r"shift[-_]?jis|sjis|iso-?2022-?(?:jp|kr)|ks_c_5601-1987|mac-?(?:roman|cyrillic|greek)|tis-?620"
)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_ILLEGAL_BYTES = bytes(b for b in (*range(32), 0x7F) if b not in b"\t\n\r")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));")
_BROKEN_REFERENCE = re.compile(r"&#(?![xX][0-9a-fA-F]+;|[0-9]+;)")
_BLANKS = re.compile(r"[\s\ufeff]*")
_NAME = re.compile(r"<([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)(?=[\s/>])")
_DOCTYPE_PART = re.compile(r"\"[^\"]*\"|'[^']*'|<!--|[\[\]>]")
_JUNK = 2000  # characters of something else (a warning of the server's) that may stand before "<?xml"


@dataclass(frozen=True, slots=True)
class XmlDocument:
    """A document from its root element on. `name` is the root's as written, "" if there is none."""

    name: str
    text: str
    problems: tuple[Problem, ...] = ()

    @property
    def local_name(self) -> str:
        """The root's name without its prefix, in lower case."""
        return self.name.rpartition(":")[2].lower()

    def line_at(self, position: int) -> int:
        return self.text.count("\n", 0, position) + 1


def sniff(data: bytes) -> XmlDocument:
    """The beginning of what may be XML, cheaply: enough to tell by its root what it is."""
    head = data[:_HEAD]
    if b"\0" in head[:200] or head.startswith(_WIDE_BOMS):
        head = head.replace(b"\0", b"").lstrip(b"\xff\xfe")
    return _from_root(head.removeprefix(_UTF8_BOM).decode("latin-1"))


def read_document(data: bytes) -> XmlDocument:
    """The document as text, and what had to be guessed or removed for that. It never raises."""
    text, problems = _decoded(data)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    document = _from_root(text)
    text = document.text
    suspect = len(data.translate(None, _ILLEGAL_BYTES)) < len(data) or b"\xef\xbf" in data
    if "&#" in text:
        text = _BROKEN_REFERENCE.sub("&amp;#", _REFERENCE.sub(_legal_reference, text))
        suspect = True
    if suspect and (strange := _ILLEGAL.search(text)):
        line = text.count("\n", 0, strange.start()) + 1
        problems = (*problems, Problem(line, "Control characters were removed, the first here."))
        text = clean(text)
    return XmlDocument(document.name, text, problems)


def _legal_reference(match: re.Match[str]) -> str:
    """A reference to a character that XML allows, as it is; else that character (to be removed later), or U+FFFD."""
    digits = match[1] or match[2]
    if len(digits) > 8:
        return "\ufffd"
    code = int(digits, 16 if match[1] else 10)
    if code < 32:
        return match[0] if code in (9, 10, 13) else chr(code)
    legal = code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return match[0] if legal else "\ufffd"


def _decoded(data: bytes) -> tuple[str, tuple[Problem, ...]]:
    """As UTF-8 if it is (whatever it declares), else as declared, else as `decode` guesses."""
    if data.startswith(_WIDE_BOMS) or b"\0" in data[:200]:
        return decode(data)
    declared = _DECLARED.match(data[:1000].removeprefix(_UTF8_BOM))
    charset = declared[1].decode("ascii").lower() if declared else ""
    known = _CHARSETS.fullmatch(charset) is not None
    for encoding in [charset] * ("2022" in charset) + ["utf-8-sig"] + [charset] * known:
        try:
            return data.decode(encoding), ()
        except (UnicodeDecodeError, LookupError):
            continue
    return decode(data)


def _from_root(text: str) -> XmlDocument:
    """The text with all before its root replaced by as many line ends."""
    start = _root(text, 0)
    if start is None and "<?xml" in text[:_JUNK]:
        start = _root(text, text.index("<?xml"))
    if start is None:
        return XmlDocument("", text)
    match = _NAME.match(text, start)
    return XmlDocument(match[1] if match else "", "\n" * text.count("\n", 0, start) + text[start:])


def _root(text: str, position: int) -> int | None:
    """Where the root element starts, if nothing but what may precede one stands before it."""
    while True:
        blanks = _BLANKS.match(text, position)
        position = blanks.end() if blanks else position
        if text.startswith("<?", position):
            end = text.find("?>", position) + 2
        elif text.startswith("<!--", position):
            end = text.find("-->", position) + 3
        elif text[position : position + 9].upper() == "<!DOCTYPE":
            end = _doctype_end(text, position)
        else:
            return position if _NAME.match(text, position) else None
        if end <= position:
            return None
        position = end


def _doctype_end(text: str, position: int) -> int:
    depth = 0
    position += 2
    while part := _DOCTYPE_PART.search(text, position):
        position = part.end()
        if part[0] == "<!--":
            position = text.find("-->", position) + 3
            if position < 3:
                return 0
        elif part[0] == "[":
            depth += 1
        elif part[0] == "]":
            depth -= 1
        elif part[0] == ">" and depth <= 0:
            return position
    return 0
