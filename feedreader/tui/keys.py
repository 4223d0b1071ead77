"""All keys of the reader. Help, hints and palette are made from these, and a keymap can rebind them by their ids."""

from __future__ import annotations

from textual.binding import Binding, BindingType

MOVE = Binding.Group("Move")
READ = Binding.Group("Read and keep")
FIND = Binding.Group("Find")
RULES = Binding.Group("Highlight and mute")
OUT = Binding.Group("Export and copy")
LIBRARY = Binding.Group("Digests")
SUBSCRIPTIONS = Binding.Group("Subscriptions")
PROGRAM = Binding.Group("Program")
ABSTRACT = Binding.Group("In the abstract")


def _key(keys: str, action: str, id: str, short: str, long: str, group: Binding.Group) -> Binding:
    return Binding(keys, action, short, id=id, tooltip=long, group=group)


LIST_KEYS: list[BindingType] = [
    _key("j,down", "move(1)", "next", "down", "Next paper", MOVE),
    _key("k,up", "move(-1)", "previous", "up", "Previous paper", MOVE),
    _key("g,home", "screen.end(-1)", "first", "first", "First paper", MOVE),
    _key("G,end", "screen.end(1)", "last", "last", "Last paper", MOVE),
    _key("ctrl+d", "half_page(1)", "half-page-down", "half page down", "Half a page down", MOVE),
    _key("ctrl+u", "half_page(-1)", "half-page-up", "half page up", "Half a page up", MOVE),
    _key("pagedown,ctrl+f", "page(1)", "page-down", "page down", "A page down", MOVE),
    _key("pageup,ctrl+b", "page(-1)", "page-up", "page up", "A page up", MOVE),
    _key("enter,l,right", "screen.open", "open", "abstract", "Read the abstract", READ),
    _key("escape,h,left", "screen.back", "back", "all papers", "Back, or show all papers", FIND),
]

MOVES = {  # by their ids, keys that take the cursor on whatever it is on
    *(binding.id for binding in LIST_KEYS if isinstance(binding, Binding) and binding.group is MOVE),
    *("next-day", "previous-day", "abstract-next", "abstract-previous"),
}

PANE_KEYS: list[BindingType] = [
    _key("j,down", "scroll(1)", "abstract-down", "down", "A line down", ABSTRACT),
    _key("k,up", "scroll(-1)", "abstract-up", "up", "A line up", ABSTRACT),
    _key("ctrl+d", "half_page(1)", "abstract-half-page-down", "half page down", "Half a page down", ABSTRACT),
    _key("ctrl+u", "half_page(-1)", "abstract-half-page-up", "half page up", "Half a page up", ABSTRACT),
    _key("pagedown,ctrl+f", "page(1)", "abstract-page-down", "page down", "A page down", ABSTRACT),
    _key("pageup,ctrl+b", "page(-1)", "abstract-page-up", "page up", "A page up", ABSTRACT),
    _key("g,home", "end(-1)", "abstract-top", "top", "To the top", ABSTRACT),
    _key("G,end", "end(1)", "abstract-bottom", "bottom", "To the bottom", ABSTRACT),
    _key("J", "screen.move(1)", "abstract-next", "next paper", "Next paper", ABSTRACT),
    _key("K", "screen.move(-1)", "abstract-previous", "previous paper", "Previous paper", ABSTRACT),
    _key("enter", "all_authors", "all-authors", "all authors", "Show all authors, or fewer", ABSTRACT),
    _key("escape,h,left", "screen.back", "abstract-back", "list", "Back to the list", ABSTRACT),
]

READS = {  # by their ids, keys that go on in the abstract
    "read-on",
    *(binding.id for binding in PANE_KEYS if isinstance(binding, Binding) and "screen." not in binding.action),
}

