"""How fast a file of many documents is cut into parts, and in how much memory: a line for each container.

    python bench/bulk.py [MEGABYTES]

The pages are random words. Each container is read by a process of its own; memory is the most that it held, beside
what it holds when it has only been started.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import polars as pl
import zstandard

from flows.bulk.spool import UnpackJob, unpack
from flows.files import scan
from flows.settings import Settings

LETTERS = "कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह"
GROUP = 2000


def make_texts(megabytes: int) -> Iterator[list[str]]:
    """Groups of texts of some 5 kB."""
    chance = random.Random(1)
    words = ["".join(chance.choices(LETTERS, k=chance.randint(2, 7))) for _ in range(5000)]
    for _ in range(max(1, megabytes * 1_000_000 // (GROUP * 5000))):
        yield [" ".join(chance.choices(words, k=340)) for _ in range(GROUP)]


def write(raw: Path, megabytes: int) -> None:
    """The same pages in every container."""
    with (
        (raw / "a.jsonl").open("wb") as plain,
        zstandard.open(raw / "b.jsonl.zst", "wb") as packed,
        (raw / "d.warc").open("wb") as warc,
    ):
        frames = []
        for texts in make_texts(megabytes):
            for text in texts:
                line = json.dumps({"text": text}, ensure_ascii=False).encode() + b"\n"
                plain.write(line)
                packed.write(line)
                body = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + text.encode()
                head = f"WARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\nContent-Length: {len(body)}"
                warc.write(b"WARC/1.0\r\n" + head.encode() + b"\r\n\r\n" + body + b"\r\n\r\n")
            frames.append(pl.DataFrame({"text": texts}))
        pl.concat(frames).write_parquet(raw / "c.parquet", row_group_size=100_000)


def measure(raw: Path, work: Path, name: str) -> str:
    """In a fresh process: megabytes a second of its own time, and megabytes of memory."""
    (file,) = [file for file in scan(raw).files if file.path == name]
    before = peak()
    start = time.process_time()
    found = unpack(Settings(raw=raw), work, UnpackJob(file, name))
    seconds = time.process_time() - start
    size = (raw / "a.jsonl").stat().st_size / 1e6
    return (
        f"{name:<12} {found.record_count:>8} records {len(found.parts):>4} parts {size / seconds:>6.0f} MB/s "
        f"{peak() - before:>5.0f} MB more than {before:.0f}"
    )


def peak() -> float:
    """Megabytes that this process held at most; getrusage would count its parent's from before the spawn."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as folder:
        raw, work = Path(folder) / "raw", Path(folder) / "work"
        raw.mkdir()
        work.mkdir()
        write(raw, megabytes)
        for file in scan(raw).files:
            with get_context("spawn").Pool(1) as pool:
                print(pool.apply(measure, (raw, work, file.path)))


if __name__ == "__main__":
    main()
