"""`browse` and `views`, and `--view`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from feedreader.cli import main

SAMPLES = Path(__file__).resolve().parents[2] / "sample_feeds"


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A library with the day-list in it, and a folder of settings."""
    settings = tmp_path / "config.toml"
    settings.write_text('[views]\n"Kept" = "is:shortlisted"\n"By title" = "sort:title"\n')
    monkeypatch.setenv("FEEDREADER_CONFIG", str(settings))
    monkeypatch.setenv("FEEDREADER_DATA_DIR", str(tmp_path / "data"))
    assert main(["import", str(SAMPLES / "day-list.txt"), str(SAMPLES / "arxiv-records.txt")]) == 0
    capsys.readouterr()
    return settings.with_name("views.toml")


def lines(capsys: pytest.CaptureFixture[str], *argv: str, code: int = 0) -> list[str]:
    capsys.readouterr()
    assert main(list(argv)) == code
    return capsys.readouterr().out.splitlines()


def test_what_browse_lists_is_what_its_queries_find(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tag", "add", "thesis,to-read", "--query", ""]) == 0
    for facets in ("categories", "sources", "authors", "tags"):
        listed = [json.loads(line) for line in lines(capsys, "browse", facets, "--json")]
        assert listed and [line["papers"] for line in listed] == sorted(
            (line["papers"] for line in listed), reverse=True
        )
        for line in listed:
            assert len(lines(capsys, "list", "--json", line["query"])) == line["papers"], line
            assert len(lines(capsys, "list", "--json", line["query"], "is:unread")) == line["unread"]
        assert len(lines(capsys, "browse", facets, "--limit", "1")) == 1
        assert listed[0]["name"] in lines(capsys, "browse", facets)[0]


def test_saved_searches_are_listed_with_what_they_find(capsys: pytest.CaptureFixture[str], places: Path) -> None:
    assert main(["mark", "shortlist", "--query", "source:day-list"]) == 0
    assert main(["views", "--save", "Unread [x]", "is:unread -is:shortlisted"]) == 0
    kept, title, unread = (json.loads(line) for line in lines(capsys, "views", "--json"))
    assert kept["name"] == "Kept" and kept["papers"] == kept["unread"] == len(
        lines(capsys, "list", "--json", "is:shortlisted")
    )
    assert title["papers"] == kept["papers"] + unread["papers"]
    assert unread == {**unread, "name": "Unread [x]", "query": "is:unread -is:shortlisted"}
    assert lines(capsys, "views")[2].split(None, 4)[4] == "Unread [x]  (is:unread -is:shortlisted)"
    assert main(["views", "--remove", "unread [X]"]) == 0
    assert len(lines(capsys, "views")) == 3, "one is made for her, now that something was learned"
    made = json.loads(lines(capsys, "views", "--json")[2])
    assert made == {"name": "Best unread", "query": "is:unread -is:shortlisted top:20", "papers": 4, "unread": 4}
    assert len(lines(capsys, "list", "--view", "best unread")) == 4
    assert "Best" not in places.read_text()
    assert main(["views", "--remove", "Best unread"]) == 0 and main(["views", "--remove", "Best unread"]) == 1
    assert len(lines(capsys, "views")) == 2
    assert main(["list", "--view", "Best unread"]) == 1
    assert places.read_text().startswith("#")


def test_list_and_export_take_a_saved_search(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mark", "shortlist", "--query", "source:day-list"]) == 0
    kept = lines(capsys, "list", "--json", "is:shortlisted")
    assert lines(capsys, "list", "--view", "kept", "--json") == kept
    assert lines(capsys, "list", "--json", "--view=Kept", "-is:read", "--limit", "1") == kept[:1]
    titles = [json.loads(line)["title"] for line in lines(capsys, "list", "--view", "By title", "--json")]
    named = [title for title in titles if title]
    assert named == sorted(named, key=str.casefold) and not any(titles[len(named) :])
    exported = lines(capsys, "export", "--view", "By title", "--format", "jsonl")
    assert len(exported) == len(titles)
    assert lines(capsys, "export", "--view", "Kept", "--format", "opml", code=2) == []


def test_what_is_wrong_is_said_and_the_others_hold(capsys: pytest.CaptureFixture[str], places: Path) -> None:
    places.write_text('"bad" = "is:unraed"\n"good" = "is:unread"\n')
    assert main(["views"]) == 1
    out, err = capsys.readouterr()
    assert [line.split()[4] for line in out.splitlines()] == ["Kept", "By", "good"]
    assert f"{places}, line 1" in err and "Did you mean is:unread?" in err and "\n  is:unraed\n     ^" in err
    assert main(["list", "--view", "goood"]) == 1
    assert "Did you mean “good”?" in capsys.readouterr().err
    assert main(["list", "--view", "good"]) == 0
    assert main(["views", "--save", "x", "is:unraed"]) == 2
    assert main(["views", "--save", "kept", "x"]) == 1
    assert "“Kept” is defined in config.toml" in capsys.readouterr().err
