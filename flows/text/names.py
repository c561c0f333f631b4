"""Cleans titles, and takes bylines, credits and datelines apart into people, desks, agencies and places."""

from __future__ import annotations

import csv
import html
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from .characters import clean_text
from .dates import is_month
from .folding import fold
from .phonetic import CONSONANT, sound

_RULES: Final = Path(__file__).parent.parent / "rules"
_LONGEST_BYLINE: Final = 400
_LONGEST_NAME: Final = 60
_LONGEST_CUE: Final = 30
_MOST_WORDS: Final = 6  # of a name; more is a sentence

_CONTACTS: Final = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<!\w)@\w+", re.I)
#: "Asha RaoEdited By: Bina Das", "Asha RaoMarch 4, 2024", "ByAsha Rao": boxes of a page that stood side by side.
_GLUED_CUE: Final = re.compile(
    r"(?<=\w)(?=(?:Edited|Written|Posted|Published|Reported) By\b)|(?<=[a-z])(?=(?:Published|Updated|Posted)\b)"
    r"|(?<=[a-z])(?=(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d)"
)
_PLURAL: Final = re.compile(r"(?<=\w)\((?:s|en|es)\)", re.I)  # Author(s):
_GLUED_BY: Final = re.compile(r"\b([Bb]y)(?=[A-Z])")
_DOMAIN: Final = re.compile(r"[\w\u0900-\u0dff]\s?\.\s?(?:com|in|org|net|co|news|tv|de|uk|tr|कॉम|काम|इन)\b", re.I)
_STRONG_BORDER: Final = re.compile(r"[|/•·⋅∙●।;:：()\[\]（）<>\"“”]|\s[-–—]+(?=\s|$)|[–—]|,(?=[^,]*\d)")
_WEAK_BORDER: Final = re.compile(r"[,、،&]")
_FIRST_DATE_WORD: Final = re.compile(
    r"(?<!\w)(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+)?\d.*$|(?<!\w)(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s*$",
    re.I | re.S,
)
_DAY: Final = re.compile(r"\d{1,2}\s+(?P<month>[^\s\d,.:;|()\[\]।]+)(?:,?\s+\d{4})?")
_TITLE_BORDER: Final = re.compile(r"\s+[|–—»›·•:-]+\s+|\s*[|»｜ㅣ]+\s*|\s*--+\s*")
_EDGES: Final = " \t,;:|/\\-–—•·*~'‘’<>।.（）"
_LETTER: Final = re.compile(r"[^\W\d_]")
#: What stands before a cue in the middle of a line: nothing, a bar or a dash, a date or a time.
_CUE_MAY_FOLLOW: Final = re.compile(r"(?:^\W*|[|/·•⋅∙●:]|\s[–—-]+|\d|\d\s?(?:uhr|[ap]m))\s*$", re.I)
#: 'Asha Rao1; Bina Das2': marks of footnotes.
_FOOTNOTE: Final = re.compile(r"(\s[^\W\d_a-z][\w.'’-]*?[^\W\d_])[\d*†‡]{1,2}(?=\s*(?:[;,*]|$))")
#: 'Asha Rao Leave a comment': a button behind a name.
_BUTTON: Final = re.compile(
    r"\s(?:(?:leave|post) an?|no|one|add|keine?|ein|(?:hinterlasse|schreibe) einen)\s"
    r"(?:comments?|reply|kommentare?)\b.*$",
    re.I,
)
#: 'Asha Rao on behalf of the village': a full name, then a word that is none.
_FULL_NAME_AHEAD: Final = re.compile(r"((?:[^\W\d_a-zß-ÿ]\S*\s){2,4})[a-zß-ÿ]")
_TITLE: Final = re.compile(r"^(?:(?:dr|prof|mr|mrs|ms|डॉ|डा|प्रो|श्री|श्रीमती)\b\.?\s*)+", re.I)
_LABEL: Final = re.compile(r"^\s*([^\W\d_a-z][a-zß-ÿ]+):\s+(?=[^\W\d_a-z])")
_USER_NAME: Final = re.compile(r"[^\W\d_]{3}[\w.-]*?\d{1,4}")
_NO_AUTHORS: Final = ("date", "image", "reader")  # cues for other things
_ARTICLES: Final = frozenset(("the", "our", "a", "an", "your"))
_ACRONYM: Final = re.compile(r"[A-Z][A-Z.]{0,5}")


