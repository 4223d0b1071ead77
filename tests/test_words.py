"""What a person reads is plain English: phrases that read like a translation are not to come back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedreader.cli import main
from feedreader.cli.arguments import command_names

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
MODULES = sorted((ROOT / "feedreader").rglob("*.py"))
# What is banned, and an example of what to write.
BANNED = {
    r"\bcalled so\b": "No matches.",
    r"\b(?:stands?|standing) (?:in|under|there|behind|beside)\b": "is in config.toml",
    r"\b(?:take|takes|taken|taking) (?:\w+ )?(?:away|out)\b": "remove",
    r"\bmet (?:before|first|as)\b|\bfirst met\b|\bwhat it met\b": "announced",
    r"\bfor news\b|\bno news\b|\bwithout news\b": "Refresh; Nothing new",
    r"\bwhat (?:is|are|was|were) (?:\w+ (?:and|or) )?\w+ed\b": "a noun: the rules, the last import",
    r"\bis followed\b|\bfollow(?:s|ed)? (?:a feed|feeds|arxiv)\b": "subscribe",
    r"(?<!there )\b(?:is|are|was|were) no (?!longer\b|matter\b|need\b|more than\b)": "is not a …; unknown …",
    r"\bfit for\b": "works with cron",
    r"\bis it yours\b|\byours to write\b|\bmay you\b|\bnot yours\b": "permission denied",
    r"\bmend (?:it|them)\b": "Fix the file.",
    r"\bis the network there\b": "Check your connection.",
    r"\bby chance\b": "random",
    r"\bparted by\b|\bblanks\b": "separated by spaces",
    r"\b(?:call|calls|called) (?:it|this|\w+ \w+) otherwise\b": "rename",
    r"\bword of (?:why|what)\b": "Your note",
    r"\bhas these words\b": "Papers matching:",
    r"\bsurplus\b": "extra cells",
    r"(?:\bu|…) (?:undoes it|brings it back)\b": "(u to undo)",
    r"\benter (?:takes it|stays|once more)\b": "enter select",
    r"\bknown from elsewhere\b": "merged with an existing paper",
    r"\bmay (?:only be read|not be written|be left out)\b": "read-only",
    r"\bnot understood\b": "invalid; skipped",
    r"\bhold as they are\b|\bwhat holds\b": "the settings in use",
    r"\banew\b": "again",
    r"\bbehind (?:it|them|the letter|=)(?=[ .,;:)]|\Z)": "after",
    r"\b(?:is|are) to be (?:had|asked|found|trusted|looked)\b": "is available",
    r"\bneed not be there\b|\bways in\b": "is optional",
    r"\bone json object a\b": "a JSON object per …",
    r"\b(?:wants|want) (?:a|an|to be|something)\b": "needs",
    r"\bended with error\b": "failed (exit 3)",
    r"\bfound no\b|\bknows none\b": "cannot find",
    r"\bcheck the name\b|\bdoes not exist\. ": "no such file",
    r"\bsurprised by\b": "No papers yet.",
    r"\bknown layouts\b": "Supported: …",
    r"\bbroken off\b|\bbroke off\b": "cut off; incomplete",
    r"\bas it goes\b|\bso far as it goes\b": "what it could",
}
_ANY = {re.compile(pattern, re.IGNORECASE): better for pattern, better in BANNED.items()}
_SOME = re.compile("|".join(f"(?:{pattern})" for pattern in BANNED), re.IGNORECASE)


def mistakes(text: str) -> list[str]:
    """The phrases of a text that are banned, with what to write."""
    if not _SOME.search(text):  # as nearly always
        return []
    found = ((pattern.search(text), better) for pattern, better in _ANY.items())
    return [f"“{match[0]}” in “{text}”: {better}" for match, better in found if match]


def strings(source: str) -> Iterator[tuple[int, str]]:
    """The strings of a module with their lines, documentation aside; what is put into one is ….

    Names, patterns and statements of SQL are not for people: only what has two words or more counts.
    """
    tree = ast.parse(source)
    apart = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if not isinstance(node, ast.JoinedStr | ast.Constant):
            continue
        text = ""
        if isinstance(node, ast.JoinedStr):
            pieces = (part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
            text = "".join(map(str, pieces))
        elif isinstance(node.value, str) and id(node) not in apart | parts:
            text = node.value
        if re.search(r"\w[,.:;]? +\w", text) and not re.match(
            r"\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|WITH)\b", text
        ):
            yield node.lineno, text


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_string_reads_like_a_translation(path: Path) -> None:
    found = [(line, each) for line, text in strings(path.read_text("utf-8")) for each in mistakes(text)]
    assert found == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_page_reads_like_a_translation(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    paragraphs = (" ".join(each.split()) for each in re.split(r"\n\s*\n|\n(?=[-|#])", text))
    sentences = (sentence for paragraph in paragraphs for sentence in re.split(r"(?<=[.!?]) ", paragraph))
    assert [each for sentence in sentences for each in mistakes(sentence)] == []


@pytest.mark.parametrize("argv", [["--help"], *([name, "--help"] for name in command_names()), ["config", "--example"]])
def test_nothing_that_is_printed_reads_like_a_translation(
    argv: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FEEDREADER_CONFIG", "")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert main(argv) == 0
    assert [each for line in capsys.readouterr().out.splitlines() for each in mistakes(line)] == []


@pytest.mark.parametrize(
    "text",
    [
        "None is called so.",
        "“x” stands in the settings. Take it out there.",
        "430 new papers, 528 met before.",
        "Ask what is followed for news",
        "What is highlighted and muted",
        "This is no digest that feedreader knows.",
        "Is it yours? Mend it or move it away.",
        "An unread paper by chance",
        "words, parted by commas or blanks",
        "A word of why. Markdown.",
        "Taken out: 1 paper. u brings it back.",
        "It is fit for cron: quiet without news",
        "joined a paper known from elsewhere",
        "the surplus went where text is",
    ],
)
def test_the_list_knows_the_phrases_it_was_made_for(text: str) -> None:
    assert mistakes(text)
