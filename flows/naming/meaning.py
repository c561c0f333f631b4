"""What each find of a text stands for: the fullest name of the text, and the curated id where the tables decide."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from flows.gazetteer import Entry
from flows.naming.agreement import Words, name_parts, spelling
from flows.naming.cues import YEAR
from flows.naming.reading import Find, Reading
from flows.naming.table import GENITIVES
from flows.text.org_words import find_meanings
from flows.text.phonetic import likeness, sound_key
from flows.text.tokens import fold_name

#: A fullest spelling, and the curated id or None.
Meaning = tuple[str, str | None]

#: Words within which a place tells what country another is in.
NEAR = 60

#: A short name is held against so many full names of the text at most: no article names as many who share a part.
MOST_NAMESAKES = 200

#: How alike a lone surname must sound to that of a full name in the same text.
LEAST_LIKENESS = 0.88


def meanings(reading: Reading, finds: list[Find], pairs: Iterable[tuple[Find, Find]]) -> list[Meaning]:
    """What the finds of a text stand for; `finds` are in order, `pairs` are names and abbreviations side by side."""
    people = People(reading, finds)
    fuller = Fuller(reading, finds)
    meant = [meaning(reading, find, people, fuller) for find in finds]
    tied = tied_meanings(reading, finds, meant, pairs)
    return [tied.get(one, one) for one in meant]


def meaning(reading: Reading, find: Find, people: People, fuller: Fuller) -> Meaning:
    """What one find stands for, abbreviations aside."""
    surface = find.full or spelling(reading, find)
    if find.type == "PERSON":
        person = people.at.get(find.start) or people.meant_by(find)
        if person is None:
            return surface, None if people.is_anyone(find) else curated_id(find.entries)
        is_full = find.start in people.at
        return (surface if is_full and person.curated_id else person.surface), person.curated_id
    if find.type in ("ORG", "LOC") and find.form == "short":
        return fuller.last_before(find) or fuller.at_home(find)
    if find.type == "LOC" and len(find.entries) > 1:
        other = reading.gazetteer.other_place(find.entries, fuller.places_near(find))
        return surface, other.entity_id if other else curated_id(find.entries)
    return fuller.dated.get(words_of(reading, find)) or (surface, curated_id(find.entries))


def words_of(reading: Reading, find: Find) -> Words:
    return tuple(reading.words[find.start : find.end])


def curated_id(entries: tuple[Entry, ...]) -> str | None:
    """The one entity that the tables mean, or None where a short name is shared."""
    ids = {entry.entity_id for entry in entries}
    return entries[0].entity_id if len(ids) == 1 or (entries and entries[0].form != "short") else None


@dataclass
class Person:
    """A full name of the text, where it stands, and the titles before it."""

    words: Words
    surface: str
    curated_id: str | None
    places: list[int] = field(default_factory=list)
    titles: set[str] = field(default_factory=set)


class People:
    """The people whom a text names in full; the fuller spelling stands for the shorter."""

    def __init__(self, reading: Reading, finds: Iterable[Find]) -> None:
        self.reading = reading
        self.at: dict[int, Person] = {}  # word where a full name starts → who it is
        self.by_surname: dict[str, list[Person]] = defaultdict(list)
        self.by_words: dict[tuple[str, str], list[Person]] = defaultdict(list)  # a surname and any word of the name
        self.by_id: dict[str, Person] = {}
        full = [find for find in finds if find.type == "PERSON" and find.form == "name" and find.end - find.start > 1]
        for find in sorted(full, key=lambda find: (find.start - find.end, find.start)):
            self.at[find.start] = self._person(find)
        self.by_part: dict[Words, list[Person]] = defaultdict(list)
        self.by_sound: dict[str, list[Person]] = defaultdict(list)
        for person in (person for persons in self.by_surname.values() for person in persons):
            for part in set(name_parts(person.words)):
                self.by_part[part].append(person)
            self.by_sound[sound_key(person.words[-1])].append(person)
        for start in sorted(self.at):
            self.at[start].places.append(start)
            self.at[start].titles |= {title_before(reading, start)} - {""}

    def _person(self, find: Find) -> Person:
        words, curated = words_of(self.reading, find), curated_id(find.entries)
        person = self.by_id.get(curated) if curated else None
        if person is None:
            known = self.by_words[words[-1], words[0]]
            fits = (one for one in known if is_part(words, one.words) and not (curated and one.curated_id))
            person = next(fits, None)
            if person is None:
                person = Person(words, spelling(self.reading, find), curated)
                self.by_surname[words[-1]].append(person)
                for word in set(words):
                    self.by_words[words[-1], word].append(person)
        person.curated_id = person.curated_id or curated
        if person.curated_id:
            self.by_id.setdefault(person.curated_id, person)
        return person

    def meant_by(self, find: Find) -> Person | None:
        """Whom a short name means: the only one it fits, else by title, else the last before it."""
        words = words_of(self.reading, find)
        fitting = self.by_part.get(words, [])[:MOST_NAMESAKES]
        if not fitting and len(words) == 1:
            alike = self.by_sound.get(sound_key(words[0]), [])[:MOST_NAMESAKES]
            fitting = [person for person in alike if likeness(person.words[-1], words[0]) >= LEAST_LIKENESS]
        ids = {entry.entity_id for entry in find.entries}
        fitting = _narrow(fitting, [person for person in fitting if person.curated_id in ids])
        title = title_before(self.reading, find.start)
        fitting = _narrow(fitting, [person for person in fitting if title in person.titles])
        if len(fitting) < 2:
            return fitting[0] if fitting and not self._is_another(fitting[0], find, title) else None
        return (
            max(fitting, key=lambda person: _last_before(person, find.start)) if self._is_after(fitting, find) else None
        )

    def _is_another(self, person: Person, find: Find, title: str) -> bool:
        """Whether a title and the tables speak of another than the one whom the text names: पीएम मोदी beside a
        deputy chief minister of that name."""
        known = curated_id(find.entries)
        return known not in (None, person.curated_id) and bool(title and person.titles)

    def is_anyone(self, find: Find) -> bool:
        """Whether a first name alone says too little: no title and no government beside it, nobody known in full."""
        words, reading = words_of(self.reading, find), self.reading
        is_first_name = bool(find.entries) and find.entries[0].form == "short" and len(words) == 1
        if not is_first_name or words[0] not in reading.gazetteer.given_names or self.by_id:
            return False
        rules = reading.touches(find.end) and reading.words[find.end] in reading.gazetteer.governments
        return not (rules or reading.follows_title(find.start))

    def _is_after(self, persons: list[Person], find: Find) -> bool:
        return any(_last_before(person, find.start) >= 0 for person in persons)


def _narrow(persons: list[Person], chosen: list[Person]) -> list[Person]:
    """The chosen of several, if any are."""
    return chosen if len(persons) > 1 and chosen else persons


def _last_before(person: Person, start: int) -> int:
    """Where the person's full name stands last before a word, or -1."""
    before = bisect_left(person.places, start)
    return person.places[before - 1] if before else -1


