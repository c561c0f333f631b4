"""The command `khabar`. Everything heavy is imported inside the command that needs it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TextIO

import typer

from flows import stop
from flows.settings import Settings, UsageError, load_settings
from flows.threads import bound_threads

if TYPE_CHECKING:
    from flows.pipeline import Outcome

PUBLISHED, FAILED, WRONG_USAGE, LOCKED = 0, 1, 2, 3

app = typer.Typer(
    name="khabar",
    help="Raw news pages in, a DuckDB warehouse of articles, entities and mentions out.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

#: What explain says of an article above its blocks.
SHOWN = ("title", "author", "agency", "dateline_place", "published_on", "published_at_rule", "page_date")

Raw = Annotated[Path | None, typer.Option("--raw", help="Folder of raw files.", show_default="raw")]
Warehouse = Annotated[
    Path | None, typer.Option("--warehouse", help="The DuckDB file.", show_default="warehouse/news.duckdb")
]
Record = Annotated[int | None, typer.Option("--record", min=1, help="Which of many documents: articles.source_record.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]


class Found(StrEnum):
    """How what a search found is printed."""

    table = "table"
    json = "json"


class Format(StrEnum):
    """How rows are printed."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


def main() -> None:
    """The command; `flows/start.py` is its entry point."""
    stop.begin()
    open_missing_streams()
    bound_threads()
    try:
        app()
    except KeyboardInterrupt:  # a second one, while the first was told of
        sys.exit(FAILED)
    finally:
        for stream in (sys.stdout, sys.stderr):
            drop_unwritable(stream)


def open_missing_streams() -> None:
    """A stream that was closed before we began leads nowhere: else the next file opened would be standard error."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 open to the end


@contextmanager
def told(debug: bool) -> Iterator[None]:
    """Turn an exception into one line and an exit code; with --debug let it through."""
    try:
        stop.arm()
        with perhaps_unread():
            yield
    except (typer.Exit, typer.Abort):
        raise
    except KeyboardInterrupt:
        tell_stop()
    except Exception as error:
        stop.disarm()
        if debug:
            raise
        if stop.was_asked():
            tell_stop()
        fail(str(error) or repr(error), exit_code(error))
    finally:
        stop.disarm()


@contextmanager
def perhaps_unread() -> Iterator[None]:
    """The reader of our output may go (| head): nothing more can be said, and no exit code changes."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        drop_unwritable(sys.stdout)


def drop_unwritable(stream: TextIO) -> None:
    """Drops what can't be written: Python would try again at the very end, and exit with 120."""
    try:
        stream.flush()
    except OSError:
        with suppress(OSError):  # a stream of tests has no file
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def tell_stop() -> NoReturn:
    from flows.terminal import say

    stop.disarm()
    say(f"khabar: {stop.STOPPED}")
    stop.end(FAILED)
    raise typer.Exit(FAILED)


def exit_code(error: Exception) -> int:
    """2 for wrong usage, 3 for a held lock, 1 for the rest."""
    from flows.files import MissingRawFolder
    from flows.lock import Locked

    if isinstance(error, UsageError | MissingRawFolder):
        return WRONG_USAGE
    return LOCKED if isinstance(error, Locked) else FAILED


def fail(message: str, code: int) -> NoReturn:
    from flows.terminal import say

    say(f"khabar: {message}")
    raise typer.Exit(code)


# --- runs ------------------------------------------------------------------------------------------------------------


@app.command()
def run(
    raw: Raw = None,
    warehouse: Warehouse = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Processes; all cores.")] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Work on every file again, into a new file.")] = False,
    no_mentions: Annotated[bool, typer.Option("--no-mentions", help="Clean only.")] = False,
    accept_loss: Annotated[bool, typer.Option("--accept-loss", help="Publish even if many files are gone.")] = False,
    engine: Annotated[str | None, typer.Option("--engine", help="local, or ray: a cluster.")] = None,
    address: Annotated[str | None, typer.Option("--address", help="Of the cluster; else one on this machine.")] = None,
    debug: Debug = False,
) -> None:
    """Find new, changed and deleted raw files, clean, annotate, publish."""
    with told(debug):
        settings = load_settings(
            raw=raw,
            warehouse=warehouse,
            workers=workers,
            rebuild=rebuild or None,
            mentions=False if no_mentions else None,
            accept_loss=accept_loss or None,
            engine=engine,
            address=address,
        )
        from flows.files import scan_root

        scan_root(settings.raw)
        tell(settings, run_once(settings))


