"""The legend of a map in words: labels, communities, findings, and how much of the network is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphkit import words
from graphkit.evidence import Evidence, Finding
from graphkit.language import say, told
from graphkit.maps.choice import Nodes
from graphkit.maps.layout import Layout
from graphkit.maps.look import LABELS, LOOKS
from graphkit.maps.ties import Ties
from graphkit.results import Names, Results
from graphkit.settings import defaults

TIE_RULE = say("A line from A to B: A follows B, or A reacted to B (likes, shares, answers, mentions).")
SIZE_RULE = say("The wider the circle, the more real people the account reaches.")


@dataclass(frozen=True, slots=True)
class LabelItem:
    """A label in words, with its look and how many accounts have it."""

    label: str
    said: str
    note: str
    shape: str
    colour: str
    shown: int
    in_all: int


@dataclass(frozen=True, slots=True)
class CommunityItem:
    """A community: its place as one circle, and who is widest heard in it."""

    name: str  # with the accounts that are widest heard in it
    short: str
    accounts: int  # in the whole network
    shown: int
    labels: tuple[int, ...]  # of the shown, in the order of the legend's labels
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """A piece of evidence in words."""

    claim: str
    observed: str
    expected: str
    bits: float | None
    chance: str


@dataclass(frozen=True, slots=True)
class FindingItem:
    """A finding in words."""

    id: str
    kind: str
    sentence: str
    strength: str
    members: int
    evidence: tuple[EvidenceItem, ...]
    against: tuple[EvidenceItem, ...]
    innocent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Legend:
    """Everything a reader needs beside the drawing."""

    labels: tuple[LabelItem, ...]
    communities: tuple[CommunityItem, ...]
    between: tuple[tuple[int, int, int], ...]  # community, community, ties shown between them
    findings: tuple[FindingItem, ...]
    accounts: int  # in the whole network
    ties: int
    hidden: int
    coverage: str
    tie_rule: str
    size_rule: str


def communities_of(results: Results, nodes: Nodes) -> tuple[Nodes, tuple[tuple[str, int], ...]]:
    """For each account shown its community's number, the largest first, and every community's name and size.

    Small communities beyond the settings' number, and accounts in none, stand together at the end.
    """
    named = results.accounts["community"].combine_chunks()
    sizes = _counted(named)
    shown = named.take(pa.array(nodes))
    largest = sorted(pc.unique(shown).drop_null().to_pylist(), key=lambda name: (-sizes[name], len(name), name))
    largest = largest[: defaults().pages.map_communities]
    rest = len(largest)
    place = pc.index_in(shown, value_set=pa.array(largest, pa.string()))
    members = np.asarray(pc.fill_null(place, rest), dtype=np.int64)
    listed = [(name, sizes[name]) for name in largest]
    if (members == rest).any():
        listed.append(("", results.accounts.num_rows - sum(sizes[name] for name in largest)))
    return members, tuple(listed)


def legend_of(
    results: Results,
    nodes: pa.Table,
    *,
    names: Names,
    places: Layout,
    communities: tuple[tuple[str, int], ...],
    ties: Ties,
) -> Legend:
    """The legend of a drawing."""
    return Legend(
        labels=_labels(results, nodes),
        communities=_communities(nodes, places, communities),
        between=_between(nodes["community"].to_numpy(), ties),
        findings=tuple(_finding(finding, names) for finding in results.findings[: defaults().pages.findings_shown]),
        accounts=results.accounts.num_rows,
        ties=ties.in_all,
        hidden=len(results.hidden) if pc.any(nodes["hidden"]).as_py() else 0,
        coverage=told(_coverage(results)),
        tie_rule=told(TIE_RULE),
        size_rule=told(SIZE_RULE),
    )


def _labels(results: Results, nodes: pa.Table) -> tuple[LabelItem, ...]:
    in_all, shown = _counted(results.accounts["label"]), _counted(nodes["label"])
    return tuple(
        LabelItem(
            label=name,
            said=words.label(name),
            note=told(words.LABEL_NOTES[name]),
            shape=LOOKS[name].shape,
            colour=LOOKS[name].colour,
            shown=shown.get(name, 0),
            in_all=in_all.get(name, 0),
        )
        for name in LABELS
    )


def _counted(column: pa.Array | pa.ChunkedArray) -> dict[str, int]:
    """How often each text stands in a column."""
    return {row["values"]: row["counts"] for row in pc.value_counts(column).to_pylist() if row["values"] is not None}


def _communities(
    nodes: pa.Table, places: Layout, communities: tuple[tuple[str, int], ...]
) -> tuple[CommunityItem, ...]:
    counts = _labels_by_community(nodes, len(communities))
    name = nodes["name"].to_pylist()
    items = []
    for number, ((called, size), widest) in enumerate(zip(communities, _widest(nodes, len(communities)), strict=True)):
        first = [name[place] for place in widest]
        number_or_name = called[1:] if called.startswith("c") and called[1:].isdigit() else called
        title = say("Community {name}", name=number_or_name) if called else say("In no larger community")
        around = say("{community}: around {accounts}", community=title, accounts=", ".join(first))
        items.append(
            CommunityItem(
                name=told(around if called and first else title),
                short=told(title),
                accounts=size,
                shown=int(counts[number].sum()),
                labels=tuple(counts[number].tolist()),
                x=float(places.centre[number, 0]),
                y=float(places.centre[number, 1]),
                radius=float(places.radius[number]),
            )
        )
    return tuple(items)


def _labels_by_community(nodes: pa.Table, count: int) -> NDArray[np.int64]:
    """How many accounts of each label are shown in each community."""
    label = np.asarray(pc.fill_null(pc.index_in(nodes["label"], value_set=pa.array(LABELS)), len(LABELS) - 1))
    key = nodes["community"].to_numpy() * len(LABELS) + label
    return np.bincount(key, minlength=count * len(LABELS)).reshape(count, len(LABELS))


def _widest(nodes: pa.Table, count: int) -> list[list[int]]:
    """The two accounts of each community that are widest heard and may be named."""
    loud = np.argsort(-nodes["size"].to_numpy(), kind="stable")
    loud = loud[~nodes["hidden"].to_numpy(zero_copy_only=False).astype(bool)[loud]]
    of = nodes["community"].to_numpy()[loud]
    return [loud[np.flatnonzero(of == number)[:2]].tolist() for number in range(count)]


def _between(community: Nodes, ties: Ties) -> tuple[tuple[int, int, int], ...]:
    pair = np.sort(np.stack([community[ties.source], community[ties.target]]), axis=0)
    pair = pair[:, pair[0] != pair[1]]
    both, counts = np.unique(pair, axis=1, return_counts=True)
    return tuple((int(a), int(b), int(c)) for a, b, c in zip(both[0], both[1], counts, strict=True))


def _finding(finding: Finding, names: Names) -> FindingItem:
    return FindingItem(
        id=finding.id,
        kind=words.kind(finding.kind),
        sentence=names.clean(finding.sentence),
        strength=told(words.strength(finding.q)),
        members=len(finding.accounts),
        evidence=tuple(_evidence(evidence, names) for evidence in finding.evidence),
        against=tuple(_evidence(evidence, names) for evidence in finding.against),
        innocent=tuple(names.clean(text) for text in finding.innocent),
    )


def _evidence(evidence: Evidence, names: Names) -> EvidenceItem:
    return EvidenceItem(
        claim=names.clean(evidence.claim),
        observed=words.number(evidence.observed),
        expected=words.number(evidence.expected),
        bits=words.bits(evidence.p),
        chance=told(words.chance(evidence.p)),
    )


def _coverage(results: Results) -> str:
    """How much of the lists was collected, in a few words."""
    table = results.graph.coverage
    sized = [row for row in table.select(["collected", "declared"]).drop_null().to_pylist() if row["declared"]]
    if not sized:
        return say("coverage not stated by the source")
    collected, declared = sum(row["collected"] for row in sized), sum(row["declared"] for row in sized)
    return say("{share} of the listed entries collected", share=words.share(collected, declared))
