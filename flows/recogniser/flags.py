"""What the tables of flows/rules know about the pieces of a sentence, as numbers for the network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from flows.gazetteer import Entry, Gazetteer, Lexicon
from flows.recogniser.pieces import Pieces
from flows.text.tokens import is_initial, spelt_letters

T = TypeVar("T")

NAME_KINDS = ("PERSON", "PERSON short", "ORG", "LOC", "city", "demonym", "other")
PLACES = ("only", "first", "inner", "last")
HEAD_KINDS = ("ORG", "LOC", "EVENT", "FACILITY", "PRODUCT", "PROJECT", "PERSON")
CLASS_KINDS = ("ORG", "LOC", "other")
WORD_FLAGS = ("given name", "surname", "honorific", "modifier", "initial", "acronym", "Latin", "ambiguous")
FLAGS = (
    *(f"{kind}, {place}" for kind in NAME_KINDS for place in PLACES),
    "title",
    "title, last",
    *(f"head {kind}" for kind in HEAD_KINDS),
    *(f"class word {kind}" for kind in CLASS_KINDS),
    *WORD_FLAGS,
)
_FLAG_NO = {flag: number for number, flag in enumerate(FLAGS)}
_BRIDGES = frozenset("-.")  # marks inside a name: जम्मू-कश्मीर, वी. के. सिंह


class FlagFinder:
    """Says what the tables of flows/rules know about each piece of a sentence."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        cues = (gazetteer.titles, gazetteer.heads, gazetteer.class_words)
        self.name_openers = frozenset(gazetteer.names.reach)
        self.cue_openers = frozenset(word for lexicon in cues for word in lexicon.reach)
        self.word_flags: dict[str, tuple[int, ...]] = {}

    def find(self, pieces: Pieces) -> list[list[int]]:
        """The numbers of the flags of each piece."""
        found: list[list[int]] = [[] for _ in pieces.keys]
        for run in _runs(pieces):
            words = [pieces.keys[index] for index in run]
            rows = [found[index] for index in run]
            named = 0
            for position, word in enumerate(words):
                rows[position].extend(self.flags_of(word))
                if position >= named and word in self.name_openers:
                    named = self._find_name(words, position, rows)
                if word in self.cue_openers:
                    self._find_cues(words, position, rows)
        return found

    def _find_name(self, words: list[str], position: int, rows: list[list[int]]) -> int:
        """Flag the longest name that opens at a word; gives the position where the next may open."""
        size, entries = _longest(self.gazetteer.names, words, position)
        if entries is not None:
            kind = _name_kind(entries[0])
            for offset in range(size):
                rows[position + offset].append(_FLAG_NO[f"{kind}, {_place(offset, size)}"])
        return position + size

    def _find_cues(self, words: list[str], position: int, rows: list[list[int]]) -> None:
        """Flag the longest title, the longest head and the longest class word that open at a word."""
        size, title = _longest(self.gazetteer.titles, words, position)
        if title is not None:
            for row in rows[position : position + size]:
                row.append(_FLAG_NO["title"])
            rows[position + size - 1].append(_FLAG_NO["title, last"])
        size, head = _longest(self.gazetteer.heads, words, position)
        if head is not None:
            for row in rows[position : position + size]:
                row.append(_FLAG_NO[f"head {head.type}"])
        size, head = _longest(self.gazetteer.class_words, words, position)
        if head is not None:
            kind = head.type if head.type in CLASS_KINDS else "other"
            for row in rows[position : position + size]:
                row.append(_FLAG_NO[f"class word {kind}"])

    def flags_of(self, word: str) -> tuple[int, ...]:
        """The flags of a word alone."""
        flags = self.word_flags.get(word)
        if flags is None:
            gazetteer = self.gazetteer
            is_flag = (
                word in gazetteer.given_names,
                word in gazetteer.surnames,
                word in gazetteer.honorifics,
                word in gazetteer.modifiers,
                is_initial(word),
                len(word) > 2 and bool(spelt_letters(word)),
                word.isascii() and word.isalpha(),
                word in gazetteer.ambiguous,
            )
            flags = tuple(_FLAG_NO[flag] for flag, is_set in zip(WORD_FLAGS, is_flag, strict=True) if is_set)
            if len(self.word_flags) > 200_000:
                self.word_flags.clear()
            self.word_flags[word] = flags
        return flags


def _runs(pieces: Pieces) -> Iterator[list[int]]:
    """The words between marks that no name crosses, as numbers of pieces."""
    run: list[int] = []
    for index, is_word in enumerate(pieces.is_word):
        if is_word:
            run.append(index)
        elif run and pieces.keys[index] not in _BRIDGES:
            yield run
            run = []
    if run:
        yield run


def _longest(lexicon: Lexicon[T], words: list[str], position: int) -> tuple[int, T] | tuple[int, None]:
    """The length and the value of the longest entry at a word; 0 and None where there is none."""
    reach = lexicon.reach.get(words[position])
    if reach is not None:
        for size in range(min(reach, len(words) - position), 0, -1):
            value = lexicon.rows.get(tuple(words[position : position + size]))
            if value is not None:
                return size, value
    return 0, None


def _place(offset: int, size: int) -> str:
    if size == 1:
        return "only"
    return "first" if offset == 0 else "last" if offset == size - 1 else "inner"


def _name_kind(entry: Entry) -> str:
    if entry.form == "demonym":
        return "demonym"
    if entry.source == "city":
        return "city"
    if entry.type == "PERSON" and entry.form == "short":
        return "PERSON short"
    return entry.type if entry.type in NAME_KINDS else "other"
