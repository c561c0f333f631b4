"""What a block looks like, read by its characters and words alone: the same for HTML and plain text."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import chain, compress
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flows.labelling.rows import Columns, Floats, Ints, Rows, ratio

FUNCTION_WORDS: Final = Path(__file__).parents[1] / "rules" / "function_words.txt"

_LETTER, _UPPER, _DIGIT, _COMMA, _STOP, _INDIC, _SIGN = (1 << bit for bit in range(7))
_TABLE_SIZE: Final = 0x3000
_BEYOND: Final = _LETTER  # Han, Hangul and the like


@cache
def _classes() -> NDArray[np.uint8]:
    """The classes of the characters below U+3000; the last entry stands for all others."""
    table = np.zeros(_TABLE_SIZE + 1, dtype=np.uint8)
    for code in range(_TABLE_SIZE):
        char = chr(code)
        kind = unicodedata.category(char)
        is_letter = kind[0] in "LM"
        table[code] = (
            _LETTER * is_letter
            | _UPPER * (kind in ("Lu", "Lt"))
            | _DIGIT * (kind == "Nd")
            | _COMMA * (char in ",;،")
            | _STOP * (char in ".!?।॥…؟۔")
            | _INDIC * (is_letter and 0x900 <= code < 0xE00)
            | _SIGN * (char in "|»›→•·@©#+_=/\\")
        )
    table[_TABLE_SIZE] = _BEYOND
    return table


@cache
def _combinations() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
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


def count_characters(texts: list[str]) -> Counts:
    combinations, numbers = _combinations()
    joined = "".join(texts).encode("utf-32-le", "surrogatepass")
    codes = np.minimum(np.frombuffer(joined, dtype=np.uint32), _TABLE_SIZE)
    first = np.arange(0, len(texts) * len(combinations), len(combinations))  # of each text, in the table laid flat
    places = np.repeat(first, [len(text) for text in texts]) + numbers[codes]
    table = np.bincount(places, minlength=len(first) * len(combinations)).astype(np.int64, copy=False)
    return Counts(table.reshape(len(texts), len(combinations)))


@cache
def _function_words() -> frozenset[str]:
    lines = FUNCTION_WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


_ENDINGS: Final = {char: code for code, chars in enumerate((",;", ".।॥。۔", "!?؟", ":", "…"), 2) for char in chars}
_CLOSERS: Final = "\"'”’)]»“"
_STARTS: Final = {
    char: code for code, chars in enumerate(("0123456789", "\"'“‘„«", "-–—•*>|·", "©@#+"), 2) for char in chars
}


def _ending(text: str) -> int:
    """What a text ends in: 1 a letter or the like, then the kinds of _ENDINGS."""
    bare = text.rstrip(_CLOSERS) or text
    if bare.endswith("..."):
        return 6
    return _ENDINGS.get(bare[-1], 1)


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
    words: Ints
    common: Ints
    is_prose: NDArray[np.bool_]
    is_sentence: NDArray[np.bool_]
    columns: Columns


def read_surface(texts: list[str], rows: Rows) -> Surface:
    """Lengths, kinds of characters, ends, copies and common words of stripped texts."""
    counts = count_characters(texts)
    size = np.array([len(text) for text in texts], dtype=np.int64)
    split = [text.lower().split() for text in texts]
    known = _function_words()
    words = np.array([len(row) for row in split], dtype=np.int64)
    common = np.array([sum(map(known.__contains__, row)) for row in split], dtype=np.int64)
    ending = np.array([_ending(text) for text in texts], dtype=np.int64)
    letters, stops, digits = counts.of(_LETTER), counts.of(_STOP), counts.of(_DIGIT)
    is_sentence = (ending == 3) | (ending == 4)
    is_prose = ((words >= 12) & is_sentence) | (words >= 25)
    shared, copies = _shared(texts, split, is_prose, rows)
    return Surface(
        split,
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
            "shared": shared,
        },
    )


_LEAST_LETTERS: Final = 4


def _shared(texts: list[str], split: list[list[str]], is_prose: NDArray[np.bool_], rows: Rows) -> tuple[Floats, Ints]:
    """The share of a text's longer words that other paragraphs of the page have too; how often it stands there."""
    shared = np.full(len(texts), -1, dtype=np.float32)
    copies = np.ones(len(texts), dtype=np.int64)
    for first, end in rows.spans():
        long = [set(compress(row, map(_LEAST_LETTERS.__le__, map(len, row)))) for row in split[first:end]]
        prose = is_prose[first:end].tolist()
        held = Counter(chain.from_iterable(compress(long, prose)))
        in_prose, in_others = held.keys(), {word for word, count in held.items() if count > 1}
        shared[first:end] = [
            len(found & (in_others if own else in_prose)) / len(found) if found else -1
            for found, own in zip(long, prose, strict=True)
        ]
        same = Counter(texts[first:end])
        copies[first:end] = [same[text] for text in texts[first:end]]
    return shared, copies
