"""The reader as lines."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.cli import main
from feedreader.cli.plain.listing import described
from feedreader.cli.plain.reader import COMMANDS
from feedreader.library import Library, connection
from feedreader.model import Digest, Interest, KnownAuthor, Marks, Paper, PaperSummary, Query
from feedreader.query.sorting import next_order
from feedreader.services import ingest
from tests.arxiv_server import ArxivServer, Run
from tests.cli.conftest import Talk, entry
from tests.conftest import NOW, library_file
from tests.services.test_ingest import DAY_LIST
from tests.services.test_refresh import TUESDAY
from tests.test_architecture import imported_by
from tests.tui.test_terminal import Terminal


def papers(folder: Path) -> dict[int, Paper]:
    """All papers, by the number in their title."""
    library = Library.open(folder / "library.sqlite3", now=lambda: NOW)
    try:
        return {int((paper.title or "").split()[1]): paper for paper in library.papers.find(Query())}
    finally:
        library.close()


def marked(folder: Path, flag: str) -> set[int]:
    return {number for number, paper in papers(folder).items() if getattr(paper.marks, flag)}


def test_it_begins_with_the_newest_day_and_ends_with_the_input(talk: Talk) -> None:
    said = talk()
    assert said.code == 0 and said.err == ""
    greeting, day, *_ = said.out.splitlines()
    assert "48 unread, 0 kept" in greeting and day == "Today, Sat 21 Nov: 45 papers, 45 unread, 0 kept."
    assert said.listed[0] == "1. Paper 1. Lee, Chan. Unread." and len(said.listed) == 20
    assert said.out.splitlines()[-1] == "1 to 20 of 45. n for the next page."
    assert talk("q", "s 1").code == 0 and talk("exit").code == talk("quit").code == 0


def test_pages_and_days(talk: Talk, folder: Path) -> None:
    said = talk("n", "n", "n", "b", "[", "]", "]", "n")
    numbers = [line.split(".")[0] for line in said.listed]
    first, second, third = ([str(n) for n in range(*page)] for page in ((1, 21), (21, 41), (41, 46)))
    newest, before = [*first, *second, *third], ["1", "2", "3"]
    assert numbers == [*newest, *before, *third, *before] or numbers[: len(newest) + 3 + 5] == [
        *newest,
        *before,
        *third,
    ]
    assert "This is the newest day." in said.err and "This is the oldest day." in said.err
    assert marked(folder, "read") == set(), "to go through pages marks nothing"


@pytest.mark.parametrize("line", ["s 3 5 7-9", "s3 5 7-9", "keep 3,5,7-9", "KEEP 9-7 5 3 3", "s 3, 5 7-9 "])
def test_numbers_and_ranges(talk: Talk, folder: Path, line: str) -> None:
    assert "Kept 5 papers." in talk(line).out
    assert marked(folder, "shortlisted") == {3, 5, 7, 8, 9}
    assert main(["undo"]) == 0
    assert marked(folder, "shortlisted") == set(), "it was one step"


@pytest.mark.parametrize(
    "line", ["s 3 99", "s 0", "s 3-999999999", "s x", "s 3 -5", "s ３", "s 1-2-3", "s " + "9" * 5000]
)
def test_a_wrong_number_marks_nothing(talk: Talk, folder: Path, line: str) -> None:
    said = talk("l", line)
    assert said.err.startswith("line 2: ") and said.code == 0
    assert marked(folder, "shortlisted") == set()


def test_keeping_dismissing_and_marking_go_back_and_forth(talk: Talk, folder: Path) -> None:
    talk("s 2", "x 1-3", "m 4 5")
    assert marked(folder, "shortlisted") == {2} and marked(folder, "dismissed") == {1, 3}
    assert marked(folder, "read") == {1, 3, 4, 5}
    said = talk("x 2", "l", "s 2", "x 1 3", "m 4 6", "x 1 7", "x 1 7")
    assert "You keep “Paper 2”: not dismissed." in said.out
    assert "2. Paper 2. Lee, Chan. Unread, kept." in said.out and "1. Paper 1. Lee, Chan. Read, dismissed." in said.out
    assert marked(folder, "shortlisted") == marked(folder, "dismissed") == set()
    assert marked(folder, "read") == {4, 5, 6}, "where they differ, all get what marks"
    assert "Undid: " in talk("u").out and marked(folder, "dismissed") == {1, 7}


def test_reading_shows_all_and_marks_read_without_a_step(talk: Talk, folder: Path) -> None:
    said = talk("3", "read 5 4", "s", "r", "r", "u", "u")
    for number in (3, 5, 4, 6):
        assert f"{number}. Paper {number}\n" in said.out and f"Abstract number {number} of all." in said.out
    assert said.out.index("number 5 of") < said.out.index("number 4 of") < said.out.index("number 6 of")
    assert "Kept “Paper 4”." in said.out, "the paper read last"
    assert marked(folder, "read") == marked(folder, "opened") == {3, 4, 5, 6, 7}
    assert "Nothing to undo" in said.out and marked(folder, "shortlisted") == set()


def test_the_next_unread_paper_is_that_of_the_list(talk: Talk, folder: Path) -> None:
    talk("m 1-20", "r")
    assert marked(folder, "opened") == {21}, "it may be on a later page"
    assert "No unread papers below." in talk("m 21-45", "r").err
    talk("/ Paper 101 or Paper 103", "r", "r")
    assert marked(folder, "opened") == {21, 101, 103}


def test_the_setting_that_nothing_becomes_read_holds(talk: Talk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "config.toml").write_text('[reading]\nmark_read = "never"\n')
    monkeypatch.setenv("FEEDREADER_CONFIG", str(folder / "config.toml"))
    assert talk("3").err == ""
    assert (marked(folder, "read"), marked(folder, "opened")) == (set(), {3})


def test_notes_and_tags(talk: Talk, folder: Path) -> None:
    said = talk(
        "w 3 A *first*  line", "w3 2nd line", "w 3", "t 3 4 rl, #control", "t 4 -rl", "t 3", "l", "w 5-6 x", "w 4"
    )
    assert papers(folder)[3].marks.note == "A *first*  line\n2nd line"
    assert "A *first* line\n2nd line\n" in said.out and "No note.\n" in said.out
    assert (papers(folder)[3].marks.tags, papers(folder)[4].marks.tags) == (("rl", "control"), ("control",))
    assert "#rl #control\n" in said.out and "3. Paper 3. Lee, Chan. Unread, has a note, #rl, #control." in said.out
    assert "line 8: A note belongs to one paper." in said.err
    talk("3", "w - ", "t", "t new")
    assert papers(folder)[3].marks.note is None and papers(folder)[3].marks.tags == ("rl", "control", "new")
    talk("u", "u")
    assert papers(folder)[3].marks.note == "A *first*  line\n2nd line", "what was removed comes back"


def test_searching(talk: Talk) -> None:
    said = talk("/Paper 102", "/ is:unraed", "/", "/nothing of the kind", "U", "m 1", "U", "S", "S", "V")
    assert "1 paper found.\nThu 19 Nov:\n1. Paper 102." in said.out
    assert said.err.startswith("line 2: ") and "\n  is:unraed\n     ^\n" in said.err
    assert "No papers match nothing of the kind." in said.out and "48 papers found." in said.out
    assert "Your shortlist is empty." in said.out and "No saved searches yet" in said.out
    assert talk(argv=("--query", "Paper 101")).listed == ["1. Paper 101. Lee, Chan. Unread."]
    wrong = talk("s 1", argv=("--query", "is:unraed"))
    assert wrong.code == 2 and wrong.out == "" and "^" in wrong.err


def test_numbers_go_through_what_was_found_and_days_are_named(talk: Talk, folder: Path) -> None:
    said = talk("/ Paper", "]", "s 46")
    assert "Thu 19 Nov:\n46. Paper 101." in said.out
    assert marked(folder, "shortlisted") == {101}


def test_an_order_of_its_own(talk: Talk) -> None:
    assert "48 papers found.\n1. Paper 1. " in talk("/ sort:title").out
    text, order, _ = next_order("", "")
    text, order, second = next_order(text, order)
    *_, third = next_order(text, order)
    nothing = "Keep 5 papers and the list can be ordered by interest (0 so far)."
    assert f"{nothing}\nToday, Sat 21 Nov:" in talk("O").out
    assert f"{second}\nToday, Sat 21 Nov:" in talk("O").out, "the order of days was remembered"
    assert f"{third}\n48 papers found.\n" in talk("O").out


def test_the_whole_day_only_when_asked(talk: Talk, folder: Path) -> None:
    for answer in ((), ("no",), ("",), ("n",)):
        said = talk("A", *answer)
        assert "Mark 45 papers of Sat 21 Nov 2026 as read? (yes or no)" in said.out and "Nothing changed." in said.out
    assert marked(folder, "read") == set()
    talk("m 1", "A", "yes", "A")
    assert marked(folder, "read") == set(range(1, 46))
    assert main(["undo"]) == 0 and marked(folder, "read") == {1}
    talk("/ Paper 101 or Paper 102", "all-read", "Y")
    assert marked(folder, "read") == {1, 101, 102}


def test_removing_and_undoing(talk: Talk, folder: Path) -> None:
    said = talk("D 2", "no", "D 2 3", "yes", "2", "l", "u", "2")
    assert "Removed 2 papers (u to undo)." in said.out and "2. Removed from the library." in said.out
    assert "line 5: Paper 2 was removed from the library." in said.err
    assert len(papers(folder)) == 48 and marked(folder, "opened") == {2}, "the list is made anew"


def test_numbers_stay_while_others_write(talk: Talk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers that come meanwhile, before the others, change no number."""
    library = Library.open(folder / "library.sqlite3", now=lambda: NOW)

    class Meanwhile(io.StringIO):
        def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
            if self.tell() == 0:
                digest = Digest(format="test", title="More", entries=(entry(200), entry(201)))
                ingest.import_digest(library, digest, name="a.txt", path="/tmp/a.txt")
            return super().readline()

    monkeypatch.setattr(sys, "stdin", Meanwhile("s 1 45\n"))
    assert main(["--plain"]) == 0
    library.close()
    assert marked(folder, "shortlisted") == {1, 45}


