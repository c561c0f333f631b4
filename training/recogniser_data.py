"""Reads the sentences that the recogniser learns from: labelled ones, cut as the project cuts text, and plain ones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from flows.recogniser.pieces import Pieces, cut_pieces
from flows.text.sentences import sentence_starts

LABELLED = ("hiner", "il-ner")
NAME_TYPES = ("PER", "LOC", "ORG")
MIN_PIECES = 4  # shorter lines of plain text are menus and captions


@dataclass(frozen=True)
class Sentence:
    """A sentence with its words and a BIO label a piece; `source` is 0 for HiNER, 1 for IL-NER."""

    text: str
    pieces: Pieces
    labels: list[str]
    source: int


def read_conll(path: Path) -> list[list[tuple[str, str]]]:
    """The sentences of a CoNLL file: word and label of every line."""
    sentences: list[list[tuple[str, str]]] = [[]]
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _, label = line.strip().rpartition("\t")
        if word:
            sentences[-1].append((word, label))
        elif sentences[-1]:
            sentences.append([])
    return [sentence for sentence in sentences if sentence]


def relabelled(words: list[tuple[str, str]], source: int) -> Sentence:
    """The sentence cut into pieces; marks at the ends of a name leave it, since no mention opens or closes with one."""
    text = " ".join(word for word, _ in words)
    pieces = cut_pieces(text)
    owner = [index for index, (word, _) in enumerate(words) for _ in range(len(word) + 1)]
    labels, seen = [], -1
    for start in pieces.starts:
        index = owner[start]
        label = words[index][1]
        labels.append("I-" + label[2:] if label.startswith("B-") and index == seen else label)
        seen = index
    return Sentence(text, pieces, _trimmed(labels, pieces), source)


def _trimmed(labels: list[str], pieces: Pieces) -> list[str]:
    """Labels whose names open and close with a word, and whose every name opens with B."""
    kinds = [label[2:] for label in labels]
    names: list[tuple[int, int]] = []
    for index, label in enumerate(labels):
        if label == "O":
            continue
        if label.startswith("I-") and names and names[-1][1] == index and kinds[names[-1][0]] == kinds[index]:
            names[-1] = (names[-1][0], index + 1)
        else:
            names.append((index, index + 1))
    result = ["O"] * len(labels)
    for start, end in names:
        words = [index for index in range(start, end) if pieces.is_word[index]]
        if words:
            kind = kinds[start]
            result[words[0] : words[-1] + 1] = [f"B-{kind}"] + [f"I-{kind}"] * (words[-1] - words[0])
    return result


def read_labelled(folder: Path, part: str) -> list[Sentence]:
    """The sentences of `<source>.<part>.conll` of both sources."""
    return [
        relabelled(words, source)
        for source, name in enumerate(LABELLED)
        for words in read_conll(folder / f"{name}.{part}.conll")
    ]


def read_plain(folder: Path, left_out: set[str]) -> list[str]:
    """Sentences of the unlabelled texts of a folder, each once, those left out aside (compared by their words)."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.txt")):
        for sentence in _sentences(path.read_text(encoding="utf-8", errors="replace")):
            key = plain_key(sentence)
            if key not in left_out:
                found.setdefault(key, sentence)
    return list(found.values())


def plain_key(sentence: str) -> str:
    """A sentence as its words alone, to tell whether two are the same."""
    return " ".join(re.findall(r"\w+", sentence))


def _sentences(text: str) -> Iterator[str]:
    for line in text.splitlines():
        starts = [*sentence_starts(line), len(line)]
        for start, end in pairwise(starts):
            sentence = line[start:end].strip()
            if sum(map(str.isascii, sentence)) < len(sentence) / 2 and len(sentence.split()) >= MIN_PIECES:
                yield sentence
