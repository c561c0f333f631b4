"""Which spellings are one entity: a pure function of the current spellings, the tables and the user's decisions.

Every folded spelling is a node, every curated entity too. Pairs of nodes that a rule calls one are tried from the
surest to the weakest, ties by spelling, the user's joins first. A pair joins its two groups unless that would bring
together two curated entities, people of other initials, or two spellings that the user has split. So the order of the
rows never matters.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product

import polars as pl

from flows.decisions import Decision
from flows.gazetteer import Entity, Entry, Gazetteer
from flows.schema import KNOWN_SPELLINGS, LINKS, conform
from flows.text.org_words import MEANING, find_meanings, first_letters, is_english, organs, without_legal_form
from flows.text.phonetic import (
    initials_in,
    is_patronymic,
    likeness,
    may_abbreviate,
    skeleton,
    sound,
    sound_key,
    sounds_alike,
)
from flows.text.tokens import fold_name, is_initial, spelt_letters

DEVANAGARI = re.compile("[\u0900-\u097f]")

#: How alike each word of two names must sound: of a person's full name, across scripts.
LEAST_LIKENESS = 0.88
LEAST_LIKENESS_MIXED = 0.85
#: Consonants that make a name long.
LONG_ENOUGH = 6
#: The same for names of other types by their consonants: among 1,100 cities these join none to another.
LEAST_LIKENESS_BY_LENGTH = {4: 0.94, 5: 0.91, LONG_ENOUGH: 0.9}
#: A shorter name and a lone name of a person must sound the same.
LEAST_LIKENESS_LONE = 0.98
#: Types whose names open with a country or its demonym.
NAMED_BY_PLACE = frozenset({"ORG", "EVENT"})
#: Types whose names are compared by what their words mean as well.
NAMED_BY_MEANING = NAMED_BY_PLACE | {"FACILITY"}
#: Marks the id of a place among words; words in a place's name, at most.
PLACE = "@"
MARKS = (PLACE, MEANING)
LONGEST_PLACE = 3
#: Letters that any long name has for an abbreviation to mean it.
LEAST_LETTERS = 4
#: One word alone is weak evidence: it must be this long.
LEAST_LONE_SOUND = 4


@dataclass(frozen=True, order=True)
class Node:
    """Spellings of one type and curated id that fold alike; a curated entity itself is a node without a spelling."""

    type: str
    folded: str
    curated: str  # "" where the tables don't decide

    @property
    def words(self) -> list[str]:
        return self.folded.split()

    @property
    def initials(self) -> str:
        """The initials of a full name, as Latin letters."""
        found = parts(self.type, self.words)
        return found.initials if len(found.core) > 1 else ""

    @property
    def patronymic(self) -> str:
        """The father's name in a full name (इवानोविच)."""
        return parts(self.type, self.words).patronymic


@dataclass(frozen=True)
class Spelling:
    """A row of SPELLINGS."""

    type: str
    name: str
    curated_id: str | None
    count: int

    @property
    def node(self) -> Node:
        return Node(self.type, fold_name(self.name), self.curated_id or "")


@dataclass(frozen=True)
class Edge:
    """Two nodes that a rule calls one; sorted from the surest to the weakest."""

    one: Node
    other: Node
    rule: str
    score: float

    def rank(self) -> tuple[bool, float, list[Node], str]:
        return self.rule != "decision", -self.score, sorted((self.one, self.other)), self.rule


def resolve_entities(spellings: pl.DataFrame, gazetteer: Gazetteer, decisions: Sequence[Decision]) -> pl.DataFrame:
    """SPELLINGS → LINKS: the entity of every spelling, and the rule that put it there."""
    rows = spellings.select("type", "name", "curated_id", "mention_count").unique()
    members: dict[Node, list[Spelling]] = defaultdict(list)
    for spelling in sorted((Spelling(*row) for row in rows.iter_rows()), key=lambda one: (-one.count, one.name)):
        members[spelling.node].append(spelling)
    nodes = sorted(members)
    joins, splits = decided_pairs(decisions, nodes, gazetteer)
    groups = Groups(splits)
    edges = [*joins, *curated_edges(nodes, gazetteer), *spelling_edges(nodes, gazetteer)]
    edges += [*letter_edges(nodes, gazetteer), *place_edges(nodes, gazetteer)]
    for edge in sorted(edges, key=Edge.rank):
        groups.join(edge)
    for edge in [*abbreviated_edges(nodes, groups, gazetteer), *acronym_edges(nodes, groups, gazetteer)]:
        groups.join(edge)
    links = [link for group in groups.of(nodes) for link in group_links(group, members, groups.reasons, gazetteer)]
    return pl.DataFrame(links, schema=LINKS, orient="row").sort("type", "name", "curated_id")


