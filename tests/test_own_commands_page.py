"""The examples of docs/own-commands.md do what the page says, whatever papers hold."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from feedreader.cli import main
from feedreader.model import Digest, Entry
from feedreader.services import ingest
from tests.conftest import new_library

PAGE = (Path(__file__).parents[1] / "docs" / "own-commands.md").read_text("utf-8")
SCRIPTS: dict[str, str] = dict(re.findall(r"^`~/bin/([\w-]+)`:.*?```python\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))
SETTINGS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]
HOSTILE = (
    "Plain $E=mc^2$ and café",
    "\"double\" 'single' `touch pwned` $(touch pwned) ; touch pwned | touch pwned",
    "../../../etc/passwd",
    "/etc/passwd",
    "-rf --help",
    ".hidden",
    "..",
    "a: b # c - d",
    "--- !!python/object {x: [y]} ---",
    "* a heading :tag:",
    "[[elisp:(delete-file)][here]] src_sh{touch pwned} call_it() #+INCLUDE: x",
    "#+INCLUDE: /etc/passwd",
    ":END:",
    "![image](https://example.org/x.png) [[wiki]] <script>x</script> %%hidden%%",
    "%s %d {0} \\n \\x41 C:\\new",
    "😀" * 300,
    "long " * 600,
    "CON",
    "Editorial",
    "李明 の 研究 Ελλάδα",
    "From: evil@example.org Bcc: all@example.org",
    ".",
)


class Home:
    """A home folder with the scripts of the page and a program `sendmail`, and a library in which to try them."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capfd = folder, capfd
        programs = folder / "bin"
        programs.mkdir()
        for name, text in SCRIPTS.items():
            self.program(name, text)
        (programs / "python3").symlink_to(shutil.which(sys.executable) or sys.executable)
        self.program(
            "sendmail",
            f"#!{sys.executable}\nimport sys, pathlib\n"
            f"pathlib.Path({str(folder / 'mail')!r}).write_bytes(sys.stdin.buffer.read())\n"
            f"pathlib.Path({str(folder / 'words')!r}).write_text(' '.join(sys.argv[1:]))\n",
        )
        (folder / "org").mkdir()
        (folder / "config.toml").write_text(SETTINGS)
        monkeypatch.setenv("HOME", str(folder))
        monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
        monkeypatch.setenv("FEEDREADER_CONFIG", str(folder / "config.toml"))
        monkeypatch.setenv("FEEDREADER_DATA_DIR", str(folder / "data"))
        monkeypatch.chdir(folder)

    def program(self, name: str, text: str) -> None:
        file = self.folder / "bin" / name
        file.write_text(text, "utf-8")
        file.chmod(0o755)

    def take_in(self, titles: Sequence[str]) -> None:
        entries = [
            Entry(
                title=title,
                authors=(title, "Ada Lovelace"),
                abstract=f"{title} Number {n} is about something else.",
                arxiv_id=f"1905.{n:05}",
                day=date(2019, 5, 9),
            )
            for n, title in enumerate(titles)
        ]
        entries.append(Entry(abstract="An abstract without a title, authors or a day.", doi="10.1/a<b>/c"))
        (self.folder / "data").mkdir()
        with closing(new_library(self.folder / "data")) as library:
            ingest.import_digest(library, Digest(format="test", entries=tuple(entries)), name="t", path="/t")

    def run(self, name: str, *query: str) -> tuple[int, str, str]:
        self._capfd.readouterr()
        code = main(["run", name, *query])
        return code, *self._capfd.readouterr()

    def left(self) -> set[str]:
        """What is in the home folder that was not there before."""
        return {path.name for path in self.folder.iterdir()} - {"bin", "org", "config.toml", "data"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Home:
    home = Home(tmp_path, monkeypatch, capfd)
    home.take_in(HOSTILE)
    return home


PAPERS = len(HOSTILE) + 1


def test_the_page_has_a_script_for_each_command_of_its_settings() -> None:
    assert set(re.findall(r"~/bin/([\w-]+)", SETTINGS)) == set(SCRIPTS) and len(SCRIPTS) == 3


def test_org(home: Home) -> None:
    file = home.folder / "org" / "papers.org"
    file.write_text("* mine, without an end of line")
    assert home.run("org", "") == (0, f"{PAPERS} new in {file}\n", "")
    lines = file.read_text("utf-8").split("\n")
    assert lines[0] == "* mine, without an end of line"
    headings = [line for line in lines[1:] if line.startswith("*")]
    assert len(headings) == PAPERS
    assert all(line.startswith("* TODO ") and line.endswith(" :paper:") for line in headings)
    assert "* TODO Plain $E=mc^2$ and café :paper:" in headings and "* TODO 10.1/a<b>/c :paper:" in headings
    assert not any("[[" in line or "src_" in line or "call_" in line for line in headings)
    assert all(line.startswith(":") for line in lines[1:] if line and not line.startswith("*")), "drawers and verbatim"
    assert lines.count(":PROPERTIES:") == PAPERS and lines.count(":END:") == PAPERS
    assert ":AUTHORS: Plain $E=mc^2$ and café, Ada Lovelace" in lines
    assert ":URL: https://arxiv.org/abs/1905.00000" in lines
    before = file.read_bytes()
    assert home.run("org", "") == (0, f"0 new in {file}\n", "") and file.read_bytes() == before
    assert home.left() == set()


def test_obsidian(home: Home) -> None:
    folder = home.folder / "Vault" / "Papers"
    code, out, err = home.run("obsidian", "")
    assert (code, err, len(out.splitlines())) == (0, "", PAPERS)
    notes = sorted(folder.iterdir())
    assert len(notes) == PAPERS and all(note.is_file() and note.suffix == ".md" for note in notes)
    assert home.left() == {"Vault"} and [*(home.folder / "Vault").iterdir()] == [folder]
    titles = set()
    for note in notes:
        assert not note.name.startswith((".", "-")) and not set('\\/:*?"<>|#^[]') & set(note.name)
        start, front, body = note.read_text("utf-8").split("---\n", 2)
        facts = {key: json.loads(value) for key, value in (line.split(": ", 1) for line in front.splitlines())}
        assert start == "" and facts["tags"] == ["paper"]
        assert body.startswith("\n> ") and body.count("\n") == 2
        assert not re.search(r"(?<!\\)(?:\[|<|`)", re.sub(r"\$[^$]*\$", "", body)), "no link, picture, tag or code"
        titles.add(facts["title"])
    assert titles >= {" ".join(title.split()) for title in HOSTILE}
    plain = folder / "Plain $E=mc 2$ and café 1905.00000.md"
    assert "\n> Plain $E=mc^2$ and café Number 0" in plain.read_text("utf-8")
    plain.write_text("mine")
    code, out, _ = home.run("obsidian", "")
    assert code == 0 and out.count(" is there already\n") == PAPERS and plain.read_text() == "mine"


def test_obsidian_has_notes_and_tags(home: Home) -> None:
    main(["note", "1905.00000", "# Why\n\nRead *this*."])
    main(["tag", "add", "to-read,C++", "1905.00000"])
    home.run("obsidian", "id:1905.00000")
    (note,) = (home.folder / "Vault" / "Papers").iterdir()
    text = note.read_text("utf-8")
    assert 'tags: ["paper", "to-read", "C"]\n' in text and text.endswith("\n# Why\n\nRead *this*.\n")


def sent(home: Home) -> EmailMessage:
    assert (home.folder / "words").read_text() == "-t -i"
    return message_from_bytes((home.folder / "mail").read_bytes(), policy=policy.default)


def test_mail(home: Home) -> None:
    main(["note", "1905.00000", "Not for others."])
    code, out, err = home.run("mail", "")
    assert (code, out, err) == (0, f"{PAPERS} papers: sent to me@example.org\n", "")
    mail = sent(home)
    assert (mail["To"], mail["Subject"], mail["Bcc"]) == ("me@example.org", f"{PAPERS} papers", None)
    text = mail.get_content()
    for title in HOSTILE:
        assert " ".join(title.split()) in text
    assert "https://arxiv.org/abs/1905.00000\n\nPlain $E=mc^2$" in text and "Not for others" not in text
    assert home.left() == {"mail", "words"}


def test_a_title_is_the_subject_of_its_mail(home: Home) -> None:
    for number, title in enumerate(HOSTILE):
        assert home.run("mail", f"id:1905.{number:05}")[0] == 0
        assert sent(home)["Subject"].split() == title[:200].split()


def test_what_goes_wrong_with_mail_is_said_in_a_line(home: Home) -> None:
    assert home.run("mail") == (
        1,
        "",
        "There are no papers to send.\nfeedreader: mail failed (exit 1).\n",
    ), "an empty shortlist"
    home.program("sendmail", "#!/bin/sh\ncat > /dev/null\nexit 75\n")
    code, _, err = home.run("mail", "")
    assert code == 1 and err.splitlines()[0] == "sendmail failed (exit 75)."
    (home.folder / "bin" / "sendmail").unlink()
    if shutil.which("sendmail") is None:
        code, _, err = home.run("mail", "")
        assert code == 1 and err.splitlines()[0] == "sendmail is not installed."


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_takes_line_ends_in_what_it_gets(home: Home, name: str) -> None:
    """feedreader never gives them, but who knows what else will call it."""
    paper = dict.fromkeys(("id", "title", "abstract", "url"), "One\n* TODO two\n:END:\n---\nBcc: x")
    lists = {"authors": ["x\n* y"], "tags": ["a\nb: c"]}
    argument = {"papers-to-org": "o.org", "papers-to-obsidian": "notes", "mail-papers": "me@example.org"}[name]
    ran = subprocess.run(
        [home.folder / "bin" / name, argument],
        input=json.dumps({**paper, **lists, "day": None, "note": None}),
        text=True,
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    if name == "papers-to-org":
        assert (home.folder / "o.org").read_text().count("\n*") == 1
