"""Lines of Markdown that name a paper ("[Title](address) by Authors", "**Title** [[pdf](address)]"), or a day. PURE."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from feedreader.parse.layout.authors import looks_like_authors, split_authors
from feedreader.parse.layout.columns import title_of
from feedreader.parse.layout.dates import Order, is_unreadable_date, read_date
from feedreader.parse.layout.fields import Draft
from feedreader.parse.layout.markdown import Link, links, pieces, plain


class Named(NamedTuple):
    """What a line says of the paper it names. `tag` is what stands in brackets before the title: "[2023/05]"."""

    title: str
    rest: str
    links: Sequence[Link]
    tag: str = ""


_BOX = re.compile(r"\A\[[ xX]\]\s+")
_TAG = re.compile(r"(?:\*\*|`)?[\[(]([^\[\]()]{2,24})[\])](?!\()(?:\*\*|`)?[\s:–-]*(?=\S)")
_TAG_IN_CODE = re.compile(r"`([^`]{2,24})`[\s:–-]*(?=[\[*\"“])")
_DATE = re.compile(r"(?:\*\*)?((?:19|20)\d\d[-./]\d\d?[-./]\d\d?)(?:\*\*)?[\s,:;|–-]+(?=[*\[\w\"“])")
_BOLD = re.compile(r"\*\*([^*]{3,400}?)\*\*[\s:.,–|-]*")
_VENUE = re.compile(r"[\w&/-]*[A-Z]{2}[\w&/-]*(?: [\w&/-]+){0,3}[ ,'’]*\d\d[.,]?")  # "NeurIPS 2025"
_IN_QUOTES = re.compile(r"[\"“]([^\"“”]{4,300})[\"”][.,]?\s*(.*)\Z")
_MARK = "\ue000"  # stands where a link was that is called "PDF", "arXiv", …
_BRACKETS = re.compile(rf"[\[(]([^\[\]()]*{_MARK}[^\[\]()]*)[\])]")
_BEFORE_A_LINK = re.compile(
    rf"[,;.]?\s?\b(?:paper|pdf|code|link|arxiv|project|page|website|demo|video)s?\s?:\s?{_MARK}", re.IGNORECASE
)
_FILLING = re.compile(rf"{_MARK}|\b(?:read more|more|see|available|links?|on|at|or|and)\b", re.IGNORECASE)
_STOP = re.compile(
    r"(?<=[^\W\d_]{3})\.(?=\s|\Z)|;\s|\s[–—|-]\s|\s(?=\()|,\s(?=in \w|(?:19|20)\d\d)|"
    r",\s(?=(?-i:[A-Z][A-Za-z]{2,9})(?:\s|['’]|\s['’])?(?:19|20)?\d\d\b|(?-i:[A-Z]{4,}|[A-Z]\w*[a-z][A-Z]{2,})\Z)",
    re.IGNORECASE,
)
_CITED = re.compile(r"(?<=[^\W\d_]{2})\.\s|\s?\((?:19|20)\d\d[a-z]?\)[.,:]?\s")  # what parts authors from a title
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

    text = _BEFORE_A_LINK.sub(_MARK, _BRACKETS.sub(kept, plain(marked)))
    return [stripped for part in text.split(_MARK) if (stripped := _trimmed(part)) and any(map(str.isalnum, stripped))]


def named(source: str) -> Named | None:
    """The paper that a line names with an address beside it, if it does."""
    source = _BOX.sub("", _NUMBER.sub("", source, count=1), count=1)
    tag = ""
    if match := _TAG.match(source) or _TAG_IN_CODE.match(source) or _DATE.match(source):
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
        lead = lead if any(map(str.isalnum, lead)) else ""
        return Named(title_of(links[0].label), _JOINT.join(between(parts[at + 1 :])), links, tag or lead)
    if bold := _bold(source, links, tag) or _bold_behind_authors(source, links, tag):
        return bold
    title, *others = between(parts) or [""]
    title, rest = title.rstrip(". "), _JOINT.join(others)
    if quoted := _IN_QUOTES.match(title):
        title, rest = quoted[1].strip(" ,."), f"{quoted[2]} {rest}"
    else:
        title, rest = _parted(title, rest)
    return Named(title_of(title), rest.strip(), links, tag)


def _parted(title: str, rest: str) -> tuple[str, str]:
    """A title without the authors behind it, or before it ("Ann Lee (2023). On Cats."), and what else is said."""
    cited = _CITED.search(title[:2000])
    if cited and looks_like_authors(title[: cited.start()]):
        name, _, behind = title[cited.end() :].partition(". ")
        dated = any(map(str.isdigit, cited[0]))
        if len(name.split()) > 1 and (dated or not looks_like_authors(name)):
            return name.rstrip("."), f"{title[: cited.start()]}; {behind} {rest}".rstrip(" ;")
    head, stop, behind = title.partition(". ")
    if stop and looks_like_authors(_STOP.split(behind, maxsplit=1)[0]):
        return head, f"{behind} {rest}"
    return title, rest


def _bold_behind_authors(source: str, links: Sequence[Link], tag: str) -> Named | None:
    """ "Authors. **Title**. …": the title is what is set in bold, if authors stand before it and nothing else."""
    start = source.find("**", 0, 2000)
    authors = plain(source[:start]).strip(_EDGE) if start > 0 else ""
    if not authors or not looks_like_authors(authors) or not (name := _bold(source[start:], links, tag)):
        return None
    if _VENUE.fullmatch(name.title):
        return None
    return name._replace(rest=f"{authors}; {name.rest}".rstrip("; "))


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
_SUMMARY = re.compile(r"\s[-–—]\s(?=[a-z](?:\S*\s){4}.*\.\Z)|(?<=[^\W\d_]{2})\.\s(?=[A-Z](?:\S*\s){7}.*\.\Z)")
_FEWEST = 7  # words: what is longer can be a summary


def read_title_cell(draft: Draft, cell: str) -> Sequence[Link]:
    """Put in what the cell of a title says; returns its links. Authors or a summary may follow the title."""
    head, *more = _LINE_BREAK.split(cell)
    beside: list[Link] = []
    while more and not any(map(str.isalnum, " ".join(between(pieces(head))))):  # badges above the title
        if (found := [piece for piece in pieces(head) if isinstance(piece, Link)]) and found[0].is_title:
            break
        beside += found
        head, *more = more
    if (match := _TWO_BLANKS.match(head)) and len(head[match.end() :].split()) > _FEWEST:
        head, more = match[1], [" ".join((head[match.end() :], *more))]
    name = named(head) or _bold(_NUMBER.sub("", head, count=1), (), "")
    if name:
        draft.title = name.title
        describe(draft, name.rest, 3 if not name.links else 15)
    else:
        text = plain(head)
        summary = _SUMMARY.search(text)
        draft.title = title_of(text[: summary.start()] if summary else text)
        if summary:
            describe(draft, text[summary.end() :], 3)
    for text in more:
        describe(draft, plain(text), _FEWEST)
    return [*(name.links if name else ()), *beside]


def guessed_roles(row: Sequence[str]) -> list[str | None]:
    """What the columns hold of a table without a head: addresses, and the first text is the title."""
    roles: list[str | None] = ["link" if links(cell) and not between(pieces(cell)) else None for cell in row]
    titled = 0 if any(link.is_title for link in links(row[0])) or None not in roles else roles.index(None)
    roles[titled] = "title"
    return roles


def is_address(source: str) -> bool:
    """Whether a value is an address, perhaps by a name such as "PDF", and no title."""
    beside = links(source)
    return bool(beside) and not between(pieces(source)) and not any(link.is_title for link in beside)


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
