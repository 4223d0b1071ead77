"""What LaTeX can set: characters and commands that need no package, and stand-ins for those that do."""

from __future__ import annotations

from collections.abc import Mapping

from feedreader.text.tex import symbols
from feedreader.text.tex.symbols import TEXT_ACCENTS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(text: str) -> list[tuple[str, str]]:
    words = text.split()
    return list(zip(words[::2], words[1::2], strict=True))


# Commands for symbols of which LaTeX itself has none: they are kept, and given a stand-in where no package has them.
PACKAGED = _words("""
    omicron varkappa digamma Alpha Beta Epsilon Zeta Eta Iota Kappa Mu Nu Omicron Rho Tau Chi varGamma varDelta varTheta
    varLambda varXi varPi varSigma varUpsilon varPhi varPsi varOmega hslash beth gimel daleth varnothing nexists
    complement eth Bbbk Finv Game measuredangle sphericalangle backprime degree iint iiint square lozenge blacksquare
    blacklozenge vartriangle triangledown blacktriangle blacktriangledown bigstar blacktriangleright blacktriangleleft
    checkmark cmark xmark maltese circledR circledS yen lvert rvert lVert rVert llbracket rrbracket ulcorner urcorner
    llcorner lrcorner euro centerdot dotplus smallsetminus Cap Cup veebar barwedge curlywedge curlyvee circledast
    circledcirc circleddash boxplus boxminus boxtimes boxdot ltimes rtimes leftthreetimes rightthreetimes divideontimes
    intercal dotsc dotsb dotsm dotsi dotso iddots lt gt lll ggg leqslant geqslant leqq geqq eqslantless eqslantgtr
    lesssim gtrsim lessapprox gtrapprox lessgtr gtrless lesseqgtr gtreqless lesseqqgtr gtreqqless lessdot gtrdot lneq
    gneq lneqq gneqq lnsim gnsim lnapprox gnapprox nless ngtr nleq ngeq preccurlyeq succcurlyeq curlyeqprec curlyeqsucc
    precsim succsim precapprox succapprox precneqq succneqq precnsim succnsim precnapprox succnapprox nprec nsucc nsim
    backsim backsimeq approxeq ncong doteqdot Doteq risingdotseq fallingdotseq eqcirc circeq triangleq bumpeq Bumpeq
    coloneqq coloneq eqqcolon eqsim varpropto subsetneq supsetneq varsubsetneq varsupsetneq subseteqq supseteqq
    subsetneqq supsetneqq nsubseteq nsupseteq Subset Supset vartriangleleft vartriangleright trianglelefteq
    trianglerighteq ntriangleleft ntriangleright ntrianglelefteq ntrianglerighteq nmid nparallel shortmid shortparallel
    vDash Vdash Vvdash nvdash nvDash nVdash nVDash between pitchfork therefore because backepsilon Colon implies
    impliedby leftrightharpoons upharpoonright upharpoonleft downharpoonright downharpoonleft restriction
    twoheadrightarrow twoheadleftarrow rightarrowtail leftarrowtail rightrightarrows leftleftarrows rightleftarrows
    leftrightarrows upuparrows downdownarrows rightsquigarrow leftrightsquigarrow curvearrowright curvearrowleft
    circlearrowright circlearrowleft looparrowright looparrowleft Lsh Rsh Rrightarrow Lleftarrow multimap nrightarrow
    nleftarrow nleftrightarrow nRightarrow nLeftarrow nLeftrightarrow dashrightarrow dashleftarrow argmax argmin injlim
    projlim
""")
# LaTeX names these only to say that a package is missing.
_REFUSED = _words("Box Diamond Join lhd rhd unlhd unrhd mho sqsubset sqsupset leadsto")
_TEXT_ONLY = _words("eg ie etc cf wrt etal mod lq rq i j BibTeX XeTeX TeX LaTeX LaTeXe colon")

