"""One page, or one text, through the steps of the pipeline, without a warehouse."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl

from flows import schema
from flows.batches import block_models, clean, gazetteer, rulebook, tagger
from flows.files import (
    Document,
    Quarantine,
    RawFile,
    article_id,
    look_at_file,
    open_stored,
    read_file,
    read_sidecar,
    read_text,
)
from flows.settings import Settings, UsageError
from flows.steps.label import label
from flows.steps.mentions import find_mentions
from flows.steps.normalise import normalise
from flows.steps.segment import segment


class PageError(Exception):
    """The page can't be shown: says which, why and what to do."""


@dataclass(frozen=True)
class OnePage:
    """What the steps make of one raw file. `notes` are for the reader's eye."""

    articles: list[dict[str, object]]
    blocks: pl.DataFrame
    notes: list[str]

    def block_rows(self) -> list[dict[str, object]]:
        return self.blocks.to_dicts()


def read_page(settings: Settings, path: Path, record: int | None = None, *, templates: bool) -> OnePage:
    """Clean one raw file, wherever it lies; with `templates` by those that the warehouse has learned for its site.

    Of a file of many documents the `record`, which may also stand behind the path: news.jsonl#17.

    Raises:
        UsageError: there is no such file.
        PageError: it can't be read, or would be quarantined.
    """
    if record is None and not path.exists() and (match := re.fullmatch(r"(.+)#(\d+)", str(path))):
        path, record = Path(match[1]), int(match[2])
    try:
        file = look_at_file(path, settings.raw if settings.raw.is_dir() else None)
        if file.is_bulk or record is not None:
            documents, warnings = _read_record(settings, file, path, record)
        else:
            result = read_file(file, settings)
            documents, warnings = result.documents, result.warnings
    except Quarantine as error:
        raise PageError(f"{path} would be quarantined as {error.code}: {error.message}") from error
    except FileNotFoundError as error:
        raise UsageError(f"{path} can't be read: there is no such file") from error
    except OSError as error:
        raise PageError(f"{path} can't be read: {error.strerror or error}") from error
    return _clean_documents(settings, documents, list(warnings), templates=templates)


def _read_record(settings: Settings, file: RawFile, path: Path, wanted: int | None) -> tuple[list[Document], list[str]]:
    """The document of a record of a bulk file, which is read as far as that."""
    from flows.bulk.containers import HashedStream, read_records
    from flows.bulk.records import read_record

    if not file.is_bulk:
        raise UsageError(f"{path} is one document; leave out --record {wanted}")
    if wanted is None:
        raise UsageError(
            f"{path} holds many documents; name one by its line, row or WARC record, counted from 1 "
            f"(articles.source_record): --record 1, or {path}#1"
        )
    sidecar, warnings = read_sidecar(file)
    with open_stored(file) as stream:
        for record in read_records(file, HashedStream(stream), settings):
            if record.number == wanted and record.is_page:
                return [read_record(record, file, sidecar, settings).document], warnings
            if record.number >= wanted:
                break
    raise UsageError(f"{path} has no record {wanted} that holds a page")


def read_standard_input(settings: Settings, stream: BinaryIO, *, templates: bool) -> OnePage:
    """Clean what comes in: HTML if it begins with a tag, else text.

    Raises:
        PageError: it would be quarantined.
    """
    data = stream.read(settings.max_file_bytes + 1)
    if len(data) > settings.max_file_bytes:
        raise PageError(f"standard input is more than max_file_bytes = {settings.max_file_bytes}; raise that setting")
    form = "html" if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<" else "text"
    try:
        page = read_text(data, form, settings)
    except Quarantine as error:
        raise PageError(f"standard input would be quarantined as {error.code}: {error.message}") from error
    document = Document(article_id("-"), "-", 0, None, page.format, page.text)
    return _clean_documents(settings, [document], [], templates=templates)


def _clean_documents(settings: Settings, documents: list[Document], notes: list[str], *, templates: bool) -> OnePage:
    segmented = segment(pl.DataFrame([asdict(document) for document in documents], schema.DOCUMENTS))
    learned = schema.empty(schema.TEMPLATES)
    if templates:
        from flows.warehouse import published_templates

        learned = published_templates(settings.warehouse)
        site = documents[0].site
        count = learned.filter(pl.col("site") == site).height if site else 0
        notes.append(f"using {count} learned template(s) of the site {site or '(none)'} from {settings.warehouse}")
    cleaned = clean(segmented.pages, segmented.segments, learned, recogniser=None)
    blocks = cleaned.blocks
    if not cleaned.articles.height:
        notes.append("no line of the page reads like an article: it would be quarantined as no_article")
        blocks, _ = normalise(label(segmented.segments, segmented.pages, learned, rulebook(), block_models()))
    return OnePage(cleaned.articles.to_dicts(), blocks, notes)


def tag_texts(texts: list[str], recogniser: str = "") -> list[list[dict[str, object]]]:
    """The names in each text, each an article of its own, offsets into the text as given."""
    ids = [f"{number:09}" for number in range(len(texts))]
    bodies = pl.DataFrame(
        {"article_id": ids, "body": texts, "raw_map": [list(range(len(text) + 1)) for text in texts]}, schema.BODIES
    )
    articles = pl.DataFrame({"article_id": ids, "title": pl.Series([None] * len(ids), dtype=pl.String)})
    mentions = find_mentions(bodies, articles, gazetteer(), tagger(recogniser)).sort(
        "article_id", "start_char", "end_char"
    )
    spans: dict[str, list[dict[str, object]]] = {name: [] for name in ids}
    for row in mentions.iter_rows(named=True):
        spans[row["article_id"]].append(
            {
                "start": row["start_char"],
                "end": row["end_char"],
                "type": row["type"],
                "surface": row["surface"],
                "is_demonym": row["is_demonym"],
                "score": row["score"],
            }
        )
    return [spans[name] for name in ids]
