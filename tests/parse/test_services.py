"""What paper services answer in JSON: each service's fields, pages and errors, and whatever else may stand there."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from feedreader import parse
from feedreader.errors import NotADigest
from feedreader.merge.identity import merge, told_apart
from feedreader.model import Digest, Entry, Journal, PlacedEntry
from feedreader.parse.formats import (
    biorxiv_api,
    crossref,
    hf_papers,
    openalex,
    openreview,
    semantic_scholar,
)

SAMPLES = Path(__file__).parents[2] / "sample_feeds"
SERVICES: tuple[ModuleType, ...] = (hf_papers, openreview, semantic_scholar, crossref, openalex, biorxiv_api)
FILES = {
    "hf-papers.json": hf_papers,
    "openreview.json": openreview,
    "openreview-list.json": openreview,
    "semantic-scholar.json": semantic_scholar,
    "crossref.json": crossref,
    "openalex.json": openalex,
    "biorxiv.json": biorxiv_api,
    "biorxiv-published.json": biorxiv_api,
}
EACH_FILE = pytest.mark.parametrize(("name", "module"), FILES.items(), ids=[*FILES])

HF = {"paper": {"id": "2606.01234", "title": "T", "summary": "S.", "authors": [], "upvotes": 1}}
NOTE = {"id": "n1", "forum": "n1", "content": {"title": {"value": "T"}, "abstract": {"value": "S."}}}
S2 = {"paperId": "0a", "title": "T", "externalIds": {"DOI": "10.5555/t"}}
WORK = {"DOI": "10.5555/t", "title": ["T"], "member": "1", "type": "journal-article"}
ALEX = {"id": "https://openalex.org/W1", "title": "T", "authorships": []}
PREPRINT = {"doi": "10.1101/t", "title": "T", "server": "bioRxiv", "version": "1", "published": "NA"}
RECORDS: dict[ModuleType, dict[str, Any]] = {
    hf_papers: HF,
    openreview: NOTE,
    semantic_scholar: S2,
    crossref: WORK,
    openalex: ALEX,
    biorxiv_api: PREPRINT,
}


def read(module: ModuleType, value: Any, address: str = "") -> Digest:
    data = json.dumps(value).encode()
    assert module.matches_bytes(data)
    digest: Digest = module.parse_bytes(data, address)
    return digest


def entry_of(module: ModuleType, **fields: Any) -> Entry:
    """The entry of the service's record with other fields, which are all understood."""
    digest = read(module, [RECORDS[module] | fields])
    assert [problem.reason for problem in digest.problems] == []
    (entry,) = digest.entries
    return entry


def reasons(digest: Digest) -> list[tuple[int | None, str]]:
    return [(problem.line, problem.reason) for problem in digest.problems]


# ── Hugging Face ─────────────────────────────────────────────────────────────────────────────────


def test_a_daily_paper_is_of_the_day_of_the_list() -> None:
    paper = HF["paper"] | {
        "submittedOnDailyAt": "2026-06-12T00:00:00.000Z",
        "publishedAt": "2026-06-02T00:00:00.000Z",
        "ai_summary": "Short.",
        "ai_keywords": ["graph neural networks", "GNN", "gnn"],
        "projectPage": "https://t.example/",
    }
    entry = entry_of(hf_papers, paper=paper)
    assert (entry.arxiv_id, entry.day, entry.announced) == ("2606.01234", date(2026, 6, 12), False)
    assert (entry.tldr, entry.comment, entry.mentions) == ("Short.", "Project: https://t.example/", ("1 upvote",))
    assert entry.keywords == ("graph neural networks", "GNN")


def test_a_paper_without_abstract_is_no_talk() -> None:
    entry = entry_of(hf_papers, paper={**HF["paper"], "summary": ""})
    assert entry.mentions == () and entry.title == "T"


# ── OpenReview ───────────────────────────────────────────────────────────────────────────────────


def note(**content: Any) -> Entry:
    return entry_of(openreview, content={"title": {"value": "T"}, **content})


def test_authors_are_names_or_objects_or_unknown() -> None:
    assert note(authors={"value": ["Ann Lee", "Bob Ray"]}).authors == ("Ann Lee", "Bob Ray")
    assert note(authors={"value": [{"fullname": "Ann Lee"}, {"name": "Bob Ray"}]}).authors == ("Ann Lee", "Bob Ray")
    assert note(authors="Ann Lee, Bob Ray").authors == ("Ann Lee", "Bob Ray")
    assert note(authors=["Anonymous"]).authors == note(authors={"value": []}).authors == ()


