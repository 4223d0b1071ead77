"""Papers as text for other programs. Pure: each format is one file with a function `export`, found through EXPORTERS.

    "".join(exporter("ris")(papers, keys))

An exporter takes papers in feed order and their citation keys by id, and gives the text piece by piece. What foreign
text there is in a paper, the format holds: that is each exporter's promise, kept by tests that read it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from typing import NamedTuple, cast

from feedreader.model import Paper

Exporter = Callable[[Iterable[Paper], Mapping[str, str]], Iterator[str]]


class ExportFormat(NamedTuple):
    """What a format is called on the screen, the ending of its files, its module, and whether it shows keys."""

    words: str
    suffix: str
    module: str
    keyed: bool = True


EXPORTERS: Mapping[str, ExportFormat] = {
    "bibtex": ExportFormat("BibTeX", ".bib", "bibtex"),
    "ris": ExportFormat("RIS", ".ris", "ris"),
    "csl-json": ExportFormat("CSL-JSON", ".json", "csl_json"),
    "markdown": ExportFormat("Markdown", ".md", "markdown"),
    "csv": ExportFormat("CSV", ".csv", "csv"),
    "jsonl": ExportFormat("JSON Lines", ".jsonl", "jsonl", keyed=False),
}


def exporter(format: str) -> Exporter:
    """The function that writes a format, by its name."""
    return cast(Exporter, import_module(f"feedreader.export.{EXPORTERS[format].module}").export)


def format_of(name: str) -> str | None:
    """The format that the ending of a file's name tells."""
    return next((key for key, format in EXPORTERS.items() if name.lower().endswith(format.suffix)), None)
