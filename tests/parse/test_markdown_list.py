"""Lists of papers in Markdown: tables, items, sections; and what is no such list."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.model import Digest, Entry
from feedreader.parse.formats import markdown_list
from feedreader.text.cleaning import decode
from tests.parse.listings import SAMPLES, assert_safe, check_sample

ADAM = "https://arxiv.org/abs/1412.6980"
DEEP = "https://arxiv.org/abs/1512.03385v1"
PDF = "https://proceedings.mlr.press/v37/ioffe15.pdf"


def parse(*lines: str) -> Digest:
    return markdown_list.parse("\n".join(lines))


def entry_of(*lines: str) -> Entry:
    (entry,) = parse(*lines).entries
    return entry


def reasons(digest: Digest) -> list[tuple[int | None, str]]:
    return [(problem.line, problem.reason) for problem in digest.problems]


def test_the_sample_and_its_twin() -> None:
    check_sample(markdown_list, "markdown-list.md")


# ── items ────────────────────────────────────────────────────────────────────────────────────────


KAIMING, BOTH = ("Kaiming He",), ("Kaiming He", "Jian Sun")
CODE = "https://github.com/a/b"


@pytest.mark.parametrize(
    ("line", "authors", "comment"),
    [
        (f"- [Deep Residual Learning]({DEEP})", (), None),
        (f"* :scroll: [Deep Residual Learning]({DEEP}) by Kaiming He et al.", (*KAIMING, "et al."), None),
        (f"1) [x] **[Deep Residual Learning (2015)](<{DEEP}>)** - Kaiming He, Jian Sun", BOTH, None),
        (f"+ Deep Residual Learning [[arXiv]({DEEP})] [[code]({CODE})] (soon)", (), f"(soon); code: {CODE}"),
        (f"- Deep Residual Learning ([pdf]({DEEP}), CVPR 2016)", (), "(CVPR 2016)"),
        (
            f"- Deep Residual Learning (Read more on [arXiv]({DEEP}) or [HF](https://huggingface.co/papers/1512.03385))",
            (),
            None,
        ),
        (f"- **Deep Residual Learning.** Kaiming He, Jian Sun. *CVPR 2016.* [[pdf]]({DEEP})", BOTH, "CVPR 2016"),
        (f"- **Deep Residual Learning** (2015), Kaiming He and Jian Sun [[pdf]]({DEEP})", BOTH, None),
        (f"- [[arXiv]({DEEP})] Deep Residual Learning", (), None),
        (f"- “Deep Residual Learning,” Kaiming He, Jian Sun [arXiv:1512.03385]({DEEP})", BOTH, None),
        (f"- Deep Residual Learning. Kaiming He, Jian Sun. {DEEP}", BOTH, None),
        (f"- (*CVPR 2016*) Deep Residual Learning [[paper]({DEEP})]", (), "CVPR 2016"),
        (f"- Paper: [Deep Residual Learning]({DEEP})", (), None),
        (f"- For today: [Deep Residual Learning]({DEEP})", (), "For today"),
        (f'- <a href="{DEEP}">Deep <i>Residual</i> `Learning`</a>', (), None),
        (f'- ["Deep Residual Learning"]({DEEP} "a tip") ![star](https://img.shields.io/x.svg)', (), None),
    ],
)
def test_an_item_that_names_a_paper(line: str, authors: tuple[str, ...], comment: str | None) -> None:
    entry = entry_of(line)
    assert (entry.title, entry.arxiv_id, entry.url) == ("Deep Residual Learning", "1512.03385", None)
    assert entry.authors == authors
    assert entry.comment == comment


def test_mathematics_in_a_title_is_no_markdown() -> None:
    entry = entry_of(f"- [On $a_1*b_1*c$, A* &amp; `TeX quotes' \\mathbf{{x}}]({DEEP})")
    assert entry.title == "On $a_1*b_1*c$, A* & `TeX quotes' \\mathbf{x}"


def test_papers_elsewhere_than_on_arxiv() -> None:
    assert entry_of(f"- [Batch Normalization]({PDF})").url == PDF
    assert entry_of("- [Deep learning](https://doi.org/10.1038/nature14539)").doi == "10.1038/nature14539"
    assert entry_of("- [Some Longer Title of It](https://lab.example.org/p)").url == "https://lab.example.org/p"
    local = entry_of("- [Batch Normalization](ioffe15.pdf) by Sergey Ioffe")
    assert (local.url, local.authors) == (None, ("Sergey Ioffe",))


def test_what_stands_under_an_item_is_said_of_it() -> None:
    entry = entry_of(
        f"- [Adam: A Method]({ADAM})",
        "  Diederik P. Kingma, Jimmy Ba",
        "  > A quotation",
        "  > in two lines.",
        "",
        "  - A remark. It ends here.",
        "  - [notes](https://github.com/a/b)",
    )
    assert entry.authors == ("Diederik P. Kingma", "Jimmy Ba")
    assert entry.mentions == ("A quotation in two lines.", "A remark. It ends here.")
    assert entry.comment == "notes: https://github.com/a/b"


def test_a_title_in_bold_whose_address_follows() -> None:
    digest = parse(
        "1. **Adam: A Method for Stochastic Optimization.** ICLR.",
        "",
        f"   *Diederik P. Kingma, Jimmy Ba.* [[pdf]({ADAM})], 2014.12",
        "2. **This is only a remark in bold**",
    )
    (entry,) = digest.entries
    assert entry.title == "Adam: A Method for Stochastic Optimization"
    assert (entry.arxiv_id, entry.authors, entry.comment) == ("1412.6980", ("Diederik P. Kingma", "Jimmy Ba"), "ICLR")


def test_fields_under_an_item() -> None:
    entry = entry_of(
        f"- **Title**: [Adam: A Method]({ADAM})",
        "  - **Authors**: Diederik P. Kingma, Jimmy Ba",
        "  - *Published*: 22 December 2014",
        "  - Summary: Gradients are scaled by how",
        "    large they were.",
        "  - **Categories**: cs.LG, stat.ML",
    )
    assert (entry.title, entry.arxiv_id, entry.day) == ("Adam: A Method", "1412.6980", date(2014, 12, 22))
    assert entry.authors == ("Diederik P. Kingma", "Jimmy Ba")
    assert entry.tldr == "Gradients are scaled by how large they were."
    assert entry.categories == ("cs.LG", "stat.ML")


def test_two_papers_in_one_item() -> None:
    digest = parse(f"- [Adam: A Method]({ADAM}), [Another One](https://arxiv.org/abs/1711.05101)")
    assert [entry.arxiv_id for entry in digest.entries] == ["1412.6980"]
    assert reasons(digest) == [(1, "This entry has a second arXiv id, 1711.05101.")]


def test_what_has_a_papers_address_and_is_no_paper_is_reported() -> None:
    digest = parse(
        f"- Implement [Adam]({ADAM}) in the trainer",
        f"See also {ADAM}.",
        "- [Everything](https://example.org/all)",
        "- [Contents](#contents)",
        "Some introduction.",
        "| A | B |",
        "|---|---|",
        f"| x | {ADAM} |",
        "| x | y |",
    )
    assert digest.entries == ()
    assert reasons(digest) == [
        (1, "This list item links to a paper, but its title was not found."),
        (2, "This line links to a paper, but its title was not found."),
        (3, "This list item does not link to a known kind of paper."),
        (8, "This row of a table without a column for titles links to a paper, but its title was not found."),
    ]


# ── tables ───────────────────────────────────────────────────────────────────────────────────────


def test_a_table_with_all_that_is_known() -> None:
    digest = parse(
        "| Nr | **Publish Date** | Title | Authors | Abstract | Comment | Venue | Code | PDF |",
        "|:--|---|:-:|---|---|---|---|---|--:|",
        "| 1 | **2014-12-22** | **Adam: A \\| Method** | Diederik P. Kingma et.al. | "
        "<details><summary>S</summary><p>If a&lt;b &amp; x<y.</p></details> | "
        f"9 pages | ICLR | **[link]({CODE})** | [1412.6980v9]({ADAM}v9) |",
        "| 2 | soon | A Title |  | - | null | N/A | | |",
        "| 3 | 2014-12-23 | |",
    )
    first, second, third = digest.entries
    assert (first.title, first.arxiv_id, first.version) == ("Adam: A | Method", "1412.6980", 9)
    assert (first.day, first.authors) == (date(2014, 12, 22), ("Diederik P. Kingma", "et al."))
    assert first.abstract == "If a<b & x<y."
    assert first.comment == "9 pages; Venue: ICLR; Code: https://github.com/a/b"
    assert (second.title, second.authors, second.abstract, second.comment) == ("A Title", (), None, None)
    assert (third.title, third.day, third.line) == (None, date(2014, 12, 23), 5)
    assert reasons(digest) == [(4, "Invalid date: soon"), (5, "This row has no title.")]


def test_a_cell_may_hold_a_title_and_more() -> None:
    head = ("| Paper | Links |", "|---|---|")
    summary = "This paper scales gradients by how large they were, and so on."
    entry = entry_of(*head, f"| 1) Adam: A Method  {summary} | [Paper]({ADAM}), [Tweet](https://x.com/a/1) |")
    assert (entry.title, entry.arxiv_id) == ("Adam: A Method", "1412.6980")
    assert entry.tldr == summary
    assert entry.comment == "Tweet: https://x.com/a/1"
    entry = entry_of(*head, f"| [**Adam: A Method**]({ADAM})<br>Diederik P. Kingma, Jimmy Ba | |")
    assert (entry.title, entry.authors) == ("Adam: A Method", ("Diederik P. Kingma", "Jimmy Ba"))


def test_bars_that_are_not_escaped_do_not_shift_a_row() -> None:
    digest = parse(
        "Title | Date | Abstract | Comment | Link",
        "--- | --- | --- | --- | ---",
        f"On $p(x|y)$ and more | 2014-12-22 | Of $|x|$ and $|y|$. | 9 pages | {ADAM}",
    )
    (entry,) = digest.entries
    assert (entry.title, entry.day) == ("On $p(x | y)$ and more", date(2014, 12, 22))
    assert (entry.comment, entry.arxiv_id) == ("9 pages", "1412.6980")
    assert entry.abstract == "Of $ | x | $ and $ | y | $."
    assert reasons(digest) == [
        (3, "This row has more cells than the table has columns; extra cells were added to the abstract.")
    ]


# ── sections ─────────────────────────────────────────────────────────────────────────────────────


def test_a_section_for_each_paper() -> None:
    digest = parse(
        "# Adam: A Method ",
        "",
        "**Authors**: Diederik P. Kingma, Jimmy Ba  ",
        "",
        f"**Link**: [PDF]({ADAM})  ",
        "",
        "**Abstract**: We scale gradients,",
        "",
        "and more. ",
        "",
        "---",
        "### 2. [Deep Residual Learning](" + DEEP + ") by Kaiming He",
        "> **Abstract:** We add",
        "> what is missing.",
    )
    first, second = digest.entries
    assert (first.title, first.arxiv_id, first.line) == ("Adam: A Method", "1412.6980", 1)
    assert (first.authors, first.abstract) == (("Diederik P. Kingma", "Jimmy Ba"), "We scale gradients, and more.")
    assert (second.title, second.version, second.authors) == ("Deep Residual Learning", 1, ("Kaiming He",))
    assert second.abstract == "We add what is missing."
    assert (digest.title, digest.problems) == (None, ())


def test_a_reading_note() -> None:
    entry = entry_of(
        f"## [Adam: A Method]({ADAM})",
        "TL;DR: Scaled",
        "gradients.",
        "",
        "#### Key points",
        "- One thing.",
        "- Another",
        "",
        "A paragraph",
        "of two lines.",
    )
    assert entry.tldr == "Scaled gradients."
    assert entry.mentions == ("One thing.", "Another", "A paragraph of two lines.")


# ── days and titles ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("heading", "day"),
    [
        ("## 2024-09-05", date(2024, 9, 5)),
        ("## Papers for 2024-09-05", date(2024, 9, 5)),
        ("# arXiv daily (September 5, 2024)", date(2024, 9, 5)),
        ("### Thursday, 5 September 2024 ###", date(2024, 9, 5)),
        ("Daily list of 2024/09/05\n=====", date(2024, 9, 5)),
        ("## Updated on 2024.09.05", None),
        ("## From 2024-09-01 to 2024-09-05", None),
    ],
)
def test_a_heading_gives_its_day_to_what_is_under_it(heading: str, day: date | None) -> None:
    entry = entry_of(heading, f"- [Adam: A Method]({ADAM})")
    assert (entry.day, entry.announced) == (day, False)


def test_a_day_ends_with_its_section() -> None:
    item = f"- [Adam: A Method]({ADAM})"
    digest = parse("# List", "## 2024-09-05", item, "### cs.LG", item, "## Others", item, "# 2024-09-06", item)
    assert [e.day and e.day.day for e in digest.entries] == [5, 5, None, 6]


@pytest.mark.parametrize("heading", ["#### 2018-02", "## June 2019", "## Top Papers (June 23 - June 29) - 2025"])
def test_a_heading_that_names_no_single_day(heading: str) -> None:
    digest = parse(heading, f"- [Adam: A Method]({ADAM})")
    assert digest.entries[0].day is None
    assert reasons(digest) == [(1, "This heading does not name a single day, so the papers under it have none.")]
    dated = parse(heading, "| Title | Date | Link |", "|---|---|---|", f"| A b | 2025-06-24 | {ADAM} |")
    assert dated.problems == ()


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (("---", 'title: "Latest Papers"', "---"), "Latest Papers"),
        (("# Daily Papers", "## Time Series"), "Daily Papers"),
        (("## 2024-09-05",), None),
        (("## Papers for 2024-09-05",), "Papers for 2024-09-05"),
        (("#### 2018-02", "## The rest"), "The rest"),
    ],
)
def test_the_title_of_a_list(lines: tuple[str, ...], title: str | None) -> None:
    assert parse(*lines, f"- [Adam: A Method]({ADAM})").title == title


# ── what is no list ──────────────────────────────────────────────────────────────────────────────

README = f"""# A tool

