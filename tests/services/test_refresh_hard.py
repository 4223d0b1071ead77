"""Refreshing when things go wrong: hostile servers, two processes at once, a process that is killed, missed days."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.arxiv_server import ArxivServer, Run

TUESDAY = date(2026, 11, 17)
ITEM = "<item><title>Of {0}</title><link>http://x.example/{0}</link><guid>http://x.example/{0}</guid></item>"


def feed(name: str, *items: object) -> str:
    entries = "".join(ITEM.format(item) for item in items)
    return f'<rss version="2.0"><channel><title>{name}</title><link>http://x.example/</link>{entries}</channel></rss>'


@pytest.fixture
def httpserver() -> Iterator[HTTPServer]:
    """One that answers several requests at once."""
    with HTTPServer(threaded=True) as server:
        yield server


def process(*argv: str) -> subprocess.Popen[str]:
    """The program as a process of its own, in this environment."""
    command = [sys.executable, "-m", "feedreader", *argv]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))


def at(monkeypatch: pytest.MonkeyPatch, arxiv: ArxivServer, day: date, time: str = "10:00:00-05:00") -> None:
    monkeypatch.setenv("FEEDREADER_NOW", f"{day}T{time}")
    arxiv.today = day


def subscribe(run: Run, tmp_path: Path, *urls: str) -> None:
    """Subscribe to addresses without fetching them."""
    outlines = "".join(f'<outline text="{url.rpartition("/")[2]}" xmlUrl="{url}"/>' for url in urls)
    (tmp_path / "list.opml").write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')
    assert run("import", str(tmp_path / "list.opml"))[0] == 0


def by_name(run: Run, *argv: str) -> tuple[int, dict[str, dict[str, Any]]]:
    code, results = run("refresh", "--json", *argv)
    return code, {line["source"]: line for line in results}


def ids(run: Run) -> list[str]:
    return sorted(paper["id"] for paper in run("list", "--json")[1])


# --- processes --------------------------------------------------------------------------------------------------------


def test_two_processes_at_once(run: Run, arxiv: ArxivServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDREADER_ARXIV_GAP", "0.5")
    arxiv.announce(TUESDAY, *(f"2611.0{n:04}" for n in range(300)))
    names = [f"many-{n}" for n in range(8)]
    for name in names:
        body = feed(name, *(f"{name}-{n:02}" for n in range(40)))
        arxiv.server.expect_request(f"/{name}").respond_with_data(body)
    times: list[float] = []
    original = arxiv._feed

    def timed(request: Request) -> Response:
        times.append(time.monotonic())
        return original(request)

    arxiv.server.expect_oneshot_request("/feeds/atom/cs.LG").respond_with_handler(timed)
    arxiv.server.expect_oneshot_request("/feeds/atom/cs.LG").respond_with_handler(timed)
    run("subscribe", "cs.LG")
    elsewhere = arxiv.server.url_for("/").replace("localhost", "127.0.0.1")  # a host without a gap
    subscribe(run, tmp_path, *(elsewhere + name for name in names))
    both = [process("refresh", "--json") for _ in range(2)]
    answers = [child.communicate(timeout=60) for child in both]
    assert [child.returncode for child in both] == [0, 0], answers
    new = sum(json.loads(line)["new"] for out, _ in answers for line in out.splitlines())
    assert len(ids(run)) == new == 300 + 8 * 40
    assert sorted(source["papers"] for source in run("sources", "--json")[1]) == [40] * 8 + [300]
    assert len(times) == 2 and times[1] - times[0] >= 0.45


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_killed_is_made_good_by_the_next(
    run: Run, httpserver: HTTPServer, tmp_path: Path, how: signal.Signals
) -> None:
    for n in range(12):
        body = feed(f"feed-{n}", *(f"{n:02}-{m:02}" for m in range(100)))
        answer = Response(body, headers={"ETag": f'"{n}"'})
        unchanged = Response(status=304, headers={"ETag": f'"{n}"'})

        def handler(request: Request, answer: Response = answer, unchanged: Response = unchanged) -> Response:
            return unchanged if "If-None-Match" in request.headers else answer

        httpserver.expect_request(f"/feed-{n}").respond_with_handler(handler)
    subscribe(run, tmp_path, *(httpserver.url_for(f"/feed-{n}") for n in range(12)))
    child = process("refresh", "--json")
    assert child.stdout
    child.stdout.readline()  # one is stored, others are under way
    child.send_signal(how)
    child.communicate(timeout=20)
    assert child.returncode != 0
    code, results = by_name(run)
    assert code == 0 and {line["state"] for line in results.values()} == {"fresh"}
    assert len(ids(run)) == 1200
    assert {line["status"] for line in by_name(run)[1].values()} == {304}


# --- hostile servers --------------------------------------------------------------------------------------------------


def cut(request: Request) -> Response:
    """Fewer bytes than were promised."""
    answer = Response(feed("cut", 1, 2), direct_passthrough=True)
    answer.headers["Content-Length"] = "100000"
    return answer


def hostile(server: HTTPServer) -> dict[str, str]:
    """Addresses of servers that mean no good, with a word of what is said of each."""
    page = Response("<html><body>Hello</body></html>", content_type="text/html")
    server.expect_request("/page").respond_with_response(page)
    server.expect_request("/picture").respond_with_data(b"\x89PNG\r\n\x1a\n" + bytes(500), content_type="image/png")
    server.expect_request("/nothing").respond_with_data("")
    bomb = gzip.compress(bytes(64 * 2**20))
    server.expect_request("/bomb").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})
    server.expect_request("/large").respond_with_data(b"<rss>" + b" " * (33 * 2**20))
    server.expect_request("/circle").respond_with_data("", status=302, headers={"Location": "/circle"})
    server.expect_request("/away").respond_with_data("", status=301, headers={"Location": "file:///etc/passwd"})
    server.expect_request("/broken").respond_with_data("zzz", headers={"Content-Encoding": "gzip"})
    server.expect_request("/gone").respond_with_data("no", status=410)
    server.expect_request("/cut").respond_with_handler(cut)
    errors = {"bomb": "32 MiB", "large": "32 MiB", "circle": "loop", "away": "invalid address", "gone": "410"}
    return {**dict.fromkeys(("page", "picture", "nothing", "broken", "cut"), ""), **errors}


def test_hostile_servers_are_values_beside_a_good_one(
    run: Run, httpserver: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedreader.sources.http._ATTEMPTS", 1)
    errors = hostile(httpserver)
    httpserver.expect_request("/good").respond_with_data(feed("good", 3, 4))
    subscribe(run, tmp_path, *(httpserver.url_for(f"/{name}") for name in (*errors, "good")))
    began = time.monotonic()
    code, results = by_name(run)
    assert time.monotonic() - began < 20
    assert code == 3 and len(results) == len(errors) + 1
    for name, word in errors.items():
        assert results[name]["state"] == "failed" and word in results[name]["error"], results[name]
    assert (results["good"]["state"], results["good"]["new"]) == ("fresh", 2)
    kept = {line["source"]: line for line in run("subscriptions", "--json")[1]}
    assert all(kept[name]["failing_since"] and kept[name]["error"] for name in errors)
    assert kept["good"]["failing_since"] is None
    assert by_name(run, "page")[0] == 1


def test_nothing_is_fetched_that_a_feed_names(run: Run, httpserver: HTTPServer, tmp_path: Path) -> None:
    named = httpserver.url_for("/secret")
    declared = f'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b SYSTEM "{named}">'
    declared += '<!ENTITY c "cc"><!ENTITY d "&c;&c;&c;&c;">]>'
    body = declared + feed("x", 1).replace("Of 1", "Of &a; &b; &d;")
    httpserver.expect_request("/xxe").respond_with_data(body)
    subscribe(run, tmp_path, httpserver.url_for("/xxe"))
    by_name(run)
    assert [request.path for request, _ in httpserver.log] == ["/xxe"]
    (paper,) = run("list", "--json")[1]
    assert "root:" not in json.dumps(paper)


# --- patience ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_date", [False, True])
def test_retry_after_holds_for_the_next_process(
    run: Run, httpserver: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_date: bool
) -> None:
    value = "Tue, 17 Nov 2026 16:00:00 GMT" if as_date else "3600"
    answer = Response("slow down", status=429, headers={"Retry-After": value})
    httpserver.expect_request("/busy").respond_with_response(answer)
    subscribe(run, tmp_path, httpserver.url_for("/busy"))
    _, first = by_name(run)
    assert (first["busy"]["state"], first["busy"]["status"]) == ("failed", 429)
    next_allowed = datetime.fromisoformat(first["busy"]["next_allowed"])
    assert abs(next_allowed - datetime.fromisoformat("2026-11-17T16:00:00+00:00")) < timedelta(minutes=1)
    child = process("refresh", "--json")
    out, _ = child.communicate(timeout=30)
    assert json.loads(out)["next_allowed"] == first["busy"]["next_allowed"]
    assert len(httpserver.log) == 1
    httpserver.clear_all_handlers()
    httpserver.expect_request("/busy").respond_with_data(feed("busy", 1))
    monkeypatch.setenv("FEEDREADER_NOW", "2026-11-17T11:01:00-05:00")
    code, again = by_name(run)
    assert (code, again["busy"]["new"], again["busy"]["error"]) == (0, 1, None)


def test_max_age_holds_for_the_next_process(
    run: Run, httpserver: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Response(feed("calm", 1), headers={"Cache-Control": "public, max-age=1800"})
    httpserver.expect_request("/calm").respond_with_response(answer)
    subscribe(run, tmp_path, httpserver.url_for("/calm"))
    assert by_name(run)[1]["calm"]["new"] == 1
    process("refresh").communicate(timeout=30)
    assert len(httpserver.log) == 1
    monkeypatch.setenv("FEEDREADER_NOW", "2026-11-17T10:31:00-05:00")
    by_name(run)
    assert len(httpserver.log) == 2


def test_a_permanent_redirect_is_remembered(run: Run, httpserver: HTTPServer, tmp_path: Path) -> None:
    httpserver.expect_request("/old").respond_with_data("", status=301, headers={"Location": "/new"})
    httpserver.expect_request("/here").respond_with_data("", status=302, headers={"Location": "/new"})
    httpserver.expect_request("/new").respond_with_data(feed("new", 1), headers={"ETag": '"1"'})
    subscribe(run, tmp_path, httpserver.url_for("/old"))
    by_name(run)
    assert run("subscriptions", "--json")[1][0]["target"] == httpserver.url_for("/new")
    by_name(run)
    assert [request.path for request, _ in httpserver.log] == ["/old", "/new", "/new"]
    assert "If-None-Match" in httpserver.log[-1][0].headers
    subscribe(run, tmp_path, httpserver.url_for("/here"))
    by_name(run, "here")
    assert httpserver.url_for("/here") in [line["target"] for line in run("subscriptions", "--json")[1]]


# --- arXiv ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "file", "day"),
    [
        ("cs.AI", "atom_cs.AI_2025-08-20.xml", "2025-08-20"),
        ("cs.AI", "rss2_cs.AI_2026-04-27.xml", "2026-04-27"),
        ("hep-ex", "rss1_hep-ex_2018-05-23.xml", "2018-05-23"),
    ],
)
def test_arxiv_in_each_of_its_forms(
    run: Run, httpserver: HTTPServer, shared: Path, monkeypatch: pytest.MonkeyPatch, category: str, file: str, day: str
) -> None:
    path = shared / "data" / "arxiv-rss" / file
    if not path.exists():
        pytest.skip(f"{file} is not at hand")
    httpserver.clear_all_handlers()
    httpserver.expect_request(f"/feeds/atom/{category}").respond_with_data(path.read_bytes())
    monkeypatch.setenv("FEEDREADER_NOW", f"{day}T10:00:00-04:00")
    run("subscribe", category)
    code, results = by_name(run)
    assert (code, results[category]["state"]) == (0, "fresh"), results
    papers = run("list", "--json")[1]
    assert results[category]["new"] == len(papers) > 0
    assert {paper["day"] for paper in papers} == {day}
    assert all(paper["arxiv_id"] and paper["title"] and paper["authors"] for paper in papers)
    assert by_name(run)[1][category]["new"] == 0


def test_a_week_with_a_missed_day(run: Run, arxiv: ArxivServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monday = TUESDAY - timedelta(1)
    for offset in range(5):
        arxiv.announce(monday + timedelta(offset), *(f"2611.{offset}{n:04}" for n in range(4)))
    run("subscribe", "cs.LG")
    for offset in (0, 1, 3, 4):
        at(monkeypatch, arxiv, monday + timedelta(offset))
        result = by_name(run)[1]["cs.LG"]
        assert (result["state"], result["new"]) == ("fresh", 4)
        assert result["missing_days"] == (["2026-11-18"] if offset > 2 else [])
    at(monkeypatch, arxiv, monday + timedelta(5))
    result = by_name(run, "--backfill")[1]["cs.LG"]
    assert (result["new"], result["missing_days"]) == (4, [])
    assert len(ids(run)) == 20


def test_yesterdays_batch_under_todays_date_is_not_fresh(
    run: Run, arxiv: ArxivServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    arxiv.announce(TUESDAY, "2611.00001", "2611.00002")
    run("subscribe", "cs.LG")
    by_name(run)
    wednesday = TUESDAY + timedelta(1)
    for batch in arxiv.batches:
        batch.day = wednesday
    at(monkeypatch, arxiv, wednesday)
    assert by_name(run)[1]["cs.LG"]["state"] == "waiting"
    at(monkeypatch, arxiv, wednesday, "13:00:00-05:00")
    assert by_name(run)[1]["cs.LG"]["state"] == "stale"


def test_dates_that_lag_with_unseen_papers_are_fresh(
    run: Run, arxiv: ArxivServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    arxiv.announce(TUESDAY, "2611.00001")
    run("subscribe", "cs.LG")
    by_name(run)
    monkeypatch.setenv("FEEDREADER_NOW", f"{TUESDAY + timedelta(1)}T10:00:00-05:00")
    arxiv.batches.clear()
    arxiv.announce(TUESDAY, "2611.00007", "2611.00008")  # Wednesday's papers under Tuesday's date
    result = by_name(run)[1]["cs.LG"]
    assert (result["new"], result["state"]) == (2, "fresh")
