"""Tests of which spellings become one entity."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.decisions import Decision
from flows.gazetteer import Entity, Entry, Gazetteer, Lexicon, folded
from flows.schema import KNOWN_SPELLINGS, LINKS, SPELLINGS
from flows.steps.entities import find_affected, near_sounds_alike, resolve_entities

Row = tuple[str, str, str | None]

CURATED = (
    Entity("per-orlov", "PERSON", "अंतोन ओरलोव", "Anton Orlov", "", ("अंतोन ओरलोव",)),
    Entity("per-belov", "PERSON", "इवान बेलोव", "Ivan Belov", "", ("इवान बेलोव",)),
    Entity("loc-kazan", "LOC", "कज़ान", "Kazan", "RU", ("कज़ान",)),
    Entity("loc-ukraine", "LOC", "यूक्रेन", "Ukraine", "UA", ("यूक्रेन",)),
    Entity("org-nsp", "ORG", "नदी सुरक्षा परिषद", "", "", ("नदी सुरक्षा परिषद", "NSP")),
)
SHORT = {"ओरलोव": "per-orlov"}


def make_gazetteer() -> Gazetteer:
    none: frozenset[str] = frozenset()
    entries = {
        folded(name): (Entry(entity.entity_id, entity.type, "name", "alias"),)
        for entity in CURATED
        for name in (*entity.spellings, entity.name_latin)
        if name
    }
    entries[folded("यूक्रेनी")] = (Entry("loc-ukraine", "LOC", "demonym", "alias"),)
    entries |= {folded(name): (Entry(entity_id, "PERSON", "short", "alias"),) for name, entity_id in SHORT.items()}
    return Gazetteer(
        entities={entity.entity_id: entity for entity in CURATED},
        countries=none,
        codes={},
        names=Lexicon(entries.items()),
        titles=Lexicon([]),
        heads=Lexicon([]),
        class_words=Lexicon([]),
        honorifics=none,
        suffixes=none,
        given_names=none,
        surnames=none,
        middle_names=none,
        ambiguous=none,
        common=none,
        stop=none,
        namesakes=none,
        local_posts=none,
        modifiers=none,
    )


GAZETTEER = make_gazetteer()


def frame(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame([(*row, 1 + number % 3) for number, row in enumerate(rows)], schema=SPELLINGS, orient="row")


def link(rows: list[Row], *decisions: Decision) -> dict[Row, dict[str, object]]:
    links = resolve_entities(frame(rows), GAZETTEER, decisions)
    assert dict(links.schema) == LINKS
    return {(row["type"], row["name"], row["curated_id"]): row for row in links.iter_rows(named=True)}


def ids(rows: list[Row], *decisions: Decision) -> list[object]:
    found = link(rows, *decisions)
    return [found[row]["entity_id"] for row in rows]


def person(name: str, curated_id: str | None = None) -> Row:
    return "PERSON", name, curated_id


def org(name: str) -> Row:
    return "ORG", name, None


def join(*names: str, kind: str = "PERSON") -> Decision:
    return Decision("join", kind, names, "2026-01-01T00:00:00+00:00")


def split(*names: str, kind: str = "PERSON") -> Decision:
    return Decision("split", kind, names, "2026-01-01T00:00:01+00:00")


ONE = [
    pytest.param(person("ज़हीर क़ाज़ी"), person("जहीर काजी"), "folded", id="nukta"),
    pytest.param(person("सर्गेई ग्रोमोव"), person("सेर्गेइ ग्रोमोफ"), "spelling", id="vowels and a foreign ending"),
    pytest.param(person("पावेल दिमित्रोव"), person("Pavel Dimitrov"), "transliteration", id="Latin letters"),
    pytest.param(person("पावेल वी. दिमित्रोव"), person("पावेल दिमित्रोव"), "initials", id="an initial in the middle"),
    pytest.param(("ORG", "एसटीएम", None), ("ORG", "STM", None), "acronym", id="letters spelt in Hindi"),
    pytest.param(
        ("ORG", "यूक्रेन तटरक्षक दल", None), ("ORG", "यूक्रेनी तटरक्षक दल", None), "demonym", id="a country or its demonym"
    ),
    pytest.param(("LOC", "नौगाँव", None), ("LOC", "नौगांव", None), "folded", id="a place, folded"),
    pytest.param(("LOC", "कोदुमल्लूर", None), ("LOC", "कोदुमलूर", None), "spelling", id="a long place, nearly alike"),
    pytest.param(person("रामकृष्णमूर्ति पिल्लै"), person("रामकृष्णामूर्ति पिल्लै"), "spelling", id="one long a in a long name"),
    pytest.param(person("येगोर मालिशेव"), person("एगोर मालिशेव"), "spelling", id="a Russian e"),
    pytest.param(person("चेन गुआंगमिंग"), person("चेन ग्वांगमिंग"), "spelling", id="a Chinese u"),
    pytest.param(person("पार्क चान-वू"), person("पार्क चानवू"), "division", id="a nasal before the division"),
    pytest.param(person("फजल-उर-रहमान खटक"), person("फजलुर रहमान खटक"), "division", id="a long name, divided otherwise"),
    pytest.param(person("फरहत उल्लाह काकड़"), person("फरहतुल्लाह काकड़"), "division", id="a vowel hangs on the word before"),
    pytest.param(person("अब्दुल रज्जाक मलिक"), person("अब्दुर्रज्जाक मलिक"), "division", id="an assimilated article"),
    pytest.param(person("किम ताए-ही"), person("किम ताएही"), "division", id="a short name, heard the same"),
    pytest.param(person("पावेल इवानोविच ग्रोमोव"), person("पावेल ग्रोमोव"), "patronymic", id="the father's name left out"),
    pytest.param(person("एस.पी. त्यागराजन"), person("SP Thyagarajan"), "transliteration", id="initials and a surname"),
    pytest.param(person("ज्ञानेंद्र राठौड़"), person("ज्ञानेंद्र राठौर"), "spelling", id="a flap at the end"),
    pytest.param(org("यूक्रेनी ऊर्जा मंत्रालय"), org("Ministry of Energy of यूक्रेन"), "meaning", id="an organ of a state"),
    pytest.param(org("यूक्रेन की नौसेना"), org("यूक्रेनी नेवी"), "meaning", id="a demonym and का"),
    pytest.param(org("गोमती विकास बैंक"), org("गोमती डेवलपमेंट बैंक"), "meaning", id="an English word"),
    pytest.param(org("गोमती मोटर्स"), org("गोमती मोटर्स प्रा. लि."), "meaning", id="a legal form"),
    pytest.param(org("गोमती लीगल सर्विस अथॉरिटी"), org("जीएलएसए"), "acronym", id="four first letters"),
    pytest.param(org("नेशनल साइंस फाउंडेशन"), org("एनएसएफ"), "acronym", id="three of English words"),
]
APART = [
    pytest.param(person("राजेश मेहता"), person("राकेश मेहता"), id="one surname"),
    pytest.param(person("मेहता"), person("राकेश मेहता"), id="a surname alone"),
    pytest.param(person("पावेल वी. दिमित्रोव"), person("पावेल के. दिमित्रोव"), id="other initials"),
    pytest.param(person("शाह आलम ख़ान"), person("शाह ख़ान"), id="one word less"),
    pytest.param(("LOC", "सीरतपुर", None), ("LOC", "सेरातपुर", None), id="places that sound nearly alike"),
    pytest.param(("LOC", "पावेल", None), person("पावेल"), id="two types"),
    pytest.param(person("राम"), person("रम"), id="short words alone"),
    pytest.param(person("पावेल इवानोविच ग्रोमोव"), person("पावेल पेत्रोविच ग्रोमोव"), id="other fathers"),
    pytest.param(person("नाज़िर लांगो"), person("नज़ीर लांगो"), id="two forms of an Arabic root"),
    pytest.param(person("मनोज गौड़"), person("मनोज गौर"), id="a flap in a short word"),
    pytest.param(person("झांग ली"), person("झांग लेई"), id="near vowels of one consonant"),
    pytest.param(org("ऊर्जा मंत्रालय"), org("Ministry of Energy"), id="any state's ministry"),
    pytest.param(org("यूक्रेन का ऊर्जा मंत्रालय"), org("यूक्रेन का वित्त मंत्रालय"), id="other ministries"),
    pytest.param(org("राम कॉलेज ऑफ कॉमर्स"), org("आरसीसी"), id="three first letters"),
    pytest.param(org("यूक्रेन परिषद"), org("यूक्रेनी काउंसिल"), id="a demonym and no organ of a state"),
]


@pytest.mark.parametrize(("one", "other", "rule"), ONE)
def test_spellings_of_one_name_are_one_entity(one: Row, other: Row, rule: str) -> None:
    found = link([one, other])
    assert found[one]["entity_id"] == found[other]["entity_id"]
    assert {found[one]["rule"], found[other]["rule"]} == {"exact", rule}


NEAR = [
    pytest.param("gɔrdan", "gordan", True, id="the vowel of गॉर्डन is an o"),
    pytest.param("gɔrdan", "gardan", True, id="or an a"),
    pytest.param("debasis", "devasis", True, id="b and v"),
    pytest.param("subramaniam", "subrahmaniam", True, id="an h inside"),
    pytest.param("kamal", "komal", False, id="a and o"),
    pytest.param("asan", "hasan", False, id="an h that opens"),
]


@pytest.mark.parametrize(("one", "other", "is_alike"), NEAR)
def test_given_names_that_are_one(one: str, other: str, is_alike: bool) -> None:
    assert near_sounds_alike(one, other) == is_alike


@pytest.mark.parametrize(("one", "other"), APART)
def test_weak_evidence_leaves_names_apart(one: Row, other: Row) -> None:
    assert len(set(ids([one, other]))) == 2


def test_a_name_without_the_fathers_does_not_bring_sons_of_two_together() -> None:
    sons = [person(f"पावेल {father}ग्रोमोव") for father in ("इवानोविच ", "पेत्रोविच ", "")]
    assert len(set(ids(sons))) == 2


def test_a_name_without_initials_does_not_bring_other_initials_together() -> None:
    found = ids([person("पावेल वी. दिमित्रोव"), person("पावेल के. दिमित्रोव"), person("पावेल दिमित्रोव")])
    assert found[0] != found[1] and found[2] in found[:2]


def test_curated_id_wins_and_takes_what_sounds_like_it() -> None:
    rows = [
        person("अंतोन ओरलोव", "per-orlov"),
        person("एंतोन ओरलोफ"),
        person("Anton Orlov"),
        person("ओरलोव", "per-orlov"),
    ]
    found = link(rows)
    assert {row["entity_id"] for row in found.values()} == {"per-orlov"}
    assert {row["entity_name"] for row in found.values()} == {"अंतोन ओरलोव"}
    assert [found[row]["rule"] for row in rows] == ["curated", "spelling", "curated", "short_name"]


def test_an_abbreviation_meets_the_curated_one() -> None:
    assert ids([("ORG", "एनएसपी", None)]) == ["org-nsp"]


def test_new_id_is_that_of_the_smallest_full_spelling() -> None:
    alone = ids([person("पावेल दिमित्रोव")])
    assert ids([person("पावेल दिमित्रोव"), person("पावेल वी. दिमित्रोव")]) == alone * 2
    assert str(alone[0]).startswith("person-") and len(str(alone[0])) == len("person-") + 16


def test_name_is_devanagari_where_seen() -> None:
    found = link([person("Pavel Dimitrov"), person("पावेल दिमित्रोव")])
    assert {(row["entity_name"], row["name_latin"]) for row in found.values()} == {("पावेल दिमित्रोव", "Pavel Dimitrov")}


def test_user_joins_what_no_rule_does() -> None:
    rows = [person("मेहता साहब"), person("राकेश मेहता")]
    found = link(rows, join("मेहता साहब", "राकेश मेहता"))
    assert len({row["entity_id"] for row in found.values()}) == 1
    assert "decision" in {row["rule"] for row in found.values()}


def test_user_join_with_a_curated_name_takes_its_id() -> None:
    rows = [person("अंतोन ओरलोव", "per-orlov"), person("तोनी सेठ")]
    assert ids(rows, join("तोनी सेठ", "अंतोन ओरलोव")) == ["per-orlov"] * 2
    assert ids(rows[1:], join("तोनी सेठ", "अंतोन ओरलोव")) == ["per-orlov"], "though nobody spells it now"


def test_user_split_gives_a_spelling_its_own_id() -> None:
    rows = [person("अंतोन ओरलोव", "per-orlov"), person("ओरलोव", "per-orlov"), person("एंतोन ओरलोफ")]
    found = ids(rows, split("अंतोन ओरलोव", "ओरलोव"), split("अंतोन ओरलोव", "एंतोन ओरलोफ"))
    assert found[0] == "per-orlov"
    assert len(set(found)) == 3


def test_user_split_holds_against_the_spelling_rules_and_through_others() -> None:
    rows = [person("सर्गेई ग्रोमोव"), person("सेर्गेइ ग्रोमोफ"), person("सेर्गेई ग्रोमोव")]
    assert len(set(ids(rows))) == 1
    found = ids(rows, split("सर्गेई ग्रोमोव", "सेर्गेइ ग्रोमोफ"))
    assert found[0] != found[1] and found[2] in found[:2]


def test_of_two_decisions_on_a_pair_the_later_holds() -> None:
    rows = [person("राजेश मेहता"), person("राकेश मेहता")]
    assert len(set(ids(rows, join("राजेश मेहता", "राकेश मेहता"), split("राकेश मेहता", "राजेश मेहता")))) == 2
    assert len(set(ids(rows, split("राजेश मेहता", "राकेश मेहता"), join("राकेश मेहता", "राजेश मेहता")))) == 1


def test_a_decision_on_a_curated_entity_s_own_name_is_one_on_all_its_spellings() -> None:
    rows = [person(name, "per-orlov") for name in ("ओरलोव", "अंतोन ओरलौव")] + [person("बेलोव", "per-belov")]
    together, apart = join("अंतोन ओरलोव", "इवान बेलोव"), split("अंतोन ओरलोव", "अंतोन ओरलौव")
    assert set(ids(rows, together)) == {"per-belov"}
    first, second, third = ids(rows, apart)
    assert (first, third) == ("per-orlov", "per-belov") and second not in (first, third)
    assert ids(rows, apart, together)[1] == second and len(set(ids(rows, apart, together))) == 2
    assert ids(rows, together, apart) == ids(rows, apart, together)


def test_two_curated_entities_become_one_only_by_decision() -> None:
    rows = [person("अंतोन ओरलोव", "per-orlov"), person("इवान बेलोव", "per-belov")]
    assert ids(rows) == ["per-orlov", "per-belov"]
    assert len(set(ids(rows, join("अंतोन ओरलोव", "इवान बेलोव")))) == 1


def test_a_decision_on_another_type_does_nothing() -> None:
    rows = [person("राजेश मेहता"), person("राकेश मेहता")]
    assert len(set(ids(rows, join("राजेश मेहता", "राकेश मेहता", kind="ORG")))) == 2


def test_no_spellings_give_no_links() -> None:
    assert resolve_entities(frame([]), GAZETTEER, []).is_empty()


PARTS = st.sampled_from("इवानोविच पेत्रोविच अंतोन एंतोन ओरलोव ओरलोफ वी. पावेल Pavel दिमित्रोव Dimitrov सर्गेई सेर्गेइ".split())  # noqa: SIM905
NAMES = st.lists(PARTS, min_size=1, max_size=3).map(" ".join)
DECISIONS = st.builds(
    lambda decision, names: Decision(decision, "PERSON", names, ""),
    st.sampled_from(("join", "split")),
    st.tuples(NAMES, NAMES).filter(lambda names: names[0] != names[1]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(NAMES, unique=True, max_size=8), st.lists(DECISIONS, max_size=3))
def test_the_order_of_the_spellings_does_not_matter(names: list[str], decisions: list[Decision]) -> None:
    rows = frame([person(name) for name in names])
    shuffled = rows.sample(fraction=1.0, shuffle=True, seed=7)
    links = resolve_entities(rows, GAZETTEER, decisions)
    assert links.equals(resolve_entities(shuffled, GAZETTEER, decisions))
    assert links.height == len(names)
    assert links["entity_id"].null_count() == 0


SPELLED = st.one_of(
    NAMES.map(person),
    st.sampled_from(["ओरलोव", "अंतोन ओरलौव", "बेलोव"]).map(lambda name: person(name, "per-orlov")),
    st.sampled_from(
        [
            "एनएसपी",
            "NSP",
            "एसटीएम",
            "STM",
            "यूक्रेन तटरक्षक दल",
            "यूक्रेनी तटरक्षक दल",
            "यूक्रेनी नेवी",
            "यूक्रेन की नौसेना",
            "नौसेना",
            "जीएलएसए",
            "गोमती लीगल सर्विस अथॉरिटी",
            "गोदावरी लीगल सर्विस अथॉरिटी",
        ]
    ).map(lambda name: ("ORG", name, None)),
)
COUNTS = st.dictionaries(SPELLED, st.integers(1, 3), max_size=9)


def known(before: dict[Row, int], after: dict[Row, int], keys: pl.DataFrame) -> pl.DataFrame:
    """KNOWN_SPELLINGS of a run that finds other counts than the last; `keys` are those that it wrote."""
    rows = [(*row, after.get(row, 0), before.get(row)) for row in sorted(before | after, key=str)]
    found = pl.DataFrame(
        rows, {name: KNOWN_SPELLINGS[name] for name in KNOWN_SPELLINGS if name != "keys"}, orient="row"
    )
    return found.join(keys, on=["type", "name", "curated_id"], how="left", nulls_equal=True)


NO_KEYS = pl.DataFrame(schema={name: KNOWN_SPELLINGS[name] for name in ("type", "name", "curated_id", "keys")})


def assert_resolved_alike(before: dict[Row, int], after: dict[Row, int], decisions: list[Decision]) -> None:
    """What a change can touch, resolved alone, gets the links that all together give; the others keep theirs."""
    first = find_affected(known({}, before, NO_KEYS), GAZETTEER, decisions)
    assert first.height == len(before)
    second = find_affected(known(before, after, first.select(NO_KEYS.columns)), GAZETTEER, decisions)
    links = [
        resolve_entities(rows.filter(pl.col("mention_count") > 0), GAZETTEER, decisions) for rows in (first, second)
    ]
    on = ["type", "name", "curated_id"]
    kept = links[0].join(second, on=on, how="anti", nulls_equal=True)
    everything = [(*row, count) for row, count in after.items()]
    expected = resolve_entities(pl.DataFrame(everything, SPELLINGS, orient="row"), GAZETTEER, decisions)
    assert pl.concat([kept, links[1]]).sort(on).equals(expected.sort(on))


@settings(max_examples=100, deadline=None)
@given(COUNTS, COUNTS, st.lists(DECISIONS, max_size=2))
def test_any_change_is_resolved_as_all_together(
    before: dict[Row, int], after: dict[Row, int], decisions: list[Decision]
) -> None:
    assert_resolved_alike(before, after, decisions)


#: (spellings of which the first goes, decisions): each is connected with the others in its own way.
CONNECTED = [
    pytest.param([person("पावेल दिमित्रोव"), person("Pavel Dimitrov")], [], id="by sound"),
    pytest.param(
        [person("अंतोन वी. ओरलोव"), person("अंतोन के. ओरलोव")], [], id="by a curated entity that has room for one"
    ),
    pytest.param([person("पावेल दिमित्रोव"), person("पी. दिमित्रोव")], [], id="by an initial"),
    pytest.param(
        [person("पावेल दिमित्रोव"), person("पी. दिमित्रोव"), person("पीटर दिमित्रोव")], [], id="by an initial of two"
    ),
    pytest.param([person("राकेश मेहता"), person("मेहता साहब")], [join("राकेश मेहता", "मेहता साहब")], id="by a decision"),
    pytest.param([("ORG", "एसटीएम", None), ("ORG", "STM", None)], [], id="by its letters"),
    pytest.param([org("गोमती लीगल सर्विस अथॉरिटी"), org("जीएलएसए")], [], id="by its first letters"),
    pytest.param(
        [org("जीएलएसए"), org("गोमती लीगल सर्विस अथॉरिटी"), org("गोदावरी लीगल सर्विस अथॉरिटी")], [], id="by those of two"
    ),
    pytest.param([org("यूक्रेन की नौसेना"), org("यूक्रेनी नेवी")], [], id="by its meaning"),
    pytest.param([("ORG", "यूक्रेन तटरक्षक दल", None), ("ORG", "यूक्रेनी तटरक्षक दल", None)], [], id="by its place"),
]


@pytest.mark.parametrize(("rows", "decisions"), CONNECTED)
def test_what_a_spelling_that_goes_was_connected_with_is_resolved_again(
    rows: list[Row], decisions: list[Decision]
) -> None:
    everything = dict.fromkeys(rows, 1)
    assert_resolved_alike(everything, dict.fromkeys(rows[1:], 1), decisions)
    assert_resolved_alike(dict.fromkeys(rows[1:], 1), everything, decisions)


def test_a_change_touches_its_own_entity_and_no_other() -> None:
    rows = {
        person("अंतोन ओरलोव", "per-orlov"): 1,
        person("पावेल दिमित्रोव"): 1,
        person("Pavel Dimitrov"): 1,
        person("मेहता"): 1,
    }
    first = find_affected(known({}, rows, NO_KEYS), GAZETTEER, [])
    after = rows | {person("Pavel Dimitrov"): 2}
    touched = find_affected(known(rows, after, first.select(NO_KEYS.columns)), GAZETTEER, [])
    assert sorted(touched["name"]) == ["Pavel Dimitrov", "पावेल दिमित्रोव"]
    gone = find_affected(known(rows, {}, first.select(NO_KEYS.columns)), GAZETTEER, [])
    assert gone.height == 4 and set(gone["mention_count"]) == {0}
