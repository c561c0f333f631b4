"""The batches of a run on a Ray cluster: the same work, by the workers of many machines over one shared folder."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from flows.settings import Settings, UsageError
from flows.workers import DEADLY, THREADS, Progress, Rescue

if TYPE_CHECKING:
    from types import ModuleType

Batch = TypeVar("Batch")
Result = TypeVar("Result")

#: Results come back through it: counts and paths. Ray would take a third of the machine.
OBJECT_STORE_BYTES = 80 * 1024 * 1024
#: The processes are the parallel ones.
ONE_THREAD = {"env_vars": dict.fromkeys(THREADS, "1")}
#: Batches handed out for each core of the cluster: none waits for the next, and few are lost with a machine.
BATCHES_A_CORE = 2

_own_folder: Path | None = None


class ClusterError(Exception):
    """The cluster can't do the work: says which machine, why and what to do."""


def connect(settings: Settings) -> ModuleType:
    """Ray, connected to the cluster of the settings, or to one of its own on this machine's loopback.

    Raises:
        UsageError: Ray is not installed.
        ClusterError: nobody answers at the address.
    """
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
    if not settings.address:
        # Read when Ray is imported: it takes loopback for itself only where it is told that there is no cluster.
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))  # else it writes one to the home folder
    try:
        import ray
    except ImportError as error:
        raise UsageError(
            "--engine ray needs Ray, which is not installed: uv pip install 'khabar[ray]', on every machine of the "
            "cluster; or leave --engine away"
        ) from error
    if ray.is_initialized():
        return ray
    try:
        if settings.address:
            ray.init(address=settings.address, runtime_env=ONE_THREAD, log_to_driver=False)
        else:
            _start(ray, settings.worker_count)
    except Exception as error:
        disconnect()
        where = f"at {settings.address}" if settings.address else "on this machine"
        raise ClusterError(f"no Ray cluster {where}: {error}; ray status tells whether one is up") from error
    return ray


def _start(ray: ModuleType, workers: int, tries: int = 5) -> None:
    """A cluster of this machine alone; Ray gives its parts 30 s to start, which a busy machine may not keep."""
    global _own_folder
    # Its sockets need a short path, so that it can't be the work folder.
    _own_folder = Path(tempfile.mkdtemp(prefix=f"khabar-{os.getpid()}-"))
    for left in reversed(range(tries)):
        try:
            ray.init(
                address="local",
                num_cpus=workers,
                include_dashboard=False,
                log_to_driver=False,
                object_store_memory=OBJECT_STORE_BYTES,
                runtime_env=ONE_THREAD,
                _node_ip_address="127.0.0.1",
                _temp_dir=str(_own_folder),
            )
        except Exception:
            ray.shutdown()
            if not left:
                raise
        else:
            return


def disconnect() -> None:
    """Leaves the cluster; ends it if it is our own."""
    global _own_folder
    if "ray" in sys.modules:
        sys.modules["ray"].shutdown()
    if _own_folder is not None:
        shutil.rmtree(_own_folder, ignore_errors=True)
        _own_folder = None


def run_on_cluster(
    work_on: Callable[[Batch], Result],
    batches: Sequence[Batch],
    *,
    rescue: Rescue[Batch, Result],
    settings: Settings,
    stage: str,
    progress: Progress,
) -> list[Result]:
    """As `flows.workers.run_batches`, with the processes of a cluster.

    Ray tries a batch once more when its worker or machine dies, then it is halved until one document is left.

    Raises:
        ClusterError: a machine does not see the folders, or has another version of the rules.
    """
    from flows.look import rules_version

    progress(stage, 0, len(batches))
    if not batches:
        return []
    ray = connect(settings)
    deaths = (ray.exceptions.WorkerCrashedError, ray.exceptions.NodeDiedError, ray.exceptions.OutOfMemoryError)
    remote = ray.remote(num_cpus=1, max_retries=1)(work_on_node)
    common = ray.put((work_on, settings, rules_version(settings)))
    todo: deque[tuple[tuple[int, ...], Batch]] = deque(((number,), batch) for number, batch in enumerate(batches))
    left = [1] * len(batches)  # pieces of each batch that are still to be done
    under_way: dict[object, tuple[tuple[int, ...], Batch]] = {}
    done: dict[tuple[int, ...], Result] = {}
    while todo or under_way:
        cores = int(ray.cluster_resources().get("CPU", 1))
        while todo and len(under_way) < BATCHES_A_CORE * cores:
            place, batch = todo.popleft()
            under_way[remote.remote(common, batch)] = place, batch
        (over,), _ = ray.wait(list(under_way), num_returns=1)
        place, batch = under_way.pop(over)
        try:
            done[place] = ray.get(over)
        except deaths:
            parts = rescue.halve(batch)
            if len(parts) > 1:
                left[place[0]] += len(parts) - 1
                todo.extendleft(((*place, number), part) for number, part in enumerate(parts))
                continue
            done[place] = rescue.give_up(batch, DEADLY)
        except ray.exceptions.RayTaskError as error:
            raise error.cause from error
        left[place[0]] -= 1
        progress(stage, left.count(0), len(batches))
    return [done[place] for place in sorted(done)]


def work_on_node(
    common: tuple[Callable[[Batch], Result], Settings, str],
    batch: Batch,
) -> Result:
    """The work on a batch, on a machine that is sure to give what the first one would.

    Raises:
        ClusterError: it sees other folders or has other rules.
    """
    work_on, settings, expected = common
    for folder in (settings.raw, settings.work):
        if not folder.is_dir():
            raise ClusterError(
                f"{socket.gethostname()} does not see {folder}; raw folder and warehouse must be on a file system that "
                "all machines of the cluster mount at the same place"
            )
    if (found := _rules_here(settings)) != expected:
        raise ClusterError(
            f"{socket.gethostname()} has rules {found}, this machine {expected}: install the same Khabar and libraries"
        )
    return work_on(batch)


@cache
def _rules_here(settings: Settings) -> str:
    from flows.look import rules_version

    return rules_version(settings)
