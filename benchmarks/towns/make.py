"""Made-up towns with planted manipulation and innocent crowds: village, stadium, newsland, market.

python -m benchmarks.towns.make /tmp/towns --towns village market --seeds 0 1 --strength 1.0 --null
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.towns import crowds, plants, save
from benchmarks.towns.life import Life
from benchmarks.towns.world import DAY, Manners, Reals, Rows, World


def village(world: World, *, plant: bool) -> None:
    """Small dense groups on a map, most ties returned, five local celebrities."""
    rng, n = world.rng, 5_000
    settle(world, n, activity=0.28 * rng.weibull(0.6, n), sessions=1 + rng.weibull(1.1, n) * 2, communities=6)
    place = rng.random((n, 2)) + world.accounts["community"][:, None] * [0.6, 0.0]
    order = np.argsort(place[:, 0] + 0.02 * rng.random(n))
    who = np.repeat(order, rng.negative_binomial(2, 0.22, n))
    rank = np.empty(n, np.int64)
    rank[order] = np.arange(n)
    step = np.rint(rng.laplace(0, 40, len(who))).astype(np.int64)
    whom = order[np.clip(rank[who] + step, 0, n - 1)]
    returned = rng.random(len(who)) < 0.6
    world.befriend(who[returned], whom[returned], warmth=rng.gamma(1.0, 1.6, int(returned.sum())))
    world.follow(who[~returned], whom[~returned])
    stars = world.pick(5)
    for star in stars:
        fans = rng.choice(n, int(n * rng.uniform(0.12, 0.3)), replace=False)
        world.follow(fans, np.full(len(fans), star))
    world.mark(stars, posting=1.2, crowd="star")
    crowds.circles(world, 0.62, closeness=0.9)
    crowds.odd_lives(world)
    crowds.offices(world, 7)
    crowds.newsrooms(world, 1)
    crowds.fan_clubs(world, stars[:3], size=(20, 60), alert=0.3)
    crowds.common_hour(world, 2)
    locals_ = popular(world, 90)
    crowds.draws(world, locals_[5:9], world.pick(220))
    crowds.bursts(world, locals_[9:12], crowd=(60, 160), days=3.0, famous=False)
    finish(
        world,
        plant,
        Plan(
            customers=locals_[12:60], farms=3, farm_size=(70, 160), nets=2, rings=5, big_ring=140, pods=5, takeovers=2
        ),
    )


def stadium(world: World, *, plant: bool) -> None:
    """A few stars whom everybody follows and who follow nobody; fan armies; posts that go everywhere."""
    rng, n = world.rng, 14_000
    settle(
        world,
        n,
        activity=np.minimum(0.035 * (rng.pareto(1.4, n) + 0.3), 4),
        sessions=0.8 + rng.lognormal(0.3, 0.8, n),
        communities=8,
    )
    stars = rng.choice(n, 300, replace=False)
    fame = np.arange(1, 301) ** -0.85
    world.mark(stars[:40], crowd="star")
    world.accounts["posting"][stars] = np.maximum(world.accounts["posting"][stars], rng.gamma(2.0, 0.5, 300))
    side = world.accounts["community"]
    who = np.repeat(np.arange(n), 3 + rng.geometric(1 / 14, n))
    pull = np.where(rng.random(len(who)) < 0.5, side[who], -1)
    whom = stars[rng.choice(300, len(who), p=fame / fame.sum())]
    for camp in range(8):
        mine = np.flatnonzero(side[stars] == camp)
        local = pull == camp
        whom[local] = stars[rng.choice(mine, int(local.sum()), p=fame[mine] / fame[mine].sum())]
    world.follow(who, whom, warmth=rng.gamma(0.7, 1.4, len(who)))
    peers = np.repeat(np.arange(n), rng.geometric(0.25, n))
    world.follow(peers, rng.integers(0, n, len(peers)), warmth=0.8)
    crowds.circles(world, 0.18, closeness=0.7)
    crowds.odd_lives(world)
    crowds.offices(world, 6)
    crowds.fan_clubs(world, stars[:14], size=(25, 130), alert=0.75)
    crowds.bursts(world, stars[15:25], crowd=(200, 700), days=0.6, famous=True)
    crowds.bursts(world, stars[60:66], crowd=(80, 250), days=3.5, famous=False)
    crowds.draws(world, stars[80:86], world.pick(600))
    crowds.common_hour(world, 2)
    crowds.news_events(world, 6)
    finish(
        world,
        plant,
        Plan(
            customers=stars[90:220], farms=5, farm_size=(120, 500), nets=6, rings=6, big_ring=320, pods=7, takeovers=3
        ),
    )


def newsland(world: World, *, plant: bool) -> None:
    """Seven camps by topic, links and tags, newsrooms, bursts of events; pushed tags among them."""
    rng, n = world.rng, 9_000
    settle(world, n, activity=0.22 * rng.gamma(0.35, 1 / 0.35, n), sessions=0.7 + rng.gamma(0.9, 2.4, n), communities=7)
    camp = world.accounts["community"]
    fame = rng.pareto(1.5, n) + 0.02
    out = 2 + rng.poisson(rng.gamma(0.8, 22.0, n))
    who = np.repeat(np.arange(n), out)
    whom = rng.choice(n, len(who), p=fame / fame.sum())
    home = rng.random(len(who)) < 0.72
    for c in range(7):
        mine = np.flatnonzero(camp == c)
        local = home & (camp[who] == c)
        whom[local] = rng.choice(mine, int(local.sum()), p=fame[mine] / fame[mine].sum())
    returned = rng.random(len(who)) < 0.22 / (1 + 0.3 * np.log1p(fame[whom]))
    world.befriend(who[returned], whom[returned], warmth=rng.gamma(1.2, 1.5, int(returned.sum())))
    world.follow(who[~returned], whom[~returned], warmth=rng.gamma(0.9, 1.1, int((~returned).sum())))
    leaders = popular(world, 160)
    world.mark(leaders[:25], crowd="star")
    world.accounts["posting"][leaders] = np.maximum(
        world.accounts["posting"][leaders], rng.gamma(2.0, 0.4, len(leaders))
    )
    crowds.circles(world, 0.35)
    crowds.odd_lives(world)
    crowds.offices(world, 8)
    crowds.newsrooms(world, 5)
    crowds.fan_clubs(world, leaders[:6], size=(20, 80), alert=0.4)
    crowds.common_hour(world, 5)
    crowds.news_events(world, 14)
    crowds.bursts(world, leaders[30:36], crowd=(100, 400), days=0.8, famous=True)
    crowds.starter_packs(world, 2, leaders[:120])
    finish(
        world, plant,
        Plan(customers=leaders[40:130], farms=3, farm_size=(90, 300), nets=5, rings=6, big_ring=260, pods=6, takeovers=4, pushes=3),
    )  # fmt: skip


def market(world: World, *, plant: bool) -> None:
    """Shopkeepers and their public in nine niches: draws, starter packs, adverts; much is bought, much is honest."""
    rng, n = world.rng, 11_000
    activity = 0.05 * (rng.random(n) ** -0.55 - 0.9)  # log-logistic like: no scale of its own
    settle(world, n, activity=np.minimum(activity, 3), sessions=1 + rng.exponential(2.2, n), communities=9)
    niche = world.accounts["community"]
    shops = rng.choice(n, 360, replace=False)
    world.accounts["posting"][shops] = np.maximum(world.accounts["posting"][shops], rng.gamma(3.0, 0.22, 360))
    size = rng.lognormal(0, 1.1, 360)
    for c in range(9):
        public = np.flatnonzero(niche == c)
        for shop, fame in zip(shops[niche[shops] == c], size[niche[shops] == c], strict=True):
            share = min(0.03 * fame, 0.5)
            buyers = public[rng.random(len(public)) < share]
            passers = rng.integers(0, n, rng.poisson(0.002 * n * fame))
            world.follow(buyers, np.full(len(buyers), shop), warmth=rng.gamma(0.8, 1.6, len(buyers)))
            world.follow(passers, np.full(len(passers), shop), warmth=rng.gamma(0.8, 0.7, len(passers)))
    left, right = rng.choice(shops, 2400), rng.choice(shops, 2400)
    world.befriend(left, right, warmth=1.0)  # trade: shops know each other
    peers = np.repeat(np.arange(n), rng.geometric(0.16, n))
    near = rng.integers(0, n, len(peers))
    returned = rng.random(len(peers)) < 0.4
    world.befriend(peers[returned], near[returned], warmth=rng.gamma(1.0, 2.0, int(returned.sum())))
    world.follow(peers[~returned], near[~returned])
    crowds.circles(world, 0.3)
    crowds.odd_lives(world)
    crowds.offices(world, 9)
    big = popular(world, 300)
    crowds.fan_clubs(world, big[:6], size=(20, 70), alert=0.5)
    crowds.draws(world, big[20:44], world.pick(900))
    crowds.starter_packs(world, 5, big[:140])
    crowds.bursts(world, big[50:66], crowd=(80, 320), days=3.0, famous=False)
    crowds.bursts(world, big[66:70], crowd=(150, 400), days=0.7, famous=True)
    finish(
        world,
        plant,
        Plan(customers=big[70:260], farms=7, farm_size=(80, 420), nets=3, rings=8, big_ring=300, pods=9, takeovers=2),
    )


@dataclass(frozen=True)
class Plan:
    """How much manipulation a town gets."""

    customers: Rows
    farms: int
    farm_size: tuple[int, int]
    nets: int
    rings: int
    big_ring: int
    pods: int
    takeovers: int
    pushes: int = 0


def settle(world: World, count: int, *, activity: Reals, sessions: Reals, communities: int) -> None:
    """The ordinary people of a town, before anybody knows anybody."""
    rng = world.rng
    world.accounts.add(
        count, created=-rng.gamma(1.6, 500 * DAY, count) - 5 * DAY, posting=activity, eager=rng.gamma(0.8, 1.25, count),
        sessions=np.minimum(sessions, 25), chronotype=rng.normal(0, 1.1, count), client=rng.choice(5, count, p=[0.4, 0.3, 0.17, 0.08, 0.05]),
        lang=rng.choice(len(world.manners.langs), count), community=rng.choice(communities, count, p=rng.dirichlet(np.full(communities, 6.0))),
    )  # fmt: skip


def popular(world: World, count: int) -> Rows:
    """The most followed ordinary accounts, in order."""
    followers = np.bincount(world.follows["followed"], minlength=len(world.accounts))
    ordinary = np.isin(world.accounts["crowd"], ("", "friends", "star"))
    ranked = np.argsort(np.where(ordinary, -followers, 1), kind="stable")
    chosen = ranked[:count]
    world.accounts["posting"][chosen] = np.maximum(world.accounts["posting"][chosen], world.rng.gamma(2.0, 0.25, count))
    return chosen


def finish(world: World, plant: bool, plan: Plan) -> None:
    """Plant (or not), let the town live through its window, let the hired hands work."""
    rng = world.rng
    crowds.polite(world)
    crowds.alumni(world, 3)
    hidden = plant_ties(world, plan) if plant else None
    world.settle_follows()
    world.wake()
    life = Life(world)
    life.write_posts()
    life.live()
    if hidden is None:
        return
    for number, (bots, clients) in enumerate(hidden.nets):
        jitter = float(rng.choice([rng.uniform(5, 60), rng.uniform(60, 200), rng.uniform(200, 600)]))
        plants.amplifiers(world, f"amplifier{number}", bots, clients, jitter=jitter, odd_client=number % 2 == 1)
    for farm in hidden.farms:
        plants.strolls(world, farm[rng.random(len(farm)) < 0.4], 6.0)
    for members in hidden.pods:
        plants.trade_engagement(world, members)
    for number in range(plan.takeovers):
        victims = world.pick(int(rng.integers(25, 60)), busy=12)
        plants.takeover(
            world, f"takeover{number}", victims, clients=rng.choice(plan.customers, 4, replace=False),
            own_client=number % 2 == 0, deletes=0.8 if number % 3 == 1 else 0.0, pushes=plan.pushes,
        )  # fmt: skip


@dataclass(frozen=True)
class Hidden:
    """The groups whose work begins once the town lives."""

    farms: list[Rows]
    nets: list[tuple[Rows, Rows]]
    pods: list[Rows]


def plant_ties(world: World, plan: Plan) -> Hidden:
    """What manipulation leaves in the follow graph: farms, rings, the ties of pods and botnets."""
    rng = world.rng
    buyers = rng.permutation(plan.customers)
    farms = []
    for number in range(plan.farms):
        first = len(world.accounts)
        plants.farm(
            world, f"farm{number}", rng.choice(buyers, int(rng.integers(4, 11)), replace=False),
            size=int(rng.integers(*plan.farm_size)), aged=float(number % 3 != 0), drip=number % 3 == 2,
        )  # fmt: skip
        farms.append(np.arange(first, len(world.accounts)))
    nets = []
    for number in range(plan.nets):
        bots = plants.hired(world, int(rng.integers(12, 80)), f"amplifier{number}", aged=float(rng.random()))
        clients = rng.choice(plan.customers, int(rng.integers(2, 6)), replace=False)
        world.accounts["posting"][clients] = np.maximum(world.accounts["posting"][clients], 0.4)
        plants.blend_in(world, bots, 12.0)
        open_ = rng.random(len(bots)) < 0.3
        world.follow(bots[open_], rng.choice(clients, int(open_.sum())), warmth=0.0)
        nets.append((bots, clients))
    sizes = [*rng.integers(10, 61, plan.rings), plan.big_ring]
    for number, size in enumerate(sizes):
        biggest = int(np.bincount(world.accounts["community"]).argmax())
        inside = None if number % 3 else int(rng.integers(0, biggest + 1))
        density = 0.3 if size > 100 else rng.uniform(0.55, 0.95)
        plants.ring(
            world,
            f"ring{number}",
            world.pick(int(size), busy=1, community=inside if size <= 60 else None),
            density=density,
        )
    pods = [world.pick(int(rng.integers(5, 26)), busy=5) for _ in range(plan.pods)]
    for number, members in enumerate(pods):
        plants.pod(world, f"pod{number}", np.setdiff1d(members, np.concatenate([*pods[:number], [-1]])))
    return Hidden(farms, nets, [np.flatnonzero(world.accounts["group"] == f"pod{i}") for i in range(plan.pods)])


@dataclass(frozen=True)
class Town:
    """A recipe, the manners of its people, and the form in which its data comes."""

    build: Callable[..., None]
    manners: Manners
    start_ms: int
    form: str
    ids: str
    gaps: tuple[frozenset[str], ...]  # by seed: seed 0 has everything


NOTHING: frozenset[str] = frozenset()
TOWNS = {
    "village": Town(
        village,
        Manners(
            days=90, peaks=((7.6, 0.9, 2), (12.4, 0.8, 1.5), (20.2, 1.4, 4)), reach=0.022, appeal_sigma=0.5, hop=0.25, hops=1,
            echo=0.05, verbs=(0.7, 0.1, 0.18, 0.02), notice=240.0, langs=("tr", "en"),
        ),
        1_772_409_600_000, "csv", "token", (NOTHING, frozenset({"follows.at", "interactions.client", "posts.client"})),
    ),
    "stadium": Town(
        stadium,
        Manners(
            days=45, peaks=((13.0, 2.6, 2), (21.6, 1.7, 4)), reach=0.012, appeal_sigma=0.85, hop=0.5, hops=2,
            echo=0.04, verbs=(0.66, 0.24, 0.07, 0.03), notice=35.0, langs=("es", "tr", "pt"),
        ),
        1_777_248_000_000, "parquet", "snowflake", (NOTHING, frozenset({"accounts"})),
    ),
    "newsland": Town(
        newsland,
        Manners(
            days=60, peaks=((8.2, 1.2, 3), (13.2, 1.5, 2), (22.0, 1.5, 3)), reach=0.02, appeal_sigma=0.6, hop=0.35, hops=2,
            echo=0.05, verbs=(0.5, 0.3, 0.14, 0.06), notice=120.0, langs=("en", "es"),
        ),
        1_785_542_400_000, "parquet", "number", (NOTHING, frozenset({"posts", "interactions.deleted_at"})),
    ),
    "market": Town(
        market,
        Manners(
            days=75, peaks=((9.5, 1.6, 2), (17.5, 1.5, 2), (21.4, 1.2, 3)), reach=0.016, appeal_sigma=0.6, hop=0.3, hops=1,
            echo=0.045, verbs=(0.78, 0.07, 0.13, 0.02), notice=90.0, langs=("en", "tr"),
        ),
        1_780_272_000_000, "csv", "padded", (NOTHING, frozenset({"follows.at", "posts"})),
    ),
}  # fmt: skip


def make(town: str, folder: Path, *, seed: int = 0, strength: float = 1.0, plant: bool = True) -> dict[str, int]:
    """Make one world under `folder`: data/ for graphkit, truth/ for the judge; gives the rows of each table."""
    recipe = TOWNS[town]
    world = World(town, seed, recipe.manners, strength)
    recipe.build(world, plant=plant)
    gaps = recipe.gaps[seed % len(recipe.gaps)]
    return save.write(world, folder, start_ms=recipe.start_ms, form=recipe.form, ids=recipe.ids, gaps=gaps)


def label(town: str, *, seed: int, strength: float, plant: bool) -> str:
    return f"{town}-{seed}-" + ("null" if not plant else "full" if strength == 1 else f"s{strength:g}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--towns", nargs="+", default=list(TOWNS), choices=list(TOWNS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1])
    parser.add_argument("--strength", nargs="+", type=float, default=[1.0])
    parser.add_argument("--null", action="store_true", help="also the same towns with nothing planted")
    options = parser.parse_args()
    for town in options.towns:
        for seed in options.seeds:
            for strength in [*options.strength, *([None] if options.null else [])]:
                plant = strength is not None
                name = label(town, seed=seed, strength=strength or 1.0, plant=plant)
                began = time.perf_counter()
                rows = make(town, options.out / name, seed=seed, strength=strength or 1.0, plant=plant)
                sizes = ", ".join(f"{count:,} {table}" for table, count in rows.items())
                print(f"{name}: {sizes}; {time.perf_counter() - began:.1f} s", flush=True)


if __name__ == "__main__":
    main()
