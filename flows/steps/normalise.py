"""Makes the body from the kept blocks, with the raw offset of every character of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np
import polars as pl
from numpy.typing import NDArray

from flows import schema
from flows.text.characters import clean_with_offsets

_INPUTS = ("article_id", "joins_previous", "raw_start", "raw_text", "role", "is_kept")
PARAGRAPH_BREAK = "\n\n"
# A subhead is a paragraph of its own, even where it runs into the line that follows.
_ALONE = frozenset({"subhead"})
#: What a block is of which nothing can be seen.
BLANK = {"role": "blank", "rule_id": "blank", "evidence": "no letters"}


def normalise(blocks: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """BLOCKS with paragraph_no (and is_kept of blanks), and BODIES. An article's blocks stand together, in order."""
    paragraphs: list[int | None] = []
    are_empty: list[bool] = []
    bodies: dict[str, _Body] = {}
    for article_id, rows in groupby(blocks.select(_INPUTS).rows(), key=itemgetter(0)):
        body = bodies[article_id] = _Body()
        for _, *block in rows:
            body.add(*block)
        paragraphs += body.paragraphs
        are_empty += body.are_empty
    numbered = blocks.with_columns(pl.Series("paragraph_no", paragraphs, pl.Int32)).with_columns(
        is_kept=pl.col("paragraph_no").is_not_null()
    )
    if any(are_empty):  # a line of thousands of invisible characters, or a piece of a line
        is_empty = pl.Series(are_empty)
        numbered = numbered.with_columns(
            pl.when(is_empty).then(pl.lit(value)).otherwise(name).alias(name) for name, value in BLANK.items()
        )
    texts = pl.DataFrame(
        {
            "article_id": list(bodies),
            "body": ["".join(body.parts) for body in bodies.values()],
            "raw_map": [np.concatenate([*body.offsets, [body.end]]) for body in bodies.values()],
        },
        schema.BODIES,
    )
    return schema.conform(numbered, schema.BLOCKS), texts


class _Body:
    """The body of one article as it grows, block by block."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.offsets: list[NDArray[np.int64]] = []  # of a thousand characters a list would be dear
        self.end = 0  # raw offset after the last kept character
        self.paragraphs: list[int | None] = []  # number of each block's paragraph; None where removed
        self.are_empty: list[bool] = []  # whether nothing is left of each block that was to be kept
        self._number = -1
        self._open_role: str | None = None  # role of the piece that the next one of its line joins
        self._blanks: list[int] = []  # blocks without text since the last kept one, while nothing removed has come

    def add(self, joins_previous: bool, raw_start: int, raw_text: str, role: str, is_kept: bool) -> None:
        """One more block; pieces of one line are one paragraph, also across removed pieces between them."""
        if not joins_previous:
            self._open_role = None
        text, offsets = clean_with_offsets(raw_text) if is_kept else ("", ())
        self.are_empty.append(is_kept and not text)
        if not text:
            self._add_without_text(is_blank=is_kept or role == "blank")
            return
        joins = self._open_role == role or (self._open_role is not None and not {role, self._open_role} & _ALONE)
        if not joins:
            self._number += 1
        if self.parts:
            joiner = " " if joins else PARAGRAPH_BREAK
            self.parts.append(joiner)
            self.offsets.append(np.full(len(joiner), self.end))
        self.parts.append(text)
        self._add_offsets(raw_start, offsets)
        for blank in self._blanks:
            self.paragraphs[blank] = self.paragraphs[blank - 1]
        self._blanks = []
        self.paragraphs.append(self._number)
        self._open_role = role

    def _add_without_text(self, is_blank: bool) -> None:
        """A block that adds nothing: a blank one stays if it turns out to lie between two kept ones."""
        follows_kept = bool(self.paragraphs) and (self.paragraphs[-1] is not None or bool(self._blanks))
        if is_blank and follows_kept:
            self._blanks.append(len(self.paragraphs))
        elif not is_blank:
            self._blanks = []
        self.paragraphs.append(None)

    def _add_offsets(self, raw_start: int, offsets: Sequence[int]) -> None:
        if isinstance(offsets, range):
            self.offsets.append(np.arange(raw_start + offsets[0], raw_start + offsets[-1]))
        else:
            self.offsets.append(raw_start + np.array(offsets[:-1], dtype=np.int64))
        self.end = raw_start + offsets[-1]
