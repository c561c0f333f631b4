"""The days of an article: published, changed, and the day that its page shows in the masthead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from flows.particulars.lines import DATED_ROLES, Line, Page
from flows.text.dates import IST, ParsedDate, find_dates, find_url_date, is_bare_date, parse_date

_ABOVE_HEADLINE: Final = -2  # blocks
_BELOW_HEADLINE: Final = 3
_LONGEST_DATED: Final = 80  # characters
_WEEKDAY: Final = re.compile(
    r"\b(?:mon|tues?|wednes|thurs?|fri|satur|sun)day\b|(?:सोम|मंगल|बुध|गुरु|बृहस्पति|वीर|शुक्र|शनि|रवि)वार|\w+tag,",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Dates:
    """When an article was published and changed, and the day that its page shows in the masthead."""

    published_at: datetime | None = None
    published_on: date | None = None
    precision: str | None = None
    rule: str | None = None
    updated_at: datetime | None = None
    page_date: date | None = None


def find_days(page: Page, lines: list[Line], zone: tzinfo) -> Dates:
    printed = list(_read_printed_dates(lines))
    beside = list(_read_dates_beside(lines)) if page.format == "html" else []
    evidence = [*_read_declared_dates(page), *printed, *beside, *_read_guessed_dates(page)]
    published = [(rule, found) for rule, found in evidence if not found.is_update and _is_past(found, page, zone)]
    updated = [found for name, found in evidence if found.is_update]
    lines_above = [line for line in lines if not beside or line.distance < _ABOVE_HEADLINE]
    dates = Dates(
        updated_at=next((found.moment(zone).astimezone(UTC) for found in updated), None),
        page_date=next((found.day for found in map(_masthead_date, lines_above) if found), None),
    )
    if not published:
        return dates
    rule, best = published[0]
    if best.clock is None:  # the same day with a time, from the next best source that has one
        rule, best = next(
            ((name, found) for name, found in published if found.clock and found.day == best.day), published[0]
        )
    return replace(
        dates,
        published_at=best.moment(zone).astimezone(UTC),
        published_on=_printed_day(best, [found for _, found in printed], zone),
        precision=best.precision,
        rule=rule,
    )


def _is_past(found: ParsedDate, page: Page, zone: tzinfo) -> bool:
    """Whether a date lies before the page was fetched; a day is allowed for zones."""
    return page.fetched_at is None or found.moment(zone) - timedelta(days=1) <= page.fetched_at


def _read_declared_dates(page: Page) -> Iterator[tuple[str, ParsedDate]]:
    """Dates that were given with the page or that it declares for machines, best first."""
    sources = (
        ("sidecar.published_at", page.given_published_at, False),
        ("jsonld.datePublished", page.jsonld_published, False),
        ("meta.published_time", page.meta_published, False),
        ("jsonld.dateModified", page.jsonld_modified, True),
        ("meta.modified_time", page.meta_modified, True),
    )
    for rule, text, is_update in sources:
        if text and (found := parse_date(text)):
            yield rule, replace(found, is_update=is_update)


def _read_printed_dates(lines: list[Line]) -> Iterator[tuple[str, ParsedDate]]:
    """Dates of the article's own lines; a bare day before the title is the visitor's, one behind the text another's."""
    for line in lines:
        if line.role not in {"date", "byline", "dateline"}:
            continue
        rule = "text.date_line" if line.role == "date" else f"text.{line.role}"
        for found in find_dates(line.text):
            is_own = line.place == "top" or found.is_labelled or (line.place == "masthead" and found.clock)
            if is_own or (line.place == "tail" and line.role == "byline"):
                yield rule, found


def _read_dates_beside(lines: list[Line]) -> Iterator[tuple[str, ParsedDate]]:
    """The one date of a short line right beside the headline; one above it with a weekday is the visitor's."""
    for line in lines:
        is_near = _ABOVE_HEADLINE <= line.distance <= _BELOW_HEADLINE and line.is_beside
        is_short = line.role in DATED_ROLES and len(line.text) <= _LONGEST_DATED
        if is_near and is_short and not (line.place == "masthead" and _WEEKDAY.search(line.text)):
            found = find_dates(line.text)
            if len(found) == 1 and not found[0].is_update:
                yield "text.date_line", found[0]


def _read_guessed_dates(page: Page) -> Iterator[tuple[str, ParsedDate]]:
    for url in (page.url, page.canonical_url):
        if url and (found := find_url_date(url)):
            yield "url.path", found
    if page.extracted_date and (found := parse_date(page.extracted_date)):
        yield "extracted.date", found


def _masthead_date(line: Line) -> ParsedDate | None:
    if line.role == "site_header" or (line.role == "date" and line.place == "masthead" and is_bare_date(line.text)):
        return parse_date(line.text)
    return None


def _printed_day(best: ParsedDate, printed: list[ParsedDate], zone: tzinfo) -> date:
    """The calendar day as the page prints it: one declared in UTC may be a day off the line that readers see."""
    if best.zone != UTC or any(found.day == best.day for found in printed):
        return best.day
    moment = best.moment(zone)
    for found in printed:
        is_local_day = zone == IST and found.day == moment.astimezone(IST).date()
        if not found.is_update and (is_local_day or _is_same_moment(found, moment)):
            return found.day
    return best.day


def _is_same_moment(found: ParsedDate, moment: datetime) -> bool:
    """Whether a printed clock without a zone shows this moment somewhere on earth: quarters of an hour from UTC."""
    if found.clock is None:
        return False
    offset = found.moment(UTC).replace(second=0) - moment.replace(second=0)
    return abs(offset) <= timedelta(hours=14) and offset % timedelta(minutes=15) == timedelta(0)
