"""What the abstract pane says of a paper: lines of spans, wrapped. Pure: a span has a role, the screen its style."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from feedreader.model import MARKS, Journal, Marks, Mention, Paper
from feedreader.text.display import Measure, middle_day, printed_in, safe, short_day, shown, wrap
from feedreader.text.notes import keyword_tags, keywords_said, tag_key
from feedreader.view.rows import HIGHLIGHTED, UNREAD, stand_in
from feedreader.view.spans import Line, Span, address, copied, filled, hung, linked, plain
from feedreader.view.versions import SIGNS, KeptChange, Signs, changed_lines, kept_change, kept_line

__all__ = ["TEXT_WIDTH", "all_links", "copied", "links", "page", "plain"]

TEXT_WIDTH = 80  # cells: no text is shown wider
LABELS = 40  # cells from which facts have labels
SEPARATOR = " · "
_REFERENCE = re.compile(r"(?:^|; )Journal-ref: (.+?)(?=; [A-Z][A-Za-z]+-[a-z]+: |$)")  # as parsers put it in a comment
_LINES_OF_AUTHORS, _FEWER = 4, 2  # the second where there is little room


Fill = Callable[[Sequence[Span], int, Measure], list[Line]]


def page(
    paper: Paper,
    width: int,
    *,
    raw: bool = False,
    measure: Measure = len,
    labels: bool = True,
    all_authors: bool = True,
    more: str = "",
    signs: Signs = SIGNS,
) -> tuple[Line, ...]:
    """The whole pane for a paper, `width` cells wide. `raw` shows TeX as the source wrote it.

    Facts have `labels` where the width allows it; else they follow one another, which takes fewer lines. Unless
    `all_authors`, a long list of them is cut short, and `more` says how the others are seen. `signs` stand at words
    that a new version deleted or inserted.
    """
    change = kept_change(paper, lambda text: _paragraphs(text, raw)) if paper.versions else None
    blocks = _head(paper, width, raw, measure, not labels or width < LABELS, all_authors, more, change)
    if change and (lines := changed_lines(change, width, signs, measure)):
        blocks.append(lines)
    if paper.abstract or not paper.tldr:
        blocks.append(_abstract(paper, width, raw, measure))
    if mentions := [mention for mention in paper.mentions if not _is_own(mention.text, paper.marks)]:
        blocks.append(_mentions(mentions, width, raw, measure))
    lines = list(blocks[0])
    for block in blocks[1:]:
        lines += [(), *block]
    return tuple(lines)


def _head(
    paper: Paper,
    width: int,
    raw: bool,
    measure: Measure,
    compact: bool,
    all_authors: bool,
    more: str,
    change: KeptChange | None,
) -> list[list[Line]]:
    """What is above the abstract, in blocks."""
    say = safe if raw else shown
    lines = 0 if all_authors else _FEWER if compact else _LINES_OF_AUTHORS
    title, facts = _title(paper, width, raw, measure), _facts(paper, raw, compact, change)
    column = (
        8 * (width >= 30) if compact else max(len(label) for label in ("Authors", *(fact.label for fact in facts))) + 2
    )
    authors = _authors(paper, width if compact else width - column, raw, measure, lines, more)
    if compact:
        blocks = [[*title, *authors, *_run_on(facts, width, measure)]]
    else:
        rows = [("Authors", authors)] if authors else []
        rows += [(fact.label, fact.fill(fact.spans, width - column, measure)) for fact in facts]
        blocks = [title, [line for label, block in rows for line in _labelled(label, column, block)]]
    if paper.marks.note:
        from feedreader.view.markdown import note_lines  # most papers have none

        blocks.append([*_label("Your note", width), *note_lines(paper.marks.note, width, raw=raw, measure=measure)])
    if paper.tldr:
        blocks.append(_labelled("tl;dr", column, _body(say(paper.tldr), "tldr", width - column, measure)))
    return blocks


def _abstract(paper: Paper, width: int, raw: bool, measure: Measure) -> list[Line]:
    if paper.abstract:
        return _body(_paragraphs(paper.abstract, raw), "abstract", width, measure)
    return _body("No abstract.", "fact", width, measure)


# Where it is on the web --------------------------------------------------------------------------------------------


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
    if paper.preprint_doi and not paper.arxiv_id:
        pages.append((f"preprint doi:{paper.preprint_doi}", f"https://doi.org/{quote(paper.preprint_doi, safe='/')}"))
    if not pages and paper.url and (web := address(paper.url)):
        pages.append((web.split("/")[2], web))
    return tuple((safe(name), web) for name, web in pages)


def all_links(paper: Paper, pdf: str | None = None) -> tuple[tuple[str, str], ...]:
    """All addresses that are known of a paper, each once: where it comes from, and the address. `pdf` is its PDF's."""
    names = {"arXiv": "arXiv", "preprint": "Preprint"}
    found = [(names.get(re.split(r"[ :]", name)[0], "DOI"), web) for name, web in links(paper)]
    if not (paper.arxiv_id or paper.doi):
        found = []
    if pdf and (web := address(pdf)):
        found.insert(1 if paper.arxiv_id else 0, ("PDF", web))
    if paper.url and (web := address(paper.url)):
        found.append(("Page", web))
    texts = [("Comment", paper.comment), ("tl;dr", paper.tldr), ("Abstract", paper.abstract)]
    texts += [("Your note", paper.marks.note), *((mention.source, mention.text) for mention in paper.mentions)]
    found += [(safe(name), web) for name, text in texts if text and "://" in text for web in _addresses(text)]
    once: dict[str, tuple[str, str]] = {}
    for name, web in found:
        once.setdefault(_same_place(web), (name, web))
    return tuple(once.values())


