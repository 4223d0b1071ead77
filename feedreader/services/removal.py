"""Removing papers and sources, renaming a source, and undoing the latest step.

All run along the line of an import: the entries concerned are looked at together with all that may be the same paper,
and what merging decides is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from feedreader.merge import identity
from feedreader.model import Changed
from feedreader.services.ingest import BATCH, neighbourhood, settle
from feedreader.sources import files
from feedreader.text.cleaning import clean, squash

if TYPE_CHECKING:
    from feedreader.library import Library
    from feedreader.library.intake import Intake


@dataclass(frozen=True, slots=True)
class Undone:
    """What was undone: in words, and the papers whose marks are concerned.

    `papers` are the keys of those that came back. `rule` is one that was made (see `Step.rule`); to apply the rules
    that are left is up to the caller.
    """

    label: str
    changes: Sequence[Changed]
    papers: tuple[int, ...] = ()
    rule: str = ""


def forget_papers(library: Library, ids: Sequence[str]) -> int:
    """Remove papers from the library, as one step that can be undone; how many. Raises UnknownPaper."""
    keys = tuple(dict.fromkeys(library.papers.key_of(id) for id in ids))
    papers = [library.papers.get(key) for key in keys]
    titles = [paper.title or paper.id for paper in papers if paper]
    label = f"removed “{titles[0]}”" if len(titles) == 1 else f"removed {len(titles)} papers"
    with library.intake(urgent=True) as intake:
        step = intake.begin_forgetting(label)
        _forget(intake, intake.refs_of_papers(keys), step)
    library.index()
    return len(keys)


def forget_source(library: Library, name: str) -> int:
    """Remove a source and what only it brought, as one step; how many papers. Raises UnknownSource."""
    file = files.InputFile(files.absolute(files.expanded(name)), asked_for=True)
    name = squash(clean(files.name_text(name)))
    with library.intake(urgent=True) as intake:
        (source,) = intake.find_sources(name, file.key)
        step = intake.begin_forgetting(f"removed the source {name}", source)
        refs = intake.refs_of_source(source)
        before = sorted(set(intake.papers_of(refs).values()))
        _forget(intake, refs, step)
    library.index()
    return len(before) - len(library.papers.summaries(before))


def rename_source(library: Library, source: int, name: str) -> str:
    """Give a subscription another name, and its papers with it, a few hundred at a time; the name as it is kept.

    Raises SubscriptionError if that is no name, or another subscription's.
    """
    name = squash(clean(name))
    with library.subscriptions.edit() as subscriptions:
        subscriptions.rename(source, name)
    with library.intake() as intake:
        refs = intake.refs_of_source(source)
    for start in range(0, len(refs), BATCH):
        with library.intake() as intake:
            settle(intake, [*intake.placed_entries(refs[start : start + BATCH])])
    library.index()
    return name


def _forget(intake: Intake, refs: Sequence[int], step: int) -> None:
    together = neighbourhood(intake, intake.placed_entries(refs))
    gone = set(refs)
    intake.store(together, identity.merge(a for a in together if a.ref not in gone))
    intake.forget(refs, step)


def undo(library: Library, rules_file: Path | None = None) -> Undone | None:
    """Undo the latest step, whoever made it. None: there is nothing to undo.

    A rule that was made is removed from `rules_file`. Raises ConfigError or ExportError if that cannot be read or
    written, and the step stays; NotRemovable if the rule is no more there, and the step is undone.
    """
    gone = None
    with library.intake(urgent=True) as intake:
        step = intake.last_step()
        if step is None:
            return None
        if step.rule and rules_file is not None:
            from feedreader.services import rules

            gone = rules.undo(rules_file, step.rule)
        changes = intake.undo_step(step)
        refs = intake.remember(step.number)
        if refs:
            settle(intake, [*intake.placed_entries(refs)])
        papers = intake.papers_of(refs)
    if refs:
        library.index()
    if gone is not None:
        raise gone
    return Undone(step.label, changes, tuple(sorted(set(papers.values()))), step.rule)
