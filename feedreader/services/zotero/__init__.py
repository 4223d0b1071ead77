"""Papers handed to the Zotero that runs on this computer, each once. The command line and the reader both call it.

    done = hand_over(library, papers, Zotero(address, user_agent=…), collection="Reading")

Through the local API (`local_api`) where she has enabled it and Zotero can write through it, which is from version 10
on; else through the door for browsers (`connector`). What is there already the local API tells; where it does not, what
was sent before counts as there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from feedreader.errors import ZoteroError
from feedreader.library import Library
from feedreader.library.zotero import UNDER_WAY
from feedreader.model import Paper
from feedreader.services.zotero import connector, local_api
from feedreader.services.zotero.attachments import short as short
from feedreader.services.zotero.local_api import LocalApi, NotWritable
from feedreader.services.zotero.outcome import Outcome as Outcome
from feedreader.services.zotero.program import Place, named, read_only
from feedreader.services.zotero.program import Zotero as Zotero

Progress = Callable[[int, int], object]


def hand_over(
    library: Library,
    papers: Iterable[Paper],
    zotero: Zotero,
    *,
    collection: str | None = None,
    again: bool = False,
    progress: Progress = lambda done, total: None,
    tell: Callable[[str], object] = lambda words: None,
) -> Outcome:
    """Send papers to a collection (by its name, path or id) or library; None: the one that is selected in Zotero.

    `again` sends what is there, too. Raises ZoteroError if nothing could be sent.
    """
    papers = list({paper.id: paper for paper in papers}.values())
    zotero.check()
    places, selected = zotero.places()
    place = selected if collection is None else named(collection, places)
    if not place.editable:
        raise read_only(place)
    run = _Run(library, zotero, place, selected, Outcome(place.words), progress, len(papers))
    api = LocalApi(zotero, place, library, tell)
    run.outcome.asked = api.is_readable()
    noted = library.zotero.items(paper.id for paper in papers)
    rest = papers if again else run.without_known(papers, noted, api)
    try:
        run.send(rest, noted, api)
    except ZoteroError as error:
        if not run.outcome.sent:
            raise
        run.outcome.error = error
        done = {*run.outcome.sent, *run.outcome.failed}
        run.outcome.failed |= {paper.id: str(error) for paper in rest if paper.id not in done}
    return run.outcome


@dataclass(slots=True)
class _Run:
    library: Library
    zotero: Zotero
    place: Place
    selected: Place
    outcome: Outcome
    progress: Progress
    total: int

    def without_known(self, papers: Sequence[Paper], noted: Mapping[str, str], api: LocalApi) -> list[Paper]:
        """The papers that Zotero does not have."""
        if self.outcome.asked:
            known = api.known(papers, noted)
            self.library.zotero.put(known)
            self.library.zotero.drop(noted.keys() - known.keys())
        else:
            known = {id: item for id, item in noted.items() if not item.startswith(UNDER_WAY)}
        self.outcome.known = [paper.id for paper in papers if paper.id in known]
        self._count()
        return [paper for paper in papers if paper.id not in known]

    def send(self, papers: Sequence[Paper], noted: Mapping[str, str], api: LocalApi) -> None:
        """Raises ZoteroError; what was sent before is in the outcome."""
        left = list(papers)
        with suppress(NotWritable):
            while left and self.outcome.asked:
                api.send(left[: local_api.MOST], self.outcome)
                left = left[local_api.MOST :]
                self._count()
        for session, chunk in _sessions(left, {} if self.outcome.asked else noted):
            where = connector.Where(self.zotero, self.library, self.place, self.selected)
            connector.send(where, chunk, self.outcome, session=session)
            self._count()

    def _count(self) -> None:
        self.progress(self.outcome.done, self.total)


def _sessions(papers: Sequence[Paper], noted: Mapping[str, str]) -> Iterator[tuple[str, Sequence[Paper]]]:
    """The papers in chunks: those that may have arrived in a session once again in that, then the others ("")."""
    by_session: dict[str, list[Paper]] = defaultdict(list)
    for paper in papers:
        item = noted.get(paper.id, "")
        by_session[item.removeprefix(UNDER_WAY) if item.startswith(UNDER_WAY) else ""].append(paper)
    new = by_session.pop("", [])
    yield from by_session.items()
    for start in range(0, len(new), connector.MOST):
        yield "", new[start : start + connector.MOST]
