"""The cache of newsboat into the library: each of its feeds becomes the source that a subscription to it is.

So a feed that is subscribed to before or afterwards goes on where newsboat left off, and no paper comes twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from feedreader.arxiv import addresses as arxiv
from feedreader.errors import hide_passwords
from feedreader.library import newsboat
from feedreader.library.newsboat import CachedArticle, CachedFeed
from feedreader.library.subscriptions import is_untitled
from feedreader.model import Digest, Entry, Marks, Problem
from feedreader.parse.feeds.feed_item import Feed, FeedItem, FeedText, entries_of, feed_address
from feedreader.services.ingest import ImportProgress, ImportResult, import_digest
from feedreader.text.cleaning import clean, squash
from feedreader.text.display import counted

if TYPE_CHECKING:
    from feedreader.library import Library
    from feedreader.sources.files import InputFile

FORMAT = "newsboat-cache"
is_cache = newsboat.is_cache
_LONGEST_TITLE = 500  # characters


def import_cache(
    library: Library,
    file: InputFile,
    name: str,
    progress: Callable[[ImportProgress], None],
    *,
    marks_apart: bool = False,
) -> ImportResult:
    """Import what newsboat has fetched, one result for all of its feeds. `marks_apart`: the entries' marks are to be
    taken as such. Raises UnreadableSource."""
    total = ImportResult(name, file.key, FORMAT)
    untitled = {each.path for each in library.subscriptions.all() if is_untitled(each)}
    names = {source.path: source.name for source in library.papers.sources() if source.path not in untitled}
    names |= {each.path: each.name for each in library.subscriptions.all() if each.path not in untitled}
    flags: Counter[str] = Counter()
    deleted = read = 0
    refs: list[int] = []
    marks: dict[int, Marks] = {}
    for feed in newsboat.cached_feeds(file.path):
        digest = digest_of(feed)
        source, place = _source(feed, names)
        result = import_digest(library, digest, name=source, path=place, progress=progress, marks_apart=marks_apart)
        marks |= result.marks
        refs += result.refs
        total = _sum(total, result)
        deleted += feed.deleted
        read += sum(article.read for article in feed.articles)
        flags.update(flag for article in feed.articles for flag in set(filter(str.isalpha, article.flags)))
    left = tuple(Problem(None, reason) for reason in _left(read * (not marks_apart), flags, deleted))
    return replace(total, refs=tuple(refs), marks=marks, problems=(*total.problems, *left))


def _sum(total: ImportResult, result: ImportResult) -> ImportResult:
    """Both together, but for what the entries are called."""
    numbers = ("entries", "new", "merged", "known", "replaced", "separated", "united")
    sums = {each: getattr(total, each) + getattr(result, each) for each in numbers}
    problems = tuple(replace(each, reason=f"{result.source}: {each.reason}") for each in result.problems)
    return replace(total, problems=(*total.problems, *problems), **sums)


def _left(read: int, flags: Counter[str], deleted: int) -> Iterator[str]:
    """What was not taken."""
    if read:
        articles = f"{counted(read, 'article')} {'is' if read == 1 else 'are'} already read in newsboat"
        yield f"{articles}. To mark {'it' if read == 1 else 'them'} as read here too: `feedreader import --marks FILE`"
    if flags:
        each = ", ".join(f"{flag} ({number:,})" for flag, number in sorted(flags.items())[:52])
        yield f"Flags not imported: {each}"
    if deleted:
        yield f"Skipped {counted(deleted, 'article')} that you deleted in newsboat."


def _source(feed: CachedFeed, names: Mapping[str, str]) -> tuple[str, str]:
    """The name and the path of the source that a subscription to a feed is, or would be. `names` are known, by path."""
    categories = arxiv.categories_of_feed(feed.address)
    path = f"arxiv:{categories}" if categories else feed_address(feed.address) or squash(clean(feed.address))
    title = FeedText(feed.title).text(_LONGEST_TITLE)
    return names.get(path) or categories or title or hide_passwords(path), path


def digest_of(feed: CachedFeed) -> Digest:
    """A feed's articles as a digest. What was read is marked so in its entries. Pure."""
    about = Feed(title=feed.title, link=feed.page)
    entries: list[Entry] = []
    empty = 0
    for article in feed.articles:
        found, problems = entries_of([_item(article)], about)
        entries += (replace(entry, marks=Marks(read=True)) if article.read else entry for entry in found)
        empty += len(problems)
    problem = Problem(None, f"Skipped {counted(empty, 'article')} without a title or text.")
    title = FeedText(feed.title).text(_LONGEST_TITLE) or None
    return Digest(format=FORMAT, title=title, entries=tuple(entries), problems=(problem,) if empty else ())


def _item(article: CachedArticle) -> FeedItem:
    return FeedItem(
        title=FeedText(article.title),
        summary=FeedText(article.content, article.is_html),
        authors=((article.author,),) if article.author else (),
        link=article.url,
        guid=article.guid,
        published=article.published.isoformat() if article.published else "",
    )
