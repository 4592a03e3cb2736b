"""The legend of a map in words: labels, communities, findings, and how much of the network is shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graphkit import words
from graphkit.evidence import Evidence, Finding
from graphkit.maps.choice import Nodes, Ties
from graphkit.maps.layout import Layout
from graphkit.maps.look import LABELS, LOOKS
from graphkit.results import Names, Results
from graphkit.settings import defaults

TIE_RULE = "A line from A to B: A follows B, or A reacted to B (likes, shares, answers, mentions)."
SIZE_RULE = "The wider the circle, the more real people the account reaches."


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

    name: str
    accounts: int  # in the whole network
    shown: int
    standing_out: int  # of the shown: accounts with an indicator
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
    tie_rule: str = TIE_RULE
    size_rule: str = SIZE_RULE


def communities_of(results: Results, nodes: Nodes) -> tuple[Nodes, tuple[tuple[str, int], ...]]:
    """For each account shown its community's number, the largest first, and every community's name and size.

    Small communities beyond the settings' number, and accounts in none, stand together at the end.
    """
    named = results.accounts["community"].to_pylist()
    sizes = Counter(name for name in named if name is not None)
    shown = {named[node] for node in nodes.tolist()} - {None}
    largest = sorted(shown, key=lambda name: (-sizes[name], len(name), name))[: defaults().pages.map_communities]
    number = {name: place for place, name in enumerate(largest)}
    rest = len(largest)
    members = np.array([number.get(named[node], rest) for node in nodes.tolist()], dtype=np.int64)
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
        hidden=len(results.hidden) if any(nodes["hidden"].to_pylist()) else 0,
        coverage=_coverage(results),
    )


def _labels(results: Results, nodes: pa.Table) -> tuple[LabelItem, ...]:
    in_all, shown = Counter(results.accounts["label"].to_pylist()), Counter(nodes["label"].to_pylist())
    return tuple(
        LabelItem(
            label=name,
            said=words.label(name),
            note=words.LABEL_NOTES[name],
            shape=LOOKS[name].shape,
            colour=LOOKS[name].colour,
            shown=shown[name],
            in_all=in_all[name],
        )
        for name in LABELS
    )


def _communities(
    nodes: pa.Table, places: Layout, communities: tuple[tuple[str, int], ...]
) -> tuple[CommunityItem, ...]:
    of, label = nodes["community"].to_numpy(), np.array(nodes["label"].to_pylist())
    loud = np.argsort(-nodes["size"].to_numpy(), kind="stable")
    open_names = ~nodes["hidden"].to_numpy(zero_copy_only=False).astype(bool)
    name = nodes["name"].to_pylist()
    items = []
    for number, (called, size) in enumerate(communities):
        inside = of == number
        first = [name[place] for place in loud[(inside & open_names)[loud]][:2].tolist()]
        number_or_name = called[1:] if called.startswith("c") and called[1:].isdigit() else called
        title = f"Community {number_or_name}" if called else "In no larger community"
        items.append(
            CommunityItem(
                name=f"{title}: around {', '.join(first)}" if called and first else title,
                accounts=size,
                shown=int(inside.sum()),
                standing_out=int((inside & ~np.isin(label, ("authentic", "unknown"))).sum()),
                x=float(places.centre[number, 0]),
                y=float(places.centre[number, 1]),
                radius=float(places.radius[number]),
            )
        )
    return tuple(items)


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
        strength=words.strength(finding.q),
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
        chance=words.chance(evidence.p),
    )


def _coverage(results: Results) -> str:
    """How much of the lists was collected, in a few words."""
    table = results.graph.coverage
    sized = [row for row in table.select(["collected", "declared"]).drop_null().to_pylist() if row["declared"]]
    if not sized:
        return "coverage not stated by the source"
    collected, declared = sum(row["collected"] for row in sized), sum(row["declared"] for row in sized)
    return f"{words.share(collected, declared)} of the listed entries collected"
