"""Groups to whom nobody turns back: how many members have somebody outside with whom acts go both ways, beside how many should.

Who writes posts and turns to others has such friends sooner or later, and how soon is read from the data: from accounts that
write as much and turn to as many. Followers may be got by following back; being answered by whom one answers is hard to
buy. Accounts that wrote nothing say nothing, since nobody can act on them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures import made_once, nulls
from graphkit.measures.life import life_of
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

WRITTEN = (2, 3, 5, 9, 17)  # posts at which classes of like writing begin, the first at one
REACHES = 8  # classes of accounts that turn to about as many others
DOUBT = 5.0  # accounts without a friend that a small class is taken to hold besides
SHAPE = 25.0  # gamma shape of how sociable groups of people are: they may differ by a fifth (made-up worlds: a tenth)
DUE_LEAST = 3.0  # members with friends due by chance: with fewer, having none is no evidence


@dataclass(frozen=True, slots=True)
class Friends:
    """Of a group: the members that have a friend outside, and how many should by what they write and whom they turn to."""

    seen: int
    due: float
    p: float  # of so few, where groups differ in how sociable they are
    among: float  # share of the members with a friend inside: they follow each other, and acts go both ways

    @property
    def missing(self) -> bool:
        """Whether nearly everybody lacks what nearly everybody would have."""
        bounds = current().lockstep
        return self.due >= DUE_LEAST and self.seen <= bounds.friends_part * self.due and self.p < bounds.friends_p

    @property
    def each_other(self) -> bool:
        """Whether most members are friends with each other: a fan club lives among itself, machines have nobody at all."""
        return self.among >= current().lockstep.friends_among

    @property
    def usual(self) -> bool:
        """Whether more members have friends than a group of machines would: there are people among them."""
        return self.due >= DUE_LEAST and self.seen > current().lockstep.friends_part * self.due


def friends_of(graph: InfluenceGraph, members: Ints) -> Friends:
    """The friends of a group (rising numbers), outside of it and inside; cost: the acts of the members."""
    seen = int((befriended(graph, members) & (life_of(graph).own_posts[members] > 0)).sum())
    due = float(usual_friends(graph)[members].sum())
    inside = life_of(graph).warm[members][:, members].multiply(graph.mutual[members][:, members])
    among = float((np.asarray(inside.sum(axis=1)).ravel() > 0).mean()) if len(members) else 0.0
    return Friends(seen, due, float(1.0 - nulls.overdispersed_tail(seen + 1, max(due, 1e-9), SHAPE)), among)


def befriended(graph: InfluenceGraph, members: Ints) -> Flags:
    """Which of the members have somebody outside the group with whom acts go both ways."""
    return np.asarray(life_of(graph).friends_outside(members) > 0)


@made_once
def usual_friends(graph: InfluenceGraph) -> Floats:
    """For each account the share with a friend among those who write as much and turn to as many; 0 for who wrote nothing."""
    life = life_of(graph)
    out = (life.own_posts > 0) & (life.breadth > 0)
    reach = np.unique(np.quantile(life.breadth[out], np.arange(1, REACHES) / REACHES)) if out.any() else np.empty(0)
    peers = np.digitize(life.own_posts, WRITTEN) * REACHES + np.searchsorted(reach, life.breadth, "left")
    many = np.bincount(peers[out], minlength=int(peers.max(initial=0)) + 1)
    having = np.bincount(peers[out & (life.friends > 0)], minlength=len(many))
    return np.where(out, (having / (many + DOUBT))[peers], 0.0)
