"""Authors as feeds and records state them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.parse.layout.author_lists import author_names, listed_names, united, whole_names


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        ("Ann Berg, Carl Day, and Eve Fox", ("Ann Berg", "Carl Day", "Eve Fox")),
        ("Ann Berg, Carl Day, & Eve Fox", ("Ann Berg", "Carl Day", "Eve Fox")),
        ("Ann Berg and Carl Day and Eve Fox", ("Ann Berg", "Carl Day", "Eve Fox")),
        ("The ACME Collaboration: A. Berg, C. Day", ("The ACME Collaboration", "A. Berg", "C. Day")),
        ("Ann Berg, DeepKite AI Team: Carl Day", ("Ann Berg", "DeepKite AI Team", "Carl Day")),
        ("Large Kite Consortium: Ann Berg (1), Carl Day (2)", ("Large Kite Consortium", "Ann Berg", "Carl Day")),
        ("Ann Berg (1 and 2), Carl Day (2) ((1) Wind U., (2) Kite U.)", ("Ann Berg", "Carl Day")),
        ("A. B. Berg (MIT, Cambridge, USA), C. D. Day (ETH)", ("A. B. Berg", "C. D. Day")),
        ("A. Berg<sup>1</sup>, C. Day<sup>2, 3</sup>", ("A. Berg", "C. Day")),
        ("A. Berg$^{1,2}$, C. Day$^*$, Eve Fox\\thanks{now at X}", ("A. Berg", "C. Day", "Eve Fox")),
        ("Ann Berg, Carl Day, et al.", ("Ann Berg", "Carl Day", "et al.")),
        ("Ann Berg et al. (ACME Collaboration)", ("Ann Berg", "ACME Collaboration", "et al.")),
        ("Ann Berg, et al (for the ACME Collaboration)", ("Ann Berg", "ACME Collaboration", "et al.")),
        ("Ann Berg and 12 others", ("Ann Berg", "et al.")),
        ("Ann Berg, ...", ("Ann Berg", "et al.")),
        ("Team Kite, Ann Berg, 1200 additional authors not shown", ("Team Kite", "Ann Berg")),
        ("et al.", ()),
        ("Ann Berg et al., and others", ("Ann Berg", "et al.")),
        ("ACME and EMCA Collaborations", ("ACME and EMCA Collaborations",)),
        ("Institute for Wind and Rain, A. Berg and C. Day", ("Institute for Wind and Rain", "A. Berg", "C. Day")),
        ("Wei Wang, Wei Wang, and Bo Li", ("Wei Wang", "Wei Wang", "Bo Li")),  # two people
        ("Madonna, Prince", ("Madonna", "Prince")),
    ],
)  # fmt: skip
def test_lists_of_first_and_last_names(stated: str, names: tuple[str, ...]) -> None:
    assert listed_names([stated]) == names


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        (["Ann Berg, Carl Day, and Eve Fox"], ("Ann Berg", "Carl Day", "Eve Fox")),
        (["Berg, A., Day, C., & Fox, E."], ("A. Berg", "C. Day", "E. Fox")),
        (
            ["Berg, A. B., Day, C., The KITE Consortium, van Fox, E."],
            ("A. B. Berg", "C. Day", "The KITE Consortium", "E. van Fox"),
        ),
        (["Berg, A., Day, C., on behalf of the X Group"], ("A. Berg", "C. Day", "on behalf of the X Group")),
        (["Berg, J., Jr., Day, C."], ("J. Berg Jr.", "C. Day")),
        (["Ann Berg, Carl Day."], ("Ann Berg", "Carl Day")),
        (
            ["The X Collaboration, the Y Collaboration: A. Berg, C. Day"],
            ("The X Collaboration", "the Y Collaboration", "A. Berg", "C. Day"),
        ),
        (
            ["Ann Berg for the X Scientific Collaboration and the Y Collaboration"],
            ("Ann Berg", "for the X Scientific Collaboration", "the Y Collaboration"),
        ),
        (["ann@e.org (Ann Berg), carl@e.org (Carl Day)"], ("Ann Berg", "Carl Day")),
        (["김철수, 이영희"], ("김철수", "이영희")),
        (["Berg, Ann; Day, Carl; and Fox, Eve"], ("Ann Berg", "Carl Day", "Eve Fox")),
        (["Ann Berg | Carl Day · Eve Fox"], ("Ann Berg", "Carl Day", "Eve Fox")),
        (["王小明、李雷，韩梅"], ("王小明", "李雷", "韩梅")),
        (["Berg, Ann", "van den Day, Carl"], ("Ann Berg", "Carl van den Day")),
        (["Ann Berg, Carl Day", "Eve Fox"], ("Ann Berg", "Carl Day", "Eve Fox")),
        (["Berg A", "Day C", "et al."], ("Berg A", "Day C", "et al.")),
        (["Ann Berg and Carl Day"], ("Ann Berg", "Carl Day")),
        (["Center for Wind and Weather"], ("Center for Wind and Weather",)),
        (["Ministry of Wind, Weather and Kites"], ("Ministry of Wind, Weather and Kites",)),
        (["Berg & Berg"], ("Berg & Berg",)),
        (["kite4u2", "/u/kite42"], ("kite4u2", "/u/kite42")),
        (["kite42"], ("kite42",)),
        (["The ACME Team: Ann Berg, Carl Day"], ("The ACME Team", "Ann Berg", "Carl Day")),
    ],
)
def test_names_apart_or_in_one_string(stated: list[str], names: tuple[str, ...]) -> None:
    assert author_names(stated) == names


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        ("Ministry of Wind, Weather and Kites", ("Ministry of Wind, Weather and Kites",)),
        ("ACME Collaboration, EMCA Collaboration and Friends", ("ACME Collaboration, EMCA Collaboration and Friends",)),
        ("Wind and Weather Council", ("Wind and Weather Council",)),
        ("Berg & Day", ("Berg & Day",)),
        ("Kites, Inc.", ("Kites, Inc.",)),
        ("Ann Berg, PhD", ("Ann Berg, PhD",)),
        ("Berg, Ann", ("Ann Berg",)),
        ("/u/kite42", ("/u/kite42",)),
        ("DJ Kite99", ("DJ Kite99",)),
        ("Ann Berg et al.", ("Ann Berg", "et al.")),
        ("Ann Berg &lt;a@example.org&gt;", ("Ann Berg",)),
    ],
)
def test_a_name_of_its_own_is_one_author(stated: str, names: tuple[str, ...]) -> None:
    assert whole_names([stated]) == names


def test_who_is_stated_twice_counts_once() -> None:
    assert united([("Ann Berg", "Carl Day"), ("Ann BERG", "Eve Fox"), ("Eve Fox",)]) == (
        "Ann Berg",
        "Carl Day",
        "Eve Fox",
    )
    assert united([("Wei Wang", "Wei Wang"), ("Wei Wang",)]) == ("Wei Wang", "Wei Wang")


_STATED = st.lists(st.text(max_size=40) | st.text(alphabet="Ab ,;&()<sup>/$^{}1.:", max_size=60), max_size=4)


@given(_STATED)
def test_any_strings_give_names(stated: list[str]) -> None:
    for names in (author_names(stated), listed_names(stated), whole_names(stated)):
        assert all(name == " ".join(name.split()) and name for name in names)


@pytest.mark.parametrize(
    "piece", ["a, ", "a and ", "(", "et al. ", "A: ", "team: ", "team, ", "<sup>", "$^{", "of the ", " & ", "1 "]
)
def test_no_list_takes_long(piece: str) -> None:
    start = time.process_time()
    for names in (author_names, listed_names, whole_names):
        names([piece * (100_000 // len(piece))])
    assert time.process_time() - start < 3
