"""`khabar explore`: serves the explorer on loopback until Ctrl-C."""

from __future__ import annotations

import os
import socket
import tempfile
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from flows.explorer.guard import Guard
from flows.serve import settings_environment
from flows.settings import Settings, UsageError
from flows.warehouse import open_reader

HOST = "127.0.0.1"
DEFAULT_PORT = 4280
HERE = Path(__file__).parent
#: A session ends this long after its page was closed or left.
SESSION_SECONDS = 5


def explore(settings: Settings, port: int | None, *, opens_browser: bool, tell: Callable[[str], None]) -> NoReturn:
    """Serve the published warehouse until Ctrl-C, then end the process.

    Raises:
        WarehouseError: there is no warehouse, or it can't be read.
        UsageError: the port is taken.
    """
    with open_reader(settings.warehouse):
        pass
    with listen(port) as place, tempfile.TemporaryDirectory(prefix=f"khabar-{os.getpid()}-") as own:
        # The app reads the settings as every command does. What marimo would keep in the user's folders stays in `own`.
        os.environ.update(settings_environment(settings))
        os.environ.update({"XDG_CONFIG_HOME": own, "XDG_STATE_HOME": own, "XDG_CACHE_HOME": own})
        import marimo
        import uvicorn

        pages = marimo.create_asgi_app(quiet=True, session_ttl=SESSION_SECONDS)
        served = pages.with_app(path="/", root=str(HERE / "app.py")).build()
        sessions = served.routes[0].app.state.session_manager  # type: ignore[attr-defined]  # Starlette's, mounted

        class Server(uvicorn.Server):
            """Ends marimo's sessions too: their threads would keep the process for minutes."""

            async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
                await super().shutdown(sockets)
                await sessions.shutdown()

        app = Guard(served, place.getsockname()[1])
        server = Server(uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=1))
        address = f"http://{HOST}:{place.getsockname()[1]}/"
        tell(f"the explorer is at {address} (Ctrl-C ends it)")
        if opens_browser:
            webbrowser.open(address)
        with suppress(KeyboardInterrupt):
            server.run(sockets=[place])
    # A session may still be asking DuckDB, which aborts when Python ends around it; there is nothing to save.
    os._exit(0)


def listen(port: int | None) -> socket.socket:
    """A listening port of the loopback interface: this one, or the usual one if it is free, else any.

    Raises:
        UsageError: the port is taken or may not be used.
    """
    for wanted in (port,) if port is not None else (DEFAULT_PORT, 0):
        place = socket.socket()
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            place.bind((HOST, wanted))
        except OSError as error:
            place.close()
            reason = error.strerror
            continue
        place.listen(128)
        return place
    raise UsageError(f"port {port} of {HOST} can't be used: {reason}; give another with --port, or none for any")
