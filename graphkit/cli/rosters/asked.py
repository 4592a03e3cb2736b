"""What the commands about audiences share: options for a context, candidates with prices, and the network asked."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit.cli.asking import _detected
from graphkit.cli.screen import Screen
from graphkit.errors import DataError, UsageError
from graphkit.language import say

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from graphkit.analysis.detecting import Detected
    from graphkit.audience.fit.context import Context
    from graphkit.audience.fit.lexicon import Lexicon
    from graphkit.communities.camps import Camps
    from graphkit.graphs.graph import InfluenceGraph

Community = Annotated[
    str | None, typer.Option("--community", metavar="NAME", help="Only people of this community, as in accounts.csv.")
]
Language = Annotated[str | None, typer.Option("--speaking", metavar="TAG", help="Only people of this language: tr.")]
Place = Annotated[
    str | None, typer.Option("--place", metavar="TEXT", help="Only people whose location holds this text.")
]
Candidates = Annotated[
    Path | None,
    typer.Option("--candidates", metavar="FILE", help="A CSV file with the columns id, and if known cost and camp."),
]
Accounts = Annotated[list[str], typer.Argument(metavar="ACCOUNT", help='Ids or "@handles".')]
AnyAccounts = Annotated[list[str] | None, typer.Argument(metavar="ACCOUNT", help='Ids or "@handles"; default: all.')]
Presets = Annotated[
    list[str] | None, typer.Option("--preset", help="A table of tiers: s001, s002, vendor. May be repeated.")
]
Topic = Annotated[str | None, typer.Option("--topic", metavar="NAME", help="A shipped topic: food, baby, sport ...")]
Words = Annotated[
    list[str] | None, typer.Option("--word", metavar="WORD", help="A word of your own; lau* takes any ending.")
]


@dataclass(frozen=True)
class Asked:
    """The network of a store, what the detectors say of it, and the tables that follow from both."""

    screen: Screen
    graph: InfluenceGraph
    run: Detected
    seed: int

    @classmethod
    def of(cls, screen: Screen, store: str, seed: int) -> Asked:
        """From a store; the detectors are put to it."""
        graph, run = _detected(screen, store, seed=seed)
        return cls(screen, graph, run, seed)

    @cached_property
    def people(self) -> NDArray[np.float64]:
        """The chance of every account to be a person, as reach takes it: whom nothing speaks against counts as one."""
        from graphkit.audience.people import People
        from graphkit.settings import defaults

        verdicts = self.run.verdicts
        return People.of(self.graph, verdicts, findings=self.run.findings, settings=defaults().reach).chance

    @cached_property
    def reach(self) -> pa.Table:
        """The table of reach, by id."""
        from graphkit.audience.reach import reach

        return reach(self.graph, self.run.verdicts, findings=self.run.findings)

    @cached_property
    def communities(self) -> list[str | None]:
        """The community of every account, as in accounts.csv."""
        from graphkit.communities.belonging import communities

        found = communities(self.graph, seed=self.seed).tolist()
        return [None if number < 0 else f"c{number + 1}" for number in found]

    @cached_property
    def camps(self) -> Camps:
        """The camps of all accounts, as in accounts.csv."""
        from graphkit.communities.camps import camps

        return camps(self.graph, self.run.verdicts, seed=self.seed)

    def ids(self, accounts: list[str]) -> tuple[str, ...]:
        """The ids of accounts given as ids or "@handles", in their order."""
        from graphkit.analysis.naming import node_of

        return self.graph.ids([node_of(self.graph, account) for account in accounts])

    def belongs(self, context: Context) -> NDArray[np.float64]:
        """For every account 1 inside the context, 0 outside, NaN where the data do not say."""
        return context.inside(self.graph, self.communities if context.community else None)

    def weight(self, context: Context) -> NDArray[np.float64]:
        """Chance to be a person within the context; of whom nothing is known counts as the others do on average."""
        import numpy as np

        belongs = self.belongs(context)
        share = float(np.nanmean(belongs)) if not np.isnan(belongs).all() else 0.0
        return self.people * np.where(np.isnan(belongs), share, belongs)

    def row_of(self, table: pa.Table, account: str) -> dict[str, Any]:
        """The row of one account in a table by id; nulls where it has none."""
        import pyarrow.compute as pc

        place = pc.index(table["id"], account).as_py()
        empty = dict.fromkeys(table.column_names) | {"id": account}
        return empty if place < 0 else table.slice(place, 1).to_pylist()[0]

    def offered(self, path: Path | None) -> list[tuple[str, float | None, str | None]]:
        """Id, cost and camp of every candidate; without a file everybody who is followed, at no known cost."""
        import numpy as np

        from graphkit.audience.rosters.candidates import nodes_of

        if path is None:
            followed = np.flatnonzero(np.diff(self.graph.followers.indptr))
            return [(account, None, None) for account in self.graph.ids(followed)]
        rows = _rows(path, "columns id, and if known cost and camp")
        ids = self.graph.ids(nodes_of(self.graph, [row["id"] for row in rows]))
        return [
            (account, _cost(path, line, row.get("cost")), row.get("camp") or None)
            for line, (account, row) in enumerate(zip(ids, rows, strict=True), start=2)
        ]

    def prices(self, path: Path | None) -> dict[str, float]:
        """What accounts cost, by id; nothing is known without a file."""
        return {row[0]: row[1] for row in self.offered(path) if row[1] is not None} if path else {}


def facts(graph: InfluenceGraph, path: Path | None) -> dict[str, str]:
    """Facts from beyond the network, by id, from a CSV file with the columns id and fact."""
    if path is None:
        return {}
    rows = _rows(path, "columns id and fact")
    return {graph.ids([graph.node(row["id"])])[0]: row["fact"] for row in rows if row.get("fact")}


def lexicon(topic: str | None, words: list[str] | None) -> Lexicon:
    """The shipped topic, or a list of own words."""
    from graphkit.audience.fit.lexicon import Lexicon, topics
    from graphkit.audience.fit.lexicon import topic as shipped

    if words:
        return Lexicon(topic or ", ".join(words), {"any": words})
    if topic is None:
        raise UsageError(
            say("no topic was named; give --topic with one of {listed}, or --word.", listed=", ".join(sorted(topics())))
        )
    return shipped(topic)


def _rows(path: Path, accepted: str) -> list[dict[str, str]]:
    if not path.is_file():
        raise DataError(
            say("{path} does not exist; give a CSV file with the {accepted}.", path=path, accepted=accepted)
        )
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if not rows or "id" not in rows[0]:
        raise DataError(
            say(
                "{path} has no row with a column id; give a CSV file with the {accepted}.", path=path, accepted=accepted
            )
        )
    return rows


def _cost(path: Path, line: int, text: str | None) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError as error:
        raise DataError(
            say(
                "{path}, line {line}: {text!r} is no cost; give a number such as 1200.50.",
                path=path,
                line=line,
                text=text,
            )
        ) from error
    if not 0 <= value < float("inf"):
        raise DataError(
            say(
                "{path}, line {line}: a cost of {text} cannot be; give a number of 0 or more.",
                path=path,
                line=line,
                text=text,
            )
        )
    return value
