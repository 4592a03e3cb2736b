"""Reading the next batch while this one is written: a file is read and a store is filled at the same time."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextvars import copy_context
from queue import Empty, Full, Queue
from typing import Final, TypeVar

T = TypeVar("T")

_HELD: Final = 1  # batches ready and not yet asked for; one more is in the making
_LOOK_S: Final = 0.05  # how often a reader that waits for room looks whether anybody still wants its batches


def ahead(source: Iterator[T]) -> Generator[T]:
    """The same items in the same order, made by a thread of their own; what the source raises is raised here."""
    ready: Queue[tuple[T | None, BaseException | None]] = Queue(_HELD)
    unwanted = threading.Event()
    known = copy_context()  # the settings in force belong to the context, and a thread begins without one
    reader = threading.Thread(target=known.run, args=(_read, source, ready, unwanted), name="reader", daemon=True)
    reader.start()
    try:
        while True:
            item, error = ready.get()
            if error is not None:
                raise error
            if item is None:
                return
            yield item
    finally:
        unwanted.set()
        _empty(ready)
        reader.join()


def _read(source: Iterator[T], ready: Queue[tuple[T | None, BaseException | None]], unwanted: threading.Event) -> None:
    """Puts every item, then the error that ended the source or nothing at all; stops early where nobody listens."""
    try:
        for item in source:
            if not _put((item, None), ready, unwanted):
                break
        _put((None, None), ready, unwanted)
    except BaseException as error:  # noqa: BLE001  # it is raised again where the items are asked for
        _put((None, error), ready, unwanted)
    finally:
        close = getattr(source, "close", None)
        if close is not None:
            close()


def _put(
    what: tuple[T | None, BaseException | None],
    ready: Queue[tuple[T | None, BaseException | None]],
    unwanted: threading.Event,
) -> bool:
    while not unwanted.is_set():
        try:
            ready.put(what, timeout=_LOOK_S)
            return True
        except Full:
            continue
    return False


def _empty(ready: Queue[tuple[T | None, BaseException | None]]) -> None:
    try:
        while True:
            ready.get_nowait()
    except Empty:
        return
