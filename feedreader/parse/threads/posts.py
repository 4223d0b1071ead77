"""Forum pastes, mails and chats as posts: what people wrote, without the furniture around it.

A post ends
- at more blank lines than part its paragraphs (two, as a rule);
- at furniture: counters ("12 Likes", "❤ 3"), buttons ("Reply", "Share"), time stamps with or without the
  poster's name, mail headers, "On … X wrote:", rulers, signatures. Furniture is dropped, and is no problem;
- where a chat's next speaker begins ("Alice: …"), where a paragraph opens like an answer ("@bob …", "Yes, …"),
  and at an unindented line straight after an indented list.

Quoted lines ("> …") lose their sign. PURE.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from feedreader.parse.layout.authors import looks_like_authors
from feedreader.parse.layout.dates import read_date
from feedreader.text.cleaning import squash


@dataclass(frozen=True, slots=True)
class Line:
    """One line that somebody wrote, without quote and list signs; its number is counted from 1.

    `speaker` is the "Alice: " that a chat puts before it; `item` the indent of the list item that it opens;
    `repeated` says that it quotes a line that stood before.
    """

    number: int
    text: str
    speaker: str = ""
    item: int | None = None
    quoted: bool = False
    repeated: bool = False


Block = list[Line]  # lines that no blank line parts; a list item is a block of its own


@dataclass(frozen=True, slots=True)
class Post:
    """`parted`: more than blank lines stands between it and the post before."""

    blocks: list[Block]
    parted: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """A thread: its posts, the subject of its first mail, and how many lines are furniture (with words) or spoken."""

    posts: list[Post]
    subject: str | None
    furniture: int


# ── furniture ────────────────────────────────────────────────────────────────────────────────────

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_STAMP = re.compile(
    r"\b(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s)?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH}|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?)\b(?:,?\s(?:19|20)\d\d\b|\s['’]\d\d\b)?"
    r"|\b\d{4}-\d\d-\d\d(?:T[\d:.]{4,15}Z?)?(?![\w.-])|(?<![\w.-])\d{1,2}[/.]\d{1,2}[/.](?:\d\d){1,2}(?![\w.-])"
    r"|\b(?:(?:yesterday|today)(?:\sat)?\s)?\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?(?:\s(?:utc|gmt|[ce]e?s?t)\b)?"
    r"|\b(?:\d{1,3}|an?|a few|last)\s?"
    r"(?:s|sec(?:ond)?|m|min(?:ute)?|h|hr|hour|d|day|w|wk|week|mo|month|y|yr|year)s?\.?\sago\b"
    r"|(?<![\w.])\d{1,3}(?:s|min|m|hr?|d|wk?|mo|yr?)\b|\bjust now\b",
    re.IGNORECASE,
)
_EMOJI = "[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]"
_COUNTER = re.compile(
    r"\b\d[\d.,]{0,9}k?\+?\s(?:likes?|repl(?:y|ies)|comments?|views?|points?|upvotes?|votes?|reactions?|shares?|retweets?|"
    rf"claps?|users?|links?|posts?|answers?|followers?|bookmarks?)\b|{_EMOJI}+\s?(?:x\s?)?\d{{0,5}}|:[+\w-]{{2,20}}:\s?\d{{1,4}}",
    re.IGNORECASE,
)
_BUTTON = re.compile(
    r"\b(?:reply to this|reply|replies|share|likes?|liked|quote|report|save|edit(?:ed)?|follow(?:ing)?|upvote|"
    r"downvote|copy link|permalink|parent|next|prev|bookmark|flag|give award|load more(?: comments)?|level \d+|upvotes|"
    r"(?:show|read|see) more|(?:log|sign) in(?: to reply)?|solved|pinned|op|vote|sent from my \w+|last edited by|"
    r"posted by|posted|commented|comments|sorted by|view all comments)\b",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"(?<!\S)[,·•|–—(\[\])#-]+(?!\S)|,(?=\s|\Z)|(?<!\S)#\d+")
_NUMBER = re.compile(r"#?\d{1,6}|\W+")
_HEADER = re.compile(
    r"(?:subject|b?cc|reply-to|in-reply-to|message-id|user-agent|return-path|mime-version|delivered-to|list-[\w-]{1,20}|"
    r"x-[\w-]{1,30}|content-[\w-]{1,20}):(?:\s|\Z)|(?:from|to|date|sent|sender|received|references):\s.*[\d@<]",
    re.IGNORECASE,
)
_MAYBE_HEADER = re.compile(r"(?:from|to|date|sent|references):\s", re.IGNORECASE)
_SUBJECT = re.compile(r"subject:\s*(?:(?:re|fwd?|aw|wg)(?:\[\d+\])?:\s*|\[[\w .-]{1,30}\]\s*)*(.+)", re.IGNORECASE)
_WROTE = re.compile(
    r"on\b.{6,160}\b(?:wrote|writes):|\W*(?:original message|forwarded message|begin forwarded message:?)\W*|"
    r"(?!(?:they|he|she|it|we)\b)@?[\w.-]{2,25}(?:\s[A-Z][\w.-]{1,25})?\s(?:wrote|said|writes):|"
    r"[\w.-]{1,30}\.(?:org|com|net|edu|io|ai)",
    re.IGNORECASE,
)
_WROTE_OPENS = re.compile(r"on\b.{0,80}(?:\d|@|day)", re.IGNORECASE)
_CLOSING = re.compile(
    r"(?:all the best|best(?: regards| wishes)?|(?:kind |warm )?regards|cheers|thanks|yours|sincerely),", re.IGNORECASE
)
_USER = re.compile(r"@?[\w.@/()\[\]’'-]{2,30}|(?:[ur]/|@)[\w-]{2,30}(?:\s(?:[ur]/|@)[\w-]{2,30})?")
_NO_USER = frozenset({
    "abstract", "summary", "tldr", "conclusion", "introduction", "paper", "papers", "code", "edit", "update", "results",
    "method",
})  # fmt: skip


def is_furniture(text: str) -> bool:
    """Whether a line is one of those that a forum or mailer puts around what people write."""
    if len(text) > 200:
        return False
    if _NUMBER.fullmatch(text) or _HEADER.match(text) or _WROTE.fullmatch(text):
        return True
    if len(text) > 120:
        return False
    bare = _COUNTER.sub(" ", _STAMP.sub(" ", text))
    rest = _SEPARATORS.sub(" ", _BUTTON.sub(" ", bare))
    if not any(c.isalpha() for c in rest):
        return bare != text or not any(c.isalnum() for c in rest)
    return bare != text and _is_user(squash(rest))


def _is_stamp(text: str) -> bool:
    return is_furniture(text) and (read_date(text) is not None or _STAMP.search(text) is not None)


def _is_user(text: str) -> bool:
    """Whether a short line is a poster's name: one word, or a person's name, with a second one in parentheses."""
    name = re.sub(r"\s?[(\[][^()\[\]]{1,40}[)\]]\Z", "", text) or text
    if name.lower() in _NO_USER:
        return False
    return _USER.fullmatch(name) is not None or (len(name.split()) <= 3 and looks_like_authors(name))


# ── chats and answers ────────────────────────────────────────────────────────────────────────────

_SPEAKER = re.compile(
    r"(?:\[?\d{1,2}:\d\d(?::\d\d)?(?:\s?[AaPp][Mm])?\]?\s)?<?@?([A-Z][\w.-]{1,20}(?:\s[A-Z][\w.-]{1,20})?)>?:\s(?=\S)"
)
_NO_SPEAKER = frozenset({
    "Abstract", "Answer", "Authors", "Background", "Caveat", "Code", "Conclusion", "Data", "Dataset", "Date",
    "Edit", "Example", "Idea", "Key", "Link", "Links", "Method", "Motivation", "Note", "Paper", "Problem",
    "Question", "Re", "Result", "Results", "Source", "Summary", "TLDR", "Takeaway", "Title", "Update", "URL",
    "Warning",
})  # fmt: skip
_ANSWER = re.compile(
    r"(?:@\w+\b|(?:yes|no|nope|yep|yeah|sure|agreed|haha|indeed)[,.!]|\+1\b|not that i\b|i agree\b|i haven['’]t\b|"
    r"(?:thanks|thank you) (?:a lot |so much )?for\b|same here\b|good (?:question|point|find)\b|you['’]re right\b)",
    re.IGNORECASE,
)


def _speaker(text: str) -> re.Match[str] | None:
    """The opening "Alice: " of a line, if it has one."""
    match = _SPEAKER.match(text)
    return match if match and match[1].split()[0] not in _NO_SPEAKER else None


def _speakers(lines: list[str]) -> frozenset[str]:
    """Who talks in a chat: a third of its lines open with speakers, each of whom says a sentence, not just a title."""
    opened = [(match[1], line[match.end() :]) for line in lines if (match := _speaker(line))]
    speakers = {name for name, rest in opened if not rest[0].isupper() or rest[-1] in ".?!"}
    spoken = sum(name in speakers for name, _ in opened)
    return frozenset(speakers) if spoken > 1 and spoken * 3 >= len(lines) else frozenset()


# ── lines to posts ───────────────────────────────────────────────────────────────────────────────

_QUOTE = re.compile(r"[ \t]*(?:>[ \t]?)+")
_BULLET = re.compile(r"(?:[-*•‣▪◦·–—+]|\(?\d{1,2}[.)])\s+(?=\S)")


@dataclass(slots=True)
class _PostLine:
    number: int
    text: str
    indent: int
    quoted: bool
    dropped: bool = False


def _rows(text: str) -> Iterator[_PostLine]:
    """The lines that are not blank, without quote signs."""
    for number, raw in enumerate(text.split("\n"), 1):
        sign = _QUOTE.match(raw)
        body = raw[sign.end() :] if sign else raw
        if folded := squash(body):
            yield _PostLine(number, folded, len(body) - len(body.lstrip()), sign is not None)


def _drop_furniture(rows: list[_PostLine]) -> None:
    """Mark furniture, including what only its neighbours make furniture."""
    for row in rows:
        row.dropped = is_furniture(row.text)
    _drop_wrapped_headers(rows)
    _drop_signatures(rows)
    _drop_names(rows)


def _drop_wrapped_headers(rows: list[_PostLine]) -> None:
    """ "To: Bob" beside another header, a header's indented second line, and "On … wrote:" in two lines."""
    for before, row in pairwise(rows):
        if row.number != before.number + 1:
            continue
        header = _HEADER.match(before.text)
        if header and (row.indent or _MAYBE_HEADER.match(row.text)):
            row.dropped = True
        if _MAYBE_HEADER.match(before.text) and _HEADER.match(row.text):
            before.dropped = True
        if row.text.endswith(("wrote:", "writes:")) and _WROTE_OPENS.match(before.text):
            before.dropped = row.dropped = row.dropped or is_furniture(f"{before.text} {row.text}")


