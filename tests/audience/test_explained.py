"""No score without its parts; ties that end together; talk."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from scene import DAY, START, judged, names, network

from graphkit.audience.bonds import bonds
from graphkit.audience.rates.conditional import conditional_ties
from graphkit.audience.rates.explained import Score, score_of
from graphkit.audience.reach import estimate
from graphkit.audience.rosters.candidates import Candidates, Rules
from graphkit.audience.rosters.roster import roster
from graphkit.dataset import SCHEMAS, Dataset
from graphkit.errors import UsageError
from graphkit.graphs.graph import InfluenceGraph


def test_b307_the_parts_of_a_score_sum_to_it_or_it_is_refused() -> None:
    """B307: no view shows a score without its parts."""
    graph = network([(one, star) for star, reached in (("a", 10), ("b", 8)) for one in names("u", reached)])
    made = score_of(roster(Candidates.of(graph, ["a", "b"]), Rules(most=2)))
    assert sum(value for _, value in made.parts) == made.value == 10.0
    with pytest.raises(UsageError, match="sum to 3, not to 4"):
        Score("made up", "a", 4, "", (("one", 1), ("two", 2)))


def test_b308_explaining_a_score_prints_formula_parts_and_version() -> None:
    """B308, B309: beside the number stand its interval and what the data cannot say."""
    graph = network([(one, "star") for one in names("u", 10)])
    told = score_of(estimate(graph, "star", judged(graph, bots={"u0000": 1.0, "u0001": 1.0})))
    assert list(told.explain()) == [
        "real reach of star, version 1: followers less those taken off, each for one reason",
        "+10.00  followers",
        "-0.00  came as part of a purchase",
        "-0.00  follow only to be followed back",
        "-2.00  accounts that run automatically",
        "-0.00  abandoned: silent for long, unlike before",
        "= 8.00",
        "95% interval 8 to 8",
        "The data hold no dated acts: who is inactive cannot be known, nobody is removed for it.",
        "The data hold no interactions: who engages cannot be said.",
    ]


def test_b309_cautions_stand_beside_the_score() -> None:
    """B309: useful, but beside the rest."""
    graph = network([(one, "star") for one in names("u", 10)])
    assert len(score_of(estimate(graph, "star", judged(graph))).cautions) == 3


def ended(lags: list[float]) -> InfluenceGraph:
    """A trader who left one partner every ten days; each partner left in turn after so many days."""
    rows = []
    for k, lag in enumerate(lags):
        left = START + 10 * k * DAY
        for one, other, at in (("trader", f"p{k:02}", left), (f"p{k:02}", "trader", left + int(lag * DAY))):
            rows.append({"follower": one, "followed": other, "at": START - DAY, "ended_at": at})
    return InfluenceGraph.build(Dataset.of({"follows": pa.Table.from_pylist(rows, SCHEMAS["follows"])}))


def test_b005_leaving_that_is_answered_by_leaving_is_told_from_leaving_at_random() -> None:
    """B005: the planted lag of two days is found, random unfollows are not."""
    found = conditional_ties(ended([2.0] * 20), "trader")
    assert (found.left, found.answered) == (20, 20)
    assert found.p is not None and found.p < 1e-12
    rng = np.random.default_rng(0)
    chance = conditional_ties(ended((rng.uniform(0, 190, 20) - 10 * np.arange(20)).tolist()), "trader")
    assert chance.p is not None and chance.p > 0.05
    assert conditional_ties(network([("a", "b")]), "a").p is None


def test_b302_who_enriches_by_talk_is_told_by_the_share_of_answers_given() -> None:
    """B302: of ten people who turned to it, the talker answered six and the silent account none."""
    acts = [
        {"actor": one, "target": who, "kind": "reply", "at": START}
        for who in ("talks", "silent")
        for one in names("p", 10)
    ]
    acts += [{"actor": "talks", "target": one, "kind": "reply", "at": START + 1} for one in names("p", 6)]
    graph = network(interactions=acts)
    found = {row["id"]: row["answered_share"] for row in bonds(graph, judged(graph)).to_pylist()}
    assert (found["talks"], found["silent"]) == (0.6, 0.0)
