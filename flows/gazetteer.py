"""Edge in: the tables of names and cue words in flows/rules, folded and ready to be looked up in text."""

from __future__ import annotations

import csv
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from flows.text.folding import fold_word
from flows.text.phonetic import english_words, sound, sound_key
from flows.text.tokens import DOT, HYPHEN, SPACE, WORD, Tokens, is_initial

RULES = Path(__file__).parent / "rules"
TYPES = frozenset({"PERSON", "ORG", "LOC", "EVENT", "FACILITY", "PRODUCT", "PROJECT"})
CLASS_LISTS = (
    "beside_places",
    "beside_names",
    "openings",
    "state_organs",
    "local_posts",
    "not_after_persons",
    "portfolios",
    "portfolio_organs",
    "organs_of",
    "members",
    "things",
    "closed",
    "of_peoples",
    "person_endings",
    "directions",
    "governments",
    "learned",
    "given_countries",
    "first_parts",
    "mills",
)
#: English words in names of organisations that are as common outside of them.
ENGLISH_ALONE = frozenset({fold_word("द"), fold_word("लि"), fold_word("न्यू"), fold_word("स्टार"), fold_word("सुपर")})
#: One word alone must sound at least this long to be looked up by sound.
LEAST_LONE_SOUND = 7

T = TypeVar("T")


class GazetteerError(ValueError):
    """A table that can't be used: says which file, which line and what is wrong."""


@dataclass(frozen=True)
class Entity:
    """A real-world thing that the tables know."""

    entity_id: str
    type: str
    name: str
    name_latin: str
    country_code: str
    spellings: tuple[str, ...]  # full spellings, `name` first


@dataclass(frozen=True)
class Entry:
    """What a spelling of the tables may mean."""

    entity_id: str
    type: str
    form: str  # name, short, demonym
    source: str  # alias, country, city


@dataclass(frozen=True)
class Head:
    """A class word beside a name: मंत्रालय after it makes an ORG, अख़बार before it too."""

    type: str
    position: str  # after a name, before it
    is_part: bool  # of the name: पोर्ट is, जिले and अखबार are not
    is_state_organ: bool  # a demonym makes a name with it: पाकिस्तानी सेना
    is_weak: bool  # common words stand before it too: only a known name makes one with it
    is_of_persons: bool = True  # a person's name makes one with it: नेहरू स्टेडियम; not पार्टी
    is_english: bool = False  # English words stand before it: दिल्ली लीगल सर्विस अथॉरिटी
    has_portfolio: bool = False  # the matter before it is name enough: योजना मंत्रालय
    is_closed: bool = False  # the tables know all names with it: आगरा प्रदेश का सबसे गर्म शहर is none


class Lexicon(Generic[T]):
    """Folded word sequences with a value each; finds the longest that starts at a word of a text."""

    def __init__(self, rows: Iterable[tuple[tuple[str, ...], T]]) -> None:
        self.rows: dict[tuple[str, ...], T] = {words: value for words, value in rows if words}
        self.reach: dict[str, int] = {}
        for words in self.rows:
            self.reach[words[0]] = max(self.reach.get(words[0], 0), len(words))

    def longest(self, tokens: Tokens, start: int) -> tuple[int, T] | None:
        """The end and the value of the longest sequence at word `start`, or None."""
        reach = self.reach.get(tokens.words[start])
        if reach is None:
            return None
        for end in range(unbroken_end(tokens, start, start + reach), start, -1):
            value = self.rows.get(tuple(tokens.words[start:end]))
            if value is not None:
                return end, value
        return None


def unbroken_end(tokens: Tokens, start: int, limit: int) -> int:
    """The end of the words from `start`, at most `limit`, that one name may hold: no punctuation but hyphens between
    them, and full stops after initials."""
    end = start + 1
    stop = min(limit, len(tokens.words))
    while end < stop and joins(tokens, end):
        end += 1
    return end


