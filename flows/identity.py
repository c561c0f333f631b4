"""`khabar entity`: the spellings of an entity and why they are one; the user's decisions to join or split."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from flows import warehouse
from flows.decisions import Decision, append_decision
from flows.settings import Settings
from flows.terminal import console, harmless, show_table
from flows.text.folding import fold


class IdentityError(Exception):
    """The name is unknown or means several entities: says which and what to give instead."""


class Found(NamedTuple):
    """An entity that a name may mean."""

    entity_id: str
    type: str
    name: str
    name_latin: str | None
    mention_count: int
    article_count: int


def find_entities(settings: Settings, name: str, kind: str | None) -> list[Found]:
    """Entities with this id or spelling, spellings compared folded; the most mentioned first."""
    folded = fold(name)
    rows = warehouse.query(
        settings.warehouse,
        """select distinct entity_id, type, name, name_latin, mention_count, article_count, alias
        from entities left join (select entity_id, alias from entity_aliases) using (entity_id)""",
    ).rows
    found = {
        Found(*row[:6])  # type: ignore[arg-type]  # the columns of the query, in its order
        for row in rows
        if (kind is None or row[1] == kind) and (row[0] == name or folded in {fold(str(s)) for s in row[2:4] + row[6:]})
    }
    return sorted(found, key=lambda entity: (-entity.mention_count, entity.entity_id))


def show_entity(settings: Settings, name: str, kind: str | None) -> None:
    """Print every entity that the name may mean, with its spellings, rules and newest articles."""
    out = console()
    found = find_entities(settings, name, kind)
    if not found:
        raise IdentityError(f"no entity is spelt {name!r}; khabar query most_named lists entities")
    for entity in found:
        latin = f" ({entity.name_latin})" if entity.name_latin else ""
        out.print(harmless(f"{entity.name}{latin}"), style="bold")
        out.print(
            f"{entity.type} · {entity.entity_id} · {entity.mention_count} mentions, {entity.article_count} articles"
        )
        aliases = warehouse.query(
            settings.warehouse,
            """select alias, script, rule, round(score, 2), mention_count from entity_aliases
            where entity_id = $id order by mention_count desc, alias""",
            {"id": entity.entity_id},
        )
        show_table(["spelling", "script", "why", "score", "mentions"], aliases.rows, out)
        articles = warehouse.query(
            settings.warehouse,
            """select articles.published_on, articles.site, coalesce(articles.title, articles.source_path)
            from articles inner join mentions using (article_id) where mentions.entity_id = $id
            group by all order by articles.published_on desc nulls last, 3 limit 5""",
            {"id": entity.entity_id},
        )
        show_table(["day", "site", "article"], articles.rows, out)
        out.print()


def record_decision(settings: Settings, name: str, join: list[str], split: list[str], kind: str | None) -> None:
    """Append the decisions; they act from the next run on, on spellings, whatever ids become."""
    kinds = {kind} if kind else {entity.type for entity in find_entities(settings, name, None)}
    if len(kinds) != 1:
        what = f"means {', '.join(sorted(kinds))}" if kinds else "is not in the warehouse"
        raise IdentityError(f"{name!r} {what}: name the type with --type PERSON, ORG, LOC …")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    for decision, others in (("join", join), ("split", split)):
        for other in others:
            append_decision(settings.decisions, Decision(decision, next(iter(kinds)), (name, other), at))
            print(f"recorded: {decision} {name} and {other}; it acts from the next khabar run on")
