"""Handing what one store holds to another, load by load, so that both have equal digests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphkit.dataset import Batch, ImportReport, Source
from graphkit.stores.protocol import OnBatch, Stop, Store


@dataclass(frozen=True, slots=True)
class HandedLoad:
    """A sealed load of another store: the same identity, the same batches."""

    store: Store
    source: Source

    def batches(self, first: int = 0) -> Iterator[Batch]:
        """The batches from number `first` on."""
        return self.store.batches(self.source.load_id, first)


def hand_over(giver: Store, taker: Store, *, stop: Stop | None = None, on_batch: OnBatch | None = None) -> ImportReport:
    """The reports of all sealed loads of one store, taken by the other, which also gets the runs; safe to repeat."""
    loads = [HandedLoad(giver, report.source) for report in giver.reports()]
    imported = taker.add_all(loads, stop=stop, on_batch=on_batch)  # type: ignore[arg-type]
    for run in giver.runs():
        taker.add_run(run)
    return imported
