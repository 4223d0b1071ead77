"""What heads of answers say, whatever stands in them: each byte is a character (Latin-1), and no number is too long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_HOLD = timedelta(days=1)  # for which a server is left alone because it says so
_VALUE = re.compile(r"[\x20-\x7e\x80-\xff\t]{1,4000}")  # of others nothing is made
_LISTS = frozenset(("cache-control", "content-encoding", "transfer-encoding"))  # the others count once


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers by name in lower case, without those that hold control characters or are very long."""
    found: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1").strip()
        if _VALUE.fullmatch(value):
            found[name] = f"{found[name]}, {value}" if name in _LISTS and name in found else found.get(name, value)
    return found


def sendable(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """The headers byte for byte, without those that no request can have."""
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items() if _VALUE.fullmatch(value)]


def as_utf8(header: str) -> str:
    """A header that may be in UTF-8, though it should be ASCII."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return header


def retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """The time to come that Retry-After names, a day away at the most."""
    value = headers.get("retry-after", "").strip()
    if (seconds := _seconds(value)) is not None:
        wait = timedelta(seconds=seconds)
    else:
        try:
            time = parsedate_to_datetime(value)
            wait = (time if time.tzinfo else time.replace(tzinfo=UTC)) - now
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return now + min(wait, LONGEST_HOLD) if wait > timedelta(0) else None


def fresh_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """For how long the answer holds, a day at the most; None if it is to be checked each time."""
    stated: dict[str, str] = {}
    for directive in headers.get("cache-control", "").lower().split(","):
        name, _, value = directive.partition("=")
        stated.setdefault(name.strip(), value.strip(' "'))
    if "no-cache" in stated or "no-store" in stated:
        return None
    seconds = (_seconds(stated.get("max-age", "")) or 0) - (_seconds(headers.get("age", "")) or 0)
    return now + min(timedelta(seconds=seconds), LONGEST_HOLD) if seconds > 0 else None


def _seconds(text: str) -> int | None:
    """A number of seconds, 10^9 at the most; None if it is no number."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()):
        return None
    digits = digits.lstrip("0")
    return int(digits or 0) if len(digits) <= 9 else 10**9
