"""Papers as items of Zotero, notes as its HTML; and its items as entries, to be compared. Pure.

Item types and fields: https://api.zotero.org/schema. Zotero's text has no TeX, so mathematics is Unicode.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from feedreader.export.csl_json import date_parts
from feedreader.export.plain import address, any_doi, authors_of, in_journal, line, shown
from feedreader.model import Entry, Journal, Paper
from feedreader.text.author_names import parse_name
from feedreader.text.cleaning import clean, squash
from feedreader.text.identifiers import arxiv_id, doi
from feedreader.text.notes import safe_note
from feedreader.text.preprint_servers import server_of

_MARKUP = re.compile(r"</?(?:i|b|sub|sup|span)\b[^<>]{0,200}>")  # which Zotero's titles may have
_IN_EXTRA = re.compile(r"^\s*(arxiv|doi)\s*:\s*(.{1,300})$", re.IGNORECASE | re.MULTILINE)


def item(paper: Paper) -> dict[str, Any]:
    """A paper as an item: of the type journalArticle if it is known to have come out, else preprint."""
    fields = _printed(paper) if in_journal(paper) else _preprint(paper)
    fields |= {
        "title": shown(paper.title or "") or paper.id,
        "creators": [known for name in authors_of(paper)[0] if (known := _creator(name))],
        "abstractNote": shown(paper.abstract or ""),
        "date": "-".join(f"{part:02}" for part in date_parts(paper)),
        "url": address(paper),
        "tags": [{"tag": tag} for tag in map(line, paper.marks.tags) if tag],
    }
    return {name: value for name, value in fields.items() if value or name in ("creators", "tags")}


def _preprint(paper: Paper) -> dict[str, Any]:
    return {
        "itemType": "preprint",
        "repository": _server(paper),
        "archiveID": f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else None,
        "DOI": any_doi(paper),
    }


def _server(paper: Paper) -> str | None:
    if paper.arxiv_id:
        return "arXiv"
    if "medrxiv" in (paper.url or "").lower():
        return "medRxiv"
    return server_of(paper.doi) or (shown(paper.journal.name or "") if paper.journal else None)


def _printed(paper: Paper) -> dict[str, Any]:
    journal = paper.journal or Journal()
    return {
        "itemType": "journalArticle",
        "publicationTitle": shown(journal.name or ""),
        "volume": shown(journal.volume or ""),
        "issue": shown(journal.number or ""),
        "pages": shown(journal.pages or ""),
        "DOI": paper.doi,
        "extra": f"arXiv: {paper.arxiv_id}" if paper.arxiv_id else None,
    }


def _creator(text: str) -> dict[str, str]:
    """A name in two parts, as Zotero has it ("Ada", "van der Berg"; "Martin, Jr."), or in one; empty without one."""
    name = parse_name(line(text))
    given = ", ".join(filter(None, (name.given, name.suffix)))
    if not name.surname:
        return {}
    if name.literal or not given:
        return {"creatorType": "author", "name": name.surname}
    return {"creatorType": "author", "firstName": given, "lastName": name.surname}


def note_html(markdown: str) -> str:
    """A note as HTML. There is no other markup in it than what its Markdown means: no HTML, no pictures from afar."""
    from markdown_it import MarkdownIt

    markup = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")
    return str(markup.render(safe_note(markdown))).strip()


# And back ------------------------------------------------------------------------------------------------------------


def entry_of(data: Mapping[str, Any]) -> Entry:
    """What an item says of a paper: as much as tells which paper it is. Whatever may be wrong in it is left out."""
    extra = {name.lower(): value.strip() for name, value in _IN_EXTRA.findall(_text(data, "extra", whole=True))}
    named = [_text(data, "archiveID"), extra.get("arxiv", ""), _text(data, "DOI"), extra.get("doi", "")]
    url = _text(data, "url") or None
    ids = [known[0] for text in (*named, url or "") if (known := arxiv_id(text))]
    dois = [name for text in named[2:] if (name := doi(text)) and not arxiv_id(name)]
    volume, number, pages = (_text(data, part) or None for part in ("volume", "issue", "pages"))
    journal = Journal(_text(data, "publicationTitle"), volume, number, pages)
    return Entry(
        title=_MARKUP.sub("", _text(data, "title")) or None,
        authors=tuple(filter(None, map(_name, _list(data, "creators")))),
        abstract=_text(data, "abstractNote") or None,
        arxiv_id=ids[0] if ids else None,
        doi=dois[0] if dois else None,
        url=url,
        journal=journal if journal.name else None,
        day=_day(_text(data, "date")),
    )


def _text(data: Mapping[str, Any], field: str, *, whole: bool = False) -> str:
    value = data.get(field)
    if not isinstance(value, str):
        return ""
    return clean(value) if whole else squash(clean(value))


def _list(data: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
    value = data.get(field)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _name(creator: Mapping[str, Any]) -> str:
    if creator.get("creatorType", "author") != "author":
        return ""
    parts = (_text(creator, "firstName"), _text(creator, "lastName"))
    return " ".join(filter(None, parts)) or _text(creator, "name")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
