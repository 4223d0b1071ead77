"""Files that people write: settings, rules and saved searches; and what the program changes in them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from hypothesis import strategies as st

from feedreader.config import reading
from feedreader.errors import ConfigError, ExportError, FeedreaderError
from feedreader.services import rules, saved_searches
from feedreader.services.user_toml import UserToml
from feedreader.text import toml
from feedreader.tui.setup import reader_checks
from tests.fuzz.checks import harmless
from tests.fuzz.engine import Target
from tests.fuzz.inputs import QUERY, TOML, spoiled, texts

_FOLDER = Path(tempfile.mkdtemp(prefix="feedreader-fuzz-"))
_DAY = date(2026, 11, 30)
SETTINGS = b"""# mine
theme = "nord"   # dark
[list]
density = "comfortable"
columns = ["categories", "title", "authors"]

[refresh]
at = ["07:30",
  "18:00"]  # twice
every_hours = 3
[export]
file = "~/papers.bib"
query = "is:shortlisted tag:thesis"
[open]
browser = "firefox --new-tab {url}"
pdf_max_mb = 50
[views]
"Unread ML" = "is:unread cat:cs.LG"
[keys]
next = ["n", "down"]
[arxiv]
gap = 5
feeds = "https://arxiv.example/feeds"
"""
RULES = b"""# mine
[[highlight]]  # whom I know
name = "Ada"
query = 'author:"Ada Lovelace"'

[[mute]]
query = '''
survey'''   # too many

# by the program
[[mute]]
query = "benchmark"
made = 2026-11-21
"""
SEARCHES = b"""# what I look for
"Unread ML" = "is:unread cat:cs.LG"  # daily
[views]
week = "day:7d"
"a.b" = 'title:"x y"'
"""


def check_settings(data: bytes) -> None:
    path = _FOLDER / "config.toml"
    path.write_bytes(data)
    try:
        file = reading.read(path, {}, reader_checks())
    except ConfigError as error:
        assert str(error), "error without words"
        return
    for fault in file.faults:
        assert fault.line is None or 0 < fault.line <= data.count(b"\n") + 1, f"line of a fault: {fault}"
    for item in file.values:
        value = file.effective(item)
        assert value is None or toml.shown(value), "value without words"


def _comments(text: str) -> list[str]:
    """The lines of a text that are nothing but remarks outside strings, near enough."""
    return [line.strip() for line in text.split("\n") if line.lstrip().startswith("#")]


def _keeps(before: str, after: str, removed: bool) -> None:
    """Every line that stood there still does, in its order; or if some were removed, every remark."""
    old = _comments(before) if removed else [line for line in before.split("\n") if line.strip()]
    lines = iter(line.strip() for line in after.split("\n"))
    for line in old:
        assert line.strip() in lines, f"line lost: {line!r}"


def check_rules(data: bytes) -> None:
    with suppress(UnicodeDecodeError, ConfigError):
        file = UserToml(_FOLDER / "rules.toml", data.decode())
        known = rules.read(file)
        for fault in known.faults:
            assert fault.line is None or 0 < fault.line <= file.text.count("\n") + 1, f"line of a fault: {fault}"
        more = rules.added(file, "mute", 'title:"a \\ b"', _DAY)
        with suppress(ConfigError):
            again = rules.read(more)
            assert again.find("mute", 'title:"a \\ b"'), "an added rule is not there"
            _keeps(file.text, more.text, removed=False)
            left = rules.removed(more, "mute", 'title:"a \\ b"')
            assert left is not None, "an added rule cannot be removed"
            assert [entry.rule for entry in rules.read(left).entries] == [entry.rule for entry in known.entries], (
                "other rules"
            )
            _keeps(file.text, left.text, removed=True)


def check_searches(data: bytes) -> None:
    path = _FOLDER / "views.toml"
    path.write_bytes(data)
    try:
        before = saved_searches.read(UserToml.read(path))
    except ConfigError:
        return
    try:
        saved_searches.save(path, "Zebra (new)", 'title:"x" OR /a"b/')
    except (ConfigError, ExportError):
        assert path.read_bytes() == data, "changed, and refused"
        return
    after = saved_searches.load((), path, path)
    assert after.named("Zebra (new)"), "saved and not there"
    others = [search for search in before.searches if search.name.casefold() != "zebra (new)"]
    assert [search for search in after.searches if search.name != "Zebra (new)"] == others, "other searches"
    _keeps(data.decode(), path.read_text("utf-8"), removed=True)
    with suppress(ConfigError):
        saved_searches.remove(path, "Zebra (new)")


def check_lines(text: str) -> None:
    """What the scanner says of lines, where tomllib reads the text at all."""
    plain = toml.plain(text)
    try:
        toml.parsed(Path("x.toml"), plain)
    except ConfigError:
        return
    last = plain.count("\n") + 1
    assert all(0 < line <= last for line in toml.lines_of(plain).values()), "lines of keys"
    for table in toml.tables_of(plain):
        assert 0 < table.heading.first <= table.heading.last <= last, "lines of a table"


def check_written(text: str) -> None:
    import tomllib

    harmless(toml.written(text), "\n\t")
    assert tomllib.loads(f"a = {toml.quoted(text)}") == {"a": text}, "quoted and read"
    assert tomllib.loads(f"{toml.key(text)} = 1") == {text: 1}, "a key written and read"


def _read(text: str) -> None:
    with suppress(FeedreaderError):
        file = UserToml(_FOLDER / "x.toml", text)
        rules.read(file)
        saved_searches.read(file)
        toml.lines_of(toml.plain(text))


def targets(real: bool) -> Iterator[Target]:
    written = texts(TOML, most=20).map(lambda text: text.encode("utf-8", "surrogatepass"))
    yield Target("settings", spoiled([SETTINGS], TOML, QUERY) | written, check_settings)
    yield Target(
        "rules", spoiled([RULES], TOML, QUERY) | written, check_rules, _read, TOML, (("", ""), (RULES.decode(), ""))
    )
    yield Target("saved-searches", spoiled([SEARCHES], TOML, QUERY) | written, check_searches)
    yield Target(
        "toml-lines", spoiled([SETTINGS, RULES], TOML).map(lambda data: data.decode("utf-8", "replace")), check_lines
    )
    yield Target(
        "toml-values",
        st.text(st.characters(codec="utf-8"), max_size=30)
        | texts(TOML, most=4).map(lambda text: text.encode("utf-8", "ignore").decode()),
        check_written,
    )
