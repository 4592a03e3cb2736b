"""How a command ends: one line for what a person can mend, an exit code from the table, no traceback unless asked for."""

from __future__ import annotations

import errno
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Final

import typer

from graphkit.errors import GraphkitError, InterruptedLoadError
from graphkit.language import reason, say, told

CANNOT_WRITE: Final = 4  # as StoreError: the place for the results does not take them
UNEXPECTED: Final = 70  # a fault of graphkit itself; the number is that of sysexits.h
OUT_OF_MEMORY: Final = 71
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
REMEDIES: Final = {
    errno.ENOSPC: say("make room, or name another place"),
    errno.EDQUOT: say("make room, or name another place"),
    errno.EFBIG: say("raise the limit on the size of files, or name another place"),
    errno.EISDIR: say("name a file in it"),
    errno.ENOTDIR: say("a part of the path is a file; name a folder"),
    errno.ENOENT: say("make the folder first, or name another one"),
}


class Stopped(BaseException):
    """A signal asked the command to stop; 128 + its number is what it ends with."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


@dataclass(slots=True)
class Stop:
    """Whether a signal asked for the end, and whether the work under way ends by itself at the next batch edge."""

    asked: int = 0  # the signal's number
    gently: bool = False

    def __call__(self) -> bool:
        return bool(self.asked)

    def on_signal(self, number: int, _frame: FrameType | None) -> None:
        """The first signal during a load waits for the batch edge; any other ends the work where it is."""
        is_first = not self.asked
        self.asked = number
        if not (self.gently and is_first):
            raise Stopped(number)


STOP: Final = Stop()  # signals belong to the whole process, and so does this


def ended(work: Callable[[], object], *, debug: bool) -> int:
    """The exit code of `work`, after one line about what went wrong, if anything did."""
    STOP.asked, STOP.gently = 0, False
    stdout, stderr = sys.stdout, sys.stderr
    try:
        with _signals():
            work()
    except SystemExit as end:
        sys.stdout, sys.stderr = stdout, stderr  # typer wraps them when the reader of our output has enough
        if isinstance(end.__context__, BrokenPipeError):
            return _unread()
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    except Stopped as stop:
        _say(say("Stopped. What was loaded up to here is kept; the same command goes on from there."))
        return stop.exit_code
    except InterruptedLoadError as error:
        _say(reason(error))
        return 128 + STOP.asked if STOP.asked else error.exit_code
    except BrokenPipeError:  # the reader of our output has enough
        return _unread()
    except Exception as error:  # noqa: BLE001 - the last door: whatever comes here must end in one line and a code
        return _failed(error, debug=debug)
    return 0


def _failed(error: Exception, *, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    if isinstance(error, GraphkitError):
        _say(say("Error: {what}", what=reason(error)))
        return error.exit_code
    if isinstance(error, MemoryError):
        _say(say("Error: not enough memory; analyse fewer accounts or a shorter time, or use a larger machine."))
        return OUT_OF_MEMORY
    if isinstance(error, OSError) and error.errno and (error.filename or error.errno in REMEDIES):
        _say(say("Error: {place}: {fault}; {remedy}.", place=_where(error), fault=_fault(error), remedy=_remedy(error)))
        return CANNOT_WRITE
    if not debug:
        _say(
            say(
                "Error: a fault in graphkit: {kind}: {what}; run again with --debug.",
                kind=type(error).__name__,
                what=_first_line(error),
            )
        )
    return UNEXPECTED


def _unread() -> int:
    """The end where nobody reads on: what is still unwritten goes nowhere, and that is no error."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _where(error: OSError) -> str:
    return error.filename or error.filename2 or say("the output")


def _fault(error: OSError) -> str:
    return error.strerror.lower() if error.strerror else say("cannot be used")


def _remedy(error: OSError) -> str:
    return REMEDIES.get(error.errno or 0, say("name another place, or change its permissions"))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]


def _say(line: str) -> None:
    typer.echo(" ".join(told(line).splitlines()), err=True)


@contextmanager
def _signals() -> Iterator[None]:
    """Within, SIGINT and SIGTERM end the work; a transaction in progress is rolled back on the way out."""
    before = {number: signal.signal(number, STOP.on_signal) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
