"""The work on a batch of pages: raw files → segments, segments → articles.

A batch goes in as paths and comes out as Parquet parts in the run's work folder, so memory holds one batch a worker.
"""

from __future__ import annotations

import gc
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from flows import schema
from flows.files import (
    Document,
    Quarantine,
    RawFile,
    ReadResult,
    Unsettled,
    article_id,
    hash_file,
    moved_on,
    read_file,
)
from flows.gazetteer import Gazetteer, load_gazetteer
from flows.labelling.model import BlockModels, load_block_models
from flows.rulebook import Rulebook, load_rulebook
from flows.settings import Settings
from flows.steps.label import label
from flows.steps.mentions import find_mentions
from flows.steps.metadata import metadata
from flows.steps.normalise import normalise
from flows.steps.segment import Segmented, segment
from flows.steps.words import find_words
from flows.tagger import Tagger, load_tagger


@dataclass(frozen=True)
class ReadCount:
    """What reading a batch gave. `waiting` files changed while they were read: they wait for the next run."""

    files: int = 0
    quarantined: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    documents: int = 0  # files of one document, and records of the others
    ignored: int = 0  # records that hold no page


@dataclass(frozen=True)
class CleanCount:
    """What cleaning a batch gave. `rejected` are files that hold no article, or whose page a bug of ours broke."""

    articles: int = 0
    mentions: int = 0
    rejected: tuple[str, ...] = ()


#: The kinds of parts that cleaning writes.
CLEANED = ("rejects", "articles", "blocks", "mentions", "words", "terms")


@dataclass(frozen=True)
class Cleaned:
    """All that the steps make of the pages of a batch."""

    blocks: pl.DataFrame
    articles: pl.DataFrame
    mentions: pl.DataFrame


@cache
def rulebook() -> Rulebook:
    return load_rulebook()


@cache
def block_models() -> BlockModels:
    return load_block_models()


@cache
def gazetteer() -> Gazetteer:
    return load_gazetteer()


@cache
def tagger(recogniser: str = "") -> Tagger:
    return load_tagger(gazetteer=gazetteer(), recogniser=recogniser)


def load_rules(settings: Settings) -> None:
    """Load once a process what the steps need: broken rules stop a run, they are no page's fault."""
    _load_rules(settings.mentions, settings.recogniser)


@cache
def _load_rules(mentions: bool, recogniser: str) -> None:
    rulebook()
    block_models()
    if mentions:
        gazetteer()
        tagger(recogniser)
    # They stay, and all that a batch makes stays till its end: to look for garbage among it took a sixth of cleaning.
    gc.freeze()
    gc.set_threshold(200_000)


#: Documents worked on at once: with fewer, a fifth of the time goes into making ready what all of a batch share.
MOST_FILES: Final = 2048


def split_by_size(files: Sequence[RawFile], batch_bytes: int, most_files: int = MOST_FILES) -> Iterator[list[RawFile]]:
    """Batches of files, in order, each of about `batch_bytes` as stored."""
    batch: list[RawFile] = []
    size = 0
    for file in files:
        if batch and (size + file.size_bytes > batch_bytes or len(batch) >= most_files):
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += file.size_bytes
    if batch:
        yield batch


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReadJob:
    """Files to read into one part. `expected` maps a path to the hashes that it and its sidecar must have."""

    files: list[RawFile]
    part: str
    expected: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)


def halve_read_job(work: Path, job: ReadJob) -> list[ReadJob]:
    """Two jobs with half of the files each; none for one file. What a dead worker left of the part goes."""
    remove_part(work, job.part, ("files", "pages", "segments", "lines"))
    middle = len(job.files) // 2
    halves = (job.files[:middle], job.files[middle:])
    return [
        replace(job, files=files, part=f"{job.part}{side}") for files, side in zip(halves, "ab", strict=True) if files
    ]


def give_up_reading(work: Path, job: ReadJob, why: str) -> ReadCount:
    """The parts and the count of a file on which every worker dies."""
    (file,) = job.files
    row = file_row(file, status="quarantined", error_code="failed", error_message=why) | hashes(file)
    write_part(pl.DataFrame([row], schema.FILES), work, "files", job.part)
    return ReadCount(1, (file.path,), documents=1)


