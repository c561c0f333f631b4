"""What stops a command: Ctrl-C, SIGTERM and SIGHUP, from its first import to the end of its process.

Until the command begins there is nothing to clean up: a line, and out. While it works, a signal raises Stopped. Once a
run begins to publish it is too late to stop, and once its answer is given nothing may change the exit status.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from typing import Final, NoReturn

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOPPED: Final = "stopped; the published warehouse is as it was"


class Stopped(KeyboardInterrupt):
    """A signal came.

    A class of its own: where a plain KeyboardInterrupt leaves an `exec` of source, a dataclass being made for one,
    Python 3.11 remembers it and at the end kills `python -m flows.cli` by SIGINT, although it was caught.
    """


_told: list[signal.Signals] = []
_is_held = False


def begin() -> None:
    """For the entry point. A signal that this process was started to ignore, by nohup or a shell's &, stays ignored."""
    for number in SIGNALS:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _leave)
    sys.unraisablehook = _tell_again


def arm() -> None:
    """From now on a signal raises Stopped, in a process that began here."""
    for number in SIGNALS:
        if signal.getsignal(number) is _leave:
            signal.signal(number, _interrupt)


def disarm() -> None:
    """The answer is given: what is left is the end of the interpreter, some tenths of a second."""
    for number in SIGNALS:
        if signal.getsignal(number) in (_leave, _interrupt):
            signal.signal(number, signal.SIG_IGN)


def hold() -> None:
    """It is too late to stop: from now on signals are noted."""
    global _is_held
    _is_held = True


def release() -> None:
    """A stop makes sense again.

    Raises:
        Stopped: one was asked for meanwhile.
    """
    global _is_held
    was_held, _is_held = _is_held, False
    if was_held and _told:
        raise Stopped(f"stopped by {_told[0].name}")


def was_asked() -> bool:
    """Whether a signal came. Libraries in C turn a KeyboardInterrupt into errors of their own."""
    return bool(_told)


def end(code: int) -> None:
    """Ends a process that has cleaned up after a stop, unless Prefect still has records to send.

    The end of the interpreter is left out: a library in C whose thread still works on what was stopped may crash in it,
    and one of 48 stops ended by SIGSEGV.
    """
    if "prefect" not in sys.modules:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)


def _leave(number: int, _frame: object) -> NoReturn:
    os.write(2, f"khabar: {STOPPED}\n".encode())
    os._exit(1)


def _interrupt(number: int, _frame: object) -> None:
    _told.append(signal.Signals(number))
    if not _is_held:
        raise Stopped(f"stopped by {_told[0].name}")


def _tell_again(lost: sys.UnraisableHookArgs) -> None:
    """Python drops what is raised while it collects garbage: a stop that it dropped comes again."""
    if not isinstance(lost.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
    elif _told:
        main = threading.main_thread().ident or 0  # a signal to another thread would not wake it
        with suppress(RuntimeError):  # the interpreter is ending
            threading.Timer(0.05, signal.pthread_kill, [main, _told[0]]).start()
