"""What the abstract pane says of a paper: lines of spans, wrapped. Pure: a span has a role, the screen its style."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from feedreader.model import MARKS, Paper
from feedreader.text.display import Measure, long_day, printed_in, safe, short_day, shown, wrap
from feedreader.view.rows import HIGHLIGHTED, UNREAD, stand_in
from feedreader.view.spans import Line, Span, address

TEXT_WIDTH = 88  # cells: no text is shown wider
SEPARATOR = " · "


def page(paper: Paper, width: int, *, raw: bool = False, measure: Measure = len) -> tuple[Line, ...]:
    """The whole pane for a paper, `width` cells wide. `raw` shows TeX as the source wrote it."""
    say = safe if raw else shown
    blocks: list[list[Line]] = [[*_title(paper, width, raw, measure), *_authors(paper, width, raw, measure)]]
    blocks[0] += _flow(_facts(paper), width, measure)
    blocks[0] += [(Span(line, role),) for text, role in _history(paper) for line in wrap(text, width, measure)]
    if paper.marks.note:
        from feedreader.view.markdown import note_lines  # most papers have none

        blocks.append([*_label("Your note", width), *note_lines(paper.marks.note, width, raw=raw, measure=measure)])
    if paper.comment:
        blocks.append(_body(say(paper.comment), "comment", width, measure))
    if paper.tldr:
        blocks.append([*_label("tl;dr", width), *_body(say(paper.tldr), "text", width, measure)])
    if paper.abstract:
        label = _label("Abstract", width) if paper.tldr else []
        blocks.append([*label, *_body(_paragraphs(paper.abstract, raw), "text", width, measure)])
    elif not paper.tldr:
        blocks.append(_body("No abstract was given.", "fact", width, measure))
    if paper.mentions:
        blocks.append(_mentions(paper, width, raw, measure))
    lines = blocks[0]
    for block in blocks[1:]:
        lines += [(), *block]
    return tuple(lines)


def plain(line: Line) -> str:
    """A line's words alone."""
    return "".join(span.text for span in line)


def links(paper: Paper) -> tuple[tuple[str, str], ...]:
    """Where the paper stands on the web: what to call it, and its address (http or https only)."""
    pages = []
    if paper.arxiv_id:
        version = f"v{paper.version}" if paper.version else ""
        pages.append(
            (f"arXiv:{paper.arxiv_id}{version}", f"https://arxiv.org/abs/{quote(paper.arxiv_id, safe='/')}{version}")
        )
    if paper.doi:
        pages.append((f"doi:{paper.doi}", f"https://doi.org/{quote(paper.doi, safe='/')}"))
    if not pages and paper.url and (web := address(paper.url)):
        pages.append((web.split("/")[2], web))
    return tuple((safe(name), web) for name, web in pages)


def _title(paper: Paper, width: int, raw: bool, measure: Measure) -> list[Line]:
    role = "title" if paper.title else "stand-in"
    if paper.title:
        words = (safe if raw else shown)(paper.title)
    else:
        words = stand_in(paper.arxiv_id, None if paper.arxiv_id or not paper.abstract else paper.abstract[:80] + "…")
    return [(Span(line, role),) for line in wrap(words, width, measure)]


def _authors(paper: Paper, width: int, raw: bool, measure: Measure) -> list[Line]:
    names = ", ".join(map(safe if raw else shown, paper.authors))
    return [(Span(line, "authors"),) for line in wrap(names, width, measure) if line]


def _facts(paper: Paper) -> Iterable[Span]:
    yield Span("read", "fact") if paper.marks.read else Span(f"{UNREAD} unread", "mark")
    for mark, value in zip(MARKS.values(), paper.marks, strict=True):
        if mark.label and value:
            yield Span(mark.label.format(value), "mark" if mark.signs else "fact")
    yield from (Span(text, "fact") for text in _published(paper))
    for name, web in links(paper):
        yield Span(name, "fact", web)
    if paper.pdf:
        yield Span("PDF", "fact")
    if paper.categories:
        yield Span(safe(" ".join(paper.categories)), "fact")
    for place, source in enumerate(paper.sources):
        yield Span(("" if place else "from ") + safe(source), "fact")
    if paper.marks.tags:
        yield Span(safe(" ".join(f"#{tag}" for tag in paper.marks.tags)), "fact")


