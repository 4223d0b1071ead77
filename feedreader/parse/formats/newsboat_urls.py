"""newsboat-urls: the list of newsboat and newsbeuter, a line a feed: `ADDRESS "tag one" tag2 "~Title" "!hidden"`.

The first tag is the folder. `query:Name:expression` lines are saved searches, where `newsboat_filter` can translate
them. What newsboat runs programs for (`exec:`, `filter:`) is named and not taken. A line is taken apart as newsboat
does (extract_token_quoted in its utils.rs).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from feedreader.arxiv.addresses import categories_of_feed
from feedreader.model import Outline
from feedreader.parse.lists.collector import Collector, ListedSearch, SubscriptionList, short, shown
from feedreader.parse.lists.newsboat_filter import Untranslatable, quoted, translated
from feedreader.text.identifiers import arxiv_id, doi

NAME = "newsboat-urls"

_LISTED = re.compile(r'[ \t]*"?(?:(?:feed:(?://)?)?https?://|feed://|query:|filter:|exec:|file://)\S', re.IGNORECASE)
_OWN = re.compile(r'[ \t]*"?(?:query|filter|exec):', re.IGNORECASE)  # only newsboat's lists have such
_RULER = re.compile(
    r'[ \t]*"?[ \t]*(?:[-=_*+~/<>|][-=_*+~/<> |]|[-=_*+~|]+"?[ \t]*\Z|"[ \t]*\Z)'
)  # headings that people make
_TOKEN = re.compile(r'[ \t]*(?:(?P<comment>\#.*)|"(?P<quoted>(?:[^"\\]|\\.)*+)(?:"|\Z|\\\Z)|(?P<bare>[^ \t]+))')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": " ", "r": " ", "t": " "}  # in a title or a tag, all the same
_MOST_TAGS = 6  # without quotes: more words are a sentence
_MOST_SOURCES = 40  # that stand in a query by their names


class _Line(NamedTuple):
    """A line that lists something: what, and what stands behind it."""

    number: int
    text: str
    what: str
    rest: tuple[str, ...]

    @property
    def title(self) -> str:
        return next((each[1:].strip() for each in self.rest if each.startswith("~")), "")

    @property
    def tags(self) -> list[str]:
        return [each for each in self.rest if each and not each.startswith("~")]

    @property
    def folders(self) -> list[str]:
        """Tags that are none for newsboat itself: one with a ! hides the feed."""
        return [tag for tag in self.tags if not tag.startswith("!")]


def _tokens(line: str) -> Iterator[tuple[str, bool]]:
    """What stands on a line, and whether it is in quotes."""
    for match in _TOKEN.finditer(line):
        if match["comment"]:
            return
        if match["quoted"] is not None:
            yield _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), match["quoted"]).replace("\t", " "), True
        elif match["bare"]:
            yield match["bare"], False


def _lines(text: str) -> Iterator[_Line]:
    for number, line in enumerate(text.split("\n"), 1):
        tokens = [] if line.startswith("#") or _RULER.match(line) else [token for token, _ in _tokens(line)]
        if tokens:
            yield _Line(number, line, tokens[0], tuple(tokens[1:]))


def matches(text: str) -> bool:
    """Whether nearly all lines begin with a feed's address or with what stands for one, and no prose follows."""
    rows = [
        row for row in text.split("\n") if row.strip() and not row.lstrip().startswith("#") and not _RULER.match(row)
    ]
    if len(rows) > 1 and not text.endswith("\n"):
        rows.pop()  # it may be cut off
    if not rows or not _LISTED.match(rows[0]):
        return False
    listed = [row for row in rows if _lists(row)]
    papers = sum(_is_paper(re.split(r"[,\s]", row.strip('" \t'), maxsplit=1)[0].strip('"')) for row in listed)
    return bool(listed) and len(rows) - len(listed) <= len(rows) // 4 and 2 * papers < len(listed)


