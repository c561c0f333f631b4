"""Batches on a Ray cluster give what they give on this machine."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import make_page
from helpers import deadly

from flows import batches, pipeline, warehouse
from flows.cluster import connect, work_on_node
from flows.settings import Settings, SettingsError, UsageError, load_settings


@pytest.mark.soak
@pytest.mark.timeout(600)  # a cluster starts in seconds, but on a busy machine in minutes
def test_two_workers_of_a_cluster_give_the_same_digest_and_one_may_die(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real cluster of two on loopback, batches of a few pages, and a page on which workers die."""
    monkeypatch.setattr(pipeline, "LEAST_BATCH", 4_000)
    for number in range(7):
        site = settings.raw / "setu"
        site.mkdir(exist_ok=True)
        (site / f"{number}.txt").write_text(make_page(number), encoding="utf-8")
    local = replace(settings, warehouse=tmp_path / "local.duckdb")
    pipeline.run(local)
    (site / "7.txt").write_text(make_page(7, extra=f"यह {deadly.WORD} पन्ना है जिस पर सब रुक जाता है।"), encoding="utf-8")
    monkeypatch.setattr(batches, "clean_batch", deadly.clean_batch)
    folders = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, folders)))  # the workers find helpers.deadly
    clustered = replace(settings, engine="ray", workers=2)
    steps: list[tuple[str, int, int]] = []
    outcome = pipeline.run(clustered, progress=lambda *at: steps.append(at))
    assert (outcome.status, outcome.articles_cleaned, outcome.files_quarantined) == ("published", 7, 1)
    assert max(total for stage, _, total in steps if stage == "clean") > 1
    assert warehouse.digest(clustered.warehouse) == warehouse.digest(local.warehouse)
    assert "ray" in sys.modules and not sys.modules["ray"].is_initialized()


def test_without_ray_the_error_says_what_to_install(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UsageError, match=r"uv pip install 'khabar\[ray\]'"):
        connect(settings)


@pytest.mark.parametrize(
    ("changed", "expected", "says"),
    [
        pytest.param({"raw": Path("/nowhere")}, "", "does not see /nowhere; raw folder", id="no shared folder"),
        pytest.param({}, "other", "this machine other: install the same Khabar", id="other rules"),
    ],
)
def test_a_machine_that_would_give_something_else_says_so(
    settings: Settings, changed: dict[str, Path], expected: str, says: str
) -> None:
    settings.work.mkdir(parents=True)
    with pytest.raises(Exception, match=says):
        work_on_node((len, replace(settings, **changed), expected), [])


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        pytest.param({"engine": "dask"}, "engine = 'dask' is unknown; local or ray", id="unknown engine"),
        pytest.param({"address": "h:6379"}, "give --engine ray with it", id="address without engine"),
    ],
)
def test_wrong_settings_are_refused(tmp_path: Path, flags: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        load_settings(tmp_path, **flags)


def test_folders_of_a_cluster_are_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(tmp_path, engine="ray", raw=Path("raw"))
    assert (settings.raw, settings.warehouse) == (tmp_path / "raw", tmp_path / "warehouse/news.duckdb")
