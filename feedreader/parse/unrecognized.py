"""What to say of a document in no format that feedreader reads. Pure."""

from __future__ import annotations

import json
import re
from typing import Any

from feedreader.errors import NotADigest, ServiceFault
from feedreader.text.cleaning import clean, squash

SUPPORTED = (
    "Supported: feeds, alert mails, arXiv e-mails, BibTeX, RIS, answers of paper services (JSON), Markdown lists, "
    "tables (CSV), OPML. All formats: `feedreader import --help` and docs/formats.md"
)
_HEAD = 4000  # bytes or characters that are looked at
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
_ARCHIVES = (b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"\x28\xb5\x2f\xfd", b"Rar!")
_UNPACK = "Unpack it and import the files inside."
_LINES = (  # how a line begins, and what the file is then; the first that is found counts
    (
        r"(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html)\b",
        "a web page",
        "To subscribe, run `feedreader subscribe ADDRESS`.",
    ),
    (r"(?:<\?xml[^>]*>\s*)?<svg\b", "an image", ""),
    (r"@(?:comment|preamble|string)\s*[{(]", "a BibTeX file without entries", ""),
    (r"\\documentclass\b", "a LaTeX file", ""),
)
_URLS = r"\s*(?:#.*\n\s*)*https?://\S"
_LONGEST_FAULT = 200
_SAYING = ("error", "errors", "message", "detail")  # where services say what went wrong
_OF_FAULTS = {*_SAYING, "name", "code", "status", "statusCode", "details", "message-type", "message-version", "path"}


def unrecognized(data: bytes, text: str = "") -> NotADigest:
    """What is wrong with a document that was to be imported, and what could be. `text` is its text, if it has one."""
    if fault := _fault(text[: _HEAD + 1]):
        return ServiceFault(f"A web service answered with an error: “{fault}”.", "Check what it was asked for.")
    kind, remedy = _kind_of_text(text[:_HEAD]) if text else _kind_of_bytes(data[:_HEAD])
    if not kind:
        return NotADigest("Unrecognized file format.", SUPPORTED)
    return NotADigest(f"This is {kind}, which feedreader cannot import.", remedy or SUPPORTED)


def _kind_of_bytes(head: bytes) -> tuple[str, str]:
    """What a document that is no text is, and what to do with it where that is special."""
    if b"%PDF-" in head[:1024]:
        return "a PDF", ""
    if head.startswith(_IMAGES) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        return "an image", ""
    if head.startswith(_ARCHIVES) or head[257:262] == b"ustar":
        return "an archive or office document", _UNPACK
    return ("an SQLite database" if head.startswith(b"SQLite format 3") else "a binary file"), ""


def _kind_of_text(head: str) -> tuple[str, str]:
    """The same of a text; empty if it can't be told."""
    for pattern, kind, remedy in _LINES:
        if re.search(rf"(?im)^[ \t]*(?:{pattern})", head):
            return kind, remedy
    if re.match(_URLS, head, re.IGNORECASE):
        return "a list of addresses", ""
    return ("a JSON file", "") if head.lstrip()[:1] in ("{", "[") and '"' in head else ("", "")


def _fault(head: str) -> str:
    """What a web service says went wrong, if that is all there is; "" for any other text."""
    if len(head) > _HEAD:
        return ""
    if re.fullmatch(r"\s*Resource not found\.?\s*", head):  # Crossref says it like that
        return "Resource not found"
    try:
        answer = json.loads(head)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(answer, dict):
        return ""
    is_fault = "error" in answer or "errors" in answer or not answer.keys() - _OF_FAULTS
    said = dict.fromkeys(text for key in _SAYING for text in _texts_in(answer.get(key)))
    return squash(clean(": ".join(said)))[:_LONGEST_FAULT].rstrip(".") if is_fault else ""


def _texts_in(stated: Any) -> list[str]:
    """The words of a message: a text, an object with one, or a list of those."""
    if isinstance(stated, list):
        return [text for each in stated[:5] for text in _texts_in(each if isinstance(each, str | dict) else None)]
    inner = stated.get("message") if isinstance(stated, dict) else stated
    return [inner.rstrip(".")] if isinstance(inner, str) and inner.strip() else []
