"""arXiv's mailings, listings and records. The texts are ours; the real ones are beside the checkout."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.model import Digest, Entry
from feedreader.parse.formats import arxiv_mail
from feedreader.parse.formats.arxiv_mail import announcement_day
from feedreader.parse.layout.dates import moment_of
from feedreader.text.cleaning import decode
from tests.parse.listings import SAMPLES, assert_safe, check_sample

RULE = "-" * 78
HEAD = " received from  Thu 15 Jun 17 18:00:00 GMT  to  Fri 16 Jun 17 18:00:00 GMT"
RECORD = r"""\\
arXiv:1706.05137
Date: Fri, 16 Jun 2017 02:56:39 GMT   (1391kb,D)

Title: One Model To Learn Them All
Authors: Lukasz Kaiser and Aidan N. Gomez
Categories: cs.LG stat.ML
\\
  Many tasks share a network.
\\ ( https://arxiv.org/abs/1706.05137 ,  1391kb)"""


def entry_of(text: str) -> Entry:
    (entry,) = arxiv_mail.parse(text).entries
    return entry


def reasons(digest: Digest) -> list[tuple[int | None, str]]:
    return [(problem.line, problem.reason) for problem in digest.problems]


def record(*lines: str, abstract: str = "  Words.", id: str = "arXiv:1706.05137") -> str:
    return "\n".join(("\\\\", id, *lines, "\\\\", abstract, "\\\\ ( https://arxiv.org/abs/1706.05137 ,  9kb)", RULE))


def test_the_sample_and_its_twin() -> None:
    check_sample(arxiv_mail, "arxiv-mail.txt")


# ── the day ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("until", "day"),
    [
        ("Mon 19 Jun 17 18:00:00 GMT", date(2017, 6, 20)),
        ("Thu 15 Jun 17 18:00:00 GMT", date(2017, 6, 16)),
        ("Fri 16 Jun 17 18:00:00 GMT", date(2017, 6, 19)),  # over the weekend
        ("Sat 17 Jun 17 18:00:00 GMT", date(2017, 6, 19)),
        ("Fri 30 Dec 05 21:00:00 GMT", date(2006, 1, 2)),  # the deadline was later then
    ],
)
def test_a_mailing_announces_on_the_working_day_after_the_last_it_received_papers_on(until: str, day: date) -> None:
    assert announcement_day([f"received from  Thu 1 Jan 04 18:00:00 GMT  to  {until}"]) == day


@pytest.mark.parametrize(
    ("dated", "day"),
    [
        ("Mon, 19 Jun 17 00:51:30 GMT", date(2017, 6, 19)),
        ("Sun, 18 Jun 2017 20:51:30 -0400", date(2017, 6, 19)),  # the same moment in New York
        ("Sun, Jun 18, 2017 at 8:51 PM", date(2017, 6, 19)),  # as forwarded, without a zone
        ("Tue, 20 Jun 17 00:51:30 GMT", date(2017, 6, 20)),  # the Monday was a holiday
        ("Sat, 1 Jul 2017 10:00:00 +0200", date(2017, 6, 19)),  # forwarded long after
        ("Thu, 1 Jun 2017 10:00:00 +0200", date(2017, 6, 19)),
        ("some time ago, I think", date(2017, 6, 19)),
    ],
)
def test_the_date_of_the_mail_counts_where_it_fits(dated: str, day: date) -> None:
    assert announcement_day([f"Date: {dated}", HEAD.strip()]) == day


def test_without_a_window_the_mail_tells_by_its_own_date() -> None:
    assert announcement_day(["Date: Fri, 23 Jan 2026", "Subject: cs daily Subj-class mailing"]) == date(2026, 1, 23)
    assert announcement_day(["Date: Thu, 22 Jan 2026 20:10:00 -0500"]) == date(2026, 1, 23)
    assert announcement_day(["Subject: no date"]) is None


def test_odd_dates_do_no_harm() -> None:
    assert moment_of("Mon, 99 Foo 20000 25:61:61 +9999") is None
    assert announcement_day(["Date: Fri, 31 Dec 9999 23:00:00 -1400"]) is None
    assert announcement_day(["received from Mon 1 Jan 17 18:00:00 GMT to Fri 31 Feb 17 18:00:00 GMT"]) is None


