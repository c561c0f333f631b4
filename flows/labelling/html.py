"""What HTML's hints say of a line before its words are read: kept where trafilatura kept it, unless a rule objects."""

from __future__ import annotations

from collections import Counter
from typing import Final

from flows.labelling.headlines import is_same_title
from flows.labelling.lines import Hints, Line

#: A line that is mostly link is a pointer, not text.
MOSTLY_LINK: Final = 0.5
#: The text of a page whose extraction is shorter than a short paragraph was missed.
TOO_LITTLE: Final = 250
#: A summary above the text has at least this many folded characters.
SHORTEST_STANDFIRST: Final = 30

_BOXES: Final = {"nav": "site_header", "footer": "site_header", "header": "site_header"}
_MISSED: Final = "kept though trafilatura left it out: it left less than a paragraph, and this box has most prose"


def settle_html(lines: list[Line], titles: list[str]) -> None:
    """Titles, captions and all that trafilatura left out; what stays open is the article as far as HTML tells."""
    settle_headlines(lines, titles)
    first = next((at for at, line in enumerate(lines) if _is_text(line)), len(lines))
    bodies = _body_boxes(lines)
    for at, line in enumerate(lines):
        if line.is_open:
            _settle_line(line, is_above=at < first, bodies=bodies)
    keep_missed_article(lines)


def _is_text(line: Line) -> bool:
    return bool(line.hints and line.hints.is_extracted and line.is_prose and line.hints.link_share < MOSTLY_LINK)


def settle_headlines(lines: list[Line], titles: list[str]) -> None:
    """An h1, or another heading with the words that the page gives as its title; where there is none, the first h1."""
    headings = [line for line in lines if line.hints and line.hints.tag in ("h1", "h2", "h3") and not line.is_prose]
    same = [line for line in headings if any(is_same_title(title, line.text) for title in titles)]
    extracted = [line for line in headings if line.hints and line.hints.tag == "h1" and line.hints.is_extracted]
    for line in same or extracted[:1]:
        line.settle("title", "html.title", "a heading with the words of the page's title")


def _body_boxes(lines: list[Line]) -> frozenset[tuple[str, str]]:
    """Tag and css of the elements that hold the paragraphs which trafilatura kept."""
    boxes = Counter((line.hints.tag, line.hints.css) for line in lines if line.hints and _is_text(line))
    return frozenset(box for box, count in boxes.items() if count >= 2)


def _settle_line(line: Line, *, is_above: bool, bodies: frozenset[tuple[str, str]]) -> None:
    hints = line.hints
    assert hints is not None
    css = line.hit("css")
    if hints.tag == "figcaption" or "figcaption" in hints.ancestors:
        _settle_caption(line)
    elif hints.is_extracted:
        if css and css.rule.zone == "any" and (css.rule.sentences or not line.is_prose):
            line.settle_by(css)
    elif is_above and css and css.rule.role == "standfirst" and _may_be_standfirst(line, hints):
        line.settle("standfirst", "", f"kept though trafilatura left it out: {css.rule.why}")
    elif not ((hints.tag, hints.css) in bodies and line.is_prose and hints.link_share < MOSTLY_LINK):
        _settle_left_out(line, hints)


def _settle_caption(line: Line) -> None:
    hit = line.hit("line")
    if hit and hit.rule.role == "image_credit":
        line.settle_by(hit)
    else:
        line.settle("caption", "html.figcaption", "the caption of a figure")


def _may_be_standfirst(line: Line, hints: Hints) -> bool:
    is_short = line.size < SHORTEST_STANDFIRST or hints.link_share >= MOSTLY_LINK
    return not (is_short or hints.is_hidden or line.hit("line", "any"))


def _settle_left_out(line: Line, hints: Hints) -> None:
    """A line that trafilatura left out: its role by its words, by its class, by the box it stands in."""
    words = line.hit("line") or line.hit("opens")
    hit = words if words and not line.is_prose else line.hit("css") or words
    if hit and hit.rule.role != "standfirst":
        line.settle_by(hit)
        return
    role = next((role for tag, role in _BOXES.items() if tag in hints.ancestors), "other")
    line.settle(role, "html.not_extracted", "hidden" if hints.is_hidden else "trafilatura left it out")


def keep_missed_article(lines: list[Line]) -> None:
    """Where less than a paragraph is left, the box with most prose is kept after all."""
    if sum(line.size for line in lines if line.is_open) >= TOO_LITTLE:
        return
    boxes: Counter[str] = Counter()
    for line in lines:
        if _is_candidate(line):
            assert line.hints is not None
            boxes[_box_of(line.hints)] += line.size
    if not boxes:
        return
    box = max(boxes, key=lambda name: (boxes[name], name))
    for line in lines:
        if _is_candidate(line) and line.hints and _box_of(line.hints) == box:
            line.reopen()
            line.settle(
                "body", "", "kept against trafilatura, which left less than a paragraph: the box with most prose"
            )


def _is_candidate(line: Line) -> bool:
    hints = line.hints
    return bool(
        hints
        and line.is_prose
        and line.rule == "html.not_extracted"
        and hints.link_share < MOSTLY_LINK
        and not hints.is_hidden
        and not hints.ancestors & {"nav", "footer", "form"}
    )


def _box_of(hints: Hints) -> str:
    return hints.css
