"""Which texts are threads about papers, and which only look a little like one."""

from __future__ import annotations

import json

import pytest

from tests.parse.threads import ABSTRACT, CHAT, FORUM, MAIL, MIXMATCH, RESNET, matches, read

THREADS = {
    "forum": FORUM,
    "mail": MAIL,
    "chat": CHAT,
    "a link": f"I have been reading [{RESNET}](https://arxiv.org/abs/1512.03385) again; the paper got better.\n",
    "one quoted": f"Paper club\n\n{RESNET}\n\n{ABSTRACT}\n\nI like this one.\n",
    "list": """Some papers that I found useful:

1. Layer Normalization (Ba, Kiros, Hinton, 2016)
   It works for me.

2. Understanding the Difficulty of Training Deep Feedforward Neural Networks
   Xavier Glorot, Yoshua Bengio
   I come back to the plots.
""",
}

OTHERS = {
    "nothing": "",
    "a diary": """Monday

I read “Pride and Prejudice” by Jane Austen in the evening.

Tuesday

Started “War and Peace” by Leo Tolstoy, a long one. The paper wrote about the election, and I did not care.
""",
    "minutes": """Minutes of the Group Meeting

Present: Alice Adler, Bob Baker

Status of the Data Collection Pipeline

Alice reports that the papers for the purchase are with the office.

Action Items for the Next Meeting

- Bob: a disk
""",
    "recipes": """Slow Roasted Tomato Soup With Basil

I love this soup! You need parchment paper.

Crispy Oven Baked Potato Wedges

Line the tray with parchment paper. My kids love these.

1 Like
""",
    "a novel": """The train came in at dusk. “You are late,” said Marion, and folded her paper.


They walked through the Park of the Four Winds, and neither of them said a word.
""",
    "a readme": f"""# resnet

Code for the paper [{RESNET}](https://arxiv.org/abs/1512.03385), which you should cite.

## Training Your First Model on Images

```
pip install resnet
```
""",
    "a plain readme": """resnet 1.0

Installation and First Steps

Unpack it. If you have questions, write to me.

Known Bugs and Limitations

I know, it is slow! The paper size cannot be changed.
""",
    "code": f'"""{RESNET}, a paper that I like: arXiv:1512.03385."""\n\nimport math\n\ndef forward(x):\n    return x\n',
    "a table": f"| Paper | Link |\n|---|---|\n| {RESNET} | https://arxiv.org/abs/1512.03385 |\n| {MIXMATCH} | no |\n",
    "notes": f"## [{RESNET}](https://arxiv.org/abs/1512.03385)\n\nTLDR; I like it.\n\n#### Key Points\n\n- deep\n",
    "links only": f"""## Vision

* [{RESNET}](https://arxiv.org/abs/1512.03385) by Kaiming He, Xiangyu Zhang

* [{MIXMATCH}](https://arxiv.org/abs/1905.02249)
""",
    "references": f"""References

Kaiming He, Xiangyu Zhang, and Jian Sun. {RESNET}. CVPR 2016.

Diederik P. Kingma and Jimmy Ba. Adam: A Method for Stochastic Optimization. ICLR 2015. arXiv:1412.6980
""",
    "bibtex": f"@article{{he,\n  title = {{{RESNET}}},\n  eprint = {{1512.03385}},\n}}\n@book{{x,\n}}\n",
    "json": json.dumps([{"title": RESNET, "note": "I like this paper"}]),
    "xml": f"<rss><item><title>{RESNET}</title></item></rss>",
    "tsv": f"id\ttitle\turl\n1\t{RESNET}\thttps://arxiv.org/abs/1512.03385\n",
    "a mailing": f"\\\\\narXiv:1512.03385\nTitle: {RESNET}\nAuthors: Kaiming He\n\\\\\n  {ABSTRACT}\n\\\\\n",
    "a day list": f"""May 9, 2019
{RESNET}
Kaiming He, Jian Sun

{ABSTRACT}

{MIXMATCH}
David Berthelot

{ABSTRACT}
""",
    "records": f"{ABSTRACT}\n\narXiv:1512.03385\nCreated: 2015-12-10\n\n{ABSTRACT}\n\narXiv:1905.02249\nCreated: no\n",
    "a search": f"12 results\n\n{RESNET}\n\ntl;dr very deep\n\n{ABSTRACT}\n\n{MIXMATCH}\n\nNo tl;dr =[\n\n{ABSTRACT}\n",
    "an order": """From: shop@example.org
Subject: Your Order

Your two reams of paper are on their way. See also “The Complete Guide to Paper Folding” by Anna Olsen in our shop!
""",
    "a licence": """THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND

IN NO EVENT SHALL THE AUTHORS BE LIABLE

2010-2015 Alice Adler
2012 Some Software Foundation
""",
}


@pytest.mark.parametrize("name", THREADS)
def test_threads_are_recognised(name: str) -> None:
    assert matches(THREADS[name])


@pytest.mark.parametrize("name", OTHERS)
def test_other_texts_are_not(name: str) -> None:
    assert not matches(OTHERS[name])
    read(OTHERS[name])