def _drop_signatures(rows: list[_PostLine]) -> None:
    """ "Best," or "--", and up to three short lines below."""
    end = 0
    for row in rows:
        if row.text == "--" or _CLOSING.fullmatch(row.text):
            row.dropped, end = True, row.number + 3
        elif row.number <= end and len(row.text.split()) <= 3:
            row.dropped = True
        else:
            end = 0


def _drop_names(rows: list[_PostLine]) -> None:
    """A poster's name where a post starts: above a time stamp, or one word right above what is said."""
    for i, (row, after) in enumerate(pairwise(rows)):
        below_furniture = i == 0 or rows[i - 1].dropped
        starts = below_furniture or row.number - rows[i - 1].number > 1
        if row.dropped or not starts or len(row.text) > 60 or not _is_user(row.text):
            continue
        close = after.number == row.number + 1 or (i > 0 and below_furniture and row.text.islower())
        row.dropped = _is_stamp(after.text) or (" " not in row.text and close)


def _paragraph_gap(rows: list[_PostLine]) -> int:
    """How many blank lines part the paragraphs of a post: one, unless one is hardly ever seen."""
    gaps = Counter(b.number - a.number - 1 for a, b in pairwise(rows) if not (a.dropped or b.dropped))
    del gaps[0]
    return min((gap for gap, count in gaps.items() if count * 5 >= gaps.total()), default=1)


