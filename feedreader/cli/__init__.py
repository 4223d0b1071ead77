"""The command line: every action of the reader without a screen. Textual is imported only to open the reader.

Data goes to standard output, messages to standard error. Exit codes: 0 done, 1 failed, 2 usage,
3 some of several sources failed, 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

INTERRUPTED = 130
_CHANGING = frozenset(  # after which live files may have to follow
    ("mark", "tag", "note", "undo", "import", "refresh", "forget", "views", "highlight", "mute", "rules")
)
_ALONE = frozenset(("read", "sync", "doctor", "config", "completions", "help"))  # in which nothing is to be synced
_SHARED = _CHANGING | {"subscribe", "unsubscribe"}  # after which other machines may have to be told


def entry() -> None:
    """The `feedreader` program. A mistake of its own is a sentence, too."""
    try:
        code = main(sys.argv[1:])
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:
        from feedreader.cli.terminal import FAILED, say
        from feedreader.system.crash import note_crash

        say(note_crash(error))
        code = FAILED
    sys.exit(code)


def main(argv: Sequence[str]) -> int:
    """Run one command line; its exit code."""
    from feedreader.cli.terminal import (  # here, where ctrl+c is no traceback
        DONE,
        FAILED,
        USAGE,
        OutputError,
        finish_output,
        pointed_at,
        prepare_streams,
        say,
    )
    from feedreader.errors import FeedreaderError, QueryError

    prepare_streams()
    try:
        code = _run(argv)
        finish_output()
        return code
    except QueryError as error:
        say(f"feedreader: {error}")
        if error.query:
            say(pointed_at(error.query, error.position))
        return USAGE
    except OutputError as error:
        if error.is_closed:  # whoever read our output has gone: not our problem
            return DONE
        say(f"feedreader: {error}")
        return FAILED
    except FeedreaderError as error:
        say(f"feedreader: {error}")
        return FAILED
    except KeyboardInterrupt:
        say("feedreader: interrupted")
        return INTERRUPTED


def _run(argv: Sequence[str]) -> int:
    if not argv:  # the usual case takes the shortest path
        from feedreader.cli.reader import read

        return read(None)
    from feedreader.cli.arguments import parse_arguments

    try:
        arguments = parse_arguments(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    syncs = arguments.command not in _ALONE and _has_settings()
    if syncs and arguments.command not in _SHARED:
        _follow_other_machines(arguments.data_dir)
    code = int(arguments.run(arguments))
    if syncs and arguments.command in _SHARED:
        _follow_other_machines(arguments.data_dir)
    if arguments.command in _CHANGING:
        from feedreader.cli.export import follow_up

        follow_up(arguments.data_dir)
    return code


def _has_settings() -> bool:
    from feedreader.config import settings_file
    from feedreader.errors import ConfigError

    try:
        return settings_file() is not None
    except ConfigError:
        return False  # the command says so


def _follow_other_machines(data_dir: Path | None) -> None:
    from feedreader.cli.sync import follow

    follow(data_dir)