def read_batch(settings: Settings, work: Path, job: ReadJob) -> ReadCount:
    """Read, decode and segment; writes the parts files, pages, segments and lines."""
    rows: list[dict[str, object]] = []
    documents: list[Document] = []
    waiting: list[str] = []
    warnings: list[str] = []
    for file in job.files:
        try:
            result = _read_expected(file, settings, job)
        except Unsettled as error:
            waiting.append(file.path)
            warnings.append(str(error))
        except Quarantine as error:
            rows.append(file_row(file, status="quarantined", error_code=error.code, error_message=error.message))
            rows[-1] |= {
                "encoding": error.encoding,
                "sha256": error.sha256,
                "sidecar_sha256": error.sidecar_sha256,
                "is_settled": error.is_settled,
            }
            if error.sha256 is None and file.error_code is None:
                rows[-1] |= hashes(file)
        except Exception as error:
            rows.append(file_row(file, status="quarantined", error_code="failed", error_message=describe(error)))
            rows[-1] |= hashes(file)
        else:
            documents += result.documents
            warnings += result.warnings
            rows.append(
                file_row(file, status="loaded", site=result.site)
                | {
                    "format": result.documents[0].format,
                    "encoding": result.encoding,
                    "sha256": result.sha256,
                    "sidecar_sha256": result.sidecar_sha256,
                    "is_settled": result.is_settled,
                }
            )
    segmented, broken = segment_each(pl.DataFrame(documents, schema.DOCUMENTS))
    for row in rows:
        if message := broken.get(article_id(str(row["path"]))):
            row |= {"status": "quarantined", "error_code": "failed", "error_message": message}
    write_part(pl.DataFrame(rows, schema.FILES), work, "files", job.part)
    write_part(segmented.pages, work, "pages", job.part)
    write_part(segmented.segments, work, "segments", job.part)
    write_part(segmented.lines, work, "lines", job.part)
    quarantined = tuple(str(row["path"]) for row in rows if row["status"] == "quarantined")
    return ReadCount(len(rows), quarantined, tuple(waiting), tuple(warnings), len(rows))


def _read_expected(file: RawFile, settings: Settings, job: ReadJob) -> ReadResult:
    """As `read_file`; one that is not as expected waits, also if it can't be used: its page is counted already."""
    if file.path not in job.expected:
        return read_file(file, settings)
    try:
        result = read_file(file, settings)
    except Unsettled:
        raise
    except Exception as error:
        raise moved_on(file) from error
    if (result.sha256, result.sidecar_sha256) != job.expected[file.path]:
        raise moved_on(file)
    return result


def read_hashes(work: Path) -> dict[str, tuple[str | None, str | None]]:
    """Of each file that this run has read, the hashes of it and of its sidecar."""
    parts = sorted((work / "files").glob("*.parquet"))
    rows = (
        pl.read_parquet(part, columns=["path", "sha256", "sidecar_sha256"], glob=False).iter_rows() for part in parts
    )
    return {path: (sha256, sidecar) for part in rows for path, sha256, sidecar in part}


def hashes(file: RawFile) -> dict[str, object]:
    """What tells the next look that a file is the same, for one that could not be read to its end."""
    with suppress(OSError):
        return dict(zip(("sha256", "sidecar_sha256"), hash_file(file), strict=True))
    return {}


def file_row(file: RawFile, **values: object) -> dict[str, object]:
    """A row of FILES; what a quarantined file does not tell stays null."""
    return dict.fromkeys(schema.FILES) | {
        "path": file.path,
        "site": file.site,
        "format": file.format,
        "size_bytes": file.size_bytes,
        "stat_key": file.stat_key,
        "is_settled": False,
        **values,
    }


def segment_each(documents: pl.DataFrame) -> tuple[Segmented, dict[str, str]]:
    """Segments of all documents; those on which the step breaks are left out and named with the exception."""
    try:
        return segment(documents), {}
    except Exception:
        parts, broken = [Segmented(*map(schema.empty, (schema.PAGES, schema.SEGMENTS, schema.LINES)))], {}
        for document in documents.iter_slices(1):
            try:
                parts.append(segment(document))
            except Exception as error:
                broken[document.item(0, "article_id")] = describe(error)
        frames = (pl.concat([getattr(part, name) for part in parts]) for name in ("pages", "segments", "lines"))
        return Segmented(*frames), broken


# --- cleaning --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CleanJob:
    """Pages of a part to clean: all of them, or `count` from number `first` on."""

    source: str
    first: int = 0
    count: int | None = None

    @property
    def part(self) -> str:
        return self.source if self.count is None else f"{self.source}-{self.first}-{self.count}"

    def pages(self, work: Path) -> pl.DataFrame:
        pages = pl.read_parquet(work / "pages" / f"{self.source}.parquet", glob=False)
        return pages if self.count is None else pages.slice(self.first, self.count)


def halve_clean_job(work: Path, job: CleanJob) -> list[CleanJob]:
    """Two jobs with half of the pages each; none for one page. What a dead worker left of the part goes."""
    remove_part(work, job.part, CLEANED)
    count = job.pages(work).height
    middle = count // 2
    if not middle:
        return []
    return [replace(job, count=middle), replace(job, first=job.first + middle, count=count - middle)]


def give_up_cleaning(work: Path, job: CleanJob, why: str) -> CleanCount:
    """The part and the count of a page on which every worker dies."""
    page = job.pages(work).select("article_id", "source_path", "source_record")
    rejects = page.with_columns(error_code=pl.lit("failed"), error_message=pl.lit(why))
    write_part(rejects, work, "rejects", job.part)
    return CleanCount(0, 0, _files_of(page))


