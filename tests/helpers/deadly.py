"""The work on a batch by a process that dies on pages with a certain word, as it would of a crash in a library."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl

from flows.batches import CleanCount, CleanJob, ReadCount, ReadJob
from flows.batches import clean_batch as clean
from flows.batches import read_batch as read
from flows.settings import Settings

WORD = "प्राणघातक"


def read_batch(settings: Settings, work: Path, job: ReadJob) -> ReadCount:
    """Dies after it wrote its parts: they must not count."""
    result = read(settings, work, job)
    die_of(work / "segments" / f"{job.part}.parquet")
    return result


def clean_batch(settings: Settings, work: Path, job: CleanJob) -> CleanCount:
    result = clean(settings, work, job)
    die_of(work / "blocks" / f"{job.part}.parquet")
    return result


def die_of(part: Path) -> None:
    if any(WORD in text for text in pl.read_parquet(part)["raw_text"]):
        os._exit(9)
