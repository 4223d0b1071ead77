"""Names of authors as sources write them, taken apart: family, given, particles, suffix. Pure.

Whoever needs an author's family name asks here: merging, the list, search, citation keys, exports and file names.

No rule knows all names of the world. These hold for most papers: the last word is the family, with the small words
before it ("van der", "Le") as its particle; a comma puts the family first, and so do initials behind it ("Clarke EM")
and capitals ("SMITH John"); what is written in Chinese, Japanese or Korean begins with it; a body of people, and a name
of one word, is not taken apart. Chinese, Vietnamese and Hungarian names in Latin letters may have either order: there
is no guess, the last word is taken.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from feedreader.text.normalize import normalize


class AuthorName(NamedTuple):
    """A name's parts; a `literal` is not split, and is in `family`."""

    family: str
    given: str = ""
    particle: str = ""
    suffix: str = ""
    literal: bool = False

    @property
    def surname(self) -> str:
        """The family name in full: "van Beethoven", "Le Roux"; of a literal, all of it."""
        return f"{self.particle} {self.family}" if self.particle else self.family

    @property
    def core(self) -> str:
        """The family name without its particles, small or capital: "Beethoven", "Roux"."""
        words = self.family.split(" ")
        start = next((n for n, word in enumerate(words) if word not in _PARTICLES | _CAPITAL_PARTICLES), 0)
        return " ".join(words[start:])

    @property
    def sorted(self) -> str:
        """Family first, as an index has it: "van Beethoven, Ludwig"."""
        return ", ".join(part for part in (self.surname, self.given, self.suffix) if part)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The patterns, but for the two that most names meet, are compiled when they are first used: a start is sooner.
_RECENT = 8192  # names whose parts are remembered: a list asks for the same ones at each step
_LONGEST = 200  # characters; what is longer is no name

