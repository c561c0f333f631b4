"""The usual way to a recogniser, to measure ours against: a spaCy CNN with static vectors, trained on the same data.

`bench/entities.py --beside-spacy DATA` trains and scores it; it wants the packages of requirements-bench.txt. Its
vectors come from the words of the training sentences and of `DATA/text-plain/*.txt`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import spacy
from gensim.models import Word2Vec
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example, iob_to_biluo
from spacy.util import minibatch

from flows.recogniser.pieces import Pieces, cut_pieces
from flows.tagger import TYPES, Span, split_sentences

EPOCHS = 8
VECTOR_SIZE = 100
LABELLED = ("hiner", "il-ner")
NER_MODEL = {
    "@architectures": "spacy.TransitionBasedParser.v2",
    "state_type": "ner",
    "extra_state_tokens": False,
    "hidden_width": 64,
    "maxout_pieces": 2,
    "use_upper": True,
    "tok2vec": {
        "@architectures": "spacy.HashEmbedCNN.v2",
        "pretrained_vectors": True,
        "width": 96,
        "depth": 4,
        "embed_size": 2000,
        "window_size": 1,
        "maxout_pieces": 3,
        "subword_features": True,
    },
}


@dataclass(frozen=True)
class SpacyTagger:
    """A trained pipeline behind the interface of `flows.tagger.Tagger`."""

    nlp: Language

    def tag(self, texts: list[str]) -> list[list[Span]]:
        cut = [(number, pieces) for number, text in enumerate(texts) for pieces in split_sentences(text)]
        docs = [Doc(self.nlp.vocab, words_of(texts[number], pieces)) for number, pieces in cut]
        spans: list[list[Span]] = [[] for _ in texts]
        for (number, pieces), doc in zip(cut, self.nlp.pipe(docs, batch_size=256), strict=True):
            spans[number] += [
                Span(pieces.starts[name.start], pieces.ends[name.end - 1], TYPES[name.label_], 1.0)
                for name in doc.ents
                if name.label_ in TYPES
            ]
        return spans


def read_sentences(path: Path) -> Iterator[tuple[list[str], list[str]]]:
    """The words and BIO labels of each sentence of a CoNLL file."""
    words, labels = [], []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        word, _, label = line.strip().rpartition("\t")
        if word:
            words.append(word)
            labels.append(label if label[2:] in TYPES else "O")
        elif words:
            yield words, labels
            words, labels = [], []


def train_spacy(data: Path) -> SpacyTagger:
    """A pipeline trained for EPOCHS on `DATA/ner/*.train.conll`; seeds are fixed."""
    labelled = [pair for name in LABELLED for pair in read_sentences(data / "ner" / f"{name}.train.conll")]
    plain = [
        words_of(line, cut_pieces(line))
        for path in sorted((data / "text-plain").glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    sentences = [*(words for words, _ in labelled), *plain]
    vectors = Word2Vec(sentences, vector_size=VECTOR_SIZE, min_count=2, sg=1, seed=1, workers=1).wv
    nlp = spacy.blank("hi")
    for word in vectors.index_to_key:
        nlp.vocab.set_vector(word, vectors[word])
    nlp.add_pipe("ner", config={"model": NER_MODEL})
    examples = [
        Example.from_dict(Doc(nlp.vocab, words), {"entities": iob_to_biluo(labels)}) for words, labels in labelled
    ]
    random.seed(1)
    spacy.util.fix_random_seed(1)
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(EPOCHS):
        random.shuffle(examples)
        for batch in minibatch(examples, 64):
            nlp.update(batch, sgd=optimizer, drop=0.25)
    return SpacyTagger(nlp)


def words_of(text: str, pieces: Pieces) -> list[str]:
    return [text[start:end] for start, end in zip(pieces.starts, pieces.ends, strict=True)]
