"""Refreshing subscriptions: retrieve → parse → merge → store, for each, and one never affects another.

    async for result in Refresh(library, client, addresses, now).run():
        ...                                     # one result a subscription; a failure is a value in it

Categories of arXiv are joined in one request. Then, one after the other: what was missed is fetched
(`backfill`), and papers known by their arXiv id alone get their titles.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

from feedreader.arxiv import addresses as arxiv
from feedreader.arxiv.calendar import missing_days, state_of
from feedreader.arxiv.categories import is_in
from feedreader.errors import FeedreaderError, FetchError, unexpected
from feedreader.library import Library
from feedreader.library.entry_rows import PreparedEntry
from feedreader.library.subscriptions import Address, SubscriptionEditor, is_untitled
from feedreader.model import Subscription
from feedreader.services.backfill import Backfill, spans
from feedreader.services.feed_answers import broke_off, read_feed
from feedreader.services.ingest import ImportResult, import_into
from feedreader.services.parse_worker import ParsedBody, ParseWorker
from feedreader.sources.headers import LONGEST_HOLD
from feedreader.sources.http import Client, Fetched, Validators
from feedreader.sources.redirects import host_of
from feedreader.view.subscriptions import at

_T = TypeVar("_T")

_TOGETHER = 1000  # entries that are stored in one transaction: a mark made meanwhile waits for that
_UNINDEXED = 999  # papers at the most that are in and cannot be found by their words yet: the index takes 1,000 at once
_AT_ONCE = 16  # answers at the most that are fetched and not yet stored: so much memory
_FIRST_BACK_OFF = timedelta(minutes=15)
_PARTIAL = 206  # the status of an answer that broke off


@dataclass(frozen=True, slots=True)
class RefreshResult:
    """The result of one subscription. `state` is fresh, waiting, quiet, stale or failed.

    Of the new, `replaced` are new versions of older papers.
    `not_asked` says why its server was not asked at all; None: it was.
    """

    source: str
    state: str
    status: int | None = None
    new: int = 0
    replaced: int = 0
    merged: int = 0
    missing_days: tuple[date, ...] = ()
    error: str | None = None
    next_allowed: datetime | None = None
    not_asked: str | None = None


@dataclass(frozen=True, slots=True)
class RefreshProgress:
    """What is being done, and how many of the requests known of are done."""

    task: str
    done: int
    total: int


class Refresh:
    """One run over the subscriptions."""

    def __init__(
        self,
        library: Library,
        client: Client,
        addresses: arxiv.Addresses,
        now: Callable[[], datetime],
        progress: Callable[[RefreshProgress], None] = lambda _: None,
    ) -> None:
        self._library = library
        self._client = client
        self._addresses = addresses
        self._now = now
        self._progress = progress
        self._storing = asyncio.Lock()
        self._backfill = Backfill(library, client, addresses, self._storing, self._tell)
        self._notes: list[Callable[[SubscriptionEditor], None]] = []
        self._flying = asyncio.Semaphore(_AT_ONCE)
        self._reading = asyncio.Lock()  # one mailbox or file after the other
        self._parser = ParseWorker()
        self._thread = ThreadPoolExecutor(1, "feedreader-store")  # of several, each would keep memory of its own
        self._coming: deque[_Batch] = deque()
        self._done = 0
        self._total = 0

    async def run(
        self, subscriptions: Sequence[Subscription], *, backfill: bool = False
    ) -> AsyncIterator[RefreshResult]:
        """Refresh these. With `backfill`, missed days of arXiv's categories are fetched as well."""
        by_source = {subscription.source: subscription for subscription in subscriptions}
        kinds = {"feed": self._feed, "mail": self._mail, "file": self._file}
        jobs = [self._alone([each], kinds[each.kind](each)) for each in subscriptions if each.kind in kinds]
        categories = [subscription for subscription in subscriptions if subscription.kind == "arxiv"]
        for joined in arxiv.joined(subscription.target for subscription in categories):
            members = [subscription for subscription in categories if is_in(subscription.target.split("+"), joined)]
            jobs.append(self._alone(members, self._arxiv(members, joined)))
        self._total = len(jobs)
        self._library.spare_memory()
        tasks = [asyncio.ensure_future(job) for job in jobs]
        tallies: defaultdict[int, _FetchResult] = defaultdict(_FetchResult)
        try:
            for finished in asyncio.as_completed(tasks):
                for source, tally in await finished:
                    tallies[source] = tallies[source].add(tally)
                    if by_source[source].kind != "arxiv":
                        yield self._result(by_source[source], tally)
            for subscription in categories:
                tally = tallies[subscription.source]
                if backfill and not tally.error:
                    tally = tally.add(await self._fetch_missed(subscription))
                yield self._result(subscription, tally)
            if categories or not subscriptions:
                await self._backfill.titles()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._parser.close()
            await self._aside(self._library.index)
            self._thread.shutdown(wait=False)

    def _tell(self, task: str) -> None:
        self._progress(RefreshProgress(task, self._done, max(self._total, self._done + 1)))

    def _result(self, subscription: Subscription, tally: _FetchResult) -> RefreshResult:
        now = self._now()
        current = self._library.subscriptions.get(subscription.source) or subscription
        return RefreshResult(
            source=current.name,
            state=state_of(current, now),
            status=tally.status,
            new=tally.new,
            replaced=tally.replaced,
            merged=tally.merged,
            missing_days=missing_days(current, now) if current.kind == "arxiv" else (),
            error=current.error,
            next_allowed=tally.next_allowed,
            not_asked=tally.not_asked,
        )

    async def _alone(
        self, members: list[Subscription], job: Coroutine[None, None, list[tuple[int, _FetchResult]]]
    ) -> list[tuple[int, _FetchResult]]:
        """What a job gives; whatever it raises is a failure of its own members."""
        try:
            return await job
        except Exception as error:
            reason = str(unexpected(error))
            await self._note(lambda editor: _failed(editor, members, None, reason, None))
            return [(subscription.source, _FetchResult(error=reason)) for subscription in members]

    # feeds, files and mailboxes

    async def _mail(self, subscription: Subscription) -> list[tuple[int, _FetchResult]]:
        async with self._reading:
            from feedreader.services import mailboxes  # few have some

            self._tell(subscription.name)
            result = await mailboxes.refresh(self._library, subscription, self._tell)
            self._done += 1
        self._progress(RefreshProgress(subscription.name, self._done, self._total))
        return [(subscription.source, _FetchResult.stored(result))]

    async def _file(self, subscription: Subscription) -> list[tuple[int, _FetchResult]]:
        async with self._reading:
            from feedreader.services import feed_files

            self._tell(subscription.name)
            try:
                fetched = await asyncio.to_thread(feed_files.refetch, self._library, subscription)
            finally:
                self._done += 1
                self._progress(RefreshProgress(subscription.name, self._done, self._total))
            return await self._store(subscription.target, [subscription], fetched)

    async def _feed(self, subscription: Subscription) -> list[tuple[int, _FetchResult]]:
        async with self._flying:
            url = subscription.target
            return await self._store(url, [subscription], await self._fetch(url, [subscription], subscription.name))

    async def _arxiv(self, members: list[Subscription], joined: tuple[str, ...]) -> list[tuple[int, _FetchResult]]:
        address = arxiv.feed_address(self._addresses, joined)
        fetched = await self._fetch(address, members, " + ".join(joined))
        if not isinstance(fetched, _FetchResult):
            return await self._store(address, members, fetched)
        if fetched.status in (400, 404) and len(joined) > 1:  # one of them is at fault: ask for each
            self._total += len(members)
            answers = [
                await self._arxiv([subscription], tuple(subscription.target.split("+")))
                for subscription in members
                if "+" not in subscription.target
            ]
            return [pair for answer in answers for pair in answer]
        return [(subscription.source, fetched) for subscription in members]

    async def _fetch(self, url: str, members: list[Subscription], task: str) -> Fetched | _FetchResult:
        """The answer, or what becomes of the members without one."""
        self._progress(RefreshProgress(task, self._done, self._total))
        known = self._library.subscriptions.address(url)
        try:
            if known.not_before and known.not_before > self._now():
                why = self._hold(url, members, known.not_before)
                return _FetchResult(status=members[0].status, next_allowed=known.not_before, not_asked=why)
            first = any(subscription.last_success is None for subscription in members)
            validators = Validators() if first else Validators(known.etag, known.last_modified)
            return await self._client.get(url, validators)
        except FetchError as error:
            status, reason, not_before = error.status, str(error), error.not_before
            if status == 429 and not_before is None:
                not_before = self._now() + self._back_off(members)
            address = replace(known, not_before=not_before) if not_before else None
            await self._note(lambda editor: _failed(editor, members, status, reason, address))
            return _FetchResult(status=status, error=reason, next_allowed=not_before)
        finally:
            self._done += 1
            self._progress(RefreshProgress(task, self._done, self._total))

    def _hold(self, url: str, members: list[Subscription], until: datetime) -> str:
        """Why a server is not asked now."""
        failing = any(subscription.failing_since for subscription in members)
        said = "asks to wait until" if failing else "has nothing new until"
        return f"Skipped: {host_of(url)} {said} {at(until, self._now().astimezone())}."

    def _back_off(self, members: list[Subscription]) -> timedelta:
        """How long to leave a server alone that wants that, and does not say how long: as long again as it has."""
        since = [subscription.failing_since for subscription in members if subscription.failing_since]
        return min(max([_FIRST_BACK_OFF, *(self._now() - time for time in since)]), LONGEST_HOLD)

    async def _store(
        self, url: str, members: list[Subscription], fetched: Fetched | _FetchResult
    ) -> list[tuple[int, _FetchResult]]:
        """Put down what was answered, if it was. That it was is noted last: what is cut short is fetched again."""
        if isinstance(fetched, _FetchResult):
            return [(subscription.source, fetched) for subscription in members]
        answered = _answered(url, members, fetched)
        if fetched.body is None:
            await self._note(lambda editor: _unchanged(editor, members, fetched.status, answered))
            return [(subscription.source, _FetchResult.of(fetched)) for subscription in members]
        ready = await self._read(fetched, fetched.body, members)
        fetched = replace(fetched, body=None)  # it need not be kept until its turn comes
        if isinstance(ready, str):
            await self._note(lambda editor: _failed(editor, members, fetched.status, ready, Address(url)))
            return [(subscription.source, _FetchResult(fetched.status, error=ready)) for subscription in members]
        broken = broke_off(fetched, ready.digest, ready.number)
        jobs = [_Batch(each, ready, fetched.status, broken) for each in members]
        jobs[-1].finish = partial(_asked_anew, url) if broken else answered
        await self._stored(jobs)
        if any(job.fault for job in jobs):
            await self._note(partial(_asked_anew, url))
        tally = _FetchResult(fetched.status, error=broken) if broken else _FetchResult.of(fetched)
        return [(job.subscription.source, job.added_to(tally)) for job in jobs]

    async def _read(self, fetched: Fetched, body: bytes, members: Sequence[Subscription]) -> ParsedBody | str:
        """The feed in an answer, or why there is none."""
        try:
            address = fetched.url if fetched.status else ""  # links in a file are not relative to its path
            read = await self._parser.read(body, address)
            async with self._storing:  # beside what is being stored, it would be slower for both
                return await self._aside(read_feed, fetched, members, read)
        except FeedreaderError as error:
            return str(error)

    async def _stored(self, jobs: Sequence[_Batch]) -> None:
        """Store batches, together with what else has come. What can't be stored is a failure of its subscription."""
        self._coming += jobs
        for job in jobs:
            async with self._storing:
                if job.result is None and job.fault is None:
                    await self._aside(self._keep, self._next())
        for job in jobs:
            if job.fault:
                await self._note(job.failed)

    def _next(self) -> list[_Batch]:
        """What is to be stored together: all that has come, up to so many entries."""
        jobs = [self._coming.popleft()]
        entries = jobs[0].ready.number
        while self._coming and entries + self._coming[0].ready.number <= _TOGETHER:
            jobs.append(self._coming.popleft())
            entries += jobs[-1].ready.number
        return jobs

    async def _note(self, write: Callable[[SubscriptionEditor], None]) -> None:
        """Write on the subscriptions, off the event loop, in turn with what is being stored.

        What gathers while something else is stored is one transaction.
        """
        self._notes.append(write)
        async with self._storing:
            gathered, self._notes = self._notes, []
            if gathered:
                await self._aside(self._write, gathered)

    async def _aside(self, call: Callable[..., _T], *arguments: object) -> _T:
        """What a call gives, off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *arguments)

    def _write(self, notes: Iterable[Callable[[SubscriptionEditor], None]]) -> None:
        with self._library.subscriptions.edit() as editor:
            for write in notes:
                write(editor)

    def _keep(self, jobs: Sequence[_Batch]) -> None:
        """Merge batches, together if that goes, else each alone."""
        try:
            self._keep_together(jobs)
        except Exception as error:
            if len(jobs) == 1:
                jobs[0].result, jobs[0].fault = None, str(unexpected(error))
            else:
                for job in jobs:
                    self._keep([job])
        else:
            self._library.index(most=_UNINDEXED)

    def _keep_together(self, jobs: Sequence[_Batch]) -> None:
        """Merge batches, and note which days they brought: those with a paper that was not seen before.

        An answer that breaks off brings no day; of the one after it, all days count.
        """
        with self._library.intake() as intake:
            editor = intake.subscriptions
            for job in jobs:
                source, entries = job.subscription.source, _share(job.ready.prepared, job.subscription)
                current = editor.get(source) or job.subscription  # it may have been renamed meanwhile
                seen = editor.seen(source, [prepared.name for prepared in entries])
                unseen = [prepared for prepared in entries if prepared.name not in seen]
                name = (is_untitled(current) and job.ready.digest.title) or current.name
                job.result = import_into(intake, job.ready.digest, entries, name=name, path=current.path)
                if job.broken:
                    editor.failed(source, job.status and _PARTIAL, job.broken, news=bool(unseen))
                else:
                    counted_in = entries if current.status == _PARTIAL else unseen
                    days = {day for each in counted_in if (day := each.announced_on)}
                    editor.succeeded(
                        source,
                        job.status,
                        news=bool(unseen),
                        empty=not entries,
                        days=days if current.kind == "arxiv" else (),
                    )
                if job.finish:
                    job.finish(editor)

    # what was missed

    async def _fetch_missed(self, subscription: Subscription) -> _FetchResult:
        tally = _FetchResult()
        current = self._library.subscriptions.get(subscription.source) or subscription
        for first, last in spans(missing_days(current, self._now())):
            self._total += 1
            try:
                new, merged = await self._backfill.days(current, first, last)
            except Exception as error:
                reason = str(unexpected(error))
                with self._library.subscriptions.edit() as editor:
                    editor.failed(subscription.source, getattr(error, "status", None), reason)
                return tally.add(_FetchResult(error=reason))
            self._done += 1
            tally = tally.add(_FetchResult(new=new, merged=merged))
        return tally


@dataclass(slots=True)
class _Batch:
    """A batch that is to be stored; `finish` is noted with it. `broken` says that the answer broke off.

    `result` is set when it was stored, `fault` if it could not be.
    """

    subscription: Subscription
    ready: ParsedBody
    status: int | None
    broken: str = ""
    finish: Callable[[SubscriptionEditor], None] | None = None
    result: ImportResult | None = None
    fault: str | None = None

    def failed(self, editor: SubscriptionEditor) -> None:
        editor.failed(self.subscription.source, self.status, self.fault or "")

    def added_to(self, tally: _FetchResult) -> _FetchResult:
        if self.result is None:
            return _FetchResult(self.status, error=self.fault)
        return tally.add(_FetchResult.stored(self.result))


@dataclass(frozen=True, slots=True)
class _FetchResult:
    status: int | None = None
    new: int = 0
    replaced: int = 0
    merged: int = 0
    error: str | None = None
    next_allowed: datetime | None = None
    not_asked: str | None = None

    @classmethod
    def of(cls, fetched: Fetched) -> _FetchResult:
        return cls(status=fetched.status, next_allowed=fetched.not_before)

    @classmethod
    def stored(cls, result: ImportResult) -> _FetchResult:
        error = str(result.error) if result.error else None
        return cls(new=result.new, replaced=result.replaced, merged=result.merged, error=error)

    def add(self, other: _FetchResult) -> _FetchResult:
        return _FetchResult(
            other.status or self.status,
            self.new + other.new,
            self.replaced + other.replaced,
            self.merged + other.merged,
            other.error or self.error,
            max(filter(None, (self.next_allowed, other.next_allowed)), default=None),
            other.not_asked or self.not_asked,
        )


def _share(entries: Sequence[PreparedEntry], subscription: Subscription) -> Sequence[PreparedEntry]:
    """What belongs to one of the subscriptions that were asked for together."""
    if subscription.kind != "arxiv":
        return entries
    targets = subscription.target.split("+")
    return [entry for entry in entries if not entry.categories or is_in(entry.categories, targets)]


def _answered(url: str, members: Sequence[Subscription], fetched: Fetched) -> Callable[[SubscriptionEditor], None]:
    """What notes that an address was answered, and how."""
    validators = fetched.validators
    address = Address(url, validators.etag, validators.last_modified, fetched.not_before, fetched.moved_to)

    def note(editor: SubscriptionEditor) -> None:
        editor.put_address(address)
        if fetched.moved_to:
            editor.put_address(replace(address, url=fetched.moved_to))
        if fetched.moved_to and len(members) == 1 and members[0].kind == "feed":
            editor.move(members[0].source, fetched.moved_to)

    return note


def _asked_anew(url: str, editor: SubscriptionEditor) -> None:
    """The next time, everything is asked for, and at once."""
    editor.put_address(Address(url))


def _unchanged(
    editor: SubscriptionEditor,
    members: Iterable[Subscription],
    status: int | None,
    answered: Callable[[SubscriptionEditor], None],
) -> None:
    for subscription in members:
        editor.succeeded(subscription.source, status, news=False, empty=None, days=())
    answered(editor)


def _failed(
    editor: SubscriptionEditor, members: Iterable[Subscription], status: int | None, error: str, address: Address | None
) -> None:
    if address:
        editor.put_address(address)
    for subscription in members:
        editor.failed(subscription.source, status, error)
