"""One text as the name finders see it: its words, its titles and class words, and the finds of the tables."""

from __future__ import annotations

from dataclasses import dataclass

from flows.gazetteer import Entry, Gazetteer, Head, joins
from flows.text.tokens import BREAK, DOT, HYPHEN, LONGEST_WORD, SPACE, Tokens, is_initial, spelt_letters, tokenise

#: Words of a person's name. Each initial allows one more, up to a bound: a page of initials would take hours.
MOST_WORDS = 4
MOST_WITH_INITIALS = 8


@dataclass(frozen=True)
class Find:
    """A possible name: words `start` to `end` (exclusive). `entries` is what the tables say of it.

    `full` is the fuller name of the text that it repeats a part of.
    """

    start: int
    end: int
    type: str
    method: str
    score: float
    entries: tuple[Entry, ...] = ()
    form: str = "name"  # name, short, demonym
    full: str = ""

    @property
    def is_demonym(self) -> bool:
        return self.form == "demonym"


class Reading:
    """The words of a text and where titles, class words and finds of the tables stand among them."""

    def __init__(self, text: str, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.tokens: Tokens = tokenise(text)
        self.words = self.tokens.words
        self.vocabulary = frozenset(self.words)
        self.titles: dict[int, int] = {}  # start → end
        self.initials: set[int] = set()  # words that are two initials and elsewhere a title
        self.heads: dict[int, tuple[int, Head]] = {}
        self.class_words: dict[int, tuple[int, Head]] = {}
        for start, word in enumerate(self.words):
            title = gazetteer.titles.longest(self.tokens, start) if word in gazetteer.titles.reach else None
            if title is not None and self.is_initials_here(start, title[0]):
                self.initials.add(start)
            elif title is not None and not self.is_given_name_here(start, title[0]):
                self.titles[start] = title[0]
            if word in gazetteer.heads.reach and (head := gazetteer.heads.longest(self.tokens, start)):
                self.heads[start] = head
            if word in gazetteer.class_words.reach and (head := gazetteer.class_words.longest(self.tokens, start)):
                self.class_words[start] = head
        self.head_starts = {end: start for start, (end, _) in self.heads.items()}
        self.title_starts = {end: start for start, end in reversed(self.titles.items())}  # the longest title wins
        self.title_ends = frozenset(self.title_starts)
        self.class_ends = dict(self.class_words.values())
        self.table: list[Find] = []
        self.table_at: dict[int, Find] = {}  # word → the find that holds it

    def follows_title(self, index: int) -> bool:
        """Whether a title stands right before a word: राष्ट्रपति पुतिन, डॉ. राव."""
        return index in self.title_ends and index < len(self) and self.tokens.gaps[index] in (SPACE, HYPHEN, DOT)

    def is_given_name_here(self, start: int, end: int) -> bool:
        """Whether a title is a given name before a surname: राजकुमार वर्मा, नरेश मेहता."""
        lists = self.gazetteer
        is_name = end - start == 1 and end < len(self) and self.words[start] in lists.given_names
        return is_name and self.words[end] in lists.surnames and self.words[end] not in lists.given_names

    def is_initials_here(self, start: int, end: int) -> bool:
        """Whether a title is two initials, after a title and before a surname: डॉ. सीएम सिंह, डीएम एमडी सिंह."""
        is_pair = end - start == 1 and start > 0 and len(spelt_letters(self.words[start])) == 2
        if not is_pair or end >= len(self) or self.words[end] not in self.gazetteer.surnames:
            return False
        before = self.words[start - 1]
        is_after = before in self.gazetteer.learned or (
            before in self.gazetteer.local_posts and bool(spelt_letters(before))
        )
        return is_after and self.tokens.gaps[start] in (SPACE, DOT) and self.tokens.gaps[end] == SPACE

    def __len__(self) -> int:
        return len(self.words)

    def set_table(self, finds: list[Find]) -> None:
        self.table = finds
        self.table_at = {word: find for find in finds for word in range(find.start, find.end)}

    def is_common(self, index: int) -> bool:
        word = self.words[index]
        return word in self.gazetteer.common or word in self.gazetteer.honorifics or word in self.gazetteer.suffixes

    def is_stop(self, index: int) -> bool:
        """Whether a word is one that no name holds: a postposition, a pronoun …"""
        return self.words[index] in self.gazetteer.stop

    def is_unknown(self, index: int) -> bool:
        """Whether a word stands in no list: neither a common word nor a name of the tables, a title or a number."""
        word = self.words[index]
        return (
            1 < len(word) <= LONGEST_WORD
            and not self.is_common(index)
            and word not in self.gazetteer.modifiers
            and index not in self.titles
            and index not in self.table_at
            and not any(char.isdigit() for char in word)
            and self.may_open_name(index)
        )

    def may_open_name(self, index: int) -> bool:
        """Whether a word is no Latin word in small letters."""
        return not self.words[index].isascii() or self.tokens.text[self.tokens.starts[index]].isupper()

    def is_capitals(self, index: int) -> bool:
        """Whether a word is a Latin abbreviation: IST, PSM."""
        return len(self.words[index]) > 1 and self.tokens.surface(index, index + 1).isupper()

    def is_in_person_lists(self, index: int) -> bool:
        return self.words[index] in self.gazetteer.given_names or self.words[index] in self.gazetteer.surnames

    def is_sure_name(self, index: int) -> bool:
        """Whether a word is in the lists of persons' names and is no common word besides."""
        return self.is_in_person_lists(index) and not self.is_weak(index)

    def is_weak(self, index: int) -> bool:
        """Whether a word is a common word, whatever else it is. A name that many bear is ambiguous, but not weak."""
        is_ambiguous = self.words[index] in self.gazetteer.ambiguous
        return self.is_common(index) or (is_ambiguous and not self.is_in_person_lists(index))

    def closes_person(self, index: int) -> bool:
        """Whether a person's name ends with this word, unless more of the lists follow."""
        lists = self.gazetteer
        word = self.words[index]
        return word in lists.surnames and word not in lists.given_names and word not in lists.middle_names

    def is_name_word(self, index: int) -> bool:
        """Whether a word may be part of a person's name, by itself."""
        held = self.table_at.get(index)
        if held is not None and held.type != "PERSON":
            return False
        if index in self.initials:
            return True
        if self.is_stop(index) or index in self.titles or self.is_capitals(index):
            return False
        if self.is_in_person_lists(index) or held is not None:
            return True
        return self.is_unknown(index) and index not in self.heads and index not in self.class_words

    def is_dotted_initial(self, index: int) -> bool:
        """Whether a word is an initial: followed by a full stop, or a letter's name that is no common word."""
        if not is_initial(self.words[index]) or self.is_izafat(index):
            return False
        is_dotted = index + 1 < len(self) and self.tokens.gaps[index + 1] == DOT
        return is_dotted or self.words[index] not in self.gazetteer.stop

    def is_izafat(self, index: int) -> bool:
        """Whether a letter ties two words in the Persian way: गुलशन-ए-इकबाल."""
        gaps = self.tokens.gaps
        return gaps[index] == HYPHEN and index + 1 < len(gaps) and gaps[index + 1] == HYPHEN

    def person_end(self, start: int) -> int:
        """The end of the words from `start` that may be one person's name; `start` itself if there is none."""
        end, most = start, MOST_WORDS
        while end < len(self) and end - start < most:
            if end > start and not joins(self.tokens, end):
                break
            if self.is_dotted_initial(end):
                most = min(most + 1, MOST_WITH_INITIALS)
            elif not self.is_name_word(end) or (end > start and not self.goes_on(end)):
                break
            end += 1
        while end > start and is_initial(self.words[end - 1]):
            end -= 1
        return end

    def goes_on(self, index: int) -> bool:
        """Whether a person's name goes on with a word that may be part of one: not after a surname, not with a common
        word unless a sure name follows, not after a hyphen unless it is unknown (मोदी-शाह and राहुल-प्रियंका are two,
        जोंग-उन is one)."""
        if self.tokens.gaps[index] == HYPHEN:
            given = self.gazetteer.given_names
            return self.is_unknown(index) and not (self.words[index] in given and self.words[index - 1] in given)
        if not self.is_in_person_lists(index):
            return not self.closes_person(index - 1)
        if not self.is_weak(index) or self.words[index] in self.gazetteer.surnames:
            return True
        return self.touches(index + 1) and self.is_sure_name(index + 1)

    def touches(self, index: int) -> bool:
        """Whether word `index` follows the word before it with no more than a space, a hyphen or an initial's stop."""
        return 0 < index < len(self) and joins(self.tokens, index)

    def between(self, index: int) -> str:
        """The text between word `index` and the word before it; the rest of the text after the last word."""
        start = self.tokens.ends[index - 1] if index else 0
        return self.tokens.text[start : self.tokens.starts[index] if index < len(self) else None]

    def is_break(self, index: int) -> bool:
        return index >= len(self) or self.tokens.gaps[index] == BREAK
