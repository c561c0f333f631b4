"""What the block models decide: which lines are taken for the article's, and when they must not be believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import takewhile
from typing import Final

from flows.labelling.lines import INDIC, Line

#: A block of HTML is kept from this chance on, in thousandths; one that trafilatura kept from the lower one on.
LIKELY: Final = 550
LIKELY_IF_EXTRACTED: Final = 300
#: From this chance on a block is kept where something else speaks against it: a class that names readers' comments, or
#: English behind the last line of a page in an Indic script, which is a footer's.
SURELY: Final = 900
#: A line of a text is kept from the first of these chances on that leaves a short paragraph.
LIKELY_LINES: Final = (500, 300, 150, 70, 30)
#: Where a model leaves less than a short paragraph it is not believed.
LEAST_TEXT: Final = 150
#: A sentence in an Indic script goes only where the model is this sure.
SURELY_NOT: Final = 30
#: From this chance on a sentence right below the headline is kept as its summary.
NOT_RULED_OUT: Final = 300
#: A paragraph that stands on a page so many times is a notice, as in place of pictures that a reader has to allow.
OFTEN: Final = 3
#: A text is a page with its menus where so many short lines that no rule knows have less than this chance; in an Indic
#: script some of them above its first sentence, for tables and lists of clean Hindi texts look like menus too.
FURNITURE_CHANCE: Final = 50
LEAST_FURNITURE: Final = 12
LEAST_ABOVE: Final = 3
#: From this chance on a paragraph is taken for the text's beginning.
LIKELY_PROSE: Final = 300


def believe_html(lines: list[Line]) -> None:
    """Sets for each line of a web page whether it is likely the article's; forgets a model that leaves little."""
    known = [line for line in lines if line.hints and line.chance is not None]
    likely = [line for line in known if (line.chance or 0) >= LIKELY]
    is_indic = 2 * sum(line.size for line in likely if INDIC.search(line.text)) > sum(line.size for line in likely)
    marks = [_is_likely(line, is_indic) for line in known]
    if is_indic:
        last = max((at for at, line in enumerate(known) if marks[at] and INDIC.search(line.text)), default=-1)
        marks[last + 1 :] = [(line.chance or 0) >= SURELY for line in known[last + 1 :]]
    if sum(line.size for line, is_likely in zip(known, marks, strict=True) if is_likely) < LEAST_TEXT:
        for line in known:
            line.chance = None
        return
    for line, is_likely in zip(known, marks, strict=True):
        assert line.hints is not None
        line.hints.is_likely = is_likely


def _is_likely(line: Line, is_indic: bool) -> bool:
    """trafilatura's word counts for less where a page in an Indic script has a line without a letter of it."""
    is_backed = bool(line.hints and line.hints.is_extracted) and not (is_indic and not INDIC.search(line.text))
    return (line.chance or 0) >= (LIKELY_IF_EXTRACTED if is_backed else LIKELY)


def settle_unlikely(lines: list[Line]) -> None:
    """Takes the furniture that no rule knew out of a plain text that is a page with its menus."""
    if not is_whole_page(lines):
        return
    known = [line for line in lines if line.is_kept]
    least = _least_chance(known)
    summaries = _summaries(lines)
    for line in known:
        if is_unlikely(line, least) and not any(line is summary for summary in summaries):
            line.settle("other", "model.text", f"a chance of {(line.chance or 0) / 1000:.2f} to be the article's")
    prose = [line for line in known if line.is_kept and line.is_prose]
    settle_copies(prose, lambda line: (line.chance or 0) >= SURELY, "text")


def _summaries(lines: list[Line]) -> list[Line]:
    """Sentences between headline and text that the model does not rule out."""
    title = max((at for at, line in enumerate(lines) if line.role == "title"), default=len(lines))
    head = takewhile(lambda line: (line.chance or 0) < LIKELY_LINES[0] or not line.is_prose, lines[title + 1 :])
    return [line for line in head if line.is_prose and line.is_sentence and (line.chance or 0) >= NOT_RULED_OUT]


def settle_copies(prose: list[Line], sure: Callable[[Line], bool], form: str) -> None:
    """Of paragraphs that stand on a page word for word twice one stays; a notice that stands there often goes, unless
    it is sure somewhere."""
    count = Counter(line.raw.strip() for line in prose)
    backed = {line.raw.strip() for line in prose if sure(line)}
    seen: set[str] = set()
    for line in prose:
        text = line.raw.strip()
        if count[text] >= OFTEN and text not in backed:
            line.settle("other", f"{form}.often", f"a paragraph that stands on the page {count[text]} times")
        elif text in seen:
            line.settle("other", f"{form}.copy", "the same paragraph stands above")
        seen.add(text)


def _least_chance(lines: list[Line]) -> int:
    """The chance from which lines are kept: lower where less than a paragraph would be left, 0 where nothing helps."""
    for least in LIKELY_LINES:
        if sum(line.size for line in lines if not is_unlikely(line, least)) >= LEAST_TEXT:
            return least
    return 0


def is_whole_page(lines: list[Line]) -> bool:
    """Whether a text has the menus of its page still in it; one that was cleaned before is left to the rules."""
    if not may_have_menus(lines) or any(line.chance is None for line in lines):
        return False
    first = next((at for at, line in enumerate(lines) if _begins_text(line)), 0)
    furniture = [at for at, line in enumerate(lines) if _is_unknown(line) and (line.chance or 0) < FURNITURE_CHANCE]
    indic = sum(INDIC.search(line.text) is not None for line in lines)
    is_indic = 5 * indic > len(lines)  # a table of figures has few letters of its script
    return len(furniture) >= LEAST_FURNITURE and (not is_indic or sum(at < first for at in furniture) >= LEAST_ABOVE)


def may_have_menus(lines: list[Line]) -> bool:
    """Whether a model could say of a text that it is a whole page: enough short lines that no rule knows."""
    return not any(line.hints for line in lines) and sum(map(_is_unknown, lines)) >= LEAST_FURNITURE


def _begins_text(line: Line) -> bool:
    is_sentence = line.is_sentence and INDIC.search(line.text) is not None
    return line.is_prose and (is_sentence or (line.chance or 0) >= LIKELY_PROSE)


def _is_unknown(line: Line) -> bool:
    """Whether no rule knows a short line by its words."""
    return not line.is_prose and line.rule in ("", "title.above")


def is_unlikely(line: Line, least: int) -> bool:
    """Whether the model speaks against a line of a text; it must be sure where a Hindi sentence is at stake."""
    is_sentence = line.is_sentence and line.is_prose and INDIC.search(line.text) is not None
    return (line.chance or 0) < (min(SURELY_NOT, least) if is_sentence else least)
