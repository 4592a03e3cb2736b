"""Every signal of every account beside what comparable accounts of the same data have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from graphkit.errors import UsageError
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import listed, say
from graphkit.measures.life import life_of
from graphkit.measures.signals.signal import Floats, Ints, Measured, Signal
from graphkit.settings import SignalSettings, current

Halves = NDArray[np.float32]
FIELDS = pa.struct(
    [("value", pa.float32()), ("low", pa.float32()), ("high", pa.float32()), ("p", pa.float32()), ("seen", pa.int32())]
)
ROWS = 131_072  # of the table that are written at once


@dataclass(frozen=True, slots=True)
class Reading:
    """One signal of all accounts."""

    signal: Signal
    value: Halves  # NaN: not enough data
    low: Halves  # nine of ten comparable accounts lie between low and high; NaN: too few to compare with
    high: Halves
    p: Halves  # share of comparable accounts at least as far on the odd side
    seen: NDArray[np.int32]  # observations behind the value


@dataclass(frozen=True)
class Signals:
    """All signals that are switched on; `peers` says which accounts are compared with each other."""

    accounts: pa.Array
    peers: NDArray[np.int16]  # -1: an account that does nothing
    readings: tuple[Reading, ...]

    def modifier(self) -> Floats:
        """What all signals together add to the log odds that an account is not a person's own, within a bound.

        Each p gives an e-value, 1 / (2 sqrt p), whose mean is at most one for ordinary accounts; signals depend on each
        other, so e-values are averaged and not multiplied (Vovk and Wang 2021). 0 where no signal is known.
        """
        total, known = np.zeros(len(self.peers)), np.zeros(len(self.peers))
        for reading in self.readings:
            there = ~np.isnan(reading.p)
            total[there] += 0.5 / np.sqrt(np.maximum(reading.p[there], 1e-6))
            known += there
        bound = current().signals.modifier
        return np.clip(np.log(np.where(known > 0, total / np.maximum(known, 1), 1.0)), -bound, bound)

    def of(self, node: int) -> Iterator[tuple[Signal, dict[str, float | None]]]:
        """The known signals of one account, the most unusual first."""
        rows = []
        for reading in self.readings:
            row = {name: float(getattr(reading, name)[node]) for name in FIELDS.names}
            if not np.isnan(row["value"]):
                rows.append((reading.signal, {name: None if np.isnan(x) else x for name, x in row.items()}))
        yield from sorted(rows, key=lambda row: (2.0 if row[1]["p"] is None else row[1]["p"], row[0].name))

    def table(self, rows: slice = slice(None)) -> pa.Table:
        """One row an account, of all or of some: `id`, `peers`, and for each signal a struct of value, low, high, p and seen."""
        peers = self.peers[rows]
        columns: dict[str, pa.Array] = {"id": self.accounts[rows], "peers": pa.array(peers, mask=peers < 0)}
        for reading in self.readings:
            columns[reading.signal.name] = _struct(reading, rows)
        return pa.table(columns)

    def write(self, file: Path) -> None:
        """The table as a Parquet file, a part after the other, so that it is never held whole."""
        parts = (slice(first, first + ROWS) for first in range(0, len(self.peers), ROWS))
        with pq.ParquetWriter(file, self.table(slice(0)).schema, compression="zstd") as writer:
            for rows in parts:
                writer.write_table(self.table(rows))


def _struct(reading: Reading, rows: slice) -> pa.StructArray:
    parts = [getattr(reading, field.name)[rows] for field in FIELDS]
    arrays = [pa.array(part, from_pandas=True) for part in parts]
    return pa.StructArray.from_arrays(arrays, fields=list(FIELDS), mask=pa.array(np.isnan(reading.value[rows])))


def signals_of(graph: InfluenceGraph) -> Signals:
    """The signals of a graph, as the settings in force switch them; computed once for all who read them."""
    return _signals(graph, current().signals)


@lru_cache(maxsize=2)
def _signals(graph: InfluenceGraph, settings: SignalSettings) -> Signals:
    from graphkit.measures.signals import every  # the list of all files, which stand above this one

    known = {signal.name for signal in every()}
    for name in (*settings.use, *settings.off):
        if name not in known:
            raise UsageError(say("{name} is no signal; there are: {known}.", name=name, known=listed(sorted(known))))
    peers = _peers(graph, settings)
    readings = tuple(
        _reading(signal, signal.measure(graph), peers, settings)
        for signal in every()
        if signal.name in settings.use and signal.name not in settings.off
    )
    return Signals(graph.accounts["id"].combine_chunks(), peers, readings)


def _peers(graph: InfluenceGraph, settings: SignalSettings) -> NDArray[np.int16]:
    """Accounts of like activity: follows, acts and posts together, in groups of `peers` accounts and more."""
    life = life_of(graph)
    activity = np.diff(graph.follows.indptr) + life.acts + life.own_posts
    group = np.full(graph.n, -1, np.int16)
    doing = np.flatnonzero(activity > 0)
    bins = int(np.clip(len(doing) // settings.peers, 1, settings.most_groups))
    if len(doing):
        edges = np.unique(np.quantile(activity[doing], np.linspace(0, 1, bins + 1)[1:-1]))
        group[doing] = np.searchsorted(edges, activity[doing], "left")
    return group


def _reading(signal: Signal, found: Measured, peers: NDArray[np.int16], settings: SignalSettings) -> Reading:
    value = np.asarray(found.value, float)
    low, high, p = (np.full(len(value), np.nan, np.float32) for _ in range(3))
    for rows, among in _compared(value, peers, settings.least_known):
        ordered = np.sort(value[among])
        low[rows], high[rows] = np.quantile(ordered, [settings.low, settings.high])
        p[rows] = _as_odd(value[rows], ordered, signal.odd)
    return Reading(signal, value.astype(np.float32), low, high, p, np.asarray(found.seen).astype(np.int32))


def _compared(value: Floats, peers: NDArray[np.int16], least: int) -> Iterator[tuple[Ints, Ints]]:
    """Accounts with a known value and those they are compared with: their peers, or everybody where peers are few."""
    known = np.flatnonzero(~np.isnan(value))
    if len(known) < least:
        return
    order = known[np.argsort(peers[known], kind="stable")]
    for rows in np.split(order, np.flatnonzero(np.diff(peers[order])) + 1):
        yield rows, rows if len(rows) >= least else known


def _as_odd(value: Floats, ordered: Floats, odd: str) -> Floats:
    """Share of the ordered values that are at least as far on the odd side."""
    if odd == "low":
        return np.asarray(np.searchsorted(ordered, value, "right") / len(ordered))
    return np.asarray(1.0 - np.searchsorted(ordered, value, "left") / len(ordered))
