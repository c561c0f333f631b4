"""Kills runs at named points and random instants, fills the disk under them, and looks at what is left.

    .venv/bin/python bench/kills.py [--kills 200] [--others 12] [--seed 1]
    .venv/bin/python bench/kills.py --in-place [--kills 24]

A corpus grows step by step. A warehouse of reference takes every step by a run that nobody disturbs; the one under
trial takes it by `khabar run` as a process group that is killed, stopped or starved. Then its digest must be that of
before or of after, `verify` must find no fault, the next run must reach the digest of after with no hand work, and no
file may stay but the warehouse, its lock and its log. SIGKILL is no power cut: it says nothing of the order of writes
to the disk, which the syncs before and after the swap are for.

`--in-place` shows that the trial bites: it kills a loader that inserts 300,000 mentions into the published file
instead. Small loads never tear, large ones do.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from invented import grow

from flows import pipeline, warehouse
from flows.settings import Settings
from flows.verify import verify

#: Where a run of this corpus passes: compaction needs a file of which 64 MiB are dead.
POINTS = tuple(point for point in warehouse.CRASH_POINTS if not point.startswith("compact"))
#: A run with a pool of workers although its files are few.
POOLED = "from flows import workers; workers.POOL_BYTES = 1; from flows.cli import main; main()"
#: What may stand beside a warehouse once a run has ended.
EXPECTED = {"news.duckdb", "report.html", ".khabar/news.duckdb.lock", ".khabar/runs.jsonl"}
LOADED_IN_PLACE = 300_000


@dataclass
class Tally:
    """A row of the table: how often the digest was which, and what else went wrong."""

    tried: int = 0
    before: int = 0
    after: int = 0
    other: int = 0
    faults: list[str] = field(default_factory=list)

    def count(self, found: str, before: str, after: str) -> None:
        self.tried += 1
        if found == before:
            self.before += 1
        elif found == after:
            self.after += 1
        else:
            self.other += 1


@dataclass
class Trial:
    """The warehouse under trial and the one of reference, over one raw folder that grows."""

    folder: Path
    mentions: bool = True
    step: int = -1
    before: str = ""
    after: str = ""

    def __post_init__(self) -> None:
        for name in ("raw", "raw before", "tmp", "reference", "trial"):
            (self.folder / name).mkdir(exist_ok=True)
        self.settings = Settings(self.folder / "raw", self.folder / "trial" / "news.duckdb", 1, self.mentions)
        self.reference = replace(self.settings, warehouse=self.folder / "reference" / "news.duckdb")
        self.advance()
        pipeline.run(self.settings)
        self.advance()

    def advance(self) -> None:
        """The next step: the raw folder changes, the reference takes it, the trial has it before it."""
        if self.step >= 0:
            grow(self.folder / "raw before", self.step)
        self.step += 1
        grow(self.settings.raw, self.step)
        pipeline.run(self.reference)
        self.before, self.after = self.after, warehouse.digest(self.reference.warehouse).sha256

    def start(self, workers: int = 1, limit: int | None = None, **environment: str) -> subprocess.Popen[str]:
        """`khabar run` in a process group of its own; no file of it may grow beyond `limit` bytes."""
        program = ["-m", "flows.cli"] if workers == 1 else ["-c", POOLED]
        places = ["--raw", str(self.settings.raw), "--warehouse", str(self.settings.warehouse)]
        return subprocess.Popen(
            [
                sys.executable,
                *program,
                "run",
                *places,
                "--workers",
                str(workers),
                *([] if self.mentions else ["--no-mentions"]),
            ],
            env=os.environ | environment | {"TMPDIR": str(self.folder / "tmp")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=None if limit is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        )

    def judge(self, tally: Tally, what: str) -> None:
        """Look at what the disturbed run left, let the next one take the step, and go on to the next step."""
        found = digest_of(self.settings)
        tally.count(found, self.before, self.after)
        was_taken = found == self.after
        raw = self.settings.raw if was_taken else self.folder / "raw before"
        faults = verify(replace(self.settings, raw=raw))
        try:
            status = pipeline.run(self.settings).status
            if status != ("unchanged" if was_taken else "published"):
                faults.append(f"the next run was {status}")
        except Exception as error:
            faults.append(f"the next run failed: {error}")
        if digest_of(self.settings) != self.after:
            faults.append("after the next run the digest is not that of an undisturbed one")
        faults += [f"{path} stays" for path in self.left_over()]
        tally.faults += [f"{what}, step {self.step}: {fault}" for fault in faults]
        self.advance()

    def left_over(self) -> list[str]:
        """Files and folders that no run should leave."""
        home = self.settings.warehouse.parent
        beside = {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()} - EXPECTED
        folders = [path.name for path in self.settings.work.glob("*")]
        return sorted([*beside, *folders, *(path.name for path in (self.folder / "tmp").iterdir())])


def digest_of(settings: Settings) -> str:
    try:
        return warehouse.digest(settings.warehouse).sha256
    except warehouse.WarehouseError as error:
        return str(error)


# --- ways to disturb a run -------------------------------------------------------------------------------------------


def kill_at(trial: Trial, tally: Tally, point: str) -> None:
    """The run kills itself at a named point."""
    process = trial.start(KHABAR_CRASH_AT=point)
    _, said = process.communicate()
    if process.returncode != -signal.SIGKILL:
        tally.faults.append(f"{point} was not reached: exit code {process.returncode}, {said.strip()}")
    trial.judge(tally, point)


def strike(trial: Trial, tally: Tally, number: signal.Signals, delay: float, workers: int = 1) -> bool:
    """A signal to the whole group, `delay` seconds after the run took the lock; False if it had ended by then."""
    process = trial.start(workers)
    lock = trial.settings.state / "news.duckdb.lock"
    while not (lock.exists() and lock.stat().st_size) and process.poll() is None:
        time.sleep(0.001)
    time.sleep(delay)
    is_hit = process.poll() is None
    if is_hit:
        os.killpg(process.pid, number)
    _, said = process.communicate()
    what = f"{number.name} after {delay:.3f} s"
    if is_hit and number != signal.SIGKILL:
        check_refusal(tally, what, process.returncode, said)
        tally.faults += [f"{what}: {path} stays before the next run" for path in trial.left_over()]
    if is_hit:
        trial.judge(tally, what)
    else:
        pipeline.run(trial.settings)
        trial.advance()
    return is_hit


def starve(trial: Trial, tally: Tally, limit: int) -> None:
    """No file may grow beyond a limit: every write of the run may be the one that fails."""
    process = trial.start(limit=limit)
    _, said = process.communicate()
    check_refusal(tally, f"files of at most {limit} bytes", process.returncode, said)
    trial.judge(tally, f"files of at most {limit} bytes")


def check_refusal(tally: Tally, what: str, code: int, said: str) -> None:
    """A run that is stopped or can't write says so in a line, with exit code 1; one that still could ends as ever."""
    lines = [line for line in said.splitlines() if line.startswith("khabar: ")]
    if code not in (0, 1) or (code == 1 and len(lines) != 1) or "Traceback" in said or "ignored in" in said:
        tally.faults.append(f"{what}: exit code {code}, {said.strip()}")


