"""BibTeX and BibLaTeX, as JabRef, Zotero, Mendeley, ADS, INSPIRE, DBLP and people write it.

bibtexparser finds the entries and their fields; 10,000 entries take it a second and a half, and time grows with length
only, whatever a file holds. It tells of an entry that it is damaged, where, and goes on with the next line that begins
one; such an entry is read again here, as well as it goes, field by field. What bibtexparser leaves as it stands is worked
out here: macros and `#`, `crossref` and `xdata`, names, and TeX, which is how BibTeX writes what is not ASCII: it becomes
Unicode, but for formulas.
Sources: Patashnik, "BibTeXing" (btxdoc); the BibLaTeX manual; https://docs.jabref.org (fields of JabRef).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from feedreader.model import Digest, Problem
from feedreader.parse.layout.author_lists import author_names
from feedreader.parse.layout.authors import ET_AL
from feedreader.parse.layout.references import Reference, digest_of, keywords_in, name_of, text_of, year_of
from feedreader.text.author_names import is_suffix
from feedreader.text.identifiers import arxiv_id
from feedreader.text.lines import squash
from feedreader.text.tex.to_unicode import to_unicode

if TYPE_CHECKING:
    from bibtexparser.model import Block

NAME = "bibtex"

_ENTRY = re.compile(
    r"(?m)^[ \t]*@[A-Za-z]{2,30}[ \t]*(?:[{(]\s{0,20}[^\s,{}()=\"]{0,200}\s{0,20},|\{)\s{0,200}[A-Za-z][\w-]{0,40}\s{0,20}="
)
_LOOK = 100_000  # characters from the first entry on that `matches` looks at
_PROSE = 0.1  # share of these that may stand outside entries
_PREFACE = 5  # lines before the first entry that are no comments
_HEADER = re.compile(
    r"(?i)\b(?:jabref|mendeley|endnote|zotero|(?:bib)?tex|bibliography|references|encoding|generated|exported|created)\b"
)
_NO_PREFACE = re.compile(r"(?m)^(?:```|~~~|[-*+] |<|\{|\[|\\begin\b|From |Subject: )")
_COMMENTS = ("%", "#", "//", ";")
_STRUCTURE = ("xdata", "set", "string", "preamble", "comment")
_VOLUMES = ("proceedings", "mvproceedings", "collection", "mvcollection")
_INHERITED = (
    "booktitle",
    "journal",
    "journaltitle",
    "year",
    "date",
    "volume",
    "number",
    "publisher",
    "series",
    "editor",
)
_KINDS = {
    "phdthesis": "PhD thesis",
    "mastersthesis": "Master's thesis",
    "thesis": "Thesis",
    "techreport": "Technical report",
    "report": "Report",
}
_MONTHS = {name: name.capitalize() for name in "jan feb mar apr may jun jul aug sep oct nov dec".split()}
_JOURNALS = {  # the commands that ADS writes, as the AAS's style prints them
    **{"aj": "AJ", "araa": "ARA&A", "apj": "ApJ", "apjl": "ApJL", "apjlett": "ApJL", "apjs": "ApJS", "apjsupp": "ApJS"},
    **{"ao": "Appl. Opt.", "apss": "Ap&SS", "aap": "A&A", "astap": "A&A", "aapr": "A&A Rev.", "aaps": "A&AS"},
    **{"actaa": "Acta Astron.", "azh": "AZh", "baas": "BAAS", "bac": "Bull. astr. Inst. Czechosl."},
    **{"caa": "Chinese Astron. Astrophys.", "cjaa": "Chinese J. Astron. Astrophys.", "fcp": "Fund. Cosmic Phys."},
    **{"gca": "Geochim. Cosmochim. Acta", "grl": "Geophys. Res. Lett.", "iaucirc": "IAU Circ.", "icarus": "Icarus"},
    **{"jcap": "JCAP", "jcp": "J. Chem. Phys.", "jgr": "J. Geophys. Res.", "jrasc": "JRASC", "memras": "MmRAS"},
    **{"jqsrt": "J. Quant. Spec. Radiat. Transf.", "memsai": "Mem. Soc. Astron. Italiana", "mnras": "MNRAS"},
    **{"na": "New A", "nar": "New A Rev.", "nat": "Nature", "nphysa": "Nucl. Phys. A", "pasa": "PASA", "pasj": "PASJ"},
    **{"pasp": "PASP", "physrep": "Phys. Rep.", "physscr": "Phys. Scr", "planss": "Planet. Space Sci."},
    **{
        "pra": "Phys. Rev. A",
        "prb": "Phys. Rev. B",
        "prc": "Phys. Rev. C",
        "prd": "Phys. Rev. D",
        "pre": "Phys. Rev. E",
    },
    **{"prl": "Phys. Rev. Lett.", "procspie": "Proc. SPIE", "psj": "PSJ", "qjras": "QJRAS", "rmxaa": "RMxAA"},
    **{"skytel": "S&T", "solphys": "Sol. Phys.", "sovast": "Soviet Ast.", "ssr": "Space Sci. Rev.", "zap": "ZAp"},
}

# ── recognising ──────────────────────────────────────────────────────────────────────────────────


def matches(text: str) -> bool:
    """Whether there are entries and, but for comments, hardly anything else: a text that cites one is no library."""
    first = _ENTRY.search(text)
    if first is None:
        return False
    preface = text[: first.start()]
    stated = (
        [block for block in _blocks(preface) if type(block).__name__ != "ImplicitComment"] if "@" in preface else []
    )
    if not stated:
        said = [line for line in preface.split("\n") if line.strip() and not line.lstrip().startswith(_COMMENTS)]
        if len(said) > _PREFACE or (said and not _HEADER.search(said[0])) or _NO_PREFACE.search(preface):
            return False
    sample = text[first.start() : first.start() + _LOOK]
    outside = [line for line in _outside(_blocks(sample)) if not line.lstrip().startswith(_COMMENTS)]
    return not any(map(_NO_PREFACE.match, outside)) and sum(map(len, outside)) <= _PROSE * len(sample)


def _outside(blocks: Iterable[Block]) -> Iterator[str]:
    """The lines that belong to no entry, not even to one that is damaged."""
    is_damaged = False
    for block in blocks:
        if type(block).__name__ != "ImplicitComment":
            is_damaged = type(block).__name__ == "ParsingFailedBlock" or not getattr(block, "fields", "no entry")
        elif not is_damaged and not _goes_on(block.raw or ""):
            yield from (block.raw or "").split("\n")


def _goes_on(raw: str) -> bool:
    """Whether what stands behind an entry belongs to it: a brace too many ended it."""
    return raw.startswith((",", "}")) and _FIELD_AT.search(raw) is not None


def _blocks(text: str) -> list[Block]:
    """What bibtexparser finds: entries, macros, comments and what it could not read, in their order."""
    import logging

    from bibtexparser.entrypoint import parse_string

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL + 1)  # it writes what it cannot read to the terminal
    return parse_string(text, parse_stack=[]).blocks


# ── entries ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Item:
    """An entry as it stands: what it is, its key, its first line, and its fields, which may be there several times."""

    kind: str
    key: str
    line: int
    fields: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    parents: list[_Item] = field(default_factory=list)

    def put(self, name: str, value: str) -> None:
        if value.strip():
            self.fields[name.lower()].append(value)

    def get(self, *names: str) -> str:
        """The first of these fields that says something, as it stands; "" if none does."""
        for name in names:
            if name in self.fields:
                return self.fields[name][0]
        return ""

    def all(self, *names: str) -> list[str]:
        return [value for name in names if name in self.fields for value in self.fields[name]]


_OPENING = re.compile(r"\s*@(?P<kind>\w+)\s{0,99}[{(]\s*(?:(?P<key>[^\s,={}\"]{0,200})\s{0,99},)?")
_FIELD_AT = re.compile(
    r"(?:^|(?<=[,}\"]))[ \t]*,?[ \t]*(?P<name>[A-Za-z][\w-]{0,40})[ \t]{0,99}=[ \t]{0,99}"
    r"(?=[{\"]|\d+\s{0,9}(?:[,}]|$)|[A-Za-z]+\s{0,9}(?:[,#}]|$))",
    re.MULTILINE,
)
_DAMAGED = "This entry is damaged: a brace or quotation mark is missing. What could be told was read."
_TOO_MANY = "A brace too many ends this entry early. What follows it was read, too."


class _Reader:
    """A file that is being read."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.macros: dict[str, str] = dict(_MONTHS)
        self.items: list[_Item] = []
        self.problems: list[Problem] = []

    def read(self, blocks: list[Block]) -> None:
        damaged: int | None = None  # the line, from 0, of an entry that goes on until another begins
        for block in blocks:
            kind, line = type(block).__name__, block.start_line or 0
            if kind in ("DuplicateBlockKeyBlock", "DuplicateFieldKeyBlock"):
                block = block.ignore_error_block  # type: ignore[attr-defined]
                kind = type(block).__name__
            if damaged is not None and (kind == "ImplicitComment" or (kind == "Entry" and not block.fields)):  # type: ignore[attr-defined]
                continue
            if damaged is not None:
                self._mend(damaged, line)
                damaged = None
            if kind == "ParsingFailedBlock":
                damaged = line
            elif kind == "String":
                self.macros[block.key.lower()] = self._value(block.value)  # type: ignore[attr-defined]
            elif kind == "Entry":
                self._take(block, line)
            elif kind == "ImplicitComment":
                self._continue(block.raw or "", line)
        if damaged is not None:
            self._mend(damaged, len(self.lines))

    def _take(self, block: Block, line: int) -> None:
        item = _Item(block.entry_type.lower(), block.key.strip(), line + 1)  # type: ignore[attr-defined]
        for stated in block.fields:  # type: ignore[attr-defined]
            name, value = stated.key.split()[-1:], str(stated.value)
            while name:
                said, rest = self._split(value)
                item.put(name[0], said)
                more = _FIELD_AT.match(rest.lstrip())  # no comma stands between the two
                name, value = ([more["name"]], rest.lstrip()[more.end() :]) if more else ([], "")
        self.items.append(item)

    def _mend(self, start: int, end: int) -> None:
        """Read a damaged entry, whose lines these are, from 0."""
        raw = "\n".join(self.lines[start:end])
        opening = _OPENING.match(raw)
        if opening is None or opening["kind"].lower() in _STRUCTURE:
            self.problems.append(Problem(start + 1, "This is damaged: a brace or quotation mark is missing."))
            return
        item = _Item(opening["kind"].lower(), opening["key"] or "", start + 1)
        self._put_told(item, raw[opening.end() :])
        has_key = opening["key"] is not None
        self.problems.append(Problem(start + 1, _DAMAGED if has_key else "This entry has no key; it was read."))
        self.items.append(item)

    def _continue(self, raw: str, line: int) -> None:
        """Read what stands behind an entry that a brace too many ended, if it is such."""
        if self.items and _goes_on(raw):
            self._put_told(self.items[-1], raw)
            self.problems.append(Problem(line + 1, _TOO_MANY))

    def _put_told(self, item: _Item, raw: str) -> None:
        """Put in the fields that begin anywhere in a text; each reaches to the next."""
        found = [*_FIELD_AT.finditer(raw)]
        ends = [*(match.start() for match in found[1:]), len(raw)]
        for match, end in zip(found, ends, strict=False):
            value = raw[match.end() : end].strip(' \t\n,{}"')
            item.put(match["name"], self.macros.get(value.lower(), value))

    # values

    def _value(self, raw: str) -> str:
        return self._split(raw)[0]

    def _split(self, raw: str) -> tuple[str, str]:
        """A value without its delimiters, its pieces joined and its macros replaced; and what stands behind it."""
        raw = raw.strip()
        if raw[:1] == "{" and raw[-1:] == "}" and raw.count("{") == raw.count("}") == 1:
            return raw[1:-1], ""
        if raw[:1] not in ("{", '"') and "#" not in raw:
            return self.macros.get(raw.lower(), raw), ""
        pieces: list[str] = []
        place = 0
        while True:
            piece, place = self._piece(raw, place)
            pieces.append(piece)
            rest = _JOINT.match(raw, place)
            if rest is None:
                return "".join(pieces), raw[place:]
            place = rest.end()

    def _piece(self, raw: str, place: int) -> tuple[str, int]:
        """A piece of a value, and where it ends."""
        if raw[place : place + 1] in ("{", '"'):
            end = _end_of(raw, place)
            return raw[place + 1 : end], end + 1
        word = _WORD.match(raw, place)
        end = word.end() if word else len(raw)
        return self.macros.get(raw[place:end].strip().lower(), raw[place:end].strip()), max(end, place + 1)


