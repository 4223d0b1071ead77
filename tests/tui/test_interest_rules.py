"""What is pinned or banned in a file, and rules by interest, followed while one reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedreader.library import Library
from tests.tui.sailors import at_once, child, learned, papers
from tests.tui.test_rules import overwrite, reading, write

__all__ = ["at_once", "child", "learned", "papers"]  # fixtures


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "conf" / "rules.toml"
    path.parent.mkdir()
    return path


def interest(library: Library, id: str) -> float:
    found = library.papers.get(library.papers.key_of(id))
    assert found is not None and found.interest is not None
    return found.interest.score


async def test_what_is_pinned_counts_as_soon_as_the_file_is_written(learned: Library, rules: Path) -> None:
    other = "1905.00000"  # on another topic
    before = interest(learned, other)
    async with reading(learned, rules) as reader:
        overwrite(rules.with_name("interest.toml"), '[[pin]]\nauthor = "Someone0 Else"\n')
        reader.app.rules.look()
        await reader.until(lambda: interest(learned, other) > before + 0.1, "the pin counts")
        overwrite(rules.with_name("interest.toml"), '[[ban]]\nauthor = "Someone0 Else"\n')
        reader.app.rules.look()
        await reader.until(lambda: interest(learned, other) <= before, "the ban counts")
        rules.with_name("interest.toml").unlink()
        reader.app.rules.look()
        await reader.until(lambda: interest(learned, other) == pytest.approx(before, abs=0.02), "nothing is pinned")


async def test_a_mistake_in_it_is_told_with_its_line(learned: Library, rules: Path) -> None:
    overwrite(rules.with_name("interest.toml"), '\n[[pin]]\nwords = "kelp"\n')
    async with reading(learned, rules) as reader:
        await reader.until(lambda: bool(reader.app._notifications), "the mistake is told")
        assert any(
            "interest.toml" in notice.message and "line" in notice.message for notice in reader.app._notifications
        )
    overwrite(rules.with_name("interest.toml"), "[[pin")
    async with reading(learned, rules) as reader:
        await reader.until(lambda: bool(reader.app._notifications), "the mistake is told")


async def test_a_rule_by_interest_follows_what_is_kept(learned: Library, rules: Path) -> None:
    write(rules, ("highlight", "interest:>0.9"))
    async with reading(learned, rules) as reader:
        before = reader.app.feed.list.feed.groups[0].highlighted
        assert before
        keys = [learned.papers.key_of(f"1904.1{number:04}") for number in range(100, 106)]
        learned.marks.set(keys[:2], {"shortlisted": False}, label="no longer kept")
        reader.app.feed.interest.marked()
        await reader.until(lambda: reader.app.feed.list.feed.groups[0].highlighted != before, "the rule follows")