def test_what_is_no_command_is_said_in_a_line(talk: Talk) -> None:
    said = talk("frobnicate", "refersh", "n 3", "s", "i", "a", "b3", "", "   ", "²", "\x00", "-")
    lines = said.err.splitlines()
    assert lines[0] == "line 1: Unknown command “frobnicate”. ? lists the commands."
    assert "Did you mean refresh?" in lines[1] and "line 3: “n” takes nothing after it" in lines[2]
    assert [line.split(":")[0] for line in lines] == [f"line {n}" for n in (1, 2, 3, 4, 5, 6, 7, 10, 11, 12)]


def test_help_names_every_command(talk: Talk) -> None:
    out = talk("?").out.replace("\n", " ")
    assert all(f"{command.usage}: {command.does}." in out for command in COMMANDS)
    names = [name for command in COMMANDS for name in (command.letter, *command.words)]
    assert len(names) == len(set(names)) and all(len(command.letter) == 1 for command in COMMANDS)


def test_an_empty_library_says_what_to_do(talk: Talk, tmp_path: Path) -> None:
    other = ("--data-dir", str(tmp_path / "other"))
    said = talk("1", "r", "n", "]", "A", "i", "n", argv=other)
    assert "No papers yet." in said.out and "\n1. " in said.out and "Unread." in said.out
    assert "line 1: No paper 1 here. The list is empty." in said.err
    (tmp_path / "digest.txt").write_text(DAY_LIST)
    named = talk(f"i {tmp_path / 'digest.txt'}", f"i {tmp_path / 'none.txt'}", argv=("--data-dir", str(tmp_path / "b")))
    assert "1. Gliders in Wide Valleys. Lee, Chan. Unread." in named.out and "none.txt" in named.err
    at_start = talk(argv=("--data-dir", str(tmp_path / "c"), str(tmp_path / "digest.txt")))
    assert "2 new" in at_start.out and "1. Gliders in Wide Valleys." in at_start.out


