"""Manipulation with known members: farms, amplifiers, rings, pods, takeovers, pushed tags.

`world.strength` scales how often members act; what is missing to 1 goes into camouflage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.towns.world import (
    BOUGHT,
    COMMENT,
    DAY,
    HOUR,
    LIKE,
    OWN,
    QUOTE,
    REPLY,
    REPOST,
    TRADED,
    Reals,
    Rows,
    World,
)

LEXICON = tuple(
    "kiraz vapur defter bulut kavun fener salkim tren limon yaprak masa kopru deniz zeytin kalem sandal ceviz "
    "pencere kumru nehir bahce tarak sepet orman kandil harman cicek toprak yelken kuzu".split()
)


def hired(world: World, count: int, group: str, *, aged: float) -> Rows:
    """Accounts made to be sold: a share of them old, the rest of one week; hardly a life of their own."""
    rng = world.rng
    fresh = -rng.uniform(20, 200) * DAY - rng.exponential(4 * DAY, count)
    people = world.accounts["kind"] == "person"
    like_people = np.minimum(rng.choice(world.accounts["created"][people], count), -30 * DAY)
    return world.accounts.add(
        count, kind="bot", group=group, created=np.where(rng.random(count) < aged, like_people, fresh),
        sessions=rng.gamma(2.0, 1.0, count), posting=rng.exponential(0.03, count), eager=0.0,
        chronotype=rng.normal(0, 1.5, count), client=rng.choice([0, 1, 2, 6], count, p=[0.4, 0.3, 0.2, 0.1]),
        community=rng.integers(0, world.accounts["community"].max() + 1, count),
    )  # fmt: skip


def blend_in(world: World, bots: Rows, each: float) -> None:
    """Camouflage: follow what everybody follows, and now and then an ordinary account."""
    rng = world.rng
    popular = world.follows["followed"][world.follows["why"] == OWN]
    who = np.repeat(bots, rng.poisson(each * (1.5 - world.strength / 2) * rng.gamma(2.0, 0.5, len(bots))))
    whom = np.where(
        rng.random(len(who)) < 0.75,
        rng.choice(popular, len(who)),
        world.rng.choice(world.pick(2000, free=False), len(who)),
    )
    world.follow(who, whom, warmth=0.0)
    some = rng.random(len(bots)) < 0.5  # half of them found someone who follows back
    world.follow(world.pick(int(some.sum()), free=False), bots[some][: len(bots)], warmth=0.1)


def farm(world: World, group: str, customers: Rows, *, size: int, aged: float, drip: bool) -> None:
    """Followers for sale: each customer gets a share of the same stock, in a burst of a day or two or by drip."""
    rng, strength = world.rng, world.strength
    bots = hired(world, size, group, aged=aged)
    blend_in(world, bots, 14.0)
    for customer in customers:
        delivered = bots[rng.random(size) < rng.uniform(0.45, 0.9) * (0.4 + 0.6 * strength)]
        length = rng.uniform(20, 40) * DAY if drip else rng.uniform(0.6, 2.0) * DAY
        start = rng.uniform(0.05, 0.9) * max(world.span - length, DAY)
        at = np.minimum(start + rng.random(len(delivered)) * length, world.span - 1)
        world.follow(delivered, np.full(len(delivered), customer), at=at, why=BOUGHT, warmth=0.0)
        world.sales.append((int(customer), group, len(delivered)))
    world.clients_of[group] = [int(c) for c in customers]


@dataclass(frozen=True)
class Orders:
    """How a botnet works: share of members an order gets, seconds of jitter, its client (-1: their own), share deleted."""

    share: float
    jitter: float
    client: int = -1
    deletes: float = 0.0


def command(world: World, members: Rows, jobs: Rows, *, orders: Orders, since: Reals | float = 0.0) -> None:
    """Members react to the posts ordered from them, each within `jitter` seconds of the order."""
    rng = world.rng
    diligence = rng.beta(4, 2, len(members)) * 1.5
    order = world.posts["at"][jobs] + 10 + rng.exponential(240.0, len(jobs))
    acts = rng.random((len(jobs), len(members))) < orders.share * world.strength * diligence
    acts &= order[:, None] >= np.broadcast_to(since, len(members))
    job, member = np.nonzero(acts)
    at = order[job] + rng.uniform(0, orders.jitter, len(job))
    deleted = np.where(rng.random(len(job)) < orders.deletes, at + rng.lognormal(np.log(60.0), 0.8, len(job)), np.nan)
    verb = rng.choice([LIKE, REPOST, QUOTE, REPLY], len(jobs), p=[0.25, 0.65, 0.05, 0.05])[job]
    ok = at < world.span
    world.reactions.add(
        int(ok.sum()), post=jobs[job[ok]], actor=members[member[ok]], kind=verb[ok], at=at[ok],
        client=orders.client, commanded=True, deleted=deleted[ok],
    )  # fmt: skip


def jobs_of(world: World, clients: Rows, share: float, since: float = 0.0) -> Rows:
    posts = world.posts
    mine = np.flatnonzero(np.isin(posts["author"], clients) & (posts["at"] >= since) & posts["spreads"].astype(bool))
    return mine[world.rng.random(len(mine)) < share]


def strolls(world: World, bots: Rows, each: float) -> None:
    """Camouflage: react to what is popular, on one's own visits, long after everybody else or soon."""
    rng, acts = world.rng, world.reactions
    popular = acts["post"][(acts["post"] >= 0) & ~acts["commanded"].astype(bool)]
    who = np.repeat(bots, rng.poisson(each * rng.gamma(2.0, 0.5, len(bots))))
    post = rng.choice(popular, len(who))
    at = world.moment(who, world.posts["at"][post], patience=0.3)
    ok = np.isfinite(at)
    world.reactions.add(
        int(ok.sum()),
        post=post[ok],
        actor=who[ok],
        at=at[ok],
        commanded=True,
        kind=rng.choice([LIKE, REPOST], int(ok.sum()), p=[0.7, 0.3]),
    )


