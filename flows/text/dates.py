"""Reads the dates that news pages print, in the scripts of South Asia and in English, without ever asking the clock."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from pathlib import Path
from typing import Final

IST: Final = timezone(timedelta(hours=5, minutes=30))
_FIRST_YEAR: Final = 1990  # the web's; anything earlier is history told in the article
_LAST_YEAR: Final = 2099
_LONGEST_LINE: Final = 400  # a date line is short; the rest of a long one is prose


@dataclass(frozen=True)
class ParsedDate:
    """A calendar day as printed, with the clock time and the zone when the text gives them."""

    day: date
    clock: time | None = None
    zone: timezone | None = None
    is_update: bool = False  # "Updated:", "Modified:", "अपडेटेड:" stands before it
    is_labelled: bool = False  # "Published:", "Posted on", "Updated:" … stands before it

    @property
    def precision(self) -> str:
        return "day" if self.clock is None else "minute"

    def moment(self, default: tzinfo = IST) -> datetime:
        """The instant; midnight if only the day is known, in the zone of `default` if none is printed."""
        return datetime.combine(self.day, self.clock or time(), self.zone or default)


def parse_date(text: str) -> ParsedDate | None:
    """The first plausible date of a line; None where there is none, or only words such as कल or '2 hours ago'."""
    return next(iter(find_dates(text)), None)


def find_dates(text: str) -> list[ParsedDate]:
    """Every plausible date of a line, in order."""
    line = fold_date_text(text[:_LONGEST_LINE])
    if not _HAS_DIGIT.search(line):
        return []
    spans = list(_find_days(line))
    dates = []
    for index, (start, end, day) in enumerate(spans):
        before = line[spans[index - 1][1] if index else 0 : start]
        after = line[end : spans[index + 1][0] if index + 1 < len(spans) else len(line)]
        clock, zone = _read_clock(before, after)
        if clock == time():  # midnight sharp is how machines write a day
            clock = None
        cues = [match.lastgroup for match in _CUE.finditer(before)]
        verbs = [cue for cue in cues if cue != "noun"]
        dates.append(ParsedDate(day, clock, zone, verbs[-1:] == ["update"], bool(cues)))
    return dates


def is_bare_date(text: str) -> bool:
    """Whether a line is a day and nothing else: no clock, no label. Mastheads print the visitor's day like that."""
    dates = find_dates(text)
    return len(dates) == 1 and dates[0].clock is None and not dates[0].is_labelled


def find_url_date(url: str) -> ParsedDate | None:
    """The day in a URL's path: /2021/09/30/, /2021-09-30-, /20210930."""
    path = re.sub(r"^[a-z]+://[^/]*", "", url.lower()).split("?")[0]
    for pattern in _URL_DAYS:
        for match in pattern.finditer(path):
            day = _read_day(match)
            if day:
                return ParsedDate(day)
    return None


def is_month(word: str) -> bool:
    """Whether a word is the name of a month, in any of the languages of months.toml."""
    return fold_date_text(word).rstrip(".") in _months()


def fold_date_text(text: str) -> str:
    """Lower case, ASCII digits, and one spelling for what differs in nukta, joiners or nasal."""
    text = unicodedata.normalize("NFC", text).lower().translate(_FOLD)
    return text.replace("म्ब", "ंब").replace("\u202f", " ").replace("\xa0", " ")


def _digits() -> dict[int, str]:
    zeros = (0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66)
    return {zero + value: str(value) for zero in zeros for value in range(10)}


_FOLD: Final = str.maketrans(
    {chr(code): digit for code, digit in _digits().items()}
    | dict.fromkeys("\u093c\u09bc\u0a3c\u200b\u200c\u200d\u200e\u200f\ufeff\u00ad", "")
    | {"’": "'", "‘": "'", "–": "-", "—": "-", "−": "-", "।": ".", "॰": ".", "፡": ":"}
)


