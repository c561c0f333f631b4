"""The block models: trees in numpy, what ships, and when a model is not believed."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from flows import schema
from flows.labelling.features import SCALE, text_features
from flows.labelling.learned import LEAST_FURNITURE
from flows.labelling.model import (
    LEAF_SCALE,
    BlockModel,
    BlockModelError,
    BlockModels,
    Forest,
    load_block_models,
    save_model,
)
from flows.rulebook import Rulebook, load_rulebook
from flows.steps.label import label
from flows.steps.segment import segment

NO_RULES = Rulebook(())
PROSE = "नगर परिषद ने सोमवार को कहा कि पुराने पुल की मरम्मत साल के अंत तक पूरी हो जाएगी और रास्ता खुल जाएगा।"


def make_forest(column: int, border: float, low: float, high: float) -> Forest:
    """One tree of one question, and a second level that always answers no."""
    ends = np.array([0] * column + [1] * 8, dtype=np.int64)
    leaves = np.array([[low, high, 9, 9]]) * LEAF_SCALE
    return Forest(
        np.array([border], dtype=np.float32),
        ends,
        np.array([[column, column]], dtype=np.int16),
        np.array([[0, 255]], dtype=np.uint8),
        leaves.astype(np.int32),
        0,
    )


class Fixed(BlockModel):
    """Says of the blocks, in order, what it was told."""

    def __init__(self, chances: list[int]) -> None:
        forest = make_forest(0, 0.0, 0.0, 0.0)
        super().__init__([], forest, forest)
        object.__setattr__(self, "fixed", chances)

    def chances(self, features: object) -> np.ndarray:  # type: ignore[override]
        rows = features.matrix  # type: ignore[attr-defined]
        return np.array(self.fixed[: len(rows)], dtype=np.int64)  # type: ignore[attr-defined]


def clean(text: str, chances: list[int], form: str = "text") -> pl.DataFrame:
    """The blocks of a page, less the blank ones."""
    row = {"article_id": "a", "source_path": "a", "source_record": 0, "format": form, "text": text}
    cut = segment(pl.DataFrame([row], schema.DOCUMENTS))
    models = BlockModels(Fixed(chances), Fixed(chances))
    blocks = label(cut.segments, cut.pages, schema.empty(schema.TEMPLATES), NO_RULES, models)
    assert "".join(blocks["raw_text"]) == "".join(cut.segments["raw_text"])
    return blocks.filter(pl.col("role") != "blank")


def test_a_tree_asks_whether_a_value_is_above_a_border() -> None:
    matrix = np.array([[0, 1.0], [0, 1.5], [0, 2.0]], dtype=np.float32)
    assert make_forest(1, 1.5, -10.0, 10.0).chances(matrix).tolist() == [0, 0, SCALE]


def test_chances_do_not_depend_on_the_batch() -> None:
    matrix = np.random.default_rng(1).random((700, 2), dtype=np.float32)
    forest = make_forest(1, 0.5, -0.3, 1.2)
    apart = np.concatenate([forest.chances(matrix[at : at + 3]) for at in range(0, 700, 3)])
    assert np.array_equal(forest.chances(matrix), apart)


def test_a_saved_model_is_the_same_model(tmp_path: Path) -> None:
    page = {"article_id": "a", "source_path": "a", "source_record": 0, "format": "text", "text": f"मेनू\n{PROSE}\n"}
    features = text_features(segment(pl.DataFrame([page], schema.DOCUMENTS)).segments)
    column = features.names.index("words")
    model = BlockModel(features.names, make_forest(column, 5, -1.0, 1.0), make_forest(column, 5, -2.0, 2.0))
    for form in ("html", "text"):
        save_model(model, tmp_path / f"{form}.npz")
    found = load_block_models(tmp_path).text.chances(features)
    assert found.tolist() == model.chances(features).tolist() and found[0] < SCALE / 2 < found[1]


def test_weights_that_are_missing_or_of_other_columns_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BlockModelError, match=r"text\.npz|html\.npz.*python -m training\.blocks"):
        load_block_models(tmp_path)
    empty = schema.empty(schema.SEGMENTS)
    with pytest.raises(BlockModelError, match="other columns"):
        BlockModel(["size"], make_forest(0, 0, 0, 0), make_forest(0, 0, 0, 0)).chances(text_features(empty))


MENU = "".join(f"खंड {number}\n" for number in "कखगघङचछजझञट")
ARTICLE = ["पुराने पुल की मरम्मत होगी", PROSE, PROSE.replace("सोमवार", "मंगलवार"), PROSE.replace("पुल", "नहर")]


def test_a_page_with_its_menus_loses_them_and_keeps_its_headline() -> None:
    blocks = clean(MENU + "\n".join(ARTICLE) + "\n" + MENU, [20] * 11 + [20, 900, 900, 900] + [20] * 11)
    assert blocks.filter("is_kept")["raw_text"].str.strip_chars().to_list() == ARTICLE[1:]
    assert blocks["role"].to_list()[11] == "title"
    menu = blocks.filter(rule_id="model.text")
    assert menu.height == 11 and set(menu["evidence"]) == {"a chance of 0.02 to be the article's"}


@pytest.mark.parametrize(
    ("text", "chances"),
    [
        pytest.param("\n".join(ARTICLE), [20, 20, 20, 20], id="a text cleaned before is left to the rules"),
        pytest.param(MENU + "\n".join(ARTICLE), [20] * 15, id="a page of which nothing would be left"),
        pytest.param(
            MENU + "\n".join([*ARTICLE, PROSE.replace("साल", "माह")]),
            [20] * 12 + [900] * 3 + [100],
            id="a Hindi sentence of which the model is not sure",
        ),
    ],
)
def test_no_sentence_of_a_text_is_lost(text: str, chances: list[int]) -> None:
    blocks = clean(text, chances)
    assert blocks.filter(~pl.col("is_kept") & pl.col("raw_text").str.contains("।"))["raw_text"].to_list() == []


def test_a_summary_below_the_headline_is_kept_unless_ruled_out() -> None:
    summary = "Four years of repairs have ended, and the boats are back on the canal."
    english = "The council opened the new bridge over the old canal on Monday after four years, the mayor said to us."
    for chance, kept in ((350, [summary, english, english + " Twice."]), (250, [english, english + " Twice."])):
        text = "\n".join([ARTICLE[0], summary, english, english + " Twice."])
        blocks = clean(f"{MENU}{text}\n{MENU}", [20] * 12 + [chance, 900, 900] + [20] * 11)
        assert blocks.filter("is_kept")["raw_text"].str.strip_chars().to_list() == kept


def test_of_a_page_that_repeats_its_text_one_copy_stays_and_no_notice() -> None:
    notice = "Your settings keep this picture from being shown; allow outside content to see it in this place."
    rows = [ARTICLE[0], notice, *ARTICLE[1:], notice, *ARTICLE[1:], notice]
    text = MENU + "\n".join(rows) + "\n" + MENU
    blocks = clean(text, [20] * 12 + [700, 950, 950, 950] * 2 + [700] + [20] * 11)
    assert blocks.filter("is_kept")["raw_text"].str.strip_chars().to_list() == ARTICLE[1:]
    assert blocks["rule_id"].to_list().count("text.copy") == 3 and blocks["rule_id"].to_list().count("text.often") == 3


PARAGRAPHS = "".join(f"<p>{part}</p>" for part in ARTICLE[1:])
HTML = f"<body><nav><a>खंड</a></nav><article>{PARAGRAPHS}</article><div><p>{PROSE}</p></div></body>"


def test_a_paragraph_of_html_that_the_model_rules_out_goes_and_says_why() -> None:
    blocks = clean(HTML, [10, 900, 900, 900, 30], "html")
    assert blocks["is_kept"].to_list() == [False, True, True, True, False]
    last = blocks.row(4, named=True)
    assert last["rule_id"] == "model.html" and last["evidence"].startswith("a chance of 0.03 to be the article's")


def test_html_of_which_the_model_would_leave_too_little_is_judged_without_it() -> None:
    assert clean(HTML, [10] * 5, "html").filter("is_kept").height >= 3


def test_a_text_is_shown_to_its_model_only_where_rules_leave_as_many_short_lines_as_menus_have() -> None:
    known = "यह भी पढ़ें: नहर की सफ़ाई पूरी\n" * LEAST_FURNITURE
    menu = "आम इमली ईख उपवन ऊन ऋतु एड़ी ऐनक ओखली औज़ार कमल खजूर गमला".replace(" ", " बाग\n") + "\n"
    unusable = BlockModel([], make_forest(0, 0, 0, 0), make_forest(0, 0, 0, 0))
    for head, is_asked in (("", False), (known, False), (menu, True)):
        row = {"article_id": "a", "source_path": "a", "source_record": 0, "format": "text"}
        row |= {"text": head + "\n".join(ARTICLE)}
        cut = segment(pl.DataFrame([row], schema.DOCUMENTS))
        with pytest.raises(BlockModelError) if is_asked else nullcontext():
            models = BlockModels(unusable, unusable)
            label(cut.segments, cut.pages, schema.empty(schema.TEMPLATES), load_rulebook(), models)
