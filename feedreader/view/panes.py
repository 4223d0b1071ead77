"""How the list and the abstract share the screen: which layouts there are, and where the split is. Pure.

Sizes are in cells, of the space that both have together. A split that was moved is kept as a share of it, so that a
resized terminal shows both parts in proportion.
"""

from __future__ import annotations

from typing import NamedTuple

AUTOMATIC, BESIDE, STACKED, LIST, ABSTRACT = "auto", "beside", "stacked", "list", "abstract"
LAYOUTS = {BESIDE: "side by side", STACKED: "stacked", LIST: "list only", ABSTRACT: "abstract only"}
WIDE = 116  # columns from which the abstract is beside the list unless another layout was chosen
ABSTRACT_SHARE = 460  # of 1000 columns, side by side
LIST_MOST = 132  # columns of a list beside the abstract: more would only part titles from what is at the right edge
LIST_SHARE = 450  # of 1000 lines, stacked
COLUMNS_LEAST, LINES_LEAST = 34, 4  # that the list keeps, and the abstract
STEPS = {BESIDE: 4, STACKED: 1}  # columns and lines that a key moves the split


class Panes(NamedTuple):
    """What the reader chose: a layout, and for those that are split, the list's share in 1000 (0: the usual one)."""

    layout: str = AUTOMATIC
    beside: int = 0
    stacked: int = 0

    @classmethod
    def of(cls, text: str | None) -> Panes:
        """As it was remembered; what is not understood is as if nothing had been chosen."""
        layout, beside, stacked, *_ = [*(text or "").split(), "", "", ""]
        shares = [int(share) if share.isdecimal() and int(share) < 1000 else 0 for share in (beside, stacked)]
        return cls(layout if layout in LAYOUTS else AUTOMATIC, *shares)

    def text(self) -> str:
        return " ".join(map(str, self))

    def shown(self, width: int, height: int) -> str:
        """The layout in a space of this size: the one chosen if there is room for it."""
        if self.layout in offered(width, height):
            return self.layout
        if self.layout == AUTOMATIC and width >= WIDE:
            return BESIDE
        return next(layout for layout in (STACKED, BESIDE, LIST) if layout in offered(width, height))

    def next(self, width: int, height: int) -> Panes:
        """The layout that comes after the one shown."""
        layouts = offered(width, height)
        return self._replace(layout=layouts[(layouts.index(self.shown(width, height)) + 1) % len(layouts)])

    def list_size(self, width: int, height: int, *, text: int, reading: bool = False) -> int:
        """The columns of the list side by side, or its lines when stacked. Where the split was never moved, the
        abstract gets no more than its `text` takes unless the list has enough, and a list above it makes room for it
        while it is read."""
        if self.shown(width, height) == BESIDE:
            usual = min(LIST_MOST, width - min(text, width * ABSTRACT_SHARE // 1000))
            size = width * self.beside // 1000 if self.beside else usual
            return max(COLUMNS_LEAST, min(size, width - COLUMNS_LEAST))
        share = self.stacked or (200 if reading else LIST_SHARE)
        return max(LINES_LEAST, min(height * share // 1000, height - LINES_LEAST))

    def moved(self, step: int, width: int, height: int, *, text: int) -> Panes:
        """The split one step on (1: the list grows), as far as there is room for both."""
        layout = self.shown(width, height)
        whole, least = (width, COLUMNS_LEAST) if layout == BESIDE else (height, LINES_LEAST)
        size = self.list_size(width, height, text=text) + step * STEPS[layout]
        share = -(-max(least, min(size, whole - least)) * 1000 // whole)  # rounded up, to give the same size again
        return self._replace(beside=share) if layout == BESIDE else self._replace(stacked=share)


def offered(width: int, height: int) -> list[str]:
    """The layouts for which there is room."""
    room = {BESIDE: width >= 2 * COLUMNS_LEAST, STACKED: height >= 2 * LINES_LEAST}
    return [layout for layout in LAYOUTS if room.get(layout, True)]
