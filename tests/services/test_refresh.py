"""Subscribing to arXiv and feeds, against a server on the loopback."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from feedreader.arxiv.calendar import announcement_day, due_day, submissions_of
from feedreader.cli import main
from feedreader.services.refresh import Refresh
from tests.arxiv_server import ArxivServer, Run

TUESDAY = date(2026, 11, 17)


def at(monkeypatch: pytest.MonkeyPatch, arxiv: ArxivServer, day: date, time: str = "10:00:00-05:00") -> None:
    monkeypatch.setenv("FEEDREADER_NOW", f"{day}T{time}")
    arxiv.today = day


def refreshed(run: Run, *names: str) -> dict[str, Any]:
    code, results = run("refresh", "--json", *names)
    assert len(results) == 1
    return {**results[0], "code": code}


def listed(run: Run, query: str = "") -> list[dict[str, Any]]:
    return run("list", query, "--json")[1]


def test_a_category_is_subscribed_to_and_asked_once_a_batch(run: Run, arxiv: ArxivServer) -> None:
    arxiv.announce(TUESDAY, "2611.00001", "2611.00002")
    arxiv.announce(TUESDAY, "2611.00003", categories=("cs.CL", "cs.LG"), kind="cross")
    assert run("subscribe", "cs.lg")[0] == 0
    first = refreshed(run)
    assert (first["source"], first["state"], first["status"], first["new"]) == ("cs.LG", "fresh", 200, 3)
    again = refreshed(run)
    assert (again["state"], again["status"], again["new"], again["code"]) == ("fresh", 304, 0, 0)
    papers = listed(run)
    assert [paper["day"] for paper in papers] == ["2026-11-17"] * 3
    assert papers[0]["authors"] == ["Ann Lee", "Bo Chan"] and papers[0]["sources"] == ["cs.LG"]
    assert papers[0]["abstract"].startswith("An abstract that says")


def test_an_unknown_category_is_an_error_that_names_near_ones(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["subscribe", "cs.LQ"]) == 1
    assert "cs.LG" in capsys.readouterr().err
    assert run("subscribe", "cs.LG")[0] == 0
    assert run("subscribe", "cs.LG")[0] == 1


def test_categories_are_joined_in_one_request_and_a_cross_list_is_one_paper(run: Run, arxiv: ArxivServer) -> None:
    arxiv.announce(TUESDAY, "2611.00001", categories=("cs.LG",))
    arxiv.announce(TUESDAY, "2611.00002", categories=("cs.CL", "cs.LG"))
    run("subscribe", "cs.LG", "cs.CL", "hep-ph")
    _, results = run("refresh", "--json")
    assert arxiv.requests == ["cs.CL+cs.LG+hep-ph"]
    assert {result["source"]: result["new"] for result in results} == {"cs.CL": 1, "cs.LG": 1, "hep-ph": 0}
    assert sorted(paper["sources"] for paper in listed(run)) == [["cs.CL", "cs.LG"], ["cs.LG"]]


def test_a_rename_made_meanwhile_holds(run: Run, arxiv: ArxivServer, monkeypatch: pytest.MonkeyPatch) -> None:
    arxiv.announce(TUESDAY, "2611.00001")
    run("subscribe", "cs.LG")
    keep = Refresh._keep

    def rename_first(self: Refresh, jobs: Any) -> None:
        assert main(["subscriptions", "--rename", "cs.LG", "Learning"]) == 0
        keep(self, jobs)

    monkeypatch.setattr(Refresh, "_keep", rename_first)
    run("refresh")
    assert [paper["sources"] for paper in listed(run)] == [["Learning"]]
    assert [line["source"] for line in run("subscriptions", "--json")[1]] == ["Learning"]


def test_a_replacement_is_noted_and_not_news(run: Run, arxiv: ArxivServer, monkeypatch: pytest.MonkeyPatch) -> None:
    arxiv.announce(TUESDAY, "2611.00001")
    run("subscribe", "cs.LG")
    run("refresh")
    run("mark", "read", "2611.00001")
    wednesday = TUESDAY + timedelta(1)
    at(monkeypatch, arxiv, wednesday)
    arxiv.announce(wednesday, "2611.00001", kind="replace", version=2, abstract="Quite another abstract, and longer: ")
    arxiv.announce(wednesday, "2510.00009", kind="replace-cross", version=3)
    result = refreshed(run)
    assert (result["new"], result["merged"]) == (1, 1)
    kept = next(paper for paper in listed(run) if paper["id"] == "2611.00001")
    assert (kept["day"], kept["read"], kept["version"]) == ("2026-11-17", True, 2)
    assert kept["abstract"].startswith("Quite another")
    assert [paper["id"] for paper in listed(run)] == ["2510.00009", "2611.00001"]
    assert listed(run, "is:unread") == []


def test_days_that_were_missed_are_named_and_fetched(
    run: Run, arxiv: ArxivServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for offset in range(4):
        arxiv.announce(TUESDAY + timedelta(offset), *(f"2611.{offset}{n:04}" for n in range(3)))
    run("subscribe", "cs.LG")
    run("refresh")
    at(monkeypatch, arxiv, TUESDAY + timedelta(3))
    assert refreshed(run)["missing_days"] == ["2026-11-18", "2026-11-19"]
    result = refreshed(run, "--backfill")
    assert (result["missing_days"], result["new"], result["code"]) == ([], 6, 0)
    days = [paper["day"] for paper in listed(run)]
    assert days == sorted(days, reverse=True) and {day: days.count(day) for day in days} == {
        f"2026-11-{17 + n}": 3 for n in range(4)
    }


def test_a_backfill_that_finds_nothing_closes_the_gap(
    run: Run, arxiv: ArxivServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    arxiv.announce(TUESDAY, "2611.00001")
    run("subscribe", "cs.LG")
    run("refresh")
    at(monkeypatch, arxiv, TUESDAY + timedelta(2))
    arxiv.announce(arxiv.today, "2611.00002")
    assert refreshed(run)["missing_days"] == ["2026-11-18"]
    assert refreshed(run, "--backfill")["missing_days"] == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Response("<html><body>Down for maintenance</body></html>", content_type="text/html"), "Cannot read"),
        (
            Response(
                '<feed xmlns="http://www.w3.org/2005/Atom"><title>Error</title><entry>'
                "<id>http://arxiv.org/api/errors#malformed</id><title>Error</title>"
                "<summary>malformed date</summary></entry></feed>",
                content_type="application/atom+xml",
            ),
            "malformed date",
        ),
        (
            Response(
                '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">'
                "<o:totalResults>7</o:totalResults><title>ArXiv Query</title></feed>",
                content_type="application/atom+xml",
            ),
            "sent only the first 0",
        ),
    ],
)
def test_a_gap_stays_when_the_answer_is_no_answer(
    run: Run, arxiv: ArxivServer, monkeypatch: pytest.MonkeyPatch, answer: Response, reason: str
) -> None:
    arxiv.announce(TUESDAY, "2611.00001")
    run("subscribe", "cs.LG")
    run("refresh")
    arxiv.announce(TUESDAY + timedelta(1), "2611.00002")
    at(monkeypatch, arxiv, TUESDAY + timedelta(2))
    arxiv.announce(arxiv.today, "2611.00003")
    run("refresh")
    arxiv.failures_of_api = [answer]
    result = refreshed(run, "--backfill")
    assert (result["code"], result["missing_days"]) == (1, ["2026-11-18"])
    assert reason in result["error"]
    assert refreshed(run, "--backfill")["missing_days"] == []


@pytest.mark.parametrize("records", [2, 100])
def test_where_the_api_fails_the_records_are_asked_for(
    run: Run, arxiv: ArxivServer, monkeypatch: pytest.MonkeyPatch, records: int
) -> None:
    for offset in range(4):
        arxiv.announce(TUESDAY + timedelta(offset), *(f"2611.{offset}{n:04}" for n in range(3)))
    run("subscribe", "cs.LG")
    run("refresh")
    at(monkeypatch, arxiv, TUESDAY + timedelta(3))
    run("refresh")
    arxiv.failures_of_api = [Response("gone", status=404)]
    arxiv.records = records
    result = refreshed(run, "--backfill")
    assert (result["missing_days"], result["new"], result["error"]) == ([], 6, None)
    days = [paper["day"] for paper in listed(run)]
    assert {day: days.count(day) for day in days} == {f"2026-11-{17 + n}": 3 for n in range(4)}


def test_a_server_that_gives_the_same_page_again_and_again_is_left(
    run: Run, arxiv: ArxivServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    arxiv.announce(TUESDAY, "2611.00001")
    run("subscribe", "cs.LG")
    run("refresh")
    arxiv.announce(TUESDAY + timedelta(1), "2611.00002", "2611.00003")
    at(monkeypatch, arxiv, TUESDAY + timedelta(2))
    arxiv.announce(arxiv.today, "2611.00004")
    answer = arxiv._answer
    monkeypatch.setattr(arxiv, "_answer", lambda items, total: answer(arxiv.batches[1:3], 100_000))
    assert refreshed(run, "--backfill")["missing_days"] == []
    assert arxiv.requests.count("api") == 2


def test_an_interrupted_backfill_goes_on_where_it_was(
    run: Run, arxiv: ArxivServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedreader.arxiv.addresses.PAGE", 4)
    arxiv.announce(TUESDAY, "2611.00001")
    run("subscribe", "cs.LG")
    run("refresh")
    arxiv.announce(TUESDAY + timedelta(1), *(f"2611.1{n:04}" for n in range(10)))
    at(monkeypatch, arxiv, TUESDAY + timedelta(2))
    arxiv.announce(arxiv.today, "2611.20001")
    run("refresh")
    arxiv.requests.clear()
    seen = []

    def fail_on_third() -> None:
        seen.append(1)

    original = arxiv._api

    def api(request: Any) -> Response:
        fail_on_third()
        return Response("no", status=404) if len(seen) == 3 else original(request)

    arxiv.server.clear_all_handlers()
    arxiv.install()
    arxiv.server.clear_all_handlers()
    import re

    arxiv.server.expect_request(re.compile("/feeds/atom/.*")).respond_with_handler(arxiv._feed)
    arxiv.server.expect_request("/api").respond_with_handler(api)
    arxiv.server.expect_request("/oai").respond_with_handler(arxiv._oai)
    assert run("refresh", "--backfill")[0] == 1
    assert len(listed(run, "day:2026-11-18")) == 8
    result = refreshed(run, "--backfill")
    assert (result["new"], result["missing_days"]) == (2, [])
    assert len(seen) == 4


@pytest.mark.parametrize(
    ("now", "serves", "state"),
    [
        ("2026-11-18T09:00:00-05:00", date(2026, 11, 18), "fresh"),
        ("2026-11-18T09:00:00-05:00", date(2026, 11, 17), "waiting"),
        ("2026-11-18T13:00:00-05:00", date(2026, 11, 17), "stale"),
        ("2026-11-21T09:00:00-05:00", date(2026, 11, 20), "quiet"),
        ("2026-11-18T09:00:00-05:00", date(2026, 11, 1), "quiet"),
    ],
)
def test_states(
    run: Run, arxiv: ArxivServer, monkeypatch: pytest.MonkeyPatch, now: str, serves: date, state: str
) -> None:
    for day in (17, 18, 20):
        arxiv.announce(date(2026, 11, day), f"2611.000{day}")
    monkeypatch.setenv("FEEDREADER_NOW", now)
    arxiv.today = serves
    run("subscribe", "cs.LG")
    assert refreshed(run)["state"] == state


def test_papers_without_a_name_get_theirs(run: Run, arxiv: ArxivServer, tmp_path: Path) -> None:
    arxiv.announce(date(2026, 11, 3), "2611.00077")
    file = tmp_path / "records.txt"
    file.write_text(
        "We look at what a paper is when nobody has told its name, and find that an abstract does for a while.\n\n"
        "arXiv:2611.00077\nCreated: 2026-11-02\n"
    )
    run("import", str(file))
    assert listed(run)[0]["title"] is None
    assert run("refresh")[0] == 0
    (paper,) = listed(run)
    assert (paper["title"], paper["authors"]) == ("The Paper 2611.00077", ["Ann Lee", "Bo Chan"])
    assert (paper["day"], paper["categories"]) == ("2026-11-02", ["cs.LG"])


RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Garden Letters</title><link>http://x.example/</link>
<description>d</description><item><title>On Snails</title><link>http://x.example/1</link><guid>1</guid>
<pubDate>Mon, 16 Nov 2026 08:00:00 GMT</pubDate><description>They are slow.</description></item></channel></rss>"""


