"""From the file and the environment to settings, with where each comes from, and with all that is wrong at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from feedreader.arxiv.addresses import Addresses
from feedreader.config.kinds import Unfit, nearest
from feedreader.config.table import COLUMNS_BY_LINES, TABLE, Setting
from feedreader.config.values import Settings
from feedreader.errors import ConfigError, Fault
from feedreader.system.text_file import read_text
from feedreader.text import toml

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

    def error(self) -> ConfigError:
        """All that is wrong, a line each."""
        if len(self.faults) == 1:
            return ConfigError(self.faults[0].message, self.faults[0].remedy)
        lines = [str(fault) for fault in self.faults]
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
    text = toml.plain(read_text(path)) if path else ""
    said = toml.parsed(path, text) if path else {}
    lines = toml.lines_of(text) if said else {}
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
    placed = [_placed(fault, path, lines) if fault.where else fault for fault in faults]
    placed.sort(key=lambda fault: fault.line or 0)
    return Reading(path, settings, tuple(held), tuple(placed), lines)


def _placed(fault: Fault, path: Path | None, lines: Mapping[tuple[str, ...], int]) -> Fault:
    return fault._replace(path=path, line=lines.get(fault.where) or lines.get(fault.where[:1]))


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
    return f"It belongs under {places}." if places else "It belongs at the top of the file, before the first [section]."
