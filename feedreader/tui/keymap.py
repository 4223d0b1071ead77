"""Other keys for bindings, by the ids of `keys`: whether they can be, and how they are put in.

Textual's own keymap is not used: it can take no key away, knows no comma, and lets one binding
silently displace another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from textual.binding import Binding, BindingsMap, BindingType
from textual.dom import DOMNode
from textual.events import Key
from textual.keys import key_to_character
from textual.screen import Screen

from feedreader.config import Settings
from feedreader.errors import Fault
from feedreader.tui.keys import (
    APP_KEYS,
    COPY_KEYS,
    FIND,
    LIST_KEYS,
    PANE_KEYS,
    READ_KEYS,
    RULE_KEYS,
    SAVED_SEARCH_KEYS,
    SCREEN_KEYS,
)

# Which bindings are there at the same time, and where that is.
CONTEXTS: Mapping[str, Sequence[Sequence[BindingType]]] = {
    "in the list": (LIST_KEYS, SCREEN_KEYS, SAVED_SEARCH_KEYS, APP_KEYS),
    "in the abstract": (PANE_KEYS, SCREEN_KEYS, SAVED_SEARCH_KEYS, APP_KEYS),
    "after the key for marking read": (READ_KEYS,),
    "after the key for copying": (COPY_KEYS,),
    "after the keys for rules": (RULE_KEYS,),
}
# Ids of earlier versions, which `config.toml` may still have.
FORMER_IDS = {
    "views": "saved-searches",
    **{f"view-{number}": f"saved-search-{number}" for number in range(1, 10)},
    "view-all": "all-papers",
    "forget": "remove",
    "toggle-fold": "toggle-sections",
}
_TAKEN = {"ctrl+q": "is reserved for quitting", "ctrl+c": "is reserved"}
_MODIFIERS = ("ctrl", "alt", "shift", "super", "hyper", "meta")
_NAMES = (
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete", "backspace"),
    *("enter", "escape", "tab", "space", *(f"f{number}" for number in range(1, 25))),
    *("slash", "backslash", "at", "minus", "plus", "underscore", "comma"),
)
_OTHER_NAMES = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "pgdown": "pagedown",
    "page_up": "pageup",
    "page_down": "pagedown",
    "spacebar": "space",
    "control": "ctrl",
    " ": "space",
}
# What a terminal cannot tell apart.
_SAME = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+left_square_bracket": "escape",
    "ctrl+h": "backspace",
    "ctrl+space": "ctrl+@",
}
_KEY = 'Use a character ("x", "X", "?"), a name ("enter", "space", "pagedown", "f5") or "ctrl+x".'

Keymap = Mapping[str, Sequence[str]]  # ids of bindings → keys


class Known(NamedTuple):
    """A binding that can be given other keys: its id, the keys it has by itself, what it does, and its group."""

    id: str
    keys: tuple[str, ...]
    words: str
    group: str


@cache
def known() -> Mapping[str, Known]:
    """All bindings that can be given other keys, by group."""
    bindings: dict[str, Known] = {}
    for lists in CONTEXTS.values():
        for binding in _bindings(lists):
            group = (binding.group or FIND).description
            bindings[binding.id or ""] = Known(binding.id or "", tuple(binding.key.split(",")), binding.tooltip, group)
    groups = list(dict.fromkeys(row.group for row in bindings.values()))
    return dict(sorted(bindings.items(), key=lambda item: groups.index(item[1].group)))


def _bindings(lists: Iterable[Iterable[BindingType]]) -> Iterator[Binding]:
    return (binding for bindings in lists for binding in bindings if isinstance(binding, Binding))


def normal(key: str) -> str | None:
    """A key as Textual calls it: `question_mark` for ?, `ctrl+d` for Ctrl-D; None if it is none."""
    if len(key) == 1:
        return _character(key)
    if key.startswith("^") and len(key) == 2:
        key = f"ctrl+{key[1]}"
    words = (
        key.strip().replace("-", "+").split("+") if not key.endswith(("+", "-")) else [*key[:-2].split("+"), key[-1]]
    )
    *modifiers, last = words
    modifiers = [_OTHER_NAMES.get(name.lower(), name.lower()) for name in modifiers]
    if any(name not in _MODIFIERS for name in modifiers):
        return None
    if len(last) == 1:
        if modifiers == ["shift"] and last.isalpha():
            return last.upper()
        name = _character(last.lower())
    else:
        name = _OTHER_NAMES.get(last.lower(), last.lower())
        if name not in _NAMES and key_to_character(name) is None:
            return None
    full = "+".join((*sorted(set(modifiers)), name)) if name else ""
    return _SAME.get(full, full) or None


def _character(character: str) -> str | None:
    if not character.isprintable():
        return None
    if character in _OTHER_NAMES:
        return _OTHER_NAMES[character]
    if character == ",":
        return "comma"  # which Textual takes for what stands between two keys
    return next(iter(Binding.make_bindings([Binding(character, "")]))).key


# Checking ----------------------------------------------------------------------------------------------------------


def check_keys(settings: Settings) -> Iterator[Fault]:
    """Ids that are none, keys that are none, and keys that two bindings would have at the same time."""
    ids = known()
    keymap: dict[str, tuple[str, ...]] = {}
    written: dict[str, str] = {}
    for id, keys in settings.keys:
        current = FORMER_IDS.get(id, id)
        if current not in ids:
            from feedreader.config.kinds import did_you_mean

            problem, keys_of_it = f"Unknown action “{id}” in [keys]", [key for key in keys if key in ids]
            if keys_of_it:
                yield Fault(problem, f'Write {keys_of_it[0]} = "{id}".', ("keys", id))
            else:
                more = "`feedreader config --example` lists all actions."
                yield Fault(problem, did_you_mean(id, ids, otherwise=more), ("keys", id))
            continue
        if current in written:
            yield Fault(f"“{written[current]}” and “{id}” are the same", f"Keep “{current}” only.", ("keys", id))
            continue
        written[current] = id
        for key in keys:
            if (name := normal(key)) is None:
                yield Fault(f"“{id}”: “{key}” is not a key", _KEY, ("keys", id))
            elif name in _TAKEN:
                yield Fault(f"“{id}”: {key} {_TAKEN[name]}", "Choose another key.", ("keys", id))
        keymap[id] = tuple(name for key in keys if (name := normal(key)))
    yield from _clashes(keymap, written)


def _clashes(keymap: Keymap, written: Mapping[str, str]) -> Iterator[Fault]:
    """Two bindings with one key in the same place, where at least one of them was given it.

    `written` has the ids of `given` as the file has them, by the ids of the bindings.
    """
    seen = set[frozenset[str]]()
    for place, lists in CONTEXTS.items():
        having: dict[str, str] = {}
        for binding in _bindings(lists):
            id = written.get(binding.id or "", binding.id or "")
            keys = keymap[id] if id in keymap else [normal(key) or "" for key in binding.key.split(",")]
            for key in keys:
                other = having.setdefault(key, id)
                pair = frozenset((id, other))
                if other != id and pair not in seen and pair & keymap.keys():
                    seen.add(pair)
                    yield _clash(*_in_order(other, id, keymap), key, place, keymap)


def _in_order(id: str, other: str, keymap: Keymap) -> tuple[str, str]:
    """The one that was given its key last, then the other."""
    order = list(keymap)
    is_later = other not in keymap or (id in keymap and order.index(id) > order.index(other))
    return (id, other) if is_later else (other, id)


def _clash(id: str, other: str, key: str, place: str, keymap: Keymap) -> Fault:
    shown = _shown(key)
    problem = f"“{id}” and “{other}” both have {shown} {place}"
    if other in keymap:
        return Fault(problem, "Give one of them another key.", ("keys", id))
    left = [key for key in known()[other].keys if normal(key) not in keymap[id]]
    rest = "[]" if not left else f'"{left[0]}"' if len(left) == 1 else str(left).replace("'", '"')
    return Fault(problem, f"Choose another key, or add `{other} = {rest}`.", ("keys", id))


def _shown(key: str) -> str:
    character = key_to_character(key) or " "
    return f"“{key if character.isspace() else character}”"


# Putting in --------------------------------------------------------------------------------------------------------


def keymap(settings: Settings) -> dict[str, tuple[str, ...]]:
    """The keys given, as Textual calls them, by the ids of the bindings."""
    return {
        FORMER_IDS.get(id, id): tuple(dict.fromkeys(name for key in keys if (name := normal(key))))
        for id, keys in settings.keys
    }


def key_of(keymap: Keymap, id: str, prefer: str, display: Callable[[Binding], str]) -> str:
    """The key of a binding, as it is shown: `prefer` if it is one of them, else the first. Without any, its words."""
    binding = known()[id]
    keys = keymap[id] if id in keymap else tuple(normal(key) or key for key in binding.keys)
    if not keys:
        return f"“{binding.words}”"
    preferred = normal(prefer) or ""
    return display(Binding(preferred if preferred in keys else keys[0], ""))


def keyless(node: DOMNode, keys: Keymap) -> Iterator[Binding]:
    """The bindings of a node from which all keys were taken."""
    for _, binding in type(node)._merged_bindings or ():
        if binding.id and not keys.get(binding.id, "has"):
            yield binding


def rebind(node: DOMNode, keys: Keymap) -> None:
    """Give a node's bindings these keys; those that are not named have the keys they have by themselves."""
    merged = type(node)._merged_bindings
    if merged is None:
        return
    placed: dict[str, list[Binding]] = {}
    done = set[str]()
    for key, binding in merged:
        id = binding.id or ""
        if id not in keys:
            placed.setdefault(key, []).append(binding)
        elif id not in done:
            done.add(id)
            for other in keys[id]:
                placed.setdefault(other, []).insert(0, replace(binding, key=other))
    node._bindings = BindingsMap.from_keys(placed)


def on_latin_keyboard(event: Key, screen: Screen[Any]) -> Key:
    """A letter that is not Latin, and neither typed into a text nor bound, as the key at its place."""
    from textual.widgets import Input, TextArea

    from feedreader.tui.keyboard import latin_key

    typing = isinstance(screen.focused, Input | TextArea)
    if (typing and event.is_printable) or event.key in screen.active_bindings:
        return event
    key = latin_key(event.key)
    name = normal(key) if key else None
    return event if name is None else Key(name, key if event.is_printable else None)
