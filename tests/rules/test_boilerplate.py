"""Every boilerplate rule takes its own drops and leaves its keeps, on a small page, through the label step."""

from __future__ import annotations

from functools import cache

import polars as pl
import pytest

from flows import schema
from flows.rulebook import Rule, load_rulebook
from flows.steps.label import label
from flows.steps.segment import segment

HEADLINE = "झील के किनारे फिर लौटे परदेसी पंछी"
PROSE = "इस साल झील में पानी ज़्यादा है और किनारों पर घास भी घनी हुई है, इसलिए पंछियों की गिनती पिछले साल से दूनी रही। "
PARAGRAPH = PROSE * 2 + "गाँव के लोग सुबह से कतार में खड़े होकर उन्हें देखते हैं और बच्चे उनके नाम याद करते हैं।"
LAST = "वन विभाग के कर्मचारियों ने बताया कि अगले महीने तक सारे पंछी लौट जाएँगे और तब झील की सफ़ाई का काम फिर शुरू होगा।"
HEADING = "बढ़ेगी चौकसी और घटेगा शोर"

#: Where the example stands on the page, by the zone of its rule.
PAGES = {
    "any": [HEADLINE, PARAGRAPH, "{}", LAST],
    "tagged": [HEADLINE, PARAGRAPH, "{}", LAST],
    "head": ["{}", HEADLINE, PARAGRAPH, LAST],
    "tail": [HEADLINE, PARAGRAPH, LAST, "{}"],
    "edge": [HEADLINE, PARAGRAPH, LAST, "{}"],
    "loose": [HEADLINE, PARAGRAPH, LAST, "{}"],
    "before_prose": [HEADLINE, "{}", PARAGRAPH, LAST],
    "lead": [HEADLINE, "{}", PARAGRAPH, LAST],
    "first": [HEADLINE, "{}", PARAGRAPH, LAST],
    "heading": ["{}", PARAGRAPH, LAST],
    "byline": [HEADLINE, "{}", PARAGRAPH, LAST],
    "caption": [HEADLINE, "{}", "फोटो: ग्राम टाइम्स", PARAGRAPH, LAST],
}


RULES = tuple(rule for rule in load_rulebook().rules if rule.where != "css")


def label_texts(texts: dict[str, str]) -> pl.DataFrame:
    """The blocks of several texts, by article_id; one call, since compiling the rules costs most of it."""
    silent = dict.fromkeys(schema.DOCUMENTS) | {"source_record": 0, "format": "text", "site": "s"}
    documents = [silent | {"article_id": name, "source_path": name, "text": text} for name, text in texts.items()]
    cut = segment(pl.DataFrame(documents, schema.DOCUMENTS))
    return label(cut.segments, cut.pages, schema.empty(schema.TEMPLATES), load_rulebook())


@cache
def labelled_examples() -> dict[str, pl.DataFrame]:
    """The blocks of each example's line, on the page that suits its rule."""
    pages = {
        example: "\n\n".join(line.replace("{}", example) for line in PAGES[rule.zone])
        for rule in RULES
        for example in (*rule.drops, *rule.keeps)
    }
    places = {example: 2 * PAGES[rule.zone].index("{}") for rule in RULES for example in (*rule.drops, *rule.keeps)}
    blocks = label_texts(pages)
    return {
        name: part.filter((pl.col("segment_no") == places[name]) & (pl.col("role") != "blank"))
        for (name,), part in blocks.partition_by("article_id", as_dict=True).items()
    }


def examples(kind: str) -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.id}-{number}")
        for rule in RULES
        for number, example in enumerate(getattr(rule, kind))
    ]


@pytest.mark.parametrize(("rule", "example"), examples("drops"))
def test_a_rule_takes_its_drops(rule: Rule, example: str) -> None:
    blocks = labelled_examples()[example]
    taken = blocks.filter(pl.col("rule_id") == rule.id)
    assert taken["role"].to_list() == [rule.role], blocks.select("role", "rule_id", "raw_text").rows()
    if rule.where in ("start", "end", "inline") and rule.zone not in ("heading", "caption", "byline"):
        assert blocks["is_kept"].any(), "the sentence beside the piece must stay"


@pytest.mark.parametrize(("rule", "example"), examples("keeps"))
def test_a_rule_leaves_its_keeps(rule: Rule, example: str) -> None:
    removed = labelled_examples()[example].filter(~pl.col("is_kept"))
    if rule.zone in ("head", "heading", "caption", "byline"):  # beside a headline a line may have another role
        removed = removed.filter(pl.col("rule_id") == rule.id)
    assert removed.is_empty(), removed.select("role", "rule_id", "raw_text").rows()


def test_the_page_around_the_examples_is_kept_whole() -> None:
    blocks = label_texts({"a": "\n".join((HEADLINE, PARAGRAPH, HEADING, LAST))}).filter(pl.col("role") != "blank")
    assert blocks["role"].to_list() == ["title", "body", "subhead", "body"]
