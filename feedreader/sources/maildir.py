"""Maildir: a folder with the folders `cur`, `new` and `tmp`, and a file for each message. Nothing is ever written.

A message is delivered into `tmp`, appears in `new` when it is whole, and moves to `cur` when a mail program has seen
it. Its name up to the colon is its own for good; what follows (`:2,FS`) are flags. Subfolders of Maildir++ (`.Alerts`)
are mailboxes of their own, within the folder of the first. Source: https://cr.yp.to/proto/maildir.html
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from feedreader.errors import UnreadableSource, os_reason
from feedreader.sources import files

_OF_SERVERS = ("dovecot", "courier", "maildirsize", ".")  # what the names of files begin with that are no messages


class MessageFile(NamedTuple):
    """A message: its name as text, which stays, and where it was."""

    name: str
    path: str


def messages(folder: str) -> list[MessageFile]:
    """The messages in order of arrival, as far as their names tell that. Raises UnreadableSource."""
    found: dict[str, MessageFile] = {}
    for place in files.MAILDIR:
        for file in _files(os.path.join(folder, place)):  # noqa: PTH118
            found[file.name] = file
    return sorted(found.values())


def _files(place: str) -> Iterator[MessageFile]:
    try:
        with os.scandir(place) as entries:
            for entry in entries:
                if not entry.name.startswith(_OF_SERVERS):
                    yield MessageFile(files.path_text(_lasting(entry.name)), entry.path)
    except OSError as error:
        raise UnreadableSource(f"{files.path_text(place)}: {os_reason(error)}") from error


def _lasting(name: str) -> str:
    """The part of a file's name that stays when flags change; programs on Windows write ";" or "!" for ":"."""
    for mark in (":2,", ";2,", "!2,", ":1,"):
        name = name.partition(mark)[0] or name
    return name


def read(path: str) -> bytes | None:
    """A message; None if it is not there any more, or a folder. Raises UnreadableSource."""
    if os.path.isdir(path) or not os.path.lexists(path):  # noqa: PTH112
        return None
    try:
        return files.read(path)[0]
    except UnreadableSource:
        if os.path.lexists(path):
            raise
        return None
