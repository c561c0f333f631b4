"""Tests of how bench/extraction.py scores what an extractor found, and of which model cleans which page."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    sys.path.insert(0, str(ROOT))
    try:
        return importlib.import_module("bench.extraction")
    finally:
        sys.path.remove(str(ROOT))


def test_four_words_in_a_row_are_counted_once_each(bench: ModuleType) -> None:
    assert bench.overlap("a b c d e", "a b c d e") == (1.0, 1.0)
    assert bench.overlap("a b c d e", "a b c d e f g") == (2 / 4, 1.0)
    assert bench.overlap("a b c d a b c d", "a b c d") == (1.0, 1 / 5)
    assert bench.overlap("नहर, का पुल।", "नहर का पुल") == (1.0, 1.0)


def test_leaks_losses_and_metadata(bench: ModuleType) -> None:
    gold = {"gold_must_contain": ["the bridge", "a ferry"], "gold_must_not_contain": ["share", "print"]}
    gold |= {"title": "New bridge", "author": ["Asha Rao"], "date": "2024-03-04"}
    found = bench.Found("Share: the bridge share", "New bridge!", "Asha Rao, Bina Das", "2024-03-04")
    line = bench.score([bench.Page("a", "", gold)], [found])
    assert "leaks 1/2 losses 1/2 segments F1 0.500" in line
    assert line.endswith("title 1/1  author 1/1  date 1/1")


def test_pages_of_a_site_are_cleaned_by_one_model(bench: ModuleType) -> None:
    urls = [f"https://{host}/{n}" for n in range(3) for host in ("a.example.in", "www.example.in", "b.test.co.in")]
    dealt = bench.deal([bench.Page(str(n), "", {"url": url}) for n, url in enumerate(urls)])
    assert sorted(len(pages) for pages in dealt if pages) in ([3, 6], [9])
    assert all(len({bench.site_of(page.gold["url"]) for page in pages}) <= 2 for pages in dealt)


def test_the_language_that_a_page_declares(bench: ModuleType) -> None:
    assert bench.declared_language("<!doctype html><html class=a lang='hi-IN'>") == "hi"
    assert bench.declared_language("<html><body lang=hi>") == "en"
