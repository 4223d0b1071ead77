"""Draws README's picture from the real screen: `python docs/screenshot.py` (samples, 120×34, keys pressed, SVG)."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from rich.cells import cell_len
from rich.color import Color
from rich.style import Style
from rich.terminal_theme import DIMMED_MONOKAI
from textual.strip import Strip

from feedreader.library import Library
from feedreader.services import ingest
from feedreader.tui.app import FeedreaderApp

ROOT = Path(__file__).resolve().parents[1]
WIDTH, HEIGHT, SIZE = 8.4, 18.0, 14  # of a cell, and of the type
COLUMNS, ROWS = 120, 34
KEPT = ("1706.03762", "1512.03385")
READ = ("1602.03837", "10.1038/s41586-021-03819-2")


def picture(strips: list[Strip], background: str) -> str:
    """A screen as SVG: the cells' colours, then the words, each at its place."""
    width, height = COLUMNS * WIDTH + 24, ROWS * HEIGHT + 24
    shapes = [shape for y, strip in enumerate(strips) for shape in line(strip, y)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" font-size="{SIZE}" '
        'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace">'
        f'<rect width="100%" height="100%" rx="8" fill="{background}"/><g transform="translate(12,12)">\n'
        + "\n".join(shapes)
        + "\n</g></svg>\n"
    )


def line(strip: Strip, y: int) -> Iterator[str]:
    x = 0
    texts = []
    for segment in strip:
        style = segment.style or Style()
        cells = cell_len(segment.text)
        front, back = style.color, style.bgcolor
        if back is not None:
            yield (
                f'<rect x="{x * WIDTH:.1f}" y="{y * HEIGHT:.1f}" width="{cells * WIDTH + 0.4:.1f}" '
                f'height="{HEIGHT + 0.4:.1f}" fill="{colour(back)}"/>'
            )
        looks = (' font-weight="bold"' if style.bold else "") + (' font-style="italic"' if style.italic else "")
        for word in re.finditer(r"\S+", segment.text):
            left = (x + cell_len(segment.text[: word.start()])) * WIDTH
            texts.append(
                f'<text x="{left:.1f}" y="{y * HEIGHT + 13.5:.1f}" textLength="{cell_len(word[0]) * WIDTH:.1f}" '
                f'lengthAdjust="spacingAndGlyphs" fill="{colour(front)}"{looks}>{escape(word[0])}</text>'
            )
        x += cells
    yield from texts


def colour(value: Color | None) -> str:
    triplet = (value or Color.default()).get_truecolor(DIMMED_MONOKAI)
    return triplet.hex


async def draw(library: Library) -> str:
    app = FeedreaderApp(library, samples=None)
    async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
        await pilot.pause(0.5)
        while "Attention Is All" not in (app.feed.summary.title or "" if app.feed.summary else ""):
            await pilot.press("j")
        await pilot.pause(0.5)
        strips = app.screen._compositor.render_strips()
        background = app.get_css_variables()["background"]
    app.finish()
    return picture(strips, background)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Path(folder) / "library.sqlite3", now=lambda: datetime.now(UTC))
        list(ingest.import_paths(library, [str(ROOT / "sample_feeds")]))
        library.marks.set([library.papers.key_of(id) for id in KEPT], {"shortlisted": True}, label="kept")
        library.marks.set([library.papers.key_of(id) for id in READ], {"read": True}, label="read")
        (ROOT / "docs" / "screenshot.svg").write_text(asyncio.run(draw(library)), encoding="utf-8")
        library.close()


if __name__ == "__main__":
    main()
