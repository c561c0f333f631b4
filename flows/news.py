"""The pipeline as a Prefect flow: recorded, retried, scheduled. The only module that imports prefect."""

from __future__ import annotations

import os

from flows.serve import NO_TELEMETRY

os.environ.update(NO_TELEMETRY)  # prefect reads it when it is imported

import asyncio
import json
import logging
import multiprocessing
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from time import perf_counter
from typing import Any, ParamSpec, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from prefect import Flow, Task, flow, task
from prefect._vendor.croniter.croniter import croniter
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId, FlowRunFilter
from prefect.client.schemas.objects import FlowRun, State, TaskRun
from prefect.logging import get_run_logger
from prefect.logging.handlers import PrefectConsoleHandler
from prefect.runner import Runner
from prefect.schedules import Cron, Interval, Schedule
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_CLIENT_MAX_RETRIES,
    PREFECT_LOCAL_STORAGE_PATH,
    temporary_settings,
)
from prefect.states import Cancelled, Completed, Crashed, Failed
from prefect.types.entrypoint import EntrypointType

from flows import pipeline
from flows.files import MissingRawFolder
from flows.lock import Locked, LockError
from flows.pipeline import Outcome, Progress, RunError, no_progress
from flows.report import describe_stage, render_report, render_upkeep, stage_name, summary_line, upkeep_line
from flows.serve import Plan, last_look, last_upkeep
from flows.server import SERVE, find_server, prefect_home, unusable
from flows.settings import Settings, SettingsError, load_settings
from flows.upkeep import Upkeep
from flows.upkeep import upkeep as keep_up
from flows.warehouse import WarehouseError

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger("khabar")

#: Seconds before a stage is tried again.
RETRY_DELAYS = [2.0, 10.0]
#: Faults of the input or the settings: the message says it all, a traceback would only frighten.
EXPECTED = (RunError, SettingsError, MissingRawFolder, LockError, WarehouseError)
#: Faults of the operating system that no second try mends.
PERMANENT = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)


@dataclass
class Watch:
    """What a run in this process is given beyond the flow's parameters, and what it leaves for its caller."""

    settings: Settings
    progress: Progress = no_progress
    replay: frozenset[str] = frozenset()
    outcome: Outcome | None = None
    error: Exception | None = None


_WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)


# --- the flow --------------------------------------------------------------------------------------------------------


def name_of_run() -> str:
    """When the run began, in local time: runs are told apart in a list at a glance."""
    return f"news {datetime.now().astimezone():%Y-%m-%d %H:%M:%S}"


def name_of_upkeep() -> str:
    return f"upkeep {datetime.now().astimezone():%Y-%m-%d %H:%M:%S}"


@flow(name="news", flow_run_name=name_of_run, persist_result=False)
def news(
    raw: str = "raw",
    warehouse: str = "warehouse/news.duckdb",
    rebuild: bool = False,
    accept_loss: bool = False,
) -> State[Any]:
    """Find new, changed and deleted raw files, clean, annotate, check, publish.

    Args:
        raw: Folder of raw files.
        warehouse: The DuckDB file to publish.
        rebuild: Work on every file again, into a new file.
        accept_loss: Publish even if many files are gone.
    """
    # No more than a call: the runner pickles the flow by value, with all that its body names.
    return run_in_flow(raw, warehouse, rebuild=rebuild, accept_loss=accept_loss)


def run_in_flow(raw: str, warehouse: str, *, rebuild: bool, accept_loss: bool) -> State[Any]:
    """One run, for the caller in this process or for the schedule."""
    watch = _WATCH.get()
    if watch is None:
        die_with_runner()
        watch = Watch(
            load_settings(
                raw=Path(raw), warehouse=Path(warehouse), rebuild=rebuild or None, accept_loss=accept_loss or None
            )
        )
    with forwarded_logs():
        return _run(watch)


def _run(watch: Watch) -> State[Any]:
    """One run as a final state whose name and message say what happened."""
    settings = watch.settings
    try:
        watch.outcome = pipeline.run(settings, wrap=as_task, progress=watch.progress, replay=watch.replay)
    except Locked as error:
        watch.error = error
        log.info("skipped: %s", error)
        return Completed(name="Skipped", message=str(error))
    except EXPECTED as error:
        watch.error = error
        log.error("%s", error)
        return Failed(message=str(error))
    except Exception as error:
        watch.error = error
        raise
    message = summary_line(watch.outcome)
    log.info("%s", message)
    if watch.outcome.status == "unchanged":
        return Completed(name="Unchanged", message=message)
    for warning in watch.outcome.warnings:
        log.warning("%s", warning)
    publish_report(settings, watch.outcome)
    return Completed(name="Published", message=message)


