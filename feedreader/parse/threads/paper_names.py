"""Papers named in what people write: by a title on a line of its own, at the head of a paragraph or within a sentence.

No rule knows a title from other words. What is used:
- A line alone is a title if nearly all its words are capitalised and no sentence ends in it. One in sentence
  case is a title only beside the paper's address, or in quotation marks before "by Some Body".
- The opening of a paragraph is a title if it is so capitalised, and parted from the rest: "Title. I think …",
  "Title – I think …", "Title (2019): I think …".
- Within a sentence: the text of a link to a paper; words in quotation marks or emphasis with a cue (after
  "paper", "titled", "read", …; before "by Some Body", "is great", a year, an address) or with some length;
  capitalised words in a row with a cue, a subtitle, or the length and the words of a title.
PURE.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from feedreader.parse.layout.authors import looks_like_authors, split_authors
from feedreader.parse.threads.paper_addresses import LINK, PaperName, addresses, without_addresses
from feedreader.text.cleaning import squash

# ── what a title looks like ──────────────────────────────────────────────────────────────────────

SMALL_WORDS = frozenset({
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
    r"(?:department|institute|school|faculty|journal|society) (?:of|for)|laboratory|association for|transactions on|"
    r"international workshop|copyright|licen[sc]e)\b"
    r"|\A(?:(?:post|part|chapter|section|figure|table)\s\d|(?:re|fwd|q|a|\W*authors?\W*):)",
    re.IGNORECASE,
)
_TERM = re.compile(
    r"(?:[a-z]{2}ions?|[a-z]{3}ing|[a-z]{3}ity|[a-z]ments?|ical|ness|sis|ics|[a-z]ous|networks?|[a-z]ance|[a-z]ence|"
    r"models?|[a-z]isms?|[a-z]formers?|[a-z]coders?|data|survey|algorithms?|transforms?|transfer|neural|adversarial|"
    r"bayesian|generative|variational|differential|stochastic|statistical|spectral|quantum|semantic|linear|optimal|"
    r"graphs?)\b",
    re.IGNORECASE,
)
_COMPOUND = re.compile(r"[:\d]|\w-\w")
_EDGE = " \t\"'“”‘’«»„*_`~,;"
_SENTENCE_ENDS = re.compile(r"(?<!\bvs)(?<!\b[A-Z])[.!?…]\s+\S|[.!;,:…]\Z")


def _capitals(text: str) -> tuple[int, int]:
    """Of the words that carry a title's meaning: how many are capitalised, and how many there are."""
    capital = content = 0
    for word in text.split():
        core = word.strip("\"'“”‘’«»()[]{}*_`.,;:!?–—-")
        if core and core[0].isalpha() and core.lower() not in SMALL_WORDS:
            content += 1
            capital += any(c.isupper() for c in core)
    return capital, content


def _is_whole(text: str, fewest: int) -> bool:
    """Whether a text has a title's length, starts like one, and no sentence ends in it."""
    start = text.lstrip(_EDGE)[:1]
    starts_well = bool(start) and not start.islower() and (start.isalnum() or start in "$\\")
    return starts_well and fewest <= len(text.split()) <= 25 and len(text) <= 250 and not _SENTENCE_ENDS.search(text)


def _is_title_case(text: str, fewest: int) -> bool:
    if not _is_whole(text, fewest) or text.isupper() or "@" in text or "::" in text or "://" in text:
        return False
    capital, content = _capitals(text)
    return capital >= min(2, fewest) and capital >= 0.85 * content and not _NO_PAPER.search(text)


def _is_title(text: str, fewest: int) -> bool:
    """Whether the words, at least `fewest`, could be a paper's title in title case."""
    if not _is_title_case(text, fewest):
        return False
    _, _, tail = text.partition(": ")
    return not any(looks_like_authors(re.sub(r"\A[\W\d]+", "", names)) for names in (text, tail) if names)


