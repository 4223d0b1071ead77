"""Threads that do the library's work, so that the screen never waits for it."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

from textual.message import Message
from textual.message_pump import MessagePump

from feedreader.errors import FeedreaderError
from feedreader.tui.messages import Crashed, Failed

Job = Callable[[], Message | None]


class WorkerThread:
    """One thread; its jobs run in order. A job's answer is a message, and so is its failure."""

    def __init__(self, name: str, owner: MessagePump) -> None:
        self.name = name
        self._owner = owner
        self._jobs: SimpleQueue[tuple[Job, MessagePump] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._closed = False
        self._given = 0  # counted by the owner's thread
        self._done = 0  # counted by the lane's own

    @property
    def working(self) -> bool:
        """Whether a job runs or waits."""
        return self._given != self._done

    def do(self, job: Job, answer_to: MessagePump | None = None) -> None:
        """Run the job when its turn comes, and post what it returns. Does nothing once closed."""
        if self._closed:
            return
        self._given += 1
        self._jobs.put((job, answer_to or self._owner))
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
        while entry := self._jobs.get():
            job, answer_to = entry
            try:
                answer = job()
            except FeedreaderError as error:
                self._owner.post_message(Failed(error))
            except Exception as error:
                self._owner.post_message(Crashed(error))
            else:
                if answer is not None:
                    answer_to.post_message(answer)
            self._done += 1