def find_affected(spellings: pl.DataFrame, gazetteer: Gazetteer, decisions: Sequence[Decision]) -> pl.DataFrame:
    """Of KNOWN_SPELLINGS, all keys filled in, those whose links can be others than before.

    They are the ones whose mentions changed in number, and all that rules connect with them through any number of
    others. Resolved alone they get the links that they would get among all spellings.
    """
    spellings = _with_keys(spellings, gazetteer, decisions).with_row_index("row")
    names: list[tuple[str, str]] = spellings.select("type", "name").rows()
    keys = spellings.select("row", key="keys").explode("key")
    rows = spellings.filter(pl.col("mention_count").ne_missing(pl.col("known_count"))).select("row")
    found = rows
    while rows.height and found.height < spellings.height:
        met = keys.join(rows, on="row", how="semi").join(keys.join(found, on="row", how="anti"), on="key")
        is_near = pl.col("key").str.starts_with(_NEAR)
        pairs = met.filter(is_near).select("row", "row_right").unique().sort("row", "row_right")
        near = [other for one, other in pairs.iter_rows() if may_be_one(names[one], names[other], gazetteer)]
        sure = met.filter(~is_near).select(row="row_right")
        rows = pl.concat([sure, pl.DataFrame({"row": near}, sure.schema)]).unique()
        found = pl.concat([found, rows])
    return conform(spellings.join(found, on="row", how="semi", maintain_order="left"), KNOWN_SPELLINGS)


#: Keys by which two names only come near each other: whether a rule calls them one shows when they are compared.
_NEAR = "near "


def may_be_one(one: tuple[str, str], other: tuple[str, str], gazetteer: Gazetteer) -> bool:
    """Whether a rule may call two spellings of one type, that no table decides, one by how they sound."""
    (kind, name), (_, other_name) = one, other
    words, other_words = fold_name(name).split(), fold_name(other_name).split()
    forms, other_forms = (name_forms(kind, " ".join(each), gazetteer) for each in (words, other_words))
    for pair in ((a.split(), b.split()) for a, b in product(forms, other_forms)):
        if compare(kind, *pair, gazetteer)[0] or compare(kind, *pair[::-1], gazetteer)[0]:
            return True
    mine, others = parts(kind, words), parts(kind, other_words)
    if is_abbreviated(others, gazetteer):
        mine, others, other_words = others, mine, words
    is_pair = kind == "PERSON" and is_abbreviated(mine, gazetteer) and is_full(others)
    return is_pair and fits_full_name(mine, other_words)


def _with_keys(spellings: pl.DataFrame, gazetteer: Gazetteer, decisions: Sequence[Decision]) -> pl.DataFrame:
    """The spellings with the keys of those that had none. Other decisions leave none with any."""
    new = spellings.filter(pl.col("keys").is_null()).select("type", "name", "curated_id")
    if new.is_empty():
        return spellings
    decided: dict[str, set[str]] = defaultdict(set)
    for number, decision in enumerate(decisions):
        for name in map(fold_name, decision.names):
            for node in _entity_nodes(decision.type, name, gazetteer):
                decided[_entity_key(node)].add(f"decision {number}")
            decided[_name_key(decision.type, name)].add(f"decision {number}")
    rows = []
    for kind, name, curated_id in new.iter_rows():
        node = Node(kind, fold_name(name), curated_id or "")
        keys = {_name_key(kind, node.folded), *node_keys(node, gazetteer)}
        keys.update(*(decided[key] for key in keys if key in decided))
        rows.append((kind, name, curated_id, sorted(keys)))
    on = ["type", "name", "curated_id"]
    found = pl.DataFrame(rows, {name: KNOWN_SPELLINGS[name] for name in (*on, "keys")}, orient="row")
    return spellings.join(found, on=on, how="left", nulls_equal=True).with_columns(
        keys=pl.coalesce("keys", "keys_right")
    )


def node_keys(node: Node, gazetteer: Gazetteer) -> set[str]:
    """The keys by which a spelling meets others, one at least for each rule that may call it one with them."""
    kind, words = node.type, node.words
    if node.curated:
        return {_entity_key(node)}
    edges = [*curated_edges([node], gazetteer), *spelling_edges([node], gazetteer)]
    edges += [*letter_edges([node], gazetteer), *place_edges([node], gazetteer)]
    keys = {_entity_key(edge.other if edge.one == node else edge.one) for edge in edges}
    for form in name_forms(kind, node.folded, gazetteer):
        keys |= {f"{_NEAR}{kind} {key}" for _, key in block_keys(kind, form)}
    if kind == "PERSON":
        found = parts(kind, words)
        is_short = is_abbreviated(found, gazetteer)
        if is_short or is_full(found):
            keys.add(f"{_NEAR}surname {skeleton(found.core[-1])}")
    elif letters := acronym(words) or long_form_letters(node, gazetteer):
        keys.add(f"letters {kind} {letters}")
    if kind in NAMED_BY_PLACE:
        keys.add(f"place {kind} {' '.join(by_place(words, gazetteer))}")
    return keys


