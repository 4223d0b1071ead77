"""Threads in which people name, quote and discuss papers: who speaks of which paper."""

from __future__ import annotations

import dataclasses
import gzip
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feedreader.model import Digest
from feedreader.parse.threads.posts import is_furniture
from feedreader.text.cleaning import decode
from tests.conftest import SHARED
from tests.parse.listings import needs_shared, real_files, twin
from tests.parse.threads import ABSTRACT, CHAT, FORUM, MAIL, MIXMATCH, RESNET, matches, only, read

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_feeds" / "reading-thread.txt"


# ── who speaks of which paper ──────────────────────────────────────────────────────────────────────
def test_what_follows_a_title_is_said_of_it() -> None:
    first, second = read(f"Good\n\n{RESNET}\n\nOne thing.\nIt goes on.\n\nAnother.\n\n{MIXMATCH}\n\nThird.\n").entries
    assert first.mentions == ("One thing. It goes on.", "Another.")
    assert second.mentions == ("Third.",)


def test_what_a_post_says_before_its_title_is_said_of_that() -> None:
    text = f"Good\n\n{RESNET}\n\nFine.\n\n1 Like\n\nNew this week!\n\nThe results are strong.\n\n{MIXMATCH}\n"
    first, second = read(text).entries
    assert first.mentions == ("Fine.",)
    assert second.mentions == ("New this week!", "The results are strong.")


def test_a_paragraph_may_end_with_the_title() -> None:
    entry = only(f"Good\n\nSmall steps add up in very deep networks:\n{RESNET} (\n")
    assert (entry.title, entry.mentions, entry.line) == (RESNET, ("Small steps add up in very deep networks:",), 4)


def test_an_abstract_two_blank_lines_below_its_title_belongs_to_it() -> None:
    text = f"Good\n\nFine work.\n\nmore\n\n{RESNET}\n\n\n{ABSTRACT}\n\n{MIXMATCH}\n\nThey mix.\n"
    first, second = read(text).entries
    assert first.quotes == (ABSTRACT,)
    assert second.mentions == ("They mix.",)


def test_a_post_that_answers_is_not_said_of_the_title_above_it() -> None:
    digest = read(f"Good\n\n{MIXMATCH}\n\nThey mix.\n\n@alice is there code for it already?\n")
    assert digest.entries[0].mentions == ("They mix.",)
    assert [problem.line for problem in digest.problems] == [7]


def test_a_paper_named_twice_is_one_entry() -> None:
    text = f"Good\n\n{RESNET}\n\nFirst.\n\n3 Likes\n\nI have read “{RESNET.upper().title()}” too.\n"
    entry = only(text)
    assert (entry.title, entry.line) == (RESNET, 3)
    assert len(entry.mentions) == 2


@pytest.mark.parametrize(
    ("title", "mention"),
    [
        (MIXMATCH, "Somebody ported mixmatch to another library."),
        ("T-Net: Parametrizing Fully Convolutional Nets with a Single High-Order Tensor", "T-Net is what I use now."),
        ("Unsupervised Data Augmentation", "The UDA code is out."),
        ("Cold Case: The Lost MNIST Digits", "So Cold Case gives back the lost half."),
        (RESNET, "I keep quoting deep residual learning for image recognition."),
    ],
)
def test_posts_that_use_a_short_name_are_mentions(title: str, mention: str) -> None:
    digest = read(f"Good\n\n{title}\n\nThis one.\n\n1 Like\n\n{mention}\n\n2 Likes\n")
    assert digest.entries[0].mentions == ("This one.", mention)
    assert digest.problems == ()


def test_a_short_name_of_two_papers_names_neither() -> None:
    digest = read(
        f"Good\n\n{MIXMATCH}\n\nOne.\n\nMixMatch: Another Thing of the Same Name\n\nTwo.\n\n1 Like\n\nmixmatch!\n"
    )
    assert [len(entry.mentions) for entry in digest.entries] == [1, 1]
    assert len(digest.problems) == 1


def test_chatter_is_reported_once_a_post() -> None:
    text = f"Good\n\n{RESNET}\n\nFine.\n\n1 Like\n\nIs there a cake?\n\nI would like some.\n\n1 Like\n\nMe too.\n"
    problems = read(text).problems
    assert [(problem.line, problem.reason) for problem in problems] == [
        (9, "a post that names no paper"),
        (15, "a post that names no paper"),
    ]


