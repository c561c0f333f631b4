"""The work on bulk files: a file → parts of records, a part → segments."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import polars as pl

from flows import schema
from flows.batches import ReadCount, describe, file_row, hashes, remove_part, segment_each, write_part
from flows.bulk.records import read_record
from flows.bulk.spool import SpoolPart, UnpackJob, read_spool, unpack
from flows.files import Document, Quarantine, Unsettled, article_id, moved_on
from flows.settings import Settings


def unpack_file(settings: Settings, work: Path, job: UnpackJob) -> tuple[ReadCount, list[SpoolPart]]:
    """Cut a bulk file into parts to read; writes its row of files, and whether other records of it stay as they are."""
    file = job.file
    try:
        found = unpack(settings, work, job)
    except Unsettled as error:
        return ReadCount(waiting=(file.path,), warnings=(str(error),)), []
    except Exception as error:
        if job.wanted:  # it could be read before, and its pages are counted already
            return ReadCount(waiting=(file.path,), warnings=(str(moved_on(file)),)), []
        code, message = (error.code, error.message) if isinstance(error, Quarantine) else ("failed", describe(error))
        row = file_row(file, status="quarantined", error_code=code, error_message=message) | hashes(file)
    else:
        row = file_row(file, status="loaded", error_code=found.error_code, error_message=found.error_message) | {
            "sha256": found.sha256,
            "sidecar_sha256": found.sidecar_sha256,
            "is_settled": found.is_settled,
        }
        write_part(pl.DataFrame([row], schema.FILES), work, "files", job.prefix)
        if job.known or job.wanted:
            write_part(pl.DataFrame({"path": [file.path]}), work, "partial", job.prefix)
        return ReadCount(1, warnings=tuple(found.warnings), ignored=found.ignored_count), found.parts
    write_part(pl.DataFrame([row], schema.FILES), work, "files", job.prefix)
    return ReadCount(1, quarantined=(file.path,)), []


def give_up_unpacking(work: Path, job: UnpackJob, why: str) -> tuple[ReadCount, list[SpoolPart]]:
    """The row and the count of a bulk file on which every worker dies."""
    remove_part(work, job.prefix, ("partial", "lost"))
    row = file_row(job.file, status="quarantined", error_code="failed", error_message=why) | hashes(job.file)
    write_part(pl.DataFrame([row], schema.FILES), work, "files", job.prefix)
    return ReadCount(1, quarantined=(job.file.path,)), []


def read_part(settings: Settings, work: Path, part: SpoolPart) -> ReadCount:
    """Decode and segment the records of a part; writes the parts records, pages, segments and lines."""
    rows: list[dict[str, object]] = []
    documents: list[Document] = []
    for record_hash, record in read_spool(work, part):
        row = record_row(part, record.number, record_hash)
        try:
            found = read_record(record, part.file, part.sidecar, settings)
        except Quarantine as error:
            row |= {"error_code": error.code, "error_message": error.message}
        except Exception as error:
            row |= {"error_code": "failed", "error_message": describe(error)}
        else:
            documents.append(found.document)
            row |= {"record_id": found.record_id, "format": found.document.format, "encoding": found.encoding}
        rows.append(row)
    segmented, broken = segment_each(pl.DataFrame([asdict(document) for document in documents], schema.DOCUMENTS))
    for row in rows:
        if message := broken.get(str(row["article_id"])):
            row |= {"error_code": "failed", "error_message": message}
    write_part(pl.DataFrame(rows, schema.RECORDS), work, "records", part.name)
    write_part(segmented.pages, work, "pages", part.name)
    write_part(segmented.segments, work, "segments", part.name)
    write_part(segmented.lines, work, "lines", part.name)
    return ReadCount(documents=len(rows))


def halve_part(work: Path, part: SpoolPart) -> list[SpoolPart]:
    """Two parts with half of the records each; none for one record. What a dead worker left of the part goes."""
    remove_part(work, part.name, ("records", "pages", "segments", "lines"))
    count = part.rows(work).height
    middle = count // 2
    if not middle:
        return []
    return [replace(part, count=middle), replace(part, first=part.first + middle, count=count - middle)]


def give_up_part(work: Path, part: SpoolPart, why: str) -> ReadCount:
    """The row and the count of a record on which every worker dies."""
    number, record_hash = part.rows(work).select("source_record", "record_hash").row(0)
    row = record_row(part, number, record_hash) | {"error_code": "failed", "error_message": why}
    write_part(pl.DataFrame([row], schema.RECORDS), work, "records", part.name)
    return ReadCount(documents=1)


def record_row(part: SpoolPart, number: int, record_hash: str) -> dict[str, object]:
    """A row of RECORDS; what a rejected record does not tell stays null."""
    return dict.fromkeys(schema.RECORDS) | {
        "article_id": article_id(part.file.path, number),
        "source_path": part.file.path,
        "source_record": number,
        "record_hash": record_hash,
    }
