"""Characters of Indian news text: which are space, which are invisible, and how a piece of text becomes normal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

#: A change to a text: replace [start, end) by a string. Edits of a text come in order and do not overlap.
Edit = tuple[int, int, str]

# Category Cf less the signs that are drawn before a number (U+0600 …), the object replacement character, C0 and C1 less
# those that str.isspace() counts as space. Listed, because a category may differ between versions of Python.
_INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffc\U000e0001\U000e0020-\U000e007f"
)
_JOINERS = "\u200c\u200d"
#: White space as Python knows it, inside brackets, for polars; and a character that can be seen.
SPACE_IN_POLARS = r"\s\x1c-\x1f"
VISIBLE_IN_POLARS = f"[^{SPACE_IN_POLARS}{_INVISIBLE}{_JOINERS}]"
_IS_INVISIBLE = re.compile(f"[{_INVISIBLE}{_JOINERS}]")
_BLANK = re.compile(f"[\\s{_INVISIBLE}{_JOINERS}]*")
# A run of space and invisible characters that is more than one plain space.
_GAP = re.compile(rf"(?: (?=[\s{_INVISIBLE}{_JOINERS}])|[^\S ]|[{_INVISIBLE}{_JOINERS}])[\s{_INVISIBLE}{_JOINERS}]*")
_VIRAMA_CLASS = 9  # canonical combining class of the viramas of all scripts
# Characters that compose with one before them, but for the nukta, and all of scripts that no news is written in.
_COMPOSING = re.compile(
    "[\u0300-\u036f\u0653-\u0655\u09be\u09d7\u0b3e\u0b56\u0b57\u0bbe\u0bd7\u0c56\u0cc2\u0cd5\u0cd6\u0d3e\u0d57\u0dca"
    "\u0dcf\u0ddf\u102e\u1160-\u11ff\u1b35\u3099\u309a\U00010000-\U0001efff\U00020000-\U0010ffff]"
)
_NUKTA_LETTER = re.compile("[\u0958-\u095f]")  # क़ and the like as one code point, which NFC never leaves
_HANGUL_TAILS = range(0x1160, 0x1200)  # these and marks can join the character before them when text is composed

_DOUBLED = {"''": '"', "``": '"', "‘‘": "“", "’’": "”"}
_DOUBLED_QUOTE = re.compile("|".join(_DOUBLED))
_CURLY_QUOTE = re.compile("[“”]")
_BEFORE_OPENING = frozenset(" ([{-–—:,;")
_AFTER_CLOSING = frozenset(" )]},.;:!?।॥|-–—")


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen: white space and format characters only."""
    return not text or text.isspace() or _BLANK.fullmatch(text) is not None


def compose(text: str) -> str:
    """The text in NFC.

    The same as unicodedata.normalize, which takes 50 ns a character wherever a nukta is: 20 times as long as this test.
    """
    return text if _is_composed(text) else unicodedata.normalize("NFC", text)


def _is_composed(text: str) -> bool:
    """Whether the text is in NFC: fully decomposed, with nothing in it that would compose, it is."""
    if unicodedata.is_normalized("NFD", text) and not _COMPOSING.search(text):
        return not ("न\u093c" in text or "र\u093c" in text or "ळ\u093c" in text)
    return unicodedata.is_normalized("NFC", text)


def has_mark_flood(text: str) -> bool:
    """Whether hundreds of combining marks follow each other: no text, and hours of work to bring into order.

    Python sorts a run of marks in quadratic time: 80,000 take 9 s.
    """
    if _is_composed(text):
        return False
    return any(sum(map(bool, map(unicodedata.combining, run[0]))) > MARK_FLOOD for run in _NO_LETTERS.finditer(text))


MARK_FLOOD = 200
_NO_LETTERS = re.compile(rf"(?<![^\w\s\x00-\x7f])[^\w\s\x00-\x7f]{{{MARK_FLOOD},}}")  # looks at each run once


def clean_text(text: str) -> str:
    """The text in NFC, with single spaces, without invisible characters and with repaired quotes; no word changes.

    ZWJ and ZWNJ stay after a virama, where they choose a glyph; elsewhere they are debris of copying.
    """
    return clean_with_offsets(text)[0]


def clean_with_offsets(text: str) -> tuple[str, Sequence[int]]:
    """As `clean_text`, with the offset in `text` of the character each one came from, and the end as one offset more.

    Most text is normal as it is: then the offsets are a range.
    """
    core = text.strip()
    start = text.find(core)
    offsets: Sequence[int] = range(start, start + len(core) + 1)
    if not core.isprintable() or "  " in core or "\ufffc" in core:  # isprintable: no space but U+0020, no Cc, no Cf
        core, offsets = _apply(core, offsets, _gap_edits(core))
    if not _is_composed(core):
        letters = (
            (match.start(), match.end(), unicodedata.normalize("NFC", match[0]))
            for match in _NUKTA_LETTER.finditer(core)
        )
        core, offsets = _apply(core, offsets, letters)
        if not _is_composed(core):
            core, offsets = _apply(core, offsets, _composition_edits(core))
    if "''" in core or "``" in core or "‘‘" in core or "’’" in core:
        edits = [(match.start(), match.end(), _DOUBLED[match[0]]) for match in _DOUBLED_QUOTE.finditer(core)]
        core, offsets = _apply(core, offsets, edits)
    if "”" in core or "“" in core:
        core = _pair_curly_quotes(core)
    return core, offsets


