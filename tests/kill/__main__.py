"""`python -m tests.kill [--kills N] [--seed S]`: 1 if anything was lost or half there."""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from random import Random

from feedreader.library import Library
from feedreader.services import import_files
from tests import kill
from tests.kill.killer import Killer, kill_reader
from tests.kill.state import now

GENERATION = 40  # kills, before a new library is begun
READERS = 25  # every so many kills one is of the reader


class _Feed(BaseHTTPRequestHandler):
    """A feed that has one more paper each time."""

    asked = 0

    def do_GET(self) -> None:
        _Feed.asked += 1
        items = "".join(
            f"<item><title>Otters {n} at night</title><link>http://x.example/{n}</link><guid>{n}</guid></item>"
            for n in range(30 + _Feed.asked)
        )
        body = f'<rss version="2.0"><channel><title>f</title>{items}</channel></rss>'.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *about: object) -> None:
        return


@contextmanager
def feed() -> Iterator[str]:
    """The address of such a feed, served by a process of its own."""
    server = HTTPServer(("127.0.0.1", 0), _Feed)
    child = os.fork()
    if child == 0:
        server.serve_forever()
    server.server_close()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/feed"
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def begin(folder: Path, address: str) -> None:
    """A library that is subscribed to the feed."""
    opml = f'<opml version="2.0"><body><outline text="f" xmlUrl="{address}"/></body></opml>'
    (folder / "list.opml").write_text(opml)
    library = Library.open(folder / "library.sqlite3", now=now)
    try:
        list(import_files.import_paths(library, [str(folder / "list.opml")]))
    finally:
        library.close()


def run(kills: int, seed: int, say: Callable[[str], None]) -> tuple[list[str], dict[str, int]]:
    """So many kills: what was wrong, and what the children were at when they died."""
    failures: list[str] = []
    at: dict[str, int] = {}
    done = 0
    with feed() as address:
        while done < kills:
            with tempfile.TemporaryDirectory(prefix="feedreader-kill-") as name:
                folder = Path(name)
                begin(folder, address)
                killer = Killer(folder, seed + done, address)
                for _ in range(min(GENERATION, kills - done)):
                    killer.kill()
                    done += 1
                    if done % READERS == 0 and killer.state.present:
                        at["the reader"] = at.get("the reader", 0) + 1
                        failures += kill_reader(folder, Random(f"{seed} {done}"))
                        break
                    if done % 10 == 0:
                        say(f"{done} of {kills} kills · {len(failures) + len(killer.failures)} failures")
                failures += killer.failures
                for kind, count in killer.begun.items():
                    at[kind] = at.get(kind, 0) + count
    return failures, at


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=kill.__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, help="the same kills again, as far as the machine lets them be the same")
    arguments = parser.parse_args(argv)
    seed = secrets.randbits(32) if arguments.seed is None else arguments.seed
    os.environ["FEEDREADER_CONFIG"] = os.devnull
    began = time.monotonic()
    failures, at = run(arguments.kills, seed, lambda text: print(text, file=sys.stderr, flush=True))
    print(f"seed {seed}: {arguments.kills} kills in {time.monotonic() - began:.0f} s, while at:")
    print("  " + ", ".join(f"{kind} {count}" for kind, count in sorted(at.items())))
    print("\n".join(failures) or "All that was done is there, and nothing is half there.")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
