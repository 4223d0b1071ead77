"""The new version of a paper that the reader kept: what it changed of the one she kept. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from feedreader.model import Entry, Paper, PlacedEntry, Revision
from feedreader.text.display import Measure, middle_day
from feedreader.view.spans import Line, Span, filled
from feedreader.view.word_diff import DELETED, INSERTED, Piece, excerpt, goes_on, is_rewritten, word_diff

Signs = Mapping[str, str]
BARE: Signs = {DELETED: "{}", INSERTED: "{}"}  # where looks tell deleted from inserted words
SIGNS: Signs = {DELETED: "[-{}-]", INSERTED: "{{+{}+}}"}
WORDS: Signs = {DELETED: "(deleted: {})", INSERTED: "(added: {})"}

_CUT = ("…", "...", "[…]", "[...]")

Say = Callable[[str], str]
_Version = tuple[PlacedEntry, datetime | None]


class KeptChange(NamedTuple):
    """What the newest version of a kept paper changed. `since` is the version that it is compared with; None: unknown.

    `title` and `abstract` are the differences: () if no word changed, None if one of the two texts isn't known.
    """

    revision: Revision
    since: int | None
    title: tuple[Piece, ...] | None
    abstract: tuple[Piece, ...] | None


def kept_change(paper: Paper, say: Say) -> KeptChange | None:
    """What changed since the version that the reader kept, where that is known. `say` makes texts as they are shown.

    That is the newest version announced by the day on which she kept it, but not the newest of all.
    """
    if not paper.marks.shortlisted or not paper.revisions or not paper.versions:
        return None
    newest = max(paper.revisions, key=lambda each: (each.version or 2, each.day, bool(each.version)))
    place = newest.version or 2, newest.day
    new = [each for each, _ in paper.versions if _replaces(each.entry) and _place(each.entry) == place]
    older = [version for version in paper.versions if _place(version[0].entry) < place]
    old = _kept(older, paper.marks.shortlisted_at)
    if not new or not old:
        return None
    title, abstract = (_change(old, new, field, say) for field in ("title", "abstract"))
    if title is None and abstract is None:
        return None
    kept = old[0].entry
    return KeptChange(newest, kept.version or (None if _replaces(kept) else 1), title, abstract)


def _kept(older: Sequence[_Version], kept_at: datetime | None) -> Sequence[PlacedEntry]:
    """Those that speak of the newest version known when the paper was kept; what arXiv said goes before all else."""
    older = [version for version in older if version[0].entry.version or version[0].entry.announce_type] or older
    if kept_at is not None:
        of_day = [version for version in older if (version[0].entry.day or date.min) <= kept_at.date()] or older
        older = [version for version in of_day if version[1] is None or version[1] <= kept_at] or of_day
    entries = [placed for placed, _ in older]
    newest = max((placed.entry for placed in entries), key=_place, default=None)
    if newest is None:
        return ()
    exact = _replaces(newest) and not newest.version  # only its day tells which version it is
    number, day = _place(newest)
    return [each for each in entries if _place(each.entry)[0] == number and (not exact or _place(each.entry)[1] == day)]


def _replaces(entry: Entry) -> bool:
    return (entry.announce_type or "").startswith("replace")


def _place(entry: Entry) -> tuple[int, date]:
    """Where a version stands among the others. One that only says that it is new comes behind the first."""
    return entry.version or (2 if _replaces(entry) else 1), entry.day or date.min


def _change(old: Sequence[PlacedEntry], new: Sequence[PlacedEntry], field: str, say: Say) -> tuple[Piece, ...] | None:
    """What changed of a title or abstract: nothing, if any two sources say so; else as one source has them, if it has
    both."""
    before, after = ({getattr(each.entry, field): each.path for each in versions} for versions in (old, new))
    found = {(before[a] != after[b], a, b): _diff(a, b, say) for a in before for b in after if a and b}
    diffs = {place: diff for place, diff in sorted(found.items()) if diff is not None}
    return next((diff for diff in diffs.values() if not diff), next(iter(diffs.values()), None))


def _diff(before: str, after: str, say: Say) -> tuple[Piece, ...] | None:
    """The difference of two texts; None if one breaks off where the other goes on."""
    if before == after:
        return ()
    before, after = say(before), say(after)
    diff = word_diff(before, after)
    if diff and any(cut.endswith(_CUT) and goes_on(cut, whole) for cut, whole in ((before, after), (after, before))):
        return None
    return diff


def kept_line(change: KeptChange) -> str:
    """`v3 of a paper you kept: title and abstract unchanged (9 May 2019)`"""
    version = f"v{change.revision.version}" if change.revision.version else "A new version"
    return f"{version} of a paper you kept: {_what(change)} ({middle_day(change.revision.day)})"


def _what(change: KeptChange) -> str:
    known = {name: diff for name in ("title", "abstract") if (diff := getattr(change, name)) is not None}
    changed = [name for name, diff in known.items() if diff]
    return " and ".join(changed or known) + (" changed" if changed else " unchanged")


def changed_lines(change: KeptChange, width: int, signs: Signs, measure: Measure) -> list[Line]:
    """A heading and what changed, with the words around it; none if nothing did."""
    changed = {name: diff for name, diff in (("Title", change.title), ("Abstract", change.abstract)) if diff}
    if not changed:
        return []
    version = f"v{change.revision.version}" if change.revision.version else "the new version"
    heading = f"What changed in {version}{f' since v{change.since}' if change.since else ''}"
    lines = filled([Span(heading, "label")], width, measure)
    for name, diff in changed.items():
        if is_rewritten(diff):
            before = " ".join(piece.text for piece in diff if piece.kind != INSERTED)
            spans = [Span(f"{name} rewritten. It was: ", "label"), Span(before, "fact")]
        else:
            spans = [Span(f"{name}: ", "label")] if len(changed) > 1 else []
            spans += _spans(diff if name == "Title" else excerpt(diff), signs)
        lines += filled(spans, width, measure)
    return lines


def _spans(pieces: Iterable[Piece], signs: Signs) -> Iterator[Span]:
    for piece in pieces:
        role = piece.kind if piece.kind in signs else "fact"
        yield Span(signs.get(piece.kind, "{}").format(piece.text), role)
        yield Span(" ", "fact")