@contextmanager
def small_disk(trial: Trial, megabytes: int) -> Iterator[Callable[[str], None]]:
    """The folder of the warehouse on a file system in memory; gives a function that mounts it anew with an option.

    Raises:
        PermissionError: only root may mount.
    """
    home = trial.settings.warehouse.parent
    kept = trial.folder / "kept"

    def mount(options: str) -> None:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "khabar", home], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise PermissionError(done.stderr.strip())

    shutil.copytree(home, kept)
    try:
        mount(f"size={megabytes}m")
        shutil.copytree(kept, home, dirs_exist_ok=True)
        try:
            yield lambda options: mount(f"remount,{options}")
            shutil.rmtree(kept)
            shutil.copytree(home, kept)
        finally:
            subprocess.run(["umount", home], check=True)
            shutil.copytree(kept, home, dirs_exist_ok=True)
    finally:
        shutil.rmtree(kept)


def fill(trial: Trial, tally: Tally, remount: Callable[[str], None], free: int) -> None:
    """A disk with so many bytes free."""
    used = sum(path.stat().st_blocks * 512 for path in trial.settings.warehouse.parent.rglob("*"))
    remount(f"size={used + free}")
    process = trial.start()
    _, said = process.communicate()
    check_refusal(tally, f"{free} bytes free", process.returncode, said)
    remount("size=1g")
    trial.judge(tally, f"{free} bytes free")


def shut(trial: Trial, tally: Tally, remount: Callable[[str], None]) -> None:
    """A disk that may only be read."""
    remount("ro")
    process = trial.start()
    _, said = process.communicate()
    check_refusal(tally, "read-only", process.returncode, said)
    if process.returncode != 1:
        tally.faults.append(f"a run on a read-only disk ended with {process.returncode}")
    remount("rw")
    trial.judge(tally, "read-only")


# --- a loader that is not safe ---------------------------------------------------------------------------------------


def load_in_place(file: Path, count: int) -> None:
    """What Khabar never does: one transaction into the published file."""
    import duckdb

    file.chmod(0o644)
    connection = duckdb.connect(str(file))
    connection.begin()
    connection.execute(
        "insert into articles by name select articles.* replace ("
        "  'x' || n as article_id, 'x/' || n as source_path, repeat(md5(n::varchar), 120) as body)"
        f" from (from articles order by article_id limit 1) as articles, range({count // 100}) as numbers(n)"
    )
    connection.execute(
        "insert into mentions by name select mentions.* replace ("
        "  md5(n::varchar) as mention_id, 'x' || n // 100 as article_id)"
        f" from (from mentions order by mention_id limit 1) as mentions, range({count}) as numbers(n)"
    )
    print("loaded", flush=True)
    connection.commit()
    print("committed", flush=True)
    connection.close()


