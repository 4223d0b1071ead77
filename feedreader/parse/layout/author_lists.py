"""Authors as feeds and records state them: each apart, or all in one string, with e-mail addresses and affiliations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from feedreader.parse.layout.authors import ET_AL, FOR_A_BODY, needs_care, plain_names, split_authors
from feedreader.text.author_names import parse_name
from feedreader.text.html_text import from_html
from feedreader.text.normalize import normalize

_MAIL = r"[^\s@<>()]{1,64}@[\w.-]{1,255}"
_MAIL_AND_NAME = re.compile(rf"(?:mailto:)?<?{_MAIL}(?:\?\S*)?>?\s*(?:\((.*)\))?\s*|(.*?)\s*<{_MAIL}>\s*")
_MAIL_BEFORE_NAME = re.compile(rf"{_MAIL}\s{{0,3}}\(([^()@]+)\)")
_MARKS = re.compile(  # of a footnote or an affiliation
    r"<sup\b[^<>]{0,100}>[^<>]{0,40}</sup\s*>|\$\s*\^\s*(?:\{[^{}$]{0,40}\}|[^{}$\s]{1,10})\s*\$"
    r"|\\(?:inst|thanks|textsuperscript|footnotemark)\{[^{}]{0,80}\}",
    re.IGNORECASE,
)
_HAN = "[\u3400-\u9fff\uac00-\ud7af]"
_PARTICLE = r"(?:(?:de|del|della|di|da|van|von|der|den|la|le|ter|ten|el|al)\s+)*"
_SURNAME_FIRST = re.compile(rf"{_PARTICLE}[^\s,;]+\s*,\s*[^,;]+", re.IGNORECASE)
_PLAIN = r"[^\W\d_](?:[^\W\d_]|['’-]|\.(?=[^\W\d_-])|(?<![^\W\d_]{2})\.)*"  # no dot behind a word of three letters
_PLAIN_NAME = re.compile(rf"(?P<last>{_PLAIN}), (?P<first>{_PLAIN}(?: {_PLAIN})*)|(?P<only>{_PLAIN}(?: {_PLAIN})+)")
_BETWEEN_NAMES = r"(?:[;；]|\s?\|\s?|\s[·•/]\s)\s*(?:(?:and|&)\s+)?"  # whatever the order of the parts of a name
_BETWEEN = re.compile(_BETWEEN_NAMES, re.IGNORECASE)
_SEPARATOR = re.compile(rf"{_BETWEEN_NAMES}|[,、，]\s*(?:(?:and|&)\s+)?", re.IGNORECASE)
_EASTERN = re.compile(  # two names, one of them too long for a mere family or a given name
    rf"(?:{_HAN}{{3,4}},\s?{_HAN}{{2,4}}|{_HAN}{{2,4}},\s?{_HAN}{{3,4}})"
)
_AND = re.compile(r"\s+(?:and|&)\s+", re.IGNORECASE)
_ENCLOSED = re.compile(r"\([^()]*\)")
_OTHERS = re.compile(
    r"(?:\A|[\s,;]+)(?:(?:and|&)\s+)?"
    r"(?:(?P<others>et\.?\s?al(?:ii|ia)?\b\.?|(?:\d{1,6} |many )?(?:others|more)|…|\.{3})"
    r"|\d{0,6}\s?(?:additional|more|other)\s(?:co-?)?authors?(?:\snot\sshown)?)"
    r"[\s.,;]*(?:\((?:(?:for|on behalf of)\s)?(?P<body>[^()]*)\))?[\s.,;]*\Z",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"\b(?:collaborations?|consorti(?:um|a)|teams?|groups?|initiative|project|task force|networks?|society|committee|"
    r"council|institutes?|laborator(?:y|ies)|ministry|department|universit(?:y|ies)|cent(?:er|re)|agency|foundation)\b",
    re.IGNORECASE,
)
_WITHIN_A_NAME = re.compile(r"(?<=.)\b(?:of|for|in|on|to)\b")


def author_names(stated: Sequence[str]) -> tuple[str, ...]:
    """The authors, whether each is stated apart or all in one string; "Last, First" is turned round."""
    names = _bare(stated)
    if (plain := _plainly_stated(names)) is not None:
        return plain  # as nearly always
    if len(names) == 1 and not _is_surname_first(names[0]):
        return _without_mere_others(_with_others(names[0], _in_any_form))
    return _without_mere_others(
        name for text in names for name in _with_others(text, _in_any_form if _is_list(text) else _single)
    )


def _plainly_stated(names: list[str]) -> tuple[str, ...] | None:
    """The authors, if each is stated apart and needs no care."""
    found = [_PLAIN_NAME.fullmatch(name) for name in names]
    if not all(found) or needs_care(" ".join(names)) or any(map(_EASTERN.fullmatch, names)):
        return None
    return tuple(" ".join(filter(None, name.group("first", "only", "last"))) for name in found if name)


def listed_names(stated: Sequence[str]) -> tuple[str, ...]:
    """The authors of strings in which each is "First Last" and commas part them, as arXiv has it."""
    listed = "; ".join(_bare(stated))
    if (names := plain_names(listed)) is not None:
        return names  # as nearly always
    return _without_mere_others(_with_others(listed, _listed))


def whole_names(stated: Sequence[str]) -> tuple[str, ...]:
    """The authors of strings that name one each, a body's commas and "and" included."""
    return _without_mere_others(name for text in _bare(stated) for name in _with_others(text, _whole))


