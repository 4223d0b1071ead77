"""The query language in short, for the help screen and README: what can be written, and what it means. Pure."""

from __future__ import annotations

from feedreader.query.fields import PARTS, SORTS, STATES

ROWS: tuple[tuple[str, str], ...] = (
    ("word", "In any text of a paper; also words that begin so"),
    ('"a b"', "Words in a row"),
    ("/regex/", "A regular expression; capitals in it count"),
    ("a b", "Both; also a and b"),
    ("a or b", "One of them"),
    ("-a", "Without it; also not a"),
    ("( )", "What belongs together; also title:(a or b)"),
    ("title:", "Words of the title, or title:/regex/"),
    ("author:", 'A name: author:LeCun, author:"Y. LeCun"'),
    ('author:="a b"', "Exactly this name; so cat:= source:= tag:= too"),
    ("abstract:", "Words of the abstract"),
    ("note:", "Words of your note"),
    ("tag:", "A tag, or its beginning"),
    ("cat:", "cs.LG; cs for all of the archive"),
    ("source:", "A part of a source's name or title"),
    ("id:", "arXiv id or DOI"),
    ("is:", " ".join(STATES)),
    ("is:new", "First met as new, and not as a new version"),
    ("is:replaced", "First met as a new version, or with one since"),
    ("is:highlighted", "One of your rules is about it"),
    ("is:muted", "Folded away by one of your rules"),
    ("has:", " ".join(PARTS)),
    ("day:", "2019 2019-05 2019-05-09 today yesterday 7d"),
    ("day:a..b", "From a to b; a.. and ..b are open"),
    ("since:", "A day, or visit: when the reader was last opened"),
    ("sort:", " ".join(SORTS)),
)
