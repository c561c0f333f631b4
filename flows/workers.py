"""Batches over processes: as many as pay, and none that outlives its run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from threading import Thread
from typing import TypeVar

#: A pool of spawned processes costs a second to start: below this many bytes one process is faster.
POOL_BYTES = 4 * 1024 * 1024

#: Read by polars and by numpy's BLAS when they are first imported: to be set before, for workers in their parent.
THREADS = ("POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")

Progress = Callable[[str, int, int], None]
Batch = TypeVar("Batch")
Result = TypeVar("Result")


def bound_threads(count: int) -> None:
    """Use at most `count` threads in this process, unless the user's environment says another number."""
    for name in THREADS:
        os.environ.setdefault(name, str(count))


def run_batches(
    work_on: Callable[[Batch], Result],
    batches: Sequence[Batch],
    *,
    workers: int,
    total_bytes: int,
    stage: str,
    progress: Progress,
) -> list[Result]:
    """The result of every batch, in order, from as many processes as pay. `workers` bounds their threads, too."""
    progress(stage, 0, len(batches))
    if workers == 1 or len(batches) == 1 or total_bytes < POOL_BYTES:
        results = []
        for number, batch in enumerate(batches, 1):
            results.append(work_on(batch))
            progress(stage, number, len(batches))
        return results
    done: dict[int, Result] = {}
    with own_pool(min(workers, len(batches))) as pool:
        futures = {pool.submit(work_on, batch): number for number, batch in enumerate(batches)}
        for future in as_completed(futures):
            done[futures[future]] = future.result()
            progress(stage, len(done), len(batches))
    return [done[number] for number in range(len(batches))]


@contextmanager
def own_pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Workers that end with the block, also when it is left by an exception or its process is killed.

    They are spawned: polars deadlocks after a fork. Each gets one thread.
    """
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ |= dict.fromkeys(THREADS, "1")
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=end_with_parent)
    try:
        yield pool
    except BaseException:
        # Who stops a run does not want to wait for the batches in the queue.
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in active_children():
            worker.terminate()
        raise
    finally:
        pool.shutdown()
        for name, value in before.items():
            del os.environ[name]
            if value is not None:
                os.environ[name] = value


def end_with_parent() -> None:
    """End this worker when its run has died: it would wait for work for ever."""
    parent = parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=wait, daemon=True).start()
