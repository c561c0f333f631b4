"""The saved queries: each is a question with a default for every parameter, and each has the right answer."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from conftest import make_page
from helpers.parts import DAWN, Name, Page, parts_of, publish, quarantined

from flows import warehouse
from flows.pipeline import run
from flows.settings import Settings

MODI = Name("मोदी", full="नरेन्द्र मोदी")
PUTIN = Name("पुतिन", full="व्लादिमीर पुतिन")
PUTEEN = Name("पुतीन")
DELHI = Name("दिल्ली", "LOC", curated_id="delhi")
JOINED = {"पुतीन": "व्लादिमीर पुतिन"}
QUERIES = warehouse.saved_queries()


def story(path: str, text: str, day: int, *names: Name) -> Page:
    site = path.split("/")[0]
    lines = [("byline", "संवाददाता"), ("body", text), ("share", "शेयर करें यह ख़बर")]
    return Page(path, lines, site, title=text[:12], published_at=DAWN + timedelta(days=day), names=names)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two runs: the second changes one story and finds another gone."""
    settings = Settings(warehouse=tmp_path_factory.mktemp("queries") / "news.duckdb", workers=1)
    first = [
        story("setu/a.txt", "मोदी और पुतिन मिले", 1, MODI, PUTIN),
        story("ghat/a.txt", "मोदी और पुतिन मिले", 2, MODI, PUTIN),
        story("ghat/b.txt", "दिल्ली में पुतीन", 40, DELHI, PUTEEN),
        story("ghat/c.txt", "दिल्ली से पुतिन", 41, DELHI, PUTIN),
        story("ghat/gone.txt", "जाने वाला", 3),
    ]
    parts = parts_of(first)
    parts.files.append(quarantined("ghat/empty.txt"))
    publish(settings, parts, joined=JOINED)
    changed = replace(story("ghat/c.txt", "दिल्ली से लौटे पुतिन", 41, DELHI, PUTIN), title="नया शीर्षक")
    publish(settings, [changed], 42, gone=["ghat/gone.txt"], joined=JOINED)
    return settings


def answer(settings: Settings, query_name: str, /, **values: str) -> list[tuple[object, ...]]:
    query = QUERIES[query_name]
    return list(warehouse.query(settings.warehouse, query.sql, query.defaults | values).rows)


@pytest.mark.parametrize("name", QUERIES)
def test_a_saved_query_runs_with_its_defaults(settings: Settings, name: str) -> None:
    query = QUERIES[name]
    assert query.question.endswith("?")
    assert query.question_hi.endswith("?")
    assert any("\u0900" <= char <= "\u097f" for char in query.question_hi)
    assert set(query.defaults) == set(re.findall(r"\$(\w+)", query.sql))
    answer(settings, name)


def test_there_are_at_least_eight() -> None:
    assert len(QUERIES) >= 8


def test_named_with(settings: Settings) -> None:
    rows = answer(settings, "named_with", name="पुतिन")
    assert rows == [
        ("व्लादिमीर पुतिन", "दिल्ली", "LOC", 2, date(2026, 2, 10), date(2026, 2, 11)),
        ("व्लादिमीर पुतिन", "नरेन्द्र मोदी", "PERSON", 1, date(2026, 1, 2), date(2026, 1, 2)),
    ]


@pytest.mark.parametrize("name", ["PERSON:व्लादिमीर पुतिन", "व्लादिमीर पुतिन", "पुतीन"], ids=["id", "name", "spelling"])
def test_an_entity_is_named_by_id_name_or_spelling(settings: Settings, name: str) -> None:
    assert len(answer(settings, "named_with", name=name)) == 2


def test_sites_on_entity(settings: Settings) -> None:
    assert answer(settings, "sites_on_entity", name="नरेन्द्र मोदी") == [
        ("setu", "नरेन्द्र मोदी", "PERSON", 1, 1, 1.0, 0.333),
        ("ghat", "नरेन्द्र मोदी", "PERSON", 1, 1, 0.333, 1.0),
    ]


