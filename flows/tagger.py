"""Edge: the learned recogniser, list[str] → list[list[Span]]; passed in, so that tests can give a fake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, order=True)
class Span:
    """A name found in a text: code point offsets, a type of the contract, and a score in 0..1."""

    start: int
    end: int
    type: str
    score: float


class Tagger(Protocol):
    """Finds names in texts. The spans of a text must not depend on the other texts of the call."""

    def tag(self, texts: list[str]) -> list[list[Span]]: ...


class NoTagger:
    """Finds nothing: the alias table, the gazetteers and the cues work alone."""

    def tag(self, texts: list[str]) -> list[list[Span]]:
        return [[] for _ in texts]


def load_tagger() -> Tagger:
    """The recogniser that ships in flows/models; none does yet."""
    return NoTagger()