def united(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The authors that several places state, those once that are in more than one of them."""
    names: tuple[str, ...] = ()
    for group in groups:
        known = {normalize(name) for name in names}
        names += tuple(name for name in group if normalize(name) not in known)
    return names


# ── one string ───────────────────────────────────────────────────────────────────────────────────


def _with_others(text: str, names_in: Callable[[str], Iterable[str]]) -> Iterator[str]:
    """The names in a string; at its end, "et al." where it stands there, and whom the others are of."""
    others = _OTHERS.search(text, max(0, len(text) - 120))
    yield from names_in(text[: others.start()] if others else text)
    if others and (body := others["body"]) and _BODY.search(body):
        yield re.sub(r"\Athe\s", "", body.strip())
    if others and others["others"]:
        yield ET_AL


def _without_mere_others(names: Iterable[str]) -> tuple[str, ...]:
    """The names, behind them "et al." if it is among them; nobody where there are but others."""
    each = tuple(filter(None, names))
    named = tuple(name for name in each if name != ET_AL)
    return (*named, ET_AL) if named and len(named) < len(each) else named


def _whole(text: str) -> Iterable[str]:
    return _single(text) if _is_surname_first(text) else [text.strip(" ,;")]


def _single(text: str) -> Iterable[str]:
    """The name in a string with one name, or those that "and" joins; a handle as it is."""
    if " " not in text:
        return [text]
    return (name for part in _apart(text) for name in ([part] if _has_and(part) else split_authors(f"{part};")))


def _in_any_form(text: str) -> Iterable[str]:
    if " " not in text and not _SEPARATOR.search(text):
        return [text]  # a handle
    if _speakers(text):
        return _listed(text)
    if "(" not in text and (speaks := FOR_A_BODY.search(text)):
        return [*_in_any_form(text[: speaks.start()]), *_listed(text[speaks.end() :])]
    if len(names := _split(_BETWEEN, text)) > 1:
        return (name for part in names if part.strip() for name in _single(part))
    first, *others = _split(_SEPARATOR, text)
    words = [word for part in others for word in _AND.split(part)]
    if not others or (" of " in first and _BODY.search(first) and not any(" " in word.strip() for word in words)):
        return _listed(text) if not others else [text]  # "Ministry of Health, Labour and Welfare"
    return split_authors(re.sub(r",\s+(?:and|&)\s+", ", ", text))


def _listed(text: str) -> Iterator[str]:
    """The names that commas and "and" part. What belongs to a body's name does not part it."""
    pieces = [part for piece in _split(_SEPARATOR, text) for part in _apart(piece.strip())]
    for is_body, run in groupby(pieces, _has_and):
        names = [*run]
        yield from names if is_body else split_authors("; ".join(names) + ";")


def _apart(piece: str) -> Iterator[str]:
    """The parts of a piece that a colon or "and" divides, if they are names."""
    if speakers := _speakers(piece):
        body, piece = speakers
        yield body
    if "(" not in piece and (speaks := FOR_A_BODY.search(piece)):
        yield piece[: speaks.start()]
        piece = piece[speaks.end() :]
    parts = _split(_AND, piece)
    first, last = parts[0], parts[-1]
    one_name = first == last or (" " not in first and _BODY.search(last)) or any(map(_WITHIN_A_NAME.search, parts))
    yield from [piece] if one_name else parts


def _speakers(text: str) -> tuple[str, str] | None:
    """A body, and who speaks for it: "The TOYS Collaboration: A. Lovel"."""
    body, _, names = text.partition(":")
    return (body, names.strip()) if names[:1].isspace() and names.strip() and _BODY.search(body) else None


def _split(separator: re.Pattern[str], text: str) -> list[str]:
    """The parts between separators, those within parentheses left out."""
    if "(" not in text:
        return separator.split(text)
    bare = text
    for _ in range(3):  # no affiliation is nested deeper
        bare = _ENCLOSED.sub(lambda inner: "_" * len(inner[0]), bare)
    places = [0, *(place for found in separator.finditer(bare) for place in found.span()), len(text)]
    return [text[start:end] for start, end in zip(places[::2], places[1::2], strict=True)]


def _has_and(name: str) -> bool:
    return len(_split(_AND, name)) > 1


def _is_surname_first(name: str) -> bool:
    """Whether it is "Last, First", and no body's name."""
    if _SURNAME_FIRST.fullmatch(name) is None or _EASTERN.fullmatch(name):
        return False
    return not _AND.search(name) and not parse_name(name).literal


def _is_list(name: str) -> bool:
    """Whether one of several strings names several authors itself: "Ada Lovelace, Alan Turing"."""
    parts = [part.split() for part in _split(_SEPARATOR, name)]
    return (
        _BETWEEN.search(name) is not None or len(parts) > 3 or (len(parts) > 1 and all(len(part) > 1 for part in parts))
    )


def _bare(stated: Iterable[str]) -> list[str]:
    return [name for raw in stated if (name := _without_address(from_html(_without_marks(raw))))]


def _without_marks(text: str) -> str:
    return _MARKS.sub("", text) if "<" in text or "$" in text or "\\" in text else text


def _without_address(name: str) -> str:
    if "@" not in name or len(name) >= 50_000:
        return name
    name = _MAIL_BEFORE_NAME.sub(r"\1", name)
    match = _MAIL_AND_NAME.fullmatch(name)
    return (match[1] or match[2] or "").strip() if match else name
