"""Finds of the alias table and the gazetteers: the longest spelling at each word, ambiguous ones only beside a cue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flows.gazetteer import Entry
from flows.naming.reading import Find, Reading
from flows.text.phonetic import likeness, sound, sound_key
from flows.text.tokens import HYPHEN, fold_name

#: How alike each word of a name must sound to a name of the tables.
LEAST_LIKENESS = 0.9

GENITIVES = frozenset({"का", "के", "की"})
POSTED = frozenset({"पोस्ट", "लिखा", "लिखते", "ट्वीट", "शेयर", "साझा"})
#: What follows a place and no verb.
PLACE_MARKERS = frozenset({"में", "से", "जिला", "जिले", "शहर", "कस्बे", "निवासी"})
LIST_MARKS = frozenset({",", "-", "،", "("})
CONJUNCTIONS = frozenset({"और", "व", "एवं", "तथा"})
SCORES = {"alias": 0.98, "country": 0.97, "city": 0.9}
METHODS = {"alias": "alias", "country": "gazetteer", "city": "gazetteer"}


def table_finds(reading: Reading) -> list[Find]:
    """The names of the tables, left to right, none inside another."""
    names = reading.gazetteer.names
    finds: list[Find] = []
    index = 0
    while index < len(reading):
        hit = names.longest(reading.tokens, index) if reading.words[index] in names.reach else None
        if hit is None or not is_plausible(reading, index, *hit):
            index += 1
            continue
        end, entries = hit
        after_title = reading.titles.get(index, end)
        later = names.longest(reading.tokens, after_title) if after_title < end else None
        if later is not None and later[0] > end:  # साध्वी प्रज्ञा सिंह ठाकुर, where साध्वी प्रज्ञा is known, too
            index = after_title
            continue
        start, end = name_alone(reading, index, end, entries)
        if is_new(reading, start, entries[0]):
            finds.append(Find(start - 1, end, "LOC", "head", 0.8))
        else:
            finds += parted(reading, table_find(start, end, entries))
        index = end
    return finds


def sounding_finds(reading: Reading) -> Iterator[Find]:
    """Names of the alias table in a spelling that it does not list: तालेबान, सेर्गेई लवरोव. One word must be unknown."""
    for index in range(len(reading)):
        word = reading.words[index]
        is_class_word = index in reading.heads or index in reading.class_words
        if not reading.is_unknown(index) or is_class_word or word.isascii():
            continue
        if sound_key(word) not in reading.gazetteer.sounds:
            continue
        for first, end in ((index - 2, index + 1), (index - 1, index + 2), (index, index + 3)):
            yield from _sounding(reading, first, end)
        for first, end in ((index - 1, index + 1), (index, index + 2), (index, index + 1)):
            yield from _sounding(reading, first, end)


def _sounding(reading: Reading, first: int, end: int) -> Iterator[Find]:
    words = tuple(reading.words[max(first, 0) : end])
    if first < 0 or end > len(reading) or not all(reading.touches(index) for index in range(first + 1, end)):
        return
    is_known = words in reading.gazetteer.names.rows  # and was found to be no name here, for a person's as a rule
    if is_known and any(reading.is_in_person_lists(index) for index in range(first, end)):
        return
    by_sound = reading.gazetteer.by_sound
    alike = [
        (min(likeness(word, other) for word, other in zip(words, known, strict=True)), known)
        for known in by_sound.get(tuple(sound_key(word) for word in words), ())
    ]
    score, known = max(alike, default=(0.0, ()))
    if end - first == 1 and reading.touches(first) and reading.is_in_person_lists(first - 1):
        return
    if end - first == 1 and opens_titled_name(reading, first, end):
        return
    if end - first == 1 and len(sound(words[0])) != len(sound("".join(known))):  # a vowel more: सश्रम is no सासाराम
        return
    if score >= LEAST_LIKENESS and not any(
        reading.is_common(index) or index in reading.titles for index in range(first, end)
    ):
        entries = reading.gazetteer.names.rows[known]
        yield Find(first, end, entries[0].type, "spelling", 0.8, entries, entries[0].form)


def table_find(start: int, end: int, entries: tuple[Entry, ...]) -> Find:
    entry = entries[0]
    method = "short_name" if entry.form == "short" else METHODS[entry.source]
    return Find(start, end, entry.type, method, SCORES[entry.source], entries, entry.form)


def is_new(reading: Reading, start: int, entry: Entry) -> bool:
    """Whether a place is called after the one that the tables know: न्यू इंग्लैंड."""
    is_place = entry.type == "LOC" and entry.form == "name"
    return is_place and reading.touches(start) and reading.words[start - 1] == "न्यू"


def name_alone(reading: Reading, start: int, end: int, entries: tuple[Entry, ...]) -> tuple[int, int]:
    """The span of a spelling of the tables less a title or class word before the name and a courtesy word after it."""
    if entries[0].type != "PERSON":
        after_class, head = reading.class_words.get(start, (start, None))
        is_beside = head is not None and not head.is_part and head.type == entries[0].type
        return (after_class if is_beside and after_class < end else start), without_place_word(reading, start, end)
    after_title = reading.titles.get(start, start)
    if start < after_title < end and tuple(reading.words[after_title:end]) in reading.gazetteer.names.rows:
        start = after_title
    while end - start > 1 and reading.words[end - 1] in reading.gazetteer.suffixes:
        end -= 1
    return start, end


def without_place_word(reading: Reading, start: int, end: int) -> int:
    """The end of a spelling less a class word that is no part of a place's name: पंजाब प्रांत is पंजाब."""
    place_word = reading.head_starts.get(end, end)
    is_beside = start < place_word < end and not reading.heads[place_word][1].is_part
    return place_word if is_beside and tuple(reading.words[start:place_word]) in reading.gazetteer.names.rows else end


