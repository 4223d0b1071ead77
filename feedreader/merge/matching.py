"""Whether two entries may be the same paper, by the rules that `feedreader.merge.identity` states. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache

from feedreader.merge import titles
from feedreader.model import Entry, PlacedEntry
from feedreader.text.author_names import is_others, is_plain, parse_name
from feedreader.text.identifiers import unversioned
from feedreader.text.normalize import ANYWHERE, match_mode, normalize, normalize_compact, search_words

_START = 120  # letters and digits of an abstract that make it recognisable
_SHORTEST = 200  # letters below which a text may be a notice or a citation, and is no evidence against a title
_SHORTEST_START = 80  # letters below which it does not even tell which paper one without a title is
_SHINGLE = 8  # words in a row that two texts must share for one to quote the other
_RECENT = 1024  # entries whose folded titles and keys are remembered: an import needs them several times
_ALIKE = 0.5  # share of the shorter abstract's word triples for two abstracts to be nearly alike
_SPOKEN_OF = 1 / 3  # share of a title's words that an abstract has, if it is the paper's own
_STEM = 4  # letters by which these words are known
_SIGNED = re.compile(r"(?<![^\W_])([A-Za-z])(\+\+|#)")  # languages
_DIGRAPH = re.compile(r"(?:([ou])e|(a)[ae])")  # Müller, Mueller; Ørsted, Oersted; Århus, Aarhus
_NOBODY = frozenset(
    (
        "anonymous",
        "anon.",
        "anonymous author",
        "anonymous authors",
        "author unknown",
        "unknown",
        "unknown author",
        "n/a",
    )
)
_CUT = re.compile(r"(?:…|\.{3}|\[(?:…|\.{3})\])\W*\Z")
_COLLABORATION = re.compile(r"\A(?:(?:for|on behalf of)\s+)?the\s+|\s+collaborations?\Z", re.IGNORECASE)


def entry_name(entry: Entry) -> str:
    """A name for the paper, made from this entry alone: its arXiv id, else its DOI, else a hash of what it says and
    where it stands."""
    if entry.arxiv_id or entry.doi:
        return entry.arxiv_id or entry.doi or ""
    parts = [entry.title or "", *entry.authors, entry.abstract or "", "" if entry.title else " ".join(entry.quotes)]
    parts += filter(None, (entry.guid, page_of(entry.url)))
    if titles.weight(entry.title or "") < titles.TELLING:
        parts += map(str, filter(None, (entry.day, entry.journal)))
    return "p-" + hashlib.blake2b("\n".join(parts).encode("utf-8", "replace"), digest_size=6).hexdigest()


# What stands in an address only to tell who follows it: as far as a letter of it says which page is meant, it stays.
_TRACKING = re.compile(
    r"((utm|mtm|pk|hsa|stm|vero|oly|at)_\w+|wt\.\w+|trk\w*|_?hs(enc|mi)|hsctatracking|af|rss|feed|n?cid|dgcid|cmp(id)?"
    r"|campaign(id)?|mc_[ce]id|fbclid|gclid|[dy]clid|msclkid|igshid|mkt_tok|spm|ref|ref_?src|referr?er|source|via|xtor"
    r"|ftag|_ga|_gl|rskey)(=.*)?"
    r"|(from|src|medium|type)=(rss|atom|feed|e?mail|newsletter|twitter)\w*"
    r"|(\w*sess\w*|sid|jsessionid|cfid|cftoken|[am]i|token|nonce|_)=[\w-]{5,}",
    re.IGNORECASE,
)
_SESSION = re.compile(r";(jsessionid|phpsessid|sid)=[^/?#]*|\(s\([^)]*\)\)/", re.IGNORECASE)


@lru_cache(maxsize=_RECENT)
def page_of(url: str | None) -> str:
    """The address of a page as it is compared: without scheme, "www.", session and tracking; "" for a whole site."""
    if not url:
        return ""
    scheme, separator, rest = url.strip().partition("://")
    rest, _, fragment = _SESSION.sub("", rest if separator else scheme).partition("#")
    place, _, query = rest.partition("?")
    host, _, path = place.partition("/")
    asked = [part for part in query.split("&") if part and not _TRACKING.fullmatch(part)]
    if fragment and not _TRACKING.fullmatch(fragment):
        asked.append("#" + fragment)
    path = path.rstrip("/")
    return f"{host.lower().removeprefix('www.')}/{path}?{'&'.join(asked)}" if path or asked else ""


def name_order(name: str) -> tuple[int, str]:
    return (2 if name.startswith("p-") else 1 if name.startswith("10.") else 0, name)


def breaks_off(abstract: str) -> bool:
    """Whether it is but a part of an abstract, by its "…"."""
    return _CUT.search(abstract, max(0, len(abstract) - 12)) is not None or abstract[:3].startswith(("…", "..."))


def dois_of(entry: Entry) -> Collection[str]:
    """All DOIs that an entry has, with their versions and without them."""
    stated = [doi for doi in (entry.doi, entry.preprint_doi) if doi]
    return dict.fromkeys([*stated, *map(unversioned, stated)])


def published_of(entries: Iterable[Entry]) -> dict[str, str]:
    """By the DOI of a preprint, that of what became of it, as far as entries state both; both without versions.

    Of several the lowest is taken, and so it is where they state it round in a circle.
    """
    stated: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if entry.doi and entry.preprint_doi:
            stated[unversioned(entry.preprint_doi)].add(unversioned(entry.doi))
    following = {preprint: min(dois) for preprint, dois in stated.items()}
    published: dict[str, str] = {}
    for preprint in following:
        way: dict[str, None] = {}
        doi = preprint
        while doi in following and doi not in way and doi not in published:
            way[doi] = None
            doi = following[doi]
        circle = [*way][[*way].index(doi) :] if doi in way else ()
        published |= dict.fromkeys(way, min(circle, default=published.get(doi, doi)))
    return published


Order = tuple[tuple[int, str], str, str, int]  # the entry's name, then its source, path and position


class Comparable:
    """An entry with its facts in the form in which they are compared, each worked out when first needed."""

    def __init__(self, placed: PlacedEntry) -> None:
        self.placed = placed
        self.entry = placed.entry
        self.arxiv_id = placed.entry.arxiv_id
        doi = placed.entry.doi or placed.entry.preprint_doi
        self.doi = unversioned(doi) if doi else None  # of what was published, once `merge` knows it
        self.is_shared = False  # whether its abstract stands with papers of too many titles

    @cached_property
    def order(self) -> Order:
        return (name_order(self.name), self.placed.source, self.placed.path, self.placed.position)

    @cached_property
    def _normalized(self) -> tuple[str, str]:
        return normalized(self.entry)

    @property
    def title(self) -> str:
        return self._normalized[0]

    @property
    def start(self) -> str:
        """The recognisable beginning of the abstract, or "" where there is none."""
        return self._normalized[1]

    @property
    def weight(self) -> int:
        """What the title tells, see `feedreader.merge.titles`."""
        return titles.weight(self.entry.title or "")

    @cached_property
    def abstract(self) -> str:
        return normalize_compact(self.entry.abstract or "")

    @property
    def has_abstract(self) -> bool:
        """Whether the abstract is long enough to be one."""
        return len(self.abstract) >= _SHORTEST

    @cached_property
    def is_cut(self) -> bool:
        """Whether the abstract is but a part of one: then it differs from another without telling anything."""
        return breaks_off(self.entry.abstract or "")

    @cached_property
    def page(self) -> str:
        return page_of(self.entry.url)

    @cached_property
    def name(self) -> str:
        return entry_name(self.entry)

    @cached_property
    def buckets(self) -> tuple[tuple[str, str], ...]:
        """What entries of one paper have in common, some of it at least. Too many have a generic title."""
        keys = [("arxiv", self.arxiv_id), ("abstract", self.start)]
        if self.doi:
            keys += [("doi", doi) for doi in dois_of(self.entry)]
        if not self.arxiv_id and not self.doi:
            keys.append(("guid", self.entry.guid))  # by which a source is asked what it gave before
        if self.arxiv_id or self.weight > titles.GENERIC:
            keys.append(("title", self.title))
        if self.title and not self.arxiv_id and self.weight < titles.TELLING:
            where = self.page or self.entry.guid
            keys.append(("page", f"{self.title} {where}") if where else ("name", self.name))
        return tuple((kind, value) for kind, value in keys if value)

    @property
    def _authors(self) -> Iterator[str]:
        """The authors that are named, a body apart from who speaks for it ("CMS Collaboration: A. Person")."""
        named = (author for author in self.entry.authors if author.casefold() not in _NOBODY)
        return (name for author in named for name in author.split(": "))

    @cached_property
    def surnames(self) -> frozenset[str]:
        return frozenset(filter(None, map(_surname, self._authors)))

    @cached_property
    def spelled_surnames(self) -> frozenset[str]:
        """The surnames, those with ue for ü as those with u."""
        return frozenset(_DIGRAPH.sub(r"\1\2", surname) for surname in self.surnames)

    @cached_property
    def initials(self) -> Mapping[str, set[str]]:
        """With what letters the given names of each family name begin; "" where one has none."""
        initials: dict[str, set[str]] = defaultdict(set)
        for author in self._authors:
            initials[_surname(author)].add(normalize_compact(parse_name(author).given)[:1])
        return initials

    @cached_property
    def name_words(self) -> frozenset[str]:
        """The parts of the names of people, but for what many have in common: bodies, particles, "Jr."."""
        names = map(parse_name, self._authors)
        people = (f"{name.given} {name.core}" for name in names if not (name.literal and " " in name.family))
        return frozenset(word for person in people for word in normalize(person).split() if len(word) > 1)

    @cached_property
    def text(self) -> str:
        """The abstract as plain words, a blank before each."""
        return " " + normalize(self.entry.abstract or "")

    @cached_property
    def triples(self) -> frozenset[tuple[str, ...]]:
        words = self.text.split()
        return frozenset(zip(words, words[1:], words[2:], strict=False)) or frozenset({tuple(words)})


def _named(title: str) -> str:
    """A title in which C++ and C# have names of their own."""
    if "++" not in title and "#" not in title:
        return title
    return _SIGNED.sub(lambda match: match[1] + ("sharp" if match[2] == "#" else "plusplus"), title)


