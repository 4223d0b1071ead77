"""The web, politely: conditional GET, redirects, retries, a cap on size. The only importer of httpx.

What a server asks for is obeyed: max-age and Retry-After become `Fetched.not_before`, validators are
sent back, permanent redirects are reported. At most four requests run against a host at once; hosts with
a gate (arXiv's) get one at a time, over all processes (`feedreader.sources.rate_limit`).
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self, TypeVar
from urllib.parse import urljoin, urlsplit

from feedreader.errors import FetchError
from feedreader.sources.rate_limit import HostGate

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

LARGEST = 32 * 1024 * 1024  # bytes, decoded; 2,000 items of arXiv have about 5 MB
_PER_HOST = 4
_REDIRECTS = 5
_ATTEMPTS = 3
_LONGEST_WAIT = 30.0  # seconds for which a Retry-After is waited for here; a longer one is left to the next run
_AGAIN = frozenset((429, 500, 502, 503, 504))
_MAX_AGE = re.compile(r"max-age\s*=\s*\"?(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Validators:
    """By what a server recognises a version of a document."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. `body` is None where nothing has changed (304). `moved_to` is set by permanent redirects.

    `not_before` is the time before which the server does not want to be asked again.
    """

    url: str
    status: int
    body: bytes | None
    validators: Validators
    content_type: str = ""
    moved_to: str | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer that is no refusal, and its body, decoded, piece by piece as it comes."""

    url: str
    status: int
    headers: Mapping[str, str]
    pieces: AsyncIterator[bytes]


class _Redirect(NamedTuple):
    url: str
    permanent: bool


