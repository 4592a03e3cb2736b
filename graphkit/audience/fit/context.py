"""Reach where it is wanted: inside a community, a language or a place, and how people spread over communities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.stats import beta

from graphkit.errors import UsageError
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import amount, listed, percent, say

Floats = NDArray[np.float64]

NO_CONTEXT: Final = say("No context: every person counts, wherever and whoever they are.")


@dataclass(frozen=True, slots=True)
class Context:
    """Whom a ranking is about; nothing given means everybody, and `sentence` says so."""

    community: str | None = None
    language: str | None = None
    place: str | None = None

    @property
    def sentence(self) -> str:
        """The context in words."""
        named = {
            say("community {name}", name=self.community): self.community,
            say("language {name}", name=self.language): self.language,
            say("place {name}", name=self.place): self.place,
        }
        given = [words for words, value in named.items() if value]
        return say("Context: people of {what}.", what=listed(given)) if given else NO_CONTEXT

    def inside(self, graph: InfluenceGraph, communities: Sequence[str | None] | None = None) -> Floats:
        """For every account 1 where it belongs, 0 where it does not, NaN where the data do not say; by node.

        A place is looked for in what people wrote as their location, a language at the head of its tag ("tr", "tr-TR").
        """
        result = np.ones(graph.n)
        if self.community is not None:
            if communities is None:
                raise UsageError(
                    say(
                        "community {community} was named; give the communities of the accounts as well.",
                        community=self.community,
                    )
                )
            result *= _told(pa.array(communities, pa.string()), lambda column: pc.equal(column, self.community))
        if self.language is not None:
            tag = self.language.lower()
            result *= _told(graph.accounts["lang"], lambda column: pc.starts_with(pc.utf8_lower(column), tag))
        if self.place is not None:
            place = self.place
            result *= _told(
                graph.accounts["location"], lambda column: pc.match_substring(column, place, ignore_case=True)
            )
        return result


@dataclass(frozen=True, slots=True)
class Inside:
    """The part of one audience that lies within a context."""

    account: str
    people: float  # in the whole audience
    known: float  # of them with a known place, language or community
    inside: float  # of those known, within the context
    share: float | None  # inside / known; None: nobody is known
    low: float | None
    high: float | None

    def explain(self) -> Iterator[str]:
        """The parts; inside, outside and not known sum to the people."""
        yield say(
            "{people} people: {inside} inside, {outside} outside, {unknown} not known.",
            people=amount(self.people),
            inside=amount(self.inside),
            outside=amount(self.known - self.inside),
            unknown=amount(self.people - self.known),
        )
        if self.share is None or self.low is None or self.high is None:
            yield say("What share lies inside cannot be said: of nobody is it known.")
        else:
            yield say(
                "{share} of those known are inside ({low} to {high}).",
                share=percent(self.share),
                low=percent(self.low),
                high=percent(self.high),
            )


def reach_inside(
    graph: InfluenceGraph, accounts: Sequence[str], belongs: Floats, *, people: Floats
) -> tuple[Inside, ...]:
    """How much of each audience lies within a context, with the doubt from those of whom nothing is known.

    `belongs` is what `Context.inside` gives, `people` the chance of every account to be a person; both by node. The
    interval takes those known as a sample of all (Jeffreys).
    """
    found = []
    for account in accounts:
        node = graph.node(account)
        followers = graph.followers.indices[graph.followers.indptr[node] : graph.followers.indptr[node + 1]]
        weight, where = people[followers], belongs[followers]
        told = ~np.isnan(where)
        known, inside = float(weight[told].sum()), float((weight[told] * where[told]).sum())
        share, low, high = None, None, None
        if known > 0:
            share = inside / known
            low, high = (float(beta.ppf(q, inside + 0.5, known - inside + 0.5)) for q in (0.025, 0.975))
        found.append(Inside(graph.ids([node])[0], float(weight.sum()), known, inside, share, low, high))
    return tuple(found)


def matrix(graph: InfluenceGraph, accounts: Sequence[str], labels: Sequence[str | None], *, people: Floats) -> pa.Table:
    """Expected people of each audience under each label: id, label, people, share; by account as named, then label.

    `labels` are those of all accounts by node: communities, languages, places, camps. Followers without one stand under
    null; the people of one account sum to its audience. The share is of the people whose label is known.
    """
    names = sorted({name for name in labels if name is not None})
    place = {name: k for k, name in enumerate(names)}
    column = np.array([place.get(name, len(names)) if name is not None else len(names) for name in labels])
    member = csr_array((people, (np.arange(graph.n), column)), shape=(graph.n, len(names) + 1))
    nodes = [graph.node(account) for account in accounts]
    table = csr_array(graph.followers[nodes].astype(np.float64) @ member).tocoo()
    order = np.lexsort((table.col, table.row))
    row, col, value = table.row[order], table.col[order], table.data[order]
    known = np.bincount(row, np.where(col < len(names), value, 0.0), minlength=len(nodes))[row]
    share = np.divide(value, known, out=np.full(len(value), np.nan), where=(known > 0) & (col < len(names)))
    return pa.table(
        {
            "id": pa.array(graph.ids(nodes)).take(pa.array(row)),
            "label": pa.array([*names, None], pa.string()).take(pa.array(col)),
            "people": value,
            "share": pa.array(share, mask=np.isnan(share)),
        }
    )


def _told(column: pa.Array | pa.ChunkedArray, holds: object) -> Floats:
    said = pc.cast(holds(column), pa.float64())  # type: ignore[operator]
    values = said.to_numpy(zero_copy_only=False) if isinstance(said, pa.Array) else said.to_numpy()
    return np.asarray(values, dtype=np.float64)


def labels(graph: InfluenceGraph, by: str) -> list[str | None]:
    """What every account is labelled by: its language (head of the tag), or place as people wrote it."""
    if by == "language":
        heads = pc.list_element(pc.split_pattern(pc.utf8_lower(graph.accounts["lang"]), "-"), 0)
        return list(heads.to_pylist())
    if by == "place":
        return list(pc.utf8_trim_whitespace(graph.accounts["location"]).to_pylist())
    raise UsageError(say("people cannot be told apart by {by!r}; there are community, language and place.", by=by))


def ranked(
    graph: InfluenceGraph, reach: pa.Table, belongs: Floats, *, people: Floats, top: int
) -> list[dict[str, Any]]:
    """The rows of a reach table with the people inside a context (`inside`), most first; ties by moved, then id.

    People inside = real people x share of the audience that is inside; of whom nothing is known counts at the share of
    those known in all data. Never ordered by followers.
    """
    share = float(np.nanmean(belongs)) if not np.isnan(belongs).all() else 0.0
    within = people * np.where(np.isnan(belongs), share, belongs)
    nodes = np.searchsorted(np.array(graph.account_ids, dtype=object), reach["id"].to_numpy(zero_copy_only=False))
    audience = graph.followers.astype(np.float64)
    every = np.asarray(audience @ people)[nodes]
    part = np.divide(np.asarray(audience @ within)[nodes], every, out=np.zeros(len(nodes)), where=every > 0)
    table = reach.append_column("inside", pa.array(reach["real"].fill_null(0).to_numpy() * part))
    table = table.sort_by([("inside", "descending"), ("moved", "descending"), ("id", "ascending")])
    return list(table.slice(0, top).to_pylist())
