import fcntl
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from flows import server
from flows.server import Server, Serving, find_fault, find_server, read_serving, serving_lock_path, write_serving
from flows.settings import Settings

SERVING = Serving(4711, "http://127.0.0.1:4200/api", "http://127.0.0.1:4200", "2026-01-01T00:00:00+00:00")


@pytest.fixture(autouse=True)
def no_prefect(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the machine's own Prefect."""
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(warehouse=tmp_path / "w" / "news.duckdb")
    made.state.mkdir(parents=True)
    return made


@pytest.fixture
def healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "find_fault", lambda api_url, patience: None)


@contextmanager
def answering(status: int, wait: float = 0.0) -> Iterator[str]:
    """A web server that gives every request one status; its API address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(wait)
            self.send_response(status if self.path == "/api/health" else 500)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}/api"
    finally:
        httpd.shutdown()
        httpd.server_close()


@contextmanager
def served(settings: Settings) -> Iterator[None]:
    """The lock of `khabar serve`, held, and its state file."""
    with serving_lock_path(settings).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        write_serving(settings, SERVING)
        yield


def write_profiles(folder: Path, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "profiles.toml").write_text(text, encoding="utf-8")


TWO_PROFILES = """
active = "team"
[profiles.team]
PREFECT_API_URL = "https://team.example/api"
[profiles.alone]
PREFECT_LOGGING_LEVEL = "DEBUG"
"""


def test_nothing_names_a_server(settings: Settings) -> None:
    assert find_server(settings) is None


@pytest.mark.usefixtures("healthy")
def test_the_environment_comes_before_the_profile(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    write_profiles(Path.home() / ".prefect", TWO_PROFILES)
    assert find_server(settings) == Server("https://team.example/api", "Prefect profile 'team'")
    monkeypatch.setenv("PREFECT_API_URL", " http://other.example/api ")
    assert find_server(settings) == Server("http://other.example/api", "PREFECT_API_URL")


@pytest.mark.usefixtures("healthy")
def test_the_profile_comes_before_khabar_serve(settings: Settings) -> None:
    with served(settings):
        assert find_server(settings) == Server(SERVING.api_url, "khabar serve")
        write_profiles(Path.home() / ".prefect", TWO_PROFILES)
        assert find_server(settings) == Server("https://team.example/api", "Prefect profile 'team'")


@pytest.mark.usefixtures("healthy")
@pytest.mark.parametrize("variable", ["PREFECT_HOME", "PREFECT_PROFILES_PATH"])
def test_profiles_elsewhere(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str) -> None:
    write_profiles(tmp_path / "p", TWO_PROFILES)
    monkeypatch.setenv(variable, str(tmp_path / "p" / ("profiles.toml" if variable.endswith("PATH") else "")))
    found = find_server(settings)
    assert found is not None
    assert found.reason == "Prefect profile 'team'"


@pytest.mark.usefixtures("healthy")
@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        pytest.param("alone", None, id="names no server"),
        pytest.param("local", Server("http://127.0.0.1:4200/api", "Prefect profile 'local'"), id="comes with Prefect"),
        pytest.param("ephemeral", None, id="ephemeral is no server"),
    ],
)
def test_profile_of_the_environment(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, profile: str, expected: Server | None
) -> None:
    write_profiles(Path.home() / ".prefect", TWO_PROFILES)
    monkeypatch.setenv("PREFECT_PROFILE", profile)
    assert find_server(settings) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param('active = "gone"\n', "no profile of that name", id="missing profile"),
        pytest.param("active = \n", "can't be read", id="not TOML"),
        pytest.param("profiles = 3\n", "not a table", id="no table"),
    ],
)
def test_a_broken_profile_is_a_fault_not_a_crash(settings: Settings, text: str, said: str) -> None:
    write_profiles(Path.home() / ".prefect", text)
    found = find_server(settings)
    assert found is not None
    assert found.fault is not None
    assert said in found.fault


def test_a_state_file_without_a_living_serve_is_ignored(settings: Settings) -> None:
    with served(settings):
        assert read_serving(settings) == SERVING
    assert read_serving(settings) is None
    assert find_server(settings) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', json.dumps({"nonsense": True})])
def test_a_torn_state_file_is_ignored(settings: Settings, text: str) -> None:
    with served(settings):
        server.serving_path(settings).write_text(text)
        assert read_serving(settings) is None


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        pytest.param(200, None, id="healthy"),
        pytest.param(401, None, id="wants a key, which Prefect's client has"),
        pytest.param(404, None, id="no such page"),
        pytest.param(503, "it answers 503", id="in trouble"),
    ],
)
def test_health(monkeypatch: pytest.MonkeyPatch, status: int, fault: str | None) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # not for this machine
    with answering(status) as api_url:
        assert find_fault(api_url) == fault


def test_a_slow_server_is_given_up() -> None:
    with answering(200, wait=1.0) as api_url:
        fault = find_fault(api_url, patience=0.2)
    assert fault is not None


@pytest.mark.parametrize(
    ("api_url", "said"),
    [
        pytest.param("http://127.0.0.1:9/api", "refused", id="nobody there"),
        pytest.param("file:///etc/passwd", "not an http address", id="file"),
        pytest.param("localhost:4200", "not an http address", id="no scheme"),
        pytest.param("http://[::1/api", "", id="broken address"),
    ],
)
def test_unreachable(api_url: str, said: str) -> None:
    fault = find_fault(api_url)
    assert fault is not None
    assert said in fault


def test_looking_for_a_server_imports_no_prefect(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from flows.server import find_server; from flows.settings import Settings\n"
        f"find_server(Settings(warehouse=Path({str(tmp_path)!r}) / 'news.duckdb'))\n"
        "print([name for name in ('prefect', 'duckdb', 'polars', 'rich') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.usefixtures("healthy")
def test_a_server_of_our_own_has_a_password_that_only_its_user_reads(settings: Settings) -> None:
    password = server.make_password(settings)
    assert server.make_password(settings) == password
    path = server.password_path(settings)
    assert path.stat().st_mode & 0o777 == 0o600
    with served(settings):
        write_serving(settings, replace(SERVING, password_file=str(path)))
        found = find_server(settings)
        assert found is not None
        assert (found.fault, found.password) == (None, password)
        assert password not in repr(found)
        path.unlink()
        unreadable = find_server(settings)
        assert unreadable is not None
        assert unreadable.fault == f"its password in {path} can't be read: No such file or directory"