MATH_SYMBOLS = frozenset(
    name for name in symbols.ORDINARY | symbols.SPACED | symbols.WORDS if name.isalpha() and not name.startswith("text")
) - _REFUSED - _TEXT_ONLY | _words("colon displaystyle textstyle scriptstyle quad qquad cdots ldots infty prime")
# Commands of formulas by how many groups follow.
ONE_GROUP = _words("""
    hat bar tilde vec dot ddot acute grave check breve mathring widehat widetilde overline underline overbrace
    underbrace overrightarrow overleftarrow mathcal mathbf mathrm mathit mathsf mathtt mathnormal mathop mathrel mathbin
    phantom mathbb mathfrak mathscr boldsymbol bm operatorname pmb mathds mathbbm
""")
TWO_GROUPS = _words("frac stackrel tfrac dfrac binom overset underset")
TEXT_GROUP = _words("text mbox textrm textit textbf textsf texttt textnormal textup textsc emph")
SWITCHES = {"rm": "mathrm", "bf": "mathbf", "it": "mathit", "cal": "mathcal", "sf": "mathsf", "tt": "mathtt"}
SIZES = _words("left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr")
DELIMITERS = frozenset("()[]|./<>") | {
    "\\" + name
    for name in _words("""
        | lbrace rbrace langle rangle lfloor rfloor lceil rceil vert Vert backslash uparrow downarrow
    """)
}
MATH_SIGNS = frozenset({"\\" + sign for sign in ",;:! |%&#$_>"})
ANGLES = {"\\langle": "<", "\\rangle": ">"}  # behind \left and the like; there Biber makes characters of the commands
BRACES = {"\\{": "\\lbrace", "\\}": "\\rbrace"}  # BibTeX counts every brace, this one too
# Commands of text that need no package and are kept.
TEXT_STYLES = _words(
    "emph textit textbf texttt textsf textsc textrm textsl textup textmd textnormal underline "
    "textsuperscript textsubscript"
)
OLD_STYLES = dict(
    _pairs(
        "it textit em emph bf textbf tt texttt sf textsf sc textsc rm textrm sl textsl "
        "itshape textit bfseries textbf ttfamily texttt scshape textsc"
    )
)

_STAND_INS = {
    **{
        name: f"{{\\{name[2:]}}}" for name in symbols.ORDINARY if name.startswith("up") and name[2:] in symbols.ORDINARY
    },
    **dict.fromkeys(("mathbb", "mathfrak", "boldsymbol", "bm", "pmb", "mathds", "mathbbm"), "[1]{\\mathbf{#1}}"),
    "mathscr": "[1]{\\mathcal{#1}}",
    "operatorname": "[1]{\\mathop{\\mathrm{#1}}}",
    "text": "[1]{\\mbox{#1}}",
    **dict.fromkeys(("tfrac", "dfrac"), "[2]{\\frac{#1}{#2}}"),
    "binom": "[2]{\\left({#1 \\atop #2}\\right)}",
    "overset": "[2]{\\stackrel{#1}{#2}}",
    "underset": "[2]{\\mathop{#2}_{#1}}",
    "lesssim": "{\\stackrel{<}{\\sim}}",
    "gtrsim": "{\\stackrel{>}{\\sim}}",
    "leqslant": "{\\leq}",
    "geqslant": "{\\geq}",
    "varnothing": "{\\emptyset}",
    "hslash": "{\\hbar}",
    "implies": "{\\Longrightarrow}",
    "impliedby": "{\\Longleftarrow}",
    **dict.fromkeys(("lvert", "rvert"), "{|}"),
    **dict.fromkeys(("lVert", "rVert"), "{\\|}"),
    "lt": "{<}",
    "gt": "{>}",
    "coloneqq": "{\\mathrel{:=}}",
    "nmid": "{\\not\\mid}",
    "degree": "{{}^{\\circ}}",
    **dict.fromkeys(("dotsc", "dotso"), "{\\ldots}"),
    **dict.fromkeys(("dotsb", "dotsm", "dotsi"), "{\\cdots}"),
    "argmax": "{\\mathop{\\mathrm{arg\\,max}}}",
    "argmin": "{\\mathop{\\mathrm{arg\\,min}}}",
}
# Accents and letters that LaTeX's oldest encoding of fonts has not.
_LETTER_STAND_INS = {
    "k": "#1{\\c{#1}}",
    **{name: f"{{{plain}}}" for name, plain in _pairs("dj d DJ D dh d DH D th th TH Th ng n NG N")},
}


# Commands that Biber turns into characters of which LaTeX knows nothing.
DECODED = {"langle": "⟨", "rangle": "⟩"}


def needs_stand_in(command: str) -> bool:
    """Whether a command is one that a LaTeX without packages lacks."""
    return command in PACKAGED or command in _STAND_INS or command in _LETTER_STAND_INS