def test_all_papers_of_a_mailing_stand_under_its_day() -> None:
    entry = entry_of(f"{HEAD}\n{RULE}\n{RECORD}\n")
    assert (entry.day, entry.announced, entry.announce_type) == (date(2017, 6, 19), True, "new")
    assert entry.submitted == datetime(2017, 6, 16, 2, 56, 39, tzinfo=UTC)


def test_a_record_alone_has_the_day_on_which_it_was_submitted() -> None:
    entry = entry_of(RECORD)
    assert (entry.day, entry.announced) == (date(2017, 6, 16), False)
    assert entry.announce_type == "new"  # only mailings have an address behind the abstract
    assert entry_of(RECORD.replace(r"\\ ( https://arxiv.org/abs/1706.05137 ,  1391kb)", r"\\")).announce_type is None


def test_the_date_of_an_ordinary_mail_announces_nothing() -> None:
    entry = entry_of(f"Date: Sat, 1 Jul 2017 10:00:00 +0200\nSubject: look at this\n\nHello,\n{RULE}\n{RECORD}\n")
    assert (entry.day, entry.announced) == (date(2017, 6, 16), False)


def test_lists_of_the_past_week_name_their_days() -> None:
    days = "\\\\\n/* Mon, 19 Jun 2017 */\n\\\\\n" + RULE
    other = RECORD.replace("1706.05137", "1706.05098")
    digest = arxiv_mail.parse(f"{RULE}\n{days}\n{RECORD}\n{days.replace('Mon, 19', 'Fri, 16')}\n{other}\n")
    assert [(e.arxiv_id, e.day, e.announced, e.announce_type) for e in digest.entries] == [
        ("1706.05137", date(2017, 6, 19), True, "new"),
        ("1706.05098", date(2017, 6, 16), True, "new"),
    ]
    assert reasons(arxiv_mail.parse(f"{RULE}\n\\\\\n/* some day */\n\\\\\n{RECORD}")) == [(3, "Invalid day: some day")]


def test_mailings_that_follow_each_other_keep_their_days() -> None:
    end = "%%%---" * 13
    later = HEAD.replace("Fri 16", "Mon 19").replace("Thu 15", "Fri 16")
    text = (
        f"Subject: a daily mailing\n{HEAD}\n{RECORD}\n{end}\nFor help\n\nSubject: another\n{later}\n{RECORD}\n{end}\n"
    )
    digest = arxiv_mail.parse(text)
    assert [entry.day for entry in digest.entries] == [date(2017, 6, 19), date(2017, 6, 20)]
    assert (digest.title, digest.problems) == ("a daily mailing", ())


def test_a_mailing_without_a_subject_is_called_by_its_archives() -> None:
    head = f"Submissions to:\nLearning\nRobotics\nLogic\nSound\n{HEAD}\n{RULE}\n"
    assert arxiv_mail.parse(head + RECORD).title == "Learning, Robotics, Logic and 1 more"
    assert arxiv_mail.parse("Subject: Fwd: Re: cs daily mailing\n" + RECORD).title == "cs daily mailing"
    assert arxiv_mail.parse(RECORD).title is None


# ── what is announced ────────────────────────────────────────────────────────────────────────────


def test_the_announce_type_is_told_by_the_record_or_by_its_section() -> None:
    plain = record("Title: T")
    cross = record("Title: T", id="arXiv:1706.05137 (*cross-listing*)")
    replaced = record("replaced with revised version Mon, 19 Jun 2017 16:49:45 GMT   (1kb)", "", "Title: T")
    both = replaced.replace("05137\n", "05137 (*cross-listing*)\n")
    old = record("Title: T", id="Paper (*cross-listing*): hep-th/9701041")
    to_cross, to_replaced = "%-%-" * 19, "%%--" * 19

    def kinds(*parts: str) -> list[str | None]:
        return [entry.announce_type for entry in arxiv_mail.parse("\n".join((HEAD, RULE, *parts))).entries]

    assert kinds(plain, cross, replaced, both, old) == ["new", "cross", "replace", "replace-cross", "cross"]
    assert kinds(to_cross, plain, to_replaced, plain, both) == ["cross", "replace", "replace-cross"]


