"""arXiv's addresses, and how requests are joined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple
from urllib.parse import quote, unquote, urlencode, urlsplit

from feedreader.errors import UnknownCategory
from feedreader.model import Subscription

THANKS = "Thank you to arXiv for use of its open access interoperability."
FEED_LIMIT = 2000  # items that one feed address serves
JOINED = 12  # categories in one address: their days fit into FEED_LIMIT
PAGE = 200  # records of the API a request
_PHYSICS = (  # the archives of the OAI set "physics"; all others are sets of their own
    *("astro-ph", "cond-mat", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th"),
    *("math-ph", "nlin", "nucl-ex", "nucl-th", "physics", "quant-ph"),
)
IDS = 100  # papers of the API a request by id


class Addresses(NamedTuple):
    """The addresses of arXiv or of a stand-in; `gap`: seconds between two requests to it."""

    feeds: str = "https://rss.arxiv.org"
    api: str = "https://export.arxiv.org/api/query"
    oai: str = "https://oaipmh.arxiv.org/oai"
    gap: float = 3.0
    pdf: str = "https://arxiv.org/pdf"

    @property
    def hosts(self) -> frozenset[str]:
        named = (self.feeds, self.api, self.oai, self.pdf)
        return frozenset(urlsplit(address).hostname or "" for address in named) - {""}


def feed_address(addresses: Addresses, categories: Sequence[str]) -> str:
    return f"{addresses.feeds.rstrip('/')}/atom/{'+'.join(categories)}"


def joined(targets: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The categories of several subscriptions, in as few requests as serve them."""
    categories = sorted({category for target in targets for category in target.split("+")})
    archives = {category for category in categories if "." not in category}
    categories = [category for category in categories if category in archives or category.split(".")[0] not in archives]
    for start in range(0, len(categories), JOINED):
        yield tuple(categories[start : start + JOINED])


def addresses_asked(addresses: Addresses, subscriptions: Iterable[Subscription]) -> dict[int, tuple[str, ...]]:
    """By source: the addresses requested for a subscription, alone and together with the others."""
    from feedreader.arxiv.categories import is_in

    subscriptions = tuple(subscriptions)
    together = tuple(joined(each.target for each in subscriptions if each.kind == "arxiv" and not each.paused))
    by_source: dict[int, tuple[str, ...]] = {
        each.source: () if each.is_local else (each.target,) for each in subscriptions
    }
    for each in subscriptions:
        if each.kind == "arxiv":
            own = tuple(each.target.split("+"))
            requests = (own, *(request for request in together if is_in(own, request)))
            by_source[each.source] = tuple(dict.fromkeys(feed_address(addresses, request) for request in requests))
    return by_source


def abs_url(arxiv_id: str) -> str:
    """A paper's page on arXiv itself."""
    return f"https://arxiv.org/abs/{arxiv_id}"


def ids_address(addresses: Addresses, ids: Sequence[str]) -> str:
    return f"{addresses.api}?{urlencode({'id_list': ','.join(ids), 'max_results': len(ids)})}"


def pdf_address(addresses: Addresses, id: str) -> str:
    """Where the newest version of a paper is to be had."""
    return f"{addresses.pdf.rstrip('/')}/{quote(id, safe='/')}"


def submissions_address(addresses: Addresses, target: str, first: datetime, last: datetime, start: int) -> str:
    """A page of what was submitted between two times, oldest first."""
    where = " OR ".join(f"cat:{code}" if "." in code else f"cat:{code}*" for code in target.split("+"))
    span = f"submittedDate:[{_minute(first)} TO {_minute(last)}]"
    query = {
        "search_query": f"({where}) AND {span}",
        "start": start,
        "max_results": PAGE,
        "sortBy": "submittedDate",
        "sortOrder": "ascending",
    }
    return f"{addresses.api}?{urlencode(query)}"


def records_address(addresses: Addresses, category: str, since: date, token: str | None = None) -> str:
    """A page of the records of one category or archive that are new or changed since a day, by OAI-PMH."""
    if token:
        return f"{addresses.oai}?{urlencode({'verb': 'ListRecords', 'resumptionToken': token})}"
    archive, _, subject = category.partition(".")
    group = "physics" if archive in _PHYSICS else archive
    spec = ":".join(filter(None, (group, archive if subject or group != archive else "", subject)))
    query = {"verb": "ListRecords", "metadataPrefix": "arXivRaw", "from": since.isoformat(), "set": spec}
    return f"{addresses.oai}?{urlencode(query)}"


def _minute(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y%m%d%H%M")


def categories_of_feed(address: str) -> str | None:
    """The categories that an address of arXiv's feeds stands for, as a subscription's target; None for others."""
    from feedreader.arxiv.categories import read_categories  # the settings alone do without

    try:
        parts = urlsplit(address)
        host, path = parts.hostname or "", unquote(parts.path).strip("/").split("/")
    except ValueError:
        return None
    if not f".{host}".endswith((".arxiv.org", ".xxx.lanl.gov")) or len(path) != 2 or path[0] not in ("rss", "atom"):
        return None  # export.arxiv.org, rss.arxiv.org, and the mirrors of old: de.arxiv.org, xxx.lanl.gov
    try:
        return "+".join(read_categories(path[1]))
    except UnknownCategory:
        return None
