"""The short form of bench/kills.py: a run that is killed, stopped or starved leaves the old or the new, and no rest."""

from __future__ import annotations

import importlib
import signal
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import duckdb
import pytest

if TYPE_CHECKING:
    from bench.kills import Trial

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    sys.path.insert(0, str(ROOT / "bench"))
    try:
        return importlib.import_module("kills")
    finally:
        sys.path.pop(0)


@pytest.fixture(scope="module")
def trial(bench: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return bench.Trial(tmp_path_factory.mktemp("trial"), mentions=False)


@pytest.mark.parametrize("point", ["before_swap", "after_swap"])
def test_killed_at_a_named_point(bench: ModuleType, trial: Trial, point: str) -> None:
    tally = bench.Tally()
    bench.kill_at(trial, tally, point)
    is_published = point == "after_swap"
    assert (tally.before, tally.after, tally.other) == (not is_published, is_published, 0)
    assert tally.faults == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda number: number.name)
def test_struck_once_it_has_the_lock(bench: ModuleType, trial: Trial, number: signal.Signals) -> None:
    tally = bench.Tally()
    assert bench.strike(trial, tally, number, 0.05)
    assert (tally.tried, tally.other, tally.faults) == (1, 0, [])


def test_a_file_that_may_not_grow_is_a_full_disk_everywhere(bench: ModuleType, trial: Trial) -> None:
    tally = bench.Tally()
    bench.starve(trial, tally, trial.settings.warehouse.stat().st_size // 2)
    assert (tally.before, tally.faults) == (1, [])


def test_what_is_neither_before_nor_after_is_seen(bench: ModuleType, trial: Trial) -> None:
    """Half a load in place: the trial must call it another digest, and the rests by name."""
    published = trial.settings.warehouse
    published.chmod(0o644)
    with duckdb.connect(str(published)) as connection:
        connection.execute("delete from blocks where article_id = (select min(article_id) from blocks)")
    (published.parent / "rest.tmp").touch()
    tally = bench.Tally()
    trial.judge(tally, "torn")
    assert (tally.before, tally.after, tally.other) == (0, 0, 1)
    assert any("promise 1" in fault for fault in tally.faults)
    assert any("rest.tmp stays" in fault for fault in tally.faults)