@flow(name="upkeep", flow_run_name=name_of_upkeep, persist_result=False)
def upkeep(raw: str = "raw", warehouse: str = "warehouse/news.duckdb") -> State[Any]:
    """Remove leftovers, compact, try quarantine again, verify, warn of drift.

    Args:
        raw: Folder of raw files.
        warehouse: The DuckDB file to keep up.
    """
    return upkeep_in_flow(raw, warehouse)


def upkeep_in_flow(raw: str, warehouse: str) -> State[Any]:
    """One upkeep, for the schedule; `khabar upkeep` does the same without Prefect."""
    die_with_runner()
    settings = load_settings(raw=Path(raw), warehouse=Path(warehouse))
    with forwarded_logs():
        done = keep_up(settings, wrap=as_task)
        for step in done.steps:
            log.log(logging.ERROR if step.status == "failed" else logging.INFO, "%s: %s", step.name, step.detail)
        for warning in done.warnings:
            log.warning("%s", warning)
        publish_upkeep(settings, done)
    if done.status == "failed":
        return Failed(message=done.error)
    return Completed(name=done.status.capitalize(), message=upkeep_line(done))


def as_task(stage: Callable[P, T]) -> Callable[P, T]:
    """A stage as a Prefect task: tried again when a fault can pass, with a line in the log.

    The task takes no arguments, or Prefect would search every file of a run for futures. If Prefect itself fails,
    the stage runs all the same: data first.
    """
    name = stage_name(stage)

    @wraps(stage)
    def tracked(*args: P.args, **kwargs: P.kwargs) -> T:
        results: list[T] = []
        faults: list[BaseException] = []

        def work() -> None:
            try:
                results.append(stage(*args, **kwargs))
            except BaseException as error:
                faults.append(error)
                raise

        started = perf_counter()
        try:
            _tasked(name, work)()
        except Exception as error:
            if any(error is fault for fault in faults):
                raise
            log.warning("Prefect could not record %r: %s", name, error)
            if not results:
                work()
        log.info("%s", describe_stage(name, results[-1], perf_counter() - started))
        return results[-1]

    return tracked


