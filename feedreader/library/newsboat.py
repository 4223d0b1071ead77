"""newsboat's cache: the articles that it fetched, and which of them were read. Only read, never written.

The layout is that of its src/cache.cpp; columns that a version has not are taken for empty.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from feedreader.errors import UnreadableSource, os_reason

_HEADER = b"SQLite format 3\0"
_TABLES = ("rss_feed", "rss_item")
_COLUMNS = {  # what an article says, and what stands for a column that is not there
    **dict.fromkeys(("feedurl", "guid", "title", "author", "url", "content", "content_mime_type", "flags"), "''"),
    "pubDate": "0",
    "unread": "1",
    "deleted": "0",
}
_LONGEST = 400_000  # characters of an article
_AS_IT_IS = "immutable=1"  # for SQLite: nobody changes the file, so that no lock and no log is looked at
_WAIT = 5.0  # seconds for newsboat, while it writes


class CachedArticle(NamedTuple):
    """An article as newsboat keeps it. `content` is HTML if `is_html`; `published` is in UTC."""

    guid: str
    title: str
    author: str
    url: str
    content: str
    is_html: bool
    published: datetime | None
    read: bool
    flags: str


class CachedFeed(NamedTuple):
    """A feed: its address as in the list of feeds, its title and page, its articles, the newest first, and how many
    articles were deleted."""

    address: str
    title: str
    page: str
    articles: tuple[CachedArticle, ...]
    deleted: int


def is_cache(path: str) -> bool:
    """Whether a file is a database with newsboat's tables. One that cannot be read is none."""
    with suppress(OSError, ValueError, sqlite3.Error, UnreadableSource):
        if not Path(path).is_file():  # no pipe, which would be waited for
            return False
        with Path(path).open("rb") as file:
            if file.read(len(_HEADER)) != _HEADER:
                return False
        with _opened(path, _AS_IT_IS) as connection:  # also while newsboat writes
            return all(_columns(connection, table) for table in _TABLES)
    return False


def cached_feeds(path: str) -> Iterator[CachedFeed]:
    """The feeds that have articles, one at a time. Raises UnreadableSource."""
    with _opened(path) as connection:
        known = _columns(connection, "rss_item")
        named = {str(address): (title, page) for address, title, page in _named(connection)}
        columns = ", ".join(_column(name, empty, known) for name, empty in _COLUMNS.items())
        order = [f"{column} DESC" for column in ("pubDate", "id") if column in known]
        rows = connection.execute(f"SELECT {columns} FROM rss_item ORDER BY {', '.join(['feedurl', *order])}")
        for address, group in groupby(rows, itemgetter(0)):
            articles = list(group)
            title, page = named.get(str(address), ("", ""))
            kept = tuple(_article(row) for row in articles if not row[-1])
            yield CachedFeed(_text(address), _text(title), _text(page), kept, len(articles) - len(kept))


def _column(name: str, empty: str, known: Container[str]) -> str:
    """What is asked for a column."""
    if name not in known:
        return empty
    return f"substr({name}, 1, {_LONGEST})" if empty == "''" else name


def _named(connection: sqlite3.Connection) -> Iterator[tuple[Any, Any, Any]]:
    page = "url" if "url" in _columns(connection, "rss_feed") else "''"
    yield from connection.execute(f"SELECT rssurl, title, {page} FROM rss_feed")


def _article(row: tuple[Any, ...]) -> CachedArticle:
    _, guid, title, author, url, content, kind, flags, published, unread, _ = row
    is_html = _text(kind) != "text/plain"
    moment = _moment(published)
    guid, title, author, url, content, flags = map(_text, (guid, title, author, url, content, flags))
    return CachedArticle(guid, title, author, url, content, is_html, moment, not unread, flags)


def _text(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else str(value)


def _moment(seconds: object) -> datetime | None:
    with suppress(ValueError, OverflowError, OSError):
        if isinstance(seconds, int) and seconds > 0:
            return datetime.fromtimestamp(seconds, UTC)
    return None


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    """The columns of a table; none if it is not there, or is a view."""
    kind = connection.execute("SELECT type FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    if kind != ("table",):
        return set()
    return {name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")}


@contextmanager
def _opened(path: str, *hows: str) -> Iterator[sqlite3.Connection]:
    """A connection that writes nothing; errors of SQLite as UnreadableSource."""
    try:
        with closing(_connection(path, hows or ("mode=ro", _AS_IT_IS))) as connection:
            yield connection
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise UnreadableSource(f"{path}: in use by another program.", "Quit newsboat and try again.") from error
        raise UnreadableSource(f"{path}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise UnreadableSource(f"{path}: the database is damaged.", "Start newsboat once, or restore it.") from error
    except OSError as error:
        raise UnreadableSource(f"{path}: {os_reason(error)}") from error


def _connection(path: str, hows: Sequence[str]) -> sqlite3.Connection:
    """A connection in the first of these ways in which SQLite can read the file."""
    address = Path(path).absolute().as_uri()
    for how in hows:
        connection = sqlite3.connect(f"{address}?{how}", uri=True, timeout=_WAIT, isolation_level=None)
        try:
            connection.text_factory = lambda data: data.decode("utf-8", "replace")
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("SELECT count(*) FROM sqlite_master")
        except sqlite3.Error as error:
            connection.close()
            if how == hows[-1] or "locked" in str(error):
                raise
        else:
            return connection
    raise AssertionError
