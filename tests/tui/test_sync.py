"""The reader and the folder that machines share."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from pathlib import Path
from typing import cast

import pytest

from feedreader.config.values import Settings
from feedreader.library import Library
from feedreader.model import Paper
from feedreader.tui.controllers import sync
from feedreader.tui.dialogs.palette import commands_of
from tests.tui.conftest import Reader, reading
from tests.tui.world import asides


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Looks more often than a person needs, and finds no files of hers."""
    assert sync.SECONDS < 1, "what is done is in the folder within a second"
    monkeypatch.setattr(sync, "SECONDS", 0.05)
    monkeypatch.setenv("FEEDREADER_CONFIG", str(tmp_path / "config.toml"))


def record(name: str, **stated: object) -> str:
    told = {"feedreader": 1, "machine": "aaaa", "number": 1, "clock": 10**14, "time": "2026-11-21T09:00:00+00:00"}
    return json.dumps({**told, "paper": [name], **stated}) + "\n"


def shown(reader: Reader) -> Paper:
    paper = reader.app.feed.pane.paper
    assert paper is not None
    return paper


async def test_what_others_did_is_shown_and_what_is_done_here_is_told(papers: Library, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    async with reading(papers, settings=Settings(sync_folder=folder)) as reader:
        await reader.press("s")
        await reader.until(lambda: any(folder.iterdir()), "it is written")
        (own,) = folder.iterdir()
        told = json.loads(own.read_text())
        name = told["paper"][0]
        assert (told["field"], told["says"]["title"]) == ("shortlisted", shown(reader).title)
        other = folder / "feedreader-aaaa.jsonl"
        other.write_text(record(name, field="shortlisted", value=False) + record(name, field="tag:x", value="theirs"))
        await reader.until(lambda: "from your other machines" in reader.message, "it came")
        await reader.until(lambda: papers.papers.counts()[2] == 0, "it is no longer kept")
        await reader.until(lambda: shown(reader).marks.tags == ("theirs",), "it is shown")
        await reader.press("u")
        assert papers.papers.counts()[2] == 0, "what another machine did is not undone"
        offered = commands_of(reader.app, reader.app.context, None)
        (command,) = (each for each in offered if each.name == "Sync now")
        await cast(Awaitable[None], command.run())
        await reader.until(lambda: reader.message.startswith("Synced: "), "at once")
        other.write_text("rubbish\n")
        await reader.until(
            lambda: any("line 1: This line is not a record." in said for _, said, _ in asides(reader)), "!"
        )
        await reader.press("x")
    assert [json.loads(line)["field"] for line in own.read_text().splitlines()].count("dismissed") == 1, "at the end"


async def test_a_folder_that_is_not_there_is_said_once_and_waited_for(papers: Library, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    async with reading(papers, settings=Settings(sync_folder=folder)) as reader:
        await reader.until(lambda: bool(asides(reader)), "it is said")
        await reader.press("s")
        assert [said for _, said, _ in asides(reader)] == [
            f"The folder {folder} is not there. `feedreader sync` creates it."
        ]
        folder.mkdir()
        await reader.until(lambda: any(folder.iterdir()), "it is written")


async def test_without_a_folder_nothing_is_synced(papers: Library, tmp_path: Path) -> None:
    async with reading(papers) as reader:
        await reader.press("s")
        assert all(each.name != "Sync now" for each in commands_of(reader.app, reader.app.context, None))
        await reader.app.run_action("app.sync")
        assert "set a folder under [sync]" in reader.message
    assert papers.sync.machine() is None
