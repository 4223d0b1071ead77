"""Mails: whatever MIME does to a digest, it reads as its text does; and each line is named as it is in the file."""

from __future__ import annotations

import base64
import quopri
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from feedreader.errors import EmptyDigest, NotADigest
from feedreader.model import Digest, Entry
from feedreader.parse import parse
from feedreader.parse.mails import parts
from tests.parse.listings import SAMPLES, assert_safe

TEXTS = [
    "arxiv-mail.txt", "arxiv-records.txt", "day-list.txt", "markdown-list.md", "reading-thread.txt", "search-page.txt",
    "table-list.csv", "arxiv-jsonl.jsonl",
]  # fmt: skip
ADAM, DEEP = "https://arxiv.org/abs/1412.6980", "https://arxiv.org/abs/1512.03385"
LIST = f"""# Papers we liked

- [Adam: A Method for Stochastic Optimization]({ADAM}) by Diederik P. Kingma and Jimmy Ba
- [Deep Residual Learning: Größe zählt]({DEEP})
- [Decoupled Weight Decay Regularization](https://arxiv.org/abs/1711.05101)
"""
HEAD = (
    b"From: Ann Lee <ann@example.org>\nTo: bob@example.org\nSubject: This week\nDate: Thu, 2 May 2024 20:00:00 -0400\n"
)


def entries(digest: Digest) -> list[Entry]:
    return [replace(entry, line=None) for entry in digest.entries]


def reasons(digest: Digest) -> list[str]:
    return [problem.reason for problem in digest.problems]


def mail(body: bytes, *fields: str) -> bytes:
    return HEAD + b"".join(f"{field}\n".encode() for field in fields) + b"\n" + body


def message(text: str, cte: str | None = None, subtype: str = "plain", charset: str = "utf-8") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Ann <ann@example.org>", "bob@example.org", "Liste für Größeres"
    made["Date"] = "Thu, 2 May 2024 20:00:00 -0400"
    made.set_content(text, subtype, charset, cte=cte)
    return made


def same(data: bytes, text: str = LIST) -> Digest:
    """The digest of a mail, which must have the entries of the text, and no problem of its own."""
    digest, expected = parse(data), parse(text.encode())
    assert entries(digest) == entries(expected)
    assert (digest.format, reasons(digest)) == (expected.format, reasons(expected))
    assert_safe(digest)
    return digest


# ── one text, however it is encoded ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("cte", ["7bit", "quoted-printable", "base64"])
def test_a_sample_sent_by_mail(name: str, cte: str) -> None:
    text = (SAMPLES / name).read_text("utf-8")
    made = message(
        text, None if cte == "7bit" else cte, charset="us-ascii" if cte == "7bit" and text.isascii() else "utf-8"
    )
    for data in (made.as_bytes(), made.as_bytes(policy=SMTP)):
        same(data, text)


@pytest.mark.parametrize(
    "charset", ["iso-8859-1", "windows-1252", "utf-16", "utf-8", "koi8-r", "gb18030", "big5", "iso-2022-jp"]
)
@pytest.mark.parametrize("cte", ["quoted-printable", "base64"])
def test_a_charset(charset: str, cte: str) -> None:
    word = {"koi8-r": "Размер важен", "gb18030": "深度学习", "big5": "深度學習", "iso-2022-jp": "深層学習"}.get(
        charset, "Größe"
    )
    text = LIST.replace("Größe zählt", word)
    raw = text.encode(charset)
    packed = base64.encodebytes(raw) if cte == "base64" else quopri.encodestring(raw)
    if charset == "utf-16" and cte == "quoted-printable":
        return
    same(mail(packed, f'Content-Type: text/plain; charset="{charset}"', f"Content-Transfer-Encoding: {cte}"), text)


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("iso-8859-1", "utf-8"),  # wrong
        ("us-ascii", "utf-8"),
        ("x-unknown", "utf-8"),
        ("idna", "utf-8"),
        ("", "utf-8"),
        ("cp1251; foo", "utf-8"),
    ],
)
def test_a_charset_that_is_wrong_or_unknown(charset: str, encoding: str) -> None:
    same(mail(LIST.encode(encoding), f"Content-Type: text/plain; charset={charset}"))


def test_bytes_that_are_not_what_they_claim_are_said_so() -> None:
    digest = parse(mail(LIST.encode("cp1252"), "Content-Type: text/plain; charset=utf-8"))
    assert digest.entries[1].title == "Deep Residual Learning: Größe zählt"
    assert reasons(digest) == ["The file was read as Windows-1252 (Latin-1), because it is not UTF-8."]