def test_first_named(settings: Settings) -> None:
    assert [row[1:4] + row[5:] for row in answer(settings, "first_named", name="पुतिन")] == [
        ("पुतिन", date(2026, 1, 2), "setu", "setu/a.txt"),
        ("पुतीन", date(2026, 2, 10), "ghat", "ghat/b.txt"),
    ]


def test_removal_rules(settings: Settings) -> None:
    assert [row[:5] for row in answer(settings, "removal_rules", site="setu")] == [
        ("setu", "share", "rule_share", 1, 1),
        ("setu", "byline", "rule_byline", 1, 1),
    ]
    assert {row[0] for row in answer(settings, "removal_rules")} == {"setu", "ghat"}


def test_article_at(settings: Settings) -> None:
    at_first = answer(settings, "article_at", article="ghat/c%", at="2026-01-02 12:00:00")
    assert [(row[2], row[3], row[7]) for row in at_first] == [(1, "created", "दिल्ली से पुतिन")]
    assert [row[6] for row in answer(settings, "article_at", article="ghat/c%")] == ["नया शीर्षक"]


def test_weak_spellings(settings: Settings) -> None:
    assert answer(settings, "weak_spellings") == [("व्लादिमीर पुतिन", "PERSON", "पुतीन", "joined", 0.8, 1)]
    assert answer(settings, "weak_spellings", below="0.5") == []


def test_articles_per_day(settings: Settings) -> None:
    assert [row[:4] for row in answer(settings, "articles_per_day", until="2026-01-31")] == [
        (date(2026, 1, 2), "setu", 1, 0),
        (date(2026, 1, 3), "ghat", 1, 1),
    ]


def test_most_named(settings: Settings) -> None:
    """पुतिन and दिल्ली are level in the last week: then the smaller id comes first."""
    assert [row[1:] for row in answer(settings, "most_named", days="7")] == [
        ("व्लादिमीर पुतिन", "PERSON", 2, 2),
        ("दिल्ली", "LOC", 2, 2),
    ]
    assert [row[1] for row in answer(settings, "most_named", days="900", type="PERSON")] == [
        "व्लादिमीर पुतिन",
        "नरेन्द्र मोदी",
    ]


def test_removed_from_article(settings: Settings) -> None:
    assert answer(settings, "removed_from_article", article="setu/%") == [
        ("setu/a.txt", 0, "byline", "rule_byline", None, "संवाददाता"),
        ("setu/a.txt", 2, "share", "rule_share", None, "शेयर करें यह ख़बर"),
    ]


def test_changed_articles(settings: Settings) -> None:
    rows = answer(settings, "changed_articles")
    assert sorted(row[3] for row in rows) == ["changed", "deleted"]
    assert {row[3]: row[2] for row in rows} == {"changed": "नया शीर्षक", "deleted": "जाने वाला"}


def test_carried_by_several(settings: Settings) -> None:
    assert [row[1:4] for row in answer(settings, "carried_by_several")] == [("setu", ["ghat", "setu"], 2)]


def test_quarantine(settings: Settings) -> None:
    assert [row[:4] for row in answer(settings, "quarantine")] == [("setu", "ghat/empty.txt", "empty", "nothing in it")]


def test_two_sites_company(settings: Settings) -> None:
    rows = answer(settings, "two_sites_company", name="पुतिन", one="setu", other="ghat")
    assert rows == [
        ("दिल्ली", "LOC", 0, 2, 0.0, 0.67),
        ("नरेन्द्र मोदी", "PERSON", 1, 1, 1.0, 0.33),
    ]


