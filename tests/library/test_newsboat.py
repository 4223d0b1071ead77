"""The cache of newsboat, as it stands in its file."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedreader.errors import UnreadableSource
from feedreader.library.newsboat import CachedArticle, cached_feeds, is_cache
from tests.newsboat_cache import MIDNIGHT, announced, article, make_cache

SEA = ("https://x.org/f", "https://x.org/", "The Sea")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache.db"


def test_articles_come_by_feed_the_newest_first(file: Path) -> None:
    items = (
        announced(1, feed="https://a.org/f"),
        article(guid="old", title="Old", feedurl=SEA[0], pubDate=MIDNIGHT - 60),
        article(guid="first", feedurl=SEA[0]),
        article(guid="gone", feedurl=SEA[0], deleted=1),
        article(guid="second", title="Plain", feedurl=SEA[0], unread=0, flags="as", content_mime_type="text/plain"),
    )
    first, second = cached_feeds(str(make_cache(file, [SEA], items)))
    assert (first.address, first.title, len(first.articles), first.deleted) == ("https://a.org/f", "", 1, 0)
    assert (second.address, second.page, second.title, second.deleted) == (*SEA, 1)
    assert [each.guid for each in second.articles] == ["second", "first", "old"]
    midnight = datetime(2026, 11, 17, 5, tzinfo=UTC)
    assert second.articles[0] == CachedArticle("second", "Plain", "", "", "", False, midnight, True, "as")


def test_older_versions_have_fewer_columns(file: Path) -> None:
    without = ("flags", "deleted", "base", "content_mime_type", "enclosure_url", "enclosure_type", "enqueued")
    make_cache(file, [SEA], [announced(1, unread=0)], without)
    (feed,) = cached_feeds(str(file))
    assert is_cache(str(file)) and feed.articles[0].read and feed.articles[0].is_html and feed.deleted == 0


@pytest.mark.parametrize("seconds", [0, -5, 10**18, "soon", None, 1.5])
def test_a_time_that_is_none_is_left_out(file: Path, seconds: object) -> None:
    make_cache(file, [SEA], [article(title="T", feedurl="f")])
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE loose AS SELECT * FROM rss_item")
        connection.execute("DROP TABLE rss_item")
        connection.execute("ALTER TABLE loose RENAME TO rss_item")
        connection.execute("UPDATE rss_item SET pubDate = ?, title = x'ff41', author = NULL", (seconds,))
        connection.commit()
    (feed,) = cached_feeds(str(file))
    assert (feed.articles[0].published, feed.articles[0].author) == (None, "")


def test_the_file_is_left_as_it_is(file: Path) -> None:
    make_cache(file, [SEA], [announced(1)])
    before = file.read_bytes()
    file.chmod(0o400)
    file.parent.chmod(0o500)
    try:
        assert len(list(cached_feeds(str(file)))) == 1
    finally:
        file.parent.chmod(0o700)
    assert file.read_bytes() == before and list(file.parent.iterdir()) == [file]


def test_one_with_a_log_is_read(file: Path) -> None:
    make_cache(file, [SEA], [announced(1)], log=True)
    with closing(sqlite3.connect(file)) as writer:
        writer.execute("INSERT INTO rss_feed (rssurl, url, title) VALUES ('a', 'b', 'c')")
        writer.commit()
        assert is_cache(str(file)) and len(list(cached_feeds(str(file)))) == 1


def test_one_that_newsboat_is_writing_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedreader.library.newsboat._WAIT", 0.01)
    make_cache(file, [SEA], [announced(1)])
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(UnreadableSource, match=r"in use by another program\. Quit newsboat and try again"):
            list(cached_feeds(str(file)))
        assert is_cache(str(file))


def test_damage_is_named(file: Path) -> None:
    make_cache(file, [SEA], [announced(number, title="x" * 3000) for number in range(40)])
    data = bytearray(file.read_bytes())
    data[8192:] = os.urandom(len(data) - 8192)
    file.write_bytes(data)
    assert is_cache(str(file))
    with pytest.raises(UnreadableSource, match="the database is damaged"):
        list(cached_feeds(str(file)))


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"SQLite format 3\0" + bytes(5000), b"text"])
def test_other_files_are_none(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert not is_cache(str(file))
    assert (
        not is_cache(str(file.parent)) and not is_cache("no such file") and not is_cache("-") and not is_cache("a\0b")
    )


def test_other_databases_are_none(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE rss_feed (rssurl, title)")
        connection.execute("CREATE VIEW rss_item AS SELECT 1 AS id")
    assert not is_cache(str(file))
