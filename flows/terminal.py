"""What people see in a terminal: text made harmless, blocks in colour, tables and files of rows."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    import polars as pl

#: Colours of an explained page: what stays, what frames it, what goes.
KEPT, REMOVED, NOTE = "green", "red", "dim"

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def harmless(text: str) -> str:
    """Text without anything that moves the cursor, colours the screen or turns the reading direction.

    Controls of ASCII become their pictures (ESC → ␛), others are dropped.
    """
    return _CONTROLS.sub(lambda match: chr(0x2400 + ord(match[0])) if match[0] < " " else "", text)


def console(stream: TextIO | None = None) -> Console:
    """A console that takes markup from nobody: what is printed is text."""
    return Console(file=stream or sys.stdout, markup=False, highlight=False, emoji=False, soft_wrap=False)


def say(message: str) -> None:
    """A line for people, on standard error, so that standard output stays data."""
    console(sys.stderr).print(Text(harmless(message)), soft_wrap=True)


def show_blocks(blocks: pl.DataFrame, out: Console) -> None:
    """One page, block by block: + kept, - removed, with role, rule and evidence."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True, min_width=14)
    grid.add_column(overflow="fold")
    for block in blocks.sort("block_no").iter_rows(named=True):
        text = harmless(" ".join(block["raw_text"].split()))
        if not text:
            continue
        mark, style = ("+", KEPT) if block["is_kept"] else ("-", REMOVED)
        grid.add_row(Text(mark, style), Text(block["role"], f"bold {style}"), Text(text, style))
        why = " · ".join(harmless(block[key]) for key in ("rule_id", "evidence") if block[key])
        if why:
            grid.add_row("", "", Text(why, NOTE))
    out.print(grid)


def show_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], out: Console, title: str | None = None
) -> None:
    """Rows as a table that fits the terminal; long cells fold."""
    table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if value is None else harmless(str(value))) for value in row))
    out.print(table)


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]], stream: TextIO) -> None:
    """Rows as CSV; made harmless on standard output, which may end in a terminal, and as they are in a file."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
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
    text = json.dumps(value, ensure_ascii=False, default=_plain)
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _plain(value: object) -> object:
    """What JSON has no type for: times as ISO 8601, the rest as text."""
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
