"""What TeX's names stand for: the tables behind `to_unicode`, and the shapes that arguments are put in.

Rows are "name character name character …". A symbol is either ordinary (a letter, a bracket), so that a blank
after its name only ends the name, or it stands between its neighbours (a relation, an arrow, an operator), so
that blanks typed on both of its sides are kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, partial


def _names(*rows: str) -> frozenset[str]:
    return frozenset(name for row in rows for name in row.split())


def _table(rows: str) -> dict[str, str]:
    words = rows.split()
    return dict(zip(words[::2], words[1::2], strict=True))


# Letters (and the slash) within words: the blank after their names goes, outside mathematics too.
LETTERS = _table("""
    ss ß SS ẞ ae æ AE Æ oe œ OE Œ aa å AA Å o ø O Ø l ł L Ł i ı j ȷ dh ð DH Ð th þ TH Þ dj đ DJ Đ ng ŋ NG Ŋ
    ij ĳ IJ Ĳ slash / ohorn ơ OHORN Ơ uhorn ư UHORN Ư
""")

_GREEK = """
    alpha α beta β gamma γ delta δ epsilon ϵ zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ nu ν xi ξ omicron ο
    pi π rho ρ sigma σ tau τ upsilon υ phi ϕ chi χ psi ψ omega ω
    varepsilon ε vartheta ϑ varkappa ϰ varpi ϖ varrho ϱ varsigma ς varphi φ digamma ϝ
    Alpha Α Beta Β Gamma Γ Delta Δ Epsilon Ε Zeta Ζ Eta Η Theta Θ Iota Ι Kappa Κ Lambda Λ Mu Μ Nu Ν Xi Ξ Omicron Ο
    Pi Π Rho Ρ Sigma Σ Tau Τ Upsilon Υ Phi Φ Chi Χ Psi Ψ Omega Ω
    varGamma Γ varDelta Δ varTheta Θ varLambda Λ varXi Ξ varPi Π varSigma Σ varUpsilon Υ varPhi Φ varPsi Ψ varOmega Ω
"""
_LETTERLIKE = """
    ell ℓ hbar ħ hslash ℏ imath ı jmath ȷ wp ℘ Re ℜ Im ℑ aleph ℵ beth ℶ gimel ℷ daleth ℸ partial ∂ nabla ∇ infty ∞
    emptyset ∅ varnothing ∅ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ complement ∁ mho ℧ eth ð Bbbk 𝕜 Finv Ⅎ Game ⅁
    top ⊤ bot ⊥ angle ∠ measuredangle ∡ sphericalangle ∢ surd √ prime ′ backprime ‵ degree ° flat ♭ natural ♮ sharp ♯
    sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂ bigvee ⋁ bigwedge ⋀ bigoplus ⨁ bigotimes ⨂
    bigodot ⨀ biguplus ⨄ bigsqcup ⨆
    square □ Box □ Diamond ◇ lozenge ◊ blacksquare ■ blacklozenge ⧫ triangle △ vartriangle △ triangledown ▽
    blacktriangle ▲ blacktriangledown ▼ bigcirc ◯ bigstar ★ clubsuit ♣ diamondsuit ♢ heartsuit ♡ spadesuit ♠
    blacktriangleright ▸ blacktriangleleft ◂ checkmark ✓ cmark ✓ xmark ✗ maltese ✠ circledR ® circledS Ⓢ
    yen ¥ pounds £ copyright © dag † ddag ‡ S § P ¶
    backslash \\ lbrace { rbrace } lbrack [ rbrack ] langle ⟨ rangle ⟩ lceil ⌈ rceil ⌉ lfloor ⌊ rfloor ⌋
    lvert | rvert | lVert ‖ rVert ‖ vert | Vert ‖ llbracket ⟦ rrbracket ⟧ ulcorner ⌜ urcorner ⌝ llcorner ⌞ lrcorner ⌟
    colon : euro € texteuro €
