"""How many people one post moves: by hand, and against worlds whose true rates are known."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from scene import DAY, START, judged, like, names, network
from scipy.stats import kendalltau

from graphkit.audience.rates.delays import Delays
from graphkit.audience.rates.hidden import unevenness
from graphkit.audience.rates.shrinkage import common_dispersion
from graphkit.audience.reach import estimate, reach
from graphkit.dataset import Dataset
from graphkit.graphs.graph import InfluenceGraph
from graphkit.verdicts import Verdicts

HOUR = DAY // 24


def moved(graph: InfluenceGraph, verdicts: Verdicts, account: str = "star") -> tuple[float, float, float] | None:
    found = estimate(graph, account, verdicts).moved
    return None if found is None else (found.low, found.value, found.high)


def test_posts_without_a_reaction_count() -> None:
    posts = [{"id": f"q{k}", "author": "star", "at": START + k * DAY} for k in range(4)]
    acts = [
        like(one, f"q{k}", START + k * DAY + HOUR) for k, count in enumerate((2, 0, 1)) for one in names("p", count)
    ]
    graph = network(interactions=acts, posts=posts)
    low, value, high = moved(graph, judged(graph)) or (0, 0, 0)
    assert value == 0.75  # (2 + 0 + 1 + 0) / 4
    assert 0.1 < low < 0.35  # exact Poisson limits of 3 events in 4 posts: 0.15 and 2.19
    assert 1.7 < high < 2.6


def test_only_distinct_people_acting_of_their_own_will_count() -> None:
    at = START + HOUR
    acts = [
        like("twice", "q", at),
        like("twice", "q", at, kind="repost"),
        like("half", "q", at),
        like("machine", "q", at),
        like("told", "q", at),
        like("star", "q", at),  # the author under the own post
        {"actor": "x", "target": "star", "kind": "mention", "post": "q", "at": at},  # no reaction to the post
    ]
    graph = network(interactions=acts, posts=[{"id": "q", "author": "star", "at": START}])
    commanded = (graph.events.actor == graph.node("told")).astype(np.float32)
    verdicts = replace(judged(graph, bots={"machine": 1.0, "half": 0.5}), commanded=commanded)
    _, value, _ = moved(graph, verdicts) or (0, 0, 0)
    assert value == 1.5  # twice once, half by half


def test_one_act_of_the_own_will_is_enough() -> None:
    acts = [like("a", "q", START), like("a", "q", START, kind="reply")]
    graph = network(interactions=acts, posts=[{"id": "q", "author": "star", "at": START}])
    verdicts = replace(judged(graph), commanded=np.array([0.9, 0.2], dtype=np.float32))
    _, value, _ = moved(graph, verdicts) or (0, 0, 0)
    assert value == pytest.approx(0.8)


def test_reactions_that_name_no_post_say_nothing_and_the_estimate_says_so() -> None:
    graph = network(interactions=[{"actor": "a", "target": "star", "kind": "like", "at": START}])
    star = estimate(graph, "star", judged(graph))
    assert star.moved is None
    assert star.engaged == 1
    assert any("names a post" in note for note in star.notes)


def test_posts_without_interactions_in_the_data_say_nothing() -> None:
    graph = network([("a", "star")], posts=[{"id": "q", "author": "star", "at": START}])
    assert moved(graph, judged(graph)) is None


def test_b011_pressed_likes_lift_the_count_but_not_the_people_moved() -> None:
    """B011, B109: bought engagement changes what is counted, not how many people one post moves."""
    posts = [{"id": f"q{k}", "author": "star", "at": START + k * DAY} for k in range(10)]
    own = [like(one, f"q{k}", START + k * DAY + HOUR) for k in range(10) for one in names("p", 3)]
    pressed = [like(one, f"q{k}", START + k * DAY + HOUR) for k in range(10) for one in names("m", 50)]
    before = network(interactions=own, posts=posts)
    after = network(interactions=own + pressed, posts=posts)
    machines = dict.fromkeys(names("m", 50), 1.0)
    assert (moved(before, judged(before)) or (0, 0))[1] == 3.0
    assert (moved(after, judged(after, bots=machines)) or (0, 0))[1] == 3.0
    assert (moved(after, judged(after)) or (0, 0))[1] == 53.0


def test_b007_power_shows_with_likes_switched_off() -> None:
    """B007: who is only liked and who is passed on differ once likes are not asked."""
    posts = [{"id": f"{who}{k}", "author": who, "at": START + k * DAY} for who in ("liked", "passed") for k in range(5)]
    acts = [like(one, f"liked{k}", START + k * DAY + HOUR) for k in range(5) for one in names("p", 8)]
    acts += [like(one, f"passed{k}", START + k * DAY + HOUR, kind="repost") for k in range(5) for one in names("p", 4)]
    graph = network(interactions=acts, posts=posts)
    everything, chosen = judged(graph), graph.events.of_kind("repost", "quote", "reply")
    without_likes = replace(graph, events=graph.events.take(chosen))
    verdicts = replace(everything, commanded=everything.commanded[chosen])
    assert (moved(graph, everything, "liked") or (0, 0))[1] == 8.0
    assert (moved(without_likes, verdicts, "liked") or (0, 0))[1] == 0.0
    assert (moved(without_likes, verdicts, "passed") or (0, 0))[1] == 4.0


def test_doubt_about_an_actor_does_not_average_out_over_posts() -> None:
    posts = [{"id": f"q{k}", "author": "star", "at": START + k * HOUR} for k in range(40)]
    fans = [like(one, f"q{k}", START + k * HOUR + 60_000) for k in range(40) for one in names("f", 10)]
    graph = network(interactions=fans, posts=posts)
    sure = moved(graph, judged(graph)) or (0, 0, 0)
    unsure = moved(graph, judged(graph, bots=dict.fromkeys(names("f", 10), 0.5))) or (0, 0, 0)
    assert (sure[1], unsure[1]) == (10.0, 5.0)
    assert sure[2] - sure[0] == pytest.approx(2 * 1.96 * np.sqrt(10 / 40), rel=0.25)
    # ten fans, each a person or not in all posts at once: standard error at least sqrt(10 * 0.25) = 1.6
    assert unsure[2] - unsure[0] > 2 * 1.96 * 1.5


def test_delays_are_told_from_posts_of_which_many_are_too_young() -> None:
    rng = np.random.default_rng(0)
    delay = (rng.exponential(10 * HOUR, 60_000)).astype(np.int64)
    age = (rng.random(60_000) * 100 * HOUR).astype(np.int64)  # the naive share within 10 h would be .70, not .63
    seen = delay <= age
    delays = Delays.told_by(delay[seen], age[seen])
    asked = np.array([5, 10, 20, 40]) * HOUR
    # standard error below .01 from 54,000 reactions; bins are 8 % wide
    np.testing.assert_allclose(delays.within(asked), 1 - np.exp(-asked / (10 * HOUR)), atol=0.02)


def test_over_dispersion_is_told_apart_from_plain_chance() -> None:
    rng = np.random.default_rng(1)
    rate = np.exp(rng.normal(1.5, 1.0, 3000))
    shape = 2.0
    counts = rng.poisson(rate[:, None] * rng.gamma(shape, 1 / shape, (3000, 20)))
    means = counts.mean(axis=1)
    told = means > 0
    observed = ((counts[told] - means[told, None]) ** 2).sum(axis=1) / means[told] / 19
    base, growth = common_dispersion(observed, np.full(told.sum(), 19.0), means[told]) or (0, 0)
    assert base == pytest.approx(1.0, abs=0.1)  # a negative binomial: 1 + rate / shape
    assert growth == pytest.approx(0.5, abs=0.05)


@dataclass(frozen=True)
class Crowd:
    """A made-up crowd of authors with known rates."""

    graph: InfluenceGraph
    rate: NDArray[np.float64]  # of author number k


def crowd(
    seed: int,
    *,
    authors: int = 400,
    days: float = 60.0,
    delay_hours: float = 6.0,
    uneven: float = 0.5,
    level: float = 1.6,
    posts: float = 15.0,
    listed: bool = True,
) -> Crowd:
    """Authors with lognormal rates; posts of uneven quality; reactions with lognormal delays, cut at the end."""
    rng = np.random.default_rng(seed)
    rate = np.exp(rng.normal(level, 1.2, authors))
    of = np.repeat(np.arange(authors), 1 + rng.poisson(posts * np.exp(rng.normal(0, 0.7, authors) - 0.25)))
    quality = np.exp(rng.normal(0, uneven, len(of)) - uneven**2 / 2)
    at = START + (rng.random(len(of)) * days * DAY).astype(np.int64)
    reactions = rng.poisson(rate[of] * quality)
    post = np.repeat(np.arange(len(of)), reactions)
    when = at[post] + np.exp(rng.normal(np.log(delay_hours * HOUR), 1.0, len(post))).astype(np.int64)
    who = rng.integers(0, 50_000, len(post))
    kept = when <= START + days * DAY
    audience = rng.poisson(rate * 20 * np.exp(rng.normal(0, 0.6, authors))) + 1
    followers = rng.integers(0, 50_000, audience.sum())
    author_ids = np.array(names("A", authors))
    tables = {
        "follows": pa.table({
            "follower": [f"u{u}" for u in followers],
            "followed": np.repeat(author_ids, audience),
        }),
        "interactions": pa.table({
            "actor": [f"u{u}" for u in who[kept]],
            "target": author_ids[of[post[kept]]],
            "post": [f"p{p}" for p in post[kept]],
            "at": when[kept],
            "kind": ["like"] * int(kept.sum()),
        }),
    }  # fmt: skip
    if listed:
        tables["posts"] = pa.table({"id": [f"p{p}" for p in range(len(of))], "author": author_ids[of], "at": at})
    return Crowd(InfluenceGraph.build(Dataset.of(tables)), rate)


def judge(made: Crowd) -> tuple[float, float, int]:
    """Share of intervals that hold the truth, Kendall's tau, and how many accounts have a number."""
    table = reach(made.graph, judged(made.graph)).to_pandas()
    table = table[table["id"].str.startswith("A") & table["moved"].notna()]
    truth = made.rate[table["id"].str[1:].astype(int)]
    inside = (table["moved_low"] <= truth) & (truth <= table["moved_high"])
    return float(inside.mean()), float(kendalltau(table["moved"], truth)[0]), len(table)


