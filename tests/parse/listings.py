"""What the tests of the formats for lists share: the real files, and what every digest must be."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from feedreader.model import Digest
from feedreader.text.cleaning import decode, looks_binary
from tests.conftest import SHARED

SAMPLES = Path(__file__).parents[2] / "sample_feeds"
DATA = SHARED / "data"
MIXED = ("cases", "keeps", "scale")  # others add files of any format there: no rule says whose they are
needs_shared = pytest.mark.skipif(not DATA.is_dir(), reason="the real lists (../shared) are not beside this checkout")


def read(module: ModuleType, path: Path) -> Digest:
    """A file in that format, which must know it."""
    text, problems = decode(path.read_bytes())
    assert problems == ()
    assert module.matches(text), path.name
    digest: Digest = module.parse(text)
    assert digest.format == module.NAME
    assert_safe(digest)
    return digest


def real_files() -> Iterator[tuple[str, Path]]:
    """The real files, each with its folder and name: those of the folders that hold one kind of file each."""
    for path in sorted((*DATA.rglob("*"), *(SHARED / "digests").iterdir())):
        mixed = DATA in path.parents and path.relative_to(DATA).parts[0] in MIXED
        if path.is_file() and not mixed and path.parent != DATA:
            yield f"{path.parent.name}/{path.name}", path


def claimed_elsewhere(module: ModuleType, *own: str) -> set[str]:
    """The real files (packed ones apart) that a format takes for its own, but for those that match one of `own`."""
    return {
        name
        for name, path in real_files()
        if not any(fnmatch(name, pattern) for pattern in own)
        and not looks_binary(data := path.read_bytes())
        and module.matches(decode(data)[0])
    }


def _set_in(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in fields.items() if each not in (None, (), False)}


def twin(value: Any) -> dict[str, Any]:
    """A value as JSON has it, without what is absent or empty."""
    fields = _set_in(dataclasses.asdict(value))
    if marks := fields.pop("marks", None):
        fields |= {"marks": set_marks} if (set_marks := _set_in(marks._asdict())) else {}
    plain: dict[str, Any] = json.loads(json.dumps(fields, default=str))
    return plain


def check_sample(module: ModuleType, name: str) -> None:
    digest = read(module, SAMPLES / name)
    assert {
        "format": digest.format,
        "title": digest.title,
        "entries": [twin(entry) for entry in digest.entries],
        "problems": [dataclasses.asdict(problem) for problem in digest.problems],
    } == json.loads((SAMPLES / name).with_suffix(".expected.json").read_text("utf-8"))


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from strings(each)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from strings(getattr(value, field.name))


def assert_safe(digest: Digest) -> None:
    """Every text is folded, and can do nothing to a screen; problems name lines that can be."""
    notes = [entry.marks.note or "" for entry in digest.entries]  # the only texts of several lines
    bare = [dataclasses.replace(entry, marks=entry.marks._replace(note=None)) for entry in digest.entries]
    lines = [line for note in notes for line in note.split("\n")]
    for text in strings([dataclasses.replace(digest, entries=tuple(bare)), [line for line in lines if line]]):
        assert text == " ".join(text.split())
        assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in text), text
    for problem in digest.problems:
        assert problem.line is None or problem.line > 0
