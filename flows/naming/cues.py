"""Names that no table holds, found by titles, class words, brackets, given names and surnames."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.gazetteer import Head
from flows.naming.reading import MOST_WORDS, Find, Reading
from flows.naming.table import CONJUNCTIONS
from flows.text.phonetic import may_abbreviate
from flows.text.tokens import HYPHEN, LONGEST_WORD, SPACE, spelt_letters

INFLECTED = ("े", "ए", "ों", "ीं", "एं", "कर")
AGENT_MARKERS = frozenset({"ने", "को"})
YEARS = frozenset({"वर्ष", "साल"})
YEAR = re.compile(r"(?:19|20)\d\d")


def person_finds(reading: Reading) -> Iterator[Find]:
    """Persons after a title (राजदूत फैसल नियाज तिर्मिजी) and by given name and surname."""
    for end in sorted(reading.title_ends):
        if end in reading.titles or not reading.follows_title(end):
            continue
        stop = reading.person_end(end)
        if stop > end and is_place_of_post(reading, end, stop):
            yield Find(end, end + 1, "LOC", "post", 0.7)
            end += 1
        if stop > end and is_person(reading, end, stop):
            yield Find(end, stop, "PERSON", "title", 0.85)
    index = 0
    while index < len(reading):
        stop = index
        if starts_person(reading, index):
            stop = reading.person_end(index)
            if stop - index >= 2 and ends_person(reading, index, stop):
                yield Find(index, stop, "PERSON", "given_name", 0.8)
        if stop - index < 2 and is_before_surname(reading, index):
            stop = reading.person_end(index)
            yield Find(index, stop, "PERSON", "surname", 0.7)
        elif stop - index < 2 and is_agent(reading, index):
            yield Find(index, index + 1, "PERSON", "given_name", 0.6)
        index = max(stop, index + 1)


def aged_finds(reading: Reading) -> list[Find]:
    """Persons with their age in brackets: बौअन मंडल (55), अमित (19 वर्ष).

    None where such numbers count: इटावा (12), मैनपुरी (5).
    """
    finds = []
    for end in range(1, len(reading)):
        if is_age(reading, end):
            held = reading.table_at.get(end - 1)
            if held is not None and held.type != "PERSON":
                return []
            start = aged_start(reading, end)
            if start < end:
                finds.append(Find(start, end, "PERSON", "age", 0.9))
    return finds


def is_age(reading: Reading, index: int) -> bool:
    """Whether a word is a number that may be an age, alone in brackets or with the word for years."""
    word = reading.words[index]
    if not word.isdecimal() or len(word) > 2 or reading.between(index).strip() != "(":
        return False
    after = index + 1
    if after < len(reading) and reading.words[after] in YEARS and reading.touches(after):
        after += 1
    return reading.between(after).lstrip().startswith(")")


def aged_start(reading: Reading, end: int) -> int:
    """Where the name before an age starts; `end` if there is none. A class word may be its surname: सुरेश मंडल."""
    stop = end - 1 if end - 1 in reading.heads else end
    for start in range(max(0, end - MOST_WORDS), stop):
        is_devanagari = not any(word.isascii() for word in reading.words[start:stop])
        if is_devanagari and reading.person_end(start) == stop and is_person(reading, start, stop):
            return start
    return end


def is_place_of_post(reading: Reading, start: int, end: int) -> bool:
    """Whether an unknown word after a local post is its place, not its holder: एसडीएम भरमौर, विधायक भरमौर जिया लाल."""
    first = reading.title_starts.get(start, start)
    if " ".join(reading.words[first:start]) not in reading.gazetteer.local_posts or not reading.is_unknown(start):
        return False
    if reading.is_in_person_lists(start) or is_persons_compound(reading, start) or spelt_letters(reading.words[start]):
        return False
    return end == start + 1 or reading.words[start + 1] in reading.gazetteer.given_names


def is_persons_compound(reading: Reading, index: int) -> bool:
    """Whether a word ends like a person's name of two parts written as one, as no place does: दर्शनलाल, कुलवीर."""
    return reading.words[index].endswith(reading.gazetteer.person_endings)


