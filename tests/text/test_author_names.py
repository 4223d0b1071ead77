"""Names of authors taken apart, words in ASCII, and the stems of citation keys."""

from __future__ import annotations

import re
from datetime import date

import pytest
from bibtexparser.middlewares.names import parse_single_name_into_parts
from hypothesis import given
from hypothesis import strategies as st

from feedreader.export.bibtex import bibtex_entry
from feedreader.export.csl_json import person
from feedreader.export.ris import export as ris
from feedreader.merge.matching import Comparable
from feedreader.model import Entry, Paper, PlacedEntry
from feedreader.text.author_names import is_others, is_plain, name_words, parse_name
from feedreader.text.citation_key import key_stem, year_and_month
from feedreader.text.file_name import file_name
from feedreader.text.normalize import normalize, normalize_compact
from feedreader.text.tex.to_unicode import to_unicode
from feedreader.text.transliterate import to_ascii
from feedreader.view.rows import short_authors


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Ada Lovelace", ("Lovelace", "Ada", "", "", False)),
        ("D. E. Knuth Jr.", ("Knuth", "D. E.", "", "Jr.", False)),
        ("Knuth, Jr., D. E.", ("Knuth", "D. E.", "", "Jr.", False)),
        ("Martin Luther King, Jr.", ("King", "Martin Luther", "", "Jr.", False)),
        ("Ludwig van Beethoven", ("Beethoven", "Ludwig", "van", "", False)),
        ("van den Oord, Aäron", ("Oord", "Aäron", "van den", "", False)),
        ("Luc Van Gool", ("Van Gool", "Luc", "", "", False)),
        ("Müller, Karl-Heinz", ("Müller", "Karl-Heinz", "", "", False)),
        ("danah boyd", ("boyd", "danah", "", "", False)),
        ("Wang X.-Y.", ("Wang", "X.-Y.", "", "", False)),
        ("Malcolm X", ("Malcolm", "X", "", "", False)),
        ("李 明", ("李", "明", "", "", False)),
        ("李明", ("李明", "", "", "", True)),
        ("Wei Li (李伟)", ("Li", "Wei (李伟)", "", "", False)),
        ("ATLAS Collaboration", ("ATLAS Collaboration", "", "", "", True)),
        ("the LIGO Scientific Collaboration", ("the LIGO Scientific Collaboration", "", "", "", True)),
        ("OpenAI", ("OpenAI", "", "", "", True)),
        ("A, B, C", ("A, B, C", "", "", "", True)),
        ("", ("", "", "", "", True)),
    ],
)
def test_the_parts_of_a_name(text: str, parts: tuple[object, ...]) -> None:
    assert parse_name(text) == parts


