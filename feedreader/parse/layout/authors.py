"""Lines of authors: taking them apart, and telling them from titles and from prose.

No rule knows names from other capitalised words. What is used: authors are lists of short pieces,
each of them capitalised words, initials and particles, without the words that titles are made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from feedreader.text.author_names import is_suffix
from feedreader.text.lines import ends_in_hyphen, goes_over, join_wrapped, squash


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# ── taking apart ─────────────────────────────────────────────────────────────────────────────────

ET_AL = "et al."  # an author of this name stands for those that are not named
_LABEL = re.compile(r"(?:authors?|authors?\s?\(s\))\s*:\s*|by(?::\s*|\s+)(?=[^\W\d_])", re.IGNORECASE)
_AND_OTHERS = re.compile(  # numbers of further authors say nothing; whatever else stands for them is "et al."
    r"(?:\A|[\s,;&]|\band\b)\s?(?:and\s)?(?:(et\.?\s?al(?:ii|ia)?\b\.?|(?:\d+\s|many\s|several\s)?others\b|"
    r"(?:\d+|many|several)\smore\b|等人?|…|\.{3,9})|"
    r"(?:\d+\s)?(?:more|additional|other|further)\s(?:co-?)?authors(?:\snot shown)?)[\s.,;]{0,9}\Z",
    re.IGNORECASE,
)
_MARKS = " ,;*∗⋆★†‡§¶‖#¹²³⁰⁴⁵⁶⁷⁸⁹✉"  # behind a name
_RAISED = re.compile(  # what is set above the line: $^{1,2}$, ^*, but no accent of TeX
    r"\$?(?<!\\)\^\s?(?:\{[^{}]{0,40}\}|\([^()]{0,40}\)|\\[a-z]{1,20}|[\w*†‡§¶#∗](?:,[\w*†‡§¶#∗])*)\$?"
    r"|\\(?:thanks|inst|orcid(?:link)?|footnotemark|textsuperscript)(?:\[[^\[\]]{0,20}\])?\{[^{}]{0,200}\}"
)
_CONTACT = re.compile(  # an e-mail address, an ORCID
    r"[<\[]?\b[^\s@<>()\[\],;]{1,64}@[\w.-]{1,255}[>\]]?|<?(?:https?://)?orcid\.org/[\dX-]{1,30}>?|"
    r"\[?(?:\borcid(?:\sid)?\b:?\s?)?\b\d{4}-\d{4}-\d{4}-\d{3}[\dX]\b\]?|\[orcid\]",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(r"(?<=[^\W\d_]{2})(?:\d{1,2}|\s[a-h])\Z")
_SEPARATOR = re.compile(r"\s+[·•/]\s+|[|、，；]|(?<=[\u3400-\u9fff\uac00-\ud7af])・|(?<=[\uac00-\ud7af])\s?·")
_COMMA = re.compile(r"\s*,\s*(?:(?:and|\\?&)\s+(?=\S))?", re.IGNORECASE)
_AND = re.compile(r"\s+(?:and|\\?&)\s+", re.IGNORECASE)
_AND_THE = re.compile(r"\s+(?:and|\\?&)\s+(?=the\s|for\s|on behalf)", re.IGNORECASE)
_EASTERN_AND = re.compile(r"([\u3400-\u9fff]{2,4})[和与與及]([\u3400-\u9fff]{2,4})")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[- ]?){1,4}")
_BODY = r"(?:Collaborations?|COLLABORATIONS?|collaborations?|Consorti(?:um|a)|Teams?|Group|Initiative|Task Force)"
_BODY_SPEAKS = re.compile(rf"(?<=\s)({_BODY})\s?:\s")  # "CMS Collaboration: A. Person"
FOR_A_BODY = re.compile(
    r"(?:,\s*|\s+)(?:\(\s*)?(?=(?:for|on behalf of)\s(?:the\s)?(?:[^,;()]{0,200}\s)?"
    r"(?:[Cc]ollaborations?|[Cc]onsorti(?:um|a)|[Tt]eam|[Gg]roup)\b)"
)
_PLACE = re.compile(r"\b(?:Univ|Inst|Lab|Dep|College|School|Cent(?:er|re)\b|Hospital|Academ|[A-Z]{3,} )")
_PARTICLES = _words(
    "de del della di da das do dos du la le lo van von der den ter ten te het 't zu zur zum vom los las af av y e i "
    "bin ibn al el ben bint abu san st st. dei degli op"
)
_GENERATION = re.compile(r"[JS]r\.?|I{2,3}|IV")
_SENTENCE_END = re.compile(r"[^\W\d_][a-zß-öø-ÿ]{2}\.\Z")
_BRACKETS = str.maketrans("[]", "()")
_NICKNAME = re.compile(r"[^\W\d_][^\W\d_]*[^\W\d_A-Z]")


def _begins_a_name(text: str, start: int, end: int, inner: str) -> bool:
    """Whether behind the parentheses from `start` to `end` another name begins: "Ann Lee (MIT) Bob Ray"."""
    before = re.split(r"[,;()]|\sand\s", text[max(0, start - 60) : start])[-1].split()
    after = re.split(r"[,;()]|\sand\s", text[end : end + 60], maxsplit=1)[0].split()
    if len(before) < 2 or not after or after[0][0].islower():
        return False
    if any(c.isdigit() for c in inner):
        return True
    return len(after) > 1 and (_NICKNAME.fullmatch(inner) is None or (len(before[-1]) > 2 and len(after[0]) > 1))


def _without_affiliations(text: str) -> tuple[str, list[str]]:
    """The text without parentheses that end a name ("(MIT)", "(1 and 2)"), and the collaborations named in such.

    Suffixes, nicknames and names in another script stay, where they were.
    """
    if "(" not in text:
        return text, []
    kept: list[str] = []
    bodies: list[str] = []
    depth = start = done = 0
    for match in re.finditer(r"[()]", text):
        if match[0] == "(":
            start = match.start() if depth == 0 else start
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                inner = text[start + 1 : match.start()].strip()
                follows = text[match.end() : match.end() + 5].lstrip().lower()
                ends_a_name = not follows or follows[0] in ",;(&.|" or follows.startswith("and ")
                legible = not inner or any(c.isascii() and c.isalnum() for c in inner)
                another = not ends_a_name and legible and _begins_a_name(text, start, match.end(), inner)
                if _names_a_body(inner):
                    bodies.append(inner)
                elif not ((ends_a_name or another) and legible and not is_suffix(inner)):
                    continue
                kept.append(text[done:start].rstrip() + ("," if another else ""))
                done = match.end() + (follows[:1] == "." and follows[1:2] in ("", " ", "("))
    kept.append(text[done : start if depth else len(text)])
    return "".join(kept), bodies


def _names_a_body(text: str) -> bool:
    """Whether what stands in parentheses is a collaboration (and not for whom an author speaks)."""
    return len(text) < 200 and re.fullmatch(rf"(?!for |on behalf )[^\d,;]*\s{_BODY}", text) is not None


def _without_others(text: str) -> tuple[str, bool]:
    """The text without "et al." or "… and 12 more" at its end, and whether it said "et al."."""
    match = _AND_OTHERS.search(text, max(0, len(text) - 60))
    return (text[: match.start()], match[1] is not None) if match else (text, False)


def _surname_first(name: str) -> str:
    """ "Last, First" as "First Last"; anything else as it is."""
    last, *others = (part.strip() for part in name.split(","))
    suffixes = [part for part in others if is_suffix(part)]
    first = [part for part in others if not is_suffix(part)]
    if len(first) != 1 or (first[0].isupper() and len(first[0]) > 2 and "." not in first[0]):
        return name
    if " " in last and _PLACE.search(first[0]):
        return last  # "Ann Lee, University of Here"
    given, _, end = first[0].rpartition(" ")
    if given and is_suffix(end):
        first, suffixes = [given], [*suffixes, end]
    return " ".join((*first, last, *suffixes))


def _by_and(text: str) -> list[str]:
    if eastern := _EASTERN_AND.fullmatch(text):
        return [eastern[1], eastern[2]]
    return (_AND_THE if text.endswith("ollaborations") else _AND).split(text)


def _pieces(text: str) -> list[str]:
    if ";" in text:
        return [_surname_first(name) for part in text.split(";") for name in _by_and(part.strip())]
    parts = _by_and(text)
    if len(parts) > 1 and all(map(_is_surname_first, parts)):
        return [_surname_first(part) for part in parts]
    names = [name for part in _COMMA.split(text) for each in _by_and(part) if (name := each.strip())]
    persons = [name for name in names if not _is_no_part(name)]
    if len(persons) > 1 and len(persons) % 2 == 0 and _alternate(persons[::2], persons[1::2]):
        return [*_turned(names)]
    return names


def _is_no_part(piece: str) -> bool:
    """Whether a piece of a list is neither a family's name nor a given one: "Jr.", a collaboration."""
    return _GENERATION.fullmatch(piece) is not None or _names_a_body(piece)