_POINTS_BACK = re.compile(r"\b(?:this|these|they|them|their|it|its|authors|paper|i|we|my|our)\b", re.IGNORECASE)


def _changes_the_subject(text: str, post: Post) -> bool:
    """Whether what follows an indented list neither refers back nor shares a word with the post so far."""
    sentence = re.split(r"[.!?]\s", text, maxsplit=1)[0]
    if _POINTS_BACK.search(sentence) or not sentence[:1].isupper():
        return False
    before = " ".join(line.text for block in post.blocks[-20:] for line in block).lower()
    return not any(word in before for word in re.findall(r"\w{4,}", sentence.lower()))


class _Builder:
    """Puts lines together into posts. `parted`: the next line begins a new one."""

    def __init__(self, speakers: frozenset[str], gap: int) -> None:
        self.posts: list[Post] = []
        self.parted = False
        self.speakers, self.gap = speakers, gap
        self.last = _PostLine(-1, "", 0, False)
        self.in_list = False
        self.seen: set[str] = set()
        self.recent: deque[str] = deque(maxlen=100)

    def add(self, row: _PostLine) -> None:
        line = self._line(row)
        is_item = line.item is not None
        blanks = row.number - self.last.number - 1
        new_block = blanks > 0 or is_item or self.last.quoted != row.quoted
        answers = new_block and not row.quoted and not self.last.quoted and _ANSWER.match(line.text)
        if line.speaker or answers:
            self.parted = True
        elif self.in_list and not is_item and row.indent == 0:
            self.parted = self.parted or _changes_the_subject(line.text, self.posts[-1])
        if self.parted or not self.posts or blanks > self.gap:
            self.posts.append(Post([[line]], self.parted))
        elif new_block:
            self.posts[-1].blocks.append([line])
        else:
            self.posts[-1].blocks[-1].append(line)
        self.in_list = row.indent > 0 and (is_item or (self.in_list and blanks == 0))
        self.last, self.parted = row, False

    def _line(self, row: _PostLine) -> Line:
        sign = _BULLET.match(row.text)
        text = row.text[sign.end() :] if sign else row.text
        speaker = _speaker(text)
        start = speaker.end() if speaker and speaker[1] in self.speakers else 0
        repeated = row.quoted and (row.text in self.seen or any(row.text in recent for recent in self.recent))
        self.seen.add(row.text)
        if not row.quoted:
            self.recent.append(row.text[:400])
        return Line(row.number, text[start:], text[:start], row.indent if sign else None, row.quoted, repeated)


def read_posts(text: str) -> Talk:
    """The text as posts. Every line that is not blank is in a block of a post, or was furniture."""
    rows = list(_rows(text))
    _drop_furniture(rows)
    subject = next((m[1] for row in rows if row.dropped and (m := _SUBJECT.fullmatch(row.text))), None)
    builder = _Builder(_speakers([row.text for row in rows if not row.dropped]), _paragraph_gap(rows))
    for row in rows:
        if row.dropped:
            builder.parted = True
        else:
            builder.add(row)
    furniture = sum(row.dropped and any(c.isalpha() for c in row.text) for row in rows)
    spoken = sum(bool(line.speaker) for post in builder.posts for block in post.blocks for line in block)
    return Talk(builder.posts, subject, furniture + spoken)
