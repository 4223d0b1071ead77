"""Documents that repeat one thing: whatever it is, time grows with length only."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from feedreader.errors import DigestError
from feedreader.parse import parse
from feedreader.parse.layout.authors import author_score, split_authors
from feedreader.text.html_text import to_markdown

UNITS = [
    *"- []0*_|>(),\\\n#`~.=&<^$·",
    *("\\\\\n", "[a](", "**a", "__a ", "<a href=x>", "<table>\n", "et al. ", "A. ", "a, ", " and ", "(A, ", "[a][b] "),
    *("# A\n", "- a\n", "> a\n", "| a\n", "[a]: b\n", "Title: a\n", "2019-05-06\n", "tl;dr a\n", "A. B (C) ", "a@"),
]
SIZE = 50_000  # characters
LONGEST = 4.0  # seconds; what takes time by the square of its length needs far more for some of these
DATED = "Date: Mon, 2 Apr 2007 19:18:42 GMT   (443kb)"
AROUND = {
    "nothing": "{}",
    "a mailing": f"\\\\\narXiv:1412.6980\n{DATED}\n\nTitle: A\nAuthors: B\nCategories: cs.LG\n\\\\\n  {{}}\n\\\\\n",
    "Markdown": "- [A b](https://arxiv.org/abs/1412.6980) by Ann Lee {}\n- **C d** {} [pdf](https://arxiv.org/abs/1512.03385)\n",
    "a mail": "From: a@example.org\nSubject: x\nContent-Type: text/html\n\n<p>{}",
}


@pytest.mark.parametrize("around", AROUND)
def test_documents_that_repeat_one_thing(around: str) -> None:
    slow = {}
    for unit in UNITS:
        data = AROUND[around].replace("{}", unit * (SIZE // len(unit))).encode()
        start = time.process_time()
        with suppress(DigestError):
            parse(data)
        took = time.process_time() - start
        if took > LONGEST:
            slow[unit] = took
    assert slow == {}


@pytest.mark.parametrize("read", [split_authors, author_score, to_markdown], ids=lambda read: read.__name__)
def test_lines_that_repeat_one_thing(read: object) -> None:
    assert callable(read)
    for unit in UNITS:
        start = time.process_time()
        read("Ann Lee, Bob Ray " + unit * (SIZE // len(unit)) + " Cy Day.")
        assert time.process_time() - start < LONGEST, unit
