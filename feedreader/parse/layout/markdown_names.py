"""Lines of Markdown that name a paper ("[Title](address) by Authors", "**Title** [[pdf](address)]"), or a day. PURE."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from feedreader.parse.layout.authors import looks_like_authors, split_authors
from feedreader.parse.layout.columns import title_of
from feedreader.parse.layout.dates import Order, is_unreadable_date, read_date
from feedreader.parse.layout.fields import Draft
from feedreader.parse.layout.markdown import Link, pieces, plain


@dataclass(frozen=True, slots=True)
class Named:
    """What a line says of the paper it names. `tag` is what stands in brackets before the title: "[2023/05]"."""

    title: str
    rest: str
    links: Sequence[Link]
    tag: str = ""


_BOX = re.compile(r"\A\[[ xX]\]\s+")
_TAG = re.compile(r"(?:\*\*)?[\[(]([^\[\]()]{2,24})[\])](?!\()(?:\*\*)?[\s:–-]*(?=\S)")
_BOLD = re.compile(r"\*\*([^*]{3,400}?)\*\*[\s:.,–|-]*")
_IN_QUOTES = re.compile(r"[\"“]([^\"“”]{8,300})[\"”][.,]?\s*(.*)\Z")
_MARK = "\ue000"  # stands where a link was that is called "PDF", "arXiv", …
_BRACKETS = re.compile(rf"[\[(]([^\[\]()]*{_MARK}[^\[\]()]*)[\])]")
_FILLING = re.compile(rf"{_MARK}|\b(?:read more|more|see|available|links?|on|at|or|and)\b", re.IGNORECASE)
_STOP = re.compile(r"(?<=[^\W\d_]{3})\.(?=\s|\Z)|;\s|\s[–—|-]\s|\s(?=\()|,\s(?=in \w|(?:19|20)\d\d)", re.IGNORECASE)
_BEHIND = " \t-–—:,;|/&·*"  # what parts a text from what follows it, or goes before it
_EDGE = _BEHIND + "."
_JOINT = " | "
_NUMBER = re.compile(r"\A\s*(?:\d{1,4}[.)、]|#\d{1,4})\s*(?=[^\s\d])")
_YEAR = re.compile(r"\A\(?(?:19|20)\d\d\)?[\s,.:]+(?=\S)")


def _trimmed(text: str) -> str:
    return text.lstrip(_EDGE).rstrip(_BEHIND)


def between(parts: Sequence[str | Link]) -> list[str]:
    """The texts between the links that are no titles, without the brackets these stood in."""
    marked = "".join(piece if isinstance(piece, str) else piece.label if piece.is_title else _MARK for piece in parts)

    def kept(match: re.Match[str]) -> str:
        inner = _FILLING.sub(" ", match[1]).strip(_EDGE)
        return f"{_MARK}({inner})" if any(c.isalnum() for c in inner) else _MARK

    text = _BRACKETS.sub(kept, plain(marked))
    return [stripped for part in text.split(_MARK) if (stripped := _trimmed(part)) and any(map(str.isalnum, stripped))]


def named(source: str) -> Named | None:
    """The paper that a line names with an address beside it, if it does."""
    source = _BOX.sub("", _NUMBER.sub("", source, count=1), count=1)
    tag = ""
    if match := _TAG.match(source):
        source, tag = source[match.end() :], match[1]
    parts = pieces(source)
    links = [piece for piece in parts if isinstance(piece, Link)]
    if not links:
        return None
    at = parts.index(links[0])
    before = "".join(piece for piece in parts[:at] if isinstance(piece, str))
    lead = plain(before).strip(_EDGE + "[(")
    if links[0].is_title:
        introduced = read_date(lead) or (before.rstrip(" *").endswith(":") and len(lead.split()) < 4)
        if any(map(str.isalnum, lead)) and not introduced:
            return _bold(source, links, tag)  # "Implement [Name](…)" names none
        return Named(title_of(links[0].label), _JOINT.join(between(parts[at + 1 :])), links, tag or lead)
    if bold := _bold(source, links, tag):
        return bold
    title, *others = between(parts) or [""]
    title, rest = title.rstrip(". "), _JOINT.join(others)
    if quoted := _IN_QUOTES.match(title):
        title, rest = quoted[1].strip(" ,."), f"{quoted[2]} {rest}"
    else:
        head, stop, behind = title.partition(". ")
        if stop and looks_like_authors(_STOP.split(behind, maxsplit=1)[0]):
            title, rest = head, f"{behind} {rest}"
    return Named(title_of(title), rest.strip(), links, tag)


def _bold(source: str, links: Sequence[Link], tag: str) -> Named | None:
    """ "**Title** …": the title is what is set in bold."""
    match = _BOLD.match(source)
    if match is None or match[1].rstrip().endswith(":") or "](" in match[1]:
        return None
    rest = _JOINT.join(between(pieces(source[match.end() :])))
    return Named(title_of(plain(match[1])).rstrip("."), rest, links, tag)


def bold_title(source: str) -> Named | None:
    """The paper that a line without addresses names in bold. (They may follow in the next line.)"""
    name = _bold(_NUMBER.sub("", source, count=1), (), "")
    return name if name and len(name.title.split()) > 2 else None


def take_authors(draft: Draft, text: str) -> str:
    """Put in the authors with whom a text begins, by "by", or by their looks. Returns what follows."""
    text = _YEAR.sub("", _trimmed(text), count=1)
    stop = _STOP.search(text)
    head, tail = (text[: stop.start()], text[stop.end() :]) if stop else (text, "")
    if not draft.authors and (re.match(r"by[\s:]", head, re.IGNORECASE) or looks_like_authors(head)):
        draft.authors, text = split_authors(head.rstrip(". ")), tail
    return _trimmed(text.replace(_JOINT, "; "))


def describe(draft: Draft, text: str, longest: int = 15) -> None:
    """Put in what follows a title: authors; then a comment, or a summary if it has more than `longest` words."""
    text = take_authors(draft, text)
    if len(text.split()) > longest:
        draft.tldr = draft.tldr or text
    elif text:
        draft.comments.append(text.rstrip("."))


_LINE_BREAK = re.compile(r"<br\s{0,3}/?>", re.IGNORECASE)
_TWO_BLANKS = re.compile(r"(\S.{2,250}?)\s{2,}(?=\S)")
_FEWEST = 7  # words: what is longer can be a summary


def read_title_cell(draft: Draft, cell: str) -> Sequence[Link]:
    """Put in what the cell of a title says; returns its links. Authors or a summary may follow the title."""
    head, *more = _LINE_BREAK.split(cell, maxsplit=1)
    if (match := _TWO_BLANKS.match(head)) and len(head[match.end() :].split()) > _FEWEST:
        head, more = match[1], [" ".join((head[match.end() :], *more))]
    name = named(head)
    if name:
        draft.title = name.title
        describe(draft, name.rest)
    else:
        draft.title = title_of(plain(head))
    for text in more:
        describe(draft, plain(text), _FEWEST)
    return name.links if name else ()


# ── headings that name a day ─────────────────────────────────────────────────────────────────────

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DATE_WITHIN = re.compile(
    rf"\b(?:19|20)\d\d[-./]\d\d?[-./]\d\d?\b|\b{_MONTH} \d\d?(?:st|nd|rd|th)?,? (?:19|20)\d\d\b|"
    rf"\b\d\d?(?:st|nd|rd|th)? {_MONTH},? (?:19|20)\d\d\b",
    re.IGNORECASE,
)
_MONTH_ALONE = re.compile(rf"(?:19|20)\d\d\s?[-./年]\s?\d\d?\s?月?|(?:{_MONTH},? (?:19|20)\d\d)", re.IGNORECASE)
_DAYS_WITHIN = re.compile(rf"\b{_MONTH} \d\d?\b", re.IGNORECASE)


def heading_day(text: str, order: Order | None) -> tuple[date | None, bool]:
    """The day that a heading names (but not the day of an update), or that it names a month, or several days."""
    if day := read_date(text, order):
        return day, False
    dates = _DATE_WITHIN.findall(text) if len(text) < 120 and "updat" not in text.lower() else []
    if len(dates) == 1 and (day := read_date(dates[0], order)):
        return day, False
    vague = _MONTH_ALONE.fullmatch(text) or _DAYS_WITHIN.search(text)
    return None, bool(vague) or is_unreadable_date(text)
