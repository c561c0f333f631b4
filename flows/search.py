"""`khabar search`: Hindi full-text search in plain SQL, over every spelling, every form and every alias."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field, fields
from datetime import date
from functools import cache
from itertools import islice, product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from rich.console import Console
from rich.text import Text

from flows import warehouse
from flows.columns import LEAST_WIDTH, wrap
from flows.settings import Settings, UsageError
from flows.terminal import as_json, console, harmless, say, show_line
from flows.text.folding import RULES
from flows.text.inflections import spelling, terms
from flows.text.tokens import WORD, fold_name

if TYPE_CHECKING:
    from flows.gazetteer import Gazetteer

#: SQL and its parameters → the rows of one generation.
Ask = Callable[..., list[tuple[Any, ...]]]

#: More words are no question; each costs a look into the table.
MOST_WORDS = 40
#: An alias stands for the entity that has at least this share of its mentions; else it is ambiguous.
SURE_SHARE = 0.9
#: Other spellings of an entity that are looked for in the text, titles above all: its mentions are found anyway.
MOST_ALIASES = 12
#: Words of the longest name that is looked for in a question, and ways to print it.
LONGEST_NAME, MOST_PRINTED = 6, 64
#: Words of a snippet, and those of them that stand before the first match.
SNIPPET_WORDS, SNIPPET_BEFORE = 32, 8
#: How alike (0 to 100) a word must be for "did you mean".
LEAST_LIKENESS, MOST_GUESSES = 70, 3

#: What stands below a headline is set in.
INDENT = 2

_QUOTED = re.compile('"([^"]*)"|([^"]+)')
_QUOTE_MARKS = re.compile("[“”„‟«»＂]")


@dataclass(frozen=True)
class Entity:
    """What a name in the question stands for, and how else it is printed, the most frequent first."""

    entity_id: str
    name: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """One thing that is asked for: words side by side, in their exact spelling where they are quoted."""

    words: tuple[str, ...]
    is_quoted: bool = False
    entity: Entity | None = None

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def wanted(self) -> list[tuple[str, ...]]:
        """The ways to say it, each a sequence of spellings."""
        said = [self.words, *(tuple(WORD.findall(alias)) for alias in (self.entity.aliases if self.entity else ()))]
        ways = list(dict.fromkeys(tuple(map(spelling, words)) for words in said if words))
        return [way for way in ways if not any(other != way and _holds(way, other) for other in ways)][
            : MOST_ALIASES + 1
        ]


@dataclass(frozen=True)
class Filters:
    """Which articles may answer: an empty site means those without one; days are those that the pages print."""

    site: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Match:
    """An article that answers; of several with the same text, the first published."""

    article_id: str
    score: float
    title: str | None
    snippet: str
    site: str | None
    published_on: date | None
    source_path: str
    copy_count: int


@dataclass(frozen=True)
class Answer:
    """What a search found; `notes` are for people, `total` counts texts."""

    matches: list[Match]
    groups: list[Group]
    total: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def also(self) -> dict[str, list[str]]:
        """The names of the question and how else they are printed."""
        return {group.text: list(group.entity.aliases) for group in self.groups if group.entity}


@contextmanager
def asking(file: Path) -> Iterator[Ask]:
    """Questions to the generation of a warehouse that is published now.

    Raises:
        WarehouseError: there is no warehouse, or it can't be read.
    """
    with warehouse.open_reader(file) as reader:
        yield lambda sql, **parameters: cast("list[tuple[Any, ...]]", reader.ask(sql, parameters).rows)


def parse_day(option: str, day: str | None) -> date | None:
    """A day as 2026-01-31.

    Raises:
        UsageError: it is none.
    """
    try:
        return date.fromisoformat(day) if day is not None else None
    except ValueError as error:
        raise UsageError(f"{option} {day}: give a day as 2026-01-31") from error


# --- the question ----------------------------------------------------------------------------------------------------


def parse(question: str) -> list[Group]:
    """The groups of a question: what stands in quotes is one group, every other word its own; a lone quote is none.

    Raises:
        UsageError: there is no word in it, or too many.
    """
    plain = _QUOTE_MARKS.sub('"', question)
    if plain.count('"') % 2:
        head, _, tail = plain.rpartition('"')
        plain = f"{head} {tail}"
    groups = []
    for quoted, bare in _QUOTED.findall(plain):
        if quoted:
            groups.append(Group(tuple(WORD.findall(quoted)), is_quoted=True))
        else:
            groups += [Group((word,)) for word in WORD.findall(bare)]
    groups = [group for group in groups if any(map(spelling, group.words))]
    if not groups:
        raise UsageError(f"{question!r} holds no word to search for")
    if sum(len(group.words) for group in groups) > MOST_WORDS:
        raise UsageError(f"a search takes at most {MOST_WORDS} words")
    return groups


def leave_out_small_words(groups: list[Group]) -> list[Group]:
    """The groups without का, में and the like, unless there is nothing else."""
    small = _function_words()
    return [group for group in groups if group.is_quoted or group.text not in small] or groups


@cache
def _function_words() -> frozenset[str]:
    """The small words of Hindi: those of other languages may be names here (US)."""
    text = RULES.with_name("function_words.txt").read_text(encoding="utf-8")
    return frozenset(word for word in text.split() if "\u0900" <= word[0] <= "\u097f")


def _holds(words: Sequence[str], part: Sequence[str]) -> bool:
    """Whether the words hold the part, side by side."""
    size = len(part)
    return any(tuple(words[at : at + size]) == tuple(part) for at in range(len(words) - size + 1))


class Vocabulary:
    """The words of the warehouse that a question may mean: number → word as printed, by spelling and by term."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.looked_up: set[str] = set()
        self.spelt: dict[str, dict[int, str]] = defaultdict(dict)
        self.meant: dict[str, dict[int, str]] = defaultdict(dict)

    def look_up(self, groups: list[Group]) -> None:
        """Fetch what the groups mean and was not fetched before."""
        wanted = {term for group in groups for way in group.wanted for word in way for term in terms(word)}
        if not wanted <= self.looked_up:
            # A list of constants, unlike a join, lets DuckDB pass over the row groups that hold other terms.
            names = {f"term_{number}": term for number, term in enumerate(sorted(wanted - self.looked_up))}
            rows = self.ask(
                "select term, word_no, word, is_spelling from search_words"  # noqa: S608 names of parameters
                f" where term in ({', '.join(f'${name}' for name in names)})",
                **names,
            )
            for term, number, word, is_spelling in rows:
                self.meant[term][number] = word
                if is_spelling:
                    self.spelt[term][number] = word
        self.looked_up |= wanted

    def forms(self, group: Group, way: tuple[str, ...]) -> list[dict[int, str]]:
        """For each word of a way to say a group the words that are it; in any form if it stands alone."""
        if len(way) == 1 and not group.is_quoted:
            return [{number: word for term in terms(way[0]) for number, word in self.meant[term].items()}]
        return [self.spelt[word] for word in way]


