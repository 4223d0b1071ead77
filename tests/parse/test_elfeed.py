"""The feeds of elfeed: in Emacs Lisp, and in the outline of elfeed-org."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedreader.parse import subscription_list
from feedreader.parse.formats import elfeed_feeds, elfeed_org
from tests.fuzz.engine import Growth, too_slow


def feeds(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    assert elfeed_feeds.matches(text)
    return [(each.xml_url, each.title, each.folder) for each in elfeed_feeds.parse_list(text).outlines]


def feed(url: str, folder: str = "", title: str = "") -> tuple[str, str, tuple[str, ...]]:
    return url, title or url, (folder,) if folder else ()


X, Y = "https://x.org/f", "https://y.org/f"


@pytest.mark.parametrize(
    "text",
    [
        f'(setq elfeed-feeds \'("{X}" ("{Y}" a b)))',
        f'(setq other 1\n elfeed-feeds (quote ("{X}" ("{Y}" a b))) more "https://no.org/")',
        f'(setq-default elfeed-feeds `("{X}" ("{Y}" a ,@more)))',
        f'(setopt elfeed-feeds (list "{X}" \'("{Y}" a)))',
        f'(use-package elfeed :custom (elfeed-feeds \'("{X}" ("{Y}" a))))',
        f'(leaf elfeed :custom ((elfeed-feeds . \'("{X}" ("{Y}" a)))))',
        f'(use-package elfeed :config (setq elfeed-feeds \'(("{X}") ("{Y}" a))))',
        f'(custom-set-variables\n \'(elfeed-feeds (quote ("{X}" ("{Y}" a)))))',
        f'(defvar elfeed-feeds \'("{X}" ("{Y}" a)) "The feeds, as https://doc.org/ says.")',
        f'(add-to-list \'elfeed-feeds "{X}")\n(add-to-list \'elfeed-feeds \'("{Y}" a) t)',
        f'(push "{X}" elfeed-feeds)\n(cl-pushnew \'("{Y}" a) elfeed-feeds :test #\'equal)',
        f'(setq elfeed-feeds (append \'("{X}") elfeed-feeds \'(("{Y}" a))))',
        f'(setf elfeed-feeds \'("{X}" ; "https://no.org/"\n ;; ("https://no.org/" a)\n ("{Y}" a)',
        f'* Feeds\nText\n#+begin_src emacs-lisp :tangle yes\n(setq elfeed-feeds \'("{X}" ("{Y}" a)))\n#+end_src\n',
    ],
)
def test_wherever_the_variable_is_set(text: str) -> None:
    assert feeds(text) == [feed(X), feed(Y, "a")]


def test_strings_and_characters_are_read_as_lisp_has_them() -> None:
    text = '(foo ?\\( ?) ?\\" ?" )(setq elfeed-feeds \'("https://x.org/?a=\\"b\\"" ("https://y.org/f" a "Own title")))'
    assert feeds(text) == [feed('https://x.org/?a="b"'), feed(Y, "a", "Own title")]


def test_what_cannot_be_taken_is_named_with_its_line() -> None:
    text = f'(setq elfeed-feeds\n \'("{X}"\n "ftp://y.org/f"\n (concat "https://" host)\n ("{Y}" a b)))\n'
    problems = elfeed_feeds.parse_list(text).problems
    assert [(problem.line, problem.reason) for problem in problems] == [
        (3, "Not a web address: ftp://y.org/f"),
        (4, "Not imported: Lisp code makes this address."),
        (None, "Tags not imported, because a subscription has only one folder: b"),
    ]
    (empty,) = elfeed_feeds.parse_list("(setq elfeed-feeds nil)").problems
    assert empty.reason == "The list contains no subscriptions."


@pytest.mark.parametrize(
    "text",
    [
        ';; (setq elfeed-feeds \'("https://x.org/f"))\n(setq a 1)',
        '(setq my-elfeed-feeds \'("https://x.org/f"))',
        '(message "elfeed-feeds")',
        'In Emacs you write (setq elfeed-feeds \'("https://x.org/f")) and so on.',
        '```elisp\n(setq elfeed-feeds \'("https://x.org/f"))\n```',
        '* Notes\n#+begin_src python\n(setq elfeed-feeds \'("https://x.org/f"))\n#+end_src\n',
    ],
)
def test_other_texts_are_none(text: str) -> None:
    assert not elfeed_feeds.matches(text)


def test_the_lisp_of_an_outline_is_found_on_its_line() -> None:
    text = '* A\n#+BEGIN_SRC elisp\n(setq elfeed-feeds\n \'("ftp://x.org"))\n#+END_SRC\n'
    known = subscription_list(text.encode())
    assert known is not None and known.format == "elfeed-feeds" and known.problems[0].line == 4


# ── the outline ──────────────────────────────────────────────────────────────────────────────────


def outline(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    assert elfeed_org.matches(text)
    return [(each.xml_url, each.title, each.folder) for each in elfeed_org.parse_list(text).outlines]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        (f"** {X}", feed(X)),
        (f"** {X} :a:b:", feed(X, "a")),
        (f"** [[{X}][A title]]   :a:", feed(X, "a", "A title")),
        (f"** [[{X}]]", feed(X)),
        (f"** [[{X}][With [brackets] in it]]", feed(X, "", "With [brackets] in it")),
        (f"** TODO [#A] A title {X} :a:", feed(X, "a", "A title")),
        (f"** <{X}> A title", feed(X, "", "A title")),
        (f"** A title [[{X}]]", feed(X, "", "A title")),
        (f"**** {X}\t:org-mode:", feed(X, "org-mode")),
    ],
)
def test_a_feed_is_a_heading(heading: str, expected: tuple[str, str, tuple[str, ...]]) -> None:
    assert outline(f"* Feeds :elfeed:\n{heading}\ntext with https://no.org/\n") == [expected]


def test_headings_are_folders_and_tags_are_inherited() -> None:
    text = (
        f"#+TITLE: x\n* No :notes:\n** {X}\n* Feeds :elfeed:top:\n** Blogs :blog:\n*** {Y} :c:\n**** {Y}/below\n"
        f"*** Deep\n**** {Y}/deep\n** {Y}/first\n* Other\n** {X}/no\n* More :elfeed:\n** {X}/more\n"
    )
    assert outline(text) == [
        feed(Y, "Blogs"),
        feed(f"{Y}/below", "Blogs"),
        (f"{Y}/deep", f"{Y}/deep", ("Blogs", "Deep")),
        feed(f"{Y}/first", "top"),
        feed(f"{X}/more"),
    ]
    (problem,) = elfeed_org.parse_list(text).problems
    assert problem.reason == "Tags not imported, because a subscription has only one folder: c, top, blog"


def test_a_tree_may_be_named_by_its_id() -> None:
    assert outline(f"* Feeds\n  :PROPERTIES:\n  :ID:       elfeed\n  :END:\n** {X}\n") == [feed(X)]


def test_what_the_outline_holds_besides_is_named() -> None:
    text = (
        f"* F :elfeed:\n** [[gopher://x.org/f][G]]\n** {X} :ignore:\n** Old :ignore:\n*** {Y}\n"
        "** entry-title: \\(a\\|b\\) :junk:\n"
    )
    assert outline(text) == []
    assert [(problem.line, problem.reason) for problem in elfeed_org.parse_list(text).problems] == [
        (2, "Not a web address: gopher://x.org/f"),
        (3, f"Skipped, tagged ignore: {X}"),
        (5, f"Skipped, tagged ignore: {Y}"),
        (6, "Rule not imported: entry-title: \\(a\\|b\\). To make one here: `feedreader highlight`"),
    ]


@pytest.mark.parametrize(
    "text", ["* Feeds\n** https://x.org/f\n", "elfeed :elfeed:\n", "* elfeed\n", "*bold* :elfeed:\n"]
)
def test_an_outline_without_the_tag_is_none(text: str) -> None:
    assert not elfeed_org.matches(text)


# ── whatever comes ───────────────────────────────────────────────────────────────────────────────


@given(
    st.lists(
        st.sampled_from(['"', "\\", "(", ")", ";", "\n", "?", "'", " elfeed-feeds ", '"https://x.org/f"', "a", "."])
    )
)
def test_no_lisp_raises(pieces: list[str]) -> None:
    text = "(" + "".join(pieces)
    elfeed_feeds.matches(text)
    elfeed_feeds.parse_list(text)


@given(
    st.lists(
        st.sampled_from(["* ", "** ", "*** ", ":elfeed:", ":a:", "\n", "[[", "]]", "][", "https://x.org/f", " x "])
    )
)
def test_no_outline_raises(pieces: list[str]) -> None:
    text = "".join(pieces)
    elfeed_org.matches(text)
    elfeed_org.parse_list(text)


@pytest.mark.parametrize(
    "piece",
    [
        "(",
        '"',
        "'",
        "(elfeed-feeds ",
        "(setq elfeed-feeds (append ",
        '("https://x.org/0" ',
        '(concat "https://x.org/f" ',
        "elfeed-feeds ",
        ";",
        "?\\",
    ],
)
def test_lisp_takes_time_in_proportion(piece: str) -> None:
    growth = Growth(f'(setq elfeed-feeds \'("{X}"\n', piece, "", "", True)
    assert too_slow(lambda text: (elfeed_feeds.matches(text), elfeed_feeds.parse_list(text)), growth) is None


OUTLINES = ("* :elfeed:\n", "** [[", "** TODO ", ":a", " :a:", "* x\n** y\n*** https://x.org/0 :a0:\n", "*")


@pytest.mark.parametrize("piece", OUTLINES)
def test_an_outline_takes_time_in_proportion(piece: str) -> None:
    growth = Growth("* F :elfeed:\n** ", piece, "", "", True)
    assert too_slow(lambda text: (elfeed_org.matches(text), elfeed_org.parse_list(text)), growth) is None