def _name_key(kind: str, folded: str) -> str:
    return f"name {kind} {folded}"


def _entity_key(node: Node) -> str:
    return f"entity {node.type} {node.curated}"


def entity_node(entity_id: str, kind: str) -> Node:
    return Node(kind, "", entity_id)


class Groups:
    """Nodes in disjoint groups, at most one curated entity in each unless the user joins two."""

    def __init__(self, splits: list[tuple[Node, Node]]) -> None:
        self.group: dict[Node, list[Node]] = {}
        self.apart: dict[Node, set[Node]] = defaultdict(set)
        self.reasons: dict[Node, Edge] = {}
        for one, other in splits:
            self.apart[one].add(other)
            self.apart[other].add(one)

    def join(self, edge: Edge) -> None:
        """Bring the groups of an edge together, if they may be."""
        one, other = (self.group.setdefault(node, [node]) for node in (edge.one, edge.other))
        if one is other:
            return
        if edge.rule != "decision" and _curated(one) and _curated(other):
            return
        if any(not self.apart[node].isdisjoint(other) for node in one if node in self.apart):
            return
        if edge.rule != "decision" and (have_other_initials(one, other) or have_other_fathers(one, other)):
            return
        for node in (edge.one, edge.other):
            self.reasons.setdefault(node, edge)
        small, large = sorted((one, other), key=len)
        large += small
        for node in small:
            self.group[node] = large

    def of(self, nodes: list[Node]) -> Iterator[list[Node]]:
        """The groups that hold these nodes, each once."""
        seen: set[int] = set()
        for node in nodes:
            group = self.group.setdefault(node, [node])
            if id(group) not in seen:
                seen.add(id(group))
                yield sorted(group)


def _curated(group: list[Node]) -> set[str]:
    """The curated entities of a group; a spelling that was kept from its curated entity counts for none."""
    return {node.curated for node in group if not node.folded}


def have_other_initials(one: list[Node], other: list[Node]) -> bool:
    """Whether two groups are people whose initials differ: a name without any would else bring them together."""
    mine, others = (
        {letters for node in group if node.type == "PERSON" and (letters := node.initials)} for group in (one, other)
    )
    return bool(mine and others) and mine.isdisjoint(others)


def have_other_fathers(one: list[Node], other: list[Node]) -> bool:
    """The same for the names of fathers."""
    mine, others = ([name for node in group if (name := node.patronymic)] for group in (one, other))
    return bool(mine and others) and not any(is_same_father(*pair) for pair in product(mine, others))


def is_same_father(one: str, other: str) -> bool:
    return likeness(one, other) >= LEAST_LIKENESS_MIXED


def decided_pairs(
    decisions: Sequence[Decision], nodes: list[Node], gazetteer: Gazetteer
) -> tuple[list[Edge], list[tuple[Node, Node]]]:
    """The user's joins and splits as pairs of nodes; of two decisions on the same pair the later holds."""
    latest: dict[tuple[str, str, str], str] = {}
    for decision in decisions:
        for one, other in combinations(sorted({fold_name(name) for name in decision.names}), 2):
            latest[decision.type, one, other] = decision.decision
    by_name: dict[tuple[str, str], list[Node]] = defaultdict(list)
    for node in nodes:
        by_name[node.type, node.folded].append(node)
    joins: list[Edge] = []
    splits: list[tuple[Node, Node]] = []
    for (kind, one, other), decision_made in sorted(latest.items()):
        owners = [_owners(kind, name, gazetteer) for name in (one, other)]
        spelt = [by_name.get((kind, name)) or _entity_nodes(kind, name, gazetteer) for name in (one, other)]
        if decision_made == "join":
            joins += [Edge(*pair, "decision", 1.0) for pair in product(owners[0] or spelt[0], owners[1] or spelt[1])]
        else:
            pairs = product({*owners[0], *spelt[0]}, {*owners[1], *spelt[1]})
            splits += [(first, second) for first, second in pairs if first != second]
    return joins, splits


def _entity_nodes(kind: str, folded: str, gazetteer: Gazetteer) -> list[Node]:
    """The curated entities that the tables spell so."""
    entries = gazetteer.names.rows.get(tuple(folded.split()), ())
    return sorted({entity_node(entry.entity_id, kind) for entry in entries if entry.type == kind})