def _published(paper: Paper) -> Iterable[str]:
    """When the paper was announced, or the collection it is in, and where it was printed."""
    if paper.day:
        yield short_day(paper.day)
    elif paper.collection:
        yield shown(paper.collection)
    if paper.journal and (printed := printed_in(paper.journal)):
        yield shown(printed)


def _history(paper: Paper) -> Iterable[tuple[str, str]]:
    """The rules that are about it, that it was met as a new version, and the new versions announced since.

    Of a kept paper new versions stand out.
    """
    role = "mark" if paper.marks.shortlisted else "fact"
    if paper.highlighted_by:
        yield f"{HIGHLIGHTED} Highlighted by: {safe(', '.join(paper.highlighted_by))}", "mark"
    if paper.muted_by:
        why = "you kept it" if paper.marks.shortlisted else "it is highlighted" if paper.highlighted_by else ""
        yield f"Muted by: {safe(', '.join(paper.muted_by))}" + (f"; shown because {why}" if why else ""), "fact"
    if paper.replaced:
        yield "Met first as a new version of an older paper", role
    for revision in paper.revisions:
        version = f"v{revision.version}" if revision.version else "A new version"
        changed = f": {' and '.join(revision.changed)} changed" if revision.changed else ""
        yield f"{version} on {long_day(revision.day)}{changed}", role


def _flow(pieces: Iterable[Span], width: int, measure: Measure) -> list[Line]:
    """Pieces one after the other, broken between two of them where that can be."""
    lines: list[Line] = []
    line: list[Span] = []
    used = 0
    for piece in pieces:
        size = measure(piece.text)
        if line and used + len(SEPARATOR) + size > width:
            lines.append(tuple(line))
            line, used = [], 0
        if line:
            line.append(Span(SEPARATOR, "fact"))
            used += len(SEPARATOR)
        if size > width:
            *full, rest = wrap(piece.text, width, measure)
            lines += [(piece._replace(text=text),) for text in full]
            piece, size = piece._replace(text=rest), measure(rest)
        line.append(piece)
        used += size
    return [*lines, tuple(line)] if line else lines


def _label(text: str, width: int) -> list[Line]:
    return [(Span(line, "label"),) for line in wrap(text, width)]


def _paragraphs(text: str, raw: bool) -> str:
    """Text as shown, paragraph by paragraph."""
    say = safe if raw else shown
    return "\n".join(say(part) for part in text.split("\n")) if "\n" in text else say(text)


def _body(text: str, role: str, width: int, measure: Measure) -> list[Line]:
    lines = wrap(text, width, measure)
    if "://" not in text:
        return [(Span(line, role),) if line else () for line in lines]
    whole = set(text.split())
    return [tuple(_linked(line, role, whole)) for line in lines]


def _linked(line: str, role: str, whole: set[str]) -> Iterable[Span]:
    """The line with its web addresses as links; an address that was cut to fit is none."""
    start = place = 0
    for word in line.split(" "):
        if "://" in word and word in whole and (web := address(word)):
            at = line.index(web, place)
            if at > start:
                yield Span(line[start:at], role)
            yield Span(web, role, web)
            start = at + len(web)
        place += len(word) + 1
    if start < len(line):
        yield Span(line[start:], role)


def _mentions(paper: Paper, width: int, raw: bool, measure: Measure) -> list[Line]:
    lines = _label("What people say", width)
    before = None
    for place, mention in enumerate(paper.mentions):
        if place:
            lines.append(())
        if mention.source != before:
            lines += [(Span(line, "fact"),) for line in wrap(safe(mention.source), width, measure)]
            before = mention.source
        for line in _body(_paragraphs(mention.text, raw), "mention", width - 2, measure):
            lines.append((Span("│ ", "fact"), *line))
    return lines
