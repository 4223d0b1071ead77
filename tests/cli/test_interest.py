"""`interest`, papers scored before they are listed, and imports that keep."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from feedreader.library import connection
from feedreader.library.interest import InterestPart
from tests.cli.test_cli import Ran, Run, run
from tests.conftest import NOW

__all__ = ["run"]

PEAT = ["peat", "bogs", "sphagnum", "methane", "drainage", "carbon", "mires", "rewetting"]
RAIL = ["railways", "timetables", "delays", "dispatching", "junctions", "headways", "freight", "signals"]


def record(number: int, topic: list[str], **values: Any) -> str:
    """A line of JSON as the program itself writes them."""
    chance = random.Random(number)
    given: dict[str, Any] = {
        "id": f"2610.{number:05}",
        "arxiv_id": f"2610.{number:05}",
        "title": f"{' and '.join(chance.sample(topic, 3))}".capitalize(),
        "authors": [f"Tove {chr(65 + number % 26)}berg"],
        "abstract": f"We look at {' '.join(chance.choices(topic, k=25))}.",
        "categories": ["q-bio.PE" if topic is PEAT else "math.OC"],
        "day": f"2026-11-{20 - number % 5}",
        "sources": [],
        "mentions": [],
    }
    return json.dumps({**given, **values})


def topic(number: int) -> list[str]:
    return PEAT if number % 2 else RAIL


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    """A folder for files; of settings, too. The library has 40 papers, every other one on peat."""
    (tmp_path / "config.toml").write_text("")
    monkeypatch.setenv("FEEDREADER_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("FEEDREADER_NOW", NOW.isoformat())
    assert write(tmp_path / "all.jsonl", range(40), run).code == 0
    return tmp_path


def write(file: Path, numbers: Iterable[int], run: Run, *options: str) -> Ran:
    """Import a file with the papers of these numbers."""
    file.write_text("".join(record(n, topic(n)) + "\n" for n in numbers))
    return run("import", file, *options)


def keep(run: Run, *numbers: int) -> None:
    assert run("mark", "shortlist", *(f"2610.{n:05}" for n in numbers)).code == 0


def listed(run: Run, *words: str) -> list[int]:
    return [int(paper["id"][5:]) for paper in run("list", "--json", *words).objects]


def stored(place: Path, sql: str) -> object:
    """One value of the library's file."""
    with closing(sqlite3.connect(place / "data" / "library.sqlite3")) as reading:
        return reading.execute(sql).fetchone()[0]


# the profile


def test_with_too_few_kept_papers_it_says_how_to_go_on(run: Run, place: Path) -> None:
    keep(run, 1, 3, 5)
    ran = run("interest")
    assert (ran.code, ran.out) == (0, "")
    assert "once you keep 5 papers: 3 so far." in ran.err and "`feedreader import --keep FILE`" in ran.err
    (profile,) = run("interest", "--json").objects
    assert profile == {
        **dict.fromkeys(("noted", "opened", "dismissed"), 0),
        "learned": False,
        "kept": 3,
        "young": True,
        "since": None,
        **{name: [] for name in ("words", "against", "authors", "categories", "sources", "form")},
        **{name: {"words": [], "authors": []} for name in ("pinned", "banned")},
    }


def test_the_profile_is_told_in_words(run: Run, place: Path) -> None:
    keep(run, 1, 27, 3, 5, 7, 9)
    run("mark", "dismiss", "2610.00002", "2610.00004")
    run("tag", "add", "fieldwork", "2610.00011")
    lines = run("interest").out.splitlines()
    assert lines[0] == "Learned from 6 kept papers, 1 with a note or tags, 2 dismissed."
    assert "little" in lines[1]
    words = lines[lines.index("Words that speak for a paper") + 1]
    assert words.startswith("   +") and set(words[10:].split()) <= set(PEAT)
    against = lines[lines.index("Words that speak against it") + 1]
    assert against.startswith("   -")
    authors = lines.index("Authors, and how many of their papers you kept")
    assert lines[authors + 1] == "       2  Tove Bberg"
    assert any(line.startswith("   +") and line.endswith("  q-bio.PE") for line in lines[authors:])
    (profile,) = run("interest", "--json").objects
    assert (profile["kept"], profile["noted"], profile["dismissed"], profile["learned"]) == (6, 1, 2, True)
    assert f"{profile['words'][0]['weight']:+8.2f}  {profile['words'][0]['word']}" in lines
    assert profile["authors"][0] == {"name": "Tove Bberg", "kept": 2}
    assert [each["name"] for each in profile["categories"]] == ["q-bio.PE", "math.OC"]
    assert profile["against"][0]["weight"] < 0 < profile["words"][-1]["weight"]


