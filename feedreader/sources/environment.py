"""What the environment says of the way to the web: proxies (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY) and
certificates (SSL_CERT_FILE, SSL_CERT_DIR). What can't be used is an error with a remedy, for whom it concerns.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from feedreader.errors import FetchError, os_reason
from feedreader.sources.redirects import shown

if TYPE_CHECKING:
    import ssl

_KINDS = ("http", "https", "socks5", "socks5h")


class Proxy(NamedTuple):
    """`url` has name and password; what it is called without them, and the variable that names it, may be shown."""

    url: str
    label: str
    variable: str


class Environment(NamedTuple):
    """`proxies` are by scheme ("http", "https", "all"), with the exceptions as "no"; `variables` as they are set."""

    proxies: Mapping[str, str] = MappingProxyType({})
    variables: Mapping[str, str] = MappingProxyType({})

    def proxy_to(self, url: str) -> Proxy | None:
        """The proxy to an address; None: there is none. Raises FetchError for one that can't be used."""
        parts = urlsplit(url)
        kind = next((kind for kind in (parts.scheme, "all") if self.proxies.get(kind, "").strip()), None)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
        if kind is None or is_excepted(parts.hostname or "", port, self.proxies.get("no", "")):
            return None
        return _read(self.proxies[kind].strip(), f"{kind.upper()}_PROXY")

    def certificates(self, usual: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        """What servers are known by: what the environment names, else the usual. Raises FetchError."""
        import ssl

        file, folder = self.variables.get("SSL_CERT_FILE") or None, self.variables.get("SSL_CERT_DIR") or None
        if folder and not any(Path(part).is_dir() for part in folder.split(os.pathsep)):
            raise _no_certificates("SSL_CERT_DIR", folder, "no such folder")
        name, value = "SSL_CERT_FILE", file
        try:
            if file:
                ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
            name, value = "SSLKEYLOGFILE", self.variables.get("SSLKEYLOGFILE")
            return ssl.create_default_context(cafile=file, capath=folder) if file or folder else usual()
        except OSError as error:  # one of OpenSSL, too
            reason = "no valid certificate in it" if isinstance(error, ssl.SSLError) else os_reason(error)
            raise _no_certificates(name, value, reason) from error


def _no_certificates(name: str, value: str | None, reason: str) -> FetchError:
    named = f"{name} is {value}" if value else "The certificates included with feedreader"
    return FetchError(
        f"Server certificates cannot be checked. {named}: {reason}.",
        f"Correct or unset {name}." if value else "Reinstall feedreader.",
    )


NO_ENVIRONMENT = Environment()


def _read(stated: str, variable: str) -> Proxy:
    url = stated if "://" in stated else f"http://{stated}"
    url = re.sub("^socks://", "socks5://", url, flags=re.IGNORECASE)  # as desktops write it
    label = shown(url)
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0 and not re.search(r"[^!-~]", url)
        kind = parts.scheme
    except ValueError:
        usable, kind = False, ""
    if not usable or kind not in _KINDS:
        raise FetchError(
            f"Invalid proxy address: {label}.",
            f"Set {variable} to an address starting with http://, https:// or socks5://, or unset it.",
        )
    return Proxy(url, label, variable)


def is_excepted(host: str, port: int | None, exceptions: str) -> bool:
    """Whether NO_PROXY names a host: by itself, by its domain, or by a network; with a port, for that port only."""
    host = host.lower().rstrip(".")
    return any(
        entry == "*" or _is_named(host, port, entry) for entry in re.split(r"[\s,]+", exceptions.lower()) if entry
    )


def _is_named(host: str, port: int | None, entry: str) -> bool:
    if host_and_port := re.fullmatch(r"(\[[^\]]*\]|[^:\[\]]*):([0-9]{1,5})", entry):
        entry = host_and_port[1]
        if int(host_and_port[2]) != port:
            return False
    entry = entry.strip("[]").removeprefix("*").strip(".")
    try:
        return ip_address(host) in ip_network(entry, strict=False)
    except ValueError:  # one of them is a name
        return bool(entry) and (host == entry or host.endswith(f".{entry}"))
