"""Opening web pages and files with other programs: which, with what arguments, and how they are started.

A program is started with a list of arguments, never through a shell, in a session of its own, without the terminal's
input and output: it lives on when the reader ends, and can't write over its screen. Where papers stand on the web is
foreign text: what is not plainly http or https is never opened.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from feedreader.errors import LaunchError, exit_reason, os_reason
from feedreader.model import Paper

if TYPE_CHECKING:
    import subprocess

PATIENCE = 1.0  # seconds within which a program that can't do its work is thought to say so
_LONGEST = 4096  # characters of an address
_ODD = frozenset(' "<>\\^`{|}')
_TEXT_BROWSERS = frozenset(("www-browser", "w3m", "lynx", "links", "links2", "elinks", "browsh", "carbonyl"))

Spawn = Callable[[Sequence[str]], "subprocess.Popen[bytes]"]


# What is opened --------------------------------------------------------------------------------------------------


def web_address(text: str) -> str:
    """An http or https address as it may be given to a program. Raises LaunchError, with why not, for anything else.

    What has no place in an address but is harmless there (blanks, quotes) is percent-encoded.
    """
    shown = text if len(text) <= 80 else f"{text[:79]}…"
    try:
        parts = urlsplit(text)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        raise LaunchError(f"“{shown}” is not a valid address.", "Nothing was opened.") from None
    if scheme not in ("http", "https") or not text.lower().startswith(f"{scheme}://"):
        raise LaunchError(f"“{shown}” is not an http or https address.", "Only those are opened.")
    odd_host = not host or host.startswith("-") or "@" in parts.netloc or not _ODD.isdisjoint(parts.netloc)
    if odd_host or port == 0 or not text.isprintable() or len(text) > _LONGEST:
        raise LaunchError(f"“{shown}” is not a valid address.", "Nothing was opened.")
    return "".join(f"%{ord(character):02X}" if character in _ODD else character for character in text)


def pages_of(paper: Paper) -> tuple[str, ...]:
    """The paper's addresses on the web, the best first; only those that may be opened."""
    named = [paper.url] if paper.url else []
    if paper.doi:
        named.append(f"https://doi.org/{quote(paper.doi, safe='/()')}")
    addresses = []
    for address in dict.fromkeys(named):
        try:
            addresses.append(web_address(address))
        except LaunchError:
            continue
    return tuple(addresses)


def page_of(paper: Paper) -> str:
    """The page to open for a paper. Raises LaunchError, with the reason, if there is none."""
    pages = pages_of(paper)
    if not pages:
        if paper.url:
            web_address(paper.url)
        raise LaunchError("This paper has no web address.")
    return pages[0]


# Programs --------------------------------------------------------------------------------------------------------


def page_command(
    url: str,
    configured: Sequence[str] = (),
    env: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    which: Callable[[str], str | None] = shutil.which,
) -> list[str] | None:
    """The program that opens a page, with its arguments; None where there is none, or no screen for it."""
    url = web_address(url)
    if configured:
        return _filled(configured, "{url}", url)
    if is_far(env):
        return None
    for command in _browsers(env.get("BROWSER", "")):
        if which(command[0]):
            return _filled(command, "%s", url)
    return _system_command(url, env, platform, which)


def file_command(
    path: Path,
    configured: Sequence[str] = (),
    env: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    which: Callable[[str], str | None] = shutil.which,
) -> list[str] | None:
    """The program that shows a file, with its arguments; None where there is none, or no screen for it."""
    file = str(path.absolute())
    if configured:
        return _filled(configured, "{file}", file)
    return None if is_far(env) else _system_command(file, env, platform, which)


def is_far(env: Mapping[str, str] = os.environ) -> bool:
    """Whether the user is on another machine, without a display of this one."""
    return bool(env.get("SSH_CONNECTION") or env.get("SSH_TTY") or env.get("SSH_CLIENT")) and not _display(env)


