"""Reading a query: what stands where in its text, and what is wrong with it (see `query` for the language). Pure."""

from __future__ import annotations

import re

from feedreader.errors import QueryError
from feedreader.model import BEST, BY_INTEREST, And, Condition, Not, Or, Query, Term
from feedreader.query.fields import ANYWHERE, FIELDS, Field, checked, identifier, nearest

QUOTES = '"“”„‟«»＂'
APOSTROPHES = "'‘’"
OPERATOR = re.compile(rf"(and|or|not)(?=[\s(){QUOTES}]|\Z)", re.IGNORECASE)
FIELD = re.compile(r"([A-Za-z_]+):")
_PHRASE = re.compile(rf"[{QUOTES}]((?:\\.|[^\\{QUOTES}])*)[{QUOTES}]", re.DOTALL)
_IN_APOSTROPHES = re.compile(rf"[{APOSTROPHES}]((?:\\.|[^\\])*?)['’](?=[\s)]|\Z)", re.DOTALL)
_REGEX = re.compile(r"/((?:\\.|[^\\])*?)/(i?)(?=[\s)]|\Z)", re.DOTALL)
_IDENTIFIERS = ("arxiv", "doi")
_MAX_OPEN = 100  # parentheses within one another, needed or not
_MAX_DEPTH = 24  # of them that mean something
_MAX_TERMS = 200
_MAX_VALUE = 1000  # characters


def ordered(terms: tuple[Condition, ...], sort: str, top: int) -> Query:
    """A query with these terms: the best of it, or what it finds by interest, is one list."""
    if top or (terms and sort == BY_INTEREST):
        sort = BEST if sort in ("", BY_INTEREST) else sort
    return Query(terms, sort, top)