"""
_TEXT = """
    textbackslash \\ textasciitilde ~ textasciicircum ^ textunderscore _ textbar | textbardbl ‖ textless < textgreater >
    textbraceleft { textbraceright } textdollar $ textquotesingle ' textquotedbl " textasciigrave ` textquoteleft ‘
    textquoteright ’ textquotedblleft “ textquotedblright ” guillemotleft « guillemotright » guilsinglleft ‹
    guilsinglright › quotesinglbase ‚ quotedblbase „ textendash – textemdash — textellipsis … textbullet •
    textperiodcentered · textdegree ° textmu μ textohm Ω textpm ± texttimes × textdiv ÷ textminus − textcopyright ©
    textregistered ® texttrademark ™ textsection § textparagraph ¶ textdagger † textdaggerdbl ‡ textordfeminine ª
    textordmasculine º textonesuperior ¹ texttwosuperior ² textthreesuperior ³ textonehalf ½ textonequarter ¼
    textthreequarters ¾ textperthousand ‰ textsterling £ textyen ¥ textcent ¢ textcurrency ¤ textexclamdown ¡
    textquestiondown ¿ textlangle ⟨ textrangle ⟩ textleftarrow ← textrightarrow → textuparrow ↑ textdownarrow ↓
    TeX TeX LaTeX LaTeX LaTeXe LaTeX2ε BibTeX BibTeX XeTeX XeTeX
    lq ‘ rq ’
"""
_UPRIGHT = {f"up{name}": char for name, char in _table(_GREEK).items() if not name.startswith("var")}
LETTERS |= {f"text{name}": char for name, char in _table(_GREEK).items() if name != "mu"}
LETTERS |= {"textepsilon": "ε", "textphi": "φ"}
# Names of Greek letters and signs, brackets and other things that stand by themselves.
ORDINARY = _table(_GREEK + _LETTERLIKE + _TEXT) | _UPRIGHT

_OPERATORS = """
    pm ± mp ∓ times × div ÷ ast ∗ star ⋆ circ ∘ bullet ∙ cdot · centerdot · dotplus ∔ setminus ∖ smallsetminus ∖ wr ≀
    cap ∩ cup ∪ Cap ⋒ Cup ⋓ uplus ⊎ sqcap ⊓ sqcup ⊔ wedge ∧ vee ∨ land ∧ lor ∨ veebar ⊻ barwedge ⌅ curlywedge ⋏
    curlyvee ⋎ oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙ circledast ⊛ circledcirc ⊚ circleddash ⊝ boxplus ⊞ boxminus ⊟
    boxtimes ⊠ boxdot ⊡ diamond ⋄ triangleleft ◃ triangleright ▹ bigtriangleup △ bigtriangledown ▽ amalg ⨿ dagger †
    ddagger ‡ ltimes ⋉ rtimes ⋊ leftthreetimes ⋋ rightthreetimes ⋌ divideontimes ⋇ intercal ⊺
    lhd ⊲ rhd ⊳ unlhd ⊴ unrhd ⊵
    ldots … dots … dotsc … dotsb … dotsm … dotsi … dotso … cdots ⋯ vdots ⋮ ddots ⋱ iddots ⋰
