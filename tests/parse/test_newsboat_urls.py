"""newsboat's list of feeds, and its queries in words of this program."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.errors import QueryError
from feedreader.model import Outline
from feedreader.parse import parse, subscription_list
from feedreader.parse.formats.newsboat_urls import matches, parse_list
from feedreader.parse.lists.newsboat_filter import Untranslatable, translated
from feedreader.query.language import parse_query
from tests.conftest import SHARED
from tests.fuzz.engine import Growth, too_slow


def listed(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(outline.xml_url, outline.title, outline.folder) for outline in parse_list(text).outlines]


def reasons(text: str) -> list[tuple[int | None, str]]:
    return [(problem.line, problem.reason) for problem in parse_list(text).problems]


# ── lines ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "url", "title", "folder"),
    [
        ("https://x.org/f", "https://x.org/f", "https://x.org/f", ()),
        ('"https://x.org/f"', "https://x.org/f", "https://x.org/f", ()),
        ("  https://x.org/f\tone\ttwo", "https://x.org/f", "https://x.org/f", ("one",)),
        ('https://x.org/f "~A title" "tag one"', "https://x.org/f", "A title", ("tag one",)),
        ("https://x.org/f one ~Title", "https://x.org/f", "Title", ("one",)),
        ('https://x.org/f "~Say \\"hello\\" \\\\ there"', "https://x.org/f", 'Say "hello" \\ there', ()),
        ('https://x.org/f "~never closed', "https://x.org/f", "never closed", ()),
        ("https://x.org/f one # two", "https://x.org/f", "https://x.org/f", ("one",)),
        ("https://x.org/f#part", "https://x.org/f#part", "https://x.org/f#part", ()),
        ('https://x.org/f "!hidden" one', "https://x.org/f", "https://x.org/f", ("one",)),
        ("feed://x.org/f", "http://x.org/f", "http://x.org/f", ()),
        ("feed:https://x.org/f", "https://x.org/f", "https://x.org/f", ()),
        ("https://me:secret@x.org/f ~T", "https://me:secret@x.org/f", "T", ()),
    ],
)
def test_a_line_is_an_address_with_tags_and_a_title(line: str, url: str, title: str, folder: tuple[str, ...]) -> None:
    assert matches(line + "\n") and listed(line + "\n") == [(url, title, folder)]


def test_what_is_left_out_is_said_once() -> None:
    text = 'https://x.org/f a b\nhttps://y.org/f c b "!x" ~Y\n# https://z.org/f\nhttps://x.org/f d A\n'
    assert listed(text) == [("https://x.org/f", "https://x.org/f", ("a",)), ("https://y.org/f", "Y", ("c",))]
    assert reasons(text) == [
        (None, "Hidden in newsboat, subscribed to anyway: Y"),
        (None, "Tags not imported, because a subscription has only one folder: b, d"),
    ]


def test_many_tags_are_not_all_named() -> None:
    (_, reason), *more = reasons("https://x.org/f " + " ".join(f"t{number}" for number in range(30)))
    assert not more and reason.endswith("t10, t11, t12 and 17 more")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('"exec:~/bin/feed --all"', "newsboat runs a program for this feed: exec:~/bin/feed --all"),
        ("filter:~/bin/f:https://x.org/f t", "without the filter: `feedreader subscribe https://x.org/f`"),
        ("file:///home/ada/feed.xml", "Not a web address: file:///home/ada/feed.xml"),
        ("https://", "Not a web address: https://"),
        ("ftp://me:secret@x.org/f", "Not a web address: ftp://***@x.org/f"),
        ("something", "Not a web address: something"),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_line(line: str, said: str) -> None:
    text = f"https://a.org/f\n\n{line}\n" + "https://b.org/f\n" * 4
    ((number, reason),) = reasons(text)
    assert number == 3 and reason.endswith(said) and matches(text)


def test_headings_that_people_make_are_passed_over() -> None:
    text = '-----\n---Flags---\n" "\n"--- NEWS ---"\n===\nhttps://x.org/f\n'
    assert matches(text) and listed(text) and reasons(text) == []


# ── what is such a list ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "https://arxiv.org/abs/1905.02244\nhttps://arxiv.org/abs/1905.04899 nice\n",
        "https://doi.org/10.1234/x ~A\n",
        "https://x.org/post and this is a sentence about what I read there\n",
        "See https://x.org/f\nhttps://y.org/f\n",
        "https://x.org/f\nHello,\nhow are you?\nI am well.\n",
        "url,title\nhttps://x.org/a,One\nhttps://x.org/b,Two\n",
        "https://arxiv.org/abs/1905.02244,One title\nhttps://arxiv.org/abs/1905.04899,Another title\n",
        "- https://x.org/f\n- https://y.org/f\n",
        "# only a comment\n",
        "",
    ],
)
def test_other_texts_are_none(text: str) -> None:
    assert not matches(text)


def test_a_list_with_a_quoted_phrase_is_no_thread_and_a_thread_is_no_list() -> None:
    urls = 'https://blog.example.org/feed "~The Great Book of Snails" reading\nhttps://x.org/f "Attention in Snails"\n'
    known = subscription_list(urls.encode())
    assert known is not None and known.format == "newsboat-urls" and len(known.outlines) == 2
    thread = (
        "https://arxiv.org/abs/1905.02244\nI liked this paper: they show that a smaller model is enough.\n\n"
        'https://arxiv.org/abs/1905.04899\n"We show that cutting and pasting patches among images works," they say.\n'
        "Great paper, too. The authors find that it helps in every setting they tried.\n"
    )
    assert subscription_list(thread.encode()) is None and parse(thread.encode()).format == "reading-thread"


def test_a_real_list() -> None:
    path = SHARED / "data" / "opml" / "newsboat_test-urls.txt"
    if not path.exists():
        pytest.skip("the real lists (../shared) are not beside this checkout")
    known = subscription_list(path.read_bytes())
    assert known is not None and known.outlines == (
        Outline("title", "http://test1.url.cc/feed.xml", None, ("tag1",)),
        Outline("http://anotherfeed.com/", "http://anotherfeed.com/"),
        Outline("another title", "http://onemorefeed.at/feed/", None, ("tag1",)),
    )


# ── queries ──────────────────────────────────────────────────────────────────────────────────────


def of_tag(tag: str) -> str:
    return f"folder:={tag}"


@pytest.mark.parametrize(
    ("stated", "query"),
    [
        ('unread = "yes"', "is:unread"),
        ('unread == "no"', "is:read"),
        ('unread != "no"', "is:unread"),
        ('  title =~ "snails?|slugs"  ', "title:/snails?|slugs/i"),
        ('title !~ "ad" and content =~ "a b"', "-title:/ad/i abstract:/a b/i"),
        ('author =~ "a/b"', r"author:/a\/b/i"),
        (r'author =~ "a\/b"', r"author:/a\/b/i"),
        (r'title =~ "\<snail\>"', r"title:/\bsnail\b/i"),
        ('feedtitle = "The Sea"', 'source:="The Sea"'),
        ('feedtitle =~ "sea"', "source:/sea/i"),
        ('tags # "ml" and tags !# "old"', "folder:=ml -folder:=old"),
        ("age < 7", "day:7d"),
        ("age <= 7", "day:8d"),
        ('age < "7"', "day:7d"),
        ("age between 0:7", "day:8d"),
        ("age between 7:0", "day:8d"),
        ("age between 3:10", "day:11d -day:3d"),
        ("age > 30", "-day:31d"),
        ("age >= 30", "-day:30d"),
        ("age = 0", "day:1d"),
        ('(unread="yes")and(title=~"x")', "is:unread title:/x/i"),
        ('unread = "yes" and (tags # "a" or tags # "b")', "is:unread (folder:=a or folder:=b)"),
        ('unread = "yes" and tags # "a" or tags # "b"', "is:unread (folder:=a or folder:=b)"),
        ('tags # "a" or tags # "b" and unread = "yes"', "folder:=a or folder:=b is:unread"),
        ('(tags # "a" or tags # "b") and age < 2', "(folder:=a or folder:=b) day:2d"),
        ('((unread = "yes"))', "is:unread"),
    ],
)
def test_a_query_with_an_equal_here_is_translated(stated: str, query: str) -> None:
    assert translated(stated, of_tag) == query
    parse_query(query)


@pytest.mark.parametrize(
    "stated",
    [
        "",
        'flags # "s"',
        'rssurl =~ "x"',
        'title = "x"',
        'unread = "maybe"',
        'unread =~ "yes"',
        'tags =~ "x"',
        'title =~ "[[:alpha:]]+"',
        'title =~ ""',
        'feedtitle = "a \\"b\\""',
        "age < 0",
        "age >= 0",
        "age = 1:2",
        "age between 3",
        "age != 3",
        "age > 99999",
        'unread = "yes" and',
        'unread = "yes" or(',
        'unread = "yes") and age < 7',
        'unread = "yes" title =~ "x"',
        '(unread = "yes"',
        'unread = "yes',
        "(" * 500 + 'unread = "yes"' + ")" * 500,
        'title =~ "x" and ' * 1000 + 'title =~ "x"',
    ],
)
def test_a_query_without_one_is_not(stated: str) -> None:
    with pytest.raises(Untranslatable):
        translated(stated, of_tag)


_COMPARISONS = st.sampled_from(
    ['unread = "yes"', 'title =~ "a(b|c)*/d"', 'tags # "ml"', 'tags !# "ml"', "age < 7", "age between 2:5", "age > 1"]
)
_FILTERS = st.recursive(
    _COMPARISONS,
    lambda inner: st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({' '.join(parts)})"),
    max_leaves=8,
)


@given(_FILTERS)
def test_whatever_is_translated_can_be_asked(stated: str) -> None:
    parse_query(translated(stated, of_tag))


@given(st.text(alphabet='ab"\\()=~!#<>:0 unread age tags title and or between yes', max_size=60))
def test_any_text_is_translated_or_refused(stated: str) -> None:
    try:
        query = translated(stated, of_tag)
    except Untranslatable:
        return
    try:
        parse_query(query)
    except QueryError as error:
        assert "regular expression" in error.message


def test_tags_are_folders_or_feeds_by_name() -> None:
    text = (
        "https://rss.arxiv.org/rss/cs.LG papers ml\nhttps://x.org/f ml ~X\nhttps://y.org/f news\n"
        'https://z.org/f "Blogs News" ~Z\n'
        '"query:ML:unread = \\"yes\\" and tags # \\"ml\\"" extra\n"query:News:tags # \\"News\\""\n'
        '"query:Papers:tags # \\"papers\\"" "~My papers"\n"query:None:tags # \\"no\\""\n'
    )
    known = parse_list(text)
    assert [(search.name, search.query, search.line) for search in known.searches] == [
        ("ML", 'is:unread (folder:="ml" or source:="cs.LG")', 5),
        ("News", 'source:="Z"', 6),
        ("My papers", 'folder:="papers"', 7),
    ]
    assert [(problem.line, problem.reason) for problem in known.problems] == [
        (8, 'Query “None” not imported: no feed in this list has the tag “no” (tags # "no")'),
        (None, "Tags not imported, because a subscription has only one folder: ml, extra"),
    ]


def test_a_feed_without_a_title_cannot_be_named_in_a_query() -> None:
    ((line, reason), _) = reasons('https://x.org/f a b\n"query:B:tags # \\"b\\""\n')
    assert line == 2 and "“b” is not the first tag of https://x.org/f" in reason


def test_queries_without_their_quotes_are_named_and_the_feeds_are_taken() -> None:
    text = 'https://x.org/f a\nquery:New ones:unread = "yes"\nquery:Dark:title =~ "dark"\nquery:Unread:unread="yes"\n'
    assert matches(text)
    known = parse_list(text)
    assert len(known.outlines) == 1 and [(each.name, each.query) for each in known.searches] == [
        ("Unread", "is:unread")
    ]
    assert [(problem.line, problem.reason) for problem in known.problems] == [
        (2, 'Query not imported: put the whole of it in quotes (query:New ones:unread = "yes")'),
        (3, 'Query not imported: put the whole of it in quotes (query:Dark:title =~ "dark")'),
    ]


# ── whatever comes ───────────────────────────────────────────────────────────────────────────────


@given(st.text(alphabet='ab"\\#~! \t\nhttps://x:query', max_size=80))
def test_nothing_raises(text: str) -> None:
    matches(text)
    parse_list(text)


@pytest.mark.parametrize(
    "piece",
    [
        "https://x.org/0 a\n",
        '"',
        '\\"',
        "https://x.org/f " + '"a" ' * 50 + "\n",
        'https://x.org/0 b a\n"query:N0:tags # \\"a\\""\n',
        '"query:N:' + "(" * 50 + '"\n',
        "-",
        "- ",
    ],
)
def test_time_grows_with_length_only(piece: str) -> None:
    growth = Growth('https://x.org/f a "~T"\n', piece, "", "", True)
    assert too_slow(lambda text: (matches(text), parse_list(text)), growth) is None
