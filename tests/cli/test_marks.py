"""The command line's twins of marking, tagging and writing notes."""

from __future__ import annotations

import io
from typing import Any

import pytest

from tests.cli.test_cli import Run, digest, run

__all__ = ["digest", "run"]


@pytest.fixture
def ids(run: Run, digest: object) -> list[str]:
    run("import", digest)
    return [paper["id"] for paper in run("list", "--json").objects]


def show(run: Run, id: str) -> dict[str, Any]:
    (paper,) = run("show", "--json", id).objects
    return paper


def test_dismissing_reads_and_is_taken_back(run: Run, ids: list[str]) -> None:
    assert run("mark", "dismiss", *ids) == (0, "", "2 papers dismissed.\n")
    assert all(show(run, id)["read"] and not show(run, id)["shortlisted"] for id in ids)
    assert "× dismissed" in run("show", ids[0]).out
    assert run("list").out.splitlines()[1].startswith("×")
    assert run("mark", "undismiss", ids[0]).code == 0
    assert [show(run, id)["read"] for id in ids] == [False, True]
    assert run("undo").err.startswith("Undid: stop dismissing “")
    assert run("undo").err == "Undid: dismiss 2 papers.\n"
    assert not any(show(run, id)["read"] for id in ids)


def test_a_kept_paper_is_not_dismissed_and_that_is_said(run: Run, ids: list[str]) -> None:
    assert run("mark", "shortlist", ids[0]).err == "1 paper kept.\n"
    refused = "1 paper not dismissed: on the shortlist. `feedreader mark unshortlist` first.\n"
    assert run("mark", "dismiss", *ids) == (1, "", f"1 paper dismissed.\n{refused}")
    assert (show(run, ids[0])["dismissed"], show(run, ids[1])["dismissed"]) == (False, True)
    assert run("mark", "dismiss", "--query", "") == (0, "", f"0 papers dismissed.\n{refused}"), "what can be is"
    assert run("mark", "shortlist", ids[1]).code == 0
    assert (show(run, ids[1])["dismissed"], show(run, ids[1])["shortlisted"]) == (False, True)


def test_a_note_is_written_printed_and_taken_away(run: Run, ids: list[str]) -> None:
    assert run("note", ids[0]) == (0, "", "")
    assert run("note", ids[0], "Read *this*.\n").err == f"Wrote a note on {ids[0]}.\n"
    assert run("note", ids[0]) == (0, "Read *this*.\n", "")
    assert show(run, ids[0])["note"] == "Read *this*."
    assert "Read this." in run("show", ids[0]).out
    assert run("note", ids[0], "Read *this*.").err == "Nothing changed.\n"
    assert run("note", ids[0], "").err == f"Removed the note on {ids[0]}.\n"
    assert show(run, ids[0])["note"] is None
    run("undo")
    assert show(run, ids[0])["note"] == "Read *this*."
    assert run("note", "9999.99999", "x").code == 1


def test_a_note_comes_from_standard_input_made_safe(run: Run, ids: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    class Given:
        buffer = io.BytesIO("# Über\r\n\x1b[31mred\x1b[0m\r\n\r\n".encode())

    monkeypatch.setattr("sys.stdin", Given)
    assert run("note", ids[0], "-").code == 0
    assert show(run, ids[0])["note"] == "# Über\nred"


def test_tags_are_put_and_taken_in_one_step(run: Run, ids: list[str]) -> None:
    assert run("tag", "add", "to-read,#GAN", *ids) == (0, "", "2 papers changed.\n")
    assert run("tag", "remove", "gan", ids[1]).code == 0
    assert [show(run, id)["tags"] for id in ids] == [["to-read", "GAN"], ["to-read"]]
    assert run("tags").out == "     1  GAN\n     2  to-read\n"
    assert run("tags", "--json").objects == [{"tag": "GAN", "papers": 1}, {"tag": "to-read", "papers": 2}]
    assert run("undo").err.startswith("Undid: remove #gan from “")
    assert run("undo").err == "Undid: tag 2 papers #to-read #GAN.\n"
    assert all(show(run, id)["tags"] == [] for id in ids)
    assert run("tag", "add", "all", "--query", "").code == 0
    assert run("tags").out == "     2  all\n"


def test_one_tag_in_two_spellings_is_counted_once_everywhere(run: Run, ids: list[str]) -> None:
    run("tag", "add", "ML", ids[0])
    run("tag", "add", "ＭＬ", ids[1])
    assert run("tag", "add", "ＭＬ,ml", ids[0]).err == "0 papers changed.\n"
    assert run("tags", "--json").objects == [{"tag": "ML", "papers": 2}]
    assert [(tag["name"], tag["papers"]) for tag in run("browse", "tags", "--json").objects] == [("ML", 2)]
    assert len(run("list", "tag:=ml", "--json").objects) == 2
    assert run("tag", "remove", "ml", *ids).err == "2 papers changed.\n"
    assert run("tags").out == ""


@pytest.mark.parametrize(
    "words", [("add", "x"), ("add", "#", "1"), ("add", "x", "1", "--query", ""), ("put", "x", "1")]
)
def test_tagging_wants_a_tag_and_papers(run: Run, ids: list[str], words: tuple[str, ...]) -> None:
    assert run("tag", *words).code == 2


def test_an_unknown_paper_leaves_all_as_it_was(run: Run, ids: list[str]) -> None:
    assert run("tag", "add", "x", ids[0], "9999.99999").code == 1
    assert run("tags").out == ""