def is_before_surname(reading: Reading, index: int) -> bool:
    """Whether an unknown word is the first name of the surname after it; it must not look like a verb or a plural."""
    after = index + 1
    if not reading.is_unknown(index) or reading.words[index].endswith(INFLECTED) or not reading.touches(after):
        return False
    is_surname = reading.words[after] in reading.gazetteer.surnames and reading.is_sure_name(after)
    return is_surname and after not in reading.table_at and reading.person_end(index) > after


def is_agent(reading: Reading, index: int) -> bool:
    """Whether a lone word of the name lists acts: नवीन ने कहा."""
    is_marked = reading.touches(index + 1) and reading.words[index + 1] in AGENT_MARKERS
    return is_marked and reading.is_sure_name(index) and reading.is_name_word(index)


def is_person(reading: Reading, start: int, end: int) -> bool:
    """Whether the words after a title are a name: a common word opens one only before a sure name."""
    return not reading.is_weak(start) or any(reading.is_sure_name(index) for index in range(start + 1, end))


def starts_person(reading: Reading, index: int) -> bool:
    words, lists = reading.words, reading.gazetteer
    if index in reading.table_at and reading.table_at[index].type != "PERSON":
        return False
    if reading.is_dotted_initial(index):
        return index + 1 < len(reading) and reading.touches(index + 1)
    return words[index] in lists.given_names and words[index] not in lists.stop


def ends_person(reading: Reading, start: int, end: int) -> bool:
    """Whether a run that opens with a given name or an initial is a name: one of its words must be surely one."""
    surnames = reading.gazetteer.surnames
    if reading.is_weak(start) or reading.words[start] not in reading.gazetteer.given_names:
        return any(reading.words[index] in surnames and reading.is_sure_name(index) for index in range(start + 1, end))
    return all(not reading.is_weak(index) or reading.words[index] in surnames for index in range(start + 1, end))


def head_finds(reading: Reading) -> Iterator[Find]:
    """Names by the class word after them: पाकिस्तानी सेना, कराची पोर्ट, रूसी रक्षा मंत्रालय; नौगांव in नौगांव जिले."""
    for start, (end, head) in sorted(reading.heads.items()):
        if end < len(reading) and reading.tokens.gaps[end] == HYPHEN:  # दल-बदल
            continue
        if head.is_closed or (head.type == "LOC" and is_inside_place(reading, start, end)):  # कामगार उत्तर प्रदेश लौटे
            continue
        if not head.is_part:
            first = unknown_start(reading, start)
            if first < start and not head.is_weak:
                yield Find(first, start, head.type, "place_word", 0.75)
        else:
            first = head_start(reading, start, head)
            if first < start:
                yield Find(first, end, head.type, "head", 0.85)
            elif head.has_portfolio and (first := portfolio_start(reading, start)) < start:
                yield Find(first, end, head.type, "head", 0.8, form="short")


def is_inside_place(reading: Reading, start: int, end: int) -> bool:
    """Whether a class word is the end of a place's name that the tables know: they know where it begins, too."""
    held = reading.table_at.get(start)
    return held is not None and held.type == "LOC" and held.start < start and held.end == end


def unknown_start(reading: Reading, end: int, most: int = 2) -> int:
    """Where the unknown words before word `end` start, if no more than a name would have."""
    first = end
    while first > 0 and reading.touches(first) and reading.is_unknown(first - 1):
        first -= 1
    return first if end - first <= most else end


def portfolio_start(reading: Reading, end: int) -> int:
    """Where the matters before a ministry or a commission start: सूचना एवं प्रसारण मंत्रालय; or `end`."""
    first = end
    while first > 0 and reading.touches(first):
        word = reading.words[first - 1]
        is_and = first < end and word in CONJUNCTIONS and reading.touches(first - 1)
        if is_and and reading.words[first - 2] in reading.gazetteer.portfolios:
            first -= 2
        elif word in reading.gazetteer.portfolios or (first < end and word in reading.gazetteer.modifiers):
            first -= 1
        else:
            break
    return first


