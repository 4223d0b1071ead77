"""From the library to text for other programs, and to files. The command line and the reader both call it.

    for piece in pieces(library, library.papers.find(query), "bibtex"): ...

A **live file** is one that is kept in step with what a query finds, for an editor or a reference manager to read, or
for colleagues to subscribe to. It is written anew only when its text would be another, and only if it is ours: it
begins with a line that says so, and from which library, so that neither a file made by hand nor that of another library
is ever overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from feedreader.config.values import LIVE_ENDINGS, LiveFile, Settings
from feedreader.errors import ExportError, FeedreaderError, os_reason
from feedreader.export import EXPORTERS, exporter, format_of
from feedreader.export.atom import DECLARATION
from feedreader.export.json_feed import BRACE
from feedreader.export.plain import moment
from feedreader.library import Library
from feedreader.model import Paper, Query
from feedreader.query.language import parse_query, within
from feedreader.services.saved_searches import SavedSearches
from feedreader.system.atomic_write import write_atomically

_CHUNK = 500


class FeedName(NamedTuple):
    """What a feed is called, and what tells it from the other feeds of its library, which is nowhere to be read."""

    title: str = ""
    key: str = ""


def feed_name(query: str, view: str = "", title: str = "") -> FeedName:
    """The name of a feed of what a query finds, all or of a saved search. Its title does not tell the query: that is
    hers."""
    plain = "Shortlist" if query == "is:shortlisted" and not view else view
    return FeedName(title or plain, f"view {view} {query}".rstrip() if view else query)


def pieces(
    library: Library,
    papers: Iterable[Paper],
    format: str,
    *,
    feed: FeedName = FeedName(),  # noqa: B008
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[str]:
    """Papers in a format, piece by piece. Their citation keys are on the disk before they are shown.

    `feed` names them, if that is what the format is. `progress` is told how many papers there were so far.
    """
    keys: dict[str, str] = {}

    def prepared() -> Iterator[Paper]:
        waiting = iter(papers)
        done = 0
        while chunk := list(islice(waiting, _CHUNK)):
            if EXPORTERS[format].keyed:
                keys.clear()  # no exporter looks back
                keys.update(library.citations.keys_for(chunk))
            yield from map(_in_local_time, chunk) if EXPORTERS[format].is_feed else chunk
            done += len(chunk)
            progress(done)

    name = f"{library.identity()} {feed.key}" if EXPORTERS[format].is_feed else ""
    yield from exporter(format, feed.title, name)(prepared(), keys)


def _in_local_time(paper: Paper) -> Paper:
    """The paper, kept at a time of our zone: its day is the one on which the reader kept it."""
    kept = paper.marks.shortlisted_at
    with suppress(OverflowError, OSError, ValueError):  # times that no clock shows
        return replace(paper, marks=paper.marks._replace(shortlisted_at=kept and kept.astimezone()))
    return paper


def export_file(
    library: Library,
    papers: Iterable[Paper],
    format: str,
    path: Path,
    *,
    feed: FeedName = FeedName(),  # noqa: B008
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Write papers to a file; how many there were. Raises ExportError, and then the file is as it was."""
    count = 0

    def counted() -> Iterator[Paper]:
        nonlocal count
        for paper in papers:
            count += 1
            yield paper

    write_atomically(path, pieces(library, counted(), format, feed=feed, progress=progress))
    return count


# Live files ----------------------------------------------------------------------------------------------------------

MOST_IN_FEED = 500  # papers: who subscribes to a live feed wants what is new
_WRITTEN_BY = "Written by feedreader from library "
_CONFIG = "under [live] or [export] in config.toml"


class _Opening(NamedTuple):
    """How a live file says whose it is: what stands before and behind that, and what of that the export begins with."""

    before: str
    after: str
    known: str = ""


_OPENINGS = {
    "bibtex": _Opening("% ", "\n\n"),
    "markdown": _Opening("<!-- ", " -->\n\n"),
    "atom": _Opening(f"{DECLARATION}<!-- ", " -->\n", DECLARATION),
    "json-feed": _Opening(f'{BRACE}"_feedreader": {{"notice": "', '"},\n', BRACE),
}


