"""Real reach: what is left of a following, how many people engage, and how many one post moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphkit import showing
from graphkit.audience.commands import with_all_commands
from graphkit.audience.moved import Moved, moved
from graphkit.audience.reactions import engaged
from graphkit.audience.waterfall.audiences import Audiences, WholeLists
from graphkit.audience.waterfall.counts import STEPS
from graphkit.audience.waterfall.steps import LOSSES, Step, Steps
from graphkit.evidence import Finding
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import amount, percent, say, say_many, together, told
from graphkit.settings import Settings, defaults
from graphkit.verdicts import Verdicts

_MANY_UNTOLD: Final = 0.05  # share of all acts from which a reader has to know
REASONS: Final[Mapping[str, str]] = {reason: LOSSES[reason] for reason in STEPS[:-1]}

SCHEMA: Final = pa.schema(
    [
        ("id", pa.string()),
        ("followers", pa.int64()),  # the number on the page; null: the source does not say
        ("seen", pa.int64()),
        ("removed_bot", pa.int64()),
        ("removed_bought", pa.int64()),
        ("removed_ring", pa.int64()),
        ("removed_inactive", pa.int64()),
        ("real", pa.int64()),  # null: followers are known to be missing, and none is in the data
        ("real_low", pa.int64()),
        ("real_high", pa.int64()),
        ("engaged", pa.int64()),  # null: the data hold no interactions
        ("moved", pa.float64()),  # null: nothing known of posts and the reactions to them
        ("moved_low", pa.float64()),
        ("moved_high", pa.float64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Interval:
    """A number with the middle 95 % of what it may be."""

    low: float
    value: float
    high: float

    def __str__(self) -> str:
        digits = 0 if self.high >= 100 else 1
        value, low, high = (amount(number, digits) for number in (self.value, self.low, self.high))
        return told(say("{value} ({low} to {high})", value=value, low=low, high=high))


@dataclass(frozen=True, slots=True)
class ReachEstimate:
    """The audience of one account, from followers down to people."""

    account_id: str
    claimed: int | None  # the number on the page
    seen: int  # followers we hold; coverage = seen / claimed
    removed: Mapping[str, int]  # reason -> accounts; reasons do not overlap
    low: int
    real: int
    high: int  # low <= real <= high
    engaged: int | None
    moved: Interval | None
    whole: int  # followers that `removed` and `real` are about: those seen, or the declared list a sample stands for
    declared: Interval | None = None  # people in the whole declared list, where the order of its part is known
    notes: tuple[str, ...] = ()  # what the data cannot say, in words
    moved_parts: tuple[tuple[str, float], ...] = ()  # what `moved` is made of; they sum to it
    steps: tuple[Step, ...] = ()  # the waterfall whole, beyond `real` down to people who can be reached

    def explain(self) -> Iterator[str]:
        """The estimate step by step; the steps add up."""
        if self.claimed is not None:
            yield say("{claimed} followers are claimed.", claimed=self.claimed)
        yield say("{seen} followers are in the data.", seen=self.seen)
        if self.whole != self.seen:
            yield say("They are a sample; from here on the numbers are for all {whole}.", whole=self.whole)
        if self.whole or self.claimed == 0:  # else there is nothing to count people from, and a note says so
            yield from self._counted()
        beyond = self.steps[[step.name for step in self.steps].index("real") + 1 :] if self.steps else ()
        if any(step.count for step in beyond if not step.is_level):
            yield from (str(step) for step in beyond if step.is_level or step.count)
        if self.declared is not None and self.whole == self.seen:
            yield say(
                "In the whole list of followers: {declared} people, if it goes on as it looks.", declared=self.declared
            )
        if self.engaged is not None:
            yield say(
                "{engaged} people acted towards the account of their own will in the last weeks of the data.",
                engaged=self.engaged,
            )
        if self.moved is not None:
            yield say("One post moves {moved} people.", moved=self.moved)
        yield from self.notes

    def _counted(self) -> Iterator[str]:
        for reason, accounts in self.removed.items():
            yield say("- {accounts} {reason}", accounts=accounts, reason=REASONS[reason])
        yield say("= {real} people ({low} to {high})", real=self.real, low=self.low, high=self.high)

    def __str__(self) -> str:
        return together((self.account_id, *self.explain()))

    def _repr_html_(self) -> str:
        """The estimate in a notebook: the steps from followers to people as bars, then in words."""
        steps = [(step.reason, float(step.count)) for step in self.steps]
        return showing.page(self.account_id, showing.bars(steps), showing.listed("", self.explain()))


@dataclass(frozen=True)
class _Reach:
    """All numbers by node, before they become a table."""

    audiences: Audiences
    engaged: NDArray[np.float64]
    moved: Moved


def reach(
    graph: InfluenceGraph,
    verdicts: Verdicts,
    *,
    findings: Sequence[Finding] = (),
    settings: Settings | None = None,
) -> pa.Table:
    """Followers, people, engaged and moved of every account with followers or reactions, by id.

    `seen` = all `removed_*` + `real`, unless the coverage table says that the followers are a random sample of a
    declared number: then they sum to that number. A silent follower is a person; only who evidently left is `inactive`.
    Accounts of one finding are right or wrong together, which widens the interval.
    """
    every = _everything(graph, verdicts, findings, settings)
    left = every.audiences
    reacted_to = np.zeros(graph.n, dtype=bool)
    reacted_to[graph.events.target[graph.events.target >= 0]] = True
    rows = np.flatnonzero((left.seen > 0) | (left.claimed > 0) | reacted_to | ~np.isnan(every.moved.value))
    counts = dict(zip(STEPS, left.counts[rows].T, strict=True))
    no_acts = len(graph.events) == 0
    unseen = _unseen(graph, left)[rows]
    columns = {
        "id": graph.accounts["id"].take(pa.array(rows)).combine_chunks(),
        "followers": pa.array(left.claimed[rows], mask=left.claimed[rows] < 0),
        "seen": left.seen[rows],
        **{f"removed_{reason}": counts[reason] for reason in REASONS},
        "real": pa.array(counts["real"], mask=unseen),
        "real_low": pa.array(left.low[rows], mask=unseen),
        "real_high": pa.array(left.high[rows], mask=unseen),
        "engaged": pa.array(np.rint(every.engaged[rows]).astype(np.int64), mask=np.full(len(rows), no_acts)),
        "moved": _or_null(every.moved.value[rows]),
        "moved_low": _or_null(every.moved.low[rows]),
        "moved_high": _or_null(every.moved.high[rows]),
    }
    return pa.table([pa.array(columns[name]) for name in SCHEMA.names], schema=SCHEMA)


def estimate(
    graph: InfluenceGraph,
    account: str,
    verdicts: Verdicts,
    *,
    findings: Sequence[Finding] = (),
    settings: Settings | None = None,
) -> ReachEstimate:
    """The audience of one account (id or "@handle") with what was removed and why, and what cannot be said."""
    node, chosen = graph.node(account), (settings or defaults()).reach
    every = _everything(graph, verdicts, findings, settings, lists=True)
    left = every.audiences
    counts = dict(zip(STEPS, left.counts[node].tolist(), strict=True))
    rate = Interval(*(float(x[node]) for x in (every.moved.low, every.moved.value, every.moved.high)))
    return ReachEstimate(
        account_id=graph.ids([node])[0],
        claimed=int(left.claimed[node]) if left.claimed[node] >= 0 else None,
        seen=int(left.seen[node]),
        removed={reason: counts[reason] for reason in REASONS},
        low=int(left.low[node]),
        real=counts["real"],
        high=int(left.high[node]),
        engaged=int(np.rint(every.engaged[node])) if len(graph.events) else None,
        moved=None if np.isnan(rate.value) else rate,
        whole=sum(counts.values()),
        declared=_whole_list(left.whole, node),
        notes=tuple(_notes(graph, every, node)),
        moved_parts=() if np.isnan(rate.value) else every.moved.parts(node),
        steps=Steps.of(graph, left, findings=findings, settings=chosen).account(node),
    )


def declared(
    graph: InfluenceGraph,
    verdicts: Verdicts,
    *,
    findings: Sequence[Finding] = (),
    settings: Settings | None = None,
) -> pa.Table:
    """People in the whole declared lists of which a part is in the data: id, declared, people, low, high; by id.

    Only accounts whose coverage says in what order the part was taken: random, newest first, oldest first.
    """
    chosen = (settings or defaults()).reach
    whole = Audiences.of(graph, verdicts, findings=findings, settings=chosen, lists=True).whole
    low, high = whole.ends()
    return pa.table(
        {
            "id": graph.accounts["id"].take(pa.array(whole.samples.node)),
            "declared": whole.samples.declared,
            "people": whole.likely,
            "low": low,
            "high": high,
        }
    )


def _everything(
    graph: InfluenceGraph,
    verdicts: Verdicts,
    findings: Sequence[Finding],
    settings: Settings | None,
    *,
    lists: bool = False,
) -> _Reach:
    """All numbers; with `lists` also what one end of a list says of the rest of it."""
    chosen = (settings or defaults()).reach
    verdicts = with_all_commands(graph, verdicts)
    left = Audiences.of(graph, verdicts, findings=findings, settings=chosen, lists=lists)
    return _Reach(
        audiences=left,
        engaged=engaged(graph, left.people, verdicts=verdicts, settings=chosen),
        moved=moved(graph, left.people, left.expected[:, -1], verdicts=verdicts, settings=chosen),
    )


def _whole_list(whole: WholeLists, node: int) -> Interval | None:
    """The people in the whole list of one account."""
    row = np.flatnonzero(whole.samples.node == node)
    if not len(row):
        return None
    low, high = whole.ends()
    return Interval(*(float(values[row][0]) for values in (low, whole.likely, high)))


def _unseen(graph: InfluenceGraph, left: Audiences) -> NDArray[np.bool_]:
    """For each account whether none of its followers is in the data though it has some, or may: nothing to count from."""
    none = left.counts.sum(axis=1) == 0
    return np.asarray(none & ((left.claimed > 0) | (graph.follows.nnz == 0)))


def _or_null(values: NDArray[np.float64]) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))


def _notes(graph: InfluenceGraph, every: _Reach, node: int) -> Iterator[str]:
    """What a reader has to know before quoting the numbers."""
    left = every.audiences
    claimed, seen = int(left.claimed[node]), int(left.seen[node])
    if _unseen(graph, left)[node]:
        yield say("None of its followers is in the data.")
    elif claimed > seen == int(left.counts[node].sum()):
        yield (
            say(
                "Only {share} of the claimed followers are in the data, and not as a random sample: the numbers are about "
                "those seen.",
                share=percent(seen / claimed),
            )
        )
    followers = graph.followers.indices[graph.followers.indptr[node] : graph.followers.indptr[node + 1]]
    unjudged = int(left.people.unjudged[followers].sum())
    if unjudged:
        yield say(
            "{unjudged} followers have too little data to be judged: a small share of them is assumed automatic.",
            unjudged=unjudged,
        )
    if not left.people.activity_known:
        yield say("The data hold no dated acts: who is inactive cannot be known, nobody is removed for it.")
    if left.people.untold_acts >= _MANY_UNTOLD and not np.isnan(every.moved.value[node]):
        yield say(
            "Many machines are told with doubt here, so others may not be told: the lower end of what a post moves allows "
            "for {share} of all acts being theirs.",
            share=percent(left.people.untold_acts),
        )
    if len(graph.events) == 0:
        yield say("The data hold no interactions: who engages cannot be said.")
    elif np.isnan(every.moved.value[node]):
        yield say("No reaction in the data names a post of this account: what one post moves cannot be said.")
    elif every.moved.unlisted[node]:
        yield say("Posts without any reaction are not in the data; their number is a guess, which widens the interval.")
    elif every.moved.posts[node] < 5:
        yield say_many(
            "Only {count} post: what accounts with a like audience get counts as well.",
            "Only {count} posts: what accounts with a like audience get counts as well.",
            count=int(every.moved.posts[node]),
        )
