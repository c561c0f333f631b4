"""The forms of a word: which spellings stand for one form, and which words a form may be of."""

import re
import tomllib
from functools import cache, lru_cache
from typing import Any

from .folding import RULES, fold, fold_word
from .tokens import LONGEST_WORD, spelt_letters

INFLECTIONS = RULES.with_name("inflections.toml")

_LETTER = re.compile("[\u0904-\u0914\u0915-\u0939\u0958-\u0961]")  # a vowel or consonant, not a sign


@cache
def _rules() -> Any:
    """The tables of the file are described in it."""
    return tomllib.loads(INFLECTIONS.read_text(encoding="utf-8"))


@cache
def _variants() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), other) for pattern, other in _rules()["spelling"]["variants"]]


@cache
def _any_variant() -> re.Pattern[str]:
    """Asked first: one word in eleven has a variant, and to ask for each takes four times as long."""
    return re.compile("|".join(f"(?:{pattern})" for pattern, _ in _rules()["spelling"]["variants"]))


@cache
def _words(table: str, key: str) -> frozenset[str]:
    """Folded words of a list in the file."""
    words = _rules()[table][key]
    return frozenset(map(fold, words.split() if isinstance(words, str) else words))


@cache
def _endings(table: str) -> dict[str, list[tuple[str, list[str], int]]]:
    """Endings with what they stand for, by their last letter; the longest first, for only that one is taken off."""
    rows = sorted(_rules()[table]["endings"], key=lambda row: (-len(row[0]), row[0]))
    return {last: [row for row in rows if row[0][-1] == last] for last in {row[0][-1] for row in rows}}


@cache
def _verb_endings() -> dict[str, list[str]]:
    """The endings of verbs by their last letter, the longest first."""
    rules = _rules()["verb"]
    endings = sorted({*rules["after_consonant"], *rules["after_vowel"]}, key=lambda ending: (-len(ending), ending))
    return {last: [ending for ending in endings if ending[-1] == last] for last in {ending[-1] for ending in endings}}


@lru_cache(maxsize=1 << 18)
def spelling(word: str) -> str:
    """The spelling that stands for all spellings of this form of a word: हिन्दी is हिंदी, गये is गए, मूर्ती is मूर्ति.

    Once more changes nothing.
    """
    folded = fold_word(word)
    if folded.isascii() or not _any_variant().search(folded) or folded in _words("spelling", "apart"):
        return folded
    for pattern, other in _variants():
        folded = pattern.sub(other, folded)
    return folded


@lru_cache(maxsize=1 << 18)
def terms(word: str) -> tuple[str, ...]:
    """What a search for the word goes by: its spelling first, then the words that it may be a form of.

    Two words belong together if they share a term. A form keeps every reading, so that खान and खाना find खानों, and yet
    neither finds the other.
    """
    spelt = spelling(word)
    if len(spelt) > LONGEST_WORD:
        return (spelt,)
    readings = _latin_readings(spelt) if spelt.isascii() else _hindi_readings(spelt)
    return tuple(dict.fromkeys((spelt, *map(spelling, readings))))


def _latin_readings(word: str) -> list[str]:
    if not word.isalpha() or re.search(_rules()["latin"]["apart"], word):
        return []
    return _without_ending(word, "latin", len)


def _hindi_readings(word: str) -> list[str]:
    readings = _without_ending(word, "noun", _count_letters)
    stem, vowel = word[:-1], word[-1:]
    if vowel in "ाेी" and stem in _words("adjective", "stems"):
        readings.append(f"{stem}ा")
    readings += _verbs(word)
    loan = _rules()["loan"]
    if loan["written"] in word and _count_letters(word) >= loan["fewest_letters"]:
        readings += [reading.replace(loan["written"], loan["also"]) for reading in (word, *readings)]
    letters = spelt_letters(word)
    return [*readings, letters] if len(letters) > 1 else readings


def _without_ending(word: str, table: str, size: Any) -> list[str]:
    for ending, bases, fewest in _endings(table).get(word[-1:], ()):
        stem = word.removesuffix(ending)
        if stem != word and size(stem) >= fewest:
            return [stem + base for base in bases]
    return []


def _verbs(word: str) -> list[str]:
    """The infinitive of a form of a verb."""
    rules = _rules()["verb"]
    if word in rules["irregular"]:
        return [rules["irregular"][word]]
    if word in _words("verb", "nouns"):
        return []
    for ending in _verb_endings().get(word[-1:], ()):
        root = word.removesuffix(ending)
        if root != word and root in _words("verb", "roots"):
            place = "after_consonant" if _LETTER.fullmatch(root[-1]) and not _is_vowel(root[-1]) else "after_vowel"
            return [f"{root}ना"] if ending in rules[place] else []
    return []


def _is_vowel(letter: str) -> bool:
    return "\u0904" <= letter <= "\u0914"


def _count_letters(word: str) -> int:
    return len(_LETTER.findall(word))