def amplifiers(world: World, group: str, bots: Rows, clients: Rows, *, jitter: float, odd_client: bool) -> None:
    """A botnet that reacts to its clients' posts within seconds to minutes, and to popular ones for cover."""
    jobs = jobs_of(world, clients, world.rng.uniform(0.5, 0.9))
    orders = Orders(world.rng.uniform(0.35, 0.7), jitter, client=6 if odd_client else -1)
    command(world, bots, jobs, orders=orders)
    strolls(world, bots, len(jobs) * 0.3 * (2 - world.strength))
    world.clients_of[group] = [int(c) for c in clients]


def ring(world: World, group: str, members: Rows, *, density: float) -> None:
    """Strangers who follow each other for the number and never look again."""
    rng, strength = world.rng, world.strength
    world.mark(members, kind="ring", group=group)
    left, right = np.triu_indices(len(members), 1)
    swap = rng.random(len(left)) < density * (0.25 + 0.75 * strength if len(members) > 100 else 0.1 + 0.9 * strength)
    left, right = members[left[swap]], members[right[swap]]
    start = rng.uniform(-60 * DAY, 0.6 * world.span)
    at = np.minimum(start + rng.gamma(1.5, 12 * DAY, len(left)), world.span - 3 * DAY)
    back = np.minimum(at + rng.exponential(10 * HOUR, len(left)), world.span - 1)
    token = 0.02 + 0.25 * (1 - strength)  # the stealthy now and then press like
    world.follow(left, right, at=at, why=TRADED, warmth=token)
    kept = rng.random(len(left)) < 0.96
    world.follow(right[kept], left[kept], at=back[kept], why=TRADED, warmth=token)


