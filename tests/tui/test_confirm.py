"""The question before something that is not meant to happen by a slip."""

from __future__ import annotations

import pytest

from feedreader.library import Library
from feedreader.tui.dialogs.confirm import Confirm
from tests.tui.conftest import reading


@pytest.mark.parametrize(("key", "answer"), [("y", True), ("n", None), ("escape", None), ("q", None), ("enter", None)])
async def test_only_y_says_yes(papers: Library, key: str, answer: bool | None) -> None:
    async with reading(papers) as reader:
        answers: list[bool | None] = []
        reader.app.push_screen(Confirm("Mark [b]9[/b] papers as read?"), answers.append)
        await reader.rest()
        assert "Mark [b]9[/b] papers as read?" in reader.text("#confirm-question")
        assert "y yes" in reader.text("#dialog-hints") and "n no" in reader.text("#dialog-hints")
        await reader.press("j", "x", "space", "A")
        assert not answers, "no other key answers"
        await reader.press(key)
        assert answers == [answer]
        assert reader.app.screen is reader.app.feed


@pytest.mark.parametrize("key", ["R", "I", "V", "e", "exclamation_mark", "X", "y"])
async def test_q_closes_every_dialog_in_which_nothing_is_typed(papers: Library, key: str) -> None:
    async with reading(papers) as reader:
        await reader.press(key)
        assert reader.app.screen is not reader.app.feed
        await reader.press("q")
        assert reader.app.screen is reader.app.feed and reader.app.return_code is None