def test_the_head_without_mime_tells_the_day_of_an_arxiv_mailing() -> None:
    text = (SAMPLES / "arxiv-mail.txt").read_text("utf-8")
    assert {entry.announced for entry in parse(message(text, "base64").as_bytes()).entries} == {True}


def test_the_subject_is_the_title_where_there_is_no_better() -> None:
    assert parse(message(LIST).as_bytes()).title == "Papers we liked"
    bare = LIST.partition("\n\n")[2]
    assert parse(message(bare).as_bytes()).title == "Liste für Größeres"
    data = mail(bare.encode()).replace(b"This week", b"Fwd: Re: =?utf-8?q?Gr=C3=B6=C3=9Fe?=\n =?utf-8?b?ZXM=?=")
    assert parse(data).title == "Größees"


# ── lines ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("cte", ["7bit", "quoted-printable", "base64"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_lines_are_those_of_the_file(cte: str, end: bytes) -> None:
    bad = f"{LIST}\n- [Everything]({DEEP}) {ADAM}\n"
    raw = bad.encode()
    packed = {"7bit": raw, "quoted-printable": quopri.encodestring(raw), "base64": base64.encodebytes(raw)}[cte]
    data = mail(packed, f"Content-Transfer-Encoding: {cte}").replace(b"\n", end)
    digest = parse(data)
    rows = data.replace(b"\r", b"").split(b"\n")
    for line, word in zip(
        [entry.line for entry in digest.entries], ("Adam", "Deep", "Decoupled", "Everything"), strict=True
    ):
        assert line is not None
        row = rows[line - 1] if cte != "base64" else base64.b64decode(rows[line - 1]) + base64.b64decode(rows[line])
        assert b"[" + word.encode() in row


def test_soft_line_ends_and_trailing_blanks() -> None:
    packed = quopri.encodestring(LIST.encode()).replace(b"\n", b"  \t\n").replace(b"=C3", b"=c3")
    same(mail(packed, "Content-Transfer-Encoding: Quoted-Printable "))


def test_base64_with_junk_around_and_in_it() -> None:
    lines = base64.encodebytes(LIST.encode()).split(b"\n")
    packed = b"\n".join([b"", *lines[:2], b"", *lines[2:], b"", b"_______________", b"To leave the list, write to it"])
    digest = parse(mail(packed, "Content-Transfer-Encoding: base64"))
    assert entries(digest) == entries(parse(LIST.encode()))
    assert reasons(digest) == ["This line of the mail is encoded differently and was skipped."]
    assert packed.split(b"\n")[(digest.problems[0].line or 0) - 7].startswith(b"____")


def test_base64_in_pieces_and_cut_off() -> None:
    half = len(LIST) // 2
    packed = base64.encodebytes(LIST[:half].encode()) + base64.encodebytes(LIST[half:].encode())
    same(mail(packed, "Content-Transfer-Encoding: base64"))
    cut = mail(base64.encodebytes(LIST.encode())[:-5], "Content-Transfer-Encoding: base64")
    assert parse(cut).entries[0].arxiv_id == "1412.6980"


def test_what_claims_to_be_base64_and_is_not() -> None:
    digest = parse(mail(LIST.encode(), "Content-Transfer-Encoding: base64"))
    assert entries(digest) == entries(parse(LIST.encode()))
    assert reasons(digest) == ["This part of the mail is labelled base64 but is not; it was read as plain text."]


# ── how a body is laid out ───────────────────────────────────────────────────────────────────────


def test_lines_that_flow() -> None:
    flowed = LIST.replace("Method for ", "Method \nfor ").replace(" by D", " \nby D")
    same(mail(flowed.encode(), "Content-Type: text/plain; charset=utf-8; format=flowed"))
    packed = LIST.replace("Adam: A Me", "Adam: A M \ne").replace("1412.69", "1412. \n69")
    same(mail(packed.encode(), 'Content-Type: text/plain; format="flowed"; delsp=yes'))


def test_signatures_and_armour_are_not_read() -> None:
    same(mail(LIST.encode() + b"-- \nAnn Lee\nUniversity of Somewhere, https://arxiv.org/abs/1905.02175\n"))
    armour = LIST.replace("- [", "- - [")
    begin, end = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n", "\n\niQ==\n-----END PGP SIGNATURE-----\n"
    same(mail(f"{begin}{armour}-----BEGIN PGP SIGNATURE-----{end}".encode()))


