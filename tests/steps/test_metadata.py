"""What an article's page says of it: title, author, agency, place, dates, language."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import polars as pl
import pytest

from flows import schema
from flows.steps.metadata import metadata

BODY = "सरकार ने कहा है कि किसानों को समय पर बीज मिलेंगे और दाम नहीं बढ़ेंगे।"
ENGLISH = "The government said that farmers will get their seed in time and that prices will not rise."
GERMAN = "Die Regierung teilte mit, dass die Bauern ihr Saatgut rechtzeitig erhalten und die Preise nicht steigen."

Row = Mapping[str, object]


def make_page(**values: object) -> pl.DataFrame:
    given = {"article_id": "a1", "source_path": "khabarghar/a.txt", "source_record": 0, "format": "text"} | values
    return pl.DataFrame([{name: given.get(name) for name in schema.PAGES}], schema=schema.PAGES)


def make_blocks(*lines: tuple[str, str], article_id: str = "a1") -> pl.DataFrame:
    rows, start = [], 0
    for number, (role, text) in enumerate(lines):
        kept = role in {"body", "standfirst", "subhead"}
        rows.append(
            (article_id, number, number, False, start, start + len(text), text, role, kept, None, "rule", "test")
        )
        start += len(text)
    return pl.DataFrame(rows, schema=schema.BLOCKS, orient="row")


def read(*lines: tuple[str, str], body: str = BODY, **values: object) -> Row:
    """The article made of one page."""
    if "body" not in {role for role, _ in lines}:
        lines = (*lines, ("body", body))
    bodies = pl.DataFrame([("a1", body, [])], schema=schema.BODIES, orient="row")
    articles = metadata(make_page(**values), make_blocks(*lines), bodies)
    assert articles.schema == pl.Schema(schema.ARTICLES)
    return articles.row(0, named=True)


def test_a_page_that_says_nothing() -> None:
    article = read()
    silent = "title author agency dateline_place published_at published_on published_precision published_at_rule"
    assert [article[name] for name in (*silent.split(), "updated_at", "page_date", "url")] == [None] * 11
    assert article["language"] == "hi"
    assert article["word_count"] == len(BODY.split())
    assert len(str(article["content_sha256"])) == 64


# --- dates -----------------------------------------------------------------------------------------------------------


def test_a_date_line_below_the_title_is_the_articles() -> None:
    article = read(("title", "बीज समय पर"), ("date", "30-Sep-2021 5:02 PM"))
    assert article["published_at"] == datetime(2021, 9, 30, 11, 32, tzinfo=UTC)
    assert (article["published_on"], article["published_precision"]) == (date(2021, 9, 30), "minute")
    assert (article["published_at_rule"], article["page_date"]) == ("text.date_line", None)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(
            [("site_header", "23.9 C"), ("site_header", "November 22, 2024"), ("title", "बीज")], id="masthead"
        ),
        pytest.param([("date", "November 22, 2024"), ("title", "बीज")], id="bare, before the title"),
        pytest.param([("date", "Fri. Nov 22nd, 2024")], id="bare, no title"),
    ],
)
def test_a_date_of_the_masthead_is_the_pages(lines: list[tuple[str, str]]) -> None:
    article = read(*lines)
    assert (article["published_on"], article["published_at"]) == (None, None)
    assert article["page_date"] == date(2024, 11, 22)


def test_a_labelled_date_before_the_title_is_the_articles() -> None:
    article = read(("date", "प्रकाशित: 12 जनवरी 2024"), ("title", "बीज समय पर"))
    assert (article["published_on"], article["page_date"]) == (date(2024, 1, 12), None)


def test_a_bare_date_behind_the_text_is_not_the_articles() -> None:
    article = read(("title", "बीज"), ("body", BODY), ("date", "12 जनवरी 2024"))
    assert article["published_on"] is None


def test_a_day_is_midnight_in_india() -> None:
    article = read(("title", "बीज"), ("date", "12 जनवरी 2024"))
    assert article["published_at"] == datetime(2024, 1, 11, 18, 30, tzinfo=UTC)
    assert (article["published_on"], article["published_precision"]) == (date(2024, 1, 12), "day")


def test_published_and_updated_are_kept_apart() -> None:
    line = "Published: 12 Jan 2024, 10:30 AM IST | Updated: 13 Jan 2024, 09:00 AM IST"
    article = read(("title", "बीज"), ("date", line))
    assert article["published_on"] == date(2024, 1, 12)
    assert article["updated_at"] == datetime(2024, 1, 13, 3, 30, tzinfo=UTC)


def test_an_update_alone_publishes_nothing() -> None:
    article = read(("title", "बीज"), ("date", "अपडेटेड: 12 जनवरी 2024, 10:30 AM IST"))
    assert article["published_on"] is None
    assert article["updated_at"] == datetime(2024, 1, 12, 5, 0, tzinfo=UTC)


EVIDENCE = {
    "given_published_at": ("sidecar.published_at", "2024-01-01T10:00:00+05:30"),
    "jsonld_published": ("jsonld.datePublished", "2024-01-02T10:00:00+05:30"),
    "meta_published": ("meta.published_time", "2024-01-03T10:00:00+05:30"),
    "url": ("url.path", "https://khabarghar.example/2024/01/05/beej"),
    "extracted_date": ("extracted.date", "2024-01-06"),
}
ORDER = ["given_published_at", "jsonld_published", "meta_published", "line", "url", "extracted_date"]


@pytest.mark.parametrize("first", range(len(ORDER)), ids=ORDER)
def test_the_better_evidence_wins(first: int) -> None:
    known = {name: EVIDENCE[name][1] for name in ORDER[first:] if name != "line"}
    lines = [("title", "बीज"), ("date", "4 जनवरी 2024")] if "line" in ORDER[first:] else []
    rule = "text.date_line" if ORDER[first] == "line" else EVIDENCE[ORDER[first]][0]
    article = read(*lines, **known)
    assert (article["published_at_rule"], article["published_on"]) == (rule, date(2024, 1, first + 1))


def test_a_lying_sidecar_is_passed_over() -> None:
    article = read(given_published_at="yesterday", url="https://khabarghar.example/2024/01/05/beej")
    assert article["published_at_rule"] == "url.path"


def test_a_date_after_the_fetch_is_passed_over() -> None:
    fetched = datetime(2024, 1, 4, tzinfo=UTC)
    article = read(fetched_at=fetched, jsonld_published="2030-01-01", extracted_date="2024-01-03")
    assert article["published_at_rule"] == "extracted.date"


def test_the_minute_comes_from_the_next_best_evidence_of_the_day() -> None:
    article = read(
        ("title", "बीज"),
        ("date", "12 जनवरी 2024, 10:30 AM"),
        jsonld_published="2024-01-12",
        extracted_date="2024-01-12",
    )
    assert article["published_at"] == datetime(2024, 1, 12, 5, 0, tzinfo=UTC)
    assert (article["published_at_rule"], article["published_precision"]) == ("text.date_line", "minute")


def test_the_day_is_the_one_that_is_declared_whatever_its_zone() -> None:
    article = read(jsonld_published="2024-01-12T23:30:00-05:00", body=ENGLISH)
    assert article["published_on"] == date(2024, 1, 12)
    assert article["published_at"] == datetime(2024, 1, 13, 4, 30, tzinfo=UTC)


def test_the_day_is_the_one_that_the_page_prints_where_it_declares_utc() -> None:
    line = ("date", "Published: 13 Jan 2024, 01:30 AM IST")
    article = read(("title", "बीज"), line, jsonld_published="2024-01-12T20:00:00Z")
    assert article["published_on"] == date(2024, 1, 13)
    assert article["published_at"] == datetime(2024, 1, 12, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        pytest.param("12 Jan 2024 | 9:25 pm", 12, id="same moment elsewhere"),
        pytest.param("12 Jan 2024 | 9:20 pm", 13, id="another moment"),
        pytest.param("Updated: 12 Jan 2024 | 9:25 pm", 13, id="an update"),
        pytest.param("12 Jan 2024", 13, id="no clock, no Indian page"),
        pytest.param("12 Jan 2024, 9:25 pm | 13 Jan 2024, 9:25 pm", 13, id="both days"),
    ],
)
def test_a_day_declared_in_utc_gives_way_to_the_same_moment_in_print(line: str, day: int) -> None:
    article = read(("title", "Saat"), ("date", line), jsonld_published="2024-01-13T02:25:54Z", body=GERMAN)
    assert article["published_on"] == date(2024, 1, day)


def test_a_clock_without_zone_is_indian_only_on_indian_pages() -> None:
    assert read(jsonld_published="2024-01-12 10:00")["published_at"] == datetime(2024, 1, 12, 4, 30, tzinfo=UTC)
    german = read(jsonld_published="2024-01-12 10:00", body=GERMAN)
    assert german["published_at"] == datetime(2024, 1, 12, 10, 0, tzinfo=UTC)


BESIDE = [
    ("above", [("date", "4 March 2024"), ("title", "Seed")], date(2024, 3, 4)),
    ("above, with a weekday: the visitor's", [("date", "Monday, 4 March 2024"), ("title", "Seed")], None),
    ("far above", [("date", "4 March 2024"), *[("other", "Menu")] * 3, ("title", "Seed")], None),
    ("no rule took it", [("title", "Seed"), ("other", "4 March 2024 · 3 min read")], date(2024, 3, 4)),
    ("in German", [("title", "Seed"), ("other", "4. März 2024 von Asha")], date(2024, 3, 4)),
    ("two dates", [("title", "Seed"), ("other", "From 4 March 2024 to 6 March 2024")], None),
    ("an update", [("title", "Seed"), ("other", "Updated on 4 March 2024")], None),
    ("a sentence", [("title", "Seed"), ("standfirst", "On 4 March 2024 the rain began.")], None),
]


@pytest.mark.parametrize(("lines", "day"), [case[1:] for case in BESIDE], ids=[case[0] for case in BESIDE])
def test_a_date_beside_the_headline_of_a_web_page(lines: list[tuple[str, str]], day: date | None) -> None:
    article = read(*lines, ("body", ENGLISH), format="html", extracted_date="2001-01-01")
    assert article["published_on"] == (day or date(2001, 1, 1))
    assert day is None or article["page_date"] is None


def test_a_date_beside_the_headline_gives_way_to_a_declared_one() -> None:
    lines = (("title", "Seed"), ("other", "4 March 2024"), ("body", ENGLISH))
    assert read(*lines, format="html", jsonld_published="2024-03-01")["published_on"] == date(2024, 3, 1)


def test_a_dateline_above_the_title_is_a_menu() -> None:
    article = read(("dateline", "दिल्ली"), ("title", "बीज"), ("dateline", "लखनऊ"), ("body", BODY))
    assert article["dateline_place"] == "लखनऊ"
    assert read(("dateline", "लखनऊ: "), ("body", BODY))["dateline_place"] == "लखनऊ"


def test_a_dateline_far_down_is_of_another_story() -> None:
    paragraphs = [("body", BODY)] * 6
    article = read(("title", "बीज"), *paragraphs, ("dateline", "लखनऊ, 12 जनवरी 2024 (भाषा)"), ("body", BODY))
    assert (article["dateline_place"], article["agency"], article["published_on"]) == (None, None, None)


# --- title -----------------------------------------------------------------------------------------------------------


def test_the_first_title_of_a_text() -> None:
    article = read(("title", "बीज समय पर \n"), ("date", "12 जनवरी 2024"), ("title", "बीज समय पर मिलेंगे"))
    assert article["title"] == "बीज समय पर"


TITLES: list[tuple[str, dict[str, str], list[str], str | None]] = [
    ("declared, suffix", {"html_title": "बीज समय पर मिलेंगे | खबरघर", "site": "खबरघर"}, [], "बीज समय पर मिलेंगे"),
    ("shown and declared", {"og_title": "बीज समय पर"}, ["बीज समय पर"], "बीज समय पर"),
    ("logo first", {"og_title": "बीज समय पर"}, ["खबरघर", "बीज समय पर"], "बीज समय पर"),
    ("menu", {"og_title": "बीज समय पर मिलेंगे"}, ["लॉग इन"], "बीज समय पर मिलेंगे"),
    (
        "shown says it otherwise",
        {"og_title": "Seed on time"},
        ["किसानों को समय पर बीज मिलेंगे"],
        "किसानों को समय पर बीज मिलेंगे",
    ),
    ("capitals", {"og_title": "Seed on time"}, ["SEED ON TIME"], "Seed on time"),
    (
        "section behind",
        {"og_title": "बीज समय पर मिलेंगे - Agra News", "jsonld_title": "बीज समय पर मिलेंगे"},
        [],
        "बीज समय पर मिलेंगे",
    ),
    (
        "breadcrumb first",
        {"og_title": "Bridge opens after repairs", "jsonld_title": "Canal: bridge", "html_title": "Canal: bridge"},
        ["Canal: bridge", "Bridge opens after repairs"],
        "Bridge opens after repairs",
    ),
    (
        "breadcrumb alone is declared",
        {"og_title": "Canal: bridge", "html_title": "Canal: bridge"},
        ["Canal: bridge", "Bridge opens after repairs"],
        "Canal: bridge",
    ),
    (
        "declared whole for those who share it",
        {"og_title": "Canal: bridge opens", "jsonld_title": "Canal: bridge opens", "html_title": "Bridge opens"},
        ["Canal: bridge opens"],
        "Canal: bridge opens",
    ),
    (
        "a declared part before the colon is a kicker where one is declared without it",
        {"og_title": "Canal: bridge opens", "jsonld_title": "Bridge opens"},
        ["Canal: bridge opens"],
        "Bridge opens",
    ),
    (
        "kicker in the headline's box",
        {"og_title": "Bridge opens again"},
        ["Opinion Bridge opens again"],
        "Bridge opens again",
    ),
    (
        "more than a kicker",
        {"og_title": "Bridge opens again"},
        ["After seven long months bridge opens again"],
        "After seven long months bridge opens again",
    ),
    (
        "name of a weblog",
        {"html_title": "गाँव की चिट्ठी: नहर टूटी, तीन गाँव डूबे", "extracted_title": "गाँव की चिट्ठी"},
        ["गाँव की चिट्ठी", "नहर टूटी, तीन गाँव डूबे"],
        "नहर टूटी, तीन गाँव डूबे",
    ),
    ("kicker glued", {"og_title": "Canal / Bridge opens"}, ["CanalBridge opens"], "Canal / Bridge opens"),
    (
        "long, declared otherwise",
        {"og_title": "Repairs: what engineers found"},
        ["Bridge opens to traffic again"],
        "Bridge opens to traffic again",
    ),
    (
        "date in the headline's box",
        {"og_title": "Bridge opens again"},
        ["4 March 2024 Bridge opens again"],
        "Bridge opens again",
    ),
    ("date glued", {"og_title": "Bridge opens again"}, ["04.03.2024Bridge opens again"], "Bridge opens again"),
    ("date behind", {"og_title": "Bridge opens again"}, ["Bridge opens again / March 2024"], "Bridge opens again"),
    (
        "date declared",
        {"og_title": "Harvest report – May 2024"},
        ["Harvest report – May 2024"],
        "Harvest report – May 2024",
    ),
    ("kicker alone", {"og_title": "Canal works: Bridge opens"}, ["Canal works:"], "Canal works: Bridge opens"),
    (
        "name of the weblog, extracted",
        {"html_title": "Bridge opens again", "extracted_title": "Asha's Diary"},
        ["Asha's Diary", "Bridge opens again"],
        "Bridge opens again",
    ),
    (
        "section, extracted; the headline is declared with an unknown site",
        {"html_title": "Bridge opens again - Canal Board", "extracted_title": "Press releases"},
        ["Press releases", "Bridge opens again"],
        "Bridge opens again",
    ),
    (
        "shown twice, once as declared",
        {"html_title": "Bridge opens again | Guides | Canal Board"},
        ["Bridge opens again | Guides | Canal Board", "Bridge opens again"],
        "Bridge opens again",
    ),
    ("site names itself", {"og_title": "Bridge opens - Canal Board", "site_name": "Canal Board"}, [], "Bridge opens"),
    (
        "site names itself as its page",
        {"og_title": "Bridge opens", "site_name": "Bridge opens | Canal Board"},
        ["Bridge opens"],
        "Bridge opens",
    ),
    ("references", {"jsonld_title": "Seed &amp; soil"}, [], "Seed & soil"),
    ("nothing", {}, [], None),
]


@pytest.mark.parametrize(("page", "shown", "title"), [case[1:] for case in TITLES], ids=[case[0] for case in TITLES])
def test_titles(page: dict[str, str], shown: list[str], title: str | None) -> None:
    assert read(*(("title", text) for text in shown), **page)["title"] == title


# --- author, agency, place -------------------------------------------------------------------------------------------

MAKERS: list[tuple[str, dict[str, str], list[tuple[str, str]], tuple[str | None, str | None, str | None]]] = [
    ("byline", {}, [("byline", "By आदित्य सिंह")], ("आदित्य सिंह", None, None)),
    ("opening word", {}, [("byline", "Von Asha Rao")], ("Asha Rao", None, None)),
    ("the same word in a name", {}, [("byline", "Asha von Rao")], ("Asha von Rao", None, None)),
    ("byline at the end", {}, [("body", BODY), ("byline", "By आदित्य सिंह")], ("आदित्य सिंह", None, None)),
    ("two bylines", {}, [("byline", "Asha Rao"), ("byline", "Bina Das")], ("Asha Rao, Bina Das", None, None)),
    ("desk", {}, [("byline", "वेब डेस्क, नई दिल्ली")], (None, None, "नई दिल्ली")),
    ("agency in byline", {}, [("byline", "भाषा")], (None, "PTI", None)),
    ("dateline", {}, [("dateline", "नई दिल्ली, एजेंसी।")], (None, "एजेंसी", "नई दिल्ली")),
    (
        "named agency beats the word",
        {},
        [("dateline", "लखनऊ, एजेंसी।"), ("source_credit", "(भाषा)")],
        (None, "PTI", "लखनऊ"),
    ),
    ("two agencies", {}, [("source_credit", "(इनपुट- भाषा, एएनआई)")], (None, "PTI, ANI", None)),
    ("byline with place", {}, [("byline", "अमित कुमार / नई दिल्ली February 14, 2020")], ("अमित कुमार", None, "नई दिल्ली")),
    ("declared", {"jsonld_authors": "Asha Rao; Bina Das"}, [], ("Asha Rao, Bina Das", None, None)),
    ("declared before printed", {"jsonld_authors": "Asha Rao"}, [("byline", "आशा राव")], ("Asha Rao", None, None)),
    (
        "person printed, desk declared",
        {"jsonld_authors": "Web Desk"},
        [("byline", "By आशा राव")],
        ("आशा राव", None, None),
    ),
    (
        "more are printed",
        {"jsonld_authors": "Asha Rao"},
        [("byline", "Asha Rao and Bina Das")],
        ("Asha Rao, Bina Das", None, None),
    ),
    (
        "editor declared",
        {"jsonld_authors": "Bina Das"},
        [("byline", "Asha Rao | Edited by Bina Das")],
        ("Asha Rao", None, None),
    ),
    (
        "meta names more than JSON-LD",
        {"jsonld_authors": "Asha Rao", "meta_authors": "Asha Rao, Bina Das"},
        [],
        ("Asha Rao, Bina Das", None, None),
    ),
    (
        "meta names somebody else",
        {"jsonld_authors": "Asha Rao", "meta_authors": "Bina Das"},
        [],
        ("Asha Rao", None, None),
    ),
    (
        "bylines of books below",
        {"extracted_authors": "Asha Rao"},
        [("body", BODY), *(("byline", f"by {name} Sen") for name in ("Bina", "Chitra", "Dia", "Ela"))],
        ("Asha Rao", None, None),
    ),
    (
        "editor declared, named below the text",
        {"jsonld_authors": "Bina Das"},
        [("byline", "Asha Rao"), ("body", BODY), ("byline", "Editor: Bina Das")],
        ("Asha Rao", None, None),
    ),
    ("editor alone", {}, [("byline", "Edited by Bina Das | 12 Jan 2024")], ("Bina Das", None, None)),
    ("house declared, nobody named", {"jsonld_authors": "खबरघर", "site": "खबरघर"}, [], ("खबरघर", None, None)),
    ("login declared", {"jsonld_authors": "asha-r"}, [("byline", "By Asha Rao")], ("Asha Rao", None, None)),
    ("login alone", {"jsonld_authors": "asha-r"}, [], ("asha-r", None, None)),
    ("desk declared, nobody named", {"jsonld_authors": "वेब डेस्क"}, [], (None, None, None)),
    ("agency declared, nobody named", {"jsonld_authors": "भाषा"}, [], (None, "PTI", None)),
    ("person of the paper", {"site": "gangavarta"}, [("byline", "Asha Rao, गंगा वार्ता")], ("Asha Rao", None, None)),
    ("person and agency declared", {"jsonld_authors": "Asha Rao; PTI"}, [], ("Asha Rao", "PTI", None)),
    (
        "house declared twice",
        {"meta_authors": "Khabar Ghar", "jsonld_authors": "Asha Rao", "jsonld_publisher": "Khabar Ghar"},
        [],
        ("Asha Rao", None, None),
    ),
    ("address for a name", {"meta_authors": "https://social.example/asha"}, [], (None, None, None)),
]


@pytest.mark.parametrize(("page", "lines", "makers"), [case[1:] for case in MAKERS], ids=[case[0] for case in MAKERS])
def test_makers(
    page: dict[str, str], lines: list[tuple[str, str]], makers: tuple[str | None, str | None, str | None]
) -> None:
    article = read(("title", "बीज समय पर"), *lines, **page)
    assert (article["author"], article["agency"], article["dateline_place"]) == makers


HTML_MAKERS: list[tuple[str, dict[str, str], list[tuple[str, str]], str | None]] = [
    ("cue in a line that no rule took", {}, [("other", "Posted on 4 March 2024 by Asha Rao")], "Asha Rao"),
    ("cue and name in two boxes", {}, [("other", "Written by"), ("other", "Asha Rao")], "Asha Rao"),
    ("cue twice, name behind", {}, [("other", "Author:"), ("other", "Author(s):"), ("byline", "Asha Rao")], "Asha Rao"),
    ("user behind a date", {}, [("other", "4 March 2024 by asharao")], "asharao"),
    ("name with a date", {}, [("other", "Asha Rao | 4 March 2024")], "Asha Rao"),
    ("names above the text", {}, [("standfirst", "Asha Rao/Bina Das")], "Asha Rao, Bina Das"),
    ("clauses above the text", {}, [("standfirst", "बीज मिलेगा, दाम घटेगा")], None),
    ("kicker above the text", {}, [("standfirst", "Seed Prices")], None),
    ("title with a date", {}, [("other", "Seed prices in spring | 4 March 2024")], None),
    ("name without a date", {}, [("other", "Asha Rao")], None),
    (
        "who wrote it beats who put it online",
        {"jsonld_authors": "Chitra Lal"},
        [("byline", "By Asha Rao")],
        "Asha Rao",
    ),
    ("who posted it does not", {"jsonld_authors": "Asha Rao"}, [("byline", "Posted by Chitra Lal")], "Asha Rao"),
    ("the same person", {"jsonld_authors": "Dr. Asha Rao"}, [("byline", "By Asha Rao, Lucknow")], "Dr. Asha Rao"),
    ("the same person in another script", {"jsonld_authors": "Asha Rao"}, [("byline", "By आशा राव")], "Asha Rao"),
    ("no cue, no doubt", {"jsonld_authors": "Chitra Lal"}, [("byline", "Asha Rao")], "Chitra Lal"),
    (
        "title before a name",
        {"jsonld_authors": "Asha Rao"},
        [("byline", "By Dr Asha Rao and Dr Bina Das")],
        "Dr Asha Rao, Dr Bina Das",
    ),
    ("first name declared", {"jsonld_authors": "Asha"}, [("other", "Asha Rao")], "Asha Rao"),
    ("first name declared, no name beside", {"jsonld_authors": "Asha"}, [("other", "Asha reads on")], "Asha"),
    ("photo credit beside a house", {"meta_authors": "Gram Times"}, [("byline", "Bild © Bina Das")], "Gram Times"),
    ("guess for a name read from a glued line", {"extracted_authors": "Asha Rao"},
     [("byline", "By Asha RaoIn Rural Travel")], "Asha Rao"),
    ("guess with a section behind", {"extracted_authors": "Asha Rao Writer; Gardens"}, [], "Asha Rao"),
    ("guess that is a button", {"extracted_authors": "View more posts"}, [], None),
    ("guess that is a month", {"extracted_authors": "August"}, [], None),
    ("name of the site, extracted", {"extracted_authors": "Asha Rao", "site": "asharao"}, [], "Asha Rao"),
    ("section as a byline below the text", {}, [("body", ENGLISH), ("byline", "Lifestyle")], None),
    ("name right below the text", {}, [("body", ENGLISH), ("byline", "Asha Rao")], "Asha Rao"),
    ("cue right below the text", {}, [("body", ENGLISH), ("other", "Text: Asha Rao")], "Asha Rao"),
    ("editors right below the text", {}, [("body", ENGLISH), ("other", "(责编：李明、王芳)")], "李明, 王芳"),
    ("button right below the text", {}, [*[("body", ENGLISH)] * 4, ("other", "By Email | Start Your Day")], None),
    ("nothing but a word for nobody", {"meta_authors": "undefined"}, [], None),
]  # fmt: skip


@pytest.mark.parametrize(("page", "lines", "author"), [c[1:] for c in HTML_MAKERS], ids=[c[0] for c in HTML_MAKERS])
def test_authors_of_web_pages(page: dict[str, str], lines: list[tuple[str, str]], author: str | None) -> None:
    if "body" not in {role for role, _ in lines}:
        lines = [*lines, ("body", ENGLISH)]
    assert read(("title", "Seed on time"), *lines, format="html", body=ENGLISH, **page)["author"] == author


def test_a_menu_above_the_headline_names_nobody() -> None:
    menu = [("byline", "By Role"), *(("site_header", f"Part {number}") for number in range(8))]
    lines = (*menu, ("title", "Seed on time"), ("body", ENGLISH))
    assert read(*lines, format="html")["author"] is None
    assert read(("byline", "By Asha Rao"), *lines[-2:], format="html")["author"] == "Asha Rao"


def test_names_far_below_the_text_are_of_teasers() -> None:
    teasers = [("related", "Well dug")] * 8
    far = read(("title", "Seed"), ("body", ENGLISH), *teasers, ("byline", "Asha Rao"), format="html")
    assert far["author"] is None
    cued = read(("title", "Seed"), ("body", ENGLISH), *teasers, ("byline", "Written by Asha Rao"), format="html")
    assert cued["author"] == "Asha Rao"


# --- the rest --------------------------------------------------------------------------------------------------------


def test_the_given_address_comes_before_the_declared_one() -> None:
    assert read(url="https://a.example/1", canonical_url="https://a.example/2")["url"] == "https://a.example/1"
    assert read(canonical_url="https://a.example/2")["url"] == "https://a.example/2"


def test_an_address_that_is_none_does_no_harm() -> None:
    assert read(("title", "बीज"), canonical_url="https://[", og_title="बीज")["title"] == "बीज"


def test_the_declared_language_counts_for_nothing() -> None:
    assert read(html_lang="en")["language"] == "hi"


def test_pages_without_a_body_are_no_articles() -> None:
    bodies = pl.DataFrame([("a1", "", [])], schema=schema.BODIES, orient="row")
    assert metadata(make_page(), make_blocks(("title", "बीज")), bodies).height == 0
    nothing = metadata(schema.empty(schema.PAGES), schema.empty(schema.BLOCKS), schema.empty(schema.BODIES))
    assert nothing.schema == pl.Schema(schema.ARTICLES)


def test_articles_do_not_depend_on_the_batch() -> None:
    first, second = make_page(jsonld_published="2024-01-12"), make_page(article_id="a2", og_title="बीज समय पर")
    blocks = [
        make_blocks(("title", "एक"), ("body", BODY)),
        make_blocks(("byline", "By Asha Rao"), ("body", BODY), article_id="a2"),
    ]
    bodies = [pl.DataFrame([(name, BODY, [])], schema=schema.BODIES, orient="row") for name in ("a1", "a2")]
    apart = [metadata(page, own, body) for page, own, body in zip([first, second], blocks, bodies, strict=True)]
    together = metadata(pl.concat([second, first]), pl.concat(blocks[::-1]), pl.concat(bodies))
    assert together.sort("article_id").equals(pl.concat(apart))