@pytest.mark.parametrize(
    "world",
    [
        {"uneven": 0.0},
        {"uneven": 0.5},
        {"uneven": 1.0},
        {"days": 10.0},  # a twentieth of the posts is too young
        {"posts": 3.0},
    ],
    ids=str,
)
def test_intervals_hold_the_true_rate_in_93_to_97_of_100(world: dict[str, float]) -> None:
    inside = np.mean([judge(crowd(seed, **world))[0] for seed in range(2)])  # type: ignore[arg-type]
    # 800 intervals: Monte Carlo standard error .008
    assert 0.93 - 0.015 <= inside <= 0.97 + 0.015


def test_the_order_of_the_accounts_is_that_of_the_true_rates() -> None:
    _, tau, accounts = judge(crowd(5, level=2.5, posts=40.0, uneven=0.3))
    assert accounts == 400
    assert tau >= 0.90


@pytest.mark.parametrize("uneven", [0.0, 0.5])
def test_silent_posts_that_are_not_in_the_data_are_allowed_for(uneven: float) -> None:
    made = crowd(7, listed=False, uneven=uneven, level=0.7)
    inside, _, accounts = judge(made)
    assert accounts > 350
    assert inside >= 0.90  # wide where rates are low; the naive mean over reacted posts is off by a third
    table = reach(made.graph, judged(made.graph)).to_pandas().set_index("id")
    author = next(k for k in range(400) if 0.4 < made.rate[k] < 0.6 and names("A", 400)[k] in table.index)
    star = estimate(made.graph, names("A", 400)[author], judged(made.graph))
    assert any("Posts without any reaction are not in the data" in note for note in star.notes)
    assert star.moved is not None
    assert star.moved.value < 1.0  # every post that is in the data has one reaction or more


@pytest.mark.parametrize(("viral", "most"), [(0, 0.5), (4, 0.5)])
def test_a_few_posts_that_everybody_saw_say_nothing_of_silent_ones(viral: int, most: float) -> None:
    """Of 110 posts with 3 to 13 reactions none had one only: hardly any can have had none, also beside four of 300."""
    counts = np.r_[np.tile([3, 5, 8, 13], 28)[: 110 - viral], np.full(viral, 300)].astype(float)
    excess = unevenness(np.array([110.0]), np.array([counts.sum()]), once=np.zeros(1), twice=np.zeros(1))
    rate = counts.mean()
    assert 110 * np.exp(-rate * np.log1p(excess[0]) / excess[0]) < most


def test_many_posts_with_one_reaction_tell_of_many_with_none() -> None:
    excess = unevenness(np.array([100.0]), np.array([160.0]), once=np.array([70.0]), twice=np.array([15.0]))
    hidden = 70 * 69 / (2 * 16)  # Chao
    rate = 160 / (100 + hidden)
    assert np.exp(-rate * np.log1p(excess[0]) / excess[0]) == pytest.approx(hidden / (100 + hidden), abs=0.01)
