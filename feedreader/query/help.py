"""The query language in short, for the help screen and docs/: what can be written, and what it means. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from feedreader.query.fields import FIELDS

_GENERAL = (
    ("word", "In any text of a paper; also words that begin so"),
    ('"a b"', "Words in a row"),
    ("/regex/", "A regular expression; capitals in it count"),
    ("a b", "Both; also a and b"),
    ("a or b", "One of them"),
    ("-a", "Without it; also not a"),
    ("( )", "What belongs together; also title:(a or b)"),
)


def query_help() -> Iterator[tuple[str, str]]:
    """What can be written, and what it means."""
    yield from _GENERAL
    whole = [f"{field.name}:=" for field in FIELDS.values() if field.kind == "name"]
    for field in FIELDS.values():
        yield f"{field.name}:", field.help or " ".join(field.values)
        if f"{field.name}:=" == whole[0]:
            yield f'{whole[0]}"a b"', f"Exactly this name; so {' '.join(whole[1:])} too"
        if field.kind == "dates":
            yield f"{field.name}:a..b", "From a to b; a.. and ..b are open"
        yield from ((f"{field.name}:{choice.name}", choice.help) for choice in field.choices if choice.help)
