"""This very program again, as a child process: what it is started with."""

from __future__ import annotations

import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def this_program(code: str) -> list[str]:
    """The command that runs `code` with this program's modules, however they were found, and with nothing from the
    folder that it is started in. Arguments may follow; the code finds them in `sys.argv[1:]`.
    """
    return [sys.executable, "-P", "-c", f"import sys; sys.path.append(sys.argv.pop(1)); {code}", str(_ROOT)]
