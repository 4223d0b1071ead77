"""What publishers of journals put into their feeds beside, or in place of, titles and abstracts.

Before and behind an abstract stand citations, identifiers, authors, headings and notices. They are told from it by
whole lines and go where they belong; what stands within an abstract is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from feedreader.model import Journal
from feedreader.parse.layout.author_lists import author_names
from feedreader.parse.layout.authors import looks_like_authors
from feedreader.text.author_names import surname
from feedreader.text.identifiers import doi
from feedreader.text.journal_reference import combined, journal_of, read_numbers, read_reference


@dataclass(slots=True)
class Description:
    """What the text of an item says. `citations` are where it was published; `teaser` is a short version of it."""

    abstract: str = ""
    teaser: str = ""
    authors: tuple[str, ...] = ()
    citations: list[str] = field(default_factory=list)
    journal: Journal | None = None
    dois: list[str] = field(default_factory=list)


# ── titles ───────────────────────────────────────────────────────────────────────────────────────

_VOLUME = re.compile(r"([^:]{3,100}, Vol\. \d+, Pages? [\w–-]+): (?=\S)")  # MDPI
_BY = re.compile(r"(?P<title>.{8,}?) -- by (?P<authors>[^.:]{4,1000})")  # NBER
_MARK = re.compile(
    r"\[(?:ASAP|Just Accepted|[a-z0-9]{3,12}-\d{8}(?:v\d+)?)\]\s+"
)  # ACS; HAL, whose ids addresses have, too


def read_title(title: str) -> tuple[str, Description]:
    """A title without what stands before and behind it, and what that says."""
    title = _MARK.sub("", title, count=1)
    if volume := _VOLUME.match(title):
        return title[volume.end() :], Description(citations=[volume[1]], journal=read_reference(volume[1]))
    if (by := _BY.fullmatch(title)) and looks_like_authors(by["authors"]):
        return by["title"], Description(authors=author_names([by["authors"]]))
    return title, Description()


# ── citations ────────────────────────────────────────────────────────────────────────────────────

_LONGEST = 400  # characters of a citation
_STAGES = re.compile(  # at which a paper without a volume is; and what else stands behind a citation
    r"[.,;]\s*(?:(?P<stage>Early ?View|(?:online |epub )?ahead of print|just accepted|accepted (?:article|manuscript)|"
    r"advance (?:article|access)|in press(?:, corrected proof)?|forthcoming|online first|first ?view|"
    r"(?:available|published|first published) online:? [\w ]{6,30})"
    r"|eCollection [\w ]{4,20}|(?:Epub|Print) \d{4}[\w ]{0,10}|doi:\s?10\.\S+)\W*\Z",
    re.IGNORECASE,
)
_LABELS = re.compile(r"\b(?:volume|vol|issue|pp|pages?)\b|\((?:19|20)\d\d\)|;\d*(?:\(|:)", re.IGNORECASE)
_CITED_DOI = re.compile(r"\bdoi:\s?(10\.\S+)", re.IGNORECASE)
_VOLUME_FIRST = re.compile(r"vol(?:ume|\.)\s", re.IGNORECASE)
_PUBMED = re.compile(r"[^.;]{2,100}\. (?:19|20)\d\d(?: [A-Z][a-z]{2}(?:-[A-Z][a-z]{2})?(?: \d\d?)?)?[;.]?")
_PROSE = re.compile(r"(?:we|here|this|these|our|it|there|in this|in the)\b", re.IGNORECASE)
_APS = re.compile(r"\[(?P<reference>[^\[\]]{5,120})\] Published .{6,30}(?P<year>(?:19|20)\d\d)")
_CITED = re.compile(r"(?:\d|\bearly ?view|\bprint|\baccepted|\barticle|\bmanuscript|\bpress|\baccess)\.(?=\s|\Z)", re.I)
_PREPRINT = re.compile(  # PubMed's: "bioRxiv [Preprint]. 2026 Jan 9:2026.01.05.697001."
    r"(?P<name>[^.;\[\]]{2,100}) \[Preprint\]\. (?P<year>(?:19|20)\d\d)(?: [A-Z][a-z]{2}(?: \d\d?)?)?[;:]\S{1,80}"
)
_NATURE = re.compile(r"[^;]{3,100}, Published online: \d\d? [A-Z][a-z]+ \d{4}; doi:\S+")


def read_citation(line: str) -> Journal | None:
    """The journal, if a line says where a paper was published and nothing else."""
    if len(line) > _LONGEST or _PROSE.match(line):
        return None
    if aps := _APS.fullmatch(line):
        return read_reference(f"{aps['reference']} ({aps['year']})") or Journal(aps["reference"])
    bare, has_stage = line, False
    while stage := _STAGES.search(bare):
        bare, has_stage = bare[: stage.start()], has_stage or bool(stage["stage"])
    if preprint := _PREPRINT.fullmatch(bare):
        return Journal(preprint["name"], year=int(preprint["year"]))
    journal = read_reference(bare) or (read_numbers(bare) if _VOLUME_FIRST.match(bare) else None)
    if journal is None:
        return Journal(bare.strip(" ,;")) if has_stage and len(bare) < 100 and ". " not in bare.strip() else None
    parts = sum(map(bool, journal[1:]))
    return (
        journal if has_stage or parts > 2 or _PUBMED.fullmatch(line) or (parts > 1 and _LABELS.search(bare)) else None
    )


def _parted(line: str) -> list[str]:
    """A line as two, if it begins with a citation and goes on with the abstract."""
    if line.startswith("Publication date: "):  # Elsevier's labels, run together
        return re.split(r"\s(?=(?:Source|Author\(s\)):\s)", line)
    if read_citation(line):
        return [line]
    ends = (
        [nature.end()] if (nature := _NATURE.match(line)) else [end.end() for end in _CITED.finditer(line, 0, _LONGEST)]
    )
    end = next((end for end in ends[:12] if read_citation(line[:end])), 0)
    return [line[:end], *filter(None, [line[end:].strip()])] if end else [line]


# ── lines ────────────────────────────────────────────────────────────────────────────────────────

_ABSTRACT = re.compile(r"abstract(?: text)?\s*:?", re.IGNORECASE)
_HEADING = re.compile(r"(?:abstract|summary|abstract text|r[ée]sum[ée]|zusammenfassung|resumen)\s*:?", re.IGNORECASE)
_NOTHING = re.compile(
    r"\W*(?:(?:there is )?no (?:abstract|summary|description)(?: (?:is )?(?:available|provided))?(?: for this \w+)?"
    r"|n/?a|(?:the )?(?:abstract|summary|description) (?:is )?(?:not |un)(?:yet )?available(?: for this \w+)?|none)\W*",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"(?:to cite this article before page numbers are assigned|the content of this rss feed|©|copyright ©).{0,200}"
    r"|this article is licensed under .{0,200}|open access|(?:graphical|visual) abstract|toc graphic",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?P<label>publication date|source|author(?:s|\(s\))?|doi|by)(?:\s*:\s*|(?<=by)\s+)(?P<value>.*)", re.IGNORECASE
)
_IN_PROCEEDINGS = re.compile(  # ACL Anthology
    r"(?P<authors>[^.:]{3,3000}?),? in (?P<book>(?:Proceedings|Findings|Transactions|Companion|Actes|Proc\.)\b.{5,300})"
)
_IDS = re.compile(
    r"(?:(?:PMID|PMC(?:ID)?|DOI)\s*:?\s*|\||[\s,;]|PMC\d+|\d{6,9}\b|10\.\d{4,9}/[^\s|]+|https?://(?:dx\.)?doi\.org/[^\s|]+"
    r"|\[PubMed[^\]]{0,60}\])+",
    re.IGNORECASE,
)
_KIND_AND_DAY = re.compile(r"[A-Z][\w /&-]{2,40} [—–-] \d\d? [A-Z][a-z]+ \d{4}")  # RSC
_OPENING = re.compile(r"ABSTRACT\s+(?=[A-Z])|Abstract\s*[:.—]\s*(?=\S)")


def read_description(lines: Sequence[str], known: Collection[str]) -> Description:
    """What the lines of an item's text say. `known` are its title and the name of its journal, which say no more."""
    each = [*_parted(lines[0]), *lines[1:]] if lines else []
    reading = _Reading(known)
    start, end = 0, len(each)
    while start < end and reading.takes(each[start], each[start + 1] if start + 1 < end else ""):
        start += 1
    reading.is_front = False
    while start < end and reading.takes(each[end - 1], ""):
        end -= 1
    heading = next(
        (place for place in range(start + 1, min(end - 1, start + 8)) if _ABSTRACT.fullmatch(each[place])), 0
    )
    if heading:
        before = " ".join(each[start:heading])
        if before.endswith((".", "!", "?")):
            reading.found.teaser = before
        else:
            reading.found.citations.append(before)
        start = heading + 1
    abstract = " ".join(each[start:end])
    reading.found.abstract = abstract[opening.end() :] if (opening := _OPENING.match(abstract)) else abstract
    return reading.finished()


