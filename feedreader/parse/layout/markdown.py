"""Markdown within a line: its links, and its text without marks. PURE.

Only what lists of papers use is understood; everything else stays as it is, for titles and abstracts hold TeX, whose
underscores, asterisks and backslashes are no Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape

from feedreader.text.cleaning import clean
from feedreader.text.html_text import to_markdown
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
_HTML_LINK = re.compile(
    r"<a\s[^<>]{0,400}?href\s*=\s*[\"']?([^\"'\s<>]*+)[^<>]*+>((?:[^<]|<(?!/?a[\s>])){0,800}+)</a>", re.IGNORECASE
)
_IMAGE = re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*\)|<img\s[^<>]*>", re.IGNORECASE)
_LINK = re.compile(
    r"(?<!\\)\[(?P<label>(?:[^\[\]\\\n]++|\\.|\[[^\[\]\n]*\])*+)\]"
    r"\(\s{0,3}<?(?P<url>(?:[^()\s<>]++|\([^()\s]*\))*+)>?(?:\s{1,3}[\"'][^\"'\n]*[\"'])?\s{0,3}\)"
    r"|<(?P<auto>https?://[^\s<>]+)>|(?P<bare>https?://[^\s<>|\"”]+)"
)
_PAIRS = {")": "(", "]": "[", "}": "{"}


def _bare_url(url: str, opened: str) -> str:
    """An address in running text, without the punctuation that follows it, and the marks that were opened before it."""
    while url and (url[-1] in ".,;:!?'’" or url[-1] in opened or _closes(url)):
        opened = opened.replace(url[-1], "", 1)
        url = url[:-1]
    return url


def _closes(url: str) -> bool:
    """Whether an address ends with a bracket that it did not open."""
    return url[-1] in _PAIRS and url.count(url[-1]) > url.count(_PAIRS[url[-1]])


def pieces(source: str) -> list[str | Link]:
    """The text (as it is) and the links of a line, in their order. Images are left out."""
    source = _IMAGE.sub("", _HTML_LINK.sub(lambda match: f"[{match[2]}]({match[1]})", source))
    parts: list[str | Link] = []
    done = 0
    for match in _LINK.finditer(source):
        start, end = match.span()
        if match["bare"]:
            url = _bare_url(match["bare"][:2000], "".join(c for c in source[max(0, start - 3) : start] if c in "*_`"))
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


_DEFINED = re.compile(r"\s{0,3}\[([^\[\]]{1,200})\]:\s{0,9}<?(\S{1,2000}?)>?(?:\s{1,9}[\"'(].{0,300}[\"')])?\s*\Z")
_REFERRED = re.compile(r"(?<![\]\\!])\[((?:[^\[\]\\]++|\\.)++)\](?:\[([^\[\]]*)\])?(?![(\[:])")


def _definition(line: str) -> tuple[str, str] | None:
    """A line that says where a link leads, "[1]: address": its label and the address."""
    match = _DEFINED.match(line) if line.lstrip()[:1] == "[" and "]:" in line else None
    return (squash(match[1]).lower(), match[2]) if match and match[1][0] != "^" else None


def _with_addresses(line: str, defined: Mapping[str, str]) -> str:
    """A line whose links that refer to a definition ("[text][1]", "[text]") have its address."""

    def linked(match: re.Match[str]) -> str:
        address = defined.get(squash(match[2] or match[1]).lower())
        return f"[{match[1]}](<{address}>)" if address else match[0]

    return _REFERRED.sub(linked, line) if defined and "[" in line else line


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


_ESCAPED = re.compile(r"(\$[^$\n]{1,500}\$)|\\([#_&<>|~+!-])")  # but what stands between dollars is TeX
_NOTE = re.compile(r"\[\^[^\[\]\s]{1,40}\]")


def notes(source: str) -> tuple[str, list[str]]:
    """A line without its marks of footnotes ("[^1]"), and those."""
    return (_NOTE.sub("", source), _NOTE.findall(source)) if "[^" in source else (source, [])


def plain(source: str) -> str:
    """The text of a line: links by their labels, without marks and tags, entities resolved, safe and folded."""
    if "](" in source or "<a" in source or "<http" in source:
        source = "".join(piece if isinstance(piece, str) else piece.label or piece.url for piece in pieces(source))
    if "<" in source:
        source = _TAG.sub("", _BREAK.sub(" ", _SUMMARY.sub(" ", source)))
    for mark, kept in _MARKS:
        source = mark.sub(kept, source)
    if "\\" in source:
        source = _ESCAPED.sub(lambda match: match[1] or match[2], source)
    return squash(clean(unescape(source)) if "&" in source else source)


# ── tables ───────────────────────────────────────────────────────────────────────────────────────

_DELIMITER = re.compile(r"\|?(?:\s{0,9}:?-+:?\s*\|)+(?:\s{0,9}:?-+:?\s*)?\Z")
_CELL_END = re.compile(r"(?<!\\)\|")


def cells(row: str) -> list[str]:
    """The cells of a row."""
    found = [cell.replace("\\|", "|").strip() for cell in _CELL_END.split(row)]
    return found[not found[0] : len(found) - (len(found) > 1 and not found[-1])]


def is_delimiter(source: str) -> bool:
    """Whether a line parts the head of a table from its rows."""
    return "|" in source and "-" in source and len(source) < 2000 and _DELIMITER.match(source) is not None


# ── documents ────────────────────────────────────────────────────────────────────────────────────

_FOOTNOTE = re.compile(r"(\[\^[^\[\]\s]{1,40}\]):\s*(.*)\Z")
_LONGEST_TABLE = 20_000  # lines of HTML


def numbered_lines(text: str) -> tuple[list[tuple[int, str]], dict[str, str]]:
    """The lines with their numbers, links with their addresses, tables in HTML as such of Markdown; and footnotes."""
    lines = text.split("\n")
    found = [_definition(line) for line in lines] if "]:" in text else [None] * len(lines)
    defined = dict(filter(None, found))
    footnotes: dict[str, str] = {}
    rows: list[tuple[int, str]] = []
    ends = _table_ends(lines) if "</table>" in text or "</TABLE>" in text else {}
    i = 0
    while i < len(lines):
        line = lines[i]
        if end := ends.get(i, 0):
            table = to_markdown("\n".join(lines[i:end]))
            rows += [(i + number, row) for row, number in table]
            i = end
            continue
        if line.startswith("[^") and (note := _FOOTNOTE.match(line)):
            footnotes[note[1]] = note[2]
        elif not found[i]:
            line = line[: line.index("[//]: #")] if "[//]: #" in line else line  # a comment
            if line.endswith("\\") and not line.endswith("\\\\"):
                line = line[:-1]  # it breaks the line
            rows.append((i + 1, _with_addresses(line, defined)))
        i += 1
    return rows, footnotes


def _table_ends(lines: Sequence[str]) -> dict[int, int]:
    """Where each table in HTML ends that starts in a line."""
    ends: dict[int, int] = {}
    end = 0
    for i in range(len(lines) - 1, -1, -1):
        line = lines[i].lower()
        end = i + 1 if "</table>" in line else end
        if line.lstrip()[:6] == "<table" and i < end <= i + _LONGEST_TABLE:
            ends[i] = end
    return ends
