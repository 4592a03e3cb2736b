"""How well a run answers where the truth is known: ranking, groups, false accusations, calibration, reach.

An account without an answer (null) ranks lowest and is never accused. Accounts whose truth is null are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import ArrayLike, NDArray
from scipy.stats import kendalltau

from graphkit.errors import DataError
from graphkit.lab.truth import Truth
from graphkit.language import say

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

KINDS: Final = ("bot", "ring", "pod", "compromised")
ACCUSED: Final = 0.5  # the chance from which an account counts as accused
SAME: Final = 0.5  # the Jaccard index from which a finding is the planted group
ANSWERS: Final[Mapping[str, tuple[str, ...]]] = {  # planted kind -> kinds of findings that name it rightly
    "farm": ("bot_cluster", "bought_followers"),
    "amplifier": ("bot_cluster",),
    "ring": ("follow_ring",),
    "pod": ("pod",),
    "takeover": ("compromised",),
    "trend_push": ("trend_push",),
}
FEWEST_FOLLOWERS: Final = 10  # audiences below that are not compared
FEWEST_POSTS: Final = 5  # nor reactions to fewer posts
OTHERS: Final = "everybody else"


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well one of the account answers ranks and how far its chances can be believed."""

    kind: str
    positives: int
    accounts: int
    average_precision: float | None  # None: there are none to find
    recall: float | None  # at p >= 0.5
    precision: float | None  # at p >= 0.5; None: nobody is accused
    calibration_error: float | None  # mean distance between chance and frequency, over ten bins of chance
    unanswered: float  # share of accounts without an answer


@dataclass(frozen=True, slots=True)
class Bin:
    """Accounts of about the same chance: what was said, and how many were it."""

    kind: str
    low: float
    high: float
    accounts: int
    said: float
    true: float


@dataclass(frozen=True, slots=True)
class Groups:
    """How many planted groups of a kind some finding names."""

    kind: str
    planted: int
    found: int
    jaccard: float | None  # mean of the best


@dataclass(frozen=True, slots=True)
class Accusations:
    """How many innocent accounts of a crowd are accused: by a chance, or by being named in a finding."""

    crowd: str
    accounts: int
    accused: int
    named: int  # findings of which this crowd makes up half or more and planted accounts less than half

    @property
    def rate(self) -> float:
        return self.accused / self.accounts if self.accounts else 0.0


@dataclass(frozen=True, slots=True)
class Estimates:
    """How well estimates of an audience order and hold the true numbers."""

    measure: str  # real, moved
    accounts: int
    tau: float | None
    top: float | None  # share of the true top 5 % that is in the estimated top 5 %
    covered: float | None  # share of intervals that hold the truth
    bias: float | None  # sum of the estimates against the sum of the truths, minus 1