FAMILIES = {
    # author: family name, as it is written, with its particles
    "Ada Lovelace": "Lovelace",
    "Lovelace, Ada": "Lovelace",
    "Quoc V. Le": "Le",
    # suffixes
    "Robert Downey Jr.": "Downey",
    "Robert Downey Jr": "Downey",
    "Robert Downey JR": "Downey",
    "Sammy Davis, Jr.": "Davis",
    "Davis, Jr., Sammy": "Davis",
    "Davis Jr., Sammy": "Davis",
    "Davis, Sammy Jr.": "Davis",
    "Davis Jr.": "Davis",
    "Smith Jr. J": "Smith",
    "Smith J, Jr.": "Smith",
    "Davis,Jr.,Sammy": "Davis",
    "H. D. Lethe jr": "Lethe",
    "Martin Luther King III": "King",
    "Frank Bobe II": "Bobe",
    "Rosa Luxemburg IV": "Luxemburg",
    "Jane Roe, PhD": "Roe",
    "Jane Roe, Ph. D.": "Roe",
    "Jane Roe, MD, PhD": "Roe",
    "Prof. John Doe PhD": "Doe",
    "Hank Capps MD": "Capps",
    "Jane Roe, MSc": "Roe",
    "Jane Roe, MS, RN": "Roe",
    "Jane van den Roe, MBA": "van den Roe",
    "Jane Roe DPhil": "Roe",
    "Jane Roe MPH": "Roe",
    "Roe, MA": "Roe",
    "Paul Stone VII": "Stone",
    "Paul Stone 3rd": "Stone",
    "Domício Pereira Neto": "Pereira Neto",
    "Elzo Brito dos Santos Filho": "dos Santos Filho",
    "Eduardo R. D. Neto": "Neto",
    "Waldir Junior": "Junior",
    # particles
    "Aäron van den Oord": "van den Oord",
    "van den Oord, Aäron": "van den Oord",
    "Oord, Aäron van den": "van den Oord",
    "van den Oord A": "van den Oord",
    "Luk Van Groot": "Van Groot",
    "Vincent Van Gogh": "Van Gogh",
    "Van Gogh V": "Van Gogh",
    "van Gogh": "van Gogh",
    "Bart M. ter Haar Romeny": "ter Haar Romeny",
    "Jan in 't Veld": "in 't Veld",
    "Hans Op de Beeck": "Op de Beeck",
    "Karl von und zu Stein": "von und zu Stein",
    "Antoine de Saint Exupéry": "de Saint Exupéry",
    "Lorenzo de' Medici": "de' Medici",
    "Carl av Ekenstam": "av Ekenstam",
    "Mirko Degli Esposti": "Degli Esposti",
    "Luigi Dei Rossi": "Dei Rossi",
    "Dafydd ap Gwilym": "ap Gwilym",
    "Yehuda ben David": "ben David",
    "Ali Abu Talib": "Abu Talib",
    "Mohammed Bin Salman": "Bin Salman",
    "Ramón y Cajal S": "Ramón y Cajal",
    "Antoni Gaudí i Cornet": "Gaudí i Cornet",
    "João da Silva Neto": "da Silva Neto",
    "Jón Sigurðsson": "Sigurðsson",
    "Guy Van den Broeck": "Van den Broeck",
    "Van der Waals": "Van der Waals",
    "John von Neumann": "von Neumann",
    "Leandro Von Werra": "Von Werra",
    "Juan de la Cruz": "de la Cruz",
    "Juan De la Cruz": "De la Cruz",
    "De la Cruz, Juan": "De la Cruz",
    "Hubert de La Jonquière": "de La Jonquière",
    "Philippe Di Francesco": "Di Francesco",
    "Nicolas Le Roux": "Le Roux",
    "Le Roux N": "Le Roux",
    "Simon Du Toit": "Du Toit",
    "Valerio La Gatta": "La Gatta",
    "Giovanni Da San Martino": "Da San Martino",
    "Souhaib Ben Taieb": "Ben Taieb",
    "Omar El Mansouri": "El Mansouri",
    "Jason M. St. John": "St. John",
    "G. 't Hooft": "'t Hooft",
    "Jacobus van 't Hoff": "van 't Hoff",
    "Mohammed bin Salman": "bin Salman",
    "Sabine Schulte im Walde": "im Walde",
    "Ailbhe Ní Chasaide": "Ní Chasaide",
    "Dónal Mac an tSaoir": "Mac an tSaoir",
    "Jean d'Alembert": "d'Alembert",
    "al-Khwarizmi": "al-Khwarizmi",
    "Muhammad al-Khwarizmi": "al-Khwarizmi",
    "Santiago Ramón y Cajal": "Ramón y Cajal",
    "Miguel de Cervantes y Saavedra": "de Cervantes y Saavedra",
    "Ana Maria da Silva e Souza": "da Silva e Souza",
    # no particles
    "Di Wu": "Wu",
    "Le Li": "Li",
    "di wu": "wu",
    "Ben Zhang": "Zhang",
    "Nguyen Van An": "An",
    "Zhao Bin Wang": "Wang",
    "Hong Bin Kim": "Kim",
    "Ngô Bảo Châu": "Châu",
    "Maria del Carmen García": "García",
    "Hien Van Nguyen": "Nguyen",
    "Le Thi Hoai An": "An",
    "Barbara E Engelhardt": "Engelhardt",
    "danah boyd": "boyd",
    "bell hooks": "hooks",
    "e. e. cummings": "cummings",
    # initials behind
    "Kim G.": "Kim",
    "Li X.": "Li",
    "Wang X.-Y.": "Wang",
    "LeCun Y": "LeCun",
    "Clarke EM": "Clarke",
    "Clarke E. M.": "Clarke",
    "Smith JR": "Smith",
    "García-Pérez MÁ": "García-Pérez",
    "Иванов ИИ": "Иванов",
    "Wei LÜ": "LÜ",
    "Smith J-P": "Smith",
    "Suhas BN": "Suhas",
    "Diego Fajardo V.": "Fajardo",
    "Serre J-P.": "Serre",
    "Ivanov Yu. A.": "Ivanov",
    "Петров И. А.": "Петров",
    # capitals
    "SMITH John": "SMITH",
    "WANG Xiaoming": "WANG",
    "LI Wei-Xin": "LI",
    "KIM Chul-Soo": "KIM",
    "O'NEIL Conan": "O'NEIL",
    "VAN DEN BROECK Chris": "VAN DEN BROECK",
    "Chris VAN DEN BROECK": "VAN DEN BROECK",
    "Gabriel GARCÍA MÁRQUEZ": "GARCÍA MÁRQUEZ",
    "Wei LI": "LI",
    "J. VAN DER BERG": "VAN DER BERG",
    "JOHN SMITH": "SMITH",
    "EM Clarke": "Clarke",
    "AJ Smith": "Smith",
    "KMA Solaiman": "Solaiman",
    "MSVPJ Sathvik": "Sathvik",
    "ASM Mobarak Hossain": "Hossain",
    "DE LA CRUZ Juan": "DE LA CRUZ",
    "LE ROUX Nicolas": "LE ROUX",
    "Wen Bin Leow": "Leow",
    # initials before, and what only looks like them
    "JR Smith": "Smith",
    "Edmund M Clarke": "Clarke",
    "A. T.": "T.",
    "Jie LI": "LI",
    "JOHN DOE": "DOE",
    # no guess, or none needed
    "Erdős Pál": "Pál",
    "Wang Xiaoming": "Xiaoming",
    "Kim Chul-Soo": "Chul-Soo",
    "Xu Wang-Chen": "Wang-Chen",
    "Plato": "Plato",
    "李 雷": "李",
    "김 철수": "김",
    "李雷": "李雷",
    "山田\u3000太郎": "山田",
    "Xiaoming Wang 王小明": "Wang",
    "Lovelace,Ada": "Lovelace",
    "J-P. Serre": "Serre",
    # TeX
    r"Maurice Fr\'echet": "Fréchet",
    r"\v{C}ern\'y, Ji\v{r}\'i": "Černý",
    r"Kurt G{\"o}del": "Gödel",
    # something behind it
    "Wei Li (李伟)": "Li",
    "A. Tumasyan (on behalf of the CMS Collaboration)": "Tumasyan",
    "A. Tumasyan on behalf of the CMS Collaboration": "Tumasyan",
    "John Smith for the ATLAS Collaboration": "Smith",
    "Sebastian Muster et al.": "Muster",
    "Sebastian Muster, et al.": "Muster",
    "A. T. (on behalf of the CMS Collaboration)": "T.",
    "Jane Roe on behalf of ATLAS": "Roe",
    "Jane Roe [CMS Collaboration]": "Roe",
    "Jane Roe, for the Belle II Collaboration": "Roe",
    # bodies, and what is not one name
    "ATLAS Collaboration": "ATLAS Collaboration",
    "The ATLAS Collaboration": "The ATLAS Collaboration",
    "ATLAS and CMS Collaborations": "ATLAS and CMS Collaborations",
    "Institute for Space and Nuclear Studies": "Institute for Space and Nuclear Studies",
    "Max Planck Institute for the History of Science": "Max Planck Institute for the History of Science",
    "Gemma Team": "Gemma Team",
    "Shanghai AI Lab": "Shanghai AI Lab",
    "Mistral AI": "Mistral AI",
    "Google DeepMind": "Google DeepMind",
    "BigScience Workshop": "BigScience Workshop",
    "World Health Organization": "World Health Organization",
    "Investigators of the Zebra Trial": "Investigators of the Zebra Trial",
    "Institut für Physik": "Institut für Physik",
    "IceCube Working Group": "IceCube Working Group",
    "Johnson & Johnson": "Johnson & Johnson",
    "Alice Smith and Bob Jones": "Alice Smith and Bob Jones",
}


