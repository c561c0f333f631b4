"""`khabar status`: how fresh the warehouse is, what it holds and what could not be used."""

from __future__ import annotations

from pathlib import Path

from flows import warehouse
from flows.attempts import latest_attempts, read_attempts
from flows.serve import last_look
from flows.settings import Settings
from flows.terminal import console, harmless, show_table


def show_status(settings: Settings) -> None:
    """Print it all; a warehouse that does not exist yet is no error."""
    out = console()
    attempts = read_attempts(settings)
    looks = [attempt for attempt in attempts if attempt["status"] in ("published", "unchanged")]
    last = attempts[-1] if attempts else None
    out.print(f"warehouse  {harmless(str(settings.warehouse))}", soft_wrap=True)
    out.print(f"last look  {looks[-1]['finished_at'] if looks else 'never'}")
    out.print(f"last run   {last['finished_at']} {last['status']}" if last else "last run   never")
    if last and last.get("error"):
        out.print(f"           {harmless(str(last['error']))}", soft_wrap=True, style="red")
    if (kept := next(latest_attempts(settings, "upkeep"), None)) is not None:
        out.print(f"upkeep     {kept['finished_at']} {kept['status']}")
        if kept.get("error"):
            out.print(f"           {harmless(str(kept['error']))}", soft_wrap=True, style="red")
    if not Path(settings.warehouse).exists():
        out.print("next       khabar run")
        return
    status = warehouse.read_status(settings.warehouse)
    show_table(["table", "rows"], status.row_counts.items(), out)
    out.print()
    rows = [(s.site or "(none)", s.article_count, s.last_published_at, s.last_loaded_at) for s in status.freshness]
    show_table(["site", "articles", "newest article", "last loaded"], rows, out)
    for warning in warehouse.drift(settings.warehouse, last_look(settings)):
        out.print(f"drift      {harmless(warning)}", style="yellow", soft_wrap=True)
    if status.quarantine:
        out.print()
        quarantined = [(file.path, file.error_code, file.error_message) for file in status.quarantine]
        show_table(["quarantined file", "code", "why"], quarantined, out)
    if status.damaged:
        out.print()
        damaged = [(file.path, file.error_code, file.error_message) for file in status.damaged]
        show_table(["file loaded in part", "code", "why"], damaged, out)
    if status.rejected:
        out.print()
        rejected = [(f"{r.path}#{r.source_record}", r.error_code, r.error_message) for r in status.rejected]
        show_table([f"{len(rejected)} of {status.rejected_count} records left out", "code", "why"], rejected, out)
    if status.quarantine or status.damaged:
        out.print("khabar replay tries them again", style="dim")
