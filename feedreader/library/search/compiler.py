"""Queries as SQL: what is asked of `papers p JOIN groups g ON g.id = p.grp`.

Words are looked for in the index (see `index`); beside it in notes, tags and what still waits for the index. As
many words as can be are asked of the index in one go. A condition is never unknown (NULL), so that `not` finds all
that the condition does not.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from feedreader.library.rows import OF_LIBRARIES
from feedreader.library.schema import has_index
from feedreader.library.search.functions import exact_key, names, register
from feedreader.model import FLAG, MARKS, And, Condition, Not, Term
from feedreader.query.date_range import bounds
from feedreader.query.fields import identifier, number_bound, spelled_terms
from feedreader.text.author_names import name_words, parse_name
from feedreader.text.normalize import ANYWHERE, BEGINNING, match_mode, normalize, search_words
from feedreader.text.notes import tag_key

_COLUMNS = {"title": "title", "author": "authors", "abstract": "abstract"}
_TEXTS = ("title", "authors", "abstract", "tldr", "comment", "mentions")  # of entries; these are a line each:
_HOLDS = {"e.authors": "name_holds", "e.mentions": "line_holds", "tags": "line_holds"}  # the function, if not `holds`

CHOICE_SQL = {  # of what `is:` and `has:` ask for
    "is:unread": "p.read = 0 AND g.section = ''",
    **{f"is:{name}": f"p.{mark.column} = 1" for name, mark in MARKS.items() if mark.kind == FLAG},
    "is:new": "g.section <> 'replaced'",
    "is:replaced": "g.section = 'replaced' OR p.revisions <> ''",
    "is:highlighted": "p.highlighted = 1",
    "is:muted": "p.muted = 1 AND p.shortlisted = 0 AND p.highlighted = 0",
    "is:owned": f"p.id IN (SELECT e.paper FROM sources s JOIN entries e ON e.source = s.id WHERE {OF_LIBRARIES})",
    **{
        f"has:{mark.has}": f"p.{mark.column} IS NOT NULL AND p.{mark.column} <> ''"
        for mark in MARKS.values()
        if mark.has
    },
    "has:pdf": "p.id IN (SELECT e.paper FROM pdfs f JOIN entries e ON e.name = f.name WHERE e.paper IS NOT NULL)",
    "has:tldr": "p.tldr IS NOT NULL AND p.tldr <> ''",
    "has:mention": "p.mentions <> ''",
}


class Moment(NamedTuple):
    """When a query is asked: the reader's calendar day, and the highest key of a paper as of the last visit."""

    today: date
    visit: int


class Sql(NamedTuple):
    """A condition, and its parameters."""

    text: str
    parameters: tuple[Any, ...] = ()


class Match(NamedTuple):
    """A condition that the index answers by itself: an expression for MATCH."""

    text: str


_Compiled = Sql | Match