def parted(reading: Reading, find: Find) -> list[Find]:
    """पाकिस्तान के विदेश मंत्रालय is a place and an organisation; बंगाल की खाड़ी is one name.

    The tables list such spellings because they say which of the ministries is meant: the second part keeps that.
    """
    names = reading.gazetteer.names.rows
    for marker in range(find.start + 1, find.end - 1):
        place = names.get(tuple(reading.words[find.start : marker]))
        if reading.words[marker] not in GENITIVES or place is None or place[0].type != "LOC":
            continue
        rest = tuple(reading.words[marker + 1 : find.end])
        if rest not in names and (find.type == "LOC" or find.end - 1 not in reading.heads):
            break
        parts = [table_find(find.start, marker, place)]
        if rest in names or len(rest) > 1:
            parts.append(replace(find, start=marker + 1))
        return parts
    return [find]


def is_plausible(reading: Reading, start: int, end: int, entries: tuple[Entry, ...]) -> bool:
    """Whether a spelling of the tables is a name here, not the common word that is spelt alike."""
    if not reading.may_open_name(start) or (end - start == 1 and len(reading.words[start]) == 1):
        return False
    if not is_doubtful(reading, start, end, entries[0]):
        return True
    return has_cue(reading, start, end, entries[0])


def is_doubtful(reading: Reading, start: int, end: int, entry: Entry) -> bool:
    """Whether a spelling needs a cue beside it."""
    gazetteer, gaps = reading.gazetteer, reading.tokens.gaps
    if " ".join(reading.words[start:end]) in gazetteer.ambiguous:
        return True
    if end - start > 1:
        return False
    word = reading.words[start]
    if start in reading.titles:
        return True
    is_after_given_name = reading.touches(start) and reading.words[start - 1] in gazetteer.given_names
    is_before_surname = (
        reading.follows_title(start) and reading.touches(end) and reading.words[end] in gazetteer.surnames
    )
    if (
        entry.type in ("LOC", "ORG", "FACILITY")
        and reading.is_in_person_lists(start)
        and (is_after_given_name or is_before_surname)
    ):
        return True
    if entry.type == "LOC" and entry.form == "name" and follows_first_part(reading, start):
        return True
    if entry.type == "ORG" and entry.form == "short" and follows_members(reading, start):
        return True
    is_place = entry.type == "LOC" and entry.form == "name"
    if is_place or entry.form == "short":
        return word in gazetteer.common or (entry.source == "city" and reading.is_in_person_lists(start))
    is_hyphened = gaps[start] == HYPHEN or (end < len(gaps) and gaps[end] == HYPHEN)
    return is_hyphened and entry.type in ("ORG", "PRODUCT")


def follows_first_part(reading: Reading, start: int) -> bool:
    """Whether the name of a country is a person's here: मोहम्मद इजराइल."""
    names, words = reading.gazetteer, reading.words
    is_name = words[start] in names.given_countries and words[start - 1] in names.first_parts
    return is_name and reading.touches(start)


def follows_members(reading: Reading, start: int) -> bool:
    """Whether a class word stands after those who are its members: छात्र संघ is not the संघ that all know."""
    is_class_word = start in reading.heads and reading.touches(start)
    return is_class_word and reading.words[start - 1] in reading.gazetteer.members


def opens_titled_name(reading: Reading, start: int, end: int) -> bool:
    """Whether words stand between a title and a surname: कर्नल निजामुद्दीन शाह."""
    return reading.follows_title(start) and reading.touches(end) and reading.words[end] in reading.gazetteer.surnames


