"""Scores identity on pairs of names: how many that are one join, and how many that are not stay apart.

    .venv/bin/python bench/identity.py [--half tune|held] [--pairs FILE] [--faults]

bench/name_pairs.csv was written before the rules were tuned. A hash puts each pair into a half: rules may be read off
the faults of `tune`, never off those of `held`. A pair is resolved alone; `all at once` resolves all spellings
together, where a chain of pairs may join what is not one. bench/name_pairs_unseen.csv was written when the rules were
done, and run once before anybody looked at its faults; bench/name_pairs_third.csv later, half of public names of the
second rank, half of invented ones. Its first run joined 73.3 % and kept 100 % apart.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from flows.gazetteer import Gazetteer, load_gazetteer
from flows.schema import SPELLINGS
from flows.steps.entities import resolve_entities

PAIRS = Path(__file__).with_name("name_pairs.csv")


@dataclass(frozen=True)
class Pair:
    """Two names of a type, whether they are one thing, and the kind of likeness."""

    one: str
    other: str
    type: str
    is_same: bool
    why: str

    @property
    def half(self) -> str:
        digest = hashlib.sha256("|".join(sorted((self.one, self.other))).encode()).digest()
        return ("tune", "held")[digest[0] % 2]


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Pair(row["one"], row["other"], row["type"], row["is_same"] == "true", row["why"])
            for row in csv.DictReader(file)
        ]


def resolved(names: Iterable[tuple[str, str]], gazetteer: Gazetteer) -> dict[tuple[str, str], str]:
    """The entity of each (type, name) when these are all the spellings there are."""
    rows = [(kind, name, None, 1) for kind, name in sorted(set(names))]
    links = resolve_entities(pl.DataFrame(rows, schema=SPELLINGS, orient="row"), gazetteer, [])
    return {(kind, name): entity for kind, name, entity in links.select("type", "name", "entity_id").iter_rows()}


def is_joined(pair: Pair, entities: dict[tuple[str, str], str]) -> bool:
    return entities[pair.type, pair.one] == entities[pair.type, pair.other]


def alone(pairs: list[Pair], gazetteer: Gazetteer) -> list[bool]:
    """Whether each pair is joined with nothing else around."""
    return [is_joined(pair, resolved([(pair.type, pair.one), (pair.type, pair.other)], gazetteer)) for pair in pairs]


def at_once(pairs: list[Pair], gazetteer: Gazetteer) -> list[bool]:
    """Whether each pair is joined when all spellings are there."""
    entities = resolved([(pair.type, name) for pair in pairs for name in (pair.one, pair.other)], gazetteer)
    return [is_joined(pair, entities) for pair in pairs]


def share(outcomes: list[bool]) -> str:
    return f"{100 * sum(outcomes) / max(1, len(outcomes)):5.1f} % of {len(outcomes)}"


def report(title: str, pairs: list[Pair], joined: list[bool], has_kinds: bool) -> None:
    right: dict[tuple[bool, str], list[bool]] = defaultdict(list)
    for pair, is_one in zip(pairs, joined, strict=True):
        right[pair.is_same, ""].append(is_one == pair.is_same)
        if has_kinds:
            right[pair.is_same, pair.why].append(is_one == pair.is_same)
    for (is_same, why), outcomes in sorted(right.items(), key=lambda item: (not item[0][0], item[0][1])):
        print(f"{title:<12} {'joined' if is_same else 'apart':<6} {why:<28} {share(outcomes)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("tune", "held"), help="only this half")
    parser.add_argument("--pairs", type=Path, default=PAIRS, help="another file of pairs")
    parser.add_argument("--faults", action="store_true", help="print the pairs that are resolved wrongly")
    given = parser.parse_args()
    gazetteer = load_gazetteer()
    pairs = [pair for pair in read_pairs(given.pairs) if given.half in (None, pair.half)]
    joined = alone(pairs, gazetteer)
    report("all", pairs, joined, has_kinds=True)
    for half in ("tune", "held"):
        chosen = [index for index, pair in enumerate(pairs) if pair.half == half]
        report(half, [pairs[index] for index in chosen], [joined[index] for index in chosen], has_kinds=False)
    report("all at once", pairs, at_once(pairs, gazetteer), has_kinds=False)
    if given.faults:
        for pair, is_one in zip(pairs, joined, strict=True):
            if is_one != pair.is_same:
                print(f"{'missed' if pair.is_same else 'WRONG '} {pair.type} {pair.one} | {pair.other}  ({pair.why})")


if __name__ == "__main__":
    main()