def _turned(names: Iterable[str]) -> Iterator[str]:
    """The names of a list in which families and given names take turns."""
    last = ""
    for name in names:
        if not last and _is_no_part(name):
            yield name
        elif last and not _GENERATION.fullmatch(name):
            yield f"{name} {last}"
            last = ""
        else:
            last = f"{last} {name}".strip()


def _is_surname_first(text: str) -> bool:
    """Whether this is one name, "Last, First" or "Last, First, Jr."."""
    last, *others = (part.strip() for part in text.split(","))
    first = [part for part in others if not is_suffix(part)]
    words = [word for word in last.split() if word not in _PARTICLES]
    return len(first) == 1 and (len(words) == 1 or (len(words) == 2 and len(first[0].split()) == 1))


def _alternate(lasts: Sequence[str], firsts: Sequence[str]) -> bool:
    """Whether families and given names (or initials) take turns: "Lee, A., Ray, B. C."."""
    if all(map(_is_initials, firsts)):
        return True
    if any(len([word for word in last.split() if word not in _PARTICLES]) != 1 for last in lasts):
        return False
    return len(lasts) > 1 and all(_is_initials(first.split()[-1]) for first in firsts)


def _is_initials(text: str) -> bool:
    """`J. R.` and `JR`, but not `Bo Li` or `A. Wu`."""
    return text.isupper() and bool(_INITIALS.fullmatch(text))


