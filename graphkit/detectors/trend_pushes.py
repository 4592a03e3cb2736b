"""Trend pushes: tags, phrases and posts that rose because accounts were told to write or pass them on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphkit.evidence import Detection, Evidence, Finding, Member, Rival, sided
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import Percent, Said, listed, percent, say, say_many
from graphkit.measures import nulls
from graphkit.measures.lockstep import lockstep
from graphkit.measures.streams.second import second_hand
from graphkit.measures.trends.bursts import POST, TAG
from graphkit.measures.trends.commanded import commanded
from graphkit.measures.trends.pushes import Trend, trends
from graphkit.measures.trends.vanishing import vanishing
from graphkit.settings import current

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

TRENDS: Final = pa.schema(
    [
        ("topic", pa.string()),
        ("kind", pa.string()),  # tag, phrase or post
        ("start", pa.int64()),  # UTC milliseconds
        ("uses", pa.int64()),
        ("first_hour", pa.int64()),
        ("usual", pa.float64()),
        ("p_burst", pa.float64()),
        ("p_push", pa.float64()),
        ("commanded", pa.float64()),  # shares of the first hour; null: not in the data
        ("salad", pa.float64()),
        ("deleted", pa.float64()),
        ("organic", pa.float64()),
        ("organic_low", pa.float64()),
        ("organic_high", pa.float64()),
        ("profits", pa.string()),  # ids of those whom the same accounts serve elsewhere, with commas
    ]
)


@dataclass(frozen=True, slots=True)
class TrendPushes:
    """Tags, phrases and posts that rise out of nothing, by accounts that act on command, in words that say nothing, deleted at once.

    How it looks: within an hour dozens of accounts write a tag or phrase without a past, or pass one post on; many of them
    serve others on command, string words together that nobody else does, or delete within ten minutes.
    What else looks like that: a football final, an earthquake, a television show (steep too, but written by people and
    kept), a campaign of activists at an agreed hour (they write sentences and keep them).
    What it cannot see: pushes by paid people who write sentences and keep them; in data without texts and deletions
    only accounts that are known otherwise tell.
    Source: ephemeral astroturfing (Elmas et al. 2021).
    """

    NAME: ClassVar[str] = "trend_pushes"
    question: ClassVar[str] = say("Which trends were pushed, and how much of them is organic?")
    needs: ClassVar[frozenset[str]] = frozenset({"posts"})
    TABLES: ClassVar[dict[str, pa.Schema]] = {"trends": TRENDS}

    accuse: float = 0.5  # the chance from which a trend is named

    def detect(self, graph: InfluenceGraph, *, seed: int = 0) -> Detection:
        """The pushed trends, a row a trend, and of every post the chance that it was told."""
        judged = trends(graph, seed)
        serves = _serves(graph, seed)
        rows = [_row(graph, trend, serves) for trend in judged]
        pushed = [trend for trend in judged if trend.chance >= self.accuse]
        found = [self._finding(graph, trend, serves) for trend in pushed if trend.burst.kind != POST]
        known = commanded(graph, seed).known
        found += [self._posts(graph, posts, known=known) for posts in _by_hand(graph, pushed, seed)]
        found += _vanished(graph)
        return Detection(
            tuple(found), notes=_notes(judged), tables={"trends": pa.Table.from_pylist(rows, schema=TRENDS)}
        )

    def _finding(self, graph: InfluenceGraph, trend: Trend, serves: dict[int, list[int]]) -> Finding:
        members, named = self._members(graph, [trend])
        return _pushed(
            trend,
            members + _beneficiaries(graph, _profits(named, serves)),
            against=say("{share} of the posts were written by people of their own will", share=percent(trend.organic)),
            free=say("a trend that nobody pushed"),
            innocent=(say("a campaign of people who agreed on an hour"), say("an event that this data does not show")),
            sentence=say(
                "{topic} was pushed: {organic} of its {uses} posts are organic ({low} to {high}).",
                topic=_called(trend), organic=percent(trend.organic), uses=len(trend.burst.uses),
                low=percent(trend.organic_low), high=percent(trend.organic_high),
            ),
        )  # fmt: skip

    def _posts(self, graph: InfluenceGraph, posts: list[Trend], *, known: Flags) -> Finding:
        """One finding for the posts that the same hand pushed, with the largest of them as the witness.

        An act on a post shows nothing of itself, so that only those are named who are known to act on command (`known`).
        """
        largest = max(posts, key=lambda one: (one.burst.first_hour, one.burst.name))
        named, nodes = self._members(graph, posts)
        members = tuple(member for member, node in zip(named, nodes, strict=True) if known[node])
        authors = [one.burst.author for one in posts if one.burst.author >= 0]
        gains = {author: authors.count(author) / len(posts) for author in sorted(set(authors))}
        return _pushed(
            largest,
            members + _beneficiaries(graph, gains),
            against=say("{share} of the acts were done by people of their own will", share=percent(largest.organic)),
            free=say("a post that nobody pushed"),
            innocent=(say("a post that the press or a well-known account passed on"), say("a campaign of people who agreed on an hour")),
            sentence=say_many(
                "One post was pushed, {topic}: {organic} of its {uses} acts are organic ({low} to {high}).",
                "{count} posts were pushed, most of all {topic}: {organic} of its {uses} acts are organic ({low} to {high}).",
                count=len(posts), topic=largest.burst.name, organic=percent(largest.organic), uses=len(largest.burst.uses),
                low=percent(largest.organic_low), high=percent(largest.organic_high),
            ),
            posts=sorted(one.burst.name for one in posts)[:100],
        )  # fmt: skip

    def _members(self, graph: InfluenceGraph, found: list[Trend]) -> tuple[tuple[Member, ...], Ints]:
        """The accounts of whose acts on these trends most were pushes: the surest of a hundred would name readers too."""
        who, place = np.unique(np.concatenate([trend.burst.who for trend in found]), return_inverse=True)
        told = np.bincount(place, np.concatenate([trend.told for trend in found])) / np.bincount(place)
        named, chance = who[told >= self.accuse].astype(np.int64), told[told >= self.accuse]
        return tuple(
            Member(account, "member", float(p)) for account, p in zip(graph.ids(named), chance, strict=True)
        ), named


def _pushed(
    trend: Trend,
    members: tuple[Member, ...],
    *,
    against: Said,
    free: Said,
    innocent: tuple[Said, ...],
    sentence: Said,
    **more: object,
) -> Finding:
    """The finding that this trend was pushed; `against` says how much of it was of free will, `free` beside what."""
    for_it, against_it = sided(_signs(trend))
    return Finding(
        kind="trend_push",
        members=members,
        evidence=(_burst(trend), *for_it),
        against=(Evidence(against, trend.organic, 1.0, free, None), *against_it),
        innocent=innocent,
        rivals=_rivals(trend),
        q=min(1.0, max(0.0, 1 - trend.chance)),
        sentence=sentence,
        detail={
            "topic": trend.burst.name,
            "start": trend.burst.start,
            "organic": [round(x, 4) for x in (trend.organic, trend.organic_low, trend.organic_high)],
            **more,
        },
    )


def _beneficiaries(graph: InfluenceGraph, gains: dict[int, float]) -> tuple[Member, ...]:
    ids = graph.ids(list(gains))
    return tuple(Member(a, "beneficiary", share) for a, share in zip(ids, gains.values(), strict=True))


def _called(trend: Trend) -> str:
    return f"#{trend.burst.name}" if trend.burst.kind == TAG else f"“{trend.burst.name}”"


def _rivals(trend: Trend) -> tuple[Rival, ...]:
    pushed = 0.9 * trend.chance
    return (
        Rival("pushed", round(pushed, 3), (say("out of nothing"), say("accounts that act on command")), ()),
        Rival("event", round(0.95 - pushed, 3), (say("steep rise"),), (say("kept and written by people"),)),
        Rival("cannot_tell", 0.05),
    )


def _by_hand(graph: InfluenceGraph, pushed: list[Trend], seed: int) -> list[list[Trend]]:
    """The pushed posts, those together that mostly the same hand or the same machines pushed."""
    posts = [trend for trend in pushed if trend.burst.kind == POST]
    hands: dict[int, list[Trend]] = {}
    if posts:
        second, steps = second_hand(graph, seed), lockstep(graph, seed)
        whose = np.where(second.of >= 0, second.of, len(second.hands) + np.maximum(steps.of, -1) + 1)
        for trend in posts:
            numbers, many = np.unique(whose[trend.burst.who[trend.told >= 0.5]], return_counts=True)
            hands.setdefault(int(numbers[many.argmax()]) if len(numbers) else -1, []).append(trend)
    return list(hands.values())


def _vanished(graph: InfluenceGraph) -> list[Finding]:
    """The accounts whose posts vanish together, as one finding: what they pushed need not be in the data."""
    gone = vanishing(graph)
    named = gone.accounts
    if len(named) < current().trends.least_authors:
        return []
    chance = nulls.logistic(gone.log_odds[named])
    moments, quick = int(gone.moments[named].sum()), int(gone.quick[named].sum())
    return [
        Finding(
            kind="trend_push",
            members=tuple(Member(a, "member", float(p)) for a, p in zip(graph.ids(named), chance, strict=True)),
            evidence=(
                Evidence(
                    say("{moments} times posts of these accounts vanished within seconds of many others", moments=moments),
                    float(moments), round(current().trends.vanish_p * quick, 3),
                    say("the half hour around each moment"), float(nulls.poisson_tail(moments, current().trends.vanish_p * quick)),
                ),
            ),
            innocent=(say("an app that posts for many people and takes it back"),),
            rivals=(
                Rival("pushed", 0.85, (say("written in the same seconds"), say("deleted within ten minutes")), (), (say("what they write"),)),
                Rival("service", 0.1, (say("in lockstep"),), (), (say("clients"),)),
                Rival("cannot_tell", 0.05),
            ),
            q=float(min(1.0, current().trends.vanish_p * quick / max(moments, 1))),
            sentence=say(
                "{accounts} accounts wrote within seconds of each other and deleted at once, {moments} times in all.",
                accounts=len(named), moments=moments,
            ),
            detail={"what": "posts that vanish together"},
        )
    ]  # fmt: skip


def _burst(trend: Trend) -> Evidence:
    burst = trend.burst
    if burst.kind == POST:
        what, null = (
            say("{count} acts in its busiest hour", count=burst.first_hour),
            say("other posts of its author, more in a busy hour"),
        )
    else:
        what, null = (
            say("{count} posts in its first hour", count=burst.first_hour),
            say("its own past, as far as that hour was busy with everything else"),
        )
    return Evidence(what, float(burst.first_hour), round(burst.usual, 3), null, burst.p)  # fmt: skip


def _signs(trend: Trend) -> tuple[Evidence, ...]:
    """The signs that the data hold, as shares of the first hour."""
    others = say("all other acts on posts") if trend.burst.kind == POST else say("all other posts")
    return tuple(
        Evidence(_sign(sign.name, percent(sign.share), trend.burst.kind), sign.share, round(sign.usual, 4), others, sign.p)
        for sign in trend.signs
        if not np.isnan(sign.share)
    )  # fmt: skip


def _sign(name: str, share: Percent, kind: str) -> Said:
    if name == "commanded" and kind == POST:
        return say("{share} of the busiest hour came from accounts that act on command", share=share)
    if name == "commanded":
        return say("{share} of the first hour came from accounts that act on command elsewhere", share=share)
    if name == "salad":
        return say("{share} of the first hour are words that nobody else puts together", share=share)
    return say("{share} of the first hour were deleted within ten minutes", share=share)


def _serves(graph: InfluenceGraph, seed: int) -> dict[int, list[int]]:
    """For accounts under a hand the authors that it serves."""
    second = second_hand(graph, seed)
    return {
        int(account): second.hands[second.of[account]].campaign.authors.tolist()
        for account in np.flatnonzero(second.of >= 0)
    }


def _profits(named: Ints, serves: dict[int, list[int]]) -> dict[int, float]:
    """Whom the pushing accounts serve elsewhere, with the share of the accounts that do."""
    count: dict[int, int] = {}
    for account in named.tolist():
        for author in serves.get(account, []):
            count[author] = count.get(author, 0) + 1
    top = sorted(count, key=lambda author: (-count[author], author))[:10]
    return {author: count[author] / max(len(named), 1) for author in top}


def _row(graph: InfluenceGraph, trend: Trend, serves: dict[int, list[int]]) -> dict[str, object]:
    burst, share = trend.burst, {sign.name: None if np.isnan(sign.share) else sign.share for sign in trend.signs}
    gains = _profits(np.unique(burst.who[trend.told >= 0.5]), serves) if trend.chance >= 0.5 else {}
    if burst.kind == POST and trend.chance >= 0.5 and burst.author >= 0:
        gains = {burst.author: 1.0}
    return {
        "topic": burst.name, "kind": burst.kind, "start": burst.start, "uses": len(burst.uses),
        "first_hour": burst.first_hour, "usual": burst.usual, "p_burst": burst.p, "p_push": trend.chance, **share,
        "organic": trend.organic, "organic_low": trend.organic_low, "organic_high": trend.organic_high,
        "profits": ",".join(graph.ids(list(gains))),
    }  # fmt: skip


_SIGNS: Final = {
    "commanded": say("accounts that act on command elsewhere"),
    "salad": say("words"),
    "deleted": say("deletions"),
}


def _notes(judged: tuple[Trend, ...]) -> tuple[str, ...]:
    if not judged:
        return ()
    posts = [trend for trend in judged if trend.burst.kind != POST] or judged  # acts on posts have no words
    missing = [sign.name for sign in posts[0].signs if np.isnan(sign.share)]
    return (
        (say("trends were judged without {signs}", signs=listed(_SIGNS[name] for name in missing)),) if missing else ()
    )