def _addresses(text: str) -> Iterator[str]:
    """The web addresses in a text, as a source wrote it or as Markdown."""
    for line in text.replace("](", " (").split("\n"):
        yield from (span.link for span in linked(shown(line), "") if span.link)


def _same_place(web: str) -> str:
    """What two addresses of one place have in common."""
    place = web.partition("://")[2].removeprefix("www.").removesuffix("/")
    return re.sub(r"^(arxiv\.org/abs/[^?#]*?)v\d+$", r"\1", place.replace("dx.doi.org/", "doi.org/", 1))


# What is known of it -----------------------------------------------------------------------------------------------


def _title(paper: Paper, width: int, raw: bool, measure: Measure) -> list[Line]:
    if paper.title:
        return filled([Span((safe if raw else shown)(paper.title), "title")], width, measure)
    words = stand_in(paper.arxiv_id, None if paper.arxiv_id or not paper.abstract else paper.abstract[:80] + "…")
    return filled([Span(words, "stand-in")], width, measure)


def _authors(paper: Paper, width: int, raw: bool, measure: Measure, most: int, more: str) -> list[Line]:
    """The authors in `most` lines at the most (0: in as many as it takes), with how many are not among them."""
    if not paper.authors:
        return []
    reach = len(paper.authors) if not most else most * width  # more names than that never fit
    names = [(safe if raw else shown)(name) for name in paper.authors[:reach]]
    lines = filled([Span(", ".join(names), "authors")], width, measure)
    if not most or (len(lines) <= most and len(names) == len(paper.authors)):
        return lines
    fitting = min(len(copied(lines[:most]).split(", ")), len(names) - 1)
    for how in (f" ({more})" if more else "", ""):
        for count in range(fitting, 0, -1):
            rest = f"+{len(paper.authors) - count:,} more{how}"
            lines = filled([Span(", ".join([*names[:count], ""]), "authors"), Span(rest, "more")], width, measure)
            if len(lines) <= most:
                return lines
    return lines


