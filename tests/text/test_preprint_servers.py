"""Servers of preprints, and journals that are none."""

from __future__ import annotations

import pytest

from feedreader.text.preprint_servers import is_server, server_of


@pytest.mark.parametrize(
    "name",
    ["arXiv", "arXiv (Cornell University)", "arXiv preprint arXiv:2001.00001", "CoRR", "CoRR, abs/0704.0001", "bioRxiv",
     "medRxiv : the preprint server", "ChemRxiv", "PsyArXiv", "EarthArXiv", "EdArXiv", "engrXiv", "TechRxiv",
     "SocArXiv", "OSF Preprints", "Research Square", "Preprints.org", "Preprints 2020",
     "SSRN Electronic Journal", "HAL"],
)  # fmt: skip
def test_servers_of_preprints(name: str) -> None:
    assert is_server(name) and is_server(name.upper())


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        "Nature",
        "Corrosion Science",
        "Corr. Math.",
        "Halos",
        "Science",
        "Journal of Medicine",
        "Archives of Music",
    ],
)
def test_journals_are_none(name: str | None) -> None:
    assert not is_server(name)


def test_a_doi_tells_the_server() -> None:
    assert server_of("10.48550/arXiv.2001.00001") == "arXiv" and server_of("10.1101/2020.01.01.1") == "bioRxiv"
    assert server_of("10.11011/x") is None and server_of("10.1000/10.1101/x") is None and server_of(None) is None
