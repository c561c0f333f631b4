"""The report's page: whole, harmless whatever a page says, and never the reason that a run fails."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date
from pathlib import Path

import lxml.html
import pytest
from conftest import make_page

from flows import pipeline
from flows.facts import (
    Arrived,
    Check,
    Facts,
    First,
    Joined,
    Moved,
    NewArticle,
    NewEntity,
    Quarantined,
    Removed,
    RoleSize,
)
from flows.pipeline import Outcome
from flows.report_page import bars_of, page_path, render_page
from flows.settings import Settings

HOSTILE = "</td></style><script>alert(1)</script><img src=x onerror=alert(1)>\"'&\x1b[31m\u202e"
PUBLISHED = Outcome("published", "r-7", "2026-01-31T20:00:00+00:00", files_new=3, files_quarantined=1)


def facts_saying(text: str) -> Facts:
    """Facts with this text wherever a page, a path or a name can get to."""
    return Facts(
        First([Arrived(text, 1, 0, 0, 0, 9, None, date(2026, 1, 2))], 1),
        First([NewArticle(None, text, text, text, 9)], 1),
        [RoleSize(False, text, "body", True, 80), RoleSize(False, text, "share", False, 20)],
        First([Removed(text, text, 1, 1, 9, [text])], 1),
        First([Quarantined(text, text, text)], 1),
        First([NewEntity(text, text, 1, 1, text)], 1),
        First([Joined(text, text, text, text, 0.5, 1)], 1),
        First([Moved(text, text, text, text)], 1),
        [Check(text, text)],
    )


def test_text_of_a_page_is_no_markup_and_nothing_is_fetched() -> None:
    page = render_page(
        Outcome("published", HOSTILE, warnings=[HOSTILE]), facts_saying(HOSTILE), Path(f"w/{HOSTILE}.duckdb")
    )
    assert not set("\x1b\u202e") & set(page)
    tree = lxml.html.document_fromstring(page)
    tags = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
    assert not tags & {"script", "img", "iframe", "link", "object", "embed", "form", "a", "base"}
    attributes = {name for element in tree.iter() for name in element.attrib}
    assert not {name for name in attributes if name.startswith("on") or name in ("src", "href", "style", "srcset")}
    assert "url(" not in page and "@import" not in page
    assert tree.text_content().count("<script>alert(1)</script>") >= 15


def test_the_policy_lets_in_the_page_s_own_style_only() -> None:
    tree = lxml.html.document_fromstring(render_page(PUBLISHED, Facts(checks=[Check("a", "b")]), Path("news.duckdb")))
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    (style,) = tree.xpath("//style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert policy.split("; ")[:2] == ["default-src 'none'", f"style-src 'sha256-{digest}'"]


def test_the_page_says_what_the_run_did() -> None:
    page = lxml.html.document_fromstring(render_page(PUBLISHED, facts_saying("लावरोव"), Path("news.duckdb")))
    text = page.text_content()
    assert "Run of 01 February 2026, 01:30 IST" in text
    headings = [" ".join(heading.text_content().split()) for heading in page.xpath("//h2|//summary")]
    assert headings == [
        "What became of the text",
        *("What came in 1", "Newest of the new articles 1", "Removed by rule 1", "New entities 1"),
        *("Joined spellings, the weakest first 1", "Ids that ended 1", "Quarantine 1", "Checks, all passed"),
    ]
    assert "80% of 100 kept" in text


def test_a_run_that_changed_little_has_a_short_page() -> None:
    page = render_page(PUBLISHED, Facts(checks=[Check("ledger", "a gap")]), Path("news.duckdb"))
    assert "<h2>" not in page and "<svg" not in page
    assert "a gap" in page


def test_a_bar_is_all_of_a_site_s_text() -> None:
    sizes = [
        RoleSize(False, "setu", "body", True, 50),
        RoleSize(False, "setu", "share", False, 30),
        RoleSize(False, "setu", "never heard of", False, 20),
        RoleSize(False, None, "body", True, 7),
        RoleSize(True, None, "body", True, 5),
    ]
    bars = bars_of(sizes)
    assert [(bar.site, dict(bar.parts)) for bar in bars] == [
        ("setu", {"kept": 50, "social": 30, "rest": 20}),
        ("(none)", {"kept": 7}),
        ("all other sites", {"kept": 5}),
    ]
    page = render_page(PUBLISHED, Facts(role_sizes=sizes, checks=[Check("a", "b")]), Path("news.duckdb"))
    widths = [float(width) for width in re.findall(r'<rect class="\w+" x=.*? width="([\d.]+)"', page)]
    assert sum(widths) == pytest.approx(3 * 640, abs=1)


def test_two_warehouses_in_one_folder_have_two_pages() -> None:
    assert page_path(Settings(warehouse=Path("w/news.duckdb"))) == Path("w/report.html")
    names = {page_path(Settings(warehouse=Path(f"w/{name}"))).name for name in ("news.duckdb", "news.db", "alt.duckdb")}
    assert len(names) == 3


def test_a_run_writes_its_page_and_a_look_that_finds_nothing_leaves_it(settings: Settings) -> None:
    (settings.raw / "a.txt").write_text(make_page(1), encoding="utf-8")
    pipeline.run(settings)
    page = page_path(settings)
    before = page.stat()
    assert make_page(1).splitlines()[0] in page.read_text(encoding="utf-8")
    assert pipeline.run(settings).status == "unchanged"
    assert page.stat().st_mtime_ns == before.st_mtime_ns
    assert not list(settings.warehouse.parent.glob("*.part"))


def test_a_page_that_can_not_be_written_is_a_warning(settings: Settings) -> None:
    (settings.raw / "a.txt").write_text(make_page(1), encoding="utf-8")
    (page_path(settings) / "im Weg").mkdir(parents=True)
    outcome = pipeline.run(settings)
    assert outcome.status == "published"
    assert [warning for warning in outcome.warnings if "report.html can't be written" in warning]


def test_facts_that_can_not_be_read_are_a_warning(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_rest: object) -> None:
        raise ValueError("no facts today")

    monkeypatch.setattr("flows.facts.read_facts", fail)
    (settings.raw / "a.txt").write_text(make_page(1), encoding="utf-8")
    outcome = pipeline.run(settings)
    assert outcome.status == "published" and settings.warehouse.exists()
    assert any("no facts today" in warning for warning in outcome.warnings)
    assert not page_path(settings).exists()
