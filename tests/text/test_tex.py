"""TeX → Unicode: a table of what reads how, and properties that hold for any text at all."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedreader.text.tex import symbols
from feedreader.text.tex import to_unicode as converter
from feedreader.text.tex.to_unicode import convert, to_unicode

SHARED = Path(__file__).parents[3] / "shared" / "data"

TITLES = [
    (r"S$^\mathbf{4}$L: Labels", "S⁴L: Labels"),
    (r"D$^{2}$Net", "D²Net"),
    (r"Q${}^2$Sort", "Q²Sort"),
    (r"$\mathrm{D}^{\mathrm{3}}$-Planner", "D³-Planner"),
    (r"$M^3-Bench$: a test", "M³-Bench: a test"),
    (r"a $M$any-$W$ay $Mo$del", "a Many-Way Model"),
    (r"Learning {GAN}s with {M}ix and {BERT}", "Learning GANs with Mix and BERT"),
    (r"{\sc Probe}: {\bf B}old {\it names}", "Probe: Bold names"),
    (r"\underline{L}atent R\underline{e}asoning", "Latent Reasoning"),
    (r"The 2$^{nd}$ of 10$^{th}$", "The 2ⁿᵈ of 10ᵗʰ"),
    (r"Newton$\unicode{x2013}$Schulz", "Newton–Schulz"),
    (r"It Ain$'$t Easy", "It Ain't Easy"),
    (r"$\textit{On the Way}$ to it", "On the Way to it"),
]
ACCENTS = [
    (r"Fr\'echet", "Fréchet"),
    (r"Erd\H{o}s and P\'al", "Erdős and Pál"),
    (r"{\"o} \"{o} \"o", "ö ö ö"),
    (r"na\"{\i}ve \'{\i} \'\i d", "naïve í íd"),
    (r"\v{c} \v c \c{c} \c c \u{g} \k{a} \r{a} \d{h} \.z \=a", "č č ç ç ğ ą å ḥ ż ā"),
    (r"\~n \^o \`a \^{\i}", "ñ ô à î"),
    (r"Stra\ss e, \O re, {\L}ukasz, \ae, \aa{}rhus, \oe", "Straße, Øre, Łukasz, æ, århus, œ"),
    (r"\b{b} \t{oo}", "ḇ oo"),
    (r"(\b{eta} = 0.1, \r{ho} = 1, \k{appa})", "(β = 0.1, ρ = 1, κ)"),
    (r"\'\ae, \'\O, \'\aa, X\textsuperscript{\textregistered}", "ǽ, Ǿ, ǻ, X®"),
    (r"it\'s, don\'t, Alzheimer\'s", "it's, don't, Alzheimer's"),
    (r"a \~{} b \^{} c", "a ~ b ^ c"),
]
FORMULAS = [
    (r"$\alpha_1 \cdot (W_1 * x) + \ldots + \alpha_n \cdot (W_n * x)$", "α₁ · (W₁ * x) + … + αₙ · (Wₙ * x)"),
    (r"$\mathcal{O}(n^2)$ and $\mathcal O(n)$", "𝒪(n²) and 𝒪(n)"),
    (r"10$\times$ and $2\times 3$ and $2 \times 3$", "10× and 2×3 and 2 × 3"),
    (r"$p_{\bar{d}}$", "p_(d̄)"),
    (r"$\mathbb{R}^d$, $\mathbb{E}$, $\mathbb{1}$, $\mathfrak{g}$, $\mathscr{L}$", "ℝᵈ, 𝔼, 𝟙, 𝔤, ℒ"),
    (r"$\ell_2$ and $\ell_\infty$", "ℓ₂ and ℓ_∞"),
    (r"$x^{n+1}_{i,j}$", "xⁿ⁺¹_(i,j)"),
    (r"$\sum_{i=1}^{n} x_i$", "∑_(i=1)ⁿ xᵢ"),
    (r"$x^q$, $x_\theta y$, $W_QK^T$, $x^{(k)}$, $x^{(k,l)}$", "x^q, x_θ y, W_(Q)Kᵀ, x⁽ᵏ⁾, x^(k,l)"),
    (r"$T_{\rm eff}$, $d_\text{model}$, $d_{model}$, $d_model$", "T_(eff), d_(model), d_(model), d_model"),
    (
        r"$10^{-3}$, $n^{0.5}$, $A^\top$, $45^\circ$, $\pi^*$, $f'(x)$, $x^\prime$",
        "10⁻³, n^(0.5), Aᵀ, 45°, π*, f′(x), x′",
    ),
    (r"$\frac{a}{b}$, $\frac{a+1}{2n}$, $\frac12 x$, $2\frac{1}{2}$", "a/b, (a+1)/(2n), 1/2 x, 2 1/2"),
    (r"$\sqrt{x}$, $\sqrt{x+1}$, $\sqrt[3]{n}$, $\sqrt2$, $\sqrt{d}x$", "√x, √(x+1), ∛n, √2, √d x"),
    (r"$\hat{x}$, $\hat x_i$, $\hat{x_i}$, $\vec{v}$, $\tilde{\mathcal{O}}$, $\dot{q}$", "x̂, x̂ᵢ, x̂ᵢ, v⃗, 𝒪̃, q̇"),
    (r"$\overline{ab}$, $\overline{abc}$, $\widehat{ABC}$, $\bar a$", "a̅b̅, overline(abc), hat(ABC), ā"),
    (r"$O(n\log n)$, $\log(n)$, $\log_2 n$, $\log\log n$", "O(n log n), log(n), log₂ n, log log n"),
    (r"$\operatorname{arg\,max}_x f$, $\operatorname*{diag}(x)$", "arg maxₓ f, diag(x)"),
    (r"$\max_\theta f$, $\limsup_{t\to\infty}\mathbb{P}$", "max_θ f, lim sup_(t→∞) ℙ"),
    (r"$\underset{\theta}{\arg\max}$, $\overset{a}{=}$, $\stackrel{def}{=}$", "arg max_θ, =ᵃ, =^(def)"),
    (r"$\underbrace{a+b}_{k}$, $\binom{n}{2}$, $a \pmod{n}$", "(a+b)ₖ, (n choose 2), a (mod n)"),
    (r"$a \not= b \not\in C \neq d$", "a ≠ b ∉ C ≠ d"),
    (r"$\left( x \right)$, $\left\{x\right.$, $\big|x\big|$, $\bigl(y\bigr)$", "( x ), {x, |x|, (y)"),
    (r"$a\,b\;c\!d\quad e$", "a b cd e"),
    (r"$k \in \{1, \ldots, n\}$", "k ∈ {1, …, n}"),
    (r"$\forall x \in X$, $\partial f$, $10 \mu m$, $\alpha \beta$", "∀x ∈ X, ∂f, 10 μm, αβ"),
    (r"$\approx 68\%$, $\pm i$, $= \pm 1$, $\subseteq X$, $x \sim p$", "≈68%, ±i, = ±1, ⊆ X, x ∼ p"),
    (
        r"$\|x\|_2$, $\lVert x \rVert_2$, $f\colon X \to Y$, $p(x \mid y)$, $\lceil x \rceil \log s$",
        "‖x‖₂, ‖ x ‖₂, f: X → Y, p(x | y), ⌈x⌉ log s",
    ),
    (r"${\bf x}^*$, $\bm{x}$, $\mathbf{\hat x}$, $\rm{\mu}$m", "x*, x, x̂, μm"),
    (r"$x \text{ if } y$, $\mathrm{IoU}\!=\!0.5$, $PAC\text{-}Law$", "x if y, IoU=0.5, PAC-Law"),
    (r"$\mathbb{WORD}$ stays a word, so does $x^{word}$", "WORD stays a word, so does x^(word)"),
    (r"a $$x^2$$ b, c\[y\]d, \(z\)", "a x² b, c y d, z"),
    (r"$a$$b$, $a \text{ if $b^2$ }$, \emph{so $x^2$ is}", "ab, a if b², so x² is"),
    (r"as\begin{equation}x^2\end{equation}here", "as x² here"),
    (r"\begin{align*}a &= b \\ &\leq c\end{align*}", "a = b ; ≤ c"),
    (r"$\begin{pmatrix} a & b \\ c & d \end{pmatrix}$", "(a & b ; c & d)"),
    (r"\begin{itemize}\item one \item two\end{itemize}", "• one • two"),
    (r"O({\Delta}t), R^{2}, T_{\rm eff}, x^{\circ}, 25$^{\circ}$C", "O(Δt), R², T_(eff), x°, 25°C"),
    (r"{\alpha} = 1, \alpha particles, ({\mu/\epsilon})", "α = 1, α particles, (μ/ϵ)"),
]
COMMANDS = [
    (r"\textit{adversarial training}, \emph{so} it \textbf{is}", "adversarial training, so it is"),
    (r"\texttt{foo_bar}, \textsc{Name}s", "foo_bar, Names"),
    (r"\href{u}{v}, \href{https://x.org/a\_b}{https://x.org/a_b}", "v <u>, https://x.org/a_b"),
    (r"\url{https://x.org/~me?a=1\%2}", "https://x.org/~me?a=1%2"),
    (r"\cite{x}, work~\citep[p.~3]{a,b}, law\cite{c}", "[x], work [a,b, p.~3], law [c]"),
    (r"30\%, R&D, R\&D, \#1, \$5, a\_b, \{x\}", "30%, R&D, R&D, #1, $5, a_b, {x}"),
    (r"\textcolor{red}{hot} {\color{blue} cold}", "hot cold"),
    (r"shown\footnote{See there.} twice", "shown (See there.) twice"),
    (r"\say{x} \enquote{y}", "“x” “y”"),
    (r"mm\textsuperscript{2}, CO\textsubscript{2}", "mm², CO₂"),
    (r"\ding{182} and \ding{51}", "❶ and ✓"),
    (r'\char"41\char"42 \char67 \unicode{8212}', "ABC—"),
    (r"\unknown{kept}, \two{one}{two}, \opt[a]{b}", "kept, one two, [a] b"),
    (r"\name, \name{} is, {\name} is, \name\ is", r"\name, \name is, \name is, \name is"),
    (r"{\name}s and \name{}s", r"{\name}s and \name{}s"),
    (r"\verb|x_y| \S 3 \copyright 2019 \LaTeX{} \ldots", "x_y § 3 © 2019 LaTeX …"),
    (r"one\\two \\[2pt] three\par four\newline five", "one two  three four five"),
    (r"(\eg, this; \ie that; Li \etal)", "(e.g., this; i.e. that; Li et al.)"),
    (r"hy\-phen, a\slash b, \textgreater", "hyphen, a/b, >"),
]
PACKAGES = [
    (r"\SI{2.4}{\giga\hertz}, \qty{-3}{\micro\metre}, \SI{7}{km}", "2.4 GHz, -3 μm, 7 km"),
    (r"\si{\kilo\gram\metre\squared\per\cubic\second}, \unit{\per\cm\tothe{3}}", "kg m² s⁻³, cm⁻³"),
    (r"\SI[per-mode=symbol]{5}{\joule\per\mole\per\kelvin}", "5 J/(mol K)"),
    (r"\si{m.s^{-2}}, \unit{\keV}, \si{\um}, \si{\solarmass\per\year}", r"m s⁻², keV, μm, \solarmass yr⁻¹"),
    (r"\num{1e-5}, \num{-2.5e+10}, \num{e3}, \num{3 +- 1}, \num{4 x 5}", "1 × 10⁻⁵, -2.5 × 10¹⁰, 10³, 3 ± 1, 4 × 5"),
    (r"\num{1.20(3)e4}, \num{2 \pm 1 e3}, \num{n+1}", "1.20(3) × 10⁴, (2 ± 1) × 10³, n+1"),
    (r"\ang{30}, \ang{12;30;15}, \ang{;5;}, \ang{\theta}", "30°, 12°30′15″, 5′, θ"),
    (
        r"\numrange{1}{5}, \SIrange{1}{9}{\milli\second}, \qtylist{1;2;3}{\metre}",
        "1 to 5, 1 ms to 9 ms, 1 m, 2 m and 3 m",
    ),
    (r"\SI{20}{\degreeCelsius}, \SI{20}{\degree}, \SI{20}{\percent}, \SI{4 \pm 1}{\s}", "20 °C, 20°, 20 %, (4 ± 1) s"),
    (r"\SI{5}{$\mu$m}, \SI{5}{\mu m}, \SI{2}{k$\Omega$}, \SI{3}{\AA}", "5 μm, 5 μm, 2 kΩ, 3 Å"),
    (r"$\SI{5}{\kelvin}$, 6\,\si{\kelvin}, \unit[3]{m}, \SI{5}, \num, \qty(x)", r"5 K, 6 K, 3 m, 5, \num, \qty(x)"),
    (r"\ce{H2SO4}, $\ce{CO2}$, \ce{Na+}, \ce{SO4^2-}, \ce{[Fe(CN)6]^{4-}}", "H₂SO₄, CO₂, Na⁺, SO₄²⁻, [Fe(CN)₆]⁴⁻"),
    (r"\ce{^{238}_{92}U}, \ce{^13C}, \isotope[14][6]{C}, \ce{Fe^III2O3}", "²³⁸₉₂U, ¹³C, ¹⁴₆C, Fe^(III)₂O₃"),
    (r"\ce{2H2 + O2 -> 2H2O}, \ce{A <=> B}, \ce{A ->[\Delta] B}, \ce{B v}", "2H₂ + O₂ → 2H₂O, A ⇌ B, A →[Δ] B, B ↓"),
    (r"\ce{CuSO4.5H2O}, \ce{Li1.2MnO2}, \ce{La_{2-x}Sr_xCuO4}", "CuSO₄·5H₂O, Li_(1.2)MnO₂, La₂₋ₓSrₓCuO₄"),
    (
        r"\ce{YBa2Cu3O_{7-$\delta$}}, \ce{\textbf{C}H4}, \ce{HC#CH}, \cf and \cf{NH3}",
        "YBa₂Cu₃O_(7-δ), CH₄, HC≡CH, cf. and NH₃",
    ),
    (r"\ifmmode \check{S}\else \v{S}\fi{}afa and $\ifmmode\times\else\texttimes\fi{} 3$", "Šafa and × 3"),
    (r"\ifmmode x \fi y \ifmmode and \else", r"y \ifmmode and \else"),
    (r"{\L}o\'s and {\L}o\'s's, Gda\'nsk and Wie\'s", "Łoś and Łoś's, Gdańsk and Wieś"),
    (r"Poincar\'e\'s, Weyl\'s, Ko\'{s}", "Poincaré's, Weyl's, Koś"),
    (r"\h{o}, \h a, \ohorn\uhorn, \textcommabelow{s}", "ỏ, ả, ơư, ș"),
    (r"20\textdegree C, 3 \textmu m, \texteuro 5, \textdegree and", "20°C, 3 μm, €5, ° and"),
    (r"\textalpha\textOmega, $\upmu$m, \textgamma{}-ray", "αΩ, μm, γ-ray"),
    (r"$\ket{\psi}$, $\bra{0}$, $\braket{a|b}$, $\norm{x}$", "|ψ⟩, ⟨0|, ⟨a|b⟩, ‖x‖"),
    (r"\name\xspace is, NN\xspace. \texorpdfstring{$\alpha$}{alpha}, \raisebox{2pt}{x}", r"\name is, NN. α, x"),
]
TYPOGRAPHY = [
    ("``quoted'' and `single' and ``mixed\"", "“quoted” and ‘single’ and “mixed”"),
    ("10--20, it---so, a -- b, $3$--$4$", "10–20, it—so, a – b, 3–4"),
    (
        "Fig.~3, et al.~(2019), models~(LLMs), 5~ms, ~10, (~20), 5%~6%",
        "Fig. 3, et al. (2019), models (LLMs), 5 ms, ~10, (~20), 5%~6%",
    ),
    (r"over~$\gamma$, $a\%$~$3\%$, $x$~$\pm$", "over γ, a%~3%, x ±"),
    ("10{,}000 and 0{.}5 and 4{\\times}4", "10,000 and 0.5 and 4×4"),
]
# What is not TeX, or not well formed: it stays as typed.
UNTOUCHED = [
    "costs $5 and $6 or $7",
    "from $17.7K to $569, up to $1.8 million ($0.20/M input, $1/M output)",
    "US$5 to US$6; costs",
    "$PATH and $HOME",
    "costs 5$, or 6$",
    "tokens/$ by 37% at a budget ($38k)",
    "an open $x_i and no end",
    "sets {a, b}, {0, 1}, {federated learning}, {name}, {{x}} and {}",
    "a { b } c } d {",
    r"C:\new\table and C:\Users\alpha",
    r"\d+ \w{3} \S+ \s* \bfoo\b a\.b [\w\-] \1 arxiv\.org",
    r"\foo, \begin{x}, \frac, \end{y}, \cite, \hat, \begin{, the \hat command",
    "--flag and -x --long=3 <!-- x --> ------ a-->b",
    "https://x.org/a--b and https://x.org/~me/a~b",
    "x ~ N(0,1), x~N(0,1), ~/home, a~=b, ~~gone~~",
    "K^2 and R_2 and a^b_c and foo_{bar} and x^{long word}",
    "f'' and \"q\" and ``code`` and ```py```",
    r"\unicode{x1b} \char27 \symbol{27} ^^[ \char'33 \unicode{x202e} \unicode{xd800} \char1114112 \unicode{zz}",
    "ends in a backslash \\",
    "plain text",
    "",
]
CASES = [*TITLES, *ACCENTS, *FORMULAS, *COMMANDS, *PACKAGES, *TYPOGRAPHY, *((text, text) for text in UNTOUCHED)]


@pytest.mark.parametrize(("tex", "shown"), CASES)
def test_reads(tex: str, shown: str) -> None:
    assert convert(tex) == shown
    assert to_unicode(tex) == shown


@pytest.mark.parametrize("shown", [shown for _, shown in (*TITLES, *ACCENTS[:8], *FORMULAS)] + UNTOUCHED)
def test_what_is_shown_stays_when_it_is_converted_again(shown: str) -> None:
    assert to_unicode(shown) == shown


def test_accents_are_composed() -> None:
    shown = convert(r"\'e \v{c} $\hat{a} \bar{x}$")
    assert shown == unicodedata.normalize("NFC", shown)


def test_a_mistake_of_ours_shows_the_text_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(text: str) -> str:
        raise RecursionError

    monkeypatch.setattr(converter, "convert", fail)
    assert to_unicode("$x^2$") == "$x^2$"


def test_it_is_pure_and_light() -> None:
    code = "import sys, feedreader.text.tex.to_unicode; print(*(m for m in sys.modules if m.startswith('feedreader')))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert sorted(loaded) == [
        "feedreader",
        "feedreader.text",
        "feedreader.text.tex",
        "feedreader.text.tex.cursor",
        "feedreader.text.tex.symbols",
        "feedreader.text.tex.to_unicode",
    ]


# -- any text -------------------------------------------------------------------------------------------------------

WORDS = ("otter", "Zebra", "lemur", "Quagga", "naïve", "tapir", "wombat")
OPENINGS = r"{ $ $$ \( \[ \frac{ \emph{ \foo{ x^{ $x_{ \hat{ \sqrt{ \'{ \left( \begin{align} \href{ \cite{ \mathbb{"
OPENINGS += r" \text{ `` ` \not ["
CLOSINGS = r"} $ $$ \) \] }{ ' '' \right. \end{align} ~ -- --- ]"
SIGNS = ["\\alpha ", "\\times", "\\cdot ", "\\log ", "\\v ", "\\\\ ", "\\quad ", "^2", "_i", "5", " ", "\n", "&", ", "]
DANGERS = [
    "\\char27 ",
    "\\char'33 ",
    '\\char"1B ',
    "\\unicode{x1b}",
    "\\unicode{x202E}",
    "\\symbol{27}",
    "^^[",
    "\x1b",
    "\\",
]
DANGERS += ["\\unicode{xd800}", "\\char8232 ", "\\unicode{x0}", "\u202e", "\\bf", "\\unicode{x200f}", "\\char127"]
fragments = st.sampled_from([*WORDS, *OPENINGS.split(), *CLOSINGS.split(), *SIGNS])


@given(st.lists(st.one_of(fragments, st.sampled_from(DANGERS), st.text(max_size=4)), max_size=40).map("".join))
def test_no_text_is_too_much_and_no_control_character_comes_into_being(text: str) -> None:
    dangerous = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    shown = convert(text)
    assert {c for c in shown if unicodedata.category(c) in dangerous} <= set(text)


@example("\\not\\frac{}otter")
@given(st.lists(fragments, max_size=40).map("".join))
def test_words_survive(text: str) -> None:
    shown = convert(text)
    assert [word for word in WORDS if word in text and folded(word) not in folded(shown)] == []


@given(st.text(st.characters(exclude_characters="\\$^_{}~`"), max_size=200).filter(lambda text: "--" not in text))
def test_text_without_tex_is_unchanged(text: str) -> None:
    assert to_unicode(text) == text == convert(text)


@given(
    st.lists(st.sampled_from([*WORDS, "$x_i$ ", "$n^{2}$, ", r"\'e", r"$\alpha$ ", " ", ". "]), max_size=30).map(
        "".join
    )
)
def test_ordinary_text_is_converted_once_and_for_all(text: str) -> None:
    assert convert(convert(text)) == convert(text)


UNITS = r"""
    { \frac{ \frac $ ${ $\hat \begin{a} ^ $x^{ `` ``a `a -- ~ '' \sqrt[ \foo[ \foo{a} \ C:\a http://a~b--c \verb|
    \SI{1}{\m} \SI{ \SI[a=b]{ \num{1 \ang{; \si{\per \ce{ \ce{H^ \ce{A->[ \ce{H2} \ifmmode \ifmmode{ \ket{ a\'s
    $5_and_ \char \' \text{$ \overset{a}{ \left( \( \\[2 \cite[ \log \item a^{2 é (a _a
"""


@pytest.mark.parametrize("unit", UNITS.split())
@pytest.mark.parametrize("ending", ["", "}", "$", "}$"])
def test_time_is_linear_and_depth_no_matter(unit: str, ending: str) -> None:
    """10,000 of anything: closed, or left open. Quadratic work would take minutes, deep recursion would raise."""
    text = unit * 10_000 + ending * (10_000 if ending == "}" else 1)
    started = time.process_time()
    assert convert(text)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "content", ["x" + "\u0301" * 3000 + "!", "(" * 3000, "a_(" * 3000, "²" * 3000 + "!", "1" * 9000 + "."]
)
def test_no_pattern_backtracks_without_end(content: str) -> None:
    started = time.process_time()
    convert(rf"$\frac{{{content}}}{{{content}}} \hat{{{content}}} \sqrt{{{content}}} x_{{{content}}}$")
    assert time.process_time() - started < 2


def test_what_is_nested_too_deep_stays_as_typed() -> None:
    deep = "{" * 100 + r"\emph{word}" + "}" * 100
    assert "word" in convert(f"${deep}$")
    assert convert("{" * 10_000 + "x" + "}" * 10_000) == "{" * 10_000 + "x" + "}" * 10_000
    assert convert("$" + r"\hat" * 10_000 + "x$").endswith("x")


# -- the tables -----------------------------------------------------------------------------------------------------

# Where ours differs from pylatexenc's, which names a similar character, or none that unicode-math would.
OUR_CHOICE = """
    eth prime bigoplus bigotimes blacksquare vartriangle triangledown blacktriangle blacktriangledown textasciicircum
    textTheta textphi textepsilon textperiodcentered textmu textohm textlangle textrangle diamond preceq succeq
"""


def test_symbols_agree_with_pylatexenc() -> None:
    latex2text = pytest.importorskip("pylatexenc.latex2text", reason="pylatexenc is not installed")
    database = latex2text.get_default_latex_context_db()
    theirs: dict[str, str] = {}
    for category in database.category_list:
        for name, spec in database.d[category]["macros"].items():
            if isinstance(spec.simplify_repl, str):
                theirs.setdefault(name, spec.simplify_repl)
    common = symbols.SYMBOLS.keys() & theirs.keys() - set(OUR_CHOICE.split())
    assert len(common) > 400
    assert {name: symbols.SYMBOLS[name] for name in common} == {name: theirs[name] for name in common}


@pytest.mark.parametrize("table", [symbols.LETTERS, symbols.ORDINARY, symbols.SPACED])
def test_symbols_are_printable_and_named_once(table: dict[str, str]) -> None:
    others = [symbols.LETTERS, symbols.ORDINARY, symbols.SPACED]
    others.remove(table)
    assert all(character.isprintable() for character in table.values())
    assert not any(table.keys() & other.keys() for other in others)


@pytest.mark.parametrize("forms", [symbols.SUPERSCRIPTS, symbols.SUBSCRIPTS])
def test_raised_and_lowered_forms_are_of_their_characters(forms: dict[str, str]) -> None:
    ours = {"⊤", "∘", "-", "γ", "δ", "θ", "ϕ", "β"}  # Unicode has no such form of these: it is made from a cousin
    for plain, form in forms.items():
        assert plain in ours or folded(form) in (folded(plain), plain), (plain, form)


def test_alphabets() -> None:
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz":
        for macro in ("mathbb", "mathcal", "mathscr", "mathfrak"):
            styled = convert(rf"$\{macro}{{{letter}}}$")
            assert styled != letter
            assert unicodedata.normalize("NFKC", styled) == letter


# -- real text ------------------------------------------------------------------------------------------------------

# Names of commands and environments, colours, lengths and codes: all that may go. And \beta that became \b{eta}.
NO_WORDS = re.compile(
    r"\\(?:begin|end|[vh]space\*?|(?:text)?color|unicode|ding)\{[^{}]*\}|\\char\"?\w+"
    r"|\\[a-z]\{(?:eta|ho|appa|au|hi|elta|heta|ambda|amma|igma)\}|\\[A-Za-z]+"
)


def folded(text: str) -> str:
    """`text` as a search would see it: no accents, no styles."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def words(tex: str) -> list[str]:
    """Every run of three letters or more that means something."""
    return re.findall(r"[^\W\d_]{3,}", folded(NO_WORDS.sub(" ", tex)))


def corpus(name: str, step: int) -> Iterator[str]:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not here: it is no part of the project")
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in islice(lines, 0, None, step):
            paper = json.loads(line)
            yield from (paper[field] for field in ("title", "abstract") if paper.get(field))


@pytest.mark.parametrize(("name", "step"), [("tex/arxiv-tex-1500.jsonl", 1), ("scale/arxiv-23k.DERIVED.jsonl.gz", 11)])
def test_real_text_loses_no_word_and_raises_nothing(name: str, step: int) -> None:
    for text in corpus(name, step):
        shown = convert(text)
        seen = folded(shown)
        assert [word for word in set(words(text)) if word not in seen] == [], text
        assert not any(unicodedata.category(c) in ("Cc", "Cf") and c not in text for c in shown), text


def test_dollars_that_close_nothing_take_no_letter() -> None:
    assert to_unicode("$a$$$otter") == "a$$otter"