def stand_in(command: str) -> str:
    """The definition that such a command gets, unless a package or an encoding has one."""
    if command in _LETTER_STAND_INS:
        name = f"\\csname ?\\string\\{command}\\endcsname"
        return f"\\expandafter\\ifx{name}\\relax\\expandafter\\gdef{name}{_LETTER_STAND_INS[command]}\\fi"
    default = f"{{\\ensuremath{{\\mathop{{\\mathrm{{{command}}}}}}}}}"
    return f"\\providecommand{{\\{command}}}{_STAND_INS.get(command, default)}"


# ── characters ───────────────────────────────────────────────────────────────────────────────────

ACCENTS = {mark: name for name, mark in TEXT_ACCENTS.items() if name not in ("t", "h")}
BELOW = frozenset("dckb")  # those that stand below the letter
LETTERS = dict(_pairs("ß ss æ ae Æ AE œ oe Œ OE å aa Å AA ø o Ø O ł l Ł L ı i ȷ j"))
UNREAD_LETTERS = dict(_pairs("đ dj Đ DJ ð dh Ð DH þ th Þ TH ŋ ng Ŋ NG"))  # of these commands Pandoc loses the letter
_ASCII = {sign: f"\\{sign}" for sign in "&#%_$"} | dict(
    _pairs(r"""
        \ {\textbackslash} { {\textbraceleft} } {\textbraceright} ^ {\textasciicircum} ~ {\textasciitilde}
        < {\textless} > {\textgreater} | $|$
    """)
)
_BLANKS = {
    **dict.fromkeys("\xa0\u202f", "~"),
    **dict.fromkeys("\u2002\u2003\u2009\u3000", " "),
    **dict.fromkeys("\u200a\xad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\ufeff", ""),
}
_PUNCTUATION = dict(
    _pairs(r"""
        ‐ - ‑ - ‒ -- – -- — --- ― --- ‘ ` ’ ' ‚ , “ `` ” '' „ ,, ‹ $<$ › $>$ « $\ll$ » $\gg$ ʻ ` ʼ ' ⁄ / ¡ !` ¿ ?`
        … {\ldots} • $\bullet$ ∙ $\bullet$ · $\cdot$ § {\S} ¶ {\P} † $\dagger$ ‡ $\ddagger$ © {\copyright} ° $^{\circ}$
        ® {\textregistered} ™ \textsuperscript{TM} ª \textsuperscript{a} º \textsuperscript{o} £ {\pounds}
        ¥ {\textyen} µ $\mu$ ′ $'$ ″ $''$ ‴ $'''$ ʹ $'$ − $-$ ¬ $\neg$
        ½ $\frac{1}{2}$ ¼ $\frac{1}{4}$ ¾ $\frac{3}{4}$ ⟨ $\langle$ ⟩ $\rangle$
    """)
)
SETTINGS = dict(_pairs(r"€ {\texteuro} ‰ {\textperthousand}"))  # how to set what stands in the file as it is
_BY_NAME = symbols.ORDINARY | symbols.SPACED


def _by_character(names: frozenset[str]) -> dict[str, str]:
    return {char: f"\\{name}" for name, char in reversed(_BY_NAME.items()) if name in names and not char.isascii()}


def _scripts(table: Mapping[str, str], mark: str) -> dict[str, str]:
    return {form: f"{mark}{{{plain}}}" for plain, form in table.items() if plain.isascii() and plain != "*"}


MATH_OF = {
    **_scripts(symbols.SUBSCRIPTS, "_"),
    **_scripts(symbols.SUPERSCRIPTS, "^"),
    **_by_character(MATH_SYMBOLS),
    **_by_character(MATH_SYMBOLS - PACKAGED),
    **dict(_pairs("Α A Β B Ε E Ζ Z Η H Ι I Κ K Μ M Ν N Ο O ο o Ρ P Τ T Χ X")),
    **dict(
        _pairs(r"""
            µ \mu − - ′ ' · \cdot ⋅ \cdot × \times ° {}^{\circ} … \ldots ϵ \epsilon ϕ \phi φ \varphi ε \varepsilon
        """)
    ),
}

CHARACTERS = {
    **{char: f"${tex}$" for char, tex in MATH_OF.items()},
    **{char: f"{{\\{name}}}" for char, name in LETTERS.items()},
    **{char: char for char in (*UNREAD_LETTERS, *SETTINGS)},
    **_BLANKS,
    **_PUNCTUATION,
    **_ASCII,
}
