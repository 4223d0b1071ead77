"""The web, politely: conditional GET, redirects, retries, caps on size and time. The only importer of httpx.

What a server asks for is obeyed, for a day at the most: max-age and Retry-After become `Fetched.not_before`, validators
are sent back, permanent redirects are reported. At most four requests run against a host at once; hosts with
a gate (arXiv's) get one at a time, over all processes (`feedreader.sources.rate_limit`).

Whatever goes wrong, with a server or on the way to it, is a FetchError. No connection is used twice, so that what one
answer leaves on it is never taken for the next.
"""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Generic, NamedTuple, Self, TypeVar, cast

from feedreader.errors import FeedreaderError, FetchError
from feedreader.sources import redirects
from feedreader.sources.encodings import ASKED, Damaged, TooMuch, Unpacker, encodings
from feedreader.sources.environment import NO_ENVIRONMENT, Environment, Proxy
from feedreader.sources.headers import as_utf8, fresh_until, headers_of, retry_after, sendable
from feedreader.sources.rate_limit import HostGate
from feedreader.sources.reasons import has_no_address, of_certificate, of_error
from feedreader.sources.redirects import destination, host_of, is_web_address, shown

if TYPE_CHECKING:
    import ssl

    import httpx

T = TypeVar("T")

LARGEST = 32 * 1024 * 1024  # bytes, packed or not; 2,000 items of arXiv have about 5 MB
_TURN = 65_536  # bytes that are unpacked before others have a turn
_PER_HOST = 4
_REDIRECTS = 5
_ATTEMPTS = 3
_LONGEST_WAIT = 30.0  # seconds for which a Retry-After is waited for here; a longer one is left to the next run
_AGAIN = frozenset((500, 502, 503, 504))
_MOVED = frozenset((301, 302, 303, 307, 308))


@dataclass(frozen=True, slots=True)
class Validators:
    """By what a server recognises a version of a document, byte for byte (as Latin-1)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. `body` is None where nothing has changed (304). `moved_to` is set by permanent redirects.
    `status` is None if no server answered: `url` is the path of a file.

    `broken` says why the body is not all there; "" if it is, as far as the server tells. `not_before` is the time
    before which the server does not want to be asked again.
    """

    url: str
    status: int | None
    body: bytes | None
    validators: Validators
    content_type: str = ""
    moved_to: str | None = None
    not_before: datetime | None = None
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer that is no refusal, and its body, decoded, piece by piece as it comes.

    The names of headers are in lower case. The body raises BrokenOff where it ends early.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    pieces: AsyncIterator[bytes]


class BrokenOff(FetchError):
    """The body ended early; `reason` says why, in a few words. `again`: asking again at once may help."""

    def __init__(self, url: str, reason: str, *, again: bool = True) -> None:
        super().__init__(f"The answer from {host_of(url)} was cut off: {reason}.", "Try again later.")
        self.reason = reason
        self.again = again


class _Unreachable(FetchError):
    """There was no answer, and there may be one a moment later."""


class _Redirect(NamedTuple):
    """`peer` is the address that answered, where it is known."""

    url: str
    permanent: bool
    peer: str | None


@dataclass(slots=True)
class _Document(Generic[T]):
    """What is asked for, over all attempts and redirects.

    `left` is how many seconds that may still take, `patience` how many more the body may, `largest` how many bytes it
    may have. `named_by` is the page that names the address, if the reader did not write it.
    """

    url: str
    headers: Callable[[], Mapping[str, str]]
    take: Callable[[Answer], Awaitable[T]]
    left: float
    largest: int
    patience: float = 0.0
    named_by: str | None = None
    sniff: bool = False  # for gzip that no header tells of
    cookies: httpx.Cookies | None = None


