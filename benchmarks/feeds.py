"""A server of made-up feeds on the loopback: arXiv-like RSS 2.0, with validators, and a count of what was asked."""

from __future__ import annotations

import hashlib
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import accumulate
from xml.sax.saxutils import escape

HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:atom="http://www.w3.org/2005/Atom" version="2.0"><channel>
<title>Feed {number} updates</title><link>http://127.0.0.1/</link><description>Feed {number}</description>
<language>en-us</language><lastBuildDate>Fri, 20 Nov 2026 05:00:00 +0000</lastBuildDate>
<pubDate>Fri, 20 Nov 2026 00:00:00 -0500</pubDate><skipDays><day>Sunday</day><day>Saturday</day></skipDays>
"""
_ITEM = """<item><title>{title}</title><link>https://arxiv.org/abs/{id}</link>
<description>arXiv:{id}v1 Announce Type: new
Abstract: {abstract}</description>
<guid isPermaLink="false">oai:arXiv.org:{id}v1</guid><category>cs.LG</category><category>cs.CL</category>
<pubDate>{date}</pubDate><arxiv:announce_type>new</arxiv:announce_type>
<dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights><dc:creator>{authors}</dc:creator></item>
"""
_MODIFIED = "Fri, 20 Nov 2026 05:00:00 GMT"
_SYLLABLES = ("ba", "co", "de", "fi", "gra", "hy", "in", "ka", "lo", "mo", "ne", "op", "per", "qua", "re", "sta", "tri")


def make_feeds(feeds: int, entries: int) -> list[bytes]:
    """Feeds of papers that differ in id, title and abstract, in words that are as unevenly frequent as real ones."""
    chance = random.Random(1)
    words, weights = uneven_words(chance, 40_000)
    names = [word.capitalize() for word in words[:3000] if word.isalpha()]
    feeds_made = []
    for feed in range(feeds):
        pieces = [HEAD.format(number=feed)]
        for n in range(entries):
            abstract = chance.choices(words, cum_weights=weights, k=190)
            people = (" ".join(chance.choices(names, k=2)) for _ in range(chance.randint(1, 7)))
            pieces.append(
                item(
                    f"2611.{feed * entries + n + 1:05}",
                    escape(" ".join(abstract[:10]).capitalize()),
                    escape(" ".join(abstract[10:]).capitalize()),
                    escape(", ".join(people)),
                )
            )
        feeds_made.append("".join((*pieces, "</channel></rss>\n")).encode())
    return feeds_made


def item(id: str, title: str, abstract: str, authors: str, date: str = "Fri, 20 Nov 2026 00:00:00 -0500") -> str:
    """A paper in a feed, of texts that are escaped."""
    return _ITEM.format(id=id, title=title, abstract=abstract, authors=authors, date=date)


def uneven_words(chance: random.Random, count: int) -> tuple[list[str], list[float]]:
    """Words and their added weights: as unevenly frequent as real ones."""
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 5))) for _ in range(count)]
    return words, list(accumulate(1 / (rank + 5) for rank in range(count)))


class FeedServer(ThreadingHTTPServer):
    """Serves `/feed-N.xml`. `answers` counts the statuses, `conditional` the requests with validators."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, feeds: list[bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.feeds = feeds
        self.tags = [f'"{hashlib.sha1(feed, usedforsecurity=False).hexdigest()}"' for feed in feeds]
        self.answers: Counter[int] = Counter()
        self.conditional = 0

    @property
    def urls(self) -> list[str]:
        return [f"http://127.0.0.1:{self.server_address[1]}/feed-{n}.xml" for n in range(len(self.feeds))]

    def opml(self) -> str:
        outlines = "".join(f'<outline type="rss" text="Feed {n}" xmlUrl="{url}"/>' for n, url in enumerate(self.urls))
        return f'<opml version="2.0"><head><title>feeds</title></head><body>{outlines}</body></opml>'

    def count(self) -> tuple[dict[int, int], int]:
        """What was answered, and how often validators were sent, since the last call."""
        counted = (dict(self.answers), self.conditional)
        self.answers.clear()
        self.conditional = 0
        return counted


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FeedServer

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        number = int(self.path.removeprefix("/feed-").removesuffix(".xml"))
        body, tag = self.server.feeds[number], self.server.tags[number]
        stated = self.headers.get("If-None-Match")
        since = self.headers.get("If-Modified-Since")
        self.server.conditional += bool(stated or since)
        same = stated == tag if stated else since == _MODIFIED
        self.send_response(304 if same else 200)
        self.server.answers[304 if same else 200] += 1
        self.send_header("ETag", tag)
        self.send_header("Last-Modified", _MODIFIED)
        if not same:
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not same:
            self.wfile.write(body)


@contextmanager
def serving(feeds: int = 100, entries: int = 200) -> Iterator[FeedServer]:
    server = FeedServer(make_feeds(feeds, entries))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
