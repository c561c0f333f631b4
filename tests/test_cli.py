"""The command as users meet it: what it prints, what it exits with, and that it shows hostile text harmlessly."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, make_page

from flows.settings import Settings

KHABAR = Path(sys.executable).with_name("khabar")
HOSTILE = "\x1b]0;बुरा\x07\x1b[2J'; drop table articles; -- <script>alert(1)</script> [bold]मोटा[/bold]"


def khabar(*arguments: object, cwd: Path | None = None, stdin: bytes = b"", code: int = 0) -> str:
    """Standard output of the command, which must exit with `code`; what it says to people is `last_said`."""
    done = subprocess.run([KHABAR, *map(str, arguments)], cwd=cwd, input=stdin, capture_output=True, timeout=120)
    khabar.said = done.stderr.decode()  # type: ignore[attr-defined]
    assert done.returncode == code, (done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in khabar.said  # type: ignore[attr-defined]
    return done.stdout.decode()


def said() -> str:
    return str(khabar.said)  # type: ignore[attr-defined]


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; sys.argv = ['khabar', '--help']\n"
        "from flows.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = ('duckdb', 'polars', 'prefect', 'trafilatura', 'lxml', 'numpy', 'marimo', 'altair')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        pytest.param(("run", "--raw", "nowhere"), 2, "the raw folder nowhere does not exist", id="missing raw folder"),
        pytest.param(("run", "--raw", "file.txt"), 2, "file.txt is not a folder", id="raw is a file"),
        pytest.param(("verify", "--raw", "nowhere"), 2, "nowhere does not exist", id="nothing to verify"),
        pytest.param(("run", "--speed", "9"), 2, "No such option: --speed", id="bad flag"),
        pytest.param(("run", "--workers", "0"), 2, "--workers", id="no workers"),
        pytest.param(("fly",), 2, "No such command 'fly'", id="bad command"),
        pytest.param(("serve", "--raw", ".", "--every", "soon"), 2, "'soon' is not an interval", id="bad interval"),
        pytest.param(("serve", "--every", "1m", "--cron", "* * * * *"), 2, "exclude each other", id="two schedules"),
        pytest.param(("query", "select 1"), 1, "khabar run", id="no warehouse yet"),
        pytest.param(("clean", "nowhere.txt"), 2, "nowhere.txt can't be read", id="missing page"),
        pytest.param(("clean", "empty.txt"), 1, "quarantined as empty", id="page that can't be used"),
        pytest.param(("tag", "bad.txt"), 2, "bad.txt can't be read as UTF-8 text: byte 0 is ff", id="not text"),
        pytest.param(("tag", "nowhere"), 2, "nowhere can't be read: No such file or directory; name", id="no text"),
    ],
)
def test_an_error_is_one_clear_line(tmp_path: Path, arguments: tuple[str, ...], code: int, says: str) -> None:
    (tmp_path / "file.txt").write_text("कुछ", encoding="utf-8")
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe\xff")
    khabar(*arguments, cwd=tmp_path, code=code)
    assert says in " ".join(said().split())


def test_an_unwritable_warehouse_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "a-file").write_text("")
    khabar("run", "--warehouse", tmp_path / "a-file" / "news.duckdb", cwd=tmp_path, code=1)
    assert len(said().splitlines()) <= 2


def test_a_bad_settings_file_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "khabar.toml").write_text("workers = 'many'")
    khabar("status", cwd=tmp_path, code=2)
    assert "workers = 'many'" in said()


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    done = subprocess.run([KHABAR, "clean", "nowhere.txt", "--debug"], cwd=tmp_path, capture_output=True, text=True)
    assert "Traceback" in done.stderr


def test_a_run_then_questions(tmp_path: Path) -> None:
    """The first minutes of a user, in order."""
    for number in range(2):
        file = tmp_path / "raw" / "setu" / f"{number}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(make_page(number), encoding="utf-8")
    (tmp_path / "raw" / "setu" / "scan.txt").write_bytes(b"%PDF-1.7\n\x00\x00")
    place = {"cwd": tmp_path}
    first = khabar("run", "--no-mentions", **place)
    assert "3 new" in first and "1 quarantined" in first and "khabar status" in first
    assert "1 file(s) are in quarantine" in first
    assert "nothing changed" in khabar("run", "--no-mentions", **place)
    status = khabar("status", **place)
    assert "not_text" in status and "setu" in status and "last look" in status
    assert len(khabar("digest", **place).splitlines()[-1]) == 64
    assert "all promises hold" in khabar("verify", **place)
    khabar("replay", "setu/0.txt", code=2, **place)
    assert "is not in quarantine" in said()
    assert "1 quarantined" in khabar("replay", **place)


def test_a_lock_that_is_held_exits_3(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "w").mkdir()
    script = (
        "import sys; from pathlib import Path; from flows.lock import run_lock\n"
        "with run_lock(Path('w/news.duckdb'), 'a long run'): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
        khabar("run", "--warehouse", "w/news.duckdb", cwd=tmp_path, code=3)
        assert "a long run" in said()
        holder.kill()
    khabar("run", "--no-mentions", "--warehouse", "w/news.duckdb", cwd=tmp_path)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_stopped_leaves_its_line(tmp_path: Path, number: signal.Signals) -> None:
    """A killed one can't: the next run writes it for it."""
    (tmp_path / "raw").mkdir()
    script = (
        "import sys, time; from flows import pipeline; from flows.cli import main\n"
        "pipeline.find_changes = lambda *rest: (print('at work', flush=True), time.sleep(60))\n"
        "sys.argv = ['khabar', 'run']; main()"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None and run.stdout.readline() == b"at work\n"
        run.send_signal(number)
    khabar("run", "--no-mentions", cwd=tmp_path)
    lines = (tmp_path / "warehouse" / ".khabar" / "runs.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["status"] for line in lines] == ["failed", "published"]


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(("run",), 0, id="run"),
        pytest.param(("status",), 0, id="status"),
        pytest.param(("digest",), 0, id="digest"),
        pytest.param(("verify", "--raw", "elsewhere"), 1, id="verify"),
    ],
)
def test_a_reader_that_goes_away_changes_no_exit_code(
    sample_settings: Settings, tmp_path: Path, stream: str, arguments: tuple[str, ...], code: int
) -> None:
    """As of `khabar status | head -1`; and a run goes on although nobody can be told of it."""
    (tmp_path / "elsewhere").mkdir()
    warehouse = tmp_path / "w" / "news.duckdb" if arguments[0] == "run" else sample_settings.warehouse
    raw = () if "--raw" in arguments else ("--raw", tmp_path / "elsewhere")
    nobody, unread = os.pipe()
    os.close(nobody)
    command = [KHABAR, *arguments, *raw, "--warehouse", warehouse]
    others = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: unread}
    try:
        done = subprocess.run(command, cwd=tmp_path, timeout=120, check=False, **others)  # type: ignore[call-overload]
    finally:
        os.close(unread)
    assert done.returncode == code
    assert b"Broken pipe" not in (done.stderr or b"")
    assert warehouse.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_for_the_summary_fails_no_run(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done, asked = (
            subprocess.run([KHABAR, name], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, timeout=120, check=False)
            for name in ("run", "digest")
        )
    assert (done.returncode, asked.returncode) == (0, 1)
    assert "its summary can't be written: No space left on device" in done.stderr.decode()


def test_closed_streams_are_no_fault(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    script = '"$0" run <&- >&- 2>&-'
    assert subprocess.run(["/bin/sh", "-c", script, KHABAR], cwd=tmp_path, timeout=120, check=False).returncode == 0
    khabar("verify", cwd=tmp_path)


def test_clean_prints_the_body_of_a_file_and_of_standard_input(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("Share this:\nFacebook Twitter WhatsApp\n\n" + make_page(1), encoding="utf-8")
    body = khabar("clean", page)
    assert "Facebook" not in body and body.count("\n\n") == 2
    assert khabar("clean", "-", stdin=page.read_bytes()) == body
    told = json.loads(khabar("clean", page, "--json"))
    assert told["body"] == body.rstrip("\n")
    assert "".join(block["raw_text"] for block in told["blocks"]) == page.read_text(encoding="utf-8")


def test_explain_names_role_and_rule(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(make_page(1) + "\nRelated posts\nकोई और खबर\n", encoding="utf-8")
    shown = khabar("explain", page)
    assert any(line.startswith("- related") and "Related posts" in line for line in shown.splitlines())
    assert any(line.startswith("+ body") for line in shown.splitlines())


def test_tag_prints_one_object_a_line(tmp_path: Path) -> None:
    lines = "राष्ट्रपति व्लादिमीर पुतिन मॉस्को लौटे।\n\nरूसी सेना ने बयान दिया।\n"
    told = [json.loads(line) for line in khabar("tag", stdin=lines.encode()).splitlines()]
    assert [row["text"] for row in told] == lines.split("\n")[:-1]
    for row in told:
        for span in row["spans"]:
            assert row["text"][span["start"] : span["end"]] == span["surface"]
    assert {(span["surface"], span["type"]) for span in told[0]["spans"]} == {
        ("व्लादिमीर पुतिन", "PERSON"),
        ("मॉस्को", "LOC"),
    }


def test_query_formats(sample_settings: Settings, tmp_path: Path) -> None:
    where = ("--warehouse", sample_settings.warehouse)
    sql = "select site, count(*) as articles from articles group by all order by site"
    rows = json.loads(khabar("query", sql, "--format", "json", *where))
    assert [row["site"] for row in rows] == ["aravallitv", "digant", "gomtiprabhat", "yamunavarta"]
    as_csv = csv.DictReader(io.StringIO(khabar("query", sql, "--format", "csv", *where)))
    assert [row["site"] for row in as_csv] == [row["site"] for row in rows]
    assert "yamunavarta" in khabar("query", sql, *where)
    khabar("query", sql, "--format", "parquet", "--output", tmp_path / "a.parquet", *where)
    assert (tmp_path / "a.parquet").read_bytes()[:4] == b"PAR1"
    khabar("query", sql, "--format", "parquet", *where, code=2)
    assert "--output" in said()


def test_every_saved_query_runs_with_its_defaults(sample_settings: Settings) -> None:
    listed = khabar("query")
    names = [line for line in listed.splitlines() if line.isidentifier()]
    assert len(names) >= 8
    for name in names:
        json.loads(khabar("query", name, "--format", "json", "--warehouse", sample_settings.warehouse))


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("create table t as select 1", id="write"),
        pytest.param("delete from articles", id="delete"),
        pytest.param("select * from read_text('/etc/hostname')", id="read a file"),
        pytest.param("copy articles to 'out.csv'", id="write a file"),
        pytest.param("attach 'other.duckdb'", id="attach"),
        pytest.param("set enable_external_access = true", id="unlock"),
        pytest.param("install httpfs", id="install"),
        pytest.param("select 1; select 2", id="two questions"),
        pytest.param("select * from nowhere", id="unknown table"),
    ],
)
def test_a_query_can_read_the_warehouse_and_nothing_else(sample_settings: Settings, tmp_path: Path, sql: str) -> None:
    khabar("query", sql, "--warehouse", sample_settings.warehouse, cwd=tmp_path, code=1)
    assert said().startswith("khabar: ")
    assert not list(tmp_path.iterdir())


@pytest.mark.soak
def test_hostile_text_is_shown_harmlessly_by_every_command(tmp_path: Path) -> None:
    file = tmp_path / "raw" / "setu" / "a.txt"
    file.parent.mkdir(parents=True)
    file.write_text(f"{HOSTILE}\n{make_page(1)}{HOSTILE}\n", encoding="utf-8")
    place = {"cwd": tmp_path}
    shown = khabar("run", **place) + khabar("status", **place) + khabar("explain", file) + khabar("clean", file)
    shown += khabar("clean", file, "--json") + khabar("tag", stdin=file.read_bytes())
    for form in ("table", "json"):
        shown += khabar("query", "select raw_text from blocks", "--format", form, **place)
    assert "\x1b" not in shown and "\x07" not in shown
    assert "<script>" in shown and "[bold]मोटा" in shown
    assert khabar("query", "select count(*) from articles", "--format", "csv", **place).splitlines()[-1] == "1"


def test_entity_shows_spellings_and_records_decisions(tmp_path: Path) -> None:
    place = ("--raw", ROOT / "raw", "--warehouse", tmp_path / "news.duckdb")
    khabar("run", *place)
    shown = khabar("entity", "लावरोव", *place)
    assert "sergei-lavrov" in shown and "PERSON" in shown and "लावरोव" in shown
    khabar("entity", "कोई नहीं", *place, code=1)
    assert "no entity is spelt" in said()
    assert "recorded: split" in khabar("entity", "सर्गेई लावरोव", "--split", "लावरोफ़", *place)
    assert "published" in khabar("run", *place)
