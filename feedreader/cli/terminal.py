"""How commands speak: exit codes, messages, JSON, and the library they work on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feedreader import config
from feedreader.library import Library

DONE, FAILED, USAGE, SOME_FAILED, INTERRUPTED = 0, 1, 2, 3, 130


@contextmanager
def opened(data_dir: Path | None) -> Iterator[Library]:
    """The library, closed at the end."""
    library = Library.open(config.paths(data_dir).library, now=config.clock())
    try:
        yield library
    finally:
        library.close()


def say(message: str) -> None:
    """A message, on standard error. What it quotes (names of files, say) can't steer the terminal."""
    print(safe(message), file=sys.stderr)


def put(line: str) -> None:
    """A line of data, on standard output."""
    print(safe(line))


def put_json(values: dict[str, object]) -> None:
    import json

    print(json.dumps(values, ensure_ascii=False), flush=True)


def safe(text: str) -> str:
    if text.replace("\n", "").isprintable():
        return text
    from feedreader.view.rows import safe as without_controls

    return "\n".join(map(without_controls, text.split("\n")))


def plural(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def progress_line(text: str, done: bool) -> None:
    """How far something is: one line of a terminal's standard error, written over, and wiped when it is done."""
    sys.stderr.write("\r\x1b[K" if done else f"\r\x1b[K{text}")
    sys.stderr.flush()
