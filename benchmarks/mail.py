"""An mbox of made-up alert mails, imported by the command as a whole process: seconds, and the peak of memory."""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from statistics import median

MESSAGES = 1000
_SYLLABLES = ("ba", "co", "de", "fi", "gra", "hy", "in", "ka", "lo", "mo", "ne", "op", "per", "qua", "re", "sta", "tri")
_STYLE = "font-family:Arial,Helvetica,sans-serif;font-size:13px;line-height:18px;color:#222222;padding:0;margin:0;"


def make_mailbox(messages: int = MESSAGES) -> Iterator[bytes]:
    """Mails of 20 to 60 kB as alerts are: HTML in tables with a style for each word, quoted-printable or base64."""
    chance = random.Random(1)
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(20_000)]
    for number in range(messages):
        papers = chance.randint(5, 15)
        rows = []
        for paper in range(papers):
            title = " ".join(chance.choices(words, k=10)).capitalize()
            people = ", ".join(" ".join(chance.choices(words, k=2)).title() for _ in range(3))
            snippet = " ".join(chance.choices(words, k=40)).capitalize()
            address = f"https://arxiv.org/abs/{2501 + number // 800:04}.{number % 800 * 20 + paper:05}"
            rows.append(
                f'<tr><td style="{_STYLE * 6}"><h3><a href="{address}" style="{_STYLE * 2}">{title}</a></h3>'
                f'<div style="{_STYLE * 3}color:#006621">{people} - arXiv preprint, 2026</div>'
                f'<div style="{_STYLE * 6}">{snippet} …<br></div></td></tr>'
            )
        mail = EmailMessage()
        mail["From"], mail["To"] = "Alerts <alerts@example.org>", "ada@example.org"
        mail["Subject"], mail["Message-ID"] = f"New articles {number}", f"<{number}@example.org>"
        mail["Date"] = f"Mon, {1 + number % 28} Nov 2026 06:00:00 +0000"
        page = f'<html><body><table style="{_STYLE * 20}">{"".join(rows)}</table></body></html>'
        mail.set_content(page, "html", cte=("quoted-printable", "base64")[number % 2])
        yield b"From alerts@example.org Mon Nov  2 06:00:00 2026\n" + mail.as_bytes() + b"\n"


def mail(environment: Callable[[Path], dict[str, str]], runs: int) -> None:
    """Import the mailbox, and import it again, when every message is known."""
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent)
        box = folder / "alerts.mbox"
        with box.open("wb") as file:
            sizes = [file.write(message) for message in make_mailbox()]
        figures: dict[str, list[tuple[float, float]]] = {"import": [], "import again": []}
        for run in range(runs):
            data = folder / str(run)
            for measured in figures.values():
                measured.append(_run(["import", str(box)], environment(data)))
        sized = f"{len(sizes):,} mails of {min(sizes) // 1000} to {max(sizes) // 1000} kB"
        for name, measured in figures.items():
            seconds, memory = (median(column) for column in zip(*measured, strict=True))
            print(f"mail   {name:14} {sized}: {seconds:5.2f} s, {memory:5.1f} MiB at the most")


def _run(arguments: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """How long a command takes, in seconds, and the most memory that it has, in MiB."""
    argv = [sys.executable, "-m", "feedreader", *arguments]
    began = time.perf_counter()
    silent = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    _, status, usage = os.wait4(os.posix_spawnp(argv[0], argv, environment, file_actions=silent), 0)
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"`feedreader {arguments[0]}` failed")
    unit = 1 if sys.platform == "darwin" else 1024
    return time.perf_counter() - began, usage.ru_maxrss * unit / 1024 / 1024
