"""Files that stand in old mails, packed by uuencode."""

from __future__ import annotations

import binascii
from dataclasses import replace
from datetime import date

from feedreader.parse import parse
from tests.parse.listings import SAMPLES


def packed_file(name: str, data: bytes) -> bytes:
    rows = b"".join(binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45))
    return f"begin 644 {name}\n".encode() + rows + b"`\nend\n"


def test_a_file_that_is_uuencoded() -> None:
    head = b"From: ann@example.org\nSubject: x\nDate: Thu, 2 May 1996 20:00:00 -0400\n"
    data = (SAMPLES / "markdown-list.md").read_bytes()
    expected = [replace(entry, line=None, day=entry.day or date(1996, 5, 2)) for entry in parse(data).entries]
    packed = packed_file("list.md", data)
    for mail in (
        head + b"\nHi Bob!\n\n" + packed + b"\nAnn\n",
        head + b"Content-Transfer-Encoding: x-uuencode\n\n" + packed,
        head + b"\nHi Bob!\n\n" + packed.replace(b"`\nend\n", b""),
    ):
        digest = parse(mail)
        assert [replace(entry, line=None) for entry in digest.entries] == expected
        assert all((entry.line or 0) > 4 for entry in digest.entries)
    rows = packed.split(b"\n")
    damaged = head + b"\nHi Bob!\n\n" + b"\n".join([*rows[:4], b"M\x7f" + rows[4], *rows[5:]])
    assert "This line of the mail is damaged and was skipped." in [p.reason for p in parse(damaged).problems]
    image = head + b"\n" + packed_file("kite.gif", b"GIF89a\0\1\2" * 50) + b"\n" + data
    digest = parse(image)
    assert len(digest.entries) == len(expected)
    assert "Skipped an attachment that is not text: kite.gif" in [problem.reason for problem in digest.problems]
    assert parse(head + b"\nbegin 644 reasons to\nread this list:\n\n" + data).entries
