"""The names of one text: finds of tables and cues, the outermost of those that overlap, and what each stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flows.gazetteer import Entry, Gazetteer
from flows.naming.agreement import Person, meant_person, people, repeats, spelling
from flows.naming.cues import (
    YEAR,
    acronym_finds,
    bracket_pairs,
    class_word_finds,
    head_finds,
    person_finds,
    with_year,
)
from flows.naming.reading import Find, Reading
from flows.naming.table import GENITIVES, sounding_finds, table_finds
from flows.tagger import Span

#: How sure the recogniser must be where tables and cues found nothing, and where it sees a longer name around a find.
LEAST_SCORES = {"PERSON": 0.6, "LOC": 0.75, "ORG": 0.8}
AROUND_SCORE = 0.9

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
    reading.set_table(outermost([*reading.table, *sounding_finds(reading)]))
    finds = [*reading.table, *head_finds(reading), *class_word_finds(reading), *acronym_finds(reading)]
    finds += without_table_persons(reading, person_finds(reading))
    finds = [with_year(reading, with_entries(reading, find)) for find in finds]
    pairs = list(bracket_pairs(reading, finds))
    chosen = outermost([*finds, *(find for pair in pairs for find in pair)])
    chosen = outermost([*chosen, *from_recogniser(reading, chosen, spans)])
    chosen = outermost([*chosen, *repeats(reading, chosen)])
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


def from_recogniser(reading: Reading, chosen: list[Find], spans: Iterable[Span]) -> list[Find]:
    """The recogniser's spans, in words, that may stand beside or around what tables and cues found.

    A span that overlaps a find counts only if it is surer and holds the whole of it and a word of its own: then the
    find is a part of a longer name (राजस्थान of राजस्थान रॉयल्स).
    """
    held = {word: find for find in chosen for word in range(find.start, find.end)}
    starts = {start: index for index, start in enumerate(reading.tokens.starts)}
    ends = {end: index + 1 for index, end in enumerate(reading.tokens.ends)}
    found = []
    for span in spans:
        first, end = starts.get(span.start), ends.get(span.end)
        if first is None or end is None or first >= end:
            continue
        inside = {id(held[word]): held[word] for word in range(first, end) if word in held}.values()
        least = AROUND_SCORE if inside else LEAST_SCORES.get(span.type, AROUND_SCORE)
        is_around = all(first <= find.start and find.end <= end for find in inside)
        own = [word for word in range(first, end) if word not in held]
        is_plural = span.type == "PERSON" and reading.words[end - 1].endswith("ों")
        if span.score >= least and is_around and not is_plural and any(is_telling(reading, word) for word in own):
            found.append(Find(first, end, span.type, "model", span.score))
    return found


def is_telling(reading: Reading, index: int) -> bool:
    """Whether a word is no everyday word: a name of nothing but those (पश्चिमी देशों, बंदरगाह) is none."""
    if index in reading.heads or index in reading.class_words or index in reading.titles:
        return False
    return not reading.is_weak(index) and reading.words[index] not in reading.gazetteer.modifiers


def named(reading: Reading, finds: list[Find], pairs: Pairs) -> list[Name]:
    """The finds with the name and the curated id that each stands for."""
    persons = people(reading, finds)
    dated = dated_events(reading, finds)
    meanings = [meaning(reading, find, finds, persons, dated) for find in finds]
    tied = tied_meanings(finds, meanings, pairs)
    result = []
    for find, meant in zip(finds, meanings, strict=True):
        name, curated = tied.get(meant, meant)
        start, end = reading.tokens.starts[find.start], reading.tokens.ends[find.end - 1]
        result.append(Name(start, end, find.type, find.is_demonym, find.method, find.score, name, curated))
    return result


Meaning = tuple[str, str | None]


def tied_meanings(finds: list[Find], meanings: list[Meaning], pairs: Pairs) -> dict[Meaning, Meaning]:
    """An abbreviation and the name beside it mean one thing, with the curated id that either has."""
    at = {(find.start, find.end): meant for find, meant in zip(finds, meanings, strict=True)}
    tied: dict[Meaning, Meaning] = {}
    for full, short in pairs:
        one, other = at.get((full.start, full.end)), at.get((short.start, short.end))
        if one is not None and other is not None and not (one[1] and other[1]):
            tied[one] = tied[other] = (one[0], one[1] or other[1])
    return tied


def meaning(
    reading: Reading, find: Find, finds: list[Find], persons: list[Person], dated: dict[tuple[str, ...], Meaning]
) -> Meaning:
    """The fullest spelling that a find stands for, and the curated id where the tables decide."""
    surface = find.full or spelling(reading, find)
    if find.type in ("ORG", "LOC") and find.form == "short":
        return meant_elsewhere(reading, find, finds) or (surface, curated_id(find.entries))
    if find.type != "PERSON":
        return dated.get(tuple(reading.words[find.start : find.end])) or (surface, curated_id(find.entries))
    person = next((one for one in persons if find.start in one.places), None) or meant_person(reading, find, persons)
    if person is None:
        return surface, curated_id(find.entries)
    return (surface if person.curated_id and find.start in person.places else person.surface), person.curated_id


def meant_elsewhere(reading: Reading, find: Find, finds: list[Find]) -> Meaning | None:
    """The ministry that a short name means: that of the country before it, else the last fuller name that ends so."""
    words = tuple(reading.words[find.start : find.end])
    if find.start > 1 and reading.words[find.start - 1] in GENITIVES and reading.touches(find.start):
        place = reading.table_at.get(find.start - 2)
        if place is not None and place.type == "LOC" and place.end == find.start - 1:
            names = reading.gazetteer.names.rows
            before = tuple(reading.words[place.start : place.end])
            for spelt in (before + words, *((*before, marker, *words) for marker in sorted(GENITIVES))):
                if spelt in names:
                    return spelling(reading, find), curated_id(names[spelt])
            if find.type == "ORG":
                return f"{spelling(reading, place)} {spelling(reading, find)}", None
    for fuller in reversed([other for other in finds if other.type == find.type and other.start < find.start]):
        size = fuller.end - fuller.start
        if size > len(words) and tuple(reading.words[fuller.end - len(words) : fuller.end]) == words:
            return spelling(reading, fuller), curated_id(fuller.entries)
    return None


def dated_events(reading: Reading, finds: list[Find]) -> dict[tuple[str, ...], Meaning]:
    """Events without a year that the text names with one year only: their words and what they mean."""
    fuller: dict[tuple[str, ...], dict[str, Meaning]] = {}
    for find in finds:
        year = reading.words[find.end - 1]
        if find.type == "EVENT" and YEAR.fullmatch(year):
            meant = spelling(reading, find), curated_id(find.entries)
            fuller.setdefault(tuple(reading.words[find.start : find.end - 1]), {}).setdefault(year, meant)
    return {words: next(iter(years.values())) for words, years in fuller.items() if len(years) == 1}


def curated_id(entries: tuple[Entry, ...]) -> str | None:
    """The one entity that the tables mean, or None where a short name is shared."""
    ids = {entry.entity_id for entry in entries}
    return entries[0].entity_id if len(ids) == 1 or (entries and entries[0].form != "short") else None