def has_cue(reading: Reading, start: int, end: int, entry: Entry) -> bool:
    """Whether what stands beside a spelling says that it is a name of this type."""
    if follows_first_part(reading, start) or (entry.type == "ORG" and follows_members(reading, start)):
        return False
    after_title = reading.follows_title(start)
    title_follows = reading.touches(end) and end in reading.titles
    head = reading.heads.get(end) if reading.touches(end) else None
    class_word = reading.class_ends.get(start) if reading.touches(start) else None
    if entry.form == "demonym":
        if reading.touches(end) and reading.words[end] in reading.gazetteer.mills | reading.gazetteer.of_peoples:
            return reading.words[end] not in reading.gazetteer.mills
        is_named = reading.touches(end) and not reading.is_stop(end) and names_elsewhere(reading, entry.entity_id)
        return title_follows or head is not None or end in reading.class_words or is_named
    if entry.type == "PERSON":
        return after_title or (reading.touches(end) and reading.words[end] in reading.gazetteer.suffixes)
    is_common_place = entry.type == "LOC" and is_common(reading, start, end)  # गांव बाढ़ से घिरे: said of no place
    if class_word is not None and class_word.type == entry.type and not is_common_place:
        return True
    if head is not None and head[1].type == entry.type:
        return True
    if entry.type == "LOC":
        if is_in_region(reading, start, end):
            return True
        beside = [_is_sure_place(reading, start - 1, -1), _is_sure_place(reading, end, 1)]
        is_ambiguous = " ".join(reading.words[start:end]) in reading.gazetteer.ambiguous
        # समाप्त हो गया और पटना: for such a word a place on one side says nothing; रांची, गया और पटना does.
        is_where = reading.touches(end) and reading.words[end] == "में"  # सीवान और गया में
        return (all(beside) or (beside[0] and is_where)) if is_ambiguous else any(beside)
    if entry.type == "PRODUCT":
        return is_posted_on(reading, end)
    if entry.type != "ORG":
        return False
    acts = entry.form == "short" and reading.touches(end) and reading.words[end] == "ने"  # रेलवे ने
    return acts or title_follows or has_office(reading, end) or _in_brackets(reading, start, end)


def is_in_region(reading: Reading, start: int, end: int) -> bool:
    """Whether a word stands where a town of a known place does: बिहार के गया में, मध्य प्रदेश के गुना, सीधी."""
    is_marked = reading.touches(end) and reading.words[end] in PLACE_MARKERS
    is_listed = reading.between(end).strip() in LIST_MARKS or (
        end < len(reading) and reading.words[end] in CONJUNCTIONS
    )
    if not (is_marked or is_listed) or not reading.touches(start):
        return False
    if start < 2 or reading.words[start - 1] != "के" or not reading.touches(start - 1):
        return False
    for first in range(max(0, start - 4), start - 1):
        entries = reading.gazetteer.names.rows.get(tuple(reading.words[first : start - 1]), ())
        if entries and entries[0].type == "LOC" and entries[0].form != "demonym" and not reading.is_weak(start - 2):
            return True
    return False


def has_office(reading: Reading, end: int) -> bool:
    """Whether an office of an organisation follows a spelling: ट्राई के पूर्व चेयरमैन."""
    if not (reading.touches(end) and reading.words[end] in GENITIVES):
        return False
    start = end + 1
    while reading.touches(start) and reading.words[start] in reading.gazetteer.modifiers:
        start += 1
    return reading.touches(start) and start in reading.titles


def is_posted_on(reading: Reading, end: int, reach: int = 5) -> bool:
    """Whether a word is a platform on which someone posts: एक्स पर लिखा, एक्स पर एक पोस्ट में."""
    if not (reading.touches(end) and reading.words[end] == "पर"):
        return False
    return any(word in POSTED for word in reading.words[end + 1 : end + 1 + reach])


def is_common(reading: Reading, start: int, end: int) -> bool:
    return end - start == 1 and reading.is_common(start)


def names_elsewhere(reading: Reading, entity_id: str) -> bool:
    """Whether the text has a one-word name of a curated entity: चीन makes चीनी तेल Chinese."""
    return any(fold_name(name) in reading.vocabulary for name in reading.gazetteer.entities[entity_id].spellings)


def _is_sure_place(reading: Reading, index: int, step: int) -> bool:
    """Whether a list of places goes on at a word, past an और: सूरत, वडोदरा और आणंद."""
    if 0 <= index < len(reading) and reading.words[index] in CONJUNCTIONS:
        if not (reading.touches(index) and reading.touches(index + 1)):
            return False
        index += step
    elif reading.between(max(index, index - step)).strip() not in LIST_MARKS:
        return False
    if not 0 <= index < len(reading) or reading.is_weak(index):
        return False
    entries = reading.gazetteer.names.rows.get((reading.words[index],), ())
    return bool(entries) and entries[0].type == "LOC" and entries[0].form == "name"


def _in_brackets(reading: Reading, start: int, end: int) -> bool:
    return start > 0 and reading.between(start).rstrip().endswith("(") and reading.between(end).lstrip().startswith(")")
