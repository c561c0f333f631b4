"""The checks of sql/4*: a row returned is a fault."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flows.warehouse.connection import open_file, run_script, scripts, set_variables

#: Rows of a failed check that are shown.
EXAMPLES: Final = 3


@dataclass(frozen=True)
class Fault:
    """A check that failed: the file of `sql/4*`, how many rows it returned and the first of them."""

    check: str
    count: int
    examples: list[str]

    def __str__(self) -> str:
        rows = "row" if self.count == 1 else "rows"
        return f"{self.check}: {self.count} {rows}, such as {'; '.join(self.examples)}"


def check(generation: Path, run_id: str | None = None, threads: int = 0) -> list[Fault]:
    """Runs every check of sql/4*; with `run_id` the costly ones look only at the articles of that run."""
    faults = []
    with open_file(generation, threads=threads) as connection:
        set_variables(connection, run_id=run_id)
        for script in scripts("4"):
            answer = run_script(connection, script)
            names = [column[0] for column in answer.description or ()]
            examples = [_describe_row(names, row) for row in answer.fetchmany(EXAMPLES)]
            count = len(examples)
            while rows := answer.fetchmany(10_000):
                count += len(rows)
            if count:
                faults.append(Fault(script.stem, count, examples))
    return faults


def _describe_row(names: list[str], row: tuple[object, ...]) -> str:
    """A row as name=value, long texts cut."""
    return ", ".join(
        f"{name}={textwrap.shorten(repr(value), 80, placeholder='…')}"
        for name, value in zip(names, row, strict=True)
        if value is not None
    )
