"""Where the command `khabar` begins: a signal is heeded before the first import that takes a while."""

from __future__ import annotations

from flows import stop


def main() -> None:
    """Entry point of the command."""
    stop.begin()
    from flows.cli import main as run_command

    run_command()
