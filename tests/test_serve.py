"""`khabar serve` takes one place, finds its server, keeps its processes up and leaves none behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows import serve as serving
from flows.attempts import append_attempt
from flows.serve import (
    Child,
    ServeError,
    choose_server,
    deployment_name,
    last_look,
    last_upkeep,
    open_door,
    serving_lock,
    settings_environment,
    watch,
)
from flows.server import Server, Serving, find_server, write_serving
from flows.settings import Settings, load_settings

#: A process that heeds no request to end, and has a child of the same kind.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
own = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
child = subprocess.Popen([sys.executable, "-c", own])
print(child.pid, flush=True)
time.sleep(60)
"""


def wait_for(what: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def is_gone(pid: int) -> bool:
    """Has a process ended? One that nobody has waited for yet counts as ended."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.strip() in ("", "Z", "Zs")


def make_child(code: str, log: Path, grace: float = 0.3) -> Child:
    return Child("a child", code, (), os.environ, log, grace)


def test_stop_ends_the_whole_group(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = make_child(STUBBORN, log)
    child.start()
    assert child.process is not None
    leader = child.process.pid
    assert wait_for(lambda: log.read_text().strip().isdigit())
    grandchild = int(log.read_text())
    child.stop()
    assert wait_for(lambda: is_gone(leader) and is_gone(grandchild))
    child.stop()  # a second time is no harm


def test_a_child_dies_with_its_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parent is killed and can do nothing; its child ends all the same, and so does the child's own child."""
    log = tmp_path / "log"
    code = f"import flows.serve as s; s.ORPHAN_SECONDS = 0.2; s.follow_parent()\n{STUBBORN}"
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import os, sys, time; from pathlib import Path; from flows.serve import Child\n"
            "child = Child('a child', sys.argv[1], (), os.environ, Path(sys.argv[2])); child.start()\n"
            "print(child.process.pid, flush=True); time.sleep(60)",
            code,
            str(log),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    leader = int(parent.stdout.readline())
    assert wait_for(lambda: log.read_text().strip().isdigit())
    grandchild = int(log.read_text())
    parent.kill()
    parent.wait()
    assert wait_for(lambda: is_gone(leader) and is_gone(grandchild))


def test_what_ends_is_started_again_ever_later(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(serving, "SETTLED_SECONDS", -1.0)
    child = make_child("", tmp_path / "log")
    child.start()
    said: list[str] = []
    stop = threading.Event()

    def say(line: str) -> None:
        said.append(line)
        if len(said) == 2:
            stop.set()

    watch([child], stop, say)
    assert [line.rpartition(" in ")[2] for line in said] == ["1 s", "2 s"]
    child.stop()


def test_what_ends_at_once_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    child = make_child("print('the port is taken'); raise SystemExit(3)", tmp_path / "log")
    child.start()
    with pytest.raises(ServeError, match="status 3") as error:
        watch([child], threading.Event(), print)
    assert "the port is taken" in str(error.value)
    child.stop()


def test_one_serve_a_warehouse(settings: Settings) -> None:
    with serving_lock(settings):
        write_serving(settings, Serving(4711, "http://127.0.0.1:1/api", "http://127.0.0.1:1", ""))
        with pytest.raises(ServeError, match="served already by process 4711"), serving_lock(settings):
            pass
        other = replace(settings, warehouse=settings.warehouse.with_name("other.duckdb"))
        with serving_lock(other):
            pass
    with serving_lock(settings):
        pass


def test_a_look_at_the_lock_does_not_keep_serve_out(settings: Settings) -> None:
    """`khabar run` holds the lock for an instant to see whether serve is up."""
    settings.state.mkdir()
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            find_server(settings)

    looker = threading.Thread(target=look)
    looker.start()
    try:
        for _ in range(20):
            with serving_lock(settings):
                pass
    finally:
        stop.set()
        looker.join()


def test_an_unwritable_place_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(ServeError, match="can't write"),
        serving_lock(Settings(warehouse=tmp_path / "file" / "n.duckdb")),
    ):
        pass


def test_a_configured_server_that_is_away_is_an_error(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    with pytest.raises(ServeError, match="PREFECT_API_URL names the Prefect server"):
        choose_server(settings, print)


def test_a_configured_server_is_used(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "configured_server", lambda: Server("http://here/api", "PREFECT_API_URL"))
    monkeypatch.setenv("PREFECT_API_KEY", "secret")
    server, api_url, environment = choose_server(settings, lambda line: None)
    assert server is None
    assert api_url == environment["PREFECT_API_URL"] == "http://here/api"
    assert environment["PREFECT_API_KEY"] == "secret"


def test_a_server_of_our_own_takes_nothing_of_the_user_s(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "configured_server", lambda: None)
    monkeypatch.setenv("PREFECT_API_DATABASE_CONNECTION_URL", "postgresql://elsewhere")
    monkeypatch.setenv("PREFECT_PROFILE", "theirs")
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "DEBUG")
    server, api_url, environment = choose_server(settings, lambda line: None)
    assert server is not None
    assert "PREFECT_API_URL" not in server.environment
    for mine in (server.environment, environment):
        assert not {"PREFECT_API_DATABASE_CONNECTION_URL", "PREFECT_PROFILE"} & set(mine)
        assert mine["PREFECT_LOGGING_LEVEL"] == "DEBUG"
        assert mine["DO_NOT_TRACK"] == "1"
        assert mine["PREFECT_HOME"] == str(settings.state / "prefect" / "news.duckdb")
    assert server.environment["PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS"] == api_url.removesuffix("/api")


def test_settings_reach_the_schedule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = Settings(
        raw=Path("raw"), warehouse=Path("w/n.duckdb"), workers=3, mentions=False, batch_bytes=7, rebuild=True
    )
    for name, value in settings_environment(given).items():
        monkeypatch.setenv(name, value)
    expected = replace(given, raw=tmp_path / "raw", warehouse=tmp_path / "w" / "n.duckdb", rebuild=False)
    assert load_settings(tmp_path) == expected


def test_a_deployment_is_named_after_the_warehouse(tmp_path: Path) -> None:
    one, other = Settings(warehouse=tmp_path / "a" / "news.duckdb"), Settings(warehouse=tmp_path / "b" / "news.duckdb")
    assert deployment_name(one, is_shared=False) == deployment_name(other, is_shared=False) == "news"
    assert deployment_name(one, is_shared=True) != deployment_name(other, is_shared=True)
    odd = deployment_name(Settings(warehouse=Path("50%/of all.duckdb")), is_shared=False)
    assert not set("/% ") & set(odd)


def test_a_port_is_taken_at_once() -> None:
    """Of two that start at the same moment each has its own."""
    with open_door(0) as first:
        port = first.getsockname()[1]
        with open_door(port) as second:
            assert second.getsockname()[1] != port
    with open_door(port) as third:
        assert third.getsockname()[1] == port


@pytest.mark.parametrize(
    ("lines", "look"),
    [
        pytest.param([], None, id="no run yet"),
        pytest.param([("news.duckdb", "published", "01"), ("news.duckdb", "unchanged", "02")], 2, id="the last"),
        pytest.param(
            [("news.duckdb", "unchanged", "01"), ("news.duckdb", "failed", "02")], 1, id="a failure is no look"
        ),
        pytest.param([("news.duckdb", "published", "01"), ("news.duckdb", "skipped", "02")], 1, id="nor is a skip"),
        pytest.param([("other.duckdb", "published", "01")], None, id="another warehouse"),
        pytest.param([("news.duckdb", "published", "01"), "{torn"], 1, id="torn line"),
        pytest.param(["[]", "3", "{}"], None, id="nonsense"),
    ],
)
def test_last_look(settings: Settings, lines: list[tuple[str, str, str] | str], look: int | None) -> None:
    settings.state.mkdir()
    written = [
        line
        if isinstance(line, str)
        else json.dumps({"warehouse": line[0], "status": line[1], "started_at": f"2026-01-{line[2]}T00:00:00+00:00"})
        for line in lines
    ]
    (settings.state / "runs.jsonl").write_text("\n".join(written), encoding="utf-8")
    assert last_look(settings) == (datetime(2026, 1, look, tzinfo=UTC) if look else None)


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        pytest.param([], None, id="nothing yet"),
        pytest.param([("run", 3), ("run", 4)], 3, id="before the first, since the first run"),
        pytest.param([("run", 3), ("upkeep", 5), ("upkeep", 6), ("run", 7)], 6, id="the last"),
    ],
)
def test_last_upkeep(settings: Settings, lines: list[tuple[str, int]], day: int | None) -> None:
    for kind, number in lines:
        append_attempt(settings, {"kind": kind, "status": "failed", "started_at": f"2026-01-0{number}T00:00:00+00:00"})
    assert last_upkeep(settings) == (datetime(2026, 1, day, tzinfo=UTC) if day else None)


def test_signals_are_noted_and_given_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    at_first = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's & has it ignored
    try:
        with serving.stop_signals() as stop:
            os.kill(os.getpid(), signal.SIGTERM)
            assert stop.wait(5)
            with pytest.raises(KeyboardInterrupt):
                os.kill(os.getpid(), signal.SIGINT)
        assert signal.getsignal(signal.SIGTERM) == before
    finally:
        signal.signal(signal.SIGINT, at_first)
