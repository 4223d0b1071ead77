"""arXiv ids and DOIs in every form they are met, as one canonical key each. Versions are split off.

The two schemes of arXiv: `YYMM.NNNN` from April 2007 (five digits from January 2015), before that
`archive/YYMMNNN`, where a subject class says nothing ("math.GT/0309136" is math/0309136).
Source: https://info.arxiv.org/help/arxiv_identifier.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga|"
    "funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math-ph|math|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|"
    "q-alg|q-bio|quant-ph|solv-int|stat|supr-con"
)
_MONTH = "(?:0[1-9]|1[0-2])"
_NEW = rf"(?:0(?:70[4-9]|71[0-2]|[89]{_MONTH})|1[0-4]{_MONTH})\.[0-9]{{4}}|(?:1[5-9]|[2-8][0-9]){_MONTH}\.[0-9]{{5}}"
_OLD = rf"(?:{_ARCHIVES})(?:\.[a-z]{{2}})?/(?:9[1-9]|0[0-7]){_MONTH}[0-9]{{3}}"
_VERSION = r"(?:v([1-9][0-9]{0,2}))?"
_END = r"(?![0-9a-z_]|\.[0-9]|/[0-9a-z])"
_HOST = (
    r"(?:https?://)?(?:[a-z0-9-]+\.){0,3}(?:arxiv|alphaxiv|ar5iv|lanl)\.(?:org|gov)/"
    r"(?:abs|pdf|html|format|ps|src|e-print|overview|tb|cits|show-email/[0-9a-f]+)/(?:arxiv:)?"
    r"|(?:https?://)?huggingface\.co/papers/"
)
_DOI_OF_ARXIV = r"10\.48550/arxiv\."
_LABEL = r"oai:arxiv\.org:|arxiv\s?:\s?|arxiv\s(?:preprint\s)?(?:arxiv:\s?)?|(?:https?://)?(?:dx\.|www\.)?arxiv\.org/"

_WHOLE = re.compile(
    rf"\[?(?:{_HOST}|{_LABEL}|(?:doi:\s?|https?://(?:dx\.|www\.)?doi\.org/)?{_DOI_OF_ARXIV})?"
    rf"({_NEW}|{_OLD}){_VERSION}{_END}(?:\.pdf|\.ps\.gz)?/?(?:[?#]\S*)?(?:\s*\[[a-z-]+(?:\.[a-z-]{{2,}})?\])?\]?",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    rf"(?<![0-9a-z_.-])(?:(?:{_HOST}|{_LABEL}|{_DOI_OF_ARXIV})({_NEW}|{_OLD})"
    rf"|(?<!/)((?:1[5-9]|[2-8][0-9]){_MONTH}\.[0-9]{{5}}|{_OLD})){_VERSION}{_END}",
    re.IGNORECASE,
)
_NUMBERED = re.compile(rf"(?:[a-z-]+/)?([0-9]{{2}})({_MONTH})[.0-9]")
_AROUND = " \t\n\xa0.,;:()<>{}\"'“”‘’"


def _canonical(id: str) -> str:
    id = id.lower()
    archive, slash, number = id.partition("/")
    return f"{archive.partition('.')[0]}/{number}" if slash else id


@lru_cache(maxsize=64)  # a format asks, then the parser of its records
def arxiv_id(text: str) -> tuple[str, int | None] | None:
    """The canonical id and the version, if the text is an arXiv id, its URL or its DOI, and nothing else."""
    if len(text) > 500:
        return None
    text = text.strip(_AROUND)
    match = _WHOLE.fullmatch(unquote(text) if "%" in text else text)
    return (_canonical(match[1]), int(match[2]) if match[2] else None) if match else None


def find_arxiv_ids(text: str) -> tuple[tuple[str, int | None], ...]:
    """The arXiv ids (and versions) in running text, in their order, each once.

    What could be just a number counts only where "arXiv" or an address stands before it, or where
    it has the form of the ids since 2015.
    """
    ids: dict[str, int | None] = {}
    for match in _WITHIN.finditer(text):
        key = _canonical(match[1] or match[2])
        version = int(match[3]) if match[3] else None
        if ids.get(key) is None:
            ids[key] = version
    return tuple(ids.items())


_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\"“”]+", re.IGNORECASE)
_DOI_LABEL = re.compile(
    r"(?:doi(?!\.)\s*[:=]?\s*)?(?:https?://)?(?:(?:dx\.|www\.)?doi\.org/)?(?:doi:\s*)?", re.IGNORECASE
)
_PUBLISHER = re.compile(
    r"https?://[^\s/]+/(?:[^\s?#]*?/|[^\s?#]*\?(?P<query>(?:[^\s#&]*&)*(?:id|doi)=))?(?=10\.[0-9]{4,9}(?:/|%2f))",
    re.IGNORECASE,
)
_VIEW = re.compile(
    r"(?:[?#].*|/(?:full|pdf|epdf|pdfft|abstract|html|meta|fulltext|summary|_article)"
    r"|(?:\.full)?\.(?:pdf|epub|html?|xml)|\.(?:full|short|abstract))\Z",
    re.IGNORECASE,
)
_ARTICLE_PAGE = re.compile(r"/[a-z-]*article[a-z-]*/doi/\Z", re.IGNORECASE)  # of Silverchair: Oxford, ACS, AIP, RSC …
_ARTICLE_NUMBER = re.compile(r"/[0-9]{4,}(?:/[^/]*)?\Z")
_PREPRINT_VERSION = re.compile(r"(10\.(?:1101|64898)/[0-9.]+)v[0-9]+(?:\..*)?\Z")
_VERSION_OF_DOI = re.compile(  # as these servers of preprints and these journals make them
    r"(10\.(?:21203|20944|22541|26434|31124|33774|36227|6084|7287)/.+?)[./_-]?v[0-9]{1,3}"
    r"|(10\.[0-9]+/osf\.io/[a-z0-9]+)_v[0-9]{1,3}"
    r"|(10\.12688/[a-z0-9]+\.[0-9]+)\.[0-9]{1,2}"
)
_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}


def doi(text: str) -> str | None:
    """The DOI in lower case, if the text is one: bare, after "doi:", or as the address of its page."""
    text = text.strip().lstrip("<([{\"'“‘")
    if len(text) > 1000 or ("10." not in text and "%" not in text):
        return None
    publisher = _PUBLISHER.match(text)
    at_publisher = publisher is not None and "doi.org/" not in publisher[0].lower()
    label = publisher or _DOI_LABEL.match(text)
    rest = text[label.end() :] if label else text
    rest = rest.partition("&")[0] if publisher and publisher["query"] else rest
    if "//" in text[:10] or "doi.org/" in text.lower():
        rest = unquote(rest)
        rest = _VIEW.sub("", rest) if at_publisher else re.sub(r"[?#].*", "", rest)
    if publisher and _ARTICLE_PAGE.search(publisher[0]):
        rest = _ARTICLE_NUMBER.sub("", rest)
    match = _DOI.match(rest)
    if match is None or rest[match.end() :].strip(_AROUND + "]"):
        return None
    name = _trimmed(match[0]).lower()
    name = _PREPRINT_VERSION.sub(r"\1", _VIEW.sub("", name) if at_publisher else name)
    return name if _DOI.fullmatch(name) else None


def unversioned(doi: str) -> str:
    """A DOI as `doi` gives it, without the version at its end: some servers give one to each version of a preprint."""
    match = _VERSION_OF_DOI.fullmatch(doi)
    return match[match.lastindex or 0] if match else doi


def _trimmed(text: str) -> str:
    """Without the punctuation that follows a DOI in a sentence; a bracket goes only if it closes nothing in the DOI."""
    while text:
        last = text[-1]
        if last in ".,;:!?'’”*" or (last in _PAIRS and text.count(last) > text.count(_PAIRS[last])):
            text = text[:-1]
        else:
            return text
    return text


def arxiv_month(arxiv_id: str) -> tuple[int, int] | None:
    """The year and month in which arXiv numbered a paper, from its canonical id."""
    match = _NUMBERED.match(arxiv_id)
    return (int(match[1]) + (1900 if match[1] >= "91" else 2000), int(match[2])) if match else None