class Synced(NamedTuple):
    """What became of a live file: whether it was written, or what hindered that, in words that name it."""

    path: Path
    written: bool = False
    problem: str = ""


def live_files(settings: Settings) -> tuple[LiveFile, ...]:
    """All live files of the settings."""
    if settings.export_file is None:
        return settings.live
    return (LiveFile(settings.export_file, settings.export_query), *settings.live)


def sync_live_files(
    library: Library,
    settings: Settings,
    searches: Callable[[], SavedSearches],
    prepare: Callable[[Query], object] = lambda _: None,
) -> Iterator[Synced]:
    """Bring the live files up to date, one by one; what hinders one hinders no other.

    `searches` reads the saved searches, if one is named. `prepare` is told of each query before it is asked.
    """
    seen: set[Path] = set()
    for file in live_files(settings):
        try:
            if file.path in seen:
                raise ExportError(f"{file.path} is set twice {_CONFIG}.", "Remove one of them.")
            seen.add(file.path)
            search = searches().need(file.view) if file.view else None
            text = search.query if search else file.query
            query = parse_query(text)
            prepare(query)
            feed = feed_name(file.query, search.name if search else "", file.title)
            yield Synced(file.path, sync_live_file(library, file.path, query, feed))
        except FeedreaderError as error:
            about = "" if str(file.path) in str(error) else f"{file.path}: "
            yield Synced(file.path, problem=f"{about}{error}")


def sync_live_file(library: Library, path: Path, query: Query, feed: FeedName = FeedName()) -> bool:  # noqa: B008
    """Bring a live file up to date; whether it was written. Raises ExportError."""
    format = format_of(path.name) or ""
    if format not in _OPENINGS:
        endings = f"{', '.join(LIVE_ENDINGS[:-1])} or {LIVE_ENDINGS[-1]}"
        raise ExportError(f"{path} cannot be kept up to date.", f"Its name must end in {endings}.")
    opening = _OPENINGS[format]
    mine = f"{opening.before}{_WRITTEN_BY}{library.identity()};"
    before = _read(path, mine)
    if before and not before.startswith(mine):
        other = before.startswith(opening.before + _WRITTEN_BY)
        reason = "belongs to another library" if other else "was not written by feedreader"
        raise ExportError(f"{path} {reason}, so it was not changed.", f"Move it away, or set another file {_CONFIG}.")
    papers = newest(library, query) if EXPORTERS[format].is_feed else library.papers.find(query)
    text = "".join(pieces(library, papers, format, feed=feed)).removeprefix(opening.known)
    text = f"{mine} changes made here are overwritten.{opening.after}{text}"
    if text == before:
        return False
    write_atomically(path, [text])
    return True


def newest(library: Library, query: Query) -> list[Paper]:
    """As many of the papers that a query finds as a live feed holds: the latest by when they were kept, or their day.

    What the query itself puts in order, or counts, stays as it is.
    """
    papers = {paper.id: paper for paper in library.papers.find(query, MOST_IN_FEED)}
    if not query.by_day or query.top:
        return list(papers.values())
    kept = within(query, parse_query("is:shortlisted sort:kept"))  # kept just now, they may be of days long gone
    papers |= {paper.id: paper for paper in library.papers.find(kept, MOST_IN_FEED)}
    never = datetime.min.replace(tzinfo=UTC)
    return sorted(papers.values(), key=lambda paper: moment(paper) or never, reverse=True)[:MOST_IN_FEED]


def _read(path: Path, mine: str) -> str | None:
    """What a file holds if it is ours, which begins like that; else only its beginning; None if it is not there."""
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise ExportError(f"{path} is not a file.", f"Set another file {_CONFIG}.")
        with path.open(encoding="utf-8", newline="") as stream:
            begins = stream.read(len(mine))
            return begins + stream.read() if begins == mine else begins
    except FileNotFoundError:
        return None
    except UnicodeError:
        return "?"
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {os_reason(error)}.", f"Set another file {_CONFIG}.") from error
