"""What becomes of a mistake of the program: a sentence for the person, and a file for who mends it."""

from __future__ import annotations

import os
import tempfile
import traceback


def note_crash(error: BaseException) -> str:
    """Write down where it happened; what to say of it."""
    words = f"feedreader: this should not have happened: {type(error).__name__}."
    try:
        descriptor, name = tempfile.mkstemp(prefix="feedreader-crash-", suffix=".txt")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(traceback.format_exception(error))
    except OSError:
        return f"{words} What you did before is kept."
    return f"{words} What you did before is kept. Please report it, with the file {name}."