def joins(tokens: Tokens, index: int) -> bool:
    """Whether word `index` may belong to one name with the word before it."""
    gap = tokens.gaps[index]
    return gap in (SPACE, HYPHEN) or (gap == DOT and is_initial(tokens.words[index - 1]))


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """The tables, folded. `ambiguous` holds spellings that need a cue beside them to be names."""

    entities: dict[str, Entity]
    countries: frozenset[str]  # ids
    codes: dict[str, str]  # id of a place → country code, where known
    names: Lexicon[tuple[Entry, ...]]
    titles: Lexicon[str]
    heads: Lexicon[Head]
    class_words: Lexicon[Head]  # heads that stand before a name
    honorifics: frozenset[str]  # courtesy words before a name
    suffixes: frozenset[str]  # courtesy words after a name
    given_names: frozenset[str]
    surnames: frozenset[str]
    middle_names: frozenset[str]  # surnames that stand before another one as well
    ambiguous: frozenset[str]
    common: frozenset[str]
    stop: frozenset[str]  # common words that no name holds at all
    namesakes: frozenset[str]  # persons after whom streets and institutions are called
    local_posts: frozenset[str]  # posts that stand before their place as well
    modifiers: frozenset[str]  # words inside the names of organisations, projects …
    english: frozenset[str] = frozenset()  # English words inside the names of organisations
    organs_of: frozenset[str] = frozenset()  # English words that an ऑफ or फॉर follows in such names
    portfolios: frozenset[str] = frozenset()  # what ministries and commissions are for
    of_peoples: frozenset[str] = frozenset()  # words after a demonym that no other word is said of
    members: frozenset[str] = frozenset()  # those who form unions and associations
    things: frozenset[str] = frozenset()  # last words of what is abbreviated and no organisation
    person_endings: tuple[str, ...] = ()  # of a person's name of two parts written as one, of no place's
    directions: frozenset[str] = frozenset()  # English words of a place's name that are none alone
    governments: frozenset[str] = frozenset()  # what a known person's first name alone stands before
    learned: frozenset[str] = frozenset()  # titles after which two letters are initials
    given_countries: frozenset[str] = frozenset()  # countries after which people are called
    first_parts: frozenset[str] = frozenset()  # words that open such names
    mills: frozenset[str] = frozenset()  # words before which चीनी is sugar

    def other_place(self, entries: tuple[Entry, ...], near: list[str]) -> Entry | None:
        """The place abroad that shares its name with a better known one (Punjab), if all places near are there.

        `near` are the ids of places named near it; one whose country is unknown counts against, a country alone says
        too little: it may be the neighbour's.
        """
        if self.countries.issuperset(near):
            return None
        for entry in entries[1:]:
            code = self.codes.get(entry.entity_id)
            if code and all(self.codes.get(place) == code for place in near):
                return entry
        return None

    def home(self, entity_id: str) -> str | None:
        """The country that one of an entity's spellings opens with: India for भारतीय रक्षा मंत्रालय."""
        for name in self.entities[entity_id].spellings:
            for entry in self.names.rows.get(folded(name)[:1], ()):
                if entry.entity_id in self.countries:
                    return entry.entity_id
        return None

    @cached_property
    def by_sound(self) -> dict[tuple[str, ...], list[tuple[str, ...]]]:
        """Names of the alias table by how their words sound: full names of persons, long single words of the others."""
        found: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
        for words, entries in self.names.rows.items():
            is_name = entries[0].source == "alias" and entries[0].form != "demonym" and not words[0].isascii()
            is_person, is_long = entries[0].type == "PERSON", len(sound(words[0])) >= LEAST_LONE_SOUND
            is_telling = is_person if len(words) > 1 else is_long and not is_person
            if is_name and is_telling and not any(is_initial(word) for word in words):
                found[tuple(sound_key(word) for word in words)].append(words)
        return dict(found)

    @cached_property
    def given_sounds(self) -> frozenset[str]:
        """How the given names sound."""
        return frozenset(map(sound, self.given_names))

    @cached_property
    def sounds(self) -> frozenset[str]:
        """How the single words of by_sound sound."""
        return frozenset(key for keys in self.by_sound for key in keys)


def folded(name: str) -> tuple[str, ...]:
    """A name as its folded words."""
    return tuple(fold_word(word) for word in WORD.findall(name))


