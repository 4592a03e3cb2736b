"""Statistical measures: each with its null. Here: how tables that several of them read are held and let go."""

from __future__ import annotations

from collections.abc import Callable
from functools import _lru_cache_wrapper, lru_cache, wraps
from threading import RLock
from typing import Any, Final, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

_TABLES: Final[list[_lru_cache_wrapper[Any]]] = []


def made_once(made: F) -> F:
    """A table of a network that several readers share: made once, whoever asks at the same time, and held until `forget`."""
    table, turn = lru_cache(maxsize=2)(made), RLock()
    _TABLES.append(table)

    @wraps(made)
    def held(*given: Any, **named: Any) -> Any:
        with turn:
            return table(*given, **named)

    return cast("F", held)


def forget() -> None:
    """Lets go of the shared tables: 200 bytes a tie and more, which what follows has no use for."""
    for table in _TABLES:
        table.cache_clear()
