"""Mailboxes for tests: mails in our own words, as an mbox or a Maildir."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path

SEPARATOR = b"From alerts@example.org Mon Nov  2 06:00:00 2026\n"


def alert(number: int, *papers: str, encoding: str = "") -> bytes:
    """A mail with a list of papers, by their arXiv ids."""
    lines = [f"- [The song of snail {paper}](https://arxiv.org/abs/{paper}) by Ada Brook, Ben Cole" for paper in papers]
    body = "\n".join(["# What came today", "", *lines, ""]).encode()
    fields = [f"Message-ID: <{number}@example.org>", "From: Alerts <alerts@example.org>", f"Subject: Alert {number}"]
    fields += ["Date: Mon, 2 Nov 2026 06:00:00 +0000", "To: ada@example.org"]
    if encoding == "base64":
        fields += ["MIME-Version: 1.0", "Content-Type: text/plain", "Content-Transfer-Encoding: base64"]
        body = base64.encodebytes(body)
    return "\n".join([*fields, "", ""]).encode() + body


def chat(number: int) -> bytes:
    """A mail that nothing is to be had from."""
    head = f"Message-ID: <chat-{number}@example.org>\nFrom: ben@example.org\nSubject: Lunch {number}\n"
    return f"{head}Date: Tue, 3 Nov 2026 10:00:00 +0000\n\nShall we have lunch at noon, the {number} of us?\n".encode()


def ids(first: int, count: int = 3) -> list[str]:
    return [f"2611.{number:05}" for number in range(first, first + count)]


def mbox(messages: Iterable[bytes]) -> bytes:
    return b"".join(SEPARATOR + message + b"\n" for message in messages)


def make_maildir(folder: Path, messages: Iterable[bytes] = ()) -> Path:
    for place in ("cur", "new", "tmp"):
        (folder / place).mkdir(parents=True)
    for number, message in enumerate(messages):
        deliver(folder, number, message)
    return folder


def deliver(folder: Path, number: int, message: bytes, place: str = "new", flags: str = "") -> Path:
    path = folder / place / f"{1_700_000_000 + number}.M{number}P7.host{flags}"
    path.write_bytes(message)
    return path
