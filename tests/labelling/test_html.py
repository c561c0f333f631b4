"""What HTML says of lines: headlines, summaries, names, copies, readers' comments, footers in another language."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest

from flows import schema
from flows.labelling.model import BlockModel, BlockModels, Forest
from flows.rulebook import Rulebook, load_rulebook
from flows.steps.label import label
from flows.steps.segment import segment

FIRST = "The council opened the new bridge over the old canal on Monday after four years of repairs, the mayor said."
SECOND = "Boats had to wait upstream while engineers tested every joint of the span with loaded lorries for a week."
THIRD = "Shopkeepers on the eastern bank expect more visitors now, and the ferry will stop running before the winter."
HINDI = "पुराने पुल की मरम्मत सोमवार को पूरी हो गई और नहर के दोनों ओर के गाँवों के लोग अब सीधे बाज़ार जा सकेंगे।"
NO_FOREST = Forest(
    np.zeros(0, dtype=np.float32),
    np.zeros(1, dtype=np.int64),
    np.zeros((1, 1), dtype=np.int16),
    np.zeros((1, 1), dtype=np.uint8),
    np.zeros((1, 2), dtype=np.int32),
    0,
)


@cache
def rulebook() -> Rulebook:
    return load_rulebook()


class Told(BlockModel):
    """Gives each block the chance of the first word that it holds."""

    def __init__(self, told: dict[str, int], texts: list[str]) -> None:
        super().__init__([], NO_FOREST, NO_FOREST)
        chances = [next((chance for word, chance in told.items() if word in text), 0) for text in texts]
        object.__setattr__(self, "fixed", np.array(chances, dtype=np.int64))

    def chances(self, features: object) -> np.ndarray:  # type: ignore[override]
        fixed: np.ndarray = self.fixed  # type: ignore[attr-defined]
        return fixed


def clean(body: str, told: dict[str, int], title: str = "") -> pl.DataFrame:
    """Role, rule and text of the blocks of a page, less the blank ones."""
    html = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    row = {"article_id": "a", "source_path": "a", "source_record": 0, "format": "html", "text": html}
    cut = segment(pl.DataFrame([row], schema.DOCUMENTS))
    texts = [text for text in cut.segments["raw_text"].to_list() if text.strip()]
    models = BlockModels(Told(told, texts), Told({}, []))
    blocks = label(cut.segments, cut.pages, schema.empty(schema.TEMPLATES), rulebook(), models)
    assert "".join(blocks["raw_text"]) == "".join(cut.segments["raw_text"])
    shown = blocks.filter(pl.col("role") != "blank")
    return shown.select("role", "rule_id", "is_kept", text=pl.col("raw_text").str.strip_chars())


def role_of(blocks: pl.DataFrame, text: str) -> list[str]:
    return blocks.filter(text=text)["role"].to_list()


ARTICLE = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
LIKELY = {"council": 950, "Boats": 950, "Shopkeepers": 950}


@pytest.mark.parametrize(
    ("heading", "is_title"),
    [
        pytest.param("<h1>A crossing at last for the canal</h1>", True, id="the only h1"),
        pytest.param("<h1>One more heading</h1><h1>A crossing at last for the canal</h1>", False, id="one of two"),
    ],
)
def test_an_h1_above_the_text_is_its_headline_whatever_the_page_calls_itself(heading: str, is_title: bool) -> None:
    blocks = clean(f"<div class='x'>{heading}</div><article>{ARTICLE}</article>", LIKELY, "Canal news of the week")
    assert (role_of(blocks, "A crossing at last for the canal") == ["title"]) == is_title


SUMMARY = "Four years of repairs have ended, and the boats are back on the canal."


@pytest.mark.parametrize(
    ("box", "chance", "is_kept"),
    [
        pytest.param("<p>{}</p>", 300, True, id="not ruled out"),
        pytest.param("<p>{}</p>", 20, False, id="ruled out"),
        pytest.param("<nav><p>{}</p></nav>", 300, False, id="in a menu"),
        pytest.param("<p><a href='/more'>{}</a></p>", 300, False, id="a link"),
    ],
)
def test_a_sentence_right_below_the_headline_is_kept_unless_ruled_out(box: str, chance: int, is_kept: bool) -> None:
    title = "A crossing at last for the canal"
    page = f"<h1>{title}</h1><div>{box.format(SUMMARY)}</div><article>{ARTICLE}</article>"
    blocks = clean(page, {"Four years of repairs have": chance} | LIKELY, title)
    assert blocks.filter(text=SUMMARY)["is_kept"].to_list() == [is_kept]


def test_names_left_out_between_headline_and_date_are_a_byline() -> None:
    title = "A crossing at last for the canal"
    head = f"<h1>{title}</h1><div>Share this page</div><div>Asha Rao</div><div>Bina Das</div><div>4 March 2024</div>"
    blocks = clean(f"{head}<article>{ARTICLE}</article><div>Chitra Sen</div><div>5 March 2024</div>", LIKELY, title)
    assert [role_of(blocks, name) for name in ("Asha Rao", "Bina Das", "Chitra Sen")] == [["byline"]] * 2 + [["other"]]


def test_a_byline_with_a_date_is_read_in_a_header_too() -> None:
    title = "A crossing at last for the canal"
    head = f"<header><h1>{title}</h1><div class='meta'>By Asha Rao March 4, 2024</div></header>"
    blocks = clean(f"{head}<article>{ARTICLE}</article>", LIKELY, title)
    byline = blocks.filter(pl.col("text").str.starts_with("By Asha Rao"))
    assert byline["role"].to_list() == ["byline"]


def test_of_a_text_that_stands_there_twice_one_copy_stays() -> None:
    blocks = clean(f"<article>{ARTICLE}</article><section>{ARTICLE}</section>", LIKELY)
    assert blocks.filter("is_kept")["text"].to_list() == [FIRST, SECOND, THIRD]
    assert set(blocks.filter(~pl.col("is_kept"))["rule_id"]) == {"html.copy"}


def test_a_paragraph_that_stands_there_often_is_a_notice() -> None:
    notice = "Your settings keep this picture from being shown; allow outside content to see it in this place."
    box = f"<div class='consent'><p>{notice}</p></div>"
    page = f"<article><p>{FIRST}</p>{box}<p>{SECOND}</p>{box}<p>{THIRD}</p>{box}</article>"
    blocks = clean(page, {"settings": 800} | LIKELY)
    assert blocks.filter("is_kept")["text"].to_list() == [FIRST, SECOND, THIRD]
    assert blocks.filter(text=notice)["rule_id"].to_list() == ["html.often"] * 3


def test_a_refrain_is_kept_once() -> None:
    refrain = "And over the old canal the bells rang on, and over the old canal the boats went home to the town."
    texts = (FIRST, refrain, SECOND, refrain, THIRD, refrain)
    page = "".join(f"<p>{text}</p>" for text in texts)
    blocks = clean(f"<article>{page}</article>", {"bells": 950} | LIKELY)
    assert blocks.filter("is_kept")["text"].to_list() == [FIRST, refrain, SECOND, THIRD]


@pytest.mark.parametrize(("chance", "role"), [(700, "comment"), (950, "body")])
def test_a_class_for_readers_comments_counts_where_the_model_is_not_sure(chance: int, role: str) -> None:
    remark = "I crossed it this morning and the railings still wobble, so somebody ought to look at them again soon."
    page = f"<article>{ARTICLE}</article><div class='comment-body'><p>{remark}</p></div>"
    assert role_of(clean(page, {"railings": chance} | LIKELY), remark) == [role]


@pytest.mark.parametrize(
    "box", ["<div class='story-factbox green'>{}</div>", "<news-factbox><div>{}</div></news-factbox>"]
)
def test_a_box_of_facts_goes_whatever_the_model_says(box: str) -> None:
    fact = "The old bridge was built by the navy in eleven months, cost less than planned and carried four lanes."
    page = f"<article><p>{FIRST}</p>{box.format(f'<p>{fact}</p>')}<p>{SECOND}</p><p>{THIRD}</p></article>"
    blocks = clean(page, {"navy": 980} | LIKELY)
    assert blocks.filter(text=fact).select("role", "rule_id").row(0) == ("other", "html.fact_box")
    assert blocks.filter("is_kept")["text"].to_list() == [FIRST, SECOND, THIRD]


def test_a_box_that_holds_most_of_the_article_is_none_of_facts() -> None:
    page = f"<div class='factbox'><p>{FIRST}</p><p>{SECOND}</p></div><p>{THIRD}</p>"
    assert clean(page, LIKELY).filter("is_kept")["text"].to_list() == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(("chance", "is_kept"), [(700, False), (950, True)])
def test_an_english_footer_of_a_hindi_page_goes(chance: int, is_kept: bool) -> None:
    footer = "All prices are delayed by ten minutes or more and are meant for information, not for any kind of trade."
    english = "The bridge is open to all kinds of traffic from today, the engineer in charge told us in the village."
    body = f"<p>{HINDI}</p><p>{english}</p><p>{HINDI.replace('सोमवार', 'मंगलवार')}</p>"
    page = f"<article>{body}</article><table><tr><td>{footer}</td></tr></table>"
    blocks = clean(page, {"prices": chance, "traffic": 700, "पुल": 950})
    assert blocks.filter(text=footer)["is_kept"].to_list() == [is_kept]
    assert blocks.filter(text=english)["is_kept"].to_list() == [True]
