"""Queries as SQL: what is asked of `papers p JOIN groups g ON g.id = p.grp`.

Words, categories and sources are looked for in the index (see `index`); beside it in notes, tags and what still waits
for the index. As many as can be are asked of the index in one go. A condition is never unknown (NULL), so that `not`
finds all that the condition does not.

Every condition can be asked of some papers only, at a cost that follows their number: what the index is asked is
limited to a range of documents (LOWEST, HIGHEST), and all else hangs on the paper's own row and entries.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from feedreader.library.rows import OF_LIBRARIES
from feedreader.library.schema import has_index
from feedreader.library.search.functions import exact_key, register
from feedreader.library.search.index import category_token, is_ordered, source_token
from feedreader.model import FLAG, MARKS, And, Condition, Not, Term
from feedreader.query.date_range import bounds
from feedreader.query.fields import identifier, number_bound, spelled_terms
from feedreader.text.author_names import name_words, parse_name
from feedreader.text.normalize import ANYWHERE, BEGINNING, match_mode, normalize, search_words
from feedreader.text.notes import tag_key

_COLUMNS = {"title": "title", "author": "authors", "abstract": "abstract"}
_TEXTS = ("title", "authors", "abstract", "tldr", "comment", "mentions")  # of entries; these are a line each:
_FEW = 2000  # papers, so many that looking at each is no matter
_MOST_TOKENS = 200  # that the index is asked for in one go
_HOLDS = {"e.authors": "name_holds", "e.mentions": "line_holds", "tags": "line_holds"}  # the function, if not `holds`

CHOICE_SQL = {  # of what `is:` and `has:` ask for
    "is:unread": "p.read = 0 AND g.section = ''",
    **{f"is:{name}": f"p.{mark.column} = 1" for name, mark in MARKS.items() if mark.kind == FLAG},
    "is:new": "g.section <> 'replaced'",
    "is:replaced": "g.section = 'replaced' OR p.revisions <> ''",
    "is:highlighted": "p.highlighted = 1",
    "is:muted": "p.muted = 1 AND p.shortlisted = 0 AND p.highlighted = 0",
    "is:owned": "",  # from a source that is somebody's library
    **{
        f"has:{mark.has}": f"p.{mark.column} IS NOT NULL AND p.{mark.column} <> ''"
        for mark in MARKS.values()
        if mark.has
    },
    "has:pdf": "p.id IN (SELECT e.paper FROM pdfs f CROSS JOIN entries e ON e.name = f.name WHERE e.paper IS NOT NULL)",
    "has:tldr": "p.tldr IS NOT NULL AND p.tldr <> ''",
    "has:mention": "p.mentions <> ''",
}


_FEW_CHOICES = {"has:pdf", *(f"has:{mark.has}" for mark in MARKS.values() if mark.has)}


class Moment(NamedTuple):
    """When a query is asked: the reader's calendar day, and the highest key of a paper as of the last visit."""

    today: date
    visit: int


class Sql(NamedTuple):
    """A condition, and its parameters. It is `few` if SQLite finds its papers without looking at others, and they are
    not many."""

    text: str
    parameters: tuple[Any, ...] = ()
    few: bool = False


