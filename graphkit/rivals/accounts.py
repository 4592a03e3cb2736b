"""Why an account has the followers and the engagement that it has: every cause, ranked, with its grounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graphkit.evidence import Rival
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import percent, say, say_many
from graphkit.measures import nulls
from graphkit.rivals.audience import Audience, audience_of
from graphkit.rivals.case import Case, ranked
from graphkit.rivals.rushes import Rush, rushes
from graphkit.settings import current
from graphkit.verdicts import Verdicts

MANY = 1_000  # followings that nobody reads
WORTH = 0.01  # of a following; an explanation of less is not worth a sentence
LOVED = 0.2  # of followers who are fans or friends: they explain that an account is talked to, not that it is followed
RUSHES = 5  # that are spoken of, the largest


@dataclass(frozen=True, slots=True)
class Explained:
    """An account, what is unusual about its following, and the ranked explanations."""

    account: str
    symptom: str
    followers: int  # seen
    unusual: int  # of them, those that some explanation other than ordinary life accounts for
    rivals: tuple[Rival, ...]
    findings: tuple[str, ...] = ()  # ids of those that name the account

    @property
    def first(self) -> str:
        return self.rivals[0].name


class _Cases(dict[str, Case]):
    def __missing__(self, name: str) -> Case:
        self[name] = Case(name)
        return self[name]


def explain(graph: InfluenceGraph, node: int, verdicts: Verdicts) -> Explained:
    """The explanations of an account's following; each weighs as many followers as it explains beyond what is usual.

    Where follows were found to be bought, a rush is asked what else may have brought those without a life of their own.
    """
    seen, cases = audience_of(graph), _Cases()
    total = len(seen.followers_of(node))
    _bought(seen, node, cases)
    _mutual(seen, node, cases, verdicts)
    _rushes(seen, node, cases, hollow=bool(verdicts.has_bought[node]))
    _pod(seen, node, cases, verdicts)
    _fans(seen, node, cases)
    unusual = sum(case.mass for case in cases.values())
    _ordinary(cases["real"], total, unusual)
    _thin(seen, cases, total)
    return Explained(
        graph.ids([node])[0], _symptom(cases, total), total, min(total, round(unusual)), ranked(cases.values())
    )


def _sure(p: float) -> float:
    """How far a surplus of this chance can be relied on, 0 to 1."""
    return float(nulls.surprise(p, cap=6.0)) / 6.0


def _bought(seen: Audience, node: int, cases: _Cases) -> None:
    came, case = seen.came, cases["bought"]
    members = came.source[seen.followers_of(node)]
    hollow, excess = int(came.hollow[members].sum()), float(came.hollow_excess[node])
    if not len(members):
        return
    due = round(len(members) * came.base)
    mass = excess * _sure(float(came.hollow_p[node]))
    said = say(
        "{hollow} of {members} followers are followed and answered by next to nobody, where {due} are usual",
        hollow=hollow,
        members=len(members),
        due=due,
    )
    if mass >= WORTH * len(members):
        case.adds(mass if seen.dated else mass / 2, said)
        if not seen.dated:
            cases["cannot_tell"].mass += mass / 2
            case.missing.append(say("when they followed: newcomers who followed a list look the same"))
    elif hollow <= max(due, 1):
        case.speaks_against.append(
            say(
                "no more followers without a life of their own than usual ({hollow} of {members})",
                hollow=hollow,
                members=len(members),
            )
        )
    again = int((came.days[members] >= 2).sum())
    if mass > 0 and again >= 5:
        case.speaks_for.append(
            say("{again} of them also came in rushes of such accounts elsewhere, on other days", again=again)
        )


def _mutual(seen: Audience, node: int, cases: _Cases, verdicts: Verdicts) -> None:
    """Mutual ties: silent ones speak for traded follows, answered ones for friends."""
    total = len(seen.followers_of(node))
    silent, friends = int(seen.silent[node]), int(seen.friends[node])
    following, followers = seen.stated(node)
    back, warm = cases["follow_back"], cases["friends"]
    if total and silent:
        surplus = max(silent - seen.usual_silent * total, 0.0)
        chance = surplus * _sure(float(nulls.binomial_tail(silent, total, seen.usual_silent)))
        traded = _with_traders(seen, node, verdicts)
        mass, said = (
            max(chance, traded),
            say(
                "{silent} of {total} followers are followed back and neither ever turned to the other",
                silent=silent,
                total=total,
            ),
        )
        if mass > 0 and seen.looks:
            back.adds(mass, said)
        elif mass > 0:  # without acts nobody can say whether the two look at each other
            back.adds(mass / 3, say("{silent} of {total} followers are followed back", silent=silent, total=total))
            warm.adds(mass / 3, say("{silent} of {total} followers are followed back", silent=silent, total=total))
            cases["cannot_tell"].mass += mass / 3
            back.missing.append(say("who turned to whom: silent ties cannot be told from friendship"))
        if traded >= 1:
            back.speaks_for.append(
                say("about {traded} of them trade follows with others too", traded=round(float(traded), 0))
            )
    if total and friends:
        surplus = max(friends - seen.usual_friends * total, 0.0)
        sure = _sure(float(nulls.binomial_tail(friends, total, seen.usual_friends)))
        if surplus * sure > 0:
            warm.adds(
                LOVED * surplus * sure,
                say("{friends} followers are followed back and do turn to each other", friends=friends),
            )
            back.speaks_against.append(say("{friends} of the mutual ties are used", friends=friends))
    if following >= MANY and followers >= MANY and 0.5 <= following / followers <= 2.0:
        balance = min(following, followers) / max(following, followers)
        told = max(followers - total, total) if silent == 0 else total
        back.adds(
            0.5 * balance * told,
            say(
                "it follows {following} accounts, about as many as follow it ({followers})",
                following=following,
                followers=followers,
            ),
        )
    elif total and not silent:
        back.speaks_against.append(say("it follows none of its silent followers back"))


def _with_traders(seen: Audience, node: int, verdicts: Verdicts) -> float:
    """Followers with whom the account trades follows, as far as the detectors are sure of it."""
    traded = verdicts.traded[[node]]
    return float(traded.data.sum()) if traded.nnz else 0.0


def _rushes(seen: Audience, node: int, cases: _Cases, *, hollow: bool) -> None:
    found = rushes(seen, node) if seen.dated else []
    least = current().rivals.rush
    for rush in [rush for rush in found if rush.size >= least][:RUSHES]:
        _one_rush(rush, cases, hollow=hollow)
    if not seen.dated:
        for name in ("giveaway", "press", "advert", "starter_pack"):
            cases[name].missing.append(say("when followers came"))


def _one_rush(rush: Rush, cases: _Cases, *, hollow: bool) -> None:
    """The people of a rush, shared among what may have brought them; those without a life are counted as bought.

    `hollow`: of those without a life, what else may have brought them.
    """
    which = say("the {size} who came about {day}", size=rush.size, day=rush.day)
    cases["bought"].speaks_against += (
        [say("{what} of {which} have followers or answers of their own", what=percent(1 - rush.hollow), which=which)]
        if rush.hollow < 0.3
        else []
    )
    if rush.newcomers >= 0.3:
        cases["starter_pack"].adds(
            rush.size * rush.newcomers,
            say("{newcomers} of {which} followed a list in one go", newcomers=percent(rush.newcomers), which=which),
        )
    share = {
        "giveaway": 3.0 * rush.promised + 3.0 * rush.at_one_post + rush.hunters + 2.0 * min(rush.left, 0.5),
        "press": min(rush.lift / 5.0, 2.0) * (1.0 - rush.at_one_post) * (not rush.promised) + max(rush.spoke - rush.at_one_post, 0.0),
        "advert": 2.0 * rush.paid + 0.3 * (1.0 - rush.spoke),
        "cannot_tell": 0.4,
    }  # fmt: skip
    people, total = rush.size * (0.3 * rush.hollow if hollow else max(rush.people, 0.0)), sum(share.values())
    for name, part in share.items():
        cases[name].mass += people * part / total
    _say_of(rush, which, cases)


def _say_of(rush: Rush, which: str, cases: _Cases) -> None:
    draw, press, advert = cases["giveaway"], cases["press"], cases["advert"]
    if rush.promised:
        draw.speaks_for.append(say("a post of {day} or the days before speaks of a prize", day=rush.day))
    if rush.at_one_post >= 0.2:
        draw.speaks_for.append(
            say(
                "{at_one_post} of {which} acted on one and the same post",
                at_one_post=percent(rush.at_one_post),
                which=which,
            )
        )
    if rush.hunters >= 0.2:
        draw.speaks_for.append(
            say(
                "{hunters} of {which} also came in rushes to other accounts", hunters=percent(rush.hunters), which=which
            )
        )
    if rush.left >= 0.1:
        draw.speaks_for.append(say("{left} of those who came then left within a month", left=percent(rush.left)))
    if rush.lift >= 3:
        press.speaks_for.append(
            say(
                "about {day} it was turned to {lift} times as often as usual",
                day=rush.day,
                lift=round(float(rush.lift), 0),
            )
        )
    elif rush.people >= 0.5:
        press.speaks_against.append(say("nobody spoke more of it about {day}", day=rush.day))
    if rush.paid:
        advert.speaks_for.append(say("a post of {day} or the days before is marked as an advert", day=rush.day))
    elif not advert.missing:
        advert.missing.append(say("adverts of these days"))


def _pod(seen: Audience, node: int, cases: _Cases, verdicts: Verdicts) -> None:
    """Reactions that come from an agreement; they weigh as many followers as their share of all reactions."""
    told = seen.life.turned[[node]]
    if not told.nnz or not np.nan_to_num(verdicts.p_pod[node]) >= 0.5:
        return
    partners = np.nan_to_num(verdicts.p_pod[told.indices]) >= 0.5
    share = float(told.data[partners].sum() / told.data.sum())
    if share > 0:
        cases["pod"].adds(
            share * len(seen.followers_of(node)),
            say("{share} of the reactions to it come from accounts that trade reactions", share=percent(share)),
        )


def _fans(seen: Audience, node: int, cases: _Cases) -> None:
    """Followers who turn to the account again and again and are not followed back, beyond what is usual."""
    total, fans = len(seen.followers_of(node)), int(seen.devoted[node])
    surplus = max(fans - seen.usual_devoted * total, 0.0)
    mass = surplus * _sure(float(nulls.binomial_tail(fans, total, seen.usual_devoted))) if total else 0.0
    if mass >= WORTH * total and mass > 0:
        cases["fan_club"].adds(
            LOVED * mass, say("{fans} followers turn to it again and again without being followed back", fans=fans)
        )


def _ordinary(case: Case, total: int, unusual: float) -> None:
    bound = current().rivals.usual * total
    case.mass = bound
    plain = max(total - unusual, 0.0)
    if plain >= 0.5 * total and total:
        case.speaks_for.append(
            say("{plain} of {total} followers are nothing out of the usual", plain=round(float(plain), 0), total=total)
        )


def _thin(seen: Audience, cases: _Cases, total: int) -> None:
    """Few followers in the data say little, whatever they look like."""
    case, least = cases["cannot_tell"], current().rivals.least
    if total < least:
        case.mass += 2.0 * (least - total)
        case.speaks_for.append(
            say_many(
                "only {total} follower is in the data",
                "only {total} followers are in the data",
                count=total,
                total=total,
            )
        )
        case.missing.append(say("more of its followers"))
    if not seen.looks:
        case.missing.append(say("who liked, shared or answered whom"))
    if not seen.dated:
        case.missing.append(say("when followers came"))


def _symptom(cases: _Cases, total: int) -> str:
    told = {
        "bought": say("followers without a life of their own"),
        "follow_back": say("mutual follows that nobody uses"),
        "pod": say("reactions from one circle"),
        "starter_pack": say("newcomers who followed a list"),
    }
    rush = sum(cases[name].mass for name in ("giveaway", "press", "advert"))
    known = {said: cases[name].mass for name, said in told.items()} | {say("followers who came in a rush"): rush}
    said, mass = max(known.items(), key=lambda item: item[1])
    if mass <= 0:
        return say_many(
            "{total} follower, none out of the usual",
            "{total} followers, none out of the usual",
            count=total,
            total=total,
        )
    return say_many(
        "{total} follower, more {said} than is usual",
        "{total} followers, more {said} than is usual",
        count=total,
        total=total,
        said=said,
    )