"""
_RELATIONS = """
    le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ lt < gt > ll ≪ gg ≫ lll ⋘ ggg ⋙ leqslant ⩽ geqslant ⩾ leqq ≦ geqq ≧
    eqslantless ⪕ eqslantgtr ⪖ lesssim ≲ gtrsim ≳ lessapprox ⪅ gtrapprox ⪆ lessgtr ≶ gtrless ≷ lesseqgtr ⋚ gtreqless ⋛
    lesseqqgtr ⪋ gtreqqless ⪌ lessdot ⋖ gtrdot ⋗ lneq ⪇ gneq ⪈ lneqq ≨ gneqq ≩ lnsim ⋦ gnsim ⋧ lnapprox ⪉ gnapprox ⪊
    nless ≮ ngtr ≯ nleq ≰ ngeq ≱ prec ≺ succ ≻ preceq ⪯ succeq ⪰ preccurlyeq ≼ succcurlyeq ≽ curlyeqprec ⋞ curlyeqsucc ⋟
    precsim ≾ succsim ≿ precapprox ⪷ succapprox ⪸ precneqq ⪵ succneqq ⪶ precnsim ⋨ succnsim ⋩ precnapprox ⪹
    succnapprox ⪺ nprec ⊀ nsucc ⊁ sim ∼ nsim ≁ simeq ≃ backsim ∽ backsimeq ⋍ approx ≈ approxeq ≊ cong ≅ ncong ≇ equiv ≡
    asymp ≍ doteq ≐ doteqdot ≑ Doteq ≑ risingdotseq ≓ fallingdotseq ≒ eqcirc ≖ circeq ≗ triangleq ≜ bumpeq ≏ Bumpeq ≎
    coloneqq ≔ coloneq ≔ eqqcolon ≕ eqsim ≂ propto ∝ varpropto ∝
    in ∈ notin ∉ ni ∋ owns ∋ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ subsetneq ⊊ supsetneq ⊋ varsubsetneq ⊊
    varsupsetneq ⊋ subseteqq ⫅ supseteqq ⫆ subsetneqq ⫋ supsetneqq ⫌ nsubseteq ⊈ nsupseteq ⊉ Subset ⋐ Supset ⋑
    sqsubset ⊏ sqsupset ⊐ sqsubseteq ⊑ sqsupseteq ⊒ vartriangleleft ⊲ vartriangleright ⊳ trianglelefteq ⊴
    trianglerighteq ⊵ ntriangleleft ⋪ ntriangleright ⋫ ntrianglelefteq ⋬ ntrianglerighteq ⋭
    mid | nmid ∤ parallel ∥ nparallel ∦ shortmid ∣ shortparallel ∥ perp ⊥ models ⊨ vdash ⊢ dashv ⊣ vDash ⊨ Vdash ⊩
    Vvdash ⊪ nvdash ⊬ nvDash ⊭ nVdash ⊮ nVDash ⊯ between ≬ pitchfork ⋔ bowtie ⋈ Join ⋈ frown ⌢ smile ⌣ therefore ∴
    because ∵ backepsilon ϶ Colon ∷
"""
_ARROWS = """
    to → rightarrow → gets ← leftarrow ← leftrightarrow ↔ uparrow ↑ downarrow ↓ updownarrow ↕ Rightarrow ⇒ Leftarrow ⇐
    Leftrightarrow ⇔ Uparrow ⇑ Downarrow ⇓ Updownarrow ⇕ implies ⟹ impliedby ⟸ iff ⟺ longrightarrow ⟶ longleftarrow ⟵
    longleftrightarrow ⟷ Longrightarrow ⟹ Longleftarrow ⟸ Longleftrightarrow ⟺ mapsto ↦ longmapsto ⟼ hookrightarrow ↪
    hookleftarrow ↩ nearrow ↗ searrow ↘ swarrow ↙ nwarrow ↖ rightharpoonup ⇀ rightharpoondown ⇁ leftharpoonup ↼
    leftharpoondown ↽ rightleftharpoons ⇌ leftrightharpoons ⇋ upharpoonright ↾ upharpoonleft ↿ downharpoonright ⇂
    downharpoonleft ⇃ restriction ↾ twoheadrightarrow ↠ twoheadleftarrow ↞ rightarrowtail ↣ leftarrowtail ↢
    rightrightarrows ⇉ leftleftarrows ⇇ rightleftarrows ⇄ leftrightarrows ⇆ upuparrows ⇈ downdownarrows ⇊
    rightsquigarrow ⇝ leadsto ⇝ leftrightsquigarrow ↭ curvearrowright ↷ curvearrowleft ↶ circlearrowright ↻
    circlearrowleft ↺ looparrowright ↬ looparrowleft ↫ Lsh ↰ Rsh ↱ Rrightarrow ⇛ Lleftarrow ⇚ multimap ⊸
    nrightarrow ↛ nleftarrow ↚ nleftrightarrow ↮ nRightarrow ⇏ nLeftarrow ⇍ nLeftrightarrow ⇎ dashrightarrow ⇢
    dashleftarrow ⇠
