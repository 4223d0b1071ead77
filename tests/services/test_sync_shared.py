"""What machines share besides papers: subscriptions, rules, saved searches, preferences, citation keys."""

from __future__ import annotations

import json

from feedreader.model import Entry
from feedreader.services import interest, rules, saved_searches
from feedreader.services.user_toml import UserToml
from tests.conftest import NOW
from tests.library.test_marks import paper, take_in
from tests.services.test_sync import Machines, machines, own, synced
from tests.sync.simulation import Machine

__all__ = ["machines"]


def add(machine: Machine, kind: str, target: str) -> None:
    with machine.library.subscriptions.edit() as editor:
        editor.add(kind, target, target, None)


def test_subscriptions_rules_searches_and_preferences_are_on_both(machines: Machines) -> None:
    a, b = machines
    add(a, "arxiv", "cs.LG+stat.ML")
    add(a, "feed", "https://example.org/feed")
    add(a, "feed", "https://ada:secret@example.org/private")
    add(a, "mail", "/home/ada/Mail")
    rules.add(a.library, a.places.rules, "mute", "title:survey")
    a.places.rules.write_text(
        a.places.rules.read_text() + '\n[[highlight]]\nname = "hers"\nquery = "author:Lovelace"\n'
    )
    saved_searches.save(a.places.searches, "Unread ML", "is:unread cat:cs.LG")
    a.places.interest.write_text('[[pin]]\nword = "score matching"\n\n[[ban]]\nauthor = "Ada Lovelace"\n')
    synced(a, b)
    assert {each.target for each in b.library.subscriptions.all()} == {"cs.LG+stat.ML", "https://example.org/feed"}
    assert {(each.rule.effect, each.rule.text, each.rule.name) for each in rules.load(b.places.rules).entries} == {
        ("mute", "title:survey", "title:survey"),
        ("highlight", "author:Lovelace", "hers"),
    }
    assert saved_searches.read(UserToml.read(b.places.searches)).named("unread ml")
    assert interest.preferences(UserToml.read(b.places.interest)) == (
        "pin word score matching",
        "ban author Ada Lovelace",
    )
    assert "secret" not in own(a).read_text() and "/home/ada" not in own(a).read_text()
    # and taken away again
    with b.library.subscriptions.edit() as editor:
        editor.remove(editor.find(["cs.LG+stat.ML"])[0].source)
    b.places.rules.write_text("# none\n")
    saved_searches.remove(b.places.searches, "Unread ML")
    b.places.interest.write_text('[[pin]]\nword = "score matching"\n')
    synced(b, a)
    assert {each.target for each in a.library.subscriptions.all() if each.kind != "mail"} == {
        *("https://example.org/feed", "https://ada:secret@example.org/private"),
    }
    assert not rules.load(a.places.rules).entries and "# What feedreader highlights" in a.places.rules.read_text()
    assert not saved_searches.read(UserToml.read(a.places.searches)).searches
    assert interest.preferences(UserToml.read(a.places.interest)) == ("pin word score matching",)


def test_a_rule_over_several_lines_stays_where_it_is(machines: Machines) -> None:
    a, b = machines
    a.places.rules.write_text('[[mute]]\nquery = """\ntitle:survey\n-cat:cs.CR"""\n\n[[mute]]\nquery = "title:x"\n')
    text = a.places.rules.read_text()
    synced(a, b)
    assert [each.rule.text for each in rules.load(b.places.rules).entries] == ["title:x"]
    assert a.places.rules.read_text() == text


def test_a_file_that_is_gone_or_broken_removes_nothing_elsewhere(machines: Machines) -> None:
    a, b = machines
    rules.add(a.library, a.places.rules, "mute", "title:survey")
    synced(a, b)
    b.places.rules.write_text("[[mute\n")
    b.sync()
    assert b.places.rules.read_text() == "[[mute\n"
    b.places.rules.unlink()
    synced(b, a)
    for machine in machines:
        assert [each.rule.text for each in rules.load(machine.places.rules).entries] == ["title:survey"]


def test_what_another_machine_tells_of_no_paper_is_checked(machines: Machines) -> None:
    a, _ = machines
    evil = [
        *(("subscription", target, {"kind": "feed", "name": "x"}) for target in ("file:///etc/passwd", "javascript:1")),
        *(
            ("subscription", target, {"kind": kind, "name": "x"})
            for target, kind in (("/etc", "mail"), ("zz.ZZ", "arxiv"))
        ),
        *(("rule", name, {"name": ""}) for name in ("mute is:read", "delete x", "mute (", "mute top:5")),
        *(
            ("search", name, {"name": name, "query": query})
            for name, query in (("a", "("), ("b", "day:never"), ("", "x"))
        ),
        *(("preference", name, {}) for name in ("pin word …", "pin x y", "pin", "love word x")),
    ]
    with (a.folder / "feedreader-aaaa.jsonl").open("w") as stream:
        for number, (kind, name, value) in enumerate(evil, 1):
            stated = {"feedreader": 1, "machine": "aaaa", "number": number, "clock": number, "time": NOW.isoformat()}
            stream.write(json.dumps({**stated, kind: name, "value": value}) + "\n")
    a.sync()
    assert not a.library.subscriptions.all()
    assert [path.read_text() for path in a.places if path.exists()] == []


def test_citation_keys_are_the_same_on_both(machines: Machines) -> None:
    a, b = machines
    for machine in machines:
        take_in(
            machine.library, [Entry(title=f"Otters {n}", authors=("Ada Lovelace",), doi=f"10.1000/{n}") for n in "12"]
        )

    def keys(machine: Machine, *numbers: str) -> dict[str, str]:
        papers = [paper(machine.library, f"10.1000/{n}") for n in numbers]
        return machine.library.citations.keys_for(papers)

    first, other = keys(a, "1")["10.1000/1"], keys(b, "2")["10.1000/2"]
    assert first[:8] == other[:8] == "lovelace"
    synced(a, b)
    once = keys(a, "1", "2")
    synced(a, b)
    assert once == keys(b, "1", "2") and len(set(once.values())) == 2
    assert once["10.1000/1"] == first
