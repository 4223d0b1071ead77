"""Paragraphs judged by their shape: what opens an entry, what is its text, what states a fact about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from feedreader.parse.layout.authors import author_score, looks_like_authors, split_authors, split_header
from feedreader.parse.layout.dates import Order
from feedreader.parse.layout.fields import Fact, abstract_text, read_fields
from feedreader.text.identifiers import arxiv_id
from feedreader.text.lines import SENTENCE_END, Paragraph, goes_over, join_wrapped, opens_like_prose, prose

LONGEST_TITLE = 400
_LONG_LINE = 320  # longer than a title; an author list of this length is told apart by its shape
_LONGEST_FOOT = 40  # lines
_LEADING_TO_AN_ADDRESS = ("at", "from", "see", "in", "and", "on", "via", "here")
_ITEM = re.compile(r"(?:[-*•–+]|\(?(?:[0-9]{1,2}|[ivx]{1,4}|[a-h])[.)])\s|\$\$|\\\[|\\begin")


class Block:
    """A paragraph taken apart: the lines that state facts (`fields`, with their line numbers), and the others (`core`).

    `sure` says how surely the core is a header: 2 a title with authors, 1 perhaps so, 0 not (it may be a title alone).
    `body` is the abstract that follows a header without a blank line. `core_line` is where the core starts.
    """

    def __init__(self, paragraph: Paragraph, width: int, order: Order | None) -> None:
        self.line = paragraph.line
        self.lines = paragraph.lines
        self.width = width
        self.core_line = paragraph.line
        self.fields: list[tuple[int, Fact]] = []
        self.core = self._without_fields(order)
        self.title = self.body = ""
        self.authors: tuple[str, ...] = ()
        self.sure = 0
        self._read_header()

    def _without_fields(self, order: Order | None) -> tuple[str, ...]:
        """Keep the facts stated at the head and at the foot of the paragraph; return the lines between."""
        lines = self.lines
        stated = [read_fields(line, order) for line in lines]
        if not any(stated):
            return lines
        start = 0
        if stated[0]:
            start = self._run(stated, 0)
            if start < len(lines) and stated[start - 1] and stated[start - 1][-1].name == "comment":
                start = 0  # a title such as "Note: …"
        end = self._foot(stated, start)
        for first, after in ((0, start), (end, len(lines))):
            self._keep(stated, first, after)
        self.core_line += start
        return lines[start:end]

    def _foot(self, stated: Sequence[Sequence[Fact]], start: int) -> int:
        """Where the facts at the foot of the paragraph start."""
        count = len(stated)
        for i in range(max(start, 1, count - _LONGEST_FOOT), count):
            if stated[i] and self._run(stated, i) == count and self._stands_apart(stated[i][0].name, start, i):
                return i
        return count

    def _run(self, stated: Sequence[Sequence[Fact]], i: int) -> int:
        """Where a run of facts that starts at line `i` ends. Comments and categories may be hard-wrapped."""
        wrapped = False
        for j in range(i, len(stated)):
            if stated[j]:
                wrapped = stated[j][-1].name in ("comment", "categories")
            elif not wrapped or j - i > _LONGEST_FOOT or split_header(self.lines[j : j + 9], self.width)[2] == 2:
                return j
        return len(stated)

    def _stands_apart(self, name: str, start: int, i: int) -> bool:
        """Whether line `i` states something (`name`) by itself, and is no hard-wrapped line of the text above it."""
        above = self.lines[i - 1]
        if name == "url" and (above.endswith((":", ",")) or above.rpartition(" ")[2] in _LEADING_TO_AN_ADDRESS):
            return False
        if above.endswith(SENTENCE_END) or not goes_over(above, self.lines[i], self.width):
            return True
        head = self.lines[start:i]
        return not prose(join_wrapped(head)) or split_header(head, self.width)[2] == 2

    def _keep(self, stated: Sequence[Sequence[Fact]], first: int, after: int) -> None:
        for i in range(first, after):
            if stated[i]:
                self.fields += [(self.line + i, fact) for fact in stated[i]]
            else:
                line, fact = self.fields.pop()
                self.fields.append((line, Fact(fact.name, join_wrapped((fact.value, self.lines[i])))))

    def _read_header(self) -> None:
        core = self.core
        labelled = next((fact.value for _, fact in self.fields if fact.name == "title"), "")
        if labelled:
            self.title, self.sure = labelled, 2
            self.body = abstract_text(core)
        elif len(core) > 1:
            head, authors, sure = split_header(core, self.width)
            title = join_wrapped(head)
            if sure and prose(title) < (2 if sure == 2 else 1):
                self.title, self.authors, self.sure = title, authors, sure
            elif not self._glued():
                self.title = join_wrapped(core)
        elif core:
            self.title = core[0]

    def _glued(self) -> bool:
        """A title, authors and an abstract without a blank line between them."""
        core = self.core
        for end in range(2, min(len(core), 9)):
            if author_score(core[end - 1]) == 0 or goes_over(core[end - 1], core[end], self.width):
                continue
            head, authors, sure = split_header(core[:end], self.width)
            if sure == 2 and not prose(join_wrapped(head)) and prose(join_wrapped(core[end:])) == 2:
                self.title, self.authors, self.sure = join_wrapped(head), authors, sure
                self.body = abstract_text(core[end:])
                return True
        if len(core) == 2 and not self.width and len(core[1]) > _LONG_LINE and not prose(core[0]):
            self.title, self.body = core[0], abstract_text(core[1:])
            return True
        return False

    @cached_property
    def text(self) -> str:
        """The core as the text of an abstract."""
        return abstract_text(self.core)

    @cached_property
    def prose(self) -> int:
        """How much the core is running text: 2 surely, 1 perhaps, 0 not. A header is none."""
        return 0 if self.sure == 2 else prose(self.text)

    @property
    def states_only(self) -> bool:
        """Whether the paragraph states facts and says nothing else (a lone "Abstract" counts as nothing)."""
        return self.sure < 2 and not self.text

    @cached_property
    def only_authors(self) -> bool:
        """Whether the core is a list of authors without a title."""
        joined = join_wrapped(self.core)
        return bool(joined) and looks_like_authors(joined) and not joined.endswith((". ", "!", "?"))

    def all_authors(self) -> tuple[str, ...]:
        """The authors, where the core is a list of them."""
        return split_authors(join_wrapped(self.core))

    @property
    def opens_surely(self) -> bool:
        """Whether the paragraph is a title with authors, wherever it stands."""
        return self.sure == 2

    def opens(self, after: Block | None, at_end: bool, only_titles: bool) -> bool:
        """Whether the paragraph is the header of an entry.

        `after` is the next one that says something; `at_end`: there is none in the whole document;
        `only_titles`: a title without authors is expected here.
        """
        if self.sure == 2 or self.body:
            return True
        if not self.title or self.prose == 2:
            return False
        if self.sure == 1:
            return True
        if len(self.title) > LONGEST_TITLE:
            return False
        if (self.prose and (opens_like_prose(self.text) or not only_titles)) or _ITEM.match(self.title):
            return False
        if after is None:
            return at_end and not self.prose and looks_like_a_title(self.title)
        if after.sure == 2:
            return False
        return (
            after.only_authors or after.prose > self.prose or (after.prose == 2 and len(self.title) < len(after.text))
        )

    @property
    def continues(self) -> bool:
        """Whether the paragraph can be the next one of an abstract."""
        text = self.text
        return bool(text) and (
            self.prose > 0
            or len(text) > 200
            or text[0].islower()
            or text.endswith((":", ";", ","))
            or bool(_ITEM.match(text))
        )

    def names_another(self, known: tuple[str, int | None]) -> bool:
        """Whether the paragraph states an arXiv id, and not the known one."""
        ids = [arxiv_id(fact.value) for _, fact in self.fields if fact.name == "arxiv"]
        return any(arxiv is not None and arxiv[0] != known[0] for arxiv in ids)


def looks_like_a_title(text: str) -> bool:
    """Whether a line with nothing under it can be a title that the end of a file cut off from its abstract."""
    words = text.split()
    return (
        2 < len(words) < 60
        and not prose(text)
        and not text[0].islower()
        and sum(w[0].isalpha() for w in words) * 2 > len(words)
    )


def _parts(paragraph: Paragraph, width: int) -> Iterator[Paragraph]:
    """A paragraph, parted after each abstract on one long line: papers may follow without a blank line."""
    start = 0
    if not width:
        for i, (line, following) in enumerate(pairwise(paragraph.lines), 1):
            if len(line) <= _LONG_LINE or len(following) > _LONG_LINE or read_fields(following):
                continue
            if prose(line[-_LONG_LINE:]) and author_score(line) == 0:
                yield paragraph[start:i]
                start = i
    yield paragraph[start:]


def read_blocks(document: Iterable[Paragraph], width: int, order: Order | None) -> list[Block]:
    """The paragraphs, taken apart. `width`: the column at which the document was hard-wrapped, 0 if it was not."""
    return [Block(part, width, order) for paragraph in document for part in _parts(paragraph, width)]
