"""Finds out, without importing prefect, whether a run is to be recorded and by which Prefect server."""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import secrets
import ssl
import tomllib
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass, field, replace
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
    """A Prefect server, what named it, why it can't be used (None if it answers), what it asks for if we know it."""

    api_url: str
    reason: str
    fault: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Serving:
    """What `khabar serve` says of itself in its state file."""

    pid: int
    api_url: str
    ui_url: str
    started_at: str
    password_file: str | None = None  # None on a server of the user's own: their settings open it


def find_server(settings: Settings) -> Server | None:
    """The server that records runs of this warehouse; None if nothing names one.

    PREFECT_API_URL comes first, then the active Prefect profile, then a `khabar serve` of this warehouse that is up.
    """
    server = configured_server()
    if server is not None:
        return server
    serving = read_serving(settings)
    if serving is None:
        return None
    server = Server(serving.api_url, SERVE)
    if serving.password_file is None:
        return asked(server)
    try:
        return asked(replace(server, password=read_password(Path(serving.password_file))))
    except OSError as error:
        return replace(server, fault=f"its password in {serving.password_file} can't be read: {error.strerror}")


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
    return replace(server, fault=find_fault(server.api_url, patience))


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


def prefect_home(settings: Settings) -> Path:
    """Where the server of this warehouse keeps its database; a folder each, two servers must not share one."""
    return settings.state.absolute() / "prefect" / settings.warehouse.name


def password_path(settings: Settings) -> Path:
    """The line that opens the server of `khabar serve`, for its user alone: all of the machine reach its port."""
    return prefect_home(settings) / "password"


def read_password(path: Path) -> str:
    """The line in a file of `make_password`.

    Raises:
        OSError: it is another user's.
    """
    return path.read_text(encoding="ascii").strip()


def make_password(settings: Settings) -> str:
    """The password of before, or a new one; called by the only `khabar serve` of this warehouse."""
    path = password_path(settings)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        (temporary := path.with_suffix(".tmp")).unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"khabar:{secrets.token_urlsafe(24)}\n")
        temporary.replace(path)
    return read_password(path)


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
