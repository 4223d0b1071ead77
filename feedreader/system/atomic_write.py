"""Files are written whole or not at all: beside their place first, then put there in one move."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from feedreader.errors import ExportError


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
            raise ExportError(f"{path} may not be written.", "Choose another name.")
        _replace(target, pieces)
    except OSError as error:
        raise ExportError(_why(path, error), "Choose another name or folder.") from error


def _replace(target: Path, pieces: Iterable[str]) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix="~", dir=target.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            stream.writelines(pieces)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask())  # noqa: PTH101
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


def _expanded(path: Path) -> Path:
    return Path(os.path.expanduser(path))  # noqa: PTH111 - the other one raises where there is no such user


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _why(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{path} cannot be written: there is no folder {_expanded(path).parent}."
    return f"{path} cannot be written: {error.strerror or error}."
