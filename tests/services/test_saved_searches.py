"""Queries under a name: those of the settings, and those in a file that people and the program both write."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.errors import ConfigError
from feedreader.library import Library, papers
from feedreader.library.search import day_search
from feedreader.model import Digest, Entry, Query
from feedreader.query.language import parse_query
from feedreader.services import ingest, rules, saved_searches
from feedreader.services.saved_searches import SavedSearch
from feedreader.services.user_toml import UserToml
from feedreader.text import toml
from tests.fuzz.engine import Growth, too_slow

OWN = """\
# mine
"Unread ML" = "is:unread cat:cs.LG"  # daily

later = 'author:"Ada Lovelace"'
[views]
'long' = \"\"\"
a
b\"\"\"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "views.toml"


def load(file: Path, *settings: tuple[str, str]) -> saved_searches.SavedSearches:
    return saved_searches.load(settings, file, file.with_name("config.toml"))


def test_without_a_file_there_are_those_of_the_settings(file: Path) -> None:
    searches = load(file, ("B", "is:unread"), ("A", ""))
    assert searches == saved_searches.SavedSearches(
        (SavedSearch("B", "is:unread", False), SavedSearch("A", "", False)), ()
    )


def test_searches_are_at_the_top_or_under_a_heading(file: Path) -> None:
    file.write_text(OWN.replace('"""\na\nb"""', '"a"'))
    assert load(file, ("First", "x")).searches == (
        SavedSearch("First", "x", False),
        SavedSearch("Unread ML", "is:unread cat:cs.LG", True),
        SavedSearch("later", 'author:"Ada Lovelace"', True),
        SavedSearch("long", "a", True),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('"a" = "is:unraed"', "line 1: the saved search “a”: Unknown condition “is:unraed”. Did you mean is:unread?"),
        ("x = 'y'\na = 3", "line 2: “a” is 3. It should be a query in quotes"),
        ("[veiws]\na = 'x'", "line 1: Unknown section [veiws]. Did you mean [views]?"),
        ("\ncs.LG = 'cat:cs.LG'", "line 2: “cs” contains a table. Names with a dot need quotes"),
        ("[views]\ncs.LG = 'cat:cs.LG'", "line 2: “cs” contains a table."),
        ("a = 'x'\n'A' = 'y'", "line 2: “A” is defined twice."),
        ("mine = 'x'", "line 1: “mine” is defined in config.toml too."),
        ("'' = 'x'", "line 1: “” is not a valid name."),
        ("a = '''x\ny'''", "line 1: “a” contains a character that cannot be shown."),
    ],
)
def test_a_mistake_is_named_with_its_line_and_the_others_hold(file: Path, text: str, says: str) -> None:
    file.write_text(f"{text}\n")
    searches = load(file, ("Mine", "x"))
    (fault,) = searches.faults
    assert says in str(fault) and str(file) in str(fault)
    assert searches.named("mine") == SavedSearch("Mine", "x", False)


def test_a_mistake_in_a_query_points_at_it(file: Path) -> None:
    file.write_text("a = 'one is:unraed'\nb = 'two'\n")
    searches = load(file)
    assert [search.name for search in searches.searches] == ["b"]
    assert (searches.faults[0].query, searches.faults[0].position) == ("one is:unraed", 7)


def test_a_mistake_in_the_settings_names_their_line(file: Path) -> None:
    settings = file.with_name("config.toml")
    settings.write_text('theme = "nord"\n[views]\nx = "("\n')
    (fault,) = load(file, ("x", "(")).faults
    assert f"{settings}, line 3: the saved search “x”" in str(fault)


def test_what_is_no_toml_is_told_with_its_line(file: Path) -> None:
    file.write_text("a = 'x'\nb =\n")
    with pytest.raises(ConfigError, match="line 2"):
        load(file)
    with pytest.raises(ConfigError, match="line 2"):
        saved_searches.save(file, "c", "x")
    assert file.read_text() == "a = 'x'\nb =\n"


def test_saving_makes_the_file_and_its_folder(file: Path) -> None:
    place = file.parent / "new" / "views.toml"
    saved_searches.save(place, "  Two  words ", 'cat:cs.LG "a b"')
    saved_searches.save(place, "it's", "it's")
    assert load(place).searches == (
        SavedSearch("Two words", 'cat:cs.LG "a b"', True),
        SavedSearch("it's", "it's", True),
    )
    assert place.read_text().splitlines()[1:] == ['"Two words" = \'cat:cs.LG "a b"\'', '"it\'s" = "it\'s"']


def test_saving_replaces_a_search_of_the_same_name_and_nothing_else(file: Path) -> None:
    file.write_bytes(OWN.replace("\n", "\r\n").replace('"""\r\na\r\nb"""', '"a"').encode())
    saved_searches.save(file, "LATER", "is:read")
    assert file.read_bytes().decode() == (
        '# mine\r\n"Unread ML" = "is:unread cat:cs.LG"  # daily\r\n\r\n[views]\r\n'
        '\'long\' = "a"\r\n"LATER" = "is:read"\r\n'
    )


def test_taking_out_leaves_all_else(file: Path) -> None:
    text = OWN.replace('"""\na\nb"""', '"""\\\na"""')
    file.write_text(text)
    saved_searches.remove(file, "Long")
    assert file.read_text() == text[: text.index("'long'")]
    saved_searches.remove(file, "unread ml")
    assert file.read_text() == "# mine\n\nlater = 'author:\"Ada Lovelace\"'\n[views]\n"
    with pytest.raises(ConfigError, match="No saved search"):
        saved_searches.remove(file, "unread ml")


