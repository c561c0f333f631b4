"""The explorer in a headless Chromium: every page renders, asks nobody else, and shows hostile texts as texts."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from helpers.browser import MISSING, Watch, chromium, chromium_path, explorer
from helpers.evil import EVIL, EVIL_NAME, EVIL_SITE, evil_story
from helpers.parts import make_page, publish
from playwright.sync_api import BrowserContext, expect

from flows.settings import Settings

pytestmark = pytest.mark.skipif(chromium_path() is None, reason=MISSING)

EVIL_ID = quote(f"ORG:{EVIL_NAME.surface}")


#: How many elements of a page have a handler in their markup.
HANDLERS = "[...document.querySelectorAll('.k *')].filter(e => [...e.attributes].some(a => /^on/.test(a.name))).length"
#: How many charts have a label that leaves them.
CLIPPED = """[...document.querySelectorAll("figure svg")].filter(svg =>
  [...svg.querySelectorAll("text")].some(label => {
    const one = label.getBoundingClientRect(), all = svg.getBoundingClientRect();
    return one.width && (one.left < all.left - 1 || one.right > all.right + 1 || one.bottom > all.bottom + 1)
})).length"""
# A busy machine takes its time.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def window() -> Iterator[BrowserContext]:
    """One for all tests, so that marimo's scripts are loaded once."""
    with chromium() as browser, browser.new_context(viewport={"width": 1280, "height": 900}) as window:
        window.set_default_timeout(60_000)
        yield window


@pytest.fixture(scope="module")
def address(hostile: Settings) -> Iterator[str]:
    with explorer(hostile.warehouse) as (_, address):
        yield address


@pytest.fixture
def watch(window: BrowserContext) -> Iterator[Watch]:
    """A page; at the end it has complained of nothing, asked nobody and run no code of a text."""
    with window.new_page() as page:
        watch = Watch(page)
        yield watch
        assert watch.complaints == []
        assert watch.strangers == []
        assert page.evaluate("window.wasHacked") is None
        assert page.evaluate(HANDLERS) == 0
        assert page.locator(".k img, .k script").count() == 0


@pytest.mark.parametrize(
    ("query", "shows", "says"),
    [
        pytest.param("", "figure svg", EVIL[:80], id="overview"),
        pytest.param("?page=entity", ".k-found", EVIL_NAME.surface, id="names"),
        pytest.param(f"?page=entity&entity={EVIL_ID}", "figure svg", EVIL_SITE, id="entity"),
        pytest.param("?page=article", ".k table", "पुतिन की बात 39", id="articles"),
        pytest.param("?page=article&words=hacked", ".k-hits li", EVIL[:80], id="search"),
        pytest.param(f"?page=article&article={evil_story().article_id}", ".k-text del", EVIL, id="article"),
        pytest.param(f"?page=compare&entity={EVIL_ID}", "figure svg", EVIL_SITE, id="comparison"),
        pytest.param("?page=network", ".k-network text", EVIL_NAME.surface[:25], id="network"),
        pytest.param("?page=sql", ".k summary", "A current article.", id="sql"),
        pytest.param("?page=%3Cscript%3Ehacked()%3C/script%3E", "figure svg", "Overview", id="no such page"),
        pytest.param("?page=entity&entity=%3Cb%3Ehacked()", ".k-problem", "<b>hacked()", id="no such entity"),
    ],
)
def test_a_page_renders(watch: Watch, address: str, query: str, shows: str, says: str) -> None:
    watch.open(address + query, shows)
    assert says in " ".join(watch.page.locator(".k").all_inner_texts())
    assert not watch.page.evaluate("document.body.scrollWidth > document.body.clientWidth")


def test_a_chart_offers_no_editor_and_keeps_its_letters(watch: Watch, address: str) -> None:
    watch.open(address, "figure svg text")
    assert watch.page.locator(".vega-actions").count() == 0
    assert watch.page.evaluate(CLIPPED) == 0


def test_a_name_is_searched_while_it_is_typed(watch: Watch, address: str) -> None:
    watch.open(address + "?page=entity", ".k-found")
    watch.page.get_by_placeholder("a name").fill("पुतिन")
    expect(watch.page.get_by_text("Found by one of their spellings")).to_be_visible()
    watch.page.locator(".k-found a").first.click()
    expect(watch.page.get_by_role("heading", name="व्लादिमीर पुतिन")).to_be_visible()


def test_other_sites_can_be_chosen(watch: Watch, address: str) -> None:
    watch.open(address + f"?page=compare&entity={EVIL_ID}", "figure svg")
    watch.page.locator("select").nth(1).select_option("ghat")
    expect(watch.page.locator(".k-site", has_text="ghat")).to_have_count(2)


def test_what_was_removed_can_be_hidden(watch: Watch, address: str) -> None:
    watch.open(address + f"?page=article&article={evil_story().article_id}", ".k-text del")
    watch.page.get_by_text("show what was removed").click()
    expect(watch.page.locator(".k-text del").first).to_be_hidden()
    expect(watch.page.locator(".k-text .k-kept").first).to_be_visible()


def test_a_question_can_read_the_warehouse_alone(watch: Watch, address: str) -> None:
    watch.open(address + "?page=sql", "textarea")
    watch.page.locator("textarea").fill("select title from articles where site <> 'ghat'")
    watch.page.get_by_role("button", name="Run").click()
    expect(watch.page.locator(".k-answer")).to_contain_text(EVIL[:80])
    watch.page.locator("textarea").fill("select * from read_text('/etc/hostname')")
    watch.page.get_by_role("button", name="Run").click()
    expect(watch.page.locator(".k-problem")).to_contain_text("Permission Error")


def test_a_saved_question_is_asked_with_its_values(watch: Watch, address: str) -> None:
    watch.open(address + "?page=sql", "textarea")
    watch.page.locator("select").select_option("Who is named in the same articles as a person, and since when?")
    watch.page.locator("label", has_text="name").locator("input").fill("व्लादिमीर पुतिन")
    watch.page.get_by_role("button", name="Run").click()
    expect(watch.page.locator(".k-answer")).to_contain_text(EVIL_NAME.surface)


@pytest.mark.soak
def test_a_reload_shows_the_newest_generation(window: BrowserContext, settings: Settings) -> None:
    publish(settings, [make_page(1)])
    with explorer(settings.warehouse) as (_, address), window.new_page() as page:
        page.goto(address)
        expect(page.locator(".k-tiles div").first).to_contain_text("1")
        publish(settings, [make_page(2)], 2)
        page.reload()
        expect(page.locator(".k-tiles div").first).to_contain_text("2")
        settings.warehouse.unlink()
        page.reload()
        expect(page.locator(".k-problem")).to_contain_text("khabar run makes it")


@pytest.mark.soak
def test_ctrl_c_ends_an_explorer_that_is_looked_at(window: BrowserContext, hostile: Settings) -> None:
    with explorer(hostile.warehouse) as (process, address), window.new_page() as page:
        page.goto(address + "?page=sql")
        page.locator("textarea").fill("select count(*) from range(1000000000) one, range(1000000000) other")
        page.get_by_role("button", name="Run").click()
        page.wait_for_timeout(1_000)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