def is_part(words: Words, whole: Words) -> bool:
    """Whether words stand in a longer name in this order, not necessarily side by side."""
    rest = iter(whole)
    return all(word in rest for word in words)


def title_before(reading: Reading, start: int) -> str:
    """The title that ends at word `start`, folded, or nothing."""
    first = reading.title_starts.get(start)
    return "" if first is None or not reading.follows_title(start) else " ".join(reading.words[first:start])


def by_place(reading: Reading, find: Find) -> Meaning | None:
    """What a short name means after a place and का, के, की: the ministry of that country."""
    place = reading.table_at.get(find.start - 2)
    if place is None or place.type != "LOC" or place.end != find.start - 1:
        return None
    if reading.words[find.start - 1] not in GENITIVES or not reading.touches(find.start):
        return None
    names, words, before = reading.gazetteer.names.rows, words_of(reading, find), words_of(reading, place)
    for spelt in (before + words, *((*before, marker, *words) for marker in sorted(GENITIVES))):
        if spelt in names:
            return spelling(reading, find), curated_id(names[spelt])
    return (f"{spelling(reading, place)} {spelling(reading, find)}", None) if find.type == "ORG" else None


class Fuller:
    """Names of a text that say more than a short one: a ministry with its country, an event with its year."""

    def __init__(self, reading: Reading, finds: Iterable[Find]) -> None:
        self.reading = reading
        self.endings: dict[tuple[str, Words], list[tuple[int, Meaning]]] = defaultdict(list)
        years: dict[Words, dict[str, Meaning]] = defaultdict(dict)
        for find in finds:
            words = words_of(reading, find)
            if find.type in ("ORG", "LOC"):
                self._add_endings(find, words)
            if find.type == "EVENT" and YEAR.fullmatch(words[-1]):
                years[words[:-1]].setdefault(words[-1], (spelling(reading, find), curated_id(find.entries)))
        self.places = [find for find in finds if find.type == "LOC" and find.entries and not find.is_demonym]
        named = [find for find in finds if find.entries and find.entries[0].entity_id in reading.gazetteer.countries]
        self.countries = {find.entries[0].entity_id for find in named}
        # An event without its year is that of the one year that the text names.
        self.dated = {words: next(iter(dated.values())) for words, dated in years.items() if len(dated) == 1}

    def places_near(self, find: Find) -> list[str]:
        """The ids of the places named near a find, demonyms aside; those that share a name say nothing."""
        first = bisect_left(self.places, find.start - NEAR, key=lambda place: place.start)
        end = bisect_right(self.places, find.start + NEAR, key=lambda place: place.start)
        return [other.entries[0].entity_id for other in self.places[first:end] if len(other.entries) == 1]

    def _add_endings(self, find: Find, words: Words) -> None:
        if find.form == "short":
            meant = by_place(self.reading, find)
            if meant is not None:
                self.endings[find.type, words].append((find.start, meant))
            return
        for cut in range(1, len(words)):
            meant = spelling(self.reading, find), curated_id(find.entries)
            self.endings[find.type, words[cut:]].append((find.start, meant))

    def at_home(self, find: Find) -> Meaning:
        """What a short name means by default: not the ministry of a country that the text leaves out for others."""
        homes = {entry.entity_id: self.reading.gazetteer.home(entry.entity_id) for entry in find.entries}
        likely = tuple(entry for entry in find.entries if homes[entry.entity_id] in self.countries)
        if not likely and not (self.countries and any(homes.values())):
            likely = find.entries
        return spelling(self.reading, find), curated_id(likely)

    def last_before(self, find: Find) -> Meaning | None:
        """What a short name means with the place before it, else what the last fuller name before it means."""
        fuller = self.endings.get((find.type, words_of(self.reading, find)), [])
        before = bisect_right(fuller, find.start, key=lambda place: place[0])
        return fuller[before - 1][1] if before else None


