"""Mutual ties looked up by their ends, and what is usual without some of them."""

from __future__ import annotations

import numpy as np
import pytest

from graphkit.measures.hollow import HollowTies

FIRST, SECOND = np.triu_indices(9, k=1)


def ties(seed: int) -> HollowTies:
    rng = np.random.default_rng(seed)
    gap = rng.integers(0, 6, len(FIRST)).astype(float)  # many are equal
    gap[rng.random(len(gap)) < 0.2] = np.nan
    nothing = np.zeros(len(FIRST))
    return HollowTies(9, FIRST, SECOND, nothing > 0, nothing, nothing, nothing, gap)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_usual_leaves_the_asked_ties_out(seed):
    mutual = ties(seed)
    members = np.sort(np.random.default_rng(seed).choice(9, 4, replace=False))
    inside = mutual.inside(members)
    assert inside.tolist() == np.flatnonzero(np.isin(FIRST, members) & np.isin(SECOND, members)).tolist()
    assert mutual.usual_gap(inside) == np.nanmedian(np.delete(mutual.gap, inside))


def test_nothing_is_usual_where_no_other_tie_has_a_time():
    mutual = ties(0)
    assert np.isnan(mutual.usual_gap(np.arange(len(FIRST))))


def test_ranks_of_equal_times_stand_in_the_middle():
    mutual = ties(3)
    known = ~np.isnan(mutual.gap)
    for tie in np.flatnonzero(known):
        below, equal = (mutual.gap[known] < mutual.gap[tie]).sum(), (mutual.gap[known] == mutual.gap[tie]).sum()
        assert mutual.rank[tie] == pytest.approx((below + equal / 2) / known.sum())
    assert (mutual.rank[~known] == 1).all()
