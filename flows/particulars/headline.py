"""The headline of an article: what its page shows and declares, less what stands around it."""

from __future__ import annotations

import re
from typing import Final

from flows.particulars.lines import LEAST_SPACES, Line, Page, site_names
from flows.text.names import clean_title, is_site_name, squash
from flows.text.tokens import WORD

_BORDER_AHEAD: Final = re.compile(r"\s*[-|–—:»]")
_HEADING_DATES: Final = re.compile(
    r"^\W*(?:\d{1,2}\.?\s?[^\W\d]{3,}\.?,?\s\d{4}|[^\W\d]{3,}\.?\s\d{1,2}(?:,?\s\d{4})?(?!\d)|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|[^\W\d]{3,}\.?\s\d{4})"
    r"|[/|·•–—-]\s*(?:\d{1,2}\.?\s)?[^\W\d]{3,}\.?\s(?:\d{1,2},?\s)?\d{4}$"
)
_SUFFIX: Final = re.compile(r"\s+[-|–—»]\s")
_BORDER_BEHIND: Final = re.compile(r"[-|–—:»]\s*$")
_SHORTEST_TITLE: Final = 10  # letters; less is a section
_KICKER: Final = re.compile(r"[^\W\d_][^\d\s]{3,}(?: [^\d\s]+)? ")  # Opinion, Live updates; not The, not 10


def find_headline(page: Page, lines: list[Line]) -> str | None:
    """The headline that the page shows and declares; else a shown one like a declared one, else a declared one."""
    names = site_names(page)
    titles = (page.given_title, page.og_title, page.jsonld_title, page.html_title, page.extracted_title)
    given = [title for title in titles if title]
    declared = [title for title in (clean_title(title, names) for title in given) if squash(title)]
    headings = [line for line in lines if line.role == "title" and (line.place != "inside" or not declared)]
    shown = [_whole(clean_title(line.text, names), declared) for line in headings]
    shown = [title for title in shown if squash(title) and title[0] not in ":,;|" and not is_site_name(title, names)]
    shown = _drop_site_name(shown, declared)
    # A breadcrumb repeats what search engines are told; the headline is the heading below it.
    sharing = [clean_title(title, names) for title in (page.og_title, page.jsonld_title) if title]
    shared = set(map(squash, sharing))
    shown = [
        _shorten(_strip_kicker(title, sharing), declared) if shared != {squash(title)} else title for title in shown
    ]
    declared = [_shorten(title, declared) for title in declared]
    shown = [_strip_date(title, declared) for title in shown]
    shown = [_shorten(title, shown) for title in shown]
    last_first = {squash(title): title for title in reversed(shown) if squash(title) in shared}
    own = [_shorten(clean_title(title, names), declared) for title in given[: -1 if page.extracted_title else None]]
    in_own = [title for title in shown if any(_begins(title, other) for other in own)]  # others trafilatura chose
    for title in [*last_first.values(), *in_own, *shown]:
        for other in declared:
            if squash(title) == squash(other):
                return other if title.isupper() or _is_glued(title, other) else title
        if title in in_own:
            return title
    if not declared:
        return next(iter(shown), None)
    return next((title for title in shown if _is_headline(title, declared)), declared[0])


def _is_glued(title: str, other: str) -> bool:
    """Whether a shown title lacks spaces that a declared one has: its kicker and it stand in boxes of their own."""
    return len(WORD.findall(title)) < len(WORD.findall(other))


def _drop_site_name(shown: list[str], declared: list[str]) -> list[str]:
    """Shown titles without the name of a site that a declared title has before another of them: weblogs show both."""
    keys = set(map(squash, shown))
    for other in declared:
        for title in shown:
            name = other[: len(other) - len(title)]
            is_behind = len(squash(title)) >= _SHORTEST_TITLE and squash(other).endswith(squash(title))
            if is_behind and _BORDER_BEHIND.search(name) and squash(name) in keys - {squash(title)}:
                return [title for title in shown if squash(title) != squash(name)]
    return shown


def _strip_kicker(title: str, sharing: list[str]) -> str:
    """A heading without the word or two that stand in its box before what the page gives those who share it."""
    for other in sharing:
        kicker = title[: len(title) - len(other)]
        is_end = len(squash(other)) >= _SHORTEST_TITLE and squash(title).endswith(squash(other))
        if is_end and _KICKER.fullmatch(kicker):
            return other
    return title


def _whole(title: str, declared: list[str]) -> str:
    """A heading that ends in a colon with what a declared title has behind it."""
    whole = [other for other in declared if title.endswith(":") and squash(other).startswith(squash(title))]
    return next(iter(whole), title)


def _begins(title: str, declared: str) -> bool:
    """Whether a heading is what a page declares, but for something behind a border."""
    key, whole = squash(title), squash(declared)
    is_start = len(key) >= _SHORTEST_TITLE and whole.startswith(key) and _SUFFIX.match(declared, len(title))
    return key == whole or bool(is_start)


def _strip_date(title: str, declared: list[str]) -> str:
    """A heading without the date in its box, where a declared title goes on without it: '1 March 2024 Bridge opens'."""
    if any(squash(title) == squash(other) for other in declared):
        return title
    for date_of_heading in _HEADING_DATES.finditer(title):
        rest = (title[: date_of_heading.start()] + title[date_of_heading.end() :]).strip(" /|·•–—-")
        if len(squash(rest)) >= _SHORTEST_TITLE and any(squash(other).startswith(squash(rest)) for other in declared):
            return rest
    return title


def _shorten(title: str, declared: list[str]) -> str:
    """The shortest declared title that this one is with something before or behind a dash, colon or bar."""
    key = squash(title)
    shorter = [title]
    for other in declared:
        short = squash(other)
        if len(short) < _SHORTEST_TITLE or len(short) >= len(key):
            continue
        has_more_behind = key.startswith(short) and _BORDER_AHEAD.match(title, len(other))
        has_more_before = key.endswith(short) and _BORDER_BEHIND.search(title[: len(title) - len(other)])
        if has_more_behind or has_more_before:
            shorter.append(other)
    return min(shorter, key=len)


def _is_headline(title: str, declared: list[str]) -> bool:
    """Whether a shown line is long, shares a third of its words with a declared title, or alone is not in Latin."""
    if title.count(" ") >= LEAST_SPACES:
        return True
    if not title.isascii() and all(other.isascii() for other in declared):
        return True
    words = {squash(word) for word in title.split()}
    return any(3 * len(words & {squash(word) for word in other.split()}) >= len(words) for other in declared)
