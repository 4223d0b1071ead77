"""What feeds no longer contain, from arXiv itself: missed days, and titles of papers known by id alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, timedelta

from feedreader import parse
from feedreader.arxiv import addresses as arxiv
from feedreader.arxiv.calendar import announcement_day, days_between, submissions_of
from feedreader.errors import FeedreaderError, FetchError
from feedreader.library import Library
from feedreader.model import Digest, Entry, Subscription
from feedreader.services.ingest import ImportResult, import_digest
from feedreader.sources.http import Client
from feedreader.text.display import counted, day_range

_TITLES = 1000  # papers at the most that get their titles in one run


class Backfill:
    """`storing` is held while something is stored; `tell` is told what is being fetched."""

    def __init__(
        self,
        library: Library,
        client: Client,
        addresses: arxiv.Addresses,
        storing: asyncio.Lock,
        tell: Callable[[str], None],
    ) -> None:
        self._library = library
        self._client = client
        self._addresses = addresses
        self._storing = storing
        self._tell = tell

    async def days(self, subscription: Subscription, first: date, last: date) -> tuple[int, int]:
        """Fetch a run of missed days; how many papers were new, and how many joined one.

        The API is asked, and where it cannot be had, OAI-PMH. Days on which nothing was submitted are then no longer
        missing. Raises FeedreaderError, also for an answer that holds less than it says.
        """
        try:
            return await self._by_api(subscription, first, last)
        except FetchError as error:
            try:
                return await self._by_oai(subscription, first, last)
            except FeedreaderError:
                raise error from None

    async def _by_api(self, subscription: Subscription, first: date, last: date) -> tuple[int, int]:
        """Page by page; what was fetched before an interruption is not fetched again."""
        new = merged = 0
        seen: set[str | None] = set()
        with self._library.subscriptions.edit() as subscriptions:
            start = subscriptions.begun(subscription.target, first, last)
        since, until = submissions_of(first)[0], submissions_of(last)[1]
        while True:
            self._tell(f"{subscription.name} {day_range(first, last)}{f', {start:,} so far' if start else ''}")
            address = arxiv.submissions_address(self._addresses, subscription.target, since, until, start)
            page, total = await self._ask(address)
            if not page.entries and total is not None and start < total:
                raise FetchError(
                    f"arXiv has {total} papers for these days but sent only the first {start}.",
                    "Try again later to fetch the rest.",
                )
            result = await self._store(subscription, page)
            new, merged, start = new + result.new, merged + result.merged, start + len(page.entries)
            ids = {entry.arxiv_id for entry in page.entries}
            done = start >= total if total is not None else len(page.entries) < arxiv.PAGE
            done = done or ids <= seen  # a server that gives the same page again has no other
            seen |= ids
            done = done and not page.breaks_off
            with self._library.subscriptions.edit() as subscriptions:
                subscriptions.proceed(subscription.target, first, last, None if done else start)
                if done:
                    subscriptions.put_days(subscription.target, days_between(first, last))
                    return new, merged
            if page.breaks_off:
                raise _broke_off(len(page.entries))

    async def _by_oai(self, subscription: Subscription, first: date, last: date) -> tuple[int, int]:
        """What changed since then, as far as it was submitted for these days."""
        new = merged = 0
        since, until = submissions_of(first)[0], submissions_of(last)[1]
        for category in subscription.target.split("+"):
            token, tokens = None, set[str | None]()
            while token not in tokens:
                tokens.add(token)
                self._tell(f"{subscription.name} {day_range(first, last)}, records of {category}")
                address = arxiv.records_address(self._addresses, category, since.astimezone(UTC).date(), token)
                fetched = await self._client.get(address)
                page = await asyncio.to_thread(parse.read_records, fetched.body or b"")
                if page.error and page.error[0] != "noRecordsMatch":
                    raise FetchError(f"arXiv answered with an error: {page.error[1]}", "Try again later.")
                if not page.error and not page.entries:
                    raise FetchError("arXiv sent an answer without records.", "Try again later.")
                entries = tuple(entry for entry in page.entries if entry.submitted and since <= entry.submitted < until)
                result = await self._store(subscription, Digest(format="oai-pmh", title="arXiv", entries=entries))
                if page.breaks_off or fetched.broken:
                    raise _broke_off(len(page.entries))
                new, merged, token = new + result.new, merged + result.merged, page.token
                if token is None:
                    break
        with self._library.subscriptions.edit() as subscriptions:
            subscriptions.proceed(subscription.target, first, last, None)
            subscriptions.put_days(subscription.target, days_between(first, last))
        return new, merged

    async def _store(self, subscription: Subscription, page: Digest) -> ImportResult:
        entries = tuple(_with_inferred_day(entry) for entry in page.entries)
        async with self._storing:
            current = self._library.subscriptions.get(subscription.source) or subscription
            batch = replace(page, entries=entries)
            return await asyncio.to_thread(
                import_digest, self._library, batch, name=current.name, path=subscription.path
            )

    async def titles(self) -> None:
        """Titles, authors and categories for papers known by their arXiv id alone. A failure waits for the next run."""
        with self._library.subscriptions.edit() as subscriptions:
            ids = subscriptions.nameless(_TITLES)
        for start in range(0, len(ids), arxiv.IDS):
            chunk = ids[start : start + arxiv.IDS]
            self._tell(f"titles of {counted(len(ids), 'paper')}")
            try:
                digest, _ = await self._ask(arxiv.ids_address(self._addresses, chunk))
            except FeedreaderError:
                return
            entries = tuple(replace(entry, day=None, announced=False) for entry in digest.entries)
            async with self._storing:
                batch = Digest(format=digest.format, title="arXiv", entries=entries)
                await asyncio.to_thread(import_digest, self._library, batch, name="arXiv", path="arxiv:api")
            if digest.breaks_off:
                return
            with self._library.subscriptions.edit() as subscriptions:
                subscriptions.put_looked_up(chunk)

    async def _ask(self, address: str) -> tuple[Digest, int | None]:
        """A page of results, and how many it says there are in all. Raises FetchError if the answer is an error."""
        fetched = await self._client.get(address)
        answer = await asyncio.to_thread(parse.read_answer, fetched.body or b"")
        if answer.error is not None:
            raise FetchError(f"arXiv answered with an error: {answer.error}", "Try again later.", status=fetched.status)
        if not answer.digest.entries and answer.digest.problems:  # a page in place of an answer, say
            reason = answer.digest.problems[0].reason
            raise FetchError(f"Cannot read arXiv's answer: {reason}", "Try again later.", status=fetched.status)
        return replace(answer.digest, breaks_off=answer.digest.breaks_off or bool(fetched.broken)), answer.total


def _span(first: date, last: date) -> str:
    """`24 Nov to 26 Nov`"""
    days = [f"{day.day} {day:%b}" for day in (first, last)]
    return days[0] if first == last else " to ".join(days)


def _broke_off(papers: int) -> FetchError:
    return FetchError(f"arXiv's answer was cut off after {counted(papers, 'paper', group='')}.", "Try again later.")


def spans(days: Iterable[date]) -> list[tuple[date, date]]:
    """Runs of announcement days, a weekend apart at the most."""
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and (day - runs[-1][1] == timedelta(1) or (day.weekday() == 0 and day - runs[-1][1] == timedelta(3))):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _with_inferred_day(entry: Entry) -> Entry:
    submitted = entry.submitted
    return replace(entry, day=announcement_day(submitted) if submitted else entry.day, announced=False)
