"""Words of a text with their offsets, their folded spelling and what stands between them."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from .folding import fold_word, folding_rules

# Python's \w breaks words at matras and joiners; danda (U+0964, U+0965) and the abbreviation sign (U+0970) end a word.
_SIGNS = r"\u0300-\u036f\u0900-\u0963\u0966-\u096f\u0971-\u0dff\u200c\u200d"
WORD = re.compile(rf"[\w{_SIGNS}]+")
#: The same for polars, whose \w holds the marks of all scripts.
WORD_IN_POLARS = rf"[\p{{L}}\p{{N}}_{_SIGNS}]+"

VISARGA = "ः"

#: A longer word is no name: nothing is looked for in it.
LONGEST_WORD = 100

#: What stands before a word: only spaces, a hyphen, a full stop, or anything else, which no name crosses.
SPACE, HYPHEN, DOT, BREAK = " ", "-", ".", "|"


@dataclass(frozen=True)
class Tokens:
    """The words of a text. `gaps[i]` says what stands before word i; `gaps[0]` is a BREAK."""

    text: str
    starts: list[int]
    ends: list[int]
    words: list[str]
    gaps: list[str]

    def surface(self, first: int, end: int) -> str:
        """The text from word `first` to before word `end`."""
        return self.text[self.starts[first] : self.ends[end - 1]]


def tokenise(text: str) -> Tokens:
    """The words of a text in order."""
    starts, ends, words, gaps = [], [], [], []
    previous = 0
    for match in WORD.finditer(text):
        start, end = match.span()
        if text[end - 1] == VISARGA and end - start > 1:  # a colon, more often than not: दिल्लीः
            end -= 1
        starts.append(start)
        ends.append(end)
        words.append(fold_word(match.group()))
        gaps.append(gap_kind(text[previous:start]) if previous else BREAK)
        previous = end
    return Tokens(text, starts, ends, words, gaps)


@lru_cache(maxsize=4096)
def gap_kind(gap: str) -> str:
    """The kind of what stands between two words; a line break is a BREAK, a hyphen must touch both words."""
    if "\n" in gap or "\r" in gap:
        return BREAK
    core = gap.strip()
    if not core:
        return SPACE
    if gap in ("-", "‐", "‑", "–", "‒"):
        return HYPHEN
    return DOT if core in (".", "॰") and gap[0] in ".॰" else BREAK


def fold_name(name: str) -> str:
    """A name as its folded words, hyphens and full stops aside: जम्मू-कश्मीर = जम्मू कश्मीर, वी. फ़ोमिन = वी फोमिन."""
    return " ".join(fold_word(word) for word in WORD.findall(name))


@cache
def letter_names() -> dict[str, str]:
    """Folded Hindi names of the Latin letters."""
    return {fold_word(name): letter for name, letter in folding_rules()["letters"].items()}


@cache
def _longest_letter() -> int:
    return max(map(len, letter_names()))


def is_initial(word: str) -> bool:
    """Whether a folded word is a letter or the Hindi name of one: वी, एम, v."""
    return word in letter_names() or (len(word) == 1 and word.isalpha())


@lru_cache(maxsize=1 << 16)
def spelt_letters(word: str) -> str:
    """The Latin letters that a folded Hindi word spells, or nothing: आईएसपीआर is ispr."""
    if len(word) > LONGEST_WORD:
        return ""
    names = letter_names()
    ways = {0: ""}
    for start in range(len(word)):
        if start in ways:
            for size in range(_longest_letter(), 0, -1):
                letter = names.get(word[start : start + size])
                if letter and start + size <= len(word) and not _is_mark(word[start + size : start + size + 1]):
                    ways.setdefault(start + size, ways[start] + letter)
    return ways.get(len(word), "")


def _is_mark(char: str) -> bool:
    return bool(char) and ("\u093e" <= char <= "\u094f" or char in "\u0900\u0901\u0902")
