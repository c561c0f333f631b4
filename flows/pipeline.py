"""The pipeline as plain functions, read downward: look, read, learn, clean, load, resolve, check, publish.

A run is all or nothing: it works on a copy of the published file and swaps it in at the end. Prefect wraps the stages
from outside (`wrap`); a stage takes paths and gives back a few numbers.
"""

from __future__ import annotations

import gc
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

from flows.alarm import raise_alarm
from flows.attempts import append_attempt
from flows.files import article_id, is_settled
from flows.lock import Holder, Locked, run_lock
from flows.look import Changes, decisions_version, find_changes, rules_version
from flows.settings import Settings
from flows.stop import was_asked
from flows.threads import bound_threads
from flows.workers import Rescue, kept_pool, run_batches

if TYPE_CHECKING:
    from flows.batches import CleanCount, ReadCount, ReadJob
    from flows.bulk.spool import UnpackJob
    from flows.facts import Facts
    from flows.files import RawFile
    from flows.warehouse import KnownState, Loaded, Run

P = ParamSpec("P")
T = TypeVar("T")
Batch = TypeVar("Batch")
Result = TypeVar("Result")
Progress = Callable[[str, int, int], None]

#: A run that would lose more than this many files and more than this share of the loaded ones publishes nothing.
LOSS_FILES = 20
LOSS_SHARE = 0.20

#: Bytes that are worth a batch of their own.
LEAST_BATCH = 1024 * 1024


class RunError(Exception):
    """The run failed and nothing was published: says what, which value, where and what to do next."""


class BrokenPages(RunError):
    """Checks found faults in what a bug of ours made of some pages: `why` says for each article_id which."""

    def __init__(self, message: str, why: dict[str, str]) -> None:
        super().__init__(message)
        self.why = why


class Wrap(Protocol):
    """Turns a stage into something with the same signature that also retries, logs, records …"""

    def __call__(self, stage: Callable[P, T]) -> Callable[P, T]: ...


@dataclass(frozen=True)
class RunRecord:
    """A run before its end is known, without anything that imports duckdb."""

    run_id: str
    started_at: str
    rules_version: str
    decisions_version: str

    def row(self, outcome: Outcome | None = None) -> Run:
        """As the warehouse records it."""
        from flows.warehouse import Run

        run = Run(
            self.run_id,
            datetime.fromisoformat(self.started_at),
            version("khabar"),
            self.rules_version,
            self.decisions_version,
        )
        if outcome is None:
            return run
        return replace(
            run,
            finished_at=datetime.fromisoformat(outcome.finished_at),
            files_new=outcome.files_new,
            files_changed=outcome.files_changed,
            files_unchanged=outcome.files_unchanged,
            files_deleted=outcome.files_deleted,
            files_quarantined=outcome.files_quarantined,
        )


@dataclass(frozen=True)
class Outcome:
    """What a run did. Status is published, unchanged, skipped or failed; times are ISO 8601 in UTC."""

    status: str
    run_id: str | None = None
    started_at: str = ""
    finished_at: str = ""
    files_new: int = 0
    files_changed: int = 0
    files_unchanged: int = 0
    files_deleted: int = 0
    files_quarantined: int = 0
    files_waiting: int = 0
    files_ignored: int = 0
    records_rejected: int = 0  # of files of many documents
    records_ignored: int = 0  # that hold no page: requests, images
    articles_cleaned: int = 0
    articles_recleaned: int = 0
    warnings: list[str] = field(default_factory=list)
    error: str | None = None
    facts: Facts | None = field(default=None, compare=False)  # for the report; None if they could not be read

    def record(self) -> dict[str, object]:
        """As runs.jsonl has it; the facts are in the report."""
        return {item.name: getattr(self, item.name) for item in fields(self) if item.name != "facts"}


def identity(stage: Callable[P, T]) -> Callable[P, T]:
    """The wrap of a run without Prefect: the stage itself."""
    return stage


def no_progress(stage: str, done: int, total: int) -> None:
    """For a run that nobody watches."""


