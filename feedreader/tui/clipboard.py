"""Copying: by the desktop's own program where a desktop is at hand, else by the terminal (OSC 52).

Over SSH the terminal is asked always: a clipboard of the far machine is no use. Within tmux, which hands OSC 52 on only
if it is set so, tmux itself is asked. No answer comes from a terminal, so what is said is what was done.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from textual.app import App

SECONDS = 3.0  # that a program may take


class Tool(NamedTuple):
    """A program that takes the text on its standard input."""

    argv: Sequence[str]
    encoding: str = "utf-8"


def tools(environment: Mapping[str, str], platform: str = sys.platform) -> list[Tool]:
    """The programs that may be asked here, the best first."""
    if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        found = []
    elif platform == "darwin":
        found = [Tool(["pbcopy"])]
    else:
        found = [Tool(["wl-copy"])] if environment.get("WAYLAND_DISPLAY") else []
        if environment.get("DISPLAY"):
            found += [Tool(["xclip", "-selection", "clipboard"]), Tool(["xsel", "--clipboard", "--input"])]
        if environment.get("WSL_DISTRO_NAME"):
            found.append(Tool(["clip.exe"], "utf-16"))
    return [*found, Tool(["tmux", "load-buffer", "-w", "-"])] if environment.get("TMUX") else found


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
    app: App[Any],
    text: str,
    *,
    environment: Mapping[str, str] | None = None,
    which: Callable[[str], str | None] = shutil.which,
    run: Callable[[Tool, str], bool] = _run,
) -> str:
    """Copy a text; the words for what was done: "Copied by wl-copy". To be called on a lane: a program takes a while.

    Over SSH and outside tmux it asks no program and may be called anywhere.
    """
    for tool in tools(os.environ if environment is None else environment):
        if which(tool.argv[0]) and run(tool, text):
            return f"Copied by {tool.argv[0]}"
    app.copy_to_clipboard(text)
    return "Copied by the terminal (OSC 52)"