class Compiler:
    """Makes SQL of conditions. `patterns` finds the papers of a regular expression.

    With `among`, only those papers are of interest. Without `own`, the reader's notes and tags are not looked at.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        moment: Moment,
        patterns: Callable[[Term], Iterable[int]],
        *,
        among: Sequence[int] | None = None,
        own: bool = True,
    ) -> None:
        self._connection = connection
        self._moment = moment
        self._patterns = patterns
        self._among = None if among is None else json.dumps(list(among))
        self._indexed = has_index(connection)
        register(connection)
        self._noted, self._tagged, self._waiting = connection.execute(
            """SELECT EXISTS (SELECT 1 FROM papers WHERE note IS NOT NULL),
                      EXISTS (SELECT 1 FROM papers WHERE tags <> ''),
                      EXISTS (SELECT 1 FROM papers WHERE doc < 0)"""
        ).fetchone()
        if not own:
            self._noted = self._tagged = 0

    def condition(self, terms: Iterable[Condition]) -> Sql:
        """All of these must hold."""
        parts = tuple(terms)
        return _sql(self._all(parts)) if parts else Sql("1")

    def ranking(self, terms: Iterable[Condition]) -> str | None:
        """An expression for MATCH by whose words papers can be ranked; None if there are none in the index."""
        return self._ranking(And(tuple(terms))) if self._indexed else None

    def _compile(self, condition: Condition) -> _Compiled:
        if isinstance(condition, Term):
            return self._term(condition)
        if isinstance(condition, Not):
            return _negated(self._compile(condition.part))
        return self._all(condition.parts) if isinstance(condition, And) else self._any(condition.parts)

    def _all(self, parts: Iterable[Condition]) -> _Compiled:
        conditions: list[str] = []
        unwanted: list[str] = []
        others: list[Sql] = []
        for part in parts:
            compiled = self._compile(part.part if isinstance(part, Not) else part)
            if isinstance(compiled, Match):
                (unwanted if isinstance(part, Not) else conditions).append(f"({compiled.text})")
            else:
                others.append(_negated(compiled) if isinstance(part, Not) else compiled)
        if unwanted and not conditions:
            return _joined(" AND ", [*others, _negated(Match(" OR ".join(unwanted)))])
        match = " AND ".join(conditions)
        return _with_match(f"({match}) NOT ({' OR '.join(unwanted)})" if unwanted else match, " AND ", others)

    def _any(self, parts: Iterable[Condition]) -> _Compiled:
        return self._either([self._compile(part) for part in parts])

    def _either(self, compiled: list[_Compiled]) -> _Compiled:
        match = " OR ".join(f"({part.text})" for part in compiled if isinstance(part, Match))
        return _with_match(match, " OR ", [part for part in compiled if isinstance(part, Sql)])

    def _ranking(self, condition: Condition) -> str | None:
        if isinstance(condition, Not):
            return None
        if isinstance(condition, Term):
            return self._match(condition)
        between = " AND " if isinstance(condition, And) else " OR "
        return between.join(f"({match})" for part in condition.parts if (match := self._ranking(part))) or None

    # terms

    def _term(self, term: Term) -> _Compiled:
        if term.regex:
            return _among(self._patterns(term))
        if term.exact:
            return WHOLE_NAME_SQL[term.field](self, exact_key(term.field, term.value))
        return self._either([FIELD_SQL[each.field](self, each) for each in spelled_terms(term)])

    def _day(self, term: Term) -> Sql:
        return self._days(*bounds(term.value, self._moment.today))

    def _since(self, term: Term) -> Sql:
        if term.value == "visit":
            return Sql("p.id > ?", (self._moment.visit,))
        return self._days(bounds(term.value, self._moment.today)[0], None)

    def _days(self, first: date | None, last: date | None) -> Sql:
        limits = [(sign, day.isoformat()) for sign, day in ((">=", first), ("<=", last)) if day]
        tests = [f"ifnull(g.day {sign} ?, 0)" for sign, _ in limits]
        return Sql(" AND ".join(tests), tuple(day for _, day in limits))

    def _category(self, term: Term) -> Sql:
        """A category by its code; an archive with all that is in it."""
        code = _like(term.value)
        whole = Sql("('\n' || p.categories || '\n') LIKE ? ESCAPE '\\'", (f"%\n{code}\n%",))
        if "." in code:
            return whole
        within = Sql("('\n' || p.categories) LIKE ? ESCAPE '\\'", (f"%\n{code}.%",))
        return _joined(" OR ", [whole, within])

    def _source(self, term: Term) -> Sql:
        return Sql(
            """p.id IN (SELECT e.paper FROM entries e WHERE e.paper IS NOT NULL AND e.source IN
               (SELECT id FROM sources WHERE name LIKE ? ESCAPE '\\' OR title LIKE ? ESCAPE '\\'))""",
            (f"%{_like(term.value)}%",) * 2,
        )

    def _folder(self, term: Term) -> Sql:
        return Sql(
            """p.id IN (SELECT e.paper FROM entries e WHERE e.paper IS NOT NULL AND e.source IN
               (SELECT source FROM subscriptions WHERE folder LIKE ? ESCAPE '\\'))""",
            (f"%{_like(term.value)}%",),
        )

    def _anywhere(self, term: Term) -> _Compiled:
        """Words in all of the index; and in notes, in tags and as an id."""
        beside = [self._beside(column, _holds(column, term)) for column in ("note", "tags")]
        others = [sql for sql in beside if sql.parameters]
        may_be_id = ("." in term.value or "/" in term.value) and any(map(str.isdigit, term.value))
        if may_be_id and (paper := identifier(term.value)):
            others.append(_id(paper))
        return self._words(term, *others)

    def _words(self, term: Term, *others: Sql) -> _Compiled:
        """Words, in one column of the index or in all; or what the others find."""
        match = self._match(term)
        if not match:
            return _joined(" OR ", [self._plainly(term), *others])
        waiting = [self._plainly(term, "JOIN papers q ON q.id = e.paper AND q.doc < 0")] if self._waiting else []
        return _with_match(match, " OR ", [*waiting, *others])

    def _match(self, term: Term) -> str | None:
        """The words as an expression for the index; None if it cannot tell."""
        if term.regex or term.field not in ("", *_COLUMNS) or not self._indexed:
            return None
        words = _words(term)
        if not words or (mode := match_mode(words)) == ANYWHERE:
            return None
        column = f"{_COLUMNS[term.field]} : " if term.field else ""
        return f'{column}"{words}"{"*" if mode == BEGINNING else ""}'

    def _plainly(self, term: Term, only: str = "") -> Sql:
        """What the entries say, read one by one: for what is no word, and where the index cannot tell.

        `only` joins with the papers that are looked through.
        """
        columns = (_COLUMNS[term.field],) if term.field else _TEXTS
        test = _joined(" OR ", [_holds(f"e.{column}", term) for column in columns])
        some, keys = self._some()
        return Sql(
            f"p.id IN (SELECT e.paper FROM entries e {only} WHERE {some} AND ({test.text}))", (*keys, *test.parameters)
        )

    def _some(self) -> tuple[str, tuple[str, ...]]:
        """Which entries are of interest."""
        if self._among is None:
            return "e.paper IS NOT NULL", ()
        return "e.paper IN (SELECT value FROM json_each(?))", (self._among,)

    def _author(self, term: Term) -> _Compiled:
        """A person's name of several words; one word, and the name of a body, is looked for as any other words."""
        words = name_words(term.value)
        if len(words) < 2 or parse_name(term.value).literal or match_mode(" ".join(words)) == ANYWHERE:
            return self._words(term)
        likely = ""
        parameters: tuple[str, ...] = ()
        if self._indexed:
            *given_words, family = words
            given = [f'("{word}" OR "{word[0]}")' for word in given_words if len(word) > 1]
            likely = """ AND e.paper IN (SELECT id FROM papers WHERE doc < 0
                OR doc IN (SELECT rowid FROM search WHERE search MATCH ?))"""
            last = f'"{family}"{"*" if match_mode(family) == BEGINNING else ""}'
            parameters = (f"authors : ({' AND '.join([last, *given])})",)
        some, keys = self._some()
        return Sql(
            f"p.id IN (SELECT e.paper FROM entries e WHERE {some}{likely} AND has_author(e.authors, ?))",
            (*keys, *parameters, " ".join(words)),
        )

    # Whole names, as facets count them: by their keys (see `exact_key`)

    def _whole_author(self, key: str) -> Sql:
        words = [word for word in key.split(" ") if word.isascii() and word.isalnum()]
        if not (words and self._indexed):
            return Sql("names(p.authors, 'author', ?)", (key,))
        match = " AND ".join(f'"{word}"' for word in words)
        return Sql(
            """p.id IN (SELECT id FROM papers
                        WHERE (doc < 0 OR doc IN (SELECT rowid FROM search WHERE search MATCH ?))
                        AND names(authors, 'author', ?))""",
            (f"authors : ({match})", key),
        )

    def _whole_category(self, key: str) -> Sql:
        rows = self._connection.execute("SELECT DISTINCT categories FROM papers")
        return _one_of("p.categories", [categories for (categories,) in rows if names(categories, "cat", key)])

    def _whole_source(self, key: str) -> Sql:
        rows = self._connection.execute("SELECT id, name FROM sources WHERE forgotten IS NULL")
        source = _one_of("source", [source for source, name in rows if exact_key("source", name) == key])
        return Sql(f"p.id IN (SELECT paper FROM entries WHERE paper IS NOT NULL AND {source.text})", source.parameters)

    def _whole_folder(self, key: str) -> Sql:
        rows = self._connection.execute("SELECT source, folder FROM subscriptions WHERE folder <> ''")
        source = _one_of("source", [source for source, folder in rows if exact_key("folder", folder) == key])
        return Sql(f"p.id IN (SELECT paper FROM entries WHERE paper IS NOT NULL AND {source.text})", source.parameters)

    def _whole_tag(self, key: str) -> Sql:
        return self._beside("tags", Sql("names(tags, 'tag', ?)", (key,)))

    def _beside(self, column: str, test: Sql) -> Sql:
        """Of the papers with a note (or tags), which are few, those that pass; looked up now."""
        where, any_at_all = {"note": ("note IS NOT NULL", self._noted), "tags": ("tags <> ''", self._tagged)}[column]
        if not any_at_all:
            return Sql("0")
        rows = self._connection.execute(f"SELECT id FROM papers WHERE {where} AND {test.text}", test.parameters)
        return _among(key for (key,) in rows)


