"""What stands before marimo's server: it lets through what the pages need, and nothing that comes from elsewhere."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]

#: All that the pages ask for. marimo also has routes for code, files, packages, terminals, exports and other notebooks;
#: in run mode most refuse by themselves, and here none is reached.
ALLOWED: Final = {
    "GET": re.compile(r"/|/health|/assets/[\w.@-]+|/(?:favicon\.ico|manifest\.json|logo\.png)|/@file/[\w.-]+"),
    "POST": re.compile(r"/api/kernel/set_ui_element_value"),
    "WEBSOCKET": re.compile(r"/ws"),
}
#: Headers of marimo's page that are no longer true of it.
PAGE_ONLY: Final = (b"content-length", b"etag", b"cache-control")
#: Query parameters that choose another notebook, or another way to look at one.
REFUSED_PARAMETERS: Final = frozenset({"file", "kiosk", "access_token"})
#: The script that would leave a service worker in the browser, for a folder of files that the explorer doesn't have.
SERVICE_WORKER: Final = re.compile(rb"<script[^>]*>(?:(?!</script>).)*public-files-sw\.js.*?</script>", re.S)


class Guard:
    """Refuses calls of other sites and calls for more than the pages need; forbids pages to load from elsewhere."""

    def __init__(self, app: App, port: int, owner: Callable[[int, int], int | None] | None = None) -> None:
        self.app, self.port = app, port
        self.owner = owner or owner_of
        self.hosts = {name if port == 80 else f"{name}:{port}" for name in ("127.0.0.1", "localhost")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif why := self.refusal(scope):
            await refuse(scope, send, why)
        elif scope["type"] == "http":
            await self.answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def refusal(self, scope: Scope) -> str:
        """Why a request is refused; empty if it is not."""
        if self.owner(scope["client"][1], self.port) not in (None, 0, os.getuid()):
            return "the explorer is for the user who started it"
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        host, origin = headers.get("host", ""), headers.get("origin")
        if host not in self.hosts:
            # A name that a foreign site made point to this machine (DNS rebinding) stays in this header.
            return f"the explorer is at {' or '.join(sorted(self.hosts))} only"
        if origin is not None and origin != f"http://{host}":
            return "another site may not call the explorer"
        method = "WEBSOCKET" if scope["type"] == "websocket" else scope["method"]
        if origin is None and method != "GET":
            return "a browser says where a request comes from"
        allowed = ALLOWED.get(method)
        if allowed is None or not allowed.fullmatch(scope["path"]):
            return "the explorer has no such page"
        if REFUSED_PARAMETERS & parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True).keys():
            return "the explorer has no such parameter"
        return ""

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; the page itself gets a fresh nonce, so that only its own scripts run."""
        is_page = scope["path"] == "/"
        host = next(value for name, value in scope["headers"] if name == b"host").decode("latin-1")
        nonce = secrets.token_urlsafe(16)
        start: Message = {}
        body = bytearray()

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = without(message["headers"], {b"access-control-allow-origin", *(PAGE_ONLY if is_page else ())})
                message["headers"] = [*kept, *security_headers(host, nonce)]
                if is_page:
                    start.update(message)
                    return
            elif is_page:
                body.extend(message.get("body", b""))
                if message.get("more_body"):
                    return
                whole = SERVICE_WORKER.sub(b"", bytes(body)).replace(b"<script", f'<script nonce="{nonce}"'.encode())
                length = (b"content-length", str(len(whole)).encode())
                await send({**start, "headers": [*start["headers"], length, (b"cache-control", b"no-store")]})
                message = {"type": "http.response.body", "body": whole}
            await send(message)

        if is_page:  # always whole: a stored copy would have another nonce
            scope["headers"] = without(scope["headers"], {b"if-none-match", b"if-modified-since"})
        await self.app(scope, receive, send_on)


def owner_of(client_port: int, port: int) -> int | None:
    """The user whose program holds the other end of a connection; None where the system doesn't tell.

    Every user of a machine reaches its loopback ports, and Linux lists who they are.
    """
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError):
            for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if fields[1].endswith(f":{client_port:04X}") and fields[2].endswith(f":{port:04X}"):
                    return int(fields[7])
    return None


def without(headers: Headers, names: set[bytes]) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if name.lower() not in names]


def security_headers(host: str, nonce: str) -> Headers:
    """A page may load from this server alone; scripts that it holds run only with the nonce. Charts compile theirs."""
    policy = (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws://{host}; worker-src 'self' blob:; "
        "manifest-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
    )
    return [
        (b"content-security-policy", policy.encode()),
        (b"referrer-policy", b"no-referrer"),
        (b"x-content-type-options", b"nosniff"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
    ]


async def refuse(scope: Scope, send: Send, why: str) -> None:
    """Answer 403 in one line; a websocket is closed before it opens."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": why})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": f"{why}\n".encode()})
