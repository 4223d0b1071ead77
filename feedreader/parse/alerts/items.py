"""The papers of an alert: a title that is a link, what stands below it, and the entry that they make. PURE."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from feedreader.model import Digest, Entry, Journal, Problem
from feedreader.parse.alerts.addresses import real_address
from feedreader.parse.alerts.page import Element, Page
from feedreader.parse.feeds.publishers import read_citation
from feedreader.parse.layout.authors import ET_AL, looks_like_authors, plain_names, split_authors, split_header
from feedreader.text.html_text import to_markdown
from feedreader.text.identifiers import arxiv_id, doi
from feedreader.text.lines import join_wrapped, prose, squash

_LONGEST = 1_000  # characters of a title
_MARKS = re.compile(r"\A(?:\[(?:PDF|HTML|BOOK|B|CITATION|C|DOC|TXT|PS|RTF)\]\s*)+")
_ELLIPSIS = re.compile(r"\s*(?:…|\.{3,9})\s*")
_ENDED = re.compile(r"[.!?…。:]['\"”’)\]]*\Z")
_TLDR = re.compile(r"tl;?dr\b\W*", re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z!/]")
_FEED = re.compile(r"\s*(?:<\?xml\b[^<>]*>\s*)?<(?:rss|rdf:rdf|feed|opml)\b", re.IGNORECASE)
_LABEL = re.compile(  # what stands beside papers, and has capitals as names have
    r"\W*(?:(?:open access|original (?:paper|article|research)|public health|springer nature|quick links)\b"
    r"|(?:nature|science|article)\b"
    r"|(?:view|show|read|see|save|add|download|share|get|sign|learn|manage|subscribe|unsubscribe)\b(?! [A-Z]\.))",
    re.IGNORECASE,
)
_MORE_AUTHORS = re.compile(r"\+\s?\d+\s(?:more\s)?authors?", re.IGNORECASE)
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"“”<>|]+")
_PUBLISHED = re.compile(r"(?P<name>[^•·|\d]{2,120}?)\s*[,•·|-]?\s*(?P<year>(?:19|20)\d\d)\Z")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SUMMARY = 60  # characters from which on a sentence below a title is what it is about
_ABSTRACT = 400  # and from which on it is an abstract


@dataclass(frozen=True, slots=True)
class Item:
    """A paper of an alert: its title, and the text behind that up to `end`."""

    page: Page
    element: Element
    end: int

    @property
    def line(self) -> int:
        return self.page.line(self.element)

    @property
    def title(self) -> str:
        return title_of(self.page.text(self.element.start, min(self.element.end, self.end)))

    @property
    def address(self) -> str | None:
        return real_address(self.element.address)

    @property
    def _start(self) -> int:
        return min(self.element.end, self.end)

    def lines(self) -> list[str]:
        return self.page.lines(self._start, self.end)

    def paragraphs(self) -> list[str]:
        return self.page.paragraphs(self._start, self.end)

    def says(self, words: str) -> bool:
        """Whether these words stand in one piece of the text behind the title."""
        return any(words in piece for piece in self.page.pieces[self._start : self.end])

    def part(self, *names: str) -> Element | None:
        """The first element behind the title with one of these classes, the first class before the others."""
        return next(filter(None, (self.page.within(name, self._start, self.end) for name in names)), None)

    def text_of(self, *names: str) -> str:
        """The text of that element."""
        part = self.part(*names)
        return self.page.text(part.start, min(part.end, self.end)) if part else ""


def items(page: Page, titles: Sequence[Element]) -> Iterator[Item]:
    """The papers with these titles. Of titles within each other the outer counts."""
    kept: list[Element] = []
    for title in titles:
        if not kept or title.start >= kept[-1].end:
            kept.append(title)
    for title, after in zip(kept, [*kept[1:], None], strict=False):
        yield Item(page, title, after.start if after else len(page.pieces))


def is_html(text: str) -> bool:
    """Whether a text has tags."""
    return _TAG.search(text) is not None


def is_feed(text: str) -> bool:
    """Whether a text is a feed or another document of XML: it may link to the same papers as an alert."""
    return _FEED.match(text) is not None


def title_of(text: str) -> str:
    """A title without what a list puts before it ("[PDF]")."""
    return _MARKS.sub("", squash(text))[:_LONGEST].strip()


def entry_of(title: str, address: str | None, line: int, facts: Entry | None = None) -> Entry:
    """An entry, with the ids that its address gives away besides those that are among the other facts."""
    facts = facts or Entry()
    arxiv = arxiv_id(address) if address else None
    known = facts.arxiv_id or (arxiv[0] if arxiv else None)
    return replace(
        facts,
        title=title or None,
        arxiv_id=known,
        version=facts.version or (arxiv[1] if arxiv else None),
        doi=facts.doi or (doi(address) if address and not arxiv else None),
        url=None if arxiv else facts.url or address,
        line=line,
    )


def digest_of(name: str, entries: Iterable[Entry]) -> Digest:
    """The digest of an alert. Of an entry without a title is said that it was left out."""
    kept: list[Entry] = []
    problems: list[Problem] = []
    for entry in entries:
        if entry.title:
            kept.append(entry)
        else:
            problems.append(Problem(entry.line, "Skipped a paper without a title."))
    return Digest(format=name, entries=tuple(kept), problems=tuple(problems))


def authors_of(text: str) -> tuple[str, ...]:
    """The authors of a list that may break off, or leave some out: "A Lee, B Kim…", "A Lee, +3 authors, C Roe"."""
    parts = _ELLIPSIS.split(_MORE_AUTHORS.sub("…", text))
    listed = ", ".join(filter(None, parts))
    names = plain_names(listed) or split_authors(listed)
    named = tuple(name for name in names if name != ET_AL)
    return (*named, ET_AL) if named and (len(parts) > 1 or len(named) < len(names)) else named


def are_authors(text: str) -> bool:
    """Whether a line names authors and nothing else."""
    if len(text.split()) < 6 and _LABEL.match(text):
        return False
    return looks_like_authors(", ".join(_ELLIPSIS.split(_MORE_AUTHORS.sub("…", text))).strip(" ,"))


def excerpt(lines: Iterable[str]) -> str | None:
    """Some lines of an abstract, as one text. Where it breaks off it ends with "…"."""
    text = join_wrapped(lines)
    return text + " …" if text and not _ENDED.search(text) else text or None


def doi_in(text: str) -> str | None:
    """The DOI that a line states; arXiv's own are none."""
    stated = (match[0] for match in _DOI.finditer(text))
    return next((found for each in stated if not arxiv_id(each) and (found := doi(each))), None)