def kill_in_place(trial: Trial, chance: random.Random, kills: int) -> Tally:
    """Kills that loader while it commits, again and again from the same file."""
    tally = Tally()
    published, file = trial.settings.warehouse, trial.folder / "in place.duckdb"
    log = file.with_name(f"{file.name}.wal")

    def start() -> subprocess.Popen[str]:
        for old in (file, log):
            old.unlink(missing_ok=True)
        shutil.copyfile(published, file)
        command = [sys.executable, __file__, "--load-in-place", str(file)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert process.stdout is not None and process.stdout.readline() == "loaded\n"
        return process

    def wait_for_commit() -> None:
        """The log of the transaction is written when it commits."""
        while not (log.exists() and log.stat().st_size):
            time.sleep(0.0005)

    before = digest_of(trial.settings)
    process = start()
    wait_for_commit()
    began = time.monotonic()
    assert process.stdout is not None and process.stdout.readline() == "committed\n"
    took = time.monotonic() - began
    process.communicate()
    after = digest_of(replace(trial.settings, warehouse=file))
    while tally.tried < kills:
        process = start()
        wait_for_commit()
        time.sleep(chance.uniform(0, took))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        tally.count(digest_of(replace(trial.settings, warehouse=file)), before, after)
    return tally


# --- the table -------------------------------------------------------------------------------------------------------


def disturb(trial: Trial, chance: random.Random, kills: int, others: int) -> dict[str, Tally]:
    """All ways, as often as asked: half of the kills at named points, the other half at random instants."""
    tallies = {name: Tally() for name in ("SIGKILL at a named point", "SIGKILL at random", "SIGKILL, 2 workers")}
    named, at_random, pooled = tallies.values()
    for number in range(kills // 2):
        kill_at(trial, named, POINTS[number % len(POINTS)])
    for tally, workers, count in ((at_random, 1, (kills - kills // 2) * 3 // 4), (pooled, 2, kills // 8)):
        longest = undisturbed_seconds(trial, workers)
        while tally.tried < count:
            strike(trial, tally, signal.SIGKILL, chance.uniform(0, longest), workers)
    for number in (signal.SIGTERM, signal.SIGINT):
        tally = tallies[f"{number.name} at random"] = Tally()
        longest = undisturbed_seconds(trial, 1)
        while tally.tried < others:
            strike(trial, tally, number, chance.uniform(0, longest))
    size = trial.settings.warehouse.stat().st_size
    tally = tallies["files may not grow"] = Tally()
    for _ in range(others):
        starve(trial, tally, int(size * chance.uniform(0, 1.3)))
    try:
        with small_disk(trial, megabytes=1024) as remount:
            tally = tallies["full disk"] = Tally()
            for _ in range(others):
                fill(trial, tally, remount, 4096 * chance.randint(0, 2 * size // 4096))
            tally = tallies["read-only disk"] = Tally()
            for _ in range(max(1, others // 4)):
                shut(trial, tally, remount)
    except PermissionError as error:
        print(f"full and read-only disk were not tried: {error}")
    return tallies


def undisturbed_seconds(trial: Trial, workers: int) -> float:
    """From the lock to the end of a run; takes a step."""
    process = trial.start(workers)
    lock = trial.settings.state / "news.duckdb.lock"
    while not (lock.exists() and lock.stat().st_size):
        time.sleep(0.001)
    began = time.monotonic()
    _, said = process.communicate()
    took = time.monotonic() - began
    if process.returncode:
        raise RuntimeError(f"a run that nobody disturbed failed: {said}")
    trial.advance()
    return took


def show(tallies: dict[str, Tally]) -> int:
    """Prints the table and the faults; 1 if a digest was another one or anything else went wrong."""
    print(f"{'':<26}{'tried':>7}{'before':>8}{'after':>8}{'other':>8}{'faults':>8}")
    rows = {**tallies, "all": Tally()}
    for tally in tallies.values():
        for name, value in Counter(vars(tally)).items():
            setattr(rows["all"], name, getattr(rows["all"], name) + value)
    for name, tally in rows.items():
        numbers = (tally.tried, tally.before, tally.after, tally.other, len(tally.faults))
        print(f"{name:<26}{numbers[0]:>7}" + "".join(f"{number:>8}" for number in numbers[1:]))
    for fault in rows["all"].faults:
        print(fault)
    return int(bool(rows["all"].other or rows["all"].faults))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, help="200, or 24 in place")
    parser.add_argument("--others", type=int, default=12, help="trials of each other way")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--in-place", action="store_true", help="kill a loader that is not safe")
    parser.add_argument("--load-in-place", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.load_in_place:
        load_in_place(given.load_in_place, LOADED_IN_PLACE)
        return 0
    chance = random.Random(given.seed)
    with tempfile.TemporaryDirectory(prefix="khabar-kills-") as folder:
        trial = Trial(Path(folder))
        if given.in_place:
            name = f"in place, {LOADED_IN_PLACE} mentions"
            return show({name: kill_in_place(trial, chance, given.kills or 24)})
        return show(disturb(trial, chance, given.kills or 200, given.others))


if __name__ == "__main__":
    sys.exit(main())