@dataclass(frozen=True, slots=True)
class Score:
    """All figures of a run against a truth; `table()` prints them."""

    rankings: tuple[Ranking, ...]
    reliability: tuple[Bin, ...]
    groups: tuple[Groups, ...]
    findings: int
    false_findings: int  # less than half of the members are planted
    crowds: tuple[Accusations, ...]
    victims_called_bots: float | None
    bots_called_victims: float | None
    estimates: tuple[Estimates, ...] = field(default=())
    wrongly: Mapping[str, float] = field(
        default_factory=dict
    )  # kind -> share of innocent accounts with its chance >= 0.5

    def accused(self, kind: str) -> float | None:
        """Share of the innocent accounts that this answer accuses."""
        return self.wrongly.get(kind)

    def ranking(self, kind: str) -> Ranking:
        return next(row for row in self.rankings if row.kind == kind)

    def crowd(self, name: str) -> Accusations:
        return next(row for row in self.crowds if row.crowd == name)

    def estimate(self, measure: str) -> Estimates:
        return next(row for row in self.estimates if row.measure == measure)

    @property
    def worst_crowd(self) -> float:
        """The highest rate of accused accounts in any innocent crowd."""
        return max((row.rate for row in self.crowds), default=0.0)

    def table(self) -> str:
        """The figures as text, a block for each question."""
        lines = [_line("accounts", "true", "AP", "recall", "precision", "ECE", "no answer")]
        for r in self.rankings:
            figures = (r.average_precision, r.recall, r.precision, r.calibration_error, r.unanswered)
            lines.append(_line(r.kind, r.positives, *map(_figure, figures)))
        lines += ["", _line("groups", "planted", "found", "Jaccard")]
        lines += [_line(g.kind, g.planted, g.found, _figure(g.jaccard)) for g in self.groups]
        lines += [_line("findings", self.findings, "false", self.false_findings)]
        lines += ["", _line("innocent", "accounts", "accused", "share", "groups")]
        lines += [_line(c.crowd, c.accounts, c.accused, _figure(c.rate), c.named) for c in self.crowds]
        lines += ["", _line("mixed up", "share")]
        lines += [_line("victims called bots", _figure(self.victims_called_bots))]
        lines += [_line("bots called victims", _figure(self.bots_called_victims))]
        if self.estimates:
            lines += ["", _line("estimates", "accounts", "tau", "top 5 %", "covered", "bias")]
        for e in self.estimates:
            lines.append(_line(e.measure, e.accounts, *map(_figure, (e.tau, e.top, e.covered, e.bias))))
        return "\n".join(lines)


def _line(name: str, *cells: object) -> str:
    return f"{name:<20}" + "".join(f"{cell!s:>10}" for cell in cells)


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def score(results: Path | Mapping[str, pa.Table], truth: Truth) -> Score:
    """The figures of a results folder, or of its tables (accounts, findings, reach), against the truth."""
    tables = _read(results) if isinstance(results, Path) else results
    known = _Known.of(tables["accounts"], truth)
    findings = _Findings.of(tables.get("findings"), known.place)
    return Score(
        rankings=tuple(_ranking(kind, known) for kind in KINDS),
        reliability=tuple(row for kind in KINDS for row in _reliability(kind, known)),
        groups=tuple(_groups(kind, findings, truth) for kind in ANSWERS if truth.members(kind)),
        findings=len(findings.members),
        false_findings=sum(_is_false(members, known) for members in findings.members),
        crowds=tuple(_crowds(known, findings, truth)),
        victims_called_bots=_called(known, "compromised", "bot"),
        bots_called_victims=_called(known, "bot", "compromised"),
        estimates=tuple(_estimates(tables["reach"], truth)) if "reach" in tables else (),
        wrongly={kind: float((known.said[kind][~known.planted] >= ACCUSED).mean()) for kind in KINDS},
    )


def average_precision(truth: ArrayLike, scores: ArrayLike) -> float | None:
    """Area under the precision-recall steps; equal scores count as one step, NaN ranks lowest. None: nothing to find.

    >>> average_precision([True, False, True], [0.9, 0.8, 0.7])
    0.8333333333333333
    """
    wanted = np.asarray(truth, bool)
    values = np.asarray(scores, np.float64)
    if not wanted.any():
        return None
    values = np.where(np.isnan(values), np.nanmin(values, initial=0.0) - 1, values)
    order = np.argsort(-values, kind="stable")
    ends = np.r_[np.flatnonzero(np.diff(-values[order]) > 0), len(values) - 1]
    hits = np.cumsum(wanted[order])[ends]
    steps = np.diff(np.r_[0, hits]) / wanted.sum()
    return float((steps * hits / (ends + 1)).sum())


def _read(folder: Path) -> dict[str, pa.Table]:
    if not (folder / "accounts.parquet").exists():
        raise DataError(
            say("{folder} holds no accounts.parquet; give the folder that `analyze --out` wrote.", folder=folder)
        )
    names = ("accounts", "findings", "reach")
    return {name: pq.read_table(path) for name in names if (path := folder / f"{name}.parquet").exists()}


