"""`config`: where the settings are, what holds, and what is wrong with them. Names of keys and themes need Textual."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from feedreader import config
from feedreader.cli.terminal import DONE, FAILED, put, put_json, put_text, say_fault
from feedreader.errors import Fault, FeedreaderError

if TYPE_CHECKING:
    import argparse

    from feedreader.cli.terminal import AddCommand
    from feedreader.config.reading import SettingsFile, SettingValue


def add_commands(command: AddCommand) -> None:
    parser = command("config", run_config, "show the settings and where they are")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--path", action="store_true", help="print only the path of the settings file")
    how.add_argument("--example", action="store_true", help="print a commented file with all settings")
    how.add_argument("--json", action="store_true", help="print a JSON object")


def run_config(arguments: argparse.Namespace) -> int:
    if arguments.path:
        put_text(f"{config.settings_place()}\n")
        return DONE
    if arguments.example:
        from feedreader.config.example import example
        from feedreader.tui.keymap import known

        put_text(example(known().values()))
        return DONE
    from feedreader.tui.setup import reader_checks

    file = config.survey(*reader_checks())
    faults = sorted((*file.faults, *_live_faults(file)), key=lambda fault: fault.line or 0)
    file = file._replace(faults=tuple(faults))
    library = config.paths(arguments.data_dir).library
    (_put_json if arguments.json else _put)(file, library)
    for fault in file.faults:
        say_fault(fault)
    return FAILED if file.faults else DONE


def _live_faults(file: SettingsFile) -> Iterator[Fault]:
    """Queries of live files with a mistake, and saved searches that there are not."""
    from feedreader.query.language import parse_query
    from feedreader.services import saved_searches

    written = next(item.value for item in file.values if item.setting.field == "live")
    assert isinstance(written, dict)
    for name, live in zip(written, file.settings.live, strict=True):
        try:
            if not live.view:
                parse_query(live.query)
            elif live.view.casefold() != saved_searches.MADE.name.casefold():
                views = file.settings.views
                saved_searches.load(views, config.views_place(), config.settings_place()).need(live.view)
        except FeedreaderError as error:
            problem = f"“{name}” cannot be kept up to date: {error.message.rstrip('.')}"
            yield Fault(problem, error.remedy, path=file.path, line=file.line(("live", name)))


def _put(file: SettingsFile, library: Path) -> None:
    """What holds, as a file would say it, with where it comes from."""
    note = "" if file.path else "  (no such file yet; `feedreader config --example` prints one to start from)"
    put(f"# settings  {config.settings_place()}{note}")
    put(f"# library   {library}")
    section = ""
    for item in file.values:
        if item.setting.section != section:
            section = item.setting.section
            put(f"\n[{section}]")
        elif not section:
            put("")
        for line in _lines(file, item):
            put(line)


def _lines(file: SettingsFile, item: SettingValue) -> Iterator[str]:
    from feedreader.text import toml

    setting = item.setting
    if setting.is_open:
        assert isinstance(item.value, dict)
        standard = _standard_keys() if setting.field == "keys" and item.value else {}
        for name, value in item.value.items():
            instead = f", instead of {' '.join(standard[name])}" if standard.get(name) else ""
            source = f"line {file.line((setting.section, name))}{instead}"
            yield f"{f'{toml.key(name)} = {toml.written(value)}':48}  # {source}"
        if not item.value:
            yield f"{'':48}  # {'none changed' if setting.field == 'keys' else 'none'}"
    elif file.effective(item) is None:
        yield f"{f'# {setting.key} =':48}  # not set"
    else:
        yield f"{f'{setting.key} = {toml.written(file.effective(item))}':48}  # {_source(item)}"


def _standard_keys() -> dict[str, tuple[str, ...]]:
    from feedreader.tui.keymap import FORMER_IDS, known

    keys = {binding.id: binding.keys for binding in known().values()}
    return keys | {former: keys[id] for former, id in FORMER_IDS.items()}


def _source(item: SettingValue) -> str:
    return item.variable or (f"line {item.line}" if item.line else "default")


def _put_json(file: SettingsFile, library: Path) -> None:
    settings = {}
    for item in file.values:
        origin = "environment" if item.variable else "file" if item.line else "default"
        settings[item.setting.name] = {
            "value": file.effective(item),
            "from": origin,
            **({"line": item.line} if item.line else {}),
            **({"variable": item.variable} if item.variable else {}),
        }
    faults = [{"line": fault.line, "problem": fault.problem, "remedy": fault.remedy} for fault in file.faults]
    put_json(
        {
            "path": str(config.settings_place()),
            "exists": file.path is not None,
            "library": str(library),
            "settings": settings,
            "faults": faults,
        }
    )
