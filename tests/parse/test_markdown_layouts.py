"""Lists of papers in Markdown, in the layouts of many people: where titles, authors, days and addresses may stand."""

from __future__ import annotations

from datetime import date

import pytest

from feedreader.parse.formats import markdown_list
from tests.parse.test_markdown_list import ADAM, CODE, DEEP, entry_of, parse

BOTH = ("Ann Lee", "Bob Ray")
THIRD = "https://arxiv.org/abs/1711.05101"


@pytest.mark.parametrize(
    "heading", ["### Authors: Ann Lee, Bob Ray", "#### Ann Lee, Bob Ray", "**Authors:** Ann Lee, Bob Ray"]
)
def test_a_heading_with_authors_and_an_abstract_below_a_line(heading: str) -> None:
    abstract = ("We study cats.", "", "They sleep.", "", "---", "", "No more of it.")
    digest = parse(f"# [On Cats]({ADAM})", heading, "---", *abstract, f"# [On Dogs]({DEEP})")
    first, second = digest.entries
    assert (first.title, first.authors, first.abstract) == (
        "On Cats",
        ("Ann Lee", "Bob Ray"),
        "We study cats. They sleep.",
    )
    assert (second.title, first.mentions, second.mentions) == ("On Dogs", (), ())
    assert markdown_list.matches(
        f"# [On Cats]({ADAM})\n{heading}\n---\nWe study cats.\n\n# [On Dogs]({DEEP}) by Cy Day\n"
    )


def test_what_stands_right_under_a_title_of_a_section() -> None:
    entry = entry_of(
        f"## [On Cats]({ADAM})",
        "*Ann Lee, Bob Ray*",
        "",
        "**2024-05-02**",
        "",
        "[pdf](https://arxiv.org/pdf/1412.6980)",
        "",
        "I like it.",
    )
    assert (entry.authors, entry.day, entry.mentions) == (("Ann Lee", "Bob Ray"), date(2024, 5, 2), ("I like it.",))


@pytest.mark.parametrize("head", [("| **Paper** | **Links** |", "|---|---|"), ()])
@pytest.mark.parametrize(
    ("cell", "tldr"),
    [
        ("1) **On Cats** - a look at cats.", "a look at cats."),
        (
            "**On Cats** – a look at what cats do all day long, and why.",
            "a look at what cats do all day long, and why.",
        ),
        ("2) On Cats - proposes to look at cats once more.", "proposes to look at cats once more."),
        (
            "On Cats. This paper looks at cats, and finds that they sleep.",
            "This paper looks at cats, and finds that they sleep.",
        ),
    ],
)
def test_a_cell_with_a_title_and_what_it_is_about(head: tuple[str, ...], cell: str, tldr: str) -> None:
    row = f"| {cell} | [Paper]({ADAM}), [Tweet](https://x.com/a/1) |"
    entry = entry_of(*(head or (row, "|---|---|")), *([row] if head else []))
    assert (entry.title, entry.tldr, entry.arxiv_id) == ("On Cats", tldr, "1412.6980")


def test_a_title_may_hold_dashes_and_full_stops() -> None:
    head = ("| Title | Link |", "|---|---|")
    for title in ("Cats - Friends or Foes", "Cats vs. Dogs", "On Cats - Part two", "Is it a cat? A survey"):
        assert entry_of(*head, f"| {title} | {ADAM} |").title == title


def test_a_row_that_is_broken_within() -> None:
    digest = parse(
        "| Paper | Links |", "|---|---|", "| **On Cats** - a look.", f" | [Paper]({ADAM}) |", f"| On Dogs | {DEEP} |"
    )
    assert [(e.title, e.arxiv_id, e.line) for e in digest.entries] == [
        ("On Cats", "1412.6980", 3),
        ("On Dogs", "1512.03385", 5),
    ]


def test_badges_above_a_title_in_a_cell() -> None:
    badge = f"[![Star](https://img.shields.io/x.svg)]({CODE})"
    entry = entry_of(
        "| Title & Authors | Links |",
        "|---|---|",
        f"|{badge} <br> **On Cats** <br> Ann Lee, Bob Ray | [Paper]({ADAM})|",
    )
    assert (entry.title, entry.authors, entry.comment) == ("On Cats", ("Ann Lee", "Bob Ray"), f"link: {CODE}")


@pytest.mark.parametrize(
    ("line", "authors", "comment"),
    [
        (f"- Ann Lee, Bob Ray. **On Cats**. *NeurIPS* 2024. [[pdf]({ADAM})]", BOTH, "NeurIPS 2024"),
        (f"- Ann Lee, Bob Ray (2024). On Cats. [paper]({ADAM})", BOTH, None),
        (f'- "On Cats", Ann Lee, Bob Ray, [arXiv]({ADAM})', BOTH, None),
        (f"- [On Cats]({ADAM}), Ann Lee, Bob Ray, *NeurIPS 2024*", BOTH, "NeurIPS 2024"),
        (f"- [On Cats]({ADAM}), Ann Lee and Bob Ray, ICML'23", BOTH, "ICML'23"),
        (f"- 🔥 [On Cats]({ADAM}) :star: **Ann Lee**, Bob Ray", BOTH, None),
        (f"<ul><li><a href='{ADAM}'><b>On</b> Cats</a>, Ann Lee, Bob Ray</li>", BOTH, None),
    ],
)
def test_where_authors_and_venues_may_stand(line: str, authors: tuple[str, ...], comment: str | None) -> None:
    entry = entry_of(line)
    assert (entry.title, entry.authors, entry.comment, entry.arxiv_id) == ("On Cats", authors, comment, "1412.6980")


