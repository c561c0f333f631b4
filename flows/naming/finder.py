"""The names of one text: finds of tables and cues, the outermost of those that overlap, and what each stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flows.gazetteer import Gazetteer
from flows.naming.agreement import repeats
from flows.naming.cues import acronym_finds, bracket_pairs, class_word_finds, head_finds, person_finds, with_year
from flows.naming.meaning import meanings
from flows.naming.reading import Find, Reading
from flows.naming.table import sounding_finds, table_finds
from flows.tagger import Span
from flows.text.tokens import LONGEST_WORD

#: How sure the recogniser must be where tables and cues found nothing, and where it sees a longer name around a find.
LEAST_SCORES = {"PERSON": 0.6, "LOC": 0.75, "ORG": 0.8}
AROUND_SCORE = 0.9


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
    inner = reading.table_at.get(find.start)
    if inner is None or inner.start != find.start or inner.end > find.end:
        return find
    return replace(find, entries=inner.entries) if inner.type == find.type and inner.form == "name" else find


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
        if any(len(word) > LONGEST_WORD for word in reading.words[first:end]):
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


def named(reading: Reading, finds: list[Find], pairs: Iterable[tuple[Find, Find]]) -> list[Name]:
    """The finds with the name and the curated id that each stands for."""
    return [
        Name(
            reading.tokens.starts[find.start],
            reading.tokens.ends[find.end - 1],
            find.type,
            find.is_demonym,
            find.method,
            find.score,
            *meant,
        )
        for find, meant in zip(finds, meanings(reading, finds, pairs), strict=True)
    ]
