"""The digest that mails hold: in their text, else in their HTML, in what is attached, in mails within them. PURE.

A mail's own text is read by the layouts of text (arXiv's mailings with their head); HTML as the alert that it is, else
as Markdown; what is attached as a document of its own. Of texts that say the same an alert is taken, else the plain
one, if it can be read. Mails of a mailbox that only a discussion can be made of are read together, as one thread. What
has no day of its own is of the day on which its mail was sent.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from feedreader.errors import DigestError, EmptyDigest, NotADigest
from feedreader.model import Digest, Problem
from feedreader.parse.feeds.feed_item import day_of
from feedreader.parse.mails import parts
from feedreader.parse.mails.parts import Mail, MailText
from feedreader.parse.unrecognized import SUPPORTED
from feedreader.text.cleaning import decode
from feedreader.text.html_text import to_markdown

ReadDocument = Callable[[bytes], Digest]
ReadText = Callable[[str, Iterable[str]], Digest | None]

_WITH_HEAD = "arxiv_mail"  # the layout that knows what the head of a mail says
_THREAD = "reading_thread"
_REPLY = re.compile(r"(?:(?:fwd?|re|aw|wg)(?:\[\d+\])?:\s*)+", re.IGNORECASE)
_FORWARDED = re.compile(
    r"[->\s]{0,40}(?:forwarded|original|weitergeleitete) (?:message|nachricht)\b|begin forwarded message", re.I
)
_FIELD = re.compile(r"[>\s*]{0,9}[A-Z][A-Za-z-]{1,20}:[\s*]")
_QUOTED = re.compile(r"\A(?:> ?)+")
_SERVICE = re.compile(  # it mails papers and never discusses them
    r"from: .{0,200}?(?:\b(?:scholar\w+-noreply@google|e-?alerts?@(?:[\w-]+\.)*nature)\.com"
    r"|@(?:[\w-]+\.)*(?:e-alert\.nature\.com|semanticscholar\.org|alerts\.highwire\.org|ncbi\.nlm\.nih\.gov))\b",
    re.IGNORECASE,
)
_FEWEST = 8  # words: what has fewer is a greeting


@dataclass(slots=True)
class _Text:
    """Lines with their numbers in the file, and what had to be guessed to read them."""

    lines: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, lines: Sequence[str], numbers: Sequence[int]) -> None:
        """Put these below, after a blank line."""
        if self.lines:
            self.lines.append("")
            self.numbers.append(numbers[0] if numbers else self.numbers[-1])
        self.lines += lines
        self.numbers += numbers

    def place(self, line: int | None) -> int | None:
        return self.numbers[min(line, len(self.numbers)) - 1] if line and self.numbers else line

    def below(self, start: int) -> _Text:
        """The text from line `start` on, from 0."""
        problems = [replace(p, line=p.line - start) for p in self.problems if p.line and p.line > start]
        return _Text(self.lines[start:], self.numbers[start:], problems)

    def words(self) -> int:
        return sum(len(line.split()) for line in self.lines)

    def placed(self, digest: Digest) -> Digest:
        """A digest of these lines, by the numbers that they have in the file."""
        return replace(
            digest,
            entries=tuple(replace(entry, line=self.place(entry.line)) for entry in digest.entries),
            problems=tuple(
                replace(problem, line=self.place(problem.line)) for problem in (*self.problems, *digest.problems)
            ),
        )


def _text_of(texts: Iterable[MailText]) -> _Text:
    """Plain or HTML texts of a mail, one below the other."""
    whole = _Text()
    for each in texts:
        text, problems = decode(each.data)
        numbers = list(each.lines)
        if each.kind == "html":
            page = to_markdown(text)
            lines = [line for line, _ in page]
            numbers = [numbers[min(number, len(numbers)) - 1] for _, number in page] if numbers else []
        else:
            lines = text.split("\n") if numbers else []
        before = len(whole.lines) + bool(whole.lines)
        whole.add(lines, numbers)
        if each.kind == "plain":
            whole.problems += [replace(p, line=p.line + before if p.line else None) for p in problems]
    return whole


class _MailReader:
    """Reads mail after mail. `waiting` are those that a thread may be made of."""

    def __init__(
        self, document: ReadDocument, text: ReadText, layouts: Sequence[str], alerts: Sequence[str], several: bool
    ) -> None:
        self.digests: list[Digest] = []
        self.problems: list[Problem] = []
        self.unread: list[Mail] = []
        self.waiting: list[tuple[Mail, _Text]] = []
        self._document, self._text, self._layouts, self._alerts = document, text, layouts, alerts
        self._several = several

    def read(self, mail: Mail) -> None:
        found = self._bodies(mail)
        for text in mail.texts:
            if text.kind == "attached":
                found += self._attached(mail, text)
        self.digests += [_of_day(digest, [mail]) for digest in found]
        self.problems += mail.problems
        if not found and not mail.mails and not (self.waiting and self.waiting[-1][0] is mail):
            self.unread.append(mail)

    def _bodies(self, mail: Mail) -> list[Digest]:
        """What the mail itself says."""
        read = [(page, self._alert(page)) for page in mail.texts if page.kind == "html"]
        alerts = [alert for _, alert in read if alert]
        pages = [page for page, alert in read if not (alert or (alerts and page.alternative))]
        plain = _text_of(text for text in mail.texts if text.kind == "plain" and not (alerts and text.alternative))
        digest = next(filter(None, (self._layout(mail, text) for text in _readings(plain))), None)
        if digest:
            pages = [text for text in pages if not text.alternative]
        page = _text_of(pages)
        more = self._layout(mail, page) if page.words() else None
        found = [*alerts, *(each for each in (digest, more) if each)]
        if found or any(text.kind == "attached" for text in mail.texts) or mail.mails:
            alternative = any(text.alternative for text in mail.texts if text.kind == "plain") and more
            if not digest and not alternative and plain.words() >= _FEWEST:
                self.problems.append(_not_understood(plain))
            if not more and page.words() >= _FEWEST:
                self.problems.append(_not_understood(page))
        elif self._several and not _is_of_a_service(mail):
            self.waiting.append((mail, plain if plain.words() else page))
        return found

    def _alert(self, page: MailText) -> Digest | None:
        """The alert that a page is, in HTML: what it is made of, and where links lead, tells it."""
        text, problems = decode(page.data)
        digest = self._text(text, self._alerts)
        return _Text([], list(page.lines), list(problems)).placed(digest) if digest else None

    def _layout(self, mail: Mail, text: _Text) -> Digest | None:
        """The digest that a text is, by the first layout that knows it."""
        whole = with_head(mail, text)
        body = "\n".join(text.lines)
        for name in self._layouts:
            if name == _THREAD and (self._several or _is_of_a_service(mail)):
                continue
            source = whole if name == _WITH_HEAD else text
            if digest := self._text("\n".join(whole.lines) if source is whole else body, (name,)):
                if name == _THREAD:  # it may quote other mails
                    digest = replace(digest, title=_subject((mail,)) or digest.title)
                return source.placed(digest)
        return None

    def _attached(self, mail: Mail, text: MailText) -> list[Digest]:
        """A document that came with the mail."""
        source = _Text([], list(text.lines))
        try:
            return [source.placed(self._document(text.data))]
        except EmptyDigest:
            return []
        except NotADigest:
            line = text.lines[0] if text.lines else mail.line
            reason = f"This attachment is not in a supported format: {text.name[:80] or '(no name)'}"
            self.problems.append(Problem(line, reason))
            return []

    def finish(self) -> None:
        """The mails that wait, as a thread; those that are none are reported, once."""
        thread = _Text()
        for mail, text in self.waiting:
            whole = with_head(mail, text)
            thread.problems += [replace(p, line=(p.line or 1) + len(thread.lines) + 1) for p in whole.problems]
            thread.add(whole.lines, whole.numbers)
        digest = self._text("\n".join(thread.lines), (_THREAD,)) if self.waiting else None
        if digest:
            self.digests.append(_of_day(thread.placed(digest), [mail for mail, _ in self.waiting]))
        elif self.waiting:
            self.unread += [mail for mail, _ in self.waiting]


def _readings(text: _Text) -> Iterator[_Text]:
    """A text, and the one that it forwards or quotes as a whole, if it may do so."""
    if text.words():
        yield text
        found = next((i for i, line in enumerate(text.lines) if _FORWARDED.match(line)), None)
        if found is not None:
            text = text.below(found + 1 + _head_length(text.lines[found + 1 :]))
            yield text
        quoted = sum(line.startswith(">") for line in text.lines)
        if quoted * 2 > sum(map(bool, text.lines)):
            lines = [_QUOTED.sub("", line) for line in text.lines]
            yield _Text(lines, text.numbers, text.problems)


def _head_length(lines: Sequence[str]) -> int:
    """How many lines at the beginning are the head of a mail, or blank."""
    return next((i for i, line in enumerate(lines) if line.strip(" >*") and not _FIELD.match(line)), len(lines))


def with_head(mail: Mail, text: _Text) -> _Text:
    """A text under the head of its mail."""
    lines = [*(line for _, line in mail.head), ""]
    numbers = [*(number for number, _ in mail.head), text.numbers[0] if text.numbers else mail.line]
    problems = [replace(p, line=p.line + len(lines) if p.line else None) for p in text.problems]
    return _Text([*lines, *text.lines], [*numbers, *text.numbers], problems)


def _not_understood(text: _Text) -> Problem:
    line = next((number for words, number in zip(text.lines, text.numbers, strict=True) if words.strip()), None)
    return Problem(line, "This part of the mail is not in a supported format.")


def read(
    mails: Sequence[Mail], document: ReadDocument, text: ReadText, layouts: Sequence[str], alerts: Sequence[str] = ()
) -> Digest:
    """The digest of all that the mails of a file hold. Raises EmptyDigest or NotADigest, which says why.

    `layouts` are tried on texts, `alerts` on HTML as it is. An entry without a day is of the day of its mail.
    """
    every = [inner for mail in mails for inner in mail.every()]
    reader = _MailReader(document, text, layouts, alerts, len(mails) > 1)
    for mail in every:
        reader.read(mail)
    reader.finish()
    if not reader.digests:
        raise _why_nothing(any(mail.encrypted for mail in every), any(map(_has_text, every)))
    if reader.unread:
        reader.problems.append(_unread(len(reader.unread), reader.unread[0].line))
    problems = [*reader.problems, *(problem for digest in reader.digests for problem in digest.problems)]
    return Digest(
        format=reader.digests[0].format,
        title=next((digest.title for digest in reader.digests if digest.title), None) or _subject(every),
        entries=tuple(entry for digest in reader.digests for entry in digest.entries),
        problems=tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.line or 0)),
    )


_DATE = re.compile(r"date: *", re.IGNORECASE)


def _day_of(mail: Mail) -> date | None:
    """The day on which a mail was sent, as its sender counted."""
    dates = (day_of(line[at.end() :]) for _, line in mail.head if (at := _DATE.match(line)))
    return next(filter(None, dates), None)


def _of_day(digest: Digest, mails: Sequence[Mail]) -> Digest:
    """A digest of some mails in which an entry without a day is of the day of its mail."""
    if all(entry.day for entry in digest.entries):
        return digest
    lines, days = [mail.line for mail in mails], list(map(_day_of, mails))
    entries = (
        entry if entry.day else replace(entry, day=days[max(0, bisect_right(lines, entry.line or 0) - 1)])
        for entry in digest.entries
    )
    return replace(digest, entries=tuple(entries))


def _is_of_a_service(mail: Mail) -> bool:
    """Whether a mail is from a service of alerts: what holds no papers there is no discussion of some."""
    return any(_SERVICE.match(line) for _, line in mail.head)


def _subject(mails: Iterable[Mail]) -> str | None:
    """What the first mail that says so is about."""
    subjects = (_REPLY.sub("", mail.subject, count=1) for mail in mails if mail.subject)
    return next(filter(None, subjects), None)


def _has_text(mail: Mail) -> bool:
    return any(text.data.strip() for text in mail.texts)


def _why_nothing(is_encrypted: bool, has_text: bool) -> DigestError:
    if is_encrypted:
        return NotADigest("This mail is encrypted.", "Decrypt it and save its text.")
    if not has_text:
        return EmptyDigest("This mail has no text.", "Save it again with its text.")
    return NotADigest("This mail contains nothing in a supported format.", SUPPORTED)


def _unread(count: int, first: int) -> Problem:
    these = "This mail contains" if count == 1 else f"{count:,} mails contain"
    return Problem(first, f"{these} nothing in a supported format.{' The first is on this line.' * (count > 1)}")


# ── a mailbox, message by message ────────────────────────────────────────────────────────────────

_WAITING = 2_000_000  # characters of mails that are read together as one discussion


class MailboxReader:
    """Reads the messages of a mailbox, so many as there are: it keeps only what it needs.

    Those that only a discussion can be made of wait: they are read together with the next ones, up to a size.
    `subject` is that of the first message that has one.
    """

    def __init__(
        self, document: ReadDocument, text: ReadText, layouts: Sequence[str], alerts: Sequence[str] = ()
    ) -> None:
        self.subject: str | None = None
        self._document = document
        self._mails = _MailReader(document, text, layouts, alerts, True)
        self._done: list[str] = []
        self._waiting: list[str] = []  # the names of those that wait
        self._held: list[Problem] = []  # what is said of these, should they come to something
        self._size = 0
        self._unread, self._first_unread = 0, 0
        self._is_encrypted = self._has_text = False

    def read(self, name: str, data: bytes, line: int = 1) -> None:
        """Read the message of this name, whose first line has this number in the mailbox."""
        mails = [parts.renumbered(mail, lambda number: number + line - 1) for mail in parts.read(data)]
        every = [inner for mail in mails for inner in mail.every()]
        before = len(self._mails.waiting), len(self._mails.digests), len(self._mails.problems)
        for mail in every:
            self._mails.read(mail)
        if not mails:
            self._read_document(data, line)
        self.subject = self.subject or _subject(every)
        self._is_encrypted = self._is_encrypted or any(mail.encrypted for mail in every)
        self._has_text = self._has_text or not mails or any(map(_has_text, every))
        waits = self._mails.waiting[before[0] :]
        (self._waiting if waits else self._done).append(name)
        for mail, text in waits:
            mail.texts.clear()
            self._size += sum(map(len, text.lines))
        if len(self._mails.digests) == before[1]:  # it is counted, which says enough
            self._held += self._mails.problems[before[2] :] if waits else []
            del self._mails.problems[before[2] :]
        self._count_unread()
        if self._size > _WAITING:
            self.finish()

    def _read_document(self, data: bytes, line: int) -> None:
        """A file in a Maildir that is no mail."""
        try:
            self._mails.digests.append(
                _Text([], list(range(line, line + data.count(b"\n") + 1))).placed(self._document(data))
            )
        except DigestError:
            self._mails.unread.append(Mail(line))

    def finish(self) -> None:
        """No more messages come that those which wait could be read with."""
        before = len(self._mails.digests)
        self._mails.finish()
        if len(self._mails.digests) > before:
            self._mails.problems += self._held
        self._mails.waiting.clear()
        self._done += self._waiting
        self._waiting.clear()
        self._held.clear()
        self._size = 0
        self._count_unread()

    def take(self) -> tuple[Sequence[Digest], Sequence[Problem], Sequence[str]]:
        """What the messages read since the last call hold, what was not understood, and their names."""
        taken = tuple(self._mails.digests), tuple(self._mails.problems), tuple(self._done)
        self._mails.digests.clear()
        self._mails.problems.clear()
        self._done.clear()
        return taken

    def left_over(self) -> Sequence[Problem]:
        """What is said of the messages without papers, once, at the end."""
        return (_unread(self._unread, self._first_unread),) if self._unread else ()

    def why_nothing(self) -> DigestError:
        """Why no message held anything."""
        if not self._unread:
            return EmptyDigest("The mailbox has no messages.")
        if self._unread == 1 or not self._has_text:
            return _why_nothing(self._is_encrypted, self._has_text)
        return NotADigest(f"{self._unread:,} mails contain nothing in a supported format.", SUPPORTED)

    def _count_unread(self) -> None:
        for mail in self._mails.unread:
            self._first_unread = self._first_unread or mail.line
            self._unread += 1
        self._mails.unread.clear()
