"""Writing the full-text index.

The index holds normalized words (`feedreader.text.normalize`), and words that stand for categories and sources; a
document is a state of a paper. It keeps no text and
deletes nothing: a paper that changes gets a new document number; the old document is never found, because `papers.doc`
no longer names it.

A document's number begins with the paper's day (`bucket`): by their numbers, documents are in the order of days, and
those of some days are a range of numbers (`span`). So the newest are found without the others.

Writing is cheapest in order and many documents at a time, so a document first waits: its number stands
negative in `papers.doc`, its words in the memory of the process that took the paper in. Whoever writes what waits
takes the words of others' documents from the entries, so that nothing is left out if that process dies.

The beginning of a word takes as long as all words that begin so have documents. So the newest days of a large library
stand in a small index, too, which answers for them (`newest_from`): it has all documents from a number on. It is
written anew when it has become too large.

An index of other words than today's (`schema.WORDS`) is used until a new one stands beside it. That is written from
the entries, step by step, and then takes its place; so is one without dead documents (`schema.COMPACT`). The numbers in
an index of the words 1 and 2 are in no order (see `is_ordered`); the new one has new numbers, which `renewed` keeps
until then.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import lru_cache

from feedreader.library.entry_rows import IndexText
from feedreader.library.order import title_order
from feedreader.library.schema import COMPACT, WORDS, has_index, is_index_outdated, is_index_to_renew, set_state, state
from feedreader.library.search.functions import exact_key
from feedreader.text.normalize import is_plain_text, search_words

AT_ONCE = 1000  # documents a transaction: a mark made meanwhile waits for that, 0.1 s
NEWEST = 10_000  # documents in the index of the newest, when it is written; at the most twice as many
_LARGE = 30_000  # papers from which on there is one
_NEWEST, _NEW_NEWEST = "newest documents from", "new newest documents from"  # states: their lowest numbers
_HASH_BYTES = 1 << 24  # of memory for new documents before they are written
_COLUMNS = ", ".join(IndexText._fields)
_DAY_BITS = 20  # of the number within a bucket: the more there are, the larger is the index
FIRST_DAY = 1 << 18  # the bucket of the first day that has one of its own, in the year 718; the others are collections
_CATEGORY, _SOURCE = "\ue005", "\ue006"  # begin words that nobody types
_PLAIN = "abcdefghijklmnopqrstuvwxyz123456789"
HIGHEST_DOCUMENT = (1 << 63) - 1
_SPILLED = 1 << 30  # the bucket of documents for which those of their days have no room
_WORD = re.compile("[a-z0-9]+")
_SAMPLE = 500  # papers that are looked for to see whether an index fits them
_TOGETHER = 5000  # papers that are numbered at a time
_UNORDERED = "documents in no order"  # the state that says that there are such
_FIRST = 1 << _DAY_BITS  # the lowest number that is in order


def bucket(day: date | str | None, group: int) -> int:
    """The bucket of a day (also in ISO's form), later days higher; else that of a collection, by its group's key."""
    if day is None:
        return 1 + group % (FIRST_DAY - 1)
    return max(FIRST_DAY, (date.fromisoformat(day) if isinstance(day, str) else day).toordinal())


def span(lowest: int, highest: int) -> tuple[int, int]:
    """The lowest and the highest number that documents of these buckets, and of those between, can have."""
    return lowest << _DAY_BITS, (highest + 1 << _DAY_BITS) - 1


def bucket_of(doc: int) -> int:
    return doc >> _DAY_BITS


def source_token(source: int) -> str:
    """The word that stands for a source."""
    return f"{_SOURCE}{source}"


@lru_cache(maxsize=1024)
def category_token(category: str) -> str:
    """The word that stands for a category (or a whole archive), whatever its case."""
    key = exact_key("cat", category)
    return _CATEGORY + "".join(char if char in _PLAIN else f"0{ord(char):x}0" for char in key)


@lru_cache(maxsize=4096)  # most papers are in categories that others are in, too
def category_tokens(categories: tuple[str, ...]) -> tuple[str, ...]:
    """The words for a paper's categories and their archives."""
    codes = dict.fromkeys(part for category in categories for part in (category, category.split(".")[0]))
    return tuple(map(category_token, codes))


def is_ordered(connection: sqlite3.Connection) -> bool:
    """Whether the index has its documents in the order of days, and all words of today. If not, all is found as well,
    but not as soon: in an index of an older version, and where a day (or collection) had a million documents."""
    if not has_index(connection) or is_index_outdated(connection) or state(connection, _UNORDERED) is not None:
        return False
    limits = -_FIRST, _FIRST  # an older program that was open while the layout changed gave such numbers
    return connection.execute("SELECT 1 FROM papers WHERE doc > ? AND doc < ? LIMIT 1", limits).fetchone() is None


def ensure_index(connection: sqlite3.Connection) -> bool:
    """Create the index if it is missing and SQLite can; all papers then wait for it. True if it was created."""
    if has_index(connection):
        return False
    try:
        _create(connection, "search")
    except sqlite3.OperationalError:
        return False
    tickets = Tickets(connection, {})
    last = 0
    while rows := connection.execute(
        """SELECT p.id, p.grp, g.day, p.title FROM papers p JOIN groups g ON g.id = p.grp
           WHERE p.id > ? ORDER BY p.id LIMIT ?""",
        (last, _TOGETHER),
    ).fetchall():
        last = rows[-1][0]
        connection.executemany(
            "UPDATE papers SET doc = ?, title_order = ? WHERE id = ?",
            ((-tickets.number(bucket(day, group)), title_order(title), key) for key, group, day, title in rows),
        )
    tickets.finish()
    set_state(connection, "indexed words", WORDS)
    return True


def _create(connection: sqlite3.Connection, table: str) -> None:
    connection.execute(
        f"CREATE VIRTUAL TABLE {table} USING fts5 ({_COLUMNS}, content = '', "
        "tokenize = 'unicode61 remove_diacritics 2')"
    )
    for option, value in (("automerge", 8), ("hashsize", _HASH_BYTES)):  # both: a quarter less to write
        connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES (?, ?)", (option, value))


def _insert(connection: sqlite3.Connection, table: str, documents: Iterable[tuple[int, IndexText]]) -> None:
    sql = f"INSERT INTO {table} (rowid, {_COLUMNS}) VALUES (?, ?, ?, ?, ?)"
    connection.executemany(sql, ((doc, *text) for doc, text in documents))


class Tickets:
    """Gives papers that change the numbers of their next documents, which then wait."""

    def __init__(self, connection: sqlite3.Connection, waiting: dict[int, IndexText]) -> None:
        self._connection = connection
        self._waiting = waiting if has_index(connection) else None
        self._last: dict[int, int] = {}  # number in each bucket

    def number(self, bucket: int) -> int:
        """A number that no document had yet."""
        if bucket not in self._last:
            row = self._connection.execute("SELECT last FROM documents WHERE bucket = ?", (bucket,)).fetchone()
            self._last[bucket] = row[0] if row else 0
        self._last[bucket] += 1
        if self._last[bucket] >= _FIRST and bucket != _SPILLED:
            set_state(self._connection, _UNORDERED, "1")
            return self.number(_SPILLED)
        return (bucket << _DAY_BITS) + self._last[bucket]

    def take(self, bucket: int, document: Callable[[], IndexText]) -> int:
        """What `papers.doc` is while the document of this state of a paper waits."""
        return self.wait(self.number(bucket), document)

    def wait(self, number: int, document: Callable[[], IndexText]) -> int:
        """The same for a number that was taken."""
        if self._waiting is not None:
            self._waiting[-number] = document()
        return -number

    def finish(self) -> None:
        self._connection.executemany("INSERT OR REPLACE INTO documents VALUES (?, ?)", self._last.items())


def renumber(connection: sqlite3.Connection, last: Mapping[int, int], misplaced: Iterable[tuple[int, int]]) -> None:
    """Note the `last` numbers that documents have in some buckets, and let papers wait for the index with a number of
    their day that have one of another: those of some groups, with the buckets in which they are."""
    connection.executemany("INSERT OR REPLACE INTO documents VALUES (?, ?)", last.items())
    tickets = Tickets(connection, {})
    for group, wrong in list(misplaced):
        (day,) = connection.execute("SELECT day FROM groups WHERE id = ?", (group,)).fetchone()
        lowest, highest = span(wrong, wrong)
        papers = connection.execute(
            "SELECT id FROM papers WHERE grp = ? AND abs(doc) BETWEEN ? AND ?", (group, lowest, highest)
        ).fetchall()
        numbered = [(-tickets.number(bucket(day, group)), key) for (key,) in papers]
        connection.executemany("UPDATE papers SET doc = ? WHERE id = ?", numbered)
    tickets.finish()


def write_waiting(
    connection: sqlite3.Connection, waiting: dict[int, IndexText], document_of: Callable[[int], IndexText]
) -> int:
    """Write the first documents that wait; how many. `document_of` gives that of a paper whose words are not here."""
    if not has_index(connection):
        return 0
    rows = connection.execute(
        "SELECT id, doc FROM papers WHERE doc < 0 ORDER BY doc DESC LIMIT ?", (AT_ONCE,)
    ).fetchall()
    write_documents(connection, [(-doc, waiting.get(doc) or document_of(key)) for key, doc in rows])
    connection.executemany("UPDATE papers SET doc = -doc WHERE id = ?", ((key,) for key, _ in rows))
    for _, doc in rows:
        waiting.pop(doc, None)
    if len(rows) < AT_ONCE:
        waiting.clear()  # what is left are documents of states that are no more
    return len(rows)


def write_documents(connection: sqlite3.Connection, documents: Sequence[tuple[int, IndexText]]) -> None:
    """Write documents by their numbers, which rise: the index would begin anew with each that is lower."""
    _insert(connection, "search", documents)
    _add_newest(connection, documents)


def renew(connection: sqlite3.Connection, document_of: Callable[[int], IndexText]) -> int:
    """Write the next documents of the new index; how many. When none is left, it takes the place of the old one."""
    if not is_index_to_renew(connection):
        return 0
    if state(connection, "renewed words") != WORDS:
        connection.execute("DROP TABLE IF EXISTS new_search")
        connection.execute("DROP TABLE IF EXISTS renewed")
        _create(connection, "new_search")
        connection.execute("CREATE TABLE renewed (paper INTEGER PRIMARY KEY, doc INTEGER NOT NULL)")
        set_state(connection, "renewed words", WORDS)
        set_state(connection, "renewed to", "0")
    rows = _to_renew(connection)
    if rows:
        tickets = Tickets(connection, {})
        numbers = {
            key: doc if doc >= _FIRST else tickets.number(bucket(day, group)) for key, doc, group, day, *_ in rows
        }
        tickets.finish()
        _insert(
            connection,
            "new_search",
            ((doc, document_of(key)) for key, doc in sorted(numbers.items(), key=lambda each: each[1])),
        )
        connection.executemany("INSERT OR REPLACE INTO renewed VALUES (?, ?)", numbers.items())
        connection.executemany(
            "UPDATE papers SET title_order = ? WHERE id = ?", [(title_order(title), key) for key, *_, title in rows]
        )
        return len(rows)
    if connection.execute("SELECT 1 FROM papers WHERE doc < 0 AND doc > ? LIMIT 1", (-_FIRST,)).fetchone():
        return write_waiting(connection, {}, document_of)  # what waits with a number of an older version gets a new one
    connection.execute(
        """UPDATE papers SET doc = (SELECT r.doc FROM renewed r WHERE r.paper = papers.id)
           WHERE doc > 0 AND doc < ?""",
        (_FIRST,),
    )
    connection.execute("DROP TABLE renewed")
    connection.execute("DROP TABLE search")
    drop_newest(connection)
    connection.execute("ALTER TABLE new_search RENAME TO search")
    if is_index_outdated(connection):
        connection.execute("UPDATE rules SET applied = 0")  # they are asked of all papers anew
    connection.execute("DELETE FROM settings WHERE name IN ('renewed words', 'renewed to', ?)", (COMPACT,))
    set_state(connection, "indexed words", WORDS)
    return 0


def _to_renew(connection: sqlite3.Connection) -> Sequence[tuple[int, int, int, str | None, str | None]]:
    """The next papers whose documents go into the new index: keys, documents, groups, days and titles."""
    columns = "p.id, p.doc, p.grp, g.day, p.title FROM papers p JOIN groups g ON g.id = p.grp"
    last = int(state(connection, "renewed to") or 0)
    rows = connection.execute(
        f"SELECT {columns} WHERE p.id > ? AND p.doc > 0 ORDER BY p.id LIMIT ?", (last, AT_ONCE)
    ).fetchall()
    if rows:
        set_state(connection, "renewed to", str(rows[-1][0]))
        return rows
    return connection.execute(  # what had waited when its turn came, or changed since
        f"""SELECT {columns} LEFT JOIN renewed r ON r.paper = p.id
            WHERE p.doc > 0 AND (r.doc IS NULL OR (p.doc >= ? AND r.doc <> p.doc)) LIMIT ?""",
        (_FIRST, AT_ONCE),
    ).fetchall()


# The newest ---------------------------------------------------------------------------------------------------------


def newest_from(connection: sqlite3.Connection) -> int | None:
    """The lowest number of the documents that the index of the newest has, all of them; None: there is none."""
    number = state(connection, _NEWEST)
    return int(number) if number else None


def lacks_newest(connection: sqlite3.Connection) -> bool:
    """Whether there is no index of the newest though the library is large."""
    if newest_from(connection) is not None or not is_ordered(connection):
        return False
    (papers,) = connection.execute("SELECT ifnull(sum(total), 0) FROM groups WHERE day IS NOT NULL").fetchone()
    return bool(papers >= _LARGE)


def write_newest(connection: sqlite3.Connection, document_of: Callable[[int], IndexText]) -> int:
    """Write the next documents of the index of the newest, if it is lacking; how many. With 0 it is in use."""
    if not lacks_newest(connection):
        return 0
    number = state(connection, _NEW_NEWEST)
    lowest = int(number) if number else _begin_newest(connection)
    rows = connection.execute(
        """SELECT doc, id FROM papers WHERE doc >= ? AND doc NOT IN (SELECT id FROM new_newest_docsize)
           ORDER BY doc LIMIT ?""",
        (lowest, AT_ONCE),
    ).fetchall()
    _insert(connection, "new_newest", ((doc, document_of(key)) for doc, key in rows))
    if not rows:
        connection.execute("ALTER TABLE new_newest RENAME TO newest")
        connection.execute("DELETE FROM settings WHERE name = ?", (_NEW_NEWEST,))
        set_state(connection, _NEWEST, str(lowest))
    return len(rows)


def _begin_newest(connection: sqlite3.Connection) -> int:
    connection.execute("DROP TABLE IF EXISTS new_newest")
    _create(connection, "new_newest")
    row = connection.execute(
        "SELECT doc FROM papers WHERE doc > 0 ORDER BY doc DESC LIMIT 1 OFFSET ?", (NEWEST,)
    ).fetchone()
    day = max(bucket_of(row[0]) if row else 0, FIRST_DAY)
    lowest, _ = span(day + 1, day + 1)
    if not connection.execute("SELECT 1 FROM papers WHERE doc >= ?", (lowest,)).fetchone():
        lowest, _ = span(day, day)  # the newest day alone is large
    set_state(connection, _NEW_NEWEST, str(lowest))
    return lowest


def _add_newest(connection: sqlite3.Connection, documents: Iterable[tuple[int, IndexText]]) -> None:
    lowest = newest_from(connection)
    if lowest is None:
        return
    _insert(connection, "newest", sorted(each for each in documents if each[0] >= lowest))
    (number,) = connection.execute("SELECT count(*) FROM newest_docsize").fetchone()
    if number > 2 * NEWEST:
        drop_newest(connection)


def drop_newest(connection: sqlite3.Connection) -> None:
    """It is written anew the next time that nothing else waits."""
    connection.execute("DROP TABLE IF EXISTS newest")
    connection.execute("DROP TABLE IF EXISTS new_newest")
    connection.execute("DELETE FROM settings WHERE name IN (?, ?)", (_NEWEST, _NEW_NEWEST))


def entries_with_passage(connection: sqlite3.Connection, runs: Iterable[str]) -> list[int]:
    """Entries of papers whose abstracts hold one of these runs of normalized words."""
    runs = sorted(runs)
    if not runs:
        return []
    if not has_index(connection):
        rows = connection.execute("SELECT id, abstract FROM entries WHERE forgotten IS NULL AND abstract IS NOT NULL")
        return [entry for entry, abstract in rows if any(run in search_words(abstract) for run in runs)]
    match = "abstract : (" + " OR ".join(f'"{run}"' for run in runs) + ")"
    rows = connection.execute(
        """SELECT e.id FROM entries e JOIN papers p ON p.id = e.paper
           WHERE p.doc IN (SELECT rowid FROM search WHERE search MATCH ?)""",
        (match,),
    )
    return [entry for (entry,) in rows]


# Whether it fits the papers ----------------------------------------------------------------------------------------


def unnumbered(connection: sqlite3.Connection) -> dict[int, int]:
    """Buckets in which the next document would get a number that is in use, and the last number of each."""
    last: dict[int, int] = dict(connection.execute("SELECT bucket, last FROM documents"))
    wrong: dict[int, int] = {}
    for numbers in ("SELECT abs(doc) AS id FROM papers", "SELECT id FROM search_docsize"):
        for found, highest in connection.execute(
            f"SELECT id >> {_DAY_BITS}, max(id & {(1 << _DAY_BITS) - 1}) FROM ({numbers}) GROUP BY 1"
        ):
            if highest > max(last.get(found, 0), wrong.get(found, 0)):
                wrong[found] = highest
    return wrong


def misnumbered(connection: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """Groups with papers whose documents have numbers of another day, and the bucket in which they are."""
    if not is_ordered(connection):
        return
    for found, group, day in connection.execute(
        f"SELECT DISTINCT abs(p.doc) >> {_DAY_BITS}, g.id, g.day FROM papers p JOIN groups g ON g.id = p.grp"
    ).fetchall():
        with suppress(ValueError):  # of a day that is none
            if bucket(day, group) != found != _SPILLED:
                yield group, found


def unlike_documents(connection: sqlite3.Connection, table: str, lowest: int = 1) -> list[int]:
    """Of some papers all over the library, those that are not found by the words of their titles."""
    (number,) = connection.execute("SELECT count(*) FROM papers WHERE doc >= ?", (lowest,)).fetchone()
    step = max(1, number // _SAMPLE)
    papers = connection.execute(
        """SELECT doc, title FROM (SELECT doc, title, row_number() OVER (ORDER BY doc) AS n FROM papers
           WHERE doc >= ?) WHERE n % ? = 0""",
        (lowest, step),
    ).fetchall()
    wrong = []
    for doc, title in papers:
        words = _WORD.findall(title.lower()) if title and is_plain_text(title) else ()
        if (
            words
            and not connection.execute(
                f"SELECT 1 FROM {table} WHERE {table} MATCH ? AND rowid = ?",
                ("title : (" + " AND ".join(f'"{word}"' for word in dict.fromkeys(words)) + ")", doc),
            ).fetchone()
        ):
            wrong.append(doc)
    return wrong
