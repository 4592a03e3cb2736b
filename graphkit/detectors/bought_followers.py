"""Bought followers: blocks in somebody's list of followers that were delivered, with their places, dates and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from graphkit.evidence import Detection, Evidence, Finding, Member, Rival
from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.language import Said, say, say_many
from graphkit.measures import nulls
from graphkit.measures.arrivals import arrivals
from graphkit.measures.machines import for_sale
from graphkit.measures.sales.blocks import Blocks, blocks_of
from graphkit.measures.sales.contrast import Sales, sales_of
from graphkit.measures.sales.lists import DAY
from graphkit.measures.sales.numbers import delivered
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
SHOWN = 20  # blocks and bursts listed in a finding
NEWCOMERS = 0.4  # of a burst that joined or came back in those days


@dataclass(frozen=True, slots=True)
class Burst:
    """Days with far more new followers than the account's own pace explains."""

    account: int
    begin: int
    end: int
    size: int
    newcomers: int


@dataclass(frozen=True, slots=True)
class BoughtFollowers:
    """Lists of followers with blocks in which accounts without a life of their own stand far too close.

    How it looks: in one stretch of the list, of a day or of weeks, most of those who come are followed and answered by
    next to nobody, and the same accounts stand in such stretches of other lists.
    What else looks like that: prize draws, press and adverts (their followers have lives), starter packs (newcomers who
    follow a list on their first day: left out). The person followed need not be the one who paid.
    What it cannot see: single purchases of accounts with a full life; deliveries so slow that they never are a tenth of
    what arrives; anything where neither follow times nor places in lists are known.
    Source: arrival order of followers (Meeder et al. 2011); contrast with the neighbourhood (HoloScope, Liu et al. 2017).
    """

    NAME: ClassVar[str] = "bought_followers"
    question: ClassVar[str] = say("Whose followers came in blocks of accounts without a life of their own?")
    needs: ClassVar[frozenset[str]] = frozenset({"follows"})

    q: float = 0.01  # over all lists looked at
    least: int = 10  # followers delivered, estimated
    accuse: float = 0.5  # the chance of being a follower for sale from which one is named

    def detect(self, graph: InfluenceGraph, *, seed: int = 0) -> Detection:
        """One finding for each account with such blocks; nothing is drawn at random."""
        sales, blocks = sales_of(graph), blocks_of(graph)
        if sales.lists.order == "none":
            return Detection(
                notes=(say("no follow times and no places in lists: a delivery cannot be told from newcomers who followed a list"),)
            )  # fmt: skip
        every, own = _bursts_of_people(graph, sales, blocks), for_sale(sales)
        accounts = np.unique(blocks.customer)
        best = np.array([blocks.p[blocks.of(int(account))].min() for account in accounts])
        looked = int((np.diff(sales.lists.starts) >= self.least).sum())
        q = nulls.benjamini_hochberg(best, tests=looked) if len(best) else best
        found = [
            self._finding(graph, sales, blocks, every, own, account=int(account), q=float(each))
            for account, each in zip(accounts, q, strict=True)
            if each < self.q and blocks.sold[blocks.of(int(account))].sum() >= self.least
        ]
        return Detection(tuple(found), notes=(*_organic(every), *_blind(sales)))

    def _finding(
        self,
        graph: InfluenceGraph,
        sales: Sales,
        blocks: Blocks,
        every: tuple[Burst, ...],
        chances: Floats,
        *,
        account: int,
        q: float,
    ) -> Finding:
        mine = blocks.of(account)
        rows = np.concatenate([np.arange(blocks.first[b], blocks.last[b] + 1) for b in mine])
        lean = current().blocks.lean[0]
        chance = np.concatenate(
            [delivered(sales, np.arange(blocks.first[b], blocks.last[b] + 1), lean=lean) for b in mine]
        )
        alone = chances[sales.lists.source[rows]]  # a block may hold people: it names nobody alone
        listed = (chance >= self.accuse) & (alone >= self.accuse)
        named = rows[listed]
        count = float(blocks.sold[mine].sum())
        low, high = (round(float(end[mine].sum())) for end in (blocks.low, blocks.high))  # its blocks err together
        total = int(sales.lists.starts[account + 1] - sales.lists.starts[account])
        who = sales.lists.source[named].astype(np.int64)
        own = graph.ids([account])[0]
        others = [burst for burst in every if burst.account == account]
        return Finding(
            kind="bought_followers",
            members=(
                *(Member(a, "member", float(p)) for a, p in zip(graph.ids(who), np.minimum(chance, alone)[listed], strict=True)),
                Member(own, "beneficiary", 1.0),
            ),
            evidence=tuple(_evidence(sales, blocks, int(b)) for b in mine[np.argsort(-blocks.sold[mine], kind="stable")][:3]),
            against=_against(sales, account, total, others),
            innocent=(say("an advert that drew people who never came back"), say("somebody else paid for them")),
            rivals=_rivals(),
            q=q,
            sentence=say(
                "About {estimate} ({low} to {high}) of {followers} followers look delivered: they stand in blocks of accounts that next to nobody follows or answers.",
                estimate=round(count), low=low, high=min(high, total), followers=total,
            ),
            detail={
                "estimate": round(count), "low": low, "high": min(high, total),
                "in_blocks": int(blocks.size[mine].sum()),
                "blocks": [_block(graph, sales, blocks, int(b)) for b in mine[:SHOWN]],
                "other_bursts": [{"begin": b.begin, "end": b.end, "size": b.size, "newcomers": b.newcomers} for b in others[:SHOWN]],
            },
        )  # fmt: skip


