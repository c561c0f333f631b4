"""Charts: bars stand on each other, cover their time, and are counted in whole numbers."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from flows.explorer.charts import after, bars, over_time, period, ticks, until


@pytest.mark.parametrize(
    ("unit", "start", "end", "words"),
    [
        ("day", date(2026, 2, 28), date(2026, 3, 1), "28 February 2026"),
        ("week", date(2026, 6, 1), date(2026, 6, 8), "week of 1 June 2026"),
        ("month", date(2025, 12, 1), date(2026, 1, 1), "December 2025"),
        ("month", date(2026, 1, 31), date(2026, 2, 1), "January 2026"),
        ("year", date(2024, 1, 1), date(2025, 1, 1), "2024"),
        ("month", date(9999, 12, 1), date.max, "December 9999"),
    ],
)
def test_a_bar_lasts_its_unit(unit: str, start: date, end: date, words: str) -> None:
    assert after(start, unit) == end
    assert period(start, unit) == words


@pytest.mark.parametrize(
    ("most", "expected"),
    [(1, [0, 1]), (2, [0, 1, 2]), (5, [0, 2, 4]), (17, [0, 5, 10, 15]), (4000, [0, 1000, 2000, 3000, 4000])],
)
def test_counts_are_whole_and_few(most: int, expected: list[int]) -> None:
    assert ticks(most) == expected


@pytest.mark.parametrize(
    ("first", "last", "unit", "end", "room"),
    [
        pytest.param(date(2026, 1, 1), date(2026, 1, 1), "day", date(2026, 1, 13), 12, id="one day is no wall"),
        pytest.param(date(2025, 1, 1), date(2026, 2, 1), "month", date(2026, 3, 1), 14, id="over the last bar"),
        pytest.param(date(9998, 1, 1), date(9999, 1, 1), "year", date.max, 2, id="to the end of days"),
    ],
)
def test_the_time_axis_has_room(first: date, last: date, unit: str, end: date, room: int) -> None:
    assert until(first, last, unit) == (end, room)


FRAME = pl.DataFrame(
    {
        "starts_on": [date(2026, 1, 1), date(2026, 1, 1), date(2026, 2, 1)],
        "site_no": [2, 1, 3],
        "is_rest": [False, False, True],
        "site": ["ghat", None, None],
        "article_count": [3, 2, 1],
    }
)


def test_bars_of_one_time_stand_on_each_other() -> None:
    stacked = [(bar["site"], bar["low"], bar["high"]) for bar in bars(FRAME, "month")]
    assert stacked == [("no site", 0, 2), ("ghat", 2, 5), ("other sites", 0, 1)]


def test_a_chart_has_its_legend_in_words() -> None:
    drawn = over_time(FRAME, "month", "Articles")
    assert all(f"</span>{site}</span>" in drawn for site in ("no site", "ghat", "other sites"))
