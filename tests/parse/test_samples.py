"""Each sample of a layout of text beside its twin, and samples that are cut off, wrapped, or encoded otherwise."""

from __future__ import annotations

import dataclasses
import json
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

from feedreader.errors import DigestError, NotADigest
from feedreader.model import Digest, Entry
from feedreader.parse import all_formats, parse

SAMPLES = Path(__file__).parents[2] / "sample_feeds"
OURS = ("day-list", "search-page", "arxiv-records")
FORMATS = [format for format in all_formats() if hasattr(format, "matches")]
TEXTS = sorted(path for path in SAMPLES.iterdir() if ".expected." not in path.name and path.suffix in (".txt", ".md"))


def plain(entry: Entry) -> dict[str, Any]:
    """What an entry holds, without what is absent or empty."""
    told = {name: value for name, value in dataclasses.asdict(entry).items() if value not in (None, (), False)}
    made: dict[str, Any] = json.loads(json.dumps(told, default=str))
    return made


def as_told(digest: Digest) -> dict[str, Any]:
    return {
        "format": digest.format,
        "title": digest.title,
        "entries": [plain(entry) for entry in digest.entries],
        "problems": [dataclasses.asdict(problem) for problem in digest.problems],
    }


def facts(digest: Digest) -> list[dict[str, Any]]:
    """The entries without their lines, and without the hyphens at which a line may be broken."""
    entries = [{**plain(entry), "line": None} for entry in digest.entries]
    made: list[dict[str, Any]] = json.loads(re.sub(r"- ", "-", json.dumps(entries)))
    return made


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_a_sample_and_its_twin(path: Path) -> None:
    twin = path.with_suffix(".expected.json")
    assert as_told(parse(path.read_bytes())) == json.loads(twin.read_text("utf-8"))


@pytest.mark.parametrize("name", OURS)
def test_every_layout_has_a_sample(name: str) -> None:
    digest = parse((SAMPLES / f"{name}.txt").read_bytes())
    assert digest.format == name and 6 <= len(digest.entries) <= 10 and digest.problems == ()


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_no_sample_is_claimed_by_two_layouts(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len([format.NAME for format in FORMATS if format.matches(text)]) == 1


@pytest.mark.parametrize("name", OURS)
def test_a_sample_cut_off_anywhere_gives_no_more_than_the_whole(name: str) -> None:
    data = (SAMPLES / f"{name}.txt").read_bytes()
    most = len(parse(data).entries)
    lines = data.splitlines(keepends=True)
    known = False
    cuts = {b"".join(lines[:n]) for n in range(len(lines))} | {data[:n] for n in range(0, len(data), 53)}
    for cut in sorted(cuts, key=len):
        try:
            digest = parse(cut)
        except DigestError:
            assert not known  # once there is enough to know the layout by, it stays known
            continue
        known = True
        assert digest.format == name and len(digest.entries) <= most
    assert known


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("variant", ["crlf", "bom", "utf-16", "wrapped at 60", "wrapped at 79", "more blank lines"])
def test_a_sample_that_was_saved_otherwise(name: str, variant: str) -> None:
    text = (SAMPLES / f"{name}.txt").read_text("utf-8")
    expected = facts(parse(text.encode()))
    if variant.startswith("wrapped"):
        width = int(variant[-2:])
        text = "\n".join(part for line in text.split("\n") for part in (textwrap.wrap(line, width) or [""]))
    elif variant == "more blank lines":
        text = text.replace("\n\n", "\n \n\n")
    elif variant == "crlf":
        text = text.replace("\n", "\r\n")
    encoding = {"bom": "utf-8-sig", "utf-16": "utf-16"}.get(variant, "utf-8")
    digest = parse(text.encode(encoding))
    assert (facts(digest), digest.problems) == (expected, ())


@pytest.mark.parametrize("name", OURS)
def test_a_sample_in_windows_1252(name: str) -> None:
    text = (SAMPLES / f"{name}.txt").read_text("utf-8").replace("Ł", "L").replace("ı", "i") + "\n"
    accented = text.replace("Adam", "Ádám").replace("pictures", "pictüres").replace("branes", "brañes")
    digest = parse(accented.encode("cp1252"))
    assert facts(digest) == facts(parse(accented.encode()))
    assert [problem.line for problem in digest.problems] == [None]


def test_samples_that_share_a_paper() -> None:
    """A paper met twice is what shows the merging: by its abstract a record without a title finds its title."""
    abstracts = [{entry.abstract for entry in parse((SAMPLES / f"{name}.txt").read_bytes()).entries} for name in OURS]
    assert len(abstracts[0] & abstracts[2]) == 3 and len(abstracts[1] & abstracts[2]) == 1


def test_real_files_of_other_formats_are_not_taken_for_these(shared: Path) -> None:
    from feedreader.parse.formats import arxiv_records, day_list, search_page
    from feedreader.text.cleaning import decode, looks_binary

    for path in sorted((shared / "data").rglob("*")):
        if not path.is_file() or "digest" in path.name or path.stat().st_size > 400_000:
            continue
        data = path.read_bytes()
        if not looks_binary(data):
            text, _ = decode(data)
            assert [layout.NAME for layout in (arxiv_records, search_page, day_list) if layout.matches(text)] == [], (
                path
            )


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n" + bytes(60), b"%PDF-1.5\n1 0 obj", b"\x1f\x8b\x08\x00" + bytes(40)]
)
def test_what_is_no_text_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(NotADigest, match=r"not text.*Known layouts: .*day-list"):
        parse(data)