_JOINT = re.compile(r"\s*#\s*")
_WORD = re.compile(r"[^#\n]*")
_BRACES = re.compile(r"(?<!\\)[{}\"]")


def _end_of(raw: str, start: int) -> int:
    """Where the brace or quotation mark that opens at a place is closed; the end of the text if it is not."""
    opening, depth = raw[start], 0
    for match in _BRACES.finditer(raw, start):
        sign, place = match[0], match.start()
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
        if (opening == "{" and depth == 0) or (opening == sign == '"' and depth == 0 and place > start):
            return place
    return len(raw)


# ── what stands where else ───────────────────────────────────────────────────────────────────────


def _related(items: list[_Item]) -> list[_Item]:
    """The papers, with what `crossref` and `xdata` give them: not the volumes and the data that are named there."""
    by_key = {item.key.lower(): item for item in reversed(items)}
    named: set[str] = set()
    for item in items:
        for name in ("xdata", "crossref"):
            for key in item.get(name).lower().split(","):
                if key.strip() and (parent := by_key.get(key.strip())) and parent is not item:
                    item.parents.append(parent)
                    named.add(parent.key.lower())
    for item in items:
        for parent in item.parents:
            for ancestor in (parent, *parent.parents):
                _inherit(item, ancestor)
    return [
        item for item in items if not (item.kind in _STRUCTURE or (item.kind in _VOLUMES and item.key.lower() in named))
    ]