def run(
    settings: Settings,
    *,
    wrap: Wrap = identity,
    progress: Progress = no_progress,
    replay: frozenset[str] = frozenset(),
) -> Outcome:
    """One run; files in `replay` are tried again although nothing changed. Every attempt leaves a line in runs.jsonl.

    Raises:
        Locked: another run holds the lock.
        Exception: the run failed; the published warehouse is as it was.
    """
    started_at = now()
    bound_threads(settings.worker_count)
    try:
        died: list[Holder] = []
        with run_lock(settings.warehouse, command_line(), died.append):
            for dead in died:
                log_death(settings, dead)
            # What killed the last run may do so again: let it kill a worker.
            alone = replace(settings, isolate=settings.isolate or bool(died))
            outcome = _run_alone(alone, started_at, wrap, progress, replay)
    except BaseException as error:
        status = "skipped" if isinstance(error, Locked) else "failed"
        outcome = Outcome(status, started_at=started_at, finished_at=now(), error=str(error) or repr(error))
        append_attempt(settings, outcome.record())
        if status == "failed" and isinstance(error, Exception) and not was_asked():  # who stops a run knows it
            raise_alarm(settings, "run", outcome.record())
        raise
    outcome = replace(outcome, started_at=started_at, finished_at=now())
    append_attempt(settings, outcome.record())
    return outcome


def _run_alone(settings: Settings, started_at: str, wrap: Wrap, progress: Progress, replay: frozenset[str]) -> Outcome:
    """The run of the process that holds the lock."""
    from flows.warehouse import known_files, move_stray_wal

    remove_stale_work(settings)
    move_stray_wal(settings.warehouse)
    rules = rules_version(settings)
    decisions = decisions_version([settings.decisions, settings.refused_templates])
    looked_at = time.time_ns()
    with uncollected():
        known = known_files(settings.warehouse)
        changes = find_changes(settings, known, rules, decisions, replay)
    if changes.is_empty and settings.warehouse.exists() and not known.is_outdated:
        return outcome_of("unchanged", changes)
    guard_loss(settings, changes, (path for path in changes.deleted if is_loaded(known, path)))

    run_id = new_run_id(started_at)
    record = RunRecord(run_id, started_at, rules, decisions)
    work = settings.work / run_id
    work.mkdir(parents=True)
    try:
        if not (changes.are_rules_new or settings.rebuild):
            note_known_records(settings, work, [file for file in changes.todo if file.path in known.files], replay)
        with kept_pool():
            read = wrap(read_files)(settings, work, changes.todo, progress)
            generation = wrap(open_generation)(settings, work, changes.deleted)
            stale = wrap(learn_templates)(settings, work, generation)
            again = wrap(read_stale)(settings, work, stale, known, progress)
            cleaned = wrap(clean_pages)(settings, work, progress)
        waiting = {*read.waiting, *again.waiting}
        owed = waiting.union(changes.unlisted if changes.are_rules_new else ())
        note_seen(work, changes.touched, looked_at, owed, owed if changes.are_rules_new else again.waiting)

        def finish(generation: Path, broken: Collection[str] = ()) -> Outcome:
            """The stages after cleaning; of articles that are `broken` nothing is loaded."""
            loaded = wrap(load_articles)(settings, work, generation, record)
            lost = {*changes.deleted, *read.quarantined, *again.quarantined, *cleaned.rejected, *loaded.lost, *broken}
            if settings.rebuild:  # a new file holds only what could be read
                lost |= {*changes.unlisted, *read.waiting}
            guard_loss(settings, changes, (path for path in lost if is_loaded(known, path)))
            wrap(resolve_identity)(settings, work, generation, record)
            outcome = replace(
                outcome_of("published", changes, run_id),
                started_at=started_at,
                finished_at=now(),
                files_quarantined=loaded.files_quarantined,
                files_waiting=len(waiting),
                records_rejected=loaded.records_rejected,
                records_ignored=read.ignored,
                articles_cleaned=cleaned.articles - again.documents,
                articles_recleaned=again.documents,
                warnings=[*changes.warnings, *read.warnings, *again.warnings],
            )
            outcome = with_facts(settings, generation, outcome)
            wrap(check_and_publish)(settings, generation, record, outcome)
            return outcome

        try:
            outcome = finish(generation)
        except BrokenPages as error:  # one page must not cost the others: once more, without these
            broken = reject_pages(work, error.why)
            generation = wrap(open_generation)(settings, work, changes.deleted)
            wrap(learn_templates)(settings, work, generation)
            try:
                outcome = finish(generation, broken)
            except RunError as loss:
                raise RunError(f"{loss}\n{error}") from error
        outcome = with_page(settings, work, outcome)
    finally:
        if settings.engine == "ray":
            from flows.cluster import disconnect

            disconnect()
        shutil.rmtree(work, ignore_errors=True)
    return outcome


