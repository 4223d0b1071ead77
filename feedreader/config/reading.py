"""From the file and the environment to settings, with where each comes from, and with all that is wrong at once."""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from feedreader.arxiv.addresses import Addresses
from feedreader.config import toml
from feedreader.config.kinds import Unfit, nearest
from feedreader.config.locating import lines_of
from feedreader.config.table import COLUMNS_BY_LINES, TABLE, Setting
from feedreader.config.values import Fault, Settings
from feedreader.errors import ConfigError

LARGEST = 256 * 1024  # bytes; a file of settings has a few thousand
_MOST_FAULTS = 20
_SECTIONS = tuple(dict.fromkeys(setting.section for setting in TABLE if setting.section))
_TOP = tuple(setting.key for setting in TABLE if not setting.section)


class Held(NamedTuple):
    """A setting as it holds: its value as TOML has it, and the line of the file or the variable that says so."""

    setting: Setting
    value: object
    line: int | None = None
    variable: str = ""


class Reading(NamedTuple):
    """What was read: the file (None if there is none), what holds, and what is wrong, in the file's order."""

    path: Path | None
    settings: Settings
    held: tuple[Held, ...]
    faults: tuple[Fault, ...]
    lines: Mapping[tuple[str, ...], int]

    def line(self, where: tuple[str, ...]) -> int | None:
        """The line of the file for a place, or of the section it is missing from."""
        return self.lines.get(where) or self.lines.get(where[:1])

    def place(self, fault: Fault) -> str:
        """`/path/config.toml, line 3`"""
        line = self.line(fault.where) if fault.where else None
        return f"{self.path}, line {line}" if line else str(self.path)

    def message(self, fault: Fault) -> str:
        """What is wrong, and where, and what to do."""
        return f"{self._problem(fault)} {fault.remedy}".strip()

    def _problem(self, fault: Fault) -> str:
        return (f"{self.place(fault)}: " if fault.where else "") + f"{fault.problem}."

    def error(self) -> ConfigError:
        """All that is wrong, a line each."""
        if len(self.faults) == 1:
            return ConfigError(self._problem(self.faults[0]), self.faults[0].remedy)
        lines = [self.message(fault) for fault in self.faults]
        more = len(lines) - _MOST_FAULTS
        return ConfigError("\n".join([*lines[:_MOST_FAULTS], *([f"And {more} more."] if more > 0 else [])]))

    def effective(self, held: Held) -> object:
        """A setting's value as TOML has it, paths in full."""
        field = held.setting.field
        value = getattr(self.settings, field, None)
        if isinstance(value, Path):
            return str(value)
        if field == "refresh_at":
            return [f"{time:%H:%M}" for time in self.settings.refresh_at]
        return held.value


def read(
    path: Path | None, environment: Mapping[str, str], checks: Iterable[Callable[[Settings], Iterable[Fault]]] = ()
) -> Reading:
    """Read a file, if there is one, and the environment. Raises ConfigError if the file is not TOML.

    `checks` find what else is wrong with settings, such as names that only the reader knows.
    """
    text = text_of(path) if path else ""
    said = parsed(path, text) if path else {}
    lines = lines_of(text) if said else {}
    faults: list[Fault] = list(_strangers(said))
    values: dict[str, Any] = {}
    held = []
    folder = path.parent if path else Path()
    for setting in TABLE:
        one, value, wrong = _held(setting, said, environment, folder)
        faults += wrong
        held.append(one._replace(line=lines.get(setting.where)) if one.line else one)
        if value is not None:
            values[setting.field] = value
    settings = _settings(values)
    if "columns" not in values:
        held = [one._replace(value=list(settings.columns)) if one.setting.field == "columns" else one for one in held]
    for check in checks:
        faults += check(settings)
    faults.sort(key=lambda fault: lines.get(fault.where) or lines.get(fault.where[:1]) or 0)
    return Reading(path, settings, tuple(held), tuple(faults), lines)


def _settings(values: Mapping[str, Any]) -> Settings:
    arxiv = {field.removeprefix("arxiv."): value for field, value in values.items() if field.startswith("arxiv.")}
    others = {field: value for field, value in values.items() if not field.startswith("arxiv.")}
    settings = Settings(arxiv=Addresses(**arxiv), **others)
    return settings if "columns" in values else settings._replace(columns=COLUMNS_BY_LINES[settings.lines])


def _held(
    setting: Setting, said: Mapping[str, Any], environment: Mapping[str, str], folder: Path
) -> tuple[Held, Any, list[Fault]]:
    """A setting as it holds, its value for the program (None: as it comes), and what is wrong with it."""
    named = environment.get(setting.variable) if setting.variable else None
    if named:
        return _from_environment(setting, named, folder)
    plain = Held(setting, {} if setting.is_open else setting.default)
    section = said if not setting.section else said.get(setting.section, {})
    if not isinstance(section, dict) or (not setting.is_open and setting.key not in section):
        return plain, None, []
    if setting.is_open:
        return _open_section(setting, section, folder)
    value = section[setting.key]
    try:
        return Held(setting, value, line=1), setting.read(value, folder), []
    except Unfit as unfit:
        return plain, None, [_fault(setting, setting.where, setting.key, value, unfit)]


