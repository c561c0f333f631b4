"""`khabar explore` as a process: how it begins, what it says when it can't, how it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from flows.explorer.serve import listen
from flows.settings import Settings, UsageError

KHABAR = Path(sys.executable).with_name("khabar")


def test_without_a_warehouse_it_says_what_makes_one(tmp_path: Path) -> None:
    done = subprocess.run([KHABAR, "explore", "--no-browser"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "there is no warehouse at warehouse/news.duckdb; khabar run makes it" in " ".join(done.stderr.split())


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(UsageError, match=rf"port {other.getsockname()[1]} of 127\.0\.0\.1 can't be used"):
            listen(other.getsockname()[1])
    with listen(None) as own:
        assert own.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_and_leaves_nothing(hostile: Settings, tmp_path: Path, number: signal.Signals) -> None:
    arguments = ["explore", "--no-browser", "--warehouse", str(hostile.warehouse)]
    environment = os.environ | {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [KHABAR, *arguments], env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        said = running.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/", said)
        assert address is not None
        with urllib.request.urlopen(address[0], timeout=60) as answer:
            assert b"marimo" in answer.read()
        running.send_signal(number)
        rest, complaints = running.communicate(timeout=60)
    assert (running.returncode, rest, complaints) == (0, "", "")
    assert list(tmp_path.iterdir()) == []
