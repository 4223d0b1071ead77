"""Every format on its sample: as the twin says, claimed by no other, cut off anywhere, and saved in other ways.

A format that is added needs nothing here: the formats come from the registry, the samples from `sample_feeds/`.
"""

from __future__ import annotations

import dataclasses
import json
import re
import textwrap
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from feedreader.errors import DigestError, NotADigest
from feedreader.model import Digest, Entry, Outline, Problem
from feedreader.parse import all_formats, is_subscription_list, parse, subscription_list
from feedreader.parse.formats import opml
from feedreader.text.cleaning import decode
from tests.parse.listings import real_files

SAMPLES = Path(__file__).parents[2] / "sample_feeds"
TWINS = sorted(SAMPLES.glob("*.expected.json"))
FILES = sorted(path for path in SAMPLES.iterdir() if path not in TWINS)
FORMATS = (*all_formats(), opml)  # a list of subscriptions holds no papers, so the registry of digests has it not
EACH_SAMPLE = pytest.mark.parametrize("sample", FILES, ids=lambda path: path.name)


class Reading(NamedTuple):
    """What a document of any format comes to. `items` are entries, or the subscriptions of OPML."""

    format: str
    title: str | None
    items: tuple[Entry, ...] | tuple[Outline, ...]
    problems: tuple[Problem, ...]


def read(data: bytes) -> Reading:
    """Raises DigestError, as `parse` does."""
    if is_subscription_list(data):
        return Reading(opml.NAME, None, *subscription_list(data))
    digest: Digest = parse(data)
    return Reading(digest.format, digest.title, digest.entries, digest.problems)


@cache
def whole(path: Path) -> Reading:
    return read(path.read_bytes())


def plain(item: Entry | Outline) -> dict[str, Any]:
    """What an item holds, as JSON has it, without what is absent or empty."""
    stated = dataclasses.asdict(item)
    if isinstance(item, Entry):
        stated["marks"] = {name: value for name, value in item.marks._asdict().items() if value} or None
    fields = {name: value for name, value in stated.items() if value not in (None, (), False)}
    values: dict[str, Any] = json.loads(json.dumps(fields, default=str))
    return values


def as_twin(reading: Reading) -> dict[str, Any]:
    """A reading in the words of the twins."""
    items = [plain(item) for item in reading.items]
    problems = [dataclasses.asdict(problem) for problem in reading.problems]
    if reading.format == opml.NAME:
        return {"format": reading.format, "subscriptions": items, "problems": problems}
    return {"format": reading.format, "title": reading.title, "entries": items, "problems": problems}


def twin_of(sample: Path) -> Any:
    return json.loads(sample.with_suffix(".expected.json").read_text("utf-8"))


# ── the sample and its twin ──────────────────────────────────────────────────────────────────────


@EACH_SAMPLE
def test_a_sample_is_read_as_its_twin_says(sample: Path) -> None:
    assert as_twin(whole(sample)) == twin_of(sample)


def test_every_sample_has_a_twin_of_its_own() -> None:
    assert [path.with_suffix(".expected.json").name for path in FILES] == [path.name for path in TWINS]


@pytest.mark.parametrize("name", [format.NAME for format in FORMATS])
def test_every_format_has_a_sample_with_something_in_it(name: str) -> None:
    own = [sample for sample in FILES if twin_of(sample)["format"] == name]
    assert own, f"no twin in sample_feeds/ has the format {name}"
    assert all(len(whole(sample).items) >= 2 for sample in own), "a sample needs two papers, or no cut tells anything"


@EACH_SAMPLE
def test_one_format_claims_a_sample(sample: Path) -> None:
    data = sample.read_bytes()
    assert [format.NAME for format in FORMATS if claims(format, data)] == [twin_of(sample)["format"]]


def claims(format: Any, data: bytes) -> bool:
    """Whether a format of either kind, of text or of bytes, takes a document for its own."""
    return bool(format.matches(decode(data)[0]) if hasattr(format, "matches") else format.matches_bytes(data))


# ── cut off ──────────────────────────────────────────────────────────────────────────────────────


def without_discussion(item: Entry | Outline) -> Entry | Outline:
    """Without what is said of a paper: a later post may say more."""
    return dataclasses.replace(item, mentions=(), quotes=()) if isinstance(item, Entry) else item


@EACH_SAMPLE
def test_a_sample_cut_off_anywhere_gives_its_beginning(sample: Path) -> None:
    data = sample.read_bytes()
    expected = [without_discussion(item) for item in whole(sample).items]
    lines = data.splitlines(keepends=True)
    cuts = {b"".join(lines[:count]) for count in range(len(lines))} | {data[:at] for at in range(0, len(data), 53)}
    known = False
    for cut in sorted(cuts, key=len):
        try:
            reading = read(cut)
        except DigestError:
            assert not known, f"known with fewer bytes, but not with {len(cut)}"
            continue
        known = True
        assert reading.format == whole(sample).format
        assert len(reading.items) <= len(expected)
        finished = [without_discussion(item) for item in reading.items[:-1]]
        assert finished == expected[: len(finished)], f"cut after {len(cut)} bytes"
    assert known


# ── saved in other ways ──────────────────────────────────────────────────────────────────────────

