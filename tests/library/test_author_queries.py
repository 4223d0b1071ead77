"""Authors are found in whatever form their names are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedreader.library import Library
from feedreader.model import Digest, Entry
from feedreader.query.facets import by_author, query_for
from feedreader.query.language import parse_query
from feedreader.services import ingest
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
