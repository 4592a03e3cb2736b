"""Who belongs together: the largest communities, who is widest heard in each, and what was measured there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphkit import words
from graphkit.language import number
from graphkit.results import Results
from graphkit.settings import defaults

WIDEST: Final = 3  # accounts that a community is called after
QUIET: Final = ("authentic", "unknown")  # labels that say that nothing stood out

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CommunityView:
    """A row of the communities table."""

    name: str
    widest: tuple[str, ...]  # accounts: the widest heard of it, by id
    accounts: str
    share: str
    standing_out: str
    labels: tuple[tuple[str, str], ...]  # label in words, accounts; only those that stand out
    findings: str


@dataclass(frozen=True, slots=True)
class Communities:
    """The largest communities, and what they leave out."""

    rows: tuple[CommunityView, ...] = ()
    in_all: int = 0
    outside: int = 0  # accounts that belong to none


def communities_view(results: Results) -> Communities:
    """The communities of a run, the largest first."""
    names, code = _codes(results.accounts["community"])
    if not len(names):
        return Communities(outside=results.graph.n)
    inside = code >= 0
    sizes = np.bincount(code[inside], minlength=len(names))
    largest = np.lexsort((np.array(names), -sizes))[: defaults().pages.communities_shown]
    labels, widest, findings = (
        _labels(results, code, len(names)),
        _widest(results, code, largest),
        _findings(results, code),
    )
    rows = [
        CommunityView(
            name=names[place],
            widest=widest[int(place)],
            accounts=number(int(sizes[place])),
            share=words.share(int(sizes[place]), results.accounts.num_rows),
            standing_out=number(int(labels[place].sum())),
            labels=tuple((words.label(label), number(int(count))) for label, count in zip(_loud(), labels[place], strict=True) if count),
            findings=number(findings.get(int(place), 0)),
        )
        for place in largest.tolist()
    ]  # fmt: skip
    return Communities(tuple(rows), len(names), int((~inside).sum()))


def _loud() -> list[str]:
    return [label for label in words.LABELS if label not in QUIET]


def _codes(column: pa.ChunkedArray) -> tuple[list[str], Ints]:
    """The names of the communities, and for each account the number of its own; -1: none."""
    coded = column.combine_chunks().dictionary_encode()
    return coded.dictionary.to_pylist(), coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)


def _labels(results: Results, code: Ints, communities: int) -> Ints:
    """Community by label that stands out: accounts."""
    loud = _loud()
    label = pc.index_in(results.accounts["label"], value_set=pa.array(loud)).fill_null(-1)
    label = label.to_numpy().astype(np.int64)
    both = (code >= 0) & (label >= 0)
    counts = np.bincount(code[both] * len(loud) + label[both], minlength=communities * len(loud))
    return counts.reshape(communities, len(loud))


def _widest(results: Results, code: Ints, largest: Ints) -> dict[int, tuple[str, ...]]:
    """The accounts of each community that reach most people, or where reach is not known that most turned to."""
    graph, ids = results.graph, results.accounts["id"]
    at = pc.index_in(results.reach["id"], value_set=ids.combine_chunks()).fill_null(0).to_numpy()
    real = np.zeros(len(code))
    real[at] = results.reach["real"].fill_null(0).to_numpy()
    asked = np.bincount(graph.events.target[graph.events.target >= 0], minlength=len(code))
    heard = np.flatnonzero((real > 0) | (asked > 0))
    heard = heard[np.lexsort((heard, -asked[heard], -real[heard]))]
    of = code[heard]
    rows = {int(place): heard[np.flatnonzero(of == place)[:WIDEST]] for place in largest}
    return {place: tuple(ids.take(pa.array(mine)).to_pylist()) for place, mine in rows.items()}


def _findings(results: Results, code: Ints) -> dict[int, int]:
    """Community -> findings with a member in it."""
    held = [len(finding.accounts) for finding in results.findings]
    members = [account for finding in results.findings for account in finding.accounts]
    if not members:
        return {}
    at = pc.index_in(pa.array(members, pa.string()), value_set=results.accounts["id"].combine_chunks()).fill_null(-1)
    place = np.where(at.to_numpy() >= 0, code[at.to_numpy()], -1)
    finding = np.repeat(np.arange(len(held)), held)
    pairs = np.unique(np.stack([place, finding], axis=1)[place >= 0], axis=0)
    return {int(of): int(count) for of, count in zip(*np.unique(pairs[:, 0], return_counts=True), strict=True)}
