"""Single texts: made safe, read as HTML, TeX, names, ids and queries, and shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from hypothesis import strategies as st
from rich.cells import cell_len

from feedreader.errors import QueryError
from feedreader.export.latex.writer import tex
from feedreader.model import Paper
from feedreader.query.completion import complete
from feedreader.query.date_range import bounds, normal
from feedreader.query.hits import hit_patterns
from feedreader.query.language import format_query, parse_query, toggled
from feedreader.query.regex import PatternError, compiled, is_tame, spans
from feedreader.text.author_names import is_others, parse_name, surname
from feedreader.text.citation_key import key_stem
from feedreader.text.cleaning import clean, decode, looks_binary, mended
from feedreader.text.display import clip, clip_start, fill, safe, shown, wrap
from feedreader.text.file_name import file_name
from feedreader.text.html_text import from_html, from_plain
from feedreader.text.identifiers import arxiv_id, doi, find_arxiv_ids
from feedreader.text.normalize import normalize, normalize_compact, normalize_in_place, quotable
from feedreader.text.notes import note_of, tags_of
from feedreader.text.tex.to_unicode import convert, to_unicode
from feedreader.view.markdown import note_lines
from feedreader.view.page import plain
from tests.fuzz import inputs
from tests.fuzz.checks import harmless, narrow
from tests.fuzz.engine import Target
from tests.fuzz.inputs import HOSTILE, HTML, IDS, LAYOUT, NAMES, PROSE, QUERY, TEX, WORDS, texts
from tests.text.test_tex import fragments as TEX_FRAGMENTS

WIDTHS = (1, 2, 5, 20, 80)


def check_cleaning(text: str) -> None:
    once = clean(text)
    harmless(once, "\n\t")
    assert clean(once) == once, f"cleaned twice: {clean(once)!r}"
    assert once.count("\n") == text.count("\n"), "lines lost or made"
    harmless(from_plain(text))
    mended(once)


def check_decoding(data: bytes) -> None:
    looks_binary(data)
    text, problems = decode(data)
    assert clean(text) == text, "decoded text is not clean"
    for problem in problems:
        assert problem.line is None or 0 < problem.line <= text.count("\n") + 1, f"line: {problem}"


def check_html(markup: str) -> None:
    text = from_html(markup)
    harmless(text)
    assert text == from_plain(text), f"not folded: {text!r}"


_INLINE = (
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<p>",
    "</p>",
    "<br>",
    "<li>",
    "<ul>",
    "<sub>",
    "</sub>",
    "<sup>",
    "</sup>",
    "<a href='x'>",
)
_MARKUP = (
    *_INLINE,
    "</a>",
    "<!-- x -->",
    "&amp;",
    "&lt;",
    "<",
    ">",
    "<div>",
    "</div>",
    "<img alt='' src=x>",
    "<td>",
    "<em>",
    "</em>",
    "<math>",
)


def check_words_of_html(pieces: tuple[str, ...]) -> None:
    text = from_html("".join(pieces))
    folded = normalize_compact(text)
    for piece in pieces:
        assert piece not in WORDS or piece.lower() in folded, f"word lost: {piece} in {text!r}"


def check_tex(text: str) -> None:
    for converted in (to_unicode(text), convert(text)):
        fresh = set(converted) - set(text)
        assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or 0xD800 <= ord(char) < 0xE000 for char in fresh), (
            "control character made"
        )
    harmless(shown(clean(text)), "")


def check_words_of_tex(pieces: tuple[str, ...]) -> None:
    text = "".join(pieces)
    folded = normalize_compact(convert(text))
    for word in WORDS:
        assert word not in text or normalize_compact(word) in folded, f"word lost: {word} in {convert(text)!r}"


def check_normalizing(text: str) -> None:
    words = normalize(text)
    assert words == " ".join(words.split()), "not folded"
    normalize_compact(text)
    folded, places = normalize_in_place(shown(text))
    assert len(folded) == len(places) and {*places} <= {*range(len(shown(text)) + 1)}, "places"  # its end for a blank
    assert quotable(quotable(text)) == quotable(text), f"quotable twice: {quotable(text)!r}"


def check_names(text: str) -> None:
    name = parse_name(text)
    is_others(text)
    assert bool(surname(text).strip()) or not any(char.isalpha() for char in text), f"no family name: {name}"
    assert name.surname in name.sorted, f"sorted: {name}"
    paper = Paper(id="x", title=text, authors=(text,), day=date(2020, 1, 1))
    harmless(key_stem(paper), "")
    named = file_name(paper, ".pdf")
    harmless(named, "")
    assert len(named.encode()) <= 255 and not set('/\\:*?"<>|') & set(named), f"file name: {named!r}"


def check_ids(text: str) -> None:
    for found in (arxiv_id(text), *find_arxiv_ids(text)):
        assert found is None or arxiv_id(found[0]) == (found[0], None), f"arXiv id of an arXiv id: {found}"
    key = doi(text)
    assert key is None or doi(key) == key, f"DOI of a DOI: {key!r}"


def check_query(text: str) -> None:
    try:
        query = parse_query(text)
    except QueryError as error:
        assert 0 <= error.position <= len(text), f"place of a mistake: {error.position} in {text!r}"
    else:
        again = parse_query(format_query(query))
        assert again == query, f"written and read: {format_query(query)!r}"
        patterns = hit_patterns(query)
        for start, end in patterns.find("Otter, zebra and H_0 of 深層 C++ ﬁ", "title"):
            assert start < end, "empty hit"
        assert isinstance(toggled(text, "is:unread"), str)
    for cursor in {len(text), len(text) // 2}:
        completion = complete(text, cursor, {"cat": {"cs.LG": "Machine Learning"}, "tag": {'a "b" (c)': "", "x'y": ""}})
        for candidate in completion.candidates if completion else ():
            if not candidate.text.endswith(":"):
                parse_query(candidate.text)


def check_pattern(pattern: str) -> None:
    tame = False
    try:
        regex = compiled(pattern)
        tame = is_tame(pattern)
    except PatternError as error:
        assert 0 <= error.position <= max(len(pattern), 1), f"place: {error.position}"
    if tame:
        assert all(start < end for start, end in spans(regex, "otter 12 a_b " * 200)), "empty hit"


def check_span(text: str) -> None:
    try:
        bounds(normal(text), date(2026, 11, 30))
    except ValueError:
        return


def check_display(text: str) -> None:
    harmless(safe(text), "")
    text = clean(text)
    for width in WIDTHS:
        narrow([clip(safe(text), width, cell_len), clip_start(safe(text), width, cell_len)], width)
        narrow(wrap(safe(text), width, cell_len), width)
        filled = fill(safe(text), width, cell_len)
        assert cell_len(filled) == width, f"filled: {cell_len(filled)} cells of {width}"


def check_note(text: str) -> None:
    note = note_of(text)
    assert note is None or note_of(note) == note, f"note of a note: {note!r}"
    tags = tags_of(text)
    assert tags_of(" ".join(tags)) == tags, f"tags of tags: {tags}"
    for width in (8, 40):
        for raw in (False, True):
            narrow([plain(line) for line in note_lines(note or "", width, raw=raw, measure=cell_len)], width)


def check_latex(text: str) -> None:
    said: set[str] = set()
    written = tex(clean(text), said)
    harmless(written, "\n\t")
    depth = 0
    for place, character in enumerate(written):
        escaped = (len(written[:place]) - len(written[:place].rstrip("\\"))) % 2 if character in "{}" else 0
        depth += 0 if escaped else {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0, f"brace closed that is not open: {written!r}"
    assert depth == 0, f"brace left open: {written!r}"


def targets(real: bool) -> Iterator[Target]:
    plain_text = ("", "")
    yield Target("cleaning", texts(HOSTILE, LAYOUT), check_cleaning, clean, (*HOSTILE, *WORDS))
    yield Target(
        "decoding",
        inputs.foreign(HOSTILE, LAYOUT) | st.binary(max_size=300),
        check_decoding,
        lambda text: decode(text.encode("utf-8", "surrogatepass")),
        HOSTILE,
    )
    yield Target(
        "html", texts(HTML, TEX), check_html, from_html, (*HTML, *WORDS), (plain_text, ("<p>", "</p></b></i></sub>"))
    )
    yield Target(
        "html-words",
        st.lists(st.sampled_from((*_MARKUP, *WORDS, *WORDS, " ")), max_size=30).map(tuple),
        check_words_of_html,
    )
    yield Target(
        "tex",
        texts(TEX, HTML),
        check_tex,
        lambda text: (to_unicode(text), convert(text)),
        (*TEX, *WORDS, "a "),
        (plain_text, ("$", "$"), ("{", "}")),
    )
    yield Target(
        "tex-words", st.lists(TEX_FRAGMENTS | st.sampled_from(WORDS), max_size=30).map(tuple), check_words_of_tex
    )
    yield Target(
        "normalize",
        texts(PROSE, TEX),
        check_normalizing,
        lambda text: (normalize(text), normalize_in_place(text), quotable(text)),
        PROSE,
    )
    yield Target("names", texts(NAMES, most=8), check_names, lambda text: (parse_name(text), is_others(text)), NAMES)
    yield Target(
        "ids",
        texts(IDS, most=8),
        check_ids,
        lambda text: (arxiv_id(text), find_arxiv_ids(text), doi(text)),
        (*IDS, *WORDS),
    )
    yield Target("query", texts(QUERY, most=10), check_query, _parsed, QUERY)
    yield Target(
        "pattern",
        texts([piece.strip("/") for piece in QUERY], "()[]{}|*+?.^$\\dwsbAZ09:=!<>P", most=14),
        check_pattern,
        None,
    )
    yield Target("day-span", st.text("0123456789-.dwtoday…² ٣", max_size=24), check_span)
    yield Target("display", texts(PROSE), check_display, lambda text: wrap(safe(text), 40, cell_len), PROSE)
    yield Target(
        "note",
        texts(LAYOUT, TEX),
        check_note,
        lambda text: note_lines(note_of(text) or "", 60, measure=cell_len),
        (*LAYOUT, *TEX, *WORDS),
    )
    yield Target(
        "latex",
        texts(TEX, NAMES),
        check_latex,
        lambda text: tex(text, set()),
        (*TEX, *WORDS),
        (plain_text, ("$", "$"), ("{", "}")),
    )


def _parsed(text: str) -> None:
    try:
        hit_patterns(parse_query(text))
    except QueryError:
        return
    finally:
        complete(text, len(text), {})
