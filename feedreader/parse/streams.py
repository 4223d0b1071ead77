"""Documents of any size, read block by block: arXiv's metadata as JSON Lines, answers of OAI-PMH one behind the other.

    stream = stream_of(head, parse_document)                  # None: it has to be read as a whole
    for block in blocks(stream, pieces, size): …
        digest = read_block(block)

A block is read like a document of its own, but for its lines, which are those of the whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from feedreader.errors import DigestError
from feedreader.model import Digest

_BOM = b"\xef\xbb\xbf"
_ROOT = re.compile(rb"\s*(<\?xml\s[^>]*\?>)?.*?(<OAI-PMH[\s>][^>]*>|<OAI-PMH>)", re.DOTALL)


class Stream(NamedTuple):
    """A document that can be read in blocks: its format, behind what it may be cut, and with what each block of XML
    begins."""

    format: str
    title: str | None
    ends: tuple[bytes, ...]
    opening: bytes = b""


class Block(NamedTuple):
    """Whole records of a stream. `line` is where they begin, from 1; `end` where they end, in bytes of the document."""

    stream: Stream
    line: int
    end: int
    data: bytes
    is_last: bool


def stream_of(head: bytes, parse_document: Callable[[bytes], Digest]) -> Stream | None:
    """What a large document that begins like this is, if its records are those of arXiv, and stand one by one."""
    start = head[:200].removeprefix(_BOM).lstrip()[:1]
    ends = {b"{": (b"\n",), b"<": (b"</record>", b"</OAI-PMH>")}.get(start)
    whole = max(map(head.rfind, ends[:1])) + len(ends[0]) if ends and ends[0] in head else 0
    if not ends or not whole:
        return None
    try:
        digest = parse_document(head[:whole])
    except DigestError:
        return None
    if not digest.entries or 2 * sum(entry.arxiv_id is not None for entry in digest.entries) <= len(digest.entries):
        return None
    if digest.format == "arxiv-jsonl" and _is_record(head):
        return Stream(digest.format, digest.title, ends)
    root = _ROOT.match(head.removeprefix(_BOM))
    if digest.format == "oai-pmh" and root:
        return Stream(
            digest.format, digest.title, ends, b" ".join((root[1] or b"").split()) + b" ".join(root[2].split())
        )
    return None


def _is_record(head: bytes) -> bool:
    """Whether the first line is a record of arXiv's, and none of a library's that was exported."""
    from feedreader.parse.formats import arxiv_jsonl

    try:
        return arxiv_jsonl.is_record_of_arxiv(json.loads(head.removeprefix(_BOM).lstrip().partition(b"\n")[0]))
    except (ValueError, RecursionError):
        return False


def blocks(
    stream: Stream, pieces: Iterable[bytes], size: int, most: int, line: int = 1, end: int = 0
) -> Iterator[Block]:
    """A document that comes in pieces, in blocks of about `size` bytes, never more than `most`. It may go on within
    the document: at a line, behind so many bytes."""
    data = bytearray()
    for piece in pieces:
        data += piece
        while len(data) >= size:
            cut = max(at + len(mark) if (at := data.rfind(mark, 0, 2 * size)) >= 0 else 0 for mark in stream.ends)
            if not cut and len(data) < most:
                break
            block = bytes(data[: cut or most])
            del data[: cut or most]
            end += len(block)
            yield Block(stream, line, end, block, False)
            line += block.count(b"\n")
    if data:
        yield Block(stream, line, end + len(data), bytes(data), True)


def read_block(block: Block) -> Digest:
    """The records of a block as a digest. It never raises."""
    from feedreader.parse.formats import arxiv_jsonl, oai_pmh

    if block.stream.opening:
        return oai_pmh.read_records(block.data, block.stream.opening, block.line, is_last=block.is_last)
    return arxiv_jsonl.read_lines(block.data, block.line, is_last=block.is_last)