@dataclass(frozen=True)
class _Known:
    """Truth and answers side by side, one row an account of the truth."""

    ids: tuple[str, ...]
    place: Mapping[str, int]
    true: Mapping[str, Floats]  # 1, 0 or NaN
    said: Mapping[str, Floats]  # a chance or NaN
    label: tuple[str | None, ...]

    @classmethod
    def of(cls, answers: pa.Table, truth: Truth) -> _Known:
        ids = truth.accounts["id"].combine_chunks()
        rows = pc.index_in(ids, value_set=answers["id"].combine_chunks())
        said = {kind: _floats(answers[f"p_{kind}"].take(rows)) for kind in KINDS}
        true = {kind: _floats(truth.accounts[kind]) for kind in KINDS}
        label = answers["label"].take(rows).to_pylist() if "label" in answers.column_names else [None] * len(ids)
        names = ids.to_pylist()
        place = {name: row for row, name in enumerate(names)}
        return cls(tuple(names), place, true, said, tuple(label))

    @property
    def planted(self) -> Flags:
        """Accounts that are anything but innocent, or not to be scored."""
        flags: Flags = np.any([~(self.true[kind] == 0) for kind in KINDS], axis=0)
        return flags

    @property
    def suspected(self) -> Flags:
        flags: Flags = np.any([self.said[kind] >= ACCUSED for kind in KINDS], axis=0)
        return flags


def _floats(column: pa.ChunkedArray) -> Floats:
    values: Floats = column.cast(pa.float64()).to_numpy().astype(np.float64)
    return values


@dataclass(frozen=True)
class _Findings:
    """Rows of the members of each finding, as rows of the truth."""

    kinds: tuple[str, ...]
    members: tuple[frozenset[int], ...]

    @classmethod
    def of(cls, table: pa.Table | None, place: Mapping[str, int]) -> _Findings:
        found: dict[tuple[str, str], set[int]] = {}
        for row in table.select(["finding", "kind", "account", "role"]).to_pylist() if table is not None else ():
            if row["role"] == "member":
                found.setdefault((row["finding"], row["kind"]), set()).add(place.get(row["account"], -1))
        return cls(tuple(kind for _, kind in found), tuple(frozenset(m - {-1}) for m in found.values()))


def _ranking(kind: str, known: _Known) -> Ranking:
    counted = ~np.isnan(known.true[kind])
    true, said = known.true[kind][counted] == 1, known.said[kind][counted]
    accused = said >= ACCUSED
    answered = ~np.isnan(said)
    return Ranking(
        kind=kind,
        positives=int(true.sum()),
        accounts=len(true),
        average_precision=average_precision(true, said),
        recall=float(accused[true].mean()) if true.any() else None,
        precision=float(true[accused].mean()) if accused.any() else None,
        calibration_error=calibration_error(true[answered], said[answered]),
        unanswered=float(1 - answered.mean()) if len(said) else 0.0,
    )


def calibration_error(truth: Flags, chances: Floats, *, bins: int = 10) -> float | None:
    """Mean distance between the chance said and the share that is true, over bins of equal width, by their sizes."""
    if not len(chances):
        return None
    rows = _bins(truth, chances, bins)
    return float(sum(count * abs(said - true) for _, count, said, true in rows) / len(chances))


def _bins(truth: Flags, chances: Floats, bins: int) -> list[tuple[int, int, float, float]]:
    number = np.minimum((chances * bins).astype(np.int64), bins - 1)
    rows = []
    for one in np.unique(number):
        inside = number == one
        rows.append((int(one), int(inside.sum()), float(chances[inside].mean()), float(truth[inside].mean())))
    return rows


def _reliability(kind: str, known: _Known, bins: int = 10) -> list[Bin]:
    counted = ~np.isnan(known.true[kind]) & ~np.isnan(known.said[kind])
    rows = _bins(known.true[kind][counted] == 1, known.said[kind][counted], bins)
    return [Bin(kind, one / bins, (one + 1) / bins, count, said, true) for one, count, said, true in rows]