def _bare(piece: str) -> str:
    """A piece of a list as a name: without "and" before it and marks behind it."""
    name = re.sub(r"\A(?:and|&)(?:\s+|\Z)", "", piece.strip(_MARKS)).strip(_MARKS)
    name = name.rstrip(")") if ")" in name and "(" not in name else name
    name = _FOOTNOTE.sub("", name).strip(_MARKS)
    return name[:-1] if len(name) > 4 and _SENTENCE_END.search(name) else name


def split_authors(text: str) -> tuple[str, ...]:
    """The authors named in a line (or several, joined), each "First Last".

    Commas, semicolons and "and" separate; affiliations in parentheses, addresses and marks are left out; a
    collaboration is an author of its own, behind those that it stands with; suffixes ("Jr.") stay with their name;
    "Last, First; Last, First" is turned round. "et al." is kept, at the end; numbers of further authors are not.
    """
    text = squash(text)
    if label := _LABEL.match(text):
        text = text[label.end() :]
    if "^" in text or "\\" in text:
        text = _RAISED.sub("", text)
    text, bodies = _without_affiliations(_SEPARATOR.sub(", ", text.translate(_BRACKETS)))
    if "@" in text or "-" in text or "orcid" in text.lower():
        text = _CONTACT.sub("", text)
    text = FOR_A_BODY.sub(", ", _BODY_SPEAKS.sub(r"\1, ", text))
    names: list[str] = []
    others = False
    for piece in (*_pieces(text), *bodies):
        text, more = _without_others(piece)
        others = others or more
        name = squash(_bare(text))
        if name and names and is_suffix(name):
            names[-1] += " " + name
        elif (
            any(c.isalpha() for c in name) and not (name in bodies and name in names) and len(name) + name.isupper() > 1
        ):
            names.append(name)
    return (*names, ET_AL) if others and names else tuple(names)


