"""runs.jsonl: a line for every attempt at a run or an upkeep, those that did nothing or failed too."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path

from flows.settings import Settings

Attempt = dict[str, object]

#: A year or so of runs every quarter of an hour; the file of before is kept beside it.
MOST_BYTES = 10 * 1024 * 1024


def attempts_path(settings: Settings) -> Path:
    return settings.state / "runs.jsonl"


def older_path(settings: Settings) -> Path:
    return settings.state / "runs.1.jsonl"


def append_attempt(settings: Settings, record: Mapping[str, object]) -> None:
    """Append a line: one write, so that lines of two processes never mix. A line that was cut is ended first."""
    line = json.dumps({"warehouse": settings.warehouse.name} | dict(record), ensure_ascii=False) + "\n"
    # Where the folder can't be written, or is full, the attempt itself has said so, or will.
    with suppress(OSError):
        settings.state.mkdir(parents=True, exist_ok=True)
        with attempts_path(settings).open("a+b", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            is_cut = size > 0 and os.pread(file.fileno(), 1, size - 1) != b"\n"
            # Of a name that is not UTF-8, JSON's own escapes: as bytes nobody could read the line again.
            file.write(b"\n" * is_cut + line.encode("utf-8", "backslashreplace"))


def latest_attempts(settings: Settings, kind: str = "run") -> Iterator[Attempt]:
    """Attempts at a run (or at an upkeep) of this warehouse, the latest first; a torn line is passed over."""
    for path in (attempts_path(settings), older_path(settings)):
        try:
            lines = path.read_bytes().splitlines()
        except OSError:
            continue
        for line in reversed(lines):
            try:
                attempt = json.loads(line)
            except ValueError:
                continue
            if not isinstance(attempt, dict) or attempt.get("warehouse") != settings.warehouse.name:
                continue
            if attempt.get("kind", "run") == kind:
                yield attempt


def read_attempts(settings: Settings, most: int = 1000) -> list[Attempt]:
    """The last runs, oldest first."""
    return list(islice(latest_attempts(settings), most))[::-1]


def rotate_attempts(settings: Settings) -> bool:
    """Begin a new file when this one has grown; whether it did. Who has it open ends their line in the old one."""
    try:
        if attempts_path(settings).stat().st_size < MOST_BYTES:
            return False
    except FileNotFoundError:
        return False
    attempts_path(settings).replace(older_path(settings))
    return True