def head_start(reading: Reading, start: int, head: Head, most: int = 6) -> int:
    """Where the name before a class word starts: a known name or unknown words, with modifiers between; or `start`."""
    first, has_name = start, False
    while first > 0 and start - first < most and reading.touches(first):
        before = reading.table_at.get(first - 1)
        if before is not None and before.end == first:
            is_namesake = before.type == "PERSON" and is_called_after(reading, before, head)
            if not is_namesake and not makes_name_with(before, head, has_name):
                break
            has_name, first = True, before.start
            if before.type == "LOC" and not (head.is_english and reading.words[first] in ENGLISH_PLACES):
                return _with_second_place(reading, first)
        elif reading.words[first - 1] in reading.gazetteer.namesakes and head.is_of_persons:
            has_name, first = True, first - 1
        elif is_inner_word(reading, first - 1, head):
            first -= 1
        elif first in reading.head_starts:
            first = reading.head_starts[first]
        elif (not head.is_weak or is_dated(reading, first)) and may_be_own_word(reading, first - 1, head):
            has_name, first = True, first - 1
        else:
            break
    return without_class_word(reading, first, start, head) if has_name else start


def without_class_word(reading: Reading, first: int, start: int, head: Head) -> int:
    """Where a name starts less a word before it that says what it is: गांव झबरा घाटी, जनपद झबरा पुलिस."""
    end, before = reading.class_words.get(first, (first, head))
    if first < end < start and not before.is_part and before.type in ("LOC", head.type):
        held = reading.table_at.get(end)
        is_own = held.type == before.type if held is not None else reading.is_unknown(end)
        return end if is_own else first
    return first


def is_inner_word(reading: Reading, index: int, head: Head) -> bool:
    """Whether a word stands inside names only: a modifier, an English word before an English class word, a year."""
    lists, word = reading.gazetteer, reading.words[index]
    return word in lists.modifiers or (head.is_english and word in lists.english) or is_year_of(reading, index, head)


def is_called_after(reading: Reading, find: Find, head: Head) -> bool:
    """Whether a person's name before a class word is that of a street or an institution: नेहरू स्टेडियम, अकबर रोड."""
    name = " ".join(reading.words[find.start : find.end])
    return head.is_of_persons and name in reading.gazetteer.namesakes


def is_dated(reading: Reading, index: int) -> bool:
    """Whether a hyphen ties a year to the word before: that makes a name even with a weak class word."""
    return (
        index < len(reading)
        and reading.tokens.gaps[index] == HYPHEN
        and YEAR.fullmatch(reading.words[index]) is not None
    )


def is_year_of(reading: Reading, index: int, head: Head) -> bool:
    """Whether a word is the year in the name of an event: तरंग-2021 अभ्यास."""
    return (
        head.type == "EVENT"
        and index > 0
        and reading.touches(index)
        and YEAR.fullmatch(reading.words[index]) is not None
    )


def may_be_own_word(reading: Reading, index: int, head: Head) -> bool:
    """Whether a word may be the own name of what a class word says: unknown, or a person's but of no ministry."""
    if reading.is_in_person_lists(index):
        return head.is_of_persons
    return reading.is_unknown(index) and not reading.words[index].endswith("कर")  # छिटककर सड़क पर


def makes_name_with(find: Find, head: Head, has_own_word: bool) -> bool:
    """Whether a known name and a class word make one name: मोदी सरकार and रूसी हमले do not."""
    if find.type == "PERSON":
        return not head.is_weak and head.is_of_persons and find.form == "name"
    if find.type == "ORG" and (head.type == "LOC" or (head.type in ("EVENT", "PROJECT") and head.is_weak)):
        return False
    if find.is_demonym:
        return head.is_state_organ or (has_own_word and not head.is_weak)
    return find.type != "LOC" or has_own_word or head.type != "PRODUCT"


def _with_second_place(reading: Reading, first: int) -> int:
    """रूस-यूक्रेन युद्ध is one name: a place that a hyphen ties to the place before a class word belongs to it."""
    other = reading.table_at.get(first - 1)
    if other is not None and other.type == "LOC" and reading.tokens.gaps[first] == HYPHEN:
        return other.start
    return first


def class_word_finds(reading: Reading) -> Iterator[Find]:
    """Unknown names after a class word: न्यूज वेबसाइट द नेशन डॉट कॉम; and before नाम का: द्रुजबा-2021 नाम का अभ्यास."""
    for start, (end, head) in sorted(reading.class_words.items()):
        if end < len(reading) and reading.tokens.gaps[end] == SPACE and not head.is_weak:
            stop = end
            while stop < len(reading) and stop - end < 5 and (stop == end or reading.touches(stop)):
                if not (reading.is_unknown(stop) or reading.words[stop] in ARTICLES):
                    break
                stop += 1
            if stop > end and reading.words[stop - 1] not in ARTICLES:
                yield Find(start if head.is_part else end, stop, head.type, "class_word", 0.75)
    yield from named_finds(reading)