def stated_apart(names: Sequence[str], listed: str = "") -> tuple[str, ...]:
    """The authors of a list with one each, "et al." at its end, numbers of further ones left out.

    Where the source has all of them in one string too (`listed`), what only that says of others, or of collaborations,
    is put behind.
    """
    others = False
    kept: list[str] = []
    for name in names:
        text, more = _without_others(name)
        others = others or (more and not text)
        kept += [re.sub(r"\A(?:and|&)\s+", "", name)] if text.strip(" (") else []
    if "ollaboration" in listed or "et al" in listed or "others" in listed:
        more_names = split_authors(listed)
        others = others or more_names[-1:] == (ET_AL,)
        known = " ".join(kept).lower()
        kept += [name for name in more_names if _names_a_body(name) and name.lower() not in known]
    return (*kept, ET_AL) if others and kept else tuple(kept)


_ODD = re.compile(r"[^\w ,.'’-]|[\d_]|[^\W\d_]{3}\.")
_NOT_PLAIN = _words(
    "and ... et al others other more additional authors author by for the of inc inc. ltd ltd. llc gmbh"
)


def plain_names(listed: str) -> tuple[str, ...] | None:
    """The names of a list that needs no care: commas part them, and nothing else is there. It is soon seen."""
    if _ODD.search(listed) or needs_care(listed):
        return None
    return tuple(name for part in listed.split(",") if (name := part.strip()))


def needs_care(listed: str) -> bool:
    """Whether a list has words that are no names."""
    words = {*listed.lower().replace(",", " ").split()}
    return not _NOT_PLAIN.isdisjoint(words) or any(map(is_suffix, [word for word in words if len(word) < 6]))


# ── telling apart ────────────────────────────────────────────────────────────────────────────────

