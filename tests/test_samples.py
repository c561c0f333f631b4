"""The sample articles come out as a careful reader expects."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest

from flows import warehouse
from flows.settings import Settings

SAMPLES = Path(__file__).parent / "samples"
EXPECTED = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(SAMPLES.glob("*__*.json"))}
QUARANTINE = json.loads((SAMPLES / "quarantine.json").read_text(encoding="utf-8"))
METADATA = ("title", "author", "agency", "dateline_place", "published_on", "page_date")

each_sample = pytest.mark.parametrize("expected", EXPECTED.values(), ids=EXPECTED.keys())


def rows(settings: Settings, sql: str, **parameters: str) -> list[dict[str, object]]:
    result = warehouse.query(settings.warehouse, sql, parameters)
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def plain(text: object) -> str:
    """Text without what the contract sets aside: white space, format characters, quote marks."""
    text = unicodedata.normalize("NFC", str(text))
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf" and c not in "\"'`‘’“”")


def bare(text: object) -> str:
    """A removed piece without the separators at its ends, which are blocks of their own."""
    return plain(text).strip(":|।.-–—()")


@each_sample
def test_the_body_is_the_article_and_nothing_else(sample_settings: Settings, expected: dict[str, object]) -> None:
    (article,) = rows(
        sample_settings, "select body from articles where source_path = $path", path=str(expected["path"])
    )
    assert [plain(p) for p in str(article["body"]).split("\n\n")] == [plain(p) for p in expected["paragraphs"]]


@each_sample
def test_metadata(sample_settings: Settings, expected: dict[str, object]) -> None:
    (article,) = rows(sample_settings, "select * from articles where source_path = $path", path=str(expected["path"]))
    found = {key: None if article[key] is None else str(article[key]) for key in METADATA}
    assert found == {key: expected[key] for key in METADATA}


@each_sample
def test_every_removed_piece_has_its_role(sample_settings: Settings, expected: dict[str, object]) -> None:
    blocks = rows(
        sample_settings,
        """select raw_text, role from blocks inner join articles using (article_id)
        where source_path = $path and not is_kept order by block_no""",
        path=str(expected["path"]),
    )
    whole = "".join(plain(block["raw_text"]) for block in blocks)
    missing = [
        (piece["role"], piece["text"])
        for piece in expected["removed"]
        if not any(
            piece["role"] == block["role"] and bare(piece["text"]) in plain(block["raw_text"]) for block in blocks
        )
        and not (piece["role"] is None and plain(piece["text"]) in whole)
    ]
    assert missing == []


@pytest.mark.parametrize("expected", [e for e in EXPECTED.values() if e.get("mentions")], ids=lambda e: e["path"])
def test_mentions_of_the_annotated_articles(sample_settings: Settings, expected: dict[str, object]) -> None:
    """Nine in ten names at least, exact to the letter, with nearly nothing beside them."""
    found = rows(
        sample_settings,
        """select type, surface, is_demonym, start_char, body from mentions inner join articles using (article_id)
        where source_path = $path order by start_char""",
        path=str(expected["path"]),
    )
    paragraph = [str(row["body"]).count("\n\n", 0, int(str(row["start_char"]))) for row in found]
    got = [(p, row["type"], plain(row["surface"]), row["is_demonym"]) for p, row in zip(paragraph, found, strict=True)]
    want = [(m["paragraph"], m["type"], plain(m["surface"]), m["is_demonym"]) for m in expected["mentions"]]
    hits = sum(min(got.count(m), want.count(m)) for m in set(want))
    missed, wrong = [m for m in want if m not in got], [m for m in got if m not in want]
    assert hits / len(want) >= 0.9 and hits / len(got) >= 0.9, (missed, wrong)


def test_what_can_not_be_used_is_in_quarantine(sample_settings: Settings) -> None:
    found = rows(sample_settings, "select path, error_code from files where status = 'quarantined'")
    assert {row["path"]: row["error_code"] for row in found} == QUARANTINE


def test_a_line_that_only_one_site_has_is_learned(sample_settings: Settings) -> None:
    found = rows(sample_settings, "select site, article_count from site_templates where status = 'accepted'")
    assert {row["site"] for row in found} >= {"gomtiprabhat", "aravallitv"}
    assert all(int(str(row["article_count"])) >= sample_settings.template_articles for row in found)


def test_a_story_on_two_sites_is_one_distinct_article(sample_settings: Settings) -> None:
    found = rows(sample_settings, "select title, copy_count from articles_distinct where copy_count > 1")
    assert [row["copy_count"] for row in found] == [2]


def test_spellings_of_one_man_are_one_entity(sample_settings: Settings) -> None:
    found = rows(
        sample_settings,
        "select distinct entity_id from entity_aliases where regexp_matches(alias, '(लावरो[वफ]|Lavrov)')",
    )
    assert len(found) == 1, found


def test_no_title_stands_in_a_surface(sample_settings: Settings) -> None:
    surfaces = {str(row["surface"]) for row in rows(sample_settings, "select distinct surface from mentions")}
    assert not [s for s in surfaces if re.match(r"(राष्ट्रपति|प्रधानमंत्री|श्री|विदेश मंत्री)\b", s)]
