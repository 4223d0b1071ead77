"""What can go wrong, each with a title, a message and a remedy. The same words serve the screen and the command line.

FeedreaderError
├── DigestError              a document could not be read
│   ├── NotADigest           its layout is none that is known
│   │   └── ServiceFault     it is the error message of a web service
│   ├── EmptyDigest          there is no text in it
│   └── UnreadableSource     it is absent, not a file, too large, or may not be read
├── FetchError               an address could not be fetched
├── PdfError                 a PDF is not to be had, or is none, or cannot be kept
├── LaunchError              a browser or viewer cannot be started, or what it was to open may not be opened
├── UnknownCategory          arXiv has no such category
├── SubscriptionError        a subscription cannot be made, or is not there
├── ConfigError              a setting cannot be understood
├── QueryError               a query has a mistake, at a place
├── CommandError             one of the user's own commands is not there, or did not do its work
├── ZoteroError              Zotero is not running, refuses, or answers nonsense
├── UnknownPaper             no paper has this id
├── UnknownSource            no source has this name
├── ExportError              a file cannot be written
└── LibraryError             the library's file is damaged, locked, newer than the program, or cannot be written
    └── LibraryGone          it was deleted while it was open; `Library.put_back` writes it anew
"""

from __future__ import annotations

import errno
import re
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


_USER = re.compile(r"(?<=://)[^\s/?#\"]*@")
_SECRET = re.compile(r"(?i)([?&;](?:password|passwd|pwd|secret|(?:access_|auth_)?token|api_?key)=)[^\s&;#\"]+")


def hide_passwords(text: str) -> str:
    """The text without what lets one in at the web addresses in it: https://***@example.org/feed?token=***"""
    return _SECRET.sub(r"\1***", _USER.sub("***@", text)) if "://" in text else text


_OS_REASONS = {
    errno.ENOENT: "no such file",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EROFS: "the disk is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your disk quota is used up",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "part of its path is not a folder",
    errno.ELOOP: "its links go in a circle",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EIO: "the disk reports an error",
    errno.ENOEXEC: "it is not a program",
    errno.ECONNREFUSED: "the connection was refused",
    errno.ECONNRESET: "the connection was closed",
    errno.ENETUNREACH: "no network connection",
    errno.EHOSTUNREACH: "no network connection to it",
    errno.ETIMEDOUT: "it took too long",
}


def os_reason(error: Exception) -> str:
    """Why the system refused something, in a few words without a full stop."""
    number = getattr(error, "errno", None)
    words = _OS_REASONS.get(number) if number is not None else None
    if words is None:
        words = getattr(error, "strerror", None) or str(error)
        words = words[:1].lower() + words[1:] if words[1:2].islower() else words
    return words.rstrip(".")


def exit_reason(code: int) -> str:
    """How a program failed, by its exit code; one that a signal ended has a negative one."""
    return f"exit {code}" if code > 0 else f"signal {-code}"


class FeedreaderError(Exception):
    """The root. `str(error)` is one line: the message, then the remedy. No password of an address is in it."""

    title = "Something went wrong"

    def __init__(self, message: str, remedy: str = "") -> None:
        self.message = hide_passwords(message)
        super().__init__(self.message)
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class DigestError(FeedreaderError):
    title = "Not imported"


class NotADigest(DigestError):
    title = "Unrecognized format"


class ServiceFault(NotADigest):
    title = "The service answered with an error"


class EmptyDigest(DigestError):
    title = "Empty file"


class UnreadableSource(DigestError):
    title = "Cannot be read"


class FetchError(FeedreaderError):
    """`status` is the HTTP status, if there was one; `not_before` the time the server named."""

    title = "Not fetched"

    def __init__(
        self,
        message: str,
        remedy: str = "",
        *,
        status: int | None = None,
        not_before: datetime | None = None,
    ) -> None:
        super().__init__(message, remedy)
        self.status = status
        self.not_before = not_before


class PdfError(FeedreaderError):
    title = "No PDF"


class LaunchError(FeedreaderError):
    title = "Not opened"


class UnknownCategory(FeedreaderError):
    title = "No such category"


class SubscriptionError(FeedreaderError):
    title = "Subscription"


class ConfigError(FeedreaderError):
    title = "Invalid setting"


class QueryError(FeedreaderError):
    """`position` is the place of the mistake in `query`, from 0. `unfinished`: typing on may mend it."""

    title = "Invalid query"

    def __init__(
        self, message: str, remedy: str = "", position: int = 0, query: str = "", *, unfinished: bool = False
    ) -> None:
        super().__init__(message, remedy)
        self.position = position
        self.query = query
        self.unfinished = unfinished


class CommandError(FeedreaderError):
    title = "Command failed"


class ZoteroError(FeedreaderError):
    title = "Zotero"


class UnknownPaper(FeedreaderError):
    title = "No such paper"


class UnknownSource(FeedreaderError):
    title = "No such source"


class ExportError(FeedreaderError):
    title = "Not written"


class SyncError(FeedreaderError):
    title = "Not synced"


class LibraryError(FeedreaderError):
    title = "Library"


def unexpected(error: Exception) -> FeedreaderError:
    """What was not foreseen, in the words of the others: nothing else is to suffer from it."""
    if isinstance(error, FeedreaderError):
        return error
    reason = str(error)[:200] or "no details"
    return FeedreaderError(f"Unexpected error ({type(error).__name__}: {reason}).", "Please report it.")


class LibraryGone(LibraryError):
    pass


class Fault(NamedTuple):
    """Something wrong in a file that people write, of which the rest holds. `problem` has no full stop.

    `where` is the key, as (section, key); `line` counts from 1. A mistake in a query is at `position` in it, from 0.
    """

    problem: str
    remedy: str = ""
    where: tuple[str, ...] = ()
    path: Path | None = None
    line: int | None = None
    query: str = ""
    position: int = 0

    @property
    def message(self) -> str:
        """What is wrong, with its place."""
        line = f", line {self.line}" if self.line else ""
        return f"{self.path}{line}: {self.problem}." if self.path else f"{self.problem}."

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()
