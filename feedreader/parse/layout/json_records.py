"""Records in JSON, each with the line it starts on: in an array, one a line, or in lists inside of what was answered.

    document = JsonText(text, lists={"results"})
    for record in document.records(): …         # as they come; what is broken has a `reason`
    document.about                              # what stands beside the lists, as far as it was read

It takes linear time and never raises. A document that ends before its end gives the records that stand whole in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from itertools import islice
from typing import Any, NamedTuple

ENDS_HERE = "The file ends within this record."
CUT_OFF = "The file is cut off here."
INVALID = "Invalid JSON."
_SKIPPED = " The rest was skipped."
_LOOK = 20  # lines that tell whether there is one record a line
_HEAD = 1 << 20  # characters in which they are looked for
_END = 6  # characters: "false" is broken off at most so long before the end
_BETWEEN = re.compile(r"[\s,]*")
_BLANK = re.compile(r"\s*")


class JsonRecord(NamedTuple):
    """A JSON value and the line it starts on; or, if it is none, why."""

    line: int
    value: Any
    reason: str | None = None


DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _: None)
STRINGS = json.JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=str)  # numbers as written


class JsonText:
    """A text that is read once.

    `lists` are the keys under which an answer has its records, `inside` those of the object that may be around them.
    What has no such list is a record itself. `about` are the other values of the objects that do, `listed` the lists
    that were met. `breaks_off`: the text ends before its end.
    """

    def __init__(
        self,
        text: str,
        lists: Collection[str] = (),
        inside: Collection[str] = (),
        decoder: json.JSONDecoder = DECODER,
    ) -> None:
        self.about: dict[str, Any] = {}
        self.listed: set[str] = set()
        self.breaks_off = False
        self._text = text
        self._end = len(text.rstrip())
        self._lists = lists
        self._inside = inside
        self._decoder = decoder
        self._position = self._counted = 0
        self._line = 1

    def records(self) -> Iterator[JsonRecord]:
        """The records in their order."""
        start = re.match(r"\s*([\[{])", self._text)
        if start is None:
            return iter(())
        lines = [*islice(filter(str.strip, self._text[:_HEAD].split("\n")), _LOOK)]
        if start[1] == "{" and 2 * sum(map(self._is_object, lines)) >= len(lines):
            return self._unwrapped()
        return self._one_after_the_other()

    # one a line

    def _is_object(self, line: str) -> bool:
        """Whether a line is an object, all of it; one within another is indented."""
        try:
            return line[:1] == "{" and bool(_decoded(self._decoder.decode, line))
        except (ValueError, RecursionError):
            return False

    def by_line(self, first: int = 1, *, may_be_cut: bool = True) -> Iterator[JsonRecord]:
        """The records, one a line, the first of which has a number."""
        last = self._text.rstrip().count("\n") + first
        for number, line in enumerate(self._text.split("\n"), first):
            if line and not line.isspace():
                try:
                    yield JsonRecord(number, _decoded(self._decoder.decode, line))
                except (ValueError, RecursionError):
                    cut = may_be_cut and number == last and line.rstrip()[-1:] != "}"
                    self.breaks_off = cut
                    yield JsonRecord(number, None, ENDS_HERE if cut else INVALID)

    def _unwrapped(self) -> Iterator[JsonRecord]:
        for record in self.by_line():
            if record.reason is None and self._is_answer(record.value):
                yield from (JsonRecord(record.line, value) for value in self._listed_in(record.value))
            else:
                yield record

    def _is_answer(self, value: object) -> bool:
        if not isinstance(value, dict):
            return False
        return any(isinstance(value.get(key), list) for key in self._lists) or any(
            isinstance(value.get(key), dict) for key in self._inside
        )

    def _listed_in(self, answer: dict[str, Any], deep: bool = True) -> Iterator[Any]:
        """The records of an answer that is on one line."""
        own: dict[str, Any] = {}
        listed = False
        for key, value in answer.items():
            if key in self._lists and isinstance(value, list):
                listed = True
                self.listed.add(key)
                yield from value
            elif deep and key in self._inside and isinstance(value, dict):
                listed = True
                yield from self._listed_in(value, deep=False)
            else:
                own[key] = value
        if listed:
            self.about |= own
        else:
            yield own

    # one after the other

    def _one_after_the_other(self) -> Iterator[JsonRecord]:
        """Whatever the lines are. What is broken ends it."""
        try:
            while self._goes_on():
                if self._takes("{"):
                    yield from self._object(self._line_here())
                elif self._takes("["):
                    yield from self._elements()
                else:
                    yield self._value()
        except _Broken as broken:
            self.breaks_off = broken.cut
            reason = (ENDS_HERE if broken.line else CUT_OFF) if broken.cut else INVALID + _SKIPPED
            yield JsonRecord(broken.line or self._line_here(), None, reason)

    def _object(self, line: int, deep: bool = True) -> Iterator[JsonRecord]:
        own: dict[str, Any] = {}
        listed = False
        while not self._ends("}", line=0 if listed else line):
            key, has_list, has_object = self._key(0 if listed else line)
            if key in self._lists and has_list:
                listed = True
                self.listed.add(key)
                self.about |= own  # what came before is known even if the rest is broken
                self._position += 1
                yield from self._elements()
            elif deep and key in self._inside and has_object:
                listed = True
                self.about |= own
                self._position += 1
                yield from self._object(self._line_here(), deep=False)
            else:
                own[key] = self._decoded(0 if listed else line)
        if listed:
            self.about |= own
        else:
            yield JsonRecord(line, own)

    def _key(self, line: int) -> tuple[str, bool, bool]:
        """The key that comes next, and whether its value is a list, or an object."""
        key = self._decoded(line)
        self._position = self._blank(_BLANK)
        if not isinstance(key, str) or not self._takes(":"):
            raise _Broken(line, self._position >= self._end)
        self._position = self._blank(_BLANK)
        start = self._text[self._position : self._position + 1]
        return key, start == "[", start == "{"

    def _elements(self) -> Iterator[JsonRecord]:
        while not self._ends("]"):
            yield self._value()

    def _value(self) -> JsonRecord:
        line = self._line_here()
        return JsonRecord(line, self._decoded(line))

    def _decoded(self, line: int) -> Any:
        """The value that comes next. `line` is that of the record it belongs to, 0 outside of one."""
        try:
            value, self._position = _decoded(self._decoder.raw_decode, self._text, self._position)
        except json.JSONDecodeError as error:
            # an unclosed string is reported where it begins
            unclosed = error.msg.startswith("Unterminated")
            raise _Broken(line, unclosed or error.pos >= self._end - _END) from None
        except (ValueError, RecursionError):
            raise _Broken(line, False) from None
        return value

    def _ends(self, bracket: str, line: int = 0) -> bool:
        if not self._goes_on():
            raise _Broken(line, True)
        return self._takes(bracket)

    def _goes_on(self) -> bool:
        self._position = self._blank(_BETWEEN)
        return self._position < self._end

    def _takes(self, sign: str) -> bool:
        if self._text.startswith(sign, self._position):
            self._position += 1
            return True
        return False

    def _blank(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self._text, self._position)
        return match.end() if match else self._position

    def _line_here(self) -> int:
        self._line += self._text.count("\n", self._counted, self._position)
        self._counted = self._position
        return self._line


def _decoded(decode: Callable[..., Any], *text: Any) -> Any:
    """What a decoder makes of a text. Of a number with thousands of digits, which Python takes for an attack, all
    numbers stay as they are written."""
    try:
        return decode(*text)
    except json.JSONDecodeError:
        raise
    except ValueError:
        return getattr(STRINGS, decode.__name__)(*text)


class _Broken(Exception):
    """What comes next is no JSON. `line` is that of the record around it (0: none), `cut` that the text ends there."""

    def __init__(self, line: int, cut: bool) -> None:
        super().__init__()
        self.line = line
        self.cut = cut
