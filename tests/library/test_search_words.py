"""Words that are searched for find each other however they are spelled: in the index, in the texts themselves, while
half of the papers wait for the index; and what was found is marked where it is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.library import Library
from feedreader.library.search.functions import holds
from feedreader.model import Digest, Entry, Query, Term
from feedreader.query.hits import hit_patterns
from feedreader.query.language import parse_query
from feedreader.services import ingest
from feedreader.text.display import shown
from feedreader.text.normalize import match_mode, search_words
from tests.conftest import NOW
from tests.library.test_queries import with_papers_waiting, without_index

SPELLINGS = {
    # what is looked for: the titles in which it is found
    ("Lukasz", "łukasz", "{\\L}ukasz"): ("On Łukasz", "The {\\L}ukasz effect"),
    ("Soren", "Søren", "S{\\o}ren"): ("Søren waits", "Waiting for S{\\o}ren"),
    ("Dang", "Đặng"): ("Đặng transform",),
    ("Gudmundsson",): ("Guðmundsson flow",),
    ("Yildiz", "Yıldız"): ("Yıldız bound", "YILDIZ bounds again"),
    ("aether", "Æther"): ("Æther drift",),
    ("C++", "c++", '"C++ 17"'): ("Fast C++17 codes", "C++ 17 for all"),
    ("C#", "c#", "C♯"): ("Porting to C# now",),
    ("title:C",): ("A C primer",),
    ("F#",): ("F# in anger",),
    ("A*", "a*", "$A^*$", "A⋆"): ("Routing by A* search", "The $A^\\star$ algorithm"),
    ("RRT*",): ("Planning with RRT*",),
    ("RRT", "rrt*"): ("Planning with RRT*", "Planning with RRT"),
    ("UNet++",): ("UNet++ revisited",),
    ("unet",): ("UNet++ revisited", "UNet revisited"),
    ("k-means", '"k means"'): ("A k-means bound",),
    ("H_0", "$H_0$", "H₀", "H0", "H_{0}"): ("The $H_0$ tension", "Local H0", "H₀ from lenses", "H_0 in words"),
    ("CO_2", "CO2", "CO$_2$", "CO₂"): ("CO$_2$ capture", "CO2 uptake", "CO₂ leaks"),
    ("B_s", "$B_s$", "Bₛ", "Bs"): ("$B^0_s\\to\\mu^+\\mu^-$", "$B_s^0$ mixing", "Bs mesons"),
    ("10^6", "$10^6$", "10⁶", "10^{6}"): ("$10^6$ stars", "10⁶ galaxies"),
    ("106",): ("All 106 stars",),
    ("Tc", "T_c", '"$T_{\\rm c}$"', "$T_c$"): ("Raising $T_c$", "High-Tc wires", "A high $T_{\\mathrm{c}}$"),
    ("Teff", "T_eff", '"$T_{\\rm eff}$"'): ("$T_{\\rm eff}$ of dwarfs", "Teff scales"),
    ("sigma_8", "σ₈", "$\\sigma_8$"): ("$\\sigma_8$ is low",),
    ("Riemann",): ("The {R}iemann zeros",),
    ("Schroedinger", '"schroedinger cats"'): ('Schr\\"odinger cats', "Schroedinger cats"),
    ("Schrödinger", '"Schrödinger cats"'): ('Schr\\"odinger cats', "Schroedinger cats", "Schrodinger cats"),
    ("Schrodinger",): ('Schr\\"odinger cats', "Schrodinger cats"),
    ("Aarhus", "title:Aarhus"): ("Århus nights", "Aarhus days"),
    ("mu+mu-", '"mu+ mu-"', "$\\mu^+\\mu^-$"): ("$B^0_s\\to\\mu^+\\mu^-$", "Pairs of μ⁺μ⁻"),
}
TITLES = sorted({title for titles in SPELLINGS.values() for title in titles})


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, ...]]:
    folder = tmp_path_factory.mktemp("words")
    library = Library.open(folder / "library.sqlite3", now=lambda: NOW)
    entries = tuple(
        Entry(title=title, authors=("Ada Example",), arxiv_id=f"1905.{number:05}")
        for number, title in enumerate(TITLES, 1)
    )
    ingest.import_digest(library, Digest(format="x", entries=entries), name="a", path="/a")
    plain = without_index(library, folder / "plain.sqlite3")
    waiting = with_papers_waiting(library, folder / "waiting.sqlite3")
    yield library, plain, waiting
    for each in (waiting, plain, library):
        each.close()


@pytest.mark.parametrize(
    ("query", "titles"), [(query, titles) for queries, titles in SPELLINGS.items() for query in queries]
)
def test_each_spelling_finds_all(libraries: tuple[Library, ...], query: str, titles: tuple[str, ...]) -> None:
    parsed = parse_query(query)
    for library in libraries:
        assert {paper.title for paper in library.papers.find(parsed)} == set(titles)
    marked = {title for title in TITLES if hit_patterns(parsed).find(shown(title), "title")}
    assert marked == set(titles)


@pytest.mark.parametrize(
    ("query", "title", "marked"),
    [
        ("B_s", "$B^0_s\\to\\mu^+\\mu^-$", ["B⁰ₛ"]),
        ("B_s", "$B_s^0$ mixing", ["Bₛ"]),
        ("Tc", "Raising $T_c$, really", ["T_c"]),
        ("Teff", "$T_{\\rm eff}$ of dwarfs", ["T_(eff)"]),
        ("C++", "Fast C++17 codes", ["C++"]),
        ("C#", "Porting to C# now", ["C#"]),
        ("10^6", "$10^6$ stars", ["10⁶"]),
        ("CO2", "CO$_2$ capture", ["CO₂"]),
        ("yildiz", "Yıldız bound", ["Yıldız"]),
        ("thor", "Þór was here", ["Þór"]),
        ("Schroedinger", 'Schr\\"odinger cats', ["Schrödinger"]),
        ("Muenchen or koeln", "München, Köln", ["München", "Köln"]),
        ("sqrt(s)", "At $\\sqrt{s}=13$", ["√s"]),
    ],
)
def test_what_is_marked(query: str, title: str, marked: list[str]) -> None:
    text = shown(title)
    assert [text[start:end] for start, end in hit_patterns(parse_query(query)).find(text, "title")] == marked


_PARTS = st.sampled_from(
    [
        *"aBc2 +#*^_(){}₂ₛ⁰⁺*.-ü",
        "H_0",
        "$x_{ab}^2$",
        "C++",
        "10^6",
        "⁷⁶Ge",
        ".NET",
        "Łó",
        'Schr\\"o',
        "\\sqrt{s}",
        " and ",
    ]
)


@given(st.lists(_PARTS, max_size=8).map("".join), st.lists(_PARTS, min_size=1, max_size=3).map("".join))
def test_what_is_found_in_a_text_is_marked_in_it_and_nothing_else(text: str, sought: str) -> None:
    words = search_words(sought)
    if words:
        marks = hit_patterns(Query((Term("title", sought),))).find(shown(text), "title")
        if holds(text, words, match_mode(words)):
            assert marks
        assert all(shown(text)[start:end].strip() for start, end in marks)
