"""The forms of a word: what belongs together and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.text.inflections import spelling, terms

HINDI = "अआइईएओकखगचजटडतदनपबमयरलवशसहािीुूेोैौंँ़्"


@pytest.mark.parametrize(
    ("form", "word"),
    [
        pytest.param("किताबें", "किताब", id="feminine plural"),
        pytest.param("घरों", "घर", id="oblique plural"),
        pytest.param("लड़के", "लड़का", id="masculine in aa"),
        pytest.param("नदियों", "नदी", id="feminine in ii"),
        pytest.param("जातियाँ", "जाति", id="feminine in i that may not become ii"),
        pytest.param("चिड़ियाँ", "चिड़िया", id="feminine in iyaa"),
        pytest.param("भाषाएँ", "भाषा", id="feminine in aa"),
        pytest.param("हिंदुओं", "हिंदू", id="masculine in uu"),
        pytest.param("लड़ाइयों", "लड़ाई", id="in a vowel letter"),
        pytest.param("रुपये", "रुपया", id="in yaa"),
        pytest.param("बड़ी", "बड़ा", id="adjective"),
        pytest.param("कहते", "कहना", id="verb after a consonant"),
        pytest.param("आयेगी", "आना", id="verb after a vowel"),
        pytest.param("गयी", "जाना", id="irregular verb"),
        pytest.param("रिपोर्ट्स", "रिपोर्ट", id="English plural in Hindi letters"),
        pytest.param("companies", "company", id="English plural"),
        pytest.param("डॉक्टर", "डाक्टर", id="the o of a loan word"),
        pytest.param("जीएसटी", "GST", id="spelt letters"),
    ],
)
def test_a_form_is_known_for_one_of_its_word(form: str, word: str) -> None:
    assert spelling(word) in terms(form)


@pytest.mark.parametrize("word", ["पुतिन", "पानी", "सभी", "घंटी", "paris", "news's", "हॉल", "की", "में", "के", "क"])
def test_what_only_looks_like_a_form_is_none(word: str) -> None:
    assert terms(word) == (spelling(word),)


def test_a_form_of_two_words_joins_them_to_itself_only() -> None:
    assert {"खान", "खाना"} <= set(terms("खानों"))
    assert not set(terms("खान")) & set(terms("खाना"))


def test_a_word_without_end_costs_no_time() -> None:
    assert terms("क" * 100_000) == ("क" * 100_000,)


@given(st.text(alphabet=HINDI, max_size=12))
def test_a_spelling_is_its_own_and_the_first_term(word: str) -> None:
    assert spelling(spelling(word)) == spelling(word)
    assert terms(word)[0] == spelling(word)
    assert all(spelling(term) == term for term in terms(word))