def _lists(row: str) -> bool:
    if not _LISTED.match(row):
        return False
    if _OWN.match(row):
        return True  # also where the quotes were forgotten that newsboat wants around it
    bare = [token for token, is_quoted in list(_tokens(row))[1:] if not is_quoted]
    return len(bare) <= _MOST_TAGS and all(any(map(str.isalnum, token)) for token in bare if token[0] not in "~!")


def _is_paper(address: str) -> bool:
    return arxiv_id(address) is not None or doi(address) is not None


def parse_list(text: str) -> SubscriptionList:
    """The feeds, the queries that could be translated, and what was not taken. It never raises."""
    collector = Collector()
    lines = list(_lines(text))
    feeds: list[tuple[_Line, Outline]] = []
    hidden: dict[str, None] = {}
    for line in lines:
        if line.what.startswith(("exec:", "filter:")):
            collector.problem(_program(line.what), line.number)
        elif line.what.startswith("query:"):
            continue
        elif outline := collector.add(line.what, line.number, line.title, tags=line.folders):
            feeds.append((line, outline))
            hidden |= {outline.title: None} if len(line.folders) < len(line.tags) else {}
    tags = _Tags(feeds)
    searches = [_search(line, tags, collector) for line in lines if line.what.startswith("query:")]
    if hidden:
        names = ", ".join(map(shown, list(hidden)[:_MOST_TAGS])) + (" …" if len(hidden) > _MOST_TAGS else "")
        collector.problem(f"Hidden in newsboat, subscribed to anyway: {names}")
    return collector.finish(NAME, [search for search in searches if search])


def _program(stated: str) -> str:
    """What is said of a feed that a program makes."""
    kind, _, rest = stated.partition(":")
    if kind == "filter" and (address := rest.partition(":")[2]):
        instead = f"To subscribe without the filter: `feedreader subscribe {shown(address)}`"
        return f"Not imported: newsboat filters this feed with a program. {instead}"
    return f"Not imported: newsboat runs a program for this feed: {shown(stated)}"


class _Tags:
    """The feeds by their tags."""

    def __init__(self, feeds: Iterable[tuple[_Line, Outline]]) -> None:
        self._tagged: dict[str, list[Outline]] = {}
        for line, outline in feeds:
            for tag in {part for each in line.tags for part in (each, *each.split())}:
                self._tagged.setdefault(tag, []).append(outline)

    def query(self, tag: str) -> str:
        """What finds the papers of the feeds with a tag: its folder, and by their names those in other folders."""
        tagged = self._tagged.get(tag, [])
        if not tagged:
            raise Untranslatable(f"no feed in this list has the tag “{tag}”")
        others = list(islice((outline for outline in tagged if outline.folder != (tag,)), _MOST_SOURCES + 1))
        if len(others) > _MOST_SOURCES:
            raise Untranslatable(f"“{tag}” is not the first tag of more than {_MOST_SOURCES} feeds")
        terms = [f"folder:={quoted(tag)}"] * any(outline.folder == (tag,) for outline in tagged)
        terms += dict.fromkeys(f"source:={quoted(_source_name(outline, tag))}" for outline in others)
        return terms[0] if len(terms) == 1 else f"({' or '.join(terms)})"


def _search(line: _Line, tags: _Tags, collector: Collector) -> ListedSearch | None:
    _, _, rest = line.what.partition(":")
    name, _, stated = rest.partition(":")
    name = short(line.title or name)
    if line.folders and not line.text.lstrip().startswith('"'):
        collector.problem(f"Query not imported: put the whole of it in quotes ({shown(line.text)})", line.number)
        return None
    collector.leave(line.folders)
    try:
        return ListedSearch(name, translated(stated, tags.query), line.number, short(stated))
    except Untranslatable as reason:
        collector.problem(f"Query “{name}” not imported: {reason} ({shown(stated)})", line.number)
        return None


def _source_name(outline: Outline, tag: str) -> str:
    """The name that the subscription will have: its title, where it has one before it was fetched."""
    name = categories_of_feed(outline.xml_url) or outline.title
    if name == outline.xml_url:
        raise Untranslatable(f"“{tag}” is not the first tag of {shown(name)}")
    return name