def _inherit(item: _Item, parent: _Item) -> None:
    if parent.kind == "xdata":
        for name, values in parent.fields.items():
            item.fields.setdefault(name, values)
        return
    for name in _INHERITED:
        if name in parent.fields:
            item.fields.setdefault(name, parent.fields[name])
    if "title" in parent.fields:
        item.fields.setdefault("booktitle", parent.fields["title"])


# ── fields ───────────────────────────────────────────────────────────────────────────────────────

_MATH = re.compile(r"((?<!\\)\$\$?[^$]+(?<!\\)\$\$?|\\\([^$]{1,2000}?\\\)|\\ensuremath\{[^{}]*\})")
_LITERAL = re.compile(r"\\(?:([{}])|textbrace(?:left|right)(?![A-Za-z])(?:\{\})?)")
_LOOSE_ACCENT = re.compile(r"(?<=\{)\\([\"'`^~=.]) +(?=\\?[A-Za-z])")  # {\" O}
_NO_WORDS = re.compile(r"\\[hv]?phantom(?:\{[^{}]*\})?")
_LITERAL_BACK = {0xE000: "{", 0xE001: "}"}
_TEX = re.compile(r"[\\~`]|--|''")
_ESCAPED = re.compile(r"\\(?:([_%&#~{}$^])|textasciitilde(?:\{\}|\s)?|(?:url|path|nolinkurl)(?=\{)|href(?=\{))")
_LINE_END = re.compile(r"[ \t]*\\\\[ \t]*\n|\\\\\Z|\n")


