"""Markdown within a line: its links, and its text without marks. PURE.

Only what lists of papers use is understood; everything else stays as it is, for titles and abstracts hold TeX, whose
underscores, asterisks and backslashes are no Markdown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from feedreader.text.cleaning import clean
from feedreader.text.identifiers import arxiv_id
from feedreader.text.lines import squash

# ── links ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Link:
    """A link: what it is called, and where it leads. `aside`: it stands in brackets of its own, "[[code](…)]"."""

    label: str
    url: str
    bracketed: bool = False

    @property
    def is_title(self) -> bool:
        """Whether the label can be a paper's title, and not "PDF", "arXiv", "[2]" or an address."""
        bare = self.label.strip(" .:!()[]").lower()
        if self.bracketed or len(bare) < 3 or "://" in bare or arxiv_id(bare):
            return False
        return len(bare) > 60 or _GENERIC.fullmatch(bare) is None


_GENERIC = re.compile(
    r"(?:(?:the|read|full|see|view|open|original|official|my|our|project|download)\s)*(?:arxiv|pdf|papers?|preprint|"
    r"abs|abstract|html|link|code|github|repo|repository|implementation|project|page|website|site|homepage|blog|post|"
    r"article|videos?|talk|slides|demo|data|dataset|tweet|twitter|thread|more|huggingface|hugging face|hf|openreview|"
    r"here|bibtex|poster|supp|supplementary|supplement|appendix|doi|models?|notes?|reviews?|summary|proceedings|image|"
    r"pytorch|tensorflow|tf|jax|colab|journal|docs|documentation|reddit|youtube|alphaxiv|semantic scholar|publisher|"
    r"badge|stars?|download|source|url|wiki|news|press|bib|cite|citation|scholar|acl|anthology|springer|ieee|acm|text)"
    r"(?:\s(?:link|page|version|paper|pdf|code|abs|post|v?\d+))*|[\W\d]+"
)
_HTML_LINK = re.compile(r"<a\s[^<>]*?href\s*=\s*[\"']?([^\"'\s<>]*)[^<>]*>([^<]*)</a>", re.IGNORECASE)
_IMAGE = re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*\)|<img\s[^<>]*>", re.IGNORECASE)
_LINK = re.compile(
    r"(?<!\\)\[(?P<label>(?:[^\[\]\\\n]++|\\.|\[[^\[\]\n]*\])*+)\]"
    r"\(\s{0,3}<?(?P<url>(?:[^()\s<>]++|\([^()\s]*\))*+)>?(?:\s{1,3}[\"'][^\"'\n]*[\"'])?\s{0,3}\)"
    r"|<(?P<auto>https?://[^\s<>]+)>|(?P<bare>https?://[^\s<>|\"”]+)"
)
_PAIRS = {")": "(", "]": "[", "}": "{"}


def _bare_url(url: str) -> str:
    """An address in running text, without the punctuation that follows it."""
    while url and (url[-1] in ".,;:!?'’*_`" or (url[-1] in _PAIRS and url.count(url[-1]) > url.count(_PAIRS[url[-1]]))):
        url = url[:-1]
    return url


def pieces(source: str) -> list[str | Link]:
    """The text (as it is) and the links of a line, in their order. Images are left out."""
    source = _IMAGE.sub("", _HTML_LINK.sub(lambda match: f"[{match[2]}]({match[1]})", source))
    parts: list[str | Link] = []
    done = 0
    for match in _LINK.finditer(source):
        start, end = match.span()
        if match["bare"]:
            url = _bare_url(match["bare"][:2000])
            end = start + len(url)
        else:
            url = match["auto"] or match["url"]
        if start > done:
            parts.append(source[done:start])
        bracketed = source[max(done, start - 2) : start].rstrip()[-1:] in ("[", "(")
        parts.append(Link(plain(match["label"] or ""), clean(unescape(url)), bracketed))
        done = end
    if done < len(source):
        parts.append(source[done:])
    return parts


def links(source: str) -> list[Link]:
    return [piece for piece in pieces(source) if isinstance(piece, Link)]


# ── text ─────────────────────────────────────────────────────────────────────────────────────────

_SUMMARY = re.compile(r"<summary>[^<]*</summary>", re.IGNORECASE)
_BREAK = re.compile(r"</?(?:br|p|li|ul|ol|div|details|tr|td|hr|h[1-6])\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:b|i|em|strong|sub|sup|span|code|u|s|small|font|center|kbd|tt|a|img|summary|table|tbody|thead|th|details)\b[^<>]*>",
    re.IGNORECASE,
)
_MARKS = (
    (re.compile(r"(?<!\*)\*\*(?!\*)(\S(?:[^*]|\*(?!\*))*)\*\*"), r"\1"),
    (re.compile(r"(?<![\w\\])__(\S[^_]*(?:_[^_]+)*)__(?!\w)"), r"\1"),
    (re.compile(r"(?<![\w^$\\*}])\*(?=[^\s*])([^*\n]+)(?<=\S)\*(?![\w*$])"), r"\1"),
    (re.compile(r"\A_([^_]+)_\Z"), r"\1"),
    (re.compile(r"~~([^~]+)~~"), r"\1"),
    (re.compile(r"(?<![`\w])`([^`']{1,60})`(?![`'\w])"), r"\1"),  # but not `TeX quotes'
    (re.compile(r"(?<!\S):[a-z][a-z0-9_+-]{1,30}:(?!\S)"), ""),  # :scroll:
    (re.compile(r"\\\*"), "*"),
    (re.compile(r"\\\[([\w ]{1,20})\\\]"), r"[\1]"),
)


def plain(source: str) -> str:
    """The text of a line: links by their labels, without marks and tags, entities resolved, safe and folded."""
    if "](" in source or "<a" in source or "<http" in source:
        source = "".join(piece if isinstance(piece, str) else piece.label or piece.url for piece in pieces(source))
    if "<" in source:
        source = _TAG.sub("", _BREAK.sub(" ", _SUMMARY.sub(" ", source)))
    for mark, kept in _MARKS:
        source = mark.sub(kept, source)
    return squash(clean(unescape(source)) if "&" in source else source)
