"""Feeds that lie in files: subscribed to by their path, read when they changed."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from feedreader.cli import main
from feedreader.sources import files
from tests.arxiv_server import ArxivServer, Run

_ENTRY = "<entry><id>https://example.org/{0}</id><title>On the subject of number {0}</title>{1}</entry>"


def atom(*numbers: int, title: str = "Ada's shortlist", more: str = "") -> bytes:
    entries = "".join(_ENTRY.format(number, more) for number in numbers)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{title}</title>\n{entries}</feed>'.encode()


def json_feed(*numbers: int) -> bytes:
    items = [{"id": f"https://example.org/{each}", "title": f"On the subject of number {each}"} for each in numbers]
    version = "https://jsonfeed.org/version/1.1"
    return json.dumps({"version": version, "title": "Bob reads", "items": items}).encode()


def rss(*numbers: int) -> bytes:
    items = "".join(f"<item><title>On the subject of number {each}</title></item>" for each in numbers)
    return f'<rss version="2.0"><channel><title>Cy reads</title>{items}</channel></rss>'.encode()


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "shared folder" / "ada.atom"
    path.parent.mkdir()
    return written(path, atom(1, 2))


def written(path: Path, data: bytes, time: float = 1_700_000_000) -> Path:
    """A file that was not just written."""
    path.write_bytes(data)
    os.utime(path, (time, time))
    return path


def refreshed(run: Run, *names: str) -> dict[str, Any]:
    code, (result,) = run("refresh", "--json", *names)
    return {**result, "code": code}


def status(run: Run) -> dict[str, Any]:
    (line,) = run("subscriptions", "--json")[1]
    return line


def test_a_feed_is_read_when_it_is_subscribed_to_and_when_it_changed(
    run: Run, feed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["subscribe", str(feed), "--folder", "Colleagues"]) == 0
    assert capsys.readouterr().out == "Subscribed to Ada's shortlist.\n"
    assert status(run) | {"kind": "file", "target": str(feed), "state": "fresh", "error": None} == status(run)
    assert {tuple(paper["sources"]) for paper in run("list", "folder:Colleagues", "--json")[1]} == {
        ("Ada's shortlist",)
    }
    with monkeypatch.context() as patch:
        patch.setattr(files.OpenFile, "whole", lambda file: pytest.fail("it was read"))
        assert refreshed(run) | {"state": "fresh", "status": None, "new": 0, "code": 0} == refreshed(run)
    written(feed, atom(1, 2, 3), 1_700_000_100)
    assert main(["refresh"]) == 0
    assert capsys.readouterr().out == "Ada's shortlist: 1 new paper\n"
    written(feed, atom(3), 1_700_000_200)
    assert refreshed(run)["new"] == 0 and len(run("list", "--json")[1]) == 3, "what leaves the feed stays here"
    written(feed, atom(3, more="<summary>An abstract came later.</summary>"), 1_700_000_300)
    assert refreshed(run)["new"] == 0
    assert [paper["abstract"] for paper in run("list", "number 3", "--json")[1]] == ["An abstract came later."]


def test_a_change_within_the_time_that_a_clock_tells_is_seen(run: Run, feed: Path) -> None:
    now = feed.stat().st_mtime
    os.utime(feed)
    assert run("subscribe", str(feed))[0] == 0
    assert now != feed.stat().st_mtime
    time = feed.stat().st_mtime_ns
    feed.write_bytes(atom(1, 7))  # as long as before
    os.utime(feed, ns=(time, time))
    assert refreshed(run)["new"] == 1


@pytest.mark.parametrize(
    "data", [json_feed(1, 2), rss(1, 2), atom(1, 2), gzip.compress(atom(1, 2)), atom(1, 2, title="")]
)
def test_any_feed_will_do(run: Run, tmp_path: Path, data: bytes) -> None:
    path = written(tmp_path / "feed.txt", data)
    assert run("subscribe", f"file://{path}")[0] == 0
    assert len(run("list", "--json")[1]) == 2
    assert status(run)["source"] in ("Bob reads", "Cy reads", "Ada's shortlist", "feed.txt")


def test_it_is_named_by_its_path_as_a_shell_does(run: Run, feed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(feed.parent)
    monkeypatch.setenv("HOME", str(feed.parent))
    assert run("subscribe", "ada.atom")[0] == 0
    for same in ("./ada.atom", "~/ada.atom", f"file://{feed}".replace(" ", "%20"), "../shared folder/ada.atom"):
        assert run("subscribe", same)[0] == 1, "it is the same"
        assert refreshed(run, same)["code"] == 0
    assert run("subscriptions", "--pause", "~/ada.atom")[0] == 0 and status(run)["state"] == "paused"
    assert run("subscriptions", "--resume", "./ada.atom", "--rename", "ada's SHORTLIST", "Ada")[0] == 0
    for same in ("ada.atom", "../shared folder/ada.atom", "."):
        assert run("import", same)[0] == 0
    assert status(run)["source"] == "Ada", "an import gives it no other name"
    assert [source["source"] for source in run("sources", "--json")[1]] == ["Ada"]
    assert run("unsubscribe", "./ada.atom")[0] == 0
    assert run("subscriptions", "--json")[1] == [] and len(run("list", "--json")[1]) == 2


def test_what_was_imported_is_the_same_source(run: Run, feed: Path) -> None:
    assert run("import", str(feed))[0] == 0
    assert run("subscribe", str(feed))[0] == 0
    assert [source["source"] for source in run("sources", "--json")[1]] == ["ada.atom"]
    assert refreshed(run)["new"] == 0 and len(run("list", "--json")[1]) == 2


def test_a_source_that_was_removed_comes_back_whole(run: Run, feed: Path) -> None:
    assert run("subscribe", str(feed))[0] == 0 and refreshed(run)["new"] == 0
    assert run("forget", "--source", "Ada's shortlist")[0] == 0
    assert refreshed(run)["new"] == 2 and refreshed(run)["new"] == 0


@pytest.mark.parametrize(
    "data, error",
    [
        (None, ": no such file"),
        (b"", " is no longer a feed but empty. Write the feed there again, or unsubscribe."),
        (b"<html><p>Gone", " is no longer a feed but a web page. Write the feed there again, or unsubscribe."),
        (
            b"\x00\x01\x02\xff" * 20,
            " is no longer a feed but something else. Write the feed there again, or unsubscribe.",
        ),
        (gzip.compress(atom(1, 2))[:-9] + b"\xff" * 9, ": damaged gzip file. Download or compress it again."),
    ],
)
def test_a_file_that_cannot_be_read_hurts_only_itself(
    run: Run, feed: Path, tmp_path: Path, data: bytes | None, error: str
) -> None:
    other = written(tmp_path / "bob.json", json_feed(5))
    assert run("subscribe", str(feed), str(other))[0] == 0
    whole, time = feed.read_bytes(), feed.stat().st_mtime
    feed.unlink()
    if data is not None:
        written(feed, data)
    written(other, json_feed(5, 6), 1_700_000_100)
    code, results = run("refresh", "--json")
    assert code == 3 and {each["source"]: (each["state"], each["new"], each["error"]) for each in results} == {
        "Ada's shortlist": ("failed", 0, f"{feed}{error}"),
        "Bob reads": ("fresh", 1, None),
    }
    assert len(run("list", "--json")[1]) == 4
    written(feed, whole, time)
    assert refreshed(run, str(feed)) | {"state": "fresh", "error": None, "code": 0} == refreshed(run, str(feed))


@pytest.mark.parametrize("make", [atom, json_feed])
def test_of_half_a_feed_what_is_there_is_kept_and_the_rest_comes_later(run: Run, feed: Path, make: Any) -> None:
    assert run("subscribe", str(feed))[0] == 0
    whole = make(1, 2, 3, 4, 5)
    written(feed, whole[: len(whole) * 4 // 5], 1_700_000_100)
    half = refreshed(run)
    assert half["state"] == "failed" and half["new"] > 0 and "cut off" in half["error"] and half["status"] is None
    assert refreshed(run)["state"] == "failed", "it is read again although it did not change"
    written(feed, whole, 1_700_000_100)
    assert refreshed(run)["state"] == "fresh" and len(run("list", "--json")[1]) == 5


def test_links_in_it_are_not_relative_to_its_path(run: Run, feed: Path) -> None:
    written(feed, atom(1, more='<link href="/pages/1"/>').replace(b"https://example.org/1", b"tag:1"))
    assert run("subscribe", str(feed))[0] == 0
    assert [paper["url"] for paper in run("list", "--json")[1]] == [None]


@pytest.mark.parametrize(
    "name, data, error",
    [
        ("x.bib", b"@article{a, title={T}}", "x.bib is neither a feed nor a mailbox. To import it: feedreader import "),
        ("x.opml", b"<opml><body/></opml>", "x.opml is neither a feed nor a mailbox. To import it: feedreader import "),
        ("x.json", b'{"message": "Too many requests"}', "x.json is neither a feed nor a mailbox."),
        ("none.atom", None, "none.atom: no such file"),
    ],
)
def test_what_is_no_feed_is_not_subscribed_to(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, data: bytes | None, error: str
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    assert main(["subscribe", str(tmp_path / name)]) == 1
    assert error in capsys.readouterr().err and run("subscriptions", "--json")[1] == []


def test_a_list_of_subscriptions_leaves_it_out_and_says_so(
    run: Run, feed: Path, arxiv: ArxivServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("subscribe", str(feed), "cs.LG")[0] == 0
    capsys.readouterr()
    assert main(["export", "--format", "opml"]) == 0
    out, err = capsys.readouterr()
    assert err == "Ada's shortlist: left out, because a file has no web address.\n"
    assert out.count("<outline") == 1 and str(feed) not in out
