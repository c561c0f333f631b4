"""The recogniser that ships: what it finds, and that nothing but the text decides it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.gazetteer import Entry, Gazetteer, Lexicon, load_gazetteer
from flows.recogniser.flags import FLAGS, FlagFinder
from flows.recogniser.network import EXACT, INPUT_STEPS, STATE_STEPS, load_weights, spelling, subword_rows
from flows.recogniser.pieces import cut_pieces, piece_key
from flows.tagger import LONGEST, MODEL, ModelError, NoTagger, Span, find_spans, load_tagger, split_sentences

ARTICLE = (
    "रूस के राष्ट्रपति व्लादिमीर पुतिन ने मंगलवार को मास्को में कहा कि वे जल्द ही दिल्ली जाएंगे। "
    "प्रधानमंत्री नरेंद्र मोदी ने संयुक्त राष्ट्र में भाषण दिया।\n\n"
    "कांग्रेस के नेता राहुल गांधी ने लखनऊ में पत्रकारों से बात की।"
)
FOUND = [
    ("व्लादिमीर पुतिन", "PERSON"),
    ("मास्को", "LOC"),
    ("दिल्ली", "LOC"),
    ("नरेंद्र मोदी", "PERSON"),
    ("संयुक्त राष्ट्र", "ORG"),
    ("कांग्रेस", "ORG"),
    ("राहुल गांधी", "PERSON"),
    ("लखनऊ", "LOC"),
]


def named(text: str) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.type) for span in load_tagger().tag([text])[0]]


@pytest.mark.parametrize(("surface", "kind"), FOUND, ids=[surface for surface, _ in FOUND])
def test_names_everyone_knows_are_found(surface: str, kind: str) -> None:
    assert (surface, kind) in named(ARTICLE)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "।", "...", "\u200d", "\ud800", "क" * 3000, "😀😀", "\u0000"])
def test_text_without_names_gives_none(text: str) -> None:
    assert load_tagger().tag([text]) == [[]]


def test_company_in_a_call_changes_nothing() -> None:
    sentences = [
        ARTICLE,
        *ARTICLE.split(" "),
        ARTICLE[40:],
        "",
        ARTICLE.replace("।", " "),
        *(ARTICLE[:n] for n in range(0, 200, 9)),
    ]
    alone = [load_tagger().tag([text])[0] for text in sentences]
    assert load_tagger().tag(sentences) == alone
    assert load_tagger().tag(sentences[::-1]) == alone[::-1]


def test_a_fresh_tagger_says_the_same_as_one_that_has_read_much() -> None:
    used = load_tagger()
    used.tag([ARTICLE[n:] for n in range(0, 150, 5)])
    assert load_tagger(Path(MODEL)).tag([ARTICLE]) == used.tag([ARTICLE])


def test_a_line_of_100_000_characters_is_read_to_its_end() -> None:
    line = ("और फिर यह हुआ , " * 7000)[:100_000] + " नरेंद्र मोदी ने कहा"
    spans = load_tagger().tag([line])[0]
    assert ("नरेंद्र मोदी", "PERSON") in [(line[span.start : span.end], span.type) for span in spans]


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("कखगमपुतिनंोे़्ा ।.,-()\n\"'0९aZ\u200c\u200d\u0300😀"), max_size=120) | st.text(max_size=60))
def test_spans_of_any_text_are_in_order_apart_and_of_words(text: str) -> None:
    end = 0
    for span in load_tagger().tag([text])[0]:
        assert end <= span.start < span.end <= len(text)
        assert 0 <= span.score <= 1
        pieces = cut_pieces(text, span.start, span.end)
        assert pieces.is_word[0] and pieces.is_word[-1]
        assert pieces.starts[0] == span.start and pieces.ends[-1] == span.end
        end = span.end


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_sentences_hold_every_word_once(text: str) -> None:
    found = [
        start
        for pieces in split_sentences(text)
        for start, is_word in zip(pieces.starts, pieces.is_word, strict=True)
        if is_word
    ]
    whole = cut_pieces(text)
    assert found == [start for start, is_word in zip(whole.starts, whole.is_word, strict=True) if is_word]
    assert all(len(pieces.keys) <= LONGEST for pieces in split_sentences(text))


LABELLED = [
    ("नरेंद्र मोदी ने", "B-PER I-PER O", [(0, 12, "PERSON", 0.5)]),
    ("( भारत )", "B-LOC I-LOC I-LOC", [(2, 6, "LOC", 0.5)]),
    ("भारत पाकिस्तान", "B-LOC B-LOC", [(0, 4, "LOC", 0.9), (5, 14, "LOC", 0.5)]),
    ("दो - 2019", "B-NUM O B-TIME", []),
    ("- -", "B-LOC I-LOC", []),
]


@pytest.mark.parametrize(("text", "labels", "expected"), LABELLED, ids=[text for text, _, _ in LABELLED])
def test_labels_become_spans(text: str, labels: str, expected: list[tuple[int, int, str, float]]) -> None:
    pieces = cut_pieces(text)
    scores = [0.9, 0.5, 0.7, 0.8][: len(pieces.keys)]
    assert find_spans(pieces, labels.split(), scores) == [Span(*span) for span in expected]


def test_pieces_of_one_meaning_have_one_key() -> None:
    assert piece_key("फ़ोमिन") == piece_key("फोमिन")
    assert piece_key("।") == piece_key(".")
    assert piece_key("2019") == piece_key("१९४७") == "0000"


def test_tables_are_seen_in_a_sentence() -> None:
    finder = FlagFinder(a_gazetteer())
    pieces = cut_pieces("रक्षा मंत्री पुतिन, जम्मू-कश्मीर पार्टी")
    flags = [{FLAGS[number] for number in found} for found in finder.find(pieces)]
    words = dict(zip(pieces.keys, flags, strict=True))
    assert {"title", "title, last"} <= words["मंत्री"]
    assert "PERSON short, only" in words["पुतिन"]
    assert "LOC, first" in words["जम्मू"]
    assert "LOC, last" in words["कश्मीर"]
    assert "head ORG" in words["पार्टी"]
    assert words[","] == set()


def test_no_name_crosses_a_comma() -> None:
    found = FlagFinder(a_gazetteer()).find(cut_pieces("जम्मू, कश्मीर"))
    assert not {FLAGS[number] for flags in found for number in flags} & {"LOC, first", "LOC, last"}


def a_gazetteer() -> Gazetteer:
    """The shipped tables with names and titles of the test's own."""
    putin, kashmir = Entry("putin", "PERSON", "short", "alias"), Entry("jk", "LOC", "name", "alias")
    return replace(
        load_gazetteer(),
        names=Lexicon([(("पुतिन",), (putin,)), (("जम्मू", "कश्मीर"), (kashmir,))]),
        titles=Lexicon([(("रक्षा", "मंत्री"), "रक्षा मंत्री")]),
    )


