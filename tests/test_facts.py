"""The facts of a run are those of its rows, told apart from what the generation before held."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from helpers.parts import DAWN, Name, Page, load, make_run, parts_of, publish, quarantined

from flows import warehouse
from flows.facts import Arrived, Facts, Joined, Moved, NewEntity, Quarantined, RoleSize, read_checks, read_facts
from flows.settings import Settings

MODI = Name("मोदी", full="नरेन्द्र मोदी")
PUTIN = Name("पुतिन", full="व्लादिमीर पुतिन")
PUTEEN = Name("पुतीन")
DELHI = Name("दिल्ली", "LOC")
JOINED = {"पुतीन": "व्लादिमीर पुतिन"}


def story(path: str, text: str, day: int, *names: Name, share: str = "शेयर करें") -> Page:
    site = path.split("/")[0]
    lines = [("body", text), ("share", share), ("share", "Share")]
    return Page(path, lines, site, title=text, published_at=DAWN + timedelta(days=day), names=names)


def facts_of(settings: Settings, number: int) -> Facts:
    run = make_run(number)
    with warehouse.compared(settings.work / f"run{number}" / "generation.duckdb", settings.warehouse) as ask:
        return read_facts(ask, run.run_id, run.started_at.isoformat())


@pytest.fixture(scope="module")
def first_and_second(tmp_path_factory: pytest.TempPathFactory) -> tuple[Facts, Facts]:
    """Two runs: the second brings two stories, changes one, joins a spelling and loses an id to another."""
    settings = Settings(warehouse=tmp_path_factory.mktemp("facts") / "news.duckdb", workers=1)
    pages = [
        story("setu/a.txt", "मोदी बोले", 1, MODI),
        story("ghat/a.txt", "पुतीन लौटे", 2, PUTEEN, share="दोस्तों से साझा करें"),
    ]
    load(settings, pages)
    first = facts_of(settings, 1)
    publish(settings, pages)
    parts = parts_of(
        [
            story("setu/a.txt", "मोदी ने कहा", 1, MODI),
            story("setu/b.txt", "पुतिन दिल्ली में", 3, PUTIN, DELHI),
            story("kund/c.txt", "बिना नाम", 4),
        ]
    )
    parts.files.append(quarantined("setu/leer.txt"))
    load(settings, parts, 2, joined=JOINED)
    return first, facts_of(settings, 2)


def test_a_first_run_has_all_new(first_and_second: tuple[Facts, Facts]) -> None:
    facts, _ = first_and_second
    assert {row.name for row in facts.new_entities.rows} == {"नरेन्द्र मोदी", "पुतीन"}
    assert [(row.spelling, row.name) for row in facts.joined.rows] == [("मोदी", "नरेन्द्र मोदी")]
    assert facts.moved.count == 0
    assert facts.new_articles.count == 2


def test_what_came_in_is_told_by_site_and_by_what_became_of_it(first_and_second: tuple[Facts, Facts]) -> None:
    _, facts = first_and_second
    assert facts.arrived.rows == [
        Arrived("setu", 1, 1, 0, 0, 6, date(2026, 1, 2), date(2026, 1, 4)),
        Arrived("kund", 1, 0, 0, 0, 2, date(2026, 1, 5), date(2026, 1, 5)),
    ]
    assert [(row.path, row.title) for row in facts.new_articles.rows] == [
        ("kund/c.txt", "बिना नाम"),
        ("setu/b.txt", "पुतिन दिल्ली में"),
    ]


def test_only_entities_that_were_not_there_are_new(first_and_second: tuple[Facts, Facts]) -> None:
    """पुतीन went into व्लादिमीर पुतिन: that id is new, the man is not."""
    _, facts = first_and_second
    assert facts.new_entities.rows == [NewEntity("दिल्ली", "LOC", 1, 1, "पुतिन दिल्ली में")]
    assert facts.moved.rows == [Moved("पुतीन", "PERSON:पुतीन", "व्लादिमीर पुतिन", "PERSON:व्लादिमीर पुतिन")]


def test_only_spellings_that_an_entity_did_not_have_are_joined(first_and_second: tuple[Facts, Facts]) -> None:
    _, facts = first_and_second
    assert facts.joined.rows == [Joined("व्लादिमीर पुतिन", "PERSON", "पुतिन", "same", 1.0, 1)]


def test_rules_show_what_they_removed_most_often(first_and_second: tuple[Facts, Facts]) -> None:
    facts, second = first_and_second
    ((removed,), count) = facts.removed.rows, facts.removed.count
    assert (removed.rule_id, removed.role, removed.article_count, removed.block_count, count) == (
        *("rule_share", "share"),
        *(2, 4, 1),
    )
    assert removed.examples == ["Share", "दोस्तों से साझा करें", "शेयर करें"]
    assert removed.character_count == 2 * len("Share\n") + len("दोस्तों से साझा करें\n") + len("शेयर करें\n")
    assert second.removed.rows[0].article_count == 3  # of its own articles only


def test_sizes_of_roles_add_up_to_the_pages(first_and_second: tuple[Facts, Facts]) -> None:
    facts, _ = first_and_second
    assert facts.role_sizes[:2] == [
        RoleSize(False, "ghat", "body", True, len("पुतीन लौटे\n")),
        RoleSize(False, "ghat", "share", False, len("दोस्तों से साझा करें\nShare\n")),
    ]


def test_quarantine_is_that_of_the_run(first_and_second: tuple[Facts, Facts]) -> None:
    first, second = first_and_second
    assert first.quarantined.count == 0
    assert second.quarantined.rows == [Quarantined("setu/leer.txt", "empty", "nothing in it")]


def test_long_lists_are_cut_and_counted(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Sites beyond those that the picture tells apart are one."""
    settings = Settings(warehouse=tmp_path_factory.mktemp("many") / "news.duckdb", workers=1)
    load(settings, [story(f"s{number:02}/a.txt", f"क्रम {number} की बात", 1) for number in range(60)])
    facts = facts_of(settings, 1)
    assert (len(facts.arrived.rows), facts.arrived.count) == (50, 60)
    assert (len(facts.new_articles.rows), facts.new_articles.count) == (20, 60)
    rest = [row for row in facts.role_sizes if row.is_rest]
    assert len({row.site for row in facts.role_sizes if not row.is_rest}) == 12
    assert {row.site for row in rest} == {None} and len(rest) == 2


def test_every_check_says_what_it_looks_for() -> None:
    checks = read_checks()
    assert len(checks) >= 14
    for check in checks:
        assert not check.fault.startswith("A row"), check
        assert "promise" not in check.fault
