"""Changing subscriptions from the command line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from feedreader.cli import main
from tests.arxiv_server import ArxivServer, Run
from tests.services.test_refresh import TUESDAY, at, listed


def subscribed(run: Run) -> dict[str, tuple[str | None, str]]:
    return {line["source"]: (line["folder"], line["state"]) for line in run("subscriptions", "--json")[1]}


def test_a_new_name_is_on_the_papers_and_stays(run: Run, arxiv: ArxivServer) -> None:
    arxiv.announce(TUESDAY, *(f"2611.0{number:04}" for number in range(260)), categories=("cs.LG", "cs.CL"))
    run("subscribe", "cs.LG", "cs.CL")
    run("refresh")
    run("mark", "read", "2611.00003")
    assert run("subscriptions", "--rename", "cs.lg", " Machine\x07  learning ")[0] == 0
    assert set(subscribed(run)) == {"Machine learning", "cs.CL"}
    assert {tuple(sorted(paper["sources"])) for paper in listed(run)} == {("Machine learning", "cs.CL")}
    assert len(listed(run, 'source:"machine learning"')) == 260 and len(listed(run, "is:read")) == 1
    run("refresh")
    assert "Machine learning" in subscribed(run)
    assert run("unsubscribe", "machine learning")[0] == 0
    assert run("subscribe", "cs.LG")[0] == 0
    assert "Machine learning" in subscribed(run), "its papers bear that name"


def test_a_name_that_is_taken_or_empty_is_refused(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("subscribe", "cs.LG", "cs.CL")
    for name in ("CS.cl", " "):
        assert main(["subscriptions", "--rename", "cs.LG", name]) == 1
    assert "Another subscription" in capsys.readouterr().err
    assert run("subscriptions", "--rename", "nothing", "x")[0] == 1
    assert set(subscribed(run)) == {"cs.LG", "cs.CL"}


def test_folder_pause_and_resume(run: Run, arxiv: ArxivServer) -> None:
    run("subscribe", "cs.LG", "cs.CL")
    assert run("subscriptions", "--folder", "cs.LG", "Science", "--pause", "cs.LG")[0] == 0
    assert subscribed(run)["cs.LG"] == ("Science", "paused")
    run("refresh")
    assert arxiv.requests == ["cs.CL"]
    assert run("subscriptions", "--resume", "cs.LG", "--folder", "cs.LG", "")[0] == 0
    assert subscribed(run)["cs.LG"][0] is None and subscribed(run)["cs.LG"][1] != "paused"
    assert run("subscriptions", "--pause", "nothing")[0] == 1


def test_what_was_never_fetched_leaves_nothing_behind(run: Run) -> None:
    run("subscribe", "cs.LG")
    run("unsubscribe", "cs.LG")
    assert run("sources", "--json")[1] == []


def test_show_tells_of_new_versions(
    run: Run, arxiv: ArxivServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arxiv.announce(TUESDAY, "2611.00001")
    run("subscribe", "cs.LG")
    run("refresh")
    wednesday = TUESDAY + timedelta(1)
    at(monkeypatch, arxiv, wednesday)
    arxiv.announce(wednesday, "2611.00001", kind="replace", version=2, abstract="Said quite otherwise, and longer: ")
    arxiv.announce(wednesday, "2510.00009", kind="replace", version=3)
    run("refresh")
    assert main(["show", "2611.00001", "2510.00009"]) == 0
    shown = capsys.readouterr().out
    assert "v2 on 18 November 2026: abstract changed" in shown
    assert "Met first as a new version of an older paper\nv3 on 18 November 2026" in shown
