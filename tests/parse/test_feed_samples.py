"""Each sample of a feed beside its twin, which says what feedreader makes of it, without what is absent or empty."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from feedreader.parse import parse
from feedreader.parse.formats.opml import parse_opml

SAMPLES = Path(__file__).parents[2] / "sample_feeds"


def twin(value: Any) -> dict[str, Any]:
    fields = {name: each for name, each in dataclasses.asdict(value).items() if each not in (None, (), False)}
    plain: dict[str, Any] = json.loads(json.dumps(fields, default=str))
    return plain


@pytest.mark.parametrize("name", ["rss-arxiv.xml", "rss-journal.rdf", "atom.xml", "feed.json", "oai-pmh.xml"])
def test_a_sample_and_its_twin(name: str) -> None:
    digest = parse((SAMPLES / name).read_bytes())
    assert {
        "format": digest.format,
        "title": digest.title,
        "entries": [twin(entry) for entry in digest.entries],
        "problems": [dataclasses.asdict(problem) for problem in digest.problems],
    } == json.loads((SAMPLES / name).with_suffix(".expected.json").read_text("utf-8"))


def test_the_sample_of_subscriptions_and_its_twin() -> None:
    outlines, problems = parse_opml((SAMPLES / "subscriptions.opml").read_bytes())
    assert {
        "format": "opml",
        "subscriptions": [twin(outline) for outline in outlines],
        "problems": [dataclasses.asdict(problem) for problem in problems],
    } == json.loads((SAMPLES / "subscriptions.expected.json").read_text("utf-8"))
