"""Lines of a text: where they break, which continue a paragraph, and what two copies of a template have in common."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter

from flows.text.characters import compose, is_blank

DATE_SLOT = "⟨date⟩"
LINK_SLOT = "⟨link⟩"
PROSE_PREFIX = "¶"  # a pattern that is the digest of a long line, not its text
LONG_LINE = 300
DIGEST_LENGTH = 10_000  # two lines that share as much are copies

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
_LETTER = r"(?:[^\W\d]|[\u0900-\u0963\u0971-\u0dff])"  # \w knows no vowel signs


def _alternation(words: str) -> str:
    """The words as they are, in capitals and with a capital, by first letter: `re` tries each of an alternation."""
    every = {
        form for word in unicodedata.normalize("NFC", words).split() for form in (word, word.title(), word.upper())
    }
    ordered = sorted(every, key=lambda word: (word[0], -len(word), word))
    groups = (
        (first, "|".join(re.escape(word[1:]) for word in group)) for first, group in groupby(ordered, itemgetter(0))
    )
    return "|".join(f"{re.escape(first)}(?:{rest})" for first, rest in groups)


_LINK = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.-]+")
_DIGITS = re.compile(r"\d+(?:,\d\d\d?(?!\d))*")
# Digits are 0 by now; a month may be glued to its day (14सितंबर).
_DATE_WORD = re.compile(rf"(?:{_alternation(_MONTHS + ' ' + _WEEKDAYS)})(?!{_LETTER})")
_SHORT_DATE = re.compile(rf"(?:{_alternation(_SHORT)})(?!{_LETTER})")
_NUMBER_BEFORE = re.compile("0[ -]")
_NUMBER_AFTER = re.compile("[.,]? 0")
_ORDINAL = re.compile(rf"(?<=0)(?:st|nd|rd|th)(?!{_LETTER})", re.IGNORECASE)
_HALF_DAY = re.compile(rf"(?<=0) ?[ap]\.?m(?!{_LETTER})\.?", re.IGNORECASE)
# A name and its value, as in a table of a phone's or a match's facts: alike only where the value is the same, since
# five articles about phones have "Battery: 5,000 mAh" lines of their own. Counts of readers are the site's.
_LABELLED = re.compile(r"[^\W\d][^\d:ः\t]{1,40}[:ः\t][^:ः\t]*\d")
_TIME_OF_DAY = re.compile(r"\d[:.]\d\d(?!\d)|\d[/.-]\d{1,2}[/.-]\d")
_COUNTED = re.compile(
    r"views?|comments?|shares?|likes?|read(?:ing)?|pages?|photos?|slides?|votes?|followers?|visitors?|updated|published|posted"
    r"|व्यूज|कमेंट|टिप्पणि|टिप्पणी|शेयर|लाइक|पढ़ने|पढ|पेज|पृष्ठ|फोटो|फ़ोटो|तस्वीर|स्लाइड|वोट|पाठक|अपडेट|प्रकाशित|तारीख|दिनांक|समय",
    re.IGNORECASE,
)
_ENDS = " \t|•·*#-–—:,.;।॥/\\<>«»\"'“”‘’()[]{}…~_=+"
_IS_LETTER = re.compile(_LETTER)
_SENTENCE_END = tuple("।॥.!?")
_CLOSING = "\"'”’)] "


def split_lines(text: str) -> list[str]:
    """The lines with their terminators, a run of blank lines as one; joined they are the text.

    Lines end where str.splitlines ends them: at CR LF, LF, CR, VT, FF, FS, GS, RS, NEL, U+2028 and U+2029.
    """
    lines: list[str] = []
    for is_run_blank, run in groupby(text.splitlines(keepends=True), key=is_blank):
        if is_run_blank:
            lines.append("".join(run))
        else:
            lines.extend(run)
    return lines


def mask_line(text: str) -> str:
    """What a line has in common with its copies on other pages: numbers, dates and links become slots.

    A name with its value ("Battery: 5,000 mAh") keeps the number: with another one it is no copy but another fact.
    A line of more than 300 characters is no template: its pattern is a digest that only a copy shares.
    """
    line = " ".join(text[:DIGEST_LENGTH].split())
    if len(line) > LONG_LINE:
        return PROSE_PREFIX + hashlib.blake2b(line.strip(_ENDS).encode(), digest_size=12).hexdigest()
    line = compose(line)
    if "@" in line or "www" in line or "://" in line:
        line = _LINK.sub(LINK_SLOT, line)
    masked = line
    if not _is_fact(line):
        masked = _DIGITS.sub("0", line)
        if "0" in masked:
            masked = _SHORT_DATE.sub(_short_date_slot, _HALF_DAY.sub(f" {DATE_SLOT}", _ORDINAL.sub("", masked)))
    masked = _DATE_WORD.sub(_date_slot, masked)
    return masked.strip(_ENDS) or masked


def _is_fact(line: str) -> bool:
    """Whether a line gives a name and a number that is no date, time or count of the site's."""
    is_labelled = (":" in line or "ः" in line or "\t" in line) and _LABELLED.match(line) is not None
    return is_labelled and not (_TIME_OF_DAY.search(line) or _COUNTED.search(line) or _DATE_WORD.search(line))