def normalized(entry: Entry) -> tuple[str, str]:
    """An entry's title and the beginning of its abstract, in the form in which they are compared."""
    title = normalize_compact(_named(entry.title)) or entry.title if entry.title else ""
    start = normalize_compact(entry.abstract[: 3 * _START + 40])[:_START] if entry.abstract else ""
    return title, start if len(start) >= _SHORTEST_START or not title else ""


@lru_cache(maxsize=8 * _RECENT)
def _surname(author: str) -> str:
    """An author's family name as it is compared; of a body its name without "the" and "Collaboration"; "" of others."""
    if is_plain(author):
        return normalize_compact(author.rpartition(" ")[2])
    name = parse_name(author)
    if not name.literal:
        return normalize_compact(name.surname)
    return "" if is_others(name.family) else normalize_compact(_COLLABORATION.sub("", name.family))


def _agree(mine: object, others: object) -> bool:
    """Whether a fact is known of both, and the same."""
    return bool(mine) and mine == others


def _differ(mine: object, others: object) -> bool:
    """Whether a fact is known of both, and not the same."""
    return bool(mine and others) and mine != others


def _ids_differ(a: Comparable, b: Comparable) -> bool:
    return _differ(a.arxiv_id, b.arxiv_id) if a.arxiv_id and b.arxiv_id else _differ(a.doi, b.doi)


