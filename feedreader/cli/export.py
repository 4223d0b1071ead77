"""`export`: papers for other programs, or the subscriptions; and the live file, after commands that may change it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from feedreader import config
from feedreader.cli.interest import find, score_for
from feedreader.cli.terminal import DONE, USAGE, opened, plural, put_document, say
from feedreader.errors import FeedreaderError
from feedreader.export import EXPORTERS, format_of

if TYPE_CHECKING:
    import argparse

    from feedreader.cli.terminal import AddCommand

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
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="write to this file (default: standard output)"
    )


def run(arguments: argparse.Namespace) -> int:
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
    query = parse_query(" ".join(arguments.query) if arguments.query else default)
    with opened(arguments.data_dir) as library:
        if arguments.view is not None:
            from feedreader.cli.browse import within

            query = within(arguments.view, query, library)
        papers = find(library, query, with_interest=format == "jsonl")
        if arguments.output is None:
            put_document(export.pieces(library, papers, format))
        else:
            count = export.export_file(library, papers, format, arguments.output)
            say(f"{plural(count, 'paper')} written to {arguments.output}.")
            if not count and not arguments.query and arguments.view is None:
                say('Your shortlist is empty. Keep papers first, or give a query: "" exports everything.')
    return DONE


def _format_of(output: Path | None) -> str | None:
    if output is None:
        return None
    return "opml" if output.suffix.lower() == ".opml" else format_of(output.name)


def follow_up(data_dir: Path | None) -> None:
    """Bring the live file up to date, if there is one. Errors are reported, but do not fail the command."""
    try:
        settings = config.settings()
        if settings.export_file is None:
            return
        from feedreader.query.language import parse_query
        from feedreader.services.export import sync_export_file

        with opened(data_dir) as library:
            query = parse_query(settings.export_query)
            score_for(library, query)
            sync_export_file(library, settings.export_file, query)
    except FeedreaderError as error:
        say(f"feedreader: {error}")