ARTICLES = frozenset({"द", "the", "डॉट", "कॉम"})

OF = frozenset({"ऑफ", "आफ", "औफ", "फॉर", "of", "for"})
AND = frozenset({"एंड", "ऐंड", "and"})
#: Places whose English name an English name goes on with to the left: ऑल इंडिया ..., हॉकी इंडिया लीग.
ENGLISH_PLACES = frozenset({"इंडिया", "india"})


def english_finds(reading: Reading, most: int = 6) -> Iterator[Find]:
    """Names with an English preposition: सेंटर फॉर पॉलिसी रिसर्च, लंदन स्कूल ऑफ इकोनॉमिक्स."""
    for index, word in enumerate(reading.words):
        if word not in OF or not reading.touches(index) or not reading.touches(index + 1):
            continue
        first = index
        while first > 0 and index - first < most and is_english_part(reading, first - 1) and reading.touches(first):
            first -= 1
        if not any(other in reading.gazetteer.organs_of for other in reading.words[first:index]):
            continue
        end = index + 1
        while end < len(reading) and end - index <= most and reading.touches(end):
            is_link = reading.words[end] in OF or reading.words[end] in AND or reading.words[end] in ARTICLES
            if not (is_link or is_english_part(reading, end) or (end == index + 1 and not reading.is_stop(end))):
                break
            end += 1
        while end > index + 1 and (reading.words[end - 1] in OF or reading.words[end - 1] in AND):
            end -= 1
        if end > index + 1:
            yield Find(first, end, "ORG", "head", 0.85)


def is_english_part(reading: Reading, index: int) -> bool:
    """Whether a word may stand in the English name of an organisation: an English word, a place or an unknown one."""
    word, held = reading.words[index], reading.table_at.get(index)
    if held is not None:
        return held.type in ("LOC", "ORG")
    if index in reading.titles:
        return False
    lists = reading.gazetteer
    is_organ = word in lists.organs_of or word in lists.english or word in lists.modifiers
    return is_organ or (reading.is_unknown(index) and not reading.is_in_person_lists(index))


QUOTED = re.compile("[‘'“\"]([^‘’'“”\"\n]{2,40})[’'”\"]")


def quoted_finds(reading: Reading) -> Iterator[Find]:
    """What stands in quotes beside a class word: ‘डॉन’ अखबार, चक्रवात ‘रेमल’, युद्धपोत 'मोस्कवा'."""
    starts = {start: index for index, start in enumerate(reading.tokens.starts)}
    ends = {end: index + 1 for index, end in enumerate(reading.tokens.ends)}
    for match in QUOTED.finditer(reading.tokens.text):
        first, end = starts.get(match.start(1)), ends.get(match.end(1))
        if first is None or end is None or end - first > 4:
            continue
        after = reading.heads.get(end) if reading.between(end)[1:] in ("", " ") else None
        before = reading.class_ends.get(first) if reading.between(first)[:-1] in ("", " ") else None
        head = after[1] if after is not None and not after[1].is_part else before
        if head is not None and head.type not in ("LOC", "PERSON") and not reading.is_stop(first):
            yield Find(first, end, head.type, "class_word", 0.92)  # surer than a city: तूफान ‘फ्लोरेंस’


def named_finds(reading: Reading, reach: int = 4) -> Iterator[Find]:
    """X नाम का अभ्यास, X नामक मिसाइल: the class word that follows gives the type."""
    for index, word in enumerate(reading.words):
        if word not in ("नाम", "नामक") or index == 0 or not reading.touches(index):
            continue
        first = index
        while first > 0 and index - first < 4 and (first == index or reading.touches(first)):
            is_year = YEAR.fullmatch(reading.words[first - 1]) is not None
            if not (is_year or reading.is_unknown(first - 1)):
                break
            first -= 1
        if first == index or YEAR.fullmatch(reading.words[first]):
            continue
        for after in range(index + 1, min(index + 2 + reach, len(reading))):
            found = reading.heads.get(after) or reading.class_words.get(after)
            if found:
                yield Find(first, index, found[1].type, "class_word", 0.8)
                break


