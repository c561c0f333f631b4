"""Finds out, without importing prefect, whether a run is to be recorded and by which Prefect server."""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import ssl
import tomllib
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from flows.settings import Settings

#: Seconds that a server may take to answer before a run goes on without it.
PATIENCE = 2.0
#: The reason of a server that was found through the state file of `khabar serve`.
SERVE = "khabar serve"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Server:
    """A Prefect server, what named it, and why it can't be used (None if it answers)."""

    api_url: str
    reason: str
    fault: str | None = None


@dataclass(frozen=True)
class Serving:
    """What `khabar serve` says of itself in its state file."""

    pid: int
    api_url: str
    ui_url: str
    started_at: str


def find_server(settings: Settings) -> Server | None:
    """The server that records runs of this warehouse; None if nothing names one.

    PREFECT_API_URL comes first, then the active Prefect profile, then a `khabar serve` of this warehouse that is up.
    """
    server = configured_server()
    if server is not None:
        return server
    serving = read_serving(settings)
    return None if serving is None else asked(Server(serving.api_url, SERVE))


def unusable(server: Server) -> str:
    """Why a server can't be used, in one line."""
    where = f" names the Prefect server {server.api_url}, which can't be used" if server.api_url else ""
    return f"{server.reason}{where}: {server.fault}"


def configured_server() -> Server | None:
    """The server that the environment or the active Prefect profile names."""
    api_url = os.environ.get("PREFECT_API_URL", "").strip()
    if api_url:
        return asked(Server(api_url, "PREFECT_API_URL"))
    return profile_server()


def profile_server() -> Server | None:
    """The server of the active Prefect profile: chosen by PREFECT_PROFILE, else by the profiles file."""
    path = profiles_path()
    try:
        own = _profiles(path)
    except (OSError, ValueError) as error:
        return Server("", f"Prefect profiles {path}", f"the file can't be read: {error}")
    # A profile of the user replaces one of the same name that Prefect brings along ("local").
    profiles = {**_profiles(shipped_profiles_path()).profiles, **own.profiles}
    name = os.environ.get("PREFECT_PROFILE") or own.active
    if name is None:
        return None
    if name not in profiles:
        return Server("", f"Prefect profile {name!r}", f"{path} has no profile of that name")
    api_url = profiles[name].strip()
    return asked(Server(api_url, f"Prefect profile {name!r}")) if api_url else None


def profiles_path() -> Path:
    """Where Prefect looks for the user's profiles."""
    if path := os.environ.get("PREFECT_PROFILES_PATH"):
        return Path(path).expanduser()
    return Path(os.environ.get("PREFECT_HOME") or "~/.prefect").expanduser() / "profiles.toml"


def shipped_profiles_path() -> Path:
    """The profiles that come with Prefect; found without importing it."""
    spec = importlib.util.find_spec("prefect")
    return Path(spec.origin).parent / "settings" / "profiles.toml" if spec and spec.origin else Path("/nonexistent")


@dataclass(frozen=True)
class _Profiles:
    """The active profile's name and the API address of each ("" if it names none)."""

    active: str | None
    profiles: dict[str, str]


def _profiles(path: Path) -> _Profiles:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return _Profiles(None, {})
    profiles, active = table.get("profiles", {}), table.get("active")
    if not isinstance(profiles, dict):
        raise ValueError("[profiles] is not a table")
    urls = {name: profile.get("PREFECT_API_URL", "") for name, profile in profiles.items() if isinstance(profile, dict)}
    return _Profiles(str(active) if active else None, {name: str(url) for name, url in urls.items()})


# --- health ----------------------------------------------------------------------------------------------------------


def asked(server: Server, patience: float = PATIENCE) -> Server:
    """The server with its fault, if it has one."""
    return Server(server.api_url, server.reason, find_fault(server.api_url, patience))


def find_fault(api_url: str, patience: float = PATIENCE) -> str | None:
    """Why the server at an address can't be used; None if it answers.

    Any answer below 500 will do: a server that wants a key for /health is there, and Prefect's client has the key.
    """
    try:
        parts = urlsplit(api_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return "not an http address"
        # A proxy is for the outside world; Python would send it requests for this machine too.
        handlers = [urllib.request.ProxyHandler({})] if parts.hostname in LOOPBACK else []
        request = urllib.request.Request(f"{api_url.rstrip('/')}/health")  # noqa: S310 (http or https, see above)
        with urllib.request.build_opener(*handlers).open(request, timeout=patience):
            return None
    except urllib.error.HTTPError as error:
        return f"it answers {error.code}" if error.code >= 500 else None
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLCertVerificationError):
            return None  # it is there; whether its certificate is good, Prefect's own settings decide
        return str(getattr(error.reason, "strerror", None) or error.reason)
    except TimeoutError:
        return f"no answer within {patience:g} s"
    except (OSError, HTTPException, ValueError) as error:
        return str(error) or type(error).__name__


# --- khabar serve of this warehouse ----------------------------------------------------------------------------------


def serving_path(settings: Settings) -> Path:
    """The state file of `khabar serve`."""
    return settings.state / f"serve-{settings.warehouse.name}.json"


def serving_lock_path(settings: Settings) -> Path:
    """Locked as long as `khabar serve` lives: proof of life that the operating system gives and takes."""
    return settings.state / f"serve-{settings.warehouse.name}.lock"


def is_serving(settings: Settings) -> bool:
    """Is a `khabar serve` of this warehouse up?"""
    try:
        descriptor = os.open(serving_lock_path(settings), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def read_serving(settings: Settings) -> Serving | None:
    """The state of the `khabar serve` that is up; None if none is, or while it is starting."""
    if not is_serving(settings):
        return None
    try:
        return Serving(**json.loads(serving_path(settings).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_serving(settings: Settings, serving: Serving) -> None:
    """Write the state file whole: a reader sees the old or the new one."""
    path = serving_path(settings)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(asdict(serving)) + "\n", encoding="utf-8")
    temporary.replace(path)
