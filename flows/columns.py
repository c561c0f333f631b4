"""Text in columns of a terminal: how many cells it takes, where a line may break, how wide each column may be."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

#: Between two columns.
GAP = "  "
#: A column that has to be narrower than this is no column any more.
LEAST_WIDTH = 8

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
        for cluster in clusters(word):
            if lines[-1] and width(lines[-1] + cluster) > most:
                lines.append("")
            lines[-1] += cluster
    return lines


def pad(text: str, wanted: int, *, is_right: bool = False) -> str:
    """Text filled up with spaces to so many cells."""
    spaces = " " * (wanted - width(text))
    return spaces + text if is_right else text + spaces


def fit(widths: Sequence[int], most: int) -> list[int] | None:
    """The widths, the largest cut alike until all columns fit; none if a column would be too narrow to read."""
    room = most - len(GAP) * (len(widths) - 1)
    cap = max(widths, default=0)
    if cap > room:
        cap = max(room, 0)
    while sum(min(one, cap) for one in widths) > room:
        cap -= 1
        if cap < LEAST_WIDTH:
            return None
    return [min(one, cap) for one in widths]


def lay_out(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    """A row of cells as the lines that it takes; no line ends in spaces."""
    wrapped = [wrap(text, one) for text, one in zip(cells, widths, strict=True)]
    for number in range(max(map(len, wrapped), default=0)):
        parts = [
            pad(lines[number] if number < len(lines) else "", one, is_right=is_right)
            for lines, one, is_right in zip(wrapped, widths, right, strict=True)
        ]
        yield GAP.join(parts).rstrip()
