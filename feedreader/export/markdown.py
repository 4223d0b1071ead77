"""Markdown for notes: the papers under their days, each with its notes, tags and abstract.

Formulas stay between dollar signs, as Pandoc, Obsidian and GitHub read them; other TeX becomes Unicode, and what
Markdown would take for its own is escaped. The reader's notes are Markdown already, and go in as they are.
"""

from __future__ import annotations

import re
from calendar import day_name, month_name
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from urllib.parse import quote

from feedreader.export.plain import address, line, shown
from feedreader.model import Paper
from feedreader.text.display import printed_in
from feedreader.text.tex.to_unicode import Converter, to_unicode

_MARKUP = re.compile(r"[\\`*\[\]<$~|]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
_AT_LINE_START = re.compile(r"\A(?:[#>+=-]|\d{1,9}[.)])")
_FORMULA = re.compile("\x1a(\\d+)\x1a")
_HEADING = re.compile(r"^(#{1,6})(?=\s)", re.MULTILINE)


def export(papers: Iterable[Paper], keys: Mapping[str, str]) -> Iterator[str]:
    group: tuple[date | None, str | None] | None = None
    for paper in papers:
        if group != (paper.day, paper.collection):
            between = "\n" if group else ""
            group = (paper.day, paper.collection)
            title = _day(paper.day) if paper.day else marked(paper.collection or "Without a day", first=False)
            yield f"{between}## {title}\n"
        yield "\n" + markdown_entry(paper, keys[paper.id])


def markdown_entry(paper: Paper, key: str) -> str:
    """One paper: title, authors, facts, notes, abstract."""
    blocks = [f"### {_linked(paper)}"]
    if paper.authors:
        blocks.append(", ".join(marked(to_unicode(name)) for name in paper.authors))
    if paper.journal and (printed := printed_in(paper.journal)):
        blocks.append(marked(printed))
    facts = [f"`{key}`"]
    facts += [f"arXiv:{line(paper.arxiv_id)}"] if paper.arxiv_id else []
    facts += [f"doi:{marked(paper.doi)}"] if paper.doi else []
    facts += [marked(" ".join(paper.categories))] if paper.categories else []
    facts += [" ".join(f"#{_tag(tag)}" for tag in paper.marks.tags)] if paper.marks.tags else []
    blocks.append(" · ".join(facts))
    if paper.marks.note and paper.marks.note.strip():
        blocks.append(_HEADING.sub(r"###\1", _closed(_without_controls(paper.marks.note.strip()))))
    if paper.tldr:
        blocks.append(f"**tl;dr** {marked(paper.tldr)}")
    if paper.abstract:
        blocks.append(f"> {marked(paper.abstract)}")
    return "\n\n".join(blocks) + "\n"


def _linked(paper: Paper) -> str:
    title = marked(paper.title or paper.arxiv_id or paper.doi or "Without a title", first=False)
    url = address(paper)
    return f"[{title}](<{quote(line(url), safe='%/:=&?~#+!$,;@()*[]')}>)" if url and "://" in url else title


def _day(day: date) -> str:
    return f"{day_name[day.weekday()]} {day.day} {month_name[day.month]} {day.year}"


def _tag(tag: str) -> str:
    """A tag as Obsidian has it: one word."""
    return re.sub(r"[^\w/-]+", "-", line(tag)).strip("-") or "tag"


def _without_controls(text: str) -> str:
    return "\n".join(re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", "", part) for part in text.split("\n"))


def _closed(note: str) -> str:
    """A note whose code blocks and comments are closed, so that what follows it is neither."""
    if note.rfind("<!--") > note.rfind("-->"):
        note += " -->"
    fence = ""
    for part in note.split("\n"):
        match = re.match(r" {0,3}(`{3,}|~{3,})", part)
        if match and not fence:
            fence = match[1]
        elif match and match[1].startswith(fence) and not part.strip().strip(fence[0]):
            fence = ""
    return f"{note}\n{fence}" if fence else note


def marked(text: str, *, first: bool = True) -> str:
    """Foreign text as Markdown that shows it, on one line; formulas stay TeX. `first`: it begins the line."""
    text = line(text)
    if "$" not in text and "\\(" not in text:
        return _escaped(shown(text), start=first)
    reader = _Reader(text)
    text = _escaped(reader.until(len(text), False), start=first)
    return _FORMULA.sub(lambda match: reader.formulas[int(match[1])], text)


class _Reader(Converter):
    """Makes all of a text Unicode but its formulas, each of which leaves its number between two control characters."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.formulas: list[str] = []

    def formula(self, width: int) -> str:
        start, close = self.pos, self.closing()
        width = 2 if self.text.startswith("$$", start) else width
        content = self.text[start + width : close].strip() if close else ""
        behind = self.char(close + width) if close else ""
        if self.math or not close or not content or "`" in content or behind.isdigit():
            return super().formula(width)
        self.pos = close + width
        self.formulas.append(f"${content}$")
        return f"\x1a{len(self.formulas) - 1}\x1a"


def _escaped(text: str, start: bool) -> str:
    text = _MARKUP.sub(lambda match: "\\" + match[0], text)
    if start and (match := _AT_LINE_START.match(text)):
        last = match.end() - 1
        text = f"{text[:last]}\\{text[last:]}"
    return text
