"""Packed bodies: any chain of encodings, in any pieces, as far as they go, and never more than is allowed."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from feedreader.errors import FeedreaderError
from feedreader.sources.encodings import Damaged, TooMuch, Unpacker, encodings

TEXT = b"".join(b"<item>%d</item>" % number for number in range(3000))
CAP = 10 * 2**20


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def unpacked(names: list[str], data: bytes, step: int = 1000, cap: int = CAP) -> tuple[bytes, bool]:
    unpacker, out = Unpacker(names, cap), b""
    for start in range(0, len(data), step):
        out += b"".join(unpacker.unpack(data[start : start + step]))
    out += b"".join(unpacker.finish())
    return out, unpacker.whole


PACKED: list[tuple[list[str], Callable[[bytes], bytes]]] = [
    (["gzip"], gzip.compress),
    (["deflate"], zlib.compress),
    (["deflate"], bare),
    (["deflate"], gzip.compress),  # as some servers call it
    (["gzip", "deflate"], lambda data: gzip.compress(bare(data))),
    (["gzip", ""], lambda data: gzip.compress(gzip.compress(data))),
    ([""], gzip.compress),
    ([""], lambda data: data),
    ([], lambda data: data),
    (["gzip"], lambda data: data),  # a header that says what is not so
    (["gzip"], lambda data: gzip.compress(data[:100]) + gzip.compress(b"") + gzip.compress(data[100:])),
    (["gzip"], lambda data: gzip.compress(data) + bytes(20)),  # as tapes pad it
    (["gzip"], lambda data: gzip.compress(data) + b"\x1f"),
]


@pytest.mark.parametrize(("names", "pack"), PACKED)
@pytest.mark.parametrize("step", [1, 2, 7, 4096, 10**7])
def test_each_chain_in_each_piece(names: list[str], pack: Callable[[bytes], bytes], step: int) -> None:
    data = TEXT[:3000] if step < 7 else TEXT
    assert unpacked(names, pack(data), step) == (data, True)


@given(st.binary(max_size=3000), st.sampled_from(PACKED), st.integers(1, 500))
def test_any_bytes(data: bytes, how: tuple[list[str], Callable[[bytes], bytes]], step: int) -> None:
    names, pack = how
    assume(not data.startswith(b"\x1f\x8b"))
    assert unpacked(names, pack(data), step) == (data, True)


@given(st.binary(max_size=300), st.lists(st.sampled_from(["gzip", "deflate", ""]), max_size=4), st.integers(1, 50))
def test_junk_is_damaged_and_nothing_worse(data: bytes, names: list[str], step: int) -> None:
    for head in (b"", b"\x1f\x8b\x08\x00", b"\x78\x9c"):
        with suppress(Damaged, TooMuch):
            unpacked(names, head + data, step, 1000)


@pytest.mark.parametrize("cut", [1, 9, 20, 2000])
@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, bare])
def test_what_is_cut_gives_what_there_is_and_is_not_whole(pack: Callable[[bytes], bytes], cut: int) -> None:
    name = "gzip" if pack is gzip.compress else "deflate"
    data, whole = unpacked([name], pack(TEXT)[:-cut])
    assert not whole and TEXT.startswith(data) and (len(data) > len(TEXT) * 0.5)


def test_damage_in_the_middle_leaves_what_came_before() -> None:
    packed = bytearray(gzip.compress(TEXT * 20))
    packed[-8:] = bytes(8)  # the checksum
    unpacker, out = Unpacker(["gzip"], CAP), b""
    with pytest.raises(Damaged):
        for piece in unpacker.unpack(bytes(packed)):
            out += piece
    assert len(out) > len(TEXT) and (TEXT * 20).startswith(out)


@pytest.mark.parametrize("layers", [1, 2, 3, 4])
def test_a_bomb_is_refused_before_it_is_there(layers: int) -> None:
    bomb = gzip.compress(bytes(100 * 2**20), 9)
    for _ in range(layers - 1):
        bomb = gzip.compress(bomb, 9)
    tracemalloc.start()
    try:
        given = 0
        with pytest.raises(TooMuch):
            for piece in Unpacker(["gzip"] * layers, CAP).unpack(bomb):
                given += len(piece)
        assert given <= CAP and tracemalloc.get_traced_memory()[1] < 2 * 2**20
    finally:
        tracemalloc.stop()


def test_steps_that_unfold_to_nothing_are_capped_as_well() -> None:
    nothing = gzip.compress(gzip.compress(gzip.compress(b"") * 100_000))
    assert len(nothing) < 1000
    with pytest.raises(TooMuch):
        unpacked(["gzip", "gzip", "gzip"], nothing, cap=10**6)


def test_what_headers_say() -> None:
    assert encodings("") == encodings("identity") == encodings("utf-8, none") == []
    assert encodings(" X-GZip ;q=1") == ["gzip"] and encodings("deflate, gzip") == ["gzip", "deflate"]
    for stated in ("br", "gzip, zstd", "compress", "gzip," * 5):
        with pytest.raises(FeedreaderError):
            encodings(stated)


def test_what_is_not_packed_passes_in_few_pieces() -> None:
    pieces = list(Unpacker([""], CAP).unpack(TEXT * 100))
    assert b"".join(pieces) == TEXT * 100 and len(pieces) <= 2
