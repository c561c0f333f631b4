"""Lines of a text: where they break, which continue a paragraph, and what two copies of a template have in common."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable

from flows.text.characters import is_blank

DATE_SLOT = "⟨date⟩"
LINK_SLOT = "⟨link⟩"
PROSE_PREFIX = "¶"  # a pattern that is the digest of a long line, not its text
LONG_LINE = 300
PROSE_LETTERS = 80
PROSE_WORDS = 12

_MONTHS = (
    "जनवरी फरवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर सितम्बर अक्टूबर अक्तूबर नवंबर नवम्बर दिसंबर दिसम्बर "
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
_WEEKDAYS = (
    "सोमवार मंगलवार बुधवार गुरुवार गुरूवार बृहस्पतिवार वीरवार शुक्रवार शनिवार रविवार इतवार "
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun"
)
# Short forms that are also names or words (रवि, अग) count only beside a number.
_SHORT = "जन फर फ़र अप्र अप्रै जुल जुला अग सित सितं अक्टू अक्तू नव नवं दिस दिसं सोम मंगल बुध गुरु शुक्र शनि रवि"
_LETTER = r"\w\u0900-\u0963\u0966-\u0dff"


def _alternation(words: str) -> str:
    return "|".join(sorted(map(re.escape, unicodedata.normalize("NFC", words).split()), key=len, reverse=True))


_LINK = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.-]+")
_DIGITS = re.compile(r"\d+")
_DATE_WORD = re.compile(rf"(?<![{_LETTER}])(?:{_alternation(_MONTHS + ' ' + _WEEKDAYS)})(?![{_LETTER}])", re.IGNORECASE)
_SHORT_DATE = re.compile(
    rf"(?<=0 )(?:{_alternation(_SHORT)})(?![{_LETTER}])|(?<![{_LETTER}])(?:{_alternation(_SHORT)})(?=[.,]? 0)"
)
_HALF_DAY = re.compile(r"(?<=0) ?[ap]\.?m\b\.?", re.IGNORECASE)
_ENDS = " \t|•·*#-–—:,.;।॥/\\<>«»\"'“”‘’()[]{}…~_=+"
_LETTERS = re.compile(r"(?:[^\W\d_]|[\u0900-\u0963\u0971-\u0dff])+")
_NOT_LETTER = re.compile(r"[^\w\u0900-\u0963\u0966-\u0dff]+")
_SENTENCE_END = tuple("।॥.!?")
_CLOSING = "\"'”’)] "


def split_lines(text: str) -> list[str]:
    """The lines with their terminators, a run of blank lines as one; joined they are the text.

    Lines end where str.splitlines ends them: at CR LF, LF, CR, VT, FF, FS, GS, RS, NEL, U+2028 and U+2029.
    """
    lines: list[str] = []
    is_after_blank = False
    for line in text.splitlines(keepends=True):
        is_blank_line = is_blank(line)
        if is_blank_line and is_after_blank:
            lines[-1] += line
        else:
            lines.append(line)
        is_after_blank = is_blank_line
    return lines


def mask_line(text: str) -> str:
    """What a line has in common with its copies on other pages: numbers, dates and links become slots.

    A line of more than 300 characters is no template: its pattern is a digest that only a copy shares.
    """
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if len(line) > LONG_LINE:
        return PROSE_PREFIX + hashlib.blake2b(_NOT_LETTER.sub("", line).casefold().encode(), digest_size=12).hexdigest()
    if "@" in line or "www" in line or "://" in line:
        line = _LINK.sub(LINK_SLOT, line)
    line = _DATE_WORD.sub(DATE_SLOT, line)
    if (masked := _DIGITS.sub("0", line)) != line:
        line = _HALF_DAY.sub(f" {DATE_SLOT}", _SHORT_DATE.sub(DATE_SLOT, masked))
    return line.strip(_ENDS) or line


def is_prose(text: str) -> bool:
    """Whether a line is long enough to be a paragraph: 80 letters, or a sentence of 12 words."""
    if len(text) >= PROSE_LETTERS and sum(map(len, _LETTERS.findall(text))) >= PROSE_LETTERS:
        return True
    return text.rstrip().rstrip(_CLOSING).endswith(_SENTENCE_END) and len(text.split()) >= PROSE_WORDS


def find_wrapped(lines: list[str]) -> list[bool]:
    """For each line, whether it continues the paragraph of the line before because the text was broken at a column.

    Only a text whose lines nearly all end where the next word would not have fitted is taken for one; a text whose
    lines are its paragraphs never is.
    """
    nothing = [False] * len(lines)
    if len(lines) < 4:
        return nothing
    for measure in _MEASURES:
        joins = _find_wrapped_by(lines, measure)
        if joins is not None:
            return joins
    return nothing


def _code_points(text: str) -> int:
    return len(text)


def _columns(text: str) -> int:
    return sum(unicodedata.category(char) not in ("Mn", "Me", "Cf") for char in text)


def _bytes(text: str) -> int:
    return len(text.encode())


_MEASURES: tuple[Callable[[str], int], ...] = (_code_points, _columns, _bytes)
_COLUMN_LIMITS = (40, 132)
_MIN_BREAKS = 4
_FULL_SHARE = 0.9
_MAX_SENTENCE_ENDS = 0.45


def _find_wrapped_by(lines: list[str], measure: Callable[[str], int]) -> list[bool] | None:
    """As `find_wrapped` with one measure of length; None where the lines are not wrapped by it."""
    widths = [0 if is_blank(line) else measure(line.rstrip()) for line in lines]
    if max(widths) > 4 * _COLUMN_LIMITS[1]:
        return None
    breaks = [i for i in range(1, len(lines)) if widths[i] and widths[i - 1]]
    if len(breaks) < _MIN_BREAKS:
        return None
    column = max(widths[i - 1] for i in breaks)
    if not _COLUMN_LIMITS[0] <= column <= _COLUMN_LIMITS[1]:
        return None
    full = {i for i in breaks if widths[i - 1] + 1 + measure(lines[i].split(maxsplit=1)[0]) > column}
    ended = sum(lines[i - 1].rstrip().rstrip(_CLOSING).endswith(_SENTENCE_END) for i in full)
    if len(full) < max(_MIN_BREAKS, _FULL_SHARE * len(breaks)) or ended > _MAX_SENTENCE_ENDS * len(full):
        return None
    return [i in full for i in range(len(lines))]
