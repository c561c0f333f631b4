"""Where else in a text a name stands that was found once: whole, or the part of it that people use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flows.gazetteer import Lexicon
from flows.naming.reading import Find, Reading
from flows.text.tokens import is_initial

Words = tuple[str, ...]

#: The score of a repeat that goes before what the tables say of the same words.
SURE = 0.99


def repeats(reading: Reading, chosen: list[Find]) -> list[Find]:
    """Finds for the words of a sure name wherever else they stand, and for the parts of a sure person's name."""
    known: dict[Words, Find] = {}
    for find in chosen:
        words = tuple(reading.words[find.start : find.end])
        if find.is_demonym or (find.end - find.start == 1 and is_initial(words[0])):
            continue
        if find.type == "PERSON" and find.form == "name":
            for part in name_parts(words):
                if len(part) > 1 or not is_initial(part[0]):
                    known.setdefault(part, replace(find, form="short", entries=()))
        if not (find.method in ("model", "gazetteer") and words in known and known[words].type == "EVENT"):
            known[words] = find
        stem = stem_of(reading, find)
        if stem:
            known.setdefault(stem, replace(find, full=spelling(reading, find)))
    lexicon = Lexicon(known.items())
    held = {word: find for find in chosen for word in range(find.start, find.end)}
    found: list[Find] = []
    index = 0
    while index < len(reading):
        hit = lexicon.longest(reading.tokens, index) if reading.words[index] in lexicon.reach else None
        if hit is None or not is_repeat(reading, index, *hit, held.get(index)):
            index += 1
            continue
        end, find = hit
        score = SURE if index in held else min(find.score, 0.85)
        found.append(replace(find, start=index, end=end, method="agreement", score=score))
        index = end
    return found


def is_repeat(reading: Reading, start: int, end: int, find: Find, held: Find | None) -> bool:
    """Whether words of a name seen elsewhere are the name here too, and tell more than the find that holds them."""
    if start in reading.titles or not reading.may_open_name(start):
        return False
    if held is not None and held.end >= end:
        is_guess = held.end - held.start == 1 and (
            held.method == "model" or (held.entries and held.entries[0].source == "city")
        )
        if held.type == "LOC" and find.type == "EVENT" and is_guess:
            return find.method in ("class_word", "place_word")  # तूफान ‘फ्लोरेंस’ is one wherever it comes
        is_place = held.type == "LOC" and held.end - held.start == 1 and find.type == "PERSON"
        return is_place and is_actor(reading, start, end)  # सचिव मिस्री, where मिस्री is Egyptian as well
    return end - start > 1 or is_safe_here(reading, start, find.type)


def is_actor(reading: Reading, start: int, end: int) -> bool:
    """Whether a title before words or the marker of an agent after them makes them a person."""
    return reading.follows_title(start) or (reading.touches(end) and reading.words[end] == "ने")


def stem_of(reading: Reading, find: Find) -> Words:
    """What is left of a name without its class word, if that is two words and one of them is unknown elsewhere:
    पाकिस्तान स्ट्रीम of पाकिस्तान स्ट्रीम गैस पाइपलाइन."""
    end = find.end
    while end > find.start and (end - 1 in reading.heads or reading.words[end - 1] in reading.gazetteer.modifiers):
        end -= 1
    is_telling = any(reading.is_unknown(word) for word in range(find.start, end))
    is_stem = find.type != "PERSON" and find.end > end > find.start + 1 and is_telling
    return tuple(reading.words[find.start : end]) if is_stem else ()


def spelling(reading: Reading, find: Find) -> str:
    """The words of a find as they stand, with single spaces."""
    return " ".join(reading.tokens.surface(find.start, find.end).split())


def is_safe_here(reading: Reading, index: int, kind: str) -> bool:
    """Whether one word of a name, seen elsewhere in the text, is the name here too: a common word (राय) only as the one
    who acts (राय ने), as a place (सागर में) or after a title."""
    if not reading.is_weak(index):
        return True
    marker = "में" if kind == "LOC" else "ने"
    is_marked = reading.touches(index + 1) and reading.words[index + 1] == marker
    return not reading.is_stop(index) and (is_marked or reading.follows_title(index))


def name_parts(words: Words) -> Iterator[Words]:
    """The parts of a person's name that stand for it: what is left without first words or last words."""
    for cut in range(1, len(words)):
        yield words[cut:]
        yield words[: len(words) - cut]
