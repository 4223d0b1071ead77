"""Feeds that are broken, cut off, or made to do harm: no crash, no hang, nothing expanded or fetched, nothing lost."""

from __future__ import annotations

import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.model import Digest
from feedreader.parse import SERVICES
from feedreader.parse.formats import atom, json_feed, oai_pmh, opml, rss
from tests.conftest import SHARED
from tests.fuzz.inputs import strings

SAMPLES = Path(__file__).parents[2] / "sample_feeds"
FORMATS: tuple[ModuleType, ...] = (
    *(rss, atom, json_feed, oai_pmh),
    *(import_module(f"feedreader.parse.formats.{name}") for name in SERVICES),
)
FOLDERS = ("nasty", "conformance", "blog-feeds", "paper-feeds", "opml", "arxiv-rss", "arxiv-api", "arxiv-oai")


def assert_safe(digest: object) -> None:
    for text in strings(digest):
        assert not any(
            ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 or c in "\u202e\u2066" for c in text
        )
        assert text == " ".join(text.split())


def channel(inner: str, prolog: str = "", end: str = "</channel></rss>") -> bytes:
    return f'{prolog}<rss version="2.0"><channel><title>t</title>{inner}{end}'.encode()


# ── cut off ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "end"), [("rss-arxiv.xml", "</item>"), ("rss-journal.rdf", "</item>"), ("atom.xml", "</entry>")]
)
def test_the_items_before_a_cut_are_read_wherever_it_is(name: str, end: str) -> None:
    data = (SAMPLES / name).read_bytes()
    module = rss if rss.matches_bytes(data) else atom
    whole = module.parse_bytes(data).entries
    assert len(whole) == data.count(end.encode())
    for cut in range(200, len(data), 41):
        digest = module.parse_bytes(data[:cut])
        assert digest.entries == whole[: data[:cut].count(end.encode())]
        assert digest.breaks_off or not data[cut + 1 :].strip()
        assert digest.problems or b"</" + data.rstrip()[-5:] in data[:cut] or cut > len(data) - 3


def test_a_cut_is_told_with_its_line() -> None:
    digest = rss.parse_bytes(channel("\n<item><title>a</title></item>\n<item><title>b</ti", end=""))
    assert [e.title for e in digest.entries] == ["a"]
    assert [(p.line, p.reason) for p in digest.problems] == [
        (3, "The feed is cut off in this item; the 1 item before is complete.")
    ]


@pytest.mark.parametrize(
    "end",
    [
        "</channel></rss>",
        "</channel></rss>\n<!-- made in 0.1 s -->",
        "</channel></rss>" + "<!-- cached -->" * 100,
        "</rss>",
    ],
)
@pytest.mark.parametrize("inner", ["", "<item><title>a & b</title></item>", "<item><title>&nbsp;</title></item>"])
def test_a_feed_that_has_its_end_does_not_break_off(inner: str, end: str) -> None:
    assert not rss.parse_bytes(channel(inner, end=end)).breaks_off
    assert rss.parse_bytes(channel(inner, end="")).breaks_off


# ── ill-formed ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "inner",
    [
        "<item><title>a & b</title><link>https://e.org/?a=1&b=2</link></item><item><title>c</title></item>",
        "<item><title>a & b</title><x:y>z</x:y><link>https://e.org/?a=1&b=2</link></item><item><title>c</title></item>",
        "<item><title>a &amp; b</title><p>one<br>two<link>https://e.org/?a=1&b=2</link></item><item><title>c</title></item>",
    ],
)
def test_ill_formed_feeds_are_read_as_well_as_it_goes(inner: str) -> None:
    digest = rss.parse_bytes(channel(inner))
    assert [e.title for e in digest.entries][1] == "c"
    assert (digest.entries[0].title or "").startswith("a & b")
    assert "Invalid XML" in digest.problems[0].reason and digest.problems[0].line == 1


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", "iso-8859-1"),
        ("utf-8", "no-such"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-32", "utf-32"),
        ("iso-8859-1", "iso-8859-1"),
        ("cp1252", "utf-8"),
        ("cp1252", ""),
    ],
)
def test_encodings_declared_or_not(encoding: str, declared: str) -> None:
    declaration = f' encoding="{declared}"' if declared else ""
    title = "Müller in Málaga"
    text = f'<?xml version="1.0"{declaration}?>\n<rss><channel><item><title>{title}</title></item></channel></rss>'
    data = text.encode(encoding)
    assert rss.matches_bytes(data)
    assert [e.title for e in rss.parse_bytes(data).entries] == [title]


