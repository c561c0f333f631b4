"""Words and marks of a text, and the keys under which the network knows them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from flows.text.folding import fold_word
from flows.text.tokens import WORD

PIECE = re.compile(rf"({WORD.pattern})|[^\w\s]")
_DIGITS = re.compile(r"[0-9]")
_MARKS = str.maketrans({"।": ".", "॥": ".", "‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "`": "'"})


@dataclass(frozen=True)
class Pieces:
    """Words and marks of a text in order, each with the key under which the network knows it."""

    starts: list[int]
    ends: list[int]
    keys: list[str]
    is_word: list[bool]


def cut_pieces(text: str, start: int = 0, end: int | None = None) -> Pieces:
    """The pieces of a text between two offsets."""
    starts, ends, keys, is_word = [], [], [], []
    for match in PIECE.finditer(text, start, len(text) if end is None else end):
        starts.append(match.start())
        ends.append(match.end())
        keys.append(piece_key(match.group()))
        is_word.append(match.lastindex == 1)
    return Pieces(starts, ends, keys, is_word)


@lru_cache(maxsize=1 << 17)
def piece_key(piece: str) -> str:
    """The folded word with its digits as 0; marks of one kind are one mark."""
    return _DIGITS.sub("0", fold_word(piece)).translate(_MARKS) or piece