def _tasked(name: str, work: Callable[[], None]) -> Task[[], None]:
    made = task(
        name=name,
        retries=len(RETRY_DELAYS),
        retry_delay_seconds=RETRY_DELAYS,
        retry_condition_fn=can_pass,
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    return made(work)


def can_pass(_task: Task[..., Any], _task_run: TaskRun, state: State[Any]) -> bool:
    """Is a stage's fault one that another try may not meet: a disk or network that stumbled, a worker that died?"""
    fault = state.data
    return isinstance(fault, OSError | BrokenExecutor) and not isinstance(fault, PERMANENT)


class _Forward(logging.Handler):
    """Passes records on to the logger of the flow run."""

    def __init__(self) -> None:
        super().__init__()
        self.run_logger = get_run_logger()

    def emit(self, record: logging.LogRecord) -> None:
        self.run_logger.log(record.levelno, "%s", record.getMessage())


@contextmanager
def forwarded_logs() -> Iterator[None]:
    """What the pipeline says to the logger `khabar` goes to the flow run, which shows it on the console as well."""
    handler, level, propagate = _Forward(), log.level, log.propagate
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
        log.propagate = propagate


# --- the report ------------------------------------------------------------------------------------------------------


def publish_report(settings: Settings, outcome: Outcome) -> None:
    """The run's report as an artifact; a report that fails spoils no run that has published."""
    if outcome.facts is None:
        return
    try:
        create_markdown_artifact(
            render_report(outcome, outcome.facts, settings.warehouse),
            key=artifact_key("run-report", settings),
            description=summary_line(outcome),
        )
    except Exception as error:
        log.warning("the run published, but its report could not be recorded: %s", error)


def publish_upkeep(settings: Settings, done: Upkeep) -> None:
    """The upkeep's report as an artifact; what it says is in runs.jsonl too."""
    try:
        create_markdown_artifact(
            render_upkeep(done, settings.warehouse),
            key=artifact_key("upkeep-report", settings),
            description=upkeep_line(done),
        )
    except Exception as error:
        log.warning("the report of the upkeep could not be recorded: %s", error)


def artifact_key(kind: str, settings: Settings) -> str:
    """The name under which the reports of a warehouse follow each other."""
    return f"{kind}-{re.sub('[^a-z0-9]+', '-', settings.warehouse.stem.lower()).strip('-') or 'news'}"


# --- khabar run ------------------------------------------------------------------------------------------------------


def run_recorded(settings: Settings, progress: Progress = no_progress, replay: frozenset[str] = frozenset()) -> Outcome:
    """One run, recorded by the server that `find_server` gives; what it raises is the pipeline's own.

    A server that can't be used costs the record, never the run.
    """
    server = find_server(settings)
    if server is None or server.fault:
        if server is not None:
            log.warning("%s; the run goes on without a record", unusable(server))
        return pipeline.run(settings, progress=progress, replay=replay)
    watch = Watch(settings, progress, replay)
    token = _WATCH.set(watch)
    # By default the client tries a server that has gone for a minute, again for every word it has for it.
    overrides = {PREFECT_API_URL: server.api_url, PREFECT_CLIENT_MAX_RETRIES: 2}
    own = {}
    if server.reason == SERVE:
        own = {
            PREFECT_LOCAL_STORAGE_PATH: prefect_home(settings) / "storage",
            PREFECT_API_AUTH_STRING: server.password,
        }
    try:
        with temporary_settings(overrides | own), quiet_console():
            news(
                raw=str(settings.raw.absolute()),
                warehouse=str(settings.warehouse.absolute()),
                rebuild=settings.rebuild,
                accept_loss=settings.accept_loss,
                return_state=True,
            )
    except Exception as error:
        if error is not watch.error:
            log.warning("the Prefect server %s did not record the run: %s", server.api_url, error)
    finally:
        _WATCH.reset(token)
    if watch.error is not None:
        raise watch.error
    return watch.outcome or pipeline.run(settings, progress=progress, replay=replay)


@contextmanager
def quiet_console() -> Iterator[None]:
    """Keep Prefect's own lines out of a terminal where `khabar run` draws its progress."""
    loggers = [logging.getLogger(name) for name in (None, *logging.root.manager.loggerDict)]
    handlers = {h for logger in loggers for h in logger.handlers if isinstance(h, PrefectConsoleHandler)}
    levels = {handler: handler.level for handler in handlers}
    for handler in handlers:
        handler.setLevel(logging.CRITICAL)
    logging.getLogger("prefect._internal").setLevel(logging.CRITICAL)  # it has a handler of its own
    try:
        yield
    finally:
        for handler, level in levels.items():
            handler.setLevel(level)


# --- khabar serve ----------------------------------------------------------------------------------------------------


class ScheduleRunner(Runner):
    """Prefect's runner, ended by SIGTERM as by Ctrl-C: its own handler can't wait for anything."""

    def handle_sigterm(self, *_args: Any, **_kwargs: Any) -> None:
        signal.raise_signal(signal.SIGINT)


def main() -> None:
    """The process of the schedule, started by `khabar serve` with its plans as its argument."""
    plans = [Plan(**plan) for plan in json.loads(sys.argv[1])]
    logging.getLogger("prefect.runner").setLevel(logging.WARNING)  # else a line for every poll while a run goes on
    with suppress(KeyboardInterrupt):
        asyncio.run(run_schedule(load_settings(), *plans))


async def run_schedule(settings: Settings, runs: Plan, nights: Plan | None = None) -> None:
    """Serve the flows until told to stop, each by a runner of its own: a long upkeep must not keep news waiting.

    There is no limit on Prefect's side: a killed run would hold its slot.
    """
    now = datetime.now(UTC)
    looks: list[tuple[Flow[..., Any], Plan, datetime | None]] = [(news, runs, last_look(settings))]
    if nights is not None:  # nothing is there to keep up before the first run
        looks.append((upkeep, nights, last_upkeep(settings) or now))
    runners, deployments = [], []
    for served, plan, look in looks:
        runners.append(
            ScheduleRunner(
                name=f"khabar {served.name} {plan.deployment}", limit=1, pause_on_shutdown=True, query_seconds=5
            )
        )
        deployments.append(await add_flow(runners[-1], served, settings, plan, look, now))
    async with get_client() as client:
        for deployment, (_, plan, look) in zip(deployments, looks, strict=True):
            await close_dead_runs(client, deployment, Crashed(message="khabar serve died during this run"))
            await drop_missed_runs(client, deployment, keep=0)
            if is_overdue(plan, look, now):
                await client.create_flow_run_from_deployment(deployment)
        tidying = [asyncio.create_task(_keep_tidy(client, deployment)) for deployment in deployments]
        try:
            await asyncio.gather(*(runner.start() for runner in runners))
        finally:
            for task in tidying:
                task.cancel()
            for deployment in deployments:
                await close_dead_runs(client, deployment, Cancelled(message="khabar serve was stopped"))


async def add_flow(
    runner: Runner, served: Flow[..., Any], settings: Settings, plan: Plan, look: datetime | None, now: datetime
) -> UUID:
    """Gives a runner its flow, with its schedule and the places of this warehouse."""
    return await runner.aadd_flow(
        served,
        name=plan.deployment,
        schedule=schedule_of(plan, look, now),
        paused=False,
        parameters={"raw": str(settings.raw), "warehouse": str(settings.warehouse)},
        description=served.description,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


def schedule_of(plan: Plan, look: datetime | None, now: datetime) -> Schedule:
    """The plan in Prefect's terms. An interval counts from the last look, so that a restart doesn't put it off."""
    if plan.cron:
        return Cron(plan.cron, timezone=plan.timezone)
    every = timedelta(seconds=plan.every_seconds or 0)
    return Interval(every, anchor_date=now if look is None or is_overdue(plan, look, now) else look)


def is_overdue(plan: Plan, look: datetime | None, now: datetime) -> bool:
    """Has a time for a run gone by since the last look?"""
    if look is None:
        return True
    if plan.cron is None:
        return now - look >= timedelta(seconds=plan.every_seconds or 0)
    local = now.astimezone(ZoneInfo(plan.timezone or "UTC"))
    previous: datetime = croniter(plan.cron, local).get_prev(datetime)  # type: ignore[no-untyped-call]
    return look < previous


async def _keep_tidy(client: PrefectClient, deployment: UUID) -> None:
    """While a long run goes on, the times that it misses add up: keep one of them."""
    while True:
        await asyncio.sleep(30)
        with suppress(Exception):  # a server that is away for a moment; the runner reports it
            await drop_missed_runs(client, deployment, keep=1)


async def drop_missed_runs(client: PrefectClient, deployment: UUID, *, keep: int) -> None:
    """Delete the runs that the schedule planned for a time that has passed, but for the latest `keep`."""
    states = {"type": {"any_": ["SCHEDULED"]}}
    planned = await _flow_runs(client, deployment, states)
    now = datetime.now(UTC)
    missed = sorted(
        (run.next_scheduled_start_time, run.id)
        for run in planned
        if run.auto_scheduled and run.next_scheduled_start_time and run.next_scheduled_start_time < now
    )
    for _, run_id in missed[: len(missed) - keep]:
        await client.delete_flow_run(run_id)


async def close_dead_runs(client: PrefectClient, deployment: UUID, state: State[Any]) -> None:
    """Give runs that nobody works on any more their final state; called while this deployment runs nothing."""
    for run in await _flow_runs(client, deployment, {"type": {"any_": ["PENDING", "RUNNING", "CANCELLING"]}}):
        await client.set_flow_run_state(run.id, state, force=True)


async def _flow_runs(client: PrefectClient, deployment: UUID, states: dict[str, dict[str, list[str]]]) -> list[FlowRun]:
    return await client.read_flow_runs(
        flow_run_filter=FlowRunFilter.model_validate({"state": states}),
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment])),
    )


def die_with_runner() -> None:
    """End a run of the schedule, with its pool of workers, when the process that started it has died."""
    parent = multiprocessing.parent_process()
    if parent is None or parent.pid != os.getpgrp():
        return

    def wait() -> None:
        parent.join()
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=wait, name="die-with-runner", daemon=True).start()