class _Reading:
    """Takes lines that are none of the abstract, from the front, then from the back."""

    def __init__(self, known: Collection[str]) -> None:
        self.found = Description()
        self.is_front = True
        self._known = known
        self._day = ""
        self._beside_a_citation = False

    def takes(self, line: str, following: str) -> bool:
        """Whether a line is no part of the abstract; what it says is kept."""
        if not any(map(str.isalnum, line)) or line in self._known:
            return True
        if any(kind.fullmatch(line) for kind in (_NOTICE, _NOTHING, _HEADING)):
            return True
        if self._is_label(line) or self._is_citation(line):
            self._beside_a_citation = True
            return True
        named = next((name for name in self._known if line.startswith(f"{name} ")), "")
        if _IDS.fullmatch(line, len(named)):
            self.found.dois += filter(None, map(doi, re.split(r"[\s|,;]+", line)))
            return True
        if self.is_front and following and looks_like_authors(line):
            names = author_names([line])
            if self._beside_a_citation or (len(names) > 1 and self._is_citing(following)):
                self._name(names)
                return True
        return False

    def _name(self, names: tuple[str, ...]) -> None:
        """The authors: of two lists, with those of the second whom the first does not name."""
        known = {surname(name) for name in self.found.authors}
        self.found.authors += tuple(name for name in names if surname(name) not in known)

    def _is_citing(self, line: str) -> bool:
        label = _LABELLED.fullmatch(line)
        return bool(read_citation(line) or _IDS.fullmatch(line) or (label and label["label"].lower() == "source"))

    def _is_citation(self, line: str) -> bool:
        if _KIND_AND_DAY.fullmatch(line):
            self.found.citations.append(line)
            return True
        journal = read_citation(line)
        if (book := _IN_PROCEEDINGS.fullmatch(line)) and looks_like_authors(book["authors"]):
            self._name(author_names([book["authors"]]))
            line, journal = book["book"], journal_of(book["book"])
        if journal is not None:
            self.found.citations.append(line)
            self.found.journal = combined([self.found.journal, journal])
            self.found.dois += filter(None, map(doi, _CITED_DOI.findall(line)))
        return journal is not None

    def _is_label(self, line: str) -> bool:
        labelled = _LABELLED.fullmatch(line) if self.is_front else None
        if labelled is None:
            return False
        label, value = labelled["label"].lower(), labelled["value"]
        if label == "publication date":
            self._day = value
        elif label == "source" and (self._day or read_citation(value)):
            self.found.citations.append(value)
            self.found.journal = combined([self.found.journal, read_citation(value)])
        elif label.startswith("author") or (label == "by" and looks_like_authors(value)):
            self._name(author_names([value]))
        elif label == "doi" and (own := doi(value.partition(",")[0])):
            self.found.dois.append(own)
            self.found.citations += filter(None, [value.partition(",")[2].strip()])
        else:
            return False
        return True

    def finished(self) -> Description:
        found = self.found
        if self._day:
            found.citations = [", ".join([*found.citations, self._day])]
            found.journal = read_citation(found.citations[0]) or read_reference(found.citations[0]) or found.journal
        return found
