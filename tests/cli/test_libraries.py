"""Libraries out of reference managers: what an import of one marks, what it shows, and "in your library"."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_cli import Run, run

__all__ = ["run"]

FEED = """title,authors,abstract,date,link,doi
Bayesian learning of Gödel machines in O'Neill's GAN zoo,"Jörg Müller, Anna Berg, Cy Day",One abstract.,2024-05-03,https://example.org/1,
Attention for birds,"Ida Quist, Noam Lund",Another abstract of birds.,2024-05-03,https://arxiv.org/abs/2311.04567,
A paper with a DOI,"Ann Lee",A third abstract.,2024-05-03,https://example.org/3,10.5555/abc.5
"""
BIB = """
@article{a,
 title = {{B}ayesian {Learning} of {G{\\"o}del} Machines in {O'Neill's} {GAN} Zoo},
 author = {M{\\"u}ller, J{\\"o}rg and Berg, A. and others}, year = 2024,
 keywords = {machine learning, zoo}, annote = {Ask Anna.

- about *zoos*}
}
@misc{b, title={attention for {BIRDS}}, author={Quist, I. and Lund, N.}, journal={arXiv preprint arXiv:2311.04567}}
@article{c, title={Something Else}, author={Lee, A.}, doi={https://doi.org/10.5555/ABC.5}, readstatus={read}}
@book{d, title={A book about peat}, author={Ek, Bo}, publisher={Press}, year=1987, keywords={peat}}
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """A library of three papers of a feed, and beside it a file with one more."""
    monkeypatch.setenv("FEEDREADER_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "feed.csv").write_text(FEED, "utf-8")
    (tmp_path / "own.bib").write_text(BIB, "utf-8")
    assert run("import", tmp_path / "feed.csv").code == 0


def papers(run: Run, *words: str) -> dict[str, dict[str, Any]]:
    return {paper["title"][:8]: paper for paper in run("list", "--json", *words).objects}


def marks(paper: dict[str, Any]) -> tuple[bool, bool, list[str], str | None]:
    return paper["shortlisted"], paper["read"], paper["tags"], paper["note"]


UNMARKED: tuple[bool, bool, list[str], str | None] = (False, False, [], None)


def test_papers_of_the_feed_are_the_same_papers(run: Run, tmp_path: Path) -> None:
    ran = run("import", tmp_path / "own.bib")
    assert ran.out == "own.bib (bibtex): 4 papers, 1 new\n"
    listed = papers(run)
    assert len(listed) == 4 and [paper["day"] for paper in listed.values()] == ["2024-05-03"] * 3 + [None]
    assert listed["A book a"]["collection"] == "own" and listed["A book a"]["journal"]["year"] == 1987
    assert set(papers(run, "is:owned")) == set(listed) and not papers(run, "-is:owned")
    assert "in your library" in run("show", "2311.04567").out
    run("forget", "--source", "own.bib")
    assert not papers(run, "is:owned") and "in your library" not in run("show", "2311.04567").out


def test_without_flags_nothing_is_marked_and_the_words_are_shown(run: Run, tmp_path: Path) -> None:
    ran = run("import", tmp_path / "own.bib")
    assert all(marks(paper) == UNMARKED for paper in papers(run).values())
    said = papers(run)["Bayesian"]["mentions"]
    assert [mention["text"] for mention in said] == ["Keywords: machine learning, zoo", "Ask Anna. - about *zoos*"]
    line = BIB[: BIB.index("@article{c")].count("\n") + 1
    assert ran.err == (
        f"own.bib: line {line}: Marks were not imported (the first is on this line). "
        "To take them: `feedreader import --marks FILE`.\n"
    )


def test_what_is_kept_comes_with_its_tags_and_notes_as_one_step(run: Run, tmp_path: Path) -> None:
    ran = run("import", "--keep", tmp_path / "own.bib")
    assert ran.err == "4 papers kept, with the tags and notes of own.bib (`feedreader undo` takes that back).\n"
    listed = papers(run)
    assert marks(listed["Bayesian"]) == (True, False, ["machine-learning", "zoo"], "Ask Anna.\n\n- about *zoos*")
    assert marks(listed["A paper "]) == (True, False, [], None)
    assert all(paper["mentions"] == [] for paper in listed.values())
    assert run("import", "--keep", tmp_path / "own.bib").err == "All 4 papers were already kept.\n"
    assert run("undo").err == "Undid: keep 4 papers of own.bib.\n"
    assert all(marks(paper) == UNMARKED for paper in papers(run).values())


def test_marks_are_taken_without_keeping(run: Run, tmp_path: Path) -> None:
    ran = run("import", "--marks", tmp_path / "own.bib")
    assert ran.err == "3 papers marked as own.bib says (`feedreader undo` takes that back).\n"
    listed = papers(run)
    assert marks(listed["A paper "]) == (False, True, [], None) and listed["A book a"]["tags"] == ["peat"]
    assert run("import", "--marks", tmp_path / "own.bib").err == "All 4 papers were already marked as own.bib says.\n"
    assert run("undo").err == "Undid: mark 3 papers of own.bib.\n", "those that it changed"


def test_all_flags_together_are_one_step(run: Run, tmp_path: Path) -> None:
    ran = run("import", "--keep", "--read", "--marks", "--tag", "x", tmp_path / "own.bib")
    assert ran.err.startswith("4 papers kept and marked read and tagged #x and marked as own.bib says (")
    assert all(paper["shortlisted"] and paper["read"] and "x" in paper["tags"] for paper in papers(run).values())
    run("undo")
    assert all(marks(paper) == UNMARKED for paper in papers(run).values())


def test_marks_that_stand_are_never_weakened(run: Run, tmp_path: Path) -> None:
    run("mark", "shortlist", "2311.04567")
    run("mark", "dismiss", "10.5555/abc.5")
    run("tag", "add", "Zoo,mine", papers(run)["Bayesian"]["id"])
    run("note", papers(run)["Bayesian"]["id"], "My own words.")
    before = papers(run)["Attentio"]["shortlisted_at"]
    run("import", "--keep", tmp_path / "own.bib")
    listed = papers(run)
    assert set(listed["Bayesian"]["tags"]) == {"Zoo", "mine", "machine-learning"}
    assert listed["Bayesian"]["note"] == "My own words.\n\nAsk Anna.\n\n- about *zoos*"
    assert listed["Attentio"]["shortlisted_at"] == before
    assert listed["A paper "]["shortlisted"] and not listed["A paper "]["dismissed"]
    run("import", "--keep", tmp_path / "own.bib")
    assert papers(run) == listed


def test_undo_names_the_papers_that_changed(run: Run, tmp_path: Path) -> None:
    assert run("import", "--marks", tmp_path / "own.bib").err.startswith("3 papers marked as own.bib says")
    assert run("undo").err == "Undid: mark 3 papers of own.bib.\n"
    run("mark", "shortlist", "2311.04567")
    assert run("import", "--keep", tmp_path / "own.bib").err.startswith("3 papers kept")
    assert run("undo").err == "Undid: keep 3 papers of own.bib.\n"
    assert run("mark", "shortlist", "--query", "is:owned").err == "3 papers kept.\n"
    assert run("undo").err == "Undid: keep 3 papers.\n"


def test_many_papers_are_counted_as_in_the_line_before(run: Run, tmp_path: Path) -> None:
    entries = (
        f"@book{{k{n}, title={{A book on number {n}}}, author={{Ek, B{n}}}, isbn={{{n}}}}}\n" for n in range(1001)
    )
    (tmp_path / "many.bib").write_text("".join(entries), "utf-8")
    ran = run("import", "--read", tmp_path / "many.bib")
    assert ran.out == "many.bib (bibtex): 1,001 new papers\n"
    assert ran.err == "1,001 papers marked read (`feedreader undo` takes that back).\n"
    assert run("undo").err == "Undid: mark read 1,001 papers of many.bib.\n"


def test_words_that_repeat_what_the_reader_wrote_are_not_shown_twice(run: Run, tmp_path: Path) -> None:
    run("import", "--keep", tmp_path / "own.bib")
    run("import", tmp_path / "own.bib")  # now they are words, too
    id = papers(run)["Bayesian"]["id"]
    assert len(papers(run)["Bayesian"]["mentions"]) == 2
    assert "Mentions" not in run("show", id).out
    run("tag", "remove", "zoo", id)
    shown = run("show", id).out
    assert "Keywords: machine learning, zoo" in shown and shown.count("Ask Anna") == 1


def test_own_json_lines_bring_all_marks(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("import", "--keep", tmp_path / "own.bib")
    run("mark", "read", "2311.04567")
    run("mark", "unshortlist", "10.5555/abc.5")
    run("mark", "dismiss", "10.5555/abc.5")
    before = papers(run)
    file = tmp_path / "all.jsonl"
    file.write_text(run("list", "--json").out, "utf-8")
    monkeypatch.setenv("FEEDREADER_DATA_DIR", str(tmp_path / "elsewhere"))
    ran = run("import", file)
    assert "To take them: `feedreader import --marks FILE`." in ran.err
    ran = run("import", file, "--marks")
    assert "marked as all.jsonl says" in ran.err
    names = ("read", "shortlisted", "shortlisted_at", "opened", "dismissed", "tags", "note")
    after = papers(run)
    assert {title: [paper[name] for name in names] for title, paper in after.items()} == {
        title: [paper[name] for name in names] for title, paper in before.items()
    }


@pytest.mark.parametrize("format", ["bibtex", "ris", "csl-json", "csv", "markdown", "jsonl"])
def test_a_shortlist_goes_to_another_machine(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    run("import", "--keep", tmp_path / "own.bib")
    file = tmp_path / "kept.out"
    assert run("export", "-o", file, "--format", format).code == 0
    before = papers(run)
    monkeypatch.setenv("FEEDREADER_DATA_DIR", str(tmp_path / "elsewhere"))
    assert run("import", "--keep", file).code == 0
    after = papers(run)
    assert set(after) == set(before)
    for title, paper in after.items():
        assert paper["shortlisted"] and paper["tags"] == before[title]["tags"]
        assert (paper["note"] or "").split() == (before[title]["note"] or "").split()
        assert paper["arxiv_id"] == before[title]["arxiv_id"] and paper["doi"] == before[title]["doi"]


def test_the_json_of_an_import_is_as_it_was(run: Run, tmp_path: Path) -> None:
    (result,) = run("import", "--json", "--keep", tmp_path / "own.bib").objects
    assert json.dumps(sorted(result)) == json.dumps(
        sorted(("source", "format", "entries", "new", "merged", "known", "problems", "subscriptions", "failed"))
    )


def test_importing_needs_bibtexparser_only_for_bibtex(run: Run, tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys\nfrom feedreader.parse import parse\n"
        f"parse(open({str(tmp_path / 'feed.csv')!r}, 'rb').read())\n"
        "assert 'bibtexparser' not in sys.modules\n"
        f"parse(open({str(tmp_path / 'own.bib')!r}, 'rb').read())\n"
        "assert 'bibtexparser' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
