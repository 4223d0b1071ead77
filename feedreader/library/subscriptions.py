"""Subscriptions, what servers said of the addresses fetched, which days the library has, and which messages."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from feedreader.errors import SubscriptionError, hide_passwords
from feedreader.library.connection import Part, chunks, placeholders
from feedreader.library.order import next_rank, place_anew
from feedreader.model import Subscription

_COLUMNS = """s.id, s.name, u.kind, u.target, u.folder, u.paused, u.added_at, u.last_success, u.last_news,
              u.failing_since, u.error, u.status, u.empty"""
_LONGEST_HOLD = timedelta(hours=25)  # a server is left alone for a day; clocks are not exact


@dataclass(frozen=True, slots=True)
class Address:
    """What a server said of an address when it was last asked."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    not_before: datetime | None = None
    moved_to: str | None = None


class StoredSource(NamedTuple):
    """A source that is in the library: its number, what it is called, and the collection of its undated papers."""

    source: int
    name: str
    format: str
    title: str | None
    collection: str


class SubscriptionsPart(Part):
    """Reads subscriptions and addresses; `edit` writes them."""

    def all(self) -> tuple[Subscription, ...]:
        """In order of folder and name."""
        with self._database.read() as connection:
            return SubscriptionEditor(connection, self._now()).all()

    def get(self, source: int) -> Subscription | None:
        with self._database.read() as connection:
            return SubscriptionEditor(connection, self._now()).get(source)

    def address(self, url: str) -> Address:
        """What a server said of an address when it was last asked."""
        with self._database.read() as connection:
            return SubscriptionEditor(connection, self._now()).address(url)

    def source(self, path: str) -> StoredSource | None:
        """The source with this path, unless it was removed."""
        with self._database.read() as connection:
            return SubscriptionEditor(connection, self._now()).stored_source(path)

    def messages(self, path: str) -> set[str] | None:
        """The names of the messages that the mailbox with this path has given; None if it was removed, or is new."""
        with self._database.read() as connection:
            source = SubscriptionEditor(connection, self._now()).stored_source(path)
            if source is None:
                return None
            rows = connection.execute("SELECT name FROM messages WHERE source = ?", (source.source,))
            return {name for (name,) in rows}

    @contextmanager
    def edit(self) -> Iterator[SubscriptionEditor]:
        """One transaction, durable at its end."""
        with self._database.write() as connection:
            yield SubscriptionEditor(connection, self._now())


