"""Whole lines that rules take, alone or as the opener of a section, and site templates."""

from __future__ import annotations

import re
from typing import Final

from flows.labelling.lines import Line, is_in_zone, prose_range
from flows.rulebook import Rule
from flows.text.dates import is_bare_date

#: A paragraph of this length is the article's, not a teaser's or a reader's comment.
CLOSING_PROSE: Final = 200


#: Headlines of other articles behind the last paragraph: so many at most, of so many words at least.
MOST_STRAY: Final = 2
SHORTEST_STRAY: Final = 8
#: Ends of a line that may be a sentence without its stop, or the beginning of one that was cut off.
_OPEN_END: Final = re.compile(
    r"(?:^|[^\w\u0900-\u0963])(?:है|हैं|हूं|हो|था|थे|थी|थीं|गया|गयी|गई|गए|गये|दिया|दी|दिए|किया|की|किए|कहा|बताया|रहा|रही|रहे|लिया|ली|लिए"
    r"|हुआ|हुई|हुए|आया|आई|आए|पहुंचा|पहुंची|पहुंचे|मिला|मिली|मिले|लगा|लगी|लगे|जाए|जाएं|सका|सकी|सके|चाहिए|नहीं"
    r"|[\u0900-\u0963]*(?:[एेो]गा|[एेो]गी|[एेो]ंगे|[एेो]ंगी)|के|का|ने|को|में|से|पर|और|कि|तथा|व|एवं|तो|एक)$"
)
#: In HTML the lines of such a section are links, between them names and dates of this length at most.
_LINKED: Final = ("related", "also_read", "promo")
LONGEST_NAME: Final = 40


def settle_templates(lines: list[Line]) -> None:
    """What recurs on the pages of a site goes if no rule took it, unless it is the only paragraph."""
    has_prose = any(line.is_prose and not line.template for line in lines)
    for line in lines:
        if line.template and line.is_open and (has_prose or not line.is_prose):
            line.settle(line.template, "template", "recurs on the pages of this site")


def settle_sections(lines: list[Line]) -> None:
    """A line such as Related posts takes what follows with it, until the text comes back."""
    first, last = prose_range(lines)
    last_long = max((at for at, line in enumerate(lines) if _is_long(line)), default=-1)
    opened: Rule | None = None
    left = 0  # lines that the opener still takes; -1: no limit
    for at, line in enumerate(lines):
        if not line.is_open:
            continue
        hit = line.hit("opens")
        if hit and is_in_zone(lines, at, hit.rule.zone, first, last):
            line.settle_by(hit)
            opened = hit.rule if at > first and not _settle_card_above(lines, at) else None
            left = 1 if hit.rule.reach == "next" and at < last else -1
        elif opened and left and not _closes(line, opened, at <= last_long):
            _settle_inside(line, opened)
            left -= 1
        elif opened:
            if left:
                _reopen_heading(lines, at)
            opened = None


def _settle_card_above(lines: list[Line], at: int) -> bool:
    """A card of another article: its headline as the picture's text and again as the link, the cue below them."""
    card = lines[at - 2 : at]
    if len(card) < 2 or card[0].text != card[1].text or not all(line.is_open and not line.is_prose for line in card):
        return False
    for line in card:
        line.settle("related", "section.card", "the same headline twice above an also-read cue")
    return True


def _is_long(line: Line) -> bool:
    return line.is_prose and line.is_sentence and line.size >= CLOSING_PROSE and not line.hit("line", "any")


def _closes(line: Line, opened: Rule, is_text_to_come: bool) -> bool:
    """Whether the text is back: with any paragraph, for headlines and key words are none.

    Comments are paragraphs too: below their opener only a long one counts, and those above it, since a button
    "Comments" may stand in the middle of an article, whose sentences must not be lost.
    """
    if line.hints is not None and opened.role in _LINKED:
        return line.hints.link_share < 0.5 and line.size > LONGEST_NAME
    if not line.is_prose:
        return False
    if is_text_to_come or line.has_dateline or opened.role != "comment_prompt":
        return True
    return line.size >= CLOSING_PROSE and line.is_sentence


def _settle_inside(line: Line, opened: Rule) -> None:
    """The role of a line below an opener: its own rule's, if that holds everywhere, else the section's."""
    own = line.hit("line", "any")
    role = "comment" if opened.role == "comment_prompt" else opened.role
    if own:
        line.settle_by(own)
    else:
        line.settle(role, f"section.{role}", f"stands below the line of {opened.id}")


def _reopen_heading(lines: list[Line], at: int) -> None:
    """The line above the paragraph that closed a section may be its heading: it is not lost."""
    above = lines[at - 1]
    is_second = at >= 2 and lines[at - 2].rule.startswith("section.")
    if above.rule.startswith("section.") and is_second and above.is_heading:
        above.reopen()


def settle_whole_lines(lines: list[Line]) -> None:
    """The first whole-line rule that may touch a line where it stands takes it."""
    first, last = prose_range(lines)
    for at, line in enumerate(lines):
        is_part = line.joins or (at + 1 < len(lines) and lines[at + 1].joins)
        if not line.is_open or is_part or line.is_table_row:
            continue
        for hit in line.hits:
            if hit.rule.where == "line" and is_in_zone(lines, at, hit.rule.zone, first, last):
                line.settle_by(hit)
                break


def keep_timeline(lines: list[Line]) -> None:
    """Two days or more, each alone between two paragraphs, head what happened on them: no dates of the page."""
    days = [
        line
        for above, line, following in zip(lines, lines[1:], lines[2:], strict=False)
        if line.role == "date" and above.is_prose and above.is_kept and following.is_prose and is_bare_date(line.text)
    ]
    if len({line.text for line in days}) > 1:
        for line in days:
            line.settle("subhead", "date.timeline", "a day that heads a paragraph, as others here do")


def settle_stray_headlines(lines: list[Line]) -> None:
    """A headline behind the last paragraph heads nothing: it is another article's. Names and figures are shorter.

    A last sentence whose stop was lost looks much the same, so a line that ends as sentences do stays, and so does any
    behind a text that leaves out more stops.
    """
    first, last = prose_range(lines)
    prose = [line for line in lines[first : last + 1] if line.is_prose and line.is_open]
    tail = [line for line in lines[last + 1 :] if line.is_open]
    if not 0 < len(tail) <= MOST_STRAY or not all(line.is_sentence or line.joins for line in prose):
        return
    for line in tail:
        is_long = line.text.count(" ") >= SHORTEST_STRAY - 1
        if line.is_heading and is_long and not line.hints and not _OPEN_END.search(line.text):
            line.settle("related", "section.stray", "a headline behind the last paragraph, with nothing below it")
