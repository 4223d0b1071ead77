"""Windows of what a query finds: a run of it, and where to go on."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from feedreader.model import Group


class Cursor(NamedTuple):
    """A place in what a query finds, between two of its papers. What it holds is the library's business."""

    place: tuple[Any, ...] = ()


START, END = Cursor(("start",)), Cursor(("end",))


@dataclass(frozen=True, slots=True)
class Window:
    """A run of what a query finds, in feed order: groups, each with the keys of its papers in this window.

    A group's counts are those of these papers; the window that goes on from there may begin with more of the same
    group. `before` and `after` are where to go on; None: nothing more is there. A window may be empty though more is
    there: it took too long to find any. `newest` is how many papers, the newest, an order by rank or interest looked
    at; the others follow as they are (0: the order holds for all).
    """

    found: tuple[tuple[Group, array[int]], ...] = ()
    before: Cursor | None = None
    after: Cursor | None = None
    newest: int = 0
    papers: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "papers", sum(len(keys) for _, keys in self.found))