class Part(NamedTuple):
    """A condition in two parts: an expression for MATCH, which the index answers by itself (""), or one of the others.

    `likely` is an expression for MATCH that finds all that the condition does, but for few, and may find more: where
    in the index they are; "" if there is none. So is `need`, which finds all without exception. `unwanted` finds just
    what the condition does not.
    """

    match: str = ""
    others: tuple[Sql, ...] = ()
    likely: str = ""
    need: str = ""
    unwanted: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether what it needs is all that it asks for."""
        return bool(self.match) and self.match == self.need

    @property
    def few(self) -> bool:
        """Whether it is found without the index, and without looking at other papers."""
        return not self.match and all(other.few for other in self.others)


LOWEST, HIGHEST = "lowest document", "highest document"  # parameters: the range of which the index is asked
_IN_INDEX = "p.doc IN (SELECT rowid FROM search WHERE search MATCH ? AND rowid BETWEEN ? AND ?)"


class Compiler:
    """Makes SQL of conditions. `patterns` finds the papers of a regular expression.

    Without `own`, the reader's notes and tags are not looked at. With `reading`, the index is not asked for words: they
    are read in what entries say. That is for few papers, or where most papers have them.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        moment: Moment,
        patterns: Callable[[Term], Iterable[int]],
        *,
        own: bool = True,
        reading: bool = False,
    ) -> None:
        self._connection = connection
        self._moment = moment
        self._patterns = patterns
        self._indexed = has_index(connection)
        self.ordered = is_ordered(connection)
        self._reading = reading
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
        return sql_of(all_of(map(self.part, terms)))

    def ranking(self, terms: Iterable[Condition]) -> str | None:
        """An expression for MATCH by whose words papers can be ranked; None if there are none in the index."""
        return self._ranking(And(tuple(terms))) if self._indexed else None

    def part(self, condition: Condition) -> Part:
        if isinstance(condition, Term):
            return self._term(condition)
        if isinstance(condition, Not):
            part = self.part(condition.part)
            return Part(others=(negated(sql_of(part)),), unwanted=part.match if not part.others else "")
        parts = map(self.part, condition.parts)
        return all_of(parts) if isinstance(condition, And) else _either(list(parts))

    def _ranking(self, condition: Condition) -> str | None:
        if isinstance(condition, Not):
            return None
        if isinstance(condition, Term):
            return self._match(condition)
        between = " AND " if isinstance(condition, And) else " OR "
        return between.join(f"({match})" for part in condition.parts if (match := self._ranking(part))) or None

    # terms

    def _term(self, term: Term) -> Part:
        if term.regex:
            return Part(others=(_among(self._patterns(term)),))
        if term.exact:
            return WHOLE_NAME_SQL[term.field](self, exact_key(term.field, term.value))
        return _either([FIELD_SQL[each.field](self, each) for each in spelled_terms(term)])

    def _day(self, term: Term) -> Part:
        return Part(others=(days(term, self._moment),))

    def _since(self, term: Term) -> Part:
        if term.value != "visit":
            return self._day(term)
        visit = (self._moment.visit,)
        (many,) = self._connection.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM papers WHERE id > ? LIMIT {_FEW + 1})", visit
        ).fetchone()
        return Part(others=(Sql("p.id > ?", visit, few=many <= _FEW),))

    # What the index knows by a word of its own. As long as a paper waits for the index, its row and its entries tell.

    def _by_token(self, tokens: Sequence[str], plainly: Sql) -> Part:
        if not self.ordered or len(tokens) > _MOST_TOKENS:
            return Part(others=(plainly,))
        if not tokens:
            return Part(others=(Sql("0", few=True),))
        match = " OR ".join(f'"{token}"' for token in tokens)
        return _matched(match, match, *self._if_waiting(plainly))

    def _if_waiting(self, plainly: Sql) -> Iterator[Sql]:
        if self._waiting:
            among = "p.doc IN (SELECT doc FROM papers WHERE doc BETWEEN -? AND -?)"  # so that SQLite begins with them
            yield Sql(f"{among} AND ({plainly.text})", (HIGHEST, LOWEST, *plainly.parameters), few=True)

    def _category(self, term: Term) -> Part:
        """A category by its code; an archive with all that is in it."""
        code = _like(term.value)
        whole = Sql("('\n' || p.categories || '\n') LIKE ? ESCAPE '\\'", (f"%\n{code}\n%",))
        within = Sql("('\n' || p.categories) LIKE ? ESCAPE '\\'", (f"%\n{code}.%",))
        plainly = whole if "." in code else joined(" OR ", [whole, within])
        return self._by_token([category_token(term.value)], plainly)

    def _source(self, term: Term) -> Part:
        like = f"%{_like(term.value)}%"
        return self._sources(
            "SELECT id FROM sources WHERE name LIKE ? ESCAPE '\\' OR title LIKE ? ESCAPE '\\'", like, like
        )

    def _folder(self, term: Term) -> Part:
        return self._sources(
            "SELECT source FROM subscriptions WHERE folder LIKE ? ESCAPE '\\'", f"%{_like(term.value)}%"
        )

    def _sources(self, find: str, *parameters: str) -> Part:
        return self._from([source for (source,) in self._connection.execute(find, parameters)])

    def _from(self, sources: Sequence[int]) -> Part:
        """From one of these sources."""
        among = _one_of("e.source", sources)
        plainly = Sql(f"EXISTS (SELECT 1 FROM entries e WHERE e.paper = p.id AND {among.text})", among.parameters)
        return self._by_token([source_token(source) for source in sources], plainly)

    def _choice(self, term: Term) -> Part:
        choice = f"{term.field}:{term.value}"
        if choice == "is:owned":
            return self._sources(f"SELECT s.id FROM sources s WHERE {OF_LIBRARIES}")
        return Part(others=(Sql(CHOICE_SQL[choice], few=choice in _FEW_CHOICES),))

    def _anywhere(self, term: Term) -> Part:
        """Words in all of the index; and in notes, in tags and as an id."""
        others = [
            beside for column in ("note", "tags") if (beside := self._beside(column, _holds(column, term))).parameters
        ]
        may_be_id = ("." in term.value or "/" in term.value) and any(map(str.isdigit, term.value))
        if may_be_id and (paper := identifier(term.value)):
            others.append(_id(paper))
        return self._words(term, *others)

    def _words(self, term: Term, *others: Sql) -> Part:
        """Words, in one column of the index or in all; or what the others find."""
        match = self._match(term)
        if not match:
            return Part(others=(self._plainly(term), *others))
        whole = _words(term).rpartition(" ")[0]  # the words in front of the one that may only begin so
        need = f'{_column(term)}"{whole}"' if whole and match.endswith("*") else match
        return _matched(match, need, *self._if_waiting(self._plainly(term)), *others)

    def _match(self, term: Term) -> str | None:
        """The words as an expression for the index; None if it cannot tell."""
        if term.regex or term.field not in ("", *_COLUMNS) or not self._indexed or self._reading:
            return None
        words = _words(term)
        if not words or (mode := match_mode(words)) == ANYWHERE:
            return None
        return f'{_column(term)}"{words}"{"*" if mode == BEGINNING else ""}'

    def _plainly(self, term: Term) -> Sql:
        """What the entries say, read one by one: for what is no word, and where the index cannot tell."""
        columns = (_COLUMNS[term.field],) if term.field else _TEXTS
        test = joined(" OR ", [_holds(f"e.{column}", term) for column in columns])
        return Sql(f"EXISTS (SELECT 1 FROM entries e WHERE e.paper = p.id AND ({test.text}))", test.parameters)

    def _author(self, term: Term) -> Part:
        """A person's name of several words; one word, and the name of a body, is looked for as any other words."""
        words = name_words(term.value)
        if len(words) < 2 or parse_name(term.value).literal or match_mode(" ".join(words)) == ANYWHERE:
            return self._words(term)
        *given_words, family = words
        given = [f'("{word}" OR "{word[0]}")' for word in given_words if len(word) > 1]
        last = f'"{family}"{"*" if match_mode(family) == BEGINNING else ""}'
        test = "EXISTS (SELECT 1 FROM entries e WHERE e.paper = p.id AND has_author(e.authors, ?))"
        return self._likely(f"authors : ({' AND '.join([last, *given])})", Sql(test, (" ".join(words),)))

    def _likely(self, match: str, test: Sql) -> Part:
        """What passes a test, of what the index finds."""
        if not self._indexed or self._reading:
            return Part(others=(test,))
        waiting = tuple(self._if_waiting(test))
        return Part("", (joined(" AND ", [_in_index(match), test]), *waiting), match, "" if waiting else match)

    # Whole names, as facets count them: by their keys (see `exact_key`)

    def _whole_author(self, key: str) -> Part:
        words = [word for word in key.split(" ") if word.isascii() and word.isalnum()]
        test = Sql("names(p.authors, 'author', ?)", (key,))
        if not words:
            return Part(others=(test,))
        return self._likely("authors : (" + " AND ".join(f'"{word}"' for word in words) + ")", test)

    def _whole_category(self, key: str) -> Part:
        test = Sql("names(p.categories, 'cat', ?)", (key,))
        if not self.ordered:
            return Part(others=(test,))
        # the word of an archive also stands for all that is in it
        return self._likely(f'"{category_token(key)}"', test)

    def _whole_source(self, key: str) -> Part:
        rows = self._connection.execute("SELECT id, name FROM sources WHERE forgotten IS NULL")
        return self._from([source for source, name in rows if exact_key("source", name) == key])

    def _whole_folder(self, key: str) -> Part:
        rows = self._connection.execute("SELECT source, folder FROM subscriptions WHERE folder <> ''")
        return self._from([source for source, folder in rows if exact_key("folder", folder) == key])

    def _whole_tag(self, key: str) -> Part:
        return Part(others=(self._beside("tags", Sql("names(tags, 'tag', ?)", (key,))),))

    def _beside(self, column: str, test: Sql) -> Sql:
        """Of the papers with a note (or tags), which are few, those that pass; looked up now."""
        where, any_at_all = {"note": ("note IS NOT NULL", self._noted), "tags": ("tags <> ''", self._tagged)}[column]
        if not any_at_all:
            return Sql("0", few=True)
        rows = self._connection.execute(f"SELECT id FROM papers WHERE {where} AND {test.text}", test.parameters)
        return _among(key for (key,) in rows)


