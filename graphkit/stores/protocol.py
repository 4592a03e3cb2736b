"""What every store promises: loads exactly once, sealed loads only, rows merged by one rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final, Literal, Protocol, Self, cast

import pyarrow as pa

from graphkit.dataset import Batch, Dataset, FileReport, ImportReport, Load, Numbered, Source
from graphkit.evidence import Run
from graphkit.settings import defaults
from graphkit.stores.digest import digest_of, sorted_rows

if TYPE_CHECKING:
    import pandas

    from graphkit.stores.queries.past import PastStore

State = Literal["open", "stopped", "sealed"]

QUARANTINE: Final = pa.schema(
    [
        ("load", pa.string()),
        ("file", pa.string()),
        ("line", pa.int64()),  # 1-based
        ("offset", pa.int64()),  # bytes into the uncompressed stream; -1 where the format has none
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("raw", pa.binary()),
    ]
)


@dataclass(frozen=True, slots=True)
class LoadRecord:
    """One line of the ledger: a load, how far it came, and what became of its rows."""

    source: Source
    state: State  # open: begun; stopped: too many rows refused; sealed: complete and visible
    batches: int  # committed
    read: int
    taken: int
    refused: int
    rows: Mapping[str, int]  # table -> rows committed
    started_at: int
    sealed_at: int | None = None

    @property
    def load_id(self) -> str:
        return self.source.load_id


@dataclass(frozen=True, slots=True)
class Progress:
    """A batch has been committed and will never be lost; `read` and `refused` count the whole load so far."""

    source: Source
    number: int
    read: int
    refused: int


Stop = Callable[[], object]  # asked between two batches; a true answer ends the load there
OnBatch = Callable[[Progress], object]  # told of every committed batch


class Askable:
    """What every store does alike: questions in Python, answered as pandas data frames, and what a network is made from."""

    def for_graph(self, loads: Sequence[str]) -> Dataset | Numbered:
        """These sealed loads as `InfluenceGraph.build` takes them: as texts, or as numbers where the store counts ids."""
        return cast(Store, self).tables(loads)

    def ask(self, name: str, /, **parameters: object) -> pandas.DataFrame:
        """The answer to a question of the book: `store.ask("followers", account="4711")`."""
        from graphkit.stores.queries.book import find
        from graphkit.stores.queries.putting import Asked

        return Asked(cast(Store, self)).named(find(name), parameters).table.to_pandas()

    def cypher(self, text: str, /, *, around: str | None = None, **parameters: object) -> pandas.DataFrame:
        """The answer to an own question in Cypher, reading only; `around` asks the neighbourhood of one account."""
        from graphkit.stores.queries.putting import Asked

        return Asked(cast(Store, self)).own(text, parameters, around=around).table.to_pandas()

    def way(self, account: str, other: str) -> pandas.DataFrame:
        """What ties the accounts along a shortest way of follows, step by step; no rows where there is no way."""
        import pandas

        from graphkit.stores.queries.putting import Asked

        return pandas.DataFrame(Asked(cast(Store, self)).way(account, other)[1])

    def as_of(self, day: str, *, by: str = "event") -> PastStore:
        """The store as it was on a past day, by the time of the events or by the time "seen"."""
        from graphkit.stores.queries.past import Day, PastStore

        return PastStore(cast(Store, self), Day.parse(day, by))


class Store(Protocol):
    """Keeps tables and runs; knows no algorithm. Adding twice equals adding once."""

    scheme: ClassVar[str]  # "neo4j" for neo4j://...: how `open_store` finds it

    def add(self, load: Load | Dataset, *, stop: Stop | None = None, on_batch: OnBatch | None = None) -> FileReport:
        """The report of this load, committed batch by batch and sealed at the end; an interrupted one is resumed."""
        ...

    def add_all(
        self, loads: Iterable[Load | Dataset], *, stop: Stop | None = None, on_batch: OnBatch | None = None
    ) -> ImportReport: ...

    def tables(self, loads: Sequence[str] | None = None) -> Dataset:
        """The sealed loads (all, or those with these ids) as one dataset: rows merged, in the order of their keys."""
        ...

    def for_graph(self, loads: Sequence[str]) -> Dataset | Numbered:
        """These sealed loads as a network is made from them."""
        ...

    def batches(self, load_id: str, first: int = 0) -> Iterator[Batch]:
        """A sealed load as it came, batch by batch, so that another store can take it and be equal."""
        ...

    def loads(self) -> list[LoadRecord]:
        """The ledger in order of beginning, loads that were not sealed included."""
        ...

    def reports(self) -> list[FileReport]:
        """The stored import reports of the sealed loads, in order of sealing."""
        ...

    def quarantine(self, load_id: str | None = None) -> pa.Table:
        """The refused rows, of all loads or of one, with the columns of `QUARANTINE`."""
        ...

    def add_run(self, run: Run) -> None:
        """Keeps a run; one with the same id takes the place of the earlier."""
        ...

    def runs(self) -> list[Run]:
        """The runs, equal to what was added, the earliest first."""
        ...

    def digest(self) -> str:
        """One digest of the sealed tables; the order in which loads and batches came does not matter."""
        ...

    def ask(self, name: str, /, **parameters: object) -> pandas.DataFrame: ...

    def cypher(self, text: str, /, *, around: str | None = None, **parameters: object) -> pandas.DataFrame: ...

    def way(self, account: str, other: str) -> pandas.DataFrame: ...

    def as_of(self, day: str, *, by: str = "event") -> PastStore: ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


@dataclass(frozen=True, slots=True)
class DatasetLoad:
    """A dataset in memory as a load: every table row counts as one input row, the same rows are the same load."""

    dataset: Dataset
    source: Source = field(init=False)

    def __post_init__(self) -> None:
        files = ", ".join(dict.fromkeys(source.file for source in self.dataset.sources))
        digest = digest_of({name: sorted_rows(name, table) for name, table in self.dataset.tables.items()})
        object.__setattr__(self, "source", Source(files or "(in memory)", digest, "dataset", "1"))

    def batches(self, first: int = 0) -> Iterator[Batch]:
        """The rows table by table, in slices of the usual batch size."""
        size = defaults().loading.batch_rows
        slices = (
            (name, table.slice(start, size))
            for name, table in self.dataset.tables.items()
            for start in range(0, table.num_rows, size)
        )
        for number, (name, rows) in enumerate(slices):
            if number >= first:
                yield Batch(number, read=rows.num_rows, tables={name: rows}, taken=rows.num_rows)


def as_load(load: Load | Dataset) -> Load:
    """The load itself, or the dataset as one."""
    return cast(Load, DatasetLoad(load)) if isinstance(load, Dataset) else load
