"""One way from a question to an answer, whichever store it is."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphkit.errors import UsageError
from graphkit.language import say
from graphkit.stores.queries.asking import USUAL, Answer, Limits, ask_file
from graphkit.stores.queries.book import Query, find
from graphkit.stores.queries.graph import GraphFile, graph_of
from graphkit.stores.queries.past import Day
from graphkit.stores.queries.walking import path, why_linked

if TYPE_CHECKING:
    from graphkit.stores.protocol import Store


@dataclass(frozen=True, slots=True)
class Asked:
    """A store that is asked."""

    store: Store

    @property
    def is_server(self) -> bool:
        """Whether a server answers, so that nothing has to be made first; of a past day it holds no graph."""
        return self.store.scheme in ("neo4j", "bolt") and self.day is None

    @property
    def day(self) -> Day | None:
        """The past day that is asked about."""
        return getattr(self.store, "day", None)

    @property
    def folder(self) -> Path:
        """Where graph tables are kept: beside the file of the store, else as long as the store is open."""
        file = getattr(self.store, "path", None)
        if file is not None:
            beside = Path(f"{file}.graph")
            return beside if self.day is None else beside / "past"
        if "_folder" not in vars(self.store):
            made = tempfile.mkdtemp(prefix="graphkit-")
            weakref.finalize(self.store, shutil.rmtree, made, ignore_errors=True)
            vars(self.store)["_folder"] = made
        return Path(vars(self.store)["_folder"])

    def of_all_days(self) -> Asked:
        """The same store for a question that tells the days apart by itself; what was seen later stays away."""
        is_by_event = self.day is not None and self.day.by == "event"
        return Asked(getattr(self.store, "present", self.store)) if is_by_event else self

    def graph(self) -> GraphFile:
        """The graph tables of an embedded store, or of a past day of any store."""
        return graph_of(self.store, self.folder)

    def named(self, query: Query, given: Mapping[str, object], limits: Limits = USUAL) -> Answer:
        """The answer to a question of the book."""
        if self.is_server:
            return self._server(query.cypher, query.values(given), limits)
        return ask_file(self.graph(), query, query.values(given), limits=limits)

    def own(
        self, cypher: str, given: Mapping[str, Any], limits: Limits = USUAL, *, around: str | None = None
    ) -> Answer:
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

    def way(self, account: str, other: str) -> tuple[list[str] | None, list[dict[str, Any]]]:
        """A shortest way of standing follows from one account to another, and the rows that tie each step."""
        if not self.is_server:
            graph = self.graph()
            found = path(graph, account, other)
            return found, why_linked(graph, found) if found else []
        ways = self.named(find("paths"), {"account": account, "other": other, "limit": 1}).table
        steps = ways["path"][0].as_py() if ways.num_rows else None
        rows = [
            {"step": step, **row}
            for step, pair in enumerate(zip(steps or [], (steps or [])[1:], strict=False), start=1)
            for row in self.named(find("link"), {"account": pair[0], "other": pair[1]}).table.to_pylist()
        ]
        return steps, rows

    def _server(self, cypher: str, given: Mapping[str, Any], limits: Limits) -> Answer:
        from graphkit.stores.cypher.server import ask_server

        return ask_server(self.store.address, cypher, given, limits=limits)  # type: ignore[attr-defined]
