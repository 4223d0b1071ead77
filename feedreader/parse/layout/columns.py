"""Columns and labels of paper lists: what their names mean, rows that fell out of line, addresses of papers. PURE.

What Markdown lists and separated values have in common: a table's head, or a label before a colon, says what follows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from feedreader.model import Journal
from feedreader.parse.layout.authors import split_authors
from feedreader.parse.layout.dates import Order, read_date
from feedreader.parse.layout.fields import Draft, Fact
from feedreader.text.identifiers import arxiv_id, doi
from feedreader.text.journal_reference import journal_of
from feedreader.text.lines import squash

# ── names ────────────────────────────────────────────────────────────────────────────────────────

_NAMES = {
    "title": "title|titles|title & authors|title and authors|title / authors|title, authors|paper title & authors|"
    "paper & authors|标题|题目|论文标题|论文|paper|papers|paper title|paper name|article title|title of paper",
    "authors": "authors|作者|author|author s|author names|author list|by",
    "abstract": "abstract|摘要|abstracts|abstract note|abs text",
    "tldr": "tldr|tl dr|tl;dr|summary|summaries|one sentence summary|key points|key idea|key insight|takeaway",
    "comment": "comment|comments|note|notes|remarks|remark",
    "journal": "venue|conference|booktitle|journal|"
    "journal ref|journal reference|journal name|journal title|publication title|source title|"
    "container title|citation journal title|published in|publication",
    "volume": "volume|vol|journal volume|citation volume",
    "number": "issue|journal issue|issue number|citation issue",
    "pages": "pages|page|page range|page numbers|article number",
    "year": "year|publication year|year of publication|pub year|published year",
    "more": "publisher|keywords|key words|accepted at|code|code link|github|repo|project page|track",
    "date": "date|日期|day|published|publish date|published date|publication date|date published|announced|submitted|"
    "submission date|date submitted|created|posted|release date|published at|published on|date added",
    "updated": "updated|update date|last updated|date updated|updated at|revised",
    "link": "link|链接|links|url|urls|pdf|pdf link|pdf url|paper link|paper url|abs|abs link|html|openreview|arxiv|"
    "arxiv link|arxiv url|forum|source link|read|doi|doi link",
    "id": "id|arxiv id|arxivid|eprint|paper id|uid|key",
    "categories": "categories|category|subjects|subject|primary category|arxiv category|arxiv categories",
}
_ROLES = {name: role for role, names in _NAMES.items() for name in names.split("|")}
_NOTHING = frozenset(("", "-", "--", "—", "n/a", "na", "nan", "none", "null", "tbd", "tba", "?", "[]"))


def role(name: str) -> str | None:
    """What a column or a label of this name holds: a key of `_NAMES`, or None."""
    return _ROLES.get(_plain(name))


def _plain(name: str) -> str:
    return squash(re.sub(r"[\s*_`()\[\]:#-]+", " ", name)).lower() if len(name) < 60 else ""


# ── addresses ────────────────────────────────────────────────────────────────────────────────────

_HOSTS = re.compile(
    r"https?://(?:[\w-]+\.)*(?:openreview\.net/(?:forum|pdf|attachment)|aclanthology\.org/|aclweb\.org/anthology|"
    r"(?:papers|proceedings)\.(?:nips|neurips)\.cc/|proceedings\.mlr\.press/|jmlr\.(?:org|csail\.mit\.edu)/|mlr\.press/|"
    r"openaccess\.thecvf\.com/|ecva\.net/|biorxiv\.org/content|medrxiv\.org/content|chemrxiv\.org/|ssrn\.com/|"
    r"semanticscholar\.org/paper|dl\.acm\.org/|ieeexplore\.ieee\.org/|sciencedirect\.com/science|link\.springer\.com/|"
    r"nature\.com/articles|science(?:mag)?\.org/(?:doi|content)|pnas\.org/|journals\.aps\.org/|iopscience\.iop\.org/|"
    r"cell\.com/|journals\.plos\.org/|frontiersin\.org/articles|mdpi\.com/\d|eprint\.iacr\.org/|usenix\.org/conference|"
    r"hal\.science/|paperswithcode\.com/paper|jstor\.org/stable|isca-(?:speech|archive)\.org/|ijcai\.org/proceedings|"
    r"aaai\.org/|academic\.oup\.com/|onlinelibrary\.wiley\.com/doi|pubmed\.ncbi|inspirehep\.net/|osf\.io/preprints|zenodo\.org/)",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(r"\.(?:pdf|ps|ps\.gz|djvu)(?:[?#]\S*)?\Z", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"https?://(?:[\w-]+\.)*(?:github\.com|gitlab\.com|github\.io|twitter\.com|x\.com|youtube\.com|youtu\.be|medium\.com|"
    r"reddit\.com|linkedin\.com|shields\.io|wikipedia\.org|google\.com|colab\.|huggingface\.co/(?!papers)|discord\.|t\.me)\b",
    re.IGNORECASE,
)


def is_web(address: str) -> bool:
    return address[:8].lower().startswith(("http://", "https://")) and len(address) < 2000


def is_of_a_paper(address: str) -> bool:
    """Whether an address can only be that of a paper: on arXiv, by DOI, at a publisher's, or a document."""
    if len(address) > 2000:
        return False
    document = _DOCUMENT.search(address) and "/blob/" not in address
    return bool(arxiv_id(address) or doi(address) or _HOSTS.match(address) or document)


def may_be_of_a_paper(address: str) -> bool:
    """Whether an address could be that of a paper's page, as far as one can see: no repository, no social network."""
    return is_web(address) and not _ELSEWHERE.match(address)


