"""The tables of names and cue words: no clash, no stray form, nothing missing."""

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from flows.gazetteer import RULES, TYPES, Gazetteer, folded, load_gazetteer
from flows.naming.finder import find_names
from flows.text.folding import fold

ALIAS_COLUMNS = ["entity_id", "type", "name", "name_latin", "aliases", "short_names", "demonyms", "note"]
PLACE_COLUMNS = ["entity_id", "type", "name", "name_latin", "aliases", "country_code"]
TABLES = {"aliases.csv": ALIAS_COLUMNS, "countries.csv": PLACE_COLUMNS, "cities.csv": PLACE_COLUMNS}
WORD_LISTS = ["ambiguous.txt", "titles.txt", "honorifics.txt", "given_names.txt", "surnames.txt"]

LEAST_ROWS = {"aliases.csv": 1500, "countries.csv": 200, "cities.csv": 800}
LEAST_OF_TYPE = {"PERSON": 800, "ORG": 400, "LOC": 400, "FACILITY": 80, "EVENT": 80, "PRODUCT": 80, "PROJECT": 40}
LEAST_LINES = {
    "ambiguous.txt": 100,
    "titles.txt": 200,
    "honorifics.txt": 20,
    "given_names.txt": 1200,
    "surnames.txt": 800,
}

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
DEVANAGARI = re.compile(r"[\u0900-\u097f]")
LATIN = re.compile(r"[A-Za-z]")

#: Words of every text: as a spelling of anything they would do harm.
STOP_WORDS = frozenset(
    word
    for line in (
        "आप हम तुम मैं वह यह ये वे जो सो कि की का के को से में पर ने तक ही भी तो ना न नहीं और या एक दो तीन चार पांच",
        "अब तब कब जब यहां वहां कहां आज कल परसों अभी कभी सभी कुछ कई सब हर अन्य बाद पहले साथ लिए द्वारा बीच दौरान",
        "था थे थी है हैं हो हुआ हुई हुए होना कर करना किया दे देना दिया ले लेना लिया जा जाना आ आना आया कहा बताया",
        "लाल मान आस राज देश सरकार पुलिस सेना नेता मंत्री लोग बात दिन साल समय काम घर हाथ मन तन धन राम मई जून",
        "विश्व केंद्र संसार समाज जनता दल पार्टी राज्य प्रदेश शहर गांव जिला अरब खरब लाख करोड़ हजार",
    )
    for word in line.split()
)


