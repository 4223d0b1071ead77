"""Mailboxes into the library, message by message and each message once: an mbox of any size, or a Maildir.

result = import_mailbox(library, None, name="alerts", path="/home/ada/Mail/alerts", key="/home/ada/Mail/alerts")

What is kept in memory is one transaction's worth of entries. The names of messages are stored with what they brought:
a run that is broken off is gone on with by the next.
"""

from __future__ import annotations

import asyncio
import os
import threading
from array import array
from bisect import bisect_right
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from feedreader import parse
from feedreader.errors import FeedreaderError, SubscriptionError, UnreadableSource, unexpected
from feedreader.library.entry_rows import ANNOUNCED, DAY, LINE, entry_row
from feedreader.library.rows import Row
from feedreader.library.subscriptions import Address
from feedreader.merge import identity
from feedreader.model import Entry, Problem, Subscription
from feedreader.parse.mails.mailbox import Message
from feedreader.services.ingest import (
    BATCH,
    UNINDEXED,
    Importing,
    ImportProgress,
    ImportResult,
    left_marks,
    prepare_entries,
)
from feedreader.sources import files, maildir
from feedreader.text.cleaning import clean, squash
from feedreader.text.display import counted

if TYPE_CHECKING:
    from feedreader.library import Library
    from feedreader.library.entry_rows import PreparedEntry
    from feedreader.library.intake import Intake
    from feedreader.library.subscriptions import SubscriptionEditor
    from feedreader.parse.mails.digest import MailboxReader

_MESSAGES = 500  # messages a transaction at the most
_TELL_EVERY = 50  # messages
_NOT_READ = "The rest could not be read: {}"

Progress = Callable[[ImportProgress], None]
_Note = Callable[["SubscriptionEditor", ImportResult, bool], None]  # is told whether the mailbox has given no paper


class _Mailbox(Protocol):
    """Where messages come from. `skipped` are those that were known, `problems` what could not be read."""

    skipped: int
    problems: list[Problem]
    unreadable: FeedreaderError | None

    def messages(self, known: Container[str]) -> Iterator[Message]:
        """The messages that are not known."""

    def share(self) -> float | None:
        """How much of it was read, from 0 to less than 1."""

    def line(self, line: int | None) -> int | None:
        """The line of an entry in its document."""

    def placed(self, problem: Problem) -> Problem:
        """A problem that names its place."""


class _Mbox:
    def __init__(self, file: files.OpenFile) -> None:
        self.skipped = 0
        self.problems = file.problems
        self.unreadable: FeedreaderError | None = None
        self._file = file

    def messages(self, known: Container[str]) -> Iterator[Message]:
        try:
            for message in parse.messages(self._file.pieces(), files.LARGEST):
                if message.name in known:
                    self.skipped += 1
                    continue
                if message.cut:
                    most = f"{files.LARGEST // 1024 // 1024} MiB"
                    reason = f"This mail is larger than {most}; only its beginning was read."
                    self.problems.append(Problem(message.line, reason))
                yield message
        except UnreadableSource as error:
            self.unreadable = error
            self.problems.append(Problem(None, _NOT_READ.format(error)))

    def share(self) -> float | None:
        return min(0.99, self._file.done / self._file.size) if self._file.size else None

    def line(self, line: int | None) -> int | None:
        return line

    def placed(self, problem: Problem) -> Problem:
        return problem


class _Maildir:
    """Lines are counted through all messages read, and then told by message."""

    def __init__(self, folder: str) -> None:
        self.skipped = 0
        self.problems: list[Problem] = []
        self.unreadable: FeedreaderError | None = None
        self._folder = folder
        self._listed = maildir.messages(folder)
        self._moved: dict[str, str] | None = None
        self._done = 0
        self._starts, self._names = array("q"), list[str]()
        self._next = 1
        self._failures: list[UnreadableSource] = []

    def messages(self, known: Container[str]) -> Iterator[Message]:
        for self._done, file in enumerate(self._listed):  # noqa: B020 - it is told how far this is
            if file.name in known:
                self.skipped += 1
                continue
            try:
                data = self._read(file)
            except UnreadableSource as error:
                self._failures.append(error)
                continue
            if data is not None:
                self._starts.append(self._next)
                self._names.append(file.name)
                self._next += data.count(b"\n") + 1
                yield Message(file.name, self._starts[-1], data)
        if self._failures:
            first = f"{counted(len(self._failures), 'message')} cannot be read. The first: {self._failures[0]}"
            self.unreadable = self._failures[0] if len(self._failures) == 1 else UnreadableSource(first)
            self.problems.append(Problem(None, str(self.unreadable)))

    def _read(self, file: maildir.MessageFile) -> bytes | None:
        """A message, where it is by now."""
        data = maildir.read(file.path)
        if data is not None or os.path.isdir(file.path):  # noqa: PTH112
            return data
        if self._moved is None or self._moved.get(file.name) == file.path:
            self._moved = {each.name: each.path for each in maildir.messages(self._folder)}
        path = self._moved.get(file.name)
        return maildir.read(path) if path else None

    def share(self) -> float | None:
        return self._done / len(self._listed) if self._listed else None

    def _place(self, line: int) -> tuple[str, int]:
        at = max(0, bisect_right(self._starts, line) - 1)
        return (self._names[at], line - self._starts[at] + 1) if self._names else ("", line)

    def line(self, line: int | None) -> int | None:
        return self._place(line)[1] if line else line

    def placed(self, problem: Problem) -> Problem:
        if not problem.line:
            return problem
        name, line = self._place(problem.line)
        return Problem(line, f"{name}: {problem.reason}")


