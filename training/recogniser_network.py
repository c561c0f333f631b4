"""The network in torch: words, letters and tables in, a BiLSTM, a conditional random field over labels out."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

KINDS = ("PER", "LOC", "ORG", "MISC", "TIME", "NUM")
LABELS = ("O", *(f"{place}-{kind}" for kind in KINDS for place in "BI"))
NEVER = -1e4


@dataclass(frozen=True)
class Sizes:
    """How large the parts are."""

    whole: int = 100
    subword: int = 64
    letter: int = 24
    filters: int = 64
    word: int = 32
    hidden: int = 128
    flags: int = 0
    known_words: int = 0
    letters: int = 0


class Network(nn.Module):
    """Emissions for the pieces of sentences, and transitions between labels."""

    vectors: Tensor
    word_letters: Tensor
    known: Tensor
    forbidden: Tensor

    def __init__(self, sizes: Sizes, vectors: np.ndarray, word_letters: np.ndarray, known: np.ndarray) -> None:
        """`vectors`, `word_letters` and `known` have a row for each word of the vocabulary."""
        super().__init__()
        self.sizes = sizes
        for name, table in (("vectors", vectors), ("word_letters", word_letters), ("known", known)):
            self.register_buffer(name, torch.from_numpy(table), persistent=False)
        self.register_buffer("forbidden", torch.from_numpy(forbidden_steps()), persistent=False)
        self.letter = nn.Embedding(sizes.letters, sizes.letter, padding_idx=0)
        self.convolve = nn.Conv1d(sizes.letter, sizes.filters, 3, padding=1)
        self.word = nn.Embedding(sizes.known_words, sizes.word, padding_idx=0)
        nn.init.normal_(self.word.weight, std=0.1)
        width = sizes.whole + sizes.subword + sizes.filters + sizes.word
        self.width = width
        self.lstm = nn.LSTM(width + sizes.flags + 1, sizes.hidden, bidirectional=True, batch_first=True)
        self.emit = nn.Linear(2 * sizes.hidden, len(LABELS))
        self.steps = nn.Parameter(torch.zeros(len(LABELS), len(LABELS)))
        self.first = nn.Parameter(torch.zeros(len(LABELS)))

    def spell(self, words: Tensor) -> Tensor:
        """What the letters of the words say."""
        letters = self.word_letters[words]
        found = self.convolve(self.letter(letters).transpose(1, 2))
        return found.masked_fill((letters == 0).unsqueeze(1), -1.0).amax(2).tanh()

    def emissions(self, words: Tensor, flags: Tensor, source: Tensor, lengths: Tensor) -> Tensor:
        """Scores of each label for each piece; `source` is 1.0 where the sentence is IL-NER's."""
        unique, where = torch.unique(words, return_inverse=True)
        spelt = self.spell(unique)[where]
        known = self.word(self.known[words])
        vectors = self.vectors[words]
        if self.training:
            keep = torch.rand(words.shape)
            known = known * (keep > 0.3).unsqueeze(2) / 0.7
            whole = vectors[..., : self.sizes.whole] * (torch.rand(words.shape) > 0.1).unsqueeze(2)
            vectors = torch.cat([whole, vectors[..., self.sizes.whole :]], 2)
            flags = flags * (torch.rand(words.shape[0], 1, 1) > 0.1) * (torch.rand(flags.shape) > 0.05)
        inputs = torch.cat([vectors, spelt, known], 2)
        inputs = held_dropout(inputs, 0.3, self.training)
        sources = source.view(-1, 1, 1).expand(-1, words.shape[1], 1)
        inputs = torch.cat([inputs, flags, sources], 2)
        packed = nn.utils.rnn.pack_padded_sequence(inputs, lengths, batch_first=True, enforce_sorted=False)
        states, _ = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        return self.emit(held_dropout(states, 0.5, self.training))

    def transitions(self) -> Tensor:
        return self.steps + self.forbidden[1:]

    def log_partition(self, emissions: Tensor, mask: Tensor, steps: Tensor) -> Tensor:
        """The logarithm of the summed weights of all labellings; `steps` is (batch, from, to)."""
        alpha = self.first + self.forbidden[0] + emissions[:, 0]
        for position in range(1, emissions.shape[1]):
            following = torch.logsumexp(alpha.unsqueeze(2) + steps, 1) + emissions[:, position]
            alpha = torch.where(mask[:, position].unsqueeze(1), following, alpha)
        return torch.logsumexp(alpha, 1)

    def loss(self, emissions: Tensor, mask: Tensor, wanted: Tensor, wanted_steps: Tensor) -> Tensor:
        """Cross entropy to expected labels (batch, piece, label) and expected steps (batch, from, to)."""
        steps = self.transitions()
        total = self.log_partition(emissions, mask, steps.expand(emissions.shape[0], -1, -1))
        score = (emissions * wanted).sum((1, 2)) + (wanted[:, 0] * self.first).sum(1)
        return total - score - (wanted_steps * self.steps).sum((1, 2))

    def expectations(self, emissions: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The probability of each label at each piece, and the expected number of each step: gradients of the sum."""
        with torch.enable_grad():
            leaf = emissions.detach().requires_grad_()
            steps = self.transitions().detach().expand(leaf.shape[0], -1, -1).clone().requires_grad_()
            total = self.log_partition(leaf, mask, steps).sum()
            labels, counts = torch.autograd.grad(total, (leaf, steps))
        return labels, counts


def held_dropout(values: Tensor, rate: float, training: bool) -> Tensor:
    """Dropout that drops the same columns all along a sentence."""
    if not training:
        return values
    mask = torch.bernoulli(torch.full((values.shape[0], 1, values.shape[2]), 1 - rate)) / (1 - rate)
    return values * mask


def forbidden_steps() -> np.ndarray:
    """NEVER where a label can't follow another (row 0: can't open a sentence), else 0."""
    table = np.zeros((len(LABELS) + 1, len(LABELS)), np.float32)
    for column, label in enumerate(LABELS):
        for row, before in enumerate(("O", *LABELS)):
            if label.startswith("I-") and before not in (label, "B-" + label[2:]):
                table[row, column] = NEVER
    return table


def best_labels(emissions: np.ndarray, first: np.ndarray, steps: np.ndarray) -> list[int]:
    """The best labelling of one sentence."""
    score, back = first + emissions[0], []
    for row in emissions[1:]:
        ways = score[:, None] + steps
        back.append(ways.argmax(0))
        score = ways.max(0) + row
    path = [int(score.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]