def clean_batch(settings: Settings, work: Path, job: CleanJob) -> CleanCount:
    """Label, normalise, take metadata, find mentions and words; writes a part of each kind in CLEANED."""
    load_rules(settings)
    part = job.part
    pages = job.pages(work)
    segments = pl.read_parquet(work / "segments" / f"{job.source}.parquet", glob=False)
    if job.count is not None:
        segments = segments.join(pages, on="article_id", how="semi", maintain_order="left")
    templates_path = work / "templates.parquet"
    templates = (
        pl.read_parquet(templates_path, glob=False) if templates_path.exists() else schema.empty(schema.TEMPLATES)
    )
    recogniser = tagger(settings.recogniser) if settings.mentions else None
    cleaned, broken = _clean_each(pages, segments, templates, recogniser)
    rejected = pages.select(
        "article_id",
        "source_path",
        "source_record",
        error_code=pl.lit("no_article"),
        error_message=pl.lit("no line of the page reads like an article; see khabar explain"),
    ).join(cleaned.articles, on="article_id", how="anti")
    failed = pl.DataFrame(list(broken.items()), {"article_id": pl.String, "message": pl.String}, orient="row")
    rejected = rejected.join(failed, on="article_id", how="left").with_columns(
        error_code=pl.when(pl.col("message").is_null()).then("error_code").otherwise(pl.lit("failed")),
        error_message=pl.coalesce("message", "error_message"),
    )
    write_part(rejected.drop("message"), work, "rejects", part)
    write_part(cleaned.articles, work, "articles", part)
    write_part(cleaned.blocks, work, "blocks", part)
    write_part(cleaned.mentions, work, "mentions", part)
    words, terms = find_words(cleaned.articles)
    write_part(words, work, "words", part)
    write_part(terms, work, "terms", part)
    return CleanCount(cleaned.articles.height, cleaned.mentions.height, _files_of(rejected))


def _files_of(rejected: pl.DataFrame) -> tuple[str, ...]:
    """The files of pages that are no articles. Whether a bulk file is one shows when all its records are loaded."""
    return tuple(rejected.filter(pl.col("source_record") == 0)["source_path"].unique().sort())


def clean(
    pages: pl.DataFrame,
    segments: pl.DataFrame,
    templates: pl.DataFrame,
    recogniser: Tagger | None,
    models: BlockModels | None = None,
) -> Cleaned:
    """The steps from segments to mentions (none without a recogniser). Pages without a body are left out."""
    blocks = label(segments, pages, templates, rulebook(), models or block_models())
    blocks, bodies = normalise(blocks)
    bodies = bodies.filter(pl.col("body") != "")
    blocks = blocks.join(bodies, on="article_id", how="semi")
    pages = pages.join(bodies, on="article_id", how="semi")
    articles = metadata(pages, blocks, bodies)
    mentions = schema.empty(schema.MENTIONS)
    if recogniser and bodies.height:
        mentions = find_mentions(bodies, articles, gazetteer(), recogniser)
    return Cleaned(
        schema.conform(blocks.sort("article_id", "block_no"), schema.BLOCKS),
        schema.conform(articles, schema.ARTICLES),
        schema.conform(mentions, schema.MENTIONS),
    )


def _clean_each(
    pages: pl.DataFrame, segments: pl.DataFrame, templates: pl.DataFrame, recogniser: Tagger | None
) -> tuple[Cleaned, dict[str, str]]:
    """As `clean`; a page on which a step breaks is left out and named with the exception, the others go on."""
    try:
        return clean(pages, segments, templates, recogniser), {}
    except Exception:
        nothing = Cleaned(*map(schema.empty, (schema.BLOCKS, schema.ARTICLES, schema.MENTIONS)))
        parts, broken = [nothing], {}
        for page in pages.iter_slices(1):
            own = segments.join(page, on="article_id", how="semi")
            try:
                parts.append(clean(page, own, templates, recogniser))
            except Exception as error:
                broken[page.item(0, "article_id")] = describe(error)
        frames = (pl.concat([getattr(part, name) for part in parts]) for name in ("blocks", "articles", "mentions"))
        return Cleaned(*frames), broken


def describe(error: Exception) -> str:
    """An exception as one line that names its place, without paths of this machine."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}: {error}{place}".replace("\n", " ")[:500]


def write_part(frame: pl.DataFrame, work: Path, kind: str, part: str) -> None:
    """A frame as one Parquet part of its kind; rewritten whole when a task is tried again."""
    folder = work / kind
    folder.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(folder / f"{part}.parquet", compression="zstd", compression_level=1)


def remove_part(work: Path, part: str, kinds: Sequence[str]) -> None:
    """Removes what there is of a part."""
    for kind in kinds:
        (work / kind / f"{part}.parquet").unlink(missing_ok=True)
