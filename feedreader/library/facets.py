"""What a library can be gone through by: its categories, sources, authors and tags, and how much each has.

What is counted under a name is what a query for exactly that name finds (see `text_functions.exact_key`).
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence, Set
from itertools import chain
from operator import itemgetter

from feedreader.library.search.functions import exact_key
from feedreader.model import FacetCount
from feedreader.query.fields import FACETS

_IS_UNREAD = "p.read = 0 AND g.fold = ''"
_MOST_KEYS = 500_000

_Row = tuple[str, int, int]  # names, a line each; the papers that have just these; how many of them are unread


def count_facet(connection: sqlite3.Connection, what: str) -> tuple[FacetCount, ...]:
    """All of them with their papers and unread papers, the most papers first, then by name."""
    if what == "sources":
        return _sources(connection)
    column = {"categories": "categories", "authors": "authors", "tags": "tags"}[what]
    if what == "authors":
        rows: Sequence[_Row] = connection.execute(
            f"SELECT p.authors, 1, {_IS_UNREAD} FROM papers p JOIN groups g ON g.id = p.grp WHERE p.authors <> ''"
        ).fetchall()
        return _counted(rows, _author_keys())
    rows = connection.execute(
        f"""SELECT p.{column}, count(*), sum({_IS_UNREAD}) FROM papers p JOIN groups g ON g.id = p.grp
            WHERE p.{column} <> '' GROUP BY p.{column}"""
    ).fetchall()
    return _counted(rows, _Keys(FACETS[what]))


class _Keys(dict[str, str]):
    """Names → keys."""

    def __init__(self, field: str) -> None:
        super().__init__()
        self._field = field

    def __missing__(self, name: str) -> str:
        key = self[name] = exact_key(self._field, name)
        return key


_AUTHORS = _Keys("author")


def _author_keys() -> _Keys:
    """Those that were worked out before: half of the time."""
    if len(_AUTHORS) > _MOST_KEYS:
        _AUTHORS.clear()
    return _AUTHORS


def _counted(rows: Sequence[_Row], keys: _Keys) -> tuple[FacetCount, ...]:
    """Of lines of names, with how many papers have just these, and how many of them are unread."""
    written, unread = _by_name(rows)
    names: dict[str, str] = {}
    others: dict[str, list[str]] = {}
    for name in written:
        key = keys[name]
        first = names.setdefault(key, name)
        if first is not name:
            others.setdefault(key, [first]).append(name)
    _count_once(rows, keys, others.keys(), written, unread)
    found = []
    for key, name in names.items():
        if key in others:
            alike = others[key]
            best = min(alike, key=lambda one: (-written[one], one))
            found.append(
                FacetCount(best, sum(map(written.__getitem__, alike)), sum(unread.get(one, 0) for one in alike))
            )
        elif key:
            found.append(FacetCount(name, written[name], unread.get(name, 0)))
    return _in_order(found)


def _by_name(rows: Sequence[_Row]) -> tuple[dict[str, int], dict[str, int]]:
    """How many papers, and unread ones, as it is written; a name twice in a paper counts twice."""
    written: Counter[str] = Counter()
    unread: Counter[str] = Counter()
    written.update(chain.from_iterable(names.split("\n") for names, _, _ in rows))
    unread.update(chain.from_iterable(names.split("\n") for names, _, new in rows if new))
    for names, count, new in rows:
        if count > 1:
            for name in names.split("\n"):
                written[name] += count - 1
                unread[name] += new - (new > 0)
    return dict(written), dict(unread)


def _count_once(
    rows: Sequence[_Row], keys: _Keys, several: Set[str], written: dict[str, int], unread: dict[str, int]
) -> None:
    """Take off what was counted twice: a name that stands twice in a paper, be it in two ways."""
    for lines, count, new in rows:
        names = lines.split("\n")
        if len(set(names)) < len(names) or len([name for name in names if keys[name] in several]) > 1:
            for key, times in Counter(keys[name] for name in names).items():
                if times > 1:
                    name = next(name for name in reversed(names) if keys[name] == key)
                    written[name] -= (times - 1) * count
                    unread[name] = unread.get(name, 0) - (times - 1) * new


def _in_order(found: list[FacetCount]) -> tuple[FacetCount, ...]:
    found.sort(key=itemgetter(0))
    found.sort(key=itemgetter(1), reverse=True)
    return tuple(found)


def _sources(connection: sqlite3.Connection) -> tuple[FacetCount, ...]:
    """Digests and subscriptions, those without papers too; of the latter the folder, or that there is none."""
    rows: Sequence[tuple[int, str, str | None]] = connection.execute(
        """SELECT s.id, s.name, CASE WHEN f.source IS NOT NULL THEN ifnull(f.folder, '') END
           FROM sources s LEFT JOIN subscriptions f ON f.source = s.id WHERE s.forgotten IS NULL ORDER BY s.id"""
    ).fetchall()
    keys = _Keys("source")
    by_source = {source: keys[name] for source, name, _ in rows}
    names = {keys[name]: name for _, name, _ in reversed(rows)}
    details = {keys[name]: folder for _, name, folder in rows if folder}
    papers: Counter[str] = Counter(dict.fromkeys(names, 0))
    unread: Counter[str] = Counter()
    several = len(names) < len(rows)
    met = set[tuple[str, int]]()
    for source, paper, new in connection.execute(
        f"""SELECT DISTINCT e.source, e.paper, {_IS_UNREAD} FROM entries e JOIN papers p ON p.id = e.paper
            JOIN groups g ON g.id = p.grp"""
    ):
        key = by_source.get(source)
        if key is None or (several and (key, paper) in met):
            continue
        if several:
            met.add((key, paper))
        papers[key] += 1
        unread[key] += new
    return _in_order(
        [FacetCount(names[key], count, unread[key], details.get(key, "")) for key, count in papers.items()]
    )


def random_unread(connection: sqlite3.Connection, pick: float, keys: Sequence[int] | None) -> int | None:
    """An unread paper that is not folded away, of all or of `keys`; `pick` (0 ≤ pick < 1) says which one."""
    if keys is not None:
        unread = connection.execute(
            f"""SELECT p.id FROM papers p JOIN groups g ON g.id = p.grp
                WHERE p.id IN (SELECT value FROM json_each(?)) AND {_IS_UNREAD} ORDER BY p.id""",
            (json.dumps(list(keys)),),
        ).fetchall()
        return int(unread[int(pick * len(unread))][0]) if unread else None
    groups = connection.execute("SELECT id, unread FROM groups WHERE unread > 0 AND fold = '' ORDER BY id").fetchall()
    number = int(pick * sum(count for _, count in groups))
    for group, count in groups:
        if number < count:
            found = connection.execute(
                "SELECT id FROM papers WHERE grp = ? AND read = 0 ORDER BY place, position, id LIMIT 1 OFFSET ?",
                (group, number),
            ).fetchone()
            return int(found[0]) if found else None
        number -= count
    return None
