"""Reads the boilerplate rules of flows/rules/boilerplate into typed rules; their examples are their tests."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import polars as pl

from flows.text.cues import fold_letters

RULES: Final = Path(__file__).parent / "rules" / "boilerplate"

_ROLE_NAMES: Final = (
    "title standfirst body subhead dateline byline author_bio date kicker site_header share image_credit caption "
    "also_read related comment_prompt comment keywords seo_tag source_credit promo label blank other"
)
ROLES: Final = frozenset(_ROLE_NAMES.split())
KEPT_ROLES: Final = frozenset({"standfirst", "body", "subhead"})

#: Where a rule looks, and how many folded characters it may take there unless it says otherwise.
WHERES: Final[Mapping[str, int]] = {
    "line": 120,  # the whole line
    "start": 80,  # split off the start of a line
    "end": 200,  # split off the end of a line
    "inline": 200,  # taken out of the middle of a line
    "opens": 60,  # the whole line; what follows has the same role until prose comes back
    "css": 0,  # class and id words and tags of an HTML block; for these the length says nothing
}
#: Which lines a rule may touch, as `label` sees the page: head before the first paragraph, tail behind the last, edge
#: either, loose anything but a heading above a paragraph, before_prose directly above a paragraph, lead a paragraph
#: that opens the text or follows a heading, first the paragraphs that open the text, heading a line like a headline.
#: A rule of zone caption or byline splits a line of that role; one of zone tagged holds where the page has a key phrase
#: that shares a word.
#: A css rule of zone any holds even where trafilatura kept the text, of zone edge only where it did not.
ZONES: Final = (
    "any",
    "head",
    "tail",
    "edge",
    "loose",
    "before_prose",
    "lead",
    "first",
    "heading",
    "caption",
    "byline",
    "tagged",
)
#: Beyond this much of them, class words are those of far ancestors: of the page, not of the line.
CSS_REACH: Final = 100
#: A start rule sees this much, enough for the longest dateline.
START_REACH: Final = 115
#: A rule sees this much of each end of a line.
REACH: Final = 320

_LIST: Final = re.compile(r"\{([a-z_]+)\}")


class RuleError(ValueError):
    """A rule file that can't be used: says which file, which rule and what is wrong."""


@dataclass(frozen=True)
class Rule:
    """One boilerplate rule. Patterns are Rust regular expressions over folded text, without regard to case."""

    id: str
    role: str
    where: str
    pattern: str
    why: str
    drops: tuple[str, ...]
    keeps: tuple[str, ...]
    max_chars: int
    zone: str = "any"
    sentences: bool = False  # may take text that ends in a full stop
    reach: str = "section"  # of `opens`: section, or only the next line
    cues: tuple[str, ...] = ()  # one of these must stand in the text: saves time, changes nothing
    unless: str = ""  # a pattern that, found in the matched text, keeps it
    named_again: bool = False  # only if the matched words stand again in the text, as a place does


@dataclass(frozen=True)
class Rulebook:
    """All rules in the order in which they are tried; the first that matches decides."""

    rules: tuple[Rule, ...]

    def of(self, where: str) -> tuple[Rule, ...]:
        return self._by_where.get(where, ())

    @cached_property
    def _by_where(self) -> dict[str, tuple[Rule, ...]]:
        return {where: tuple(rule for rule in self.rules if rule.where == where) for where in WHERES}


def load_rulebook(folder: Path = RULES) -> Rulebook:
    """The rules of every TOML file of a folder, files by name, rules as written.

    Raises:
        RuleError: a file, list, pattern or field that can't be used.
    """
    tables = {path: _read(path) for path in sorted(folder.glob("*.toml"))}
    lists = _collect_lists(tables)
    rules = tuple(_rule(path, entry, lists) for path, table in tables.items() for entry in table.get("rule", []))  # type: ignore[attr-defined]
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise RuleError(f"{folder}: rule {rule.id!r} stands twice; ids must be unique")
        seen.add(rule.id)
    return Rulebook(rules)


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(f"{path} is not valid TOML: {error}") from error