# --- entities --------------------------------------------------------------------------------------------------------


def join_names(ask: Ask, groups: list[Group], vocabulary: Vocabulary) -> tuple[list[Group], list[str]]:
    """The groups with the longest names among unquoted words made one group each; a note for each ambiguous name."""
    spans = list(_spans(groups))
    named = find_named(ask, [words for start, words in spans if not groups[start].is_quoted], vocabulary)
    joined: list[Group] = []
    notes: list[str] = []
    at = 0
    for start, words in spans:  # from each group on the longest first, at last the group alone
        if start < at:
            continue
        found = named.get(words, [])
        sure = _sure(found)
        if sure:
            entity = Entity(sure.entity_id, sure.name, tuple(other_aliases(ask, sure.entity_id, words)))
            joined.append(Group(words, entity=entity))
            at += len(words)
        elif words is groups[start].words:
            joined.append(groups[start])
            at += 1
        if found and not sure:
            meant = ", ".join(f"{named.name} ({named.mention_count})" for named in found[:MOST_GUESSES])
            notes.append(f"{' '.join(words)} may be {meant}: give the full name to find its other names too")
    return joined, notes


def _spans(groups: list[Group]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The words of unquoted groups side by side, from each group on the longest first; every group alone is one too."""
    for start, group in enumerate(groups):
        rest = groups[start : start + LONGEST_NAME]
        run = next((size for size, other in enumerate(rest) if other.is_quoted), len(rest))
        for size in range(run, 1, -1):
            yield start, tuple(word for other in groups[start : start + size] for word in other.words)
        yield start, group.words


class Named(NamedTuple):
    """An entity that goes by a name, and how many mentions are so printed."""

    entity_id: str
    name: str
    mention_count: int


def find_named(ask: Ask, spans: list[tuple[str, ...]], vocabulary: Vocabulary) -> dict[tuple[str, ...], list[Named]]:
    """The entities that go by each span of words, in any spelling, the most mentioned first."""
    printed = {word: sorted(vocabulary.spelt[spelling(word)].values()) for words in spans for word in words}
    spans_of: dict[str, tuple[str, ...]] = {}
    for words in spans:
        ways = islice(product(*([word, *printed[word]] for word in words)), MOST_PRINTED)
        names = [mark.join(way) for way in ways for mark in (" ", "-")]
        spans_of |= dict.fromkeys([*names, " ".join(words).lower()], words)
    rows = ask(warehouse.shown_sql("named"), names=list(spans_of))
    counts: dict[tuple[str, ...], Counter[tuple[str, str]]] = defaultdict(Counter)
    for name, entity_id, shown, count in rows:
        counts[spans_of[name]][entity_id, shown] += count
    for words in spans:
        if words not in counts and not all(printed[word] for word in words):  # a spelling that no article prints
            counts[words].update(dict.fromkeys(curated(ask, words), 0))
    return {
        words: sorted((Named(*key, count) for key, count in found.items()), key=lambda named: (-named[2], named[0]))
        for words, found in counts.items()
    }


def curated(ask: Ask, words: tuple[str, ...]) -> list[tuple[str, str]]:
    """The entities of the warehouse that the alias table knows by this name: id and name."""
    entries = _gazetteer().names.rows.get(tuple(fold_name(" ".join(words)).split()), ())
    if not entries:
        return []
    known = ask(warehouse.shown_sql("entities"), entities=sorted({entry.entity_id for entry in entries}))
    return [(entity_id, name) for entity_id, _, name, *_ in known]


@cache
def _gazetteer() -> Gazetteer:
    """Loaded only for words that no article prints: it takes longer than a search."""
    from flows.gazetteer import load_gazetteer

    return load_gazetteer()


def _sure(found: list[Named]) -> Named | None:
    """The entity that has all but a few of the mentions."""
    total = sum(named.mention_count for named in found)
    is_sure = len(found) == 1 or (total and found[0].mention_count >= SURE_SHARE * total)
    return found[0] if is_sure else None


def other_aliases(ask: Ask, entity_id: str, asked: tuple[str, ...]) -> list[str]:
    """How else an entity is printed, one spelling for all that fold alike; only aliases that are surely its own."""
    rows = ask(warehouse.shown_sql("other_aliases"), id=entity_id, share=SURE_SHARE)
    by_spelling = {tuple(map(spelling, asked)): ""}
    for (alias,) in rows:
        by_spelling.setdefault(tuple(map(spelling, WORD.findall(alias))), alias)
    return [alias for alias in by_spelling.values() if alias]


# --- the answer ------------------------------------------------------------------------------------------------------


def answer(ask: Ask, question: str, filters: Filters, limit: int) -> Answer:
    """The articles that answer best.

    Raises:
        UsageError: the question holds no word, or the site is unknown.
    """
    groups = leave_out_small_words(parse(question))
    check_site(ask, filters.site)
    vocabulary = Vocabulary(ask)
    vocabulary.look_up(groups)
    groups, notes = join_names(ask, groups, vocabulary)
    vocabulary.look_up(groups)
    rows = ask(search_sql(groups, vocabulary, filters), **_parameters(groups, filters, limit))
    if not rows:
        return Answer([], groups, 0, notes + explain_nothing(ask, groups, vocabulary, filters))
    held, total = rows[0][-2:]
    if held < len(groups):
        notes.append(f"no article holds all {len(groups)} words asked for; these hold {held}")
    forms = _forms(groups, vocabulary)
    return Answer([_match(row, forms) for row in rows], groups, total, notes)


def check_site(ask: Ask, site: str | None) -> None:
    if site is None or ask(warehouse.shown_sql("site"), site=site):
        return
    sites = ", ".join(name for (name,) in ask(warehouse.shown_sql("sites"))[:20] if name)
    raise UsageError(f"--site {site}: no article is of that site; there are: {sites or 'none'}")


def search_sql(groups: list[Group], vocabulary: Vocabulary, filters: Filters) -> str:
    """The question in SQL; no text of the user is in it, only numbers of words that the warehouse gave."""
    words, phrases = [], []
    for group_no, group in enumerate(groups):
        for way_no, way in enumerate(group.wanted):
            forms = vocabulary.forms(group, way)
            if not all(forms):
                continue
            if len(way) == 1:
                words += [(group_no, way_no, number) for number in forms[0]]
            else:
                phrases.append(_phrase_sql(group_no, [list(form) for form in forms]))
    found = [*([_words_sql(words)] if words else []), *phrases]
    if any(group.entity for group in groups):
        found.append(
            "select asked.group_no, article_no, 0 as title_count, count(*) as body_count from mentions"
            " join (select unnest($entity_groups) as group_no, unnest($entity_ids) as entity_id) as asked"
            " using (entity_id) join search_articles using (article_id) group by all"
        )
    if not found:
        found = ["select 0 as group_no, 0 as article_no, 0 as title_count, 0 as body_count where false"]
    conditions = [condition for name, condition in _CONDITIONS.items() if getattr(filters, name) is not None]
    return _SEARCH.format(
        found=" union all ".join(found),
        hits=_BEST_WAYS if len(found) > 1 or any(row[1] for row in words) else _ONLY_WAYS,
        filtered=_FILTERED.format(" and ".join(conditions)) if conditions else "true",
        marked=_MARKED if any(group.entity for group in groups) else "null",
    )


def _words_sql(words: list[tuple[int, int, int]]) -> str:
    """Articles with any of these words: rows of group, way to say it and number of the word."""
    rows = ", ".join(map(str, words))
    numbers = ", ".join(str(number) for number in sorted({row[2] for row in words}))
    return (
        "select group_no, article_no, sum(title_count) as title_count, sum(body_count) as body_count"  # noqa: S608
        f" from search_places join (values {rows}) as asked (group_no, way_no, word_no) using (word_no)"
        f" where word_no in ({numbers}) group by group_no, way_no, article_no"
    )


def _phrase_sql(group_no: int, forms: list[list[int]]) -> str:
    """Articles in which these words stand side by side."""
    parts = [
        f"(select article_no, unnest(positions) - {place} as position from search_places"  # noqa: S608 numbers
        f" where word_no in ({', '.join(map(str, numbers))}))"
        for place, numbers in enumerate(forms)
    ]
    joined = " join ".join(
        f"{part} as word_{place}" + (" using (article_no, position)" if place else "")
        for place, part in enumerate(parts)
    )
    return (
        f"select {group_no} as group_no, article_no, count(*) filter (position < title_word_count) as title_count,"  # noqa: S608
        f" count(*) filter (position >= title_word_count) as body_count from {joined}"
        " join search_articles using (article_no) group by all"
    )


def _parameters(groups: list[Group], filters: Filters, limit: int) -> dict[str, Any]:
    given: dict[str, Any] = {name: getattr(filters, name) for name in _CONDITIONS if getattr(filters, name) is not None}
    entities = [(number, group.entity.entity_id) for number, group in enumerate(groups) if group.entity]
    if entities:
        given |= {"entity_groups": [row[0] for row in entities], "entity_ids": [row[1] for row in entities]}
    return given | {"limit": limit}


_CONDITIONS = {
    "site": "coalesce(site, '') = $site",
    "since": "published_on >= $since",
    "until": "published_on <= $until",
}
_FILTERED = "article_no in (select article_no from search_articles join articles using (article_id) where {})"

#: BM25 (k1 = 1.2, b = 0.75) as in the view search_hits: a word of the title counts as three of the body. Of several
#: ways to say a thing the one said most counts. Copies of a text are one answer: the first publication that holds what
#: the best does, for each has a headline of its own. Decimals have one sum whatever the order in which threads add them
#: up: of doubles equal matches came in another order each time. Bodies are fetched by the place of their row, which
#: takes half the time.
_SEARCH = """
with found as ({found}),
hits as ({hits}),
corpus as (
    select count(*) as article_count, avg(body_word_count + 3 * title_word_count) as mean_size from search_articles
),
rarity as (
    select group_no, ln(1 + (any_value(article_count) - count(*) + 0.5) / (count(*) + 0.5)) as idf
    from hits cross join corpus group by all
),
scores as (
    select article_no, count(*) as group_count, sum((
        idf * weight * 2.2 / (weight + 1.2 * (0.25 + 0.75 * (body_word_count + 3 * title_word_count) / mean_size))
    )::decimal(18, 9))::double as score
    from hits join rarity using (group_no) join search_articles using (article_no) cross join corpus
    where {filtered}
    group by all
),
texts as (
    select content_key, max(score) as score, max(group_count) as group_count, count(*) as copy_count
    from scores join search_articles using (article_no)
    where group_count = (select max(group_count) from scores)
    group by all
),
best as (
    select *, count(*) over () as total from texts order by score desc, content_key limit $limit
),
shown as (
    select articles.rowid as place, best.score, copy_count, best.group_count, total
    from best join search_articles using (content_key) join scores using (article_no, group_count)
    join articles using (article_id)
    qualify row_number() over (partition by content_key order by published_at nulls last, article_id) = 1
)
select article_id, round(score, 4), title, body, site, published_on, source_path, copy_count, {marked},
    group_count, total
from shown join articles on articles.rowid = shown.place
order by score desc, published_at desc nulls last, article_id
"""
_ONLY_WAYS = "select group_no, article_no, body_count + 3 * title_count as weight from found"
_BEST_WAYS = "select group_no, article_no, max(body_count) + 3 * max(title_count) as weight from found group by all"
#: Where the entities asked for stand in the body.
_MARKED = """(
    select list([start_char, end_char]) from mentions
    where mentions.article_id = articles.article_id and entity_id in (select unnest($entity_ids))
)"""


# --- snippets --------------------------------------------------------------------------------------------------------


def _forms(groups: list[Group], vocabulary: Vocabulary) -> list[tuple[int, list[frozenset[str]]]]:
    """Every way to say a group, as the printed words at each of its places."""
    ways = [(number, vocabulary.forms(group, way)) for number, group in enumerate(groups) for way in group.wanted]
    return [(number, [frozenset(form.values()) for form in forms]) for number, forms in ways if all(forms)]


def _match(row: Sequence[Any], forms: list[tuple[int, list[frozenset[str]]]]) -> Match:
    article_id, score, title, body, site, published_on, source_path, copy_count, mentions, *_ = row
    snippet = make_snippet(body, forms, mentions or [])
    return Match(article_id, score, title, snippet, site, published_on, source_path, copy_count)


def make_snippet(
    body: str, forms: list[tuple[int, list[frozenset[str]]]], mentions: Sequence[Sequence[int]] = ()
) -> str:
    """The stretch of a body that says most of what was asked, each match «marked»; its beginning if nothing matches."""
    words = list(WORD.finditer(body))
    texts = [word[0] for word in words]
    marks: dict[int, tuple[int, int]] = {}  # first word of a match: the word after it, the group
    for group_no, form in forms:
        for at in range(len(words) - len(form) + 1):
            if all(text in form[k] for k, text in enumerate(texts[at : at + len(form)])):
                marks[at] = max(marks.get(at, (0, 0)), (at + len(form), group_no))
    for start, end in mentions:
        inside = [at for at, word in enumerate(words) if start <= word.start() and word.end() <= end]
        if inside:
            marks[inside[0]] = max(marks.get(inside[0], (0, 0)), (inside[-1] + 1, -1))
    first = _best_start(sorted(marks), marks)
    last = min(first + SNIPPET_WORDS, len(words))
    parts, at, word_no = ["…" if first else ""], words[first].start() if words else 0, first
    if not first:
        at = 0
    while word_no < last:
        end, _ = marks.get(word_no, (word_no + 1, 0))
        end = min(end, last)
        if word_no in marks:
            stretch = body[words[word_no].start() : words[end - 1].end()]
            parts += [body[at : words[word_no].start()], f"«{stretch}»"]
            at = words[end - 1].end()
        word_no = end
    stop = words[last].start() if last < len(words) else len(body)
    parts += [body[at:stop].rstrip() if last < len(words) else body[at:], "…" if last < len(words) else ""]
    return " ".join("".join(parts).split())


def _best_start(places: list[int], marks: dict[int, tuple[int, int]]) -> int:
    """The first word of the stretch with most groups in it, then most matches; the earliest of equal ones."""
    best, most = 0, (0, 0)
    for place in places:
        inside = [other for other in places if place <= other < place + SNIPPET_WORDS - SNIPPET_BEFORE]
        size = len({marks[other][1] for other in inside}), len(inside)
        if size > most:
            best, most = place, size
    return max(best - SNIPPET_BEFORE, 0)


# --- nothing found ---------------------------------------------------------------------------------------------------


def explain_nothing(ask: Ask, groups: list[Group], vocabulary: Vocabulary, filters: Filters) -> list[str]:
    """Why nothing was found, and the nearest words that the warehouse has."""
    unknown = [
        word for group in groups for word in group.words if not any(vocabulary.meant[term] for term in terms(word))
    ]
    if not unknown:
        if filters != Filters():
            return ["nothing found on that site or in that time; search again without the filter"]
        return ["no article holds these words side by side; search again without the quotes"]
    lines = []
    for word in unknown:
        near = nearest_words(ask, word)
        guess = f"; did you mean {', '.join(near)}?" if near else ""
        lines.append(f"no article holds {word}{guess}")
    return lines


def nearest_words(ask: Ask, word: str) -> list[str]:
    """The words of the warehouse that are spelt most like this one, as articles print them."""
    from rapidfuzz import fuzz, process

    spelt = spelling(word)
    rows = ask(warehouse.shown_sql("near_words"), spelt=spelt, least=len(spelt) - 2, most=len(spelt) + 2)
    printed: dict[str, str] = dict(rows)
    near = process.extract(spelt, sorted(printed), scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS, limit=MOST_GUESSES)
    return [printed[term] for term, _, _ in near]


# --- the command -----------------------------------------------------------------------------------------------------


def run_search(settings: Settings, question: str, filters: Filters, limit: int, *, is_json: bool) -> None:
    """Print what was found: a JSON array, or a short paragraph for each article."""
    with asking(settings.warehouse) as ask:
        found = answer(ask, question, filters, limit)
    if not is_json:
        show_answer(found, console())
        return
    for note in found.notes:
        say(note)
    columns = [item.name for item in fields(Match)]
    rows = ([*astuple(match), found.also] for match in found.matches)
    print(as_json([*columns, "also"], rows))


def show_answer(found: Answer, out: Console) -> None:
    """What the question was taken for, then title, day, site, file and snippet of each article."""
    for text, aliases in found.also.items():
        if aliases:
            shown = ", ".join(aliases[:MOST_ALIASES])
            show_line(out, f"{text} also as: {shown}{' …' if len(aliases) > MOST_ALIASES else ''}", "dim")
    for note in found.notes:
        show_line(out, note)
    for match in found.matches:
        copies = f"in {match.copy_count} copies" if match.copy_count > 1 else None
        about = (match.published_on, match.site, match.source_path, copies)
        show_line(out, match.title or "(no title)", "bold")
        show_indented(out, " · ".join(str(part) for part in about if part), "dim")
        show_indented(out, match.snippet)
    if found.total:
        show_line(out, f"{len(found.matches)} of {found.total} articles", "dim")


def show_indented(out: Console, text: str, style: str = "") -> None:
    """Lines below a headline, with what matched in colour."""
    for line in wrap(harmless(text), max(out.width - INDENT, LEAST_WIDTH)):
        shown = Text(" " * INDENT + line, style)
        shown.highlight_regex("«.*?»", "bold green")
        out.print(shown, soft_wrap=True)
