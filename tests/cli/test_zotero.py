"""`feedreader zotero`, with a server on the loopback that stands for Zotero."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from feedreader.cli import main
from feedreader.library import Library
from feedreader.model import Digest, Entry, Query
from feedreader.services import ingest
from tests.conftest import NOW
from tests.zotero_server import ZoteroServer, dies

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `feedreader zotero` on a library of 130 papers, three of them kept: exit code, output and messages."""
    monkeypatch.setenv("FEEDREADER_DATA_DIR", str(tmp_path))
    library = Library.open(tmp_path / "library.sqlite3", now=lambda: NOW)
    entries = tuple(Entry(arxiv_id=f"1905.{n:05}", title=f"Glass {n}", authors=("A B",)) for n in range(1, 131))
    ingest.import_digest(library, Digest(format="x", title="Glass", entries=entries), name="a.txt", path="/a.txt")
    keys = [library.papers.key_of(f"1905.0000{n}") for n in (1, 2, 3)]
    library.marks.set(keys, {"shortlisted": True}, label="kept")
    assert len(list(library.papers.find(Query()))) == 130
    library.close()

    def run(*argv: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["zotero", *argv])
        done = capsys.readouterr()
        return code, done.out, done.err

    return run


def test_the_shortlist_goes_there_once(command: Command, zotero: ZoteroServer) -> None:
    code, out, err = command()
    assert (code, out) == (0, "3 papers sent to Zotero (My Library).\n")
    assert err == "Zotero asks whether feedreader may add papers: answer there.\n"
    code, out, err = command("glass", "id:1905.00003", "or", "id:1905.00004")
    assert (code, out, err) == (0, "1 paper sent to Zotero (My Library), 1 was there already.\n", "")
    assert command("--again", "id:1905.00004")[1] == "1 paper sent to Zotero (My Library).\n"
    assert len(zotero.papers) == 5


def test_json_says_which(command: Command, zotero: ZoteroServer) -> None:
    zotero.api = False
    assert command("id:1905.00002")[0] == 0
    code, out, err = command("--json", "--collection", "My Library/Reading")
    assert (
        code == 0
        and err == ""
        and json.loads(out)
        == {
            "sent": ["1905.00001", "1905.00003"],
            "known": ["1905.00002"],
            "failed": [],
            "collection": "My Library / Reading",
        }
    )
    assert json.loads(command("--json", "nosuchword")[1]) == {
        "sent": [],
        "known": [],
        "failed": [],
        "collection": None,
    }


def test_all_of_them_and_a_query_that_begins_with_a_minus(command: Command, zotero: ZoteroServer) -> None:
    assert command("")[1] == "130 papers sent to Zotero (My Library).\n"
    assert command("-is:shortlisted", "--collection", "My Library")[1] == ("All 127 papers are in Zotero already.\n")


@pytest.mark.parametrize("api", [True, False])
def test_what_failed_is_said_and_is_in_the_exit_code(command: Command, zotero: ZoteroServer, api: bool) -> None:
    import re

    zotero.api = api
    zotero.unsavable = re.compile("Glass 2")
    code, out, err = command()
    assert (code, out) == (3, "2 papers sent to Zotero (My Library).\n")
    assert "feedreader: “Glass 2” was not sent: " in err
    code, out, err = command("id:1905.00002")
    assert (code, out) == (1, "") and "“Glass 2” was not sent" in err


def test_when_it_dies_midway_the_exit_code_is_three(command: Command, zotero: ZoteroServer) -> None:
    zotero.api = False
    left = [2]

    def third(request: object) -> None:
        left[0] -= "saveItems" in str(request)
        if left[0] < 0:
            dies("/connector/saveItems")(zotero.requests[-1])

    zotero.before = third
    code, out, err = command("")
    assert code == 3 and out == "100 papers sent to Zotero (My Library).\n"
    assert err == "feedreader: 30 papers not sent. Zotero closed the connection without answering. Try again.\n"


def test_what_cannot_be_is_one_sentence(
    command: Command, zotero: ZoteroServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    code, out, err = command("--collection", "Reding")
    assert (code, out, err) == (1, "", "feedreader: Zotero has no collection “Reding”. Did you mean “Reading”?\n")
    zotero.prompt = "deny"
    assert command()[0] == 1
    monkeypatch.setenv("FEEDREADER_ZOTERO", "http://127.0.0.1:1")
    code, out, err = command()
    assert (code, out) == (1, "")
    assert err == "feedreader: Zotero is not running at http://127.0.0.1:1. Start it and try again.\n"
    monkeypatch.setenv("FEEDREADER_ZOTERO", "127.0.0.1:23119")
    code, out, err = command()
    assert code == 1 and "FEEDREADER_ZOTERO" in err
    config = tmp_path / "config.toml"
    config.write_text(f'[zotero]\naddress = "{zotero.address}/"\n')
    monkeypatch.delenv("FEEDREADER_ZOTERO")
    monkeypatch.setenv("FEEDREADER_CONFIG", str(config))
    zotero.prompt = "always"
    assert command()[0] == 0


def test_without_papers_zotero_is_left_alone(command: Command, zotero: ZoteroServer) -> None:
    assert command("nosuchword") == (0, "", "No papers match.\n")
    main(["mark", "unshortlist", "--query", ""])
    code, out, err = command()
    assert (code, out) == (0, "") and err.startswith("Your shortlist is empty.")
    assert zotero.requests == []


def test_how_far_it_is_goes_to_the_reader_as_json(command: Command, zotero: ZoteroServer) -> None:
    _, out, err = command("--progress", "--json", "")
    lines = [json.loads(line)["progress"] for line in err.splitlines()]
    assert [line["done"] for line in lines] == [0, 0, 50, 100, 130] and lines[1]["words"].startswith("Zotero asks")
    assert len(json.loads(out)["sent"]) == 130