"""
# The ordinary ones whose blanks stay as typed.
PUNCTUATION = _names("colon lvert rvert vert lVert rVert Vert")
# Operators, relations and arrows: they stand between two things, and blanks around them are kept or dropped in pairs.
SPACED = _table(_OPERATORS + _RELATIONS + _ARROWS)

SYMBOLS = LETTERS | ORDINARY | SPACED

# Names of functions, set apart from their neighbours like the words they are.
WORDS = {
    **_table("arccos arccos arcsin arcsin arctan arctan arg arg cos cos cosh cosh cot cot coth coth csc csc deg deg"),
    **_table(
        "det det dim dim exp exp gcd gcd hom hom inf inf ker ker lg lg lim lim ln ln log log max max min min mod mod"
    ),
    **_table("Pr Pr sec sec sin sin sinh sinh sup sup tan tan tanh tanh"),
    **_table("eg e.g. ie i.e. etc etc. cf cf. wrt w.r.t."),  # every other style file has these
    "etal": "et al.",
    "argmax": "arg max",
    "argmin": "arg min",
    "bmod": "mod",
    "liminf": "lim inf",
    "limsup": "lim sup",
    "injlim": "inj lim",
    "projlim": "proj lim",
}

# Accents of text, by the control symbol or the one letter that names them.
TEXT_ACCENTS = dict(
    zip(
        "`'^~=.\"urHvdckbth",
        "\u0300\u0301\u0302\u0303\u0304\u0307\u0308\u0306\u030a\u030b\u030c\u0323\u0327\u0328\u0331\u0361\u0309",
        strict=True,
    )
)

# Accents of mathematics: names, the mark, and how it is written around more than one letter, as in hat(ABC).
_MATH_ACCENTS = (
    ("hat widehat Hat", "\u0302", "hat"),
    ("tilde widetilde Tilde", "\u0303", "tilde"),
    ("bar Bar", "\u0304", "overline"),
    ("overline", "\u0305", "overline"),
    ("underline underbar", "\u0332", "underline"),
    ("vec Vec overrightarrow", "\u20d7", "vec"),
    ("overleftarrow", "\u20d6", "overleftarrow"),
    ("dot Dot", "\u0307", "dot"),
    ("ddot", "\u0308", "ddot"),
    ("dddot", "\u20db", "dddot"),
    ("acute", "\u0301", "acute"),
    ("grave", "\u0300", "grave"),
    ("breve", "\u0306", "breve"),
    ("check widecheck", "\u030c", "check"),
    ("mathring", "\u030a", "ring"),
)


def _forms(row: str) -> dict[str, str]:
    return {pair[0]: pair[1] for pair in row.split()}


# Each character beside its raised (lowered) form. "=" has one and is left out: ∑_(i=1) is read, ∑ᵢ₌₁ is deciphered.
SUPERSCRIPTS = _forms("""
    0⁰ 1¹ 2² 3³ 4⁴ 5⁵ 6⁶ 7⁷ 8⁸ 9⁹ +⁺ -⁻ −⁻ (⁽ )⁾
    aᵃ bᵇ cᶜ dᵈ eᵉ fᶠ gᵍ hʰ iⁱ jʲ kᵏ lˡ mᵐ nⁿ oᵒ pᵖ rʳ sˢ tᵗ uᵘ vᵛ wʷ xˣ yʸ zᶻ
    Aᴬ Bᴮ Dᴰ Eᴱ Gᴳ Hᴴ Iᴵ Jᴶ Kᴷ Lᴸ Mᴹ Nᴺ Oᴼ Pᴾ Rᴿ Tᵀ Uᵁ Vⱽ Wᵂ βᵝ γᵞ δᵟ θᶿ φᵠ ϕᵠ χᵡ
    ⊤ᵀ ∘° °° ′′ ** ∗∗ ⋆⋆ †† ‡‡ ®® ™™
""")
SUBSCRIPTS = _forms("""
    0₀ 1₁ 2₂ 3₃ 4₄ 5₅ 6₆ 7₇ 8₈ 9₉ +₊ -₋ −₋ (₍ )₎
    aₐ eₑ hₕ iᵢ jⱼ kₖ lₗ mₘ nₙ oₒ pₚ rᵣ sₛ tₜ uᵤ vᵥ xₓ βᵦ γᵧ ρᵨ φᵩ ϕᵩ χᵪ
