"""Settings: a file that need not be there, and what is said when it is not valid."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader import config
from feedreader.arxiv.addresses import Addresses
from feedreader.cli import main
from feedreader.config.reading import read
from feedreader.config.table import TABLE
from feedreader.config.values import LiveFile, OwnCommand
from feedreader.errors import ConfigError

Write = Callable[[str], Path]


def some_toml() -> st.SearchStrategy[bytes]:
    """Known sections and keys with any values."""
    values = st.sampled_from(
        ["1", "-1", "nan", "true", "'x'", '""', "[]", "[1]", "{}", "{a.b = 1}", "07:30:00", "2019-01-01"]
    )
    names = st.sampled_from([*(setting.key or "x" for setting in TABLE), "next", "'a b'"])
    pairs = st.lists(st.tuples(names, values).map(" = ".join), max_size=4, unique_by=lambda pair: pair.split()[0])
    sections = st.sampled_from([f"[{setting.section}]" for setting in TABLE if setting.section])
    blocks = st.tuples(sections, pairs).map(lambda block: "\n".join([block[0], *block[1]]))
    documents = st.lists(blocks, max_size=4, unique_by=lambda block: block.split("\n")[0])
    return documents.map(lambda blocks: "\n".join(blocks).encode())


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    for name in ("FEEDS", "API", "OAI", "PDF", "GAP"):
        monkeypatch.delenv(f"FEEDREADER_ARXIV_{name}", raising=False)

    def writes(text: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        monkeypatch.setenv("FEEDREADER_CONFIG", str(path))
        return path

    return writes


def test_without_a_file_all_is_as_it_comes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FEEDREADER_CONFIG")
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: tmp_path / "none")
    assert config.settings() == config.Settings()
    assert config.settings().arxiv.gap == 3


def test_the_platform_s_file_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FEEDREADER_CONFIG")
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: tmp_path)
    (tmp_path / "config.toml").write_text("[refresh]\nat_start = true\n")
    assert config.settings().refresh_at_start


def test_a_file_says_it_and_the_environment_overrides_it(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        "\ufeff# mine\n[refresh]\nat_start = true\nevery_hours = 6\n\n"
        '[arxiv]\nfeeds = "https://mirror.example/rss"\ngap = 5.5\n'
    )
    settings = config.settings()
    assert (settings.refresh_at_start, settings.refresh_hours) == (True, 6.0)
    assert (settings.arxiv.feeds, settings.arxiv.gap) == ("https://mirror.example/rss", 5.5)
    assert settings.arxiv.api == Addresses().api
    monkeypatch.setenv("FEEDREADER_ARXIV_FEEDS", "http://127.0.0.1:1/feeds")
    monkeypatch.setenv("FEEDREADER_ARXIV_GAP", "0")
    assert (config.settings().arxiv.feeds, config.settings().arxiv.gap) == ("http://127.0.0.1:1/feeds", 0.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[refresh]\n\nat_stert = true\n", ("line 3:", "Unknown setting “at_stert”", "Did you mean “at_start”?")),
        ("# x\n[refersh]\nat_start = true\n", ("line 2:", "Unknown section [refersh]", "Did you mean [refresh]?")),
        ("every_hours = 3\n", ("line 1:", "Unknown setting “every_hours”", "under [refresh]")),
        ("refresh = 3\n", ("line 1:", "“refresh” is a section", "Write [refresh]")),
        ('[refresh]\nat_start = "yes"\n', ("line 2:", '“at_start” is "yes"', "true or false")),
        ("[refresh]\nevery_hours = true\n", ("line 2:", "“every_hours” is true", "a number of hours")),
        ("[refresh]\nevery_hours = -1\n", ("line 2:", "-1", "a number of hours")),
        ('[arxiv]\nfeeds = "rss.arxiv.org"\n', ("line 2:", "an address in quotes")),
        ('[zotero]\naddress = "http://[::1"\n', ("line 2:", "an address in quotes")),
        ('[zotero]\naddress = "http://127.0.0.1:231190"\n', ("line 2:", "an address in quotes")),
        ('[zotero]\naddress = "http://"\n', ("line 2:", "an address in quotes")),
        ("[arxiv]\ngap = nan\n", ("line 2:", "a number of seconds")),
        ("[zzzz]\n", ("line 1:", "Choose from [list], [reading], [refresh], ")),
        ("arxiv.gup = 3\n", ("line 1:", "Did you mean “gap”?")),
        ("[refresh]\nat_start = yes\n", ("line 2, column 12", "Invalid value", "Text needs quotes")),
        ("\n[refresh", ("line 2", "in brackets on a line of its own")),
        ("theme = 'x'\ntheme = 'y'\n", ("line 2, column", "It appears twice")),
        ("[list]\n[list]\n", ("line 2, column", "It appears twice")),
        ("a = [\n1,\n", ("line 2, its end", "A bracket or quote is never closed")),
        ("my view = 3\n", ("line 1, column", "names with spaces need quotes")),
        (
            "[list]\ntheme = 'nord'\n",
            ("line 2:", "Unknown setting “theme” in [list]", "at the top of the file, before"),
        ),
        ("[refresh]\nmark_read = 'never'\n", ("line 2:", "It belongs under [reading].")),
        ("[list]\n\ndensity = 2\n", ("line 3:", "“density” is 2", '"compact" or "comfortable"')),
        ("[list]\ndensity = 'compcat'\n", ("line 2:", 'Did you mean "compact"?')),
        ("list.columns = ['author']\n", ("line 1:", '“columns” has an unknown column, "author"', '"authors"?')),
        ("list.columns = ['day', 'day']\n", ("lists a column twice",)),
        ("list.columns = 'day'\n", ("It should be a list of columns",)),
        ("reading.mark_read = 'on open'\n", ('Did you mean "on_open"?',)),
        ("refresh.at = ['7.30']\n", ("It should be a list of times",)),
        ("export.file = '~/papers.txt'\n", ("ending in .bib, .md, .atom or .feed.json",)),
        ("export.file = '~nobody-at-all/x.bib'\n", ("there is no such user",)),
        ("export.file = ''\n", ("ending in .bib, .md, .atom or .feed.json",)),
        ('open.browser = "firefox \'x"\n', ("no closing quotation",)),
        ("open.viewer = ['', 'x']\n", ("a command in quotes",)),
        ("open.pdf_max_mb = 0\n", ("a number of megabytes",)),
        ("views.x = 3\n", ("line 1:", "“x” is 3", '"name" = "query"')),
        ("[views]\ncs.LG = 'cat:cs.LG'\n", ("line 2:", "Names with a dot need quotes")),
        ('[views]\nx = "a\\u001b[31m"\n', ("line 2:", "a character that cannot be shown")),
        ("commands.x = 3\n", ("line 1:", "“x” is 3", 'name = "program args"')),
        ("commands.x = ''\n", ("It should be name =",)),
        ("commands.x = {output = 'show'}\n", ("It should be name =",)),
        ('commands.x = "cat \'a"\n', ("no closing quotation",)),
        ("commands.x = {runs = 'cat'}\n", ("unknown part", "Did you mean “run”?")),
        ("commands.x = {run = 'cat', key = 'j'}\n", ('has the key "j"', "these are taken: j, k")),
        ("commands.x = {run = 'cat', key = 'ab'}\n", ("A key is one letter",)),
        ("commands.x = {run = 'cat', output = 'pager'}\n", ('It can be "show" or "ignore".',)),
        ("[commands]\n'-x' = 'cat'\n", ("is not a name for a command",)),
        ("[keys]\nnext = 3\n", ("line 2:", "“next” is 3", 'id = "key"')),
        ("theme = 1979-05-27\n", ("“theme” is 1979-05-27",)),
    ],
)
def test_what_is_wrong_is_named_with_its_line(write: Write, text: str, expected: tuple[str, ...]) -> None:
    path = write(text)
    with pytest.raises(ConfigError) as caught:
        config.settings()
    assert all(words in str(caught.value) for words in (str(path), *expected)), str(caught.value)


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_file(write: Write) -> None:
    path = write("[zebra]\n[refresh]\nat = 3\nevery_hours = 'x'\n[list]\ndensitty = 'compact'\n")
    with pytest.raises(ConfigError) as caught:
        config.settings()
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines] == [f"{path}, line {number}" for number in (1, 3, 4, 6)]
    write("".join(f"x{number} = 1\n" for number in range(50)))
    with pytest.raises(ConfigError) as caught:
        config.settings()
    assert str(caught.value).endswith("And 30 more.")


def test_all_of_it(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    write(
        """
        theme = "nord"
        [list]
        density = "comfortable"
        [reading]
        mark_read = "never"
        [refresh]
        at = ["18:00", 07:30:00]
        [export]
        file = "kept/papers.BIB"
        query = "tag:thesis"
        [open]
        browser = "firefox --new-tab '{url}'"
        viewer = ["~/bin/view it", "{file}"]
        pdf_folder = "~/Papers"
        pdf_max_mb = 2.5
        [views]
        "Unread ML" = "is:unread cat:cs.LG"
        b = ""
        a = "x"
        [live]
        "~/kept.atom" = "is:shortlisted"
        "/srv/new.feed.json" = { view = "b", title = "New" }
        [keys]
        next = ["n", "down"]
        undo = ""
        quit = []
        """
    )
    assert config.settings() == config.Settings(
        theme="nord",
        lines=2,
        columns=("authors", "categories"),
        mark_read="never",
        refresh_at=(time(7, 30), time(18)),
        export_file=tmp_path / "kept" / "papers.BIB",
        export_query="tag:thesis",
        browser=("firefox", "--new-tab", "{url}"),
        viewer=("/home/ada/bin/view it", "{file}"),
        pdf_folder=Path("/home/ada/Papers"),
        pdf_limit=2_500_000,
        live=(
            LiveFile(Path("/home/ada/kept.atom"), "is:shortlisted"),
            LiveFile(Path("/srv/new.feed.json"), view="b", title="New"),
        ),
        views=(("Unread ML", "is:unread cat:cs.LG"), ("b", ""), ("a", "x")),
        keys=(("next", ("n", "down")), ("undo", ()), ("quit", ())),
    )
    write("[list]\ndensity = 'comfortable'\ncolumns = []\n")
    assert config.settings().columns == ()


def test_the_defaults_of_the_table_are_those_of_the_settings() -> None:
    values = {}
    for setting in TABLE:
        if setting.default is not None:
            values[setting.field] = setting.read(setting.default, Path())
    settings = config.Settings()
    for field, value in values.items():
        default = getattr(settings.arxiv, field[6:]) if field.startswith("arxiv.") else getattr(settings, field)
        assert default == value, field
    others = {setting.field for setting in TABLE} - values.keys()
    assert all(not getattr(settings, field) for field in others)
    assert {setting.field.split(".")[0] for setting in TABLE} == set(config.Settings._fields)


def test_the_environment_is_checked_too(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("")
    monkeypatch.setenv("FEEDREADER_ARXIV_GAP", "soon")
    monkeypatch.setenv("FEEDREADER_ARXIV_API", "export.arxiv.org")
    with pytest.raises(ConfigError) as caught:
        config.settings()
    assert "FEEDREADER_ARXIV_GAP is “soon”. It should be a number of seconds, or unset." in str(caught.value)
    assert "FEEDREADER_ARXIV_API is “export.arxiv.org”. It should be an address, as" in str(caught.value)


def test_files_that_are_no_settings(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def message() -> str:
        with pytest.raises(ConfigError) as caught:
            config.settings()
        return str(caught.value)

    path = write("")
    path.write_bytes("[list]\n".encode("utf-16"))
    assert "not UTF-8 but UTF-16" in message()
    path.write_bytes(b"[list]\n\n# caf\xe9\n")
    assert "it is not UTF-8 (line 3)." in message()
    path.write_bytes(b"theme = 'a\x00b'\n")
    assert "line 1, column" in message()
    path.write_bytes(bytes(range(128)))
    assert str(path) in message()
    path.write_text("#" * 300_000)
    assert "larger than 256 kB" in message()
    path.write_text("a = " + "[" * 100_000)
    assert "too deep" in message()
    path.write_text("a = " + "1" * 5000)
    assert "too many digits" in message()
    path.unlink()
    path.symlink_to(path)
    assert "cannot be read" in message()
    path.unlink()
    path.symlink_to(tmp_path / "nowhere")
    assert "no such file" in message()
    path.unlink()
    os.mkfifo(path)
    assert "it is not a regular file" in message()


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode) | some_toml())
def test_no_file_breaks_the_reading(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_bytes(data)
        try:
            file = read(path, {})
        except ConfigError as error:
            assert str(path) in str(error)
        else:
            assert all(str(path) in str(fault) for fault in file.faults)


def test_a_file_that_is_named_and_not_there_or_unreadable(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        config.settings()
    monkeypatch.setenv("FEEDREADER_CONFIG", str(path.parent))
    with pytest.raises(ConfigError, match="cannot be read"):
        config.settings()
    monkeypatch.setenv("FEEDREADER_CONFIG", str(path.parent / "none.toml"))
    with pytest.raises(ConfigError, match="no such file"):
        config.settings()


def test_a_command_says_it_and_fails(
    write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FEEDREADER_DATA_DIR", str(tmp_path))
    write("[refresh]\nat_stert = true\n")
    assert main(["refresh"]) == 1
    assert "at_start" in capsys.readouterr().err
    assert main(["read"]) == 1
    assert "at_start" in capsys.readouterr().err


def test_no_file_costs_no_parser() -> None:
    code = "import os, sys; os.environ.pop('FEEDREADER_CONFIG', 0); os.environ['XDG_CONFIG_HOME'] = '/nowhere'\n"
    code += "from feedreader import config; config.settings(); print('tomllib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_command_is_words_a_list_or_a_table(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        "[commands]\n"
        "plain = \"llm -s 'Say why'\"\n"
        "list = ['~/bin/x', '~/notes', 'a b']\n"
        "mail = {run = 'mail me', key = 'm', output = 'ignore'}\n"
        "[commands.'as a table']\nrun = ['cat']\n"
    )
    home = Path.home()
    assert read(file, {}).settings.commands == (
        OwnCommand("plain", ("llm", "-s", "Say why")),
        OwnCommand("list", (f"{home}/bin/x", f"{home}/notes", "a b")),
        OwnCommand("mail", ("mail", "me"), "m", show=False),
        OwnCommand("as a table", ("cat",)),
    )
