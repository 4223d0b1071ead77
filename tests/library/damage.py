"""Damages libraries: for each kind a function that harms a file, by chance as `Random` has it.

`DAMAGES` has each kind's name. A closed library without a log goes in; what comes out may be no library any more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from random import Random

from feedreader.library.migrations import MIGRATIONS

Harm = Callable[[Path, Random], None]


def _sql(*statements: str) -> Harm:
    """Statements in which {key} is the key of some row of papers, and {n} another number."""

    def harm(path: Path, random: Random) -> None:
        with closing(sqlite3.connect(path)) as file, file:
            keys = [key for (key,) in file.execute("SELECT id FROM papers")]
            for statement in statements:
                file.execute(statement.format(key=random.choice(keys), n=random.randrange(1, 10**6)))

    return harm


def _drop(type: str) -> Harm:
    def harm(path: Path, random: Random) -> None:
        with closing(sqlite3.connect(path)) as file, file:
            find = "SELECT name FROM sqlite_master WHERE type = ? AND sql NOT NULL AND name NOT GLOB '*search*'"
            names = [name for (name,) in file.execute(find, (type,)) if not name.startswith(("sqlite", "newest"))]
            for name in random.sample(sorted(names), random.randint(1, 3)):
                file.execute(f"DROP {type} {name}")

    return harm


def drop(table: str) -> Harm:
    return _sql(f"DROP TABLE {table}")


def empty(table: str) -> Harm:
    return _sql(f"DELETE FROM {table}")


def flip(path: Path, random: Random) -> None:
    """Flip bits of some bytes, anywhere but in the header."""
    data = bytearray(path.read_bytes())
    for _ in range(random.choice((1, 5, 50))):
        data[random.randrange(100, len(data))] ^= 1 << random.randrange(8)
    path.write_bytes(data)


def overwrite_page(path: Path, random: Random) -> None:
    """Write zeros, or anything, over some pages but the first."""
    data = bytearray(path.read_bytes())
    size = int.from_bytes(data[16:18], "big")
    for _ in range(random.randint(1, 3)):
        start = size * random.randrange(1, len(data) // size)
        data[start : start + size] = random.choice((b"\0" * size, random.randbytes(size)))
    path.write_bytes(data)


def cut(path: Path, random: Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: random.randrange(len(data) // 2, len(data))])


def overwrite_header(path: Path, random: Random) -> None:
    """As an encrypted file looks."""
    data = path.read_bytes()
    path.write_bytes(random.randbytes(4096) + data[4096:])


def be_text(path: Path, random: Random) -> None:
    path.write_bytes(b"Milk, eggs, and a new bulb.\n" * random.randint(1, 1000))


def wrong_version(path: Path, random: Random) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute(f"PRAGMA user_version = {random.randrange(len(MIGRATIONS))}")


def newer_version(path: Path, random: Random) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute(f"PRAGMA user_version = {len(MIGRATIONS) + random.randint(1, 1000)}")


def stray_log(path: Path, random: Random) -> None:
    """Leave the log of another file."""
    path.with_name(f"{path.name}-wal").write_bytes(random.randbytes(random.randint(1, 40_000)))


def spoil_text(path: Path, random: Random) -> None:
    """Let texts be no UTF-8, where nothing else notices."""
    with closing(sqlite3.connect(path)) as file, file:
        for table, column in (("papers", "title"), ("entries", "abstract"), ("entries", "title"), ("marks", "value")):
            keys = [row[0] for row in file.execute(f"SELECT {column} FROM {table} WHERE {column} <> ''")]
            if keys:
                spoiled = f"CAST(x'C3' || CAST({column} AS BLOB) AS TEXT)"
                file.execute(f"UPDATE {table} SET {column} = {spoiled} WHERE {column} = ?", (random.choice(keys),))


LOGICAL: Mapping[str, Harm] = {  # the library opens; all of it can be mended
    "bad days": _sql(
        "UPDATE groups SET day = '2019-02-31' WHERE id = (SELECT grp FROM papers WHERE id = {key})",
        "UPDATE entries SET day = 'May {n}' WHERE paper = {key}",
    ),
    "bad times": _sql(
        "UPDATE marks SET at = '20{n}' WHERE name = (SELECT name FROM marks LIMIT 1)",
        "UPDATE sources SET imported_at = 'never'",
        "UPDATE steps SET at = '{n}'",
    ),
    "empty orders": _sql("UPDATE papers SET title_order = '', place = '', category_order = ''"),
    "sources in the wrong order": _sql("UPDATE sources SET place = 'z'"),
    "wrong places": _sql("UPDATE papers SET place = 'z{n}' WHERE id >= {key}"),
    "wrong orders": _sql("UPDATE papers SET title_order = 'zz {n}', category_order = 'q.{n}' WHERE id >= {key}"),
    "emptied keys": empty("keys"),
    "half the keys": _sql("DELETE FROM keys WHERE entry % 2"),
    "emptied documents": empty("documents"),
    "emptied settings": empty("settings"),
    "emptied groups": empty("groups"),
    "emptied papers": empty("papers"),
    "wrong joins": _sql("UPDATE entries SET paper = {key} WHERE id < 5"),
    "swapped documents": _sql(
        "CREATE TABLE swap AS SELECT id, doc, row_number() OVER (ORDER BY id DESC) AS n FROM papers",
        "UPDATE papers SET doc = -doc - (1 << 50)",
        """UPDATE papers SET doc = (SELECT b.doc FROM swap a JOIN swap b ON b.n = 1 + (SELECT count(*) FROM swap) - a.n
           WHERE a.id = papers.id)""",
        "DROP TABLE swap",
    ),
    "index of others": _sql("DELETE FROM search_docsize WHERE id % 3 = 0"),
    "orphans": _sql(
        "INSERT INTO ruled VALUES (4711, 3)",
        "INSERT INTO unruled VALUES (4712, 3)",
        "INSERT INTO keys VALUES ({n}, 4711)",
        "INSERT INTO messages VALUES (4711, 'a mail')",
    ),
    "lost source": _sql("DELETE FROM sources WHERE id = (SELECT min(id) FROM sources)"),
    "lost marks": empty("marks"),
    "marks unlike": _sql("UPDATE papers SET read = 1 - read, note = NULL WHERE id <= {key}"),
    "changed entries": _sql("UPDATE entries SET title = title || '!', authors = 'Nobody' WHERE paper = {key}"),
    "changed papers": _sql(
        "UPDATE papers SET title = 'Nothing', arxiv_id = NULL, abstract_entry = NULL WHERE id = {key}"
    ),
    "no numbers": _sql(
        "UPDATE entries SET source = 'x' WHERE paper = {key}",
        "UPDATE entries SET fingerprint = x'00', paper = 'x' WHERE paper = {key}",
        "UPDATE entries SET forgotten = 'x' WHERE paper = {key}",
    ),
    "lost entries": _sql("DELETE FROM entries WHERE paper = {key}"),
    "spoiled text": spoil_text,
    "unreadable steps": _sql("UPDATE steps SET changes = '[[' || changes"),
    "wrong counts": _sql("UPDATE groups SET total = total + 3, unread = {n}"),
}
OF_FILE: Mapping[str, Harm] = {  # the file has faults; most of it can be mended
    "dropped indexes": _drop("index"),
    "dropped tables": _drop("table"),
    "dropped marks": drop("marks"),
    "dropped papers": drop("papers"),
    "dropped entries": drop("entries"),
    "dropped index parts": drop("search_data"),
    "wrong version": wrong_version,
    "flipped bits": flip,
    "overwritten pages": overwrite_page,
    "cut": cut,
}
HOPELESS: Mapping[str, Harm] = {  # all that can be done is to say so
    "overwritten header": overwrite_header,
    "text": be_text,
    "newer": newer_version,
}
DAMAGES: Mapping[str, Harm] = {**LOGICAL, **OF_FILE, **HOPELESS, "stray log": stray_log}
