"""numpy has one thread in every process of ours, unless the user says otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.threads import BLAS, POLARS, bound_threads

KHABAR = Path(sys.executable).with_name("khabar")


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*BLAS, POLARS):
        monkeypatch.setenv(name, "")  # so that monkeypatch puts back what was there
        monkeypatch.delenv(name)


def test_numpy_has_one_thread_and_polars_as_many_as_there_are_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    bound_threads()
    assert [os.environ[name] for name in BLAS] == ["1", "1"]
    assert POLARS not in os.environ
    bound_threads(4)
    assert os.environ[POLARS] == "4"


def test_what_the_user_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BLAS[0], "3")
    bound_threads(4)
    assert os.environ[BLAS[0]] == "3"


def test_a_command_starts_no_thread_for_numpy(tmp_path: Path) -> None:
    """The network's products would start them: two threads that wait for each other took twice the CPU of one."""
    told = "import atexit, os; atexit.register(lambda: print(os.environ.get('OPENBLAS_NUM_THREADS')))"
    (tmp_path / "sitecustomize.py").write_text(told)
    done = subprocess.run(
        [KHABAR, "tag"],
        input="पुतिन ने कहा।",
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "1"
