"""Files into the library: retrieve → parse → merge → store. The command line and the reader both call it.

for result in import_paths(library, ["~/digests"]):
    ...                                     # one result a file; an error is a value in it
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from feedreader import parse
from feedreader.arxiv import addresses as arxiv
from feedreader.errors import DigestError, FeedreaderError, SubscriptionError, hide_passwords
from feedreader.model import UNMARKED, Entry, Outline, Problem
from feedreader.services.ingest import ImportProgress, ImportResult, import_digest
from feedreader.sources import files
from feedreader.text.cleaning import clean, squash
from feedreader.text.display import counted

if TYPE_CHECKING:
    from feedreader.library import Library

SUBSCRIPTION_LIST = "opml"  # the format of a file whose entries are subscriptions


def brought(results: Sequence[ImportResult]) -> str:
    """What imports changed in the library: `12 new papers`; of a file alone `20 papers, 12 new, 2 separated`."""
    digests = [result for result in results if result.format != SUBSCRIPTION_LIST]
    added = sum(result.subscriptions for result in results)
    subscribed = [counted(added, "new subscription") if added else "no new subscriptions"]
    if not digests:
        return subscribed[0]
    papers, versions = sum(result.entries for result in digests), sum(result.replaced for result in digests)
    new = sum(result.new for result in digests) - versions
    parts = [counted(new, "new paper") if new else "no new papers" if papers else "no papers"]
    if len(digests) == 1 and papers > new:
        parts = [counted(papers, "paper"), f"{new:,} new" if new else "none new"]
    separated, united = sum(result.separated for result in digests), sum(result.united for result in digests)
    parts += [counted(versions, "new version")] * (versions > 0)
    parts += subscribed * bool(added)
    parts += [f"{separated:,} papers separated"] * bool(separated)
    parts += [f"{counted(united, 'duplicate')} merged"] * bool(united)
    return ", ".join(parts)


def import_paths(
    library: Library,
    paths: Sequence[str],
    *,
    progress: Callable[[ImportProgress], None] = lambda _: None,
    marks_apart: bool = False,
) -> Iterator[ImportResult]:
    """Import files and folders, one result a file. Stopping half-way loses nothing: what is in stays in.

    `marks_apart`: the marks in them are to be taken as such (`ImportResult.marks`), and are not among the files' words.
    """
    for path in paths:
        try:
            for file in files.find([path]):
                yield _import_file(library, file, progress, marks_apart)
        except FeedreaderError as error:
            name = files.path_text(path)
            yield ImportResult(squash(clean(name)), name, error=error)


def _import_file(
    library: Library, file: files.InputFile, progress: Callable[[ImportProgress], None], marks_apart: bool
) -> ImportResult:
    name, problems = squash(clean(file.name)), tuple[Problem, ...]()
    try:
        data, problems = files.read(file.path)
        if parse.is_subscription_list(data):
            listed = _import_subscriptions(library, data, file, name)
            return replace(listed, problems=(*problems, *listed.problems))
        digest = parse.parse(data)
    except DigestError as error:
        if file.asked_for:
            return ImportResult(name, file.key, problems=problems, error=error)
        problem = Problem(None, f"Skipped: {error.message}")
        return ImportResult(name, file.key, problems=(*problems, problem), skipped=True)
    lost = () if marks_apart else _left_marks(digest.entries)
    digest = replace(digest, problems=(*problems, *digest.problems, *lost))
    return import_digest(library, digest, name=name, path=file.key, progress=progress, marks_apart=marks_apart)


def _left_marks(entries: Iterable[Entry]) -> Iterator[Problem]:
    """That marks other than tags and notes, which are shown as words, were not taken; nothing if there are none."""
    for entry in entries:
        if entry.marks._replace(tags=(), note=None) != UNMARKED:
            words = "Marks were not imported (the first is on this line)."
            yield Problem(entry.line, f"{words} To take them: `feedreader import --marks FILE`.")
            return


def _import_subscriptions(library: Library, data: bytes, file: files.InputFile, name: str) -> ImportResult:
    """Subscribe to the feeds of a list that was asked for by name; one that lies in a folder is only named."""
    if not file.asked_for:
        problem = Problem(None, "Skipped: a list of subscriptions. To subscribe to them, import this file by name.")
        return ImportResult(name, file.key, problems=(problem,), skipped=True)
    outlines, problems = parse.subscription_list(data)
    new = add_outlines(library, outlines)
    return ImportResult(name, file.key, SUBSCRIPTION_LIST, subscriptions=new, problems=problems)


def add_outlines(library: Library, outlines: Iterable[Outline]) -> int:
    """Subscribe without fetching: the next refresh does that. How many are new."""
    new = 0
    with library.subscriptions.edit() as subscriptions:
        for outline in outlines:
            categories = arxiv.categories_of_feed(outline.xml_url)
            name = categories or outline.title or urlsplit(outline.xml_url).hostname or outline.xml_url
            name = hide_passwords(name)
            kind = "arxiv" if categories else "feed"
            with suppress(SubscriptionError):  # it is known
                subscriptions.add(kind, categories or outline.xml_url, name, "/".join(outline.folder) or None)
                new += 1
    return new
