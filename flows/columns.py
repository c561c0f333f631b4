"""Text in columns of a terminal: how many cells it takes, where a line may break, how wide each column may be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

#: Between two columns.
GAP = "  "
#: Columns that have to be narrower than this are no columns any more.
LEAST_WIDTH = 8
#: A word longer than this may be broken anywhere.
LEAST_WIDTH_OF_WORDS = 24

_JOINTS = re.compile(r"(?<=[./_-])(?=[^\W\d_])")

_VIRAMA, _JOINER = "\u094d", "\u200d"


def width(text: str) -> int:
    """The cells that text takes in a terminal.

    A matra that stands beside its letter (ा, ी, ः) takes a cell, as xterm, tmux, VTE and the C library have it; one
    above or below (े, ू, ं) takes none. Some terminals give neither a cell: there a line is a little short of the edge.
    """
    return sum(map(_char_width, text))


@cache
def _char_width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def clusters(word: str) -> list[str]:
    """A word cut where a line may break it: a letter keeps its matras, a conjunct is whole."""
    cut: list[str] = []
    for char in word:
        is_mark = unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf")
        if cut and (is_mark or cut[-1].endswith((_VIRAMA, _JOINER))):
            cut[-1] += char
        else:
            cut.append(char)
    return cut


def wrap(text: str, most: int) -> list[str]:
    """Text as lines of at most so many cells, broken at spaces; a longer word is broken inside. Newlines stay."""
    return [line for part in text.split("\n") for line in _wrap_line(part, most)]


def _wrap_line(text: str, most: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        wanted = f"{lines[-1]} {word}" if lines[-1] else word
        if width(wanted) <= most:
            lines[-1] = wanted
            continue
        if lines[-1]:
            lines.append("")
        for piece in pieces(word):
            if lines[-1] and width(lines[-1] + piece) > most:
                lines.append("")
            for cluster in clusters(piece) if width(piece) > most else (piece,):
                if lines[-1] and width(lines[-1] + cluster) > most:
                    lines.append("")
                lines[-1] += cluster
    return lines


def pieces(word: str) -> list[str]:
    """A long word cut where people would: after the dots, slashes, dashes and underscores of names and paths."""
    return _JOINTS.split(word)


def least_width(text: str) -> int:
    """The cells that a column needs to break this text only between words and pieces of words."""
    return max((width(piece) for word in text.split() for piece in pieces(word)), default=0)


def pad(text: str, wanted: int, *, is_right: bool = False) -> str:
    """Text filled up with spaces to so many cells."""
    spaces = " " * (wanted - width(text))
    return spaces + text if is_right else text + spaces


def fit(widths: Sequence[int], least: Sequence[int], most: int) -> list[int] | None:
    """The widths, the largest cut alike until all columns fit, none below its least; nothing if they can't."""
    room = most - len(GAP) * (len(widths) - 1)
    lows = [min(one, low, LEAST_WIDTH_OF_WORDS) for one, low in zip(widths, least, strict=True)]
    for cap in range(min(max(widths, default=0), max(room, 0)), -1, -1):
        fitted = [max(low, min(one, cap)) for one, low in zip(widths, lows, strict=True)]
        if sum(fitted) <= room:
            return fitted if cap >= LEAST_WIDTH or fitted == list(widths) else None
    return None


def lay_out(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    """A row of cells as the lines that it takes; no line ends in spaces."""
    wrapped = [wrap(text, one) for text, one in zip(cells, widths, strict=True)]
    for number in range(max(map(len, wrapped), default=0)):
        parts = [
            pad(lines[number] if number < len(lines) else "", one, is_right=is_right)
            for lines, one, is_right in zip(wrapped, widths, right, strict=True)
        ]
        yield GAP.join(parts).rstrip()
