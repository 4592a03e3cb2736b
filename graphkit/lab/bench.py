"""How often the detectors are right, and how often they accuse: worlds with known truth, copies without any, plain rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graphkit.analysis.detecting import Detected, detect
from graphkit.analysis.steps import Steps
from graphkit.analysis.tables import findings_table
from graphkit.graphs.graph import InfluenceGraph
from graphkit.lab import worlds
from graphkit.lab.plain import RULES
from graphkit.lab.scoring import KINDS, Ranking, Score, average_precision, score
from graphkit.lab.words import PLANTED, WORDS, crowd
from graphkit.lab.worlds import World
from graphkit.language import amount, number, percent, say, told

RECALL, PRECISION, ACCUSED = say("recall"), say("precision"), say("accused")  # at most 8, 10 and 8 letters
INNOCENT, ACCOUNTS, SHARE, GROUPS = say("innocent"), say("accounts"), say("proportion"), say("groups")
CHANCE, SAID, TRUE = say("chance said"), say("said"), say("true")

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
    peak_bytes: int = 0  # resident memory of the process at the highest moment of the detection


@dataclass(frozen=True, slots=True)
class Silence:
    """Shuffled worlds, and how many of them gave a finding with q below 0.05."""

    worlds: int
    loud: tuple[str, ...]  # the names of those that did

    @property
    def share(self) -> float:
        return 1.0 - len(self.loud) / self.worlds if self.worlds else 1.0


def bench(
    names: Iterable[str],
    *,
    accounts: int,
    seeds: Iterable[int],
    detectors: tuple[str, ...] = (),
    rules: bool = True,
) -> Iterator[Bench]:
    """Judge all detectors, or those named, on worlds of these presets, one after the other."""
    for seed in seeds:
        for name in names:
            yield judged(worlds.make(name, accounts=accounts, seed=seed), detectors=detectors, rules=rules)


def judged(world: World, *, detectors: tuple[str, ...] = (), rules: bool = True) -> Bench:
    """All detectors, or those named, on one world, with the plain rules beside them."""
    graph, steps = InfluenceGraph.build(world.dataset), Steps()
    with steps.step("detect"):
        run = detect(graph, *detectors)
    [step] = steps.done
    said = score({"accounts": _accounts(graph, run), "findings": findings_table(run.findings)}, world.truth)
    plain = tuple(_plain(graph, world)) if rules else ()
    return Bench(str(world), graph.n, step.seconds, said, plain, step.peak_bytes)


def silence(count: int, *, accounts: int, names: Iterable[str]) -> Silence:
    """Shuffle worlds until nothing is left in them, and see which of them still give a finding."""
    presets = list(names)
    loud = []
    for seed in range(count):
        world = worlds.make(presets[seed % len(presets)], accounts=accounts, seed=seed).shuffled(seed)
        run = detect(InfluenceGraph.build(world.dataset), seed=seed)
        if any(finding.q is not None and finding.q < SURE for finding in run.findings):
            loud.append(str(world))
    return Silence(count, tuple(loud))


def _accounts(graph: InfluenceGraph, run: Detected) -> pa.Table:
    chances = {f"p_{kind}": pa.array(getattr(run.verdicts, f"p_{kind}"), from_pandas=True) for kind in KINDS}
    return pa.table({"id": list(graph.account_ids), **chances, "label": list(run.verdicts.label)})


def _plain(graph: InfluenceGraph, world: World) -> Iterator[PlainScore]:
    truth = world.truth.by_account(graph.account_ids)
    planted = truth[list(KINDS)].fillna(True).astype(bool).any(axis=1).to_numpy()
    for rule in RULES:
        true = truth[rule.kind].fillna(False).astype(bool).to_numpy()
        if true.any():
            said = rule.score(graph)
            found = average_precision(true, said / max(float(said.max(initial=0.0)), 1e-9))
            yield PlainScore(rule.name, rule.kind, found or 0.0, float((said[~planted] >= rule.accuse).mean()))


def table(results: Iterable[Bench]) -> str:
    """The figures of several worlds as text: their means, every innocent crowd, and how far the chances can be believed."""
    rows = list(results)
    lines = [f"{'':34}{'AP':>8}{told(RECALL):>8}{told(PRECISION):>11}{'ECE':>8}{told(ACCUSED):>9}"]
    asked = [kind for kind in KINDS if any(_told(row, kind) for row in rows)]
    for kind in asked:
        ranks = [row.score.ranking(kind) for row in rows if row.score.ranking(kind).positives]
        if ranks:
            lines.append(_line(f"{told(WORDS[kind])}: graphkit", ranks, _mean(row.score.accused(kind) for row in rows)))
            lines += _rules(rows, kind)
    lines += ["", *_groups(rows), "", *_crowds(rows), "", *_reliability(rows, asked)]
    most = max((row.peak_bytes for row in rows), default=0)
    lines += [
        "",
        told(
            say(
                "detection: {seconds} s a world, at most {memory} GB of memory",
                seconds=amount(_mean(row.seconds for row in rows), 1),
                memory=amount(most / 1e9, 2),
            )
        ),
    ]
    return "\n".join(lines)


def _told(row: Bench, kind: str) -> bool:
    """Whether a detector gave this answer at all."""
    return row.score.ranking(kind).unanswered < 1.0


def _groups(rows: list[Bench]) -> list[str]:
    planted = [group for row in rows for group in row.score.groups]
    lines = []
    for kind in sorted({group.kind for group in planted}):
        mine = [group for group in planted if group.kind == kind]
        found, due = sum(g.found for g in mine), sum(g.planted for g in mine)
        lines.append(
            told(say("groups found, {kind}: {found} of {planted}", kind=PLANTED[kind], found=found, planted=due))
        )
    found, false = (sum(getattr(row.score, name) for row in rows) for name in ("findings", "false_findings"))
    return [*lines, told(say("findings: {findings}, false: {wrong}", findings=found, wrong=false))]


def _crowds(rows: list[Bench]) -> list[str]:
    """Every innocent crowd over all worlds: how many of its accounts are accused, how sure that is, and how many findings name it."""
    lines = [f"{told(INNOCENT):34}{told(ACCOUNTS):>10}{told(ACCUSED):>12}{told(SHARE):>12}{told(GROUPS):>26}"]
    names = dict.fromkeys(crowd.crowd for row in rows for crowd in row.score.crowds)
    for name in names:
        mine = [crowd for row in rows for crowd in row.score.crowds if crowd.crowd == name]
        many, accused, named = (sum(getattr(c, part) for c in mine) for part in ("accounts", "accused", "named"))
        low, high = (str(percent(end, 2)) for end in rate_interval(accused, many))
        share = str(percent(accused / max(many, 1), 2))
        lines.append(
            f"{told(crowd(name)):34}{number(many):>10}{number(accused):>12}{share:>12}{f'{low} - {high}':>18}{named:8}"
        )
    return lines


def rate_interval(hits: int, of: int) -> tuple[float, float]:
    """A 95 % interval of a rate, `hits` in `of` (Wilson 1927): it tells what a crowd of seventy can show.

    >>> [round(end, 3) for end in rate_interval(1, 74)]
    [0.002, 0.073]
    """
    if not of:
        return 0.0, 1.0
    share, z = hits / of, 1.96
    middle, half = share + z * z / (2 * of), z * float(np.sqrt(share * (1 - share) / of + (z / (2 * of)) ** 2))
    return max(0.0, (middle - half) / (1 + z * z / of)), min(1.0, (middle + half) / (1 + z * z / of))


def _reliability(rows: list[Bench], kinds: list[str]) -> list[str]:
    """Of accounts with about the same chance: the chance that was said, and the share that is true."""
    lines = [f"{told(CHANCE):34}{told(ACCOUNTS):>10}{told(SAID):>12}{told(TRUE):>12}"]
    for kind in kinds:
        bins = [one for row in rows for one in row.score.reliability if one.kind == kind]
        for low in sorted({one.low for one in bins}):
            mine = [one for one in bins if one.low == low]
            many = sum(one.accounts for one in mine)
            said, true = (sum(getattr(one, part) * one.accounts for one in mine) / many for part in ("said", "true"))
            span = f"{told(WORDS[kind])}, {amount(low, 1)}–{amount(mine[0].high, 1)}"
            lines.append(f"{span:34}{number(many):>10}{_figure(said):>12}{_figure(true):>12}")
    return lines


def _rules(rows: list[Bench], kind: str) -> list[str]:
    names = dict.fromkeys(plain.name for row in rows for plain in row.plain if plain.kind == kind)
    by_name = {name: [p for row in rows for p in row.plain if (p.name, p.kind) == (name, kind)] for name in names}
    return [
        f"  {told(name):<32}{_figure(_mean(p.average_precision for p in mine)):>8}{'':27}{_share(mine):>9}"
        for name, mine in by_name.items()
    ]


def _line(name: str, ranks: list[Ranking], accused: float) -> str:
    found, recall = _mean(r.average_precision for r in ranks), _mean(r.recall for r in ranks)
    right, error = _mean(r.precision for r in ranks), _mean(r.calibration_error for r in ranks)
    figures = f"{_figure(found):>8}{_figure(recall, 2):>8}{_figure(right, 2):>11}{_figure(error):>8}"
    return f"{name:<34}{figures}{str(percent(accused, 1)):>9}"


def _figure(value: float, digits: int = 3) -> str:
    return str(amount(value, digits))


def _share(rules: list[PlainScore]) -> str:
    return str(percent(_mean(rule.accused for rule in rules), 1))


def _mean(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else float("nan")
