"""reading-thread: forum posts, mails and chats in which people name, quote and discuss papers.

`posts` takes the furniture away and says where a post ends, `paper_names` what a line or a sentence names,
`quotes` what was taken from an abstract. What stands here is which paper is spoken of:
- A title opens its subject: what follows in the post is said of it, up to the next title. What a post says
  before its first title is said of that one ("Great paper! … MixMatch: A Holistic Approach …").
- A title that ends a post is spoken of by the next one, if only blank lines stand between, and that starts
  like an abstract, or refers back ("They show …") while nothing was said of the paper yet.
- A post without a title speaks of the papers whose short names it uses: the words before a colon, the
  title's first letters, the whole title in any case.
- Else, if it quotes an abstract at length: of a paper unknown, an entry without a title.
- Else, if it is short and shares a word with what is said of the paper named right after it: of that one.
- Else it is reported as a problem. Nothing that people wrote is dropped.
An id or address belongs to the paper beside which it stands, or to the only one of its post; else it is an
entry without a title. A post is no authority for an abstract: no entry has one. PURE.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from feedreader.model import Digest, Entry, Problem
from feedreader.parse.layout.authors import looks_like_authors, split_authors
from feedreader.parse.threads.paper_addresses import PaperName, addresses, is_only_address, without_links
from feedreader.parse.threads.paper_names import is_scholarly, leading_title, names_within, title_line
from feedreader.parse.threads.posts import Block, Line, Post, Talk, read_posts
from feedreader.parse.threads.quotes import announces_a_quote, is_clearly_quoted, is_personal, quotes_within
from feedreader.parse.threads.short_names import ShortNames, words
from feedreader.text.cleaning import join_wrapped

NAME = "reading-thread"

UNNAMED = "a post that names no paper"


# ── posts in pieces ──────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Piece:
    """A title line, or a paragraph: the names in it (and their lines), and what it says ("": it is only a name)."""

    first: Line
    text: str
    names: list[tuple[int, PaperName]] = field(default_factory=list)
    is_title: bool = False  # it is, or starts with, a title
    loose: list[PaperName] = field(default_factory=list)  # addresses that are no part of a name

    @property
    def line(self) -> int:
        return self.first.number

    @property
    def only_names(self) -> bool:
        return bool(self.names) and not self.text

    @property
    def names_one_title(self) -> bool:
        return len(self.names) == 1 and not self.names[0][1].is_address


def _goes_on(line: str) -> bool:
    """Whether a hard-wrapped title cannot end with this line."""
    in_quotes = line.count("“") > line.count("”") or (line.startswith('"') and line.count('"') == 1)
    return in_quotes or line.endswith((":", ",", "-", "–", "—", "&")) or line.split()[-1].islower()


def _title_length(block: Block, start: int) -> int:
    """How many lines of a block are a title, from `start` on: 0 if none are. A line amid prose is none."""
    before = block[start - 1].text if start else "."
    if before[-1] not in '.:!?)”"…' and len(before) > 60 and not title_line(before):
        return 0
    length = 0
    for end in range(start + 1, min(start + 4, len(block)) + 1):
        after = block[end].text if end < len(block) else ""
        if title_line(join_wrapped(line.text for line in block[start:end])) and not after[:1].islower():
            length = end - start
        line = block[end - 1].text
        byline = looks_like_authors(after) and not line.endswith(" by")
        if not after or byline or not (_goes_on(line) or len(after.split()) < 3):
            break
    return 0 if length and _goes_on_to_a_dash(block, start + length) else length


def _goes_on_to_a_dash(block: Block, end: int) -> bool:
    """Whether the next line is the rest of a title and " – what is said of it": its first word had no room before."""
    rest = block[end].text.split(maxsplit=2) if end < len(block) else []
    dash = next((place for place, word in enumerate(rest[:3]) if word in ("–", "—", "-", "--")), 0)
    return dash > 0 and len(block[end - 1].text) + 1 + len(rest[0]) > max(len(line.text) for line in block)


def _title(lines: Block, byline: Block) -> _Piece:
    text = join_wrapped(line.text for line in lines)
    name = title_line(text) or PaperName()
    if byline and not name.authors:
        name = replace(name, authors=split_authors(byline[0].text))
    loose = [] if name.is_address else addresses(text)
    return _Piece(lines[0], "", [(lines[0].number, name)], True, loose)


def _paragraph(lines: Block) -> _Piece:
    first, text = lines[0], join_wrapped(line.text for line in lines)
    beside = addresses(text)
    if is_only_address(text):
        return _Piece(first, "", loose=beside)
    spoken = "" if all(line.repeated for line in lines) else first.speaker + text
    if lead := leading_title(text):
        return _Piece(first, spoken and lead[1], [(first.number, lead[0])], True, beside)
    names = [(_line_of(name, lines), name) for name in names_within(text)]
    linked = {name.key for _, name in names}
    return _Piece(first, spoken, names, False, [name for name in beside if name.key not in linked])


def _line_of(name: PaperName, lines: Block) -> int:
    """The line in which a title begins."""
    parts = (name.title or "").split()
    starts = (" ".join(parts[:size]) for size in (3, 2, 1))
    return next((line.number for start in starts for line in lines if start in line.text), lines[0].number)


def _pieces(post: Post) -> Iterator[_Piece]:
    for block in post.blocks:
        start = i = 0
        while i < len(block):
            length = _title_length(block, i)
            if length and i > start:
                yield _paragraph(block[start:i])
            if length:
                byline = block[i + length : i + length + 1]
                if not (byline and looks_like_authors(byline[0].text)):
                    byline = []
                yield _title(block[i : i + length], byline)
                start = i = i + length + len(byline)
            else:
                i += 1
        if start < len(block):
            yield _paragraph(block[start:])


def _place_addresses(pieces: Sequence[_Piece]) -> None:
    """Give ids and addresses to the titles they belong to; those that belong to none become names of their own."""
    own = [piece for piece in pieces if piece.names and not piece.first.quoted]
    titles = {words(name.title or "") for piece in own for _, name in piece.names}
    only = own[0] if len(titles) == 1 else None
    alone = only is not None and sum(len(piece.loose) for piece in pieces) == 1
    for before, piece in zip((None, *pieces), pieces, strict=False):
        follows = before and not piece.text and not piece.first.quoted
        for address in piece.loose:
            near = piece if piece.names else before if follows else None
            beside = only if alone and not piece.first.quoted else near
            if beside and beside.names_one_title:
                line, name = beside.names[0]
                beside.names[0] = (line, name.at(address))
            else:
                piece.names.append((piece.line, address))


# ── who speaks of which paper ────────────────────────────────────────────────────────────────────

_REFERS_BACK = re.compile(r"\A(?:\W*\w+\W+){0,6}?(?:this|they|their|authors|the paper|it)\b", re.IGNORECASE)


@dataclass(slots=True)
class _NamedPaper:
    name: PaperName
    line: int
    mentions: list[tuple[int, str]] = field(default_factory=list)
    quotes: list[tuple[int, str]] = field(default_factory=list)

    def learn(self, name: PaperName) -> None:
        """Add what another mention of the paper tells."""
        known = self.name if self.name.is_address else self.name.at(name)
        marked = known.marked or name.marked
        title, authors = known.title or name.title, known.authors or name.authors
        self.name = replace(known, title=title, authors=authors, marked=marked)

    @property
    def is_certain(self) -> bool:
        """Whether it has an address, or is clearly quoted."""
        return self.name.is_address or any(quotes_within(quote) for _, quote in self.quotes)

    def entry(self) -> Entry:
        name = self.name
        return Entry(
            title=name.title,
            authors=name.authors,
            arxiv_id=name.arxiv_id,
            version=name.version,
            doi=name.doi,
            url=name.url,
            mentions=_in_order(self.mentions),
            quotes=_in_order(self.quotes),
            line=self.line,
        )


def _in_order(texts: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for _, text in sorted(texts, key=lambda text: text[0])))


class _Thread:
    """Reads the posts in their order; those that name nothing wait until all papers are known (`settle`)."""

    def __init__(self) -> None:
        self.papers: list[_NamedPaper] = []
        self.problems: list[Problem] = []
        self.talk = self.personal = 0  # paragraphs in people's own words, and those in which one speaks for himself
        self._known: dict[object, _NamedPaper] = {}
        self._waiting: list[tuple[list[_Piece], int]] = []  # posts, and how many papers were named before
        self._silent: _NamedPaper | None = None  # the paper whose title ended the post before

    def read(self, post: Post, first: bool) -> None:
        """`first`: the post is the first after a title that the document begins with."""
        pieces = list(_pieces(post))
        _place_addresses(pieces)
        current = [self._silent] if self._silent and self._continues(post, pieces, first) else []
        expected = bool(current)  # an abstract may be quoted here
        unnamed: list[_Piece] = []
        open_item: int | None = None  # the indent of the list item that named the current paper
        for piece in pieces:
            if current and expected and not piece.names and looks_like_authors(piece.text):
                current[0].learn(PaperName(authors=split_authors(piece.text)))
                continue
            item = piece.first.item
            if item is not None and open_item is not None and item <= open_item:
                current, open_item, expected = [], None, False  # an item of a list in which each names its own
            if piece.names:
                current, open_item = [self._paper(name, line) for line, name in piece.names], item
                for earlier in unnamed:
                    self._say(current[:1], earlier)
                unnamed, expected = [], piece.is_title and not piece.text
            if current:
                expected = self._say(current, piece, expected)
            elif piece.text:
                unnamed.append(piece)
        if unnamed:
            self._waiting.append((unnamed, len(self.papers)))
        self._silent = current[-1] if current and pieces[-1].only_names else None

    def settle(self) -> None:
        """Find out which papers the posts mean that name none by its title."""
        named = tuple(self.papers)
        short_names = ShortNames(paper.name.title or "" for paper in named)
        for pieces, before in self._waiting:
            hits = [[named[number] for number in short_names.within(piece.text)] for piece in pieces]
            if any(hits):
                first = next(hit for hit in hits if hit)[:1]
                for piece, hit in zip(pieces, hits, strict=True):
                    self._say(hit or first, piece)
            elif any(is_clearly_quoted(piece.text) for piece in pieces):
                self.papers.append(nameless := _NamedPaper(PaperName(), pieces[0].line))
                for piece in pieces:
                    self._say([nameless], piece)
            elif before < len(named) and _introduces(pieces, named[before]):
                self._say([named[before]], pieces[0])
            else:
                self.problems.append(Problem(pieces[0].line, UNNAMED))
                for piece in pieces:
                    self._hear(piece, ())
        self.papers.sort(key=lambda paper: paper.line)

    def _paper(self, name: PaperName, line: int) -> _NamedPaper:
        """The paper of that name, new or known."""
        keys = [key for key in (name.key, words(name.title or "")) if key]
        paper = next((self._known[key] for key in keys if key in self._known), None)
        if paper is None:
            paper = _NamedPaper(name, line)
            self.papers.append(paper)
        paper.learn(name)
        self._known.update((key, paper) for key in keys if key not in self._known)
        return paper

    def _say(self, papers: Iterable[_NamedPaper], piece: _Piece, expected: bool = False) -> bool:
        """Put down what a piece says of papers. Returns whether an abstract may be quoted next."""
        quotes = quotes_within(piece.text, expected) if piece.text else []
        self._hear(piece, quotes)
        for paper in papers:
            paper.mentions += [(piece.line, piece.text)] if piece.text else []
            paper.quotes += [(piece.line, quote) for quote in quotes]
        return (expected and (bool(quotes) or not piece.text)) or announces_a_quote(piece.text)

    def _hear(self, piece: _Piece, quotes: Sequence[str]) -> None:
        own = not quotes and _is_talk(piece.text)
        self.talk += own
        self.personal += own and is_personal(piece.text)

    def _continues(self, post: Post, pieces: Sequence[_Piece], first: bool) -> bool:
        """Whether a post speaks of the title that the post before ended with."""
        opening = pieces[0] if pieces else None
        if self._silent is None or opening is None or opening.names or not opening.text:
            return False
        unspoken = not self._silent.mentions
        if post.parted:
            return first and unspoken
        return bool(quotes_within(opening.text, True)) or (unspoken and bool(_REFERS_BACK.search(opening.text)))


def _is_talk(text: str) -> bool:
    """Whether somebody says something: more than a name and a link."""
    return sum(word.islower() for word in without_links(text).split()) > 2


def _introduces(pieces: Sequence[_Piece], paper: _NamedPaper) -> bool:
    """Whether a short post speaks of the paper named next: it shares a long word with what is said of that."""
    text = pieces[0].text
    if len(pieces) != 1 or len(text.split()) > 25 or "?" in text:
        return False
    of_paper = " ".join((paper.name.title or "", *(mention for _, mention in paper.mentions)))
    return any(len(word) > 6 for word in set(words(text)) & set(words(of_paper)))


# ── the format ───────────────────────────────────────────────────────────────────────────────────

_MARKUP = re.compile(r"\s*(?:<[?!a-z]|\{|\[\s*[\[{\"\]])", re.IGNORECASE)  # XML, HTML, JSON
_RECORD = re.compile(  # tables, mailings, BibTeX, RIS, MEDLINE, separated values, search pages
    r"\s*\|.*\||\\\\\s*$|@\w+\s?\{|[A-Z][A-Z0-9]{1,3}\s{1,2}- |(?:no )?tl;dr\b|created: |[^\t]+\t[^\t]+\t[^\t]",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(  # what hardly stands in a post: headings, code, settings, labelled fields
    r"#{1,6} |```|~~~|\$ |>>> |import \w|from \w+ import|def \w+\(|class \w+|#include|.*[{};]\s*$|\s*[\w-]+\s*=|"
    r"\*{1,8} .*[ \t]:[\w@:-]+:[ \t]*$|"
    r"[\s*_>-]*(?:title|authors?|categories|comments|abstract|keywords|journal-ref|subj-class|url|date)[*_]*:",
    re.IGNORECASE,
)
_ACADEMIC = re.compile(
    r"\b(?:papers?|arxiv|preprints?|(?:the|their) abstract|state[- ]of[- ]the[- ]art|"
    r"authors (?:\w+ )?(?:show|claim|found|find|propose|demonstrate|argue|say|use|suggest|report))\b",
    re.IGNORECASE,
)
_RARE = 20_000  # characters: where papers are discussed, the word "paper" or its like stands more often


def _is_heading(line: str) -> bool:
    named = title_line(line) or names_within(line) or addresses(line)
    return len(line.split()) <= 15 and line[-1] not in ".,;:!" and not named


def _read(text: str) -> tuple[Talk, _Thread, str | None]:
    """The posts, what was made of them, and the thread's title: the subject, or a first line that names no paper."""
    talk = read_posts(text)
    title, posts = talk.subject, list(talk.posts)
    if posts and title is None:
        lead, *others = posts[0].blocks
        if len(lead) == 1 and not lead[0].speaker and _is_heading(lead[0].text) and (others or posts[1:]):
            title = lead[0].text.lstrip("# ") or None
            posts[0] = Post(others, posts[0].parted)
    thread = _Thread()
    for number, post in enumerate(posts):
        thread.read(post, number == 1)
    thread.settle()
    return talk, thread, title


