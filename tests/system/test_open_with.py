"""What may be opened, with what, and that it is started without a shell, detached, and watched."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedreader.errors import LaunchError
from feedreader.model import Paper
from feedreader.system.open_with import (
    Launched,
    file_command,
    has_display,
    is_far,
    page_command,
    page_of,
    pages_of,
    spawn,
    web_address,
)
from tests.conftest import Recorder

URL = "https://arxiv.org/abs/1905.00001"
HERE = {"DISPLAY": ":0"}
FAR = {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}
NASTY = "https://x.example/a;rm%20-rf/$(touch%20gone)/'`id`'&b|c?d=\"e\"&f=%00#g"


def which(*names: str) -> Callable[[str], str | None]:
    return lambda name: f"/usr/bin/{name}" if name in names else None


# What may be opened --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "http://127.0.0.1:8080/abs/1?a=1&b=2#c",
        "HTTPS://x.example/",
        "https://[::1]:80/x",
        "https://x.example/a;b/$(c)/'d'?e=*&f=(g)",
        "https://münchen.example/straße",
    ],
)
def test_web_addresses_are_given_as_they_are(url: str) -> None:
    assert web_address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "ftp://x.example/", "mailto:a@b.c"),
        *("-version", "--help", "", " ", "x.example/a", "//x.example/a", "https:x.example", "https:///a", "https://"),
        *("https://-x.example/", "https://a b/c", 'https://a"b/c', "https://[bad", "https://x.example:99999/"),
        *(" https://x.example/", "\nhttps://x.example/", "https://x.example/\n-a", "https://x.example/\x00"),
        *(
            "https://x.example/\x1b[31m",
            "https://x.example/\u202egpj",
            "https://x.example/\x7f",
            "view-source:https://a",
        ),
        *("https://arxiv.org@x.example/", "https://arxiv.org\\@x.example/", "https://x.example/" + "a" * 5000),
        *("https://x.example/\ud800", "jar:https://x.example!/", "https:/\\x.example", "https://x.example:0/"),
    ],
)
def test_nothing_else_is(url: str) -> None:
    with pytest.raises(LaunchError):
        web_address(url)


@given(st.text() | st.builds("{}{}".format, st.sampled_from(("https://x.example/", "http://", "file://")), st.text()))
@example("https://x.example/ '\"`{}")
def test_an_address_that_is_given_on_is_one_word_that_any_program_takes_for_an_address(text: str) -> None:
    try:
        address = web_address(text)
    except LaunchError as error:
        assert error.message
        return
    assert address.lower().startswith(("https://", "http://"))
    assert address.isprintable() and not set(address) & set(' "<>\\^`{|}')
    assert web_address(address) == address


def test_the_page_of_a_paper_is_its_own_or_its_doi_s() -> None:
    assert page_of(Paper(id="a", url=URL, doi="10.1000/a")) == URL
    assert page_of(Paper(id="a", url="javascript:x", doi="10.1000/a<b>#c")) == "https://doi.org/10.1000/a%3Cb%3E%23c"
    assert pages_of(Paper(id="a", url="https://doi.org/10.1000/a", doi="10.1000/a")) == ("https://doi.org/10.1000/a",)
    with pytest.raises(LaunchError, match="javascript:x"):
        page_of(Paper(id="a", url="javascript:x"))
    with pytest.raises(LaunchError, match="has no web address"):
        page_of(Paper(id="a"))


# With what -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("configured", "command"),
    [
        (("firefox",), ["firefox", URL]),
        (("firefox", "--new-tab", "{url}", "-P", "papers"), ["firefox", "--new-tab", URL, "-P", "papers"]),
        (("open-it", "--url={url}"), ["open-it", f"--url={URL}"]),
    ],
)
@pytest.mark.parametrize("env", [HERE, FAR, {}])
def test_a_configured_browser_goes_first(configured: Sequence[str], command: list[str], env: Mapping[str, str]) -> None:
    assert page_command(URL, configured, env, "linux", which()) == command


def test_home_may_be_written_short() -> None:
    command = page_command(URL, ("~/bin/show", "~/x"), HERE, "linux", which())
    assert command == [str(Path("~/bin/show").expanduser()), str(Path("~/x").expanduser()), URL]


@pytest.mark.parametrize(
    ("env", "platform", "programs", "command"),
    [
        (HERE, "linux", ("xdg-open",), ["xdg-open", URL]),
        (HERE, "linux", ("xdg-open",), ["xdg-open", URL]),
        ({"WAYLAND_DISPLAY": "w", **FAR}, "linux", ("xdg-open",), ["xdg-open", URL]),
        (HERE, "linux", (), None),
        ({}, "darwin", (), ["open", URL]),
        ({"WSL_DISTRO_NAME": "D"}, "linux", ("wslview", "rundll32.exe", "xdg-open"), ["wslview", URL]),
        ({"WSL_DISTRO_NAME": "D"}, "linux", ("rundll32.exe",), ["rundll32.exe", "url.dll,FileProtocolHandler", URL]),
        ({}, "win32", (), ["rundll32.exe", "url.dll,FileProtocolHandler", URL]),
        ({"BROWSER": "nope:firefox -P %s:x", **HERE}, "linux", ("firefox",), ["firefox", "-P", URL]),
        ({"BROWSER": "w3m", **HERE}, "linux", ("w3m", "xdg-open"), ["xdg-open", URL]),
        ({"BROWSER": "/usr/bin/lynx -x:'", **HERE}, "linux", ("/usr/bin/lynx",), None),
        (FAR, "linux", ("xdg-open", "firefox"), None),
        ({"SSH_TTY": "/dev/pts/1", "BROWSER": "firefox"}, "darwin", ("firefox",), None),
    ],
)
def test_else_the_system_s(
    env: Mapping[str, str], platform: str, programs: Sequence[str], command: list[str] | None
) -> None:
    assert page_command(URL, (), env, platform, which(*programs)) == command


def test_files_go_to_the_viewer() -> None:
    path = Path("/a/The 'PDF' (1).pdf")
    assert file_command(path, (), HERE, "linux", which("xdg-open")) == ["xdg-open", str(path)]
    assert file_command(path, ("zathura", "{file}", "-x"), FAR, "linux", which()) == ["zathura", str(path), "-x"]
    assert file_command(path, ("zathura",), HERE, "linux", which()) == ["zathura", str(path)]
    assert file_command(path, (), {"BROWSER": "firefox"}, "linux", which("firefox")) is None
    assert file_command(path, (), FAR, "linux", which("xdg-open")) is None
    assert file_command(path, (), {"WSL_INTEROP": "x"}, "linux", which("rundll32.exe")) is None
    assert file_command(Path("-x.pdf"), ("cat",), HERE) == ["cat", str(Path.cwd() / "-x.pdf")]


def test_who_is_far() -> None:
    assert is_far(FAR) and is_far({"SSH_TTY": "x"})
    assert not is_far({}) and not is_far({**FAR, "DISPLAY": "localhost:10"})


def test_where_something_can_be_shown() -> None:
    assert has_display(HERE, "linux") and has_display({"WSL_INTEROP": "x"}, "linux") and has_display({}, "darwin")
    assert not has_display({}, "linux") and not has_display(FAR, "darwin")
    assert page_command(URL, (), {}, "linux", which("xdg-open")) is None, "it would only fail"
    assert page_command(URL, (), {"BROWSER": "helper"}, "linux", which("helper", "xdg-open")) == ["helper", URL]


# Started -------------------------------------------------------------------------------------------------------


def test_it_is_one_argument_whatever_stands_in_it(recorder: Recorder, tmp_path: Path) -> None:
    command = page_command(NASTY, (str(recorder.path), "{url}", "last"), {})
    assert command is not None
    assert Launched(command).check(20)
    call = recorder.heard()
    assert call and call["argv"] == [web_address(NASTY), "last"]
    assert not (tmp_path / "gone").exists()


def test_it_has_a_session_of_its_own_and_no_terminal(recorder: Recorder) -> None:
    assert Launched([str(recorder.path)]).check(20)
    call = recorder.heard()
    assert call and call["session"] != os.getsid(0)
    assert call["files"] == [os.devnull] * 3


def test_what_cannot_be_started_or_fails_at_once_is_told(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match="nowhere cannot be started: no such file"):
        Launched([str(tmp_path / "nowhere"), URL])
    (tmp_path / "no-program").write_text("x")
    with pytest.raises(LaunchError, match="permission denied"):
        Launched([str(tmp_path / "no-program")])
    with pytest.raises(LaunchError, match="cannot be started"):
        Launched(["a\0b"])
    with pytest.raises(LaunchError, match=r"failed \(exit 3\)\. Set browser under"):
        Launched([sys.executable, "-c", "raise SystemExit(3)"]).check(20)
    with pytest.raises(LaunchError, match="signal 15"):
        Launched([sys.executable, "-c", "import os; os.kill(os.getpid(), 15)"]).check(20)


def test_what_goes_on_is_not_waited_for() -> None:
    started = time.monotonic()
    launched = Launched([sys.executable, "-c", "import time; time.sleep(60)"])
    assert not launched.check(0.05)
    assert time.monotonic() - started < 20
    launched._process.kill()
    launched._over.join(20)


def test_how_it_is_started_can_be_looked_at() -> None:
    seen: list[Sequence[str]] = []

    def look(command: Sequence[str]) -> object:
        seen.append(command)
        return spawn([sys.executable, "-c", ""])

    assert Launched(["browser", URL], look).check(20)  # type: ignore[arg-type]
    assert seen == [["browser", URL]]