def _collect_lists(tables: Mapping[Path, Mapping[str, object]]) -> dict[str, str]:
    """Name of a word list → the alternation that stands for `{name}` in a pattern, longest words first."""
    lists: dict[str, str] = {}
    for path, table in tables.items():
        given = table.get("lists", {})
        if not isinstance(given, dict):
            raise RuleError(f"{path}: [lists] must be a table of names and texts")
        for name, text in given.items():
            if name in lists:
                raise RuleError(f"{path}: list {name!r} is defined twice")
            words = {fold_letters(word.strip()) for word in re.split(r"[|\n]", str(text)) if word.strip()}
            ordered = sorted(words, key=lambda word: (-len(word), word))
            lists[name] = (
                "(?:" + "|".join(re.sub(r"([.&])", r"\\\1", word).replace(" ", " ?") for word in ordered) + ")"
            )
    for path, table in tables.items():
        parts = table.get("parts", {})
        if not isinstance(parts, dict) or set(parts) & set(lists):
            raise RuleError(f"{path}: [parts] must be a table of pieces of patterns, none named as a list")
        lists |= {name: _fill(str(path), fold_letters(str(piece)), lists) for name, piece in parts.items()}
    return lists


def _rule(path: Path, entry: Mapping[str, object], lists: Mapping[str, str]) -> Rule:
    """A checked rule of one TOML entry."""
    name = f"{path}: rule {entry.get('id', '(without id)')!r}"
    known = set(Rule.__dataclass_fields__)
    if unknown := set(entry) - known:
        raise RuleError(f"{name}: unknown fields {sorted(unknown)}; known: {', '.join(sorted(known))}")
    if missing := {"id", "role", "where", "pattern", "why", "drops", "keeps"} - set(entry):
        raise RuleError(f"{name}: missing fields {sorted(missing)}")
    where, role = str(entry["where"]), str(entry["role"])
    _expect(name, "where", where, WHERES)
    _expect(name, "role", role, ROLES - {"title", "body", "blank"})
    zone, reach = str(entry.get("zone", "any")), str(entry.get("reach", "section"))
    _expect(name, "zone", zone, ZONES)
    _expect(name, "reach", reach, ("section", "next"))
    rule = Rule(
        id=str(entry["id"]),
        role=role,
        where=where,
        pattern=_expand(name, str(entry["pattern"]), lists),
        why=str(entry["why"]),
        drops=_texts(name, "drops", entry["drops"]),
        keeps=_texts(name, "keeps", entry["keeps"]),
        max_chars=int(str(entry.get("max_chars", WHERES[where]))),
        zone=zone,
        sentences=bool(entry.get("sentences", False)),
        reach=reach,
        cues=_cues(name, entry.get("cues", []), lists),
        unless=_expand(name, str(entry.get("unless", "")), lists),
        named_again=bool(entry.get("named_again", False)),
    )
    if rule.max_chars > REACH:
        raise RuleError(f"{name}: max_chars = {rule.max_chars}; a rule sees {REACH} characters of a line at most")
    if not rule.drops or not rule.keeps:
        raise RuleError(f"{name}: give at least one example in drops and one in keeps; they are its tests")
    return rule


def _expect(name: str, field: str, value: str, allowed: Iterable[str]) -> None:
    if value not in allowed:
        raise RuleError(f"{name}: {field} = {value!r}; one of {', '.join(sorted(allowed))}")


