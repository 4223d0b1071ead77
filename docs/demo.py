"""Draws README's moving picture from the real reader: `python docs/demo.py` presses the keys below and writes demo.svg.

Each distinct row of the screen is drawn once and shown in the frames that have it.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from html import escape
from pathlib import Path
from typing import NamedTuple

from rich.cells import cell_len
from rich.color import Color
from rich.style import Style
from rich.terminal_theme import DIMMED_MONOKAI
from textual.strip import Strip

from feedreader.library import Library
from feedreader.services import import_files
from feedreader.tui.app import FeedreaderApp

sys.path.insert(0, str(Path(__file__).parent))
from demo_papers import ABSTRACT, ABSTRACTS, EARLIER, TODAY

COLUMNS, ROWS = 124, 30
WIDTH, HEIGHT, SIZE, MARGIN, BAR = 8.4, 18.0, 14, 14, 34  # of a cell, of the type, around the screen, and below it
DAY = date(2026, 11, 30)
# Keys, what the caption says, and for how many seconds the frame after it stays.
SCRIPT: tuple[tuple[Sequence[str], str, float], ...] = (
    ((), "A new day", 2.2),
    (("space",), "space  read on", 1.8),
    (("s",), "s  keep", 1.6),
    (("space",), "space  read on", 1.4),
    (("x",), "x  dismiss", 1.2),
    (("x",), "x  dismiss", 1.0),
    (("x",), "x  dismiss", 0.8),
    (("s",), "s  keep", 1.4),
    (("j",), "j  down", 0.4),
    (("j",), "j  down", 0.4),
    (("j",), "j  down", 0.8),
    (("/",), "/  search", 0.8),
    (("p", "l", "a"), "/  search", 0.4),
    *(((key,), "/  search", 0.2) for key in "sm"),
    (("a",), "/  search", 1.8),
    (("enter",), "enter  keep the results", 1.2),
    (("j",), "j  down", 0.6),
    (("s",), "s  keep", 1.4),
    (("escape",), "esc  back to all papers", 1.6),
    (("S",), "S  the shortlist", 2.6),
)


class Frame(NamedTuple):
    """What the screen shows, for how many seconds, and the caption."""

    strips: Sequence[Strip]
    caption: str
    seconds: float


def papers() -> Iterator[str]:
    """The papers as JSON Lines, in the form of arXiv's metadata snapshot."""
    for days_ago, titles in ((0, TODAY), (3, EARLIER)):
        day = DAY - timedelta(days=days_ago)
        for place, (title, authors, category) in enumerate(titles):
            yield json.dumps(
                {
                    "id": f"{day:%y%m}.{20417 - 3000 * days_ago + 31 * place}",
                    "title": title,
                    "authors": authors,
                    "abstract": ABSTRACT if days_ago else ABSTRACTS.get(place, ABSTRACT),
                    "categories": category,
                    "versions": [{"version": "v1", "created": f"{day:%a, %d %b %Y} 00:00:00 GMT"}],
                    "update_date": day.isoformat(),
                }
            )


async def record(library: Library) -> tuple[list[Frame], str]:
    """The frames, and the colour around them."""
    app = FeedreaderApp(library, samples=None, today=lambda: DAY)
    frames = []
    async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
        await pilot.pause(1)
        for keys, caption, seconds in SCRIPT:
            await pilot.press(*keys)
            await pilot.pause(0.5)
            frames.append(Frame(app.screen._compositor.render_strips(), caption, seconds))
        background = app.get_css_variables()["background"]
    app.finish()
    return frames, background


def picture(frames: Sequence[Frame], background: str) -> str:
    """The frames as one SVG that repeats them. Where nothing moves, the first one is seen."""
    rows: dict[str, int] = {}
    shown = []
    total = sum(frame.seconds for frame in frames)
    start = 0.0
    for number, frame in enumerate(frames):
        end = start + frame.seconds
        uses = "".join(
            f'<use href="#r{rows.setdefault("".join(row(strip)), len(rows))}" y="{y * HEIGHT:g}"/>'
            for y, strip in enumerate(frame.strips)
        )
        times = [("hidden", 0.0), ("visible", start / total), ("hidden", end / total)]
        times = [times[1]] if start == 0 and end >= total else times[1:] if start == 0 else times
        times = times[:-1] if end >= total - 1e-9 else times
        animation = (
            f'<animate attributeName="visibility" values="{";".join(value for value, _ in times)}" '
            f'keyTimes="{";".join(f"{time:.4f}" for _, time in times)}" dur="{total:.2f}s" calcMode="discrete" '
            'repeatCount="indefinite"/>'
        )
        visibility = "hidden" if number else "visible"
        shown.append(f'<g visibility="{visibility}">{animation}{uses}{caption_of(frame.caption)}</g>')
        start = end
    width, height = COLUMNS * WIDTH + 2 * MARGIN, ROWS * HEIGHT + 2 * MARGIN + BAR
    drawn = "\n".join(f'<g id="r{number}">{shapes}</g>' for shapes, number in rows.items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" font-size="{SIZE}" '
        'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace">'
        f'<rect width="100%" height="100%" rx="10" fill="{background}"/><defs>\n{drawn}\n</defs>\n'
        f'<g transform="translate({MARGIN},{MARGIN})">\n' + "\n".join(shown) + "\n</g></svg>\n"
    )


def caption_of(text: str) -> str:
    """The key that was pressed, below the screen."""
    x, y = COLUMNS * WIDTH / 2, ROWS * HEIGHT + 26
    return f'<text x="{x:g}" y="{y:g}" text-anchor="middle" fill="#8a8a8a" font-size="16">{escape(text)}</text>'


def row(strip: Strip) -> Iterator[str]:
    """A row of cells: their colours, then the words, each at its place."""
    x = 0
    texts = []
    for segment in strip:
        style = segment.style or Style()
        cells = cell_len(segment.text)
        if style.bgcolor is not None:
            yield (
                f'<rect x="{x * WIDTH:g}" width="{cells * WIDTH + 0.4:g}" height="{HEIGHT + 0.4:g}" '
                f'fill="{colour(style.bgcolor)}"/>'
            )
        looks = (' font-weight="bold"' if style.bold else "") + (' font-style="italic"' if style.italic else "")
        for words in re.finditer(r"\S+( \S+)*", segment.text):
            left = (x + cell_len(segment.text[: words.start()])) * WIDTH
            texts.append(
                f'<text x="{left:g}" y="13.5" textLength="{cell_len(words[0]) * WIDTH:g}" '
                f'lengthAdjust="spacingAndGlyphs" fill="{colour(style.color)}"{looks}>{escape(words[0])}</text>'
            )
        x += cells
    yield from texts


def colour(value: Color | None) -> str:
    return (value or Color.default()).get_truecolor(DIMMED_MONOKAI).hex


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        now = datetime(DAY.year, DAY.month, DAY.day, 8, tzinfo=UTC)
        library = Library.open(Path(folder) / "library.sqlite3", now=lambda: now)
        digest = Path(folder) / "arXiv"
        digest.write_text("\n".join(papers()), encoding="utf-8")
        list(import_files.import_paths(library, [str(digest)]))
        frames, background = asyncio.run(record(library))
        (Path(__file__).parent / "demo.svg").write_text(picture(frames, background), encoding="utf-8")
        library.close()


if __name__ == "__main__":
    main()
