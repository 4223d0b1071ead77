"""What the list says of a paper and of a day, in words that fit. Pure: no screen, no clock, no library.

Widths are terminal cells. How wide a text is, the caller says (`measure`), because only the
thing that draws knows; plain `len` is right for ASCII.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from feedreader.model import DISMISSED, KEPT, MARKS, Group, Marks, PaperSummary, Query
from feedreader.text.author_names import surname
from feedreader.text.display import Measure, clip, counted, safe, short_day, shown

UNREAD = "●"
NOTED = "✎"
HIGHLIGHTED, HIGHLIGHTED_READ = "◆", "◇"
BY_KEPT_AUTHOR = "✦"
NAMELESS = "Untitled"
_OPENING = 160  # characters of an abstract in the place of a title
SIGNED = tuple((place, mark.signs) for place, mark in enumerate(MARKS.values()) if mark.signs)  # a cell each


class Level(NamedTuple):
    """A height of interest: from which on, 0 to 1, its sign, and the words for it."""

    least: float
    sign: str
    words: str


LEVELS = (  # the highest first; of a day's papers about one in ten has one of the first two, most have none
    Level(0.8, "▇", "high interest"),
    Level(0.5, "▅", "medium interest"),
    Level(0.3, "▂", "some interest"),
)


def level(interest: float | None) -> Level | None:
    """How high an interest is; None: it is not, or nothing is known."""
    return next((level for level in LEVELS if interest is not None and interest >= level.least), None)


def interest_words(interest: float | None, by_kept_author: bool) -> list[str]:
    """The signs of interest in words: `high interest`, `by an author you kept`"""
    return [high.words for high in (level(interest),) if high] + ["by an author you kept"] * by_kept_author


SIGNS = (  # what they mean, for the help
    (UNREAD, "Unread"),
    (f"{HIGHLIGHTED} {HIGHLIGHTED_READ}", "Highlighted by a rule; read"),
    (KEPT, "Kept"),
    (DISMISSED, "Dismissed"),
    (NOTED, "Has a note"),
    (" ".join(each.sign for each in reversed(LEVELS)), "Interest: some, medium, high"),
    (BY_KEPT_AUTHOR, "By an author you kept before"),
)


def signs(marks: Marks, highlighted: bool) -> tuple[str, str]:
    """The signs before a paper's title: what is unread, dismissed or highlighted has one, then each of SIGNED."""
    if not marks.read:
        first = HIGHLIGHTED if highlighted else UNREAD
    else:
        first = DISMISSED if marks.dismissed else HIGHLIGHTED_READ if highlighted else " "
    return first, "".join([signs.get(marks[place], " ") for place, signs in SIGNED])


def group_title(group: Group, today: date) -> str:
    """The words of a group's header: its day, with Today or Yesterday before it, or its collection's title."""
    if group.day is None:
        collection = shown(group.collection or "Without a day")
        return f"{group.section.capitalize()} in {collection}" if group.section else collection
    day = short_day(group.day, today.year)
    if group.section:
        return f"{group.section.capitalize()} on {day}"
    if group.day == today:
        return f"Today · {day}"
    return f"Yesterday · {day}" if group.day == today - timedelta(days=1) else day


def group_progress(group: Group) -> tuple[str, float | None]:
    """How far a day is read, `50/424`, and as a share to be drawn; what came of it when nothing is left."""
    if group.section:
        return counted(group.total, "paper"), None
    if group.unread:
        read = group.total - group.unread
        return (f"{read:,}/{group.total:,}", read / group.total) if group.total > 1 else ("", None)
    if group.total == 1:
        return ("✓ kept" if group.shortlisted else "✓ read"), None
    return (
        f"✓ {group.shortlisted:,} kept of {group.total:,}" if group.shortlisted else f"✓ {group.total:,} read"
    ), None


def group_counts(group: Group) -> list[str]:
    """What else a day's header says, in words that get shorter: `1 kept · 2 highlighted · 3 replaced · 2 muted`"""
    if group.section:
        return [""]
    kept = f"{group.shortlisted:,} kept" if group.shortlisted and group.unread else ""
    highlighted = f"{group.highlighted:,} highlighted" if group.highlighted else ""
    sign = f"{HIGHLIGHTED}{group.highlighted:,}" if group.highlighted else ""
    replaced = f"{group.replaced:,} replaced" if group.replaced else ""
    muted = f"{group.muted:,} muted" if group.muted else ""
    wordings = (
        (kept, highlighted, replaced, muted),
        (kept, sign, replaced, muted),
        (kept, sign, muted),
        (sign, muted),
        (muted,),
        (),
    )
    return list(dict.fromkeys(" · ".join(filter(None, words)) for words in wordings))


def group_name(group: Group, today: date | None = None) -> str:
    """A day or collection within a sentence: `Thu 23 May 2019`; a day of this year `Thu 23 May`"""
    return (
        short_day(group.day, today.year if today else None) if group.day else shown(group.collection or "Without a day")
    )