def _owners(kind: str, folded: str, gazetteer: Gazetteer) -> list[Node]:
    """The curated entities whose own name this is: a decision on it is one on the whole entity."""
    nodes = _entity_nodes(kind, folded, gazetteer)
    return [node for node in nodes if fold_name(gazetteer.entities[node.curated].name) == folded]


def curated_edges(nodes: list[Node], gazetteer: Gazetteer) -> Iterator[Edge]:
    """What the tables say: a spelling's curated id, and a full spelling of exactly one curated entity."""
    for node in nodes:
        entries = [
            entry for entry in gazetteer.names.rows.get(tuple(node.folded.split()), ()) if entry.type == node.type
        ]
        if node.curated:
            yield Edge(node, entity_node(node.curated, node.type), *_curated_rule(node, entries, gazetteer))
        elif len({entry.entity_id for entry in entries if entry.form == "name"}) == 1:
            yield Edge(node, entity_node(entries[0].entity_id, node.type), "curated", 0.99)


def _curated_rule(node: Node, entries: list[Entry], gazetteer: Gazetteer) -> tuple[str, float]:
    """Why a spelling has its curated id; the entity's own name goes first, so that a split keeps it."""
    entity = gazetteer.entities.get(node.curated)
    if entity is not None and fold_name(entity.name) == node.folded:
        return "curated", 1.0
    forms = {entry.form for entry in entries if entry.entity_id == node.curated}
    if "name" in forms:
        return "curated", 0.99
    if "demonym" in forms:
        return "demonym", 0.98
    if forms:
        return "short_name", 0.95
    spelt = (
        [compare(node.type, node.words, fold_name(name).split(), gazetteer) for name in entity.spellings]
        if entity
        else []
    )
    return (
        max(spelt, key=lambda found: found[1], default=("", 0.0))
        if any(rule for rule, _ in spelt)
        else ("same_article", 0.9)
    )


def spelling_edges(nodes: list[Node], gazetteer: Gazetteer) -> Iterator[Edge]:
    """Names that sound alike: of uncurated spellings among each other and with full curated ones."""
    blocks: dict[tuple[str, str], dict[tuple[Node, str], None]] = defaultdict(dict)
    for node in nodes:
        if not node.curated:
            for form in name_forms(node.type, node.folded, gazetteer):
                for key in block_keys(node.type, form):
                    blocks[key][node, form] = None
    curated = curated_blocks(gazetteer) if blocks else {}
    for key, block in blocks.items():
        for (one, name), (other, other_name) in combinations([*block, *curated.get(key, ())], 2):
            if one != other and (one.folded or other.folded):
                rule, score = compare(one.type, name.split(), other_name.split(), gazetteer)
                is_meant = is_by_meaning(one, name) or is_by_meaning(other, other_name)
                if rule:
                    yield Edge(one, other, *(("meaning", 0.9 * score) if is_meant else (rule, score)))


def is_by_meaning(node: Node, form: str) -> bool:
    """Whether a form of a name is its words by what they mean."""
    return any(mark in form for mark in MARKS) or bool(node.folded and form != node.folded)


@cache
def curated_blocks(gazetteer: Gazetteer) -> dict[tuple[str, str], list[tuple[Node, str]]]:
    """The full spellings of curated entities by the keys of block_keys."""
    blocks: dict[tuple[str, str], dict[tuple[Node, str], None]] = defaultdict(dict)
    for entity in gazetteer.entities.values():
        for folded in map(fold_name, entity.spellings):
            for form in name_forms(entity.type, folded, gazetteer):
                for key in block_keys(entity.type, form):
                    blocks[key][entity_node(entity.entity_id, entity.type), form] = None
    return {key: list(block) for key, block in blocks.items()}


def name_forms(kind: str, folded: str, gazetteer: Gazetteer) -> list[str]:
    """A name and, of an organisation and the like, its words by what they mean, if they tell it from others: a mere
    विदेश मंत्रालय may be any state's."""
    if kind not in NAMED_BY_MEANING:
        return [folded]
    meant = by_meaning(without_legal_form(folded.split()), gazetteer)
    is_any_organ = not organs().isdisjoint(meant) and all(word.startswith(MEANING) for word in meant)
    is_telling = not is_any_organ and (len(meant) > 1 or not meant[0].startswith(MARKS))
    return [folded, " ".join(meant)] if is_telling and meant != folded.split() else [folded]


