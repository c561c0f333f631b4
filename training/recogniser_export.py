"""Turns a trained network into the whole numbers that flows/recogniser/network.py runs on."""

from pathlib import Path

import numpy as np

from flows.recogniser.flags import FLAGS
from flows.recogniser.network import EXACT, INPUT_STEPS, STATE_STEPS
from training.recogniser_network import LABELS, Network, forbidden_steps
from training.recogniser_tensors import Vocabulary
from training.recogniser_vectors import LENGTH, MAX_N, MIN_N, Vectors, scaled

WIDEST = 32767


def export(network: Network, vectors: Vectors, vocabulary: Vocabulary, folder: Path) -> None:
    """Write `weights.npz`."""
    state = {name: tensor.detach().numpy().astype(np.float64) for name, tensor in network.state_dict().items()}
    sizes = network.sizes
    whole_step = 127 / np.abs(vectors.whole).max()
    subword = scaled(vectors.subword)
    subword_step = 127 / np.quantile(np.abs(subword), 0.9999)
    known_step = 127 / np.abs(state["word.weight"]).max()
    steps = np.concatenate(
        [
            np.full(sizes.whole, whole_step),
            np.full(sizes.subword, subword_step),
            np.full(sizes.filters, float(INPUT_STEPS)),
            np.full(sizes.word, known_step),
        ]
    )
    arrays: dict[str, np.ndarray] = {
        "words": packed(vectors.words),
        "whole": rounded(vectors.whole * whole_step),
        "subword": rounded(subword * subword_step),
        "buckets": rounded(vectors.buckets * (127 / np.quantile(np.abs(vectors.buckets), 0.9999))),
        "bucket_length": np.array(LENGTH * subword_step),
        "subword_lengths": np.array([MIN_N, MAX_N]),
        "letters": packed(list(vocabulary.letters)),
        "known_words": packed(list(vocabulary.known_words)),
        "known": rounded(state["word.weight"] * known_step),
        "labels": packed(list(LABELS)),
        "flags": packed(list(FLAGS)),
        **spelling_tables(state),
        **label_tables(state, sizes.hidden),
    }
    for direction, suffix in enumerate(("", "_reverse")):
        # The source flag is the last input: 0 is HiNER, whose habits the product follows.
        inputs = halved(state["lstm.weight_ih_l0" + suffix], sizes.hidden)[:, :-1].T
        words, flags = inputs[: len(steps)] / steps[:, None], inputs[len(steps) :]
        recurrent = np.concatenate([halved(state["lstm.weight_hh_l0" + suffix], sizes.hidden).T, flags]) / STATE_STEPS
        bias = halved(state["lstm.bias_ih_l0" + suffix] + state["lstm.bias_hh_l0" + suffix], sizes.hidden)
        arrays[f"input_{direction}"], arrays[f"input_scale_{direction}"] = exact(words, 127)
        arrays[f"recurrent_{direction}"], arrays[f"recurrent_scale_{direction}"] = exact(recurrent, STATE_STEPS)
        arrays[f"bias_{direction}"] = bias.astype(np.float32)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "weights.npz", **arrays)


def packed(strings: list[str]) -> np.ndarray:
    """Strings as bytes, a line each."""
    return np.frombuffer("\n".join(strings).encode(), np.uint8)


def rounded(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), -127, 127).astype(np.int8)


def exact(weights: np.ndarray, largest: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights (inputs, outputs) as whole numbers, a scale an output; sums of inputs up to `largest` are below 2**24."""
    room = (EXACT - 1) / largest - len(weights)  # rounding adds at most a half an input
    factor = np.minimum(room / np.abs(weights).sum(0), WIDEST / np.abs(weights).max(0))
    whole = np.rint(weights * factor)
    assert (np.abs(whole).sum(0) * largest < EXACT).all()
    return whole.astype(np.int16), (1 / factor).astype(np.float32)


def halved(gates: np.ndarray, hidden: int) -> np.ndarray:
    """Rows as input, forget, output, candidate; those of the sigmoids halved: sigmoid(x) = tanh(x/2)/2 + 1/2."""
    opened, forget, candidate, output = np.split(gates, 4)
    return np.concatenate([opened / 2, forget / 2, output / 2, candidate])


def spelling_tables(state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The filters applied to every letter, for each of the three places of a letter; sums of 1/1024ths are exact."""
    letters, filters = state["letter.weight"], state["convolve.weight"]  # (letters, size), (filters, size, 3)
    tables = np.einsum("ls,fsp->plf", letters, filters)
    fine = {"spelling": tables, "spelling_bias": state["convolve.bias"]}
    return {name: (np.rint(table * 1024) / 1024).astype(np.float32) for name, table in fine.items()}


def label_tables(state: dict[str, np.ndarray], hidden: int) -> dict[str, np.ndarray]:
    """What makes labels of states."""
    emit, scale = exact(state["emit.weight"].T / STATE_STEPS, STATE_STEPS)
    forbidden = forbidden_steps()
    return {
        "emit_0": emit[:hidden],
        "emit_1": emit[hidden:],
        "emit_scale": scale,
        "emit_bias": state["emit.bias"].astype(np.float32),
        "first": (state["first"] + forbidden[0]).astype(np.float32),
        "steps": (state["steps"] + forbidden[1:]).astype(np.float32),
    }
