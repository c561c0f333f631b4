"""What HTML's hints say of a line before its words are read: model and trafilatura decide, unless a rule objects."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from flows.labelling.headlines import HEADING_TAGS, LONGEST_STANDFIRST, NAME_ALONE, is_same_title
from flows.labelling.learned import NOT_RULED_OUT, SURELY, settle_copies
from flows.labelling.lines import Hints, Line
from flows.rulebook import Hit

#: A line that is mostly link is a pointer, not text.
MOSTLY_LINK: Final = 0.5
#: The text of a page whose extraction is shorter than a short paragraph was missed.
TOO_LITTLE: Final = 250
#: A summary above the text has at least this many folded characters.
SHORTEST_STANDFIRST: Final = 30

_NO_SUMMARY: Final = frozenset(("nav", "footer", "aside", "form", "figure", "figcaption", "li", "button"))
#: The title of a weblog, whose name and headline are two headings of the page: "गाँव की चिट्ठी: नहर टूटी, गाँव डूबे".
_BEHIND_SITE: Final = re.compile(r"([^:|»]{1,60}[^:|» ]): (.{15,})")
#: A line with a year that is no longer is a date.
LONGEST_DATE: Final = 60
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_WORD_OF_NAME: Final = re.compile(r"[^\W\d_][^\W\d_.'’-]*[.'’-]?[^\W\d_]*\.?")
_FURNITURE: Final = frozenset(("nav", "footer", "header"))
#: Roles that words tell better than classes do.
_PLAIN: Final = ("date", "share", "image_credit", "also_read", "label", "comment_prompt")
_MISSED: Final = "kept though trafilatura left it out: it left less than a paragraph, and this box has most prose"


def settle_html(lines: list[Line], titles: list[str]) -> None:
    """Titles, captions and all that trafilatura left out; what stays open is the article as far as HTML tells."""
    text = [at for at, line in enumerate(lines) if _is_text(line)]
    first, last = (text[0], text[-1]) if text else (len(lines), len(lines))
    settle_headlines(lines, titles, first)
    bodies = _body_boxes(lines)
    settle_hidden(lines)
    prose = [line for line in lines if line.is_open and line.hints and line.hints.is_likely and line.is_prose]
    settle_copies(prose, lambda line: bool(line.hints and line.hints.is_extracted), "html")
    forget_large_boxes(lines)
    settle_summary(lines[:first])
    for at, line in enumerate(lines):
        if line.is_open:
            _settle_line(line, zone="head" if at < first else "tail" if at > last else "inside", bodies=bodies)
    settle_names(lines[:first])
    if all(line.chance is None for line in lines):
        keep_missed_article(lines)


def settle_hidden(lines: list[Line]) -> None:
    """What a reader does not see is not the article, unless it is most of it: then a script was to show it."""
    likely = [line for line in lines if line.is_open and line.hints and line.hints.is_likely]
    hidden = [line for line in likely if line.hints and line.hints.is_hidden]
    if 2 * sum(line.size for line in hidden) < sum(line.size for line in likely):
        for line in hidden:
            line.settle("other", "html.hidden", "hidden from the reader of the page")


def forget_large_boxes(lines: list[Line]) -> None:
    """Classes that take sentences, as of bios and boxes of facts, are not believed where they name half of the text."""
    likely = [line for line in lines if line.is_open and line.hints and line.hints.is_likely]
    boxed = [line for line in likely if any(_takes_sentences(hit) for hit in line.hits)]
    if 2 * sum(line.size for line in boxed) >= sum(line.size for line in likely):
        for line in boxed:
            line.hits = [hit for hit in line.hits if not _takes_sentences(hit)]


def _takes_sentences(hit: Hit) -> bool:
    return hit.rule.where == "css" and hit.rule.sentences


def settle_summary(head: list[Line]) -> None:
    """A sentence between headline and text that the model does not rule out sums the article up."""
    title = max((at for at, line in enumerate(head) if line.role == "title"), default=len(head))
    for line in head[title + 1 :]:
        if line.is_open and line.hints and not line.hints.is_likely and _is_summary(line, line.hints):
            line.settle("standfirst", "", f"a sentence below the headline; {_speaks_against(line, line.hints)[1]}")


def _is_summary(line: Line, hints: Hints) -> bool:
    is_text = line.is_prose and line.is_sentence and line.size <= LONGEST_STANDFIRST
    is_shown = not hints.is_hidden and hints.link_share < MOSTLY_LINK and not hints.ancestors & _NO_SUMMARY
    return is_text and is_shown and (line.chance or 0) >= NOT_RULED_OUT and not line.hits


def settle_names(head: list[Line]) -> None:
    """Of the lines left out between headline and text, two or three names right above a date are the authors'."""
    title = max((at for at, line in enumerate(head) if line.role == "title"), default=len(head))
    is_above_date = False
    for line in reversed(head[title + 1 :]):
        if is_above_date and line.role in ("other", "site_header") and _is_name(line.text):
            line.settle("byline", "html.name", "two or three capitalised words between headline and date, as a name")
        else:
            is_above_date = line.role == "date" or (line.size <= LONGEST_DATE and _YEAR.search(line.text) is not None)


def _is_name(text: str) -> bool:
    words = text.split()
    is_latin = 2 <= len(words) <= 3 and all(word[0].isupper() and _WORD_OF_NAME.fullmatch(word) for word in words)
    return is_latin or NAME_ALONE.fullmatch(text) is not None


