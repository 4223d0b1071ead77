"""The layout "day-list": a line that is a date; under it papers, each a title, authors, a blank line, an abstract.

How it is read. Lines that are dates part the text into days; blank (and drawn) lines part a day
into paragraphs. A paragraph is a header (a title, with authors under it), text, or fields
("arXiv:…", "Comments: …"). A header opens an entry; what follows up to the next header is its own.
Authors may be absent or stand in a paragraph of their own; an abstract may have several paragraphs,
or be absent; the word "Abstract" before it is left out. Before the first date only the first line is
understood: it is the digest's title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from feedreader.model import Digest, Problem
from feedreader.parse.layout.blocks import Block, read_blocks
from feedreader.parse.layout.dates import Order, is_unreadable_date, read_date, slash_order
from feedreader.parse.layout.fields import Draft, missing_abstracts
from feedreader.text.lines import SENTENCE_END, Paragraph, is_rule, paragraphs, prose, wrap_width

NAME = "day-list"


@dataclass(slots=True)
class _Day:
    """A date line (0: the text before the first) and the paragraphs under it."""

    line: int
    day: date | None
    paragraphs: list[Paragraph] = field(default_factory=list)


def _days(document: Sequence[Paragraph], width: int, order: Order | None) -> Iterator[_Day]:
    """The document by its date lines. In hard-wrapped text, one within a paragraph must follow a sentence's end."""
    current = _Day(0, None)
    for paragraph in document:
        start = 0
        for i, line in enumerate(paragraph.lines):
            wrapped = width and i > start and (line[-1] == "." or not paragraph.lines[i - 1].endswith(SENTENCE_END))
            if wrapped or len(line) > 90:
                continue
            day = read_date(line, order)
            if day is None and not (i == start and is_unreadable_date(line)):
                continue
            if i > start:
                current.paragraphs.append(paragraph[start:i])
            yield current
            current, start = _Day(paragraph.line + i, day), i + 1
        if start < len(paragraph.lines):
            current.paragraphs.append(paragraph[start:])
    yield current