def raw_span(raw_map: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """The span of the page text that holds the letters of `body[start:end]`, given the body's raw_map.

    Several body characters may come from one raw character (क़ is one code point in some pages, two in NFC): a span
    that ends between them takes the raw character whole.
    """
    if start >= end:
        return raw_map[start], raw_map[start]
    after = end
    while after < len(raw_map) - 1 and raw_map[after] == raw_map[end - 1]:
        after += 1
    return raw_map[start], raw_map[after]


def _apply(text: str, offsets: Sequence[int], edits: Iterable[Edit]) -> tuple[str, Sequence[int]]:
    """The edited text with its offsets; a replacement's characters are matched to those replaced as far as equal."""
    parts: list[str] = []
    kept: list[int] = []
    position = 0
    for start, end, replacement in edits:
        parts += (text[position:start], replacement)
        kept.extend(offsets[position:start])
        kept.extend(offsets[start + i] for i in _align(text[start:end], replacement))
        position = end
    if not parts:
        return text, offsets
    parts.append(text[position:])
    kept.extend(offsets[position:])
    return "".join(parts), kept


def _align(old: str, new: str) -> list[int]:
    """For each character of `new` the index in `old` it came from, never falling."""
    if len(new) == 1:
        return [0]
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    middle = [min(head, len(old) - 1)] * (len(new) - head - tail)
    return [*range(head), *middle, *range(len(old) - tail, len(old))]


def _gap_edits(text: str) -> list[Edit]:
    """Edits that leave one space for a run with white space in it, and nothing for one without.

    A joiner stays if the text before it, its marks in canonical order and its debris gone, ends in a virama: if the
    highest combining class since the last letter is the virama's.
    """
    edits: list[Edit] = []
    highest = known = 0  # highest class up to `known`; no character is looked at twice
    for match in _GAP.finditer(text):
        start, end = match.span()
        classes = [unicodedata.combining(char) for char in _back_to_letter(text, known, start)]
        highest = max([*classes, highest if len(classes) == start - known else 0], default=0)
        known = end
        run = match[0]
        first = next((char for char in run if char in _JOINERS or char.isspace()), "")
        replacement = first if first in _JOINERS and highest == _VIRAMA_CLASS else ""
        has_space = bool(_IS_INVISIBLE.sub("", run))
        if replacement or has_space:
            highest = 0
        if has_space and start > 0 and end < len(text):
            replacement += " "
        if replacement != run:
            edits.append((start, end, replacement))
    return edits


def _back_to_letter(text: str, start: int, end: int) -> str:
    """The marks at the end of `text[start:end]`."""
    at = end
    while at > start and unicodedata.combining(text[at - 1]):
        at -= 1
    return text[at:end]


def _composition_edits(text: str) -> list[Edit]:
    """Edits that bring the text into NFC: one for each cluster of a letter and its marks that changes."""
    edits: list[Edit] = []
    start = 0
    for word, composed in zip(text.split(" "), unicodedata.normalize("NFC", text).split(" "), strict=True):
        if word != composed:  # nothing composes with a space
            edits += _cluster_edits(word, start)
        start += len(word) + 1
    return edits


def _cluster_edits(word: str, start: int) -> list[Edit]:
    edits: list[Edit] = []
    bounds = [i for i in range(1, len(word)) if not _joins_back(word[i])]
    for first, last in zip([0, *bounds], [*bounds, len(word)], strict=True):
        composed = unicodedata.normalize("NFC", word[first:last])
        if composed != word[first:last]:
            edits.append((start + first, start + last, composed))
    return edits


def _joins_back(char: str) -> bool:
    """Whether the character may change together with the one before it."""
    return unicodedata.category(char)[0] == "M" or ord(char) in _HANGUL_TAILS


def _pair_curly_quotes(text: str) -> str:
    """”…” and “…“ as “…”, where the places of the two marks leave no doubt."""
    places = [match.start() for match in _CURLY_QUOTE.finditer(text)]
    chars = dict.fromkeys(places, "")
    is_open = False
    for at in places:
        before, after = text[at - 1 : at] or " ", text[at + 1 : at + 2] or " "
        opens = before in _BEFORE_OPENING and after != " "
        closes = before != " " and after in _AFTER_CLOSING
        chars[at] = text[at]
        if opens and not closes and not is_open and at != places[-1]:
            chars[at] = "“"
        elif closes and not opens and is_open:
            chars[at] = "”"
        is_open = chars[at] == "“"
    if all(text[at] == char for at, char in chars.items()):
        return text
    return "".join(chars.get(i, char) for i, char in enumerate(text))
