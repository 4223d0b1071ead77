"""Authors as feeds and records state them: each apart, or all in one string, with e-mail addresses and affiliations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from feedreader.parse.layout.authors import plain_names, split_authors
from feedreader.text.html_text import from_html

_MAIL = r"[^\s@<>()]{1,64}@[\w.-]{1,255}"
_MAIL_AND_NAME = re.compile(rf"(?:mailto:)?<?{_MAIL}(?:\?\S*)?>?\s*(?:\((.*)\))?\s*|(.*?)\s*<{_MAIL}>\s*")
_PARTICLE = r"(?:(?:de|del|della|di|da|van|von|der|den|la|le|ter|ten|el|al)\s+)*"
_SURNAME_FIRST = re.compile(rf"{_PARTICLE}[^\s,;]+\s*,\s*[^,;]+", re.IGNORECASE)
_COMMA = re.compile(r",(?![^()]*\))")


def author_names(stated: Sequence[str]) -> tuple[str, ...]:
    """The authors, whether each is stated apart or all in one string; "Last, First" is turned round."""
    names = _bare(stated)
    if len(names) == 1 and not (_SURNAME_FIRST.fullmatch(names[0]) and " and " not in names[0]):
        return split_authors(names[0])
    return split_authors("; ".join(names) + ";") if names else ()


def listed_names(stated: Sequence[str]) -> tuple[str, ...]:
    """The authors of strings in which each is "First Last" and commas part them, as arXiv has it."""
    listed = "; ".join(_bare(stated))
    if (names := plain_names(listed)) is not None:
        return names  # as nearly always
    return split_authors(_COMMA.sub(";", listed) + ";")


def _bare(stated: Iterable[str]) -> list[str]:
    return [name for raw in stated if (name := _without_address(from_html(raw)))]


def _without_address(name: str) -> str:
    match = _MAIL_AND_NAME.fullmatch(name) if "@" in name and len(name) < 50_000 else None
    return (match[1] or match[2] or "").strip() if match else name