class SubscriptionEditor:
    """Reads and writes within one open transaction."""

    def __init__(self, connection: sqlite3.Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def all(self) -> tuple[Subscription, ...]:
        """In order of folder and name."""
        rows = self._connection.execute(
            f"""SELECT {_COLUMNS} FROM subscriptions u JOIN sources s ON s.id = u.source
                ORDER BY ifnull(u.folder, ''), s.name, u.target"""
        ).fetchall()
        return tuple(self._subscription(row) for row in rows)

    def get(self, source: int) -> Subscription | None:
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM subscriptions u JOIN sources s ON s.id = u.source WHERE u.source = ?", (source,)
        ).fetchone()
        return self._subscription(row) if row else None

    def _subscription(self, row: tuple[object, ...]) -> Subscription:
        source, name, kind, target, folder, paused, *times, error, status, empty = row
        added, success, news, failing = (datetime.fromisoformat(str(time)) if time else None for time in times)
        days = self._connection.execute("SELECT day FROM batches WHERE target = ? ORDER BY day", (target,))
        return Subscription(
            source=int(str(source)),
            name=str(name),
            kind=str(kind),
            target=str(target),
            folder=str(folder) if folder else None,
            paused=bool(paused),
            added_at=added or self._now,
            last_success=success,
            last_news=news,
            failing_since=failing,
            error=str(error) if error else None,
            status=int(str(status)) if status else None,
            empty=bool(empty),
            days=tuple(date.fromisoformat(day) for (day,) in days),
        )

    def find(self, names: Iterable[str]) -> tuple[Subscription, ...]:
        """The subscriptions with these names or targets. Raises SubscriptionError."""
        subscriptions = self.all()
        matches: list[Subscription] = []
        for name in names:
            named = [each for each in subscriptions if _is_called(each, name)]
            if not named:
                raise SubscriptionError(f"No subscription “{name}”.", "`feedreader subscriptions` lists them.")
            matches += named
        return tuple(dict.fromkeys(matches))

    def add(self, kind: str, target: str, name: str, folder: str | None) -> Subscription:
        """Subscribe. Raises SubscriptionError if there is such a subscription already."""
        if self._connection.execute("SELECT 1 FROM subscriptions WHERE target = ?", (target,)).fetchone():
            raise SubscriptionError(f"Already subscribed to {target}.", "Run `feedreader refresh` to fetch its papers.")
        path = f"arxiv:{target}" if kind == "arxiv" else target
        self._connection.execute(
            """INSERT INTO sources (path, name, format, title, collection, imported_at) VALUES (?, ?, '', ?, ?, ?)
               ON CONFLICT (path) DO NOTHING""",  # its papers bear the name it had, and may be removed
            (path, name, name, name, self._now.isoformat()),
        )
        (source,) = self._connection.execute("SELECT id FROM sources WHERE path = ?", (path,)).fetchone()
        self._connection.execute(
            "UPDATE sources SET rank = ? WHERE id = ? AND rank IS NULL", (next_rank(self._connection), source)
        )
        self._connection.execute(
            "INSERT INTO subscriptions (source, kind, target, folder, added_at) VALUES (?, ?, ?, ?, ?)",
            (source, kind, target, folder, self._now.isoformat()),
        )
        subscription = self.get(source)
        assert subscription is not None
        return subscription

    def remove(self, source: int) -> None:
        """Unsubscribe. Its papers and their marks stay."""
        self._connection.execute("DELETE FROM subscriptions WHERE source = ?", (source,))
        self._connection.execute(
            "DELETE FROM sources WHERE id = ? AND NOT EXISTS (SELECT 1 FROM entries WHERE source = sources.id)",
            (source,),
        )
        self._connection.execute("DELETE FROM messages WHERE source NOT IN (SELECT id FROM sources)")

    def change(self, source: int, *, folder: str | None = None, paused: bool | None = None) -> None:
        if folder is not None:
            self._connection.execute("UPDATE subscriptions SET folder = ? WHERE source = ?", (folder or None, source))
        if paused is not None:
            self._connection.execute("UPDATE subscriptions SET paused = ? WHERE source = ?", (paused, source))

    def rename(self, source: int, name: str) -> None:
        """Rename it. Its papers keep the old name until they are stored again (`removal.rename_source`).

        Raises SubscriptionError if that is no name, or another subscription's.
        """
        if not name:
            raise SubscriptionError("A subscription needs a name.", "")
        if any(_is_called(each, name) for each in self.all() if each.source != source):
            raise SubscriptionError(
                f"Another subscription is named “{name}”.", "`feedreader subscriptions` lists them."
            )
        self._connection.execute("UPDATE sources SET name = ? WHERE id = ?", (name, source))
        place_anew(self._connection, source)

    def move(self, source: int, target: str) -> None:
        """The feed has moved permanently. It stays where it is if there is a source already at the new address."""
        taken = "SELECT 1 FROM subscriptions WHERE target = ? UNION SELECT 1 FROM sources WHERE path = ?"
        if not self._connection.execute(taken, (target, target)).fetchone():
            self._connection.execute("UPDATE subscriptions SET target = ? WHERE source = ?", (target, source))
            self._connection.execute("UPDATE sources SET path = ? WHERE id = ?", (target, source))
            place_anew(self._connection, source)

    def succeeded(
        self, source: int, status: int | None, *, news: bool, empty: bool | None, days: Iterable[date]
    ) -> None:
        """It answered. `empty` is None where nothing had changed."""
        now = self._now.isoformat()
        self._connection.execute(
            """UPDATE subscriptions SET last_success = ?, failing_since = NULL, error = NULL, status = ?,
               last_news = CASE WHEN ? THEN ? ELSE last_news END, empty = ifnull(?, empty) WHERE source = ?""",
            (now, status, news, now, empty, source),
        )
        self._connection.executemany(
            "INSERT OR IGNORE INTO batches SELECT target, ? FROM subscriptions WHERE source = ?",
            [(day.isoformat(), source) for day in days],
        )

    def failed(self, source: int, status: int | None, error: str, *, news: bool = False) -> None:
        """It failed; `news` if it brought papers all the same, before its answer broke off."""
        now = self._now.isoformat()
        self._connection.execute(
            """UPDATE subscriptions SET failing_since = ifnull(failing_since, ?), error = ?, status = ?,
               last_news = CASE WHEN ? THEN ? ELSE last_news END WHERE source = ?""",
            (now, error, status, news, now, source),
        )

    # addresses

    def address(self, url: str) -> Address:
        """What is known of it. A time more than a day away is none: the clock was wrong, or a former version."""
        row = self._connection.execute(
            "SELECT etag, last_modified, not_before, moved_to FROM addresses WHERE url = ?", (url,)
        ).fetchone()
        if row is None:
            return Address(url)
        etag, last_modified, stated, moved_to = row
        not_before = datetime.fromisoformat(stated) if stated else None
        if not_before and not_before > self._now + _LONGEST_HOLD:
            not_before = None
        return Address(url, etag, last_modified, not_before, moved_to)

    def put_address(self, address: Address) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO addresses (url, etag, last_modified, not_before, moved_to) VALUES (?, ?, ?, ?, ?)",
            (
                address.url,
                address.etag,
                address.last_modified,
                address.not_before.isoformat() if address.not_before else None,
                address.moved_to,
            ),
        )

    # messages of mailboxes

    def stored_source(self, path: str) -> StoredSource | None:
        """The source with this path, unless it was removed."""
        row = self._connection.execute(
            "SELECT id, name, format, title, collection FROM sources WHERE path = ? AND forgotten IS NULL", (path,)
        ).fetchone()
        return StoredSource(*row) if row else None

    def next_position(self, source: int) -> int:
        """The position behind all entries of a source."""
        row = self._connection.execute("SELECT ifnull(max(position) + 1, 0) FROM entries WHERE source = ?", (source,))
        return int(row.fetchone()[0])

    def put_messages(self, source: int, names: Iterable[str]) -> None:
        """These messages were read, and need not be again."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO messages (source, name) VALUES (?, ?)", [(source, name) for name in names]
        )

    # missed days

    def begun(self, target: str, first: date, last: date) -> int:
        """How many records of these days were fetched before."""
        row = self._connection.execute(
            "SELECT done FROM backfills WHERE target = ? AND first = ? AND last = ?",
            (target, first.isoformat(), last.isoformat()),
        ).fetchone()
        return int(row[0]) if row else 0

    def proceed(self, target: str, first: date, last: date, done: int | None) -> None:
        """Note how far the fetching of these days has come; None: it is done, and the days are had."""
        span = (target, first.isoformat(), last.isoformat())
        if done is None:
            self._connection.execute("DELETE FROM backfills WHERE target = ? AND first = ? AND last = ?", span)
        else:
            self._connection.execute("INSERT OR REPLACE INTO backfills VALUES (?, ?, ?, ?)", (*span, done))

    def put_days(self, target: str, days: Iterable[date]) -> None:
        self._connection.executemany(
            "INSERT OR IGNORE INTO batches VALUES (?, ?)", [(target, day.isoformat()) for day in days]
        )

    # papers without a name

    def nameless(self, limit: int) -> list[str]:
        """arXiv ids of papers without title or authors that arXiv was not asked about yet."""
        rows = self._connection.execute(
            """SELECT arxiv_id FROM papers WHERE arxiv_id IS NOT NULL AND (title IS NULL OR authors = '')
               AND arxiv_id NOT IN (SELECT arxiv_id FROM looked_up) ORDER BY id LIMIT ?""",
            (limit,),
        )
        return [arxiv_id for (arxiv_id,) in rows]

    def put_looked_up(self, ids: Sequence[str]) -> None:
        self._connection.executemany(
            "INSERT OR REPLACE INTO looked_up VALUES (?, ?)", [(id, self._now.isoformat()) for id in ids]
        )

    def seen(self, source: int, names: Sequence[str]) -> set[str]:
        """Which of these papers this source has brought."""
        seen: set[str] = set()
        for chunk in chunks(names):
            rows = self._connection.execute(
                f"SELECT name FROM entries WHERE +source = ? AND name IN ({placeholders(len(chunk))})",
                (source, *chunk),
            )
            seen.update(name for (name,) in rows)
        return seen


def is_untitled(subscription: Subscription) -> bool:
    """Whether it bears its address for a name, for want of a title in the list it came from."""
    return subscription.kind == "feed" and subscription.name == hide_passwords(subscription.target)


def _is_called(subscription: Subscription, name: str) -> bool:
    target = subscription.target.lower()
    return name.lower() in (subscription.name.lower(), target, hide_passwords(target))