""")

# Where Unicode's alphabets start (A, a, 0), and the letters that were there before them.
_ALPHABETS = {
    "bb": (0x1D538, 0x1D552, 0x1D7D8, "Cℂ Hℍ Nℕ Pℙ Qℚ Rℝ Zℤ"),
    "script": (0x1D49C, 0x1D4B6, None, "Bℬ Eℰ Fℱ Hℋ Iℐ Lℒ Mℳ Rℛ eℯ gℊ oℴ"),
    "fraktur": (0x1D504, 0x1D51E, None, "Cℭ Hℌ Iℑ Rℜ Zℨ"),
}


@cache
def _alphabet(name: str) -> dict[int, str]:
    capital, small, zero, exceptions = _ALPHABETS[name]
    table = {ord("A") + i: chr(capital + i) for i in range(26)} | {ord("a") + i: chr(small + i) for i in range(26)}
    if zero is not None:
        table |= {ord("0") + i: chr(zero + i) for i in range(10)}
    return table | {ord(plain): form for plain, form in _forms(exceptions).items()}


# -- shapes: what a command makes of its arguments. None means: leave it all as typed. ------------------------------

LONG_WORD = re.compile(r"[^\W\d_]{3}")
_SCRIPTED = r"(?:[²³¹′°*∗⋆†‡ⱼⱽ\u02b0-\u02e4\u1d2c-\u1dbf\u2070-\u209c]|[_^](?:\w|\([^()]*\)))*"
_MARKS = r"[\u0300-\u036f\u20d0-\u20f0]*"
_LETTER = re.compile(rf"(\S{_MARKS})({_SCRIPTED})")
_ATOM = re.compile(rf"\d+(?:\.\d+)?|[d∂√∛∜]?[^\W\d_]{_MARKS}{_SCRIPTED}|[^\W\d_]{{3,}}|\([^()]*\)")
_PRODUCT = re.compile(r"[\w∂√.°′\u0300-\u036f\u20d0-\u20f0]+|\([^()]*\)")
_BLANKS = re.compile(r"\s+([⌉⌋⟩])?")
_ESCAPED = re.compile(r"\\([%&#_~{}$^])")


def tidy(formula: str) -> str:
    """`formula` with no blanks at its ends or before what closes a bracket, and with no two in a row."""
    return _BLANKS.sub(lambda match: match[1] or " ", formula.strip())


def script(mark: str, content: str, after: str = "") -> str:
    """`content` raised ("^") or lowered ("_"), if all of it can be; `after` is the character that follows it."""
    content = tidy(content)
    table = SUPERSCRIPTS if mark == "^" else SUBSCRIPTS
    if LONG_WORD.search(content) is None:
        forms = [table.get(c) for c in content if c != " "]
        if None not in forms:
            return "".join(form for form in forms if form)
    if (len(content) == 1 and not after.isalnum()) or (content[0] == "(" and content.find(")") == len(content) - 1):
        return mark + content
    return f"{mark}({content})"


def _operand(content: str, simple: re.Pattern[str]) -> str:
    content = tidy(content)
    return content if simple.fullmatch(content) else f"({content})"


def _fraction(over: str, under: str) -> str:
    return f"{_operand(over, _PRODUCT)}/{_operand(under, _ATOM)}"


def _root(degree: str, content: str) -> str:
    sign = {"": "√", "2": "√", "3": "∛", "4": "∜"}.get(degree) or script("^", degree) + "√"
    return sign + _operand(content, _ATOM)


def accented(mark: str, content: str) -> str | None:
    """`content` with an accent on its letter, which may have scripts; None where it is more than a letter."""
    match = _LETTER.fullmatch(content)
    if not match:
        return None
    letter = match[1].replace("ı", "i").replace("ȷ", "j")
    return unicodedata.normalize("NFC", letter + mark) + match[2]


def _math_accent(mark: str, word: str, content: str) -> str:
    content = tidy(content)
    if len(content) == 2 and content.isalpha() and word in ("overline", "underline"):
        return unicodedata.normalize("NFC", "".join(letter + mark for letter in content))
    return accented(mark, content) or (f"{word}({content})" if content else "")


def _negated(relation: str) -> str:
    return unicodedata.normalize("NFC", relation[:1] + "\u0338") + relation[1:]


def _styled(name: str, content: str) -> str:
    return content if LONG_WORD.search(content) else content.translate(_alphabet(name))


def _base_with(mark: str, content: str, base: str) -> str:
    return base + script(mark, content)


def _arrow(arrow: str, below: str, above: str) -> str:
    return arrow + (script("_", below) if below else "") + script("^", above)


def unescaped(url: str) -> str:
    """A URL as TeX reads it: `\\_` is `_`."""
    return _ESCAPED.sub(r"\1", url)


def _linked(url: str, text: str) -> str:
    url = unescaped(url)
    return url if text in ("", url) else f"{text} <{url}>"


def _cited(before: str, after: str, keys: str) -> str:
    if not after:  # the only option stands behind
        before, after = after, before
    return f"[{before}{' ' * bool(before)}{keys}{', ' * bool(after)}{after}]"


def _character(code: int) -> str | None:
    """The character with this code; None where it is a control, a direction mark or no character at all."""
    char = chr(code) if code < 0x110000 else "\0"
    return None if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") else char


def numbered(number: str) -> str | None:
    """The character with this number: `x2013`, `"2013`, `'20023` or `8211`."""
    base = {"x": 16, "U": 16, '"': 16, "'": 8}.get(number[:1], 10)
    try:
        return _character(int(number if base == 10 else number[1:], base))
    except ValueError:
        return None


def _ding(number: str) -> str | None:
    """The pi font's numbered characters: circled figures, ticks, crosses, stars."""
    code = int(number) if re.fullmatch(r"[1-9]\d{1,2}", number) else 0
    exceptions = {37: "☎", 42: "☛", 43: "☞", 72: "★", 108: "●", 110: "■", 115: "▲", 116: "▼", 117: "◆", 119: "◗"}
    if 172 <= code <= 211:
        return chr(0x2460 + code - 172) if code < 182 else chr(0x2776 + code - 182)
    return exceptions.get(code) or (chr(0x26E0 + code) if 33 <= code <= 126 else None)