@pytest.mark.parametrize(
    ("content", "comment"),
    [
        ({"venue": {"value": "ICLR 2026 oral"}, "venueid": {"value": "ICLR.cc/2026/Conference"}}, "ICLR 2026 oral"),
        ({"venueid": {"value": "ICLR.cc/2026/Conference/Rejected_Submission"}}, "rejected"),
        (
            {"venue": {"value": "ICLR 2026"}, "venueid": {"value": "ICLR.cc/2026/Conference/Desk_Rejected_Submission"}},
            "ICLR 2026; desk rejected",
        ),
        (
            {
                "venue": {"value": "ICLR 2026 Conference Withdrawn Submission"},
                "venueid": {"value": "ICLR.cc/2026/Conference/Withdrawn_Submission"},
            },
            "ICLR 2026 Conference Withdrawn Submission",
        ),
        ({"withdrawal": "Confirmed"}, "withdrawn"),
        ({}, None),
    ],
)
def test_what_became_of_a_submission(content: dict[str, Any], comment: str | None) -> None:
    assert note(**content).comment == comment


def test_the_day_is_the_first_of_those_that_are_full() -> None:
    noon = 1_769_400_000_000
    assert entry_of(openreview, pdate=noon, cdate=1).day == date(2026, 1, 26)
    assert entry_of(openreview, pdate=1_767_225_600_000, odate=noon).day == date(2026, 1, 26)  # New Year: a year
    assert entry_of(openreview, tcdate=noon).submitted == datetime(2026, 1, 26, 4, 0, tzinfo=UTC)
    for odd in (-1, 10**30, True, "soon", [1]):
        assert entry_of(openreview, pdate=odd).day is None


def test_reviews_are_told_and_are_no_papers() -> None:
    review = {"id": "r1", "forum": "n1", "replyto": "n1", "content": {"title": {"value": "Fine"}}}
    digest = read(openreview, {"notes": [NOTE, review, review], "count": 3})
    assert [entry.title for entry in digest.entries] == ["T"]
    assert reasons(digest) == [(1, "Skipped 2 records other than papers (reviews and comments), the first here.")]


# ── Semantic Scholar ─────────────────────────────────────────────────────────────────────────────


def test_its_lists_have_several_names() -> None:
    for value in (
        {"total": 1, "offset": 0, "data": [S2]},
        {"recommendedPapers": [S2]},
        {"offset": 0, "data": [{"isInfluential": True, "citingPaper": S2}]},
        {"authorId": "1", "name": "A", "papers": [S2]},
        [{"authorId": "1", "name": "A", "papers": [S2]}],
        [None, S2],
        S2,
    ):
        digest = read(semantic_scholar, value)
        assert [entry.doi for entry in digest.entries] == ["10.5555/t"], value


def test_a_server_of_preprints_is_no_journal() -> None:
    for name in ("ArXiv", "arXiv.org", "bioRxiv", "CoRR"):
        assert (
            entry_of(semantic_scholar, journal={"name": name, "volume": "abs/1"}, publicationDate="2026-03-02").journal
            is None
        )
    entry = entry_of(semantic_scholar, venue="Neural Letters", year=2021)
    assert entry.journal == Journal("Neural Letters", year=2021)


def test_an_id_of_arxiv_is_found_where_only_the_pdf_tells_it() -> None:
    entry = entry_of(semantic_scholar, openAccessPdf={"url": "https://arxiv.org/pdf/2103.14030v2"})
    assert (entry.arxiv_id, entry.version, entry.doi) == ("2103.14030", 2, "10.5555/t")


# ── Crossref ─────────────────────────────────────────────────────────────────────────────────────


def test_names_of_persons_and_bodies() -> None:
    people = [
        {"given": "Ludwig", "family": "van Beethoven", "suffix": "Jr."},
        {"name": "The Long, Wide and Deep Collaboration"},
        {"family": "Plato"},
        {"given": "Ada &amp; co", "family": ""},
    ]
    assert entry_of(crossref, author=people).authors == (
        "Ludwig van Beethoven Jr.",
        "The Long, Wide and Deep Collaboration",
        "Plato",
        "Ada & co",
    )


def parts(*numbers: Any) -> dict[str, Any]:
    return {"date-parts": [[*numbers]]}


