"""A file of settings to begin with: all of them, with what holds without one, as comments. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from textwrap import wrap
from typing import Protocol

from feedreader.config.table import TABLE, Setting
from feedreader.text import toml

_WIDTH = 100
_OPENING = """\
# Settings for feedreader, which reads this file at start and never changes it. Every setting is optional.
# To change one, remove the # at the start of its line and edit the value.
"""


class HasKeys(Protocol):
    """A binding, as far as it is shown here: its id, its keys, and what it does."""

    @property
    def id(self) -> str: ...
    @property
    def keys(self) -> tuple[str, ...]: ...
    @property
    def words(self) -> str: ...
    @property
    def group(self) -> str: ...


def example(bindings: Iterable[HasKeys]) -> str:
    """The file. `bindings` are those that can be given other keys."""
    return "\n".join([_OPENING, *_lines(list(bindings))]) + "\n"


def _lines(bindings: list[HasKeys]) -> Iterator[str]:
    for section, settings in groupby(TABLE, key=lambda setting: setting.section):
        if section:
            yield f"[{section}]"
        for setting in settings:
            yield from _comment(setting)
            if setting.field == "keys":
                yield from _keys(bindings)
            elif setting.is_open and isinstance(setting.example, dict):
                yield from (f"#{toml.key(name)} = {toml.written(value)}" for name, value in setting.example.items())
            else:
                value = setting.example if setting.default is None else setting.default
                yield f"#{setting.key} = {toml.written(value)}"
        yield ""


def _comment(setting: Setting) -> list[str]:
    words = setting.words.replace("`", "")
    return [f"# {line}" for line in wrap(words[0].upper() + words[1:] + ".", _WIDTH)]


def _keys(bindings: list[HasKeys]) -> Iterator[str]:
    for group, members in groupby(bindings, key=lambda binding: binding.group):
        yield f"# {group}:"
        for binding in members:
            keys = binding.keys[0] if len(binding.keys) == 1 else list(binding.keys)
            yield f"{f'#{binding.id} = {toml.written(keys)}':44} # {binding.words}"
