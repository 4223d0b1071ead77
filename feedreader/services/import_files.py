"""Files into the library: retrieve → parse → merge → store. The command line and the reader both call it.

for result in import_paths(library, ["~/digests"]):
    ...                                     # one result a file; an error is a value in it
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from feedreader import parse
from feedreader.arxiv import addresses as arxiv
from feedreader.errors import DigestError, FeedreaderError, SubscriptionError, UnknownSource, hide_passwords
from feedreader.model import Outline, Problem
from feedreader.parse.lists.collector import SubscriptionList
from feedreader.services import newsboat
from feedreader.services.ingest import ImportProgress, ImportResult, import_digest, left_marks
from feedreader.sources import files
from feedreader.text.cleaning import clean, squash
from feedreader.text.display import counted

if TYPE_CHECKING:
    from feedreader.library import Library
    from feedreader.parse.streams import Stream
    from feedreader.services.saved_searches import SearchPlaces


_LARGE = 8 * 1024 * 1024  # bytes from which on a file is read block by block, if its format can be


def brought(results: Sequence[ImportResult]) -> str:
    """What imports changed in the library: `12 new papers`; of a file alone `20 papers, 12 new, 2 separated`."""
    digests = [result for result in results if not parse.is_list(result.format or "")]
    added, saved = sum(result.subscriptions for result in results), sum(result.searches for result in results)
    subscribed = [counted(added, "new subscription")] * bool(added)
    subscribed += [counted(saved, "saved search", "saved searches")] * bool(saved)
    if not digests:
        return ", ".join(subscribed) or "no new subscriptions"
    papers, versions = sum(result.entries for result in digests), sum(result.replaced for result in digests)
    new = sum(result.new for result in digests) - versions
    parts = [counted(new, "new paper") if new else "no new papers" if papers else "no papers"]
    if len(digests) == 1 and papers > new:
        parts = [counted(papers, "paper"), f"{new:,} new" if new else "none new"]
    separated, united = sum(result.separated for result in digests), sum(result.united for result in digests)
    parts += [counted(versions, "new version")] * (versions > 0)
    parts += subscribed
    passed = sum(result.passed for result in digests)
    parts += [f"{counted(passed, 'paper')} imported before"] * bool(passed)
    parts += [f"{separated:,} papers separated"] * bool(separated)
    parts += [f"{counted(united, 'duplicate')} merged"] * bool(united)
    return ", ".join(parts)


def far(step: ImportProgress) -> list[str]:
    """How far the import of a large file is: how much of it, how fast, and how long the rest takes."""
    share = [f"{step.share:.0%}"] if step.share and step.share < 1 else []
    left = [f"{_duration(step.left)} left"] if step.left is not None and share else []
    speed = [f"{step.rate:,.0f} a second"] * bool(step.rate)
    return [*share, *speed, *left]


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def import_paths(
    library: Library,
    paths: Sequence[str],
    *,
    progress: Callable[[ImportProgress], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
    searches: SearchPlaces | None = None,
    marks_apart: bool = False,
    with_refs: bool = False,
    polite: bool = False,
) -> Iterator[ImportResult]:
    """Import files and folders, one result a file. Stopping half-way loses nothing: what is in stays in.

    A mailbox asks after each message whether it was `stopped`, a large file after each block. The saved searches of
    lists of subscriptions go to `searches`. `marks_apart`: the marks in documents are to be taken as such
    (`ImportResult.marks`), and are not among their words. `with_refs`: results of large files have them too, so nothing
    of these is passed over. `polite`: somebody works at the screen meanwhile.
    """
    how = _How(progress, stopped, searches, marks_apart, with_refs, polite)
    for path in paths:
        try:
            for file in files.find([path]):
                try:
                    yield _import_file(library, file, how)
                except UnknownSource as error:
                    yield ImportResult(squash(clean(file.name)), file.key, error=error)
        except FeedreaderError as error:
            name = files.path_text(path)
            yield ImportResult(squash(clean(name)), name, error=error)


class _How(NamedTuple):
    """What `import_paths` was asked for."""

    progress: Callable[[ImportProgress], None]
    stopped: Callable[[], bool]
    searches: SearchPlaces | None
    marks_apart: bool
    with_refs: bool
    polite: bool


def _import_file(library: Library, file: files.InputFile, how: _How) -> ImportResult:
    name = squash(clean(file.name))
    try:
        if file.is_maildir:
            return _import_mailbox(library, None, file, how)
        if newsboat.is_cache(file.path):
            return newsboat.import_cache(library, file, name, how.progress, marks_apart=how.marks_apart)
        with files.opened(file.path) as opened:
            return replace(_import_opened(library, opened, file, name, how), is_incomplete=opened.is_incomplete)
    except DigestError as error:
        return _without_papers(file, name, error)


def _without_papers(
    file: files.InputFile, name: str, error: DigestError, problems: Sequence[Problem] = ()
) -> ImportResult:
    if file.asked_for:
        return ImportResult(name, file.key, problems=tuple(problems), error=error)
    problem = Problem(None, f"Skipped: {error.message}")
    return ImportResult(name, file.key, problems=(*problems, problem), skipped=True)


def _import_opened(
    library: Library, opened: files.OpenFile, file: files.InputFile, name: str, how: _How
) -> ImportResult:
    try:
        if parse.is_mailbox(opened.head):
            return _import_mailbox(library, opened, file, how)
        if opened.is_longer_than(_LARGE) and (stream := parse.stream_of(opened.head)):
            return _import_stream(library, opened, stream, file, how)
        data = opened.whole()
        if (listed := parse.subscription_list(data)) is not None:
            result = _import_subscriptions(library, listed, file, name, how.searches)
            return replace(result, problems=(*opened.problems, *result.problems))
        digest = parse.parse(data)
    except DigestError as error:
        return _without_papers(file, name, error, opened.problems)
    known = library.subscriptions.source(file.key)  # a subscription keeps the name it has
    name = known.name if known else name
    lost = () if how.marks_apart else left_marks(digest.entries)
    digest = replace(digest, problems=(*opened.problems, *digest.problems, *lost))
    return import_digest(library, digest, name=name, path=file.key, progress=how.progress, marks_apart=how.marks_apart)


def _import_stream(
    library: Library, opened: files.OpenFile, stream: Stream, file: files.InputFile, how: _How
) -> ImportResult:
    """Read a large open file block by block."""
    from feedreader.services import stream_import

    return stream_import.import_stream(
        library,
        opened,
        stream,
        name=squash(clean(file.name)),
        path=file.key,
        progress=how.progress,
        stopped=how.stopped,
        with_refs=how.with_refs,
        polite=how.polite,
    )


def _import_mailbox(library: Library, mbox: files.OpenFile | None, file: files.InputFile, how: _How) -> ImportResult:
    """Read an open mbox, or a Maildir."""
    from feedreader.services import mailboxes

    return mailboxes.import_mailbox(
        library,
        mbox,
        name=squash(clean(file.name)),
        path=file.path,
        key=file.key,
        progress=how.progress,
        stopped=how.stopped,
        marks_apart=how.marks_apart,
    )


def _import_subscriptions(
    library: Library, listed: SubscriptionList, file: files.InputFile, name: str, searches: SearchPlaces | None
) -> ImportResult:
    """Subscribe to the feeds of a list that was asked for by name; one that lies in a folder is only named."""
    if not file.asked_for:
        problem = Problem(None, "Skipped: a list of subscriptions. To subscribe to them, import this file by name.")
        return ImportResult(name, file.key, problems=(problem,), skipped=True)
    new = add_outlines(library, listed.outlines)
    saved, faults = 0, tuple[Problem, ...]()
    if listed.searches and searches:
        from feedreader.services.saved_searches import save_listed

        saved, faults = save_listed(searches, listed.searches)
    problems = tuple(sorted((*listed.problems, *faults), key=lambda each: (each.line is None, each.line or 0)))
    return ImportResult(name, file.key, listed.format, subscriptions=new, searches=saved, problems=problems)


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
