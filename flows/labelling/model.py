"""The learned evidence: for each block of a page, how likely it is to be the article's; trees in plain numpy.

All trees are symmetric (one question a level), so that numpy answers them for all blocks at once, and leaves are whole
numbers, so that their sum is the same in every order and batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from flows.labelling.features import SCALE, Features, html_features, second_features, text_features
from flows.labelling.rows import Floats, Ints

MODELS: Final = Path(__file__).parents[1] / "models" / "blocks"
#: Leaves are counted in parts of this size.
LEAF_SCALE: Final = 1 << 16
#: Blocks asked at once: what they need stays in the cache of a processor.
_TOGETHER: Final = 256
FORMS: Final = ("html", "text")
_ARRAYS: Final = ("borders", "border_ends", "features", "bins", "leaves")


class BlockModelError(ValueError):
    """A block model that can't be used: says which, what is wrong and what to do."""


@dataclass(frozen=True)
class Forest:
    """Symmetric trees over binned columns.

    `borders` holds the borders of all columns in a row, each column's up to its `border_ends`. A tree asks for each
    level whether the bin of `features` is above `bins`; the answers, first level lowest, are the number of the leaf.
    """

    borders: Floats
    border_ends: Ints
    features: NDArray[np.int16]  # trees × depth
    bins: NDArray[np.uint8]  # trees × depth
    leaves: NDArray[np.int32]  # trees × 2 ** depth
    bias: int

    @cached_property
    def _used(self) -> list[tuple[int, Floats]]:
        starts = [0, *self.border_ends.tolist()]
        return [(at, self.borders[starts[at] : starts[at + 1]]) for at in np.unique(self.features).tolist()]

    def chances(self, matrix: Floats) -> Ints:
        """For each row the chance, in parts of SCALE, that it is the article's."""
        binned = np.zeros((matrix.shape[1], len(matrix)), dtype=np.uint8)
        for at, borders in self._used:
            binned[at] = np.searchsorted(borders, matrix[:, at], side="left")
        parts = [self._sum(binned[:, at : at + _TOGETHER]) for at in range(0, len(matrix), _TOGETHER)]
        sums = np.concatenate([np.empty(0, dtype=np.int64), *parts])
        chances: Ints = np.rint(SCALE / (1 + np.exp(-sums / LEAF_SCALE))).astype(np.int64)
        return chances

    def _sum(self, binned: NDArray[np.uint8]) -> Ints:
        number = np.zeros((len(self.features), binned.shape[1]), dtype=np.uint8)
        for level in reversed(range(self.features.shape[1])):
            number += number  # numpy adds bytes ten times as fast as it shifts them
            number |= (binned[self.features[:, level]] > self.bins[:, level, None]).view(np.uint8)
        found = np.take(self.leaves, number + self._tree_starts)
        total: Ints = found.sum(axis=0, dtype=np.int64) + self.bias
        return total

    @cached_property
    def _tree_starts(self) -> NDArray[np.int32]:
        trees, size = self.leaves.shape
        starts: NDArray[np.int32] = np.arange(trees, dtype=np.int32)[:, None] * np.int32(size)
        return starts


@dataclass(frozen=True)
class BlockModel:
    """Two forests that are asked alike; the second also reads what the first says of the blocks around."""

    names: list[str]  # of the columns of the first
    first: Forest
    second: Forest

    def chances(self, features: Features) -> Ints:
        """The chance of each row of the features, in parts of SCALE.

        Raises:
            BlockModelError: it was trained on other columns.
        """
        if features.names != self.names:
            wrong = sorted(set(features.names) ^ set(self.names))[:5]
            raise BlockModelError(f"the block model knows other columns ({wrong} …); make it with `{REMEDY}`")
        first = self.first.chances(features.matrix)
        _, matrix = second_features(features, first)
        chances: Ints = (first + self.second.chances(matrix)) // 2
        return chances


REMEDY: Final = "python -m training.blocks"


@dataclass(frozen=True)
class BlockModels:
    """The model of each form of page."""

    html: BlockModel
    text: BlockModel


def load_block_models(folder: Path = MODELS) -> BlockModels:
    """The models that ship in flows/models.

    Raises:
        BlockModelError: weights that are missing or can't be read.
    """
    html, text = (_load(folder / f"{form}.npz") for form in FORMS)
    return BlockModels(html, text)


def _load(path: Path) -> BlockModel:
    try:
        with np.load(path) as arrays:
            first, second = (
                Forest(bias=int(arrays[f"{stage}_bias"]), **{name: arrays[f"{stage}_{name}"] for name in _ARRAYS})
                for stage in ("first", "second")
            )
            return BlockModel(arrays["names"].tolist(), first, second)
    except (OSError, KeyError, ValueError) as error:
        raise BlockModelError(f"no block model can be read from {path}: {error}; make it with `{REMEDY}`") from error


def save_model(model: BlockModel, path: Path) -> None:
    """Writes a model as one file without anything that changes from day to day."""
    arrays: dict[str, NDArray[np.generic]] = {"names": np.array(model.names)}
    for stage, forest in (("first", model.first), ("second", model.second)):
        arrays |= {f"{stage}_{name}": getattr(forest, name) for name in _ARRAYS}
        arrays[f"{stage}_bias"] = np.array(forest.bias)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, allow_pickle=False, **arrays)


NOTHING: Final = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def html_chances(segments: pl.DataFrame, pages: pl.DataFrame, model: BlockModel) -> tuple[Ints, Ints]:
    """Rows of the segments of web pages that are not blank, and the chance of each."""
    return _ask(model, html_features(segments, pages)) if segments.height else NOTHING


def text_chances(segments: pl.DataFrame, model: BlockModel) -> tuple[Ints, Ints]:
    """Rows of the segments of plain texts that are not blank, and the chance of each."""
    return _ask(model, text_features(segments)) if segments.height else NOTHING


def _ask(model: BlockModel, features: Features) -> tuple[Ints, Ints]:
    return features.index, model.chances(features)
