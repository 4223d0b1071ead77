"""Worker threads: jobs in order, answers to callbacks, and what becomes of errors and of late answers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.message import Message
from textual.screen import Screen

from feedreader.errors import FeedreaderError, LibraryError
from feedreader.tui.messages import Crashed, Failed
from feedreader.tui.workers import WorkerThread


class Host(App[None]):
    """An App that notes what fails."""

    def __init__(self) -> None:
        super().__init__()
        self.failures: list[Message] = []

    def on_failed(self, message: Failed) -> None:
        self.failures.append(message)

    def on_crashed(self, message: Crashed) -> None:
        self.failures.append(message)


def failing(error: Exception) -> Callable[[], None]:
    def job() -> None:
        raise error

    return job


async def test_jobs_run_in_order_elsewhere_and_their_answers_come_to_the_screen() -> None:
    app = Host()
    async with app.run_test() as pilot:
        worker = WorkerThread("test", app)
        answers: list[tuple[int, str, str]] = []

        def job(number: int) -> tuple[int, str]:
            return number, threading.current_thread().name

        for number in range(20):
            worker.do(lambda number=number: job(number), lambda done: answers.append((*done, here())))  # type: ignore[misc]
        assert worker.close(timeout=5) and not worker.working
        await pilot.pause()
        assert answers == [(number, "feedreader-test", here()) for number in range(20)]
        worker.do(lambda: answers.clear())
        assert answers, "a closed one takes no more"


def here() -> str:
    return threading.current_thread().name


async def test_an_error_goes_to_its_callback_or_else_to_the_app() -> None:
    app = Host()
    async with app.run_test() as pilot:
        worker = WorkerThread("test", app)
        errors: list[FeedreaderError] = []
        error, mistake = LibraryError("Full.", "Make room."), ValueError("wrong")
        worker.do(failing(error), error=errors.append)
        worker.do(failing(error))
        worker.do(failing(mistake), error=errors.append)
        worker.close(timeout=5)
        await pilot.pause()
        assert errors == [error]
        assert [type(message) for message in app.failures] == [Failed, Crashed]


async def test_an_answer_to_a_screen_that_is_closed_is_dropped() -> None:
    app = Host()
    async with app.run_test() as pilot:
        worker = WorkerThread("test", app)
        closed, answers = threading.Event(), list[Any]()
        screen = Screen[None]()
        await app.push_screen(screen)
        worker.do(lambda: closed.wait(5), answers.append, to=screen)
        await app.pop_screen()
        closed.set()
        worker.do(lambda: "after", answers.append)
        worker.close(timeout=5)
        await pilot.pause()
        assert answers == ["after"]
