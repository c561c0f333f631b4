"""Headlines, what stands around them, and the lines about the author below an article."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz

from flows.labelling.lines import DATELINES, DEVANAGARI, INDIC, Line, prose_range
from flows.labelling.sections import CLOSING_PROSE
from flows.text.names import is_full_name

#: Two lines are the same headline from this likeness on (0 to 100).
SAME_TITLE: Final = 88.0
WORD: Final = re.compile(r"[\w\u0900-\u0dff]+")
_SMALL_WORDS: Final = "में|की|के|का|से|पर|ने|को|और|है|हैं|तक|भी|ही|तो|या|लिए|साथ|बाद|कर|हो|नहीं|यह|वह|एक|दो|अब|आज|कल|नया|नई|नए"
#: Two or three words in Devanagari, none of them one that holds a phrase together.
NAME_ALONE: Final = re.compile(
    rf"(?!(?:.* )?(?:{_SMALL_WORDS})(?: |$))[\u0900-\u0963\u0970-\u097f.]+(?: [\u0900-\u0963\u0970-\u097f.]+){{1,2}}"
)
#: The same in Latin, as sites print the names of their authors above a Hindi text.
_LATIN_NAME: Final = re.compile(r"[A-Z][a-z.'-]+(?: [A-Z][a-z.'-]*){1,2}")
#: A summary shares more words with the text than the headline above it does: scores this close are equal.
NEARLY_EQUAL: Final = 0.3
HEADING_TAGS: Final = ("h1", "h2", "h3")
_MASTHEAD: Final = ("site_header", "date")
_BELOW_NAME: Final = ("date", "share", "dateline", "image_credit")
#: A kicker in HTML has at most this many spaces.
MOST_SPACES_ABOVE: Final = 3
#: Inside the text a subhead may begin as the headline does; only the same words repeat it.
SAME_TITLE_INSIDE: Final = 95.0
#: Of more headings above the text than these only the first and the last are compared with each other.
MOST_CANDIDATES: Final = 200
#: A headline that only its place tells has at least this many folded characters.
SHORTEST_TITLE: Final = 15
#: What a line about an author speaks of.
BIO_WORDS: Final = re.compile(
    "पत्रकार|संवाददाता|संपादक|लेखक|लेखिका|लिखते|लिखती|छात्र|स्नातक|विश्वविद्यालय|अनुभव|कार्यरत|रुचि|सक्रिय|पढ़ाई|पढाई"
    "|journalis|reporter|writer|editor|author|student|graduate|university|experience|covers|years",
    re.IGNORECASE,
)
#: A bio is short, and the article above it is not.
LONGEST_BIO: Final = 420
MOST_BIO_LINES: Final = 2
#: A summary between headline and dateline is no longer than this.
LONGEST_STANDFIRST: Final = 450


def settle_title(lines: list[Line]) -> None:
    """The headline is the line above the text that reads like one; what else stands there is sorted around it."""
    first, _ = prose_range(lines)
    title = next((line for line in lines if line.role == "title"), None) or pick_title(lines, first)
    if title is None:
        return
    if title.is_open:
        title.settle("title", "title.first", "the headline above the text")
    is_hindi = any(DEVANAGARI.search(line.text) for line in lines[first : first + 3])
    place = next(at for at, line in enumerate(lines) if line is title)
    last_masthead = max((at for at, line in enumerate(lines[:place]) if line.role in _MASTHEAD), default=-1)
    is_below = False
    for at, line in enumerate(lines[:first]):
        is_below |= line is title
        if not line.is_open:
            continue
        if is_same_title(title.text, line.text):
            line.settle("title", "title.repeats", "repeats the headline")
        elif is_below:
            if first < len(lines):
                _settle_below_title(lines[at - 1], line, lines[at + 1], is_hindi=is_hindi)
        elif line.is_heading and _may_go_above(line):
            is_foreign = is_hindi and not DEVANAGARI.search(line.text)
            role = "site_header" if at < last_masthead or is_foreign else "kicker"
            line.settle(role, "title.above", "a short line above the headline")
    for line in lines[first:]:
        if line.is_open and not line.is_prose and fuzz.ratio(title.text, line.text) >= SAME_TITLE_INSIDE:
            line.settle("title", "title.repeats", "repeats the headline")


def _may_go_above(line: Line) -> bool:
    """In a text nothing above the headline is the article's; in HTML a short line or an item of a list is not."""
    return not line.hints or line.hints.tag == "li" or line.text.count(" ") <= MOST_SPACES_ABOVE


