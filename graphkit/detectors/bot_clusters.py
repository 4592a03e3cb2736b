"""Bot clusters: accounts without a life of their own that act, or follow, in lockstep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from graphkit.evidence import Detection, Evidence, Finding, Member, Rival
from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.order import in_groups
from graphkit.language import Said, percent, say, say_many
from graphkit.measures import beside, nulls
from graphkit.measures.choosing.co_choice import Choices, every_choice
from graphkit.measures.choosing.telling import told_alike, unnamed
from graphkit.measures.lockstep import Lockstep, Troop, lockstep
from graphkit.measures.machines import in_step, machines
from graphkit.measures.sales.contrast import Sales, sales_of
from graphkit.measures.sales.farms import Farm, farms
from graphkit.measures.wording import Copying, copying
from graphkit.settings import current

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class BotClusters:
    """Amplifiers that react together or choose alike, and farms that follow together.

    How it looks: the same accounts meet on post after post of a few clients within minutes, or choose the same rare posts
    of authors whom they do not follow, or use the same rare tags or links, or arrive together at one customer after the other on different days, while next
    to nobody follows or answers them, compared with accounts that turn to as many others.
    What else looks like that: fans of one star (they follow openly), colleagues (they follow their employer), accounts
    that followed a list in one go (left out), people whose accounts were taken over (their own finding).
    What it cannot see: single machines; machines most of which follow and answer each other; groups that neither meet
    within ten minutes nor share posts far beyond taste; farms whose accounts have real friends; choice without times in
    data without follows (ranked, nobody is named).
    Source: co-action at known windows (Pacheco 2021; Giglietto 2020) with a pooled-delay null; co-choice with a weighted
    popularity null (methods A1); arrivals as in Meeder 2011.
    """

    NAME: ClassVar[str] = "bot_clusters"
    question: ClassVar[str] = say("Which accounts without a life of their own act in lockstep?")
    needs: ClassVar[frozenset[str]] = frozenset()

    accuse: float = 0.5  # the chance from which an account is named as a member

    def detect(self, graph: InfluenceGraph, *, seed: int = 0) -> Detection:
        """The clusters, and p_bot for every account (NaN: fewer than three acts and follows)."""
        with beside(lambda: (sales_of(graph), every_choice(graph, seed), copying(graph, seed))) as others:
            steps = lockstep(graph, seed)
        sales, alike, copied = others()
        score = machines(sales, steps, alike).chance
        seen = np.bincount(graph.events.actor, minlength=graph.n) + np.diff(graph.follows.indptr)
        score = np.where(seen >= 3, np.maximum(score, in_copies(copied)), np.nan)
        # a follower for sale may stray into a meeting: named is who takes part in them
        part = (in_step(steps, "amplifiers") >= current().machines.part) & (np.nan_to_num(score) >= self.accuse)
        meeting = in_groups(np.where(part, steps.nearest, -1), len(steps.troops))
        found = [
            self._amplifiers(graph, troop, named, score) for troop, named in zip(steps.troops, meeting, strict=True)
        ]
        found += [_untold(graph, troop, score) for troop in steps.troops if troop.striking]
        found += [self._farm(graph, sales, farm, score) for farm in farms(graph, seed)]
        found += [self._alike(graph, on, number, steps, score) for on in alike for number in range(len(on.found))]
        found += [self._copies(graph, copied, number, score) for number in range(len(copied.found))]
        notes = (
            *_unnamed(steps),
            *_unknown(copied),
            *(note for on in alike for note in unnamed(on)),
            *(
                (
                    say_many(
                        "{count} crowded post was searched by sample",
                        "{count} crowded posts were searched by sample",
                        count=steps.bucketed,
                    ),
                )
                if steps.bucketed
                else ()
            ),
        )
        return Detection(tuple(f for f in found if f is not None), {"p_bot": score}, notes)

    def _amplifiers(self, graph: InfluenceGraph, troop: Troop, named: Ints, score: Floats) -> Finding | None:
        if troop.nature != "amplifiers" or len(named) < 4:
            return None
        return Finding(
            kind="bot_cluster",
            members=_members(graph, named, score) + _served(graph, troop),
            evidence=(timing(troop), _empty(troop), *_friendless(troop)),
            against=_against(graph, troop),
            innocent=(
                say("a service that several people connected to their accounts"),
                say("new accounts of one campaign team"),
            ),
            rivals=_rivals(troop),
            q=troop.q,
            sentence=say(
                "{accounts} accounts reacted in lockstep to {posts} posts of {targets} accounts; "
                "of the {core} at its core {empty} are followed and answered by nobody outside of it.",
                accounts=len(named),
                posts=troop.moments,
                targets=len(troop.targets),
                core=len(troop.members),
                empty=round(troop.lifeless * len(troop.members)),
            ),
            detail={
                "posts": troop.moments,
                "strength": round(troop.strength, 2),
                "own_past_days": round(troop.clean_days, 1),
            },
        )

    def _alike(
        self, graph: InfluenceGraph, alike: Choices, number: int, steps: Lockstep, score: Floats
    ) -> Finding | None:
        group = alike.found[number]
        named = group.members[np.nan_to_num(score[group.members]) >= self.accuse]
        natures = np.array([*(troop.nature for troop in steps.troops), "none"])
        told = natures[steps.of[named]] == "amplifiers"  # lockstep has named them already
        if not alike.exposed or len(named) < 5 or told.mean() >= 0.5:
            return None
        top = group.targets[:10]
        profit = tuple(
            Member(a, "beneficiary", float(s)) for a, s in zip(graph.ids(top), group.shares[:10], strict=True)
        )
        return told_alike(alike.layer, group, _members(graph, named, score), profit=profit)

    def _copies(self, graph: InfluenceGraph, copied: Copying, number: int, score: Floats) -> Finding | None:
        group = copied.found[number]
        named = group.members[np.nan_to_num(score[group.members]) >= self.accuse]
        if not group.lifeless >= current().wording.lifeless or len(named) < current().wording.smallest:
            return None
        return Finding(
            kind="bot_cluster",
            members=_members(graph, named, score),
            evidence=(
                Evidence(
                    say("two members share {wordings} wordings of posts that few others use, on average", wordings=round(group.shared, 1)),
                    round(group.shared, 2), round(group.due, 2),
                    say("ten times what their number of posts gives"), float(nulls.poisson_tail(group.shared, max(group.due, 1e-6))),
                    group.quotes,
                ),
            ),
            innocent=(say("outlets of one owner"), say("a text that was handed out for copying where this data does not look")),
            rivals=(
                Rival("automated", 0.7, (say("say the same in nearly the same words"), say("next to nobody follows or answers them")), (), (say("times and clients of the posts"),)),
                Rival("cannot_tell", 0.3),
            ),
            q=group.q,
            sentence=say(
                "{accounts} accounts that next to nobody follows or answers wrote {wordings} posts in nearly the same words as each other.",
                accounts=len(named), wordings=group.wordings,
            ),
            detail={"wordings": group.wordings, "strength": round(group.strength, 2)},
        )  # fmt: skip

    def _farm(self, graph: InfluenceGraph, sales: Sales, farm: Farm, score: Floats) -> Finding | None:
        named = farm.members[np.nan_to_num(score[farm.members]) >= self.accuse]
        if len(named) < 6:
            return None
        customers = tuple(
            Member(account, "beneficiary", float(share))
            for account, share in zip(graph.ids(farm.customers), farm.shares, strict=True)
        )
        hollow, usual = int(sales.hollow[named].sum()), max(float(sales.hollow.mean()), 1e-4)
        return Finding(
            kind="bot_cluster",
            members=_members(graph, named, score) + customers,
            evidence=(
                Evidence(
                    say(
                        "{accounts} accounts stand close together in {blocks} blocks of new followers of {targets} accounts, each in {each} of them on average",
                        accounts=len(named), blocks=farm.blocks, targets=len(farm.customers), each=round(float(farm.each), 1),
                    ),
                    float(farm.each), float(farm.due), say("blocks of their sizes, filled with any accounts that follow"), farm.p,
                ),
                Evidence(
                    say("{hollow} of {accounts} members are followed and answered by next to nobody", hollow=hollow, accounts=len(named)),
                    float(hollow), round(len(named) * usual, 1), say("all accounts of this data"), float(nulls.binomial_tail(hollow, len(named), usual)),
                ),
            ),
            against=(
                Evidence(say("{alive} members have followers or answers", alive=len(named) - hollow), float(len(named) - hollow), float(len(named)), say("ordinary accounts"), None),
            ),
            innocent=(
                say("people who joined through one advert and never came back"),
                say("readers of one list of recommendations, if its order of names shows in the follows"),
            ),
            rivals=(
                Rival("bought", 0.75, (say("come again and again in blocks"), say("next to nobody follows or answers them")), (), (say("who paid"),)),
                Rival("advert", 0.15, (say("came together"),), (say("at several accounts, on different days"),), (say("adverts of these days"),)),
                Rival("cannot_tell", 0.1),
            ),
            q=farm.q,
            sentence=say(
                "{accounts} accounts that next to nobody follows came in blocks, at different times, to {targets} accounts.",
                accounts=len(named), targets=len(farm.customers),
            ),
            detail={"blocks": farm.blocks},
        )  # fmt: skip


def _untold(graph: InfluenceGraph, troop: Troop, score: Floats) -> Finding:
    """A group that acts as one in data which cannot tell who it is: told of, with chances below one half."""
    return Finding(
        kind="bot_cluster",
        members=_members(graph, troop.members, np.nan_to_num(score)) + _served(graph, troop),
        evidence=(timing(troop),),
        against=(
            Evidence(
                say("{share} of the members are at one of its meetings, on average", share=percent(troop.presence)),
                troop.presence, 1.0, say("machines that get every order"), None,
            ),
        ),
        innocent=(
            say("people who agreed to pass on the same posts"),
            say("colleagues whose posts one tool passes on"),
            say("a service that several people connected to their accounts"),
        ),
        rivals=(
            Rival("cannot_tell", 0.5, (), (), (say("who follows and answers whom"), say("clients, deletions"))),
            Rival("automated", 0.25, (say("meet within minutes"),)),
            Rival("fan_club", 0.25, (say("act on the same posts"),)),
        ),
        q=troop.q,
        sentence=say(
            "{accounts} accounts reacted in lockstep to {posts} posts; whether they are machines, people who agreed on it or colleagues "
            "with one tool cannot be told, for these data hold next to nothing on who follows or answers whom.",
            accounts=len(troop.members), posts=troop.moments,
        ),
        detail={"posts": troop.moments, "strength": round(troop.strength, 2)},
    )  # fmt: skip


def _unnamed(steps: Lockstep) -> tuple[str, ...]:
    """What is said of groups in lockstep that nobody is accused for."""
    notes = []
    for natures in (("open",), ("unclear", "untold")):
        groups = [t for t in steps.troops if t.nature in natures and t.q <= 0.05 and not t.striking]
        if groups:
            accounts = sum(len(troop.members) for troop in groups)
            notes.append(_spared(natures[0], len(groups), accounts))
    return tuple(notes)


def _unknown(copied: Copying) -> tuple[Said, ...]:
    """What is said of groups with the same words in data that cannot tell who they are."""
    groups = [group for group in copied.found if np.isnan(group.lifeless)]
    accounts = sum(len(group.members) for group in groups)
    told = say_many(
        "{count} group ({accounts} accounts) wrote in nearly the same words; these data hold next to nothing on who follows or answers "
        "whom, so it cannot be told from people who passed a text on, and nobody is named",
        "{count} groups ({accounts} accounts) wrote in nearly the same words; these data hold next to nothing on who follows or answers "
        "whom, so they cannot be told from people who passed a text on, and nobody is named",
        count=len(groups),
        accounts=accounts,
    )
    return (told,) if groups else ()


def _spared(nature: str, groups: int, accounts: int) -> Said:
    if nature == "open":
        return say_many(
            "{count} group ({accounts} accounts) acts in lockstep and follows openly whom it acts on, as fans and staff do; "
            "nobody is named",
            "{count} groups ({accounts} accounts) act in lockstep and follow openly whom they act on, as fans and staff do; "
            "nobody is named",
            count=groups,
            accounts=accounts,
        )
    return say_many(
        "{count} group ({accounts} accounts) acts in lockstep and cannot be told apart from fans, activists or colleagues by "
        "what this data holds; nobody is named",
        "{count} groups ({accounts} accounts) act in lockstep and cannot be told apart from fans, activists or colleagues by "
        "what this data holds; nobody is named",
        count=groups,
        accounts=accounts,
    )


def timing(troop: Troop) -> Evidence:
    """The coincidences of a group's pairs against shuffled delays."""
    return Evidence(
        claim=say("pairs of members met {times} times within ten minutes on posts of others", times=troop.close),
        observed=float(troop.close),
        expected=round(float(troop.due), 2),
        baseline=say("same accounts on the same posts, each delay drawn from everybody's delays"),
        p=float(nulls.poisson_tail(troop.close, max(troop.due, 1e-6))),
    )


