"""The layout "markdown-list": lists of papers in Markdown, as many people keep them or have them made every day.

Three shapes, in any mixture, as long as most of what is there are papers:
    tables     a head that names the columns (Title, Authors, Date, Abstract, Comment, Link, …), a row for each paper
    items      - [Title](address) by Authors      - Title [[arXiv](address)] [[code](address)]
    sections   # Title, or # [Title](address); under it **Authors**: …, **Link**: …, **Abstract**: …, or notes

A heading that is a date gives its day to the papers under it that have none of their own. What anybody but the
authors wrote about a paper is its tl;dr or a mention, never its abstract. Addresses that lead elsewhere (code,
slides) go with the comment. Text without papers (an introduction, a table of contents) is passed over; anything that
has a paper's address and is not understood is reported.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from feedreader.model import Digest, Entry, Problem
from feedreader.parse.layout import columns, own_markdown
from feedreader.parse.layout.authors import looks_like_authors, split_authors
from feedreader.parse.layout.dates import Order, read_date, slash_order
from feedreader.parse.layout.fields import Draft
from feedreader.parse.layout.markdown import Link, cells, is_delimiter, links, notes, numbered_lines, pieces, plain
from feedreader.parse.layout.markdown_names import (
    Named,
    between,
    bold_title,
    describe,
    guessed_roles,
    heading_day,
    is_address,
    named,
    read_title_cell,
    take_authors,
)
from feedreader.text.identifiers import find_arxiv_ids
from feedreader.text.lines import is_rule, join_wrapped, squash

NAME = "markdown-list"


@dataclass(slots=True)
class _ListItem:
    """A paper in the making. `level`: of its heading, or the indentation of its list item. `sure`: it has an address.

    `vague` is the line of the heading above it that names a month, or several days.
    """

    draft: Draft
    kind: str  # row, item, section
    level: int
    heading_day: date | None
    vague: int | None
    sure: bool = False
    mentions: list[list[str]] = field(default_factory=list)  # a paragraph each, by its lines
    summary: list[str] = field(default_factory=list)
    last: str = ""  # what the next line continues: a role, or "mention"

    @property
    def day(self) -> date | None:
        return self.draft.dates.get("date") or self.heading_day or self.draft.dates.get("updated")

    def entry(self) -> Entry:
        mentions = tuple(filter(None, map(join_wrapped, self.mentions)))
        tldr = join_wrapped((self.draft.tldr, *self.summary)) or None
        return replace(self.draft.entry(self.day), tldr=tldr, mentions=mentions)

    @property
    def says_something(self) -> bool:
        """Whether more than authors and addresses stands there."""
        return bool(self.draft.abstract or self.draft.tldr or self.mentions or self.summary)

    def goes_on(self, source: str) -> bool:
        """Put in a line that continues the abstract or the summary. Returns whether it does."""
        if self.last in ("abstract", "tldr"):
            (self.draft.abstract if self.last == "abstract" else self.summary).append(plain(source))
            return True
        return False


# ── lines ────────────────────────────────────────────────────────────────────────────────────────

_HEADING = re.compile(r"(#{1,6})\s+(\S.*?)[\s#]*\Z")
_BULLET = re.compile(r"(?:[-*+•‣]|\d{1,4}[.)])\s+(?=\S)")
_LABELLED = re.compile(
    r"(?:\*\*|__|[*_])?([A-Za-z][A-Za-z .;()-]{1,24}?)(?:\*\*|__|[*_])?\s?[:：](?:\*\*|__|[*_])?(?:\s+|\Z)(.*)\Z"
)
_BOLD_LINE = re.compile(r"\*\*([^*\[\]<>]{12,300})\*\*")
_IN_BOLD = 7  # the level of a title that is no heading
_LABEL_ALONE = re.compile(r"(?:\*\*|__)([A-Za-z][\w .;/?'’-]{2,40}):?(?:\*\*|__):?(?=\s|\Z)")
_TLDR = re.compile(r"(?:\*\*|__)?tl;?\s?dr\b(?:\*\*|__)?\s?[;:.,–—-]?(?:\*\*|__)?\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")
_HTML_ITEM = re.compile(r"(?:</?(?:ul|ol|p|div|li|br)\b[^<>]*>\s*)*<li\b[^<>]*>\s*(?=\S)", re.IGNORECASE)
_DATED = re.compile(r"(?:submitted|published|posted|announced|date)(?: on)?:?\s+(?=\S)", re.IGNORECASE)
_FENCES = ("```", "~~~")


class _Reader:
    """Reads line after line. `foreign` counts what belongs to no paper: a document with much of that is no list."""

    def __init__(self, order: Order | None) -> None:
        self.items: list[_ListItem] = []
        self.problems: list[Problem] = []
        self.headings: dict[int, str] = {}
        self.foreign = 0
        self._order = order
        self._open: _ListItem | None = None
        self._heading: tuple[int, int, str] | None = None  # line, level and text of one that may be a title
        self._day: date | None = None
        self._day_level = 0
        self._vague: int | None = None
        self._roles: list[str | None] = []  # of the table's columns
        self._labels: list[str] = []

    def report(self, line: int, reason: str | None) -> None:
        if reason:
            self.problems.append(Problem(line, squash(reason)))

    def _pass_over(self, line: int, source: str, kind: str) -> None:
        self.foreign += 1
        if find_arxiv_ids(source) or any(columns.is_of_a_paper(link.url) for link in links(source)):
            self.report(line, f"This {kind} links to a paper, but its title was not found.")

    # ── papers ───────────────────────────────────────────────────────────────────────────────────

    def _add(self, draft: Draft, kind: str, level: int, beside: Sequence[Link] = ()) -> _ListItem:
        item = _ListItem(draft, kind, level, self._day, self._vague)
        self.items.append(item)
        self._point(item, draft.line, beside)
        return item

    def _point(self, item: _ListItem, line: int, beside: Sequence[Link]) -> None:
        """The paper's addresses, and with the comment those that lead elsewhere."""
        draft = item.draft
        papers = [link for link in beside if columns.is_of_a_paper(link.url)]
        self.report(line, columns.point_to(draft, [link.url for link in papers]))
        item.sure = item.sure or bool(papers)
        others = [link for link in beside if link not in papers and columns.is_web(link.url)]
        if not item.sure and not draft.url and others and columns.may_be_of_a_paper(others[0].url):
            draft.url = others.pop(0).url
        labelled = ((link.label if link.label and "://" not in link.label else "link", link.url) for link in others)
        draft.comments += [f"{label}: {url}" for label, url in labelled]

    def _name(self, number: int, name: Named, kind: str, level: int) -> None:
        """Open the paper that a line names."""
        draft = Draft(number, name.title)
        if day := read_date(name.tag, self._order):
            draft.dates["date"] = day
        elif name.tag:
            draft.comments.append(plain(name.tag))
        describe(draft, name.rest)
        self._open = self._add(draft, kind, level, name.links)

    def _state(self, number: int, item: _ListItem, role: str, label: str, source: str) -> None:
        """What a labelled line, or a cell, says."""
        beside = links(source) if role in ("link", "more", "journal") else []
        if beside:
            self._point(item, number, [Link(link.label if role == "link" else label, link.url) for link in beside])
        else:
            self.report(number, columns.take(item.draft, role, label, plain(source), self._order))
        item.sure = item.sure or item.draft.arxiv is not None or item.draft.doi is not None
        item.last = role

    def _mention(self, source: str, new: bool) -> None:
        """What is written of the open paper."""
        if item := self._open:
            if new or not item.mentions:
                item.mentions.append([])
            item.mentions[-1].append(plain(source))
            item.last = "mention"

    def _describe(self, number: int, source: str) -> bool:
        """Put in a line under a paper's name that is its day, its authors or its addresses. Returns whether it is."""
        item = self._open
        if item is None:
            return False
        text = _DATED.sub("", plain(source).strip("*_ "))
        if is_address(source):
            self._point(item, number, links(source))
        elif item.says_something:
            return False
        elif day := read_date(text, self._order):
            item.draft.dates.setdefault("date", day)
        elif not item.draft.authors and looks_like_authors(text):
            item.draft.authors = split_authors(text)
        else:
            return False
        return True

    # ── what the lines can be ────────────────────────────────────────────────────────────────────

    def blank(self) -> None:
        if self._open and self._open.last != "abstract":
            self._open.last = ""

    def rule(self) -> None:
        """A drawn line ends a section that says something; below authors the abstract may follow it."""
        if self._open and self._open.kind == "section":
            if self._open.says_something:
                self._open = None
            elif self._open.draft.authors:
                self._open.last = "abstract"

    def heading(self, number: int, level: int, source: str) -> None:
        name = _surely(named(source))
        if name:
            self._name(number, name, "section", level)
            return
        if self._open and self._open.kind == "section" and level > self._open.level:
            self._open.last = ""
            if not self._labelled(number, source, 0) and not self._open.says_something:
                self._describe(number, source)
            return
        text = plain(source)
        self._open, self._heading = None, (number, level, text)
        day, vague = heading_day(text, self._order)
        if day or vague or level <= self._day_level:
            self._day, self._vague = day, number if vague else None
            self._day_level = level if day or vague else 0
        if len(_WORD.findall(text)) > 1 or not (day or vague):
            self.headings[number] = text

    def table(self, number: int, head: str) -> None:
        self._labels = [plain(cell) for cell in cells(head)]
        self._roles = [columns.role(label) for label in self._labels]
        self._open = None
        if any(columns.is_of_a_paper(link.url) for link in links(head)):
            self._roles = guessed_roles(cells(head))
            self.row(number, head)

    def goes_on_in(self, line: str, following: str) -> bool:
        """Whether a row of the table is broken within: the next line has the cells that this one lacks."""
        if line.endswith("|") or following[:1] != "|" or not following.endswith("|"):
            return False
        return len(cells(line)) + len(cells(following)) == len(self._roles)

    def annotate(self, number: int, remarks: Sequence[str]) -> None:
        """Put the footnotes of a line to the paper that it names, or stands under."""
        item = self.items[-1] if self.items and self.items[-1].draft.line == number else self._open
        if item:
            item.mentions += [[plain(remark)] for remark in remarks]

    def row(self, number: int, line: str) -> None:
        if "title" not in self._roles:
            self._pass_over(number, line, "row of a table without a column for titles")
            return
        found = cells(line)
        if len(found) > len(self._roles):
            self.report(
                number, "This row has more cells than the table has columns; extra cells were added to the abstract."
            )
        found = columns.realign(found, self._roles, " | ")
        draft = Draft(number)
        item = self._add(draft, "row", 0, read_title_cell(draft, found[self._roles.index("title")]))
        for role, label, cell in zip(self._roles, self._labels, found, strict=True):
            if role and role != "title" and cell:
                self._state(number, item, role, label, cell)
        self.report(number, None if draft.title else "This row has no title.")

    def bullet(self, number: int, indent: int, source: str) -> None:
        if self._labelled(number, source, indent):
            return
        name = named(source)
        page = name is not None and columns.may_be_of_a_paper(name.links[0].url)
        sure = name is not None and any(columns.is_of_a_paper(link.url) for link in name.links)
        if name and len(name.title) > 3 and (sure or (page and len(name.title.split()) > 3)):
            self._name(number, name, "item", indent)
        elif not links(source) and not (self._open and self._open.kind == "section") and (bold := bold_title(source)):
            self._name(number, bold, "item", indent)
        elif self._open and (self._open.kind == "section" or indent > self._open.level):
            self._under(number, source)
        else:
            self._open = None
            self._pass_over(number, source, "list item")
            if page and not sure:
                self.report(number, "This list item does not link to a known kind of paper.")

    def _under(self, number: int, source: str) -> None:
        """A list item under a paper: its authors and what follows them, or what is said of it."""
        item = self._open
        if item is None or self._describe(number, source):
            return
        known = item.draft.authors
        rest = "" if item.says_something else take_authors(item.draft, plain(source))
        if item.draft.authors == known:
            self._mention(source, new=True)
        elif rest:
            item.draft.comments.append(rest.rstrip("."))

    def quote(self, number: int, indent: int, source: str) -> None:
        if self._labelled(number, source, indent):
            return
        if self._open and self._open.goes_on(source):
            return
        if self._open:
            self._mention(source, new=self._open.last != "mention")
        else:
            self._pass_over(number, source, "quotation")

    def finish(self) -> None:
        """Drop what was only set in bold: with neither address nor authors it is no paper."""
        papers = [
            item for item in self.items if item.kind != "item" or item.sure or item.draft.url or item.draft.authors
        ]
        self.foreign += len(self.items) - len(papers)
        self.items = papers

    def _labelled(self, number: int, source: str, indent: int) -> bool:
        """Read "**Authors**: …" and the like. It belongs to the open paper, or makes one of the heading above it."""
        match = _LABELLED.match(source)
        role = columns.role(match[1]) if match else None
        if match is None or role is None:
            return self._label_alone(source)
        if role == "title" and is_address(match[2]):
            role = "link"
        if role == "title":
            draft = Draft(number)
            self._open = self._add(draft, "item", indent, read_title_cell(draft, match[2]))
            return True
        if self._open is None and self._heading and role in ("authors", "abstract", "link", "id"):
            line, level, text = self._heading
            self.headings.pop(line, None)
            self._open, self._heading = self._add(Draft(line, columns.title_of(text)), "section", level), None
        if self._open is None or self._open.kind == "row":
            return False
        self._state(number, self._open, role, match[1], match[2])
        return True

    def _label_alone(self, source: str) -> bool:
        """Read "**Abstract**" above its text; any other label ends the abstract before it."""
        match = _LABEL_ALONE.match(source)
        if (
            match
            and self._open
            and (role := columns.role(match[1])) in ("abstract", "tldr")
            and match.end() == len(source)
        ):
            self._open.last = role
            return True
        if match and self._open and self._open.last in ("abstract", "tldr"):
            self._open.last = ""
        return False

    def _bold_heading(self, number: int, source: str) -> bool:
        """Whether a line in bold may be the title of what follows."""
        match = _BOLD_LINE.fullmatch(source)
        if match is None or (self._open and self._open.level != _IN_BOLD):
            return False
        self._open, self._heading = None, (number, _IN_BOLD, plain(match[1]))
        return True

    def text(self, number: int, indent: int, source: str) -> None:
        """A line of a paragraph."""
        if self._bold_heading(number, source) or self._labelled(number, source, indent):
            return
        item = self._open
        if item and item.goes_on(source):
            return
        if (name := _surely(named(source))) and source.lstrip("*_ ").startswith("["):
            self._name(number, name, "section", _IN_BOLD)
        elif item and item.kind == "section":
            if not item.draft.tldr and (tldr := _TLDR.match(source)):
                self._state(number, item, "tldr", "", source[tldr.end() :])
            elif not self._describe(number, source):
                self._mention(source, new=item.last != "mention")
        elif item and item.kind == "item" and (indent > item.level or item.last):
            if not item.sure:  # "**Title**" alone; the authors and the address under it
                self._point(item, number, links(source))
                source = " | ".join(between(pieces(source)))
            known = item.draft.authors
            rest = take_authors(item.draft, source)
            if rest := source if item.draft.authors == known else rest:
                self._mention(rest, new=item.last != "mention")
        else:
            self._open = None
            self._pass_over(number, source, "line")


