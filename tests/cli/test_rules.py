"""The command line's highlighting and muting, and the file of rules beside the settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_cli import Run, digest, run

__all__ = ["digest", "run"]


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "conf"
    folder.mkdir()
    (folder / "config.toml").write_text("")
    monkeypatch.setenv("FEEDREADER_CONFIG", str(folder / "config.toml"))
    return folder / "rules.toml"


@pytest.fixture
def title(run: Run, digest: object) -> str:
    """The first word of the title of one of two papers."""
    run("import", digest)
    return str(run("list", "--json").objects[0]["title"]).split()[0]


def test_a_rule_is_made_listed_and_undone(run: Run, rules: Path, title: str) -> None:
    done = run("mute", f"title:{title}")
    assert done == (
        *(0, ""),
        f"1 paper muted (`feedreader undo` removes the rule). Saved in {rules}.\n",
    )
    assert f'[[mute]]\nquery = "title:{title}"\nmade = ' in rules.read_text()
    assert len(run("list", "is:muted").out.splitlines()) == 2
    assert run("rules").out == f"  1  mute            1  title:{title}\n"
    (rule,) = run("rules", "--json").objects
    assert (rule["effect"], rule["query"], rule["papers"], rule["number"]) == ("mute", f"title:{title}", 1, 1)
    assert "Muted by: title:" in run("show", run("list", "--json", "is:muted").objects[0]["id"]).out
    assert run("mute", f"title:{title}").err == f"Already muted: {rules}, line {rule['line']}.\n"
    assert run("undo").err == f"Undid: mute title:{title}.\n"
    assert run("list", "is:muted").out == "" and run("rules").out == ""
    assert "[[mute]]" not in rules.read_text()


def test_while_the_file_is_broken_undo_keeps_its_step_and_says_what_to_do(run: Run, rules: Path, title: str) -> None:
    run("mute", f"title:{title}")
    written = rules.read_text()
    rules.write_text(f"{written}[[mute]\n")
    line = written.count("\n") + 1
    for _ in range(2):
        refused = run("undo")
        assert refused.code == 1 and refused.out == ""
        assert f"{rules}, line {line}, column 7: " in refused.err and refused.err.endswith(" Then undo again.\n")
        assert rules.read_text() == f"{written}[[mute]\n"
    rules.write_text(written)
    assert run("undo").err == f"Undid: mute title:{title}.\n"
    assert "[[mute]]" not in rules.read_text()


def test_undo_keeps_its_step_where_a_fault_may_hide_the_rule(run: Run, rules: Path, title: str) -> None:
    run("mute", f"title:{title}")
    written = rules.read_text()
    for broken in (written.replace("[[mute]]", "[mute]"), 'mute = "x"\n', written.replace("query", "qurey")):
        rules.write_text(broken)
        refused = run("undo")
        assert refused.code == 1 and refused.err.endswith(" Then undo again.\n")
    rules.write_text(written)
    assert run("undo").err == f"Undid: mute title:{title}.\n"


def test_a_rule_that_became_a_persons_own_is_left_and_its_step_does_not_stop_undo(
    run: Run, rules: Path, title: str
) -> None:
    run("mark", "read", run("list", "--json").objects[0]["id"])
    run("mute", f"title:{title}")
    own = "".join(line for line in rules.read_text().splitlines(True) if not line.startswith("made"))
    rules.write_text(own)
    refused = run("undo")
    assert refused.code == 1 and "you wrote this rule" in refused.err
    assert rules.read_text() == own
    assert "read" in run("undo").err, "the step before"


def test_highlighted_papers_have_a_sign(run: Run, rules: Path, title: str) -> None:
    assert run("highlight", "-cat:cs.XX", title).code == 0
    assert run("list", "is:highlighted").out.splitlines()[1].startswith("◆")
    assert run("rules", "--remove", "1").err == f"No longer highlighted -cat:cs.XX {title}.\n"
    assert run("list", "is:highlighted").out == ""
    assert run("rules", "--remove", "1").code == 2


def test_what_a_person_wrote_holds_and_is_left_to_her(run: Run, rules: Path, title: str) -> None:
    rules.write_text(f"# mine\n[[highlight]]\nname = 'good'\nquery = '{title}'\n[[mute]]\nquery = 'a ('\n")
    done = run("rules")
    assert done.out == f"  1  highlight       1  good: {title}\n"
    assert done.err == (f"feedreader: {rules}, line 6: This parenthesis is never closed. Add a ).\n  a (\n    ^\n")
    refused = run("rules", "--remove", "1")
    assert refused.code == 1 and f"{rules}, line 2: you wrote this rule in the file." in refused.err
    assert "Highlighted by: good" in run("show", run("list", "--json", "is:highlighted").objects[0]["id"]).out


def test_an_import_applies_the_rules_and_says_what_is_wrong_with_them(run: Run, rules: Path, digest: object) -> None:
    rules.write_text("[[mute]]\nquery = 'a or -a'\n")
    run("import", digest)
    assert run("list", "is:unread").out == ""
    rules.write_text("[[mute]\nquery = 'a'\n")
    done = run("import", digest)
    assert done.code == 0 and f"feedreader: {rules}, line 1" in done.err
    assert run("list", "is:muted", "--json").objects, "the rules that were applied last hold"
    assert run("rules").code == 1


def test_where_an_import_finds_no_file_the_rules_applied_last_hold(
    run: Run, rules: Path, title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("mute", f"title:{title}")
    other = tmp_path / "cron"
    other.mkdir()
    (other / "config.toml").write_text("")
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("FEEDREADER_CONFIG", str(other / "config.toml"))
        more = tmp_path / "more.txt"
        more.write_text((tmp_path / "digest.txt").read_text().replace(title, f"{title} anew"))
        run("import", more)
    assert len(run("list", "is:muted", "--json").objects) == len(run("list", f"title:{title}", "--json").objects)
    rules.unlink()
    assert run("rules").out == "" and run("list", "is:muted").out == ""


@pytest.mark.parametrize("query", ["foo:x", "is:unread", "(", "sort:title"])
def test_a_mistake_is_pointed_at_and_nothing_is_written(run: Run, rules: Path, query: str) -> None:
    done = run("mute", query)
    assert done.code == 2 and "^" in done.err
    assert not rules.exists()


def test_a_file_that_may_not_be_written_is_said(run: Run, rules: Path, title: str) -> None:
    rules.mkdir()
    done = run("mute", title)
    assert done.code == 1 and f"{rules} cannot be read: it is a folder" in done.err


def test_json_has_no_new_keys(run: Run, rules: Path, title: str) -> None:
    before = run("list", "--json").objects
    run("highlight", title)
    assert run("list", "--json").objects == before
    assert json.dumps(before)
