"""A network of entities as an SVG picture: near are those that are named together, and no label lies on another."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence

import polars as pl

from flows.explorer.data import ANY, show
from flows.explorer.layout import PAGE_ROWS, Column, number, page, section, several, table
from flows.explorer.markup import Markup, address, element, join, link
from flows.explorer.words import TYPES
from flows.warehouse import Reader

#: How many entities one can choose to see.
SIZES = (15, 30, 50)
#: Pairs of an entity that are drawn.
STRONGEST_PAIRS = 3

WIDTH, HEIGHT = 1080, 700
#: Room for the label below a node, and on both sides of it.
MARGIN_X, MARGIN_Y = 90, 46
LABEL_HEIGHT = 22
#: Letters of a label; the full name is in the tooltip.
MOST_LETTERS = 26
STEPS = 300
#: A shape for each type, so that colour is not the only mark.
SHAPES = {"PERSON": "circle", "LOC": "square", "ORG": "diamond"}
OTHER_COLOUR = "#5a6372"
TYPE_COLOURS = {"PERSON": "#0b62a8", "LOC": "#007a5a", "ORG": "#c75000"}


def lay_out(count: int, pairs: Sequence[tuple[int, int, float]]) -> list[tuple[float, float]]:
    """Places in the unit square where joined nodes are near and others apart (Fruchterman and Reingold).

    Starts from a spiral, not from chance: the same network is always the same picture.
    """
    golden = math.pi * (3 - math.sqrt(5))
    xs = [math.sqrt((i + 0.5) / max(count, 1)) * math.cos(i * golden) for i in range(count)]
    ys = [math.sqrt((i + 0.5) / max(count, 1)) * math.sin(i * golden) for i in range(count)]
    ideal = 1.6 / math.sqrt(max(count, 1))
    for step in range(STEPS):
        most = 0.12 * (1 - step / STEPS) + 0.002
        moves = [[-0.35 * x * ideal, -0.35 * y * ideal] for x, y in zip(xs, ys, strict=True)]
        for one in range(count):
            for other in range(one):
                dx, dy = xs[one] - xs[other], (ys[one] - ys[other]) * 1.3  # labels are wide: more room between rows
                gap = max(math.hypot(dx, dy), 1e-4)
                push = ideal * ideal / (gap * gap)
                moves[one][0] += dx * push
                moves[one][1] += dy * push
                moves[other][0] -= dx * push
                moves[other][1] -= dy * push
        for one, other, weight in pairs:
            dx, dy = xs[one] - xs[other], ys[one] - ys[other]
            pull = weight * math.hypot(dx, dy) / ideal
            moves[one][0] -= dx * pull
            moves[one][1] -= dy * pull
            moves[other][0] += dx * pull
            moves[other][1] += dy * pull
        for i, (dx, dy) in enumerate(moves):
            length = max(math.hypot(dx, dy), 1e-9)
            xs[i] += dx / length * min(length, most)
            ys[i] += dy / length * min(length, most)
    return list(zip(scaled(xs), scaled(ys), strict=True))


def part(points: Sequence[tuple[float, float]], sizes: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points moved until no box of a mark and its label below lies on another; a size is half a width and a radius."""
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    for _ in range(STEPS):
        is_moved = False
        for one in range(len(xs)):
            for other in range(one):
                gap_x = sizes[one][0] + sizes[other][0] + 6 - abs(xs[one] - xs[other])
                gap_y = sizes[one][1] + sizes[other][1] + LABEL_HEIGHT + 4 - abs(ys[one] - ys[other])
                if gap_x <= 0 or gap_y <= 0:
                    continue
                is_moved = True
                if gap_x < gap_y:
                    xs[one], xs[other] = apart(xs[one], xs[other], gap_x)
                else:
                    ys[one], ys[other] = apart(ys[one], ys[other], gap_y)
        for i, (half, radius) in enumerate(sizes):
            x = min(max(xs[i], half + 4), WIDTH - half - 4)
            y = min(max(ys[i], radius + 4), HEIGHT - radius - LABEL_HEIGHT - 4)
            is_moved |= (x, y) != (xs[i], ys[i])
            xs[i], ys[i] = x, y
        if not is_moved:
            break
    return list(zip(xs, ys, strict=True))


def apart(one: float, other: float, gap: float) -> tuple[float, float]:
    """Two places moved from each other by a gap, half each."""
    half = gap / 2 + 0.1
    return (one + half, other - half) if one >= other else (one - half, other + half)


def shown_name(name: str) -> str:
    """A name as its label."""
    return name if len(name) <= MOST_LETTERS else f"{name[: MOST_LETTERS - 1]}…"


def label_width(label: str) -> float:
    """About how wide a label is: signs above and below a letter take no room of their own."""
    return 8.6 * sum(not unicodedata.combining(char) and unicodedata.category(char) != "Mn" for char in label)


def scaled(values: Sequence[float]) -> list[float]:
    """Stretched to 0 … 1; a single value is in the middle."""
    if not values:
        return []
    low, high = min(values), max(values)
    return [0.5 if high - low < 1e-9 else (value - low) / (high - low) for value in values]


