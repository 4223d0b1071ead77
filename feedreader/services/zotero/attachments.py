"""The PDFs of papers that are here, on their way to Zotero."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from feedreader.errors import UnknownPaper, ZoteroError, os_reason
from feedreader.export.plain import address, in_journal
from feedreader.library import Library
from feedreader.model import Paper
from feedreader.services.zotero.program import Zotero, dict_of, refusal, value_of
from feedreader.sources.loopback import Reply
from feedreader.text.display import clip, quoted, shown

SECONDS = 300.0  # that a file may take
_TYPE = {"Content-Type": "application/pdf"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "If-None-Match": "*"}


class Pdf(NamedTuple):
    """A file, what it is called in Zotero, and the paper's page."""

    file: Path
    title: str
    url: str


def pdf_of(library: Library, paper: Paper) -> Pdf | None:
    """The paper's PDF, if it is here."""
    with suppress(UnknownPaper):
        file = library.pdfs.file(library.papers.key_of(paper.id))
        if file is not None:
            return Pdf(file, "Full Text PDF" if in_journal(paper) else "Preprint PDF", address(paper) or "")
    return None


def short(paper: Paper) -> str:
    """The paper's title, as a message names it."""
    return quoted(clip(shown(paper.title or paper.id), 60))


def send_file(zotero: Zotero, path: str, pdf: Pdf, headers: Mapping[str, str]) -> Reply:
    """Send a PDF's bytes. Raises ZoteroError."""
    try:
        with pdf.file.open("rb") as stream:
            size = {"Content-Length": str(pdf.file.stat().st_size)}
            return zotero.send(path, stream, {**_TYPE, **size, **headers}, seconds=SECONDS)
    except OSError as error:
        raise ZoteroError(f"{pdf.file} cannot be read: {os_reason(error)}.") from error


def upload(
    zotero: Zotero, path: str, pdf: Pdf, authorized: Callable[[Callable[[Mapping[str, str]], Reply]], Reply]
) -> None:
    """Give an attachment of the local API its file: said what it is, sent, registered. Raises ZoteroError."""
    try:
        with pdf.file.open("rb") as stream:
            md5 = hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
        facts = pdf.file.stat()
    except OSError as error:
        raise ZoteroError(f"{pdf.file} cannot be read: {os_reason(error)}.") from error
    size, when = facts.st_size, facts.st_mtime_ns // 1_000_000  # milliseconds
    said = {"md5": md5, "filename": pdf.file.name, "filesize": size, "mtime": when}
    told = value_of(_form(zotero, path, said, authorized, 200))
    if dict_of(told).get("exists"):
        return
    key = dict_of(told).get("uploadKey")
    if not isinstance(key, str) or not re.fullmatch(r"\w{1,200}", key):
        raise ZoteroError("Zotero did not say where the file goes.")
    reply = send_file(zotero, f"/api/local/uploads/{key}", pdf, {})
    if reply.status != 201:
        raise refusal(reply)
    _form(zotero, path, {"upload": key}, authorized, 204)


def _form(
    zotero: Zotero,
    path: str,
    values: Mapping[str, object],
    authorized: Callable[[Callable[[Mapping[str, str]], Reply]], Reply],
    status: int,
) -> Reply:
    body = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in values.items()).encode()
    reply = authorized(lambda more: zotero.send(path, body, {**_FORM, **more}))
    if reply.status != status:
        raise refusal(reply)
    return reply