def _surely(name: Named | None) -> Named | None:
    """The paper, if its title is itself the link and leads to a paper."""
    return name if name and name.links[0].is_title and columns.is_of_a_paper(name.links[0].url) else None


# ── the format ───────────────────────────────────────────────────────────────────────────────────

_FRONT_TITLE = re.compile(r"title\s*:\s*[\"']?(.*?)[\"']?\s*\Z", re.IGNORECASE)


def _front_matter(lines: Sequence[str]) -> tuple[str | None, int]:
    """The title in the YAML before the text, and where the text starts."""
    end = next((i for i, line in enumerate(lines[1:40], 1) if line.rstrip() == "---"), 0)
    title = next((plain(match[1]) for line in lines[1:end] if (match := _FRONT_TITLE.match(line))), None)
    return title, end + 1 if end else 0


def _read(text: str) -> tuple[str | None, _Reader]:
    """The document's title, and what was read of it."""
    rows, footnotes = numbered_lines(text)
    reader = _Reader(slash_order(line for _, line in rows))
    has_front = rows and rows[0][1].rstrip() == "---"
    title, start = _front_matter([line for _, line in rows[:41]]) if has_front else (None, 0)
    fence, in_comment, in_table = "", False, False
    for i in range(start, len(rows)):
        number, line = rows[i][0], rows[i][1].replace("\t", "    ")
        line, marks = notes(line)
        source = line.strip()
        following = rows[i + 1][1].strip() if i + 1 < len(rows) else ""
        if fence or source.startswith(_FENCES):
            reader.foreign += 1
            fence = source[:3] if not fence else "" if source.startswith(fence) else fence
        elif in_comment or source.startswith("<!--"):
            in_comment = "-->" not in source
        elif not source:
            in_table = False
            reader.blank()
        elif in_table and "|" in source:
            if reader.goes_on_in(source, following):
                rows[i + 1] = (number, f"{source} {following}")
            elif not is_delimiter(source):
                reader.row(number, source)
        elif "|" in source and is_delimiter(following):
            in_table = True
            reader.table(number, source)
        else:
            in_table = False
            _line(reader, number, line, source, following)
        reader.annotate(number, [footnotes[mark] for mark in marks if mark in footnotes])
    reader.finish()
    return title or next(iter(reader.headings.values()), None), reader


