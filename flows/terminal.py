"""What people see in a terminal: text made harmless, blocks in colour, tables and files of rows."""

from __future__ import annotations

import csv
import errno
import io
import json
import math
import os
import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from itertools import chain
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.text import Text

from flows.columns import GAP, LEAST_WIDTH, fit, lay_out, least_width, pad, width, wrap

if TYPE_CHECKING:
    import polars as pl

#: Colours of an explained page: what stays, what frames it, what goes.
KEPT, REMOVED, NOTE = "green", "red", "dim"
#: The longest role.
ROLE_WIDTH = 14

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def harmless(text: str) -> str:
    """Text without anything that moves the cursor, colours the screen or turns the reading direction.

    Controls of ASCII become their pictures (ESC → ␛), others are dropped.
    """
    return _CONTROLS.sub(lambda match: chr(0x2400 + ord(match[0])) if match[0] < " " else "", text)


class _Console(Console):
    """Rich would end the process with 1, as if a run had failed, when the reader of our output has gone."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def console(stream: TextIO | None = None) -> Console:
    """A console that takes markup from nobody: what is printed is text."""
    return _Console(file=stream or sys.stdout, markup=False, highlight=False, emoji=False, soft_wrap=False)


def say(message: str) -> None:
    """A line for people, on standard error, so that standard output stays data. That it gets lost stops no work."""
    with suppress(OSError):
        console(sys.stderr).print(Text(harmless(message)), soft_wrap=True)


def show_line(out: Console, text: str, style: str = "", *, indent: int = 0) -> None:
    """A text as lines that end at a space before the edge of the terminal, all but the first set in."""
    first, *rest = wrap(harmless(text), max(out.width - indent, LEAST_WIDTH))
    for line in (first, *(" " * indent + line for line in rest)):
        out.print(Text(line, style), soft_wrap=True)


def show_blocks(blocks: pl.DataFrame, out: Console) -> None:
    """One page, block by block: + kept, - removed, with role, and rule and evidence below."""
    for block in blocks.sort("block_no").iter_rows(named=True):
        text = harmless(" ".join(block["raw_text"].split()))
        if not text:
            continue
        mark, style = ("+", KEPT) if block["is_kept"] else ("-", REMOVED)
        head = f"{mark} {block['role']:<{ROLE_WIDTH}} "
        room = max(out.width - len(head), LEAST_WIDTH)
        for number, line in enumerate(wrap(text, room)):
            start = Text(" " * len(head)) if number else Text(head, f"bold {style}")
            out.print(start + Text(line, "" if block["is_kept"] else style), soft_wrap=True)
        why = " · ".join(harmless(block[key]) for key in ("rule_id", "evidence") if block[key])
        for line in wrap(why, room) if why else ():
            out.print(Text(" " * len(head) + line, NOTE), soft_wrap=True)


def shares_of(blocks: pl.DataFrame) -> str:
    """A page in one line: how much of it was kept and, role by role, what went."""
    sizes: dict[str, int] = {}
    for role, is_kept, start, end in blocks.select("role", "is_kept", "raw_start", "raw_end").iter_rows():
        if role != "blank":
            part = "kept" if is_kept else role
            sizes[part] = sizes.get(part, 0) + end - start
    total, kept = sum(sizes.values()), sizes.pop("kept", 0)
    gone = ", ".join(f"{role} {size}" for role, size in sorted(sizes.items(), key=lambda one: (-one[1], one[0])))
    return f"kept {kept / max(total, 1):.0%} of {total} characters; removed: {gone or 'nothing'}"


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]], out: Console) -> None:
    """Rows as a table that fits the terminal: long cells fold, and where columns would be too narrow to read, each row
    becomes a list of names and values."""
    shown, columns = list(rows), [_as_line(name) for name in columns]
    cells = [["" if value is None else _as_line(value) for value in row] for row in shown]
    by_column = [[name, *(row[place] for row in cells)] for place, name in enumerate(columns)]
    widths = [max(width(line) for text in texts for line in text.split("\n")) for texts in by_column]
    fitted = fit(widths, [max(map(least_width, texts)) for texts in by_column], out.width)
    if fitted is None:
        _show_records(columns, cells, out)
        return
    kinds = [{type(row[place]) for row in shown} for place in range(len(columns))]
    right = [bool(kind) and kind <= {int, float, type(None)} for kind in kinds]
    for line in lay_out(columns, fitted, right):
        out.print(Text(line, "bold"), soft_wrap=True)
    out.print(Text(GAP.join("─" * one for one in fitted), NOTE), soft_wrap=True)
    for row in cells:
        for line in lay_out(row, fitted, right):
            out.print(Text(line), soft_wrap=True)


def _as_line(value: object) -> str:
    """A value as a cell holds it: tabs would break the columns."""
    return harmless(str(value)).replace("\t", " ")


def _show_records(columns: Sequence[str], rows: Iterable[Sequence[str]], out: Console) -> None:
    """Each row below its number, a line for each column that has a value."""
    indent = max(map(width, columns)) + len(GAP)
    for number, row in enumerate(rows, 1):
        out.print(Text(f"── {number} ".ljust(out.width, "─"), NOTE), soft_wrap=True)
        for name, value in zip(columns, row, strict=True):
            for line_no, line in enumerate(wrap(value, max(out.width - indent, LEAST_WIDTH)) if value else ()):
                out.print(Text(f"{pad('' if line_no else name, indent)}{line}".rstrip()), soft_wrap=True)


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]], stream: TextIO) -> None:
    """Rows as CSV; made harmless on standard output, which may end in a terminal, and as they are in a file."""
    writer = csv.writer(stream, lineterminator="\n")
    for row in chain([columns], rows):
        writer.writerow([harmless(v) if isinstance(v, str) and stream is sys.stdout else v for v in row])


def as_json(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as one JSON array of objects, a row a line."""
    out = io.StringIO()
    out.write("[")
    for number, row in enumerate(rows):
        out.write(",\n " if number else "\n ")
        out.write(to_json(dict(zip(columns, row, strict=True))))
    out.write("\n]" if out.tell() > 1 else "]")
    return out.getvalue()


def to_json(value: object) -> str:
    """JSON in which no character below U+00A0 can reach a terminal unescaped."""
    text = json.dumps(_plain(value), ensure_ascii=False)
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _plain(value: object) -> object:
    """The value in the types of JSON: times as ISO 8601, NaN and infinity as null, the rest and all keys as text."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):  # its keys may be days: those of histogram() are
        return {str(_plain(key)): _plain(one) for key, one in value.items()}
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
