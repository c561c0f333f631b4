"""What a run did, for people: a line for each stage, one for the whole, and a report as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any

from flows.look import SQL
from flows.pipeline import Outcome
from flows.terminal import harmless

#: Asks the warehouse: SQL and its parameters → rows. `flows.warehouse.query` behind it, or a test's answers.
Ask = Callable[[str, dict[str, str]], list[tuple[Any, ...]]]

MOST_ROWS = 50
MOST_CHARACTERS = 120

REMOVED_SQL = """
with removed as (
    select blocks.rule_id, blocks.role, blocks.article_id, blocks.block_no, blocks.raw_end - blocks.raw_start as size,
        left(blocks.raw_text, 400) as text
    from blocks
    join articles using (article_id)
    where articles.run_id = $run_id and not blocks.is_kept and blocks.role <> 'blank'
)
select rule_id, role, count(distinct article_id), count(*), sum(size)::bigint, min_by(text, (article_id, block_no))
from removed
group by all
order by sum(size) desc, rule_id, role
"""

QUARANTINE_SQL = """
select path, error_code, error_message
from files
where status = 'quarantined' and last_run_id = $run_id
order by path
"""

ENTITIES_SQL = """
select entity_id, name, type, article_count, mention_count
from entities
order by mention_count desc, entity_id
"""


@dataclass(frozen=True)
class Removed:
    """Text that a rule removed in a run; characters are code points."""

    rule_id: str | None
    role: str
    article_count: int
    block_count: int
    character_count: int
    example: str


@dataclass(frozen=True)
class Quarantined:
    """A file that could not be used, and why."""

    path: str
    code: str
    message: str


@dataclass(frozen=True)
class NewEntity:
    """An entity that the warehouse did not hold before."""

    name: str
    type: str
    article_count: int
    mention_count: int


@dataclass(frozen=True)
class Facts:
    """What the report takes from the published warehouse."""

    removed: list[Removed] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    new_entities: list[NewEntity] = field(default_factory=list)
    check_count: int = 0


def read_entity_ids(ask: Ask) -> frozenset[str]:
    """The entities that the warehouse holds: asked before a run, it tells which are new after it."""
    return frozenset(row[0] for row in ask("select entity_id from entities", {}))


def read_facts(ask: Ask, run_id: str, known_entities: frozenset[str]) -> Facts:
    """The facts of a run that has just published."""
    run = {"run_id": run_id}
    entities = (row for row in ask(ENTITIES_SQL, {}) if row[0] not in known_entities)
    return Facts(
        [Removed(*row) for row in ask(REMOVED_SQL, run)],
        [Quarantined(*(value or "" for value in row)) for row in ask(QUARANTINE_SQL, run)],
        [NewEntity(*row[1:]) for row in entities],
        len(list(SQL.glob("4*.sql"))),
    )


# --- lines -----------------------------------------------------------------------------------------------------------


def stage_name(stage: Callable[..., object]) -> str:
    """A stage's name as people read it: `read_files` → "read files"."""
    return getattr(stage, "__name__", "stage").strip("_").replace("_", " ")


def describe_stage(name: str, result: object, seconds: float) -> str:
    """A stage in one line: "read files: 14 files, 1 quarantined (0.8 s)"."""
    counts = _counts(result)
    return f"{name}: {counts} ({seconds:.1f} s)" if counts else f"{name} ({seconds:.1f} s)"


def _counts(result: object) -> str:
    """The numbers in what a stage gave back, by the names of its fields; zeros after the first are left out."""
    if isinstance(result, list):
        return f"{len(result)} paths"
    if not is_dataclass(result):
        return ""
    numbers: list[tuple[int, str]] = []
    for item in fields(result):
        value = getattr(result, item.name)
        if isinstance(value, int | tuple | list):
            numbers.append((value if isinstance(value, int) else len(value), item.name.replace("_", " ")))
    return ", ".join(f"{number} {name}" for place, (number, name) in enumerate(numbers) if number or place == 0)


def summary_line(outcome: Outcome) -> str:
    """A run in one line."""
    counts = {
        "new": outcome.files_new,
        "changed": outcome.files_changed,
        "deleted": outcome.files_deleted,
        "quarantined": outcome.files_quarantined,
        "waiting": outcome.files_waiting,
    }
    found = ", ".join(f"{number} {name}" for name, number in counts.items() if number)
    if outcome.status == "unchanged":
        return f"nothing changed in {outcome.files_unchanged} files"
    cleaned = f"{outcome.articles_cleaned + outcome.articles_recleaned} articles cleaned"
    return f"{found or 'no file changed'}; {cleaned}"


# --- Markdown --------------------------------------------------------------------------------------------------------

#: Everything that Markdown, HTML or an automatic link could be made of. As character references they are only text.
_MARKUP = {ord(char): f"&#{ord(char)};" for char in "\\`*_{}[]()<>#+!|~&:@/=$^\"'"}


def plain(text: object, most: int = MOST_CHARACTERS) -> str:
    """Text of a page as one line that no Markdown reader takes for markup, a link or a table cell's end."""
    line = " ".join(harmless(str(text)).split())
    if len(line) > most:
        line = line[: most - 1] + "…"
    return re.sub(r"(www)\.", r"\1&#46;", line.translate(_MARKUP), flags=re.IGNORECASE)


def render_report(outcome: Outcome, facts: Facts, warehouse: Path | str) -> str:
    """The report of a run that published: counts, what was removed, quarantine, new entities, checks, warnings."""
    files = (
        ("new", outcome.files_new),
        ("changed", outcome.files_changed),
        ("unchanged", outcome.files_unchanged),
        ("deleted", outcome.files_deleted),
        ("quarantined", outcome.files_quarantined),
        ("waiting", outcome.files_waiting),
        ("ignored", outcome.files_ignored),
        ("articles cleaned", outcome.articles_cleaned),
        ("articles cleaned again", outcome.articles_recleaned),
    )
    removed = [
        (row.rule_id or "—", row.role, row.article_count, row.block_count, row.character_count, row.example)
        for row in facts.removed
    ]
    entities = [(row.name, row.type, row.article_count, row.mention_count) for row in facts.new_entities]
    parts = [
        f"# Run {plain(outcome.run_id)}",
        f"{plain(summary_line(outcome))}. Published to {plain(warehouse, 400)}. All {facts.check_count} checks passed.",
        "## Files",
        _table(("", "count"), files),
        "## Removed text by rule",
        _table(("rule", "role", "articles", "blocks", "characters", "example"), removed),
        "## Quarantine",
        _table(("file", "code", "why"), [(row.path, row.code, row.message) for row in facts.quarantined]),
        "## New entities",
        _table(("name", "type", "articles", "mentions"), entities),
    ]
    if outcome.warnings:
        parts += ["## Warnings", _table(("",), [(warning,) for warning in outcome.warnings])]
    return "\n\n".join(parts) + "\n"


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table of the first rows, and how many more there are; "none" if there are none."""
    rows = list(rows)
    if not rows:
        return "none"
    numeric = [isinstance(value, int) for value in rows[0]]
    lines = [
        f"| {' | '.join(columns)} |",
        f"|{'|'.join('---:' if is_number else '---' for is_number in numeric)}|",
        *(f"| {' | '.join(plain(value) for value in row)} |" for row in rows[:MOST_ROWS]),
    ]
    if len(rows) > MOST_ROWS:
        lines += ["", f"and {len(rows) - MOST_ROWS} more"]
    return "\n".join(lines)