def test_a_remark_just_before_a_title_may_be_said_of_it() -> None:
    remark = "Loving how a meme became a dataset."
    digest = read(f"Good\n\n{remark}\n\n1 Like\n\nCold Case: The Lost MNIST Digits\n\nA dataset again.\n")
    assert digest.entries[0].mentions == (remark, "A dataset again.")
    assert digest.problems == ()


def test_an_unknown_paper_that_is_quoted_at_length_is_an_entry_without_title() -> None:
    digest = read(f"Good\n\n{RESNET}\n\nFine.\n\n1 Like\n\n{ABSTRACT} {ABSTRACT}\n")
    assert [entry.title for entry in digest.entries] == [RESNET, None]
    assert digest.entries[1].quotes == digest.entries[1].mentions == (f"{ABSTRACT} {ABSTRACT}",)


def test_each_item_of_a_list_speaks_for_itself() -> None:
    text = (
        "What I read this week\n\n"
        "- Neural Ordinary Differential Equations – I liked the trick.\n"
        "- [Glow: Generative Flow with Invertible 1x1 Convolutions](https://arxiv.org/abs/1807.03039) – nice!\n"
        "- The bread that my neighbour bakes.\n"
    )
    digest = read(text)
    assert [len(entry.mentions) for entry in digest.entries] == [1, 1]
    assert [problem.line for problem in digest.problems] == [5]


def test_a_list_below_a_title_is_said_of_it_and_ends_there() -> None:
    text = f"Good\n\n{RESNET}\n\nIn short\n\n  • very deep\n  • easy to train\n\nCompilers speed things up. Do they?\n"
    digest = read(text)
    assert digest.entries[0].mentions == ("In short", "very deep", "easy to train")
    assert [problem.line for problem in digest.problems] == [10]


# ── quotes ─────────────────────────────────────────────────────────────────────────────────────────
def test_abstracts_are_quotes_and_mentions_and_never_abstracts() -> None:
    entry = only(
        f"Good\n\n{RESNET}\n\n{ABSTRACT}\n\nI like this one, and you will too, since it is not hard to read.\n"
    )
    assert entry.quotes == (ABSTRACT,)
    assert len(entry.mentions) == 2
    assert entry.abstract is None


def test_what_follows_an_announcement_is_quoted() -> None:
    plain = (
        "Twenty words and a few more are what it takes, and these plain words are no small talk of anybody at all here."
    )
    entry = only(f"Good\n\n{RESNET}\n\nFrom the abstract:\n\n{plain}\n\n{plain} Again.\n\nShort and sweet.\n")
    assert entry.quotes == (plain, f"{plain} Again.")


def test_small_talk_is_not_quoted() -> None:
    chat = "I really think that you should look at this, since we show something like it in our group every week!"
    assert only(f"Good\n\n{RESNET}\n\n{chat}\n").quotes == ()


def test_a_passage_in_quotation_marks_is_quoted_from_a_chatty_paragraph() -> None:
    entry = only(f"Good\n\n{RESNET}\n\nI love this bit: “{ABSTRACT}” Don't you?\n")
    assert entry.quotes == (ABSTRACT,)


# ── addresses ──────────────────────────────────────────────────────────────────────────────────────
def test_the_address_in_a_post_goes_to_its_only_paper() -> None:
    entry = only(f"Good\n\n{RESNET}\n\nVery deep. See https://arxiv.org/abs/1512.03385v1 for it.\n")
    assert (entry.arxiv_id, entry.version, entry.url) == ("1512.03385", 1, None)
    entry = only(f"Good\n\n{RESNET}\nhttps://doi.org/10.1109/CVPR.2016.90\n\nVery deep.\n")
    assert (entry.doi, entry.mentions) == ("10.1109/cvpr.2016.90", ("Very deep.",))
    entry = only(
        f"Good\n\n{RESNET}\n\nPDF: https://openaccess.thecvf.com/x/paper.pdf\n\nCode: https://github.com/a/b\n"
    )
    assert entry.url == "https://openaccess.thecvf.com/x/paper.pdf"


def test_addresses_beside_titles_are_kept_apart() -> None:
    text = f"Two:\n\n{RESNET} (arXiv:1512.03385)\n\n{MIXMATCH}\nhttps://arxiv.org/abs/1905.02249\n\nI like both.\n"
    assert {entry.title: entry.arxiv_id for entry in read(text).entries} == {
        RESNET: "1512.03385",
        MIXMATCH: "1905.02249",
    }