def with_year(reading: Reading, find: Find) -> Find:
    """An event with the year after it: ब्रिक्स सम्मेलन 2024."""
    end = find.end
    if find.type != "EVENT" or not reading.touches(end) or not YEAR.fullmatch(reading.words[end]):
        return find
    return Find(find.start, end + 1, find.type, find.method, find.score, find.entries, find.form)


def bracket_pairs(reading: Reading, finds: list[Find]) -> Iterator[tuple[Find, Find]]:
    """A name and its abbreviation side by side: पाकिस्तान स्टील मिल (PSM), एससीओ यानी शंघाई कोऑपरेशन ऑर्गेनाइज़ेशन.

    The name is a find that stands there, or the words whose first sounds the abbreviation spells.
    """
    ends = {find.end: find for find in finds if find.type in ABBREVIATED}
    starts = {find.start: find for find in finds if find.type in ABBREVIATED}
    places: dict[tuple[int, int], Find] = {}
    for find in finds:
        places.setdefault((find.start, find.end), find)
    for index in range(len(reading)):
        if not abbreviation_letters(reading, index):
            continue
        if is_in_brackets(reading, index):
            full = spelt_out(reading, index, index - len(abbreviation_letters(reading, index))) or ends.get(index)
        elif index + 2 < len(reading) and reading.words[index + 1] in ("यानी", "यानि", "अर्थात"):
            full = spelt_out(reading, index, index + 2) or starts.get(index + 2)
        else:
            continue
        if full is not None:
            full = places.get((full.start, full.end), full)
            yield full, Find(index, index + 1, full.type, "bracket", 0.9)


ABBREVIATED = frozenset({"ORG", "EVENT", "FACILITY", "PRODUCT", "PROJECT"})


def is_in_brackets(reading: Reading, index: int) -> bool:
    """Whether a word stands alone in brackets."""
    return reading.between(index).strip(" '\"‘’“”") == "(" and reading.between(index + 1).lstrip().startswith(")")


def abbreviation_letters(reading: Reading, index: int) -> str:
    """The Latin letters of an abbreviation (आईएसपीआर, PSM), or nothing."""
    word = reading.words[index]
    surface = reading.tokens.surface(index, index + 1)
    if word.isascii():
        return word if surface.isupper() and surface.isalpha() else ""
    return spelt_letters(word)


def spelt_out(reading: Reading, abbreviation: int, first: int) -> Find | None:
    """The words from `first` on whose first sounds the abbreviation spells."""
    letters = abbreviation_letters(reading, abbreviation)
    end = first + len(letters)
    if len(letters) < 2 or first < 0 or end > len(reading):
        return None
    if not all(reading.touches(word) for word in range(first + 1, end)):
        return None
    if any(len(word) > LONGEST_WORD for word in reading.words[first:end]) or is_thing(reading, end):
        return None
    return Find(first, end, "ORG", "bracket", 0.85) if may_abbreviate(letters, reading.words[first:end]) else None


def is_thing(reading: Reading, end: int) -> bool:
    """Whether words that end here are a term for a thing or a post, no organisation: पर्सनल प्रोटेक्टिव इक्विपमेंट."""
    return reading.words[end - 1] in reading.gazetteer.things


def abbreviated_things(reading: Reading) -> frozenset[str]:
    """The abbreviations in brackets that the text spells out as things: पीपीई."""
    return frozenset(
        reading.words[index]
        for index in range(1, len(reading))
        if is_thing(reading, index) and abbreviation_letters(reading, index) and is_in_brackets(reading, index)
    )


def acronym_finds(reading: Reading) -> Iterator[Find]:
    """Unknown words that spell three Latin letters or more: एसडीआरएफ, पीएएफ."""
    things = abbreviated_things(reading)
    for index, word in enumerate(reading.words):
        if word in things:
            continue
        if len(word) > 4 and not word.isascii() and reading.is_unknown(index) and len(spelt_letters(word)) >= 3:
            yield Find(index, index + 1, "ORG", "acronym", 0.6)
