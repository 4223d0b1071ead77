"""What the command line says of itself, and of what it does not understand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from feedreader import __version__
from feedreader.cli import main
from feedreader.cli.arguments import command_names
from feedreader.cli.parser import _GROUPS, _INSTEAD, unknown_command


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDREADER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("FEEDREADER_CONFIG", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def said(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    return main(argv), *capsys.readouterr()


# --- words that are no command ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("refersh", "refresh"),
        ("REFRESH", "refresh"),
        ("subscribt", "subscribe"),
        ("serach", "list"),
        ("search", "list"),
        ("grep", "list"),
        ("ls", "list"),
        ("show-all", "list"),
        ("add", "subscribe"),
        ("follow", "subscribe"),
        ("fetch", "refresh"),
        ("rm", "forget"),
        ("delete", "forget"),
        ("star", "mark shortlist"),
        ("keep", "mark shortlist"),
        ("settings", "config"),
        ("cat", "show"),
        ("unread", "list"),
        ("mark-read", "mark read"),
    ],
)
def test_an_unknown_command_is_named_with_what_was_meant(
    word: str, meant: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, err = said(capsys, word)
    assert (code, out) == (2, "")
    assert err == f"feedreader: Unknown command “{word}”. Did you mean `feedreader {meant}`?\n"
    assert not (tmp_path / "data").exists(), "nothing is opened for a word that was not understood"


def test_options_and_more_words_do_not_hide_it(capsys: pytest.CaptureFixture[str]) -> None:
    for argv in (["refersh", "--json"], ["--data-dir", "x", "refersh"], ["refersh", "cs.LG", "--backfill"]):
        assert said(capsys, *argv)[::2] == (
            2,
            "feedreader: Unknown command “refersh”. Did you mean `feedreader refresh`?\n",
        )


def test_words_for_the_program_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Did you mean `feedreader`?" in said(capsys, "tui")[2]
    assert "Did you mean `feedreader --help`?" in said(capsys, "help")[2]
    for word in (
        "foo",
        "test",
        "text",
        "next",
        "reset",
        "cron",
    ):  # like follow, latest, export, rules …, but not enough
        assert said(capsys, word)[2] == f"feedreader: Unknown command “{word}”. Try `feedreader --help`.\n"
    assert said(capsys, "qqqqqq")[2] == "feedreader: Unknown command “qqqqqq”. Try `feedreader --help`.\n"


def test_a_word_that_becomes_a_command_is_no_alias_any_more() -> None:
    assert "`feedreader fetch`" in unknown_command("fetsch", (*command_names(), "fetch"))
    assert "`feedreader refresh`" in unknown_command("fetch", command_names())
    assert "`feedreader sync`" in unknown_command("snyc", command_names())


def test_every_alias_leads_to_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    for command in _INSTEAD:
        if command and not command.startswith("-"):
            assert command.split()[0] in command_names()
    assert {name for names in _GROUPS.values() for name in names} <= set(command_names())


@pytest.mark.parametrize("path", ["/nonexist", "no/such", "papers.txt", "~/papers", "./x"])
def test_what_looks_like_a_file_is_one_that_is_missing(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, path) == (1, "", f"feedreader: {path}: no such file\n")
    assert said(capsys, "read", path) == (1, "", f"feedreader: {path}: no such file\n")


def test_a_file_of_that_name_is_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "search").mkdir()
    assert said(capsys, "search", "gone") == (1, "", "feedreader: gone: no such file\n")


@pytest.mark.parametrize(
    ("word", "does"),
    [
        ("cs.LG", "To subscribe: `feedreader subscribe cs.LG`."),
        ("hep-th+stat.ml", "To subscribe: `feedreader subscribe hep-th+stat.ml`."),
        ("https://a.example/feed.xml", "To subscribe: `feedreader subscribe https://a.example/feed.xml`."),
        ("1905.03776", "To show a paper: `feedreader show 1905.03776`."),
    ],
)
def test_what_is_no_file_leads_to_its_command(
    word: str, does: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert said(capsys, word) == (1, "", f"feedreader: {word}: no such file. {does}\n")
    assert not (tmp_path / "data").exists()
    code, out, err = said(capsys, "import", word)
    assert (code, out) == (1, "") and err.endswith(f": no such file\n{word}: {does}\n")


def test_an_empty_name_is_not_the_working_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Thu, 23 May 2019\n\nSnails Keep Diaries\nA. Lee\n\nThey write every day.\n")
    assert said(capsys, "") == (1, "", "feedreader: “”: no such file\n")
    assert said(capsys, "import", "") == (1, "", "“”: no such file\n")


# --- options and arguments --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["list", "--jsn"], "feedreader list: unknown option --jsn. Did you mean --json?"),
        (["list", "--zzz=3"], "feedreader list: unknown option --zzz."),
        (["list", "--limit"], "feedreader list: --limit needs a value."),
        (["list", "--limit", "many"], "feedreader list: --limit needs a number, not “many”."),
        (["show"], "feedreader show: missing argument: ID."),
        (["mark"], "feedreader mark: missing argument: MARK."),
        (["mark", "raed", "x"], "feedreader mark: MARK cannot be “raed”. Did you mean read?"),
        (["tag", "x", "y"], "feedreader tag: ACTION cannot be “x”. Choose from add, remove."),
        (["export", "--format", "bibtx"], "feedreader export: --format cannot be “bibtx”. Did you mean bibtex?"),
        (["config", "--path", "--json"], "feedreader config: --json and --path cannot be combined."),
        (["config", "extra"], "feedreader config: unexpected argument “extra”."),
        (["views", "--save", "x"], "feedreader views: --save needs 2 values."),
        (["list", "--json=x"], "feedreader list: --json takes no value."),
        (["--data-dir", "", "list"], "feedreader list: --data-dir: the name of the folder is empty."),
        (["--query", "x", "list"], "feedreader list: unknown option --query."),
        (["--qurey"], "feedreader: unknown option --qurey. Did you mean --query?"),
    ],
)
def test_a_mistake_is_said_in_a_line_and_the_usage_in_another(
    argv: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = said(capsys, *argv)
    first, usage, more = err.splitlines()
    assert (code, out, first) == (2, "", says)
    program = says.partition(":")[0]
    assert usage.startswith(f"Usage: {program} [OPTIONS]") and len(usage) < 80
    assert more == f"Try `{program} --help`."


def test_the_folder_of_the_library_does_not_hide_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "--data-dir", "x", "--version")[:2] == (0, f"feedreader {__version__}\n")
    assert said(capsys, "--data-dir", "x", "-h") == said(capsys, "--help")


@pytest.mark.parametrize("columns", [30, 40, 60, 80, 132])
def test_help_fits_the_terminal(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    help = said(capsys, "--help")[1]
    assert max(map(len, help.splitlines())) < columns
    monkeypatch.setenv("COLUMNS", "200")
    assert said(capsys, "--help")[1].split() == help.split()


def test_help_is_short_and_grouped(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "--help")
    assert (code, err) == (0, "")
    assert all(len(line) <= 80 for line in out.splitlines()) and len(out.splitlines()) < 66
    assert re.findall(r"^  ([a-z]+) {2,}", out, re.MULTILINE) == sorted(
        command_names(), key=lambda name: out.index(f"\n  {name} ")
    )
    assert out.startswith("Usage: feedreader") and "Get papers:" in out and "Exit status" in out


@pytest.mark.parametrize("command", command_names())
def test_help_of_a_command_tells_all_its_arguments(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, command, "--help")
    assert code == 0 and out.startswith(f"Usage: feedreader {command} [OPTIONS]")
    rows = re.findall(r"^  (\S.*)\n(?=  \S|\n|\Z)", out, re.MULTILINE)
    assert all(re.search(r"\S {2,}\S", row) for row in rows), "an argument has no help"


# --- nothing there ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "does"),
    [
        (["list"], "feedreader import PATH"),
        (["list", "--json"], "feedreader subscribe cs.LG"),
        (["list", "is:unread"], "feedreader import PATH"),
        (["sources"], "feedreader import PATH"),
        (["subscriptions"], "feedreader subscribe cs.LG"),
        (["refresh"], "feedreader subscribe cs.LG"),
        (["tags"], "feedreader tag add TAG ID"),
        (["views"], "feedreader views --save NAME QUERY"),
        (["rules"], "feedreader highlight"),
        (["rules", "--json"], "feedreader highlight"),
        (["browse", "authors"], "No authors yet."),
        (["undo"], "Nothing to undo."),
    ],
)
def test_of_nothing_a_sentence_says_what_to_do(argv: list[str], does: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, *argv)
    assert (code, out) == (0, "") and does in err and err.count("\n") == 1


def test_a_folder_without_papers_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert said(capsys, "import", "folder") == (0, "", "Nothing to import: no papers found.\n")
    (tmp_path / "folder" / "notes.txt").write_text("Milk, eggs and a bulb.\n")
    assert said(capsys, "import", "folder")[2].endswith("Nothing to import: no papers found.\n")


def test_a_query_that_finds_nothing_is_silent(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Thu, 23 May 2019\n\nSnails Keep Diaries\nA. Lee\n\nThey write every day.\n")
    assert said(capsys, "import", "a.txt")[0] == 0
    assert said(capsys, "list", "walrus") == (0, "", "")