def differ_in_doi(a: Comparable, b: Comparable) -> bool:
    """Whether two DOIs are all that tells two entries apart."""
    return not (a.arxiv_id and b.arxiv_id) and _differ(a.doi, b.doi)


def _ids_agree(a: Comparable, b: Comparable) -> bool:
    return _agree(a.arxiv_id, b.arxiv_id) or _agree(a.doi, b.doi)


def _guids_agree(a: Comparable, b: Comparable) -> bool:
    return _agree(a.entry.guid, b.entry.guid)


def _days_differ(a: Comparable, b: Comparable) -> bool:
    return _differ(a.entry.day, b.entry.day)


def _stand_apart(a: Comparable, b: Comparable) -> bool:
    """Whether one document has them at two addresses, or under two names of its own; or, where every journal has the
    title, on two days."""
    if a.placed.path != b.placed.path:
        return False
    if _differ(a.page, b.page) or _differ(a.entry.guid, b.entry.guid):
        return True
    is_generic = a.title == b.title and a.weight == titles.GENERIC
    return is_generic and _days_differ(a, b) and not _guids_agree(a, b)


def authors_agree(a: Comparable, b: Comparable) -> bool:
    """At least half of the shorter list is in the other, by surname, or by all parts of the names in any order."""
    if len(a.surnames & b.surnames) * 2 >= min(len(a.surnames), len(b.surnames)):
        return True
    if len(a.spelled_surnames & b.spelled_surnames) * 2 >= min(len(a.surnames), len(b.surnames)):
        return True
    return len(a.name_words & b.name_words) * 2 > min(len(a.name_words), len(b.name_words))