def is_scholarly(title: str) -> bool:
    """Whether a title has two words of the kind that papers' titles are made of, or one and some length."""
    terms = sum(_TERM.search(word) is not None for word in title.split())
    return terms > 1 or (terms == 1 and len(title.split()) > 3)


def _is_composed(title: str) -> bool:
    """Whether a few capitalised words are more than a name: a term, a subtitle, a number, a compound."""
    return _COMPOUND.search(title) is not None or _TERM.search(title) is not None


# ── a line that is a title ───────────────────────────────────────────────────────────────────────

_LEAD = re.compile(r"\A(?:#{1,6}\s+|(?:paper|title)(?: of the day)?:\s+|\d{1,2}[.)]\s+)", re.IGNORECASE)
_BRACKET = re.compile(r"\s*[\[(]([^()\[\]]{0,120})[\])]?\s*\Z")
_CITATION = re.compile(
    r"\A\W*\Z|(?:\b|['’])(?:19|20)?\d\d\b|\b(?:pdf|arxiv|link|paper|code|abs|here|url|https?|et al|preprint|doi)\b",
    re.IGNORECASE,
)
_TRAILER = re.compile(r"\s*[|·–—-]\s*(?:arxiv(?:\.org)?|openreview|pdf|abs)\Z", re.IGNORECASE)
_OPENING, _CLOSING = '"“‘«„', '"”’»“'
_BYLINE = re.compile(r",?\s+by\s+(?=[^\W\d_a-z])|\s[–—-]\s(?=[^\W\d_a-z])")
_AFTER_LINK = re.compile(r"\A[\s*_]*(?:\([^()]{0,60}\)\s*)?(?:,?\s*by\s)?")
_TALKING = re.compile(
    r"\b(?:i|i['’]\w+|my|me|we|let|this|here|check|link|looks?|nice|great|interesting|found|everyone|guys|thanks|also|"
    r"see|read)\b",
    re.IGNORECASE,
)


def _cut_authors(text: str) -> tuple[str, tuple[str, ...]]:
    """`“Title” by Some Body and Another` as title and authors."""
    for match in reversed(list(_BYLINE.finditer(text))):
        head, people = text[: match.start()].rstrip(" ,"), text[match.end() :].rstrip(". ")
        if looks_like_authors(people):
            return head, split_authors(people)
        if head.endswith(tuple(_CLOSING + "*_)]")) and len(people.split()) <= 12 and not re.search(r"[:“\"]", people):
            return head, ()
    return text, ()


def _bare(text: str) -> str:
    """A title without the quotation marks, emphasis, citation and so on around it."""
    for _ in range(4):
        before = text
        text = _TRAILER.sub("", text.strip())
        if (match := _BRACKET.search(text)) and match.start() and _CITATION.search(match[1].strip()):
            text = text[: match.start()]
        text = text.strip(" \t*_`~,;").removeprefix(">").strip()
        if len(text) > 2 and text[0] in _OPENING and text[-1] in _CLOSING:
            text = text[1:-1]
        if text == before:
            break
    unclosed = text[:1] in tuple(_OPENING) and not any(c in text[1:] for c in _CLOSING)
    return squash(text[1:] if unclosed else text)


def title_line(text: str) -> PaperName | None:
    """The paper that a line names, if the line does nothing else."""
    if len(text) > 600:
        return None
    text = _LEAD.sub("", text).lstrip(" *_")
    if link := LINK.search(text):
        return _linked_line(link)
    ids = addresses(text)
    head, authors = _cut_authors(without_addresses(text) if ids else text)
    title = _bare(head)
    quoted, cited = head.strip()[:1] in tuple(_OPENING), squash(head).endswith(")") and not title.endswith(")")
    name = PaperName(title, authors, marked=quoted).at(ids[0] if len(ids) == 1 else PaperName())
    if _is_title(title, 2 if authors or cited else 3):
        sure = quoted or bool(ids) or len(title.split()) > 3 or _is_composed(title)
    else:
        may_be = (quoted and authors) or (ids and is_scholarly(title) and not _TALKING.search(title))
        sure = bool(may_be) and len(ids) < 2 and title[:1].isupper() and _is_whole(title, 3)
    return name if sure else None


