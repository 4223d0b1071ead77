"""A server that plays arXiv on the loopback: a feed of one day, an API over all that it ever announced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from feedreader.arxiv.calendar import submissions_of

# Runs a command line: its exit code, and the JSON objects that it printed.
Run = Callable[..., tuple[int, list[dict[str, Any]]]]


@dataclass
class Announced:
    """One line of a day's batch."""

    id: str
    day: date
    title: str
    categories: tuple[str, ...] = ("cs.LG",)
    kind: str = "new"
    version: int = 1
    abstract: str = "An abstract that says enough of the paper to be told from the abstracts of all others: "

    @property
    def submitted(self) -> datetime:
        return submissions_of(self.day)[0] + timedelta(hours=3)


@dataclass
class ArxivServer:
    """`today` is the day that the feed serves. What was asked is in `asked`, each with its time."""

    server: HTTPServer
    batches: list[Announced] = field(default_factory=list)
    today: date = date(2026, 11, 17)
    requests: list[str] = field(default_factory=list)
    failures: list[Response] = field(default_factory=list)
    failures_of_api: list[Response] = field(default_factory=list)
    etags: bool = True
    records: int = 0  # a page of OAI-PMH; 0: it is not to be had

    def install(self) -> ArxivServer:
        self.server.expect_request("/feeds/atom/").respond_with_handler(self._feed)
        import re

        self.server.expect_request(re.compile("/feeds/atom/.*")).respond_with_handler(self._feed)
        self.server.expect_request("/api").respond_with_handler(self._api)
        self.server.expect_request("/oai").respond_with_handler(self._oai)
        return self

    def announce(self, day: date, *ids: str, **more: object) -> None:
        self.batches += [Announced(id, day, f"The Paper {id}", **more) for id in ids]  # type: ignore[arg-type]

    def _feed(self, request: Request) -> Response:
        self.requests.append(request.path.rpartition("/")[2])
        if self.failures:
            return self.failures.pop(0)
        categories = request.path.rpartition("/")[2].split("+")
        items = [paper for paper in self.batches if paper.day == self.today and _is_requested(paper, categories)]
        etag = f'"{self.today}-{len(items)}"'
        if self.etags and request.headers.get("If-None-Match") == etag:
            return Response(status=304, headers={"ETag": etag})
        return Response(self._atom(items), content_type="application/atom+xml", headers={"ETag": etag})

    def _api(self, request: Request) -> Response:
        self.requests.append("api")
        if failures := self.failures or self.failures_of_api:
            return failures.pop(0)
        query = parse_qs(request.query_string.decode())
        papers = [paper for paper in self.batches if paper.kind == "new"]
        if "id_list" in query:
            papers = [paper for paper in papers if paper.id in query["id_list"][0].split(",")]
        else:
            first, last = query["search_query"][0].split("[")[1].rstrip("]").split(" TO ")
            papers = [paper for paper in papers if first <= f"{paper.submitted.astimezone(UTC):%Y%m%d%H%M}" <= last]
        start, size = int(query.get("start", ["0"])[0]), int(query["max_results"][0])
        papers = sorted(papers, key=lambda paper: paper.submitted)
        return Response(self._answer(papers[start : start + size], len(papers)), content_type="application/atom+xml")

    def _oai(self, request: Request) -> Response:
        self.requests.append("oai")
        if not self.records:
            return Response("none", status=404)
        token = request.args.get("resumptionToken")
        if token is None:
            assert (request.args["metadataPrefix"], request.args["set"]) == ("arXivRaw", "cs:cs:LG")
        start = int(token or 0)
        papers = [paper for paper in self.batches if paper.kind == "new"]
        more = f"<resumptionToken>{start + self.records}</resumptionToken>" * (start + self.records < len(papers))
        records = "".join(
            "<record><header><identifier>oai:arXiv.org:x</identifier></header><metadata>"
            '<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">'
            f'<id>{paper.id}</id><version version="v1">'
            f"<date>{paper.submitted:%a, %d %b %Y %H:%M:%S %z}</date></version>"
            f"<title>{escape(paper.title)}</title><authors>Ann Lee, Bo Chan</authors>"
            f"<categories>{' '.join(paper.categories)}</categories><abstract>{paper.abstract}{paper.id}</abstract>"
            "</arXivRaw></metadata></record>"
            for paper in papers[start : start + self.records]
        )
        answer = f"<ListRecords>{records}{more}</ListRecords>"
        if not records:
            answer = '<error code="noRecordsMatch">No records</error>'
        return Response(
            f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{answer}</OAI-PMH>', content_type="text/xml"
        )

    def _atom(self, items: list[Announced]) -> str:
        return (
            "<?xml version='1.0' encoding='UTF-8'?>\n"
            '<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            'xmlns="http://www.w3.org/2005/Atom"><id>http://rss.arxiv.org/atom/x</id>'
            "<title>x updates on arXiv.org</title>"
            f"<updated>{self.today}T04:00:00.000000+00:00</updated>" + "".join(map(self._atom_entry, items)) + "</feed>"
        )

    def _atom_entry(self, paper: Announced) -> str:
        return (
            f"<entry><id>oai:arXiv.org:{paper.id}v{paper.version}</id><title>{escape(paper.title)}</title>"
            f"<updated>{self.today}T04:00:00.000000+00:00</updated>"
            f'<link href="https://arxiv.org/abs/{paper.id}" rel="alternate" type="text/html"/>'
            f"<summary>arXiv:{paper.id}v{paper.version} Announce Type: {paper.kind} \n"
            f"Abstract: {paper.abstract}{paper.id}</summary>"
            + "".join(f'<category term="{category}"/>' for category in paper.categories)
            + f"<published>{self.today}T00:00:00-05:00</published>"
            f"<arxiv:announce_type>{paper.kind}</arxiv:announce_type>"
            "<dc:creator>Ann Lee, Bo Chan</dc:creator></entry>"
        )

    def _answer(self, items: list[Announced], total: int) -> str:
        entries = "".join(
            f"<entry><id>http://arxiv.org/abs/{paper.id}v1</id><title>{escape(paper.title)}</title>"
            f"<updated>{paper.submitted.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</updated>"
            f"<published>{paper.submitted.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</published>"
            f"<summary>{paper.abstract}{paper.id}</summary><author><name>Ann Lee</name></author>"
            "<author><name>Bo Chan</name></author>"
            + "".join(f'<category term="{c}" scheme="http://arxiv.org/schemas/atom"/>' for c in paper.categories)
            + "</entry>"
            for paper in items
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
            'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
            f"<opensearch:totalResults>{total}</opensearch:totalResults><title>ArXiv Query</title><id>http://arxiv.org/api/x</id>{entries}</feed>"
        )


def _is_requested(paper: Announced, categories: list[str]) -> bool:
    return any(mine == c or mine.startswith(c + ".") for mine in paper.categories for c in categories)
