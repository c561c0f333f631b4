"""When `khabar serve` runs: an interval such as 15m or a cron expression, checked before anything starts."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

DEFAULT_EVERY = "15m"
#: Half past three at night: little is published, and few look.
DEFAULT_UPKEEP = "30 3 * * *"
NEVER = "never"

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONGEST = timedelta(days=366)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
#: Days of the longest year: 29 February does come.
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Schedule:
    """Either an interval or a cron expression of five fields with the time zone that it is meant in."""

    every: timedelta | None = None
    cron: str | None = None
    timezone: str | None = None

    def __str__(self) -> str:
        return f"at {self.cron!r} ({self.timezone})" if self.cron else f"every {show_interval(self.every)}"


@dataclass(frozen=True)
class _Field:
    name: str
    first: int
    last: int
    names: tuple[str, ...] = ()
    first_name: int = 0


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of month", 1, 31),
    _Field("month", 1, 12, _MONTHS, 1),
    _Field("day of week", 0, 7, _WEEKDAYS, 0),
)


def check_schedule(cron: str | None, every: str | None) -> Schedule:
    """The schedule that the flags mean; every 15 minutes if none is given.

    Raises:
        ValueError: says which flag, its value and what is wrong.
    """
    if cron is not None and every is not None:
        raise ValueError("--cron and --every exclude each other: give one of them")
    if cron is not None:
        return Schedule(cron=parse_cron(cron), timezone=local_timezone())
    return Schedule(every=parse_interval(every if every is not None else DEFAULT_EVERY))


def parse_interval(text: str) -> timedelta:
    """An interval written as a number and a unit: 30s, 15m, 2h, 1d.

    Raises:
        ValueError: it is not one, or not between a second and a year.
    """
    match = re.fullmatch(r"([0-9]{1,9})\s*([smhd])", text.strip().lower())
    if match is None:
        raise ValueError(
            f"--every {text!r} is not an interval: give a number and s, m, h or d, such as 30s, 15m, 2h, 1d"
        )
    interval = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if not timedelta(seconds=1) <= interval <= _LONGEST:
        raise ValueError(f"--every {text!r} is out of range: between 1s and 366d")
    return interval


def show_interval(interval: timedelta | None) -> str:
    """An interval as `parse_interval` reads it, in its largest whole unit."""
    seconds = int(interval.total_seconds()) if interval else 0
    size, unit = next(
        (size, unit) for size, unit in ((86400, "d"), (3600, "h"), (60, "m"), (1, "s")) if seconds % size == 0
    )
    return f"{seconds // size}{unit}"


def check_upkeep(cron: str | None) -> str | None:
    """The cron expression that `--upkeep` means; every night if it is not given, None for `never`.

    Raises:
        ValueError: says what is wrong with it.
    """
    text = DEFAULT_UPKEEP if cron is None else cron
    return None if text.strip().lower() == NEVER else parse_cron(text, "--upkeep")


def parse_cron(text: str, flag: str = "--cron") -> str:
    """A cron expression of five fields, macros such as @daily spelt out.

    Raises:
        ValueError: names the field and the part that can't be read, or says that no such day comes.
    """
    expression = _MACROS.get(text.strip().lower(), text.strip())
    parts = expression.split()
    if len(parts) != len(_FIELDS):
        raise ValueError(
            f"{flag} {text!r} has {len(parts)} field(s) instead of 5: minute, hour, day of month, month, day of week; "
            "for example '*/15 * * * *' or '0 6 * * mon-fri'"
        )
    try:
        values = [_field_values(field, part) for field, part in zip(_FIELDS, parts, strict=True)]
    except ValueError as error:
        raise ValueError(f"{flag} {text!r}: {error}") from None
    # Beside a day of the week too: Prefect finds no time for it, although a crontab would run on that day.
    if not any(min(values[2]) <= _DAYS[month - 1] for month in values[3]):
        raise ValueError(f"{flag} {text!r}: no month given has a day {min(values[2])}, so it would never run")
    return " ".join(parts)


def _field_values(field: _Field, text: str) -> set[int]:
    """The numbers that a field of a cron expression stands for."""
    values: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"(?:(\*)|(\w+)(?:-(\w+))?)(?:/(\d+))?", part, re.ASCII)
        if match is None:
            raise ValueError(f"{field.name} {part!r} can't be read")
        star, low, high, step = match.groups()
        if step is not None and (int(step) == 0 or (star is None and high is None)):
            raise ValueError(
                f"{field.name} {part!r}: a step wants * or a range before it and a number above 0 after it"
            )
        first = field.first if star else _field_number(field, low)
        last = field.last if star else _field_number(field, high) if high else first
        if first > last:
            raise ValueError(f"{field.name} {part!r} runs backwards")
        values.update(range(first, last + 1, int(step or 1)))
    return values


def _field_number(field: _Field, text: str) -> int:
    """A number or a name (mon, jan) of a field."""
    if text.lower() in field.names:
        return field.names.index(text.lower()) + field.first_name
    if not text.isdigit() or not field.first <= int(text) <= field.last:
        raise ValueError(f"{field.name} {text!r} is not between {field.first} and {field.last}")
    return int(text)


def local_timezone() -> str:
    """The IANA name of this machine's time zone, in which a crontab would be read; UTC if it has none."""
    candidates = [os.environ.get("TZ", "").lstrip(":")]
    with suppress(OSError):
        # /etc/localtime is a link to …/zoneinfo/Asia/Kolkata on nearly every system.
        candidates.append(str(Path("/etc/localtime").resolve(strict=True)).partition("zoneinfo/")[2])
    for name in candidates:
        with suppress(OSError, ValueError, KeyError):  # "IST-5:30", "/usr/…", no such zone
            if name:
                return ZoneInfo(name).key
    return "UTC"