@dataclass(frozen=True)
class Byline:
    """What a byline, credit or dateline names, as printed; agencies by their canonical names."""

    people: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()  # people who edited, curated or translated
    desks: tuple[str, ...] = ()  # desks, bureaus, correspondents without a name
    houses: tuple[str, ...] = ()  # papers, broadcasters and other makers that are no person
    agencies: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


_NOBODY: Final = Byline()


@dataclass(frozen=True)
class _Words:
    """The word lists of bylines.toml."""

    cue: re.Pattern[str]  # its group says what follows: author, editor, reader, date, credit, image
    after: re.Pattern[str]
    opening: re.Pattern[str]
    bio: re.Pattern[str]
    joiner: re.Pattern[str]
    weak_joiner: re.Pattern[str]
    date_joiners: frozenset[str]
    post_adjectives: frozenset[str]
    posts: frozenset[str]
    particles: frozenset[str]
    no_names: frozenset[str]
    desks: re.Pattern[str]
    houses: re.Pattern[str]
    prose: frozenset[str]
    credentials: frozenset[str]
    days: frozenset[str]
    credits: frozenset[str]
    title_words: frozenset[str]


def clean_line(text: str) -> str:
    """One line as bodies have theirs: NFC, single spaces, no controls; character references resolved."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    return clean_text(text).strip()


def clean_title(title: str, site_names: Iterable[str] = ()) -> str:
    """A title without the names of site and section that pages add behind or before it."""
    title = clean_line(title)
    names = tuple(site_names)
    while borders := list(_TITLE_BORDER.finditer(title)):
        first, last = borders[0], borders[-1]
        if is_site_name(title[last.end() :], names):
            title = title[: last.start()].rstrip()
        elif is_site_name(title[: first.start()], names):
            title = title[first.end() :].lstrip()
        else:
            break
    return title


@lru_cache(maxsize=1 << 12)
def squash(text: str) -> str:
    """Letters and digits alone, folded: what is left of a name when spelling and signs are set aside."""
    return "".join(char for char in fold(text) if char.isalnum() or "\u0900" <= char <= "\u0dff")


def squash_name(name: str) -> str:
    """As `squash`, without the title before a name: Dr. Asha Rao, डॉ. आशा राव."""
    return squash(_TITLE.sub("", name)) or squash(name)


def read_byline(text: str, *, is_declared: bool = False) -> Byline:
    """People, editors, desks, agencies and places of a byline: 'By A और B | डेस्क | Updated: …', 'A / नई दिल्ली …'.

    What is declared for machines may be written in any way; what a page prints without a cue must look like a name.
    """
    line = _clean_byline(text)
    parts = []
    sections = list(_split_at_cues(line))
    cues = {cue for cue, _ in sections}
    for cue, section in sections:
        if cue == "credit":
            parts.append(Byline(agencies=read_credit(section)))
        elif cue == "editor":
            found = _sort_pieces(section, is_cued=True)
            parts.append(replace(found, people=(), editors=found.people))
        elif is_declared and cue not in _NO_AUTHORS:
            parts.append(_sort_pieces(section, is_cued=cue is not None, is_declared=True))
        elif cue == "author":
            found = _sort_pieces(section, is_cued=True)
            people = tuple(name for name in found.people if " " not in name or _is_written_as_name(name))
            parts.append(replace(found, people=_drop_lone_words(people)))
        elif cue not in _NO_AUTHORS:
            found = _sort_pieces(_LABEL.sub(_cut_label, section), is_cued=False)
            people = tuple(filter(looks_like_name, found.people))
            parts.append(replace(found, people=_drop_lone_words(people, is_kicker="author" in cues)))
    return parts[0] if len(parts) == 1 else merge_bylines(parts)


def _drop_lone_words(people: tuple[str, ...], *, is_kicker: bool = False) -> tuple[str, ...]:
    """People without lone Latin words: beside full names (Asha Rao, Privacy), before a cue (Guide by Asha Rao)."""
    if not (is_kicker or any(" " in name for name in people)):
        return people
    return tuple(name for name in people if " " in name or not name.isascii())


def _cut_label(label: re.Match[str]) -> str:
    """'Interview: Asha Rao' without the label; a place stays."""
    return label[0] if _find_kind(label[1]) == "places" else ""


def _clean_byline(text: str) -> str:
    """The line without contacts, buttons and footnote marks, borders where boxes were glued."""
    line = _PLURAL.sub("", _CONTACTS.sub(" | ", clean_line(text[:_LONGEST_BYLINE])))
    line = _GLUED_CUE.sub(" | ", line)
    return _BUTTON.sub("", _FOOTNOTE.sub(r"\1", _GLUED_BY.sub(r"\1 ", line)))


def read_cued(text: str) -> Byline:
    """What a line names behind a cue for the author, wherever it stands: 'Posted on 4 March by Asha Rao'."""
    words = _words()
    if not (words.cue.search(text) or words.opening.match(text) or _GLUED_BY.search(text)):  # most lines, by far
        return _NOBODY
    line = _clean_byline(text)
    if words.bio.match(line):
        return _NOBODY
    before, parts = "", []
    for cue, section in _split_at_cues(line):
        if cue == "author" and _CUE_MAY_FOLLOW.search(before):
            parts.append(_sort_pieces(section, is_cued=True))
        before = section
    return merge_bylines(parts)


def is_author_cue(text: str) -> bool:
    """Whether a line is a cue alone, the name to follow in a box of its own: 'By', 'Written by:'."""
    if len(text) > _LONGEST_CUE:
        return False
    line = _PLURAL.sub("", clean_line(text))
    if (opening := _words().opening.match(f"{line} x")) and opening.end() > len(line):  # no cue but for what follows
        return True
    sections = list(_split_at_cues(line))
    is_empty = not any(section.strip(_EDGES) for _, section in sections)
    return is_empty and [cue for cue, _ in sections] == [None, "author"]


@lru_cache(maxsize=1 << 12)
def looks_like_name(name: str) -> bool:
    """Whether words in a script with capitals are written as a person's name, and are no button or month."""
    words = [word.strip(_EDGES + ".") for word in name.split()]
    if not any(word[:1].islower() or word[:1].isupper() for word in words):
        return True
    folded = [fold(word) for word in words]
    if set(folded) & _words().no_names or (len(words) == 1 and (is_month(name) or folded[0] in _words().days)):
        return False
    names = [word for word, key in zip(words, folded, strict=True) if word and key not in _words().particles]
    if len(names) > 2 and len(names[0]) > 3 and names[0].isupper() and not "".join(names[1:]).isupper():
        return False  # NGO Water Programme
    return bool(names) and all(word[0].isupper() or not word[0].isalpha() or "'" in word for word in names)