_FRACTIONS = "frac dfrac tfrac cfrac nicefrac sfrac"
_CITATIONS = """
    cite citep citet citealp citealt citeauthor citeyear citeyearpar Citet Citep parencite textcite autocite footcite
"""
Shape = tuple[str, Callable[..., str | None]]


def _isotope(mass: str, number: str, symbol: str) -> str:
    return (script("^", mass) if mass else "") + (script("_", number) if number else "") + symbol


def _each(names: str, kinds: str, shape: Callable[..., str | None]) -> dict[str, Shape]:
    return dict.fromkeys(names.split(), (kinds, shape))


# Commands by the kinds of their arguments: m mathematics, t text, s in the same mode as before, r raw, o an option.
SHAPES: dict[str, Shape] = {
    **_each(_FRACTIONS, "mm", _fraction),
    **_each("binom dbinom tbinom", "mm", "({} choose {})".format),
    **_each("sqrt", "om", _root),
    **_each("overset stackrel", "mm", partial(_base_with, "^")),
    **_each("underset", "mm", partial(_base_with, "_")),
    **_each("xrightarrow", "om", partial(_arrow, "→")),
    **_each("xleftarrow", "om", partial(_arrow, "←")),
    **_each("not", "m", _negated),
    **_each("ket Ket", "m", "|{}⟩".format),
    **_each("bra Bra", "m", "⟨{}|".format),
    **_each("braket Braket expval", "m", "⟨{}⟩".format),
    **_each("abs", "m", "|{}|".format),
    **_each("norm", "m", "‖{}‖".format),
    **_each("pmod", "m", "(mod {})".format),
    **_each("mathbb mathbbm mathds Bbb", "m", partial(_styled, "bb")),
    **_each("mathcal mathscr", "m", partial(_styled, "script")),
    **_each("mathfrak frak", "m", partial(_styled, "fraktur")),
    **_each("operatorname ensuremath mathrm mathbf mathit mathsf mathtt mathnormal", "m", "{}".format),
    **_each("boldsymbol bm pmb mathop mathbin mathrel mathord boxed", "s", "{}".format),
    **_each("underbrace overbrace", "m", lambda content: _operand(content, _PRODUCT)),
    **_each("text textbf textit textsl textsc textsf texttt textrm textmd textup textnormal", "t", "{}".format),
    **_each("emph underline uline uwave mbox hbox fbox", "t", "{}".format),
    **_each("textsuperscript", "t", partial(script, "^")),
    **_each("textsubscript", "t", partial(script, "_")),
    **_each("textcolor colorbox raisebox scalebox rotatebox", "rs", "{1}".format),
    **_each("fcolorbox resizebox", "rrs", "{2}".format),
    **_each("makebox framebox", "oot", "{2}".format),
    **_each("texorpdfstring", "sr", "{0}".format),
    **_each("uppercase MakeUppercase", "t", str.upper),
    **_each("lowercase MakeLowercase", "t", str.lower),
    **_each("textcommabelow", "t", lambda letter: accented("\u0326", letter)),
    **_each("isotope nuclide", "oot", _isotope),
    **_each("color pagecolor vspace hspace", "r", lambda _colour_or_length: ""),
    **_each("footnote thanks", "t", "({})".format),
    **_each("say enquote", "t", "“{}”".format),
    **_each("href", "rs", _linked),
    **_each("url path nolinkurl", "r", unescaped),
    **_each(_CITATIONS, "oor", _cited),
    **_each("ref eqref autoref cref Cref pageref label", "oor", _cited),
    **_each("unicode symbol", "or", lambda _font, number: numbered(number)),
    **_each("ding", "r", _ding),
    **{n: ("m", partial(_math_accent, mark, word)) for names, mark, word in _MATH_ACCENTS for n in names.split()},
}
# These stand apart from the letters and figures around them.
SET_APART = _names(_FRACTIONS, _CITATIONS, "operatorname footnote thanks")

