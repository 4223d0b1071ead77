"""Other keys: what they are called, which cannot be, and that two bindings never have one at the same time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.binding import Binding

from feedreader.config import Settings
from feedreader.tui import keys
from feedreader.tui.keymap import CONTEXTS, FORMER_IDS, check_keys, keymap, known, normal


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("x", "x"),
        ("X", "X"),
        ("?", "question_mark"),
        ("/", "slash"),
        (",", "comma"),
        ("+", "plus"),
        ("-", "minus"),
        (" ", "space"),
        ("é", "é"),
        ("ctrl+x", "ctrl+x"),
        ("Ctrl+X", "ctrl+x"),
        ("ctrl-x", "ctrl+x"),
        ("Control-x", "ctrl+x"),
        ("^x", "ctrl+x"),
        ("^", "circumflex_accent"),
        ("ctrl++", "ctrl+plus"),
        ("ctrl+]", "ctrl+right_square_bracket"),
        ("shift+x", "X"),
        ("shift+tab", "shift+tab"),
        ("alt+x", "alt+x"),
        ("shift+ctrl+F5", "ctrl+shift+f5"),
        ("esc", "escape"),
        ("Enter", "enter"),
        ("PgDn", "pagedown"),
        ("page_down", "pagedown"),
        ("question_mark", "question_mark"),
        ("ctrl+i", "tab"),
        ("ctrl+[", "escape"),
        ("gg", None),
        ("ctrl", None),
        ("ctrl+", None),
        ("cmd+x", None),
        ("f99", None),
        ("", None),
        ("\x1b", None),
        ("+x", None),
        ("x,y", None),
    ],
)
def test_keys_are_called_as_people_write_them(written: str, key: str | None) -> None:
    assert normal(written) == key


@given(st.text(max_size=8))
def test_no_key_breaks_it(text: str) -> None:
    name = normal(text)
    assert name is None or (name and "," not in name and (normal(name) == name or not text.isascii()))


def faults(**given: tuple[str, ...]) -> list[str]:
    settings = Settings(keys=tuple((id.replace("_", "-"), keys) for id, keys in given.items()))
    return [f"{fault.problem}. {fault.remedy} {fault.where[1]}" for fault in check_keys(settings)]


def test_what_can_be() -> None:
    assert not faults(toggle_kept=("m",), toggle_read=("s",)), "two change places"
    assert not faults(toggle_kept=("k",), previous=("up",), abstract_up=("up",), next=("n",), next_unread=(",",))
    assert not faults(undo=(), help=("f1",))
    assert not faults(next=("j", "down", "j")), "as it was"
    assert not faults(abstract_down=("d",)) and not faults(next=("J",)), "the list and the abstract never meet"


def test_what_cannot_be() -> None:
    assert faults(nxt=("j",)) == ["Unknown action “nxt” in [keys]. Did you mean “next”? nxt"]
    assert faults(toggle_keep=("j",))[0].endswith("Did you mean “toggle-kept”? toggle-keep")
    assert "“gg” is not a key" in faults(first=("gg",))[0]
    assert "ctrl+q is reserved for quitting" in faults(first=("ctrl+q",))[0]
    assert faults(toggle_kept=("k",)) == [
        "“toggle-kept” and “previous” both have “k” in the list. "
        'Choose another key, or add `previous = "up"`. toggle-kept',
        "“toggle-kept” and “abstract-up” both have “k” in the abstract. "
        'Choose another key, or add `abstract-up = "up"`. toggle-kept',
    ]
    assert faults(toggle_kept=("u",)) == [
        "“toggle-kept” and “undo” both have “u” in the list. Choose another key, or add `undo = []`. toggle-kept"
    ]
    assert faults(undo=("f5",), toggle_kept=("F5",)) == [
        "“toggle-kept” and “undo” both have “f5” in the list. Give one of them another key. toggle-kept"
    ]


@pytest.mark.parametrize("former", FORMER_IDS)
def test_ids_of_earlier_versions_name_the_same_bindings(former: str) -> None:
    settings = Settings(keys=((former, ("f5",)),))
    assert not list(check_keys(settings))
    assert keymap(settings) == {FORMER_IDS[former]: ("f5",)}
    assert FORMER_IDS[former] in known() and former not in known()


def test_a_former_id_is_checked_and_named_as_it_is_written() -> None:
    assert faults(forget=("u",)) == [
        "“forget” and “undo” both have “u” in the list. Choose another key, or add `undo = []`. forget"
    ]
    assert faults(forget=("f5",), remove=("f6",)) == ["“forget” and “remove” are the same. Keep “remove” only. remove"]
    assert not faults(view_1=("2",), saved_search_2=("1",))


def test_by_themselves_no_two_bindings_have_one_key_and_all_keys_are_keys() -> None:
    for lists in CONTEXTS.values():
        bound = [
            normal(key) for group in lists for one in group if isinstance(one, Binding) for key in one.key.split(",")
        ]
        assert None not in bound
        assert len(bound) == len(set(bound))
    assert not faults(**{id: one.keys for id, one in known().items()})


def test_every_list_of_keys_stands_in_a_context() -> None:
    lists = [value for name, value in vars(keys).items() if name.endswith("_KEYS")]
    placed = [one for context in CONTEXTS.values() for one in context]
    assert all(any(one is other for other in placed) for one in lists)
