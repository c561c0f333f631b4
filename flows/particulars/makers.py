"""Who made an article and where: people, agencies and places of what its page declares and prints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from flows.particulars.lines import DATED_ROLES, LEAST_SPACES, MISREAD_ROLES, Line, Page, site_names
from flows.text.dates import find_dates
from flows.text.names import (
    Byline,
    clean_line,
    is_author_cue,
    is_site_name,
    looks_like_name,
    merge_bylines,
    read_byline,
    read_credit,
    read_cued,
    read_dateline,
    squash,
    squash_name,
)

_MAKERS_AS_AUTHORS: Final = ("people", "houses")
_GENERIC_AGENCY: Final = "एजेंसी"
_MOST_BYLINES: Final = 3  # elsewhere than below the headline: more are those of books, teasers or comments
_INDIC: Final = re.compile("[\u0900-\u0dff]")
_LOGIN: Final = re.compile(r"[a-z\d._-]+")  # a user of the editing system: kevin-r, a.rao
_DATE_OF_LINE: Final = re.compile(
    r"(?:[^\W\d]+\s?:\s)?(?<!\w)(?:[^\W\d]+\.?\s)?\d[\d./:-]*(?:\s[^\W\d]+\.?,?\s\d{4})?(?:\s?min\b)?"
)
_DIGIT: Final = re.compile(r"\d")
_POSTED_BY: Final = re.compile(
    r"\b(?:posted|published|publicado|publié|veröffentlicht) (?:on .{4,30} )?(?:by|por|par|von)\b", re.I
)
_LATIN: Final = re.compile("[A-Za-z]")
_LETTER: Final = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Makers:
    """Who made an article, and where."""

    author: str | None = None
    agency: str | None = None
    dateline_place: str | None = None


def find_makers(page: Page, lines: list[Line]) -> Makers:
    bylines = [(line, read_byline(line.text)) for line in lines if line.role == "byline"]
    is_html = page.format == "html"
    bylines = [pair for pair in bylines if not (is_html and _is_menu(pair[0]))]
    top = [byline for line, byline in bylines if line.place == "top"]
    elsewhere = [byline for _, byline in bylines]
    if is_html:
        elsewhere = [_full_names(byline) for line, byline in bylines if _is_own(line)]
    is_own = not top and len(bylines) <= _MOST_BYLINES
    printed = top or (elsewhere if is_own else [])
    editors = merge_bylines([byline for _, byline in bylines]).editors  # they stand below the text as a rule
    sources = (page.given_authors, page.jsonld_authors, page.meta_authors)
    declared = [merge_bylines(_read_names(names)) for names in sources if names]
    of_others = {"inside", "masthead"} if any(line.role == "title" for line in lines) else {"inside"}
    datelines = [read_dateline(line.text) for line in lines if line.role == "dateline" and line.place not in of_others]
    credits = [read_credit(line.text) for line in lines if line.role == "source_credit"]
    places = [place for place, _ in datelines if place] + [place for byline in printed for place in byline.places]
    agencies = [name for byline in (*declared, *printed) for name in byline.agencies]
    agencies += [name for _, names in datelines for name in names] + [name for names in credits for name in names]
    return Makers(
        _choose_author(page, declared, replace(merge_bylines(printed), editors=editors), lines, is_top=bool(top)),
        _join_agencies(agencies),
        next(iter(places), None),
    )


def _is_menu(line: Line) -> bool:
    """Whether a byline stands far above the headline: 'By Role', 'Our Team'."""
    return line.place == "masthead" and not line.is_beside


def _is_own(line: Line) -> bool:
    """Whether a byline that is not below the headline may be the article's: beside it, below the text, or cued."""
    return line.is_beside or line.is_below or bool(read_cued(line.text).people)


def _full_names(byline: Byline) -> Byline:
    """A byline from elsewhere than below the headline: there a capitalised word alone is a section or a button."""
    return replace(byline, people=tuple(name for name in byline.people if " " in name or not name.isascii()))


