"""Tests of how bench/mentions.py scores mentions and identity."""

from __future__ import annotations

import importlib.util
import sys
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_mentions", ROOT / "bench" / "mentions.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_precision_recall_and_f1(bench: ModuleType) -> None:
    assert bench.scores("abcd", "abx") == pytest.approx((2 / 3, 2 / 4, 4 / 7))
    assert bench.scores("", "") == (1.0, 1.0, 1.0)
    assert bench.scores("a", "")[2] == 0.0


def test_b_cubed_of_one_entity_split_in_two_loses_recall(bench: ModuleType) -> None:
    gold = dict.fromkeys("abcd", "one")
    precision, recall, _ = bench.b_cubed(gold, {"a": "x", "b": "x", "c": "y", "d": "y"})
    assert (precision, recall) == (1.0, 0.5)


def test_b_cubed_of_two_entities_merged_loses_precision(bench: ModuleType) -> None:
    precision, recall, _ = bench.b_cubed({"a": "one", "b": "two"}, {"a": "x", "b": "x", "z": "x"})
    assert (precision, recall) == (0.5, 1.0)


def test_gold_marks_spans_of_known_types_in_order(bench: ModuleType) -> None:
    gold = bench.read_gold()
    assert len(gold) > 200
    assert gold == sorted(gold, key=lambda mention: (mention.file, mention.start))
    assert {mention.type for mention in gold} <= {"PERSON", "ORG", "LOC", "EVENT", "FACILITY", "PRODUCT", "PROJECT"}
    assert all(one.end <= other.start for one, other in pairwise(gold) if one.file == other.file)


def test_a_missing_raw_folder_is_said(
    bench: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["mentions.py", "x.duckdb", str(tmp_path / "none")])
    assert bench.main() == 1
    assert "is missing" in capsys.readouterr().out
