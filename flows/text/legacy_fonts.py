"""Text of old Hindi fonts: Latin letters that a font such as Kruti Dev draws as Devanagari."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: The commonest Hindi words (है के में और की से का ने को पर नहीं …) as the fonts' keyboards spell them. None is a common
#: word of a language written in Latin letters, romanised Hindi included, and no such text holds many different ones.
WORDS = {
    "Kruti Dev": _words(
        "gS gSa ds dh dk esa vkSj ls us dks ij ugha fd ;g bl ,d Fkk Fkh Fks gks rks dj fy, x;k x;s gh Hkh tks djus "
        "djrs djrk lkFk ckn vius viuk viuh mUgksaus dgk bls mls ftl rd ;k ogha jgs jgk jgh tkrk fn;k fd;k gqvk gq, "
        "lHkh eSa dsUnz ljdkj Hkkjr fnYyh iqfyl"
    ),
    "Chanakya": _words(
        "ãñ ãñ´ ãUñ ãUñ´ ·ð¤ ·Ô¤ ·¤è ·¤æ ·¤ô ·¤æð ×ð´ ¥õÚU ¥æñÚU âð Ùð ÂÚU ÙãUè´ Ùãè´ ç·¤ °·¤ §â Øã ÌÍæ Íæ Íð Íè ãè Öè"
    ),
    "Shusha": _words("hO hOM maoM AaOr Aaor kI sao nao kao nahIM nahI BaI [sa qaa qaI qao hI iksaI ]nako [nako"),
}
_ALL = {word: font for font, words in WORDS.items() for word in words}
_FONT_NAME = re.compile(
    r"(?:face\s*=|font(?:-family)?\s*:)[^;>]{0,80}?(?:kruti\s*dev|devlys|chanakya|shusha|shivaji0|walkman|4c\s*gandhi)",
    re.IGNORECASE,
)
#: Encodings that pages declare for letters only a font of theirs can show, and for ISCII, which no browser reads.
_FONT_CHARSET = re.compile(r"<meta\s[^>]{0,200}?charset\s*=\s*[\"']?\s*(x-user-defined|x-iscii-\w\w)\b", re.IGNORECASE)
_HIGH = re.compile("[\u0080-\u00ff\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u2122]")
#: Of such a page this share of what is no space is in the font's letters.
LEAST_HIGH_SHARE = 0.2
_MARKUP = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<[^>]*(?:>|\Z)", re.IGNORECASE | re.DOTALL)
_PROBES = (" gS", "·¤", " hO")  # है and क: no sentence does without

SAMPLE = 200_000
#: Share of the words, and how many different ones; two of them unlike any word or command: gS, vkSj, ;g.
LEAST_SHARE, LEAST_WORDS = 0.10, 4
#: Where the markup names such a font, less will do.
LEAST_SHARE_NAMED, LEAST_WORDS_NAMED = 0.04, 2
LEAST_ODD = 2


def find_legacy_font(text: str, is_html: bool) -> str | None:
    """The font whose spelling a text is in, or None: judged by the commonest words, so only Hindi in that font fits."""
    sample = text[:SAMPLE]
    if is_html and (charset := _FONT_CHARSET.search(sample)):
        shown = "".join(_MARKUP.sub(" ", sample).split())
        if len(_HIGH.findall(shown)) >= LEAST_HIGH_SHARE * max(1, len(shown)):
            return charset[1].lower()
    if not any(probe in sample for probe in _PROBES):
        return None
    named = _FONT_NAME.search(sample) if is_html else None
    words = (_MARKUP.sub(" ", sample) if is_html else sample).split()
    found = [word for word in words if word in _ALL]
    kinds = set(found)
    odd = sum(not (word.isascii() and word.isalpha() and word.islower()) for word in kinds)
    share, least = (LEAST_SHARE_NAMED, LEAST_WORDS_NAMED) if named else (LEAST_SHARE, LEAST_WORDS)
    if len(found) < share * len(words) or len(kinds) < least or odd < LEAST_ODD:
        return None
    fonts = [_ALL[word] for word in found]
    return max(sorted(WORDS), key=fonts.count)
