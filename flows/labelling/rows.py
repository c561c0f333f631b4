"""Rows of several pages in one table: sums over the rows around each one that never leave its page.

All sums are of whole numbers, so a page gets the same ones whatever pages stand in its batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Columns = dict[str, NDArray[np.generic]]

#: A distance that stands for "nowhere", and beyond which all are equal.
FAR: Final = 500


@dataclass(frozen=True)
class Rows:
    """Where each row stands: its page's first row and the row behind its page's last."""

    first: Ints
    end: Ints

    @property
    def number(self) -> Ints:
        return np.arange(len(self.first), dtype=np.int64)

    @property
    def page(self) -> Ints:
        return self.first  # a page is known by its first row

    def spans(self) -> list[tuple[int, int]]:
        """First row of each page, and the row behind its last."""
        starts = np.unique(self.first)
        return list(zip(starts.tolist(), self.end[starts].tolist(), strict=True))

    def window(self, values: Ints, before: int, after: int) -> Ints:
        """The sum over the rows from `before` above to `after` below, within the page."""
        sums = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
        low = np.maximum(self.number - before, self.first)
        high = np.minimum(self.number + after + 1, self.end)
        total: Ints = sums[np.maximum(high, low)] - sums[low]
        return total

    def above(self, values: Ints) -> Ints:
        """The sum over all rows above in the page."""
        sums = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
        total: Ints = sums[self.number] - sums[self.first]
        return total

    def total(self, values: Ints) -> Ints:
        sums = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
        total: Ints = sums[self.end] - sums[self.first]
        return total

    def neighbour(self, values: NDArray[np.generic], distance: int) -> Floats:
        """The value of the row at a distance, -1 beyond the page."""
        at = self.number + distance
        inside = (at >= self.first) & (at < self.end)
        found: Floats = np.where(inside, values[np.where(inside, at, 0)], -1).astype(np.float32)
        return found

    def since(self, marks: NDArray[np.bool_]) -> Ints:
        """Rows since the last marked row above, or itself; FAR where there is none."""
        last = np.maximum.accumulate(np.where(marks, self.number, -1))
        distance: Ints = np.where(last >= self.first, self.number - last, FAR)
        return distance

    def until(self, marks: NDArray[np.bool_]) -> Ints:
        """Rows to the next marked row below, or itself; FAR where there is none."""
        following = np.minimum.accumulate(np.where(marks, self.number, len(marks) + FAR)[::-1])[::-1]
        distance: Ints = np.where(following < self.end, following - self.number, FAR)
        return distance


def page_rows(ids: list[str]) -> Rows:
    """The rows of pages that stand together."""
    borders = [0, *(at for at in range(1, len(ids)) if ids[at] != ids[at - 1]), len(ids)]
    sizes = np.diff(borders) if ids else np.zeros(1, dtype=np.int64)
    first = np.repeat(np.array(borders[:-1], dtype=np.int64), sizes)
    end = np.repeat(np.array(borders[1:], dtype=np.int64), sizes)
    return Rows(first, end)


def ratio(part: NDArray[np.generic], whole: NDArray[np.generic]) -> Floats:
    """Part by whole; part itself where the whole is less than one."""
    share: Floats = (part / np.maximum(whole, 1)).astype(np.float32)
    return share