def by_meaning(words: list[str], gazetteer: Gazetteer) -> list[str]:
    """The words of a name, those that have an English or a Hindi twin as meanings.

    In an organ of one state a place and its demonym are one and the order says nothing: ऊर्जा मंत्रालय, Ministry of
    Energy. Elsewhere they may tell two apart: भारत and हिंदुस्तान पेट्रोलियम, Council of Europe and European Council.
    """
    meant = find_meanings(words)
    if organs().isdisjoint(meant):
        return meant or words
    meant = find_meanings(with_place_ids(words, gazetteer))
    if sum(word.startswith(PLACE) for word in meant) > 1:
        return meant
    return sorted(meant, key=lambda word: word if word.startswith(MARKS) else "~")


def with_place_ids(words: list[str], gazetteer: Gazetteer) -> list[str]:
    """The words, places and demonyms among them as ids."""
    found: list[str] = []
    start = 0
    while start < len(words):
        ends = range(min(len(words), start + LONGEST_PLACE), start, -1)
        end, word = next(((end, place) for end in ends if (place := place_id(words[start:end], gazetteer))), (0, ""))
        found.append(word or words[start])
        start = end or start + 1
    return found


def place_id(words: list[str], gazetteer: Gazetteer) -> str:
    """The id of the place that these words or its demonym mean, marked, or nothing."""
    entries = gazetteer.names.rows.get(tuple(words), ())
    is_place = bool(entries) and entries[0].type == "LOC" and entries[0].form != "short"
    return f"{PLACE}{entries[0].entity_id}" if is_place else ""


def block_keys(kind: str, folded: str) -> set[tuple[str, str]]:
    """The names that may be one share one of these: type and coarse consonants, initials aside and with them, and for
    people of two names in both orders."""
    words, core = folded.split(), parts(kind, folded.split()).core
    ways = [words, core, core[::-1] if kind == "PERSON" and len(core) == 2 else core, ["".join(words)]]
    return {(kind, DOUBLED.sub(r"\1", "".join(map(skeleton, way)))) for way in ways}


@dataclass(frozen=True)
class Parts:
    """The words of a name less its initials and the father's name, and the Latin letters of those initials."""

    core: list[str]
    initials: str
    patronymic: str = ""


def parts(kind: str, words: list[str]) -> Parts:
    """A name in its parts; initials written as one word (केएस) are told from words in the names of people only."""
    letters = [initial_letters(kind, words, index) for index in range(len(words))]
    core = [word for word, letter in zip(words, letters, strict=True) if not letter]
    if kind == "PERSON" and len(core) == 3 and is_patronymic(core[1]):
        return Parts([core[0], core[2]], "".join(letters), core[1])
    return Parts(core, "".join(letters)) if core else Parts(words, "")


def initial_letters(kind: str, words: list[str], index: int) -> str:
    word = words[index]
    if is_initial(word):
        return spelt_letters(word) or word
    return initials_in(word) if kind == "PERSON" and index == 0 else ""


def compare(kind: str, one: list[str], other: list[str], gazetteer: Gazetteer) -> tuple[str, float]:
    """The rule that calls two names of a block one, and how sure it is; an empty rule if none does."""
    mine, others = parts(kind, one), parts(kind, other)
    if mine.patronymic and others.patronymic and not is_same_father(mine.patronymic, others.patronymic):
        return "", 0.0
    if len(mine.core) == len(others.core):
        has_initials = bool(mine.initials) and mine.initials == others.initials
        rule, score = compare_words(kind, mine.core, others.core, gazetteer, has_initials)
        if rule and mine.initials != others.initials:
            is_left_out = kind == "PERSON" and len(mine.core) > 1 and not (mine.initials and others.initials)
            return ("initials", 0.9 * score) if is_left_out else ("", 0.0)
        if rule and bool(mine.patronymic) != bool(others.patronymic):
            return "patronymic", 0.9 * score
        if rule:
            is_alike = mine.core == others.core and one != other
            return ("initials" if is_alike else rule), score
        if kind == "PERSON" and len(one) == len(other) == 2 and may_be_turned(one, other, gazetteer):
            rule, score = compare_words(kind, mine.core, others.core[::-1], gazetteer)
            return ("word_order", 0.9 * score) if rule else ("", 0.0)
    if len(one) != len(other) and not any(word.startswith(MARKS) for word in (*one, *other)):
        return compare_joined(kind, one, other)
    return "", 0.0


