"""The settings as the reader reads them: what can be wrong with them that only the screen knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from feedreader.config.values import Settings
from feedreader.errors import Fault, QueryError

if TYPE_CHECKING:
    from feedreader.config import Check


def read_settings() -> Settings:
    """The settings as they are now. Raises ConfigError."""
    from feedreader import config

    return config.settings(*reader_checks())


def reader_checks() -> tuple[Check, ...]:
    """What the reader checks beside the values themselves: keys, theme and queries."""
    from feedreader.tui.keymap import check_keys

    return (check_keys, check_theme, check_queries)


def check_queries(settings: Settings) -> Iterator[Fault]:
    """Queries with a mistake."""
    from feedreader.query.language import parse_query

    saved = [(("views", name), query) for name, query in settings.views]
    for where, query in [*saved, (("export", "query"), settings.export_query)]:
        try:
            parse_query(query)
        except QueryError as error:
            yield Fault(f"“{where[1]}” is {query}: {error.message.rstrip('.')}", error.remedy, where)


def check_theme(settings: Settings) -> Iterator[Fault]:
    """A theme that is none."""
    from feedreader.tui.themes import OFFERED

    if settings.theme is not None and settings.theme not in OFFERED:
        from feedreader.config.kinds import did_you_mean

        remedy = did_you_mean(settings.theme, sorted(OFFERED), '"{}"')
        yield Fault(f"Unknown theme “{settings.theme}”", remedy, ("theme",))