class Client:
    """A client for one run. `now` gives aware times; `gates` are the hosts that want one request at a time.

    `timeout` is in seconds, from connecting to the last byte of a document, its redirects included; waiting for a turn
    is not. `environment` names proxies and certificates, `resolve` looks up the addresses of a host.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        now: Callable[[], datetime],
        gates: Mapping[str, HostGate] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        timeout: float = 60.0,
        largest: int = LARGEST,
        environment: Environment = NO_ENVIRONMENT,
        resolve: redirects.Resolve = redirects.look_up,
    ) -> None:
        self._headers = {
            "User-Agent": user_agent,
            "Accept": "application/atom+xml, application/rss+xml, */*;q=0.8",
            "Accept-Encoding": ASKED,
            "Connection": "close",
        }
        self._now = now
        self._gates = gates or {}
        self._sleep = sleep
        self._timeout = timeout
        self._largest = largest
        self._resolve = resolve
        self._busy: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_PER_HOST))
        self._environment = environment
        self._transports: dict[tuple[str, bool], httpx.AsyncHTTPTransport] = {}
        self._building = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for transport in self._transports.values():
            await transport.aclose()

    async def get(self, url: str, validators: Validators = Validators(), *, named_by: str | None = None) -> Fetched:
        """Fetch an http(s) address. Raises FetchError: with `not_before` where the server named a time.

        A body that ends early is returned as far as it came, with `broken`. `named_by` is the page that named the
        address, which is then held to what a redirect may do.
        """

        async def take(answer: Answer) -> Fetched:
            return await self._whole(answer, validators)

        document = _Document(url, lambda: _conditions(validators), take, self._timeout, self._largest)
        document.named_by, document.sniff = named_by, True
        fetched, moved_to = await self._insist(document)
        return replace(fetched, moved_to=moved_to) if moved_to else fetched

    async def receive(
        self,
        url: str,
        headers: Callable[[], Mapping[str, str]],
        take: Callable[[Answer], Awaitable[T]],
        *,
        named_by: str | None = None,
        patience: float = 0.0,
        largest: int | None = None,
    ) -> T:
        """Ask for an http(s) address, and give the answer to `take`, which reads as much of its body as it wants.

        `headers` and `take` are called anew for each attempt, so that what was cut can be gone on with. The body may
        take `patience` seconds longer, and have `largest` bytes. Raises FetchError, and whatever `take` raises.
        """
        document = _Document(url, headers, take, self._timeout, largest or self._largest, patience, named_by)
        return (await self._insist(document))[0]

    async def _insist(self, document: _Document[T]) -> tuple[T, str | None]:
        """What `take` made of the answer, in a few attempts, and where the address has moved for good."""
        for attempt in range(1, _ATTEMPTS + 1):
            if document.patience:
                document.left = self._timeout
            try:
                return await self._follow(document)
            except FetchError as error:
                wait = self._wait(error, attempt)
                if attempt == _ATTEMPTS or wait is None:
                    raise
            await self._sleep(wait)
        raise AssertionError("unreachable")

    def _wait(self, error: FetchError, attempt: int) -> float | None:
        """Seconds to wait before another attempt; None if that is no use."""
        if error.not_before is not None and error.status in (429, *_AGAIN):
            wait = (error.not_before - self._now()).total_seconds()
            return max(wait, 0.0) if wait <= _LONGEST_WAIT else None
        again = isinstance(error, _Unreachable) or (isinstance(error, BrokenOff) and error.again)
        return 2.0**attempt if again or error.status in _AGAIN else None

    async def _follow(self, document: _Document[T]) -> tuple[T, str | None]:
        url, document.cookies = document.url, _cookies()  # for as long as redirects are followed, and no longer
        moved_to, only_permanent, sent_by = None, True, document.named_by
        guarded = sent_by is not None and await self._may_lead(document, sent_by, url)
        for _ in range(_REDIRECTS + 1):
            if not is_web_address(url):
                raise FetchError(f"{shown(url)} is not an http or https address.", "Only those are fetched.")
            taken = await self._get(document, url, sent_by if guarded else None)
            if not isinstance(taken, _Redirect):
                return taken, moved_to
            guarded = await self._may_lead(document, url, taken.url, taken.peer)
            sent_by, url = url, taken.url
            only_permanent = only_permanent and taken.permanent
            moved_to = url if only_permanent else moved_to
        raise FetchError(f"{host_of(document.url)} redirects in a loop.", "Check the address in a browser.")

    async def _may_lead(self, document: _Document[T], here: str, there: str, peer: str | None = None) -> bool:
        """See `redirects.check`."""
        with _explained(there, None, self._timeout):
            async with asyncio.timeout(document.left):
                return await redirects.check(document.named_by or document.url, here, there, self._resolve, peer)

    async def _get(self, document: _Document[T], url: str, guarded_by: str | None) -> T | _Redirect:
        """One request: what was made of its answer, or where it is redirected to."""
        clock, host = asyncio.get_running_loop().time, host_of(url)
        turn = self._gates.get(host) or self._busy[host]
        async with turn:
            until = clock() + document.left
            try:
                async with self._opened(document, url, until) as (response, peer):
                    if guarded_by and peer:
                        redirects.check_peer(guarded_by, peer)
                    headers = headers_of(response.headers.raw)
                    if response.status_code in _MOVED and "location" in headers:
                        to = destination(url, as_utf8(headers["location"]))
                        return _Redirect(to, response.status_code in (301, 308), peer)
                    unpacker = _unpacker(document, url, headers)
                    body = self._pieces(response, url, unpacker, until + document.patience)
                    async with aclosing(body) as pieces:
                        return await self._taken(document, Answer(url, response.status_code, headers, pieces), response)
            finally:
                document.left = until - clock()

    async def _taken(self, document: _Document[T], answer: Answer, response: httpx.Response) -> T:
        if answer.status >= 400:
            raise self._refusal(answer, response.reason_phrase)
        if not (200 <= answer.status < 300 or answer.status == 304):
            raise FetchError(
                f"{host_of(answer.url)} answered {answer.status} without an address to go to.",
                "Open it in a browser.",
                status=answer.status,
            )
        return await document.take(answer)

    @asynccontextmanager
    async def _opened(
        self, document: _Document[T], url: str, until: float
    ) -> AsyncIterator[tuple[httpx.Response, str | None]]:
        """The answer, as far as its head, and the address that gave it, unless that is a proxy's."""
        proxy = self._environment.proxy_to(url)
        with _explained(url, proxy, self._timeout):
            async with asyncio.timeout_at(until):
                transport = await self._transport(url, proxy)
                request = _request(url, self._headers | dict(document.headers()), document.cookies)
                request.extensions["timeout"] = {"connect": 0.9 * document.left}  # so that httpcore closes the socket
                response = await transport.handle_async_request(request)
        try:
            response.request = request
            if document.cookies is not None:
                with suppress(Exception):  # what the standard library can't read is none
                    document.cookies.extract_cookies(response)
            yield response, None if proxy else _peer(response)
        finally:
            with suppress(Exception):
                await response.aclose()

    async def _transport(self, url: str, proxy: Proxy | None) -> httpx.AsyncHTTPTransport:
        """What carries requests to such addresses. Certificates are read (50 ms) when they are first needed."""
        encrypted = url.startswith("https:") or (proxy is not None and proxy.url.lower().startswith("https:"))
        key = (proxy.url if proxy else "", encrypted)
        async with self._building:
            if key not in self._transports:
                self._transports[key] = await asyncio.to_thread(_build, self._environment, proxy, encrypted)
        return self._transports[key]

    async def _pieces(
        self, response: httpx.Response, url: str, unpacker: Unpacker, until: float
    ) -> AsyncGenerator[bytes, None]:
        """The body, decoded. Raises BrokenOff, and FetchError for one that is too large."""
        clock, unpacked = asyncio.get_running_loop().time, 0
        try:
            async with aclosing(cast("AsyncGenerator[bytes, None]", response.aiter_raw())) as raw:
                while True:
                    with _broken(url):
                        async with asyncio.timeout_at(min(until, clock() + self._timeout)):
                            packed = await anext(raw, None)
                    if packed is None:
                        break
                    for piece in unpacker.unpack(packed):
                        yield piece
                        if (unpacked := unpacked + len(piece)) >= _TURN:
                            unpacked = 0
                            await asyncio.sleep(0)
            for piece in unpacker.finish():
                yield piece
        except Damaged as error:
            raise BrokenOff(url, "the compressed data is damaged", again=False) from error
        except TooMuch as error:
            raise FetchError(
                f"{host_of(url)} sent more than {unpacker.largest / 2**20:g} MiB.", "Check that the address is a feed."
            ) from error
        if not unpacker.whole:
            raise BrokenOff(url, "the compressed data is incomplete")

    def _refusal(self, answer: Answer, words: str) -> FetchError:
        named = f"{answer.status} {words[:80]}".strip()
        return FetchError(
            f"{host_of(answer.url)} answered {named}.",
            "Check the address." if answer.status in (400, 401, 403, 404, 410) else "Try again later.",
            status=answer.status,
            not_before=retry_after(answer.headers, self._now()),
        )

    async def _whole(self, answer: Answer, validators: Validators) -> Fetched:
        unchanged, headers = answer.status == 304, answer.headers
        if unchanged and not any(_conditions(validators).values()):
            raise FetchError(
                f"{host_of(answer.url)} answered “not modified” to a first request.", "Try again later.", status=304
            )
        body, broken = (None, "") if unchanged else await _body(answer)
        holds = retry_after(headers, self._now()), fresh_until(headers, self._now())
        return Fetched(
            url=answer.url,
            status=answer.status,
            body=body,
            validators=Validators(
                headers.get("etag") or (validators.etag if unchanged else None),
                headers.get("last-modified") or (validators.last_modified if unchanged else None),
            ),
            content_type=headers.get("content-type", ""),
            not_before=max(filter(None, holds), default=None),
            broken=broken or ("the server sent only a part" if answer.status == 206 else ""),
        )


