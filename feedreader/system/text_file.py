"""Files that people write, read as text."""

from __future__ import annotations

import stat
from pathlib import Path

from feedreader.errors import ConfigError, os_reason

LARGEST = 256 * 1024  # bytes; a file of settings has a few thousand


def read_text(path: Path) -> str:
    """A file's text as it is, with its own line ends. Raises ConfigError."""
    try:
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISCHR(mode)):
            raise _unreadable(path, "it is a folder" if stat.S_ISDIR(mode) else "it is not a regular file")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise _unreadable(path, os_reason(error)) from None
    if len(data) > LARGEST:
        raise _unreadable(path, f"it is larger than {LARGEST // 1024} kB")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        line = data.count(b"\n", 0, error.start) + 1
        place = " but UTF-16" if utf16 else f" (line {line})"
        raise _unreadable(path, f"it is not UTF-8{place}", "Save it as UTF-8.") from None


def _unreadable(path: Path, reason: str, remedy: str = "Fix or move the file.") -> ConfigError:
    return ConfigError(f"{path} cannot be read: {reason}.", remedy)
