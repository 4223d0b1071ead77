"""The layout "table-list": papers as separated values (tabs, commas, semicolons) under a line that names the columns.

The columns that `layout.columns` knows are read (title, authors, abstract, date, link, id, doi, categories,
comment, summary, journal, pages, …); a problem names the others. A table that feedreader exported is read back, with
the reader's marks. There must be titles, and what makes them those of
papers: abstracts, or addresses of papers, in at least half of the rows.

Such files are often made without care. A row with more cells than there are columns, because a comma stands in it
without quotation marks, is sorted out by what its cells look like. A quotation mark that is never closed counts
as closed at the end of its line, so that it doesn't swallow the rows behind it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from feedreader.model import Digest, Entry, Journal, Marks, Problem
from feedreader.parse.layout import columns
from feedreader.parse.layout.dates import Order, slash_order
from feedreader.parse.layout.fields import Draft
from feedreader.text.lines import squash
from feedreader.text.notes import note_of, tags_of

NAME = "table-list"

_LOOK = 50  # rows that `matches` looks at
_LONGEST_HEAD = 4000
_OWN = frozenset(("key", "shortlisted", "collection", "sources", "tags", "note"))  # no one else's table has them all
_NAMES = ("key", "id")  # of it that an entry does not need
_RETRIES = 20  # quotation marks that are never closed, in one file


@dataclass(frozen=True, slots=True)
class _Head:
    """The line that names the columns, from 0, and what they hold."""

    line: int
    delimiter: str
    labels: Sequence[str]
    roles: Sequence[str | None]
    is_own: bool = False  # feedreader wrote it


@dataclass(frozen=True, slots=True)
class _TableRow:
    """A row's cells, its first line (from 1), and what is wrong with it."""

    line: int
    cells: Sequence[str]
    reason: str | None = None


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a cell beyond the module's limit
        return line.split(delimiter)


def _head(lines: Sequence[str]) -> _Head | None:
    """The head, if the first line that is not blank names a title and something else of a paper."""
    at = next((i for i, line in enumerate(lines) if line.strip()), None)
    if at is None or len(lines[at]) > _LONGEST_HEAD:
        return None
    for delimiter in "\t,;":
        labels = [squash(label) for label in _split(lines[at], delimiter)]
        roles = [columns.role(label) for label in labels]
        if "title" in roles and {"abstract", "link", "id", "authors"} & set(roles):
            is_own = _OWN.issubset(labels)
            return _Head(
                at,
                delimiter,
                labels,
                [_own_role(*each) for each in zip(labels, roles, strict=True)] if is_own else roles,
                is_own,
            )
    return None


def _unquoted(cell: str) -> str:
    inner = cell[1:-1].replace('""', "") if len(cell) > 1 and cell[0] == cell[-1] == '"' else '"'
    return cell if '"' in inner else cell[1:-1].replace('""', '"')


def _rows(lines: Sequence[str], head: _Head) -> Iterator[_TableRow]:
    """The rows under the head."""
    width, delimiter = len(head.roles), head.delimiter
    start = head.line + 1
    if delimiter == "\t" and all(_is_plain(line, width) for line in lines[start:] if line.strip()):
        for number, line in enumerate(lines[start:], start + 1):
            if line.strip():
                yield _TableRow(number, [_unquoted(cell) for cell in line.split("\t")])
        return
    retries = 0
    while start < len(lines):
        base = start
        reader = csv.reader((line + "\n" for line in islice(lines, base, None)), delimiter=delimiter)
        while True:
            reason = None
            try:
                cells = next(reader, None)
            except csv.Error:
                cells, reason = lines[start].split(delimiter), "A cell in this row is too long to read."
            end = base + reader.line_num
            if cells is None:
                return
            if end - start > 1 and retries < _RETRIES and (reason or _swallows(lines[start:end], cells, head)):
                retries += 1
                cells = _split(lines[start], delimiter)
                yield _TableRow(start + 1, cells, "This row has a quotation mark that is never closed.")
                start += 1
                break
            if any(map(str.strip, cells)):
                yield _TableRow(start + 1, cells, reason)
            start = end


def _is_plain(line: str, width: int) -> bool:
    """Whether a line is a row by itself, its last cell not continued in the next line."""
    last = line.rpartition("\t")[2]
    return line.count("\t") == width - 1 and not (last.startswith('"') and last.count('"') % 2)


