"""A program in a real pseudo-terminal: start it, wait for text, press keys, ask for its memory."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_STYLES = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b.")


class Terminal:
    """Times are seconds since the program was started."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], columns: int = 120, rows: int = 40) -> None:
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(argv[0], list(argv), {**env, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.seen = b""

    def _read(self, timeout: float) -> bool:
        if not select.select([self.fd], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:
            return False
        self.seen += data
        if b"\x1b[c" in data:  # a terminal answers when it is asked what it is
            os.write(self.fd, b"\x1b[?62;c")
        return bool(data)

    def wait_for(self, text: str, timeout: float = 60) -> float:
        """The time at which the text stood in what was drawn."""
        pattern = text.encode()
        while pattern not in _STYLES.sub(b"", self.seen):
            if time.perf_counter() - self.started > timeout or not self._read(timeout):
                sys.stderr.write(_STYLES.sub(b"", self.seen).decode("utf-8", "replace")[-2000:])
                raise TimeoutError(f"{text!r} was not drawn within {timeout} s")
        return time.perf_counter() - self.started

    def settle(self, silence: float = 0.3) -> None:
        while self._read(silence):
            pass

    def press(self, key: str, silence: float = 0.06) -> tuple[float, float]:
        """Seconds from the key to its first frame, and to the last byte that it made the program draw.

        Textual writes a frame at once; what comes later is a mark that is now on the disk, or rows that were read.
        """
        pressed = last = time.perf_counter()
        first = 0.0
        os.write(self.fd, key.encode())
        while self._read(1.0 if last == pressed else silence):
            last = time.perf_counter()
            first = first or last - pressed
        return first, last - pressed

    def answer(self, key: str, text: str, timeout: float = 2.0) -> float:
        """Seconds from the key until the text is drawn, whatever else is drawn meanwhile."""
        self.settle(0)
        start = len(self.seen)
        pressed = time.perf_counter()
        os.write(self.fd, key.encode())
        while text.encode() not in _STYLES.sub(b"", self.seen[start:]):
            left = pressed + timeout - time.perf_counter()
            if left <= 0 or not self._read(left):
                break
        return time.perf_counter() - pressed

    def wait(self, seconds: float) -> None:
        """Let time pass, and take in what is drawn."""
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            self._read(left)

    def peak_memory(self) -> float:
        """MiB at the most so far."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)