_BODIES = _words(
    "collaboration collaborations collab consortium consortia team teams group groups initiative project institute "
    "institut university universität université universidad laboratory laboratories lab labs foundation committee "
    "council association society network alliance observatory center centre community contributors research department "
    "ministry school academy partnership company corporation agency organization organisation workshop investigators "
    "experiment survey telescope program programme editors panel trialists federation coalition hospital deepmind inc "
    "ltd llc gmbh corp"
)
REMARK = (  # behind a name: its form in another script, for whom the author speaks, that there are others
    r"\s*(\([^()]*\)|\[[^][]*\]|\b(?:and others|et\.? al)\b\.?|\bon behalf of\s.+"
    r"|\bfor (?:the\s)?(?:.*\s)?[Cc]ollaborations?)\Z"
)
_OTHERS = (
    r"(?i:(?:and\s+)?(?:et\.?\s*al(?:ii|ia)?\.?|et\s+coll\.|u\.\s?a\.|y otros|и др\.|等|…|\.{3,9}"
    r"|(?:\d+\s+|many\s+)?(?:others|(?:more|additional|other) authors(?: not shown)?))[\s.,]*)"
)
_DEGREES = r"Ph\.?\s?D|D\.?Phil|M\.?Phil|Pharm\.?D|[BMD]\.?Sc|Sc\.?D|Dr\.?PH"
_SUFFIX = rf"(?i:(?:jr|sr|ii|iii|iv|vi{{1,3}}|3rd|2nd|4th|m\.?d|esq|{_DEGREES})\.?)"  # behind a comma
_BARE_SUFFIX = rf"(?:[JSjs]r|II|III|IV|VII|VIII|ii|iii|iv|2nd|3rd|4th|Esq|{_DEGREES})\.?"  # without one
_CAPITAL_SUFFIXES = _words("JR SR MD JR. SR. M.D. VI MBA MPH FRS")  # behind one word they are initials
_LETTERS_BEHIND = _words(  # a comma and two words: "Jane Roe, MS"; behind one they are initials, too
    "BA BS BSN CFA CPA DDS DO DVM FACP FACS FRCP FRS JD LLM MA MBA MBBS MPH MS MSN MSW PE RN"
)
_GENERATIONS = _words("Filho Neto Júnior Junior Sobrinho")  # Brazilian: part of the family name
_INITIALS = (
    r"(?:[^\W\d_]\.-?){1,4}|[^\W\d_]-[^\W\d_]\.|[^\W\d_]|[A-ZÀ-ÞА-Я]-?[A-ZÀ-ÞА-Я]|[B-DF-HJ-NP-TV-Z]{3}"
    r"|(?:Ch|Dm|Dz|Dzh|Kh|Sh|Ts|Ya|Ye|Yu|Zh)\."  # one letter in Russian
)
_SHORT_FAMILIES = _words(  # as in "Jie LI"
    "AI AN BI BO DO DU FU GE GO GU HA HE HO HU KE KO LE LI LU LV LY LÜ MA NG NI OH QI SU TA TU VO VU WU XI XU YE YI YU "
    "ÖZ KIM LEE LIM LIN LIU PAN SHI SUN TAN XIE YAN YIN ZHU"
)
_PARTICLES = _words(
    "'t ’t `t 's ’s af al an ap auf av aus ben bin bint da dal dalla das de de' de’ degli dei del dell' della delle "
    "dello den der des di do dos du el het ibn im in la las le lo los op te ten ter uit ul und ur van vande vanden vom "
    "von zu zum zur"
)
_OPENING_PARTICLES = _words("van von vom zu zum zur ten ter af av")  # what is behind them is all of the family
_CAPITAL_PARTICLES = _words(
    "Abd Abdel Abou Abu Ait Al Aït Bar Ben D' Da Dal Dalla De Degli Dei Del Dell' Della Delle Dello Den Der Des Di Dos "
    "Du El Ibn La Las Le Lo Los Mac Mc Nic Ní O' Op Ould Saint Sainte San St St. Ten Ter Uí Vanden Vander Van Von Ó"
)
_ARABIC = _words("Bin Bint")  # and Chinese and Korean given names, before families of one syllable
_ONE_SYLLABLE = r"[^aeiou]*[aeiouy]+(?:ng?|rk?|[mklphw])?"
_CONNECTIVES = _words("e i y")  # Ramón y Cajal
_VIETNAMESE = _words(  # families, beside which "Van" and "Le" are names of their own
    "Bui Cao Dang Dao Dinh Do Doan Duong Hoang Huynh Le Luong Ly Ngo Nguyen Pham Phan Tran Trinh Truong Vo Vu"
)
_EASTERN = (("\u2e80", "\u9fff"), ("\uac00", "\ud7af"), ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff"))
_NO_JOINTS = str.maketrans(dict.fromkeys("-‐'’"))
_TEX = re.compile(r"[\\$^_{}~`]|--")
GLUED_INITIALS = re.compile(r"[A-ZÀ-ÞĀ-ŽΑ-ΩА-Я][A-ZÀ-ÞĀ-ŽΑ-ΩА-Я]")  # what may be such, as in "Clarke EM"
_PLAIN = re.compile(r"(?:[A-Z](?:[a-z.-][A-Za-z.-]*)? )+[A-Z][a-z][A-Za-z-]*")
_NOT_PLAIN = (
    _BODIES
    | _words("the and others authors force jr sr ii iii iv phd md esq")
    | {word.lower() for word in _CAPITAL_PARTICLES | _ARABIC | _GENERATIONS}
)


def is_plain(text: str) -> bool:
    """Whether this is a name in ASCII whose last word is the family, and all before it given, beyond question."""
    return _PLAIN.fullmatch(text) is not None and _NOT_PLAIN.isdisjoint(text.lower().split())


def surname(text: str) -> str:
    """The `surname` of `parse_name`, sooner: a list asks for many."""
    return text[text.rindex(" ") + 1 :] if is_plain(text) else parse_name(text).surname


def name_words(name: str) -> list[str]:
    """The words of a name, the family name last: "LeCun, Yann" is "yann lecun". "Jr." and "et al." are left out."""
    if is_plain(name) and not GLUED_INITIALS.search(name):  # it would stay as it is
        return normalize(name).split(" ")
    parts = parse_name(without_remark(name))
    given = " ".join(" ".join(word) if is_initials(word) and word.isalpha() else word for word in parts.given.split())
    return normalize(f"{given} {parts.surname}").split(" ")


def without_remark(name: str) -> str:
    """A name without the remarks behind it; itself if it is nothing else."""
    while len(name) <= _LONGEST and (bare := re.sub(REMARK, "", name)) not in ("", name):
        name = bare
    return name


def is_others(text: str) -> bool:
    """Whether this stands for authors that are not named: "et al."."""
    return re.fullmatch(_OTHERS, text.strip()) is not None


@lru_cache(maxsize=_RECENT)
def is_suffix(text: str) -> bool:
    """Whether this, behind a comma, belongs to the name before it: "Jr.", "III", "PhD"."""
    return re.fullmatch(_SUFFIX, text.strip()) is not None


@lru_cache(maxsize=_RECENT)
def parse_name(text: str) -> AuthorName:
    """The parts of a name, "First Last" or "Last, First", its TeX as Unicode; all that is in it is in one of them."""
    if is_plain(text):
        given, _, family = text.rpartition(" ")
        return AuthorName(family, given)
    if _TEX.search(text):
        from feedreader.text.tex.to_unicode import to_unicode

        text = to_unicode(text)
    text = " ".join(text.split()).strip(" ,;")
    if "," in text:
        text = re.sub(r"\s*,\s*", ", ", text)
    if " " not in text or len(text) > _LONGEST or is_others(text):
        return AuthorName(text, literal=True)
    if remark := re.search(REMARK, text):
        return _with_remark(parse_name(text[: remark.start()]), remark[1])
    if _is_body(text):
        return AuthorName(text, literal=True)
    if "," in text:
        return _with_commas([part.strip() for part in text.split(",")]) or AuthorName(text, literal=True)
    return _in_order(text.split())


def _is_body(text: str) -> bool:
    """Whether a name is that of an institution or a group, or of several people."""
    lower = text.lower()
    return (
        not _BODIES.isdisjoint(lower.replace(",", " ").replace(".", " ").split())
        or lower.startswith(("the ", "for the ", "on behalf of "))
        or " of the " in lower
        or " and " in text
        or " & " in text
        or " task force" in lower
        or text.endswith((" AI", " AGI"))
        or ": " in text  # "CMS Collaboration: A. Person": a body, and who speaks for it
    )


def _with_remark(name: AuthorName, remark: str) -> AuthorName:
    """A name with the remark behind it: its form in another script, or on whose behalf it is."""
    if name.literal:
        return name._replace(family=f"{name.family} {remark}".strip())
    return name._replace(given=f"{name.given} {remark}".strip())


def _with_commas(parts: list[str]) -> AuthorName | None:
    """ "Last, First", "Last, Jr., First", "Last, First, Jr." or "First Last, Jr."; None if it is none of them."""
    words = parts[0].split()
    letters = _LETTERS_BEHIND if len(words) > 1 and words[0] not in _PARTICLES | _CAPITAL_PARTICLES else frozenset()
    suffixes = [part for part in parts[1:] if re.fullmatch(_SUFFIX, part) or part in letters]
    others = [part for part in parts[1:] if part not in suffixes]
    if len(others) > 1 or not all(parts):
        return None
    if not others:
        name = _in_order(words)
        return name._replace(suffix=" ".join(filter(None, (name.suffix, *suffixes))))
    given = others[0].split()
    suffixes = [*_taken_suffixes(words), *_taken_suffixes(given), *suffixes]
    small = len(given) - len(list(takewhile(_PARTICLES.__contains__, given[:0:-1])))  # "Oord, Aäron van den"
    particle, family = _particle(words)
    particle = " ".join(filter(None, (*given[small:], particle)))
    return AuthorName(family, " ".join(given[:small]), particle, " ".join(suffixes))


def _in_order(words: list[str]) -> AuthorName:
    """A name without commas."""
    eastern = [word for word in words if _is_eastern(word)]
    if len(words) == 1 or len(eastern) == len(words):
        return AuthorName(words[0], " ".join(words[1:]))
    if eastern:  # the same name again, in Latin letters
        return _with_remark(_in_order([word for word in words if word not in eastern]), " ".join(eastern))
    suffixes = _taken_suffixes(words)
    initials = _taken_initials(words)
    suffix = " ".join([*_taken_suffixes(words), *suffixes])
    if not initials and (capitals := _family_in_capitals(words)):
        return AuthorName(" ".join(capitals[1]), " ".join(capitals[0]), "", suffix)
    start = _family_start(words, bool(initials))
    particle, family = _particle(words[start:])
    return AuthorName(family, " ".join([*words[:start], *initials]), particle, suffix)


def _family_in_capitals(words: list[str]) -> tuple[list[str], list[str]] | None:
    """Given and family name, if the family's words are told by their capitals: "SMITH John", "Ana GARCÍA RUIZ"."""
    kinds = "".join(map(_capitals, words))
    if match := re.fullmatch(r"(p*F[Fp]*)[a.]*a[a.]*", kinds):
        return words[match.end(1) :], words[: match.end(1)]
    if match := re.fullmatch(r"[a.]*a[a.]*([pFC]+[FC])", kinds):
        return words[: match.start(1)], words[match.start(1) :]
    return None


def _capitals(word: str) -> str:
    """A word in capitals as p (particle), F (family) or C (that, or initials: KMA); as . initials, as a all others."""
    if word in _SHORT_FAMILIES:
        return "F"
    if word.isupper() and word.lower() in _PARTICLES:
        return "p"
    if is_initials(word):
        return "."
    if not (word.isupper() and word.translate(_NO_JOINTS).isalpha()):
        return "a"
    return "F" if len(word) > 3 and re.search(r"[AEIOUY]|[^A-Z]", word) else "C"


def _is_eastern(word: str) -> bool:
    """Whether it is written in Chinese, Japanese or Korean."""
    return all(any(first <= character <= last for first, last in _EASTERN) for character in word)


def _taken_suffixes(words: list[str]) -> list[str]:
    """The suffixes at the end, which are taken off."""
    end = len(words)
    while end > 1 and (re.fullmatch(_BARE_SUFFIX, words[end - 1]) or (end > 2 and words[end - 1] in _CAPITAL_SUFFIXES)):
        end -= 1
    suffixes = words[end:]
    del words[end:]
    return suffixes


def _taken_initials(words: list[str]) -> list[str]:
    """The initials behind a family name, which are taken off: of "Smith JR" J and R; none of "A. T." or "Jie LI"."""
    end = len(words)
    while end and is_initials(words[end - 1]):
        end -= 1
    if not end or (words[end - 1].isupper() and any(word.isalpha() and len(word) > 1 for word in words[end:])):
        return []
    initials = [" ".join(word) if word.isalpha() else word for word in words[end:]]
    del words[end:]
    return initials


def is_initials(word: str) -> bool:
    """Whether a word is initials, also without points and blanks: E.M., EM, E."""
    return re.fullmatch(_INITIALS, word) is not None and word not in _SHORT_FAMILIES


def _family_start(words: list[str], has_given: bool) -> int:
    """At which word the family name begins, its particles included. Before it stands a given name, unless there is
    one elsewhere (`has_given`), or the particles can be none: "van Gogh", "De la Cruz"."""
    last = start = len(words) - 1
    if last > 1 and all(map(str.isupper, words)):  # J. VAN DER BERG
        words = [word.lower() if word.lower() in _PARTICLES else word.capitalize() for word in words]
    if start > 1 and words[start] in _GENERATIONS and not is_initials(words[start - 1]):
        start -= 1
    if start > 2 - has_given and words[start - 1] in _CONNECTIVES:
        start -= 2
    particles = _PARTICLES
    if words[last] not in _VIETNAMESE and not (last > 1 and words[0] in _VIETNAMESE):
        particles = particles | _CAPITAL_PARTICLES
    if re.fullmatch(_ONE_SYLLABLE, words[last].lower()) is None:
        particles = particles | _ARABIC
    while start and words[start - 1] in particles:
        start -= 1
    start = next((place for place in range(1, start) if words[place] in _OPENING_PARTICLES), start)
    whole = has_given or not (words[last].islower() or _PARTICLES.isdisjoint(words[:2]))
    return start if whole or not last else max(start, 1)


def _particle(words: list[str]) -> tuple[str, str]:
    """The small words at the front, and the family behind them, which has at least one word."""
    small = len(list(takewhile(_PARTICLES.__contains__, words[:-1])))
    return " ".join(words[:small]), " ".join(words[small:])
