"""The pipeline under a real Prefect server: recorded, scheduled, and never the worse for it."""

from __future__ import annotations

import base64
import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cloudpickle
import pytest
import yaml
from prefect import Flow

from flows import news as news_module
from flows import pipeline
from flows.attempts import read_attempts
from flows.lock import Locked, run_lock
from flows.news import as_task, can_pass, is_overdue, news, run_recorded, schedule_of, upkeep
from flows.pipeline import Outcome, RunError
from flows.serve import Plan, last_look, last_upkeep
from flows.server import find_server, password_path, read_password, read_serving
from flows.settings import Settings

ROOT = Path(__file__).parents[1]
KHABAR = [sys.executable, "-m", "flows.cli"]
CLEAN_ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "KHABAR_"))}
PAGE = "{title}\n\nनगर परिषद ने पुराने पुल की मरम्मत के लिए इस साल दो चरणों में काम कराने का निर्णय लिया है।\n"


# --- processes and the server ----------------------------------------------------------------------------------------


@dataclass
class Served:
    """A `khabar serve` under test."""

    settings: Settings
    process: subprocess.Popen[str]
    output: Path

    @property
    def api_url(self) -> str:
        serving = read_serving(self.settings)
        assert serving is not None
        return serving.api_url

    def ask(self, path: str, **body: object) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.post(f"{path}/filter", body)
        return rows

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        key = base64.b64encode(read_password(password_path(self.settings)).encode()).decode()
        headers = {"content-type": "application/json", "authorization": f"Basic {key}"}
        request = urllib.request.Request(f"{self.api_url}/{path}", json.dumps(body).encode(), headers)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for _ in range(30):  # 503: its database is busy; Prefect's own client tries again, too
            try:
                with opener.open(request, timeout=10) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code != 503:
                    raise
                time.sleep(1)
        raise AssertionError(f"the server answered 503 for half a minute: {path}")

    def flow_runs(self, deployment: str | None = None) -> list[dict[str, Any]]:
        """Flow runs that have begun, in that order."""
        where = {"deployments": {"name": {"any_": [deployment]}}} if deployment else {}
        begun = {"state": {"type": {"not_any_": ["SCHEDULED", "PENDING"]}}}
        return self.ask("flow_runs", sort="START_TIME_ASC", flow_runs=begun, **where)


def start_serve(folder: Path, *flags: str, api_url: str | None = None, password: str = "") -> Served:
    """Start `khabar serve` over one page and wait for its first run."""
    settings = Settings(raw=folder / "raw", warehouse=folder / "w" / "news.duckdb", workers=1, mentions=False)
    write_page(settings, "पहली खबर")
    environment = CLEAN_ENVIRONMENT | {"HOME": str(folder), "KHABAR_MENTIONS": "false", "KHABAR_WORKERS": "1"}
    if api_url:
        environment |= {"PREFECT_API_URL": api_url, "PREFECT_API_AUTH_STRING": password}
    output = folder / "output"
    with output.open("w") as sink:
        process = subprocess.Popen(
            [*KHABAR, "serve", "--raw", str(settings.raw), "--warehouse", str(settings.warehouse), *flags],
            cwd=folder,
            env=environment,
            stdout=sink,
            stderr=subprocess.STDOUT,
            text=True,
        )
    served = Served(settings, process, output)
    assert wait_for(lambda: attempts(settings) or process.poll() is not None, 180), output.read_text()
    assert process.poll() is None, output.read_text()
    return served


def write_page(settings: Settings, title: str) -> None:
    folder = settings.raw / "site"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{title}.txt").write_text(PAGE.format(title=title), encoding="utf-8")


def attempts(settings: Settings) -> list[str]:
    """The statuses of the runs of a warehouse, in order."""
    return [str(attempt["status"]) for attempt in read_attempts(settings)]


