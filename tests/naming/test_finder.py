"""Tests of which words of a text are names, of which type, and what each stands for."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.gazetteer import Gazetteer
from flows.naming.finder import Name, find_names
from flows.tagger import Span

MARK = re.compile(r"\[([^\[\]|]+)\|([A-Z]+)\]")


def marked(text: str) -> tuple[str, list[tuple[str, str]]]:
    """A text with names marked as [रूस|LOC], without the marks, and its names."""
    return MARK.sub(r"\1", text), [(match[1], match[2]) for match in MARK.finditer(text)]


def found(text: str, gazetteer: Gazetteer) -> list[tuple[str, str]]:
    return [(text[name.start : name.end], name.type) for name in find_names(text, gazetteer)]


TEXTS = {
    "case marker and postposition": "[रूस|LOC] ने [पाकिस्तान|LOC] के साथ बैठक की।",
    "half nasal": "[हिंदुस्तान|LOC] और [हिन्दुस्तान|LOC]",
    "demonym": "[रूसी|LOC] तेल",
    "plural demonym": "[पाकिस्तानियों|LOC] और [भारतीयों|LOC] ने",
    "hyphen between two countries": "[रूस|LOC]-[पाकिस्तान|LOC] बैठक",
    "hyphen inside a name": "[जम्मू-कश्मीर|LOC] और [जम्मू कश्मीर|LOC]",
    "a name does not cross a comma": "जम्मू, कश्मीर",
    "genitive inside a name": "[बंगाल की खाड़ी|LOC] में",
    "title before a known name": "राष्ट्रपति [अंतोन ओरलोव|PERSON] ने",
    "title in the table's spelling": "[रूस|LOC] के राष्ट्रपति [अंतोन ओरलोव|PERSON]",
    "title before an unknown name": "राजदूत [फैसल नियाज तिर्मिजी|PERSON] से मुलाकात",
    "chain of titles": "उप रक्षा मंत्री कर्नल जनरल [अलेक्जेंडर वी. फोमिन|PERSON] ने",
    "title of one word": "रक्षामंत्री [नवीनकर|PERSON] ने",
    "abbreviated title": "डॉ. [नरहरि|PERSON] ने",
    "title without a name": "राष्ट्रपति ने कहा। राष्ट्रपति कार्यालय ने कहा।",
    "title, then a common word": "प्रधानमंत्री शुक्रवार को",
    "name that is a common word too": "सेना प्रमुख [क़मर जावेद बाजवा|PERSON] से",
    "courtesy words": "श्री [नवीन मेहता|PERSON] जी ने",
    "given name and surname": "यह [नवीन मेहता|PERSON] का घर है।",
    "first name that nobody knows": "कल [झबरू मेहता|PERSON] और [नवीन|PERSON] ने कहा।",
    "age in brackets": "शुक्रवार को [झगरू|PERSON] (55), [बिल्टू कमलिया|PERSON] (१९ वर्ष) और [नवीन दल|PERSON] (7 साल) थे।",
    "a number in brackets that is no age": "झगरू (2024), झगरू (पृष्ठ 12), शुक्रवार (12), Figure (12)",
    "numbers that count places": "झगरूपुर (12) और [पाकिस्तान|LOC] (5) में",
    "verb before a surname": "बौखलाए [मेहता|PERSON] को",
    "given name that is a common word": "आशा है कि वह",
    "name stops at a country": "विदेश मंत्री [तिमोफ़ेव|PERSON] [पाकिस्तान|LOC] गए",
    "demonym and class word": "[पाकिस्तानी सेना|ORG] ने",
    "demonym, modifier and class word": "[रूसी रक्षा मंत्रालय|ORG] ने",
    "two demonyms, one ministry": "[रूसी|LOC] और [पाकिस्तानी रक्षा मंत्रालय|ORG] ने",
    "class word alone": "सेना ने मंत्रालय को",
    "country, genitive, ministry": "[पाकिस्तान|LOC] के [विदेश मंत्रालय|ORG] ने",
    "place in a facility": "[पाकिस्तान|LOC] के [कराची पोर्ट|FACILITY] पर",
    "person in a facility": "[नवीन मेहता अंतरराष्ट्रीय हवाई अड्डे|FACILITY] पर",
    "weak class word after a country": "[रूस सरकार|ORG] ने",
    "weak class word after an unknown word": "गरमागरम सरकार ने",
    "weak event after a demonym": "[रूसी|LOC] हमले में",
    "person before an organ of the state": "[नवीन मेहता|PERSON] सेना ने",
    "class words in a row": "[गरुड़ गैस पाइपलाइन परियोजना|PROJECT] पर",
    "war of two countries": "[रूस-यूक्रेन युद्ध|EVENT] के बाद",
    "event with a year": "[ब्रिक्स सम्मेलन 2024|EVENT] में",
    "named with a class word after it": "[तरंग-2021|EVENT] नाम का संयुक्त अभ्यास था",
    "ambiguous word after its class word": "अख़बार [डॉन|ORG] ने सोशल मीडिया प्लेटफॉर्म [एक्स|PRODUCT] पर",
    "ambiguous words alone": "वह डॉन था। एक्स एक बड़ी खबर है।",
    "unknown name after a class word": "वेबसाइट [सवेरा|ORG] ने",
    "sugar": "चीनी की कीमत",
    "Chinese": "[चीनी|LOC] विदेश मंत्री ने",
    "verb that is a city": "बयान में कहा गया है।",
    "place before a word for districts": "[नौगांव|LOC] जिले में",
    "known place before a word for provinces": "[बंगाल|LOC] प्रांत में",
    "valley": "[सोनपरी घाटी|LOC] में",
    "spelt out before brackets": "[इंटर-सर्विसेज पब्लिक रिलेशंस|ORG] ([आईएसपीआर|ORG]) ने",
    "spelt out after yani": "[केटीओ|ORG] यानी [क्रिमसन ट्रेड ऑर्गेनाइज़ेशन|ORG] में",
    "letters that nobody knows": "[एसटीएम|ORG] ने",
    "matter of a ministry": "[योजना मंत्रालय|ORG] और [सूचना और प्रसारण मंत्रालय|ORG] में",
    "no matter of a ministry": "बैठक मंत्रालय में",
    "English name with a preposition": "[झरबेरी स्कूल ऑफ पॉलिसी|ORG] और [सेंटर फॉर सोशल रिसर्च|ORG] ने",
    "English preposition without an organisation": "झरबेरी ऑफ पॉलिसी ने",
    "English words before an English class word": "[रूस लीगल सर्विस अथॉरिटी|ORG] ने",
    "the same English class word spelt otherwise": "[झरबेरी ऑथोरिटी|ORG] ने",
    "quotes before a class word": "‘[शुक्रवार|ORG]’ अखबार के अनुसार",
    "quotes after a class word": "अखबार '[डॉन|ORG]' के अनुसार",
    "quotes alone": "‘शुक्रवार’ को",
    "person before a class word of no person": "[नवीन मेहता|PERSON] पार्टी में",
    "class word before a hyphen": "झरबेरी दल-बदल पर",
    "office of an ambiguous organisation": "[डॉन|ORG] के विदेश सचिव ने",
    "platform on which one posts": "[एक्स|PRODUCT] पर उन्होंने लिखा। एक्स पर निशान था।",
    "Latin name": "[Russia|LOC] और russia",
    "line break": "[रूसी|LOC]\nसेना",
}  # fmt: skip


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_names_of_a_text(text: str, gazetteer: Gazetteer) -> None:
    plain, names = marked(text)
    assert found(plain, gazetteer) == names


def meanings(text: str, gazetteer: Gazetteer) -> list[tuple[str, str, str | None]]:
    return [(text[name.start : name.end], name.name, name.curated_id) for name in find_names(text, gazetteer)]


MEANINGS = {
    "short name of the tables": ("ओरलोव ने कहा।", [("ओरलोव", "ओरलोव", "anton-orlov")]),
    "short name that two share": ("रिज़वी ने कहा।", [("रिज़वी", "रिज़वी", None)]),
    "short name that two share, one in the text": (
        "बानो रिज़वी आईं। रिज़वी ने कहा।",
        [("बानो रिज़वी", "बानो रिज़वी", "bano-rizvi"), ("रिज़वी", "बानो रिज़वी", "bano-rizvi")],
    ),
    "short name of an unknown person": (
        "राजदूत फैसल नियाज तिर्मिजी आए। तिर्मिजी ने फैसल को",
        [
            ("फैसल नियाज तिर्मिजी", "फैसल नियाज तिर्मिजी", None),
            ("तिर्मिजी", "फैसल नियाज तिर्मिजी", None),
            ("फैसल", "फैसल नियाज तिर्मिजी", None),
        ],
    ),
    "surname that is a demonym as well": (
        "करीम रूसी आए। रूसी तेल। सचिव रूसी गए।",
        [("करीम रूसी", "करीम रूसी", "karim-rusi"), ("रूसी", "रूसी", "russia"), ("रूसी", "करीम रूसी", "karim-rusi")],
    ),
    "short name before the full one": (
        "खान ने कहा। नवीन खान आए।",
        [("खान", "नवीन खान", None), ("नवीन खान", "नवीन खान", None)],
    ),
    "another ending": (
        "जनरल सर्गेई लातोव आए। राष्ट्रपति लातोफ ने कहा।",
        [("सर्गेई लातोव", "सर्गेई लातोव", None), ("लातोफ", "सर्गेई लातोव", None)],
    ),
    "two of one surname, told apart by title": (
        "जनरल फैसल खान और राजदूत नवीन खान आए। जनरल खान ने कहा।",
        [("फैसल खान", "फैसल खान", None), ("नवीन खान", "नवीन खान", None), ("खान", "फैसल खान", None)],
    ),
    "two of one surname, the last before": (
        "फैसल खान और नवीन खान आए। खान ने कहा।",
        [("फैसल खान", "फैसल खान", None), ("नवीन खान", "नवीन खान", None), ("खान", "नवीन खान", None)],
    ),
    "the fuller spelling": (
        "अलेक्जेंडर फोमिन".join(("जनरल ", " आए। ")) + "जनरल अलेक्जेंडर वी. फोमिन गए।",
        [
            ("अलेक्जेंडर फोमिन", "अलेक्जेंडर वी. फोमिन", None),
            ("अलेक्जेंडर वी. फोमिन", "अलेक्जेंडर वी. फोमिन", None),
        ],
    ),
    "ministry of the country before it": (
        "पाकिस्तान के विदेश मंत्रालय ने। चीन के विदेश मंत्रालय ने। विदेश मंत्रालय ने।",
        [
            ("पाकिस्तान", "पाकिस्तान", "pakistan"),
            ("विदेश मंत्रालय", "विदेश मंत्रालय", "mofa-pakistan"),
            ("चीन", "चीन", "china"),
            ("विदेश मंत्रालय", "चीन विदेश मंत्रालय", None),
            ("विदेश मंत्रालय", "चीन विदेश मंत्रालय", None),
        ],
    ),
    "ministry named before": (
        "पाकिस्तानी विदेश मंत्रालय ने। विदेश मंत्रालय ने।",
        [
            ("पाकिस्तानी विदेश मंत्रालय", "पाकिस्तानी विदेश मंत्रालय", "mofa-pakistan"),
            ("विदेश मंत्रालय", "पाकिस्तानी विदेश मंत्रालय", "mofa-pakistan"),
        ],
    ),
    "ministry of a country that the text leaves out": (
        "चाड में विदेश मंत्रालय ने।",
        [("चाड", "चाड", "chad"), ("विदेश मंत्रालय", "विदेश मंत्रालय", None)],
    ),
    "ministry where no country is named": (
        "विदेश मंत्रालय ने।",
        [("विदेश मंत्रालय", "विदेश मंत्रालय", "mea-india")],
    ),
    "abbreviation in brackets": (
        "नदी सुरक्षा परिषद (एनएसपी) ने। एनएसपी ने।",
        [("नदी सुरक्षा परिषद", "नदी सुरक्षा परिषद", "nsp"), *[("एनएसपी", "नदी सुरक्षा परिषद", "nsp")] * 2],
    ),
    "class word more than the table": (
        "गरुड़ गैस पाइपलाइन परियोजना पर",
        [("गरुड़ गैस पाइपलाइन परियोजना", "गरुड़ गैस पाइपलाइन परियोजना", "garuda-line")],
    ),
    "project without its class word": (
        "रूस तरंग गैस पाइपलाइन (नाम रूस तरंग) पर",
        [("रूस तरंग गैस पाइपलाइन", "रूस तरंग गैस पाइपलाइन", None), ("रूस तरंग", "रूस तरंग गैस पाइपलाइन", None)],
    ),
    "event without its year": (
        "ब्रिक्स सम्मेलन में। ब्रिक्स सम्मेलन 2024 में।",
        [("ब्रिक्स सम्मेलन", "ब्रिक्स सम्मेलन 2024", None), ("ब्रिक्स सम्मेलन 2024", "ब्रिक्स सम्मेलन 2024", None)],
    ),
}


@pytest.mark.parametrize(("text", "expected"), MEANINGS.values(), ids=MEANINGS.keys())
def test_what_a_name_stands_for(text: str, expected: list[tuple[str, str, str | None]], gazetteer: Gazetteer) -> None:
    assert meanings(text, gazetteer) == expected


def test_demonyms_are_marked(gazetteer: Gazetteer) -> None:
    names = find_names("रूसी और रूस", gazetteer)
    assert [(name.is_demonym, name.curated_id) for name in names] == [(True, "russia"), (False, "russia")]


def test_spans_of_the_recogniser_fill_what_the_tables_leave(gazetteer: Gazetteer) -> None:
    text = "रूस में झरोखा मेला लगा।"
    spans = [Span(0, 3, "ORG", 0.9), Span(8, 18, "EVENT", 0.95), Span(9, 12, "LOC", 0.9)]
    names = find_names(text, gazetteer, spans)
    assert [(name.start, name.end, name.type, name.method) for name in names] == [
        (0, 3, "LOC", "alias"),
        (8, 18, "EVENT", "model"),
    ]


PARTS = "रूस रूसी सेना राष्ट्रपति अंतोन ओरलोव खान नवीन ( ) - । , . गैस पाइपलाइन एसटीएम यानी 2024 ने \n"


def test_unsure_spans_and_spans_of_everyday_words_count_for_nothing(gazetteer: Gazetteer) -> None:
    text = "झरोखा में पुराना योजना बैठक"
    assert find_names(text, gazetteer, [Span(0, 5, "LOC", 0.3), Span(10, 22, "ORG", 0.99)]) == []


SPANS = {
    "unknown words need less": ("झरबेरी टमकौरी ने", Span(0, 13, "PERSON", 0.5), 13),
    "but not ever so little": ("झरबेरी टमकौरी ने", Span(0, 13, "PERSON", 0.4), None),
    "a place needs more": ("झरबेरी में", Span(0, 6, "LOC", 0.5), None),
    "common word of a class": ("बड़ी बैठक परिषद में", Span(0, 15, "ORG", 0.85), 15),
    "class word alone": ("परिषद में", Span(0, 5, "ORG", 0.95), None),
    "known, and common too": ("कल डॉन में", Span(3, 6, "ORG", 0.9), 6),
    "known, but unsure": ("कल डॉन में", Span(3, 6, "ORG", 0.8), None),
    "everyday word": ("कल योजना में", Span(3, 8, "ORG", 0.99), None),
}


@pytest.mark.parametrize(("text", "span", "end"), SPANS.values(), ids=SPANS.keys())
def test_how_sure_the_recogniser_must_be(text: str, span: Span, end: int | None, gazetteer: Gazetteer) -> None:
    assert [name.end for name in find_names(text, gazetteer, [span])] == ([end] if end else [])


def test_a_span_counts_that_is_a_part_of_a_full_name_though_a_common_word(gazetteer: Gazetteer) -> None:
    text, after = "राजदूत झबरू आशा मेहता आए। ", "आशा को"
    span = Span(len(text), len(text) + 3, "PERSON", 0.6)
    assert [(text + after)[name.start : name.end] for name in find_names(text + after, gazetteer, [span])] == [
        "झबरू आशा मेहता",
        "आशा",
    ]
    assert find_names(after, gazetteer, [Span(0, 3, "PERSON", 0.6)]) == []


def test_a_place_between_a_title_and_a_surname_is_a_persons_name(gazetteer: Gazetteer) -> None:
    text = "जनरल नवीनकर मेहता ने"
    assert found(text, gazetteer) == [("नवीनकर मेहता", "PERSON")]


def test_a_sure_span_around_a_name_of_the_tables_is_the_outermost_name(gazetteer: Gazetteer) -> None:
    text = "रूस झरोखा ने"
    assert [name.end for name in find_names(text, gazetteer, [Span(0, 9, "ORG", 0.95)])] == [9]
    assert [name.end for name in find_names(text, gazetteer, [Span(0, 9, "ORG", 0.8)])] == [3]


WORDS = st.sampled_from(PARTS.split(" "))


@given(parts=st.lists(st.tuples(WORDS, st.sampled_from(["", " "])), max_size=25))
def test_names_are_in_order_apart_and_hold_whole_words(parts: list[tuple[str, str]], gazetteer: Gazetteer) -> None:
    text = "".join(word + space for word, space in parts)
    names = find_names(text, gazetteer)
    assert all(one.end <= other.start for one, other in pairwise(names))
    assert all(is_whole(text, name) for name in names)
    assert find_names(text, gazetteer) == names


def is_whole(text: str, name: Name) -> bool:
    surface = text[name.start : name.end]
    return bool(surface) and surface == surface.strip(" ()।,.-\n") and "\n" not in surface and "।" not in surface


@given(text=st.text())
def test_any_text_has_names_or_none(text: str, gazetteer: Gazetteer) -> None:
    for name in find_names(text, gazetteer):
        assert 0 <= name.start < name.end <= len(text)
