"""Papers to table rows and back. Lists are kept as lines: no text that was made safe has a line end."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from feedreader.model import Mention, Paper, PaperSummary, Revision

Row = tuple[Any, ...]

REPLACED = "replaced"  # the fold of papers that were first met as a new version of an older one
MUTED = "muted"  # the fold of papers that a rule mutes


def lines(values: tuple[str, ...]) -> str:
    return "\n".join(values)


def unlines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


def paper_row(paper: Paper) -> dict[str, Any]:
    """The columns of `papers` that a merged paper fills."""
    return {
        "name": paper.id,
        "title": paper.title,
        "authors": lines(paper.authors),
        "arxiv_id": paper.arxiv_id,
        "version": paper.version,
        "doi": paper.doi,
        "url": paper.url,
        "tldr": paper.tldr,
        "comment": paper.comment,
        "categories": lines(paper.categories),
        "sources": lines(paper.sources),
        "mentions": lines(tuple(part for mention in paper.mentions for part in (mention.source, mention.text))),
        "revisions": lines(tuple(map(_revision_line, paper.revisions))),
    }


def _revision_line(revision: Revision) -> str:
    return " ".join((str(revision.version or 0), revision.day.isoformat(), *revision.changed))


def _revision(line: str) -> Revision:
    version, day, *changed = line.split()
    return Revision(int(version) or None, date.fromisoformat(day), tuple(changed))


PAPER_QUERY = """
    SELECT p.id, p.name, p.title, p.authors, e.abstract, p.tldr, p.comment, p.arxiv_id, p.version, p.doi, p.url,
           p.categories, g.day, g.collection, p.sources, p.mentions, p.revisions, g.fold, p.read, p.shortlisted,
           CASE WHEN EXISTS (SELECT 1 FROM pdfs) THEN (
               SELECT f.file FROM entries n JOIN pdfs f ON f.name = n.name WHERE n.paper = p.id
               ORDER BY f.at DESC LIMIT 1
           ) END, p.opened, p.dismissed, p.kept_at, p.tags, p.note,
           CASE WHEN p.highlighted THEN (SELECT group_concat(name, char(10)) FROM (
               SELECT r.name FROM ruled d JOIN rules r ON r.id = d.rule
               WHERE d.paper = p.id AND r.deed = 'highlight' ORDER BY r.position)) END,
           CASE WHEN p.muted THEN (SELECT group_concat(name, char(10)) FROM (
               SELECT r.name FROM ruled d JOIN rules r ON r.id = d.rule
               WHERE d.paper = p.id AND r.deed = 'mute' ORDER BY r.position)) END
    FROM papers p JOIN groups g ON g.id = p.grp LEFT JOIN entries e ON e.id = p.abstract_entry
"""


def paper_of(row: Row) -> Paper:
    _, name, title, authors, abstract, tldr, comment, arxiv_id, version, doi, url, *rest = row
    categories, day, collection, sources, mentions, revisions, fold, read, shortlisted, pdf, *marks = rest
    opened, dismissed, kept_at, tags, note, highlighted_by, muted_by = marks
    said = unlines(mentions)
    return Paper(
        id=name,
        title=title,
        authors=unlines(authors),
        abstract=abstract,
        tldr=tldr,
        comment=comment,
        arxiv_id=arxiv_id,
        version=version,
        doi=doi,
        url=url,
        categories=unlines(categories),
        day=date.fromisoformat(day) if day else None,
        collection=collection,
        sources=unlines(sources),
        mentions=tuple(Mention(source, text) for source, text in zip(said[::2], said[1::2], strict=True)),
        revisions=tuple(map(_revision, unlines(revisions))),
        replaced=fold == REPLACED,
        read=bool(read),
        shortlisted=bool(shortlisted),
        pdf=pdf,
        opened=bool(opened),
        dismissed=bool(dismissed),
        kept_at=datetime.fromisoformat(kept_at) if kept_at else None,
        tags=unlines(tags),
        note=note,
        highlighted_by=unlines(highlighted_by or ""),
        muted_by=unlines(muted_by or ""),
    )


SUMMARY_QUERY = """
    SELECT p.id, p.name, p.grp, p.title, p.authors, p.arxiv_id,
           CASE WHEN p.title IS NULL THEN
               (SELECT substr(abstract, 1, 400) FROM entries WHERE id = p.abstract_entry) END,
           (SELECT day FROM groups WHERE id = p.grp), p.categories, p.sources, p.version, p.tags,
           p.read, p.shortlisted, p.opened, p.dismissed, p.note IS NOT NULL, p.highlighted
    FROM papers p
"""


def summary_of(row: Row) -> PaperSummary:
    key, name, group, title, authors, arxiv_id, opening, day, categories, sources, version, tags, *marks = row
    read, shortlisted, opened, dismissed, noted, highlighted = map(bool, marks)
    return PaperSummary(
        *(key, name, group, title, unlines(authors), arxiv_id, opening, read, shortlisted, opened, dismissed, noted),
        day=date.fromisoformat(day) if day else None,
        categories=unlines(categories),
        sources=unlines(sources),
        version=version,
        tags=unlines(tags),
        highlighted=highlighted,
    )
