"""Threads that do the library's work, so that the screen never waits for it."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, Protocol, TypeVar

from textual.message_pump import MessagePump

from feedreader.errors import FeedreaderError
from feedreader.tui.messages import Crashed, Failed

T = TypeVar("T")


class Queue(Protocol):
    """Where a callback waits for its turn on the thread of the screen: the App, a screen, a widget."""

    def call_later(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> bool: ...


class WorkerThread:
    """One thread; its jobs run in order, their answers are given to callbacks on the thread of the screen."""

    def __init__(self, name: str, app: MessagePump) -> None:
        self.name = name
        self._app = app
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._closed = False
        self.late_errors: list[FeedreaderError] = []  # of jobs that ended after it was closed: the screen has gone
        self._given = 0  # counted by the thread of the screen
        self._done = 0  # counted by its own

    @property
    def working(self) -> bool:
        """Whether a job runs or waits."""
        return self._given != self._done

    def do(
        self,
        job: Callable[[], T],
        then: Callable[[T], object] | None = None,
        *,
        error: Callable[[FeedreaderError], object] | None = None,
        to: Queue | None = None,
    ) -> None:
        """Run `job` when its turn comes, then call `then` with its answer. Does nothing once closed.

        The call waits in the App's queue, or in that of `to`: once that is closed, the answer is dropped.
        A FeedreaderError goes to `error`, without it to the App as Failed; another exception as Crashed.
        """
        if self._closed:
            return
        self._given += 1
        queue = to or self._app

        def run() -> None:
            try:
                answer = job()
            except FeedreaderError as failure:
                if error is None:
                    self._app.post_message(Failed(failure))
                    if self._closed:
                        self.late_errors.append(failure)
                else:
                    queue.call_later(error, failure)
            except Exception as crash:
                self._app.post_message(Crashed(crash))
            else:
                if then is not None:
                    queue.call_later(then, answer)

        self._jobs.put(run)
        if self._thread is None:
            self._thread = Thread(target=self._run, name=f"feedreader-{self.name}", daemon=True)
            self._thread.start()

    def close(self, timeout: float | None = None) -> bool:
        """Wait for the jobs that were given, and take no more. Whether they were done in time (seconds)."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
        if self._thread is not None:
            self._thread.join(timeout)
            return not self._thread.is_alive()
        return True

    def _run(self) -> None:
        while run := self._jobs.get():
            run()
            self._done += 1
