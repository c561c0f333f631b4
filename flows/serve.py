"""`khabar serve`: starts a Prefect server and the schedule as processes of its own, and ends all that it started."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from flows.attempts import Attempt, latest_attempts
from flows.schedule import Schedule, check_schedule, check_upkeep, local_timezone
from flows.server import (
    LOOPBACK,
    Serving,
    configured_server,
    find_fault,
    make_password,
    password_path,
    prefect_home,
    read_serving,
    serving_lock_path,
    serving_path,
    unusable,
    write_serving,
)
from flows.settings import Settings
from flows.stop import SIGNALS

Say = Callable[[str], None]

HOST = "127.0.0.1"
DEFAULT_PORT = 4200
#: A first start makes the database: 15 s on two busy cores.
START_SECONDS = 180.0
#: What a process gets to end by itself before it is killed.
GRACE_SECONDS = 10.0
#: The same when the process that started it has died: there is nobody left to wait for.
ORPHAN_SECONDS = 2.0
#: A process that ends sooner than this after the first start has found a mistake, not bad luck.
SETTLED_SECONDS = 30.0
LONGEST_PAUSE = 60.0

NO_TELEMETRY = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}

#: `-c` rather than `-m`: a spawned pool worker imports its parent's main module, which would cost it prefect.
SERVER_CODE = "from flows.serve import follow_parent, run_server; follow_parent(); run_server()"
SCHEDULE_CODE = "from flows.serve import follow_parent; follow_parent(); from flows.news import main; main()"


class ServeError(Exception):
    """`khabar serve` can't go on: says what, which value and what to do next."""


@dataclass(frozen=True)
class Plan:
    """When a flow is to run; passed to the process of the schedule as JSON."""

    deployment: str
    every_seconds: float | None = None
    cron: str | None = None
    timezone: str | None = None

    @classmethod
    def of(cls, schedule: Schedule, deployment: str) -> Plan:
        seconds = schedule.every.total_seconds() if schedule.every else None
        return cls(deployment, seconds, schedule.cron, schedule.timezone)


def serve(
    settings: Settings,
    *,
    cron: str | None = None,
    every: str | None = None,
    upkeep: str | None = None,
    say: Say = print,
) -> None:
    """Run on a schedule until Ctrl-C, SIGTERM or SIGHUP.

    Raises:
        ValueError: the schedule can't be read.
        ServeError: it is served already, the configured server doesn't answer, or a process can't be started.
    """
    schedule = check_schedule(cron, every)
    night = check_upkeep(upkeep)
    with ExitStack() as stack:
        stack.enter_context(serving_lock(settings))
        stop = stack.enter_context(stop_signals())
        stack.callback(serving_path(settings).unlink, missing_ok=True)
        # Registered in this order they end in the other: first the schedule with its runs, then the server.
        own_server, api_url, environment = choose_server(settings, say)
        if own_server is not None:
            stack.callback(own_server.stop)
            own_server.start()
            wait_until_up(own_server, api_url, stop)
        if stop.is_set():
            return
        name = deployment_name(settings, is_shared=own_server is None)
        plans = [Plan.of(schedule, name), *([Plan(name, cron=night, timezone=local_timezone())] if night else [])]
        runner = Child("the schedule", SCHEDULE_CODE, (json.dumps([asdict(plan) for plan in plans]),), environment)
        stack.callback(runner.stop)
        runner.start()
        ui_url = api_url.rstrip("/").removesuffix("/api")
        began = datetime.now(UTC).isoformat(timespec="seconds")
        password = str(password_path(settings)) if own_server else None
        write_serving(settings, Serving(os.getpid(), api_url, ui_url, began, password))
        kept = f"upkeep at {night!r} ({plans[1].timezone})" if night else "no upkeep"
        say(f"runs of {settings.warehouse} {schedule}, {kept}; Ctrl-C ends it")
        say(f"Prefect UI: {ui_url}{f', which asks for the line in {password}' if password else ''}")
        watch([child for child in (own_server, runner) if child], stop, say)
        say("ending")


@contextmanager
def serving_lock(settings: Settings) -> Iterator[None]:
    """Holds the lock that says that this warehouse is served; it ends with this process, however that dies."""
    path = serving_lock_path(settings)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise ServeError(f"can't write {path}: {error.strerror}; choose another place with --warehouse") from error
    try:
        for attempt in range(5):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                # A look at the lock by `khabar run` holds it for an instant.
                time.sleep(0.1 * attempt)
        else:
            raise ServeError(_already_served(settings))
        yield
    finally:
        os.close(descriptor)