def test_a_bare_address_is_an_entry_without_title() -> None:
    entry = only("Good\n\nHas anybody seen https://arxiv.org/abs/1512.03385 yet?\n")
    assert (entry.title, entry.arxiv_id) == (None, "1512.03385")
    assert entry.mentions == ("Has anybody seen https://arxiv.org/abs/1512.03385 yet?",)


# ── nothing is lost, nothing raises, nothing takes long ────────────────────────────────────────────
def words_of(text: str) -> set[str]:
    return set(re.findall(r"\w{4,}", text))


@pytest.mark.parametrize("text", [FORUM, MAIL, CHAT])
def test_every_post_is_a_mention_a_name_or_a_problem(text: str) -> None:
    digest = read(text)
    kept = " ".join([digest.title or ""] + [f"{e.title} {e.arxiv_id} {e.mentions} {e.authors}" for e in digest.entries])
    lines = text.split("\n")
    reported = {problem.line for problem in digest.problems}
    for number, line in enumerate(lines, 1):
        bare = re.sub(r"^[> ]+|https?://\S+|\(.*\)", "", line)
        wrapped_header = line.startswith("On Tue") or line == "wrote:"
        if is_furniture(line.strip()) or wrapped_header or number in reported or number < 5:
            continue
        lost = words_of(bare) - words_of(kept) - {"Alice", "Baker", "Institute", "Something", "alice", "wrote", "Best"}
        assert not lost, f"{number}: {line}"


snippets = st.sampled_from([
    RESNET, MIXMATCH, f"“{RESNET}”", "1 Like", "alice", "May 3", "> ", "- ", "  • ", "Alice: ", "--",
    "On Monday, Bob wrote:", "Best,", "Subject: Re: x", "https://arxiv.org/abs/1512.03385", "10.1000/182", "[", "](",
    ")", "(", "*", "_", '"', "“", "”", ABSTRACT, "Abstract:", ". ", ": ", "\n", "\n\n", "\n\n\n", "by Kaiming He", "#",
    "\t", " ", "…", "ſ", "İ", "é", "🙂",
])  # fmt: skip


pieces_of_lines = st.tuples(st.sampled_from((FORUM + MAIL + CHAT).split("\n")), st.integers(0, 90), st.integers(0, 90))
cut_lines = st.lists(pieces_of_lines.map(lambda piece: piece[0][piece[1] :][: piece[2]]), max_size=40).map("\n".join)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=400), st.lists(snippets, max_size=40).map("".join), cut_lines))
@example("x\n\n  • a\n\n. B")
def test_it_never_raises(text: str) -> None:
    matches(text)
    digest = read(text)
    for entry in digest.entries:
        assert entry.title or entry.arxiv_id or entry.doi or entry.url or entry.quotes
        assert entry.abstract is None
        assert all(text == " ".join(text.split()) and text for text in (*entry.mentions, *entry.quotes))
        assert entry.line is not None and 1 <= entry.line <= text.count("\n") + 1


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=len(MAIL + FORUM)))
def test_a_thread_cut_anywhere_is_read(end: int) -> None:
    read((MAIL + FORUM)[:end])
    matches((FORUM + MAIL)[:end])