def test_pages_pdfs_and_citations(talk: Talk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSH_CONNECTION", "1 2 3 4")
    library = Library.open(folder / "library.sqlite3", now=lambda: NOW)
    (folder / "here.pdf").write_bytes(b"%PDF-1.4")
    library.pdfs.put(library.papers.key_of("2611.00001"), folder / "here.pdf")
    library.close()
    said = talk("y 1 2", "o 1", "p 1", argv=())
    assert "@misc{lee2026paper,\n" in said.out and said.out.count("@misc{") == 2
    assert f"\n{folder / 'here.pdf'}\n" in said.out and "No display here" in said.err


def test_subscribing_and_refreshing(
    run: Run, arxiv: ArxivServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arxiv.announce(TUESDAY, "2611.00001", "2611.00002", categories=("cs.LG",))
    monkeypatch.setattr(sys, "stdin", io.StringIO("a cs.LG cs.XX\nf\nrefresh cs.LG\nf nothing\ns 1\n"))
    assert main(["--plain"]) == 0
    out, err = capsys.readouterr()
    assert "Subscribed to cs.LG." in out and "2 new papers." in out and "Nothing new." in out
    assert "cs.XX" in err and "nothing" in err
    assert len(run("list", "is:shortlisted", "--json")[1]) == 1


def test_the_live_file_follows(talk: Talk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "config.toml").write_text(f'[export]\nfile = "{folder / "kept.bib"}"\n')
    monkeypatch.setenv("FEEDREADER_CONFIG", str(folder / "config.toml"))
    talk("s 2")
    assert "Paper 2" in (folder / "kept.bib").read_text()


def test_a_library_that_may_only_be_read_is_read(talk: Talk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_is_writable", lambda path: False)  # root may write everything
    said = talk("1", "s 2", "u", "O", "A", "yes", "l")
    assert said.code == 0 and "Abstract number 1 of all." in said.out and "read-only" in said.out
    assert [line.split(":")[0] for line in said.err.splitlines()] == ["line 2", "line 3", "line 6"]
    assert marked(folder, "read") == marked(folder, "shortlisted") == set()


WIDE = "量子 計算 " * 12 + "of " + "x" * 200
HOSTILE = "Red\x1b[31m \x07bell \u202e\u2066 \x9b2J end\u200d"


def test_lines_are_wrapped_and_never_cut(talk: Talk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library_file(folder / "wide", entry(1, title=WIDE, authors=tuple(f"Given Family{n}" for n in range(30))))
    for columns in ("30", "80", "200", "1", "0", "-5", "x"):
        monkeypatch.setenv("COLUMNS", columns)
        out = talk(argv=("--data-dir", str(folder / "wide"))).out
        width = {"30": 30, "200": 200, "1": 20}.get(columns, 80)
        cells = [sum(2 if char > "\u2fff" else 1 for char in line) for line in out.splitlines()]
        assert max(cells) <= width
        assert "".join(WIDE.split()) in "".join(out.split()).replace("-", ""), "no word is lost"
        assert "and27others" in "".join(out.split())


@given(st.lists(st.text(), min_size=1, max_size=6))
def test_whatever_is_typed(filled: Path, lines: list[str]) -> None:
    """No line ends it but `q` and its words, none is a fault of the program, nothing steers the terminal."""
    typed = "\n".join(lines).encode("utf-8", "surrogatepass")
    stdin, out, err = io.TextIOWrapper(io.BytesIO(typed)), io.StringIO(), io.StringIO()
    streams = sys.stdin, sys.stdout, sys.stderr
    sys.stdin, sys.stdout, sys.stderr = stdin, out, err
    try:
        assert main(["--plain", "--data-dir", str(filled)]) == 0
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams
    said = out.getvalue() + err.getvalue()
    assert all(char.isprintable() or char == "\n" for char in said)
    assert "unexpected" not in said


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library whose texts would like to steer the terminal."""
    folder = tmp_path_factory.mktemp("hostile")
    texts: dict[str, Any] = {
        "title": HOSTILE,
        "authors": (HOSTILE, f"B {HOSTILE}"),
        "abstract": HOSTILE,
        "comment": HOSTILE,
    }
    library_file(folder, entry(1, **texts), entry(2, mentions=(HOSTILE,), tldr=HOSTILE), title=HOSTILE, name=HOSTILE)
    return folder


def test_no_paper_steers_the_terminal(filled: Path, talk: Talk) -> None:
    said = talk("1", "2", "s 1", "x 2", "u", "t 1 a", "w 1 \x1b[2J", "w 1", "y 1 2", argv=("--data-dir", str(filled)))
    assert all(char.isprintable() or char == "\n" for char in said.out + said.err)
    assert "Red" in said.out and "end" in said.out


PROGRAM = "import sys; from feedreader.cli import entry; sys.argv[1:] = ['--data-dir', sys.argv[1]]; entry()"
PLAIN = "import sys; from feedreader.cli import entry; sys.argv[1:] = ['--plain', '--data-dir', sys.argv[1]]; entry()"


@pytest.fixture
def terminal(folder: Path) -> Iterator[Callable[..., Terminal]]:
    """Opens the reader at a terminal."""
    opened = []

    def open_it(program: str, **env: str) -> Terminal:
        opened.append(Terminal(folder, 80, 50, {"FEEDREADER_NOW": NOW.isoformat(), **env}, program))
        return opened[-1]

    yield open_it
    for each in opened:
        each.close()


@pytest.mark.parametrize(("program", "term"), [(PROGRAM, "dumb"), (PLAIN, "xterm-256color")])
def test_at_a_terminal_it_writes_text_and_nothing_else(
    folder: Path, terminal: Callable[..., Terminal], program: str, term: str
) -> None:
    reader = terminal(program, TERM=term)
    reader.shows("n for the next page.\n>")
    reader.press("1\n")
    reader.shows("Abstract number 1 of all.\n>")
    reader.press("s\nfrobnicate\n")
    reader.shows("? lists the commands.\n>")
    reader.program.send_signal(signal.SIGINT)
    assert reader.wait() == 130
    assert "feedreader: interrupted" in reader.text and "line 1" not in reader.text
    assert b"\x1b" not in reader.raw and b"Traceback" not in reader.raw
    assert marked(folder, "shortlisted") == {1}


def test_the_end_of_the_input_at_a_terminal(terminal: Callable[..., Terminal]) -> None:
    reader = terminal(PROGRAM, TERM="dumb")
    reader.shows("page.\n>")
    reader.press("\x04")
    assert reader.wait() == 0


@pytest.mark.parametrize("environment", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"TERM": "dumb"}], ids=str)
def test_in_a_pipe_of_any_encoding(folder: Path, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "feedreader", "--plain", "--data-dir", str(folder)]
    typed = b"w 3 Gr\xc3\xb6\xc3\x9fe \xff\n3\n/ \xff\xfe\n"
    given = {**os.environ, **environment, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, input=typed, capture_output=True, env=given, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"") and b"Wrote a note on" in done.stdout


def test_a_reader_of_the_output_that_has_gone_is_no_error(folder: Path) -> None:
    program = f"{sys.executable} -m feedreader --plain --data-dir {folder}"
    line = f"yes l | head -500 | {program} | head -1; echo ${{PIPESTATUS[2]}}"
    given = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(["bash", "-c", line], capture_output=True, env=given, timeout=60, check=False)
    assert done.stdout.splitlines()[-1] == b"0" and done.stderr == b""


def test_it_needs_no_textual(folder: Path) -> None:
    modules = imported_by(f"from feedreader.cli import main; main(['--plain', '--data-dir', {str(folder)!r}])")
    assert not modules & {"textual", "rich", "httpx", "feedparser", "asyncio", "feedreader.parse"}


def test_without_a_terminal_the_reader_names_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert main(["--data-dir", str(folder)]) == 2 and "--plain" in capsys.readouterr().err


def test_a_list_in_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["mark", "shortlist", "2611.00102", "--data-dir", str(folder)])
    capsys.readouterr()
    assert main(["--plain", "--data-dir", str(folder), "list", "Paper 102"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "2611.00102: Paper 102. Lee, Chan. Unread, kept."
    assert main(["list", "Paper 102", "sort:title", "--plain", "--data-dir", str(folder)]) == 0
    assert capsys.readouterr().out == "2611.00102 of 2026-11-19: Paper 102. Lee, Chan. Unread, kept.\n"


@pytest.mark.parametrize(
    ("title", "authors", "marks", "words"),
    [
        ("Gliders", (), Marks(), "Gliders. Unread."),
        ("Why Gliders?", ("Ann Lee",), Marks(read=True), "Why Gliders? Lee. Read."),
        ("S$^4$L", ("Lee, A.", "B. Chan", "C. Doe", "D. Elm"), Marks(), "S$^4$L. Lee, Chan, Doe, Elm. Unread."),
        ("A…", tuple(f"A B{n}" for n in range(9)), Marks(), "A… B0, B1, B2 and 6 others. Unread."),
        (
            "A",
            ("Ann Lee", "et al."),
            Marks(True, True, dismissed=True, note="x"),
            "A. Lee, et al. Read, kept, dismissed, has a note.",
        ),
        ("A", (), Marks(tags=("rl", "to read")), "A. Unread, #rl, #to read."),
    ],
)
def test_a_paper_in_words(title: str, authors: tuple[str, ...], marks: Marks, words: str) -> None:
    paper = PaperSummary(1, "x", 1, title, authors, None, None, marks)
    assert described(title, paper) == words
    assert described(title, paper._replace(highlighted=True)).count("highlighted") == 1
    known = paper._replace(interest=0.9, by_kept_author=True)
    assert described(title, known) == f"{words[:-1]}, high interest, by an author you kept."
    whole = Paper(id="x", authors=authors, marks=marks, interest=Interest(0.9, ("gliders",), KnownAuthor("Ann Lee", 3)))
    assert described(title, whole) == described(title, known)
    assert described(title, paper._replace(interest=0.1)) == words


def test_a_new_version_of_a_kept_paper_says_which_words_changed(
    talk: Talk, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = entry(1, NOW.date() - timedelta(days=9))
    newer = replace(
        first,
        abstract="Abstract number 1 of many.",
        version=2,
        day=NOW.date() + timedelta(days=2),
        announce_type="replace",
    )
    library = Library.open(folder / "library.sqlite3", now=lambda: NOW)
    library.marks.set([library.papers.key_of("2611.00001")], {"shortlisted": True}, label="x")
    ingest.import_digest(library, Digest(format="rss", entries=(newer,)), name="b", path="/b")
    library.close()
    plain = talk("/ is:kept", "1").out
    main(["show", "2611.00001"])
    shown = capsys.readouterr().out
    for text in (plain, shown):
        assert "v2 of a paper you kept: abstract changed" in text and "What changed in v2 since v1" in text
    assert "Abstract number 1 of (deleted: all.) (added: many.)" in plain
    assert "Abstract number 1 of [-all.-] {+many.+}" in shown