def _already_served(settings: Settings) -> str:
    serving = read_serving(settings)
    who = f" by process {serving.pid}, see {serving.ui_url}" if serving else ""
    return f"{settings.warehouse} is served already{who}; stop that one first"


@contextmanager
def stop_signals() -> Iterator[threading.Event]:
    """An event that Ctrl-C, SIGTERM and SIGHUP set; a second Ctrl-C interrupts for good."""
    stop = threading.Event()

    def note(number: int, _frame: object) -> None:
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.set()

    # What this process was started to ignore, by nohup or a shell's &, stays ignored.
    heard = [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, note) for number in heard}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


# --- which server ----------------------------------------------------------------------------------------------------


def choose_server(settings: Settings, say: Say) -> tuple[Child | None, str, dict[str, str]]:
    """The server to start (None if one is configured), its address, and the environment of the schedule."""
    configured = configured_server()
    if configured is not None:
        if configured.fault:
            raise ServeError(f"{unusable(configured)}; start that server, or unset what names it to use Khabar's own")
        say(f"using the Prefect server {configured.api_url} ({configured.reason})")
        environment = os.environ | NO_TELEMETRY | {"PREFECT_API_URL": configured.api_url}
        return None, configured.api_url, environment | settings_environment(settings)
    door = open_door()
    port = door.getsockname()[1]
    api_url = f"http://{HOST}:{port}/api"
    say(f"starting a Prefect server on port {port}")
    environment = server_environment(settings, api_url)
    log = prefect_home(settings) / "server.log"
    server = Child("the Prefect server", SERVER_CODE, (str(door.fileno()),), environment, log, door=door)
    client = {"PREFECT_API_URL": api_url, "PREFECT_API_AUTH_STRING": environment["PREFECT_SERVER_API_AUTH_STRING"]}
    return server, api_url, environment | client | settings_environment(settings)


def server_environment(settings: Settings, api_url: str) -> dict[str, str]:
    """The environment of a server of our own: nothing of the user's Prefect, but for how it logs."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_") or k.startswith("PREFECT_LOGGING_")}
    no_proxy = ",".join(filter(None, (os.environ.get("NO_PROXY") or os.environ.get("no_proxy"), *sorted(LOOPBACK))))
    return kept | {
        **NO_TELEMETRY,
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
        "PREFECT_HOME": str(prefect_home(settings)),
        "PREFECT_SERVER_API_AUTH_STRING": make_password(settings),
        "PREFECT__SERVER_FINAL": "1",
        "PREFECT_SERVER_UI_API_URL": api_url,
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # By default any page in the user's browser may call the API, which can start runs.
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": api_url.removesuffix("/api"),
        # The database stays small: runs for a month or as long as the user wants, events for a day.
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(max(1, settings.prefect_days) * 86400),
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P1D",
    }


def settings_environment(settings: Settings) -> dict[str, str]:
    """Settings as the KHABAR_* variables of a process that may run elsewhere; what is meant for one run is left out."""
    values = {f"KHABAR_{item.name.upper()}": str(getattr(settings, item.name)) for item in fields(Settings)}
    return values | {
        "KHABAR_RAW": str(settings.raw.absolute()),
        "KHABAR_WAREHOUSE": str(settings.warehouse.absolute()),
        "KHABAR_REBUILD": "false",
        "KHABAR_ACCEPT_LOSS": "false",
    }


def deployment_name(settings: Settings, *, is_shared: bool) -> str:
    """The warehouse's name; on a server that others use too, with a hash that keeps two of one name apart."""
    stem = "".join(c if c.isalnum() or c in "-_" else "-" for c in settings.warehouse.stem) or "news"
    place = f"{socket.gethostname()}:{settings.warehouse.absolute()}"
    return f"{stem}-{sha256(os.fsencode(place)).hexdigest()[:6]}" if is_shared else stem


def open_door(wanted: int = DEFAULT_PORT) -> socket.socket:
    """A socket that listens on the wanted port of the loopback interface if it is free, else on any other.

    It is handed to the server. Were it told a port instead, two that start at once would be told the same.
    """
    for port in (wanted, 0):
        door = socket.socket()
        try:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind((HOST, port))
            door.listen(128)
        except OSError:
            door.close()
        else:
            return door
    raise ServeError(f"no port of {HOST} is free")


def run_server() -> None:
    """The process of the Prefect server; its argument is the descriptor of a listening socket."""
    import uvicorn

    app = "prefect.server.api.server:create_app"
    server = uvicorn.Server(uvicorn.Config(app, factory=True, timeout_keep_alive=5, log_level="warning"))
    server.run(sockets=[socket.socket(fileno=int(sys.argv[1]))])
    sys.exit(not server.started)


# --- processes -------------------------------------------------------------------------------------------------------