def test_items_with_a_day_before_the_title_and_labels_before_the_links() -> None:
    entry = entry_of(f"- 2024-05-02, **On Cats**, Ann Lee et.al., Paper: [{ADAM}]({ADAM}), Code: **[{CODE}]({CODE})**")
    assert (entry.title, entry.authors, entry.day) == ("On Cats", ("Ann Lee", "et al."), date(2024, 5, 2))
    assert (entry.arxiv_id, entry.comment) == ("1412.6980", f"link: {CODE}")


def test_titles_in_bold_above_their_addresses() -> None:
    digest = parse(
        "# Cats",
        "**On Cats and Dogs**",
        "",
        f"- Paper: {ADAM}",
        f"- Code: {CODE}",
        "",
        "**On Birds and Bees**",
        f"- Paper: [PDF]({DEEP})",
        "",
        "**This is only a remark**",
    )
    assert [(e.title, e.arxiv_id, e.comment, e.line) for e in digest.entries] == [
        ("On Cats and Dogs", "1412.6980", f"Code: {CODE}", 2),
        ("On Birds and Bees", "1512.03385", None, 7),
    ]
    assert digest.title == "Cats"


def test_labels_that_stand_alone_and_labels_that_are_not_known() -> None:
    digest = parse(
        "### On Cats",
        " - **Authors:** Ann Lee, Bob Ray",
        f" - **Arxiv link:** {ADAM}",
        " - **Abstract**",
        " We study cats.",
        "They sleep.",
        "**Why it matters:** They do.\\",
        "",
        "[//]: # (a comment)",
        f"### [On Dogs]({DEEP})",
        "*Submitted on 2 May 2024*",
    )
    first, second = digest.entries
    assert (first.title, first.abstract, first.arxiv_id) == ("On Cats", "We study cats. They sleep.", "1412.6980")
    assert (first.mentions, second.day) == (("Why it matters: They do.",), date(2024, 5, 2))


def test_links_by_reference_and_footnotes() -> None:
    digest = parse(
        "- [On Cats][1] by Ann Lee[^a]",
        "- [On Dogs][Dogs]",
        "- [On  Fish][]",
        "- [On Birds] [x]",
        f"  [1]: {ADAM}",
        f"[dogs]: <{DEEP}> 'Dogs'",
        f"[on fish]: {THIRD}",
        "[On Birds]: https://arxiv.org/abs/1905.02175 (Birds)",
        "[^a]: Best paper.",
    )
    assert [(e.title, e.arxiv_id, e.line) for e in digest.entries] == [
        ("On Cats", "1412.6980", 1),
        ("On Dogs", "1512.03385", 2),
        ("On Fish", "1711.05101", 3),
        ("On Birds", "1905.02175", 4),
    ]
    assert (digest.entries[0].authors, digest.entries[0].mentions) == (("Ann Lee",), ("Best paper.",))
    assert digest.problems == ()


@pytest.mark.parametrize("mark", ["", "_", "*", "**", "`"])
def test_an_address_keeps_its_last_character(mark: str) -> None:
    address = "https://openreview.net/forum?id=B1l_"
    for line in (
        f"- [On Cats]({address})",
        f"- On Cats <{address}>",
        f"- On Cats {mark}{address}{mark}.",
        f"- On Cats: {address}, 2024",
    ):
        assert entry_of(line).url == address
    assert entry_of("- On Cats _https://openreview.net/forum?id=B1l_").url == "https://openreview.net/forum?id=B1l"


def test_escapes_are_undone_outside_of_mathematics() -> None:
    entry = entry_of(f"- [C\\# \\& a\\_b \\[x\\] of $a\\_b \\| c$, \\mathbb{{R}} and \\'e]({ADAM})")
    assert entry.title == "C# & a_b [x] of $a\\_b \\| c$, \\mathbb{R} and \\'e"


def test_a_table_in_html_within_markdown() -> None:
    digest = parse(
        "# Papers",
        "<table>",
        "<tr><th>Title</th><th>Authors</th><th>Link</th></tr>",
        f"<tr><td>On Cats</td><td>Ann Lee, Bob Ray</td><td><a href='{ADAM}'>pdf</a></td></tr>",
        f"<tr><td>On Dogs</td><td>Cy Day</td><td><a href='{DEEP}'>pdf</a></td></tr>",
        "</table>",
        f"- [On Fish]({THIRD})",
    )
    assert [(e.title, e.arxiv_id, e.line) for e in digest.entries] == [
        ("On Cats", "1412.6980", 4),
        ("On Dogs", "1512.03385", 5),
        ("On Fish", "1711.05101", 7),
    ]


def test_a_venue_in_code_or_in_bold_is_no_title() -> None:
    document = """# Papers
- `[ICLR 2026]` [On Kites](https://openreview.net/forum?id=abc_) Ann Berg and Carl Day
- *Kites at Sea*. Ann Berg, Carl Day. **NeurIPS 2025**. [[Paper]](https://arxiv.org/abs/2603.00507)
- [Kites on Land](https://arxiv.org/abs/2603.00508)
"""
    both = ("Ann Berg", "Carl Day")
    named = [("On Kites", both, "ICLR 2026"), ("Kites at Sea", both, "NeurIPS 2025"), ("Kites on Land", (), None)]
    entries = parse(document).entries
    assert [(e.title, e.authors, e.comment) for e in entries] == named
