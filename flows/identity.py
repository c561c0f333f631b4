"""`khabar entity`: the spellings of an entity and why they are one; the user's decisions to join or split."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import combinations, product
from typing import TYPE_CHECKING, NamedTuple

from flows import warehouse
from flows.decisions import TYPES, Decision, append_decision, read_decisions
from flows.settings import Settings, UsageError
from flows.terminal import console, harmless, show_line, show_table
from flows.text.tokens import fold_name

if TYPE_CHECKING:
    from rich.console import Console

#: How like a known spelling an unknown one must be (0 to 100) for "did you mean".
LEAST_LIKENESS = 60
#: Names of an entity that a refusal lists.
MOST_NAMES = 8
#: Entities of one name that are shown, and rows of each table about them.
MOST_ENTITIES = 5
MOST_ROWS = 5

#: What the rules of entity_aliases mean.
WHY = {
    "exact": "the name that the entity is shown by",
    "folded": "the same letters but for nukta, half nasals, ZWJ and the like",
    "curated": "the table of known entities has this spelling",
    "demonym": "a word for the people of a place, or an adjective of it",
    "short_name": "a short form in the table of known entities",
    "same_article": "its article gives the full name, and this is a part of it",
    "spelling": "sounds alike",
    "transliteration": "sounds alike in the other script",
    "initials": "differs by an initial only",
    "patronymic": "differs by the father's name only, which one leaves out",
    "word_order": "the same words in another order",
    "division": "the same but for where a word ends",
    "meaning": "its words mean the same, in Hindi or English, but for what kind of company it is",
    "acronym": "the first letters of the full name",
    "decision": "you joined it",
}


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
    first_on: date | None
    last_on: date | None


def find_entities(settings: Settings, name: str, kind: str | None) -> list[Found]:
    """Entities with this id or spelling, compared as decisions compare it, else those that the table of known entities
    gives it; the most mentioned first.

    Raises:
        IdentityError: there is none; says which spelling is nearest.
    """
    rows = [row for row in warehouse.show(settings.warehouse, "entities_spelt").rows if kind in (None, row[1])]
    folded = fold_name(name)
    found = {
        Found(*row[:-1])  # type: ignore[arg-type]  # the columns of the query, in its order
        for row in rows
        if row[0] == name or (folded and folded in {fold_name(str(one)) for one in (*row[2:4], row[-1]) if one})
    }
    if not found:
        curated = _curated_ids(name)
        found = {Found(*row[:-1]) for row in rows if row[0] in curated}  # type: ignore[arg-type]
    if not found:
        known = {str(one) for row in rows for one in (*row[2:4], row[-1]) if one is not None}
        raise IdentityError(f"no entity is spelt {name!r}{_nearest_of(name, known)}")
    return sorted(found, key=lambda entity: (-entity.mention_count, entity.entity_id))


def _curated_ids(name: str) -> set[str]:
    """What a spelling means that no article may print: Putin, where all write पुतिन."""
    from flows.batches import gazetteer

    return {entry.entity_id for entry in gazetteer().names.rows.get(tuple(fold_name(name).split()), ())}


def read_type(kind: str | None) -> str | None:
    """The type of names that the user means, in capitals or not.

    Raises:
        UsageError: there is none such.
    """
    if kind is not None and kind.upper() not in TYPES:
        raise UsageError(f"type {kind!r} is none of {', '.join(TYPES)}")
    return kind and kind.upper()


def show_entity(settings: Settings, name: str, kind: str | None) -> None:
    """Print what the name may mean, most mentioned first: spellings and why they are one, company, newest articles."""
    out = console()
    found = find_entities(settings, name, kind)
    for entity in found[:MOST_ENTITIES]:
        show_one(settings, entity, out)
    if len(found) > MOST_ENTITIES:
        rest = ", ".join(f"{entity.name} ({entity.entity_id})" for entity in found[MOST_ENTITIES:][:MOST_NAMES])
        show_line(out, f"and {len(found) - MOST_ENTITIES} more: {rest}; give an id or --type")


def show_one(settings: Settings, entity: Found, out: Console) -> None:
    """One entity. Hindi stands in the last column, where no terminal's idea of its width can move another."""
    latin = f" ({entity.name_latin})" if entity.name_latin else ""
    show_line(out, f"{entity.name}{latin}", "bold")
    days = f" · {entity.first_on} to {entity.last_on}" if entity.first_on else ""
    show_line(
        out,
        f"{entity.type} · {entity.entity_id} · {count_of(entity.mention_count, 'mention')} in"
        f" {count_of(entity.article_count, 'article')}{days}",
    )
    key = {"entity_id": entity.entity_id}
    spellings = list(warehouse.show(settings.warehouse, "spellings", **key).rows)
    out.print()
    show_table(
        ["mentions", "articles", "score", "why", "spelling"],
        [(mentions, articles, f"{score:.2f}", rule, alias) for alias, rule, score, mentions, articles in spellings],
        out,
    )
    for rule in dict.fromkeys(str(row[1]) for row in spellings):
        show_line(out, f"{rule}: {WHY.get(rule, 'a rule of this version')}", "dim", indent=2)
    for heading, query, columns in (
        ("named with", "named_with", ["articles", "type", "name"]),
        ("newest articles", "newest_articles", ["day", "mentions", "site", "title"]),
    ):
        rows = list(warehouse.show(settings.warehouse, query, **key, limit=str(MOST_ROWS)).rows)
        if rows:
            out.print(f"\n{heading}", style="bold")
            show_table(columns, rows, out)
    out.print()


