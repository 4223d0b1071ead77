"""Papers named in what people write: by a title on a line of its own, at the head of a paragraph or within a sentence.

No rule knows a title from other words. What is used:
- a line alone is a title if nearly all its words are capitalised, and no sentence ends in it;
- so is the opening of a paragraph ("Title. What I think …", "Title – what I think …");
- within a sentence: the text of a link to a paper; words in quotation marks or emphasis after "paper",
  "titled", "read", before "by Some Body", or with a subtitle; capitalised words with a subtitle, or after
  such a cue; of sentence case only what stands beside the address of a paper.
PURE.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from feedreader.identifiers import arxiv_id, doi, find_arxiv_ids
from feedreader.parse.authors import looks_like_authors, split_authors
from feedreader.parse.text import squash


@dataclass(frozen=True, slots=True)
class Name:
    """A paper as somebody names it: by title, by id or address, or both."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    arxiv_id: str | None = None
    version: int | None = None
    doi: str | None = None
    url: str | None = None

    @property
    def is_address(self) -> bool:
        return self.key is not None

    @property
    def key(self) -> str | None:
        """The address by which the paper is known."""
        return self.arxiv_id or self.doi or self.url

    def at(self, address: Name) -> Name:
        """This name with the address of another."""
        return replace(self, arxiv_id=address.arxiv_id, version=address.version, doi=address.doi, url=address.url)


# ── addresses ────────────────────────────────────────────────────────────────────────────────────

_URL = re.compile(r"https?://[^\s<>\"“”|\]]+", re.IGNORECASE)
_PAPER_HOST = re.compile(
    r"https?://(?:[\w-]+\.){0,3}(?:arxiv|openreview|aclweb|aclanthology|nips|neurips|mlr|thecvf|jmlr|biorxiv|medrxiv|ssrn|"
    r"semanticscholar|pubmed|ncbi|ieee|acm|springer|sciencedirect|pnas|nature|sciencemag|ecva|isca-speech|distill|hal|eprint|"
    r"paperswithcode|doi|plos|biomedcentral|mdpi|wiley|aaai)(?:\.[\w-]+){1,3}/\S|https?://\S+\.pdf\b",
    re.IGNORECASE,
)
_DOI = re.compile(r"(?:https?://(?:dx\.|www\.)?doi\.org/|doi:\s?|\b)10\.\d{4,9}/[^\s\"“”<>\])]+", re.IGNORECASE)
_PLAIN_ID = re.compile(
    r"[\[(]?(?:https?://\S+|arxiv:\s?\S+|doi:\s?\S+|\d{4}\.\d{4,5}(?:v\d+)?)[\])]?[.,;]?", re.IGNORECASE
)


def addresses(text: str) -> list[Name]:
    """The papers whose ids or addresses stand in a text, each once, arXiv ids first."""
    found = [Name(arxiv_id=key, version=version) for key, version in find_arxiv_ids(text)]
    dois = dict.fromkeys(key for m in _DOI.finditer(text) if (key := doi(m[0])) and not arxiv_id(m[0]))
    found += [Name(doi=key) for key in dois]
    urls = dict.fromkeys(m[0].rstrip(".,;:!?)'’*") for m in _URL.finditer(text))
    found += [Name(url=url) for url in urls if _PAPER_HOST.match(url) and not find_arxiv_ids(url) and not doi(url)]
    return found


def is_only_address(text: str) -> bool:
    """Whether a text is the address of a paper, perhaps with a label, and nothing else."""
    bare = re.sub(
        r"\A(?:(?:the )?(?:paper|link|links|pdf|url|preprint|arxiv|source)(?: here)?\s*[:–-]\s*)", "", text, flags=re.I
    )
    words = bare.split()
    return bool(addresses(text)) and len(words) <= 6 and not re.search(r"[^\W\d_]{2}", _PLAIN_ID.sub("", bare))


# ── what a title looks like ──────────────────────────────────────────────────────────────────────

