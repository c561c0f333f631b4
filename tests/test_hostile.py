"""Everything that a raw folder can hold, in one run: each file has its code, and none costs another or much memory."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from conftest import make_page
from helpers import hostile
from typer.testing import CliRunner

from flows.cli import app
from flows.pipeline import run
from flows.settings import Settings
from flows.warehouse import query

# A run over 150 files takes a minute on a slow machine, and says little new on most days.
pytestmark = [pytest.mark.soak, pytest.mark.timeout(900), pytest.mark.xdist_group("hostile")]

KHABAR = [sys.executable, "-m", "flows.cli"]
MOST_MEMORY = 1 << 30
GOOD = range(6)
#: What moves the cursor, colours the screen or turns the reading direction.
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Ran:
    """A run over the hostile folder."""

    settings: Settings
    expected: dict[str, str]
    output: str
    most_memory: int


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("hostile")
    settings = Settings(raw=folder / "raw", warehouse=folder / "w" / "news.duckdb", workers=2)
    expected = hostile.make_hostile(settings.raw, folder / "outside.txt")
    for number in GOOD:
        file = settings.raw / "good" / f"{number}.txt"
        file.parent.mkdir(exist_ok=True)
        file.write_text(make_page(number), encoding="utf-8")
    output, most_memory = run_measured(settings)
    yield Ran(settings, expected, output, most_memory)
    for path in ("odd/shut.txt", "odd/shut folder"):
        (settings.raw / path).chmod(0o700)


def run_measured(settings: Settings) -> tuple[str, int]:
    """What `khabar run` prints, and the most memory that it and its workers held, in bytes."""
    process = subprocess.Popen(
        [*KHABAR, "run", "--raw", settings.raw, "--warehouse", settings.warehouse, "--workers", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=hostile.obey_permissions,
    )
    most = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.05):
            most = max(most, memory_of(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    output, _ = process.communicate()
    done.set()
    watcher.join()
    assert process.returncode == 0, output
    return output, most


def memory_of(session: int) -> int:
    """The resident memory of the processes of a session; pages that they share count for each."""
    listed = subprocess.run(["ps", "-Ao", "sess=,rss="], capture_output=True, text=True, check=True).stdout
    rows = (line.split() for line in listed.splitlines())
    return sum(int(rss) * 1024 for found, rss in rows if found == str(session))


def ask(ran: Ran, sql: str) -> list[tuple[object, ...]]:
    return list(query(ran.settings.warehouse, sql).rows)


def test_every_file_has_its_code(ran: Ran) -> None:
    rows = ask(ran, "select path, coalesce(error_code, status) from files where path like 'odd/%'")
    found = {str(path): code for path, code in rows}
    assert len(found) >= 60
    assert found == ran.expected


def test_no_bad_file_costs_a_good_one(ran: Ran, settings: Settings) -> None:
    for number in GOOD:
        file = settings.raw / "good" / f"{number}.txt"
        file.parent.mkdir(exist_ok=True)
        file.write_text(make_page(number), encoding="utf-8")
    run(settings)
    bodies = "select source_path, title, body from articles where site = 'good' order by all"
    alone = list(query(settings.warehouse, bodies).rows)
    assert len(alone) == len(GOOD) and ask(ran, bodies) == alone


def test_memory_stays_below_a_gigabyte(ran: Ran) -> None:
    assert 50_000_000 < ran.most_memory < MOST_MEMORY


def test_sidecars_that_lie_are_warnings(ran: Ran) -> None:
    warned = set(re.findall(r"warning: odd/sidecar (.*?)\.txt\.meta\.json: ", ran.output))
    assert warned == {*hostile.SIDECARS, "fifo", "folder", "outside", "circle"}


def test_nothing_outside_of_raw_is_read(ran: Ran) -> None:
    assert ask(ran, "select count(*) from blocks where raw_text like '%kept outside%' or raw_text like '%root:%'") == [
        (0,)
    ]
    assert "shut folder: the folder can't be listed" in ran.output


def test_every_command_shows_it_harmlessly(ran: Ran) -> None:
    place = ["--raw", ran.settings.raw, "--warehouse", ran.settings.warehouse]
    odd = ran.settings.raw / "odd"
    commands = [
        ["status", *place],
        ["explain", odd / "escapes.txt", *place],
        ["clean", odd / f"{hostile.ESCAPES}[bold]name.txt", *place],
        ["clean", odd / f"{hostile.ESCAPES}.txt", *place],  # which is not there
        ["clean", "--json", odd / "sql.txt", *place],
        ["entity", hostile.ESCAPES, *place],
        ["query", "select path, error_message from files", *place],
        ["query", "from blocks join articles using (article_id)", "--format", "csv", *place],
        ["query", "select raw_text from blocks", "--format", "json", *place],
        ["query", hostile.ESCAPES, *place],
        ["tag", odd / "escapes.txt"],
        ["search", "drop", "table", *place],
        ["search", hostile.ESCAPES, *place],
        ["search", "drop", "--format", "json", *place],
        ["replay", f"{hostile.ESCAPES}.txt", *place],
        ["run", "--raw", hostile.ESCAPES, "--warehouse", ran.settings.warehouse],
        ["digest", "--warehouse", f"{hostile.ESCAPES}.duckdb"],
    ]
    named = f"select '{hostile.ESCAPES}' as \"{hostile.ESCAPES}\""
    commands += [["query", named, "--format", form, *place] for form in ("table", "csv", "json")]
    shown = {"run": ran.output}
    for command in commands:
        done = CliRunner().invoke(app, [str(argument) for argument in command])
        assert done.exit_code in (0, 1, 2) and "Traceback" not in done.output, done.output
        shown[" ".join(ascii(str(argument))[:60] for argument in command[:4])] = done.output
    assert {name for name, text in shown.items() if UNSAFE.search(text)} == set()
    assert "drop table articles; --" in "".join(shown.values())
    assert ask(ran, "select count(*) from duckdb_tables() where table_name = 'articles'") == [(1,)]


def test_the_next_run_has_nothing_to_do(ran: Ran) -> None:
    """A file in quarantine is no change each time."""
    run_measured(ran.settings)
    last = (ran.settings.state / "runs.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    assert json.loads(last)["status"] == "unchanged"


def test_files_that_change_and_vanish_under_a_run_cost_nobody_else(settings: Settings) -> None:
    """Some are written again and again, some come and go: loaded or not seen, never `failed`."""
    for number in range(120):
        file = settings.raw / "good" / f"{number}.txt"
        file.parent.mkdir(exist_ok=True)
        file.write_text(make_page(number), encoding="utf-8")
    done = threading.Event()

    def disturb() -> None:
        number = 0
        while not done.is_set():
            (settings.raw / "good" / "0.txt").write_text(make_page(number), encoding="utf-8")
            passing = settings.raw / "good" / "passing.txt"
            passing.write_text(make_page(number), encoding="utf-8")
            passing.unlink()
            number += 1
            time.sleep(0.0005)

    writer = threading.Thread(target=disturb)
    writer.start()
    try:
        run(settings)
    finally:
        done.set()
        writer.join()
    rows = dict(query(settings.warehouse, "select path, coalesce(error_code, status) from files").rows)
    assert set(rows.values()) <= {"loaded", "empty"}  # truncated and not yet written is empty
    assert {path for path, code in rows.items() if code == "loaded"} >= {f"good/{n}.txt" for n in range(1, 120)}
    run(settings)
    assert list(query(settings.warehouse, "select count(*) from articles").rows) == [(120,)]