DECLARED = re.compile(r"""(<\?xml[^>]*\bencoding=)(["'])[^"']*\2""")
LINES = {
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "cr": lambda text: text.replace("\n", "\r"),
    "more blank lines": lambda text: text.replace("\n\n", "\n \n\n"),
    "blank lines at its end": lambda text: text + "\n\n",
    "no line end at its end": lambda text: text.rstrip("\n"),
}


def encoded(text: str, encoding: str) -> bytes:
    """The text in another encoding, which it declares if it declares any."""
    return DECLARED.sub(rf"\g<1>\g<2>{encoding.removesuffix('-sig')}\2", text).encode(encoding)


def without_lines(reading: Reading) -> list[dict[str, Any]]:
    """The items without their lines, and without the blanks after hyphens at which a line may be broken."""
    items = [{**plain(item), "line": None} for item in reading.items]
    values: list[dict[str, Any]] = json.loads(re.sub(r"- ", "-", json.dumps(items)))
    return values


@EACH_SAMPLE
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_sample_in_another_unicode_encoding(sample: Path, encoding: str) -> None:
    assert read(encoded(sample.read_text("utf-8"), encoding)) == whole(sample)


@EACH_SAMPLE
def test_a_sample_in_windows_1252(sample: Path) -> None:
    """The first words of its papers get accents; letters that the encoding has not are changed. A guess is told."""
    text = sample.read_text("utf-8")
    for beginning in filter(None, map(beginning_of, whole(sample).items)):
        text = text.replace(beginning, beginning[:1] + beginning[1:].replace("a", "á").replace("e", "ë"))
    text = "".join(letter if fits(letter) else unicodedata.normalize("NFKD", letter)[0] for letter in text)
    text = "".join(letter if fits(letter) else "l" for letter in text)
    expected = read(encoded(text, "utf-8"))
    assert not text.isascii() and len(expected.items) == len(whole(sample).items), "the accents must leave it as it is"
    reading = read(encoded(text, "windows-1252"))
    assert reading.items == expected.items
    guesses = [problem for problem in reading.problems if problem not in expected.problems]
    assert [(guess.line, "Windows-1252" in guess.reason) for guess in guesses] == (
        [] if DECLARED.search(text) else [(None, True)]
    )


def beginning_of(item: Entry | Outline) -> str:
    """So few words that they stand on one line."""
    return (item.title or item.abstract or "" if isinstance(item, Entry) else item.title)[:20]


def fits(letter: str) -> bool:
    return bool(letter.encode("cp1252", "ignore"))


@EACH_SAMPLE
@pytest.mark.parametrize("change", LINES)
def test_a_sample_with_other_lines(sample: Path, change: str) -> None:
    rewrite: Callable[[str], str] = LINES[change]
    reading = read(rewrite(sample.read_text("utf-8")).encode())
    if change == "more blank lines":
        assert without_lines(reading) == without_lines(whole(sample))
    else:
        assert reading == whole(sample)


def why_not_wrapped(sample: Path) -> str:
    """Why no program would break the long lines of a sample; "" where it must be read as before if one did."""
    rows = sample.read_text("utf-8").split("\n")
    reasons = {
        "it is no prose: in a file with this suffix the syntax says where a line may end": sample.suffix != ".txt",
        "it was wrapped by who wrote it": max(map(len, rows)) <= 80,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


WRAPPED = [
    pytest.param(sample, marks=pytest.mark.skip(reason) if (reason := why_not_wrapped(sample)) else (), id=sample.name)
    for sample in FILES
]


@pytest.mark.parametrize("sample", WRAPPED)
@pytest.mark.parametrize("width", [60, 79])
def test_a_sample_with_its_lines_wrapped(sample: Path, width: int) -> None:
    rows = sample.read_text("utf-8").split("\n")
    text = "\n".join(part for row in rows for part in (textwrap.wrap(row, width) or [""]))
    reading = read(text.encode())
    assert (without_lines(reading), reading.problems) == (without_lines(whole(sample)), whole(sample).problems)


# ── beside one another ───────────────────────────────────────────────────────────────────────────


def test_samples_that_share_a_paper() -> None:
    """A paper met twice is what shows the merging: by its abstract a record without a title finds its title."""
    days, page, records = (
        {entry.abstract for entry in parse((SAMPLES / f"{name}.txt").read_bytes()).entries}
        for name in ("day-list", "search-page", "arxiv-records")
    )
    assert len(days & records) == 3 and len(page & records) == 1


def test_real_files_of_other_formats_are_not_taken_for_these(shared: Path) -> None:
    from feedreader.parse.formats import arxiv_records, day_list, search_page
    from feedreader.text.cleaning import looks_binary

    for name, path in real_files():
        if "digest" in name or path.stat().st_size > 400_000:
            continue
        data = path.read_bytes()
        if not looks_binary(data):
            text, _ = decode(data)
            layouts = (arxiv_records, search_page, day_list)
            assert [layout.NAME for layout in layouts if layout.matches(text)] == [], path


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n" + bytes(60), b"%PDF-1.5\n1 0 obj", b"\x1f\x8b\x08\x00" + bytes(40)]
)
def test_what_is_no_text_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(NotADigest, match=r"cannot import. Supported: .*All formats: "):
        parse(data)