def _is_written_as_name(name: str) -> bool:
    """Whether words behind a cue are a name: with capitals, or two or three without."""
    words = name.split()
    return looks_like_name(name) or (name.islower() and len(words) <= 3 and words[0] not in _ARTICLES)


def merge_bylines(bylines: Sequence[Byline]) -> Byline:
    """All that several bylines name, each name once."""
    return Byline(
        people=_distinct(name for byline in bylines for name in byline.people),
        editors=_distinct(name for byline in bylines for name in byline.editors),
        desks=_distinct(name for byline in bylines for name in byline.desks),
        houses=_distinct(name for byline in bylines for name in byline.houses),
        agencies=_distinct(name for byline in bylines for name in byline.agencies),
        places=_distinct(name for byline in bylines for name in byline.places),
    )


def _sort_pieces(section: str, *, is_cued: bool, is_declared: bool = False) -> Byline:
    """The pieces of a byline by what they are. Without a cue ('By') a piece may be a place that no list holds."""
    found: dict[str, list[str]] = {kind: [] for kind in ("people", "desks", "houses", "agencies", "places")}
    people = found["people"]
    for piece, is_dated, is_first in _pieces(section):
        has_maker = bool(found["desks"] or found["houses"] or found["agencies"])
        is_announced = is_first and is_cued
        if agency := find_agency(piece):
            found["agencies"].append(agency)
        elif _USER_NAME.fullmatch(piece) and (is_announced or is_declared):
            people.append(piece)
        elif is_announced and not people and (name := _find_full_name_ahead(piece)):
            people.append(name)
        elif people and (agency := _find_agency_of_post(piece)):
            found["agencies"].append(agency)
        elif not _may_name(piece, follows=bool(people)) or (is_cued and not is_first and not looks_like_name(piece)):
            continue
        elif (name := _strip_posts(piece)) != piece:
            people.append(name)
        elif kind := _find_kind(piece):
            found[kind].append(piece)
        elif (is_dated and people and not (is_cued and " " in piece)) or (has_maker and not is_cued):
            found["places"].append(piece)
        else:
            people.append(piece)
    if not is_cued and not found["places"]:
        has_maker = bool(found["desks"] or found["houses"] or found["agencies"])
        found["places"] = [name for name in people if _may_be_place(name, section, people, has_maker)]
        found["people"] = [name for name in people if name not in found["places"]]
    return Byline(**{kind: _distinct(names) for kind, names in found.items()})