_CONNECTIVES = _words(
    "a an the and or nor but of for in on at to by with without within from into via using through over under "
    "between among across against toward towards beyond during per versus vs as than that which who whose how why "
    "what when where is are be can does do not we our you your their its it this these those if"
)
_LEADING_ON = _words(  # no title ends with one of these
    "a an the and or nor of for in on at to by with without within from into via using through over under between "
    "among across against toward towards during per versus vs as than that which whose where is are be can we our "
    "your their its"
)
_TITLE_WORDS = _words(
    "models language learning large llm llms based reasoning model generation agent agents framework data aware "
    "detection efficient multimodal reinforcement retrieval knowledge training graph graphs benchmark evaluation "
    "time systems system human analysis text optimization vision neural adaptive diffusion agentic context driven "
    "towards generative guided prediction image images alignment semantic attention visual augmented inference task "
    "tasks study memory speech network networks understanding video approach classification level code search "
    "robust policy dataset modeling modelling tuning machine domain dynamic dynamics real information safety "
    "foundation recommendation automated transformer transformers medical representation representations temporal "
    "recognition autonomous design control prompt unified distillation enhanced multilingual intelligence "
    "structured latent scaling hierarchical question questions bias hybrid planning uncertainty decision action "
    "segmentation research supervised causal evidence selection adaptation token tokens adversarial federated "
    "translation performance discovery test fusion space spaces architecture architectures reward forecasting audio "
    "social survey clinical state states grounded resource estimation synthesis scientific feature features attacks "
    "attack synthetic sparse flow flows quality compression preference user scalable risk online spatial "
    "personalized thought extraction cognitive assessment contrastive artificial object structure structures "
    "interaction interactions verification theory theories theorem interpretable engineering expert process "
    "processes robustness quantum transfer privacy generalization physics exploration perspective method methods "
    "embedding embeddings evolution mixture mixtures simulation simulations optimal document review instruction "
    "matching languages consistency environment environments energy interactive heterogeneous behavior structural "
    "sequential geometry impact empirical brain sampling software applications application quantization problem "
    "problems perception gradient gradients local global communication motion complex entropy resolution systematic "
    "specific diagnosis continuous distribution distributions identification joint accuracy decomposition iterative "
    "multiple strategies spectral error errors gaussian bayesian stochastic convolutional recurrent variational "
    "autoencoders nets pose algorithm algorithms equation equations algebra algebras manifold manifolds groups "
    "group bounds bound conjecture proof operator operators function functions measurement measurements decay "
    "matter mass phase transition transitions spin magnetic electron electrons neutrino neutrinos holes waves "
    "string strings cosmology galaxy galaxies stellar cluster clusters clustering genes genome genomes protein "
    "proteins cell cells population populations mathematics random linear nonlinear finite infinite discrete mutual "
    "differential partial ordinary compressed sensing strategy introduction overview notes lectures lecture "
    "approximation convergence complexity effect effects role sentence sentences word words machines pipeline "
    "natural science sciences"
)
_TITLE_ENDINGS = re.compile(
    r"(?:[ts]ions?|olog(?:y|ies|ical)|[a-z]ical|[iae]bility|ivity|ality|iz(?:ation|ing|ed)|isation|istics?|ational|"
    r"isms?|[a-z]{3}ments|[a-z]{4}ness|[a-z]{5}[abcdhpstuvwrkz]ing)\Z"
)
_TEX_LETTER = re.compile(r"\\(?:[OoLlij]|ss|AE|ae|AA|aa|OE|oe)(?![A-Za-z])\s?")
_TEX = re.compile(r"\\[A-Za-z]+\s?|\\.|[{}$~]")
_COLLECTIVE = re.compile(
    r"(?:Collaborations?|Team|Consortium|Group|Initiative|Task Force|COLLABORATIONS?|collaborations?)\Z"
)
_NAME_WORD = re.compile(r"(?:[dltDLT]['’]|[ae]l[-'’])?[^\W\d_](?:[^\W\d_]|[.'’`´‐-])*")
_NOT_A_LIST = re.compile(r"[?!=<>]|:\s|://|\w@\w|[.?!]\s+(?:We|In|This|The|Our|It)\s")
_LITTLE_WORDS = re.compile(r"\b(?:the|of|we|is|are|in|that|for|with|which|on|to|by|from|our|this)\b")


def _is_title_word(word: str) -> bool:
    word = word.lower().strip(".,'’")
    return any(part in _TITLE_WORDS or (len(part) > 5 and _TITLE_ENDINGS.search(part)) for part in word.split("-"))


def _name_like(name: str, shouted: bool) -> bool:
    """Whether a piece looks like the name of one person or one collaboration."""
    words = name.split()
    if _COLLECTIVE.search(name):
        return len(words) > 1 and (len(words) < 5 or words[0].lower() in ("the", "for", "on")) and len(words) < 14
    if len(words) > 6:
        return False
    capitals = 0
    for word in words:
        word = word.strip("()'\"“”‘’")
        if word in _PARTICLES:
            continue
        low = word.lower()
        if not _NAME_WORD.fullmatch(word) or _is_title_word(word):
            return False
        if low in _CONNECTIVES and (
            word[0].islower() or low not in ("do", "can", "you", "an", "a", "as", "on", "in", "to", "the")
        ):
            return False
        first = word[2:3] if word[1:2] in ("'", "’") else word[0]
        if first.islower() and word[:3] not in ("al-", "el-"):
            return False
        if not shouted and word.isupper() and len(word) > 3 and not {".", "-"} & set(word):
            return False
        capitals += 1
    return capitals > 0


def author_score(text: str) -> int:
    """How much a line (or several, joined) is one of authors: 2 surely, 1 perhaps, 0 not."""
    if len(text) > 100_000:
        return 0
    bare = squash(_TEX.sub("", _TEX_LETTER.sub("O", text)) if "\\" in text or "{" in text else text)
    if len(bare) < 3 or (bare[0].islower() and bare.partition(" ")[0] not in _PARTICLES and not _LABEL.match(bare)):
        return 0
    if len(_LITTLE_WORDS.findall(bare)) > 2 + len(bare) // 150:
        return 0
    if (label := _LABEL.match(bare)) and label[0][0] in "Aa":
        return 2
    if _NOT_A_LIST.search(_BODY_SPEAKS.sub(r"\1, ", bare)):
        return 0
    names = [name for name in split_authors(bare) if name != ET_AL]
    return _names_score(names, bare.isupper()) if names else 0


