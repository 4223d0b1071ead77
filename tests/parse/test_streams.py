"""Blocks of a document: whole records, whatever the pieces that it comes in, and none of a record that is too long."""

from __future__ import annotations

import random

import pytest

from feedreader.parse import streams
from feedreader.parse.streams import Block, Stream

LINES = Stream("arxiv-jsonl", None, (b"\n",))
RECORDS = Stream("oai-pmh", None, (b"</record>", b"</OAI-PMH>"), b"<OAI-PMH>")


def cut_up(data: bytes, dice: random.Random) -> list[bytes]:
    pieces = []
    while data:
        length = dice.choice((1, 3, 17, 50, 400))
        pieces.append(data[:length])
        data = data[length:]
    return pieces


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("stream", [LINES, RECORDS], ids=["lines", "records"])
def test_blocks_have_all_records_but_those_that_are_too_long(stream: Stream, seed: int) -> None:
    dice = random.Random(seed)
    most, size = 200, 40
    mark = stream.ends[0]
    lengths = [dice.choice((0, 5, 30, 100, 150, 600, 1500)) for _ in range(30)]
    between = b"." if stream is LINES else b".\n"
    records = [b"%02d" % at + between * (length // len(between)) + mark for at, length in enumerate(lengths)]
    data = b"".join(records) + dice.choice((b"", b"99", b"99" + b"." * 1000))
    blocks = list(streams.blocks(stream, cut_up(data, dice), size, most, 5, 1000))
    assert [block.is_last for block in blocks[:-1]] == [False] * (len(blocks) - 1)
    line, end, at = 5, 1000, 0
    for block in blocks:
        assert block.line == line
        said = data[end - 1000 : block.end - 1000]
        line, end = line + said.count(b"\n"), block.end
        if block.is_long:
            assert len(said) > most and (block.is_last or said.count(mark) == 1)
            assert block.is_last or block.data == b"\n" * said.count(b"\n")
        else:
            assert block.data == said and len(said) <= most + max(map(len, cut_up(data, random.Random(seed)))) + 400
            assert block.is_last or said.endswith(mark)
        at += said.count(mark)
    assert (end, at) == (1000 + len(data), len(records))
    short = {record for record in records if len(record) <= most}
    assert all(any(record in block.data for block in blocks if not block.is_long) for record in short)


def test_a_record_that_is_too_long_is_said_once_with_its_line() -> None:
    data = b'{"id": 1}\n' * 3 + b'{"' + b"x" * 5000 + b'"}\n' + b'{"id": 1}\n' * 3
    blocks = list(streams.blocks(LINES, [data[at : at + 100] for at in range(0, len(data), 100)], 20, 1000))
    long = [block for block in blocks if block.is_long]
    (problem,) = [problem for block in long for problem in streams.read_block(block).problems]
    assert problem.line == 4 and "too long" in problem.reason
    assert max(len(block.data) for block in blocks) < 1000


def test_the_end_of_a_record_counts_wherever_pieces_are_cut() -> None:
    data = b"<record>" + b"x" * 300 + b"</record>\n<record>y</record>\n"
    for at in range(300, 317):
        blocks: list[Block] = list(streams.blocks(RECORDS, [data[:at], data[at:]], 10, 100))
        assert [(block.is_long, block.end) for block in blocks][:2] == [(True, 317), (False, len(data) - 1)]
