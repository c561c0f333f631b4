"""Tests of the one normaliser for text and the words looked up in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.text.folding import fold

SAME = [
    pytest.param("हिन्दी", "हिंदी", id="half n before d"),
    pytest.param("सम्बन्ध", "संबंध", id="half m before b"),
    pytest.param("पञ्चायत", "पंचायत", id="half ny before ch"),
    pytest.param("ठण्डा", "ठंडा", id="half retroflex n"),
    pytest.param("कॉन्फ्रेन्स", "कॉन्फ्रेंस", id="half n before s"),
    pytest.param("क़मर", "कमर", id="nukta as a letter of its own"),
    pytest.param("क\u093cमर", "कमर", id="nukta as a mark"),
    pytest.param("अफ़ग़ानिस्तान", "अफगानिस्तान", id="two nuktas"),
    pytest.param("चाँद", "चांद", id="chandrabindu"),
    pytest.param("दुःख", "दुख", id="visarga"),
    pytest.param("अौर", "और", id="a vowel typed in two parts"),
    pytest.param("डाॅक्टर", "डॉक्टर", id="a vowel sign typed in two parts"),
    pytest.param("श्री\u200dमान", "श्रीमान", id="joiner"),
    pytest.param("२०२४", "2024", id="digits"),
    pytest.param("Vladimir", "vladimir", id="capitals"),
    pytest.param("Erdoğan", "erdogan", id="accents"),
]
DIFFERENT = [
    pytest.param("अन्य", "अंय", id="half n before a glide is a consonant"),
    pytest.param("उन्नीस", "उंनीस", id="double n"),
    pytest.param("जम्मू", "जंमू", id="double m"),
    pytest.param("हाल", "हॉल", id="the vowel of hall"),
    pytest.param("पुतिन", "पुतीन", id="vowel length"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_word_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",))))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="अआएकखगघङचजञटडणतदनपबमयरलवशसह्ािीुेैोौॅंँः़\u200d\u200c "))
def test_folding_hindi_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
