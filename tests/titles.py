"""Titles as long as real ones are: half of them have more than 82 characters, one in a hundred more than 144."""

from __future__ import annotations

from random import Random

_WORDS = """
a of in for the with from on by and via is to learning models networks graph data deep neural language inference robust
adaptive efficient multimodal hierarchical reinforcement diffusion transformers evaluation understanding large-scale
few-shot time-series cross-domain quantum stochastic optimisation prediction representation control sparse causal
federated privacy-preserving segmentation retrieval-augmented generation alignment benchmark
"""


def titles(random: Random, count: int) -> list[str]:
    """So many different titles."""
    words = _WORDS.split()
    made: dict[str, None] = {}
    while len(made) < count:
        length, title = max(15, min(220, random.gauss(83, 24))), random.choice(words).capitalize()
        while len(title) < length:
            title += " " + random.choice(words)
        made[title] = None
    return list(made)