FIELD_SQL: dict[str, Callable[[Compiler, Term], Part]] = {
    "": Compiler._anywhere,
    "title": Compiler._words,
    "author": Compiler._author,
    "abstract": Compiler._words,
    "cat": Compiler._category,
    "source": Compiler._source,
    "folder": Compiler._folder,
    "tag": lambda compiler, term: _alone(compiler._beside("tags", Sql("has_tag(tags, ?)", (tag_key(term.value),)))),
    "note": lambda compiler, term: _alone(compiler._beside("note", _holds("note", term))),
    "id": lambda _, term: _alone(_id(term.value)),
    **dict.fromkeys(("is", "has"), Compiler._choice),
    "day": Compiler._day,
    "since": Compiler._since,
    "interest": lambda _, term: _alone(_interest(term.value)),
}
WHOLE_NAME_SQL: dict[str, Callable[[Compiler, str], Part]] = {
    "author": Compiler._whole_author,
    "cat": Compiler._whole_category,
    "source": Compiler._whole_source,
    "folder": Compiler._whole_folder,
    "tag": Compiler._whole_tag,
}


def _matched(match: str, need: str, *others: Sql) -> Part:
    """What the index finds, or one of the others; what it needs to find if there are no others."""
    return Part(match, others, match, "" if others else need)


