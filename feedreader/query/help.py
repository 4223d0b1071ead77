"""The query language in short, for the help screen and docs/: what can be written, and what it means. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from feedreader.query.fields import FIELDS

_GENERAL = (
    ("word", "Anywhere in a paper; also longer words that start with it"),
    ('"a b"', "An exact phrase"),
    ("/regex/", "A regular expression; case matters"),
    ("a b", "Both words; same as a and b"),
    ("a or b", "Either word"),
    ("-a", "Papers without it; same as not a"),
    ("( )", "Groups conditions; also title:(a or b)"),
)


def query_help() -> Iterator[tuple[str, str]]:
    """What can be written, and what it means."""
    yield from _GENERAL
    whole = [f"{field.name}:=" for field in FIELDS.values() if field.kind == "name"]
    for field in FIELDS.values():
        yield f"{field.name}:", field.help or " ".join(field.values)
        if f"{field.name}:=" == whole[0]:
            yield f'{whole[0]}"a b"', f"Exactly this name; also {' '.join(whole[1:])}"
        if field.kind == "dates":
            yield f"{field.name}:a..b", "From a to b; also a.. and ..b"
        yield from ((f"{field.name}:{choice.name}", choice.help) for choice in field.choices if choice.help)
