"""The report of a run as one static HTML page beside the warehouse: no script, nothing fetched, every text escaped."""

from __future__ import annotations

import base64
import hashlib
import html
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from flows.facts import Facts, RoleSize
from flows.report import NO_SITE, Section, file_counts, sections, summary_line
from flows.settings import Settings
from flows.terminal import harmless

if TYPE_CHECKING:
    from flows.pipeline import Outcome

INDIA = timezone(timedelta(hours=5, minutes=30))
#: Longest text of a cell.
MOST_CHARACTERS = 300

#: What the picture tells apart, in order: a class of the style sheet, what it is called, the roles that it stands for.
#: The colours are those of Okabe and Ito, which colour-blind people can tell apart.
PARTS = (
    ("kept", "text of the article", ""),
    ("column", "title, byline and date: kept as columns", "title byline dateline date"),
    ("link", "links to other pages", "also_read related site_header label"),
    ("social", "sharing and comments", "share comment_prompt comment"),
    ("credit", "captions and credits", "caption image_credit source_credit author_bio kicker"),
    ("rest", "keywords, promotion and the rest", ""),
)
_PART_OF = {role: name for name, _, roles in PARTS for role in roles.split()}

#: A hint below a table: what to do about what it shows.
HINTS = {
    "Removed by rule": "khabar explain FILE shows a page line by line, with the rule that removed each.",
    "New entities": "khabar entity NAME shows where a name stands and why its spellings are one.",
    "Joined spellings, the weakest first": "khabar entity NAME --split SPELLING parts what does not belong together.",
    "Quarantine": "khabar replay tries these files again.",
}

STYLE = """
:root { color-scheme: light dark; --ink: #1d2329; --soft: #5b6670; --line: #dde2e7; --paper: #fff; --band: #f5f7f9 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ec; --soft: #9aa5b0; --line: #333c45; --paper: #14181c; --band: #1c2228 }
}
* { box-sizing: border-box }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 72rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Noto Sans", "Noto Sans Devanagari", "Nirmala UI", "Kohinoor Devanagari", sans-serif }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.3 }
h2 { margin: 2.5rem 0 .6rem; font-size: 1.1rem }
h2 small, p.note, figcaption, .tile span { color: var(--soft); font-weight: normal; font-size: .85rem }
p { margin: .3rem 0 }
code { font: .9em ui-monospace, "DejaVu Sans Mono", "Noto Sans Devanagari", monospace; overflow-wrap: anywhere }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); gap: .6rem; margin: 1.4rem 0 }
.tile { padding: .6rem .8rem; border: 1px solid var(--line); border-radius: .4rem }
.tile b { display: block; font-size: 1.4rem; font-variant-numeric: tabular-nums; line-height: 1.25 }
.tile.bad { border-color: #d55e00 }
.tile.bad b { color: #d55e00 }
.scroll { overflow-x: auto }
table { width: 100%; border-collapse: collapse; font-size: .9rem }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top }
th { color: var(--soft); font-weight: 600; white-space: nowrap }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
tbody tr:nth-child(even) { background: var(--band) }
td q { display: block; quotes: none; color: var(--soft); overflow-wrap: anywhere }
figure { margin: 0 }
svg { display: block; width: 100%; height: auto }
svg text { fill: var(--ink); font: 13px system-ui, "Noto Sans", "Noto Sans Devanagari", "Nirmala UI", sans-serif }
svg text.end { text-anchor: end }
svg text.soft { fill: var(--soft) }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: .6rem 0 0; padding: 0; list-style: none;
  font-size: .85rem }
.legend svg { display: inline-block; width: .8rem; height: .8rem; margin-right: .4rem }
.kept { fill: #009e73 } .column { fill: #0072b2 } .link { fill: #e69f00 } .social { fill: #cc79a7 }
.credit { fill: #999 } .rest { fill: #d55e00 }
details { margin-top: 2.5rem }
summary { cursor: pointer; font-weight: 600; font-size: 1.1rem }
""".strip()


def page_path(settings: Settings) -> Path:
    """Beside the warehouse: report.html for news.duckdb; any other name is in front, so that no two share a page."""
    name = settings.warehouse.name
    return settings.warehouse.with_name("report.html" if name == "news.duckdb" else f"{name}.report.html")


def write_page(settings: Settings, work: Path, outcome: Outcome, facts: Facts) -> Path:
    """Put the page in place in one step: who reads sees that of the last run or of this one. `work` is a folder of
    the same file system."""
    part = work / "report.html"
    # A path may hold bytes that are no UTF-8.
    part.write_text(render_page(outcome, facts, settings.warehouse), encoding="utf-8", errors="xmlcharrefreplace")
    return part.replace(page_path(settings))


