"""Settings: a file that need not be there, and what is said when it cannot be understood."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from feedreader import config
from feedreader.cli import main
from feedreader.errors import ConfigError

Write = Callable[[str], Path]


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
    assert settings.arxiv.api == config.ArxivSettings().api
    monkeypatch.setenv("FEEDREADER_ARXIV_FEEDS", "http://127.0.0.1:1/feeds")
    monkeypatch.setenv("FEEDREADER_ARXIV_GAP", "0")
    assert config.settings().arxiv[::3] == ("http://127.0.0.1:1/feeds", 0.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[refresh]\n\nat_stert = true\n", ("line 3:", "no setting “at_stert”", "Did you mean “at_start”?")),
        ("# x\n[refersh]\nat_start = true\n", ("line 2:", "[refersh] is no section", "Did you mean [refresh]?")),
        ("every_hours = 3\n", ("line 1:", "“every_hours” is no setting", "under [refresh]")),
        ("refresh = 3\n", ("line 1:", "“refresh” is a section", "Write [refresh]")),
        ('[refresh]\nat_start = "yes"\n', ("line 2:", "“at_start” is 'yes'", "true or false")),
        ("[refresh]\nevery_hours = true\n", ("line 2:", "“every_hours” is True", "a number of hours")),
        ("[refresh]\nevery_hours = -1\n", ("line 2:", "-1", "a number of hours")),
        ('[arxiv]\nfeeds = "rss.arxiv.org"\n', ("line 2:", "an address in quotes")),
        ("[arxiv]\ngap = nan\n", ("line 2:", "a number of seconds")),
        ("[zzzz]\n", ("line 1:", "There are [refresh], [arxiv], [open].")),
        ("arxiv.gup = 3\n", ("line 1:", "Did you mean “gap”?")),
        ("[refresh]\nat_start = yes\n", ("line 2, column", "TOML")),
        ("[refresh", ("TOML",)),
    ],
)
def test_what_is_wrong_is_named_with_its_line(write: Write, text: str, said: tuple[str, ...]) -> None:
    path = write(text)
    with pytest.raises(ConfigError) as caught:
        config.settings()
    assert all(words in str(caught.value) for words in (str(path), *said)), str(caught.value)


def test_a_file_that_is_named_and_not_there_or_unreadable(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        config.settings()
    monkeypatch.setenv("FEEDREADER_CONFIG", str(path.parent))
    with pytest.raises(ConfigError, match="cannot be read"):
        config.settings()
    monkeypatch.setenv("FEEDREADER_CONFIG", str(path.parent / "none.toml"))
    with pytest.raises(ConfigError, match="does not exist"):
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