def _read_cued(lines: list[Line]) -> Byline:
    """What lines beside the headline name behind 'By' and the like, whatever they were taken for."""
    beside = [line for line in lines if line.is_beside and line.role in (*MISREAD_ROLES, "byline", "date")]
    found = []
    for at, line in enumerate(beside):
        if is_author_cue(line.text):
            names = (other.text for other in beside[at + 1 :] if not is_author_cue(other.text))
            found.append(read_byline(f"{line.text} {next(names, '')}"))
        elif line.role != "byline":
            is_dated = _DIGIT.search(line.text) is not None
            is_menu = line.place == "masthead" and not is_dated
            cued = read_cued(line.text).people
            cued = tuple(name for name in cued if looks_like_name(name) or (is_dated and " " not in name))
            if people := tuple(name for name in cued if " " in name or not is_menu):
                found.append(Byline(people))
    return merge_bylines(found)


def _choose_author(
    page: Page, declared: list[Byline], printed: Byline, lines: list[Line], *, is_top: bool
) -> str | None:
    """People before makers that are no person; declared names before printed ones, unless these say more."""
    site = site_names(page)
    printed = replace(printed, people=tuple(name for name in printed.people if not is_site_name(name, site)))
    # trafilatura repeats what is declared, houses and addresses as if they were people: only where nothing is. It cuts
    # off the last vowel sign of an Indian name.
    guessed = page.extracted_authors or ""
    extracted = Byline() if declared or _INDIC.search(guessed) else merge_bylines(_read_names(guessed))
    guesses = [name for name in extracted.people if looks_like_name(name.title() if " " not in name else name)]
    if len(extracted.people) > 1:  # Asha Rao; Lifestyle
        guesses = [name for name in guesses if " " in name]
    fullest = sorted((evidence.people for evidence in declared), key=lambda people: not _holds_all(people, declared))
    is_html = page.format == "html"
    cued = list(_read_cued(lines).people) if is_html else []
    if is_html and (writers := _find_other_writers(lines, cued, fullest, site)):
        return ", ".join(writers)
    shown = _find_printed(printed, declared)
    read = [guesses if _are_cleaner(guesses, names) else names for names in (shown if is_top else [], cued)]
    bare = _find_bare_names(lines) if is_html else []
    sources = [*fullest, *read, guesses, shown, bare, _read_below(lines) if is_html else []]
    for names in sources:
        if people := [name for name in names if not is_site_name(name, site)]:
            is_vague = all(_LOGIN.fullmatch(name) for name in people) and any(" " in name for name in printed.people)
            chosen = printed.people if is_vague or _says_more(printed, people) else people
            return ", ".join(_complete(list(chosen), lines))
    makers = [page.jsonld_authors, page.meta_authors, "; ".join([*guesses, *extracted.houses])]
    return next((names for names in map(_find_makers_declared, makers) if names), None)


def _read_below(lines: list[Line]) -> list[str]:
    """People behind a cue right below the text; who edited it, where nobody wrote it."""
    below = [line.text for line in lines if line.is_below and line.role in MISREAD_ROLES]
    writers = merge_bylines([_full_names(read_cued(text)) for text in below]).people
    editors = merge_bylines([read_byline(text) for text in below]).editors
    return [name for name in writers or editors if looks_like_name(name)]


def _find_other_writers(
    lines: list[Line], cued: list[str], declared: list[tuple[str, ...]], site: tuple[str, ...]
) -> list[str]:
    """Full names behind a cue at the headline, if they share no word with those declared: of who put it online."""
    top = [read_cued(line.text) for line in lines if line.role == "byline" and line.place == "top" and line.is_beside]
    every = merge_bylines([*top, Byline(tuple(cued))]).people
    posted = " ".join(line.text for line in lines if line.is_beside and _POSTED_BY.search(line.text))
    names = [name for name in every if " " in name and looks_like_name(name) and not is_site_name(name, site)]
    names = [name for name in names if name not in posted]
    known = [name for people in declared for name in people if not is_site_name(name, site)]
    words = {squash(word) for name in known for word in name.split()}
    scripts = {bool(_LATIN.search(name)) for name in (*known, *names)}
    is_other = known and len(scripts) == 1 and not any(squash(word) in words for name in names for word in name.split())
    return names if is_other else []


