"""Subscribing to what paper services answer in JSON, against a server on the loopback."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from feedreader.cli import main
from tests.arxiv_server import Run

SAMPLES = Path(__file__).parents[2] / "sample_feeds"
ADDRESSES = {
    "hf-papers.json": ("/api/daily_papers", "Hugging Face daily papers"),
    "openreview.json": ("/notes?content.venueid=Tides.org/2026/Conference", "OpenReview: Tides.org/2026/Conference"),
    "semantic-scholar.json": ("/graph/v1/paper/search?query=harbors", "Semantic Scholar: harbors"),
    "crossref.json": ("/works?query=harbors&sort=published", "Crossref: harbors"),
    "openalex.json": ("/works?search=barnacles", "OpenAlex: barnacles"),
    "biorxiv.json": ("/details/biorxiv/30d?category=ecology", "bioRxiv: ecology"),
    "biorxiv-published.json": ("/pubs/biorxiv/30d", "bioRxiv, published: 30d"),
}


def daily(*papers: tuple[str, int]) -> bytes:
    return json.dumps(
        [
            {
                "paper": {
                    "id": id,
                    "title": f"Of {id}",
                    "summary": "An abstract.",
                    "authors": [{"name": "Ann Lee"}],
                    "upvotes": upvotes,
                    "submittedOnDailyAt": "2026-11-16T00:00:00.000Z",
                }
            }
            for id, upvotes in papers
        ]
    ).encode()


def papers_of(run: Run) -> list[dict[str, Any]]:
    return run("list", "", "--json")[1]


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_that_answers_in_json_is_subscribed_to(name: str, run: Run, httpserver: HTTPServer) -> None:
    address, called = ADDRESSES[name]
    answer = Response(
        gzip.compress((SAMPLES / name).read_bytes()),
        headers={"Content-Encoding": "gzip", "Content-Type": "application/json; charset=utf-8"},
    )
    httpserver.expect_request(address.partition("?")[0]).respond_with_response(answer)
    assert run("subscribe", httpserver.url_for(address))[0] == 0
    before = papers_of(run)
    assert before and all(paper["sources"] == [called] for paper in before)
    code, (result,) = run("refresh", "--json")
    assert (code, result["source"], result["new"], result["error"]) == (0, called, 0, None)
    assert papers_of(run) == before


def test_a_refresh_brings_what_is_new_and_what_has_changed(run: Run, httpserver: HTTPServer) -> None:
    first, second = daily(("2611.00001", 1)), daily(("2611.00002", 0), ("2611.00001", 7))
    for answer in (first, second):
        httpserver.expect_ordered_request("/api/daily_papers").respond_with_data(answer)
    run("subscribe", httpserver.url_for("/api/daily_papers"))
    _, (result,) = run("refresh", "--json")
    assert (result["new"], result["merged"]) == (1, 0)
    papers = {paper["arxiv_id"]: paper for paper in papers_of(run)}
    assert papers.keys() == {"2611.00001", "2611.00002"}
    assert [mention["text"] for mention in papers["2611.00001"]["mentions"]] == ["7 upvotes"]
    assert papers["2611.00002"]["day"] == "2026-11-16"


def test_an_answer_that_is_cut_off_gives_its_whole_records(run: Run, httpserver: HTTPServer) -> None:
    whole = daily(("2611.00001", 1), ("2611.00002", 1), ("2611.00003", 1))
    for answer in (whole[: whole.rindex(b"Of 2611.00003")], whole):
        httpserver.expect_ordered_request("/api/daily_papers").respond_with_data(answer)
    run("subscribe", httpserver.url_for("/api/daily_papers"))
    assert len(papers_of(run)) == 2
    assert "cut off after 2 papers" in run("subscriptions", "--json")[1][0]["error"]
    _, (result,) = run("refresh", "--json")
    assert (result["new"], result["error"]) == (1, None)


def test_two_questions_to_a_service_have_names_of_their_own(run: Run, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/works").respond_with_data((SAMPLES / "openalex.json").read_bytes())
    for asked in ("search=snails", "search=whelks"):
        assert run("subscribe", httpserver.url_for(f"/works?{asked}"))[0] == 0
    names = [line["source"] for line in run("subscriptions", "--json")[1]]
    assert names == ["OpenAlex: snails", "OpenAlex: whelks"]


def test_what_a_service_says_went_wrong_is_told(
    run: Run, httpserver: HTTPServer, capsys: pytest.CaptureFixture[str]
) -> None:
    fault = json.dumps({"error": "Invalid query", "message": "there is no field snail"}).encode()
    httpserver.expect_ordered_request("/works").respond_with_data(fault)
    url = httpserver.url_for("/works?filter=snail:1")
    capsys.readouterr()
    assert main(["subscribe", url]) == 1
    assert "“Invalid query: there is no field snail”" in capsys.readouterr().err
    httpserver.expect_ordered_request("/works").respond_with_data((SAMPLES / "openalex.json").read_bytes())
    httpserver.expect_ordered_request("/works").respond_with_data(fault)
    assert run("subscribe", url)[0] == 0
    _, (result,) = run("refresh", "--json")
    assert result["state"] == "failed" and "“Invalid query: there is no field snail”" in result["error"]
    assert len(papers_of(run)) == 4


def test_no_papers_today_is_no_failure(run: Run, httpserver: HTTPServer) -> None:
    nothing = b'{"messages":[{"status":"no posts found"}],"collection":[]}'
    httpserver.expect_request("/details/biorxiv/1d").respond_with_data(nothing)
    assert run("subscribe", httpserver.url_for("/details/biorxiv/1d"))[0] == 0
    _, (result,) = run("refresh", "--json")
    assert (result["state"], result["error"]) == ("quiet", None)


def test_a_day_without_daily_papers_is_no_failure(run: Run, httpserver: HTTPServer) -> None:
    for answer in (daily(("2611.00001", 1)), b"[]"):
        httpserver.expect_ordered_request("/api/daily_papers").respond_with_data(answer)
    assert run("subscribe", httpserver.url_for("/api/daily_papers"))[0] == 0
    _, (result,) = run("refresh", "--json")
    assert (result["state"], result["error"]) == ("quiet", None)
    assert len(papers_of(run)) == 1
