"""How large an account is beside others (tiers), and what it is to its audience (roles)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphkit.audience.commands import with_all_commands
from graphkit.audience.fit.lexicon import Lexicon
from graphkit.audience.people import DAY, People
from graphkit.audience.reactions import distinct_people, grouped
from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.language import amount, say
from graphkit.settings import Roles, Settings, defaults
from graphkit.verdicts import NAMED, Verdicts

_SPEAKS_UP: Final = ("mention", "repost", "quote")  # in front of the own audience
_TURNS_TO: Final = ("reply", "comment", "quote", "mention")  # acts by which one asks, cites or answers somebody


def tiers(graph: InfluenceGraph, *, settings: Settings | None = None) -> pa.Array:
    """The tier of every account by its number of followers, null where that is not known.

    The number is the one on the page, or where the source does not tell it, that of the followers seen.
    """
    limits = (settings or defaults()).tiers
    ladder = sorted(limits.above.items(), key=lambda step: step[1])
    names = np.array([name for name, _ in ladder], dtype=object)
    floors = np.array([floor for _, floor in ladder], dtype=np.int64)
    seen = np.bincount(graph.follows.indices, minlength=graph.n)
    claimed = graph.accounts["followers"].to_numpy(zero_copy_only=False).astype(np.float64)
    followers = np.where(np.isnan(claimed), seen, claimed)
    known = ~np.isnan(claimed) | (seen > 0)
    place = np.searchsorted(floors, followers, side="right") - 1
    return pa.array(names[np.maximum(place, 0)], pa.string(), mask=~known | (place < 0))


@dataclass(frozen=True, slots=True)
class Role:
    """What an account is to its audience, with the facts that decided."""

    name: str  # celebrity, phenomenon, influencer, employee, advocate, broadcaster, follow_back
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class _Facts:
    """What the rules ask of every account, by node."""

    real: NDArray[np.float64]
    moved_low: NDArray[np.float64]  # NaN: unknown
    askers: NDArray[np.float64]  # distinct people who turn to it
    asked: NDArray[np.float64]  # accounts that it turns to
    mutual: NDArray[np.int64]
    followers: NDArray[np.int64]
    following: NDArray[np.int64]
    in_ring: NDArray[np.bool_]
    posts: NDArray[np.int64]  # written, as far as the data go


@dataclass(frozen=True, slots=True)
class Brand:
    """Whose advocates and employees are wanted."""

    account: str  # id or "@handle"
    names: tuple[str, ...] = ()  # as people write it


def roles(
    graph: InfluenceGraph,
    verdicts: Verdicts,
    reach: pa.Table,
    *,
    outside: Mapping[str, str] | None = None,
    brand: Brand | None = None,
    settings: Settings | None = None,
) -> dict[str, Role]:
    """The roles that the data bear out, by account id; an account without an entry has none that can be told.

    `reach` is the table of `graphkit.audience.reach`; `outside` holds facts from beyond the network ("has an entry in
    an encyclopedia"), without which nobody is a celebrity. A celebrity is known, a phenomenon is followed by many who
    do something when it speaks, an influencer is turned to by its community, a broadcaster speaks much to many who do not
    turn to it. Members of a ring are none of these. With a `brand`, who names it in the own bio is an employee and who
    spoke up for it on several days an advocate, unless a role above is theirs.
    """
    rules, facts = (settings or defaults()).roles, _facts(graph, verdicts, reach, settings)
    known = outside or {}
    found: dict[str, Role] = {}
    for node in _worth_a_look(facts, rules, [graph.node(account) for account in known]):
        account = graph.account_ids[node]
        role = _role(facts, int(node), rules, known.get(account))
        if role is not None:
            found[account] = role
    return (_around(graph, brand, rules) | found) if brand else found


def _around(graph: InfluenceGraph, brand: Brand, rules: Roles) -> dict[str, Role]:
    """Employees and advocates of a brand, by id."""
    node, events = graph.node(brand.account), graph.events
    found: dict[str, Role] = {}
    turned = np.flatnonzero((events.target == node) & (events.at != NO_TIME))
    turned = turned[np.isin(np.array(events.kinds, dtype=object)[events.kind[turned]], _SPEAKS_UP)]
    spoken = np.unique(np.stack([events.actor[turned].astype(np.int64), events.at[turned] // DAY]), axis=1)
    days = np.bincount(spoken[0], minlength=graph.n)
    for often in np.flatnonzero(days >= rules.advocate_days).tolist():
        found[graph.account_ids[often]] = Role(
            "advocate", (say("It spoke of the brand on {days} days.", days=days[often]),)
        )
    words = Lexicon("brand", {"any": brand.names}) if brand.names else None
    bios = graph.accounts["bio"].to_pylist() if words else []
    for one, bio in enumerate(bios):
        met = words.found(bio) if words and bio and one != node else ()
        if met:
            found[graph.account_ids[one]] = Role(
                "employee", (say('It names "{met}" in what it says of itself.', met=met[0]),)
            )
    found.pop(graph.account_ids[node], None)
    return found


def _facts(graph: InfluenceGraph, verdicts: Verdicts, reach: pa.Table, settings: Settings | None) -> _Facts:
    verdicts = with_all_commands(graph, verdicts)
    people = People.of(graph, verdicts, findings=(), settings=(settings or defaults()).reach)
    turns = graph.events.of_kind(*_TURNS_TO) & (graph.events.target >= 0)
    actor, target = graph.events.actor[turns], graph.events.target[turns]
    own = 1.0 - np.nan_to_num(verdicts.commanded[turns])
    askers, asked = np.zeros(graph.n), np.zeros(graph.n)
    distinct_people(grouped(target, graph.n), (actor, own), people.chance, askers)
    distinct_people(grouped(actor, graph.n), (target, np.ones(len(actor))), np.ones(graph.n), asked)
    rows = np.searchsorted(np.array(graph.account_ids, dtype=object), reach["id"].to_numpy(zero_copy_only=False))
    real, moved_low = np.zeros(graph.n), np.full(graph.n, np.nan)
    real[rows] = reach["real"].fill_null(0).to_numpy()
    moved_low[rows] = reach["moved_low"].to_numpy(zero_copy_only=False)
    return _Facts(
        real=real,
        moved_low=moved_low,
        askers=askers,
        asked=asked,
        mutual=np.diff(graph.mutual.indptr),
        followers=np.diff(graph.followers.indptr),
        following=np.diff(graph.follows.indptr),
        in_ring=np.nan_to_num(verdicts.p_ring) >= NAMED,
        posts=np.bincount(graph.post_author[graph.post_author >= 0], minlength=graph.n),
    )


def _worth_a_look(facts: _Facts, rules: Roles, named: list[int]) -> NDArray[np.int64]:
    big, asked = facts.real >= rules.phenomenon_people, facts.askers >= rules.influencer_askers
    loud = (facts.posts >= rules.broadcaster_posts) & (facts.real >= rules.broadcaster_people)
    look = big | asked | loud | (facts.mutual >= rules.mutual_least)
    look[named] = True
    return np.flatnonzero(look)


def _role(facts: _Facts, node: int, rules: Roles, fact: str | None) -> Role | None:
    if fact:
        return Role("celebrity", (say("Known beyond the network: {fact}.", fact=fact),))
    traded = _follow_back(facts, node, rules)
    if traded or facts.in_ring[node]:
        return traded
    real, low, askers, asked = (float(x[node]) for x in (facts.real, facts.moved_low, facts.askers, facts.asked))
    if real >= rules.phenomenon_people and low >= rules.phenomenon_share * real:  # NaN: not known, hence no
        return Role(
            "phenomenon",
            (
                say("{real} people follow it.", real=amount(real)),
                say("One post moves {low} of them or more.", low=amount(low)),
            ),
        )
    if askers >= rules.influencer_askers and askers >= rules.influencer_balance * asked:
        return Role(
            "influencer",
            (
                say(
                    "{askers} people turn to it; it turns to {asked} accounts itself.",
                    askers=amount(askers),
                    asked=amount(asked),
                ),
            ),
        )
    if _broadcasts(facts, node, rules):
        told = say(
            "{posts} posts to {real} people, of whom {askers} turn to it.",
            posts=facts.posts[node],
            real=amount(real),
            askers=amount(askers),
        )
        return Role("broadcaster", (told,))
    return None


def _broadcasts(facts: _Facts, node: int, rules: Roles) -> bool:
    loud = facts.posts[node] >= rules.broadcaster_posts and facts.real[node] >= rules.broadcaster_people
    return bool(loud and facts.askers[node] <= rules.broadcaster_asked * facts.real[node])


def _follow_back(facts: _Facts, node: int, rules: Roles) -> Role | None:
    mutual, followers, following = (int(x[node]) for x in (facts.mutual, facts.followers, facts.following))
    if mutual < max(rules.mutual_least, rules.mutual_share * max(followers, following)):
        return None
    balance = say(
        "It follows {following} accounts and {followers} follow it; {mutual} of these ties are mutual.",
        following=following,
        followers=followers,
        mutual=mutual,
    )
    return Role("follow_back", (balance, say("Such followers stay because leaving is answered by leaving.")))