def wait_for(what: Callable[[], object], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def processes_of(pid: int) -> set[int]:
    """A process and all that descend from it."""
    listed = subprocess.run(["ps", "-Ao", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    parents = {int(row[0]): int(row[1]) for row in rows if not row[2].startswith("Z")}
    found = {pid} & parents.keys()
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def are_gone(pids: set[int]) -> bool:
    return not any(processes_of(pid) for pid in pids)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A `khabar serve` with a Prefect server of its own, which has published one page."""
    served = start_serve(tmp_path_factory.mktemp("served"), "--every", "1d")
    yield served
    if served.process.poll() is None:
        served.process.send_signal(signal.SIGINT)
        served.process.wait(30)


@pytest.fixture
def recorded(served: Served, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of the served warehouse, for runs in this process."""
    for name in [name for name in os.environ if name.startswith("PREFECT_API")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(served.output.parent))
    return served.settings


# --- khabar run ------------------------------------------------------------------------------------------------------


def test_a_run_is_recorded(served: Served, recorded: Settings) -> None:
    server = find_server(recorded)
    assert server is not None
    assert (server.reason, server.fault) == ("khabar serve", None)
    write_page(recorded, "दूसरी खबर")
    outcome = run_recorded(recorded)
    assert (outcome.status, outcome.files_new) == ("published", 1)

    run = served.flow_runs()[-1]
    assert (run["state_type"], run["state_name"]) == ("COMPLETED", "Published")
    only = {"flow_runs": {"id": {"any_": [run["id"]]}}}
    assert wait_for(lambda: served.ask("task_runs", **only), 10)  # recorded from events, a moment later
    assert len(served.ask("task_runs", **only)) <= 10
    (report,) = served.ask("artifacts", **only)
    assert report["key"] == "run-report-news"
    assert outcome.run_id is not None
    assert f"# Run {outcome.run_id}" in report["data"]
    assert wait_for(lambda: any("read files: 1 files" in row["message"] for row in served.ask("logs")), 10)


def test_the_server_answers_none_but_its_user(served: Served) -> None:
    path = password_path(served.settings)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(read_password(password_path(served.settings))) > 30
    assert f"which asks for the line in {path}" in served.output.read_text()
    for headers in ({}, {"authorization": f"Basic {base64.b64encode(b'khabar:').decode()}"}):
        request = urllib.request.Request(f"{served.api_url}/flow_runs/filter", b"{}", headers)
        with (
            pytest.raises(urllib.error.HTTPError, match="401"),
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10),
        ):
            pass


def test_nothing_changed_is_recorded_without_a_task(
    served: Served, recorded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news_module, "as_task", None)
    assert run_recorded(recorded).status == "unchanged"
    run = served.flow_runs()[-1]
    assert (run["state_type"], run["state_name"]) == ("COMPLETED", "Unchanged")
    assert not served.ask("artifacts", flow_runs={"id": {"any_": [run["id"]]}})


def test_a_held_lock_is_recorded_as_skipped_and_raised(served: Served, recorded: Settings) -> None:
    with run_lock(recorded.warehouse, "a long run"), pytest.raises(Locked, match="a long run"):
        run_recorded(recorded)
    run = served.flow_runs()[-1]
    assert (run["state_type"], run["state_name"]) == ("COMPLETED", "Skipped")


def test_a_failed_run_is_recorded_and_raised_as_it_is(
    served: Served, recorded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_values: object) -> Outcome:
        raise RunError("a check failed")

    monkeypatch.setattr(pipeline, "run", fail)
    with pytest.raises(RunError, match="a check failed"):
        run_recorded(recorded)
    run = served.flow_runs()[-1]
    assert (run["state_type"], run["state"]["message"]) == ("FAILED", "a check failed")


def test_a_stage_is_tried_again_when_its_fault_can_pass(
    served: Served, recorded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    def stumble(number: int) -> int:
        tries.append(number)
        if len(tries) == 1:
            raise BrokenProcessPool("a worker died")
        return number

    def run(
        _settings: Settings, *, wrap: Callable[[Callable[[int], int]], Callable[[int], int]], **_: object
    ) -> Outcome:
        assert wrap(stumble)(7) == 7
        return Outcome("unchanged")

    monkeypatch.setattr(pipeline, "run", run)
    monkeypatch.setattr(news_module, "RETRY_DELAYS", [0.01])
    assert run_recorded(recorded).status == "unchanged"
    assert tries == [7, 7]


def test_a_server_that_is_away_costs_the_record_not_the_run(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    write_page(settings, "पहली खबर")
    assert run_recorded(settings).status == "published"
    assert "goes on without a record" in caplog.text


def test_a_server_that_goes_away_costs_the_record_not_the_run(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It answered when it was asked, but not when the flow run was to be made."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    monkeypatch.setattr("flows.server.find_fault", lambda api_url, patience: None)
    write_page(settings, "पहली खबर")
    assert run_recorded(settings).status == "published"
    assert "did not record the run" in caplog.text


# --- khabar serve ----------------------------------------------------------------------------------------------------


def test_upkeep_is_planned_for_the_night_and_leaves_a_report(served: Served) -> None:
    deployments = served.ask("deployments")
    (nightly,) = [row for row in deployments if row["schedules"][0]["schedule"].get("cron") == "30 3 * * *"]
    served.post(f"deployments/{nightly['id']}/create_flow_run", {})

    def kept() -> list[dict[str, Any]]:
        return [run for run in served.flow_runs() if run["name"].startswith("upkeep ") and run["end_time"]]

    assert wait_for(kept, 90), served.output.read_text()
    (run,) = kept()
    assert (run["state_type"], run["state_name"]) == ("COMPLETED", "Done")
    (report,) = served.ask("artifacts", flow_runs={"id": {"any_": [run["id"]]}})
    assert report["key"] == "upkeep-report-news"
    assert "all promises hold" in report["data"]
    assert last_upkeep(served.settings) is not None


@pytest.mark.soak
def test_a_scheduled_run_publishes_and_nothing_is_left_when_serve_is_killed(served: Served, tmp_path: Path) -> None:
    other = start_serve(
        tmp_path, "--every", "4s", api_url=served.api_url, password=read_password(password_path(served.settings))
    )
    try:
        both = served.ask("deployments", deployments={"name": {"like_": "news-"}}, sort="CREATED_DESC")
        assert len(both) == 2
        assert not any(deployment["paused"] for deployment in both)
        deployment = next(row for row in both if row["schedules"][0]["schedule"].get("interval"))
        write_page(other.settings, "दूसरी खबर")
        assert wait_for(lambda: attempts(other.settings).count("published") == 2, 60), other.output.read_text()

        def scheduled() -> set[str]:
            return {run["state_name"] for run in served.flow_runs(deployment["name"]) if run["auto_scheduled"]}

        assert wait_for(lambda: "Published" in scheduled(), 15), scheduled()
        assert "every 4s" in other.output.read_text()
        with pytest.raises(subprocess.CalledProcessError) as second:
            subprocess.run(
                [*KHABAR, "serve", "--raw", str(other.settings.raw), "--warehouse", str(other.settings.warehouse)],
                check=True,
                capture_output=True,
                text=True,
                timeout=30,
            )
        assert f"served already by process {other.process.pid}" in second.value.stderr
        left = processes_of(other.process.pid)
        assert len(left) >= 2
    finally:
        other.process.kill()
        other.process.wait()
    assert wait_for(lambda: are_gone(left), 15)
    assert read_serving(other.settings) is None


def test_ctrl_c_ends_all(served: Served) -> None:
    """The last test of the served warehouse: its server is gone afterwards."""
    everything = processes_of(served.process.pid)
    assert len(everything) >= 3  # serve, the server, the schedule
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(30) == 0
    assert wait_for(lambda: are_gone(everything), 5)
    assert find_server(served.settings) is None
    assert not list(served.settings.state.glob("serve-*.json"))
    assert (served.settings.state / "prefect" / "news.duckdb" / "prefect.db").exists()
    assert not (served.output.parent / ".prefect").exists()


# --- parts that need no server ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "passes"),
    [
        pytest.param(OSError(5, "input/output error"), True, id="disk"),
        pytest.param(ConnectionResetError(), True, id="network"),
        pytest.param(BrokenProcessPool(), True, id="dead worker"),
        pytest.param(FileNotFoundError(), False, id="missing file"),
        pytest.param(PermissionError(), False, id="no permission"),
        pytest.param(RunError("check"), False, id="failed check"),
        pytest.param(ValueError(), False, id="bug"),
        pytest.param(None, False, id="nothing"),
    ],
)
def test_only_faults_that_can_pass_are_tried_again(fault: BaseException | None, passes: bool) -> None:
    from prefect.states import Failed

    assert can_pass(None, None, Failed(data=fault)) is passes  # type: ignore[arg-type]


def test_a_stage_runs_even_if_prefect_fails(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_name: str, _work: Callable[[], None]) -> Callable[[], None]:
        def call() -> None:
            raise ConnectionError("no server")

        return call

    monkeypatch.setattr(news_module, "_tasked", broken)
    with caplog.at_level(logging.INFO):
        assert as_task(len)([1, 2]) == 2
    assert "could not record 'len'" in caplog.text


@pytest.mark.parametrize("served", [news, upkeep], ids=["news", "upkeep"])
def test_the_runner_can_pickle_the_flow(served: Flow[..., Any]) -> None:
    assert len(cloudpickle.dumps(served)) < 100_000


NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
QUARTERLY = Plan("news", every_seconds=900)
AT_SIX = Plan("news", cron="0 6 * * *", timezone="Asia/Kolkata")  # 00:30 UTC


@pytest.mark.parametrize(
    ("plan", "look", "overdue"),
    [
        pytest.param(QUARTERLY, None, True, id="never looked"),
        pytest.param(QUARTERLY, NOON - timedelta(minutes=14), False, id="within the interval"),
        pytest.param(QUARTERLY, NOON - timedelta(minutes=16), True, id="an interval ago"),
        pytest.param(QUARTERLY, NOON - timedelta(days=9), True, id="long down"),
        pytest.param(AT_SIX, NOON - timedelta(hours=11), False, id="after six in India"),
        pytest.param(AT_SIX, NOON - timedelta(hours=12), True, id="before six in India"),
    ],
)
def test_serve_runs_at_once_when_a_time_was_missed(plan: Plan, look: datetime | None, overdue: bool) -> None:
    assert is_overdue(plan, look, NOON) is overdue


def test_a_restart_does_not_put_the_next_run_off() -> None:
    look = NOON - timedelta(minutes=14)
    assert schedule_of(QUARTERLY, look, NOON).anchor_date == look
    assert schedule_of(QUARTERLY, NOON - timedelta(hours=1), NOON).anchor_date == NOON
    assert schedule_of(AT_SIX, look, NOON).timezone == "Asia/Kolkata"


def test_prefect_yaml_names_the_flow_and_its_parameters() -> None:
    config = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    assert [deployment["name"] for deployment in config["deployments"]] == ["news", "upkeep"]
    for deployment, served in zip(config["deployments"], (news, upkeep), strict=True):
        path, _, name = deployment["entrypoint"].partition(":")
        assert (ROOT / path).samefile(news_module.__file__)
        assert getattr(news_module, name) is served
        assert set(deployment["parameters"]) <= set(served.parameters.properties)
    pinned = re.search(r'"prefect==([\d.]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert pinned is not None
    assert config["prefect-version"] == pinned[1]


def test_the_last_look_is_the_recorded_one(settings: Settings) -> None:
    write_page(settings, "पहली खबर")
    before = datetime.now(UTC)
    pipeline.run(settings)
    look = last_look(settings)
    assert look is not None
    assert look >= before