def _linked_line(link: re.Match[str]) -> PaperName | None:
    """The paper that a line names by a link at its beginning, with nothing but authors after it."""
    name, people = _linked(link), _AFTER_LINK.sub("", link.string[link.end() :]).rstrip(" .*_")
    if name is None or link.start() or (people and not looks_like_authors(people)):
        return None
    return replace(name, authors=split_authors(people) if people else ())


# ── a paragraph that opens with a title ──────────────────────────────────────────────────────────

_PARTS = re.compile(r"(\. |\? |: | [–—|-] | \((?=[^()]{0,80}(?:\d{4}|et al\.?|arxiv|pdf|link)\)|https?://))")
_FULL_STOP = re.compile(r"(?<!\b[A-Z])\.\s")
_AFTER_TITLE = re.compile(r"\A\s*\([^()]{0,100}\)\W*|\A[\s.–—|:-]+")


def leading_title(text: str) -> tuple[PaperName, str] | None:
    """The paper that a paragraph names before anything else, and the rest: "Title. Rest", "Title – rest"."""
    authors: tuple[str, ...] = ()
    if (stop := _FULL_STOP.search(text, 0, 400)) and looks_like_authors(text[: stop.start()]):
        authors = split_authors(text[: stop.start()])  # "Some Body and Another. Title. Rest"
        authors, text = (authors, text[stop.end() :]) if len(authors) > 1 else ((), text)
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
        ends_surely = separator not in (". ", "? ", ": ")
        fewest = 3 if ends_surely else 4
        if ends_surely:
            break
    title, rest = _bare(text[:end]), _AFTER_TITLE.sub("", text[end:])
    capital, content = _capitals(title)
    sure = rest and fewest <= capital == content and _is_composed(title) and not looks_like_authors(title)
    return (PaperName(title, authors), rest) if sure else None


# ── names within a sentence ──────────────────────────────────────────────────────────────────────

