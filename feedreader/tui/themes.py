"""The themes: our own two and Textual's, each made legible; and which one the reader begins with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from rich.style import Style
from textual.color import BLACK, WHITE, Color
from textual.style import Style as VisualStyle
from textual.theme import BUILTIN_THEMES, Theme

DARK, LIGHT = "feedreader-dark", "feedreader-light"
ANSI_DARK, ANSI_LIGHT = "ansi-dark", "ansi-light"  # for terminals with 16 colours
TEXT, RECEDING = 4.5, 3.0  # the least contrast to what it stands on, as WCAG 2.2 counts it

_VARIABLE = re.compile(r"\$([\w-]+)")
_RECEDES = re.compile(r"muted\b|\$receding|%")
_RULE = "$rule"  # lines and bars: nothing to be read
_GROUNDS = ("background", "surface", "panel")
_COLORS = ("primary", "secondary", "accent", "warning", "error", "success")
_FADED = 0.35  # the share of the text's colour in the letters of a chip
_CHIP = 0.16  # the share of its colour in the ground of a chip
_CURSORS = {"block-cursor": 0.35, "block-cursor-blurred": 0.18}  # of the theme's main colour in the row's ground
_COLORED = tuple(f"text-{color}" for color in _COLORS)

_OWN = (
    Theme(
        name=DARK,
        primary="#c2976b",
        secondary="#8aa6a3",
        accent="#d9a470",
        warning="#e3c06a",
        error="#e58673",
        success="#a3b88a",
        foreground="#e6ded3",
        background="#1b1918",
        surface="#242120",
        panel="#2a2625",
        dark=True,
        variables={
            "text": "#e6ded3",
            "text-muted": "#a89e92",
            "text-accent": "#d9a470",
            "text-warning": "#e3c06a",
            "text-error": "#e58673",
            "text-success": "#a3b88a",
            "block-cursor-foreground": "#f6efe5",
            "block-cursor-background": "#423a31",
            "block-cursor-blurred-foreground": "#e6ded3",
            "block-cursor-blurred-background": "#322b26",
            "screen-selection-background": "#5b4632",
            "input-selection-background": "#5b4632",
        },
    ),
    Theme(
        name=LIGHT,
        primary="#8f5a2c",
        secondary="#3d6b6b",
        accent="#8f5326",
        warning="#7d5a00",
        error="#a52c25",
        success="#47662f",
        foreground="#2e2822",
        background="#faf6ef",
        surface="#f2ecdf",
        panel="#ece4d5",
        dark=False,
        variables={
            "text": "#2e2822",
            "text-muted": "#6a6055",
            "text-accent": "#8f5326",
            "text-warning": "#7d5a00",
            "text-error": "#a52c25",
            "text-success": "#47662f",
            "block-cursor-foreground": "#241d16",
            "block-cursor-background": "#ecd7b8",
            "block-cursor-blurred-foreground": "#2e2822",
            "block-cursor-blurred-background": "#f0e6d3",
            "screen-selection-background": "#e2c398",
            "input-selection-background": "#e2c398",
        },
    ),
)
OFFERED: Mapping[str, Theme] = {theme.name: theme for theme in (*_OWN, *BUILTIN_THEMES.values())}


class Terminal(NamedTuple):
    """What is known of the terminal at the start: whether it has 16 colours or none, and a light background; and
    whether it can be asked for its background."""

    few_colors: bool = False
    light: bool = False
    answers: bool = False

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Terminal:
        from rich.console import Console
        from textual import constants

        console = Console(color_system=constants.COLOR_SYSTEM, force_terminal=True, _environ=environ)  # type: ignore[arg-type]
        few = console.color_system in (None, "standard") or bool(environ.get("NO_COLOR"))
        background = environ.get("COLORFGBG", "").rpartition(";")[2]
        # The Linux console would print the question.
        answers = not environ.get("TERM", "").startswith(("linux", "vt", "dumb"))
        return cls(few, background == "7" or (background.isdecimal() and 9 <= int(background) <= 15), answers)

    def offers(self) -> list[str]:
        """The names of the themes that it can show."""
        return sorted(name for name, theme in OFFERED.items() if theme.ansi or not self.few_colors)

    def theme(self, wanted: str | None) -> str:
        """The theme that shows, where this one is wanted; None: any that goes with the background."""
        light = self.light if wanted is None else not OFFERED[wanted].dark
        if self.few_colors:
            return ANSI_LIGHT if light else ANSI_DARK
        return wanted or (LIGHT if light else DARK)


def contrast(one: Color, other: Color) -> float:
    """The contrast of two opaque colours, from 1 to 21, as WCAG 2.2 counts it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(1024)
