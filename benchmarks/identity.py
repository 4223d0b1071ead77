"""How often merging is wrong: papers taken for one, and papers not known again.

    python -m benchmarks.identity PAPERS.jsonl[.gz] ...

The papers (arXiv's snapshot form) lose their ids, and each is given a second time as another digest might: with
initials, in capitals, without authors, cut short. The ids that were taken away then tell which merges are right.
"""

from __future__ import annotations

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace

from feedreader import parse
from feedreader.merge.identity import merge
from feedreader.model import Entry, PlacedEntry
from feedreader.sources import files
from feedreader.text.author_names import parse_name
from feedreader.text.tex.to_unicode import to_unicode


def _initials(name: str) -> str:
    parts = parse_name(name)
    return name if parts.literal else f"{parts.surname}, {' '.join(word[0] + '.' for word in parts.given.split())}"


def _revised(text: str | None) -> str | None:
    words = (text or "").split()
    return " ".join(words[: len(words) * 4 // 5]) or None


VARIANTS: Mapping[str, Callable[[Entry], Entry]] = {
    "as it is": lambda entry: entry,
    "initials, Unicode": lambda entry: replace(
        entry, title=to_unicode(entry.title or ""), authors=tuple(map(_initials, entry.authors)), abstract=None
    ),
    "capitals, first author": lambda entry: replace(
        entry, title=(entry.title or "").upper(), authors=entry.authors[:1]
    ),
    "revised abstract": lambda entry: replace(entry, abstract=_revised(entry.abstract)),
    "no authors": lambda entry: replace(entry, authors=()),
    "title only": lambda entry: Entry(title=entry.title),
    "no title": lambda entry: replace(entry, title=None, authors=()),
    "other title": lambda entry: replace(entry, title=f"Revisited: {' '.join((entry.title or '').split()[2:])}"),
}


def main(paths: list[str]) -> None:
    by_id = {entry.arxiv_id: entry for path in paths for entry in parse.parse(files.read(path)[0]).entries}
    papers = [
        (id, replace(entry, arxiv_id=None, version=None, doi=None, url=None)) for id, entry in by_id.items() if id
    ]
    chance = random.Random(1)
    truth: list[str] = []
    kinds: list[str] = []
    placed: list[PlacedEntry] = []
    for digest, names in (("a", ["as it is"]), ("b", list(VARIANTS))):
        for position, (id, entry) in enumerate(papers):
            kind = chance.choice(names)
            placed.append(PlacedEntry(len(truth), digest, f"/{digest}", digest, position, VARIANTS[kind](entry)))
            truth.append(id)
            kinds.append(kind)
    merged = merge(placed)
    wrong = [paper.refs for paper in merged if len({truth[ref] for ref in paper.refs}) > 1]
    places: dict[str, set[int]] = defaultdict(set)
    for at, paper in enumerate(merged):
        for ref in paper.refs:
            places[truth[ref]].add(at)
    missed = Counter(kinds[len(papers) + at] for at, (id, _) in enumerate(papers) if len(places[id]) > 1)
    given = Counter(kinds[len(papers) :])
    print(f"{len(papers)} papers, two entries each: {len(merged)} papers; {len(wrong)} are made of several")
    for refs in wrong[:20]:
        print("   ", *sorted({f"{truth[ref]} {(by_id[truth[ref]].title or '')[:60]}" for ref in refs}), sep="\n      ")
    for kind in VARIANTS:
        print(f"{kind:24} not known again {missed[kind]:5} of {given[kind]:6} ({missed[kind] / given[kind]:.2%})")


if __name__ == "__main__":
    main(sys.argv[1:])
