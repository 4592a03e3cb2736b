"""Who follows whom among ordinary people: circles of friends, tastes, fame, friends of friends, follow-backs."""

from __future__ import annotations

import numpy as np

from graphkit.lab.worlds.parts import DAY, Floats, Group, Ints, Rng, Ties, nobody
from graphkit.lab.worlds.people import Town


def organic(town: Town, rng: Rng) -> tuple[Ties, list[Group]]:
    """The follows of ordinary people, and their circles of friends."""
    society = town.plan.society
    first, circles = _friends(town, society.circled, rng)
    second, more = _friends(town, society.second_circle, rng)
    chosen = _chosen(town, rng)
    known = Ties.joined([first, second, chosen])
    closed = _closed(town, known, rng)
    followed_back = _returned(town, Ties.joined([chosen, closed]), rng)
    return Ties.joined([known, closed, followed_back]), circles + more


def follow_times(town: Town, follower: Ints, followed: Ints, *, rng: Rng) -> Ints:
    """When follows happened: some while settling in, the others spread over the time since both accounts exist."""
    since = np.maximum(town.people.created[follower], town.people.created[followed])
    settling = rng.random(len(follower)) < 0.2
    left = town.end - since
    early = np.minimum(rng.exponential(1.5 * DAY, len(follower)), 0.9 * left)
    at: Ints = since + np.where(settling, early, rng.beta(1.3, 1.0, len(follower)) * left).astype(np.int64)
    return at


def admirers(town: Town, follower: Ints, own_share: float, *, rng: Rng) -> Ints:
    """For each follower somebody to follow: in proportion to fame, mostly in the own community."""
    people = town.people
    own = rng.random(len(follower)) < own_share
    community = np.where(own, people.community[follower], NOWHERE)
    found = np.zeros(len(follower), np.int64)
    for place in np.unique(community):
        rows = np.flatnonzero(community == place)
        pool = (
            np.arange(town.persons) if place == NOWHERE else np.flatnonzero(people.community[: town.persons] == place)
        )
        fame = np.cumsum(people.popularity[pool])
        picks = np.minimum(np.searchsorted(fame, rng.random(len(rows)) * fame[-1]), len(pool) - 1) if len(pool) else []
        found[rows] = pool[picks] if len(pool) else follower[rows]
    return found


NOWHERE = -1


def _friends(town: Town, share: float, rng: Rng) -> tuple[Ties, list[Group]]:
    """Circles of friends inside communities: most pairs follow each other, and warmly."""
    society = town.plan.society
    sociable = np.flatnonzero((rng.random(town.persons) < share) & ~town.people.lurker[: town.persons])
    mixed = sociable[np.lexsort((rng.random(len(sociable)), town.people.community[sociable]))]
    low, high = int(society.circle[0]), int(society.circle[1])
    cuts = np.cumsum(rng.integers(low, high + 1, 1 + len(mixed) // low))
    circles = [c for c in np.split(mixed, cuts[cuts < len(mixed)]) if len(c) >= low]
    if not circles:
        return Ties.of(0), []
    left, right = _pairs_in(circles)
    kept = rng.random(len(left)) < society.circle_density
    kept &= town.people.community[left] == town.people.community[right]
    left, right = left[kept], right[kept]
    warm = society.warmth * rng.lognormal(0, 0.5, len(left))
    met = follow_times(town, left, right, rng=rng)
    back = np.minimum(met + rng.exponential(3 * DAY, len(met)).astype(np.int64), town.end - 1)
    there = Ties.of(len(left), follower=left, followed=right, at=met, warmth=warm)
    again = Ties.of(len(left), follower=right, followed=left, at=back, warmth=warm)
    return Ties.joined([there, again]), [Group("friends", np.sort(c), nobody()) for c in circles]


def _pairs_in(circles: list[Ints]) -> tuple[Ints, Ints]:
    """All pairs inside all circles, a size at a time."""
    by_size: dict[int, list[Ints]] = {}
    for circle in circles:
        by_size.setdefault(len(circle), []).append(circle)
    left, right = [], []
    for size in sorted(by_size):
        table = np.stack(by_size[size])
        first, second = np.triu_indices(size, k=1)
        left.append(table[:, first].ravel())
        right.append(table[:, second].ravel())
    return np.concatenate(left), np.concatenate(right)


def _chosen(town: Town, rng: Rng) -> Ties:
    society = town.plan.society
    counts = np.minimum(rng.lognormal(np.log(society.follows) - 0.32, 0.8, town.persons), 0.2 * town.n).astype(np.int64)
    follower = np.repeat(np.arange(town.persons), np.maximum(counts, 1))
    return _ordinary(town, follower, admirers(town, follower, society.own_share, rng=rng), rng)


def _closed(town: Town, known: Ties, rng: Rng) -> Ties:
    """Follows of somebody whom one's followee follows."""
    order = np.argsort(known.follower, kind="stable")
    follower, followed = known.follower[order], known.followed[order]
    starts = np.searchsorted(follower, np.arange(town.n + 1))
    count = int(town.plan.society.closure * town.plan.society.follows * town.persons)
    steps = rng.integers(len(follower), size=count)
    friend = followed[steps]
    degree = starts[friend + 1] - starts[friend]
    steps, friend, degree = steps[degree > 0], friend[degree > 0], degree[degree > 0]
    end = followed[starts[friend] + (rng.random(len(friend)) * degree).astype(np.int64)]
    return _ordinary(town, follower[steps], end, rng)


def _returned(town: Town, ties: Ties, rng: Rng) -> Ties:
    """Follow-backs: the better known an account, the rarer."""
    willing = town.plan.society.follow_back * rng.gamma(2, 0.5, town.n) / (1 + np.log(town.people.popularity.clip(1)))
    back = rng.random(len(ties)) < willing[ties.followed]
    late = ties.at[back] + rng.exponential(4 * DAY, int(back.sum())).astype(np.int64)
    return Ties.of(
        len(late), follower=ties.followed[back], followed=ties.follower[back], at=np.minimum(late, town.end - 1)
    )


def _ordinary(town: Town, follower: Ints, followed: Ints, rng: Rng) -> Ties:
    proper = follower != followed
    follower, followed = follower[proper], followed[proper]
    at = follow_times(town, follower, followed, rng=rng)
    return Ties.of(len(follower), follower=follower, followed=followed, at=at)


def rates(town: Town, ties: Ties, rng: Rng) -> Floats:
    """Chance-like weight with which a follower reacts to one post: taste, attention and appeal; unscaled."""
    people = town.people
    attention = people.activity * ~people.dormant * ~people.lurker * ~people.automated
    follows = np.bincount(ties.follower, minlength=town.n)
    same = people.community[ties.follower] == people.community[ties.followed]
    taste = np.where(same, 1.0, 0.35) * rng.lognormal(-0.32, 0.8, len(ties))
    weight: Floats = (
        attention[ties.follower] * people.appeal[ties.followed] * taste * ties.warmth / np.sqrt(follows[ties.follower])
    )
    return weight
