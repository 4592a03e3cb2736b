"""Engagement beside what is expected of an account's size: by published tables, and by the data themselves."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import rankdata, theilslopes

from graphkit.audience.rosters.candidates import nodes_of
from graphkit.errors import UsageError
from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.numbering import whole
from graphkit.language import amount, say

Floats = NDArray[np.float64]

_FEWEST: Final = 20  # accounts; a line or a percentile of fewer would be noise
_BEYOND: Final = 3.0  # bands hold up to this factor beyond the sizes that their source names

SCHEMA: Final = pa.schema(
    [
        ("id", pa.string()),
        ("followers", pa.int64()),  # claimed, or where the source does not say, seen
        ("tier", pa.string()),
        ("people", pa.float64()),  # who react to one post
        ("rate", pa.float64()),  # the same as a share of the followers
        ("expected_low", pa.float64()),  # band of the preset; null where its source says nothing
        ("expected_high", pa.float64()),
        ("percentile", pa.float64()),  # of the rate among accounts of the data, size taken out
        ("reading", pa.string()),  # as expected, below, above
    ]
)


@dataclass(frozen=True, slots=True)
class Preset:
    """A table of tiers and bands as somebody published it."""

    name: str
    source: str
    note: str
    tiers: Mapping[str, int]  # name -> smallest number of followers
    until: int | None  # where the last tier ends
    bands: tuple[tuple[float, float, float], ...]

    def tier(self, followers: int) -> str | None:
        """The tier of an account with so many followers; None where the source has no name for it."""
        if self.until is not None and followers > self.until:
            return None
        reached = [name for name, least in self.tiers.items() if followers >= least]
        return reached[-1] if reached else None

    def band(self, followers: Floats) -> tuple[Floats, Floats]:
        """The rates expected at these sizes; NaN far from the sizes that the source names."""
        if not self.bands:
            return np.full(followers.shape, np.nan), np.full(followers.shape, np.nan)
        sizes, *sides = np.log(np.array(self.bands).T)
        size = np.log(np.maximum(followers, 1.0))
        known = (size >= sizes[0] - np.log(_BEYOND)) & (size <= sizes[-1] + np.log(_BEYOND))
        low, high = (np.where(known, np.exp(np.interp(size, sizes, side)), np.nan) for side in sides)
        return low, high


@cache
def presets() -> Mapping[str, Preset]:
    """The presets as shipped, by name."""
    text = resources.files("graphkit.audience").joinpath("tiers.toml").read_text(encoding="utf-8")
    return {name: _preset(name, given) for name, given in tomllib.loads(text).items()}


def _preset(name: str, given: Mapping[str, Any]) -> Preset:
    tiers = dict(sorted(given["tiers"].items(), key=lambda tier: tier[1]))
    bands = tuple((float(size), float(low), float(high)) for size, low, high in given["bands"])
    return Preset(name, given["source"], given["note"], tiers, given.get("until"), bands)


def preset(name: str) -> Preset:
    """The preset of this name."""
    if name not in presets():
        raise UsageError(
            say("{name!r} is no preset of tiers; there are {listed}.", name=name, listed=", ".join(presets()))
        )
    return presets()[name]


def tiers_of(graph: InfluenceGraph, accounts: Sequence[str], name: str) -> dict[str, str | None]:
    """The tier of accounts (by id) in a preset: by the followers claimed, or where the source is silent, those seen."""
    table, nodes = preset(name), nodes_of(graph, accounts)
    claimed = whole(graph.accounts["followers"].take(pa.array(nodes)), -1)
    sizes = np.where(claimed >= 0, claimed, np.diff(graph.followers.indptr)[nodes])
    return {account: table.tier(size) for account, size in zip(accounts, sizes.tolist(), strict=True)}


def engagement(reach: pa.Table, *, chosen: str = "vendor") -> pa.Table:
    """Rate and count of the people who react, beside the preset's band and the data's own percentile; by id.

    `reach` is the table of `graphkit.audience.reach`. The reading compares the interval of `moved` with the band:
    "below" and "above" are said only where the whole interval lies there.
    """
    table = preset(chosen)
    followers = np.asarray(_numbers(reach, "followers"))
    followers = np.where(np.isnan(followers), _numbers(reach, "seen"), followers)
    moved, low, high = (_numbers(reach, name) for name in ("moved", "moved_low", "moved_high"))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate, rate_low, rate_high = (np.where(followers > 0, x / followers, np.nan) for x in (moved, low, high))
    expected_low, expected_high = table.band(followers)
    reading = np.select(
        [np.isnan(rate) | np.isnan(expected_low), rate_high < expected_low, rate_low > expected_high],
        ["", "below", "above"],
        say("as expected"),
    )
    columns = {
        "id": reach["id"],
        "followers": followers.astype(np.int64),
        "tier": pa.array([table.tier(int(size)) for size in followers], pa.string()),
        "people": _or_null(moved),
        "rate": _or_null(rate),
        "expected_low": _or_null(expected_low),
        "expected_high": _or_null(expected_high),
        "percentile": _or_null(_percentile(followers, rate)),
        "reading": pa.array(reading, pa.string(), mask=reading == ""),
    }
    return pa.table([columns[name] for name in SCHEMA.names], schema=SCHEMA)


@dataclass(frozen=True, slots=True)
class Fall:
    """How the rate changes with size in the data at hand."""

    accounts: int
    slope: float | None  # of log rate over log followers; None: too few accounts
    low: float | None
    high: float | None

    def __str__(self) -> str:
        if self.slope is None or self.low is None or self.high is None:
            return say(
                "{accounts} accounts with reactions are too few to say how engagement changes with size.",
                accounts=self.accounts,
            )
        tenfold = say("ten times the followers go with {what} times the rate", what=amount(10**self.slope, 2))
        if self.high < 0:
            return say("Engagement falls with size in these data: {tenfold}.", tenfold=tenfold)
        if self.low > 0:
            return say("Engagement rises with size in these data, against the usual: {tenfold}.", tenfold=tenfold)
        return say(
            "These data show no fall of engagement with size: {tenfold}, and no change is as likely.", tenfold=tenfold
        )


def fall(table: pa.Table) -> Fall:
    """How engagement changes with size in an `engagement` table (Theil-Sen slope with a 95 % interval)."""
    size, rate = _numbers(table, "followers"), _numbers(table, "rate")
    told = (size > 0) & (rate > 0)
    if told.sum() < _FEWEST or len(np.unique(size[told])) < 3:
        return Fall(int(told.sum()), None, None, None)
    rows = np.flatnonzero(told)
    rows = rows[:: 1 + len(rows) // 2_000]  # all pairs of slopes: 2 million are enough
    slope, _, low, high = theilslopes(np.log(rate[rows]), np.log(size[rows]), 0.95)
    return Fall(int(told.sum()), float(slope), float(low), float(high))


def _percentile(followers: Floats, rate: Floats) -> Floats:
    """Rank of the rate among all accounts once what size explains is taken out, in 0..100."""
    told = (followers > 0) & (rate > 0)
    result = np.full(len(rate), np.nan)
    if told.sum() < _FEWEST:
        return result
    size, level = np.log(followers[told]), np.log(rate[told])
    line = np.polynomial.Polynomial.fit(size, level, 1 if np.ptp(size) > 0 else 0)
    surplus = level - line(size)
    result[told] = 100.0 * (rankdata(surplus) - 0.5) / told.sum()
    return result


def _numbers(table: pa.Table, name: str) -> Floats:
    return np.asarray(table[name].cast(pa.float64()).to_numpy(zero_copy_only=False))


def _or_null(values: Floats) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))
