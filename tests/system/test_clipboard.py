"""Copying by the desktop's programs."""

from __future__ import annotations

import os
import re
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest

from feedreader.system import clipboard
from feedreader.system.clipboard import CLIPBOARD, TMUX, TMUX_AND_TERMINAL, Tool, copy, terminal_sequence, tools


def test_the_best_program_is_asked() -> None:
    desktop = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}
    assert [tool.argv[0] for tool in tools(desktop, "linux")] == ["wl-copy", "xclip", "xsel"]
    assert [tool.argv[0] for tool in tools({}, "darwin")] == ["pbcopy"]
    assert tools({**desktop, "SSH_CONNECTION": "far"}, "linux") == tools({}, "linux") == []
    assert tools({**desktop, "SSH_TTY": "/dev/pts/1", "TMUX": "x"}, "linux") == [
        Tool(["tmux", "load-buffer", "-w", "-"], place=TMUX_AND_TERMINAL),
        Tool(["tmux", "load-buffer", "-"], place=TMUX),
    ]
    assert tools({"WSL_DISTRO_NAME": "x"}, "linux") == [Tool(["clip.exe"], "utf-16")]


def test_a_mac_takes_the_text_for_utf_8_whatever_the_locale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (program := tmp_path / "pbcopy").write_text(
        f'#!/bin/sh\n{{ echo "$LC_ALL:$LC_CTYPE"; cat; }} > {tmp_path}/copied\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("LC_ALL", "C")
    (pbcopy,) = tools({}, "darwin")
    assert clipboard._run(pbcopy._replace(argv=[str(program)]), "Fréchet 𝒪")
    assert (tmp_path / "copied").read_text(encoding="utf-8") == ":UTF-8\nFréchet 𝒪"


def test_a_program_that_is_absent_or_fails_gives_way() -> None:
    def which(name: str) -> str | None:
        return None if name == "wl-copy" else f"/bin/{name}"

    programs: list[str] = []

    def run(tool: Tool, text: str) -> bool:
        programs.append(tool.argv[0])
        return tool.argv[0] == "xsel"

    desktop = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}
    assert copy("text", environment=desktop, which=which, run=run) == CLIPBOARD
    assert programs == ["xclip", "xsel"]
    assert copy("text", environment=desktop, which=lambda _: None) is None


@pytest.mark.parametrize(
    ("takes_w", "passed_on", "place"),
    [(True, True, TMUX_AND_TERMINAL), (True, False, TMUX), (False, True, TMUX)],
)
def test_where_tmux_has_put_it_is_said(takes_w: bool, passed_on: bool, place: str) -> None:
    environment = {"TMUX": "/tmp/x,1,0", "SSH_TTY": "/dev/pts/1"}
    how = {"which": lambda _: "/bin/tmux", "run": lambda tool, _: takes_w or "-w" not in tool.argv}
    assert copy("text", environment=environment, passed_on=lambda: passed_on, **how) == place  # type: ignore[arg-type]


def unwrapped(sequence: str) -> str:
    """What a terminal behind screen gets."""
    return "".join(re.findall(r"\x1bP(.*?)\x1b\\", sequence, re.DOTALL))


def test_the_terminal_is_asked_through_whatever_is_between() -> None:
    text = "ünï " * 900
    plain = f"\x1b]52;c;{b64encode(text.encode()).decode()}\a"
    assert terminal_sequence(text, {"TERM": "xterm-256color"}) == plain
    in_screen = terminal_sequence(text, {"TERM": "screen", "STY": "1.x"})
    assert unwrapped(in_screen) == plain and max(map(len, in_screen.split("\x1b\\"))) < 768
    far_from_screen = terminal_sequence(text, {"TERM": "screen.xterm-256color"})
    assert far_from_screen.startswith(plain) and unwrapped(far_from_screen.removeprefix(plain)) == plain
    in_tmux = terminal_sequence(text, {"TERM": "tmux-256color", "TMUX": "x"})
    assert in_tmux == plain + "\x1bPtmux;\x1b" + plain + "\x1b\\"
    assert terminal_sequence("a\ud800", {}), "whatever the text"


def test_a_program_is_really_run_and_not_waited_for_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard, "SECONDS", 30.0)
    assert clipboard._run(Tool(["sh", "-c", f"cat > {tmp_path}/copied"]), "ünï")
    assert (tmp_path / "copied").read_text() == "ünï"
    assert not clipboard._run(Tool(["sh", "-c", "exit 3"]), "x")
    assert not clipboard._run(Tool([str(tmp_path / "absent")]), "x")
    monkeypatch.setattr(clipboard, "SECONDS", 0.2)
    assert not clipboard._run(Tool(["sleep", "60"]), "x")


@pytest.mark.skipif(not Path("/usr/bin/tmux").exists(), reason="tmux is not installed")
def test_tmux_takes_it(tmp_path: Path) -> None:
    tmux = ["tmux", "-S", str(tmp_path / "socket"), "-f", os.devnull]
    started = subprocess.run([*tmux, "new-session", "-d", "sleep 60"], capture_output=True, check=False)
    if started.returncode:
        pytest.skip("tmux does not start here")
    try:
        assert clipboard._run(Tool([*tmux, "load-buffer", "-w", "-"]), "text")
        assert subprocess.run([*tmux, "show-buffer"], capture_output=True, check=True).stdout == b"text"
    finally:
        subprocess.run([*tmux, "kill-server"], capture_output=True, check=False)
