"""A few dozen runs of machines that share a folder; `python -m tests.sync` does hundreds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sync.simulation import run

PER_TEST = 4


@pytest.mark.parametrize("first", range(0, 28, PER_TEST))
def test_all_machines_come_to_one_state(tmp_path: Path, first: int) -> None:
    for seed in range(first, first + PER_TEST):
        run(tmp_path / str(seed), seed)
