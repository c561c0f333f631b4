"""What a block looks like, read by its characters and words alone: the same for HTML and plain text."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain, compress
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flows.labelling.rows import Columns, Floats, Ints, Rows, ratio

FUNCTION_WORDS: Final = Path(__file__).parents[1] / "rules" / "function_words.txt"

_LETTER, _UPPER, _DIGIT, _COMMA, _STOP, _INDIC, _SIGN, _EAST_ASIAN, _SOUTH_EAST_ASIAN = (1 << bit for bit in range(9))
_TABLE_SIZE: Final = 0x10000
_EAST: Final = 0x3000  # from here on stand the letters and marks of East Asia
_BEYOND: Final = _LETTER  # rare Han letters, historic scripts and the like
#: Letters of scripts without spaces between words, and how many of them make one.
_LETTERS_OF_WORD: Final = {_EAST_ASIAN: 3, _SOUTH_EAST_ASIAN: 4}
SPACELESS: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


@cache
def _classes() -> NDArray[np.uint16]:
    """The classes of the characters below U+10000; the last entry stands for all others."""
    table = np.zeros(_TABLE_SIZE + 1, dtype=np.uint16)
    for code in range(_TABLE_SIZE):
        char = chr(code)
        kind = unicodedata.category(char)
        is_letter = kind[0] in "LM"
        table[code] = (
            _LETTER * is_letter
            | _UPPER * (kind in ("Lu", "Lt"))
            | _DIGIT * (kind == "Nd")
            | _COMMA * (char in ",;،、，；")
            | _STOP * (char in ".!?।॥…؟۔。！？．｡")
            | _INDIC * (is_letter and 0x900 <= code < 0xE00)
            | _SIGN * (char in "|»›→•·@©#+_=/\\")
            | (_EAST_ASIAN if code >= _EAST else _SOUTH_EAST_ASIAN) * (is_letter and bool(SPACELESS.match(char)))
        )
    table[_TABLE_SIZE] = _BEYOND
    return table


@cache
def _combinations() -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
    """The combinations of classes that there are, a dozen, and the number of each character's."""
    combinations, numbers = np.unique(_classes(), return_inverse=True)
    return combinations, numbers.astype(np.uint8)


@dataclass(frozen=True)
class Counts:
    """How many characters of each combination of classes each text holds: texts × combinations."""

    table: Ints

    def of(self, kind: int) -> Ints:
        combinations, _ = _combinations()
        counts: Ints = self.table[:, (combinations & kind) != 0].sum(axis=1)
        return counts


def count_characters(texts: list[str], known: int = _TABLE_SIZE) -> Counts:
    """The counts of texts; all characters from `known` on are letters and no more."""
    combinations, numbers = _combinations()
    joined = "".join(texts).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(joined, dtype=np.uint32)
    codes = np.where(codes < known, codes, _TABLE_SIZE)
    first = np.arange(0, len(texts) * len(combinations), len(combinations))  # of each text, in the table laid flat
    places = np.repeat(first, [len(text) for text in texts]) + numbers[codes]
    table = np.bincount(places, minlength=len(first) * len(combinations)).astype(np.int64, copy=False)
    return Counts(table.reshape(len(texts), len(combinations)))


@cache
def _function_words() -> frozenset[str]:
    lines = FUNCTION_WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def spaceless_words(words: Iterable[str]) -> re.Pattern[str]:
    """Finds those of the words whose script has no spaces between words, wherever they stand in a text."""
    found = sorted(filter(SPACELESS.search, words), key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, found)) or "(?!)")


@cache
def _spaced_function_words() -> frozenset[str]:
    return frozenset(word for word in _function_words() if not SPACELESS.search(word))


@cache
def _spaceless_function_words() -> re.Pattern[str]:
    return spaceless_words(_function_words())


def _codes_of(*kinds: str) -> dict[str, int]:
    return {char: code for code, chars in enumerate(kinds, 2) for char in chars}


_ENDINGS: Final = _codes_of(",;", ".।॥。۔", "!?؟", ":", "…")
_EAST_ENDINGS: Final = _ENDINGS | _codes_of("，、；", "．｡", "！？", "：")
_CLOSERS: Final = "\"'”’)]»“"
_EAST_CLOSERS: Final = _CLOSERS + "」』）】》"
_STARTS: Final = {
    char: code for code, chars in enumerate(("0123456789", "\"'“‘„«", "-–—•*>|·", "©@#+"), 2) for char in chars
}


