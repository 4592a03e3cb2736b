"""Bought followers: blocks of followers without a life of their own in somebody's following."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import stats

from graphkit.detectors.bot_clusters import in_farms
from graphkit.evidence import Detection, Evidence, Finding, Member, Rival
from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.language import say, say_many
from graphkit.measures import nulls
from graphkit.measures.arrivals import Arrivals, Floats, arrivals

DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class BoughtFollowers:
    """Followings with far more hollow followers than is usual in the data, block by block.

    How it looks: on a day or two many accounts arrive that nobody follows and nobody answers, and the same accounts come
    again elsewhere.
    What else looks like that: prize draws, press and adverts (their followers have lives), starter packs (newcomers who
    follow a list on their first day: left out). The person followed need not be the one who paid.
    What it cannot see: bought followers with friends of their own, and slow deliveries below the usual share.
    Source: arrival order of followers (Meeder et al. 2011); methods D.
    """

    NAME: ClassVar[str] = "bought_followers"
    question: ClassVar[str] = say("Whose followers came in blocks of accounts without a life of their own?")
    needs: ClassVar[frozenset[str]] = frozenset({"follows"})

    q: float = 0.01  # of the surplus of hollow followers, over all accounts looked at
    least: int = 10  # followers of the surplus
    share: float = 0.08  # of the whole following
    accuse: float = 0.5  # the chance of being a follower for sale from which one is named

    def detect(self, graph: InfluenceGraph, *, seed: int = 0) -> Detection:
        """One finding for each account with a surplus of hollow followers."""
        if (graph.follow_at == NO_TIME).all():
            return Detection(
                notes=(say("no follow times: a delivery cannot be told from newcomers who followed a list"),)
            )
        came = arrivals(graph)
        sold = in_farms(graph, came)
        followers = np.diff(graph.followers.indptr)
        looked = np.flatnonzero(followers >= self.least)
        q = np.ones(graph.n)
        q[looked] = nulls.benjamini_hochberg(came.hollow_p[looked])
        wanted = (q < self.q) & (came.hollow_excess >= np.maximum(self.least, self.share * followers))
        return Detection(
            tuple(self._finding(graph, came, sold, int(node), float(q[node])) for node in np.flatnonzero(wanted))
        )

    def _finding(self, graph: InfluenceGraph, came: Arrivals, sold: Floats, node: int, q: float) -> Finding:
        rows = np.flatnonzero((came.target == node) & came.hollow[came.source])
        total = int(graph.followers.indptr[node + 1] - graph.followers.indptr[node])
        low, high = _interval(len(rows), total, came.base)
        named = came.source[rows][sold[came.source[rows]] >= self.accuse]  # of the others only the number is known
        blocks = [b for b in np.flatnonzero(came.customer == node) if came.p[b] < 1e-4]
        inside = sum(int(came.size[b]) for b in blocks)
        own = graph.ids([node])[0]
        return Finding(
            kind="bought_followers",
            members=(
                *(Member(a, "member", float(sold[n])) for a, n in zip(graph.ids(named), named, strict=True)),
                Member(own, "beneficiary", 1.0),
            ),
            evidence=(
                Evidence(say("{hollow} of {followers} followers are followed and answered by nobody", hollow=len(rows), followers=total), float(len(rows)), round(total * came.base, 1),
                         say("accounts of this data that follow as many"), float(came.hollow_p[node])),
                *(Evidence(say_many("{size} followers arrived in {count} day", "{size} followers arrived in {count} days",
                                    count=max(1, int((came.end[b] - came.begin[b]) // DAY)), size=int(came.size[b])), float(came.size[b]),
                           round(float(came.size[b] - came.excess[b]), 1), say("hollow accounts usual among so many"), float(came.p[b])) for b in blocks[:3]),
            ),
            against=(Evidence(say("{alive} followers have followers or answers of their own", alive=total - len(rows)), float(total - len(rows)), float(total), say("a following of people"), None),),
            innocent=(say("an advert that drew people who never came back"), say("somebody else paid for them")),
            rivals=(
                Rival("bought", 0.75 if blocks else 0.55, (say("no life of their own"), *((say("arrived in bursts"),) if blocks else ())), (), (say("who paid"),)),
                Rival("advert", 0.15, (say("came together"),), (), (say("adverts of these days"),)),
                Rival("cannot_tell", 0.1 if blocks else 0.3),
            ),
            q=q,
            sentence=say("About {estimate} ({low} to {high}) of {followers} followers look delivered: nobody follows or answers them.",
                         estimate=round(float(came.hollow_excess[node])), low=low, high=high, followers=total),
            detail={"estimate": round(float(came.hollow_excess[node])), "low": low, "high": high, "in_blocks": inside,
                    "blocks": [{"begin": int(came.begin[b]), "end": int(came.end[b]), "size": int(came.size[b])} for b in blocks[:20]]},
        )  # fmt: skip


def _interval(hollow: int, total: int, base: float) -> tuple[int, int]:
    """A 95 % interval of the followers beyond the usual hollow ones: what is usual varies by chance."""
    usual = np.asarray(stats.binom.ppf([0.025, 0.975], total, base))
    return max(0, int(hollow - usual[1])), max(0, int(hollow - usual[0]))