def facts_of(lines: Iterable[str]) -> Entry:
    """What the lines below a title say, told by what each is made like: authors, DOI, journal and year, a summary."""
    entry = Entry()
    waits = False  # for the text that "TL;DR" announces
    for line in lines:
        if label := _TLDR.match(line):
            waits = label.end() == len(line)
            entry = entry if waits or entry.tldr else replace(entry, tldr=line[label.end() :])
        elif waits:
            waits = False
            entry = replace(entry, tldr=entry.tldr or line)
        else:
            entry = _with_line(entry, line)
    return entry


def _with_line(entry: Entry, line: str) -> Entry:
    if not entry.authors and are_authors(line):
        return replace(entry, authors=authors_of(line))
    if not entry.doi and (found := doi_in(line)):
        return replace(entry, doi=found)
    if not entry.journal and len(line) < _SUMMARY * 2 and (journal := _journal(line)):
        return replace(entry, journal=journal)
    if len(line) >= _ABSTRACT and not entry.abstract:
        return replace(entry, abstract=excerpt([line]))
    if _SUMMARY <= len(line) < _ABSTRACT and not (entry.tldr or entry.abstract) and prose(line):
        return replace(entry, tldr=line)
    return entry


def _journal(line: str) -> Journal | None:
    """The journal and the year, if a line says no more than these."""
    if found := read_citation(line) or (Journal(year=int(line)) if _YEAR.fullmatch(line) else None):
        return found
    if (match := _PUBLISHED.fullmatch(line)) and not re.match(r"arxiv\b", match["name"], re.IGNORECASE):
        return Journal(match["name"], year=int(match["year"]))
    return None


# ── without links ────────────────────────────────────────────────────────────────────────────────


def numbered(text: str) -> list[tuple[int, str]]:
    """The lines of a text, or of a page of HTML as it is shown, each with its number; a quoted one without marks."""
    if is_html(text):
        return [(number, line) for line, number in to_markdown(text)]
    return [(number, squash(line.lstrip("> "))) for number, line in enumerate(text.split("\n"), 1)]


def told_by_doi(lines: Sequence[tuple[int, str]], mark: re.Pattern[str]) -> Iterator[Entry]:
    """The papers of a list in which title and authors stand above a line with the DOI. `mark` finds it in a line."""
    above: list[tuple[int, str]] = []
    for number, line in lines:
        if (match := mark.search(line)) and (found := doi_in(line[match.start() :])):
            head = above + ([(number, before)] if (before := line[: match.start()].strip(" |,;([")) else [])
            if entry := _headed(head, found):
                yield entry
            above = []
        elif line.strip():
            above.append((number, line))
        else:
            above = []


def _headed(head: Sequence[tuple[int, str]], doi: str) -> Entry | None:
    """The entry of the lines above a DOI: title, authors, perhaps where it was published."""
    texts = [links_left_out(text) for _, text in head]
    shown = [(number, text) for (number, _), text in zip(head, texts, strict=True) if text]
    facts = Entry()
    while len(shown) > 1 and not are_authors(shown[-1][1]) and (journal := _cited(shown[-1][1])):
        facts, shown = replace(facts, journal=journal), shown[:-1]
    if not shown:
        return None
    titles, authors, _ = split_header([text for _, text in shown])
    return entry_of(title_of(join_wrapped(titles)), None, shown[0][0], replace(facts, authors=authors, doi=doi))


def _cited(line: str) -> Journal | None:
    if posted := _POSTED.match(line):
        return Journal(posted[1], year=int(posted[2]) if posted[2] else None)
    return _journal(line)


_POSTED = re.compile(r"(bioRxiv|medRxiv)(?:\s(?:first\s)?posted\b.{0,40}?((?:19|20)\d\d)?)?\W*\Z", re.IGNORECASE)
_LINK = re.compile(r"\[([^\[\]\n]{1,600})\]\([^()\s]{1,4000}\)")


def links_left_out(line: str) -> str:
    """A line of Markdown as it reads: links as their labels, without marks of headings and lists."""
    return _LINK.sub(r"\1", line).lstrip("#-*• ").strip(" |")
