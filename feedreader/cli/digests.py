"""`import`, `forget`, `sources`: what comes into the library, and is removed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from feedreader import config
from feedreader.cli.interest import score_for
from feedreader.cli.terminal import (
    DONE,
    ID,
    NO_PAPERS,
    USAGE,
    Reports,
    asking,
    exit_code,
    opened,
    plural,
    progress_line,
    put,
    put_json,
    say,
)
from feedreader.errors import UnreadableSource
from feedreader.model import UNMARKED, Changed, Marks
from feedreader.text.display import counted

if TYPE_CHECKING:
    import argparse

    from feedreader.cli.terminal import AddCommand
    from feedreader.library import Library
    from feedreader.services.ingest import ImportProgress, ImportResult


FORMATS = (  # as in docs/formats.md, with the names that are printed after an import
    "Feeds: rss, atom, json-feed, oai-pmh. From arXiv: arxiv-mail, arxiv-records, arxiv-jsonl. Alert mails: "
    "scholar-alert, semantic-scholar-alert, pubmed-alert, biorxiv-alert, nature-alert. Reference managers: bibtex, "
    "ris, nbib, endnote, csl-json. JSON of paper services: hf-papers, openreview, semantic-scholar, crossref, "
    "openalex, biorxiv. Lists and digests: markdown-list, table-list (CSV, TSV), day-list, search-page, "
    "reading-thread. Subscriptions of other readers: opml, newsboat-urls, elfeed-feeds, elfeed-org. Mail (.eml, mbox, "
    "Maildir), gzip and Zstandard are unpacked. More: docs/formats.md"
)


def add_commands(command: AddCommand) -> None:
    parser = command("import", run_import, "import files and folders of papers")
    parser.epilog = FORMATS
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder, or - for standard input")
    parser.add_argument("--json", action="store_true", help="print a JSON object per file")
    parser.add_argument(
        "--keep", action="store_true", help="keep these papers on your shortlist, with the files' tags and notes"
    )
    parser.add_argument("--read", action="store_true", help="mark them as read")
    parser.add_argument("--marks", action="store_true", help="mark them as the files say")
    parser.add_argument("--tag", action="append", default=[], metavar="TAG", help="add a tag to them; may be repeated")

    parser = command("forget", run_forget, "remove papers, or a source and the papers only it has")
    parser.add_argument("ids", nargs="*", metavar="ID", help=ID)
    parser.add_argument("--source", metavar="NAME", help="a source, by name or path")
    parser.add_argument("--query", help="all papers this query finds")

    parser = command("sources", run_sources, "list the sources of papers")
    parser.add_argument("--json", action="store_true", help="print a JSON object per source")


def run_import(arguments: argparse.Namespace) -> int:
    from feedreader.cli.rules import apply_rules
    from feedreader.text.notes import tags_of

    tags = tags_of(",".join(arguments.tag))
    if arguments.tag and not tags:
        say(f"feedreader import: “{arguments.tag[0]}” is not a tag. A tag is a word, such as thesis.")
        return USAGE
    with opened(arguments.data_dir) as library:
        apply_rules(library, remembered=True)
        reports = Reports(_put_result_json if arguments.json else put_result)
        try:
            marks_apart = arguments.keep or arguments.marks
            is_marked = marks_apart or arguments.read or bool(tags)
            results = import_all(library, arguments.paths, reports, marks_apart=marks_apart, with_refs=is_marked)
        finally:
            for name in library.papers.partial_sources():
                say(f"{name}: only partly imported. Import or refresh it again for the rest.")
        if arguments.keep or arguments.read or arguments.marks or tags:
            _mark(library, results, _Wish(arguments.keep, arguments.read, arguments.marks, tags))
    for path in arguments.paths:
        if is_missing(path) and (meant := meant_by(path)):
            say(f"{path}: {meant}")
    if all(result.skipped for result in results):
        say("Nothing to import: no papers found.")
    reports.finish()
    return exit_code(sum(1 for result in results if result.failed), len(results))


class _Wish(NamedTuple):
    """How imported papers are to be marked. `marks`: as their documents say."""

    keep: bool
    read: bool
    marks: bool
    tags: Sequence[str]

    def taken(self, given: Marks) -> Marks:
        """What is taken of the marks that a document gives: tags and note go with keeping."""
        if self.marks:
            return given._replace(shortlisted=given.shortlisted or self.keep)
        if self.keep:
            return UNMARKED._replace(
                shortlisted=True, shortlisted_at=given.shortlisted_at, tags=given.tags, note=given.note
            )
        return UNMARKED

    def done(self, files: str) -> list[str]:
        """What the message calls it, of these files."""
        done = ["kept"] * self.keep + ["marked read"] * self.read
        done += [f"tagged {' '.join(f'#{tag}' for tag in self.tags)}"] * bool(self.tags)
        return done + [f"marked as {files} say{'s' * (not files.endswith(' files'))}"] * self.marks


def _mark(library: Library, results: Sequence[ImportResult], wish: _Wish) -> None:
    """Mark the papers of imports as was asked for, as one step, and say so. Their order of interest follows."""
    from feedreader.services import ingest

    given = {key: wish.taken(marks) for key, marks in ingest.imported_papers(library, results).items()}
    if not given:
        return
    sources = [result.source for result in results if result.refs]
    files = sources[0] if len(sources) == 1 else f"{len(sources)} files"
    words = " ".join(f"#{tag}" for tag in wish.tags)
    verb = "kept" if wish.keep else "marked read" if wish.read else "marked" if wish.marks else "tagged"
    changed = library.marks.take(
        given,
        {"read": True} if wish.read else {},
        add_tags=wish.tags,
        label=lambda number: f"{verb} {counted(number, 'paper')} of {files}" + f" {words}" * (verb == "tagged"),
    )
    library.interest.bring_up_to_date()
    library.rules.apply_again()
    say(_marked(wish, given, changed, files))


def _marked(wish: _Wish, given: Mapping[int, Marks], changed: Sequence[Changed], files: str) -> str:
    """What was done, in a sentence."""
    done = " and ".join(wish.done(files))
    if not changed:
        return (
            f"The paper was already {done}." if len(given) == 1 else f"All {len(given):,} papers were already {done}."
        )
    parts = ["tags"] * any(marks.tags for marks in given.values())
    parts += ["notes"] * any(marks.note for marks in given.values())
    if parts and not wish.marks:
        done += f", with the {' and '.join(parts)} of {files}"
    return f"{counted(len(changed), 'paper')} {done} (`feedreader undo` takes that back)."


def is_missing(path: str) -> bool:
    """Whether there is no such file or folder."""
    from feedreader.sources.files import expanded

    return path != "-" and not (path and os.path.exists(expanded(path)))  # noqa: PTH110


def meant_by(path: str) -> str:
    """What to do with the name of a file that there is not, but that is a category, an address or a paper; or ""."""
    from feedreader.arxiv.categories import CATEGORIES
    from feedreader.text.identifiers import arxiv_id, doi

    if arxiv_id(path) or doi(path):
        return f"To show a paper: `feedreader show {path}`."
    categories = {code.lower() for code in CATEGORIES}
    if path.startswith(("http://", "https://")) or categories.issuperset(path.lower().split("+")):
        return f"To subscribe: `feedreader subscribe {path}`."
    return ""


def import_all(
    library: Library,
    paths: Sequence[str],
    put_result: Callable[[ImportResult], None],
    progress: Callable[[ImportProgress], None] | None = None,
    *,
    marks_apart: bool = False,
    with_refs: bool = False,
) -> list[ImportResult]:
    """Import files and folders; each result is given to `put_result` as it comes. Without `progress`, a terminal shows
    how far it is. `marks_apart`: the marks in them are taken as such later, and are not the files' words. `with_refs`:
    the papers are to be marked."""
    from feedreader.services import import_files
    from feedreader.services.saved_searches import SearchPlaces

    searches = SearchPlaces(config.settings().views, config.views_place(), config.settings_place())
    results = []
    for result in import_files.import_paths(
        library,
        paths,
        progress=progress or _show_progress,
        searches=searches,
        marks_apart=marks_apart,
        with_refs=with_refs,
    ):
        put_result(result)
        results.append(result)
    return results


def _show_progress(progress: ImportProgress) -> None:
    """Shows long imports."""
    if progress.messages:
        share = "" if progress.share is None else f" ({progress.share:.0%})"
        words = f"{plural(progress.messages, 'message')}{share}, {plural(progress.done, 'paper')}"
        progress_line(f"{progress.source}: {words}", progress.share == 1)
    elif progress.share is not None:
        from feedreader.services.import_files import far

        words = ", ".join((plural(progress.done, "paper"), *far(progress)))
        progress_line(f"{progress.source}: {words}", progress.share == 1)
    elif progress.total > 1000:
        progress_line(f"{progress.source}: {progress.done} of {progress.total}", progress.done >= progress.total)


def put_result(result: ImportResult) -> None:
    """What an import brought, in words."""
    if result.error:
        named = "" if isinstance(result.error, UnreadableSource) else f"{result.source}: "
        say(f"{named}{result.error}")
    if result.entries or not (result.error or result.skipped):  # of a file that could not be read to its end, the rest
        from feedreader.services.import_files import brought

        put(f"{result.source} ({result.format}): {brought([result])}")
    for problem in result.problems:
        where = f"line {problem.line}: " if problem.line else ""
        say(f"{result.source}: {where}{problem.reason}")


def _put_result_json(result: ImportResult) -> None:
    problems: list[dict[str, object]] = [{"line": each.line, "reason": each.reason} for each in result.problems]
    if result.error:
        problems.append({"line": None, "reason": str(result.error)})
    put_json(
        {
            "source": result.source,
            "format": result.format,
            "entries": result.entries,
            "new": result.new,
            "merged": result.merged,
            "known": result.known,
            "problems": problems,
            "subscriptions": result.subscriptions,
            **({"searches": result.searches} if result.searches else {}),
            **({"passed": result.passed} if result.passed else {}),
            "failed": result.failed,
        }
    )


def run_forget(arguments: argparse.Namespace) -> int:
    from feedreader.services import removal

    given = [bool(arguments.ids), arguments.source is not None, arguments.query is not None]
    if given.count(True) != 1:
        say("feedreader forget: give either IDs, --source NAME or --query QUERY.")
        return USAGE
    with opened(arguments.data_dir) as library:
        if arguments.source is not None:
            number = removal.forget_source(library, arguments.source)
        else:
            ids = arguments.ids or found_ids(library, arguments.query)
            number = removal.forget_papers(library, ids) if ids else 0
    say(f"{plural(number, 'paper')} removed from the library (`feedreader undo` brings them back).")
    return DONE


def found_ids(library: Library, text: str) -> list[str]:
    """The ids of the papers that a query finds. Raises QueryError."""
    from feedreader.query.language import parse_query

    query = parse_query(text)
    with asking(text):
        score_for(library, query)
        return [paper.id for paper in library.papers.find(query)]


def run_sources(arguments: argparse.Namespace) -> int:
    with opened(arguments.data_dir) as library:
        sources = library.papers.sources()
    if not sources:
        say(NO_PAPERS)
    for source in sources:
        if arguments.json:
            put_json(
                {
                    "source": source.name,
                    "path": source.path,
                    "format": source.format,
                    "title": source.title,
                    "papers": source.papers,
                    "only": source.only,
                    "imported": source.imported_at.isoformat(),
                    "partial": source.partial,
                }
            )
        else:
            partial = " (partly: import or refresh it again)" if source.partial else ""
            facts = filter(None, (source.format, plural(source.papers, "paper") + partial, source.path))
            put(f"{source.name}: {', '.join(facts)}")
    return DONE