@pytest.mark.parametrize(("author", "surname"), FAMILIES.items())
def test_all_that_ask_for_a_family_name_get_the_same(author: str, surname: str) -> None:
    paper = Paper(id="1", title="Zebras", authors=(author,))
    name = parse_name(author)
    assert name.surname == surname
    entry = Entry(title="Zebras", authors=(author,))
    body = surname.removeprefix("The ").removesuffix("s" if surname.endswith("Collaborations") else "")
    assert Comparable(PlacedEntry(0, "", "", "", 0, entry)).surnames == {
        normalize_compact(body.removesuffix(" Collaboration"))
    }
    assert short_authors(paper.authors, 200) == surname
    assert f" {' '.join(name_words(author))}".endswith(f" {normalize(surname)}")
    family = normalize_compact(to_ascii(surname.removeprefix(name.particle)))
    assert key_stem(paper) == f"{family[:40] or 'anonymous'}zebras"
    assert file_name(paper, ".pdf").startswith(surname[:38])

    (line,) = (line for line in "".join(ris([paper], {"1": "k"})).split("\r\n") if line.startswith("AU"))
    assert line.removeprefix("AU  - ").split(", ")[0] == surname
    csl = person(author)
    assert (csl.get("literal") or f"{csl.get('non-dropping-particle', '')} {csl['family']}".strip()) == surname
    (line,) = (line for line in bibtex_entry(paper, "k", set()).splitlines() if line.startswith("  author"))
    family = bibtex_family(line.removeprefix("  author = {").removesuffix("},"))
    if name.given and re.search(r"[\u0400-\u04ff\u2e80-\uffff[]", author) is None:
        assert family == surname
    else:  # in braces as a whole: a style has nothing to shorten, or could not
        assert surname in family