def test_changed_paragraphs(settings: Settings) -> None:
    told = [
        ("ghat/c.txt", "-", "दिल्ली से पु"),  # the title
        ("ghat/c.txt", "-", "दिल्ली से पुतिन"),
        ("ghat/c.txt", "+", "दिल्ली से लौटे पुतिन"),
        ("ghat/c.txt", "+", "नया शीर्षक"),
    ]
    assert [row[1:4] for row in answer(settings, "changed_paragraphs")] == told
    assert answer(settings, "changed_paragraphs", article="setu/%") == []


def test_what_changed_in_an_article_that_is_gone_is_told_by_its_id(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "news.duckdb", workers=1)
    page = story("setu/a.txt", "मोदी दिल्ली आए", 1)
    publish(settings, [page])
    publish(settings, [replace(story("setu/a.txt", "मोदी पटना आए", 1), title=page.title)], 2)
    publish(settings, [], 3, gone=[page.path])
    changes = answer(settings, "changed_paragraphs", article=page.article_id)
    assert [row[2:4] for row in changes] == [("-", "मोदी दिल्ली आए"), ("+", "मोदी पटना आए")]
    (before,) = answer(settings, "article_at", article=page.article_id, at="2026-01-02 12:00:00")
    assert before[7] == "मोदी दिल्ली आए"


def test_articles_of_one_file_are_told_apart(tmp_path: Path) -> None:
    settings = Settings(raw=tmp_path / "raw", warehouse=tmp_path / "news.duckdb", workers=1)
    file = settings.raw / "setu" / "all.jsonl"
    file.parent.mkdir(parents=True)
    for word in ("पहले", "फिर"):
        pages = (
            make_page(number, extra=f"रूस के राष्ट्रपति व्लादिमीर पुतिन {word} {number} बार बोले।") for number in range(4)
        )
        file.write_text("\n".join(json.dumps({"text": page, "date": "2026-01-05"}) for page in pages), encoding="utf-8")
        assert run(settings).status == "published"
    changes = answer(settings, "changed_paragraphs")
    assert [row[2] for row in changes] == ["-", "+"] * 4
    assert [one[4] for one in changes[::2]] == [other[4] for other in changes[1::2]]
    ((title,),) = warehouse.query(settings.warehouse, "select title from articles where source_record = 1").rows
    assert [row[4] for row in answer(settings, "first_named", name="व्लादिमीर पुतिन")] == [title]


def test_together_by_month(settings: Settings) -> None:
    assert answer(settings, "together_by_month", name="पुतिन", other="मोदी") == [
        (date(2026, 1, 1), 1, 1, 1.0),
        (date(2026, 2, 1), 2, 0, 0.0),
    ]


def test_silent_sites(settings: Settings) -> None:
    assert answer(settings, "silent_sites") == [("setu", date(2026, 1, 2), 40, None)]
    assert answer(settings, "silent_sites", days="40") == []


def test_a_date_that_lies_ahead_moves_no_days_that_are_counted_back(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "news.duckdb", workers=1)
    pages = [story("setu/a.txt", "मोदी आए", 1, MODI), story("ghat/a.txt", "दिल्ली में", 9, DELHI)]
    publish(settings, [*pages, story("setu/slip.txt", "पुतिन आए", 900, PUTIN)], 10)
    found = answer(settings, "most_named", days="30")
    assert {row[1] for row in found} == {"दिल्ली", "नरेन्द्र मोदी", "व्लादिमीर पुतिन"}
    assert answer(settings, "silent_sites") == [("setu", date(2026, 1, 2), 8, None)]


def test_agency_shares(settings: Settings) -> None:
    assert answer(settings, "agency_shares", site="ghat") == [("ghat", "(own)", 3, 100.0)]


def test_spellings_by_site(settings: Settings) -> None:
    assert answer(settings, "spellings_by_site", name="व्लादिमीर पुतिन") == [
        ("ghat", "व्लादिमीर पुतिन", "पुतिन", 2, 2),
        ("ghat", "व्लादिमीर पुतिन", "पुतीन", 1, 1),
        ("setu", "व्लादिमीर पुतिन", "पुतिन", 1, 1),
    ]
