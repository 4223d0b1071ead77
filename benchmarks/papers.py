"""Libraries to measure with: real papers where they are at hand (`../shared/data/scale`), made-up ones elsewhere."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain, islice
from pathlib import Path

from benchmarks.feeds import uneven_words
from feedreader.library import Library
from feedreader.model import Digest, Entry
from feedreader.services import ingest

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "scale" / "arxiv-23k.DERIVED.jsonl.gz"
FIRST = date(2026, 8, 3)


def entries() -> Iterator[Entry]:
    return _real() if REAL.exists() else made_up()


def kind() -> str:
    return "real papers" if REAL.exists() else "made-up papers"


def _real() -> Iterator[Entry]:
    with gzip.open(REAL, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield Entry(
                arxiv_id=record["id"],
                title=" ".join(record["title"].split()),
                authors=tuple(record["authors"].split(", ")),
                abstract=" ".join(record["abstract"].split()),
                categories=tuple(record["categories"].split()),
                day=date.fromisoformat(record["update_date"]),
                announced=True,
            )


def made_up() -> Iterator[Entry]:
    chance = random.Random(1)
    words, weights = uneven_words(chance, 20_000)

    def sentence() -> str:
        return " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(12, 30))).capitalize()

    number = 0
    while True:
        number += 1
        yield Entry(
            arxiv_id=f"{2000 + number // 90_000:04}.{number % 90_000 + 10_000:05}",
            title=" ".join(chance.choices(words, cum_weights=weights, k=9)).capitalize(),
            authors=tuple(" ".join(chance.choices(words, k=2)).title() for _ in range(4)),
            abstract=". ".join(sentence() for _ in range(7)) + ".",
            categories=("cs.LG",),
            day=FIRST - timedelta(days=number // 270),
            announced=True,
        )


def make_library(folder: Path, count: int) -> str:
    """A library of this many papers in a data folder; the title that its list shows first."""
    library = Library.open(folder / "library.sqlite3", now=lambda: datetime.now(UTC))
    try:
        more = chain(entries(), made_up())  # where there are not so many real ones
        digest = Digest(format="benchmark", title="Benchmark", entries=tuple(islice(more, count)))
        ingest.import_digest(library, digest, name="benchmark", path="/benchmark")
        group = library.papers.groups()[0]
        (head,) = library.papers.summaries(library.papers.keys(group.key, 0, 1)).values()
        return head.title or ""
    finally:
        library.close()
