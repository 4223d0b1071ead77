"""Texts for the tests of threads: all our own words about real papers."""

from __future__ import annotations

from feedreader.model import Digest, Entry
from feedreader.parse.formats import reading_thread

RESNET = "Deep Residual Learning for Image Recognition"
MIXMATCH = "MixMatch: A Holistic Approach to Semi-Supervised Learning"
ABSTRACT = (
    "In this work, we study how a passage of some length, written by nobody in particular, is taken for an abstract. "
    "We propose to look at its length and its manner, and show that this is enough on all the threads that were tried."
)

FORUM = f"""Favourite papers of the month

alice

May 3

I enjoyed {MIXMATCH}, it is simple.

3 Likes

bob (Bob Baker)  May 7, 2019, 3:12pm  #2

Have you seen this?
BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding
https://arxiv.org/abs/1810.04805

They hide words and guess them.

Reply Share

❤ 3

carol   2d

Not convinced by BERT yet.

12 Likes  2 Replies

dave 3 hours ago

Does anyone have a recipe for pancakes?
"""

MAIL = f"""From: Alice Adler <alice@example.org>
To: group@example.org
Date: Mon, 3 Jun 2019 10:12:44 +0200
Subject: [group] Re: Papers for Thursday

I would like to read "Mask R-CNN" by Kaiming He, Georgia Gkioxari, Piotr Dollár and Ross
Girshick next week.

Best,
Alice

On Tue, 4 Jun 2019 at 09:01, Bob Baker <bob@example.org>
wrote:

> I would like to read "Mask R-CNN" by Kaiming He, Georgia Gkioxari, Piotr Dollár and Ross
> Girshick next week.

Fine with me, it is a good one.

> Best,

And arXiv:1708.02002 goes well with it.

--
Bob Baker
Institute of Something

On Wed, 5 Jun 2019, Carol wrote:

> And arXiv:1708.02002 goes well with it.

There is also {RESNET}, which came before.
"""

CHAT = f"""Alice: have you read “{RESNET}”?
Bob: yes! “Wide Residual Networks” is good too
Bob: and https://arxiv.org/abs/1611.05431
Alice: will do
"""


def read(text: str) -> Digest:
    return reading_thread.parse(text)


def matches(text: str) -> bool:
    return reading_thread.matches(text)


def titles(text: str) -> list[str | None]:
    return [entry.title for entry in read(text).entries]


def only(text: str) -> Entry:
    """The one entry of a text."""
    (entry,) = read(text).entries
    return entry