def legible(color: Color, ground: Color, least: float) -> Color:
    """The colour, or where its contrast to the ground is too small, the nearest to it on the way to black or white."""
    color = ground + color
    if contrast(color, ground) >= least:
        return color
    end = max(WHITE, BLACK, key=lambda end: contrast(end, ground))
    steps = (color.blend(end, step / 20, 1.0) for step in range(1, 20))
    return next((step for step in steps if contrast(step, ground) >= least), end)


@lru_cache(64)
def variables(name: str) -> Mapping[str, str]:
    """The variables of a theme, with those changed that could not be read."""
    theme = OFFERED[name]
    made = {**theme.to_color_system().generate(), **theme.variables}
    if theme.ansi or theme in _OWN:  # chips differ by the colours of their letters
        made |= {f"{color}-muted": made["panel"] if not theme.ansi else "ansi_default" for color in _COLORS}
    if theme.ansi:
        quiet = made["text-muted"]
        made |= {f"chip-{color}": made[f"text-{color}"] for color in _COLORS}
        return {**made, "rule": quiet, "receding": quiet, "border": made["text-accent"], "shade": "transparent"}
    grounds = [Color.parse(made[ground]) for ground in _GROUNDS]
    foreground, background = Color.parse(made["foreground"]), grounds[0]
    if theme not in _OWN:
        made |= _tints(made)
    made["shade"] = background.with_alpha(0.6).hex  # over all that is behind a dialog
    made["rule"] = foreground.with_alpha(0.25).hex
    made["receding"] = background.blend(foreground, 0.5, 1.0).hex
    for names, least in ((_COLORED, TEXT), (("border", "receding"), RECEDING)):
        for each in names:
            color = Color.parse(made[each])
            for ground in grounds:
                color = legible(color, ground, least)
            made[each] = color.hex
    for name in _COLORS:
        made[f"chip-{name}"] = Color.parse(made[f"text-{name}"]).blend(foreground, _FADED, 1.0).hex
    for kind in ("screen-selection", "input-selection"):
        ground = background + parsed(made[f"{kind}-background"])
        made[f"{kind}-background"] = ground.hex
        made[f"{kind}-foreground"] = legible(foreground, ground, TEXT).hex
    return made


def _tints(made: Mapping[str, str]) -> dict[str, str]:
    """Calm grounds for the row of the cursor and for chips."""
    foreground, background = Color.parse(made["foreground"]), Color.parse(made["background"])
    tints = {f"{color}-muted": background.blend(parsed(made[color]), _CHIP, 1.0).hex for color in _COLORS}
    for kind, share in _CURSORS.items():
        ground = background.blend(parsed(made["primary"]), share, 1.0)
        tints |= {f"{kind}-background": ground.hex, f"{kind}-foreground": legible(foreground, ground, TEXT).hex}
    return tints


def parsed(text: str) -> Color:
    """A colour as themes write it: `#81a1c1 35%`, too."""
    color, _, share = text.partition(" ")
    return Color.parse(color).multiply_alpha(float(share[:-1]) / 100 if share else 1.0)


def style(words: str, variables: Mapping[str, str], ground: Color) -> Style:
    """A look, in Textual's words, as it is drawn on a ground: what recedes with less contrast, all else with more."""
    # The variables are put in here: Textual would lose the 60 % of "auto 60%" on its way through one.
    spelled_out = _VARIABLE.sub(lambda name: variables[name[1]], words)
    made = (VisualStyle(ground) + VisualStyle.parse(spelled_out)).rich_style
    foreground = words.partition(" on ")[0]
    recedes = _RECEDES.search(foreground) is not None
    if ground.ansi is not None and "$block-cursor-background" in words:
        return Style(reverse=True)  # bold or of another colour, it might be grey on grey
    if ground.ansi is not None:
        return made + Style(dim=recedes or _RULE in foreground)  # the terminal's own colours cannot be mixed
    if made.color is None or made.bgcolor is None or _RULE in foreground:
        return made
    color, below = Color.from_rich_color(made.color), Color.from_rich_color(made.bgcolor)
    return made + Style(color=legible(color, below, RECEDING if recedes else TEXT).rich_color)
