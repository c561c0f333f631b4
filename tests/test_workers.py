"""Batches over processes: results in order, and no process that outlives its run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from flows import workers as module
from flows.workers import POOL_BYTES, Rescue, WorkersDied, run_batches


def double(number: int) -> int:
    return 2 * number


def name_worker(_number: int) -> int:
    time.sleep(0.1)
    return os.getpid()


def fail_on(bad: int, number: int) -> int:
    if number == bad:
        raise ValueError(f"batch {number}")
    time.sleep(0.2)
    return number


def die_on(deadly: set[int], batch: list[int]) -> list[int]:
    if deadly & set(batch):
        os._exit(1)
    return batch


def no_halves(batch: object) -> list[object]:
    return []


def fail_to_give_up(batch: object, why: str) -> object:
    raise AssertionError(f"gave up on {batch}: {why}")


def halves(batch: list[int]) -> list[list[int]]:
    return [batch[: len(batch) // 2], batch[len(batch) // 2 :]] if len(batch) > 1 else []


def given_up(batch: list[int], why: str) -> list[int]:
    assert "died" in why
    return [-number for number in batch]


COMMON = {"total_bytes": POOL_BYTES, "stage": "x", "progress": lambda *at: None}
NONE = Rescue(no_halves, fail_to_give_up)
HALVES = Rescue(halves, given_up)


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_batches(workers: int) -> None:
    seen: list[tuple[str, int, int]] = []
    told = COMMON | {"progress": lambda *at: seen.append(at)}
    assert run_batches(double, range(5), rescue=NONE, workers=workers, **told) == [0, 2, 4, 6, 8]  # type: ignore[arg-type]
    assert seen == [("x", done, 5) for done in range(6)]


def test_a_batch_that_ends_while_progress_is_told_is_no_death() -> None:
    """It was: the pool ended, and all that was under way was worked on once more, one after the other."""

    def tell(*_at: object) -> None:
        time.sleep(0.3)  # a server that is told is no faster

    told = COMMON | {"progress": tell}
    found = run_batches(name_worker, range(6), rescue=NONE, workers=2, **told)  # type: ignore[arg-type]
    assert len(set(found)) <= 2


def test_a_failing_batch_ends_the_run_without_working_off_the_queue() -> None:
    began = time.monotonic()
    with pytest.raises(ValueError, match="batch 0"):
        run_batches(partial(fail_on, 0), range(200), rescue=NONE, workers=2, **COMMON)  # type: ignore[arg-type]
    assert time.monotonic() - began < 15  # the queue alone would take 20 s


@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_that_dies_costs_the_one_document_that_kills_it(workers: int) -> None:
    """With one worker only because it is not to share the process of the run."""
    batches = [[1, 2, 3], [4, 5, 6, 7], [8]]
    found = run_batches(partial(die_on, {6, 8}), batches, rescue=HALVES, workers=workers, isolate=True, **COMMON)  # type: ignore[arg-type]
    assert [number for result in found for number in result] == [1, 2, 3, 4, 5, -6, 7, -8]


def test_workers_that_die_on_everything_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_DEADLY", 1)
    with pytest.raises(WorkersDied, match="2 documents"):
        run_batches(partial(die_on, {1, 2}), [[1], [2]], rescue=HALVES, workers=2, **COMMON)  # type: ignore[arg-type]


def test_workers_end_when_their_run_is_killed(tmp_path: Path) -> None:
    (tmp_path / "sleeper.py").write_text(
        "import os, pathlib, time\n"
        "from flows.workers import run_batches, Rescue, POOL_BYTES\n"
        "def nap(n):\n    pathlib.Path(f'pid-{os.getpid()}').touch()\n    time.sleep(60)\n"
        "if __name__ == '__main__':\n"
        "    run_batches(nap, range(4), rescue=Rescue(None, None), workers=2, total_bytes=POOL_BYTES, stage='x',\n"
        "        progress=lambda *at: None)\n"
    )
    run = subprocess.Popen([sys.executable, "sleeper.py"], cwd=tmp_path)
    wait_for(lambda: len(list(tmp_path.glob("pid-*"))) == 2)
    run.send_signal(signal.SIGKILL)
    run.wait()
    workers = [int(path.name.removeprefix("pid-")) for path in tmp_path.glob("pid-*")]
    wait_for(lambda: not any(is_alive(pid) for pid in workers))


def test_ctrl_c_is_for_the_run_alone(tmp_path: Path) -> None:
    """A terminal sends it to the workers, too: each that waits for work would show a traceback."""
    (tmp_path / "waiter.py").write_text(
        "import time\n"
        "from flows.workers import Rescue, kept_pool, run_batches, POOL_BYTES\n"
        "if __name__ == '__main__':\n"
        "    try:\n"
        "        with kept_pool():\n"
        "            run_batches(abs, range(4), rescue=Rescue(None, None), workers=2,\n"
        "                total_bytes=POOL_BYTES, stage='x', progress=lambda *at: None)\n"
        "            print('idle', flush=True)\n"
        "            time.sleep(60)\n"
        "    except KeyboardInterrupt:\n"
        "        print('stopped', flush=True)\n"
    )
    pipe = subprocess.PIPE
    run = subprocess.Popen(
        [sys.executable, "waiter.py"], cwd=tmp_path, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    )
    assert run.stdout is not None and run.stdout.readline() == "idle\n"
    os.killpg(run.pid, signal.SIGINT)
    assert run.communicate(timeout=30) == ("stopped\n", "")


#: The system's Python may be older than ours and wait where ours does not.
PYTHONS = sorted({sys.executable, *filter(None, [shutil.which("python3", path="/usr/bin")])})


@pytest.mark.parametrize("python", PYTHONS)
def test_a_batch_larger_than_a_pipe_keeps_no_end_waiting(tmp_path: Path, python: str) -> None:
    """It lies half written in the queue when a worker dies, and when the run is stopped."""
    version = subprocess.check_output([python, "-c", "import sys; print(sys.version_info >= (3, 11))"], text=True)
    if version != "True\n":
        pytest.skip("too old for Khabar")
    (tmp_path / "large.py").write_text(
        "import os, pathlib, signal, threading, time\n"
        "from flows.workers import Rescue, kept_pool, run_batches, POOL_BYTES\n"
        "def work(batch):\n"
        "    time.sleep(0.5)\n"
        "    try:\n"
        "        pathlib.Path('deadly').unlink()\n"
        "    except FileNotFoundError:\n"
        "        return len(batch)\n"
        "    os._exit(1)\n"
        "def run():\n"
        "    return run_batches(work, [b'x' * 2_000_000] * 6, rescue=Rescue(None, None), workers=2,\n"
        "        total_bytes=POOL_BYTES, stage='x', progress=lambda *at: None)\n"
        "if __name__ == '__main__':\n"
        "    pathlib.Path('deadly').touch()\n"
        "    with kept_pool():\n"
        "        assert run() == [2_000_000] * 6\n"
        "        threading.Timer(1, os.kill, [os.getpid(), signal.SIGINT]).start()\n"
        "        try:\n"
        "            run()\n"
        "        except KeyboardInterrupt:\n"
        "            print('stopped', flush=True)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(module.__file__).parents[1])}
    run = subprocess.Popen(
        [python, "large.py"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert run.communicate(timeout=30) == ("stopped\n", None)
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()


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