def matches(text: str) -> bool:
    """Whether people discuss papers here: at least two of them, or one with its address or a quote."""
    lines = text.split("\n")
    academic = len(_ACADEMIC.findall(text))
    if _MARKUP.match(text) or (academic + 1) * _RARE < len(text):
        return False
    if sum(_RECORD.match(line) is not None for line in lines) > 1:
        return False
    talk, thread, _ = _read(text)
    if sum(_DOCUMENT.match(line) is not None for line in lines[1:]) > talk.furniture:
        return False
    return _discuss_papers(talk, thread, academic)


def _discuss_papers(talk: Talk, thread: _Thread, academic: int) -> bool:
    """Whether what looks like names of papers is just that, and whether people talk of them."""
    names = [paper.name for paper in thread.papers if paper.name.title or paper.name.is_address]
    strong = sum(paper.is_certain for paper in thread.papers)
    scholarly = [name for name in names if is_scholarly(name.title or "")]
    sure = sum(bool(name.authors) or name.marked for name in scholarly)
    evidence = academic + strong + sure + bool(strong and scholarly)
    social = talk.furniture * 5 >= len(talk.posts)
    return (
        (len(names) > 1 or (len(names) == 1 and strong > 0 and 2 * thread.personal >= thread.talk))
        and evidence > 1
        and 2 * (strong + len(scholarly)) >= len(names)
        and 4 * thread.talk >= len(names)
        and 6 * thread.personal >= len(names)
        and len(thread.problems) <= (6 if social else 1) * len(thread.papers)
    )


def parse(text: str) -> Digest:
    """The papers that a thread names, each with what is said of it. Never raises."""
    _, thread, title = _read(text)
    return Digest(
        format=NAME,
        title=title,
        entries=tuple(paper.entry() for paper in thread.papers),
        problems=tuple(thread.problems),
    )
