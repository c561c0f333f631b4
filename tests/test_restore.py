"""Raw files and decisions alone make a warehouse of the same content, wherever they are put."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from conftest import make_page

from flows import pipeline, warehouse
from flows.identity import record_decision
from flows.settings import Settings

FOOTER = "नदी की चिट्ठी पढ़ते रहिए"
STORIES = (
    "रूस के विदेश मंत्री सर्गेई लावरोव ने बात की। इसके बाद लावरोव ने बयान दिया।",
    "रूस के विदेश मंत्री सर्गेई लावरोफ ने भाषण दिया। बाद में लावरोफ ने सवाल सुने।",
    "चीन के राष्ट्रपति शी चिनफिंग ने भाषण दिया। बाद में शी चिनफिंग ने सवाल सुने।",
)
REFUSED = "select count(*) from site_templates where status = 'refused'"
MEN = "select count(distinct entity_id) from entity_aliases where alias in ('सर्गेई लावरोव', 'सर्गेई लावरोफ')"


def ask(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    return list(warehouse.query(settings.warehouse, sql).rows)


def test_raw_files_and_decisions_make_the_same_warehouse_again(settings: Settings, tmp_path: Path) -> None:
    lived = replace(settings, mentions=True)
    site = lived.raw / "setu"
    site.mkdir()
    for number in range(6):
        page = make_page(number, footer=FOOTER, extra=STORIES[number % 3])
        (site / f"{number}.txt").write_text(page, encoding="utf-8")
    pipeline.run(lived)
    assert ask(lived, REFUSED) == [(0,)]
    assert ask(lived, MEN) == [(1,)]
    record_decision(lived, "सर्गेई लावरोव", [], ["सर्गेई लावरोफ"], None)
    lived.refused_templates.write_text(f"site,pattern\nsetu,{FOOTER}\n", encoding="utf-8")
    (site / "0.txt").write_text(make_page(7, footer=FOOTER), encoding="utf-8")
    (site / "5.txt").unlink()
    pipeline.run(lived)
    assert ask(lived, "select count(*) from article_versions where valid_to is not null") != [(0,)]

    elsewhere = tmp_path / "elsewhere"
    restored = replace(lived, raw=elsewhere / "raw", warehouse=elsewhere / "warehouse" / "other.duckdb")
    shutil.copytree(lived.raw, restored.raw)
    restored.state.mkdir(parents=True)
    for name in ("decisions", "refused_templates"):
        shutil.copy(getattr(lived, name), getattr(restored, name))
    pipeline.run(restored)
    assert warehouse.digest(restored.warehouse) == warehouse.digest(lived.warehouse)
    assert ask(restored, "select distinct version, change from article_versions") == [(1, "created")]
    # The decisions were needed: without them the line is furniture and the spellings are one man.
    assert ask(restored, REFUSED) == [(1,)]
    assert ask(restored, MEN) == [(2,)]