def load_gazetteer(folder: Path = RULES) -> Gazetteer:
    """The tables of a folder; one that is missing is an error.

    Raises:
        GazetteerError: a file is missing, a column or a value is wrong.
    """
    entities: dict[str, Entity] = {}
    countries: set[str] = set()
    codes = {
        row["entity_id"]: row["country_code"]
        for _, row in _rows(folder / "home_places.csv", ("entity_id", "country_code"))
    }
    entries: dict[tuple[str, ...], dict[Entry, None]] = defaultdict(dict)
    for source, file in (("alias", "aliases.csv"), ("country", "countries.csv"), ("city", "cities.csv")):
        for line, row in _rows(folder / file, ("entity_id", "type", "name", "name_latin", "aliases")):
            entity = _entity(row, f"{folder / file}, line {line}")
            entities.setdefault(entity.entity_id, entity)
            for words, form in _forms(entity, row):
                entries[words].setdefault(Entry(entity.entity_id, entity.type, form, source))
            codes.setdefault(entity.entity_id, entity.country_code)
            if source == "country":
                countries.add(entity.entity_id)
    lists = {name: _folded_set(words) for name, words in _toml(folder / "class_words.toml")}
    heads = _heads(folder, lists)
    stop, modifiers = _words(folder / "common_words_more.txt"), _words(folder / "modifiers.txt")
    titles, courtesy = _lines(folder / "titles.txt"), _lines(folder / "honorifics.txt")
    return Gazetteer(
        entities=entities,
        countries=frozenset(countries),
        codes={entity_id: code for entity_id, code in codes.items() if code},
        names=Lexicon((words, _best_source(found)) for words, found in entries.items()),
        titles=Lexicon(_joined((folded(line), line) for line in titles if " ".join(folded(line)) not in modifiers)),
        heads=Lexicon(row for row in heads if row[1].position == "after"),
        class_words=Lexicon(row for row in heads if row[1].position == "before"),
        honorifics=frozenset(" ".join(folded(line)) for line in courtesy if not line.startswith("-")),
        suffixes=frozenset(" ".join(folded(line[1:])) for line in courtesy if line.startswith("-")),
        given_names=_words(folder / "given_names.txt"),
        surnames=_words(folder / "surnames.txt"),
        middle_names=_words(folder / "middle_names.txt"),
        ambiguous=frozenset(" ".join(folded(line)) for line in _lines(folder / "ambiguous.txt")),
        common=_words(folder / "common_words.txt") | _words(folder / "common_words_news.txt") | stop,
        stop=stop,
        namesakes=_words(folder / "namesakes.txt"),
        local_posts=lists["local_posts"],
        modifiers=modifiers,
        english=frozenset(word for word in english_words() if not word.isascii()) - ENGLISH_ALONE,
        organs_of=frozenset(spelt for word in lists["organs_of"] for spelt in english_spellings(word)),
        portfolios=lists["portfolios"],
        of_peoples=lists["of_peoples"],
        members=lists["members"],
        things=lists["things"],
        person_endings=tuple(sorted(lists["person_endings"])),
        directions=lists["directions"],
        governments=lists["governments"],
        learned=lists["learned"],
        given_countries=lists["given_countries"],
        first_parts=lists["first_parts"],
        mills=lists["mills"],
    )


def _heads(folder: Path, lists: dict[str, frozenset[str]]) -> list[tuple[tuple[str, ...], Head]]:
    """The class words with what class_words.toml says of them, an English one in each of its Hindi spellings."""
    heads = []
    for line, row in _rows(folder / "heads.csv", ("type", "head", "position", "note")):
        if row["type"] not in TYPES or row["position"] not in ("after", "before"):
            raise GazetteerError(
                f"{folder / 'heads.csv'}, line {line}: {row['type']!r}, {row['position']!r} is no head"
            )
        words, word = folded(row["head"]), " ".join(folded(row["head"]))
        is_beside = word in lists["beside_places" if row["type"] == "LOC" else "beside_names"]
        head = Head(
            row["type"],
            row["position"],
            is_part=not is_beside if row["position"] == "after" else word in lists["openings"],
            is_state_organ=word in lists["state_organs"],
            is_weak=row["note"].startswith("weak"),
            is_of_persons=word not in lists["not_after_persons"] | lists["state_organs"],
            is_english=words[-1] in english_words(),
            has_portfolio=word in lists["portfolio_organs"],
            is_closed=word in lists["closed"],
        )
        heads += [((*words[:-1], spelt), head) for spelt in reversed(english_spellings(words[-1]))]
    return heads


