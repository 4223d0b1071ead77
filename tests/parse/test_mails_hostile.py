"""Mails that are made to be slow, or of anything at all: they raise nothing, and time grows with length only."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.errors import DigestError
from feedreader.parse import parse
from feedreader.parse.mails import parts
from tests.parse.listings import assert_safe
from tests.parse.test_mails import BOX, HEAD, LIST, mail

N = 20_000
NESTED = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
SLOW = {
    "nested": b"MIME-Version: 1.0\n" + NESTED,
    "one boundary": b"MIME-Version: 1.0\n" + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 3000,
    "many parts": mail(b"--b\n\nx\n" * N, "Content-Type: multipart/mixed; boundary=b"),
    "mails in mails": mail(b"Content-Type: message/rfc822\nFrom: a\n\n" * 3000, "Content-Type: message/rfc822"),
    "many fields": b"A: b\n" * N + mail(b"x"),
    "a long field": HEAD + b"Content-Type: text/plain" + b"; a=b" * N + b"\n\nx",
    "quotes": HEAD + b"Content-Type: text/plain" + b';"' * N + b"\n\nx",
    "encoded words": HEAD + b"Cc: " + b"=?utf-8?q?a?= " * N + b"\n\nx",
    "broken words": HEAD + b"Cc: " + b"=?utf-8?q?" * N + b"\n\nx",
    "soft ends": mail(b"a=\n" * N, "Content-Transfer-Encoding: quoted-printable"),
    "escapes": mail(b"=41" * N, "Content-Transfer-Encoding: quoted-printable"),
    "base64": mail(b"QUJD\n" * N, "Content-Transfer-Encoding: base64"),
    "padded": mail(b"QQ==\n" * N, "Content-Transfer-Encoding: base64"),
    "flowed": mail(b"a \n" * N, "Content-Type: text/plain; format=flowed"),
    "quoted flowed": mail(b"> a \n>> b \n" * N, "Content-Type: text/plain; format=flowed"),
    "mailbox": (BOX + HEAD + b"\n\n") * (N // 10),
    "no mailbox": BOX + HEAD + b"\n" + b"\nFrom x 12:00 2024\n" * N,
    "armour": mail(b"-----BEGIN PGP SIGNED MESSAGE-----\n" * N),
    "tags": mail(b"<a href='http://x'>" * N, "Content-Type: text/html"),
    "cells": mail(b"<table><tr><th>a<td>" * N, "Content-Type: text/html"),
    "lists": mail(b"<ul><li>a" * N, "Content-Type: text/html"),
    "pre": mail(b"<pre>\n" * N, "Content-Type: text/html"),
    "links": mail(b"<a href='http://x'>a</a><p>" * N, "Content-Type: text/html"),
}


@pytest.mark.parametrize("name", SLOW)
def test_no_mail_is_slow_to_read(name: str) -> None:
    start = time.process_time()
    with suppress(DigestError):
        assert_safe(parse(SLOW[name]))
    assert time.process_time() - start < 5, "what grows with the square takes much longer"


PIECES = st.sampled_from([
    b"From: a@example.org\n", b"Subject: =?utf-8?q?x?=\n", b"MIME-Version: 1.0\n", b"\n", b"--b\n", b"--b--\n", b" x\n",
    b"Content-Type: multipart/mixed; boundary=b\n", b"Content-Type: message/rfc822\n", b"Content-Type: text/html\n",
    b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: quoted-printable\n", b"QUJD\n", b"=41=\n",
    BOX,
    b"Content-Disposition: attachment; filename*=utf-8''x%20.txt\n", LIST.encode(), b"<li><a href='http://x'>y</a>\n",
    b"Content-Type: text/plain; format=flowed; charset=\"utf-16\"\n", b"a \n", b"\xff\x00\n", b"-- \n", b"> \n",
    b"<pre>",     b"Content-Type: multipart/digest; boundary=\"\"\n", b"Date: Thu, 2 May 2024 20:00:00 -0400\n",
    b"<table><tr><th>a<td>b",
])  # fmt: skip


@given(st.lists(PIECES | st.binary(max_size=4), max_size=30).map(b"".join))
def test_it_never_raises(soup: bytes) -> None:
    for data in (soup, HEAD + soup):
        try:
            assert_safe(parse(data))
        except DigestError as error:
            assert error.remedy
        limit = data.count(b"\n") + data.count(b"\r") + 1
        for each in (inner for found in parts.read(data) for inner in found.every()):
            assert all(1 <= number <= limit for text in each.texts for number in text.lines)
