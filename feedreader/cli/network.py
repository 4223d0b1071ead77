"""The web, as the settings say: where arXiv is asked, and a client that keeps its rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from feedreader import __version__, config

if TYPE_CHECKING:
    from feedreader.arxiv.addresses import Addresses
    from feedreader.sources.http import Client


def addresses() -> Addresses:
    """Where arXiv, or what stands in for it, is asked."""
    return config.settings().arxiv


def client(data_dir: Path | None) -> Client:
    """A client for one run; arXiv gets one request at a time, across all processes on this library."""
    import os
    import time
    from urllib.request import getproxies

    from feedreader.sources.environment import Environment
    from feedreader.sources.http import Client
    from feedreader.sources.rate_limit import HostGate

    arxiv = addresses()
    gate = HostGate(config.paths(data_dir).library.with_name("arxiv.gate"), arxiv.gap, time.time)
    return Client(
        user_agent=f"feedreader/{__version__}",
        now=config.clock(),
        gates=dict.fromkeys(arxiv.hosts, gate),
        environment=Environment(getproxies(), os.environ),
    )
