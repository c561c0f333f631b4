"""Turns sentences into numbers for the network, and batches of them into tensors."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from flows.recogniser.flags import FLAGS, FlagFinder
from flows.recogniser.network import LETTERS, spelling, subword_rows
from flows.recogniser.pieces import Pieces
from training.recogniser_data import Sentence
from training.recogniser_network import LABELS
from training.recogniser_vectors import BUCKETS, MAX_N, MIN_N, SUBWORD_SIZE, WORD_SIZE, Vectors, scaled

LABEL_NO = {label: number for number, label in enumerate(LABELS)}
KNOWN_COUNT = 2  # times a word stands in labelled sentences before it gets numbers of its own


@dataclass(frozen=True)
class Vocabulary:
    """The words of all sentences: row 0 is none."""

    words: dict[str, int]
    vectors: np.ndarray
    letters: dict[str, int]
    word_letters: np.ndarray
    known_words: dict[str, int]
    known: np.ndarray


@dataclass(frozen=True)
class Numbers:
    """A sentence as numbers; `wanted` are probabilities of labels and steps, or None where nothing is known."""

    words: np.ndarray
    flags: np.ndarray
    source: int
    wanted: np.ndarray | None = None
    steps: np.ndarray | None = None


@dataclass(frozen=True)
class Batch:
    """Sentences side by side, padded."""

    words: Tensor
    flags: Tensor
    source: Tensor
    lengths: Tensor
    mask: Tensor
    wanted: Tensor
    steps: Tensor


def make_vocabulary(vectors: Vectors, labelled: list[Sentence], others: list[Pieces]) -> Vocabulary:
    """Numbers for every word of the sentences."""
    counts = Counter(key for sentence in labelled for key in sentence.pieces.keys)
    known_words = {
        word: number for number, word in enumerate(sorted(w for w, n in counts.items() if n >= KNOWN_COUNT), 1)
    }
    everything = sorted(set(counts) | {key for pieces in others for key in pieces.keys})
    words = {word: number for number, word in enumerate(everything, 1)}
    letter_counts = Counter(letter for word in counts for letter in word)
    letters = {letter: number for number, letter in enumerate(sorted(k for k, n in letter_counts.items() if n >= 3), 2)}
    row_of = {word: row for row, word in enumerate(vectors.words)}
    table = np.zeros((len(words) + 1, WORD_SIZE + SUBWORD_SIZE), np.float32)
    word_letters = np.zeros((len(words) + 1, LETTERS), np.int64)
    for word, number in words.items():
        table[number] = word_vector(vectors, row_of, word)
        word_letters[number] = spelling(word, letters)
    known = np.array([0] + [known_words.get(word, 0) for word in everything])
    return Vocabulary(words, table, letters, word_letters, known_words, known)


def word_vector(vectors: Vectors, row_of: dict[str, int], word: str) -> np.ndarray:
    """The vector of a whole word, nothing where it is unknown, and that of its subwords."""
    row = row_of.get(word)
    if row is not None:
        return np.concatenate([vectors.whole[row], scaled(vectors.subword[row : row + 1])[0]])
    rows = subword_rows(word, BUCKETS, MIN_N, MAX_N)
    total = vectors.buckets[rows].mean(0, keepdims=True) if rows else np.zeros((1, SUBWORD_SIZE))
    return np.concatenate([np.zeros(WORD_SIZE), scaled(total)[0]])


def to_numbers(
    pieces: Pieces, vocabulary: Vocabulary, finder: FlagFinder, source: int, labels: list[str] | None
) -> Numbers:
    """A sentence for the network."""
    flags = np.zeros((len(pieces.keys), len(FLAGS)), np.uint8)
    for row, found in enumerate(finder.find(pieces)):
        flags[row, found] = 1
    words = np.array([vocabulary.words[key] for key in pieces.keys])
    if labels is None:
        return Numbers(words, flags, source)
    numbers = [LABEL_NO[label] for label in labels]
    wanted = np.eye(len(LABELS), dtype=np.float32)[numbers]
    steps = np.zeros((len(LABELS), len(LABELS)), np.float32)
    np.add.at(steps, (numbers[:-1], numbers[1:]), 1)
    return Numbers(words, flags, source, wanted, steps)


def batches(
    sentences: list[Numbers], size: int, random: np.random.Generator | None
) -> Iterator[tuple[list[int], Batch]]:
    """Batches of sentences of like length, shuffled where `random` is given; with the places of the sentences."""
    lengths = np.array([len(sentence.words) for sentence in sentences], float)
    if random is not None:
        lengths += random.uniform(0, 6, len(lengths))
    order = np.argsort(lengths, kind="stable")
    groups = [order[start : start + size].tolist() for start in range(0, len(order), size)]
    if random is not None:
        random.shuffle(groups)
    for group in groups:
        yield group, to_batch([sentences[place] for place in group])


def to_batch(sentences: list[Numbers]) -> Batch:
    lengths = [len(sentence.words) for sentence in sentences]
    shape = (len(sentences), max(lengths))
    words = np.zeros(shape, np.int64)
    flags = np.zeros((*shape, len(FLAGS)), np.float32)
    wanted = np.zeros((*shape, len(LABELS)), np.float32)
    steps = np.zeros((len(sentences), len(LABELS), len(LABELS)), np.float32)
    for row, sentence in enumerate(sentences):
        words[row, : lengths[row]] = sentence.words
        flags[row, : lengths[row]] = sentence.flags
        if sentence.wanted is not None and sentence.steps is not None:
            wanted[row, : lengths[row]] = sentence.wanted
            steps[row] = sentence.steps
    mask = np.arange(shape[1]) < np.array(lengths)[:, None]
    source = np.array([sentence.source for sentence in sentences], np.float32)
    return Batch(*map(torch.from_numpy, (words, flags, source, np.array(lengths), mask, wanted, steps)))
