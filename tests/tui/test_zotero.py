"""Papers sent to Zotero from the screen: real child processes, and a server on the loopback for Zotero."""

from __future__ import annotations

import re
from contextlib import AbstractAsyncContextManager

import pytest

from feedreader.library import Library
from feedreader.tui.controllers.zotero import COLLECTION
from tests.tui.conftest import Reader, reading
from tests.tui.world import asides
from tests.zotero_server import ZoteroServer, sleeps

PLACES = "/connector/getSelectedCollection"


def open_reader(library: Library, query: str = "") -> AbstractAsyncContextManager[Reader]:
    return reading(library, query=query or None)


async def done(reader: Reader) -> None:
    await reader.until(lambda: not reader.app.zotero._busy, "it is sent")
    await reader.rest()


async def sent(reader: Reader, server: ZoteroServer, papers: int) -> None:
    await reader.until(lambda: len(server.papers) == papers, f"{papers} papers came")
    await done(reader)


async def test_the_collection_is_chosen_once_and_the_selected_one_is_offered(
    papers: Library, zotero: ZoteroServer
) -> None:
    zotero.selected = "C24"
    async with open_reader(papers) as reader:
        await reader.press("Z")
        await done(reader)
        assert "Send to Zotero" in reader.text("#dialog-heading")
        assert "Our Group / Reading" in reader.text("#narrow-lines")
        await reader.press("up", "enter")
        await sent(reader, zotero, 1)
        assert reader.message == "1 paper sent to Zotero (My Library / Reading)."
        assert zotero.papers[0]["title"] == reader.title and zotero.papers[0]["collections"] == ["READING1"]
        await reader.press("j", "Z")
        await sent(reader, zotero, 2)
        await reader.press("Z")
        await done(reader)
        assert reader.message == "This paper is in Zotero already." and len(zotero.papers) == 2
        assert reader.app.screen is reader.app.feed and "Zotero…" not in reader.text("#status")


async def test_the_shortlist_goes_by_the_palette_and_the_collection_can_be_changed(
    papers: Library, zotero: ZoteroServer
) -> None:
    papers.set_state(COLLECTION, "L1")
    async with open_reader(papers) as reader:
        await reader.press("s", "j", "s")
        await reader.press("ctrl+p")
        await reader.write("collection in zotero")
        await reader.press("enter")
        await done(reader)
        await reader.write("deeper")
        await reader.press("enter")
        assert reader.message == "Papers go to My Library / Reading / Deeper from now on."
        assert papers.state(COLLECTION) == "C24" and zotero.papers == []
        await reader.press("ctrl+p")
        await reader.write("shortlist to zotero")
        await reader.press("enter")
        await sent(reader, zotero, 2)
        assert reader.message == "2 papers sent to Zotero (My Library / Reading / Deeper)."


async def test_papers_wait_for_one_another(papers: Library, zotero: ZoteroServer) -> None:
    papers.set_state(COLLECTION, "L1")
    zotero.before = sleeps("/connector/ping", 0.3)
    async with open_reader(papers) as reader:
        await reader.press("Z", "Z")
        assert reader.message.startswith("Already sending “")
        await reader.press("j", "Z")
        assert reader.message.endswith("is next.")
        await reader.press("s")
        await sent(reader, zotero, 2)
        assert reader.counts[2] == 1


async def test_escape_stops_it(papers: Library, zotero: ZoteroServer) -> None:
    papers.set_state(COLLECTION, "L1")
    zotero.before = sleeps("/connector/ping", 5)
    async with open_reader(papers) as reader:
        await reader.press("Z", "j", "Z")
        await reader.until(lambda: bool(zotero.requests), "it runs")
        assert "esc to stop" in reader.text("#status")
        await reader.press("escape")
        await done(reader)
        assert reader.message.startswith("Stopped.") and not reader.app.zotero.children
        assert "esc to stop" not in reader.text("#status")
    assert zotero.papers == []


async def test_what_goes_wrong_is_said(papers: Library, zotero: ZoteroServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_reader(papers) as reader:
        with monkeypatch.context() as gone:
            gone.setenv("FEEDREADER_ZOTERO", "http://127.0.0.1:1")
            await reader.press("Z")
            await done(reader)
            said = "Zotero is not running at http://127.0.0.1:1. Start it and try again."
            assert asides(reader)[-1][:2] == ("Zotero", said)
        papers.set_state(COLLECTION, "C23")
        zotero.unsavable = re.compile("Alpha")
        await reader.press("g", "Z")
        await done(reader)
        assert "was not sent: Unknown itemType" in asides(reader)[-1][1]
        zotero.prompt, zotero.keys = "deny", {}
        await reader.press("Z")
        await done(reader)
        assert "Access was denied in Zotero." in asides(reader)[-1][1]
        assert zotero.papers == [] and reader.app.screen is reader.app.feed


async def test_a_collection_that_is_gone_is_asked_for_again(papers: Library, zotero: ZoteroServer) -> None:
    papers.set_state(COLLECTION, "C99")
    async with open_reader(papers) as reader:
        await reader.press("Z")
        await done(reader)
        assert "Send to Zotero" in reader.text("#dialog-heading")
        await reader.press("escape")
        assert papers.state(COLLECTION) is None and not reader.app.zotero._waiting
        await reader.press("Z")
        await done(reader)
        await reader.press("enter")
        await sent(reader, zotero, 1)


async def test_a_question_that_comes_late_waits_for_another_key(papers: Library, zotero: ZoteroServer) -> None:
    zotero.before = sleeps(PLACES, 0.5)
    async with open_reader(papers) as reader:
        await reader.press("Z", "question_mark")
        help_screen = reader.app.screen
        await done(reader)
        assert reader.app.screen is help_screen
        assert asides(reader)[-1][:2] == ("Zotero", "Press Z again to choose a collection.")


async def test_without_papers_there_is_nothing_to_send(papers: Library, zotero: ZoteroServer) -> None:
    async with open_reader(papers, query="nosuchword") as reader:
        await reader.press("Z")
        assert reader.message == "No papers here."
        await reader.app.run_action("zotero('shortlist')")
        assert reader.message == "Your shortlist is empty." and zotero.requests == []
