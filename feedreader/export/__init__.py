"""Papers as text for other programs. Pure: each format is one file with a function `export`, found through EXPORTERS.

    "".join(exporter("ris")(papers, keys))

An exporter takes papers in feed order and their citation keys by id, and gives the text piece by piece. What foreign
text there is in a paper, the format holds: that is each exporter's promise, kept by tests that read it back. Feeds
have a title, too, and a name by which they are told from others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from importlib import import_module
from typing import NamedTuple, cast

from feedreader.model import Paper

Exporter = Callable[[Iterable[Paper], Mapping[str, str]], Iterator[str]]


class ExportFormat(NamedTuple):
    """What a format is called on the screen, the ending of its files, its module, and whether it shows keys.

    `is_feed` tells that others subscribe to it: it has a title. `others` are endings that mean it, too.
    """

    words: str
    suffix: str
    module: str
    keyed: bool = True
    is_feed: bool = False
    others: tuple[str, ...] = ()


EXPORTERS: Mapping[str, ExportFormat] = {
    "bibtex": ExportFormat("BibTeX", ".bib", "bibtex"),
    "ris": ExportFormat("RIS", ".ris", "ris"),
    "csl-json": ExportFormat("CSL-JSON", ".json", "csl_json"),
    "markdown": ExportFormat("Markdown", ".md", "markdown"),
    "csv": ExportFormat("CSV", ".csv", "csv"),
    "jsonl": ExportFormat("JSON Lines", ".jsonl", "jsonl", keyed=False),
    "atom": ExportFormat("Atom", ".atom", "atom", keyed=False, is_feed=True, others=(".xml",)),
    "json-feed": ExportFormat("JSON Feed", ".feed.json", "json_feed", keyed=False, is_feed=True),
}


def exporter(format: str, title: str = "", name: str = "") -> Exporter:
    """The function that writes a format, by its name. A feed's title and name are those given."""
    known = EXPORTERS[format]
    export = import_module(f"feedreader.export.{known.module}").export
    return cast(Exporter, partial(export, title=title or "Papers", name=name) if known.is_feed else export)


def format_of(name: str) -> str | None:
    """The format that the ending of a file's name tells."""
    return _ENDINGS.get(ending_of(name))


def ending_of(name: str) -> str:
    """The ending of a file's name that tells its format, in lower case; "" if none does."""
    endings = [ending for ending in _ENDINGS if name.lower().endswith(ending)]
    return max(endings, key=len, default="")


_ENDINGS = {ending: key for key, format in EXPORTERS.items() for ending in (format.suffix, *format.others)}
