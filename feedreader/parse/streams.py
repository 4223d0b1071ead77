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
from feedreader.model import Digest, Problem

_TOO_LONG = "Skipped a record that is too long to be read. Is the file damaged here? Download it again."
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
    """Whole records of a stream. `line` is where they begin, from 1; `end` where they end, in bytes of the document.
    `is_long`: it is one that is too long to be read."""

    stream: Stream
    line: int
    end: int
    data: bytes
    is_last: bool
    is_long: bool = False


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
    """A document that comes in pieces, in blocks of about `size` bytes. A record of more than `most` is skipped: a
    block says so, with the ends of its lines in place of it. It may go on within the document: at a line, behind so
    many bytes."""
    data, looked, skipped = bytearray(), 0, 0
    overlap = max(map(len, stream.ends)) - 1
    gone = 0  # lines of what is skipped
    for piece in pieces:
        data += piece
        while len(data) >= size or skipped:
            cut = _end(data, stream.ends, looked, 0 if skipped else size)
            if cut:
                block, is_long = bytes(data[:cut]), bool(skipped)
                del data[:cut]
                end += skipped + cut
                block = b"\n" * (gone + block.count(b"\n")) if skipped else block
                yield Block(stream, line, end, block, False, is_long)
                line, looked, skipped, gone = line + block.count(b"\n"), 0, 0, 0
                continue
            looked = max(0, len(data) - overlap)
            if skipped or len(data) >= most:
                gone += data.count(b"\n", 0, looked)
                skipped += looked
                del data[:looked]
                looked = 0
            break
    if data or skipped:
        yield Block(stream, line, end + skipped + len(data), bytes(data), True, bool(skipped))


def _end(data: bytearray, ends: tuple[bytes, ...], looked: int, size: int) -> int:
    """Where to cut: behind the last record that ends within twice the size, else behind the next. 0: nowhere yet."""
    within = max(at + len(mark) if (at := data.rfind(mark, looked, 2 * size)) >= 0 else 0 for mark in ends)
    return within or min((at + len(mark) for mark in ends if (at := data.find(mark, looked)) >= 0), default=0)


def read_block(block: Block) -> Digest:
    """The records of a block as a digest. It never raises."""
    from feedreader.parse.formats import arxiv_jsonl, oai_pmh

    if block.is_long:
        return Digest(format=block.stream.format, problems=(Problem(block.line, _TOO_LONG),))
    if block.stream.opening:
        return oai_pmh.read_records(block.data, block.stream.opening, block.line, is_last=block.is_last)
    return arxiv_jsonl.read_lines(block.data, block.line, is_last=block.is_last)
