"""Real reach: what is left of a following, how many people engage, and how many one post moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphkit.audience.moved import Moved, moved
from graphkit.audience.people import People
from graphkit.audience.reactions import engaged
from graphkit.audience.samples import Samples, extrapolated_variance
from graphkit.audience.trades import with_all_trades
from graphkit.audience.waterfall import STEPS, Waterfall, interval, waterfall, whole_counts
from graphkit.evidence import Finding
from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.numbering import whole as numbers_or
from graphkit.settings import Reach, Settings, defaults
from graphkit.verdicts import Verdicts

REASONS: Final[Mapping[str, str]] = {
    "bought": "came as part of a purchase",
    "ring": "follow only to be followed back",
    "bot": "accounts that run automatically",
    "inactive": "abandoned: silent for long, unlike before",
}

SCHEMA: Final = pa.schema(
    [
        ("id", pa.string()),
        ("followers", pa.int64()),  # the number on the page; null: the source does not say
        ("seen", pa.int64()),
        ("removed_bot", pa.int64()),
        ("removed_bought", pa.int64()),
        ("removed_ring", pa.int64()),
        ("removed_inactive", pa.int64()),
        ("real", pa.int64()),
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
        return f"{self.value:,.{digits}f} ({self.low:,.{digits}f} to {self.high:,.{digits}f})"


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

    def explain(self) -> Iterator[str]:
        """The estimate step by step; the steps add up."""
        if self.claimed is not None:
            yield f"{self.claimed:,} followers are claimed."
        yield f"{self.seen:,} followers are in the data."
        if self.whole != self.seen:
            yield f"They are a sample; from here on the numbers are for all {self.whole:,}."
        for reason, accounts in self.removed.items():
            yield f"- {accounts:,} {REASONS[reason]}"
        yield f"= {self.real:,} people ({self.low:,} to {self.high:,})"
        if self.declared is not None and self.whole == self.seen:
            yield f"In the whole list of followers: {self.declared} people, if it goes on as it looks."
        if self.engaged is not None:
            yield f"{self.engaged:,} people acted towards the account of their own will in the last weeks of the data."
        if self.moved is not None:
            yield f"One post moves {self.moved} people."
        yield from self.notes

    def __str__(self) -> str:
        return "\n".join((self.account_id, *self.explain()))


@dataclass(frozen=True)
class _WholeLists:
    """People in the declared lists of which a part is in the data."""

    samples: Samples
    likely: NDArray[np.float64]
    variance: NDArray[np.float64]
    spotless: NDArray[np.bool_]  # not one follower of the part was taken off: perhaps all of the list are people

    def ends(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The middle 95 % of the people in each list; up to the whole list where its part is spotless."""
        whole = self.samples.declared.astype(np.float64)
        low, high = interval(self.likely, self.variance, whole)
        return low, np.where(self.spotless, whole, high)

    def of(self, node: int) -> Interval | None:
        """The people in the whole list of one account."""
        row = np.flatnonzero(self.samples.node == node)
        if not len(row):
            return None
        low, high = self.ends()
        return Interval(*(float(values[row][0]) for values in (low, self.likely, high)))


