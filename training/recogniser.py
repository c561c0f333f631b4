"""Makes flows/models/recogniser from labelled and plain sentences.

    python -m training.recogniser DATA WORK

Each stage leaves its result in WORK and is skipped when that is there. Teachers see four fifths of the labelled
sentences each; what they say about sentences they did not see, and about plain text, is what the student learns from,
beside the labels themselves. One core needs about an hour, and no accelerator. First:
`pip install -r training/requirements-recogniser.txt` and the project, in an environment of its own.
"""

import argparse
import pickle
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch

from flows.gazetteer import RULES, Gazetteer, load_gazetteer
from flows.recogniser.flags import FLAGS, FlagFinder
from flows.recogniser.pieces import Pieces, cut_pieces
from flows.tagger import MODEL
from training.recogniser_data import Sentence, plain_key, read_labelled, read_plain
from training.recogniser_export import export
from training.recogniser_fit import best_labellings, expectations, fit, make_network, score
from training.recogniser_network import Network
from training.recogniser_swaps import stock_of_sentences, stock_of_tables, swapped
from training.recogniser_tensors import Numbers, Vocabulary, make_vocabulary, to_numbers
from training.recogniser_vectors import Vectors, learn_vectors

FOLDS = 5
TEACHERS = (0, 1, 2)  # the folds that have a teacher: five would take an hour more
TEACHER_EPOCHS, STUDENT_EPOCHS = 10, 4
SWAP_SHARE = 0.25  # of the sentences with names, seen with other names in them, in an epoch
DOUBT = 0.4  # the weight of teachers beside the labels of people
PAGES_STEP = 3  # every third sentence of the text of pages is taught: there are too many, and much alike
LONGEST = 80  # pieces; longer plain lines are lists
NAMELESS_SHARE = 0.35  # of the sentences without a name that are kept
T = TypeVar("T")


@dataclass(frozen=True)
class Corpus:
    """All sentences, as text and as numbers."""

    labelled: list[Sentence]
    plain: list[Pieces]
    vectors: Vectors
    vocabulary: Vocabulary
    numbers: list[Numbers]
    plain_numbers: list[Numbers]
    swapped: list[list[Numbers]]  # for each labelled sentence some with other names


def stage(path: Path, make: Callable[[], T]) -> T:
    """What a stage made, read back when it was made before."""
    if not path.exists():
        print(f"making {path.name}", flush=True)
        part = path.with_suffix(".part")
        part.write_bytes(pickle.dumps(make()))
        part.replace(path)
    result: T = pickle.loads(path.read_bytes())  # noqa: S301  our own
    return result


def read_corpus(data: Path, work: Path, gazetteer: Gazetteer) -> Corpus:
    labelled = read_labelled(data / "ner", "train")
    left_out = {plain_key(sentence.text) for sentence in read_labelled(data / "ner", "dev")}
    clean, pages = (
        [cut_pieces(sentence) for sentence in read_plain(data / name, left_out)] for name in ("text-plain", "text-hi")
    )
    vectors = stage(
        work / "vectors.pickle",
        lambda: learn_vectors(
            [pieces.keys for pieces in (*clean, *pages, *(sentence.pieces for sentence in labelled))]
        ),
    )
    plain = [pieces for pieces in (*clean, *pages[::PAGES_STEP]) if len(pieces.keys) <= LONGEST]
    variants = swap_names(labelled, gazetteer, 4)
    others = plain + [sentence.pieces for group in variants for sentence in group]
    vocabulary = make_vocabulary(vectors, labelled, others)
    finder = FlagFinder(gazetteer)

    def numbers(sentence: Sentence) -> Numbers:
        return to_numbers(sentence.pieces, vocabulary, finder, sentence.source, sentence.labels)

    return Corpus(
        labelled,
        plain,
        vectors,
        vocabulary,
        [numbers(sentence) for sentence in labelled],
        [to_numbers(pieces, vocabulary, finder, 0, None) for pieces in plain],
        [[numbers(sentence) for sentence in group] for group in variants],
    )


def swap_names(sentences: list[Sentence], gazetteer: Gazetteer, count: int) -> list[list[Sentence]]:
    """For each sentence up to `count` with other names."""
    random = np.random.default_rng(3)
    own, tables = stock_of_sentences(sentences), stock_of_tables(gazetteer, random)
    return [
        [other for other in (swapped(sentence, own, tables, random) for _ in range(count)) if other]
        for sentence in sentences
    ]


def epoch_of(corpus: Corpus, places: list[int], random: np.random.Generator) -> list[Numbers]:
    """The labelled sentences that one epoch sees: some with other names, fewer of those without any."""
    chosen = []
    for place in places:
        variants = corpus.swapped[place]
        if variants and random.random() < SWAP_SHARE:
            variant = variants[random.integers(len(variants))]
            chosen.append(replace(variant, flags=variant.flags * np.uint8(random.random() < 0.6)))
        elif variants or random.random() < NAMELESS_SHARE or corpus.labelled[place].source == 0:
            chosen.append(corpus.numbers[place])
    return chosen


