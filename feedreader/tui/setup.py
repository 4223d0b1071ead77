"""The settings, put into effect on the screen; and what can be wrong with them that only the screen knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from feedreader.config.values import Fault, Settings

if TYPE_CHECKING:
    from feedreader.tui.app import FeedreaderApp


def check_theme(settings: Settings) -> Iterator[Fault]:
    """A theme that is none."""
    from textual.theme import BUILTIN_THEMES

    if settings.theme is not None and settings.theme not in BUILTIN_THEMES:
        from feedreader.config.kinds import nearest

        remedy = nearest(settings.theme, sorted(BUILTIN_THEMES), '"{}"')
        yield Fault(f"“theme” is “{settings.theme}”, which is no theme", remedy, ("theme",))


def set_up(app: FeedreaderApp, settings: Settings, remembered: str | None) -> None:
    """The look, the list and the keys. The theme that is set goes before the one that is remembered."""
    for theme in (settings.theme, remembered):
        if theme and theme in app.available_themes:
            app.wear(theme)
            break
    feed = app.feed
    feed.marking.rule = settings.mark_read
    if (settings.lines, settings.columns) != (feed.list.each, tuple(feed.list.columns)):
        feed.list.lay_out(settings.lines, settings.columns)
    if settings.keys or app.keys:
        from feedreader.tui.keymap import keymap, rebind

        app.keys = keymap(settings)
        for node in (app, feed, feed.list, feed.pane):
            rebind(node, app.keys)
