"""How fast a search is, and what the search tables cost: python bench/search.py [ARTICLES] [FOLDER].

Makes a warehouse of invented articles whose words are as unevenly frequent as those of a language (Zipf), through the
loads of the pipeline, and asks it. Times are a search in one process, the median of five: on a busy machine its CPU
time says more. Python's start is apart.
"""

from __future__ import annotations

import hashlib
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl

from flows import schema, search, warehouse
from flows.settings import Settings
from flows.steps.words import find_words
from flows.warehouse import Run

CONSONANTS = ["क", "ख", "ग", "च", "ज", "ट", "ड", "त", "द", "न", "प", "ब", "भ", "म", "य", "र", "ल", "व", "स", "ह"]
SIGNS = ["", "ा", "ि", "ी", "ु", "े", "ो", "ं"]
NAMES = ("व्लादिमीर पुतिन", "पुतिन", "Putin")
PART = 5_000
DAY_0 = datetime(2020, 1, 1, tzinfo=UTC)


def make_words(count: int) -> list[str]:
    """Invented words, each pronounceable, the frequent ones short."""
    syllables = ["".join(pair) for pair in product(CONSONANTS, SIGNS)]
    words = [one + other for one, other in product(syllables, syllables)]
    words += ["".join(three) for three in product(syllables, CONSONANTS, syllables)]
    return words[:count]


