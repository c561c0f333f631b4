"""Tests of the tables of names: those that ship can be read, a broken one is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flows.gazetteer import RULES, Gazetteer, GazetteerError, demonym_forms, folded, load_gazetteer
from flows.text.tokens import tokenise

TABLES = Path(__file__).parent / "naming" / "tables"


@pytest.fixture(scope="module")
def shipped() -> Gazetteer:
    return load_gazetteer()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TABLES, tmp_path / "tables"))


def test_shipped_tables_hold_the_names_of_the_region(shipped: Gazetteer) -> None:
    for name in ("रूस", "पाकिस्तान", "व्लादिमीर पुतिन", "शंघाई सहयोग संगठन", "कराची", "अफ़ग़ानिस्तान"):
        assert folded(name) in shipped.names.rows, name


def test_shipped_tables_know_every_entity_they_name(shipped: Gazetteer) -> None:
    ids = {entry.entity_id for entries in shipped.names.rows.values() for entry in entries}
    assert ids <= shipped.entities.keys()
    assert sum(1 for path in ("aliases.csv",) for _ in (RULES / path).read_text(encoding="utf-8").splitlines()) > 400


def test_alias_table_goes_before_countries_and_cities() -> None:
    gazetteer = load_gazetteer(TABLES)
    assert [entry.source for entry in gazetteer.names.rows[folded("कराची")]] == ["city"]
    assert [entry.entity_id for entry in gazetteer.names.rows[folded("रिज़वी")]] == ["bano-rizvi", "tariq-rizvi"]


def test_longest_spelling_wins_and_stops_at_punctuation() -> None:
    names = load_gazetteer(TABLES).names
    assert names.longest(tokenise("नदी सुरक्षा परिषद ने"), 0) is not None
    assert names.longest(tokenise("नदी सुरक्षा, परिषद"), 0) is None


def test_titles_of_two_words_are_found_as_one() -> None:
    titles = load_gazetteer(TABLES).titles
    assert titles.longest(tokenise("रक्षामंत्री"), 0) == (1, "रक्षा मंत्री")


def test_words_that_only_open_a_title_are_none() -> None:
    assert load_gazetteer(TABLES).titles.longest(tokenise("उप बैठक"), 0) is None


@pytest.mark.parametrize(
    ("demonym", "form"), [("पाकिस्तानी", "पाकिस्तानियों"), ("भारतीय", "भारतीयों"), ("Russian", "Russians")]
)
def test_demonyms_have_plurals(demonym: str, form: str) -> None:
    assert form in demonym_forms(demonym)


@pytest.mark.parametrize(
    ("file", "text", "word"),
    [
        pytest.param("aliases.csv", None, "can't be read", id="a file is missing"),
        pytest.param("aliases.csv", "entity_id,type,name\na,LOC,b\n", "no column name_latin, aliases", id="a column"),
        pytest.param("cities.csv", "entity_id,type,name,name_latin,aliases\na,TOWN,b,c,\n", "'TOWN'", id="a type"),
        pytest.param("cities.csv", "entity_id,type,name,name_latin,aliases\n,LOC,b,c,\n", "line 2", id="an id"),
        pytest.param("cities.csv", "entity_id,type,name,name_latin,aliases\na,LOC,b\n", "5 cells", id="a cell"),
        pytest.param("heads.csv", "type,head,position,note\nORG,सेना,under,\n", "'under'", id="a position"),
        pytest.param("class_words.toml", "openings = []\n", "beside_places", id="a list"),
    ],
)
def test_a_broken_table_is_named(copy: Path, file: str, text: str | None, word: str) -> None:
    if text is None:
        (copy / file).unlink()
    else:
        (copy / file).write_text(text, encoding="utf-8")
    with pytest.raises(GazetteerError, match=file) as raised:
        load_gazetteer(copy)
    assert word in str(raised.value)
