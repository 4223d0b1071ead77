"""Caches of newsboat as its version 2.40 makes them, and as older ones did."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

ITEM = {
    "id": "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL",
    **dict.fromkeys(("guid", "title", "author", "url", "feedurl"), "VARCHAR(1024) NOT NULL"),
    "pubDate": "INTEGER NOT NULL",
    "content": "VARCHAR(65535) NOT NULL",
    "unread": "INTEGER(1) NOT NULL",
    **dict.fromkeys(("enclosure_url", "enclosure_type"), "VARCHAR(1024)"),
    "enqueued": "INTEGER(1) NOT NULL DEFAULT 0",
    "flags": "VARCHAR(52)",
    "deleted": "INTEGER(1) NOT NULL DEFAULT 0",
    **dict.fromkeys(("base", "content_mime_type", "enclosure_description"), "VARCHAR(255) NOT NULL DEFAULT ''"),
}
FEED = {
    **dict.fromkeys(("rssurl", "url", "title"), "VARCHAR(1024) NOT NULL"),
    **dict.fromkeys(("lastmodified", "is_rtl"), "INTEGER NOT NULL DEFAULT 0"),
    "etag": "VARCHAR(128) NOT NULL DEFAULT ''",
}
MIDNIGHT = 1794891600  # Tuesday 17 November 2026, 05:00 UTC: midnight at arXiv


def make_cache(
    path: Path,
    feeds: Iterable[tuple[str, str, str]],
    items: Iterable[dict[str, object]],
    without: Iterable[str] = (),
    *,
    log: bool = False,
) -> Path:
    """A cache with these feeds (address, page, title) and articles; `without` some columns. `log`: it has one (WAL)."""
    columns = {name: kind for name, kind in ITEM.items() if name not in set(without)}
    with closing(sqlite3.connect(path)) as connection:
        if log:
            connection.execute("PRAGMA journal_mode = WAL")
        for table, parts in (("rss_feed", FEED), ("rss_item", columns)):
            connection.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in parts.items())})")
        connection.executemany("INSERT INTO rss_feed (rssurl, url, title) VALUES (?, ?, ?)", feeds)
        for item in items:
            given = {**article(), **item}
            given = {name: value for name, value in given.items() if name in columns}
            names, places = ", ".join(given), ", ".join("?" * len(given))
            connection.execute(f"INSERT INTO rss_item ({names}) VALUES ({places})", tuple(given.values()))
        connection.commit()
    return path


def article(**values: object) -> dict[str, object]:
    texts = dict.fromkeys(("guid", "title", "author", "url", "feedurl", "content", "flags", "content_mime_type"), "")
    return {**texts, "pubDate": MIDNIGHT, "unread": 1, "deleted": 0, **values}


def announced(number: int, feed: str = "https://rss.arxiv.org/rss/cs.LG", **values: object) -> dict[str, object]:
    """An article that announces a paper of arXiv, as newsboat keeps it."""
    id = f"2511.{number:05}"
    values = {"title": f"On Snails, Part {number}", **values}
    return article(
        guid=f"oai:arXiv.org:{id}v1",
        author="Ada Lovelace, Bo Li",
        url=f"https://arxiv.org/abs/{id}",
        feedurl=feed,
        content=f"arXiv:{id}v1 Announce Type: new \nAbstract: Snail number {number} is slow, and keeps a diary of it.",
        **values,
    )
