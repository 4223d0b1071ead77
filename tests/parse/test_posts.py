"""Forums, mails and chats as posts: what is furniture, and where a post ends."""

from __future__ import annotations

import pytest

from feedreader.parse.threads.posts import is_furniture
from tests.parse.threads import CHAT, FORUM, MAIL, MIXMATCH, RESNET, matches, read


@pytest.mark.parametrize(
    "line",
    [
        "1 Like", "12 Likes", "2 Replies", "❤ 3", "Reply", "Share", "Reply Share Report Save", "#12", "3", "---",
        "May 3", "2d", "3 hours ago", "10:32 AM", "May 7, 2019, 3:12pm", "2019-05-07 10:22",
        "alice May 7, 2019, 3:12pm #12", "r/papers • u/alice • Jan 12 '20", "Upvotes", "47 comments sorted by",
        "alice 3 points 2 hours ago | parent | next [–]", "Posted by u/alice 3 years ago", "Alice Adler 10:32 AM",
        "bob (Bob Baker) 7 May 2019", "On Tue, 4 Jun 2019 at 09:01, Bob Baker <bob@example.org> wrote:", "alice wrote:",
        "From: Alice <alice@example.org>", "Subject: Re: papers", "1.2k views · 45 comments", "arxiv.org", ":+1: 4",
    ],
)  # fmt: skip
def test_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "I like it", "I read it 3 days ago", "They share the code.", RESNET, "Edit: it is out now", "30% fewer errors",
        "Accuracy of 93 %", "As the authors said:", "It took 2h to train on my machine",
        "New results for May 7 are good",
        "x = 3", "Best paper of 2019",
    ],
)  # fmt: skip
def test_no_furniture(line: str) -> None:
    assert not is_furniture(line)


def test_a_forum_with_names_and_time_stamps() -> None:
    digest = read(FORUM)
    assert matches(FORUM)
    assert digest.title == "Favourite papers of the month"
    mixmatch, bert = digest.entries
    assert mixmatch.mentions == (f"I enjoyed {MIXMATCH}, it is simple.",)
    assert bert.arxiv_id == "1810.04805"
    assert bert.mentions == ("Have you seen this?", "They hide words and guess them.", "Not convinced by BERT yet.")
    assert [problem.line for problem in digest.problems] == [31]


def test_mails_that_quote_one_another() -> None:
    digest = read(MAIL)
    assert matches(MAIL)
    assert digest.title == "Papers for Thursday"
    mask, focal, resnet = digest.entries
    assert mask.authors == ("Kaiming He", "Georgia Gkioxari", "Piotr Dollár", "Ross Girshick")
    assert len(mask.mentions) == 2 and mask.mentions[1] == "Fine with me, it is a good one."
    assert (focal.title, focal.arxiv_id) == (None, "1708.02002")
    assert focal.mentions == ("And arXiv:1708.02002 goes well with it.",)
    assert resnet.title == RESNET
    assert digest.problems == ()


def test_a_chat() -> None:
    digest = read(CHAT)
    assert matches(CHAT)
    assert [(entry.title, entry.arxiv_id) for entry in digest.entries] == [
        (RESNET, None), ("Wide Residual Networks", None), (None, "1611.05431"),
    ]  # fmt: skip
    assert digest.entries[0].mentions == (f"Alice: have you read “{RESNET}”?",)
    assert [problem.line for problem in digest.problems] == [4]


def test_paragraphs_parted_by_two_blank_lines_throughout() -> None:
    text = f"Good\n\n\n{RESNET}\n\n\nOne thing.\n\n\nAnother.\n\n\n{MIXMATCH}\n\n\nThird.\n"
    assert [entry.mentions for entry in read(text).entries] == [("One thing.", "Another."), ("Third.",)]


def test_the_first_line_is_the_title_unless_it_names_a_paper() -> None:
    assert read(f"Good readings\n\n{RESNET}\n\nFine.\n").title == "Good readings"
    assert read(f"{RESNET}\n\nFine.\n").title is None
    assert read(f"{RESNET}\n\nalice\nMay 3\n\nFine, I think.\n").entries[0].mentions == ("Fine, I think.",)


def test_headers_of_mail_are_known_by_their_neighbours_too() -> None:
    text = f"From: Alice\nSent: Monday, 3 June 2019\nTo: Bob\nSubject: papers\n\n{RESNET}\n\nFrom: a wish, I read it.\n"
    digest = read(text)
    assert digest.title == "papers"
    assert digest.entries[0].mentions == ("From: a wish, I read it.",)
