"""What every section of a dossier is made from: the results, the verdicts behind them, and how accounts are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from graphkit.evidence import Finding
from graphkit.graphs.graph import InfluenceGraph
from graphkit.results import Names, Results
from graphkit.verdicts import Verdicts

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Scene:
    """A run, ready to be asked about one account or one finding."""

    results: Results
    verdicts: Verdicts
    names: Names

    @property
    def graph(self) -> InfluenceGraph:
        return self.results.graph

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Account -> label."""
        accounts = self.results.accounts
        return dict(zip(accounts["id"].to_pylist(), accounts["label"].to_pylist(), strict=True))

    def account(self, node: int) -> dict[str, object]:
        """The row of an account in the accounts table of the results."""
        row: dict[str, object] = self.results.accounts.slice(node, 1).to_pylist()[0]
        return row

    def reach(self, account: str) -> dict[str, float | None]:
        """The row of an account in the reach table; empty where it has none."""
        return self.results.reach_of(account)

    def naming(self, account: str) -> tuple[Finding, ...]:
        """The findings that name an account, as member or beneficiary."""
        return tuple(f for f in self.results.findings if any(member.account == account for member in f.members))

    def followers(self, node: int) -> Ints:
        """Who follows an account."""
        links = self.graph.followers
        return np.asarray(links.indices[links.indptr[node] : links.indptr[node + 1]], np.int64)

    def followed(self, node: int) -> Ints:
        """Whom an account follows."""
        links = self.graph.follows
        return np.asarray(links.indices[links.indptr[node] : links.indptr[node + 1]], np.int64)