def _open_section(setting: Setting, section: Mapping[str, Any], folder: Path) -> tuple[Held, Any, list[Fault]]:
    items, faults, fit = [], [], {}
    for name, value in section.items():
        try:
            items.append(setting.read(name, value))
        except Unfit as unfit:
            faults.append(_fault(setting, (setting.section, name), name, value, unfit))
        else:
            fit[name] = value
    return Held(setting, fit, line=1 if fit else None), tuple(items), faults


def _from_environment(setting: Setting, named: str, folder: Path) -> tuple[Held, Any, list[Fault]]:
    value: object = named
    if not isinstance(setting.default, str):
        try:
            value = float(named)
        except ValueError:
            value = None
    try:
        fit = setting.read(value, folder)
    except Unfit:
        problem = f"{setting.variable} is “{named}”"
        fault = Fault(problem, f"It should be {setting.expects.replace(' in quotes', '')}, or unset.")
        return Held(setting, setting.default), None, [fault]
    return Held(setting, value, variable=setting.variable), fit, []


def _fault(setting: Setting, where: tuple[str, ...], name: str, value: object, unfit: Unfit) -> Fault:
    problem = f"“{name}” {unfit.problem}" if unfit.problem else f"“{name}” is {toml.shown(value)}"
    return Fault(problem, unfit.remedy or f"It should be {setting.expects}.", where)


# What has no place -------------------------------------------------------------------------------------------------


def _strangers(said: Mapping[str, Any]) -> Iterator[Fault]:
    """Keys and sections that are none."""
    for section, values in said.items():
        if section in _TOP:
            continue
        if section not in _SECTIONS:
            yield _stranger(section, isinstance(values, dict))
        elif not isinstance(values, dict):
            yield Fault(f"“{section}” is a section", f"Write [{section}] on a line of its own.", (section,))
        elif not any(setting.is_open for setting in TABLE if setting.section == section):
            known = [setting.key for setting in TABLE if setting.section == section]
            for key in values:
                if key not in known:
                    remedy = _home(key) or nearest(key, known)
                    yield Fault(f"[{section}] has no setting “{key}”", remedy, (section, key))


def _stranger(name: str, is_section: bool) -> Fault:
    """Something at the top of the file, or a section, that is not known."""
    if is_section:
        return Fault(f"[{name}] is no section", nearest(name, _SECTIONS, "[{}]"), (name,))
    known = {setting.key: setting for setting in TABLE if setting.key}
    remedy = _home(name) or nearest(name, known)
    return Fault(f"“{name}” is no setting", remedy, (name,))


def _home(key: str) -> str:
    """Where a setting that is known belongs."""
    homes = [setting.section for setting in TABLE if setting.key == key]
    if not homes:
        return ""
    places = " or ".join(f"[{home}]" for home in homes if home)
    return f"It belongs under {places}." if places else "It stands at the top of the file, before the first [section]."


# The text ----------------------------------------------------------------------------------------------------------


def text_of(path: Path) -> str:
    """A file's text, with plain line ends. Raises ConfigError."""
    reason = remedy = ""
    try:
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISCHR(mode)):
            reason = "it is a folder" if stat.S_ISDIR(mode) else "it is no file"
        else:
            with path.open("rb") as file:
                data = file.read(LARGEST + 1)
    except OSError as error:
        reason = error.strerror or "it is no file"
    if not reason and len(data) > LARGEST:
        reason = f"it is larger than {LARGEST // 1024} kB"
    if not reason:
        try:
            return data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
            reason = "it is not UTF-8" + (", but UTF-16" if utf16 else f" on line {line}")
            remedy = "Save it as UTF-8."
    raise ConfigError(f"{path} cannot be read: {reason}.", remedy or "Mend it or move it away.")


_REMEDIES = (
    ("Invalid value", 'Text stands in quotes: key = "text". Numbers, true and false stand without.'),
    ("Cannot overwrite", "It stands there twice: take one out."),
    ("twice", "It stands there twice: take one out."),
    ("Cannot declare", "It stands there twice: take one out."),
    ("Unescaped '\\\\'", "Write a backslash as \\\\, or put the text in 'single quotes'."),
    ("Illegal character", "A text ends on its line, in the quotes it began with."),
    ("Unterminated string", "A text ends in the quotes it began with."),
    ("Unclosed array", "A list ends with ], and commas stand between its parts."),
    (
        "Expected '=' after a key",
        "It is written in TOML: `key = value` under `[section]`; names with blanks stand in quotes.",
    ),
    ("Expected ']'", "A section stands in brackets, alone on its line: [section]."),
)


def parsed(path: Path, text: str) -> dict[str, Any]:
    """What a text in TOML says. Raises ConfigError with the place of the mistake."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ConfigError(f"{path}: brackets within brackets, too deep.", "It is written in TOML.") from None
    except ValueError as error:  # TOMLDecodeError is one; so is a number that is too long
        found = re.search(r"^(.*) \((?:at line (\d+), column (\d+)|at end of document)\)$", str(error), re.DOTALL)
        why = found[1] if found else "a number has too many digits"
        last = text.rstrip("\n").count("\n") + 1
        where = f"line {found[2]}, column {found[3]}" if found and found[2] else f"line {last}, its end"
        remedy = next((words for start, words in _REMEDIES if start in why), "")
        if why == "Invalid value" and found and not found[2]:
            remedy = "Something is not closed: a list ends with ], a text in its quotes."
        remedy = remedy or "It is written in TOML: `key = value` under `[section]`."
        raise ConfigError(f"{path}, {where}: {why}.", remedy) from None
