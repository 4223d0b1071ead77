"""Kinds of settings: each makes of a TOML value what the program has, or raises Unfit. Pure but for `~`."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from datetime import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from feedreader.config.values import COMFORTABLE, COMPACT, FULL, LIVE_ENDINGS, LiveFile, OwnCommand
from feedreader.text import toml

COLUMNS = ("title", "authors", "categories", "day", "source", "version", "tags", "id")
LINES = {"full": FULL, "compact": COMPACT, "comfortable": COMFORTABLE}
MEGABYTE = 1_000_000
COMMAND_MENU_KEYS = ("j", "k", "g", "G", "q", "o", "y")  # which mean something else in the menu of commands
_COMMAND, _OUTPUTS = ("run", "key", "output"), ("show", "ignore")
_LIVE = ("query", "view", "title")
_MOST = 1_000_000.0

Read = Callable[[Any, Path], Any]  # a TOML value and the file's folder


class Unfit(Exception):
    """A value that a setting cannot take: what is wrong with it, and what to do, if that is not the setting's own."""

    def __init__(self, problem: str = "", remedy: str = "") -> None:
        super().__init__(problem)
        self.problem, self.remedy = problem, remedy


def did_you_mean(word: str, known: Iterable[str], form: str = "“{}”", otherwise: str = "") -> str:
    """“Did you mean …?” with the closest known word; if none is close, `otherwise` or a list of all."""
    from difflib import get_close_matches

    known = list(known)
    by_folded = {name.casefold().replace("-", "_"): name for name in known}
    near = get_close_matches(word.casefold().replace("-", "_"), by_folded, n=1)
    if near:
        return f"Did you mean {form.format(by_folded[near[0]])}?"
    return otherwise or f"Choose from {', '.join(map(form.format, known))}."


def read_bool(value: object, folder: Path) -> bool:
    if not isinstance(value, bool):
        raise Unfit
    return value


def read_number(value: object, folder: Path) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _MOST:
        raise Unfit
    return float(value)


def read_size(value: object, folder: Path) -> int:
    """Megabytes → bytes."""
    size = int(read_number(value, folder) * MEGABYTE)
    if not size:
        raise Unfit
    return size


def read_text(value: object, folder: Path) -> str:
    if not isinstance(value, str):
        raise Unfit
    if not value.isprintable():
        raise Unfit("contains a character that cannot be shown", "Remove or retype it.")
    return value.strip()


def read_name(value: object, folder: Path) -> str:
    text = read_text(value, folder)
    if not text:
        raise Unfit
    return text


def read_address(value: object, folder: Path) -> str:
    text = read_text(value, folder)
    try:
        parts = urlsplit(text)
        fits = parts.scheme in ("https", "http") and parts.hostname and parts.port != 0
    except ValueError:  # "http://[::1", or a port above 65535
        fits = False
    if not fits:
        raise Unfit
    return text


def read_choice(choices: Iterable[str]) -> Read:
    known = tuple(choices)

    def read(value: object, folder: Path) -> str:
        if value in known:
            return str(value)
        raise Unfit(remedy=did_you_mean(value, known, '"{}"') if isinstance(value, str) else "")

    return read


def read_density(value: object, folder: Path) -> int:
    return LINES[read_choice(LINES)(value, folder)]


def read_columns(value: object, folder: Path) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Unfit
    for column in value:
        if column not in COLUMNS:
            remedy = did_you_mean(column, COLUMNS, '"{}"') if isinstance(column, str) else ""
            raise Unfit(f"has an unknown column, {toml.shown(column)}", remedy)
    if len(set(value)) < len(value):
        raise Unfit("lists a column twice", "List each once.")
    return tuple(value)


def read_times(value: object, folder: Path) -> tuple[time, ...]:
    if not isinstance(value, list):
        raise Unfit
    try:
        times = [moment if isinstance(moment, time) else time.fromisoformat(moment) for moment in value]
    except (TypeError, ValueError):
        raise Unfit from None
    if any(moment.tzinfo for moment in times):
        raise Unfit
    return tuple(sorted({moment.replace(second=0, microsecond=0) for moment in times}))


