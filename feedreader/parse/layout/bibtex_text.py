"""Values of BibTeX fields as people read them: TeX, by which BibTeX writes what is not ASCII, becomes Unicode, but for
formulas; braces go; names are put in the order in which they are read aloud. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedreader.parse.layout.author_lists import author_names
from feedreader.parse.layout.authors import ET_AL
from feedreader.parse.layout.references import name_of, text_of
from feedreader.text.author_names import is_suffix
from feedreader.text.lines import squash
from feedreader.text.tex.to_unicode import to_unicode

_JOURNALS = {  # the commands that ADS writes, as the AAS's style prints them
    "aj": "AJ",
    "araa": "ARA&A",
    "apj": "ApJ",
    "apjl": "ApJL",
    "apjlett": "ApJL",
    "apjs": "ApJS",
    "apjsupp": "ApJS",
    "ao": "Appl. Opt.",
    "apss": "Ap&SS",
    "aap": "A&A",
    "astap": "A&A",
    "aapr": "A&A Rev.",
    "aaps": "A&AS",
    "actaa": "Acta Astron.",
    "azh": "AZh",
    "baas": "BAAS",
    "bac": "Bull. astr. Inst. Czechosl.",
    "caa": "Chinese Astron. Astrophys.",
    "cjaa": "Chinese J. Astron. Astrophys.",
    "fcp": "Fund. Cosmic Phys.",
    "gca": "Geochim. Cosmochim. Acta",
    "grl": "Geophys. Res. Lett.",
    "iaucirc": "IAU Circ.",
    "icarus": "Icarus",
    "jcap": "JCAP",
    "jcp": "J. Chem. Phys.",
    "jgr": "J. Geophys. Res.",
    "jrasc": "JRASC",
    "memras": "MmRAS",
    "jqsrt": "J. Quant. Spec. Radiat. Transf.",
    "memsai": "Mem. Soc. Astron. Italiana",
    "mnras": "MNRAS",
    "na": "New A",
    "nar": "New A Rev.",
    "nat": "Nature",
    "nphysa": "Nucl. Phys. A",
    "pasa": "PASA",
    "pasj": "PASJ",
    "pasp": "PASP",
    "physrep": "Phys. Rep.",
    "physscr": "Phys. Scr",
    "planss": "Planet. Space Sci.",
    "pra": "Phys. Rev. A",
    "prb": "Phys. Rev. B",
    "prc": "Phys. Rev. C",
    "prd": "Phys. Rev. D",
    "pre": "Phys. Rev. E",
    "prl": "Phys. Rev. Lett.",
    "procspie": "Proc. SPIE",
    "psj": "PSJ",
    "qjras": "QJRAS",
    "rmxaa": "RMxAA",
    "skytel": "S&T",
    "solphys": "Sol. Phys.",
    "sovast": "Soviet Ast.",
    "ssr": "Space Sci. Rev.",
    "zap": "ZAp",
}
_BRACES = re.compile(r"(?<!\\)[{}\"]")


def end_of(raw: str, start: int) -> int:
    """Where the brace or quotation mark that opens at a place is closed; the end of the text if it is not."""
    opening, depth = raw[start], 0
    for match in _BRACES.finditer(raw, start):
        sign, place = match[0], match.start()
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
        if (opening == "{" and depth == 0) or (opening == sign == '"' and depth == 0 and place > start):
            return place
    return len(raw)


_MATH = re.compile(r"((?<!\\)\$\$?[^$]+(?<!\\)\$\$?|\\\([^$]{1,2000}?\\\)|\\ensuremath\{[^{}]*\})")
_LITERAL = re.compile(r"\\(?:([{}])|textbrace(?:left|right)(?![A-Za-z])(?:\{\})?)")
_LOOSE_ACCENT = re.compile(r"(?<=\{)\\([\"'`^~=.]) +(?=\\?[A-Za-z])")  # {\" O}
_NO_WORDS = re.compile(r"\\[hv]?phantom(?:\{[^{}]*\})?")
_LITERAL_BACK = {0xE000: "{", 0xE001: "}"}
_ESCAPED = re.compile(r"\\(?:([_%&#~{}$^])|textasciitilde(?:\{\}|\s)?|(?:url|path|nolinkurl)(?=\{)|href(?=\{))")
_LINE_END = re.compile(r"[ \t]*\\\\[ \t]*\n|\\\\\Z|\n")


def value_text(value: str) -> str:
    """A value as text: its TeX is Unicode and its braces are gone, but formulas stay as they are."""
    if not value:
        return ""
    if "\\" not in value and "$" not in value:
        return text_of(_words(value))
    return text_of("".join(part if odd % 2 else _words(part) for odd, part in enumerate(_MATH.split(value))))


def _words(value: str) -> str:
    """Words without formulas, their TeX as Unicode, without braces."""
    if "\\" in value or "~" in value or "`" in value or "--" in value or "''" in value:
        value = _LOOSE_ACCENT.sub(r"\\\1", _NO_WORDS.sub("", value))
        value = _LITERAL.sub(
            lambda match: "\ue000" if match[0].startswith(("\\{", "\\textbraceleft")) else "\ue001", value
        )
        value = to_unicode(value)
    if "{" in value or "}" in value:
        value = value.replace("{", "").replace("}", "")
    return value.translate(_LITERAL_BACK) if "\ue000" in value or "\ue001" in value else value


def value_note(value: str) -> str:
    """A note with its lines; two backslashes end one, too."""
    lines = (_words(part) for part in _LINE_END.split(value))
    return "\n".join(text_of(line) for line in lines)


def value_address(value: str) -> str:
    """An address or id without what TeX needs around its signs."""
    if not value:
        return ""
    if "\\" in value:
        value = _ESCAPED.sub(lambda match: match[1] or ("~" if "tilde" in match[0] else ""), value)
    if "{" in value or "}" in value:
        gap = " " if value[:1] == "{" else ""
        value = value.replace("{", gap).replace("}", gap)
    return squash(value)


def value_journal(value: str) -> str:
    name = value.strip().removeprefix("\\").rstrip("{} ")
    return _JOURNALS.get(name, "") if value.strip().startswith("\\") and name in _JOURNALS else value_text(value)


_NAMED = re.compile(r"(?<![\w-])(family|given|prefix|suffix)\s*=\s*\"?([^,\"]*)")


_LONGEST_SUFFIX = len("III")
_TIE = re.compile(r"(?<!\\)~")
_NUMBER_OF_DBLP = re.compile(
    r"(?i)(?<=\w) 00\d\d(?= and |\Z)"
)  # by which it tells people of one name apart: Wei Wang 0001


def value_authors(value: str) -> list[str]:
    """The authors between "and"s, each as it is read aloud."""
    value = squash(_TIE.sub(" ", value) if "~" in value else value)
    if " 00" in value:
        value = _NUMBER_OF_DBLP.sub("", value)
    stated = [*_apart(value, " and ")]
    if _is_other_list(value, stated):
        return [*author_names([value_text(value)])]
    if "{" in value or "\\" in value or "=" in value:
        return [name for part in stated if (name := _author(part))]
    return [name for part in _apart(value_text(value), " and ") if (name := _plain_author(part))]


def _plain_author(stated: str) -> str:
    """A name in which TeX and braces do nothing, as most are: "Last, First", or any that `_author` knows."""
    family, comma, given = stated.strip(" ,").partition(",")
    if not comma or "," in given:
        return _author(stated)
    given = given.strip()
    return f"{given} {family.rstrip()}" if len(given) > _LONGEST_SUFFIX else name_of(family, given)


def _is_other_list(value: str, stated: list[str]) -> bool:
    """Whether semicolons or commas part the names, as they should not."""
    if "=" in value or (len(stated) == 1 and _is_braced(stated[0])):
        return False
    parts = [part.strip() for part in _apart(stated[0], ",")] if len(stated) == 1 else []
    return ";" in value.replace("&amp;", "") or (len(parts) > 2 and not any(map(is_suffix, parts[1:])))


def _author(stated: str) -> str:
    """A name: "First von Last", "von Last, First", "von Last, Jr., First", with its parts named, or in braces whole."""
    stated = stated.strip(" ,")
    if stated.lower() == "others":
        return ET_AL
    if _is_braced(stated):
        return value_text(stated)
    parts = [value_text(part) for part in _apart(stated, ",")]
    if "=" in stated and (named := dict(_NAMED.findall(stated))):
        return name_of(*(value_text(named.get(part, "")) for part in ("family", "given", "prefix", "suffix")))
    if len(parts) == 2:
        return name_of(parts[0], parts[1])
    if len(parts) == 3:
        first, suffix = (parts[1], parts[2]) if is_suffix(parts[2]) else (parts[2], parts[1])
        return name_of(parts[0], first, suffix=suffix)
    return value_text(stated)


def _is_braced(text: str) -> bool:
    return text[:1] == "{" and end_of(text, 0) == len(text) - 1 and text[1:2] != "\\"


def _apart(text: str, separator: str) -> Iterator[str]:
    """The parts of a text between separators outside braces."""
    if "{" not in text:
        yield from re.split(separator, text, flags=re.IGNORECASE)
        return
    depth = start = 0
    for match in re.finditer(rf"(?<!\\)[{{}}]|{separator}", text, re.IGNORECASE):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
        elif depth <= 0 and match.start() >= start:
            yield text[start : match.start()]
            start = match.end()
    yield text[start:]
