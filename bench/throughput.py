"""Measures runs over corpora that it makes itself, and prints tables of what they cost as Markdown.

    .venv/bin/python bench/throughput.py --short                          # a minute
    .venv/bin/python bench/throughput.py --articles 1000 10000 100000     # an hour on two cores
    .venv/bin/python bench/throughput.py --only peers --peer-python PATH  # one with requirements-bench.txt

Every run is a process of its own. Seconds are by the clock; CPU seconds, those of all its processes, depend less on
what else the machine does. Memory is the proportional set size of all its processes: what they share counts once.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from corpus import make_page, make_pages, write_corpus

ROOT = Path(__file__).resolve().parent.parent
STAGES = (
    *("read_files", "open_generation", "learn_templates", "read_stale", "clean_pages", "load_articles"),
    *("resolve_identity", "check_and_publish"),
)
SAMPLE_SECONDS = 0.1
QUERIES = 10
SECTIONS = ("steps", "runs", "growth", "again", "queries", "orchestration", "peers")


# --- what a child does -----------------------------------------------------------------------------------------------


def child_run(raw: str, warehouse: str, workers: int, mentions: bool, api_url: str = "") -> dict[str, Any]:
    """One run, with the time of each stage; recorded by a Prefect server if an address is given."""
    from flows import pipeline
    from flows.settings import Settings

    marks: list[tuple[str, float, float]] = []

    def timed(stage: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(stage)
        def work(*args: Any, **kwargs: Any) -> Any:
            began = time.monotonic()
            try:
                return stage(*args, **kwargs)
            finally:
                marks.append((stage.__name__, began, time.monotonic()))

        return work

    for name in STAGES:
        setattr(pipeline, name, timed(getattr(pipeline, name)))
    settings = Settings(raw=Path(raw), warehouse=Path(warehouse), workers=workers, mentions=mentions)
    began = time.monotonic()
    if api_url:
        from flows.news import run_recorded

        outcome = run_recorded(settings)
    else:
        outcome = pipeline.run(settings)
    used = os.times()
    return {
        "status": outcome.status,
        "articles": outcome.articles_cleaned,
        "spellings": spelling_count(Path(warehouse)),
        "seconds": time.monotonic() - began,
        "cpu": used.user + used.system + used.children_user + used.children_system,
        "marks": marks,
    }


def spelling_count(warehouse: Path) -> int:
    """The spellings of names that identity was resolved from."""
    from flows import warehouse as store

    ((count,),) = store.query(warehouse, "select count(*) from links").rows
    return int(str(count))


def child_steps(raw: str, pages: int) -> dict[str, float]:
    """CPU seconds of each step for a page, in one process on one thread, once it is warm."""
    import polars as pl

    from flows import batches, schema
    from flows.files import read_file, scan
    from flows.settings import Settings
    from flows.steps.label import label
    from flows.steps.mentions import find_mentions
    from flows.steps.metadata import metadata
    from flows.steps.normalise import normalise
    from flows.steps.segment import segment

    settings = Settings(raw=Path(raw))
    batches.load_rules(settings)
    files = scan(settings.raw).files[:pages]
    spent: dict[str, float] = {}

    def timed(name: str, work: Callable[..., Any], *args: Any) -> Any:
        began = time.process_time()
        result = work(*args)
        spent[name] = spent.get(name, 0.0) + time.process_time() - began
        return result

    class Tagged:
        """What the recogniser has already found."""

        def __init__(self, spans: list[Any]) -> None:
            self.spans = spans

        def tag(self, texts: list[str]) -> list[Any]:
            return self.spans

    nothing = schema.empty(schema.TEMPLATES)
    for _ in range(2):  # the first time rules are compiled
        spent.clear()
        documents = timed("read", lambda: [d for file in files for d in read_file(file, settings).documents])
        cut = timed("segment", segment, pl.DataFrame(documents, schema.DOCUMENTS))
        blocks = timed("label", label, cut.segments, cut.pages, nothing, batches.rulebook(), batches.block_models())
        blocks, bodies = timed("normalise", normalise, blocks)
        articles = timed("metadata", metadata, cut.pages, blocks, bodies)
        spans = timed("recogniser", batches.tagger().tag, bodies["body"].to_list())
        timed("names", find_mentions, bodies, articles, batches.gazetteer(), Tagged(spans))
    return {name: seconds / len(files) for name, seconds in spent.items()}


def child_queries(warehouse: str) -> dict[str, float]:
    """Seconds of each saved query, from opening the file to the last row: the best of three."""
    from flows import warehouse as store

    found = {}
    for name, query in list(store.saved_queries().items())[:QUERIES]:
        times = []
        for _ in range(3):
            began = time.perf_counter()
            list(store.query(Path(warehouse), query.sql, query.defaults).rows)
            times.append(time.perf_counter() - began)
        found[name] = min(times)
    return found


def child_peer(peer: str, pages: int, folder: str) -> float | None:
    """CPU seconds of a peer over web pages, in one process; None if it is not installed."""
    texts = [page.text for page in make_pages(pages, form="html")]
    began = time.process_time()
    try:
        PEERS[peer](texts, Path(folder))
    except ModuleNotFoundError:
        return None
    return time.process_time() - began


def by_trafilatura(texts: Sequence[str], folder: Path) -> None:
    import trafilatura

    for text in texts:
        trafilatura.bare_extraction(text, with_metadata=True)


def by_readability(texts: Sequence[str], folder: Path) -> None:
    from readability import Document

    for text in texts:
        document = Document(text)
        document.summary()
        document.title()


def by_dlt(texts: Sequence[str], folder: Path) -> None:
    """trafilatura's texts, loaded as one table of a DuckDB file."""
    import dlt
    import trafilatura

    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    rows = ({"number": number, "text": trafilatura.extract(text)} for number, text in enumerate(texts))
    pipeline = dlt.pipeline("peer", destination=dlt.destinations.duckdb(str(folder / "dlt.duckdb")), dataset_name="d")
    pipeline.run(rows, table_name="articles")