def _text(value: str) -> str:
    """A value as text: its TeX is Unicode and its braces are gone, but formulas stay as they are."""
    if "\\" not in value and "$" not in value:
        return text_of(_words(value)) if "{" in value or _TEX.search(value) else text_of(value)
    return text_of("".join(part if odd % 2 else _words(part) for odd, part in enumerate(_MATH.split(value))))


def _words(value: str) -> str:
    """Words without formulas, their TeX as Unicode, without braces."""
    if _TEX.search(value):
        value = _LOOSE_ACCENT.sub(r"\\\1", _NO_WORDS.sub("", value))
        value = _LITERAL.sub(
            lambda match: "\ue000" if match[0].startswith(("\\{", "\\textbraceleft")) else "\ue001", value
        )
        value = to_unicode(value)
    if "{" in value or "}" in value:
        value = value.replace("{", "").replace("}", "")
    return value.translate(_LITERAL_BACK) if "\ue000" in value or "\ue001" in value else value


def _note(value: str) -> str:
    """A note with its lines; two backslashes end one, too."""
    lines = (_words(part) for part in _LINE_END.split(value))
    return "\n".join(text_of(line) for line in lines)


def _address(value: str) -> str:
    """An address or id without what TeX needs around its signs."""
    if "\\" in value:
        value = _ESCAPED.sub(lambda match: match[1] or ("~" if "tilde" in match[0] else ""), value)
    return squash(value.replace("{", " ").replace("}", " ") if value[:1] == "{" else re.sub(r"[{}]", "", value))


def _journal(value: str) -> str:
    name = value.strip().removeprefix("\\").rstrip("{} ")
    return _JOURNALS.get(name, "") if value.strip().startswith("\\") and name in _JOURNALS else _text(value)


def _authors(value: str) -> list[str]:
    """The authors between "and"s, each as it is read aloud."""
    stated = [*_apart(squash(value), " and ")]
    if (
        len(stated) == 1
        and "=" not in value
        and not _is_braced(stated[0])
        and len([*_apart(stated[0], ", ")]) > 2
        or ";" in value
        and "=" not in value
    ):
        names = _text(value) if not _text(value).count(", ") == 2 or not is_suffix(_text(value).split(", ")[1]) else ""
        if names:  # no "and" stands between them
            return [*author_names([names])]
    return [name for part in stated if (name := _author(part))]


