"""Names of files that papers are kept in: readable, and right on every file system."""

from __future__ import annotations

from datetime import date
from pathlib import Path, PureWindowsPath
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedreader.model import Paper
from feedreader.text.file_name import LONGEST, file_name

RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))}


@pytest.mark.parametrize(
    ("paper", "name"),
    [
        (
            Paper(
                id="1905.03670",
                arxiv_id="1905.03670",
                title=r"S$^\mathbf{4}$L: Self-Supervised Semi-Supervised Learning",
                authors=("Lucas Beyer", "Xiaohua Zhai"),
                day=date(2020, 1, 1),
            ),
            "Beyer 2019 S4L Self-Supervised Semi-Supervised Learning (1905.03670).pdf",
        ),
        (
            Paper(id="math/0309136", arxiv_id="math/0309136", title="A / B?", authors=("Ghys, Étienne",)),
            "Ghys 2003 A B (math-0309136).pdf",
        ),
        (Paper(id="hep-th/9711200", arxiv_id="hep-th/9711200", title="N"), "1997 N (hep-th-9711200).pdf"),
        (Paper(id="10.1000/a-b", title="Of Doors", day=date(2001, 2, 3)), "2001 Of Doors (10.1000-a-b).pdf"),
        (Paper(id="p-0a1b", title=None), "Paper (p-0a1b).pdf"),
        (Paper(id="p-0", title="con.", authors=()), "Paper con. (p-0).pdf"),
        (Paper(id="p-0", title="../../.ssh/\x1b[31mkey\u202egpj.exe"), "ssh [31mkeygpj.exe (p-0).pdf"),
        (Paper(id="p-0", title="-rf ／etc"), "rf etc (p-0).pdf"),
    ],
)
def test_names(paper: Paper, name: str) -> None:
    assert file_name(paper, ".pdf") == name


def test_a_long_title_is_cut_between_words() -> None:
    name = file_name(Paper(id="1905.00001", arxiv_id="1905.00001", title="Word of " * 100, authors=("A B",)), ".pdf")
    assert len(name) <= LONGEST and name.startswith("B 2019 Word of Word") and name.endswith(" of (1905.00001).pdf")


anything = st.text(max_size=300)
papers = st.builds(
    Paper,
    id=st.text(min_size=1, max_size=200),
    title=st.none() | anything,
    authors=st.lists(anything, max_size=2).map(tuple),
)


@given(papers)
@example(Paper(id="\ud800", title="\udfff", authors=("\x00",)))
@example(Paper(id="a" * 300, title="con", authors=("", "x")))
def test_any_name_is_right_everywhere(paper: Paper) -> None:
    name = file_name(paper, ".pdf")
    assert len(name.encode()) <= LONGEST
    assert name.endswith(").pdf") and name.isprintable() and name == name.strip()
    assert not set(name) & set('/\\:*?"<>|') and not name.startswith((".", "-", "~", " "))
    assert name.split(".")[0].strip().lower() not in RESERVED
    assert PureWindowsPath(name).name == name


IDS = st.text(alphabet="10./-ab AB:", min_size=1, max_size=12).map("10.1000/{}".format) | st.sampled_from(
    ["1905.00001", "hep-th/9901001", "math/9901001", "p-10a1b2c3d4e5", "p-1000aaaaaaaa"]
)


@given(IDS, IDS)
@example("10.1000/a-b", "10.1000/a/b")
def test_another_paper_has_another_name(first: str, second: str) -> None:
    names = [file_name(Paper(id=id, title="The Same"), ".pdf") for id in (first.lower(), second.lower())]
    assert (names[0] == names[1]) == (first.lower() == second.lower())


@given(papers)
def test_a_file_can_be_made_of_it(paper: Paper) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / file_name(paper, ".pdf")
        path.with_name(f"{path.name}.part.from").write_bytes(b"")
        path.write_bytes(b"x")
        assert path.read_bytes() == b"x"
