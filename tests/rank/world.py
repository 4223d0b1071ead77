"""A made-up world of papers: topics with words of their own, and authors who write about one of them."""

from __future__ import annotations

from random import Random

from feedreader.rank.features import Document, label
from feedreader.rank.profile import KEPT, Example


def _words(text: str) -> list[str]:
    return text.split()


TOPICS = {
    "weaving": _words("loom warp weft shuttle yarn heddle selvedge twill bobbin spindle tapestry fringe"),
    "sailing": _words("keel rudder mast halyard regatta tiller spinnaker boom jib hull anchor tide"),
    "baking": _words("dough yeast crumb oven proofing gluten sourdough crust kneading flour starter rye"),
    "mapping": _words("contour legend meridian atlas gazetteer isoline projection survey datum relief grid compass"),
}
COMMON = _words("method results paper study approach problem data analysis model large small new")
NAMES = _words("Ada Bo Cy Dee Eli Fay Gus Hal Ivy Jan")
FAMILIES = {topic: [f"{topic.title()}{n}" for n in ("son", "er", "man", "well")] for topic in TOPICS}


def paper(topic: str, number: int) -> Document:
    """One of many papers on a topic."""
    chance = Random(f"{topic} {number}")
    words = TOPICS[topic]
    title = " ".join([*chance.sample(words, 3), *chance.sample(COMMON, 2)]).capitalize()
    sentences = [" ".join(chance.sample(words, 3) + chance.sample(COMMON, 4)).capitalize() for _ in range(4)]
    authors = [f"{chance.choice(NAMES)} {family}" for family in chance.sample(FAMILIES[topic], 2)]
    return Document(title, ". ".join(sentences) + ".", authors, [label("cat", f"x.{topic[:2]}")])


def keeps(topic: str, count: int, kind: str = KEPT, start: int = 0) -> list[Example]:
    return [Example(f"{topic} {number}", paper(topic, number), kind) for number in range(start, start + count)]


OTHERS = [paper(topic, 1000 + number) for topic in TOPICS for number in range(60)]
