"""The documents say what the code does. `python -m tests.test_docs` brings their tables up to date."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import pytest
from textual.binding import Binding

from feedreader import __version__, parse
from feedreader.cli import main
from feedreader.cli.arguments import command_names
from feedreader.cli.digests import FORMATS as IMPORT_FORMATS
from feedreader.cli.export import FORMATS
from feedreader.cli.marks import VERBS
from feedreader.cli.plain.reader import COMMANDS as PLAIN_COMMANDS
from feedreader.config.reading import read
from feedreader.config.table import TABLE
from feedreader.query.fields import FIELDS
from feedreader.query.help import query_help
from feedreader.query.language import parse_query
from feedreader.text import toml
from feedreader.tui.keys import APP_KEYS, LIST_KEYS, PANE_KEYS, SCREEN_KEYS

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = {path.stem: path for path in (ROOT / "README.md", *DOCS.glob("*.md"))}
TEXTS = {name: path.read_text(encoding="utf-8") for name, path in PAGES.items()}
README = TEXTS["README"]
COMMANDS = command_names()
_SHOWN = {"down": "↓", "up": "↑", "left": "←", "right": "→", "escape": "esc", "question_mark": "?"}


def part(name: str, page: str = "") -> str:
    """What is between two comments of a page, which has the same name if none is given."""
    match = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", TEXTS[page or name], re.DOTALL)
    assert match, name
    return match[1]


def key_table(bindings: Iterable[Binding]) -> str:
    """Markdown: a row a binding, under the name of its group."""
    lines = ["| key | does |", "|---|---|"]
    by_group = groupby(sorted(bindings, key=lambda b: order.index(group_of(b))), key=group_of)
    for group, members in by_group:
        lines.append(f"| **{group}** | |")
        for binding in members:
            keys = " ".join(f"`{_SHOWN.get(key, key)}`" for key in binding.key.split(","))
            lines.append(f"| {keys} | {binding.tooltip} |")
    return "\n".join(lines) + "\n"


def group_of(binding: Binding) -> str:
    assert binding.group
    return binding.group.description


def settings_table() -> str:
    """Markdown: a row a setting, under the name of its section."""
    lines = ["| setting | without it | does |", "|---|---|---|"]
    for section, settings in groupby(TABLE, key=lambda setting: setting.section):
        if section:
            lines.append(f"| **`[{section}]`** | | |")
        for setting in settings:
            key = setting.key or next(iter(setting.example))  # type: ignore[call-overload]
            name = f"`{key}`" if setting.key else f"`{toml.key(key)} = …`"
            plain = "" if setting.default in (None, []) else f"`{toml.written(setting.default)}`"
            lines.append(f"| {name} | {plain} | {setting.words} |")
    return "\n".join(lines) + "\n"


BINDINGS = [key for key in (*LIST_KEYS, *SCREEN_KEYS, *APP_KEYS, *PANE_KEYS) if isinstance(key, Binding)]
order = list(dict.fromkeys(group_of(binding) for binding in BINDINGS))


def test_the_page_of_keys_lists_every_key_as_it_is_bound() -> None:
    assert part("keys") == key_table(BINDINGS), "run `python -m tests.test_docs`"


def test_the_page_of_settings_lists_every_setting() -> None:
    assert part("settings") == settings_table(), "run `python -m tests.test_docs`"
    variables = {setting.variable for setting in TABLE if setting.variable}
    environment = TEXTS["command-line"].split("## Environment\n", 1)[1].split("\n## ", 1)[0]
    assert [variable for variable in variables if variable not in environment] == []


def test_every_key_has_an_id_a_description_and_a_tooltip() -> None:
    assert all(binding.id and binding.description and binding.tooltip for binding in BINDINGS)
    ids = [binding.id for binding in BINDINGS]
    assert len(ids) == len(set(ids))


def test_the_page_of_commands_names_every_one_and_no_other() -> None:
    table = part("commands", "command-line")
    rows = re.findall(r"^\| `feedreader ([a-z]+)", table, re.MULTILINE)
    assert set(rows) == set(COMMANDS)
    assert all(f"`{mark}`" in table or f"mark {mark}" in table for mark in VERBS)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_page_of_commands_names_every_option(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    assert "--data-dir" in options
    for option in options - {"--help"}:
        assert option in TEXTS["command-line"], f"{command} {option}"


def test_the_page_of_formats_names_every_one() -> None:
    assert set(named_in("formats")) == {module.NAME for module in parse.all_formats()}


def query_table() -> str:
    """Markdown: a row for each thing that a query may hold."""
    return "".join(
        ["| write | finds |\n|---|---|\n", *(f"| `{written}` | {means} |\n" for written, means in query_help())]
    )


def plain_table() -> str:
    """Markdown: a row for each command of the plain reader."""
    rows = (f"| `{command.usage}` | {command.does} |\n" for command in PLAIN_COMMANDS)
    return "".join(["| type | to |\n|---|---|\n", *rows])


def test_the_page_of_commands_lists_those_of_the_plain_reader() -> None:
    assert part("plain", "command-line") == plain_table(), "run `python -m tests.test_docs`"


def test_page_and_help_name_all_that_a_query_may_hold() -> None:
    assert part("query", "queries") == query_table(), "run `python -m tests.test_docs`"
    meanings = dict(query_help())
    for name, field in FIELDS.items():
        assert meanings[f"{name}:"]
        if field.kind in ("choice", "sort"):
            assert meanings[f"{name}:"].split() == list(field.values)
    for day in meanings["day:"].split():
        assert parse_query(f"day:{day} since:{day}")


def test_the_page_of_formats_names_every_one_that_is_exported() -> None:
    assert named_in("exports") == list(FORMATS)


def test_the_help_of_import_names_every_format() -> None:
    assert {module.NAME for module in parse.all_formats()} <= set(re.findall(r"[a-z][a-z-]+", IMPORT_FORMATS))


def named_in(table: str) -> list[str]:
    return re.findall(r"^\| `(\w[a-z-]+)` \|", part(table, "formats"), re.MULTILINE)


def start_commands() -> list[str]:
    start = README.split("## Start from this folder\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```sh\n(.*?)\n```", start, re.DOTALL)


def test_the_two_commands_under_start_are_one_line_each() -> None:
    run, test = start_commands()
    assert "\n" not in run and run.endswith("feedreader sample_feeds")
    assert "\n" not in test and "pytest" in test
    assert all(shlex.split(command)[:3] == ["python3", "-m", "venv"] for command in (run, test))


def test_the_figures_are_those_that_were_measured() -> None:
    recorded = (ROOT / "benchmarks" / "figures.txt").read_text(encoding="utf-8")
    figures = part("figures", "performance")
    quoted = re.findall(r"\*\*(.+?)\*\*", figures)
    assert quoted, "no figure is quoted"
    assert all(figure in recorded for figure in quoted)


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files_and_headings_that_are_there(page: str) -> None:
    for target in re.findall(r"\]\(([^):]+)\)", TEXTS[page]):
        name, _, heading = target.partition("#")
        path = (PAGES[page].parent / name).resolve() if name else PAGES[page]
        assert path.exists(), target
        if heading:
            headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in [re.sub(r"[^\w -]", "", text).lower().replace(" ", "-") for text in headings], target


@pytest.mark.parametrize("page", ["settings", "formats", "own-commands"])
def test_settings_in_the_pages_are_valid(page: str, tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", TEXTS[page], re.DOTALL)
    assert examples
    for number, example in enumerate(examples):
        file = tmp_path / f"{number}.toml"
        file.write_text(example, encoding="utf-8")
        assert read(file, {}).faults == (), example


@pytest.mark.parametrize("page", PAGES)
def test_queries_in_the_pages_are_understood(page: str) -> None:
    field = "|".join(FIELDS)
    for text in re.findall(r"`([^`\n]+)`", TEXTS[page]):
        if re.match(rf"(?:/ )?-?(?:{field}):\w[^:]*(?: |$)", text) and ".." not in text:
            parse_query(text.removeprefix("/ "))


def test_the_changelog_has_a_place_for_the_next_release() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in changelog or f"## [{__version__}]" in changelog


def test_no_path_of_a_machine_stands_in_the_project() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout
    for name in listed.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file() and path.suffix in (".py", ".md", ".toml", ".txt", ".tcss", ".json", ".yml", ""):
            text = path.read_text(encoding="utf-8", errors="replace")
            assert f"{ROOT}/" not in text and f"{Path.home()}/" not in text, name


def test_the_map_names_every_folder_and_no_other() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.split("<!-- folders -->")[1].split("<!-- /folders -->")[0]
    package = ROOT / "feedreader"
    folders = {f"{path.parent.relative_to(package)}/" for path in package.rglob("__init__.py")} - {"./"}
    assert set(re.findall(r"^\| `([a-z/]+/)` \|", table, re.MULTILINE)) == folders
    paths = re.findall(r"`([a-z_/]+\.py)`", page)
    missing = [path for path in paths if not (package / path).is_file() and not (ROOT / path).is_file()]
    assert missing == []


if __name__ == "__main__":
    for page, name, table in (
        ("keys", "keys", key_table(BINDINGS)),
        ("queries", "query", query_table()),
        ("settings", "settings", settings_table()),
        ("command-line", "plain", plain_table()),
    ):
        opening, end, text = f"<!-- {name} -->\n", f"<!-- /{name} -->", TEXTS[page]
        text = text[: text.index(opening) + len(opening)] + table + text[text.index(end) :]
        PAGES[page].write_text(text, encoding="utf-8")
