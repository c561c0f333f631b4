"""Names that the shipped tables must read rightly: each was read wrongly once."""

from __future__ import annotations

import pytest

from flows.gazetteer import Gazetteer, load_gazetteer
from flows.naming.finder import find_names
from flows.steps.mentions import mentions_of

Fact = tuple[str, str, str | None]  # surface, type, curated id


@pytest.fixture(scope="module")
def shipped() -> Gazetteer:
    return load_gazetteer()


FACTS: dict[str, tuple[str, list[Fact]]] = {
    "a verb beside a place": ("धरना समाप्त हो गया और गुलमर्ग खुला।", [("गुलमर्ग", "LOC", "gulmarg")]),
    "a verb before a sentence's place": ("दौरा किया गया। पहलगाम शांत है।", [("पहलगाम", "LOC", "pahalgam")]),
    "the city among cities": (
        "रांची, गया और पटना में",
        [("रांची", "LOC", "ranchi"), ("गया", "LOC", "gaya"), ("पटना", "LOC", "patna")],
    ),
    "a village and a flood": ("पूरा गांव बाढ़ से घिर गया।", []),
    "a street": ("वह अकबर रोड पर रहते हैं।", [("अकबर रोड", "FACILITY", None)]),
    "a quarter's police station": ("लोहिया नगर थाने में", [("लोहिया नगर थाने", "FACILITY", None)]),
    "an institute": (
        "नेहरू पर्वतारोहण संस्थान के दल ने",
        [("नेहरू पर्वतारोहण संस्थान", "ORG", "nehru-institute-of-mountaineering")],
    ),
    "the man himself": ("नेहरू ने कहा", [("नेहरू", "PERSON", "jawaharlal-nehru")]),
    "a place after a post": ("एसडीएम भरमौर ने बताया", [("भरमौर", "LOC", None)]),
    "a person after a post": ("डीएम आशुतोष ने बताया", [("आशुतोष", "PERSON", None)]),
    "Punjab in Pakistan": (
        "पाइपलाइन कराची से पंजाब तक जाएगी।",
        [("कराची", "LOC", "karachi"), ("पंजाब", "LOC", "punjab-pakistan")],
    ),
    "Punjab beside the border": (
        "पाकिस्तान की सीमा से लगे पंजाब के अमृतसर में",
        [("पाकिस्तान", "LOC", "pakistan"), ("पंजाब", "LOC", "punjab"), ("अमृतसर", "LOC", "amritsar")],
    ),
    "a city and its port": (
        "चाबहार में चाबहार बंदरगाह पर",
        [("चाबहार", "LOC", "chabahar"), ("चाबहार बंदरगाह", "FACILITY", "chabahar-port")],
    ),
    "an exercise with a year": ("झंकार-2024 अभ्यास में", [("झंकार-2024 अभ्यास", "EVENT", None)]),
    "names that are in every paper": (
        "धोनी ने फेसबुक पर लिखा। लोकसभा में",
        [("धोनी", "PERSON", "mahendra-singh-dhoni"), ("फेसबुक", "PRODUCT", "facebook"), ("लोकसभा", "ORG", "lok-sabha")],
    ),
    "the railway that acts": ("रेलवे ने कहा कि रेलवे लाइन", [("रेलवे", "ORG", "indian-railways")]),
}


@pytest.mark.parametrize(("text", "facts"), FACTS.values(), ids=FACTS.keys())
def test_a_fact_is_read_rightly(text: str, facts: list[Fact], shipped: Gazetteer) -> None:
    found = [(text[name.start : name.end], name.type, name.curated_id) for name in find_names(text, shipped)]
    assert found == facts


def test_a_thing_of_the_table_is_of_its_type_whatever_the_text_calls_it(shipped: Gazetteer) -> None:
    """A hospital that the text also calls a university: counts are of one type."""
    body = "किंग जॉर्ज मेडिकल यूनिवर्सिटी (केजीएमयू) में जॉर्ज यूनिवर्सिटी यूनिवर्सिटी और केजीएमयू अस्पताल के डॉक्टर मिले।"
    rows = mentions_of("a", "", body, range(len(body) + 1), shipped, [])
    kinds = {(row[13], row[2]) for row in rows if row[13]}
    assert kinds == {("king-georges-medical-university", "FACILITY")}
