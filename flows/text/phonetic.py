"""How Hindi spellings sound, so that two spellings of one name, in Devanagari or in Latin letters, can be compared."""

import csv
import re
from functools import cache, lru_cache

from .folding import RULES, fold, folding_rules
from .tokens import spelt_letters

VOWELS = frozenset("aeiouɔ")
CONSONANT = re.compile("[^aeiouɔ]")
SCHWA = "ə"
NASAL = "ं"
#: A vowel that hangs on the consonant before it though it is written as if it opened a word: रहीमउल्लाह is रहीमुल्लाह.
JOINED = re.compile(r"(?<=[क-ह])उ(?=([क-ह])्\1)")
ENGLISH = RULES.with_name("english_words.csv")


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


@cache
def english_words() -> dict[str, str]:
    """English words that names of organisations hold, by their Hindi spellings: कॉरपोरेशन, कार्पोरेशन → corporation."""
    with ENGLISH.open(encoding="utf-8", newline="") as file:
        rows = [(row["english"], row["hindi"].split("|")) for row in csv.DictReader(file)]
    first: dict[str, str] = {}
    for english, spellings in rows:
        first |= {fold(spelling): first.get(fold(spelling), english) for spelling in spellings}
    return first | {english: first[fold(spellings[0])] for english, spellings in rows}


@lru_cache(maxsize=1 << 17)
def sound(word: str) -> str:
    """A folded word in plain Latin letters as it sounds: लावरोव, लावरोफ and lavrov are all lavrov."""
    word = english_words().get(word, word)
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
    word = JOINED.sub("ु", word)
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
    kept = list(heard[:-3:-1])  # the letters that stay, from the right
    for at in range(len(heard) - 3, -1, -1):
        is_inner = at > 1 and heard[at] == SCHWA
        is_silent = is_inner and not _is_vowel(heard[at - 1]) and not _is_vowel(kept[-1])
        if not (is_silent and _is_vowel(heard[at - 2]) and _is_vowel(kept[-2])):
            kept.append(heard[at])
    return "".join(reversed(kept))


def _is_vowel(letter: str) -> bool:
    return letter in VOWELS or letter == SCHWA


def _latin_sound(word: str) -> str:
    for pattern, other in _latin():
        word = pattern.sub(other, word)
    return word


def likeness(one: str, other: str) -> float:
    """How alike two folded words sound: 1 the same, 0 different; their consonants must be the same but for near ones.

    Spellings of one name differ in vowels that foreign names leave open (सर्गेई, सेर्गेइ) or that Hindi does not write;
    a vowel at the end or a far one makes another name (फोमिना, कोमल and कमल). Latin vowels may be several Hindi ones.
    """
    if one == other:
        return 1.0
    heard, also = sound(one), sound(other)
    is_mixed = one.isascii() != other.isascii()
    if one in english_words() and english_words()[one] == english_words().get(other):  # रॉयल, रायल
        return 0.98
    if heard == also:
        return 0.98 - (0.0 if one.isascii() or other.isascii() else _written_cost(one, other))
    if NASAL in (one[-1], other[-1]):  # ढिल्लों, ढिल्लो
        without = sounds_alike(_no_nasal(one, heard), _no_nasal(other, also), is_mixed) - _left_out()
        return max(sounds_alike(heard, also, is_mixed), without)
    return max(sounds_alike(heard, also, is_mixed), _flaps_alike(one, other))


#: A ड़ between vowels or at the end, its nukta folded away.
FLAP = re.compile("(?<=[क-हा-ौ])ड(?!्)")


def _flaps_alike(one: str, other: str) -> float:
    """How alike two words are when a flap is an r: राठौड़, राठौर."""
    if one.isascii() or other.isascii() or not (FLAP.search(one) or FLAP.search(other)):
        return 0.0
    without = FLAP.sub("र", one), FLAP.sub("र", other)
    cost: float = folding_rules()["phonetic"]["flap"] * (2 if len(CONSONANT.findall(sound(one))) < 3 else 1)
    return 0.0 if without == (one, other) else min(likeness(*without), 0.97) - cost


def _no_nasal(word: str, heard: str) -> str:
    return heard.removesuffix("n") if word[-1] == NASAL else heard


def sounds_alike(heard: str, also: str, is_mixed: bool) -> float:
    """How alike two sounds are; `is_mixed` if they were written in two scripts."""
    if heard == also:
        return 0.98
    if CONSONANT.findall(heard) == CONSONANT.findall(also):
        return _aligned(heard, also, 0.0, is_mixed)
    return max(_aligned(heard, also, 0.0, is_mixed), _aligned(_no_h(heard), _no_h(also), _left_out(), is_mixed))