def test_letter_sequences_are_hashed_as_the_vectors_were_made() -> None:
    # gensim's ft_ngram_hashes("पुतिन", 2, 4, 50000)
    expected = [16991, 9723, 48017, 17609, 42507, 10176, 9879, 36660, 17088, 36716, 22072, 17138, 5506, 36180, 27887]
    assert sorted(subword_rows("पुतिन", 50_000, 2, 4)) == sorted(expected)


def test_a_long_word_is_spelt_by_its_ends() -> None:
    letters = {letter: number for number, letter in enumerate("abcdefghijklmnopqrstuvwxyz", 2)}
    assert spelling("abcdefghijklmnopqrstuvwxyz", letters) == [*range(2, 10), *range(20, 28)]
    assert spelling("aक", letters) == [2, 1] + [0] * 14


def test_no_sum_of_the_shipped_weights_can_leave_the_exact_range() -> None:
    weights = load_weights(MODEL)
    for table in weights.input:
        assert (np.abs(table).sum(0) * INPUT_STEPS).max() < EXACT
    for table in (*weights.recurrent, *weights.emit):
        assert (np.abs(table).sum(0) * STATE_STEPS).max() < EXACT


def test_all_models_together_fit_in_20_megabytes() -> None:
    assert sum(path.stat().st_size for path in MODEL.parent.rglob("*") if path.is_file()) <= 20_000_000


def test_a_missing_model_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"training\.recogniser"):
        load_tagger(tmp_path)


def test_no_tagger_finds_nothing() -> None:
    assert NoTagger().tag(["a", "b"]) == [[], []]
