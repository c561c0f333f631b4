from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.schedule import check_schedule, check_upkeep, local_timezone, parse_cron, parse_interval, show_interval


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        pytest.param("30s", timedelta(seconds=30), id="seconds"),
        pytest.param("15m", timedelta(minutes=15), id="minutes"),
        pytest.param("2h", timedelta(hours=2), id="hours"),
        pytest.param("1d", timedelta(days=1), id="days"),
        pytest.param(" 5 M ", timedelta(minutes=5), id="spaces and a capital"),
    ],
)
def test_interval(text: str, interval: timedelta) -> None:
    assert parse_interval(text) == interval


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("15", id="no unit"),
        pytest.param("m", id="no number"),
        pytest.param("0s", id="zero"),
        pytest.param("-5m", id="negative"),
        pytest.param("1.5h", id="fraction"),
        pytest.param("1h30m", id="two units"),
        pytest.param("400d", id="more than a year"),
        pytest.param("999999999d", id="overflow"),
        pytest.param("१५m", id="Devanagari digits"),
        pytest.param("soon", id="a word"),
    ],
)
def test_bad_interval_names_flag_and_value(text: str) -> None:
    with pytest.raises(ValueError, match="--every") as error:
        parse_interval(text)
    assert repr(text) in str(error.value)


@given(st.integers(1, 366 * 86400))
def test_shown_interval_reads_back(seconds: int) -> None:
    assert parse_interval(show_interval(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        pytest.param("*/15 * * * *", "*/15 * * * *", id="every quarter"),
        pytest.param("0 6,18 * * mon-fri", "0 6,18 * * mon-fri", id="names"),
        pytest.param("5-55/10 0-6 1 JAN,jul 0", "5-55/10 0-6 1 JAN,jul 0", id="ranges with a step"),
        pytest.param("0 0 * * 7", "0 0 * * 7", id="Sunday as 7"),
        pytest.param("0 0 29 2 *", "0 0 29 2 *", id="29 February"),
        pytest.param("0  6 * * *  ", "0 6 * * *", id="spaces"),
        pytest.param("@daily", "0 0 * * *", id="macro"),
    ],
)
def test_cron(text: str, expression: str) -> None:
    assert parse_cron(text) == expression


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "0 field", id="empty"),
        pytest.param("* * * *", "4 field", id="too few"),
        pytest.param("* * * * * *", "6 field", id="seconds"),
        pytest.param("60 * * * *", "minute '60'", id="minute"),
        pytest.param("* 24 * * *", "hour '24'", id="hour"),
        pytest.param("* * 0 * *", "day of month '0'", id="day of month"),
        pytest.param("* * * 13 *", "month '13'", id="month"),
        pytest.param("* * * * 8", "day of week '8'", id="day of week"),
        pytest.param("* * * * mo", "day of week 'mo'", id="name"),
        pytest.param("30-10 * * * *", "backwards", id="backwards"),
        pytest.param("*/0 * * * *", "step", id="step of zero"),
        pytest.param("5/10 * * * *", "step", id="step without a range"),
        pytest.param("1,,2 * * * *", "minute ''", id="empty part"),
        pytest.param("H * * * *", "minute 'H'", id="hashed"),
        pytest.param("0 0 31 2 *", "never", id="31 February"),
        pytest.param("0 0 30 2 mon", "never", id="30 February or Mondays"),
        pytest.param("@reboot", "1 field", id="unknown macro"),
    ],
)
def test_bad_cron_names_the_part(text: str, said: str) -> None:
    with pytest.raises(ValueError, match="--cron") as error:
        parse_cron(text)
    assert said in str(error.value)


def test_schedule_is_every_quarter_of_an_hour_unless_told() -> None:
    assert str(check_schedule(None, None)) == "every 15m"
    assert str(check_schedule(None, "3600s")) == "every 1h"
    with pytest.raises(ValueError, match="exclude"):
        check_schedule("* * * * *", "1m")


def test_cron_is_meant_in_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    assert str(check_schedule("0 6 * * *", None)) == "at '0 6 * * *' (Asia/Kolkata)"


@pytest.mark.parametrize("name", ["IST-5:30", "No/Such", "/etc/passwd", "../../etc/passwd", ""])
def test_a_zone_without_a_name_falls_back(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("TZ", name)
    assert local_timezone() != name


@pytest.mark.parametrize(
    ("given", "expected"),
    [(None, "30 3 * * *"), ("@weekly", "0 0 * * 0"), ("never", None), (" Never ", None)],
    ids=["every night", "weekly", "never", "never, in other letters"],
)
def test_upkeep_has_a_schedule_of_its_own(given: str | None, expected: str | None) -> None:
    assert check_upkeep(given) == expected


def test_a_schedule_of_upkeep_that_is_none_names_its_flag() -> None:
    with pytest.raises(ValueError, match="--upkeep 'nightly' has 1 field"):
        check_upkeep("nightly")
