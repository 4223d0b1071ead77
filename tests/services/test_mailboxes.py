"""Mailboxes in the library: each message once, whatever happens to it and to the mailbox meanwhile."""

from __future__ import annotations

import gzip
import os
import random
from contextlib import closing
from pathlib import Path

import pytest

from feedreader.errors import SubscriptionError, UnreadableSource
from feedreader.library import Library
from feedreader.model import Problem, Query
from feedreader.services import import_files, mailboxes, removal
from feedreader.services.ingest import ImportProgress, ImportResult
from feedreader.sources import files, maildir
from tests.conftest import NOW
from tests.mailboxes import alert, chat, deliver, ids, make_maildir, mbox


def taken_in(library: Library, *paths: Path | str) -> list[ImportResult]:
    return list(import_files.import_paths(library, [str(path) for path in paths]))


def papers(library: Library) -> set[str | None]:
    return {paper.arxiv_id for paper in library.papers.find(Query())}


def counts(result: ImportResult) -> tuple[int, int, int]:
    return result.new, result.merged, result.known


def reasons(result: ImportResult) -> list[str]:
    return [problem.reason for problem in result.problems]


def opened_again(library: Library) -> Library:
    return Library.open(library.path, now=lambda: NOW)


# ── mbox ─────────────────────────────────────────────────────────────────────────────────────────


def test_an_mbox_is_read_once_and_then_what_is_new(library: Library, tmp_path: Path) -> None:
    box = tmp_path / "alerts.mbox"
    box.write_bytes(mbox([alert(1, *ids(1)), chat(2)]))
    (first,) = taken_in(library, box)
    assert (first.source, first.format, counts(first)) == ("alerts.mbox", "markdown-list", (3, 0, 0))
    (again,) = taken_in(library, box)
    assert counts(again) == (0, 0, 3) and again.error is None and again.format == "markdown-list"
    assert len(again.refs) == 3, "`import --keep` marks what is in the mailbox"
    with box.open("ab") as file:
        file.write(mbox([alert(3, *ids(3))]))
    (third,) = taken_in(library, box)
    assert counts(third) == (2, 0, 3)
    assert papers(library) == set(ids(1, 5))


def test_an_mbox_that_is_written_anew_is_known(library: Library, tmp_path: Path) -> None:
    messages = [alert(number, *ids(number * 10)) for number in range(1, 6)]
    box = tmp_path / "alerts"
    box.write_bytes(mbox(messages))
    taken_in(library, box)
    kept = [message.replace(b"Subject", b"Status: RO\nSubject") for message in messages[2:]]
    box.write_bytes(mbox([*kept, alert(9, *ids(90))]))
    (result,) = taken_in(library, box)
    assert counts(result) == (3, 0, 15)