def test_a_feed_is_fetched_when_it_is_subscribed_to_and_its_failure_is_kept(run: Run, httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/feed").respond_with_data(RSS, content_type="application/rss+xml")
    url = httpserver.url_for("/feed")
    assert run("subscribe", url)[0] == 0
    assert [(paper["title"], paper["day"], paper["sources"]) for paper in listed(run)] == [
        ("On Snails", "2026-11-16", ["Garden Letters"])
    ]
    httpserver.expect_ordered_request("/feed").respond_with_data("gone", status=410)
    result = refreshed(run)
    assert (result["state"], result["status"], result["code"]) == ("failed", 410, 1)
    assert "410" in result["error"]
    assert len(listed(run)) == 1
    assert run("subscriptions", "--json")[1][0]["failing_since"]
    assert run("unsubscribe", "garden letters")[0] == 0
    assert run("subscriptions", "--json")[1] == [] and len(listed(run)) == 1


def test_one_failure_touches_nothing_else(run: Run, arxiv: ArxivServer, httpserver: HTTPServer) -> None:
    arxiv.announce(TUESDAY, "2611.00001")
    httpserver.expect_ordered_request("/feed").respond_with_data(RSS)
    run("subscribe", "cs.LG", httpserver.url_for("/feed"))
    httpserver.expect_ordered_request("/feed").respond_with_data("no", status=404)
    code, results = run("refresh", "--json")
    assert code == 3
    assert {result["source"]: result["state"] for result in results} == {"cs.LG": "fresh", "Garden Letters": "failed"}


def test_a_page_names_its_feed(run: Run, httpserver: HTTPServer) -> None:
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head><body>Hi</body></html>'
    httpserver.expect_request("/").respond_with_data(page, content_type="text/html")
    httpserver.expect_request("/feed").respond_with_data(RSS)
    assert run("subscribe", httpserver.url_for("/"))[0] == 0
    assert run("subscriptions", "--json")[1][0]["target"] == httpserver.url_for("/feed")
    httpserver.expect_request("/plain").respond_with_data("<html>nothing here</html>", content_type="text/html")
    assert run("subscribe", httpserver.url_for("/plain"))[0] == 1
    assert run("subscribe", "ftp://x.example/feed")[0] == 1


def test_a_server_that_asks_for_patience_gets_it(run: Run, arxiv: ArxivServer, httpserver: HTTPServer) -> None:
    answer = Response(RSS, headers={"Cache-Control": "max-age=3600"})
    httpserver.expect_ordered_request("/feed").respond_with_response(answer)
    run("subscribe", httpserver.url_for("/feed"))
    result = refreshed(run)
    assert (result["new"], result["error"]) == (0, None)
    assert result["next_allowed"] and datetime.fromisoformat(result["next_allowed"]).astimezone(UTC).hour == 16


def test_a_list_of_subscriptions_goes_in_and_comes_out(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opml = """<opml version="2.0"><head><title>x</title></head><body><outline text="Science">
    <outline type="rss" text="ML" xmlUrl="http://export.arxiv.org/rss/cs.LG"/>
    <outline type="rss" text="Garden" xmlUrl="https://x.example/feed?a=1&amp;b=2"/></outline></body></opml>"""
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "mine.opml").write_text(opml)
    run("import", str(folder))
    assert run("subscriptions", "--json")[1] == []
    _, (result,) = run("import", "--json", str(folder / "mine.opml"))
    assert (result["format"], result["subscriptions"]) == ("opml", 2)
    assert (result["entries"], result["new"], result["merged"], result["known"]) == (0, 0, 0, 0), "these are papers"
    subscriptions = {line["source"]: (line["target"], line["folder"]) for line in run("subscriptions", "--json")[1]}
    assert subscriptions == {"cs.LG": ("cs.LG", "Science"), "Garden": ("https://x.example/feed?a=1&b=2", "Science")}
    assert {line["state"] for line in run("subscriptions", "--json")[1]} == {"new"}, "nothing was fetched yet"
    capsys.readouterr()
    assert main(["export", "--format", "opml", "-o", str(folder / "out.opml")]) == 0
    assert run("import", "--json", str(folder / "out.opml"))[1][0]["subscriptions"] == 1  # arXiv's is the server's here


# --- the calendar -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("submitted", "announced"),
    [
        ("2026-11-16T13:59:00-05:00", "2026-11-17"),
        ("2026-11-16T14:00:00-05:00", "2026-11-18"),
        ("2026-11-19T13:00:00-05:00", "2026-11-20"),
        ("2026-11-19T15:00:00-05:00", "2026-11-23"),
        ("2026-11-20T13:00:00-05:00", "2026-11-23"),
        ("2026-11-20T15:00:00-05:00", "2026-11-24"),
        ("2026-11-21T12:00:00-05:00", "2026-11-24"),
        ("2026-07-13T17:59:00+00:00", "2026-07-14"),
        ("2026-07-13T18:00:00+00:00", "2026-07-15"),
    ],
)
def test_when_a_submission_is_announced(submitted: str, announced: str) -> None:
    day = announcement_day(datetime.fromisoformat(submitted))
    assert day.isoformat() == announced
    first, last = submissions_of(day)
    assert first <= datetime.fromisoformat(submitted) < last


def test_what_is_due() -> None:
    assert due_day(datetime(2026, 11, 18, 4, 59, tzinfo=UTC)) == date(2026, 11, 17)
    assert due_day(datetime(2026, 11, 18, 5, 0, tzinfo=UTC)) == date(2026, 11, 18)
    assert due_day(datetime(2026, 11, 22, 12, 0, tzinfo=UTC)) == date(2026, 11, 20)
