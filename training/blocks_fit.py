"""Grows symmetric trees with CatBoost and turns them into the form that numpy reads."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from catboost import CatBoostClassifier, Pool
from numpy.typing import NDArray

from flows.labelling.features import Features, second_features
from flows.labelling.model import LEAF_SCALE, BlockModel, Forest
from flows.labelling.rows import Floats, Ints

SEED = 20261122
#: A forest is the mean of one for each of these: the columns that it must not see. A text's second one does without the
#: words of furniture, which are known in some languages only; the mean scores better than two that see all.
HIDDEN = {"html": (None,), "text": (None, re.compile("(^|_)(menu|reader|more|credit|time|mould)(_|$)"))}
TREES = 400
DEPTH = 6
#: Menus and lists have most blocks and teach least: of those below this many words, one in four is read, for four.
_EASY_WORDS = 6
_EASY_SHARE = 4
#: The bin of a level that is not there: no value is above it.
_NEVER = 255


@dataclass(frozen=True)
class Examples:
    """The blocks of all pages with what they are: coverage by the gold text, words, fold and weight of the page."""

    form: str
    features: Features
    coverage: NDArray[np.float64]
    words: NDArray[np.float64]
    folds: Ints
    page_weights: NDArray[np.float64]

    @property
    def is_gold(self) -> NDArray[np.bool_]:
        return self.coverage > 0.5

    def weights(self) -> NDArray[np.float64]:
        """Long blocks count more, blocks of which half is gold less, those of short articles more."""
        rows = self.features.rows
        gold_words = rows.total((self.words * self.is_gold).astype(np.int64))
        weights = (np.sqrt(self.words) + 0.2) * np.maximum(0.05, np.abs(2 * self.coverage - 1))
        weights *= self.page_weights * np.clip(np.sqrt(500 / np.maximum(gold_words, 50)), 0.5, 3)
        weights[self.words == 0] = 0.02
        return weights


def fit_forest(matrix: Floats, examples: Examples, chosen: NDArray[np.bool_]) -> Forest:
    """A forest grown on the chosen rows."""
    forests = []
    for number, hidden in enumerate(HIDDEN[examples.form]):
        seen = matrix.copy()
        seen[:, [at for at, name in enumerate(examples.features.names) if hidden and hidden.search(name)]] = 0
        forests.append(_grow(seen, examples, chosen, SEED + number))
    return mean_forest(forests)


def _grow(matrix: Floats, examples: Examples, chosen: NDArray[np.bool_], seed: int) -> Forest:
    random = np.random.default_rng(seed)
    is_easy = ~examples.is_gold & (examples.words <= _EASY_WORDS)
    sample = chosen & (~is_easy | (random.random(len(is_easy)) < 1 / _EASY_SHARE))
    weights = examples.weights() * np.where(is_easy, _EASY_SHARE, 1)
    model = CatBoostClassifier(
        iterations=TREES,
        depth=DEPTH,
        learning_rate=0.08,
        border_count=64,
        rsm=0.3,
        l2_leaf_reg=5,
        bootstrap_type="Bernoulli",
        subsample=0.7,
        boosting_type="Plain",
        leaf_estimation_iterations=1,
        thread_count=1,
        random_seed=seed,
        allow_writing_files=False,
        verbose=0,
    )
    model.fit(Pool(matrix[sample], examples.is_gold[sample].astype(int), weight=weights[sample]))
    return export_forest(model, matrix.shape[1])


def export_forest(model: CatBoostClassifier, columns: int) -> Forest:
    """CatBoost's trees with leaves as whole numbers."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        given = json.loads(path.read_text(encoding="utf-8"))
    borders: list[list[float]] = [[] for _ in range(columns)]
    for column in given["features_info"]["float_features"]:
        borders[column["flat_feature_index"]] = column["borders"] or []
    trees = given["oblivious_trees"]
    features = np.zeros((len(trees), DEPTH), dtype=np.int16)
    bins = np.full((len(trees), DEPTH), _NEVER, dtype=np.uint8)
    leaves = np.zeros((len(trees), 1 << DEPTH), dtype=np.int32)
    for at, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"] or []):
            column = split["float_feature_index"]
            features[at, level] = column
            bins[at, level] = borders[column].index(split["border"])
        values = np.rint(np.array(tree["leaf_values"]) * LEAF_SCALE).astype(np.int32)
        leaves[at, : len(values)] = values
    scale, bias = given["scale_and_bias"]
    if scale != 1:
        raise ValueError(f"CatBoost scales its sum by {scale}; only 1 is known here")
    ends = np.cumsum([len(found) for found in borders], dtype=np.int64)
    flat = np.array([border for found in borders for border in found], dtype=np.float32)
    return Forest(flat, ends, features, bins, leaves, round(bias[0] * LEAF_SCALE))


def mean_forest(forests: list[Forest]) -> Forest:
    """One forest whose sums are the mean of the sums of several over the same columns."""
    columns = range(len(forests[0].border_ends))
    own = [np.split(forest.borders, forest.border_ends[:-1]) for forest in forests]
    joint = [np.unique(np.concatenate([borders[column] for borders in own])) for column in columns]
    bins = [forest.bins.copy() for forest in forests]
    for forest, borders, found in zip(forests, own, bins, strict=True):
        for at in np.argwhere(found != _NEVER).tolist():
            column, number = forest.features[*at], found[*at]
            found[*at] = np.searchsorted(joint[column], borders[column][number])
    leaves = np.concatenate([forest.leaves for forest in forests]) / len(forests)
    return Forest(
        np.concatenate(joint),
        np.cumsum([len(borders) for borders in joint], dtype=np.int64),
        np.concatenate([forest.features for forest in forests]),
        np.concatenate(bins),
        np.rint(leaves).astype(np.int32),
        round(sum(forest.bias for forest in forests) / len(forests)),
    )


@dataclass(frozen=True)
class Folded:
    """A model for each fold that has not seen its sites, and what their two forests say of the blocks of the fold."""

    models: list[BlockModel]
    first: Ints
    second: Ints


def fit_folds(examples: Examples, count: int) -> Folded:
    """Trains without each fold in turn."""
    features, folds = examples.features, examples.folds
    firsts = [fit_forest(features.matrix, examples, folds != fold) for fold in range(count)]
    first = _unseen(firsts, features.matrix, folds)
    _, matrix = second_features(features, first)
    seconds = [fit_forest(matrix, examples, folds != fold) for fold in range(count)]
    models = [BlockModel(features.names, *pair) for pair in zip(firsts, seconds, strict=True)]
    return Folded(models, first, _unseen(seconds, matrix, folds))


def fit_all(examples: Examples, folded: Folded) -> BlockModel:
    """The model of all pages; its second forest learns from what first ones said of sites they had not seen."""
    features = examples.features
    everything = np.ones(len(examples.words), dtype=bool)
    _, matrix = second_features(features, folded.first)
    return BlockModel(
        features.names,
        fit_forest(features.matrix, examples, everything),
        fit_forest(matrix, examples, everything),
    )


def _unseen(forests: list[Forest], matrix: Floats, folds: Ints) -> Ints:
    """What each fold's forest says of the blocks of its fold."""
    chances = np.zeros(len(matrix), dtype=np.int64)
    for fold, forest in enumerate(forests):
        chances[folds == fold] = forest.chances(matrix[folds == fold])
    return chances
