"""What people call a paper once it is known: its whole title in any case, the words before a colon, its first letters.

A single word before the colon must look like a name ("MixMatch", "T-Net"); two words keep their capitals
("Cold Case"); what two papers of the thread are called names neither. PURE.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from feedreader.parse.threads.paper_names import SMALL_WORDS

_TOKEN = re.compile(r"\w+(?:-\w+)*")
_GENERIC = frozenset({
    "CNN", "RNN", "GAN", "LSTM", "NLP", "MLP", "SGD", "API", "GPU", "CPU", "PDF", "IMO", "FAQ", "TLDR", "USA", "VAE",
    "SVM", "MDP", "KNN", "EEG", "MRI",
})  # fmt: skip


def words(text: str) -> tuple[str, ...]:
    """The words of a text without their case."""
    return tuple(_TOKEN.findall(text.casefold()))


def _short_names(title: str) -> Iterator[tuple[str, ...]]:
    """What people call a paper. Lower case stands for either case, capitals only for themselves."""
    head, colon, _ = title.partition(":")
    parts = _TOKEN.findall(head)
    letters = "".join(word[0] for word in parts if word.lower() not in SMALL_WORDS)
    if len(words(title)) > 3:
        yield words(title)
    if 2 < len(letters) < 7 and letters.isupper() and letters not in _GENERIC:
        yield (letters,)
    if parts and parts[0].lower() in ("a", "an", "the"):
        parts = parts[1:]
    if not colon or not parts:
        return
    if len(parts) == 2:
        yield tuple(parts)
    elif len(parts) > 2 or "-" in parts[0] or any(c.isdigit() or c.isupper() for c in parts[0][1:]):
        yield words(" ".join(parts))


class ShortNames:
    """Finds papers, numbered as their titles are, by what people call them: never by what two of them are called."""

    def __init__(self, titles: Iterable[str]) -> None:
        self._called: dict[tuple[str, ...], int] = {}
        for number, title in enumerate(titles):
            for short in dict.fromkeys(_short_names(title)):
                self._called[short] = number if self._called.get(short, number) == number else -1
        self._sizes = sorted({len(short) for short in self._called})

    def within(self, text: str) -> list[int]:
        """The papers that a text calls by a short name."""
        exact, folded = tuple(_TOKEN.findall(text)), words(text)
        runs = (row[i : i + n] for n in self._sizes for row in (exact, folded) for i in range(len(row) - n + 1))
        return [n for n in dict.fromkeys(self._called.get(run, -1) for run in runs) if n >= 0]
