"""References in free text as journal, volume, number, pages and year; what is not understood stays whole."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.model import Journal
from feedreader.text.journal_reference import combined, journal_of, read_numbers, read_reference
from tests.conftest import SHARED


@pytest.mark.parametrize(
    ("reference", "journal"),
    [
        ("Phys. Rev. D 76, 013009 (2007)", ("Phys. Rev. D", "76", None, "013009", 2007)),
        ("Phys.Lett.B650:233-238,2007", ("Phys.Lett.B", "650", None, "233-238", 2007)),
        ("JHEP 0706:058,2007", ("JHEP", "0706", None, "058", 2007)),
        ("JHEP05(2018)012", ("JHEP", "05", None, "012", 2018)),
        ("JCAP 1805 (2018) no.05, 012", ("JCAP", "1805", "05", "012", 2018)),
        ("Eur. Phys. J. C (2019) 79:384", ("Eur. Phys. J. C", "79", None, "384", 2019)),
        ("Phys. Rev. Lett. 126 (2021) 14, 141801", ("Phys. Rev. Lett.", "126", "14", "141801", 2021)),
        ("Phys. Rev. E, 79, (2009) 060101(R)", ("Phys. Rev. E", "79", None, "060101(R)", 2009)),
        ("Phys. Rev. {\\bf D76}, 013009 (2007)", ("Phys. Rev. D", "76", None, "013009", 2007)),
        ("JINST 13 (2018) P05012", ("JINST", "13", None, "P05012", 2018)),
        ("A&A 615, A53 (2018)", ("A&A", "615", None, "A53", 2018)),
        ("2D Mater. 4 (2017) 015021", ("2D Mater.", "4", None, "015021", 2017)),
        ("J. Phys.: Condens. Matter 20 (2008) 055214", ("J. Phys.: Condens. Matter", "20", None, "055214", 2008)),
        ("Ann. of Math. (2) 141 (1995), 443--551.", ("Ann. of Math. (2)", "141", None, "443-551", 1995)),
        ("Lett. Math. Phys. 108 (2018), no. 2, 359–376", ("Lett. Math. Phys.", "108", "2", "359-376", 2018)),
        ("Comb. Prob. Comp. 14 (2005) 439 - 465", ("Comb. Prob. Comp.", "14", None, "439-465", 2005)),
        ("Opt. Lett. 12, 1987 (1990)", ("Opt. Lett.", "12", None, "1987", 1990)),  # a page that could be a year
        ("Laser Phys., v.19, n.4, pp. 616-624 (2009).", ("Laser Phys.", "19", "4", "616-624", 2009)),
        ("J Toy Cells. 2024 May 2;12(3):45-50", ("J Toy Cells", "12", "3", "45-50", 2024)),
        ("N Engl J Toy. 2020 May-Jun;382(4 Suppl):1708-20", ("N Engl J Toy", "382", "4 Suppl", "1708-20", 2020)),
        ("BMJ 2020;368:m1091", ("BMJ", "368", None, "m1091", 2020)),
        ("Cell 181, 281-292.e6 (2020)", ("Cell", "181", None, "281-292.e6", 2020)),
        ("Science 15 Jan 2020: Vol. 367, Issue 6475, pp. 1-4", ("Science", "367", "6475", "1-4", 2020)),
        ("Toys, Vol. 6, No. POPL (2024), 1-28", ("Toys", "6", "POPL", "1-28", 2024)),
        ("Toys, Volume 36, Issue S1, Page S1-S9, May 2024.", ("Toys", "36", "S1", "S1-S9", 2024)),
        ("Physica A, V. 387, Issues 2-3 (2008), Pages 385-406", ("Physica A", "387", "2-3", "385-406", 2008)),
        ("Nat. Phys. 12, 3-4 (2016), doi:10.1038/nphys1", ("Nat. Phys.", "12", None, "3-4", 2016)),
        ("Commun. Toys, 27 (2020), pp. 1-20", ("Commun. Toys", "27", None, "1-20", 2020)),
        ("Toys, Vol. 3, 4, pp. 5-6", ("Toys", "3", "4", "5-6", None)),
        ("PoS LATTICE2019 (2020) 012", ("PoS LATTICE2019", None, None, "012", 2020)),
        ("PoS LAT2007:001,2007", ("PoS LAT2007", None, None, "001", 2007)),
        ("PoS(LATTICE 2007)001", ("PoS LATTICE 2007", None, None, "001", None)),
        ("Phys. Rev. D 76, 013009 (2007); Erratum-ibid. 77, 012 (2008)", ("Phys. Rev. D", "76", None, "013009", 2007)),
        ("Phys.Rev.D76:013009,2007, Erratum-ibid.D78:019901,2008", ("Phys.Rev.D", "76", None, "013009", 2007)),
        ("Toys 12 (2007) 1-10 [Erratum: Toys 13 (2008) 9]", ("Toys", "12", None, "1-10", 2007)),
        ("Teor. Toys 150 (2007) 1-9; Theor. Toys 151 (2008) 2-8", ("Teor. Toys", "150", None, "1-9", 2007)),
        ("Zh. Toys 131 (2007) 1-10 [JETP 104 (2007) 2-11]", ("Zh. Toys", "131", None, "1-10", 2007)),
        ("Pioneer 3: 7-17, 2008 (http://example.org)", ("Pioneer", "3", None, "7-17", 2008)),
        ("Geo Toys, 34, L01101, doi:10.1029/2006GL028001, 2007", ("Geo Toys", "34", None, "L01101", 2007)),
        ("SIGMA 19 (2023), 038, 17 pages", ("SIGMA", "19", None, "038", 2023)),
        ("Toys B 76, 045302 (2007) [4 pages]", ("Toys B", "76", None, "045302", 2007)),
        (
            "Toys in Energy, vol. 2012, Article ID 123456, 10 pages, 2012",
            ("Toys in Energy", "2012", None, "123456", 2012),
        ),
        ("Electron. J. Toys 14(1) (2007), Research Paper 3, 20 pp.", ("Electron. J. Toys", "14", "1", "3", 2007)),
        ("Toys 14 (2007), #R1", ("Toys", "14", None, "R1", 2007)),
        ("European J. Toys 19 (May 1998) 287-292", ("European J. Toys", "19", None, "287-292", 1998)),
        ("Logic of Toys, Volume 3, Issue 4 (November 14, 2007) lmcs:1233", ("Logic of Toys", "3", "4", None, 2007)),
        ("Nucl. Toys B 784 [FS] (2007) 1-20", ("Nucl. Toys B", "784", None, "1-20", 2007)),
        ("Dans IEEE Toys 55, 6 (2007) 2500-2512", ("IEEE Toys", "55", "6", "2500-2512", 2007)),
        ("In Vitro Toys 55 (2007) 25-26", ("In Vitro Toys", "55", None, "25-26", 2007)),
        (
            "Annales de l'\\'Ecole Poincar\\'e - Math\\'{e}matiques, Tome 11 (2024), pp. 431-472",
            ("Annales de l'\\'Ecole Poincar\\'e - Math\\'{e}matiques", "11", None, "431-472", 2024),
        ),
        ("Toys B, Volume 901, Part A", ("Toys B", "901", None, None, None)),
        ("Toys Part A 900 (2018) 1-9", ("Toys Part A", "900", None, "1-9", 2018)),
        ("Toys 900:12 (5pp), 2020", ("Toys", "900", None, "12", 2020)),
        ("Int. J. Toys A, Vol. 35, No. 12n13, 2050060 (2020)", ("Int. J. Toys A", "35", "12n13", "2050060", 2020)),
        ("2020 J. Toys A: Math. Theor. 53 123001", ("J. Toys A: Math. Theor.", "53", None, "123001", 2020)),
        ("PTEP 2020, 083C01", ("PTEP", None, None, "083C01", 2020)),
        ("Proc Natl Toys. 2026 Mar 10;123(10):e2601234123", ("Proc Natl Toys", "123", "10", "e2601234123", 2026)),
        ("Toys, May 2024", ("Toys", None, None, None, 2024)),
        ("Appl. Prob. 15, 643-654", ("Appl. Prob.", "15", None, "643-654", None)),
    ],
)
def test_a_reference_is_taken_apart(reference: str, journal: tuple[object, ...]) -> None:
    assert read_reference(reference) == journal_of(f"  {reference}\n") == journal


@pytest.mark.parametrize(
    "reference",
    [
        "Proc. Toys Program. Lang. 4, POPL, Article 1 (January 2020)",
        "Toys 12 (2020) 1-20; see also the book",
        "Position 123",
        "Logic in Toys, Volume 3, Issue 4 (November",
        "to appear in Phys. Rev. D 12, 3 (2020)",
        "Proc. of the 7th Workshop on Toys, 4645 volume of Lecture Notes, pp. 240-251, Paris, 2007",
        "2023 Conference on Toys (TOYS)",
        "in preparation",
        "Nature 577",
        "SIAM J. Toys 52-1 (2020), pp. 1-20",
        "Phys. Lett. B 800 (2020) 135001, 1-9",
        "Volume 36, Issue 4, Page 101-118",
        "We counted 12 of 30 toys",
        "The mean of the two is 0.80 [0.76, 0.84]",
        "A test (W=214, N=23)",
        "12, 30 (2020)",
    ],
)
def test_what_is_not_understood_stays_whole(reference: str) -> None:
    assert read_reference(reference) is None
    assert journal_of(reference) == Journal(reference)


def test_numbers_without_a_name() -> None:
    assert read_numbers("Volume 36, Issue 4, May 2024, Page 101-118") == Journal(None, "36", "4", "101-118", 2024)
    assert read_numbers("Volume of a sphere") is None and journal_of(" ") is None


def test_several_places_add_up() -> None:
    parts = [None, Journal("Toys", "3"), Journal("Annals of Toys", "4", pages="1-9")]
    assert combined(parts) == Journal("Toys", "3", None, "1-9")
    assert combined([None, Journal()]) is None and combined([]) is None


@given(st.text(alphabet="aAeivxX.,:;()-/& 0123456789\n\\{}*", max_size=200) | st.text(max_size=200))
def test_nothing_is_invented(reference: str) -> None:
    """Each part stands in the reference; what does not is its whole."""
    journal = journal_of(reference)
    if journal is None:
        assert not reference.strip()
    else:
        assert journal.name and (journal == Journal(" ".join(reference.split())) or read_reference(reference))
        for part in filter(None, (journal.volume, journal.number, str(journal.year or ""))):
            assert part in " ".join(reference.split())


def test_no_reference_takes_long() -> None:
    start = time.process_time()
    for piece in ("x 1-", "(1) ", "May-", "vol no pp ", "a.b ", "iv-", "1(", "{\\bf ", "doi:10."):
        read_reference(piece * 100)
        read_reference(piece * 100_000)
    assert time.process_time() - start < 1


def test_real_references() -> None:
    """Most of those of the metadata snapshot are understood, and none loses its year."""
    path = SHARED / "data" / "kaggle-jsonl" / "arxiv-metadata-oai-snapshot_first80.jsonl"
    if not path.is_file():
        pytest.skip("the real records (../shared) are not beside this checkout")
    records = [json.loads(line).get("journal-ref") for line in path.read_text("utf-8").splitlines()]
    references = [reference for reference in records if reference]
    read = {reference: read_reference(reference) for reference in references}
    assert sum(map(bool, read.values())) * 10 > len(references) * 9
    assert all(journal.year and str(journal.year) in reference for reference, journal in read.items() if journal)
