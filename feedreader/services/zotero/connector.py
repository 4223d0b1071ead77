"""The door that Zotero has for browsers: what it is sent goes to the place that is selected, or where it is moved then.

A session is one such sending. Zotero takes each only once, so that what may have arrived is sent again under the
number it had: "there already" (409) is as good as "saved".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import uuid4

from feedreader.errors import ZoteroError
from feedreader.export.zotero import item, note_html
from feedreader.library import Library
from feedreader.library.zotero import UNDER_WAY
from feedreader.model import Paper
from feedreader.services.zotero.attachments import pdf_of, send_file, short
from feedreader.services.zotero.outcome import Outcome
from feedreader.services.zotero.program import (
    NotThere,
    Place,
    Zotero,
    dict_of,
    read_only,
    refusal,
    value_of,
    words_of,
)
from feedreader.sources.loopback import Reply

MOST = 50  # papers in a session


class Where(NamedTuple):
    """Which Zotero gets the papers, from which library, and the place they go to: not always the one selected there."""

    zotero: Zotero
    library: Library
    to: Place
    selected: Place


def send(where: Where, papers: Sequence[Paper], outcome: Outcome, *, session: str = "") -> None:
    """Send papers with notes, tags and PDFs. `session` is the one in which they may have arrived already.

    Raises ZoteroError; what was sent before is there, is noted and in the outcome.
    """
    notes, again, session = where.library.zotero, bool(session), session or uuid4().hex
    notes.put({paper.id: UNDER_WAY + session for paper in papers})
    items = [_item(paper) for paper in papers]
    body = {"sessionID": session, "uri": next((each["url"] for each in items if "url" in each), ""), "items": items}
    try:
        reply = where.zotero.post("/connector/saveItems", body)
    except NotThere:
        if not again:
            notes.arrived(session, ())
        raise
    if reply.status not in (200, 201, 409):
        notes.arrived(session, ())
        _refused(where, papers, outcome, reply)
        return
    ids = [paper.id for paper in papers]
    notes.arrived(session, None if reply.status == 409 else ids)
    outcome.sent += ids
    if where.to.id != where.selected.id:
        _move(where, session, outcome)
    if reply.status != 409:
        for paper in papers:
            _attach(where, session, paper, outcome)


def _item(paper: Paper) -> dict[str, Any]:
    note = (paper.marks.note or "").strip()
    return item(paper) | {"id": paper.id, "attachments": [], "notes": [{"note": note_html(note)}] if note else []}


def _refused(where: Where, papers: Sequence[Paper], outcome: Outcome, reply: Reply) -> None:
    """Zotero saved none of them, as one is wrong: the halves apart, until it is known which."""
    if reply.status != 500:
        raise refusal(reply)
    if b"libraryEditable" in reply.body and dict_of(value_of(reply)).get("libraryEditable") is False:
        raise read_only(where.selected)
    if len(papers) == 1:
        outcome.failed[papers[0].id] = f"Zotero answered {words_of(reply)}"
        return
    half = len(papers) // 2
    send(where, papers[:half], outcome)
    send(where, papers[half:], outcome)


def _move(where: Where, session: str, outcome: Outcome) -> None:
    reply = where.zotero.post("/connector/updateSession", {"sessionID": session, "target": where.to.id})
    if reply.status != 200:
        there = f"The papers are in {where.selected.words}"
        outcome.remarks.append(f"{there}: Zotero did not move them ({words_of(reply)}).")


def _attach(where: Where, session: str, paper: Paper, outcome: Outcome) -> None:
    """Send the paper's PDF, if it is here. What goes wrong with it is a remark: the paper is there."""
    pdf = pdf_of(where.library, paper)
    if pdf is None:
        return
    metadata = {"sessionID": session, "parentItemID": paper.id, "title": pdf.title, "url": pdf.url or "file:"}
    try:
        reply = send_file(where.zotero, "/connector/saveAttachment", pdf, {"X-Metadata": _header(metadata)})
        why = "the library takes no files" if reply.status == 200 else f"Zotero answered {words_of(reply)}"
    except NotThere:
        raise
    except ZoteroError as error:
        reply, why = None, str(error)
    if reply is None or reply.status != 201:
        outcome.remarks.append(f"The PDF of {short(paper)} was not attached: {why.rstrip('.')}.")


def _header(values: Mapping[str, str]) -> str:
    """JSON in ASCII, without what Zotero takes for an encoded word ("=?")."""
    return json.dumps(values).replace("=", "\\u003d")