def run_once(settings: Settings, replay: frozenset[str] = frozenset()) -> Outcome:
    """One run, recorded by a Prefect server if there is one, else plainly."""
    from flows.progress import shown_progress
    from flows.server import find_server, unusable
    from flows.terminal import say

    server = find_server(settings)
    with shown_progress() as progress:
        if server is not None and server.fault is None:
            from flows.news import run_recorded

            say(f"recording the run at {server.api_url} ({server.reason})")
            return run_recorded(settings, progress=progress, replay=replay)
        why = "no Prefect server is configured" if server is None else unusable(server)
        say(f"{why}: running plainly, without a record of the flow run")
        from flows.pipeline import run as run_pipeline

        return run_pipeline(settings, progress=progress, replay=replay)


def tell(settings: Settings, outcome: Outcome) -> None:
    """What the run did; that it can't be written, to a full disk, fails no run."""
    from flows.terminal import say

    try:
        with perhaps_unread():
            report(settings, outcome)
    except OSError as error:
        drop_unwritable(sys.stdout)
        say(f"warning: the run ended well, but its summary can't be written: {error.strerror}")


def report(settings: Settings, outcome: Outcome) -> None:
    """A short summary on standard output and one next step."""
    from flows.report_page import page_path
    from flows.terminal import console, harmless, say
    from flows.warehouse import counts, read_status

    for warning in outcome.warnings:
        say(f"warning: {warning}")
    out = console()
    looked = (
        f"{outcome.files_new} new, {outcome.files_changed} changed, {outcome.files_unchanged} unchanged, "
        f"{outcome.files_deleted} deleted, {outcome.files_quarantined} quarantined"
    )
    if outcome.files_waiting:
        looked += f", {outcome.files_waiting} waiting (changed while being read)"
    out.print(f"files     {looked}")
    if outcome.records_rejected or outcome.records_ignored:
        out.print(f"records   {outcome.records_rejected} not usable, {outcome.records_ignored} without a page")
    if outcome.status == "unchanged":
        out.print(f"nothing changed; {harmless(str(settings.warehouse))} is up to date", soft_wrap=True)
        return
    have = counts(settings.warehouse)
    out.print(f"warehouse {', '.join(f'{number} {table}' for table, number in have.items())}")
    out.print(f"published {harmless(str(settings.warehouse))}", soft_wrap=True)
    if (page := page_path(settings)).exists():
        out.print(f"report    {harmless(str(page))}", soft_wrap=True)
    quarantined = len(read_status(settings.warehouse).quarantine)
    if quarantined:
        out.print(f"next      {command_name()} status    why {quarantined} file(s) are in quarantine", soft_wrap=True)
    else:
        out.print(f"next      {command_name()} query     the saved queries", soft_wrap=True)


def command_name() -> str:
    """The command as the user can type it here: by its path where it is not on the PATH."""
    if shutil.which("khabar"):
        return "khabar"
    try:
        return Path(sys.argv[0]).resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return sys.argv[0]


@app.command()
def serve(
    raw: Raw = None,
    warehouse: Warehouse = None,
    cron: Annotated[str | None, typer.Option("--cron", help="When to run, as a cron expression.")] = None,
    every: Annotated[str | None, typer.Option("--every", help="How often to run: 90s, 15m, 2h, 1d.")] = None,
    upkeep: Annotated[
        str | None,
        typer.Option(
            "--upkeep", help="When to keep up, as a cron expression, or never.", show_default="30 3 * * *, at night"
        ),
    ] = None,
    debug: Debug = False,
) -> None:
    """Run on a schedule, with upkeep every night; starts a local Prefect server if none is configured.

    Ctrl-C ends all that it started.
    """
    with told(debug):
        from flows.files import scan_root
        from flows.schedule import check_schedule, check_upkeep
        from flows.serve import serve as serve_schedule
        from flows.terminal import say

        try:
            check_schedule(cron, every)
            check_upkeep(upkeep)
        except ValueError as error:
            raise UsageError(str(error)) from error
        settings = load_settings(raw=raw, warehouse=warehouse)
        scan_root(settings.raw)
        serve_schedule(settings, cron=cron, every=every, upkeep=upkeep, say=say)


@app.command()
def replay(
    paths: Annotated[list[str] | None, typer.Argument(help="Quarantined files; all of them if none is given.")] = None,
    raw: Raw = None,
    warehouse: Warehouse = None,
    debug: Debug = False,
) -> None:
    """Try quarantined files again."""
    with told(debug):
        settings = load_settings(raw=raw, warehouse=warehouse)
        from flows.warehouse import known_files

        known = known_files(settings.warehouse).files
        quarantined = {path for path, file in known.items() if file.status == "quarantined" or file.has_error}
        wanted = {stored_path(settings, path) for path in paths or ()} or quarantined
        for path in sorted(wanted - quarantined):
            raise UsageError(f"{path} is not in quarantine; khabar status lists what is")
        if not wanted:
            print("nothing is in quarantine")
            return
        tell(settings, run_once(settings, replay=frozenset(wanted)))


