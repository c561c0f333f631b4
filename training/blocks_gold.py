"""Tells which segments of a page are its article, by the words they share with the gold text."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"[\w\u0300-\u036f\u0900-\u0dff]+")
_UNSEEN = re.compile("[\u200b-\u200d\u00ad\ufeff]")
_GRAM = 4
#: Of two copies of a text that is the article's which stands among more of its text; so many words around it count.
_NEIGHBOURHOOD = 200

Floats = NDArray[np.float64]


def words(text: str) -> list[str]:
    """The words that the score counts."""
    return _WORD.findall(re.sub("[\u0964\u0965]", " ", _UNSEEN.sub("", unicodedata.normalize("NFC", text))))


def grams(tokens: list[str]) -> Counter[tuple[str, ...]]:
    """Counts of four words in a row; a shorter text is one gram."""
    if not tokens:
        return Counter()
    return Counter(tuple(tokens[at : at + _GRAM]) for at in range(max(1, len(tokens) - _GRAM + 1)))


def gold_coverage(texts: list[str], gold: str) -> tuple[Floats, Floats]:
    """Of each segment: the share of its words that belong to the gold text, and how many words it has.

    The page is read as one row of words, so that a subhead of two words counts with what stands around it. No stretch
    of the gold text is found twice.
    """
    stream: list[str] = []
    sizes = np.zeros(len(texts), dtype=np.int64)
    for number, text in enumerate(texts):
        found = words(text)
        sizes[number] = len(found)
        stream += found
    is_gold = _mark(stream, grams(words(gold)))
    ends = np.cumsum(sizes)
    sums = np.concatenate([[0], np.cumsum(is_gold)])
    covered = sums[ends] - sums[ends - sizes]
    return covered / np.maximum(sizes, 1), sizes.astype(np.float64)


def _mark(stream: list[str], left: Counter[tuple[str, ...]]) -> NDArray[np.bool_]:
    """Which words of the stream are gold; runs that stand among other gold text take theirs first."""
    keys = [tuple(stream[at : at + _GRAM]) for at in range(len(stream) - _GRAM + 1)]
    is_found = np.array([key in left for key in keys], dtype=bool)
    near = np.convolve(is_found, np.ones(2 * _NEIGHBOURHOOD + 1), mode="same")[: len(keys)] if len(keys) else is_found
    if len(keys) < 2 * _NEIGHBOURHOOD + 1:
        near = np.full(len(keys), is_found.sum())
    runs: list[range] = []
    for found, group in groupby(range(len(keys)), key=lambda at: bool(is_found[at])):
        members = list(group)
        if found:
            runs.append(range(members[0], members[-1] + 1))
    is_gold = np.zeros(len(stream), dtype=bool)
    for run in sorted(runs, key=lambda run: (-float(near[run.start : run.stop].mean()), -len(run), run.start)):
        for at in run:
            if left[keys[at]] > 0:
                left[keys[at]] -= 1
                is_gold[at : at + _GRAM] = True
    return is_gold
