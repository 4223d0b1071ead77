"""TeX, as it occurs in titles and abstracts, shown as Unicode: `S$^\\mathbf{4}$L` is `S⁴L`. It loses nothing.

A cursor walks over the text once. Plain stretches pass through; at a character that can start TeX the converter
asks what stands there (a command, a formula, a group, a script), turns it into text and goes on behind it.

The rules, all of them met in real abstracts:

- What is not understood stays as typed: an unknown command without an argument, a formula that never ends, a price,
  a path, a brace of plain text. An unknown command with an argument gives way to its argument.
- A script is raised or lowered only if all of it can be, and is no word (three letters); else it is `x^(…)`, `x_(…)`.
- Blanks stay as the author typed them, save those that merely end the name of a command.
- No control character comes into being.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import partial

from feedreader.text.tex import symbols as tables
from feedreader.text.tex.cursor import MAX_DEPTH, REACH, Cursor, dash, drive_path, is_grouping, ties
from feedreader.text.tex.symbols import accented, numbered, script, tidy

_STARTS_TEX = re.compile(r"[\\${~`]")
# Where plain text stops. `re` finds one of a set of characters fast, so the pattern begins with it and looks back.
_TEXT_STOP = re.compile(r"""[\\${~`"'^_-](?:(?<=[\\${~`"])|(?<=-)-|(?<=')'|(?<=[\^_])\{)""")
_MATH_STOP = re.compile(r"[\\${}~^_'&]")
_OPENING_QUOTE = re.compile(r"``(?![`\s])(?![^`']*[^\s`']``(?!\w))")
_SINGLE_QUOTES = re.compile(r"(?<!\w)`([^\s`'\\${}](?:[^`'\\${}\n]{0,60}[^\s`'\\${}])?)'(?!\w)")
_WORD_SCRIPT = re.compile(r"_[A-Za-z]{3}|\^[a-z]{3}")  # d_model is a name, whatever TeX makes of it
_OPTION = re.compile(r"\[[^][{}$]{0,60}\](?=\{)")
_COMMAND = re.compile(r"\s*\\([A-Za-z]+)")
_QUANTIFIER = re.compile(r"\{\d*,?\d*\}")
_LENGTH = re.compile(r"\[-?[\d.]+ ?[a-z]{2}\]")
_NUMBER_BEHIND = re.compile(r"(?:\{\})?[\s~]*\d")
_CODE = re.compile(r"""\s*("[0-9A-F]{1,6}|'[0-7]{1,7}|\d{1,7}) ?""")
_LETTER_AT = re.compile(r"\\(i|j|o|O|ae|AE|aa|AA)(?![A-Za-z]) ?|([^\W\d_])")
_LETTER_BEHIND = re.compile(r" *\\(i|j|o|O|ae|AE|aa|AA)(?![A-Za-z]) ?| +([^\W\d_])")
_STICKS = re.compile(
    r"\\(?:textmu +(?=[A-Za-z])|textdegree +(?=[CFK](?![A-Za-z]))|(?:text)?(?:euro|sterling|yen|pounds) +(?=\d))"
)
_ACCENTED = re.compile(
    r"""\\(?:["`^~=.]\{?\\?[A-Za-z]|'(?:\{|\\?[aeiouynczAEIOUYNCZSL])|(?:[LlOoijvHkcrud]|AA|aa|AE|ae|ss)(?![A-Za-z]))"""
)
_FI = re.compile(r"\\fi(?![A-Za-z])")
_APOSTROPHE_BEHIND = re.compile(r"(?:s|t|m|re|ve|ll|d)(?![A-Za-z{\\])")

_OPENERS, _OPERATORS = ("", *"([{,;:=<>+-/&$"), tuple("+-*/=<>")


def to_unicode(text: str) -> str:
    """`text` with its TeX shown as Unicode. Text without TeX comes back unchanged; it never raises."""
    if _STARTS_TEX.search(text) is None and "--" not in text:
        return text
    try:
        return convert(text)
    except Exception:
        return text


def convert(text: str) -> str:
    """`to_unicode` without its guard against mistakes of our own."""
    return Converter(text).until(len(text), False)


class Converter(Cursor):
    """One conversion. `math` is the mode in which the text is being read."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.math = False
        self.quoted = False  # an opening `` waits for its ''
        self.accents: bool | None = None  # whether letters have accents in TeX, once that was asked
        self.endless: set[tuple[str, int]] = set()  # environments known not to end before a position

    def until(self, end: int, math: bool) -> str:
        """What stands between the cursor and `end`, converted. The cursor ends there."""
        outer = self.end, self.math
        self.end, self.math = end, math
        stop = _MATH_STOP if math else _TEXT_STOP
        other = self.math_mark if math else self.text_mark
        pieces: list[str] = []
        while self.pos < end:
            match = stop.search(self.text, self.pos, end)
            start = match.start() if match else end
            if start > self.pos:
                pieces.append(self.text[self.pos : start])
                self.pos = start
            if match:
                mark = self.text[start]
                pieces.append(self.command() if mark == "\\" else self.formula(1) if mark == "$" else other(mark))
        self.end, self.math = outer
        return "".join(pieces)

    def group(self, math: bool) -> str | None:
        """The group at the cursor, converted, without its braces; None if there is none."""
        close = self.closing() if self.char(self.pos) == "{" else None
        if close is None:
            return None
        self.depth += 1
        self.pos += 1
        piece = self.until(close, math)
        self.pos = close + 1
        self.depth -= 1
        return piece

    def argument(self, math: bool) -> str | None:
        """The argument at the cursor: a group, a command or one character (of no word). None if there is none."""
        start = self.pos
        self.skip_blanks()
        mark = self.char(self.pos) if self.pos < self.end else ""
        if mark == "{":
            piece = self.group(math)
        elif mark == "\\":
            outer, self.math = self.math, math
            piece = self.command()
            self.math = outer
        elif self.math:
            piece = self.typed() if mark and mark not in "}$^_&~,;" else None
        else:
            piece = self.typed() if mark.isalnum() and not self.char(self.pos + 1).isalpha() else None
        if piece is None:
            self.pos = start
        return piece

    def formula(self, width: int) -> str:
        """`$…$`, `$$…$$`, `\\(…\\)`, `\\[…\\]`, or else the mark as typed: a price, say."""
        start, close = self.pos, self.closing()
        width = 2 if self.text.startswith("$$", start) else width
        if close is None or (width == 2 and not self.text.startswith(("$$", "\\"), close)):
            return self.typed(width)
        self.pos += width
        piece = tidy(self.until(close, True))
        self.pos = close + width
        if self.text.startswith(("$$", "\\["), start):
            return self.displayed(piece, start)
        return "'" if piece == "′" else piece  # Ain$'$t

    def displayed(self, piece: str, start: int) -> str:
        """`piece`, which began at `start` and ends at the cursor, with a blank on each side that has none."""
        before, after = self.char(start - 1), self.char(self.pos)
        return " " * bool(before and not before.isspace()) + piece + " " * bool(after and after not in " \n.,;:)")

    def math_mark(self, mark: str) -> str:
        if mark in "^_":
            return self.script()
        if mark == "{" and (group := self.group(True)) is not None:
            return group
        self.pos += 1
        if mark == "&" and self.char(self.pos) in ("=", "<", ">", "\\"):
            return ""  # where lines are aligned
        return {"~": " ", "'": "′"}.get(mark, mark)

    def script(self) -> str:
        word = _WORD_SCRIPT.match(self.text, self.pos)
        mark = self.typed()
        content = None if word else self.argument(True)
        if content is None:
            return mark
        if self.char(self.pos - 1) == " ":  # it ended the name of a command: x_\theta y
            self.pos -= 1
        return script(mark, content, self.char(self.pos))

    def text_mark(self, mark: str) -> str:
        start = self.pos
        if mark == "{":
            return self.text_group()
        if mark in "^_":
            return self.text_script()
        if mark in "`'\"":
            return self.quote(mark)
        typed = self.run_of(mark)
        if mark == "-":
            return dash(self.text, start, self.pos) or typed
        return " " if typed == "~" and ties(self.text, start) else typed

    def quote(self, mark: str) -> str:
        if mark != "`":
            typed = self.typed(1 if mark == '"' else 2)
            self.quoted, was_quoted = False, self.quoted
            return "”" if was_quoted else typed
        if _OPENING_QUOTE.match(self.text, self.pos):
            self.quoted = True
            self.pos += 2
            return "“"
        if single := _SINGLE_QUOTES.match(self.text, self.pos):
            self.pos = single.end()
            return f"‘{single[1]}’"
        return self.run_of("`")

    def text_group(self) -> str:
        """Braces in plain text: they group (and go), or they are meant (and stay)."""
        start = self.pos
        piece = self.group(False)
        if piece is None:
            return self.typed()
        glued = piece[:1] == "\\" and self.char(self.pos).isalpha()  # {\name}s is not \names
        return piece if is_grouping(self.text, start, self.pos) and not glued else f"{{{piece}}}"

    def text_script(self) -> str:
        """`R^{2}` outside a formula: a script if it can be raised whole, or if there is TeX in it."""
        close = self.partner.get(self.pos + 1, self.end)
        content = self.text[self.pos + 2 : min(close, self.pos + 64)] if close < self.end else ""
        table = tables.SUPERSCRIPTS if self.char(self.pos) == "^" else tables.SUBSCRIPTS
        small = len(content) < 9 and tables.LONG_WORD.search(content) is None and set(content) <= set(table)
        return self.script() if content and (small or "\\" in content) else self.typed()

    def command(self) -> str:
        """The command at the cursor, with its arguments."""
        start, name = self.pos, self.name()
        if not self.math and (path := drive_path(self.text, start)):
            return self.typed(len(path))
        if name in ("(", "["):
            return self.formula(2)
        self.pos += 1 + len(name)
        if self.depth >= MAX_DEPTH:
            return "\\" + name
        self.depth += 1
        piece = _METHODS.get(name, Converter.unknown)(self, name, start)
        self.depth -= 1
        return piece

    def unknown(self, name: str, start: int) -> str:
        """A command that means nothing to us: its arguments, or itself."""
        if not name.isalpha():
            return "\\" + name
        if len(name) == 1 and (quantifier := _QUANTIFIER.match(self.text, self.pos)):  # \w{3}
            return "\\" + name + self.typed(len(quantifier[0]))
        if self.text.startswith("{}", self.pos) and not self.char(self.pos + 2).isalpha():
            self.pos += 2
            return "\\" + name
        pieces = [self.typed(option.end() - self.pos)] if (option := _OPTION.match(self.text, self.pos)) else []
        while (piece := self.group(self.math)) is not None:
            pieces.append(" " * bool(pieces and pieces[-1][-1:].strip() and piece[:1].isalnum()) + piece)
        return "".join(pieces) or self.text[start : self.pos]

    def sign(self, name: str, start: int) -> str:
        return tables.SIGNS[name] if self.math or name not in tables.MATH_SIGNS else "\\" + name

    def symbol(self, name: str, start: int) -> str:
        self.skip_terminator()
        name_end = self.pos
        if self.math or name in tables.LETTERS or _STICKS.match(self.text, start):
            self.skip_blanks()
            if self.pos > name_end and self.blank_counts(name, start):
                self.pos = name_end
        return tables.SYMBOLS[name]

    def blank_counts(self, name: str, start: int) -> bool:
        """Whether the blanks that were passed after a symbol's name do more than end it."""
        if self.text.endswith("\\not", 0, start):
            start -= len("\\not")
        before, after = self.char(start - 1), self.char(self.pos)
        if name in tables.SPACED and before.isspace():
            return self.char(start - 2) not in _OPENERS or after in _OPERATORS
        if name in tables.SPACED:
            return before in ("$", "&") and not after.isdigit() and name not in ("pm", "mp")
        if after == "\\":
            following = self.name()
            return following in tables.SPACED or following in tables.WORDS
        return name in tables.PUNCTUATION or not (after.isalnum() or after in "()[]{},.;!_^'")

    def word(self, name: str, start: int) -> str:
        self.skip_terminator()
        return self.apart(tables.WORDS[name], start)

    def apart(self, word: str, start: int) -> str:
        """`word`, which began at `start` and ends at the cursor, with its scripts, set apart from its neighbours."""
        while self.math and self.char(self.pos) in ("^", "_"):
            word += self.script()
        before, after = self.char(start - 1), self.char(self.pos)
        if after == "\\":
            name = self.name()
            apart = name.isalpha() and name not in tables.SIZES and tables.SYMBOLS.get(name, name)[0].isalpha()
        else:
            apart = after.isalnum() or after == "{"
        return " " * (before.isalnum() or before in (")", "}", "]")) + word + " " * apart

    def shaped(self, name: str, start: int) -> str:
        """A command with arguments: its shape. If one of them is missing, all stays as typed."""
        kinds, shape = tables.SHAPES["emph" if name == "underline" and not self.math else name]
        if self.text.startswith("*{", self.pos):
            self.pos += 1
        if name == "not" and (next_name := _COMMAND.match(self.text, self.pos)) and next_name[1] not in tables.SYMBOLS:
            return self.text[start : self.pos]
        arguments: list[str] = []
        for kind in kinds:
            if kind == "r":
                argument = self.raw_group()
            elif kind == "o":
                argument = self.option()
            else:
                argument = self.argument(kind == "m" or (kind == "s" and self.math))
            if argument is None:
                return self.text[start : self.pos]
            arguments.append(argument)
        piece = shape(*arguments)
        if piece is None:
            return self.text[start : self.pos]
        if name == "color":
            self.skip_blanks()
        elif name == "sqrt":
            return self.apart(piece, 0)  # from what follows only
        return self.apart(piece, start) if name in tables.SET_APART else piece

    def text_accent(self, name: str, start: int) -> str:
        """`\\'{e}`, `\\'e`, `\\v c`, `\\'\\i`. Without braces only where it makes one letter: `\\d+` is a pattern."""
        mark, after = tables.TEXT_ACCENTS[name], self.char(self.pos)
        close = self.closing() if after == "{" else None
        if close is not None:
            raw = self.text[self.pos + 1 : close]
            greek = tables.SYMBOLS.get(name + raw, "") if len(raw) > 1 else ""
            if greek.isalpha():  # \beta that became \b{eta} on its way
                self.pos = close + 1
                return greek
            content = self.group(False) or ""
            if content[:1].isalpha():
                return accented(mark, content) or content
            return name if not content and name in "~^" else self.text[start : self.pos]
        if name == "'" and (ending := _APOSTROPHE_BEHIND.match(self.text, self.pos)) and self.is_apostrophe(start):
            return "'" + self.typed(len(ending[0]))  # it\'s
        if match := (_LETTER_BEHIND if name.isalpha() else _LETTER_AT).match(self.text, self.pos, self.end):
            plain = match[2] or (match[1] if match[1] in "ij" else tables.LETTERS[match[1]])
            letter = unicodedata.normalize("NFC", plain + mark)
            if len(letter) == 1 and (name != "." or letter in "żŻİ"):
                self.pos = match.end()
                return letter
        return "\\" + name

    def is_apostrophe(self, start: int) -> bool:
        """Whether the `\\'` at `start`, before an ending like s, means it\\'s and not {\\L}o\\'s."""
        before = self.char(start - 1)
        if not before.isalpha() or self.char(self.pos) != "s" or before not in "aeiouyAEIOUY":
            return before.isalpha()
        if self.char(start - 3) == "\\" and not self.char(start - 2).isalpha():  # Poincar\'e\'s
            return True
        if self.accents is None:
            self.accents = _ACCENTED.search(self.text) is not None
        return not self.accents

    def switch(self, name: str, start: int) -> str:
        """A command that only says how to set what follows, or a blank."""
        self.skip_terminator()
        self.skip_blanks()
        return " " if name in tables.SPACES else ""

    def size(self, name: str, start: int) -> str:
        self.skip_blanks()
        if name in ("left", "right", "middle") and self.char(self.pos) == ".":
            self.pos += 1
        return ""

    def line_break(self, name: str, start: int) -> str:
        if skipped := _LENGTH.match(self.text, self.pos):
            self.pos = skipped.end()
        self.skip_blanks()
        return " ; " if self.math and self.pos < self.end else " "

    def hyphenation(self, name: str, start: int) -> str:
        return "" if self.char(start - 1).isalpha() and self.char(self.pos).isalpha() else "\\-"

    def numbered_sign(self, name: str, start: int) -> str:
        """`\\S` and `\\P` before a number; elsewhere they are anybody's."""
        return tables.SYMBOLS[name] if _NUMBER_BEHIND.match(self.text, self.pos) else "\\" + name

    def item(self, name: str, start: int) -> str:
        return "• " + self.switch(name, start)

    def code(self, name: str, start: int) -> str:
        """`\\char"41`, `\\char'101`, `\\char65`."""
        match = _CODE.match(self.text, self.pos, self.end)
        char = numbered(match[1]) if match else None
        if match is None or char is None:
            return "\\" + name
        self.pos = match.end()
        return char

    def verbatim(self, name: str, start: int) -> str:
        close = self.text.find(self.char(self.pos) or "\\", self.pos + 1, min(self.end, self.pos + 200))
        if close < 0 or self.char(self.pos).isalnum() or self.char(self.pos).isspace():
            return "\\" + name
        return self.typed(close + 1 - self.pos)[1:-1]

    def environment(self, name: str, start: int) -> str:
        """`\\begin{…} … \\end{…}`, without either; one of them alone stays as typed."""
        kind = self.raw_group() or ""
        ending = f"\\end{{{kind}}}"
        alone = name == "end" or (kind, self.end) in self.endless
        close = -1 if alone else self.text.find(ending, self.pos, self.end)
        if close < 0:
            self.endless.add((kind, self.end))
            return self.text[start : self.pos]
        for _ in range(tables.ARGUMENTS_OF_ENVIRONMENTS.get(kind.rstrip("*"), 0)):
            self.raw_group()
        math = self.math or kind.rstrip("*") in tables.MATH_ENVIRONMENTS
        piece = self.until(close, math)
        self.pos = close + len(ending)
        fences = tables.FENCES.get(kind, "")
        piece = fences[:1] + (tidy(piece) if math else piece.strip()) + fences[1:]
        return piece if self.math else self.displayed(piece, start)

    # -- what packages define -----------------------------------------------------------------------------------------

    def conditional(self, name: str, start: int) -> str:
        """`\\ifmmode … \\else … \\fi`: the part for the mode."""
        ending = _FI.search(self.text, self.pos, min(self.end, self.pos + REACH))
        if ending is None:
            return "\\" + name
        other = self.text.find("\\else", self.pos, ending.start())
        stop = ending.start() if other < 0 else other
        if not self.math:
            self.pos, stop = stop + len("\\else") * (other >= 0), ending.start()
        piece = self.until(stop, self.math).strip()
        self.pos = ending.end()
        self.skip_blanks()
        self.skip_terminator()
        return piece

    def quantity(self, name: str, start: int) -> str:
        """Numbers and units as siunitx has them; what is neither is converted as it stands."""
        from feedreader.text.tex import units

        settings = self.option()
        slash = re.search(r"per-mode *= *(?:\w+-)?(?:symbol|fraction)", settings) is not None
        readers: dict[str, Callable[[str], str | None]] = {
            "n": units.number,
            "a": units.angle,
            "l": units.numbers,
            "u": partial(units.unit, slash=slash),
        }
        pieces: dict[str, list[str]] = {"n": [], "u": []}
        for kind in tables.QUANTITIES[name]:
            before = self.option()
            piece = self.read_by(readers[kind], units.LONGEST)
            if piece is None:
                break
            pieces["u" if kind == "u" else "n"].append(before + piece)
        if not any(pieces.values()):
            return f"[{settings}]" if settings else self.unknown(name, start)
        if settings and "=" not in settings:
            pieces["n"].insert(0, units.number(settings) or settings)  # \unit[3]{m}
        return units.quantities(pieces["n"], "".join(pieces["u"]), name)

    def read_by(self, reader: Callable[[str], str | None], longest: int) -> str | None:
        """The group here as `reader` reads it, or else converted; None if there is none."""
        close = self.closing() if self.char(self.pos) == "{" else None
        if close is None:
            return None
        piece = reader(self.text[self.pos + 1 : close]) if close - self.pos <= longest else None
        if piece is None:
            return tidy(self.group(True) or "")
        self.pos = close + 1
        return piece

    def chemical(self, name: str, start: int) -> str:
        close = self.closing() if self.char(self.pos) == "{" else None
        if close is None:
            return self.word(name, start) if name in tables.WORDS else self.unknown(name, start)
        from feedreader.text.tex.chemistry import chemistry

        outer = self.end, self.math
        self.end, self.math = close, True
        self.pos += 1
        piece = chemistry(self, close, self.chemical_tex)
        self.end, self.math = outer
        self.pos = close + 1
        return piece

    def chemical_tex(self, mark: str) -> str:
        if mark == "\\":
            return self.command()
        group = self.group(True) if mark == "{" else self.formula(1)
        return self.typed() if group is None else group


_METHODS: dict[str, Callable[[Converter, str, int], str]] = {
    **dict.fromkeys(tables.SYMBOLS, Converter.symbol),
    **dict.fromkeys(tables.WORDS, Converter.word),
    **dict.fromkeys(tables.SHAPES, Converter.shaped),
    **dict.fromkeys(tables.TEXT_ACCENTS, Converter.text_accent),
    **dict.fromkeys(tables.SWITCHES | tables.SPACES, Converter.switch),
    **dict.fromkeys(tables.SIZES, Converter.size),
    **dict.fromkeys(tables.SIGNS, Converter.sign),
    **dict.fromkeys("SP", Converter.numbered_sign),
    **dict.fromkeys(tables.QUANTITIES, Converter.quantity),
    **dict.fromkeys(("ce", "ch", "cf"), Converter.chemical),
    "ifmmode": Converter.conditional,
    "xspace": lambda converter, name, start: "",
    "\\": Converter.line_break,
    "-": Converter.hyphenation,
    "item": Converter.item,
    "char": Converter.code,
    "verb": Converter.verbatim,
    "begin": Converter.environment,
    "end": Converter.environment,
}