@cache
def _months() -> dict[str, int]:
    """Folded name → number, from flows/rules/months.toml."""
    path = Path(__file__).parent.parent / "rules" / "months.toml"
    table: dict[str, list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        fold_date_text(name): number
        for names in table.values()
        for number, spellings in enumerate(names, start=1)
        for name in spellings.split()
    }


_HAS_DIGIT: Final = re.compile(r"\d")
_WORD: Final = r"(?P<month>[^\d\s.,/\-':|()]+)"
_GAP: Final = r"[\s.,/\-']{0,3}"
_YEAR: Final = r"(?P<year>\d{4}|(?<=[-/'])\d\d)(?!\d)"
_ORDINAL: Final = r"(?:st|nd|rd|th)?"
_DAY_PATTERNS: Final = (
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<sep>[-/.])(?P<month>\d\d?)(?P=sep)(?P<day>\d\d?)(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>\d{4})\s?[年년]\s?(?P<month>\d\d?)\s?[月월]\s?(?P<day>\d\d?)\s?[日일]"),
    re.compile(rf"(?<![\d:])(?P<day>\d\d?){_ORDINAL}{_GAP}(?:(?:of|de|del|di)\s)?{_WORD}{_GAP}(?:del?\s)?{_YEAR}"),
    re.compile(rf"(?<![^\W\d_]){_WORD}{_GAP}(?P<day>\d\d?){_ORDINAL}(?!\d){_GAP}{_YEAR}"),
    re.compile(r"(?<![\d.])(?P<day>\d\d?)(?P<sep>[-/.])(?P<month>\d\d?)(?P=sep)(?P<year>\d{4})(?![\d])"),
)
_URL_DAYS: Final = (
    re.compile(r"/(?P<year>(?:19|20)\d\d)/(?P<month>\d\d?|[a-z]{3,9})/(?P<day>\d\d?)(?=[/_-]|$)"),
    re.compile(r"(?<![\d])(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"),
    re.compile(r"(?<![\d])(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)(?!\d)"),
)
_CUE: Final = re.compile(
    r"(?P<update>(?:last\s+)?(?:updat|modif|revis)\w*|अपडेट\w*|संशोधित|अद्यतन|અપડેટ|আপডেট|புதுப்பிக்\w*|అప్డేట్)"
    r"|(?P<publish>publi\w*|posted|created|issued|प्रकाशित|पब्लिश\w*|प्रकाशन|पोस्ट\w*|"
    r"પ્રકાશિત|প্রকাশ\w*|வெளியி\w*|ప్రచురణ)"
    r"|(?P<noun>date\b|dated|तारीख|दिनांक|तिथि)"
)
_PART_OF_DAY: Final = {
    "सुबह": "am", "सवेरे": "am", "प्रातः": "am", "पूर्वाह्न": "am", "तड़के": "am", "तडके": "am",
    "दोपहर": "pm", "अपराह्न": "pm", "शाम": "pm", "सायं": "pm", "सांय": "pm", "संध्या": "pm",
    "रात": "night", "रात्रि": "night",
}  # fmt: skip
_CLOCK: Final = re.compile(
    rf"(?:(?P<part>{'|'.join(_PART_OF_DAY)})\s*)?(?<![\d.:/\-])"
    r"(?:t\s?)?(?P<hour>[01]?\d|2[0-4])"
    r"(?:\s?[:.h]\s?(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?:[.,]\d+)?)?(?!\d)"
    r"\s*(?P<half>[ap]\.?\s?m\b\.?|एएम|पीएम|पूर्वाह्न|अपराह्न)?(?P<oclock>\s*बजे)?"
    r"\s*[(\[]?\s*(?P<zone>ist|आईएसटी|भारतीय समय|gmt|utc|z\b|npt|pkt|bst|cest|cet|eest|eet|est|edt|et|cst|cdt|mst|mdt|"
    r"pst|pdt|pt|jst|aest|sgt|gst)?\s?(?P<offset>[+-]\d\d?:?\d\d)?"
)
_ZONES: Final = {
    "ist": 330, "आईएसटी": 330, "भारतीय समय": 330, "gmt": 0, "utc": 0, "z": 0, "npt": 345, "pkt": 300, "bst": 60,
    "cet": 60, "cest": 120, "eet": 120, "eest": 180, "est": -300, "edt": -240, "et": -300, "cst": -360, "cdt": -300,
    "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "pt": -480, "jst": 540, "aest": 600, "sgt": 480, "gst": 240,
}  # fmt: skip


