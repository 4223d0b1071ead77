"""`subscribe`, `unsubscribe`, `subscriptions`, `refresh`. Fit for cron: silent when nothing is new."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from feedreader import config
from feedreader.cli.network import addresses, client
from feedreader.cli.terminal import (
    DONE,
    Reports,
    exit_code,
    opened,
    plural,
    progress_line,
    put,
    put_document,
    put_json,
    say,
)
from feedreader.errors import SubscriptionError, unexpected

if TYPE_CHECKING:
    from feedreader.cli.terminal import AddCommand
    from feedreader.library import Library
    from feedreader.library.subscriptions import SubscriptionEditor
    from feedreader.model import Subscription
    from feedreader.services.refresh import RefreshProgress, RefreshResult

_ALL_PAUSED = "All subscriptions are paused. Resume one: `feedreader subscriptions --resume NAME`."
_NO_SUBSCRIPTIONS = "No subscriptions yet. Add one: `feedreader subscribe cs.LG`."


def add_commands(command: AddCommand) -> None:
    parser = command("subscribe", run_subscribe, "subscribe to arXiv categories, feeds or mailboxes")
    parser.add_argument(
        "targets",
        nargs="+",
        metavar="TARGET",
        help="an arXiv category (cs.LG), several (cs.LG+cs.CL), the address of a feed or web page, or the path of a "
        "feed or a mailbox (mbox or Maildir)",
    )
    parser.add_argument("--folder", help="put them in this folder")

    parser = command("unsubscribe", run_unsubscribe, "unsubscribe; papers and marks stay")
    parser.add_argument("names", nargs="+", metavar="NAME", help="a subscription, by name or address")

    parser = command("subscriptions", run_subscriptions, "list or change subscriptions")
    parser.add_argument("--rename", nargs=2, metavar=("NAME", "NEW"), help="rename a subscription")
    parser.add_argument("--folder", nargs=2, metavar=("NAME", "FOLDER"), help='move it to a folder; "" for none')
    parser.add_argument("--pause", metavar="NAME", help="stop refreshing it")
    parser.add_argument("--resume", metavar="NAME", help="refresh it again")
    parser.add_argument("--json", action="store_true", help="print a JSON object per subscription")

    parser = command("refresh", run_refresh, "fetch new papers")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these subscriptions (default: all)")
    parser.add_argument("--backfill", action="store_true", help="also fetch missed days from arXiv")
    parser.add_argument("--json", action="store_true", help="print a JSON object per subscription")
    parser.add_argument("--progress", action="store_true", help=argparse.SUPPRESS)  # for the reader, which shows it


def run_subscribe(arguments: argparse.Namespace) -> int:
    import asyncio

    with opened(arguments.data_dir) as library:
        failed = asyncio.run(subscribe_all(library, arguments.data_dir, arguments.targets, arguments.folder))
    return exit_code(failed, len(arguments.targets))


async def subscribe_all(
    library: Library,
    data_dir: Path | None,
    targets: Sequence[str],
    folder: str | None = None,
    refresh: str = "Run `feedreader refresh`",
) -> int:
    """Subscribe to each, and say so and what is to be done next (`refresh`); how many failed."""
    from feedreader.services.subscribe import subscribe

    failed, report = 0, Reports(put)
    async with client(data_dir) as http:
        for target in targets:
            try:
                subscription = await subscribe(library, http, target, folder)
            except Exception as error:  # the others are subscribed to all the same
                say(f"feedreader: {unexpected(error)}")
                failed += 1
            else:
                then = f" {refresh} to fetch its papers." if subscription.kind in ("arxiv", "mail") else ""
                report(f"Subscribed to {subscription.name}.{then}")
                if subscription.error:
                    say(f"{subscription.name}: {subscription.error}")
    report.finish()
    return failed


def run_unsubscribe(arguments: argparse.Namespace) -> int:
    with opened(arguments.data_dir) as library, library.subscriptions.edit() as editor:
        removed = _found(editor, arguments.names)
        for subscription in removed:
            editor.remove(subscription.source)
    for subscription in removed:
        put(f"Unsubscribed from {subscription.name}. Its papers and their marks stay.")
    return DONE


def run_subscriptions(arguments: argparse.Namespace) -> int:
    with opened(arguments.data_dir) as library:
        if not _change(library, arguments):
            put_subscriptions(library, as_json=arguments.json)
    return DONE


def _found(editor: SubscriptionEditor, names: Sequence[str]) -> tuple[Subscription, ...]:
    """The subscriptions with these names, addresses or paths. Raises SubscriptionError."""
    from feedreader.services.mailboxes import as_target

    return editor.find(map(as_target, names))


def put_subscriptions(library: Library, *, as_json: bool = False) -> None:
    """List the subscriptions and their status."""
    from feedreader.arxiv.addresses import addresses_asked
    from feedreader.arxiv.calendar import missing_days
    from feedreader.view.subscriptions import status_of, unfetched

    now = config.clock()()
    subscriptions = library.subscriptions.all()
    urls = addresses_asked(addresses(), subscriptions)
    if not subscriptions:
        say(_NO_SUBSCRIPTIONS)
    for subscription in subscriptions:
        not_before = _latest(library.subscriptions.address(url).not_before for url in urls[subscription.source])
        state = status_of(subscription, now)
        missing = missing_days(subscription, now) if subscription.kind == "arxiv" else ()
        if as_json:
            put_json(
                {
                    "source": subscription.name,
                    "kind": subscription.kind,
                    "target": subscription.target,
                    "folder": subscription.folder,
                    "state": state,
                    "last_success": subscription.last_success.isoformat() if subscription.last_success else None,
                    "next_allowed": not_before.isoformat() if not_before else None,
                    "missing_days": [day.isoformat() for day in missing],
                    "failing_since": subscription.failing_since.isoformat() if subscription.failing_since else None,
                    "error": subscription.error,
                }
            )
            continue
        succeeded = subscription.last_success
        last = f"last success {_local(succeeded)}" if succeeded else unfetched(subscription)
        put(f"{subscription.name}: {state}, {last}" + (f", {plural(len(missing), 'day')} missing" if missing else ""))
        if subscription.error:
            put(f"    failing since {_local(subscription.failing_since)}: {subscription.error}")
        if not_before and not_before > now:
            wish = "asks to wait until" if subscription.error else "has nothing new until"
            put(f"    its server {wish} {_local(not_before)}")


def _local(time: datetime | None) -> str:
    return f"{time.astimezone():%Y-%m-%d %H:%M}" if time else ""


def _latest(times: Iterable[datetime | None]) -> datetime | None:
    return max(filter(None, times), default=None)


def _change(library: Library, arguments: argparse.Namespace) -> bool:
    """Rename, move, pause and resume, as the options say; whether any did. Raises SubscriptionError."""
    changed = False
    for name, folder in [arguments.folder] if arguments.folder else []:
        with library.subscriptions.edit() as editor:
            for subscription in _found(editor, [name]):
                editor.change(subscription.source, folder=folder)
                put(
                    f"{subscription.name} is now in {folder}."
                    if folder
                    else f"{subscription.name} is no longer in a folder."
                )
        changed = True
    for name, paused in ((arguments.pause, True), (arguments.resume, False)):
        if name is not None:
            with library.subscriptions.edit() as editor:
                for subscription in _found(editor, [name]):
                    editor.change(subscription.source, paused=paused)
                    put(f"{'Paused' if paused else 'Resumed'} {subscription.name}.")
            changed = True
    if arguments.rename:
        from feedreader.services.removal import rename_source

        name, new = arguments.rename
        with library.subscriptions.edit() as editor:
            subscription, *more = _found(editor, [name])
        if more:
            raise SubscriptionError(f"Several subscriptions are named “{name}”.", "Give the address of one.")
        put(f"Renamed {subscription.name} to {rename_source(library, subscription.source, new)}.")
        changed = True
    return changed


def run_export(arguments: argparse.Namespace) -> int:
    from feedreader.export import opml
    from feedreader.services.subscribe import outlines_of

    with opened(arguments.data_dir) as library:
        outlines = outlines_of(library, addresses())
        local = [each for each in library.subscriptions.all() if each.is_local]
    text = opml.export(outlines)
    for each in outlines:
        if opml.public_address(each.xml_url) != each.xml_url:
            say(f"{each.title}: left out the password in its address.")
    for subscription in local:
        what = "mailbox" if subscription.kind == "mail" else "file"
        say(f"{subscription.name}: left out, because a {what} has no web address.")
    if arguments.output is None:
        put_document([text])
    else:
        from feedreader.system.atomic_write import write_atomically

        write_atomically(arguments.output, [text])
        say(f"{plural(len(outlines), 'subscription')} written to {arguments.output}.")
    return DONE


def run_refresh(arguments: argparse.Namespace) -> int:
    import gc

    gc.set_threshold(20_000, 50, 50)  # many objects, hardly any reference cycles
    sys.setswitchinterval(0.002)  # the network gets its turn sooner beside the storing
    if arguments.progress and hasattr(os, "nice"):
        os.nice(10)  # the reader's screen goes first
    with opened(arguments.data_dir) as library:
        report = Reports(
            partial(_put_json, versions=arguments.progress)
            if arguments.json
            else partial(put_result, named=bool(arguments.names))
        )
        results = refresh_all(
            library,
            arguments.data_dir,
            arguments.names,
            report,
            _progress(arguments.progress),
            backfill=arguments.backfill,
        )
    report.finish()
    return exit_code(sum(1 for result in results if result.error), len(results))


def refresh_all(
    library: Library,
    data_dir: Path | None,
    names: Sequence[str],
    report: Callable[[RefreshResult], None],
    progress: Callable[[RefreshProgress], None],
    *,
    backfill: bool = False,
) -> list[RefreshResult]:
    """Refresh the subscriptions of these names, or else all that are not paused; each result is reported as it comes.

    Raises SubscriptionError for a name that there is not.
    """
    import asyncio

    from feedreader.cli.rules import apply_rules

    if names:
        with library.subscriptions.edit() as subscriptions:
            selected = _found(subscriptions, names)
    else:
        selected = tuple(subscription for subscription in library.subscriptions.all() if not subscription.paused)
    if not selected:
        say(_ALL_PAUSED if library.subscriptions.all() else _NO_SUBSCRIPTIONS)
    apply_rules(library, remembered=True)
    return asyncio.run(_refresh(library, data_dir, selected, backfill, report, progress))


async def _refresh(
    library: Library,
    data_dir: Path | None,
    selected: tuple[Subscription, ...],
    backfill: bool,
    report: Callable[[RefreshResult], None],
    progress: Callable[[RefreshProgress], None],
) -> list[RefreshResult]:
    from feedreader.services.refresh import Refresh

    results = []
    async with client(data_dir) as http:
        refresh = Refresh(library, http, addresses(), config.clock(), progress)
        async for result in refresh.run(selected, backfill=backfill):
            report(result)
            results.append(result)
    return results


def _progress(as_json: bool) -> Callable[[RefreshProgress], None]:
    def show(progress: RefreshProgress) -> None:
        task, done, total = progress.task, progress.done, progress.total
        if as_json:
            say(json.dumps({"progress": {"what": task, "done": done, "total": total}}))
        else:
            progress_line(f"{done} of {total}: {task}", done >= total)

    return show


def put_result(result: RefreshResult, *, named: bool = False) -> None:
    """What a refresh brought, in words."""
    if result.error:
        say(f"{result.source}: {result.error}")
    if result.not_asked and named:
        say(f"{result.source}: {result.not_asked}")
    if result.new:
        words = [plural(result.new - result.replaced, "new paper")] * (result.new > result.replaced)
        words += [plural(result.replaced, "new version")] * (result.replaced > 0)
        put(f"{result.source}: {', '.join(words)}")
    elif result.merged:
        put(f"{result.source}: {plural(result.merged, 'paper')}, all in the library already")
    if result.missing_days:
        them = "it" if len(result.missing_days) == 1 else "them"
        say(f"{result.source}: {plural(len(result.missing_days), 'missed day')}. Add --backfill to fetch {them}.")


def _put_json(result: RefreshResult, *, versions: bool) -> None:
    put_json(
        {
            "source": result.source,
            "state": result.state,
            "status": result.status,
            "new": result.new,
            "merged": result.merged,
            "missing_days": [day.isoformat() for day in result.missing_days],
            "error": result.error,
            "next_allowed": result.next_allowed.isoformat() if result.next_allowed else None,
            "not_asked": result.not_asked,
            **({"replaced": result.replaced} if versions else {}),
        }
    )
