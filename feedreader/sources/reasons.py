"""Why a server could not be reached, in a few words; those of the libraries below are not for people."""

from __future__ import annotations

import re
import socket

from feedreader.errors import os_reason

_CERTIFICATE = {
    "unable to get local issuer certificate": "its issuer is unknown",
    "unable to get issuer certificate": "its issuer is unknown",
    "certificate has expired": "it has expired",
    "certificate is not yet valid": "it is not valid yet",
    "Hostname mismatch": "it belongs to another server",
    "IP address mismatch": "it belongs to another server",
}
_NO_ADDRESS = ("InvalidURL", "UnsupportedProtocol", "LocalProtocolError")  # errors of httpx


def of_certificate(reason: str) -> str | None:
    """Why a certificate is not trusted; None if what OpenSSL says is about something else."""
    if "CERTIFICATE_VERIFY_FAILED" not in reason:
        return None
    stated = re.sub(r".*certificate verify failed: |\s*\(_ssl.*", "", reason)
    return next((words for sign, words in _CERTIFICATE.items() if sign in stated), stated)


def has_no_address(error: BaseException | None) -> bool:
    """Whether the reason is that a name has no address, and not for the moment only."""
    while error is not None and not isinstance(error, socket.gaierror):
        error = error.__cause__ or error.__context__
    return error is not None and error.errno != socket.EAI_AGAIN


def of_error(error: Exception) -> str:
    """What went wrong on the way to a server."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, socket.gaierror):
            return "its name could not be looked up" if cause.errno == socket.EAI_AGAIN else "no such host"
        if isinstance(cause, OSError) and cause.errno and "[SSL" not in str(cause):
            return os_reason(cause)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, ValueError) or type(error).__name__ in _NO_ADDRESS:
        return "the address is not valid"
    text = str(error).rstrip(".")
    return "no connection" if "connection attempts failed" in text else text[:200] or type(error).__name__
