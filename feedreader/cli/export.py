"""`export`: papers for other programs, or the subscriptions; and live files, after what may change them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from feedreader import config
from feedreader.cli.interest import find, score_for
from feedreader.cli.terminal import DONE, FAILED, SOME_FAILED, USAGE, opened, plural, put_document, say
from feedreader.errors import FeedreaderError
from feedreader.export import EXPORTERS, format_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from feedreader.cli.terminal import AddCommand
    from feedreader.config import Settings
    from feedreader.services.export import Synced

DEFAULT_QUERY = "is:shortlisted"
FORMATS = (*EXPORTERS, "opml")


def add_commands(command: AddCommand) -> None:
    parser = command("export", run, "export papers (default: your shortlist) or subscriptions")
    parser.add_argument(
        "query", nargs="*", metavar="QUERY", help=f'papers to export (default: {DEFAULT_QUERY}); "" for all'
    )
    parser.add_argument("--view", metavar="NAME", help="only papers of this saved search")
    parser.add_argument(
        "--format", choices=FORMATS, metavar="FORMAT", help=", ".join(FORMATS) + "; default: from the name of FILE"
    )
    parser.add_argument("--live", action="store_true", help="bring the live files of the settings up to date")
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="write to this file (default: standard output)"
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.live:
        if arguments.query or arguments.view is not None or arguments.format or arguments.output:
            say("feedreader export: --live takes nothing else; the settings say what goes into live files.")
            return USAGE
        return _run_live(arguments.data_dir)
    format = arguments.format or _format_of(arguments.output)
    if format is None:
        say(f"feedreader export: choose a format with --format: {', '.join(FORMATS)}.")
        return USAGE
    if format == "opml":
        from feedreader.cli.subscriptions import run_export

        if arguments.query or arguments.view is not None:
            say("feedreader export: opml exports subscriptions, so it takes no query.")
            return USAGE
        return run_export(arguments)
    from feedreader.query.language import parse_query
    from feedreader.services import export

    default = DEFAULT_QUERY if arguments.view is None else ""
    text = " ".join(arguments.query) if arguments.query else default
    query = parse_query(text)
    with opened(arguments.data_dir) as library:
        view = ""
        if arguments.view is not None:
            from feedreader.cli.browse import known_searches
            from feedreader.query.language import within

            search = known_searches(library).need(arguments.view)
            view, query = search.name, within(parse_query(search.query), query)
        papers = find(library, query, with_interest=format == "jsonl")
        feed = export.feed_name(text, view)
        if arguments.output is None:
            put_document(export.pieces(library, papers, format, feed=feed))
        else:
            count = export.export_file(library, papers, format, arguments.output, feed=feed)
            say(f"{plural(count, 'paper')} written to {arguments.output}.")
            if not count and not arguments.query and arguments.view is None:
                say('Your shortlist is empty. Keep papers first, or give a query: "" exports everything.')
    return DONE


def _format_of(output: Path | None) -> str | None:
    if output is None:
        return None
    return "opml" if output.suffix.lower() == ".opml" else format_of(output.name)


def follow_up(data_dir: Path | None) -> None:
    """Bring the live files up to date, if there are any. Errors are reported, but do not fail the command."""
    try:
        settings = config.settings()
        if settings.export_file is None and not settings.live:
            return
        for synced in _sync(data_dir, settings):
            if synced.problem:
                say(f"feedreader: {synced.problem}")
    except FeedreaderError as error:
        say(f"feedreader: {error}")


def _sync(data_dir: Path | None, settings: Settings) -> Iterator[Synced]:
    """Bring the live files up to date, with all that their queries need."""
    from feedreader.cli.browse import known_searches
    from feedreader.services.export import sync_live_files

    with opened(data_dir) as library:
        yield from sync_live_files(
            library, settings, lambda: known_searches(library), lambda query: score_for(library, query)
        )


def _run_live(data_dir: Path | None) -> int:
    """Bring the live files up to date now, and say which were written."""
    settings = config.settings()
    synced = list(_sync(data_dir, settings))
    for file in synced:
        done = "written" if file.written else "already up to date"
        say(f"feedreader: {file.problem}" if file.problem else f"{file.path}: {done}.")
    if not synced:
        say(f"No live files yet. Add one under [live] in {config.settings_place()}.")
    failed = sum(bool(file.problem) for file in synced)
    return DONE if not failed else SOME_FAILED if failed < len(synced) else FAILED