# --- stages ----------------------------------------------------------------------------------------------------------


def read_files(settings: Settings, work: Path, files: list[RawFile], progress: Progress = no_progress) -> ReadCount:
    """Raw files → the parts files, pages, segments and lines of the work folder."""
    from flows.batches import ReadJob, split_by_size
    from flows.bulk.spool import UnpackJob

    # Four batches a worker at least, so that none waits long for the others, if they are worth a batch.
    share = sum(file.size_bytes for file in files) // (4 * settings.worker_count)
    settings = replace(settings, batch_bytes=min(settings.batch_bytes, max(share, LEAST_BATCH)))
    batches = split_by_size([file for file in files if not file.is_bulk], settings.batch_bytes)
    bulk = [file for file in files if file.is_bulk]
    known = [records_file(work, "known", file.path) for file in bulk]
    jobs = [UnpackJob(file, f"b{i:06}", known[i] if known[i].exists() else None) for i, file in enumerate(bulk)]
    singles = _read(settings, work, [ReadJob(batch, f"n{i:06}") for i, batch in enumerate(batches)], progress, "read")
    return add_counts([singles, _read_bulk(settings, work, jobs, progress, "read")])


def open_generation(settings: Settings, work: Path, deleted: list[str]) -> Path:
    """A copy of the published file to work on, and beside it the list of files that are gone."""
    import polars as pl

    from flows import warehouse

    gone = pl.DataFrame(
        {"path": deleted, "reason": ["deleted"] * len(deleted)}, {"path": pl.String, "reason": pl.String}
    )
    gone.write_parquet(work / "gone.parquet")
    return warehouse.open_generation(settings, work, rebuild=settings.rebuild)


def learn_templates(settings: Settings, work: Path, generation: Path) -> list[str]:
    """Count recurring lines, write the accepted ones for `clean_pages`; the paths of pages to clean again."""
    from flows import warehouse

    stale = warehouse.learn_templates(generation, work, settings, warehouse.read_refused(settings))
    warehouse.accepted_templates(generation, settings.worker_count).write_parquet(work / "templates.parquet")
    return stale


def read_stale(
    settings: Settings, work: Path, stale: list[str], known: KnownState, progress: Progress = no_progress
) -> ReadCount:
    """Read pages again that hold a line whose verdict flipped; one that changed since the look waits."""
    from flows.batches import ReadJob, read_hashes, split_by_size
    from flows.bulk.spool import UnpackJob, write_wanted
    from flows.files import scan
    from flows.warehouse import STALE_RECORDS

    wanted = set(stale)
    files = [file for file in scan(settings.raw).files if file.path in wanted] if wanted else []
    expected = {path: (known.files[path].sha256, known.files[path].sidecar_sha256) for path in wanted}
    batches = split_by_size([file for file in files if not file.is_bulk], settings.batch_bytes)
    jobs = [ReadJob(batch, f"s{i:06}", expected) for i, batch in enumerate(batches)]
    bulk = [file for file in files if file.is_bulk]
    if bulk:  # of a file that this run has read, only the unchanged records are stale
        expected |= read_hashes(work)
    unpack_jobs = []
    for i, file in enumerate(bulk):
        target = records_file(work, "wanted", file.path)
        write_wanted(work / STALE_RECORDS, file.path, target)
        unpack_jobs.append(UnpackJob(file, f"t{i:06}", wanted=target, expected=expected[file.path]))
    singles = _read(settings, work, jobs, progress, "read again")
    count = add_counts([singles, _read_bulk(settings, work, unpack_jobs, progress, "read again")])
    missing = wanted.difference(file.path for file in files)
    return replace(count, waiting=(*count.waiting, *sorted(missing)))


