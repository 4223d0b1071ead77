"""The settings, put into effect on the screen; and what can be wrong with them that only the screen knows."""

from __future__ import annotations

from collections.abc import Iterator

from feedreader.config import Fault, Settings


def check_theme(settings: Settings) -> Iterator[Fault]:
    """A theme that is none."""
    from textual.theme import BUILTIN_THEMES

    if settings.theme is not None and settings.theme not in BUILTIN_THEMES:
        from feedreader.config.kinds import nearest

        remedy = nearest(settings.theme, sorted(BUILTIN_THEMES), '"{}"')
        yield Fault(f"“theme” is “{settings.theme}”, which is no theme", remedy, ("theme",))
