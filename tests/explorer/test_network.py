"""The picture of a network: always the same, inside its frame, no label on another."""

from __future__ import annotations

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.explorer.network import HEIGHT, LABEL_HEIGHT, WIDTH, lay_out, network, part, shown_name

PAIRS = [(0, 1, 1.0), (1, 2, 0.5), (3, 4, 1.0)]


def test_joined_nodes_are_nearer_than_others() -> None:
    points = lay_out(6, PAIRS)

    def gap(one: int, other: int) -> float:
        return abs(complex(*points[one]) - complex(*points[other]))

    assert max(gap(0, 1), gap(3, 4)) < min(gap(0, 3), gap(1, 4), gap(0, 4))
    assert points == lay_out(6, PAIRS)


@settings(max_examples=20)
@example([(0.0, 0.0), (126.0, 0.0)])  # apart, until the frame moves one
@given(st.lists(st.tuples(st.floats(0, WIDTH), st.floats(0, HEIGHT)), min_size=1, max_size=30))
def test_no_label_lies_on_another_and_all_are_in_the_frame(points: list[tuple[float, float]]) -> None:
    size = (60.0, 10.0)
    parted = part(points, [size] * len(points))
    for number, (x, y) in enumerate(parted):
        assert size[0] <= x <= WIDTH - size[0]
        assert size[1] <= y <= HEIGHT - size[1] - LABEL_HEIGHT
        for other_x, other_y in parted[:number]:
            is_beside = abs(x - other_x) >= 2 * size[0] - 1
            assert is_beside or abs(y - other_y) >= 2 * size[1] + LABEL_HEIGHT - 1


def test_a_hostile_name_is_the_text_of_a_label() -> None:
    name = "<script>x</script>"
    entities = pl.DataFrame(
        {"entity_id": ['"><b>', "two"], "type": ["PERSON", "NEW"], "name": [name, "दो"], "article_count": [3, 1]}
    )
    pairs = pl.DataFrame({"entity_id": ['"><b>'], "other_entity_id": ["two"], "article_count": [1]})
    drawn = network(entities, pairs)
    assert drawn.count("<line ") == 1
    assert "<script" not in drawn and "<b>" not in drawn
    assert "&lt;script&gt;x&lt;/script&gt;" in drawn


def test_a_long_name_is_cut() -> None:
    assert shown_name("क" * 40) == "क" * 25 + "…"