_SMALL = frozenset({
    "a", "an", "the", "and", "or", "nor", "but", "of", "for", "in", "on", "to", "with", "by", "from", "via", "as", "at",
    "is", "are", "be", "was", "were", "can", "do", "does", "not", "no", "its", "it", "this", "that", "these", "their",
    "our", "your", "vs", "vs.", "versus", "into", "over", "under", "through", "using", "without", "between", "toward",
    "towards", "against", "than", "per", "beyond", "within", "during", "after", "before", "about", "across", "along",
    "among", "around", "upon", "out", "up", "off", "if", "when", "while", "how", "why", "what", "which", "who", "where",
    "more", "less", "most", "all", "both", "each", "et", "al", "based",
})  # fmt: skip
_NO_PAPER = re.compile(  # headings, labels, and places and meetings in which papers appear
    r"\b(?:papers?|readings|reading (?:list|group|club|thread|notes)|weeks?|weekly|months?|thread|digest|newsletter|"
    r"favou?rites?|meeting|agenda|minutes|conference on|advances in neural information|proceedings|university|please|"
    r"department of|institute of|international workshop|copyright|licen[sc]e)\b"
    r"|\A(?:(?:post|part|chapter|section|figure|table)\s\d|(?:re|fwd|q|a|\W*authors?\W*):)",
    re.IGNORECASE,
)
_TERM = re.compile(
    r"(?:[a-z]{2}ions?|[a-z]{3}ing|[a-z]{3}ity|[a-z]ments?|ical|ness|sis|ics|[a-z]ous|networks?|[a-z]ance|[a-z]ence|models?|"
    r"[a-z]isms?|[a-z]formers?|[a-z]coders?|data|survey|algorithms?|transforms?|transfer|neural|adversarial|bayesian|"
    r"generative|variational|differential|stochastic|statistical|spectral|quantum|semantic|linear|optimal|graphs?)\b",
    re.IGNORECASE,
)
_EDGE = " \t\"'“”‘’«»„*_`~,;"
_SENTENCE_ENDS = re.compile(r"(?<!\bvs)(?<!\b[A-Z])[.!?…]\s+\S|[.!;,:…]\Z")


def _capitals(text: str) -> tuple[int, int]:
    """Of the words that carry a title's meaning: how many are capitalised, and how many there are."""
    capital = content = 0
    for word in text.split():
        core = word.strip("\"'“”‘’«»()[]{}*_`.,;:!?–—-")
        if not core or core.lower() in _SMALL or not core[0].isalpha():
            continue
        content += 1
        capital += any(c.isupper() for c in core)
    return capital, content


def _is_title_case(text: str, fewest: int) -> bool:
    if not fewest <= len(text.split()) <= 25 or len(text) > 250 or "@" in text or "://" in text:
        return False
    start = text.lstrip(_EDGE)[:1]
    if not start or start.islower() or not (start.isalnum() or start in "$\\") or _SENTENCE_ENDS.search(text):
        return False
    if text.isupper():  # shouted
        return False
    capital, content = _capitals(text)
    return capital >= min(2, fewest) and capital >= 0.85 * content and not _NO_PAPER.search(text)


def is_title(text: str, fewest: int = 3) -> bool:
    """Whether the words, at least so many, could be a paper's title in title case."""
    if not _is_title_case(text, fewest):
        return False
    _, _, tail = text.partition(": ")
    return not any(looks_like_authors(re.sub(r"\A[\W\d]+", "", names)) for names in (text, tail) if names)


def _looks_composed(title: str) -> bool:
    """Whether a few capitalised words are more than a name: a term, a subtitle, a number, a compound."""
    return re.search(r"[:\d]|\w-\w", title) is not None or _TERM.search(title) is not None


def is_scholarly(title: str) -> bool:
    """Whether a title has two words of the kind that papers' titles are made of, or one and some length."""
    terms = sum(_TERM.search(word) is not None for word in title.split())
    return terms > 1 or (terms == 1 and len(title.split()) > 3)


# ── a line that is a title ───────────────────────────────────────────────────────────────────────

