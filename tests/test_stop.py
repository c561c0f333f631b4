"""A command that is told to stop does so in a line with status 1, or has published and says so with status 0."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.serve import stop_signals

pytestmark = pytest.mark.soak  # a process for each instant

KHABAR = Path(sys.executable).with_name("khabar")
STOPPED = "khabar: stopped; the published warehouse is as it was"
#: `khabar run` with a part replaced by one that sends itself a signal.
RUN = """
import signal, sys, time
from flows import pipeline, stop
stop.begin()
from flows.cli import main
number = signal.Signals(int(sys.argv[1]))
{}
sys.argv = ["khabar", "run"]
main()
"""
MEANWHILE = """
def look(*rest):
    signal.raise_signal(number)
    return real(*rest)
real, pipeline.find_changes = pipeline.find_changes, look
"""
IN_C = """
def look(*rest):
    try:
        signal.raise_signal(number)
    except KeyboardInterrupt:
        raise RuntimeError("Query interrupted")
pipeline.find_changes = look
"""
IN_SOURCE = """
import flows.terminal
def look(*rest):
    exec("signal.raise_signal(number)", globals())
pipeline.find_changes = look
"""
AT_THE_END = (
    """
import atexit, os
atexit.register(os.abort)
"""
    + MEANWHILE
)
IN_GARBAGE = """
class Told:
    def __del__(self):
        signal.raise_signal(number)
def look(*rest):
    Told()
    time.sleep(60)
pipeline.find_changes = look
"""
TOO_LATE = """
def page(settings, work, outcome):
    signal.raise_signal(number)
    return outcome
pipeline.with_page = page
"""
HOW = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def run(
    folder: Path, part: str, number: signal.Signals, before: Callable[[], object] | None = None
) -> tuple[int, str, str | None]:
    """Exit status, what was said, and the last status in runs.jsonl; a run that fails must raise no alarm."""
    (folder / "raw").mkdir()
    (folder / "told.py").write_text(RUN.format(part), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "told", str(int(number))],
        cwd=folder,
        env=os.environ | {"KHABAR_ON_FAILURE": "touch alarm"},
        capture_output=True,
        text=True,
        timeout=100,
        preexec_fn=before,
        check=False,
    )
    assert not (folder / "alarm").exists()
    log = folder / "warehouse" / ".khabar" / "runs.jsonl"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return done.returncode, done.stderr, json.loads(lines[-1])["status"] if lines else None


@pytest.mark.parametrize("number", HOW)
@pytest.mark.parametrize(
    "part",
    [
        pytest.param(MEANWHILE, id="at work"),
        pytest.param(IN_C, id="in a library that turns it into an error"),
        pytest.param(IN_SOURCE, id="in an exec of source, which Python remembers"),
        pytest.param(IN_GARBAGE, id="where Python drops it"),
        pytest.param(AT_THE_END, id="with a library that crashes when the interpreter ends"),
    ],
)
def test_a_run_that_is_stopped_says_so(tmp_path: Path, part: str, number: signal.Signals) -> None:
    code, said, status = run(tmp_path, part, number)
    assert (code, status) == (1, "failed")
    assert said.splitlines()[-1] == STOPPED
    assert "Traceback" not in said and "Exception ignored" not in said


@pytest.mark.parametrize("number", HOW)
def test_a_run_that_has_published_is_not_stopped(tmp_path: Path, number: signal.Signals) -> None:
    code, said, status = run(tmp_path, TOO_LATE, number)
    assert (code, status) == (0, "published")
    assert STOPPED not in said
    assert (tmp_path / "warehouse" / "news.duckdb").exists()


def test_a_signal_that_is_ignored_stays_so(tmp_path: Path) -> None:
    """nohup khabar run &"""
    code, _, status = run(tmp_path, MEANWHILE, signal.SIGHUP, lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    assert (code, status) == (0, "published")
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stop_signals() as stop:
            signal.raise_signal(signal.SIGHUP)
            assert not stop.is_set()
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("number", HOW)
def test_a_command_that_has_not_begun_ends_at_once(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "typer.py").write_text("print('at work', flush=True); import time; time.sleep(60)")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    with subprocess.Popen(
        [KHABAR, "run"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as command:
        assert command.stdout is not None and command.stdout.readline() == "at work\n"
        command.send_signal(number)
        _, said = command.communicate(timeout=20)
    assert (command.returncode, said) == (1, STOPPED + "\n")
