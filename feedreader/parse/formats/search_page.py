"""The layout "search-page": search results saved as text, each a title, "tl;dr …" or "No tl;dr =[", an abstract.

How it is read. The tl;dr lines are the anchors: the paragraph before one is a title, what stands
between one and the next title is the abstract. The page's first line is the digest's title; what
else stands before the line that claims the number of results ('"data augmentation" has 257 results')
is furniture of the page and left out, and so is all before the first title where no line claims a
number. The claim is checked against what was read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from feedreader.model import Digest, Problem
from feedreader.parse.layout.authors import author_score, split_authors
from feedreader.parse.layout.blocks import LONGEST_TITLE, Block, looks_like_a_title
from feedreader.parse.layout.fields import Draft, missing_abstracts
from feedreader.text.lines import Paragraph, goes_over, join_wrapped, paragraphs, prose, squash, wrap_width

NAME = "search-page"

_TLDR = re.compile(
    r"[*_>]*\s?(no\s+)?tl\s?[;:,/]?\s?dr\b[*_]*(?:\s?[:–—-]+(?=[\s*_]|\Z))?[*_]*\s*(.*)\Z", re.IGNORECASE
)
_NOTHING = re.compile(r"(?:none|n/?a|\W{0,3})\.?\Z", re.IGNORECASE)
_BEGUN = frozenset(whole[:length] for whole in ("tl;dr", "no tl;dr") for length in range(2, len(whole)))
_ANY_TLDR = re.compile(r"^[^\S\n]*+[*_>]*\s?(?:(?i:no\s+tl\s?;?\s?dr|tl\s?;\s?dr)|TLDR)\b", re.MULTILINE)
_NO_RESULTS = re.compile(r"[\"“].{1,200}[\"”]\s+has\s+(?:0|no)\s+results?\.?", re.IGNORECASE)
_NUMBER = r"(\d{1,3}(?:[,.  ']\d{3})+|\d+|no|one)"
_CLAIM = re.compile(
    rf"(?:(?:.{{1,200}}?\s)??(?:has|have|had|gave|gives|returned|returns|matched|matches|yielded|found)\s+)?"
    rf"(?:(?:found|showing|about|total(?: of)?|results?|all|\d[\d,.]* ?(?:-|–|to) ?\d[\d,.]*|of)[:\s]+)*\(?{_NUMBER}\s+"
    rf"(?:(?:search|matching|total|relevant)\s+)?(?:results?|papers?|matches|match|hits?|entries|submissions)"
    rf"(?:\s(?:for|found|in|matching|were|was|match)\b.{{0,200}})?[\s.:!)]*\Z",
    re.IGNORECASE,
)
_CLAIM_WORD = re.compile(r"result|paper|match|hit|entr|submission", re.IGNORECASE)


def _claimed(line: str) -> int | None:
    """The number of results a line claims, if it does nothing else."""
    match = _CLAIM.match(line) if len(line) < 250 and _CLAIM_WORD.search(line) else None
    if not match:
        return None
    number = match[1].lower()
    return {"no": 0, "one": 1}[number] if number.isalpha() else int(re.sub(r"\D", "", number))


@dataclass(slots=True)
class _Result:
    """The lines of a tl;dr (without that word) and the paragraphs from it to the next."""

    line: int
    lines: tuple[str, ...]
    below: list[Paragraph] = field(default_factory=list)
    title: Paragraph | None = None
    authors: tuple[str, ...] = ()

    @property
    def tldr(self) -> str:
        """The tl;dr, "" if the page says that there is none."""
        text = join_wrapped(self.lines)
        return "" if _NOTHING.match(text) else text

    def part(self) -> None:
        """Take the abstract out of a tl;dr that has swallowed it: from the first line that begins a sentence."""
        for i in range(1, len(self.lines)):
            if self.lines[i - 1].endswith(".") and self.lines[i][0].isupper():
                self.below = [Paragraph(self.line + i, self.lines[i:])]
                self.lines = self.lines[:i]
                return


def _results(document: Sequence[Paragraph], width: int) -> tuple[list[Paragraph], list[_Result]]:
    """What stands before the first tl;dr, and the tl;drs with what stands below each."""
    before: list[Paragraph] = []
    results: list[_Result] = []
    for paragraph in document:
        anchors = _anchors(paragraph.lines, paragraph is document[-1])
        below = results[-1].below if results else before
        claim_end = 0 if results else _claim_end(paragraph.lines)
        if 0 < claim_end < [*anchors, len(paragraph.lines)][0]:
            before.append(paragraph[:claim_end])
            paragraph, anchors = paragraph[claim_end:], [i - claim_end for i in anchors]
        if not anchors or anchors[0]:
            below += _title_apart(paragraph[: anchors[0]], width) if anchors else [paragraph]
        ends = [*anchors[1:], len(paragraph.lines)]
        results += [_result(paragraph, anchor, end, width) for anchor, end in zip(anchors, ends, strict=False)]
    return before, results


def _anchors(lines: Sequence[str], at_end: bool) -> list[int]:
    """The lines that begin tl;drs; at the end of the document, also one that has only begun to say "tl;dr"."""
    anchors = [i for i, line in enumerate(lines) if line[0] in "tTnN*_>" and _TLDR.match(line)]
    begun = at_end and not anchors and len(lines[-1]) > 1 and lines[-1].lower() in _BEGUN
    return [len(lines) - 1] if begun else anchors


def _claim_end(lines: Sequence[str]) -> int:
    return next((i for i, line in enumerate(lines, 1) if _claimed(line) is not None), 0)


def _result(paragraph: Paragraph, anchor: int, end: int, width: int) -> _Result:
    """The tl;dr that begins in a line, and what stands below it up to the next."""
    match = _TLDR.match(paragraph.lines[anchor])
    tldr, until = "", anchor + 1
    if match and not match[1]:
        tldr, until = match[2], _end_of_tldr(paragraph.lines, anchor, end, width)
    result = _Result(paragraph.line + anchor, (tldr, *paragraph.lines[anchor + 1 : until]))
    if until < end:
        rest = paragraph[until:end]
        result.below += _title_apart(rest, width) if end < len(paragraph.lines) else [rest]
    return result


def _end_of_tldr(lines: Sequence[str], anchor: int, end: int, width: int) -> int:
    """Where a (hard-wrapped) tl;dr ends, if the abstract follows without a blank line."""
    if width:
        breaks = [i for i in range(anchor + 1, end) if not goes_over(lines[i - 1], lines[i], width)]
        return breaks[0] if breaks else end
    return anchor + 1 if prose(join_wrapped(lines[anchor + 1 : end])) == 2 else end


def _title_apart(paragraph: Paragraph, width: int) -> list[Paragraph]:
    """An abstract, and the title that follows it without a blank line, as two paragraphs."""
    for i in range(len(paragraph.lines) - 1, 0, -1):
        if not goes_over(paragraph.lines[i - 1], paragraph.lines[i], width) and prose(paragraph[:i].text) == 2:
            return [paragraph[:i], paragraph[i:]]
    return [paragraph]


def _take_titles(before: list[Paragraph], results: Sequence[_Result]) -> None:
    """Give every tl;dr the title above it (and authors, if they stand under the title in a paragraph of their own)."""
    pairs = [
        (above, result) for above, result in zip([before, *(r.below for r in results)], results, strict=False) if above
    ]
    names = [author_score(above[-1].text) == 2 for above, _ in pairs]
    usual = sum(names) * 2 > len(names)
    for (above, result), named in zip(pairs, names, strict=True):
        if prose(above[-1].text) == 2 and len(above[-1].text) > LONGEST_TITLE:
            continue
        plain = len(above) > 2 and prose(above[-2].text) == 0 and "," in above[-1].text and above is not before
        if named and len(above) > 1 and (usual or plain):
            result.authors = split_authors(above.pop().text)
        result.title = above.pop()


@dataclass(slots=True)
class _SearchPage:
    """What was read of a page."""

    title: str | None
    drafts: list[Draft]
    claims: list[tuple[int, int, int]]  # line, number claimed, drafts before it
    problems: list[Problem]

    def report(self, line: int | None, reason: str) -> None:
        self.problems.append(Problem(line, reason))


def _read(document: Sequence[Paragraph]) -> _SearchPage:
    width = wrap_width(document)
    before, results = _results(document, width)
    _take_titles(before, results)
    page = _SearchPage(None, [], [], [])
    _read_head(page, before, bool(results))
    blocks = [Block(result.title, width, None) if result.title else None for result in results]
    named = sum(block is not None and block.sure == 2 for block in blocks) * 2 > len(blocks)
    for result, block in zip(results, blocks, strict=True):
        if not result.below and len(result.lines) > 2:
            result.part()
        draft = Draft(result.title.line if result.title else result.line, tldr=result.tldr)
        page.drafts.append(draft)
        if block is None:
            page.report(result.line, "This tl;dr has no title above it.")
        else:
            with_names = block.sure == 2 and (named or len(block.authors) > 1)
            draft.title = block.title if with_names else join_wrapped(block.core)
            draft.authors = block.authors if with_names else ()
            _take(page, draft, block)
        draft.authors = draft.authors or result.authors
        _read_below(page, draft, result, width, result is results[-1])
    return page


def _read_head(page: _SearchPage, before: Sequence[Paragraph], has_results: bool) -> None:
    """The furniture of the page: its title, and the claim; text between the claim and the first title is reported."""
    for paragraph in before:
        for j, line in enumerate(paragraph.lines):
            if (number := _claimed(line)) is not None:
                page.claims = [(paragraph.line + j, number, 0)]
                page.problems.clear()
            elif page.claims and j == 0:
                page.report(paragraph.line, "Skipped text after the number of results.")
    page.title = before[0].lines[0] if before else None
    if not has_results and not page.claims:
        page.report(None, "No papers found: there is no tl;dr.")


def _read_below(page: _SearchPage, draft: Draft, result: _Result, width: int, last: bool) -> None:
    """The abstract below a tl;dr, and what else stands there."""
    claimed = False
    for i, paragraph in enumerate(result.below):
        number = next((n for line in paragraph.lines if (n := _claimed(line)) is not None), None) if i else None
        block = Block(paragraph, width, None)
        if number is not None:
            page.claims.append((paragraph.line, number, len(page.drafts)))
            claimed = True
        elif claimed:
            page.report(paragraph.line, "Skipped text that is not part of a paper.")
        elif block.states_only:
            _take(page, draft, block)
        elif not draft.abstract or block.prose or block.continues:
            draft.abstract.append(join_wrapped(block.core) if block.sure else block.text)
            _take(page, draft, block)
        elif last and i == len(result.below) - 1 and looks_like_a_title(block.title) and not _all_read(page):
            page.drafts.append(Draft(paragraph.line, block.title))
        else:
            page.report(paragraph.line, "Skipped text that is not a title, tl;dr or abstract.")


def _all_read(page: _SearchPage) -> bool:
    """Whether as many papers were read as the page claims."""
    return bool(page.claims) and len(page.drafts) - page.claims[-1][2] >= page.claims[-1][1]


def _take(page: _SearchPage, draft: Draft, block: Block) -> None:
    for line, stated in block.fields:
        if reason := draft.take(stated):
            page.report(line, reason)


def matches(text: str) -> bool:
    """Whether there are tl;dr lines with titles above them and text below (or a page that claims no results)."""
    if text.lstrip()[:1] in ("<", "{"):
        return False
    if not (first := _ANY_TLDR.search(text)):
        lines = [line for raw in text[:20_000].split("\n") if (line := squash(raw))]
        return len(lines) < 40 and any(_NO_RESULTS.fullmatch(line) for line in lines)
    end = text.find("\n", first.end() + 60_000)
    document = list(paragraphs(text if end < 0 else text[:end]))
    width = wrap_width(document)
    before, results = _results(document, width)
    _take_titles(before, results)
    good = sum(
        result.title is not None
        and prose(result.title.text) < 2
        and len(result.title.text) <= LONGEST_TITLE
        and len(result.title.lines) < 6
        for result in results
    )
    full = sum(any(prose(paragraph.text) for paragraph in result.below) for result in results)
    certain = any(_claimed(line) is not None for paragraph in before for line in paragraph.lines)
    certain = certain or sum(not result.tldr for result in results) * 10 > len(results)
    return good * 5 >= len(results) * 4 and (full + 1) * 3 >= len(results) * 2 and min(good, full) > (not certain)


def parse(text: str) -> Digest:
    """Read a search page. What is not understood is reported with its line; it never raises."""
    page = _read(list(paragraphs(text)))
    problems = page.problems + list(missing_abstracts(page.drafts, text))
    for i, (line, number, start) in enumerate(page.claims):
        read = (page.claims[i + 1][2] if i + 1 < len(page.claims) else len(page.drafts)) - start
        if read != number:
            results = "1 result" if number == 1 else f"{number:,} results"
            were = "was" if read == 1 else "were"
            problems.append(Problem(line, f"The page says {results}, but {read:,} {were} read."))
    return Digest(
        format=NAME,
        title=page.title,
        entries=tuple(draft.entry(draft.stated_day()) for draft in page.drafts),
        problems=tuple(sorted(problems, key=lambda problem: problem.line or 0)),
    )