def _texts(name: str, field: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise RuleError(f"{name}: {field} must be a list of texts")
    return tuple(value)


def _cues(name: str, value: object, lists: Mapping[str, str]) -> tuple[str, ...]:
    """The cue words, folded; `{name}` stands for the words of a list."""
    cues: list[str] = []
    for cue in _texts(name, "cues", value):
        if _LIST.fullmatch(cue):
            words = _fill(name, cue, lists).removeprefix("(?:").removesuffix(")")
            cues += [word.split(" ?")[0].replace("\\", "") for word in words.split("|")]
        else:
            cues.append(fold_letters(cue))
    return tuple(dict.fromkeys(cues))


def _fill(name: str, pattern: str, lists: Mapping[str, str]) -> str:
    """The pattern with every `{name}` of a list or part filled in."""

    def fill(match: re.Match[str]) -> str:
        if match[1] not in lists:
            raise RuleError(f"{name}: unknown list {match[0]}; known: {', '.join(sorted(lists))}")
        return lists[match[1]]

    return _LIST.sub(fill, pattern)


def _expand(name: str, pattern: str, lists: Mapping[str, str]) -> str:
    """The pattern with word lists filled in and letters folded as the lines are; raises if it does not compile."""
    if re.search("[‐-―−]", pattern):
        raise RuleError(f"{name}: write a plain hyphen; longer dashes are folded to it, which breaks sets of signs")
    expanded = _fill(name, fold_letters(pattern), lists).replace(r"\s", " ")  # folded text has no other white space
    try:
        pl.Series([""]).str.contains(expanded)
    except pl.exceptions.ComputeError as error:
        raise RuleError(f"{name}: the pattern is no regular expression that polars knows: {error}") from error
    return expanded


@dataclass(frozen=True)
class Hit:
    """A rule that matched a line: the folded text that it takes, and of a start rule where that begins."""

    rule: Rule
    text: str
    at: int = 0

    @property
    def size(self) -> int:
        return len(self.text)


Hits = dict[int, list[Hit]]


def find_hits(lines: pl.DataFrame, rulebook: Rulebook) -> Hits:
    """The rules that match the words of each line, in the order of the rulebook, by the line's `row`.

    `lines` has row, head and tail (the first and last REACH folded characters), size (of the folded line),
    is_sentence, and skip: how much of the head may be a run-in heading, behind which start rules look again.
    """
    hits: Hits = {}
    short = lines.filter(pl.col("size").is_between(1, REACH)).select("row", "size", "is_sentence", text="head")
    whole = (*rulebook.of("opens"), *rulebook.of("line"))
    for rule, cued in _with_cues(short, whole):
        _match_whole(cued, rule, hits)
    _match_starts(lines, rulebook, hits)
    for rule, cued in _with_cues(lines.select("row", text="tail"), rulebook.of("end")):
        _match_piece(cued, rule, rule.pattern, hits)
    return hits


def _with_cues(lines: pl.DataFrame, rules: Sequence[Rule]) -> Iterator[tuple[Rule, pl.DataFrame]]:
    """Each rule with the lines whose `text` holds one of its cues; all cues are looked up at once."""
    places: dict[str, list[int]] = {}
    if every := list({cue for rule in rules for cue in rule.cues}):
        held = pl.col("text").str.extract_many(every, ascii_case_insensitive=True, overlapping=True)
        pairs = lines.select(at=pl.int_range(pl.len(), dtype=pl.Int64), cue=held).explode("cue").drop_nulls()
        for cue, found_at in pairs.group_by("cue").agg("at").iter_rows():
            places.setdefault(cue.lower(), []).extend(found_at)
    for rule in rules:
        if rule.cues:
            yield rule, lines[sorted({at for cue in rule.cues for at in places.get(cue.lower(), ())})]
        else:
            yield rule, lines


def find_inline_hits(lines: pl.DataFrame, rulebook: Rulebook) -> Hits:
    """The pieces that inline rules take out of each line, by `row`; `lines` has row and the whole folded `text`."""
    hits: Hits = {}
    for rule in rulebook.of("inline"):
        pattern = f"(?i){rule.pattern}"
        found = _matching(lines, pattern)
        pieces = found.select("row", piece=pl.col("text").str.extract_all(pattern)).explode("piece")
        for row, piece in pieces.iter_rows():
            if len(piece) <= rule.max_chars:
                hits.setdefault(row, []).append(Hit(rule, piece))
    return hits


def name_boxes(segments: pl.DataFrame) -> pl.Series:
    """Of each block of HTML its class and id words, then the custom elements around it, whose names say as much.

    `segments` has css and ancestors, both null in a text; no more than CSS_REACH characters of css count.
    """
    custom = pl.col("ancestors").str.extract_all(r"[^ ]+-[^ ]+").list.join(" ")
    near = pl.col("css").str.slice(0, CSS_REACH)
    # Most blocks stand in none, and a regex for each is dear.
    within = pl.when(pl.col("ancestors").str.contains("-", literal=True)).then(near + " " + custom).otherwise(near)
    return segments.select(names=within)["names"]


def find_css_hits(names: pl.Series, rulebook: Rulebook) -> dict[str, list[Hit]]:
    """The rules that match the names of boxes that name_boxes gives, by these."""
    hits: dict[str, list[Hit]] = {}
    names = names.drop_nulls().unique()
    for rule in rulebook.of("css"):
        is_hit = names.str.contains(f"(?i){rule.pattern}")
        if rule.unless:
            is_hit &= ~names.str.contains(f"(?i){rule.unless}")
        for boxes in names.filter(is_hit):
            hits.setdefault(boxes, []).append(Hit(rule, ""))
    return hits


def _matching(lines: pl.DataFrame, pattern: str) -> pl.DataFrame:
    r"""The lines whose text the pattern matches.

    Where a pattern holds \b and a text more than ASCII, Rust's regex takes 75 us a line: of many lines one that matches
    without the borders of words is asked for first. To make a pattern ready takes 1 to 30 ms.
    """
    without_borders = pattern.replace(r"\b", "")
    if without_borders != pattern and lines.height > _FEW:
        lines = lines.filter(pl.col("text").str.contains(without_borders))
    return lines if lines.is_empty() else lines.filter(pl.col("text").str.contains(pattern))


_FEW: Final = 50


def _match_whole(lines: pl.DataFrame, rule: Rule, hits: Hits) -> None:
    # The cheapest question first: a filter of several asks them all of every line.
    allowed = pl.col("size") <= rule.max_chars
    lines = lines.filter(allowed if rule.sentences else allowed & ~pl.col("is_sentence"))
    if lines.is_empty():
        return
    found = _matching(lines, f"(?i)^(?:{rule.pattern})$")
    if rule.unless:
        found = found.filter(~pl.col("text").str.contains(f"(?i){rule.unless}"))
    for row, text in found.select("row", "text").iter_rows():
        hits.setdefault(row, []).append(Hit(rule, text))


#: A dateline may stand behind a run-in heading, a key phrase behind a dateline.
_START_ROUNDS: Final = 3


def _match_starts(lines: pl.DataFrame, rulebook: Rulebook, hits: Hits) -> None:
    """Start rules, again behind what they took and behind a run-in heading."""
    heads = lines.filter(pl.col("size") > 0)
    behind = heads.filter(pl.col("skip") > 0).select("row", "head", at="skip")
    todo = pl.concat([heads.select("row", "head", at=pl.lit(0, pl.Int64)), behind.cast({"at": pl.Int64})])
    for _ in range(_START_ROUNDS):
        found: set[tuple[int, int]] = set()
        texts = todo.select("row", "at", text=pl.col("head").str.slice(pl.col("at"), START_REACH))
        for rule, cued in _with_cues(texts, rulebook.of("start")):
            found |= _match_piece(cued, rule, f"^({rule.pattern})", hits)
        if not found:
            return
        rest = pl.DataFrame(sorted(found), {"row": lines.schema["row"], "at": pl.Int64}, orient="row")
        todo = rest.join(heads.select("row", "head"), on="row").select("row", "head", "at")


def _match_piece(lines: pl.DataFrame, rule: Rule, pattern: str, hits: Hits) -> set[tuple[int, int]]:
    """Hits of a rule that takes the first group of a pattern; gives the row and end of each."""
    if lines.is_empty():
        return set()
    pattern = f"(?i){pattern}"
    found = _matching(lines, pattern)
    if found.is_empty():
        return set()
    found = found.with_columns(piece=pl.col("text").str.extract(pattern, 1)).filter(pl.col("piece").is_not_null())
    if rule.unless:
        found = found.filter(~pl.col("piece").str.contains(f"(?i){rule.unless}"))
    ends: set[tuple[int, int]] = set()
    starts = found["at"].to_list() if "at" in found.columns else [0] * found.height
    for row, piece, at in zip(found["row"].to_list(), found["piece"].to_list(), starts, strict=True):
        if 0 < len(piece) <= rule.max_chars:
            hits.setdefault(row, []).append(Hit(rule, piece, at))
            ends.add((row, at + len(piece)))
    return ends
