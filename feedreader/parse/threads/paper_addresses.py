"""A paper as somebody names it, and the ids and addresses by which people point to papers in what they write. PURE."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from feedreader.text.identifiers import arxiv_id, doi, find_arxiv_ids


@dataclass(frozen=True, slots=True)
class PaperName:
    """A paper as somebody names it: by title, by id or address, or both. `marked`: the title was in quotation marks."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    arxiv_id: str | None = None
    version: int | None = None
    doi: str | None = None
    url: str | None = None
    marked: bool = False

    @property
    def key(self) -> str | None:
        """The address by which the paper is known."""
        return self.arxiv_id or self.doi or self.url

    @property
    def is_address(self) -> bool:
        return self.key is not None

    def at(self, address: PaperName) -> PaperName:
        """This name with the address of another."""
        return replace(self, arxiv_id=address.arxiv_id, version=address.version, doi=address.doi, url=address.url)


_URL = re.compile(r"https?://[^\s<>\"“”|\]]+", re.IGNORECASE)
_PAPER_URL = re.compile(
    r"https?://(?:[\w-]+\.){0,3}(?:arxiv|openreview|aclweb|aclanthology|nips|neurips|mlr|thecvf|jmlr|biorxiv|medrxiv|"
    r"ssrn|semanticscholar|pubmed|ncbi|ieee|acm|springer|sciencedirect|pnas|nature|sciencemag|ecva|isca-speech|distill|"
    r"hal|eprint|paperswithcode|doi|plos|biomedcentral|mdpi|wiley|aaai)(?:\.[\w-]+){1,3}/\S|https?://\S+\.pdf\b",
    re.IGNORECASE,
)
_DOI = re.compile(r"(?:https?://(?:dx\.|www\.)?doi\.org/|doi:\s?|\b)10\.\d{4,9}/[^\s\"“”<>\])]+", re.IGNORECASE)
_ADDRESS = re.compile(
    r"[\[(]?(?:https?://\S+|arxiv:\s?\S+|doi:\s?\S+|\d{4}\.\d{4,5}(?:v\d+)?)[\])]?[.,;]?", re.IGNORECASE
)
_LABEL = re.compile(
    r"\A(?:the )?(?:paper|link|links|pdf|url|preprint|arxiv|source)(?: here)?\s*[:–-]\s*(?!\d{4}\.\d)", re.IGNORECASE
)
_EMOJI_NAME = re.compile(r":[a-z_]{3,30}:")

LINK = re.compile(  # [text](address "title")
    r"\[([^\[\]\n]{1,300})\]"
    r"\(<?(https?://[^\s()<>]{1,400}(?:\([^\s()]{0,80}\)[^\s()]{0,80})?)>?(?:\s\"[^\"]{0,200}\")?\)"
)
_ANY_LINK = re.compile(r"\[[^\[\]\n]{1,300}\]\([^()\s]{1,400}\)")


def addresses(text: str) -> list[PaperName]:
    """The papers whose ids or addresses stand in a text, each once, arXiv ids first."""
    names = [PaperName(arxiv_id=key, version=version) for key, version in find_arxiv_ids(text)]
    dois = dict.fromkeys(key for m in _DOI.finditer(text) if (key := doi(m[0])) and not arxiv_id(m[0]))
    names += [PaperName(doi=key) for key in dois]
    urls = dict.fromkeys(m[0].rstrip(".,;:!?)'’*") for m in _URL.finditer(text))
    names += [PaperName(url=url) for url in urls if _PAPER_URL.match(url) and not find_arxiv_ids(url) and not doi(url)]
    return names


def without_addresses(text: str) -> str:
    """A text without ids and addresses, and the brackets around them."""
    return re.sub(r"\(\s*\)|\[\s*\]", "", _ADDRESS.sub("", text))


def is_only_address(text: str) -> bool:
    """Whether a text is the address of a paper, perhaps with a label, and nothing else."""
    if len(text.split()) > 8 or not addresses(text):
        return False
    return not re.search(r"[^\W\d_]{2}", _ADDRESS.sub("", _LABEL.sub("", text)))


def without_links(text: str) -> str:
    """A text without Markdown links, addresses and the names of emoji."""
    return _EMOJI_NAME.sub("", _URL.sub("", _ANY_LINK.sub("", text)))
