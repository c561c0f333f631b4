"""What reaches marimo's server, and what its answers allow a page to do."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import sys
from typing import Any

import pytest

from flows.explorer.guard import Guard, owner_of

WORKER = b"<script>\n navigator.serviceWorker.register('./public-files-sw.js')</script>"
PAGE = b"<html><script data-marimo>own()</script>%b</html>" % WORKER


async def marimo(scope: Any, _receive: Any, send: Any) -> None:
    """Answers everything, as marimo would a page."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    headers = [(b"content-length", b"%d" % len(PAGE)), (b"etag", b"x"), (b"access-control-allow-origin", b"*")]
    seen = [(b"x-seen", name) for name, _ in scope["headers"]]
    await send({"type": "http.response.start", "status": 200, "headers": headers + seen})
    await send({"type": "http.response.body", "body": PAGE[:20], "more_body": True})
    await send({"type": "http.response.body", "body": PAGE[20:]})


def ask(
    method: str, target: str, owner: int | None = None, **headers: str
) -> tuple[list[dict[str, Any]], dict[str, list[str]], bytes]:
    """What is sent back: the messages, the headers and the body."""
    path, _, query = target.partition("?")
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("nobody reads the request")

    given = {"host": "127.0.0.1:4280"} | {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {
        "type": "websocket" if method == "WEBSOCKET" else "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "client": ("127.0.0.1", 50_000),
        "headers": [(name.encode(), value.encode()) for name, value in given.items() if value],
    }
    asyncio.run(Guard(marimo, 4280, lambda client, port: owner)(scope, receive, send))
    answered: dict[str, list[str]] = {}
    for name, value in sent[0].get("headers", []):
        answered.setdefault(name.decode(), []).append(value.decode())
    return sent, answered, b"".join(message.get("body", b"") for message in sent)


HERE = "http://127.0.0.1:4280"


@pytest.mark.parametrize(
    ("method", "target", "headers", "is_let_through"),
    [
        pytest.param("GET", "/", {}, True, id="the page"),
        pytest.param("GET", "/?page=entity&entity=%3Cb%3E", {}, True, id="a page with parameters"),
        pytest.param("GET", "/", {"host": "localhost:4280"}, True, id="by its other name"),
        pytest.param("GET", "/", {"host": "evil.example:4280"}, False, id="a name pointed here (DNS rebinding)"),
        pytest.param("GET", "/", {"host": "127.0.0.1:4281"}, False, id="another port"),
        pytest.param("GET", "/", {"host": ""}, False, id="no host"),
        pytest.param("GET", "/", {"origin": "https://evil.example"}, False, id="read by another site"),
        pytest.param("GET", "/assets/index-x_1.js", {}, True, id="a script"),
        pytest.param("GET", "/assets/../secret", {}, False, id="out of the assets"),
        pytest.param("GET", "/@file/12-x.csv", {}, True, id="what a page made"),
        pytest.param("GET", "/?file=__new__", {}, False, id="another notebook"),
        pytest.param("GET", "/?kiosk=true", {}, False, id="another's session"),
        pytest.param("GET", "/api/version", {}, False, id="a route that the pages don't need"),
        pytest.param("GET", "/public/x", {}, False, id="files beside the app"),
        pytest.param("GET", "/public-files-sw.js", {}, False, id="a service worker"),
        pytest.param("POST", "/api/kernel/set_ui_element_value", {"origin": HERE}, True, id="a choice"),
        pytest.param("POST", "/api/kernel/set_ui_element_value", {}, False, id="a choice of nobody"),
        pytest.param("POST", "/api/kernel/set_ui_element_value", {"origin": "null"}, False, id="of a sandboxed frame"),
        pytest.param("POST", "/api/kernel/run", {"origin": HERE}, False, id="code"),
        pytest.param("POST", "/api/kernel/function_call", {"origin": HERE}, False, id="a function"),
        pytest.param("POST", "/api/files/file_details", {"origin": HERE}, False, id="a file"),
        pytest.param("POST", "/api/export/html", {"origin": HERE}, False, id="an export"),
        pytest.param("OPTIONS", "/", {"origin": HERE}, False, id="another method"),
        pytest.param("WEBSOCKET", "/ws", {"origin": HERE}, True, id="the session"),
        pytest.param("WEBSOCKET", "/ws", {"origin": "https://evil.example"}, False, id="a session of another site"),
        pytest.param("WEBSOCKET", "/ws", {}, False, id="a session of nobody"),
        pytest.param("WEBSOCKET", "/terminal/ws", {"origin": HERE}, False, id="a terminal"),
        pytest.param("WEBSOCKET", "/lsp/pylsp", {"origin": HERE}, False, id="a language server"),
    ],
)
def test_only_what_the_pages_need_reaches_marimo(
    method: str, target: str, headers: dict[str, str], is_let_through: bool
) -> None:
    sent, _, _ = ask(method, target, **headers)
    assert (sent[0].get("status", sent[0]["type"]) in (200, "websocket.accept")) == is_let_through
    if not is_let_through:
        assert sent[0].get("status", sent[0].get("code")) in (403, 1008)


def test_a_page_runs_its_own_scripts_and_loads_from_here_alone() -> None:
    _, headers, body = ask("GET", "/", if_none_match="x")
    (policy,) = headers["content-security-policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce is not None
    assert body == f'<html><script nonce="{nonce[1]}" data-marimo>own()</script></html>'.encode()
    assert headers["content-length"] == [str(len(body))]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'" and "'unsafe-inline'" not in rules["script-src"]
    assert not re.search(r"https?:|\*", policy)
    assert rules["connect-src"] == "'self' ws://127.0.0.1:4280"
    assert "access-control-allow-origin" not in headers
    assert headers["cache-control"] == ["no-store"] and "etag" not in headers
    assert "if-none-match" not in headers["x-seen"]


def test_a_nonce_is_used_once() -> None:
    assert len({ask("GET", "/")[1]["content-security-policy"][0] for _ in range(3)}) == 3


@pytest.mark.parametrize(("owner", "status"), [(None, 200), (0, 200), (os.getuid(), 200), (os.getuid() + 1, 403)])
def test_it_is_for_the_user_who_started_it(owner: int | None, status: int) -> None:
    assert ask("GET", "/", owner)[0][0]["status"] == status


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whose a connection is")
def test_the_owner_of_a_connection_is_known() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert owner_of(client.getsockname()[1], server.getsockname()[1]) == os.getuid()
    assert owner_of(1, 1) is None