def render_page(outcome: Outcome, facts: Facts, warehouse: Path) -> str:
    """The whole page."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    *tables, checks = sections(facts)
    parts = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{_text(warehouse.name)}: run of {_time(outcome.started_at)}</title>",
        f"<style>{STYLE}</style>",
        "</head>",
        "<body>",
        f"<h1>Run of {_time(outcome.started_at)}</h1>",
        f"<p>{_text(summary_line(outcome))}. All {len(facts.checks)} checks passed.</p>",
        f'<p class="note">Published to <code>{_text(warehouse)}</code> as {_text(outcome.run_id)}.</p>',
        _tiles(outcome, facts),
        _picture(facts.role_sizes),
        *(_section(section) for section in tables if section.rows),
        _warnings(outcome.warnings),
        f"<details><summary>{_text(checks.heading)}</summary>{_table(checks)}</details>",
        "</body>",
        "</html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


# --- parts -----------------------------------------------------------------------------------------------------------


def _text(value: object, most: int = MOST_CHARACTERS) -> str:
    """Any text as one line that is text only."""
    line = " ".join(harmless(str(value)).split())
    return html.escape(line if len(line) <= most else line[: most - 1] + "…")


def _time(iso: str) -> str:
    """An instant as people in India read it."""
    return f"{datetime.fromisoformat(iso).astimezone(INDIA):%d %B %Y, %H:%M} IST" if iso else "an unknown time"


def _tiles(outcome: Outcome, facts: Facts) -> str:
    counts = [(name, number) for name, number in file_counts(outcome) if number or name == "new"]
    counts += [("new entities", facts.new_entities.count), ("joined spellings", facts.joined.count)]
    tiles = (
        f'<div class="tile{" bad" if name == "quarantined" else ""}"><b>{number:,}</b><span>{name}</span></div>'
        for name, number in counts
    )
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _section(section: Section) -> str:
    more = section.count - len(section.rows)
    size = f"{section.count:,}" if not more else f"{len(section.rows)} of {section.count:,}"
    hint = HINTS.get(section.heading)
    note = f'<p class="note">{_text(hint)}</p>' if hint else ""
    return f"<h2>{_text(section.heading)} <small>{size}</small></h2>\n{note}{_table(section)}"


def _table(section: Section) -> str:
    is_number = [isinstance(value, int) for value in section.rows[0]]
    head = "".join(
        f"<th class={'number' if number else 'text'}>{_text(column)}</th>"
        for column, number in zip(section.columns, is_number, strict=True)
    )
    rows = "\n".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in section.rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table></div>'


def _cell(value: object) -> str:
    """A number to the right, several texts one below the other; a text takes its own direction."""
    if isinstance(value, int):
        return f'<td class="number">{value:,}</td>'
    if isinstance(value, list):
        texts = "".join(f'<q dir="auto">{_text(one)}</q>' for one in value)
        return f"<td>{texts}</td>"
    return f'<td dir="auto">{_text(value)}</td>'


def _warnings(warnings: list[str]) -> str:
    if not warnings:
        return ""
    shown = [(warning,) for warning in warnings[:50]]
    return _section(Section("Warnings", ("what",), shown, len(warnings)))


# --- the picture -----------------------------------------------------------------------------------------------------

#: Measures of the picture, in pixels of its own.
LEFT, WIDTH, RIGHT, STEP, BAR = 170, 640, 150, 30, 20


@dataclass
class Bar:
    """A site's text by part; characters are code points."""

    site: str
    parts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def size(self) -> int:
        return sum(self.parts.values())


def bars_of(sizes: Iterable[RoleSize]) -> list[Bar]:
    """A bar for each site, in the order given."""
    bars: dict[tuple[bool, str | None], Bar] = {}
    for row in sizes:
        bar = bars.setdefault((row.is_rest, row.site), Bar("all other sites" if row.is_rest else row.site or NO_SITE))
        bar.parts["kept" if row.is_kept else _PART_OF.get(row.role, "rest")] += row.character_count
    return [bar for bar in bars.values() if bar.size]


def _picture(sizes: list[RoleSize]) -> str:
    """What became of the text of each site: one bar each, as shares of its characters."""
    bars = bars_of(sizes)
    if not bars:
        return ""
    rows = "\n".join(_bar(bar, STEP * number) for number, bar in enumerate(bars))
    legend = "".join(
        f'<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="{name}" width="10" height="10" rx="2"/></svg>'
        f"{label}</li>"
        for name, label, _ in PARTS
    )
    return (
        "<h2>What became of the text</h2>\n<figure>"
        f'<svg viewBox="0 0 {LEFT + WIDTH + RIGHT} {STEP * len(bars)}" role="img"'
        f' aria-label="Shares of each site\'s text by what became of it">\n{rows}\n</svg>'
        f'<ul class="legend">{legend}</ul>'
        "<figcaption>Pages of this run, blank lines left out. Point at a part for its size.</figcaption></figure>"
    )


def _bar(bar: Bar, top: int) -> str:
    middle = top + BAR // 2 + 8
    parts = [f'<text class="end" x="{LEFT - 12}" y="{middle}">{_text(bar.site, 24)}</text>']
    left = float(LEFT)
    for name, label, _ in PARTS:
        share = bar.parts.get(name, 0) / bar.size
        if not share:
            continue
        parts.append(
            f'<rect class="{name}" x="{left:.1f}" y="{top + 3}" width="{share * WIDTH:.1f}" height="{BAR}">'
            f"<title>{_text(bar.site)}: {label}, {bar.parts[name]:,} characters, {share:.1%}</title></rect>"
        )
        left += share * WIDTH
    kept = bar.parts.get("kept", 0) / bar.size
    parts.append(
        f'<text class="soft" x="{LEFT + WIDTH + 12}" y="{middle}">{kept:.0%} of {_thousands(bar.size)} kept</text>'
    )
    return "\n".join(parts)


def _thousands(number: int) -> str:
    """A size in few letters: 950, 12 k, 3.4 M."""
    if number < 10_000:
        return f"{number:,}"
    return f"{number / 1000:,.0f} k" if number < 1_000_000 else f"{number / 1_000_000:,.1f} M"
