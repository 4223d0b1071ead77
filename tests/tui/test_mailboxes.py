"""Mailboxes on the screen: subscribed to by a path that completes, refreshed by real child processes."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.mailboxes import alert, chat, deliver, ids, make_maildir
from tests.tui.world import World, asides, over, server, world

__all__ = ["server", "world"]  # fixtures


async def test_a_maildir_is_subscribed_to_and_what_arrives_is_read(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    folder = make_maildir(tmp_path / "home" / "Mail" / "alerts", [alert(1, *ids(1)), chat(2)])
    async with world.reading() as reader:
        await reader.press("a")
        await reader.write("~/Mail/al")
        await reader.until(lambda: "alerts/" in reader.text("#categories"))
        await reader.press("tab")
        assert reader.app.screen.query_one(Input).value == "~/Mail/alerts/"
        await reader.press("enter")
        await over(reader)
        assert "3 new papers" in reader.message and "alerts ✓" in reader.text("#status")
        deliver(folder, 3, alert(3, *ids(10)))
        await reader.press("r")
        await over(reader)
        assert "3 new papers" in reader.message and reader.counts == (6, 6, 0)
        await reader.press("r")
        await over(reader)
        assert "Nothing new" in reader.message
        (folder / "new").rename(folder / "old")
        await reader.press("r")
        await over(reader)
        assert "failed" in reader.text("#status")


async def test_a_feed_in_a_file_is_subscribed_to_and_read_at_once(world: World, tmp_path: Path) -> None:
    feed = tmp_path / "ada.atom"
    entry = "<entry><id>https://example.org/{0}</id><title>On number {0}</title></entry>"
    document = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Ada</title>{}</feed>'
    feed.write_text(document.format(entry.format(1) + entry.format(2)))
    async with world.reading() as reader:
        await reader.press("a")
        await reader.write(str(tmp_path / "ad"))
        await reader.until(lambda: "ada.atom" in reader.text("#categories"))
        await reader.press("tab", "enter")
        await over(reader)
        await reader.until(lambda: "Subscribed to" in reader.message)
        assert "Ada ✓" in reader.text("#status") and reader.counts == (2, 2, 0)
        feed.write_text(document.format("".join(map(entry.format, range(1, 6)))))
        await reader.press("r")
        await over(reader)
        assert "3 new papers" in reader.message and reader.counts == (5, 5, 0)


async def test_what_is_no_mailbox_is_an_error_that_says_so(world: World, tmp_path: Path) -> None:
    (tmp_path / "list.md").write_text("# A list\n")
    async with world.reading() as reader:
        await reader.press("a")
        await reader.write(str(tmp_path / "list.md"))
        await reader.press("enter")
        await over(reader)
        ((title, words, _),) = asides(reader)
        assert title == "Not subscribed" and "list.md is neither a feed nor a mailbox" in words
    assert world.library.subscriptions.all() == ()
