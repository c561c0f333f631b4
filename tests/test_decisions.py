"""Tests of the file of the user's decisions."""

import subprocess
import sys
from pathlib import Path

import pytest

from flows.decisions import Decision, DecisionError, append_decision, read_decisions

JOIN = Decision("join", "PERSON", ("अमर सेठ", "Amar Seth"), "2026-01-02T03:04:05+00:00")
SPLIT = Decision("split", "ORG", ("संघ", "महासंघ"), "2026-01-02T03:04:06+00:00")


def test_no_file_holds_no_decisions(tmp_path: Path) -> None:
    assert read_decisions(tmp_path / "decisions.jsonl") == []


def test_what_is_appended_is_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "state" / "decisions.jsonl"
    append_decision(path, JOIN)
    append_decision(path, SPLIT)
    assert read_decisions(path) == [JOIN, SPLIT]


def test_a_last_line_without_a_line_break_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    append_decision(path, JOIN)
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")
    append_decision(path, SPLIT)
    assert read_decisions(path) == [JOIN, SPLIT]


def test_a_file_is_read_as_an_editor_leaves_it(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    odd = Decision("join", "ORG", ("एक\u2028दो", "तीन"), "2026-01-02T03:04:05+00:00")
    append_decision(path, JOIN, odd)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_decisions(path) == [JOIN, odd]


@pytest.mark.parametrize("room", [10, 100], ids=["half a line", "a line and a half"])
def test_a_disk_that_is_full_leaves_no_half_line(tmp_path: Path, room: int) -> None:
    """It would stop every run until somebody deletes it; and of two decisions made at once none is kept alone."""
    path = tmp_path / "decisions.jsonl"
    append_decision(path, JOIN)
    limit = path.stat().st_size + room
    script = (
        "import resource, sys; from pathlib import Path; from flows.decisions import *\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        "append_decision(Path(sys.argv[1]), *[Decision('split', 'ORG', ('a', 'b'), 'now')] * 2)"
    )
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=False)
    assert "OSError" in done.stderr
    assert read_decisions(path) == [JOIN]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        pytest.param("join a b", "no decision", id="no JSON"),
        pytest.param('["join"]', "no decision", id="no object"),
        pytest.param('{"decision": "join", "type": "PERSON"}', "no decision", id="no names"),
        pytest.param('{"decision": "join", "type": "PERSON", "names": "ab"}', "no decision", id="names as text"),
        pytest.param('{"decision": "merge", "type": "PERSON", "names": ["a", "b"]}', "'merge'", id="decision"),
        pytest.param('{"decision": "join", "type": "MAN", "names": ["a", "b"]}', "'MAN'", id="type"),
        pytest.param('{"decision": "join", "type": "PERSON", "names": ["a", "a"]}', "different", id="one name"),
        pytest.param('{"decision": "join", "type": "PERSON", "names": ["a", 5]}', "spellings", id="a number"),
        pytest.param('{"decision": "join", "type": "PERSON", "names": ["a", "\\ud800"]}', "no decision", id="no text"),
        pytest.param("[" * 100_000, "no decision", id="deeper than anything"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, word: str) -> None:
    path = tmp_path / "decisions.jsonl"
    append_decision(path, JOIN)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    with pytest.raises(DecisionError, match=r"line 3") as raised:
        read_decisions(path)
    assert word in str(raised.value)