def _groups(kind: str, findings: _Findings, truth: Truth) -> Groups:
    place = {name: row for row, name in enumerate(truth.accounts["id"].to_pylist())}
    fitting = [m for m, said in zip(findings.members, findings.kinds, strict=True) if said in ANSWERS[kind]]
    best = []
    for members in truth.members(kind).values():
        rows = frozenset(place[name] for name in members)
        best.append(max((len(rows & other) / len(rows | other) for other in fitting), default=0.0))
    return Groups(kind, len(best), sum(value >= SAME for value in best), float(np.mean(best)) if best else None)


def _is_false(members: frozenset[int], known: _Known) -> bool:
    rows = np.fromiter(members, np.int64)
    return bool(known.planted[rows].mean() < 0.5) if len(rows) else False


def _crowds(known: _Known, findings: _Findings, truth: Truth) -> list[Accusations]:
    named = np.zeros(len(known.ids), bool)
    named[list({row for members in findings.members for row in members})] = True
    innocent = ~known.planted
    accused = (known.suspected | named) & innocent
    false = [members for members in findings.members if _is_false(members, known)]
    rest = innocent.copy()
    rows = []
    for crowd, accounts in truth.crowds().items():
        inside = np.zeros(len(known.ids), bool)
        inside[[known.place[name] for name in accounts]] = True
        rest &= ~inside
        rows.append(_accusations(crowd, inside & innocent, accused, false))
    return [*rows, _accusations(OTHERS, rest, accused, false)]


def _accusations(crowd: str, inside: Flags, accused: Flags, false: Sequence[frozenset[int]]) -> Accusations:
    named = sum(bool(inside[list(members)].mean() >= 0.5) for members in false)
    return Accusations(crowd, int(inside.sum()), int((accused & inside).sum()), named)


def _called(known: _Known, kind: str, label: str) -> float | None:
    rows = np.flatnonzero(known.true[kind] == 1)
    return float(np.mean([known.label[row] == label for row in rows])) if len(rows) else None


def _estimates(reach: pa.Table, truth: Truth) -> list[Estimates]:
    audience = truth.audience.filter(truth.audience["creator"]) if truth.audience.num_rows else truth.audience
    rows = pc.index_in(audience["id"].combine_chunks(), value_set=reach["id"].combine_chunks())
    if not audience.num_rows or not reach.num_rows:
        return []
    said = reach.take(pc.fill_null(rows, 0))
    there = rows.is_valid().to_numpy(zero_copy_only=False)
    enough = {
        "real": there & (audience["followers"].to_numpy() >= FEWEST_FOLLOWERS),
        "moved": there & (audience["posts"].to_numpy() >= FEWEST_POSTS),
    }
    true = {"real": audience["people"], "moved": audience["moved"]}
    return [_estimate(name, said.filter(pa.array(ok)), true[name].filter(pa.array(ok))) for name, ok in enough.items()]


def _estimate(measure: str, said: pa.Table, true: Any) -> Estimates:
    middle, low, high = (_floats(said[name]) for name in (measure, f"{measure}_low", f"{measure}_high"))
    truth = _floats(true)
    known = ~np.isnan(middle) & ~np.isnan(truth)
    if known.sum() < 2:
        return Estimates(measure, int(known.sum()), None, None, None, None)
    middle, truth, low, high = (values[known] for values in (middle, truth, low, high))
    top = max(1, round(0.05 * len(truth)))
    best = set(np.argsort(-truth, kind="stable")[:top].tolist())
    return Estimates(
        measure=measure,
        accounts=len(truth),
        tau=float(kendalltau(middle, truth).statistic),
        top=len(best & set(np.argsort(-middle, kind="stable")[:top].tolist())) / top,
        covered=float(np.mean((low <= truth) & (truth <= high))),
        bias=float(middle.sum() / max(truth.sum(), 1e-9) - 1),
    )