class Client:
    """A client for one run. `now` gives aware times; `gates` are the hosts that want one request at a time."""

    def __init__(
        self,
        *,
        user_agent: str,
        now: Callable[[], datetime],
        gates: Mapping[str, HostGate] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        timeout: float = 30.0,
        largest: int = LARGEST,
    ) -> None:
        self._user_agent = user_agent
        self._now = now
        self._gates = gates or {}
        self._sleep = sleep
        self._timeout = timeout
        self._largest = largest
        self._busy: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_PER_HOST))
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        self._client = await asyncio.to_thread(self._build)  # the TLS context takes 50 ms
        return self

    def _build(self) -> httpx.AsyncClient:
        import httpx

        headers = {"User-Agent": self._user_agent, "Accept": "application/atom+xml, application/rss+xml, */*;q=0.8"}
        return httpx.AsyncClient(headers=headers, timeout=self._timeout, follow_redirects=False)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client:
            await self._client.aclose()

    async def get(self, url: str, validators: Validators = Validators()) -> Fetched:
        """Fetch an http(s) address. Raises FetchError: with `not_before` where the server named a time."""

        async def take(answer: Answer) -> Fetched:
            return await self._whole(answer, validators)

        fetched, moved_to = await self._insist(url, lambda: _conditions(validators), take)
        return replace(fetched, moved_to=moved_to) if moved_to else fetched

    async def receive(
        self, url: str, headers: Callable[[], Mapping[str, str]], take: Callable[[Answer], Awaitable[T]]
    ) -> T:
        """Ask for an http(s) address, and give the answer to `take`, which reads as much of its body as it wants.

        `headers` and `take` are called anew for each attempt, so that what was cut can be gone on with.
        Raises FetchError, and whatever `take` raises.
        """
        return (await self._insist(url, headers, take))[0]

    async def _insist(
        self, url: str, headers: Callable[[], Mapping[str, str]], take: Callable[[Answer], Awaitable[T]]
    ) -> tuple[T, str | None]:
        """What `take` made of the answer, in a few attempts, and where the address has moved for good."""
        import httpx

        for attempt in range(1, _ATTEMPTS + 1):
            last = attempt == _ATTEMPTS
            try:
                return await self._follow(url, headers, take)
            except FetchError as error:
                wait = self._patience(error, attempt)
                if last or wait is None:
                    raise
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.RemoteProtocolError, httpx.ReadError) as error:
                wait = 2.0**attempt
                if last:
                    raise FetchError(
                        f"{_host(url)} cannot be reached: {_reason(error)}.", "Is the network there?"
                    ) from error
            except (httpx.TimeoutException, TimeoutError) as error:
                raise FetchError(
                    f"{_host(url)} did not answer within {self._timeout:g} s.", "Try again later."
                ) from error
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise FetchError(f"{url} cannot be fetched: {_reason(error)}.", "Check the address.") from error
            await self._sleep(wait)
        raise AssertionError("unreachable")

    def _patience(self, error: FetchError, attempt: int) -> float | None:
        """Seconds to wait before another attempt; None if that is no use."""
        if error.status not in _AGAIN:
            return None
        if error.not_before is None:
            return 2.0**attempt
        wait = (error.not_before - self._now()).total_seconds()
        return max(wait, 0.0) if wait <= _LONGEST_WAIT else None

    async def _follow(
        self, url: str, headers: Callable[[], Mapping[str, str]], take: Callable[[Answer], Awaitable[T]]
    ) -> tuple[T, str | None]:
        moved_to, only_permanent = None, True
        for _ in range(_REDIRECTS + 1):
            if not is_web_address(url):
                raise FetchError(f"{url} is no http or https address.", "Nothing else is fetched.")
            taken = await self._get(url, headers(), take)
            if not isinstance(taken, _Redirect):
                return taken, moved_to
            url = taken.url
            only_permanent = only_permanent and taken.permanent
            moved_to = url if only_permanent else moved_to
        raise FetchError(f"{url} redirects in circles.", "Check the address in a browser.")

    async def _get(self, url: str, headers: Mapping[str, str], take: Callable[[Answer], Awaitable[T]]) -> T | _Redirect:
        """One request: what was made of its answer, or where it is redirected to."""
        assert self._client
        host = _host(url)
        turn = self._gates.get(host) or self._busy[host]
        async with turn, self._client.stream("GET", url, headers=headers) as response:
            if response.status_code in (301, 302, 303, 307, 308) and "location" in response.headers:
                to = urljoin(url, response.headers["location"])
                return _Redirect(to, response.status_code in (301, 308))
            answer = Answer(url, response.status_code, response.headers, response.aiter_bytes())
            if answer.status >= 400:
                raise await self._refusal(answer, response.reason_phrase)
            return await take(answer)

    async def _refusal(self, answer: Answer, words: str) -> FetchError:
        return FetchError(
            f"{_host(answer.url)} answered {answer.status} {words}.".replace(" .", "."),
            "Check the address." if answer.status in (400, 401, 403, 404, 410) else "Try again later.",
            status=answer.status,
            not_before=self._not_before(answer.headers),
            body=await self._body(answer),
        )

    async def _whole(self, answer: Answer, validators: Validators) -> Fetched:
        unchanged, headers = answer.status == 304, answer.headers
        return Fetched(
            url=answer.url,
            status=answer.status,
            body=None if unchanged else await self._body(answer),
            validators=Validators(
                headers.get("etag") or (validators.etag if unchanged else None),
                headers.get("last-modified") or (validators.last_modified if unchanged else None),
            ),
            content_type=headers.get("content-type", ""),
            not_before=self._not_before(headers),
        )

    async def _body(self, answer: Answer) -> bytes:
        """The body, decoded, as far as the cap; a server that sends too much or too slowly is cut off."""
        data = bytearray()
        async with asyncio.timeout(4 * self._timeout):
            async for piece in answer.pieces:
                data += piece
                if len(data) > self._largest:
                    raise FetchError(f"{answer.url} sends more than {self._largest // 2**20} MiB.", "Is this a feed?")
        return bytes(data)

    def _not_before(self, headers: Mapping[str, str]) -> datetime | None:
        times = [time for time in (self._retry_after(headers), self._fresh_until(headers)) if time]
        return max(times, default=None)

    def _retry_after(self, headers: Mapping[str, str]) -> datetime | None:
        value = headers.get("retry-after", "").strip()
        if value.isdigit():
            return self._now() + timedelta(seconds=min(int(value), 10**7))
        try:
            time = parsedate_to_datetime(value)
        except ValueError:
            return None
        return time if time.tzinfo else time.replace(tzinfo=UTC)

    def _fresh_until(self, headers: Mapping[str, str]) -> datetime | None:
        match = _MAX_AGE.search(headers.get("cache-control", "").lower())
        age = headers.get("age", "")
        seconds = int(match[1]) - (int(age) if age.isdigit() else 0) if match else 0
        return self._now() + timedelta(seconds=min(seconds, 7 * 86_400)) if seconds > 0 else None


def _conditions(validators: Validators) -> dict[str, str]:
    headers = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in headers.items() if value}


def is_web_address(text: str) -> bool:
    """Whether this is an http or https address with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
