"""Titles, bylines, credits and datelines taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.text.names import (
    Byline,
    clean_line,
    clean_title,
    find_agency,
    is_author_cue,
    is_site_name,
    looks_like_name,
    read_byline,
    read_credit,
    read_cued,
    read_dateline,
)

BYLINES = [
    ("by", "By आदित्य सिंह", Byline(people=("आदित्य सिंह",))),
    ("place and date", "सुधीर पाल सिंह / नई दिल्ली February 14, 2020",
     Byline(people=("सुधीर पाल सिंह",), places=("नई दिल्ली",))),
    ("label", "लेखक: अमित कुमार", Byline(people=("अमित कुमार",))),
    ("report by two", "रिपोर्ट: अमित कुमार और सुनीता देवी", Byline(people=("अमित कुमार", "सुनीता देवी"))),
    ("three", "Asha Rao, Bina Das, and Chetan Lal", Byline(people=("Asha Rao", "Bina Das", "Chetan Lal"))),
    ("behind", "अमित कुमार द्वारा", Byline(people=("अमित कुमार",))),
    ("editor", "Edited By Naina Sethi | खबरघर.कॉम | Updated: 07 Aug 2021, 02:45:00 PM IST",
     Byline(editors=("Naina Sethi",), houses=("खबरघर.कॉम",))),
    ("writer and editor", "Written by Asha Rao | Edited by Bina Das",
     Byline(people=("Asha Rao",), editors=("Bina Das",))),
    ("author behind a date", "Publish Date:Sat, 13 Feb 2021 04:25 PM (IST)Author: Asha Rao",
     Byline(people=("Asha Rao",))),
    ("date first", "12 Jan 2024 | By Asha Rao", Byline(people=("Asha Rao",))),
    ("date in hindi", "अमित शर्मा, 12 जनवरी 2024", Byline(people=("अमित शर्मा",))),
    ("place behind", "अमित कुमार, लखनऊ", Byline(people=("अमित कुमार",), places=("लखनऊ",))),
    ("place before, brackets", "लखनऊ [अमित कुमार]", Byline(people=("अमित कुमार",), places=("लखनऊ",))),
    ("place behind, no comma", "अमित कुमार नई दिल्ली", Byline(people=("अमित कुमार",), places=("नई दिल्ली",))),
    ("desk and place, no comma", "विशेष संवाददाता नई दिल्ली", Byline(desks=("विशेष संवाददाता",), places=("नई दिल्ली",))),
    ("unknown place, brackets", "सरायपुर, [अमित कुमार]", Byline(people=("अमित कुमार",), places=("सरायपुर",))),
    ("two unknown places", "सरायपुर, मेघगंज [पीटीआई]", Byline(agencies=("PTI",), places=("सरायपुर", "मेघगंज"))),
    ("unknown place behind", "अमित कुमार, सरायपुर", Byline(people=("अमित कुमार",), places=("सरायपुर",))),
    ("unknown place before", "सरायपुर, अमित कुमार", Byline(people=("अमित कुमार",), places=("सरायपुर",))),
    ("input", "(इनपुट- पीटीआई)", Byline(agencies=("PTI",))),
    ("desk by its initials", "जासं, सरायपुर", Byline(desks=("जासं",), places=("सरायपुर",))),
    ("one name of one word", "By चंद्रेश", Byline(people=("चंद्रेश",))),
    ("desk", "वेब डेस्क", Byline(desks=("वेब डेस्क",))),
    ("team", "Khabar Ghar Team", Byline(desks=("Khabar Ghar Team",))),
    ("correspondent of an unknown place", "सरायपुर, वरीय संवाददाता",
     Byline(desks=("वरीय संवाददाता",), places=("सरायपुर",))),
    ("desk, unknown place", "संवाद सूत्र, सरायपुर", Byline(desks=("संवाद सूत्र",), places=("सरायपुर",))),
    ("person, post, place", "अमित कुमार, वरिष्ठ संवाददाता, सरायपुर",
     Byline(people=("अमित कुमार",), desks=("वरिष्ठ संवाददाता",), places=("सरायपुर",))),
    ("agency", "PTI", Byline(agencies=("PTI",))),
    ("agency in hindi", "भाषा", Byline(agencies=("PTI",))),
    ("agency and editor", "By PTI | Edited by Bina Das", Byline(editors=("Bina Das",), agencies=("PTI",))),
    ("bureau and agencies", "राज्य ब्यूरो/एजेंसियां", Byline(desks=("राज्य ब्यूरो",), agencies=("एजेंसी",))),
    ("paper named for an agency's word", "By Asha Rao, गंगा वार्ता", Byline(people=("Asha Rao", "गंगा वार्ता"))),
    ("house", "गंगा समाचार", Byline(houses=("गंगा समाचार",))),
    ("update without a colon", "अमित कुमार, नई दिल्ली, 23 फरवरी 2024, (अपडेटेड 23 फरवरी 2024, 3:30 PM IST)",
     Byline(people=("अमित कुमार",), places=("नई दिल्ली",))),
    ("a date's word alone", "Updated", Byline()),
    ("cue glued to a name", "By Gram NewsEdited By: Bina Das", Byline(editors=("Bina Das",), houses=("Gram News",))),
    ("house with its country", "अमित कुमार | भारत टुडे हिंदी | 12 दिसंबर 2022",
     Byline(people=("अमित कुमार",), houses=("भारत टुडे हिंदी",))),
    ("page of a daily", "दैनिक गंगा, 5 मार्च 2021, पृष्ठ 7", Byline(houses=("दैनिक गंगा",))),
    ("post", "आशा देवी, कृषि अर्थशास्त्री", Byline(people=("आशा देवी",))),
    ("post of one word", "आशा देवी, लेखिका", Byline(people=("आशा देवी",))),
    ("degree", "Asha Rao, PhD", Byline(people=("Asha Rao",))),
    ("contacts", "Asha Rao asha@site.example @asharao https://site.example/asha", Byline(people=("Asha Rao",))),
    ("title of respect stays", "डॉ. अमित कुमार", Byline(people=("डॉ. अमित कुमार",))),
    ("twice", "By Asha Rao | ASHA RAO", Byline(people=("Asha Rao",))),
    ("cue alone", "By ", Byline()),
    ("joined in German", "Von Asha Rao und Bina Das", Byline(people=("Asha Rao", "Bina Das"))),
    ("joined in Spanish", "Por Ana Soto y Luis Vega", Byline(people=("Ana Soto", "Luis Vega"))),
    ("one name with y", "Por Soto y Vega", Byline(people=("Soto y Vega",))),
    ("cue behind a date", "4. März 2024 von Asha Rao", Byline(people=("Asha Rao",))),
    ("cue behind a bar", "Home | Par Asha Rao | 4 mars 2024", Byline(people=("Asha Rao",))),
    ("date in another box", "By Asha Rao on", Byline(people=("Asha Rao",))),
    ("two before a date", "By Asha Rao, Bina Das on Monday, March 4th, 2024", Byline(people=("Asha Rao", "Bina Das"))),
    ("glued to its cue", "ByAsha Rao", Byline(people=("Asha Rao",))),
    ("glued to a date", "Asha RaoMarch 4, 2024", Byline(people=("Asha Rao",))),
    ("glued to a label", "By Asha RaoUpdated March 4, 2024", Byline(people=("Asha Rao",))),
    ("button behind", "By Asha Rao Leave a comment", Byline(people=("Asha Rao",))),
    ("photo", "Bild © Asha Rao", Byline()),
    ("photo behind", "Text: Asha Rao Foto: Bina Das", Byline(people=("Asha Rao",))),
    ("text and photos", "Text und Fotos: Asha Rao", Byline(people=("Asha Rao",))),
    ("photo in hindi", "अमित कुमार, फोटो: सुनीता देवी", Byline(people=("अमित कुमार",))),
    ("month", "Dezember 10, 2024 · von asha81", Byline(people=("asha81",))),
    ("weekday", "Samstag, ", Byline()),
    ("what a theme prints", "March 4, 2024 · by asha · in Uncategorized · 3 Comments", Byline(people=("asha",))),
    ("label of a form", "Interview: Asha Rao", Byline(people=("Asha Rao",))),
    ("kicker before the cue", "Guide by Asha Rao", Byline(people=("Asha Rao",))),
    ("post behind", "Asha Rao Senior Staff Writer", Byline(people=("Asha Rao",))),
    ("post before", "Contributing Editor Asha Rao", Byline(people=("Asha Rao",))),
    ("post behind a comma", "By Asha Rao, Sleep Consultant", Byline(people=("Asha Rao",))),
    ("post alone", "Lead Reviewer", Byline(desks=())),
    ("staff of a house", "Gram Times Staff Writer", Byline(desks=("Gram Times Staff Writer",))),
    ("agency in a post", "By ASHA RAO, PTI Science Writer", Byline(people=("ASHA RAO",), agencies=("PTI",))),
    ("on behalf", "By Asha Rao on behalf of the village", Byline(people=("Asha Rao",))),
    ("footnotes", "Asha Rao1; Bina Das2", Byline(people=("Asha Rao", "Bina Das"))),
    ("subject between names", "By Asha Rao, Home and Tax Expert & Bina Das", Byline(people=("Asha Rao", "Bina Das"))),
    ("sentence without a stop", "Anfragen zu laufenden Aufträgen", Byline()),
    ("reading time", "4 mins read", Byline()),
    ("checker", "By Asha Rao | Fact checked by Bina Das", Byline(people=("Asha Rao",))),
    ("clause behind by", "The price falls by the end of the next decade", Byline()),
    ("plural in brackets", "Auteur(s) : Asha Rao", Byline(people=("Asha Rao",))),
    ("sentence", "यह लेखक के अपने विचार हैं और इनसे इस वेबसाइट का सहमत होना किसी भी तरह जरूरी नहीं", Byline()),
    ("empty", "", Byline()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "byline"), [case[1:] for case in BYLINES], ids=[case[0] for case in BYLINES])
def test_bylines(text: str, byline: Byline) -> None:
    assert read_byline(text) == byline


DECLARED = [
    ("small letters", "asha rao", Byline(people=("asha rao",))),
    ("small letters, printed", "asha rao", None),
    ("user with digits", "asha81", Byline(people=("asha81",))),
    ("no name", "undefined", Byline()),
    ("house and post", "publisher", Byline(desks=("publisher",))),
]


@pytest.mark.parametrize(("text", "byline"), [case[1:] for case in DECLARED], ids=[case[0] for case in DECLARED])
def test_what_is_declared_may_be_written_in_any_way(text: str, byline: Byline | None) -> None:
    if byline is None:
        assert read_byline(text) == Byline()
    else:
        assert read_byline(text, is_declared=True) == byline


CUED = [
    ("behind a date", "Posted on 4 March 2024 by Asha Rao", ("Asha Rao",)),
    ("behind a bar", "yes! | By Asha Rao | 4 March 2024", ("Asha Rao",)),
    ("label", "Veröffentlicht: 04.03.2024 | Autorin: Asha Rao", ("Asha Rao",)),
    ("in a compound", "A step-by-step Guide", ()),
    ("in prose", "The road was opened by Asha Rao", ()),
    ("licence", "CC BY-NC-SA", ()),
    ("about", "About Asha Rao", ()),
    ("no cue", "Asha Rao", ()),
]


@pytest.mark.parametrize(("text", "people"), [case[1:] for case in CUED], ids=[case[0] for case in CUED])
def test_names_behind_a_cue(text: str, people: tuple[str, ...]) -> None:
    assert read_cued(text).people == people


@pytest.mark.parametrize("text", ["By", "Written by:", "Von ", "Author(s) :", "लेखक:"])
def test_a_cue_alone(text: str) -> None:
    assert is_author_cue(text)
    assert not is_author_cue(f"{text} Asha Rao")


LOOKS = {
    "Asha Rao": True, "Anna von der Heide": True, "Seán O’Neill": True, "Д. Иванов": True, "अमित कुमार": True,
    "张伟": True,
    "View more posts": False, "Get in touch": False, "August": False, "Freitag": False, "NGO Water Programme": True,
    "GRAM Water Programme": False, "asha rao": False,
}  # fmt: skip


@pytest.mark.parametrize(("text", "is_name"), LOOKS.items(), ids=LOOKS.keys())
def test_what_is_written_as_a_name(text: str, is_name: bool) -> None:
    assert looks_like_name(text) is is_name


DATELINES = [
    ("place", "मॉस्को: ", "मॉस्को", ()),
    ("place and agency", "नई दिल्ली, एजेंसी।", "नई दिल्ली", ("एजेंसी",)),
    ("unknown place", "सरायपुर, जेएनएन।", "सरायपुर", ("Jagran News Network",)),
    ("agency first", "एजेंसी, वाशिंगटन।", "वाशिंगटन", ("एजेंसी",)),
    ("date and agency", "लखनऊ, 12 जनवरी (भाषा)।", "लखनऊ", ("PTI",)),
    ("date, then agency", "रांची, 21 फरवरी, एएनआई।", "रांची", ("ANI",)),
    ("year, then agency", "रांची, 21 फरवरी 2024, एएनआई।", "रांची", ("ANI",)),
    ("day in words", "चार अप्रैल, लखनऊ।", "लखनऊ", ()),
    ("english", "NEW DELHI, Oct 12 (PTI) -", "NEW DELHI", ("PTI",)),
    ("small letters, known", "bhopal:", "bhopal", ()),
    ("small letters", "the jury took just:", None, ()),
    ("two places", "नई दिल्ली/लखनऊ", "नई दिल्ली", ()),
    ("country in brackets", "इस्लामाबाद (पाकिस्तान) :", "इस्लामाबाद", ()),
    ("no comma", "सरायपुर जेएनएन।", "सरायपुर", ("Jagran News Network",)),
    ("weekday", "इंफाल, सोमवार।", "इंफाल", ()),
    ("desk", "संवाद सूत्र, सरायपुर :", "सरायपुर", ()),
    ("agency alone", "(भाषा)", None, ("PTI",)),
]


@pytest.mark.parametrize(("text", "place", "agencies"), [c[1:] for c in DATELINES], ids=[c[0] for c in DATELINES])
def test_datelines(text: str, place: str | None, agencies: tuple[str, ...]) -> None:
    assert read_dateline(text) == (place, agencies)


CREDITS = [
    ("input", "(इनपुट- भाषा, एएनआई)", ("PTI", "ANI")),
    ("with inputs, hindi", "(समाचार एजेंसी पीटीआई के इनपुट के साथ)", ("PTI",)),
    ("with inputs", "With inputs from IANS", ("IANS",)),
    ("two", "(एएफपी/रायटर)", ("AFP", "Reuters")),
    ("courtesy", "साभार: रॉयटर्स", ("Reuters",)),
    ("sign-off", "(भाषा अमित)", ("PTI",)),
    ("agency unnamed", "एजेंसी", ("एजेंसी",)),
    ("a site", "(site.example)", ()),
    ("a photo", "फोटो: अमित कुमार", ()),
]


@pytest.mark.parametrize(("text", "agencies"), [case[1:] for case in CREDITS], ids=[case[0] for case in CREDITS])
def test_credits(text: str, agencies: tuple[str, ...]) -> None:
    assert read_credit(text) == agencies


@pytest.mark.parametrize("spelling", ["PTI", "पीटीआई", "पी.टी.आई.", "Press Trust of India", "भाषा", "p.t.i."])
def test_one_name_for_all_spellings_of_an_agency(spelling: str) -> None:
    assert find_agency(spelling) == "PTI"


def test_a_word_inside_a_name_is_no_agency() -> None:
    assert find_agency("भाषा विभाग") is None


TITLES = [
    ("site behind a bar", "बारिश से राहत | खबरघर", ["खबरघर"], "बारिश से राहत"),
    ("site and filler", "बारिश से राहत - Hindi News | Khabar Ghar", ["Khabar Ghar"], "बारिश से राहत"),
    ("site before", "खबरघर: बारिश से राहत", ["खबरघर"], "खबरघर: बारिश से राहत"),
    ("site before a bar", "खबरघर | बारिश से राहत", ["खबरघर"], "बारिश से राहत"),
    ("label of the host", "Rain brings relief - KhabarGhar.com", ["khabarghar"], "Rain brings relief"),
    ("a dash of its own", "राहत - बारिश के बाद धूप", ["खबरघर"], "राहत - बारिश के बाद धूप"),
    ("references", "Rain &amp; relief&nbsp;today", [], "Rain & relief today"),
    ("nukta", "दो \u095bख़्म", [], "दो \u091c\u093cख़्म"),
    ("soft hyphen and space", "Rain\u00ad bow \n over Agra ", [], "Rain bow over Agra"),
]


@pytest.mark.parametrize(("title", "names", "cleaned"), [case[1:] for case in TITLES], ids=[case[0] for case in TITLES])
def test_titles(title: str, names: list[str], cleaned: str) -> None:
    assert clean_title(title, names) == cleaned


def test_a_title_that_is_the_name_of_the_site_is_known() -> None:
    assert is_site_name("Khabar Ghar News", ["khabarghar"])
    assert is_site_name("गंगा वार्ता", ["gangavarta"])
    assert not is_site_name("गंगा प्रसाद", ["gangavarta"])
    assert not is_site_name("Rain brings relief", ["khabarghar"])


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    byline = read_byline(text)
    assert all(name.strip() == name and name for name in byline.people)
    assert clean_line(clean_line(text)) == clean_line(clean_line(clean_line(text)))
    read_dateline(text)
    read_credit(text)
    assert clean_title(text) == clean_title(clean_title(text))