@app.command()
def upkeep(raw: Raw = None, warehouse: Warehouse = None, debug: Debug = False) -> None:
    """Remove leftovers, compact, try quarantine again, verify, warn of drift: every night, as khabar serve does."""
    with told(debug):
        from flows.files import scan_root
        from flows.terminal import console, say, show_table
        from flows.upkeep import upkeep as keep_up

        settings = load_settings(raw=raw, warehouse=warehouse)
        scan_root(settings.raw)
        done = keep_up(settings)
        if not done.steps:
            print(f"nothing to keep up: there is no warehouse at {settings.warehouse} yet")
            return
        rows = [(step.name, step.status, step.detail.partition("\n")[0]) for step in done.steps]
        with perhaps_unread():
            show_table(["step", "status", "result"], rows, console())
        for warning in done.warnings:
            say(f"warning: {warning}")
        if done.status == "failed":
            fail(f"upkeep failed: {done.error}", FAILED)
        if done.status == "skipped":
            fail("a run held the lock, so part of the upkeep was left out; try again later", LOCKED)
        print("upkeep done")


def stored_path(settings: Settings, path: str) -> str:
    """A path as `files.path` has it, given that or a path on disk."""
    from flows.files import look_at_file

    try:
        return look_at_file(Path(path), settings.raw).path
    except OSError:
        return path


# --- one page --------------------------------------------------------------------------------------------------------


@app.command()
def explain(
    path: Annotated[Path, typer.Argument(help="A raw file, or FILE#RECORD of a file of many documents.")],
    record: Record = None,
    raw: Raw = None,
    warehouse: Warehouse = None,
    debug: Debug = False,
) -> None:
    """What is kept and removed from one raw file, with role and rule."""
    with told(debug):
        from flows.onepage import read_page
        from flows.terminal import console, say, shares_of, show_blocks, show_line

        settings = load_settings(raw=raw, warehouse=warehouse)
        page = read_page(settings, path, record, templates=warehouse is not None)
        for note in page.notes:
            say(note)
        out = console()
        for article in page.articles:
            for key in SHOWN:
                if article[key] is not None:
                    show_line(out, f"{key:<17} {article[key]}", indent=18)
            out.print()
        show_blocks(page.blocks, out)
        out.print()
        show_line(out, shares_of(page.blocks), "bold")


@app.command()
def clean(
    path: Annotated[str, typer.Argument(help="A raw file, FILE#RECORD, or - for standard input.")],
    record: Record = None,
    as_json: Annotated[bool, typer.Option("--json", help="Also metadata and blocks.")] = False,
    raw: Raw = None,
    warehouse: Warehouse = None,
    debug: Debug = False,
) -> None:
    """The cleaned text of one raw file on standard output."""
    with told(debug):
        from flows.onepage import read_page, read_standard_input
        from flows.terminal import say, to_json

        settings = load_settings(raw=raw, warehouse=warehouse)
        with_templates = warehouse is not None
        if path == "-":
            page = read_standard_input(settings, sys.stdin.buffer, templates=with_templates)
        else:
            page = read_page(settings, Path(path), record, templates=with_templates)
        for note in page.notes:
            say(note)
        if as_json:
            articles = [
                article | {"blocks": [b for b in page.block_rows() if b["article_id"] == article["article_id"]]}
                for article in page.articles
            ]
            print(to_json(articles[0] if len(articles) == 1 else articles))
        else:
            for article in page.articles:
                print(article["body"])


@app.command()
def tag(
    path: Annotated[Path | None, typer.Argument(help="Plain text, one text a line; - or none: standard input.")] = None,
    debug: Debug = False,
) -> None:
    """The names that the pipeline would find, as one JSON object a line."""
    with told(debug):
        settings = load_settings()
        from flows.onepage import tag_texts
        from flows.terminal import to_json

        try:
            data = sys.stdin.buffer.read() if path is None or str(path) == "-" else path.read_bytes()
            lines = data.decode("utf-8-sig").split("\n")
        except OSError as error:
            raise UsageError(
                f"{path or 'standard input'} can't be read: {error.strerror}; name another file"
            ) from error
        except UnicodeDecodeError as error:
            where = f"byte {error.start} is {error.object[error.start]:02x}"
            raise UsageError(
                f"{path or 'standard input'} can't be read as UTF-8 text: {where}; convert it to UTF-8"
            ) from error
        texts = [line.removesuffix("\r") for line in (lines[:-1] if lines[-1] == "" else lines)]
        for text, spans in zip(texts, tag_texts(texts, settings.recogniser), strict=True):
            print(to_json({"text": text, "spans": spans}))


# --- the warehouse ---------------------------------------------------------------------------------------------------


