from pathlib import Path

import pytest

from flows.settings import MOST_WORKERS, Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RAW", "WAREHOUSE", "WORKERS", "MENTIONS", "MAX_FILE_BYTES"):
        monkeypatch.delenv(f"KHABAR_{name}", raising=False)


def test_defaults_without_a_file(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings()


def test_flags_win_over_environment_over_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "khabar.toml").write_text('raw = "from-file"\nworkers = 2\ntemplate_articles = 9\n')
    monkeypatch.setenv("KHABAR_RAW", "from-env")
    monkeypatch.setenv("KHABAR_WORKERS", "3")
    settings = load_settings(tmp_path, workers=4, warehouse=None)
    assert (settings.raw, settings.workers, settings.template_articles) == (Path("from-env"), 4, 9)


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        pytest.param('rwa = "x"', "unknown setting 'rwa'", id="unknown key"),
        pytest.param('workers = "many"', "workers = 'many' is not a whole number", id="not a number"),
        pytest.param("workers = -1", "workers = -1", id="negative"),
        pytest.param("mentions = 3", "mentions = 3 is not true or false", id="not a switch"),
        pytest.param("raw = [", "not valid TOML", id="broken file"),
        pytest.param('raw = ""', "raw = '' is not a path", id="empty path"),
    ],
)
def test_a_bad_file_says_which_value_where(tmp_path: Path, toml: str, says: str) -> None:
    (tmp_path / "khabar.toml").write_text(toml)
    with pytest.raises(SettingsError, match=r"khabar\.toml") as error:
        load_settings(tmp_path)
    assert says in str(error.value)


def test_more_workers_than_a_machine_bears_are_refused(tmp_path: Path) -> None:
    assert load_settings(tmp_path, workers=MOST_WORKERS).worker_count == MOST_WORKERS
    with pytest.raises(SettingsError, match="workers = 1025 is more than 1024"):
        load_settings(tmp_path, workers=MOST_WORKERS + 1)


def test_a_file_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "khabar.toml").mkdir()
    with pytest.raises(SettingsError, match=r"khabar\.toml can't be read: Is a directory"):
        load_settings(tmp_path)


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "khabar.toml").write_text("workers = 2", encoding="utf-8-sig")
    assert load_settings(tmp_path).workers == 2


@pytest.mark.parametrize("path", ["/", "."])
def test_a_warehouse_is_a_file(tmp_path: Path, path: str) -> None:
    with pytest.raises(SettingsError, match="is a folder; name a file with --warehouse"):
        load_settings(tmp_path, warehouse=Path(path))


def test_a_bad_variable_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHABAR_MAX_FILE_BYTES", "12MB")
    with pytest.raises(SettingsError, match="KHABAR_MAX_FILE_BYTES"):
        load_settings(tmp_path)


@pytest.mark.parametrize("folder", ["what?", "\udcff"])
def test_a_warehouse_that_duckdb_or_polars_can_not_open_is_refused(tmp_path: Path, folder: str) -> None:
    with pytest.raises(SettingsError, match=r"warehouse = .*name another file with --warehouse"):
        load_settings(tmp_path, warehouse=tmp_path / folder / "news.duckdb")


def test_limits_are_relevant_to_rules_and_paths_are_not() -> None:
    assert Settings(raw=Path("a")).rule_relevant() == Settings(raw=Path("b"), workers=3).rule_relevant()
    assert Settings(template_articles=4).rule_relevant() != Settings().rule_relevant()
