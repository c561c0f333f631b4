"""The language of a text by its own letters and words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.text.language import find_language

TEXTS = [
    ("hindi", "hi", "सरकार ने कहा है कि किसानों को समय पर बीज मिलेंगे और दाम नहीं बढ़ेंगे।"),
    ("marathi", "mr", "सरकारने सांगितले आहे की शेतकऱ्यांना वेळेवर बियाणे मिळतील आणि दर वाढणार नाहीत."),
    ("nepali", "ne", "सरकारले किसानलाई समयमै बीउ दिने भएको छ र मूल्य बढ्ने छैन भनेका छन्।"),
    ("hindi with english names", "hi", "मंत्री ने PM Awas Yojana और Digital India का ज़िक्र किया और कहा कि काम जारी है।"),
    ("gujarati", "gu", "સરકારે કહ્યું કે ખેડૂતોને સમયસર બિયારણ મળશે."),
    ("bengali", "bn", "সরকার জানিয়েছে, কৃষকেরা সময়মতো বীজ পাবেন।"),
    ("assamese", "as", "চৰকাৰে কৈছে যে কৃষকে সময়মতে বীজ পাব।"),
    ("punjabi", "pa", "ਸਰਕਾਰ ਨੇ ਕਿਹਾ ਕਿ ਕਿਸਾਨਾਂ ਨੂੰ ਬੀਜ ਮਿਲਣਗੇ।"),
    ("odia", "or", "ସରକାର କହିଛନ୍ତି ଯେ ଚାଷୀ ବିହନ ପାଇବେ।"),
    ("tamil", "ta", "விவசாயிகளுக்கு விதை கிடைக்கும் என்று அரசு கூறியது."),
    ("telugu", "te", "రైతులకు విత్తనాలు అందుతాయని ప్రభుత్వం తెలిపింది."),
    ("kannada", "kn", "ರೈತರಿಗೆ ಬೀಜ ಸಿಗಲಿದೆ ಎಂದು ಸರ್ಕಾರ ಹೇಳಿದೆ."),
    ("malayalam", "ml", "കർഷകർക്ക് വിത്ത് ലഭിക്കുമെന്ന് സർക്കാർ പറഞ്ഞു."),
    ("urdu", "ur", "حکومت نے کہا ہے کہ کسانوں کو وقت پر بیج ملیں گے اور قیمتیں نہیں بڑھیں گی۔"),
    ("arabic", "ar", "قالت الحكومة إن المزارعين سيحصلون على البذور في الوقت المناسب."),
    ("chinese", "zh", "政府表示农民将按时获得种子。"),
    ("japanese", "ja", "政府は農家に種が届くと発表した。"),
    ("english", "en", "The government said that farmers will get their seed in time and that prices will not rise."),
    (
        "german",
        "de",
        "Die Regierung teilte mit, dass die Bauern ihr Saatgut rechtzeitig erhalten und die Preise nicht steigen.",
    ),
    ("russian", "ru", "Правительство сообщило, что фермеры получат семена вовремя."),
]


@pytest.mark.parametrize(("language", "text"), [case[1:] for case in TEXTS], ids=[case[0] for case in TEXTS])
def test_language(language: str, text: str) -> None:
    assert find_language(text) == language


def test_what_has_no_letters_has_no_language() -> None:
    assert find_language("12:30 — 4/5 !!") is None


def test_a_long_quotation_does_not_decide() -> None:
    quotation = "The minister said that work will go on as planned. " * 8
    article = "मंत्री ने कहा कि काम समय पर पूरा होगा और किसी को परेशानी नहीं होगी। " * 60
    assert find_language(quotation + article) == "hi"


@given(st.text(max_size=200))
def test_any_text_has_a_two_letter_code_or_none(text: str) -> None:
    language = find_language(text)
    assert language is None or len(language) == 2
    assert find_language(text) == language
