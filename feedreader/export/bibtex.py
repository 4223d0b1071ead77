"""BibTeX: an entry a paper, for pdflatex with BibTeX or Biber, and for reference managers.

All are @misc, with arXiv's own fields: no source tells the journal. What the reader wrote stands in `annote`, which no
style prints, and the tags in `keywords`. Capitals that a style must not lower stand in braces, word by word.
Sources: https://info.arxiv.org/help/hypertex/bibstyles/index.html, Patashnik, "BibTeXing" (btxdoc).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from urllib.parse import quote

from feedreader.arxiv.addresses import abs_url
from feedreader.export.latex.writer import commands_in, escaped, preamble, tex
from feedreader.model import Paper
from feedreader.text.author_names import AuthorName, is_others, is_plain, parse_name
from feedreader.text.citation_key import year_and_month
from feedreader.text.tex.to_unicode import to_unicode

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BRACED_COMMAND, _ENDED = re.compile(r"\{(\\[A-Za-z]+)\}"), r"\1{}"
_NAME_PARTS = re.compile(r"[\s-]+")
_AND = re.compile(r"\band\b", re.IGNORECASE)


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
    lines = "".join(f"  {name} = {value},\n" for name, value in _fields(paper, non_ascii))
    return f"@misc{{{key},\n{lines}}}\n"


def _fields(paper: Paper, non_ascii: set[str]) -> Iterator[tuple[str, str]]:
    if paper.title:
        yield "title", f"{{{protected(tex(_folded(paper.title), non_ascii))}}}"
    if authors := " and ".join(_author(name, non_ascii) for name in paper.authors if name.strip()):
        yield "author", f"{{{authors}}}"
    if when := year_and_month(paper):
        yield "year", f"{{{when[0]}}}"
        yield "month", _MONTHS[when[1] - 1]
    if paper.arxiv_id:
        yield from _arxiv_fields(paper.arxiv_id, paper.categories[:1])
    if paper.doi:
        yield "doi", f"{{{_address(paper.doi)}}}"
    if url := paper.url or (abs_url(paper.arxiv_id) if paper.arxiv_id else None):
        yield "url", f"{{{_address(url)}}}"
    if paper.abstract:
        yield "abstract", f"{{{tex(_folded(paper.abstract), non_ascii)}}}"
    if paper.marks.tags:
        yield "keywords", f"{{{', '.join(escaped(_folded(tag), non_ascii) for tag in paper.marks.tags)}}}"
    if paper.marks.note:
        paragraphs = (escaped(_folded(part), non_ascii) for part in re.split(r"\n\s*\n", paper.marks.note.strip()))
        yield "annote", "{" + " \\par ".join(paragraphs) + "}"


def _arxiv_fields(identifier: str, primary: Iterable[str]) -> Iterator[tuple[str, str]]:
    yield "eprint", f"{{{_address(identifier)}}}"
    yield "archivePrefix", "{arXiv}"
    yield from (("primaryClass", f"{{{_address(category)}}}") for category in primary)


def _folded(text: str) -> str:
    return " ".join(text.split())


def _address(text: str) -> str:
    """An address, which styles take as it stands: braces, blanks and what is not ASCII go as %7B and so on."""
    return quote(text.strip(), safe="%/:=&?~#+!$,;'@()*[]|^`\"<>")


# ── names ────────────────────────────────────────────────────────────────────────────────────────


def _author(text: str, non_ascii: set[str]) -> str:
    """A name as BibTeX reads it: "First von Last" where it takes that apart as we do, else "von Last, Jr., First"."""
    if is_plain(text):
        return text
    if is_others(text):
        return "others"
    text = _folded(to_unicode(text))
    name = parse_name(text)
    if name.literal or not name.given or _AND.search(text) or not _has_letters(name):
        return f"{{{_BRACED_COMMAND.sub(_ENDED, escaped(text, non_ascii))}}}"  # else Biber takes a brace for a letter
    family, given, particle, suffix = (escaped(part, non_ascii) for part in name[:4])
    words = name.family.split()
    small = any(word[0].islower() for word in (words[0], *name.given.split()))
    if len(words) == 1 and not suffix and not small:
        return " ".join(part for part in (given, particle, family) if part)
    if any(word[0].islower() for word in words[1:]):
        family = f"{{{family}}}"
    return ", ".join(part for part in (f"{particle} {family}".strip(), suffix, given) if part)


def _has_letters(name: AuthorName) -> bool:
    """Whether a style can shorten the parts of a name: whether they begin with letters that TeX has names for."""
    return all(map(_begins_well, _NAME_PARTS.split(f"{name.given} {name.particle} {name.family}".strip())))


def _begins_well(part: str) -> bool:
    first = part.lstrip("(\"'`.")[:1]
    as_tex = escaped(first, set())
    return first.isalpha() and as_tex.isascii() and "$" not in as_tex


# ── capitals ─────────────────────────────────────────────────────────────────────────────────────

_TEX_SIGN = re.compile(r"[\\{}$]")
_SIGNS = re.compile(r"[{}$]")
_PIECE = re.compile(r"\\.|[{}$ ]|[^\\{}$ ]+")
_TEX_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)")
_OUTSIDE = re.compile(r"(?P<before>[(\[`'\"]*)(?P<word>.*?)(?P<after>[)\]'\",.;:?!]*)\Z", re.DOTALL)
_PARTS = re.compile(r"[-/'’(),.:;\[\]`\"&+]+")
_LONG_WORD = 4
_HABITUAL = 0.4  # of the long words behind the first, at most so many begin with a capital where that means something


def protected(title: str) -> str:
    """A title in LaTeX with braces around the words whose capitals, or formulas, a style must leave alone."""
    words = _split(title)
    bare = [_bare(word) for word in words]
    long = [word for word in bare[1:] if len(word) >= _LONG_WORD and word[0].isalpha()]
    sentence = len(long) > 2 and sum(word[0].isupper() for word in long) <= _HABITUAL * len(long)
    before = [":", *(word[-1:] for word in bare[:-1])]
    return " ".join(
        _protect(word, sentence and end not in (":", "?", "!", ".")) for word, end in zip(words, before, strict=True)
    )


def _split(title: str) -> list[str]:
    """The words; what stands in braces or dollar signs is not parted."""
    if _TEX_SIGN.search(title) is None:
        return title.split(" ")
    words, depth, formula = [""], 0, False
    for piece in _PIECE.findall(title):
        if piece == " " and depth == 0 and not formula:
            words.append("")
            continue
        depth += {"{": 1, "}": -1}.get(piece, 0)
        formula ^= piece == "$"
        words[-1] += piece
    return words


def _bare(word: str) -> str:
    return _SIGNS.sub("", _TEX_COMMAND.sub("", word)) if _TEX_SIGN.search(word) else word


@lru_cache(maxsize=20_000)
def _protect(word: str, names: bool) -> str:
    """A word, in braces if it needs them. `names`: a capital at its beginning is that of a name, too."""
    if word.islower() and "$" not in word:
        return word
    parts = _OUTSIDE.match(word)
    if not parts or not (inner := parts["word"]):
        return word
    bare = _bare(inner)
    needed = "$" in inner or any(map(_odd, _PARTS.split(bare))) or (names and bare[:1].isupper())
    if not needed or (inner[0] == "{" and inner[1:2] != "\\" and _closes_at_end(inner)):
        return word
    if inner[0] == "\\":  # behind a brace it would be taken for an accented letter
        inner = f"{{{inner}}}"
    return f"{parts['before']}{{{inner}}}{parts['after']}"


def _odd(part: str) -> bool:
    """Capitals behind the first letter, or one by itself: CNN, arXiv, 3D, R. "A" is a word."""
    return any(map(str.isupper, part[1:])) or (len(part) == 1 and part.isupper() and part != "A")


def _closes_at_end(text: str) -> bool:
    depth = 0
    for number, char in enumerate(text):
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth == 0:
            return number == len(text) - 1
    return False
