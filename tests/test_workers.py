"""Batches over processes: results in order, and no process that outlives its run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from flows.workers import POOL_BYTES, run_batches


def double(number: int) -> int:
    return 2 * number


def fail_on(bad: int, number: int) -> int:
    if number == bad:
        raise ValueError(f"batch {number}")
    time.sleep(0.2)
    return number


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_batches(workers: int) -> None:
    seen: list[tuple[str, int, int]] = []
    results = run_batches(
        double, range(5), workers=workers, total_bytes=POOL_BYTES, stage="x", progress=lambda *at: seen.append(at)
    )
    assert results == [0, 2, 4, 6, 8]
    assert seen == [("x", done, 5) for done in range(6)]


def test_a_failing_batch_ends_the_run_without_working_off_the_queue() -> None:
    began = time.monotonic()
    with pytest.raises(ValueError, match="batch 0"):
        run_batches(
            partial(fail_on, 0), range(200), workers=2, total_bytes=POOL_BYTES, stage="x", progress=lambda *at: None
        )
    assert time.monotonic() - began < 15  # the queue alone would take 20 s


def test_workers_end_when_their_run_is_killed(tmp_path: Path) -> None:
    (tmp_path / "sleeper.py").write_text(
        "import os, pathlib, time\n"
        "from flows.workers import run_batches, POOL_BYTES\n"
        "def nap(n):\n    pathlib.Path(f'pid-{os.getpid()}').touch()\n    time.sleep(60)\n"
        "if __name__ == '__main__':\n"
        "    run_batches(nap, range(4), workers=2, total_bytes=POOL_BYTES, stage='x', progress=lambda *at: None)\n"
    )
    run = subprocess.Popen([sys.executable, "sleeper.py"], cwd=tmp_path)
    wait_for(lambda: len(list(tmp_path.glob("pid-*"))) == 2)
    run.send_signal(signal.SIGKILL)
    run.wait()
    workers = [int(path.name.removeprefix("pid-")) for path in tmp_path.glob("pid-*")]
    wait_for(lambda: not any(is_alive(pid) for pid in workers))


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has collected yet does not."""
    try:
        os.kill(pid, 0)
        return b") Z " not in Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False


def wait_for(condition: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)