def by_khabar(texts: Sequence[str], folder: Path) -> None:
    """A whole run without names, checks and publication included."""
    raw = folder / "raw" / "peer"
    raw.mkdir(parents=True)
    for number, text in enumerate(texts):
        (raw / f"{number:06}.html").write_text(text, encoding="utf-8")
    child_run(str(raw.parent), str(folder / "news.duckdb"), 1, False)


PEERS: dict[str, Callable[[Sequence[str], Path], None]] = {
    "trafilatura": by_trafilatura,
    "khabar": by_khabar,
    "readability": by_readability,
    "dlt": by_dlt,
}
CHILDREN: dict[str, Callable[..., Any]] = {
    "run": child_run,
    "steps": child_steps,
    "queries": child_queries,
    "peer": child_peer,
}


# --- watching a child ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measured:
    """What a child gave, how long its process took, and the memory of its processes over time."""

    result: Any
    seconds: float
    memory: list[tuple[float, int]]

    def peak(self, begin: float = 0.0, end: float = float("inf")) -> float:
        """Megabytes at most between two times."""
        return max((size for at, size in self.memory if begin <= at <= end), default=0) / 1e6


def measure(child: str, *arguments: Any, python: str = sys.executable) -> Measured:
    """Runs a child and watches its memory.

    Raises:
        SystemExit: it failed.
    """
    call = [python, __file__, "--child", json.dumps([child, *arguments])]
    # As `khabar run` bounds them, which this process would do too late: numpy is imported by then.
    threads = str(arguments[2]) if child == "run" else "1"
    bounds = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | bounds
    began = time.monotonic()
    process = subprocess.Popen(call, stdout=subprocess.PIPE, env=environment, text=True)
    memory: list[tuple[float, int]] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(SAMPLE_SECONDS):
            memory.append((time.monotonic(), sum(map(proportional_size, family(process.pid)))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    output, _ = process.communicate()
    over.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{child} {arguments} failed with {process.returncode}")
    return Measured(json.loads(output.splitlines()[-1]), time.monotonic() - began, memory)


def family(pid: int) -> Iterator[int]:
    """A process and its descendants."""
    yield pid
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for one in (task / "children").read_text().split():
                yield from family(int(one))
    except OSError:
        return


def proportional_size(pid: int) -> int:
    """Bytes in memory; what several processes share is divided between them."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)


# --- sections --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Options:
    """What is measured."""

    folder: Path
    articles: list[int]
    workers: list[int]
    words: int
    sample: int
    peer_pages: int
    mentions: bool
    peer_python: str

    def corpus(self, articles: int, form: str = "text") -> tuple[Path, int]:
        """The folder of a corpus, made once, and its bytes."""
        folder = self.folder / f"{form}-{articles}"
        if not folder.exists():
            write_corpus(folder, articles, words=self.words, form=form)
        return folder, sum(file.stat().st_size for file in folder.rglob("*.*") if file.is_file())


def show_steps(options: Options) -> None:
    raw, _ = options.corpus(options.sample)
    html, _ = options.corpus(options.sample, "html")
    found = [measure("steps", str(folder), options.sample).result for folder in (raw, html)]
    rows = [(name, *(f"{1000 * one[name]:.2f}" for one in found)) for name in found[0]]
    rows.append(("all", *(f"{1000 * sum(one.values()):.2f}" for one in found)))
    table("Steps: CPU milliseconds a page, one process", ("step", "text", "HTML"), rows)


def show_runs(options: Options) -> None:
    rows = []
    for form, mentions in (("text", True), ("text", False), ("html", False)):
        raw, size = options.corpus(options.sample, form)
        for workers in options.workers:
            run = fresh_run(options, raw, workers, mentions)
            name = f"{form}{'' if mentions else ', no mentions'}"
            rows.append((name, str(workers), *costs(run, options.sample, size)))
    table(f"Runs over {options.sample} pages", ("pages", "workers", *COSTS), rows)


COSTS = ("seconds", "pages/s", "MB/s", "pages/s of CPU", "peak MB")


def costs(run: Measured, articles: int, size: int) -> tuple[str, ...]:
    seconds, cpu = run.result["seconds"], run.result["cpu"]
    return (
        f"{seconds:.1f}",
        f"{articles / seconds:.1f}",
        f"{size / 1e6 / seconds:.2f}",
        f"{articles / cpu:.1f}",
        f"{run.peak():.0f}",
    )


def fresh_run(options: Options, raw: Path, workers: int, mentions: bool) -> Measured:
    """A run into a new warehouse."""
    shutil.rmtree(options.folder / "warehouse", ignore_errors=True)
    return measure("run", str(raw), str(options.folder / "warehouse" / "news.duckdb"), workers, mentions)


def show_growth(options: Options) -> None:
    """Whole runs over ever more pages; the warehouse of the last one stays for the sections that follow."""
    rows, stages = [], []
    for articles in options.articles:
        raw, size = options.corpus(articles)
        run = fresh_run(options, raw, max(options.workers), options.mentions)
        cpu = 1000 * run.result["cpu"] / articles
        bytes_kept = (options.folder / "warehouse" / "news.duckdb").stat().st_size
        spellings = f"{run.result['spellings']:,}"
        rows.append((f"{articles:,}", *costs(run, articles, size), f"{cpu:.2f}", f"{bytes_kept / size:.2f}", spellings))
        for name, begin, end in run.result["marks"]:
            per = 1000 * (end - begin) / articles
            stages.append((f"{articles:,}", name, f"{end - begin:.1f}", f"{per:.2f}", f"{run.peak(begin, end):.0f}"))
    of = f"{max(options.workers)} workers, {'with' if options.mentions else 'without'} names"
    head = ("pages", *COSTS, "CPU ms a page", "warehouse bytes a raw byte", "spellings")
    table(f"Growth, {of}", head, rows)
    table(f"Stages, {of}", ("pages", "stage", "seconds", "ms a page", "peak MB"), stages)


def show_again(options: Options) -> None:
    """Runs over the largest corpus when nothing, and when one file, is new."""
    articles = max(options.articles)
    raw, _ = options.corpus(articles)
    warehouse = options.folder / "warehouse" / "news.duckdb"
    arguments = (str(raw), str(warehouse), max(options.workers), options.mentions)
    if not warehouse.exists():
        measure("run", *arguments)
    rows = []
    same = measure("run", *arguments)
    rows.append(("nothing", same.result["status"], f"{same.seconds:.1f}", f"{same.peak():.0f}"))
    page = make_page(articles, words=options.words)
    (raw / page.path).parent.mkdir(parents=True, exist_ok=True)
    (raw / page.path).write_text(page.text, encoding="utf-8")
    try:
        one = measure("run", *arguments)
    finally:
        (raw / page.path).unlink()
    rows.append(("one file", one.result["status"], f"{one.seconds:.1f}", f"{one.peak():.0f}"))
    rows += [(f"… {name}", "", f"{end - begin:.1f}", "") for name, begin, end in one.result["marks"]]
    table(
        f"Again over {articles:,} pages, from start to end of the process", ("new", "run", "seconds", "peak MB"), rows
    )


def show_queries(options: Options) -> None:
    warehouse = options.folder / "warehouse" / "news.duckdb"
    if not warehouse.exists():
        raise SystemExit("queries are asked of the warehouse of `growth`; measure that too")
    found = measure("queries", str(warehouse)).result
    rows = [(name, f"{1000 * seconds:.0f}") for name, seconds in found.items()]
    call = [sys.executable, "-m", "flows.cli", "search", "बैठक", "--warehouse", str(warehouse)]
    began = time.perf_counter()
    if subprocess.run(call, capture_output=True, cwd=ROOT, check=False).returncode == 0:
        rows.append(("khabar search, the whole process", f"{1000 * (time.perf_counter() - began):.0f}"))
    table("Saved queries, milliseconds with opening the file", ("query", "ms"), rows)


def show_orchestration(options: Options) -> None:
    """The share of a run that is spent outside its stages, plainly and as a recorded Prefect flow."""
    articles = min(10_000, max(options.articles))
    raw, _ = options.corpus(articles)
    rows = []
    with prefect_server(options.folder / "prefect") as api_url:
        for name, address in (("plain", ""), ("recorded by Prefect", api_url)):
            shutil.rmtree(options.folder / "warehouse", ignore_errors=True)
            os.environ["PREFECT_API_URL"] = address
            warehouse = str(options.folder / "warehouse" / "news.duckdb")
            run = measure("run", str(raw), warehouse, max(options.workers), options.mentions, address).result
            inside = sum(end - begin for _, begin, end in run["marks"])
            share = 1 - inside / run["seconds"]
            rows.append((name, f"{run['seconds']:.1f}", f"{inside:.1f}", f"{100 * share:.1f} %"))
    table(f"Orchestration, {articles:,} pages", ("run", "seconds", "in its stages", "share outside"), rows)


@contextmanager
def prefect_server(home: Path) -> Iterator[str]:
    """A Prefect server of its own on loopback."""
    import urllib.request

    port = 4967
    environment = os.environ | {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    call = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui"]
    server = subprocess.Popen(call, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    api_url = f"http://127.0.0.1:{port}/api"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{api_url}/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        yield api_url
    finally:
        server.terminate()
        server.wait()


def show_peers(options: Options) -> None:
    """One process each over the same web pages; what is not installed is named."""
    rows, first = [], 0.0
    for peer in PEERS:
        python = sys.executable if peer == "khabar" else options.peer_python
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            cpu = measure("peer", peer, options.peer_pages, folder, python=python).result
        if cpu is None:
            rows.append((peer, "not installed", ""))
            continue
        rate = options.peer_pages / cpu
        first = first or rate
        rows.append((peer, f"{rate:.1f}", f"{rate / first:.2f}"))
    of = f"Peers over {options.peer_pages} web pages, one process"
    table(of, ("", "pages/s of CPU", "of trafilatura"), rows)


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print(f"\n### {title}\n")
    print(f"| {' | '.join(head)} |")
    print(f"|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--articles", type=int, nargs="+", default=[1000, 10_000], help="sizes for growth")
    parser.add_argument("--sample", type=int, default=1000, help="pages for steps and runs")
    parser.add_argument("--peer-pages", type=int, default=300)
    parser.add_argument("--peer-python", default=sys.executable, help="one that has the group bench; else this one")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--words", type=int, default=500, help="words of an article, boilerplate apart")
    parser.add_argument("--mentions", action="store_true", help="growth with names")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS)
    parser.add_argument("--short", action="store_true", help="everything, over a few pages")
    parser.add_argument("--folder", type=Path, help="for corpora and warehouses, kept for the next time")
    given = parser.parse_args()
    if given.child:
        name, *arguments = json.loads(given.child)
        print(json.dumps(CHILDREN[name](*arguments)))
        return
    articles, sample, peer_pages = given.articles, given.sample, given.peer_pages
    if given.short:
        articles, sample, peer_pages = [100, 300], 100, 50
    with tempfile.TemporaryDirectory(prefix="khabar-bench-") as made:
        folder = given.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        options = Options(
            folder,
            articles,
            given.workers,
            given.words,
            sample,
            peer_pages,
            given.mentions,
            given.peer_python,
        )
        load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load}; `{' '.join(sys.argv)}`")
        for section in SECTIONS:
            if section in given.only:
                globals()[f"show_{section}"](options)


if __name__ == "__main__":
    main()
