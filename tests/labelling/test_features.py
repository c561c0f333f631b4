"""A block's features are those of its page alone, and tell an article from what stands around it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import schema
from flows.labelling.features import Features, html_features, second_features, text_features
from flows.labelling.rows import FAR, page_rows
from flows.steps.segment import segment

PROSE = "The council said on Monday that the old bridge will be closed for repairs until the end of the year."
HINDI = "नगर परिषद ने सोमवार को कहा कि पुराने पुल की मरम्मत साल के अंत तक पूरी हो जाएगी और रास्ता खुल जाएगा।"
PAGE = f"""<html><head><title>Old bridge to be closed - The Daily</title></head><body>
<nav class="main-menu"><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<article class="story-body"><h1>Old bridge to be closed</h1><p>{PROSE}</p><p>{PROSE[::-1]}</p><p>{HINDI}</p></article>
<footer>© 2026 <a href="/terms">Terms</a></footer></body></html>"""
TEXT = f"Home\nSport\n\nOld bridge to be closed\n\n{PROSE}\n\n{HINDI}\n\nTerms\n© 2026\n"


def read(*texts: str, form: str = "text") -> Features:
    rows = [
        {"article_id": f"{at}", "source_path": f"{at}", "source_record": 0, "format": form, "text": text}
        for at, text in enumerate(texts)
    ]
    cut = segment(pl.DataFrame(rows, schema.DOCUMENTS))
    return html_features(cut.segments, cut.pages) if form == "html" else text_features(cut.segments)


def column(features: Features, name: str) -> list[float]:
    return features.matrix[:, features.names.index(name)].tolist()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("words", [1, 1, 5, 20, 22, 1, 2]),
        ("row", [0, 1, 2, 3, 4, 5, 6]),
        ("prose_above", [0, 0, 0, 0, 1, 2, 2]),
        ("gap_above", [-1, 1, 2, 2, 2, 2, 1]),
        ("until_prose", [2, 1, 0, 0, FAR, FAR, FAR]),
        ("words-1", [-1, 1, 1, 5, 20, 22, 1]),
        ("copies", [1, 1, 1, 1, 1, 1, 1]),
        ("has_date", [0, 0, 0, 0, 0, 0, 1]),
    ],
)
def test_lines_of_a_text(name: str, expected: list[float]) -> None:
    assert column(read(TEXT), name) == expected


def test_function_words_tell_sentences_from_menus_in_hindi_and_english() -> None:
    common = column(read(TEXT), "common")
    assert min(common[3], common[4]) > 0.2 and common[0] == common[1] == 0


@pytest.mark.parametrize(
    ("text", "words", "ending"),
    [
        pytest.param("市议会星期一表示旧桥将关闭到年底。", 6, 3, id="Chinese"),
        pytest.param("市は月曜日、古い橋を閉鎖する", 5, 1, id="Japanese"),
        pytest.param("สภาเทศบาลกล่าวเมื่อวันจันทร์", 8, 1, id="Thai"),
        pytest.param("시의회는 월요일 다리를 닫는다", 4, 1, id="Korean has spaces"),
        pytest.param("《旧桥》 iPhone 15", 3, 1, id="mixed"),
    ],
)
def test_letters_make_words_where_a_script_has_no_spaces(text: str, words: int, ending: int) -> None:
    found = read(text)
    assert (column(found, "words"), column(found, "ending")) == ([words], [ending])


def test_function_words_are_found_inside_a_line_without_spaces() -> None:
    assert column(read("市议会的桥是旧的，在年底关闭。\n首页 新闻 体育\n"), "common")[0] > 0.3


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Share on Facebook", "menu"),
        ("12 Comments", "reader"),
        ("Lesen Sie auch:", "more"),
        ("यह भी पढ़ें", "more"),
        ("相关新闻推荐", "more"),
        ("(Photo: Reuters)", "credit"),
        ("2 hours ago", "time"),
    ],
)
def test_words_of_furniture_tell_what_a_short_line_is_about(line: str, kind: str) -> None:
    found = read(f"{PROSE}\n{line}\n{PROSE}\n")
    assert column(found, kind)[1] > 0
    assert column(found, f"until_{kind}")[0] == column(found, f"since_{kind}")[2] == 0


def test_lines_of_one_mould_differ_in_names_and_numbers_only() -> None:
    signed = [f"{name} on May {day}, 2026 said:" for day, name in enumerate(("Asha", "Ravi Kumar", "M. Iyer"), 3)]
    found = read("\n".join([PROSE, *(line for name in signed for line in (name, PROSE))]))
    assert column(found, "mould_copies")[1::2] == [3, 3, 3]


@pytest.mark.parametrize(
    ("name", "kept", "left"),
    [("in_article", 1, 0), ("class_strong_body", 1, 0), ("class_menu", 0, 1), ("link_share", 0, 100), ("in_nav", 0, 1)],
)
def test_markup_of_a_page(name: str, kept: float, left: float) -> None:
    found = column(read(PAGE, form="html"), name)
    assert (found[3], found[0]) == (kept, left)


def test_places_are_told_from_the_headline() -> None:
    features = read(PAGE, form="html")
    heading = column(features, "from_title").index(0)
    assert column(features, "tag_h1")[heading] == 1 and column(features, "title_recall")[heading] > 0.5


def test_groups_hold_the_paragraphs_of_one_box_and_no_menu() -> None:
    words = column(read(PAGE, form="html"), "alike_words")
    assert words[3] == words[4] > 50 and words[0] == words[1] == 2


@pytest.mark.parametrize("form", ["html", "text"])
def test_a_page_has_the_same_features_in_any_batch(form: str) -> None:
    pages = (PAGE, PAGE.replace("council", "mayor"), "<p>Short.</p>") if form == "html" else (TEXT, HINDI, "a\n\nb\n")
    together = read(*pages, form=form).matrix
    apart = np.vstack([read(page, form=form).matrix for page in pages])
    assert np.array_equal(together, apart)


@given(st.lists(st.text(alphabet="a.क।\n A1|", max_size=60), min_size=1, max_size=4))
def test_any_text_has_a_row_of_finite_numbers_for_each_line(texts: list[str]) -> None:
    features = read(*texts)
    assert len(features.matrix) == sum(bool(line.strip()) for text in texts for line in text.split("\n"))
    _, matrix = second_features(features, np.full(len(features.matrix), 500))
    assert np.isfinite(matrix).all()


@given(
    st.lists(st.sampled_from("xyz"), min_size=1, max_size=12).map(sorted),
    st.integers(min_value=-1, max_value=4),
    st.integers(min_value=-1, max_value=4),
    st.data(),
)
def test_windows_stay_on_the_page(ids: list[str], before: int, after: int, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.integers(0, 9), min_size=len(ids), max_size=len(ids)))
    expected = [
        sum(values[k] for k in range(len(ids)) if ids[k] == ids[at] and at - before <= k <= at + after)
        for at in range(len(ids))
    ]
    assert page_rows(ids).window(np.array(values), before, after).tolist() == expected


def test_the_best_stretch_leaves_a_lone_likely_line_out() -> None:
    features = read("\n".join(["menu"] * 5 + [PROSE] * 4 + ["menu"] * 6 + ["Two words"] + ["menu"] * 3))
    chances = np.array([10] * 5 + [900] * 4 + [10] * 6 + [900] + [10] * 3)
    names, matrix = second_features(features, chances)
    from_start = matrix[:, names.index("from_stretch_500")].tolist()
    to_end = matrix[:, names.index("to_stretch_end_500")].tolist()
    inside = [at for at in range(19) if from_start[at] >= 0 and to_end[at] >= 0]
    assert inside == [5, 6, 7, 8]
