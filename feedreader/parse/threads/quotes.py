"""Passages in what people write that look quoted from a paper's abstract. PURE.

Such a passage is long, without small talk and without the writer's "I", and it either speaks as abstracts
do ("In this work, we …", "The authors propose …") or stands where one is expected: right after a title, or
after "From the abstract:". What is quoted by mistake does no harm: a quote counts only where it is found again.
"""

from __future__ import annotations

import re

_FEWEST = 20  # words: a passage below this is no recognisable quote
_CLEAR = 40  # words that a post must quote to stand for a paper it does not name

_VERBS = (
    r"(?:propose|present|introduce|show|demonstrate|study|find|found|develop|investigate|describe|consider|evaluate|"
    r"prove|provide|explore|unify|analy[sz]e|report|achieve|argue|address|design|formulate|derive|observe|establish|"
    r"examine|conduct|train|obtain)"
)
_REGISTER = re.compile(
    r"\b(?:in this (?:work|paper|article|study|letter|survey)|"
    rf"(?:we|they|authors) (?:also |further |then |first )?{_VERBS}|"
    r"this (?:paper|work|article|parametri[sz]ation) \w+s\b|"
    r"our (?:method|approach|model|results|experiments|algorithm|framework)s?|"
    r"state[- ]of[- ]the[- ]art|outperform\w*|experiments (?:show|demonstrate)|experimental results|"
    r"superior performance)\b",
    re.IGNORECASE,
)
_SMALL_TALK = re.compile(
    r"\b(?:I|I['’]\w+|me|my|mine|you|your|imo|imho|btw|lol|fav|wow|thanks|really|awesome|amazing|cool|love|hey|guys|just|"
    r"(?:exciting|interesting|great|nice|incredible) (?:new )?(?:paper|work|idea|read))\b|!|:[a-z_]{3,20}:",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\A(?:from the )?abstract\s?[:.–—-]\s*", re.IGNORECASE)
_ANNOUNCEMENT = re.compile(
    r"\b(?:abstract|(?:as per|from|to quote|quoting) the (?:paper|authors))\W*\Z|\babstract:\W*\Z", re.IGNORECASE
)
_PASSAGE = re.compile(r"[“\"«]([^“”\"«»]{90,4000})[”\"»]")


def is_personal(text: str) -> bool:
    """Whether somebody speaks for himself, or to others."""
    return _SMALL_TALK.search(text) is not None or "?" in text


def announces_a_quote(text: str) -> bool:
    """Whether a paragraph ends so that the abstract must follow: "From the abstract:"."""
    return _ANNOUNCEMENT.search(text[-80:]) is not None


def quotes_within(text: str, expected: bool = False) -> list[str]:
    """The passages that look quoted; `expected`: the place is one where abstracts are quoted."""
    bare = _LABEL.sub("", text)
    expected = expected or bare != text

    def is_quote(passage: str) -> bool:
        long = len(passage.split()) >= _FEWEST
        return long and not _SMALL_TALK.search(passage) and (expected or _REGISTER.search(passage) is not None)

    if is_quote(bare):
        return [bare.strip('“”" ') if bare[0] in '“"' and bare[-1] in '”"' else bare]
    return [match[1].strip() for match in _PASSAGE.finditer(text) if is_quote(match[1])]


def is_clearly_quoted(text: str) -> bool:
    """Whether a paragraph quotes so much of an abstract that it tells which paper is meant."""
    return any(len(quote.split()) >= _CLEAR for quote in quotes_within(text))
