"""The explorer as a process, and a headless Chromium that watches what its pages do."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

KHABAR = Path(sys.executable).with_name("khabar")
MISSING = "no chromium here; on Debian: apt-get install --no-install-recommends chromium fonts-noto-core"


@cache
def chromium_path() -> str | None:
    """A Chromium that starts: on some systems the name is there without the browser."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path and subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0:
            return path
    return None


@contextmanager
def explorer(warehouse: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running command and its address."""
    command = [KHABAR, "explore", "--no-browser", "--warehouse", warehouse]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            address = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
            assert address is not None
            yield process, address[0]
        finally:
            process.terminate()


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path())
        yield browser
        browser.close()


class Watch:
    """What a page complains of and whom it asks."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self.see)
        page.add_init_script("window.hacked = () => { window.wasHacked = true }")

    def hear(self, message: ConsoleMessage) -> None:
        # Chromium warns of pictures that marimo preloads for the case that the server is gone.
        if message.type == "error" or (
            message.type == "warning" and "preloaded using link preload" not in message.text
        ):
            self.complaints.append(message.text)

    def see(self, request: Request) -> None:
        if not re.match(r"(http|ws)://127\.0\.0\.1:|data:|blob:", request.url):
            self.strangers.append(request.url)

    def open(self, address: str, shows: str) -> None:
        """Go to a page and wait until it shows what it is for: a CSS selector."""
        self.page.goto(address)
        self.page.wait_for_selector(shows)