class _MailImport(Importing):
    """A mailbox that is being read into the library."""

    def __init__(
        self,
        library: Library,
        mailbox: _Mailbox,
        name: str,
        path: str,
        progress: Progress,
        stopped: Callable[[], bool],
        *,
        marks_apart: bool = False,
    ) -> None:
        super().__init__(name, path)
        self._marks_apart = marks_apart
        self._library = library
        self._mailbox = mailbox
        self._progress = progress
        self._stopped = stopped
        self._reader: MailboxReader = parse.mailbox_reader()
        self._format: str | None = None
        self._title: str | None = None
        self._entries: list[Entry] = []
        self._problems: list[Problem] = []
        self._read_names: list[str] = []
        self._position = self._first = 0
        self._lines = array("q")  # of the entries stored, from position `_first` on
        self._messages = 0
        self._is_known = False  # whether there is a source whose messages can be noted

    def run(self, note: _Note | None = None) -> ImportResult:
        """Read what is new; `note` is written with the last of it. Without, raises DigestError if it holds nothing."""
        known = self._library.subscriptions.messages(self._path)
        self._is_known = known is not None
        seen = known if known is not None else set[str]()
        for message in self._mailbox.messages(seen):
            seen.add(message.name)
            self._reader.read(message.name, message.data, message.line)
            self._messages += 1
            self._gather()
            if self._messages % _TELL_EVERY == 0:
                self._tell()
            if self._stopped():
                break
        self._reader.finish()
        self._gather()
        self._store()
        if not self._is_known and note is None and not self._stopped():
            raise self._mailbox.unreadable or self._reader.why_nothing()
        result = self._finish(note)
        self._tell(1.0)
        return result

    def _tell(self, share: float | None = None) -> None:
        done = self._position - self._first
        self._progress(ImportProgress(self._name, done, done, self._messages, share or self._mailbox.share()))

    def _gather(self) -> None:
        digests, problems, names = self._reader.take()
        for digest in map(identity.told_apart, digests):
            self._format = self._format or digest.format
            self._title = self._title or digest.title
            self._entries += digest.entries
            lost = () if self._marks_apart else left_marks(digest.entries)
            self._problems += map(self._mailbox.placed, (*digest.problems, *lost))
        self._problems += map(self._mailbox.placed, problems)
        self._read_names += names
        if len(self._entries) >= BATCH or (self._is_known and len(self._read_names) >= _MESSAGES):
            self._store()

    def _store(self) -> None:
        """Store what was gathered, and the names of the messages with the last of it."""
        entries = [_on_line(entry, self._mailbox.line(entry.line)) for entry in self._entries]
        for start in range(0, len(entries), BATCH):
            with self._library.intake() as intake:
                self._take(intake, prepare_entries(entries[start : start + BATCH], marks_apart=self._marks_apart))
                if start + BATCH >= len(entries):
                    intake.subscriptions.put_messages(self._source, self._read_names)
            self._library.index(most=UNINDEXED)
            self._tell()
        if not entries and self._read_names and self._is_known:
            with self._library.intake() as intake:
                if mailbox := intake.subscriptions.stored_source(self._path):
                    intake.subscriptions.put_messages(mailbox.source, self._read_names)
        if self._is_known:
            self._read_names.clear()
        self._entries.clear()

    def _take(self, intake: Intake, prepared: Sequence[PreparedEntry]) -> None:
        if not self._source:
            self._begin(intake)
        fresh = self._not_given_before(intake, prepared)
        self._merge(intake, self._position, fresh, {})
        self._position += len(fresh)
        self._lines.extend(each.row[LINE] or 0 for each in fresh)

    def _begin(self, intake: Intake) -> None:
        known = intake.subscriptions.stored_source(self._path)
        title = known.title if known else self._title or self._reader.subject
        self._name = known.name if known else self._name
        self._collection = known.collection if known else title or Path(self._name).stem
        format = (known.format if known else "") or self._format or ""
        self._source = intake.put_source(self._path, self._name, format, title, self._collection, partial=True)
        self._is_known = True
        self._position = self._first = intake.subscriptions.next_position(self._source)

    def _not_given_before(self, intake: Intake, prepared: Sequence[PreparedEntry]) -> list[PreparedEntry]:
        """Those that the mailbox has not given in the same words, at least for as early a day, or that were removed.

        In other words they take the place of none before: each message says what it says.
        """
        stored = intake.stored_before(self._source, {each.name for each in prepared})
        removed = {occasion: one.ref for occasion, before in stored.items() for one in before if one.forgotten}
        refs = [one.ref for before in stored.values() for one in before if not one.forgotten]
        given: dict[tuple[object, ...], tuple[str, int]] = {}  # the earliest days of what was given, and the entries
        for placed in intake.placed_entries(refs):
            row = entry_row(placed.entry)
            given[_words(row)] = min((_day(row), placed.ref), given.get(_words(row), (_NEVER, placed.ref)))
        fresh = []
        for each in prepared:
            same = given.get(_words(each.row))
            if (gone := removed.get(intake.occasion(each))) is not None:
                self._tally.known_refs.append(gone)
                self._tally.left_out += 1
            elif same and same[0] <= _day(each.row):
                self._tally.known_refs.append(same[1])
            else:
                fresh.append(each)
        return fresh

    def _finish(self, note: _Note | None) -> ImportResult:
        with self._library.intake() as intake:
            format = self._format
            if mailbox := intake.subscriptions.stored_source(self._path):
                self._source, self._name = mailbox.source, mailbox.name
                format = mailbox.format or format
                if self._mailbox.skipped and note is None:
                    refs = intake.refs_of_source(self._source)
                    self._tally.known_refs = [ref for ref in refs if ref not in self._tally.fresh]
                if not self._stopped():
                    intake.complete(self._source)
            problems = (*self._mailbox.problems, *self._problems)
            problems = (*problems, *map(self._mailbox.placed, self._reader.left_over()))
            problems = tuple(dict.fromkeys(problems))  # what is said of several messages without a line, once
            result = self._result(intake, format, problems, lambda at: self._lines[at - self._first] or None)
            if note and not self._stopped():
                result = replace(result, error=self._mailbox.unreadable)
                note(intake.subscriptions, result, not intake.has_entries(self._source))
        return result