def read_path(value: object, folder: Path) -> Path:
    return (folder / _home(read_name(value, folder))).absolute()


def _home(text: str) -> Path:
    """With `~` expanded."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise Unfit(f"is {toml.shown(text)}, but there is no such user", "~/ is your home folder.") from None


def read_file(*suffixes: str) -> Read:
    def read(value: object, folder: Path) -> Path:
        path = read_path(value, folder)
        if not path.name.lower().endswith(suffixes):
            raise Unfit
        return path

    return read


def read_command(value: object, folder: Path) -> tuple[str, ...]:
    if isinstance(value, str):
        try:
            words = shlex.split(read_text(value, folder))
        except ValueError as error:
            raise Unfit(f"is {toml.shown(value)}: {str(error).lower()}") from None
    elif isinstance(value, list) and all(isinstance(word, str) for word in value):
        words = [read_text(word, folder) for word in value]
    else:
        raise Unfit
    if not words:
        return ()
    if not words[0]:
        raise Unfit
    return (str(_home(words[0])) if words[0].startswith("~") else words[0], *words[1:])


def read_saved_search(name: str, query: object) -> tuple[str, str]:
    if not name.strip() or not name.isprintable():
        raise Unfit("is not a valid name", 'Write "Name" = "query".')
    if isinstance(query, dict):
        raise Unfit("contains a table", f'Names with a dot need quotes: {toml.written(f"{name}.…")} = "query".')
    if not isinstance(query, str):
        raise Unfit
    return name.strip(), read_text(query, Path())


def read_live_file(name: str, value: object) -> LiveFile:
    path = _home(name.strip())
    if not name.isprintable() or not path.is_absolute():
        raise Unfit("is not a whole path", 'Begin it with ~/ or /, as "~/papers.atom" = "is:shortlisted".')
    if not path.name.lower().endswith(LIVE_ENDINGS):
        raise Unfit("has an unknown ending", f"It can be {', '.join(LIVE_ENDINGS[:-1])} or {LIVE_ENDINGS[-1]}.")
    given = value if isinstance(value, dict) else {"query": value}
    for word in given:
        if word not in _LIVE:
            raise Unfit(f"has an unknown part {toml.shown(word)}", did_you_mean(word, _LIVE))
    query, view, title = (read_text(given.get(part, ""), Path()) for part in _LIVE)
    if ("query" in given) == ("view" in given) or ("view" in given and not view.strip()):
        raise Unfit("needs a query or a saved search", 'Write { query = "…" } or { view = "NAME" }.')
    return LiveFile(path, query, view, title)


def read_own_command(name: str, value: object) -> OwnCommand:
    if not name.strip() or not name.isprintable() or name.startswith("-"):
        raise Unfit("is not a name for a command", 'Write name = "program args".')
    given = value if isinstance(value, dict) else {"run": value}
    for word in given:
        if word not in _COMMAND:
            raise Unfit(f"has an unknown part {toml.shown(word)}", did_you_mean(word, _COMMAND))
    program, *arguments = read_command(given.get("run"), Path()) or ("",)
    if not program:
        raise Unfit
    key, output = given.get("key", ""), given.get("output", _OUTPUTS[0])
    if not isinstance(key, str) or len(key) > 1 or not (key == "" or key.isalpha()) or key in COMMAND_MENU_KEYS:
        taken = ", ".join(COMMAND_MENU_KEYS)
        raise Unfit(f"has the key {toml.shown(key)}", f"A key is one letter; these are taken: {taken}.")
    if output not in _OUTPUTS:
        raise Unfit(f"has the output {toml.shown(output)}", 'It can be "show" or "ignore".')
    home = (str(Path(word).expanduser()) if word.startswith("~/") else word for word in arguments)
    return OwnCommand(name.strip(), (program, *home), key, output == _OUTPUTS[0])


def read_keys(id: str, keys: object) -> tuple[str, tuple[str, ...]]:
    several = [keys] if isinstance(keys, str) else keys
    if not isinstance(several, list) or not all(isinstance(key, str) for key in several):
        raise Unfit
    return id, tuple(key for key in several if key)
