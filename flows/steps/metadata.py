"""Takes title, author, agency, place, dates and language of each article from what its page says of itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final
from urllib.parse import urlsplit

import polars as pl

from flows import schema
from flows.text.dates import IST, ParsedDate, find_dates, find_url_date, is_bare_date, parse_date
from flows.text.language import find_language
from flows.text.names import (
    Byline,
    clean_line,
    clean_title,
    is_site_name,
    merge_bylines,
    read_byline,
    read_credit,
    read_dateline,
    squash,
)

#: Languages of sites whose clocks show Indian time where they name no zone; the English ones are taken to be Indian.
_INDIAN_TIME: Final = frozenset(("hi", "mr", "gu", "bn", "as", "pa", "or", "ta", "te", "kn", "ml", "ur", "sd", "en"))
_READ_ROLES: Final = ("title", "byline", "dateline", "date", "source_credit", "site_header")
#: What may stand as the author where a page declares it and names nobody. Agencies have a column of their own.
_MAKERS_AS_AUTHORS: Final = ("people", "houses")
_OPENING: Final = 4  # kept blocks; a dateline or date further down is of another story on the page
_GENERIC_AGENCY: Final = "एजेंसी"
_BORDER_AHEAD: Final = re.compile(r"\s*[-|–—:»]")
_BORDER_BEHIND: Final = re.compile(r"[-|–—:»]\s*$")
_SHORTEST_TITLE: Final = 10  # letters; less is a section
_KICKER: Final = re.compile(r"[^\W\d_][^\d\s]{3,}(?: [^\d\s]+)? ")  # Opinion, Live updates; not The, not 10
_MOST_BYLINES: Final = 3  # elsewhere than below the headline: more are those of books, teasers or comments
_LEAST_SPACES: Final = 3  # from which on a heading is no button or section
_INDIC: Final = re.compile("[\u0900-\u0dff]")
_LOGIN: Final = re.compile(r"[a-z\d._-]+")  # a user of the editing system: kevin-r, a.rao
_LETTER: Final = re.compile(r"[^\W\d_]")
_WORD: Final = re.compile(r"[\w\u0900-\u0dff\u200c\u200d]+")


@dataclass(frozen=True)
class _Page:
    """A row of PAGES."""

    article_id: str
    source_path: str
    source_record: int
    site: str | None
    format: str
    url: str | None
    fetched_at: datetime | None
    given_published_at: str | None
    given_title: str | None
    given_authors: str | None
    canonical_url: str | None
    html_lang: str | None
    html_title: str | None
    og_title: str | None
    meta_authors: str | None
    meta_published: str | None
    meta_modified: str | None
    jsonld_title: str | None
    jsonld_authors: str | None
    jsonld_publisher: str | None
    jsonld_published: str | None
    jsonld_modified: str | None
    extracted_title: str | None
    extracted_authors: str | None
    extracted_date: str | None


@dataclass(frozen=True)
class _Line:
    """A removed line that says something of the article. `place` is where it stands: masthead, top, inside or tail."""

    role: str
    place: str
    text: str


@dataclass(frozen=True)
class _Dates:
    """When an article was published and changed, and the day that its page shows in the masthead."""

    published_at: datetime | None = None
    published_on: date | None = None
    precision: str | None = None
    rule: str | None = None
    updated_at: datetime | None = None
    page_date: date | None = None


@dataclass(frozen=True)
class _Makers:
    """Who made an article, and where."""

    author: str | None = None
    agency: str | None = None
    dateline_place: str | None = None


def metadata(pages: pl.DataFrame, blocks: pl.DataFrame, bodies: pl.DataFrame) -> pl.DataFrame:
    """ARTICLES: one row for each page that has a body, in the order of the pages."""
    lines = _read_lines(blocks)
    texts = dict(bodies.filter(pl.col("body") != "").select("article_id", "body").iter_rows())
    rows = []
    for values in pages.select(schema.PAGES.keys()).iter_rows():
        page = _Page(*values)
        if body := texts.get(page.article_id):
            rows.append(_article(page, lines.get(page.article_id, []), body))
    return pl.DataFrame(rows, schema=schema.ARTICLES, orient="row")


def _article(page: _Page, lines: list[_Line], body: str) -> tuple[object, ...]:
    """A row of ARTICLES."""
    language = find_language(body)
    zone = IST if language in _INDIAN_TIME else UTC
    url = page.url or page.canonical_url
    dates = _find_dates(page, lines, zone)
    makers = _find_makers(page, lines)
    return (
        page.article_id,
        page.source_path,
        page.source_record,
        page.site,
        url,
        language,
        _find_title(page, lines),
        makers.author,
        makers.agency,
        makers.dateline_place,
        dates.published_at,
        dates.published_on,
        dates.precision,
        dates.rule,
        dates.updated_at,
        dates.page_date,
        page.fetched_at,
        body,
        len(_WORD.findall(body)),
        hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest(),
    )


# --- lines of the page -----------------------------------------------------------------------------------------------


def _read_lines(blocks: pl.DataFrame) -> dict[str, list[_Line]]:
    """The lines of each article that metadata is read from, in page order; pieces of one line are joined."""
    kept = pl.col("is_kept") & (pl.col("role") != "blank")
    span = blocks.group_by("article_id").agg(
        title_no=pl.col("block_no").filter(pl.col("role") == "title").min(),
        first_kept=pl.col("block_no").filter(kept).min(),
        last_kept=pl.col("block_no").filter(kept).max(),
    )
    place = (
        pl.when(pl.col("block_no") > pl.col("last_kept"))
        .then(pl.lit("tail"))
        .when(pl.col("kept_before") > _OPENING)
        .then(pl.lit("inside"))
        .when(pl.col("block_no") < pl.coalesce("title_no", "first_kept"))
        .then(pl.lit("masthead"))
        .otherwise(pl.lit("top"))
    )
    has_digit = pl.col("raw_text").str.contains(r"\d")  # a masthead is read for its date alone
    rows = (
        blocks.sort("article_id", "block_no")
        .with_columns(kept_before=kept.cast(pl.Int32).cum_sum().over("article_id"))
        .filter(pl.col("role").is_in(_READ_ROLES) & ((pl.col("role") != "site_header") | has_digit))
        .join(span, on="article_id")
        .with_columns(place=place)
        .sort("article_id", "block_no")
        .select("article_id", "block_no", "joins_previous", "role", "place", "raw_text")
        .iter_rows()
    )
    lines: dict[str, list[_Line]] = {}
    last_no: dict[str, int] = {}
    for article_id, block_no, joins, role, where, text in rows:
        own = lines.setdefault(article_id, [])
        if joins and own and own[-1].role == role and last_no[article_id] == block_no - 1:
            own[-1] = replace(own[-1], text=f"{own[-1].text} {text}")
        else:
            own.append(_Line(role, where, text))
        last_no[article_id] = block_no
    return lines


# --- title -----------------------------------------------------------------------------------------------------------


def _find_title(page: _Page, lines: list[_Line]) -> str | None:
    """The headline that the page shows and declares; else a shown one like a declared one, else a declared one."""
    names = _site_names(page)
    titles = (page.given_title, page.og_title, page.jsonld_title, page.html_title, page.extracted_title)
    given = [title for title in titles if title]
    declared = [title for title in (clean_title(title, names) for title in given) if squash(title)]
    shown = [clean_title(line.text, names) for line in lines if line.role == "title"]
    shown = [title for title in shown if squash(title) and title[0] not in ":,;|" and not is_site_name(title, names)]
    shown = _drop_site_name(shown, declared)
    # A breadcrumb repeats what search engines are told; the headline is the heading below it.
    sharing = [clean_title(title, names) for title in (page.og_title, page.jsonld_title) if title]
    shared = set(map(squash, sharing))
    shown = [
        _shorten(_strip_kicker(title, sharing), declared) if shared != {squash(title)} else title for title in shown
    ]
    declared = [_shorten(title, declared) for title in declared]
    last_first = {squash(title): title for title in reversed(shown) if squash(title) in shared}
    for title in [*last_first.values(), *shown]:
        for other in declared:
            if squash(title) == squash(other):
                return other if title.isupper() or _is_glued(title, other) else title
    if not declared:
        return next(iter(shown), None)
    return next((title for title in shown if _is_headline(title, declared)), declared[0])


def _is_glued(title: str, other: str) -> bool:
    """Whether a shown title lacks spaces that a declared one has: its kicker and it stand in boxes of their own."""
    return len(_WORD.findall(title)) < len(_WORD.findall(other))


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
    if title.count(" ") >= _LEAST_SPACES:
        return True
    if not title.isascii() and all(other.isascii() for other in declared):
        return True
    words = {squash(word) for word in title.split()}
    return any(3 * len(words & {squash(word) for word in other.split()}) >= len(words) for other in declared)


def _site_names(page: _Page) -> tuple[str, ...]:
    """What a site may call itself: the publisher's name, its folder, its host and the host's labels."""
    host = _find_host(page.url or page.canonical_url or "")
    labels = [label for label in host.split(".") if len(label) > 2 and label not in {"www", "com", "org", "net", "gov"}]
    names = [page.jsonld_publisher, page.site, host.removeprefix("www."), *labels]
    return tuple(name for name in names if name)


def _find_host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # pages declare addresses that are none: https://[
        return ""


# --- author, agency, place -------------------------------------------------------------------------------------------


def _find_makers(page: _Page, lines: list[_Line]) -> _Makers:
    bylines = [(line.place, read_byline(line.text)) for line in lines if line.role == "byline"]
    top = [byline for place, byline in bylines if place == "top"]
    printed = top or ([byline for _, byline in bylines] if len(bylines) <= _MOST_BYLINES else [])
    editors = merge_bylines([byline for _, byline in bylines]).editors  # they stand below the text as a rule
    sources = (page.given_authors, page.jsonld_authors, page.meta_authors)
    declared = [merge_bylines(_read_names(names)) for names in sources if names]
    elsewhere = {"inside", "masthead"} if any(line.role == "title" for line in lines) else {"inside"}
    datelines = [read_dateline(line.text) for line in lines if line.role == "dateline" and line.place not in elsewhere]
    credits = [read_credit(line.text) for line in lines if line.role == "source_credit"]
    places = [place for place, _ in datelines if place] + [place for byline in printed for place in byline.places]
    agencies = [name for byline in (*declared, *printed) for name in byline.agencies]
    agencies += [name for _, names in datelines for name in names] + [name for names in credits for name in names]
    return _Makers(
        _choose_author(page, declared, replace(merge_bylines(printed), editors=editors)),
        _join_agencies(agencies),
        next(iter(places), None),
    )


def _choose_author(page: _Page, declared: list[Byline], printed: Byline) -> str | None:
    """People before makers that are no person; declared names before printed ones, unless these say more."""
    site = _site_names(page)
    printed = replace(printed, people=tuple(name for name in printed.people if not is_site_name(name, site)))
    # trafilatura repeats what is declared, houses and addresses as if they were people: only where nothing is. It cuts
    # off the last vowel sign of an Indian name.
    guessed = page.extracted_authors or ""
    extracted = Byline() if declared or _INDIC.search(guessed) else merge_bylines(_read_names(guessed))
    fullest = sorted((evidence.people for evidence in declared), key=lambda people: not _holds_all(people, declared))
    sources = [*fullest, _find_printed(printed, declared), extracted.people]
    for names in sources:
        if people := [name for name in names if not is_site_name(name, site)]:
            is_vague = all(_LOGIN.fullmatch(name) for name in people) and any(" " in name for name in printed.people)
            return ", ".join(printed.people if is_vague or _says_more(printed, people) else people)
    return _find_makers_declared(page.jsonld_authors) or _find_makers_declared(page.meta_authors)


def _holds_all(people: Sequence[str], declared: list[Byline]) -> bool:
    """Whether a declared list has the people of all others too, as <meta> may beside a JSON-LD that names one."""
    return set(map(squash, people)) >= {squash(name) for evidence in declared for name in evidence.people}


def _find_printed(printed: Byline, declared: list[Byline]) -> list[str]:
    """People of the bylines; where a house is declared, only full names: a word alone is as likely a button."""
    return [name for name in printed.people or printed.editors if " " in name or not declared]


def _says_more(printed: Byline, people: list[str]) -> bool:
    """Whether a byline names all of the people and more, or knows them as editors of what somebody else wrote."""
    known = set(map(squash, people))
    more = [name for name in printed.people if squash(name) not in known]
    names = set(map(squash, printed.people + printed.editors))
    return bool(more) and all(" " in name for name in more) and known <= names


def _find_makers_declared(names: str | None) -> str | None:
    """Makers that are no person, where a page declares them as its authors: its own house as a rule."""
    parts = [clean_line(part).strip(" ,|") for part in (names or "").split(";")]
    parts = [part for part in parts if _LETTER.search(part) and "://" not in part]
    bylines = {part: read_byline(part, is_declared=True) for part in parts}
    found = [part for part, byline in bylines.items() if any(getattr(byline, kind) for kind in _MAKERS_AS_AUTHORS)]
    return ", ".join(found) or None


def _read_names(names: str | None) -> list[Byline]:
    return [read_byline(name, is_declared=True) for name in names.split(";")] if names else []


def _join_agencies(agencies: list[str]) -> str | None:
    """Each agency once; the bare word for agency only where none is named."""
    named = list(dict.fromkeys(agencies))
    named = [name for name in named if name != _GENERIC_AGENCY] or named
    return ", ".join(named) or None


# --- dates -----------------------------------------------------------------------------------------------------------


def _find_dates(page: _Page, lines: list[_Line], zone: tzinfo) -> _Dates:
    printed = list(_read_printed_dates(lines))
    evidence = [*_read_declared_dates(page), *printed, *_read_guessed_dates(page)]
    published = [(rule, found) for rule, found in evidence if not found.is_update and _is_past(found, page, zone)]
    updated = [found for name, found in evidence if found.is_update]
    dates = _Dates(
        updated_at=next((found.moment(zone).astimezone(UTC) for found in updated), None),
        page_date=next((found.day for found in map(_masthead_date, lines) if found), None),
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


def _is_past(found: ParsedDate, page: _Page, zone: tzinfo) -> bool:
    """Whether a date lies before the page was fetched; a day is allowed for zones."""
    return page.fetched_at is None or found.moment(zone) - timedelta(days=1) <= page.fetched_at


def _read_declared_dates(page: _Page) -> Iterator[tuple[str, ParsedDate]]:
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


def _read_printed_dates(lines: list[_Line]) -> Iterator[tuple[str, ParsedDate]]:
    """Dates of the article's own lines; a bare day before the title is the visitor's, one behind the text another's."""
    for line in lines:
        if line.role not in {"date", "byline", "dateline"}:
            continue
        rule = "text.date_line" if line.role == "date" else f"text.{line.role}"
        for found in find_dates(line.text):
            is_own = line.place == "top" or found.is_labelled or (line.place == "masthead" and found.clock)
            if is_own or (line.place == "tail" and line.role == "byline"):
                yield rule, found


def _read_guessed_dates(page: _Page) -> Iterator[tuple[str, ParsedDate]]:
    for url in (page.url, page.canonical_url):
        if url and (found := find_url_date(url)):
            yield "url.path", found
    if page.extracted_date and (found := parse_date(page.extracted_date)):
        yield "extracted.date", found


def _masthead_date(line: _Line) -> ParsedDate | None:
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