def _on_line(entry: Entry, line: int | None) -> Entry:
    return entry if line == entry.line else replace(entry, line=line)


_NEVER = "9999"  # later than any day


def _words(row: Row) -> tuple[object, ...]:
    """What an entry says, wherever it stands; a day on which it was announced is part of that."""
    left_out = (LINE,) if row[ANNOUNCED] else (LINE, DAY)
    return tuple(value for at, value in enumerate(row) if at not in left_out)


def _day(row: Row) -> str:
    return str(row[DAY] or _NEVER)


# ── imports ──────────────────────────────────────────────────────────────────────────────────────


def import_mailbox(
    library: Library,
    mbox: files.OpenFile | None,
    *,
    name: str,
    path: str,
    key: str,
    progress: Progress = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
    marks_apart: bool = False,
) -> ImportResult:
    """Read the messages of an open mbox, or else of the Maildir at `path`, that the library does not know.

    `key` is the path by which the library knows the mailbox. Raises DigestError if it has nothing at all.
    """
    mailbox = _Mbox(mbox) if mbox else _Maildir(path)
    result = _MailImport(library, mailbox, name, key, progress, stopped, marks_apart=marks_apart).run()
    library.index()
    return result


# ── subscriptions ────────────────────────────────────────────────────────────────────────────────


def path_of(target: str) -> str | None:
    """The absolute path that is meant; None if it is an address or a word. It need not be there."""
    target = target.strip()
    if target.startswith("file:"):
        parts = urlsplit(target)
        target = unquote(parts.path) if parts.netloc in ("", "localhost") else ""
    elif "://" in target:
        return None
    path = files.expanded(target)
    if not target or not (target.startswith(("/", "~", "./", "../")) or os.path.lexists(path)):
        return None
    return os.path.abspath(path)  # noqa: PTH100 - it is to be the same from wherever it is named


