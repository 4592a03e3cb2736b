"""Statistical measures: each with its null. Here: how they are made side by side, and tables that several read are held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from functools import _lru_cache_wrapper, lru_cache, wraps
from threading import RLock
from typing import Any, Final, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])
S = TypeVar("S")
T = TypeVar("T")

_TABLES: Final[list[_lru_cache_wrapper[Any]]] = []


def made_once(made: F) -> F:
    """A table of a network that several readers share: made once, whoever asks at the same time, and held until `forget`.

    What is given back has a `forget` of its own, for a table whose readers are known to be done.
    """
    table, turn = lru_cache(maxsize=2)(made), RLock()
    _TABLES.append(table)

    @wraps(made)
    def held(*given: Any, **named: Any) -> Any:
        with turn:
            return table(*given, **named)

    held.forget = table.cache_clear  # type: ignore[attr-defined]
    return cast("F", held)


def forget() -> None:
    """Lets go of the shared tables: 200 bytes a tie and more, which what follows has no use for."""
    for table in _TABLES:
        table.cache_clear()


def at_once(work: Callable[[S], T], given: Iterable[S], *, workers: int) -> Iterator[T]:
    """What `work` makes of each thing given, in their order, so many at a time, with the settings and language in force here."""
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(lambda one: one[0].run(work, one[1]), [(copy_context(), one) for one in given])


@contextmanager
def background() -> Iterator[Callable[[Callable[[], T]], Callable[[], T]]]:
    """One thread for works that go on beside, each after the one before, with the settings and language in force here.

    What is given is a function that takes a work and gives back another, which waits for its result.
    """
    with ThreadPoolExecutor(1) as pool:
        yield lambda work: pool.submit(copy_context().run, work).result


@contextmanager
def beside(work: Callable[[], T]) -> Iterator[Callable[[], T]]:
    """A single work in the background; its result, when asked."""
    with background() as begin:
        yield begin(work)
