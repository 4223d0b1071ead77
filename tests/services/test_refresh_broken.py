"""One bad server hurts only itself, and a part of an answer is never taken for the whole."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Response

from feedreader import config
from feedreader.cli import main
from feedreader.errors import LibraryError
from feedreader.services import ingest
from feedreader.sources.http import Client
from tests.arxiv_server import ArxivServer, Run
from tests.raw_server import RawServer, answer, rss, trickle, zipped

TUESDAY = date(2026, 11, 17)
Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def said(run: Run, capsys: pytest.CaptureFixture[str]) -> Said:
    """Command lines with what they print."""

    def says(*argv: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(list(argv))
        out, err = capsys.readouterr()
        return code, out, err

    return says


def at(monkeypatch: pytest.MonkeyPatch, time: str) -> None:
    monkeypatch.setenv("FEEDREADER_NOW", time)


def results(run: Run, *argv: str) -> dict[str, dict[str, Any]]:
    return {line["source"]: line for line in run("refresh", "--json", *argv)[1]}


def states(run: Run) -> dict[str, dict[str, Any]]:
    return {line["source"]: line for line in run("subscriptions", "--json")[1]}


def titles(run: Run, name: str) -> int:
    return sum(name in paper["sources"] for paper in run("list", "--json", "--limit", "5000")[1])


def then(name: str, *answers: bytes) -> Callable[[int, dict[str, str]], bytes]:
    """A feed that can be subscribed to, and what it answers afterwards, the last again and again."""
    first = answer(rss(name, 1))
    return lambda n, headers: first if n == 1 else answers[min(n - 2, len(answers) - 1)]


# --- each alone -------------------------------------------------------------------------------------------------------

BAD = {
    "etag": answer(rss("etag", 1, 2), b"ETag: \xff\xfe\xb2"),
    "modified": answer(rss("modified", 1, 2), "Last-Modified: mié".encode()),
    "port": answer(b"", "Location: http://127.0.0.1:999999/", status="302 Found"),
    "bracket": answer(b"", "Location: //[", status="301 Moved"),
    "label": answer(b"", "Location: http://xn--/", status="307 Go"),
    "patience": answer(b"", b"Retry-After: \xb2", status="429 Slow"),
    "age": answer(rss("age", 1, 2), b"Cache-Control: max-age=9", b"Age: " + b"1" * 3999),
    "garbage": b"SSH-2.0-x\r\n",
    "empty": answer(b""),
    "page": answer("<html>Checking your browser</html>", "Content-Type: text/html"),
    "bomb": answer(zipped(bytes(50 * 2**20), 2), "Content-Encoding: gzip, gzip"),
    "brotli": answer(b"x", "Content-Encoding: br"),
    "unasked": answer(b"", status="304 Not Modified"),
    "nowhere": answer(b"", status="302 Found"),
}
WELL = {"etag", "modified", "age"}


def test_a_bad_server_is_its_own_failure_and_the_reader_is_told(
    run: Run, raw: RawServer, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedreader.sources.http._ATTEMPTS", 1)
    for name, bad in BAD.items():
        raw[f"/{name}"] = then(name, bad)
    raw["/good"] = then("good", answer(rss("good", 1, 2)))
    assert run("subscribe", *(f"{raw.base}/{name}" for name in (*BAD, "good")))[0] == 0
    for _ in range(2):
        code, out, err = said("refresh", "--json")
        lines = {line["source"]: line for line in map(json.loads, out.splitlines())}
        assert code == 3 and set(lines) == {*BAD, "good"} and "Traceback" not in err
        failed = {name for name, line in lines.items() if line["error"]}
        assert failed == set(BAD) - WELL
        assert all(lines[name]["state"] == "failed" for name in failed)
    assert titles(run, "good") == 2 and all(titles(run, name) == 2 for name in WELL)
    kept = states(run)
    assert {name for name, line in kept.items() if line["state"] == "failed"} == set(BAD) - WELL
    assert "is no longer a feed but an empty page" in kept["empty"]["error"]
    assert "is no longer a feed but a web page" in kept["page"]["error"]
    assert all("unexpected" not in (line["error"] or "") for line in kept.values())


def test_what_nobody_foresaw_is_one_failure(run: Run, raw: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"feed-{n}" for n in range(6)]
    for name in names:
        raw[f"/{name}"] = then(name, answer(rss(name, 1, 2), "ETag: 1"))
    run("subscribe", *(raw.base + f"/{name}" for name in names))
    real = ingest.import_into

    def fragile(intake: Any, digest: Any, *args: Any, **names: Any) -> Any:
        outcome = real(intake, digest, *args, **names)
        if names["name"] == "feed-3":
            raise ZeroDivisionError("of all things")
        return outcome

    monkeypatch.setattr("feedreader.services.refresh.import_into", fragile)
    found = results(run)
    assert {name: found[name]["new"] for name in names} == dict.fromkeys(names, 1) | {"feed-3": 0}
    assert "ZeroDivisionError: of all things" in found["feed-3"]["error"]
    assert titles(run, "feed-3") == 1, "what could not be stored whole is not there in part"
    monkeypatch.undo()
    monkeypatch.setattr("feedreader.services.refresh.import_into", real)


def test_a_library_that_cannot_be_written_ends_the_run_in_a_sentence(
    run: Run, raw: RawServer, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw["/x"] = then("x", answer(rss("x", 1, 2)))
    run("subscribe", f"{raw.base}/x")

    def full(*_: object, **__: object) -> None:
        raise LibraryError("The library cannot be used: database or disk is full.", "Is the disk full?")

    monkeypatch.setattr("feedreader.services.refresh.import_into", full)
    monkeypatch.setattr("feedreader.library.subscriptions.SubscriptionEditor.failed", full)
    code, _, err = said("refresh")
    assert code == 1 and "disk is full" in err and "Traceback" not in err


def test_a_feed_that_moves_to_where_another_was_stays(run: Run, raw: RawServer) -> None:
    raw["/new"] = answer(rss("new", 1))
    run("subscribe", f"{raw.base}/new")
    run("unsubscribe", "new")
    raw["/old"] = then("old", answer(b"", "Location: /new", status="301 Moved"))
    run("subscribe", f"{raw.base}/old")
    assert results(run)["old"]["error"] is None
    assert states(run)["old"]["target"] == f"{raw.base}/old"


# --- answers that end early -------------------------------------------------------------------------------------------

LONG = rss("cut", *range(40))
BROKEN = {
    "in the middle": answer(LONG[: len(LONG) // 2], 'ETag: "2"', "Cache-Control: max-age=900"),
    "of its length": answer(LONG[: len(LONG) // 2], 'ETag: "2"', length=len(LONG)),
    "at the very end": answer(LONG[:-3], 'ETag: "2"'),
    "of its compression": answer(zipped(LONG)[:-40], 'ETag: "2"', "Content-Encoding: gzip"),
    "as a part": answer(LONG, 'ETag: "2"', status="206 Partial Content"),
    "whole but for its end": answer(LONG, 'ETag: "2"', length=len(LONG) + 1),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_ends_early_is_kept_said_and_asked_for_again(run: Run, raw: RawServer, said: Said, kind: str) -> None:
    unchanged = answer(b"", status="304 Not Modified")

    def cut(n: int, headers: dict[str, str]) -> bytes:
        if n == 1:
            return answer(rss("cut", 0), 'ETag: "1"')
        if n == 2:
            return BROKEN[kind]
        return unchanged if headers.get("if-none-match") == '"2"' else answer(LONG, 'ETag: "2"')

    raw["/cut"] = cut
    run("subscribe", f"{raw.base}/cut")
    assert results(run)["cut"]["state"] == "failed"
    there = titles(run, "cut")
    whole = kind in ("at the very end", "as a part", "whole but for its end")
    assert there == 40 if whole else 10 < there < 40
    state = states(run)["cut"]
    assert f"was cut off after {there} papers" in state["error"] and state["next_allowed"] is None
    _, out, _ = said("subscriptions")
    assert "cut: failed" in out and f"was cut off after {there} papers" in out
    again = results(run)["cut"]
    assert (again["new"], again["error"], again["state"]) == (40 - there, None, "fresh")
    assert raw.headers[-1].get("if-none-match") != '"2"'
    assert results(run)["cut"]["status"] == 304


def test_a_feed_that_is_cut_when_it_is_subscribed_to(run: Run, raw: RawServer, said: Said) -> None:
    raw["/x"] = lambda n, headers: answer(rss("x", 1, 2)[:-150] if n == 1 else rss("x", 1, 2), 'ETag: "1"')
    code, out, err = said("subscribe", f"{raw.base}/x")
    assert code == 0 and "Subscribed to x" in out and "was cut off after 1 paper." in err
    assert results(run)["x"]["new"] == 1 and states(run)["x"]["error"] is None


def test_a_feed_that_trickles_is_kept_as_far_as_it_comes(
    run: Run, raw: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = iter([answer(LONG, length=10**6)[:5000], *trickle(b" " * 2000)])
    raw["/cut"] = lambda n, headers: answer(rss("cut", 0)) if n == 1 else slow
    run("subscribe", f"{raw.base}/cut")
    client = partial(Client, user_agent="test/1", now=config.clock(), timeout=0.5)
    monkeypatch.setattr("feedreader.cli.subscriptions.client", lambda _: client())
    began = time.monotonic()
    error = results(run)["cut"]["error"]
    assert time.monotonic() - began < 5
    assert "was cut off after" in error and "took too long" in error


def whole_day(arxiv: ArxivServer, run: Run, cut: int | None) -> dict[str, Any]:
    """Refresh cs.LG on a day of which the first answer is cut."""
    if cut is not None:
        items = [paper for paper in arxiv.batches if paper.day == arxiv.today]
        arxiv.failures = [Response(arxiv._atom(items)[:cut], headers={"ETag": '"cut"'})]
    return results(run)["cs.LG"]


@pytest.mark.parametrize("left", [-60, -1500, -3])
def test_the_day_of_an_answer_that_is_cut_stays_missing_until_it_is_whole(
    run: Run, arxiv: ArxivServer, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    arxiv.announce(TUESDAY, "2611.00001")
    run("subscribe", "cs.LG")
    whole_day(arxiv, run, None)
    wednesday, thursday = TUESDAY + timedelta(1), TUESDAY + timedelta(2)
    for day in (wednesday, thursday):
        arxiv.announce(day, *(f"2611.{day.day}{n:03}" for n in range(9)))
    at(monkeypatch, f"{wednesday}T10:00:00-05:00")
    arxiv.today = wednesday
    cut = whole_day(arxiv, run, left)
    assert cut["state"] == "failed" and cut["new"] >= 5
    at(monkeypatch, f"{thursday}T10:00:00-05:00")
    assert states(run)["cs.LG"]["missing_days"] == ["2026-11-18"]
    at(monkeypatch, f"{wednesday}T11:00:00-05:00")
    again = whole_day(arxiv, run, None)
    assert (again["state"], again["new"]) == ("fresh", 9 - cut["new"])
    at(monkeypatch, f"{thursday}T10:00:00-05:00")
    assert states(run)["cs.LG"]["missing_days"] == []


def test_a_page_of_missed_days_that_is_cut_is_not_all_of_them(
    run: Run, arxiv: ArxivServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for offset in range(3):
        arxiv.announce(TUESDAY + timedelta(offset), *(f"2611.{offset}{n:04}" for n in range(6)))
    run("subscribe", "cs.LG")
    results(run)
    thursday = TUESDAY + timedelta(2)
    at(monkeypatch, f"{thursday}T10:00:00-05:00")
    arxiv.today = thursday
    missed = [paper for paper in arxiv.batches if paper.day == TUESDAY + timedelta(1)]
    page = arxiv._answer(missed, 6)
    arxiv.failures_of_api = [Response(page[: len(page) * 2 // 3])]
    first = results(run, "--backfill")["cs.LG"]
    assert "was cut off after" in first["error"] and first["missing_days"] == ["2026-11-18"]
    again = results(run, "--backfill")["cs.LG"]
    assert (again["error"], again["missing_days"]) == (None, [])
    assert len(run("list", "--json")[1]) == 18


# --- patience ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["X: y", "Retry-After: Thu, 02 May 2024 00:00:00 GMT", "Retry-After: 0"])
def test_too_many_requests_is_one_a_run_and_then_fewer(
    run: Run, raw: RawServer, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    raw["/busy"] = then("busy", answer(b"", line, status="429 Too Many Requests"))
    run("subscribe", f"{raw.base}/busy")
    asked = []
    for minute in range(0, 240, 5):
        at(monkeypatch, f"2026-11-17T{10 + minute // 60}:{minute % 60:02}:00-05:00")
        before = len(raw.requests)
        results(run)
        asked.append(len(raw.requests) - before)
    assert set(asked) <= {0, 1}
    times = [5 * number for number, count in enumerate(asked) if count]
    assert times[:2] in ([0, 15], [0, 20]) and 4 <= len(times) <= 6
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps == sorted(gaps) and gaps[-1] >= 60


def test_a_refresh_by_name_says_why_nothing_was_asked(run: Run, raw: RawServer, said: Said) -> None:
    raw["/calm"] = answer(rss("calm", 1), "Cache-Control: max-age=99999999")
    raw["/busy"] = then("busy", answer(b"", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT", status="503 Later"))
    run("subscribe", f"{raw.base}/calm", f"{raw.base}/busy")
    said("refresh")
    asked = len(raw.requests)
    code, _, err = said("refresh", "calm")
    assert code == 0 and "calm: Skipped: 127.0.0.1 has nothing new until" in err
    code, _, err = said("refresh", "busy")
    assert code == 1 and "busy: Skipped: 127.0.0.1 asks to wait until" in err
    assert "Skipped" not in said("refresh")[2], "who did not ask for it is not told"
    for line in results(run, "calm", "busy").values():
        assert line["not_asked"].startswith("Skipped")
        until = datetime.fromisoformat(line["next_allowed"])
        assert until - datetime.fromisoformat("2026-11-17T15:00:00+00:00") < timedelta(days=1, minutes=1)
    assert len(raw.requests) == asked
    _, out, _ = said("subscriptions")
    assert "its server has nothing new until" in out and "its server asks to wait until" in out


def test_a_hold_of_a_former_version_is_forgotten(run: Run, raw: RawServer, tmp_path: Path) -> None:
    raw["/x"] = answer(rss("x", 1))
    run("subscribe", f"{raw.base}/x")
    with sqlite3.connect(tmp_path / "library.sqlite3") as connection:
        connection.execute("UPDATE addresses SET not_before = '9999-12-31T23:59:59+00:00'")
    connection.close()
    assert results(run)["x"]["not_asked"] is None and len(raw.requests) == 2


# --- subscribing ------------------------------------------------------------------------------------------------------


def test_a_page_names_feeds_of_which_one_works(run: Run, raw: RawServer, said: Said) -> None:
    links = ["http://[", "http://a..b/", "/gone", "feed.xml", "/other"]
    link = '<link rel="alternate" type="application/rss+xml" href="{}">'
    for base in ('<base href="http://[">', '<base href="/blog/">', '<base href="../blog/x">', '<base href="">', ""):
        page = f"<html><head>{base}{''.join(map(link.format, links))}</head></html>"
        raw["/blog/page"] = answer(page, "Content-Type: text/html")
        raw["/blog/feed.xml"] = answer(rss("found", 1, link="../posts/{}"))
        code, out, err = said("subscribe", f"{raw.base}/blog/page")
        assert (code, "Subscribed to found" in out) == (0, True), err
        assert run("list", "--json")[1][0]["url"] == f"{raw.base}/posts/found-1"
        said("unsubscribe", "found")


def test_a_page_that_names_many_is_asked_for_a_few(run: Run, raw: RawServer, said: Said) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/{}">'
    raw["/page"] = answer("<html>" + "".join(link.format(n) for n in range(500)))
    code, _, err = said("subscribe", f"{raw.base}/page")
    assert code == 1 and "is not a feed" in err and len(raw.requests) <= 6
    raw["/4"] = answer("<html>Words that are no feed")
    assert said("subscribe", f"{raw.base}/page")[2].endswith(
        f"The page links to {raw.base}/4: {raw.base}/4 is not a feed.\n"
    )


def test_each_target_is_subscribed_to_for_itself(
    run: Run, raw: RawServer, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw["/x"] = answer(rss("x", 1))
    raw["/bad"] = answer(rss("bad", 1))
    real = ingest.import_digest

    def fragile(*args: Any, **names: Any) -> Any:
        if names["name"] == "bad":
            raise ZeroDivisionError("of all things")
        return real(*args, **names)

    monkeypatch.setattr("feedreader.services.subscribe.import_digest", fragile)
    code, out, err = said("subscribe", "http://me:secret@[/", f"{raw.base}/bad", "nonsense", f"{raw.base}/x")
    assert code == 3 and "Subscribed to x" in out and "of all things" in err
    assert "Traceback" not in err and "secret" not in err