@dataclass
class Child:
    """A process that leads a group of its own, so that it ends with all that it started.

    Ctrl-C in the terminal doesn't reach it; its standard input tells it when this process has died.
    """

    name: str
    code: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path | None = None
    grace: float = GRACE_SECONDS
    door: socket.socket | None = field(default=None, repr=False)  # open to it, and kept for the next of its kind
    started_at: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        # -P: a folder `flows` where the user happens to stand is not this package.
        command = [sys.executable, "-P", "-c", self.code, *self.arguments]
        with ExitStack() as stack:
            output = None
            if self.log is not None:
                self.log.parent.mkdir(parents=True, exist_ok=True)
                output = stack.enter_context(self.log.open("wb"))
            self.process = subprocess.Popen(  # noqa: S603 (our own code, no shell)
                command,
                env=dict(self.environment),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=() if self.door is None else (self.door.fileno(),),
            )
        self.started_at = time.monotonic()

    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        return self.process.poll() if self.process else None

    def stop(self) -> None:
        """End the process and its group: asked first, killed when the time is up."""
        process = self.process
        if process is None:
            return
        try:
            if process.poll() is None:
                signal_group(process.pid, signal.SIGTERM)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(self.grace)
        finally:
            # Also for what outlived its leader: a pool worker, a run that did not heed the request.
            signal_group(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdin:
                process.stdin.close()
            self.process = None

    def last_words(self, lines: int = 5) -> str:
        """The end of its log, for an error message."""
        if self.log is None or not self.log.exists():
            return ""
        text = self.log.read_text(encoding="utf-8", errors="replace").rstrip()
        return "\n".join(["", *text.splitlines()[-lines:], f"(from {self.log})"])


def signal_group(leader: int, number: signal.Signals) -> None:
    """Signal a process and all that it started; nothing if none of them is left."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def wait_until_up(server: Child, api_url: str, stop: threading.Event) -> None:
    """Wait until a server that was just started answers."""
    deadline = time.monotonic() + START_SECONDS
    while not stop.wait(0.1):
        if server.status() is not None:
            raise ServeError(f"{server.name} ended at once with status {server.status()}:{server.last_words()}")
        if find_fault(api_url) is None:
            return
        if time.monotonic() > deadline:
            raise ServeError(f"{server.name} doesn't answer after {START_SECONDS:g} s:{server.last_words()}")


def watch(children: list[Child], stop: threading.Event, say: Say) -> None:
    """Until told to stop, start again what ends: after a second at first, ever later if it keeps ending."""
    pauses = {child.name: 0.0 for child in children}
    born = time.monotonic()
    while not stop.wait(0.2):
        for child in children:
            status = child.status()
            if status is None:
                continue
            lived = time.monotonic() - child.started_at
            child.stop()
            if time.monotonic() - born < SETTLED_SECONDS:
                raise ServeError(f"{child.name} ended after {lived:.0f} s with status {status}{child.last_words()}")
            pause = 1.0 if lived > 5 * LONGEST_PAUSE else min(LONGEST_PAUSE, max(1.0, 2 * pauses[child.name]))
            pauses[child.name] = pause
            say(f"{child.name} ended with status {status}; starting it again in {pause:.0f} s")
            if stop.wait(pause):
                return
            child.start()


def follow_parent() -> None:
    """End this process and its group when the one that started it has died, even by SIGKILL.

    The parent holds the other end of standard input and never writes: the end of the file is its death.
    """

    def wait_for_the_end() -> None:
        with suppress(OSError):
            while os.read(0, 1024):
                pass
        os.killpg(0, signal.SIGTERM)
        time.sleep(ORPHAN_SECONDS)
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=wait_for_the_end, name="follow-parent", daemon=True).start()


# --- the last look ---------------------------------------------------------------------------------------------------


def last_look(settings: Settings) -> datetime | None:
    """When a run last looked at the raw folder and ended well; None if none ever did."""
    looks = (attempt for attempt in latest_attempts(settings) if attempt.get("status") in ("published", "unchanged"))
    return next(filter(None, map(started_at, looks)), None)


def last_upkeep(settings: Settings) -> datetime | None:
    """When an upkeep was last tried; before the first, when a run first was; None if nothing ever was."""
    kept = filter(None, map(started_at, latest_attempts(settings, "upkeep")))
    ran = filter(None, map(started_at, latest_attempts(settings)))
    return next(kept, None) or min(ran, default=None)


def started_at(attempt: Attempt) -> datetime | None:
    """When an attempt began; None if its line does not tell."""
    try:
        began = datetime.fromisoformat(str(attempt.get("started_at")))
    except ValueError:
        return None
    return began if began.tzinfo else began.replace(tzinfo=UTC)
