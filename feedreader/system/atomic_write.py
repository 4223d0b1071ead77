"""Files are written whole or not at all: beside their place first, then put there in one move."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from feedreader.errors import ExportError, os_reason

_SUFFIX = ".tmp~"


def write_atomically(path: Path, pieces: Iterable[str]) -> None:
    """Write a file in UTF-8, durably. What was there stays until all of it is written, and keeps its permissions.

    A symbolic link is followed; a pipe or a device is written as it is. Raises ExportError.
    """
    try:
        target = _expanded(path).resolve()
        if target.is_dir():
            raise ExportError(f"{path} is a folder.", "Name a file in it.")
        if target.exists() and not target.is_file():
            with target.open("w", encoding="utf-8", newline="") as stream:
                stream.writelines(pieces)
            return
        if target.exists() and not os.access(target, os.W_OK):
            raise ExportError(f"{path} cannot be written: permission denied.", "Choose another name.")
        _replace(target, pieces)
    except OSError as error:
        raise ExportError(_why(path, error), "Choose another name or folder.") from error


def _replace(target: Path, pieces: Iterable[str]) -> None:
    prefix = f".{target.name[:40]}."
    _clear(target.parent, prefix)
    descriptor, name = _temporary(target.parent, prefix)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            stream.writelines(pieces)
            stream.flush()
            os.fsync(stream.fileno())
            mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
            os.chmod(name, mode)  # noqa: PTH101
            os.replace(name, target)  # noqa: PTH105
    except BaseException:
        with suppress(OSError):
            os.unlink(name)  # noqa: PTH108
        raise
    with suppress(OSError):  # a folder can't be opened everywhere
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _temporary(folder: Path, prefix: str) -> tuple[int, str]:
    """A new file, locked for as long as it is open: so it is known from one that a killed process left."""
    while True:
        descriptor, name = tempfile.mkstemp(prefix=prefix, suffix=_SUFFIX, dir=folder)
        with suppress(ImportError, OSError):  # not every system has locks
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return descriptor, name
        os.close(descriptor)  # another process took it for a left one before it was locked


def _clear(folder: Path, prefix: str) -> None:
    """Remove what processes that were killed have left."""
    with suppress(OSError):
        for entry in list(os.scandir(folder)):
            start, _, rest = entry.name.removesuffix(_SUFFIX).rpartition(".")
            if f"{start}." == prefix and entry.name == f"{prefix}{rest}{_SUFFIX}":
                _remove_unlocked(entry.path)


def _remove_unlocked(path: str) -> None:
    with suppress(ImportError, OSError):
        import fcntl

        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(path)  # noqa: PTH108
        finally:
            os.close(descriptor)


def _expanded(path: Path) -> Path:
    return Path(os.path.expanduser(path))  # noqa: PTH111 - the other one raises where there is no such user


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _why(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{path} cannot be written: no such folder {_expanded(path).parent}."
    return f"{path} cannot be written: {os_reason(error)}."