def _names_score(names: Sequence[str], shouted: bool) -> int:
    fits = [_name_like(name, shouted) for name in names]
    full = sum(fit and (" " in name or "." in name[:-1]) for name, fit in zip(names, fits, strict=True))
    if not fits[0] or not (full or len(names) == 1):
        return 0
    return 1 + (full > 0 and fits.count(False) * 6 <= len(names) and full * 2 >= len(names))


def looks_like_authors(line: str) -> bool:
    """Whether the line is one of authors beyond reasonable doubt (rather than a title, or the second line of one)."""
    return author_score(line) == 2


_MOST_LINES = 1000
_SHORT = 0.55  # a line that goes on in the next is at least so long, against the longest


def _unfinished(line: str) -> bool:
    """Whether a title cannot end with this line."""
    return (
        line.endswith((",", ":", "–", "—", "&", "(", "/"))
        or ends_in_hyphen(line)
        or line.rpartition(" ")[2].lower() in _LEADING_ON
    )


def _doubts(lines: Sequence[str], k: int, width: int) -> int:
    """How much speaks against a title of the first `k` lines and authors in the others, by where the lines end."""
    longest = max(map(len, lines))
    early = 0
    for i, line in enumerate(lines[:-1]):
        if i != k - 1 and not (i >= k and line.endswith((",", " and", ";"))):
            early += not goes_over(line, lines[i + 1], width) if width else len(line) < longest * _SHORT
    return 2 * _unfinished(lines[k - 1]) + min(early, 1)


def split_header(lines: Sequence[str], width: int = 0) -> tuple[Sequence[str], tuple[str, ...], int]:
    """The lines above an abstract as title lines and authors, and how sure that is: 2 surely, 1 perhaps, 0 no authors.

    Both may be hard-wrapped (`width`: at which column the document is, if it is), and the authors be absent.
    """
    best = (0, 2, 0)
    if len(lines) > _MOST_LINES:
        return lines, (), 0
    for k in range(1, min(len(lines), 12)):
        score = author_score(lines[k])  # cheap, and mostly the end of it
        score = author_score(join_wrapped(lines[k:])) if score and k + 1 < len(lines) else score
        if score == 0 or (score == 1 and goes_over(lines[k - 1], lines[k], width)):
            continue
        rank = score + (width == 0 and "," in lines[k]) - _doubts(lines, k, width)
        if (rank, score) > best[:2]:
            best = (rank, score, k)
    _, score, k = best
    if k == 0:
        score, k = 1, _break_on_purpose(lines, width)
    if k == 0:
        return lines, (), 0
    head, tail = lines[:k], lines[k:]
    if len(tail) > 1 and all(len(split_authors(line)) == 1 and looks_like_authors(line) for line in tail):
        return head, tuple(name for line in tail for name in split_authors(line)), 2
    return head, split_authors(join_wrapped(tail)), score


def _break_on_purpose(lines: Sequence[str], width: int) -> int:
    """How many lines the title has, if the one break that is no wrapping parts title and authors; 0 if it does not."""
    breaks = [k for k in range(1, min(len(lines), 40)) if not goes_over(lines[k - 1], lines[k], width)]
    if len(breaks) != 1 or _unfinished(lines[breaks[0] - 1]) or (width and len(lines[breaks[0] - 1]) > width + 3):
        return 0
    authors = join_wrapped(lines[breaks[0] :])
    names, words = split_authors(authors), authors.split()
    if not names or _NOT_A_LIST.search(authors) or len(words) > 5 * len(names):
        return 0
    small = sum(word[0].islower() and word not in _PARTICLES for word in words)
    fits = small * 3 <= len(words) and (len(names) > 1 or not any(map(_is_title_word, words)))
    return breaks[0] if fits else 0
