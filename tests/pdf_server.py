"""A server on the loopback that has PDFs, and all the ways in which such servers fail."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

SIZE = 300_000


def a_pdf(size: int = SIZE, mark: bytes = b"one") -> bytes:
    """Bytes that say that they are a PDF, each piece of them different from the others."""
    head = b"%PDF-1.5\n%" + mark + b"\n"
    body = b"".join(b"%08d\n" % number for number in range(size // 9 + 1))
    return (head + body)[: size - 6] + b"%%EOF\n"


@dataclass
class PdfServer:
    """Serves `data` for every address under /pdf/. `asked` are paths, `ranges_asked` what was asked of them."""

    server: HTTPServer
    data: bytes = field(default_factory=a_pdf)
    etag: str | None = '"1"'
    ranges: bool = True
    cut: list[int] = field(default_factory=list)  # after so many bytes the next answers break off
    gate: threading.Event | None = None  # the rest of an answer waits for it
    answers: list[Response] = field(default_factory=list)  # given first
    requests: list[str] = field(default_factory=list)
    ranges_asked: list[str | None] = field(default_factory=list)
    conditions: list[str | None] = field(default_factory=list)
    agents: list[str | None] = field(default_factory=list)

    def install(self) -> PdfServer:
        self.server.expect_request(re.compile("/pdf/.*")).respond_with_handler(self._answer)
        return self

    @property
    def base(self) -> str:
        return self.server.url_for("/pdf")

    def _answer(self, request: Request) -> Response:
        self.requests.append(request.path)
        self.ranges_asked.append(request.headers.get("Range"))
        self.conditions.append(request.headers.get("If-Range"))
        self.agents.append(request.headers.get("User-Agent"))
        if self.answers:
            return self.answers.pop(0)
        headers = {"Content-Type": "application/pdf"} | ({"ETag": self.etag} if self.etag else {})
        start, status = 0, 200
        span = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        if span and self.ranges and request.headers.get("If-Range") in (None, self.etag):
            start, status = int(span[1]), 206
            if start >= len(self.data):
                return Response(status=416, headers={"Content-Range": f"bytes */{len(self.data)}"})
            headers["Content-Range"] = f"bytes {start}-{len(self.data) - 1}/{len(self.data)}"
        body = self.data[start:]
        headers["Content-Length"] = str(len(body))
        return Response(self._pieces(body, self.cut.pop(0) if self.cut else None), status=status, headers=headers)

    def _pieces(self, body: bytes, cut: int | None) -> Iterator[bytes]:
        yield body[: min(50_000, len(body) if cut is None else cut)]
        if self.gate is not None:
            self.gate.wait(20)
        yield body[50_000:cut]


def left_in(folder: Path) -> set[str]:
    """The names of what lies in a folder."""
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()
