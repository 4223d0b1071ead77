"""Where a link in a mail really leads: through what counts clicks and what guards mailboxes. PURE."""

from __future__ import annotations

import binascii
import re
from base64 import urlsafe_b64decode
from urllib.parse import unquote

_LONGEST = 8_000
_MOST = 6  # redirections one in another
_KEYS = frozenset(("url", "u", "q", "a", "target", "redirect", "redirecturl", "dest", "destination", "link", "to"))
_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_GUARDED = re.compile(r"/v3/__(https?:/.+?)__;", re.IGNORECASE)  # Proofpoint
_GUARDED_BEFORE = re.compile(r"urldefense\.proofpoint\.com/v[12]/url\?u=(https?[-:%][^&]+)", re.IGNORECASE)
_IN_PATH = re.compile(r"/(https?%3A(?:%2F|/){2}[^/?&#]+)", re.IGNORECASE)
_IN_BASE64 = re.compile(r"(?:aHR0c|odHRw|h0dH[AB])[A-Za-z0-9_+-]{8,}")  # "http", wherever it begins
_OF_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-"
_BEFORE = 400  # characters of what is packed that may stand before "http"
_NATURE = re.compile(r"[?&]_L54AD1F204_=([A-Za-z0-9_+/=-]+)")
_TARGET = re.compile(r"(?:\A|[?&])target=([^&\s]+)")
_CLUSTER = re.compile(r"https?://scholar\.google\.[a-z.]{2,6}/scholar\?(?:[^#]*&)?(cluster=\d+)", re.IGNORECASE)
_COUNTED = re.compile(r"(?:utm_\w+|mkt_tok|email_index|fbclid|gclid)=[^&#]*&?")


def real_address(stated: str) -> str | None:
    """The address to which a link leads in the end, without what tells who follows it; None if it is no web address."""
    address = stated.strip()
    for _ in range(_MOST):
        if len(address) > _LONGEST or not (inner := _inner(address)):
            break
        address = inner
    if len(address) > _LONGEST or not _WEB.fullmatch(address):
        return None
    if cluster := _CLUSTER.match(address):  # a citation that Scholar knows no page of
        return f"https://scholar.google.com/scholar?{cluster[1]}"
    if "?" in address:
        address = _COUNTED.sub("", address).replace("?#", "#").rstrip("?&")
    return address


def _inner(address: str) -> str | None:
    """The address that another one holds, if it only redirects to that."""
    lowered = address.lower()
    if "/v3/__" in lowered and (guarded := _GUARDED.search(address)):
        return re.sub(r"\A(https?:)/+", r"\1//", guarded[1])
    if "urldefense" in lowered and (guarded := _GUARDED_BEFORE.search(address)):
        return unquote(guarded[1].replace("-", "%").replace("_", "/"))
    if nature := _NATURE.search(address):
        target = _TARGET.search(_from_base64(nature[1]))
        path = unquote(target[1]) if target else ""
        return "https://www.nature.com" + path if path.startswith("/") else path or None
    for part in address.partition("#")[0].partition("?")[2].split("&"):
        name, _, value = part.partition("=")
        if name.lower() in _KEYS and _WEB.fullmatch(value := unquote(value)):
            return value
    if "/http" in lowered and (found := _IN_PATH.search(address)):
        return unquote(found[1])
    if found := _IN_BASE64.search(address):
        before = address[max(0, found.start() - _BEFORE) : found.start()]
        return _packed(before[len(before.rstrip(_OF_BASE64)) :] + found[0])
    return None


def _packed(packed: str) -> str | None:
    """The address in something packed: its length stands before it (links.springernature.com), or it ends it."""
    text = _from_base64(packed)
    start = text.find("http")
    if start < 0:
        return None
    length = ord(text[start - 1]) if start else 0
    longer = length + 256 * ord(text[start - 2]) if start > 1 else 0
    for end in (start + length, start + longer):
        if _WEB.fullmatch(text[start:end]) and text[end : end + 1] in ("", "W"):
            return text[start:end]
    found = _WEB.match(_PRINTABLE.split(text[start:], maxsplit=1)[0])
    return found[0] if found else None


_PRINTABLE = re.compile(r"[^!-~]")


def _from_base64(packed: str) -> str:
    """What is packed like this, a character for each byte; "" if it is not."""
    packed = packed.rstrip("=").replace("+", "-").replace("/", "_")
    packed = packed[: len(packed) - (len(packed) % 4 == 1)]
    try:
        return urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode("latin-1")
    except (binascii.Error, ValueError):
        return ""
