"""Dates as Indian news pages print them."""

from datetime import date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.text.dates import IST, find_dates, find_url_date, is_bare_date, parse_date

UTC_ZONE = timezone(timedelta(0))

DAYS = [
    ("hindi", "12 जनवरी 2024", date(2024, 1, 12)),
    ("hindi month first", "जनवरी 12, 2024", date(2024, 1, 12)),
    ("devanagari digits", "१२ सितंबर २०२३", date(2023, 9, 12)),
    ("half nasal", "12 सितम्बर 2023", date(2023, 9, 12)),
    ("nukta", "5 फ़रवरी 2023", date(2023, 2, 5)),
    ("nukta composed", "5 \u092b\u093cरवरी 2023", date(2023, 2, 5)),
    ("no nukta", "5 फरवरी, 2023", date(2023, 2, 5)),
    ("aktubar", "3 अक्तूबर 2022", date(2022, 10, 3)),
    ("december", "शुक्रवार, 1 दिसम्बर 2023", date(2023, 12, 1)),
    ("marathi", "४ ऑगस्ट २०२१", date(2021, 8, 4)),
    ("gujarati", "૨૮ માર્ચ ૨૦૨૦", date(2020, 3, 28)),
    ("tamil", "ஆகஸ்ட் 25, 2025", date(2025, 8, 25)),
    ("bengali", "১২ জানুয়ারি ২০২৪", date(2024, 1, 12)),
    ("telugu", "7 జూలై 2021", date(2021, 7, 7)),
    ("urdu", "5 مارچ 2021", date(2021, 3, 5)),
    ("short form with its sign", "5 फ़र॰ 2024", date(2024, 2, 5)),
    ("short form with its nasal", "24 नवं 2024", date(2024, 11, 24)),
    ("english", "November 22, 2024", date(2024, 11, 22)),
    ("ordinal", "Mon. Dec 23rd, 2024", date(2024, 12, 23)),
    ("of", "3rd of May 2021", date(2021, 5, 3)),
    ("hyphens", "30-Sep-2021", date(2021, 9, 30)),
    ("two-digit year", "30-Sep-21", date(2021, 9, 30)),
    ("iso", "2020-02-14", date(2020, 2, 14)),
    ("iso basic", "20210930T170200Z", date(2021, 9, 30)),
    ("year first", "2024/04/24", date(2024, 4, 24)),
    ("day first", "05/04/2020", date(2020, 4, 5)),
    ("day first, dots", "5.4.2020", date(2020, 4, 5)),
    ("month first for certain", "04/25/2020", date(2020, 4, 25)),
    ("german", "4. März 2024", date(2024, 3, 4)),
    ("french", "1 août 2023", date(2023, 8, 1)),
    ("spanish", "4 de mayo de 2022", date(2022, 5, 4)),
    ("spanish, short", "04-ago-2021", date(2021, 8, 4)),
    ("italian", "7 dicembre 2022", date(2022, 12, 7)),
    ("portuguese", "9 de fevereiro de 2024", date(2024, 2, 9)),
    ("dutch", "12 mei 2021", date(2021, 5, 12)),
    ("behind a name and a place", "अमित कुमार / नई दिल्ली February 14, 2020", date(2020, 2, 14)),
]


@pytest.mark.parametrize(("text", "day"), [case[1:] for case in DAYS], ids=[case[0] for case in DAYS])
def test_a_day_is_read_as_printed(text: str, day: date) -> None:
    found = parse_date(text)
    assert found is not None
    assert found.day == day


NO_DATES = [
    ("relative", "2 hours ago"),
    ("yesterday or tomorrow", "कल शाम"),
    ("today", "आज 5:30 बजे"),
    ("no such day", "31 फरवरी 2020"),
    ("no year", "12 जनवरी"),
    ("history", "15 अगस्त 1947"),
    ("far future", "1 जनवरी 2100"),
    ("a score", "12-10-9"),
    ("a phone number", "1800-180-5145"),
    ("no month", "12 लोग 2024"),
    ("empty", ""),
]


@pytest.mark.parametrize("text", [case[1] for case in NO_DATES], ids=[case[0] for case in NO_DATES])
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text) is None


