"""What becomes of a mistake of the program: a sentence for the person, and a file for who mends it."""

from __future__ import annotations

import os
import tempfile
import traceback


def note_crash(error: BaseException) -> str:
    """Write down where it happened; what to say of it."""
    words = f"feedreader: internal error ({type(error).__name__})."
    try:
        descriptor, name = tempfile.mkstemp(prefix="feedreader-crash-", suffix=".txt")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(traceback.format_exception(error))
    except OSError:
        return f"{words} Your work so far is saved."
    return f"{words} Your work so far is saved. Please report it with the file {name}."
