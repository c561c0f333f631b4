"""Batches over processes: as many as pay, and none that outlives its run."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.resource_tracker import ensure_running
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from threading import Thread
from typing import Any, Generic, TypeVar

from flows.threads import BLAS, POLARS

#: A pool of spawned processes costs a second to start: below this many bytes one process is faster.
POOL_BYTES = 4 * 1024 * 1024

#: A worker uses one thread: to be set in its parent, before it starts.
THREADS = (POLARS, *BLAS)

#: More documents than this on which workers die are no fault of theirs.
MOST_DEADLY = 20

#: What is said of a document on which worker after worker died.
DEADLY = "the process that worked on it died, and died again when it worked on nothing else: out of memory, or a crash"

Progress = Callable[[str, int, int], None]
Batch = TypeVar("Batch")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Rescue(Generic[Batch, Result]):
    """How to find the document on which a worker dies.

    `halve` gives two smaller batches, or fewer where a batch is one document; `give_up` is the result of that one.
    """

    halve: Callable[[Batch], Sequence[Batch]]
    give_up: Callable[[Batch, str], Result]


def run_batches(
    work_on: Callable[[Batch], Result],
    batches: Sequence[Batch],
    *,
    rescue: Rescue[Batch, Result],
    workers: int,
    total_bytes: int,
    stage: str,
    progress: Progress,
    isolate: bool = False,
    folder: Path | None = None,
) -> list[Result]:
    """The results of all batches, in order, from as many processes as pay. `workers` bounds their threads, too.

    Batches are handed out by way of files in a folder of its own below `folder`, else below that for temporary files.

    A batch on which a worker died is tried once more alone, then halved until one document is left to give up on: it
    has several results. With `isolate` nothing is worked on in this process, which a crash would end.
    """
    progress(stage, 0, len(batches))
    if not isolate and (workers == 1 or len(batches) < 2 or total_bytes < POOL_BYTES):
        results = []
        for number, batch in enumerate(batches, 1):
            results.append(work_on(batch))
            progress(stage, number, len(batches))
        return results
    done: dict[int, list[Result]] = {}

    def finish(number: int, found: list[Result]) -> None:
        done[number] = found
        progress(stage, len(done), len(batches))

    # The number of the process in the name tells upkeep whose folder it is.
    with TemporaryDirectory(prefix=f"khabar-{os.getpid()}-", dir=folder) as own:
        hand_out = partial(_hand_out, Path(own), work_on)
        lone = _LoneWorker(hand_out, rescue)
        while len(done) < len(batches):
            todo = [number for number in range(len(batches)) if number not in done]
            suspects = _work_together(hand_out, batches, todo, workers, finish)
            with closing(lone):
                for number in suspects:
                    finish(number, lone.work_off(batches[number]))
    return [result for number in range(len(batches)) for result in done[number]]


HandOut = Callable[[ProcessPoolExecutor, Batch], "Future[Any]"]


def _work_together(
    hand_out: HandOut[Batch],
    batches: Sequence[Batch],
    todo: Sequence[int],
    workers: int,
    finish: Callable[[int, list[Result]], None],
) -> list[int]:
    """Works off the batches of the given numbers; when a worker dies, the numbers of those that were under way."""
    waiting = iter(todo)
    under_way: dict[Future[Result], int] = {}
    with _POOL.lent(workers) as pool:
        while True:
            # No more than pay are handed out: each is suspect if one of the workers dies.
            for number in islice(waiting, workers + 1 - len(under_way)):
                try:
                    under_way[hand_out(pool, batches[number])] = number
                except BrokenProcessPool:
                    _POOL.close()
                    return sorted([*under_way.values(), number])
            if not under_way:
                return []
            over, _ = wait(under_way, return_when=FIRST_COMPLETED)
            has_died = False
            for future in sorted(over, key=under_way.__getitem__):
                try:
                    result = future.result()
                except BrokenProcessPool:
                    has_died = True
                    continue
                finish(under_way.pop(future), [result])
            if has_died:  # another that is done by now may have ended well while the progress was told
                _POOL.close()
                return sorted(under_way.values())


def _hand_out(
    folder: Path, work_on: Callable[[Batch], Result], pool: ProcessPoolExecutor, batch: Batch
) -> Future[Result]:
    """Hands out a batch by way of a file.

    One larger than a pipe, as those of 400 raw files are, would wait half written for a process to take it. When all
    of them have died Python before 3.11.5, which Debian 12 has, waits for that for ever.
    """
    with NamedTemporaryFile(dir=folder, delete=False) as file:
        pickle.dump((work_on, batch), file)
    return _submit(pool, file.name)


def _submit(pool: ProcessPoolExecutor, path: str) -> Future[Any]:
    """A process that starts for it is deaf to Ctrl-C, which the run hears and then ends it."""
    ensure_running()  # the tracker of multiprocessing would unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(_work_on_file, path)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work_on_file(path: str) -> object:
    """In a worker: the result of a batch that was handed out."""
    work_on, batch = pickle.loads(Path(path).read_bytes())  # noqa: S301 (our own)
    Path(path).unlink()
    return work_on(batch)


class WorkersDied(Exception):
    """Processes die whatever they work on: the message says what to look at."""


class _LoneWorker(Generic[Batch, Result]):
    """One process that works on one batch at a time, replaced when it dies."""

    def __init__(self, hand_out: HandOut[Batch], rescue: Rescue[Batch, Result]) -> None:
        self.hand_out, self.rescue = hand_out, rescue
        self._pool = Pool(is_kept=True)
        self._given_up = 0

    def work_off(self, batch: Batch) -> list[Result]:
        """The results of a batch, or of its parts, or of giving up on it.

        Raises:
            WorkersDied: too many were given up.
        """
        try:
            with self._pool.lent(1) as worker:
                return [self.hand_out(worker, batch).result()]
        except BrokenProcessPool:
            pass
        parts = self.rescue.halve(batch)
        if len(parts) < 2:
            self._given_up += 1
            if self._given_up > MOST_DEADLY:
                raise WorkersDied(
                    f"worker processes died on {self._given_up} documents, each alone: it is not the documents; is "
                    "there memory left? Run again with --workers 1"
                )
            return [self.rescue.give_up(batch, DEADLY)]
        return [result for part in parts for result in self.work_off(part)]

    def close(self) -> None:
        self._pool.close()


class Pool:
    """Processes that start when they are first lent, and end when they are closed or an exception leaves the block.

    A pool that is not kept ends with each block.
    """

    def __init__(self, *, is_kept: bool) -> None:
        self.is_kept = is_kept
        self._executor: ProcessPoolExecutor | None = None

    @contextmanager
    def lent(self, workers: int) -> Iterator[ProcessPoolExecutor]:
        """The processes, one thread each. They are spawned: polars deadlocks after a fork."""
        if self._executor is None:
            spawn = get_context("spawn")
            self._executor = ProcessPoolExecutor(workers, mp_context=spawn, initializer=end_with_parent)
        before = {name: os.environ.get(name) for name in THREADS}
        os.environ |= dict.fromkeys(THREADS, "1")  # a process starts when it gets its first batch
        try:
            yield self._executor
        except BaseException:
            # Who stops a run does not want to wait for the batches in the queue.
            self._executor.shutdown(wait=False, cancel_futures=True)
            for worker in active_children():
                worker.terminate()
            self.close()
            raise
        finally:
            for name, value in before.items():
                del os.environ[name]
                if value is not None:
                    os.environ[name] = value
        if not self.is_kept:
            self.close()

    def close(self) -> None:
        """Ends the processes; the next block has new ones, also if this is interrupted."""
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown()


_POOL = Pool(is_kept=False)


@contextmanager
def kept_pool() -> Iterator[None]:
    """Within the block every stage has the same processes: each takes seconds to import what the work needs."""
    _POOL.is_kept = True
    try:
        yield
    finally:
        _POOL.is_kept = False
        _POOL.close()


def end_with_parent() -> None:
    """End this worker when its run has died: it would wait for work for ever."""
    parent = parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=wait, daemon=True).start()
