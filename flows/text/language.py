"""Tells the language of a text from its letters and its commonest words, never from what a page declares."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

_SAMPLE: Final = 300  # code points from the start, the middle and the end: a quotation decides nothing

#: Script → its blocks, and the language that it stands for when no other uses it.
_SCRIPTS: Final = {
    "devanagari": ("\u0900-\u097f", "hi"),
    "bengali": ("\u0980-\u09ff", "bn"),
    "gurmukhi": ("\u0a00-\u0a7f", "pa"),
    "gujarati": ("\u0a80-\u0aff", "gu"),
    "odia": ("\u0b00-\u0b7f", "or"),
    "tamil": ("\u0b80-\u0bff", "ta"),
    "telugu": ("\u0c00-\u0c7f", "te"),
    "kannada": ("\u0c80-\u0cff", "kn"),
    "malayalam": ("\u0d00-\u0d7f", "ml"),
    "sinhala": ("\u0d80-\u0dff", "si"),
    "thai": ("\u0e00-\u0e7f", "th"),
    "lao": ("\u0e80-\u0eff", "lo"),
    "tibetan": ("\u0f00-\u0fff", "bo"),
    "burmese": ("\u1000-\u109f", "my"),
    "georgian": ("\u10a0-\u10ff", "ka"),
    "ethiopic": ("\u1200-\u137f", "am"),
    "khmer": ("\u1780-\u17ff", "km"),
    "armenian": ("\u0530-\u058f", "hy"),
    "hebrew": ("\u0590-\u05ff", "he"),
    "thaana": ("\u0780-\u07bf", "dv"),
    "arabic": ("\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc", "ar"),
    "greek": ("\u0370-\u03ff", "el"),
    "hangul": ("\uac00-\ud7af\u1100-\u11ff", "ko"),
    "kana": ("\u3040-\u30ff", "ja"),
    "han": ("\u3400-\u4dbf\u4e00-\u9fff", "zh"),
    "other": ("A-Za-z\u00c0-\u024f\u1e00-\u1eff\u0400-\u052f", ""),  # Latin and Cyrillic: the model decides
}
_SCRIPT_OF: Final = re.compile("|".join(f"(?P<{name}>[{chars}])" for name, (chars, _) in _SCRIPTS.items()))
_WORD: Final = re.compile(r"[\u0900-\u0963\u0971-\u097f]+")

#: Words that a text in one language can't do without and that its neighbours don't have. Hindi wins a tie.
_COMMON_WORDS: Final = {
    "hi": "है हैं था थे थी की के में से और को ने पर का यह कि नहीं भी हो गया कर रहे लिए",
    "mr": "आहे आहेत होते होता होती आणि व या हे ही नाही केली केला केले मध्ये यांनी यांच्या त्यांनी असे आला आली करण्यात तर",
    "ne": "छ छन् र हो थियो थिए गरेको भएको भएका पनि लागि गर्न गरी भने हुने यो रहेको मा को ले तथा उनले छैन",
    "en": "the of and to in that is was for with has his by from are were which will",
}
_COMMON: Final = {language: frozenset(words.split()) for language, words in _COMMON_WORDS.items()}
#: Letters that only one of the languages of the Arabic script uses, the rarest first.
_ARABIC_LETTERS: Final = (("sd", "ڏڙٻڄڃڦڳڻٺڀ"), ("ps", "ښځڅېۍړڼ"), ("ur", "ٹڈڑےںھ"), ("fa", "پچژگکی"))


def find_language(text: str) -> str | None:
    """ISO 639-1 code of the language of a text; None if it holds no letters or a language without such a code."""
    sample = _take_sample(text)
    counts = dict.fromkeys(_SCRIPTS, 0)
    for char, count in Counter(sample).items():
        if script_name := _find_script(char):
            counts[script_name] += count
    script = max(counts, key=lambda name: counts[name])
    if not counts[script]:
        return None
    if script == "devanagari":
        return _find_devanagari_language(sample)
    if script == "bengali":
        return "as" if re.search("[ৰৱ]", sample) else "bn"
    if script == "arabic":
        return _find_arabic_language(sample)
    if script in {"han", "kana"}:
        return "ja" if counts["kana"] * 10 > counts["han"] else "zh"
    return _SCRIPTS[script][1] or ("en" if _is_english(sample) else _classify(sample))


@cache
def _find_script(char: str) -> str | None:
    match = _SCRIPT_OF.match(char)
    return match.lastgroup if match else None


def _take_sample(text: str) -> str:
    if len(text) <= 3 * _SAMPLE:
        return text
    middle = (len(text) - _SAMPLE) // 2
    return f"{text[:_SAMPLE]} {text[middle : middle + _SAMPLE]} {text[-_SAMPLE:]}"


def _find_devanagari_language(sample: str) -> str:
    words = _WORD.findall(sample)
    scores = {language: sum(map(_COMMON[language].__contains__, words)) for language in ("hi", "mr", "ne")}
    return max(scores, key=lambda language: scores[language])


def _is_english(sample: str) -> bool:
    """English by its commonest words, every sixth at least; the model agrees, and takes a hundred times as long."""
    words = sample.lower().split()
    return words.count("the") >= 3 and sum(map(_COMMON["en"].__contains__, words)) * 6 >= len(words)


def _find_arabic_language(sample: str) -> str:
    """Urdu, Persian, Pashto and Sindhi by letters of their own; a few may be names, so a share is asked for."""
    for language, letters in _ARABIC_LETTERS:
        if sum(map(sample.count, letters)) * 100 >= len(sample):
            return language
    return "ar"


@cache
def _identifier() -> LanguageIdentifier:
    # Half a second and 60 MB: only for a text in Latin or Cyrillic script.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE)


def _classify(sample: str) -> str | None:
    """The likeliest language that has a code of two letters."""
    identifier = _identifier()
    best = str(identifier.classify(sample)[0])
    if len(best) == 2:
        return best
    return next((str(language) for language, _ in identifier.rank(sample) if len(language) == 2), None)
