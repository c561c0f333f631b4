"""Scores the recogniser: exact names by type on CoNLL files, and tokens a second on one core.

    .venv/bin/python bench/entities.py FILE_OR_FOLDER ... [--errors 40] [--beside-spacy DATA]

A file has a word and a BIO label a line, apart by a tab, and an empty line after a sentence. The words are joined by
spaces and tagged as text; a name found counts as the words it touches, since gold words hold marks that names don't.
"""

from __future__ import annotations

# ruff: noqa: E402  numpy reads the number of threads when it is imported
import os

for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import argparse
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flows.tagger import Span, Tagger, load_tagger

TYPES = {"PER": "PERSON", "LOC": "LOC", "ORG": "ORG"}
Name = tuple[int, int, str]  # first word, word after the last, type


@dataclass(frozen=True)
class Gold:
    """A sentence with its names."""

    words: list[str]
    names: set[Name]

    @property
    def text(self) -> str:
        return " ".join(self.words)


@dataclass
class Tally:
    """How many names are right, found and in the file, by type."""

    right: Counter[str]
    found: Counter[str]
    gold: Counter[str]

    def line(self, kind: str) -> str:
        right, found, gold = (
            sum(count.values()) if kind == "all" else count[kind] for count in (self.right, self.found, self.gold)
        )
        precision, recall = 100 * right / max(1, found), 100 * right / max(1, gold)
        shares = f"P {precision:5.1f}   R {recall:5.1f}   {gold:5} names"
        return f"{kind:7} F1 {200 * right / max(1, found + gold):5.1f}   {shares}"


def read_gold(path: Path) -> list[Gold]:
    """The sentences of a CoNLL file; labels other than PER, LOC and ORG are no names here."""
    sentences, words, labels = [], [], []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        word, _, label = line.strip().rpartition("\t")
        if word:
            words.append(word)
            labels.append(label)
        elif words:
            sentences.append(Gold(words, gold_names(labels)))
            words, labels = [], []
    return sentences


def gold_names(labels: list[str]) -> set[Name]:
    """Names of BIO labels; an I- after another type or O opens a name."""
    names, start = set(), -1
    for index, label in enumerate([*labels, "O"]):
        if start >= 0 and not (label.startswith("I-") and label[2:] == labels[start][2:]):
            if labels[start][2:] in TYPES:
                names.add((start, index, TYPES[labels[start][2:]]))
            start = -1
        if label != "O" and start < 0:
            start = index
    return names


def touched_names(words: list[str], spans: Iterable[Span]) -> set[Name]:
    """Spans of the text as the words that they touch."""
    owner = [index for index, word in enumerate(words) for _ in range(len(word) + 1)]
    return {(owner[span.start], owner[span.end - 1] + 1, span.type) for span in spans}


def tally(gold: list[Gold], found: list[set[Name]]) -> Tally:
    result = Tally(Counter(), Counter(), Counter())
    for sentence, names in zip(gold, found, strict=True):
        result.right.update(kind for _, _, kind in sentence.names & names)
        result.found.update(kind for _, _, kind in names)
        result.gold.update(kind for _, _, kind in sentence.names)
    return result


def print_errors(gold: list[Gold], found: list[set[Name]], limit: int) -> None:
    """What was missed and what was found wrongly: kinds of errors counted, and the first of them."""
    kinds: Counter[str] = Counter()
    lines = []
    for sentence, names in zip(gold, found, strict=True):
        for name in sorted(sentence.names - names):
            kind = error_kind(name, names)
            kinds[f"{name[2]} {kind}"] += 1
            lines.append(f"{kind:14} {name[2]:7} {' '.join(sentence.words[name[0] : name[1]])}")
        for name in sorted(names - sentence.names):
            if error_kind(name, sentence.names) == "missed":
                kinds[f"{name[2]} invented"] += 1
                lines.append(f"{'invented':14} {name[2]:7} {' '.join(sentence.words[name[0] : name[1]])}")
    print("   ".join(f"{kind} {count}" for kind, count in kinds.most_common()))
    print("\n".join(lines[:limit]))


def error_kind(name: Name, others: set[Name]) -> str:
    """What stands in the place of a name: nothing, the same words with another type, or other words."""
    for first, end, _ in others:
        if (first, end) == name[:2]:
            return "other type"
        if first < name[1] and name[0] < end:
            return "other borders"
    return "missed"


def speed(tagger: Tagger, gold: list[Gold]) -> float:
    """Words a second of processor time: sentences as articles of twenty, at least two seconds of work."""
    texts = ["\n".join(sentence.text for sentence in gold[start : start + 20]) for start in range(0, len(gold), 20)]
    words = sum(len(sentence.words) for sentence in gold)
    began, rounds = time.process_time(), 0
    while time.process_time() - began < 2:
        tagger.tag(texts)
        rounds += 1
    return words * rounds / (time.process_time() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path, help="CoNLL files, or folders with *.conll")
    parser.add_argument(
        "--errors", type=int, default=0, metavar="N", help="count the kinds of errors and print N of them"
    )
    parser.add_argument(
        "--recogniser", default="", metavar="NAME", help="a model of a hub instead of the one that ships"
    )
    parser.add_argument(
        "--beside-spacy", type=Path, metavar="DATA", help="train a spaCy CNN on DATA/ner and score it in the same run"
    )
    given = parser.parse_args()
    taggers: dict[str, Tagger] = {given.recogniser or "khabar": load_tagger(recogniser=given.recogniser)}
    if given.beside_spacy:
        from spacy_cnn import train_spacy

        taggers["spaCy CNN"] = train_spacy(given.beside_spacy)
    paths = [found for path in given.paths for found in (sorted(path.rglob("*.conll")) if path.is_dir() else [path])]
    for path in paths:
        gold = read_gold(path)
        print(f"\n{path.name}: {len(gold)} sentences, {sum(len(s.words) for s in gold)} words")
        for name, tagger in taggers.items():
            print(name)
            score(tagger, gold, given.errors)


def score(tagger: Tagger, gold: list[Gold], errors: int) -> None:
    """Print how right and how fast a tagger is, and some of its errors."""
    spans = tagger.tag([sentence.text for sentence in gold])
    found = [touched_names(sentence.words, names) for sentence, names in zip(gold, spans, strict=True)]
    result = tally(gold, found)
    for kind in ("all", *TYPES.values()):
        print(result.line(kind))
    print(f"{speed(tagger, gold):,.0f} words a second on one core")
    if errors:
        print_errors(gold, found, errors)


if __name__ == "__main__":
    main()
