"""Mailboxes that are subscribed to, from the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from feedreader.cli import main
from feedreader.sources import files
from tests.arxiv_server import ArxivServer, Run
from tests.mailboxes import alert, chat, deliver, ids, make_maildir, mbox
from tests.services.test_refresh import TUESDAY


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    return make_maildir(tmp_path / "Mail" / "alerts", [alert(1, *ids(1)), chat(2)])


def refreshed(run: Run, *names: str) -> tuple[int, list[tuple[str, str, int, int, str | None]]]:
    code, lines = run("refresh", "--json", *names)
    return code, [(each["source"], each["state"], each["new"], each["merged"], each["error"]) for each in lines]


def status(run: Run) -> dict[str, Any]:
    (line,) = run("subscriptions", "--json")[1]
    return line


def test_a_maildir_is_read_at_each_refresh(run: Run, maildir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["subscribe", str(maildir), "--folder", "Mail"]) == 0
    assert capsys.readouterr().out == "Subscribed to alerts. Run `feedreader refresh` to fetch its papers.\n"
    assert status(run)["kind"] == "mail" and status(run)["target"] == str(maildir) and status(run)["state"] == "new"
    assert refreshed(run) == (0, [("alerts", "fresh", 3, 0, None)])
    assert refreshed(run) == (0, [("alerts", "fresh", 0, 0, None)])
    deliver(maildir, 3, alert(3, *ids(3)))
    assert refreshed(run, "alerts") == (0, [("alerts", "fresh", 2, 0, None)])
    deliver(maildir, 4, alert(4, *ids(90)))
    main(["refresh"])
    assert capsys.readouterr().out == "alerts: 3 new papers\n"
    assert {tuple(paper["sources"]) for paper in run("list", "--json")[1]} == {("alerts",)}


def test_an_mbox_that_did_not_change_is_not_read(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = tmp_path / "alerts.mbox"
    box.write_bytes(mbox([alert(1, *ids(1))]))
    os.utime(box, (1_700_000_000, 1_700_000_000))
    assert run("subscribe", str(box))[0] == 0
    assert refreshed(run) == (0, [("alerts.mbox", "fresh", 3, 0, None)])
    with monkeypatch.context() as patch:
        patch.setattr(files.OpenFile, "pieces", lambda file: pytest.fail("it was read"))
        assert refreshed(run) == (0, [("alerts.mbox", "fresh", 0, 0, None)])
    box.write_bytes(mbox([alert(1, *ids(1)), alert(2, *ids(10))]))
    assert refreshed(run) == (0, [("alerts.mbox", "fresh", 3, 0, None)])
    assert run("forget", "--source", "alerts.mbox")[0] == 0
    assert refreshed(run)[1][0][2] == 6, "what was removed with its source comes back"


def test_one_mailbox_that_cannot_be_read_hurts_no_other(run: Run, maildir: Path, tmp_path: Path) -> None:
    box = tmp_path / "alerts.mbox"
    box.write_bytes(mbox([alert(1, *ids(50))]))
    assert run("subscribe", str(box), str(maildir))[0] == 0
    assert refreshed(run)[0] == 0
    box.unlink()
    deliver(maildir, 3, alert(3, *ids(10)))
    code, results = refreshed(run)
    assert code == 3 and {each[0]: each[1:4] for each in results} == {
        "alerts.mbox": ("failed", 0, 0),
        "alerts": ("fresh", 3, 0),
    }
    assert {each[4] for each in results} == {None, f"{box}: no such file"}
    box.write_bytes(b"# A list, and no mailbox\n")
    again = "If it is a feed now, unsubscribe and subscribe to it again."
    assert refreshed(run, "alerts.mbox") == (
        1,
        [("alerts.mbox", "failed", 0, 0, f"{box} is no longer a mailbox. {again}")],
    )
    box.write_bytes(b"")
    assert refreshed(run, "alerts.mbox")[1][0][1:] == ("fresh", 0, 0, None), "mail programs empty their mailboxes"
    box.write_bytes(mbox([alert(1, *ids(50)), alert(2, *ids(60))]))
    assert refreshed(run, "alerts.mbox")[1][0][1:] == ("fresh", 3, 0, None)


def test_a_maildir_that_is_none_any_more_says_so(run: Run, maildir: Path) -> None:
    assert run("subscribe", str(maildir))[0] == 0
    (maildir / "new").rename(maildir / "old")
    assert refreshed(run) == (1, [("alerts", "failed", 0, 0, f"{maildir} is no longer a mailbox.")])
    (maildir / "old").rename(maildir / "new")
    assert refreshed(run) == (0, [("alerts", "fresh", 3, 0, None)])


def test_a_message_that_cannot_be_read_is_a_failure_until_it_can(run: Run, maildir: Path) -> None:
    assert run("subscribe", str(maildir))[0] == 0
    (maildir / "new" / "1900.M1.host").symlink_to("1900.M1.host")
    code, ((_, state, new, _, error),) = refreshed(run)
    assert (code, state, new) == (1, "failed", 3) and error and "1900.M1.host: not a file" in error
    (maildir / "new" / "1900.M1.host").unlink()
    assert refreshed(run) == (0, [("alerts", "fresh", 0, 0, None)])


def test_a_mailbox_is_named_by_its_path_as_a_shell_does(
    run: Run, maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(maildir.parent)
    monkeypatch.setenv("HOME", str(maildir.parent))
    assert run("subscribe", "./alerts/")[0] == 0
    assert run("subscribe", "~/alerts")[0] == 1, "it is the same"
    assert refreshed(run, "./alerts") == (0, [("alerts", "fresh", 3, 0, None)])
    assert run("subscriptions", "--pause", f"file://{maildir}")[0] == 0 and status(run)["state"] == "paused"
    assert run("subscriptions", "--resume", "~/alerts", "--rename", "../Mail/alerts", "Morning mail")[0] == 0
    assert {tuple(paper["sources"]) for paper in run("list", "--json")[1]} == {("Morning mail",)}
    deliver(maildir, 5, alert(5, *ids(50)))
    assert refreshed(run) == (0, [("Morning mail", "fresh", 3, 0, None)])
    assert run("import", str(maildir))[0] == 0
    assert status(run)["source"] == "Morning mail", "an import gives it no other name"
    assert run("unsubscribe", "./alerts")[0] == 0
    assert run("subscriptions", "--json")[1] == [] and len(run("list", "--json")[1]) == 6


def test_what_was_imported_is_not_read_again_when_it_is_subscribed_to(run: Run, maildir: Path) -> None:
    assert run("import", str(maildir))[0] == 0
    assert run("subscribe", str(maildir))[0] == 0
    assert refreshed(run) == (0, [("alerts", "fresh", 0, 0, None)])
    assert run("unsubscribe", "alerts")[0] == 0 and run("subscribe", str(maildir))[0] == 0
    assert refreshed(run) == (0, [("alerts", "fresh", 0, 0, None)])


def test_an_unsubscribed_mailbox_without_papers_leaves_nothing_behind(run: Run, tmp_path: Path) -> None:
    folder = make_maildir(tmp_path / "talk", [chat(1), chat(2)])
    for _ in range(2):
        assert run("subscribe", str(folder))[0] == 0
        assert refreshed(run) == (0, [("talk", "quiet", 0, 0, None)])
        assert run("unsubscribe", "talk")[0] == 0
        assert run("sources", "--json")[1] == []


def test_mailboxes_beside_categories(run: Run, arxiv: ArxivServer, maildir: Path) -> None:
    arxiv.announce(TUESDAY, "2611.00001", "2611.00077")
    assert run("subscribe", "cs.LG", str(maildir))[0] == 0
    code, results = refreshed(run)
    assert code == 0 and sum(each[2] for each in results) == 4 and sum(each[3] for each in results) == 1
    assert refreshed(run)[0] == 0


def test_a_mailbox_is_left_out_of_what_other_readers_get(
    run: Run, maildir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("subscribe", "cs.LG", str(maildir))[0] == 0
    assert main(["export", "--format", "opml"]) == 0
    out, err = capsys.readouterr()
    assert "cs.LG" in out and str(maildir) not in out
    assert err == "alerts: left out, because a mailbox has no web address.\n"


def test_a_mistake_is_an_error_that_says_what_to_do(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.md").write_text("# A list\n")
    for target, words in (
        (f"{tmp_path}/nowhere", "nowhere: no such file"),
        (f"{tmp_path}/list.md", "is neither a feed nor a mailbox. To import it: feedreader import"),
        (f"{tmp_path}", "is not a mailbox but a folder"),
    ):
        assert main(["subscribe", target]) == 1
        assert words in capsys.readouterr().err
    assert run("subscriptions", "--json")[1] == []


def test_the_progress_of_a_large_mailbox_is_told(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_maildir(tmp_path / "alerts", [alert(number, *ids(number * 10)) for number in range(120)])
    run("subscribe", str(folder))
    capsys.readouterr()
    assert main(["refresh", "--progress"]) == 0
    assert '"what": "alerts: 100 messages"' in capsys.readouterr().err
