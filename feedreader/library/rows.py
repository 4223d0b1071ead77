"""Papers to table rows and back. Lists are kept as lines: no text that was made safe has a line end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from feedreader.arxiv.addresses import abs_url
from feedreader.model import (
    FLAG,
    LIBRARY_FORMATS,
    MARKS,
    TEXT,
    TIME,
    WORDS,
    Entry,
    Interest,
    Journal,
    KnownAuthor,
    Marks,
    Mention,
    Paper,
    PaperSummary,
    PlacedEntry,
    Revision,
)

Row = tuple[Any, ...]

REPLACED = "replaced"  # the section of papers that were first met as a new version of an older one
MUTED = "muted"  # the section of papers that a rule mutes


def lines(values: tuple[str, ...]) -> str:
    return "\n".join(values)


def unlines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


def paper_row(paper: Paper) -> dict[str, Any]:
    """The columns of `papers` that a merged paper fills."""
    return {
        "name": paper.id,
        "title": paper.title,
        "authors": lines(paper.authors),
        "arxiv_id": paper.arxiv_id,
        "version": paper.version,
        "doi": paper.doi,
        "url": own_url(paper.url, paper.arxiv_id),
        "tldr": paper.tldr,
        "comment": paper.comment,
        "journal": journal_text(paper.journal),
        "categories": lines(paper.categories),
        "sources": lines(paper.sources),
        "mentions": lines(tuple(part for mention in paper.mentions for part in (mention.source, mention.text))),
        "revisions": lines(tuple(map(_revision_line, paper.revisions))),
    }


def own_url(url: str | None, arxiv_id: str | None) -> str | None:
    """The column `url`: a paper's address, unless its arXiv id gives it (see `address`)."""
    return None if arxiv_id and url == abs_url(arxiv_id) else url


def address(url: str | None, arxiv_id: str | None) -> str | None:
    """The address of a paper with this column `url`."""
    return abs_url(arxiv_id) if arxiv_id and url is None else url


def own_comment(comment: str | None, of_abstract: str | None) -> str | None:
    """The column `comment`: a paper's comment, unless it is that of the entry whose abstract is shown."""
    return None if comment == of_abstract else comment


def journal_text(journal: Journal | None) -> str | None:
    """A journal as a column has it: its parts, a line each."""
    return lines(tuple("" if part is None else str(part) for part in journal)) if journal else None


def journal_of(text: str | None) -> Journal | None:
    if not text:
        return None
    name, volume, number, pages, year = (part or None for part in text.split("\n"))
    return Journal(name, volume, number, pages, int(year) if year else None)


def _revision_line(revision: Revision) -> str:
    return " ".join((str(revision.version or 0), revision.day.isoformat(), *revision.changed))


def _revision(line: str) -> Revision:
    version, day, *changed = line.split()
    return Revision(int(version) or None, date.fromisoformat(day), tuple(changed))


def revisions_of(text: str) -> tuple[Revision, ...]:
    return tuple(map(_revision, unlines(text)))


def time_text(time: datetime) -> str:
    """A time such that later ones sort after it."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def distinct(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags in their order, each once. Raises ValueError where one is not a word."""
    from feedreader.text.notes import distinct_tags  # not needed to read

    tags = tuple(tags)
    for tag in tags:
        if tag.split() != [tag]:
            raise ValueError(tag)
    return distinct_tags(tags)


class Kind(NamedTuple):
    """How a mark is written into its column and read from it; `unite` makes one value of those of several names."""

    write: Callable[[Any], int | str | None]
    read: Callable[[Any], Any]
    unite: Callable[[Sequence[Any]], Any]


KINDS: Mapping[str, Kind] = {  # what is united is in order of time, and never empty
    FLAG: Kind(int, bool, any),
    TIME: Kind(lambda time: time and time_text(time), lambda text: datetime.fromisoformat(text) if text else None, min),
    WORDS: Kind(lambda tags: lines(distinct(tags)), unlines, lambda tags: distinct(chain.from_iterable(tags))),
    TEXT: Kind(lambda text: text or None, lambda text: text, lambda texts: "\n\n".join(dict.fromkeys(texts))),
}
MARK_COLUMNS = ", ".join(f"p.{mark.column}" for mark in MARKS.values())
_READ_MARKS = [KINDS[mark.kind].read for mark in MARKS.values()]


@lru_cache(maxsize=1024)
def marks_of(row: Row) -> Marks:
    """The marks of MARK_COLUMNS. Most papers have one of a few values: they share it."""
    return Marks(*(read(value) for read, value in zip(_READ_MARKS, row, strict=True)))


# Papers and summaries -------------------------------------------------------------------------------------------------


def _rules(effect: str, column: str) -> str:
    """The names of the rules that have an effect on a paper, a line each."""
    return f"""CASE WHEN p.{column} THEN (SELECT group_concat(name, char(10)) FROM (
        SELECT r.name FROM ruled d JOIN rules r ON r.id = d.rule
        WHERE d.paper = p.id AND r.effect = '{effect}' ORDER BY r.position)) END"""


_PDF = """CASE WHEN EXISTS (SELECT 1 FROM pdfs) THEN (
    SELECT f.file FROM entries n JOIN pdfs f ON f.name = n.name WHERE n.paper = p.id ORDER BY f.at DESC LIMIT 1) END"""
_PREPRINT = """CASE WHEN p.doi IS NOT NULL AND p.arxiv_id IS NULL THEN
    (SELECT max(preprint_doi) FROM entries WHERE paper = p.id) END"""
