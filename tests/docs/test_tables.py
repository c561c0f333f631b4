"""docs/tables.md is what sql/ says."""

from __future__ import annotations

import runpy

from conftest import ROOT

TABLES = runpy.run_path(str(ROOT / "docs" / "tables.py"))


def test_the_page_is_current() -> None:
    assert (ROOT / "docs" / "tables.md").read_text(encoding="utf-8") == TABLES["render"](), "run: make docs"


def test_the_picture_joins_tables_that_are_there() -> None:
    catalogue = TABLES["read_catalogue"]()
    picture = TABLES["draw"](catalogue, [name for name, (kind, _, _) in catalogue.items() if kind == "table"])
    joined = {line.split()[0] for line in picture.splitlines() if "||--o{" in line}
    assert joined == {"runs", "files", "articles", "entities"} <= catalogue.keys()
    assert "articles ||--o{ blocks : article_id" in picture