# Commands that only say how to set what follows.
SWITCHES = _names("""
    it bf em rm sc sf tt sl cal itshape bfseries rmfamily scshape sffamily ttfamily slshape upshape mdseries normalfont
    boldmath unboldmath displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits nonumber notag protect
    centering noindent tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge relax null mathstrut
""")
# Sizes of the bracket that follows.
SIZES = _names("left right middle big Big bigg Bigg bigl bigr bigm Bigl Bigr Bigm biggl biggr Biggl Biggr")
# Blanks of all widths.
SPACES = _names("""
    quad qquad enspace enskip thinspace medspace thickspace space par newline linebreak hfill indent
    hfil vfill smallskip medskip bigskip newpage clearpage""")
# Commands named by a sign; the latter in formulas only.
MATH_SIGNS = {";": " ", ":": " ", ">": " ", "!": "", "/": "", "|": "‖"}
SIGNS = {sign: sign for sign in "%&#$_{}"} | {",": " ", " ": " ", "\n": " ", "@": ""} | MATH_SIGNS

# What siunitx sets, by the arguments: n a number, u a unit, a an angle, l a list of numbers.
QUANTITIES = {
    **dict.fromkeys(("SI", "qty", "qtyproduct"), "nu"),
    **dict.fromkeys(("si", "unit"), "u"),
    **dict.fromkeys(("num", "numproduct", "complexnum"), "n"),
    **dict.fromkeys(("SIrange", "qtyrange"), "nnu"),
    **dict.fromkeys(("SIlist", "qtylist"), "lu"),
    "numrange": "nn",
    "numlist": "l",
    "ang": "a",
}
ARGUMENTS_OF_ENVIRONMENTS = {"array": 1, "tabular": 1, "minipage": 1, "multicols": 1, "otherlanguage": 1, "CJK": 2}
MATH_ENVIRONMENTS = _names("""
    equation align aligned alignat gather gathered multline eqnarray displaymath math split array cases
    matrix smallmatrix pmatrix bmatrix Bmatrix vmatrix Vmatrix
""")
FENCES = {
    "pmatrix": "()",
    "matrix": "()",
    "array": "()",
    "bmatrix": "[]",
    "Bmatrix": "{}",
    "vmatrix": "||",
    "Vmatrix": "‖‖",
}
