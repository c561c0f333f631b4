"""What the block models decide: which lines are taken for the article's, and when they must not be believed."""

from __future__ import annotations

from typing import Final

from flows.labelling.headlines import pick_title
from flows.labelling.html import TOO_LITTLE
from flows.labelling.lines import INDIC, Line

#: A block of HTML is kept from this chance on, in thousandths; one that trafilatura kept from the lower one on.
LIKELY: Final = 600
LIKELY_IF_EXTRACTED: Final = 250
#: A line of a text is kept from this chance on.
LIKELY_LINE: Final = 500
#: A sentence in an Indic script goes only where the model is this sure.
SURELY_NOT: Final = 30
#: A text is a page with its menus where so many short lines are no article's to the model; else its lines are kept.
LEAST_FURNITURE: Final = 10
FURNITURE_CHANCE: Final = 150
#: A headline stands at most so many lines above the text.
TITLE_REACH: Final = 15


def believe_html(lines: list[Line]) -> None:
    """Sets for each line of a web page whether it is likely the article's; where little would be left, nothing."""
    known = [line for line in lines if line.hints and line.chance is not None]
    if sum(line.size for line in known if _is_likely(line)) < TOO_LITTLE:
        return
    for line in known:
        assert line.hints is not None
        line.hints.is_likely = _is_likely(line)


def _is_likely(line: Line) -> bool:
    chance = line.chance or 0
    return chance >= LIKELY or (chance >= LIKELY_IF_EXTRACTED and bool(line.hints and line.hints.is_extracted))


def settle_text_by_model(lines: list[Line]) -> None:
    """Takes the furniture out of a plain text that is a page with its menus; its headline stays."""
    if not is_whole_page(lines):
        return
    likely = [line for line in lines if not is_unlikely(line)]
    if sum(line.size for line in likely) < TOO_LITTLE:
        return
    first = next((at for at, line in enumerate(lines) if line.is_prose and not is_unlikely(line)), len(lines))
    start = max(0, first - TITLE_REACH)
    title = pick_title(lines[start:], first - start)
    if title:
        title.settle("title", "title.first", "the headline above the text")
    for line in lines:
        if line.is_open and is_unlikely(line):
            hit = line.hit("line", "any")
            if hit:
                line.settle_by(hit)
            else:
                line.settle("other", "model.text", f"a chance of {(line.chance or 0) / 1000:.2f} to be the article's")


def is_whole_page(lines: list[Line]) -> bool:
    """Whether a text has the menus of its page still in it; one that was cleaned before is left to the rules."""
    if any(line.chance is None for line in lines):
        return False
    furniture = sum(not line.is_prose and (line.chance or 0) < FURNITURE_CHANCE for line in lines)
    return furniture >= LEAST_FURNITURE


def is_unlikely(line: Line) -> bool:
    """Whether the model speaks against a line of a text; it must be sure where a Hindi sentence is at stake."""
    is_sentence = line.is_sentence and line.is_prose and INDIC.search(line.text) is not None
    return (line.chance or 0) < (SURELY_NOT if is_sentence else LIKELY_LINE)
