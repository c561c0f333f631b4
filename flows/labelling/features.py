"""The columns that the block models read: a block's surface, its markup, its place on the page and its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from flows.labelling.furniture import furniture_columns
from flows.labelling.markup import find_groups, markup_columns, title_columns
from flows.labelling.rows import FAR, Columns, Floats, Ints, Rows, page_rows, ratio
from flows.labelling.surface import Surface, read_surface, shared_words

_LINE_END: Final = r"[\n\r\x0b\x0c\x85\u2028\u2029]"


@dataclass(frozen=True)
class Features:
    """A row of `matrix` for each segment that is not blank; `index` tells which."""

    index: Ints
    rows: Rows
    surface: Surface
    names: list[str]
    matrix: Floats
    groups: dict[str, Ints]


def text_features(segments: pl.DataFrame, *, with_gaps: bool = True) -> Features:
    """The columns of lines of plain text; without gaps, blank lines are taken for unknown."""
    index, bare = _visible(segments)
    rows = page_rows(segments["article_id"].gather(index).to_list())
    surface = read_surface(bare, rows, with_east=True)
    line_ends = segments["raw_text"].str.count_matches(_LINE_END).to_numpy()
    sums = np.concatenate([[0], np.cumsum(line_ends, dtype=np.int64)])
    gap = np.diff(sums[index], prepend=0)  # line ends since the row above
    below = rows.neighbour(gap, 1)
    gap = np.where(rows.number == rows.first, -1, gap)
    loose = (gap > 1).astype(np.int64)
    has_gaps = rows.total(loose) > 0
    columns = surface.columns | _place(surface, rows)
    columns |= furniture_columns(bare, surface.words, rows)
    unknown = np.full(len(index), -1, dtype=np.int64)
    columns |= {
        "gap_above": gap if with_gaps else unknown,
        "gap_below": below if with_gaps else unknown,
        "gap_share": ratio(rows.total(loose), rows.end - rows.first) if with_gaps else unknown,
    }
    for reach in (3, 8):
        for side, before, after in (("above", reach, 0), ("below", -1, reach)):
            lines = rows.window(np.ones_like(loose), before, after)
            near = ratio(rows.window(loose, before, after), lines)
            columns[f"near_gaps_{side}_{reach}"] = np.where(has_gaps & with_gaps, near, -1)
    return _features(index, rows, surface, columns, {})


def _visible(segments: pl.DataFrame) -> tuple[Ints, list[str]]:
    """Rows of the segments that are not blank, and their text without space around it."""
    bare = [text.strip() for text in segments["raw_text"].to_list()]
    index = np.flatnonzero(np.fromiter(map(bool, bare), dtype=bool, count=len(bare)))
    return index, list(filter(None, bare))


def _features(index: Ints, rows: Rows, surface: Surface, columns: Columns, groups: dict[str, Ints]) -> Features:
    matrix = np.empty((len(index), len(columns)), dtype=np.float32)
    for at, values in enumerate(columns.values()):
        matrix[:, at] = values
    return Features(index, rows, surface, list(columns), matrix, groups)


def html_features(segments: pl.DataFrame, pages: pl.DataFrame) -> Features:
    """The columns of blocks of web pages."""
    index, bare = _visible(segments)
    known = segments[index]
    ids = known["article_id"].to_list()
    tags, csses, boxes = (known[name].fill_null("").to_list() for name in ("tag", "css", "ancestors"))
    rows = page_rows(ids)
    surface = read_surface(bare, rows, with_east=False)
    words = surface.words
    link = np.rint(100 * known["link_share"].fill_null(0).to_numpy()).astype(np.int64)
    extracted = known["is_extracted"].fill_null(False).to_numpy().astype(np.int64)
    linked_words = words * link
    columns = surface.columns | _place(surface, rows)
    columns |= {
        "link_share": link,
        "is_hidden": known["is_hidden"].fill_null(False).to_numpy(),
        "is_extracted": extracted,
        "page_extracted": rows.total(extracted * words),
        "page_extracted_share": ratio(rows.total(extracted * words), rows.total(words)),
        "extracted_above_share": ratio(rows.above(extracted * words), rows.total(extracted * words)),
        "since_extracted": rows.since(extracted > 0),
        "until_extracted": rows.until(extracted > 0),
        "depth": np.array([box.count(" ") for box in boxes], dtype=np.int64),
    }
    for distance in (-3, -2, -1, 1, 2, 3):
        columns[f"link_share{distance:+}"] = rows.neighbour(link, distance)
        columns[f"is_extracted{distance:+}"] = rows.neighbour(extracted, distance)
    for reach in (2, 5, 12):
        for side, before, after in (("above", reach, -1), ("below", -1, reach)):
            near = rows.window(words, before, after)
            columns[f"near_linked_{side}_{reach}"] = ratio(rows.window(linked_words, before, after), near)
            columns[f"near_extracted_{side}_{reach}"] = ratio(rows.window(extracted * words, before, after), near)
    columns |= markup_columns(tags, csses, boxes, rows)
    columns |= title_columns(ids, surface.split, tags, rows, pages)
    groups = find_groups(known)
    for name, group in groups.items():
        held = np.bincount(group, weights=words).astype(np.int64)
        lines = np.bincount(group)
        columns[f"{name}_words"] = held[group]
        columns[f"{name}_share"] = ratio(held[group], rows.total(words))
        columns[f"{name}_line_words"] = ratio(held[group], lines[group])
        for kind, values in (("linked", linked_words), ("extracted", extracted * words), ("common", surface.common)):
            of_kind = np.bincount(group, weights=values).astype(np.int64)
            columns[f"{name}_{kind}"] = ratio(of_kind[group], held[group])
    return _features(index, rows, surface, columns, groups)


def _place(surface: Surface, rows: Rows) -> Columns:
    """Where on the page a row stands, and among what."""
    words, prose = surface.words, surface.is_prose.astype(np.int64)
    prose_words = words * prose
    total, total_prose = rows.total(words), rows.total(prose_words)
    above, above_prose = rows.above(words), rows.above(prose_words)
    columns: Columns = {
        "row": rows.number - rows.first,
        "row_from_end": rows.end - rows.number,
        "row_share": ratio(rows.number - rows.first, rows.end - rows.first),
        "words_above": above,
        "words_above_share": ratio(above, total),
        "prose_above": rows.above(prose),
        "prose_below": rows.total(prose) - rows.above(prose) - prose,
        "prose_words_above_share": ratio(above_prose, total_prose),
        "page_words": total,
        "page_prose_words": total_prose,
        "page_prose_share": ratio(total_prose, total),
        "page_word_share": ratio(words, total_prose),
        "since_prose": rows.since(np.concatenate([[False], surface.is_prose])[:-1] & (rows.number > rows.first)),
        "until_prose": rows.until(np.concatenate([surface.is_prose, [False]])[1:] & (rows.number + 1 < rows.end)),
    }
    for distance in (-3, -2, -1, 1, 2, 3):
        columns[f"words{distance:+}"] = rows.neighbour(words, distance)
    for distance in (-2, -1, 1, 2):
        for name in ("common", "ending", "upper", "shared", "start"):
            columns[f"{name}{distance:+}"] = rows.neighbour(surface.columns[name], distance)
    for reach in (2, 5, 12):
        for side, before, after in (("above", reach, -1), ("below", -1, reach)):
            lines = rows.window(np.ones_like(words), before, after)
            near = rows.window(words, before, after)
            columns[f"near_words_{side}_{reach}"] = ratio(near, lines)
            columns[f"near_common_{side}_{reach}"] = ratio(rows.window(surface.common, before, after), near)
            columns[f"near_prose_{side}_{reach}"] = ratio(rows.window(prose_words, before, after), near)
            sentence = rows.window(surface.is_sentence.astype(np.int64), before, after)
            columns[f"near_sentence_{side}_{reach}"] = ratio(sentence, lines)
    return columns


#: Probabilities are counted in thousandths: sums of whole numbers are the same in every order.
SCALE: Final = 1000
NEIGHBOURS: Final = (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5)


#: Words of a line that tells what the article is about.
LEAST_WORDS: Final = 12


def second_features(features: Features, first: Ints) -> tuple[list[str], Floats]:
    """The columns of the second model: those of the first and what it says of the block and of those around it."""
    rows, words = features.rows, np.minimum(features.surface.words, 100) + 1
    p = first
    weighted = p * words
    likely = (p > SCALE // 2).astype(np.int64)
    columns: Columns = {"p": p}
    for distance in NEIGHBOURS:
        columns[f"p{distance:+}"] = rows.neighbour(p, distance)
    for reach in (2, 4, 8, 16, 32):
        for side, before, after in (("above", reach, -1), ("below", -1, reach)):
            near = rows.window(words, before, after)
            columns[f"p_{side}_{reach}"] = ratio(rows.window(weighted, before, after), near)
    total = rows.total(weighted)
    columns |= {
        "p_total": total,
        "p_mean": ratio(total, rows.total(words)),
        "p_above_share": ratio(rows.above(weighted), total),
        "p_share": ratio(weighted, total),
        "likely_above": rows.above(likely),
        "likely_below": rows.total(likely) - rows.above(likely) - likely,
        "since_likely": rows.since(np.concatenate([[0], likely])[:-1].astype(bool) & (rows.number > rows.first)),
        "until_likely": rows.until(np.concatenate([likely, [0]])[1:].astype(bool) & (rows.number + 1 < rows.end)),
        "words_likely": rows.total(likely * words),
    }
    columns |= _best_stretch(p, words, rows)
    if not features.groups:  # a text: where there is no markup its words must tell one article from the next
        surely = likely.astype(bool) & (features.surface.words >= LEAST_WORDS)
        columns["shared_likely"] = shared_words(features.surface.long, surely, rows)
    for name, group in features.groups.items():
        held = np.bincount(group, weights=weighted).astype(np.int64)
        of_words = np.bincount(group, weights=words).astype(np.int64)
        columns[f"p_{name}"] = ratio(held[group], of_words[group])
        columns[f"p_{name}_others"] = ratio(held[group] - weighted, of_words[group] - words)
    matrix = np.empty((len(p), len(columns)), dtype=np.float32)
    for at, values in enumerate(columns.values()):
        matrix[:, at] = values
    return [*features.names, *columns], np.hstack([features.matrix, matrix])


#: Chances in parts of SCALE that a row must have on average for the best stretch of a page to go on over it.
STRETCHES: Final = (250, 500)


def _best_stretch(p: Ints, words: Ints, rows: Rows) -> Columns:
    """The stretch of the page that gathers most: an article stands together, teasers below it apart."""
    columns: Columns = {}
    for least in STRETCHES:
        gains = ((p - least) * words).tolist()
        first, last, gained = (np.zeros(len(p), dtype=np.int64) for _ in range(3))
        for start, end in rows.spans():
            best = sum_here = 0
            begin = low = start
            high = start - 1
            for at in range(start, end):
                if sum_here <= 0:
                    sum_here, begin = 0, at
                sum_here += gains[at]
                if sum_here > best:
                    best, low, high = sum_here, begin, at
            first[start:end], last[start:end], gained[start:end] = low, high, best
        columns[f"from_stretch_{least}"] = np.clip(rows.number - first, -FAR, FAR)
        columns[f"to_stretch_end_{least}"] = np.clip(last - rows.number, -FAR, FAR)
        columns[f"stretch_share_{least}"] = ratio(gained, rows.total(np.maximum((p - least) * words, 0)))
    return columns