def _facts(paper: Paper, raw: bool, compact: bool, change: KeptChange | None) -> list[Fact]:
    """What is known, in the order in which it is shown; authors are apart."""
    sources = [Span(safe(source), "fact") for source in paper.sources]
    day = Span(short_day(paper.day), "fact") if paper.day else None
    if day is None and paper.collection:
        day = Span(shown(paper.collection), "fact")
    announced = "Announced" if paper.day else "Collection" if paper.collection else "Source"
    if sources and (compact or announced != "Source"):
        sources[0] = sources[0]._replace(text=f"from {sources[0].text}")
    if sources and day and not compact:
        day, sources = day._replace(text=f"{day.text} {sources[0].text}"), sources[1:]
    status = list(_status(paper))
    if len(status) == 1 and day and not compact:
        sources, status = [*sources, *status], []  # one line less above the abstract
    facts = [
        Fact("Subjects", [Span(safe(category), "fact") for category in paper.categories]),
        _on_the_web(paper, compact),
        Fact(announced, [*([day] if day else []), *sources]),
        Fact("Interest", list(_interest(paper, compact))),
        *_published(paper, raw),
        Fact("Status", status),
        Fact("Tags", [Span(safe(" ".join(f"#{tag}" for tag in paper.marks.tags)), "fact")][: len(paper.marks.tags)]),
        Fact("Rules", list(_rules(paper)), _each),
        Fact("Versions", list(_versions(paper, change)), _each),
    ]
    return [fact for fact in facts if fact.spans]


def _interest(paper: Paper, compact: bool) -> Iterator[Span]:
    """What speaks for a paper: words, and an author of kept papers."""
    reasons = [shown(word) for word in paper.interest.words] if paper.interest else []
    if paper.interest and (author := paper.interest.author):
        reasons.append(f"by {shown(author.name)} ({f'kept {author.kept:,}' if author.kept else 'pinned'})")
    for place, reason in enumerate(reasons):
        yield Span(f"Interest: {reason}" if compact and not place else reason, "fact")


def _status(paper: Paper) -> Iterable[Span]:
    yield Span("read", "fact") if paper.marks.read else Span(f"{UNREAD} unread", "mark")
    for mark, value in zip(MARKS.values(), paper.marks, strict=True):
        if mark.label and value:
            yield Span(mark.label.format(value), "mark" if mark.signs else "fact")
    if paper.pdf:
        yield Span("PDF saved", "fact")
    if paper.libraries:
        yield Span("in your library", "mark")


def _on_the_web(paper: Paper, compact: bool) -> Fact:
    spans = [Span(name, "fact", web) for name, web in links(paper)]
    label = "arXiv" if paper.arxiv_id else "DOI" if paper.doi else "Link"
    if spans and not compact:  # the label says what comes first
        name, web = spans[0].text, spans[0].link or ""
        named = safe(web.partition("://")[2]) if label == "Link" else name.partition(":")[2]
        spans[0] = spans[0]._replace(text=named)
    return Fact(label, spans)


def _published(paper: Paper, raw: bool) -> Iterator[Fact]:
    """Where it was printed, and its comment: once, if that is all that the comment says."""
    say = safe if raw else shown
    printed = shown(printed_in(paper.journal)) if paper.journal else ""
    comment = " ".join(say(paper.comment).split()) if paper.comment else ""
    label = "Comment"
    reference = _REFERENCE.search(comment)
    if reference and (not paper.journal or not printed or _says(reference[1], paper.journal, printed)):
        yield Fact("Published", list(linked(reference[1], "comment")), filled)
        comment = (comment[: reference.start()] + comment[reference.end() :]).removeprefix("; ")
        printed = ""
    elif printed and comment and paper.journal and _says(comment, paper.journal, printed):
        label = "Published" if _begins_with(comment, paper.journal) else label
        printed = ""
    if printed:
        yield Fact("Published", [Span(printed, "fact")])
    if comment:
        yield Fact(label, list(linked(comment, "comment")), filled)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _says(comment: str, journal: Journal, printed: str) -> bool:
    """Whether a comment cites just this place in a journal."""
    if not set(_words(printed)) <= set(_words(comment)):
        return False
    return bool(journal.volume or journal.pages) or _begins_with(comment, journal)


def _begins_with(comment: str, journal: Journal) -> bool:
    """Whether a comment is a citation: begins with the journal's name, and no sentence goes on from there."""
    name = shown(journal.name or "").casefold()
    rest = comment.casefold().lstrip("[(")
    return bool(name) and rest.startswith(name) and not rest[len(name) :].lstrip()[:1].isalpha()


def _rules(paper: Paper) -> Iterator[Span]:
    if paper.highlighted_by:
        yield Span(f"{HIGHLIGHTED} Highlighted by: {safe(', '.join(paper.highlighted_by))}", "mark")
    if paper.muted_by:
        why = "you kept it" if paper.marks.shortlisted else "it is highlighted" if paper.highlighted_by else ""
        words = f"Muted by: {safe(', '.join(paper.muted_by))}"
        yield Span(words + (f"; shown because {why}" if why else ""), "fact")


