"""Puts other names of the same type into labelled sentences, for the network to learn from what stands around."""

from dataclasses import dataclass

import numpy as np

from flows.gazetteer import Gazetteer
from training.recogniser_data import NAME_TYPES, Sentence, relabelled

# The share of names that give way in a sentence that is changed. Places and organisations lean on the words around them
# (नदी, सरकार): with 0.6 for them too, HiNER's held-out LOC lost 1.3 points and ORG 2.0 while PER gained 0.7.
SWAPPED = {"PER": 0.6, "LOC": 0.2, "ORG": 0.2}
FROM_SENTENCES = 0.35  # of the new names stand in other sentences, the rest in the tables
TYPE_OF = {"PER": "PERSON", "LOC": "LOC", "ORG": "ORG"}


@dataclass(frozen=True)
class Stock:
    """Names by type and by whether they are one word."""

    names: dict[tuple[str, bool], list[str]]

    def draw(self, kind: str, is_single: bool, random: np.random.Generator) -> str | None:
        names = self.names.get((kind, is_single))
        return names[random.integers(len(names))] if names else None


def spans(labels: list[str]) -> list[tuple[int, int, str]]:
    """The names of a labelling in order, of every kind."""
    starts = [index for index, label in enumerate(labels) if label.startswith("B-")]
    result = []
    for start in starts:
        end = start + 1
        while end < len(labels) and labels[end].startswith("I-"):
            end += 1
        result.append((start, end, labels[start][2:]))
    return result


def stock_of_sentences(sentences: list[Sentence]) -> Stock:
    """Every name of the sentences once."""
    found: dict[tuple[str, bool], dict[str, None]] = {}
    for sentence in sentences:
        for start, end, kind in spans(sentence.labels):
            if kind in NAME_TYPES:
                surface = sentence.text[sentence.pieces.starts[start] : sentence.pieces.ends[end - 1]]
                found.setdefault((kind, end == start + 1), {})[surface] = None
    return Stock({key: list(names) for key, names in found.items()})


def stock_of_tables(gazetteer: Gazetteer, random: np.random.Generator) -> Stock:
    """Names of the tables; persons also from given names and surnames drawn together."""
    found: dict[tuple[str, bool], list[str]] = {}
    for entity in gazetteer.entities.values():
        for kind, type_ in TYPE_OF.items():
            if entity.type == type_:
                for name in entity.spellings:
                    if not name.isascii():
                        found.setdefault((kind, " " not in name and "-" not in name), []).append(name)
    for words, entries in gazetteer.names.rows.items():
        if len(words) == 1 and entries[0].type == "PERSON" and not words[0].isascii():
            found.setdefault(("PER", True), []).append(words[0])
    given, family = sorted(gazetteer.given_names), sorted(gazetteer.surnames)
    if given and family:
        count = 2 * len(found.get(("PER", False), []))
        pairs = zip(random.choice(given, count), random.choice(family, count), strict=True)
        found.setdefault(("PER", False), []).extend(f"{one} {other}" for one, other in pairs)
        found.setdefault(("PER", True), []).extend(family)
    return Stock(found)


def swapped(sentence: Sentence, own: Stock, tables: Stock, random: np.random.Generator) -> Sentence | None:
    """The sentence with some of its names exchanged, or None where there was nothing to exchange."""
    pieces, words, position, is_changed = sentence.pieces, [], 0, False
    for start, end, kind in spans(sentence.labels):
        if kind not in NAME_TYPES or random.random() > SWAPPED[kind]:
            continue
        stock = own if random.random() < FROM_SENTENCES else tables
        name = stock.draw(kind, end == start + 1, random)
        if name is None:
            continue
        words += kept(sentence, position, start)
        words += [(word, ("I-" if number else "B-") + kind) for number, word in enumerate(name.split())]
        position, is_changed = end, True
    words += kept(sentence, position, len(pieces.keys))
    return relabelled(words, sentence.source) if is_changed else None


def kept(sentence: Sentence, start: int, end: int) -> list[tuple[str, str]]:
    pieces = sentence.pieces
    return [(sentence.text[pieces.starts[i] : pieces.ends[i]], sentence.labels[i]) for i in range(start, end)]
