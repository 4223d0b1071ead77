"""Text as plain words, and as the words that search compares."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.text.normalize import _ASCII, _TABLE, _folded, normalize, normalize_compact, search_words
from feedreader.text.transliterate import latin_letter, to_ascii

ALIKE = [
    # Latin letters, whatever is at them
    ("Łukasz", "lukasz"),
    ("Søren Ørsted", "soren orsted"),
    ("Đặng", "dang"),
    ("Guðmundsson", "Gudmundsson"),
    ("Þorsteinn Ægir", "thorsteinn aegir"),
    ("Yıldız", "YILDIZ", "yildiz"),
    ("İsmail Şahin", "ismail sahin"),
    ("Œuvre Ħal", "oeuvre hal"),
    ("Straße", "STRASSE", "strasse"),
    ("Əliyev", "eliyev"),
    ("Ŋaajat", "ngaajat"),
    ("Ɖogbe Ɓala Ƙano ĸſ", "dogbe bala kano ks"),
    ("{\\L}ukasz {\\O}sten", "lukasz osten"),
    ("O’Neil", "O'Neil", "OʼNeil"),
    ("ﬁne ｗｉｄｅ", "fine wide"),
    # scripts
    ("$H_0$", "H_0", "H_{0}", "H₀", "H0", "${H}_{0}$", "$H_{\\rm 0}$"),
    ("CO$_2$", "CO_2", "CO_{2}", "CO₂", "CO2", "$\\mathrm{CO}_2$", "\\ce{CO2}"),
    ("$T_c$", "$T_{\\rm c}$", "$T_\\mathrm{c}$", "T$_c$", "T_{c}", "T_c", "Tc"),
    ("$T_{\\rm eff}$", "$T_{\\mathrm{eff}}$", "T_{eff}", "T_eff", "Teff"),
    ("$\\sigma_8$", "\\sigma_8", "sigma_8", "σ_8", "σ₈", "sigma8"),
    ("$\\sigma_{\\rm eff}$", "sigma_eff"),
    ("$R_{AA}$", "R_AA", "RAA"),
    ("$L^2$", "L^2", "L^{2}", "L²", "L2"),
    ("$\\mathbb{Z}_2$", "ℤ₂", "Z_2", "Z2"),
    ("YBa$_2$Cu$_3$O$_{7-\\delta}$", "YBa2Cu3O7-δ", "YBa_2Cu_3O_{7-\\delta}"),
    ("$^{76}$Ge", "^{76}Ge", "⁷⁶Ge", "76Ge"),
    ("$10^6$", "10^6", "10^{6}", "10⁶", "$10^{6}$"),
    ("$10^{-12}$", "10^-12", "10⁻¹²"),
    ("$B^0_s$", "$B_s^0$", "B_{s}^{0}", "B⁰ₛ", "B_s^0"),
    ("$e^+e^-$", "e^+e^-", "e⁺e⁻", "e+e-", "e+ e-"),
    ("$\\mu^+\\mu^-$", "mu+ mu-", "μ⁺μ⁻"),
    ("$\\sqrt{s}$", "√s", "sqrt(s)", "sqrt s"),
    ("$O(n^2)$", "O(n^2)", "O(n²)"),
    ("1$^{st}$", "1st"),
    ("{R}iemann", "Riemann"),
    # signs
    ("C++", "c++", "C＋＋"),
    ("C++20", "C++ 20"),
    ("C#", "C♯", "c#"),
    (".NET", ".net", "(.NET)"),
    ("ASP.NET", "asp net"),
    ("$A^*$", "A^*", "A^{*}", "A*", "a*", "$A^\\star$", "$A^{\\ast}$", "A⋆"),
    ("C*-algebras", "$C^*$-algebras", "C* algebras"),
    ("$K^{*0}$", "K*0", "K^{*0}"),
    ("$D_s^{*+}$", "D_s*"),
    ("trans*", "trans"),  # a wildcard: the beginning of a word is looked for anyway
    ("*A*", "**A**", "A"),
    ("#hashtag", "hashtag"),
    ("k-means", "k means"),
    ("snake_case", "snake case"),
    ("a_long_name", "a long name"),
    ("text_to_image", "text-to-image", "text to image"),
    ("refers_to", "refers to"),
    ("theta_ij", "θ_ij", "$\\theta_{ij}$"),
]
DIFFERENT = [
    ("C", "C++", "C#", "C*"),
    ("F", "F#"),
    ("net", ".NET"),
    ("A", "A*"),
    ("RRT", "RRT*"),
    ("UNet", "UNet++"),
    ("106", "10^6", "10^{12}", "1012"),
    ("H_0", "H_1", "H 0"),
    ("B_s", "B_d"),
    ("K", "K^*"),
    ("k-means", "k"),
]


@pytest.mark.parametrize("spellings", ALIKE, ids=lambda spellings: spellings[0])
def test_spellings_of_one_thing_have_the_same_words(spellings: tuple[str, ...]) -> None:
    assert {search_words(spelling) for spelling in spellings} == {search_words(spellings[0])}
    assert search_words(spellings[0])
    for spelling in spellings:
        assert search_words(f"of {spelling}, too") == f"of {search_words(spelling)} too"


@pytest.mark.parametrize("texts", DIFFERENT, ids=lambda texts: texts[0])
def test_what_a_sign_or_a_script_tells_apart_has_other_words(texts: tuple[str, ...]) -> None:
    assert len({search_words(text) for text in texts}) == len(texts)


def test_for_identity_no_sign_counts_nor_how_a_script_is_written() -> None:
    assert normalize("C++ and A*") == "c and a"
    for spellings in (("$H_0$", "H_0", "H₀", "H0"), ("$10^6$", "10^6", "106"), ("C*-algebra", "C-algebra")):
        assert len(set(map(normalize_compact, spellings))) == 1


def test_a_letter_of_private_use_is_no_sign() -> None:
    assert normalize("C\ue001") == "c"


def test_every_latin_letter_is_folded() -> None:
    letters = [
        character
        for character in map(chr, range(0x80, sys.maxunicode + 1))
        if character.isalpha() and unicodedata.name(character, "").startswith("LATIN ")
    ]
    assert len(letters) > 1000
    unfolded = [letter for letter in letters if not (normalize(letter) + to_ascii(letter)).isascii()]
    assert unfolded == []
    assert all(search_words(letter) == normalize(letter) for letter in letters)
    lost = [unicodedata.name(letter) for letter in letters if not normalize(letter)]
    sounds = ("STOP", "CLICK", "PERCUSSIVE", "FRICATIVE", "SPIRANT", "DOT", "AIN", "ALEF", "SALTILLO")
    assert [name for name in lost if name.partition(" WITH ")[0].split()[-1] not in sounds] == []


def test_letters_of_other_scripts_stay() -> None:
    assert normalize("Ёлка 深層 한국어 العربية") == normalize("Елка 深層 한국어 العربية")
    assert not normalize("Иван").isascii()
    assert latin_letter("и") is None and latin_letter("ɖ") == "d"


@given(st.text(st.sampled_from("aB.$_ \t\n\u00a0éßςΣİ\u0301\u0323\u0345\u1100\u1161가漢\u0ad7²₀\ue001"), max_size=30))
def test_a_text_is_folded_word_by_word_as_it_is_folded_whole(text: str) -> None:
    whole = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    assert _folded(text, _TABLE) == (text.translate(_ASCII) if text.isascii() else whole.translate(_TABLE))
