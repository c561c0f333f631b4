"""Learns word vectors from plain and labelled text: of whole words, and of subwords for the words it never saw."""

from dataclasses import dataclass

import numpy as np
from gensim.models import FastText, Word2Vec

WORD_SIZE, SUBWORD_SIZE = 100, 64
BUCKETS = 50_000
MIN_N, MAX_N = 2, 4
MIN_COUNT = 2
LENGTH = 4.0  # of every vector: its length says how frequent a word is, and little else


@dataclass(frozen=True)
class Vectors:
    """Rows of `whole` and `subword` belong to `words`; `buckets` are the rows for hashed letter sequences."""

    words: list[str]
    whole: np.ndarray
    subword: np.ndarray
    buckets: np.ndarray


def learn_vectors(sentences: list[list[str]]) -> Vectors:
    """Skip-gram vectors of the words seen twice or more; one thread, so that the same text gives the same vectors."""
    subword = FastText(
        sentences, vector_size=SUBWORD_SIZE, window=4, min_count=MIN_COUNT, sg=1, negative=8, epochs=12, workers=1,
        seed=1, min_n=MIN_N, max_n=MAX_N, bucket=BUCKETS, sample=1e-4,
    ).wv  # fmt: skip
    whole = Word2Vec(
        sentences, vector_size=WORD_SIZE, window=4, min_count=MIN_COUNT, sg=1, negative=10, epochs=25, workers=1,
        seed=1, sample=3e-5,
    ).wv  # fmt: skip
    words = list(whole.index_to_key)
    return Vectors(words, scaled(whole.vectors), subword[words], subword.vectors_ngrams)


def scaled(rows: np.ndarray) -> np.ndarray:
    """The rows, all of one length."""
    return LENGTH * rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
