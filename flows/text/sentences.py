"""Where sentences start in a Hindi text."""

import re
from functools import cache

from .folding import fold_word, folding_rules
from .tokens import WORD, is_initial

_END = re.compile(r"[।॥?!]+|\.+|\n+")
_LAST_WORD = re.compile(WORD.pattern + r"\Z")
_CLOSING = "\"'”’»)]} \t\u00a0।॥?!."


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(fold_word(word) for word in folding_rules()["sentences"]["abbreviations"])


@cache
def _doubtful() -> frozenset[str]:
    return frozenset(fold_word(word) for word in folding_rules()["sentences"]["doubtful_letters"])


def sentence_starts(text: str) -> list[int]:
    """Offsets at which the sentences of a text start, 0 first; what closes a sentence (a quote mark) belongs to it."""
    starts = [0]
    end = wordless = 0  # from the last start to `wordless` there is no word
    for match in _END.finditer(text):
        if match.start() < end:  # closes the sentence before: looked at already
            continue
        if match.group() == "." and not _ends_sentence(text, match.start()):
            continue
        end = match.end()
        while end < len(text) and text[end] in _CLOSING:
            end += 1
        if end < len(text) and text[end] != "\n" and end > starts[-1]:
            if WORD.search(text, wordless, end):
                starts.append(end)
            wordless = end
    return starts


def _ends_sentence(text: str, stop: int) -> bool:
    """Whether a full stop ends a sentence: not inside a number or an address, not after an initial or abbreviation."""
    after = text[stop + 1 : stop + 2]
    before = _LAST_WORD.search(text, max(0, stop - 30), stop)
    if before is None:
        return False
    word = fold_word(before.group())
    if after.isdigit() or (after.isascii() and after.isalpha() and word.isascii()):
        return False
    if word in _abbreviations():
        return False
    if not is_initial(word):
        return True
    return word in _doubtful() and not _beside_initial(text, before.start(), stop)


def _beside_initial(text: str, start: int, stop: int) -> bool:
    following = WORD.match(text, stop + 2 if text[stop + 1 : stop + 2] == " " else stop + 1)
    if following and is_initial(fold_word(following.group())) and text[following.end() : following.end() + 1] == ".":
        return True
    return text[max(0, start - 2) : start].rstrip().endswith(".")
