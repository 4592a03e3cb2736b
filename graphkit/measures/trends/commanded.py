"""Which accounts act on command, and what an account says of a single act: told, or free.

An account under a second hand does both. So how often such accounts act freely is read from what they did outside of trends
and without orders; what machines do is never free.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures import nulls
from graphkit.measures.lockstep import lockstep
from graphkit.measures.streams.second import second_hand
from graphkit.settings import current

Floats = NDArray[np.float64]
Halves = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Commanded:
    """What is known of each account, and of each event of the graph."""

    machine: Flags  # in lockstep with others, and nobody's friend
    chance: Floats  # that somebody else acts through it
    ordered: Halves  # of each event: the chance that it was an order; NaN where no campaign was met ...
    act: Halves  # ... and its log odds beside those of any act on the campaign's posts

    @property
    def known(self) -> Flags:
        """Accounts that are more likely commanded than not."""
        return self.machine | (self.chance > 0.5)

    def usual(self, accounts: NDArray[np.integer[Any]], free: NDArray[np.floating[Any]]) -> tuple[float, float]:
        """Of free acts of these accounts: the share that known ones did, and the mean chance of who did them.

        `free` is the chance of each act to be free, where it was not done by a machine.
        """
        weight = np.where(self.machine[accounts], 0.0, free)
        total = float(weight.sum())
        met, chance = float(weight[self.known[accounts]].sum()), float(weight @ self.chance[accounts])
        return (met + 0.5) / (total + 1.0), (chance + current().trends.unseen) / (total + 1.0)

    def odds(self, usual: float) -> Floats:
        """Log odds that each account gives to an act, of being told; `usual` is the mean chance of who acts freely.

        Orders go to accounts that can be commanded, each as likely as another: told acts meet an account in proportion to
        that chance, free ones do not. A small chance is what ordinary accounts have that act a lot: it may speak against an
        order, and never for one.
        """
        bounds = current().trends
        odds = np.log(np.maximum(self.chance, bounds.unseen) / max(usual, bounds.unseen))
        return np.asarray(np.where(self.chance < bounds.telling, np.minimum(odds, 0.0), odds))


def commanded(graph: InfluenceGraph, seed: int) -> Commanded:
    """Machines in lockstep, and accounts under a second hand."""
    steps, second = lockstep(graph, seed), second_hand(graph, seed)
    natures = np.array([*(troop.nature for troop in steps.troops), "none"])
    machine = (natures[steps.of] == "amplifiers") & ~steps.befriended
    machine |= (natures[steps.of] == "second_hand") & ~steps.befriended & (second.owner < 0)  # machines beside victims
    odds = np.minimum(second.hand_odds, current().streams.hand_most)  # an order is one, whoever keeps the account
    chance = np.where(np.isnan(odds), 0.0, nulls.logistic(np.nan_to_num(odds)))
    ordered, act = (np.full(len(graph.events), np.nan, np.float32) for _ in range(2))
    for hand in second.hands:
        here = second.marks.acts.event[hand.rows]
        order = chance[hand.accounts[hand.of]] * hand.command
        ordered[here] = np.fmax(ordered[here], order)
        act[here] = np.fmax(act[here], logit(np.clip(order, 1e-6, 1 - 1e-6)) - logit(order.mean()))
    known = np.flatnonzero((chance > 0.5)[graph.events.actor])
    act[known] = np.maximum(act[known], np.float32(current().trends.known_least))
    return Commanded(machine, chance, ordered, act)
