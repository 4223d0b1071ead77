"""A paper's PDF: where to find it, and fetching it once.

    path = await fetch(library, key, client, addresses, folder=…, limit=…)

arXiv has one of each of its papers. Of others it is the link that their source gave, if that is one to a PDF, else
what the paper's page names.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from feedreader.arxiv import addresses as arxiv
from feedreader.errors import FeedreaderError, FetchError, PdfError
from feedreader.library import Library
from feedreader.library.subscriptions import Address
from feedreader.model import Paper
from feedreader.parse.feeds.page_links import pdf_of_page
from feedreader.sources.http import Answer, Client
from feedreader.sources.pdf import Progress, download
from feedreader.system.open_with import pages_of
from feedreader.text.cleaning import decode
from feedreader.text.file_name import file_name
from feedreader.view.subscriptions import at

FOLDER = "pdfs"  # beside the library
LARGEST_PAGE = 4 * 1024 * 1024  # bytes of a paper's page


async def fetch(
    library: Library,
    key: int,
    client: Client,
    addresses: arxiv.Addresses,
    *,
    folder: Path,
    limit: int,
    progress: Progress = lambda _, __: None,
) -> Path:
    """The file of a paper's PDF; fetched if it is missing, at most `limit` bytes.

    Raises FetchError, or PdfError where there is none.
    """
    at_hand, paper = library.pdfs.file(key), library.papers.get(key)
    if at_hand is not None:
        return at_hand
    if paper is None:
        raise PdfError("This paper is no longer in the library.")
    address, page = address_of(paper, addresses), None
    if address is None:
        address, page = await _named_by_a_page(paper, client)
    _keep_waiting(library, address)
    path = folder / file_name(paper, ".pdf")
    try:
        await download(client, address, path, limit=limit, named_by=page, progress=progress)
    except FetchError as error:
        if error.not_before:
            with library.subscriptions.edit() as subscriptions:
                subscriptions.put_address(Address(address, not_before=error.not_before))
        if error.status in (404, 410) and paper.arxiv_id:
            raise PdfError(f"arXiv has no PDF of {paper.arxiv_id}.", "Its page (o) may say why.") from error
        raise
    library.pdfs.put(key, path)
    return path


def address_of(paper: Paper, addresses: arxiv.Addresses) -> str | None:
    """The PDF's address, as far as it is known without a request."""
    if paper.arxiv_id:
        return arxiv.pdf_address(addresses, paper.arxiv_id)
    return next((page for page in pages_of(paper) if urlsplit(page).path.lower().endswith(".pdf")), None)


async def _named_by_a_page(paper: Paper, client: Client) -> tuple[str, str]:
    """The PDF that the paper's page names, or what the page itself is; and that page."""
    failed: FeedreaderError | None = None
    for page in pages_of(paper):
        try:
            url, body = await client.receive(page, lambda: {"Accept": "text/html, application/pdf, */*;q=0.5"}, _top)
        except FetchError as error:
            failed = failed or error
            continue
        if _is_pdf(body):
            return url, url
        if link := pdf_of_page(decode(body)[0], url):
            return link, url
        failed = PdfError(f"{urlsplit(url).hostname} does not link to a PDF of this paper.", "Open its page (o).")
    raise failed or PdfError("This paper has no PDF address.")


async def _top(answer: Answer) -> tuple[str, bytes]:
    """Where the answer came from, and as much of it as tells what it is."""
    data = bytearray()
    async for piece in answer.pieces:
        data += piece
        if _is_pdf(data) or len(data) > LARGEST_PAGE:
            break
    return answer.url, bytes(data[:LARGEST_PAGE])


def _is_pdf(data: bytes | bytearray) -> bool:
    return b"%PDF-" in data[:1024]


def _keep_waiting(library: Library, address: str) -> None:
    """Raises FetchError while a server that asked for patience is to be left alone."""
    until = library.subscriptions.address(address).not_before
    if until is not None and until > library.now():
        host = urlsplit(address).hostname
        when = at(until, library.now().astimezone())
        raise FetchError(f"{host} asks to wait until {when}.", "", not_before=until)
