"""What a user can set: from flags, KHABAR_* variables or khabar.toml, in that order."""

from __future__ import annotations

import os
import shlex
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path

SETTINGS_FILE = "khabar.toml"
#: What can work on the batches of a run.
ENGINES = ("local", "ray")
#: A process and some threads for each: with a hundred thousand a machine answers no more.
MOST_WORKERS = 1024


class UsageError(ValueError):
    """Wrong usage: the message says what, which value, where and what to do next."""


class SettingsError(UsageError):
    """A setting that can't be used: says which, its value and where it was given."""


@dataclass(frozen=True)
class Settings:
    """Sizes are bytes. Every field may be given as `--flag`, `KHABAR_<FIELD>` or a key of khabar.toml."""

    raw: Path = Path("raw")
    warehouse: Path = Path("warehouse/news.duckdb")
    workers: int = 0  # 0 means every core
    mentions: bool = True
    recogniser: str = (
        ""  # a token-classification model of a hub, `owner/model@revision` or a folder; empty: the one that ships
    )
    rebuild: bool = False
    accept_loss: bool = False
    max_file_bytes: int = 32 * 1024 * 1024  # as stored
    max_text_bytes: int = 32 * 1024 * 1024  # expanded; a body takes some 40 bytes a character meanwhile
    max_html_bytes: int = 8 * 1024 * 1024  # a page that a browser would struggle with is no article
    max_record_bytes: int = 64 * 1024 * 1024  # a record of a bulk file, expanded: its line, row or response
    max_bulk_bytes: int = 64 * 1024 * 1024 * 1024  # a bulk file, expanded; what is beyond is left out
    template_articles: int = 5  # distinct articles that must hold a line before it is a template
    batch_bytes: int = 8 * 1024 * 1024
    engine: str = "local"  # what works on batches: local, or ray
    address: str = ""  # of the Ray cluster; empty: one of its own on this machine
    isolate: bool = False  # no document is worked on in the process of the run, which a crash would end
    on_failure: str = ""  # a command, split into words as a shell would and run without one; see docs/operations.md
    prefect_days: int = 30  # how long the server of `khabar serve` keeps a flow run

    @property
    def state(self) -> Path:
        """The folder for lock, decisions, temporary files and the log of runs."""
        return self.warehouse.parent / ".khabar"

    @property
    def work(self) -> Path:
        """Where runs of this warehouse keep temporary files, a folder each."""
        return self.state / "tmp" / self.warehouse.name

    @property
    def decisions(self) -> Path:
        """The user's joins and splits."""
        return self.state / "decisions.jsonl"

    @property
    def refused_templates(self) -> Path:
        """Lines that the user keeps in articles although they recur: rows of `site,pattern`."""
        return self.state / "refused_templates.csv"

    @property
    def worker_count(self) -> int:
        return self.workers if self.workers > 0 else os.cpu_count() or 1

    def rule_relevant(self) -> str:
        """The settings that change what a page becomes: part of rules_version."""
        sizes = ("max_file_bytes", "max_text_bytes", "max_html_bytes", "max_record_bytes", "max_bulk_bytes")
        names = (*sizes, "template_articles", "mentions", "recogniser")
        return repr([(name, getattr(self, name)) for name in names])


def load_settings(folder: Path | None = None, **flags: object) -> Settings:
    """Settings for commands run in `folder`; a flag of None was not given.

    Raises:
        SettingsError: an unknown key or a value of the wrong kind in khabar.toml or a KHABAR_* variable.
    """
    path = (folder or Path.cwd()) / SETTINGS_FILE
    kinds = {field.name: type(field.default) for field in fields(Settings)}
    values: dict[str, object] = {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        table = {}
    except OSError as error:
        raise SettingsError(
            f"{path} can't be read: {error.strerror}; give it the right to be read or move it"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from error
    for key, value in table.items():
        if key not in kinds:
            raise SettingsError(f"{path}: unknown setting {key!r}; known: {', '.join(sorted(kinds))}")
        values[key] = _convert(key, value, kinds[key], str(path))
    for key, kind in kinds.items():
        given = os.environ.get(f"KHABAR_{key.upper()}")
        if given is not None:
            values[key] = _convert(key, given, kind, f"KHABAR_{key.upper()}")
    values |= {key: value for key, value in flags.items() if value is not None}
    settings = replace(Settings(), **values)  # type: ignore[arg-type]
    try:
        shlex.split(settings.on_failure)
    except ValueError as error:
        raise SettingsError(f"on_failure = {settings.on_failure!r} is no command: {error}") from error
    if settings.workers > MOST_WORKERS:
        raise SettingsError(f"workers = {settings.workers} is more than {MOST_WORKERS}; leave it out to use every core")
    if settings.engine not in ENGINES:
        raise SettingsError(f"engine = {settings.engine!r} is unknown; {' or '.join(ENGINES)}")
    if settings.engine == "ray":
        # Other machines have other working folders.
        settings = replace(settings, raw=settings.raw.absolute(), warehouse=settings.warehouse.absolute())
    elif settings.address:
        raise SettingsError(f"address = {settings.address!r} names a Ray cluster; give --engine ray with it")
    if settings.warehouse.is_symlink():
        # A swap would replace the link, and its folder would hold another lock.
        settings = replace(settings, warehouse=settings.warehouse.resolve())
    _check_name(settings.warehouse)
    return settings


def _check_name(warehouse: Path) -> None:
    """Polars takes no path that is not UTF-8; DuckDB takes what follows a `?` for no part of it, and loses its log."""
    if not warehouse.name:
        raise SettingsError(f"warehouse = {str(warehouse)!r} is a folder; name a file with --warehouse")
    try:
        name = os.fsencode(warehouse).decode()
    except UnicodeDecodeError:
        why = "is not UTF-8"
    else:
        if "?" not in name:
            return
        why = "has a question mark, which DuckDB can't open"
    raise SettingsError(f"warehouse = {str(warehouse)!r} {why}; name another file with --warehouse")


_KINDS = {type(Path()): "a path", str: "text", bool: "true or false", int: "a whole number"}


def _convert(key: str, value: object, kind: type, where: str) -> object:
    """The value as the field's type; text is accepted for all, since the environment has nothing else."""
    if kind is str and isinstance(value, str):
        return value
    if issubclass(kind, Path) and isinstance(value, str) and value:  # an empty one would be the working folder
        return kind(value)
    if kind is bool:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
            return value.lower() in {"1", "true", "yes", "on"}
    elif kind is int and not isinstance(value, bool):
        try:
            number = int(str(value))
        except ValueError:
            number = -1
        if number >= 0:
            return number
    raise SettingsError(f"{where}: {key} = {value!r} is not {_KINDS[kind]}")