def test_a_copy_of_what_a_page_shows_of_a_mail() -> None:
    page = b"Original Message\n\nMessage ID\t<x@mail.example.org>\nCreated at:\tThu, May 2, 2024\nSPF:\tPASS\n\n\n"
    data = b"Delivered-To: bob@example.org\nReceived: by 2002:a05 with SMTP id 1;\n    Thu, 2 May 2024 17:00:00 -0700\n"
    same(page + data + message(LIST, "quoted-printable").as_bytes())
    same(data + message(LIST, "base64").as_bytes())


@pytest.mark.parametrize("cte", ["quoted-printable", "base64"])
def test_a_body_saved_without_its_head(cte: str) -> None:
    text = LIST.replace(
        "Ba\n", "Ba, who wrote this long line so that it does not fit into what a mail may hold\n"
    ) + "\n".join(
        f"- [Paper number {n}, whose title goes on and on, as long as it takes](https://arxiv.org/abs/2405.1000{n})"
        for n in range(9)
    )
    packed = base64.encodebytes(text.encode()) if cte == "base64" else quopri.encodestring(text.encode())
    same(packed, text)


def test_parts_without_the_head_of_the_mail() -> None:
    made = message(LIST, "quoted-printable")
    made.add_alternative("<p>Not this</p>", "html")
    data = made.as_bytes()
    same(data[data.index(b"\n\n--") + 2 :])


def test_formulas_are_no_quoted_printable() -> None:
    text = f"- [When a=b and x=3D]({ADAM}) by Ann Lee\n- [Two =\n"
    assert [entry.title for entry in parse(text.encode()).entries] == ["When a=b and x=3D"]


def test_a_mail_in_another_encoding_of_the_file() -> None:
    data = message(LIST, "base64").as_bytes().decode()
    for encoding in ("utf-16", "utf-8-sig"):
        same(data.encode(encoding))


HEAD_WITHIN = "From: Cy <cy@example.org>\nDate: Wed, May 1, 2024\nSubject: Papers\nTo: <ann@example.org>\n\n\n"


@pytest.mark.parametrize(
    "mark", ["---------- Forwarded message ---------", "Begin forwarded message:\n", "> -----Original Message-----"]
)
def test_a_mail_that_is_forwarded_in_the_text(mark: str) -> None:
    digest = parse(mail(f"For you, as we said.\n\n{mark}\n{HEAD_WITHIN}{LIST}".encode()))
    assert entries(digest) == entries(parse(LIST.encode()))
    assert parse(mail(f"Look:\n\n{mark}\n{HEAD_WITHIN}{LIST}".replace("\n", "\n> ").encode())).entries == digest.entries


def test_a_text_that_is_quoted_as_a_whole() -> None:
    digest = parse(mail(("See below.\n\n" + LIST.replace("\n", "\n> ")).encode()))
    assert entries(digest) == entries(parse(LIST.encode()))
    assert [entry.line for entry in digest.entries] == [10, 11, 12]


# ── parts ────────────────────────────────────────────────────────────────────────────────────────

PAGE = f"""<html><head><meta charset="utf-8"><title>Not this</title><style>p {{}}</style></head><body><div>
<h1>Papers we
liked</h1><ul><li><a href="{ADAM}">Adam: A <b>Method</b> for Stochastic Optimization</a> by Diederik P. Kingma and Jimmy
Ba<li><a href='{DEEP}'>Deep Residual Learning: Gr&ouml;ße zählt</a>
<li><a href=https://arxiv.org/abs/1711.05101>Decoupled Weight Decay Regularization</a></ul></div></body></html>"""


def test_plain_text_goes_before_html() -> None:
    made = message(LIST)
    made.add_alternative(PAGE.replace("Adam", "Eve"), "html")
    made.add_attachment(b"\x89PNG", "image", "png", filename="x.png")
    same(made.as_bytes())


@pytest.mark.parametrize(
    "plain", [None, "This mail needs a program that shows HTML. Open it in your browser to see the papers."]
)
def test_html_is_read_where_the_plain_text_says_nothing(plain: str | None) -> None:
    if plain is None:
        made = message(PAGE, "quoted-printable", "html")
    else:
        made = message(plain)
        made.add_alternative(PAGE, "html")
    digest = same(made.as_bytes())
    assert digest.title == "Papers we liked"
    rows = made.as_bytes().split(b"\n")
    assert [
        b"<li>" in rows[(entry.line or 0) - 1]
        or b"liked" in rows[(entry.line or 0) - 1]
        or b"Ba<" in rows[(entry.line or 0) - 1]
        for entry in digest.entries
    ] == [True, True, True]


