"""Documents: each format by itself, and whatever it is through `parse`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from importlib import import_module
from typing import Any

from hypothesis import strategies as st

from feedreader import parse
from feedreader.errors import EmptyDigest, FeedreaderError, NotADigest
from feedreader.model import Digest
from feedreader.parse.mails import parts
from feedreader.services.ingest import prepare_entries
from feedreader.text.cleaning import clean, decode
from tests.fuzz.checks import harmless, harmless_throughout, sound
from tests.fuzz.engine import Target
from tests.fuzz.inputs import HTML, IDS, JSON, LAYOUT, NAMES, TEX, XML, foreign, json_texts, samples, spoiled

XML_FOLDERS = (
    "nasty",
    "conformance",
    "blog-feeds",
    "paper-feeds",
    "arxiv-rss",
    "arxiv-api",
    "arxiv-oai",
    "opml",
    "cases/feeds",
)
TEXT_FOLDERS = ("digests", "arxiv-email", "kaggle-jsonl", "cases/people", "arxiv-abs", "bib")
MARKUP, LINES, RECORDS = (XML, HTML, NAMES, IDS), (LAYOUT, NAMES, IDS, TEX), (JSON, NAMES, IDS)
ITEM = ("<rss><channel><title>t</title><item><title>T</title>", "</item></channel></rss>")
LISTED = ('"', "\\", "(", ")", " and ", " or ", "title =~ ", "*", ":", ";", "[[", "]]", " https://x.org/", *LAYOUT)
FIELD_FRAMES = tuple(
    (f"{ITEM[0]}<{name}>", f"</{name}>{ITEM[1]}")
    for name in ("title", "description", "author", "dc:creator", "link", "pubDate", "guid")
)
XML_FRAMES = (
    ("", ""),
    ("<rss><channel>", "</channel></rss>"),
    ITEM,
    *FIELD_FRAMES,
    ("<feed><entry>", "</entry></feed>"),
)
JSON_FRAMES = (
    ("[", "]"),
    ("{", "}"),
    ('{"version":"https://jsonfeed.org/version/1.1","items":[', "]}"),
    ('{"id":"0704.0001","title":"', '"}'),
)
MIME = tuple(piece for piece in LAYOUT if piece.startswith(("Content-", "--x", "MIME-", "=", "Subject", "From")))
MAIL_FRAMES = (
    ("From: a@b.org\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n", "\n--x--\n"),
    ("From: a@b.org\nMIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n\n", "\n"),
    ("From: a@b.org\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n", "\n"),
    ("From: a@b.org\nTo: ", "\n\ntext"),
)
LINE_FRAMES = (
    ("", ""),
    ("title,authors,abstract,date\n", "\n"),
    ("May 9, 2019\nA Title\nAda Lovelace\n\n", "\n"),
    ("# Papers\n\n- ", "\n"),
)
FEED_FIELDS = (
    "items",
    "title",
    "id",
    "url",
    "version",
    "authors",
    "author",
    "name",
    "content_html",
    "content_text",
    "summary",
    "date_published",
    "tags",
    "external_url",
    "language",
)
ANSWERS = (
    *("hf-papers.json", "openreview.json", "semantic-scholar.json", "crossref.json", "openalex.json"),
    *("biorxiv.json", "biorxiv-published.json", "openreview-list.json"),
)
SERVICE_FIELDS = (
    *("id", "paper", "title", "summary", "authors", "name", "upvotes", "forum", "content", "value", "pdate"),
    *("paperId", "externalIds", "DOI", "ArXiv", "journal", "year", "author", "container-title", "issued"),
    *("date-parts", "relation", "abstract", "abstract_inverted_index", "authorships", "primary_location", "doi"),
    *("server", "version", "published", "data", "results", "items", "message", "notes", "collection"),
)
RECORD_FIELDS = (
    "id",
    "title",
    "authors",
    "authors_parsed",
    "abstract",
    "categories",
    "comments",
    "journal-ref",
    "doi",
    "versions",
    "update_date",
    "day",
    "sources",
    "mentions",
    "tags",
    "note",
    "read",
    "journal",
    "url",
)


def check_parse(data: bytes) -> None:
    try:
        digest = parse.parse(data)
    except (EmptyDigest, NotADigest) as error:
        harmless(str(error))
        return
    sound(digest)
    prepare_entries(digest.entries)
    assert digest == parse.parse(data), "another digest the second time"


def check_text(name: str) -> Callable[[bytes], None]:
    module: Any = import_module(f"feedreader.parse.formats.{name}")

    def check(data: bytes) -> None:
        text, _ = decode(data)
        digest: Digest = module.parse(text)
        assert digest.format == module.NAME, "format"
        if module.matches(text):
            sound(digest, text.count("\n") + 1)

    return check


def check_feed(name: str) -> Callable[[bytes], None]:
    module: Any = import_module(f"feedreader.parse.formats.{name}")

    def check(data: bytes) -> None:
        module.matches_bytes(data)
        digest: Digest = module.parse_bytes(data)
        assert digest.format == module.NAME, "format"
        sound(digest)

    return check


def check_mail(data: bytes) -> None:
    """However a mail is encoded, it holds the same papers."""
    text = clean(decode(data)[0]).rstrip() + "\n"
    try:
        plain = parse.parse(text.encode())
    except (EmptyDigest, NotADigest):
        return
    if plain.format != "arxiv-mail":
        return
    for encoding in ("quoted-printable", "base64"):
        for charset in ("utf-8", "iso-8859-1", "koi8-r"):
            if text.encode(charset, "replace").decode(charset) != text:
                continue
            mail = EmailMessage()
            mail["Subject"], mail["From"] = "cs daily Subj-class mailing", "no-reply@arxiv.example"
            mail.set_content(text, charset=charset, cte=encoding)
            read = parse.parse(bytes(mail))
            assert [entry.title for entry in read.entries] == [entry.title for entry in plain.entries], "titles in MIME"
            assert [entry.authors for entry in read.entries] == [entry.authors for entry in plain.entries], "authors"


def check_subscriptions(data: bytes) -> None:
    if listed := parse.subscription_list(data):
        harmless_throughout(listed)
        assert all(outline.xml_url and outline.title for outline in listed.outlines), "no address"
        assert all(search.query for search in listed.searches), "no query"


def check_answers(data: bytes) -> None:
    for read in (parse.read_answer, parse.read_records):
        try:
            read(data)
        except FeedreaderError as error:
            harmless(str(error))


def timed(check: Callable[[bytes], object]) -> Callable[[str], object]:
    return lambda text: check(text.encode("utf-8", "surrogatepass"))


def _parse(data: bytes) -> None:
    try:
        prepare_entries(parse.parse(data).entries)
    except FeedreaderError:
        return


def targets(real: bool) -> Iterator[Target]:
    feeds = samples(
        "atom.xml",
        "rss-arxiv.xml",
        "rss-journal.rdf",
        "oai-pmh.xml",
        "subscriptions.opml",
        folders=XML_FOLDERS,
        real=real,
    )
    names = (
        "arxiv-jsonl.jsonl",
        "arxiv-mail.txt",
        "table-list.csv",
        "markdown-list.md",
        "arxiv-records.txt",
        "search-page.txt",
        "day-list.txt",
        "bibtex.bib",
        "ris.ris",
        "nbib.nbib",
        "endnote.enw",
        "csl-json.json",
    )
    lines = samples(*names, "reading-thread.txt", folders=TEXT_FOLDERS, real=real)
    feed = spoiled(feeds, *MARKUP) | foreign(*MARKUP)
    json_feed = spoiled(samples("feed.json"), *RECORDS) | json_texts(
        FEED_FIELDS, lambda items: {"version": "https://jsonfeed.org/version/1.1", "items": items}
    )
    record = (
        spoiled(samples(names[0]), *RECORDS)
        | json_texts(RECORD_FIELDS)
        | json_texts(RECORD_FIELDS, lambda items: items[0] if items else {})
    )
    answers = (
        spoiled(samples(*ANSWERS), *RECORDS)
        | json_texts(SERVICE_FIELDS)
        | json_texts(
            SERVICE_FIELDS, lambda items: {"meta": {}, "results": items, "data": items, "message": {"items": items}}
        )
    )
    anything = feed | spoiled(lines, *LINES, HTML) | json_feed | record | answers | foreign(*LINES)
    everything = (*XML, *HTML, *LAYOUT, *JSON)
    yield Target("parse", anything, check_parse, timed(_parse), everything, (*XML_FRAMES, *LINE_FRAMES, *JSON_FRAMES))
    for name, of in (("atom", feed), ("rss", feed), ("oai_pmh", feed), ("json_feed", json_feed)):
        units, frames = ((*JSON, *HTML), JSON_FRAMES) if name == "json_feed" else ((*XML, *HTML), XML_FRAMES)
        yield Target(name.replace("_", "-"), of, check_feed(name), timed(check_feed(name)), units, frames)
    for name in parse.SERVICES:
        check = check_feed(name)
        yield Target(name.replace("_", "-"), answers, check, timed(check), (*JSON, *HTML), JSON_FRAMES)
    yield Target(
        "opml",
        feed,
        check_subscriptions,
        timed(check_subscriptions),
        XML,
        (("<opml><body>", "</body></opml>"), ("", "")),
    )
    lists = samples("newsboat.urls", "elfeed-feeds.el", "elfeed.org")
    frames = (
        ("https://example.org/f ", "\n"),
        ('"query:N:', '"\n'),
        ("(setq elfeed-feeds '(", "))"),
        ("* F :elfeed:\n** ", "\n"),
    )
    yield Target("lists", spoiled(lists, *LINES), check_subscriptions, timed(check_subscriptions), LISTED, frames)
    mails = spoiled(samples("arxiv-mail.txt"), *LINES)
    yield Target("mime", mails, check_mail, timed(_parse), (*LAYOUT, *MIME, *MIME), MAIL_FRAMES)
    yield Target("answers", feed, check_answers)
    for name in parse.TEXTS:
        named = name.replace("_", "-")
        own = samples(*(sample for sample in (*names, "reading-thread.txt") if sample.startswith(named)))
        own += _pages(f"{named}.eml") if name in parse.ALERTS else []
        of = (
            record
            if name == "arxiv_jsonl"
            else st.one_of(spoiled(own, *LINES), spoiled(lines, *LINES, HTML), foreign(*LINES))
        )
        units, frames = (
            ((*JSON, *NAMES), JSON_FRAMES) if name == "arxiv_jsonl" else ((*LAYOUT, *NAMES, *HTML[:20]), LINE_FRAMES)
        )
        yield Target(named, of, check_text(name), timed(check_text(name)), units, _own_frames(own, frames))


def _pages(sample: str) -> list[bytes]:
    """The HTML in a mail."""
    (data,) = samples(sample)
    return [text.data for mail in parts.read(data) for text in mail.texts if text.kind == "html"]


def _own_frames(own: Sequence[bytes], frames: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """The frames, and the sample itself, so that the format is recognised."""
    sample = own[0].decode()
    return (*frames, (sample, ""), (sample, sample))