def make_articles(first: int, count: int, words: np.ndarray, chances: np.ndarray) -> pl.DataFrame:
    """ARTICLES of some 350 words each; every tenth names a person, in one of three ways."""
    random = np.random.default_rng(first)
    rows = []
    for number in range(first, first + count):
        size = int(np.clip(random.lognormal(5.7, 0.5), 60, 2000))
        text = words[np.searchsorted(chances, random.random(size + 10))]
        name = [NAMES[number // 10 % 3]] if number % 10 == 0 else []
        body = " ".join([*name, *text[10:]])
        published = DAY_0 + timedelta(minutes=number * 30)
        rows.append(
            dict.fromkeys(schema.ARTICLES)
            | {
                "article_id": hashlib.sha256(str(number).encode()).hexdigest()[:32],
                "source_path": f"site{number % 20}/{number}.txt",
                "source_record": 0,
                "site": f"site{number % 20}",
                "language": "hi",
                "title": " ".join(text[:10]),
                "published_at": published,
                "published_on": published.date(),
                "body": body,
                "word_count": size,
                "content_sha256": hashlib.sha256(body.encode()).hexdigest(),
            }
        )
    return pl.DataFrame(rows, schema.ARTICLES)


def write_parts(work: Path, part: str, articles: pl.DataFrame) -> float:
    """The parts of a batch of articles; the seconds that finding their words took."""
    started = time.perf_counter()
    words, terms = find_words(articles)
    seconds = time.perf_counter() - started
    keys = articles.select("article_id", "source_path", "source_record", "site")
    files = articles.select(path="source_path", site="site", status=pl.lit("loaded"))
    named = articles.with_columns(surface=pl.col("body").str.extract(f"^({'|'.join(NAMES)}) ")).drop_nulls("surface")
    mentions = named.select(
        "article_id",
        "surface",
        mention_id=pl.col("article_id"),
        type=pl.lit("PERSON"),
        start_char=pl.lit(0),
        end_char=pl.col("surface").str.len_chars(),
        raw_start=pl.lit(0),
        raw_end=pl.col("surface").str.len_chars(),
        sentence_no=pl.lit(0),
        is_demonym=pl.lit(False),
        method=pl.lit("alias"),
        name=pl.lit(NAMES[0]),
        curated_id=pl.lit("putin"),
    )
    parts = {
        "files": (files, schema.FILES),
        "pages": (keys, schema.PAGES),
        "articles": (articles, schema.ARTICLES),
        "mentions": (mentions, schema.MENTIONS),
        "words": (words, schema.WORDS),
        "terms": (terms, schema.TERMS),
    }
    for kind, (frame, columns) in parts.items():
        missing = [
            pl.lit(None).cast(column).alias(name) for name, column in columns.items() if name not in frame.columns
        ]
        (work / kind).mkdir(parents=True, exist_ok=True)
        schema.conform(frame.with_columns(missing), columns).write_parquet(work / kind / f"{part}.parquet")
    return seconds


def load(settings: Settings, work: Path, number: int) -> float:
    """Publish what lies in the work folder; the seconds of loading."""
    run = Run(f"run{number}", datetime.now(UTC), "0", "rules")
    generation = warehouse.open_generation(settings, work)
    started = time.perf_counter()
    warehouse.load_articles(generation, work, run)
    seconds = time.perf_counter() - started
    found = warehouse.spellings(generation, run)
    links = found.select("type", "name", "curated_id").with_columns(
        entity_id="curated_id",
        entity_name="name",
        name_latin=pl.lit("Vladimir Putin"),
        rule=pl.lit("x"),
        score=pl.lit(1.0),
    )
    links.write_parquet(work / "links.parquet")
    found.with_columns(keys=pl.lit([], pl.List(pl.String))).write_parquet(work / "spellings.parquet")
    warehouse.load_links(generation, work, run, are_all=True)
    warehouse.finish_run(generation, run)
    warehouse.publish(generation, settings)
    return seconds


def build(settings: Settings, count: int, words: np.ndarray) -> None:
    ranks = np.arange(1, len(words) + 1)
    chances = 1 / (ranks + 2.7) ** 1.05
    chances = (chances / chances.sum()).cumsum()
    chances[-1] = 1.0
    work = settings.work / "bulk"
    found = sum(
        write_parts(work, f"{first:07}", make_articles(first, min(PART, count - first), words, chances))
        for first in range(0, count, PART)
    )
    print(f"words of {count} articles found in {found:.1f} s, {1000 * found / count:.2f} ms an article")
    print(f"load of articles, mentions and words: {load(settings, work, 1):.1f} s")
    size = settings.warehouse.stat().st_size
    print(f"warehouse {size / 1e6:.0f} MB")
    for run in (2, 3):
        work = settings.work / f"one{run}"
        write_parts(work, "one", make_articles(count + run, 1, words, chances))
        print(f"load of one more article: {load(settings, work, run):.2f} s")


def measure(settings: Settings, words: np.ndarray) -> None:
    questions = {
        "the most common word": words[0],
        "a common word": words[30],
        "a middling word": words[3000],
        "a rare word": words[60000],
        "three words": " ".join(words[[5, 300, 900]]),
        "eight words": " ".join(words[[5, 20, 50, 90, 150, 200, 300, 500]]),
        "a phrase of common words": f'"{words[1]} {words[3]}"',
        "a phrase of three": f'"{words[0]} {words[2]} {words[1]}"',
        "an entity": "Putin",
        "an entity and a word": f"पुतिन {words[30]}",
        "a word that is not there": "क्षत्रज्ञ",
    }
    filters = {"a common word, one site": search.Filters(site="site3")}
    print("| question | articles | ms | CPU ms, all threads |\n|---|---:|---:|---:|")
    for name, question in questions.items():
        print_row(settings, name, str(question), search.Filters())
    for name, given in filters.items():
        print_row(settings, name, str(words[30]), given)
    started = time.perf_counter()
    command = [sys.executable, "-m", "flows.cli", "search", "Putin", "--warehouse", settings.warehouse]
    subprocess.run(command, check=True, capture_output=True)
    print(f"the command, with the start of Python: {time.perf_counter() - started:.2f} s")


def print_row(settings: Settings, name: str, question: str, filters: search.Filters) -> None:
    times, works = [], []
    with search.asking(settings.warehouse) as ask:
        for _ in range(6):
            started, worked = time.perf_counter(), time.process_time()
            answer = search.answer(ask, question, filters, 20)
            times.append(time.perf_counter() - started)
            works.append(time.process_time() - worked)
    time_ms, work_ms = (1000 * statistics.median(seconds[1:]) for seconds in (times, works))
    print(f"| {name} | {answer.total} | {time_ms:.0f} | {work_ms:.0f} |")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(scratch)
        settings = Settings(warehouse=folder / "news.duckdb")
        words = np.array(make_words(400_000))
        if not settings.warehouse.exists():
            build(settings, count, words)
        measure(settings, words)


if __name__ == "__main__":
    main()
