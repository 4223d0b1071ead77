"""Lists of subscriptions of other feed readers, from the file to subscriptions and saved searches."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from feedreader.cli import main
from feedreader.library import Library
from feedreader.services import import_files, saved_searches
from feedreader.services.ingest import ImportResult
from feedreader.services.saved_searches import SavedSearch, SearchPlaces
from tests.arxiv_server import ArxivServer, Run

URLS = """\
http://export.arxiv.org/rss/cs.LG papers daily
https://x.org/f papers "~The Sea"
"query:Unread:unread = \\"yes\\""
"query:Papers:tags # \\"papers\\" and age < 7"
"query:Odd:title =~ \\"*\\""
"""


@pytest.fixture
def places(tmp_path: Path) -> SearchPlaces:
    return SearchPlaces((("Mine", "is:read"),), tmp_path / "views.toml", tmp_path / "config.toml")


@pytest.fixture
def urls(tmp_path: Path) -> Path:
    path = tmp_path / "urls"
    path.write_text(URLS)
    return path


def imported(library: Library, path: Path, places: SearchPlaces) -> ImportResult:
    (result,) = import_files.import_paths(library, [str(path)], searches=places)
    return result


def own(places: SearchPlaces) -> list[tuple[str, str]]:
    return [(search.name, search.query) for search in saved_searches.load(*places).searches if search.own]


def test_feeds_and_queries_are_taken_once(library: Library, urls: Path, places: SearchPlaces) -> None:
    result = imported(library, urls, places)
    assert (result.format, result.subscriptions, result.searches) == ("newsboat-urls", 2, 2)
    assert import_files.brought([result]) == "2 new subscriptions, 2 saved searches"
    assert own(places) == [("Unread", "is:unread"), ("Papers", 'folder:="papers" day:7d')]
    assert [(problem.line, problem.reason.partition(":")[0]) for problem in result.problems] == [
        (5, "Query “Odd” not imported"),
        (None, "Tags not imported, because a subscription has only one folder"),
    ]
    assert {(each.name, each.folder) for each in library.subscriptions.all()} == {
        ("cs.LG", "papers"),
        ("The Sea", "papers"),
    }
    assert library.facets.names().folders == ("papers",), "to complete folder: with"
    with library.subscriptions.edit() as editor:
        editor.change(editor.find(["The Sea"])[0].source, folder="elsewhere")
    again = imported(library, urls, places)
    assert (again.subscriptions, again.searches) == (0, 0) and import_files.brought([again]) == "no new subscriptions"
    assert "elsewhere" in {each.folder for each in library.subscriptions.all()} and len(own(places)) == 2


def test_a_saved_search_of_another_query_stays(library: Library, urls: Path, places: SearchPlaces) -> None:
    places.path.write_text('# mine\n"unread" = "is:read"\n')
    urls.write_text(URLS + '"query:mine:unread = \\"no\\""\n"query:MINE:unread = \\"yes\\""\n')
    result = imported(library, urls, places)
    assert result.searches == 1
    assert [(problem.line, problem.reason) for problem in result.problems if "another" in problem.reason] == [
        (3, "You already have another saved search “Unread”. Not imported: is:unread"),
        (7, "You already have another saved search “MINE”. Not imported: is:unread"),
    ]
    assert places.path.read_text() == '# mine\n"unread" = "is:read"\n"Papers" = \'folder:="papers" day:7d\'\n'


def test_a_file_of_searches_that_is_broken_is_left_alone(library: Library, urls: Path, places: SearchPlaces) -> None:
    places.path.write_text("no toml")
    result = imported(library, urls, places)
    assert (result.subscriptions, result.searches, places.path.read_text()) == (2, 0, "no toml")
    assert any("Saved searches not imported. " in problem.reason for problem in result.problems)


def test_names_of_any_kind_are_saved_or_named(library: Library, urls: Path, places: SearchPlaces) -> None:
    urls.write_text('https://x.org/f\n"query:A \\"b\\" = c#:age < 3"\n"query::age < 4"\n')
    result = imported(library, urls, places)
    assert saved_searches.load(*places).searches[1:] == (SavedSearch('A "b" = c#', "day:3d", True),)
    assert [problem.line for problem in result.problems] == [3]


def test_the_command_tells_it_in_words(
    run: Run, urls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "config.toml").touch()
    monkeypatch.setenv("FEEDREADER_CONFIG", str(tmp_path / "settings" / "config.toml"))
    assert main(["import", str(urls)]) == 0
    assert capsys.readouterr().out == "urls (newsboat-urls): 2 new subscriptions, 2 saved searches\n"
    (result,) = run("import", "--json", str(urls))[1]
    assert (result["subscriptions"], result["entries"], "searches" in result) == (0, 0, False)
    urls.write_text('"query:New:age < 3"\n')
    assert run("import", "--json", str(urls))[1][0]["searches"] == 1
    assert [line["name"] for line in run("views", "--json")[1]] == ["Unread", "Papers", "New"]


def test_a_title_comes_with_the_first_refresh_where_the_list_has_none(
    run: Run, httpserver: HTTPServer, tmp_path: Path
) -> None:
    feed = "<rss version='2.0'><channel><title>The {0} Sea</title><item><title>{0} tides</title></item></channel></rss>"
    httpserver.expect_request("/one").respond_with_data(feed.format("Open"), content_type="application/rss+xml")
    httpserver.expect_request("/two").respond_with_data(feed.format("Other"), content_type="application/rss+xml")
    path = tmp_path / "urls"
    path.write_text(f"{httpserver.url_for('/one')} a\n{httpserver.url_for('/two')} b ~Mine\n")
    run("import", str(path))
    assert [line["source"] for line in run("refresh", "--json")[1]] == ["The Open Sea", "Mine"]
    assert [line["source"] for line in run("subscriptions", "--json")[1]] == ["The Open Sea", "Mine"]
    assert run("list", "folder:a", "--json")[1][0]["sources"] == ["The Open Sea"]
    assert len(run("list", "-folder:=a", "--json")[1]) == 1 == len(run("list", "folder:/^b$/", "--json")[1])


@pytest.mark.parametrize(
    ("address", "categories"),
    [
        ("http://export.arxiv.org/rss/cs.LG", "cs.LG"),
        ("http://arxiv.org/rss/cs.LG?version=2.0", "cs.LG"),
        ("https://rss.arxiv.org/atom/cs.LG+cs.CL", "cs.LG+cs.CL"),
        ("https://rss.arxiv.org/rss/cs.LG%2Bcs.CL/", "cs.LG+cs.CL"),
        ("http://de.arxiv.org/rss/hep-th", "hep-th"),
        ("http://xxx.lanl.gov/rss/hep-th", "hep-th"),
        ("http://export.arxiv.org/api/query?search_query=cat:cs.LG", None),
        ("https://rss.arxiv.org/rss/nothing", None),
        ("https://notarxiv.org/rss/cs.LG", None),
    ],
)
def test_addresses_of_arxiv_are_categories(
    library: Library, tmp_path: Path, address: str, categories: str | None
) -> None:
    (tmp_path / "urls").write_text(f"{address}\n")
    list(import_files.import_paths(library, [str(tmp_path / "urls")]))
    (subscription,) = library.subscriptions.all()
    assert (subscription.kind, subscription.target) == (("arxiv", categories) if categories else ("feed", address))


def test_subscribing_mends_addresses_too(run: Run, arxiv: ArxivServer, httpserver: HTTPServer) -> None:
    feed = "<rss version='2.0'><channel><title>The Sea</title><item><title>On tides</title></item></channel></rss>"
    httpserver.expect_request("/one").respond_with_data(feed, content_type="application/rss+xml")
    address = httpserver.url_for("/one")
    assert run("subscribe", address.replace("http:", "feed:"))[0] == 0
    assert run("subscribe", f"feed:{address}")[0] == 1, "it is the same"
    assert run("subscribe", "http://export.arxiv.org/rss/cs.LG+cs.CL")[0] == 0
    assert {line["target"] for line in run("subscriptions", "--json")[1]} == {address, "cs.LG+cs.CL"}
