"""A failure calls the user's command once, with the facts beside it and never among its words."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from flows import alarm, pipeline
from flows.alarm import raise_alarm
from flows.lock import Holder, Locked, run_lock
from flows.pipeline import RunError
from flows.settings import Settings

NOTE = """
import json, os, sys
facts = {name: value for name, value in os.environ.items() if name.startswith("KHABAR_")}
print(json.dumps([sys.argv[2:], facts, json.load(sys.stdin)]), file=open(sys.argv[1], "a"))
"""


@pytest.fixture
def alarmed(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings whose command writes what it was given to the file `told`."""
    for name in [name for name in os.environ if name.startswith("KHABAR_")]:
        monkeypatch.delenv(name)
    (tmp_path / "note.py").write_text(NOTE, encoding="utf-8")
    return replace(settings, on_failure=f"{sys.executable} '{tmp_path}/note.py' {tmp_path}/told $HOME 'two words' ;id")


def told(settings: Settings) -> list[list[object]]:
    path = settings.warehouse.with_name("told")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def test_a_failed_run_calls_the_command_with_the_facts(alarmed: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RunError("a check failed:\n  \x1b[31m$(reboot)")

    monkeypatch.setattr(pipeline, "_run_alone", fail)
    with pytest.raises(RunError):
        pipeline.run(alarmed)
    ((words, facts, given),) = told(alarmed)
    assert words == ["$HOME", "two words", ";id"]  # no shell has seen them
    assert facts == {
        "KHABAR_FAILED": "run",
        "KHABAR_ERROR": "a check failed: ␛[31m$(reboot)",
        "KHABAR_WAREHOUSE": str(alarmed.warehouse),
        "KHABAR_RAW": str(alarmed.raw),
    }
    assert isinstance(given, dict)
    assert (given["failed"], given["status"], given["warehouse"]) == ("run", "failed", str(alarmed.warehouse))
    assert given["error"] == "a check failed:\n  \x1b[31m$(reboot)"


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), Locked(Path("lock"), None)], ids=["stopped", "skipped"])
def test_who_stops_a_run_or_meets_another_is_not_called(
    alarmed: Settings, monkeypatch: pytest.MonkeyPatch, stop: BaseException
) -> None:
    def fail(*_: object) -> None:
        raise stop

    monkeypatch.setattr(pipeline, "_run_alone", fail)
    with pytest.raises(type(stop)):
        pipeline.run(alarmed)
    assert told(alarmed) == []


def test_a_run_that_was_killed_is_told_of_by_the_next(alarmed: Settings) -> None:
    with run_lock(alarmed.warehouse, "khabar run"):
        held = (alarmed.state / "news.duckdb.lock").read_text()
    assert Holder(**json.loads(held)).command == "khabar run"
    (alarmed.state / "news.duckdb.lock").write_text(held)  # only a killed holder leaves its name
    assert pipeline.run(alarmed).status == "published"
    ((_, facts, _),) = told(alarmed)
    assert isinstance(facts, dict)
    assert facts["KHABAR_ERROR"].startswith("killed: 'khabar run'")


def test_a_command_of_spaces_hides_no_failure(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RunError("a check failed")

    monkeypatch.setattr(pipeline, "_run_alone", fail)
    with pytest.raises(RunError):
        pipeline.run(replace(settings, on_failure=" "))


@pytest.mark.parametrize(
    ("command", "warning"),
    [
        pytest.param("/nonexistent/command", "can't be run", id="no such command"),
        pytest.param(f"{sys.executable} -c 'raise SystemExit(3)'", "ended with status 3", id="it fails"),
        pytest.param("sleep 60", "was not done after 0.2 s and was killed", id="it hangs"),
        pytest.param("sh -c 'sleep 60 & sleep 60'", "was killed", id="it hangs with a child"),
    ],
)
def test_a_command_that_fails_is_a_warning(
    alarmed: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, command: str, warning: str
) -> None:
    monkeypatch.setattr(alarm, "SECONDS", 0.2 if "sleep" in command else 30)
    began = time.monotonic()
    with caplog.at_level(logging.WARNING):
        raise_alarm(replace(alarmed, on_failure=command), "run", {"error": "x"})
    assert warning in caplog.text
    assert time.monotonic() - began < 30


def test_a_khabar_that_the_command_starts_raises_no_alarm(alarmed: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHABAR_FAILED", "run")
    raise_alarm(alarmed, "run", {"error": "x"})
    assert told(alarmed) == []