@pytest.mark.parametrize("author", ["CMS Collaboration: A. Person", "The Deep AI Team: A. Person"])
def test_a_body_with_who_speaks_for_it_is_one_name_but_to_merging(author: str) -> None:
    paper = Paper(id="1", title="Zebras", authors=(author,))
    assert parse_name(author).literal and short_authors(paper.authors, 200) == author
    assert f"AU  - {author}" in "".join(ris([paper], {"1": "k"})) and person(author) == {"literal": author}
    assert f"{{{{{author}}}}}" in bibtex_entry(paper, "k", set())
    surnames = Comparable(PlacedEntry(0, "", "", "", 0, Entry(title="Zebras", authors=(author,)))).surnames
    assert "person" in surnames and len(surnames) == 2


def bibtex_family(text: str) -> str:
    """The family name that BibTeX finds."""
    parts = parse_single_name_into_parts(text)
    return to_unicode(" ".join([*parts.von, *parts.last])).replace("{", "").replace("}", "").replace("\\&", "&")


@given(st.text(st.sampled_from("aAbB.,-'() é李"), max_size=20))
def test_no_part_of_a_name_is_lost(text: str) -> None:
    def letters(text: str) -> list[str]:
        return sorted(char for char in text if char.isalnum())

    name = parse_name(text)
    assert letters(" ".join(name[:4])) == letters(text)
    assert letters(name.sorted) == letters(text)
    if is_plain(text):
        words = text.split()
        assert name == (words[-1], " ".join(words[:-1]), "", "", False)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Horizon Collaboration et al.", "horizon collaboration"),
        ("Toys Collaboration, et al.", "toys collaboration"),
        ("Lovel, A. et al. (Toys Collaboration)", "a lovel"),
        ("(Jane Doe)", "jane doe"),
    ],
)
def test_remarks_are_in_no_key_search_or_file_name(name: str, words: str) -> None:
    paper = Paper(id="p", title="Zebras", authors=(name,))
    assert name_words(name) == words.split()
    assert key_stem(paper).removesuffix("zebras") in (words.replace(" ", ""), words.split()[-1])
    assert "et al" not in file_name(paper, ".pdf")


def test_others_are_no_names() -> None:
    assert all(
        map(
            is_others,
            (
                "et al.",
                "et al",
                "u. a.",
                "и др.",
                "others",
                "and others",
                "12 more authors",
                "100 additional authors not shown",
                "…",
                "...",
            ),
        )
    )
    assert not any(map(is_others, ("Al Gore", "Etal Someone", "Others, A.")))


def test_words_in_ascii() -> None:
    assert to_ascii("Łukasz Gödel ﬁß Ångström Đặng") == "Lukasz Godel fiss Angstrom Dang"
    assert to_ascii("Хрущёв Αθήνα") == "Khrushchyov Athena"
    assert to_ascii("李明") == ""
    assert to_ascii("Ɖaŋ Ǿre ꜲB Əli ɖ") == "Dang Ore AaB Eli d"


@pytest.mark.parametrize(
    ("paper", "stem"),
    [
        (
            Paper(id="1", title=r"S$^\mathbf{4}$L: Self", authors=("Lucas Beyer",), arxiv_id="1905.03670"),
            "beyer2019s4l",
        ),
        (
            Paper(id="1", title="On the Rise", authors=("Ludwig van Beethoven",), day=date(2020, 1, 1)),
            "beethoven2020rise",
        ),
        (Paper(id="1", title="Über Γ", authors=("Иван Петров",)), "petrovuber"),
        (Paper(id="1", title="A Title", authors=("李明",), day=date(2020, 1, 1)), "anonymous2020title"),
        (Paper(id="1", title="How to Do It", authors=()), "anonymoushow"),
        (Paper(id="hep-th/9901001", arxiv_id="hep-th/9901001"), "arxivhepth9901001"),
        (Paper(id="李", title="李"), "paper"),
        (Paper(id="1", title="Multi-Task", authors=("J. O'Neil",), arxiv_id="0704.0001"), "oneil2007multi"),
    ],
)
def test_the_stem_of_a_key(paper: Paper, stem: str) -> None:
    assert key_stem(paper) == stem


def test_the_year_is_that_of_the_first_version() -> None:
    def when(id: str, day: date | None = None) -> tuple[int, int] | None:
        return year_and_month(Paper(id=id, arxiv_id=id or None, day=day))

    assert when("1905.03670", date(2022, 1, 1)) == (2019, 5)
    assert when("hep-th/9912001") == (1999, 12)
    assert when("math/0309136") == (2003, 9)
    assert when("", date(2022, 1, 1)) == (2022, 1)
    assert when("") is None
