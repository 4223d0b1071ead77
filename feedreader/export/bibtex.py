"""BibTeX: an entry a paper, for pdflatex with BibTeX or Biber, and for reference managers.

What a journal has printed is an @article, all else @misc; arXiv's own fields stand in both. What the reader wrote
stands in `annote`, which no style prints, and the tags in `keywords`.
Sources: https://info.arxiv.org/help/hypertex/bibstyles/index.html, Patashnik, "BibTeXing" (btxdoc).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from feedreader.export.latex.capitals import protected
from feedreader.export.latex.writer import commands_in, escaped, preamble, tex
from feedreader.export.plain import address, any_doi, authors_of, year_of
from feedreader.model import Journal, Marks, Paper
from feedreader.text.author_names import is_plain, parse_name
from feedreader.text.citation_key import year_and_month
from feedreader.text.tex.to_unicode import to_unicode

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BRACED_COMMAND, _ENDED = re.compile(r"\{(\\[A-Za-z]+)\}"), r"\1{}"
_WORDS = re.compile(r"[^\s-]+")
# BibTeX takes initials from given names, and the first letters of families for keys: bytes, but for braced commands.
_FIRST_BYTES = re.compile(r"(?:(?<=[\s-])|\A)(?P<before>[(\"'`.]*)(?P<bytes>[^\x00-\x7f][\u0300-\u036f]*)")
_BYTES = re.compile(r"(?P<before>)(?P<bytes>[^\x00-\x7f]+)")
_ONE_CHARACTER = r"\g<before>{\\textrm{\g<bytes>}}"
_AND = re.compile(r"\band\b", re.IGNORECASE)
_TAKEN_FOR_ENTRY = re.compile(r"@(?=\w*[ \t]*\{)")  # by bibtexparser, wherever it stands
_DASHES = re.compile(r"\s*[-–—]+\s*")


def export(papers: Iterable[Paper], keys: Mapping[str, str]) -> Iterator[str]:
    """The entries, and at the end what their TeX needs that LaTeX may not have."""
    non_ascii: set[str] = set()
    commands: set[str] = set()
    for paper in papers:
        entry = bibtex_entry(paper, keys[paper.id], non_ascii)
        commands |= commands_in(entry)
        yield entry + "\n"
    if lines := list(preamble(commands, non_ascii)):
        yield "@preamble{\n" + "".join(f'  "{line} "{" #" * (line is not lines[-1])}\n' for line in lines) + "}\n"


def bibtex_entry(paper: Paper, key: str, non_ascii: set[str]) -> str:
    """One entry. Its characters beyond ASCII are put into `non_ascii`."""
    kind = "article" if paper.journal and paper.journal.name else "misc"
    lines = "".join(f"  {name} = {value},\n" for name, value in _fields(paper, non_ascii))
    if "@" in lines:
        lines = _TAKEN_FOR_ENTRY.sub("{@}", lines)
    return f"@{kind}{{{key},\n{lines}}}\n"


def _fields(paper: Paper, non_ascii: set[str]) -> Iterator[tuple[str, str]]:
    """Those that say something, with braces around what they say."""
    for name, value in (*_stated(paper, non_ascii), *_marks(paper.marks, non_ascii)):
        if value or name == "title":
            yield name, value if name == "month" else f"{{{value}}}"


def _stated(paper: Paper, non_ascii: set[str]) -> Iterator[tuple[str, str]]:
    if paper.title:
        yield "title", protected(tex(_folded(paper.title), non_ascii), paper.abstract or "")
    names, others = authors_of(paper)
    yield "author", " and ".join((*(_author(name, non_ascii) for name in names), *["others"] * others))
    yield from _journal_fields(paper.journal or Journal(), non_ascii)
    yield "year", str(year_of(paper) or "")
    if not paper.journal and (when := year_and_month(paper)):
        yield "month", _MONTHS[when[1] - 1]
    if paper.arxiv_id:
        yield "eprint", _address(paper.arxiv_id)
        yield "archivePrefix", "arXiv"
        yield "primaryClass", _address(" ".join(paper.categories[:1]))
    yield "doi", _address(any_doi(paper) or "")
    yield "url", _address(address(paper) or "")
    yield "abstract", tex(_folded(paper.abstract or ""), non_ascii)


def _marks(marks: Marks, non_ascii: set[str]) -> Iterator[tuple[str, str]]:
    yield "keywords", ", ".join(escaped(_folded(tag), non_ascii) for tag in marks.tags)
    yield "annote", _lines(marks.note or "", non_ascii)


def _journal_fields(journal: Journal, non_ascii: set[str]) -> Iterator[tuple[str, str]]:
    yield "journal", tex(_folded(journal.name or ""), non_ascii)
    yield "volume", escaped(_folded(journal.volume or ""), non_ascii)
    yield "number", escaped(_folded(journal.number or ""), non_ascii)
    yield "pages", escaped(_DASHES.sub("--", _folded(journal.pages or "")), non_ascii)


def _lines(text: str, non_ascii: set[str]) -> str:
    """A text of several lines; an empty one stands between paragraphs."""
    lines = [escaped(_folded(part), non_ascii).strip() for part in text.split("\n")]
    said = [place for place, part in enumerate(lines) if part]
    lines = lines[said[0] : said[-1] + 1] if said else []
    return "\\\\\n".join(
        f"{{}}{part}" if part.startswith(("[", "*")) else part for part in lines
    )  # \\[ takes arguments


def _folded(text: str) -> str:
    return " ".join(text.split())


def _address(text: str) -> str:
    """An address, which styles take as it stands: braces, blanks and what is not ASCII go as %7B and so on."""
    return quote(text.strip(), safe="%/:=&?~#+!$,;'@()*[]|^`\"<>")


# ── names ────────────────────────────────────────────────────────────────────────────────────────


def _author(text: str, non_ascii: set[str]) -> str:
    """A name as "von Last, Jr., First", which all programs read alike; in braces if it is not to be taken apart."""
    if is_plain(text):
        given, _, family = text.rpartition(" ")
        return f"{family}, {given}"
    text = _folded(to_unicode(text))
    name = parse_name(text)
    whole = name.literal or not name.given or "," in "".join(name[:4]) or _AND.search(text)
    if whole or not all(map(_has_case, _WORDS.findall(" ".join(name[:3])))):
        return f"{{{_BRACED_COMMAND.sub(_ENDED, escaped(text, non_ascii, prose=True))}}}"  # as Biber reads braces
    family, given, particle, suffix = (escaped(part, non_ascii, prose=True) for part in name[:4])
    given = _FIRST_BYTES.sub(_ONE_CHARACTER, given)
    family = _BYTES.sub(_ONE_CHARACTER, family)
    if " " in family and any(word[0].islower() for word in name.family.split()):
        family = f"{{{family}}}"
    return ", ".join(part for part in (f"{particle} {family}".strip(), suffix, given) if part)


def _has_case(word: str) -> bool:
    """Whether a word of a name begins with a letter that can be its initial."""
    first = word.lstrip("(\"'`.")[:1]
    return first.isupper() or first.islower()