def _abstracts_equal(a: Comparable, b: Comparable) -> bool:
    return bool(a.start) and a.start == b.start and not a.is_shared and a.abstract == b.abstract


def _abstracts_alike(a: Comparable, b: Comparable) -> bool:
    return len(a.triples & b.triples) >= _ALIKE * min(len(a.triples), len(b.triples))


def _abstracts_differ(a: Comparable, b: Comparable) -> bool:
    return not (a.is_cut or b.is_cut or _abstracts_alike(a, b))


def _texts_agree(a: Comparable, b: Comparable) -> bool:
    return a.has_abstract and b.has_abstract and _abstracts_alike(a, b)


def is_recognisable(node: Comparable) -> bool:
    """Whether the beginning of the abstract tells which paper it is of."""
    return len(node.start) >= _SHORTEST_START and not node.is_shared


def is_talk(entry: Entry) -> bool:
    """Whether an entry only says something of a paper: neither its abstract nor where it was printed."""
    return not entry.abstract and not entry.journal and bool(entry.mentions or entry.quotes)


def _titles_agree(a: Comparable, b: Comparable) -> bool:
    """Whether they have one title, and what else is known of them says that it is one paper's."""
    if not a.title or a.title != b.title or _conflict(a, b):
        return False
    if a.placed.path == b.placed.path and _guids_agree(a, b):
        return True
    if _agree(a.page, b.page):
        return not _days_differ(a, b) or _is_own(a, b)
    if a.weight == titles.GENERIC:
        return a.has_abstract and _abstracts_equal(a, b) and not _days_differ(a, b)
    if is_talk(a.entry) or is_talk(b.entry):
        return True
    names_agree = bool(a.surnames and b.surnames)
    if _share_a_host(a, b):
        return _texts_agree(a, b) if _days_differ(a, b) else _texts_agree(a, b) or names_agree
    return a.weight == titles.TELLING or _texts_agree(a, b) or (names_agree and not _may_recur(a, b))


def _is_own(a: Comparable, b: Comparable) -> bool:
    """Whether a title and a page that they have on two days are one paper's, and not those of a column."""
    if a.weight == titles.COMMON:
        return a.placed.path != b.placed.path and bool(a.surnames and b.surnames)
    return a.weight == titles.TELLING


def _may_recur(a: Comparable, b: Comparable) -> bool:
    """Whether a common title may be that of a column: one person writes it, on two days, and no id tells more."""
    has_ids = bool(a.arxiv_id or b.arxiv_id or a.doi or b.doi)
    return not has_ids and _days_differ(a, b) and min(len(a.surnames), len(b.surnames)) == 1


def _conflict(a: Comparable, b: Comparable) -> bool:
    """Whether two entries with one title are two papers: by others, or, in one document or where no authors are known,
    of another text."""
    has_texts = bool(a.entry.abstract and b.entry.abstract)
    is_told = (a.has_abstract and b.has_abstract) or (has_texts and a.weight == titles.GENERIC)
    if is_told and a.placed.path == b.placed.path and _abstracts_differ(a, b):
        return True
    if a.surnames and b.surnames:
        return not authors_agree(a, b) or _are_namesakes(a, b)
    return not a.surnames and not b.surnames and has_texts and _abstracts_differ(a, b)


def _are_namesakes(a: Comparable, b: Comparable) -> bool:
    """Whether the authors have nothing but family names in common, and title and texts do not make up for that."""
    shared = a.surnames & b.surnames
    if not shared or any(_initials_agree(a.initials[name], b.initials[name]) for name in shared):
        return False
    if (a.name_words & b.name_words) - shared:
        return False
    if a.has_abstract and b.has_abstract and (_abstracts_alike(a, b) or _abstracts_differ(a, b)):
        return _abstracts_differ(a, b)
    return a.weight < titles.TELLING or a.placed.path == b.placed.path


def _initials_agree(initials: set[str], others: set[str]) -> bool:
    return "" in initials or "" in others or not initials.isdisjoint(others)


def _share_a_host(a: Comparable, b: Comparable) -> bool:
    """Whether their pages differ, but are of one site, which knows its papers apart."""
    return _differ(a.page, b.page) and a.page.partition("/")[0] == b.page.partition("/")[0]


