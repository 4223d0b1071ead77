"""What is no paper and is the same on all machines: subscriptions, rules, saved searches, preferences.

Each kind gives what is here now, by name, and changes one thing. What only makes sense on one machine stays there:
mailboxes and files, and addresses with a password.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from feedreader.arxiv.categories import read_categories
from feedreader.errors import ConfigError, FeedreaderError, hide_passwords
from feedreader.library import Library
from feedreader.services import interest, removal, rules, saved_searches
from feedreader.services.user_toml import UserToml
from feedreader.sources.redirects import is_web_address
from feedreader.sync.records import PREFERENCE, RULE, SEARCH, SUBSCRIPTION
from feedreader.text import toml

Thing = Mapping[str, Any]


class Places(NamedTuple):
    """Where the files are that people write and the program adds to."""

    rules: Path
    searches: Path
    interest: Path


class Shared(Protocol):
    """A kind of what machines share. `is_there`: whether it can be asked; a file that is missing says nothing."""

    kind: str

    @property
    def is_there(self) -> bool: ...

    def now(self) -> dict[str, Thing]:
        """What is here, by name. Raises FeedreaderError."""

    def read(self, name: str, told: Thing) -> Thing | None:
        """What another machine told, as it would be here; None: it is nothing of this kind."""

    def put(self, name: str, thing: Thing | None) -> None:
        """Make it so here; None removes it. Raises FeedreaderError."""


def _text(told: Thing, name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


class Subscriptions:
    kind = SUBSCRIPTION
    is_there = True

    def __init__(self, library: Library) -> None:
        self._library = library

    def now(self) -> dict[str, Thing]:
        return {
            each.target: {"kind": each.kind, "name": each.name, "folder": each.folder or "", "paused": each.paused}
            for each in self._library.subscriptions.all()
            if each.kind in ("arxiv", "feed") and hide_passwords(each.target) == each.target
        }

    def read(self, name: str, told: Thing) -> Thing | None:
        kind = _text(told, "kind")
        if kind == "arxiv":
            try:
                is_one = "+".join(read_categories(name)) == name
            except FeedreaderError:
                is_one = False
        else:
            is_one = kind == "feed" and is_web_address(name) and hide_passwords(name) == name
        if not is_one:
            return None
        folder = "/".join(filter(None, map(str.strip, _text(told, "folder").split("/"))))
        return {
            "kind": kind,
            "name": _text(told, "name") or name,
            "folder": folder,
            "paused": told.get("paused") is True,
        }

    def put(self, name: str, thing: Thing | None) -> None:
        with self._library.subscriptions.edit() as editor:
            known = next((each for each in editor.all() if each.target == name), None)
            if thing is None:
                if known:
                    editor.remove(known.source)
                return
            known = known or editor.add(thing["kind"], name, thing["name"], thing["folder"] or None)
            editor.change(known.source, folder=thing["folder"], paused=thing["paused"])
        if known.name != thing["name"]:
            removal.rename_source(self._library, known.source, thing["name"])


class Rules:
    kind = RULE

    def __init__(self, library: Library, path: Path) -> None:
        self._library = library
        self._path = path

    @property
    def is_there(self) -> bool:
        return self._path.exists()

    def now(self) -> dict[str, Thing]:
        return {
            f"{rule.effect} {rule.text}": {"name": "" if rule.name == rule.text else rule.name}
            for rule, *_ in rules.load(self._path).entries
            if rule.text == " ".join(rule.text.split())  # one over several lines has no name on one
        }

    def read(self, name: str, told: Thing) -> Thing | None:
        effect, _, text = name.partition(" ")
        try:
            rules.rule_query(text, effect)
        except FeedreaderError:
            return None
        return {"name": _text(told, "name")} if effect in rules.EFFECTS else None

    def put(self, name: str, thing: Thing | None) -> None:
        effect, _, text = name.partition(" ")
        file = UserToml.read(self._path)
        left = rules.removed(file, effect, text, anyone=True)
        if left is None and rules.read(file).find(effect, text) is not None:
            raise ConfigError(f"{self._path}: the rule to {name} cannot be changed by the program.", "Change it there.")
        file = left or file
        if thing is not None:
            day = self._library.now().astimezone().date()
            file = rules.added(file, effect, text, day, name=thing["name"])
        file.write()


class Searches:
    kind = SEARCH

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def is_there(self) -> bool:
        return self._path.exists()

    def now(self) -> dict[str, Thing]:
        searches = saved_searches.read(UserToml.read(self._path)).searches
        return {saved_searches.key(each.name): {"name": each.name, "query": each.query} for each in searches}

    def read(self, name: str, told: Thing) -> Thing | None:
        shown, query = _text(told, "name") or name, _text(told, "query")
        fits = saved_searches.is_search(shown, query) and saved_searches.key(shown) == name
        return {"name": shown, "query": query} if fits else None

    def put(self, name: str, thing: Thing | None) -> None:
        if thing is not None:
            saved_searches.save(self._path, thing["name"], thing["query"])
        elif name in self.now():
            saved_searches.remove(self._path, name)


class Preferences:
    kind = PREFERENCE

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def is_there(self) -> bool:
        return self._path.exists()

    def now(self) -> dict[str, Thing]:
        return {name: {} for name in interest.preferences(UserToml.read(self._path))}

    def read(self, name: str, told: Thing) -> Thing | None:
        return {} if interest.is_preference(name) else None

    def put(self, name: str, thing: Thing | None) -> None:
        file = UserToml.read(self._path)
        effect, key, text = name.split(" ", 2)
        if thing is not None:
            file = file.added(f"\n[[{effect}]]\n{key} = {toml.quoted(text)}\n")
        elif (left := interest.without_preference(file, name)) is not None:
            file = left
        else:
            raise ConfigError(f"{self._path}: “{text}” cannot be removed by the program.", "Remove it there.")
        file.write()


def all_kinds(library: Library, places: Places) -> tuple[Shared, ...]:
    return Subscriptions(library), Rules(library, places.rules), Searches(places.searches), Preferences(places.interest)