@app.command()
def entity(
    name: Annotated[str, typer.Argument(help="A spelling, or an entity_id.")],
    join: Annotated[list[str] | None, typer.Option("--join", help="A spelling that is the same entity.")] = None,
    split: Annotated[list[str] | None, typer.Option("--split", help="A spelling that is another entity.")] = None,
    kind: Annotated[str | None, typer.Option("--type", help="PERSON, ORG, LOC … if it has several.")] = None,
    raw: Raw = None,
    warehouse: Warehouse = None,
    debug: Debug = False,
) -> None:
    """Spellings of an entity with rule, score and articles; --join and --split record your decision."""
    with told(debug):
        from flows.identity import read_type, record_decision, show_entity

        settings, kind = load_settings(raw=raw, warehouse=warehouse), read_type(kind)
        if join or split:
            record_decision(settings, name, join or [], split or [], kind)
        else:
            show_entity(settings, name, kind)


@app.command()
def status(raw: Raw = None, warehouse: Warehouse = None, debug: Debug = False) -> None:
    """Last look, last run, freshness per site, counts, quarantine with reasons, drift warnings."""
    with told(debug):
        from flows.state import show_status

        show_status(load_settings(raw=raw, warehouse=warehouse))


@app.command()
def verify(
    raw: Raw = None,
    warehouse: Warehouse = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Also build anew and compare the digests.")] = False,
    debug: Debug = False,
) -> None:
    """Check the promises on the published warehouse by reading raw files and tables again."""
    with told(debug):
        from flows.files import scan_root
        from flows.terminal import harmless
        from flows.verify import verify as verify_warehouse
        from flows.verify import verify_rebuild

        settings = load_settings(raw=raw, warehouse=warehouse)
        scan_root(settings.raw)
        faults = verify_warehouse(settings)
        if rebuild:
            faults += verify_rebuild(settings)
        with perhaps_unread():
            for fault in faults:
                print(harmless(fault))
        if faults:
            fail(f"{len(faults)} fault(s) found", FAILED)
        print("all promises hold")


@app.command()
def digest(raw: Raw = None, warehouse: Warehouse = None, debug: Debug = False) -> None:
    """A hash of the content; the last line is the hash."""
    with told(debug):
        from flows.warehouse import digest as digest_of

        for line in digest_of(load_settings(raw=raw, warehouse=warehouse).warehouse):
            print(line)


@app.command()
def query(
    sql_or_name: Annotated[str | None, typer.Argument(metavar="SQL_OR_NAME")] = None,
    values: Annotated[list[str] | None, typer.Option("--set", help="name=value of a saved query.")] = None,
    format: Annotated[Format, typer.Option("--format")] = Format.table,
    output: Annotated[Path | None, typer.Option("--output", help="Write to a file; wanted for parquet.")] = None,
    raw: Raw = None,
    warehouse: Warehouse = None,
    debug: Debug = False,
) -> None:
    """A read-only query, or a saved one; without an argument lists the saved ones."""
    with told(debug):
        from flows.ask import list_saved, run_query

        settings = load_settings(raw=raw, warehouse=warehouse)
        if sql_or_name is None:
            list_saved()
        else:
            run_query(settings, sql_or_name, values or [], format, output)


@app.command()
def explore(
    port: Annotated[
        int | None,
        typer.Option("--port", min=1, max=65535, help="Port of the loopback interface.", show_default="4280"),
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Don't open the browser.")] = False,
    raw: Raw = None,
    warehouse: Warehouse = None,
    debug: Debug = False,
) -> None:
    """Look at the warehouse in a browser, on this machine only. Ctrl-C ends it."""
    with told(debug):
        from flows.explorer.serve import explore as serve_explorer

        settings = load_settings(raw=raw, warehouse=warehouse)
        serve_explorer(settings, port, opens_browser=not no_browser, tell=lambda line: print(line, flush=True))


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="Words in any spelling; in quotes, side by side and spelt so.")],
    site: Annotated[str | None, typer.Option("--site", help="Only articles of this site.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="Published on this day or later: 2026-01-31.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Published on this day or before.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Articles to show.")] = 20,
    format: Annotated[Found, typer.Option("--format")] = Found.table,
    raw: Raw = None,
    warehouse: Warehouse = None,
    debug: Debug = False,
) -> None:
    """Articles that hold all words, in any form of a word and under any name of an entity; the best match first."""
    with told(debug):
        from flows.search import Filters, parse_day, run_search

        settings = load_settings(raw=raw, warehouse=warehouse)
        filters = Filters(site, parse_day("--since", since), parse_day("--until", until))
        run_search(settings, " ".join(words), filters, limit, is_json=format is Found.json)


if __name__ == "__main__":
    main()
