"""HTML to text: what is markup goes, what merely looks like it stays."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.text.html_text import from_html, from_plain, html_lines, unescape
from tests.conftest import SHARED


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("$a<b$ and $c>d$", "$a<b$ and $c>d$"),
        ("for all $x<i$ and $j>k$", "for all $x<i$ and $j>k$"),
        ("if x<p and q>r", "if x<p and q>r"),
        ("64k <review comment, patch> pairs", "64k <review comment, patch> pairs"),
        ("the <s> token starts a sentence", "the <s> token starts a sentence"),
        ("<think>first</think> then speak", "<think>first</think> then speak"),
        ("mail me <someone@example.org>", "mail me <someone@example.org>"),
        ("a < b", "a < b"),
        ("until <end-of-turn> ends it", "until <end-of-turn> ends it"),
        ("where a <b or c> d", "where a <b or c> d"),
        ("a <p m=2 and n> b", "a <p m=2 and n> b"),
        ("the <time> and <code> tokens, <select one>", "the <time> and <code> tokens, <select one>"),
        ("2.6&lt;\\eta&lt;4", "2.6<\\eta<4"),
    ],
)
def test_what_only_looks_like_markup_stays(markup: str, text: str) -> None:
    assert from_html(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one</p><p>two<br>three</p>four", "one two three four"),
        ("<ul><li>one<li>two</ul>three", "one two three"),
        ("on<b>e w</b>ord, <em>another</em>", "one word, another"),
        ("<script>alert('x')</script>a<style>p {}</style>b", "ab"),
        ("<img src='x.png' alt='a picture'>seen", "seen"),
        ('<img class="latex" src="l.png" alt="x^2 &lt; y" /> holds', "$x^2 < y$ holds"),
        ('<a href="https://example.org/?a=1&amp;b=<2>" rel=nofollow target=_blank>here</a>', "here"),
        ("<iframe src='x' allowfullscreen></iframe>after", "after"),
        ("a<!-- hidden -->b<?php echo 1 ?>c<![CDATA[<d>]]>", "abc<d>"),
        ("one <!-- that never ends", "one <!-- that never ends"),
        ("<jats:title>Aim</jats:title><jats:p>It is <jats:italic>so</jats:italic>.</jats:p>", "Aim It is so."),
        ('<img src="k.png" alt loading="lazy">kite', "kite"),
        ('<video src="k.mp4" muted crossorigin playsinline>kite</video>', "kite"),
        ("<td nowrap width=10>kite", "kite"),
        ("<ul>kites <ol>and <li>trains", "kites and trains"),
        ('<figure class="wide">a kite', "a kite"),
        ("<strong>a <em>kite <center>flew", "a kite flew"),
        ("a <a name=top>kite", "a kite"),
        ('a <kite-view size="2">kite</kite-view><o:p></o:p>', "a kite"),
        ('a <a href="https://example.org/">kite', "a kite"),
        ("a <a href=https://example.org/?a=b>kite", "a kite"),
        ('a <span style="color: red">kite', "a kite"),
        ('a <strong class="x"id="y">kite', "a kite"),
        ('a <p class="x"">kite', "a kite"),
        ('a <applet code="K.class" width=1>kite</applet><applet code=K>s', "a kites"),
        ("<select><option>a<option selected>kite</select> <textarea rows=2>s</textarea>", "a kite s"),
        ('<frameset cols="1,*"><frame src="a.html"><noframes>a kite</noframes></frameset>', "a kite"),
        ('<object data="k.swf"><param name="m" value="k">a kite</object>, <object>flown', "a kite, flown"),
        ('a kite <a href="https://example.org/very/lo', "a kite"),
        ("<P CLASS=x>shouted</P>", "shouted"),
        ("<html><head><title>no</title></head><body>yes</body></html>", "yes"),
        ("", ""),
    ],
)
def test_markup_goes(markup: str, text: str) -> None:
    assert from_html(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("H<sub>2</sub>O", "H₂O"),
        ("10<sup>−3</sup> m", "10⁻³ m"),
        ("x<sub>max</sub>", "x_(max)"),
        ("e<sup>x<sub>2</sub></sup>", "e^(x₂)"),
        ("CO<inf>2</inf>", "CO₂"),
        ("<math><msup><mi>x</mi><mn>2</mn></msup></math>", "x²"),
        ("<mml:msub><mml:mi>x</mml:mi><mml:mrow><mml:mi>i</mml:mi></mml:mrow></mml:msub>", "xᵢ"),
        ("<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>", "x₁²"),
        ("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>", "(a+b)/2"),
        ("<math><mi>x</mi><annotation encoding='TeX'>\\mathbf x</annotation></math>", "x"),
    ],
)
def test_scripts_and_formulas_become_unicode_as_tex_does(markup: str, text: str) -> None:
    assert from_html(markup) == text


def test_lines_are_those_of_the_blocks() -> None:
    markup = "<div>one\ntwo<br/>three</div>\n\n<p>fo<b>u</b>r</p> <ul><li>five</ul>"
    assert html_lines(markup) == ["one two", "three", "four", "five"]
    assert html_lines("one\n\ntwo") == ["one two"] and html_lines(" ") == html_lines("<p> </p>") == []


def test_entities_are_decoded_once() -> None:
    assert from_html("R&amp;D &mdash; &#945;&#x3b2; &amp;lt;i&amp;gt; &nosuch; AT&T &copy2026") == (
        "R&D — αβ &lt;i&gt; &nosuch; AT&T &copy2026"
    )
    assert unescape("&#128;") == "€"  # as browsers do
    assert from_plain("R&amp;D <i>x</i>") == "R&amp;D <i>x</i>"


def test_nothing_that_a_terminal_obeys_comes_out() -> None:
    assert from_html("&#27;[31mred&#x1b;[0m &#7;&#0;&#155;31m \u202eabc") == "red ›31m abc"
    assert from_html("<b>\x1b]0;title\x07x</b>") == "x"
    assert from_html("<sup>\x1b[2J2</sup>") == "²"


_PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<sub>",
            "</sub>",
            "<mfrac>",
            "</mfrac>",
            "<mi>",
            "</mi>",
            "<script>",
            "</script>",
        ),
        *("<!--", "-->", "<![CDATA[", "]]>", "&#27;", "&lt;", "&", "<", ">", '<a href="', '">', "x", " ", "$a<b$"),
        *("\x1b[", "é"),
    ]
)


@given(st.lists(_PIECES, max_size=60).map("".join) | st.text(max_size=200))
def test_any_text_gives_clean_text(markup: str) -> None:
    text = from_html(markup)
    assert text == from_plain(text)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in text)


@given(st.text(alphabet=st.characters(exclude_characters="<&", exclude_categories=("C", "M")), max_size=200))
def test_text_without_markup_is_only_folded(text: str) -> None:
    assert from_html(text) == from_plain(text)


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<!--",
        "<a ",
        '<a b="',
        "<a x=\" y=' ",
        "<sub>",
        "<![CDATA[",
        "</a",
        "&#",
        "<a-",
        "<sub>a</sub>",
        "<p>",
        "<?x",
        "<a b c",
        '<a b="c" d ',
        "<p a=b c ",
        "<a b='",
    ],
)
def test_time_is_linear(piece: str) -> None:
    markup = piece * (200_000 // len(piece))
    start = time.process_time()
    from_html(markup)
    from_html("</script>" + "<script>" * 20_000)
    assert time.process_time() - start < 1


def test_abstracts_with_tex_survive() -> None:
    """Of 1,500 real titles and abstracts, those without an element of HTML come through letter by letter."""
    path = SHARED / "data" / "tex" / "arxiv-tex-1500.jsonl"
    if not path.exists():
        pytest.skip("the real abstracts (../shared) are not beside this checkout")
    changed = 0
    for line in path.read_text("utf-8").splitlines():
        for text in json.loads(line).values():
            if isinstance(text, str) and "&" not in text:
                changed += from_html(text) != from_plain(text)
    assert changed <= 2  # real <i>…</i> and the like