def _ending(text: str, with_east: bool) -> int:
    """What a text ends in: 1 a letter or the like, then the kinds of _ENDINGS."""
    bare = text.rstrip(_EAST_CLOSERS if with_east else _CLOSERS) or text
    if bare.endswith("..."):
        return 6
    return (_EAST_ENDINGS if with_east else _ENDINGS).get(bare[-1], 1)


def _start(text: str) -> int:
    first = text[0]
    if first in _STARTS:
        return _STARTS[first]
    return 0 if first.islower() else 1


_DATE: Final = re.compile(r"\b(?:19|20)\d\d\b|\d[:.]\d\d|[०-९]{4}")


@dataclass(frozen=True)
class Surface:
    """What later columns build on."""

    split: list[list[str]]
    long: list[set[str]]  # the longer ones of its words
    words: Ints
    common: Ints
    is_prose: NDArray[np.bool_]
    is_sentence: NDArray[np.bool_]
    columns: Columns


def read_surface(texts: list[str], rows: Rows, *, with_east: bool) -> Surface:
    """Lengths, kinds of characters, ends, copies and common words of stripped texts.

    With east, letters make words where a script has no spaces between them, and marks of East Asia are marks. A text
    is lost without; of a page in HTML markup tells more, and its model has been trained without.
    """
    counts = count_characters(texts, _TABLE_SIZE if with_east else _EAST)
    size = np.array([len(text) for text in texts], dtype=np.int64)
    split = [text.lower().split() for text in texts]
    known = _spaced_function_words()
    words = np.array([len(row) for row in split], dtype=np.int64)
    for kind, letters_of_word in _LETTERS_OF_WORD.items():
        words += counts.of(kind) // letters_of_word * with_east
    common = np.array([sum(map(known.__contains__, row)) for row in split], dtype=np.int64)
    for at in np.flatnonzero(words > [len(row) for row in split]).tolist():
        common[at] = min(words[at], len(_spaceless_function_words().findall(texts[at])))
    ending = np.array([_ending(text, with_east) for text in texts], dtype=np.int64)
    letters, stops, digits = counts.of(_LETTER), counts.of(_STOP), counts.of(_DIGIT)
    is_sentence = (ending == 3) | (ending == 4)
    is_prose = ((words >= 12) & is_sentence) | (words >= 25)
    long = [set(compress(row, map(_LEAST_LETTERS.__le__, map(len, row)))) for row in split]
    copies = np.ones(len(texts), dtype=np.int64)
    for first, end in rows.spans():
        same = Counter(texts[first:end])
        copies[first:end] = [same[text] for text in texts[first:end]]
    return Surface(
        split,
        long,
        words,
        common,
        is_prose,
        is_sentence,
        {
            "size": size,
            "words": words,
            "word_size": ratio(letters, words),
            "common": ratio(common, words),
            "letters": ratio(letters, size),
            "upper": ratio(counts.of(_UPPER), words),
            "digits": ratio(digits, size),
            "commas": ratio(counts.of(_COMMA), words),
            "stops": ratio(stops, words),
            "stop_count": stops,
            "indic": ratio(counts.of(_INDIC), letters),
            "ending": ending,
            "start": np.array([_start(text) for text in texts], dtype=np.int64),
            "has_date": np.array(
                [n > 0 and bool(_DATE.search(text[:200])) for text, n in zip(texts, digits, strict=True)]
            ),
            "signs": counts.of(_SIGN),
            "copies": copies,
            "shared": shared_words(long, is_prose, rows),
        },
    )


_LEAST_LETTERS: Final = 4


def shared_words(long: list[set[str]], chosen: NDArray[np.bool_], rows: Rows) -> Floats:
    """The share of a text's longer words that the chosen texts of the page have too, itself apart."""
    shared = np.full(len(long), -1, dtype=np.float32)
    for first, end in rows.spans():
        own = chosen[first:end].tolist()
        held = Counter(chain.from_iterable(compress(long[first:end], own)))
        in_chosen, in_others = held.keys(), {word for word, count in held.items() if count > 1}
        shared[first:end] = [
            len(found & (in_others if is_own else in_chosen)) / len(found) if found else -1
            for found, is_own in zip(long[first:end], own, strict=True)
        ]
    return shared