OF_LIBRARIES = f"s.format IN ({', '.join(repr(name) for name in LIBRARY_FORMATS)})"  # of sources s
_LIBRARIES = f"""(SELECT group_concat(name, char(10)) FROM (
    SELECT DISTINCT s.name FROM entries n JOIN sources s ON s.id = n.source
    WHERE n.paper = p.id AND {OF_LIBRARIES} ORDER BY s.name))"""
_OPENING = """CASE WHEN p.title IS NULL THEN
    (SELECT substr(abstract, 1, 400) FROM entries WHERE id = p.abstract_entry) END"""
_PAPER = {  # of each field the column
    **{name: f"p.{name}" for name in ("title", "authors", "tldr", "journal", "arxiv_id", "version", "doi")},
    **{name: f"p.{name}" for name in ("url", "categories", "sources", "mentions", "revisions")},
    "id": "p.name",
    "comment": "ifnull(p.comment, nullif(e.comment, ''))",
    "abstract": "e.abstract",
    "day": "g.day",
    "collection": "g.collection",
    "replaced": "g.section",
    "pdf": _PDF,
    "preprint_doi": _PREPRINT,
    "highlighted_by": _rules("highlight", "highlighted"),
    "muted_by": _rules("mute", "muted"),
    "libraries": _LIBRARIES,
    "interest": "p.interest || char(10) || ifnull(p.kept_author, '') || char(10) || p.why",
}
_SUMMARY = {
    "key": "p.id",
    "id": "p.name",
    "group": "p.grp",
    **{name: f"p.{name}" for name in ("title", "authors", "arxiv_id", "categories", "sources", "version")},
    "opening": _OPENING,
    "day": "(SELECT day FROM groups WHERE id = p.grp)",
    "highlighted": "p.highlighted",
    "interest": "p.interest",
    "by_kept_author": "p.kept_author IS NOT NULL",
}
PAPER_QUERY = f"""SELECT p.id, {", ".join(_PAPER.values())}, {MARK_COLUMNS}
    FROM papers p JOIN groups g ON g.id = p.grp LEFT JOIN entries e ON e.id = p.abstract_entry"""
SUMMARY_QUERY = f"SELECT {', '.join(_SUMMARY.values())}, {MARK_COLUMNS} FROM papers p"


VERSIONS_QUERY = """SELECT CASE WHEN s.rank IS NULL THEN s.imported_at END,
    e.id, s.name, s.path, s.collection, e.position, e.arxiv_id, e.version, e.day, e.announce_type, e.title, e.abstract
    FROM entries e JOIN sources s ON s.id = e.source WHERE e.paper = ? AND e.arxiv_id IS NOT NULL ORDER BY e.id"""


def version_of(row: Row) -> tuple[PlacedEntry, datetime | None]:
    """What one source says of a version, in an entry with its texts alone, from a row of VERSIONS_QUERY; and when it
    was imported, if it is a file."""
    imported_at, ref, source, path, collection, position, arxiv_id, version, day, announce_type, title, abstract = row
    entry = Entry(
        arxiv_id=arxiv_id,
        version=version,
        day=date.fromisoformat(day) if day else None,
        announce_type=announce_type,
        title=title,
        abstract=abstract,
    )
    placed = PlacedEntry(ref, source, path, collection, position, entry)
    return placed, datetime.fromisoformat(imported_at) if imported_at else None


def mentions_of(text: str) -> tuple[Mention, ...]:
    parts = unlines(text)
    return tuple(Mention(source, words) for source, words in zip(parts[::2], parts[1::2], strict=True))


def interest_row(interest: Interest) -> tuple[float, str, str | None]:
    """The columns `interest`, `why` and `kept_author`."""
    author = interest.author
    return interest.score, lines(interest.words), f"{author.kept} {author.name}" if author else None


def _interest(text: str | None) -> Interest | None:
    """The interest of its columns, a line each."""
    if text is None:
        return None
    score, author, *words = text.split("\n")
    kept, _, name = author.partition(" ")
    return Interest(float(score), tuple(filter(None, words)), KnownAuthor(name, int(kept)) if author else None)


_READ: Mapping[str, Callable[[Any], Any]] = {  # fields that are not as their columns
    "authors": unlines,
    "categories": unlines,
    "sources": unlines,
    "journal": journal_of,
    "day": lambda text: date.fromisoformat(text) if text else None,
    "mentions": mentions_of,
    "revisions": revisions_of,
    "replaced": lambda section: section == REPLACED,
    "highlighted_by": unlines,
    "muted_by": unlines,
    "libraries": unlines,
    "highlighted": bool,
    "by_kept_author": bool,
}


def _reader(
    columns: Iterable[str],
    others: Mapping[str, Callable[[Any], Any]] = {},
) -> Callable[[Row], dict[str, Any]]:
    """What gives the fields of a row of these columns; the columns of the marks stand at its end."""
    names, known = tuple(columns), {**_READ, **others}
    readers = [(place, known[name]) for place, name in enumerate(names) if name in known]

    def read(row: Row) -> dict[str, Any]:
        values = list(row[: len(names)])
        for place, reader in readers:
            values[place] = reader(values[place])
        fields = dict(zip(names, values, strict=True))
        fields["marks"] = marks_of(row[len(names) :])
        return fields

    return read


_paper_fields = _reader(_PAPER, {"interest": _interest})
_summary_fields = _reader(_SUMMARY)


def paper_of(row: Row) -> Paper:
    """The paper of a row of PAPER_QUERY."""
    fields = _paper_fields(row[1:])
    return Paper(**fields | {"url": address(fields["url"], fields["arxiv_id"])})


def summary_of(row: Row) -> PaperSummary:
    """The summary of a row of SUMMARY_QUERY."""
    return PaperSummary(**_summary_fields(row))