def _empty(troop: Troop) -> Evidence:
    count = round(troop.lifeless * len(troop.members))
    return Evidence(
        claim=say(
            "{count} of {members} members are followed and answered by nobody outside the group",
            count=count,
            members=len(troop.members),
        ),
        observed=float(count),
        expected=round(troop.bare * len(troop.members), 2),
        baseline=say("accounts of this data that are as active"),
        p=float(nulls.binomial_tail(count, len(troop.members), troop.bare)),
    )


def _friendless(troop: Troop) -> tuple[Evidence, ...]:
    """That nobody turns back to the members, where that is told."""
    friends = troop.friends
    if not friends.missing:
        return ()
    return (
        Evidence(
            say_many(
                "{count} of the members that write has anybody outside the group who turns back to it",
                "{count} of the members that write have anybody outside the group who turns back to them",
                count=friends.seen,
            ),
            float(friends.seen),
            round(friends.due, 1),
            say("accounts of this data that write as much and turn to as many"),
            friends.p,
        ),
    )


def _against(graph: InfluenceGraph, troop: Troop) -> tuple[Evidence, ...]:
    follows = (
        Evidence(say("{share} of their common acts go to accounts that they follow", share=percent(troop.followed)), troop.followed, 0.5, say("fans and staff follow whom they cheer"), None),
    )  # fmt: skip
    regard = (
        Evidence(say("{share} of the members have followers or answers of their own", share=percent(1 - troop.lifeless)), 1 - troop.lifeless, 0.9, say("ordinary accounts"), None),
    )  # fmt: skip
    return (*follows, *regard) if graph.follows.nnz else regard