def test_html_that_keeps_a_text_as_it_is() -> None:
    text = (SAMPLES / "arxiv-mail.txt").read_text("utf-8")
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    same(message(f"<html><body><pre>\n{escaped}</pre></body></html>", "base64", "html").as_bytes(), text)


def test_a_table_in_html() -> None:
    rows = "".join(
        f"<tr><td>2024-05-0{n}</td><td><p>On a|b, part {n}</p></td><td>Ann Lee<br>and Bob Ray</td>"
        f'<td><a href="https://arxiv.org/abs/2405.1000{n}">pdf</a></td></tr>'
        for n in range(1, 4)
    )
    head = "".join(f"<th>{name}</th>" for name in ("Date", "Title", "Authors", "PDF"))
    page = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    digest = parse(message(page, subtype="html").as_bytes())
    assert [entry.title for entry in digest.entries] == [f"On a|b, part {n}" for n in (1, 2, 3)]
    assert (digest.entries[1].arxiv_id, digest.entries[1].day and digest.entries[1].day.day) == ("2405.10002", 2)
    assert digest.problems == ()


@pytest.mark.parametrize(
    ("maintype", "subtype", "name"),
    [
        ("text", "plain", "list.txt"),
        ("text", "markdown", "Größe.md"),
        ("text", "x-markdown", None),
        ("application", "octet-stream", "list.md"),
    ],
)
def test_an_attached_list(maintype: str, subtype: str, name: str | None) -> None:
    made = message("See what I found for you.")
    made.add_attachment(LIST.encode(), maintype, subtype, filename=name)
    same(made.as_bytes())


def test_an_attached_feed_and_one_that_is_none() -> None:
    feed = (SAMPLES / "rss-journal.rdf").read_bytes()
    made = message("See what I found for you.")
    made.add_attachment(feed, "application", "rss+xml", filename="feed.rss")
    made.add_attachment(b"nothing of interest", "text", "plain", filename="note.txt")
    made.add_attachment(b"%PDF-1.5", "application", "pdf", filename="paper.pdf")
    digest = parse(made.as_bytes())
    assert entries(digest) == entries(parse(feed))
    assert reasons(digest) == [
        "This attachment is not in a supported format: note.txt",
        "Skipped an attachment that is not text: paper.pdf",
    ]
    rows = made.as_bytes().split(b"\n")
    assert all(problem.line and problem.line < len(rows) for problem in digest.problems)


@pytest.mark.parametrize("packed", [False, True])
def test_a_mail_forwarded_as_an_attachment(packed: bool) -> None:
    text = (SAMPLES / "arxiv-mail.txt").read_text("utf-8")
    inner = message(text, "quoted-printable")
    inner.add_alternative("<p>no</p>", "html")
    made = message("For you.")
    if packed:
        made.add_attachment(inner.as_bytes(), "application", "octet-stream", filename="x")
        raw = made.as_bytes().replace(b"application/octet-stream", b"message/rfc822")
    else:
        made.add_attachment(inner)
        raw = made.as_bytes()
    same(raw, text)


def test_a_digest_of_a_mailing_list() -> None:
    one, two = (
        message(f"- [{title}]({address}) by Ann Lee\n", "quoted-printable")
        for title, address in (("Adam: A Method for Things", ADAM), ("Deep Residual Learning", DEEP))
    )
    body = b"--b\n\n" + one.as_bytes() + b"\n--b\n\n" + two.as_bytes() + b"\n--b--\n"
    assert [e.arxiv_id for e in parse(mail(body, "Content-Type: multipart/digest; boundary=b")).entries] == [
        "1412.6980",
        "1512.03385",
    ]


def test_broken_boundaries() -> None:
    made = message(LIST, "base64")
    made.add_alternative(PAGE, "html")
    data = made.as_bytes()
    mark = made.get_boundary("").encode()
    same(data.replace(b"--" + mark + b"--\n", b""))  # without an end
    same(data.replace(b'boundary="' + mark, b'boundary="other'))  # another one than it says
    same(data.replace(b'boundary="' + mark + b'"', b"x=y"))  # none said
    same(data[: data.rindex(b"<h1>")])  # cut off in what is not needed
    without = mail(LIST.encode(), "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=x")
    same(without)


