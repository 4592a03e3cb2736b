"""How often the interval of `real` holds the truth, in small worlds made for the purpose."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scene import names
from scipy.special import expit, logit
from scipy.stats import kendalltau

from graphkit.audience.reach import declared as whole_lists
from graphkit.audience.reach import reach
from graphkit.dataset import Dataset
from graphkit.evidence import Finding, Member
from graphkit.graphs.graph import InfluenceGraph
from graphkit.verdicts import Verdicts


@dataclass(frozen=True)
class Made:
    """A network of stars and followers whose nature is known."""

    graph: InfluenceGraph
    verdicts: Verdicts
    truth: NDArray[np.int64]  # people among all followers of star number k
    findings: tuple[Finding, ...] = ()

    def judged(self) -> tuple[float, float]:
        """Share of intervals that hold the truth, and Kendall's tau of the estimate."""
        table = reach(self.graph, self.verdicts, findings=self.findings).to_pandas()
        table = table[table["id"].str.startswith("S")]
        truth = self.truth[table["id"].str[1:].astype(int)]
        inside = (table["real_low"] <= truth) & (truth <= table["real_high"])
        return float(inside.mean()), float(kendalltau(table["real"], truth)[0])


def made(seed: int, *, off: float = 0.0, groups: int = 0, stars: int = 250) -> Made:
    """Bots among 40,000 accounts with calibrated chances; `off` shifts all log odds, groups are right or wrong together.

    Every star draws its followers with a taste of its own for groups and for lone accounts.
    """
    rng = np.random.default_rng(seed)
    people = 40_000
    chance = rng.beta(0.12, 1.2, people)
    is_bot = rng.random(people) < expit(logit(np.clip(chance, 1e-12, 1 - 1e-12)) + off)
    group = np.full(people, -1)
    findings = []
    for number in range(groups):
        members = np.arange(number * 60, (number + 1) * 60)
        group[members] = number
        chance[members] = rng.uniform(0.5, 0.95)
        together = rng.random() < chance[members[0]]  # 30 % of them hang on one throw for all
        hangs = rng.random(60) < np.sqrt(0.3)
        is_bot[members] = np.where(hangs, together, rng.random(60) < chance[members])
        findings.append(Finding("bot_cluster", tuple(Member(f"u{m:05}") for m in members), evidence=()))
    followers, followed, truth = [], [], np.zeros(stars, dtype=np.int64)
    for star in range(stars):
        size = int(np.exp(rng.normal(5.5, 1.2))) + 30
        liked = rng.random() * 0.5 if groups else 0.0
        weight = np.where(group >= 0, liked / max((group >= 0).sum(), 1), (1 - liked) / (group < 0).sum())
        mine = rng.choice(people, min(size, 8_000), replace=False, p=weight / weight.sum())
        followers.append(mine)
        followed.append(np.full(len(mine), star))
        truth[star] = (~is_bot[mine]).sum()
    ids, star_ids = np.array([f"u{k:05}" for k in range(people)]), np.array(names("S", stars))
    graph = InfluenceGraph.build(
        Dataset.of({
            "follows": pa.table({
                "follower": ids[np.concatenate(followers)],
                "followed": star_ids[np.concatenate(followed)],
            }),
            "accounts": pa.table({"id": ids}),
        })
    )  # fmt: skip
    p_bot = np.concatenate([np.zeros(stars), chance])  # S... sorts before u...
    verdicts = replace(Verdicts.unknown(graph), p_bot=p_bot, authentic=1.0 - p_bot)
    return Made(graph, verdicts, truth, tuple(findings))


def test_intervals_hold_the_truth_when_all_chances_are_off_together_as_allowed_for() -> None:
    rng = np.random.default_rng(42)
    shares = [made(seed, off=rng.normal(0, 0.35), stars=60).judged()[0] for seed in range(12)]
    # all stars of a world share one shift: 12 independent draws, standard error about .05
    assert np.mean(shares) >= 0.87


def test_chances_that_are_exact_are_covered_and_order_the_accounts() -> None:
    inside, tau = made(0).judged()
    assert inside >= 0.95  # wider than needed here: an error common to all chances is allowed for
    assert tau >= 0.95


def test_members_that_err_together_are_covered() -> None:
    rng = np.random.default_rng(1)
    shares = [made(seed, off=rng.normal(0, 0.35), groups=40, stars=60).judged()[0] for seed in range(6)]
    assert 0.90 <= np.mean(shares) <= 0.995


def sampled(seed: int, order: str, *, stars: int = 500) -> tuple[float, float]:
    """Coverage from a tenth of every follower list, and the mean width as a share of the list.

    Lists drift: the share of people changes along them by a random walk, and one in three has a bought block.
    """
    rng = np.random.default_rng(seed)
    follows, coverage, bots, truth, declared = [], [], [], np.zeros(stars), np.zeros(stars)
    for star in range(stars):
        size = int(np.exp(rng.normal(8.0, 0.6))) + 400
        walk = np.repeat(rng.normal(0, 0.15, 200).cumsum() * 0.5, size // 200 + 1)[:size]
        fake = rng.random(size) < expit(rng.normal(-2.0, 0.7) + walk - walk.mean())
        declared[star], truth[star] = size, (~fake).sum()
        part = np.sort(rng.choice(size, size // 10, replace=False)) if order == "random" else np.arange(size // 10)
        coverage.append({
            "account": names("S", stars)[star], "relation": "followers", "collected": len(part),
            "declared": size, "order": order, "complete": False,
        })  # fmt: skip
        for place, follower in enumerate(part):
            name = f"u{star}_{follower}"
            follows.append((name, names_of[star], place))
            if fake[follower]:
                bots.append(name)
    follower, followed, place = zip(*follows, strict=True)
    graph = InfluenceGraph.build(
        Dataset.of({
            "follows": pa.table({"follower": follower, "followed": followed, "position": place}),
            "coverage": pa.Table.from_pylist(coverage),
        })
    )  # fmt: skip
    is_bot = np.isin(np.array(graph.account_ids), np.array(bots)).astype(float)
    verdicts = replace(Verdicts.unknown(graph), p_bot=is_bot, authentic=1.0 - is_bot)
    table = whole_lists(graph, verdicts)
    assert table["id"].to_pylist() == names("S", stars)
    low, high = table["low"].to_numpy(), table["high"].to_numpy()
    return float(((low <= truth) & (truth <= high)).mean()), float(((high - low) / declared).mean())


names_of = names("S", 500)


def test_b110_a_random_tenth_of_the_followers_is_covered() -> None:
    """B110: an audit of a sample of the followers holds the truth as often as it says."""
    inside, width = sampled(0, "random")
    assert 0.93 - 0.02 <= inside <= 0.97 + 0.02  # 500 intervals: Monte Carlo standard error .01
    assert width < 0.10


def test_b110_the_newest_tenth_is_covered_by_a_wider_interval() -> None:
    """B110: the newest followers are no random sample; the drift along the list widens the interval."""
    inside, width = sampled(1, "newest_first")
    assert 0.90 <= inside <= 0.99
    assert 0.10 < width < 0.40