MOMENTS = [
    ("pm", "30-Sep-2021 5:02 PM", time(17, 2), None),
    ("midnight hour", "5 मार्च 2020, 12:05 AM", time(0, 5), None),
    ("noon", "5 मार्च 2020, 12:05 PM", time(12, 5), None),
    ("ist", "Updated: 12 जनवरी 2024, 10:30 AM IST", time(10, 30), IST),
    ("ist in brackets", "Publish Date: Sun, 05 Apr 2020 06:30 PM (IST)", time(18, 30), IST),
    ("seconds", "Updated: 07 Aug 2021, 02:45:00 PM IST", time(14, 45), IST),
    ("clock first", "10:40 PM, 19-JAN-2021", time(22, 40), None),
    ("clock and zone first", "17:02 IST, 30 Sep 2021", time(17, 2), IST),
    ("evening", "१२ सितम्बर २०२३, शाम 5:30 बजे", time(17, 30), None),
    ("night", "12 फ़रवरी 2023 रात 9 बजे", time(21, 0), None),
    ("night in its long form", "12 फ़रवरी 2023, रात्रि 8 बजे", time(20, 0), None),
    ("evening as many spell it", "12 फ़रवरी 2023, सांय 5 बजे", time(17, 0), None),
    ("dusk", "12 फ़रवरी 2023, संध्या 6 बजे", time(18, 0), None),
    ("after midnight", "12 फ़रवरी 2023 रात 1 बजे", time(1, 0), None),
    ("morning", "12 फरवरी 2023, सुबह 9:05", time(9, 5), None),
    ("iso with zone", "2023-06-11T16:20:35+05:30", time(16, 20, 35), IST),
    ("iso short zone", "2021-02-13T16:25+0530", time(16, 25), IST),
    ("iso utc", "2023-06-11T16:20:35.123Z", time(16, 20, 35), UTC_ZONE),
    ("javascript", "Thu Sep 30 2021 17:02:00 GMT+0530", time(17, 2), IST),
    ("dots", "Oct. 30, 2025 8.55 am", time(8, 55), None),
    ("midnight sharp", "2024-04-24T00:00:00+05:30", None, IST),
    ("day alone", "30 Sep 2021", None, None),
]


@pytest.mark.parametrize(("text", "clock", "zone"), [case[1:] for case in MOMENTS], ids=[case[0] for case in MOMENTS])
def test_clock_and_zone(text: str, clock: time | None, zone: timezone | None) -> None:
    found = parse_date(text)
    assert found is not None
    assert (found.clock, found.zone) == (clock, zone)
    assert found.precision == ("day" if clock is None else "minute")


def test_a_date_without_zone_is_indian_and_midnight_if_the_clock_is_silent() -> None:
    found = parse_date("30 सितंबर 2021")
    assert found is not None
    assert found.moment() == datetime(2021, 9, 29, 18, 30, tzinfo=UTC_ZONE)


def test_a_line_may_say_when_it_was_published_and_when_changed() -> None:
    published, updated = find_dates("Published: 17:02 IST, 30 Sep 2021 | Updated: 18:00 IST, 1 Oct 2021")
    assert (published.day, published.clock, published.is_update) == (date(2021, 9, 30), time(17, 2), False)
    assert (updated.day, updated.clock, updated.is_update) == (date(2021, 10, 1), time(18, 0), True)


@pytest.mark.parametrize("cue", ["Updated:", "Last Modified Date:", "अपडेटेड:", "Last updated on", "संशोधित:"])
def test_updates_are_told_from_publication(cue: str) -> None:
    (found,) = find_dates(f"{cue} 3 अप्रैल 2020")
    assert found.is_update


@pytest.mark.parametrize("cue", ["Published:", "Publish Date:", "Posted on", "प्रकाशित:", "Date:", ""])
def test_all_other_dates_are_no_updates(cue: str) -> None:
    (found,) = find_dates(f"{cue} 3 अप्रैल 2020")
    assert not found.is_update
    assert found.is_labelled == bool(cue)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("November 22, 2024", True),
        ("सोमवार, 23 दिसंबर 2024", True),
        ("30-Sep-2021 5:02 PM", False),
        ("Published: 3 May 2021", False),
    ],
)
def test_a_bare_date_has_neither_clock_nor_label(text: str, bare: bool) -> None:
    assert is_bare_date(text) == bare


URLS = [
    ("folders", "https://site.example/2021/09/30/khabar", date(2021, 9, 30)),
    ("month name", "https://site.example/news/2023/apr/28/khabar/", date(2023, 4, 28)),
    ("slug", "https://site.example/khabar-2021-09-30-123.html", date(2021, 9, 30)),
    ("compact", "https://site.example/20240424/123", date(2024, 4, 24)),
    ("article number", "https://site.example/a123202404251.html", None),
    ("query", "https://site.example/a?date=2021/09/30", None),
    ("host", "https://2021-09-30.example/a", None),
    ("no day", "https://site.example/2024/04/khabar", None),
]


@pytest.mark.parametrize(("url", "day"), [case[1:] for case in URLS], ids=[case[0] for case in URLS])
def test_url_dates(url: str, day: date | None) -> None:
    found = find_url_date(url)
    assert (found.day if found else None) == day


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.times(), st.integers(-12 * 4, 14 * 4))
def test_iso_moments_come_back(day: date, clock: time, quarters: int) -> None:
    zone = timezone(timedelta(minutes=15 * quarters))
    moment = datetime.combine(day, clock.replace(microsecond=0), zone)
    found = parse_date(moment.isoformat())
    assert found is not None
    assert (found.moment(), found.day) == (moment, day)


@given(st.text(max_size=300))
def test_any_text_gives_plausible_dates_or_none(text: str) -> None:
    assert all(1990 <= found.day.year <= 2099 for found in find_dates(text))