[![build](https://img.shields.io/x.svg)](https://example.org/ci) Implements [Adam]({ADAM}).

## Installation
```
pip install a-tool
```
- fast
- small

## References
- [Adam: A Method for Stochastic Optimization]({ADAM})
- [Deep Residual Learning]({DEEP})
- [Batch Normalization]({PDF})
"""


@pytest.mark.parametrize(
    "text",
    [
        "",
        README + "More text.\n\n" * 12,
        f"# [A Title Here]({ADAM})\n\nOfficial code.\n\n## Usage\n```\nmake\nmake install\n```\n",
        f"# Changelog\n\n## [1.0] - 2024-09-05\n- Implement [Adam]({ADAM}) (#12)\n- Fix a bug\n",
        "| Model | Accuracy |\n|---|---|\n| A | 1 |\n",
        "| Name | URL |\n|---|---|\n| [A tool for this](https://github.com/a/b) | x |\n",
        "- [TensorFlow](https://tensorflow.org)\n- [A very long name of it](https://github.com/a/b)\n",
        f"Some prose that cites [a paper]({ADAM}) and goes on for a while, as prose does.\n",
        f"def f():\n    # see [Adam: A Method]({ADAM})\n    return 1\n",
        f'[{{"id": "1412.6980", "title": "[Adam]({ADAM})"}}]',
        f"<rss><title>[Adam: A Method]({ADAM})</title></rss>",
    ],
)
def test_what_is_none(text: str) -> None:
    assert not markdown_list.matches(text)
    assert_safe(markdown_list.parse(text))


def test_code_and_comments_are_passed_over() -> None:
    digest = parse("```", f"- [Adam: A Method]({ADAM})", "```", "<!-- x", f"- [Adam: A Method]({ADAM})", "-->", "<br>")
    assert (digest.entries, digest.problems) == ((), ())


# ── anything at all ──────────────────────────────────────────────────────────────────────────────

PARTS = st.sampled_from([
    "# ", "## ", "- ", "  - ", "1. ", "> ", "| ", " |", "|---|---|", "| Title | Link |", "**", "*", "_", "`", "[",
    "](", ")", "[x] ", ADAM, PDF, "Adam: A Method", "\n", "\n\n", "---\n", "```\n", "**Authors**: A B", "2024-09",
    "**Abstract**: x", "2024-09-05", "by A. Berg, C. Day", "<details>", "<a href=", "&#27;", "tl;dr ", "<!--", "\\",
    "===\n", " ", "(", "]", "é",
])  # fmt: skip


@given(st.lists(PARTS | st.text(max_size=6), max_size=40))
def test_it_never_raises(parts: list[str]) -> None:
    text, _ = decode("".join(parts).encode("utf-8", "replace"))
    markdown_list.matches(text)
    assert_safe(markdown_list.parse(text))


@given(st.integers(min_value=0), st.integers(min_value=0))
def test_any_part_of_the_sample_can_be_read(start: int, end: int) -> None:
    text = (SAMPLES / "markdown-list.md").read_text("utf-8")
    assert_safe(markdown_list.parse(text[start % len(text) : end % len(text)]))


@pytest.mark.parametrize(
    "part", ["[", "[a](b", "\\[", "**a", "`a ", "<a href=x>", "(read more on ", "[a] ", "| ", "__a "]
)
def test_time_grows_with_length_only(part: str) -> None:
    text = f"- {part * 20_000}[pdf]({ADAM})\n# T\n**Abstract**: a\n" + "b c\n" * 5_000
    began = time.process_time()
    markdown_list.matches(text)
    markdown_list.parse(text)
    assert time.process_time() - began < 3
