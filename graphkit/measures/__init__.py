from __future__ import annotations

from collections.abc import Callable
from functools import _lru_cache_wrapper, lru_cache
from typing import Any, Final, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

_TABLES: Final[list[_lru_cache_wrapper[Any]]] = []


def for_detectors(made: F) -> F:
    """A table of a network that several detectors read: made once, and held until `forget` is called."""
    _TABLES.append(lru_cache(maxsize=2)(made))
    return cast("F", _TABLES[-1])


def forget() -> None:
    """Lets go of the tables that detectors alone read: 200 bytes a tie and more, which pages have no use for."""
    for table in _TABLES:
        table.cache_clear()