class Parser:
    """Reads the text once; `position` is the current place."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.open = 0
        self.deepest = (0, 0)  # how many parentheses were open, and where the last of them is
        self.terms = 0
        self.sort: str | None = None
        self.top: str | None = None

    def query(self) -> Query:
        condition = self.either(ANYWHERE)
        if self.position < len(self.text):
            raise QueryError("This closing parenthesis has no match.", "Remove it, or put it in quotes.", self.position)
        if _depth(condition) > _MAX_DEPTH:
            raise QueryError(
                "The parentheses are nested too deeply.", f"The limit is {_MAX_DEPTH} levels.", self.deepest[1]
            )
        terms = () if condition is None else condition.parts if isinstance(condition, And) else (condition,)
        sort = "" if self.sort in (None, "day") else self.sort or ""
        return ordered(terms, sort, int(self.top or 0))

    def either(self, field: Field) -> Condition | None:
        """Parts with `or` between them. `field` is the one that stands before the parentheses around them."""
        parts = [self.both(field)]
        while operator := self.operator("or"):
            if parts[-1] is None and self.sort is None:
                raise QueryError(*_dangling(operator, "left"))
            parts.append(self.both(field))
            if parts[-1] is None:
                raise QueryError(*_dangling(operator, "right"), unfinished=self.at_end)
        return _joined(Or, [part for part in parts if part is not None])

    def both(self, field: Field) -> Condition | None:
        """Parts side by side, or with `and` between them."""
        parts: list[Condition] = []
        any_yet = False
        while True:
            operator = self.operator("and")
            if operator and not any_yet:
                raise QueryError(*_dangling(operator, "left"))
            if self.at_end or self.text[self.position] == ")" or self.ahead("or"):
                if operator:
                    raise QueryError(*_dangling(operator, "right"), unfinished=self.at_end)
                return _joined(And, parts)
            part = self.part(field)
            any_yet = True
            if part is not None:
                parts.append(part)

    def part(self, field: Field) -> Condition | None:
        """One part, with what negates it; None where it is a setting of the whole query."""
        negated = False
        start = self.position
        while True:
            self.blanks()
            if self.negating():
                self.position += 1
                if self.at_end or self.text[self.position].isspace():
                    remedy = "" if self.at_end else "Remove the space after it."
                    raise QueryError("A word is missing after “-”.", remedy, self.position - 1, unfinished=self.at_end)
            elif operator := self.operator("not"):
                if self.at_end or self.text[self.position] == ")" or self.ahead("or") or self.ahead("and"):
                    raise QueryError(*_dangling(operator, "right"), unfinished=self.at_end)
            else:
                break
            negated = not negated
        part = self.primary(field, start if negated else None)
        if not negated or part is None:
            return part
        return part.part if isinstance(part, Not) else Not(part)

    def primary(self, field: Field, negated: int | None) -> Condition | None:
        start = self.position
        if self.text[start] == "(":
            return self.group(field)
        if (operator := OPERATOR.match(self.text, start)) is not None:
            raise QueryError(*_dangling((operator[0], start), "left"))
        if self.text[start] == ")":
            raise QueryError("Something is missing before the parenthesis.", "", start)
        named = FIELD.match(self.text, start)
        inner = self.field(named) if named else None
        if named is None or inner is None:
            return self.term(field, start)
        at = self.position = named.end()
        rest = self.text[at:].strip()
        if self.text[at : at + 1].strip() in ("", ")"):
            raise QueryError(f"{inner.name}: needs a value.", inner.remedy, at, unfinished=not rest)
        if inner.kind in ("sort", "count"):
            self.setting(inner, start, negated)
            return None
        return self.group(inner) if self.text[at] == "(" else self.term(inner, start)

    def field(self, named: re.Match[str]) -> Field | None:
        """The field that is named here; None where that is text: `https://…`, `Speech: a title that was pasted`."""
        name = named[1].lower()
        behind = self.text[named.end() : named.end() + 1]
        if name in ("http", "https") and behind == "/":
            return None
        if name in _IDENTIFIERS:
            return FIELDS["id"] if behind.strip() else None
        if name in FIELDS:
            return FIELDS[name]
        near = nearest(name, FIELDS.values())
        if not near and not behind.strip():
            return None
        remedy = f"Did you mean {near}:?" if near else f"Fields: {', '.join(FIELDS)}."
        remedy += f' To search for the words themselves: "{self.word()}".'
        raise QueryError(f"Unknown field “{named[1]}”.", remedy, named.start())

    def setting(self, field: Field, start: int, negated: int | None) -> None:
        """What is said of the whole query: its order, and how many papers. `negated`: where that begins, if it is."""
        at = self.position
        value = checked(field, self.value()[0], at)
        if getattr(self, field.name) not in (None, value):
            raise QueryError(f"{field.name}: can be used only once.", "Remove one.", start)
        if self.open or negated is not None:
            where, at = ("in parentheses", start) if negated is None else ("negated", negated)
            raise QueryError(f"{field.name}: cannot be {where}.", "Put it at the end of the whole query.", at)
        setattr(self, field.name, value)

    def group(self, field: Field) -> Condition:
        opened = self.position
        self.open += 1
        self.deepest = max(self.deepest, (self.open, opened))
        if self.open > _MAX_OPEN:
            raise QueryError("The parentheses are nested too deeply.", f"The limit is {_MAX_OPEN} levels.", opened)
        self.position += 1
        inner = self.either(field)
        if self.at_end:
            raise QueryError("This parenthesis is never closed.", "Add a ).", opened, unfinished=True)
        if inner is None:
            raise QueryError("The parentheses are empty.", "Put words there, or remove them.", opened)
        self.position += 1
        self.open -= 1
        return inner

    def term(self, field: Field, start: int) -> Term:
        exact = field.kind == "name" and self.text.startswith("=", self.position)
        self.position += exact
        at = self.position
        if exact and (self.at_end or self.text[at].isspace() or self.text[at] in "()/"):
            rest = self.text[at:].strip()
            raise QueryError(f"{field.name}:= needs a name.", f'Write {field.name}:="name".', at, unfinished=not rest)
        value, regex = self.value()
        self.terms += 1
        if self.terms > _MAX_TERMS:
            raise QueryError("The query is too long.", f"The limit is {_MAX_TERMS} conditions.", start)
        if len(value) > _MAX_VALUE:
            raise QueryError("This is too long to search for.", f"The limit is {_MAX_VALUE} characters.", at)
        if regex:
            if field.kind not in ("words", "name"):
                raise QueryError(f"{field.name}: does not take a regular expression.", field.remedy, at)
            self.check_pattern(value, at)
            return Term(field.name, value, True, at=start)
        if field is ANYWHERE and ":" in value and (paper := identifier(value)):
            return Term("id", paper, at=start)
        return Term(field.name, checked(field, value, at), exact=exact, at=start)

    def value(self) -> tuple[str, bool]:
        """The value at this place, and whether it is a regular expression."""
        mark = self.text[self.position]
        if mark in QUOTES:
            return self.phrase(), False
        if mark == "/":
            return self.pattern(), True
        if (match := _IN_APOSTROPHES.match(self.text, self.position)) and (value := _phrase(match[1])):
            self.position = match.end()
            return value, False
        return self.word(), False

    def phrase(self) -> str:
        start = self.position
        match = _PHRASE.match(self.text, start)
        if match is None:
            raise QueryError("This quote is never closed.", 'Add a ".', start, unfinished=True)
        self.position = match.end()
        value = _phrase(match[1])
        if not value:
            raise QueryError("The quotes are empty.", "Put words there, or remove them.", start, unfinished=True)
        return value

    def pattern(self) -> str:
        """The regular expression that opens here: to the next slash that ends a word."""
        start = self.position
        match = _REGEX.match(self.text, start)
        if match is None:
            word = re.split(r"\s", self.text[start:], maxsplit=1)[0]
            remedy = f'Add a /. To search for the characters themselves: "{word}".'
            raise QueryError("This regular expression is never closed.", remedy, start, unfinished=True)
        if not match[1]:
            raise QueryError("The regular expression is empty.", "Write one between the slashes.", start)
        self.position = match.end()
        return f"(?i){match[1]}" if match[2] and not match[1].startswith("(?i)") else match[1]

    def check_pattern(self, pattern: str, at: int) -> None:
        from feedreader.query.regex import PatternError, compiled

        try:
            compiled(pattern)
        except PatternError as error:
            flag = 4 if pattern.startswith("(?i)") and not self.text.startswith("(?i)", at + 1) else 0
            raise QueryError(
                f"The regular expression cannot be used: {error}.",
                "To search for the characters themselves, use quotes or put a \\ before them.",
                at + 1 + max(0, error.position - flag),
            ) from None

    def word(self) -> str:
        """The text from here up to a blank, a quote or a parenthesis that does not belong to it."""
        start = at = self.position
        while at < len(self.text):
            mark = self.text[at]
            if mark == "\\" and self.text[at + 1 : at + 2].strip():
                at += 1
            elif mark == "(" and (end := self.closing_parenthesis(at)) and at > start:
                at = end
            elif mark.isspace() or mark in QUOTES or mark in "()":
                break
            at += 1
        self.position = at = min(at, len(self.text))
        word = self.text[start:at]
        return word.rstrip("\\") or word

    def closing_parenthesis(self, start: int) -> int:
        """Where a parenthesis is closed, if that is in the same word; else 0."""
        depth = 0
        for at in range(start, len(self.text)):
            mark = self.text[at]
            if mark.isspace() or mark in QUOTES:
                return 0
            depth += (mark == "(") - (mark == ")")
            if not depth:
                return at
        return 0

    @property
    def at_end(self) -> bool:
        return self.position >= len(self.text)

    def blanks(self) -> None:
        while not self.at_end and self.text[self.position].isspace():
            self.position += 1

    def negating(self) -> bool:
        """Whether here is a `-` that negates."""
        before = self.text[self.position - 1 : self.position]
        return self.text.startswith("-", self.position) and (not before or before.isspace() or before in "(-")

    def ahead(self, operator: str) -> bool:
        match = OPERATOR.match(self.text, self.position)
        return match is not None and match[0].lower() == operator

    def operator(self, word: str) -> tuple[str, int] | None:
        """Step over an operator, if it stands here: as it is written, and its place."""
        self.blanks()
        if not self.ahead(word):
            return None
        start = self.position
        self.position += len(word)
        written = self.text[start : self.position]
        self.blanks()
        return written, start


def _dangling(operator: tuple[str, int], side: str) -> tuple[str, str, int]:
    word, at = operator
    return f"“{word}” needs something on its {side}.", f'To search for the word itself: "{word}".', at


def _joined(kind: type[And] | type[Or], parts: list[Condition]) -> Condition | None:
    """Parts as one condition, without one of the kind within another."""
    flat: list[Condition] = []
    for part in parts:
        flat += part.parts if isinstance(part, kind) else (part,)
    return kind(tuple(flat)) if len(flat) > 1 else flat[0] if flat else None


def _depth(condition: Condition | None) -> int:
    if isinstance(condition, Not):
        return 1 + _depth(condition.part)
    if isinstance(condition, And | Or):
        return 1 + max(map(_depth, condition.parts))
    return 0


def _phrase(text: str) -> str:
    """Words in a row. A backslash at their end means nothing."""
    words = " ".join(text.split())
    return words.rstrip("\\ ") or words.replace(" ", "")
