"""The lock lets one run in, names it to the others, and is free again however its holder ended."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from flows.lock import Holder, Locked, LockError, lock_path, run_lock

HOLD = """
import sys, time
from pathlib import Path
from flows.lock import run_lock
with run_lock(Path(sys.argv[1]), "khabar run --workers 2"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return tmp_path / "data" / "news.duckdb"


def start_holder(warehouse: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(warehouse)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_holder_is_named_in_the_file_and_gone_from_it_afterwards(warehouse: Path) -> None:
    with run_lock(warehouse, "khabar run") as holder:
        assert (holder.pid, holder.command) == (os.getpid(), "khabar run")
        assert f'"pid": {os.getpid()}' in lock_path(warehouse).read_text()
    assert lock_path(warehouse).read_text() == ""


def test_another_process_is_told_who_holds_the_lock(warehouse: Path) -> None:
    holder = start_holder(warehouse)
    try:
        with pytest.raises(Locked, match=f"khabar run --workers 2.*process {holder.pid} on ") as raised:
            run_lock(warehouse, "second").__enter__()
        assert "\n" not in str(raised.value)
    finally:
        holder.kill()
        holder.wait()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "ended"])
def test_a_dead_holder_holds_nothing(warehouse: Path, how: signal.Signals) -> None:
    holder = start_holder(warehouse)
    holder.send_signal(how)
    holder.wait()
    with run_lock(warehouse, "second") as second:
        assert second.pid == os.getpid()


def test_a_thread_of_the_same_process_is_locked_out_too(warehouse: Path) -> None:
    refused: list[Locked] = []

    def try_it() -> None:
        try:
            with run_lock(warehouse, "thread"):
                pass
        except Locked as error:
            refused.append(error)

    with run_lock(warehouse, "main"):
        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
    assert len(refused) == 1


def test_an_exception_inside_frees_the_lock(warehouse: Path) -> None:
    with pytest.raises(ZeroDivisionError), run_lock(warehouse, "first"):
        raise ZeroDivisionError
    with run_lock(warehouse, "second"):
        pass


def test_a_child_does_not_inherit_the_lock(warehouse: Path) -> None:
    """A Prefect server started during a run must not keep the lock after it."""
    with run_lock(warehouse, "first"):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], close_fds=False)
    try:
        with run_lock(warehouse, "second"):
            pass
    finally:
        child.kill()
        child.wait()


def test_two_warehouses_of_a_folder_have_two_locks(warehouse: Path) -> None:
    with run_lock(warehouse, "first"), run_lock(warehouse.with_name("other.duckdb"), "second"):
        pass


def test_a_holder_without_a_name_is_still_a_holder(warehouse: Path) -> None:
    with run_lock(warehouse, "first"):
        lock_path(warehouse).write_text("{torn")
        with pytest.raises(Locked, match="a process that left no name"):
            run_lock(warehouse, "second").__enter__()


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("khabar run --raw /" + "लंबा" * 5000, id="long"),
        pytest.param("khabar run --raw /\udcff\udcfe", id="not UTF-8"),
    ],
)
def test_any_command_is_named(warehouse: Path, command: str) -> None:
    with run_lock(warehouse, command), pytest.raises(Locked) as raised:
        run_lock(warehouse, "second").__enter__()
    assert raised.value.holder is not None and raised.value.holder.command == command


@pytest.mark.parametrize(
    ("module", "call", "says"),
    [
        pytest.param(fcntl, "flock", "can't lock .*: No locks available; choose another", id="no locks"),
        pytest.param(os, "pwrite", "can't write .*: No locks available; nothing was begun", id="full disk"),
    ],
)
def test_a_lock_that_can_not_be_had_is_one_clear_line(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch, module: object, call: str, says: str
) -> None:
    def fail(*_rest: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(module, call, fail)
    with pytest.raises(LockError, match=says):
        run_lock(warehouse, "first").__enter__()


def test_the_name_of_a_killed_holder_waits_for_one_who_asks(warehouse: Path) -> None:
    """Upkeep does not ask: the next run has to hear of it."""
    killed = start_holder(warehouse)
    killed.kill()
    killed.wait()
    with run_lock(warehouse, "upkeep"):
        assert '"upkeep"' in lock_path(warehouse).read_text()
    dead: list[Holder] = []
    for _ in range(2):
        with run_lock(warehouse, "khabar run", dead.append):
            pass
    assert [holder.pid for holder in dead] == [killed.pid]


def test_a_folder_that_can_not_be_written_gives_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LockError, match=r"can't write .*news\.duckdb\.lock: Not a directory; choose another"):
        run_lock(tmp_path / "file" / "news.duckdb", "first").__enter__()