def _find_agency_of_post(piece: str) -> str | None:
    """PTI of 'PTI Science Writer'."""
    words = piece.split()
    is_post = len(words) > 1 and fold(words[-1]) in _words().posts
    return find_agency(words[0]) if is_post and words[0].isupper() else None


def _find_full_name_ahead(piece: str) -> str | None:
    """'Asha Rao' of 'Asha Rao on behalf of the village'."""
    ahead = _FULL_NAME_AHEAD.match(f"{piece} ")
    return ahead[1].strip() if ahead and not looks_like_name(piece) else None


def _may_name(piece: str, *, follows: bool) -> bool:
    """Whether a piece may be a name and is no post; behind a person, any post is that person's."""
    is_post = _is_credential(piece) and (follows or _opens_as_post(piece))
    is_named_post = follows and _strip_posts(piece) != piece
    return _is_name(piece) and fold(piece) not in _words().no_names and not is_post and not is_named_post


def _may_be_place(name: str, section: str, names: list[str], has_maker: bool) -> bool:
    """'चमोली, [जेएनएन]', 'सरायपुर [अमित कुमार]', 'अमित कुमार, सरायपुर': one word beside a full name or a maker is where."""
    if "[" in section and name in section.partition("[")[0]:
        return True
    is_word = " " not in name and not name.isascii()
    return is_word and (has_maker or any(" " in other for other in names))


def read_dateline(text: str) -> tuple[str | None, tuple[str, ...]]:
    """The place that a dateline opens with, and its agencies: 'नई दिल्ली, 12 जनवरी (भाषा)', 'जेएनएन, लखनऊ।'."""
    agencies: list[str] = []
    place = None
    undated = _DAY.sub(_cut_day, clean_line(text[:_LONGEST_BYLINE]))  # 'रांची, 21 फरवरी, एएनआई': the agency is behind it
    for piece, _, _ in _pieces(undated):
        if agency := find_agency(piece):
            agencies.append(agency)
        elif place is None and _may_open(piece):
            place = piece
    return place, _distinct(agencies)


def _cut_day(match: re.Match[str]) -> str:
    return " | " if is_month(match["month"]) else match[0]


def _may_open(piece: str) -> bool:
    """Whether a piece of a dateline can be a place: known as one, or a short name that is no desk and has a capital."""
    kind = _find_kind(piece)
    return kind == "places" or (kind is None and _is_name(piece) and not piece[0].islower() and piece.count(" ") <= 3)


