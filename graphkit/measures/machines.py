"""The chance that an account is a machine: one posterior from its regard, its follows, its moments and its choices.

A machine is for sale as a follower, or it acts on orders. For each of the two the log-odds of what was seen are added up;
the account is as likely a machine as the likelier of the two makes it, given the regard it is held in. Groups outweigh
regard: an account with some friends in a group without a life is not cleared by them. Regard alone names nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from graphkit.measures import nulls
from graphkit.measures.choosing.co_choice import Choices
from graphkit.measures.lockstep import Lockstep, Nature, Troop
from graphkit.measures.sales.contrast import Sales
from graphkit.settings import current

Floats = NDArray[np.float64]
EDGE = 0.25  # log-odds over which odds bend towards a bound


@dataclass(frozen=True, slots=True)
class Machines:
    """Of each account the chance, and the log-odds it is made of."""

    chance: Floats
    regard: Floats
    sale: Floats  # of its follows
    steps: Floats  # of its moments in groups of amplifiers
    choice: Floats  # of its choices


def machines(sales: Sales, steps: Lockstep, alike: Sequence[Choices]) -> Machines:
    """The chance of each account, whatever of the tables there is."""
    bounds, most = current().machines, current().sales.most[1]
    sale, moment = _of_sale(sales), in_step(steps, "amplifiers", "untold")
    choice = np.maximum.reduce([in_choice(layer) for layer in alike])  # the same posts, tags and links may be one order
    order = np.minimum(moment + choice, most)
    odds = sales.regard + np.logaddexp(sales.prior + sale, bounds.prior + order)
    odds = np.minimum(_below(odds, _most_of_deeds(sales, sale, order)), _most_of_members(steps))
    odds = np.where(odds < 0, bounds.doubt * odds, odds)  # weak signs lean on each other and say too much
    return Machines(special.expit(odds), sales.regard, sale, moment, choice)


def for_sale(sales: Sales) -> Floats:
    """The chance of each account of being for sale, by its follows and its regard alone."""
    sale = _of_sale(sales)
    odds = _below(sales.regard + sales.prior + sale, _most_of_deeds(sales, sale, np.zeros(len(sale))))
    return np.asarray(special.expit(odds))


def _below(odds: Floats, most: Floats) -> Floats:
    """The odds, kept below a bound so that they keep their order: below it a chance still ranks."""
    kept = np.isfinite(most)
    bent = -EDGE * np.logaddexp(-odds / EDGE, -np.where(kept, most, 0.0) / EDGE)
    return np.where(kept, bent, odds)


def _most_of_deeds(sales: Sales, sale: Floats, order: Floats) -> Floats:
    """The highest log-odds that what an account did itself allows, however little others care for it.

    One occasion is enough only in the company of accounts that stand in other deliveries as well: newcomers and an
    advert's crowd do not.
    """
    bounds, idle = current().machines, order <= 0
    once = (sales.stretches < 2) & (sales.company < bounds.among_known)
    faint = np.maximum(sale, order) < bounds.own_deeds
    most = np.where(faint | (once & idle), bounds.one_occasion, np.inf)
    return np.where((sales.stretches == 0) & idle, current().sales.regard_alone, most)


def told_machines(sales: Sales, steps: Lockstep) -> NDArray[np.bool_]:
    """Accounts that groups tell as machines: members of amplifiers, and those that are for sale."""
    amplifier = np.array([*(troop.nature == "amplifiers" for troop in steps.troops), False])
    return np.asarray(amplifier[steps.of] | (for_sale(sales) >= 0.5))


def _of_sale(sales: Sales) -> Floats:
    """The log-odds of the follows; where no order of arrival is known they rank, and name nobody."""
    low, high = current().sales.most
    weight = np.where(sales.looked, np.clip(sales.weight, low, high), low)
    if sales.lists.order == "none":  # newcomers who followed a list cannot be told apart
        top = -sales.prior - sales.regard - 0.3
        weight = np.where(weight > 0, top * np.tanh(weight / high), weight)
    return np.asarray(weight)


def in_step(steps: Lockstep, *natures: Nature) -> Floats:
    """The log-odds of the part each account takes in groups of these natures; 0 where it takes none."""
    bounds = current().machines
    wanted = np.array([troop.nature in natures for troop in steps.troops] or [False])
    near = (steps.nearest >= 0) & wanted[np.maximum(steps.nearest, 0)]
    there = np.minimum(nulls.surprise(steps.chance) * np.log(10.0), bounds.moments) * (steps.hits >= 2)
    member = near & (steps.of == steps.nearest)
    return np.where(near, there + bounds.membership * member, 0.0)


def _most_of_members(steps: Lockstep) -> Floats:
    """The highest log-odds that the nature of an account's group allows: groups may hold people beside machines."""
    bounds = current().machines
    nature = np.array([*(troop.nature for troop in steps.troops), "none"])[steps.of]
    lifeless = np.array([*(troop.lifeless for troop in steps.troops), 0.0])[steps.of]
    most = np.full(len(steps.of), np.inf)
    most[nature == "second_hand"] = bounds.second_hand  # owners of such accounts are people, whoever follows them
    mixed = (nature == "amplifiers") & ~steps.empty
    most[mixed] = special.logit(np.clip(lifeless[mixed], 0.05, 0.95)) + bounds.company
    untold = np.array([*(_most_untold(troop) for troop in steps.troops), np.inf])
    most = np.minimum(most, np.minimum(untold[steps.of], untold[steps.nearest]))
    peopled = np.array([*(troop.friends.usual for troop in steps.troops), False])[steps.of]
    most[(nature == "amplifiers") & steps.befriended | (mixed & peopled)] = bounds.befriended
    return most


def _most_untold(troop: Troop) -> float:
    """The bound for members and bystanders of a group of which the data cannot tell who it is; none for others."""
    bounds = current().machines
    if troop.striking:
        return bounds.second_hand
    return bounds.untold if troop.nature == "untold" else float(np.inf)


def in_choice(alike: Choices) -> Floats:
    """The log-odds of how firmly an account belongs to a group that chooses alike; 0 where it belongs to none.

    Where no follows are known the choice of readers looks the same: such groups are ranked and nobody is named.
    """
    bounds = current().machines
    strength = np.array([*(group.strength for group in alike.found), 1.0])[alike.of]
    odds = np.clip(bounds.choice * alike.hold + np.log(np.maximum(strength, 1e-9) / 3.0), 0.0, bounds.membership)
    if not alike.exposed:
        odds = 2.0 * np.tanh(odds / 3.0)
    return np.where(alike.of >= 0, odds, 0.0)
