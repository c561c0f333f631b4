"""What the words of an organisation's name mean, so that its Hindi and its English name are the same words."""

import csv
from functools import cache, lru_cache

from .folding import RULES, fold, folding_rules
from .phonetic import english_words, sound

ORG_WORDS = RULES.with_name("org_words.csv")
#: Marks a word that stands for a meaning, not for itself.
MEANING = "#"


@cache
def _meanings() -> dict[tuple[str, ...], str]:
    """The meaning of each phrase of org_words.csv, as its English words run together; the first row wins."""
    found: dict[tuple[str, ...], str] = {}
    for row in _rows():
        meaning = MEANING + row["english"].partition("|")[0].replace(" ", "")
        for phrase in (*row["english"].split("|"), *row["hindi"].split("|")):
            found.setdefault(tuple(_english(word) for word in fold(phrase).split()), meaning)
    return found


@cache
def _rows() -> list[dict[str, str]]:
    with ORG_WORDS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def organs() -> frozenset[str]:
    """The meanings that make the name of a state's organ, whose words stand in any order."""
    return frozenset(_meanings()[tuple(row["english"].partition("|")[0].split())] for row in _rows() if row["is_organ"])


@cache
def _longest() -> int:
    return max(map(len, _meanings()))


@cache
def _word_lists() -> tuple[frozenset[str], frozenset[str]]:
    rules = folding_rules()["organisations"]
    return frozenset(map(fold, rules["particles"])), frozenset(map(fold, rules["legal_forms"]))


@lru_cache(maxsize=1 << 16)
def _english(word: str) -> str:
    return english_words().get(word, word)


def without_legal_form(words: list[str]) -> list[str]:
    """The words less those at the end that say what kind of company it is: प्राइवेट लिमिटेड, Ltd."""
    end = len(words)
    while end and words[end - 1] in _word_lists()[1]:
        end -= 1
    return words[:end] or words


def first_letters(words: list[str]) -> str:
    """The first Latin letters of a name's words, as its abbreviation has them: pof for पाकिस्तान ऑर्डनेंस फैक्ट्रीज."""
    told = [_english(word) for word in words if word not in _word_lists()[0]]
    return "".join((word if word.isascii() else sound(word))[:1] for word in told)


def is_english(word: str) -> bool:
    """Whether a folded word is English, in either script, or a word like ऑफ."""
    return word.isascii() or word in english_words() or word in _word_lists()[0]


def find_meanings(words: list[str]) -> list[str]:
    """The words, the longest phrases that the table knows as their meanings, without का, ऑफ, और and the like."""
    plain = [_english(word) for word in words]
    found: list[str] = []
    start = 0
    while start < len(words):
        ends = range(min(len(words), start + _longest()), start, -1)
        known = ((end, _meanings().get(tuple(plain[start:end]))) for end in ends)
        end, word = next(((end, meaning) for end, meaning in known if meaning), (start + 1, words[start]))
        found += [word] if word not in _word_lists()[0] else []
        start = end
    return found