async def _body(answer: Answer) -> tuple[bytes, str]:
    """The body as far as it came, and why that is not all of it."""
    data = bytearray()
    try:
        async for piece in answer.pieces:
            data += piece
    except BrokenOff as error:
        return bytes(data), error.reason
    return bytes(data), ""


def _cookies() -> httpx.Cookies:
    """No cookies. Here httpx is first imported: without its command line, which a third of its time would go into."""
    if "httpx" not in sys.modules:
        sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # it is left out where that can't be had
    from httpx import Cookies

    return Cookies()


def _build(environment: Environment, proxy: Proxy | None, encrypted: bool) -> httpx.AsyncHTTPTransport:
    import ssl

    import httpx

    usual = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # which trusts nobody
    context = environment.certificates(lambda: httpx.create_ssl_context(trust_env=False)) if encrypted else usual
    by_way_of = httpx.Proxy(proxy.url, ssl_context=_for_proxy(proxy, context)) if proxy else None
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    return httpx.AsyncHTTPTransport(verify=context, trust_env=False, limits=limits, proxy=by_way_of)


def _for_proxy(proxy: Proxy, context: ssl.SSLContext) -> ssl.SSLContext | None:
    return context if proxy.url.lower().startswith("https:") else None


def _request(url: str, headers: Mapping[str, str], cookies: httpx.Cookies | None) -> httpx.Request:
    import httpx

    request = httpx.Request("GET", url, headers=sendable(headers))
    if cookies:
        cookies.set_cookie_header(request)
    if request.url.username or request.url.password:
        request = next(httpx.BasicAuth(request.url.username, request.url.password).auth_flow(request))
    return request


