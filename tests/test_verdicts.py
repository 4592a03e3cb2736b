"""What the detectors say apart becomes one answer: no account is a machine and a person under a second hand at once."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from graphkit.detectors import every
from graphkit.evidence import Detection
from graphkit.graphs.graph import InfluenceGraph
from graphkit.verdicts import verdicts

NAN = float("nan")


@pytest.fixture(scope="module")
def graph() -> InfluenceGraph:
    follows = [{"follower": f"a{n}", "followed": f"a{(n + k) % 8}"} for n in range(8) for k in (1, 2, 3)]
    import pyarrow as pa

    return InfluenceGraph.build({"follows": pa.Table.from_pylist(follows)})


def judged(graph: InfluenceGraph, bot: list[float], second: list[float]):
    detections = {
        "bot_clusters": Detection((), scores={"p_bot": np.array(bot)}),
        "compromised_accounts": Detection((), scores={"p_compromised": np.array(second)}),
    }
    assert set(detections) <= {kind.NAME for kind in every()}
    return verdicts(graph, detections)


def test_chances_of_machine_and_second_hand_multiply_as_odds_and_sum_to_one_at_most(graph):
    bot = [0.0, 0.5, 0.9, 0.9, 1.0, 1.0, 0.2, 0.999]
    second = [0.5, 0.0, 0.5, 0.9, 0.5, 1.0, 0.99, 0.999]
    said = judged(graph, bot, second)
    # over "machine", "second hand", "neither": 0.9 * 0.5 : 0.5 * 0.1 : 0.1 * 0.5
    assert said.p_bot[2] == pytest.approx(0.45 / 0.55)
    assert said.p_compromised[2] == pytest.approx(0.05 / 0.55)
    assert said.p_bot.tolist()[:2] == [0.0, 0.5]
    assert said.p_compromised.tolist()[:2] == [0.5, 0.0]
    assert said.p_bot[4] == pytest.approx(1.0)
    assert said.p_bot[5] == said.p_compromised[5] == 0.5
    assert (said.p_bot + said.p_compromised <= 1.0 + 1e-12).all()
    assert said.label[6] == "compromised"
    assert np.allclose(said.authentic, 1.0 - said.p_bot)


def test_where_one_is_not_known_the_other_stays_and_the_unknown_stays_unknown(graph):
    said = judged(graph, [NAN, 0.7, NAN, 0.1, 0.1, 0.1, 0.1, 0.1], [0.8, NAN, NAN, 0.1, 0.1, 0.1, 0.1, 0.1])
    assert said.p_compromised[0] == 0.8
    assert np.isnan(said.p_bot[0])
    assert said.p_bot[1] == 0.7
    assert np.isnan(said.p_compromised[1])
    assert np.isnan(said.p_bot[2])


def test_a_rising_chance_of_one_never_raises_the_other(graph):
    steps = (0.1, 0.4, 0.7, 0.95)
    for low, c in product(zip(steps, steps[1:], strict=False), steps):
        one, more = (judged(graph, [b] * 8, [c] * 8) for b in low)
        assert more.p_bot[0] > one.p_bot[0]
        assert more.p_compromised[0] < one.p_compromised[0]