def _versions(paper: Paper, change: KeptChange | None) -> Iterator[Span]:
    """That it was announced as a new version, and the new versions announced since; of a kept paper they stand out."""
    role = "mark" if paper.marks.shortlisted else "fact"
    if paper.replaced:
        yield Span("Announced as a new version of an older paper", role)
    for revision in paper.revisions:
        if change and revision == change.revision:
            yield Span(kept_line(change), role)
            continue
        version = f"v{revision.version}" if revision.version else "A new version"
        changed = f": {' and '.join(revision.changed)} changed" if revision.changed else ""
        yield Span(f"{version} on {middle_day(revision.day)}{changed}", role)


# Lines -------------------------------------------------------------------------------------------------------------


def _labelled(label: str, column: int, lines: Sequence[Line]) -> list[Line]:
    """Lines with a label before them, which takes so many cells; 0: it has a line of its own."""
    if not column:
        return [(Span(label, "label"),), *lines]
    lead = Span(f"{label} ", "label"), Span(" " * (column - len(label) - 1), "margin")
    return hung(lead, (Span(" " * column, "margin"),), lines)


def _run_on(facts: Sequence[Fact], width: int, measure: Measure) -> list[Line]:
    """The facts one after the other, what the reader did before all others; texts have lines of their own."""
    facts = sorted(facts, key=lambda fact: fact.label not in ("Status", "Tags"))
    lines = _flow([span for fact in facts if fact.fill is _flow for span in fact.spans], width, measure)
    for fact in facts:
        if fact.fill is not _flow:
            lines += fact.fill(fact.spans, width, measure)
    return lines


def _each(texts: Sequence[Span], width: int, measure: Measure) -> list[Line]:
    return [line for text in texts for line in filled([text], width, measure)]


def _flow(pieces: Sequence[Span], width: int, measure: Measure) -> list[Line]:
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
        elif lines:
            piece = piece._replace(joint=SEPARATOR)
        if size > width:
            first, *others = filled([piece], width, measure) or [()]
            first = (first[0]._replace(joint=piece.joint), *first[1:]) if first else first
            *full, rest = (first, *others)
            lines += full
            line, used = list(rest), measure(plain(rest))
            continue
        line.append(piece)
        used += size
    return [*lines, tuple(line)] if line else lines


class Fact(NamedTuple):
    """What is known of a paper under one label, and how it is put into lines."""

    label: str
    spans: Sequence[Span]
    fill: Fill = _flow


def _label(text: str, width: int) -> list[Line]:
    return [(Span(line, "label"),) for line in wrap(text, width)]


def _paragraphs(text: str, raw: bool) -> str:
    """Text as shown, paragraph by paragraph."""
    say = safe if raw else shown
    return "\n".join(say(part) for part in text.split("\n")) if "\n" in text else say(text)


def _body(text: str, role: str, width: int, measure: Measure) -> list[Line]:
    """Paragraphs, with the addresses in them as links."""
    if "://" not in text:
        return filled([Span(text, role)], width, measure)
    return [line for part in text.split("\n") for line in filled(list(linked(part, role)), width, measure) or [()]]


def _is_own(text: str, marks: Marks) -> bool:
    """Whether words of a source only repeat the reader's tags or note, which are shown by themselves."""
    if marks.note and text in " ".join(marks.note.split()):
        return True
    keywords = keyword_tags(keywords_said(text)) if marks.tags else ()
    return bool(keywords) and set(map(tag_key, keywords)) <= set(map(tag_key, marks.tags))


def _mentions(mentions: Iterable[Mention], width: int, raw: bool, measure: Measure) -> list[Line]:
    lines = _label("Mentions", width)
    before = None
    for place, mention in enumerate(mentions):
        if place:
            lines.append(())
        if mention.source != before:
            lines += filled([Span(safe(mention.source), "fact")], width, measure)
            before = mention.source
        bar = (Span("│ ", "margin"),)
        lines += hung(bar, bar, _body(_paragraphs(mention.text, raw), "mention", width - 2, measure))
    return lines