def _rivals(troop: Troop) -> tuple[Rival, ...]:
    fans = 0.05 + 0.3 * troop.followed
    return (
        Rival(
            "automated",
            round(0.9 - fans, 3),
            (say("meet within minutes"), say("no life of their own")),
            (),
            (say("clients, deletions"),),
        ),
        Rival(
            "fan_club",
            round(fans, 3),
            (say("act on few accounts"),),
            (say("do not follow them"),),
            (say("what they write"),),
        ),
        Rival("cannot_tell", 0.1),
    )


def in_copies(copied: Copying) -> Floats:
    """Chance by shared wordings, for members of groups that nobody outside cares for; it only ranks where that is not known."""
    lifeless = np.array([*(group.lifeless for group in copied.found), 0.0])[copied.of]
    odds = np.minimum(0.8 * (copied.hits - 2), 3.0)
    told = np.where(lifeless >= current().wording.lifeless, nulls.logistic(odds), 0.0)
    return np.where(np.isnan(lifeless), current().wording.untold * nulls.logistic(odds), told)


def _members(graph: InfluenceGraph, nodes: NDArray[np.int64], score: Floats) -> tuple[Member, ...]:
    return tuple(
        Member(account, "member", float(score[node])) for account, node in zip(graph.ids(nodes), nodes, strict=True)
    )


def _served(graph: InfluenceGraph, troop: Troop) -> tuple[Member, ...]:
    top = troop.targets[:10]
    return tuple(
        Member(account, "beneficiary", float(share))
        for account, share in zip(graph.ids(top), troop.shares[:10], strict=True)
    )
