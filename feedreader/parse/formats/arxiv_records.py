"""The layout "arxiv-records": an abstract; a comment, perhaps; a foot of "arXiv:…" and "Created: …". No titles.

How it is read. The foot ends a record: lines that only state facts, an arXiv id among them. The
paragraphs above it are the abstract; those of them at the end that are made like arXiv's comments
("17 pages; accepted to …", "Code is available at …") are the comment. Should the first paragraphs
of most records be titles, they are taken for that. One above the first record alone is the digest's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from feedreader.model import Digest, Problem
from feedreader.parse.layout.blocks import Block, read_blocks
from feedreader.parse.layout.dates import Order, slash_order
from feedreader.parse.layout.fields import DATES, Draft, Fact
from feedreader.text.lines import breaks_off, paragraphs, prose, wrap_width

NAME = "arxiv-records"

_SHORTEST_ABSTRACT = 80  # characters; less than that at the end of a file is a remnant
_LONGEST_COMMENT = 700

_COMMENT_START = re.compile(  # as comments begin
    r"(?:\d+|one|two|three|four|five|six|eight|ten)\s?(?:\+\s?\d+\s)?(?:[a-z]+\s)?(?:pages?|pp?\b|figures?|tables?)|"
    r"[\[(]?v\d+\b|version \d|(?:accepted|published|to appear|(?:first )?appear(?:s|ed|ing)?\b|submitted|presented|"
    r"in (?:the )?proc|proc\.|proceedings|preprint|under (?:review|submission|consideration)|work in progress|"
    r"(?:this )?tech(?:nical|\.) report|camera.ready|"
    r"extended (?:version|abstract)|full version|short (?:version|paper)|long (?:version|paper)|survey article|"
    r"(?:an? )?(?:earlier|previous|preliminary|revised|updated|final|journal|conference|short|long)\s(?:\w+\s)?version|"
    r"(?:the )?(?:first|last|both) (?:two |three )?authors|equal contribution|\*|(?:source |our |the )?codes?\b|"
    r"project (?:page|website)|website|homepage|data(?:set)? (?:and|is|are|available)|demo|video|slides?|poster|talk|"
    r"pretrained models|models? (?:and|are)|comments?\b|arxiv admin|withdrawn|improvements?\b|"
    r"this (?:paper|submission|article) (?:has been|was|is) (?:withdrawn|accepted|published|under|to appear)|ph\.?\s?d|"
    r"master'?s? thesis|bachelor|thesis|dissertation|lecture notes|latex|revtex|minor|typos?|added|fixed|"
    r"correct(?:ed|ions?)|updated|replaced?|supplement|appendix|(?:\w+\s){0,3}(?:workshop|conference|symposium))|https?://|"
    r"(?:see|available)\s(?:also\s)?(?:at\s)?(?:https?:|www\.)",
    re.IGNORECASE,
)
_COMMENT_WITHIN = re.compile(  # what abstracts do not say
    r"(?<![\d.])\d+\s?\+?\s?(?:pages|pp\b|figures|figs?\b|tables)|"
    r"\b(?:accepted|to appear|submitted|published|presented) (?:to|at|by|in|for|as)\b|"
    r"\b[A-Z]{3,}\w*[ '’-]{1,2}(?:19|20)?\d\d\b|text overlap with|camera.ready|proceedings of|comments (?:are )?welcome"
)
_AVAILABLE = re.compile(r"https?://|(?:available|released|found|hosted|accessed?) (?:at|on|from|under|via|in)[:\s]")
_NEXT_SENTENCE = re.compile(r"[.?!]\s+[A-Z]")


def _is_comment(text: str, above: Sequence[Block]) -> bool:
    """Whether a paragraph below an abstract is a comment on the paper rather than more of the abstract."""
    if not above or len(text) > _LONGEST_COMMENT:
        return False
    single = not _NEXT_SENTENCE.search(text)
    if _COMMENT_START.match(text):
        return single or len(text) < 200 or bool(_COMMENT_WITHIN.search(text))
    if len(text) < 300 and (_COMMENT_WITHIN.search(text) or (single and _AVAILABLE.search(text))):
        return True
    return len(text) < 120 and not prose(text) and prose(above[0].text) > 0 and not breaks_off(above[-1].text)


@dataclass(slots=True)
class _AbstractRecord:
    """The paragraphs of a record that say something, and the facts it states, with their lines."""

    body: list[Block] = field(default_factory=list)
    facts: list[tuple[int, Fact]] = field(default_factory=list)
    stated: set[str] = field(default_factory=set)  # the names of the facts

    def state(self, facts: Sequence[tuple[int, Fact]]) -> None:
        self.facts += facts
        self.stated.update(fact.name for _, fact in facts)

    def names_id(self) -> bool:
        return not self.stated.isdisjoint(("arxiv", "cut id"))

    def is_dated(self) -> bool:
        return not self.stated.isdisjoint(DATES)


def _records(text: str) -> tuple[list[_AbstractRecord], Order | None]:
    """The document by its feet. The last record is empty, or has been cut off."""
    document = list(paragraphs(text))
    order = slash_order(
        line.partition(":")[2]
        for paragraph in document
        for line in paragraph.lines
        if len(line) < 90 and ":" in line[:20]
    )
    records = [_AbstractRecord()]
    for block in read_blocks(document, wrap_width(document), order):
        above = block.fields if block.states_only else [(n, fact) for n, fact in block.fields if n < block.core_line]
        if above and records[-1].names_id() and any(fact.name == "arxiv" for _, fact in above):
            records.append(_AbstractRecord())
        records[-1].state(above)
        if not block.states_only:
            if records[-1].names_id():
                records.append(_AbstractRecord())
            records[-1].body.append(block)
            records[-1].state(block.fields[len(above) :])
    return records, order


def _has_title(record: _AbstractRecord) -> bool:
    body = record.body
    return len(body) > 1 and len(body[0].title) < 250 and body[0].prose == 0 and body[1].prose == 2


def parse(text: str) -> Digest:
    """Read arXiv records. What is not understood is reported with its line; it never raises."""
    records, order = _records(text)
    drafts: list[Draft] = []
    problems: list[Problem] = []
    titled = sum(map(_has_title, records)) * 2 > len(records)
    title = None
    if not titled and _has_title(records[0]) and len(records[0].body[0].core) == 1:
        title = records[0].body.pop(0).title
    for record in records:
        if not record.names_id() and not _worth_keeping(record, problems):
            continue
        draft = Draft(record.body[0].line if record.body else record.facts[0][0])
        drafts.append(draft)
        body = list(record.body)
        if titled and _has_title(record):
            heading = body.pop(0)
            draft.title, draft.authors = heading.title, heading.authors
            draft.abstract += [heading.body] if heading.body else []
        first_comment = len(body)
        while first_comment > 1 and _is_comment(body[first_comment - 1].text, body[: first_comment - 1]):
            first_comment -= 1
        draft.abstract += [block.text for block in body[:first_comment]]
        draft.comments += [block.text for block in body[first_comment:]]
        for line, stated in record.facts:
            if reason := draft.take(stated, order):
                problems.append(Problem(line, reason))
        problems += _missing(record, draft)
    return Digest(
        format=NAME,
        title=title,
        entries=tuple(draft.entry(draft.stated_day()) for draft in drafts),
        problems=tuple(sorted(problems, key=lambda problem: problem.line or 0)),
    )


def _worth_keeping(record: _AbstractRecord, problems: list[Problem]) -> bool:
    """Whether a record without an id has text enough to be a paper; else it is reported."""
    if record.body and sum(len(block.text) for block in record.body) >= _SHORTEST_ABSTRACT:
        return True
    problems += [Problem(block.line, "Skipped text without an arXiv id below it.") for block in record.body]
    problems += [Problem(line, "This belongs to no record: it has no arXiv id.") for line, _ in record.facts]
    return False


def _missing(record: _AbstractRecord, draft: Draft) -> Iterator[Problem]:
    """What a record lacks."""
    foot = record.facts[0][0] if record.facts else draft.line
    if not draft.abstract:
        yield Problem(foot, "This id has no abstract above it.")
    elif not record.names_id():
        yield Problem(draft.line, "This abstract has no arXiv id below it; the file may be cut off.")
    if draft.arxiv and not record.is_dated():
        yield Problem(foot, "This id has no “Created” date, so the paper has no day.")


_FOOT = re.compile(
    r"^[^\S\n]*+(?:[*_-]*\s?)?(?:url|link|abs|id)?[\s:<\[]{0,4}(?:arxiv|https?://(?:\w+\.)?arxiv\.org/)", re.I | re.M
)
_IN_MAIL = re.compile(r"^[>| \t]*\\\\[ \t]*\n[>| \t]*arxiv\b", re.I | re.M)  # a record of arXiv's e-mail begins so
_PERSONAL = re.compile(r"\b(?:I|my|me|I'm|I’m|you|your)\b")


def matches(text: str) -> bool:
    """Whether there are abstracts with a foot of an arXiv id and a date ("Created: …"), or several with ids alone."""
    if text.lstrip()[:1] in ("<", "{") or not _FOOT.search(text) or _IN_MAIL.search(text):
        return False
    records, _ = _records(text[:200_000])
    feet = [record for record in records if record.names_id()]
    whole = [record for record in feet if _is_whole(record)]
    if any(record.is_dated() for record in whole):
        return len(whole) * 2 >= len(feet)
    labelled = all(
        value[:6].lower() == "arxiv:" for value in (f.value for r in feet for _, f in r.facts if f.name == "arxiv")
    )
    return labelled and len(whole) == len(feet) > 1 and not any(_PERSONAL.search(b.text) for r in whole for b in r.body)


def _is_whole(record: _AbstractRecord) -> bool:
    """Whether a record has an abstract, and no header with authors above it."""
    return any(block.prose == 2 or len(block.text) >= _SHORTEST_ABSTRACT for block in record.body) and not (
        record.body[0].opens_surely
    )