def with_documents(sql: Sql, match: str, documents: Sequence[int]) -> Sql | None:
    """The same condition, for which the index need not be asked for this match: it finds these documents. None if it is
    asked for others, too."""
    if sql.text.count(_IN_INDEX) != 1 or sql.parameters.count(match) != 1:
        return None
    at = sql.parameters.index(match)
    if at != sql.text[: sql.text.index(_IN_INDEX)].count("?"):
        return None
    text = sql.text.replace(_IN_INDEX, "p.doc IN (SELECT value FROM json_each(?))")
    return Sql(text, (*sql.parameters[:at], json.dumps(list(documents)), *sql.parameters[at + 3 :]))


def among_documents(sql: Sql, documents: Sequence[int]) -> Sql:
    """The same condition, for which only these documents are read."""
    return joined(" AND ", [_one_of("p.doc", documents), sql])


def of_newest(sql: str) -> str:
    """The same condition, asked of the index of the newest documents."""
    return sql.replace("FROM search WHERE search MATCH", "FROM newest WHERE newest MATCH")


def bound_to(parameters: Sequence[Any], lowest: int, highest: int) -> tuple[Any, ...]:
    """Parameters with which the index is asked of these documents."""
    limits = {LOWEST: lowest, HIGHEST: highest}
    return tuple(limits.get(value, value) if value.__class__ is str else value for value in parameters)