def _line(reader: _Reader, number: int, line: str, source: str, following: str) -> None:
    """One line outside of tables and code. `following` is the next: a line drawn under a heading."""
    indent = len(line) - len(line.lstrip(" "))
    if is_rule(source):
        reader.rule()
    elif match := _HEADING.match(source):
        reader.heading(number, len(match[1]), match[2])
    elif following.startswith("===") and not following.strip("="):
        reader.heading(number, 1, source)
    elif source[0] == "<" and (match := _HTML_ITEM.match(source)):
        reader.bullet(number, indent, source[match.end() :])
    elif source[0] == ">":
        reader.quote(number, indent, source.lstrip("> "))
    elif match := _BULLET.match(source):
        reader.bullet(number, indent, source[match.end() :])
    elif source[0] != "<" or plain(source):
        reader.text(number, indent, source)


_OTHER_FORMATS = re.compile(r"\s*(?:<\?xml|<!doctype|<(?:rss|feed|rdf|html|opml)\b|\{|\[\s*[\[{\"\]])", re.IGNORECASE)
_LOOK = 200_000  # characters that `matches` looks at
_LINKED = re.compile(r"^#{1,6} \S.{0,400}$(?=[^#]*https?://)|\]\[|^\[[^\[\]\n]{1,200}\]: ?\S|<a href=", re.MULTILINE)
_TABLE = re.compile(r"^[ \t]*+\|?[ :]*+-[- :]*+\|", re.MULTILINE)
_look = lru_cache(maxsize=1)(_read)  # what was matched is parsed next


