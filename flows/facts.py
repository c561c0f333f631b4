"""What a run did, read once from its generation: the one source of the HTML page and of Prefect's artifact."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, Protocol, TypeVar

from flows.look import SQL

T = TypeVar("T")

#: Rows of each table of a report; it says how many more there are.
MOST_ROWS = 50
#: Titles of new articles, and sites that the picture tells apart.
MOST_TITLES = 20
MOST_SITES = 12


class Ask(Protocol):
    """Asks `sql/5*_show_<name>.sql`; it takes from the values what it has a `$name` for."""

    def __call__(self, name: str, /, **values: object) -> list[tuple[Any, ...]]: ...


@dataclass(frozen=True)
class First(Generic[T]):
    """The first rows of a table, and how many it has."""

    rows: list[T] = field(default_factory=list)
    count: int = 0


@dataclass(frozen=True)
class Arrived:
    """The articles of a site that a run worked on. `same` came out as they were."""

    site: str | None
    created: int
    changed: int
    recleaned: int
    same: int
    word_count: int
    first_on: date | None
    last_on: date | None


@dataclass(frozen=True)
class NewArticle:
    """An article that the warehouse did not hold before."""

    published_on: date | None
    site: str | None
    title: str | None
    path: str
    word_count: int


@dataclass(frozen=True)
class RoleSize:
    """How many characters of a site's pages have a role; `is_rest` stands for all sites that are not told apart."""

    is_rest: bool
    site: str | None
    role: str
    is_kept: bool
    character_count: int


@dataclass(frozen=True)
class Removed:
    """Text that a rule removed, and what it removed most often; characters are code points."""

    rule_id: str | None
    role: str
    article_count: int
    block_count: int
    character_count: int
    examples: Sequence[str]


@dataclass(frozen=True)
class Quarantined:
    """A file that could not be used, and why."""

    path: str
    code: str
    message: str


@dataclass(frozen=True)
class NewEntity:
    """An entity that the warehouse did not hold before, with the title of the first article that names it."""

    name: str
    type: str
    article_count: int
    mention_count: int
    title: str


@dataclass(frozen=True)
class Joined:
    """A spelling that an entity did not have before, and why it has it now."""

    name: str
    type: str
    spelling: str
    rule: str | None
    score: float | None
    mention_count: int


@dataclass(frozen=True)
class Moved:
    """An entity whose id ended, and the one that its mentions went to."""

    earlier_name: str
    earlier_id: str
    name: str
    entity_id: str


@dataclass(frozen=True)
class Check:
    """A check that found no fault, and what it looks for."""

    name: str
    fault: str


@dataclass(frozen=True)
class Facts:
    """What the report of a run tells, beyond its counts."""

    arrived: First[Arrived] = field(default_factory=First)
    new_articles: First[NewArticle] = field(default_factory=First)
    role_sizes: list[RoleSize] = field(default_factory=list)
    removed: First[Removed] = field(default_factory=First)
    quarantined: First[Quarantined] = field(default_factory=First)
    new_entities: First[NewEntity] = field(default_factory=First)
    joined: First[Joined] = field(default_factory=First)
    moved: First[Moved] = field(default_factory=First)
    checks: list[Check] = field(default_factory=list)


def read_facts(ask: Ask, run_id: str, started_at: str) -> Facts:
    """The facts of a run, asked of its generation."""

    def first(make: Callable[..., T], name: str, limit: int = MOST_ROWS) -> First[T]:
        rows = ask(name, run_id=run_id, started_at=started_at, limit=limit)
        return First([make(*row[:-1]) for row in rows], rows[0][-1] if rows else 0)

    return Facts(
        arrived=first(Arrived, "came_in"),
        new_articles=first(NewArticle, "new_articles", MOST_TITLES),
        role_sizes=[RoleSize(*row) for row in ask("text_by_role", run_id=run_id, limit=MOST_SITES)],
        removed=first(Removed, "removed_by_rule"),
        quarantined=first(Quarantined, "quarantined"),
        new_entities=first(NewEntity, "new_entities"),
        joined=first(Joined, "joined_spellings"),
        moved=first(Moved, "moved_entities"),
        checks=read_checks(),
    )


def read_checks() -> list[Check]:
    """The checks of sql/4*: all found nothing where a run has published."""
    return [
        Check(path.stem.split("_check_", 1)[1].replace("_", " "), _fault(path.read_text(encoding="utf-8")))
        for path in sorted(SQL.glob("4*.sql"))
    ]


def _fault(sql: str) -> str:
    """What a row of a check is, as its opening comment says: its first sentence."""
    lines = []
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    sentence = re.match(r"A row is (.+?)(?: \(promise \d\))?\.(?=\s|$)", " ".join(lines))
    return sentence[1] if sentence else " ".join(lines)
