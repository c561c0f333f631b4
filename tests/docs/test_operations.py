"""docs/operations.md knows every code of quarantine, every exit code and every setting of an operator."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT

from flows import cli

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def codes() -> set[str]:
    """The codes that the sources give to files."""
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "flows").rglob("*.py"))
    found = re.findall(r'Quarantine\(\s*"(\w+)"|error_code="(\w+)"|pl\.lit\("(failed|no_article)"\)', sources)
    return {code for row in found for code in row if code}


def test_every_code_of_quarantine_is_there() -> None:
    assert codes() >= {"empty", "failed", "no_article", "unreadable"}  # the search finds them
    table = PAGE.split("## Quarantine")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) >= codes()


def test_every_exit_code_is_there() -> None:
    table = PAGE.split("## Exit codes")[1].split("\n## ")[0]
    shown = {int(code) for code in re.findall(r"^\| (\d) \|", table, re.MULTILINE)}
    assert shown == {cli.PUBLISHED, cli.FAILED, cli.WRONG_USAGE, cli.LOCKED}


def messages() -> list[str]:
    """The fixed words of what a run can fail with, as the page quotes them."""
    table = PAGE.split("## When a run fails")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    quoted = [part for cell in cells for part in re.findall(r"`([^`]+)`", cell)]
    words = [piece.strip() for part in quoted for piece in part.split("…")]
    return [piece for piece in words if len(piece.split()) > 2 and not piece.startswith("khabar ")]


@pytest.mark.parametrize("words", messages())
def test_what_is_quoted_is_what_a_run_says(words: str) -> None:
    sources = " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "flows").rglob("*.py"))
    plain = re.sub(r'"\s*\n\s*f?"', "", sources)  # texts that go on in the next line
    assert words in plain