@pytest.mark.parametrize(
    ("dates", "day", "year"),
    [
        ({"issued": parts(2026, 9, 3)}, date(2026, 9, 3), 2026),
        ({"issued": parts(2026, 9)}, None, 2026),
        ({"issued": parts(None)}, None, None),
        ({"issued": parts(1931), "created": parts(2003, 2, 4)}, None, 1931),
        ({"issued": parts(2026, 12, 1), "created": parts(2026, 9, 2)}, date(2026, 9, 2), 2026),
        ({"published-online": parts(2026, 5, 5), "issued": parts(2026, 1, 1)}, date(2026, 5, 5), 2026),
        ({"issued": parts(2026, 2, 31)}, None, 2026),
        ({"issued": {"date-parts": [["2026", "9", "3"]]}}, date(2026, 9, 3), 2026),
    ],
)
def test_the_day_of_publication(dates: dict[str, Any], day: date | None, year: int | None) -> None:
    entry = entry_of(crossref, **dates, **{"container-title": ["Harbors"]})
    assert (entry.day, entry.journal and entry.journal.year) == (day, year)


def test_a_preprint_and_what_it_became() -> None:
    def related(name: str, *dois: str) -> Entry:
        return entry_of(crossref, relation={name: [{"id-type": "doi", "id": doi} for doi in dois]})

    preprint = related("is-preprint-of", "10.5555/Published")
    assert (preprint.doi, preprint.preprint_doi) == ("10.5555/published", "10.5555/t")
    published = related("has-preprint", "10.48550/arXiv.2602.02222v2", "10.1101/x")
    assert (published.doi, published.preprint_doi) == ("10.5555/t", "10.1101/x")
    assert (published.arxiv_id, published.version) == ("2602.02222", 2)


def test_jats_becomes_text() -> None:
    markup = (
        "<jats:title>Abstract</jats:title><jats:sec><jats:title>Aims</jats:title><jats:p>Find H<jats:sub>2</jats:sub>O "
        "&amp;\n  more.</jats:p></jats:sec>"
        "<jats:sec><jats:title>Results</jats:title><jats:p>p &lt; 0.05</jats:p></jats:sec>"
    )
    assert entry_of(crossref, abstract=markup).abstract == "Aims: Find H₂O & more. Results: p < 0.05"
    assert (
        entry_of(crossref, abstract="<jats:p>&lt;p&gt;Twice &lt;i&gt;so&lt;/i&gt;.&lt;/p&gt;</jats:p>").abstract
        == "Twice so."
    )
    assert entry_of(crossref, abstract="Abstract interpretation is old.").abstract == "Abstract interpretation is old."
    assert entry_of(crossref, abstract="Abstract We wait.").abstract == "We wait."


def test_titles_keep_what_they_say() -> None:
    assert entry_of(crossref, subtitle=["A Review"]).title == "T: A Review"
    assert entry_of(crossref, title=["Why?"], subtitle=["A Review"]).title == "Why? A Review"
    entry = entry_of(crossref, **{"updated-by": [{"DOI": "10.5555/r", "type": "retraction"}]})
    assert entry.comment == "Retracted: doi:10.5555/r"
    assert (
        entry_of(crossref, **{"update-to": [{"DOI": "10.5555/r", "type": "correction"}]}).comment
        == "Correction of doi:10.5555/r"
    )


def test_csl_json_is_another_format() -> None:
    for item in (
        {"id": "a", "type": "article-journal", "title": "T", "DOI": "10.5555/t", "container-title": "Harbors"},
        {"type": "article-journal", "title": "T", "DOI": "10.5555/t", "member": "1", "prefix": "10.5555"},
        {"id": "doi:10.5555/t", "DOI": "10.5555/t", "title": ["T"]},
    ):
        assert not any(module.matches_bytes(json.dumps([item]).encode()) for module in SERVICES)


# ── OpenAlex ─────────────────────────────────────────────────────────────────────────────────────


def test_an_abstract_is_put_together_from_the_places_of_its_words() -> None:
    index = {"the": [2, 5], "Abstract": [0], "We": [1], "sea.": [6], "row": [3], "over": [4]}
    assert entry_of(openalex, abstract_inverted_index=index).abstract == "We the row over the sea."
    far = entry_of(openalex, abstract_inverted_index={"near": [0], "far": [10**17]})
    assert far.abstract == "near far"


def test_where_it_is_and_what_of_it_is_known() -> None:
    entry = entry_of(
        openalex,
        doi="https://doi.org/10.5555/T",
        locations=[{"landing_page_url": None}, {"pdf_url": "http://arxiv.org/pdf/2603.01111v3"}],
        primary_location={
            "source": {"display_name": "Harbors", "type": "journal"},
            "landing_page_url": "https://doi.org/10.5555/t",
        },
        biblio={"volume": "3", "first_page": "7", "last_page": "7"},
        publication_year=2026,
        publication_date="2026-01-01",
        is_retracted=True,
    )
    assert (entry.arxiv_id, entry.version, entry.doi, entry.url) == ("2603.01111", 3, "10.5555/t", None)
    assert entry.journal == Journal("Harbors", "3", None, "7", 2026)
    assert (entry.day, entry.comment) == (None, "Retracted")