def point_to(draft: Draft, addresses: Iterable[str]) -> str | None:
    """Give a paper its id, DOI or page from the addresses beside it. Returns why not, if one is another paper's."""
    another = None
    for address in addresses:
        if identifier := arxiv_id(address):
            another = draft.identify(identifier) or another
        elif found_doi := doi(address):
            draft.doi = draft.doi or found_doi
        elif is_web(address) and is_of_a_paper(address):
            draft.url = draft.url or address
    return another


# ── values ───────────────────────────────────────────────────────────────────────────────────────

_YEAR = re.compile(r"\s*\((?:19|20)\d\d\)\Z")
_NUMBER = re.compile(r"\A(?:\d{1,4}[.)]|#\d{1,4})\s+(?=\S)")
_QUOTES = {'"': '"', "“": "”", "«": "»"}


def title_of(text: str) -> str:
    """A title without what lists put round it: a number before it, its year behind it, quotation marks."""
    text = _YEAR.sub("", _NUMBER.sub("", squash(text)))
    if len(text) > 2 and _QUOTES.get(text[0]) == text[-1] and text.count(text[0]) + text.count(text[-1]) in (2, 4):
        text = text[1:-1]
    return text.strip()


def is_nothing(text: str) -> bool:
    """Whether a cell only says that it is empty."""
    return len(text) < 6 and text.strip().lower() in _NOTHING


def take(draft: Draft, name: str, label: str, text: str, order: Order | None = None) -> str | None:
    """Put in what a column or a labelled line says; `name` is its role. Returns why that was not understood, if so."""
    text = squash(text)
    if is_nothing(text):
        return None
    if name == "title":
        draft.title = draft.title or title_of(text)
    elif name == "authors":
        draft.authors = draft.authors or split_authors(text)
    elif name in ("abstract", "comment", "categories"):
        draft.take(Fact(name, text), order)
    elif name == "tldr":
        draft.tldr = f"{draft.tldr} {text}".strip()
    elif name in ("more", "journal", *Journal._fields):
        _publish(draft, name, label, text)
    elif name in ("date", "updated"):
        day = read_date(text, order)
        if day is None:
            return f"Invalid date: {text[:60]}"
        draft.dates.setdefault(name, day)
    elif name in ("link", "id"):
        return _lead_to(draft, [*filter(is_web, text.replace(",", " ").split())] or [text])
    return None


_NOT_THERE = re.compile(r"(?:submitted|under review|withdrawn|reject(?:ed)?|preprint|arxiv|n/?a)\b", re.IGNORECASE)


def _publish(draft: Draft, name: str, label: str, text: str) -> None:
    """Put in where a paper was published: the journal (which may be a whole reference), or a part of what it needs."""
    if name in ("more", "journal"):
        draft.comments.append(f"{label}: {text}")
    if name == "journal" and not _NOT_THERE.match(text):
        draft.print_in(journal_of(text))
    elif name == "year" and re.fullmatch(r"(?:1[6-9]|20)\d\d", text):
        draft.print_in(Journal(year=int(text)))
    elif name in ("volume", "number", "pages"):
        volume, number, pages = (text if name == part else None for part in ("volume", "number", "pages"))
        draft.print_in(Journal(None, volume, number, pages))


def _lead_to(draft: Draft, addresses: list[str]) -> str | None:
    another = point_to(draft, addresses)
    if not (draft.arxiv or draft.url):
        draft.url = next((each for each in addresses if may_be_of_a_paper(each) and not doi(each)), None)
    return another


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────

_FLEXIBLE = (
    "abstract",
    "tldr",
    "title",
    "comment",
    "more",
    "authors",
    None,
)  # where a surplus cell most likely belongs
_ANCHORS: dict[str, Callable[[str], bool]] = {
    "link": lambda cell: "://" in cell or arxiv_id(cell) is not None,
    "date": lambda cell: read_date(cell) is not None,
}


def realign(cells: Sequence[str], roles: Sequence[str | None], joint: str) -> list[str]:
    """As many cells as there are columns. A row has more if a cell holds what separates cells, unescaped.

    What can be told by its looks (an address, a date) stays in its column; the surplus before and behind it
    goes into the text beside, joined by `joint`.
    """
    surplus = len(cells) - len(roles)
    if surplus <= 0:
        return [*cells, *[""] * -surplus]
    result: list[str] = []
    place = start = 0  # the cells and the columns that are done with
    for column, name in enumerate(roles):
        fits = _ANCHORS.get(name or "")
        if fits is None or surplus == 0:
            continue
        due = place + column - start
        last = column == len(roles) - 1
        range_ = range(due + surplus, due - 1, -1) if last else range(due, due + surplus + 1)
        own = next((k for k in range_ if fits(cells[k])), None)
        if own is not None:
            result += [*_absorbed(cells[place:own], roles[start:column], joint), cells[own]]
            surplus -= own - due
            place, start = own + 1, column + 1
    return result + _absorbed(cells[place:], roles[start:], joint)


def _absorbed(cells: Sequence[str], roles: Sequence[str | None], joint: str) -> list[str]:
    """Cells for these columns, the surplus in the one where text is most likely."""
    surplus = len(cells) - len(roles)
    if surplus <= 0 or not roles:
        return list(cells[: len(roles)])
    at = min(range(len(roles)), key=lambda i: _FLEXIBLE.index(roles[i]) if roles[i] in _FLEXIBLE else len(_FLEXIBLE))
    return [*cells[:at], joint.join(cells[at : at + surplus + 1]), *cells[at + surplus + 1 :]]
