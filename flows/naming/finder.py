"""The names of one text: finds of tables and cues, the outermost of those that overlap, and what each stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flows.gazetteer import Gazetteer
from flows.naming.agreement import repeats
from flows.naming.cues import (
    acronym_finds,
    aged_finds,
    bracket_pairs,
    class_word_finds,
    english_finds,
    head_finds,
    person_finds,
    quoted_finds,
    with_year,
)
from flows.naming.meaning import meanings
from flows.naming.reading import Find, Reading
from flows.naming.table import sounding_finds, table_finds
from flows.tagger import Span
from flows.text.tokens import HYPHEN, LONGEST_WORD

#: How sure the recogniser must be where tables and cues found nothing, and where it sees a longer name around a find.
LEAST_SCORES = {"PERSON": 0.6, "LOC": 0.75, "ORG": 0.8}
AROUND_SCORE = 0.9
#: How sure it must be of an organisation that the tables know and that is a common word too.
LEAST_KNOWN = 0.85
#: How sure it must be of words that no list knows, and of an organisation with its class word.
LEAST_PLAIN = {"PERSON": 0.45, "LOC": 0.6, "ORG": 0.6}


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
    finds += [*english_finds(reading), *quoted_finds(reading)]
    finds += without_table_persons(reading, [*person_finds(reading), *aged_finds(reading)])
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
    full = [find for find in chosen if find.type == "PERSON" and find.form == "name" and find.end - find.start > 1]
    parts = {word for find in full for word in reading.words[find.start : find.end]}
    found = []
    for span in spans:
        first, end = starts.get(span.start), ends.get(span.end)
        if first is None or end is None or first >= end or is_pair(reading, span, first, end):
            continue
        if end - first == 1 and reading.words[first] in reading.gazetteer.directions:
            continue
        if any(len(word) > LONGEST_WORD or has_number(word, span.type) for word in reading.words[first:end]):
            continue
        inside = {id(held[word]): held[word] for word in range(first, end) if word in held}.values()
        least = AROUND_SCORE if inside else LEAST_SCORES.get(span.type, AROUND_SCORE)
        is_around = all(first <= find.start and find.end <= end for find in inside)
        own = [word for word in range(first, end) if word not in held]
        is_plural = span.type == "PERSON" and reading.words[end - 1].endswith("ों")
        if not is_around or is_plural:
            continue
        entries = () if inside else reading.gazetteer.names.rows.get(tuple(reading.words[first:end]), ())
        known = entries if entries and entries[0].type == span.type else ()
        find = Find(first, end, span.type, "model", span.score, known, known[0].form if known else "name")
        is_sure = span.score >= least and any(is_telling(reading, word) for word in own)
        if is_sure or (not inside and is_plain(reading, find, parts)):
            found.append(find)
    return found


def is_pair(reading: Reading, span: Span, first: int, end: int) -> bool:
    """Whether a person's span is two whom a hyphen ties by their given names: विराट-रोहित."""
    given, gaps = reading.gazetteer.given_names, reading.tokens.gaps
    return span.type == "PERSON" and any(
        gaps[index] == HYPHEN and reading.words[index - 1] in given and reading.words[index] in given
        for index in range(first + 1, end)
    )


def has_number(word: str, kind: str) -> bool:
    """Whether a word holds a number as no person's name does, and no place's: प्रादे17, a label of an agency."""
    is_unlike = kind == "PERSON" or (kind == "LOC" and (not word.isascii() or len(word) > 3))
    return is_unlike and any(char.isdigit() for char in word)


def is_plain(reading: Reading, find: Find, parts: set[str]) -> bool:
    """Whether a span needs less: all its words are unknown; it ends with the class word of an organisation, or
    is a known one; it is a part of a person's full name in the text or a sure name, though a common word too."""
    words = range(find.start, find.end)
    if find.entries:
        return find.type == "ORG" and find.score >= LEAST_KNOWN
    if find.type == "ORG":
        start = reading.head_starts.get(find.end, find.start)
        is_organ = start > find.start and reading.heads[start][1].type == "ORG" and not reading.heads[start][1].is_weak
        is_own = find.score >= LEAST_SCORES["ORG"] or any(is_telling(reading, word) for word in words)
        return is_organ and is_own and find.score >= LEAST_PLAIN["ORG"]
    if all(is_telling(reading, word) and not reading.is_capitals(word) for word in words):
        return find.score >= LEAST_PLAIN.get(find.type, 1)
    if find.type == "PERSON" and len(words) > 1:
        lists = reading.gazetteer
        is_whole = reading.words[find.start] in lists.given_names and reading.words[find.end - 1] in lists.surnames
        return is_whole and find.score >= LEAST_PLAIN["PERSON"]
    if find.type != "PERSON" or len(words) > 1 or reading.is_stop(find.start):
        return False
    is_name = reading.is_in_person_lists(find.start) or find.start in reading.titles
    return reading.words[find.start] in parts or (is_name and find.score >= AROUND_SCORE)


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