def count_of(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


# --- decisions -------------------------------------------------------------------------------------------------------

#: A spelling that decisions act on: type, the fullest name of its article, curated id.
Key = tuple[str, str, str | None]


@dataclass(frozen=True)
class Printed:
    """How the articles print what a key stands for, and how often."""

    surfaces: set[str] = field(default_factory=set)
    counts: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Known:
    """An entity as the decisions so far make it."""

    entity_id: str
    type: str
    name: str
    latin: str | None
    keys: frozenset[Key]

    @property
    def names(self) -> list[str]:
        """The full names that it goes by: what a decision can name."""
        return sorted({name for _, name, _ in self.keys} | {self.name})


class Identity:
    """All entities under some decisions, and how articles print them."""

    def __init__(self, printed: dict[Key, Printed], decisions: Sequence[Decision]) -> None:
        self.printed = printed
        self.decisions = list(decisions)
        self.entities = _resolve(printed, decisions)
        self.entity_of = {key: entity for entity in self.entities for key in entity.keys}

    def count(self, keys: Iterable[Key]) -> int:
        return sum(sum(self.printed[key].counts) for key in keys)

    def keys_spelt(self, entity: Known, folded: str) -> list[Key]:
        """The keys of an entity that this is the name of, or that are printed so."""
        return [
            key for key in entity.keys if folded in {fold_name(key[1]), *map(fold_name, self.printed[key].surfaces)}
        ]

    def goes_by(self, entity: Known, folded: str) -> bool:
        return folded in map(fold_name, [*entity.names, entity.latin or entity.name])

    def meant_by(self, name: str, kind: str | None) -> list[Known]:
        """The entities that go by this full name or id, else those that are printed so."""
        folded = fold_name(name)
        some = [entity for entity in self.entities if kind in (None, entity.type)]
        full = [one for one in some if name == one.entity_id or (folded and self.goes_by(one, folded))]
        return full or [one for one in some if self.keys_spelt(one, folded)]


def record_decision(settings: Settings, name: str, join: list[str], split: list[str], kind: str | None) -> None:
    """Append the decisions, all or none; they act from the next run on, on spellings, whatever ids become.

    Raises:
        IdentityError: a spelling is unknown or means several entities, or a decision would change nothing.
    """
    at = datetime.now(UTC).isoformat(timespec="seconds")
    identity = Identity(read_printed(settings), read_decisions(settings.decisions))
    made: list[Decision] = []
    effects: list[str] = []
    for verb, others in (("join", join), ("split", split)):
        for other in others:
            find = joined_names if verb == "join" else split_names
            entity, pairs = find(identity, name, other, kind)
            new = [Decision(decision, entity.type, pair, at) for decision, pair in pairs]
            after = Identity(identity.printed, [*identity.decisions, *new])
            effects.append(f"{verb}s {effect(identity, after, f'{verb} {name} and {other}')}")
            identity, made = after, made + new
    append_decision(settings.decisions, *made)
    for line in effects:
        print(harmless(f"recorded: {line}; it acts from the next khabar run on"))


def read_printed(settings: Settings) -> dict[Key, Printed]:
    """The spellings of the warehouse that decisions act on."""
    rows = warehouse.show(settings.warehouse, "printed_names").rows
    printed: dict[Key, Printed] = defaultdict(Printed)
    for kind, name, curated_id, surface, count in rows:
        key = (str(kind), str(name), None if curated_id is None else str(curated_id))
        printed[key].surfaces.add(str(surface))
        printed[key].counts.append(int(str(count)))
    return dict(printed)


def _resolve(printed: dict[Key, Printed], decisions: Sequence[Decision]) -> list[Known]:
    """What the next run will make of these spellings: the run's own step says so."""
    import polars as pl

    from flows.batches import gazetteer
    from flows.schema import SPELLINGS
    from flows.steps.entities import resolve_entities

    if not printed:
        return []
    rows = [(*key, sum(one.counts)) for key, one in printed.items()]
    links = resolve_entities(pl.DataFrame(rows, SPELLINGS, orient="row"), gazetteer(), decisions)
    keys: dict[tuple[str, str, str, str | None], set[Key]] = defaultdict(set)
    columns = ("entity_id", "type", "entity_name", "name_latin", "name", "curated_id")
    for entity_id, kind, entity_name, latin, name, curated_id in links.select(columns).iter_rows():
        keys[entity_id, kind, entity_name, latin].add((kind, name, curated_id))
    return [Known(*entity, frozenset(found)) for entity, found in sorted(keys.items(), key=lambda item: item[0][:2])]


#: What is to be recorded: join or split, and the two names.
Pairs = list[tuple[str, tuple[str, str]]]


def joined_names(identity: Identity, name: str, other: str, kind: str | None) -> tuple[Known, Pairs]:
    """What joins two whole entities: their names, and all names of theirs that were split before."""
    one = the_one(identity, name, kind)
    two = the_one(identity, other, kind or one.type)
    if one == two:
        raise IdentityError(f"{name!r} and {other!r} are one entity already: {one.name} ({one.entity_id})")
    if fold_name(one.name) == fold_name(two.name):
        raise IdentityError(
            f"{one.entity_id} and {two.entity_id} both go by {one.name!r}: a decision names spellings and can't"
            " tell them apart"
        )
    return one, between(identity, "join", one, two)


def between(identity: Identity, verb: str, one: Known, two: Known) -> Pairs:
    """A decision on two whole entities: on their own names, and on all names of theirs that were decided otherwise."""
    names = {frozenset(map(fold_name, pair)): pair for pair in product(one.names, two.names)}
    decided = {
        frozenset(map(fold_name, pair))
        for decision in identity.decisions
        if decision.decision != verb and decision.type == one.type
        for pair in combinations(decision.names, 2)
    }
    revised = sorted(names[pair] for pair in decided & names.keys())
    return [(verb, pair) for pair in dict.fromkeys([(one.name, two.name), *revised])]


def split_names(identity: Identity, name: str, other: str, kind: str | None) -> tuple[Known, Pairs]:
    """What takes a spelling from an entity: every full name that it is or stands for, kept from the entity's own.

    The names taken stay together, for the user has named them as one.
    """
    folded = fold_name(other)
    meant = identity.meant_by(name, kind)
    entity = the_one(identity, name, kind, [one for one in meant if identity.keys_spelt(one, folded)] or meant)
    spelt = {key[1] for key in identity.keys_spelt(entity, folded)}
    unjoined = Identity(identity.printed, [one for one in identity.decisions if one.decision == "split"])
    one, two = (unjoined.meant_by(spelling, entity.type) for spelling in (name, other))
    if len(one) == len(two) == 1 and one != two and one[0].keys | two[0].keys <= entity.keys:
        return entity, between(identity, "split", one[0], two[0])  # takes a join back
    if not spelt:
        raise IdentityError(f"{other!r} is no spelling of {entity.name}{_nearest(identity, other, [entity])}")
    own = fold_name(entity.name)
    taken = sorted({fold_name(one): one for one in sorted(spelt) if fold_name(one) != own}.values())
    if not taken:
        others = [one for one in entity.names if fold_name(one) != own]
        rest = f"what can be split off: {', '.join(others[:MOST_NAMES])}" if others else "it has no other full name"
        raise IdentityError(
            f"{other!r} always stands for {entity.name!r}, the entity's own name, and can't be told from it; {rest}"
        )
    return entity, [
        *(("split", (entity.name, one)) for one in taken),
        *(("join", (taken[0], one)) for one in taken[1:]),
    ]


def effect(before: Identity, after: Identity, what: str) -> str:
    """What decisions change, in entities and mentions.

    Raises:
        IdentityError: they change nothing.
    """
    changed = {key for key, entity in before.entity_of.items() if after.entity_of[key].keys != entity.keys}
    if not changed:
        raise IdentityError(f"to {what} changes nothing: the tables or earlier decisions stand against it")
    old, new = ({identity.entity_of[key] for key in changed} for identity in (before, after))
    known = {one.entity_id for one in old}
    return f"{_listed(before, old, known)} into {_listed(after, new, known)}"


def _listed(identity: Identity, entities: Iterable[Known], first: set[str]) -> str:
    """Entities with their mentions: those of these ids first, then the most mentioned."""
    rows = sorted((one.entity_id not in first, -identity.count(one.keys), one.entity_id, one.name) for one in entities)
    return " and ".join(f"{name} ({-count} mentions)" for _, count, _, name in rows)


def the_one(identity: Identity, name: str, kind: str | None, meant: list[Known] | None = None) -> Known:
    """The one entity that a name means.

    Raises:
        IdentityError: none or several; says what to give instead.
    """
    meant = identity.meant_by(name, kind) if meant is None else meant
    if len(meant) == 1:
        return meant[0]
    if meant:
        shown = ", ".join(f"{one.name} ({one.type}, {one.entity_id})" for one in meant[:MOST_NAMES])
        raise IdentityError(f"{name!r} means {len(meant)} entities: {shown}; give a full name, an id or --type")
    some = [entity for entity in identity.entities if kind in (None, entity.type)]
    what = f"{kind} in the warehouse" if kind else "entity in the warehouse"
    raise IdentityError(f"no {what} is spelt {name!r}{_nearest(identity, name, some)}")


def _nearest(identity: Identity, name: str, entities: Sequence[Known]) -> str:
    """A known spelling that may be meant, as the end of an error's line."""
    known = {one for entity in entities for one in [*entity.names, *([entity.latin] if entity.latin else [])]}
    return _nearest_of(
        name, known | {one for entity in entities for key in entity.keys for one in identity.printed[key].surfaces}
    )


def _nearest_of(name: str, known: set[str]) -> str:
    from rapidfuzz import fuzz, process

    found = process.extractOne(name, sorted(known), scorer=fuzz.ratio, processor=fold_name, score_cutoff=LEAST_LIKENESS)
    return f"; did you mean {found[0]!r}?" if found else "; khabar query most_named lists entities"