def _are_cleaner(guesses: list[str], names: list[str]) -> bool:
    """Whether each guess is a part of a name as it was read from a line: 'Asha RaoIn Travel'."""
    keys = set(map(squash, names))
    return bool(guesses) and all(squash(g) not in keys and any(squash(g) in key for key in keys) for g in guesses)


def _find_bare_names(lines: list[Line]) -> list[str]:
    """Full names that with a date are a line below the headline, or several alone: 'Asha Rao | 4 March 2024'."""
    found: list[str] = []
    for line in lines:
        is_near = line.place == "top" and line.is_beside and line.distance > 0
        is_dated = line.role in DATED_ROLES and bool(find_dates(line.text))
        if is_near and (is_dated or line.role == "standfirst"):
            names = read_byline(line.text).people
            rest = _DATE_OF_LINE.sub(" ", line.text)
            for name in names:
                rest = rest.replace(name, " ")
            # without capitals nothing tells two names from two halves of a sentence
            are_full = all(0 < name.count(" ") < LEAST_SPACES and name[0].isupper() for name in names)
            if are_full and (is_dated or len(names) > 1) and not _LETTER.search(rest):
                found += names
    return found


def _complete(people: list[str], lines: list[Line]) -> list[str]:
    """A first name as the full one that a line beside the headline has."""
    if len(people) != 1 or " " in people[0] or not looks_like_name(people[0]):
        return people
    beside = [clean_line(line.text).strip(" ,|•·") for line in lines if line.is_beside and line.role != "title"]
    full = [text for text in beside if text.startswith(f"{people[0]} ") and text.count(" ") < LEAST_SPACES]
    return next(([text] for text in full if looks_like_name(text) and not _DIGIT.search(text)), people)


def _holds_all(people: Sequence[str], declared: list[Byline]) -> bool:
    """Whether a declared list has the people of all others too, as <meta> may beside a JSON-LD that names one."""
    return set(map(squash, people)) >= {squash(name) for evidence in declared for name in evidence.people}


def _find_printed(printed: Byline, declared: list[Byline]) -> list[str]:
    """People of the bylines; where a house is declared, only full names: a word alone is as likely a button."""
    return [name for name in printed.people or printed.editors if " " in name or not declared]


def _says_more(printed: Byline, people: list[str]) -> bool:
    """Whether a byline names all of the people and more, or knows them as editors of what somebody else wrote."""
    known = set(map(squash_name, people))
    more = [name for name in printed.people if squash_name(name) not in known]
    names = set(map(squash_name, printed.people + printed.editors))
    return bool(more) and all(" " in name for name in more) and known <= names


def _find_makers_declared(names: str | None) -> str | None:
    """Makers that are no person, where a page declares them as its authors: its own house as a rule."""
    parts = [clean_line(part).strip(" ,|") for part in (names or "").split(";")]
    bylines = {
        part: read_byline(part, is_declared=True) for part in parts if _LETTER.search(part) and "://" not in part
    }
    found = [part for part, byline in bylines.items() if any(getattr(byline, kind) for kind in _MAKERS_AS_AUTHORS)]
    return ", ".join(found) or None


def _read_names(names: str | None) -> list[Byline]:
    return [read_byline(name, is_declared=True) for name in names.split(";")] if names else []


def _join_agencies(agencies: list[str]) -> str | None:
    """Each agency once; the bare word for agency only where none is named."""
    named = list(dict.fromkeys(agencies))
    named = [name for name in named if name != _GENERIC_AGENCY] or named
    return ", ".join(named) or None