_LEAD = re.compile(r"\A(?:#{1,6}\s+|(?:paper|title)(?: of the day)?:\s+|\d{1,2}[.)]\s+)", re.IGNORECASE)
_BRACKET = re.compile(r"\s*[\[(][^()\[\]]{0,120}[\])]?\s*\Z")
_TRAILER = re.compile(r"\s*[|·–—-]\s*(?:arxiv(?:\.org)?|openreview|pdf|abs)\Z", re.IGNORECASE)
_CITED = re.compile(
    r"\A\W*\Z|(?:\b|['’])(?:19|20)?\d\d\b|\b(?:pdf|arxiv|link|paper|code|abs|here|url|https?|et al|preprint|doi)\b",
    re.I,
)
_PARTS = re.compile(r"(\. |\? | [–—|-] | \((?=[^()]{0,80}(?:\d{4}|et al\.?|arxiv|pdf|link)\)|https?://)|: )")
_OPENING, _CLOSING = '"“‘«„', '"”’»“'
_TALKING = re.compile(
    r"\b(?:i|i['’]\w+|my|me|we|let|this|here|check|link|looks?|nice|great|interesting|found|everyone|guys|thanks|also|see|read)\b",
    re.I,
)


def _cut_authors(text: str) -> tuple[str, tuple[str, ...]]:
    """`“Title” by Some Body and Another` as title and authors."""
    for match in reversed(list(re.finditer(r",?\s+by\s+(?=[^\W\d_a-z])", text[:600]))):
        head, people = text[: match.start()], text[match.end() :].rstrip(". ")
        quoted = head.rstrip(" ,")[-1:] in tuple(_CLOSING + "*_)]")
        if people and looks_like_authors(people):
            return head, split_authors(people)
        if quoted and len(people.split()) <= 12 and not re.search(r"[:“\"]", people):
            return head, ()
    return text, ()


def _bare(text: str) -> str:
    """A title without quotation marks, emphasis, citation and what else clings to it."""
    for _ in range(4):
        before = text
        text = _TRAILER.sub("", text.strip())
        if (match := _BRACKET.search(text)) and match.start() and _CITED.search(match[0].strip("()[] \t")):
            text = text[: match.start()]
        text = text.strip(" \t*_`~,;").removeprefix(">").strip()
        if len(text) > 2 and text[0] in _OPENING and text[-1] in _CLOSING:
            text = text[1:-1]
        if text == before:
            break
    if text[:1] in _OPENING and not any(c in text[1:] for c in _CLOSING):
        text = text[1:]
    return squash(text)


def title_line(text: str) -> Name | None:
    """The paper that a line names, if the line does nothing else."""
    if len(text) > 600:
        return None
    text = _LEAD.sub("", text)
    if (link := _LINK.match(text.lstrip(" *_"))) and (name := _linked(link)):
        people = re.sub(r"\A[\s*_]*(?:\([^()]{0,60}\)\s*)?(?:,?\s*by\s)?", "", link.string[link.end() :]).rstrip(" .*_")
        listed = looks_like_authors(people)
        return replace(name, authors=split_authors(people) if listed else ()) if listed or not people else None
    found = addresses(text)
    plain = re.sub(r"\(\s*\)|\[\s*\]", "", _PLAIN_ID.sub("", text)) if found else text
    head, authors = _cut_authors(plain)
    title = _bare(head)
    marked = title != squash(head) and head.strip()[:1] in _OPENING
    name = Name(title, authors).at(found[0] if len(found) == 1 else Name())
    if is_title(title, 2 if marked and authors else 3) and (
        _TERM.search(title) or len(title.split()) > 3 or marked or found
    ):
        return name
    plausible = 3 <= len(title.split()) <= 25 and title[:1].isupper() and not _SENTENCE_ENDS.search(title)
    sure = (marked and authors) or (len(found) == 1 and is_scholarly(title) and not _TALKING.search(title))
    return name if sure and plausible else None


def leading_title(text: str) -> tuple[Name, str] | None:
    """The paper that a paragraph names before anything else, and the rest: "Title. Rest", "Title – rest"."""
    parts = _PARTS.split(text[:400])
    end = size = fewest = 0
    for part, separator, follows in zip(parts[::2], parts[1::2], parts[2::2], strict=False):
        size += len(part)
        subtitle_may_follow = separator == ": "
        if not _is_title_case(_bare(part), 1 if end or subtitle_may_follow else 2) or re.search(r"\s[\"“]", part):
            break
        if not subtitle_may_follow or follows[:1].islower():
            end = size + (separator == "? ")
        size += len(separator)
        fewest = 4
        if separator not in (". ", "? ", ": "):
            fewest = 3
            break
    title, rest = _bare(text[:end]), re.sub(r"\A\s*\([^()]{0,100}\)\W*|\A[\s.–—|:-]+", "", text[end:])
    capital, content = _capitals(title)
    sure = capital >= fewest and capital == content and _looks_composed(title)
    return (Name(title), rest) if rest and sure and not looks_like_authors(title) else None


