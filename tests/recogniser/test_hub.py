"""A model of a hub in place of the recogniser that ships: labels of any scheme, and a tiny model made here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from flows.look import rules_version
from flows.recogniser.hub import bio_labels, load_hub_tagger
from flows.settings import Settings
from flows.tagger import ModelError, load_tagger

SCHEMES = [
    pytest.param("B-PER I-PER O B-LOC", "B-PER I-PER O B-LOC", id="BIO"),
    pytest.param("I-PER I-PER O I-LOC", "B-PER I-PER O B-LOC", id="IO"),
    pytest.param("PERSON PERSON O GPE", "B-PER I-PER O B-LOC", id="bare kinds"),
    pytest.param("B-PER E-PER S-PER S-LOC", "B-PER I-PER B-PER B-LOC", id="BIOES"),
    pytest.param("B-ORG L-ORG B-ORG U-LOC", "B-ORG I-ORG B-ORG B-LOC", id="BILOU"),
    pytest.param("E-PER I-PER", "B-PER B-PER", id="after an end a name opens"),
    pytest.param("B_PER I_PER", "B-PER I-PER", id="underscores"),
    pytest.param("B-MISC I-MISC B-LOC", "O O B-LOC", id="kinds that are none of ours"),
    pytest.param("I-PER I-LOC I-LOC", "B-PER B-LOC I-LOC", id="another kind opens a name"),
]


@pytest.mark.parametrize(("labels", "expected"), SCHEMES)
def test_labels_of_every_scheme_become_bio(labels: str, expected: str) -> None:
    assert bio_labels(labels.split()) == expected.split()


def test_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(ModelError, match=r"recogniser = 'owner/model' needs transformers.*khabar\[hub\]"):
        load_tagger(recogniser="owner/model")


def test_another_model_makes_other_rules(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    seen = {rules_version(Settings()), rules_version(Settings(recogniser="owner/model"))}
    seen.add(rules_version(Settings(recogniser=str(tmp_path))))
    (tmp_path / "config.json").write_text("{ }")
    seen.add(rules_version(Settings(recogniser=str(tmp_path))))
    assert len(seen) == 4


# --- with transformers: `make test-hub` ------------------------------------------------------------------------------

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "पुतिन", "ने", "दिल्ली", "में", "कहा", "व्लादि", "##मीर", "।"]
LABELS = ["O", "B-PER", "I-PER", "B-LOC"]
LABEL_OF = {"पुतिन": "I-PER", "व्लादि": "B-PER", "दिल्ली": "B-LOC"}


@pytest.fixture
def tiny_model(tmp_path: Path) -> Path:
    """A BERT of one layer whose labels hang on the word alone."""
    import torch
    from transformers import BertConfig, BertForTokenClassification, BertTokenizerFast

    (tmp_path / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=len(WORDS),
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=4,
        max_position_embeddings=34,
        id2label=dict(enumerate(LABELS)),
        label2id={label: number for number, label in enumerate(LABELS)},
    )
    model = BertForTokenClassification(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        model.bert.embeddings.word_embeddings.weight.copy_(torch.eye(len(WORDS)))
        layer = model.bert.encoder.layer[0]
        for norm in (model.bert.embeddings.LayerNorm, layer.attention.output.LayerNorm, layer.output.LayerNorm):
            norm.weight.fill_(1)
        model.classifier.bias[0] = 1
        for word, label in LABEL_OF.items():
            model.classifier.weight[LABELS.index(label), WORDS.index(word)] = 9
    folder = tmp_path / "model"
    model.save_pretrained(folder)
    BertTokenizerFast(vocab=str(tmp_path / "vocab.txt"), strip_accents=False, do_lower_case=False).save_pretrained(
        folder
    )
    return folder


@pytest.mark.hub
def test_a_tiny_model_finds_names_and_company_changes_nothing(tiny_model: Path) -> None:
    text = "व्लादिमीर पुतिन ने दिल्ली में कहा।"
    tagger = load_tagger(recogniser=str(tiny_model))
    (spans,) = tagger.tag([text])
    assert [(text[span.start : span.end], span.type) for span in spans] == [
        ("व्लादिमीर पुतिन", "PERSON"),
        ("दिल्ली", "LOC"),
    ]
    assert all(0.5 < span.score <= 1 for span in spans)
    assert tagger.tag(["", text, "में " * 50 + text])[1] == spans


@pytest.mark.hub
def test_a_sentence_longer_than_the_model_reads_is_read_to_its_end(tiny_model: Path) -> None:
    text = "में " * 100 + "दिल्ली"
    assert load_tagger(recogniser=str(tiny_model)).tag([text])[0][0].end == len(text)


@pytest.mark.hub
def test_a_run_and_the_command_tag_use_the_model(tiny_model: Path, tmp_path: Path) -> None:
    from flows.batches import tagger
    from flows.onepage import tag_texts

    (spans,) = tag_texts(["व्लादिमीर पुतिन दिल्ली में"], str(tiny_model))
    assert {span["surface"] for span in spans} >= {"व्लादिमीर पुतिन", "दिल्ली"}
    assert tagger(str(tiny_model)) is tagger(str(tiny_model))


@pytest.mark.hub
def test_a_model_that_can_not_be_used_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="can't be loaded"):
        load_hub_tagger(str(tmp_path))
    config = tiny_model / "config.json"
    config.write_text(config.read_text().replace("PER", "ANIMAL").replace("LOC", "PLANT"))
    with pytest.raises(ModelError, match="labels none of PER, LOC and ORG"):
        load_hub_tagger(str(tiny_model))
