"""The user's decisions on identity: which spellings are one entity and which are not, one JSON object a line."""

from __future__ import annotations

import errno
import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

DECISIONS = ("join", "split")
TYPES = ("PERSON", "ORG", "LOC", "EVENT", "FACILITY", "PRODUCT", "PROJECT")


class DecisionError(ValueError):
    """A decision that can't be used: says which file and line, and what is wrong with it."""


@dataclass(frozen=True)
class Decision:
    """`names` are spellings of one type that are one entity (join) or different ones (split); `at` is ISO 8601."""

    decision: str
    type: str
    names: tuple[str, ...]
    at: str

    def __post_init__(self) -> None:
        if self.decision not in DECISIONS:
            raise DecisionError(f"decision {self.decision!r} is neither join nor split")
        if self.type not in TYPES:
            raise DecisionError(f"type {self.type!r} is none of {', '.join(TYPES)}")
        if len(set(self.names)) < 2 or not all(isinstance(name, str) and name.strip() for name in self.names):
            raise DecisionError(f"names {list(self.names)!r} must be two or more different spellings")


def read_decisions(path: Path) -> list[Decision]:
    """The decisions of a file in order; none if there is no file.

    Raises:
        DecisionError: a line is no decision.
    """
    try:
        # Not splitlines: JSON may hold U+2028 and others as they are. An editor may have put a byte-order mark.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise DecisionError(f"{path} can't be read: {error}") from error
    return [_parse(line, f"{path}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]


def append_decision(path: Path, *decisions: Decision) -> None:
    """Add decisions at the end of the file, all on disk when this returns or none at all; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(asdict(decision), ensure_ascii=False) + "\n" for decision in decisions)
    with path.open("a+b", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        is_cut = size > 0 and os.pread(file.fileno(), 1, size - 1) != b"\n"  # edited by hand
        data = b"\n" * is_cut + lines.encode("utf-8")
        try:
            if file.write(data) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            os.fsync(file.fileno())
        except OSError:
            file.truncate(size)  # half a line would stop every run, half of the decisions mean something else
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems can't sync a folder
            os.fsync(folder)
    finally:
        os.close(folder)


def _parse(line: str, where: str) -> Decision:
    try:
        row: Any = json.loads(line)
        if not isinstance(row["names"], list):
            raise TypeError("names is no list")
        decision = Decision(row["decision"], row["type"], tuple(row["names"]), str(row.get("at", "")))
        "".join(decision.names).encode()  # an escaped half of a pair is no text
        return decision
    except DecisionError as error:
        raise DecisionError(f"{where}: {error}; correct or delete the line") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        wanted = '{"decision": "join", "type": "PERSON", "names": ["…", "…"], "at": "2026-01-31T12:00:00+00:00"}'
        raise DecisionError(f"{where} is no decision: {line[:80]!r}; a line reads {wanted}") from error