@pytest.mark.parametrize("encoding", ["koi8-r", "windows-1251", "gb2312", "shift_jis", "iso-2022-jp", "euc-kr"])
def test_encodings_of_other_scripts(encoding: str) -> None:
    titles = {"gb2312": "深度学习的进展", "shift_jis": "深層学習", "iso-2022-jp": "深層学習", "euc-kr": "한국어"}
    title = titles.get(encoding, "Новая статья")
    text = f'<?xml version="1.0" encoding="{encoding}"?><rss><item><title>{title}</title></item></rss>'
    assert [e.title for e in rss.parse_bytes(text.encode(encoding)).entries] == [title]


# ── harm ─────────────────────────────────────────────────────────────────────────────────────────

LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol"}">' for n in range(10))


@pytest.mark.parametrize("name", ["utf-8", "utf-16"])
def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("open sesame")
    doctype = (
        f'<!DOCTYPE rss [{LAUGHS}<!ENTITY f SYSTEM "{secret.as_uri()}"><!ENTITY % p SYSTEM "{secret.as_uri()}">%p;]>'
    )
    data = (
        channel("<item><title>x &a9; &f; y</title><description>&a9;</description></item>", doctype)
        .decode()
        .encode(name)
    )
    digest = rss.parse_bytes(data)
    assert [e.title for e in digest.entries] == ["x &a9; &f; y"]
    assert "sesame" not in repr(digest) and "lol" not in repr(digest) and digest.problems


def test_what_a_terminal_obeys_is_taken_out_of_every_field() -> None:
    evil = "\x1b[31ma\x1b]0;t\x07b\x9b2Jc\u202ed\x00e&#27;[2Jf&amp;#27;[1mg&#x9b;1mh&#xD800;"
    fields = ("title", "link", "guid", "description", "author", "category", "pubDate", "comments")
    item = "".join(f"<{name}>https://e.org/{evil}</{name}>" for name in fields)
    digest = rss.parse_bytes(channel(f"<item>{item}</item><item><title>{evil}</title></item>"))
    assert len(digest.entries) == 2
    assert_safe(digest)


_TOKENS = st.sampled_from(
    [
        *(
            "<item>",
            "</item>",
            "<title>",
            "</title>",
            "<link>",
            "</link>",
            "<description>",
            "</description>",
            "<entry>",
        ),
        *("</entry>", "<content type='xhtml'>", "</content>", "<div>", "</div>", "<author>", "</author>", "<links>"),
        *("<tags>", "</tags>", "<authors>", "<br>", "<dc:creator>", "</dc:creator>", "<![CDATA[", "]]>", "<!--", "-->"),
        *("&", "&amp;", "&#27;", "&#99999999999;", "<", ">", "\x1b[31m", "\x00", "x", " ", "é", "a@b.c", "2024-01-01"),
        *("https://e.org/", "arXiv:2401.00001v1 Announce Type: new", "<!DOCTYPE"),
    ]
)


@given(
    st.lists(_TOKENS, max_size=40).map("".join), st.sampled_from(["rss", "feed", "rdf:RDF", "opml", "OAI-PMH", "html"])
)
def test_no_soup_raises(soup: str, root: str) -> None:
    for data in (f"<{root}>{soup}</{root}>".encode(), f"<{root}><channel>{soup}".encode(), soup.encode()):
        for module in FORMATS:
            module.matches_bytes(data)
            assert_safe(module.parse_bytes(data))


@given(st.binary(max_size=300), st.integers(0, 2500))
def test_no_bytes_raise(noise: bytes, at: int) -> None:
    data = (SAMPLES / "rss-arxiv.xml").read_bytes()[:3000]
    for each in (noise, data[:at] + noise + data[at:]):
        for module in FORMATS:
            module.matches_bytes(each)
            assert_safe(module.parse_bytes(each))