def test_what_is_signed_is_read_and_what_is_encrypted_is_said_to_be() -> None:
    made = message(LIST, "quoted-printable")
    body = made.as_bytes().partition(b"\n\n")[2]
    signed = (
        b"--s\nContent-Transfer-Encoding: quoted-printable\n\n"
        + body
        + b"\n--s\nContent-Type: application/pgp-signature\n\nx\n--s--"
    )
    same(mail(signed, "Content-Type: multipart/signed; boundary=s"))
    with pytest.raises(NotADigest, match="encrypted"):
        parse(mail(b"--s\n\nx\n--s--", "Content-Type: multipart/encrypted; boundary=s"))


@pytest.mark.parametrize("body", [b"", b"\n\n"])
def test_a_mail_without_text(body: bytes) -> None:
    with pytest.raises(EmptyDigest):
        parse(mail(body, "Content-Type: text/plain"))
    with pytest.raises(NotADigest, match="mail contains nothing"):
        parse(mail(b"Shall we have lunch tomorrow? I am free at noon.", "Content-Type: text/plain"))


# ── mailboxes ────────────────────────────────────────────────────────────────────────────────────

BOX = b"From arxiv@example.org Thu May  2 20:00:00 2024\n"


def test_a_mailbox_of_several_mails() -> None:
    day = (SAMPLES / "day-list.txt").read_text("utf-8")
    data = BOX + message(LIST, "base64").as_bytes() + b"\n" + BOX + message("Shall we meet?").as_bytes() + b"\n" + BOX
    data += message(day, "quoted-printable").as_bytes()
    digest = parse(data)
    assert entries(digest) == [*entries(parse(LIST.encode())), *entries(parse(day.encode()))]
    assert reasons(digest) == ["This mail contains nothing in a supported format."]
    line = digest.problems[0].line or 0
    assert data.split(b"\n")[line - 2] == BOX.strip()


def test_from_at_the_start_of_a_line_is_quoted_in_a_mailbox() -> None:
    body = b"a\n>From these\n>>From those\n> From us\nFrom here on, 12:00 in 2024\n\nFrom me, 12:00 in 2024\nb\n"
    first, second = parts.read(BOX + mail(body) + b"\n" + BOX + mail(b"c\n"))
    assert (
        first.texts[0].data
        == b"a\nFrom these\n>From those\n> From us\n" + b"From here on, 12:00 in 2024\n\nFrom me, 12:00 in 2024\nb\n"
    )
    assert second.texts[0].data == b"c\n"


def test_a_mailbox_without_blank_lines() -> None:
    assert len(parts.read(BOX + mail(b"a\n") + BOX + mail(b"b"))) == 2


def test_a_thread_in_a_mailbox_is_read_as_one() -> None:
    text = (SAMPLES / "reading-thread.txt").read_text("utf-8")
    half = text.index("\n\n\n") if "\n\n\n" in text else text.index("\n\n", len(text) // 2)
    box = b"".join(BOX + message(part, "base64").as_bytes() + b"\n" for part in (text[:half], text[half:]))
    digest = parse(box)
    assert digest.format == "reading-thread"
    assert {entry.title for entry in digest.entries} == {entry.title for entry in parse(text.encode()).entries}


# ── what is no mail ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "Title: A\nAuthors: B C\n\nAn abstract.\n",
        "From: A\n\ntext\n",
        "Date: 2024-05-02\nTitle: x\n\ntext",
        "Title: On Cats\nAuthors: Ann Lee\nFrom: Ann\nDate: 2024-05-02\n\ntext",
        "Monday: three papers\nTuesday: two\n\nSubject: none",
        "title,authors\nx,y\n",
        "Note: see below\n\nSubject: x\nFrom: y\nand more",
    ],
)
def test_texts_that_only_look_like_one(text: str) -> None:
    assert parts.read(text.encode()) == []


@pytest.mark.parametrize(
    "path", sorted(path for path in SAMPLES.iterdir() if path.suffix not in (".eml", ".mbox")), ids=lambda path: path.name
)
def test_no_sample_is_taken_for_one(path: Path) -> None:
    found = parts.read(path.read_bytes())
    assert not found or path.name in ("arxiv-mail.txt", "reading-thread.txt")
