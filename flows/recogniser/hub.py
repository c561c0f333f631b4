"""A token-classification model of a hub in place of the recogniser that ships: optional, named in the settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from flows.tagger import ModelError, Span, find_spans, split_sentences

#: What models call the three kinds; ours are the labels of `flows.tagger.TYPES`.
KINDS = {
    **dict.fromkeys(("PER", "PERSON", "NEP"), "PER"),
    **dict.fromkeys(("LOC", "LOCATION", "GPE", "NEL", "PLACE"), "LOC"),
    **dict.fromkeys(("ORG", "ORGANIZATION", "ORGANISATION", "NEO"), "ORG"),
}
#: Schemes other than BIO say where a name ends, or that it is one word: what follows opens another.
OPENING, CLOSING = frozenset("BSU"), frozenset("ELSU")
_INSTALL = "install the extra: pip install 'khabar[hub]'"


@dataclass(frozen=True)
class HubTagger:
    """A model of `transformers`. It reads a sentence at a time: in a batch, padding could tip a close call."""

    tokenizer: Any
    model: Any

    def tag(self, texts: list[str]) -> list[list[Span]]:
        spans: list[list[Span]] = []
        for text in texts:
            spans.append([])
            for pieces in split_sentences(text):
                words = [text[start:end] for start, end in zip(pieces.starts, pieces.ends, strict=True)]
                labels, scores = zip(*self._label(words), strict=True)
                spans[-1].extend(find_spans(pieces, bio_labels(labels), list(scores)))
        return spans

    @cached_property
    def longest(self) -> int:
        """Subwords that the model can read at once; some tokenizers state an endless number."""
        positions: int = getattr(self.model.config, "max_position_embeddings", 512)
        return min(int(self.tokenizer.model_max_length), positions - 2, 512)

    def _label(self, words: list[str]) -> list[tuple[str, float]]:
        """The model's label of each word, that of its first subword, with its probability."""
        import torch

        encoded = self.tokenizer(
            words, is_split_into_words=True, truncation=len(words) == 1, max_length=self.longest, return_tensors="pt"
        )
        if encoded["input_ids"].shape[1] > self.longest:
            middle = len(words) // 2
            return self._label(words[:middle]) + self._label(words[middle:])
        with torch.inference_mode():
            best = self.model(**encoded).logits[0].softmax(-1).max(-1)
        found = [("O", 1.0)] * len(words)  # a word of which the tokenizer leaves nothing is no name
        for position, word in reversed(list(enumerate(encoded.word_ids()))):
            if word is not None:
                label = self.model.config.id2label[int(best.indices[position])]
                found[word] = (label, float(best.values[position]))
        return found


def bio_labels(labels: Sequence[str]) -> list[str]:
    """Labels of any scheme (BIO, IO, BIOES, BILOU, bare kinds) as B- and I- of PER, LOC and ORG; all others are O."""
    result: list[str] = []
    open_kind = None
    for label in labels:
        position, kind = split_label(label)
        if kind is None:
            result.append("O")
        else:
            result.append(f"{'I' if kind == open_kind and position not in OPENING else 'B'}-{kind}")
        open_kind = None if position in CLOSING else kind
    return result


def split_label(label: str) -> tuple[str, str | None]:
    """`B-PER` → B and PER; a kind that is none of ours is None."""
    position, mark, kind = label.upper().replace("_", "-").partition("-")
    if not mark or len(position) != 1:
        position, kind = "I", label.upper()
    return position, KINDS.get(kind)


def load_hub_tagger(name: str) -> HubTagger:
    """A model by its name at the hub (`owner/model`, or `owner/model@revision`) or by its folder.

    No code that comes with a model is run. What was fetched once is read from the cache of `huggingface_hub`.

    Raises:
        ModelError: `transformers` is missing, the model can't be had, or it names none of our types.
    """
    try:
        import torch
        from transformers import AutoModelForTokenClassification, AutoTokenizer
    except ImportError as error:
        raise ModelError(f"recogniser = {name!r} needs transformers and torch: {_INSTALL}") from error
    torch.set_num_threads(1)  # workers share the cores
    place, _, revision = (name, "", "") if Path(name).is_dir() else name.partition("@")
    try:
        tokenizer = AutoTokenizer.from_pretrained(place, revision=revision or "main", use_fast=True)
        model = AutoModelForTokenClassification.from_pretrained(place, revision=revision or "main")
    except (OSError, ValueError, KeyError) as error:
        first = str(error).strip().partition("\n")[0]
        raise ModelError(f"recogniser = {name!r} can't be loaded: {first}") from error
    labels = list(model.config.id2label.values())
    if not any(split_label(label)[1] for label in labels):
        raise ModelError(f"recogniser = {name!r} labels none of PER, LOC and ORG, only: {', '.join(labels[:12])}")
    if not tokenizer.is_fast:
        raise ModelError(
            f"recogniser = {name!r} has no fast tokenizer, which says where words begin; take another model"
        )
    return HubTagger(tokenizer, model.eval())