def without_links(text: str) -> str:
    """A text without Markdown links, addresses and the names of emoji."""
    return re.sub(r":[a-z_]{3,30}:", "", _URL.sub("", re.sub(r"\[[^\[\]\n]{1,300}\]\([^()\s]{1,400}\)", "", text)))


# ── names within a sentence ──────────────────────────────────────────────────────────────────────

_LINK = re.compile(
    r"\[([^\[\]\n]{1,300})\]\(<?(https?://[^\s()<>]{1,400}(?:\([^\s()]{0,80}\)[^\s()]{0,80})?)>?(?:\s\"[^\"]{0,200}\")?\)"
)
_MARKED = re.compile(
    r"[“„«]([^“”„«»]{3,300})[”»]|(?<!\w)\"([^\"]{3,300})\"(?!\w)|(?<!\w)‘([^‘’]{3,300})’(?!\w)|(?<![\w*_])[*_]{1,3}([^\s*_][^*_]{2,300})[*_]{1,3}(?![\w*_])"
)
_CUE = re.compile(
    r"\b(?:papers?|preprint|article|titled|entitled|called|read|reading|reviewing|presenting|recommend|study|seen|work|"
    r"also|see|saw|like|liked|love|loved|enjoy|enjoyed|cites?|cited|check out)"
    r"(?:\s(?:is|was|about|this|of|on|the|here|from|by|yesterday|today|again|our|their|paper)){0,3}"
    r"\s?[:,–—-]?\s*[“\"‘«*_]{0,3}\Z",
    re.IGNORECASE,
)
_NO_CUE = re.compile(
    r"\b(?:blog|book|movie|film|talk|video|post|song|novel|podcast|course|notebook|section|chapter|album|show|thread|channel|function)s?"
    r"(?:\s(?:post|called|titled|entitled|on|is|the|about))*\s?[:,]?\s*\Z",
    re.IGNORECASE,
)
_NAME_PART = r"(?:[A-Z]\.(?:-?[A-Z]\.)*|[^\W\d_a-z][\w'’-]+)"
_PERSON = rf"{_NAME_PART}(?:\s(?:{_NAME_PART}|van|von|de|der|den|la|le|di|da|el|al|bin)){{0,4}}"
_BY = re.compile(
    rf"[”\"’»*_)\s]{{0,3}}(?:\s?\([^()]{{0,60}}\))?,?\sby\s({_PERSON}(?:(?:,?\sand|,?\s&|,)\s{_PERSON}){{0,30}})"
)
_CUE_AFTER = re.compile(
    r"[”\"’»*_]{0,3}\s(?:(?:papers?|preprint|article)\b|\(?arxiv|\(?https?://|\([^()]{0,40}(?:19|20)\d\d\b|"
    r"(?:is|was|looks|seems|does)\s(?:\w+\s)?(?:good|great|nice|better|interesting|worth|similar|related|relevant)\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")


def _linked(link: re.Match[str]) -> Name | None:
    """What a Markdown link names: a paper by title if it leads to one; None if it leads elsewhere."""
    found = addresses(link[2])
    if not found:
        return None
    title = _bare(link[1])
    named = is_title(title, 2) or (3 < len(title.split()) <= 25 and title[:1].isupper() and not _TALKING.search(title))
    return Name(title if named else None).at(found[0])


def _authors_after(text: str, end: int) -> tuple[str, ...]:
    match = _BY.match(text, end)
    people = match[1] if match else ""
    return split_authors(people) if " " in people and looks_like_authors(people) else ()


def _marked(text: str) -> Iterator[tuple[int, int, Name]]:
    for match in _MARKED.finditer(text):
        words = next(group for group in match.groups() if group)
        title, before = _bare(words.rstrip(".,;:!")), text[max(0, match.start() - 60) : match.start()]
        if not _is_title_case(title, 2) or _NO_CUE.search(before):
            continue
        cued = _CUE.search(before) or _BY.match(text, match.end()) or _CUE_AFTER.match(text, match.end())
        if cued or (is_title(title, 4) and (": " in title or len(title.split()) > 5)):
            yield match.start(), match.end(), Name(title, _authors_after(text, match.end()))