def _author(stated: str) -> str:
    """A name: "First von Last", "von Last, First", "von Last, Jr., First", with its parts named, or in braces whole."""
    stated = stated.strip(" ,")
    if "{" not in stated and "=" not in stated and "\\" not in stated and stated.count(",") == 1:
        family, _, given = stated.partition(",")  # as most are
        return _text(f"{given.strip()} {family}")
    if stated.lower() == "others":
        return ET_AL
    if _is_braced(stated):
        return _text(stated)
    parts = [_text(part) for part in _apart(stated, ",")]
    if "=" in stated and (named := dict(re.findall(r"\s*(family|given|prefix|suffix)\s*=\s*\"?([^,\"]*)", stated))):
        family, given, prefix, suffix = (_text(named.get(part, "")) for part in ("family", "given", "prefix", "suffix"))
        return name_of(family, given, prefix, suffix)
    if len(parts) == 2:
        return name_of(parts[0], parts[1])
    if len(parts) == 3:
        return (
            name_of(parts[0], parts[2], suffix=parts[1])
            if not is_suffix(parts[2])
            else name_of(*parts[:2], "", parts[2])
        )
    return _text(stated)


def _is_braced(text: str) -> bool:
    return text[:1] == "{" and _end_of(text, 0) == len(text) - 1 and text[1:2] != "\\"


def _apart(text: str, separator: str) -> Iterator[str]:
    """The parts of a text between separators outside braces."""
    if "{" not in text:
        yield from re.split(re.escape(separator), text, flags=re.IGNORECASE)
        return
    depth = start = 0
    for match in re.finditer(rf"(?<!\\)[{{}}]|{re.escape(separator)}", text, re.IGNORECASE):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
        elif depth <= 0 and match.start() >= start:
            yield text[start : match.start()]
            start = match.end()
    yield text[start:]


def _reference(item: _Item) -> Reference:
    eprint, kind = _address(item.get("eprint", "arxivid", "arxiv")), item.get("archiveprefix", "eprinttype").lower()
    year = _text(item.get("year", "date"))
    subtitle = _text(item.get("subtitle"))
    title = _text(item.get("title"))
    how = item.get("howpublished")
    reference = Reference(
        line=item.line,
        title=f"{title}: {subtitle}" if title and subtitle else title,
        authors=_authors(item.get("author", "editor")),
        abstract=_text(item.get("abstract")),
        arxiv=eprint if "arxiv" in kind or (not kind and arxiv_id(eprint)) else "",
        dois=[_address(value) for value in item.all("doi")],
        urls=[_address(value) for value in (*item.all("url", "ee", "link", "pdf"), *([how] if "://" in how else []))],
        journal=_journal(item.get("journal", "journaltitle", "booktitle")),
        volume=_text(item.get("volume")),
        number=_text(item.get("number", "issue")),
        pages=_text(item.get("pages", "eid", "article-number")),
        year=year_of(year) or year_of(_text(item.get("date"))),
        publisher=_publisher(item),
        comments=[_text(value) for value in item.all("note", "addendum", "pubstate")],
        categories=_address(item.get("primaryclass", "eprintclass")).split(),
        keywords=[
            word for value in item.all("keywords", "keyword", "mendeley-tags", "groups") for word in _keywords(value)
        ],
        notes=[_note(value) for value in item.all("annote", "annotation", "comment", "review")],
        read=item.get("readstatus").strip().lower() in ("read", "skimmed"),
    )
    if how and "://" not in how:
        reference.comments.insert(0, _text(how))
    if year and reference.year is None:
        reference.comments.append(year)  # "in press"
    return reference


def _keywords(value: str) -> list[str]:
    return keywords_in(_text(value))


def _publisher(item: _Item) -> str:
    """What stands for the journal of what is in none: "PhD thesis, University of Somewhere"."""
    kind = _text(item.get("type")) or _KINDS.get(item.kind, "")
    number = _text(item.get("number")) if item.kind in ("techreport", "report") else ""
    house = _text(item.get("school", "institution", "organization", "publisher"))
    return ", ".join(filter(None, (" ".join(filter(None, (kind, number))), house)))


def parse(text: str) -> Digest:
    """The entries of a file. A damaged one is read as well as it goes, and reported; it never raises."""
    reader = _Reader(text)
    reader.read(_blocks(text))
    return digest_of(NAME, map(_reference, _related(reader.items)), reader.problems)
