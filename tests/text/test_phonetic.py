"""Tests of how alike two spellings sound."""

import pytest

from flows.text.folding import fold
from flows.text.phonetic import likeness, may_abbreviate, sound_key

ONE_NAME = [
    ("सर्गेई", "सेर्गेइ"),
    ("लावरोव", "लावरोफ़"),
    ("अलेक्जेंडर", "एलेक्ज़ेंडर"),
    ("अलेक्जेंडर", "अलेक्जेंद्र"),
    ("मुहम्मद", "मोहम्मद"),
    ("व्लादिमीर", "ब्लादिमीर"),
    ("पुतिन", "Putin"),
    ("कुरैशी", "Qureshi"),
    ("ज़ेलेंस्की", "Zelenskyy"),
    ("जयशंकर", "Jaishankar"),
    ("शर्मा", "Sharma"),
]
OTHER_NAMES = [
    ("फ़ोमिन", "फ़ोमिना"),
    ("कमल", "कोमल"),
    ("हसन", "हुसैन"),
    ("राजेश", "राकेश"),
    ("आशा", "ईशा"),
    ("मुनीर", "मुनीरा"),
    ("शरीफ़", "शरीक"),
]


@pytest.mark.parametrize(("one", "other"), ONE_NAME)
def test_spellings_of_one_name_are_alike(one: str, other: str) -> None:
    assert likeness(fold(one), fold(other)) >= 0.88
    assert likeness(fold(one), fold(other)) == likeness(fold(other), fold(one))
    assert sound_key(fold(one)) == sound_key(fold(other))


@pytest.mark.parametrize(("one", "other"), OTHER_NAMES)
def test_other_names_are_not(one: str, other: str) -> None:
    assert likeness(fold(one), fold(other)) == 0


def test_letters_may_abbreviate_words_of_the_same_first_sounds() -> None:
    assert may_abbreviate("ispr", ["इंटर", "सर्विसेज", "पब्लिक", "रिलेशंस"])
    assert may_abbreviate("sco", ["शंघाई", "कोऑपरेशन", "ऑर्गेनाइजेशन"])
    assert not may_abbreviate("sco", ["शंघाई", "सहयोग", "संगठन"])
    assert not may_abbreviate("sc", ["शंघाई", "कोऑपरेशन", "ऑर्गेनाइजेशन"])
