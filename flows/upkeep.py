"""Nightly care of a warehouse: leftovers removed, quarantine tried again, the file compacted and verified, drift told.

Plain functions: `khabar upkeep` calls them without Prefect, the flow `upkeep` with it. Only the second step publishes
what is new; nothing here changes what the warehouse says.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path

from flows.alarm import raise_alarm
from flows.attempts import append_attempt, rotate_attempts
from flows.files import look_at_file, scan_root
from flows.lock import Locked, run_lock
from flows.pipeline import Wrap, command_line, identity, new_run_id, now, remove_stale_work
from flows.pipeline import run as run_pipeline
from flows.settings import Settings
from flows.stop import release

#: How long to wait for a run that holds the lock before what needs it is left for the next night.
LOCK_SECONDS = 60.0
POLL_SECONDS = 1.0
#: At night less dead space than a run would rewrite a file for is worth it.
MOST_DEAD = 0.2
#: Quarantine that may pass although the file stays as it is. All other codes are a verdict on the bytes: a run takes
#: them up again by itself when file, rules, settings or site templates change, and only then.
PASSING = ("failed", "unreadable", "outside_raw")
#: Leftovers of a process that is gone are removed when nobody has touched them for a day.
OLD_SECONDS = 86_400.0
#: As `tempfile` names a folder of ours, which it makes for its user alone; or as DuckDB is told to name one.
_LEFTOVER = re.compile(r"(?:khabar|verify)-(?P<pid>\d+)-(?:(?P<private>[a-z0-9_]{8})|[0-9a-f]{16})")
MOST_FAULTS = 20


@dataclass(frozen=True)
class Step:
    """A part of an upkeep: done, skipped (a run held the lock) or failed."""

    name: str
    status: str
    detail: str
    seconds: float


@dataclass(frozen=True)
class Upkeep:
    """What an upkeep did; its status is that of its worst step. Times are ISO 8601 in UTC."""

    status: str
    started_at: str
    finished_at: str
    steps: list[Step] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    error: str | None = None


def upkeep(settings: Settings, *, wrap: Wrap = identity) -> Upkeep:
    """One upkeep: every step is tried, whatever becomes of the others. It leaves a line in runs.jsonl."""
    started_at = now()
    steps = [] if not settings.warehouse.exists() else [_try(name, step) for name, step in _plan(settings, wrap)]
    failed = [f"{step.name}: {step.detail}" for step in steps if step.status == "failed"]
    statuses = {step.status for step in steps}
    done = Upkeep(
        next((status for status in ("failed", "skipped") if status in statuses), "done"),
        started_at,
        now(),
        steps,
        list(_warnings(settings)),
        "; ".join(failed) or None,
    )
    append_attempt(settings, {"kind": "upkeep"} | asdict(done))
    if failed:
        raise_alarm(settings, "upkeep", asdict(done))
    return done


def _plan(settings: Settings, wrap: Wrap) -> Iterator[tuple[str, Callable[[], str]]]:
    """The steps in order; what has to be verified comes before the verification."""
    yield "remove leftovers", partial(remove_leftovers, settings)
    yield "compact the file", partial(compact, settings)
    yield "try quarantine again", partial(retry_quarantined, settings, wrap)
    yield "verify", partial(verify, settings)
    yield "log of attempts", partial(rotate_log, settings)


def _try(name: str, step: Callable[[], str]) -> Step:
    began = time.monotonic()
    try:
        status, detail = "done", step()
    except Locked as error:
        status, detail = "skipped", str(error)
    except Exception as error:
        status, detail = "failed", str(error) or repr(error)
    release()  # what was published is published: the next step may be stopped
    return Step(name, status, detail, round(time.monotonic() - began, 3))


class UpkeepError(Exception):
    """A step found what must not be: says what, and what to do next."""


# --- steps -----------------------------------------------------------------------------------------------------------


def remove_leftovers(settings: Settings) -> str:
    """What killed processes left: work folders of runs, and temporary folders of commands that read."""
    with waited_lock(settings):
        count = len(list(settings.work.glob("*")))
        remove_stale_work(settings)
    for folder in (settings.work.parent, Path(tempfile.gettempdir())):
        for path in folder.glob("*-*"):
            if is_left_behind(path):
                shutil.rmtree(path, ignore_errors=True)
                count += 1
    return f"{count} removed" if count else "none"


def is_left_behind(path: Path) -> bool:
    """Is it a temporary folder of Khabar, of this user, whose process has ended and that nobody touched for a day?"""
    match = _LEFTOVER.fullmatch(path.name)
    if match is None:
        return False
    try:
        about = path.lstat()
    except OSError:
        return False
    # A folder that somebody named khabar-2026-articles is none of ours.
    is_ours = about.st_uid == os.getuid() and (not match["private"] or stat.S_IMODE(about.st_mode) == 0o700)
    return is_ours and time.time() - about.st_mtime > OLD_SECONDS and not _is_alive(int(match["pid"]))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def compact(settings: Settings) -> str:
    """Rewrite the published file if much of it is dead space; its content stays as it is."""
    from flows import warehouse

    if not warehouse.is_worth_compacting(settings.warehouse, MOST_DEAD):
        return "not worth it"
    before = settings.warehouse.stat().st_size
    with waited_lock(settings):
        work = settings.work / new_run_id(now())
        try:
            generation = warehouse.open_generation(settings, work)
            warehouse.compact(generation, MOST_DEAD)
            warehouse.publish(generation, settings)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return f"{before / 1e6:.0f} MB → {settings.warehouse.stat().st_size / 1e6:.0f} MB"


def retry_quarantined(settings: Settings, wrap: Wrap = identity) -> str:
    """A run that tries the files again whose fault may have passed, as `khabar replay` does."""
    from flows import warehouse

    waiting = {file.path for file in warehouse.read_status(settings.warehouse).quarantine if file.error_code in PASSING}
    if not waiting:
        return "nothing to try"
    run_pipeline(replace(settings, on_failure=""), wrap=wrap, replay=frozenset(waiting))  # one alarm is enough
    left = waiting.intersection(file.path for file in warehouse.read_status(settings.warehouse).quarantine)
    return f"{len(waiting) - len(left)} of {len(waiting)} files came out of quarantine"


def verify(settings: Settings) -> str:
    """As `khabar verify`, but for files that changed since the last run: the next one takes them up.

    Raises:
        UpkeepError: something does not hold.
    """
    from flows.verify import path_on_disk
    from flows.verify import verify as verify_warehouse
    from flows.warehouse import known_files

    scan_root(settings.raw)  # without it every file would seem to wait
    known = known_files(settings.warehouse).files
    waiting: set[str] = set()

    def is_waiting(path: str) -> bool:
        try:
            is_same = look_at_file(path_on_disk(settings.raw, path), settings.raw).stat_key == known[path].stat_key
        except (OSError, KeyError):
            is_same = False  # gone, or a run has published since
        if not is_same:
            waiting.add(path)
        return not is_same

    faults = verify_warehouse(settings, is_waiting)
    if faults:
        more = f"\nand {len(faults) - MOST_FAULTS} more" if len(faults) > MOST_FAULTS else ""
        raise UpkeepError(
            f"{len(faults)} fault(s) found; see khabar verify:\n" + "\n".join(faults[:MOST_FAULTS]) + more
        )
    return f"all promises hold; {len(waiting)} files wait for the next run" if waiting else "all promises hold"


def rotate_log(settings: Settings) -> str:
    return "begun anew" if rotate_attempts(settings) else "small"


# --- warnings --------------------------------------------------------------------------------------------------------


def _warnings(settings: Settings) -> Iterator[str]:
    """What nobody must mend tonight, but somebody should know."""
    if settings.on_failure:
        command = shlex.split(settings.on_failure)
        if not command or shutil.which(command[0]) is None:
            yield f"on_failure = {settings.on_failure!r} names no command that can be run: failures stay silent"
    strays = [path for path in (settings.state / "strays").glob("*") if path.is_file()]
    if strays:
        size = sum(path.stat().st_size for path in strays)
        yield (
            f"{len(strays)} logs ({size / 1e6:.1f} MB) of clients that opened the warehouse for writing lie in "
            f"{settings.state / 'strays'}; nothing removes them but you"
        )
    yield from drift_warnings(settings)


def drift_warnings(settings: Settings) -> list[str]:
    """Sentences on sites that come out otherwise than before or fell silent; none if the warehouse can't tell."""
    from flows.serve import last_look
    from flows.warehouse import WarehouseError, drift

    try:
        return drift(settings.warehouse, last_look(settings))
    except WarehouseError:
        return []  # whoever asks has said, or will say, why it can't be read


# --- small parts -----------------------------------------------------------------------------------------------------


@contextmanager
def waited_lock(settings: Settings) -> Iterator[None]:
    """The lock of a run, waited for a little."""
    deadline = time.monotonic() + LOCK_SECONDS
    with ExitStack() as stack:
        while True:
            try:
                # Of a run that was killed the next run has to hear: it lets no document kill it, too.
                stack.enter_context(run_lock(settings.warehouse, command_line()))
                break
            except Locked:
                if time.monotonic() > deadline:
                    raise
                time.sleep(POLL_SECONDS)
        yield
