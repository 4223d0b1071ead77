"""Reading files: what gzip packed, whole, cut, damaged, and far too large."""

from __future__ import annotations

import gzip
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from feedreader.errors import UnreadableSource
from feedreader.sources import files
from tests.conftest import needs_any_name

TEXT = b"Snails keep a diary in their shells.\n" * 1000


def test_what_gzip_packed_is_unpacked_in_one_or_several_pieces(tmp_path: Path) -> None:
    for number, packed in enumerate((gzip.compress(TEXT), gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:]))):
        path = tmp_path / f"{number}.txt.gz"
        path.write_bytes(packed)
        assert files.read(str(path)) == (TEXT, ())


def test_of_a_packed_file_that_is_cut_what_is_there_is_read(tmp_path: Path) -> None:
    path = tmp_path / "cut.gz"
    packed = gzip.compress(bytes(range(256)) * 50, 0)
    path.write_bytes(packed[: len(packed) // 2])
    read, (problem,) = files.read(str(path))
    assert "incomplete" in problem.reason
    assert 1000 < len(read) < 256 * 50 and (bytes(range(256)) * 50).startswith(read)


def test_what_was_packed_twice_is_said(tmp_path: Path) -> None:
    path = tmp_path / "twice.gz"
    path.write_bytes(gzip.compress(gzip.compress(TEXT)))
    with pytest.raises(UnreadableSource, match=r"twice\.gz: packed twice\. Unpack it once"):
        files.read(str(path))


def test_a_damaged_one_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "bad.gz"
    path.write_bytes(b"\x1f\x8b" + b"nonsense" * 10)
    with pytest.raises(UnreadableSource, match="damaged gzip"):
        files.read(str(path))


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(bytes(files.LARGEST + 10)))
    assert path.stat().st_size < 100_000
    with pytest.raises(UnreadableSource, match="larger than 64 MiB"):
        files.read(str(path))


def test_what_stands_behind_the_end_is_named(tmp_path: Path) -> None:
    path = tmp_path / "more.gz"
    path.write_bytes(gzip.compress(TEXT) + b"more")
    read, (problem,) = files.read(str(path))
    assert read == TEXT and problem.reason.startswith("4 bytes")
    path.write_bytes(gzip.compress(TEXT) + bytes(512))
    assert files.read(str(path)) == (TEXT, ()), "tapes and blocks are filled up"


def test_many_small_pieces_take_no_longer_than_their_number(tmp_path: Path) -> None:
    path = tmp_path / "many.gz"
    path.write_bytes(gzip.compress(b"") * 30_000 + gzip.compress(TEXT))
    start = time.process_time()
    assert files.read(str(path)) == (TEXT, ())
    assert time.process_time() - start < 5, "copying the rest for each piece took 20 s"


@needs_any_name
def test_a_name_that_is_no_utf8_and_a_loop_of_links_are_read_or_named(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    odd = Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt"))
    odd.write_bytes(TEXT)
    (folder / "loop").symlink_to("loop")
    (file,) = files.find([str(folder)])
    assert (file.name, file.key) == ("caf\ufffd.txt", f"{folder}/caf\\xe9.txt")
    assert files.read(file.path) == (TEXT, ())
    for name in (str(folder / "loop"), "~no-such-user-here/x", "x" * 5000, "a\0b"):
        with pytest.raises(UnreadableSource):
            files.read(next(files.find([name])).path)


def test_a_folder_that_cannot_be_read_does_not_hide_what_stands_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.txt", "closed/b.txt", "z.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(TEXT)
    iterdir = Path.iterdir

    def guarded(folder: Path) -> Iterator[Path]:
        if folder.name == "closed":
            raise PermissionError(13, "Permission denied")
        return iterdir(folder)

    monkeypatch.setattr(Path, "iterdir", guarded)
    assert [file.name for file in files.find([str(tmp_path)])] == ["a.txt", "closed", "z.txt"]
    (closed,) = files.find([str(tmp_path / "closed")])
    assert closed.asked_for
    with pytest.raises(UnreadableSource, match="permission denied"):
        files.read(closed.path)


def test_a_file_is_read_from_a_place_on_and_its_length_is_looked_at(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.txt", tmp_path / "a.txt.gz"
    data = TEXT * 60  # more than the head
    plain.write_bytes(data)
    packed.write_bytes(gzip.compress(data))
    for path in (plain, packed):
        for start in (0, 1, files.HEAD, len(data) - 1, len(data)):
            with files.opened(str(path)) as file:
                assert file.is_longer_than(len(data) - 1) and not file.is_longer_than(len(data))
                assert b"".join(file.pieces(start)) == data[start:]
                assert file.share(len(data)) == 1


class _Frame:
    """What the package zstandard has, for a format of our own: a length, and as many bytes."""

    def __init__(self) -> None:
        self.eof, self.unused_data, self._data = False, b"", b""

    def decompressobj(self) -> _Frame:
        return _Frame()

    def decompress(self, data: bytes) -> bytes:
        self._data += data
        if len(self._data) > 4 and self._data[4:5] == b"!":
            raise ValueError("damaged")
        if len(self._data) < 5 + (self._data[4] if len(self._data) > 4 else 0):
            return b""
        self.eof, end = True, 5 + self._data[4]
        self.unused_data = self._data[end:]
        return self._data[5:end]


def _frame(text: bytes) -> bytes:
    return b"\x28\xb5\x2f\xfd" + bytes([len(text)]) + text


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="Python unpacks it itself")
def test_zstandard_is_unpacked_where_there_is_a_package_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.zst"
    path.write_bytes(_frame(b"snails") + _frame(b" and kites"))
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(UnreadableSource, match="Zstandard") as failure:
        files.read(str(path))
    assert "zstd -d" in failure.value.remedy
    package = ModuleType("zstandard")
    package.ZstdDecompressor = _Frame  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "zstandard", package)
    assert files.read(str(path)) == (b"snails and kites", ())
    path.write_bytes(_frame(b"snails") + _frame(b" and kites")[:-3])
    read, problems = files.read(str(path))
    assert read == b"snails" and ["incomplete" in problem.reason for problem in problems] == [True]
    path.write_bytes(_frame(b"snails")[:4] + b"!")
    with pytest.raises(UnreadableSource, match="damaged"):
        files.read(str(path))
