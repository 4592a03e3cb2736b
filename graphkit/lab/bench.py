"""How often the detectors are right, and how often they accuse: worlds with known truth, copies without any, plain rules."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graphkit.analysis.detecting import Detected, detect
from graphkit.analysis.tables import findings_table
from graphkit.graphs.graph import InfluenceGraph
from graphkit.lab import worlds
from graphkit.lab.plain import RULES
from graphkit.lab.scoring import KINDS, Score, average_precision, score
from graphkit.lab.worlds import World

SURE = 0.05  # the q from which a finding counts on a shuffled world


@dataclass(frozen=True, slots=True)
class PlainScore:
    """What a plain rule makes of one world."""

    name: str
    kind: str
    average_precision: float
    accused: float  # share of the innocent accounts


@dataclass(frozen=True, slots=True)
class Bench:
    """One world, judged."""

    world: str
    accounts: int
    seconds: float  # of the detection alone
    score: Score
    plain: tuple[PlainScore, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """Shuffled worlds, and how many of them gave a finding with q below 0.05."""

    worlds: int
    loud: tuple[str, ...]  # the names of those that did

    @property
    def share(self) -> float:
        return 1.0 - len(self.loud) / self.worlds if self.worlds else 1.0


def bench(names: Iterable[str], *, accounts: int, seeds: Iterable[int], rules: bool = True) -> Iterator[Bench]:
    """Judge all detectors on worlds of these presets, one after the other."""
    for seed in seeds:
        for name in names:
            yield judged(worlds.make(name, accounts=accounts, seed=seed), rules=rules)


def judged(world: World, *, rules: bool = True) -> Bench:
    """All detectors on one world, with the plain rules beside them."""
    graph = InfluenceGraph.build(world.dataset)
    began = time.perf_counter()
    run = detect(graph)
    took = time.perf_counter() - began
    said = score({"accounts": _accounts(graph, run), "findings": findings_table(run.findings)}, world.truth)
    return Bench(str(world), graph.n, took, said, tuple(_plain(graph, world)) if rules else ())


def silence(count: int, *, accounts: int, names: Iterable[str]) -> Silence:
    """Shuffle worlds until nothing is left in them, and see which of them still give a finding."""
    presets = list(names)
    loud = []
    for number in range(count):
        world = worlds.make(presets[number % len(presets)], accounts=accounts, seed=number).shuffled(number)
        run = detect(InfluenceGraph.build(world.dataset), seed=number)
        if any(finding.q is not None and finding.q < SURE for finding in run.findings):
            loud.append(str(world))
    return Silence(count, tuple(loud))


def _accounts(graph: InfluenceGraph, run: Detected) -> pa.Table:
    chances = {f"p_{kind}": pa.array(getattr(run.verdicts, f"p_{kind}"), from_pandas=True) for kind in KINDS}
    return pa.table({"id": list(graph.account_ids), **chances, "label": list(run.verdicts.label)})


def _plain(graph: InfluenceGraph, world: World) -> Iterator[PlainScore]:
    truth = world.truth.accounts.to_pandas().set_index("id").reindex(list(graph.account_ids))
    planted = truth[list(KINDS)].fillna(True).astype(bool).any(axis=1).to_numpy()
    for rule in RULES:
        true = truth[rule.kind].fillna(False).astype(bool).to_numpy()
        if true.any():
            said = rule.score(graph)
            found = average_precision(true, said / max(float(said.max(initial=0.0)), 1e-9))
            yield PlainScore(rule.name, rule.kind, found or 0.0, float((said[~planted] >= rule.accuse).mean()))


def table(results: Iterable[Bench]) -> str:
    """The figures of several worlds as text: their means, and the worst crowd of all."""
    rows = list(results)
    lines = [f"{'':34}{'AP':>8}{'recall':>8}{'accused':>9}"]
    for kind in KINDS:
        ranks = [row.score.ranking(kind) for row in rows if row.score.ranking(kind).positives]
        if ranks:
            lines.append(
                _line(f"{kind}: graphkit", _mean(r.average_precision for r in ranks), _mean(r.recall for r in ranks))
            )
            lines += _rules(rows, kind)
    worst = max(rows, key=lambda row: row.score.worst_crowd, default=None)
    if worst is not None:
        crowd = max(worst.score.crowds, key=lambda row: row.rate)
        lines.append(
            f"worst innocent crowd: {crowd.crowd} of {worst.world}, {crowd.accused} of {crowd.accounts} accused"
        )
    planted = [g for row in rows for g in row.score.groups]
    for kind in sorted({g.kind for g in planted}):
        mine = [g for g in planted if g.kind == kind]
        lines.append(f"groups found, {kind}: {sum(g.found for g in mine)} of {sum(g.planted for g in mine)}")
    lines.append(
        f"findings: {sum(row.score.findings for row in rows)}, false: {sum(row.score.false_findings for row in rows)}"
    )
    lines.append(f"detection: {_mean(row.seconds for row in rows):.1f} s a world")
    return "\n".join(lines)


def _rules(rows: list[Bench], kind: str) -> list[str]:
    names = dict.fromkeys(plain.name for row in rows for plain in row.plain if plain.kind == kind)
    told = {name: [p for row in rows for p in row.plain if (p.name, p.kind) == (name, kind)] for name in names}
    return [
        f"  {name:<32}{_mean(p.average_precision for p in mine):8.3f}{'':8}{_mean(p.accused for p in mine):9.1%}"
        for name, mine in told.items()
    ]


def _line(name: str, found: float, recall: float) -> str:
    return f"{name:<34}{found:8.3f}{recall:8.2f}"


def _mean(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else float("nan")
