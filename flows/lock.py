"""One run at a time for each warehouse: a lock that the operating system frees when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

#: More than a command line that a system takes.
MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Holder:
    """Who holds a lock."""

    pid: int
    host: str
    command: str
    started_at: str


class Locked(Exception):
    """Another run holds the lock; the message is one line that names it."""

    def __init__(self, path: Path, holder: Holder | None) -> None:
        self.holder = holder
        who = (
            f"{holder.command!r}, process {holder.pid} on {holder.host}, since {holder.started_at}"
            if holder
            else "a process that left no name"
        )
        super().__init__(f"another run holds {path}: {who}; wait until it ends, or stop it")


class LockError(Exception):
    """The lock file can't be used: says which and why."""


def lock_path(warehouse: Path) -> Path:
    """The lock of a warehouse: beside it, so that every way of naming the file meets the same lock."""
    return warehouse.parent / ".khabar" / f"{warehouse.name}.lock"


@contextmanager
def run_lock(warehouse: Path, command: str, on_dead: Callable[[Holder], None] | None = None) -> Iterator[Holder]:
    """Holds the lock of a warehouse; it ends with the block, or with the process however that dies.

    `on_dead` is told of a holder that was killed: only such a one leaves its name behind. Without it the name is put
    back at the end, for one who asks.

    Raises:
        Locked: another process, or another thread of this one, holds it.
        LockError: the folder can't be written, or its file system has no locks.
    """
    path = lock_path(warehouse)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The file is never removed: a second process could then lock a new one while the first still holds the old.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise LockError(f"can't write {path}: {error.strerror}; choose another place with --warehouse") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Locked(path, _read_holder(descriptor)) from None
        except OSError as error:
            raise LockError(f"can't lock {path}: {error.strerror}; choose another place with --warehouse") from error
        dead = _read_holder(descriptor)
        if dead is not None and on_dead is not None:
            on_dead(dead)
            dead = None
        holder = Holder(os.getpid(), socket.gethostname(), command, datetime.now(UTC).isoformat(timespec="seconds"))
        try:
            _write(descriptor, holder)
        except OSError as error:
            raise LockError(f"can't write {path}: {error.strerror}; nothing was begun") from error
        try:
            yield holder
        finally:
            _write(descriptor, dead)
            # A child between fork and exec shares the lock until its copy is closed.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def _write(descriptor: int, holder: Holder | None) -> None:
    os.ftruncate(descriptor, 0)
    if holder is not None:
        os.pwrite(descriptor, json.dumps(asdict(holder)).encode() + b"\n", 0)


def _read_holder(descriptor: int) -> Holder | None:
    """The name in a lock file; None while its holder is about to write it."""
    try:
        return Holder(**json.loads(os.pread(descriptor, MOST_BYTES, 0)))
    except (ValueError, TypeError):
        return None