def compare_words(
    kind: str, one: list[str], other: list[str], gazetteer: Gazetteer, has_initials: bool = False
) -> tuple[str, float]:
    """The same for names of as many words each, word by word; the same initials may go with both."""
    pairs = list(zip(one, other, strict=True))
    if kind == "PERSON" and len(one) < 3 and any(are_arabic_forms(*pair) for pair in pairs):
        return "", 0.0
    alike = [word_likeness(kind, *pair, gazetteer) for pair in pairs]
    if kind == "PERSON" and len(one) > 1 and FAMILY_A.search(one[-1] + " " + other[-1]):
        alike[-1] = 0.92  # मिश्र, मिश्रा: a family's name, where a given name would be another
    score, is_mixed = min(alike), are_mixed(one, other)
    if len(one) == 1 and len(sound(one[0])) < LEAST_LONE_SOUND:
        return "", 0.0
    if score < least_likeness(kind, one, is_mixed, len(one) > 1 or has_initials):
        return "", 0.0
    return ("transliteration", 0.95 * score) if is_mixed else ("spelling", score)


def are_mixed(one: list[str], other: list[str]) -> bool:
    """Whether two names are in two scripts."""
    return any(word.isascii() != also.isascii() for word, also in zip(one, other, strict=True))


def least_likeness(kind: str, words: list[str], is_mixed: bool, is_full_name: bool) -> float:
    """How alike names must sound: more where they are short, less across scripts."""
    consonants = len("".join(map(sound_key, words)))
    if kind == "PERSON" and is_full_name:
        return LEAST_LIKENESS_MIXED if is_mixed else LEAST_LIKENESS
    if kind == "PERSON":
        return LEAST_LIKENESS_LONE
    if is_mixed:
        return LEAST_LIKENESS_MIXED if consonants >= LONG_ENOUGH - 2 else LEAST_LIKENESS_LONE
    return LEAST_LIKENESS_BY_LENGTH.get(min(consonants, LONG_ENOUGH), LEAST_LIKENESS_LONE)


def word_likeness(kind: str, one: str, other: str, gazetteer: Gazetteer) -> float:
    """How alike two words sound; two given names that the lists both have are two names unless only near vowels
    differ (सर्गेई, सेर्गेई): कमल is no कमाल, and no Komal."""
    if one.startswith(MARKS) or other.startswith(MARKS):
        return float(one == other)
    score = likeness(one, other)
    if kind != "PERSON" or score >= 0.98 or score == 0.0:
        return score
    heard, also = sound(one), sound(other)
    if heard not in gazetteer.given_sounds or also not in gazetteer.given_sounds:
        return score
    # Of a long name another long a makes no other (कृष्णामूर्ति), nor of one that the lists don't spell so (नावीद).
    is_short = len(sound_key(one)) < LONG_ENOUGH - 1 and {one, other} <= gazetteer.given_names
    is_longer = is_short and one.count("ा") != other.count("ा") and heard == also
    return 0.0 if is_longer or not near_sounds_alike(heard, also) else score


def are_arabic_forms(one: str, other: str) -> bool:
    """Whether two words are two forms of one Arabic root, which are two names: नाज़िर, नज़ीर."""
    return any(AGENT.fullmatch(word) and QUALITY.fullmatch(also) for word, also in ((one, other), (other, one)))


AGENT = re.compile("(?:[क-ह]ा|आ)[क-ह]ि[क-ह]")
QUALITY = re.compile("(?:[क-ह]|अ)[क-ह]ी[क-ह]")


def near_sounds_alike(heard: str, also: str) -> bool:
    """Whether two sounds differ in near vowels, b and v or an inner h only."""
    plain = (DOUBLED.sub(r"\1", (one[:1] + one[1:].replace("h", "")).translate(NEAR_SOUNDS)) for one in (heard, also))
    one, other = plain
    return any(one.replace("ɔ", vowel) == other.replace("ɔ", vowel) for vowel in "ao")  # गॉर्डन is गोर्डन or गार्डन


#: A family's name with and without a last long a after two consonants.
FAMILY_A = re.compile(r"^(.+्.)ा? \1ा?$")
DOUBLED = re.compile(r"(.)\1+")
NEAR_SOUNDS = str.maketrans("ueib", "oaav")


def may_be_turned(one: list[str], other: list[str], gazetteer: Gazetteer) -> bool:
    """Whether two words may be a given name and a surname in either order: not two given names (राम मोहन)."""
    unlisted = [not any(is_given(word, gazetteer) for word in pair) for pair in zip(one, other[::-1], strict=True)]
    return any(unlisted)


def is_given(word: str, gazetteer: Gazetteer) -> bool:
    return word in gazetteer.given_names or word in gazetteer.middle_names or sound(word) in gazetteer.given_sounds