def test_the_doi_of_a_preprint_is_that_of_a_submitted_version() -> None:
    def of(version: str, kind: str, page: str = "https://doi.org/10.1101/x") -> str | None:
        place = {"landing_page_url": page, "version": version, "source": {"type": kind, "display_name": "S"}}
        return entry_of(openalex, doi="https://doi.org/10.5555/t", locations=[place]).preprint_doi

    assert of("submittedVersion", "repository") == "10.1101/x"
    assert of("publishedVersion", "repository") is of("submittedVersion", "journal") is None
    assert of("submittedVersion", "repository", "https://doi.org/10.48550/arXiv.2603.01111") is None
    assert of("submittedVersion", "repository", "https://doi.org/10.5555/T") is None


def test_other_things_of_openalex_are_no_papers() -> None:
    author = {"meta": {"count": 1}, "results": [{"id": "https://openalex.org/A1", "display_name": "Ann Lee"}]}
    with pytest.raises(NotADigest):
        parse.parse(json.dumps(author).encode())


# ── bioRxiv ──────────────────────────────────────────────────────────────────────────────────────


def test_a_preprint_that_was_published_has_both_dois() -> None:
    entry = entry_of(biorxiv_api, published="10.5555/P", date="2026-05-06")
    assert (entry.doi, entry.preprint_doi) == ("10.5555/p", "10.1101/t")
    assert entry_of(biorxiv_api).preprint_doi is None
    assert entry.url == "https://www.biorxiv.org/content/10.1101/tv1"
    assert (entry.day, entry.announced, entry.announce_type) == (date(2026, 5, 6), True, "new")


def test_the_versions_of_a_preprint_are_one_paper() -> None:
    versions = [{**PREPRINT, "version": str(n), "date": f"2026-05-0{n}", "abstract": f"Text {n}."} for n in (1, 2, 3)]
    digest = told_apart(read(biorxiv_api, {"messages": [{"status": "ok"}], "collection": versions}))
    placed = [PlacedEntry(n, "b", "b", "b", n, entry) for n, entry in enumerate(digest.entries)]
    (merged,) = merge(placed)
    assert (merged.paper.day, merged.paper.version, merged.paper.replaced) == (date(2026, 5, 1), 3, False)
    assert [revision.day for revision in merged.paper.revisions] == [date(2026, 5, 2), date(2026, 5, 3)]


def test_marks_of_type_are_taken_out_of_abstracts() -> None:
    text = "O_ST_ABSAO_SCPCAPBSTRACTC_SCPCAPC_ST_ABSOne. O_LIfirst C_LIO_LIsecond C_LI O_FIG SRC=x> ViewC_FIG"
    assert entry_of(biorxiv_api, abstract=text).abstract == "One. first second"
    assert entry_of(biorxiv_api, abstract="H_2O and O_2 stay.").abstract == "H_2O and O_2 stay."


def test_it_says_why_there_is_nothing() -> None:
    digest = read(biorxiv_api, {"messages": [{"status": "no posts found"}], "collection": []})
    assert digest.entries == () and reasons(digest) == [(None, "The service says: no posts found.")]


# ── one paper from many ──────────────────────────────────────────────────────────────────────────


def test_a_paper_that_five_services_have_is_one() -> None:
    title, names = "Lamps that Know Where They Stand in the Harbor", ("Ann Lee", "Bob Ray")
    alike = {"title": title, "authors": [{"name": name} for name in names]}
    people = [{"given": "Ann", "family": "Lee"}, {"given": "Bob", "family": "Ray"}]
    entries = [
        entry_of(hf_papers, paper={**HF["paper"], **alike, "id": "2606.07777"}),
        entry_of(semantic_scholar, **alike, externalIds={"ArXiv": "2606.07777", "DOI": "10.5555/lamps"}),
        entry_of(crossref, DOI="10.5555/LAMPS", title=[title], author=people),
        entry_of(
            openalex,
            title=title,
            doi="https://doi.org/10.48550/arxiv.2606.07777",
            authorships=[{"author": {"display_name": name}} for name in names],
        ),
        note(title={"value": title}, authors={"value": names}),
        Entry(title=title, authors=names, arxiv_id="2606.07777", version=1, day=date(2026, 6, 9), announced=True),
    ]
    (merged,) = merge([PlacedEntry(n, f"s{n}", f"s{n}", "", 0, entry) for n, entry in enumerate(entries)])
    assert (merged.paper.arxiv_id, merged.paper.doi) == ("2606.07777", "10.5555/lamps")
    assert merged.paper.day == date(2026, 6, 9) and len(merged.paper.sources) == 6