def test_a_replacement_is_dated_by_its_revision_and_has_no_abstract() -> None:
    text = record("replaced with revised version Mon, 19 Jun 2017 16:49:45 GMT   (1kb)", "", "Title: T")
    entry = entry_of(text.replace("\\\\\n  Words.\n", ""))
    assert (entry.day, entry.announced, entry.submitted) == (date(2017, 6, 19), False, None)
    assert (entry.abstract, entry.announce_type) == (None, "replace")


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("arXiv:1706.05137v3", ("1706.05137", 3)),
        ("Paper: hep-th/9701041", ("hep-th/9701041", None)),
        ("Paper (*cross-listing*): math.AP/9701214", ("math/9701214", None)),
        ("arXiv:math.AP/9701214v2 (*cross-listing*)", ("math/9701214", 2)),
        ("Paper: arXiv:0704.0001", ("0704.0001", None)),
    ],
)
def test_ids_of_both_schemes(id: str, expected: tuple[str, int | None]) -> None:
    entry = entry_of(record("Title: T", id=id))
    assert (entry.arxiv_id, entry.version) == expected


def test_the_versions_of_a_record_are_counted_where_they_are_numbered() -> None:
    numbered = (
        "Date: Mon, 2 Apr 2007 19:18:42 GMT   (1kb)",
        "Date (revised v2): Tue, 24 Jul 2007 20:10:27 GMT   (1kb)",
    )
    assert entry_of(record(*numbered, "", "Title: T")).version == 2
    assert (
        entry_of(record(numbered[0], "Date (revised): Tue, 24 Jul 2007 20:10:27 GMT", "", "Title: T")).version is None
    )
    assert entry_of(record(*numbered, "", "Title: T")).day == date(2007, 4, 2)


# ── fields ───────────────────────────────────────────────────────────────────────────────────────


def test_fields_are_joined_over_their_lines() -> None:
    entry = entry_of(
        record(
            "From: Somebody <somebody@example.org>",
            "Date: Fri, 16 Jun 2017 02:56:39 GMT   (1391kb,D)",
            "",
            "Title: A title that goes on over a line that ends with a dash -",
            "  and ends here",
            "Authors: Ada Berg (1) and Carl Day (1 and 2) ((1) Somewhere, (2) Some-",
            "  where else), J. R. Roe, et al. (84 additional authors not shown)",
            "Report-no: ABC-1",
            "Categories: cond-mat.soft math-ph math.MP",
            "  nlin.SI",
            "Comments: 9 pages",
            "Subj-class: Soft Condensed Matter;",
            "  Integrable Systems",
            "MSC-class: 16T05",
            "Journal-ref: Physica A 244 (1997) 402-413",
            "DOI: 10.1000/XYZ.1",
            "License: http://creativecommons.org/licenses/by/4.0/",
            abstract="  One +/-\n0.007 line.\n  Another paragraph.",
        )
    )
    assert entry.title == "A title that goes on over a line that ends with a dash - and ends here"
    assert entry.authors == ("Ada Berg", "Carl Day", "J. R. Roe", "et al.")
    assert entry.categories == ("cond-mat.soft", "math-ph", "math.MP", "nlin.SI")
    assert entry.comment == ("9 pages; Journal-ref: Physica A 244 (1997) 402-413; Report-no: ABC-1; MSC-class: 16T05")
    assert (entry.doi, entry.url) == ("10.1000/xyz.1", None)
    assert entry.abstract == "One +/- 0.007 line. Another paragraph."


def test_a_field_between_authors_and_categories_or_none_of_them() -> None:
    between = entry_of(record("Title: T", "Authors: Ada Berg", "Report-no: R-1", "Categories: cs.LG", "ACM-class: I.2"))
    assert (between.authors, between.categories) == (("Ada Berg",), ("cs.LG",))
    assert between.comment == "Report-no: R-1; ACM-class: I.2"
    without = arxiv_mail.parse(record("Title: T", "Authors: Ada Berg"))
    assert (without.entries[0].categories, without.problems) == ((), ())