def test_the_profile_follows_the_marks_and_undo(run: Run, place: Path) -> None:
    keep(run, 1, 3, 5, 7, 9)
    assert run("interest", "--json").objects[0]["learned"]
    run("undo")
    assert not run("interest", "--json").objects[0]["learned"]


def test_a_reset_forgets_what_was_learned_until_all_marks_count_again(
    run: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(run, 1, 3, 5, 7, 9)
    assert all(paper["interest"] for paper in run("list", "--json").objects)
    monkeypatch.setenv("FEEDREADER_NOW", (NOW + timedelta(hours=1)).isoformat())  # it starts there in each command
    ran = run("interest", "--reset")
    assert (ran.code, ran.out) == (0, "") and "--relearn" in ran.err
    assert {paper["interest"] for paper in run("list", "--json").objects} == {None}
    assert len(run("list", "--json", "is:shortlisted").objects) == 5
    monkeypatch.setenv("FEEDREADER_NOW", (NOW + timedelta(hours=2)).isoformat())
    keep(run, 0, 2)
    assert "2 so far since the reset of 2026-11-21." in run("interest").err
    keep(run, 4, 6, 8)
    assert "5 kept papers, all since the reset of 2026-11-21." in run("interest").out
    assert listed(run, "sort:interest day:2026-11")[0] % 2 == 0
    (profile,) = run("interest", "--relearn", "--json").objects
    assert profile["kept"] == 10 and profile["since"] is None
    for _ in range(2):
        run("undo")
    assert listed(run, "sort:interest day:2026-11")[0] % 2 == 1
    assert run("interest", "--reset", "--relearn").code == 2


# what is pinned or banned


def test_pins_and_bans_change_the_interest_and_are_shown(run: Run, place: Path) -> None:
    keep(run, 1, 3, 5, 7, 9)
    file = place / "interest.toml"
    ran = run("interest")
    assert str(file) in ran.err and "[[pin]]\nword =" in ran.err
    before = {paper["id"]: paper["interest"] for paper in run("list", "--json").objects}
    file.write_text("[[pin]]\nword = 'Freight'\n[[ban]]\nauthor = 'Tove Lberg'\n")
    papers = run("list", "--json").objects
    freight = [paper for paper in papers if "freight" in f"{paper['title']} {paper['abstract']}".lower()]
    assert freight and all(paper["interest"] > before[paper["id"]] for paper in freight)
    assert "freight" in max(freight, key=lambda paper: paper["interest"])["why"]
    (banned,) = (paper for paper in papers if paper["id"] == "2610.00011")
    assert banned["interest"] < before["2610.00011"]
    lines = run("interest").out.splitlines()
    assert lines[-2:] == ["Pinned: Freight", "Banned: Tove Lberg"]
    (profile,) = run("interest", "--json").objects
    assert profile["pinned"] == {"words": ["Freight"], "authors": []}
    assert profile["banned"] == {"words": [], "authors": ["Tove Lberg"]}
    file.unlink()
    assert {paper["id"]: paper["interest"] for paper in run("list", "--json").objects} == pytest.approx(before)


def test_a_mistake_in_the_file_is_said_and_a_broken_file_changes_nothing(run: Run, place: Path) -> None:
    keep(run, 1, 3, 5, 7, 9)
    file = place / "interest.toml"
    file.write_text("[[pin]]\nword = 'freight'\n[[ban]]\n")
    assert f"{file}, line 3: This preference is empty." in run("interest").err
    before = run("list", "--json")
    assert f"{file}, line 3" in before.err and before.code == 0
    file.write_text("[[pin]\n")
    after = run("list", "--json")
    assert (after.code, after.out) == (0, before.out) and f"{file}, line 1" in after.err
    assert run("interest").code == 1


def test_an_import_that_knows_of_no_file_leaves_what_is_pinned(
    run: Run, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "interest.toml").write_text("[[pin]]\nauthor = 'Tove Oberg'\n")
    keep(run, 1, 3, 5, 7, 9)
    before = run("show", "--json", "2610.00014").objects[0]
    assert before["why"][-1] == "by Tove Oberg, pinned"
    other = tmp_path / "cron"
    other.mkdir()
    (other / "config.toml").write_text("")
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("FEEDREADER_CONFIG", str(other / "config.toml"))
        write(tmp_path / "more.jsonl", [66], run)
    assert stored(place, "SELECT kept_author FROM papers WHERE name = '2610.00066'") == "0 Tove Oberg"


# lists


def test_json_has_the_interest_by_the_marks_as_they_are(run: Run, place: Path) -> None:
    assert {(paper["interest"], *paper["why"]) for paper in run("list", "--json").objects} == {(None,)}
    keep(run, 1, 3, 5, 7)
    assert {paper["interest"] for paper in run("list", "--json").objects} == {None}
    keep(run, 27)
    papers = run("list", "--json").objects
    assert all(0 <= paper["interest"] <= 1 for paper in papers)
    peat = [paper["interest"] for paper in papers if int(paper["id"][5:]) % 2]
    rail = [paper["interest"] for paper in papers if not int(paper["id"][5:]) % 2]
    assert min(peat) > max(rail)
    by_her = run("show", "--json", "2610.00001").objects[0]["why"]
    assert by_her[-1] == "by Tove Bberg, kept twice" and set(" ".join(by_her[:-1]).split()) <= set(PEAT)
    run("mark", "unshortlist", "--query", "is:shortlisted")
    keep(run, 0, 2, 4, 6, 8)
    rail, peat = (run("show", "--json", f"2610.{n:05}").objects[0]["interest"] for n in (16, 17))
    assert rail > peat
    exported = [json.loads(line) for line in run("export", "--format", "jsonl", "").out.splitlines()]
    assert exported == run("list", "--json").objects


def test_a_plain_list_learns_nothing(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(run, 1, 3, 5, 7, 9)

    def fail(*_: object, **__: object) -> None:
        raise AssertionError

    with monkeypatch.context() as watched:
        watched.setattr(InterestPart, "learn", fail)
        watched.setattr(InterestPart, "learned", fail)
        for words in ([], ["peat"], ["--plain"], ["sort:title"], ["is:highlighted"]):
            assert run("list", *words).code == 0
        assert run("show", "2610.00001").code == 0
        assert run("export", "--format", "bibtex", "peat").code == 0
    assert "1.0" not in run("list", "peat").out


def test_lists_by_interest(run: Run, place: Path) -> None:
    keep(run, 1, 3, 5, 7, 9)
    lines = run("list", "sort:interest").out.splitlines()
    assert [line for line in lines if line.endswith("2026")] == [
        *(f"{day} November 2026" for day in ("Friday 20", "Thursday 19", "Wednesday 18", "Tuesday 17", "Monday 16"))
    ]
    friday = lines[1 : lines.index("")]
    scores = [float(line.split()[1] if line[0] in "●★" else line.split()[0]) for line in friday]
    assert scores == sorted(scores, reverse=True) and len(friday) == 8
    best = run("list", "day:7d -is:shortlisted sort:interest", "--limit", "15").out.splitlines()
    assert len(best) == 15 and all("  2026-11-" in line for line in best)
    assert len(run("list", "is:unread top:7").out.splitlines()) == 7
    assert set(listed(run, "top:20")) == set(range(1, 40, 2)) == set(listed(run, "interest:>0.5"))
    assert set(listed(run, "interest:<0.5 top:20")) == set(range(0, 40, 2))
    plain = run("list", "--plain", "top:1").out
    assert " Interest: 0." in plain or " Interest: 1.00, " in plain
    assert any(word in plain.split(" Interest: ")[1] for word in PEAT)


def test_as_many_papers_are_scored_as_are_listed(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(run, 1, 3, 5, 7, 9)
    asked: list[int] = []
    score = InterestPart.score

    def noted(self: InterestPart, keys: Iterable[int], **others: Any) -> int:
        keys = list(keys)
        asked.append(len(keys))
        return score(self, keys, **others)

    monkeypatch.setattr(InterestPart, "score", noted)
    for words in (["--limit", "3"], ["peat", "--limit", "3"], ["top:3"], ["--limit", "0"], ["sort:interest", "peat"]):
        run("list", "--json", *words)
    assert asked == [3, 3, 40, 0, 20]


def test_a_saved_search_keeps_how_many_it_shows(run: Run, place: Path) -> None:
    keep(run, 1, 3, 5, 7, 9)
    run("views", "--save", "Best", "is:unread top:12")
    assert len(run("list", "--view", "best").out.splitlines()) == 12
    assert len(run("list", "--view", "best", "day:2026-11-20").out.splitlines()) == 8


def test_marks_follow_what_a_query_by_interest_finds(run: Run, place: Path) -> None:
    keep(run, 1, 3, 5, 7, 9)
    assert run("mark", "read", "--query", "interest:<0.5").err == "20 papers marked read.\n"
    assert run("forget", "--query", "top:2").err.startswith("2 papers removed")
    assert len(listed(run)) == 38


def test_a_rule_highlights_by_interest_and_follows_it(run: Run, place: Path) -> None:
    keep(run, 1, 3, 5, 7, 9)
    assert run("highlight", "interest:>0.5").err.startswith("20 papers highlighted")
    run("mark", "unshortlist", "--query", "is:shortlisted")
    keep(run, 0, 2, 4, 6, 8)
    assert {0, 2, 4, 6, 8} < set(listed(run, "is:highlighted")) <= set(range(0, 40, 2))
    run("undo")
    assert listed(run, "is:highlighted") == []
    refused = run("mute", "interest:<0.2")
    assert refused.code == 2 and "No paper is hidden for its interest. Highlight by interest" in refused.err
    assert run("highlight", "top:20").code == 2


def test_a_library_that_may_only_be_read_is_listed_as_it_was(
    run: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(run, 1, 3, 5, 7, 9)
    before = run("list", "--json", "top:5").out
    keep(run, 0)
    monkeypatch.setattr(connection, "_is_writable", lambda path: False)
    after = run("list", "--json", "top:5")
    assert after.code == 0 and listed(run, "top:5") == [int(json.loads(line)["id"][5:]) for line in before.splitlines()]
    assert run("interest").out.startswith("Learned from 6 kept papers")
    for change in ("--reset", "--relearn"):
        assert run("interest", change).code == 1


def test_what_cannot_be_stored_is_said_and_papers_are_listed_all_the_same(
    run: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from feedreader.errors import LibraryError

    keep(run, 1, 3, 5, 7, 9)

    def fail(*_: object, **__: object) -> None:
        raise LibraryError("The disk is full.")

    monkeypatch.setattr(InterestPart, "_put", fail)
    ran = run("list", "--json", "peat")
    assert (ran.code, len(ran.objects)) == (0, 20)
    assert ran.err == "feedreader: The disk is full. Interest is shown as it was.\n"


# imports that keep


def test_an_import_keeps_new_and_known_papers_as_one_step(run: Run, place: Path) -> None:
    ran = write(
        place / "refs.jsonl", (1, 3, 5, 7, 101, 103), run, "--keep", "--read", "--tag", "peat,wet", "--tag", "x"
    )
    assert ran.out == "refs.jsonl (arxiv-jsonl): 6 papers, 2 new\n"
    assert ran.err == "6 papers kept and marked read and tagged #peat #wet #x (`feedreader undo` takes that back).\n"
    papers = run("list", "--json", "is:shortlisted").objects
    assert {int(paper["id"][5:]) for paper in papers} == {1, 3, 5, 7, 101, 103}
    assert all(paper["read"] and paper["tags"] == ["peat", "wet", "x"] for paper in papers)
    (profile,) = run("interest", "--json").objects
    assert profile["kept"] == 6 and profile["learned"]
    assert run("undo").err == "Undid: keep 6 papers of refs.jsonl.\n"
    assert not run("list", "--json", "is:shortlisted").objects and not run("list", "--json", "tag:wet").objects
    assert len(listed(run)) == 42


def test_what_is_kept_on_import_is_learned_from_at_once(run: Run, place: Path) -> None:
    write(place / "refs.jsonl", range(101, 113, 2), run, "--keep")
    assert stored(place, "SELECT count(*) FROM papers WHERE interest IS NOT NULL") == 46


def test_only_what_the_files_name_is_marked_and_without_flags_nothing(run: Run, place: Path) -> None:
    write(place / "refs.jsonl", (1, 3, 5), run)
    assert not listed(run, "is:shortlisted")
    (place / "other.jsonl").write_text(record(7, PEAT) + "\n")
    (place / "refs.jsonl").write_text(record(3, PEAT) + "\n")
    run("forget", "2610.00009")
    (place / "gone.jsonl").write_text(record(9, PEAT) + "\n")
    files = [place / name for name in ("refs.jsonl", "other.jsonl", "gone.jsonl", "absent.jsonl")]
    ran = run("import", *files, "--tag", "#fen", "--json")
    assert ran.code == 3 and [result["entries"] for result in ran.objects] == [1, 1, 1, 0]
    assert "tagged #fen" in ran.err
    assert set(listed(run, "tag:fen")) >= {3, 7} and set(listed(run, "tag:fen")) <= {3, 7, 9}
    assert run("undo").err.startswith("Undid: tag ")
    assert not listed(run, "tag:fen")


def test_an_import_twice_changes_nothing_more(run: Run, place: Path) -> None:
    write(place / "refs.jsonl", (1, 3), run, "--keep")
    first = run("list", "--json", "is:shortlisted").out
    assert write(place / "refs.jsonl", (1, 3), run, "--keep").err == "All 2 papers were already kept.\n"
    assert run("list", "--json", "is:shortlisted").out == first
    assert run("undo").err == "Undid: keep 2 papers of refs.jsonl.\n"


def test_a_tag_is_a_word(run: Run, place: Path) -> None:
    ran = run("import", place / "all.jsonl", "--tag", ",")
    assert ran.code == 2 and "is not a tag" in ran.err


def test_a_library_goes_to_another_machine_as_json_lines(
    run: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(run, 1, 3, 5, 7, 9)
    file = place / "kept.jsonl"
    assert run("export", "-o", file, "--format", "jsonl").code == 0
    monkeypatch.setenv("FEEDREADER_DATA_DIR", str(place / "new"))
    ran = run("import", file, "--keep")
    assert ran.code == 0 and "5 new papers" in ran.out
    assert set(listed(run, "is:shortlisted")) == {1, 3, 5, 7, 9}
    assert run("interest", "--json").objects[0]["kept"] == 5


def test_a_query_by_interest_says_what_it_lacks(run: Run, place: Path) -> None:
    keep(run, 1, 3)
    lacking = "Keep 5 papers and the list can be ordered by interest (2 so far).\n"
    for query in ("top:3", "sort:interest", "interest:>0.5"):
        assert run("list", query).err == run("export", query, "--format", "jsonl").err == lacking
    assert run("mark", "read", "--query", "top:3").err.startswith(lacking)
    assert run("list", "--json").err == ""
    keep(run, 5, 7, 9)
    assert run("list", "top:3").err == ""


def test_the_plain_reader_sorts_by_interest(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    keep(run, 1, 3, 5, 7, 9)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"O\nO\n/ is:unread top:4\n")))
    ran = run("--plain")
    day = ran.out.split("Sorted by interest within each day.")[1]
    titles = [line.split(". ")[1].lower() for line in day.splitlines() if line[1:3] == ". "][:8]
    assert [title.split()[0] in PEAT for title in titles] == [True] * 4 + [False] * 4
    assert "4 papers found." in ran.out
