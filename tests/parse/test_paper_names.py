"""What in a line or a sentence is the name of a paper, and what only looks like one."""

from __future__ import annotations

import pytest

from tests.parse.threads import MIXMATCH, RESNET, only, titles

# ── a line of its own ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "title"),
    [
        (RESNET, RESNET),
        (f"“{RESNET}”", RESNET),
        (f"**{RESNET}**", RESNET),
        (f"{RESNET} (", RESNET),
        (f"{RESNET} (2015)", RESNET),
        (f"{RESNET} (CVPR 2016) [pdf]", RESNET),
        (f"1. {RESNET}", RESNET),
        (f"- {RESNET}", RESNET),
        (f"### {RESNET}", RESNET),
        (f"Paper: {RESNET}", RESNET),
        (f"{RESNET} | arXiv", RESNET),
        (MIXMATCH, MIXMATCH),
        ("How Does Batch Normalization Help Optimization?", "How Does Batch Normalization Help Optimization?"),
        (
            "Adversarial Examples Are Not Bugs, They Are Features (",
            "Adversarial Examples Are Not Bugs, They Are Features",
        ),
        ("A Neural Algorithm of Artistic Style", "A Neural Algorithm of Artistic Style"),
        (
            "Learning to Learn by Gradient Descent by Gradient Descent",
            "Learning to Learn by Gradient Descent by Gradient Descent",
        ),
        ("S$^4$L: Self-Supervised Semi-Supervised Learning", "S$^4$L: Self-Supervised Semi-Supervised Learning"),
        ("Cold Case: The Lost MNIST Digits", "Cold Case: The Lost MNIST Digits"),
    ],
)
def test_a_line_of_capitalised_words_is_a_title(line: str, title: str) -> None:
    assert titles(f"Good things\n\n{line}\n\nThey did well here, I think.\n") == [title]


@pytest.mark.parametrize(
    "line",
    [
        "Here is a thought.",
        "This fascinates me",
        "Broken notebook:",
        "As per the paper",
        "Papers I Liked This Month",
        "Machine Learning Reading Group",
        "Jonathan Frankle and Michael Carbin",
        "Advances in Neural Information Processing Systems",
        "IMPORTANT NOTICE TO ALL READERS OF THIS LIST",
        "Thanks everyone!",
    ],
)
def test_other_lines_are_no_title(line: str) -> None:
    assert titles(f"Good things\n\n{line}\n\nSome more words follow here.\n") == []


def test_authors_are_cut_off() -> None:
    by = only(
        "“The Lottery Ticket Hypothesis: Finding Sparse, Trainable Neural Networks” by Jonathan Frankle and M. Carbin"
    )
    assert by.title == "The Lottery Ticket Hypothesis: Finding Sparse, Trainable Neural Networks"
    assert by.authors == ("Jonathan Frankle", "M. Carbin")
    below = only(f"Nice\n\n{RESNET}\nKaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun\nI read it twice.\n")
    assert below.authors == ("Kaiming He", "Xiangyu Zhang", "Shaoqing Ren", "Jian Sun")
    assert below.mentions == ("I read it twice.",)
    dashed = only("Group Normalization - Yuxin Wu, Kaiming He\nGood for small batches.\n")
    assert (dashed.title, dashed.authors) == ("Group Normalization", ("Yuxin Wu", "Kaiming He"))


def test_a_title_in_sentence_case_needs_quotation_marks_and_an_author_or_an_address() -> None:
    assert only("“Attention is all you need” by Ashish Vaswani et al.").title == "Attention is all you need"
    linked = only("Deep residual learning for image recognition https://arxiv.org/abs/1512.03385\n\nI like it.\n")
    assert (linked.title, linked.arxiv_id) == ("Deep residual learning for image recognition", "1512.03385")
    assert titles("Attention is all you need\n\nI like it.\n") == []


def test_hard_wrapped_titles_are_joined_and_lists_of_titles_are_not() -> None:
    wrapped = "Take this:\n\nSpectral Normalization for Generative Adversarial\nNetworks\n\nIt works.\n"
    assert titles(wrapped) == ["Spectral Normalization for Generative Adversarial Networks"]
    listed = f"To read\n\n{RESNET}\nNeural Ordinary Differential Equations\nBatch Normalization and Its Friends\n"
    assert titles(listed) == [RESNET, "Neural Ordinary Differential Equations", "Batch Normalization and Its Friends"]


# ── within sentences ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("Exciting new paper “Unsupervised Data Augmentation” just out today.", "Unsupervised Data Augmentation"),
        ('Has anybody read "Mask R-CNN" by Kaiming He and others?', "Mask R-CNN"),
        ("I liked the paper titled *Wide Residual Networks* a lot.", "Wide Residual Networks"),
        (f"The plots in {MIXMATCH} are nice.", MIXMATCH),
        (f"Yesterday I read {RESNET} again.", RESNET),
        (f"Not bad: [{RESNET}](https://arxiv.org/abs/1512.03385)!", RESNET),
        ("I come back to the paper “Attention is all you need” every year.", "Attention is all you need"),
        ("Somebody said that “Wide Residual Networks” is good too.", "Wide Residual Networks"),
        (
            "The curves from Deconstructing Lottery Tickets: Zeros, Signs, and the Supermask surprise:",
            "Deconstructing Lottery Tickets: Zeros, Signs, and the Supermask",
        ),
        (
            "Generalised IOU. A Metric and A Loss for Bounding Box Regression. It tells how far a miss is.",
            "Generalised IOU. A Metric and A Loss for Bounding Box Regression",
        ),
        ("Neural Ordinary Differential Equations – I liked the trick.", "Neural Ordinary Differential Equations"),
        ("Auto-Encoding Variational Bayes (Kingma and Welling, 2013): a classic.", "Auto-Encoding Variational Bayes"),
    ],
)
def test_titles_within_sentences(sentence: str, title: str) -> None:
    assert titles(f"Good things\n\n{sentence}\n") == [title]


@pytest.mark.parametrize(
    "sentence",
    [
        "I work at the School of Electrical Engineering and Computer Science of a town.",
        "We met at the Conference on Neural Information Processing Systems in December.",
        "The blog post “Understanding Convolutions Without Any Tears” helped me.",
        "They speak of “exploration” and “exploitation”, and of a “Bayesian Persuasion game”.",
        "Training Signal Annealing (TSA) is a nice idea, and I will try it.",
        "Alice Adler, Bob Baker and Carol Chen were there.",
        "See [my notes](https://example.org/Notes-On-Deep-Learning) and [the code](https://github.com/a/b).",
    ],
)
def test_what_is_no_name(sentence: str) -> None:
    assert titles(f"Good things\n\n{sentence}\n") == []


def test_the_line_of_an_entry_is_where_the_name_stands() -> None:
    text = (
        f"Things\n\nA long opening line that goes on and on until it comes to the paper titled\n“{RESNET}” at last.\n"
    )
    assert only(text).line == 4
