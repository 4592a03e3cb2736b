"""Who endorses whom: people by accounts that stand out, and copies in which chance alone decides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.order import distinct_pairs
from graphkit.settings import Camps
from graphkit.verdicts import NAMED, Verdicts

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Endorsements:
    """Distinct pairs of a person and an account that it endorses; accounts are those that many endorse."""

    person: Ints  # node numbers, one a pair
    place: Ints  # of the endorsed account in `accounts`
    accounts: Ints  # node numbers, rising
    people: int  # size of the graph

    @classmethod
    def of(cls, graph: InfluenceGraph, verdicts: Verdicts, rules: Camps) -> Endorsements:
        """From acts of approval of the own will by people; where the data hold none, from follows.

        Accounts endorsed by fewer than `endorsers` people say little, beyond the `accounts` most endorsed the work
        grows with the square, and who endorses more than `most_endorsed` of them has no side.
        """
        person, target = _approvals(graph, verdicts, rules)
        count = np.bincount(target, minlength=graph.n)
        order = np.lexsort((np.arange(graph.n), -count))[: rules.accounts]
        accounts = np.sort(order[count[order] >= rules.endorsers])
        place = np.full(graph.n, -1)
        place[accounts] = np.arange(len(accounts))
        kept = place[target] >= 0
        person, target = person[kept], target[kept]
        often = np.bincount(person, minlength=graph.n)[person]
        sides = (often >= 2) & (often <= rules.most_endorsed)
        return cls(person[sides], place[target[sides]], accounts, graph.n)

    @property
    def matrix(self) -> csr_array:
        """People by accounts; 1 where the person endorses the account."""
        ones = np.ones(len(self.person))
        return csr_array((ones, (self.person, self.place)), shape=(self.people, len(self.accounts)))

    def shuffled(self, rng: np.random.Generator) -> csr_array:
        """The same with who endorses whom drawn anew: every person as often, every account as often, twice counts once."""
        found = csr_array(
            (np.ones(len(self.person)), (self.person, rng.permutation(self.place))),
            shape=(self.people, len(self.accounts)),
        )
        found.sum_duplicates()
        found.data[:] = 1.0
        return found


def _approvals(graph: InfluenceGraph, verdicts: Verdicts, rules: Camps) -> tuple[Ints, Ints]:
    """Distinct (person, account) pairs."""
    events, person = graph.events, np.nan_to_num(verdicts.authentic, nan=1.0) >= NAMED
    own = events.of_kind(*rules.endorsing) & (events.target >= 0) & (np.nan_to_num(verdicts.commanded) < NAMED)
    rows = np.flatnonzero(own & (events.actor != events.target))
    rows = rows[person[events.actor[rows]]]
    if len(rows):
        actor, target = distinct_pairs(events.actor[rows], events.target[rows])
        return actor.astype(np.int64), target.astype(np.int64)
    follower = np.repeat(np.arange(graph.n), np.diff(graph.follows.indptr))
    kept = person[follower]
    return follower[kept], graph.follows.indices[kept].astype(np.int64)
