"""What became of papers that were to go to Zotero."""

from __future__ import annotations

from dataclasses import dataclass, field

from feedreader.errors import ZoteroError
from feedreader.text.display import counted


@dataclass(slots=True)
class Outcome:
    """By the papers' ids: which were sent, which were there already (`asked`: as Zotero says; else as we remember), and
    why others were not sent. `remarks` is what went wrong beside. `error` kept the rest from being sent.
    """

    place: str
    sent: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    asked: bool = False
    error: ZoteroError | None = None

    @property
    def left(self) -> set[str]:
        """Those that `error` kept from being sent."""
        return {id for id, reason in self.failed.items() if self.error and reason == str(self.error)}

    @property
    def done(self) -> int:
        """How many papers something is known of."""
        return len(self.sent) + len(self.known) + len(self.failed)

    @property
    def words(self) -> str:
        """In one sentence."""
        if len(self.known) == self.done == 1:
            return f"This paper {'is in Zotero' if self.asked else 'was sent to Zotero'} already."
        if self.known and len(self.known) == self.done:
            return f"All {len(self.known)} papers {'are in Zotero' if self.asked else 'were sent to Zotero'} already."
        words = f"{counted(len(self.sent), 'paper', group='')} sent to Zotero ({self.place})"
        if self.known:
            were = "was" if len(self.known) == 1 else "were"
            words += f", {len(self.known)} {were} {'there' if self.asked else 'sent'} already"
        return f"{words}."