def _is_text(line: Line) -> bool:
    return bool(line.hints and line.hints.is_likely and line.is_prose and line.hints.link_share < MOSTLY_LINK)


def settle_headlines(lines: list[Line], titles: list[str], first: int) -> None:
    """Every h1 with the words that the page gives as its title, and such headings above the text; else one h1."""
    headings = [(at, line) for at, line in enumerate(lines) if line.hints and line.hints.tag in HEADING_TAGS]
    names = {line.text for _, line in headings}
    titles = [*titles, *(match[2] for title in titles if (match := _BEHIND_SITE.match(title)) and match[1] in names)]
    same = [
        line
        for at, line in headings
        if not line.is_prose and (at < first or (line.hints and line.hints.tag == "h1"))
        if any(is_same_title(title, line.text) for title in titles)
    ]
    for line in same or _find_h1(lines, first):
        line.settle("title", "html.title", "a heading with the words of the page's title" if same else "the first h1")


def _find_h1(lines: list[Line], first: int) -> list[Line]:
    """The first h1 that trafilatura kept; else the only one above the text that is no link and no single word."""
    every = [(at, line) for at, line in enumerate(lines) if line.hints and line.hints.tag == "h1"]
    kept = [line for _, line in every if line.hints and line.hints.is_extracted]
    above = [line for at, line in every if at < first and not line.is_prose and _may_be_headline(line)]
    return kept[:1] or (above if len(above) == 1 else [])


def _may_be_headline(line: Line) -> bool:
    hints = line.hints
    return bool(hints and not hints.is_hidden and hints.link_share < MOSTLY_LINK and " " in line.text)


def _body_boxes(lines: list[Line]) -> frozenset[tuple[str, str]]:
    """Tag and css of the elements that hold the paragraphs which trafilatura kept."""
    boxes = Counter((line.hints.tag, line.hints.css) for line in lines if line.hints and _is_text(line))
    return frozenset(box for box, count in boxes.items() if count >= 2)


def _settle_line(line: Line, *, zone: str, bodies: frozenset[tuple[str, str]]) -> None:
    hints = line.hints
    assert hints is not None
    css, words = line.hit("css"), line.hit("line", "any") or line.hit("opens")
    if hints.tag == "figcaption" or "figcaption" in hints.ancestors:
        _settle_caption(line)
    elif hints.is_likely:
        is_named = css and css.rule.zone == "any" and not words and (css.rule.sentences or not line.is_prose)
        if css and (is_named or _is_comment(line, css)):
            line.settle_by(css)
    elif zone == "head" and css and css.rule.role == "standfirst" and _may_be_standfirst(line, hints):
        line.settle("standfirst", "", f"kept though trafilatura left it out: {css.rule.why}")
    elif line.chance is not None or not _stands_in(bodies, line, hints):
        _settle_left_out(line, hints, zone)


def _is_comment(line: Line, css: Hit) -> bool:
    """Readers' comments read like text: their class counts where trafilatura says so too and the model is not sure."""
    is_left_out = line.hints is not None and not line.hints.is_extracted
    return css.rule.role == "comment" and is_left_out and (line.chance or 0) < SURELY


def _stands_in(bodies: frozenset[tuple[str, str]], line: Line, hints: Hints) -> bool:
    return (hints.tag, hints.css) in bodies and line.is_prose and hints.link_share < MOSTLY_LINK


def _settle_caption(line: Line) -> None:
    hit = line.hit("line")
    if hit and hit.rule.role == "image_credit":
        line.settle_by(hit)
    else:
        line.settle("caption", "html.figcaption", "the caption of a figure")


def _may_be_standfirst(line: Line, hints: Hints) -> bool:
    is_short = line.size < SHORTEST_STANDFIRST or hints.link_share >= MOSTLY_LINK
    return not (is_short or hints.is_hidden or line.hit("line", "any"))


def _settle_left_out(line: Line, hints: Hints, zone: str) -> None:
    """A line that is not the article's: its role by the box it stands in, by its class, by its words."""
    words, css = line.hit("line") or line.hit("opens"), line.hit("css")
    is_furniture = bool(hints.ancestors & _FURNITURE)
    rule, evidence = _speaks_against(line, hints)
    plain = (*_PLAIN, "byline") if zone == "head" else _PLAIN
    hit = words if words and (words.rule.role in plain or not (css or is_furniture)) else css
    if hit and hit.rule.role != "standfirst" and not (is_furniture and hit.rule.role not in plain):
        line.settle_by(hit)
    elif is_furniture:
        line.settle("site_header", rule, f"in a menu, a header or a footer; {evidence}")
    elif zone == "tail" and hints.link_share >= MOSTLY_LINK and line.text.count(" ") >= 2:
        line.settle("related", rule, f"a link below the text; {evidence}")
    else:
        line.settle("other", rule, f"hidden; {evidence}" if hints.is_hidden else evidence)


def _speaks_against(line: Line, hints: Hints) -> tuple[str, str]:
    """The rule and the evidence by which a line is not taken for the article's."""
    if line.chance is None:
        return "html.not_extracted", "trafilatura left it out"
    verdict = "though trafilatura kept it" if hints.is_extracted else "and trafilatura left it out"
    return "model.html", f"a chance of {line.chance / 1000:.2f} to be the article's, {verdict}"


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