def fold_of(corpus: Corpus) -> np.ndarray:
    return np.random.default_rng(7).integers(0, FOLDS, len(corpus.labelled))


def train_teacher(corpus: Corpus, fold: int, path: Path) -> Network:
    """A network that has not seen the sentences of a fold."""
    network = make_network(corpus.vocabulary, 100 + fold)
    places = np.flatnonzero(fold_of(corpus) != fold).tolist()
    if path.exists():
        network.load_state_dict(torch.load(path))
        network.eval()
    else:
        print(f"making {path.name}", flush=True)
        fit(network, lambda random: epoch_of(corpus, places, random), TEACHER_EPOCHS, seed=100 + fold)
        torch.save(network.state_dict(), path)
        unseen = np.flatnonzero((fold_of(corpus) == fold) & np.array([s.source == 0 for s in corpus.labelled])).tolist()
        print(f"fold {fold}, HiNER: {held_out_score(corpus, network, unseen)}", flush=True)
    return network


def held_out_score(corpus: Corpus, network: Network, places: list[int]) -> str:
    found = best_labellings(network, [corpus.numbers[place] for place in places])
    return score(found, [corpus.labelled[place].labels for place in places])


def opinions_of(corpus: Corpus, fold: int, work: Path) -> tuple[Network, list[tuple[np.ndarray, np.ndarray]]]:
    """A teacher and what it says about plain text."""
    network = train_teacher(corpus, fold, work / f"teacher{fold}.pt")
    return network, stage(work / f"plain{fold}.pickle", lambda: expectations(network, corpus.plain_numbers))


def teach(corpus: Corpus, work: Path) -> tuple[list[Numbers], list[Numbers]]:
    """The labelled and the plain sentences with what the student shall say of them."""
    folds = fold_of(corpus)
    labelled = list(corpus.numbers)
    total: list[tuple[np.ndarray, np.ndarray]] = []
    for fold in TEACHERS:
        network, opinions = opinions_of(corpus, fold, work)
        places = np.flatnonzero(folds == fold).tolist()
        unseen = expectations(network, [corpus.numbers[place] for place in places])
        for place, found in zip(places, unseen, strict=True):
            labelled[place] = doubted(corpus.numbers[place], *found)
        total = opinions if not total else [(a + c, b + d) for (a, b), (c, d) in zip(total, opinions, strict=True)]
    taught = [
        replace(numbers, wanted=labels / len(TEACHERS), steps=steps / len(TEACHERS))
        for numbers, (labels, steps) in zip(corpus.plain_numbers, total, strict=True)
    ]
    return labelled, taught


def doubted(numbers: Numbers, labels: np.ndarray, steps: np.ndarray) -> Numbers:
    """A labelled sentence whose labels give way a little to a network that never saw it."""
    assert numbers.wanted is not None and numbers.steps is not None
    return replace(
        numbers,
        wanted=(1 - DOUBT) * numbers.wanted + DOUBT * labels,
        steps=(1 - DOUBT) * numbers.steps + DOUBT * steps,
    )


def train_student(corpus: Corpus, work: Path) -> Network:
    """One network that learns from labels, from the teachers' doubts of them, and from their opinions of plain text."""
    network = make_network(corpus.vocabulary, 1)
    path = work / "student.pt"
    if path.exists():
        network.load_state_dict(torch.load(path))
        network.eval()
        return network
    labelled, taught = teach(corpus, work)
    corpus = replace(corpus, numbers=labelled)
    named = [numbers.wanted is not None and 1 - numbers.wanted[:, 0].min() > 0.1 for numbers in taught]

    def epoch(random: np.random.Generator) -> list[Numbers]:
        plain = [
            numbers
            for numbers, is_named in zip(taught, named, strict=True)
            if is_named or random.random() < NAMELESS_SHARE
        ]
        return plain + epoch_of(corpus, list(range(len(labelled))), random)

    fit(network, epoch, STUDENT_EPOCHS, seed=1, size=48)
    torch.save(network.state_dict(), path)
    return network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="holds ner/, text-plain/ and text-hi/")
    parser.add_argument("work", type=Path, help="for what the stages leave")
    parser.add_argument("--teacher", type=int, help="train this teacher only: several can work at the same time")
    parser.add_argument("--rules", type=Path, default=RULES, help="the tables of names and cues")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=MODEL)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    given.work.mkdir(parents=True, exist_ok=True)
    corpus = read_corpus(given.data, given.work, load_gazetteer(given.rules))
    print(f"{len(corpus.labelled)} labelled and {len(corpus.plain)} plain sentences, {len(FLAGS)} flags", flush=True)
    if given.teacher is not None:
        opinions_of(corpus, given.teacher, given.work)
        return
    export(train_student(corpus, given.work), corpus.vectors, corpus.vocabulary, given.out)


if __name__ == "__main__":
    main()