FIELD_SQL: dict[str, Callable[[Compiler, Term], _Compiled]] = {
    "": Compiler._anywhere,
    "title": Compiler._words,
    "author": Compiler._author,
    "abstract": Compiler._words,
    "cat": Compiler._category,
    "source": Compiler._source,
    "folder": Compiler._folder,
    "tag": lambda compiler, term: compiler._beside("tags", Sql("has_tag(tags, ?)", (tag_key(term.value),))),
    "note": lambda compiler, term: compiler._beside("note", _holds("note", term)),
    "id": lambda _, term: _id(term.value),
    **dict.fromkeys(("is", "has"), lambda _, term: Sql(CHOICE_SQL[f"{term.field}:{term.value}"])),
    "day": Compiler._day,
    "since": Compiler._since,
    "interest": lambda _, term: _interest(term.value),
}
WHOLE_NAME_SQL: dict[str, Callable[[Compiler, str], Sql]] = {
    "author": Compiler._whole_author,
    "cat": Compiler._whole_category,
    "source": Compiler._whole_source,
    "folder": Compiler._whole_folder,
    "tag": Compiler._whole_tag,
}


def _sql(compiled: _Compiled) -> Sql:
    if isinstance(compiled, Sql):
        return compiled
    return Sql("p.doc IN (SELECT rowid FROM search WHERE search MATCH ?)", (compiled.text,))


