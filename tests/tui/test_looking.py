"""What a key looks for among many papers is said and can be stopped; nothing is said of a part as of the whole."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from feedreader.library import Library
from feedreader.library.search import finder
from feedreader.query.language import parse_query
from feedreader.tui import feed_loader
from tests.tui.conftest import reading
from tests.tui.small_windows import SmallWindows, windows  # noqa: F401
from tests.tui.test_windows import ODD, fifteen_days_file, library, read, run_of  # noqa: F401


@pytest.mark.parametrize("keys", [("n",), ("asterisk",), ("X", "w")])
async def test_what_a_key_looks_for_long_is_said_and_can_be_stopped(
    library: Library,  # noqa: F811
    windows: SmallWindows,  # noqa: F811
    keys: Sequence[str],
) -> None:
    read(library, *ODD[:110])
    async with reading(library, query="odd", size=(80, 16)) as reader:
        await reader.press("j", *keys[:-1])
        before, windows.dry = reader.title, True
        await reader.pilot.press(keys[-1])
        await reader.until(lambda: "Looking…" in reader.text("#status"), "it is said that it takes a while")
        assert "escape stops" in reader.text("#status") or "esc stops" in reader.text("#status")
        await reader.pilot.press("escape")
        await reader.rest()
        assert "Looking" not in reader.text("#status") and reader.title == before and reader.message == "Stopped."
        assert reader.app.feed.query_text == "odd", "the search stays"
        windows.dry = False
        await reader.press("j", "s")
        assert reader.list.summary is not None and reader.list.summary.marks.shortlisted, "keys do as before"


async def test_nothing_is_asked_when_another_feed_is_shown_meanwhile(library: Library, windows: SmallWindows) -> None:  # noqa: F811
    async with reading(library, query="odd", size=(80, 16)) as reader:
        await reader.press("X")
        windows.dry = True
        await reader.pilot.press("w")
        await reader.until(lambda: "Looking…" in reader.text("#status"), "it takes a while")
        reader.app.feed.run_query("even")
        windows.dry = False
        await reader.rest()
        assert reader.app.feed.is_active and "Looking" not in reader.text("#status")
        assert reader.app.feed.query_text == "even"


async def test_the_next_unread_paper_of_a_sorted_list_is_found_however_far(
    library: Library,  # noqa: F811
    windows: SmallWindows,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feed_loader, "WINDOWS", feed_loader.WINDOWS._replace(loaded=5))
    order = [key for _, keys in library.papers.matches(parse_query("odd sort:rank")) for key in keys]
    library.marks.set(order[:119], {"read": True}, label="x", step=False)
    async with reading(library, query="odd sort:rank", size=(80, 16)) as reader:
        await reader.press("n")
        assert reader.list.key == order[119]


async def test_what_takes_too_long_to_look_at_again_stays_as_it_is(
    library: Library,  # noqa: F811
    windows: SmallWindows,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feed_loader, "WINDOWS", feed_loader.WINDOWS._replace(again=0.01))
    for query in ("odd", "odd sort:title"):
        async with reading(library, query=query, size=(80, 16)) as reader:
            await reader.press("j", "j")
            before, rows, windows.dry = reader.title, reader.list.feed.rows, True
            read(library, *ODD)
            reader.app.feed.bring_up_to_date()
            await reader.until(lambda: reader.app.feed.loader.pending is None, "it does not take longer")
            assert reader.title == before and reader.list.feed.rows == rows
            assert reader.list.group is not None and not reader.list.group.unread, "what is shown is up to date"
            await reader.pilot.press("escape")
            windows.dry = False
            await reader.rest()


async def test_of_a_day_that_is_cut_no_counts_are_said(library: Library, windows: SmallWindows) -> None:  # noqa: F811
    async with reading(library, query="odd", size=(80, 16)) as reader:
        windows.dry = True
        reader.list.to_end(1)
        await reader.until(lambda: "Searching…" in reader.text("#status"), "the last day may go on")
        run = run_of(reader)
        assert run.is_cut(len(run.groups) - 1)
        assert reader.lines("#list")[0].startswith("── ") and "0/" not in reader.text("#list")
        windows.dry = False
        await reader.rest()
        assert not run.is_cut(run.place(reader.list.cursor or 0).group) and "0/8" in reader.lines("#list")[0]


async def test_the_bar_counts_what_is_shown_when_it_opens_again(library: Library) -> None:  # noqa: F811
    async with reading(library) as reader:
        await reader.press("slash")
        await reader.write("odd")
        await reader.press("enter", "escape", "slash")
        assert reader.app.feed.query_text == ""
        assert reader.lines("#query-verdict")[0].strip().startswith("240 papers")


@pytest.mark.parametrize("order", ["title", "rank", "kept"])
async def test_the_last_paper_of_a_sorted_list_is_reached_however_far(
    library: Library,  # noqa: F811
    windows: SmallWindows,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    order: str,
) -> None:
    monkeypatch.setattr(feed_loader, "WINDOWS", feed_loader.WINDOWS._replace(loaded=5))
    monkeypatch.setattr(finder, "NEWEST", 10)
    monkeypatch.setattr(finder, "_SORTED", 0)
    monkeypatch.setattr(finder, "_SHOWN", 0)
    monkeypatch.setattr(finder, "_LEAST", 4)
    query = f"odd sort:{order}"
    found = [key for _, keys in library.papers.matches(parse_query(query)) for key in keys]
    async with reading(library, query=query, size=(80, 16)) as reader:
        assert run_of(reader).goes_on(1)
        windows.dry = True
        await reader.pilot.press("G")
        await reader.until(lambda: "Looking…" in reader.text("#status"), "it is said that it takes a while")
        await reader.pilot.press("escape")
        await reader.rest()
        assert reader.message == "Stopped." and run_of(reader).goes_on(1) and reader.app.feed.query_text == query
        windows.dry = False
        await reader.press("G")
        assert reader.list.key == found[-1] and run_of(reader).papers == len(found) == 120
        await reader.press("k")
        assert reader.list.key == found[-2]
        await reader.press("g")
        assert reader.list.key == found[0]