def english_spellings(word: str) -> list[str]:
    """The Hindi spellings of a folded English word, its own first: इंस्टिट्यूट, इंस्टीट्यूट, इंस्टिच्यूट."""
    english = english_words().get(word)
    return [word, *(other for other, same in english_words().items() if same == english and other != word and english)]


def _folded_set(words: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(folded(word)) for word in words)


def _entity(row: dict[str, str], where: str) -> Entity:
    if row["type"] not in TYPES:
        raise GazetteerError(f"{where}: type {row['type']!r} is none of {', '.join(sorted(TYPES))}")
    if not row["entity_id"] or not row["name"]:
        raise GazetteerError(f"{where}: a row needs an entity_id and a name")
    spellings = (row["name"], *_split(row["aliases"]))
    return Entity(row["entity_id"], row["type"], row["name"], row["name_latin"], row.get("country_code", ""), spellings)


def _forms(entity: Entity, row: dict[str, str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The folded spellings of a row, each with what it is: a full name, a short one or a demonym."""
    for name in (*entity.spellings, entity.name_latin):
        yield folded(name), "name"
    for name in _split(row.get("short_names", "")):
        yield folded(name), "short"
    for name in _split(row.get("demonyms", "")):
        for form in demonym_forms(name):
            yield folded(form), "demonym"


def demonym_forms(demonym: str) -> list[str]:
    """A demonym and its plurals and vocatives: पाकिस्तानी, पाकिस्तानियों, पाकिस्तानियो, पाकिस्तानियाँ; भारतीय, भारतीयों."""
    if demonym.endswith("ी"):
        return [demonym, *(demonym[:-1] + ending for ending in ("ियों", "ियो", "ियां"))]
    if demonym.isascii():
        return [demonym, demonym + "s"]
    return [demonym, *(demonym + ending for ending in ("ों", "ो"))]


def _best_source(found: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries of the most trusted table; a full name goes before a short one, the first row before a later."""
    order = {"alias": 0, "country": 1, "city": 2}
    entries = list(found)
    best = min(order[entry.source] for entry in entries)
    kept = [entry for entry in entries if order[entry.source] == best]
    names = [entry for entry in kept if entry.form != "short"]
    if best == order["city"]:
        return tuple((names or kept)[:1])
    # A place keeps those that share its name (Punjab in Pakistan): the company in the text may speak for them.
    return tuple(
        [*names, *(entry for entry in kept if entry.form == "short" and entry.type == "LOC")] if names else kept
    )


def _joined(rows: Iterable[tuple[tuple[str, ...], str]]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The rows, and those of two words also as one: रक्षा मंत्री, रक्षामंत्री."""
    for words, value in rows:
        yield words, value
        if len(words) == 2:
            yield ("".join(words),), value


def _split(cell: str | None) -> list[str]:
    return [part.strip() for part in (cell or "").split("|") if part.strip()]


def _lines(path: Path) -> list[str]:
    """The entries of a word list, one a line; what follows a tab or a # is a note."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise GazetteerError(
            f"{path} can't be read: {error.strerror}; the rules of this checkout are incomplete"
        ) from error
    lines = (line.partition("#")[0].partition("\t")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def _toml(path: Path) -> Iterator[tuple[str, list[str]]]:
    """The word lists of class_words.toml; each must be there."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        yield from ((name, tables[name]) for name in CLASS_LISTS)
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise GazetteerError(f"{path} can't be used: {error}; the rules of this checkout are incomplete") from error


def _words(path: Path) -> frozenset[str]:
    return _folded_set(_lines(path))


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with their line numbers; it must have the columns."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise GazetteerError(
            f"{path} can't be read: {error.strerror}; the rules of this checkout are incomplete"
        ) from error
    reader = csv.DictReader(text.splitlines())
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise GazetteerError(f"{path}: no column {', '.join(missing)}")
    for row in reader:
        if None in row or None in row.values():
            raise GazetteerError(f"{path}, line {reader.line_num}: {len(reader.fieldnames or ())} cells expected")
        yield reader.line_num, {key: value.strip() for key, value in row.items()}
