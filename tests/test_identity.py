"""Tests that a decision of `khabar entity` does what it says: on the spellings that people see, in the next run."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from conftest import make_page

from flows import pipeline, warehouse
from flows.columns import width
from flows.decisions import read_decisions
from flows.identity import WHY, IdentityError, find_entities, read_type, record_decision, show_entity
from flows.settings import Settings, UsageError

#: What the pages tell of, two names a page, the surname again by itself.
STORIES = (
    "रूस के राष्ट्रपति व्लादिमीर पुतिन ने बैठक की। इसके बाद पुतिन ने बयान दिया।",
    "रूस के राष्ट्रपति व्लादिमिर पुतिन ने दौरा किया। इसके बाद पुतिन लौट आए।",
    "चीन के राष्ट्रपति शी चिनफिंग ने भाषण दिया। बाद में शी चिनफिंग ने सवाल सुने।",
    "रूस के विदेश मंत्री सर्गेई लावरोव ने बात की। इसके बाद लावरोव ने बयान दिया।",
    "रूस के विदेश मंत्री सर्गेई लावरोफ ने भाषण दिया। बाद में लावरोफ ने सवाल सुने।",
)
PUTIN, OTHER_PUTIN, XI = "व्लादिमीर पुतिन", "व्लादिमिर पुतिन", "शी चिनफिंग"
LAVROV, OTHER_LAVROV = "सर्गेई लावरोव", "सर्गेई लावरोफ"

#: Each name that decisions act on, and its entity.
Entities = dict[str, set[str]]


@pytest.fixture(scope="module")
def told_once(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("told")
    (folder / "raw" / "setu").mkdir(parents=True)
    for number, story in enumerate(STORIES):
        (folder / "raw" / "setu" / f"{number}.txt").write_text(make_page(number, extra=story), encoding="utf-8")
    settings = Settings(raw=folder / "raw", warehouse=folder / "news.duckdb", workers=1)
    assert pipeline.run(settings).status == "published"
    return settings


@pytest.fixture
def told(told_once: Settings, settings: Settings) -> Settings:
    """A warehouse of the stories, for the test to decide on."""
    shutil.copy(told_once.warehouse, settings.warehouse)
    return replace(settings, raw=told_once.raw, mentions=True)


def people(settings: Settings) -> dict[str, set[str]]:
    """The printed names of people by entity, after a run."""
    pipeline.run(settings)
    rows = warehouse.query(
        settings.warehouse, "select entity_id, name from mentions where type = 'PERSON' group by all order by all"
    ).rows
    found: dict[str, set[str]] = {}
    for entity_id, name in rows:
        found.setdefault(str(entity_id), set()).add(str(name))
    return found


def entity_of(settings: Settings, *names: str) -> list[str]:
    found = people(settings)
    return [next(entity for entity, spelt in found.items() if name in spelt) for name in names]


@pytest.mark.parametrize("name", ["नीलिमा-वाजपेयी", "नीलिमा  वाजपेयी", "नीलिमा. वाजपेयी"])
def test_a_name_is_found_as_a_decision_finds_it(sample_settings: Settings, name: str) -> None:
    assert [entity.name for entity in find_entities(sample_settings, name, None)] == ["नीलिमा वाजपेयी"]


@pytest.mark.parametrize("name", ["None", "none", "", ".", "-"])
def test_what_is_no_name_means_nobody(sample_settings: Settings, name: str) -> None:
    """Least of all those who have no name in Latin letters."""
    with pytest.raises(IdentityError, match="no entity is spelt"):
        find_entities(sample_settings, name, None)


def test_a_surname_that_stands_for_a_full_name_takes_that_name_along(
    told: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    record_decision(told, "लावरोव", [], ["लावरोफ"], None)
    assert capsys.readouterr().out.startswith(f"recorded: splits {LAVROV} (4 mentions) into {LAVROV} (2 mentions) and")
    assert [decision.names for decision in read_decisions(told.decisions)] == [(LAVROV, OTHER_LAVROV)]
    first, second = entity_of(told, LAVROV, OTHER_LAVROV)
    assert first == "sergei-lavrov" and second != first
    rows = warehouse.query(
        told.warehouse, "select distinct surface from mentions where entity_id = $id", {"id": second}
    )
    assert {row[0] for row in rows.rows} == {OTHER_LAVROV, "लावरोफ"}


def test_a_join_brings_whole_entities_together(told: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    record_decision(told, "पुतिन", [XI], [], None)
    said = capsys.readouterr().out
    assert f"joins {PUTIN} (4 mentions) and {XI} (2 mentions) into" in said.replace("शी जिनपिंग", XI)
    assert len(set(entity_of(told, PUTIN, OTHER_PUTIN, XI))) == 1


@pytest.mark.parametrize(("name", "other"), [("पुतिन", XI), (XI, "पुतिन")])
@pytest.mark.parametrize("is_run_between", [True, False], ids=["after a run", "at once"])
def test_a_split_takes_a_join_back(told: Settings, name: str, other: str, is_run_between: bool) -> None:
    before = people(told)
    record_decision(told, "पुतिन", [XI], [], None)
    if is_run_between:
        assert people(told) != before
    record_decision(told, name, [], [other], None)
    assert people(told) == before


def test_a_join_takes_a_split_back(told: Settings) -> None:
    before = people(told)
    record_decision(told, PUTIN, [], [OTHER_PUTIN], None)
    assert len(set(entity_of(told, PUTIN, OTHER_PUTIN))) == 2
    record_decision(told, OTHER_PUTIN, [PUTIN], [], None)
    assert people(told) == before


def test_decisions_act_alike_in_any_order(told: Settings) -> None:
    record_decision(told, PUTIN, [XI], [OTHER_PUTIN], None)
    together = people(told)
    lines = told.decisions.read_text(encoding="utf-8").splitlines(keepends=True)
    told.decisions.write_text("".join(reversed(lines)), encoding="utf-8")
    assert people(told) == together


@pytest.mark.parametrize(
    ("name", "join", "split", "line"),
    [
        ("पुतिन", ["लावरोवव"], [], "no PERSON in the warehouse is spelt 'लावरोवव'; did you mean 'लावरोव'"),
        ("nosuchname", ["पुतिन"], [], "no entity in the warehouse is spelt 'nosuchname'"),
        ("पुतिन", [], ["लावरोव"], f"'लावरोव' is no spelling of {PUTIN}"),
        ("पुतिन", ["व्लादिमिर पुतिन"], [], "are one entity already"),
        ("लावरोव", [], [LAVROV], f"always stands for '{LAVROV}'.*can't be told from it.*split off: {OTHER_LAVROV}"),
        ("Xi Jinping", [], [OTHER_PUTIN], "is no spelling of शी जिनपिंग; did|is no spelling of शी जिनपिंग; khabar"),
    ],
    ids=["typo", "unknown", "not its own", "one already", "its own name", "another's name"],
)
def test_what_can_not_be_done_is_refused_and_nothing_recorded(
    told: Settings, name: str, join: list[str], split: list[str], line: str
) -> None:
    with pytest.raises(IdentityError, match=line):
        record_decision(told, name, join, split, None)
    assert not told.decisions.exists()


def test_of_several_decisions_all_or_none_are_recorded(told: Settings) -> None:
    with pytest.raises(IdentityError, match="nosuchname"):
        record_decision(told, "पुतिन", [XI, "nosuchname"], [], None)
    assert not told.decisions.exists()


def test_an_entity_is_shown_with_the_reasons_of_its_spellings(
    sample_settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    show_entity(sample_settings, "Putin", None)
    shown = capsys.readouterr().out
    lines = shown.splitlines()
    assert lines[0] == f"{PUTIN} (Vladimir Putin)"
    assert lines[1].startswith("PERSON · vladimir-putin · ")
    assert any(line.split()[2:] == ["1.00", "curated", "व्लादिमीर", "पुतिन"] for line in lines)
    assert f"spelling: {WHY['spelling']}" in lines
    assert "named with" in lines and "newest articles" in lines
    assert max(map(width, lines)) <= 80 and "\x1b" not in shown


def test_several_entities_of_a_name_are_shown_and_none_is_an_error(
    sample_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    show_entity(sample_settings, "भारत", "LOC")
    assert "LOC · india · " in capsys.readouterr().out
    with pytest.raises(IdentityError, match="no entity is spelt 'भारत'"):
        show_entity(sample_settings, "भारत", "PERSON")
    with pytest.raises(IdentityError, match="did you mean 'लावरोव'"):
        show_entity(sample_settings, "लावरोवव", None)


def test_every_rule_of_the_warehouse_is_explained(sample_settings: Settings) -> None:
    rules = {row[0] for row in warehouse.query(sample_settings.warehouse, "select rule from entity_aliases").rows}
    assert len(rules) >= 4 and rules <= WHY.keys()


def test_a_type_may_be_given_in_small_letters_and_a_wrong_one_is_wrong_usage() -> None:
    assert (read_type("person"), read_type("ORG"), read_type(None)) == ("PERSON", "ORG", None)
    with pytest.raises(UsageError, match="'FOO' is none of PERSON"):
        read_type("FOO")
