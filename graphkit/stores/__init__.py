"""Where datasets and runs are kept: `open_store("project.duckdb")`, or ":memory:" for the length of a program."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import TypeGuard

from graphkit.errors import UsageError
from graphkit.language import say
from graphkit.settings import Settings
from graphkit.stores.embedded import EmbeddedStore
from graphkit.stores.protocol import LoadRecord, Progress, Store

__all__ = ["LoadRecord", "Progress", "Store", "every", "open_store"]


def open_store(address: str, *, settings: Settings | None = None) -> Store:
    """The store at this address: a DuckDB file, ":memory:", or `scheme://...` for the other stores."""
    if "://" not in address:
        return EmbeddedStore(address, settings=settings)
    scheme = address.partition("://")[0]
    stores = every()
    if scheme.partition("+")[0] not in stores:
        known = ", ".join(f"{name}://" for name in sorted(stores))
        raise UsageError(
            say(
                "{address!r} is no address of a store; give name.duckdb, :memory:, or one of {known}",
                address=address,
                known=known,
            )
        )
    return stores[scheme.partition("+")[0]](address, settings=settings)


@cache
def every() -> dict[str, Callable[..., Store]]:
    """Scheme -> store class, of this folder and of installed packages with the entry point `graphkit.stores`."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    own = [value for module in modules for value in vars(module).values() if _is_store(value)]
    foreign = [entry.load() for entry in entry_points(group="graphkit.stores")]
    return {store.scheme: store for store in (*own, *foreign)}


def _is_store(value: object) -> TypeGuard[type[Store]]:
    return isinstance(value, type) and isinstance(getattr(value, "scheme", None), str) and value is not Store
