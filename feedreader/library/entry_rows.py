"""Entries to table rows and back."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from feedreader.library.order import title_order
from feedreader.library.rows import Row, journal_of, journal_text, lines, unlines
from feedreader.model import UNMARKED, Entry, Marks
from feedreader.text.author_names import GLUED_INITIALS, name_words
from feedreader.text.normalize import is_plain_text, normalize, search_words, spellings

ENTRY_COLUMNS = (
    "title",
    "authors",
    "abstract",
    "tldr",
    "comment",
    "arxiv_id",
    "version",
    "doi",
    "url",
    "guid",
    "journal",
    "categories",
    "day",
    "announced",
    "announce_type",
    "mentions",
    "quotes",
    "preprint_doi",
    "line",
)
ABSTRACT, ARXIV_ID, CATEGORIES, DAY, ANNOUNCED, ANNOUNCE_TYPE, MENTIONS, QUOTES, LINE = map(
    ENTRY_COLUMNS.index,
    ("abstract", "arxiv_id", "categories", "day", "announced", "announce_type", "mentions", "quotes", "line"),
)
_LATER = ({"preprint_doi"}, {"preprint_doi", "guid", "journal"})  # columns that rows of older versions had not


def entry_row(entry: Entry) -> Row:
    """The values of ENTRY_COLUMNS."""
    return (
        entry.title,
        lines(entry.authors),
        entry.abstract,
        entry.tldr,
        entry.comment,
        entry.arxiv_id,
        entry.version,
        entry.doi,
        entry.url,
        entry.guid,
        journal_text(entry.journal),
        lines(entry.categories),
        entry.day.isoformat() if entry.day else None,
        int(entry.announced),
        entry.announce_type,
        lines(entry.mentions),
        lines(entry.quotes),
        entry.preprint_doi,
        entry.line,
    )


def entry_of(row: Row) -> Entry:
    title, authors, abstract, tldr, comment, arxiv_id, version, doi, url, guid, journal, *rest = row
    categories, day, announced, announce_type, mentions, quotes, preprint_doi, line = rest
    return Entry(
        title=title,
        authors=unlines(authors),
        abstract=abstract,
        tldr=tldr,
        comment=comment,
        arxiv_id=arxiv_id,
        version=version,
        doi=doi,
        url=url,
        guid=guid,
        journal=journal_of(journal),
        categories=unlines(categories),
        day=date.fromisoformat(day) if day else None,
        announced=bool(announced),
        announce_type=announce_type,
        mentions=unlines(mentions),
        quotes=unlines(quotes),
        preprint_doi=preprint_doi,
        line=line,
    )


_BETWEEN = " \ue000 "  # a word that nobody looks for, so that no phrase runs from one text into the next


class IndexText(NamedTuple):
    """The words of a paper as they go into the index."""

    title: str
    authors: str
    abstract: str
    rest: str

    def with_tokens(self, tokens: str) -> IndexText:
        """The same with these words that nobody types."""
        title, authors, abstract, rest = self
        return IndexText(title, authors, abstract, _BETWEEN.join(filter(None, (rest, tokens))))


def document(entries: Iterable[Entry]) -> IndexText:
    """The text that is indexed of a paper: all that its entries say, without repetitions."""
    entries = list(entries)
    if len(entries) == 1 and not (entries[0].tldr or entries[0].mentions):  # the same, as it is of nearly all, soon
        (entry,) = entries
        title, abstract, comment = entry.title or "", entry.abstract or "", entry.comment or ""
        return IndexText(_words(title), _names(dict.fromkeys(entry.authors)), _words(abstract), _words(comment))

    def column(values: Iterable[str | None]) -> str:
        return _BETWEEN.join([_words(value) for value in dict.fromkeys(values) if value])

    return IndexText(
        column([entry.title for entry in entries]),
        _names(dict.fromkeys([author for entry in entries for author in entry.authors])),
        column([entry.abstract for entry in entries]),
        column([text for entry in entries for text in (entry.tldr, entry.comment, *entry.mentions)]),
    )


def _words(text: str) -> str:
    """The words to be indexed. The index itself treats plain ASCII just as `search_words` does."""
    if is_plain_text(text):
        return text
    return _BETWEEN.join([each if is_plain_text(each) else search_words(each) for each in spellings(text)])


def _is_plain(text: str) -> bool:
    return text.isascii() and "\\" not in text and "$" not in text and "{" not in text


def _name(author: str) -> str:
    return _BETWEEN.join(map(normalize, spellings(author)))


def _names(authors: Iterable[str]) -> str:
    """The words of names, in which no sign counts; and of initials without points ("Clarke EM") each as a word."""
    text = "\n".join(authors)
    if _is_plain(text):
        words = text.replace("\n", _BETWEEN)
    else:
        words = _BETWEEN.join([name if _is_plain(name) else _name(name) for name in authors])
    if GLUED_INITIALS.search(text) is None:
        return words
    glued = (name for author in authors if GLUED_INITIALS.search(author) for name in spellings(author))
    return _BETWEEN.join([words, *(" ".join(name_words(name)) for name in glued)])


class PreparedEntry(NamedTuple):
    """All that can be worked out of an entry before the library is asked: its paper's name and its keys (see
    `feedreader.merge.identity`), its row with the row's fingerprint, its words, its paper's `title_order`; and the
    marks that its document gives the paper."""

    name: str
    keys: tuple[int, ...]
    row: Row
    fingerprint: int
    document: IndexText
    title_order: str
    marks: Marks = UNMARKED

    @property
    def entry(self) -> Entry:
        """The entry, as it will be stored."""
        return entry_of(self.row)

    @property
    def categories(self) -> tuple[str, ...]:
        categories: str = self.row[CATEGORIES]
        return unlines(categories)

    @property
    def announced_on(self) -> date | None:
        """The day on which it was announced, if it says so."""
        return date.fromisoformat(self.row[DAY]) if self.row[ANNOUNCED] and self.row[DAY] else None

    @property
    def quotes(self) -> tuple[str, ...]:
        quotes: str = self.row[QUOTES]
        return unlines(quotes)


def prepared_entry(entry: Entry, name: str, keys: tuple[int, ...], marks: Marks = UNMARKED) -> PreparedEntry:
    row = entry_row(entry)
    return PreparedEntry(name, keys, row, _fingerprint(row), document([entry]), title_order(entry.title), marks)


def pack(prepared: Iterable[PreparedEntry]) -> bytes:
    """Prepared entries on their way between two processes of this program: plain tuples take half the time."""
    flat = [
        (*each[:4], tuple(each.document), each.title_order, None if each.marks == UNMARKED else each.marks)
        for each in prepared
    ]
    return pickle.dumps(flat, protocol=pickle.HIGHEST_PROTOCOL)


def unpack(packed: bytes) -> tuple[PreparedEntry, ...]:
    return tuple(
        PreparedEntry(name, keys, row, fingerprint, IndexText._make(words), title, marks or UNMARKED)
        for name, keys, row, fingerprint, words, title, marks in pickle.loads(packed)  # it comes from our own process
    )


def _fingerprint(row: Row) -> int:
    """A 64-bit hash of the row, to see whether an entry changed."""
    text = "\x1f".join(map(str, row))
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), signed=True)


def was_stored_as(fingerprint: int, row: Row) -> bool:
    """Whether this is the fingerprint of a row, as this version or an older one took it."""
    return fingerprint == _fingerprint(row) or any(
        fingerprint
        == _fingerprint(tuple(value for name, value in zip(ENTRY_COLUMNS, row, strict=True) if name not in later))
        for later in _LATER
    )