def read_credit(text: str) -> tuple[str, ...]:
    """Agencies of a credit line: '(इनपुट- भाषा, एएनआई)', 'PTI के इनपुट के साथ', 'With inputs from IANS'."""
    agencies = []
    for piece, _, _ in _pieces(clean_line(text[:_LONGEST_BYLINE])):
        words = piece.split()
        while words and find_agency(" ".join(words)) is None and fold(words[0]).strip(_EDGES) in _words().credits:
            words.pop(0)
        while words and find_agency(" ".join(words)) is None and fold(words[-1]).strip(_EDGES) in _words().credits:
            words.pop()
        sign_off = words[:1] if len(words) <= 4 else []  # (भाषा अमित): the agency, then its editors' first names
        if agency := find_agency(" ".join(words) or piece) or find_agency(" ".join(sign_off)):
            agencies.append(agency)
    return _distinct(agencies)


def find_agency(name: str) -> str | None:
    """The canonical name of a news agency, if the whole of a name is a spelling of one."""
    return _agencies().get(squash(name)) if name else None


@cache
def _agency_table() -> list[dict[str, str]]:
    """Rows of flows/rules/agencies.csv: name, spellings, and those of them that are everyday words as well."""
    with (_RULES / "agencies.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _agencies() -> dict[str, str]:
    """Squashed spelling → canonical name."""
    return {squash(name): row["name"] for row in _agency_table() for name in row["spellings"].split("|")}


@cache
def _agency_words() -> frozenset[str]:
    """Spellings that name an agency only where they stand alone: भाषा, वार्ता."""
    return frozenset(squash(name) for row in _agency_table() for name in row["words"].split("|") if name)


@cache
def _places() -> frozenset[str]:
    lines = (_RULES / "places.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(fold(name) for line in lines if not line.startswith("#") for name in line.split("|"))


def is_full_name(text: str) -> bool:
    """Whether two or three words are a known given name and a known surname, nothing else: अनुराधा मिश्रा."""
    words = fold(text).split()
    return 2 <= len(words) <= 3 and words[0] in _name_words("given_names") and words[-1] in _name_words("surnames")


@cache
def _name_words(table: str) -> frozenset[str]:
    lines = (_RULES / f"{table}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(fold(name) for name in lines if not name.startswith("#"))


@cache
def _words() -> _Words:
    table: dict[str, list[str]] = tomllib.loads((_RULES / "bylines.toml").read_text(encoding="utf-8"))
    folded = {key: frozenset(map(fold, words)) for key, words in table.items()}
    kinds = {
        "author": (table["author_cues"], table["author_labels"]),
        "editor": (table["editor_cues"], table["editor_labels"]),
        "date": ([], table["date_labels"]),
        "credit": ([], table["credit_labels"]),
        "image": (table["image_cues"], table["image_labels"]),
        "reader": (table["reader_cues"], []),
    }
    groups = []
    for kind, (cues, labels) in kinds.items():
        bare = rf"(?:{_any_of(cues)})(?=[\s:.-]|$)\s*[:.-]?" if cues else r"(?!)"
        label = rf"(?:{_any_of(labels) or '(?!)'})\s*(?:[:：]+-?|[-–—]|ः)(?!\w*\s*\d{{4}}\b\s*$)"
        if kind == "image":
            label = rf"(?:{_any_of(labels)})\s*[:©]|©"
        elif kind == "author":
            label += rf"|(?:(?<=[|·•–—-]\s)|(?<=\d\s)|(?<=\buhr\s))(?:{_any_of(table['dated_cues'])})\s+(?=\w)"
        groups.append(rf"(?P<{kind}>{bare}|{label})")
    return _Words(
        cue=re.compile(rf"(?<![^\W_])(?:{'|'.join(groups)})", re.I),
        after=re.compile(rf"\s(?:{_any_of(table['after_cues'])})$", re.I),
        opening=re.compile(rf"(?:{_any_of(table['opening_cues'])})\s+(?=\w)", re.I),
        bio=re.compile(rf"(?:{_any_of(table['bio_cues'])})\s+(?=\w)", re.I),
        joiner=re.compile(rf"\s(?:{_any_of(table['joiners'])})\s", re.I),
        weak_joiner=re.compile(rf"\s(?:{_any_of(table['weak_joiners'])})\s"),
        date_joiners=folded["date_joiners"],
        post_adjectives=folded["post_adjectives"],
        posts=folded["posts"],
        particles=folded["particles"],
        no_names=folded["no_names"],
        desks=_any_word(folded["desk_words"]),
        houses=_any_word(folded["house_words"]),
        prose=folded["prose_words"],
        credentials=folded["credentials"],
        days=folded["day_words"],
        credits=folded["credit_words"],
        title_words=frozenset(map(squash, table["title_words"])),
    )


def _any_of(words: Iterable[str]) -> str:
    return "|".join(
        re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=lambda word: (-len(word), word))
    )


def _any_word(words: Iterable[str]) -> re.Pattern[str]:
    """Finds one of the words or phrases in folded text, as whole words."""
    return re.compile(rf"(?<![\w\u0900-\u0dff])(?:{_any_of(words)})(?![\w\u0900-\u0dff])")


def _split_at_cues(line: str) -> Iterator[tuple[str | None, str]]:
    """Sections of a byline with what the cue before them announces: author, editor, date or, at the start, nothing."""
    opening = _words().opening.match(line) or _words().bio.match(line)
    kind, start = ("author", opening.end()) if opening else (None, 0)
    for match in _words().cue.finditer(line):
        yield kind, line[start : match.start()]
        kind, start = match.lastgroup, match.end()
    yield kind, line[start:]


def _pieces(section: str) -> Iterator[tuple[str, bool, bool]]:
    """The smallest parts that may be names; whether a date stood right behind them, and no strong border before."""
    for number_of_group, group in enumerate(filter(_LETTER.search, _STRONG_BORDER.split(section))):
        undated = _FIRST_DATE_WORD.sub("", group)
        chunks = [part for chunk in _WEAK_BORDER.split(undated) for part in _words().joiner.split(chunk)]
        parts = [part for chunk in chunks for part in _split_full_names(chunk)]
        for number, part in enumerate(parts, start=1):
            words = _words().after.sub("", part.strip(_EDGES)).split()
            is_dated = undated != group and number == len(parts)
            while words and (_ends_before_date(words, is_dated) or fold(words[-1]).strip(_EDGES) in _words().days):
                words.pop()
            while words and fold(words[0]).strip(_EDGES) in _words().days:
                words.pop(0)
            if words and not words[-1].isascii() and is_month(words[-1]):
                continue  # 'चार अप्रैल': a day in words
            for piece in _split_last(words):
                if _LETTER.search(piece):
                    yield piece.strip(_EDGES), is_dated, not number_of_group


def _ends_before_date(words: list[str], is_dated: bool) -> bool:
    """Whether a name's last word belongs to the date behind it, which may stand in a box of its own: Asha Rao on."""
    last = words[-1]
    is_joiner = fold(last) in _words().date_joiners
    is_long_month = len(words) > 2 and len(last) > 6 and is_month(last)  # December; May and April are names
    return (is_joiner and (is_dated or last.islower())) or is_long_month or (is_dated and is_month(last))


def _split_full_names(chunk: str) -> list[str]:
    """'Ana López y Juan Pérez' as two names; 'Ramón y Cajal' is one."""
    parts = _words().weak_joiner.split(chunk)
    return parts if all(len(part.split()) >= 2 for part in parts) else [chunk]


def _strip_posts(piece: str) -> str:
    """'Asha Rao Senior Staff Writer', 'Staff Writer Asha Rao': a full name without the post beside it."""
    words = piece.split()
    if len(words) < 3:
        return piece
    folded = [fold(word).strip(_EDGES) for word in words]
    posts, adjectives = _words().posts, _words().post_adjectives
    if folded[-1] in posts or folded[-1] in _words().credentials:
        size = len(words) - 1
        while size and folded[size - 1] in adjectives:
            size -= 1
        rest = words[:size]
    else:
        size = 0
        while folded[size] in adjectives:
            size += 1
            if size == len(words):
                return piece
        rest = words[size + 1 :] if folded[size] in posts else []
    name = " ".join(rest)
    is_full = 2 <= len(rest) <= 4 and all(word[0].isupper() for word in rest)
    is_title = bool(rest) and (fold(rest[0]) in _ARTICLES or fold(rest[0]) in adjectives)
    return name if is_full and not is_title and not _find_kind(name) else piece


def _split_last(words: list[str]) -> list[str]:
    """'अमित कुमार नई दिल्ली', 'सरायपुर जेएनएन': a known place or agency behind another name is a piece of its own."""
    whole = " ".join(words)
    if whole.isascii() or find_agency(whole) or _find_kind(whole) == "places":
        return [whole]
    for size in (2, 1):
        head, tail = " ".join(words[:-size]), " ".join(words[-size:])
        if not head:
            continue
        is_agency = find_agency(tail) and (squash(tail) not in _agency_words() or _find_kind(head) == "places")
        is_place = _find_kind(tail) == "places" and (" " in head or _find_kind(head) == "desks")
        if is_agency or is_place:
            return [head, tail]
    return [whole]


@lru_cache(maxsize=1 << 12)
def _find_kind(piece: str) -> str | None:
    """desks, houses or places for what can't be a person, by its words."""
    folded = fold(piece)
    if _words().desks.search(folded):
        return "desks"
    if _words().houses.search(folded) or _DOMAIN.search(piece):
        return "houses"
    return "places" if folded in _places() else None


def _is_credential(piece: str) -> bool:
    last = fold(piece.split()[-1]).rstrip(".")
    is_post = last in _words().credentials or last in _words().posts or last.endswith(("redakteur", "redakteurin"))
    return bool(_ACRONYM.fullmatch(piece)) or is_post


def _opens_as_post(piece: str) -> bool:
    """Whether a piece opens as only a post does: Certified Sleep Consultant."""
    return fold(piece.split()[0]).rstrip(".") in _words().post_adjectives and _strip_posts(piece) == piece


def _is_name(piece: str) -> bool:
    """Whether a piece can be a name at all: short, few words, no digits, no end of a sentence, no word of prose."""
    return (
        len(piece) <= _LONGEST_NAME
        and len(piece.split()) <= _MOST_WORDS
        and bool(_LETTER.search(piece))
        and not re.search(r"[\d?!…]", piece)
        and not any(fold(word) in _words().prose for word in piece.split() if not word[0].isupper())
    )


def is_site_name(part: str, site_names: Iterable[str]) -> bool:
    """Whether a part of a title or byline names the site, in any script, or is a filler such as 'Hindi News'."""
    key = squash(part)
    if not key or key in _words().title_words or _is_domain(part):
        return True
    for name in site_names:
        own = squash(name)
        if key == own or _is_variant(key, own):
            return True
        if key.isascii() != own.isascii() and len(_consonants(part)) >= 3 and _consonants(part) == _consonants(name):
            return True
    return False


@lru_cache(maxsize=1 << 12)
def _consonants(name: str) -> str:
    """What stays the same when a name changes script: यमुना वार्ता, yamunavarta."""
    heard = "".join(map(sound, re.findall(r"[\w\u0900-\u0dff]+", fold(name))))
    return re.sub(r"(.)\1+", r"\1", "".join(CONSONANT.findall(heard)))


def _is_variant(key: str, name: str) -> bool:
    """Whether one is the other with a little more: 'Metro News' of metro, 'STERN.de' of stern."""
    short, long = sorted((key, name), key=len)
    return len(short) >= 4 and short in long and len(key) <= 2 * len(name)


def _is_domain(part: str) -> bool:
    """Whether a part is a site's address: 'n-tv.de', 'भास्कर.कॉम'."""
    return bool(re.fullmatch(r"\S+\.\S{2,8}(?:\.\w\w)?", part.strip()) and _DOMAIN.search(part))


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in order, whatever its case and signs."""
    seen: dict[str, str] = {}
    for name in names:
        seen.setdefault(squash(name), name)
    return tuple(seen.values())
