"""Edge: the learned recogniser, list[str] → list[list[Span]]; passed in, so that tests can give a fake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from flows.gazetteer import Gazetteer, load_gazetteer
from flows.recogniser.flags import FLAGS, FlagFinder
from flows.recogniser.network import Network, load_weights
from flows.recogniser.pieces import Pieces, cut_pieces
from flows.text.sentences import sentence_starts

MODEL = Path(__file__).parent / "models" / "recogniser"
TYPES = {"PER": "PERSON", "LOC": "LOC", "ORG": "ORG"}
LONGEST = 120  # pieces the network reads at once; a longer sentence is cut
TOGETHER = 400  # sentences handed to the network at once: bounds memory, changes nothing


@dataclass(frozen=True, order=True)
class Span:
    """A name found in a text: code point offsets, a type of the contract, and a score in 0..1."""

    start: int
    end: int
    type: str
    score: float


class Tagger(Protocol):
    """Finds names in texts. The spans of a text must not depend on the other texts of the call."""

    def tag(self, texts: list[str]) -> list[list[Span]]: ...


class NoTagger:
    """Finds nothing: the alias table, the gazetteers and the cues work alone."""

    def tag(self, texts: list[str]) -> list[list[Span]]:
        return [[] for _ in texts]


class ModelError(ValueError):
    """A model that can't be used: says which, what is wrong and what to do."""


@dataclass(frozen=True)
class NetworkTagger:
    """The network that ships, over the sentences of each text."""

    network: Network
    flags: FlagFinder

    def tag(self, texts: list[str]) -> list[list[Span]]:
        sentences = [(number, pieces) for number, text in enumerate(texts) for pieces in split_sentences(text)]
        spans: list[list[Span]] = [[] for _ in texts]
        for start in range(0, len(sentences), TOGETHER):
            group = sentences[start : start + TOGETHER]
            keys = [pieces.keys for _, pieces in group]
            found = self.network.label(keys, [self.flags.find(pieces) for _, pieces in group])
            for (number, pieces), (labels, scores) in zip(group, found, strict=True):
                names = [self.network.weights.labels[label] for label in labels]
                spans[number].extend(find_spans(pieces, names, scores.tolist()))
        return spans


def split_sentences(text: str) -> Iterator[Pieces]:
    """The sentences of a text as pieces, long ones cut; those without a word left out."""
    starts = [*sentence_starts(text), len(text)]
    for start, end in pairwise(starts):
        pieces = cut_pieces(text, start, end)
        for first in range(0, len(pieces.keys), LONGEST):
            part = slice(first, first + LONGEST)
            if any(pieces.is_word[part]):
                yield Pieces(pieces.starts[part], pieces.ends[part], pieces.keys[part], pieces.is_word[part])


def find_spans(pieces: Pieces, labels: list[str], scores: list[float]) -> list[Span]:
    """The names of a labelled sentence without marks at their ends; a name is as sure as its least sure label."""
    spans: list[Span] = []
    first = -1
    for index, label in enumerate([*labels, "O"]):
        if first >= 0 and not label.startswith("I-"):
            span = _span(pieces, first, index, labels[first][2:], min(scores[first:index]))
            spans.extend(span)
            first = -1
        if label.startswith("B-"):
            first = index
    return spans


def _span(pieces: Pieces, first: int, end: int, kind: str, score: float) -> Iterator[Span]:
    words = [index for index in range(first, end) if pieces.is_word[index]]
    if words and kind in TYPES:
        yield Span(pieces.starts[words[0]], pieces.ends[words[-1]], TYPES[kind], round(score, 3))


def load_tagger(folder: Path = MODEL, gazetteer: Gazetteer | None = None, recogniser: str = "") -> Tagger:
    """The recogniser that ships in flows/models, or the model of a hub that `recogniser` names.

    Raises:
        ModelError: the weights are missing or of another version of the code; the named model can't be used.
    """
    if recogniser:
        from flows.recogniser.hub import load_hub_tagger

        return load_hub_tagger(recogniser)
    if gazetteer is None:
        return _shipped() if folder == MODEL else _load(folder, load_gazetteer())
    return _load(folder, gazetteer)


@cache
def _shipped() -> Tagger:
    return _load(MODEL, load_gazetteer())


def _load(folder: Path, gazetteer: Gazetteer) -> Tagger:
    try:
        weights = load_weights(folder)
    except (OSError, KeyError, ValueError) as error:
        raise ModelError(
            f"no recogniser can be read from {folder}: {error}; make it with `python -m training.recogniser`"
        ) from error
    if weights.flags != list(FLAGS):
        raise ModelError(
            f"the recogniser in {folder} knows other flags than the code; make it with `python -m training.recogniser`"
        )
    return NetworkTagger(Network(weights), FlagFinder(gazetteer))
