"""Copying: by a program of the desktop, by tmux, or by the terminal itself (OSC 52).

Over SSH the clipboard of the far machine is no use: the reader's own terminal has to copy. tmux and screen keep most of
what a program writes from it: tmux is asked to copy, and for screen it is wrapped, so that it is passed on.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

SECONDS = 3.0  # that a program may take
CLIPBOARD, TMUX, TMUX_AND_TERMINAL = "", " to tmux's buffer", " to tmux's buffer and the terminal's clipboard"
TERMINAL = " through the terminal"  # it gives no answer
_PBCOPY = {"LC_ALL": "", "LC_CTYPE": "UTF-8"}  # in the C locale, it takes the text for Mac Roman
_SCREEN_PIECE = 500  # characters that screen passes on at once


class Tool(NamedTuple):
    """A program that takes the text on its standard input; `place` says where the text is then."""

    argv: Sequence[str]
    encoding: str = "utf-8"
    place: str = CLIPBOARD
    environment: Mapping[str, str] = MappingProxyType({})  # variables that it needs


def tools(environment: Mapping[str, str], platform: str = sys.platform) -> list[Tool]:
    """The programs that may be asked here, the best first."""
    programs = []
    far = environment.get("SSH_CONNECTION") or environment.get("SSH_TTY")
    if not far and platform == "darwin":
        programs.append(Tool(["pbcopy"], environment=_PBCOPY))
    elif not far:
        if environment.get("WAYLAND_DISPLAY"):
            programs.append(Tool(["wl-copy"]))
        if environment.get("DISPLAY"):
            programs += [Tool(["xclip", "-selection", "clipboard"]), Tool(["xsel", "--clipboard", "--input"])]
        if environment.get("WSL_DISTRO_NAME") or environment.get("WSL_INTEROP"):
            programs.append(Tool(["clip.exe"], "utf-16"))
    if environment.get("TMUX"):
        programs.append(Tool(["tmux", "load-buffer", "-w", "-"], place=TMUX_AND_TERMINAL))
        programs.append(Tool(["tmux", "load-buffer", "-"], place=TMUX))  # before 3.2, it has no -w
    return programs


def _run(tool: Tool, text: str) -> bool:
    """Whether the program took the text. What it leaves running, to serve the clipboard, outlives us."""
    try:
        done = subprocess.run(
            tool.argv,
            input=text.encode(tool.encoding, "replace"),
            env={**os.environ, **tool.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            start_new_session=True,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _passed_on() -> bool:
    """Whether the terminal that tmux is in takes what tmux copies."""
    ask = ["tmux", "display-message", "-p", "#{client_termfeatures}"]
    try:
        done = subprocess.run(ask, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return b"clipboard" in done.stdout


def copy(
    text: str,
    *,
    environment: Mapping[str, str] | None = None,
    which: Callable[[str], str | None] = shutil.which,
    run: Callable[[Tool, str], bool] = _run,
    passed_on: Callable[[], bool] = _passed_on,
) -> str | None:
    """Copy a text; the words for where it is (CLIPBOARD…), or None if no program took it. It may take seconds."""
    for tool in tools(os.environ if environment is None else environment):
        if which(tool.argv[0]) and run(tool, text):
            return TMUX if tool.place == TMUX_AND_TERMINAL and not passed_on() else tool.place
    return None


def terminal_sequence(text: str, environment: Mapping[str, str] | None = None) -> str:
    """What asks the terminal to copy a text, wrapped for what may be between it and the program."""
    given = os.environ if environment is None else environment
    copies = f"\x1b]52;c;{b64encode(text.encode('utf-8', 'replace')).decode()}\a"
    kind = given.get("TERM", "")
    if given.get("STY") or kind.startswith("screen"):
        pieces = (copies[at : at + _SCREEN_PIECE] for at in range(0, len(copies), _SCREEN_PIECE))
        wrapped = "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
        return wrapped if given.get("STY") else copies + wrapped
    if given.get("TMUX") or kind.startswith("tmux"):
        return copies + "\x1bPtmux;" + copies.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return copies