def clean_pages(settings: Settings, work: Path, progress: Progress = no_progress) -> CleanCount:
    """Segments → the parts articles, blocks, mentions and rejects."""
    from flows.batches import CleanCount, CleanJob, clean_batch, give_up_cleaning, halve_clean_job

    jobs = [CleanJob(path.stem) for path in sorted((work / "pages").glob("*.parquet"))]
    size = sum(path.stat().st_size for path in (work / "segments").glob("*.parquet"))
    counts = _work_off(
        settings,
        partial(clean_batch, settings, work),
        jobs,
        Rescue(partial(halve_clean_job, work), partial(give_up_cleaning, work)),
        total_bytes=8 * size,
        stage="clean",
        progress=progress,
    )
    return CleanCount(
        sum(count.articles for count in counts),
        sum(count.mentions for count in counts),
        tuple(path for count in counts for path in count.rejected),
    )


def load_articles(settings: Settings, work: Path, generation: Path, record: RunRecord) -> Loaded:
    """Replace the rows of every page that was worked on; keep versions."""
    from flows import warehouse

    return warehouse.load_articles(generation, work, record.row(), settings.worker_count)


def resolve_identity(settings: Settings, work: Path, generation: Path, record: RunRecord) -> None:
    """Current spellings and the user's decisions → entities, aliases, redirects.

    Only what a change of mentions, rules or decisions can touch is resolved again, from scratch.
    """
    from flows import schema, warehouse
    from flows.batches import gazetteer
    from flows.decisions import read_decisions
    from flows.steps.entities import find_affected, resolve_entities

    run, decisions = record.row(), read_decisions(settings.decisions)
    known = warehouse.spellings(generation, run, settings.worker_count)
    affected = find_affected(known, gazetteer(), decisions) if known.height else known
    current = affected.filter(affected["mention_count"] > 0)
    links = resolve_entities(current, gazetteer(), decisions) if current.height else schema.empty(schema.LINKS)
    affected.write_parquet(work / "spellings.parquet")
    links.write_parquet(work / "links.parquet")
    warehouse.load_links(generation, work, run, settings.worker_count, are_all=affected.height == known.height)


def check_and_publish(settings: Settings, generation: Path, record: RunRecord, outcome: Outcome) -> None:
    """Run the checks of sql/4*; swap the generation in if none finds a fault.

    Raises:
        BrokenPages: checks found rows that name articles of this run.
        RunError: they found other rows; the message names the check and shows the first.
    """
    from flows import warehouse

    warehouse.finish_run(generation, record.row(outcome))
    faults = warehouse.check(generation, record.run_id, settings.worker_count)
    if faults:
        shown = "\n".join(f"  {fault}" for fault in faults[:5])
        why = {article: fault.check for fault in reversed(faults) for article in fault.articles}
        message = f"{len(faults)} check(s) failed, nothing was published:\n{shown}"
        raise BrokenPages(message, why) if why else RunError(message)
    warehouse.compact(generation)  # does so only where much of the file is dead
    warehouse.publish(generation, settings)


def reject_pages(work: Path, why: dict[str, str]) -> list[str]:
    """Quarantines pages of this run by a part of their own; the files that hold nothing else.

    `why` maps an article_id to the check that found the fault.
    """
    import polars as pl

    from flows import schema
    from flows.batches import write_part

    columns = ["article_id", "source_path", "source_record"]
    parts = [schema.empty(schema.PAGES).select(columns)]  # a run that only deletes has no part
    paths = sorted((work / "pages").glob("*.parquet"))
    parts += [pl.read_parquet(path, columns=columns, glob=False) for path in paths]
    checks = pl.DataFrame(list(why.items()), {"article_id": pl.String, "check": pl.String}, orient="row")
    pages = pl.concat(parts).unique().join(checks, on="article_id").sort("article_id")
    message = pl.format("sql/{}.sql found a fault in what became of the page: please report it", "check")
    rejects = pages.select(*columns, error_code=pl.lit("failed"), error_message=message)
    write_part(rejects, work, "rejects", "broken")
    return rejects.filter(pl.col("source_record") == 0)["source_path"].to_list()


