"""Changing subscriptions from the command line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

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
    assert "Versions   v2 on 18 Nov 2026: abstract changed\n" in shown
    announced = "Announced as a new version of an older paper"
    assert f"Versions   {announced}\n           v3 on 18 Nov 2026\n" in shown


def test_no_password_of_an_address_is_printed(
    run: Run, arxiv: ArxivServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even where an error, a title or the name of a list's feed holds it; in an OPML list it is left out."""
    server = arxiv.server
    item = "<item><title>On Snails</title><guid>1</guid><description>They keep diaries.</description></item>"
    feed = f'<rss version="2.0"><channel><title>Private</title>{item}</channel></rss>'
    asked = {"Authorization": "Basic bWU6czNjcjp0QHg="}
    server.expect_request("/mine", headers=asked).respond_with_data(feed, content_type="application/rss+xml")
    server.expect_request("/no").respond_with_data("no feed")
    server.expect_request("/bad").respond_with_data("", status=404)
    base = f"http://me:s3cr%3At%40x@localhost:{server.port}"
    server.expect_request("/round").respond_with_data("", status=302, headers={"Location": f"{base}/round"})
    outlines = (f'<outline text="{base}/bad" xmlUrl="{base}/bad?token=s3cr3t"/>', f'<outline xmlUrl="{base}/mine"/>')
    (tmp_path / "list.opml").write_text(f'<opml version="2.0"><body>{"".join(outlines)}</body></opml>')
    commands = [["subscribe", f"{base}/{name}"] for name in ("mine", "mine", "no", "bad", "round")]
    commands += [["subscribe", "ftp://me:s3cr3t@x/"], ["import", str(tmp_path / "list.opml")], ["refresh"]]
    commands += [[name, *json] for name in ("subscriptions", "sources", "browse sources") for json in ([], ["--json"])]
    commands += [["refresh", "--json"], ["list", "--json"], ["export", "--format", "opml"]]
    capsys.readouterr()
    for command in commands:
        main([word for words in command for word in words.split()])
    said = capsys.readouterr()
    lists, _, opml = said.out.partition("<opml")
    assert "s3cr" not in lists + said.err
    assert "://***@localhost" in lists and "://***@localhost" in said.err and "token=***" in lists
    assert f'xmlUrl="http://localhost:{server.port}/mine"' in opml and "me:" not in opml
    assert "left out the password in its address" in said.err
    assert len(listed(run)) == 1, "what the password is for is there"
    (target,) = {line["target"] for line in run("subscriptions", "--json")[1] if line["target"].endswith("/mine")}
    assert "***" in target and run("unsubscribe", target)[0] == 0, "by the name that is shown"


@pytest.mark.parametrize("target", ["nature.com", "www.nature.com", "feeds.example.org", "localhost:80", "ftp://x/y"])
def test_an_address_without_its_start_is_not_taken_for_a_category(
    target: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["subscribe", target]) == 1
    assert capsys.readouterr().err == (
        f"feedreader: “{target}” is not an arXiv category, web address or file. Write addresses in full: https://…\n"
    )


@pytest.mark.parametrize("target", ["cs.lx", "cs.XX", "sc.LG", "machine", "cs.LG+foo"])
def test_a_category_with_a_slip_is_a_category(target: str, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["subscribe", target]) == 1
    assert "Unknown arXiv category" in capsys.readouterr().err


def test_a_refresh_of_what_is_paused_says_so(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("subscribe", "cs.LG")
    run("subscriptions", "--pause", "cs.LG")
    capsys.readouterr()
    assert main(["refresh"]) == 0
    assert capsys.readouterr() == (
        "",
        "All subscriptions are paused. Resume one: `feedreader subscriptions --resume NAME`.\n",
    )