N = 150_000
SLOW = {
    "brackets": "<" * N,
    "tags": "<a " * (N // 3),
    "nested": "<a>" * (N // 3),
    "items": "<item>" * (N // 6),
    "nested xhtml": "<item><description>" + "<b><i>" * (N // 6),
    "comments": "<!--" * (N // 4),
    "sections": "<![CDATA[" * (N // 9),
    "attributes": '<item a="' + '<a b="x" ' * (N // 9),
    "references": "&#9999999999" * (N // 12),
    "quotes": "<a b='" * (N // 6),
    "one long tag": "<" + "a" * N,
    "ends": "</a>" * (N // 4),
    "doctypes": "<!DOCTYPE x [" * (N // 13),
    "mail": "<item><title>x</title><author>" + "a.b" * (N // 3) + "</author></item></channel></rss>",
    "mails": "<item><title>x</title><author>" + "a@" * (N // 2) + "</author></item></channel></rss>",
    "names": "<item><title>x</title><author>" + "A, " * (N // 3) + "</author></item></channel></rss>",
    "dates": "<item><title>x</title><pubDate>" + "2001-01-01T" * (N // 11) + "</pubDate></item></channel></rss>",
    "suffixes": "<item><title>" + "(arXiv:1 " * (N // 9) + "</title></item></channel></rss>",
    "html": "<item><description>" + "&lt;p &lt;!--" * (N // 13) + "</description></item></channel></rss>",
    "links": "<item><link>" + "&amp;a;" * (N // 7) + "</link></item></channel></rss>",
    "authors": "<item><title>x</title>" + "<author>A B</author>" * (N // 20) + "</item></channel></rss>",
}


@pytest.mark.parametrize("name", SLOW)
def test_nothing_is_slow_to_read(name: str) -> None:
    data = channel(SLOW[name], end="")
    start = time.process_time()
    rss.parse_bytes(data)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "prolog",
    [
        "\n" * N,
        "<!-- -->" * (N // 8),
        "<!DOCTYPE rss [" + "<!ENTITY a 'b'>" * (N // 15) + "]>",
        "<!DOCTYPE rss " + "[" * N,
        "<?x?>" * (N // 5),
    ],
)
def test_no_prolog_is_slow_to_read(prolog: str) -> None:
    data = channel("<item><title>x</title></item>", prolog)
    start = time.process_time()
    assert len(rss.parse_bytes(data).entries) == (0 if prolog.endswith("[[") else 1)
    assert time.process_time() - start < 2


def test_namespaces_without_number_stop_the_reading() -> None:
    names = " ".join(f'xmlns:n{n}="u{n}"' for n in range(5000))
    digest = rss.parse_bytes(f"<rss {names}><channel><title>t</title>{'<item/>' * 5000}</channel></rss>".encode())
    assert "too much for a feed" in digest.problems[0].reason


# ── real files ───────────────────────────────────────────────────────────────────────────────────


def _files() -> list[str]:
    data = SHARED / "data"
    return sorted(f"{folder}/{path.name}" for folder in FOLDERS if data.is_dir() for path in (data / folder).iterdir())


@pytest.mark.parametrize(
    "name", _files() or [pytest.param("", marks=pytest.mark.skip("no real feeds (../shared) beside this checkout"))]
)
def test_every_real_file_is_read_safely_and_fast(name: str) -> None:
    data = (SHARED / "data" / name).read_bytes()
    start = time.process_time()
    for module in FORMATS:
        digest = module.parse_bytes(data)
        assert isinstance(digest, Digest) and digest.format == module.NAME
        assert_safe(digest)
    assert_safe(opml.parse_list(data))
    assert time.process_time() - start < 2
    assert sum(module.matches_bytes(data) for module in (*FORMATS, opml)) <= 1


def test_the_worst_of_them_need_little_memory() -> None:
    folder = SHARED / "data" / "nasty"
    if not folder.is_dir():
        pytest.skip("the real feeds (../shared) are not beside this checkout")
    if not Path("/proc/self/status").exists():
        pytest.skip("this system has no /proc, which tells how much memory a process needed")
    code = (
        "import sys, pathlib\nfrom feedreader.parse.formats import rss\n"
        "for path in pathlib.Path(sys.argv[1]).iterdir(): rss.parse_bytes(path.read_bytes())\n"
        "status = pathlib.Path('/proc/self/status').read_text()\n"
        "print(int(status.split('VmHWM:')[1].split()[0]) // 1024)"  # ru_maxrss would count the parent's memory
    )
    run = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 200  # MiB
