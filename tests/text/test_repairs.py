"""Characters that were encoded once too often come out as they were meant; what is sound stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.text.decoding import decode_page, replaced_count
from flows.text.repairs import repair_text

HINDI = "पुराने पुल की मरम्मत सोमवार को पूरी हो गई, “अब नाव नहीं चाहिए” – ऐसा ग्राम प्रधान ने कहा।"
TAMIL = "பழைய பாலத்தின் பணி முடிந்தது."
ENGLISH = "The mayor’s “last” bridge – his fourth – opened; the café beside it didn’t."
GERMAN = "Die Brücke über den Fluß ist für Fußgänger geöffnet, sagte der Bürgermeister."


def misread(text: str, *, as_latin_1: bool = False) -> str:
    """UTF-8 read as windows-1252, or as Latin-1, byte by byte; ASCII stays."""
    data = text.encode()
    if as_latin_1:
        return data.decode("latin-1")
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in data)


def refer(text: str) -> str:
    return "".join(f"&#{ord(char)};" if char > "~" else char for char in text)


@pytest.mark.parametrize("text", [HINDI, TAMIL, ENGLISH, GERMAN], ids=["Hindi", "Tamil", "English", "German"])
@pytest.mark.parametrize("is_html", [False, True], ids=["text", "page"])
def test_utf_8_that_was_encoded_twice(text: str, is_html: bool) -> None:
    count = sum(char > "~" for char in text)
    assert repair_text(misread(text), is_html) == (text, [f"double:{count}"])
    assert repair_text(misread(text, as_latin_1=True), is_html)[0] == text
    assert repair_text(misread(misread(text)), is_html)[0] == text


def test_a_part_that_was_encoded_twice_among_sound_text() -> None:
    assert repair_text(f"{HINDI}\n{misread(HINDI)}\n{GERMAN}", False)[0] == f"{HINDI}\n{HINDI}\n{GERMAN}"


def test_references_in_a_text_of_an_indic_script() -> None:
    assert repair_text(refer(HINDI), False) == (HINDI, [f"references:{sum(char > '~' for char in HINDI)}"])
    assert (
        repair_text(f"{HINDI} &quot;पुल&quot;&nbsp;और &amp;#2344;&#x0939;&#x0930;", False)[0]
        == f'{HINDI} "पुल"\xa0और नहर'
    )


SOUND = {
    "Hindi": HINDI,
    "Portuguese": "AS NAÇÕES UNIDAS ESTÃO À ESPERA DA DECISÃO; NÃO HÁ PRAZO. IRMÃOS À PORTA.",
    "French": "À Paris, l’été s’achève ; « ça suffit », a dit le maire à l’hôtel. Ã",
    "Vietnamese": "Cây cầu cũ đã được sửa xong, thị trưởng cho biết hôm thứ Hai.",
    "about the fault": "Where a page shows â€™ for an apostrophe, it was decoded as windows-1252.",
    "references explained": "Write &#2346; for the letter pa and &amp; for the sign; browsers show both. " * 3,
    "ampersands": "पुल & नहर; एटी&टी; a&b=1",
}


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND.keys())
def test_sound_text_stays(text: str) -> None:
    assert repair_text(text, False) == (text, [])


def test_references_of_a_page_are_left_to_its_parser() -> None:
    assert repair_text(refer(HINDI), True) == (refer(HINDI), [])


def test_the_encoding_names_the_repair() -> None:
    decoded = decode_page(b"\xef\xbb\xbf" + misread("नहर का पुल").encode(), False)
    assert (decoded.text, decoded.encoding) == ("नहर का पुल", "utf-8+bom+double:8")
    assert replaced_count(decoded.encoding) == 0
    assert decode_page(refer("नहर").encode("ascii"), False).encoding == "utf-8+references:3"


@given(st.text(st.sampled_from("नहरकापुलइकडईि ।\u200d\u094d"), min_size=3))
def test_whatever_was_encoded_twice_comes_back(text: str) -> None:
    assert repair_text(misread(f"नहर {text}"), False)[0] == f"नहर {text}"
