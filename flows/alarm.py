"""Tells of a failure by a command of the user: no shell, no text of a page among its words, a minute at most."""

from __future__ import annotations

import json
import logging
import os
import shlex
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress

from flows.settings import Settings

log = logging.getLogger("khabar")

#: What the command gets before it is killed: a run waits for it.
SECONDS = 60.0
MOST_CHARACTERS = 2000


def raise_alarm(settings: Settings, what: str, facts: Mapping[str, object]) -> None:
    """Runs `on_failure` for a run or an upkeep that failed; that it fails itself is a warning and no more.

    The facts are in KHABAR_FAILED (run or upkeep), KHABAR_ERROR, KHABAR_WAREHOUSE, KHABAR_RAW, and as a line of JSON on
    standard input. A khabar that the command itself starts raises no alarm.
    """
    if not settings.on_failure.strip() or "KHABAR_FAILED" in os.environ:
        return
    from flows.terminal import harmless

    facts = {"failed": what, "warehouse": str(settings.warehouse.absolute()), **facts}
    environment = {
        "KHABAR_FAILED": what,
        "KHABAR_ERROR": " ".join(harmless(str(facts.get("error") or "")).split())[:MOST_CHARACTERS],
        "KHABAR_WAREHOUSE": str(settings.warehouse.absolute()),
        "KHABAR_RAW": str(settings.raw.absolute()),
    }
    try:
        process = subprocess.Popen(  # noqa: S603 (the user's own command, no shell)
            shlex.split(settings.on_failure),
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=2,  # what it says is no answer of ours
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        log.warning("on_failure %r can't be run: %s", settings.on_failure, error)
        return
    try:
        process.communicate((json.dumps(facts) + "\n").encode(), timeout=SECONDS)
    except subprocess.TimeoutExpired:
        log.warning("on_failure %r was not done after %g s and was killed", settings.on_failure, SECONDS)
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.returncode > 0:
        log.warning("on_failure %r ended with status %d", settings.on_failure, process.returncode)
