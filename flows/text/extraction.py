"""trafilatura's verdict on a page: the text it takes for the article, its title, authors and date."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from flows.text.characters import compose
from flows.text.html import HtmlBlock

# Its warnings ("discarding data") are about pages that `label` judges anyway.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)

# Of 1,268 news pages none is deeper than 56 or has more than 10,106 elements. trafilatura takes 50 µs an element, and
# 12 s for 1,000 nested ones: a page made to hold up the run goes without its verdict.
MAX_DEPTH = 200
MAX_ELEMENTS = 50_000
MAX_TEXT = 500_000
# The clock of a run must not decide what a date is.
DATE_PARAMETERS = {"original_date": True, "extensive_search": False, "max_date": "2099-12-31"}
_NOT_LETTER = re.compile(r"[^\w\u0900-\u0963\u0966-\u0dff]+")
_LONG = 24  # folded characters from which a text is taken for itself wherever it stands
_MOST = 0.6
_SEARCHED = 20_000  # folded characters up to which a text is searched: to index a page's takes longer than to search it


@dataclass(frozen=True, slots=True)
class Extraction:
    """What trafilatura kept, folded for comparison, and the metadata it found."""

    title: str | None = None
    authors: str | None = None
    date: str | None = None
    lines: Mapping[str, int] = field(
        default_factory=dict, repr=False
    )  # each line, folded, and how often it stands there
    letters: str | frozenset[str] = field(default="", repr=False)  # its letters, or all stretches of _LONG of them

    def find_kept(self, blocks: Sequence[HtmlBlock]) -> list[bool]:
        """Which blocks of the page were kept; of several with the same text, as many as were.

        Those are told from their copies in menus and hidden boxes by being shown, among other kept ones, and no link.
        """
        folded = [fold_letters(block.text) for block in blocks]
        kept = [self.holds(text) for text in folded]
        copies: dict[str, list[int]] = {}
        for i, text in enumerate(folded):
            if kept[i]:
                copies.setdefault(text, []).append(i)
        for text, places in copies.items():
            if len(places) > 1:
                places.sort(
                    key=lambda i: (blocks[i].is_hidden, -sum(kept[max(i - 2, 0) : i + 3]), blocks[i].link_share)
                )
                for i in places[max(1, self.lines.get(text, 0)) :]:
                    kept[i] = False
        return kept

    def holds(self, folded: str) -> bool:
        """Whether a folded text was kept: all of a short one as a line, most of a long one anywhere."""
        if folded in self.lines or len(folded) < _LONG:
            return folded in self.lines
        starts = range(0, len(folded) - _LONG + 1, _LONG)
        return sum(folded[i : i + _LONG] in self.letters for i in starts) >= _MOST * len(starts)


NOTHING = Extraction()


def fold_letters(text: str) -> str:
    """Letters, marks and digits only: what survives trafilatura, which drops ZWJ and changes space."""
    return _NOT_LETTER.sub("", compose(text)).casefold()


def restore_marks(names: str | None, sources: Iterable[str]) -> str | None:
    """Names joined by "; " as a source spells them.

    trafilatura cuts off the vowel sign at the end (मोदी → मोद), the stop of an initial and the digits of a user's name,
    and gives every word a capital.
    """
    if names is None:
        return None
    text = "\n".join(sources)
    return "; ".join(_spelt_as_in(text, name) for name in names.split("; "))


def _spelt_as_in(text: str, name: str) -> str:
    if (exact := _marks_after(name, text)) or name in text:
        return name + exact
    words = r"[^\w\n]{1,3}".join(map(re.escape, name.split()))
    found = re.search(rf"(?<!\w){words}\d*(?!\w)", text, re.IGNORECASE)
    return " ".join(found[0].split()) if found and not found[0].isupper() else name


def _marks_after(name: str, text: str) -> str:
    at = text.find(name)
    start = end = at + len(name) if at >= 0 else len(text)
    while end < len(text) and unicodedata.category(text[end])[0] == "M":
        end += 1
    return text[start:end]


def extract_page(root: HtmlElement) -> Extraction:
    """trafilatura on a parsed page; nothing where it finds nothing or fails."""
    # Here, for a run over plain texts needs none of it: with what it brings along it takes a quarter of a second.
    from trafilatura import bare_extraction

    if _is_too_much(root):
        return NOTHING
    try:
        found = bare_extraction(
            root,
            fast=True,
            include_comments=False,
            with_metadata=True,
            date_extraction_params=dict(DATE_PARAMETERS),
        )
    except Exception:  # a bug of its own on a strange page is no reason to lose the page
        return NOTHING
    if found is None or isinstance(found, dict):
        return NOTHING
    lines = (found.text or "")[:MAX_TEXT].splitlines()
    folded = [fold_letters(line) for line in lines]
    cells = [fold_letters(cell) for line in lines if "|" in line for cell in set(line.split("|"))]
    letters = "".join(folded)
    return Extraction(
        title=found.title or None,
        authors=found.author or None,
        date=found.date or None,
        lines=Counter(filter(None, (*folded, *cells))),
        letters=letters if len(letters) <= _SEARCHED else frozenset(_stretches(letters)),
    )


def _stretches(letters: str) -> Iterator[str]:
    return (letters[i : i + _LONG] for i in range(len(letters) - _LONG + 1))


def _is_too_much(root: HtmlElement) -> bool:
    """Counted by libxml2: a walk in Python costs a tenth of the extraction."""
    return bool(_IS_DEEP(root)) or cast("float", _COUNT(root)) > MAX_ELEMENTS


_IS_DEEP = etree.XPath(f"boolean({'/*' * MAX_DEPTH})")
_COUNT = etree.XPath("count(//*)")
