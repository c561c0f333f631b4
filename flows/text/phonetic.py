"""How Hindi spellings sound, so that two spellings of one name, in Devanagari or in Latin letters, can be compared."""

import re
from functools import cache, lru_cache

from .folding import folding_rules

VOWELS = frozenset("aeiouɔ")
CONSONANT = re.compile("[^aeiouɔ]")
SCHWA = "ə"


@cache
def _rules() -> dict[str, dict[str, str]]:
    """The tables of sounds: one Latin letter for all letters that foreign names mix up."""
    tables = folding_rules()["phonetic"]
    return {name: {letter: sound for letters, sound in tables[name] for letter in letters} for name in SOUNDS}


SOUNDS = ("consonants", "vowels", "matras", "last")


@cache
def _latin() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), sound) for pattern, sound in folding_rules()["phonetic"]["latin"]]


@cache
def _both() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), sound) for pattern, sound in folding_rules()["phonetic"]["both"]]


@lru_cache(maxsize=1 << 17)
def sound(word: str) -> str:
    """A folded word in plain Latin letters as it sounds: लावरोव, लावरोफ and lavrov are all lavrov."""
    heard = _latin_sound(word) if word.isascii() else _hindi_sound(word)
    for pattern, other in _both():
        heard = pattern.sub(other, heard)
    return heard


@lru_cache(maxsize=1 << 17)
def sound_key(word: str) -> str:
    """The consonants of a word as they sound, with a mark for an opening vowel: a key under which spellings meet."""
    heard = sound(word)
    opening = "a" if heard[:1] in VOWELS else ""
    return opening + "".join(letter for letter in heard if letter not in VOWELS)


def _hindi_sound(word: str) -> str:
    rules = _rules()
    heard: list[str] = []
    for index, letter in enumerate(word):
        following = word[index + 1 : index + 2]
        if letter in rules["consonants"]:
            last = rules["last"].get(letter) if not following else None
            heard.append(last or rules["consonants"][letter])
            if following and following not in rules["matras"]:
                heard.append(SCHWA)
        elif letter == "ं":
            is_after_consonant = index > 0 and word[index - 1] in rules["consonants"]
            heard.append("an" if is_after_consonant else "n")
        else:
            heard.append(rules["matras"].get(letter, rules["vowels"].get(letter, letter if letter.isalnum() else "")))
    return _without_silent("".join(heard)).replace(SCHWA, "a")


def _without_silent(heard: str) -> str:
    """The sound without the vowels that are written nowhere and not heard either: इमरान is imran, not imaran.

    From the right, one is silent after a vowel and a consonant and before a consonant and a vowel (Ohala's rule).
    """
    for at in range(len(heard) - 3, 1, -1):
        before, after = heard[at - 2 : at], heard[at + 1 : at + 3]
        if heard[at] == SCHWA and not _is_vowel(before[1]) and not _is_vowel(after[0]):
            heard = heard[:at] + heard[at + 1 :] if _is_vowel(before[0]) and _is_vowel(after[1]) else heard
    return heard


def _is_vowel(letter: str) -> bool:
    return letter in VOWELS or letter == SCHWA


def _latin_sound(word: str) -> str:
    for pattern, other in _latin():
        word = pattern.sub(other, word)
    return word


def likeness(one: str, other: str) -> float:
    """How alike two folded words sound: 1 the same, 0 different; their consonants must be the same.

    Spellings of one name differ in vowels that foreign names leave open (सर्गेई, सेर्गेइ) or that Hindi does not write;
    a vowel at the end or a far one makes another name (फोमिना, कोमल and कमल).
    """
    if one == other:
        return 1.0
    heard, also = sound(one), sound(other)
    if heard == also:
        return 0.98
    if CONSONANT.findall(heard) != CONSONANT.findall(also):
        return 0.0
    result = 0.97
    *inner, last = zip(CONSONANT.split(heard), CONSONANT.split(also), strict=True)
    for vowels in inner:
        result -= _vowel_cost(*vowels)
    result -= _vowel_cost(*last) if all(last) or last == ("", "") else 1.0
    return max(result, 0.0)


def _vowel_cost(one: str, other: str) -> float:
    return 0.0 if one == other else _near_vowels().get(frozenset((one, other)), 1.0)


@cache
def _near_vowels() -> dict[frozenset[str], float]:
    rows = folding_rules()["phonetic"]["near_vowels"]
    return {frozenset((one, other)): cost for one, other, cost in rows}


@cache
def _first_letters() -> dict[str, str]:
    return {sound: letters for sounds, letters in folding_rules()["phonetic"]["first_letters"] for sound in sounds}


def may_abbreviate(letters: str, words: list[str]) -> bool:
    """Whether Latin letters may be the first sounds of folded words: ispr for इंटर सर्विसेज पब्लिक रिलेशंस."""
    if len(letters) != len(words):
        return False
    return all(letter in _opening(word) for letter, word in zip(letters, words, strict=True))


def _opening(word: str) -> str:
    return word[0] if word.isascii() else _first_letters().get(word[0], "")