def compare_joined(kind: str, one: list[str], other: list[str]) -> tuple[str, float]:
    """The same for names that differ in where words are divided: राम प्रकाश, रामप्रकाश."""
    is_mixed = one[0].isascii() != other[0].isascii()
    heard, also = (DOUBLED.sub(r"\1", "".join(map(sound, words))) for words in (one, other))
    score = max(sounds_alike(heard, also, is_mixed), likeness(as_one_word(one), as_one_word(other)))
    consonants = len("".join(map(sound_key, one)))
    least = 0.94 if consonants < LONG_ENOUGH + 2 else 0.92
    is_short_name = kind == "PERSON" and min(len(one), len(other)) > 1 and heard == also  # किम ताए-ही, किम ताएही
    is_long = consonants >= LONG_ENOUGH - (2 if is_short_name else 1)
    return ("division", 0.95 * score) if is_long and score >= least else ("", 0.0)


def as_one_word(words: list[str]) -> str:
    """The words without a gap; a vowel that opens one hangs on the consonant before it: फरहत उल्लाह, फरहतुल्लाह."""
    return JOINT.sub(lambda found: MATRAS[found[1]], " ".join(words)).replace(" ", "")


MATRAS = dict(zip("अआइईउऊएऐओऔऑ", ["", *"ािीुूेैोौॉ"], strict=True))
JOINT = re.compile(f"(?<=[क-ह]) ([{''.join(MATRAS)}])")


def abbreviated_edges(nodes: list[Node], groups: Groups, gazetteer: Gazetteer) -> Iterator[Edge]:
    """A person's initial and rare surname (डी. तिर्मिजी) and the one full name that it fits, if all it fits are one."""
    full: dict[str, list[Node]] = defaultdict(list)
    short: list[tuple[Node, Parts]] = []
    for node in nodes:
        if node.type == "PERSON" and not node.curated:
            found = parts(node.type, node.words)
            if is_abbreviated(found, gazetteer):
                short.append((node, found))
            elif is_full(found):
                full[skeleton(found.core[1])].append(node)
    for node, found in short:
        fits = [other for other in full.get(skeleton(found.core[0]), ()) if fits_full_name(found, other.words)]
        if len({id(groups.group.setdefault(other, [other])) for other in fits}) == 1:
            yield Edge(node, fits[0], "initials", 0.8)


def acronym_edges(nodes: list[Node], groups: Groups, gazetteer: Gazetteer) -> Iterator[Edge]:
    """The letters of an organisation that no table knows (पीओएफ) and the one long name that they are the first letters
    of, if all whose they are are one."""
    long: dict[str, list[Node]] = defaultdict(list)
    short: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        if node.type == "ORG" and not _curated(groups.group.setdefault(node, [node])):
            if letters := acronym(node.words):
                short[letters].append(node)
            elif letters := long_form_letters(node, gazetteer):
                long[letters].append(node)
    for letters, fits in long.items():
        if len({id(groups.group[node]) for node in fits}) == 1:
            yield from (Edge(node, fits[0], "acronym", 0.8) for node in short[letters])


def long_form_letters(node: Node, gazetteer: Gazetteer) -> str:
    """The first letters of an uncurated organisation's long name; of three, only if all words are English or countries.

    Of 12 that 10,000 spellings of news joined without this, three letters were wrong in 4 of 7, four in none.
    """
    if node.type != "ORG" or node.curated:
        return ""
    letters = first_letters(node.words)
    is_plain = len(letters) == LEAST_LETTERS - 1 and all(
        is_english(word) or place_id([word], gazetteer)[1:] in gazetteer.countries for word in node.words
    )
    return letters if len(letters) >= LEAST_LETTERS or is_plain else ""


def is_abbreviated(found: Parts, gazetteer: Gazetteer) -> bool:
    """Whether a person's name is an initial and a surname that few have."""
    return len(found.core) == 1 == len(found.initials) and found.core[0] not in gazetteer.surnames


def is_full(found: Parts) -> bool:
    return len(found.core) == 2 and not found.initials and not found.patronymic


def fits_full_name(short: Parts, full: list[str]) -> bool:
    """Whether initial and surname may stand for a name of two words."""
    return likeness(full[1], short.core[0]) >= 0.97 and may_abbreviate(short.initials, full[:1])


def letter_edges(nodes: list[Node], gazetteer: Gazetteer) -> Iterator[Edge]:
    """An abbreviation in Latin letters, the same letters spelt in Hindi, with full stops or without: PSM, पीएसएम."""
    same: dict[tuple[str, str], dict[Node, None]] = defaultdict(dict)
    for node in nodes:
        letters = "" if node.curated or node.type == "PERSON" else acronym(node.words)
        if letters:
            same[node.type, letters][node] = None
    curated = curated_letters(gazetteer) if same else {}
    for key, group in same.items():
        for one, other in combinations([*group, *curated.get(key, ())], 2):
            if one.folded or other.folded:
                yield Edge(one, other, "acronym", 0.95)


