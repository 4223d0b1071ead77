"""Answers of paper services, whatever they hold: pages, errors, records in other forms, cuts and hostile values."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader import parse
from feedreader.errors import EmptyDigest, NotADigest, ServiceFault
from feedreader.parse.formats import (
    atom,
    biorxiv_api,
    crossref,
    hf_papers,
    json_feed,
    openalex,
    openreview,
    rss,
    semantic_scholar,
)
from tests.conftest import SHARED
from tests.parse.listings import assert_safe
from tests.parse.test_services import (
    ALEX,
    EACH_FILE,
    FILES,
    NOTE,
    PREPRINT,
    RECORDS,
    S2,
    SAMPLES,
    SERVICES,
    WORK,
    read,
    reasons,
)

# ── answers ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("module", "answer", "said"),
    [
        (semantic_scholar, {"total": 12, "offset": 0, "next": 1, "data": [S2]}, "These are 1 of 12 papers found."),
        (semantic_scholar, {"offset": 0, "next": 1, "data": [S2]}, "More papers were found than these."),
        (crossref, {"message": {"total-results": 1200, "items": [WORK]}}, "These are 1 of 1,200 papers found."),
        (openalex, {"meta": {"count": 2}, "results": [ALEX]}, "These are 1 of 2 papers found."),
        (openreview, {"notes": [NOTE], "count": 2}, "These are 1 of 2 papers found."),
        (biorxiv_api, {"messages": [{"status": "ok", "total": "2"}], "collection": [PREPRINT]}, "These are 1 of 2"),
    ],
)
def test_one_page_of_several_is_told(module: ModuleType, answer: dict[str, Any], said: str) -> None:
    (problem,) = read(module, answer).problems
    assert problem.line is None and problem.reason.startswith(said) and "other pages" in problem.reason


@pytest.mark.parametrize(
    ("module", "answer"),
    [
        (semantic_scholar, {"total": 0, "offset": 0}),
        (semantic_scholar, {"total": 0, "offset": 0, "data": []}),
        (semantic_scholar, {"recommendedPapers": []}),
        (crossref, {"status": "ok", "message-type": "work-list", "message": {"total-results": 0, "items": []}}),
        (openalex, {"meta": {"count": 0}, "results": []}),
        (openreview, {"notes": [], "count": 0}),
        (biorxiv_api, {"messages": [{"status": "ok"}], "collection": []}),
    ],
)
def test_nothing_found_is_an_answer(module: ModuleType, answer: dict[str, Any]) -> None:
    data = json.dumps(answer).encode()
    assert [service for service in SERVICES if service.matches_bytes(data)] == [module]
    digest = parse.parse(data)
    assert digest.format == module.NAME and digest.entries == () and digest.problems == ()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ('{"error":"Paper with id 0 not found"}', "“Paper with id 0 not found”"),
        ('{"message": "Too Many Requests.", "code": "429"}', "“Too Many Requests”"),
        ('{"error": "Invalid query", "message": "no field named x"}', "“Invalid query: no field named x”"),
        ('{"name": "ForbiddenError", "message": "Forbidden", "status": 403, "details": {}}', "“Forbidden”"),
        ('{"status":"failed","message-type":"validation-failure","message":[{"message":"Bad sort"}]}', "“Bad sort”"),
        ('{"errors": [{"message": "one\\u001b[31m"}, "two"]}', "“one: two”"),
        ("Resource not found.", "“Resource not found”"),
    ],
)
def test_an_error_says_what_the_service_said(answer: str, said: str) -> None:
    with pytest.raises(ServiceFault) as caught:
        parse.parse(answer.encode())
    assert said in str(caught.value) and "\x1b" not in str(caught.value)


def test_a_document_that_merely_has_a_message_is_no_error() -> None:
    for answer in ('{"message": "hello", "papers": 3}', "{}", '{"status": "ok"}', '{"error": ' + "[" * 3000):
        with pytest.raises(NotADigest) as caught:
            parse.parse(answer.encode())
        assert not isinstance(caught.value, ServiceFault)


def test_an_empty_list_is_an_answer_only_where_its_address_says_so() -> None:
    assert parse.parse(b"[]\n", "https://huggingface.co/api/daily_papers?date=2026-11-01").format == "hf-papers"
    for address in ("", "https://example.org/api/works", "https://example.org/papers.json"):
        with pytest.raises(EmptyDigest):
            parse.parse(b" []", address)


def test_what_is_no_paper_does_not_hide_those_beside_it() -> None:
    papers = [RECORDS[hf_papers], {"paper": None}, 7, None, {}, {"paper": {"id": None}}]
    digest = parse.parse(json.dumps(papers).encode())
    assert (digest.format, len(digest.entries)) == ("hf-papers", 1)
    assert any("not a JSON object" in problem.reason for problem in digest.problems)
    assert any("without title, abstract and ids" in problem.reason for problem in digest.problems)


@pytest.mark.parametrize("module", SERVICES, ids=lambda module: module.NAME)
def test_records_stand_in_an_array_or_one_a_line_or_alone(module: ModuleType) -> None:
    record = json.dumps(RECORDS[module])
    spread = json.dumps(RECORDS[module], indent=1)
    for text, lines in (
        (f"[{record},{record}]", [1, 1]),
        (f"[\n{record},\n{record}\n]", [2, 3]),
        (f"{record}\n\n{record}\n", [1, 3]),
        (f"{spread}\n{spread}", [1, spread.count("\n") + 2]),
        (record, [1]),
    ):
        assert [service for service in SERVICES if service.matches_bytes(text.encode())] == [module]
        digest = parse.parse(text.encode())
        assert ([entry.line for entry in digest.entries], digest.problems) == (lines, ())
    damaged = f'{record}\n{{"id": \n{record}\n'
    digest = parse.parse(damaged.encode())
    assert [entry.line for entry in digest.entries] == [1, 3] and reasons(digest) == [(2, "Invalid JSON.")]


def test_several_pages_in_one_file() -> None:
    pages = [{"meta": {"count": 2}, "results": [{**ALEX, "id": f"https://openalex.org/W{n}"}]} for n in (1, 2)]
    for indent in (None, 2):
        text = "\n".join(json.dumps(page, indent=indent) for page in pages)
        digest = parse.parse(text.encode())
        assert [entry.guid for entry in digest.entries] == ["https://openalex.org/W1", "https://openalex.org/W2"]
        assert digest.problems == ()


def test_a_first_record_longer_than_what_is_looked_at() -> None:
    work = {**WORK, "reference": [{"key": "r", "unstructured": "x" * 100}] * 1500}
    data = json.dumps({"message-type": "work", "message": work}).encode()
    assert len(data) > 1 << 16
    assert [entry.title for entry in parse.parse(data).entries] == ["T"]


# ── cut off, damaged, hostile ────────────────────────────────────────────────────────────────────


@EACH_FILE
def test_the_records_before_a_cut_are_read_and_the_cut_is_told(name: str, module: ModuleType) -> None:
    data = (SAMPLES / name).read_bytes()
    for text in (data, json.dumps(json.loads(data)).encode()):  # as it is, and on one line
        whole = module.parse_bytes(text)
        assert not whole.breaks_off
        for at in range(0, len(text.rstrip()), 37):
            digest = module.parse_bytes(text[:at])
            assert digest.entries == whole.entries[: len(digest.entries)]
            assert digest.breaks_off or at < 2
            assert at < 2 or digest.problems


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*path, key))


def with_other(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    if not path:
        return other
    copy = value.copy()
    copy[path[0]] = with_other(value[path[0]], path[1:], other)
    return copy


@given(st.sampled_from([*FILES]), st.data())
def test_whatever_stands_where_something_else_should_it_hurts_only_itself(name: str, data: st.DataObject) -> None:
    value = json.loads((SAMPLES / name).read_text("utf-8"))
    whole = FILES[name].parse_bytes(json.dumps(value).encode())
    path = data.draw(st.sampled_from([*places(value)]))
    spoiled = json.dumps(with_other(value, path, data.draw(_JSON))).encode()
    digests = [module.parse_bytes(spoiled) for module in SERVICES]
    for digest in digests:
        assert_safe(digest)
    for module in SERVICES:
        module.matches_bytes(spoiled)
    own = next(digest for digest in digests if digest.format == FILES[name].NAME)
    if any(isinstance(step, int) for step in path):  # within a record, or all of it
        same = [entry for entry in own.entries if entry in whole.entries]
        assert len(same) >= len(whole.entries) - 1


@pytest.mark.parametrize("module", SERVICES, ids=lambda module: module.NAME)
@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[", "[[", '{"a"', '{"a":', "nul", "[1, 2", '"', "{}", "[]", "[{}]", "[null]", '{"data": {}}'),
        *("[" * 100_000, '{"a":' * 100_000, '{"message":' * 50_000, '{"results": [' + "[" * 100_000),
        '{"notes": [{"id": ' + "9" * 100_000 + "}]}",
        '{"data": [{"paperId": NaN, "title": Infinity, "year": 1e999}]}',
        '{"results": 1, "results": [], "results": {"a": 1}}',
        '{"items": [{"DOI": "10.5555/\\ud800", "title": ["\\u001b]0;x\\u0007\\u202e"]}]}',
        '{"collection": [{"doi": "' + "10.1/" * 40_000 + '", "title": "x", "server": "x"}]}',
    ],
)
def test_no_text_raises(module: ModuleType, text: str) -> None:
    module.matches_bytes(text.encode())
    assert_safe(module.parse_bytes(text.encode()))


def test_a_wrong_kind_is_told_with_its_line_and_name() -> None:
    first = '{"paperId": "1", "title": ["no text"], "externalIds": {"DOI": "10.5555/a"}}'
    text = f'[\n{first},\n{{"paperId": "2", "title": "B"}},\n7]'
    digest = semantic_scholar.parse_bytes(text.encode())
    assert [(entry.title, entry.line) for entry in digest.entries] == [(None, 2), ("B", 3)]
    assert reasons(digest) == [
        (2, "Invalid value: “title”."),
        (4, "This record is not a JSON object."),
        (2, "No title: 1 paper, the first here."),
    ]


def test_other_documents_are_no_answers() -> None:
    for name in ("feed.json", "arxiv-jsonl.jsonl", "sample-day.jsonl", "day-list.txt", "rss-arxiv.xml", "atom.xml"):
        data = (SAMPLES / name).read_bytes()
        assert not any(module.matches_bytes(data) for module in SERVICES), name
    for name in FILES:
        data = (SAMPLES / name).read_bytes()
        assert not any(other.matches_bytes(data) for other in (rss, atom, json_feed)), name


# ── names ────────────────────────────────────────────────────────────────────────────────────────


HF_API, ALEX_API, CR_API = "https://huggingface.co/api", "https://api.openalex.org", "https://api.crossref.org"
S2_API, BIO_API = "https://api.semanticscholar.org", "https://api.biorxiv.org"
NOTES = "https://api2.openreview.net/notes"


@pytest.mark.parametrize(
    ("module", "address", "title"),
    [
        (hf_papers, f"{HF_API}/daily_papers?limit=50", "Hugging Face daily papers"),
        (hf_papers, f"{HF_API}/daily_papers?date=2026-06-12", "Hugging Face daily papers, 2026-06-12"),
        (hf_papers, f"{HF_API}/papers/search?q=tiny+models", "Hugging Face: tiny models"),
        (openalex, f"{ALEX_API}/works?search=snails&per-page=50&mailto=a@b.c&api_key=s3", "OpenAlex: snails"),
        (openalex, f"{ALEX_API}/works?filter=author.id:A1,type:article", "OpenAlex: author.id:A1,type:article"),
        (crossref, f"{CR_API}/works?query.bibliographic=snails&rows=9", "Crossref: snails"),
        (crossref, f"{CR_API}/journals/1234-5678/works", "Crossref: journals/1234-5678"),
        (semantic_scholar, f"{S2_API}/graph/v1/paper/search?query=snails&fields=title", "Semantic Scholar: snails"),
        (semantic_scholar, f"{S2_API}/recommendations/v1/papers/forpaper/0a", "Semantic Scholar: 0a"),
        (openreview, f"{NOTES}?content.venueid=ICLR.cc/2026/Conference", "OpenReview: ICLR.cc/2026/Conference"),
        (biorxiv_api, f"{BIO_API}/details/biorxiv/30d?category=cell_biology", "bioRxiv: cell biology"),
        (biorxiv_api, f"{BIO_API}/details/medrxiv/30d/0/json", "medRxiv: 30d"),
        (biorxiv_api, f"{BIO_API}/pubs/biorxiv/30d", "bioRxiv, published: 30d"),
        (openalex, "http://[::1", "OpenAlex"),
    ],
)
def test_a_subscription_is_called_by_what_it_asks_for(module: ModuleType, address: str, title: str) -> None:
    assert read(module, [RECORDS[module]], address).title == title


def test_a_journal_is_called_by_its_name() -> None:
    work = {**WORK, "container-title": ["Harbors"]}
    assert read(crossref, [work, work], f"{CR_API}/journals/1/works").title == "Crossref: Harbors"


# ── real answers ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "module", "check"),
    [
        ("hf_daily_papers_2026-06.json", hf_papers, lambda paper: (paper["paper"]["id"], paper["paper"]["title"])),
        ("semantic_scholar_search.json", semantic_scholar, lambda of: (of["externalIds"]["ArXiv"], of["title"])),
        ("openreview_iclr2013.json", openreview, lambda paper: (None, paper["title"])),
    ],
)
def test_real_answers(name: str, module: ModuleType, check: Callable[[Any], tuple[str | None, str]]) -> None:
    path = SHARED / "data" / "paper-feeds" / name
    if not path.is_file():
        pytest.skip("the real answers (../shared) are not beside this checkout")
    stated = json.loads(path.read_text("utf-8"))
    stated = stated["data"] if isinstance(stated, dict) else stated
    digest = parse.parse(path.read_bytes())
    assert digest.format == module.NAME
    assert [(entry.arxiv_id, entry.title) for entry in digest.entries] == [
        (id, " ".join(title.split())) for id, title in map(check, stated)
    ]
    assert all(entry.authors for entry in digest.entries)
