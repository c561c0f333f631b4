"""A line of a page while its role is being settled, and where on the page it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from flows.rulebook import KEPT_ROLES, Hit

#: Folded characters from which a line is a paragraph: with the stop of a sentence, and without.
PROSE_WITH_STOP: Final = 60
PROSE_WITHOUT_STOP: Final = 170

#: A headline or subhead is no longer.
LONGEST_HEADING: Final = 150

DATELINES: Final = frozenset({"dateline", "byline"})
DEVANAGARI: Final = re.compile("[\u0900-\u097f]")
INDIC: Final = re.compile("[\u0900-\u0dff]")
_LIST_MARKS: Final = "-*•>+#|।"
#: A sentence whose stop is missing: it ends in a finite verb, is long, and has none of a headline's signs.
_UNSTOPPED: Final = re.compile(
    r"[^:,?!'\"\-]{40,} (?:है|हैं|था|थी|थे|गया|गई|गए|रहा|रही|रहे|दिया|दी|की|हुई|हुआ|हुए) ?(?:है|हैं|था|थी|थे)"
)


@dataclass(slots=True)
class Piece:
    """A span of a line that has a role of its own; offsets are code points of the line's raw text."""

    start: int
    end: int
    role: str
    rule: str
    evidence: str


@dataclass(slots=True)
class Hints:
    """What HTML says of a line."""

    tag: str
    css: str
    ancestors: frozenset[str]
    link_share: float
    is_hidden: bool
    is_extracted: bool
    is_likely: bool = False  # taken for the article's: by the block model, or by trafilatura where no model is asked

    def __post_init__(self) -> None:
        self.is_likely = self.is_extracted


@dataclass(slots=True)
class Line:
    """A segment that is not blank, as far as its role is settled. An empty role is open."""

    raw: str
    text: str  # folded, its beginning
    size: int  # folded, whole
    is_sentence: bool
    joins: bool  # continues the paragraph of the line before
    skip: int  # folded length of what may be a run-in heading
    hits: list[Hit]
    inline: list[Hit]
    template: str = ""  # the role of an accepted template of the site
    hints: Hints | None = None  # None for text
    chance: int | None = (
        None  # of being the article's, in thousandths, as the block model says; None if it is not asked
    )
    is_prose: bool = False
    role: str = ""
    rule: str = ""
    evidence: str = ""
    pieces: list[Piece] = field(default_factory=list)

    def settle(self, role: str, rule: str, evidence: str) -> None:
        self.role, self.rule, self.evidence = role, rule, evidence

    def settle_by(self, hit: Hit) -> None:
        self.settle(hit.rule.role, hit.rule.id, hit.rule.why)

    def reopen(self) -> None:
        self.settle("", "", "")

    def hit(self, where: str, zone: str | None = None) -> Hit | None:
        """The first rule of this kind that matched."""
        for hit in self.hits:
            if hit.rule.where == where and zone in (None, hit.rule.zone):
                return hit
        return None

    @property
    def is_open(self) -> bool:
        return not self.role

    @property
    def is_kept(self) -> bool:
        return not self.role or self.role in KEPT_ROLES

    @property
    def is_heading(self) -> bool:
        """Whether it reads like a headline or a subhead: short, no sentence, no item of a list, no row of a table."""
        if self.is_prose or self.is_sentence or self.joins or self.size > LONGEST_HEADING:
            return False
        is_listed = self.text[0] in _LIST_MARKS or self.text[-1] == ":" or self.is_table_row
        return not (is_listed or "। " in self.text or _UNSTOPPED.fullmatch(self.text))

    @property
    def is_table_row(self) -> bool:
        return "\t" in self.raw.strip()

    @property
    def has_dateline(self) -> bool:
        """Whether it begins as only the first paragraph of an article does."""
        return any(
            hit.rule.role in DATELINES and hit.rule.where == "start" and hit.rule.zone == "any" for hit in self.hits
        )


def mark_prose(lines: list[Line]) -> None:
    """Tells paragraphs from headings, names and the like: by length and by the stop at the end."""
    at = 0
    while at < len(lines):
        end = at + 1
        while end < len(lines) and lines[end].joins:
            end += 1
        size = sum(line.size for line in lines[at:end])
        has_stop = lines[end - 1].is_sentence or lines[end - 1].hit("end", "any") is not None
        is_prose = size >= PROSE_WITHOUT_STOP or (size >= PROSE_WITH_STOP and has_stop)
        is_alone = end == at + 1
        for line in lines[at:end]:
            line.is_prose = is_prose and not (is_alone and line.hit("line", "any"))
        at = end


def prose_range(lines: list[Line]) -> tuple[int, int]:
    """The first and the last paragraph; behind the end, where there is none."""
    prose = [at for at, line in enumerate(lines) if line.is_prose and line.is_kept]
    return (prose[0], prose[-1]) if prose else (len(lines), len(lines))


def is_in_zone(lines: list[Line], at: int, zone: str, first: int, last: int) -> bool:
    """Whether a line stands where a rule of this zone may touch it; see rulebook.ZONES."""
    is_head, is_tail = at < first, at > last
    above_prose = at + 1 < len(lines) and lines[at + 1].is_prose
    below_prose = at > 0 and lines[at - 1].is_prose
    if zone == "head":
        return is_head
    if zone == "tail":
        return is_tail
    if zone == "edge":
        return is_head or is_tail or (above_prose and not below_prose)
    if zone == "loose":
        return is_head or is_tail or not above_prose
    if zone == "before_prose":
        return above_prose and (is_head or not below_prose or (at > 1 and _heads_summary(lines[at - 2])))
    return True


def _heads_summary(line: Line) -> bool:
    """Whether the paragraph below a line may be the summary of an article; below a place in a list it is not."""
    return not line.is_prose and not any(hit.rule.zone == "before_prose" for hit in line.hits)
