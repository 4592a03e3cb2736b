"""How loops over arrays are compiled: numba, with its cache on disk where a disk can be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """The function compiled at its first call; kept on disk, or only in memory where no folder can be written."""
    try:
        return cast("F", njit(cache=True, nogil=True)(function))
    except RuntimeError:  # numba found no place for its cache: a read-only install without a home folder
        return cast("F", njit(nogil=True)(function))