def _aligned(heard: str, also: str, cost: float, is_mixed: bool) -> float:
    """The likeness of two sounds whose consonants stand in pairs, less a cost."""
    consonants, others = CONSONANT.findall(heard), CONSONANT.findall(also)
    if len(consonants) != len(others) or not consonants:
        return 0.0
    if consonants != others:
        near = _near("near_consonants_latin" if is_mixed else "near_consonants")
        cost += sum(near.get(frozenset(pair), 1.0) for pair in zip(consonants, others, strict=True) if len({*pair}) > 1)
    if cost > 1.0:
        return 0.0
    *inner, last = zip(CONSONANT.split(heard), CONSONANT.split(also), strict=True)
    spread = sum(_vowel_cost(*vowels, is_mixed) for vowels in inner)
    short = 1 if len(consonants) > 2 or is_mixed else folding_rules()["phonetic"]["few_sounds"][len(consonants) - 1]
    cost = (cost + spread + _last_cost(*last, is_mixed, heard[-2:], also[-2:])) * short
    return max(0.97 - cost, 0.0)


def _last_cost(one: str, other: str, is_mixed: bool, *ends: str) -> float:
    """What a difference of the last vowels costs: another name (मुनीर, मुनीरा), but Latin may write what is not heard
    (Blome) and an a after two consonants that Hindi doesn't write (Chandra)."""
    if one == other:
        return 0.0
    if one and other:
        return _vowel_cost(one, other, is_mixed)
    is_after_two = any(VOWELS.isdisjoint(end) for end in ends)
    is_silent = is_mixed and ((one or other) == "e" or ((one or other) == "a" and is_after_two))
    return 0.03 if is_silent else 1.0


def _no_h(heard: str) -> str:
    return heard[:1] + heard[1:].replace("h", "")


@cache
def _left_out() -> float:
    return float(folding_rules()["phonetic"]["left_out"])


def _written_cost(one: str, other: str) -> float:
    """What two Devanagari words that sound the same differ in: long and short a, wide vowels, doubled consonants."""
    rules = folding_rules()["phonetic"]
    is_doubled = [_DOUBLED.search(word) is not None for word in (one, other)]
    cost: float = rules["long_a"] * abs(one.count("ा") - other.count("ा"))
    cost += rules["wide"] * abs(sum(map(one.count, "ैौ")) - sum(map(other.count, "ैौ")))
    cost += rules["doubled"] if is_doubled[0] != is_doubled[1] else 0.0
    return cost * (2 if len(CONSONANT.findall(sound(one))) < 3 else 1)


_DOUBLED = re.compile("(.)्\\1")


def _vowel_cost(one: str, other: str, is_mixed: bool) -> float:
    if one == other:
        return 0.0
    return _near("near_vowels_latin" if is_mixed else "near_vowels").get(frozenset((one, other)), 1.0)


@cache
def _near(table: str) -> dict[frozenset[str], float]:
    rows = folding_rules()["phonetic"][table]
    return {frozenset((one, other)): cost for one, other, cost in rows}


@cache
def _latin_initials() -> tuple[re.Pattern[str], frozenset[str]]:
    rules = folding_rules()["phonetic"]
    return re.compile(rules["latin_initials"]), frozenset(rules["not_initials"])


@lru_cache(maxsize=1 << 16)
def initials_in(word: str) -> str:
    """The Latin letters of initials written as one word (केएस, KS), or nothing; a name of three letters may be one."""
    if not word.isascii():
        letters = spelt_letters(word)
        return letters if len(letters) > 1 else ""
    pattern, others = _latin_initials()
    return word if word not in others and pattern.fullmatch(word) else ""


@lru_cache(maxsize=1 << 16)
def is_patronymic(word: str) -> bool:
    """Whether a word sounds like a Russian name after the father: इवानोविच, सर्गेयेवना."""
    return _patronymic().search(sound(word)) is not None


@cache
def _patronymic() -> re.Pattern[str]:
    return re.compile(folding_rules()["phonetic"]["patronymic"])


@lru_cache(maxsize=1 << 17)
def skeleton(word: str) -> str:
    """The consonants of a word with those that spellings mix up made one: a coarse key under which to compare."""
    return _no_h(sound(word)).translate(_COARSE).rstrip("n")


_COARSE = str.maketrans({**dict.fromkeys("aeiouɔy", None), "b": "v", "d": "r", "f": "v", "j": "s"})


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
