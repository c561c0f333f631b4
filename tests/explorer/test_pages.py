"""The pages as HTML: what they say of a warehouse, and that no text in it is more than a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers.evil import EVIL, EVIL_NAME, EVIL_SITE, evil_story
from helpers.parts import Page, make_page, publish
from lxml import html

from flows.explorer import articles, data, entities, network, overview, sql
from flows.explorer.data import ANY
from flows.explorer.markup import Markup
from flows.settings import Settings
from flows.warehouse import Reader, WarehouseError, open_reader

TAGS = set(
    re.findall(
        "[a-z-]+",
        "a b code dd del details div dl dt figcaption figure ins li main mark ol p section span summary ul "
        "table thead tbody tr th td svg g line circle path text title marimo-mime-renderer",
    )
)
EVIL_ID = f"ORG:{EVIL_NAME.surface}"
PUTIN_ID = "PERSON:व्लादिमीर पुतिन"


@pytest.fixture
def reader(hostile: Settings) -> Iterator[Reader]:
    with open_reader(hostile.warehouse) as reader:
        yield reader


def search(reader: Reader, hostile: Settings, words: str) -> Markup:
    return entities.found_entities(reader, data.read_spellings(hostile.warehouse), words)


def links(page: Markup) -> list[str]:
    """The words of the links of a page."""
    return [link.text for link in html.fragment_fromstring(page).iter("a")]


VIEWS: dict[str, Callable[[Reader, Settings], Markup]] = {
    "overview": lambda reader, _: overview.overview(reader),
    "names": lambda reader, settings: search(reader, settings, ""),
    "found": lambda reader, settings: search(reader, settings, EVIL_NAME.surface),
    "entity": lambda reader, _: entities.entity(reader, EVIL_ID),
    "no entity": lambda reader, _: entities.entity(reader, EVIL),
    "comparison": lambda reader, _: entities.compare(reader, EVIL_ID, ["ghat", EVIL_SITE]),
    "articles": lambda reader, _: articles.articles(reader, "", EVIL_SITE),
    "search": lambda reader, _: articles.articles(reader, "script hacked", EVIL_SITE),
    "article": lambda reader, _: articles.article(reader, evil_story().article_id, with_rules=True),
    "no article": lambda reader, _: articles.article(reader, EVIL),
    "network": lambda reader, _: network.together(reader, "", kind=ANY, site=ANY, most=30),
    "answer": lambda reader, _: sql.answered(reader, {"sql": 'select title, body, site as "<b>" from articles'}),
    "tables": lambda reader, _: sql.tables(reader),
}


@pytest.mark.parametrize("name", VIEWS)
def test_no_text_becomes_markup(reader: Reader, hostile: Settings, name: str) -> None:
    """Only tags of our own, no handlers, no addresses but our own, and the text is there letter by letter."""
    page = VIEWS[name](reader, hostile)
    root = html.fragment_fromstring(page, create_parent="div")
    assert {str(node.tag) for node in root.iter()} <= TAGS
    for node in root.iter():
        assert not [key for key in node.attrib if key.startswith("on")]
        assert node.get("href", "?page=").startswith("?page=")
        assert node.get("src") is None
    if name not in ("tables", "names", "found", "network", "entity", "comparison"):
        assert EVIL[:60] in root.text_content()
    if name in ("entity", "comparison", "network", "found"):
        assert EVIL_NAME.surface in root.text_content()


def test_the_overview_tells_how_much_there_is(reader: Reader) -> None:
    told = html.fragment_fromstring(overview.overview(reader)).text_content()
    for fact in (
        "articles39",
        "sites2",
        "files in quarantine1",
        "2 Jan 2026 to 9 Feb 2026",
        "empty: 1 file",
        "also_read",
    ):
        assert fact in told


def test_an_article_shows_every_letter_of_its_page(reader: Reader) -> None:
    page = html.fragment_fromstring(articles.article(reader, evil_story().article_id))
    (text,) = page.find_class("k-text")[:1]
    for mark in [*text.find_class("k-role"), *text.find_class("k-why")]:
        mark.drop_tree()
    assert "".join(text.text_content().split()) == "".join(f"{evil_story().text}एक नई पंक्ति जुड़ी।".split())
    struck = [node.text_content() for node in text.iter("del")]
    assert [line.rsplit(" ", 1)[1] for line in struck] == ["title", "byline", "also_read", "1"]
    assert text.find_class("k-removed")[0].get("title") == "removed as title (headline): rule_title"


def test_a_name_on_two_lines_is_marked_on_both() -> None:
    name = {"raw_start": 3, "raw_end": 12, "entity_id": "x", "type": "PERSON", "name": "क", "is_demonym": False}
    parts = [
        html.fragment_fromstring("<p>" + "".join(articles.marked(raw, start, [name | {"method": "alias"}])) + "</p>")
        for raw, start in (("abcDEF", 0), ("GHIJKLmno", 6))
    ]
    assert [[link.text for link in part.iter("a")] for part in parts] == [["DEF"], ["GHIJKL"]]
    assert [part.text_content() for part in parts] == ["abcDEF", "GHIJKLmno"]


def test_versions_tell_what_came_and_what_went(reader: Reader) -> None:
    page = html.fragment_fromstring(articles.article(reader, evil_story().article_id))
    assert next(node.text for node in page.iter("summary")).startswith("version 2 · the page changed")
    assert "".join(node.text_content() for node in page.iter("ins")).strip() == "एक नई पंक्ति जुड़ी।"


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        pytest.param("एक दो तीन", "एक तीन", "एक <del>दो </del>तीन", id="gone"),
        pytest.param("एक", "एक दो", "एक<ins> दो</ins>", id="came"),
        pytest.param("एक दो", "एक छह", "एक <del>दो</del><ins>छह</ins>", id="changed"),
        pytest.param("<b>", "<b>", "&lt;b&gt;", id="the same"),
        pytest.param("क " * 4_000, "ख", "क " * 4_000, id="too long to compare"),
        pytest.param(None, "ख", '<p class="k-empty">The page was gone.</p>', id="gone page"),
    ],
)
def test_two_versions_side_by_side(old: str | None, new: str, shown: str) -> None:
    assert articles.told(old, new) == shown


def test_an_entity_says_why_its_spellings_are_one(reader: Reader) -> None:
    page = html.fragment_fromstring(entities.entity(reader, PUTIN_ID))
    assert "39 mentions in 39 articles" in page.text_content()
    rows = [[cell.text_content().strip() for cell in row.iter("td")] for row in page.iter("tr")]
    assert ["पुतिन", "same", "1.00", "39"] in rows
    assert [EVIL_NAME.surface, "organisation", "2 Jan 2026", "39"] in rows


def test_lists_go_on(reader: Reader) -> None:
    first = html.fragment_fromstring(entities.entity(reader, PUTIN_ID))
    (older,) = [link for link in first.iter("a") if link.text == "older →"]
    assert "skip=25" in older.get("href")
    second = html.fragment_fromstring(entities.entity(reader, PUTIN_ID, skip=25))
    assert "← newer" in second.text_content() and "older →" not in second.text_content()


def test_a_site_is_told_from_another(reader: Reader) -> None:
    told = html.fragment_fromstring(entities.compare(reader, PUTIN_ID, ["ghat", EVIL_SITE])).text_content()
    assert "38 articles of 38 name it: 100 %" in told
    assert "1 article of 1 name it: 100 %" in told


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("पुतिन", "पुतिन", id="full spelling"),
        pytest.param(" पुतिन  ", "पुतिन", id="space around"),
        pytest.param("पुति", "पुतिन", id="beginning"),
        pytest.param("पुतीन", "पुतिन", id="suggestion"),
        pytest.param("विरोध", EVIL_NAME.surface, id="inside"),
    ],
)
def test_a_name_is_found(reader: Reader, hostile: Settings, words: str, found: str) -> None:
    names = links(search(reader, hostile, words))
    assert names and found in names[0]


def test_articles_are_searched_in_their_text(reader: Reader) -> None:
    page = html.fragment_fromstring(articles.articles(reader, "क्रम 7", ANY))
    assert "पुतिन की बात 7" in links(Markup(html.tostring(page, encoding="unicode")))[0]
    assert "क्रम" in [node.text for node in page.iter("mark")]
    assert "holds no word" in articles.articles(reader, "?!", ANY)
    assert "no article is of that site" in articles.articles(reader, "क्रम", "nowhere")


def test_articles_without_a_site_are_searched_in_their_text_too(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "news.duckdb", workers=1)
    publish(settings, [Page("1.txt", [("body", "नदी में बाढ़ आई।")], None, "खबर"), make_page(2)])
    with open_reader(settings.warehouse) as reader:
        assert links(articles.articles(reader, "बाढ़", "")) == ["खबर"]
        assert links(articles.articles(reader, "मोदी", "")) == []
        assert links(articles.articles(reader, "", "")) == ["खबर"]


def test_a_name_that_nothing_is_like_is_not_found(reader: Reader, hostile: Settings) -> None:
    page = search(reader, hostile, "ऑक्सफ़ोर्ड")
    assert links(page) == [] and "No entity is spelt so." in page


def test_a_new_generation_is_seen_at_the_next_look(settings: Settings) -> None:
    publish(settings, [make_page(1)])
    before = data.read_spellings(settings.warehouse)
    assert data.read_spellings(settings.warehouse) is before
    publish(settings, [make_page(2)], 2)
    assert data.read_spellings(settings.warehouse) is not before
    with open_reader(settings.warehouse) as reader:
        assert "articles2" in html.fragment_fromstring(overview.overview(reader)).text_content()


@pytest.mark.parametrize(
    "question",
    [
        "select * from read_text('/etc/passwd')",
        "from '/etc/passwd'",
        "copy articles to '/tmp/x.csv'",
        "attach '/tmp/x.duckdb'",
        "drop table articles",
        "set enable_external_access = true",
        "install fts",
        "select 1; select 2",
        "",
    ],
)
def test_a_question_reads_the_warehouse_alone(reader: Reader, question: str) -> None:
    with pytest.raises(WarehouseError):
        sql.answered(reader, {"sql": question})


def test_a_variable_of_the_program_is_no_table(reader: Reader) -> None:
    frame = data.show(reader, "sites")
    with pytest.raises(WarehouseError, match="does not exist"):
        sql.answered(reader, {"sql": "select * from frame"})
    assert len(frame) == 2


def test_an_answer_is_cut_and_says_so(reader: Reader) -> None:
    told = sql.answered(reader, {"sql": "select range, repeat('x', 1000) as long from range(100000)"})
    assert "the first 500 rows" in told
    assert "x" * 300 + "…" in told and "x" * 301 not in told


def test_a_saved_question_takes_values(reader: Reader) -> None:
    told = sql.answered(reader, {"sql": "select name from entities where name = $name", "name": "व्लादिमीर पुतिन"})
    assert "1 row" in told and "व्लादिमीर पुतिन" in told


def test_an_empty_warehouse_says_what_to_do(settings: Settings) -> None:
    publish(settings, [])
    with open_reader(settings.warehouse) as reader:
        assert "khabar run" in overview.overview(reader)
        assert "No two entities" in network.together(reader, "", kind=ANY, site=ANY, most=30)
