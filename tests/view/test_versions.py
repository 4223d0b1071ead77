"""The new version of a kept paper: what is said of it, and the words that changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from feedreader.model import Entry, Marks, Paper, PlacedEntry, Revision
from feedreader.view.page import page, plain
from feedreader.view.versions import BARE

FIRST, SECOND, THIRD = date(2026, 5, 4), date(2026, 5, 8), date(2026, 5, 14)
TEXT = "We study kites over lakes. They fly well."
NEWER = "We study kites over two lakes. They fly well."
Version = tuple[PlacedEntry, datetime | None]


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


KEPT = at(FIRST)


def version(
    number: int | None,
    day: date | None,
    abstract: str | None = TEXT,
    title: str | None = "Kites",
    *,
    path: str = "/feed",
    came: datetime | None = None,
    kind: str | None = "",
) -> Version:
    kind = ("new" if number == 1 else "replace") if kind == "" else kind
    entry = Entry(arxiv_id="2605.00001", version=number, day=day, title=title, abstract=abstract, announce_type=kind)
    return PlacedEntry(1, path, path, "", 0, entry), came


def lines(*versions: Version, kept: datetime | None = KEPT, shortlisted: bool = True) -> list[str]:
    """What the pane says from the line of versions on, up to the abstract."""
    revisions = tuple(
        Revision(entry.version, entry.day, ("abstract",))
        for (_, _, _, _, _, entry, _), _ in sorted(versions, key=lambda each: each[0].entry.day or date.min)
        if entry.day and entry.announce_type == "replace"
    )
    paper = Paper(id="2605.00001", title="The title", abstract="The end.", revisions=revisions, versions=versions)
    paper = replace(paper, marks=Marks(shortlisted=shortlisted, shortlisted_at=kept))
    text = [" ".join(plain(line).split()) for line in page(paper, 80)]
    start = next(at for at, line in enumerate(text) if line.startswith("Versions"))
    return [line.removeprefix("Versions ") for line in text[start : text.index("The end.")] if line]


def test_a_kept_paper_whose_words_are_the_same() -> None:
    spelled = version(3, THIRD, TEXT.replace("over lakes", "over  Lakes"), "{\\it Kites}")
    assert lines(version(1, FIRST), spelled) == ["v3 of a paper you kept: title and abstract unchanged (14 May 2026)"]


def test_words_that_changed_since_the_version_that_was_kept() -> None:
    versions = [version(1, FIRST), version(2, SECOND, "Nothing alike."), version(3, THIRD, NEWER)]
    for order in (versions, versions[::-1]):
        assert lines(*order)[-3:] == [
            "v3 of a paper you kept: abstract changed (14 May 2026)",
            "What changed in v3 since v1",
            "We study kites over {+two+} lakes. They fly well.",
        ]
    assert "What changed in v3 since v2" in lines(*versions, kept=at(SECOND))
    assert "What changed in v3 since v2" in lines(*versions, kept=at(date(2026, 11, 30)))


def test_a_version_that_was_imported_after_the_paper_was_kept_was_not_known_then() -> None:
    late = date(2026, 11, 30)
    versions = [
        version(1, FIRST, came=at(late, 9)),
        version(2, SECOND, "Nothing alike.", came=at(late, 14)),
        version(3, THIRD, NEWER, came=at(late, 14)),
    ]
    assert "What changed in v3 since v1" in lines(*versions, kept=at(late, 12))
    again = [(placed, at(late, 20)) for placed, _ in versions]  # imported once more
    assert "What changed in v3 since v2" in lines(*again, kept=at(late, 12))


def test_title_and_abstract_that_changed() -> None:
    changed = lines(version(1, FIRST), version(2, THIRD, NEWER, "Kites over lakes"))
    assert changed[0] == "v2 of a paper you kept: title and abstract changed (14 May 2026)"
    assert changed[2:4] == [
        "Title: Kites {+over lakes+}",
        "Abstract: We study kites over {+two+} lakes. They fly well.",
    ]


def test_an_abstract_written_anew_is_shown_as_it_was() -> None:
    old = "Once upon a time there was a very long line that held a kite over the sea for days."
    new = "Using eight autonomous boats, this article quantifies turbulent fluxes near shorelines of cold water."
    assert lines(version(1, FIRST, old), version(2, THIRD, new))[2:] == [
        "Abstract rewritten. It was: Once upon a time there was a very long line that",
        "held a kite over the sea for days.",
    ]


@pytest.mark.parametrize(
    "versions",
    [
        [version(1, FIRST, None, None), version(2, THIRD)],
        [version(2, THIRD)],
        [version(1, FIRST, "We study kites over la…", None), version(2, THIRD, NEWER.replace("two ", ""), None)],
    ],
)
def test_what_is_not_known_is_not_said(versions: list[Version]) -> None:
    assert lines(*versions) == ["v2 on 14 May 2026: abstract changed"]


def test_only_kept_papers_have_it() -> None:
    versions = [version(1, FIRST), version(2, THIRD, NEWER)]
    assert lines(*versions, shortlisted=False, kept=None) == ["v2 on 14 May 2026: abstract changed"]


def test_a_title_alone_is_compared_where_no_abstract_is_known() -> None:
    assert lines(version(1, FIRST), version(2, THIRD, None))[0] == (
        "v2 of a paper you kept: title unchanged (14 May 2026)"
    )


def test_versions_without_a_number_follow_their_days() -> None:
    versions = [version(1, FIRST), version(None, SECOND, "Nothing alike.", kind="replace")]
    assert lines(*versions)[:2] == [
        "A new version of a paper you kept: abstract changed (8 May 2026)",
        "What changed in the new version since v1",
    ]
    versions.append(version(None, THIRD, "Nothing alike at all.", kind="replace"))
    assert lines(*versions, kept=at(SECOND))[-2:] == ["What changed in the new version", "Nothing alike {+at all.+}"]


def test_what_other_sources_say_counts_only_where_arxiv_says_nothing() -> None:
    digest = version(None, SECOND, "A teaser of the kites.", "On kites", path="/list.md", kind=None)
    assert lines(digest, version(1, FIRST), version(2, THIRD)) == [
        "v2 of a paper you kept: title and abstract unchanged (14 May 2026)"
    ]
    twice = [version(1, FIRST, "We study kites."), version(1, FIRST, NEWER, path="/mail")]
    assert lines(*twice, version(2, THIRD, NEWER))[0].endswith("title and abstract unchanged (14 May 2026)")
    assert "What changed in v2 since v1" in lines(digest, version(2, THIRD))


def test_looks_alone_can_tell_the_changes() -> None:
    paper = Paper(
        id="2605.00001",
        title="Kites",
        revisions=(Revision(2, THIRD),),
        versions=(version(1, FIRST), version(2, THIRD, NEWER)),
        marks=Marks(shortlisted=True, shortlisted_at=at(FIRST) + timedelta(hours=1)),
    )
    spans = [span for line in page(paper, 80, signs=BARE) for span in line]
    assert [span.text for span in spans if span.role == "inserted"] == ["two"]
