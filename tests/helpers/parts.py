"""Small hand-made work folders, so that the warehouse is tested without the steps that fill them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from flows import schema, warehouse
from flows.settings import Settings
from flows.steps.words import find_words
from flows.warehouse import Run

KEPT = {"standfirst", "body", "subhead"}
DAWN = datetime(2026, 1, 1, tzinfo=UTC)

Row = dict[str, object]


@dataclass(frozen=True)
class Name:
    """A name to mention wherever a body holds its surface; `full` is what it stands for."""

    surface: str
    type: str = "PERSON"
    full: str | None = None
    curated_id: str | None = None


@dataclass(frozen=True)
class Page:
    """A page of whole lines: (role, text). Lines of role body are its prose."""

    path: str
    lines: Sequence[tuple[str, str]]
    site: str | None = "setu"
    title: str | None = "शीर्षक"
    published_at: datetime | None = DAWN
    names: Sequence[Name] = ()
    sha256: str | None = None  # of the file; by default of its text

    @property
    def article_id(self) -> str:
        return hashlib.sha256(self.path.encode()).hexdigest()[:20]

    @property
    def text(self) -> str:
        return "".join(f"{text}\n" for _, text in self.lines)

    @property
    def body(self) -> str:
        return "\n\n".join(text for role, text in self.lines if role in KEPT)

    @property
    def file_sha256(self) -> str:
        return self.sha256 or hashlib.sha256(self.text.encode()).hexdigest()


def make_page(number: int, *extra: tuple[str, str], site: str = "setu", names: tuple[Name, ...] = ()) -> Page:
    """A page with two paragraphs that no other page has."""
    prose = [("body", f"मोदी ने क्रम {number} पर पहली बात कही।"), ("body", f"पुतिन ने क्रम {number} पर दूसरी बात कही।")]
    return Page(f"{site}/{number}.txt", [*prose, *extra], site=site, names=names)


@dataclass
class Parts:
    """The rows of a work folder; tests change them before they are written."""

    files: list[Row] = field(default_factory=list)
    pages: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    articles: list[Row] = field(default_factory=list)
    blocks: list[Row] = field(default_factory=list)
    mentions: list[Row] = field(default_factory=list)

    def write(self, work: Path, part: str = "p0") -> None:
        schemas: Mapping[str, schema.Schema] = {
            "files": schema.FILES,
            "pages": schema.PAGES,
            "lines": schema.LINES,
            "articles": schema.ARTICLES,
            "blocks": schema.BLOCKS,
            "mentions": schema.MENTIONS,
        }
        for kind, columns in schemas.items():
            rows = [dict.fromkeys(columns) | row for row in getattr(self, kind)]
            (work / kind).mkdir(parents=True, exist_ok=True)
            pl.DataFrame(rows, columns).write_parquet(work / kind / f"{part}.parquet")
        articles = [dict.fromkeys(schema.ARTICLES) | row for row in self.articles]
        for kind, frame in zip(("words", "terms"), find_words(pl.DataFrame(articles, schema.ARTICLES)), strict=True):
            (work / kind).mkdir(parents=True, exist_ok=True)
            frame.write_parquet(work / kind / f"{part}.parquet")


def parts_of(pages: Iterable[Page]) -> Parts:
    """What the steps would make of these pages."""
    parts = Parts()
    for page in pages:
        parts.files.append(_file(page))
        parts.pages.append(_page(page))
        parts.lines += _lines(page)
        parts.articles.append(_article(page))
        parts.blocks += _blocks(page)
        parts.mentions += _mentions(page)
    return parts


def quarantined(path: str, code: str = "empty") -> Row:
    """A row of FILES for a file that could not be used."""
    return {
        "path": path,
        "site": "setu",
        "status": "quarantined",
        "error_code": code,
        "error_message": "nothing in it",
        "sha256": "0",
        "stat_key": "1",
        "is_settled": True,
    }


def _file(page: Page) -> Row:
    return {
        "path": page.path,
        "site": page.site,
        "format": "text",
        "encoding": "utf-8",
        "size_bytes": len(page.text.encode()),
        "sha256": page.file_sha256,
        "stat_key": f"stat {page.file_sha256}",
        "is_settled": True,
        "status": "loaded",
    }


def _page(page: Page) -> Row:
    return {
        "article_id": page.article_id,
        "source_path": page.path,
        "source_record": 0,
        "site": page.site,
        "format": "text",
    }


def _lines(page: Page) -> list[Row]:
    prose = [number for number, (role, _) in enumerate(page.lines) if role == "body"]
    rows: list[Row] = []
    for number, (role, text) in enumerate(page.lines):
        zone = "head" if not prose or number < prose[0] else "tail" if number > prose[-1] else "inside"
        rows.append(
            {
                "article_id": page.article_id,
                "site": page.site,
                "pattern": text,
                "is_prose": role == "body",
                "zone": zone,
            }
        )
    return rows


def _article(page: Page) -> Row:
    has_date = page.published_at is not None
    return {
        "article_id": page.article_id,
        "source_path": page.path,
        "source_record": 0,
        "site": page.site,
        "language": "hi",
        "title": page.title,
        "published_at": page.published_at,
        "published_on": page.published_at.date() if page.published_at else None,
        "published_precision": "minute" if has_date else None,
        "published_at_rule": "sidecar" if has_date else None,
        "body": page.body,
        "word_count": len(page.body.split()),
        "content_sha256": hashlib.sha256(page.body.encode()).hexdigest(),
    }


def _blocks(page: Page) -> list[Row]:
    rows: list[Row] = []
    start, paragraph = 0, 0
    for number, (role, text) in enumerate(page.lines):
        end = start + len(text) + 1
        rows.append(
            {
                "article_id": page.article_id,
                "block_no": number,
                "segment_no": number,
                "joins_previous": False,
                "raw_start": start,
                "raw_end": end,
                "raw_text": f"{text}\n",
                "role": role,
                "is_kept": role in KEPT,
                "paragraph_no": paragraph if role in KEPT else None,
                "rule_id": f"rule_{role}",
            }
        )
        start, paragraph = end, paragraph + (role in KEPT)
    return rows


def _mentions(page: Page) -> list[Row]:
    rows: list[Row] = []
    body_start = raw_start = 0
    for role, text in page.lines:
        for name in page.names if role in KEPT else ():
            at = text.find(name.surface)
            if at < 0:
                continue
            start = body_start + at
            rows.append(
                {
                    "mention_id": f"{page.article_id}-{start}",
                    "article_id": page.article_id,
                    "type": name.type,
                    "surface": name.surface,
                    "start_char": start,
                    "end_char": start + len(name.surface),
                    "raw_start": raw_start + at,
                    "raw_end": raw_start + at + len(name.surface),
                    "sentence_no": 0,
                    "is_demonym": False,
                    "method": "alias",
                    "score": 1.0,
                    "name": name.full or name.surface,
                    "curated_id": name.curated_id,
                }
            )
        body_start += len(text) + 2 if role in KEPT else 0
        raw_start += len(text) + 1
    return rows


def links_of(spellings: pl.DataFrame, joined: Mapping[str, str] | None = None) -> pl.DataFrame:
    """Every spelling its own entity, unless `joined` sends it to another spelling's."""
    joined = joined or {}
    rows = []
    for row in spellings.iter_rows(named=True):
        name = joined.get(row["name"], row["name"])
        rows.append(
            {
                "type": row["type"],
                "name": row["name"],
                "curated_id": row["curated_id"],
                "entity_id": row["curated_id"] or f"{row['type']}:{name}",
                "entity_name": name,
                "name_latin": None,
                "rule": "joined" if row["name"] in joined else "same",
                "score": 0.8 if row["name"] in joined else 1.0,
            }
        )
    return pl.DataFrame(rows, schema.LINKS)


