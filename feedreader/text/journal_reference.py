"""Where a paper was published, read from a reference in free text: "Phys. Rev. D 76, 013009 (2007)". Pure.

Nothing is invented: a reference that is not understood to its last sign stays whole, as the journal's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from feedreader.model import Journal
from feedreader.text.lines import squash
from feedreader.text.preprint_servers import is_server

_LONGEST = 400  # characters of a reference; no name of a journal is longer than the second number
_LONGEST_NAME = 100

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|spring|summer|autumn|fall|winter)\b\.?"
)
_MONTHS = rf"{_MONTH}(?:\s?[-/]\s?{_MONTH})?"
_YEAR = r"(?:1[89]|20)\d\d"
_PAGE = (
    r"(?:\d{3}[a-z]\d\d|[a-z]{0,6}\d{1,12}[a-z]?(?:\([a-z]\))?|[ivxlc]{1,7}(?=\s?-))"  # "e1004", "060101(R)", "xii-"
)
_PAGES = rf"{_PAGE}(?:\s?-\s?(?:[a-z]{{0,4}}\d{{1,9}}[a-z]?(?:\.e\d{{1,2}})?|[ivxlc]{{1,7}}))?"
_VOLUME = r"[a-z]?\d{1,4}[a-z]?(?:[-/]\d{1,4})?"
_TOKEN = re.compile(
    rf"[\s,:;.()\[\]]*(?:"
    rf"(?:volumes?|vols?|v|bd|tome)\b\.?\s?(?P<volume>{_VOLUME})(?:,\s?(?:part|pt)\b\.?\s?(?:[a-z]|\d{{1,2}}))?"
    rf"|(?:v|vol)(?P<close_volume>\d{{1,4}})"
    rf"|(?:numbers?|nos?|nr|num|n|issues?|iss)\b\.?\s?(?P<number>[a-z]{{0,12}}_?\d{{1,5}}[a-z]?(?:\s?[-/&n]\s?\d{{1,5}})?"
    rf"(?:\spt\s\d)?|(?-i:[A-Z]{{2,12}})|suppl[a-z]*)"
    rf"|(?:no|n)(?P<close_number>\d{{1,4}})"
    rf"|(?:\#|(?:pages?|pp?|pgs?|articles?|art|(?:research )?paper|e?id)\b\.?)\s?"
    rf"(?:(?:no|id|number)\b\.?:?\s?)?(?P<pages>{_PAGES})"
    rf"|(?-i:pp?)(?P<close_pages>\d{{1,9}}(?:\s?-\s?\d{{1,9}})?)"
    rf"|(?P<outer>\d{{1,4}})\s?\((?!{_YEAR}\)|\d+\s?p)(?:no\.?\s?|issue\s)?"
    rf"(?!{_MONTHS}\s{_YEAR}\))(?P<inner>[\w.]{{1,8}}(?:[ &/-]{{1,3}}[\w.]{{1,8}}){{0,2}})\)"
    rf"|\d{{1,4}}\s?(?:pp?|pages)\b(?=\.?(?:[)\],;]|\Z))"  # how many it has
    rf"|(?P<year>{_YEAR})(?:[\s-]{_MONTHS}(?:\s\d{{1,2}})?|-\d\d(?:-\d\d)?)?(?![\w-])"
    rf"|(?:\d\d?\s)?{_MONTHS}(?:\s\d\d?,)?\s?,?\s?(?P<late_year>{_YEAR})(?![\w-])"
    rf"|(?<=;\()(?P<mere_issue>\d{{1,5}})(?=\))"
    rf"|(?P<bare>{_PAGES})"
    rf")(?!\w)",
    re.IGNORECASE,
)
_LEADING_YEAR = re.compile(rf"{_YEAR} (?=[A-Z])")  # "2020 J. Phys. A 53 123001"
_DECIMAL = re.compile(r"\d\.\d")
_SERIES = re.compile(r"\(\d\)")  # "Ann. of Math. (2)"
_BARE = {  # what each part looks like without a label
    "volume": re.compile(r"\d{1,4}[A-Za-z]?(?:/\d{1,4})?"),
    "number": re.compile(r"\d{1,4}[A-Za-z]?(?:[-/]\d{1,4})?"),
    "pages": re.compile(r".+"),
}
_BOLD = re.compile(r"\{\\(?:bf|it|em)(?:series)?\s+(\w+)\}|\\text(?:bf|it)\{(\w+)\}|\*\*(\w+)\*\*")
_LINK = re.compile(r"[\s,;.]+(?:doi:?\s*10\.\S+?(?=[,;.]*(?:\s|\Z))|\(?https?://\S+)", re.IGNORECASE)
_BESIDE = re.compile(  # what follows a reference: its correction, the id of its site; and a part of Nuclear Physics B
    r"[\s,;.]+[\[(]?erratum\b.*\Z|(?-i:\s[a-z]{3,10}:\d{1,6}\Z)|\s\[FS\d*\](?=\s)", re.IGNORECASE
)
_NOT_PLAIN = ("doi", "http", "\\", "**", "erratum", "[fs", "--", " - ")  # what has to be looked at
_WHERE = re.compile(r"(?:in|dans):?\s(?=proc|ieee|acm|advances|lecture|international|journal|trans)", re.IGNORECASE)
_ALSO = re.compile(r";\s|\s?\[(?=[^\W\d_][^\]]*\]\Z)")  # between a journal and its translation
_POS = re.compile(r"(?:PoS|POS)(?:\s|\s?\()([A-Z][A-Za-z -]*\d*(?:\s?\d{4})?)[\s):,]+(\d{3})(?:[\s,(]+(\d{4})\)?)?")
_ISSUE_TITLE = re.compile(rf"(\({_YEAR}\)):[^;]{{1,100}};")  # "Toys; Vol 12 No 3 (2024): Spring; 1-20"
_REST = re.compile(r"[\s,:;.()\[\]]*")
_START = re.compile(
    r"(?<![^\W_])(?=[\w])|(?<=[. ][A-Z])(?=\d)|(?<=[A-Z]{3})(?=\d{1,3}\()"  # "Phys.Lett.B650", "JHEP05(2018)012"
)
_ACCENT = r"\{?\\(?:['`^\"~=.]\s?|[cvuHkr](?![a-z]))\{?\\?[a-zA-Z]\}{0,2}"  # in TeX
_NAME = re.compile(rf"(?:{_ACCENT}|[^\W_]|[\"“'(&])(?:{_ACCENT}|[^;@*\\{{}}=%<>])*")
_NO_NAME = re.compile(
    r"[,:]\s?\d|\s\d+,|\((?!\d\))\d|\s\d[\d/-]*\Z|\b(?:vol(?:ume)?|no|pp?|pages?|issue)\b\.?\s?\d"
    r"|\A(?:volume|vol|number|no|issue|pages?|pp)\.?\Z"
    r"|\A(?:to (?:appear|be)|accepted|submitted|in press|published|under review|presented|see|erratum)\b",
    re.IGNORECASE,
)


def journal_of(reference: str) -> Journal | None:
    """The journal that a reference names; the whole reference as its name where it is not understood."""
    text = squash(reference)
    return (read_reference(text) or Journal(text)) if text else None


@lru_cache(maxsize=256)
def read_reference(reference: str) -> Journal | None:
    """The parts of a reference, if all of it is understood: a name, and at least a volume and a page, or a year."""
    text = _plain(reference)
    if len(text) > _LONGEST or not any(map(str.isdecimal, text)):
        return None
    if pos := _POS.fullmatch(text):
        return Journal(f"PoS {pos[1]}", None, None, pos[2], int(pos[3]) if pos[3] else None)
    if len(stated := _ALSO.split(text)) == 2:
        both = [read_reference(each.rstrip("]")) for each in stated]
        if all(journal and journal.volume for journal in both):
            return both[0]
    if (year := _LEADING_YEAR.match(text)) and (journal := read_reference(text[year.end() :])) and journal.volume:
        return journal._replace(year=journal.year or int(year[0]))
    for start in _START.finditer(text, 2):
        before = text[: start.start()].rstrip(" ([")
        rest = text[len(before) :].lstrip()
        if _TOKEN.match(rest) and (name := _name(before)) and (parts := _parts(rest)):
            is_medline = before.endswith(".") and str(parts.year) == text[start.start() : start.start() + 4]
            return parts._replace(name=name.rstrip(".") if is_medline and "." not in name[:-1] else name)
    return None


def journal_of_source(source: str, is_paper: bool) -> Journal | None:
    """The journal that a `dc:source` states: a reference; or the mere name of what a paper is from."""
    text = squash(source)
    if not text[:1].isalpha() or len(text) > _LONGEST or "://" in text:
        return None
    return read_reference(_ISSUE_TITLE.sub(r"\1;", text)) or (Journal(text) if is_paper else None)


def read_numbers(text: str) -> Journal | None:
    """The parts of a reference that does not name the journal: "Volume 36, Issue 4, Pages 1-9"."""
    text = _plain(text)
    return _parts(text) if len(text) <= _LONGEST else None


def _plain(reference: str) -> str:
    """A reference with one kind of dash, without marks of bold type and the DOI behind it."""
    text = squash(reference[: 2 * _LONGEST])
    lower = text.lower()
    if text.isascii() and not lower.startswith(("in", "dans")) and not any(mark in lower for mark in _NOT_PLAIN):
        return _BESIDE.sub("", text) if ":" in text else text  # the same, sooner
    text = squash(_LINK.sub("", _BOLD.sub(r"\1\2\3", reference[: 2 * _LONGEST])))
    text = _WHERE.sub("", _BESIDE.sub("", text), count=1) if _WHERE.match(text) else _BESIDE.sub("", text)
    text = re.sub(r"[‐-―−-]+", "-", text)
    return re.sub(r"(?<=\d) - (?=[A-Za-z]?\d)", "-", text)


def combined(journals: Iterable[Journal | None]) -> Journal | None:
    """What several places say of one journal, the first before the others; None if they say nothing."""
    known = [journal for journal in journals if journal]
    parts = (next((part for part in parts if part), None) for parts in zip(*known, strict=True))
    whole = Journal(*parts) if known else None
    return whole if whole and any(whole) else None


def fullest(journals: Iterable[Journal]) -> Journal | None:
    """Of what several say of one paper the most detailed, those without a name and then servers of preprints last, and
    earlier ones first; with the parts that it lacks, of those that speak of the same place."""
    known = sorted(journals, key=lambda journal: (is_server(journal.name), not journal.name, -sum(map(bool, journal))))
    return combined([*known[:1], *(other for other in known[1:] if _are_one_place(known[0], other))])


def _are_one_place(one: Journal, other: Journal) -> bool:
    """Whether two statements have the name, the volume or the pages in common, and nothing in them differs, but for
    how a name is abbreviated."""
    stated = [(field, *pair) for field, *pair in zip(Journal._fields, one, other, strict=True) if all(pair)]
    same = {field for field, mine, theirs in stated if _plain_words(mine) == _plain_words(theirs)}
    differing = {field for field, *_ in stated} - same
    if "volume" in same and not same.isdisjoint(("pages", "year")):
        differing.discard("name")
    return not differing and not same.isdisjoint(("name", "volume", "pages"))


def _plain_words(part: object) -> str:
    return squash(str(part)).casefold().replace(".", "")


def _name(text: str) -> str | None:
    """The name that stands before the numbers; None if it holds what can be no name."""
    name = text.rstrip(" ,:;([-")
    letters = sum(map(str.isalpha, name[:10]))
    balanced = name.count("(") == name.count(")")
    fits = letters > 1 and len(name) <= _LONGEST_NAME and balanced and not _NO_NAME.search(name)
    return name if fits and _NAME.fullmatch(name) else None


def _parts(text: str) -> Journal | None:
    """All but the name, if the text is nothing else."""
    if text.count("(") != text.count(")") or _SERIES.match(text) or _DECIMAL.search(text):
        return None
    tokens = [*_tokens(text)]
    years = {value for kind, value in tokens if kind == "year"}
    if len(years) > 1:  # the one in parentheses is it, the other the number of a page
        years = {year for year in years if f"({year})" in text}
        tokens = [("bare" if kind == "year" and value not in years else kind, value) for kind, value in tokens]
    labelled = {name: {value for kind, value in tokens if kind == name} for name in Journal._fields[1:]}
    bare = [value for kind, value in tokens if kind == "bare"]
    if any(not kind for kind, _ in tokens) or any(len(values) > 1 for values in labelled.values()):
        return None
    kinds = [kind for kind, _ in tokens]
    year_first = "year" in kinds and "bare" in kinds and kinds.index("year") < kinds.index("bare")
    if not _place(bare, labelled, year_first):
        return None
    has_volume = any(kind == "volume" for kind, _ in tokens)
    found = {name: next(iter(values), None) for name, values in labelled.items()}
    year = found.pop("year")
    if not year and not has_volume and sum(map(bool, found.values())) < 2:
        return None
    return Journal(None, **found, year=int(year) if year else None)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """The parts that the text says, by their names; "" where it is not understood."""
    position = 0
    while _REST.fullmatch(text, position) is None:
        token = _TOKEN.match(text, position)
        if token is None:
            yield "", ""
            return
        position = token.end()
        for name in ("outer", "inner") if token.lastgroup == "inner" else (token.lastgroup,):
            if name and (value := token[name]):
                yield _KINDS[name], re.sub(r"\s?-\s?", "-", value) if "-" in value else value


_KINDS = {
    "volume": "volume", "close_volume": "volume", "outer": "bare", "number": "number", "mere_issue": "number",
    "close_number": "number", "inner": "number", "pages": "pages", "close_pages": "pages", "year": "year",
    "late_year": "year", "bare": "bare",
}  # fmt: skip


_ORDERS = (
    *(("volume", "number", "pages"), ("volume", "pages"), ("volume", "number"), ("number", "pages")),
    *(("volume",), ("pages",), ("number",), ()),
)


def _place(bare: list[str], parts: dict[str, set[str]], year_first: bool) -> bool:
    """Give numbers without a label their meaning: the volume comes first and the pages last, an issue between.

    One behind the year is a page: "J. Stat. Mech. (2020) 012".
    """
    free = {name for name in ("volume", "number", "pages") if not parts[name]}
    fitting = (names for names in _ORDERS if len(names) == len(bare) and free.issuperset(names))
    for names in fitting:
        placed = dict(zip(names, bare, strict=True))
        misled = names == ("volume",) and year_first and "pages" in free
        if not misled and all(_BARE[name].fullmatch(value) for name, value in placed.items()):
            for name, value in placed.items():
                parts[name].add(value)
            return names != ("number",) or "volume" not in free
        if len(bare) > 1:
            return False
    return False
