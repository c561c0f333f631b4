"""The network in numpy: whole numbers inside, so that its answer depends on the sentence alone.

All sums of products run over whole numbers below 2**24, which 32-bit floats add without error in any order: the batch,
the processor and the library behind numpy can't change a label.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

LETTERS = 16  # of a word that are read: of a longer one the first and the last eight
INPUT_STEPS = 127  # whole numbers that stand for 1.0 in the inputs of a word
STATE_STEPS = 1023  # … in a state of the network and in a flag
EXACT = float(2**24)
GROUP = 96  # sentences side by side
CACHED_WORDS = 50_000


@dataclass(frozen=True)
class Weights:
    """What training made. Tables of whole numbers come with the size of a step."""

    words: dict[str, int]
    whole: NDArray[np.int8]  # (words, 100)
    subword: NDArray[np.int8]  # (words, 64)
    buckets: NDArray[np.int8]  # (buckets, 64)
    bucket_length: float  # of a subword vector, in steps
    letters: dict[str, int]
    spelling: Floats  # (3, letters, filters): what a letter says as the left, middle and right one of three
    spelling_bias: Floats
    known_words: dict[str, int]
    known: NDArray[np.int8]
    input: list[Floats]  # a direction each: (inputs, 4 * hidden) whole numbers
    input_scale: list[Floats]
    bias: list[Floats]
    recurrent: list[Floats]  # (hidden + flags, 4 * hidden) whole numbers
    recurrent_scale: list[Floats]
    emit: list[Floats]  # (hidden, labels) whole numbers
    emit_scale: Floats
    emit_bias: Floats
    first: Floats
    steps: Floats
    labels: list[str]
    subword_lengths: tuple[int, int]
    flags: list[str]


@dataclass
class Network:
    """Labels and their probabilities for sentences given as keys and flags."""

    weights: Weights
    _rows: dict[str, int] = field(default_factory=dict)
    _inputs: NDArray[np.int8] = field(default_factory=lambda: np.zeros((0, 0), np.int8))

    def label(
        self, sentences: list[list[str]], flags: list[list[list[int]]]
    ) -> list[tuple[list[int], NDArray[np.float64]]]:
        """The best labelling of each sentence, and the probability of each of its labels."""
        weights, hidden = self.weights, self.weights.recurrent[0].shape[1] // 4
        result: list[tuple[list[int], NDArray[np.float64]]] = [([], np.zeros(0))] * len(sentences)
        unique = {key: number for number, key in enumerate(dict.fromkeys(key for keys in sentences for key in keys))}
        inputs = self._word_inputs(list(unique))
        combinations: dict[tuple[int, ...], int] = {}  # of flags: a hundred or so
        marks = [[combinations.setdefault(tuple(own), len(combinations)) for own in pieces] for pieces in flags]
        flagged = np.zeros((len(combinations), len(weights.flags)), np.float32)
        for own, row in combinations.items():
            flagged[row, list(own)] = STATE_STEPS
        gates = [
            (inputs @ weights.input[direction]) * weights.input_scale[direction] + weights.bias[direction]
            for direction in (0, 1)
        ]
        marked = [flagged @ weights.recurrent[direction][hidden:] for direction in (0, 1)]
        order = sorted(
            (place for place, keys in enumerate(sentences) if keys), key=lambda place: -len(sentences[place])
        )
        for start in range(0, len(order), GROUP):
            group = order[start : start + GROUP]
            words = [[unique[key] for key in sentences[place]] for place in group]
            emissions, lengths = self._emissions(words, [marks[place] for place in group], gates, marked)
            for place, found in zip(group, self._decode(emissions, lengths), strict=True):
                result[place] = found
        return result

    def _emissions(
        self, sentences: list[list[int]], flags: list[list[int]], gates: list[Floats], marked: list[Floats]
    ) -> tuple[Floats, list[int]]:
        """Scores (piece, sentence, label) of sentences that come longest first.

        Their words are rows of `gates`, their flags rows of `marked`: what each says to the gates of a direction.
        """
        weights = self.weights
        lengths = [len(words) for words in sentences]
        longest, size = lengths[0], len(sentences)
        hidden = weights.recurrent[0].shape[1] // 4
        emissions = np.zeros((longest, size, len(weights.labels)), np.float32)
        ends = np.array(lengths)
        rows = np.repeat(np.arange(size), ends)
        places = np.concatenate([np.arange(length) for length in lengths])
        words, marks = np.zeros((2, longest, size), np.int64)
        for direction in (0, 1):
            turned = places if direction == 0 else ends[rows] - 1 - places  # counted from the end of each sentence
            words[turned, rows] = list(chain.from_iterable(sentences))
            marks[turned, rows] = list(chain.from_iterable(flags))
            states = self._run(words, marks, gates[direction], marked[direction], lengths, direction)
            scores = (states.reshape(-1, hidden) @ weights.emit[direction]).reshape(longest, size, -1)
            if direction == 0:
                emissions += scores
            else:
                for row, length in enumerate(lengths):
                    emissions[:length, row] += scores[length - 1 :: -1, row][:length]
        return emissions * weights.emit_scale + weights.emit_bias, lengths

    def _run(
        self, words: Ints, marks: Ints, gates: Floats, marked: Floats, lengths: list[int], direction: int
    ) -> Floats:
        """The states of an LSTM, whole numbers, over sentences that start together; one that ended is left out."""
        hidden = gates.shape[1] // 4
        recurrent, scale = self.weights.recurrent[direction][:hidden], self.weights.recurrent_scale[direction]
        longest, size = words.shape
        states = np.zeros((longest, size, hidden), np.float32)
        before = np.zeros((size, hidden), np.float32)
        memory = np.zeros((size, hidden), np.float32)
        buffer, taken = np.empty((2, size, 4 * hidden), np.float32)
        active = size
        for place in range(longest):
            while lengths[active - 1] <= place:
                active -= 1
            gate, taken_now, cell = buffer[:active], taken[:active], memory[:active]
            np.matmul(before[:active], recurrent, out=gate)
            np.take(marked, marks[place, :active], axis=0, out=taken_now, mode="clip")  # "raise" copies what it takes
            gate += taken_now
            gate *= scale
            np.take(gates, words[place, :active], axis=0, out=taken_now, mode="clip")
            gate += taken_now
            np.tanh(gate, out=gate)
            opened = gate[:, : 3 * hidden]  # input, forget, output: their weights are halved, so that this is a sigmoid
            opened *= 0.5
            opened += 0.5
            cell *= gate[:, hidden : 2 * hidden]
            gate[:, :hidden] *= gate[:, 3 * hidden :]
            cell += gate[:, :hidden]
            state = before[:active]
            np.tanh(cell, out=gate[:, :hidden])
            np.multiply(gate[:, :hidden], gate[:, 2 * hidden : 3 * hidden], out=state)
            state *= STATE_STEPS
            np.rint(state, out=state)
            states[place, :active] = state
        return states

    def _word_inputs(self, keys: list[str]) -> Floats:
        """The inputs of words, whole numbers, remembered from call to call."""
        rows = self._rows
        missing = [key for key in keys if key not in rows]
        if missing and len(rows) + len(missing) > CACHED_WORDS:
            rows.clear()
            missing = keys
        if missing:
            start = len(rows)
            made = self._make_inputs(missing)
            if start + len(missing) > len(self._inputs):
                grown = np.zeros((2 * (start + len(missing)), made.shape[1]), np.int8)
                if start:
                    grown[:start] = self._inputs[:start]
                self._inputs = grown
            self._inputs[start : start + len(missing)] = made
            rows.update((key, start + number) for number, key in enumerate(missing))
        return self._inputs[[rows[key] for key in keys]].astype(np.float32)

    def _make_inputs(self, keys: list[str]) -> NDArray[np.int8]:
        weights = self.weights
        spelt = self._spell(keys)
        width = weights.whole.shape[1]
        result = np.zeros(
            (len(keys), width + weights.subword.shape[1] + spelt.shape[1] + weights.known.shape[1]), np.int8
        )
        for row, key in enumerate(keys):
            number = weights.words.get(key)
            if number is not None:
                result[row, :width] = weights.whole[number]
                result[row, width : width + weights.subword.shape[1]] = weights.subword[number]
            else:
                result[row, width : width + weights.subword.shape[1]] = self._subword(key)
            result[row, -weights.known.shape[1] :] = weights.known[weights.known_words.get(key, 0)]
        start = width + weights.subword.shape[1]
        result[:, start : start + spelt.shape[1]] = spelt
        return result

    def _spell(self, keys: list[str]) -> NDArray[np.int8]:
        """What the letters of words say: sums of table rows, the largest of each filter over the word."""
        weights = self.weights
        numbers = np.zeros((len(keys), LETTERS + 2), np.int64)
        for row, key in enumerate(keys):
            numbers[row, 1 : LETTERS + 1] = spelling(key, weights.letters)
        left, middle, right = weights.spelling
        found = left[numbers[:, :-2]] + middle[numbers[:, 1:-1]] + right[numbers[:, 2:]] + weights.spelling_bias
        found[numbers[:, 1:-1] == 0] = -1.0
        spelt: NDArray[np.int8] = np.rint(np.tanh(found.max(1)) * INPUT_STEPS).astype(np.int8)
        return spelt

    def _subword(self, key: str) -> NDArray[np.int8]:
        """The vector of a word never seen: the direction of the sum of the rows of its letter sequences."""
        weights = self.weights
        rows = subword_rows(key, len(weights.buckets), *weights.subword_lengths)
        total = weights.buckets[rows].sum(0, dtype=np.int64).astype(np.float64)
        length = max(1.0, float(np.sqrt((total * total).sum())))
        vector: NDArray[np.int8] = np.clip(np.rint(total * (weights.bucket_length / length)), -127, 127).astype(np.int8)
        return vector

    def _decode(self, emissions: Floats, lengths: list[int]) -> list[tuple[list[int], NDArray[np.float64]]]:
        """The best labelling of each sentence, found for all at once, and the probabilities of its labels."""
        weights = self.weights
        longest = len(emissions)
        score = weights.first + emissions[0]
        ends, pointers = [score], []
        steps = np.ascontiguousarray(weights.steps.T)  # numpy finds the largest of neighbours twice as fast
        for place in range(1, longest):
            ways = score[:, None, :] + steps
            pointers.append(ways.argmax(2))
            score = ways.max(2) + emissions[place]
            ends.append(score)
        shares = self._probabilities(emissions, lengths)
        result = []
        for row, length in enumerate(lengths):
            path = [int(ends[length - 1][row].argmax())]
            for place in range(length - 2, -1, -1):
                path.append(int(pointers[place][row, path[-1]]))
            path.reverse()
            result.append((path, shares[np.arange(length), row, path]))
        return result

    def _probabilities(self, emissions: Floats, lengths: list[int]) -> NDArray[np.float64]:
        """The probability of each label (piece, sentence, label) over all labellings, by sums in a fixed order."""
        longest = len(emissions)
        weight = np.exp((emissions - emissions.max(2, keepdims=True)).astype(np.float64))
        steps = np.exp(self.weights.steps.astype(np.float64))
        inside, outside = np.empty_like(weight), np.ones_like(weight)
        inside[0] = np.exp(self.weights.first.astype(np.float64)) * weight[0]
        for place in range(1, longest):
            before = inside[place - 1] / inside[place - 1].sum(1, keepdims=True)
            inside[place] = (before[:, :, None] * steps).sum(1) * weight[place]
        going_on = np.array(lengths)[:, None]
        for place in range(longest - 2, -1, -1):
            after = (steps * (weight[place + 1] * outside[place + 1])[:, None, :]).sum(2)
            outside[place] = np.where(going_on > place + 1, after / after.sum(1, keepdims=True), 1.0)
        shares: NDArray[np.float64] = inside * outside
        shares /= shares.sum(2, keepdims=True)
        return shares


def spelling(word: str, letters: dict[str, int]) -> list[int]:
    """The numbers of the letters of a word, padded with 0; of a long word its ends. 1 is a letter unseen."""
    if len(word) > LETTERS:
        word = word[: LETTERS // 2] + word[-LETTERS // 2 :]
    return [letters.get(letter, 1) for letter in word] + [0] * (LETTERS - len(word))


def subword_rows(word: str, buckets: int, shortest: int, longest: int) -> list[int]:
    """The rows of the letter sequences of a word: FNV-1a over signed bytes, as FastText hashes them."""
    framed = f"<{word[:64]}>"
    rows = []
    for size in range(shortest, longest + 1):
        for start in range(len(framed) - size + 1):
            value = 2166136261
            for byte in framed[start : start + size].encode("utf-8", "surrogatepass"):
                value = ((value ^ (byte if byte < 128 else byte | 0xFFFFFF00)) * 16777619) & 0xFFFFFFFF
            rows.append(value % buckets)
    return rows


def load_weights(folder: Path) -> Weights:
    """The weights of a folder made by training/recogniser.py."""
    with np.load(folder / "weights.npz", allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}

    def strings(name: str) -> list[str]:
        return bytes(arrays[name]).decode().split("\n")

    def pair(name: str) -> list[Floats]:
        return [arrays[f"{name}_{direction}"].astype(np.float32) for direction in (0, 1)]

    return Weights(
        words={word: number for number, word in enumerate(strings("words"))},
        whole=arrays["whole"],
        subword=arrays["subword"],
        buckets=arrays["buckets"],
        bucket_length=float(arrays["bucket_length"]),
        letters={letter: number for number, letter in enumerate(strings("letters"), 2)},
        spelling=arrays["spelling"].astype(np.float32),
        spelling_bias=arrays["spelling_bias"].astype(np.float32),
        known_words={word: number for number, word in enumerate(strings("known_words"), 1)},
        known=arrays["known"],
        input=pair("input"),
        input_scale=pair("input_scale"),
        bias=pair("bias"),
        recurrent=pair("recurrent"),
        recurrent_scale=pair("recurrent_scale"),
        emit=pair("emit"),
        emit_scale=arrays["emit_scale"],
        emit_bias=arrays["emit_bias"],
        first=arrays["first"],
        steps=arrays["steps"],
        labels=strings("labels"),
        subword_lengths=(int(arrays["subword_lengths"][0]), int(arrays["subword_lengths"][1])),
        flags=strings("flags"),
    )
