"""The names of one text: finds of tables and cues, the outermost of those that overlap, and what each stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flows.gazetteer import Entry, Gazetteer
from flows.recognise.agreement import Person, meant_person, people, repeats
from flows.recognise.cues import acronym_finds, bracket_finds, class_word_finds, head_finds, person_finds, with_year
from flows.recognise.reading import Find, Reading
from flows.recognise.table import table_finds
from flows.tagger import Span

Pairs = list[tuple[Find, Find]]


@dataclass(frozen=True)
class Name:
    """A name in a text: code point offsets, and the fullest spelling of the text that it stands for."""

    start: int
    end: int
    type: str
    is_demonym: bool
    method: str
    score: float
    name: str
    curated_id: str | None

    def moved(self, by: int) -> Name:
        """The same name with its offsets moved."""
        return replace(self, start=self.start + by, end=self.end + by)


def find_names(text: str, gazetteer: Gazetteer, spans: Iterable[Span] = ()) -> list[Name]:
    """The names of a text in order, none inside another. `spans` are those of the learned recogniser."""
    reading = Reading(text, gazetteer)
    reading.set_table(table_finds(reading))
    pairs = list(bracket_finds(reading))
    finds = [*reading.table, *(find for pair in pairs for find in pair)]
    finds += [*head_finds(reading), *class_word_finds(reading), *acronym_finds(reading)]
    finds += without_table_persons(reading, person_finds(reading))
    finds = [with_year(reading, with_entries(reading, find)) for find in finds]
    chosen = outermost(finds)
    chosen = outermost([*chosen, *uncovered(reading, chosen, spans)])
    chosen = sorted([*chosen, *repeats(reading, chosen)], key=lambda find: find.start)
    return named(reading, chosen, pairs)


def without_table_persons(reading: Reading, finds: Iterable[Find]) -> list[Find]:
    """The finds of cues less those that overlap a full name of the tables: the tables know where it ends."""
    kept = []
    for find in finds:
        held = [reading.table_at[word] for word in range(find.start, find.end) if word in reading.table_at]
        if not any(other.form == "name" and other.end - other.start > 1 for other in held):
            kept.append(find)
    return kept


def with_entries(reading: Reading, find: Find) -> Find:
    """A find by a class word takes the meaning of the table's name inside it that it merely says more fully."""
    if find.entries or find.type == "PERSON":
        return find
    inner = [other for other in reading.table if find.start == other.start and other.end <= find.end]
    if not inner or inner[0].type != find.type or inner[0].form != "name":
        return find
    return replace(find, entries=inner[0].entries)


def outermost(finds: Iterable[Find]) -> list[Find]:
    """The longest finds, none overlapping another; of equal ones the surest, then the leftmost."""
    chosen: list[Find] = []
    taken: set[int] = set()
    for find in sorted(
        finds, key=lambda find: (find.start - find.end, -find.score, find.start, find.type, find.method)
    ):
        words = range(find.start, find.end)
        if not any(word in taken for word in words):
            taken.update(words)
            chosen.append(find)
    return sorted(chosen, key=lambda find: find.start)


def uncovered(reading: Reading, chosen: list[Find], spans: Iterable[Span]) -> list[Find]:
    """The recogniser's spans, in words, where tables and cues found nothing."""
    taken = {word for find in chosen for word in range(find.start, find.end)}
    starts = {start: index for index, start in enumerate(reading.tokens.starts)}
    ends = {end: index + 1 for index, end in enumerate(reading.tokens.ends)}
    found = []
    for span in spans:
        first, end = starts.get(span.start), ends.get(span.end)
        if first is not None and end is not None and not any(word in taken for word in range(first, end)):
            found.append(Find(first, end, span.type, "model", span.score))
    return found


def named(reading: Reading, finds: list[Find], pairs: Pairs) -> list[Name]:
    """The finds with the name and the curated id that each stands for."""
    persons = people(reading, finds)
    meaning = {id(find): _meaning(reading, find, persons) for find in finds}
    at = {(find.start, find.end): find for find in finds}
    tied: dict[str, tuple[str, str | None]] = {}
    for full, short in pairs:
        one, other = at.get((full.start, full.end)), at.get((short.start, short.end))
        if one is not None and other is not None:
            name, curated = meaning[id(one)]
            curated = curated or meaning[id(other)][1]
            tied[meaning[id(one)][0]] = tied[meaning[id(other)][0]] = (name, curated)
    result = []
    for find in finds:
        name, curated = meaning[id(find)]
        name, curated = tied.get(name, (name, curated))
        start, end = reading.tokens.starts[find.start], reading.tokens.ends[find.end - 1]
        result.append(Name(start, end, find.type, find.is_demonym, find.method, find.score, name, curated))
    return result


def _meaning(reading: Reading, find: Find, persons: list[Person]) -> tuple[str, str | None]:
    """The fullest spelling that a find stands for, and the curated id where the tables decide."""
    surface = " ".join(reading.tokens.surface(find.start, find.end).split())
    if find.type != "PERSON":
        return surface, curated_id(find.entries)
    if find.form == "name" and find.end - find.start > 1:
        words = tuple(reading.words[find.start : find.end])
        person = next((one for one in persons if find.start in one.places), None)
        assert person is not None, words
        return (person.surface if person.curated_id is None else surface), person.curated_id
    person = meant_person(reading, find, persons)
    if person is not None:
        return person.surface, person.curated_id
    return surface, curated_id(find.entries)


def curated_id(entries: tuple[Entry, ...]) -> str | None:
    """The one entity that the tables mean, or None where a short name is shared."""
    ids = {entry.entity_id for entry in entries}
    return entries[0].entity_id if len(ids) == 1 or (entries and entries[0].form != "short") else None
