"""What the pages of the explorer show: a question to the warehouse in, a small frame out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import polars as pl

from flows.text.folding import fold
from flows.warehouse import Answer, Reader, open_reader

#: In filters: any site, any type.
ANY = "%"
#: Sites that have a colour of their own; the others are one.
MOST_SITES = 7
#: Code points of a page, and of a version, that are shown.
MOST_TEXT = 100_000
#: How like a known spelling an unknown one must be (0 to 100) to be suggested.
LEAST_LIKENESS = 70


def to_frame(answer: Answer) -> pl.DataFrame:
    """The rows of an answer; an empty one keeps its columns."""
    return pl.DataFrame(answer.rows, schema=answer.columns, orient="row", infer_schema_length=None)


def show(reader: Reader, name: str, **parameters: object) -> pl.DataFrame:
    """The answer of sql/5*_show_<name>.sql."""
    return to_frame(reader.show(name, **parameters))


def read_sites(reader: Reader, entity_id: str | None = None) -> list[str]:
    """The sites by name, or by how many of their articles name an entity; that of articles without one is empty."""
    frame = (
        show(reader, "sites") if entity_id is None else show(reader, "sites_on_entity", entity=entity_id, limit=1_000)
    )
    return [site or "" for site in frame["site"].to_list()]


def unit_of(first_on: date | None, last_on: date | None) -> str:
    """How finely a chart divides this time: into at most some hundred parts."""
    days = (last_on - first_on).days if first_on and last_on else 0
    for most_days, unit in ((62, "day"), (366, "week"), (20 * 366, "month")):
        if days <= most_days:
            return unit
    return "year"


# --- spellings -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spellings:
    """All spellings of all entities, folded; the most mentioned entity first."""

    folded: list[str]
    entity_ids: list[str]

    def find(self, words: str, most: int = 20) -> list[str]:
        """Entities spelt so, then those whose spelling begins so, then those that hold the words."""
        wanted = fold(" ".join(words.split()))
        if not wanted:
            return []
        found: dict[str, int] = {}
        for spelling, entity_id in zip(self.folded, self.entity_ids, strict=True):
            if wanted in spelling:
                place = 0 if spelling == wanted else 1 if spelling.startswith(wanted) else 2
                found[entity_id] = min(place, found.get(entity_id, place))
        return sorted(found, key=lambda entity_id: found[entity_id])[:most]

    def nearest(self, words: str, most: int = 5) -> list[str]:
        """Entities that may be meant by words that nothing is spelt like."""
        from rapidfuzz import fuzz, process

        near = process.extract(fold(words), self.folded, scorer=fuzz.ratio, limit=most, score_cutoff=LEAST_LIKENESS)
        return list(dict.fromkeys(self.entity_ids[index] for _, _, index in near))


def read_spellings(warehouse: Path) -> Spellings:
    """The spellings of the generation that is published now; read once for each."""
    stat = warehouse.stat()
    return _read_spellings(warehouse, (stat.st_ino, stat.st_mtime_ns))


@lru_cache(maxsize=1)
def _read_spellings(warehouse: Path, _generation: tuple[int, int]) -> Spellings:
    with open_reader(warehouse) as reader:
        rows = reader.show("spellings_of_all").rows
    return Spellings([fold(str(spelling)) for _, spelling in rows], [str(entity_id) for entity_id, _ in rows])
