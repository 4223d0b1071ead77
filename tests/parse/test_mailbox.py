"""An mbox in pieces: its messages, their lines and what they are known by."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader import parse
from feedreader.model import Digest, Problem
from feedreader.parse.mails.mailbox import Message, is_mailbox, messages
from tests.mailboxes import SEPARATOR, alert, chat, ids, mbox

MOST = 1 << 23
BODY = b"From: a@example.org\nSubject: x\n\n"
BOX = mbox([alert(1, *ids(1)), chat(2), alert(3, *ids(4), encoding="base64"), chat(4)])


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def read(data: bytes, size: int = 1 << 16, most: int = MOST) -> list[Message]:
    return list(messages(cut(data, size), most))


def names(data: bytes) -> list[str]:
    return [message.name for message in read(data)]


@pytest.mark.parametrize("size", [1, 2, 7, 100, 1 << 20])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("before", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_messages_are_the_same_in_pieces_of_any_size(size: int, end: bytes, before: bytes) -> None:
    data = before + BOX.replace(b"\n", end)
    assert is_mailbox(data)
    found = read(data, size)
    assert b"".join(message.data for message in found) == data.removeprefix(before)
    assert [data.split(b"\n")[message.line - 1].rstrip(b"\r").lstrip(b"\xef\xbb\xbf") for message in found] == [
        SEPARATOR.strip()
    ] * 4
    assert [message.name for message in found] == names(BOX), "whatever the line ends"


@given(st.lists(st.sampled_from([BODY, SEPARATOR, b"From here on, 12:00 in 2024\n", b"\n", b"\xff\0\r\n", b"a: b\n"])))
def test_nothing_is_lost_of_whatever_stands_in_a_mailbox(pieces: list[bytes]) -> None:
    data = SEPARATOR + BODY + b"".join(pieces)
    whole = read(data)
    assert b"".join(message.data for message in whole) == data
    assert [read(data, size) for size in (1, 13)] == [whole, whole]


def test_from_at_the_start_of_a_line_divides_nothing_unless_a_mail_follows() -> None:
    text = b"From here on, 12:00 in 2024\n\nFrom me, at 12:00 in 2024\nb\n>From a@b Mon Nov  2 06:00:00 2026\n"
    assert len(read(SEPARATOR + BODY + text + b"\n" + SEPARATOR + BODY)) == 2
    assert len(read(SEPARATOR + BODY + b"text without a blank line\n" + SEPARATOR + BODY)) == 2


@pytest.mark.parametrize("length", [0, 5, 999_999, -1])
def test_a_content_length_that_is_wrong_does_no_harm(length: int) -> None:
    head = b"Content-Length: %d\n" % length + BODY
    assert [message.data for message in read(SEPARATOR + head + b"a\n" + SEPARATOR + BODY)] == [
        SEPARATOR + head + b"a\n",
        SEPARATOR + BODY,
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"From here on, 12:00 in 2024\nwe go by foot\n",
        alert(1, *ids(1)),
        BOX.decode().encode("utf-16"),
        b"x\n" + BOX,
        SEPARATOR,
        SEPARATOR.strip(),
        b"\0" * 1000,
    ],
)
def test_what_is_no_mailbox(data: bytes) -> None:
    assert not is_mailbox(data)


def test_a_message_keeps_its_name_when_programs_write_the_mailbox_anew() -> None:
    box = mbox([alert(1, *ids(1)) + b"\n>From here on\n", chat(2)])
    seen = box.replace(b"Subject", b"Status: RO\nX-Mozilla-Status: 0001\nSubject").replace(b">From", b">>From")
    moved = seen.replace(b"02 06:00:00", b"03 07:00:00").replace(b"\n", b"\r\n") + b"\r\n\r\n"
    assert names(moved) == names(box)
    longer = names(box.replace(b"at noon", b"at one"))
    assert longer[0] == names(box)[0] and longer[1] != names(box)[1]
    assert len(set(names(mbox([alert(1, *ids(1)), alert(1, *ids(2)), alert(2, *ids(1))])))) == 3


def test_a_message_that_is_too_large_is_cut_and_the_next_is_found() -> None:
    large = BODY + b"".join(b"line %d\n" % number for number in range(40_000))
    data = mbox([large, b"To: ben@example.org\n" + BODY, large, chat(1)])
    for size in (1000, 70_000, 1 << 20):
        first, second, third, last = read(data, size, most=100_000)
        assert (first.cut, second.cut, third.cut, last.cut) == (True, False, True, False)
        assert len(first.data) == 100_000 and data.startswith(first.data)
        for message in (second, third, last):
            assert data.split(b"\n")[message.line - 1] == SEPARATOR.strip()


def test_what_looks_like_a_mailbox_all_along_takes_linear_time() -> None:
    """A test that takes for ever is one that failed."""
    for junk in (b"From a 12:00 2024\n", b"From a 12:00 2024\na: b\n", b"From a 12:00 2024\nSubject: x\n", b"\nFrom "):
        data = SEPARATOR + BODY + junk * 30_000
        assert b"".join(message.data for message in read(data)) == data
    assert len(read(SEPARATOR + BODY + b"x" * 5_000_000, size=1 << 14)) == 1


# ── what a reader makes of it ────────────────────────────────────────────────────────────────────


def digests(data: bytes) -> tuple[list[Digest], list[str]]:
    """What is in a mailbox, and the reasons of its problems with their lines."""
    reader, found, problems = parse.mailbox_reader(), list[Digest](), list[Problem]()
    for message in read(data):
        reader.read(message.name, message.data, message.line)
        taken = reader.take()
        found += taken[0]
        problems += taken[1]
    reader.finish()
    taken = reader.take()
    problems += [*taken[1], *reader.left_over()]
    return [*found, *taken[0]], [f"{problem.line}: {problem.reason}" for problem in problems]


def test_a_reader_gives_what_the_whole_file_does() -> None:
    found, problems = digests(BOX)
    whole = parse.parse(BOX)
    assert tuple(entry for digest in found for entry in digest.entries) == whole.entries and len(whole.entries) == 6
    assert problems == [f"{problem.line}: {problem.reason}" for problem in whole.problems]
    assert problems[0].endswith("2 mails contain nothing in a supported format. The first is on this line.")


def test_what_came_with_mails_that_hold_nothing_is_not_named_one_by_one() -> None:
    box = mbox(
        b"Subject: x\nMIME-Version: 1.0\nFrom: a@b\nContent-Type: application/pdf; name=%d.pdf\n\nJVBERi0=\n" % number
        for number in range(50)
    )
    assert digests(box + mbox([alert(1, *ids(1))]))[1] == [
        "2: 50 mails contain nothing in a supported format. The first is on this line."
    ]


def test_names_are_given_when_a_message_is_done_with() -> None:
    reader = parse.mailbox_reader()
    reader.read("chat", chat(1))
    assert reader.take() == ((), (), ()), "it may belong to a discussion"
    reader.read("alert", alert(1, *ids(1)))
    assert reader.take()[2] == ("alert",)
    reader.finish()
    assert reader.take()[2] == ("chat",)
