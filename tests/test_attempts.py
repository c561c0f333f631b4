"""The log of attempts is read from its end, and goes on in a new file when it has grown."""

from __future__ import annotations

import pytest

from flows import attempts
from flows.attempts import append_attempt, latest_attempts, read_attempts, rotate_attempts
from flows.settings import Settings


def write(settings: Settings, *numbers: int, **values: str) -> None:
    for number in numbers:
        append_attempt(settings, {"number": number, **values})


def test_attempts_of_one_kind_and_warehouse_the_latest_first(settings: Settings) -> None:
    write(settings, 1, 2)
    write(settings, 3, kind="upkeep")
    write(settings, 4, warehouse="other.duckdb")
    with attempts.attempts_path(settings).open("ab") as log:
        log.write(b'{torn\n[]\n"text"\n\xff\n')
    write(settings, 5)
    assert [attempt["number"] for attempt in latest_attempts(settings)] == [5, 2, 1]
    assert [attempt["number"] for attempt in latest_attempts(settings, "upkeep")] == [3]
    assert [attempt["number"] for attempt in read_attempts(settings, most=2)] == [2, 5]


def test_an_attempt_that_tells_of_a_name_in_no_utf8_is_read_again(settings: Settings) -> None:
    error = "the raw folder \udcff\ud800 does not exist: कहाँ?"
    write(settings, 1, error=error)
    assert [attempt["error"] for attempt in latest_attempts(settings)] == [error]


def test_a_line_that_a_full_disk_cut_costs_the_next_nothing(settings: Settings) -> None:
    write(settings, 1)
    with attempts.attempts_path(settings).open("ab") as log:
        log.write(b'{"warehouse": "ne')
    write(settings, 2)
    assert [attempt["number"] for attempt in latest_attempts(settings)] == [2, 1]


def test_the_log_goes_on_in_a_new_file_and_the_old_one_is_still_read(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not rotate_attempts(settings)  # no log yet
    write(settings, 1)
    assert not rotate_attempts(settings)
    monkeypatch.setattr(attempts, "MOST_BYTES", 10)
    assert rotate_attempts(settings)
    write(settings, 2)
    assert [attempt["number"] for attempt in latest_attempts(settings)] == [2, 1]
    assert rotate_attempts(settings)
    write(settings, 3)
    assert [attempt["number"] for attempt in latest_attempts(settings)] == [3, 2]
    assert len(list(settings.state.iterdir())) == 2
