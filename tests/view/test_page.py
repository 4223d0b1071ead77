"""What the abstract pane says of a paper."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from feedreader.model import Interest, Journal, KnownAuthor, Marks, Mention, Paper, Revision
from feedreader.view.page import all_links, links, page, plain
from feedreader.view.spans import Span, copied, word_at

WHOLE = Paper(
    id="1905.02244",
    title=r"Searching for $\alpha$ and more, in a title that has to be wrapped somewhere",
    authors=("Andrew Howard", "Mark Sandler"),
    abstract="We present the next generation. " * 6 + "Code: https://example.org/code.",
    tldr="It is small.",
    comment="ICCV 2019",
    arxiv_id="1905.02244",
    version=3,
    categories=("cs.CV", "cs.LG"),
    day=date(2019, 5, 6),
    sources=("000_a.txt", "002_b.txt"),
    mentions=(Mention("004_c.txt", "Somebody liked it."), Mention("004_c.txt", "Another did not.")),
    marks=Marks(shortlisted=True),
)


def text(paper: Paper, width: int = 60, *, raw: bool = False, labels: bool = True) -> str:
    return "\n".join(map(plain, page(paper, width, measure=cell_len, raw=raw, labels=labels)))


def test_everything_known_is_said_in_order() -> None:
    text_shown = text(WHOLE)
    parts = [
        "Searching for α",
        "Authors    Andrew Howard, Mark Sandler\n",
        "Subjects   cs.CV · cs.LG\n",
        "arXiv      1905.02244v3\n",
        "Announced  Mon 6 May 2019 from 000_a.txt · 002_b.txt\n",
        "Comment    ICCV 2019\n",
        "Status     ● unread · ★ kept\n",
        "tl;dr      It is small.\n",
        "We present the next generation.",
        "Mentions",
        "004_c.txt",
        "│ Somebody liked it.",
        "│ Another did not.",
    ]
    places = [text_shown.index(part) for part in parts]
    assert places == sorted(places)
    assert text_shown.count("004_c.txt") == 1, "a source is named once for all it says"


def test_with_little_room_facts_follow_one_another() -> None:
    facts = text(WHOLE, 76, labels=False).splitlines()[1:5]
    assert facts == [
        "Andrew Howard, Mark Sandler",
        "● unread · ★ kept · cs.CV · cs.LG · arXiv:1905.02244v3 · Mon 6 May 2019",
        "from 000_a.txt · 002_b.txt",
        "ICCV 2019",
    ]
    narrow = text(WHOLE, 39)
    assert narrow == text(WHOLE, 39, labels=False) and "Authors " not in narrow


def test_what_speaks_for_a_paper_is_said() -> None:
    known = replace(WHOLE, interest=Interest(0.9, ("diffusion", "score matching"), KnownAuthor("Ada Lovelace", 3)))
    reasons = "diffusion · score matching · by Ada Lovelace (kept 3)"
    assert f"Announced  Mon 6 May 2019 from 000_a.txt · 002_b.txt\nInterest   {reasons}\n" in text(known, 70)
    assert f"Interest: {reasons}" in " ".join(text(known, 120, labels=False).split())
    pinned = replace(WHOLE, interest=Interest(0.9, (), KnownAuthor("[b]Ada[/b]", 0)))
    assert "Interest   by [b]Ada[/b] (pinned)\n" in text(pinned)
    for nothing in (None, Interest(0.01)):
        assert text(replace(WHOLE, interest=nothing)) == text(WHOLE)


def test_it_says_where_it_was_printed() -> None:
    printed = replace(WHOLE, journal=Journal("Phys. Rev. \x1bB", "109", "14", "144501", 2024))
    assert "Published  Phys. Rev. B 109 (14), 144501 (2024)\nComment    ICCV 2019\n" in text(printed)
    assert text(replace(WHOLE, journal=Journal())) == text(WHOLE)


@pytest.mark.parametrize(
    ("journal", "comment", "shown"),
    [
        (Journal("J Kite Sci", "12", "3", "45-50", 2024), "J Kite Sci. 2024 May 3;12(3):45-50.", ["Published", ""]),
        (Journal("Kites", "36", None, "1-2", 2024), "[Kites 36, 1-2] Published 1 May 2024", ["Published", ""]),
        (Journal("Kites", "2", None, "1-2", 1998), "20 pages; Journal-ref: Kites 2:1-2,1998", ["Published", "Comment"]),
        (
            Journal("Kites", "2", None, "1-2", 1998),
            "Journal-ref: Kites 2:1-2,1998; MSC-class: 1A",
            ["Published", "Comment"],
        ),
        (Journal("Nature", "5"), "Journal-ref: Kites 2:1-2,1998; Kites 3, 4", ["Published", "Comment"]),
        (None, "Journal-ref: Kites 2:1-2; Kites 3, 4", ["Published", ""]),
        (Journal("Nature"), "Nature, Published online: 15 July 2021", ["Published", ""]),
        (Journal("Nature"), "Nature images, 3 pages", ["Published", "Comment"]),
        (Journal("Kites", "36", None, "1-2", 2024), "Kites 36, to appear", ["Published", "Comment"]),
    ],
)
@pytest.mark.parametrize("width", [60, 120])
def test_a_citation_is_shown_once(journal: Journal | None, comment: str, shown: list[str], width: int) -> None:
    lines = page(Paper(id="x", title="T", journal=journal, comment=comment), width)
    labels = [span.text.strip() for line in lines for span in line if span.role == "label"]
    assert [label for label in labels if label != "Status"] == [label for label in shown if label]
    comment = comment if journal == Journal("Nature", "5") else comment.replace("Journal-ref: ", "")
    assert set(re.findall(r"\w+", comment)) <= set(re.findall(r"\w+", copied(lines))), "nothing is lost"


def test_many_authors_leave_room_for_the_abstract() -> None:
    many = replace(WHOLE, authors=tuple(f"Given{number} Family{number}" for number in range(3000)))
    for width in (20, 36, 60, 80):
        lines = page(many, width, all_authors=False, more="enter shows all", measure=cell_len)
        said = copied(lines)
        shown = said.count(" Family")
        assert shown and f"+{3000 - shown:,} more" in " ".join(said.split())
        assert sum(any(span.role == "authors" for span in line) for line in lines) <= 4
        assert copied(page(many, width, measure=cell_len)).count(" Family") == 3000
    assert "(enter shows all)" in copied(page(many, 80, all_authors=False, more="enter shows all"))
    few = page(WHOLE, 80, all_authors=False, more="enter shows all")
    assert few == page(WHOLE, 80), "what fits is not cut"


@pytest.mark.parametrize("width", [10, 25, 49, 50, 60, 88])
def test_no_line_is_wider_than_asked(width: int) -> None:
    assert all(cell_len(plain(line)) <= width for line in page(WHOLE, width, measure=cell_len))


def test_raw_text_is_as_the_source_wrote_it() -> None:
    assert r"Searching for $\alpha$ and" in text(WHOLE, raw=True)


def test_addresses_are_links_if_they_are_http() -> None:
    spans = [span for line in page(WHOLE, 60) for span in line if span.link]
    assert spans == [
        Span("1905.02244v3", "fact", "https://arxiv.org/abs/1905.02244v3"),
        Span("https://example.org/code", "abstract", "https://example.org/code"),
    ]
    odd = Paper(id="x", doi='10.1/a"b c', abstract="javascript://x file:///etc http:// https://é.org x")
    assert [span.link for line in page(odd, 60) for span in line if span.link] == ["https://doi.org/10.1/a%22b%20c"]
    assert links(Paper(id="x", url="javascript://evil/x")) == ()
    assert links(Paper(id="x", url="https://openreview.net/forum?id=1")) == (
        ("openreview.net", "https://openreview.net/forum?id=1"),
    )


def test_an_address_cut_to_fit_is_still_one_link() -> None:
    web = "https://example.org/a/very/long/address/indeed"
    paper = Paper(id="x", title="T", abstract=f"See ({web}), for more")
    lines = page(paper, 20)
    parts = [span for line in lines for span in line if span.link]
    assert len(parts) > 1 and {part.link for part in parts} == {web} and "".join(part.text for part in parts) == web
    assert f"See ({web}), for more" in copied(lines)


def test_all_links_are_listed_once() -> None:
    paper = Paper(
        id="x",
        arxiv_id="1905.02244",
        version=2,
        doi="10.1/x",
        url="http://www.arxiv.org/abs/1905.02244v1",
        comment=r"Code at \url{https://example.org/code/}, see https://doi.org/10.1/x.",
        abstract="https://example.org/code and ftp://x.org/a and javascript:alert(1)",
        marks=Marks(note="[slides](https://example.org/slides) and https://example.org/talk"),
        mentions=(Mention("b.txt", "(https://example.org/blog)"),),
    )
    assert all_links(paper, "https://arxiv.org/pdf/1905.02244") == (
        ("arXiv", "https://arxiv.org/abs/1905.02244v2"),
        ("PDF", "https://arxiv.org/pdf/1905.02244"),
        ("DOI", "https://doi.org/10.1/x"),
        ("Comment", "https://example.org/code/"),
        ("Your note", "https://example.org/slides"),
        ("Your note", "https://example.org/talk"),
        ("b.txt", "https://example.org/blog"),
    )
    assert all_links(Paper(id="x", url="https://journal.org/a")) == (("Page", "https://journal.org/a"),)
    assert all_links(Paper(id="x", title="T", abstract="A.", url="javascript:x")) == ()
    assert all_links(Paper(id="x", url="https://journal.org/a b")) == (("Page", "https://journal.org/a%20b"),)


def test_little_known_is_said_as_well() -> None:
    assert text(Paper(id="x")) == "Untitled\n\nStatus   ● unread\n\nNo abstract."
    nameless = Paper(id="1904.09925", arxiv_id="1904.09925", abstract="Convolutional networks.", marks=Marks(read=True))
    assert text(nameless).startswith(
        "arXiv:1904.09925\n\narXiv    1904.09925\nStatus   read\n\nConvolutional networks."
    )
    undated = Paper(id="x", title="T", abstract="A.", collection="Search ICLR 2019")
    assert "Collection  Search ICLR 2019" in text(undated)
    unplaced = Paper(id="x", title="T", sources=("a.txt", "b.txt"))
    assert "Source   a.txt · b.txt\n" in text(unplaced) and "from a.txt · b.txt\n" in text(unplaced, labels=False)


def test_what_the_reader_noted_is_shown() -> None:
    marks = Marks(tags=("tag", "other"), note="Mine.")
    assert "#tag #other" in text(Paper(id="x", title="T", abstract="A.", marks=marks))
    assert "Your note\nMine." in text(Paper(id="x", title="T", abstract="A.", marks=Marks(note="Mine.")))


def test_new_versions_are_told_and_stand_out_on_a_kept_paper() -> None:
    june, july = Revision(2, date(2026, 6, 3), ("abstract",)), Revision(3, date(2026, 7, 1), ("title", "abstract"))
    paper = Paper(id="x", title="T", abstract="A.", revisions=(june, july, Revision(None, date(2026, 8, 1))))
    assert text(paper).splitlines()[3:6] == [
        "Versions  v2 on 3 Jun 2026: abstract changed",
        "          v3 on 1 Jul 2026: title and abstract changed",
        "          A new version on 1 Aug 2026",
    ]
    roles = {span.role for line in page(paper, 60) for span in line if "3 Jun 2026" in span.text}
    shortlisted = page(replace(paper, marks=Marks(shortlisted=True)), 60)
    kept = {span.role for line in shortlisted for span in line if "3 Jun 2026" in span.text}
    assert (roles, kept) == ({"fact"}, {"mark"})


def test_a_paper_met_as_a_new_version_says_so() -> None:
    paper = Paper(id="x", title="T", abstract="A.", replaced=True, revisions=(Revision(4, date(2026, 6, 3)),))
    assert "Announced as a new version of an older paper\n          v4 on 3 Jun 2026\n" in text(paper)


def test_a_paper_says_which_rules_are_about_it_and_why_a_muted_one_shows() -> None:
    muted = Paper(id="x", title="T", muted_by=("surveys", "\x1bcs.CR"))
    assert "Muted by: surveys, cs.CR\n" in text(muted)
    kept = replace(muted, marks=Marks(shortlisted=True))
    assert "Muted by: surveys, cs.CR; shown because you kept it" in text(kept, 99)
    lit = replace(muted, highlighted_by=("Ada",))
    assert "◆ Highlighted by: Ada\n" in text(lit) and "shown because it is highlighted" in text(lit, 99)


# Copying -------------------------------------------------------------------------------------------------------------

WORDS = st.text("ab·éß漢字🎉-_/", min_size=1, max_size=30)
ADDRESSES = st.text("abc/-_", min_size=1, max_size=90).map("https://x.org/{}".format)
SENTENCES = st.lists(WORDS | ADDRESSES, min_size=1, max_size=25).map(" ".join)
PAPERS = st.builds(
    Paper,
    id=st.just("x"),
    title=SENTENCES,
    authors=st.lists(SENTENCES, max_size=3).map(tuple),
    abstract=st.lists(SENTENCES, min_size=1, max_size=3).map("\n".join),
    tldr=st.none() | SENTENCES,
    comment=st.none() | SENTENCES,
    categories=st.lists(st.sampled_from(("cs.LG", "physics.plasm-ph", "q-bio.NC")), max_size=3, unique=True).map(tuple),
    sources=st.lists(SENTENCES, max_size=2).map(tuple),
    mentions=st.lists(st.builds(Mention, st.just("s.txt"), SENTENCES), max_size=2).map(tuple),
    marks=st.builds(Marks, note=st.none() | st.text("ab ", min_size=1, max_size=60).map(str.strip).filter(bool)),
)


@given(PAPERS, st.integers(20, 120), st.booleans())
def test_what_is_copied_is_what_was_wrapped(paper: Paper, width: int, labels: bool) -> None:
    lines = page(paper, width, measure=cell_len, raw=True, labels=labels)
    assert all(cell_len(plain(line)) <= width for line in lines)
    said = copied(lines)
    texts = [paper.title, paper.abstract, paper.comment, paper.tldr, ", ".join(paper.authors)]
    for text_given in [*texts, *paper.sources, *(mention.text for mention in paper.mentions)]:
        assert (text_given or "") in said
    assert "│" not in said


@given(PAPERS, st.integers(20, 120), st.data())
def test_any_part_is_copied_as_far_as_it_goes(paper: Paper, width: int, data: st.DataObject) -> None:
    lines = page(paper, width, measure=cell_len, raw=True)
    places = [(number, place) for number, line in enumerate(lines) for place in range(len(plain(line)) + 1)]
    start, end = sorted(data.draw(st.tuples(st.sampled_from(places), st.sampled_from(places))))
    middle = data.draw(st.sampled_from([place for place in places if start <= place <= end]))

    def letters(part: str) -> str:
        return re.sub(r"\s|·", "", part)

    parts = [copied(lines, start, middle), copied(lines, middle, end)]
    assert letters("".join(parts)) == letters(copied(lines, start, end))
    assert letters(copied(lines, start, end)) in letters(copied(lines))


def test_margins_and_wraps_are_not_copied() -> None:
    web = "https://example.org/" + "a/" * 60
    paper = replace(
        WHOLE,
        authors=tuple(f"Ann Lee{number}" for number in range(12)),
        abstract=f"One {web}.\n\nTwo " + "words " * 30 + "end.",
        mentions=(Mention("a.txt", "said " * 30 + "so."),),
        marks=Marks(note="- " + "item " * 30 + "end\n> " + "quoted " * 20 + "end"),
    )
    for width in (30, 50, 80):
        said = copied(page(paper, width, measure=cell_len)).split("\n")
        assert f"One {web}." in said
        assert ("Two " + "words " * 30 + "end.") in said
        assert ("said " * 30 + "so.") in said
        assert ("• " + "item " * 30 + "end") in said and ("quoted " * 20 + "end") in said
        names = ", ".join(paper.authors)
        assert (names if width < 50 else f"Authors {names}") in said


@pytest.mark.parametrize(
    ("text_shown", "column", "word"),
    [
        ("see (well-known) here", 6, "well-known"),
        ("see (well-known) here", 4, "well-known"),
        ("a  b", 2, ""),
        ("end.", 3, "end"),
        ("end.", 99, "end"),
        ("…", 0, "…"),
        ("", 0, ""),
    ],
)
def test_a_word_is_found(text_shown: str, column: int, word: str) -> None:
    start, end = word_at(text_shown, column)
    assert text_shown[start:end] == word


def test_a_published_paper_links_to_its_preprint_too() -> None:
    paper = Paper(id="10.1/a", title="Kites", doi="10.1/a", preprint_doi="10.1101/b")
    assert links(paper) == (
        ("doi:10.1/a", "https://doi.org/10.1/a"),
        ("preprint doi:10.1101/b", "https://doi.org/10.1101/b"),
    )
    assert [name for name, _ in all_links(paper)] == ["DOI", "Preprint"]
    assert any("DOI" in plain(line) and "10.1/a · preprint doi:10.1101/b" in plain(line) for line in page(paper, 80))


def test_a_paper_that_somebody_has_says_so() -> None:
    paper = Paper(id="p", title="T", sources=("feed", "own.bib"), day=date(2024, 5, 3))
    assert "in your library" not in text(paper)
    assert "● unread · in your library" in text(replace(paper, libraries=("own.bib",)))


def test_words_of_a_source_that_repeat_the_readers_own_are_left_out() -> None:
    said = ("Keywords: a, b", "One note. - two", "Something else")
    paper = Paper(id="p", title="T", mentions=tuple(Mention("own.bib", words) for words in said))
    assert all(words in text(paper) for words in said)
    own = text(replace(paper, marks=Marks(tags=("b", "c", "a"), note="One note.\n\n- two\n\nMore")))
    assert "Keywords" not in own and own.count("One note.") == 1 and "Something else" in own
    assert "Mentions" not in text(replace(paper, mentions=paper.mentions[:1], marks=Marks(tags=("a", "b"))))
    assert "Keywords" in text(replace(paper, marks=Marks(tags=("a",))))
    several = Paper(id="p", title="T", mentions=(Mention("own.bib", "Keywords: machine learning"),))
    assert "Keywords" not in text(replace(several, marks=Marks(tags=("Machine-Learning",))))