def when(group: Group, today: date, on: str = "on ") -> str:
    """A day or collection at the end of a sentence: `today`, `on Thu 23 May 2019`, `in Reading list`."""
    if group.day is None or group.section:
        return f"in {group_name(group, today)}"
    days = (today - group.day).days
    return {0: "today", 1: "yesterday"}.get(days) or f"{on}{group_name(group, today)}"


def day_done(group: Group, dismissed: int, today: date) -> str:
    """What came of a day of which nothing is left: `All 214 papers from Thu 23 May read: 12 kept, 150 dismissed.` Of a
    day with next to no papers there is nothing to say."""
    if group.total < _WORTH_TELLING:
        return ""
    name = clip(when(group, today, ""), 60)
    came = ", ".join(f"{n:,} {what}" for n, what in ((group.shortlisted, "kept"), (dismissed, "dismissed")) if n)
    place = name if group.day is None else f"from {name}"
    return f"All {group.total:,} papers {place} read{': ' * bool(came)}{came}."


ALL_READ = "All caught up: no unread papers."
_WORTH_TELLING = 3  # papers of a day that is done
_DONE = {  # how the label of a step begins: what was done, and what that is called when it is undone
    "no longer kept": "stop keeping",
    "no longer dismissed": "stop dismissing",
    "dismissed": "dismiss",
    "kept": "keep",
    "read": "mark read",
    "unread": "mark unread",
    "marked": "mark",
    "tagged": "tag",
    "removed": "remove",
    "wrote": "write",
    "highlighted": "highlight",
    "muted": "mute",
}


def undid(label: str) -> str:
    """What was undone, by the label of its step: `Undid: dismiss “…”`"""
    done = next((done for done in _DONE if label.startswith(f"{done} ")), "")
    return f"Undid: {_DONE.get(done, '')}{label.removeprefix(done)}"


def nothing_found(query: str, key: Callable[[str, str], str] = lambda id, usual: usual) -> tuple[str, ...]:
    """What an empty list says: that it is empty, and what to press.

    `key` names the key of a binding, which is usually this one.
    """
    if not query:
        return ("No papers.",)
    if query == "is:unread":
        return (ALL_READ, "", f"{key('unread-only', 'U')} to show all papers")
    if query == "is:shortlisted":
        return (
            "Your shortlist is empty.",
            "",
            f"{key('kept-only', 'S')} to show all papers, {key('toggle-kept', 's')} to keep one",
        )
    return (
        f"No papers match {safe(query)}",
        "",
        f"{key('back', 'esc')} to show all papers, {key('query', '/')} to search again",
    )


def still_searching(
    *, stopped: bool = False, key: Callable[[str, str], str] = lambda id, usual: usual
) -> tuple[str, ...]:
    """What an empty list says while papers are looked for, or where that was `stopped` before any was found."""
    if stopped:
        keys = f"{key('back', 'esc')} to show all papers, {key('query', '/')} to search again"
        return "The search was stopped before a paper was found.", "", keys
    return "Searching…", "", f"{key('back', 'esc')} to stop"


def papers_found(papers: int, more: bool) -> str:
    """How many papers a query finds, so far if there may be more: `1 paper`, `10,000+ papers`, `no papers so far`."""
    if not more:
        return counted(papers, "paper")
    return f"{papers:,}+ papers" if papers else "no papers so far"


def shown_words(query: Query, text: str, name: str) -> str:
    """What is shown, in words: the query's text or its name; and the order of days, unless the text says it."""
    order = f"by {query.sort}" if query.by_day and query.sort and "sort:" not in text else ""
    return " · ".join(filter(None, (name, order)))


def row_title(summary: PaperSummary) -> tuple[str, bool]:
    """The title a row leads with, and whether it is a stand-in: `arXiv:1904.09925 · Convolutional networks have…`"""
    if summary.title:
        return shown(summary.title), False
    words = stand_in(summary.arxiv_id, summary.opening)
    return words if len(words) <= _OPENING else f"{words[:_OPENING].rpartition(' ')[0] or words[:_OPENING]} …", True


def stand_in(arxiv_id: str | None, opening: str | None) -> str:
    """What stands for a title where no source gives one."""
    parts = [f"arXiv:{arxiv_id}"] if arxiv_id else []
    if opening:
        parts.append(shown(opening))
    return safe(" · ".join(parts)) or NAMELESS


def short_authors(authors: Sequence[str], width: int, measure: Measure = len) -> str:
    """As many surnames as fit, and how many others there are: `Oh, Dekel +3`"""
    if not authors or width < 4:
        return ""
    first = text = safe(surname(authors[0]))
    others = len(authors) - 1
    fitting = f"{first} +{others}" if others else first
    if measure(fitting) > width:
        more = fitting[len(first) :]
        return clip(first, width - len(more), measure) + more if len(more) + 4 <= width else clip(first, width, measure)
    for place, author in enumerate(authors[1:], 2):
        text = f"{text}, {safe(surname(author))}"
        longer = f"{text} +{len(authors) - place}" if place < len(authors) else text
        if measure(longer) <= width:
            fitting = longer
        elif measure(text) > width:
            break
    return fitting
