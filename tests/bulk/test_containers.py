"""Every record of a bulk file comes with its number, whatever stands beside it; what is damaged says where."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard
from helpers.bulk import json_lines, pack, parquet, warc_record
from hypothesis import given
from hypothesis import strategies as st

from flows.bulk.containers import HashedStream, read_lines, read_records
from flows.bulk.records import Record
from flows.files import Quarantine, hash_file, look_at_file
from flows.settings import Settings
from flows.warehouse import parquet as module

SETTINGS = Settings()


def read(path: Path, settings: Settings = SETTINGS) -> tuple[list[Record], Quarantine | None]:
    """The records of a file, and why there are no more."""
    file = look_at_file(path)
    found: list[Record] = []
    with path.open("rb", buffering=0) as stream:
        hashed = HashedStream(stream)
        try:
            for record in read_records(file, hashed, settings):
                found.append(record)
        except Quarantine as error:
            damage: Quarantine | None = error
        else:
            damage = None
        assert hashed.sha256_to_end() == hash_file(file)[0]
    return found, damage


@given(st.lists(st.binary(max_size=20).filter(lambda line: b"\n" not in line)), st.integers(1, 9), st.booleans())
def test_lines_are_those_of_the_file_however_it_comes(lines: list[bytes], size: int, is_ended: bool) -> None:
    data = b"\n".join(lines) + (b"\n" if is_ended else b"")
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    found = {record.number: record.fields for record in read_lines(chunks, 1000)}
    expected = {number: line.strip() for number, line in enumerate(data.split(b"\n"), 1)}
    if 1 in expected:
        expected[1] = expected[1].removeprefix(b"\xef\xbb\xbf").lstrip()
    assert found == {number: line for number, line in expected.items() if line}


@given(st.integers(1, 12), st.integers(1, 30))
def test_a_line_that_is_too_long_costs_itself_alone(size: int, length: int) -> None:
    data = b"a\n" + b"x" * length + b"\nb"
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    found = [(record.number, record.fields, record.error_code) for record in read_lines(chunks, 10)]
    middle = (2, b"x" * length, None) if length <= 10 else (2, b"", "too_large")
    assert found == [(1, b"a", None), middle, (3, b"b", None)]


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
def test_json_lines_with_mark_carriage_returns_and_blank_lines(tmp_path: Path, ending: str) -> None:
    path = pack(tmp_path / f"a.jsonl{ending}", b'\xef\xbb\xbf{"text": "a"}\r\n\r\n  \n{"text": "b"}')
    found, damage = read(path)
    assert [(record.number, record.fields) for record in found] == [(1, b'{"text": "a"}'), (4, b'{"text": "b"}')]
    assert damage is None


ROWS = [{"text": f"पन्ना {n} " * 50, "id": str(n)} for n in range(200)]


@pytest.mark.parametrize(
    ("name", "cut", "message"),
    [
        pytest.param("a.jsonl.gz", 0.6, "its gzip data is cut short after record", id="gzip"),
        pytest.param("a.jsonl.zst", 0.6, "its Zstandard data is cut short", id="zstd"),
        pytest.param("a.warc.gz", 0.6, "its gzip data is cut short after record", id="warc.gz"),
        pytest.param("a.warc", 0.6, "its WARC data is cut short after record", id="warc"),
        pytest.param("a.parquet", 0.6, "its Parquet data is corrupt, encrypted or cut short", id="parquet"),
    ],
)
def test_what_stands_before_the_end_of_a_cut_file_is_read(tmp_path: Path, name: str, cut: float, message: str) -> None:
    chance = [{"text": str(hash((n, 1))) * 40} for n in range(2000)]  # noise: zstd gives whole blocks
    data = {
        "jsonl": json_lines(chance),
        "warc": b"".join(warc_record(f"<p>{row['text']}".encode()) for row in ROWS),
        "parquet": parquet(ROWS),
    }[name.split(".")[1]]
    path = pack(tmp_path / name, data)
    whole, _ = read(path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * cut)])
    found, damage = read(path)
    assert damage is not None
    assert (damage.code, damage.message.startswith(message)) == ("bad_archive", True)
    assert found == whole[: len(found)]
    assert (len(found) > 0) == (name != "a.parquet"), "a Parquet file is known by its end"


def test_a_record_whose_end_is_cut_off_with_the_archive_is_no_record(tmp_path: Path) -> None:
    data = gzip.compress(json_lines(["{}", "{}"]), mtime=0)
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(data[:-9])
    found, damage = read(path)
    assert damage is not None
    assert [record.number for record in found] == [1, 2][: len(found)]


@pytest.mark.parametrize(("name", "compress"), [("a.jsonl.gz", gzip.compress), ("a.jsonl.zst", zstandard.compress)])
def test_bombs_cost_no_memory(tmp_path: Path, name: str, compress) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / name).write_bytes(compress(b"{}\n" + bytes(100_000_000)))
    tracemalloc.start()
    try:
        found, damage = read(tmp_path / name, replace(SETTINGS, max_record_bytes=1_000_000))
        assert [record.error_code for record in found] == [None, "too_large"]
        found, damage = read(tmp_path / name, replace(SETTINGS, max_bulk_bytes=50_000_000))
        assert damage is not None and damage.code == "too_large"
        assert [record.number for record in found] == [1]
        assert tracemalloc.get_traced_memory()[1] < 90_000_000
    finally:
        tracemalloc.stop()


def test_rows_are_numbered_across_row_groups(tmp_path: Path) -> None:
    rows = [{"text": f"text {n}", "url": f"https://a.example/{n}", "embedding": [1.0], "other": n} for n in range(10)]
    path = pack(tmp_path / "odd [1]*?.parquet", parquet(rows))
    found, damage = read(path)
    assert damage is None
    assert [record.number for record in found] == list(range(1, 11))
    assert json.loads(found[9].fields) == {"text": "text 9", "url": "https://a.example/9"}


def test_a_column_may_have_the_name_that_duckdb_gives_the_numbers_of_rows(tmp_path: Path) -> None:
    rows = [{"text": f"text {n}", "File_Row_Number": 100 + n} for n in range(5)]
    found, damage = read(pack(tmp_path / "a.parquet", parquet(rows)))
    assert damage is None
    assert [(record.number, json.loads(record.fields)["text"]) for record in found] == [
        (n + 1, f"text {n}") for n in range(5)
    ]


def test_types_of_columns(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    rows = [{"html": b"<p>caf\xe9", "text": "x", "date": datetime(2024, 5, 1, tzinfo=UTC), "url": b"https://a.example"}]
    (record,), _ = read(pack(tmp_path / "a.parquet", parquet(rows)))
    assert (record.content, record.form) == (b"<p>caf\xe9", "html")
    assert json.loads(record.fields) == {"text": "x", "url": "https://a.example", "date": "2024-05-01 00:00:00+00"}


def test_a_row_that_is_too_large_costs_itself_alone(tmp_path: Path) -> None:
    rows = [{"text": "a"}, {"text": "x" * 5000}, {"text": None}, {"text": "b"}]
    found, _ = read(pack(tmp_path / "a.parquet", parquet(rows)), replace(SETTINGS, max_record_bytes=1000))
    assert [record.error_code for record in found] == [None, "too_large", None, None]


def test_many_large_rows_of_a_small_file_are_read_some_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB would hold 2048 of them at once: of a dictionary of one text a few kilobytes can stand for 100 GB."""
    rows = [{"text": str(number) if number % 7 else "x" * 1_000_000, "id": str(number)} for number in range(300)]
    path = pack(tmp_path / "a.parquet", parquet(rows, row_group_size=100))
    whole, _ = read(path)
    asked: list[list[str]] = []
    ranges = module._ranges
    monkeypatch.setattr(module, "_ranges", lambda *given: asked.append(ranges(*given)) or asked[-1])  # type: ignore[func-returns-value]
    monkeypatch.setattr(module, "MOST_TOGETHER", 10_000_000)
    monkeypatch.setattr(module, "MOST_IN_RANGE", 5_000_000)
    assert read(path) == (whole, None)
    assert [json.loads(record.fields)["id"] for record in whole] == [row["id"] for row in rows]
    assert len(asked[0]) == 11  # 43 of a million bytes, four of them in a range
    monkeypatch.setattr(module, "MOST_TOGETHER", 100_000_000)
    assert read(path) == (whole, None)
    assert asked[1] == [""]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "bad_archive", id="no byte"),
        pytest.param(b"PAR1" + b"\0" * 100 + b"PAR1", "bad_archive", id="no metadata"),
        pytest.param(parquet([{"body": "x"}]), "bad_record", id="no column of pages"),
        pytest.param(parquet([{"text": ["a", "b"]}]), "bad_record", id="nested"),
        pytest.param(parquet([{"text": 5}]), "bad_record", id="numbers"),
    ],
)
def test_parquet_that_holds_no_pages(tmp_path: Path, data: bytes, code: str) -> None:
    found, damage = read(pack(tmp_path / "a.parquet", data))
    assert damage is not None
    assert (found, damage.code) == ([], code)
    assert "file_row_number" not in damage.message


@pytest.mark.parametrize("at", [0.05, 0.2, 0.4, 0.6, 0.8, 0.95])
def test_damaged_parquet_is_said_to_be(tmp_path: Path, at: float) -> None:
    data = bytearray(parquet(ROWS, row_group_size=20))
    start = int(len(data) * at)
    data[start : start + 60] = bytes(60)
    found, damage = read(pack(tmp_path / "a.parquet", bytes(data)))
    assert damage is None or damage.code in ("bad_archive", "bad_record")
    assert [record.number for record in found] == list(range(1, len(found) + 1))