def _swallows(lines: Sequence[str], cells: Sequence[str], head: _Head) -> bool:
    """Whether a row of several lines is more than one, as a quotation mark in it is closed nowhere, or by another."""
    try:
        next(csv.reader((line + "\n" for line in lines), delimiter=head.delimiter, strict=True))
    except csv.Error:
        return True
    return len(cells) != len(head.roles) == len(_split(lines[0], head.delimiter))


def _own_role(label: str, role: str | None) -> str | None:
    """What a column of feedreader's own table holds: marks and the parts of a journal by their names."""
    if label == "journal":
        return "name"
    return label if label in (*Marks._fields, "volume", "number", "pages") else None if label in _NAMES else role


def _entry(draft: Draft) -> Entry:
    return draft.entry(draft.dates.get("date") or draft.dates.get("updated"))


def _own_entry(draft: Draft, row: _TableRow, head: _Head) -> Entry:
    """The paper of a row that feedreader wrote, with what the reader did. The year alone is told of every paper."""
    journal = draft.journal
    if journal and not journal.name:
        draft.journal = None
    entry = _entry(draft)
    said = dict(zip(head.labels, (cell.removeprefix("'") for cell in row.cells), strict=False))
    marks = Marks(
        read=said.get("read") == "yes",
        shortlisted=said.get("shortlisted") == "yes",
        tags=tags_of(said.get("tags", "").replace(";", ",")),
        note=note_of(said.get("note", "")),
    )
    is_dated = entry.day or entry.arxiv_id
    return replace(entry, marks=marks, journal=entry.journal or (None if is_dated else journal))


def _draft(row: _TableRow, head: _Head, order: Order | None) -> tuple[Draft, list[str]]:
    """The paper of a row, and what of it was not understood."""
    reasons = [row.reason] if row.reason else []
    if len(row.cells) > len(head.roles):
        reasons.append("This row has more cells than there are columns; extra cells were added to the abstract.")
    elif len(row.cells) < len(head.roles):
        reasons.append("This row has fewer cells than there are columns.")
    draft = Draft(row.line)
    cells = columns.realign(row.cells, head.roles, head.delimiter)
    for role, label, cell in zip(head.roles, head.labels, cells, strict=True):
        cell = cell.removeprefix("'") if head.is_own else cell
        if role and cell and (reason := _take(draft, role, label, cell, order)):
            reasons.append(reason)
    if not draft.title:
        reasons.append("This row has no title.")
    return draft, reasons


def _take(draft: Draft, role: str, label: str, cell: str, order: Order | None) -> str | None:
    if role in Marks._fields:
        return None  # see `_own_entry`
    if role == "name":
        draft.print_in(Journal(cell))
        return None
    return columns.take(draft, role, label, cell, order)


def matches(text: str) -> bool:
    """Whether a head names the columns of papers, and rows follow that are such."""
    lines = text.split("\n") if len(text) < 1 << 20 else text[: 1 << 20].split("\n")
    head = _head(lines)
    if head is None:
        return False
    drafts = [_draft(row, head, None)[0] for row in islice(_rows(lines, head), _LOOK)]
    titled = [draft for draft in drafts if draft.title]
    papers = sum(bool(d.abstract or d.arxiv or d.doi) or columns.is_of_a_paper(d.url or "") for d in titled)
    return papers > 0 and papers * 2 >= len(drafts)


def parse(text: str) -> Digest:
    """Read the rows. What is not understood is reported with its line; it never raises."""
    lines = text.split("\n")
    head = _head(lines)
    if head is None:
        problem = Problem(1, "The first line does not name the columns.")
        return Digest(format=NAME, problems=(problem,))
    problems: list[Problem] = []
    unknown = [label for label, role in zip(head.labels, head.roles, strict=True) if label and not role]
    if unknown and not head.is_own:
        problems.append(Problem(head.line + 1, f"Skipped columns: {squash(', '.join(unknown)[:200])}."))
    order = slash_order(cell for row in _rows(lines, head) for cell in row.cells)
    entries = []
    for row in _rows(lines, head):
        draft, reasons = _draft(row, head, order)
        problems += [Problem(row.line, squash(reason)) for reason in reasons]
        if draft.title or draft.arxiv or draft.doi or draft.abstract:
            entries.append(_own_entry(draft, row, head) if head.is_own else _entry(draft))
    return Digest(format=NAME, entries=tuple(entries), problems=tuple(problems))