SCREEN_KEYS: list[BindingType] = [
    _key("n", "unread(1)", "next-unread", "next unread", "Next unread paper", MOVE),
    _key("N", "unread(-1)", "previous-unread", "previous unread", "Previous unread paper", MOVE),
    _key("]", "day(1)", "next-day", "next day", "Next day or collection", MOVE),
    _key("[", "day(-1)", "previous-day", "previous day", "Start of day, then previous day", MOVE),
    _key("@", "app.go_to_day", "go-to-day", "go to a day", "Go to a day: date, yesterday, 7d", MOVE),
    _key("space", "read_on", "read-on", "read on", "Read on: page, then next unread", READ),
    _key("m", "mark('read')", "toggle-read", "read", "Mark read or unread", READ),
    _key("s", "toggle_kept", "toggle-kept", "keep", "Keep on the shortlist, or remove", READ),
    _key("x", "toggle_dismissed", "toggle-dismissed", "dismiss", "Dismiss and go on, or undo it", READ),
    _key("w", "app.write", "write", "note", "Note and tags", READ),
    _key("A", "read_day", "read-day", "day read", "Mark this day's papers as read", READ),
    _key("X", "app.read_many", "read-many", "mark read", "Mark read: above, or older…", READ),
    _key("u", "app.undo", "undo", "undo", "Undo the last change", READ),
    _key("t", "toggle_raw", "toggle-raw", "TeX", "Show the source text (TeX)", READ),
    _key("o", "app.open_page", "open-page", "page", "Open the web page", READ),
    _key("L", "app.links", "links", "links", "Choose a link to open", READ),
    _key("p", "app.pdf", "pdf", "PDF", "Fetch and open the PDF", READ),
    _key("/", "query", "query", "search", "Search: words, is:unread, day:7d", FIND),
    _key("U", "toggle_term('is:unread')", "unread-only", "unread only", "Show only unread papers, or all", FIND),
    _key("S", "toggle_term('is:shortlisted')", "kept-only", "shortlist", "Show only the shortlist, or all", FIND),
    _key("O", "order", "order", "order", "Order: interest, category, kept…", FIND),
    _key("b", "app.browse", "browse", "browse", "Browse authors, categories, tags", FIND),
    _key(
        "1",
        "app.saved_search(1)",
        "saved-search-1",
        "saved search",
        "First saved search; 2–9: others",
        FIND,
    ),
    _key("0", "app.saved_search(0)", "all-papers", "all papers", "Show all papers", FIND),
    _key("V", "app.saved_searches", "saved-searches", "saved searches", "Saved searches; save this search", FIND),
    _key("M", "app.by_author", "by-author", "more by", "More papers by an author", FIND),
    _key("*", "app.random", "random", "random", "Random unread paper", FIND),
    _key(
        "+",
        "app.make_rule('highlight')",
        "highlight",
        "highlight",
        "Highlight by author, words…",
        RULES,
    ),
    _key("-", "app.make_rule('mute')", "mute", "mute", "Mute by author, words…", RULES),
    _key("y", "app.copy", "copy", "copy", "Copy BibTeX, address, id…", OUT),
    _key("e", "app.export", "export", "export", "Export papers to a file", OUT),
    _key("Z", "app.zotero('paper')", "zotero", "Zotero", "Send this paper to Zotero", OUT),
    _key(
        "!",
        "app.run_command",
        "run-command",
        "run",
        "Run your own command on papers",
        OUT,
    ),
    _key("i", "app.import", "import", "import", "Import a file or folder", LIBRARY),
    _key("I", "app.sources", "sources", "sources", "Manage subscriptions and files", LIBRARY),
    _key("R", "app.report", "report", "report", "Last import report", LIBRARY),
    _key("D,delete", "app.remove", "remove", "remove", "Remove from the library", LIBRARY),
    _key("a", "app.subscribe", "subscribe", "subscribe", "Subscribe to arXiv, feeds, mail", SUBSCRIPTIONS),
    _key("r", "app.refresh", "refresh", "refresh", "Refresh", SUBSCRIPTIONS),
    _key("B", "app.backfill", "backfill", "missed days", "Refresh and fetch missed days", SUBSCRIPTIONS),
    _key(
        "z",
        "toggle_sections",
        "toggle-sections",
        "sections",
        "Show replaced and muted papers",
        SUBSCRIPTIONS,
    ),
    _key("v", "layout", "layout", "layout", "Layout: side by side, stacked…", PROGRAM),
    _key("<", "split(-1)", "split-back", "smaller list", "Smaller list, larger abstract", PROGRAM),
    _key(">", "split(1)", "split-on", "larger list", "Larger list, smaller abstract", PROGRAM),
    _key("?,f1", "app.help", "help", "help", "All keys", PROGRAM),
    _key("q", "leave", "quit", "quit", "Back, or quit from the full list", PROGRAM),
]

