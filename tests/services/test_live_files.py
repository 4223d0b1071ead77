"""Live files of `[live]`: several of them, feeds among them, in step with queries and saved searches."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast
from xml.etree import ElementTree

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from feedreader.errors import ExportError
from feedreader.library import Library
from feedreader.model import Digest, Entry
from feedreader.query.language import parse_query
from feedreader.services import export, ingest
from tests.cli.test_cli import Run, digest, run

__all__ = ("digest", "run")  # fixtures
ATOM = "{http://www.w3.org/2005/Atom}"
Settle = Callable[[str], None]


@pytest.fixture
def library_of_two(run: Run, digest: Path) -> Run:
    """Snails and gliders, of which the snails are kept."""
    run("import", digest)
    run("mark", "shortlist", "--query", "snails")
    return run


@pytest.fixture
def settle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settle:
    """Writes the settings, {} for the folder of the live files."""
    file = tmp_path / "config.toml"
    monkeypatch.setenv("FEEDREADER_CONFIG", str(file))

    def write(text: str) -> None:
        file.write_text(text.replace("{}", str(tmp_path)))

    return write


def titles_in(file: Path) -> list[str]:
    """The first words of its papers, read by readers that are not ours."""
    text = file.read_text()
    if text.startswith("{"):
        return [item["title"].split()[0] for item in json.loads(text)["items"]]
    if text.startswith("<?xml"):
        entries = ElementTree.fromstring(text).iter(f"{ATOM}entry")
        return [str(entry.findtext(f"{ATOM}title")).split()[0] for entry in entries]
    return [
        title.split()[0]
        for title in re.findall(r"title = \{\W*([^}]+)|^### \[?(.+)", text, re.M)
        for title in title
        if title
    ]


def test_feeds_follow_queries_and_saved_searches(library_of_two: Run, settle: Settle, tmp_path: Path) -> None:
    run = library_of_two
    settle(
        """
        [live]
        "{}/kept.atom" = { query = "is:shortlisted", title = "Ada's <list>" }
        "{}/kept.feed.json" = "is:shortlisted"
        "{}/unread.XML" = { view = "new ones" }
        "{}/kept.md" = "is:shortlisted"
        [views]
        "New ones" = "is:unread"
        """
    )
    atom, feed, unread, notes = (tmp_path / name for name in ("kept.atom", "kept.feed.json", "unread.XML", "kept.md"))
    assert run("mark", "read", "--query", "snails").err == "1 paper marked read.\n"
    assert titles_in(atom) == titles_in(feed) == ["Snails"] and titles_in(unread) == ["Gliders"]
    assert "\n### " in notes.read_text()
    assert ElementTree.fromstring(atom.read_text()).findtext(f"{ATOM}title") == "Ada's <list>"
    assert json.loads(feed.read_text())["title"] == "Shortlist"
    assert ElementTree.fromstring(unread.read_text()).findtext(f"{ATOM}title") == "New ones"

    before = {file: file.stat() for file in (atom, feed)}
    run("mark", "unread", "--query", "snails")
    assert sorted(titles_in(unread)) == ["Gliders", "Snails"]
    for file, stat in before.items():
        assert (file.stat().st_mtime_ns, file.stat().st_ino) == (stat.st_mtime_ns, stat.st_ino), "written for nothing"
    run("mark", "shortlist", "--query", "gliders")
    assert titles_in(atom) == titles_in(feed) == ["Gliders", "Snails"], "the latest kept is first"
    run("undo")
    run("mark", "unshortlist", "--query", "snails")
    assert titles_in(atom) == titles_in(feed) == []
    assert json.loads(feed.read_text())["items"] == []


def test_two_feeds_have_two_ids_and_each_keeps_its_own(library_of_two: Run, settle: Settle, tmp_path: Path) -> None:
    def ids() -> list[str | None]:
        assert library_of_two("export", "--live").code == 0
        files = (tmp_path / name for name in ("a.atom", "b.atom", "c.atom"))
        return [ElementTree.fromstring(file.read_text()).findtext(f"{ATOM}id") for file in files]

    views = '[views]\nMine = "{}"\n'
    live = '[live]\n"{}/a.atom" = "tag:rival"\n"{}/b.atom" = "tag:mine"\n"{}/c.atom" = { view = "Mine" }\n'
    settle(live + views.replace("{}", "snails"))
    first = ids()
    assert len(set(first)) == 3
    assert "rival" not in (tmp_path / "a.atom").read_text()
    settle(live.replace('"tag:mine"', '{ query = "tag:mine", title = "New" }') + views.replace("{}", "gliders"))
    assert ids() == first
    assert library_of_two("export", "tag:rival", "--format", "atom").out.count(str(first[0])) == 1
    assert library_of_two("export", "--view", "mINE", "--format", "atom").out.count(str(first[2])) == 1
    part = library_of_two("export", "--view", "Mine", "sort:title", "--format", "atom").out
    assert "<title>Mine</title>" in part and str(first[2]) not in part, "another choice is another feed"


def test_it_says_whose_it_is_and_is_still_a_feed(library_of_two: Run, settle: Settle, tmp_path: Path) -> None:
    settle('[live]\n"{}/a.atom" = "is:shortlisted"\n"{}/b.feed.json" = "is:shortlisted"\n')
    assert library_of_two("export", "--live").code == 0
    notice = r"Written by feedreader from library [0-9a-f]{8}; changes made here are overwritten\."
    first, second = (tmp_path / "a.atom").read_text(), (tmp_path / "b.feed.json").read_text()
    assert re.match(rf'<\?xml version="1.0" encoding="utf-8"\?>\n<!-- {notice} -->\n<feed ', first)
    assert re.fullmatch(notice, json.loads(second)["_feedreader"]["notice"])
    for file in ("a.atom", "b.feed.json"):
        ran = library_of_two("import", tmp_path / file, "--json")
        result = json.loads(ran.out)
        assert (result["entries"], result["new"], result["problems"]) == (1, 0, []), "and it is the paper it was"


@pytest.mark.parametrize("name", ["mine.atom", "mine.feed.json", "mine.bib"])
@pytest.mark.parametrize("mine", ["mine", '<?xml version="1.0" encoding="utf-8"?>\n<feed/>', '{\n"version": 1}'])
def test_what_is_not_ours_is_left_alone(
    library_of_two: Run, settle: Settle, tmp_path: Path, name: str, mine: str
) -> None:
    file = tmp_path / name
    file.write_text(mine)
    settle(f'[live]\n"{{}}/{name}" = ""\n')
    ran = library_of_two("export", "--live")
    assert ran.code == 1 and f"{file} was not written by feedreader, so it was not changed." in ran.err
    assert file.read_text() == mine
    file.unlink()
    assert library_of_two("export", "--live").code == 0
    ours = file.read_text()
    other = library_of_two("import", tmp_path / "digest.txt", "--data-dir", tmp_path / "other")
    assert f"{file} belongs to another library" in other.err and file.read_text() == ours


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in the file system")
def test_a_pipe_is_not_waited_for(library_of_two: Run, settle: Settle, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.atom")
    settle('[live]\n"{}/a.atom" = ""\n"{}/b.atom" = ""\n')
    ran = library_of_two("export", "--live")
    assert ran.code == 3 and f"{tmp_path}/a.atom is not a file. Set another file under [live]" in ran.err
    assert (tmp_path / "b.atom").is_file()


def test_what_is_wrong_with_one_hurts_no_other(library_of_two: Run, settle: Settle, tmp_path: Path) -> None:
    settle(
        """
        [export]
        file = "{}/a.bib"
        [live]
        "{}/none/a.atom" = "is:shortlisted"
        "{}/b.atom" = "is:shortlsted"
        "{}/c.atom" = { view = "Unraed" }
        "{}/a.bib" = "is:unread"
        "{}/d.atom" = "is:shortlisted"
        [views]
        Unread = "is:unread"
        """
    )
    ran = library_of_two("mark", "read", "--query", "gliders")
    assert ran.code == 0
    none = tmp_path / "none"
    assert ran.err.splitlines()[-4:] == [
        f"feedreader: {none}/a.atom cannot be written: no such folder {none}. Choose another name or folder.",
        f"feedreader: {tmp_path}/b.atom: Unknown condition “is:shortlsted”. Did you mean is:shortlisted?",
        f"feedreader: {tmp_path}/c.atom: No saved search “Unraed”. Did you mean “Unread”?",
        f"feedreader: {tmp_path}/a.bib is set twice under [live] or [export] in config.toml. Remove one of them.",
    ]
    assert titles_in(tmp_path / "a.bib") == titles_in(tmp_path / "d.atom") == ["Snails"]
    assert not (tmp_path / "b.atom").exists() and not (tmp_path / "c.atom").exists()


def test_they_are_brought_up_to_date_when_asked_to(library_of_two: Run, settle: Settle, tmp_path: Path) -> None:
    run = library_of_two
    settle("")
    assert "No live files yet. Add one under [live] in " in run("export", "--live").err
    settle('[live]\n"{}/a.atom" = "is:shortlisted"\n')
    assert run("export", "--live") == (0, "", f"{tmp_path}/a.atom: written.\n")
    assert run("export", "--live") == (0, "", f"{tmp_path}/a.atom: already up to date.\n")
    settle('[live]\n"{}/a.atom" = "is:shortlisted"\n"{}/none/a.atom" = ""\n')
    ran = run("export", "--live")
    assert ran.code == 3 and "already up to date" in ran.err and "no such folder" in ran.err
    for more in (["x"], ["--view", "x"], ["--format", "ris"], ["-o", "x.bib"]):
        assert run("export", "--live", *more).code == 2


def test_a_saved_search_that_changes_changes_its_file(library_of_two: Run, settle: Settle, tmp_path: Path) -> None:
    settle('[live]\n"{}/a.atom" = { view = "Mine" }\n')
    library_of_two("views", "--save", "Mine", "snails")
    assert titles_in(tmp_path / "a.atom") == ["Snails"]
    library_of_two("views", "--save", "Mine", "gliders")
    assert titles_in(tmp_path / "a.atom") == ["Gliders"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('"papers.atom" = ""', "“papers.atom” is not a whole path. Begin it with ~/ or /"),
        ('"/x/papers.txt" = ""', "has an unknown ending. It can be .bib, .md, .atom, .xml or .feed.json."),
        ('"/x/a.atom" = 3', "“/x/a.atom” is 3"),
        ('"/x/a.atom" = { query = 3 }', "“/x/a.atom” is"),
        ('"/x/a.atom" = { qurey = "x" }', 'has an unknown part "qurey". Did you mean “query”?'),
        ('"/x/a.atom" = { title = "x" }', "needs a query or a saved search"),
        ('"/x/a.atom" = { view = " " }', "needs a query or a saved search"),
        ('"/x/a.atom" = { query = "x", view = "y" }', "needs a query or a saved search"),
        ('"~nobody-here/a.atom" = ""', "there is no such user"),
        ('"/x/\\u0007.atom" = ""', "is not a whole path"),
    ],
)
def test_what_can_be_no_live_file(run: Run, settle: Settle, line: str, problem: str) -> None:
    settle(f"[live]\n{line}\n")
    ran = run("export", "--live")
    assert ran.code == 1 and "line 2" in ran.err and problem in ran.err


# What a live feed holds ----------------------------------------------------------------------------------------------


def test_a_library_that_can_only_be_read_overwrites_no_other_s_file(many: Library, tmp_path: Path) -> None:
    file = tmp_path / "a.atom"
    export.sync_live_file(many, file, parse_query(""))
    before = file.read_text()

    class Nameless:
        papers, citations = many.papers, many.citations

        def identity(self) -> str:
            return ""

    with pytest.raises(ExportError, match="belongs to another library"):
        export.sync_live_file(cast(Library, Nameless()), file, parse_query("paper"))
    assert file.read_text() == before


@pytest.fixture
def many(library: Library) -> Library:
    """Nine papers, one a day, and one without a day."""
    entries = [Entry(title=f"Paper {n}", arxiv_id=f"1905.0000{n}", day=date(2019, 5, n)) for n in range(1, 10)]
    papers = Digest(format="test", title="T", entries=(*entries, Entry(title="Paper 0", arxiv_id="1905.00010")))
    ingest.import_digest(library, papers, name="t.txt", path="/t.txt")
    return library


def test_a_live_feed_holds_the_latest(many: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MOST_IN_FEED", 3)
    file = tmp_path / "a.atom"

    def numbers(query: str) -> list[str]:
        export.sync_live_file(many, file, parse_query(query))
        return re.findall("<title>Paper (.)", file.read_text())

    def keep(id: str) -> None:
        many.marks.set([many.papers.key_of(id)], {"shortlisted": True}, label="kept")

    assert numbers("") == ["9", "8", "7"]
    assert numbers("sort:title") == ["0", "1", "2"], "an order of its own is the query's"
    keep("1905.00002")
    assert numbers("") == ["2", "9", "8"], "kept today, of a day long gone"
    keep("1905.00010")
    assert sorted(numbers("")[:2]) == ["0", "2"] and numbers("")[2:] == ["9"]
    assert sorted(numbers("is:shortlisted")) == ["0", "2"]
    assert numbers("-is:shortlisted day:..2019-05-04") == ["4", "3", "1"]
    export.sync_live_file(many, tmp_path / "a.bib", parse_query(""))
    assert (tmp_path / "a.bib").read_text().count("@misc") == 10, "only feeds are limited"


@pytest.mark.parametrize(
    ("kept", "stated"),
    [
        (datetime(2026, 12, 1, 4, 30, tzinfo=UTC), "2026-11-30T20:30:00-08:00"),
        (datetime(2026, 7, 1, 4, 30, tzinfo=UTC), "2026-06-30T21:30:00-07:00"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
    ],
)
def test_the_day_is_that_of_her_clock(
    many: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: datetime, stated: str
) -> None:
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    time.tzset()
    try:
        paper = next(many.papers.find(parse_query("")))
        paper = replace(paper, marks=paper.marks._replace(shortlisted=True, shortlisted_at=kept))
        assert f"<published>{stated}</published>" in "".join(export.pieces(many, [paper], "atom"))
    finally:
        monkeypatch.undo()
        time.tzset()


# A colleague ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["list.atom", "list.feed.json"])
def test_a_colleague_subscribes(
    library_of_two: Run, settle: Settle, tmp_path: Path, httpserver: HTTPServer, name: str
) -> None:
    run, file, hers = library_of_two, tmp_path / name, ("--data-dir", tmp_path / "colleague")
    settle(f'[live]\n"{{}}/{name}" = {{ query = "is:shortlisted", title = "Ada\'s list" }}\n')
    run("export", "--live")
    kind = "application/feed+json" if name.endswith("json") else "application/atom+xml"
    httpserver.expect_request(f"/{name}").respond_with_handler(lambda _: Response(file.read_bytes(), content_type=kind))
    settle("")  # hers
    assert run("subscribe", httpserver.url_for(f"/{name}"), *hers).code == 0
    assert run("refresh", *hers).code == 0

    def papers() -> dict[str, tuple[str, list[str]]]:
        lines = map(json.loads, run("list", "--json", *hers).out.splitlines())
        return {paper["title"].split()[0]: (paper["day"], paper["sources"]) for paper in lines}

    def kept_on(word: str) -> str:
        (paper,) = map(json.loads, run("list", "--json", word).out.splitlines())
        return datetime.fromisoformat(paper["shortlisted_at"]).astimezone().date().isoformat()

    assert papers() == {"Snails": (kept_on("snails"), ["Ada's list"])}
    settle(f'[live]\n"{{}}/{name}" = {{ query = "is:shortlisted", title = "Ada\'s list" }}\n')
    run("mark", "shortlist", "--query", "gliders")
    run("mark", "unshortlist", "--query", "snails")
    assert titles_in(file) == ["Gliders"]
    settle("")
    run("refresh", *hers)
    assert papers() == {name: (kept_on("gliders"), ["Ada's list"]) for name in ("Snails", "Gliders")}


@pytest.mark.parametrize("name", ["list.atom", "list.feed.json"])
def test_a_colleague_subscribes_to_the_file(library_of_two: Run, settle: Settle, tmp_path: Path, name: str) -> None:
    run, file, hers = library_of_two, tmp_path / name, ("--data-dir", tmp_path / "colleague")

    def refreshed(*command: str) -> tuple[int, int, str | None]:
        settle(f'[live]\n"{{}}/{name}" = "is:shortlisted"\n')
        assert run(*command).code == 0
        settle("")  # hers
        (result,) = map(json.loads, run("refresh", "--json", *hers).out.splitlines())
        return result["new"], result["merged"], result["error"]

    settle("")
    assert run("import", tmp_path / "digest.txt", *hers).code == 0
    settle(f'[live]\n"{{}}/{name}" = "is:shortlisted"\n')
    assert run("export", "--live").code == 0
    settle("")
    assert run("subscribe", str(file), *hers).out == "Subscribed to Shortlist.\n"
    assert refreshed("tag", "add", "not-for-others", "--query", "snails") == (0, 0, None)
    assert refreshed("mark", "shortlist", "--query", "gliders") == (0, 1, None), "she has it"
    assert refreshed("mark", "unshortlist", "--query", "snails") == (0, 0, None)
    lines = [json.loads(line) for line in run("list", "--json", *hers).out.splitlines()]
    assert [paper["sources"] for paper in lines] == [["Shortlist", "digest.txt"]] * 2
    assert not any(paper["note"] or paper["shortlisted"] for paper in lines)


def test_a_paper_that_she_has_stays_on_its_day(library_of_two: Run, tmp_path: Path, httpserver: HTTPServer) -> None:
    run, hers = library_of_two, ("--data-dir", tmp_path / "colleague")
    feed = run("export", "--format", "atom").out
    run("import", tmp_path / "digest.txt", *hers)
    httpserver.expect_request("/a.atom").respond_with_data(feed, content_type="application/atom+xml")
    run("subscribe", httpserver.url_for("/a.atom"), *hers)
    run("refresh", *hers)
    (paper,) = map(json.loads, run("list", "--json", "snails", *hers).out.splitlines())
    assert (paper["day"], paper["sources"]) == ("2019-05-09", ["Shortlist", "digest.txt"])