_MARKED = re.compile(
    r"[“„«]([^“”„«»]{3,300})[”»]|(?<!\w)\"([^\"]{3,300})\"(?!\w)|(?<!\w)‘([^‘’]{3,300})’(?!\w)"
    r"|(?<![\w*_])[*_]{1,3}([^\s*_][^*_]{2,300})[*_]{1,3}(?![\w*_])"
)
_CALLED = re.compile(r"\b(?:papers?|preprint|article|titled|entitled|called)\s?[:,]?\s*\Z", re.IGNORECASE)
_CUE = re.compile(
    r"\b(?:papers?|preprint|article|titled|entitled|called|read|reading|reviewing|presenting|recommend|study|seen|work|"
    r"also|see|saw|like|liked|love|loved|enjoy|enjoyed|cites?|cited|check out|first|second|third|other|next|favou?rite)"
    r"(?:\s(?:is|was|about|this|of|on|one|the|here|from|by|yesterday|today|again|our|their|paper)){0,3}"
    r"\s?[:,–—-]?\s*[“\"‘«*_]{0,3}\Z",
    re.IGNORECASE,
)
_NO_CUE = re.compile(
    r"\b(?:blog|book|movie|film|talk|video|post|song|novel|podcast|course|notebook|section|chapter|album|show|thread|"
    r"channel|function)s?(?:\s(?:post|called|titled|entitled|on|is|the|about)){0,4}\s?[:,]?\s*\Z",
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
_BESIDE = re.compile(r"[\s”\"’»*_(\[,:–-]{1,6}((?:https?://|arxiv:\s?|doi:\s?)\S+)", re.IGNORECASE)
_WORD = re.compile(r"\S+")
_FIRST_PERSON = frozenset({"I", "I'm", "I’m", "I've", "I’ve", "I'd", "I’d", "I'll", "I’ll"})
_Span = tuple[int, int, PaperName]  # where it starts and ends


def _linked(link: re.Match[str]) -> PaperName | None:
    """What a Markdown link names: a paper, by title if it is the link's text; None if it leads elsewhere."""
    ids = addresses(link[2])
    title = _bare(link[1])
    in_sentence_case = title[:1].isupper() and _is_whole(title, 4) and not _TALKING.search(title)
    named = _is_title(title, 2) or in_sentence_case
    return PaperName(title if named else None).at(ids[0]) if ids else None


def _authors_after(text: str, end: int) -> tuple[str, ...]:
    match = _BY.match(text, end)
    people = match[1] if match else ""
    return split_authors(people) if " " in people and looks_like_authors(people) else ()


def _marked(text: str) -> Iterator[_Span]:
    """Words in quotation marks or emphasis: with a cue, or with the length of a title."""
    for match in _MARKED.finditer(text):
        start, end = match.span()
        title = _bare(next(group for group in match.groups() if group).rstrip(".,;:!"))
        before = text[max(0, start - 60) : start]
        if _NO_CUE.search(before):
            continue
        by = _BY.match(text, end)
        if _is_title_case(title, 2):
            long = _is_title(title, 4) and (": " in title or len(title.split()) > 5)
            named = bool(by or long or _CUE.search(before) or _CUE_AFTER.match(text, end))
        else:
            called = by or _CALLED.search(before)
            named = bool(called) and title[:1].isupper() and _is_whole(title, 4) and not _NO_PAPER.search(title)
        if named:
            yield start, end, PaperName(title, _authors_after(text, end), marked=True)


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Capitalised words in a row, with small ones between them."""
    run: list[re.Match[str]] = []
    for word in (*_WORD.finditer(text), None):
        core = word[0].strip("\"'“”‘’()[]*_.,;:!?") if word else ""
        capital = core[:1].isupper() and core not in _FIRST_PERSON
        small = bool(run) and core in SMALL_WORDS
        if word and len(run) < 40 and (capital or small) and not (run and word[0][0] in '([“"'):
            run.append(word)
            if word[0][-1] not in '.;!?)”"' or word[0] == "vs.":
                continue
        while run and run[-1][0].lower() in SMALL_WORDS:
            run.pop()
        if run:
            yield run[0].start(), run[-1].end()
        run = []


def _unmarked(text: str) -> Iterator[_Span]:
    """Capitalised words in a row: with a cue or a subtitle, or with the length and the words of a title."""
    for start, end in _runs(text):
        title = text[start:end].lstrip("(“‘\"'").rstrip(".,;:!)”’\"'")
        before, (head, _, tail) = text[max(0, start - 60) : start], title.partition(": ")
        capital, _ = _capitals(title)
        if capital < 3 or sum(word[0].isupper() for word in title.split()) < 4 or _NO_CUE.search(before):
            continue
        authors = _authors_after(text, end)
        subtitled = bool(head) and _capitals(tail)[0] > 1
        composed = capital > 4 and is_scholarly(title) and any(word in SMALL_WORDS for word in title.split())
        cued = authors or _CUE.search(before) or _CUE_AFTER.match(text, end)
        if (cued or subtitled or composed) and _is_title(title, 4):
            yield start, end, PaperName(title, authors)


def names_within(text: str) -> list[PaperName]:
    """The papers that a paragraph names by title, in their order."""
    spans: list[_Span] = [
        (link.start(), link.end(), name) for link in LINK.finditer(text) if (name := _linked(link)) and name.title
    ]
    for candidates in (_marked(text), _unmarked(text)):
        taken = list(spans)
        spans += [(s, e, name) for s, e, name in candidates if all(e <= start or s >= end for start, end, _ in taken)]
    return [_at_address(text, end, name) for _, end, name in sorted(spans, key=lambda item: item[0])]


def _at_address(text: str, end: int, name: PaperName) -> PaperName:
    """The name with the address that stands right after it, if one does."""
    beside = None if name.is_address else _BESIDE.match(text, end)
    ids = addresses(beside[1]) if beside else []
    return name.at(ids[0]) if ids else name