def pick_title(lines: list[Line], first: int) -> Line | None:
    """The heading above the text with the best evidence; an Indic script before Latin, the first of equals."""
    headings = [line for line in lines[:first] if line.is_open and line.is_heading]
    headings = [line for line in headings if not line.hints or line.hints.tag == "h1"]
    long = [line for line in headings if line.text.count(" ") >= 2]
    candidates = [line for line in long if INDIC.search(line.text)] or long or headings[-1:]
    if len(candidates) < 2:
        return candidates[0] if candidates else None
    if len(candidates) > MOST_CANDIDATES:
        candidates = candidates[: MOST_CANDIDATES // 2] + candidates[-MOST_CANDIDATES // 2 :]
    text = _words(" ".join(line.text for line in lines[first : first + 3]))
    scores = [_title_score(line, candidates, text) for line in candidates]
    least = max(scores) - NEARLY_EQUAL
    return next(line for line, score in zip(candidates, scores, strict=True) if score >= least)


def _title_score(line: Line, candidates: list[Line], text: set[str]) -> float:
    """How much speaks for a headline: its words come back in the text, it stands there twice, it is no short motto."""
    words = _words(line.text)
    shared = len(words & text) / max(1, len(words))
    is_repeated = any(other is not line and is_same_title(line.text, other.text) for other in candidates)
    return min(shared, 0.5) + 0.5 * is_repeated + 0.35 * (len(words) >= 4)


def _words(text: str) -> set[str]:
    """The words that tell something, by their first four letters: endings vary."""
    return {word[:4] for word in WORD.findall(text) if len(word) >= 3}


def _settle_below_title(above: Line, line: Line, following: Line, *, is_hindi: bool) -> None:
    """A caption stands above its photo credit, an author's name above date, share strip or dateline; else a summary."""
    if following.role == "image_credit":
        line.settle("caption", "title.caption", "stands above a photo credit")
    elif NAME_ALONE.fullmatch(line.text) and following.role in _BELOW_NAME:
        line.settle("byline", "title.name", "two or three words between headline and date, as a name")
    elif is_full_name(line.text):
        line.settle("byline", "title.full_name", "a given name and a surname between headline and text")
    elif is_hindi and _LATIN_NAME.fullmatch(line.text) and "date" in (above.role, following.role):
        line.settle("byline", "title.latin_name", "a name in Latin beside the date of a Hindi text")
    else:
        line.settle("standfirst", "", "between headline and text")


def is_same_title(title: str, other: str) -> bool:
    """Whether a folded line is the headline again: the same words, or one is how the other begins."""
    if abs(len(title) - len(other)) <= max(6, len(title) // 6):
        return fuzz.ratio(title, other) >= SAME_TITLE
    short, long = sorted((title, other), key=len)
    return len(short) >= 20 and long.startswith(short.rstrip(" .…"))


def settle_later_titles(lines: list[Line]) -> None:
    """In a file of several articles a headline stands above a dateline or a byline, or behind a section name."""
    first, _ = prose_range(lines)
    for above, line, following in zip(lines[first:], lines[first + 1 :], lines[first + 2 :], strict=False):
        if line.hints or not line.is_kept or not line.is_heading or line.size < SHORTEST_TITLE:
            continue
        is_item = above.is_kept and not above.is_prose
        is_dated = following.role in DATELINES or (following.is_kept and following.has_dateline)
        if (is_dated and not is_item) or any(
            hit.rule.role == "kicker" for hit in line.hits if hit.rule.where == "start"
        ):
            line.settle("title", "title.next_article", "a headline above the dateline of another article")


def settle_standfirst(lines: list[Line]) -> None:
    """A paragraph between a headline and a dateline, or the paragraph that has one, sums the article up."""
    for (above, line), following in zip(pairwise(lines), lines[2:], strict=False):
        is_dated = following.role in DATELINES or (following.is_kept and following.has_dateline)
        if above.role == "title" and line.is_open and line.is_prose and is_dated and line.size <= LONGEST_STANDFIRST:
            line.settle("standfirst", "", "a paragraph between headline and dateline")


def settle_bios(lines: list[Line]) -> None:
    """Below the article, an author's name is followed by a line or two about him."""
    above = 0
    last = [at for at, line in enumerate(lines) if line.is_open][-MOST_BIO_LINES - 1 :]
    for at, line in enumerate(lines):
        rest = [lines[other] for other in last if other > at and lines[other].is_open]
        is_below_text = above >= CLOSING_PROSE and lines[at - 1].is_prose and lines[at - 1].is_open
        if line.role in ("byline", "author_bio") and is_below_text and _is_bio(line, rest):
            for other in rest:
                other.settle("author_bio", "section.bio", "below the author's name, behind the article")
        if line.is_open and line.is_prose:
            above += line.size


def _is_bio(byline: Line, rest: list[Line]) -> bool:
    """One or two short lines that speak of a person's work or studies, or begin with the author's name."""
    if not 0 < len(rest) <= MOST_BIO_LINES or any(line.size > LONGEST_BIO or line.has_dateline for line in rest):
        return False
    if byline.role == "author_bio":  # the heading of the bio: the name is on a line of its own
        return any(BIO_WORDS.search(line.text) for line in rest)
    name = _words(byline.text)
    return bool(BIO_WORDS.search(rest[0].text)) or len(name & _words(rest[0].text[:40])) >= 2