def _date_slot(word: re.Match[str]) -> str:
    """The slot, unless the word is the end of another: looking back in the pattern would cost its speed."""
    return word[0] if _IS_LETTER.match(word.string[word.start() - 1 : word.start()]) else DATE_SLOT


def _short_date_slot(word: re.Match[str]) -> str:
    """The slot, if the word stands beside a number: रवि is a day in "रवि, 12" and a man in "रवि कुमार"."""
    line, start = word.string, word.start()
    is_after_number = _NUMBER_BEFORE.match(line, max(start - 2, 0), start) is not None
    is_whole = not _IS_LETTER.match(line[start - 1 : start])
    return DATE_SLOT if is_after_number or (is_whole and _NUMBER_AFTER.match(line, word.end())) else word[0]


def find_wrapped(lines: Sequence[str]) -> list[bool]:
    """For each line, whether it continues the paragraph of the line before because the text was broken at a column.

    A text is taken for wrapped only where paragraphs of three lines and more end every line, but the last, where the
    next word would not have fitted, all at one column, and seldom at the end of a sentence, but for the last. A text
    whose lines are its paragraphs, or a list of headlines, never is.
    """
    groups = [group for group in _groups(lines) if max(len(lines[i]) for i in group) <= _WIDEST_CODE_POINTS]
    paragraphs = [group for group in groups if len(group) > 2 and _ends_sentence(lines[group[-1]])]
    if sum(len(group) - 1 for group in paragraphs) >= _LEAST_BREAKS:
        found = [(*_find_column(lines, paragraphs, measure), measure) for measure in (len, _columns, _bytes)]
        breaks, column, measure = max(found, key=itemgetter(0))
        if breaks:
            return _joins_at(lines, groups, column, measure)
    return [False] * len(lines)


Measure = Callable[[str], int]

_COLUMNS = range(40, 133)
_WIDEST_CODE_POINTS = 2 * _COLUMNS[-1]  # of 132 columns, with marks that take none
_LEAST_BREAKS = 4
_FULL_SHARE = 0.75  # of the breaks of a paragraph: its title may stand right above it
_ENDED_SHARE = 0.34


def _columns(text: str) -> int:
    return sum(unicodedata.category(char) not in ("Mn", "Me", "Cf") for char in text)


def _bytes(text: str) -> int:
    return len(text.encode())


def _groups(lines: Sequence[str]) -> list[range]:
    """Runs of lines that are not blank, as ranges of line numbers."""
    groups: list[range] = []
    start = 0
    for i, line in enumerate([*lines, ""]):
        if is_blank(line):
            if i > start:
                groups.append(range(start, i))
            start = i + 1
    return groups


def _find_column(lines: Sequence[str], paragraphs: list[range], measure: Measure) -> tuple[int, int]:
    """How many lines of the paragraphs were broken at one column, and which; (0, 0) where too few were."""
    breaks = {group: [_break(lines, i, measure) for i in group[1:]] for group in paragraphs}
    best, most = 0, 0
    for column in sorted({width for group in breaks.values() for width, _ in group if width in _COLUMNS}):
        full = ended = 0
        for group, widths in breaks.items():
            at_column = [
                i for i, (width, next_word) in zip(group, widths, strict=False) if width <= column < width + next_word
            ]
            if len(at_column) >= _FULL_SHARE * len(widths) and max(width for width, _ in widths) <= column:
                full += len(at_column)
                ended += sum(_ends_sentence(lines[i]) for i in at_column)
        if full >= max(most + 1, _LEAST_BREAKS) and ended <= _ENDED_SHARE * full:
            best, most = column, full
    return most, best


def _joins_at(lines: Sequence[str], groups: list[range], column: int, measure: Measure) -> list[bool]:
    """The joins of a text wrapped at a column; lines above and below its paragraphs (bylines, links) stay apart."""
    joins = [False] * len(lines)
    for group in groups:
        breaks = [_break(lines, i, measure) for i in group[1:]]
        is_full = [width <= column < width + next_word for width, next_word in breaks]
        is_paragraph = _ends_sentence(lines[group[-1]]) or (len(group) > 2 and all(is_full))
        if not is_paragraph or max(measure(lines[i].rstrip()) for i in group) > column:
            continue
        for i, full in zip(group[1:], is_full, strict=True):
            joins[i] = full and (len(group) > 2 or not _ends_sentence(lines[i - 1]))
    return joins


def _break(lines: Sequence[str], i: int, measure: Measure) -> tuple[int, int]:
    """Width of the line before line `i`, and of a space and the first word of line `i`."""
    return measure(lines[i - 1].rstrip()), 1 + measure(lines[i].split(maxsplit=1)[0])


def _ends_sentence(line: str) -> bool:
    return line.rstrip().rstrip(_CLOSING).endswith(_SENTENCE_END)