@cache
def rows_of(table: str) -> list[dict[str, str]]:
    with (RULES / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cells(row: dict[str, str], column: str) -> list[str]:
    """The entries of a list column."""
    return row[column].split("|") if row.get(column) else []


def full_spellings(row: dict[str, str]) -> list[str]:
    return [row["name"], row["name_latin"], *cells(row, "aliases")]


def lines_of(name: str) -> list[str]:
    text = (RULES / name).read_text(encoding="utf-8")
    return [line for line in (line.partition("#")[0].strip() for line in text.splitlines()) if line]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


@pytest.fixture(scope="module", params=TABLES)
def table(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_table_has_its_columns_and_enough_rows(table: str) -> None:
    header = (RULES / table).read_text(encoding="utf-8").splitlines()[0]
    assert header.split(",") == TABLES[table]
    assert len(rows_of(table)) >= LEAST_ROWS[table]


def test_a_row_has_id_type_and_both_names(table: str) -> None:
    faults = [
        row
        for row in rows_of(table)
        if not SLUG.fullmatch(row["entity_id"])
        or row["type"] not in TYPES
        or not DEVANAGARI.search(row["name"])
        or not LATIN.search(row["name_latin"])
        or DEVANAGARI.search(row["name_latin"])
    ]
    assert faults == []


def test_an_id_stands_once_in_a_table(table: str) -> None:
    counts = Counter(row["entity_id"] for row in rows_of(table))
    assert [entity_id for entity_id, count in counts.items() if count > 1] == []


def test_text_is_nfc_and_trimmed(table: str) -> None:
    faults = [
        (row["entity_id"], column)
        for row in rows_of(table)
        for column, cell in row.items()
        for part in cell.split("|")
        if part != part.strip() or "  " in part or unicodedata.normalize("NFC", part) != part or (cell and not part)
    ]
    assert faults == []


def test_no_format_characters_hide_in_a_spelling(table: str) -> None:
    faults = [row["entity_id"] for row in rows_of(table) if re.search(r"[\u200b-\u200f\u2060\ufeff\t]", str(row))]
    assert faults == []


def test_a_spelling_is_of_one_script(table: str) -> None:
    """Latin letters in a Devanagari spelling are a model (S-400 मिसाइल) or a number, never one mistyped letter."""
    faults = [
        spelling
        for row in rows_of(table)
        for spelling in full_spellings(row) + cells(row, "short_names") + cells(row, "demonyms")
        for word in re.split(r"[ \-()]", spelling)
        if DEVANAGARI.search(word) and LATIN.search(word)
    ]
    assert faults == []


def test_a_full_spelling_belongs_to_one_entity(table: str) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for row in rows_of(table):
        for spelling in full_spellings(row):
            owners[" ".join(folded(spelling))].add(row["entity_id"])
    assert {spelling: ids for spelling, ids in owners.items() if len(ids) > 1} == {}


def test_a_place_has_one_id_in_all_tables() -> None:
    """A generated row may not give a known place's main name to another id."""
    owners = {fold(spelling): row["entity_id"] for row in rows_of("aliases.csv") for spelling in full_spellings(row)}
    faults = [
        (row["name"], row["entity_id"], owners[fold(row["name"])])
        for table in ("countries.csv", "cities.csv")
        for row in rows_of(table)
        if owners.get(fold(row["name"]), row["entity_id"]) != row["entity_id"]
    ]
    assert faults == []


def test_a_spelling_stands_once_in_its_row(table: str) -> None:
    """What folding makes equal needs one entry; a short name is no full one."""
    faults = []
    for row in rows_of(table):
        keys = [fold(part) for column in ("aliases", "short_names") for part in cells(row, column)]
        doubled = [key for key, count in Counter(keys).items() if count > 1]
        faults += [(row["entity_id"], key) for key in doubled]
        faults += [(row["entity_id"], key) for key in keys if key in (fold(row["name"]), fold(row["name_latin"]))]
    assert faults == []


def test_no_spelling_is_a_stop_word(table: str) -> None:
    stop = {fold(word) for word in STOP_WORDS}
    faults = [
        (row["entity_id"], spelling)
        for row in rows_of(table)
        for spelling in full_spellings(row) + cells(row, "short_names") + cells(row, "demonyms")
        if fold(spelling) in stop
    ]
    assert faults == []


def test_a_spelling_is_more_than_a_letter(table: str) -> None:
    faults = [
        (row["entity_id"], spelling)
        for row in rows_of(table)
        for spelling in full_spellings(row) + cells(row, "short_names")
        if len(spelling) < 2 and spelling != "X"
    ]
    assert faults == []


def test_every_type_is_well_covered() -> None:
    counts = Counter(row["type"] for row in rows_of("aliases.csv"))
    assert {type_: counts[type_] for type_, least in LEAST_OF_TYPE.items() if counts[type_] < least} == {}


def test_only_places_have_demonyms() -> None:
    faults = [row["entity_id"] for row in rows_of("aliases.csv") if row["demonyms"] and row["type"] != "LOC"]
    assert faults == []


def test_a_demonym_belongs_to_one_place() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for row in rows_of("aliases.csv"):
        for demonym in cells(row, "demonyms"):
            owners[fold(demonym)].add(row["entity_id"])
    assert {demonym: ids for demonym, ids in owners.items() if len(ids) > 1} == {}


def test_a_person_has_no_title_in_the_name() -> None:
    opening = {
        fold(title) for title in ("राष्ट्रपति", "प्रधानमंत्री", "पीएम", "मुख्यमंत्री", "सीएम", "जनरल", "श्री", "डॉ", "डॉ.")
    }
    faults = [
        spelling
        for row in rows_of("aliases.csv")
        if row["type"] == "PERSON"
        for spelling in full_spellings(row)
        if fold(spelling.split()[0]) in opening
    ]
    assert faults == []


@pytest.mark.parametrize("name", WORD_LISTS)
def test_a_word_list_is_trimmed_nfc_without_doubles_and_long_enough(name: str) -> None:
    lines = lines_of(name)
    assert len(lines) >= LEAST_LINES[name]
    assert [line for line in lines if unicodedata.normalize("NFC", line) != line or "  " in line] == []
    assert [line for line, count in Counter(fold(line) for line in lines).items() if count > 1] == []


@pytest.mark.parametrize("name", ["given_names.txt", "surnames.txt"])
def test_a_list_of_names_holds_single_devanagari_words(name: str) -> None:
    stop = {fold(word) for word in STOP_WORDS} - {"राम", "राज", "लाल"}
    faults = [line for line in lines_of(name) if not re.fullmatch(r"[\u0900-\u097f'-]+", line) or fold(line) in stop]
    assert faults == []


def test_an_ambiguous_spelling_stands_in_a_table(gazetteer: Gazetteer) -> None:
    known = {" ".join(words) for words in gazetteer.names.rows}
    assert [line for line in lines_of("ambiguous.txt") if " ".join(folded(line)) not in known] == []


def test_heads_name_a_type_and_a_side() -> None:
    rows = rows_of("heads.csv")
    assert [row for row in rows if row["type"] not in TYPES or row["position"] not in ("after", "before")] == []
    doubled = Counter((fold(row["head"]), row["position"]) for row in rows)
    assert [key for key, count in doubled.items() if count > 1] == []


def test_generated_tables_are_small() -> None:
    assert sum((RULES / table).stat().st_size for table in ("countries.csv", "cities.csv")) < 1_000_000


@pytest.mark.parametrize(
    ("spelling", "entity_id"),
    [
        ("व्लादिमीर पुतिन", "vladimir-putin"),
        ("सर्गेइ लावरोफ़", "sergei-lavrov"),
        ("क़मर जावेद बाजवा", "qamar-javed-bajwa"),
        ("शंघाई कोऑपरेशन ऑर्गेनाइज़ेशन", "shanghai-cooperation-organisation"),
        ("एससीओ", "shanghai-cooperation-organisation"),
        ("यूएन", "united-nations"),
        ("अफ़ग़ानिस्तान", "afghanistan"),
        ("मास्को", "moscow"),
        ("ग्वादर बंदरगाह", "gwadar-port"),
        ("सीपेक", "china-pakistan-economic-corridor"),
        ("भाजपा", "bharatiya-janata-party"),
        ("Imran Khan", "imran-khan"),
        ("टोगो", "togo"),
    ],
)
def test_a_known_spelling_finds_its_entity(gazetteer: Gazetteer, spelling: str, entity_id: str) -> None:
    entries = gazetteer.names.rows[folded(spelling)]
    assert [entry.entity_id for entry in entries] == [entity_id]


@pytest.mark.parametrize("text", ["जहाज़ पर मिसाइल दागी।", "नदी उफनी, नदी बही।", "नहर फटी और होटल दहला।"])
def test_what_a_thing_did_is_not_its_name(gazetteer: Gazetteer, text: str) -> None:
    assert find_names(text, gazetteer) == []


@pytest.mark.parametrize("name", ["README.md", *TABLES, *WORD_LISTS, "heads.csv"])
def test_a_file_is_there_and_ends_with_a_newline(name: str) -> None:
    assert Path(RULES / name).read_text(encoding="utf-8").endswith("\n")
