"""Headlines, what stands around them, and the lines about the author below an article."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz

from flows.labelling.lines import DATELINES, DEVANAGARI, INDIC, Line, prose_range
from flows.labelling.sections import CLOSING_PROSE

#: Two lines are the same headline from this likeness on (0 to 100).
SAME_TITLE: Final = 88.0
#: A bio is short, and the article above it is not.
LONGEST_BIO: Final = 420
#: A summary between headline and dateline is no longer than this.
LONGEST_STANDFIRST: Final = 450


def settle_title(lines: list[Line]) -> None:
    """The headline is the first line above the text that reads like one; what else stands there is sorted around it."""
    first, _ = prose_range(lines)
    head = [line for line in lines[:first] if line.is_open]
    title = next((line for line in lines if line.role == "title"), None) or _pick_title(head)
    if title is None:
        return
    if title.is_open:
        title.settle("title", "title.first", "the first headline above the text")
    is_hindi = any(DEVANAGARI.search(line.text) for line in lines[first : first + 3])
    is_below = False
    for line in lines[:first]:
        is_below |= line is title
        if not line.is_open:
            continue
        if is_same_title(title.text, line.text):
            line.settle("title", "title.repeats", "repeats the headline")
        elif is_below:
            line.settle("standfirst", "", "between headline and text")
        elif line.is_heading:
            role = "kicker" if DEVANAGARI.search(line.text) or not is_hindi else "site_header"
            line.settle(role, "title.above", "a short line above the headline")
    for line in lines[first:]:
        if line.is_open and not line.is_prose and is_same_title(title.text, line.text):
            line.settle("title", "title.repeats", "repeats the headline")


def _pick_title(head: list[Line]) -> Line | None:
    """Three words or more; an Indic script before Latin, unless there is only one line to choose from."""
    headings = [line for line in head if line.is_heading]
    long = [line for line in headings if line.text.count(" ") >= 2]
    candidates = [line for line in long if INDIC.search(line.text)] or long or headings[-1:]
    return candidates[0] if candidates else None


def is_same_title(title: str, other: str) -> bool:
    """Whether a folded line is the headline again: the same words, or one is how the other begins."""
    if abs(len(title) - len(other)) <= max(6, len(title) // 6):
        return fuzz.ratio(title, other) >= SAME_TITLE
    short, long = sorted((title, other), key=len)
    return len(short) >= 20 and long.startswith(short.rstrip(" .…"))


def settle_later_titles(lines: list[Line]) -> None:
    """In a file of several articles a headline stands above a dateline or a byline, or behind a section name."""
    for line, following in pairwise(lines):
        if not line.is_kept or not line.is_heading or line.size < 15:
            continue
        is_dated = following.role in DATELINES or (following.is_kept and following.has_dateline)
        if is_dated or any(hit.rule.zone == "heading" for hit in line.hits):
            line.settle("title", "title.next_article", "a headline above the dateline of another article")


def settle_standfirst(lines: list[Line]) -> None:
    """A paragraph between a headline and a dateline, or the paragraph that has one, sums the article up."""
    for (above, line), following in zip(pairwise(lines), lines[2:], strict=False):
        is_dated = following.role in DATELINES or (following.is_kept and following.has_dateline)
        if above.role == "title" and line.is_open and line.is_prose and is_dated and line.size <= LONGEST_STANDFIRST:
            line.settle("standfirst", "", "a paragraph between headline and dateline")


def settle_bios(lines: list[Line]) -> None:
    """Below the article, a name is followed by a few lines about the author."""
    above = 0
    for at, line in enumerate(lines):
        if line.role == "byline" and above >= CLOSING_PROSE:
            rest = [other for other in lines[at + 1 :] if other.is_open]
            if 0 < len(rest) <= 3 and all(other.size <= LONGEST_BIO for other in rest):
                for other in rest:
                    other.settle("author_bio", "section.bio", "below the author's name, behind the article")
        if line.is_open and line.is_prose:
            above += line.size