def tied_meanings(
    reading: Reading, finds: list[Find], meant: list[Meaning], pairs: Iterable[tuple[Find, Find]]
) -> dict[Meaning, Meaning]:
    """An abbreviation and the name beside it mean one thing, with the curated id that either has; not that of an
    abbreviation which the text spells out as something else."""
    at = {(find.start, find.end): one for find, one in zip(finds, meant, strict=True)}
    tied: dict[Meaning, Meaning] = {}
    for full, short in pairs:
        one, other = at.get((full.start, full.end)), at.get((short.start, short.end))
        if one is not None and other is not None and not (one[1] and other[1]):
            known = one[1] or (other[1] if is_same_name(reading, full, other[1]) else None)
            tied[one] = tied[other] = (one[0], known)
    return tied


def is_same_name(reading: Reading, full: Find, entity_id: str | None) -> bool:
    """Whether a name shares a word, in Hindi or English, with those that the tables give an entity."""
    entity = reading.gazetteer.entities.get(entity_id or "")
    if entity is None:
        return True
    words = set(find_meanings([*words_of(reading, full)]))
    names = [fold_name(name).split() for name in (*entity.spellings, entity.name_latin)]
    spelt = [find_meanings(name) for name in names if len(name) > 1]
    return not spelt or any(word in words for name in spelt for word in name)
