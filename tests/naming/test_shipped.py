"""Tests of names that the tables of flows/rules decide, by sentences made up for it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.gazetteer import Gazetteer, load_gazetteer
from flows.naming.finder import find_names
from flows.tagger import Span

MARK = re.compile(r"\[([^\[\]|]+)\|([A-Z]+)\]")

TEXTS = {
    "a post and its holder": "डीएसपी [दर्शनलाल|PERSON] और एडीएम [कुलवीर|PERSON] ने कहा।",
    "a post, initials and a name": "विधायक [एमसी झबरुद्दीन|PERSON] ने कहा।",
    "a post and its place": "एसडीएम [भरमौर|LOC] ने कहा।",
    "a post of a town's part": "एसपी सिटी [झबरू मेहता|PERSON] और एडीएम सिटी ने कहा।",
    "initials that are a title": "डॉ. [सीएम सिंह|PERSON] और डीएम [एमडी सिंह|PERSON] आए।",
    "a title that is no pair of initials": "पूर्व सीएम [सिंह|PERSON] आए।",
    "a common word before a state": "थके पूर्वज [उत्तर प्रदेश|LOC] लौटे।",
    "a person before a state": "[योगेश राठौर|PERSON] [मध्य प्रदेश|LOC] के हैं।",
    "the state, said of a town": "सोमवार को [आगरा|LOC] प्रदेश का सबसे गर्म शहर रहा।",
    "a word for villages before a colony": "वह गांव [झबरपुर कॉलोनी|LOC] में है।",
    "a word for districts before the police": "जनपद [झबरनगर पुलिस|ORG] ने कहा।",
    "but the name of a state's organ": "[असम राज्य आपदा प्रबंधन प्राधिकरण|ORG] ने कहा।",
    "two given names with a hyphen": "[राहुल|PERSON]-[प्रियंका|PERSON] ने कहा। [राहुल|PERSON] ने कहा।",
    "a country that is a man's name": "[मोहम्मद इजराइल|PERSON] का बेटा आया।",
    "the country": "[जैश-ए-मोहम्मद|ORG] ने कहा, [इजराइल|LOC] गया।",
    "towns that are common words, in a state": "[बिहार|LOC] के [गया|LOC] में और [मध्य प्रदेश|LOC] के [धार|LOC] से लोग आए।",
    "a town that is a verb, after another": "[सीवान|LOC] और [गया|LOC] में सभा हुई। वह [पटना|LOC] गया और लौटा।",
    "the first of towns of a state": "[मध्य प्रदेश|LOC] के [गुना|LOC], [भोपाल|LOC] में सभा हुई।",
    "a name known with a title, and in full": "साध्वी [प्रज्ञा सिंह ठाकुर|PERSON] ने कहा।",
    "another spelling of a quarter": "मुहल्ला [झबरनगर|LOC] के लोग आए।",
    "a university by another word": "[झबरपुर विद्यापीठ|ORG] में सभा हुई।",
    "a day, a ship and a zone": "इंटरनेशनल वर्किंग डे पर झबरू क्रूज रेड जोन में आया।",
    "a programme of a party": "[भाजपा|ORG] कार्यक्रम में लोग आए।",
    "a school with its name, and without": "एक इंटर कॉलेज और [झबरू मेहता इंटर कॉलेज|ORG] बंद हैं।",
    "a hospital of three words": "[हिंदू राव अस्पताल|FACILITY] में इलाज हुआ।",
    "a settlement of a town": "[दिल्ली|LOC] की बस्ती में आग लगी।",
    "sugar": "झबरू चीनी मिल और चीनी की कीमत पर [चीन|LOC] में बात हुई।",
    "Chinese": "[चीनी|LOC] सैनिक और [चीनी|LOC] विदेश मंत्री आए।",
    "a storm called as a city": "तूफान ‘[फ्लोरेंस|EVENT]’ आया। [फ्लोरेंस|EVENT] ने पेड़ गिराए।",
    "a place called after another": "[न्यू इंग्लैंड|LOC] और [न्यू यॉर्क|LOC] में बर्फ गिरी।",
    "English names of federations": "[बैडमिंटन एसोसिएशन ऑफ इंडिया|ORG] ने कहा।",
    "a road, and what fell on it": "पत्थर छिटककर हाइवे पर आया। [झबरपुर हाइवे|FACILITY] बंद है।",
    "a mosque of many towns": "[झबरपुर|LOC] शहर की [जामा मस्जिद|FACILITY] में सभा हुई।",
    "a town that is a man's name": "[बिहार|LOC] और [केदारनाथ|LOC] में बर्फ गिरी।",
    "a man who is called as a town": "यह केदारनाथ की बात है।",
    "a court with a number": "[तीस हजारी कोर्ट|FACILITY] में पेशी हुई।",
    "a man called as a stadium": "[समीर वानखेड़े|PERSON] ने कहा। [वानखेड़े|FACILITY] में मैच हुआ।",
    "a union of students": "छात्र संघ के महासचिव और कर्मचारी संघ के अध्यक्ष आए।",
    "the union that all know": "[संघ|ORG] के महासचिव आए।",
    "a thing with an abbreviation": "पर्सनल प्रोटेक्टिव इक्विपमेंट (पीपीएम) मिले। पीपीएम कम हैं।",
    "a general store": "झबरू जनरल स्टोर 10 बजे खुला।",
    "storms, feasts and machines": "टॉर्नेडो आया। रामनवमी पर शूटआउट हुआ। एलोवेरा जेल मिला।",
    "officers by letters": "डीएफओ [वीके मेहता|PERSON] और सीपीआरओ ने कहा।",
}


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_names_of_a_text(text: str, gazetteer: Gazetteer) -> None:
    plain = MARK.sub(r"\1", text)
    found = [(plain[name.start : name.end], name.type) for name in find_names(plain, gazetteer)]
    assert found == [(match[1], match[2]) for match in MARK.finditer(text)]


FIRST_NAMES = {
    "alone": ("कल राहुल की दुकान में चोरी हुई।", None),
    "with somebody known in full": ("अमित शाह बोले। कल राहुल की सभा है।", "rahul-gandhi"),
    "of a government": ("उद्धव सरकार ने कहा।", "uddhav-thackeray"),
    "after a title": ("सांसद राहुल ने कहा।", "rahul-gandhi"),
}


@pytest.mark.parametrize(("text", "curated_id"), FIRST_NAMES.values(), ids=FIRST_NAMES.keys())
def test_whom_a_first_name_means(text: str, curated_id: str | None, gazetteer: Gazetteer) -> None:
    names = ("राहुल", "उद्धव")
    spans = [Span(text.index(name), text.index(name) + len(name), "PERSON", 0.95) for name in names if name in text]
    found = [name for name in find_names(text, gazetteer, spans) if text[name.start : name.end] in names]
    assert [name.curated_id for name in found] == [curated_id]


SPANS = {
    "a part of a town by its direction": ("कल साउथ दिल्ली में", "साउथ", "LOC", ["दिल्ली"]),
    "a label of an agency": ("प्रादे17 में मामले", "प्रादे17", "LOC", []),
    "two given names with a hyphen": ("कल विराट-रोहित की जोड़ी", "विराट-रोहित", "PERSON", []),
    "a shop and its telephone": ("झबरू मेहता 99999", "झबरू मेहता 99999", "PERSON", ["झबरू मेहता"]),
}


@pytest.mark.parametrize(("text", "span", "kind", "names"), SPANS.values(), ids=SPANS.keys())
def test_what_the_recogniser_may_not_add(
    text: str, span: str, kind: str, names: list[str], gazetteer: Gazetteer
) -> None:
    start = text.index(span)
    found = find_names(text, gazetteer, [Span(start, start + len(span), kind, 0.99)])
    assert [text[name.start : name.end] for name in found] == names


def test_a_storm_that_its_quotes_name_is_one_wherever_it_comes(gazetteer: Gazetteer) -> None:
    text = "चक्रवात ‘झबरू’ आया। झबरू ने पेड़ गिराए।"
    spans = [Span(text.rindex("झबरू"), text.rindex("झबरू") + 4, "LOC", 0.9)]
    assert [name.type for name in find_names(text, gazetteer, spans)] == ["EVENT", "EVENT"]


def test_a_title_tells_the_one_who_is_meant_from_a_namesake_in_the_text(gazetteer: Gazetteer) -> None:
    text = "उप मुख्यमंत्री सुशील कुमार मोदी बोले। पीएम मोदी आएंगे। मोदी ने कहा।"
    ids = [name.curated_id for name in find_names(text, gazetteer)]
    assert ids == ["sushil-kumar-modi", "narendra-modi", "sushil-kumar-modi"]


TIED = {
    "another name": ("सेंटर फॉर सोशल स्टडीज (सीसीएस) ने कहा।", None),
    "the known name, worded otherwise": ("सेंट्रल ब्यूरो ऑफ इन्वेस्टिगेशन (सीबीआई) ने कहा।", "central-bureau-of-investigation"),
}


@pytest.mark.parametrize(("text", "curated_id"), TIED.values(), ids=TIED.keys())
def test_an_abbreviation_means_what_the_text_spells_out(
    text: str, curated_id: str | None, gazetteer: Gazetteer
) -> None:
    assert {name.curated_id for name in find_names(text, gazetteer)} == {curated_id}


#: Words that the rules of names look at, in any order and cut off anywhere.
WORDS = (
    "केदारनाथ धर्मशाला बिहार के गया में और न्यू इंग्लैंड चीनी मिल डॉ सीएम सिंह डीएम एमडी मोहम्मद इजराइल छात्र संघ ने , . - ( ) प्रदेश"
    " उत्तर गांव घाटी पीपीई इक्विपमेंट वॉलमार्ट राहुल उद्धव सरकार तूफान ‘ ’ फ्लोरेंस श्रवण कुमार हाइवे एसोसिएशन ऑफ इंडिया"
)


@given(words=st.lists(st.sampled_from(WORDS.split(" ")), max_size=12))
def test_any_order_of_such_words_has_names_or_none(words: list[str], gazetteer: Gazetteer) -> None:
    text = " ".join(words)
    ends = [0, *(end for name in find_names(text, gazetteer) for end in (name.start, name.end)), len(text)]
    assert ends == sorted(ends)
