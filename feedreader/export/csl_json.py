"""CSL-JSON, for Pandoc, Zotero and whatever else sets citations by CSL styles. Mathematics is Unicode.

Source: https://github.com/citation-style-language/schema, csl-data.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from feedreader.export.plain import address, any_doi, authors_of, in_journal, line, shown, year_of
from feedreader.model import Journal, Paper
from feedreader.text.author_names import parse_name
from feedreader.text.citation_key import year_and_month


def export(papers: Iterable[Paper], keys: Mapping[str, str]) -> Iterator[str]:
    """One array, an object a line."""
    between = "[\n"
    for paper in papers:
        yield between + json.dumps(item(paper, keys[paper.id]), ensure_ascii=False)
        between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"


def item(paper: Paper, key: str) -> dict[str, Any]:
    """A paper as an item of CSL; what is not known is left out."""
    printed = in_journal(paper)
    arxiv_id = paper.arxiv_id
    journal = paper.journal or Journal()
    fields: dict[str, Any] = {
        "id": key,
        "type": "article-journal" if printed else "article",
        "title": shown(paper.title or ""),
        "author": [known for name in authors_of(paper)[0] if (known := person(name))],
        "container-title": shown(journal.name or ""),
        "volume": shown(journal.volume or ""),
        "issue": shown(journal.number or ""),
        "page": shown(journal.pages or ""),
        "issued": {"date-parts": [parts]} if (parts := date_parts(paper)) else None,
        "publisher": "arXiv" if arxiv_id and not printed else None,
        "number": f"arXiv:{arxiv_id}" if arxiv_id and not printed else None,
        "archive": "arXiv" if arxiv_id and printed else None,
        "archive_location": arxiv_id if printed else None,
        "DOI": any_doi(paper),
        "URL": address(paper),
        "abstract": shown(paper.abstract or ""),
        "keyword": ", ".join(map(line, paper.marks.tags)),
        "note": (paper.marks.note or "").strip(),
    }
    return {name: value for name, value in fields.items() if value}


def person(text: str) -> dict[str, str]:
    """A name in its parts; empty where there is none."""
    name = parse_name(line(text))
    if name.literal:
        return {"literal": name.family} if name.family else {}
    parts = {"family": name.family, "given": name.given, "non-dropping-particle": name.particle, "suffix": name.suffix}
    return {part: value for part, value in parts.items() if value}


def date_parts(paper: Paper) -> list[int]:
    """Year and month, and the day if it lies in that month; of a paper that was printed in another year, that."""
    when, year = year_and_month(paper), year_of(paper)
    if when is None or when[0] != year:
        return [year] if year else []
    return [*when, paper.day.day] if paper.day and (paper.day.year, paper.day.month) == when else [*when]
