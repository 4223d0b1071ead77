"""Where a server may send us: on the web, never from https to http, never from the public net into a private one.

Names are looked up before a request is made. Two limits: behind a proxy it is the proxy that looks names up, and a name
may lead elsewhere a moment later, which is found out (`check_peer`) only when that request has been sent.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urljoin, urlsplit

from feedreader.errors import FetchError, hide_passwords

Resolve = Callable[[str], Awaitable[list[str]]]  # the addresses of a host

_LONGEST_NAME = 253  # characters of a host's
_SHOWN = 200  # characters of an address
_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_web_address(text: str) -> bool:
    """Whether this is an http or https address with a host."""
    try:
        parts = urlsplit(text)
        has_host = 0 < len(parts.hostname or "") <= _LONGEST_NAME
        return parts.scheme in ("http", "https") and has_host and parts.port != 0
    except ValueError:
        return False


def shown(url: str) -> str:
    """An address as it may be shown: without what lets one in, and not without end."""
    plain = hide_passwords(url)
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"


def host_of(url: str) -> str:
    """The host, or as much of the address as may be shown if it has none."""
    try:
        return urlsplit(url).hostname or shown(url)
    except ValueError:
        return shown(url)


def destination(url: str, stated: str) -> str:
    """The address to which `url` is redirected; at the same server, with the same name and password.

    Raises FetchError for what is none.
    """
    try:
        there = urljoin(url, stated.strip())
        parts, owner = urlsplit(there), urlsplit(url).netloc.rpartition("@")[0]
        if owner and "@" not in parts.netloc and _is_same_server(url, there):
            there = parts._replace(netloc=f"{owner}@{parts.netloc}").geturl()
    except ValueError:
        there = ""
    if not there.isprintable() or not is_web_address(there):
        raise FetchError(
            f"{host_of(url)} redirects to an invalid address: {shown(there or stated)}.",
            "Open it in a browser.",
        )
    return there


def _is_same_server(url: str, there: str) -> bool:
    """Whether it is, or is the same host's encrypted one."""
    (here, *rest), (scheme, host, port) = _origin(url), _origin(there)
    return [scheme, host, port] == [here, *rest] or (here, *rest, scheme, port) == ("http", host, 80, "https", 443)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme)


async def check(written: str, here: str, there: str, resolve: Resolve, peer: str | None = None) -> bool:
    """Raise FetchError if `here`, to which the address led that the reader wrote, may not send us `there`.

    `peer` is the address that answered for `here`, where it is known. Whether whoever answers there must not be private
    is returned, for `check_peer`.
    """
    if here.startswith("https:") and not there.startswith("https:"):
        raise FetchError(
            f"{host_of(here)} redirects from https to an unencrypted address, {shown(there)}.",
            "If you trust that address, subscribe to it instead.",
        )
    host = host_of(there)
    if host in (host_of(here), host_of(written)):
        return False
    known = [peer] if peer else await resolve(host_of(here))
    if known and not any(map(is_public, known)):
        return False
    if not all(map(is_public, await resolve(host))):
        raise _into_private(here, host)
    return True


def check_peer(here: str, peer: str) -> None:
    """Raise FetchError if a request that was redirected by `here` has reached a private address."""
    if not is_public(peer):
        raise _into_private(here, peer)


def _into_private(here: str, host: str) -> FetchError:
    return FetchError(
        f"{host_of(here)} redirects to {host}, in a private network or on this computer.",
        "If that is intended, subscribe to that address instead.",
    )


def is_public(address: str) -> bool:
    """Whether an address is one of the public net. What is none is taken for one."""
    try:
        ip = ip_address(address)
    except ValueError:
        return True
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip.sixtofour or _translated(ip) or ip
    return ip.is_global and not ip.is_multicast


def _translated(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a NAT64 address stands for (RFC 6052)."""
    return IPv4Address(int(ip) & 0xFFFFFFFF) if int(ip) >> 32 == 0x64FF9B << 64 else None


async def look_up(host: str) -> list[str]:
    """The addresses of a host, none if it has none. Odd spellings of a number (0x7f.1) are read as the system does."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(address[0]) for *_, address in found]
