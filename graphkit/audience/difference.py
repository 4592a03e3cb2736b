"""Two sets of posts or of accounts side by side: how many times the engagement, with an interval, or no difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphkit.audience.commands import with_all_commands
from graphkit.audience.fit.risks import are_adverts
from graphkit.audience.people import People
from graphkit.audience.reactions import reactions
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import amount, say
from graphkit.settings import Settings, defaults
from graphkit.verdicts import Verdicts

Floats = NDArray[np.float64]

_FEWEST: Final = 5  # on each side; an interval over fewer says nothing
_DRAWS: Final = 2_000  # of the bootstrap
_MORE, _LESS, _EQUAL = say("more"), say("less"), say("no difference can be told")


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean of one set over the mean of another; None: too few to say."""

    one: str
    other: str
    counts: tuple[int, int]
    means: tuple[float, float]
    ratio: float | None
    low: float | None
    high: float | None

    def explain(self) -> Iterator[str]:
        """The ratio with its interval, or why there is none."""
        if self.ratio is None or self.low is None or self.high is None:
            yield say(
                "{one} and {other} cannot be compared: {some} and {others}, {fewest} of each are needed.",
                one=self.one,
                other=self.other,
                some=self.counts[0],
                others=self.counts[1],
                fewest=_FEWEST,
            )
            return
        yield say(
            "{one} get {ratio} times ({low} to {high}) what {other} get ({some} and {others}): {verdict}.",
            one=self.one,
            other=self.other,
            ratio=amount(self.ratio, 2),
            low=amount(self.low, 2),
            high=amount(self.high, 2),
            some=self.counts[0],
            others=self.counts[1],
            verdict=_MORE if self.low > 1.0 else _LESS if self.high < 1.0 else _EQUAL,
        )


def adverts_and_others(
    graph: InfluenceGraph, account: str, verdicts: Verdicts, *, settings: Settings | None = None, seed: int = 0
) -> Difference:
    """People who react to a post: adverts of one account (id or "@handle") against its other posts."""
    chosen = (settings or defaults()).reach
    verdicts = with_all_commands(graph, verdicts)
    people = People.of(graph, verdicts, findings=(), settings=chosen)
    found = reactions(graph, people, verdicts=verdicts, settings=chosen)
    rows = np.flatnonzero((found.author == graph.node(account)) & found.counted)
    advert = are_adverts(graph, rows)
    level = found.people[rows] / found.exposure[rows]
    return _difference((say("adverts"), say("other posts")), (level[advert], level[~advert]), seed)


def between_tiers(table: pa.Table, one: str, other: str, *, seed: int = 0) -> Difference:
    """The rate of engagement of two tiers, from an `engagement` table."""
    tier = np.array(table["tier"].to_pylist(), dtype=object)
    rate = table["rate"].to_numpy(zero_copy_only=False)
    sides = [rate[(tier == name) & ~np.isnan(rate)] for name in (one, other)]
    return _difference((_of_tier(one), _of_tier(other)), (sides[0], sides[1]), seed)


def _of_tier(tier: str) -> str:
    return say("{tier} accounts", tier=say(tier))  # names of tiers stand in the catalogues


def _difference(names: tuple[str, str], sides: tuple[Floats, Floats], seed: int) -> Difference:
    """The ratio of two means; the interval is a bootstrap of both sides."""
    counts = len(sides[0]), len(sides[1])
    means = tuple(float(side.mean()) if len(side) else 0.0 for side in sides)
    if min(counts) < _FEWEST or means[1] <= 0.0:
        return Difference(*names, counts, (means[0], means[1]), None, None, None)
    rng = np.random.default_rng(seed)
    drawn = [side[rng.integers(0, len(side), (_DRAWS, len(side)))].mean(axis=1) for side in sides]
    ratios = drawn[0] / np.maximum(drawn[1], 1e-12)
    low, high = np.quantile(ratios, [0.025, 0.975])
    return Difference(*names, counts, (means[0], means[1]), means[0] / means[1], float(low), float(high))