def _find_days(line: str) -> Iterator[tuple[int, int, date]]:
    """Spans of plausible days that don't overlap; where two readings start together the earlier pattern wins."""
    found = sorted(
        (
            (start, rank, end, day)
            for rank, pattern in enumerate(_DAY_PATTERNS)
            for start, end, day in _scan(pattern, line)
        ),
        key=lambda item: item[:2],
    )
    reached = 0
    for start, _, end, day in found:
        if start >= reached:
            yield start, end, day
            reached = end


def _scan(pattern: re.Pattern[str], line: str) -> Iterator[tuple[int, int, date]]:
    position = 0
    while match := pattern.search(line, position):
        day = _read_day(match)
        position = match.end() if day else match.start() + 1
        if day:
            yield match.start(), match.end(), day


def _read_day(match: re.Match[str]) -> date | None:
    year, name, number = int(match["year"]), match["month"], int(match["day"])
    if year < 100:
        year += 2000
    month = int(name) if name.isdigit() else _months().get(name.rstrip("."), 0)
    # Day first, as in India; only a second number above twelve shows that the month came first.
    if name.isdigit() and month > 12 >= number and match.start("day") < match.start("month"):
        month, number = number, month
    return _day(year, month, number)


def _day(year: int, month: int, number: int) -> date | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _read_clock(before: str, after: str) -> tuple[time | None, timezone | None]:
    """The clock time that belongs to a date: after it, else right before it."""
    for match in _CLOCK.finditer(after):
        gap = after[: match.start()]
        if len(gap) > 25 or _HAS_DIGIT.search(gap) or _CUE.search(gap):
            break
        if _is_clock(match):
            return _clock(match), _zone(match)
    for match in _CLOCK.finditer(before):
        if _is_clock(match) and len(before) - match.end() <= 15 and not _CUE.search(before, match.end()):
            return _clock(match), _zone(match)
    return None, None


def _is_clock(match: re.Match[str]) -> bool:
    """A number is a time if it has minutes, or says of itself that it is one (5 PM, 5 बजे)."""
    return bool(match["minute"] or match["half"] or match["oclock"])


def _clock(match: re.Match[str]) -> time | None:
    hour, minute, second = int(match["hour"]), int(match["minute"] or 0), int(match["second"] or 0)
    half = (match["half"] or "").replace("एएम", "a").replace("पीएम", "p")
    part = _PART_OF_DAY.get(half or match["part"] or "", half[:1] + "m" if half else "")
    if part == "night":
        part = "pm" if 6 <= hour < 12 else "am"
    if part == "pm" and hour < 12:
        hour += 12
    elif part == "am" and hour == 12:
        hour = 0
    return time(hour % 24, minute, second)


def _zone(match: re.Match[str]) -> timezone | None:
    """The zone printed after a time; an offset counts more than a name (GMT+5:30)."""
    if match["offset"]:
        digits = match["offset"][1:].replace(":", "")
        minutes = int(digits[:-2]) * 60 + int(digits[-2:])
        if minutes > 14 * 60:
            return None
        return timezone(timedelta(minutes=-minutes if match["offset"][0] == "-" else minutes))
    if match["zone"]:
        return timezone(timedelta(minutes=_ZONES[match["zone"]]))
    return None
