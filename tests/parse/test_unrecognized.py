"""A file that cannot be imported: what it is, or what could be."""

from __future__ import annotations

import pytest

from feedreader.errors import NotADigest
from feedreader.parse import parse

ENDS = b"\n" * 3


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.5\n1 0 obj\n" + bytes(range(256)), "a PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(60), "an image"),
        (b"RIFF\x00\x00\x00\x00WEBP" + bytes(60), "an image"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "an image"),
        (b"PK\x03\x04" + bytes(60), "an archive"),
        (bytes(257) + b"ustar\x00" + bytes(60), "an archive"),
        (b"SQLite format 3\x00" + bytes(60), "an SQLite database"),
        (b"\x7fELF" + bytes(60), "a binary file"),
        (b"<!DOCTYPE html>\n<html><body>Papers</body></html>", "a web page"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"></html>', "a web page"),
        (b"<!-- saved -->\n<HTML lang=en>\n", "a web page"),
        (b"% made by hand\n@string{a = {Snails}}\n@comment{b}", "a BibTeX file without entries"),
        (b'{"settings": {"a": "b"}}', "a JSON file"),
        (b"# mine\nhttps://example.org/feed.xml news\n\nhttps://example.com/atom\n", "a list of addresses"),
        (b"\\documentclass{article}\n\\begin{document}\nSnails\n\\end{document}\n", "a LaTeX file"),
    ],
)
def test_a_file_of_another_kind_is_named(data: bytes, said: str) -> None:
    with pytest.raises(NotADigest) as caught:
        parse(data + ENDS)
    assert caught.value.message.startswith(f"This is {said}") and caught.value.remedy
    assert len(str(caught.value)) < 260


@pytest.mark.parametrize(
    ("data", "remedy"),
    [
        (b"<html></html>", "feedreader subscribe"),
        (b"PK\x03\x04" + bytes(60), "Unpack"),
    ],
)
def test_where_there_is_a_way_it_is_told(data: bytes, remedy: str) -> None:
    with pytest.raises(NotADigest) as caught:
        parse(data)
    assert remedy in caught.value.remedy


@pytest.mark.parametrize("data", [b"Milk, eggs and a new bulb for the lamp.\n", b"x", b"mail me @article tomorrow\n"])
def test_of_anything_else_five_formats_are_named_and_where_the_others_are(data: bytes) -> None:
    with pytest.raises(NotADigest) as caught:
        parse(data)
    assert caught.value.message == "Unrecognized file format."
    for name in ("feeds", "arXiv e-mails", "Markdown", "CSV", "OPML", "docs/formats.md"):
        assert name in caught.value.remedy
    assert len(str(caught.value)) < 260
