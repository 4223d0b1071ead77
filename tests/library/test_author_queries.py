"""Authors are found in whatever form their names are asked for."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from feedreader.library import Library
from feedreader.library.search.functions import _hold, has_author, is_name, name_holds
from feedreader.model import Digest, Entry
from feedreader.query.facets import by_author, query_for
from feedreader.query.language import parse_query
from feedreader.services import ingest
from feedreader.text.author_names import GLUED_INITIALS, name_words
from feedreader.text.normalize import BEGINNING, WHOLE, normalize, spellings
from tests.library.test_queries import without_index


@pytest.mark.parametrize("indexed", [True, False])
def test_a_name_is_found_however_it_is_written(library: Library, tmp_path: Path, indexed: bool) -> None:
    names = (
        *("Robert Downey Jr.", "Davis, Jr., Sammy", "Clarke EM", "The ATLAS Collaboration", "The ALICE Collaboration"),
        *("A. Tumasyan (on behalf of the CMS Collaboration)", "Le Roux, Nicolas", "G. 't Hooft", "Aäron van den Oord"),
        *("JB Lovelace", "BABBAGE Charles", "Łukasz Ørsted", "Ivan GARCÍA RUIZ", "Serre J-P.", "Jane Roe, MSc"),
    )
    entries = tuple(Entry(title=f"Paper {number}", authors=(name,)) for number, name in enumerate(names))
    ingest.import_digest(library, Digest(format="x", title="x", entries=entries), name="x", path="/x")
    if not indexed:
        library = without_index(library, tmp_path / "copy.sqlite3")
    names_in_feed = {
        "Robert Downey Jr.": "Robert Downey Jr.",
        "R. Downey": "Robert Downey Jr.",
        "Sammy Davis, Jr.": "Davis, Jr., Sammy",
        "Davis S": "Davis, Jr., Sammy",
        "E. M. Clarke": "Clarke EM",
        "clarke e": "Clarke EM",
        "clarke em": "Clarke EM",
        "Edmund Clarke": "Clarke EM",
        "Edmund M. Clarke": "Clarke EM",
        "Clarke, Edmund": "Clarke EM",
        "EM Clarke": "Clarke EM",
        "J. B. Lovelace": "JB Lovelace",
        "Jane Byron Lovelace": "JB Lovelace",
        "Charles Babbage": "BABBAGE Charles",
        "Babbage C": "BABBAGE Charles",
        "lukasz orsted": "Łukasz Ørsted",
        "L. Oersted": "Łukasz Ørsted",
        "I. Garcia Ruiz": "Ivan GARCÍA RUIZ",
        "Jean-Pierre Serre": "Serre J-P.",
        "J. Roe": "Jane Roe, MSc",
        "ATLAS Collaboration": "The ATLAS Collaboration",
        "Armen Tumasyan": "A. Tumasyan (on behalf of the CMS Collaboration)",
        "A. Tumasyan et al.": "A. Tumasyan (on behalf of the CMS Collaboration)",
        "Nicolas Le Roux": "Le Roux, Nicolas",
        "Gerard 't Hooft": "G. 't Hooft",
        "Oord, Aäron van den": "Aäron van den Oord",
        **dict(zip(names, names, strict=True)),
    }
    for query in ("author:M", '"e m clarke"', '"clarke em"'):
        assert [paper.authors for paper in library.papers.find(parse_query(query))] == [("Clarke EM",)], query
    for name, author in names_in_feed.items():
        papers = list(library.papers.find(parse_query(by_author(name))))
        assert [paper.authors for paper in papers] == [(author,)], name
        assert len(list(library.papers.find(parse_query(query_for("authors", author))))) == 1, name


GIVEN = ("Wei", "W.", "Jean-Luc", "J-L", "J.-L.", "Émile", "Maria del", "Y", "wang", "O'Neil", r"{\'E}mile", "WY")
FAMILIES = (
    *("Wang", "Wangler", "Müller", r"M\"uller", "WANG", "O'Brien", "de la Cruz", "Wei", "van_den Oord", "Wang Jr."),
    "Y",
)


def written(chance: random.Random) -> str:
    given, family = " ".join(chance.choices(GIVEN, k=chance.randint(0, 2))), chance.choice(FAMILIES)
    return chance.choice((f"{given} {family}", f"{family}, {given}", f"{family} {given}", f"{given}~{family}")).strip()


def holds(names: Sequence[str], words: str, mode: int) -> bool:
    folded = [normalize(name) for name in names]
    folded += [" ".join(name_words(name)) for name in names if GLUED_INITIALS.search(name)]
    return any(_hold(each, words, mode) for each in folded)


@pytest.mark.parametrize("seed", range(20))
def test_lines_that_are_soon_told_are_those_without_the_name(seed: int) -> None:
    chance = random.Random(seed)
    met = 0
    for _ in range(300):
        lines = [written(chance) for _ in range(chance.randint(1, 3))]
        names = [each for line in lines for each in spellings(line)]
        wanted = name_words(written(chance))
        is_there = any(is_name(wanted, name_words(name)) for name in names)
        words = " ".join(wanted)
        is_there = is_there or any(_hold(normalize(name), words, BEGINNING) for name in names)
        assert has_author("\n".join(lines), words) is is_there, (lines, words)
        for mode in (BEGINNING, WHOLE):
            assert name_holds("\n".join(lines), words, mode) is holds(names, words, mode), (lines, words)
        met += is_there
    assert 20 < met < 280
