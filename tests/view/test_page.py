"""What the abstract pane says of a paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from rich.cells import cell_len

from feedreader.model import Journal, Marks, Mention, Paper, Revision
from feedreader.view.page import links, page, plain
from feedreader.view.spans import Span

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


def text(paper: Paper, width: int = 60, *, raw: bool = False, compact: bool = False) -> str:
    return "\n".join(map(plain, page(paper, width, measure=cell_len, raw=raw, compact=compact)))


def test_everything_known_is_said_in_order() -> None:
    text_shown = text(WHOLE)
    parts = [
        "Searching for α",
        "Andrew Howard, Mark Sandler",
        "● unread · ★ kept · Mon 6 May 2019 · arXiv:1905.02244v3",
        "cs.CV cs.LG · from 000_a.txt · 002_b.txt",
        "ICCV 2019",
        "tl;dr",
        "It is small.",
        "Abstract",
        "We present the next generation.",
        "What people say",
        "004_c.txt",
        "│ Somebody liked it.",
        "│ Another did not.",
    ]
    places = [text_shown.index(part) for part in parts]
    assert places == sorted(places)
    assert text_shown.count("004_c.txt") == 1, "a source is named once for all it says"


def test_where_it_was_printed_stands_among_the_facts() -> None:
    printed = replace(WHOLE, journal=Journal("Phys. Rev. \x1bB", "109", "14", "144501", 2024))
    assert "Mon 6 May 2019 · Phys. Rev. B 109 (14), 144501 (2024) · arXiv:1905.02244v3" in text(printed, 88 * 2)
    assert text(replace(WHOLE, journal=Journal())) == text(WHOLE)


@pytest.mark.parametrize("width", [10, 25, 60, 88])
def test_no_line_is_wider_than_asked(width: int) -> None:
    assert all(cell_len(plain(line)) <= width for line in page(WHOLE, width, measure=cell_len))


def test_raw_text_is_as_the_source_wrote_it() -> None:
    assert r"Searching for $\alpha$ and" in text(WHOLE, raw=True)


def test_addresses_are_links_if_they_are_http() -> None:
    spans = [span for line in page(WHOLE, 60) for span in line if span.link]
    assert spans == [
        Span("arXiv:1905.02244v3", "fact", "https://arxiv.org/abs/1905.02244v3"),
        Span("https://example.org/code", "text", "https://example.org/code"),
    ]
    odd = Paper(id="x", doi='10.1/a"b c', abstract="javascript://x file:///etc http:// https://é.org x")
    assert [span.link for line in page(odd, 60) for span in line if span.link] == ["https://doi.org/10.1/a%22b%20c"]
    assert links(Paper(id="x", url="javascript://evil/x")) == ()
    assert links(Paper(id="x", url="https://openreview.net/forum?id=1")) == (
        ("openreview.net", "https://openreview.net/forum?id=1"),
    )


def test_an_address_cut_to_fit_is_no_link() -> None:
    paper = Paper(id="x", title="T", abstract="See https://example.org/a/very/long/address/indeed for more")
    assert not any(span.link for line in page(paper, 20) for span in line)


def test_little_known_is_said_as_well() -> None:
    assert text(Paper(id="x")) == "Untitled\n● unread\n\nNo abstract was given."
    nameless = Paper(id="1904.09925", arxiv_id="1904.09925", abstract="Convolutional networks.", marks=Marks(read=True))
    assert text(nameless).startswith("arXiv:1904.09925\nread · arXiv:1904.09925\n\nConvolutional networks.")
    undated = Paper(id="x", title="T", abstract="A.", collection="Search ICLR 2019")
    assert "Search ICLR 2019" in text(undated)


def test_what_the_reader_noted_is_shown() -> None:
    marks = Marks(tags=("tag", "other"), note="Mine.")
    assert "#tag #other" in text(Paper(id="x", title="T", abstract="A.", marks=marks))
    assert "Your note\nMine." in text(Paper(id="x", title="T", abstract="A.", marks=Marks(note="Mine.")))


def test_new_versions_are_told_and_stand_out_on_a_kept_paper() -> None:
    june, july = Revision(2, date(2026, 6, 3), ("abstract",)), Revision(3, date(2026, 7, 1), ("title", "abstract"))
    paper = Paper(id="x", title="T", abstract="A.", revisions=(june, july, Revision(None, date(2026, 8, 1))))
    assert text(paper).splitlines()[2:5] == [
        "v2 on 3 June 2026: abstract changed",
        "v3 on 1 July 2026: title and abstract changed",
        "A new version on 1 August 2026",
    ]
    roles = {span.role for line in page(paper, 60) for span in line if "June" in span.text}
    shortlisted = page(replace(paper, marks=Marks(shortlisted=True)), 60)
    kept = {span.role for line in shortlisted for span in line if "June" in span.text}
    assert (roles, kept) == ({"fact"}, {"mark"})


def test_a_paper_met_as_a_new_version_says_so() -> None:
    paper = Paper(id="x", title="T", abstract="A.", replaced=True, revisions=(Revision(4, date(2026, 6, 3)),))
    assert "Met first as a new version of an older paper\nv4 on 3 June 2026\n" in text(paper)


def test_a_paper_says_which_rules_are_about_it_and_why_a_muted_one_shows() -> None:
    muted = Paper(id="x", title="T", muted_by=("surveys", "\x1bcs.CR"))
    assert "Muted by: surveys, cs.CR\n" in text(muted)
    kept = replace(muted, marks=Marks(shortlisted=True))
    assert "Muted by: surveys, cs.CR; shown because you kept it" in text(kept, 99)
    lit = replace(muted, highlighted_by=("Ada",))
    assert "◆ Highlighted by: Ada\n" in text(lit) and "shown because it is highlighted" in text(lit, 99)
