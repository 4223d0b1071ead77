"""Papers that try to break a format, for the tests of all of them."""

from __future__ import annotations

from datetime import UTC, date

from hypothesis import strategies as st

from feedreader.model import Journal, Marks, Paper

TITLES = (
    "50% off & more_#1 {unbalanced",
    "$x<y$ and $O(n^2)$",
    r"\textit{foo} and {\it bar}",
    "Gödel, Escher",
    "Ångström over $\\Lambda$CDM",
    "closing } only, and $ one dollar",
    r"back\slash C:\new \undefined{thing} \\ \end{document} \input{/etc/passwd}",
    r"Fr\'echet, {\'e}cole, \"uber and \L{}ukasz",
    "a~b ^ _ < > | # % & $$ \\",
    "李明 の 研究 😀 ∞ ≤ α-β ℝ ﬁ ½ x̂ Nguyễn",
    r"$x^a^b$ $\frac{1}$ $\left( a$ $\mathbb{R}^{n}$ $a \lesssim b$ $\foo$ $\begin{array}x$ $&$",
    "@misc{evil, title={x}} @comment{",
    '=HYPERLINK("http://x")',
    "quotes \"double\" 'single' ``TeX''",
    "ER  - ",
    r"of $\langle x \rangle$ and $\text{a_b}$ \copyright \langle \S 3",
    r"at $\left\langle x \right\rangle$ and $\Bigl\langle y \Bigr\rangle$ of pass@K {x} @ CLEF {y}",
    "Η μέθοδος του Þór | 5 € † ‰ ð",
    "`code` *bold* _em_ [link](http://x) <b>html</b> # heading",
    "DNA of McDonald's R and 3D X-ray S$^\\mathbf{4}$L",
)
AUTHORS = (
    ("O'Neil",),
    ("D. E. Knuth Jr.", "ATLAS Collaboration"),
    ("Müller, Karl-Heinz", "李明", "Ludwig van Beethoven", "et al."),
    ("Simon and Schuster", "Иван Петров", "Ελένη Παπά"),
    ("A, B, C, D", "{weird", "}", "\\", "$x$ & y"),
    ("Đặng Thị Ưng", "Þór Ðalur", "Wei Li (李伟)", "danah boyd", "Luc Van Gool"),
    (),
    ("Rock and Roll Group", ",", "J\\'er\\^ome \\v{C}ern\\'y", "  "),
)


def hostile() -> list[Paper]:
    """A paper a title, with every list of authors."""
    return [
        Paper(
            id=f"1905.{number:05}" if number % 3 else f"p-{number}",
            title=title,
            authors=AUTHORS[number % len(AUTHORS)],
            abstract=f"{title} {TITLES[-number]}",
            arxiv_id=f"1905.{number:05}" if number % 3 else None,
            doi=None if number % 4 else "10.1000/a_b{c}<d>%20#",
            url="https://example.org/a_b?c=%20{d}&e#f~g" if number % 2 else None,
            categories=("cs.LG", "stat.ML"),
            day=date(2019, 5, 9) if number % 5 else None,
            collection=None if number % 5 else f"Search {title}",
            sources=("a; b",),
            journal=None if number % 4 else Journal(f"J. {title}", "1&2", "#3", "4–5_6", 2020),
            marks=Marks(
                tags=("to read", title[:20]),
                note=f"# {title}\n\n```\nunclosed\n\n- and *more*\n@misc{{x,",
                shortlisted=True,
            ),
        )
        for number, title in enumerate(TITLES)
    ]


def keys_of(papers: list[Paper]) -> dict[str, str]:
    return {paper.id: f"key{number}" for number, paper in enumerate(papers)}


_TEXT = st.text(
    st.one_of(
        st.sampled_from(list("\\{}$&%#_^~<>|\"'`@=+-;,.:!?()[]* \n")),
        st.sampled_from("αβé李😀ňﬁ∞ʼ\u0301\u00a0\u2028\x85\ufeff"),
        st.characters(codec="utf-8"),
        st.sampled_from(list("abcXYZ019")),
    ),
    max_size=40,
)
_TEX = st.lists(
    st.one_of(
        _TEXT,
        st.sampled_from(
            (
                *(
                    "$x^2$",
                    "\\'e",
                    "{\\bf b}",
                    "\\alpha",
                    "\\textit{i}",
                    "$\\frac{a}{b}$",
                    "$\\left(\\right)$",
                    "\\[",
                    "\\]",
                ),
                *("$\\mathbb{R}$", "\\begin{x}", "\\end{x}", " and ", "@misc{", "$$", "\\\\", "\\{", "\\}", "}\n@a{b,"),
            )
        ),
    ),
    max_size=6,
).map("".join)


def safe(text: str) -> str:
    """As text is made safe where it comes in: no control characters, white space folded."""
    return " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())


PAPERS = st.lists(
    st.builds(
        Paper,
        id=st.uuids().map(str),
        title=st.none() | _TEX.map(safe),
        authors=st.lists(_TEX.map(safe), max_size=3).map(tuple),
        abstract=st.none() | _TEX.map(safe),
        doi=st.none() | _TEX.map(lambda text: "10.1000/" + safe(text)),
        url=st.none() | _TEX.map(lambda text: "https://example.org/" + safe(text)),
        day=st.none() | st.dates(),
        journal=st.none() | st.builds(Journal, st.none() | _TEX.map(safe), pages=st.none() | _TEX.map(safe)),
        collection=_TEX.map(safe),
        sources=st.lists(_TEX.map(safe), max_size=2).map(tuple),
        marks=st.builds(
            Marks,
            shortlisted_at=st.none() | st.datetimes(timezones=st.just(UTC)),
            tags=st.lists(_TEX.map(safe), max_size=2).map(tuple),
            note=st.none() | _TEX,
        ),
    ),
    max_size=4,
)