def matches(text: str) -> bool:
    """Whether most of a Markdown document is papers with their addresses."""
    if own_markdown.is_own(text):
        return True
    if _OTHER_FORMATS.match(text) or not ("](" in text or _TABLE.search(text) or _LINKED.search(text)):
        return False
    _, reader = _look(text[:_LOOK])
    named_ = [item for item in reader.items if item.draft.title]
    sure = [item for item in named_ if item.sure]
    if not sure or len(sure) * 2 < len(reader.items):
        return False
    if len(sure) > 2:
        return reader.foreign <= len(reader.items) * 1.5 + 5
    described = all(item.kind == "row" or item.draft.tldr or item.draft.abstract or item.draft.authors for item in sure)
    return reader.foreign <= 2 and described and all(" " in item.draft.title for item in sure)


def parse(text: str) -> Digest:
    """Read the list. What has a paper's address and is not understood is reported with its line; it never raises."""
    if own_markdown.is_own(text):
        return own_markdown.parse(text, NAME)
    title, reader = (_look if len(text) <= _LOOK else _read)(text)
    vague = {item.vague for item in reader.items if item.vague and not item.day}
    problems = reader.problems + [
        Problem(line, "This heading does not name a single day, so the papers under it have none.") for line in vague
    ]
    return Digest(
        format=NAME,
        title=title,
        entries=tuple(item.entry() for item in reader.items),
        problems=tuple(sorted(problems, key=lambda problem: problem.line or 0)),
    )