def _abstracts_agree(a: Comparable, b: Comparable) -> bool:
    """Whether they have one abstract, and the titles do not tell that it only stands with both."""
    if not _abstracts_equal(a, b):
        return False
    if not a.title or not b.title:
        return a.title == b.title and (is_recognisable(a) or (bool(a.page) and a.page == b.page))
    words = (a.entry.title or "", b.entry.title or "")
    if (
        not a.has_abstract
        or a.title == b.title
        or titles.are_numbered(*words)
        or (a.surnames and b.surnames and not authors_agree(a, b))
        or not (_speaks_of(a, words[0]) or _speaks_of(a, words[1]))
    ):
        return False
    return titles.are_alike(*words) or bool(a.surnames and b.surnames and a.placed.path != b.placed.path)


def _speaks_of(node: Comparable, title: str) -> bool:
    """Whether an abstract has words of a title: a notice or the description of a journal has none."""
    subject = titles.subject(title)
    found = sum((word[:_STEM] if match_mode(word) == ANYWHERE else f" {word[:_STEM]}") in node.text for word in subject)
    return found > 0 and found >= _SPOKEN_OF * len(subject)


def is_same(a: Comparable, b: Comparable) -> bool:
    """Whether there is evidence enough that two entries are one paper, and none against it."""
    if _ids_differ(a, b):
        return False
    if _ids_agree(a, b) or a.name == b.name:
        return True
    return not _stand_apart(a, b) and (_titles_agree(a, b) or _abstracts_agree(a, b))


def must_differ(a: Comparable, b: Comparable) -> bool:
    """Whether two entries cannot be one paper, whatever else is known of them."""
    if _ids_differ(a, b):
        return True
    if _ids_agree(a, b) or a.name == b.name:
        return False
    return _stand_apart(a, b) or (bool(a.title) and a.title == b.title and _conflict(a, b))


def continues(before: Comparable, now: Comparable) -> bool:
    """Whether an entry is one that its source gave earlier and no longer gives as it was: a title was mended, a page
    moved, a guid made anew."""
    pages, guids = (before.page, now.page), (before.entry.guid, now.entry.guid)
    same = [_agree(*pair) for pair in (pages, guids)]
    differ = [_differ(*pair) for pair in (pages, guids)]
    same_text = before.entry.authors == now.entry.authors and before.abstract == now.abstract
    same_day = before.entry.day == now.entry.day
    if before.title != now.title or not now.title:
        is_one = all(same) or (any(same) and not any(differ) and same_day and now.entry.day is not None)
        return is_one and same_text and (now.has_abstract or bool(now.surnames))
    if _dois_contradict(before, now):
        return False
    if any(same) and not any(differ):
        return same[1] or now.weight > titles.GENERIC or not _days_differ(before, now)
    if not same_text:
        return False
    if _days_differ(before, now):
        return now.weight == titles.TELLING and _says_enough(now) and (same[0] or not any(differ))
    return same[0] or _says_enough(now) or (not any(differ) and same_day)


def _dois_contradict(before: Comparable, now: Comparable) -> bool:
    """Whether they have DOIs of different papers: not one cut short, nor those of a preprint and what became of it."""
    if not before.doi or not now.doi or before.doi.startswith(now.doi) or now.doi.startswith(before.doi):
        return False
    return set(dois_of(before.entry)).isdisjoint(dois_of(now.entry))


def _says_enough(node: Comparable) -> bool:
    """Whether there is so much of an entry that another with the same words is the same."""
    if node.weight == titles.GENERIC:
        return False
    return node.has_abstract or (bool(node.surnames) and (node.weight == titles.TELLING or node.entry.day is not None))


def shingles(text: str) -> set[str]:
    """Every run of eight words of a text, as search has them: what a quotation and its original have in common."""
    words = search_words(text).split()
    return {" ".join(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1)}


def shared_shingles(text: str, shingles: Collection[str], openings: Collection[str]) -> set[str]:
    """`shingles(text)` as far as they are in `wanted`, whose first words are the `openings`. Most texts have none."""
    words = search_words(text).split()
    starts = [i for i, word in enumerate(words) if word in openings]
    return {run for i in starts if (run := " ".join(words[i : i + _SHINGLE])) in shingles}


def is_quoted(quote: set[str], text: set[str]) -> bool:
    """Whether a passage stands in a text, both given as shingles: three runs of words shared, or all of a short one."""
    return bool(quote) and len(quote & text) >= min(3, len(quote))
