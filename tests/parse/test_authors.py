"""Lines of authors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.parse.layout.authors import looks_like_authors, split_authors, split_header, stated_apart


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada Lovelace, Charles Babbage", ("Ada Lovelace", "Charles Babbage")),
        ("Ada Lovelace and Charles Babbage", ("Ada Lovelace", "Charles Babbage")),
        ("Ada Lovelace, Charles Babbage, and Luigi Menabrea", ("Ada Lovelace", "Charles Babbage", "Luigi Menabrea")),
        ("Ada Lovelace & Charles Babbage", ("Ada Lovelace", "Charles Babbage")),
        ("Ada Lovelace; Charles Babbage", ("Ada Lovelace", "Charles Babbage")),
        ("Lovelace, Ada; Babbage, Charles", ("Ada Lovelace", "Charles Babbage")),
        ("Lovelace, Ada and Babbage, Charles", ("Ada Lovelace", "Charles Babbage")),
        ("Lovelace, A., Babbage, C.", ("A. Lovelace", "C. Babbage")),
        ("van den Oord, Aaron; Smith, John, Jr.", ("Aaron van den Oord", "John Smith Jr.")),
        ("Ada Lovelace", ("Ada Lovelace",)),
        ("Ada Lovelace, et al.", ("Ada Lovelace", "et al.")),
        ("Ada Lovelace et al", ("Ada Lovelace", "et al.")),
        ("Ada Lovelace and others", ("Ada Lovelace", "et al.")),
        ("et al.", ()),
        ("Lovelace, A. (", ("A. Lovelace",)),
        ("Ada Lovelace, 100 additional authors not shown", ("Ada Lovelace",)),
        ("Ada Lovelace, et al. (12 additional authors not shown)", ("Ada Lovelace", "et al.")),
        ("Thomas More, Ada Further", ("Thomas More", "Ada Further")),
        ("Ada Lovelace, Charles Babbage, …", ("Ada Lovelace", "Charles Babbage", "et al.")),
        ("Ada Lovelace and 12 others", ("Ada Lovelace", "et al.")),
        (
            "Ada Lovelace (1), Charles Babbage (1 and 2) ((1) London, (2) Cambridge)",
            ("Ada Lovelace", "Charles Babbage"),
        ),
        ("Ada Lovelace (University of London), C. Babbage (MIT)", ("Ada Lovelace", "C. Babbage")),
        (
            "Robert (Bob) Smith, Wei Li (李伟), John Smith (Jr.)",
            ("Robert (Bob) Smith", "Wei Li (李伟)", "John Smith (Jr.)"),
        ),
        ("William Smith, Jr., John Doe III", ("William Smith Jr.", "John Doe III")),
        ("A. Doe, for the STAR Collaboration", ("A. Doe", "for the STAR Collaboration")),
        ("The BaBar and Belle Collaborations", ("The BaBar and Belle Collaborations",)),
        ("A. Doe and the STAR Collaboration", ("A. Doe", "the STAR Collaboration")),
        ("Ada Lovelace*, Charles Babbage†, Luigi Menabrea¹", ("Ada Lovelace", "Charles Babbage", "Luigi Menabrea")),
        ("Authors: Ada Lovelace, Charles Babbage", ("Ada Lovelace", "Charles Babbage")),
        ("by Ada Lovelace and Charles Babbage", ("Ada Lovelace", "Charles Babbage")),
        (
            "Jean-Pierre Serre, Ludwig van Beethoven, Hsiao-Wuen Hon",
            ("Jean-Pierre Serre", "Ludwig van Beethoven", "Hsiao-Wuen Hon"),
        ),
        ("李伟、王芳", ("李伟", "王芳")),
        ("", ()),
        # affiliations, without a separator, nested, cut off
        ("Ann Lee (MIT) Bob Ray (ETH) and Cy Day (Caltech)", ("Ann Lee", "Bob Ray", "Cy Day")),
        ("Ann Lee (1,2), Bob Ray (2,3). ((1) MIT, (2) ETH)", ("Ann Lee", "Bob Ray")),
        ("Ann Lee (1), Cy Day (1).", ("Ann Lee", "Cy Day")),
        ("A. Lee (1)B. Ray(2)", ("A. Lee", "B. Ray")),
        ("Ann Lee (MIT, Cambridge (USA)), Bob Ray (ETH (Zurich) and EPFL)", ("Ann Lee", "Bob Ray")),
        ("Ann Lee (1), Bob Ray (2) ((1) Toy University, Here, (2) Kite", ("Ann Lee", "Bob Ray")),
        ("Ann Lee [MIT], Bob Ray [1,2]", ("Ann Lee", "Bob Ray")),
        ("Ann Lee, University of Here; Bob Ray, ETH Zurich", ("Ann Lee", "Bob Ray")),
        ("Robert (Bob) Smith and Mary Ann (Molly) Jones", ("Robert (Bob) Smith", "Mary Ann (Molly) Jones")),
        # collaborations
        ("The TOYS Collaboration: A. Lovel, B. Turing", ("The TOYS Collaboration", "A. Lovel", "B. Turing")),
        ("Ada Lovel, Deep Toys Team: Bo Turing", ("Ada Lovel", "Deep Toys Team", "Bo Turing")),
        ("A. Lee et al. (CDF Collaboration)", ("A. Lee", "CDF Collaboration", "et al.")),
        ("A. Lee (STAR Collaboration), B. Ray (STAR Collaboration)", ("A. Lee", "B. Ray", "STAR Collaboration")),
        ("A. Lee for the CDF Collaboration", ("A. Lee", "for the CDF Collaboration")),
        ("A. Lee, on behalf of the CMS Collaboration", ("A. Lee", "on behalf of the CMS Collaboration")),
        # "and"
        ("Ann Lee; Bob Ray; and Cy Day", ("Ann Lee", "Bob Ray", "Cy Day")),
        ("Ann Lee, Bob Ray, and", ("Ann Lee", "Bob Ray")),
        ("ANN LEE AND BOB RAY", ("ANN LEE", "BOB RAY")),
        ("Sand Andersen, Andy Land", ("Sand Andersen", "Andy Land")),
        # families first
        ("Lee, A., Ray, B. C. & Day, C.", ("A. Lee", "B. C. Ray", "C. Day")),
        ("Lee, Ann M., Ray, Bob C.", ("Ann M. Lee", "Bob C. Ray")),
        ("King, Martin, Jr. and Lee, Ann", ("Martin King Jr.", "Ann Lee")),
        ("Garcia Lopez, Ana and Ray, Bob", ("Ana Garcia Lopez", "Bob Ray")),
        ("Kingma, Ba, Bengio, Hinton", ("Kingma", "Ba", "Bengio", "Hinton")),
        # marks, addresses
        ("Ann Lee1,2, Bob Ray2,*, Cy Day3", ("Ann Lee", "Bob Ray", "Cy Day")),
        ("Ann Lee$^{1,2}$, Bob Ray^{2,*}, Cy Day$^\\dagger$", ("Ann Lee", "Bob Ray", "Cy Day")),
        ("Ann Lee a,b, Bob Ray c", ("Ann Lee", "Bob Ray")),
        ("Beno\\^it Day, \\^Ann Lee", ("Beno\\^it Day", "\\^Ann Lee")),
        ("Ann Lee <ann@example.org>, Bob Ray (bob@example.org)", ("Ann Lee", "Bob Ray")),
        ("Ann Lee https://orcid.org/0000-0002-1825-0097, Bob Ray ORCID: 0000-0002-1825-009X", ("Ann Lee", "Bob Ray")),
        # other scripts
        ("李雷；韩梅梅", ("李雷", "韩梅梅")),
        ("李雷和韩梅梅", ("李雷", "韩梅梅")),
        ("김철수·이영희", ("김철수", "이영희")),
        ("山田太郎・鈴木花子", ("山田太郎", "鈴木花子")),
        ("ジョン・スミス", ("ジョン・スミス",)),
        ("约翰·史密斯，李雷", ("约翰·史密斯", "李雷")),
        ("3,,8,", ()),
        ("Li|\n,Bo;", ("Li, ,Bo",)),
        ("Ann Berg, , Bo Chen, ", ("Ann Berg", "Bo Chen")),
    ],
)
def test_authors_are_taken_apart(text: str, expected: tuple[str, ...]) -> None:
    assert split_authors(text) == expected


@pytest.mark.parametrize(
    ("names", "listed", "expected"),
    [
        (
            ["The TOYS Collaboration", "A. Lee"],
            "The TOYS Collaboration: A. Lee, et al",
            ("The TOYS Collaboration", "A. Lee", "et al."),
        ),
        (["A. Lee"], "A. Lee et al. (CDF Collaboration)", ("A. Lee", "CDF Collaboration", "et al.")),
        (["A. Lee", "and B. Ray"], "", ("A. Lee", "B. Ray")),
        (["A. Lee", "et al."], "", ("A. Lee", "et al.")),
        (["A. Lee", "100 additional authors not shown"], "", ("A. Lee",)),
        (["A. Lee et al."], "", ("A. Lee et al.",)),
        (["Ann Lee", "Bob Ray"], "Ann Lee, Bob Ray", ("Ann Lee", "Bob Ray")),
    ],
)
def test_authors_that_are_stated_apart(names: list[str], listed: str, expected: tuple[str, ...]) -> None:
    assert stated_apart(names, listed) == expected


@pytest.mark.parametrize(
    "line",
    [
        "Ada Lovelace, Charles Babbage",
        "Olivier J. Hénaff, Ali Razavi, S. M. Ali Eslami, Aaron van den Oord",
        "Jean-Pierre Serre",
        "J. Doe and A. N. Other",
        "The LIGO Scientific Collaboration, The Virgo Collaboration",
        "JOHN SMITH, JANE DOE",
        "Erd\\H{o}s P\\'al, {\\L}ukasz Kaiser",
        "Grisha Perelman",
    ],
)
def test_lines_of_authors(line: str) -> None:
    assert looks_like_authors(line)


@pytest.mark.parametrize(
    "line",
    [
        "Adversarial Examples Are Not Bugs, They Are Features",
        "Deep Compressed Sensing",
        "an Empirical Study",
        "Gaussian Differential Privacy",
        "Neural Networks, Transformers, and Language Models",
        "Zeros, Signs, and the Supermask",
        "We prove that it works.",
        "What do birds see?",
        "17 pages, 3 tables, 17 figures",
        "https://example.org/abs/1",
        "learning from few examples",
        "",
    ],
)
def test_lines_that_are_titles_or_prose(line: str) -> None:
    assert not looks_like_authors(line)


@pytest.mark.parametrize(
    ("lines", "title", "authors"),
    [
        (["On Things", "Ada Lovelace"], 1, ("Ada Lovelace",)),
        (["On Things"], 1, ()),
        (["The Effect of Width on Descent and Generalization:", "an Empirical Study"], 2, ()),
        (
            ["The Effect of Width on Descent and Generalization:", "an Empirical Study", "Ada Lovelace, C. Babbage"],
            2,
            ("Ada Lovelace", "C. Babbage"),
        ),
        (["On Things", "Ada Lovelace,", "Charles Babbage"], 1, ("Ada Lovelace", "Charles Babbage")),
        (["On Things", "Ada Lovelace", "Charles Babbage"], 1, ("Ada Lovelace", "Charles Babbage")),
        (["A Report", "OpenAI"], 1, ("OpenAI",)),
    ],
)
def test_titles_and_authors_are_parted(lines: list[str], title: int, authors: tuple[str, ...]) -> None:
    head, names, sure = split_header(lines)
    assert (len(head), names) == (title, authors)
    assert bool(sure) == bool(authors)


def test_the_wrapping_tells_where_the_title_ends() -> None:
    lines = ["Measuring the Effect of Something Rather Long on", "Brazilian Workers"]
    assert split_header(lines, 50)[1] == ()
    lines = ["A Study of the Effect of Something Rather Long and", "Involved", "Ana Souza, Luis Costa"]
    assert split_header(lines, 55) == (lines[:2], ("Ana Souza", "Luis Costa"), 2)


@given(st.text(), st.lists(st.text(min_size=1)))
def test_nothing_raises(text: str, lines: list[str]) -> None:
    looks_like_authors(text)
    assert all(name.strip() for name in split_authors(text))
    head, _, sure = split_header(lines, 40)
    assert sure or list(head) == lines
