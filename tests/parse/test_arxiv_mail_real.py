"""Real mailings, listings and records of arXiv: counts, days, kinds; and that nothing else is taken for one."""

from __future__ import annotations

from datetime import date

import pytest

from feedreader.parse.formats import arxiv_mail
from feedreader.parse.layout.authors import ET_AL
from tests.parse.listings import DATA, claimed_elsewhere, needs_shared, read

pytestmark = needs_shared

COUNTS = {
    "arxiv-email/new_q-fin.CP_2023-03-17.txt": (2, date(2023, 3, 17)),
    "arxiv-email/new_q-fin.GN_2023-03-17.txt": (6, date(2023, 3, 16)),  # its head says the 16th, its name the 17th
    "arxiv-email/new_math.OA.txt": (3, date(2023, 6, 9)),
    "arxiv-email/pastweek_math.AG.txt": (1, date(2023, 3, 3)),
    "arxiv-email/month_math-ph_9701.txt": (17, None),
    "arxiv-email/mailing_2026-01-23.txt": (5, date(2026, 1, 23)),
    "arxiv-email/new_astro-ph.SR.txt": (25, date(2023, 3, 3)),
    "arxiv-abs/arxiv_0704_0704.0001.abs": (1, None),
    "arxiv-abs/acc-phys_9411_9411001.abs": (1, None),
    "arxiv-abs/ao-sci_9502_9502001.abs": (1, None),
    "arxiv-abs/alg-geom_9202_9202001.abs": (1, None),
    "arxiv-abs/adap-org_9509_9509003.abs": (1, None),
}


@pytest.mark.parametrize("name", COUNTS)
def test_real_listings(name: str) -> None:
    digest = read(arxiv_mail, DATA / name)
    count, day = COUNTS[name]
    assert (len(digest.entries), digest.problems) == (count, ())
    for entry in digest.entries:
        assert entry.title and entry.authors and entry.arxiv_id and entry.categories
        assert not any("(" in author or " and " in author or "et al" in author[1:] for author in entry.authors)
        assert ET_AL not in entry.authors[:-1]
        assert entry.announced == (day is not None)
        assert entry.day and entry.day == (day or entry.day)


def test_the_kinds_of_a_real_mailing() -> None:
    entries = read(arxiv_mail, DATA / "arxiv-email/new_astro-ph.SR.txt").entries
    assert [e.announce_type for e in entries] == ["new"] * 9 + ["cross"] * 5 + ["replace"] * 11
    assert all(bool(e.abstract) == (e.announce_type != "replace") for e in entries)
    kinds = [e.announce_type for e in read(arxiv_mail, DATA / "arxiv-email/new_q-fin.GN_2023-03-17.txt").entries]
    assert kinds == ["new", "replace", "replace", "replace", "replace", "replace-cross"]


def test_real_records() -> None:
    (entry,) = read(arxiv_mail, DATA / "arxiv-abs/arxiv_0704_0704.0001.abs").entries
    assert (entry.arxiv_id, entry.version, entry.day) == ("0704.0001", 2, date(2007, 4, 2))
    assert (entry.doi, entry.categories) == ("10.1103/physrevd.76.013009", ("hep-ph",))
    assert entry.authors == ("C. Bal\\'azs", "E. L. Berger", "P. M. Nadolsky", "C.-P. Yuan")
    assert entry.announce_type is None
    (entry,) = read(arxiv_mail, DATA / "arxiv-abs/ao-sci_9502_9502001.abs").entries
    assert (entry.version, entry.authors) == (4, ("Stephen M. Griffies", "Kirk Bryan"))


def test_it_claims_no_other_real_file() -> None:
    assert claimed_elsewhere(arxiv_mail, "arxiv-email/*", "arxiv-abs/*") == set()