def _joined(between: str, parts: list[Sql]) -> Sql:
    if len(parts) == 1:
        return parts[0]
    return Sql(between.join(f"({part.text})" for part in parts), tuple(v for part in parts for v in part.parameters))


def _with_match(match: str, between: str, others: list[Sql]) -> _Compiled:
    """What the index answers ("": nothing is asked of it) and other conditions as one."""
    if match and not others:
        return Match(match)
    return _joined(between, [_sql(Match(match)), *others] if match else others)


def _negated(compiled: _Compiled) -> Sql:
    sql = _sql(compiled)
    return Sql(f"({sql.text}) IS NOT TRUE", sql.parameters)


def _one_of(column: str, values: Sequence[Any]) -> Sql:
    return Sql(f"{column} IN (SELECT value FROM json_each(?))", (json.dumps(values),))


def _among(keys: Iterable[int]) -> Sql:
    """These papers."""
    ordered = sorted(keys)
    return _one_of("p.id", ordered) if ordered else Sql("0")


def _interest(value: str) -> Sql:
    sign, number = number_bound(value)
    return Sql(f"ifnull(p.interest {sign} ?, 0)", (number,))


def _id(paper: str) -> Sql:
    keys = Sql("0")
    if "/" in paper:
        from feedreader.merge.identity import doi_keys  # needed only where a DOI is looked for

        keys = _one_of("key", doi_keys(paper))
    return Sql(
        f"""p.id IN (SELECT e.paper FROM entries e WHERE e.paper IS NOT NULL
            AND (e.name = ? OR e.id IN (SELECT entry FROM keys WHERE {keys.text})))""",
        (paper, *keys.parameters),
    )


def _words(term: Term) -> str:
    """The words that a term looks for."""
    if term.field != "author":
        return search_words(term.value)
    return " ".join(name_words(term.value)).strip() if "," in term.value else normalize(term.value)


def _holds(column: str, term: Term) -> Sql:
    """Whether a column holds the words of a term; where it has none, what was typed."""
    words = _words(term)
    if not words:
        return Sql(f"{column} LIKE ? ESCAPE '\\'", (f"%{_like(term.value)}%",))
    return Sql(f"{_HOLDS.get(column, 'holds')}({column}, ?, ?)", (words, match_mode(words)))


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
