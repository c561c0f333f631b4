"""Frames as Altair charts: quiet, legible in Devanagari, with words beside colours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

import altair as alt
import marimo as mo
import polars as pl

from flows.explorer.markup import Markup, element
from flows.explorer.words import site_name

FONT = "system-ui, 'Noto Sans', 'Noto Sans Devanagari', 'Nirmala UI', 'Kohinoor Devanagari', sans-serif"
MUTED, RULE = "#5a6372", "#dfe3e8"
#: Told apart by people who see few colours too (Okabe and Ito), darkened for thin marks; the last is for all others.
COLOURS = ("#0b62a8", "#c75000", "#007a5a", "#a3387a", "#8a6d00", "#3a8fb7", "#4d4d4d")
REST = "#b3bac4"
OTHERS = "other sites"


def site_label(site: object, is_rest: object) -> str:
    """A site in a legend."""
    return OTHERS if is_rest else site_name(None if site is None else str(site))


def over_time(frame: pl.DataFrame, unit: str, title: str) -> Markup:
    """Articles in each day, week, month or year, stacked by site."""
    values = bars(frame, unit)
    order = [label for _, label in sorted({(int(bar["place"]), str(bar["site"])) for bar in values})]
    colours = [REST if label == OTHERS else COLOURS[place % len(COLOURS)] for place, label in enumerate(order)]
    scale = alt.Scale(domain=order, range=colours)
    chart = drawn(values, unit).encode(color=alt.Color("site:N", scale=scale, legend=None))
    return element("figure", legend(order, colours), picture(chart, height=190), aria_label=title)


def on_one_site(frame: pl.DataFrame, unit: str, place: int, most: int, ends: tuple[date, date]) -> Markup:
    """Articles of one of several sites, on the same scales as the others', so that they can be compared."""
    chart = drawn(bars(frame, unit), unit, most, ends).encode(color=alt.value(COLOURS[place % len(COLOURS)]))
    return element("figure", picture(chart, height=130), aria_label=f"articles a {unit}")


def legend(labels: Sequence[str], colours: Sequence[str]) -> Markup:
    """What the colours stand for, in HTML: it wraps in a narrow window."""
    entries = (
        element("span", element("span", class_="k-key", style=f"background:{colour}"), label)
        for label, colour in zip(labels, colours, strict=True)
    )
    return element("figcaption", *entries, class_="k-legend")


#: What a bar shows: times, place in the stack, words of its tooltip.
Bar = dict[str, str | int]


def bars(frame: pl.DataFrame, unit: str) -> list[Bar]:
    """A bar for each row of a frame of articles over time, on top of those of the same time."""
    heights: dict[date, int] = defaultdict(int)
    made: list[Bar] = []
    for row in frame.sort("starts_on", "site_no").iter_rows(named=True):
        start: date = row["starts_on"]
        low = heights[start]
        heights[start] += row["article_count"]
        made.append(
            {
                "from": start.isoformat(),
                "to": after(start, unit).isoformat(),
                "period": period(start, unit),
                "site": site_label(row["site"], row["is_rest"]),
                "place": row["site_no"],
                "articles": row["article_count"],
                "low": low,
                "high": heights[start],
            }
        )
    return made


#: How the time axis writes a day, by unit.
TIMES = {"day": "%-d %b %Y", "week": "%-d %b %Y", "month": "%b %Y", "year": "%Y"}


#: A chart has room for so many bars at least: one day is no wall.
LEAST_BARS = 12
#: Labels of the time axis.
MOST_LABELS = 8


def drawn(values: list[Bar], unit: str, most: int | None = None, ends: tuple[date, date] | None = None) -> alt.Chart:
    """Bars along the time axis, as wide as the time that they stand for; `most` and `ends` fix the two scales."""
    first, last = ends or (
        date.fromisoformat(min(str(bar["from"]) for bar in values)),
        date.fromisoformat(max(str(bar["from"]) for bar in values)),
    )
    end, room = until(first, last, unit)
    # Bars of no height stretch the time axis: a fixed one makes Vega-Lite warn.
    stretch: list[Bar] = [
        {"from": edge.isoformat(), "to": edge.isoformat(), "low": 0, "high": 0, "articles": 0} for edge in (first, end)
    ]
    values = [*values, *stretch]
    highest = most or max(int(bar["high"]) for bar in values)
    step = {"interval": unit, "step": -(-room // MOST_LABELS)}
    times = alt.Axis(format=TIMES[unit], labelOverlap=True, labelSeparation=12, tickCount=step)
    counts = alt.Axis(values=ticks(highest), format=",d")
    chart: alt.Chart = (
        alt.Chart(alt.Data(values=values))  # type: ignore[no-untyped-call]
        .mark_rect(stroke="white", strokeWidth=0.5, opacity=0.85)
        .encode(
            x=alt.X("from:T", title=None, axis=times),
            x2="to:T",
            y=alt.Y("low:Q", title=f"articles a {unit}", axis=counts, scale=alt.Scale(domain=[0, highest])),
            y2="high:Q",
            tooltip=[
                alt.Tooltip("period:N", title=unit),
                alt.Tooltip("site:N", title="site"),
                alt.Tooltip("articles:Q", title="articles"),
            ],
        )
    )
    return chart


def until(first: date, last: date, unit: str) -> tuple[date, int]:
    """Where a time axis ends, and for how many bars it has room."""
    end, room = first, 0
    while (end <= last or room < LEAST_BARS) and end < date.max:
        end, room = after(end, unit), room + 1
    return end, room


def ticks(most: int) -> list[int]:
    """Whole numbers from 0 to some count, five of them at most."""
    step = next(size for power in range(12) for size in (10**power, 2 * 10**power, 5 * 10**power) if size * 4 >= most)
    return list(range(0, most + 1, step))


def picture(chart: alt.Chart, height: int) -> Markup:
    """A chart as HTML, in the fonts and greys of the pages, without the menu whose editor is on the internet."""
    dressed = (
        chart.properties(
            width="container",
            height=height,
            padding={"left": 4, "right": 12, "top": 8, "bottom": 4},
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
            background="transparent",
            usermeta={"embedOptions": {"renderer": "svg", "actions": False}},
        )
        .configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=MUTED,
            titleColor=MUTED,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            gridColor=RULE,
            domainColor=RULE,
            tickColor=RULE,
        )
        .configure_axisX(grid=False)
    )
    return Markup(mo.as_html(dressed).text)


def after(start: date, unit: str) -> date:
    """The first day of the next day, week, month or year; the last of all where the calendar ends."""
    if start.year == date.max.year:
        return date.max
    if unit == "year":
        return start.replace(year=start.year + 1)
    if unit == "month":
        return (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    return start + timedelta(days=7 if unit == "week" else 1)


def period(start: date, unit: str) -> str:
    """A day, week, month or year in words."""
    if unit == "year":
        return str(start.year)
    if unit == "month":
        return f"{start:%B %Y}"
    return f"{'week of ' if unit == 'week' else ''}{start.day} {start:%B %Y}"