@dataclass(frozen=True)
class _Audiences:
    """All numbers by node, before they become a table."""

    counts: NDArray[np.int64]  # n x STEPS
    seen: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    engaged: NDArray[np.float64]
    moved: Moved
    people: People
    claimed: NDArray[np.int64]  # -1: unknown
    whole: _WholeLists


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
    every = _audiences(graph, verdicts, findings, settings)
    reacted_to = np.zeros(graph.n, dtype=bool)
    reacted_to[graph.events.target[graph.events.target >= 0]] = True
    rows = np.flatnonzero((every.seen > 0) | (every.claimed > 0) | reacted_to | ~np.isnan(every.moved.value))
    counts = dict(zip(STEPS, every.counts[rows].T, strict=True))
    no_acts = len(graph.events) == 0
    columns = {
        "id": graph.accounts["id"].take(pa.array(rows)).combine_chunks(),
        "followers": pa.array(every.claimed[rows], mask=every.claimed[rows] < 0),
        "seen": every.seen[rows],
        **{f"removed_{reason}": counts[reason] for reason in REASONS},
        "real": counts["real"],
        "real_low": every.low[rows],
        "real_high": every.high[rows],
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
    node = graph.node(account)
    every = _audiences(graph, verdicts, findings, settings, lists=True)
    counts = dict(zip(STEPS, every.counts[node].tolist(), strict=True))
    rate = Interval(*(float(x[node]) for x in (every.moved.low, every.moved.value, every.moved.high)))
    return ReachEstimate(
        account_id=graph.ids([node])[0],
        claimed=int(every.claimed[node]) if every.claimed[node] >= 0 else None,
        seen=int(every.seen[node]),
        removed={reason: counts[reason] for reason in REASONS},
        low=int(every.low[node]),
        real=counts["real"],
        high=int(every.high[node]),
        engaged=int(np.rint(every.engaged[node])) if len(graph.events) else None,
        moved=None if np.isnan(rate.value) else rate,
        whole=sum(counts.values()),
        declared=every.whole.of(node),
        notes=tuple(_notes(graph, every, node)),
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
    whole = _audiences(graph, verdicts, findings, settings, lists=True).whole
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


def _audiences(
    graph: InfluenceGraph,
    verdicts: Verdicts,
    findings: Sequence[Finding],
    settings: Settings | None,
    *,
    lists: bool = False,
) -> _Audiences:
    """All numbers; with `lists` also what one end of a list says of the rest of it."""
    chosen = (settings or defaults()).reach
    verdicts = with_all_trades(graph, verdicts, chosen)
    people = People.of(graph, verdicts, findings=findings, settings=chosen)
    fall = waterfall(graph, people, verdicts=verdicts, settings=chosen)
    whole = _whole_lists(graph, fall, people, verdicts=verdicts, settings=chosen, ends=lists)
    drawn = whole.samples.random
    node = whole.samples.node[drawn]
    total, expected = fall.seen.copy(), fall.expected.copy()
    likely, variance = expected[:, -1] - fall.hidden, fall.variance.copy()
    total[node], likely[node], variance[node] = (
        whole.samples.declared[drawn],
        whole.likely[drawn],
        whole.variance[drawn],
    )
    expected[node] *= (total[node] / fall.seen[node])[:, None]
    counts = whole_counts(expected, total)
    low, high = interval(likely, variance, total.astype(np.float64))
    high[node] = whole.ends()[1][drawn]
    return _Audiences(
        counts=counts,
        seen=fall.seen,
        low=np.minimum(np.rint(low).astype(np.int64), counts[:, -1]),
        high=np.maximum(np.rint(high).astype(np.int64), counts[:, -1]),
        engaged=engaged(graph, people, verdicts=verdicts, settings=chosen),
        moved=moved(graph, people, expected[:, -1], verdicts=verdicts, settings=chosen),
        people=people,
        claimed=numbers_or(graph.accounts["followers"], -1),
        whole=whole,
    )


def _whole_lists(
    graph: InfluenceGraph,
    fall: Waterfall,
    people: People,
    *,
    verdicts: Verdicts,
    settings: Reach,
    ends: bool,
) -> _WholeLists:
    samples = Samples.of(graph, fall.seen)
    samples = samples if ends else samples.only(samples.random)
    seen, among = fall.seen[samples.node], (fall.expected[:, -1] - fall.hidden)[samples.node]
    likely = among + (samples.declared - seen) * (among + 0.5) / (seen + 1.0)  # half a follower of each kind beforehand
    variance = extrapolated_variance(graph, fall, samples, people=people, verdicts=verdicts, settings=settings)
    spotless = seen - fall.expected[samples.node, -1] < 0.5
    return _WholeLists(samples, likely, variance, spotless)


def _or_null(values: NDArray[np.float64]) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))


def _notes(graph: InfluenceGraph, every: _Audiences, node: int) -> Iterator[str]:
    """What a reader has to know before quoting the numbers."""
    claimed, seen = int(every.claimed[node]), int(every.seen[node])
    if claimed > seen == int(every.counts[node].sum()):
        yield (
            f"Only {seen / claimed:.0%} of the claimed followers are in the data, and not as a random sample: "
            "the numbers are about those seen."
        )
    followers = graph.followers.indices[graph.followers.indptr[node] : graph.followers.indptr[node + 1]]
    unjudged = int(every.people.unjudged[followers].sum())
    if unjudged:
        yield f"{unjudged:,} followers have too little data to be judged: a small share of them is assumed automatic."
    if not every.people.activity_known:
        yield "The data hold no dated acts: who is inactive cannot be known, nobody is removed for it."
    if len(graph.events) == 0:
        yield "The data hold no interactions: who engages cannot be said."
    elif np.isnan(every.moved.value[node]):
        yield "No reaction in the data names a post of this account: what one post moves cannot be said."
    elif every.moved.unlisted[node]:
        yield "Posts without any reaction are not in the data; their number is a guess, which widens the interval."
    elif every.moved.posts[node] < 5:
        yield f"Only {every.moved.posts[node]} posts: what accounts with a like audience get counts as well."
