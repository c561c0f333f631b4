"""What a run did, for people: a line for each stage, one for the whole, and its report as tables and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flows.facts import MOST_ROWS, Facts
from flows.terminal import harmless

if TYPE_CHECKING:
    from flows.pipeline import Outcome
    from flows.upkeep import Upkeep

MOST_CHARACTERS = 120
#: How tables call files and articles without a site.
NO_SITE = "(none)"


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


def file_counts(outcome: Outcome) -> list[tuple[str, int]]:
    """What a run found and did, by name."""
    return [
        ("new", outcome.files_new),
        ("changed", outcome.files_changed),
        ("unchanged", outcome.files_unchanged),
        ("deleted", outcome.files_deleted),
        ("quarantined", outcome.files_quarantined),
        ("waiting", outcome.files_waiting),
        ("ignored", outcome.files_ignored),
        ("articles cleaned", outcome.articles_cleaned),
        ("articles cleaned again", outcome.articles_recleaned),
    ]


@dataclass(frozen=True)
class Section:
    """A part of the report: a table with its heading, the rows shown, and how many there are."""

    heading: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[object]]
    count: int


def sections(facts: Facts) -> list[Section]:
    """The tables of a report, in the order in which people read them. A list in a cell is several texts."""
    arrived, removed, joined = facts.arrived, facts.removed, facts.joined
    return [
        Section(
            "What came in",
            ("site", "new", "changed", "cleaned anew", "as before", "words", "from", "to"),
            [
                (
                    row.site or NO_SITE,
                    *(row.created, row.changed, row.recleaned, row.same, row.word_count),
                    *(row.first_on or "", row.last_on or ""),
                )
                for row in arrived.rows
            ],
            arrived.count,
        ),
        Section(
            "Newest of the new articles",
            ("day", "site", "title", "words"),
            [
                (row.published_on or "", row.site or NO_SITE, row.title or row.path, row.word_count)
                for row in facts.new_articles.rows
            ],
            facts.new_articles.count,
        ),
        Section(
            "Removed by rule",
            ("rule", "role", "articles", "blocks", "characters", "most often"),
            [
                (
                    *(row.rule_id or "—", row.role, row.article_count, row.block_count, row.character_count),
                    list(row.examples),
                )
                for row in removed.rows
            ],
            removed.count,
        ),
        Section(
            "New entities",
            ("name", "type", "articles", "mentions", "first in"),
            [(row.name, row.type, row.article_count, row.mention_count, row.title) for row in facts.new_entities.rows],
            facts.new_entities.count,
        ),
        Section(
            "Joined spellings, the weakest first",
            ("spelling", "entity", "type", "why", "score", "mentions"),
            [
                (
                    *(row.spelling, row.name, row.type, row.rule or "—"),
                    *("" if row.score is None else f"{row.score:.2f}", row.mention_count),
                )
                for row in joined.rows
            ],
            joined.count,
        ),
        Section(
            "Ids that ended",
            ("was", "id that ended", "is now", "id"),
            [(row.earlier_name, row.earlier_id, row.name, row.entity_id) for row in facts.moved.rows],
            facts.moved.count,
        ),
        Section(
            "Quarantine",
            ("file", "code", "why"),
            [(row.path, row.code, row.message) for row in facts.quarantined.rows],
            facts.quarantined.count,
        ),
        Section(
            "Checks, all passed",
            ("check", "what it looks for and did not find"),
            [(check.name, check.fault) for check in facts.checks],
            len(facts.checks),
        ),
    ]


def render_report(outcome: Outcome, facts: Facts, warehouse: Path | str) -> str:
    """The report of a run that published, as Markdown: Prefect keeps it as an artifact."""
    parts = [
        f"# Run {plain(outcome.run_id)}",
        f"{plain(summary_line(outcome))}. Published to {plain(warehouse, 400)}. All {len(facts.checks)} checks passed.",
        "## Files",
        _table(Section("", ("", "count"), file_counts(outcome), len(file_counts(outcome)))),
    ]
    for section in sections(facts):
        parts += [f"## {section.heading}", _table(section)]
    if outcome.warnings:
        warnings = [(warning,) for warning in outcome.warnings[:MOST_ROWS]]
        parts += ["## Warnings", _table(Section("", ("",), warnings, len(outcome.warnings)))]
    return "\n\n".join(parts) + "\n"


def render_upkeep(upkeep: Upkeep, warehouse: Path | str) -> str:
    """The report of an upkeep: its steps, faults and warnings."""
    steps = [(step.name, step.status, step.detail.partition("\n")[0], f"{step.seconds:.1f}") for step in upkeep.steps]
    faults = [(line,) for step in upkeep.steps if step.status == "failed" for line in step.detail.splitlines()[1:]]
    parts = [
        f"# Upkeep {plain(upkeep.started_at)}",
        f"{plain(upkeep_line(upkeep))}: {plain(warehouse, 400)}.",
        "## Steps",
        _table(Section("Steps", ("step", "status", "result", "seconds"), steps, len(steps))),
    ]
    for title, lines in (("Faults", faults), ("Warnings", [(warning,) for warning in upkeep.warnings])):
        if lines:
            parts += [f"## {title}", _table(Section(title, ("",), lines, len(lines)))]
    return "\n\n".join(parts) + "\n"


def upkeep_line(upkeep: Upkeep) -> str:
    """An upkeep in one line."""
    named = [f"{step.name} {step.status}" for step in upkeep.steps if step.status != "done"]
    count = len(upkeep.warnings)
    told = f"; {count} warning{'s' if count > 1 else ''}" if count else ""
    return f"{upkeep.status}{': ' if named else ''}{', '.join(named)}{told}"


def _table(section: Section) -> str:
    """A Markdown table, and how many more rows there are; "none" if there are none."""
    if not section.rows:
        return "none"
    numeric = [isinstance(value, int) for value in section.rows[0]]
    lines = [
        f"| {' | '.join(section.columns)} |",
        f"|{'|'.join('---:' if is_number else '---' for is_number in numeric)}|",
        *(f"| {' | '.join(map(_cell, row))} |" for row in section.rows),
    ]
    if section.count > len(section.rows):
        lines += ["", f"and {section.count - len(section.rows)} more"]
    return "\n".join(lines)


def _cell(value: object) -> str:
    return " · ".join(map(plain, value)) if isinstance(value, list) else plain(value)
