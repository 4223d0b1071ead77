"""Text that was decoded wrongly before it was sent."""

from __future__ import annotations


def mended(text: str) -> str:
    """UTF-8 that was taken for Latin-1 put right: "JosÃ©" is José."""
    try:
        return text if text.isascii() else text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