# --- the report: it fails no run -------------------------------------------------------------------------------------


def with_facts(settings: Settings, generation: Path, outcome: Outcome) -> Outcome:
    """What the report tells, asked while the generation that this one replaces is still there to compare with."""
    from flows.facts import read_facts
    from flows.warehouse import compared

    try:
        with compared(generation, settings.warehouse, settings.worker_count) as ask:
            return replace(outcome, facts=read_facts(ask, outcome.run_id or "", outcome.started_at))
    except Exception as error:
        return replace(outcome, warnings=[*outcome.warnings, f"the report of this run can't be made: {error}"])


def with_page(settings: Settings, work: Path, outcome: Outcome) -> Outcome:
    """The report as a page beside the warehouse."""
    from flows.report_page import page_path, write_page

    if outcome.facts is None:
        return outcome
    try:
        write_page(settings, work, outcome, outcome.facts)
    except Exception as error:
        why = f"the run published, but its report {page_path(settings)} can't be written: {error}"
        return replace(outcome, warnings=[*outcome.warnings, why])
    return outcome


# --- small parts -----------------------------------------------------------------------------------------------------


def _read(settings: Settings, work: Path, jobs: list[ReadJob], progress: Progress, stage: str) -> ReadCount:
    from flows.batches import give_up_reading, halve_read_job, read_batch

    counts = _work_off(
        settings,
        partial(read_batch, settings, work),
        jobs,
        Rescue(partial(halve_read_job, work), partial(give_up_reading, work)),
        total_bytes=sum(file.size_bytes for job in jobs for file in job.files),
        stage=stage,
        progress=progress,
    )
    return add_counts(counts)


def _read_bulk(settings: Settings, work: Path, jobs: list[UnpackJob], progress: Progress, stage: str) -> ReadCount:
    """Cut files of many documents into parts, one process a file, then read the parts, which all processes share."""
    from flows.bulk.batches import give_up_part, give_up_unpacking, halve_part, read_part, unpack_file

    if not jobs:
        return add_counts([])
    unpacked = _work_off(
        settings,
        partial(unpack_file, settings, work),
        jobs,
        Rescue(lambda _: (), partial(give_up_unpacking, work)),
        total_bytes=sum(job.file.size_bytes for job in jobs),
        stage="unpack",
        progress=progress,
    )
    parts = [part for _, found in unpacked for part in found]
    counts = _work_off(
        settings,
        partial(read_part, settings, work),
        parts,
        Rescue(partial(halve_part, work), partial(give_up_part, work)),
        total_bytes=sum(path.stat().st_size for path in (work / "spool").glob("*.parquet")),
        stage=stage,
        progress=progress,
    )
    shutil.rmtree(work / "spool", ignore_errors=True)
    return add_counts([*(count for count, _ in unpacked), *counts])


def add_counts(counts: Iterable[ReadCount]) -> ReadCount:
    """The counts of several batches as one."""
    from flows.batches import ReadCount

    counts = list(counts)
    return ReadCount(
        sum(count.files for count in counts),
        tuple(path for count in counts for path in count.quarantined),
        tuple(path for count in counts for path in count.waiting),
        tuple(warning for count in counts for warning in count.warnings),
        sum(count.documents for count in counts),
        sum(count.ignored for count in counts),
    )


def records_file(work: Path, kind: str, path: str) -> Path:
    """Where the records of a raw file are listed that are `known`, or `wanted` again."""
    return work / kind / f"{article_id(path)}.parquet"


def note_known_records(settings: Settings, work: Path, files: list[RawFile], replay: frozenset[str]) -> None:
    """For each changed file of many documents which records are known; of one that is replayed, the good ones."""
    from flows.warehouse import write_known_records

    (work / "known").mkdir()
    for file in files:
        if file.is_bulk:
            target = records_file(work, "known", file.path)
            write_known_records(settings.warehouse, file.path, target, only_good=file.path in replay)


