"""Queries as SQL: what is asked of `papers p JOIN groups g ON g.id = p.grp`.

Words are looked for in the index (see `indexing`); beside it in notes, tags and what still waits for the index. As
many words as can be are asked of the index in one go. A condition is never unknown (NULL), so that `not` finds all
that the condition does not.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from feedreader.library.schema import has_index
from feedreader.library.search.functions import exact_key, family_of, name_words, names, register
from feedreader.model import FLAG, MARKS, And, Condition, Not, Term
from feedreader.text.normalize import ANYWHERE, BEGINNING, match_mode, normalize
from feedreader.text.notes import tag_key

_COLUMNS = {"title": "title", "author": "authors", "abstract": "abstract"}
_SAID = ("title", "authors", "abstract", "tldr", "comment", "mentions")  # of entries; these two a line each:
_LINES = ("authors", "mentions")

_STATES = {
    "unread": "p.read = 0 AND g.fold = ''",
    **{name: f"p.{mark.column} = 1" for name, mark in MARKS.items() if mark.kind == FLAG},
    "new": "g.fold <> 'replaced'",
    "replaced": "g.fold = 'replaced' OR p.revisions <> ''",
    "highlighted": "p.highlighted = 1",
    "muted": "p.muted = 1 AND p.shortlisted = 0 AND p.highlighted = 0",
}
_PARTS = {
    **{mark.has: f"p.{mark.column} IS NOT NULL AND p.{mark.column} <> ''" for mark in MARKS.values() if mark.has},
    "pdf": "p.id IN (SELECT e.paper FROM pdfs f JOIN entries e ON e.name = f.name WHERE e.paper IS NOT NULL)",
    "tldr": "p.tldr IS NOT NULL AND p.tldr <> ''",
    "mention": "p.mentions <> ''",
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
            negated = _sql(self._compile(condition.part))
            return Sql(f"({negated.text}) IS NOT TRUE", negated.parameters)
        return self._all(condition.parts) if isinstance(condition, And) else self._any(condition.parts)

    def _all(self, parts: Iterable[Condition]) -> _Compiled:
        wanted: list[str] = []
        unwanted: list[str] = []
        others: list[Sql] = []
        for part in parts:
            compiled = self._compile(part.part if isinstance(part, Not) else part)
            if isinstance(compiled, Match):
                (unwanted if isinstance(part, Not) else wanted).append(compiled.text)
            elif isinstance(part, Not):
                others.append(Sql(f"({compiled.text}) IS NOT TRUE", compiled.parameters))
            else:
                others.append(compiled)
        if wanted:
            match = " AND ".join(f"({one})" for one in wanted)
            matched = Match(f"({match}) NOT ({' OR '.join(unwanted)})" if unwanted else match)
            if not others:
                return matched
            others.insert(0, _sql(matched))
        elif unwanted:
            unmatched = _sql(Match(" OR ".join(f"({one})" for one in unwanted)))
            others.append(Sql(f"({unmatched.text}) IS NOT TRUE", unmatched.parameters))
        return _joined(" AND ", others)

    def _any(self, parts: Iterable[Condition]) -> _Compiled:
        compiled = [self._compile(part) for part in parts]
        matches = [one.text for one in compiled if isinstance(one, Match)]
        others = [one for one in compiled if isinstance(one, Sql)]
        if matches:
            matched = Match(" OR ".join(f"({one})" for one in matches))
            if not others:
                return matched
            others.insert(0, _sql(matched))
        return _joined(" OR ", others)

    def _ranking(self, condition: Condition) -> str | None:
        if isinstance(condition, Not):
            return None
        if isinstance(condition, Term):
            return self._match(condition)
        found = [one for part in condition.parts if (one := self._ranking(part))]
        between = " AND " if isinstance(condition, And) else " OR "
        return between.join(f"({one})" for one in found) or None

    # terms

    def _term(self, term: Term) -> _Compiled:
        field, value = term.field, term.value
        if term.regex:
            return _among(self._patterns(term))
        if term.exact:
            return self._exactly(field, exact_key(field, value))
        if field in ("is", "has"):
            return Sql((_STATES if field == "is" else _PARTS)[value])
        if field in ("day", "since"):
            return self._days(field, value)
        if field == "cat":
            return _category(value)
        if field == "source":
            part = f"%{_like(value)}%"
            return Sql(
                """p.id IN (SELECT e.paper FROM entries e WHERE e.paper IS NOT NULL AND e.source IN
                   (SELECT id FROM sources WHERE name LIKE ? ESCAPE '\\' OR title LIKE ? ESCAPE '\\'))""",
                (part, part),
            )
        if field == "id":
            return _id(value)
        if field == "tag":
            return self._beside("tags", "has_tag(tags, ?)", (tag_key(value),))
        if field == "note":
            words = normalize(value)
            if words:
                return self._beside("note", "holds(note, ?, ?)", (words, match_mode(words)))
            return self._beside("note", "note LIKE ? ESCAPE '\\'", (f"%{_like(value)}%",))
        if field == "author" and (several := self._author(value)) is not None:
            return several
        return self._words(term)

    def _days(self, field: str, value: str) -> Sql:
        from feedreader.query.date_range import bounds

        if value == "visit":
            return Sql("p.id > ?", (self._moment.visit,))
        first, last = bounds(value, self._moment.today)
        if field == "since":
            last = None
        limits = [("ifnull(g.day >= ?, 0)", first), ("ifnull(g.day <= ?, 0)", last)]
        given = [(sql, day.isoformat()) for sql, day in limits if day]
        return Sql(" AND ".join(sql for sql, _ in given), tuple(day for _, day in given))

    def _words(self, term: Term) -> _Compiled:
        """Words, in one column of the index or in all; then in notes, in tags and as an id, too."""
        match = self._match(term)
        found: list[Sql] = []
        if not match:
            found.append(self._plainly(term))
        elif self._waiting:
            found.append(self._plainly(term, "JOIN papers q ON q.id = e.paper AND q.doc < 0"))
        if not term.field:
            words = normalize(term.value)
            here = (words, match_mode(words)) if words else (f"%{_like(term.value)}%",)
            for column, test in (("note", "holds"), ("tags", "line_holds")):
                sql = f"{test}({column}, ?, ?)" if words else f"{column} LIKE ? ESCAPE '\\'"
                beside = self._beside(column, sql, here)
                if beside.parameters:
                    found.append(beside)
            if named := _identifier(term.value):
                found.append(_id(named))
        if match:
            if not found:
                return Match(match)
            found.insert(0, _sql(Match(match)))
        return _joined(" OR ", found)

    def _match(self, term: Term) -> str | None:
        """The words as an expression for the index; None if it cannot tell."""
        if term.regex or term.field not in ("", *_COLUMNS) or not self._indexed:
            return None
        if term.field == "author" and "," in term.value:
            words = " ".join(name_words(term.value)).strip()
        else:
            words = normalize(term.value)
        if not words or (mode := match_mode(words)) == ANYWHERE:
            return None
        column = f"{_COLUMNS[term.field]} : " if term.field else ""
        return f'{column}"{words}"{"*" if mode == BEGINNING else ""}'

    def _plainly(self, term: Term, only: str = "") -> Sql:
        """What the entries say, read one by one: for what is no word, and where the index cannot tell.

        `only` joins with the papers that are looked through.
        """
        columns = (_COLUMNS[term.field],) if term.field else _SAID
        words = normalize(term.value)
        parameters: tuple[Any, ...]
        if words:
            parameters = (words, match_mode(words))
            tests = [f"{'line_holds' if one in _LINES else 'holds'}(e.{one}, ?, ?)" for one in columns]
        else:
            parameters = (f"%{_like(term.value)}%",)
            tests = [f"e.{one} LIKE ? ESCAPE '\\'" for one in columns]
        some, these = self._some()
        return Sql(
            f"p.id IN (SELECT e.paper FROM entries e {only} WHERE {some} AND ({' OR '.join(tests)}))",
            (*these, *parameters * len(columns)),
        )

    def _some(self) -> tuple[str, tuple[str, ...]]:
        """Which entries are of interest."""
        if self._among is None:
            return "e.paper IS NOT NULL", ()
        return "e.paper IN (SELECT value FROM json_each(?))", (self._among,)

    def _author(self, value: str) -> Sql | None:
        """A name of several words; None if it is only one."""
        words = name_words(value)
        if len(words) < 2 or match_mode(" ".join(words)) == ANYWHERE:
            return None
        likely = ""
        parameters: tuple[str, ...] = ()
        if self._indexed:
            family = family_of(words)
            given = [f'("{word}" OR "{word[0]}")' for word in words if word != family and len(word) > 1]
            likely = """ AND e.paper IN (SELECT id FROM papers WHERE doc < 0
                OR doc IN (SELECT rowid FROM search WHERE search MATCH ?))"""
            last = f'"{family}"{"*" if match_mode(family) == BEGINNING else ""}'
            parameters = (f"authors : ({' AND '.join([last, *given])})",)
        some, these = self._some()
        return Sql(
            f"p.id IN (SELECT e.paper FROM entries e WHERE {some}{likely} AND has_author(e.authors, ?))",
            (*these, *parameters, " ".join(words)),
        )

    def _exactly(self, field: str, key: str) -> Sql:
        """A whole name, as `facets` counts it."""
        if field == "tag":
            return self._beside("tags", "names(tags, 'tag', ?)", (key,))
        if field == "cat":
            sets = (said for (said,) in self._connection.execute("SELECT DISTINCT categories FROM papers"))
            wanted = [said for said in sets if names(said, field, key)]
            return Sql("p.categories IN (SELECT value FROM json_each(?))", (json.dumps(wanted),))
        if field == "source":
            sources = self._connection.execute("SELECT id, name FROM sources WHERE forgotten IS NULL")
            wanted = [source for source, name in sources if exact_key(field, name) == key]
            return Sql(
                """p.id IN (SELECT paper FROM entries WHERE paper IS NOT NULL
                   AND source IN (SELECT value FROM json_each(?)))""",
                (json.dumps(wanted),),
            )
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

    def _beside(self, column: str, test: str, parameters: tuple[Any, ...]) -> Sql:
        """Of the papers with a note (or tags), which are few, those that pass; looked up now."""
        where, any_at_all = {"note": ("note IS NOT NULL", self._noted), "tags": ("tags <> ''", self._tagged)}[column]
        if not any_at_all:
            return Sql("0")
        return _among(
            key for (key,) in self._connection.execute(f"SELECT id FROM papers WHERE {where} AND {test}", parameters)
        )


def _sql(compiled: _Compiled) -> Sql:
    if isinstance(compiled, Sql):
        return compiled
    return Sql("p.doc IN (SELECT rowid FROM search WHERE search MATCH ?)", (compiled.text,))


def _joined(between: str, parts: list[Sql]) -> Sql:
    if len(parts) == 1:
        return parts[0]
    return Sql(between.join(f"({part.text})" for part in parts), tuple(v for part in parts for v in part.parameters))


def _among(keys: Iterable[int]) -> Sql:
    """These papers."""
    wanted = sorted(keys)
    return Sql("p.id IN (SELECT value FROM json_each(?))", (json.dumps(wanted),)) if wanted else Sql("0")


def _id(value: str) -> Sql:
    return Sql(
        "p.id IN (SELECT e.paper FROM entries e WHERE e.paper IS NOT NULL AND (e.name = ? OR e.doi = ?))", (value,) * 2
    )


def _category(code: str) -> Sql:
    """A category by its code; an archive with all that is in it."""
    whole = Sql("('\n' || p.categories || '\n') LIKE ? ESCAPE '\\'", (f"%\n{_like(code)}\n%",))
    if "." in code:
        return whole
    within = Sql("('\n' || p.categories) LIKE ? ESCAPE '\\'", (f"%\n{_like(code)}.%",))
    return _joined(" OR ", [whole, within])


def _identifier(word: str) -> str | None:
    """The arXiv id or DOI that a word is."""
    if not any(character.isdigit() for character in word) or not ("." in word or "/" in word):
        return None
    from feedreader.text.identifiers import arxiv_id, doi

    arxiv = arxiv_id(word)
    return arxiv[0] if arxiv else doi(word)


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
