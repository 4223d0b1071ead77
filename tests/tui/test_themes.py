"""Every theme that is offered can be read: whatever the reader draws has contrast to what it is drawn on."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from rich.color import Color as RichColor
from rich.color import ColorSystem
from rich.style import Style

import feedreader.tui
from feedreader.library import Library
from feedreader.tui import themes
from feedreader.tui.themes import ANSI_DARK, ANSI_LIGHT, OFFERED, RECEDING, TEXT
from feedreader.tui.widgets.drawn import Drawn
from tests.tui.conftest import Reader, reading

MIXED = [name for name, theme in OFFERED.items() if not theme.ansi]
OWN = (themes.DARK, themes.LIGHT)
QUIET = ("muted", "%", "$receding")  # what recedes, and may have less contrast
LINES = frozenset("─│╭╮╰╯▐▌┃▁▂▃▄▅▆▇█▔▕▏▰▱━╺╸┄┈╌")  # drawn, not read


def relative(part: int) -> float:
    value = part / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def contrast(one: RichColor | None, other: RichColor | None) -> float:
    """As WCAG 2.2 has it, worked out here once more."""
    assert one is not None and other is not None
    first, second = one.get_truecolor(), other.get_truecolor()
    a, b = sorted(0.2126 * relative(c[0]) + 0.7152 * relative(c[1]) + 0.0722 * relative(c[2]) for c in (first, second))
    return (b + 0.05) / (a + 0.05)


def drawn_widgets() -> list[type[Drawn]]:
    """All widgets that draw with looks of their own."""
    for module in pkgutil.walk_packages(feedreader.tui.__path__, "feedreader.tui."):
        importlib.import_module(module.name)

    def below(kind: type[Drawn]) -> Iterator[type[Drawn]]:
        for each in kind.__subclasses__():
            yield each
            yield from below(each)

    return [kind for kind in below(Drawn) if kind.LOOKS]


def least(words: str) -> float:
    foreground = words.partition(" on ")[0]
    return 0.0 if "$rule" in foreground else RECEDING if any(quiet in foreground for quiet in QUIET) else TEXT


def test_the_looks_of_all_widgets_are_known() -> None:
    kinds = drawn_widgets()
    assert len(kinds) > 12
    for kind in kinds:
        for name, words in kind.LOOKS.items():
            assert "$foreground 25%" not in words, f"{kind.__name__}: {name} is drawn, not read: $rule"


def test_only_what_is_beside_the_point_recedes() -> None:
    read = {"title", "abstract", "highlighted", "unread", "kept", "found", "day", "key", "cursor", "selected", "error"}
    read |= {
        "fault",
        "message",
        "mention",
        "tldr",
        "strong",
        "chosen",
        "query",
        "arrived",
        "busy",
        "new",
        "tag",
        "code",
    }
    beside = {("Verdict", "key")}
    drawn = {("PaperList", "rule"), ("PaperList", "bar"), ("PaperPane", "separator"), ("Lines", "bar")}
    for kind in drawn_widgets():
        for name, words in kind.LOOKS.items():
            if name in read and (kind.__name__, name) not in beside:
                assert least(words) == TEXT, (kind.__name__, name)
            if least(words) == 0.0:
                assert any((each.__name__, name) in drawn for each in kind.__mro__), (kind.__name__, name)


@pytest.mark.parametrize("theme", MIXED)
@pytest.mark.parametrize("ground", ["background", "surface", "panel"])
def test_every_look_has_contrast_in_every_theme(theme: str, ground: str) -> None:
    variables = themes.variables(theme)
    below = themes.parsed(variables[ground])
    for kind in drawn_widgets():
        for name, words in kind.LOOKS.items():
            style = themes.style(words, variables, below)
            assert contrast(style.color, style.bgcolor) >= least(words), (kind.__name__, name)


def cells(reader: Reader) -> list[tuple[str, Style]]:
    """Every character of the screen on top with the style it is painted with; under a dialog, all else is dimmed."""
    screen = reader.app.screen
    widgets = [screen.query_one("#dialog")] if screen.query("#dialog") else [screen]
    strips = screen._compositor.render_strips()
    region = widgets[0].region
    crops = (strips[y].crop(region.x, region.right) for y in range(region.y, region.bottom))
    return [(segment.text, segment.style) for strip in crops for segment in strip if segment.style and segment.text]


def faint(painted: list[tuple[str, Style]], least: float) -> list[tuple[str, float]]:
    return [
        (text, round(contrast(style.color, style.bgcolor), 2))
        for text, style in painted
        if not set(text) <= LINES | {" "} and contrast(style.color, style.bgcolor) < least
    ]


async def all_can_be_read(reader: Reader) -> None:
    """The screen as it is, in every theme."""
    for theme in MIXED:
        reader.app.theme = theme
        await reader.rest()
        painted = cells(reader)
        assert len(painted) > 10
        assert faint(painted, RECEDING) == [], theme


SCREENS: dict[str, tuple[str, ...]] = {
    "list": ("s", "j", "x", "m"),
    "abstract": ("enter",),
    "search": ("slash", "a", "l", "p", "h", "a", "enter"),
    "typing": ("slash", "f", "o", "o", "colon"),
    "help": ("question_mark",),
    "palette": ("colon", "r"),
    "note": ("w", "x"),
    "export": ("e",),
    "copy": ("y",),
    "browse": ("b",),
    "subscribe": ("a",),
    "sources": ("I",),
}


@pytest.mark.parametrize("screen", SCREENS)
async def test_what_is_painted_can_be_read_in_every_theme(papers: Library, screen: str) -> None:
    async with reading(papers, size=(100, 30)) as reader:
        await reader.press(*SCREENS[screen])
        await all_can_be_read(reader)


async def test_toasts_and_texts_that_are_typed_or_selected_can_be_read(papers: Library) -> None:
    async with reading(papers, size=(100, 30), toasts=True) as reader:
        for severity in ("error", "warning", "information"):
            reader.app.context.notify("What went wrong", f"A {severity}", severity, timeout=600)
        await reader.press("slash", "a", "b", "shift+left")
        await reader.until(lambda: "What went wrong" in "".join(text for text, _ in cells(reader)), "they are shown")
        await all_can_be_read(reader)
        await reader.press("escape", "w", "a", "b", "shift+left")
        await all_can_be_read(reader)


@pytest.mark.parametrize("theme", OWN)
def test_our_own_themes_can_be_read_with_256_colors(theme: str) -> None:
    variables = themes.variables(theme)
    for ground in ("background", "surface", "panel"):
        for kind in drawn_widgets():
            for name, words in kind.LOOKS.items():
                style = themes.style(words, variables, themes.parsed(variables[ground]))
                color, below = (each.downgrade(ColorSystem.EIGHT_BIT) for each in (style.color, style.bgcolor) if each)
                assert contrast(color, below) >= 0.9 * least(words), (kind.__name__, name, ground)


@pytest.mark.parametrize("theme", MIXED)
def test_chips_are_tinted_not_loud(theme: str) -> None:
    """In a theme of many colours; each differs a little from the ground of the list."""
    variables = themes.variables(theme)
    ground = themes.parsed(variables["background"])
    for color in ("primary", "secondary", "accent", "warning", "error", "success"):
        chip = themes.parsed(variables[f"{color}-muted"])
        assert 1.02 < themes.contrast(chip, ground) < 2.6, color


@pytest.mark.parametrize("theme", MIXED)
def test_the_row_of_the_cursor_is_seen(theme: str) -> None:
    variables = themes.variables(theme)
    ground = themes.parsed(variables["background"])
    focused, blurred = (
        ground + themes.parsed(variables[f"block-cursor-{kind}background"]) for kind in ("", "blurred-")
    )
    assert themes.contrast(focused, ground) > 1.2 and focused != blurred
    assert themes.contrast(focused, ground) > themes.contrast(blurred, ground) > 1.05


@pytest.mark.parametrize("theme", [ANSI_DARK, ANSI_LIGHT])
def test_with_16_colors_nothing_is_drawn_in_its_own_color(theme: str) -> None:
    variables = themes.variables(theme)
    ground = themes.parsed(variables["background"])
    assert themes.style("bold $text on $block-cursor-background", variables, ground) == Style(reverse=True)
    for kind in drawn_widgets():
        for name, words in kind.LOOKS.items():
            style = themes.style(words, variables, ground)
            assert style.color is None or style.color.triplet is None, (kind.__name__, name)
            assert style.bgcolor is None or style.bgcolor.is_default or style.color != style.bgcolor
            assert style.color is None or style.color.name not in ("bright_black", "white"), "nothing is grey"