def test_indentation_that_a_mail_program_took_away() -> None:
    entry = entry_of(record("Title: A title", "in two lines", "Authors: Ada Berg and", "Carl Day"))
    assert (entry.title, entry.authors) == ("A title in two lines", ("Ada Berg", "Carl Day"))


def test_what_is_not_understood_is_reported_with_its_line() -> None:
    text = record(
        "kDate: Fri, 16 Jun 2017 02:56:39 GMT   (7kb)",
        "Title: T",
        "Colour: blue",
        "  and green",
        "DOI: not one",
        "Categories: cs.LG Sociology!",
        id="arXiv:1706.05137 by mistake",
    )
    digest = arxiv_mail.parse(text)
    assert (digest.entries[0].day, digest.entries[0].categories) == (date(2017, 6, 16), ("cs.LG",))
    assert reasons(digest) == [
        (2, "Skipped text: by mistake"),
        (2, "Unknown arXiv category: Sociology!"),
        (5, "Unknown field: Colour: blue"),
        (7, "Invalid DOI: not one"),
    ]
    assert reasons(arxiv_mail.parse(record("Date: soon", "Title: T"))) == [(3, "Invalid date: soon")]
    assert reasons(arxiv_mail.parse(record("Date: Fri, 16 Jun 2017 02:56:39 GMT"))) == [(2, "This paper has no title.")]
    assert reasons(arxiv_mail.parse(record("nothing at all", "Title: T"))) == [(3, "Skipped text: nothing at all")]


def test_an_id_that_is_damaged_is_taken_from_the_address() -> None:
    digest = arxiv_mail.parse(f"{RECORD}\n{RULE}\n{RECORD.replace('arXiv:1706.05137', 'arXiv:1706.05')}")
    assert [entry.arxiv_id for entry in digest.entries] == ["1706.05137", "1706.05137"]
    assert reasons(digest) == [(13, "Incomplete arXiv id: 1706.05")]


def test_text_between_records_belongs_to_none() -> None:
    digest = arxiv_mail.parse(f"{RECORD}\nNow something else.\nAnd more.\n{RULE}\n{RECORD}")
    assert len(digest.entries) == 2
    assert reasons(digest) == [(11, "Skipped text that belongs to no paper.")]


# ── damage and disguise ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mark", ["> ", ">> ", "> > ", "| ", ">", "    "])
def test_quoted_by_a_mail_program(mark: str) -> None:
    text = (SAMPLES / "arxiv-mail.txt").read_text("utf-8")
    quoted = "\n".join((mark + line).rstrip() for line in text.split("\n"))
    assert arxiv_mail.matches(quoted)
    assert arxiv_mail.parse(quoted).entries == arxiv_mail.parse(text).entries
    assert arxiv_mail.parse(quoted).problems == ()


def test_mbox_escapes_what_looks_like_its_separator() -> None:
    assert entry_of(record("Title: T", abstract=">From here to there.")).abstract == "From here to there."


def test_a_file_cut_at_its_end() -> None:
    def end(text: str) -> list[tuple[int | None, str]]:
        return reasons(arxiv_mail.parse(f"{RECORD}\n{RULE}\n{text}"))

    assert end(RECORD[:60]) == [
        (13, "The file ends in the middle of this paper's fields."),
        (13, "This paper has no title."),
    ]
    assert end(RECORD[: RECORD.index("\n  Many")]) == [(13, "The file ends before this paper's abstract.")]
    assert end(RECORD[: RECORD.index("share")]) == [(13, "The file ends in the middle of this paper's abstract.")]
    assert end("\\\\\narXiv:17") == [
        (13, "Incomplete arXiv id: 17"),
        (13, "The file ends in the middle of this paper's fields."),
        (13, "This paper has no title."),
    ]


def test_a_file_cut_at_its_beginning() -> None:
    rest = RECORD[RECORD.index("Authors") :]
    digest = arxiv_mail.parse(f"{rest}\n{RULE}\n{RECORD}")
    assert [(e.arxiv_id, e.title) for e in digest.entries] == [
        ("1706.05137", None),
        ("1706.05137", "One Model To Learn Them All"),
    ]
    assert reasons(digest)[0] == (1, "The start of this paper is missing: it has no id.")
    tail = arxiv_mail.parse(f"{RECORD}\n{RULE}\nmany tasks.\n\\\\ ( https://arxiv.org/abs/1706.05098 ,  1kb)\n")
    assert (tail.entries[1].arxiv_id, tail.entries[1].abstract) == ("1706.05098", "many tasks.")
    assert reasons(tail)[0] == (12, "The start of this paper (arXiv:1706.05098) is missing.")


