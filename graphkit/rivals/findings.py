"""The explanations of groups: of a ring, of a pod, of a farm, and of somebody's bought followers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from graphkit.evidence import Finding, Rival
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import percent, say, say_many
from graphkit.measures.life import life_of
from graphkit.rivals.accounts import explain
from graphkit.rivals.audience import Audience, Ints, audience_of
from graphkit.rivals.case import Case, ranked
from graphkit.verdicts import Verdicts


def explained(graph: InfluenceGraph, findings: Iterable[Finding], verdicts: Verdicts) -> tuple[Finding, ...]:
    """The findings with ranked explanations; kinds that nothing more is known of keep those of their detector."""
    place = {account: node for node, account in enumerate(graph.account_ids)}
    return tuple(_one(graph, finding, verdicts, place) for finding in findings)


def _one(graph: InfluenceGraph, finding: Finding, verdicts: Verdicts, place: dict[str, int]) -> Finding:
    if finding.kind == "bought_followers" and finding.beneficiaries:
        return replace(finding, rivals=explain(graph, place[finding.beneficiaries[0]], verdicts).rivals)
    members = np.array([place[account] for account in finding.accounts], np.int64)
    if finding.kind == "follow_ring":
        return replace(finding, rivals=_ring(audience_of(graph), members, finding))
    if finding.kind == "pod":
        return replace(finding, rivals=_pod(graph, members, finding))
    if finding.kind == "bot_cluster" and not finding.rivals:
        return replace(finding, rivals=_cluster(audience_of(graph), members))
    return finding


def _cluster(seen: Audience, members: Ints) -> tuple[Rival, ...]:
    """Machines that follow, people with a life of their own, or newcomers who followed one list."""
    machines, people, many = Case("automated"), Case("real"), float(len(members))
    hollow = float(seen.came.hollow[members].mean())
    machines.adds(
        hollow * many, say("{hollow} of them are followed and answered by next to nobody", hollow=percent(hollow))
    )
    people.mass = 0.5 * (1 - hollow) * many
    told = people.speaks_for if hollow < 0.5 else people.speaks_against
    told.append(say("{what} of them have followers or answers of their own", what=percent(1 - hollow)))
    return ranked((machines, people, _fans(seen.graph, members, many), _list(seen, members, many), _doubt(0.1 * many)))


def _ring(seen: Audience, members: Ints, finding: Finding) -> tuple[Rival, ...]:
    """Traded follows, friends, fans of one star, or newcomers who followed one list."""
    back, friends = Case("follow_back"), Case("friends")
    pairs, answered = (float(str(finding.detail.get(name, 0))) for name in ("pairs", "answered"))
    due = float(str(finding.detail.get("answered_due", 0)))
    back.adds(
        max(pairs - answered, 0.0),
        say(
            "{pairs} pairs follow each other and {what} of them never turned to each other",
            pairs=round(float(pairs), 0),
            what=round(float(pairs - answered), 0),
        ),
    )
    if seen.looks:
        friends.mass = answered * pairs / max(due, answered, 1.0)
        spoke = say_many(
            "{answered} pair did turn to each other, where {due} would in other mutual follows with as many acts due",
            "{answered} pairs did turn to each other, where {due} would in other mutual follows with as many acts due",
            count=round(float(answered)),
            answered=round(float(answered), 0),
            due=round(float(due), 0),
        )
        (friends.speaks_for if answered >= 0.5 * due else friends.speaks_against).append(spoke)
    friends.missing.append(say("a shared place, school or employer"))
    return ranked(
        (back, friends, _fans(seen.graph, members, pairs), _list(seen, members, pairs), _doubt(0.05 * pairs + 5.0))
    )


def _pod(graph: InfluenceGraph, members: Ints, finding: Finding) -> tuple[Rival, ...]:
    """Traded reactions, friends, or fans who meet at one star."""
    pod, friends = Case("pod"), Case("friends")
    pairs = max(len(members) * (len(members) - 1) / 2, 1.0)
    tied = graph.follows[members][:, members]
    known = (tied + tied.T).astype(bool).nnz / 2
    if finding.evidence:
        pod.adds(max(pairs - known, 0.3 * pairs), finding.evidence[0].claim)
    friends.mass = 0.5 * known
    told = say(
        "{known} of {pairs} pairs follow each other, so they meet each other's posts anyway",
        known=round(float(known), 0),
        pairs=round(float(pairs), 0),
    )
    (friends.speaks_for if known >= 0.3 * pairs else friends.speaks_against).append(told)
    friends.missing.append(say("what they say to each other elsewhere"))
    pod.missing.append(say("messages outside the platform"))
    return ranked((pod, friends, _fans(graph, members, pairs), _doubt(0.05 * pairs + 2.0)))


def _fans(graph: InfluenceGraph, members: Ints, pairs: float) -> Case:
    """Whether most members act on one account outside the group that they follow."""
    case = Case("fan_club")
    acted = life_of(graph).contacts[members].astype(bool).multiply(graph.follows[members].astype(bool))
    share = np.asarray(acted.sum(axis=0), float).ravel() / max(len(members), 1)
    share[members] = 0.0
    star = int(share.argmax()) if len(share) else 0
    if len(share) and share[star] >= 0.5:
        case.adds(
            0.3 * share[star] * pairs,
            say("{share} of them follow and act on {ids}", share=percent(share[star]), ids=graph.ids([star])[0]),
        )
    else:
        case.speaks_against.append(say("no account that most of them follow and act on"))
    return case


def _list(seen: Audience, members: Ints, pairs: float) -> Case:
    case, new = Case("starter_pack"), float(seen.came.newcomer[members].mean())
    if not seen.dated:
        case.missing.append(say("when they followed"))
    elif new >= 0.3:
        case.adds(new * pairs, say("{new} of them followed most of what they follow within two days", new=percent(new)))
    else:
        case.speaks_against.append(say("{what} of them did not follow in one go", what=percent(1 - new)))
    return case


def _doubt(mass: float) -> Case:
    return Case("cannot_tell", mass)