def test_a_packed_mbox_and_one_that_is_cut_off(library: Library, tmp_path: Path) -> None:
    data = mbox(alert(number, *ids(number * 10), encoding="base64") for number in range(1, 40))
    (whole, cut, damaged) = (tmp_path / name for name in ("whole.gz", "cut.gz", "damaged.gz"))
    packed = gzip.compress(data)
    whole.write_bytes(packed)
    (all_of_it,) = taken_in(library, whole)
    assert counts(all_of_it) == (117, 0, 0) and not all_of_it.failed
    cut.write_bytes(packed[: len(packed) // 2])
    (half,) = taken_in(library, cut)
    assert 30 < half.merged < 117 and any("incomplete" in reason for reason in reasons(half)) and half.failed
    large = data + mbox([chat(1) + b"and so on\n" * 20_000])
    damaged.write_bytes(gzip.compress(large) + gzip.compress(data)[:20] + b"\xff" * 4000)
    (result,) = taken_in(library, damaged)
    assert result.merged == 117 and any("damaged gzip" in reason for reason in reasons(result)) and result.failed
    cut.write_bytes(gzip.compress(mbox([chat(1)]))[:-4])
    (empty,) = taken_in(library, cut)
    assert empty.failed and any("incomplete" in reason for reason in reasons(empty))


def test_the_last_message_of_an_mbox_may_still_come_in(library: Library, tmp_path: Path) -> None:
    box = tmp_path / "alerts"
    data = mbox([alert(1, *ids(1)), alert(2, *ids(10, 9))])
    for end in (len(data) - 300, len(data) - 99, len(data)):
        box.write_bytes(data[:end])
        taken_in(library, box)
    assert papers(library) >= {*ids(1), *ids(10, 9)}


def test_a_message_without_papers_makes_no_source_and_says_why(library: Library, tmp_path: Path) -> None:
    box, folder = tmp_path / "chat", make_maildir(tmp_path / "empty")
    box.write_bytes(mbox([chat(1), chat(2)]))
    first, second = taken_in(library, box, folder)
    assert "2 mails contain nothing in a supported format" in str(first.error)
    assert str(second.error) == "The mailbox has no messages."
    assert library.papers.sources() == ()


def test_one_paper_in_many_alerts_keeps_what_each_says(library: Library, tmp_path: Path) -> None:
    box = tmp_path / "alerts"
    box.write_bytes(mbox([alert(1, *ids(1)), alert(2, *ids(1)), alert(3, *ids(1)).replace(b"song", b"songs")]))
    (first,) = taken_in(library, box)
    assert first.entries == 9 and first.new == 3
    with box.open("ab") as file:
        file.write(mbox([alert(4, *ids(1)).replace(b"by Ada Brook, Ben Cole", b"")]))
    taken_in(library, box)
    (paper, *_) = (paper for paper in library.papers.find(Query()) if paper.arxiv_id == ids(1)[0])
    assert paper.authors == ("Ada Brook", "Ben Cole"), "a later message takes nothing away"


def test_what_is_said_again_and_again_is_stored_once(library: Library, tmp_path: Path) -> None:
    box = tmp_path / "alerts"
    messages = [alert(number, *ids(1, 10)) for number in range(100)]
    box.write_bytes(mbox(messages[:50]))
    assert taken_in(library, box)[0].entries == 500
    with box.open("ab") as file:
        file.write(mbox(messages[50:]))
    (result,) = taken_in(library, box)
    assert counts(result)[:2] == (0, 0)
    with library.intake() as intake:
        source = intake.subscriptions.stored_source(str(box))
        assert source and len(intake.refs_of_source(source.source)) <= 250


def test_a_discussion_is_read_as_one(library: Library, tmp_path: Path) -> None:
    thread = (Path(__file__).parents[2] / "sample_feeds" / "reading-thread.txt").read_text("utf-8")
    half = thread.index("\n\n", len(thread) // 2)
    posts = [
        chat(n).partition(b"\n\n")[0] + b"\n\n" + part.encode() for n, part in enumerate((thread[:half], thread[half:]))
    ]
    for path in (tmp_path / "talk", make_maildir(tmp_path / "talks", posts)):
        if path.name == "talk":
            path.write_bytes(mbox(posts))
        (result,) = taken_in(library, path)
        assert result.format == "reading-thread" and result.entries == 7 and result.error is None


def test_a_mailbox_from_standard_input(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = tmp_path / "alerts"
    box.write_bytes(mbox([alert(1, *ids(1))]))
    with box.open() as file:
        monkeypatch.setattr("sys.stdin", file)
        (result,) = taken_in(library, "-")
    assert (result.source, counts(result)) == ("stdin", (3, 0, 0))


class Stop(Exception):
    pass


def test_what_is_in_stays_in_when_an_import_is_broken_off(library: Library, tmp_path: Path) -> None:
    box = tmp_path / "alerts"
    box.write_bytes(mbox(alert(number, *ids(number * 20, 20)) for number in range(60)))
    steps: list[ImportProgress] = []

    def progress(step: ImportProgress) -> None:
        steps.append(step)
        if step.done >= 500:
            raise Stop

    with pytest.raises(Stop):
        list(import_files.import_paths(library, [str(box)], progress=progress))
    assert 500 <= len(papers(library)) < 800 and library.papers.partial_sources() == ("alerts",)
    assert steps[-1].messages >= 25 and 0 < (steps[-1].share or 0) < 1
    with closing(opened_again(library)) as again:
        (result,) = taken_in(again, box)
        assert result.new == 1200 - len(papers(library)) or papers(again) == set(ids(0, 1200))
        assert papers(again) == set(ids(0, 1200)) and again.papers.partial_sources() == ()
        assert {paper.sources for paper in again.papers.find(Query())} == {("alerts",)}


def test_a_mailbox_that_is_stopped_goes_on_later(library: Library, tmp_path: Path) -> None:
    folder = make_maildir(tmp_path / "alerts", [alert(number, *ids(number * 10)) for number in range(30)])
    asked = iter(range(100))
    (result,) = import_files.import_paths(library, [str(folder)], stopped=lambda: next(asked) > 4)
    assert 0 < result.new < 90 and library.papers.partial_sources() == ("alerts",)
    (result,) = taken_in(library, folder)
    assert len(papers(library)) == 90 and library.papers.partial_sources() == ()


# ── Maildir ──────────────────────────────────────────────────────────────────────────────────────


def test_a_maildir_is_one_source_and_each_message_is_read_once(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_maildir(tmp_path / "Mail" / ".alerts", [alert(1, *ids(1)), chat(2)])
    (folder / "tmp" / "1700000009.M1P1.host").write_bytes(alert(8, *ids(80)))
    (folder / "cur" / ".hidden").write_bytes(alert(9, *ids(90)))
    for name in ("dovecot-uidlist", "dovecot.index.cache", "maildirfolder", "subscriptions"):
        (folder / name).write_bytes(alert(9, *ids(90)))
    (first,) = taken_in(library, folder)
    assert (first.source, first.path, counts(first)) == ("alerts", str(folder), (3, 0, 0))
    for path in (folder / "new").iterdir():
        path.rename(folder / "cur" / f"{path.name}:2,FS")
    deliver(folder, 3, alert(3, *ids(3)))
    read = list[str]()
    opened = files.read

    def noted(path: str) -> tuple[bytes, tuple[Problem, ...]]:
        read.append(path)
        return opened(path)

    monkeypatch.setattr(files, "read", noted)
    (again,) = taken_in(library, folder)
    assert counts(again) == (2, 0, 3) and len(read) == 1, "what is known is not opened"


def test_every_maildir_of_a_tree_is_a_source(library: Library, tmp_path: Path) -> None:
    root = make_maildir(tmp_path / "Maildir", [alert(1, *ids(1))])
    make_maildir(root / ".Alerts.arXiv", [alert(2, *ids(10))])
    make_maildir(root / "sub", [alert(3, *ids(20))])
    make_maildir(tmp_path / "other" / "deep", [alert(4, *ids(30))])
    (root / ".notmuch").mkdir()
    (root / ".notmuch" / "x.md").write_bytes(alert(5, *ids(50)))
    (tmp_path / "other" / "list.md").write_text(
        "# Papers\n\n- [A song](https://arxiv.org/abs/2611.00099) by Ada Brook\n"
    )
    results = taken_in(library, tmp_path)
    named = {result.source: result.new for result in results if not result.skipped}
    assert named == {"Maildir": 3, "Alerts.arXiv": 3, "sub": 3, "deep": 3, "list.md": 1}


def test_problems_of_a_maildir_name_the_message_and_its_line(library: Library, tmp_path: Path) -> None:
    bad = alert(2, *ids(10)) + b"\n- [Everything](https://arxiv.org/abs/2611.00500) https://arxiv.org/abs/2611.00501\n"
    folder = make_maildir(tmp_path / "alerts", [alert(1, *ids(1)), bad, chat(3), alert(4, *ids(4))])
    (result,) = taken_in(library, folder)
    odd, boring = result.problems
    assert odd.reason.startswith("1700000001.M1P7.host: ") and odd.line
    assert b"Everything" in bad.split(b"\n")[odd.line - 1]
    assert (boring.line, boring.reason) == (
        1,
        "1700000002.M2P7.host: This mail contains nothing in a supported format.",
    )


def test_messages_that_move_or_vanish_while_they_are_read(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_maildir(tmp_path / "alerts", [alert(number, *ids(number * 10)) for number in range(1, 7)])
    read, seen = maildir.read, list[str]()

    def moving(path: str) -> bytes | None:
        if not seen:
            for number, file in enumerate(sorted((folder / "new").iterdir())):
                if number % 3 == 0:
                    file.unlink()
                else:
                    file.rename(folder / "cur" / f"{file.name}:2,S")
        seen.append(path)
        return read(path)

    monkeypatch.setattr(maildir, "read", moving)
    (result,) = taken_in(library, folder)
    assert result.new == 12 and result.problems == () and result.error is None


def test_one_message_that_cannot_be_read_stops_no_other(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_maildir(tmp_path / "alerts", [alert(1, *ids(1)), alert(2, *ids(10)), alert(3, *ids(20))])
    (folder / "cur" / "loop").symlink_to("loop")
    (folder / "cur" / "folder").mkdir()
    read, closed = files.read, True

    def guarded(path: str) -> object:
        if closed and ".M2P7" in path:
            raise UnreadableSource(f"{path}: permission denied")
        return read(path)

    monkeypatch.setattr(files, "read", guarded)
    (result,) = taken_in(library, folder)
    assert result.new == 6
    (reason,) = reasons(result)
    assert reason.startswith("2 messages cannot be read. The first: ") and "permission denied" in reason
    closed = False
    assert taken_in(library, folder)[0].new == 3, "the next time it can"


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"\0" * 1000,
        random.Random(1).randbytes(20_000),
        b"x" * 5_000_000,
        b"From: a@b\nSubject: x\n" * 5000,
        b"From: a@b\nSubject: x\nContent-Type: multipart/mixed; boundary=a\n\n" + b"--a\n" * 5000,
        b"\r" * 1000,
    ],
)
def test_junk_hurts_no_other_message(library: Library, tmp_path: Path, junk: bytes) -> None:
    folder = make_maildir(tmp_path / "alerts", [alert(1, *ids(1)), junk, alert(3, *ids(10))])
    box = tmp_path / "alerts.mbox"
    box.write_bytes(mbox([alert(1, *ids(1)), b"From: a@b\nSubject: x\n\n" + junk, alert(3, *ids(10))]))
    for result in taken_in(library, folder, box):
        assert (result.entries, result.error) == (6, None)
    assert papers(library) == {*ids(1), *ids(10)}


def test_ten_thousand_known_messages_are_not_opened(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_maildir(tmp_path / "alerts", [alert(1, *ids(1))])
    taken_in(library, folder)
    names = [f"{number}.M1.host" for number in range(10_000)]
    with library.intake() as intake:
        source = intake.subscriptions.stored_source(str(folder))
        assert source is not None
        intake.subscriptions.put_messages(source.source, names)
    for name in names:
        os.link(folder / "new" / "1700000000.M0P7.host", folder / "cur" / f"{name}:2,S")
    monkeypatch.setattr(files, "read", lambda path: pytest.fail(f"{path} was opened"))
    assert counts(taken_in(library, folder)[0]) == (0, 0, 3)


# ── removing ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(params=["mbox", "maildir"])
def box(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    messages = [alert(1, *ids(1)), chat(2), alert(3, *ids(10))]
    if request.param == "maildir":
        return make_maildir(tmp_path / "alerts", messages)
    (tmp_path / "alerts").write_bytes(mbox(messages))
    return tmp_path / "alerts"


def test_a_paper_that_was_removed_stays_removed(library: Library, box: Path) -> None:
    taken_in(library, box)
    (gone, *_) = (paper for paper in library.papers.find(Query()) if paper.arxiv_id == ids(1)[0])
    removal.forget_papers(library, [gone.id])
    assert counts(taken_in(library, box)[0]) == (0, 0, 5)
    assert len(papers(library)) == 5
    removal.undo(library)
    assert len(papers(library)) == 6


def test_a_source_that_was_removed_comes_back_whole(library: Library, box: Path) -> None:
    taken_in(library, box)
    removal.forget_source(library, "alerts")
    assert papers(library) == set()
    removal.undo(library)
    assert len(papers(library)) == 6 and counts(taken_in(library, box)[0]) == (0, 0, 6)
    removal.forget_source(library, "alerts")
    assert counts(taken_in(library, box)[0]) == (6, 0, 0)
    assert counts(taken_in(library, box)[0]) == (0, 0, 6)


# ── subscribing ──────────────────────────────────────────────────────────────────────────────────


def test_what_is_meant_by_a_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    make_maildir(tmp_path / "caf\xe9 box")
    for target in ("./caf\xe9 box", "caf\xe9 box", f"{tmp_path}/x/../caf\xe9 box/", "~/caf\xe9 box", "~/./caf\xe9 box"):
        assert mailboxes.path_of(target) == f"{tmp_path}/caf\xe9 box"
    assert mailboxes.path_of(f"file://{tmp_path}/caf%C3%A9%20box") == f"{tmp_path}/caf\xe9 box"
    assert mailboxes.path_of(f"file://localhost{tmp_path}") == str(tmp_path)
    for target in ("", "alerts", "https://example.org/x", "example.org/x", "ftp://x/y", "file://server/share"):
        assert mailboxes.path_of(target) is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nothing", "nothing: no such file"),
        ("folder", "folder is not a mailbox but a folder. To import what is in it: feedreader import "),
        ("tree", "tree is not a mailbox but a folder. Subscribe to one of those in it: "),
        ("loop", "loop: not a file or folder that can be read"),
        ("x\0y", "no such file|null|not a"),
    ],
)
def test_what_is_no_mailbox_is_not_subscribed_to(library: Library, tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "folder").mkdir()
    make_maildir(tmp_path / "tree" / "inner")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(SubscriptionError, match=reason):
        mailboxes.subscribe(library, str(tmp_path / name), None)
    assert library.subscriptions.all() == ()


def test_another_file_is_left_to_others(library: Library, tmp_path: Path) -> None:
    (tmp_path / "list.md").write_bytes(b"# A list\n")
    (tmp_path / "one.eml").write_bytes(alert(1, *ids(1)))
    assert [mailboxes.subscribe(library, str(tmp_path / name)) for name in ("list.md", "one.eml")] == [None, None]
    assert library.subscriptions.all() == ()


def test_an_mbox_without_messages_can_be_subscribed_to(library: Library, tmp_path: Path) -> None:
    (tmp_path / "alerts").touch()
    subscription = mailboxes.subscribe(library, str(tmp_path / "alerts"), "Mail")
    assert subscription and (subscription.kind, subscription.name, subscription.folder) == ("mail", "alerts", "Mail")
    assert subscription.path == subscription.target == str(tmp_path / "alerts")
    with pytest.raises(SubscriptionError, match="Already subscribed"):
        mailboxes.subscribe(library, str(tmp_path / "alerts"), None)