@dataclass(slots=True)
class _Reader:
    """Reads blocks, day by day, into drafts and problems."""

    order: Order | None
    drafts: list[tuple[Draft, date | None]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def report(self, line: int, reason: str) -> None:
        self.problems.append(Problem(line, reason))

    def read(self, day: date | None, blocks: Sequence[Block], last: bool) -> None:
        """One day. `last`: the file ends with it."""
        open_: Draft | None = None
        pending: list[Block] = []
        speaking = [i for i, block in enumerate(blocks) if not block.states_only]
        following = dict(pairwise(speaking))
        for i, block in enumerate(blocks):
            if block.states_only:
                if open_ is None or (open_.arxiv and block.names_another(open_.arxiv)):
                    pending.append(block)
                else:
                    self._take(open_, block)
                continue
            after = blocks[following[i]] if i in following else None
            at_end = last and after is None
            if open_ is None or not _put_into(open_, block, after, at_end):
                only_titles = open_ is None or not open_.authors
                open_ = self._open(day, block, pending) if block.opens(after, at_end, only_titles) else None
            if open_ is not None:
                self._take(open_, block)
            else:
                self.report(block.line, "Skipped text that is not part of a paper.")
        for block in pending:
            self.report(block.line, "Skipped text that is not part of a paper.")

    def _open(self, day: date | None, header: Block, pending: list[Block]) -> Draft:
        draft = Draft(header.line, header.title, header.authors, [header.body] if header.body else [])
        self.drafts.append((draft, day))
        while pending:
            self._take(draft, pending.pop(0))
        return draft

    def _take(self, draft: Draft, block: Block) -> None:
        for line, stated in block.fields:
            if reason := draft.take(stated, self.order):
                self.report(line, reason)


def _put_into(draft: Draft, block: Block, after: Block | None, at_end: bool) -> bool:
    """Put in a block that is the paper's authors or part of its abstract. Returns whether it is."""
    plain = not draft.authors
    if plain and not draft.abstract and block.only_authors:
        draft.authors = block.all_authors()
        return True
    if draft.abstract:
        goes_on = not block.opens(after, at_end, plain) and block.continues
    else:
        goes_on = not block.opens_surely and (plain or block.prose > 0 or after is None or after.prose < 2)
    draft.abstract += [block.text] if goes_on else []
    return goes_on


_FOREIGN = re.compile(r"[<{|>`]|[-*+] |#+ |\\\\|\[[^\]]*\]\(|@\w+\{|\*\*\[")
_ACADEMIC = re.compile(
    r"\b(?:we|our|paper|propos\w+|results?|methods?|models?|stud(?:y|ies)|prov(?:e|ed|es|ing)|theor\w+|algorithms?|"
    r"approach\w*|analy\w+|experiments?|estimat\w+|investigat\w+|demonstrat\w+)\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"\b(?:I|I['’]m|(?i:my|me|dear|yesterday|tomorrow|attendees|minutes of|agenda|see you))\b")


def _first_date(text: str) -> int | None:
    """Where the first date line that opens a paragraph begins."""
    start, blank = 0, True
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start <= 90:
            line = text[start:end]
            if blank and (read_date(line) or is_unreadable_date(line)):
                return start
            blank = not (line := line.strip()) or is_rule(line)
        else:
            blank = False
        start = end + 1
    return None


def matches(text: str) -> bool:
    """Whether there is a date line, and under it titles with authors and abstracts (or titles and scholarly text)."""
    start = _first_date(text)
    if start is None or text.lstrip()[:1] in ("<", "{"):
        return False
    end = text.find("\n", start + 40_000)
    sample = text[start:] if end < 0 else text[start:end]
    under = next((line for line in sample.split("\n")[1:] if line.strip() and not read_date(line)), "")
    if _FOREIGN.match(under.strip()) or re.search(r"(?m)^\\\\[ \t]*$", sample):
        return False
    _, drafts, problems, straight = _read(sample)
    if end >= 0 and len(drafts) > 1:
        drafts.pop()
    full = [draft for draft, _ in drafts if draft.title and draft.abstract and not _FOREIGN.match(draft.title)]
    if not straight or len(full) * 2 < len(drafts) + len(problems):
        return False
    if sum(bool(draft.authors) for draft in full) * 2 >= len(full) > 0:
        return True
    return sum(map(_is_scholarly, full)) * 2 > len(full)


def _is_scholarly(draft: Draft) -> bool:
    text = "\n".join((draft.title, *draft.abstract))
    return bool(_ACADEMIC.search(text)) and not _PERSONAL.search(text)


def _read(text: str) -> tuple[str | None, list[tuple[Draft, date | None]], list[Problem], bool]:
    """Title, drafts with their days, problems; and whether the first date has a header under it."""
    document = list(paragraphs(text))
    order = slash_order(line for paragraph in document for line in paragraph.lines)
    width = wrap_width(document)
    days = list(_days(document, width, order))
    reader = _Reader(order)
    title: str | None = None
    straight = True
    for number, day in enumerate(days):
        blocks = read_blocks(day.paragraphs, width, order)
        if day.line == 0:
            title = _preamble(reader, blocks)
            continue
        if number == 1:
            speaking = [block for block in blocks if not block.states_only]
            straight = not speaking or speaking[0].opens(speaking[1] if len(speaking) > 1 else None, True, True)
        last = number == len(days) - 1
        if day.day is None:
            reader.report(day.line, "This date is incomplete, so the papers under it have no day.")
        elif last and not blocks:
            reader.report(day.line, "The file ends after this date.")
        reader.read(day.day, blocks, last)
    return title, reader.drafts, reader.problems, straight


def _preamble(reader: _Reader, blocks: Sequence[Block]) -> str | None:
    """The text before the first date: the digest's title; papers, if there are any; the rest is reported."""
    headers = (i for i, (block, after) in enumerate(pairwise(blocks)) if block.opens_surely and after.prose)
    papers = next(headers, len(blocks))
    title: str | None = None
    for i, block in enumerate(blocks[:papers]):
        line = block.line
        if i == 0 and block.core[:1] == block.lines[:1] and len(block.core[0]) <= 200 and prose(block.core[0]) < 2:
            title = block.core[0]
            if len(block.lines) == 1:
                continue
            line += 1
        reader.report(line, "Skipped text before the first date.")
    if papers < len(blocks):
        reader.report(blocks[papers].line, "This paper (and any that follow) has no date above it, so it has no day.")
        reader.read(None, blocks[papers:], False)
    return title


def parse(text: str) -> Digest:
    """Read a day-list. What is not understood is reported with its line; it never raises."""
    title, drafts, problems, _ = _read(text)
    problems += missing_abstracts([draft for draft, _ in drafts], text)
    return Digest(
        format=NAME,
        title=title,
        entries=tuple(draft.entry(day or draft.stated_day()) for draft, day in drafts),
        problems=tuple(sorted(problems, key=lambda problem: problem.line or 0)),
    )
