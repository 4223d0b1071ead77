"""No size of the terminal shows less of an abstract than a smaller one, and what is shown is laid out for it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from feedreader.library import Library
from feedreader.model import Entry
from feedreader.view.page import TEXT_WIDTH
from feedreader.view.panes import LIST_MOST, WIDE
from tests.conftest import OpenCopy, library_file
from tests.titles import titles
from tests.tui.conftest import TODAY, Reader, reading

WIDTHS = (60, 80, WIDE - 1, WIDE, 120, 160, 200, 250)
HEIGHTS = (16, 19, 20, 22, 24, 30, 40, 50)


@pytest.fixture(scope="session")
def abstracts_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Papers with abstracts, authors and subjects as long as real ones are."""
    random, papers = Random(5), []
    names = [f"{given} {name}" for given in ("Mei", "Kei", "Ada") for name in ("Fu", "Ito", "Lovelace", "Okonkwo")]
    for number, title in enumerate(titles(random, 4), 1):
        abstract = ". ".join(titles(random, 8 + 6 * (number % 3))) + "."
        authors = tuple(random.sample(names, random.randint(1, 9)))
        subjects = ("cs.LG", "physics.plasm-ph", "stat.ML")[: random.randint(1, 3)]
        papers.append(
            Entry(
                title=title,
                authors=authors,
                abstract=abstract,
                arxiv_id=f"1905.{number:05}",
                day=TODAY,
                categories=subjects,
            )
        )
    return library_file(tmp_path_factory.mktemp("abstracts"), *papers)


@pytest.fixture
def abstracts(open_copy: OpenCopy, abstracts_file: Path) -> Library:
    return open_copy(abstracts_file)


def abstract_shown(reader: Reader) -> float:
    """How much of the abstract in the pane is on the screen, from its beginning."""
    pane = reader.pane
    assert pane.paper is not None and pane.paper.abstract is not None
    left = written = "".join(pane.paper.abstract.split())
    for line in reader.lines("#pane"):
        words = "".join(line[pane.text_origin.x :].split())
        if words and left.startswith(words):
            left = left.removeprefix(words)
    return 1 - len(left) / len(written)


@pytest.mark.parametrize("paper", range(2))
async def test_no_size_shows_less_of_an_abstract_than_a_smaller_one(abstracts: Library, paper: int) -> None:
    async with reading(abstracts, size=(60, 16)) as reader:
        await reader.press(*["j"] * paper)
        shares: dict[tuple[int, int], float] = {}
        for height in HEIGHTS:
            for width in WIDTHS:
                await reader.pilot.resize_terminal(width, height)
                await reader.rest()
                shares[width, height] = abstract_shown(reader)
        for sizes in (
            *([(width, height) for width in WIDTHS] for height in HEIGHTS),
            *([(width, height) for height in HEIGHTS] for width in WIDTHS),
        ):
            for smaller, larger in pairwise(sizes):
                assert shares[larger] >= shares[smaller] - 0.02, (smaller, larger)  # which is less than a line
        assert shares[60, 16] < 0.5 and shares[250, 50] == 1


async def test_facts_have_labels_beside_the_list(abstracts: Library) -> None:
    async with reading(abstracts, size=(WIDE, 24)) as reader:
        for _ in range(3):
            assert "Authors  " in reader.text("#pane") and "Announced  " in reader.text("#pane")
            await reader.press("j")
        await reader.pilot.resize_terminal(WIDE - 1, 40)
        await reader.rest()
        before = reader.text("#pane").splitlines()[1:8]
        assert "Authors  " not in reader.text("#pane")
        await reader.press("enter")
        assert reader.text("#pane").splitlines()[1:8] == before, "a pane that grows shows the same, and more"


async def test_in_a_wide_terminal_the_abstract_is_in_the_middle_of_its_pane(abstracts: Library) -> None:
    async with reading(abstracts, size=(250, 60)) as reader:
        assert reader.list.size.width == LIST_MOST
        for _ in range(2):
            spare = reader.pane.size.width - TEXT_WIDTH
            assert abs(reader.pane.text_origin.x - spare / 2) <= 2
            title = reader.lines("#pane")[reader.pane.text_origin.y]
            assert len(title) - len(title.lstrip("│ ")) == reader.pane.text_origin.x
            await reader.press("v", "v", "v")
        await reader.press("v", "v", "v")
        assert reader.pane.text_origin.x == 1, "under the list it begins where titles do"