def test_records_whose_rules_and_ends_are_missing() -> None:
    cut = RECORD[: RECORD.index("\n\\\\ (")]
    digest = arxiv_mail.parse(f"{cut}\n{RECORD.replace('1706.05137', '1706.05098')}")
    assert [(e.arxiv_id, e.abstract) for e in digest.entries] == [
        ("1706.05137", "Many tasks share a network."),
        ("1706.05098", "Many tasks share a network."),
    ]
    headers = "\n".join(RECORD.split("\n")[:7])
    digest = arxiv_mail.parse(f"{headers}\n{RECORD.replace('1706.05137', '1706.05098')}")
    assert [e.arxiv_id for e in digest.entries] == ["1706.05137", "1706.05098"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\\\\\n\\\\\n",
        r"\begin{tabular} a \\" + "\n" + r"b \\" + "\n\\\\\narXiv:1706.05137\n\\end{tabular}",  # TeX
        "\\\\\narXiv: see there\nDate: today\n",
        "Title: One Model To Learn Them All\nAuthors: Lukasz Kaiser\narXiv:1706.05137\n",
        "I read arXiv:1706.05137 today.\n\nDate: Fri, 16 Jun 2017\n",
        '"""A module."""\n' + RECORD + "\n" + "\n".join(f"x{i} = {i}" for i in range(80)),  # source code
    ],
)
def test_what_is_no_mailing(text: str) -> None:
    assert not arxiv_mail.matches(text)


LINES = st.sampled_from([
    "\\\\", RULE, "%-%-" * 10, "%%--" * 10, "%%%---" * 8, "arXiv:1706.05137", "Paper (*cross-listing*): hep-th/9701041",
    "Title: x", "  y", "Authors: A and B", "Date: Fri, 16 Jun 2017 02:56:39 GMT (1kb)", "Date (revised v2): x", HEAD,
    "replaced with revised version Fri", "\\\\ ( https://arxiv.org/abs/1706.05137 , 1kb)", "/* Fri, 16 Jun 2017 */",
    "> z", "", "Subject: s", "text", "Categories: cs.LG x!", "DOI: 10.1000/1", "> \\\\", "arXiv:1", "Submissions to:",
])  # fmt: skip


@given(st.lists(LINES | st.text(max_size=20), max_size=25))
def test_it_never_raises(lines: list[str]) -> None:
    text, _ = decode("\n".join(lines).encode("utf-8", "replace"))
    arxiv_mail.matches(text)
    assert_safe(arxiv_mail.parse(text))


@given(st.integers(min_value=0), st.integers(min_value=0))
def test_any_part_of_the_sample_can_be_read(start: int, end: int) -> None:
    text = (SAMPLES / "arxiv-mail.txt").read_text("utf-8")
    assert_safe(arxiv_mail.parse(text[start % len(text) : end % len(text)]))


def test_a_cut_loses_no_whole_record_before_it() -> None:
    text = (SAMPLES / "arxiv-mail.txt").read_text("utf-8")
    whole = arxiv_mail.parse(text).entries
    ids = [text.index(f"arXiv:{entry.arxiv_id}") + 16 for entry in whole]
    for cut in range(0, len(text), 97):
        got = arxiv_mail.parse(text[:cut]).entries
        assert len(got) >= sum(end < cut for end in ids)
        assert got[:-1] == whole[: max(0, len(got) - 1)]


def test_time_grows_with_length_only() -> None:
    for text in ("\\\\\n" * 50_000, ">" * 200_000 + "\\", "\\\\\narXiv" + " " * 50_000 + "x", "Date: " + "( " * 50_000):
        began = time.process_time()
        arxiv_mail.matches(text)
        arxiv_mail.parse("\\\\\narXiv:1706.05137\nTitle: x\n" + text)
        assert time.process_time() - began < 2
