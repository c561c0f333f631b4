"""What the short lines of a page are about, as words of its furniture tell, and which of them are cast in one mould."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flows.labelling.rows import Columns, Ints, Rows, ratio
from flows.labelling.surface import SPACELESS, spaceless_words

FURNITURE_WORDS: Final = Path(__file__).parents[1] / "rules" / "furniture_words.txt"
#: Words of a line that is looked at, and of one that marks where furniture stands.
_LONGEST: Final = 30
_LONGEST_MARK: Final = 12
#: Lines cast in one mould from which a mould is one of the page's.
_OFTEN: Final = 3
_AROUND: Final = "\"'“”‘’„«»()[]{}<>.,:;!?|·•–—-…*#@&/\\।"
_DIGITS: Final = re.compile(r"\d+")


@dataclass(frozen=True)
class _Lexicon:
    kinds: list[str]
    kind_of: dict[str, int]
    spaceless: re.Pattern[str]


@cache
def _lexicon() -> _Lexicon:
    kinds: list[str] = []
    kind_of: dict[str, int] = {}
    for line in FURNITURE_WORDS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        kind, _, words = line.partition(":")
        if kind not in kinds:
            kinds.append(kind)
        for word in words.split():
            kind_of.setdefault(word, kinds.index(kind))
    return _Lexicon(kinds, kind_of, spaceless_words(kind_of))


def furniture_columns(texts: list[str], words: Ints, rows: Rows) -> Columns:
    """For each kind of furniture: its words in the line, and where lines with such words stand; moulds likewise."""
    kinds = _lexicon().kinds
    counts = np.zeros((len(texts), len(kinds)), dtype=np.int64)
    moulds = [""] * len(texts)
    for at in np.flatnonzero(words <= _LONGEST).tolist():
        known, moulds[at] = _read_line(texts[at].lower())
        for kind in known:
            counts[at, kind] += 1
    short = words <= _LONGEST_MARK
    columns: Columns = {}
    for at, name in enumerate(kinds):
        columns[name] = counts[:, at]
        columns[f"{name}_share"] = ratio(counts[:, at], words)
        columns |= _places(name, short & (counts[:, at] > 0), rows)
    copies = _count_moulds(moulds, rows)
    columns["mould_copies"] = copies
    return columns | _places("mould", copies >= _OFTEN, rows)


@lru_cache(maxsize=1 << 15)  # the pages of a site share most of their short lines
def _read_line(text: str) -> tuple[tuple[int, ...], str]:
    """The kinds of the furniture words of a line, and its mould, if it has one of them or a number.

    The mould is the line with numbers blotted out and every run of words that tell nothing taken for one.
    """
    lexicon = _lexicon()
    row = text.split()
    kinds = [lexicon.kind_of.get(word.strip(_AROUND)) for word in row]
    known = [kind for kind in kinds if kind is not None]
    if SPACELESS.search(text):
        known += [lexicon.kind_of[word] for word in lexicon.spaceless.findall(text)]
    if not known and not _DIGITS.search(text):
        return tuple(known), ""
    parts: list[str] = []
    for word, kind in zip(row, kinds, strict=True):
        part = _DIGITS.sub("0", word) if kind is not None or _DIGITS.search(word) else "x"
        if part != "x" or not parts or parts[-1] != "x":
            parts.append(part)
    return tuple(known), " ".join(parts)


def _count_moulds(moulds: list[str], rows: Rows) -> Ints:
    """How many lines of the page are cast in a line's mould; 1 for one without."""
    copies = np.ones(len(moulds), dtype=np.int64)
    for first, end in rows.spans():
        same = Counter(moulds[first:end])
        copies[first:end] = [same[mould] if mould else 1 for mould in moulds[first:end]]
    return copies


def _places(name: str, marks: NDArray[np.bool_], rows: Rows) -> Columns:
    """Where the marked lines stand, seen from each line."""
    marked = marks.astype(np.int64)
    columns: Columns = {
        f"since_{name}": rows.since(np.concatenate([[False], marks])[:-1] & (rows.number > rows.first)),
        f"until_{name}": rows.until(np.concatenate([marks, [False]])[1:] & (rows.number + 1 < rows.end)),
    }
    for reach in (4, 12):
        for side, before, after in (("above", reach, -1), ("below", -1, reach)):
            lines = rows.window(np.ones_like(marked), before, after)
            columns[f"near_{name}_{side}_{reach}"] = ratio(rows.window(marked, before, after), lines)
    return columns