@pytest.mark.parametrize(
    "unit",
    [
        "a", "A", "A ", "“", '"a ', "[a](", "(", "> ", "by A ", "Alice: ", "*a", ". ", "x\n\n", "A. B. ", "1 ", "-",
        "https://a/", "a-", "Deep ", "> a\n", "Aa, ", "10.1/", f"{RESNET}\n\nOne.\n\n",
    ],
)  # fmt: skip
def test_the_time_is_linear(unit: str) -> None:
    started = time.process_time()
    text = unit * (30_000 // len(unit))
    read(text)
    matches(text)
    assert time.process_time() - started < 2


# ── the sample, and real files ─────────────────────────────────────────────────────────────────────
def as_json(digest: Digest) -> dict[str, Any]:
    """A digest as its twin holds it: what is not empty, tuples as lists, days as ISO."""

    return {
        "format": digest.format,
        "title": digest.title,
        "entries": [twin(value) for value in digest.entries],
        "problems": [dataclasses.asdict(problem) for problem in digest.problems],
    }


def test_the_sample_gives_its_twin() -> None:
    text, problems = decode(SAMPLE.read_bytes())
    assert not problems
    assert matches(text)
    assert as_json(read(text)) == json.loads(SAMPLE.with_suffix(".expected.json").read_text("utf-8"))


def test_the_sample_names_and_quotes_papers_of_the_other_samples() -> None:
    digest = read(SAMPLE.read_text("utf-8"))
    named = {entry.title for entry in digest.entries if entry.title}
    others = [path for path in SAMPLE.parent.glob("*.txt") if path != SAMPLE]
    lines = {line.strip() for path in others for line in path.read_text("utf-8").split("\n")}
    assert named & lines, "a paper of another sample, by its exact title"
    records = " ".join((SAMPLE.parent / "arxiv-records.txt").read_text("utf-8").split())
    quotes = [quote for entry in digest.entries for quote in entry.quotes]
    assert any(quote in records and len(quote.split()) >= 25 for quote in quotes), "a passage of a nameless record"


def shared_text(path: Path) -> str:
    data = path.read_bytes()
    return decode(gzip.decompress(data) if path.suffix == ".gz" else data)[0]


EXPECTED = (
    "Photorealistic Style Transfer via Wavelet Transforms",
    "Generalised IOU",
    "T-Net",
    "Unsupervised Data Augmentation",
    "Deconstructing Lottery Tickets",
    "How Does Batch Normalization Help Optimization?",
    "MixMatch",
    "The Lottery Ticket Hypothesis",
    "Adversarial Examples Are Not Bugs, They Are Features",
    "Bayesian Exploration with Heterogeneous Agents",
    "Batch Normalization is a Cause of Adversarial Vulnerability",
    "Cold Case: The Lost MNIST Digits",
)


@needs_shared
def test_the_real_thread() -> None:
    text = shared_text(next((SHARED / "digests").glob("004_*")))
    digest = read(text)
    assert matches(text)
    assert digest.title == "Good readings 2019"
    by_title = {name: [e for e in digest.entries if (e.title or "").startswith(name)] for name in EXPECTED}
    assert {name: len(entries) for name, entries in by_title.items()} == dict.fromkeys(EXPECTED, 1)
    assert len(digest.entries) == len(EXPECTED)
    assert all(entry.mentions for entry in digest.entries)
    assert not any("Like" in mention and len(mention) < 9 for entry in digest.entries for mention in entry.mentions)
    (lottery,) = by_title["The Lottery Ticket Hypothesis"]
    assert lottery.authors == ("Jonathan Frankle", "Michael Carbin")
    (mixmatch,) = by_title["MixMatch"]
    assert (len(mixmatch.mentions), len(mixmatch.quotes)) == (4, 1)
    assert all(problem.line for problem in digest.problems) and len(digest.problems) <= 4


@pytest.mark.parametrize(
    "lines",
    [
        "“The Lottery Ticket Hypothesis: Finding Sparse, Trainable\nNeural Networks” by J. Frankle, M. Carbin",
        "“The Lottery Ticket Hypothesis: Finding Sparse, Trainable Neural Networks” by\nJ. Frankle, M. Carbin",
        '"The Lottery Ticket Hypothesis: Finding Sparse, Trainable\nNeural Networks"\nJ. Frankle, M. Carbin',
    ],
)
def test_a_title_that_was_wrapped_between_quotation_marks(lines: str) -> None:
    entry, _ = read(f"{lines}\n\nIt works.\n\n\n{MIXMATCH}\n\nSo does this.\n").entries
    assert entry.title == "The Lottery Ticket Hypothesis: Finding Sparse, Trainable Neural Networks"
    assert entry.authors == ("J. Frankle", "M. Carbin") and entry.mentions == ("It works.",)


def test_a_title_that_was_wrapped_before_a_dash() -> None:
    lines = "Sharpness-Aware Minimization for Efficiently Improving\nGeneralization – five changed lines in our loop"
    entry, _ = read(f"{lines}\n\n{MIXMATCH}\n\nSo does this.\n").entries
    assert entry.title == "Sharpness-Aware Minimization for Efficiently Improving Generalization"
    assert entry.mentions == ("five changed lines in our loop",)


@needs_shared
def test_other_real_files_are_no_threads() -> None:
    claimed = [name for name, path in real_files() if "/004_" not in name and matches(shared_text(path))]
    assert claimed == []


@needs_shared
def test_the_real_thread_cut_anywhere_is_read() -> None:
    text = shared_text(next((SHARED / "digests").glob("004_*")))
    for end in range(0, len(text), 97):
        read(text[:end])
