"""The next day, held out: recent acts count as far as the data say, and the interval holds what comes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from scene import START

from graphkit.audience.rates.tomorrow import tomorrow
from graphkit.errors import UsageError
from graphkit.graphs.graph import InfluenceGraph
from graphkit.verdicts import Verdicts

DAY = 86_400_000


def days(seed: int, *, fading: bool) -> tuple[InfluenceGraph, np.ndarray]:
    """300 accounts over eight days, and the people of the ninth; fading accounts had their day at different times."""
    rng = np.random.default_rng(seed)
    level, best = rng.lognormal(2.0, 1.0, 300), rng.uniform(-2, 8, 300)
    actor, target, at = [], [], []
    truth = np.zeros(300)
    for day in range(9):
        shape = np.exp(-((day - best) ** 2) / 4) if fading else np.full(300, 0.3)
        counts = rng.poisson(level * shape)
        truth = counts
        if day < 8:
            who = np.repeat(np.arange(300), counts)
            target += [f"s{k:03}" for k in who]
            actor += [f"u{k}" for k in rng.integers(0, 10**6, len(who))]
            at += (START + day * DAY + rng.integers(0, DAY, len(who))).tolist()
    table = pa.table({"actor": actor, "target": target, "kind": ["repost"] * len(at), "at": at})
    return InfluenceGraph.build({"interactions": table}), truth


@pytest.mark.parametrize("fading", [False, True])
def test_the_next_day_is_told_better_than_by_counting_and_within_its_interval(fading: bool) -> None:
    inside, better = [], []
    for seed in range(4):
        graph, truth = days(seed, fading=fading)
        table = tomorrow(graph, Verdicts.unknown(graph)).to_pandas()
        table = table[table["id"].str.startswith("s")]
        real = truth[table["id"].str[1:].astype(int)]
        past = np.diff(graph.layer().T.tocsr().indptr)[[graph.node(one) for one in table["id"]]] / 8
        inside.append(((table["low"] <= real) & (real <= table["high"])).mean())
        better.append(np.abs(past - real).mean() - np.abs(table["expected"] - real).mean())
    assert np.mean(inside) >= 0.93
    assert np.mean(better) > (0.5 if fading else -0.1)  # where nothing fades counting is right, and nothing is lost


def test_one_day_of_data_tells_no_next_day() -> None:
    table = pa.table({"actor": ["a", "b"], "target": ["s", "s"], "kind": ["like"] * 2, "at": [START, START + 1000]})
    graph = InfluenceGraph.build({"interactions": table})
    with pytest.raises(UsageError, match="span less than two days"):
        tomorrow(graph, Verdicts.unknown(graph))