def make_run(number: int, rules_version: str = "rules") -> Run:
    started_at = DAWN + timedelta(days=number)
    return Run(f"run{number}", started_at, "1.0", rules_version, "decisions", started_at + timedelta(minutes=1))


def learn(settings: Settings, pages: Iterable[Page], number: int = 1) -> Path:
    """A generation after the site templates of run `number` are learned."""
    work = settings.work / f"run{number}"
    generation = warehouse.open_generation(settings, work)
    parts_of(pages).write(work)
    warehouse.learn_templates(generation, work, settings, [])
    return generation


def load(
    settings: Settings,
    pages: Iterable[Page] | Parts,
    number: int = 1,
    *,
    gone: Sequence[str] = (),
    joined: Mapping[str, str] | None = None,
    rebuild: bool = False,
    rules_version: str = "rules",
) -> Path:
    """A generation after all loads of run `number`, neither checked nor published."""
    work = settings.work / f"run{number}"
    generation = warehouse.open_generation(settings, work, rebuild)
    (pages if isinstance(pages, Parts) else parts_of(pages)).write(work)
    pl.DataFrame({"path": list(gone)}, {"path": pl.String()}).write_parquet(work / "gone.parquet")
    warehouse.learn_templates(generation, work, settings, warehouse.read_refused(settings))
    run = make_run(number, rules_version)
    warehouse.load_articles(generation, work, run)
    spellings = warehouse.spellings(generation, run).filter(pl.col("mention_count") > 0)
    links_of(spellings, joined).write_parquet(work / "links.parquet")
    spellings.with_columns(keys=pl.lit([], pl.List(pl.String))).write_parquet(work / "spellings.parquet")
    warehouse.load_links(generation, work, run, are_all=True)
    warehouse.finish_run(generation, run)
    return generation


def publish(
    settings: Settings,
    pages: Iterable[Page] | Parts,
    number: int = 1,
    *,
    gone: Sequence[str] = (),
    joined: Mapping[str, str] | None = None,
    rebuild: bool = False,
    rules_version: str = "rules",
) -> None:
    """Run `number`, checked and published."""
    generation = load(settings, pages, number, gone=gone, joined=joined, rebuild=rebuild, rules_version=rules_version)
    assert [str(fault) for fault in warehouse.check(generation)] == []
    warehouse.publish(generation, settings)


def ask(settings: Settings, sql: str, **parameters: str) -> list[tuple[object, ...]]:
    """The rows of the published warehouse."""
    return list(warehouse.query(settings.warehouse, sql, parameters).rows)
