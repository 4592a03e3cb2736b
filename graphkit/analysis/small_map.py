"""A small map of the accounts that an answer names, and of the ties among them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from graphkit import maps
from graphkit.analysis.detecting import Detected, digest_of, present, version
from graphkit.analysis.results import results_of
from graphkit.dataset import Dataset
from graphkit.errors import UsageError
from graphkit.evidence import Finding, Run
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import say
from graphkit.verdicts import Verdicts

MOST: Final = 2_000  # accounts: what one eye can take in; more are for `graphkit map`
ACCOUNTS: Final = ("account", "other", "path", "follower", "followed", "actor", "target", "author", "member")


def accounts_of(answer: pa.Table) -> set[str]:
    """The texts of an answer that may be ids of accounts: of the columns called so, or of all where none is."""
    named = [name for name in answer.column_names if name in ACCOUNTS] or answer.column_names
    return {text for name in named for value in answer[name].to_pylist() for text in _texts(value)}


def small_map(data: Dataset, answer: pa.Table, runs: Iterable[Run] = ()) -> maps.Map:
    """The map; findings of the newest run colour it and keep hidden who must stay so. UsageError where there is no account."""
    graph = InfluenceGraph.build(_among(data, accounts_of(answer)))
    if not graph.n:
        raise UsageError(
            say("The answer names no account; return ids of accounts in a column called account or other.")
        )
    if graph.n > MOST:
        raise UsageError(
            say(
                "The answer names {accounts} accounts, more than the {most} of a small map; ask for fewer.",
                accounts=graph.n,
                most=MOST,
            )
        )
    newest = max(runs, key=lambda run: (run.started_at, run.id), default=None)
    ids = set(graph.accounts["id"].to_pylist())
    run = Detected(
        version=version(),
        data_digest=digest_of(graph),
        seed=0,
        started_at=present(),
        detectors={},
        findings=tuple(f for f in (newest.findings if newest else ()) if _names(f, ids)),
        notes=(say("A map of the accounts of one answer. Sizes count only the ties among them."),),
        verdicts=Verdicts.unknown(graph),
    )
    return maps.draw(results_of(graph, run))


def _names(finding: Finding, ids: set[str]) -> bool:
    return any(account in ids for account in finding.accounts)


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    return (text for text in value if isinstance(text, str)) if isinstance(value, list) else ()


def _among(data: Dataset, ids: set[str]) -> Dataset:
    wanted = pa.array(sorted(ids), pa.string())

    def both(table: pa.Table, *columns: str) -> pa.Table:
        for column in columns:
            table = table.filter(pc.is_in(table[column], wanted))
        return table

    posts = both(data.posts, "author")
    acts = both(data.interactions, "actor")
    of_posts = pc.is_in(acts["post"], pc.unique(posts["id"]))
    known = pc.if_else(pc.is_valid(acts["target"]), pc.is_in(acts["target"], wanted), of_posts)
    return Dataset.of(
        {
            "accounts": both(data.accounts, "id"),
            "follows": both(data.follows, "follower", "followed"),
            "interactions": acts.filter(known),
            "posts": posts,
        }
    )
