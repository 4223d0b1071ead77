"""arXiv ids and DOIs, in the forms in which they are met."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.arxiv.addresses import abs_url
from feedreader.text.identifiers import arxiv_id, doi, find_arxiv_ids, unversioned


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1905.02244", ("1905.02244", None)),
        ("1905.02244v3", ("1905.02244", 3)),
        ("0704.0001", ("0704.0001", None)),
        ("1412.6980v12", ("1412.6980", 12)),
        ("arXiv:1905.02244v1", ("1905.02244", 1)),
        ("ARXIV: 1905.02244.", ("1905.02244", None)),
        ("(arXiv:1905.02244v2 [cs.CV])", ("1905.02244", 2)),
        ("[1905.02244]", ("1905.02244", None)),
        ("hep-th/9901001", ("hep-th/9901001", None)),
        ("HEP-TH/9901001v2", ("hep-th/9901001", 2)),
        ("math.GT/0309136", ("math/0309136", None)),
        ("arXiv:math.DG/0211159v1", ("math/0211159", 1)),
        ("https://arxiv.org/abs/1905.02244", ("1905.02244", None)),
        ("http://export.arxiv.org/abs/hep-th/9711200v3", ("hep-th/9711200", 3)),
        ("https://arxiv.org/pdf/1905.02244v2.pdf", ("1905.02244", 2)),
        ("arxiv.org/html/2404.19756v1", ("2404.19756", 1)),
        ("https://www.alphaxiv.org/abs/1905.02244", ("1905.02244", None)),
        ("https://ar5iv.labs.arxiv.org/html/1905.02244", ("1905.02244", None)),
        ("https://huggingface.co/papers/1905.02244", ("1905.02244", None)),
        ("https://arxiv.org/abs/1905.02244?context=cs#top", ("1905.02244", None)),
        ("https://arxiv.org/abs/hep-th%2F9901001", ("hep-th/9901001", None)),
        ("10.48550/arXiv.1905.02244", ("1905.02244", None)),
        ("https://doi.org/10.48550/arXiv.1905.02244", ("1905.02244", None)),
        ("oai:arXiv.org:0704.0001", ("0704.0001", None)),
    ],
)
def test_arxiv_ids_become_one_key_and_a_version(text: str, expected: tuple[str, int | None]) -> None:
    assert arxiv_id(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "2019.12", "3.11.2", "1.2.3", "2019-05-23", "12345", "v2", "arXiv:", "cs.LG"),
        *("0703.0001", "1413.1234", "1900.12345", "2013.12345", "1500.12345"),  # months that are none, or too early
        *("1412.12345", "1501.1234", "0808.05394", "1905.022441", "1905.0224"),  # digits too many or too few
        *("hep-th/9913001", "hep-th/0901001", "hep-th/990100", "foo-th/9901001"),
        *("1905.02244v", "1905.02244v0", "1905.02244x", "x1905.02244", "١٩٠٥.02244"),
        *("https://arxiv.org/list/cs.LG/recent", "https://example.org/abs/1905.02244", "arXiv:1905.02244 is nice"),
    ],
)
def test_what_is_no_arxiv_id(text: str) -> None:
    assert arxiv_id(text) is None


def test_ids_in_running_text() -> None:
    text = (
        "See arXiv:1905.02244v2, also hep-th/9901001 and (1905.03776); the first again: 1905.02244. "
        "Not 1234.5678, 3.1415, 2019.12345, 0704.0001 or https://example.org/1905.11946, but arXiv:0704.0001, "
        "https://arxiv.org/abs/1706.03762v5) and https://doi.org/10.48550/arXiv.1312.6114."
    )
    assert find_arxiv_ids(text) == (
        ("1905.02244", 2),
        ("hep-th/9901001", None),
        ("1905.03776", None),
        ("0704.0001", None),
        ("1706.03762", 5),
        ("1312.6114", None),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.1145/3292500.3330701", "10.1145/3292500.3330701"),
        ("doi:10.1103/PhysRevLett.116.061102", "10.1103/physrevlett.116.061102"),
        ("DOI: 10.1145/3292500.3330701,", "10.1145/3292500.3330701"),
        ("https://doi.org/10.1000/ABC", "10.1000/abc"),
        ("doi.org/10.1000/abc", "10.1000/abc"),
        ("<http://dx.doi.org/10.1000%2Fabc>", "10.1000/abc"),
        ("10.1016/S0370-2693(99)00123-4", "10.1016/s0370-2693(99)00123-4"),
        ("(10.1016/S0370-2693(99)00123-4)", "10.1016/s0370-2693(99)00123-4"),
        (
            "10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O",
            "10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o",
        ),
        ("https://dl.acm.org/doi/pdf/10.1145/3292500.3330701?x=1", "10.1145/3292500.3330701"),
        ("https://onlinelibrary.wiley.com/doi/10.1002/abc.123/full", "10.1002/abc.123"),
        ("https://www.biorxiv.org/content/10.1101/2020.03.22.002386v1.full", "10.1101/2020.03.22.002386"),
        ("https://academic.oup.com/a/advance-article/doi/10.1093/a/stae1163/7659837?rss=1", "10.1093/a/stae1163"),
        ("https://academic.oup.com/a/article-abstract/doi/10.1093/a/stae1163/7659837/", "10.1093/a/stae1163"),
        ("https://academic.oup.com/a/article-pdf/doi/10.1093/a/stae1163/574012/stae1163.pdf", "10.1093/a/stae1163"),
        ("https://direct.mit.edu/neco/article/doi/10.1162/neco_a_01234/123456/On-Toys?af=R#x", "10.1162/neco_a_01234"),
        ("https://iwaponline.com/wst/article/doi/10.2166/wst.2024.123/99999/On-Toys", "10.2166/wst.2024.123"),
        ("https://rupress.org/jem/article-lookup/doi/10.1084/jem.20201234", "10.1084/jem.20201234"),
        (
            "https://link.springer.com/content/pdf/10.1007/s00220-024-05001-x.pdf?pdf=button",
            "10.1007/s00220-024-05001-x",
        ),
        ("https://www.techrxiv.org/doi/full/10.36227/techrxiv.171.123/v1?commit=a", "10.36227/techrxiv.171.123/v1"),
        ("https://projecteuclid.org/journals/a/volume-54/T/10.1214/25-AOP1756.full", "10.1214/25-aop1756"),
        ("https://www.spiedigitallibrary.org/x/10.1117/12.3012345.short?SSO=1", "10.1117/12.3012345"),
        ("https://www.jstage.jst.go.jp/article/x/10.1248/toys.24-00001/_article", "10.1248/toys.24-00001"),
        ("https://journals.plos.org/a/article/file?id=10.1371/journal.a.1&type=printable", "10.1371/journal.a.1"),
        ("https://e.org/x?doi=10.1017%2Fjfm.2026.123", "10.1017/jfm.2026.123"),
        ("https://doi.org/10.1093/mnras/12345", "10.1093/mnras/12345"),
    ],
)
def test_dois_become_one_key(text: str, expected: str) -> None:
    assert doi(text) == expected


@pytest.mark.parametrize("text", ["", "10.1103", "10.12/abc", "3.10.1103/abc", "see 10.1103/abc", "10.1103/", "doi:"])
def test_what_is_no_doi(text: str) -> None:
    assert doi(text) is None


def test_the_address_of_a_paper() -> None:
    assert abs_url("hep-th/9711200") == "https://arxiv.org/abs/hep-th/9711200"


@given(st.text())
def test_no_text_is_too_much(text: str) -> None:
    for id in (arxiv_id(text), *find_arxiv_ids(text)):
        if id is not None:
            assert arxiv_id(id[0]) == (id[0], None)
    if (key := doi(text)) is not None:
        assert doi(key) == key


@given(st.text(alphabet="arxiv:/.-0123456789vhepth[]() doi10", max_size=60))
def test_keys_are_keys_of_themselves(text: str) -> None:
    id = arxiv_id(text)
    assert id is None or (arxiv_id(id[0]) == (id[0], None) and arxiv_id(abs_url(id[0])) == (id[0], None))


@pytest.mark.parametrize(
    ("versioned", "bare"),
    [
        ("10.21203/rs.3.rs-1234567/v2", "10.21203/rs.3.rs-1234567"),
        ("10.31234/osf.io/ab3cd_v1", "10.31234/osf.io/ab3cd"),
        ("10.20944/preprints202401.0001.v2", "10.20944/preprints202401.0001"),
        ("10.26434/chemrxiv-2021-abcde-v3", "10.26434/chemrxiv-2021-abcde"),
        ("10.26434/chemrxiv.1234567.v1", "10.26434/chemrxiv.1234567"),
        ("10.22541/au.170000001.12345678/v1", "10.22541/au.170000001.12345678"),
        ("10.36227/techrxiv.12345678.v1", "10.36227/techrxiv.12345678"),
        ("10.7287/peerj.preprints.123v2", "10.7287/peerj.preprints.123"),
        ("10.12688/f1000research.12345.2", "10.12688/f1000research.12345"),
    ],
)
def test_the_version_of_a_doi_that_a_server_of_preprints_numbers(versioned: str, bare: str) -> None:
    assert (unversioned(versioned), unversioned(bare), doi(versioned)) == (bare, bare, versioned)


@pytest.mark.parametrize("other", ["10.1038/s41586-024-v2", "10.5281/zenodo.123", "10.1016/j.x.2020.v2", "10.1/v1"])
def test_other_dois_end_as_they_end(other: str) -> None:
    assert unversioned(other) == other


@pytest.mark.parametrize("text", ["10.1101/2024.01.02.573984v2", "doi: 10.1101/2024.01.02.573984v2.full"])
def test_a_doi_of_biorxiv_has_no_version(text: str) -> None:
    assert doi(text) == "10.1101/2024.01.02.573984"
    assert doi("10.1101/gr.123v2") == "10.1101/gr.123v2"
