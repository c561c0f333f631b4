"""Text in the code of an old Hindi font is told from text that is really in Latin letters."""

from __future__ import annotations

import pytest

from flows.text.legacy_fonts import find_legacy_font

# What the keyboards of the fonts give for short sentences of everyday words.
KRUTI = (
    "ljdkj us dgk gS fd bl ekeys esa tkap dh tk,xh vkSj blds ckn fu.kZ; fy;k tk,xk A "
    "mUgksaus dgk fd yksxksa dks ugha Mjuk gS A"
)
CHANAKYA = (
    "âÚU·¤æÚU Ùð ·¤ãæ ãñ ç·¤ §â ×æ×Üð ×ð´ Áæ´¿ ·¤è Áæ°»è ¥õÚU §â·ð¤ ÕæÎ çÙ‡æüØ çÜØæ Áæ°»æÐ Üæð»æð´ ·¤ô ÙãUè´ ÇÚUÙæ ãñÐ"
)
SHUSHA = (
    "sarkar nao kha hO ik [sa maamalao maoM jaaMca kI jaaegaI AaOr [sako baad inaNa-ya ilayaa jaaegaa . "
    "laaogaaoM kao nahIM Drnaa hO ."
)

FOUND = {
    "Kruti Dev": (KRUTI, False, "Kruti Dev"),
    "Chanakya": (CHANAKYA, False, "Chanakya"),
    "Shusha": (SHUSHA, False, "Shusha"),
    "after an English masthead": ("Daily News, 12 March 2004, page 3\n" + KRUTI, False, "Kruti Dev"),
    "page": (f"<html><style>p {{ color: red }}</style><p>{KRUTI}</p></html>", True, "Kruti Dev"),
    "page in a charset of its font": (
        f"<meta http-equiv=content-type content='text/html; charset=x-user-defined'><p>{'ÂæØð ÁæÌð ãñ´ ' * 9}</p>",
        True,
        "x-user-defined",
    ),
    "page that names the font": (
        f"<font face='Kruti Dev 010'>{'eqacbZ ' * 30} ds {'iq.ks ' * 10} esa gS vkSj</font>",
        True,
        "Kruti Dev",
    ),
}


@pytest.mark.parametrize(("text", "is_html", "font"), FOUND.values(), ids=FOUND.keys())
def test_found(text: str, is_html: bool, font: str) -> None:
    assert find_legacy_font(text, is_html) == font


OTHERS = {
    "Hindi": "सरकार ने कहा है कि इस मामले में जाँच की जाएगी और इसके बाद निर्णय लिया जाएगा।",
    "English": "The United States told us that the DJ and the IJ were with us, and ls lists files in a folder. ",
    "romanised Hindi": "sarkar ne kaha hai ki is mamle ki jaanch hogi aur us ke baad nirnay hoga, ko nahi darna hai ",
    "Portuguese": "O ministro disse que não há prazo; eles não são os únicos a pedir a revisão do acordo. ",
    "French": "Le ministre a déclaré que les négociations étaient très difficiles à la frontière. ",
    "German": "Der Minister erklärte, daß die Gespräche über die Straße für Müller schön wären. ",
    "shell": "ls -l; cd ds; ls us; dk=1; dj migrate; rd /s; ls ls ls ls ds dh echo done; ",
    "commands": "set gS; ls ds us rd dj ij echo ",
    "article on fonts": "To type Hindi in Kruti Dev, 'gS' stands for है and 'esa' for में; few know that. ",
    "page in that charset without its letters": "<meta charset=x-user-defined><p>They met – at the café.</p>",
    "page with the font in its style": "<style>p { font-family: 'Kruti Dev 010' }</style><p>They met; ds, dh.",
}


@pytest.mark.parametrize("is_html", [False, True], ids=["text", "page"])
@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS.keys())
def test_not_found(text: str, is_html: bool) -> None:
    assert find_legacy_font(text * 3, is_html) is None


def test_hostile_markup_takes_no_time() -> None:
    find_legacy_font(" gS esa " + "<script" * 100_000, True)
    find_legacy_font(" gS esa " + "font:" * 100_000, True)