def as_target(name: str) -> str:
    """The name of a subscription as it was given, or the path that it means."""
    return (path_of(name) or name) if "/" in name or name == ".." else name


def subscribe(library: Library, path: str, folder: str | None = None) -> Subscription | None:
    """Subscribe to the mailbox at an absolute path; None if there is another file.

    Raises SubscriptionError if there is nothing that can be read, or a folder.
    """
    try:
        path.encode()
    except UnicodeError:
        raise SubscriptionError(f"{files.path_text(path)}: its name is not UTF-8.", "Rename it first.") from None
    try:
        if not _is_mailbox(path):
            return None
    except UnreadableSource as error:
        raise SubscriptionError(error.message, error.remedy) from error
    name = squash(clean(files.InputFile(path, True, files.is_maildir(path)).name))
    with library.subscriptions.edit() as subscriptions:
        return subscriptions.add(KIND, path, name, folder)


KIND = "mail"


def _is_mailbox(path: str) -> bool:
    """Whether it is one, and not another file. Raises SubscriptionError or UnreadableSource for what is no file."""
    if files.is_maildir(path):
        maildir.messages(path)
        return True
    if _is_open_folder(path):
        found = [file.path for file in files.find([path]) if file.is_maildir]
        more = f" and {len(found) - 3:,} more" if len(found) > 3 else ""
        one_of = f"Subscribe to one of those in it: {', '.join(found[:3])}{more}."
        raise SubscriptionError(
            f"{path} is not a mailbox but a folder.",
            one_of if found else f"To import what is in it: feedreader import {path}",
        )
    with files.opened(path) as file:
        return not file.head.strip() or parse.is_mailbox(file.head)


def _is_open_folder(path: str) -> bool:
    """Whether it is a folder that one may look into; into others, `files.opened` says why not."""
    return os.path.isdir(path) and os.access(path, os.R_OK | os.X_OK)  # noqa: PTH112


async def refresh(library: Library, subscription: Subscription, tell: Callable[[str], None]) -> ImportResult:
    """Read what is new in a mailbox, in a thread, and note how that went; an error is in the result.

    `tell` hears from the thread how far it is. When this is cancelled, the thread ends after the message at hand.
    """
    stop = threading.Event()
    try:
        return await asyncio.to_thread(_refresh, library, subscription, tell, stop.is_set)
    finally:
        stop.set()


def _refresh(
    library: Library, subscription: Subscription, tell: Callable[[str], None], stopped: Callable[[], bool]
) -> ImportResult:
    path = subscription.target
    name = subscription.name

    def progress(step: ImportProgress) -> None:
        if step.messages:
            tell(f"{step.source}: {counted(step.messages, 'message')}")

    try:
        if files.is_maildir(path):
            return _MailImport(library, _Maildir(path), name, path, progress, stopped).run(_noted(subscription, None))
        if _is_open_folder(path):
            raise SubscriptionError(f"{path} is no longer a mailbox.")
        with files.opened(path) as file:
            if _is_unchanged(library, subscription, file):
                with library.subscriptions.edit() as editor:
                    editor.succeeded(subscription.source, None, news=False, empty=None, days=())
                return ImportResult(name, path)
            if file.head.strip() and not parse.is_mailbox(file.head):
                again = "If it is a feed now, unsubscribe and subscribe to it again."
                raise SubscriptionError(f"{path} is no longer a mailbox.", again)
            note = _noted(subscription, file.settled_stamp(library.now().timestamp()))
            return _MailImport(library, _Mbox(file), name, path, progress, stopped).run(note)
    except Exception as caught:
        error = unexpected(caught)
        with library.subscriptions.edit() as editor:
            editor.failed(subscription.source, None, str(error))
        return ImportResult(name, path, error=error)


def _is_unchanged(library: Library, subscription: Subscription, file: files.OpenFile) -> bool:
    """Whether a mailbox was read as it is now, and its papers were not removed since."""
    is_read = subscription.last_success is not None and subscription.failing_since is None
    is_same = file.stamp is not None and library.subscriptions.address(subscription.target).etag == file.stamp
    return is_read and is_same and library.subscriptions.messages(subscription.target) is not None


def _noted(subscription: Subscription, stamp: str | None) -> _Note:
    """What notes that a mailbox was read."""

    def note(editor: SubscriptionEditor, result: ImportResult, is_empty: bool) -> None:
        news = result.new + result.merged > 0
        if result.error:
            editor.failed(subscription.source, None, str(result.error), news=news)
        else:
            editor.succeeded(subscription.source, None, news=news, empty=is_empty, days=())
            editor.put_address(Address(subscription.target, stamp))

    return note
