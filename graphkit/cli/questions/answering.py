"""One way from a question to an answer, whichever store it is; and the answer as a table or a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from graphkit.cli.options import existing
from graphkit.cli.screen import Screen
from graphkit.errors import UsageError
from graphkit.language import say

if TYPE_CHECKING:
    from graphkit.stores import Store
    from graphkit.stores.past import Day
    from graphkit.stores.queries import Answer, GraphFile, Limits, Query

SUFFIXES: Final = (".csv", ".json", ".parquet")


@dataclass(frozen=True, slots=True)
class Asked:
    """A store that is asked: its address, and the store itself."""

    address: str
    store: Store

    @property
    def is_server(self) -> bool:
        """Whether a server answers, so that nothing has to be made first; of a past day it holds no graph."""
        return self.store.scheme in ("neo4j", "bolt") and self.day is None

    @property
    def day(self) -> Day | None:
        """The past day that is asked about."""
        return getattr(self.store, "day", None)

    def of_all_days(self) -> Asked:
        """The same store for a question that tells the days apart by itself; what was seen later stays away."""
        is_by_event = self.day is not None and self.day.by == "event"
        return Asked(self.address, getattr(self.store, "present", self.store)) if is_by_event else self

    def graph(self) -> GraphFile:
        """The graph tables of an embedded store, or of a past day of any store."""
        from graphkit.stores.queries import folder_of, graph_of

        folder = folder_of(self.address)
        return graph_of(self.store, folder if self.day is None else folder / "past")

    def named(self, query: Query, given: Mapping[str, object], limits: Limits) -> Answer:
        """The answer to a question of the book."""
        from graphkit.stores.queries import ask_file

        if self.is_server:
            return self._server(query.cypher, query.values(given), limits)
        return ask_file(self.graph(), query, query.values(given), limits=limits)

    def own(self, cypher: str, given: Mapping[str, Any], limits: Limits, *, around: str | None = None) -> Answer:
        """The answer to an analyst's own question; the same texts are accepted for every store."""
        from graphkit.stores.cypher import Engine, check, demand_engine, project

        wanted = check(cypher)
        if self.is_server:
            if missing := sorted(wanted - set(given)):
                raise UsageError(
                    say(
                        "The question wants the parameter ${missing}; give --param {missing}=VALUE.", missing=missing[0]
                    )
                )
            return self._server(cypher, given, limits)
        demand_engine()
        with Engine(project(self.graph(), around=around)) as engine:
            return engine.ask(cypher, given, limits=limits)

    def _server(self, cypher: str, given: Mapping[str, Any], limits: Limits) -> Answer:
        from graphkit.stores.cypher.server import ask_server

        return ask_server(self.store.address, cypher, given, limits=limits)  # type: ignore[attr-defined]


def asked(address: str) -> Asked:
    """The store at an address, to be asked."""
    return Asked(address, existing(address))


def show(screen: Screen, answer: Answer, output: Path | None) -> None:
    """The answer on the screen or in a file; says so where rows were left out."""
    if answer.cut:
        screen.note("There are more rows than shown; allow more with --rows.")
    if output is None:
        screen.table(answer.table.to_pylist(), columns=answer.table.column_names)
        return
    write(answer, output)
    screen.result({"file": str(output), "rows": answer.table.num_rows}, f"{output}: {answer.table.num_rows:,} rows")


def write(answer: Answer, output: Path) -> None:
    """The answer as a CSV, JSON or Parquet file."""
    suffix = output.suffix.lower()
    if suffix == ".parquet":
        import pyarrow.parquet as pq

        pq.write_table(answer.table, output)
    elif suffix == ".json":
        import orjson

        output.write_bytes(orjson.dumps(answer.table.to_pylist(), option=orjson.OPT_INDENT_2))
    elif suffix == ".csv":
        answer.table.to_pandas().to_csv(output, index=False)
    else:
        raise UsageError(
            say("{output}: accepted are files that end in {suffixes}.", output=output, suffixes=", ".join(SUFFIXES))
        )