def days(term: Term, moment: Moment) -> Sql:
    """What `day:` or `since:` a day asks of groups g."""
    first, last = bounds(term.value, moment.today)
    limits = [
        (sign, day.isoformat()) for sign, day in ((">=", first), ("<=", last if term.field == "day" else None)) if day
    ]
    tests = [f"ifnull(g.day {sign} ?, 0)" for sign, _ in limits]
    return Sql(" AND ".join(tests), tuple(day for _, day in limits))


def _alone(sql: Sql) -> Part:
    return Part(others=(sql,))


def _in_index(match: str) -> Sql:
    return Sql(_IN_INDEX, (match, LOWEST, HIGHEST))


def all_of(parts: Iterable[Part]) -> Part:
    """All of these must hold."""
    wanted: list[str] = []
    unwanted: list[str] = []
    others: list[Sql] = []
    likely: list[str] = []
    needs: list[str] = []
    for part in parts:
        if part.unwanted:
            unwanted.append(f"({part.unwanted})")
        elif part.match and not part.others:
            wanted.append(f"({part.match})")
        else:
            others.append(sql_of(part))
        likely += [f"({part.likely})"] if part.likely else []
        needs += [f"({part.need})"] if part.need else []
    match, where, need = (" AND ".join(expressions) for expressions in (wanted, likely, needs))
    if unwanted and wanted:
        match = f"({match}) NOT ({' OR '.join(unwanted)})"
    elif unwanted:
        others.append(negated(_in_index(" OR ".join(unwanted))))
    if match and not others:
        return Part(match, (), where, need)
    others = [_in_index(match), *others] if match else others
    return Part("", (joined(" AND ", others) if others else Sql("1"),), where, need)


def _either(parts: Sequence[Part]) -> Part:
    match = " OR ".join(f"({part.match})" for part in parts if part.match)
    in_index = [part for part in parts if not part.few]
    likely = " OR ".join(f"({part.likely})" for part in in_index) if all(part.likely for part in in_index) else ""
    need = " OR ".join(f"({part.need})" for part in parts) if all(part.need for part in parts) else ""
    return Part(match, tuple(other for part in parts for other in part.others), likely, need)


def sql_of(part: Part) -> Sql:
    return joined(" OR ", [_in_index(part.match), *part.others] if part.match else list(part.others))


def joined(between: str, parts: list[Sql]) -> Sql:
    if len(parts) == 1:
        return parts[0]
    few = any(part.few for part in parts) if between == " AND " else all(part.few for part in parts)
    text = between.join(f"({part.text})" for part in parts)
    return Sql(text, tuple(value for part in parts for value in part.parameters), few)


def negated(sql: Sql) -> Sql:
    return Sql(f"({sql.text}) IS NOT TRUE", sql.parameters)


def _one_of(column: str, values: Sequence[Any]) -> Sql:
    return Sql(f"{column} IN (SELECT value FROM json_each(?))", (json.dumps(values),))


def _among(keys: Iterable[int]) -> Sql:
    """These papers."""
    ordered = sorted(keys)
    return _one_of("p.id", ordered)._replace(few=True) if ordered else Sql("0", few=True)


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
        few=True,
    )


def _column(term: Term) -> str:
    """What limits an expression for MATCH to a column."""
    return f"{_COLUMNS[term.field]} : " if term.field else ""


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