def _evidence(sales: Sales, blocks: Blocks, b: int) -> Evidence:
    first, last = _places(sales, blocks, b)
    words = {"hollow": int(blocks.hollow[b]), "size": int(blocks.size[b]), "first": first, "last": last}
    if blocks.begin[b] == NO_TIME or sales.lists.order != "times":
        claim = say(
            "{hollow} of the {size} followers at places {first} to {last} (oldest first) are followed and answered by next to nobody",
            **words,
        )
    else:
        days = max(1, int(np.ceil((blocks.end[b] - blocks.begin[b]) / DAY)))
        claim = say_many(
            "{hollow} of the {size} followers at places {first} to {last} (oldest first), who came in {count} day, are followed and answered by next to nobody",
            "{hollow} of the {size} followers at places {first} to {last} (oldest first), who came in {count} days, are followed and answered by next to nobody",
            count=days, **words,
        )  # fmt: skip
    return Evidence(
        claim,
        float(blocks.hollow[b]),
        round(float(blocks.due[b]), 1),
        say("the most that such a stretch holds in lists of this length; p counts every stretch looked at"),
        float(blocks.p[b]),
    )


def _places(sales: Sales, blocks: Blocks, b: int) -> tuple[int, int]:
    start = int(sales.lists.starts[blocks.customer[b]])
    return int(blocks.first[b]) - start + 1, int(blocks.last[b]) - start + 1


def _block(graph: InfluenceGraph, sales: Sales, blocks: Blocks, b: int) -> dict[str, object]:
    first, last = _places(sales, blocks, b)
    times = {"begin": int(blocks.begin[b]), "end": int(blocks.end[b])} if blocks.begin[b] != NO_TIME else {}
    place = graph.follow_position[sales.lists.row[[blocks.first[b], blocks.last[b]]]]
    given = {"newest_first": [int(place[1]), int(place[0])]} if (place >= 0).all() else {}
    return {
        "first": first, "last": last, "size": int(blocks.size[b]), **times, **given,
        "dates": "exact" if sales.lists.order == "times" else "not before",
        "estimate": round(float(blocks.sold[b])), "low": int(blocks.low[b]), "high": int(np.ceil(blocks.high[b])),
    }  # fmt: skip


def _against(sales: Sales, account: int, total: int, others: list[Burst]) -> tuple[Evidence, ...]:
    mine = slice(sales.lists.starts[account], sales.lists.starts[account + 1])
    alive = int((~sales.hollow[sales.lists.source[mine]]).sum())
    return (
        Evidence(say("{alive} followers have followers or answers of their own", alive=alive), float(alive), float(total), say("a following of people"), None),
        *(Evidence(_said(burst), float(burst.size), 0.0, say("delivered accounts"), None) for burst in others[:2]),
    )  # fmt: skip


def _said(burst: Burst) -> Said:
    if burst.newcomers >= NEWCOMERS * burst.size:
        return say("another burst of {size} followers was of newcomers who followed a list", size=burst.size)
    return say("another burst of {size} followers was of accounts with lives of their own", size=burst.size)


def _rivals() -> tuple[Rival, ...]:
    return (
        Rival("bought", 0.75, (say("no life of their own"), say("stand in blocks")), (), (say("who paid"),)),
        Rival("advert", 0.15, (say("came together"),), (say("next to nobody follows or answers them"),), (say("adverts of these days"),)),
        Rival("cannot_tell", 0.1),
    )  # fmt: skip


def _blind(sales: Sales) -> tuple[Said, ...]:
    """What is said where accounts without regard cannot be told from anybody else."""
    if sales.hollow.any() and sales.usual_hollow.min(initial=1.0) < 0.5:
        return ()
    return (
        say(
            "too few lists of followers, or most accounts here are followed and answered by nobody in this data: "
            "deliveries cannot be told from what is usual"
        ),
    )


def _bursts_of_people(graph: InfluenceGraph, sales: Sales, blocks: Blocks) -> tuple[Burst, ...]:
    """The bursts of which delivered followers make up less than a third, the largest first."""
    came = arrivals(graph)
    held = np.flatnonzero(came.block >= 0)
    new = np.bincount(came.block[held], weights=came.newcomer[came.source[held]], minlength=len(came.customer))
    found = []
    for number, account in enumerate(came.customer.tolist()):
        mine = blocks.of(account)
        mine = mine[(blocks.begin[mine] < came.end[number]) & (blocks.end[mine] >= came.begin[number])]
        if blocks.sold[mine].sum() < came.size[number] / 3:
            span = int(came.begin[number]), int(came.end[number])
            found.append(Burst(account, *span, int(came.size[number]), int(new[number])))
    return tuple(sorted(found, key=lambda burst: (-burst.size, burst.account, burst.begin)))


def _organic(every: tuple[Burst, ...]) -> tuple[Said, ...]:
    """What is said of bursts of people."""
    if not every:
        return ()
    new = sum(burst.newcomers >= NEWCOMERS * burst.size for burst in every)
    return (
        say(
            "{bursts} bursts of followers were of people and not of delivered accounts; {new} of them of newcomers who followed a list",
            bursts=len(every), new=new,
        ),
    )  # fmt: skip
