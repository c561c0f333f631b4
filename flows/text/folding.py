"""One normaliser for Hindi text and for the words that are looked up in it."""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

RULES = Path(__file__).parent.parent / "rules" / "folding.toml"


@cache
def folding_rules() -> Any:
    """The spelling rules; the tables of the file are described in it."""
    return tomllib.loads(RULES.read_text(encoding="utf-8"))


@cache
def _deleted() -> dict[int, None]:
    """Characters that count for nothing, the accents of Latin letters among them: they stand apart in NFD."""
    return dict.fromkeys([*map(ord, folding_rules()["fold"]["delete"]), *range(0x300, 0x370)])


@cache
def _same() -> dict[int, str]:
    rules = folding_rules()["fold"]
    digits = {ord(char): str(number) for number, char in enumerate(rules["digits"])}
    return digits | {ord(char): other for char, other in rules["same"].items()}


@cache
def _half_nasal() -> re.Pattern[str]:
    pairs = folding_rules()["fold"]["half_nasals"]
    return re.compile("|".join(f"{nasal}्(?=[{consonants}])" for nasal, consonants in pairs))


@cache
def _sequences() -> dict[str, str]:
    return dict(folding_rules()["fold"]["sequences"])


@cache
def _sequence() -> re.Pattern[str]:
    return re.compile("|".join(_sequences()))


def _join_vowels(text: str) -> str:
    return _sequence().sub(lambda match: _sequences()[match[0]], text)


def fold(text: str) -> str:
    """The spelling that stands for all spellings of a word: no nukta, one nasal sign, lower case, ASCII digits.

    Folding twice changes nothing. Lengths change: offsets into folded text mean nothing in the text.
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold()).translate(_deleted())
    plain = _join_vowels(_join_vowels(plain).translate(_same()))
    return _half_nasal().sub("ं", plain)


#: News text repeats its words: a folded word is looked up, not folded again.
fold_word = lru_cache(maxsize=1 << 18)(fold)