def has_display(env: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether a program can show something here."""
    return not is_far(env) and (platform in ("darwin", "win32") or _is_wsl(env) or _display(env))


def _display(env: Mapping[str, str]) -> bool:
    return bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))


def _is_wsl(env: Mapping[str, str]) -> bool:
    return bool(env.get("WSL_DISTRO_NAME") or env.get("WSL_INTEROP"))


def _filled(command: Sequence[str], place: str, target: str) -> list[str]:
    """The command with its target at the placeholder, else at the end."""
    program, *arguments = (str(Path(word).expanduser()) if word.startswith("~/") else word for word in command)
    if any(place in word for word in arguments):
        return [program, *(word.replace(place, target) for word in arguments)]
    return [program, *arguments, target]


def _browsers(value: str) -> list[list[str]]:
    """The commands of $BROWSER, but for those that would want this terminal."""
    commands = []
    for part in value.split(os.pathsep):
        try:
            command = shlex.split(part.removesuffix("&"))
        except ValueError:
            continue
        if command and Path(command[0]).name not in _TEXT_BROWSERS:
            commands.append(command)
    return commands


def _system_command(
    target: str, env: Mapping[str, str], platform: str, which: Callable[[str], str | None]
) -> list[str] | None:
    if platform == "darwin":
        return ["open", target]
    if platform == "win32":
        return ["rundll32.exe", "url.dll,FileProtocolHandler", target]
    if _is_wsl(env):
        if which("wslview"):
            return ["wslview", target]
        if "://" in target and which("rundll32.exe"):  # unlike cmd.exe, it takes no & in it for another command
            return ["rundll32.exe", "url.dll,FileProtocolHandler", target]
    return ["xdg-open", target] if _display(env) and which("xdg-open") else None


# Started ---------------------------------------------------------------------------------------------------------


def spawn(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a program, detached."""
    import subprocess

    null = subprocess.DEVNULL
    return subprocess.Popen(list(command), stdin=null, stdout=null, stderr=null, start_new_session=True)


class Launched:
    """A program that was started. It is waited for in the background, so that it leaves nothing behind when it ends."""

    def __init__(self, command: Sequence[str], spawn: Spawn = spawn, setting: str = "browser") -> None:
        """Raises LaunchError if it cannot be started; `setting` is the one that names another program."""
        self.name = Path(command[0]).name
        self._remedy = f"Set {setting} under [open] in config.toml."
        try:
            self._process = spawn(command)
        except (OSError, ValueError) as error:
            raise LaunchError(f"{self.name} cannot be started: {os_reason(error)}.", self._remedy) from error
        self._over = threading.Thread(target=self._process.wait, name="feedreader-launched", daemon=True)
        self._over.start()

    def check(self, seconds: float = 0.0) -> bool:
        """Whether it has ended, after so many seconds at the most. Raises LaunchError if it ended with an error."""
        self._over.join(seconds)
        code = self._process.returncode
        if code:
            raise LaunchError(f"{self.name} failed ({exit_reason(code)}).", self._remedy)
        return code is not None


# An editor -------------------------------------------------------------------------------------------------------


def edited(text: str, env: Mapping[str, str] = os.environ) -> str:
    """The text as $VISUAL or $EDITOR saves it, in this terminal. Raises LaunchError if it ended with an error."""
    import subprocess
    import tempfile

    try:
        command = shlex.split(env.get("VISUAL") or env.get("EDITOR") or "vi")
    except ValueError:
        command = []
    if not command:
        raise LaunchError("$EDITOR is not a command.", "Set it to one, such as nano.")
    with tempfile.TemporaryDirectory(prefix="feedreader-") as folder:  # which only we may read
        file = Path(folder, "note.md")
        file.write_text(text, encoding="utf-8")
        try:
            code = subprocess.call([*command, str(file)])
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
            raise LaunchError(f"Cannot start {command[0]}: {reason}.", "Set $EDITOR to another editor.") from error
        if code:
            raise LaunchError(f"{Path(command[0]).name} failed (exit {code}).", "Your note has not changed.")
        return file.read_bytes().decode("utf-8", "replace").rstrip("\n")
