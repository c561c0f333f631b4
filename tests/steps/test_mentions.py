"""Tests of the rows that names in bodies become."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from flows.gazetteer import Gazetteer, load_gazetteer
from flows.schema import ARTICLES, BODIES, MENTIONS
from flows.steps.mentions import find_mentions
from flows.tagger import NoTagger, Span

Article = tuple[str, str | None, str]  # id, title, body

ONE: Article = ("a1", "अंतोन ओरलोव की यात्रा", "ओरलोव ने कहा। रूसी दल रूस लौटा।\n\nबैठक क़राची पोर्ट पर हुई।")
TWO: Article = ("a2", None, "ओरलोव ने कहा। जनरल नवीन मेहता आए।")


class FakeTagger:
    """Finds the word झरोखा."""

    def tag(self, texts: list[str]) -> list[list[Span]]:
        word = "झरोखा"
        return [
            [Span(text.find(word), text.find(word) + len(word), "EVENT", 0.97)] if word in text else []
            for text in texts
        ]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(Path(__file__).parents[1] / "naming" / "tables")


def mentions(articles: list[Article], gazetteer: Gazetteer, shift: int = 0) -> pl.DataFrame:
    bodies = pl.DataFrame(
        [(article_id, body, list(range(shift, shift + len(body) + 1))) for article_id, _, body in articles],
        schema=BODIES,
        orient="row",
    )
    rows = [{"article_id": article_id, "title": title} for article_id, title, _ in articles]
    frame = pl.DataFrame(rows, schema=ARTICLES, strict=False)
    return find_mentions(bodies, frame, gazetteer, FakeTagger())


def test_rows_have_the_schema_and_spans_of_the_body(gazetteer: Gazetteer) -> None:
    found = mentions([ONE], gazetteer, shift=100)
    assert dict(found.schema) == MENTIONS
    for row in found.iter_rows(named=True):
        assert ONE[2][row["start_char"] : row["end_char"]] == row["surface"]
        assert (row["raw_start"], row["raw_end"]) == (row["start_char"] + 100, row["end_char"] + 100)
        assert 0 < row["score"] <= 1


def test_sentences_are_numbered_from_zero(gazetteer: Gazetteer) -> None:
    found = mentions([ONE], gazetteer)
    assert found.select("surface", "sentence_no").rows() == [("ओरलोव", 0), ("रूसी", 1), ("रूस", 1), ("क़राची पोर्ट", 2)]


def test_a_title_helps_to_read_its_body_and_has_no_mentions(gazetteer: Gazetteer) -> None:
    found = mentions([ONE], gazetteer)
    assert found["name"][0] == "अंतोन ओरलोव"
    assert found["start_char"][0] == 0
    assert found.height == 4


def test_an_article_does_not_depend_on_the_others_of_its_batch(gazetteer: Gazetteer) -> None:
    both, turned = mentions([ONE, TWO], gazetteer), mentions([TWO, ONE], gazetteer)
    alone = pl.concat([mentions([ONE], gazetteer), mentions([TWO], gazetteer)])
    assert both.equals(alone)
    assert both.sort("mention_id").equals(turned.sort("mention_id"))


def test_mention_ids_are_hashes_of_article_and_span(gazetteer: Gazetteer) -> None:
    ids = mentions([ONE, ("a3", *ONE[1:])], gazetteer)["mention_id"]
    assert ids.n_unique() == len(ids) == 8
    assert ids.str.contains(r"^[0-9a-f]{32}$").all()


def test_the_tagger_sees_bodies_and_fills_gaps(gazetteer: Gazetteer) -> None:
    found = mentions([("a4", "रूस में मेला", "रूस में झरोखा लगा।")], gazetteer)
    assert found.select("surface", "type", "method").rows() == [("रूस", "LOC", "alias"), ("झरोखा", "EVENT", "model")]


def test_no_articles_give_no_mentions(gazetteer: Gazetteer) -> None:
    empty = pl.DataFrame(schema=BODIES), pl.DataFrame(schema=ARTICLES)
    assert find_mentions(*empty, gazetteer, NoTagger()).is_empty()
    assert dict(find_mentions(*empty, gazetteer, NoTagger()).schema) == MENTIONS
