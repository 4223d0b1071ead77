"""All that can be set, a row each: parsing, checks, `feedreader config`, its example and docs/ follow from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from feedreader.arxiv.addresses import Addresses
from feedreader.config.kinds import (
    MEGABYTE,
    read_address,
    read_bool,
    read_choice,
    read_columns,
    read_command,
    read_density,
    read_file,
    read_keys,
    read_live_file,
    read_name,
    read_number,
    read_own_command,
    read_path,
    read_saved_search,
    read_size,
    read_text,
    read_times,
)
from feedreader.config.values import COMFORTABLE, COMPACT, FULL, LIVE_ENDINGS, NEVER, ON_MOVING_ON, ON_OPEN, Settings

COLUMNS_BY_LINES = {
    FULL: ("authors", "categories"),
    COMPACT: ("authors",),
    COMFORTABLE: ("authors", "categories"),
}


class Setting(NamedTuple):
    """One row. `field` is where it goes in `Settings`; `default` is as TOML has it, None if there is none.

    `expects` says what its value should be, `words` what it does, `example` is a value to show. A setting whose
    `key` is "" is a section in which any names may stand. `variable` is the one of the environment that overrides it.
    """

    section: str
    key: str
    field: str
    read: Callable[..., Any]
    default: object
    expects: str
    words: str
    example: object
    variable: str = ""

    @property
    def name(self) -> str:
        """`section.key`"""
        return ".".join(filter(None, (self.section, self.key)))

    @property
    def is_open(self) -> bool:
        """Whether it is a section in which any names may stand."""
        return not self.key

    @property
    def where(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.section, self.key)))


_PLAIN, _ARXIV = Settings(), Addresses()
_ADDRESS = 'an address in quotes, as "https://…"'

TABLE: tuple[Setting, ...] = (
    Setting(
        "",
        "theme",
        "theme",
        read_name,
        None,
        'the name of a theme in quotes, as "nord"',
        "colours; overrides the theme chosen in the reader",
        "nord",
    ),
    Setting(
        "list",
        "density",
        "lines",
        read_density,
        "full",
        '"full", "compact" or "comfortable"',
        "`full`: whole titles; `compact`: one line per paper; `comfortable`: two",
        "comfortable",
    ),
    Setting(
        "list",
        "columns",
        "columns",
        read_columns,
        ["authors", "categories"],
        'a list of columns, as ["authors", "day"]',
        "details shown beside or under the title: `authors`, `categories`, `day`, `source`, `version`, `tags`, "
        "`id`; may include `title`",
        ["categories", "title", "authors", "day"],
    ),
    Setting(
        "reading",
        "mark_read",
        "mark_read",
        read_choice((ON_OPEN, ON_MOVING_ON, NEVER)),
        ON_MOVING_ON,
        '"on_open", "on_moving_on" or "never"',
        "when an opened paper becomes read: `on_open`, `on_moving_on` to another paper, or `never` (only by key)",
        ON_OPEN,
    ),
    Setting(
        "refresh",
        "at_start",
        "refresh_at_start",
        read_bool,
        False,
        "true or false",
        "refresh when the reader starts",
        True,
    ),
    Setting(
        "refresh",
        "every_hours",
        "refresh_hours",
        read_number,
        0,
        "a number of hours, 0 for never",
        "refresh every so many hours while the reader is open; 0: never",
        3,
    ),
    Setting(
        "refresh",
        "at",
        "refresh_at",
        read_times,
        [],
        'a list of times, as ["07:30", "18:00"]',
        "refresh at these times of day while the reader is open",
        ["07:30", "18:00"],
    ),
    Setting(
        "export",
        "file",
        "export_file",
        read_file(*LIVE_ENDINGS),
        None,
        'a path in quotes ending in .bib, .md, .atom or .feed.json, as "~/papers.bib"',
        "a file that follows your shortlist: `.bib`, `.md`, or a feed, `.atom` or `.feed.json`",
        "~/papers.bib",
    ),
    Setting(
        "export",
        "query",
        "export_query",
        read_text,
        _PLAIN.export_query,
        'a query in quotes, as "is:shortlisted"',
        "which papers go into that file",
        "is:shortlisted tag:thesis",
    ),
    Setting(
        "live",
        "",
        "live",
        read_live_file,
        None,
        '"path" = "query", or "path" = { view = "NAME", title = "…" }',
        "more files that follow a query, or a saved search (`view`); `title` is what a feed is called",
        {
            "~/public/shortlist.atom": {"query": "is:shortlisted", "title": "Ada's shortlist"},
            "~/public/unread.feed.json": {"view": "Unread ML"},
            "~/notes/thesis.md": "tag:thesis",
        },
    ),
    Setting(
        "open",
        "browser",
        "browser",
        read_command,
        None,
        'a command in quotes, as "firefox --new-tab {url}"',
        "command to open web pages, with `{url}` for the address; default: `$BROWSER`, then the system's browser",
        "firefox --new-tab {url}",
    ),
    Setting(
        "open",
        "viewer",
        "viewer",
        read_command,
        None,
        'a command in quotes, as "zathura {file}"',
        "command to open PDFs, with `{file}` for the file; default: the system's viewer",
        ["zathura", "--fork", "{file}"],
    ),
    Setting(
        "open",
        "pdf_folder",
        "pdf_folder",
        read_path,
        None,
        'a path in quotes, as "~/Papers"',
        "folder for PDFs; default: `pdfs/` beside the library",
        "~/Papers",
    ),
    Setting(
        "open",
        "pdf_max_mb",
        "pdf_limit",
        read_size,
        _PLAIN.pdf_limit // MEGABYTE,
        "a number of megabytes",
        "largest PDF to fetch, in MB",
        50,
    ),
    Setting(
        "views",
        "",
        "views",
        read_saved_search,
        None,
        '"name" = "query"',
        "saved searches, by name; keys `1` to `9` in this order",
        {"Unread ML": "is:unread cat:cs.LG", "This week": "day:7d"},
    ),
    Setting(
        "commands",
        "",
        "commands",
        read_own_command,
        None,
        'name = "program args" or name = { run = "program args", key = "m", output = "ignore" }',
        "your own commands, for `!` and `feedreader run`: each gets papers as JSON Lines on its standard input and is "
        "started without a shell; its output is shown unless `output` is `ignore`",
        {
            "mail": {"run": "~/bin/mail-papers me@example.org", "key": "m", "output": "ignore"},
            "summarise": "llm -s 'Summarise this paper'",
        },
    ),
    Setting(
        "keys",
        "",
        "keys",
        read_keys,
        None,
        'id = "key" or id = ["key", "key"]',
        "other keys for an action, by id; `[]` for none",
        {"next": ["n", "down"], "quit": "ctrl+x"},
    ),
    *(
        Setting(
            "arxiv",
            host,
            f"arxiv.{host}",
            read_address,
            getattr(_ARXIV, host),
            _ADDRESS,
            words,
            f"https://arxiv.example/{host}",
            f"FEEDREADER_ARXIV_{host.upper()}",
        )
        for host, words in (
            ("feeds", "address of arXiv's feeds, for a mirror"),
            ("api", "address of arXiv's API"),
            ("oai", "address of arXiv's OAI-PMH server"),
            ("pdf", "address of arXiv's PDFs"),
        )
    ),
    Setting(
        "arxiv",
        "gap",
        "arxiv.gap",
        read_number,
        3,
        "a number of seconds",
        "seconds between two requests to arXiv",
        5,
        "FEEDREADER_ARXIV_GAP",
    ),
    Setting(
        "sync",
        "folder",
        "sync_folder",
        read_path,
        None,
        'a path in quotes, as "~/Sync/feedreader"',
        "a folder that your machines share, by Syncthing, say: marks, notes and subscriptions follow you there",
        "~/Sync/feedreader",
    ),
    Setting(
        "zotero",
        "address",
        "zotero",
        read_address,
        _PLAIN.zotero,
        'an address in quotes, as "http://127.0.0.1:23119"',
        "address of the Zotero on this computer",
        "http://127.0.0.1:24119",
        "FEEDREADER_ZOTERO",
    ),
)
