"""Copying by a program of the desktop, where there is one.

Over SSH there is none: the clipboard of the far machine is no use, and the reader's own terminal has to copy (OSC 52).
Within tmux, which passes OSC 52 on only if it is configured to, tmux itself is asked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

SECONDS = 3.0  # that a program may take


class Tool(NamedTuple):
    """A program that takes the text on its standard input."""

    argv: Sequence[str]
    encoding: str = "utf-8"


def tools(environment: Mapping[str, str], platform: str = sys.platform) -> list[Tool]:
    """The programs that may be asked here, the best first."""
    if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        programs = []
    elif platform == "darwin":
        programs = [Tool(["pbcopy"])]
    else:
        programs = [Tool(["wl-copy"])] if environment.get("WAYLAND_DISPLAY") else []
        if environment.get("DISPLAY"):
            programs += [Tool(["xclip", "-selection", "clipboard"]), Tool(["xsel", "--clipboard", "--input"])]
        if environment.get("WSL_DISTRO_NAME"):
            programs.append(Tool(["clip.exe"], "utf-16"))
    return [*programs, Tool(["tmux", "load-buffer", "-w", "-"])] if environment.get("TMUX") else programs


def _run(tool: Tool, text: str) -> bool:
    """Whether the program took the text. What it leaves running, to serve the clipboard, outlives us."""
    try:
        done = subprocess.run(
            tool.argv,
            input=text.encode(tool.encoding),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            start_new_session=True,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def copy(
    text: str,
    *,
    environment: Mapping[str, str] | None = None,
    which: Callable[[str], str | None] = shutil.which,
    run: Callable[[Tool, str], bool] = _run,
) -> str | None:
    """Copy a text; the name of the program that took it, or None if none did. It may take seconds."""
    for tool in tools(os.environ if environment is None else environment):
        if which(tool.argv[0]) and run(tool, text):
            return tool.argv[0]
    return None