SAVED_SEARCH_KEYS: list[BindingType] = [  # the help names them with the first
    Binding(
        str(number),
        f"app.saved_search({number})",
        "saved search",
        id=f"saved-search-{number}",
        tooltip=f"Saved search {number}",
    )
    for number in range(2, 10)
]

COUNTS = {"read-day", "read-many"}  # by their ids, keys that go by how many papers are unread

APP_KEYS: list[BindingType] = [
    _key(":,ctrl+p", "command_palette", "palette", "commands", "Find a command or theme by name", PROGRAM),
]

RULE_KEYS: list[Binding] = [  # behind + and -
    _key("a", "take('author')", "rule-author", "author", "Papers by this author", RULES),
    _key("w", "take('title')", "rule-words", "words", "Papers with these words", RULES),
    _key("c", "take('cat')", "rule-category", "category", "Papers in this category", RULES),
    _key("s", "take('source')", "rule-source", "source", "Papers from this source", RULES),
    _key("l", "take('list')", "rule-list", "all rules", "All rules", RULES),
]

READ_KEYS: list[Binding] = [  # behind X
    _key("a", "take('above')", "read-above", "all above", "All papers above", READ),
    _key("b", "take('day')", "read-before", "before this day", "Papers from before this paper's day", READ),
    _key("d", "take('1')", "read-day-old", "over a day old", "Papers more than a day old", READ),
    _key("w", "take('7')", "read-week-old", "over a week", "Papers more than a week old", READ),
    _key("m", "take('30')", "read-month-old", "over a month", "Papers more than a month old", READ),
]

COPY_KEYS: list[Binding] = [  # behind y
    _key("b", "take('bibtex')", "copy-bibtex", "BibTeX", "Copy the BibTeX entry", OUT),
    _key("u", "take('url')", "copy-address", "address", "Copy the address", OUT),
    _key("i", "take('id')", "copy-id", "id", "Copy the arXiv id or DOI", OUT),
    _key("k", "take('key')", "copy-key", "citation key", "Copy the citation key", OUT),
    _key("m", "take('markdown')", "copy-markdown", "Markdown", "Copy as Markdown, with your note", OUT),
    _key("t", "take('title')", "copy-title", "title", "Copy the title", OUT),
]

# Hints of the bottom line, the most important first: ids of bindings whose keys are shown together, and the words for
# them.
_TRIAGE = (
    (("toggle-kept",), "keep"),
    (("toggle-dismissed",), "dismiss"),
    (("read-on",), "read on"),
    (("query",), "search"),
)
_MORE = (
    (("open-page",), "page"),
    (("open",), "abstract"),
    (("undo",), "undo"),
    (("pdf",), "PDF"),
    (("browse",), "browse"),
    (("unread-only",), "unread only"),
    (("toggle-read",), "read"),
    (("copy",), "copy"),
    (("export",), "export"),
    (("saved-searches",), "saved searches"),
    (("refresh",), "refresh"),
    (("import",), "import"),
)
_FLOW = (
    *_TRIAGE,
    (("undo",), "undo"),
    (("write",), "note"),
    (("open-page",), "page"),
    (("open",), "abstract"),
    (("read-day",), "day read"),
)
_PANE = (
    *_TRIAGE[:3],
    (("abstract-back",), "list"),
    (("open-page",), "page"),
    (("links",), "links"),
    (("pdf",), "PDF"),
    (("abstract-next", "abstract-previous"), "next paper"),
    (("write",), "note"),
    (("copy",), "copy"),
    (("undo",), "undo"),
    (("toggle-raw",), "TeX"),
    (("abstract-down", "abstract-up"), "scroll"),
)
_EMPTY = ((("query",), "search"), (("undo",), "undo"), (("import",), "import"))
_WELCOME = (
    (("samples",), "load samples"),
    (("subscribe",), "subscribe"),
    (("import",), "import"),
    (("quit",), "quit"),
)


def feed_hints(
    *, welcome: bool, in_abstract: bool, empty: bool, flow: bool, filtered: bool, leads_back: bool
) -> tuple[tuple[tuple[str, ...], str], ...]:
    """The hints of the feed screen in this state."""
    back = ((("back",), "back" if leads_back else "all papers"),) if leads_back or filtered else ()
    if welcome:
        return _WELCOME
    if in_abstract:
        return _PANE
    if empty:
        return (*back, *_EMPTY)
    return _FLOW if flow else (*_TRIAGE[:3], *back, *_TRIAGE[3:], *_MORE)
