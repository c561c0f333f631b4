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
def run_lock(warehouse: Path, command: str, on_dead: Callable[[Holder], None] = lambda dead: None) -> Iterator[Holder]:
    """Holds the lock of a warehouse; it ends with the block, or with the process however that dies.

    `on_dead` is told of a holder that was killed: only such a one leaves its name behind.

    Raises:
        Locked: another process, or another thread of this one, holds it.
        LockError: the folder can't be written.
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
        if (dead := _read_holder(descriptor)) is not None:
            on_dead(dead)
        holder = Holder(os.getpid(), socket.gethostname(), command, datetime.now(UTC).isoformat(timespec="seconds"))
        _write(descriptor, json.dumps(asdict(holder), ensure_ascii=False) + "\n")
        try:
            yield holder
        finally:
            _write(descriptor, "")
            # A child between fork and exec shares the lock until its copy is closed.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def _write(descriptor: int, text: str) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text.encode(), 0)


def _read_holder(descriptor: int) -> Holder | None:
    """The name in a lock file; None while its holder is about to write it."""
    try:
        return Holder(**json.loads(os.pread(descriptor, 4096, 0)))
    except (ValueError, TypeError):
        return None