def _unmarked(text: str) -> Iterator[tuple[int, int, Name]]:
    """Capitalised words in a row, small ones between them: those with a subtitle or a cue."""
    run: list[re.Match[str]] = []
    for word in (*_WORD.finditer(text), None):
        core = word[0].strip("\"'“”‘’()[]*_.,;:!?") if word else ""
        small = core.islower() and core in _SMALL
        capital = bool(core) and core not in ("I", "I’m", "I'm", "I’ve", "I've") and core[0].isupper()
        if word and ((capital and len(run) < 40) or (run and small)) and not (word[0][0] in '([“"' and run):
            run.append(word)
            if word[0][-1] not in '.;!?)”"' or (word[0] == "vs."):
                continue
        while run and (run[-1][0].lower() in _SMALL):
            run.pop()
        if run:
            start, end = run[0].start(), run[-1].end()
            title = text[start:end].rstrip('.,;:!)”"')
            before, (head, _, tail) = text[max(0, start - 60) : start], title.partition(": ")
            cued = (
                _CUE.search(before)
                or (_BY.match(text, end) and _authors_after(text, end))
                or _CUE_AFTER.match(text, end)
            )
            subtitled = bool(head) and _capitals(tail)[0] >= 2
            large = _capitals(title)[0] > 2 and sum(word[0].isupper() for word in title.split()) > 3
            if (cued or subtitled) and large and is_title(title, 4) and not _NO_CUE.search(before):
                yield start, end, Name(title, _authors_after(text, end))
        run = []


def names_within(text: str) -> list[Name]:
    """The papers that a paragraph names by title, in their order."""
    found: list[tuple[int, int, Name]] = [
        (link.start(), link.end(), name) for link in _LINK.finditer(text) if (name := _linked(link)) and name.title
    ]
    for candidates in (_marked(text), _unmarked(text)):
        taken = list(found)
        found += [(s, e, name) for s, e, name in candidates if all(e <= start or s >= end for start, end, _ in taken)]
    return [name for _, _, name in sorted(found, key=lambda item: item[0])]


# ── short names ──────────────────────────────────────────────────────────────────────────────────

_TOKEN = re.compile(r"\w+(?:-\w+)*")
_GENERIC = frozenset({
    "CNN", "RNN", "GAN", "LSTM", "NLP", "MLP", "SGD", "API", "GPU", "CPU", "PDF", "IMO", "FAQ", "TLDR", "USA", "VAE",
    "SVM", "MDP", "KNN", "EEG", "MRI",
})  # fmt: skip


def words(text: str) -> tuple[str, ...]:
    """The words of a text without their case."""
    return tuple(_TOKEN.findall(text.casefold()))


def _short_names(title: str) -> Iterator[tuple[str, ...]]:
    """What people call a paper. Lower case stands for either case, capitals only for themselves."""
    head, colon, _ = title.partition(":")
    parts = _TOKEN.findall(head)
    letters = "".join(word[0] for word in parts if word.lower() not in _SMALL)
    if len(words(title)) > 3:
        yield words(title)
    if 2 < len(letters) < 7 and letters.isupper() and letters not in _GENERIC:
        yield (letters,)
    if parts and parts[0].lower() in ("a", "an", "the"):
        parts = parts[1:]
    if not colon or not parts:
        return
    if len(parts) == 2:
        yield tuple(parts)
    elif len(parts) > 2 or "-" in parts[0] or any(c.isdigit() or c.isupper() for c in parts[0][1:]):
        yield words(" ".join(parts))


class ShortNames:
    """Finds papers, numbered as their titles are, by what people call them: never by what two of them are called."""

    def __init__(self, titles: Iterable[str]) -> None:
        self._called: dict[tuple[str, ...], int] = {}
        for number, title in enumerate(titles):
            for short in dict.fromkeys(_short_names(title)):
                self._called[short] = number if self._called.get(short, number) == number else -1
        self._sizes = sorted({len(short) for short in self._called})

    def within(self, text: str) -> list[int]:
        """The papers that a text calls by a short name."""
        exact, folded = tuple(_TOKEN.findall(text)), words(text)
        runs = (row[i : i + n] for n in self._sizes for row in (exact, folded) for i in range(len(row) - n + 1))
        return [n for n in dict.fromkeys(self._called.get(run, -1) for run in runs) if n >= 0]
