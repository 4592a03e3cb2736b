"""Handing what one store holds to another, load by load, so that both have equal digests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, cast, runtime_checkable

from graphkit.dataset import Batch, ImportReport, Load, Source
from graphkit.stores.embedded import EmbeddedStore
from graphkit.stores.protocol import OnBatch, Stop, Store


@dataclass(frozen=True, slots=True)
class HandedLoad:
    """A sealed load of another store: the same identity, the same batches."""

    store: Store
    source: Source

    def batches(self, first: int = 0) -> Iterator[Batch]:
        """The batches from number `first` on."""
        return self.store.batches(self.source.load_id, first)


@runtime_checkable
class TakesAll(Protocol):
    """A store that can take everything that another holds in one piece."""

    def import_from(self, giver: EmbeddedStore) -> bool:
        """Whether it did; a small store or one that is not empty is taken load by load."""
        ...


def handed(giver: Store) -> list[Load]:
    """The sealed loads of a store, for another one."""
    return [cast(Load, HandedLoad(giver, report.source)) for report in giver.reports()]


def hand_over(giver: Store, taker: Store, *, stop: Stop | None = None, on_batch: OnBatch | None = None) -> ImportReport:
    """The reports of all sealed loads of one store, taken by the other, which also gets the runs; safe to repeat."""
    if isinstance(giver, EmbeddedStore) and isinstance(taker, TakesAll):
        taker.import_from(giver)
    imported = taker.add_all(handed(giver), stop=stop, on_batch=on_batch)
    for run in giver.runs():
        taker.add_run(run)
    return imported