def _peer(response: httpx.Response) -> str | None:
    """The address of whoever answered, if it is known."""
    stream = response.extensions.get("network_stream")
    address = stream.get_extra_info("server_addr") if stream else None
    return str(address[0]) if address else None


def _unpacker(document: _Document[T], url: str, headers: Mapping[str, str]) -> Unpacker:
    try:
        names = encodings(headers.get("content-encoding", ""))
    except FeedreaderError as error:
        raise FetchError(f"{shown(url)} cannot be read. {error.message}", error.remedy) from error
    return Unpacker([*names, *([""] if document.sniff else [])], document.largest)


def _conditions(validators: Validators) -> dict[str, str]:
    headers = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in headers.items() if value}


@contextmanager
def _broken(url: str) -> Iterator[None]:
    """Whatever ends a body early, as BrokenOff."""
    import httpx

    try:
        yield
    except (TimeoutError, httpx.TimeoutException) as error:
        raise BrokenOff(url, "it took too long", again=False) from error
    except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
        closed = isinstance(error, httpx.NetworkError) or "closed" in str(error)
        raise BrokenOff(url, "the connection was closed" if closed else "it is not valid HTTP") from error
    except Exception as error:  # what the libraries below let through
        raise BrokenOff(url, of_error(error), again=False) from error


@contextmanager
def _explained(url: str, proxy: Proxy | None, seconds: float) -> Iterator[None]:
    """Whatever goes wrong before there is an answer, as FetchError."""
    import httpx

    host, through = host_of(url), f" through the proxy {proxy.label}" if proxy else ""
    try:
        yield
    except FeedreaderError:
        raise
    except (TimeoutError, httpx.TimeoutException) as error:
        raise FetchError(f"{host} did not answer within {seconds:g} seconds{through}.", "Try again later.") from error
    except httpx.ConnectError as error:
        raise _not_connected(host, proxy, error) from error
    except httpx.ProxyError as error:
        remedy = f"Check {proxy.variable}." if proxy else ""
        raise FetchError(f"{host} cannot be reached{through}: {of_error(error)}.", remedy) from error
    except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
        if isinstance(error, httpx.NetworkError) or "disconnected" in str(error):
            raise _Unreachable(
                f"{host} closed the connection without answering{through}.", "Try again later."
            ) from error
        raise FetchError(f"{host} did not answer in valid HTTP.", "Try again later.") from error
    except Exception as error:  # an address that httpx can't read, a name that the resolver can't, …
        raise FetchError(
            f"{shown(url)} cannot be fetched{through}: {of_error(error)}.", "Check the address."
        ) from error


def _not_connected(host: str, proxy: Proxy | None, error: httpx.ConnectError) -> FetchError:
    reason = of_error(error)
    if "[SSL" in reason:
        if (why := of_certificate(reason)) is None:
            return FetchError(f"The secure connection to {host} failed.", "If it has no https, write http://.")
        return FetchError(
            f"The certificate of {host} is not trusted: {why}.",
            "If you trust it, set SSL_CERT_FILE to a file with its issuer's certificate.",
        )
    kind = FetchError if has_no_address(error) else _Unreachable
    if proxy:
        remedy = f"Correct or unset {proxy.variable}."
        return kind(f"The proxy {proxy.label} cannot be reached: {reason}.", remedy)
    return kind(f"{host} cannot be reached: {reason}.", "Check your connection and the address.")