def _work_off(
    settings: Settings,
    work_on: Callable[[Batch], Result],
    batches: Sequence[Batch],
    rescue: Rescue[Batch, Result],
    *,
    total_bytes: int,
    stage: str,
    progress: Progress,
) -> list[Result]:
    """The results of all batches, in order, by processes of this machine or of a cluster."""
    if settings.engine == "ray":
        from flows.cluster import run_on_cluster

        return run_on_cluster(work_on, batches, rescue=rescue, settings=settings, stage=stage, progress=progress)
    return run_batches(
        work_on,
        batches,
        rescue=rescue,
        workers=settings.worker_count,
        total_bytes=total_bytes,
        stage=stage,
        progress=progress,
        isolate=settings.isolate,
        folder=settings.work,  # where the next run removes what a killed one leaves
    )


def note_seen(
    work: Path, touched: list[RawFile], looked_at: int, owed: Iterable[str], owed_records: Container[str]
) -> None:
    """For the next look: how touched files look, and files that this run should have worked on and could not.

    The former were hashed at the look, long ago by now. The latter lose their stat_key, so that they are taken up; and
    of some every record has to be read again.
    """
    import polars as pl

    rows: dict[str, tuple[str, str | None, bool, bool]] = {
        file.path: (file.path, file.stat_key, is_settled(file, looked_at), False) for file in touched
    }
    rows |= {path: (path, None, False, path in owed_records) for path in owed}
    columns = {"path": pl.String, "stat_key": pl.String, "is_settled": pl.Boolean, "are_records_owed": pl.Boolean}
    pl.DataFrame(list(rows.values()), columns, orient="row").write_parquet(work / "seen.parquet")


@contextmanager
def uncollected() -> Iterator[None]:
    """Collects no garbage meanwhile: among the files of a large folder that takes longer than to look at them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def is_loaded(known: KnownState, path: str) -> bool:
    return path in known.files and known.files[path].status == "loaded"


def guard_loss(settings: Settings, changes: Changes, lost: Iterable[str]) -> None:
    """Stop a run that would lose many loaded files at once: an unmounted folder, a broken crawl.

    Raises:
        RunError: unless `accept_loss` is set.
    """
    count = len(list(lost))
    if settings.accept_loss or count <= LOSS_FILES or count <= LOSS_SHARE * changes.loaded_before:
        return
    raise RunError(
        f"this run would delete or quarantine {count} of {changes.loaded_before} loaded files; nothing was published. "
        f"Is {settings.raw} mounted and complete? If the loss is meant, run again with --accept-loss"
    )


def outcome_of(status: str, changes: Changes, run_id: str | None = None) -> Outcome:
    return Outcome(
        status,
        run_id,
        files_new=changes.files_new,
        files_changed=changes.files_changed,
        files_unchanged=changes.files_unchanged,
        files_deleted=len(changes.deleted),
        files_ignored=changes.ignored_count,
        warnings=changes.warnings,
    )


def command_line() -> str:
    """What holds the lock, as people would recognise it."""
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]) or "khabar"


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def new_run_id(started_at: str) -> str:
    """Sorts by time; the tail keeps apart two runs of one microsecond on two machines."""
    return f"{started_at[:26].translate(str.maketrans('', '', '-:.'))}Z-{secrets.token_hex(3)}"


def remove_stale_work(settings: Settings) -> None:
    """Remove what killed runs left; called under the lock, so nobody works there."""
    for folder in settings.work.glob("*") if settings.work.exists() else ():
        shutil.rmtree(folder, ignore_errors=True)


def log_death(settings: Settings, dead: Holder) -> None:
    """The line of a run that was killed before it could write its own."""
    why = f"killed: {dead.command!r}, process {dead.pid} on {dead.host}; nothing was published"
    outcome = Outcome("failed", started_at=dead.started_at, finished_at=now(), error=why)
    append_attempt(settings, outcome.record())
    raise_alarm(settings, "run", outcome.record())
