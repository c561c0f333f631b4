"""Columns of a terminal: Devanagari takes the cells that terminals give it, and nothing is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.columns import clusters, fit, lay_out, least_width, pad, width, wrap

HINDI = st.text(st.sampled_from("कखगत़ािीुेैो्ंँः\u200c\u200d aZ9—中\n"), max_size=60)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        pytest.param("पुतिन", 4, id="below and beside"),
        pytest.param("व्लादिमीर", 8, id="virama"),
        pytest.param("हिंदी", 4, id="above"),
        pytest.param("क्\u200dया", 3, id="joiner"),
        pytest.param("क\u093c", 1, id="nukta"),
        pytest.param("中国", 4, id="wide"),
        pytest.param("Lavrov", 6, id="latin"),
        pytest.param("", 0, id="nothing"),
    ],
)
def test_cells_are_those_of_a_terminal(text: str, cells: int) -> None:
    assert width(text) == cells


def test_a_letter_keeps_its_matras_and_a_conjunct_is_whole() -> None:
    assert clusters("क्षत्रिय") == ["क्ष", "त्रि", "य"]
    assert clusters("हिंदी") == ["हिं", "दी"]


def test_a_line_breaks_at_a_space_and_a_long_word_inside() -> None:
    assert wrap("नगर परिषद की बैठक", 8) == ["नगर", "परिषद की", "बैठक"]
    assert wrap("एक\nदो", 8) == ["एक", "दो"]
    assert wrap("abcdefghij kl", 4) == ["abcd", "efgh", "ij", "kl"]


@given(HINDI, st.integers(4, 30))
def test_wrapping_loses_nothing_but_spaces_and_passes_no_edge(text: str, most: int) -> None:
    lines = wrap(text, most)
    assert "".join("".join(lines).split()) == "".join(text.split())
    whole = max((width(cluster) for word in text.split() for cluster in clusters(word)), default=0)
    assert all(width(line) <= max(most, whole) for line in lines)


def test_a_long_name_breaks_at_its_joints_and_a_date_does_not() -> None:
    assert wrap("digant/2024/moscow-format.html", 12) == ["digant/2024/", "moscow-", "format.html"]
    assert least_width("2026-03-04 section.related 0.75") == 10


@pytest.mark.parametrize(
    ("widths", "least", "most", "fitted"),
    [
        pytest.param([5, 10], [5, 10], 40, [5, 10], id="room enough"),
        pytest.param([5, 100, 60], [5, 6, 6], 40, [5, 15, 15], id="the wide ones give way alike"),
        pytest.param([5, 100, 18], [5, 6, 18], 40, [5, 13, 18], id="a word is not broken"),
        pytest.param([5, 100], [5, 90], 40, [5, 33], id="but a very long one is"),
        pytest.param([12] * 9, [4] * 9, 80, None, id="too many columns"),
        pytest.param([4] * 9, [4] * 9, 80, [4] * 9, id="many narrow columns"),
        pytest.param([], [], 80, [], id="no column"),
        pytest.param([500], [9], 80, [80], id="one column"),
    ],
)
def test_columns_fit(widths: list[int], least: list[int], most: int, fitted: list[int] | None) -> None:
    assert fit(widths, least, most) == fitted


@given(st.lists(st.tuples(st.integers(1, 300), st.integers(1, 30)), min_size=1, max_size=12), st.integers(20, 200))
def test_fitted_columns_are_within_the_edge(columns: list[tuple[int, int]], most: int) -> None:
    widths, least = [one for one, _ in columns], [low for _, low in columns]
    fitted = fit(widths, least, most)
    if fitted is not None:
        assert sum(fitted) + 2 * (len(fitted) - 1) <= most
        assert all(
            min(one, low, 24) <= new <= one and (new == one or new >= 8)
            for new, one, low in zip(fitted, widths, least, strict=True)
        )


def test_cells_stand_below_each_other() -> None:
    lines = list(lay_out(["सड़क पर काम", "12", "हिंदी"], [6, 4, 9], [False, True, False]))
    assert lines == ["सड़क पर    12  हिंदी", "काम"]
    assert [width(line[: line.index("12")]) for line in lines[:1]] == [6 + 2 + 2]
    assert pad("हिंदी", 6, is_right=True) == "  हिंदी"