def test_the_lines_that_go_are_those_of_the_search_and_no_others(file: Path) -> None:
    text = "A = 3  # not one\na = 'x'\n# a = 'x'\nb = \"\"\"\\\na = 'x'\"\"\" # the same\n[other]\na = 'x'\n"
    file.write_text(text)
    saved_searches.remove(file, "a")
    assert file.read_text() == text.replace("\na = 'x'\n#", "\n#")
    saved_searches.remove(file, "b")
    assert file.read_text() == "A = 3  # not one\n# a = 'x'\n[other]\na = 'x'\n"
    file.write_text("views.a = 'x'\nviews.b = 'y'\n")
    saved_searches.remove(file, "a")
    saved_searches.remove(file, "b")
    assert file.read_text() == ""


def test_settings_that_are_broken_meanwhile_hide_no_saved_search(file: Path) -> None:
    settings = file.with_name("config.toml")
    settings.write_text("[views\n")
    searches = load(file, ("x", "("), ("y", "z"))
    assert [search.name for search in searches.searches] == ["y"]
    assert str(settings) in str(searches.faults[0]) and "the saved search “x”" in str(searches.faults[0])


def test_what_does_not_stand_on_lines_of_its_own_is_left(file: Path) -> None:
    text = "views = { a = 'x', b = 'y' }\n"
    file.write_text(text)
    with pytest.raises(ConfigError, match="line 1"):
        saved_searches.remove(file, "a")
    assert file.read_text() == text


def test_where_a_line_at_the_end_would_belong_elsewhere_nothing_is_written(file: Path) -> None:
    file.write_text("[other]\nx = 'y'\n")
    with pytest.raises(ConfigError, match=r"Add a line \[views\]"):
        saved_searches.save(file, "a", "x")
    assert file.read_text() == "[other]\nx = 'y'\n"


def test_an_unknown_name_gets_the_nearest(file: Path) -> None:
    with pytest.raises(ConfigError, match="Did you mean “Surveys”"):
        load(file, ("Surveys", "x")).need("survy")
    with pytest.raises(ConfigError, match="none yet"):
        load(file).need("x")


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=8).filter(
    lambda name: name.strip() and name.isprintable()
)
QUERIES = st.sampled_from(['"a b"', "it's", "is:unread", "title:/a\\d/", "\\Lambda", "", "[x]", '#"x"', "'a \"b\"'"])


@given(
    first=st.dictionaries(NAMES, QUERIES, max_size=4),
    effects=st.lists(st.tuples(NAMES, QUERIES | st.none()), max_size=6),
    comment=st.sampled_from(["", "# a = 'b'\n", "\n\n", "[views]\n"]),
)
def test_the_file_always_holds_what_was_saved_last(
    tmp_path_factory: pytest.TempPathFactory,
    first: dict[str, str],
    effects: list[tuple[str, str | None]],
    comment: str,
) -> None:
    file = tmp_path_factory.mktemp("views") / "views.toml"
    by_key: dict[str, tuple[str, str]] = {}
    lines = []
    for name, query in first.items():
        folded = " ".join(name.split()).casefold()
        if folded not in by_key:
            by_key[folded] = (name.strip(), query)
            lines.append(f"{toml.key(name)} = {toml.written(query)} # own\n")
    file.write_text(comment + "".join(lines), encoding="utf-8", newline="")
    for name, value in effects:
        folded = " ".join(name.split()).casefold()
        if value is not None:
            by_key.pop(folded, None)
            by_key[folded] = (" ".join(name.split()), value)
            saved_searches.save(file, name, value)
        elif folded in by_key:
            del by_key[folded]
            saved_searches.remove(file, name)
    assert [(search.name, search.query) for search in load(file).searches] == list(by_key.values())
    assert comment.strip() in file.read_text(encoding="utf-8")


@given(text=st.text(max_size=60) | st.lists(st.sampled_from(OWN.split("\n")), max_size=6).map("\n".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        searches = saved_searches.read(UserToml(Path("views.toml"), text))
    except ConfigError:
        return
    for search in searches.searches:
        assert search.own and search.name.strip()
        parse_query(search.query)


def test_a_file_of_any_length_is_read_in_time() -> None:
    searches = Growth("", '"n0" = "is:unread"\n', "", "", True)
    assert too_slow(lambda text: saved_searches.read(UserToml(Path("views.toml"), text)), searches) is None
    mutes = Growth("", '[[mute]]\nquery = "is0"\n', "", "", True)
    assert too_slow(lambda text: rules.read(UserToml(Path("rules.toml"), text)), mutes) is None


def test_counting_lets_others_read_and_ends_when_it_is_not_wanted(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = tuple(Entry(title=f"Odd {n}", day=date(2019, 5, 1 + n)) for n in range(9))
    ingest.import_digest(library, Digest(format="x", entries=entries), name="a", path="/a")
    library.marks.set(
        [key for _, keys in library.papers.matches(Query()) for key in keys][:2], {"read": True}, label="x"
    )
    monkeypatch.setattr(papers, "_SLICE", -1.0)  # each step is as short as it can be
    monkeypatch.setattr(day_search, "_COUNTED", 2)
    monkeypatch.setattr(day_search, "_LOOKED_THROUGH", 2)
    steps: list[int] = []

    def is_wanted() -> bool:
        steps.append(1)
        return True

    assert saved_searches.count(library, "odd", is_wanted) == (9, 7)
    assert len(steps) > 2
    assert saved_searches.count(library, "odd", lambda: False) is None