@cache
def curated_letters(gazetteer: Gazetteer) -> dict[tuple[str, str], list[Node]]:
    """The curated entities by type and abbreviation, as they are written in capitals."""
    found: dict[tuple[str, str], dict[Node, None]] = defaultdict(dict)
    for entity in gazetteer.entities.values():
        for name in entity.spellings:
            if name.isascii() and name.isupper():
                found[entity.type, fold_name(name)][entity_node(entity.entity_id, entity.type)] = None
    return {key: list(nodes) for key, nodes in found.items()}


def acronym(words: list[str]) -> str:
    """The Latin letters that a name is or spells, or nothing."""
    if len(words) == 1:
        word = words[0]
        letters = word if word.isascii() and word.isalpha() else spelt_letters(word)
    else:
        letters = "".join(spelt_letters(word) or word for word in words) if all(map(is_initial, words)) else ""
    return letters if len(letters) > 1 else ""


def place_edges(nodes: list[Node], gazetteer: Gazetteer) -> Iterator[Edge]:
    """Names that open with a place and with its demonym: यूक्रेन सेना, यूक्रेनी सेना."""
    same: dict[tuple[str, ...], dict[Node, None]] = defaultdict(dict)
    for node in nodes:
        if not node.curated and node.type in NAMED_BY_PLACE:
            same[node.type, *by_place(node.folded.split(), gazetteer)][node] = None
    curated = curated_places(gazetteer) if same else {}
    for key, group in same.items():
        for one, other in combinations([*group, *curated.get(key, ())], 2):
            if one.folded or other.folded:
                yield Edge(one, other, "demonym", 0.93)


@cache
def curated_places(gazetteer: Gazetteer) -> dict[tuple[str, ...], list[Node]]:
    """The curated entities that may be named by a place, by type and words, the place by its id."""
    found: dict[tuple[str, ...], dict[Node, None]] = defaultdict(dict)
    for entity in gazetteer.entities.values():
        for name in entity.spellings if entity.type in NAMED_BY_PLACE else ():
            key = entity.type, *by_place(fold_name(name).split(), gazetteer)
            found[key][entity_node(entity.entity_id, entity.type)] = None
    return {key: list(nodes) for key, nodes in found.items()}


def by_place(words: list[str], gazetteer: Gazetteer) -> list[str]:
    """The words with the id of a place for the place or demonym that they open with, if more follows."""
    place = place_id(words[:1], gazetteer) if len(words) > 1 else ""
    return [place, *words[1:]] if place else words


def group_links(
    group: list[Node], members: dict[Node, list[Spelling]], reasons: dict[Node, Edge], gazetteer: Gazetteer
) -> Iterator[tuple[object, ...]]:
    """The rows of LINKS for one entity."""
    spellings = [spelling for node in group for spelling in members.get(node, ())]
    ids = sorted(_curated(group))
    entity = gazetteer.entities.get(ids[0]) if ids else None
    name, latin = entity_names(spellings, entity)
    entity_id = ids[0] if ids else new_id(group)
    for spelling in spellings:
        rule, score = spelling_rule(spelling, name, members, reasons)
        yield spelling.type, spelling.name, spelling.curated_id, entity_id, name, latin, rule, score


def entity_names(spellings: list[Spelling], entity: Entity | None) -> tuple[str, str | None]:
    """The name to show, in Devanagari where seen, and the Latin one: curated, else the spelling most often seen."""
    ordered = sorted(spellings, key=lambda one: (-one.count, -len(one.name), one.name))
    hindi = [one.name for one in ordered if DEVANAGARI.search(one.name)]
    latin = [one.name for one in ordered if one.name.isascii()]
    if entity is not None:
        return entity.name, entity.name_latin or next(iter(latin), None)
    return next(iter(hindi or latin), ordered[0].name), next(iter(latin), None)


def new_id(group: list[Node]) -> str:
    """The id of an entity that no table has: a hash of its type and its smallest folded full spelling."""
    names = [node.folded for node in group]
    full = [name for name in names if " " in name] if group[0].type == "PERSON" else names
    text = f"{group[0].type}\n{min(full or names)}"
    return f"{group[0].type.lower()}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def spelling_rule(
    spelling: Spelling, name: str, members: dict[Node, list[Spelling]], reasons: dict[Node, Edge]
) -> tuple[str, float]:
    """Why a spelling belongs to its entity: exact for the one that an uncurated entity is shown by."""
    edge = reasons.get(spelling.node)
    if edge is None or (spelling.name == name and edge.rule not in ("curated", "decision")):
        return ("exact", 1.0) if members[spelling.node][0] == spelling else ("folded", 0.99)
    return edge.rule, edge.score
