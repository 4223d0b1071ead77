"""What newsboat fetched, in the library: the sources are those that subscriptions are, and no paper comes twice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from feedreader.cli import main
from feedreader.library import Library
from feedreader.library.newsboat import cached_feeds
from feedreader.model import Marks
from feedreader.services import import_files
from feedreader.services.ingest import ImportResult
from feedreader.services.newsboat import digest_of
from tests.arxiv_server import ArxivServer, Run
from tests.newsboat_cache import announced, article, make_cache

LEARNING, SEA = "https://rss.arxiv.org/rss/cs.LG", "https://x.org/f"
FEEDS = ((LEARNING, "https://arxiv.org/", "cs.LG updates on arXiv.org"), (SEA, "https://x.org/", "The <i>Sea</i>"))
TIDES = article(
    guid="https://doi.org/10.1234/tides", title="On <b>Tides</b> &amp; moons", url="/tides", feedurl=SEA,
    author="Carl Nys", content="<p>The tide comes in twice a day, as we show with a stick in the sand.</p>",
)  # fmt: skip


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    items = [announced(1), announced(2, unread=0, flags="ab"), announced(3, deleted=1), TIDES, article(feedurl=SEA)]
    return make_cache(tmp_path / "cache.db", FEEDS, items)


def imported(library: Library, *paths: Path, marks_apart: bool = False) -> ImportResult:
    (result,) = import_files.import_paths(library, [str(path) for path in paths], marks_apart=marks_apart)
    return result


def test_articles_are_read_as_from_the_feed(cache: Path) -> None:
    learning, sea = (digest_of(feed) for feed in cached_feeds(str(cache)))
    second, first = learning.entries
    assert (first.arxiv_id, first.version, first.title) == ("2511.00001", 1, "On Snails, Part 1")
    assert (first.day, first.announced, first.announce_type) == (date(2026, 11, 17), True, "new")
    assert first.authors == ("Ada Lovelace", "Bo Li") and first.abstract == (
        "Snail number 1 is slow, and keeps a diary of it."
    )
    assert (first.marks, second.marks) == (Marks(), Marks(read=True))
    (tides,) = sea.entries
    assert (tides.title, tides.url, tides.doi) == ("On Tides & moons", "https://x.org/tides", "10.1234/tides")
    assert tides.abstract == "The tide comes in twice a day, as we show with a stick in the sand."
    assert (sea.title, [problem.reason for problem in sea.problems]) == (
        "The Sea",
        ["Skipped 1 article without a title or text."],
    )


def test_each_feed_is_a_source_and_what_is_left_out_is_said(library: Library, cache: Path) -> None:
    result = imported(library, cache)
    assert (result.source, result.format, result.entries, result.new) == ("cache.db", "newsboat-cache", 3, 3)
    assert [problem.reason for problem in result.problems] == [
        "The Sea: Skipped 1 article without a title or text.",
        "1 article is already read in newsboat. To mark it as read here too: `feedreader import --marks FILE`",
        "Flags not imported: a (1), b (1)",
        "Skipped 1 article that you deleted in newsboat.",
    ]
    assert {(source.name, source.path) for source in library.papers.sources()} == {
        ("cs.LG", "arxiv:cs.LG"),
        ("The Sea", SEA),
    }
    assert len(result.refs) == 3 and library.papers.partial_sources() == ()
    again = imported(library, cache, marks_apart=True)
    assert (again.new, again.merged, again.known) == (0, 0, 3)
    assert not any("--marks" in problem.reason for problem in again.problems)


def test_subscriptions_go_on_where_newsboat_left_off(run: Run, arxiv: ArxivServer, cache: Path, tmp_path: Path) -> None:
    arxiv.announce(date(2026, 11, 17), "2511.00001", "2611.00009")
    list_of_feeds = tmp_path / "urls"
    list_of_feeds.write_text(f'{LEARNING} "~Mine" papers\n{SEA} "~Own name" papers\n')
    assert run("import", str(cache))[0] == 0
    assert run("import", str(list_of_feeds), "--json")[1][0]["subscriptions"] == 2
    (refreshed,) = run("refresh", "cs.LG", "--json")[1]
    assert (refreshed["new"], refreshed["merged"]) == (1, 0)
    papers = {paper["id"]: paper["sources"] for paper in run("list", "folder:papers", "--json")[1]}
    assert papers == {
        **{id: ["cs.LG"] for id in ("2511.00001", "2511.00002", "2611.00009")},
        "10.1234/tides": ["The Sea"],
    }


def test_a_subscription_keeps_its_name(run: Run, cache: Path, tmp_path: Path) -> None:
    list_of_feeds = tmp_path / "urls"
    list_of_feeds.write_text(f'{LEARNING}\n{SEA} "~Own name" papers\n')
    run("import", str(list_of_feeds))
    run("import", str(cache))
    assert {line["source"] for line in run("subscriptions", "--json")[1]} == {"cs.LG", "Own name"}
    assert {line["source"] for line in run("sources", "--json")[1]} == {"cs.LG", "Own name"}
    assert run("forget", "--source", "Own name")[0] == 0 and len(run("list", "--json")[1]) == 2


def test_a_subscription_without_a_title_gets_the_feeds(run: Run, cache: Path, tmp_path: Path) -> None:
    list_of_feeds = tmp_path / "urls"
    list_of_feeds.write_text(f"{SEA}\n")
    run("import", str(list_of_feeds))
    assert [line["source"] for line in run("subscriptions", "--json")[1]] == [SEA]
    run("import", str(cache))
    assert [line["source"] for line in run("subscriptions", "--json")[1]] == ["The Sea"]


def test_nothing_in_it_steers_the_terminal(library: Library, tmp_path: Path) -> None:
    feed = "exec:/bin/\x1b[31mfeed\n"
    odd = article(guid="\x1b]0;x\x07", title="A\x1b[2J title", author="\u202eAda", feedurl=feed, flags="\x1ba\u202e")
    result = imported(library, make_cache(tmp_path / "cache.db", [(feed, "", "\x9b1mFeed\x07")], [odd]))
    (source,) = library.papers.sources()
    said = [source.name, source.path, *(problem.reason for problem in result.problems)]
    assert (source.name, source.path) == ("Feed", "exec:/bin/feed") and all(map(str.isprintable, said))
    assert said[-1] == "Flags not imported: a (1)"


def test_a_cache_that_cannot_be_read_is_one_sentence(
    cache: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    data = cache.read_bytes()
    cache.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    assert main(["--data-dir", str(tmp_path / "library"), "import", str(cache)]) == 1
    assert "cache.db: " in (said := capsys.readouterr().err) and "Traceback" not in said
