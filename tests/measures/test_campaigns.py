"""Authors that a hand serves: who is met by the same strangers to the minute, and which authors two hands share."""

from dataclasses import replace

import numpy as np
import pytest

from graphkit.graphs.graph import InfluenceGraph
from graphkit.lab import worlds
from graphkit.measures.campaigns.apart import apart
from graphkit.measures.campaigns.moments import Strays, chance_to_meet, met_again, rarely_met, strays_of
from graphkit.measures.streams.marks import marks_of
from graphkit.measures.streams.second import second_hand

ACCOUNTS, AUTHORS, POSTS = 300, 20, 12
MINUTE = 60_000


def some_strays(rng, ring=(), served=()):
    """Everybody finds a few posts by chance; those in a ring meet on every post of the authors they serve."""
    free = [
        (int(rng.integers(ACCOUNTS)), int(rng.integers(AUTHORS * POSTS)), float(rng.exponential(90)))
        for _ in range(900)
    ]
    told = [
        (one, author * POSTS + post, 6 + 4 * float(rng.random()))
        for author in served for post in range(POSTS) for one in ring if rng.random() < 0.3
    ]  # fmt: skip
    rows = sorted({(post, who): delay for who, post, delay in free + told}.items())
    post, actor = (np.array([key[place] for key, _ in rows]) for place in range(2))
    delay = np.array([int(value * MINUTE) for _, value in rows])
    order = np.lexsort((delay, post))
    found = Strays(actor, post, post // POSTS, delay, delay, np.repeat(np.arange(AUTHORS), POSTS))
    return replace(found.only(order), authors=found.authors)


def test_moments_are_found_as_by_looking_at_every_three_acts():
    found = some_strays(np.random.default_rng(1), ring=range(12), served=(3,))
    naive = np.zeros(len(found), bool)
    for one in range(len(found)):
        near = [
            other for other in range(len(found))
            if found.post[other] == found.post[one] and abs(found.at[other] - found.at[one]) <= 10 * MINUTE
        ]  # fmt: skip
        naive[one] = any(
            max(found.at[[one, a, b]]) - min(found.at[[one, a, b]]) <= 10 * MINUTE
            for a in near for b in near if len({one, a, b}) == 3
        )  # fmt: skip
    assert naive.any()
    assert not naive.all()
    np.testing.assert_array_equal(found.met, naive)


def test_strangers_who_meet_again_give_their_author_away():
    who, whose, q = met_again(some_strays(np.random.default_rng(2), ring=range(12), served=(3, 7)), ACCOUNTS)
    assert set(np.flatnonzero(q < 0.05)) == {3, 7}
    assert set(who[whose == 3]) <= set(range(ACCOUNTS))
    assert np.isin(range(12), who[whose == 3]).mean() > 0.8


@pytest.mark.parametrize("seed", range(5))
def test_strangers_by_chance_give_nobody_away(seed):
    found = some_strays(np.random.default_rng(seed))
    assert met_again(found, ACCOUNTS)[2].min() > 0.05
    members = np.arange(ACCOUNTS) < 20
    _, p = rarely_met(found, members, chance_to_meet(found))
    assert p.min() > 1e-3


def test_members_of_a_hand_meet_on_the_posts_of_the_others_that_it_serves():
    found = some_strays(np.random.default_rng(3), ring=range(12), served=(3, 7))
    members = np.arange(ACCOUNTS) < 12
    posts, p = rarely_met(found, members, chance_to_meet(found))
    assert posts[7] >= 2
    assert set(np.flatnonzero(p < 1e-4)) == {3, 7}


def test_two_hands_that_serve_one_author_both_are_told_apart():
    rng = np.random.default_rng(4)
    pairs = [
        (author, account)
        for hand, authors in enumerate(((0, 1, 2, 6), (3, 4, 5, 6)))
        for author in authors for account in range(40 * hand, 40 * hand + 40) if rng.random() < 0.5
    ]  # fmt: skip
    author, account = (np.array(part) for part in zip(*pairs, strict=True))
    first, second = apart(author, account)
    assert {0, 1, 2} <= set(first) or {0, 1, 2} <= set(second)
    assert {3, 4, 5} <= set(first) or {3, 4, 5} <= set(second)
    assert sorted([*first, *second]) == list(range(7))


def test_one_hand_is_left_whole():
    rng = np.random.default_rng(5)
    author, account = np.nonzero(rng.random((6, 60)) < 0.4)
    [whole] = apart(author, account)
    assert list(whole) == list(range(6))


def test_in_a_made_up_world_the_authors_of_a_stealthy_hand_are_found():
    world = worlds.make("stealth", accounts=4_000, seed=21)
    graph = InfluenceGraph.build(world.dataset)
    assert len(strays_of(graph, marks_of(graph)))
    groups = world.truth.groups.to_pandas()
    truth = groups[(groups.kind == "takeover") & (groups.role == "beneficiary")].account
    found = np.unique(np.concatenate([one.campaign.authors for one in second_hand(graph, 0).hands]))
    served = set(graph.ids(found))
    assert len(served & set(truth)) >= 0.6 * truth.nunique()
    assert len(served - set(truth)) <= 0.2 * len(served)
