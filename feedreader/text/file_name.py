"""The name of the file that a paper is kept in: readable, and right on every file system. Pure."""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b

from feedreader.model import Paper
from feedreader.text.author_names import parse_name, without_remark
from feedreader.text.display import safe, shown
from feedreader.text.identifiers import arxiv_month

LONGEST = 120  # bytes of UTF-8: with what is put behind it, well below what any file system takes
_NOT_IN_NAMES = re.compile(r"""[\\/:*?"<>|\x00-\x1f\x7f]+""")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d)\Z", re.IGNORECASE)


def file_name(paper: Paper, suffix: str) -> str:
    """`Beyer 2019 S4L Self-Supervised Semi-Supervised Learning (1905.03670).pdf`; another paper has another one."""
    ending = f" ({_id(paper.id)}){suffix}"
    author = _plain(parse_name(without_remark(paper.authors[0])).surname) if paper.authors else ""
    words = [_cut(author, 40), _year(paper), _plain(shown(paper.title or ""))]
    start = _cut(" ".join(filter(None, words)), LONGEST - len(ending.encode()))
    start = start.lstrip(" .-~") or "Paper"
    if _RESERVED.match(start.partition(".")[0].strip()):
        start = f"Paper {start}"
    return start + ending


def _year(paper: Paper) -> str:
    """The year in which arXiv numbered it, else that of its day."""
    numbered = arxiv_month(paper.arxiv_id or "")
    return str(numbered[0] if numbered else paper.day.year if paper.day else "")


def _id(id: str) -> str:
    """The paper's id; where that can't stand in a name as it is, with a few letters that are its own."""
    name = id.replace("/", "-", 1)
    plain = _cut(_plain(name), 60).strip(" .")
    if plain == name:
        return plain
    return f"{plain} {blake2b(id.encode('utf-8', 'surrogatepass'), digest_size=4).hexdigest()}".strip()


def _plain(text: str) -> str:
    """Without characters that file systems reject or hide."""
    text = unicodedata.normalize("NFKC", text.encode("utf-8", "ignore").decode())
    return " ".join(_NOT_IN_NAMES.sub(" ", safe(unicodedata.normalize("NFC", text))).split())


def _cut(text: str, size: int) -> str:
    """As many of the words as have room in so many bytes; of one that has not, its start."""
    data = text.encode()
    if len(data) <= size:
        return text
    start = data[: max(size, 0)].decode("utf-8", "ignore")
    words = start.rpartition(" ")[0]
    return (words if len(words) > len(start) // 2 else start).rstrip(" ,.;-–—")