def network(entities: pl.DataFrame, pairs: pl.DataFrame) -> Markup:
    """The entities as marks whose area grows with their articles, and lines between those that are named together."""
    nodes = list(entities.iter_rows(named=True))
    places = {node["entity_id"]: index for index, node in enumerate(nodes)}
    most_pair = max(pairs["article_count"].to_list(), default=1)
    edges = [
        (places[one], places[other], count)
        for one, other, count in pairs.select("entity_id", "other_entity_id", "article_count").iter_rows()
        if one in places and other in places
    ]
    spots = lay_out(len(nodes), [(one, other, 0.25 + 0.75 * count / most_pair) for one, other, count in edges])
    most = max((node["article_count"] for node in nodes), default=1)
    sizes = [6 + 16 * math.sqrt(node["article_count"] / most) for node in nodes]
    points = part(
        [(MARGIN_X + x * (WIDTH - 2 * MARGIN_X), MARGIN_Y + y * (HEIGHT - 2 * MARGIN_Y)) for x, y in spots],
        [(max(size, label_width(shown_name(node["name"])) / 2), size) for node, size in zip(nodes, sizes, strict=True)],
    )
    lines = [
        element(
            "line",
            element("title", f"{nodes[one]['name']} – {nodes[other]['name']}: {count} articles"),
            x1=f"{points[one][0]:.1f}",
            y1=f"{points[one][1]:.1f}",
            x2=f"{points[other][0]:.1f}",
            y2=f"{points[other][1]:.1f}",
            stroke_width=f"{0.8 + 4.2 * count / most_pair:.1f}",
        )
        for one, other, count in edges
    ]
    marks = [mark(node, *point, size) for node, point, size in zip(nodes, points, sizes, strict=True)]
    return element(
        "svg",
        element("g", *lines, class_="k-edges"),
        join(*marks),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        class_="k-network",
        role="img",
        aria_label=f"{several(len(nodes), 'entity')}, {several(len(edges), 'pair')} named together; a table follows",
    )


def mark(node: dict[str, object], x: float, y: float, size: float) -> Markup:
    """An entity: a shape for its type, a link, and its name below on a white halo."""
    kind, name = str(node["type"]), str(node["name"])
    fill = TYPE_COLOURS.get(kind, OTHER_COLOUR)
    shape = SHAPES.get(kind, "triangle")
    if shape == "circle":
        drawn = element("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=f"{size:.1f}", fill=fill)
    else:
        drawn = element("path", d=outline(shape, x, y, size), fill=fill)
    return element(
        "a",
        element("title", f"{name}, {TYPES.get(kind, kind)}: {node['article_count']} articles"),
        drawn,
        element("text", shown_name(name), x=f"{x:.1f}", y=f"{y + size + 16:.1f}"),
        href=address("entity", entity=str(node["entity_id"])),
    )


def outline(shape: str, x: float, y: float, size: float) -> str:
    """The path of a square, diamond or triangle about as large as a circle of this radius."""
    if shape == "square":
        half = size * 0.89
        return f"M{x - half:.1f} {y - half:.1f}h{2 * half:.1f}v{2 * half:.1f}h{-2 * half:.1f}z"
    if shape == "diamond":
        arm = size * 1.2
        return f"M{x:.1f} {y - arm:.1f}l{arm:.1f} {arm:.1f}l{-arm:.1f} {arm:.1f}l{-arm:.1f} {-arm:.1f}z"
    return f"M{x:.1f} {y - size * 1.2:.1f}l{size * 1.2:.1f} {size * 2:.1f}h{-size * 2.4:.1f}z"


def together(reader: Reader, entity_id: str, *, kind: str, site: str, most: int) -> Markup:
    """Entities that the same articles name, as a picture and as a table."""
    entities = show(reader, "network_entities", entity=entity_id or ANY, type=kind, site=site, limit=most)
    ids = entities["entity_id"].to_list()
    pairs = show(reader, "network_pairs", entities=ids, site=site, strongest=STRONGEST_PAIRS)
    if pairs.is_empty():
        return page(
            "Network", None, element("p", "No two entities of this choice are named together.", class_="k-empty")
        )
    names = dict(entities.select("entity_id", "name").iter_rows())
    around = names.get(entity_id)
    lead = join(
        f"Around {around}: the " if around else "The ",
        f"{several(len(ids), 'entity')} that most articles name, and for each the {STRONGEST_PAIRS} it is named with "
        "most. A larger mark: more articles; a thicker line: more articles that name both.",
        join(" ", link("show all", "network")) if around else None,
    )
    rows = (
        [
            link(names[row["entity_id"]], "entity", entity=row["entity_id"]),
            link(names[row["other_entity_id"]], "entity", entity=row["other_entity_id"]),
            number(row["article_count"]),
        ]
        for row in pairs.head(PAGE_ROWS).iter_rows(named=True)
    )
    kinds = (("●", "person", "person"), ("■", "place", "loc"), ("◆", "organisation", "org"), ("▲", "other", "other"))
    shapes = (element("span", f"{shape} {label}", class_=f"k-{kind}") for shape, label, kind in kinds)
    columns = [Column("one"), Column("other"), Column("articles that name both", is_number=True)]
    return page(
        "Network",
        lead,
        element("p", *shapes, class_="k-legend k-shapes"),
        element("div", network(entities, pairs), class_="k-scroll"),
        section("Strongest pairs", None, table(columns, rows, ""), class_="k-narrow"),
    )
