"""Where servers may send us: nobody leaves https, and nobody in the public net sends us into a private one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.errors import FetchError
from feedreader.sources import redirects
from feedreader.sources.environment import Environment
from feedreader.sources.http import Client, Fetched
from tests.raw_server import RawServer, answer

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
HOSTS = {"public.example": ["93.184.216.34"], "other.example": ["2606:2800:220:1:248:1893:25c8:1946"]}
HOSTS |= {"inner.example": ["10.0.0.7"], "both.example": ["93.184.216.34", "127.0.0.1"]}


async def resolve(host: str) -> list[str]:
    return HOSTS.get(host, [host] if host[0].isdigit() or ":" in host else [])


def check(here: str, there: str, written: str = "", peer: str | None = None) -> bool:
    return asyncio.run(redirects.check(written or here, here, there, resolve, peer))


PRIVATE = (
    *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("[::1]", "[::]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[2002:7f00:1::]", "[64:ff9b::a00:1]"),
    *("224.0.0.1", "inner.example", "both.example"),
)


@pytest.mark.parametrize("host", PRIVATE)
def test_the_public_net_sends_nobody_into_a_private_one(host: str) -> None:
    with pytest.raises(FetchError, match="private network or on this computer"):
        check("http://public.example/x", f"http://{host}/y")
    with pytest.raises(FetchError):
        check("http://unknown.example/x", f"http://{host}:8080/y")


@pytest.mark.parametrize("host", PRIVATE)
def test_what_the_reader_wrote_is_fetched(host: str) -> None:
    assert not check(f"http://{host}/x", f"http://{host}/y")
    assert not check("http://public.example/x", f"http://{host}/y", written=f"http://{host}/start")


def test_inside_a_private_network_redirects_go_anywhere() -> None:
    for peer in ("10.0.0.7", "::1", "127.0.0.1"):
        assert not check("http://somewhere.example/", "http://192.168.1.1/", peer=peer)
    assert not check("http://inner.example/", "http://127.0.0.1/")
    with pytest.raises(FetchError):
        check("http://both.example/", "http://127.0.0.1/")
    with pytest.raises(FetchError):
        check("http://inner.example/", "http://127.0.0.1/", peer="93.184.216.34")


def test_who_answers_behind_a_public_name_is_looked_at_again() -> None:
    assert check("http://public.example/", "http://other.example/")
    assert not check("http://public.example/", "http://public.example/y")
    redirects.check_peer("http://public.example/", "93.184.216.34")
    with pytest.raises(FetchError):
        redirects.check_peer("http://public.example/", "127.0.0.1")


def test_https_is_never_left() -> None:
    for here, there in (("https://a.example/", "http://a.example/"), ("https://a.example/", "http://public.example/")):
        with pytest.raises(FetchError, match="unencrypted"):
            check(here, there)
    assert not check("https://a.example/", "https://a.example/x") and not check(
        "http://a.example/", "https://a.example/"
    )


@given(st.text(max_size=60))
def test_any_location_is_an_address_of_the_web_or_an_error(location: str) -> None:
    for base in ("https://me:pw@a.example/b/c?d", "http://127.0.0.1:80/"):
        try:
            there = redirects.destination(base, location)
        except FetchError as error:
            assert "pw" not in str(error)
        else:
            assert redirects.is_web_address(there)


def test_odd_spellings_of_this_machine_are_looked_up() -> None:
    for host in ("0x7f.1", "2130706433", "127.1", "localhost", "127.0.0.1"):
        found = asyncio.run(redirects.look_up(host))
        assert found and not any(map(redirects.is_public, found)), host
    assert asyncio.run(redirects.look_up("a..b")) == []


# --- through a proxy, which stands for the public net -----------------------------------------------------------------


@pytest.fixture
def fetch(raw: RawServer) -> Callable[..., Fetched]:
    environment = Environment({"http": raw.base, "no": "127.0.0.1"})

    async def get(url: str, named_by: str | None) -> Fetched:
        async with Client(user_agent="test/1", now=lambda: NOW, resolve=resolve, environment=environment) as client:
            return await client.get(url, named_by=named_by)

    return lambda url, named_by=None: asyncio.run(get(url, named_by))


def test_a_public_server_cannot_read_this_machine(raw: RawServer, fetch: Callable[..., Fetched]) -> None:
    raw["/secret"] = answer("hidden")
    for target in (f"{raw.base}/secret", "http://10.0.0.1/", "http://[::1]/", "http://inner.example/"):
        raw["http://public.example/x"] = answer(b"", f"Location: {target}", status="302 Found")
        with pytest.raises(FetchError, match="private"):
            fetch("http://public.example/x")
    raw["http://public.example/x"] = answer(b"", "Location: http://other.example/x", status="301 Moved")
    raw["http://other.example/x"] = answer(b"", f"Location: {raw.base}/secret", status="301 Moved")
    with pytest.raises(FetchError, match="private"):
        fetch("http://public.example/x")
    assert "/secret" not in raw.requests
    raw["http://other.example/x"] = answer("seen")
    assert fetch("http://public.example/x").moved_to == "http://other.example/x"
    assert fetch(f"{raw.base}/secret").body == b"hidden", "the reader wrote that"


def test_a_page_may_name_no_more_than_a_redirect_may(raw: RawServer, fetch: Callable[..., Fetched]) -> None:
    raw["/secret"] = answer("hidden")
    with pytest.raises(FetchError, match="private"):
        fetch(f"{raw.base}/secret", "http://public.example/page")
    with pytest.raises(FetchError, match="unencrypted"):
        fetch("http://public.example/x", "https://public.example/page")
    assert fetch(f"{raw.base}/secret", f"{raw.base}/page").body == b"hidden"