def pod(world: World, group: str, members: Rows) -> None:
    """Real creators who like and comment each other's posts within the hour, by agreement."""
    rng = world.rng
    world.mark(members, kind="pod", group=group)
    posting = world.accounts["posting"]
    posting[members] = np.maximum(posting[members], rng.uniform(0.25, 0.8, len(members)))
    left, right = np.triu_indices(len(members), 1)
    knows = rng.random(len(left)) < rng.uniform(0.2, 0.8)
    world.befriend(members[left[knows]], members[right[knows]], warmth=0.8)


def trade_engagement(world: World, members: Rows) -> None:
    """The pod at work: most members touch most posts of each other, soon."""
    rng = world.rng
    jobs = jobs_of(world, members, 0.55 + 0.35 * world.strength)
    keen = rng.beta(5, 2.5, len(members))
    job, member = np.nonzero(rng.random((len(jobs), len(members))) < 0.95 * world.strength * keen)
    job, member = jobs[job], members[member]
    at = world.posts["at"][job] + 20 + np.minimum(rng.gamma(1.2, 900.0, len(job)), HOUR)
    ok = (world.posts["author"][job] != member) & (at < world.span)
    job, member, at = job[ok], member[ok], at[ok]
    world.reactions.add(
        len(job),
        post=job,
        actor=member,
        at=at,
        kind=rng.choice([LIKE, COMMENT], len(job), p=[0.6, 0.4]),
        commanded=True,
    )
    both = rng.random(len(job)) < 0.4
    world.reactions.add(
        int(both.sum()),
        post=job[both],
        actor=member[both],
        at=at[both] + rng.gamma(2.0, 12.0, int(both.sum())),
        kind=COMMENT,
        commanded=True,
    )


def takeover(
    world: World, group: str, victims: Rows, clients: Rows, *, own_client: bool, deletes: float, pushes: int
) -> None:
    """Accounts of real people that from some day on also act by order; the owners go on living."""
    rng = world.rng
    world.mark(victims, kind="compromised", group=group)
    onset = rng.uniform(0.2, 0.5) * world.span + rng.gamma(1.5, 3 * DAY, len(victims))
    first = world.reactions.rows
    client = -1 if own_client else 6
    jobs = jobs_of(world, clients, 0.8, since=float(onset.min()))
    orders = Orders(rng.uniform(0.3, 0.6), rng.uniform(5, 600), client, deletes)
    command(world, victims, jobs, orders=orders, since=onset)
    said = world.posts.rows
    for push in range(pushes):
        hour = rng.uniform(float(onset.max()), world.span - DAY)
        push_tag(world, victims, f"{group}push{push}", hour, client=client)
    acted = world.reactions["actor"][first:]
    for victim in np.unique(acted):
        world.onset[int(victim)] = float(world.reactions["at"][first:][acted == victim].min())
    unhurt = np.setdiff1d(
        victims, np.r_[acted, world.posts["author"][said:]]
    )  # by chance never used: nothing was done to them
    world.mark(unhurt, kind="person", group="")
    world.clients_of[group] = [int(c) for c in clients]


def push_tag(world: World, members: Rows, tag: str, hour: float, *, client: int) -> None:
    """Word salad with the tag, all at once, deleted within minutes; some likes by order so that it trends."""
    rng = world.rng
    posting = members[rng.random(len(members)) < 0.75 * world.strength]
    at = hour + rng.uniform(0, 240, len(posting))
    words = [" ".join(rng.choice(LEXICON, int(rng.integers(3, 9)))) for _ in posting]
    deleted = np.where(rng.random(len(posting)) < 0.85, at + rng.lognormal(np.log(55.0), 0.8, len(posting)), np.nan)
    world.posts.add(
        len(posting), author=posting, at=at, text=np.array([f"{w} #{tag}" for w in words], object), tag=tag,
        deleted=deleted, client=client, spreads=False,
    )  # fmt: skip
