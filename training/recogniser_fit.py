"""Trains a network, asks it for labels, and counts how many names are right."""

import time
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import torch

from flows.recogniser.flags import FLAGS
from training.recogniser_data import NAME_TYPES
from training.recogniser_network import LABELS, Network, Sizes, best_labels
from training.recogniser_tensors import Numbers, Vocabulary, batches


def make_network(vocabulary: Vocabulary, seed: int, hidden: int = 128) -> Network:
    torch.manual_seed(seed)
    sizes = Sizes(
        hidden=hidden,
        flags=len(FLAGS),
        known_words=len(vocabulary.known_words) + 1,
        letters=len(vocabulary.letters) + 2,
    )
    return Network(sizes, vocabulary.vectors, vocabulary.word_letters, vocabulary.known)


def fit(
    network: Network,
    epoch_of: Callable[[np.random.Generator], list[Numbers]],
    epochs: int,
    seed: int,
    rate: float = 2e-3,
    size: int = 32,
) -> None:
    """Adam with a rate that rises for a moment, then falls to nothing; `epoch_of` gives the sentences of an epoch."""
    random = np.random.default_rng(seed)
    torch.manual_seed(seed)
    optimiser = torch.optim.Adam(network.parameters(), lr=rate, betas=(0.9, 0.99), weight_decay=1e-6)
    sentences = epoch_of(random)
    total = epochs * ((len(sentences) + size - 1) // size)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / 200) * max(0.01, 1 - step / total)
    )
    began = time.time()
    for epoch in range(epochs):
        network.train()
        sentences = sentences if epoch == 0 else epoch_of(random)
        losses = []
        for _, batch in batches(sentences, size, random):
            emissions = network.emissions(batch.words, batch.flags, batch.source, batch.lengths)
            loss = network.loss(emissions, batch.mask, batch.wanted, batch.steps).mean()
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        print(f"  epoch {epoch + 1}: loss {np.mean(losses):.3f}, {time.time() - began:.0f} s", flush=True)
    network.eval()


@torch.no_grad()
def expectations(network: Network, sentences: list[Numbers]) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each sentence the probabilities of labels and the expected steps."""
    result: list[tuple[np.ndarray, np.ndarray]] = [(np.empty(0), np.empty(0))] * len(sentences)
    for places, batch in batches(sentences, 64, None):
        emissions = network.emissions(batch.words, batch.flags, batch.source, batch.lengths)
        labels, steps = network.expectations(emissions, batch.mask)
        for row, place in enumerate(places):
            size = int(batch.lengths[row])
            result[place] = (labels[row, :size].numpy().copy(), steps[row].numpy())
    return result


@torch.no_grad()
def best_labellings(network: Network, sentences: list[Numbers]) -> list[list[str]]:
    """The best labelling of each sentence: 0.6 to 1.2 points above the best product of single ones."""
    first, steps = (network.first + network.forbidden[0]).numpy(), network.transitions().numpy()
    result: list[list[str]] = [[]] * len(sentences)
    for places, batch in batches(sentences, 64, None):
        emissions = network.emissions(batch.words, batch.flags, batch.source, batch.lengths).numpy()
        for row, place in enumerate(places):
            numbers = best_labels(emissions[row, : int(batch.lengths[row])], first, steps)
            result[place] = [LABELS[number] for number in numbers]
    return result


def names(labels: Sequence[str]) -> set[tuple[int, int, str]]:
    """The names of a labelling as (first, end, type)."""
    found, start = set(), -1
    for index, label in enumerate([*labels, "O"]):
        if start >= 0 and not label.startswith("I-"):
            found.add((start, index, labels[start][2:]))
            start = -1
        if label.startswith("B-"):
            start = index
    return {name for name in found if name[2] in NAME_TYPES}


def score(predicted: Sequence[Sequence[str]], gold: Sequence[Sequence[str]]) -> str:
    """Exact F1 over all and by type."""
    counts: Counter[tuple[str, str]] = Counter()
    for one, other in zip(predicted, gold, strict=True):
        ours, theirs = names(one), names(other)
        for group, spans in (("right", ours & theirs), ("ours", ours), ("gold", theirs)):
            for span in spans:
                counts[span[2], group] += 1
                counts["all", group] += 1
    parts = []
    for kind in ("all", *NAME_TYPES):
        right, ours_n, gold_n = (counts[kind, group] for group in ("right", "ours", "gold"))
        f1 = 200 * right / max(1, ours_n + gold_n)
        parts.append(f"{kind} {f1:.1f} (P {100 * right / max(1, ours_n):.1f} R {100 * right / max(1, gold_n):.1f})")
    return ", ".join(parts)
