"""From the file and the environment to settings, with where each comes from, and with all that is wrong at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from feedreader.arxiv.addresses import Addresses
from feedreader.config.kinds import Unfit, did_you_mean
from feedreader.config.table import COLUMNS_BY_LINES, TABLE, Setting
from feedreader.config.values import Settings
from feedreader.errors import ConfigError, Fault
from feedreader.system.text_file import read_text
from feedreader.text import toml

_MOST_FAULTS = 20
_SECTIONS = tuple(dict.fromkeys(setting.section for setting in TABLE if setting.section))
_TOP = tuple(setting.key for setting in TABLE if not setting.section)


class SettingValue(NamedTuple):
    """A setting's current value as TOML has it, and the line of the file or the variable it comes from."""

    setting: Setting
    value: object
    line: int | None = None
    variable: str = ""


class SettingsFile(NamedTuple):
    """The file (None if there is none), the settings, and what is wrong, in the file's order."""

    path: Path | None
    settings: Settings
    values: tuple[SettingValue, ...]
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

    def effective(self, item: SettingValue) -> object:
        """A setting's value as TOML has it, paths in full."""
        field = item.setting.field
        value = getattr(self.settings, field, None)
        if isinstance(value, Path):
            return str(value)
        if field == "refresh_at":
            return [f"{time:%H:%M}" for time in self.settings.refresh_at]
        return item.value


def read(
    path: Path | None, environment: Mapping[str, str], checks: Iterable[Callable[[Settings], Iterable[Fault]]] = ()
) -> SettingsFile:
    """Read a file, if there is one, and the environment. Raises ConfigError if the file is not TOML.

    `checks` find what else is wrong with settings, such as names that only the reader knows.
    """
    text = toml.plain(read_text(path)) if path else ""
    tables = toml.parsed(path, text) if path else {}
    lines = toml.lines_of(text) if tables else {}
    faults: list[Fault] = list(_unknown(tables))
    values: dict[str, Any] = {}
    items = []
    folder = path.parent if path else Path()
    for setting in TABLE:
        item, value, wrong = _value_of(setting, tables, environment, folder)
        faults += wrong
        items.append(item._replace(line=lines.get(setting.where)) if item.line else item)
        if value is not None:
            values[setting.field] = value
    settings = _settings(values)
    if "columns" not in values:
        columns = list(settings.columns)
        items = [item._replace(value=columns) if item.setting.field == "columns" else item for item in items]
    for check in checks:
        faults += check(settings)
    placed = [_placed(fault, path, lines) if fault.where else fault for fault in faults]
    placed.sort(key=lambda fault: fault.line or 0)
    return SettingsFile(path, settings, tuple(items), tuple(placed), lines)


def _placed(fault: Fault, path: Path | None, lines: Mapping[tuple[str, ...], int]) -> Fault:
    return fault._replace(path=path, line=lines.get(fault.where) or lines.get(fault.where[:1]))


def _settings(values: Mapping[str, Any]) -> Settings:
    arxiv = {field.removeprefix("arxiv."): value for field, value in values.items() if field.startswith("arxiv.")}
    others = {field: value for field, value in values.items() if not field.startswith("arxiv.")}
    settings = Settings(arxiv=Addresses(**arxiv), **others)
    return settings if "columns" in values else settings._replace(columns=COLUMNS_BY_LINES[settings.lines])


def _value_of(
    setting: Setting, tables: Mapping[str, Any], environment: Mapping[str, str], folder: Path
) -> tuple[SettingValue, Any, list[Fault]]:
    """A setting's value, the same for the program (None: the default), and what is wrong with it."""
    named = environment.get(setting.variable) if setting.variable else None
    if named:
        return _from_environment(setting, named, folder)
    plain = SettingValue(setting, {} if setting.is_open else setting.default)
    section = tables if not setting.section else tables.get(setting.section, {})
    if not isinstance(section, dict) or (not setting.is_open and setting.key not in section):
        return plain, None, []
    if setting.is_open:
        return _open_section(setting, section, folder)
    value = section[setting.key]
    try:
        return SettingValue(setting, value, line=1), setting.read(value, folder), []
    except Unfit as unfit:
        return plain, None, [_fault(setting, setting.where, setting.key, value, unfit)]


def _open_section(setting: Setting, section: Mapping[str, Any], folder: Path) -> tuple[SettingValue, Any, list[Fault]]:
    items, faults, fit = [], [], {}
    for name, value in section.items():
        try:
            items.append(setting.read(name, value))
        except Unfit as unfit:
            faults.append(_fault(setting, (setting.section, name), name, value, unfit))
        else:
            fit[name] = value
    return SettingValue(setting, fit, line=1 if fit else None), tuple(items), faults


def _from_environment(setting: Setting, named: str, folder: Path) -> tuple[SettingValue, Any, list[Fault]]:
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
        return SettingValue(setting, setting.default), None, [fault]
    return SettingValue(setting, value, variable=setting.variable), fit, []


def _fault(setting: Setting, where: tuple[str, ...], name: str, value: object, unfit: Unfit) -> Fault:
    problem = f"“{name}” {unfit.problem}" if unfit.problem else f"“{name}” is {toml.shown(value)}"
    return Fault(problem, unfit.remedy or f"It should be {setting.expects}.", where)


# Unknown names -----------------------------------------------------------------------------------------------------


def _unknown(tables: Mapping[str, Any]) -> Iterator[Fault]:
    """Keys and sections that do not exist."""
    for section, values in tables.items():
        if section in _TOP:
            continue
        if section not in _SECTIONS:
            yield _unknown_name(section, isinstance(values, dict))
        elif not isinstance(values, dict):
            yield Fault(f"“{section}” is a section", f"Write [{section}] on a line of its own.", (section,))
        elif not any(setting.is_open for setting in TABLE if setting.section == section):
            known = [setting.key for setting in TABLE if setting.section == section]
            for key in values:
                if key not in known:
                    remedy = _home(key) or did_you_mean(key, known)
                    yield Fault(f"Unknown setting “{key}” in [{section}]", remedy, (section, key))


def _unknown_name(name: str, is_section: bool) -> Fault:
    """An unknown key at the top of the file, or an unknown section."""
    if is_section:
        return Fault(f"Unknown section [{name}]", did_you_mean(name, _SECTIONS, "[{}]"), (name,))
    known = {setting.key: setting for setting in TABLE if setting.key}
    remedy = _home(name) or did_you_mean(name, known)
    return Fault(f"Unknown setting “{name}”", remedy, (name,))


def _home(key: str) -> str:
    """Where a known setting belongs."""
    homes = [setting.section for setting in TABLE if setting.key == key]
    if not homes:
        return ""
    places = " or ".join(f"[{home}]" for home in homes if home)
    return f"It belongs under {places}." if places else "It belongs at the top of the file, before the first [section]."
